"""The two tables of a grading run: `results.csv`, a row per student and case, and `gradebook.csv`, one per student.

Both are for people: exact decimals, `\\r\\n`, UTF-8 without a mark, and no text that a spreadsheet takes for a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from autograder.authoring.case import Case
from autograder.authoring.editions import either
from autograder.exchange.delimited import written
from autograder.judging.grade import Grade, Result
from autograder.judging.points import number
from blueprint.spreadsheet import guarded

RESULTS = (
    *("student", "name", "module", "case", "title", "skill", "visible", "status", "points", "possible"),
    *("expected", "found"),
    *("edition", "attempt", "late", "flaky", "outcome", "reason", "prerequisites", "sandbox"),
)
SHORT = 12  # characters of an attempt's hash

# With line ends that only some programs know, and what turns the direction of all that follows.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One student of the gradebook: raw points by number of module, None where the grader failed, and remarks."""

    student: str
    name: str = ""
    section: str = ""
    points: Mapping[int, Fraction | None] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()  # where the text of this work is of another edition than the class

    @property
    def total(self) -> Fraction | None:
        """The sum of the points; None if there are none."""
        known = [points for points in self.points.values() if points is not None]
        return sum(known, Fraction(0)) if known else None


def results(grades: Iterable[Grade], cases: Callable[[int], Mapping[str, Case]]) -> Iterator[str]:
    """The lines of results.csv, header first, in the order of the grades and of the cases within each.

    `cases` gives a module's cases by id. A grade without results, such as a fault of ours, has one row without a case.
    """
    yield line(RESULTS)
    for grade in grades:
        before = line((grade.student, grade.name, f"module-{grade.module:02d}"), ",")
        steady, flaky, none = (f",{_grade_cells(grade, word)}" for word in ("no", "yes", ""))
        case_by_id = cases(grade.module)
        for result in grade.results:
            yield before + _result_cells(result, case_by_id.get(result.case)) + (flaky if result.flaky else steady)
        if not grade.results:
            yield f"{before},,,,,,,,{none}"


def gradebook(rows: Iterable[Row], modules: Iterable[int]) -> str:
    """The text of gradebook.csv: raw points, blank where there are none, by student; 0 only for work that earned 0.

    The total is rounded once, from exact points, so it may differ by a hundredth from the sum of rounded cells.
    """
    numbers = sorted(set(modules))
    ordered = sorted(rows, key=lambda row: row.student)
    sections = any(row.section for row in ordered)
    lines = [line(("student", "name", *(["section"] * sections), *(f"module-{n:02d}" for n in numbers), *LAST))]
    for row in ordered:
        texts = (row.student, row.name, *([row.section] * sections))
        points = [number(row.points.get(n)) for n in numbers]
        total = Row("", points={n: row.points.get(n) for n in numbers}).total
        lines.append(line((*texts, *points, number(total), "; ".join((*row.remarks, *row.editions)))))
    return "".join(lines)


LAST = ("total", "remarks")


def clean(text: str) -> str:
    """The text as any UTF-8 file and terminal can hold it: control characters and lone surrogates are spelled out."""
    return _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


_APART = re.compile(r"(?P<place>.*?)expected (?P<expected>.+?), (?:but )?got (?P<found>.+)", re.DOTALL)


def expected_and_found(case: Case | None, result: Result) -> tuple[str, str]:
    """What a case asks for, in words, and what came back instead; may hold inputs of a hidden case.

    Where the two are told in one sentence, what was asked for joins the hint, and each says at which place.
    """
    hint = case.hint if case is not None else ""
    instead = result.shown or result.told
    if match := _APART.fullmatch(instead):
        place = match["place"]
        return " ".join(filter(None, (hint, f"Here: {place}{match['expected']}"))), f"{place}{match['found']}"
    return hint, instead


def _result_cells(result: Result, case: Case | None) -> str:
    """The cells of a line that come from one result."""
    about = (case.name, case.skill, _yes_or_no(case.visible)) if case is not None else ("", "", "")
    return line(
        (result.case, *about, result.status, *_priced(result.points, result.worth), *expected_and_found(case, result)),
        "",
    )


@lru_cache(maxsize=1024)
def _priced(points: Fraction, worth: Fraction) -> tuple[str, str]:
    return number(points), number(worth)


def _grade_cells(grade: Grade, flaky: str) -> str:
    """The last cells of a line, the same for every result of a grade but for `flaky`."""
    sandbox = "; ".join(grade.sandbox)
    cells = (either(grade.editions), grade.attempt[:SHORT], _yes_or_no(grade.late), flaky, grade.outcome, grade.reason)
    return line((*cells, grade.upon, sandbox))


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def line(cells: Iterable[str], end: str = "\r\n") -> str:
    """A line of a table, each cell guarded against formulas and quoted where it must be."""
    return ",".join(map(_cell, cells)) + end


@lru_cache(maxsize=4096)  # names and hints come again on row after row
def _cell(text: str) -> str:
    """One cell, guarded against formulas and quoted. Points are never negative, so a number needs no exception from the guard."""
    return written(guarded(clean(text)))
