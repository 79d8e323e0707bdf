"""The TA handbook's own commands: who has never graded gets by them from nothing to a graded zip."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from blueprint.load import load
from blueprint.paths import CoursePaths

ROOT = Path(__file__).resolve().parent.parent
COURSEWORK = ROOT / "tests" / "cases" / "coursework"
CLASS = {"aokoye": "current-right", "bnguyen": "current-partial"}
"""Student -> whose work they hand in."""
_BLOCK = re.compile(r"^```\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """The lines of the handbook's chapter on software that are typed into a terminal."""
    handbook = load(ROOT / "syllabi" / "fall26.yaml", CoursePaths.find(ROOT)).course.handbook
    assert handbook is not None
    return [line for block in _BLOCK.findall(handbook.software) for line in block.splitlines()]


def test_it_installs_what_it_uses() -> None:
    """The program is installed under the name it is published by, before anything is asked of it."""
    typed = commands()
    name = re.search(r'^name = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert name is not None
    assert typed.index(f"pip install {name[1]}") < typed.index("blueprint doctor")
    assert "bubblewrap" in typed[0]


@pytest.mark.slow
def test_its_commands_grade_a_zip(tmp_path: Path, sandbox: None) -> None:
    """Typed in the course's folder, they grade the zip that is spoken of and explain the student that is named."""
    for name in ("syllabi", "rubrics"):
        shutil.copytree(ROOT / name, tmp_path / name)
    with ZipFile(tmp_path / "submissions.zip", "w") as download:
        for student, work in CLASS.items():
            folder = COURSEWORK / work / "work"
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                download.write(file, Path(student) / file.relative_to(folder))
    said = [typed(tmp_path, line) for line in commands() if line.startswith("blueprint ")]
    assert [bool(output) for output in said] == [True, True, True]
    assert "gradebook of 2 students; open grades/fall26/report.html" in said[1]
    assert (tmp_path / "grades" / "fall26" / "feedback" / "aokoye").is_dir()
    assert "module 01 tensor: 70 of 70" in said[2]


def typed(folder: Path, line: str) -> str:
    """What a command of Blueprint prints in a folder, if it ends well."""
    command = [sys.executable, "-m", *line.split()]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=300).stdout
