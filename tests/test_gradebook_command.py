"""From a graded class to course grades: what `gradebook`, `explain` and `status` say, and what they write."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

TINY = Path(__file__).parent / "cases" / "tiny"
OFFERING = """\
  autograder: {suite: micrograd, roster: roster.csv}
"""
ROSTER = "id,name,section\nada,Ada Okoye,S1\nbob,Bo Lindqvist,S2\ncyd,Cyd Moreau,S1\n"
AFTER = ("--as-of", "2026-10-01")


@pytest.fixture
def class_of_three(classroom: Any) -> Any:
    """Ada, right; Bob, whose engine is empty; Cyd, who handed in nothing. The code was due on September 20, a log on the 17th."""
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(TINY / kind, classroom.folder / kind)
    course = classroom.folder / "syllabi" / "tiny.yaml"
    course.write_text(course.read_text("utf-8").replace("  meetings:\n", OFFERING + "  meetings:\n", 1), "utf-8")
    (course.parent / "roster.csv").write_text(ROSTER, "utf-8")
    classroom.hand_in("class/ada", nn=None)
    classroom.hand_in("class/bob", engine="x = 1\n", nn=None)
    assert classroom.run("grade", "class", "--module", "1").code == 0
    return classroom


def told(classroom: Any, *arguments: str) -> str:
    """What a command says that ends well."""
    from blueprint.cli import run

    classroom.capfd.readouterr()
    code = run([*arguments, "--out", "grades"])
    said = classroom.capfd.readouterr()
    assert code == 0, said.err
    return str(said.out)


def rows(classroom: Any) -> dict[str, dict[str, str]]:
    """The rows of course_grades.csv by student."""
    text = (classroom.folder / "grades" / "course_grades.csv").read_text("utf-8")
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}


def write(classroom: Any, name: str, text: str) -> None:
    (classroom.folder / "grades" / name).write_text(text, "utf-8")


def test_from_graded_work_to_course_grades(class_of_three: Any) -> None:
    """Who has right work has all of it, who handed in nothing is missing; a log that nobody has marked is pending."""
    out = told(class_of_three, "gradebook", *AFTER)
    assert "3 students, 2 pieces of work each: 2 graded, 1 missing, 3 pending" in out
    found = rows(class_of_three)
    wanted = ("log-1", "code-1", "current %", "final %", "final letter")
    assert [found["ada"][key] for key in wanted] == ["pending", "100", "100", "100", "A"]
    assert [found["bob"][key] for key in wanted] == ["pending", "0", "0", "0", "F"]
    assert [found["cyd"][key] for key in wanted] == ["pending", "missing", "", "0", "F"]
    assert found["cyd"]["section"] == "S1"
    place = class_of_three.folder / "grades" / "course_grades.csv"
    assert place.stat().st_mode & 0o077 == 0, "grades are for their owner only"


def test_before_anything_is_due(class_of_three: Any) -> None:
    """As of a day on which nothing is due, what is not there is not missing."""
    told(class_of_three, "gradebook", "--as-of", "2026-09-10")
    found = rows(class_of_three)
    assert [found["cyd"][key] for key in ("log-1", "code-1", "final %")] == ["", "", ""]


def test_facts_and_times_count(class_of_three: Any) -> None:
    """An excused piece is in no total, and a time that a person writes down is priced by the policy, line by line."""
    write(class_of_three, "students.csv", "student,assignment,what,value\nCyd Moreau,code-1,excused,\n")
    write(class_of_three, "times.csv", "student,assignment,handed in\nada,code-1,2026-09-22 00:00\n")
    told(class_of_three, "gradebook", *AFTER)
    found = rows(class_of_three)
    assert [found["cyd"][key] for key in ("code-1", "final %")] == ["excused", ""]
    assert [found["ada"][key] for key in ("code-1", "late")] == [
        "80",
        "code-1: 2 days late, 20% of the points earned taken off",
    ]
    lines = told(class_of_three, "explain", "ada", *AFTER).splitlines()
    assert lines[0] == "ada (Ada Okoye), as of 2026-10-01 23:59:59, times in America/Chicago"
    assert "  code-1           80 of 100" in lines
    assert "      handed in 2026-09-22 00:00:00, 1 day 0:01:00 late" in lines
    assert lines[-1].startswith("module 01 engine: 20 of 20 (graded;")
    assert (
        told(class_of_three, "explain", "Ada Okoye/code-1", *AFTER).splitlines()[0]
        == lines[lines.index("  code-1           80 of 100")]
    )


def test_a_cell_that_cannot_be_read_stops_before_anything_is_written(class_of_three: Any) -> None:
    """A wrong cell is named with its line and column; the grades that were there stay as they were."""
    from blueprint.cli import run

    told(class_of_three, "gradebook", *AFTER)
    before = rows(class_of_three)
    write(class_of_three, "times.csv", "student,assignment,handed in\nada,code-1,yesterday\n")
    assert run(["gradebook", "--out", "grades"]) == 1
    assert "grades/times.csv:2:12: error: `yesterday` is no date" in class_of_three.capfd.readouterr().err
    assert rows(class_of_three) == before


def test_status_names_what_is_left_and_what_to_type(class_of_three: Any) -> None:
    """Work that is pending is counted and named; before anything is graded the next command is `grade`."""
    lines = told(class_of_three, "status", *AFTER).splitlines()
    assert lines[:2] == ["1 assignment waits for graders", "  log-1: 3 not marked by a person yet"]
    shutil.rmtree(class_of_three.folder / "grades")
    lines = told(class_of_three, "status").splitlines()
    assert lines == ["nothing is graded yet", "next: blueprint grade SUBMISSIONS --course tiny"]


def test_work_of_nobody_makes_no_zero(class_of_three: Any) -> None:
    """While a hand-in is nobody's, whoever has none is pending and not missing; `status` begins with it."""
    class_of_three.hand_in("class/somebody", nn=None)
    class_of_three.run("grade", "class", "--module", "1")
    told(class_of_three, "gradebook", *AFTER)
    assert rows(class_of_three)["cyd"]["code-1"] == "pending"
    lines = told(class_of_three, "status", *AFTER).splitlines()
    assert lines[:2] == ["1 hand-in is nobody's of the class list", "  somebody: fits no one student of the class list"]


def test_an_assignment_that_is_not_there_is_told(class_of_three: Any) -> None:
    """A near word is offered; a number is a module, as it always was."""
    from blueprint.cli import run

    assert run(["explain", "ada/log-2", "--out", "grades"]) == 2
    said = class_of_three.capfd.readouterr().err
    assert "the course has no assignment `log-2`; did you mean `log-1`?" in said
    assert told(class_of_three, "explain", "ada/1").splitlines()[0].startswith("module 01 engine: 20 of 20")


def test_as_data(class_of_three: Any) -> None:
    """`--json` says state and reason of each piece, and both totals."""
    data = json.loads(told(class_of_three, "gradebook", "--json", *AFTER))
    ada, bob, cyd = data["students"]
    assert cyd["pieces"]["code-1"] == {
        "state": "missing",
        "points": None,
        "possible": "100",
        "reason": "no hand-in found",
        "late": 0,
    }
    assert (ada["final"], bob["current"]["percent"]) == ({"percent": "100", "letter": "A"}, "0")


def test_what_counts_is_exported(class_of_three: Any) -> None:
    """A piece's result goes out with marks and lateness, excused work as that; what is no result yet is blank, and told."""
    from blueprint.cli import run

    write(class_of_three, "students.csv", "student,assignment,what,value\nBo Lindqvist,code-1,excused,\n")
    write(class_of_three, "times.csv", "student,assignment,handed in\nada,code-1,2026-09-21 12:00\n")
    assert run(["export", "canvas", "--grades", "grades", "--out", "new.csv", *AFTER]) == 0
    assert "log-1: blank for 3 pending\ncode-1: blank for 1 missing\n" in class_of_three.capfd.readouterr().out
    rows = list(csv.reader(io.StringIO((class_of_three.folder / "new.csv").read_text("utf-8"))))
    assert rows[0][-2:] == ["First log", "First code"]
    assert [row[-2:] for row in rows[2:]] == [["", "90.00"], ["", "EX"], ["", ""]]
    exported = (class_of_three.folder / "new.csv").read_text("utf-8").replace("First log", "Log of another course")
    (class_of_three.folder / "exported.csv").write_text(exported.replace("90.00", ""), "utf-8", newline="")
    into = ("--into", "exported.csv", "--grades", "grades")
    assert run(["export", "canvas", *into, *AFTER]) == 0, "what nobody has a grade for needs no column there"
    assert "changed: Ada Okoye (ada), First code: (blank) -> 90.00\n" in class_of_three.capfd.readouterr().out
    assert run(["export", "canvas", *into, "--as-of", "2026-09-01", "--item", "log-1"]) == 2
    assert run(["export", "canvas", "--tests", "--grades", "grades", "--out", "tests.csv"]) == 0
    rows = list(csv.reader(io.StringIO((class_of_three.folder / "tests.csv").read_text("utf-8"))))
    assert [row[-1] for row in rows] == ["engine", "20.00", "20.00", "0.00", ""]
