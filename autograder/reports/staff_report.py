"""`report.html`: the class on one page for the assistants, and what needs a person first.

A `ClassOverview` takes the grades one by one and keeps of each a line, so that a class of thousands with all its results never
lies in memory. The page sorts and filters itself by one script of its own; without it everything is there, unsorted.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import get_args
from urllib.parse import quote

from autograder.authoring.case import Case, Module
from autograder.intake.contents import printable
from autograder.judging.grade import STATUSES, Grade, GradeOutcome
from autograder.judging.points import number
from autograder.reports import feedback, reach_out, scores, unmatched
from autograder.reports.case_statistics import Tally, as_float
from autograder.reports.csv_files import SHORT, Row
from autograder.reports.failures import Failure, Failures
from autograder.reports.html import BRIEF, TEMPLATES, count, environment, message
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
    scale: Fraction = Fraction(0)
    hidden_lost: bool = False  # every visible case passed, and a hidden one did not
    file: str = ""
    attempt: str = ""
    handed_in: str = ""
    files: tuple[str, ...] = ()  # notes on several files of the module, of which one was graded

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


@dataclass(frozen=True, slots=True)
class Cell:
    """One module of one student on the page: points, words, and where the feedback lies, if there is any."""

    points: str
    words: str
    link: str
    strong: bool  # something for a person to look at


@dataclass(frozen=True, slots=True)
class Need:
    """A reason why a person should look: its id in the filter, how many grades, in words, and what to do."""

    id: str
    count: int
    title: str
    advice: str
    strong: bool = False


_NEEDS: Sequence[tuple[str, str, str, bool]] = (
    ("fault", "not graded, through a fault of ours", "No zero. Mend the cause and grade these again.", True),
    ("not-run", "could not be run", "0 points as it stands. Reason and next step are in the feedback.", True),
    ("unsafe", "graded without a sandbox", "Grade them again inside one before the points count.", True),
    (
        "hidden",
        "visible cases pass, hidden ones do not",
        "Values may be written in, or a case is unclear. Read the code.",
        False,
    ),
    ("doubt", "flaky or doubtful", "Two runs differ, or time and memory are not confirmed alone.", False),
    ("files", "more than one file fits", "See below which was graded, and whether they meant that one.", False),
    (
        "late",
        "late",
        "By the platform's mark or time. Points here are raw; the gradebook takes off what the course says.",
        False,
    ),
    ("missing", "missing", "Nothing came in.", False),
    ("reach", "students to reach out to", "A change against their own earlier work. A kind line, no verdict.", False),
)
"""The reasons to look, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A student's line in the table of the class: the cells, what the filter finds it by, and what to look at in words."""

    row: Row
    cells: Sequence[Cell]
    tokens: str
    look: Sequence[str]
    alike: Sequence[str]  # the letters of the failures it has part in


@dataclass(frozen=True)
class ClassReport:
    """All that the page and the tables beside it tell of a class: from the gradebook's rows, by student, and an overview."""

    rows: Sequence[Row]
    modules: Sequence[Module]
    overview: ClassOverview

    @cached_property
    def failures(self) -> list[tuple[str, Failure]]:
        """The failures that several students share, each with its letter; the costliest first."""
        wanted = {module.number for module in self.modules}
        shared = [one for one in self.overview.failures.shared() if one.module in wanted]
        return [(_letters(place), one) for place, one in enumerate(shared[:MOST_FAILURES])]

    @cached_property
    def to_reach(self) -> dict[str, str]:
        """The students to reach out to, each with the reason."""
        shares: dict[str, dict[int, Fraction | None]] = {row.student: {} for row in self.rows}
        points = {row.student: row.points for row in self.rows}
        faults = set()
        for (student, module), brief in self.overview.briefs.items():
            if student in shares and brief.outcome != "grader fault":
                earned = points[student].get(module) or Fraction(0)
                graded = brief.outcome == "graded" and brief.scale
                shares[student][module] = earned / brief.scale if graded else None
            elif student in shares:
                faults.add((student, module))
        due = reach_out.handed_in_by_most(shares, [module.number for module in self.modules])
        found = {}
        for row in self.rows:
            known = [number for number in due if (row.student, number) not in faults]
            if why := reach_out.reason(shares[row.student], known):
                found[row.student] = why
        return found

    @cached_property
    def scores(self) -> list[tuple[Module, scores.Distribution]]:
        """How the points of each module are spread, of work that was graded."""
        points: dict[int, list[Fraction]] = {}
        scale: dict[int, Fraction] = {}
        for row in self.rows:
            for module, earned in row.points.items():
                brief = self.overview.briefs.get((row.student, module))
                if brief is not None and earned is not None and brief.outcome == "graded" and brief.asked:
                    points.setdefault(module, []).append(earned)
                    scale[module] = max(brief.scale, scale.get(module, Fraction(0)))
        return [
            (one, scores.distribution(points[one.number], scale[one.number]))
            for one in self.modules
            if one.number in points
        ]

    @cached_property
    def skills(self) -> list[tuple[int, str, Tally]]:
        """Module, skill and the count of those who have all its cases, the hardest first."""
        wanted = {module.number for module in self.modules}
        found = [(module, skill, tally) for (module, skill), tally in self.overview.skills.items() if module in wanted]
        return sorted(found, key=lambda one: (one[2].passed / one[2].asked, -one[2].asked, one[0], one[1]))

    @cached_property
    def files(self) -> list[tuple[Module, list[tuple[str, list[str]]], list[tuple[str, str]]]]:
        """By module: the names of graded files with those who handed them in, the most common first, and notes by student."""
        found = []
        for module in self.modules:
            by_name: dict[str, list[str]] = {}
            notes = []
            for row in self.rows:
                brief = self.overview.briefs.get((row.student, module.number))
                if brief is not None and brief.file:
                    by_name.setdefault(brief.file.rpartition("/")[2], []).append(row.student)
                    notes += [(row.student, note) for note in brief.files]
            if by_name:
                found.append((module, sorted(by_name.items(), key=lambda one: (-len(one[1]), one[0])), notes))
        return found

    def flags(self, student: str, module: int) -> list[str]:
        """The ids of the reasons to look at one student's module."""
        brief = self.overview.briefs.get((student, module))
        if brief is None:
            return ["missing"]
        told = {
            "fault": brief.outcome == "grader fault",
            "not-run": brief.outcome == "could not be run",
            "unsafe": brief.unsafe,
            "hidden": brief.hidden_lost,
            "doubt": bool(brief.flaky or brief.doubtful),
            "files": bool(brief.files),
            "late": brief.late,
        }
        return [id for id, holds in told.items() if holds]

    def needs(self) -> list[Need]:
        """The reasons to look that there are, each with the number of grades, or of students to reach out to."""
        found = Counter(
            flag for row in self.rows for one in self.modules for flag in self.flags(row.student, one.number)
        )
        found["reach"] = len(self.to_reach)
        return [Need(id, found[id], *words) for id, *words in _NEEDS if found[id]]  # type: ignore[arg-type]

    def lines(self) -> Iterator[Line]:
        """The lines of the table, by student."""
        shared = self.failures
        for row in self.rows:
            flags = {one.number: self.flags(row.student, one.number) for one in self.modules}
            alike = [letter for letter, failure in shared if row.student in failure.students]
            reach = ["reach"] if row.student in self.to_reach else []
            tokens = sorted({flag for told in flags.values() for flag in told}) + reach + [f"f-{one}" for one in alike]
            cells = [_cell(row, module, self.overview) for module in self.modules]
            yield Line(row, cells, " ".join(tokens), self._look(row, flags), alike)

    def _look(self, row: Row, flags: Mapping[int, Sequence[str]]) -> list[str]:
        """What to look at in words, by reason: `late: 01, 04`; and why to reach out."""
        modules: dict[str, list[str]] = {}
        for module, told in flags.items():
            for flag in told:
                modules.setdefault(flag, []).append(f"{module:02}")
        words = [f"{_SHORTLY[flag]}: {', '.join(modules[flag])}" for flag, *_ in _NEEDS if flag in modules]
        return [*words, *([f"reach out: {self.to_reach[row.student]}"] if row.student in self.to_reach else [])]


MOST_FAILURES = 60
"""Failures that the page tells; the class has a long tail of others."""
_IN_FULL = 8
"""Of those, so many are told in full, the others in a table."""
_WORDY = 3
"""Up to so many modules, the state of each stands in words below its points."""
_SHORTLY = {
    "fault": "our fault",
    "not-run": "not run",
    "unsafe": "no sandbox",
    "hidden": "hidden lost",
    "doubt": "flaky or doubtful",
    "files": "several files",
    "late": "late",
    "missing": "missing",
}


def page(
    rows: Iterable[Row],
    modules: Sequence[Module],
    overview: ClassOverview,
    title: str = "",
    account: Account = _NO_ACCOUNT,
) -> str:
    """The page of the class, by student. `rows` are those of the gradebook, missing students among them."""
    ordered = sorted(rows, key=lambda row: row.student)
    return "".join(pieces(ClassReport(ordered, modules, overview), title, account))


def pieces(report: ClassReport, title: str = "", account: Account = _NO_ACCOUNT) -> Iterator[str]:
    """The page of the class in pieces, to be written one after the other."""
    ordered, modules, overview = report.rows, report.modules, report.overview
    script = TEMPLATES.joinpath("staff_report.js").read_text("utf-8")
    names = {row.student: row.name for row in ordered}
    stream = (
        environment()
        .get_template("staff_report.html.jinja")
        .stream(
            title=title or "Grades of the class",
            script=script,
            report=report,
            names=names,
            needs=report.needs(),
            in_full=_IN_FULL,
            wordy=len(modules) <= _WORDY,
            told=_told,
            explain=_explain,
            histogram=scores.histogram,
            feedback_of=lambda student, number: quote(f"feedback/{feedback.path(student, number)}.html"),
            case_name=lambda module, id: cases[id].name if id in (cases := overview.cases(module)) else id,
            modules=modules,
            counts=_counts(ordered, modules, overview),
            faults=list(_listed(overview, names, "grader fault")),
            stopped=list(_listed(overview, names, "could not be run")),
            doubts=list(_doubts(overview, names, overview.cases)),
            missing=(missing := list(_missing(ordered, modules, overview))),
            absences=sum(len(absent) for _, absent in missing),
            tallies=case_lines(overview, modules),
            account=account.words if account.items else "",
            nobodys=unmatched.told(account.of("unmatched")),
            turned_down=unmatched.told(account.of("refused")),
            not_begun=unmatched.told(account.not_begun),
            without_work=unmatched.told(account.of("no work found")),
            passed_over=[printable(item.who) for item in account.of("ignored")],
            sandboxes=sorted(overview.sandboxes.items()),
            unsafe=sum(brief.unsafe for brief in overview.briefs.values()),
            sections=sorted({row.section for row in ordered} - {""}),
            remarked=any(row.remarks or row.editions for row in ordered) or len(modules) > _WORDY,
            lines=report.lines(),
        )
    )
    stream.enable_buffering(500)
    yield from stream


def _told(one: object) -> str:
    """A text of the staff's on one line, cut where it is long."""
    text = message(one)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


_LONGEST = 300


def _explain(failure: Failure) -> str:
    """The command that runs the example of a failure once more, with its inputs."""
    _, student, case = failure.example
    which = "/".join((student, str(failure.module), case.rpartition("/")[2]))
    return f"blueprint explain {shlex.quote(which)}"


def _letters(place: int) -> str:
    """The letter of a place, then two of them: A to Z, AA, AB."""
    return f"{chr(64 + place // 26) if place >= 26 else ''}{chr(65 + place % 26)}"


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


def case_lines(overview: ClassOverview, modules: Sequence[Module]) -> list[tuple[int, str, str, str, bool, Tally]]:
    """Module, id, title, skill, visibility and count of every case, the one most often failed first."""
    wanted = {module.number for module in modules}
    lines = []
    for (module, id), tally in overview.tallies.items():
        if module in wanted:
            case = overview.cases(module).get(id)
            title, skill = (case.name, case.skill) if case else (id, "")
            lines.append((module, id, title, skill, case is None or case.visible, tally))
    return sorted(lines, key=lambda line: (line[5].passed / line[5].asked, -line[5].asked, line[0], line[2]))
