"""Shared pages count as private ones do."""

import mmap

kept = []
try:
    while len(kept) < 1000:
        kept.append(mmap.mmap(-1, 1 << 22, flags=mmap.MAP_SHARED))
        kept[-1].write(bytes(1 << 22))
except (OSError, MemoryError):
    pass
reply = "at most the limit" if len(kept) <= 128 else f"{4 * len(kept)} MiB"
