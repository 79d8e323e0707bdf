"""Which edition of the starter code a class is graded as: what its instructor says, else what most hand-ins can be of."""

from __future__ import annotations

import csv
import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.authoring.editions import Editions
from autograder.judging.policy import Policy
from autograder.run.class_edition import class_edition
from autograder.run.grading import RunOptions, grade_all
from autograder.run.journal import Journal
from autograder.run.starter import with_starter
from autograder.suites import find
from blueprint.cli import run
from blueprint.problems import UsageError

WORKS = Path(__file__).parent / "cases" / "coursework"
LOSSES = {
    "current": "current-right/work/modules/04_losses/losses.ipynb",
    "older": "early-right/work/modules/04_losses/losses.ipynb",
}
A, B, C, D, E = (edition.id for edition in find("tinytorch").editions)
STARTER = """#| default_exp core.losses
#| export
import numpy as np
from tinytorch.core.tensor import Tensor


def log_softmax(x, dim=-1):
    shifted = x.data - np.max(x.data, axis=dim, keepdims=True)
    return Tensor(shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True)))


class MSELoss:
    def forward(self, predictions, targets):
        raise NotImplementedError


class CrossEntropyLoss(MSELoss):
    pass


class BinaryCrossEntropyLoss(MSELoss):
    pass
"""


@pytest.mark.parametrize(
    ("hand_ins", "decided"),
    [
        ([], ()),
        ([(A, B, C, D, E)] * 3, ()),
        ([(E,), (E,), (A, B)], (E,)),
        ([(C, D), (C, D), (D,)], (D,)),
        ([(C, D), (C, D), (E,)], (C, D)),
        ([(A, B), (E,)], (E,)),
        ([(A, B, C, D, E), (A, B, C, D, E), (B,)], (B,)),
    ],
)
def test_most_of_the_class_decides(hand_ins: list[Editions], decided: Editions) -> None:
    """What most can be of is the class's, several if nothing tells them apart; what tells nothing has no voice."""
    assert class_edition(find("tinytorch"), hand_ins) == decided


@pytest.fixture
def submissions(sandbox: None, tmp_path: Path) -> Path:
    """Two hand-ins upon the current starter code and one upon an older one, of module 04."""
    for student, work in (("ada", "current"), ("bo", "current"), ("cy", "older")):
        (tmp_path / "class" / student).mkdir(parents=True)
        shutil.copy(WORKS / LOSSES[work], tmp_path / "class" / student / "losses.ipynb")
    return tmp_path / "class"


def graded(submissions: Path, capfd: pytest.CaptureFixture[str], *options: str) -> dict[str, dict[str, str]]:
    """What a run says of each student's module: points, the edition it was graded as, and the row of editions.csv."""
    out = submissions.parent / "grades"
    code = run(
        ["grade", str(submissions), "--suite", "tinytorch", "--out", str(out), "--jobs", "1", "--json", *options]
    )
    said = capfd.readouterr()
    assert code == 0, said.err
    points = json.loads(said.out)["gradebook"]
    with (out / "results.csv").open(encoding="utf-8") as file:
        editions = {row["student"]: row["edition"] for row in csv.DictReader(file)}
    with (out / "editions.csv").open(encoding="utf-8") as file:
        others = {row["student"]: row for row in csv.DictReader(file)}
    return {
        student: {"points": points[student]["module-04"], "edition": editions[student], **others.get(student, {})}
        for student in points
    }


def test_who_has_another_edition_is_graded_like_the_class_and_named(
    submissions: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its own edition's points stand beside; once a person has confirmed them, they are the grade, and nothing is named."""
    grades = graded(submissions, capfd)
    assert {grades[student]["edition"] for student in grades} == {E}
    assert grades["ada"] == {"points": "70", "edition": E}
    assert Fraction(grades["cy"]["points"]) < 70
    assert (grades["cy"]["graded_as"], grades["cy"]["points_as_that"]) == (E, "70")
    assert E not in grades["cy"]["looks_like"]
    confirmed = graded(submissions, capfd, "--edition", f"cy={C}")
    assert confirmed["cy"] == {"points": "70", "edition": C}
    assert confirmed["ada"] == {"points": "70", "edition": E}


def test_the_instructor_decides_for_all(submissions: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """An edition that is named is everybody's, and who looks like another one is told; an era's letter names its editions."""
    grades = graded(submissions, capfd, "--edition", C)
    assert {one["edition"] for one in grades.values()} == {C}
    assert (sorted(one for one in grades if "looks_like" in grades[one])) == ["ada", "bo"]
    assert {one["edition"] for one in graded(submissions, capfd, "--edition", "B").values()} == {f"{C} or {D}"}


def test_era_is_an_older_word(submissions: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`--era` does what `--edition` does, and says that this is its name now."""
    assert (
        run(["grade", str(submissions), "--suite", "tinytorch", "--out", str(submissions.parent / "g"), "--era", "C"])
        == 0
    )
    assert "`--era` is an older word for `--edition`" in capfd.readouterr().err


def test_what_the_starter_passes_is_worth_nothing(submissions: Path, tmp_path: Path) -> None:
    """Cases that the class's own starter passes untouched are not asked, the others share all points; it tells the edition."""
    place = tmp_path / "starter" / "tinytorch" / "core"
    place.mkdir(parents=True)
    (place / "losses.py").write_text(STARTER, "utf-8")
    suite = find("tinytorch")
    options = RunOptions(suite, (submissions,), Policy(), b"seed")
    policy = with_starter(options, tmp_path / "starter")
    assert policy.editions == (A, B, C, D)
    assert policy.supplied
    assert all("log-softmax" in case for case in policy.supplied)
    with Journal(tmp_path / "grades", suite.name) as journal:
        grade_all(RunOptions(suite, (submissions,), policy, b"seed", students=("cy",)), journal)
        ((entry,),) = journal.entries.values()
        grade = journal.grade(entry)
    assert grade.points == 70
    assert not policy.supplied & {result.case for result in grade.results}


def test_a_starter_without_a_module_is_refused(sandbox: None, tmp_path: Path) -> None:
    """A folder in which nothing can be graded is no starter code, and the reason is told."""
    (tmp_path / "starter").mkdir()
    (tmp_path / "starter" / "notes.txt").write_text("later")
    with pytest.raises(UsageError, match="the starter code cannot be graded"):
        with_starter(RunOptions(find("tinytorch"), (), Policy(), b"seed"), tmp_path / "starter")
