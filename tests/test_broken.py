"""Each folder in `cases/broken` plants a fault in a good course; `blueprint check` must name it, and nothing else.

`edits.txt` says what is planted:

    A deadline falls on a break.            what is wrong, in a sentence
    problems: 1                             how many problems that makes (1 when left out)
    from: tiny                              the course that is copied: `tiny`, or `shipped`
    run: blueprint check tiny               the command

    @ syllabi/tiny.yaml                     a file to edit; `as latin-1` or `removed` may follow
     context                                lines that must stand there exactly once,
    -old                                    of which these go
    +new                                    and these come; `<U+0009>` is a character

`expect.txt` holds what is printed and the exit code; the lines of the shipped course, which move with its content,
are called N there. `pytest --rewrite-cases` writes it anew; read the difference before keeping it.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from blueprint.cli import run
from blueprint.paths import COURSE_VARIABLE, shipped_content

CASES = Path(__file__).parent / "cases"
BROKEN = sorted(folder.name for folder in (CASES / "broken").iterdir())
_CHARACTER = re.compile(r"<U\+([0-9A-F]{4,6})>")
_PLACE = re.compile(r"^\S+:\d+:\d+: (error|warning): ", re.MULTILINE)
_LINE = re.compile(r"(?<=\.yaml:)\d+(?=:\d+)|(?<= line )\d+")
_GUTTER = re.compile(r"^ *\d+(?= \|)", re.MULTILINE)


@dataclass
class Edit:
    """What happens to one file; a hunk is (lines that stand there, lines that take their place)."""

    file: str
    encoding: str = "utf-8"
    removed: bool = False
    hunks: list[tuple[list[str], list[str]]] = field(default_factory=list)


@dataclass
class Case:
    title: str
    problems: int
    base: Path
    """The course root that is copied."""
    command: list[str]
    edits: list[Edit]


def read_case(folder: Path) -> Case:
    head, *rest = re.split(r"^@ ", (folder / "edits.txt").read_text("utf-8"), flags=re.MULTILINE)
    title, *lines = head.strip().splitlines()
    said = dict(line.split(": ", 1) for line in lines)
    base = said.get("from", "tiny")
    command = said.get("run", f"blueprint check {'tiny' if base == 'tiny' else 'fall26'}").split()[1:]
    assert said.keys() <= {"problems", "from", "run"}, f"{folder.name}: an unknown word before the edits"
    assert title.endswith("."), f"{folder.name}: the first line says in a sentence what is wrong"
    root = CASES / "tiny" if base == "tiny" else shipped_content()
    return Case(title, int(said.get("problems", "1")), root, command, [read_edit(text) for text in rest])


def read_edit(text: str) -> Edit:
    head, *lines = text.split("\n")
    file, *flags = head.split()
    edit = Edit(file, flags[1] if flags[:1] == ["as"] else "utf-8", flags == ["removed"])
    for group in "\n".join(lines).strip("\n").split("\n\n"):
        hunk = group.split("\n") if group else []
        assert all(line[0] in " -+" for line in hunk), f"{file}: a line of a hunk begins with a space, `-` or `+`"
        old = [line[1:] for line in hunk if line[0] != "+"]
        new = [_CHARACTER.sub(lambda m: chr(int(m[1], 16)), line[1:]) for line in hunk if line[0] != "-"]
        if hunk:
            edit.hunks.append((old, new))
    return edit


def plant(edit: Edit, root: Path) -> None:
    path = root / edit.file
    if edit.removed:
        path.unlink()
        return
    text = "\n" + path.read_text("utf-8") if path.exists() else "\n"
    for old, new in edit.hunks:
        before, after = ("".join(f"\n{line}" for line in lines) + "\n" for lines in (old, new))
        assert not old or text.count(before) == 1, (
            f"{edit.file}: these lines stand there {text.count(before)} times:{before}"
        )
        text = text.replace(before, after) if old else after
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text[1:].encode(edit.encoding))


def copied(case: Case, root: Path) -> None:
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(case.base / kind, root / kind)
    for edit in case.edits:
        plant(edit, root)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(COURSE_VARIABLE, raising=False)
    return tmp_path


@pytest.mark.parametrize("name", BROKEN)
def test_planted_fault_is_named(name: str, here: Path, rewrite_cases: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """`blueprint check` prints exactly what the case expects: the planted fault at its place, and no follow-up complaint."""
    case = read_case(CASES / "broken" / name)
    copied(case, here)
    code = run(case.command)
    printed = "".join(capsys.readouterr())
    shown = printed if case.base == CASES / "tiny" else _GUTTER.sub("    N", _LINE.sub("N", printed))
    found = f"{shown}exit code {code}\n"
    expect = CASES / "broken" / name / "expect.txt"
    if rewrite_cases:
        expect.write_text(found, "utf-8", newline="\n")
    assert found == expect.read_text("utf-8")
    assert len(_PLACE.findall(printed)) == case.problems
    assert str(here) not in printed
