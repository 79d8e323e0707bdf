"""The log of regrades, `regrades.csv`: a line for each request that was decided, only ever added to."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.case import Case
from autograder.judging.points import number
from autograder.regrades.decisions import Decision, changes_in_words, words
from autograder.regrades.requests import Request
from autograder.reports.csv_files import SHORT, line
from blueprint.files import make_folder
from blueprint.problems import CourseError, Mark, Problem
from blueprint.spreadsheet import guarded

NAME = "regrades.csv"
COLUMNS = (
    *("decided_at", "student", "name", "module", "cases", "reason", "before", "after", "possible"),
    *("decision", "changes", "attempt", "words"),
)
_OPEN = "fault"
"""The decision that leaves a request open: it is run again when it is asked again."""


@dataclass(frozen=True, slots=True)
class Log:
    """The log in a folder of grades."""

    path: Path

    def decided(self) -> set[tuple[str, str, str, str]]:
        """What was asked and decided: student, module, cases and reason as they stand in the log. Raises CourseError."""
        if not self.path.exists():
            return set()
        try:
            reader = csv.DictReader(self.path.read_text("utf-8").splitlines(keepends=True), strict=True)
            rows = list(reader)
        except (OSError, ValueError, csv.Error) as error:
            raise self._problem(f"cannot be read: {error}") from error
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise self._problem("is no log of regrades: its headings are others")
        return {
            (one["student"], one["module"], one["cases"], one["reason"]) for one in rows if one["decision"] != _OPEN
        }

    def _problem(self, what: str) -> CourseError:
        hint = "the log is only added to by `blueprint regrade`; restore it from a copy, or move it away"
        return CourseError([Problem(Mark(str(self.path)), what, hint)])

    def append(self, decisions: Sequence[Decision], cases: Mapping[int, Mapping[str, Case]], decided_at: str) -> None:
        """Adds a line for each decision, all in one write, readable for its owner only; raises OSError.

        `cases` are those of each module by id.
        """
        lines = [] if self.path.exists() else [line(COLUMNS)]
        lines += [line(_cells(one, cases[one.request.module], decided_at)) for one in decisions]
        _append(self.path, "".join(lines).encode("utf-8", "replace"))


def asked(request: Request) -> tuple[str, str, str, str]:
    """What a request asks, as it stands in the log."""
    cells = (request.student, f"module-{request.module:02}", "; ".join(request.cases), request.reason)
    student, module, cases, reason = map(guarded, cells)
    return student, module, cases, reason


def _cells(decision: Decision, cases: Mapping[str, Case], decided_at: str) -> Iterable[str]:
    before, counts = decision.before, decision.counts
    student, module, named, reason = asked(decision.request)
    points = (number(before.points), number(counts.points), number(counts.scale))
    yield from (decided_at, student, before.name, module, named, reason, *points)
    yield from (decision.outcome, changes_in_words(decision), counts.attempt[:SHORT], words(decision, cases))


def _append(path: Path, data: bytes) -> None:
    make_folder(path.parent, owner_only=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
