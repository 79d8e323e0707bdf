"""The number that the kernel gave the channel, which tells how many were made before it on the machine, is not told."""

import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
record = ctypes.create_string_buffer(256)
number, listing = (5, 217) if platform.machine() == "x86_64" else (80, 61)
reply = f"{attempt(os.fstat, 0)} {libc.syscall(number, 0, record)} {libc.syscall(listing, 0, record, 256)}"
