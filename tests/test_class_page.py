"""The page of the class: what needs a person stands out, whatever the reason; what is counted is what was asked."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from autograder.authoring.case import Case, Module
from autograder.judging.grade import Grade, Result
from autograder.reports import staff_report
from autograder.reports.class_overview import ClassOverview
from autograder.reports.csv_files import Row
from autograder.suites import find

SUITE = find("micrograd")
MODULES = [SUITE.module(1), SUITE.module(2)]
IDS = [case.id for case in SUITE.cases(1)]


def cases(number: int) -> dict[str, Case]:
    return {case.id: case for case in SUITE.cases(number)}


def result(case: str, *, passed: bool = True, flaky: bool = False) -> Result:
    return Result(case, "passed" if passed else "failed", Fraction(4 * passed), Fraction(4), flaky=flaky)


FINE = Grade("ada", SUITE.name, 1, "a", "graded", results=tuple(map(result, IDS)), scale=Fraction(20))


def page(grades: list[Grade], rows: list[Row], modules: list[Module] = MODULES) -> str:
    return staff_report.page(rows, modules, ClassOverview.of(grades, cases))


@pytest.mark.parametrize(
    ("grade", "words"),
    [
        (replace(FINE, outcome="grader fault", results=(), reason="the jail broke"), "our fault, not graded"),
        (replace(FINE, outcome="could not be run", reason="not Python"), "could not be run"),
        (replace(FINE, results=(result(IDS[0], flaky=True), *FINE.results[1:])), "5 of 5 passed; flaky"),
        (replace(FINE, doubtful=(IDS[0],)), "5 of 5 passed; doubtful"),
        (replace(FINE, sandbox=("none",)), "5 of 5 passed; without a sandbox"),
    ],
)
def test_each_reason_to_look_is_enough(grade: Grade, words: str) -> None:
    """A module stands out for any of them alone, and one that is only late or lost points does not."""
    row = Row("ada", points={1: grade.points})
    assert f'<p class="look">{words}</p>' in page([grade], [row])
    lost = (result(IDS[0], passed=False), *FINE.results[1:])
    for calm in (FINE, replace(FINE, late=True), replace(FINE, results=lost), replace(FINE, sandbox=("bubblewrap",))):
        assert 'class="look"' not in page([calm], [Row("ada", points={1: calm.points})])


def test_the_head_counts_students_and_grades() -> None:
    """Every student and module is counted once: graded, could not be run, a fault of ours, or missing."""
    grades = [
        FINE,
        replace(FINE, student="bo", outcome="could not be run"),
        replace(FINE, student="cem", outcome="grader fault", results=()),
        replace(FINE, student="cem", module=2),
    ]
    rows = [Row(name) for name in ("ada", "bo", "cem", "dee")]
    text = page(grades, rows)
    assert "4 students, 2 modules: 2 graded, 1 could not be run, 1 lost to a fault of ours, 4 missing" in text
    assert "1 student, 1 module: 1 graded" in page([FINE], rows[:1], MODULES[:1])
    assert "1 student, 1 module: 1 missing" in page([], rows[:1], MODULES[:1])
    assert "0 students, 0 modules: nothing handed in yet" in page([], [], [])


def test_who_is_missing_is_named_by_module() -> None:
    """Each module names those without a grade for it, also where the other has one; one with a fault of ours is not missing."""
    fault = replace(FINE, student="bo", module=2, outcome="grader fault", results=())
    text = page([FINE, fault], [Row("ada", "Ada Okoye"), Row("bo", "Bo"), Row("cem")])
    found = re.findall(r"<summary>Module (\d+), \w+: (\d+ students?)</summary>\s*<p>(.*?)</p>", text)
    named = [(number, count, re.findall(r"<bdi>(.*?)</bdi>", who)) for number, count, who in found]
    assert named == [("01", "2 students", ["bo", "Bo", "cem"]), ("02", "2 students", ["ada", "Ada Okoye", "cem"])]


def test_cases_are_counted_where_they_were_asked() -> None:
    """A case's share is of the work that could be run, rounded down; what most lost comes first, of equals the smaller share."""
    students = [f"s{n}" for n in range(3)]
    grades = [
        replace(FINE, student=who, results=(result(IDS[0], passed=who == "s0"), result(IDS[1], passed=who != "s0")))
        for who in students
    ]
    grades += [replace(FINE, student="s3", outcome="could not be run", results=(result(IDS[1], passed=False),))]
    grades += [replace(FINE, student="s4", results=(result(IDS[1]), result(IDS[2]), result(IDS[3], passed=False)))]
    text = page(grades, [Row(grade.student) for grade in grades], MODULES[:1])
    titles = {case.name: case.id for case in SUITE.cases(1)}
    listed = text[text.index('id="cases"') :]
    order = sorted((name for name in titles if name in listed), key=listed.index)
    assert [titles[name] for name in order] == [IDS[0], IDS[3], IDS[1], IDS[2]]
    summary = ClassOverview.of(grades, cases)
    counts = [(one.passed, one.asked, one.percent) for one in (summary.tallies[1, name] for name in IDS[:4])]
    assert counts == [(1, 3, 33), (3, 4, 75), (1, 1, 100), (0, 1, 0)]
