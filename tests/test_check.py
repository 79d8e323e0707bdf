"""`blueprint check` as it is called: which course, what is printed, and what happens where there is nothing to read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.cli import run
from blueprint.paths import COURSE_VARIABLE, CoursePaths, shipped_content

TINY = Path(__file__).parent / "cases" / "tiny"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(COURSE_VARIABLE, raising=False)
    return tmp_path.resolve()


@pytest.fixture
def tiny(here: Path) -> Path:
    """A course root in the current folder."""
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(TINY / kind, here / kind)
    return here


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["check", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


# --- which course ----------------------------------------------------------------------------------------------


def test_the_only_offering_is_taken(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name the only offering is checked, and that is said."""
    assert told(capsys) == (0, "syllabi/tiny.yaml (the only offering here): no problems in 4 files\n", "")


@pytest.mark.parametrize("name", ["tiny", "tiny.yaml", "syllabi/tiny", "syllabi/tiny.yaml", "./syllabi/tiny.yaml"])
def test_a_name_or_a_path_will_do(name: str, tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A course may be named, with or without `.yaml`, or given as a path."""
    assert told(capsys, name) == (0, "syllabi/tiny.yaml: no problems in 4 files\n", "")


def test_from_a_folder_below(tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The course root is found by walking up; files outside the current folder are told by their whole path."""
    (tiny / "notes" / "more").mkdir(parents=True)
    monkeypatch.chdir(tiny / "notes" / "more")
    assert told(capsys, "tiny") == (0, f"{tiny}/syllabi/tiny.yaml: no problems in 4 files\n", "")


def test_the_variable_names_a_course(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`BLUEPRINT_COURSE` stands in for the name, and is named as the reason."""
    monkeypatch.setenv(COURSE_VARIABLE, "tiny")
    assert told(capsys)[1].startswith("syllabi/tiny.yaml (from $BLUEPRINT_COURSE): ")


def test_the_last_built_course_is_taken(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of several offerings the one built here last is checked; a note that cannot be read counts for nothing."""
    (tiny / "syllabi" / "other.yaml").write_text(
        "schema: 1\nextends: tiny.yaml\noffering: {term: Spring 2027}\n", "utf-8"
    )
    assert told(capsys) == (2, "", "blueprint: which course? Name one of: other, tiny\n")
    (tiny / "build").mkdir()
    (tiny / "build" / ".last").write_bytes(b"\xff\x00")
    assert told(capsys)[0] == 2
    (tiny / "build" / ".last").write_text("other\n", "utf-8")
    assert told(capsys)[1] == "syllabi/other.yaml (built here last): no problems in 5 files\n"


def test_the_shipped_course_is_clean_from_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """The course that ships is found from an empty folder, and has nothing wrong with it."""
    code, out, err = told(capsys, "fall26", "--strict")
    assert (code, err) == (0, "")
    assert out.endswith("fall26.yaml: no problems in 15 files\n")


def test_a_syllabus_without_an_offering(capsys: pytest.CaptureFixture[str]) -> None:
    """A syllabus that no term has taken up yet can be checked, too: the rules about dates and people have nothing to say."""
    assert told(capsys, "foundations")[0::2] == (0, "")


# --- nothing to check ------------------------------------------------------------------------------------------


def test_an_empty_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no course, the two ways to one are told, with exit code 2."""
    assert told(capsys) == (
        2,
        "",
        "blueprint: no offering in this folder; name a course file, or make one with `blueprint new`\n",
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("fal26", "there is no course file `fal26`; did you mean `fall26`?"),
        ("syllabi/tinny.yaml", "there is no course file `syllabi/tinny.yaml`; did you mean `tiny`?"),
        ("x" * 5000, "there is no course file"),
        ("a\0b", "there is no course file"),
        ("syllabi", "`syllabi` is a folder; name a course file; known here: fall26, foundations, tiny"),
        (".", "`.` is a folder; name a course file; known here: fall26, foundations, tiny"),
    ],
)
def test_a_course_that_is_not_there(name: str, said: str, tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that means no file is wrong usage; the near match or the choice is told."""
    code, out, err = told(capsys, name)
    assert (code, out) == (2, "")
    assert err.startswith(f"blueprint: {said}")
    assert "Traceback" not in err


def test_names_that_are_known(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no name is near, the courses here and those that ship are listed; registries and handbooks are not."""
    assert told(capsys, "qqq")[2] == "blueprint: there is no course file `qqq`; known here: fall26, foundations, tiny\n"


@pytest.mark.parametrize("file", ["syllabi/tiny.yaml", "syllabi/things.yaml", "rubrics/essay.yaml"])
def test_a_file_that_may_not_be_read(
    file: str, tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file without permission is one problem of that file, whichever file it is."""
    read_bytes = Path.read_bytes

    def guarded(path: Path) -> bytes:
        if path.resolve() == tiny / file:
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    code, out, err = told(capsys, "tiny")
    assert (code, err) == (1, "")
    assert out.startswith(
        f"{file}:1:1: error: this file cannot be read: Permission denied\n        check its permissions\n\n"
    )
    assert "1 error in" in out


def test_a_folder_that_may_not_be_read(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission holds nothing that can be found; looking into it is no error."""
    (tiny / "syllabi" / "closed").mkdir()

    def closed(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", closed)
    assert CoursePaths(tiny, shipped_content()).lookup("closed/x", "syllabi") is None


# --- what is printed -------------------------------------------------------------------------------------------


def test_problems_as_json(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints each problem with its place, its message and its hint, and the exit code stays."""
    edit(tiny / "syllabi" / "tiny.yaml", "weight: 40", "weight: 30")
    edit(tiny / "syllabi" / "tiny.yaml", "hours_per_week: 8", "hours_per_week: 3")
    code, out, _ = told(capsys, "tiny", "--json")
    assert code == 1
    assert json.loads(out) == [
        {
            "file": "syllabi/tiny.yaml",
            "line": 15,
            "column": 3,
            "severity": "error",
            "message": "the weights sum to 90, not 100: 30 + 60",
            "hint": "change a `weight` so that they sum to 100",
        },
        {
            "file": "syllabi/tiny.yaml",
            "line": 44,
            "column": 3,
            "severity": "warning",
            "message": "week 1 (Bytes) asks for 3.5 hours, the course promises at most 3",
            "hint": "reading 2, modules 1.5; move or shorten something, or raise `load: hours_per_week`",
        },
    ]
    edit(tiny / "syllabi" / "tiny.yaml", "weight: 30", "weight: 40")
    edit(tiny / "syllabi" / "tiny.yaml", "hours_per_week: 3", "hours_per_week: 8")
    assert told(capsys, "tiny", "--json") == (0, "[]\n", "")


def test_warnings_alone_pass(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A course with warnings passes, unless `--strict` counts them."""
    edit(tiny / "syllabi" / "tiny.yaml", "hours_per_week: 8", "hours_per_week: 3")
    assert told(capsys)[0] == 0
    assert told(capsys, "--strict")[0] == 1


def test_nothing_is_written(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Checking leaves every folder as it was."""
    edit(tiny / "syllabi" / "tiny.yaml", "title: Tiny Systems", "title: [")
    before = {path: path.read_bytes() for path in tiny.rglob("*") if path.is_file()}
    assert told(capsys)[0] == 1
    assert {path: path.read_bytes() for path in tiny.rglob("*") if path.is_file()} == before


# --- whose file it is, and where it can be mended ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "file", "step"),
    [
        ("rubrics: [decision-log]", "syllabi/foundations.yaml", "in mine.yaml, where the same key replaces it"),
        (
            "weeks: {16: null}\nassignments: {capstone-final: {week: 15, released: 14}, log-14: null}",
            "syllabi/handbook/foundations.yaml",
            "in a file of your own (`handbook: mine.yaml`) that says `extends: handbook/foundations.yaml`",
        ),
    ],
)
def test_what_comes_with_blueprint_is_mended_in_the_offering(
    changed: str, file: str, step: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next step for a file that comes with Blueprint is an override, never an edit of what an update replaces."""
    (here / "syllabi").mkdir()
    (here / "syllabi" / "mine.yaml").write_text(f"schema: 1\nextends: fall26.yaml\n{changed}\n", "utf-8")
    out = told(capsys, "mine", "--json")[1]
    hints = [row["hint"] for row in json.loads(out) if row["file"] == str(shipped_content() / file)]
    assert hints
    assert all(hint.endswith(f"; this file comes with Blueprint, so do it {step}") for hint in hints)


def test_what_is_one_s_own_is_edited(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A problem in a file of the course's own says how to mend it, and nothing of Blueprint's."""
    edit(tiny / "rubrics" / "essay.yaml", "points: 10\n", "points: 11\n")
    out = told(capsys, "tiny")[1]
    assert "rubrics/essay.yaml:3:9: error: " in out
    assert "comes with Blueprint" not in out


# --- where files are no files, and nothing can be printed --------------------------------------------------------


def test_a_pipe_is_not_waited_for(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A course file that extends a pipe is told so at once; nobody waits for what will never come through it."""
    os.mkfifo(tiny / "syllabi" / "pipe.yaml")
    (tiny / "syllabi" / "mine.yaml").write_text("schema: 1\nextends: pipe.yaml\n", "utf-8")
    code, out, _ = told(capsys, "mine")
    assert code == 1
    assert "mine.yaml:2:10: error: `pipe.yaml` is no file that can be read, but a pipe or a device\n" in out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["check", "tiny"], ["check", "tiny", "--json"], ["schema"]])
def test_what_cannot_be_printed_is_no_bug_of_ours(arguments: list[str], tiny: Path) -> None:
    """On a full disk a command ends with code 2 and one sentence, and not with a traceback, or as if all were well."""
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "blueprint", *arguments]
        done = subprocess.run(command, cwd=tiny, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "blueprint: what this command prints cannot be written: No space left on device; make room, or write it elsewhere"
    ]
