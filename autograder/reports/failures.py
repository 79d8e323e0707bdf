"""What a class has lost in the same way: lost cases of one skill that end alike once numbers and paths are masked.

For the staff only: of a hidden case it tells what `results.csv` tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.authoring.case import Case
from autograder.judging.grade import Grade, Result
from autograder.reports.case_statistics import as_float
from autograder.reports.causes import ASIDE
from autograder.reports.html import ENDED, message

_FEWEST = 2
"""So many students make a failure one of the class."""
_PLACE = re.compile(r"^(?:`[^`]*`|[^`:])*: (?=expected |the code raised |\d+ of \d+ values? differs?)|^result[^:\s]*: ")
_LINE = re.compile(r" \((?:cell \d+(?: \(In \[\d+\]\))?, )?line \d+\)")
_PATH = re.compile(r"…?(?:[/\\][\w.~-]+){2,}")
_NUMBER = re.compile(r"(?<![A-Za-z_])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
_NO_NUMBER = re.compile(r"-?\b(?:nan|inf)\b")  # told apart from a wrong number: another mistake makes it
_ROW = re.compile(r"#(?:(?:, ?| )#)+,?(?=[)\]])|#(?:(?:, ?| )#)+|#,(?=[)\]])")


@dataclass(slots=True)
class Failure:
    """Lost cases that end alike: of which module and skill, how, whose, and what they cost.

    `example` is the shortest text of them, with the student and the case that it is from.
    """

    module: int
    skill: str
    end: str
    students: dict[str, float] = field(default_factory=dict)
    """Points that each student loses by it; only for people to weigh, so not exact."""
    cases: dict[str, int] = field(default_factory=dict)
    """Students who lost each case so."""
    example: tuple[str, str, str] = ("", "", "")

    @property
    def most_lost(self) -> str:
        """The id of the case that most of them lost; of equals the first by id."""
        return min(self.cases, key=lambda id: (-self.cases[id], id))

    @property
    def points(self) -> int:
        """The points that it costs the class, rounded."""
        return round(sum(self.students.values()))


class Failures:
    """The failures of a class, collected from grades one by one."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str, str], Failure] = {}

    def add(self, grade: Grade, cases: Mapping[str, Case]) -> None:
        """Adds what one grade lost; a case that was never tried was lost for no reason of its own."""
        lost = [result for result in grade.results if result.status not in ("passed", "budget")]
        if not lost:
            return
        factor = as_float(grade.scale) / sum(as_float(result.worth) for result in grade.results)
        for result in lost:
            case = cases.get(result.case)
            text, end = _ended(result.told or result.shown or ENDED[result.status])
            key = (grade.module, case.skill if case else "", end)
            failure = self._found.get(key) or self._found.setdefault(key, Failure(*key))
            _note(failure, grade, result, text, factor)

    def shared(self) -> list[Failure]:
        """Those that several students have, what costs the class most first."""
        found = [failure for failure in self._found.values() if len(failure.students) >= _FEWEST]
        return sorted(found, key=lambda one: (-one.points, one.module, one.skill, one.end))


def _note(failure: Failure, grade: Grade, result: Result, text: str, factor: float) -> None:
    """Counts one lost case of a grade to a failure."""
    lost = failure.students.get(grade.student, 0.0)
    failure.students[grade.student] = lost + as_float(result.worth) * factor
    failure.cases[result.case] = failure.cases.get(result.case, 0) + 1
    # By length, then by text: the same grades in another order give the same example.
    told = (text, grade.student, result.case)
    if not failure.example[0] or (len(text), told) < (len(failure.example[0]), failure.example):
        failure.example = told


@lru_cache(maxsize=1 << 15)
def _ended(text: str) -> tuple[str, str]:
    """A text fit to be shown, and masked; a class has few that differ."""
    return message(text), masked(text)


def masked(text: str) -> str:
    """How a case ended, without what differs from student to student: the place, the line, paths and numbers."""
    plain = _LINE.sub("", _PLACE.sub("", ASIDE.sub("", message(text)), count=1))
    plain = _NO_NUMBER.sub("nan", _PATH.sub("…", plain))
    return _ROW.sub("#", _NUMBER.sub("#", plain)).rstrip(".")
