"""The process that runs one case: it locks itself in, reads its payload, answers once, and ends.

All before `ready` is ours; all after it may be the student's, this module included.
"""

from __future__ import annotations

import ctypes
import io
import os
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from autograder.sandbox import landlock, limits, seccomp

READY, REFUSED = b"+", b"!"
OUT_OF_MEMORY, FAILED = 77, 78
"""Exit codes: `answer` ran out of memory, or raised something else."""
LENGTH = struct.Struct(">Q")

_CHANNEL = 0
"""In the template it is the line to the checker, which the worker thereby loses."""
_DUMPABLE, _NO_NEW_PRIVILEGES = 4, 38
_CAPABILITIES_VERSION = 0x20080522


@dataclass(frozen=True, slots=True)
class Locks:
    """What a worker puts on itself, made once in the template; without a filter only where no sandbox is wanted."""

    limits: limits.Limits
    landlock: int | None
    seccomp: bytes | None


class _Nowhere(io.TextIOBase):
    def write(self, text: str, /) -> int:
        return len(text)

    def writable(self) -> bool:
        return True


def run(channel: int, locks: Locks, answer: Callable[[bytes], bytes]) -> NoReturn:
    """Serves the one case that comes through the channel; never returns."""
    os.dup2(channel, _CHANNEL)
    try:
        _lock(locks)
    except BaseException as error:
        os.write(_CHANNEL, REFUSED + str(error).encode())
        os._exit(FAILED)
    try:
        os.write(_CHANNEL, READY)
        _reply(answer(_payload()))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException:
        os._exit(FAILED)
    os._exit(0)


def _lock(locks: Locks) -> None:
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), _Nowhere(), _Nowhere()
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc, assignment]
    # A process group reaches across pid namespaces: without its own, a worker's kill(0) would mean the template.
    os.setsid()
    limits.apply(locks.limits)
    libc = ctypes.CDLL(None, use_errno=True)
    # A limit of 0 does not stop the kernel from piping a crash to the machine's core handler, which runs as root.
    if libc.prctl(_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no core dumps")
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no-new-privileges")
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITIES_VERSION, 0))
    if libc.syscall(seccomp.number("capset"), header, ctypes.create_string_buffer(24)):
        raise OSError(ctypes.get_errno(), "dropping capabilities")
    if locks.landlock is not None:
        landlock.restrict(locks.landlock)
    os.closerange(_CHANNEL + 1, 1 << 20)
    if locks.seccomp is not None:
        seccomp.restrict(locks.seccomp)


def _payload() -> bytes:
    return _take(LENGTH.unpack(_take(LENGTH.size))[0])


def _take(size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(_CHANNEL, min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _reply(reply: bytes) -> None:
    rest = memoryview(LENGTH.pack(len(reply)) + reply)
    while rest:
        rest = rest[os.write(_CHANNEL, rest) :]
