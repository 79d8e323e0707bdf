"""What one worker may use."""

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


def apply(limits: Limits) -> None:
    """Sets the limits on this process for good; raises OSError or ValueError if the kernel refuses one."""
    bounds = {
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
    for limit, value in bounds.items():
        resource.setrlimit(limit, (value, value))
