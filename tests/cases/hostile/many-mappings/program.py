"""A mapping costs the kernel memory that no limit of the process counts; their number is bounded by the kernel."""

import mmap

kept = []
try:
    while len(kept) < 200000:
        kept.append(mmap.mmap(-1, 4096, prot=mmap.PROT_READ if len(kept) % 2 else mmap.PROT_READ | mmap.PROT_WRITE))
except (OSError, MemoryError):
    pass
reply = "bounded" if len(kept) < 140000 else str(len(kept))
kept.clear()
