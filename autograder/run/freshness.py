"""Whether anything has changed since the last complete run, told from the files' times and sizes alone.

A run that was killed, had a fault or met a doubt leaves no mark. What is looked at: every file handed in, the course's,
the roster, the secret, Blueprint itself, the installed packages, and everything that was written. Only cheap modules
are imported here: this is what an unchanged run costs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.run import secret
from blueprint import private
from blueprint.stamp import packages

NAME = ".unchanged"
_IGNORED = frozenset({NAME, f".{NAME}.draft", "__pycache__"})
"""The mark itself, and what Python writes beside a suite that is a package of its own."""
_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 -- this module is what an unchanged run costs
ROOTS = (_HERE, f"{os.path.dirname(_HERE)}/blueprint")  # noqa: PTH120
"""Where the files of Blueprint are that have a say in a grade."""
_CLOCK_STEP = 20_000_000
"""Nanoseconds by which a file's time may lag behind the clock."""


class Mark:
    """The mark of one folder of grades for one way of asking. Made before anything is read."""

    def __init__(self, folder: Path, asked: Mapping[str, Any]) -> None:
        self._file = folder / NAME
        self._folder = folder
        asked = {**asked, "secret": secret.place(), "program": _program()}
        self._asked = hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()
        self._began = time.time_ns() - _CLOCK_STEP

    def fresh(self) -> dict[str, Any] | None:
        """What the last complete run had to say, if it was asked the same and all files are as they were; else None."""
        try:
            mark = json.loads(self._file.read_bytes())
            if mark["asked"] != self._asked or State.of([*mark["read"], str(self._folder)]).digest != mark["state"]:
                return None
            return dict(mark["said"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def begin(self) -> None:
        """A run has begun: until it is complete, nothing is known to be unchanged."""
        self._file.unlink(missing_ok=True)

    def write(self, read: Iterable[Path], said: Mapping[str, Any]) -> None:
        """Remember a complete run; nothing is remembered if a file that was read has changed meanwhile."""
        roots = [os.path.abspath(path) for path in read]  # noqa: PTH100 -- links stay what they are
        try:
            if State.of(roots).latest >= self._began:
                return
            state = State.of([*roots, str(self._folder)]).digest
            mark = {"asked": self._asked, "read": roots, "state": state, "said": dict(said)}
            private.write(self._file, [json.dumps(mark)])
        except OSError:
            return  # without a mark the next run looks at every file


@dataclass(frozen=True, slots=True)
class State:
    """Of files and all that is below folders: a hash of names, sizes and times, and the latest of the times."""

    digest: str
    latest: int

    @classmethod
    def of(cls, roots: Iterable[str]) -> State:
        """The state of these; one file after the other, so that a class of thousands needs no room. Raises OSError."""
        told = hashlib.sha256()
        latest = 0
        for place, found in (pair for root in roots for pair in _below(root)):
            if found is None:
                told.update(f"{place}/\n".encode("utf-8", "surrogateescape"))
                continue
            times = found.st_mtime_ns, found.st_ctime_ns
            told.update(f"{place}\0{found.st_size}\0{times}\0{found.st_ino}\n".encode("utf-8", "surrogateescape"))
            latest = max(latest, *times)
        return cls(told.hexdigest(), latest)


def _below(path: str) -> Iterator[tuple[str, os.stat_result | None]]:
    """The files at or below a path with their states, and folders with none.

    The state of a link is that of what it leads to: it may be this week's zip.
    """
    if not os.path.isdir(path):  # noqa: PTH112 -- thousands of them
        yield path, _state(path)
        return
    with os.scandir(path) as entries:
        found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    for name, folder in found:
        if name in _IGNORED:
            continue
        place = f"{path}/{name}"
        if folder:
            yield place, None
            yield from _below(place)
        else:
            yield place, _state(place)


def _state(path: str) -> os.stat_result:
    try:
        return os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return os.lstat(path)  # a link to nowhere


def _program() -> list[Any]:
    """Blueprint's own files and the names and versions of installed packages, by names, sizes and times."""
    return [sys.version, State.of(ROOTS).digest, *packages()]
