"""Of futexes only waiting and waking: the rest has a long record of faults in the kernel."""

import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = 202 if platform.machine() == "x86_64" else 98
word = ctypes.c_int(0)
reply = " ".join(
    f"{libc.syscall(number, ctypes.byref(word), kind, 1, None, None, 0)} {ctypes.get_errno()}" for kind in (6, 11 | 128)
)
