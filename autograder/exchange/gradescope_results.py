"""Gradescope's `results.json`: what a grader says of one submission, and a reader that holds it to what Gradescope takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from autograder.judging.points import number

_VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
_STATUSES = ("passed", "failed")


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One line of the results: a case with its points, and a text for the student, empty where nothing is to be told."""

    name: str
    score: Fraction
    possible: Fraction
    passed: bool
    number: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """What is said of a submission: its points, which are not always the sum of rounded ones, a text, and the tests."""

    score: Fraction
    output: str = ""
    tests: tuple[CaseResult, ...] = ()


def written(results: Results) -> str:
    """The text of results.json. No test is `hidden`, for that would hide the student's total; texts are plain text."""
    data: dict[str, Any] = {
        "score": _number(results.score),
        **({"output": results.output} if results.output else {}),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "tests": [_test(test) for test in results.tests],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _test(test: CaseResult) -> dict[str, Any]:
    return {
        **({"number": test.number} if test.number else {}),
        "name": test.name,
        "score": _number(test.score),
        "max_score": _number(test.possible),
        "status": "passed" if test.passed else "failed",
        **({"output": test.output} if test.output else {}),
        "visibility": "visible",
    }


def _number(value: Fraction) -> int | float:
    """The number of points with two decimals; an integer where it is one."""
    text = number(value)
    return float(text) if "." in text else int(text)


def read(text: str) -> Results:
    """The results in a file; raises ValueError, with the place, for what Gradescope does not take."""
    data = json.loads(text, parse_float=Fraction, parse_int=Fraction)
    if not isinstance(data, dict):
        raise ValueError("results.json: an object is needed")
    tests = tuple(_read_test(one, f"tests[{place}]") for place, one in enumerate(data.get("tests", ())))
    if "score" not in data and not tests:
        raise ValueError("results.json: there is neither a `score` nor a test with one")
    score = (
        _points(data, "score", "results.json") if "score" in data else sum((one.score for one in tests), Fraction(0))
    )
    return Results(score, str(data.get("output", "")), tests)


def _read_test(data: Mapping[str, Any], place: str) -> CaseResult:
    score, possible = _points(data, "score", place), _points(data, "max_score", place)
    status = data.get("status", "passed" if score >= possible else "failed")
    if status not in _STATUSES or data.get("visibility", "visible") not in _VISIBILITIES:
        raise ValueError(f"{place}: a status is one of {_STATUSES}, a visibility one of {_VISIBILITIES}")
    texts = (str(data.get(key, "")) for key in ("name", "number", "output"))
    name, shown_number, output = texts
    return CaseResult(name, score, possible, status == "passed", shown_number, output)


def _points(data: Mapping[str, Any], key: str, place: str) -> Fraction:
    value = data.get(key, Fraction(0))
    if not isinstance(value, Fraction):
        raise ValueError(f"{place}: `{key}` is no number")
    return value
