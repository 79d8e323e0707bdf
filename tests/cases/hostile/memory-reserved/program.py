"""Neither reserving without backing, nor growing stacks, nor huge pages go beyond the limit."""

import ctypes
import errno
import mmap

PRIVATE, SHARED, ANONYMOUS, GROWS_DOWN, NO_RESERVE, HUGE = 0x02, 0x01, 0x20, 0x100, 0x4000, 0x40000
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]


def reserve(flags):
    if (
        libc.mmap(None, 1 << 40, mmap.PROT_READ | mmap.PROT_WRITE, flags | ANONYMOUS, -1, 0)
        == ctypes.c_void_p(-1).value
    ):
        raise MemoryError if ctypes.get_errno() == errno.ENOMEM else OSError(ctypes.get_errno(), "mmap")


reply = " ".join(
    attempt(reserve, flags)
    for flags in (PRIVATE | NO_RESERVE, SHARED | NO_RESERVE, PRIVATE | GROWS_DOWN, PRIVATE | HUGE | NO_RESERVE)
)
