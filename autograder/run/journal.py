"""The journal of grades: one line of JSON for every attempt graded, only ever appended to.

A run that is killed loses the work in hand; what stands in the journal is taken over by the next. A last line that was
cut short is dropped. In memory is only an index, so that a class of thousands fits: where the last grade of each attempt
stands, what is needed to choose among attempts, and their points.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from autograder.judging.grade import NOTHING_HANDED_IN, SCALE, Grade, from_json, points_of, scale_of, to_json
from blueprint.files import make_folder
from blueprint.problems import UsageError

NAME = "journal.jsonl"
_VERSION = 1


class StudentModule(NamedTuple):
    """One student's work on one module."""

    student: str
    module: int


@dataclass(slots=True)
class Entry:
    """The place of one attempt's last grade in the file, in bytes, and what chooses among attempts.

    `order` is the number of the run and the hand-in's place in it: of two attempts the one with the greater order is later.
    """

    attempt: str
    start: int
    size: int
    order: tuple[int, int]
    late: bool
    handed_in: str
    doubtful: bool
    name: str = ""
    email: str = ""
    kind: str = ""
    origin: str = ""
    points: Fraction | None = None  # None for a fault of ours
    scale: Fraction = SCALE
    nothing: bool = False  # nothing was handed in, although files were
    could_not_run: bool = False
    other_edition: bool = False  # its text looks like another edition than it was graded as
    student: str = ""  # what it was handed in as


class Journal:
    """The journal of one folder of grades; a context manager.

    One that is opened for writing is locked against a second run. Raises UsageError where it cannot be opened or read.
    """

    def __init__(self, folder: Path, suite: str, *, writing: bool = True) -> None:
        self._suite = suite
        self.path = folder / NAME
        self.entries: dict[StudentModule, list[Entry]] = {}
        self.run = 0
        self._scope = ""
        self._ended = True
        self._held: dict[StudentModule, tuple[Entry, tuple[int, int]]] = {}
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC if writing else os.O_RDONLY | os.O_CLOEXEC
        try:
            if writing:
                make_folder(folder, owner_only=True)
            self._file = os.open(self.path, flags, 0o600)
        except FileNotFoundError:
            raise UsageError(f"{folder} holds no grades yet; `blueprint grade` makes them") from None
        except OSError as error:
            raise UsageError(f"{self.path}: {(error.strerror or 'cannot be opened').lower()}") from error
        if writing:
            self._lock()
        try:
            self._end = self._load()
        except BaseException:
            os.close(self._file)
            raise
        if writing:
            os.ftruncate(self._file, self._end)
            if not self._end:
                self._append({"blueprint": "journal", "version": _VERSION})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Brings everything to the disk and gives up the lock."""
        if self._file >= 0:
            os.fsync(self._file)
            os.close(self._file)
            self._file = -1  # the number may soon be another file's

    def fileno(self) -> int:
        """The file's descriptor, for slots that read earlier grades."""
        return self._file

    # -------------------------------------------------------------------------------------------- writing

    def begin(self, scope: str) -> None:
        """Begins a run over what `scope` stands for; one that was cut short goes on under its own number."""
        if self._ended or self._scope != scope:
            self.run += 1
            self._scope, self._ended = scope, False
            self._append({"run": self.run, "of": scope})

    def done(self) -> None:
        """Ends a run that has graded everything it was given."""
        if not self._ended:
            self._append({"done": self.run})
            self._ended = True

    def add(self, grade: Grade) -> None:
        """Appends one grade."""
        data = to_json(grade)
        start = self._end
        size = self._append({"grade": data})
        self._index(data, start, size)
        self._settle(StudentModule(grade.student, grade.module))

    def again(self, key: StudentModule, entry: Entry, order: tuple[int, int]) -> None:
        """Notes that an attempt graded before was handed in again, and is now that late in the order of attempts."""
        if entry is latest(self.entries[key]):
            # It stays the latest, which needs no line, unless one that comes before it in this run is graded later.
            self._held[key] = (entry, order)
            return
        self._move(key, entry, order)
        self._settle(key)

    def _settle(self, key: StudentModule) -> None:
        """Writes the new place of an attempt that `again` held back because it still was the latest."""
        if held := self._held.pop(key, None):
            self._move(key, *held)

    def _move(self, key: StudentModule, entry: Entry, order: tuple[int, int]) -> None:
        """Writes down an attempt's later place among the others."""
        if order > entry.order:
            entry.order = order
            self._append({"again": [*key, entry.attempt, *order], "suite": self._suite})

    def _append(self, data: Any) -> int:
        """Writes one line; returns its length in bytes."""
        line = json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        rest = memoryview(line)
        position = self._end
        while rest:
            written = os.pwrite(self._file, rest, position)
            rest, position = rest[written:], position + written
        self._end += len(line)
        return len(line)

    # -------------------------------------------------------------------------------------------- reading

    def grade(self, entry: Entry) -> Grade:
        """The grade of an attempt, read from the file."""
        return read(self._file, entry.start, entry.size)

    def attempts(self, key: StudentModule) -> list[Entry]:
        """The attempts of a student at a module, first to last; none where there is no grade."""
        return sorted(self.entries.get(key, ()), key=lambda entry: entry.order)

    def modules(self) -> list[int]:
        """The numbers of the modules that have grades, in order."""
        return sorted({key.module for key in self.entries})

    def _load(self) -> int:
        """Reads the lines of the file into the index; returns where the last whole line ends."""
        position = 0
        with open(os.dup(self._file), "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break  # cut short; what it held is graded again
                self._take(line, position, number)
                position += len(line)
        return position

    def _take(self, line: bytes, start: int, number: int) -> None:
        """Takes one line into the index; raises UsageError for one that is none of ours."""
        try:
            data = json.loads(line)
            if "grade" in data:
                self._index(data["grade"], start, len(line))
            elif "again" in data and data["suite"] == self._suite:
                student, module, attempt, run, order = data["again"]
                for entry in self.entries[StudentModule(student, module)]:
                    if entry.attempt == attempt:
                        entry.order = (run, order)
            elif "run" in data:
                self.run, self._scope, self._ended = data["run"], data["of"], False
            elif "done" in data:
                self._ended = True
            elif data.get("version") != _VERSION:
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UsageError(
                f"{self.path}:{number}: this is no line of a grading journal; restore the file from a copy, or delete "
                f"the line: what it held is graded again"
            ) from None

    def _index(self, data: dict[str, Any], start: int, size: int) -> None:
        """Enters one grade, given as its data; a grade of the same attempt is replaced and keeps the later place."""
        if data["suite"] != self._suite:
            return
        first, second = data.get("order", (0, 0))
        entry = Entry(
            data["attempt"],
            start,
            size,
            (first, second),
            data.get("late", False),
            data.get("handed_in", ""),
            bool(data.get("doubtful")),
            data.get("name", ""),
            data.get("email", ""),
            data.get("kind", ""),
            sys.intern(data.get("origin", "")),
            points_of(data),
            scale_of(data),
            data.get("reason", "").startswith(NOTHING_HANDED_IN),
            data["outcome"] == "could not be run",
            bool(data.get("own_editions")),
            sys.intern(data["student"]),
        )
        attempts = self.entries.setdefault(StudentModule(data["student"], data["module"]), [])
        for index, other in enumerate(attempts):
            if other.attempt == entry.attempt:
                entry.order = max(other.order, entry.order)
                attempts[index] = entry
                return
        attempts.append(entry)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise UsageError(f"{self.path.parent}: another run is grading into this folder; wait for it") from None


def read(file: int, start: int, size: int) -> Grade:
    """The grade that stands at a place in a journal, which is given by its descriptor; positions are in bytes."""
    return from_json(json.loads(os.pread(file, size, start))["grade"])


def latest(attempts: list[Entry]) -> Entry:
    """The last of a student's attempts at a module."""
    return max(attempts, key=lambda entry: entry.order)
