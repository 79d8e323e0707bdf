"""Lines of text as the layout expects them and as LibreOffice draws them, for the shipped lectures in every typeface."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from blueprint.paths import CoursePaths
from generator.decks.figure import pictures
from generator.decks.layout import measure
from generator.decks.layout.block_text import LETTERED, callout_text, indent, legend_tab, meaning
from generator.decks.layout.page import CALLOUT, CELL, SlideBox, SlideLayout
from generator.decks.layout.slide import foot_text
from generator.decks.plan import displayed
from generator.decks.powerpoint.empty_presentation import empty_presentation
from generator.decks.powerpoint.writer import Material, powerpoint, slides_of
from generator.decks.read import read_deck
from generator.decks.timing import timed_deck
from generator.text.formula import formulas
from generator.text.inline import plain
from generator.text.markdown import parts

ROOT = Path(__file__).resolve().parent.parent
FACES = ("light", "nature")
"""A theme for each pair of typefaces."""
_WORD = "{http://www.w3.org/1999/xhtml}word"
_PAGE = "{http://www.w3.org/1999/xhtml}page"

Text = tuple[str, float, float, str, bool]
"""Markdown, the width and the type size in points, the typeface, whether all of it is bold."""


def expected_and_drawn(folder: Path) -> Iterator[tuple[int, int]]:
    """For each text of each slide, the lines it was expected to take and those LibreOffice drew it in."""
    for name, path in CoursePaths.find(ROOT).decks().items():
        deck = read_deck(path).deck
        for face in FACES:
            chosen = empty_presentation(face)
            material = Material(pictures(deck, path.parent), formulas(displayed(deck), chosen.ink))
            shown = timed_deck(deck, deck.minutes)
            slides = slides_of(deck, shown, chosen, material, "click")
            file = folder / f"{name}-{face}.pptx"
            file.write_bytes(powerpoint(deck, shown, chosen, material, slides=slides))
            for layout, page in zip(slides, _drawn(file), strict=True):
                yield from _compared(layout, page, chosen.page.heading_font, chosen.page.body_font)


def _drawn(file: Path) -> list[list[tuple[float, str]]]:
    """The words of each page of a presentation as LibreOffice draws it, each with the height of its middle."""
    profile = file.parent / "profile"
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(file.parent), str(file)], check=True, capture_output=True, timeout=300)
    drawn = subprocess.run(["pdftotext", "-bbox", str(file.with_suffix(".pdf")), "-"], check=True, capture_output=True)
    text = re.sub(r"[\x00-\x08\x0b-\x1f]", "", drawn.stdout.decode())
    return [
        [((float(w.get("yMin", "")) + float(w.get("yMax", ""))) / 2, _letters(w.text or "")) for w in page.iter(_WORD)]
        for page in ElementTree.fromstring(text).iter(_PAGE)
    ]


def _letters(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _compared(layout: SlideLayout, page: list[tuple[float, str]], heading: str, body: str) -> Iterator[tuple[int, int]]:
    letters = "".join(word for _, word in page)
    heights = [height for height, word in page for _ in word]
    place = 0
    for box in _boxes(layout, heading, body):
        expected = drawn = 0
        for text, width, points, face, bold in box:
            wanted = _letters(plain(text))
            start = letters.find(wanted, place)
            start = start if start >= 0 else letters.find(wanted)
            if start < 0 or not wanted:
                continue
            place = start + len(wanted)
            expected += measure.lines(text, width, points, face, bold)
            drawn += _rows(heights[start:place], points)
        if expected:
            yield expected, drawn


def _rows(heights: list[float], points: float) -> int:
    """How many lines words at these heights stand in; an index is no line of its own."""
    count, last = 0, float("-inf")
    for height in sorted(set(heights)):
        if height - last > 0.7 * points:
            count, last = count + 1, height
    return count


def _boxes(layout: SlideLayout, heading: str, body: str) -> Iterator[list[Text]]:
    yield [(layout.title, layout.title_rect.width, layout.title_points, heading, True)]
    if layout.arrangement != "title":
        for box in (*layout.boxes, *layout.answer):
            yield from _texts(box, body)
    if layout.foot is not None:
        yield [(foot_text(layout.planned.footnotes), layout.foot.width, 12.0, body, False)]


def _texts(box: SlideBox, body: str) -> Iterator[list[Text]]:
    block, wide, points = box.block, box.rect.width, box.points
    if box.text and box.kind in ("heading", "caption"):
        yield [(box.text, wide, points, body, box.kind == "heading")]
    elif block is None:
        return
    elif block.text is not None:
        found = parts(block.text)
        step = indent(found) * points
        yield [
            (LETTERED.sub("", p.text) if p.depth else p.text, wide - step * p.depth, points, body, False) for p in found
        ]
    elif block.callout is not None:
        inner = wide - 2 * CALLOUT[0]
        found = parts(callout_text(block.callout))
        yield [(p.text, inner - indent(found) * points * p.depth, points, body, False) for p in found]
    elif box.kind == "legend" and block.equation is not None:
        room = wide - legend_tab(block.equation, points, body)
        yield [(meaning(term.meaning, term.unit), room, points, body, False) for term in block.equation.legend]
    elif box.kind == "table" and block.table is not None and box.grid is not None:
        for row, cells in enumerate((block.table.columns, *block.table.rows)):
            for cell, width in zip(cells, box.grid.widths, strict=True):
                yield [(cell, width - 2 * CELL[0], points, body, not row)]
