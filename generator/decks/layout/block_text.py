"""The words of a block, and the room they take beside it: for the layout and for every writer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, partial

from blueprint.deck import Block, Callout, Chart, Code, Diagram, Equation, Figure
from generator.decks.layout import measure
from generator.decks.layout.page import CAPTION
from generator.decks.layout.text_widths import Lines
from generator.text.markdown import Part, parts

INDENT, _DEEP_INDENT = 1.1, 1.6
"""The indent of a level of a list, in em; deeper where a number has two digits or is as wide as a program's letters."""
LETTERED = re.compile(r"\*\*([A-H])\*\* +")
"""An item that begins with a letter in bold, as choices do, is numbered by it."""
TAB = 4
"""The places between the tabs of a program, in letters."""


def indent(paragraphs: Sequence[Part]) -> float:
    """The indent of each level of a text's lists, in em."""
    wide = any(p.number > 9 or (p.depth and _begins_with_code(p.text)) for p in paragraphs)
    return _DEEP_INDENT if wide else INDENT


def _begins_with_code(text: str) -> bool:
    """True if LibreOffice would set an item's letter as part of a program."""
    letter = LETTERED.match(text)
    return letter is not None and text[letter.end() :].startswith("`")


def program(code: Code) -> str:
    """A program's text, tabs as blanks."""
    return code.text.rstrip().expandtabs(TAB)


def places(line: str) -> int:
    """The width of a line of a program, in letters; those of East Asia take two places."""
    return len(line) if line.isascii() else len(line) + sum(unicodedata.east_asian_width(c) in "WF" for c in line)


def callout_text(callout: Callout) -> str:
    """A callout's label, in bold, and its text, as Markdown; a list begins below the label."""
    return labelled(f"**{callout.label}:**", callout.text) if callout.label else str(callout.text)


def labelled(label: str, text: str) -> str:
    """A text behind its label, both Markdown; a list begins below it."""
    paragraphs = parts(text)
    return f"{label}{chr(10) * 2 if paragraphs and paragraphs[0].depth else ' '}{text}"


def chart_caption(chart: Chart) -> str:
    """A chart's caption; numbers that are invented are said to be."""
    says_so = "illustrative" in chart.caption.lower() or not chart.illustrative
    return str(chart.caption) if says_so else f"{chart.caption} (illustrative numbers)".strip()


def picture_caption(block: Block) -> str:
    """The caption of a chart, a diagram or a figure; empty for other blocks."""
    if block.chart is not None:
        return chart_caption(block.chart)
    picture: Diagram | Figure | None = block.diagram or block.figure
    return str(picture.caption) if picture is not None else ""


def legend_points(points: float) -> float:
    """The size of a formula's legend beside text of a size."""
    return max(points - 4, CAPTION)


def legend_tab(equation: Equation, points: float, name: str) -> float:
    """The distance from the left at which the meanings of a legend begin, in points."""
    widest = max(measure.measured(f"${term.tex}$", name).width for term in equation.legend)
    return (widest + 1.0) * points


def legend_width(equation: Equation, points: float, name: str) -> float:
    """The width of a legend none of whose lines breaks."""
    widest = max(measure.measured(meaning(term.meaning, term.unit), name).width for term in equation.legend)
    return legend_tab(equation, points, name) + widest * points


def meaning(text: str, unit: str) -> str:
    """The meaning of a symbol, its unit behind it in parentheses."""
    return f"{' '.join(text.split())} ({unit})" if unit else " ".join(text.split())


@cache
def diagram_lines(name: str) -> Lines:
    """Counts the lines of a label in a typeface, for a diagram's layout."""
    return partial(measure.lines, name=name)
