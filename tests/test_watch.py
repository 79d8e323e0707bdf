"""`blueprint check --watch`: it checks, waits for a file to be saved, and checks again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from blueprint import watch
from blueprint.cli import run
from blueprint.paths import COURSE_VARIABLE

TINY = Path(__file__).parent / "cases" / "tiny"


def test_it_waits_until_a_file_is_another(tmp_path: Path) -> None:
    """A change is another time, another size, a file that comes or goes; until then it sleeps."""
    kept, written, gone, new = (tmp_path / name for name in ("kept", "written", "gone", "new"))
    for file in (kept, written, gone):
        file.write_text("x")
    seen = watch.stamps([kept, written, gone, new])
    nights: list[float] = []

    def sleep(seconds: float) -> None:
        nights.append(seconds)
        if len(nights) == 3:
            os.utime(written, ns=(1, 1))
            gone.unlink()
            new.write_text("")

    assert watch.wait_for_change(seen, sleep) == (written, gone, new)
    assert nights == [watch.BETWEEN] * 3


def test_each_save_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rubric that is saved with a fault is told, mended it is not; a file that cannot be read is waited for, too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(COURSE_VARIABLE, raising=False)
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(TINY / kind, tmp_path / kind)
    rubric, course = tmp_path / "rubrics" / "essay.yaml", tmp_path / "syllabi" / "tiny.yaml"
    good, whole = rubric.read_text("utf-8"), course.read_text("utf-8")
    saves = [(rubric, good.replace("points: 10", "points: 110")), (rubric, good), (course, "- no\n"), (course, whole)]

    def save_next(_: float) -> None:
        if not saves:
            raise KeyboardInterrupt
        file, text = saves.pop(0)
        file.write_text(text, "utf-8")

    monkeypatch.setattr(watch.wait_for_change, "__defaults__", (save_next,))
    assert run(["check", "tiny", "--watch"]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if ".yaml" in line and " | " not in line]
    assert [line.split("; ")[0] for line in told] == [
        "checking syllabi/tiny.yaml",
        "syllabi/tiny.yaml: no problems in 4 files",
        "rubrics/essay.yaml changed",
        "checking syllabi/tiny.yaml",
        "rubrics/essay.yaml:3:9: error: the criteria of `essay` sum to 10, not 110: 6 + 4",
        "syllabi/tiny.yaml: 1 error in 4 files",
        "rubrics/essay.yaml changed",
        "checking syllabi/tiny.yaml",
        "syllabi/tiny.yaml: no problems in 4 files",
        "syllabi/tiny.yaml changed",
        "checking syllabi/tiny.yaml",
        "syllabi/tiny.yaml:1:1: error: this file holds a list, not keys and values",
        "syllabi/tiny.yaml: 1 error in 1 file",
        "syllabi/tiny.yaml changed",
        "checking syllabi/tiny.yaml",
        "syllabi/tiny.yaml: no problems in 4 files",
    ]
