"""Markdown as styled runs: what a slide shows is what pandoc, which makes the documents, would show."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.deck import Block, Deck
from blueprint.paths import CoursePaths
from generator.decks.read import read_deck
from generator.text import pandoc
from generator.text.inline import INDEX, POWER, Run, plain, runs
from generator.text.markdown import parts

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = CoursePaths.find(ROOT).decks()


def texts(deck: Deck) -> list[str]:
    """Every line of a deck's texts that holds no math, which pandoc's plain text writes in its own way."""
    blocks: list[Block] = [b for s in deck.slides for b in (*s.shown(), *s.hidden())]
    found = [part.text for b in blocks if b.text for part in parts(b.text)]
    found += [c for b in blocks if b.table for row in b.table.rows for c in row]
    found += [str(s.title) for s in deck.slides]
    return [text for text in found if text and "$" not in text]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_text_reads_as_pandoc_reads_it(name: str) -> None:
    """Letter by letter, the words of a slide are those of the handout that pandoc makes of them."""
    lines = texts(read_deck(SHIPPED[name]).deck)
    # Each line begins with a word, so that none turns into a list or a heading.
    document = "\n\n".join(f"x {line}" for line in lines)
    page = pandoc.convert(document, source=pandoc.READER, target="html", options=pandoc.ONE_LINE).decode()
    read = [unescape(re.sub(r"<[^>]+>", "", paragraph)) for paragraph in re.findall(r"<p>(.*?)</p>", page, re.DOTALL)]
    assert [f"x {plain(line)}" for line in lines] == [re.sub(r"\s+", " ", line) for line in read]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a **b** c", [Run("a "), Run("b", bold=True), Run(" c")]),
        ("*a **b** c*", [Run("a ", italic=True), Run("b", bold=True, italic=True), Run(" c", italic=True)]),
        ("`a_b` and a_b_c", [Run("a_b", code=True), Run(" and a_b_c")]),
        ("[the *page*](https://e.org/a_(b))", None),
        (r"\*no\*", [Run("*no*")]),
        ("2 * 3 * 4", [Run("2 * 3 * 4")]),
        ("$x^2$", [Run("x", italic=True), Run("2", script=POWER)]),
        (r"$R_{\mathrm{peak}}$", [Run("R", italic=True), Run("peak", script=INDEX)]),
        ("costs $5 and $6", [Run("costs $5 and $6")]),
        ("", []),
    ],
)
def test_marks_become_styles(markdown: str, expected: list[Run] | None) -> None:
    """Each mark of Markdown styles exactly the letters it encloses."""
    found = list(runs(markdown))
    if expected is None:
        assert {run.link for run in found} == {"https://e.org/a_(b)"}
        assert [run.text for run in found if run.italic] == ["page"]
    else:
        assert found == expected


@given(st.text(max_size=200))
def test_any_text_has_runs(text: str) -> None:
    """No text fails, no run is empty, and neighbors differ in style."""
    found = runs(text)
    assert all(run.text for run in found)
    styles = [(run.bold, run.italic, run.code, run.link, run.script) for run in found]
    assert all(a != b for a, b in pairwise(styles))


def test_parts_are_paragraphs_and_items() -> None:
    """Wrapped lines are joined, items know their depth and number, a hard break begins a paragraph."""
    found = parts("First\nline.\n\n- one\n  - deeper\n- two\n\n3. third\n   goes on\n\nlast  \nline")
    assert [(p.text, p.depth, p.number) for p in found] == [
        ("First line.", 0, 0),
        ("one", 1, 0),
        ("deeper", 2, 0),
        ("two", 1, 0),
        ("third goes on", 1, 3),
        ("last", 0, 0),
        ("line", 0, 0),
    ]
