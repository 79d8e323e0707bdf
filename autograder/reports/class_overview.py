"""A class's grades in brief: of each grade a line, and counts by case, by skill and by failure.

Grades are taken one by one, so that a class of thousands with all its results never lies in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from autograder.authoring.case import Case
from autograder.judging.grade import STATUSES, Grade, GradeOutcome
from autograder.reports.case_statistics import Tally, as_float
from autograder.reports.csv_files import SHORT
from autograder.reports.failures import Failures
from autograder.reports.html import BRIEF

UNSAFE = "none"  # the layer that a grade names which was made without a sandbox


@dataclass(frozen=True, slots=True)
class Brief:
    """A grade in brief: what the page of the class keeps of it."""

    outcome: GradeOutcome
    reason: str
    passed: int
    asked: int
    ends: str  # how the lost cases ended, in words
    late: bool
    flaky: tuple[str, ...]
    doubtful: tuple[str, ...]
    unsafe: bool
    scale: Fraction = Fraction(0)
    hidden_lost: bool = False  # every visible case passed, and a hidden one did not
    file: str = ""
    attempt: str = ""
    handed_in: str = ""
    files: tuple[str, ...] = ()  # notes on several files of the module, of which one was graded

    @property
    def nothing_passed(self) -> bool:
        """True if it ran, and no case passed."""
        return self.outcome == "graded" and bool(self.asked) and not self.passed

    @property
    def words(self) -> str:
        """The state of a module at a glance."""
        if self.outcome != "graded":
            return {"grader fault": "our fault, not graded"}.get(self.outcome, self.outcome)
        more = [
            self.ends,
            "late" if self.late else "",
            "flaky" if self.flaky else "",
            "doubtful" if self.doubtful else "",
        ]
        return "; ".join(filter(None, [f"{self.passed} of {self.asked} passed", *more]))


@dataclass(slots=True)
class ClassOverview:
    """A class's grades in brief, one per student and module: the one that counts."""

    cases: Callable[[int], Mapping[str, Case]]
    briefs: dict[tuple[str, int], Brief] = field(default_factory=dict)
    tallies: dict[tuple[int, str], Tally] = field(default_factory=dict)
    skills: dict[tuple[int, str], Tally] = field(default_factory=dict)
    """By module and skill: who was asked any case of the skill, and who passed all of those."""
    failures: Failures = field(default_factory=Failures)
    sandboxes: dict[tuple[str, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, grades: Iterable[Grade], cases: Callable[[int], Mapping[str, Case]]) -> ClassOverview:
        """The overview of these grades, which are read one at a time; `cases` gives a module's cases by id."""
        overview = cls(cases)
        for grade in grades:
            overview.add(grade)
        return overview

    def add(self, grade: Grade) -> None:
        """Adds one grade; raises ValueError if its student has one for this module already."""
        key = (grade.student, grade.module)
        if key in self.briefs:
            raise ValueError(f"two grades of {grade.student} for module {grade.module:02d}; only one can count")
        cases = self.cases(grade.module)
        self.briefs[key] = _brief(grade, cases)
        if grade.sandbox:
            self.sandboxes[grade.sandbox] = self.sandboxes.get(grade.sandbox, 0) + 1
        if grade.outcome == "graded":
            self._count(grade, cases)
            self.failures.add(grade, cases)

    def _count(self, grade: Grade, cases: Mapping[str, Case]) -> None:
        """Counts the results of a grade by case and by skill."""
        results = [(one.case, one.status == "passed", as_float(one.worth)) for one in grade.results]
        worth = sum(price for _, _, price in results)
        earned = sum(price for _, passed, price in results if passed)
        whole: dict[str, bool] = {}
        for id, passed, price in results:
            others = worth - price
            rest = (earned - price * passed) / others if others else 0.0
            tally = self.tallies.get((grade.module, id)) or self.tallies.setdefault((grade.module, id), Tally())
            tally.add(passed, rest)
            if case := cases.get(id):
                whole[case.skill] = whole.get(case.skill, True) and passed
        for skill, complete in whole.items():
            self.skills.setdefault((grade.module, skill), Tally()).add(complete, 0.0)


_SEVERAL_FILES = re.compile(r" is graded, of \d+ candidates; not |^the notebook and `.*` differ in ")


def _hidden_lost(grade: Grade, cases: Mapping[str, Case]) -> bool:
    """True if every visible case passed and a hidden one did not."""
    ended = [(cases[one.case].visible, one.status == "passed") for one in grade.results if one.case in cases]
    visible = [passed for is_visible, passed in ended if is_visible]
    return bool(visible) and all(visible) and not all(passed for _, passed in ended)


def _brief(grade: Grade, cases: Mapping[str, Case]) -> Brief:
    """The grade in brief."""
    counted = grade.counted()
    lost = [f"{counted[status]} {BRIEF[status]}" for status in STATUSES if status in counted and status != "passed"]
    return Brief(
        grade.outcome,
        grade.reason,
        counted.get("passed", 0),
        len(grade.results),
        ", ".join(lost),
        grade.late,
        tuple(result.case for result in grade.results if result.flaky),
        grade.doubtful,
        UNSAFE in grade.sandbox,
        grade.scale,
        grade.outcome == "graded" and _hidden_lost(grade, cases),
        grade.file,
        grade.attempt[:SHORT],
        grade.handed_in,
        tuple(note for note in grade.notes if _SEVERAL_FILES.search(note)),
    )
