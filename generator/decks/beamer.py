"""A deck as readable LaTeX (Beamer) that pdflatex, lualatex and xelatex compile.

TeX shrinks nothing by itself, so the writer estimates how high every block will be in each of four sizes and takes the
largest in which the slide fits; charts and diagrams then get the height that is left. Lengths are TeX points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from blueprint.deck import (
    Arrow,
    Axis,
    Block,
    Callout,
    Chart,
    Code,
    Column,
    Deck,
    Diagram,
    Equation,
    Figure,
    Series,
    Table,
)
from generator.decks.plan import Planned, planned
from generator.decks.version import Version
from generator.outline import latex_text
from generator.plaintext import plain_text
from generator.theme import colors, theme

Answers = Literal["click", "shown", "hidden"]

_WIDTH, _PAGE = 410.0, 256.0
"""The width of the text and the height of the page, 16:9."""
_SIZES: tuple[tuple[str, float], ...] = (
    (r"\normalsize", 10.95),
    (r"\small", 10.0),
    (r"\footnotesize", 9.0),
    (r"\scriptsize", 8.0),
)
_LETTER, _LINE = 0.48, 1.22
"""The width of an average letter and the height of a line, in font sizes."""
_GAP = 14.0
"""Between columns."""


def beamer(
    deck: Deck, shown: Version, theme_name: str, *, answers: Answers = "click", notes: bool = False
) -> dict[str, str]:
    """The files of a deck, name -> text: `<deck>.tex`, `blueprint.sty` and the palette of the theme.

    With `notes` the speaker notes are written and printed on pages of their own; a deck for students has none.
    Raises `ValueError` for an SVG figure, which TeX cannot read, and for a block of no known kind.
    """
    name = deck.chapter or re.sub(r"\W+", "-", plain_text(deck.title).lower()).strip("-") or "deck"
    frames = (_frame(deck, slide, answers, notes) for slide in planned(deck, shown))
    head = [
        r"\documentclass[aspectratio=169,11pt]{beamer}",
        rf"\input{{{_palette_name(theme_name)}}}",
        r"\usepackage{blueprint}",
        *([r"\setbeameroption{show notes}"] if notes else []),
        rf"\title{{{latex_text(deck.title)}}}",
        "",
        r"\begin{document}",
        "",
    ]
    return {f"{name}.tex": "\n".join([*head, *frames, r"\end{document}", ""]), **style_files(theme_name)}


def style_files(theme_name: str) -> dict[str, str]:
    """What the decks of a theme share, name -> text: the style file and the theme's palette."""
    return {
        "blueprint.sty": files("generator").joinpath("decks", "blueprint.sty").read_text(encoding="utf-8"),
        f"{_palette_name(theme_name)}.tex": _palette(theme_name),
    }


def _palette_name(theme_name: str) -> str:
    return f"palette-{theme_name}"


def _palette(name: str) -> str:
    """The theme's colors; each name begins with `bp-`, so that none hides a color of another package."""
    lines = [rf"\definecolor{{bp-{key.replace('_', '-')}}}{{HTML}}{{{color}}}" for key, color in colors(theme(name))]
    return "\n".join([f"% Colors of the theme {theme(name).title}", *lines, ""])


# --- frames -----------------------------------------------------------------------------------------------------


def _frame(deck: Deck, slide: Planned, answers: Answers, notes: bool) -> str:
    answer = () if answers == "hidden" else slide.answer
    every = [inner for block in (*slide.blocks, *answer) for inner in block.walk()]
    options = ["fragile"] if any(block.code for block in every) else []
    if slide.arrangement in ("title", "section", "focus"):
        options += ["plain"] if slide.arrangement == "title" else []
        before, body = _opening(deck, slide, answer, answers)
    else:
        before, (body, shrinks) = (
            rf"\activity{{{latex_text(slide.label)}}}" if slide.label else "",
            _content(slide, answer, answers),
        )
        options = ["t", *options, *([r"shrink=10"] if shrinks else [])]
    chosen = f"[{','.join(options)}]" if options else ""
    lines = [
        rf"\begin{{frame}}{chosen}",
        *body,
        *([rf"\sources{{{_sources(slide)}}}"] if slide.footnotes else []),
        *([rf"\note{{{_notes(slide)}}}"] if notes else []),
        r"\end{frame}",
    ]
    grouped = [f"{{{before}", *lines, "}"] if before else lines
    return "\n".join([f"% {slide.number}. {slide.slide.id or slide.slide.kind}", *grouped, ""])


def _sources(slide: Planned) -> str:
    *others, last = slide.footnotes
    return " · ".join(map(inline, [*(note.rstrip(".") for note in others), last]))


def _notes(slide: Planned) -> str:
    return "\n".join(rf"\textbf{{{latex_text(label)}.}} {inline(text)}\par" for label, text in slide.notes)


def _opening(deck: Deck, slide: Planned, answer: tuple[Block, ...], answers: Answers) -> tuple[str, list[str]]:
    """A title, a section, or a sentence alone: large, in the middle."""
    title = rf"\bigtitle{{{inline(slide.slide.title)}}}"
    left = _PAGE - 120
    lines = [*_blocks(slide.blocks, _WIDTH, left, 0), *_answer(answer, answers, _WIDTH, left / 2, 1)]
    if slide.arrangement == "title":
        same = plain_text(deck.title) == plain_text(slide.slide.title)
        above = [] if same else [rf"\lecturename{{{inline(deck.title)}}}"]
        below = [rf"{{\small {inline(deck.subtitle)}\par}}\vspace{{3mm}}"] if deck.subtitle else []
        return r"\ontitle", [*above, title, *below, *lines]
    return (r"\onsection" if slide.arrangement == "section" else ""), [title, *lines]


def _content(slide: Planned, answer: tuple[Block, ...], answers: Answers) -> tuple[list[str], bool]:
    """A slide's content in the largest size that fits, and whether even the smallest does not."""
    title = [rf"\frametitle{{{inline(slide.slide.title)}}}"]
    height = _room(slide)
    ways = [_stacked, *([_beside] if answer else []), *([_replaced] if answer and answers == "click" else [])]
    for index in range(len(_SIZES)):
        for way in ways if index >= 2 else ways[:2]:
            if (lines := way(slide.blocks, answer, answers, height, index)) is not None:
                return [*title, *lines], False
    last = len(_SIZES) - 1
    return [*title, *_set(slide.blocks, answer, answers, height, last)], True


def _room(slide: Planned) -> float:
    """The height below a slide's title and above its sources."""
    title = _lines(slide.slide.title, _WIDTH, 12.6)
    foot = _lines(" · ".join(slide.footnotes), _WIDTH, 6.2) * 7 + 6 if slide.footnotes else 0
    return _PAGE - 32 - 15 * title - (16 if slide.label else 0) - foot


def _stacked(
    body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int
) -> list[str] | None:
    needed = _need(body, _WIDTH, size) + (_need(answer, _WIDTH - 8, size) + _frame_of_answer(size) if answer else 0)
    return _set(body, answer, answers, height, size) if needed <= height else None


def _set(body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int) -> list[str]:
    below = _need(answer, _WIDTH - 8, size) + _frame_of_answer(size) if answer else 0
    if answer and any(map(_stretches, answer)) and not any(map(_stretches, body)):
        below = height - _need(body, _WIDTH, size)
    return [
        _SIZES[size][0],
        *_blocks(body, _WIDTH, height - below, size),
        *_answer(answer, answers, _WIDTH, below, size),
    ]


def _beside(
    body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int
) -> list[str] | None:
    width = (_WIDTH - _GAP) / 2
    wide = any(
        block.columns or block.table or block.diagram or (block.code and _code_points(block.code, width, 0) < 8)
        for block in (*body, *answer)
    )
    needed = max(_need(body, width, size), _need(answer, width - 8, size) + _frame_of_answer(size))
    if wide or needed > height:
        return None
    return [
        _SIZES[size][0],
        r"\begin{columns}[T,onlytextwidth]",
        r"\begin{column}{0.482\textwidth}",
        *_blocks(body, width, height, size),
        r"\end{column}",
        r"\begin{column}{0.482\textwidth}",
        *_answer(answer, answers, width, height, size),
        r"\end{column}",
        r"\end{columns}",
    ]


def _replaced(
    body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int
) -> list[str] | None:
    """The answer in the place of the task, each in the largest size in which it fits."""
    first, then = _largest(body, _WIDTH, height), _largest(answer, _WIDTH - 8, height - _frame_of_answer(0))
    if max(first, then) > size:
        return None
    return [
        r"\begin{onlyenv}<1>",
        _SIZES[first][0],
        *_blocks(body, _WIDTH, height, first),
        r"\end{onlyenv}",
        r"\begin{onlyenv}<2->",
        _SIZES[then][0],
        *_answer(answer, "shown", _WIDTH, height, then),
        r"\end{onlyenv}",
    ]


def _largest(blocks: Sequence[Block], width: float, height: float) -> int:
    """The number of the largest size in which blocks fit; one past the last if they fit in none."""
    return next((i for i in range(len(_SIZES)) if _need(blocks, width, i) <= height), len(_SIZES))


def _answer(answer: Sequence[Block], answers: Answers, width: float, height: float, size: int) -> list[str]:
    if not answer:
        return []
    inner = _blocks(answer, width - 8, height - _frame_of_answer(size), size)
    lines = [r"\begin{answer}", *inner, r"\end{answer}"]
    return [r"\begin{uncoverenv}<2->", *lines, r"\end{uncoverenv}"] if answers == "click" else lines


def _frame_of_answer(size: int) -> float:
    return 16 + _SIZES[size][1] * _LINE


# --- how high things are ----------------------------------------------------------------------------------------


def _lines(text: str, width: float, points: float) -> int:
    """How many lines a text takes."""
    letters = sum(0.75 if part.startswith("$") else 1.0 for part in re.findall(r"\$[^$]*\$|.", plain_text(text)))
    return max(1, math.ceil(letters * _LETTER * points / max(width, 1)))


def _need(blocks: Sequence[Block], width: float, size: int) -> float:
    return sum(_height(block, width, size) + 4 for block in blocks)


def _height(block: Block, width: float, size: int) -> float:
    """How high a block is at least, at a size."""
    points = _SIZES[size][1]
    line = points * _LINE
    if block.text is not None:
        return sum(_lines(part.text, width - 16 * part.depth, points) * line + 4 for part in _parts(block.text))
    if block.callout is not None:
        return _lines(f"{block.callout.label}  {block.callout.text}", width - 10, points) * line + 14
    if block.table is not None:
        return _table_height(block.table, width, points)
    if block.code is not None:
        return (
            (block.code.text.rstrip().count("\n") + 1) * _code_points(block.code, width, size) * _LINE
            + 8
            + _caption_height(block.code.caption, width)
        )
    if block.equation is not None:
        tall = 2.6 if re.search(r"\\(?:d?frac|sum|int)|\\\\", block.equation.tex) else 1.6
        return (
            line * tall
            + 8
            + sum(_lines(t.meaning, _meaning(block.equation, width), 8) for t in block.equation.legend) * 11.0
        )
    if block.chart is not None:
        return min(115.0, width * 0.6) + _caption_height(_chart_caption(block.chart), width)
    if block.diagram is not None:
        return _Layout(block.diagram, width).height + _caption_height(block.diagram.caption, width)
    if block.figure is not None:
        return 110 + _caption_height(block.figure.caption, width)
    if block.columns:
        return max(
            _need(column.body, inner, size) + (line + 6 if column.heading else 0)
            for column, inner in zip(block.columns, _widths(block.columns, width), strict=True)
        )
    raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")


def _caption_height(caption: str, width: float) -> float:
    return _lines(caption, width, 8) * 10.0 if caption else 0


def _table_height(table: Table, width: float, points: float) -> float:
    widths = _cell_widths(table, width)
    rows = [table.columns, *table.rows]
    lines = sum(max(_lines(c, w, points) for c, w in zip(row, widths, strict=True)) for row in rows)
    return lines * points * 1.2 + len(rows) * points * 0.2 + 8 + _caption_height(table.caption, width)


def _stretches(block: Block) -> bool:
    return any(inner.chart or inner.figure or inner.diagram for inner in block.walk())


def _widths(columns: Sequence[Column], width: float) -> list[float]:
    total = float(sum(column.width for column in columns))
    return [(width - _GAP * (len(columns) - 1)) * float(column.width) / total for column in columns]


# --- blocks -----------------------------------------------------------------------------------------------------


def _blocks(blocks: Sequence[Block], width: float, height: float, size: int) -> list[str]:
    """Blocks one below the other; what can stretch shares the height that is left."""
    stretching = sum(map(_stretches, blocks))
    spare = max(0.0, height - _need(blocks, width, size)) / max(stretching, 1)
    lines: list[str] = []
    for block in blocks:
        lines += _block(block, width, _height(block, width, size) + (spare if _stretches(block) else 0), size)
    return lines


def _block(block: Block, width: float, height: float, size: int) -> Iterator[str]:
    if block.text is not None:
        yield from _text(block.text)
    elif block.callout is not None:
        yield from _callout(block.callout)
    elif block.table is not None:
        yield from _table(block.table, width)
    elif block.code is not None:
        yield from _code(block.code, width, size)
    elif block.equation is not None:
        yield from _equation(block.equation, width)
    elif block.chart is not None:
        yield from _chart(block.chart, width, height)
    elif block.diagram is not None:
        yield from _diagram(block.diagram, width, height)
    elif block.figure is not None:
        yield from _figure(block.figure, height)
    elif block.columns:
        yield from _columns(block.columns, width, height, size)
    else:
        raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")


_LINK = re.compile(
    r"(?P<kept>`+.+?`+|\$[^$]+\$)|(?<!!)\[(?P<text>(?:[^\[\]])+)\]\((?:<(?P<far>[^>]+)>|(?P<url>[^\s()]+))\)"
)


def inline(markdown: str) -> str:
    """A line of Markdown as LaTeX, its links alive.

    >>> inline("see [the page](https://example.org/a_b#c)")
    'see \\\\href{https://example.org/a_b\\\\#c}{the page}'
    """
    pieces, end = [], 0
    for match in _LINK.finditer(markdown):
        if match["kept"] is not None:
            continue
        address = re.sub(r"([%#&\\])", r"\\\1", match["far"] or match["url"])
        pieces += [_spaced(markdown[end : match.start()]), rf"\href{{{address}}}{{{latex_text(match['text'])}}}"]
        end = match.end()
    return "".join([*pieces, _spaced(markdown[end:])]).strip()


def _spaced(text: str) -> str:
    """LaTeX with the blanks at its ends kept."""
    return f"{' ' if text[:1].isspace() else ''}{latex_text(text)}{' ' if text[-1:].isspace() else ''}"


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph (depth 0) or an item of a list."""

    text: str
    depth: int = 0
    number: int = 0
    """As written; 0 for a bullet or a paragraph."""


_ITEM = re.compile(r"( *)(?:[-*+]|(\d+)[.)]) +(.*)")


def _parts(text: str) -> list[_Part]:
    """Paragraphs and items of Markdown, in order."""
    parts: list[_Part] = []
    indents: list[int] = []
    fresh = True
    for line in text.splitlines():
        if match := _ITEM.fullmatch(line):
            indent = len(match[1])
            while indents and indents[-1] > indent:
                indents.pop()
            if not indents or indents[-1] < indent:
                indents.append(indent)
            parts.append(_Part(match[3], len(indents), int(match[2] or 0)))
        elif not line.strip():
            fresh = True
            continue
        elif parts and (not fresh or (indents and line.startswith(" "))):
            last = parts[-1]
            parts[-1] = _Part(f"{last.text} {line.strip()}", last.depth, last.number)
        else:
            indents = []
            parts.append(_Part(line.strip()))
        fresh = False
    return parts


def _text(text: str) -> Iterator[str]:
    opened: list[str] = []
    for part in _parts(text):
        kind = "enumerate" if part.number else "itemize"
        while len(opened) > part.depth or (opened and len(opened) == part.depth and opened[-1] != kind):
            yield rf"{'  ' * (len(opened) - 1)}\end{{{opened.pop()}}}"
        while len(opened) < part.depth:
            yield rf"{'  ' * len(opened)}\begin{{{kind}}}"
            opened.append(kind)
            if part.number > 1 and len(opened) == part.depth:
                yield rf"{'  ' * part.depth}\setcounter{{enum{'i' * part.depth}}}{{{part.number - 1}}}"
        yield rf"{'  ' * part.depth}\item {inline(part.text)}" if part.depth else rf"{inline(part.text)}\par"
    while opened:
        yield rf"{'  ' * (len(opened) - 1)}\end{{{opened.pop()}}}"


def _callout(callout: Callout) -> Iterator[str]:
    yield rf"\begin{{callout}}{{{callout.role}}}{{{inline(callout.label)}}}"
    yield inline(" ".join(callout.text.split()))
    yield r"\end{callout}"


def _cell_widths(table: Table, width: float) -> list[float]:
    shares = [float(share) for share in table.widths] or [1.0] * len(table.columns)
    shares = (shares + [1.0] * len(table.columns))[: len(table.columns)]
    room = width - 8 * len(table.columns)
    return [room * share / sum(shares) for share in shares]


def _table(table: Table, width: float) -> Iterator[str]:
    widths = _cell_widths(table, width)
    form = "".join(
        f"{'R' if number in table.numbers else 'L'}{{{cell:.0f}pt}}" for number, cell in enumerate(widths, 1)
    )
    yield rf"\begin{{tabular}}{{{form}}}"
    yield r"\hline"
    yield " & ".join(rf"\textbf{{{inline(cell)}}}" for cell in table.columns) + r" \\ \hline"
    for number, row in enumerate(table.rows, 1):
        mark = r"\rowcolor{bp-accent-fill}" if number in table.highlight else ""
        yield mark + " & ".join(map(inline, row)) + r" \\"
    yield r"\hline"
    yield r"\end{tabular}\par"
    yield from _caption(table.caption)


def _caption(caption: str) -> Iterator[str]:
    if caption:
        yield rf"\figurecaption{{{inline(' '.join(caption.split()))}}}"


_LANGUAGES: Mapping[str, str] = {
    "python": "Python",
    "c": "C",
    "cpp": "C++",
    "c++": "C++",
    "bash": "bash",
    "sh": "bash",
    "sql": "SQL",
    "java": "Java",
    "html": "HTML",
    "xml": "XML",
    "make": "make",
}


def _code_points(code: Code, width: float, size: int) -> float:
    """The size in which the longest line of a program fits; none is broken."""
    longest = max(map(len, code.text.splitlines()), default=1)
    return min(_SIZES[size][1], (width - 26) / (0.53 * max(longest, 1)))


def _code(code: Code, width: float, size: int) -> Iterator[str]:
    points = _code_points(code, width, size)
    options = [f"language={_LANGUAGES.get(code.language.lower(), '{}')}"]
    if points < _SIZES[size][1]:
        options.append(rf"basicstyle=\ttfamily\fontsize{{{points:.1f}}}{{{points * 1.2:.1f}}}\selectfont")
    if code.highlight:
        options.append(f"numberstyle=\\pointedlines{{{','.join(map(str, code.highlight))}}}")
    if foreign := sorted({letter for letter in code.text if not letter.isascii()}):
        options.append("literate=" + "".join(f"{{{c}}}{{{{{latex_text(c)}}}}}1" for c in foreign))
    yield rf"\begin{{lstlisting}}[{','.join(options)}]"
    yield code.text.rstrip()
    yield r"\end{lstlisting}"
    yield from _caption(code.caption)


def _meaning(equation: Equation, width: float) -> float:
    """What a legend leaves for the words between the symbols and the units."""
    units = max((len(plain_text(term.unit)) for term in equation.legend), default=0)
    return min(width - 64 - units * 4.2, 230.0)


def _equation(equation: Equation, width: float) -> Iterator[str]:
    tex = " ".join(equation.tex.split())
    yield r"{\abovedisplayskip=3pt\belowdisplayskip=3pt"
    yield rf"\[ {tex} \]\par}}"
    if equation.legend:
        meaning = _meaning(equation, width)
        yield rf"{{\centering\scriptsize\begin{{tabular}}{{lL{{{meaning:.0f}pt}}l}}"
        for term in equation.legend:
            yield rf"${term.tex}$ & {inline(term.meaning)} & {inline(term.unit)} \\"
        yield r"\end{tabular}\par}"


def _figure(figure: Figure, height: float) -> Iterator[str]:
    if figure.file.lower().endswith((".svg", ".svgz")):
        raise ValueError(f"LaTeX cannot read `{figure.file}`; export it as PDF or PNG")
    high = height - _caption_height(figure.caption, _WIDTH)
    yield f"% {_one_line(figure.alt)}"
    yield rf"{{\centering\includegraphics[width=\textwidth,height={high:.0f}pt,keepaspectratio]{{{figure.file}}}\par}}"
    yield from _caption(figure.caption)


def _columns(columns: Sequence[Column], width: float, height: float, size: int) -> Iterator[str]:
    yield r"\begin{columns}[T,onlytextwidth]"
    for column, inner in zip(columns, _widths(columns, width), strict=True):
        yield rf"\begin{{column}}{{{inner / width:.3f}\textwidth}}"
        left = height - (_SIZES[size][1] * _LINE + 6 if column.heading else 0)
        if column.heading:
            yield rf"\heading{{{inline(column.heading)}}}"
        yield from _blocks(column.body, inner, left, size)
        yield r"\end{column}"
    yield r"\end{columns}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


# --- charts -----------------------------------------------------------------------------------------------------


def _chart_caption(chart: Chart) -> str:
    told = "illustrative" in chart.caption.lower() or not chart.illustrative
    return chart.caption if told else f"{chart.caption} (illustrative numbers)".strip()


def _chart(chart: Chart, width: float, height: float) -> Iterator[str]:
    """A chart that fills a width and a height, caption included."""
    caption = _chart_caption(chart)
    yield f"% {_one_line(chart.alt)}"
    yield r"{\centering\begin{tikzpicture}"
    kind = {"scatter": _points, "line": _points, "roofline": _points, "bar": _bars, "stacked": _bars}[chart.kind]
    if chart.horizontal and not (chart.x.title or chart.x.unit):
        chart = replace(chart, x=chart.y, y=chart.x)  # a bar's value may be given as y whichever way it lies
    yield from kind(chart, width, min(height - _caption_height(caption, width), width * 0.75))
    yield r"\end{tikzpicture}\par}"
    yield from _caption(caption)


def _axis_title(axis: Axis) -> str:
    unit = f" ({axis.unit})" if axis.unit and axis.title else axis.unit
    return inline(axis.title) + (" " if unit.startswith(" ") else "") + inline(unit)


def _axis(chart: Chart, width: float, height: float, left: float, below: float, *more: str) -> Iterator[str]:
    """The beginning of an axis whose labels take some room at the left and below."""
    names = [series.title for series in chart.series]
    per_row = _legend_columns(names, width) if len(names) > 1 else 0
    above = math.ceil(len(names) / per_row) * 11 + 4 if per_row else 4
    above += 8 if chart.values else 0
    options = [
        "blueprint",
        f"width={max(width - left - 14, 40):.0f}pt",
        f"height={max(height - below - above, 30):.0f}pt",
        *more,
    ]
    for letter, axis in (("x", chart.x), ("y", chart.y)):
        if axis.title or axis.unit:
            options.append(f"{letter}label={{{_axis_title(axis)}}}")
    if per_row:
        options.append(f"legend columns={per_row}")
    yield rf"\begin{{axis}}[{', '.join(options)}]"


def _legend_columns(names: Sequence[str], width: float) -> int:
    for count in range(len(names), 1, -1):
        if sum(sorted((len(plain_text(n)) * 3.6 + 30 for n in names), reverse=True)[:count]) <= width:
            return count
    return 1


def _limits(letter: str, axis: Axis) -> Iterator[str]:
    if axis.low is not None:
        yield f"{letter}min={_number(axis.low)}"
    if axis.high is not None:
        yield f"{letter}max={_number(axis.high)}"
    if axis.log:
        yield f"{letter}mode=log"


def _number(value: Decimal | float) -> str:
    return f"{Decimal(str(value)):f}"


def _shades(chart: Chart) -> Iterator[tuple[Series, str]]:
    """Each series with its color; a role that comes again is paler."""
    seen: dict[str, int] = {}
    for series in chart.series:
        again = seen.get(series.role, 0)
        seen[series.role] = again + 1
        paler = f"!{max(100 - 40 * again, 20)}!bp-background" if again else ""
        yield series, f"bp-{series.role}-stroke{paler}"


def _bars(chart: Chart, width: float, height: float) -> Iterator[str]:
    across, along = ("y", "x") if chart.horizontal else ("x", "y")
    value_axis = chart.x if chart.horizontal else chart.y
    count = len(chart.categories)
    longest = max((len(plain_text(c)) for c in chart.categories), default=0)
    if chart.horizontal:
        label = min(longest * 3.2 + 4, width * 0.34)
        left, below = label + (16 if chart.y.title else 4), 28.0 if chart.x.title or chart.x.unit else 14.0
        wrap = f"yticklabel style={{align=right, text width={label:.0f}pt}}"
        slot = (height - below - 16) / max(count, 1)
    else:
        slot = (width - 46) / max(count, 1)
        rows = max((_lines(c, slot - 3, 6.4) for c in chart.categories), default=1)
        left, below = 32.0, rows * 7 + (26.0 if chart.x.title else 12.0)
        wrap = f"xticklabel style={{align=center, text width={slot - 3:.0f}pt}}" if longest > 3 else ""
    bars = len(chart.series) if chart.kind == "bar" else 1
    thick = max(2.0, min(26.0, slot * 0.72 / bars))
    ticks = ", ".join(f"{{{inline(c)}}}" for c in chart.categories)
    options = [
        f"{along}bar stacked" if chart.kind == "stacked" else f"{along}bar=0pt",
        f"bar width={thick:.1f}pt",
        f"{across}min=0.4, {across}max={count + 0.6}",
        f"{across}tick={{{','.join(str(i) for i in range(1, count + 1))}}}",
        f"{across}ticklabels={{{ticks}}}",
        *([wrap] if wrap else []),
        f"{across} tick style={{draw=none}}",
        *(["y dir=reverse, ymajorgrids=false, xmajorgrids"] if chart.horizontal else []),
        *(["reverse legend=false"] if chart.horizontal else []),
        *_limits(along, value_axis),
        *(
            ["log origin=infty"]
            if value_axis.log
            else [f"{along}min=0"]
            if value_axis.low is None and _positive(chart)
            else []
        ),
    ]
    if chart.values:
        options.append(
            r"nodes near coords, point meta=explicit symbolic, every node near coord/.append style={font=\plotsize, text=bp-text}"
        )
        if chart.horizontal:
            options.append("every node near coord/.append style={anchor=west}")
        if value_axis.high is None and chart.kind != "stacked":
            options.append(f"enlarge {along} limits={{upper, value=0.15}}")
    yield from _axis(chart, width, height, left, below, *options)
    for series, color in _shades(chart):
        points = (
            (f"({_number(v)},{i})" if chart.horizontal else f"({i},{_number(v)})")
            + (f" [{_grouped(v)}]" if chart.values else "")
            for i, v in enumerate(series.values, 1)
        )
        yield rf"  \addplot[fill={color}, draw=bp-background, area legend] coordinates {{{' '.join(points)}}};"
        if len(chart.series) > 1:
            yield rf"  \addlegendentry{{{inline(series.title)}}}"
    yield r"\end{axis}"


def _positive(chart: Chart) -> bool:
    return all(value >= 0 for series in chart.series for value in series.values)


def _grouped(value: Decimal) -> str:
    """`12,000`; braces keep the comma from ending something."""
    return "{" + f"{value:,f}" + "}"


_MARKS = ("*", "square*", "triangle*", "diamond*", "o", "square")


def _points(chart: Chart, width: float, height: float) -> Iterator[str]:
    """Lines, points, and the roof above points."""
    options = [*_limits("x", chart.x), *_limits("y", chart.y)]
    categories = chart.categories if not any(s.points for s in chart.series) else ()
    if categories:
        options += [
            f"xtick={{{','.join(str(i) for i in range(1, len(categories) + 1))}}}",
            f"xticklabels={{{', '.join(f'{{{inline(c)}}}' for c in categories)}}}",
        ]
    yield from _axis(chart, width, height, 34, 28, *options, "clip mode=individual")
    if chart.kind == "roofline" and chart.peak is not None and chart.bandwidth is not None:
        yield from _roof(chart, float(chart.peak), float(chart.bandwidth))
    for index, (series, color) in enumerate(_shades(chart)):
        points = [(x, y) for x, y in series.points] or [(Decimal(i), v) for i, v in enumerate(series.values, 1)]
        way = "thick" if chart.kind == "line" else "only marks"
        mark = _MARKS[index % len(_MARKS)] if len(points) <= 24 or chart.kind != "line" else "none"
        form = f"{way}, color={color}, mark={mark}, mark size=1.6pt"
        yield rf"  \addplot[{form}] coordinates {{{' '.join(f'({_number(x)},{_number(y)})' for x, y in points)}}};"
        if len(chart.series) > 1:
            yield rf"  \addlegendentry{{{inline(series.title)}}}"
        for (x, y), label, anchor in zip(points, series.labels, _anchors(chart, points), strict=False):
            place = f"(axis cs:{_number(x)},{_number(y)})"
            yield rf"  \node[anchor={anchor}, font=\plotsize, inner sep=2.5pt] at {place} {{{inline(label)}}};"
    yield r"\end{axis}"


def _anchors(chart: Chart, points: Sequence[tuple[Decimal, Decimal]]) -> Iterator[str]:
    """Where a word stands beside its point: toward the middle of the chart, and not on a word before it."""
    everything = [p for s in chart.series for p in s.points]
    placed = [
        (_share(chart.x, x, [p[0] for p in everything]), _share(chart.y, y, [p[1] for p in everything]))
        for x, y in points
    ]
    for index, (x, y) in enumerate(placed):
        near = any(abs(x - a) < 0.3 and -0.08 < b - y < 0.12 for a, b in placed[:index] + placed[index + 1 :])
        yield f"{'north' if near or y > 0.92 else 'south'} {'east' if x > 0.6 else 'west'}"


def _share(axis: Axis, value: Decimal, values: Sequence[Decimal]) -> float:
    low, high = (
        float(v)
        for v in (
            axis.low if axis.low is not None else min(values),
            axis.high if axis.high is not None else max(values),
        )
    )
    here = float(value)
    if axis.log and min(low, high, here) > 0:
        low, high, here = math.log10(low), math.log10(high), math.log10(here)
    return (here - low) / (high - low) if high > low else 0.5


def _roof(chart: Chart, peak: float, bandwidth: float) -> Iterator[str]:
    ridge = peak / bandwidth
    xs = [float(p[0]) for s in chart.series for p in s.points]
    low = float(chart.x.low) if chart.x.low is not None else min([ridge / 10, *xs])
    high = float(chart.x.high) if chart.x.high is not None else max([ridge * 10, *xs])
    corners = [(low, low * bandwidth), (ridge, peak), (high, peak)]
    yield (
        r"  \addplot[very thick, color=bp-text, forget plot] coordinates {"
        + " ".join(f"({x:.6g},{y:.6g})" for x, y in corners)
        + "};"
    )
    yield rf"  \node[anchor=south east, font=\plotsize, inner sep=2pt] at (axis cs:{high:.6g},{peak:.6g}) {{peak {peak:,g}}};"
    yield rf"  \draw[densely dotted, bp-soft] (axis cs:{ridge:.6g},{peak:.6g}) -- (axis cs:{ridge:.6g},{low * bandwidth:.6g}) node[anchor=south west, font=\plotsize, text=bp-soft, inner sep=2pt] {{ridge {ridge:.3g}}};"


# --- diagrams ---------------------------------------------------------------------------------------------------

_Point = tuple[float, float]


class _Layout:
    """Where the boxes of a diagram stand: a grid, a box in the middle of its cell."""

    def __init__(self, diagram: Diagram, width: float, height: float | None = None) -> None:
        self.diagram = diagram
        self.cells = _cells(diagram)
        self.columns = max((c for c, _ in self.cells.values()), default=1)
        self.rows = max((r for _, r in self.cells.values()), default=1)
        said = [len(a.text) * 3.6 + 16 for a in diagram.arrows if a.text and self._is_flat(a)]
        gap = min(max([26.0, *said]), 80.0, width * 0.5 / max(self.columns - 1, 1) if self.columns > 1 else 80.0)
        self.box = min((width - gap * (self.columns - 1)) / self.columns, 130.0)
        self.gap = gap if self.columns == 1 else min((width - self.box * self.columns) / (self.columns - 1), 110.0)
        for self.points in (10.0, 9.0, 8.0, 7.0) if height else (8.0, 7.0):
            most = max((self._lines(b.text) for b in diagram.boxes.values()), default=1)
            self.deep = most * self.points * 1.2 + 10
            self.between = 22.0 if any(a.text and self._is_steep(a) for a in diagram.arrows) else 14.0
            if most <= 3 and (not height or self.height <= height):
                break
        if height:
            self.between = min(max(self.between, (height - self.deep * self.rows - 40) / max(self.rows - 1, 1)), 44.0)

    @property
    def height(self) -> float:
        return self.deep * self.rows + self.between * (self.rows - 1) + (16 if self._goes_back() else 6)

    def _lines(self, text: str) -> int:
        words = plain_text(text).split()
        longest = max((len(word) for word in words), default=0) * self.points * 0.55 > self.box - 8
        return _lines(text, (self.box - 8) * 0.9, self.points) + (3 if longest else 0)

    def _is_flat(self, arrow: Arrow) -> bool:
        (a, b), (c, d) = self.cells[arrow.start], self.cells[arrow.end]
        return b == d and abs(a - c) == 1

    def _is_steep(self, arrow: Arrow) -> bool:
        return self.cells[arrow.start][0] == self.cells[arrow.end][0]

    def _goes_back(self) -> bool:
        return any(self.cells[a.start][1] == self.cells[a.end][1] and not self._is_flat(a) for a in self.diagram.arrows)

    def middle(self, name: str) -> _Point:
        column, row = self.cells[name]
        return (column - 1) * (self.box + self.gap), -(row - 1) * (self.deep + self.between)

    def side(self, name: str, side: str) -> _Point:
        x, y = self.middle(name)
        return x + {"east": 1, "west": -1}.get(side, 0) * self.box / 2, y + {"north": 1, "south": -1}.get(
            side, 0
        ) * self.deep / 2

    def hits(self, way: Sequence[_Point], apart: set[str]) -> int:
        """How many boxes a way of straight pieces runs across."""
        count = 0
        for name in self.cells.keys() - apart:
            x, y = self.middle(name)
            for (ax, ay), (bx, by) in pairwise(way):
                steps = [(ax + (bx - ax) * i / 24, ay + (by - ay) * i / 24) for i in range(25)]
                if any(abs(px - x) < self.box / 2 + 3 and abs(py - y) < self.deep / 2 + 3 for px, py in steps):
                    count += 1
                    break
        return count


def _cells(diagram: Diagram) -> dict[str, tuple[int, int]]:
    """Column and row of each box: the longest path to it along arrows that do not lead back, then the next free row."""
    depth = _depths(diagram)
    cells: dict[str, tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for name, box in sorted(diagram.boxes.items(), key=lambda item: item[1].column is None or item[1].row is None):
        across = depth[name] if diagram.direction == "right" else None
        down = depth[name] if diagram.direction == "down" else None
        column, row = box.column or across, box.row or down
        place = (column or 1, row or 1)
        while place in taken and (box.column is None or box.row is None):
            place = (
                (place[0], place[1] + 1) if row is None or diagram.direction == "right" else (place[0] + 1, place[1])
            )
        taken.add(place)
        cells[name] = place
    return cells


def _depths(diagram: Diagram) -> dict[str, int]:
    """The longest path to each box from a box nothing leads to; an arrow that closes a ring does not count."""
    into: dict[str, list[str]] = {name: [] for name in diagram.boxes}
    for arrow in diagram.arrows:
        into[arrow.end].append(arrow.start)
    order = list(diagram.boxes)
    depth: dict[str, int] = {}

    def of(name: str, path: frozenset[str]) -> int:
        if name not in depth:
            before = [n for n in into[name] if n not in path and order.index(n) < order.index(name)]
            depth[name] = 1 + max((of(n, path | {name}) for n in before), default=0)
        return depth[name]

    return {name: of(name, frozenset({name})) for name in order}


def _diagram(diagram: Diagram, width: float, height: float) -> Iterator[str]:
    layout = _Layout(diagram, width, height - _caption_height(diagram.caption, width))
    names = {name: f"box-{number}" for number, name in enumerate(diagram.boxes, 1)}
    yield f"% {_one_line(diagram.alt)}"
    size = rf"\fontsize{{{layout.points:.0f}}}{{{layout.points * 1.2:.1f}}}\selectfont"
    form = f"text width={layout.box - 8:.0f}pt, minimum height={layout.deep:.0f}pt"
    yield rf"{{\centering\begin{{tikzpicture}}[font={size}, every node/.append style={{outer sep=0pt}}]"
    for name, box in diagram.boxes.items():
        x, y = layout.middle(name)
        yield rf"  \node[box={box.role}, {form}] ({names[name]}) at ({x:.1f}pt,{y:.1f}pt) {{{inline(box.text)}}};"
    for arrow in diagram.arrows:
        yield _arrow(arrow, layout, names)
    yield r"\end{tikzpicture}\par}"
    yield from _caption(diagram.caption)


def _arrow(arrow: Arrow, layout: _Layout, names: Mapping[str, str]) -> str:
    ways = list(_ways(arrow, layout, names))
    apart = {arrow.start, arrow.end}
    way, _ = min(ways, key=lambda w: layout.hits(w[1], apart))
    place = ", pos=0.25" if "-|" in way else ", pos=0.75" if "|-" in way else _between(arrow, layout)
    said = rf" node[said{place}] {{{inline(arrow.text)}}}" if arrow.text else ""
    style = f"flow={arrow.role}" + (", dashed" if arrow.dashed else "")
    return rf"  \draw[{style}] {way.replace(' SAID', said)};"


def _between(arrow: Arrow, layout: _Layout) -> str:
    """Words of arrows that leave or reach a box together stand where the arrows are apart."""
    if layout.cells[arrow.start][0] == layout.cells[arrow.end][0]:
        return ""
    arrows = layout.diagram.arrows
    leaving, reaching = sum(a.start == arrow.start for a in arrows), sum(a.end == arrow.end for a in arrows)
    return ", pos=0.65" if leaving > max(reaching, 1) else ", pos=0.35" if reaching > 1 else ""


def _ways(arrow: Arrow, layout: _Layout, names: Mapping[str, str]) -> Iterator[tuple[str, list[_Point]]]:
    """Ways an arrow may take, the plainest first; `SAID` is where its words go."""
    start, end = names[arrow.start], names[arrow.end]
    (c, r), (to_c, to_r) = layout.cells[arrow.start], layout.cells[arrow.end]
    side = layout.side
    returns = any(a.start == arrow.end and a.end == arrow.start for a in layout.diagram.arrows)
    if r == to_r and abs(c - to_c) == 1 and not returns:
        out, into = ("east", "west") if to_c > c else ("west", "east")
        width = rf"text width={layout.gap - 12:.0f}pt"
        label = " SAID" if not arrow.text else rf" node[said, above=1pt, fill=none, {width}] {{{inline(arrow.text)}}}"
        yield f"({start}.{out}) --{label} ({end}.{into})", [side(arrow.start, out), side(arrow.end, into)]
        return
    if r == to_r and abs(c - to_c) == 1:
        out, into, up = ("east", "west", "above") if to_c > c else ("west", "east", "below")
        shift = 4 if to_c > c else -4
        label = (
            rf" node[said, {up}=1pt, fill=none, text width={layout.gap - 12:.0f}pt] {{{inline(arrow.text)}}}"
            if arrow.text
            else ""
        )
        yield (
            f"([yshift={shift}pt]{start}.{out}) --{label} ([yshift={shift}pt]{end}.{into})",
            [side(arrow.start, out), side(arrow.end, into)],
        )
        return
    if r == to_r:
        level, level_in = ("east", "west") if to_c > c else ("west", "east")
        straight = [side(arrow.start, level), side(arrow.end, level_in)]
        if not layout.hits(straight, {arrow.start, arrow.end}):
            yield f"({start}.{level}) -- SAID ({end}.{level_in})", straight
        for out, sign in (("south", -1), ("north", 1)):
            a, b = side(arrow.start, out), side(arrow.end, out)
            step = sign * min(layout.between / 2, 12)
            yield (
                f"({start}.{out}) -- ++(0,{step:.0f}pt) -| SAID ({end}.{out})",
                [a, (a[0], a[1] + step), (b[0], b[1] + step), b],
            )
        return
    out, into = ("south", "north") if to_r > r else ("north", "south")
    if c == to_c:
        yield f"({start}.{out}) -- SAID ({end}.{into})", [side(arrow.start, out), side(arrow.end, into)]
    level, level_in = ("east", "west") if to_c > c else ("west", "east")
    a, b = side(arrow.start, level), side(arrow.end, level_in)
    if abs(c - to_c) == 1:
        yield f"({start}.{level}) -- SAID ({end}.{level_in})", [a, b]
    a, b = side(arrow.start, out), side(arrow.end, into)
    yield f"({start}.{out}) -- SAID ({end}.{into})", [a, b]
    a, b = side(arrow.start, out), side(arrow.end, level_in)
    yield f"({start}.{out}) |- SAID ({end}.{level_in})", [a, (a[0], b[1]), b]
    a, b = side(arrow.start, level), side(arrow.end, into)
    yield f"({start}.{level}) -| SAID ({end}.{into})", [a, (b[0], a[1]), b]
