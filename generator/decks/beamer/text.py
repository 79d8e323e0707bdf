"""Lines of Markdown as LaTeX: with live links, broken where they must be, and how many lines they take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.decks.beamer.sizes import BOLD, REGULAR, SMALLER_TYPE
from generator.decks.layout.measure import measured
from generator.text.latex import latex_text


def line_count(text: str, width: float, points: float, wider: float = 0.0) -> int:
    """The number of lines a text takes in a width, at a size."""
    # Latin Modern is drawn wider the smaller it is.
    scale = wider or next((by for size, by in ((12.0, 1.03), (10.0, 1.055), (9.0, 1.085)) if points >= size), 1.12)
    return measured(text, bold=wider >= BOLD).lines(max(width, 1) / (points * scale))


def caption_height(caption: str, width: float) -> float:
    return line_count(caption, width, 8) * 10.0 if caption else 0


def inline(markdown: str) -> str:
    """A line of Markdown as LaTeX, its links alive.

    >>> inline("see [the page](https://example.org/a_b#c)")
    'see \\\\href{https://example.org/a_b\\\\#c}{the page}'
    """
    return latex_text(markdown, links=True)


_SEAM = "\ue000"
"""Stands where a word may be broken."""
_AFTER = re.compile(r"(?<=[._/:])(?=[^\W_])")
_BETWEEN = re.compile(r"(?<=[^\W_])(?=[^\W_])|(?<=[._/:])(?=[^\W_])")
_UNBREAKABLE = re.compile(r"\$|\]\(|&#?\w+;")


def breakable(markdown: str, room: float, wider: float = REGULAR) -> str:
    """A line as LaTeX, in which words wider than the room, in em, can be broken."""
    if measured(markdown, bold=wider == BOLD).longest_word() * wider <= room:
        return inline(markdown)
    words = (
        _seamed(word, room / wider) if measured(word).width * wider > room and not _UNBREAKABLE.search(word) else word
        for word in re.split(r"(\s+)", markdown)
    )
    latex = inline("".join(words)).replace(f"[U+{ord(_SEAM):04X}]", r"\allowbreak{}")
    return latex.replace(_SEAM, "")  # of an address, nothing is broken


def _seamed(word: str, room: float) -> str:
    """A word with seams behind its marks, or, where a part between them is still too wide, between all letters."""
    tick = "`" if word.startswith("`") else ""
    fine = all(measured(f"{tick}{part.strip('`')}{tick}").width <= room for part in _AFTER.split(word))
    return (_AFTER if fine else _BETWEEN).sub(_SEAM, word)


def caption_lines(caption: str) -> Iterator[str]:
    """A caption as LaTeX; nothing for an empty one."""
    if caption:
        yield rf"\figurecaption{{{inline(' '.join(caption.split()))}}}"


def one_line(text: str) -> str:
    """A text on one line, each run of white space as one blank."""
    return " ".join(text.split())


def label_line_count(text: str, width: float, points: float) -> int:
    """The number of lines a label of a diagram takes in a width, at a size; both in points."""
    return measured(text).lines(width / (points * SMALLER_TYPE))
