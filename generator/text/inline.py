"""A line of Markdown as styled runs: what a slide needs to measure text and to write it without a converter.

Inline math becomes runs too, with true indices and powers, because LibreOffice drops a formula that shares its paragraph
with text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from generator.text.markdown import Break, Code, Inline, Link, Marked, Math, Words, leaves, line
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
    struck: bool = False

    @property
    def style(self) -> tuple[bool, bool, bool, str, int, bool]:
        """The attributes in which two runs must agree to be one."""
        return self.bold, self.italic, self.code, self.link, self.script, self.struck


LINE_END = Run("\n")
"""The end of a line that its author asked for; it is never part of another run."""


_VARIABLES = re.compile(r"[^\W\d_]+")
"""Letters in a formula are variables, which are set in italics, unless they are marked as words."""


@lru_cache(maxsize=8192)
def runs(markdown: str) -> tuple[Run, ...]:
    """The runs of a line of Markdown; the end of a line that its author asked for is a run "\\n".

    >>> [(r.text, r.bold, r.script) for r in runs("**Half** of $R_{peak}$")]
    [('Half', True, 0), (' of ', False, 0), ('R', False, 0), ('peak', False, -1)]
    """
    return tuple(_joined(_styled(line(markdown), Run(""))))


def plain(markdown: str) -> str:
    """The letters of a line of Markdown as a slide shows them."""
    return "".join(run.text for run in runs(markdown))


def formulas(markdown: str) -> tuple[str, ...]:
    r"""The TeX of the formulas within a line.

    >>> formulas("`$no$` but $a^2$")
    ('a^2',)
    """
    return tuple(node.tex for node in leaves(line(markdown)) if isinstance(node, Math)) if "$" in markdown else ()


def _styled(nodes: tuple[Inline, ...], style: Run) -> Iterator[Run]:
    for node in nodes:
        match node:
            case Words(text) if text:
                yield replace(style, text=text)
            case Code(text) if text:
                yield replace(style, text=text, code=True)
            case Math(tex):
                for run in _math(tex):
                    yield replace(style, text=run.text, italic=style.italic or run.italic, script=run.script)
            case Break():
                yield LINE_END
            case Marked("bold", inside):
                yield from _styled(inside, replace(style, bold=True))
            case Marked("italic", inside):
                yield from _styled(inside, replace(style, italic=True))
            case Marked("struck", inside):
                yield from _styled(inside, replace(style, struck=True))
            case Link(address, inside):
                yield from _styled(inside, replace(style, link=address))


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


def _joined(runs_found: Iterator[Run]) -> Iterator[Run]:
    """Runs of equal style as one."""
    last: Run | None = None
    for run in runs_found:
        if last is not None and last.style == run.style and LINE_END not in (last, run):
            last = replace(last, text=last.text + run.text)
        else:
            if last is not None:
                yield last
            last = run
    if last is not None:
        yield last
