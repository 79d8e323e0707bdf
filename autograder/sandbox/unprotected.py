"""The command that runs a zygote without any sandbox, for who insists: with the limits, and with no other layer."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from autograder.sandbox import bubblewrap, runtime
from autograder.sandbox.fault import SandboxError


def command(program: str) -> list[str]:
    """The command by which Python runs the program's text; it sees all that its user sees."""
    return [runtime.find().python, "-s", "-S", "-P", "-B", "-c", program]


def packages() -> str:
    """The folder that holds NumPy, and with it all packages installed there."""
    numpy = runtime.numpy_folder()
    return str(numpy.parent) if numpy else runtime.PACKAGES


def user() -> int | None:
    """The uid that root becomes first; None for who is not root, and where Python lies in a folder closed to others."""
    if os.geteuid():
        return None
    try:
        return bubblewrap.unused_uid() if all(_open_to_all(Path(here)) for here, _ in runtime.find().binds) else None
    except SandboxError:
        return None


def _open_to_all(path: Path) -> bool:
    wanted = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
    return path.stat().st_mode & wanted == wanted and all(
        folder.stat().st_mode & stat.S_IXOTH for folder in path.parents
    )
