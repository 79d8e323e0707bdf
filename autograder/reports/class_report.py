"""All that `report.html` and the tables beside it tell of a class, as plain data: from the gradebook's rows and the grades in brief."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from urllib.parse import quote

from autograder.authoring.case import Module
from autograder.judging.points import number
from autograder.reports import feedback, reach_out, scores
from autograder.reports.case_statistics import Tally
from autograder.reports.class_overview import ClassOverview
from autograder.reports.csv_files import Row
from autograder.reports.failures import Failure


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
    (
        "zero",
        "ran, and no case passed",
        "Often the starter as it was handed out, or work that is not exported. Its feedback says which.",
        True,
    ),
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


@dataclass(frozen=True, slots=True)
class Stage:
    """One module in the course of the term: how many students handed it in, late, in vain, and how they did."""

    module: Module
    handed_in: int
    late: int
    not_run: int
    scores: scores.Distribution | None  # None where no work could be run

    @property
    def median_percent(self) -> int | None:
        """The median of the points in percent of the scale, rounded down; None where no work could be run."""
        if self.scores is None or not self.scores.scale:
            return None
        return int(100 * self.scores.median / self.scores.scale)


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
    def term(self) -> list[Stage]:
        """Module by module, how many handed in and how they did."""
        students = {row.student for row in self.rows}
        spread = {module.number: one for module, one in self.scores}
        stages = []
        for module in self.modules:
            briefs = [
                one
                for (student, number), one in self.overview.briefs.items()
                if number == module.number and student in students
            ]
            late = sum(one.late for one in briefs)
            not_run = sum(one.outcome == "could not be run" for one in briefs)
            stages.append(Stage(module, len(briefs), late, not_run, spread.get(module.number)))
        return stages

    @cached_property
    def skills(self) -> list[tuple[int, str, Tally]]:
        """Module, skill and the count of those who have all its cases; what most students lack first."""
        wanted = {module.number for module in self.modules}
        found = [(module, skill, tally) for (module, skill), tally in self.overview.skills.items() if module in wanted]
        return sorted(found, key=lambda one: (one[2].hardest, one[0], one[1]))

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
            "zero": brief.nothing_passed,
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
_SHORTLY = {
    "fault": "our fault",
    "not-run": "not run",
    "zero": "no case passed",
    "unsafe": "no sandbox",
    "hidden": "hidden lost",
    "doubt": "flaky or doubtful",
    "files": "several files",
    "late": "late",
    "missing": "missing",
}


def _letters(place: int) -> str:
    """The letter of a place, then two of them: A to Z, AA, AB."""
    return f"{chr(64 + place // 26) if place >= 26 else ''}{chr(65 + place % 26)}"


def _cell(row: Row, module: Module, overview: ClassOverview) -> Cell:
    """One module of one student as it stands on the page."""
    brief = overview.briefs.get((row.student, module.number))
    points = number(row.points.get(module.number))
    if brief is None:
        return Cell(points, "" if points else "missing", "", False)
    strong = brief.outcome != "graded" or bool(brief.flaky or brief.doubtful) or brief.unsafe or brief.nothing_passed
    words = f"{brief.words}{'; without a sandbox' if brief.unsafe else ''}"
    return Cell(points, words, link(row.student, module.number), strong)


def link(student: str, module: int) -> str:
    """The link to a student's feedback on a module, from the page of the class."""
    return quote(f"feedback/{feedback.path(student, module)}.html")


def case_lines(overview: ClassOverview, modules: Sequence[Module]) -> list[tuple[int, str, str, str, bool, Tally]]:
    """Module, id, title, skill, visibility and count of every case, what most students lost first."""
    wanted = {module.number for module in modules}
    lines = []
    for (module, id), tally in overview.tallies.items():
        if module in wanted:
            case = overview.cases(module).get(id)
            title, skill = (case.name, case.skill) if case else (id, "")
            lines.append((module, id, title, skill, case is None or case.visible, tally))
    return sorted(lines, key=lambda line: (line[5].hardest, line[0], line[2]))
