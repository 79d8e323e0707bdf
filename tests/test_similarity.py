"""What is alike in the works of a class: what a copy keeps, what right work shares, and what nobody is accused of."""

from __future__ import annotations

import csv
import json
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from textwrap import dedent, indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring.conventions import conventions_of
from autograder.intake.listing import list_download
from autograder.intake.selection import read_submission
from autograder.judging.attempt import identity
from autograder.judging.grade import Grade
from autograder.run.journal import Journal
from autograder.similarity.found import Found, find_alike
from autograder.similarity.grams import LONGEST, text_of_lines
from autograder.similarity.page import page
from autograder.similarity.table import table
from autograder.similarity.texts import lines_of
from autograder.similarity.tokens import Vocabulary, tokens
from autograder.similarity.works import Compared, ModuleTexts
from autograder.suites import find
from autograder.worker.cells import NoSource
from blueprint.cli import run

SUITE = find("tinytorch")
NOTHING = Vocabulary()

COPIED = '''
def pool(image, size):
    """The greatest value of each window."""
    rows, columns = len(image), len(image[0])
    result = []
    for top in range(0, rows - size + 1, size):
        line = []
        for left in range(0, columns - size + 1, size):
            greatest = image[top][left]
            for y in range(top, top + size):
                for x in range(left, left + size):
                    if image[y][x] > greatest:
                        greatest = image[y][x]
            line.append(greatest)
        result.append(line)
    return result


def blend(image, kernel, bias=0.5):
    half = len(kernel) // 2
    total = [[bias for _ in row] for row in image]
    for place, weight in enumerate(kernel):  # the kernel is a row
        for y, row in enumerate(image):
            for x in range(half, len(row) - half):
                total[y][x] += weight * row[x + place - half]
    return {"blended": total, "weight": sum(kernel)}
'''
SHORT = """
def softmax(x, axis=-1):
    shifted = x - np.max(x, axis=axis, keepdims=True)
    powers = np.exp(shifted)
    total = np.sum(powers, axis=axis, keepdims=True)
    return powers / total
"""


def honest(seed: int, lines: int = 40) -> str:
    """A text of somebody's own, unlike every other one."""
    draw = random.Random(seed)
    parts = [
        "a",
        "b",
        "(c + 1)",
        "d[0]",
        "len(e)",
        "not f",
        "g.h(i)",
        "[j, k]",
        "-m",
        "{n: o}",
        "lambda p: q",
        "range(r)",
    ]
    signs = ["+", "*", "-", "and", "or", "<", "@", "%", "//", "**"]
    body = []
    for _ in range(lines):
        words = [draw.choice(parts)]
        for _ in range(draw.randrange(1, 5)):
            words += [draw.choice(signs), draw.choice(parts)]
        body.append(f"s{draw.randrange(9)} = {' '.join(words)}")
    return f"def own():\n{indent(chr(10).join(body), '    ')}\n"


def compared(who: str, text: str, file: str = "layers.py") -> Compared:
    """A work with this text."""
    return Compared(who, "", file, text_of_lines(lines_of(text.encode(), file), NOTHING))


def alike(works: Mapping[str, str], known: Mapping[str, str] | None = None, starter: str = "", most: int = 50) -> Found:
    """What is found among these works."""
    texts = ModuleTexts(tuple(compared(who, text) for who, text in works.items()))
    given = [compared("starter", starter)] if starter else []
    return find_alike(texts, [compared(who, text) for who, text in (known or {}).items()], given, most)


def pairs(found: Found) -> list[set[str]]:
    return [{match.left.who, match.right.who} for match in found.matches]


def in_functions(text: str) -> list[str]:
    return [part for part in re.split(r"(?m)^(?=def )", text) if part.strip()]


DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "names": lambda text: re.sub(
        r"\b(image|size|rows|columns|result|line|greatest|kernel|total|weight|place|half|top|left|y|x|row|pool|blend|bias)\b",
        lambda match: f"my_{match[0]}_2",
        text,
    ),
    "order": lambda text: "\n".join(reversed(in_functions(text))),
    "comments": lambda text: (
        "# mine alone\n" + re.sub(r"(?m)$", "  # as we said", text.replace("greatest value", "maximum"))
    ),
    "white space": lambda text: (
        text.replace("    ", "\t").replace(", ", ",").replace(" = ", "=").replace("\n\n", "\n\n\n\n")
    ),
    "numbers and strings": lambda text: text.replace("0.5", "1e-3").replace('"blended"', "'out'"),
    "a function between": lambda text: f"{honest(77, 10)}\n\n".join(in_functions(text)),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_copy_is_found_whatever_was_changed_without_a_thought(disguise: str) -> None:
    """Other names, another order, other comments and other white space leave a copy on top of the list."""
    works = {f"s{n}": honest(n) for n in range(8)}
    works |= {"ana": honest(50) + COPIED, "bo": honest(51) + DISGUISES[disguise](COPIED)}
    found = alike(works)
    assert pairs(found) == [{"ana", "bo"}]
    marked = sum(block.length for block in found.matches[0].blocks)
    assert marked > 0.9 * len(list(tokens(COPIED, NOTHING)))


def test_a_short_function_that_has_one_form_is_not_on_top() -> None:
    """Two who wrote the same five lines, as most do, stand below a copy of something longer, or not at all."""
    works = {f"s{n}": honest(n) + SHORT for n in range(8)}
    works |= {"ana": honest(50) + COPIED + SHORT, "bo": honest(51) + DISGUISES["names"](COPIED)}
    assert pairs(alike(works)) == [{"ana", "bo"}]
    assert pairs(alike({"ana": honest(1) + SHORT, "bo": honest(2) + SHORT})) == []


def test_what_a_class_has_in_common_stands_below_what_two_share() -> None:
    """A long text that everybody has, as a task asks for it, comes after a shorter one that two have and nobody else."""
    common = honest(99, 20)
    assert len(list(tokens(common, NOTHING))) > len(list(tokens(COPIED, NOTHING)))
    works = {f"s{n}": honest(n) + common for n in range(7)}
    works |= {"ana": common + COPIED, "bo": DISGUISES["names"](COPIED) + honest(51)}
    assert pairs(alike(works))[0] == {"ana", "bo"}


def test_what_the_starter_code_has_is_not_compared() -> None:
    """Text that was given to all is nobody's copy; without the starter code the same text is."""
    works = {"ana": COPIED + honest(1), "bo": COPIED + honest(2)}
    assert pairs(alike(works, starter=COPIED)) == []
    assert pairs(alike(works)) == [{"ana", "bo"}]


def test_a_published_solution_is_no_starter_code() -> None:
    """What is published is compared: works that are like it are told, alone and as a pair, and the pair says so."""
    works = {"ana": honest(1) + COPIED, "bo": honest(2) + COPIED, "cy": honest(3)}
    found = alike(works, known={"a repository": honest(9) + COPIED})
    assert {match.left.who for match in found.published} == {"ana", "bo"}
    assert all(match.right.who == "a repository" for match in found.published)
    assert pairs(found) == [{"ana", "bo"}]
    assert found.matches[0].published == 100


def test_in_a_group_each_is_told_and_pairs_that_add_nobody_are_counted() -> None:
    """Half a class with one text is one group in which nobody is missing, and crowds no other pair out of the list."""
    other = DISGUISES["order"](COPIED).replace("+ place - half", "- 1").replace("range(", "list(").replace("+=", "-=")
    works = {f"s{n:02}": honest(n) + COPIED for n in range(12)} | {f"t{n:02}": honest(20 + n) for n in range(12)}
    pair = honest(90, 30)
    works |= {"u1": honest(40) + pair, "u2": pair + honest(41), "u3": honest(42) + other}
    found = alike(works)
    named = set().union(*pairs(found))
    assert {f"s{n:02}" for n in range(12)} | {"u1", "u2"} <= named
    assert not any(who.startswith("t") for who in named)
    assert len({match.group for match in found.matches if {match.left.who, match.right.who} == {"u1", "u2"}}) == 1
    assert found.more >= 12 * 11 // 2 - 11


@given(st.text(max_size=400))
@settings(max_examples=200)
def test_any_text_has_tokens_in_its_lines(text: str) -> None:
    """Whatever stands in a file, each token is in a line of it, and the lines of tokens only go forward."""
    lines = [token.line for token in tokens(text, NOTHING)]
    assert lines == sorted(lines)
    assert all(0 <= line <= text.count("\n") for line in lines)


@given(
    st.lists(st.sampled_from(["name", "other", "x", "if", "len", "(", ")", "1", "'s'", "+", "\n", "def"]), max_size=60)
)
def test_names_and_comments_make_no_difference(words: list[str]) -> None:
    """Texts that differ in chosen names, comments and spaces have the same tokens."""
    plain = " ".join(words)
    changed = "  ".join(
        {"name": "ñ", "other": "z9", "x": "_", "1": "2.5e-3", "'s'": '"""t"""'}.get(word, word) for word in words
    )
    changed = changed.replace("\n", " # said\n")
    told = ([token.symbol for token in tokens(text, NOTHING)] for text in (plain, changed))
    assert next(told) == next(told)


def test_names_of_the_interface_count() -> None:
    """A method that the course names is told from another one, and a variable of the student's is not."""
    words = Vocabulary(attributes=frozenset({"exp", "sum"}))
    same = [[token.symbol for token in tokens(text, words)] for text in ("np.exp(a)", "numpy.exp(b)", "np.sum(a)")]
    assert same[0] == same[1] != same[2]


# ---------------------------------------------------------------------------------------------------- hostile files

NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}


def book(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps(NOTEBOOK | {"cells": cells}).encode()


HOSTILE = {
    "a cell of 4 MB": (book("#| export\n" + "x = 1\n" * 700_000), "longer than 1 MB"),
    "NUL bytes": (b"\0\0def f(): pass", "not text"),
    "nesting": (b'{"cells": ' + b"[" * 100_000, "nested"),
    "no notebook": (b"{}", "no cells"),
    "nothing": (b"  \n", "empty"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_cannot_be_compared_says_why(kind: str) -> None:
    """A file that is no text of a bearable size is no text to compare, with the reason."""
    data, why = HOSTILE[kind]
    with pytest.raises(NoSource, match=why):
        lines_of(data, "layers.ipynb")


def test_a_text_that_never_ends_is_cut() -> None:
    """Of a text of a megabyte so much is looked at as a long module has many times over, and that is told."""
    text = text_of_lines(lines_of(b"x = y + 1\n" * 90_000, "layers.py"), NOTHING)
    assert text.cut
    assert len(text.token_lines) == LONGEST


def test_nothing_of_a_work_is_markup_on_the_page() -> None:
    """Tags, undecodable bytes and control characters in a work are text on its page, which runs no script."""
    evil = '    print("</pre><script>alert(1)</script>", "\\x1b", "\u202e", "\x07")\n'
    text = (COPIED + evil).encode() + b"# \xff\xfe\n"
    lines = lines_of(text, "layers.py")
    works = [Compared(f"<img src=x onerror={n}>", "", "<b>.py", text_of_lines(lines, NOTHING)) for n in range(2)]
    found = find_alike(ModuleTexts(tuple(works), ("`<i>` is not compared",)), [], [], 50)
    shown = page(found, SUITE.module(3), "<offering>")
    assert found.matches
    for tag in ("<script", "<img", "<b>", "<i>", "<offering>"):
        assert tag not in shown
    assert "script-src" not in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", shown)
    assert next(csv.reader(list(table(found))[1:]))[2].startswith("<img")


def test_nothing_is_executed_or_parsed_as_python(tmp_path: Path) -> None:
    """A text that would do something, or that no parser survives, is compared all the same."""
    mark = tmp_path / "ran"
    evil = f"open({str(mark)!r}, 'w').write('x')\n" + "(" * 5_000 + "\n" + COPIED
    assert pairs(alike({"ana": evil, "bo": COPIED + honest(1)})) in ([{"ana", "bo"}], [])
    assert not mark.exists()


def test_the_page_accuses_nobody() -> None:
    """It says that both are to be read, why right work is alike, and has no word of guilt."""
    shown = page(alike({"ana": COPIED, "bo": COPIED}), SUITE.module(3), "fall26")
    words = re.sub(r"(?s)<style>.*?</style>|<[^>]*>", " ", shown).lower()
    assert "read both before you speak to anybody" in words
    assert "right work is often alike" in words
    assert not re.search(r"plagiar|cheat|guilt|suspect|offen[cs]e|dishonest", words)


# ---------------------------------------------------------------------------------------------------- the command


def a_class(root: Path, works: Mapping[str, bytes]) -> None:
    """Writes work/ and grades/, in which everybody has a grade of module 3; run `blueprint` from `root`."""
    for student, data in works.items():
        folder = root / "work" / student
        folder.mkdir(parents=True)
        (folder / "layers.ipynb").write_bytes(data)
    with Journal(root / "grades", "tinytorch") as journal:
        journal.begin("class")
        for place, hand_in in enumerate(list_download(root / "work", conventions_of(SUITE)).hand_ins):
            work = read_submission(hand_in, conventions_of(SUITE)).modules[3]
            told = {"kind": hand_in.kind, "origin": str(root / "work"), "file": work.member.path, "order": (1, place)}
            journal.add(
                Grade(hand_in.student, "tinytorch", 3, identity(work), "graded", scale=Fraction(70), **told)  # type: ignore[arg-type]
            )
        journal.done()


def layers(text: str) -> bytes:
    """A notebook of module 3 with this text in a cell of its own."""
    return book(
        "#| default_exp core.layers",
        f"#| export\n{dedent(text)}",
        "print('not exported')\n" + honest(3),
    )


def test_the_command_writes_a_page_and_a_table_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From graded work to the page: places by cell, only what is exported, our reference and `--known` as solutions."""
    monkeypatch.chdir(tmp_path)
    reference = SUITE.source(3)
    a_class(
        tmp_path,
        {
            "ana": layers(COPIED),
            "bo": layers(DISGUISES["names"](COPIED)),
            "cy": layers(honest(1)),
            "di": layers(reference),
            "ed": layers(honest(2, 60)),
        },
    )
    known = tmp_path / "known"
    known.mkdir()
    with zipfile.ZipFile(known / "somebody.zip", "w") as archive:
        archive.writestr("layers/found-online.py", honest(2, 60))
    assert run(["similarity", "--out", "grades", "--known", "known"]) == 0
    said = capsys.readouterr()
    assert "module 03: 5 works, 1 pair with similar text, 2 like a published solution" in said.out
    rows = list(csv.DictReader((tmp_path / "grades/similarity/module-03.csv").read_text("utf-8").splitlines()))
    told = {(row["kind"], row["student"], row["other"]): row for row in rows}
    assert set(told) == {
        ("similar text", "ana", "bo"),
        ("matches a published solution", "di", "the reference of tinytorch"),
        ("matches a published solution", "ed", "known"),
    }
    assert told["matches a published solution", "ed", "known"]["other_file"] == "somebody.zip/layers/found-online.py"
    assert told["similar text", "ana", "bo"]["places"].startswith("cell 2, lines ")
    shown = (tmp_path / "grades/similarity/module-03.html").read_text("utf-8")
    assert "my_greatest_2" in shown
    assert (tmp_path / "grades/similarity").stat().st_mode & 0o077 == 0


def test_what_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A work whose file has gone is told on the page; a folder or module that is not there ends the command with the next step."""
    monkeypatch.chdir(tmp_path)
    a_class(tmp_path, {"ana": layers(COPIED), "bo": layers(COPIED)})
    (tmp_path / "work/bo/layers.ipynb").unlink()
    assert run(["similarity", "--out", "grades"]) == 0
    assert "1 not compared whole" in capsys.readouterr().out
    assert "bo is not compared" in (tmp_path / "grades/similarity/module-03.html").read_text("utf-8")
    for asked, told in (
        (("--known", "nowhere"), "there is no such file or folder"),
        (("--starter", "grades"), "holds no Python file"),
        (("--module", "7"), "graded here: 3"),
    ):
        assert run(["similarity", "--out", "grades", *asked]) == 2
        assert told in capsys.readouterr().err
