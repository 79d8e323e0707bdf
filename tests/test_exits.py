"""What a command's exit code says, and that the documents say the same."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from blueprint.cli import run
from blueprint.exits import Exit

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("document", ["README.md", "docs/design.md"])
def test_the_documents_show_the_exit_codes_there_are(document: str) -> None:
    """The table of a document is the one of the code, word for word."""
    text = (ROOT / document).read_text("utf-8")
    table = re.search(r"\| exit code \| meaning \|\n\|---\|---\|\n((?:\|.*\|\n)+)", text)
    assert table is not None
    assert table[1] == "".join(f"| {code.value} | {code.meaning} |\n" for code in Exit)


def test_no_command_has_an_exit_code_of_its_own() -> None:
    """A command ends with a name of `Exit`, so that what a code means stands in one place."""
    for place in sorted((ROOT / "blueprint" / "commands").glob("*.py")):
        returns = (node for node in ast.walk(ast.parse(place.read_text("utf-8"))) if isinstance(node, ast.Return))
        numbers = [r.lineno for r in returns if isinstance(r.value, ast.Constant) and type(r.value.value) is int]
        assert numbers == [], place.name


@pytest.mark.slow
@pytest.mark.latex
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_what_tex_refuses_is_no_bug_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A preview drawn by LaTeX names the letter that no font has, in one line: it is the deck that is to be mended."""
    lines = [
        "schema: 1",
        "title: Reeds",
        "slides:",
        "  - {kind: assertion, title: Words, minutes: 5, body: [text: Written 𓀀 here.], notes: {say: Look.}}",
    ]
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides" / "reeds.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("generator.decks.preview._PROGRAMS", ())
    assert run(["slides", "preview", "reeds"]) == Exit.TO_MEND
    said = capsys.readouterr().err
    assert re.fullmatch(r"blueprint: .*slide 1 \(assertion\): no font has the letter 𓀀 \(U\+13000\)\n", said)
