"""Nothing has changed since: what a build and a run over a class share to tell so before anything is read.

Work that ended complete leaves a *stamp*: what it was asked, what it was made with and of, and what it had to say. Work
that is asked the same by the same program on the same files says the same again and ends. If in doubt the work is done,
which finds out part by part.

A stamp must describe what the work has *used*, so it is begun before anything is read: what changes while the work is
under way is a change for the next time. Two kinds of work leave stamps, and compare files in two ways. A build
(`blueprint.stamp`) hashes contents: its files are few, and git and editors rewrite their times. A run
(`autograder.run.freshness`) looks at sizes and times: reading a class's archives would take longer than all the rest.

Only cheap modules are imported here: this is what an unchanged build or run costs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from blueprint.files import write_whole

CLOCK_STEP = 20_000_000
"""Nanoseconds by which a file's time may lag behind the clock."""

_HOME = str(Path(__file__).resolve().parent.parent)


class StampFile:
    """The file that holds a stamp. Made before anything is read; `asked` is whatever the work depends on besides files."""

    def __init__(self, path: Path, asked: Mapping[str, Any], *, owner_only: bool = False) -> None:
        self._path = path
        self._asked = sha256(json.dumps(asked, default=str).encode())
        self._began = time.time_ns() - CLOCK_STEP
        self._owner_only = owner_only

    def content(self) -> dict[str, Any] | None:
        """The data of the last complete work; None if it was asked something else, or the file is damaged or missing."""
        try:
            check, _, body = self._path.read_bytes().partition(b"\n")
            stamp = json.loads(body) if check.decode() == sha256(body) else {}
            return dict(stamp["content"]) if stamp["asked"] == self._asked else None
        except (OSError, ValueError, KeyError):
            return None

    def changed_since(self, latest: int) -> bool:
        """True if something last changed at this time (nanoseconds) may have changed since this stamp was begun."""
        return latest >= self._began

    def write(self, content: Mapping[str, Any]) -> None:
        """Keep the content for the next time; where that is not possible the next time does all the work."""
        body = json.dumps({"asked": self._asked, "content": content}).encode()
        try:
            write_whole(self._path, sha256(body).encode() + b"\n" + body, owner_only=self._owner_only)
        except OSError:
            return

    def remove(self) -> None:
        """From here on nothing is known to be unchanged."""
        self._path.unlink(missing_ok=True)


def program(packages: tuple[str, ...], look: Callable[[str], str]) -> list[str]:
    """A line for each thing that does the work: this Python, each installed package, each file of Blueprint's packages."""
    files = []
    for package in packages:
        for folder, folders, names in os.walk(f"{_HOME}/{package}"):
            folders[:] = sorted(name for name in folders if name not in ("__pycache__", "content"))
            paths = (f"{folder}/{name}" for name in sorted(names) if not name.endswith(".pyc"))
            files += [f"{path.removeprefix(_HOME)} {look(path)}" for path in paths]
    return [sys.version, *installed_packages(), *files]


def installed_packages() -> list[str]:
    """Names and versions of all installed packages: the folders that hold them, wherever Python looks for packages."""
    names = []
    for folder in sys.path:
        try:
            names += sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))  # noqa: PTH208 -- names are all that counts
        except OSError:
            continue
    return names


def sha256(data: bytes) -> str:
    """The hash of these bytes, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
