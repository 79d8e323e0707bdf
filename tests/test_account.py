"""What stands at a path is read as one thing, or a person is asked; and all of it is accounted for."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import time
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from autograder.intake import listing, selection
from autograder.intake.contents import STUDENT
from autograder.intake.time_limit import TooLong, limited
from autograder.run import grader
from blueprint.exits import Exit

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def zipped(classroom: Any, name: str, *paths: str) -> str:
    """An archive in which a right module lies at these paths."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path in paths:
            archive.writestr(path, classroom.engine)
    (classroom.folder / name).write_bytes(data.getvalue())
    return name


def students(classroom: Any) -> list[str]:
    text = (classroom.folder / "grades" / "gradebook.csv").read_text("utf-8")
    return [row["student"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def test_every_entry_is_in_one_state(classroom: Any) -> None:
    """The parts of the account add up to what was seen, and each entry that is not graded is named, in the page too."""
    classroom.hand_in("class/ada", nn=None)
    classroom.hand_in("class/bob", nn=None)
    (classroom.folder / "class" / "cyd").mkdir()
    (classroom.folder / "class" / "cyd" / "essay.txt").write_text("no time")
    (classroom.folder / "class" / "dee.rar").write_bytes(b"Rar!\x1a\x07")
    (classroom.folder / "class" / "README.md").write_text("hello")
    (classroom.folder / "class" / "roster.csv").write_text("id,name\nada,Ada\nbob,Bob\ncyd,Cyd\ndee,Dee\n")
    (classroom.folder / "class" / "engine.py").write_text(classroom.engine)
    ran = classroom.run("grade", "class", "--jobs", "1")
    assert "7 entries seen = 2 graded + 1 no work found + 1 unmatched + 1 refused + 2 ignored" in ran.out
    assert ran.code == Exit.UNMATCHED
    assert students(classroom) == ["ada", "bob", "cyd", "dee"]
    page = (classroom.folder / "grades" / "report.html").read_text("utf-8")
    told = page[page.index('<h2 id="account">') :]
    for who in ("engine.py", "cyd", "dee", "README.md", "roster.csv"):
        assert who in told
    assert "unmatched: engine.py: belongs to no student and was not read" in ran.out
    unmatched = (classroom.folder / "grades" / "unmatched.csv").read_text("utf-8").splitlines()
    assert unmatched[1:] == ["engine.py,,,,,belongs to no student and was not read,"]
    written = [path for path in (classroom.folder / "grades").rglob("*") if path.is_file()]
    assert [path for path in written if path.stat().st_mode & 0o077] == [], "what is said of students is for who graded"
    again = classroom.run("grade", "class", "--jobs", "1")
    assert (again.code, "7 entries seen" in again.out) == (Exit.UNMATCHED, True)


def test_the_account_is_data_as_well(classroom: Any) -> None:
    """`--json` holds the same numbers, whose sum is what was seen."""
    classroom.hand_in("class/ada", nn=None)
    classroom.hand_in("class/bob", nn=None)
    classroom.hand_in("class/vera", nn=None)
    (classroom.folder / "list.csv").write_text("id,name\nada,Ada\nbob,Bob\nzoe,Zoe\n")
    ran = classroom.run("grade", "class", "--jobs", "1", "--roster", "list.csv", "--json")
    account = json.loads(ran.out)["account"]
    assert account == {"seen": 3, "graded": 2, "no work found": 0, "unmatched": 1, "refused": 0, "ignored": 0}
    assert json.loads(ran.out)["unmatched"] == [{"hand-in": "vera", "why": "fits no one student of the class list"}]
    assert (ran.code, students(classroom)) == (Exit.UNMATCHED, ["ada", "bob", "zoe"])


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ("", Exit.UNMATCHED),
        ("cyd,dee", Exit.UNMATCHED),
        ("late,dee", Exit.UNMATCHED),
        ("late", Exit.FINE),
    ],
)
def test_a_folder_of_several_people_is_no_students(classroom: Any, listed: str, code: Exit) -> None:
    """Who is called like a folder that may hold other people's work is unmatched, unless the class list knows none of those."""
    for place in ("ada", "bob", "late/cyd", "late/dee"):
        classroom.hand_in(f"class/{place}", nn=None)
    options = ["--jobs", "1"]
    if listed:
        everybody = "\n".join(["id", "ada", "bob", *listed.split(",")])
        (classroom.folder / "list.csv").write_text(f"{everybody}\n")
        options += ["--roster", "list.csv"]
    for _ in range(2):
        ran = classroom.run("grade", "class", *options)
        assert ran.code == code
        assert ("\nunmatched: late: " in ran.out) == (code == Exit.UNMATCHED)
        assert "module 01 lies in `cyd/`, `dee/`: read as one student's" in ran.out


def test_who_is_one_student_by_a_persons_word_is_one(classroom: Any) -> None:
    """What a path as a whole is said to be counts, whatever lies in it."""
    for place in ("cyd", "dee"):
        classroom.hand_in(f"late/{place}", nn=None)
    assert classroom.run("grade", "late", "--as", "student", "--jobs", "1").code == Exit.FINE


@pytest.mark.parametrize("inner", [["submitted/bob/engine.py"], ["submitted/bob/engine.py", "submitted/ada/engine.py"]])
def test_one_students_archive_says_nothing_of_another(classroom: Any, inner: list[str]) -> None:
    """Among archives of a student each, one that looks like a class stops the run before anything is graded."""
    paths = [zipped(classroom, f"{name}.zip", "engine.py") for name in ("ada", "bob")]
    paths.append(zipped(classroom, "mallory.zip", *inner))
    ran = classroom.run("grade", *paths)
    assert ran.code == Exit.CANNOT
    assert "`mallory.zip` can be read in two ways" in ran.err
    assert set(re.findall(r"--as (\S+)", ran.err)) == {"mallory.zip=nbgrader", "mallory.zip=student"}
    assert not (classroom.folder / "grades" / "gradebook.csv").exists()
    for word in ("student", "mallory.zip=student"):
        assert classroom.run("grade", *paths, "--as", word, "--jobs", "1").code == Exit.FINE
        assert students(classroom) == ["ada", "bob", "mallory"]


def test_one_students_folder_says_nothing_of_another(classroom: Any) -> None:
    """Among folders of a student each, one that holds nothing but a folder is asked about."""
    for place in ("ada", "bob", "mallory/bob"):
        classroom.hand_in(place, nn=None)
    ran = classroom.run("grade", "ada", "bob", "mallory")
    assert (ran.code, re.findall(r"--as (\S+)", ran.err)) == (Exit.CANNOT, ["mallory=class", "mallory=student"])
    assert classroom.run("grade", "ada", "bob", "mallory", "--as", "student", "--jobs", "1").code == Exit.FINE
    assert students(classroom) == ["ada", "bob", "mallory"]


def test_only_the_students_asked_for_are_accounted_for(classroom: Any) -> None:
    """With `--student` what is beside the hand-ins is not looked at."""
    for place in ("class/ada", "class/bob"):
        classroom.hand_in(place, nn=None)
    (classroom.folder / "class" / "engine.py").write_text(classroom.engine)
    ran = classroom.run("grade", "class", "--student", "ada", "--jobs", "1")
    assert (ran.code, "account: 1 entry seen = 1 graded + " in ran.out) == (Exit.FINE, True)


def test_an_archive_with_one_folder_has_its_own_name(classroom: Any) -> None:
    """The folder that a student has packed names nobody; who says that it is a class has it as one."""
    paths = [zipped(classroom, f"{name}.zip", "bob/engine.py") for name in ("ada", "mallory")]
    ran = classroom.run("grade", *paths, "--jobs", "1")
    assert (ran.code, students(classroom)) == (Exit.FINE, ["ada", "mallory"])
    assert "note: mallory.zip: `bob`, all there is in it, is not taken for a student's name" in ran.out
    classroom.run("grade", "mallory.zip", "--as", "class", "--jobs", "1", "--out", "grades")
    assert students(classroom) == ["ada", "bob", "mallory"]


def test_an_unknown_word_is_told_with_the_known_ones(classroom: Any) -> None:
    """What a path may be is listed, or the near word named."""
    ran = classroom.run("grade", "class", "--as", "clas")
    assert (ran.code, "did you mean `class`?" in ran.err) == (Exit.CANNOT, True)


def test_what_takes_too_long_to_read_is_refused_alone(classroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where that never ends, and however many attempts there are: the student is named, and the others are graded."""
    real = selection._read
    for place in ("first", "second"):
        classroom.hand_in(f"{place}/eve", nn=None)
        classroom.hand_in(f"{place}/zoe", nn=None)

    def endless(hand_in: Any, *rest: Any) -> Any:
        while hand_in.student == "eve":
            pass
        return real(hand_in, *rest)

    monkeypatch.setattr(selection, "_read", endless)
    monkeypatch.setattr(grader, "STUDENT", replace(STUDENT, seconds=0.3))
    ran = classroom.run("grade", "first", "second", "--as", "class")
    assert "4 entries seen = 2 graded + 0 no work found + 0 unmatched + 2 refused + 0 ignored" in ran.out
    assert f"eve: {selection.TOOK_TOO_LONG}" in ran.out
    assert ran.code == Exit.TO_MEND


def test_a_download_that_takes_too_long_to_list_is_refused_alone(
    classroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The download is named, and the other one is graded."""
    real = listing._list_download

    def endless(path: Any, *rest: Any) -> Any:
        while path.name == "slow":
            pass
        return real(path, *rest)

    monkeypatch.setattr(listing, "_list_download", endless)
    monkeypatch.setattr(listing, "LIST_SECONDS", 0.3)
    classroom.hand_in("slow/eve", nn=None)
    classroom.hand_in("class/ada", nn=None)
    classroom.hand_in("class/zoe", nn=None)
    ran = classroom.run("grade", "slow", "class")
    assert "3 entries seen = 2 graded + 0 no work found + 0 unmatched + 1 refused + 0 ignored" in ran.out
    assert "it takes longer than 0.3 seconds to list" in ran.out
    assert ran.code == Exit.TO_MEND


def test_a_limit_ends_what_swallows_exceptions() -> None:
    """No `except` of what runs inside keeps it going, and what sleeps uses up nothing."""

    def goes_on() -> None:
        while True:
            with contextlib.suppress(Exception):
                sum(range(100))

    with pytest.raises(TooLong), limited(0.05):
        goes_on()
    with limited(0.05):
        time.sleep(0.2)
