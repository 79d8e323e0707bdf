"""Starts threads without end, above and below Python's own class."""

import _thread
import ctypes
import threading

started = 0
for _ in range(500):
    started += not attempt(threading.Thread(target=print).start)
    started += not attempt(_thread.start_new_thread, print, ())
libc = ctypes.CDLL(None)
started += not libc.pthread_create(ctypes.byref(ctypes.c_ulong()), None, libc.getpid, None)
reply = f"{started or 'none'} of 1000"
