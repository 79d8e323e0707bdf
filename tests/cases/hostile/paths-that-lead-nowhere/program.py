"""No call with a path gets as far as the kernel's memory of paths, which all jails share: it does not even read the path."""

import ctypes
import platform

ON_X86 = {
    "stat": 4,
    "lstat": 6,
    "access": 21,
    "readlink": 89,
    "openat": 257,
    "newfstatat": 262,
    "readlinkat": 267,
    "faccessat": 269,
    "statx": 332,
    "faccessat2": 439,
}
ON_ARM = {"openat": 56, "newfstatat": 79, "readlinkat": 78, "faccessat": 48, "statx": 291, "faccessat2": 439}
HERE, NO_POINTER, NOTHING_THERE = -100, 8, 2
libc = ctypes.CDLL(None, use_errno=True)
found = []
for name, number in (ON_X86 if platform.machine() == "x86_64" else ON_ARM).items():
    where = (HERE,) if name.endswith("at") or name in ("statx", "faccessat2") else ()
    ctypes.set_errno(0)
    libc.syscall(number, *where, ctypes.c_void_p(NO_POINTER), 0, 0, None)
    if ctypes.get_errno() != NOTHING_THERE:  # 14, a bad address, from a kernel that has looked
        found.append(f"{name} {ctypes.get_errno()}")
reply = ", ".join(found)
