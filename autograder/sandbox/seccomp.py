"""The system calls a worker may make: a short list, as a filter in the kernel's BPF, written by hand.

Where a student's code runs, nothing that looks at a path or at a file's record is on it: what the kernel remembers of
paths, of such that lead nowhere above all, is shared by all jails, and tells of who asked before. Calls with a path then end
as on an empty file system.

Every call not listed gives EPERM, so that Python raises an ordinary exception a student can read; a call of another
architecture (32 bit, x32) kills. Source: the kernel's `Documentation/userspace-api/seccomp_filter.rst`.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct

CALLS: dict[str, tuple[int | None, int | None]] = {
    # For the sandbox itself, not allowed in it.
    "clone": (56, 220),
    "capset": (126, 91),
    "seccomp": (317, 277),
    # With conditions on their arguments, below.
    "openat": (257, 56),
    "fcntl": (72, 25),
    "futex": (202, 98),
    "madvise": (28, 233),
    "prlimit64": (302, 261),
    # Answered with an error of its own.
    "clone3": (435, 435),
    "ioctl": (16, 29),
}
"""Numbers on x86-64 and on arm64; None where there is no such call."""

ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "lseek": (8, 62),
    "pread64": (17, 67),
    "getcwd": (79, 17),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "close_range": (436, 436),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getppid": (110, 173),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getgroups": (115, 158),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "restart_syscall": (219, 128),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "getcpu": (309, 168),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "getrlimit": (97, 163),
    "uname": (63, 160),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "exit": (60, 93),
    "exit_group": (231, 94),
}

PATHS: dict[str, tuple[int | None, int | None]] = {
    "stat": (4, None),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
}
"""Calls that take a path: allowed where files can be read, else answered as if there were none."""

RECORDS: dict[str, tuple[int | None, int | None]] = {"fstat": (5, 80), "getdents64": (217, 61)}
"""Calls on an open file, whose number on the machine tells how many were made before it: allowed where files can be read."""

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the tables and the kernel's name of the architecture (AUDIT_ARCH_*)."""

_READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_NONBLOCK | os.O_NOCTTY
_DUPLICATE_CLOSING = 1030
_FCNTL = (fcntl.F_DUPFD, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL, _DUPLICATE_CLOSING)
_MADVISE = (4, 8, 14, 15)
"""DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE; by number, so that this can be imported where it cannot be used."""
_FUTEX, _FUTEX_KINDS = (0x80, 0x81, 0x89, 0x8A), 0xFF
"""Wait and wake, with and without a bit set, on whichever clock, as the C library's locks do; and private only: in a page of
a file that every jail shows, others than this process could be waited for and woken."""

# Instructions: (code, jump if true, jump if false, operand).
_Step = tuple[int, int, int, int]
_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_FILTER = 1
_X32 = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def number(call: str) -> int:
    """The number of a call on this machine; raises OSError on an architecture not known here."""
    return _numbers({call: CALLS[call]})[0]


def column() -> tuple[int, int]:
    """The column of the tables that holds here, and the architecture; raises OSError if none does."""
    machine = platform.machine()
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"seccomp: no table of system calls for {machine}")
    return MACHINES[machine]


def program(*, files: bool) -> bytes:
    """The filter as the kernel reads it, eight bytes a step: with files to read, or with paths that lead nowhere."""
    steps: list[_Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, column()[1]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
    ]
    for allowed in _numbers(ALLOWED | RECORDS if files else ALLOWED):
        steps += [(_EQUAL, 0, 1, allowed), (_RETURN, 0, 0, _ALLOW)]
    with_path = (_RETURN, 0, 0, _ALLOW if files else _ERRNO | errno.ENOENT)
    for call in _numbers(PATHS):
        steps += [(_EQUAL, 0, 1, call), with_path]
    # Without clone3 glibc tries clone, which is refused too, but with a code that Python knows.
    steps += _if("clone3", [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)])
    steps += _if("ioctl", [(_RETURN, 0, 0, _ERRNO | errno.ENOTTY)])
    steps += _if("openat", _only_bits(2, _READING, with_path, errno.EROFS))
    steps += _if("fcntl", _one_of(1, _FCNTL))
    steps += _if("madvise", _one_of(2, _MADVISE))
    steps += _if("futex", _one_of(1, _FUTEX, _FUTEX_KINDS))
    steps += _if("prlimit64", _no_pointer(2))
    steps.append((_RETURN, 0, 0, _ERRNO | errno.EPERM))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _if(call: str, block: list[_Step]) -> list[_Step]:
    return [(_EQUAL, 0, len(block), number(call)), *block]


def _only_bits(argument: int, bits: int, then: _Step, code: int) -> list[_Step]:
    return [
        (_LOAD, 0, 0, _low(argument)),
        (_AND, 0, 0, ~bits & 0xFFFFFFFF),
        (_EQUAL, 0, 1, 0),
        then,
        (_RETURN, 0, 0, _ERRNO | code),
    ]


def _one_of(argument: int, values: tuple[int, ...], bits: int = 0xFFFFFFFF) -> list[_Step]:
    block: list[_Step] = [(_LOAD, 0, 0, _low(argument)), (_AND, 0, 0, bits)]
    for value in values:
        block += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*block, (_RETURN, 0, 0, _ERRNO | errno.EPERM)]


def _no_pointer(argument: int) -> list[_Step]:
    return [
        (_LOAD, 0, 0, _low(argument)),
        (_EQUAL, 0, 3, 0),
        (_LOAD, 0, 0, _low(argument) + 4),
        (_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]


def _low(argument: int) -> int:
    """The offset of the lower half of an argument; both architectures are little-endian."""
    return _ARGUMENTS + 8 * argument


def _numbers(calls: dict[str, tuple[int | None, int | None]]) -> list[int]:
    here, _ = column()
    return [row[here] for row in calls.values() if row[here] is not None]  # type: ignore[misc]


class Filter:
    """A filter laid out as the kernel wants it: made once, put on by every worker with one call."""

    def __init__(self, steps: bytes) -> None:
        # Kept, because the program points at it.
        self._steps = ctypes.create_string_buffer(steps, len(steps))
        self._program = _Program(len(steps) // 8, ctypes.cast(self._steps, ctypes.c_void_p))
        self._pointer = ctypes.byref(self._program)
        self._number = number("seccomp")
        self._syscall = ctypes.CDLL(None, use_errno=True).syscall

    def put_on(self) -> None:
        """Puts this process under the filter for good; raises OSError."""
        if self._syscall(self._number, _FILTER, 0, self._pointer):
            code = ctypes.get_errno()
            raise OSError(code, f"seccomp: {os.strerror(code)}")
