"""The log of people's marks, `marks.jsonl`: what each grader gave for what, and when it was merged.

Lines are only ever added. A mark that replaces another says what it was; nothing a grader gave is lost, and grading the
code again touches none of it. Which mark counts follows from the log alone: a decision before everything else, and without
one the graders' marks where they agree on the level. Where they do not, the answer waits for a decision.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from blueprint.files import make_folder
from blueprint.problems import CourseError, Problem
from blueprint.problems import Mark as Place

NAME = "marks.jsonl"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One grader's mark for one question of one student's piece of work.

    `points` of `possible` are exact. `old` is what this grader gave before, in words, empty for a first mark. `decides`
    says that this one counts whatever others gave. `marked_at` may be blank; `merged_at` is when it came into the log.
    """

    piece: str
    student: str
    criterion: str
    question: str
    level: str
    title: str
    points: Fraction
    possible: Fraction
    grader: str
    answer: str
    name: str = ""
    """What the question is called for the student."""
    reasons: tuple[str, ...] = ()
    """What the student reads of the reasons chosen, in words."""
    comment: str = ""
    second: bool = False
    decides: bool = False
    old: str = ""
    marked_at: str = ""
    merged_at: str = ""

    def same(self, other: Mark) -> bool:
        """True if another mark says the same, whenever it was given."""
        told = ("level", "points", "reasons", "comment", "second", "decides", "answer")
        return all(getattr(self, name) == getattr(other, name) for name in told)


Key = tuple[str, str, str]
"""A piece, a student and a criterion."""


@dataclass
class Marks:
    """The marks of an offering as the log holds them: for each piece, student and criterion the last of each grader.

    A grader who decides as well has two, of which the decision counts.
    """

    path: Path
    by_key: dict[Key, dict[tuple[str, bool], Mark]] = field(default_factory=dict)
    criteria: dict[str, Sequence[str]] = field(default_factory=dict)
    """The criteria of each piece, all of which must be marked before its points are known."""

    @classmethod
    def read(cls, folder: Path) -> Marks:
        """The log in a folder of grades, empty where there is none; raises CourseError where a line of it cannot be read.

        A last line that was cut short is no line.
        """
        marks = cls(folder / NAME)
        try:
            text = marks.path.read_text("utf-8")
        except FileNotFoundError:
            return marks
        except (OSError, ValueError) as error:
            raise CourseError([Problem(Place(str(marks.path)), f"cannot be read: {error}")]) from error
        for number, line in enumerate(text.split("\n")[:-1], 1):
            try:
                marks._take(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError) as error:
                hint = "the log is only added to by `blueprint review merge`; restore the line, or remove it"
                raise CourseError([Problem(Place(str(marks.path), number), f"is no line of a log of marks: {error}", hint)]) from error  # fmt: skip
        return marks

    def _take(self, entry: Mapping[str, Any]) -> None:
        if "mark" in entry:
            self.add(_from_json(entry["mark"]))
        elif "piece" in entry:
            self.criteria[str(entry["piece"])] = tuple(map(str, entry["criteria"]))
        elif entry.get("version") != _VERSION:
            raise ValueError(f"version {entry.get('version')} is not known; this program reads version {_VERSION}")

    def add(self, mark: Mark) -> None:
        """Takes a mark into what is known, without writing it."""
        self.by_key.setdefault((mark.piece, mark.student, mark.criterion), {})[mark.grader, mark.decides] = mark

    def of_grader(self, piece: str, student: str, criterion: str, grader: str, decides: bool = False) -> Mark | None:
        """What a grader gave last, as a mark or as a decision; None where nothing."""
        return self.by_key.get((piece, student, criterion), {}).get((grader, decides))

    def given(self, piece: str, student: str, criterion: str) -> Sequence[Mark]:
        """The last mark of every grader who has read an answer, by grader."""
        return [mark for _, mark in sorted(self.by_key.get((piece, student, criterion), {}).items())]

    def counting(self, piece: str, student: str, criterion: str) -> Mark | None:
        """The mark that counts; None where there is none, or where a decision is still to come."""
        given = self.given(piece, student, criterion)
        decisions = [mark for mark in given if mark.decides]
        if decisions:
            return max(decisions, key=lambda mark: (mark.merged_at, mark.grader))
        if len({mark.level for mark in given}) != 1:
            return None
        if len(given) == 1:
            return None if given[0].second else given[0]
        return _joined(given)

    def of(self, student: str, piece: str) -> Sequence[Mark]:
        """The marks that count of one student's piece, in the order of its criteria."""
        found = (self.counting(piece, student, criterion) for criterion in self.criteria.get(piece, ()))
        return [mark for mark in found if mark is not None]

    def points(self, student: str, piece: str) -> Fraction | None:
        """The sum of the points of a student's piece; None while not every criterion has a mark that counts."""
        marks = self.of(student, piece)
        criteria = self.criteria.get(piece, ())
        return sum((mark.points for mark in marks), Fraction(0)) if criteria and len(marks) == len(criteria) else None

    def students(self, piece: str) -> list[str]:
        """Everybody of whose piece anything was marked, in order."""
        return sorted({student for where, student, _ in self.by_key if where == piece})

    def append(self, marks: Sequence[Mark], criteria: Mapping[str, Sequence[str]]) -> None:
        """Adds marks to the log, and the criteria of their pieces where these are news; raises OSError.

        All lines go to the disk in one write.
        """
        lines = [] if self.path.exists() else [{"blueprint": "marks", "version": _VERSION}]
        for piece, names in criteria.items():
            if self.criteria.get(piece) != tuple(names):
                lines.append({"piece": piece, "criteria": list(names)})
                self.criteria[piece] = tuple(names)
        lines += [{"mark": _to_json(mark)} for mark in marks]
        if lines:
            _append(self.path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())
        for mark in marks:
            self.add(mark)


def _joined(marks: Sequence[Mark]) -> Mark:
    """What graders who agree on the level gave together: the mean of their points, and what each of them wrote."""
    comments = list(dict.fromkeys(mark.comment for mark in marks if mark.comment))
    reasons = tuple(dict.fromkeys(reason for mark in marks for reason in mark.reasons))
    points = sum((mark.points for mark in marks), Fraction(0)) / len(marks)
    return replace(marks[0], points=points, comment="\n\n".join(comments), reasons=reasons, grader=" and ".join(mark.grader for mark in marks))  # fmt: skip


def _append(path: Path, data: bytes) -> None:
    """Adds bytes to a file for its owner only, after removing a last line that was cut short."""
    make_folder(path.parent, owner_only=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        before = file.read()
        file.seek(before.rfind(b"\n") + 1)
        file.truncate()
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _to_json(mark: Mark) -> dict[str, Any]:
    """A mark as JSON's own kinds of value; what is at its default is left out."""
    values = ((one.name, getattr(mark, one.name), one.default) for one in fields(mark))
    plain = {
        name: str(value) if isinstance(value, Fraction) else value
        for name, value, default in values
        if value != default
    }
    return plain


def _from_json(data: Mapping[str, Any]) -> Mark:
    values = dict(data) | {"points": Fraction(data["points"]), "possible": Fraction(data["possible"])}
    return Mark(**values | {"reasons": tuple(data.get("reasons", ()))})
