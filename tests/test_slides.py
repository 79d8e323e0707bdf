"""`blueprint slides`: decks as Beamer and as PDF, in any theme and length, side by side."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from blueprint.build import TaskError
from blueprint.cli import run
from generator.decks.latex import compile_latex

needs_latex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")

PAGE = (
    r"\documentclass{{article}}\usepackage[T1]{{fontenc}}\usepackage{{lmodern}}\begin{{document}}{body}\end{{document}}"
)


def test_versions_stand_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Themes, lengths and answers have names of their own, so that none overwrites another."""
    monkeypatch.chdir(tmp_path)
    for extra in ([], ["--theme", "dark"], ["--minutes", "50"], ["--answers", "hidden"], ["--answers", "shown"]):
        assert run(["slides", "vol1-01", "--to", "beamer", *extra]) == 0
    made = {p.name for p in (tmp_path / "build/slides").glob("vol1*")}
    assert made == {f"vol1-01{v}.tex" for v in ("-light", "-dark", "-50min-light", "-student-light", "-answers-light")}
    assert {"blueprint.sty", "palette-light.tex", "palette-dark.tex"} <= {
        p.name for p in (tmp_path / "build/slides").iterdir()
    }


def test_a_student_version_holds_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hidden answers, the source itself does not hold them."""
    monkeypatch.chdir(tmp_path)
    assert run(["slides", "vol1-01", "--to", "beamer"]) == 0
    assert run(["slides", "vol1-01", "--to", "beamer", "--answers", "hidden"]) == 0
    folder = tmp_path / "build/slides"
    with_answers, without = ((folder / f"vol1-01{v}-light.tex").read_text("utf-8") for v in ("", "-student"))
    told = [
        line
        for line in with_answers.split(r"\begin{answer}")[1:]
        for line in line.partition(r"\end{answer}")[0].splitlines()
        if len(line) > 40
    ]
    assert len(told) > 10
    assert [line for line in told if line.strip() in without] == []
    assert r"\begin{answer}" not in without


@needs_latex
@pytest.mark.latex
def test_slides_become_a_pdf_with_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deck compiles in a dark theme, twice to the same bytes, and a second build has nothing to do."""
    monkeypatch.chdir(tmp_path)
    pdf = tmp_path / "build/slides/vol1-03-dark.pdf"
    command = ["slides", "vol1-03", "--theme", "dark", "--to", "pdf"]
    assert run(command) == 0
    first, written = pdf.read_bytes(), pdf.stat().st_mtime_ns
    assert run(command) == 0
    assert pdf.stat().st_mtime_ns == written
    shutil.rmtree(tmp_path / "build")
    assert run(command) == 0
    assert pdf.read_bytes() == first


@needs_latex
@pytest.mark.latex
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (r"\undefined", "LaTeX stopped: Undefined control sequence"),
        (r"{\font\x=cmr10 \x \char200}", "no font has the letter"),
        (r"\vbox to 10pt{\vrule height 50pt}", "points too full"),
    ],
)
def test_what_tex_only_mentions_is_an_error(body: str, says: str) -> None:
    """A stop, a missing letter and an overfull page are errors that name the file."""
    with pytest.raises(TaskError, match=says) as told:
        compile_latex({"x.tex": PAGE.format(body=body).encode()}, "x.tex")
    assert str(told.value).startswith("x.tex: ")


def test_without_tex_everything_else_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a machine without LaTeX the source and the handout are there, and one line says what to install."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert run(["slides", "vol1-04", "--to", "beamer,pdf,handout"]) == 1
    told = capsys.readouterr().err
    assert told.count("needs LaTeX; install it") == 1
    made = {p.name for p in (tmp_path / "build/slides").iterdir()}
    assert {"vol1-04-light.tex", "vol1-04-handout.html", "vol1-04-handout.pdf"} <= made
    assert "vol1-04-light.pdf" not in made


def test_no_shell_is_reached_from_a_deck() -> None:
    """TeX runs with shell escape off."""
    if not shutil.which("pdflatex"):
        pytest.skip("needs pdflatex")
    with pytest.raises(TaskError):
        compile_latex({"x.tex": PAGE.format(body=r"\immediate\write18{touch made}\input{made}").encode()}, "x.tex")
    assert subprocess.run(["pdflatex", "--version"], capture_output=True, check=True).stdout
