"""The newest libraries do what the locked ones do. Run by `make test-newest` and `make test-newest-lock`, not by `make test`.

Two environments do the same work in empty folders: they build the course, one lecture in every format and its preview,
and grade two students. One is the environment pytest runs in, made from `requirements.lock`; the other is named by
`--environment`. What differs between what they made is what a library's release has changed.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
WORKS = HERE.parent / "cases" / "coursework"
STUDENTS = {"right": "current-right", "partial": "current-partial"}
"""Who hands in which work: all of it solved, and three modules of which the last is half done."""
BEAMER_PDF = ",pdf" if shutil.which("pdflatex") else ""
DOCUMENTS = (
    "build-course fall26",
    f"slides vol1-01 --course fall26 --to pptx,beamer,handout{BEAMER_PDF}",
    *(["slides preview vol1-01"] if BEAMER_PDF or shutil.which("soffice") else []),
)
GRADES = (
    "grade submissions --course fall26",
    "explain partial/3 --course fall26 --notebook",
)
TOLERANCE = 0.02
"""Of a PDF's letters: another version may break lines and pages elsewhere, which moves hyphens and page headers."""


@dataclass(frozen=True)
class Made:
    """What one environment made: a folder, and what went wrong on the way."""

    folder: Path
    failures: list[str]

    def files(self, pattern: str = "*") -> dict[str, Path]:
        """The files that people open, by their names in the folder; of what only programs read (`.cache`), none."""
        found = {path.relative_to(self.folder): path for path in self.folder.rglob(pattern) if path.is_file()}
        return {
            str(name): path
            for name, path in sorted(found.items())
            if name.parts[0] in ("build", "grades") and not any(part.startswith(".") for part in name.parts)
        }


@dataclass(frozen=True)
class Both:
    """What the newest libraries made, and what the locked ones made."""

    newest: Made
    locked: Made

    def pairs(self, pattern: str) -> Iterator[tuple[str, Path, Path]]:
        """The files of a kind that both made: name, the newest's, the locked's."""
        locked = self.locked.files(pattern)
        for name, path in self.newest.files(pattern).items():
            if name in locked:
                yield name, path, locked[name]


@pytest.fixture(scope="session")
def documents(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The course and a lecture, from both environments."""
    return _both(request, tmp_path_factory.mktemp("documents"), DOCUMENTS)


@pytest.fixture(scope="session")
def grades(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sandbox: None) -> Both:
    """A small class, graded in both environments on the same inputs."""
    folder = tmp_path_factory.mktemp("grades")
    (folder / "secret").write_bytes(b"the same draws in both environments")
    (folder / "secret").chmod(0o600)
    for side in ("newest", "locked"):
        for student, work in STUDENTS.items():
            shutil.copytree(WORKS / work / "work", folder / side / "submissions" / student)
    return _both(request, folder, GRADES)


def _both(request: pytest.FixtureRequest, folder: Path, commands: tuple[str, ...]) -> Both:
    """Run the commands in both environments side by side."""
    tools = {"newest": _environment(request) / "bin", "locked": Path(sys.executable).parent}
    with ThreadPoolExecutor() as pool:
        newest, locked = pool.map(lambda side: _run(folder / side, tools[side], commands), tools)
    return Both(newest, locked)


def _environment(request: pytest.FixtureRequest) -> Path:
    given = request.config.getoption("--environment")
    if not given:
        raise pytest.UsageError("--environment names the environment to hold against this one; see `make help`")
    return Path(given).absolute()


def _run(folder: Path, tools: Path, commands: tuple[str, ...]) -> Made:
    folder.mkdir(exist_ok=True)
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "BLUEPRINT_COURSE")}
    plain["BLUEPRINT_SECRET"] = str(folder.parent / "secret")
    failures = []
    for command in commands:
        done = subprocess.run(
            [tools / "blueprint", *command.split()], cwd=folder, env=plain, capture_output=True, text=True, check=False
        )
        if done.returncode:
            failures.append(f"blueprint {command}: exit code {done.returncode}\n{done.stderr}")
    return Made(folder, failures)


@pytest.mark.parametrize("part", ["documents", "grades"])
def test_every_command_ends_well(part: str, request: pytest.FixtureRequest) -> None:
    """Neither environment has an error to report."""
    both: Both = request.getfixturevalue(part)
    assert not both.locked.failures, "\n".join(both.locked.failures)
    assert not both.newest.failures, "\n".join(both.newest.failures)


@pytest.mark.parametrize("part", ["documents", "grades"])
def test_the_same_files_are_made(part: str, request: pytest.FixtureRequest) -> None:
    """No file is missing, and none is new."""
    both: Both = request.getfixturevalue(part)
    assert list(both.newest.files()) == list(both.locked.files())
    assert both.locked.files()


def test_every_pdf_opens(documents: Both) -> None:
    """A PDF has pages and can be read; a week sheet has one."""
    pages = {name: len(_pages(path)) for name, path in documents.newest.files("*.pdf").items()}
    assert len(pages) > 20
    assert all(pages.values()), pages
    sheets = {name: count for name, count in pages.items() if "/ta/" in name}
    assert set(sheets.values()) == {1}, sheets


def test_a_pdf_says_what_it_said(documents: Both) -> None:
    """The letters of a PDF are the same but for a few, wherever lines and pages break."""
    changed = {}
    for name, newest, locked in documents.pairs("*.pdf"):
        now, before = Counter("".join(_pages(newest))), Counter("".join(_pages(locked)))
        if ((now - before) + (before - now)).total() > TOLERANCE * before.total():
            changed[name] = f"{now.total()} letters instead of {before.total()}, or others"
    assert changed == {}


@pytest.mark.parametrize("kind", ["html", "docx", "pptx", "tex", "md", "csv", "ics"])
def test_a_file_says_what_it_said(documents: Both, kind: str) -> None:
    """Words, numbers and their order are the same; markup and spaces may differ."""
    pairs = list(documents.pairs(f"*.{kind}"))
    assert pairs
    assert {name: seen for name, newest, locked in pairs if (seen := _change(_said(newest), _said(locked)))} == {}


def test_grades_are_the_same(grades: Both) -> None:
    """Each case is judged as before, all is right of who solved all, and not all of who did not."""
    (newest,), (locked,) = (side.files("results.csv").values() for side in (grades.newest, grades.locked))
    assert _judged(newest) == _judged(locked)
    earned = {student: {row[3] == row[4] for row in _judged(newest) if row[0] == student} for student in STUDENTS}
    assert earned == {"right": {True}, "partial": {True, False}}
    ((_, book, old),) = grades.pairs("gradebook.csv")
    assert book.read_text("utf-8") == old.read_text("utf-8")


def test_a_notebook_is_shown_as_it_was(grades: Both) -> None:
    """The page of a student's notebook holds the same words."""
    ((_, newest, locked),) = grades.pairs("notebooks/*/*.html")
    assert _change(_said(newest), _said(locked)) == ""


def _judged(results: Path) -> list[tuple[str, ...]]:
    with results.open(encoding="utf-8", newline="") as file:
        names = ("student", "case", "status", "points", "possible")
        return [tuple(row[name] for name in names) for row in csv.DictReader(file)]


@cache
def _pages(pdf: Path) -> list[str]:
    """The text of each page, without spaces and hyphens."""
    import pypdf

    return [re.sub(r"[\s\u00ad‐-]", "", page.extract_text()) for page in pypdf.PdfReader(pdf).pages]


def _said(path: Path) -> str:
    """What a person reads in a file, without spaces."""
    if path.suffix in (".docx", ".pptx"):
        with zipfile.ZipFile(path) as parts:
            names = sorted(name for name in parts.namelist() if re.search(r"document\.xml$|lides?/[^/]*\.xml$", name))
            text = "".join(parts.read(name).decode() for name in names)
    else:
        text = path.read_text("utf-8")
    if path.suffix not in (".md", ".tex", ".csv", ".ics"):
        text = re.sub(r"<style.*?</style>|<[^>]*>", "", text, flags=re.DOTALL)
    return re.sub(r"\s", "", text)


def _change(now: str, before: str) -> str:
    """Where two texts begin to differ; nothing if they do not."""
    if now == before:
        return ""
    differing = (at for at, (a, b) in enumerate(zip(now, before, strict=False)) if a != b)
    same = next(differing, min(len(now), len(before)))
    return f"“{now[same : same + 40]}” instead of “{before[same : same + 40]}”, after “{now[max(0, same - 40) : same]}”"
