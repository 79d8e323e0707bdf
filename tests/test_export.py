"""`blueprint export`: from a folder of grades to the file that a learning platform takes, without anything being graded."""

from __future__ import annotations

import csv
import stat
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.judging.grade import Grade, Result
from autograder.run.journal import Journal
from autograder.suites import find
from blueprint.cli import run
from blueprint.exits import Exit

SUITE = find("micrograd")
ROSTER = """id,name,email,login
00417,"Okoye, Ada",ada@example.edu,aokoye
00418,"Lindqvist, Bo",bo@example.edu,blind
00419,"García-López, Zoë",zoe@example.edu,zgl
"""
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,engine (701),Notes
    Points Possible,,,,,20.00,
"Okoye, Ada",9001,00417,aokoye,NN-01,3.00,sick
"Lindqvist, Bo",9002,00418,blind,NN-01,,
"Novak, Cy",9003,00420,cnovak,NN-01,,
"""


def grade(student: str, module: int, passed: int, kind: str = "name", outcome: str = "graded") -> Grade:
    """A grade in which as many cases passed, of a hand-in that the platform called so."""
    cases = SUITE.cases(module)
    results = tuple(
        Result(case.id, "passed" if place < passed else "failed", case.points * (place < passed), Fraction(case.points))
        for place, case in enumerate(cases)
    )
    return Grade(
        student,
        SUITE.name,
        module,
        f"{student}{module}",
        outcome,  # type: ignore[arg-type]
        results=results if outcome == "graded" else (),
        kind=kind,
        scale=Fraction(SUITE.points),
    )


@dataclass(frozen=True)
class Term:
    """A folder with a class list and grades of three students: one has all, one a part, one nothing that counts."""

    folder: Path

    def run(self, *arguments: str) -> int:
        """Runs `blueprint export` with these grades."""
        return run(["export", *arguments, "--suite", "micrograd", "--grades", "grades", "--roster", "roster.csv"])


@pytest.fixture
def term(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Term:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLUEPRINT_COURSE", raising=False)
    Path("roster.csv").write_text(ROSTER, "utf-8")
    Path("gradebook.csv").write_bytes(CANVAS.replace("\n", "\r\n").encode())
    with Journal(Path("grades"), SUITE.name) as journal:
        journal.add(grade("aokoye", 1, len(SUITE.cases(1))))
        journal.add(grade("00418", 1, 1))
        journal.add(grade("zgl", 1, 0, outcome="grader fault"))
    return Term(tmp_path)


def test_an_export_is_filled_in(term: Term, capsys: pytest.CaptureFixture[str]) -> None:
    """Each cell that changed is told and listed, old -> new; who has no row, or is nobody's, is named; the rest stays."""
    assert term.run("canvas", "--into", "gradebook.csv") == Exit.TO_MEND
    out = capsys.readouterr().out
    points = csv.DictReader(Path("grades/exports/gradebook.changes.csv").read_text("utf-8").splitlines())
    told = {row["student"]: (row["old"], row["new"]) for row in points}
    assert told["Ada Okoye (00417)"] == ("3.00", "20.00")
    assert "changed: Ada Okoye (00417), engine: 3.00 -> 20.00\n" in out
    assert "nobody's: gradebook.csv:5:1: `Novak, Cy 9003 00420 cnovak` is not in the class list\n" in out
    assert "has no row in the file: Zoë García-López (00419)\n" in out
    new = Path("grades/exports/gradebook.csv")
    bo = told["Bo Lindqvist (00418)"][1]
    expected = CANVAS.replace("3.00", "20.00").replace("blind,NN-01,,", f"blind,NN-01,{bo},")
    assert new.read_bytes() == expected.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert Path("gradebook.csv").read_bytes() == CANVAS.replace("\n", "\r\n").encode()


def test_an_item_goes_where_the_user_says(term: Term, capsys: pytest.CaptureFixture[str]) -> None:
    """An item of another name than its column needs a word; the column is found by heading or by number."""
    gradebook = Path("gradebook.csv")
    gradebook.write_bytes(gradebook.read_bytes().replace(b"engine", b"Assignment 1"))
    assert term.run("canvas", "--into", "gradebook.csv") == Exit.CANNOT
    assert "no column for `engine`" in capsys.readouterr().err
    written = []
    for column in ("701", "Assignment 1 (701)", "assignment 1"):
        term.run("canvas", "--into", "gradebook.csv", "--item", f"module-01={column}")
        written.append(Path("grades/exports/gradebook.csv").read_bytes())
    assert b",20.00,sick" in written[0]
    assert written == written[:1] * 3
    assert term.run("canvas", "--item", "module-09") == Exit.CANNOT


@pytest.mark.parametrize("platform", ["canvas", "moodle", "brightspace", "blackboard", "gradescope", "nbgrader"])
def test_a_new_file_for_each_platform(term: Term, platform: str) -> None:
    """Everybody of the class list has a row, under the id there; a fault of ours and missing work are no zero."""
    assert term.run(platform, "--out", "new.csv") == (Exit.TO_MEND if platform == "blackboard" else Exit.FINE)
    rows = list(csv.reader(Path("new.csv").read_text("utf-8").splitlines()))
    zoe = next(row for row in rows if "00419" in row or "#00419" in row)
    ada = next(row for row in rows if "00417" in row or "#00417" in row)
    assert [cell for cell in ada if cell in ("20", "20.0", "20.00")]
    assert ("0.00" in zoe, "0" in zoe) == (False, False)


def test_blackboards_xls(term: Term) -> None:
    """A file for Blackboard that ends in `.xls` is UTF-16 text with tabs."""
    term.run("blackboard", "--out", "new.xls")
    text = Path("new.xls").read_bytes().decode("utf-16")
    assert text.startswith('"Last Name"\t"First Name"')
    assert '"García-López"\t"Zoë"' in text


def test_a_new_file_needs_the_class_list(term: Term, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a class list nobody knows the institution's ids, so no new file is made for a platform."""
    assert run(["export", "canvas", "--suite", "micrograd", "--grades", "grades"]) == Exit.CANNOT
    assert "name it with `--roster`" in capsys.readouterr().err


def test_a_formula_is_told_and_not_changed(term: Term, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that a spreadsheet would run goes to the platform as it is, with a word to the user."""
    Path("roster.csv").write_text(ROSTER.replace("Okoye, Ada", "=Okoye, Ada"), "utf-8")
    term.run("gradescope", "--out", "new.csv")
    assert "begins like a formula" in capsys.readouterr().out
    assert ",=Okoye," in Path("new.csv").read_text("utf-8")


# ------------------------------------------------------------------------------------------------------------ feedback

DOWNLOADS = {
    "moodle": {
        "Ada Okoye_31007_assignsubmission_file/engine.py": "Ada Okoye_31007_assignfeedback_file/module-01.html",
        "Bo Lindqvist_31008_assignsubmission_file_/a/engine.py": "Bo Lindqvist_31008_assignfeedback_file_/module-01.html",
        "Someone Else_31009_assignsubmission_file/engine.py": "",
    },
    "canvas": {
        "okoyeada_9001_55010_engine.py": "okoyeada_9001_55010_engine.py",
        "lindqvistbo_LATE_9002_55017_engine-1.ipynb": "lindqvistbo_LATE_9002_55017_engine-1.ipynb",
        "elsesomeone_9003_55018_engine.py": "",
    },
    "brightspace": {
        "40112-91340 - Ada Okoye - Mar 2, 2026 914 PM - my - engine.py": "40112-91340 - Ada Okoye - Mar 2, 2026 914 PM - module-01.html",
        "40113-91340 - Bo Lindqvist - Mar 2, 2026 1205 PM/engine.py": "40113-91340 - Bo Lindqvist - Mar 2, 2026 1205 PM/module-01.html",
        "40114-91340 - Someone Else - Mar 2, 2026 1205 PM/engine.py": "",
    },
}
"""What a download of each platform holds, and under which name the feedback goes back; nobody knows the last one."""


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_feedback_goes_back_under_the_platforms_names(
    term: Term, platform: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each student's page goes under the name that leads to the student; whoever fits nobody gets nothing and is named."""
    names = DOWNLOADS[platform]
    with zipfile.ZipFile("submissions.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "x = 1\n")
    for student in ("00417", "00418"):
        page = Path(f"grades/feedback/{student}/module-01")
        page.parent.mkdir(parents=True)
        page.with_suffix(".html").write_text(f"page of {student}", "utf-8")
        page.with_suffix(".md").write_text(f"text of {student}", "utf-8")
    asked = ("feedback", "--for", platform, "--from", "submissions.zip", "--out", "back.zip")
    assert term.run(*asked) == Exit.TO_MEND
    assert f"no feedback: {list(names)[-1]}\n" in capsys.readouterr().out
    with zipfile.ZipFile("back.zip") as archive:
        assert set(archive.namelist()) == {name for name in names.values() if name}
        for name, student in zip(names.values(), ("00417", "00418"), strict=False):
            assert f"of {student}" in archive.read(name).decode()
    first = Path("back.zip").read_bytes()
    term.run(*asked)
    assert Path("back.zip").read_bytes() == first


def test_feedback_for_another_platform(term: Term, capsys: pytest.CaptureFixture[str]) -> None:
    """A zip that is not the platform's gives no feedback away, and is told with the next step."""
    with zipfile.ZipFile("submissions.zip", "w") as archive:
        archive.writestr("okoyeada_9001_55010_engine.py", "x = 1\n")
    assert term.run("feedback", "--for", "moodle", "--from", "submissions.zip") == Exit.CANNOT
    assert "give the zip of submissions that was graded" in capsys.readouterr().err
