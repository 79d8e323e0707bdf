"""`report.html`: the class on one page for the assistants, and what needs a person first.

A `Summary` takes the grades one by one and keeps of each a line, so that a class of thousands with all its results never
lies in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args
from urllib.parse import quote

from autograder.authoring.case import Case, Module
from autograder.judging.grade import STATUSES, Grade, Outcome
from autograder.reports import feedback
from autograder.reports.csv_files import Row, number
from autograder.reports.html import BRIEF, count, environment

UNSAFE = "none"  # the layer that stands in a grade that was made without a sandbox


@dataclass(frozen=True, slots=True)
class Brief:
    """What the class page keeps of one grade."""

    outcome: Outcome
    reason: str
    passed: int
    asked: int
    ends: str  # how the lost cases ended, in words
    late: bool
    flaky: tuple[str, ...]
    doubtful: tuple[str, ...]
    unsafe: bool

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
class Tally:
    """How many were asked a case, and how many passed it."""

    passed: int = 0
    asked: int = 0

    @property
    def percent(self) -> int:
        """The share that passed, rounded down, so that 100 means all."""
        return 100 * self.passed // self.asked if self.asked else 0


@dataclass(slots=True)
class Summary:
    """A class's grades, one per student and module: the one that counts."""

    briefs: dict[tuple[str, int], Brief] = field(default_factory=dict)
    tallies: dict[tuple[int, str], Tally] = field(default_factory=dict)
    sandboxes: dict[tuple[str, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, grades: Iterable[Grade]) -> Summary:
        """The summary of grades that may be read one at a time."""
        summary = cls()
        for grade in grades:
            summary.add(grade)
        return summary

    def add(self, grade: Grade) -> None:
        """Takes one grade in; ValueError if its student has one for this module already."""
        key = (grade.student, grade.module)
        if key in self.briefs:
            raise ValueError(f"two grades of {grade.student} for module {grade.module:02d}; only one can count")
        self.briefs[key] = _brief(grade)
        if grade.sandbox:
            self.sandboxes[grade.sandbox] = self.sandboxes.get(grade.sandbox, 0) + 1
        if grade.outcome == "graded":
            for result in grade.results:
                tally = self.tallies.setdefault((grade.module, result.case), Tally())
                tally.asked += 1
                tally.passed += result.status == "passed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One module of one student: points, words, and where the feedback lies, if there is any."""

    points: str
    words: str
    link: str
    strong: bool  # something for a person to look at


def page(
    rows: Iterable[Row],
    modules: Sequence[Module],
    summary: Summary,
    cases: Callable[[int], Mapping[str, Case]],
    title: str = "",
) -> str:
    """The page of the class. `rows` are those of the gradebook, missing students among them; sorted by student here."""
    return "".join(pieces(rows, modules, summary, cases, title))


def pieces(
    rows: Iterable[Row],
    modules: Sequence[Module],
    summary: Summary,
    cases: Callable[[int], Mapping[str, Case]],
    title: str = "",
) -> Iterator[str]:
    """The page in pieces, to be written one after the other."""
    ordered = sorted(rows, key=lambda row: row.student)
    names = {row.student: row.name for row in ordered}
    stream = (
        environment()
        .get_template("overview.html.jinja")
        .stream(
            title=title or "Grades of the class",
            modules=modules,
            counts=_counts(ordered, modules, summary),
            faults=list(_listed(summary, names, "grader fault")),
            stopped=list(_listed(summary, names, "could not be run")),
            doubts=list(_doubts(summary, names, cases)),
            missing=list(_missing(ordered, modules, summary)),
            tallies=_tallies(summary, modules, cases),
            sandboxes=sorted(summary.sandboxes.items()),
            unsafe=sum(brief.unsafe for brief in summary.briefs.values()),
            sections=any(row.section for row in ordered),
            remarked=any(row.remarks or row.eras for row in ordered),
            rows=((row, [_cell(row, module, summary) for module in modules]) for row in ordered),
        )
    )
    stream.enable_buffering(500)
    yield from stream


def _brief(grade: Grade) -> Brief:
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
    )


def _cell(row: Row, module: Module, summary: Summary) -> Cell:
    brief = summary.briefs.get((row.student, module.number))
    points = number(row.points.get(module.number))
    if brief is None:
        return Cell(points, "" if points else "missing", "", False)
    strong = brief.outcome != "graded" or bool(brief.flaky or brief.doubtful) or brief.unsafe
    words = f"{brief.words}{'; without a sandbox' if brief.unsafe else ''}"
    return Cell(points, words, link(row.student, module), strong)


def link(student: str, module: Module) -> str:
    """Where a student's feedback lies, seen from the page of the class."""
    return quote(f"feedback/{feedback.path(student, module.number)}.html")


def _counts(rows: Sequence[Row], modules: Sequence[Module], summary: Summary) -> str:
    """The class in one line: `12 students, 90 grades: 80 graded, ...`."""
    wanted = {module.number for module in modules}
    outcomes = [brief.outcome for (_, module), brief in summary.briefs.items() if module in wanted]
    words = {"graded": "graded", "could not be run": "could not be run", "grader fault": "lost to a fault of ours"}
    found = [(outcomes.count(one), words[one]) for one in get_args(Outcome)]
    missing = sum((row.student, number) not in summary.briefs for row in rows for number in wanted)
    parts = [f"{n} {one}" for n, one in (*found, (missing, "missing")) if n]
    return (
        f"{count(len(rows), 'student')}, {count(len(modules), 'module')}: {', '.join(parts) or 'nothing handed in yet'}"
    )


def _listed(summary: Summary, names: Mapping[str, str], outcome: Outcome) -> Iterator[tuple[str, str, int, str]]:
    """Student, name, module and reason of all that ended in one way."""
    for (student, module), brief in sorted(summary.briefs.items()):
        if brief.outcome == outcome:
            yield student, names.get(student, ""), module, brief.reason


def _doubts(
    summary: Summary, names: Mapping[str, str], cases: Callable[[int], Mapping[str, Case]]
) -> Iterator[tuple[str, str, int, str]]:
    """Student, name, module and what is to be looked at again: cases that flip, and cases not confirmed alone."""
    for (student, module), brief in sorted(summary.briefs.items()):
        for ids, why in ((brief.flaky, "two runs differ"), (brief.doubtful, "time or memory, not confirmed alone yet")):
            if ids:
                titles = [cases(module)[one].name if one in cases(module) else one for one in ids]
                yield student, names.get(student, ""), module, f"{why}: {', '.join(titles)}"


def _missing(rows: Sequence[Row], modules: Sequence[Module], summary: Summary) -> Iterator[tuple[Module, list[Row]]]:
    """The students without a grade, module by module."""
    for module in modules:
        absent = [row for row in rows if (row.student, module.number) not in summary.briefs]
        if absent:
            yield module, absent


def _tallies(
    summary: Summary, modules: Sequence[Module], cases: Callable[[int], Mapping[str, Case]]
) -> list[tuple[int, str, str, bool, Tally]]:
    """Module, title, skill, visibility and count of every case, the one most often failed first."""
    wanted = {module.number for module in modules}
    found = []
    for (module, one), tally in summary.tallies.items():
        if module in wanted:
            case = cases(module).get(one)
            title, skill = (case.name, case.skill) if case else (one, "")
            found.append((module, title, skill, case is None or case.visible, tally))
    return sorted(found, key=lambda line: (line[4].passed / line[4].asked, -line[4].asked, line[0], line[1]))
