"""The tables: every cell reads back as what it was, nothing is a formula, and blank is never zero."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.case import Case
from autograder.judging.grade import Grade, Result, from_json
from autograder.judging.points import number
from autograder.reports.csv_files import RESULTS, Row, gradebook, results

GRADED = Path(__file__).resolve().parent / "cases" / "graded"
Cases = Callable[[int], Mapping[str, Case]]


@pytest.fixture(scope="module")
def grades() -> list[Grade]:
    """The grades of twelve students in three modules, with every outcome and every status among them."""
    return [from_json(json.loads(line)) for line in (GRADED / "class.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def cases() -> Cases:
    """The cases those grades are of."""
    modules: list[dict[str, Any]] = json.loads((GRADED / "cases.json").read_text(encoding="utf-8"))
    found = {
        module["number"]: {
            one["id"]: Case(**{**one, "points": Fraction(one["points"])}, probe=lambda tt, inputs: None)
            for one in module["cases"]
        }
        for module in modules
    }
    return found.__getitem__


def table(text: str) -> list[dict[str, str]]:
    """What another program's CSV reader makes of a table."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# --- numbers -----------------------------------------------------------------------------------------------------


@given(st.fractions(min_value=-1000, max_value=1000))
def test_numbers_have_at_most_two_decimals(value: Fraction) -> None:
    """A number is at most half a hundredth off, without zeros at its end, an exponent, or a minus before zero."""
    text = number(value)
    assert abs(Fraction(text) - value) <= Fraction(1, 200)
    assert text == "0" or "." not in text or not text.endswith(("0", "."))
    assert text != "-0"


@pytest.mark.parametrize(
    ("value", "text"), [("1/200", "0.01"), ("0.125", "0.13"), ("2.675", "2.68"), ("70", "70"), ("199/3", "66.33")]
)
def test_halves_go_up_from_exact_values(value: str, text: str) -> None:
    """No binary float stands between a fraction and its decimals."""
    assert number(Fraction(value)) == text


# --- results.csv -------------------------------------------------------------------------------------------------


def test_results_have_a_row_per_student_and_case(grades: list[Grade], cases: Cases) -> None:
    """Every case of every grade has its row, and a grade without results one row that says why."""
    lines = list(results(grades, cases))
    rows = table("".join(lines))
    assert lines[0] == ",".join(RESULTS) + "\r\n"
    assert len(rows) == sum(len(grade.results) or 1 for grade in grades) == len(lines) - 1
    assert all(None not in row and None not in row.values() for row in rows)


def test_a_row_tells_what_was_expected_and_what_was_found(grades: list[Grade], cases: Cases) -> None:
    """What was asked for and what came back stand apart, each with its place; a passed case has its hint alone."""
    rows = {(row["student"], row["case"]): row for row in table("".join(results(grades, cases)))}
    lost = rows["00419", "module-01/a-tensor-keeps-a-copy-of-its-data"]
    assert (lost["expected"], lost["found"]) == (
        "Changing the array a tensor was made from must not change the tensor. Here: result: 'ok'",
        "result: '</td><img src=x onerror=alert(1)>'",
    )
    assert {key: lost[key] for key in ("title", "skill", "visible", "status", "points", "possible")} == {
        "title": "a tensor keeps a copy of its data",
        "skill": "creation",
        "visible": "yes",
        "status": "failed",
        "points": "0",
        "possible": "2",
    }
    passed = rows["00417", "module-01/a-tensor-keeps-a-copy-of-its-data"]
    assert passed["expected"] == "Changing the array a tensor was made from must not change the tensor."
    assert passed["found"] == ""
    assert (len(passed["attempt"]), passed["edition"], passed["late"], passed["flaky"]) == (12, "2026-09", "no", "no")
    assert passed["sandbox"] == "bubblewrap; namespaces per case; seccomp; limits; Landlock 6"


def test_a_fault_of_ours_has_no_points(grades: list[Grade], cases: Cases) -> None:
    """Its row names neither case nor status nor points."""
    faults = [row for row in table("".join(results(grades, cases))) if row["outcome"] == "grader fault"]
    assert len(faults) == 2
    assert {row[key] for row in faults for key in ("case", "status", "points", "possible")} == {""}
    assert all(row["reason"] for row in faults)


def test_a_result_of_a_case_that_is_gone_keeps_its_row(cases: Cases) -> None:
    """A case that the suite no longer has stands with its id, without title and hint."""
    result = Result("module-01/gone", "failed", Fraction(0), Fraction(1, 3), "off by one")
    (row,) = table("".join(results([Grade("1", "s", 1, "a", "graded", results=(result,))], cases)))
    assert (row["case"], row["title"], row["possible"], row["expected"], row["found"]) == (
        "module-01/gone",
        "",
        "0.33",
        "",
        "off by one",
    )


def test_results_are_made_one_grade_at_a_time(cases: Cases) -> None:
    """The first lines come before the second grade is asked for."""
    asked = []

    def grades() -> Any:
        for student in "12":
            asked.append(student)
            yield Grade(student, "s", 1, "a", "grader fault")

    lines = results(grades(), cases)
    assert [next(lines)[:7], next(lines)[:2], asked] == ["student", "1,", ["1"]]


# --- gradebook.csv -----------------------------------------------------------------------------------------------


def test_blank_is_not_zero() -> None:
    """Nothing handed in and a fault of ours are blank, work that earned nothing is 0, and a total counts what is there."""
    rows = [
        Row("3", points={1: None, 2: Fraction(0)}),
        Row("1", points={1: Fraction(205, 6), 2: Fraction(1, 3)}, remarks=("late", "stale export")),
        Row("2", "Bo", points={1: None}),
    ]
    assert gradebook(rows, [2, 1]) == (
        "student,name,module-01,module-02,total,remarks\r\n"
        "1,,34.17,0.33,34.5,late; stale export\r\n"
        "2,Bo,,,,\r\n"
        "3,,,0,0,\r\n"
    )


def test_a_section_column_is_there_if_anybody_has_a_section() -> None:
    """Sections are a column of their own, and only where there are some."""
    text = gradebook([Row("1", "Ada", "NN-01"), Row("2", "Bo")], [3])
    assert text == "student,name,section,module-03,total,remarks\r\n1,Ada,NN-01,,,\r\n2,Bo,,,,\r\n"


def test_order_and_bytes_do_not_depend_on_the_order_given() -> None:
    """Students stand by their key, modules by number."""
    rows = [Row(key, points={1: Fraction(1)}) for key in ("b", "a", "10", "9")]
    assert gradebook(rows, [1, 2]) == gradebook(rows[::-1], [2, 1, 1])


# --- cells -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"), [("ada;=1+1", "ada;'=1+1"), ("ada\t@x", "ada\t'@x"), ("; -1", ";' -1"), ("a; b = 1", "a; b = 1")]
)
def test_no_part_of_a_text_is_a_formula(name: str, shown: str) -> None:
    """Nor is what follows the sign at which another country's spreadsheet begins a new cell."""
    (row,) = table(gradebook([Row("s", name)], [1]))
    assert row["name"] == shown


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1+1", "＠x"])
def test_no_text_is_a_formula(name: str) -> None:
    """What a spreadsheet would reckon gets an apostrophe in front."""
    (row,) = table(gradebook([Row(name, name, remarks=(name,))], [1]))
    assert {row["student"], row["name"], row["remarks"]} == {f"'{name}"}


@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_every_text_reads_back(text: str) -> None:
    """Commas, quotes, line breaks and spaces survive; control characters and lone surrogates are spelled out."""
    written = gradebook([Row("1", text)], [])
    (row,) = table(written.encode("utf-8").decode("utf-8"))
    shown = row["name"].removeprefix("'")
    if text.isprintable() and not text.startswith("'"):
        assert shown == text
    assert not any(ord(c) < 32 and c not in "\t\r\n" for c in written)
