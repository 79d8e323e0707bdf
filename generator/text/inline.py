"""Markdown as styled runs: what a slide needs to measure text and to write it without a converter.

A text block becomes *parts* (paragraphs and items of lists); the words of a part become *runs*, stretches of one
style. Inline math becomes runs too, with true indices and powers, because LibreOffice drops a formula that shares its
paragraph with text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape

from generator.text.plain import END, SLANTED, SUB, SUP, UPRIGHT, scripted_math

INDEX, POWER = -1, 1


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""
    script: int = 0
    """`INDEX`, `POWER`, or 0 for letters on the line."""

    @property
    def style(self) -> tuple[bool, bool, bool, str, int]:
        """The attributes in which two runs must agree to be one."""
        return self.bold, self.italic, self.code, self.link, self.script


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph (depth 0) or an item of a list (depth 1 and deeper)."""

    text: str
    depth: int = 0
    number: int = 0
    """The number of a list item as it was written; 0 for a bullet or a paragraph."""


_ITEM = re.compile(r"( *)(?:[-*+]|(\d{1,9})[.)])(?: +(.*)|$)")
_HARD_BREAK = re.compile(r"(?:\\| {2,})$")


@lru_cache(maxsize=4096)
def parts(text: str) -> tuple[Part, ...]:
    """Paragraphs and items of Markdown, in order; wrapped lines are joined.

    >>> [p.text for p in parts("First\\nline.\\n\\n- one\\n- two")]
    ['First line.', 'one', 'two']
    """
    blocks: list[Part] = []
    indents: list[int] = []
    fresh = True
    for line in text.splitlines():
        if match := _ITEM.fullmatch(line.expandtabs(4)):
            indent = len(match[1])
            while indents and indents[-1] > indent:
                indents.pop()
            if not indents or indents[-1] < indent:
                indents.append(indent)
            blocks.append(Part(match[3] or "", len(indents), int(match[2] or 0)))
        elif not line.strip():
            fresh = True
            continue
        elif blocks and (not fresh or (indents and line.startswith(" "))):
            last = blocks[-1]
            blocks[-1] = Part(f"{last.text} {line.strip()}".strip(), last.depth, last.number)
        else:
            indents = []
            blocks.append(Part(line.strip()))
        # A hard break begins a paragraph of its own: slides have no lines within a paragraph.
        fresh = bool(_HARD_BREAK.search(line))
        if fresh:
            blocks[-1] = replace(blocks[-1], text=_HARD_BREAK.sub("", blocks[-1].text).rstrip())
    return tuple(blocks)


# What hides its marks from Markdown is lifted out first, and comes back in its place.
LIFTED = re.compile(
    r"""
      (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | \\(?P<escaped>[!-/:-@\[-`{-~])
    | <(?P<address>(?:https?://|mailto:)[^\s<>]+)>
    | (?P<entity>&(?:\#\w+|\w+);)
    | \$\$(?P<display>.+?)\$\$
    | \$(?!\s)(?P<math>(?:\\.|[^\\$])+?)(?<!\s)\$(?!\d)
    """,
    re.VERBOSE,
)
BLANK = re.compile(r"(?:[^\S\xa0]|[\x00-\x1f\x7f-\x9f])+")
_OPENING_QUOTE = re.compile(r'(?<![^\s(\[*_—–])"(?=[^\s.,;:!?)\]])')
_OPENING_SINGLE = re.compile(r"(?<![^\s(\[*_—–“])'(?=[^\s.,;:!?)\]\d])")
_STYLED = re.compile(
    r"""
      !?\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:<(?P<far>[^<>]*)>|(?P<url>(?:[^()\s]|\([^()\s]*\))*))(?:\s+(?:"[^"]*"|'[^']*'))?\)
    | (?P<stars>\*{1,3})(?=[^\s*])(?P<starred>.+?)(?<=[^\s*])(?P=stars)(?!\*)
    | (?<![\w_])(?P<lines>_{1,3})(?=[^\s_])(?P<underlined>.+?)(?<=[^\s_])(?P=lines)(?![\w_])
    """,
    re.VERBOSE,
)
_MARKS = re.compile(r"[*_`\\$<&\[]")
"""The characters that plain words lack; a text without them needs no parsing."""
_PLACE = re.compile("(\0\\d+\0)")
_VARIABLES = re.compile(r"[^\W\d_]+")
"""Letters in a formula are variables, which are set in italics, unless they are marked as words."""


@lru_cache(maxsize=8192)
def runs(markdown: str) -> tuple[Run, ...]:
    """The runs of a line of Markdown.

    >>> [(r.text, r.bold, r.script) for r in runs("**Half** of $R_{peak}$")]
    [('Half', True, 0), (' of ', False, 0), ('R', False, 0), ('peak', False, -1)]
    """
    text = BLANK.sub(" ", markdown).strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not _MARKS.search(text):
        return (Run(_curly(text)),) if text else ()
    pieces: list[tuple[Run, ...]] = []

    def lift(match: re.Match[str]) -> str:
        pieces.append(tuple(_lifted(match)))
        return f"\0{len(pieces) - 1}\0"

    text = _curly(LIFTED.sub(lift, text))
    return tuple(_joined(_styled(text, Run(""), pieces)))


def _curly(text: str) -> str:
    """Text with typographic quotes."""
    if '"' in text:
        text = _OPENING_QUOTE.sub("“", text).replace('"', "”")
    if "'" in text:
        text = _OPENING_SINGLE.sub("‘", text).replace("'", "’")
    return text


def plain(markdown: str) -> str:
    """The letters of a line of Markdown as a slide shows them."""
    return "".join(run.text for run in runs(markdown))


def formulas(markdown: str) -> tuple[str, ...]:
    r"""The TeX of the formulas within a line.

    >>> formulas("`$no$` but $a^2$")
    ('a^2',)
    """
    line = BLANK.sub(" ", markdown)
    return tuple(tex for match in LIFTED.finditer(line) if (tex := match["display"] or match["math"]) is not None)


def _lifted(match: re.Match[str]) -> Iterator[Run]:
    groups = match.groupdict()
    if groups["code"] is not None:
        yield Run(groups["code"].strip(), code=True)
    elif (tex := groups["display"] or groups["math"]) is not None:
        yield from _math(tex)
    elif groups["address"] is not None:
        yield Run(groups["address"], link=groups["address"])
    else:
        yield Run(groups["escaped"] or BLANK.sub(" ", unescape(groups["entity"])))


def _math(tex: str) -> Iterator[Run]:
    """A formula within a line: variables in italics, indices and powers set as such."""
    depth: list[int] = []
    upright = False
    for piece in re.split(f"([{SUB}{SUP}{END}{UPRIGHT}{SLANTED}])", scripted_math(tex)):
        if piece in (SUB, SUP):
            if depth:  # an index of an index would be too small to read
                yield Run("_" if piece == SUB else "^", script=depth[0])
            depth.append(INDEX if piece == SUB else POWER)
        elif piece == END:
            depth.pop()
        elif piece in (UPRIGHT, SLANTED):
            upright = piece == UPRIGHT
        elif piece and upright:
            yield Run(piece, script=depth[0] if depth else 0)
        elif piece:
            yield from _variables(piece.replace("-", "−"), depth[0] if depth else 0)


def _variables(text: str, script: int) -> Iterator[Run]:
    end = 0
    for match in _VARIABLES.finditer(text):
        if match.start() > end:
            yield Run(text[end : match.start()], script=script)
        yield Run(match[0], italic=True, script=script)
        end = match.end()
    if end < len(text):
        yield Run(text[end:], script=script)


def _styled(text: str, style: Run, pieces: list[tuple[Run, ...]]) -> Iterator[Run]:
    end = 0
    for match in _STYLED.finditer(text):
        yield from _restored(text[end : match.start()], style, pieces)
        if match["text"] is not None:
            address = "".join(run.text for run in _restored(match["far"] or match["url"] or "", Run(""), pieces))
            yield from _styled(match["text"], replace(style, link=address), pieces)
        else:
            marks = len(match["stars"] or match["lines"])
            bold, italic = style.bold or marks > 1, style.italic or marks != 2
            inner = match["starred"] or match["underlined"]
            yield from _styled(inner, replace(style, bold=bold, italic=italic), pieces)
        end = match.end()
    yield from _restored(text[end:], style, pieces)


def _restored(text: str, style: Run, pieces: list[tuple[Run, ...]]) -> Iterator[Run]:
    for piece in _PLACE.split(text):
        if _PLACE.fullmatch(piece):
            for run in pieces[int(piece[1:-1])]:
                bold, italic = run.bold or style.bold, run.italic or style.italic
                yield Run(run.text, bold, italic, run.code, run.link or style.link, run.script)
        elif piece:
            yield Run(piece, style.bold, style.italic, style.code, style.link, style.script)


def _joined(runs_found: Iterator[Run]) -> Iterator[Run]:
    """Runs of equal style as one."""
    last: Run | None = None
    for run in runs_found:
        if last is not None and last.style == run.style:
            last = replace(last, text=last.text + run.text)
        else:
            if last is not None:
                yield last
            last = run
    if last is not None:
        yield last
