"""The limits of what one worker may use."""

from __future__ import annotations

import resource
from dataclasses import dataclass

_DESCRIPTORS = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """Address space in bytes (NumPy and the prerequisites included), processor seconds, bytes of a reply and of a payload."""

    memory: int = 2 << 30
    cpu: int = 10
    reply: int = 64 << 20
    payload: int = 256 << 20


def bounds(limits: Limits) -> list[tuple[int, tuple[int, int]]]:
    """The kernel's limits, soft and hard alike, as `resource.setrlimit` takes them."""
    values = {
        resource.RLIMIT_AS: limits.memory,
        # A soft limit sends a signal first, which the first process of a pid namespace may ignore: only hard kills.
        resource.RLIMIT_CPU: limits.cpu,
        resource.RLIMIT_NOFILE: _DESCRIPTORS,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    return [(limit, (value, value)) for limit, value in values.items()]
