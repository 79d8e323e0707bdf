"""What the staff's report counts: failures that are the same, how cases did, how points are spread, whom to reach out to."""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.case import Case
from autograder.judging.grade import Grade, Result
from autograder.reports import reach_out, staff_tables
from autograder.reports.case_statistics import Tally
from autograder.reports.class_overview import ClassOverview
from autograder.reports.class_report import ClassReport
from autograder.reports.csv_files import Row
from autograder.reports.failures import Failures, masked
from autograder.reports.scores import distribution
from autograder.suites import find

SUITE = find("micrograd")
CASES = {case.id: case for case in SUITE.cases(1)}
IDS = list(CASES)
SKILL = CASES[IDS[0]].skill


def cases(number: int) -> dict[str, Case]:
    return {case.id: case for case in SUITE.cases(number)}


def graded(student: str, *lost: str, told: str = "expected 1, got 2") -> Grade:
    """A grade of module 1 in which these cases are lost."""
    results = [
        Result(id, "failed", Fraction(0), Fraction(4), told=told)
        if id in lost
        else Result(id, "passed", Fraction(4), Fraction(4))
        for id in IDS
    ]
    return Grade(student, SUITE.name, 1, "a", "graded", results=tuple(results), scale=Fraction(20))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("`a + b`: expected shape (3, 4), got (4,)", "`c`: expected shape (2, 3, 4), got (3, 4)"),
        ("result[2]: expected 1.5e-3, got -4", "result: expected -7, got 0.25"),
        (
            "`f(x)`: 3 of 4 values differ; at (0, 1) expected 2, got inf",
            "`g(y)`: 1 of 9 values differ; at (2,) expected 1, got nan",
        ),
        (
            "the code raised ValueError: bad shape (2,3) (cell 3, line 12)",
            "the code raised ValueError: bad shape (7,1) (line 4)",
        ),
        ("no such file /tmp/a/b/data.npy", "no such file /home/ada/data.npy"),
    ],
)
def test_ends_are_alike_but_for_numbers_places_and_paths(one: str, other: str) -> None:
    """Two texts that differ in a number, a place, a line or a path are the same end."""
    assert masked(one) == masked(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("result: expected 1, got None", "result: expected None, got 1"),
        ("the code raised ValueError: x", "the code raised TypeError: x"),
        ("`.relu` is missing", "`.tanh` is missing"),
        ("result: expected 1, got nan", "result: expected 1, got 2"),
    ],
)
def test_ends_that_say_other_things_are_not_alike(one: str, other: str) -> None:
    """What is asked for, the kind of exception and a name are never masked."""
    assert masked(one) != masked(other)


def test_a_failure_is_of_several_students_and_one_skill() -> None:
    """A failure counts its students once each, however many cases they lost by it; one that only one has is none."""
    same = [id for id in IDS if CASES[id].skill == SKILL]
    failures = Failures()
    for grade in (graded("ada", *same), graded("bo", same[0], told="expected 17, got 2"), graded("cem", told="x")):
        failures.add(grade, CASES)
    failures.add(graded("dee", same[0], told="the code raised ValueError: x"), CASES)
    (found,) = failures.shared()
    assert (found.skill, set(found.students)) == (SKILL, {"ada", "bo"})
    assert found.points == len(same) * 4 + 4
    assert found.example == ("expected 1, got 2", "ada", min(same))


def test_what_was_never_tried_is_no_failure() -> None:
    """Cases for which the module's time was used up were not lost in a way of their own."""
    failures = Failures()
    for student in ("ada", "bo"):
        grade = graded(student, IDS[0])
        failures.add(replace(grade, results=(replace(grade.results[0], status="budget"), *grade.results[1:])), CASES)
    assert failures.shared() == []


@given(st.permutations([graded("ada", IDS[0], told="b 1"), graded("bo", IDS[0], told="b 2"), graded("cem", IDS[0])]))
def test_the_order_of_grades_changes_no_failure(grades: list[Grade]) -> None:
    """The same grades in any order have the same failures with the same examples."""
    failures = Failures()
    for grade in grades:
        failures.add(grade, CASES)
    (found,) = failures.shared()
    assert (found.end, found.example, sorted(found.students)) == ("b #", ("b 1", "ada", IDS[0]), ["ada", "bo"])


def tally(*students: tuple[bool, float]) -> Tally:
    made = Tally()
    for passed, rest in students:
        made.add(passed, rest)
    return made


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20).map(lambda n: n / 20)), min_size=10, max_size=30))
def test_discrimination_is_a_correlation(students: list[tuple[bool, float]]) -> None:
    """It is that of passing with the share earned elsewhere; nothing where one of them is the same for all."""
    from statistics import StatisticsError, correlation

    found = tally(*students).discrimination
    try:
        expected = correlation([float(passed) for passed, _ in students], [rest for _, rest in students])
    except StatisticsError:
        assert found is None
    else:
        assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("students", "why"),
    [
        ([(True, 0.5)] * 10, "nearly all"),
        ([(False, 0.5)] * 10, "nearly none"),
        ([(True, 0.1)] * 5 + [(False, 0.9)] * 5, "worse elsewhere"),
        ([(True, 0.9)] * 5 + [(False, 0.1)] * 5, ""),
        ([(True, 0.8)] * 15 + [(True, 0.9)] * 14 + [(False, 0.9)], ""),
        ([(False, 0.5)] * 9, ""),
    ],
)
def test_a_case_is_suspect_for_a_reason(students: list[tuple[bool, float]], why: str) -> None:
    """Cases that all or none pass, or the weaker ones only, are flagged; from fewer than ten students on none is."""
    found = tally(*students).suspect
    assert why in found
    assert bool(found) == bool(why)


@given(st.lists(st.fractions(0, 70), min_size=1, max_size=40))
def test_a_distribution_holds_everybody_once(points: list[Fraction]) -> None:
    """The bins add up to the class, and the five numbers stand in order."""
    found = distribution(points, Fraction(70))
    assert sum(found.bins) == found.students == len(points)
    numbers = [found.lowest, found.lower, found.median, found.upper, found.highest]
    assert numbers == sorted(numbers)


def test_bins_begin_above_their_lower_end() -> None:
    """A tenth of the scale lies in the first bin, and all points in the last."""
    found = distribution([Fraction(0), Fraction(7), Fraction(71, 10), Fraction(70)], Fraction(70))
    assert found.bins == (2, 1, 0, 0, 0, 0, 0, 0, 0, 1)
    assert found.whole == 1


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        ({1: "0.9", 2: "0.5"}, "fell to 50% in module 02 from 90%"),
        ({1: "0.9", 2: "0.7"}, ""),
        ({1: "0.2", 2: "0.1"}, ""),
        ({1: "0.9"}, "missing module 02, never missing before"),
        ({}, "nothing handed in yet"),
        ({1: "0.9", 2: None}, "module 02 could not be run"),
        ({1: None, 2: "0.5"}, ""),
    ],
)
def test_a_student_is_reached_for_a_change_of_their_own(shares: dict[int, str | None], why: str) -> None:
    """A fall, a first absence and work that could not be run are reasons; low points alone are none."""
    exact = {number: None if share is None else Fraction(share) for number, share in shares.items()}
    assert reach_out.reason(exact, [1, 2]) == why


def test_nobody_is_missing_from_what_few_have_begun() -> None:
    """A module that fewer than half of those with any work have handed in does not count yet."""
    one, both = {1: Fraction(1)}, {1: Fraction(1), 2: Fraction(1)}
    assert reach_out.handed_in_by_most({"a": one, "b": one, "c": both, "d": {}}, [1, 2]) == [1]
    assert reach_out.handed_in_by_most({"a": one, "c": both}, [1, 2]) == [1, 2]


def test_what_most_students_lost_comes_first() -> None:
    """A case that one student was asked and lost stands behind one that several lost; of equals the smaller share comes first."""
    rare, common, easy = tally((False, 0.5)), tally((True, 0.5), (False, 0.5), (False, 0.5)), tally((True, 0.5))
    rarer = tally((False, 0.5), (True, 0.5))
    assert sorted([easy, rarer, rare, common], key=lambda one: one.hardest) == [common, rare, rarer, easy]


def test_a_negative_correlation_is_a_number_in_the_table() -> None:
    """No apostrophe stands before the sign, as before a text that begins with one."""
    students = [(f"s{n:02}", [IDS[0]] if n < 6 else IDS[1:]) for n in range(12)]
    overview = ClassOverview.of([graded(name, *lost) for name, lost in students], cases)
    report = ClassReport([Row(name) for name, _ in students], [SUITE.module(1)], overview)
    table = csv.DictReader(staff_tables.tables(report)["cases.csv"])
    assert min(float(row["discrimination"]) for row in table) == -1


def test_the_term_is_told_module_by_module() -> None:
    """How many handed in and how they did; work that could not be run counts as handed in and in no median."""
    grades = [graded("ada", IDS[0]), graded("bo"), replace(graded("cem"), outcome="could not be run", results=())]
    rows = [Row(one.student, points={1: one.points}) for one in grades] + [Row("dee")]
    report = ClassReport(rows, [SUITE.module(1)], ClassOverview.of(grades, cases))
    (row,) = csv.DictReader(staff_tables.tables(report)["term.csv"])
    assert list(row.values()) == ["module-01", "4", "3", "0", "1", "90", "1"]


def test_who_passes_no_case_is_somebody_to_look_at() -> None:
    """Work that ran and passed nothing is told as that, and not only by its 0."""
    grades = [graded("ada", *IDS), graded("bo", IDS[0])]
    report = ClassReport([Row("ada"), Row("bo")], [SUITE.module(1)], ClassOverview.of(grades, cases))
    assert [report.flags(name, 1) for name in ("ada", "bo")] == [["zero"], []]


def test_the_tables_hold_what_the_page_tells() -> None:
    """Each number of the page stands in a table of `report/`, and every row is as long as its head."""
    grades = [graded("ada", IDS[0]), graded("bo", IDS[0], told="expected 8, got 9"), graded("cem")]
    overview = ClassOverview.of(grades, cases)
    rows = [Row(one.student, points={1: one.points}) for one in grades] + [Row("dee")]
    report = ClassReport(rows, [SUITE.module(1)], overview)
    tables = {name: list(csv.DictReader(lines)) for name, lines in staff_tables.tables(report).items()}
    assert all(None not in row and None not in row.values() for table in tables.values() for row in table)
    states = [(row["student"], row["points"], row["state"], row["alike"]) for row in tables["grades.csv"]]
    assert states == [
        ("ada", "16", "graded", "A"),
        ("bo", "16", "graded", "A"),
        ("cem", "20", "graded", ""),
        ("dee", "", "missing", ""),
    ]
    assert next((row["case"], row["passed"], row["asked"]) for row in tables["cases.csv"]) == (IDS[0], "1", "3")
    assert [(row["failure"], row["students"], row["ends"]) for row in tables["failures.csv"]] == [
        ("A", "2", "expected #, got #")
    ]
    assert [(row["median"], row["all points"]) for row in tables["scores.csv"]] == [("16", "1")]
    assert [(row["student"], row["reason"]) for row in tables["reach_out.csv"]] == [("dee", "nothing handed in yet")]
