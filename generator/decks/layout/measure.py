"""The width of text and the lines it breaks into, from the advance widths of the theme's fonts.

`widths.json` holds the widths of Carlito, Caladea, Liberation Sans and Liberation Serif, which equal those of Calibri,
Cambria, Arial and Times New Roman by design, in units of 1/2048 em. That is enough to know whether a text fits its box before anything is written: LibreOffice breaks the
shipped lectures into the same lines. A text is measured once; asking for another size or width is a few bisections.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from generator.decks.layout.typefaces import (
    STYLES,
    Style,
    guessed_line,
    guessed_widths,
    installed,
    installed_widths,
)
from generator.text.inline import LINE_END, Run, runs

SCRIPT = 0.66
"""The size of an index or a power, as a share of the text's."""
_MONO = 1229
"""Courier New and Liberation Mono: every letter is 0.6 em wide."""
_UNKNOWN, _WIDE = 1100, 2048
"""A letter the fonts lack, and one of East Asia or an emoji."""


_IDEOGRAPHS = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\U0001f300-\U0001faff"
_MAY_BREAK = re.compile(f"[-–—{_IDEOGRAPHS}]")
_BREAK = re.compile(rf"(?<=[-–])(?=[^\W\d_])|(?<=—)|(?=—)|(?=[{_IDEOGRAPHS}])")
"""The places where a line may end although no space parts the letters."""

_SAME = {
    "Calibri Light": "Calibri",
    "Carlito": "Calibri",
    "Caladea": "Cambria",
    "Helvetica": "Arial",
    "Helvetica Neue": "Arial",
    "Liberation Sans": "Arial",
    "Liberation Serif": "Times New Roman",
    "Times": "Times New Roman",
}
"""Typefaces with the widths of another."""


@dataclass(frozen=True, slots=True)
class Font:
    """The measures of a typeface that a layout needs."""

    line: float
    """The height of a line, in em."""
    widths: Mapping[Style, Mapping[str, int]]
    """Style (`regular`, `bold`, `italic`, `bolditalic`) -> letter -> advance."""


@cache
def font(name: str) -> Font:
    """A typeface by its name in a theme: as stored, else as it is installed here, else guessed."""
    if is_known(name):
        return _stored(_SAME.get(name, name))
    if (found := installed_widths(name)) is not None:
        widths, line = found
        return Font(line, widths)
    guessed = guessed_widths(name, _stored("Arial").widths)
    return Font(guessed_line(name), {style: _Widths(widths) for style, widths in guessed.items()})


def _stored(name: str) -> Font:
    entry = _data()[name]
    return Font(entry["line"], {style: _Widths(zip(entry["letters"], entry[style], strict=True)) for style in STYLES})


class _Widths(dict[str, int]):
    """Advances by letter; one the font lacks is guessed once."""

    def __missing__(self, letter: str) -> int:
        self[letter] = _guess(letter)
        return self[letter]


def is_known(name: str) -> bool:
    """True if a typeface is one of those whose widths are stored."""
    return name in _SAME or (name in _data() and name != "units")


def is_guessed(name: str) -> bool:
    """True if a typeface is neither stored nor installed here, so that its widths are a guess."""
    return not is_known(name) and not installed(name).get("regular")


def measured_from(name: str) -> str:
    """What the widths of a typeface come from, in a word that changes with them: for what is made by them."""
    if is_known(name):
        return "stored"
    return repr([(style, font.getname(), font.getlength("Hamburgefonstiv")) for style, font in installed(name).items()])


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(
        files("generator.decks.layout").joinpath("widths.json").read_text(encoding="utf-8")
    )
    return data


_MONOSPACED = _Widths.fromkeys(map(chr, range(32, 127)), _MONO)


@dataclass(frozen=True, slots=True)
class Measured:
    """A text as pieces between which a line may end: the places where each begins and ends, in em."""

    starts: Sequence[float]
    ends: Sequence[float]
    breaks: Sequence[int] = ()
    """The pieces before which a line ends in any case."""

    @property
    def width(self) -> float:
        """The width of the text with no more lines than its author asked for, in em."""
        if self.breaks:
            edges = (0, *self.breaks, len(self.ends))
            return max(self.ends[last - 1] - self.starts[first] for first, last in pairwise(edges))
        return self.ends[-1] if self.ends else 0.0

    def lines(self, width: float) -> int:
        """The number of lines the text takes in a width in em; 1 for an empty text."""
        index, count, last = 0, 0, len(self.ends)
        width += 1e-6
        while index < last:
            begin = self.starts[index]
            after = bisect_right(self.ends, begin + width, index, self._line_end(index))
            if after == index:  # a word wider than the line is broken within
                count += math.ceil((self.ends[index] - begin) / max(width, 0.1)) - 1
                after = index + 1
            index = after
            count += 1
        return max(count, 1)

    def _line_end(self, index: int) -> int:
        """The piece before which the line with this piece ends at the latest."""
        return next((place for place in self.breaks if place > index), len(self.ends))

    def longest_word(self) -> float:
        """The width of the longest piece that does not break, in em."""
        return max((end - start for start, end in zip(self.starts, self.ends, strict=True)), default=0.0)


@lru_cache(maxsize=8192)
def measured(markdown: str, name: str = "Calibri", bold: bool = False) -> Measured:
    """A line of Markdown, measured."""
    return measured_runs(runs(markdown), name, bold)


def measured_runs(runs_given: Sequence[Run], name: str = "Calibri", bold: bool = False) -> Measured:
    """Runs, measured; `bold` makes all of them bold."""
    widths = font(name).widths
    starts: list[float] = []
    ends: list[float] = []
    at = begin = 0.0
    in_word = False
    breaks: list[int] = []
    for run in runs_given:
        if run == LINE_END:
            if in_word:
                starts.append(begin)
                ends.append(at)
                in_word = False
            if ends and len(ends) not in breaks:
                breaks.append(len(ends))
            continue
        table = _MONOSPACED if run.code else widths[_style(run.bold or bold, run.italic)]
        share = SCRIPT / 2048 if run.script else 1 / 2048
        blank = table[" "] * share
        for number, word in enumerate(run.text.split(" ")):
            if number:
                if in_word:
                    starts.append(begin)
                    ends.append(at)
                    in_word = False
                at += blank
            if not word:
                continue
            for place, piece in enumerate(_BREAK.split(word) if _MAY_BREAK.search(word) else (word,)):
                if not in_word:
                    begin, in_word = at, True
                elif place and at > begin:
                    starts.append(begin)
                    ends.append(at)
                    begin = at
                at += sum(map(table.__getitem__, piece)) * share
    if in_word:
        starts.append(begin)
        ends.append(at)
    return Measured(starts, ends, tuple(place for place in breaks if place < len(ends)))


def _style(bold: bool, italic: bool) -> Style:
    if bold:
        return "bolditalic" if italic else "bold"
    return "italic" if italic else "regular"


def _guess(letter: str) -> int:
    """The advance of a letter the fonts lack."""
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _UNKNOWN


def lines(markdown: str, width: float, points: float, name: str = "Calibri", bold: bool = False) -> int:
    """The number of lines a text takes in a width, at a size; both in points."""
    return measured(markdown, name, bold).lines(width / points)
