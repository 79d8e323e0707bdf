"""Gradescope: the file of results that it takes from a grader, and the zip that it makes one of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exchange import gradescope_results
from autograder.exchange.gradescope_results import CaseResult, Results
from autograder.exchange.gradescope_zip import wheel
from autograder.judging.points import number
from blueprint.cli import run
from blueprint.exits import Exit

PROGRAM = Path(sys.executable).with_name("blueprint")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
POINTS = st.fractions(min_value=0, max_value=100, max_denominator=1000)
RESULTS = st.builds(
    Results,
    POINTS,
    TEXTS,
    st.lists(st.builds(CaseResult, TEXTS, POINTS, POINTS, st.booleans(), TEXTS, TEXTS), max_size=4).map(tuple),
)


@given(RESULTS)
def test_results_are_read_as_they_were(results: Results) -> None:
    """Every text comes back, points with two decimals, and what was read is written to the same bytes."""
    text = gradescope_results.written(results)
    found = gradescope_results.read(text)
    assert gradescope_results.written(found) == text
    assert number(found.score) == number(results.score)
    assert [(one.name, one.output, one.passed) for one in found.tests] == [
        (one.name, one.output, one.passed) for one in results.tests
    ]


def test_nothing_hides_the_total() -> None:
    """One hidden test would hide a student's total at Gradescope, so none is; a score that is whole is written as such."""
    text = gradescope_results.written(
        Results(Fraction(37, 2), tests=(CaseResult("add", Fraction(4), Fraction(4), True),))
    )
    data = json.loads(text)
    assert data["score"] == 18.5
    assert [(test["score"], test["visibility"], test["status"]) for test in data["tests"]] == [(4, "visible", "passed")]
    assert '"score": 4,' in text


def test_the_example_of_gradescope_is_read() -> None:
    """The status of a test may be left out, and a test may be shown after the due date."""
    example = """{"score": 18.5, "execution_time": 2.4, "stdout_visibility": "hidden", "tests": [
      {"number": "1", "name": "add broadcasts", "score": 4, "max_score": 4, "visibility": "visible"},
      {"number": "2", "name": "matmul shapes", "score": 0, "max_score": 6, "status": "failed",
       "output": "shape was (3,), needed (3, 1)", "visibility": "after_due_date"}]}"""
    found = gradescope_results.read(example)
    assert found.score == Fraction(37, 2)
    assert [test.passed for test in found.tests] == [True, False]


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"tests": [{"score": "4"}]}', '{"tests": [{"score": 1, "visibility": "no"}]}']
)
def test_what_gradescope_would_refuse(text: str) -> None:
    """A file without a score, or with a word that Gradescope does not know, is an error."""
    with pytest.raises(ValueError, match=r"results\.json|tests\[0\]"):
        gradescope_results.read(text)


# ------------------------------------------------------------------------------------------------------------ the zip


def unpacked(classroom: Any, *asked: str) -> Path:
    """Gradescope's folders, with the zip of module 1 unpacked as Gradescope unpacks it."""
    assert (
        run(["gradescope", "build", "--suite", "micrograd", "--module", "1", "--out", "grader.zip", *asked])
        == Exit.FINE
    )
    root: Path = classroom.folder / "autograder"
    for name in ("submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile("grader.zip") as archive:
        archive.extractall(root / "source")
    return root


def graded(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What comes of the zip's `run_autograder` with the program of this environment."""
    told = {"BLUEPRINT_PROGRAM": str(PROGRAM), "AUTOGRADER_ROOT": str(root), **environment}
    command = ["/bin/sh", str(root / "source" / "run_autograder")]
    return subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)


def test_the_zip_grades_in_gradescopes_folders(classroom: Any) -> None:
    """Right work has all points and wrong work is told what it lost, by the secret of the offering and no other."""
    root = unpacked(classroom)
    (root / "submission" / "engine.py").write_text(classroom.engine, "utf-8")
    done = graded(root)
    assert done.returncode == 0, done.stderr
    results = gradescope_results.read((root / "results" / "results.json").read_text("utf-8"))
    assert results.score == sum(test.possible for test in results.tests) == 20
    (root / "submission" / "engine.py").write_text(f"{classroom.engine}\nValue.relu = None\n", "utf-8")
    assert graded(root).returncode == 0
    results = gradescope_results.read((root / "results" / "results.json").read_text("utf-8"))
    assert results.score == 16
    assert [bool(test.output) for test in results.tests] == [not test.passed for test in results.tests]


def test_a_submission_without_the_module(classroom: Any) -> None:
    """What is no module earns nothing, and the student is told why."""
    root = unpacked(classroom)
    (root / "submission" / "notes.txt").write_text("to do", "utf-8")
    assert graded(root).returncode == 0
    results = gradescope_results.read((root / "results" / "results.json").read_text("utf-8"))
    assert (results.score, sum(test.possible for test in results.tests)) == (Fraction(0), Fraction(20))
    assert "recognized as a module" in results.output


def test_without_a_sandbox_there_are_no_results(classroom: Any) -> None:
    """Where the sandbox does not work nothing is graded, and results of an earlier run are gone: Gradescope tells of an error."""
    root = unpacked(classroom)
    (root / "submission" / "engine.py").write_text(classroom.engine, "utf-8")
    (root / "results" / "results.json").write_text("{}", "utf-8")
    done = graded(root, PATH="/nowhere")
    assert done.returncode != 0
    assert "sandbox does not work" in done.stderr
    assert not (root / "results" / "results.json").exists()


def test_the_wheel_in_the_zip_is_one(tmp_path: Path) -> None:
    """pip takes the wheel, and the program in it starts."""
    place = tmp_path / "course_blueprint-0.1.0-py3-none-any.whl"
    place.write_bytes(wheel())
    with zipfile.ZipFile(place) as archive:
        names = archive.namelist()
        record = next(archive.read(name).decode() for name in names if name.endswith("/RECORD"))
    assert {line.rpartition(",")[0].rpartition(",")[0] for line in record.splitlines()} == set(names)
    target = tmp_path / "installed"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(place),
    ]
    subprocess.run(pip, check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", "import blueprint; print(blueprint.__file__)"],
        env=os.environ | {"PYTHONPATH": str(target)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(target))
