"""Waits and wakes in a page of a file that all jails show, where a program of another jail could be met."""
# with files

import ctypes
import mmap
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
file = os.open(os.__file__, os.O_RDONLY)
page = libc.mmap(None, mmap.PAGESIZE, mmap.PROT_READ, mmap.MAP_SHARED, file, 0)
number = 202 if platform.machine() == "x86_64" else 98
soon = (ctypes.c_long * 2)(0, 1000)
wait, wake, bitset, clock = 0, 1, 9, 256
found = []
for kind in (wait, wake, bitset, bitset | clock):
    value = ctypes.c_uint32.from_address(page).value
    found.append((libc.syscall(number, ctypes.c_void_p(page), kind, value, soon, None, 1), ctypes.get_errno()))
reply = str(found)
