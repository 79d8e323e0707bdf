"""Nothing has changed since the last complete run, told from the files' times and sizes alone.

A run that was killed, had a fault or met a doubt leaves no stamp. What is looked at: every file handed in, the course's,
the roster, the secret, Blueprint itself, the installed packages, and everything that was written. Only cheap modules
are imported here: this is what an unchanged run costs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.run import secret
from blueprint.files import is_draft
from blueprint.freshness import StampFile, program

NAME = ".unchanged"
_PROGRAM = ("autograder", "blueprint")
"""The packages of Blueprint that have a say in a grade."""


class RunStamp:
    """The stamp of one folder of grades for one way of asking. Made before anything is read."""

    def __init__(self, folder: Path, asked: Mapping[str, Any]) -> None:
        self._folder = folder
        asked = {**asked, "secret": secret.place(), "program": program(_PROGRAM, lambda path: _times(os.stat(path)))}  # noqa: PTH116
        self._file = StampFile(folder / NAME, asked, owner_only=True)  # it names students' files

    def fresh(self) -> dict[str, Any] | None:
        """The words of the last complete run, if it was asked the same and all files are as they were; else None."""
        try:
            stamp = self._file.content()
            if stamp is None or State.of([*stamp["read"], str(self._folder)]).digest != stamp["state"]:
                return None
            return dict(stamp["said"])
        except (OSError, ValueError, KeyError):
            return None

    def begin(self) -> None:
        """A run has begun: until it is complete, nothing is known to be unchanged."""
        self._file.remove()

    def write(self, read: Iterable[Path], said: Mapping[str, Any]) -> None:
        """Remember a complete run; nothing is remembered if a file that was read has changed meanwhile."""
        roots = [os.path.abspath(path) for path in read]  # noqa: PTH100 -- links stay what they are
        try:
            if self._file.changed_since(State.of(roots).latest):
                return
            state = State.of([*roots, str(self._folder)]).digest
        except OSError:
            return  # without a stamp the next run looks at every file
        self._file.write({"read": roots, "state": state, "said": dict(said)})


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
            told.update(f"{place}\0{_times(found)}\n".encode("utf-8", "surrogateescape"))
            latest = max(latest, found.st_mtime_ns, found.st_ctime_ns)
        return cls(told.hexdigest(), latest)


def _below(path: str) -> Iterator[tuple[str, os.stat_result | None]]:
    """The files at or below a path with their states, and folders with none.

    The state of a link is that of what it leads to: it may be this week's zip.
    """
    waiting = [(path, os.path.isdir(path))]  # noqa: PTH112 -- no recursion: a student decides how deep folders go
    while waiting:
        place, is_folder = waiting.pop()
        if not is_folder:
            yield place, _state(place)
            continue
        if place != path:
            yield place, None
        with os.scandir(place) as entries:
            inside = sorted(((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries), reverse=True)
        waiting += [(f"{place}/{name}", is_dir) for name, is_dir in inside if not _is_ignored(name)]


def _state(path: str) -> os.stat_result:
    try:
        return os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return os.lstat(path)  # a link to nowhere


def _times(state: os.stat_result) -> str:
    """Size, times and number of a file, which tell a change without reading it."""
    return f"{state.st_size}\0{state.st_mtime_ns}\0{state.st_ctime_ns}\0{state.st_ino}"


def _is_ignored(name: str) -> bool:
    """True for the stamp itself, and for what Python writes beside a suite that is a package of its own."""
    return name in (NAME, "__pycache__") or (name.startswith(f".{NAME}.") and is_draft(name))
