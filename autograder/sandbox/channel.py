"""The judge's end of a worker's channel: one frame comes back, and no patience."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import time
from typing import Literal

from autograder.sandbox import worker

Kind = Literal["replied", "timeout", "killed", "memory", "silent", "broken frame"]
_STACK_BYTES, _STACK_SECONDS = 1 << 16, 0.05
"""The most that is read of where a program stands, and the silence that ends it: it is written in many small pieces."""


def read_frame(channel: socket.socket, deadline: float, largest: int) -> tuple[Kind, bytes | None]:
    """Reads one frame: how that ended, and the reply if it came within the limit and in time.

    `deadline` is a time of `time.monotonic`, `largest` in bytes; "silent" means that the worker hung up, whyever. Where it
    wrote in place of a frame where it stands, that is a "timeout", and comes in place of a reply.
    """
    length = b""
    try:
        length = _receive_until(channel, worker.LENGTH.size, deadline)
        if worker.STACK.startswith(length):
            return "timeout", length + _receive_until_silence(channel)
        size = worker.LENGTH.unpack(length)[0]
        if size > largest:
            return "broken frame", None
        return "replied", _receive_until(channel, size, deadline)
    except TimeoutError:
        return "timeout", None
    except _CutOff as cut:
        return ("broken frame" if length or cut.received else "silent"), None
    except (BrokenPipeError, ConnectionResetError):
        return "silent", None


class _CutOff(Exception):
    """The other side hung up before all was there."""

    def __init__(self, received: int) -> None:
        self.received = received


def _receive_until(channel: socket.socket, size: int, deadline: float) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        _until(channel, deadline)
        part = channel.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise _CutOff(len(parts))
        parts += part
    return bytes(parts)


def _receive_until_silence(channel: socket.socket) -> bytes:
    parts = bytearray()
    channel.settimeout(_STACK_SECONDS)
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while len(parts) < _STACK_BYTES and (part := channel.recv(1 << 12)):
            parts += part
    return bytes(parts)


def receive(control: socket.socket, size: int) -> bytes:
    """So many bytes from the zygote, which is ours; raises OSError if it ends or takes longer than the socket waits."""
    parts = b""
    while len(parts) < size:
        part = control.recv(size - len(parts))
        if not part:
            raise OSError(errno.EPIPE, "the zygote ended")
        parts += part
    return parts


def _until(channel: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    channel.settimeout(left)


def readable(channel: socket.socket, deadline: float) -> bool:
    """True if something, or the end, is there to be read before `deadline`, a time of `time.monotonic`."""
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))


def more(channel: socket.socket) -> bool:
    """True if something follows the frame; asked when the worker has ended, or has neither ended nor written for long."""
    channel.setblocking(False)
    try:
        return channel.recv(1) != b""
    except (BlockingIOError, ConnectionResetError):
        return False
