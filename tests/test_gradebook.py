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
from autograder.reports.feedback import Contest, HandMark
from autograder.reports.gradebook import Gradebook
from autograder.reports.publish import publish
from autograder.run.attempts import Rule
from autograder.run.journal import Journal
from autograder.suites import find

SUITE = find("micrograd")


def grade(student: str, number: int, own: str, turn: int) -> Grade:
    """A grade in which every second case passed, asked as of the newest edition; `own` is that of its text if it is another."""
    results = tuple(
        Result(case.id, "passed", case.points, case.points)
        if place % 2
        else Result(case.id, "failed", Fraction(0), case.points, "it is 2, 3 was expected", "it is 2, 3 was expected")
        for place, case in enumerate(SUITE.cases(number))
    )
    return Grade(
        student,
        SUITE.name,
        number,
        f"{turn:064x}",
        "graded",
        "",
        results,
        editions=("2026-09",),
        own_editions=(own,) if own else (),
        own_points=Fraction(7, 2) if own else None,
        scale=Fraction(SUITE.points),
        order=(1, turn),
    )


def written(folder: Path, class_: Sequence[tuple[str, int, str]], jobs: int = 1) -> dict[str, bytes]:
    """The files of a class of which student, module and another edition are given."""
    folder.mkdir()
    with Journal(folder, SUITE.name) as journal:
        for turn, (student, number, own) in enumerate(class_):
            journal.add(grade(student, number, own, turn))
        publish(Gradebook(journal, SUITE, Rule()), folder, jobs)
    found = (path for path in folder.rglob("*") if path.is_file() and "journal" not in path.name)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_work_that_looks_like_another_edition_is_named(tmp_path: Path) -> None:
    """The gradebook and the report remark on it, and editions.csv says what it earned and would earn; the rest is not named."""
    class_ = [("a", 1, ""), ("b", 1, "2026-02"), ("b", 2, "2026-02"), ("c", 2, "2025-12")]
    files = written(tmp_path / "grades", class_)
    remarks = {row["student"]: row["remarks"] for row in csv.DictReader(io.StringIO(files["gradebook.csv"].decode()))}
    assert remarks == {
        "a": "",
        "b": "modules 01, 02: looks like edition 2026-02, graded as 2026-09",
        "c": "module 02: looks like edition 2025-12, graded as 2026-09",
    }
    assert all(words in files["report.html"].decode() for words in remarks.values())
    rows = list(csv.DictReader(io.StringIO(files["editions.csv"].decode())))
    assert [(row["student"], row["module"], row["looks_like"], row["points_as_that"]) for row in rows] == [
        ("b", "01", "2026-02", "3.5"),
        ("b", "02", "2026-02", "3.5"),
        ("c", "02", "2025-12", "3.5"),
    ]


def test_side_by_side(tmp_path: Path) -> None:
    """Feedback written by several processes is what one writes."""
    class_ = [(f"s{number}", 1, "") for number in range(100)]
    one, three = written(tmp_path / "one", class_), written(tmp_path / "three", class_, jobs=3)
    assert one == three
    assert sum(name.startswith("feedback") for name in one) == 2 * len(class_)


@pytest.mark.slow
def test_a_writer_that_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process that ended has not written is written all the same; what cannot be written is raised."""
    class_, mine, give = [(f"s{number}", 1, "") for number in range(100)], os.getpid(), publishing._write_feedback
    whole = written(tmp_path / "whole", class_)

    def gives(folder: Path, grade: Grade, book: Gradebook, marks: Sequence[HandMark], contest: Contest) -> None:
        if grade.student == "s50" and os.getpid() != mine:
            os._exit(1)
        give(folder, grade, book, marks, contest)

    monkeypatch.setattr(publishing, "_write_feedback", gives)
    assert written(tmp_path / "dies", class_, jobs=2) == whole

    def refuses(folder: Path, grade: Grade, book: Gradebook, marks: Sequence[HandMark], contest: Contest) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(publishing, "_write_feedback", refuses)
    with pytest.raises(OSError, match="the disk is full"):
        written(tmp_path / "full", class_, jobs=2)
