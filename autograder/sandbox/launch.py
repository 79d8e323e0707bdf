"""Starts the jail as a user nobody is, when the checker is root.

Run as a program of its own, before any thread: argument 1 is a JSON object with the uid to become, the files and folders
to mount where that user reaches them (root's home is closed to it), and the command. The mounts are seen by nobody
else. Even with all capabilities dropped, uid 0 may write `/proc/sys/kernel/core_pattern`; so it is not kept.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

STAGE = "/tmp"
"""Covered by an empty file system in this process's own view; it exists everywhere, and nothing is mounted from it."""

_NEW_MOUNTS = 0x00020000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Becomes the user and the command."""
    plan = json.loads(sys.argv[1])
    _check(_libc.unshare(_NEW_MOUNTS), "a mount namespace")
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    descriptors = [(os.open(source, os.O_PATH), target) for source, target in plan["stage"]]
    _mount("tmpfs", STAGE, "tmpfs", 0)
    for descriptor, target in descriptors:
        source = f"/proc/self/fd/{descriptor}"
        place = Path(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        if Path(source).is_dir():
            place.mkdir()
        else:
            place.touch()
        _mount(source, target, None, _BIND)
        os.close(descriptor)
    os.setgroups([])
    os.setresgid(plan["uid"], plan["uid"], plan["uid"])
    os.setresuid(plan["uid"], plan["uid"], plan["uid"])
    os.execv(plan["command"][0], plan["command"])


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), None), f"mounting {source or ''} on {target}")


def _check(result: int, what: str) -> None:
    if result:
        raise SystemExit(f"{what}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
