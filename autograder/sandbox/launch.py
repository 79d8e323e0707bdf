"""Starts the jail as a user nobody is, when the judge is root.

Run as a program of its own, before any thread: its arguments are the uid to become, how many files and folders to mount
where that user reaches them (root's home is closed to it), their pairs of source and target, and the command. The mounts
are seen by nobody else. Even with all capabilities dropped, uid 0 may write `/proc/sys/kernel/core_pattern`; so it is not kept.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence

STAGE = "/tmp"
"""Covered by an empty file system in this process's own view; it exists everywhere, and nothing is mounted from it."""

_NEW_MOUNTS = 0x00020000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000

_libc = ctypes.CDLL(None, use_errno=True)


def arguments(uid: int, stage: Sequence[tuple[str, str]], command: Sequence[str]) -> list[str]:
    """The arguments that this program is started with."""
    return [str(uid), str(len(stage)), *(path for pair in stage for path in pair), *command]


def main() -> None:
    """Mounts what the user may see, becomes the user, and then the command."""
    uid, many = int(sys.argv[1]), int(sys.argv[2])
    paths, command = sys.argv[3 : 3 + 2 * many], sys.argv[3 + 2 * many :]
    _check(_libc.unshare(_NEW_MOUNTS), "a mount namespace")
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    sources = [os.open(source, os.O_PATH) for source in paths[::2]]
    _mount("tmpfs", STAGE, "tmpfs", 0)
    for descriptor, target in zip(sources, paths[1::2], strict=True):
        source = f"/proc/self/fd/{descriptor}"
        # This program runs before every jail; without pathlib and json it starts in half the time.
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        if os.path.isdir(source):  # noqa: PTH112
            os.mkdir(target)  # noqa: PTH102
        else:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o644))
        _mount(source, target, None, _BIND)
        os.close(descriptor)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.execv(command[0], command)


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), None), f"mounting {source or ''} on {target}")


def _check(result: int, what: str) -> None:
    if result:
        raise SystemExit(f"{what}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
