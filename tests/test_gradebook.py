"""From a journal to the files that people read, without anything being graded."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.judging.grade import Grade, Result
from autograder.reports import publish as publishing
from autograder.reports.gradebook import Gradebook, Rule
from autograder.reports.publish import publish
from autograder.run.journal import Journal
from autograder.suites import find

SUITE = find("micrograd")


def grade(student: str, number: int, era: str, turn: int) -> Grade:
    """A grade in which every second case passed."""
    results = tuple(
        Result(case.id, "passed", case.points, case.points)
        if place % 2
        else Result(case.id, "failed", Fraction(0), case.points, "it is 2, 3 was expected", "it is 2, 3 was expected")
        for place, case in enumerate(SUITE.cases(number))
    )
    scale = Fraction(SUITE.points)
    return Grade(
        student, SUITE.name, number, f"{turn:064x}", "graded", "", results, era=era, scale=scale, order=(1, turn)
    )


def written(folder: Path, eras: Sequence[tuple[str, int, str]], jobs: int = 1) -> dict[str, bytes]:
    """The files of a class of which student, module and era are given."""
    folder.mkdir()
    with Journal(folder, SUITE.name) as journal:
        for turn, (student, number, era) in enumerate(eras):
            journal.add(grade(student, number, era, turn))
        publish(Gradebook(journal, SUITE, Rule()), folder, jobs)
    found = (path for path in folder.rglob("*") if path.is_file() and "journal" not in path.name)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.mark.parametrize(
    ("class_", "told"),
    [
        ("a:C b:C c:C", {}),
        ("a:C b:C c:B", {"c": "module 01: asked as of era B, most of the class as of C"}),
        ("a:C b:B", {}),
        ("a:C b:C c:B d:B", {}),
        ("a:C b:C c:", {"c": "module 01: asked as of era none known, most of the class as of C"}),
        ("a:AB b:AB c:A", {"c": "module 01: asked as of era A, most of the class as of A or B"}),
    ],
)
def test_who_is_of_another_era_than_most(tmp_path: Path, class_: str, told: dict[str, str]) -> None:
    """Work is remarked on if more than half of the class is asked the cases of one other era; the page says so, too."""
    files = written(
        tmp_path / "grades", [(who, 1, era) for who, _, era in (one.partition(":") for one in class_.split())]
    )
    rows = csv.DictReader(io.StringIO(files["gradebook.csv"].decode()))
    assert {row["student"]: row["remarks"] for row in rows if row["remarks"]} == told
    assert all(words in files["report.html"].decode() for words in told.values())


def test_side_by_side(tmp_path: Path) -> None:
    """Feedback written by several processes is what one writes."""
    class_ = [(f"s{number}", 1, "") for number in range(100)]
    one, three = written(tmp_path / "one", class_), written(tmp_path / "three", class_, jobs=3)
    assert one == three
    assert len(one) == 2 * len(class_) + 3


def test_a_writer_that_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process that ended has not written is written all the same; what cannot be written is raised."""
    class_, mine, give = [(f"s{number}", 1, "") for number in range(100)], os.getpid(), publishing._write_feedback
    whole = written(tmp_path / "whole", class_)

    def gives(folder: Path, grade: Grade, book: Gradebook) -> None:
        if grade.student == "s50" and os.getpid() != mine:
            os._exit(1)
        give(folder, grade, book)

    monkeypatch.setattr(publishing, "_write_feedback", gives)
    assert written(tmp_path / "dies", class_, jobs=2) == whole

    def refuses(folder: Path, grade: Grade, book: Gradebook) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(publishing, "_write_feedback", refuses)
    with pytest.raises(OSError, match="the disk is full"):
        written(tmp_path / "full", class_, jobs=2)
