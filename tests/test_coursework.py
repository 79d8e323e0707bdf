"""Real course work, written by several people upon several editions: what is right earns all, each mistake is found.

Each folder in `cases/coursework` is one student's:

    work/           what was handed in, as it was: a clone, notebooks alone, nbgrader's folders, scripts
    expect.txt      edition, outcome and points of each module, and the cases that were lost
    bugs.yaml       for a `-buggy` work: the mistakes in it, and for each the case that shows it

`missed.yaml` lists the mistakes that no case shows, with the reason. `pytest --rewrite-cases` writes `expect.txt` anew;
read the difference before keeping it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.authoring.conventions import conventions_of
from autograder.authoring.editions import either
from autograder.intake.listing import list_download
from autograder.judging.grade import Grade
from autograder.judging.points import number
from autograder.judging.policy import Policy
from autograder.run.class_edition import own_editions
from autograder.run.grading import RunOptions, grade_all
from autograder.run.journal import Journal, latest
from autograder.run.pool import usable_processors
from autograder.suites import find

CASES = Path(__file__).parent / "cases" / "coursework"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())
RIGHT = [name for name in NAMES if name.endswith("-right")]
BUGGY = [name for name in NAMES if name.endswith("-buggy")]
SEED = b"the same draws for every machine"

Grades = Mapping[str, Mapping[int, Grade]]


@pytest.fixture(scope="module")
def graded(sandbox: None, tmp_path_factory: pytest.TempPathFactory) -> Grades:
    """The grades of all works, from one run over them, each as of the edition its own text tells: by name and module."""
    place = tmp_path_factory.mktemp("coursework")
    for name in NAMES:
        shutil.copytree(CASES / name / "work", place / "class" / name)
    suite = find("tinytorch")
    found: dict[str, dict[int, Grade]] = {}
    conventions = conventions_of(suite)
    hand_ins = list_download(place / "class", conventions).hand_ins
    policy = Policy(confirmed=own_editions(suite, hand_ins))
    with Journal(place / "grades", suite.name) as journal:
        report = grade_all(RunOptions(suite, (place / "class",), policy, SEED, jobs=usable_processors()), journal)
        assert (report.faults, report.refused) == ([], [])
        for key, entries in sorted(journal.entries.items()):
            found.setdefault(key.student, {})[key.module] = journal.grade(latest(entries))
    return found


def bugs(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / name / "bugs.yaml").read_text("utf-8"))
    return found


def missed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / "missed.yaml").read_text("utf-8"))
    return found


def told(grades: Mapping[int, Grade]) -> Iterator[str]:
    """What `expect.txt` says of a work."""
    for module, grade in sorted(grades.items()):
        yield f"module {module:02}  edition {either(grade.editions) or '?'}  {grade.outcome}  {number(grade.points)} of {grade.scale}"
        yield from (f"    {note}" for note in (grade.reason, *grade.notes) if note)
        lost = [one for one in grade.results if one.status != "passed"] if grade.outcome == "graded" else []
        yield from (f"    {one.status:<14}{one.case.partition('/')[2]}" for one in lost)


@pytest.mark.parametrize("name", NAMES)
def test_each_work_earns_what_its_folder_says(name: str, graded: Grades, rewrite_cases: bool) -> None:
    """A work's edition, outcomes, points and lost cases are those in its `expect.txt`."""
    found = "".join(f"{line}\n" for line in told(graded[name]))
    expect = CASES / name / "expect.txt"
    if rewrite_cases:
        expect.write_text(found, "utf-8")
    assert found == expect.read_text("utf-8")


@pytest.mark.parametrize("name", RIGHT)
def test_right_work_earns_every_point(name: str, graded: Grades) -> None:
    """Work without a mistake earns all points of every module, whatever its edition, layout and names."""
    assert sorted(graded[name]) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {number: grade.points for number, grade in graded[name].items() if grade.points != grade.scale} == {}


@pytest.mark.parametrize("name", BUGGY)
def test_each_mistake_loses_the_case_that_shows_it(name: str, graded: Grades) -> None:
    """Every mistake costs points in its module, in the case named for it."""
    for bug in bugs(name):
        results = {one.case.partition("/")[2]: one.status for one in graded[name][bug["module"]].results}
        if "case" in bug:
            assert results.get(bug["case"]) == "failed", f"module {bug['module']:02}, {bug['where']}: {bug['what']}"


def test_no_mistake_is_left_out_in_silence() -> None:
    """A mistake that no case shows stands in `missed.yaml` with a reason, and no other does."""
    without = {(name, bug["module"], bug["where"]) for name in BUGGY for bug in bugs(name) if "case" not in bug}
    listed = {(one["work"], one["module"], one["where"]) for one in missed() if one["reason"]}
    assert without == listed


@pytest.mark.parametrize("name", BUGGY)
def test_two_mistakes_in_each_module(name: str) -> None:
    """A buggy work has two mistakes in every module, so that no module is tried less than another."""
    assert sorted(bug["module"] for bug in bugs(name)) == [n for n in range(1, 9) for _ in range(2)]
