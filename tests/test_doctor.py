"""`blueprint doctor` tells what is there, what is missing, and how to get it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.sandbox import layers
from autograder.sandbox.layers import Layer
from blueprint.cli import run
from blueprint.commands import doctor

SUBJECTS = ["Python", "pandoc", "Typst", "LaTeX", "LibreOffice", "Chromium", "fonts", "course"]
WORKING = [
    Layer("bubblewrap", True, "/usr/bin/bwrap"),
    Layer(layers.PER_CASE, True, "user, pid", needed=False),
    Layer("Landlock", True, "version 7", needed=False),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and a machine with every program."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: f"/programs/{name}")
    monkeypatch.setattr(doctor, "_has_beamer", lambda: True)
    monkeypatch.setattr(layers, "capabilities", lambda: WORKING)
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Subject -> line, of the lines before the verdict."""
    body = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    return {line[8:].partition(":")[0]: line for line in body}


def test_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Every subject has one line, with the versions of what builds documents."""
    assert run(["doctor"]) == 0
    told = lines(capsys)
    assert list(told) == SUBJECTS + [f"sandbox, {layer.name}" for layer in WORKING]
    assert f"{sys.version_info.major}.{sys.version_info.minor}." in told["Python"]
    assert all(
        told[name].startswith("ok") and any(c.isdigit() for c in told[name]) for name in ("Python", "pandoc", "Typst")
    )


def test_everything_needed_is_enough(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """LaTeX, LibreOffice, Chromium and a course are not needed to build: without them the answer is still yes."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert run(["doctor"]) == 0
    told = lines(capsys)
    assert all(
        told[name].startswith("- ") and "not found" in told[name] for name in ("LaTeX", "LibreOffice", "Chromium")
    )
    assert "install" in told["LaTeX"]


@pytest.mark.parametrize(
    ("package", "subject", "fix"),
    [("pypandoc", "pandoc", "pip install pypandoc_binary"), ("typst", "Typst", "pip install typst")],
)
def test_a_missing_package_is_named(
    package: str, subject: str, fix: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without pandoc or Typst the exit code is 1, and the line names the command that helps."""
    monkeypatch.setitem(sys.modules, package, None)
    assert run(["doctor"]) == 1
    out = capsys.readouterr().out
    line = next(line for line in out.splitlines() if line.startswith("MISSING"))
    assert line[8:].startswith(subject)
    assert fix in line
    assert f"see {subject} above.\n" in out


def test_a_pandoc_that_cannot_run_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python package without the program is as good as nothing."""

    def absent() -> str:
        raise OSError("No pandoc was found")

    monkeypatch.setattr("pypandoc.get_pandoc_version", absent)
    assert run(["doctor"]) == 1
    assert lines(capsys)["pandoc"].startswith("MISSING")


@pytest.mark.parametrize(("version", "code"), [("2.19", 1), ("3.8.3", 1), ("3.9", 0), ("3.10", 0)])
def test_an_old_pandoc_is_missing(version: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The options by which texts are converted are those of pandoc 3.9; an older one does not do."""
    monkeypatch.setattr("pypandoc.get_pandoc_version", lambda: version)
    assert run(["doctor"]) == code


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A Python too old for Blueprint is told, with the one to install."""
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (99, 1))
    assert run(["doctor"]) == 1
    assert "install Python 99.1 or newer" in lines(capsys)["Python"]


def test_latex_without_beamer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A LaTeX that lacks Beamer is told apart from none at all."""
    monkeypatch.setattr(doctor, "_has_beamer", lambda: False)
    assert run(["doctor"]) == 0
    assert "pdflatex found, but not its Beamer package" in lines(capsys)["LaTeX"]


@pytest.mark.parametrize(("platform", "words"), [("linux", "texlive"), ("darwin", "MacTeX"), ("win32", "MiKTeX")])
def test_latex_advice_fits_the_machine(platform: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is named for the system at hand."""
    monkeypatch.setattr("sys.platform", platform)
    assert words in doctor._latex_fix()


def test_the_course_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The course root and its offerings are told, also from a folder below; a syllabus alone is no offering."""
    run(["doctor"])
    assert "blueprint new" in lines(capsys)["course"]
    (folder / "syllabi" / "below").mkdir(parents=True)
    (folder / "syllabi" / "foundations.yaml").write_text("schema: 1\ntitle: x\n")
    run(["doctor"])
    assert "no offering yet" in lines(capsys)["course"]
    for name in ("fall26", "spring27"):
        (folder / "syllabi" / f"{name}.yaml").write_text("schema: 1\noffering:\n  term: x\n")
    run(["doctor"])
    line = lines(capsys)["course"]
    assert line.startswith("ok")
    assert line.endswith("with fall26, spring27")
    assert str(folder.resolve()) in line


@pytest.mark.parametrize(
    ("layer", "verdict", "mark"),
    [
        (None, "Grading is possible here, in a sandbox.", "ok"),
        (
            Layer(layers.PER_CASE, False, "the kernel refuses them", "allow user namespaces", needed=False),
            "Grading is possible here, but slower: each case starts a jail of its own, 0.1 s instead of 0.003 s.",
            "-",
        ),
        (
            Layer("Landlock", False, "none", "boot with it", needed=False),
            "Grading is possible here, in a sandbox.",
            "-",
        ),
        (
            Layer("jail", False, "Permission denied", "allow user namespaces"),
            "Grading is not possible here yet: see `sandbox, jail` above.",
            "-",
        ),
    ],
)
def test_grading(
    layer: Layer | None, verdict: str, mark: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each layer has a line with what to do; the last line tells whether grading is possible; building needs none of it."""
    told = [*WORKING, *([layer] if layer else [])]
    monkeypatch.setattr(layers, "capabilities", lambda: told)
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == verdict
    line = out.partition("\n\n")[0].splitlines()[-1]
    assert line == f"{mark:<8}sandbox, {told[-1].name}: " + "; ".join(filter(None, (told[-1].why, told[-1].remedy)))


def test_grading_on_another_system(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no Linux, a course can be built, and the way to grade is named."""
    monkeypatch.setattr(layers, "capabilities", lambda: pytest.fail("the sandbox is imported on Linux only"))
    monkeypatch.setattr("sys.platform", "darwin")
    assert run(["doctor"]) == 0
    told = lines(capsys)["sandbox, Linux"]
    assert told.startswith("- ")
    assert "Containerfile" in told
