"""The process that runs one case: it locks itself in, reads its payload, closes all files, answers once, and ends.

All before `ready` is ours; all after it may be the student's, this module included.
"""

from __future__ import annotations

import ctypes
import io
import os
import resource
import struct
import sys
from collections.abc import Callable
from typing import NoReturn

from autograder.sandbox import landlock, limits, seccomp

READY, REFUSED = b"+", b"!"
OUT_OF_MEMORY, FAILED = 77, 78
"""Exit codes: `answer` ran out of memory, or raised something else."""
STACK = b"Stack (most recent call first):\n"
"""What Python's `faulthandler` writes first of where a program stands; as the length of a frame it is beyond any limit."""
LENGTH = struct.Struct(">Q")

_CHANNEL = 0
"""In the zygote it is the line to the judge, which the worker thereby loses."""
_DUMPABLE, _NO_NEW_PRIVILEGES = 4, 38
_CAPABILITIES_VERSION = 0x20080522


class _Nowhere(io.TextIOBase):
    def write(self, text: str, /) -> int:
        return len(text)

    def writable(self) -> bool:
        return True


class Locks:
    """The locks that a worker puts on itself. All of them are made once, in the zygote: what a worker makes costs it new memory.

    Without a filter only where no sandbox is wanted.
    """

    def __init__(self, bounds: limits.Limits, landlock: int | None, *, filters: bool) -> None:
        self._bounds = limits.bounds(bounds)
        self._landlock = landlock
        self._filters = {files: seccomp.Filter(seccomp.program(files=files)) for files in (False, True) if filters}
        self._streams = io.StringIO(), _Nowhere(), _Nowhere()
        # Kept, so that no worker has to close them.
        self._before = sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__
        libc = ctypes.CDLL(None, use_errno=True)
        self._prctl, self._syscall = libc.prctl, libc.syscall
        self._capset = seccomp.number("capset")
        self._nothing = (
            ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITIES_VERSION, 0)),
            ctypes.create_string_buffer(24),
        )

    def put_on(self) -> None:
        """Locks this process in for good, but for the filter of system calls; raises OSError."""
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = self._streams  # type: ignore[misc, assignment]
        # A process group reaches across pid namespaces: without its own, a worker's kill(0) would mean the zygote.
        os.setsid()
        for limit, values in self._bounds:
            resource.setrlimit(limit, values)
        # A limit of 0 does not stop the kernel from piping a crash to the machine's core handler, which runs as root.
        if self._prctl(_DUMPABLE, 0, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no core dumps")
        if self._prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no-new-privileges")
        if self._syscall(self._capset, *self._nothing):
            raise OSError(ctypes.get_errno(), "dropping capabilities")
        if self._landlock is not None:
            landlock.restrict(self._landlock)
        os.closerange(_CHANNEL + 1, 1 << 20)

    def filter_calls(self, *, files: bool) -> None:
        """The last lock: leaves few system calls, and of those on files only where they may be read; raises OSError."""
        if self._filters:
            self._filters[files].put_on()


def run(channel: int, locks: Locks, prepare: Callable[[bytes], bool], answer: Callable[[bytes], bytes]) -> NoReturn:
    """Serves the one case that comes through the channel; never returns.

    `prepare` reads what the answer will need of files, and says whether the answer itself reads some: only if it runs
    nothing of a student's.
    """
    os.dup2(channel, _CHANNEL)
    try:
        locks.put_on()
        payload = _payload()
        locks.filter_calls(files=prepare(payload))
    except BaseException as error:
        os.write(_CHANNEL, REFUSED + str(error).encode())
        os._exit(FAILED)
    try:
        os.write(_CHANNEL, READY)
        _reply(answer(payload))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BaseException:
        os._exit(FAILED)
    os._exit(0)


def _payload() -> bytes:
    first = os.read(_CHANNEL, 1 << 16)  # nearly always all of it
    while len(first) < LENGTH.size:
        first += _take(1)
    size = LENGTH.unpack_from(first)[0]
    return first[LENGTH.size :] + _take(size - (len(first) - LENGTH.size))


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
