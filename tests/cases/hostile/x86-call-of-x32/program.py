"""The x32 numbers kill, too."""

import ctypes

ctypes.CDLL(None).syscall(0x40000000 | 39)
