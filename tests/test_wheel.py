"""The built wheel, in an empty environment and an empty folder, does the main job."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git would check out."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True
    )
    return next(folder.glob("*.whl"))


@pytest.mark.wheel
def test_the_wheel_holds_program_and_content_only(wheel: Path) -> None:
    """The three packages, templates and all content travel; tests and built files do not."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"blueprint", "generator", "autograder"}
    content = {name.removeprefix("blueprint/content/") for name in names if name.startswith("blueprint/content/")}
    for folder in ("syllabi", "rubrics"):
        shipped = {
            p.relative_to(ROOT).as_posix() for p in (ROOT / folder).rglob("*") if p.is_file() and "build" not in p.parts
        }
        assert shipped <= content
    assert {
        f"generator/documents/templates/{p.name}" for p in (ROOT / "generator/documents/templates").iterdir()
    } <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".part"))]


@pytest.mark.wheel
def test_the_wheel_builds_the_course_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """`pip install` of the wheel and one command give each kind of what a course has, away from any checkout."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", str(ROOT / "requirements.lock"), str(wheel)], check=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    plain = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "BLUEPRINT_COURSE")}
    only = "*.html,*.csv,*.ics,site/syllabus.*,staff/ta/week-16.*,staff/slides/vol1-16-outline-light.*"
    done = subprocess.run(
        [str(environment / "bin" / "blueprint"), "build-course", "fall26.yaml", "--only", only],
        cwd=empty,
        env=plain,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    made = empty / "build" / "fall26"
    for name in (
        "index.html",
        "site/syllabus.pdf",
        "site/syllabus.docx",
        "site/schedule.ics",
        "site/index.html",
        "site/search.html",
        "staff/ta/week-16.pdf",
        "staff/rubrics/canvas.csv",
        "staff/slides/vol1-16-outline-light.pptx",
    ):
        assert (made / name).stat().st_size > 500, name
    manifest = (made / "manifest.json").read_text("utf-8")
    assert "shipped:syllabi/fall26.yaml" in manifest
    assert str(tmp_path) not in manifest
