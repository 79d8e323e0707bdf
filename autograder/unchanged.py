"""Whether anything has changed since the last complete run, told from the files' times and sizes alone.

A run that was killed, had a fault or met a doubt leaves no mark. What is looked at: every file handed in, the course's,
the roster, the secret, Blueprint itself, the installed packages, and everything that was written. Only cheap modules
are imported here: this is what an unchanged run costs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder import private, secret

NAME = ".unchanged"
_COMPILED = "__pycache__"
"""What Python writes beside a suite that is a package of its own."""
_CLOCK_STEP = 20_000_000
"""Nanoseconds by which a file's time may lag behind the clock."""

State = tuple[int, int, int, int]


class Mark:
    """The mark of one folder of grades for one way of asking. Made before anything is read."""

    def __init__(self, folder: Path, asked: Mapping[str, Any]) -> None:
        self._file = folder / NAME
        self._folder = folder
        self._asked = json.loads(json.dumps({**asked, "secret": secret.place()}, default=str))
        self._began = time.time_ns() - _CLOCK_STEP
        self._program = _program()

    def fresh(self) -> dict[str, Any] | None:
        """What the last complete run had to say, if it was asked the same and all files are as they were; else None."""
        try:
            mark = json.loads(self._file.read_bytes())
            if mark["asked"] != self._asked or mark["program"] != self._program:
                return None
            files: dict[str, list[int]] = mark["files"]
            same = all(_state(path) == tuple(state) for path, state in files.items())
            same = same and all(_names(folder) == names for folder, names in mark["folders"].items())
            return dict(mark["said"]) if same else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def begin(self) -> None:
        """A run has begun: until it is complete, nothing is known to be unchanged."""
        self._file.unlink(missing_ok=True)

    def write(self, read: Iterable[Path], said: Mapping[str, Any]) -> None:
        """Remember a complete run; nothing is remembered if a file that was read has changed meanwhile."""
        files: dict[str, State] = {}
        folders: dict[str, list[str]] = {}
        try:
            for path in read:
                for place in _below(os.path.abspath(path), folders):  # noqa: PTH100 -- links stay what they are
                    files[place] = _state(place)
            if any(max(state[1], state[2]) >= self._began for state in files.values()):
                return
            for place in _below(os.path.abspath(self._folder), folders):  # noqa: PTH100
                files[place] = _state(place)
            mark = {"asked": self._asked, "program": self._program, "said": dict(said)}
            private.write(self._file, [json.dumps({**mark, "files": files, "folders": folders})])
        except OSError:
            return  # without a mark the next run looks at every file


def _below(path: str, folders: dict[str, list[str]]) -> Iterator[str]:
    """The files at or below a path; notes the names in every folder on the way."""
    if not os.path.isdir(path):  # noqa: PTH112 -- thousands of them
        yield path
        return
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(name for name in inner if name != _COMPILED)
        folders[folder] = _names(folder)
        for name in names:
            if not _own(name):
                yield f"{folder}/{name}"


def _state(path: str) -> State:
    """A file's own state, or that of what a link leads to: `latest.zip` may be a link to this week's."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        found = os.lstat(path)  # a link to nowhere
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _names(folder: str) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name != _COMPILED and not _own(name))  # noqa: PTH208


def _own(name: str) -> bool:
    return name in (NAME, f".{NAME}.draft")


def _program() -> list[Any]:
    """Blueprint's own files and the names and versions of installed packages, by names, sizes and times."""
    found: list[Any] = [sys.version]
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    for package in ("blueprint", "autograder"):
        for folder, inner, names in os.walk(f"{root}/{package}"):
            inner[:] = sorted(name for name in inner if name not in ("__pycache__", "content"))
            for name in sorted(names):
                if not name.endswith(".pyc"):
                    state = os.stat(f"{folder}/{name}")  # noqa: PTH116
                    found.append([f"{folder[len(root) :]}/{name}", state.st_size, state.st_mtime_ns])
    for folder in sys.path:
        try:
            found += sorted(name for name in _names(folder or ".") if name.endswith((".dist-info", ".egg-info")))
        except OSError:
            continue
    return found
