"""Merged pages tell by their timing what another process holds; and no advice on pages but four kinds."""

import ctypes
import mmap

page = mmap.mmap(-1, 4096)
libc = ctypes.CDLL(None, use_errno=True)
reply = f"{attempt(page.madvise, 12)} {attempt(page.madvise, 21)}"
