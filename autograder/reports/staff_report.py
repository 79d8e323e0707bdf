"""`report.html`: the class on one page for the assistants, and what needs a person first.

A `ClassOverview` takes the grades one by one and keeps of each a line, so that a class of thousands with all its results never
lies in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args
from urllib.parse import quote

from autograder.authoring.case import Case, Module
from autograder.intake.contents import printable
from autograder.judging.grade import STATUSES, Grade, GradeOutcome
from autograder.judging.points import number
from autograder.reports import feedback, unmatched
from autograder.reports.csv_files import Row
from autograder.reports.html import BRIEF, count, environment
from autograder.run.account import Account

_NO_ACCOUNT = Account()
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
    """The count of students who were asked a case, and of those who passed it."""

    passed: int = 0
    asked: int = 0

    @property
    def percent(self) -> int:
        """The share that passed in percent, rounded down, so that 100 means all."""
        return 100 * self.passed // self.asked if self.asked else 0


@dataclass(slots=True)
class ClassOverview:
    """A class's grades in brief, one per student and module: the one that counts."""

    briefs: dict[tuple[str, int], Brief] = field(default_factory=dict)
    tallies: dict[tuple[int, str], Tally] = field(default_factory=dict)
    sandboxes: dict[tuple[str, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, grades: Iterable[Grade]) -> ClassOverview:
        """The overview of these grades, which are read one at a time."""
        overview = cls()
        for grade in grades:
            overview.add(grade)
        return overview

    def add(self, grade: Grade) -> None:
        """Adds one grade; raises ValueError if its student has one for this module already."""
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
    """One module of one student on the page: points, words, and where the feedback lies, if there is any."""

    points: str
    words: str
    link: str
    strong: bool  # something for a person to look at


def page(
    rows: Iterable[Row],
    modules: Sequence[Module],
    overview: ClassOverview,
    cases: Callable[[int], Mapping[str, Case]],
    title: str = "",
    account: Account = _NO_ACCOUNT,
) -> str:
    """The page of the class, by student. `rows` are those of the gradebook, missing students among them."""
    return "".join(pieces(rows, modules, overview, cases, title, account))


def pieces(
    rows: Iterable[Row],
    modules: Sequence[Module],
    overview: ClassOverview,
    cases: Callable[[int], Mapping[str, Case]],
    title: str = "",
    account: Account = _NO_ACCOUNT,
) -> Iterator[str]:
    """The page of the class in pieces, to be written one after the other."""
    ordered = sorted(rows, key=lambda row: row.student)
    names = {row.student: row.name for row in ordered}
    stream = (
        environment()
        .get_template("staff_report.html.jinja")
        .stream(
            title=title or "Grades of the class",
            modules=modules,
            counts=_counts(ordered, modules, overview),
            faults=list(_listed(overview, names, "grader fault")),
            stopped=list(_listed(overview, names, "could not be run")),
            doubts=list(_doubts(overview, names, cases)),
            missing=list(_missing(ordered, modules, overview)),
            tallies=_tallies(overview, modules, cases),
            account=account.words if account.items else "",
            nobodys=unmatched.told(account.of("unmatched")),
            turned_down=unmatched.told(account.of("refused")),
            not_begun=unmatched.told(account.not_begun),
            without_work=unmatched.told(account.of("no work found")),
            passed_over=[printable(item.who) for item in account.of("ignored")],
            sandboxes=sorted(overview.sandboxes.items()),
            unsafe=sum(brief.unsafe for brief in overview.briefs.values()),
            sections=any(row.section for row in ordered),
            remarked=any(row.remarks or row.editions for row in ordered),
            rows=((row, [_cell(row, module, overview) for module in modules]) for row in ordered),
        )
    )
    stream.enable_buffering(500)
    yield from stream


def _brief(grade: Grade) -> Brief:
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
    )


def _cell(row: Row, module: Module, overview: ClassOverview) -> Cell:
    """One module of one student as it stands on the page."""
    brief = overview.briefs.get((row.student, module.number))
    points = number(row.points.get(module.number))
    if brief is None:
        return Cell(points, "" if points else "missing", "", False)
    strong = brief.outcome != "graded" or bool(brief.flaky or brief.doubtful) or brief.unsafe
    words = f"{brief.words}{'; without a sandbox' if brief.unsafe else ''}"
    return Cell(points, words, link(row.student, module), strong)


def link(student: str, module: Module) -> str:
    """The link to a student's feedback on a module, from the page of the class."""
    return quote(f"feedback/{feedback.path(student, module.number)}.html")


def _counts(rows: Sequence[Row], modules: Sequence[Module], overview: ClassOverview) -> str:
    """The class in one line: `12 students, 90 grades: 80 graded, ...`."""
    wanted = {module.number for module in modules}
    outcomes = [brief.outcome for (_, module), brief in overview.briefs.items() if module in wanted]
    words = {"graded": "graded", "could not be run": "could not be run", "grader fault": "lost to a fault of ours"}
    counts = [(outcomes.count(outcome), words[outcome]) for outcome in get_args(GradeOutcome)]
    missing = sum((row.student, number) not in overview.briefs for row in rows for number in wanted)
    parts = [f"{n} {what}" for n, what in (*counts, (missing, "missing")) if n]
    return (
        f"{count(len(rows), 'student')}, {count(len(modules), 'module')}: {', '.join(parts) or 'nothing handed in yet'}"
    )


def _listed(
    overview: ClassOverview, names: Mapping[str, str], outcome: GradeOutcome
) -> Iterator[tuple[str, str, int, str]]:
    """Student, name, module and reason of every grade with this outcome."""
    for (student, module), brief in sorted(overview.briefs.items()):
        if brief.outcome == outcome:
            yield student, names.get(student, ""), module, brief.reason


def _doubts(
    overview: ClassOverview, names: Mapping[str, str], cases: Callable[[int], Mapping[str, Case]]
) -> Iterator[tuple[str, str, int, str]]:
    """Student, name, module and what is in doubt: cases that flip, and cases not confirmed alone."""
    for (student, module), brief in sorted(overview.briefs.items()):
        for ids, why in ((brief.flaky, "two runs differ"), (brief.doubtful, "time or memory, not confirmed alone yet")):
            if ids:
                titles = [cases(module)[id].name if id in cases(module) else id for id in ids]
                yield student, names.get(student, ""), module, f"{why}: {', '.join(titles)}"


def _missing(
    rows: Sequence[Row], modules: Sequence[Module], overview: ClassOverview
) -> Iterator[tuple[Module, list[Row]]]:
    """Each module that some students have no grade for, with their rows."""
    for module in modules:
        absent = [row for row in rows if (row.student, module.number) not in overview.briefs]
        if absent:
            yield module, absent


def _tallies(
    overview: ClassOverview, modules: Sequence[Module], cases: Callable[[int], Mapping[str, Case]]
) -> list[tuple[int, str, str, bool, Tally]]:
    """Module, title, skill, visibility and count of every case, the one most often failed first."""
    wanted = {module.number for module in modules}
    lines = []
    for (module, id), tally in overview.tallies.items():
        if module in wanted:
            case = cases(module).get(id)
            title, skill = (case.name, case.skill) if case else (id, "")
            lines.append((module, title, skill, case is None or case.visible, tally))
    return sorted(lines, key=lambda line: (line[4].passed / line[4].asked, -line[4].asked, line[0], line[1]))
