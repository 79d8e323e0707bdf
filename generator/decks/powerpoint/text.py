"""Markdown as DrawingML paragraphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from xml.sax.saxutils import escape

from blueprint.model import Language
from generator.decks.layout.block_text import LETTERED, indent
from generator.decks.powerpoint.theme_colors import fill
from generator.text.inline import INDEX, LINE_END, Run, plain, runs
from generator.text.markdown import Part, parts

Link = Callable[[str], str]
"""An address -> the relationship a run refers to it by."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_RAISED, _LOWERED = 30000, -25000


def text_of(value: str) -> str:
    """A string as XML text, without letters XML has no place for."""
    return escape(_CONTROL.sub("", value))


def attribute(value: str) -> str:
    """A string as an attribute's value, on one line."""
    return escape(_CONTROL.sub("", " ".join(value.split())), {'"': "&quot;"})


def is_right_to_left(text: str) -> bool:
    """True if the first letter that has a direction runs from right to left."""
    return next((d for c in text if (d := unicodedata.bidirectional(c)) in ("L", "R", "AL")), "L") != "L"


class Writer:
    """Writes runs and paragraphs in the language of a deck, with the links of one slide."""

    def __init__(self, language: Language, code_font: str, link: Link) -> None:
        self.language, self.code_font, self.link = language, code_font, link

    def run(self, run: Run, *, bold: bool = False, color: str = "") -> str:
        """A run as DrawingML; `bold` and `color` (a theme color) come on top of its own style."""
        if run == LINE_END:
            return f'<a:br><a:rPr lang="{self.language}" dirty="0"/></a:br>'
        attributes = f' lang="{self.language}"'
        if run.bold or bold:
            attributes += ' b="1"'
        if run.italic:
            attributes += ' i="1"'
        if run.struck:
            attributes += ' strike="sngStrike"'
        if run.script:
            attributes += f' baseline="{_LOWERED if run.script == INDEX else _RAISED}"'
        inner = fill(color) if color else ""
        if run.code:
            inner += f'<a:latin typeface="{self.code_font}"/><a:cs typeface="{self.code_font}"/>'
        if run.link:
            inner += f'<a:hlinkClick r:id="{self.link(run.link)}"/>'
        return f'<a:r><a:rPr{attributes} dirty="0">{inner}</a:rPr><a:t>{text_of(run.text)}</a:t></a:r>'

    def line(
        self, markdown: str, properties: str = "", *, bold: bool = False, color: str = "", upright: bool = False
    ) -> str:
        """A line of Markdown as a paragraph; `properties` is its a:pPr, `upright` says how it begins."""
        words = runs(markdown)
        if upright and words and words[0].italic:
            words = (replace(words[0], italic=False), *words[1:])  # the item's number follows its first letter
        if any(is_right_to_left(run.text) for run in words) and is_right_to_left("".join(r.text for r in words)):
            properties = _right_to_left(properties)
        written = "".join(self.run(run, bold=bold, color=color) for run in words)
        return f'<a:p>{properties}{written or f"""<a:endParaRPr lang="{self.language}" dirty="0"/>"""}</a:p>'

    def paragraphs(self, markdown: str, points: float, space: float, *, color: str = "") -> str:
        """A text block: paragraphs and lists, set in a size (points) with a space (em) between them."""
        written = []
        paragraphs = parts(markdown)
        two_directions = any(is_right_to_left(part.text) for part in paragraphs)
        step = round(indent(paragraphs) * points * 12700)
        for number, part in enumerate(paragraphs):
            letter = LETTERED.match(part.text) if part.depth and not part.number else None
            text = part.text[letter.end() :] if letter else part.text
            before = 0 if not number else points * space
            properties = _part_properties(part, step, before, letter[1] if letter else "")
            if two_directions and not is_right_to_left(plain(text)):  # LibreOffice would go on from right to left
                properties = properties.replace("<a:pPr", '<a:pPr algn="l" rtl="0"', 1)
            written.append(self.line(text, properties, color=color, upright=bool(part.number or letter)))
        return "".join(written)


_LEVELS = 5
"""Levels of a list that a shape has styles for; deeper ones look like the last."""


def _part_properties(part: Part, step: int, space: float, letter: str) -> str:
    before = f'<a:spcBef><a:spcPts val="{round(space * 100)}"/></a:spcBef>'
    if not part.depth:
        return f'<a:pPr marL="0" indent="0">{before}<a:buNone/></a:pPr>'
    level = f' lvl="{min(part.depth, _LEVELS) - 1}"' if part.depth > 1 else ""
    if letter:
        bullet = f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="alphaUcPeriod" startAt="{ord(letter) - 64}"/>'
    elif part.number:
        start = f' startAt="{part.number}"' if part.number > 1 else ""
        bullet = f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"{start}/>'
    else:
        bullet = f'<a:buFont typeface="Arial"/><a:buChar char="{"–" if part.depth % 2 == 0 else "•"}"/>'
    return f'<a:pPr marL="{step * part.depth}" indent="{-step}"{level}>{before}{bullet}</a:pPr>'


_NOTE_INDENT = 14 * 12700
"""The indent of a level of a list in the notes, 14 points."""


def note_properties(part: Part) -> str:
    """The a:pPr of an item of a list in the notes; none for a paragraph, which is as the master has it."""
    return _part_properties(part, _NOTE_INDENT, 0, "") if part.depth else ""


def _right_to_left(properties: str) -> str:
    if not properties:
        return '<a:pPr algn="r" rtl="1"/>'
    return properties.replace("<a:pPr", '<a:pPr algn="r" rtl="1"', 1)


def sized(
    points: float, color: str = "tx1", *, bold: bool = False, align: str = "l", font: str = "", pitch: float = 0
) -> str:
    """The list style of a shape: the size and color of all its levels, so that a run says only what differs.

    Spacing is what the layout counts on, whatever a template would have; `pitch` sets the lines so many points apart.
    """
    # LibreOffice takes no font for text boxes from the theme unless it is named.
    latin = f'<a:latin typeface="{font or "+mn-lt"}"/><a:ea typeface="+mn-ea"/><a:cs typeface="{font or "+mn-cs"}"/>'
    weight = ' b="1"' if bold else ""
    lines = f'<a:spcPts val="{round(pitch * 100)}"/>' if pitch else '<a:spcPct val="100000"/>'
    none = '<a:spcPts val="0"/>'
    spacing = f"<a:lnSpc>{lines}</a:lnSpc><a:spcBef>{none}</a:spcBef><a:spcAft>{none}</a:spcAft>"
    return "".join(
        f'<a:lvl{n}pPr algn="{align}">{spacing}<a:defRPr sz="{round(points * 100)}"{weight}>{fill(color)}{latin}</a:defRPr></a:lvl{n}pPr>'
        for n in range(1, _LEVELS + 1)
    )
