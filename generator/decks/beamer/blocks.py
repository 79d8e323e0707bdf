"""The blocks of a slide as LaTeX, each in the width and height it is given."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from blueprint.deck import Block, Callout, Code, Column, Equation, Figure, Table
from generator.decks.beamer.chart import chart_latex
from generator.decks.beamer.diagram import diagram_latex
from generator.decks.beamer.heights import (
    block_height,
    cell_sizes,
    code_points,
    legend_width,
    meaning_lines,
    needed_height,
    stretches,
    widths_of,
)
from generator.decks.beamer.sizes import ABOVE, BOLD, LINE, OPEN, SIZES, WIDTH
from generator.decks.beamer.text import breakable, caption_height, caption_lines, inline, one_line
from generator.decks.highlight import highlighted
from generator.decks.layout.block_text import LETTERED, program
from generator.text.latex import latex_text
from generator.text.markdown import Part, parts


def spacing(blocks: Sequence[Block], width: float, height: float, size: int) -> Iterator[str]:
    """More space between paragraphs, items and rows, where nothing else would take the room that is left."""
    if blocks and not any(map(stretches, blocks)):
        spare = (height - needed_height(blocks, width, size)) * 0.85
        more = min(spare / max(sum(map(_gaps, blocks)), 1), OPEN * SIZES[size][1])
        if more >= 1:
            yield rf"\spread{{{more:.1f}pt}}"


def _gaps(block: Block) -> int:
    """The number of spaces in a block that could be wider."""
    if block.text is not None:
        return len(parts(block.text)) + any(part.depth for part in parts(block.text))
    if block.equation is not None:
        return len(block.equation.legend) + 2
    if block.table is not None:
        return len(block.table.rows) + 1
    return max((sum(map(_gaps, column.body)) for column in block.columns), default=1)


def blocks_latex(blocks: Sequence[Block], width: float, height: float, size: int, code: float = math.inf) -> list[str]:
    """Blocks one below the other, programs no larger than `code`; what can stretch shares the height that is left."""
    takes = [stretches(block) for block in blocks]
    if not any(takes):
        takes = [bool(block.columns) for block in blocks]
    spare = max(0.0, height - needed_height(blocks, width, size)) / max(sum(takes), 1)
    lines: list[str] = []
    for block, more in zip(blocks, takes, strict=True):
        lines += _block(block, width, block_height(block, width, size) + (spare if more else 0), size, code)
    return lines


def _block(block: Block, width: float, height: float, size: int, code: float) -> Iterator[str]:
    if block.text is not None:
        yield from text_latex(parts(block.text), width, SIZES[size][1])
    elif block.callout is not None:
        yield from _callout(block.callout, width, SIZES[size][1])
    elif block.table is not None:
        yield from _table(block.table, width, SIZES[size][1])
    elif block.code is not None:
        yield from _code(block.code, width, size, code)
    elif block.equation is not None:
        yield from _equation(block.equation, width)
    elif block.chart is not None:
        yield from chart_latex(block.chart, width, height)
    elif block.diagram is not None:
        yield from diagram_latex(block.diagram, width, height)
    elif block.figure is not None:
        yield from _figure(block.figure, height)
    elif block.columns:
        yield from _columns(block.columns, width, height, size)
    else:
        raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")


_DEEPEST = 3
"""Levels of lists that Beamer has styles for."""


def text_latex(paragraphs: Sequence[Part], width: float, points: float) -> Iterator[str]:
    """Paragraphs and lists in a width, at a size, both in points."""
    opened: list[str] = []
    for part in paragraphs:
        letter = LETTERED.match(part.text) if part.depth and not part.number else None
        words = part.text[letter.end() :] if letter else part.text
        latex = breakable(words, (width - 18 * part.depth) / points)
        kind = "deeper" if part.depth > _DEEPEST else "enumerate" if part.number else "itemize"
        while len(opened) > part.depth or (opened and len(opened) == part.depth and opened[-1] != kind):
            yield rf"{'  ' * (len(opened) - 1)}\end{{{opened.pop()}}}"
        while len(opened) < part.depth:
            level = "deeper" if len(opened) >= _DEEPEST else kind if kind != "deeper" else "itemize"
            yield rf"{'  ' * len(opened)}\begin{{{level}}}"
            opened.append(level)
            if part.number > 1 and len(opened) == part.depth and level == "enumerate":
                counter = "i" * opened.count("enumerate")
                yield rf"{'  ' * part.depth}\setcounter{{enum{counter}}}{{{part.number - 1}}}"
        mark = letter[1] if letter else part.number if kind == "deeper" and part.number else ""
        item = rf"\item[{mark}.] " if mark else r"\item "
        yield rf"{'  ' * part.depth}{item}{latex}" if part.depth else rf"{latex}\par"
    while opened:
        yield rf"{'  ' * (len(opened) - 1)}\end{{{opened.pop()}}}"


def _callout(callout: Callout, width: float, points: float) -> Iterator[str]:
    paragraphs = parts(callout.text)
    label = f"{inline(callout.label)}:" if callout.label else ""
    yield rf"\begin{{callout}}{{{callout.role}}}{{{label}}}" + (
        r"\par" if label and paragraphs and paragraphs[0].depth else ""
    )
    yield from text_latex(parts(callout.text), width - 10, points)
    yield r"\end{callout}"


def _table(table: Table, width: float, points: float) -> Iterator[str]:
    size, widths = cell_sizes(table, width, points)
    form = "".join(
        f"{'R' if number in table.numbers else 'L'}{{{cell:.1f}pt}}" for number, cell in enumerate(widths, 1)
    )
    if size != points:
        yield rf"{{\fontsize{{{size:g}}}{{{size * 1.2:.1f}}}\selectfont"
    yield rf"\begin{{tabular}}{{{form}}}"
    yield r"\hline"
    header = (breakable(cell, w / size, BOLD) for cell, w in zip(table.columns, widths, strict=True))
    yield " & ".join(rf"\textbf{{{cell}}}" for cell in header) + r" \\ \hline"
    for number, row in enumerate(table.rows, 1):
        mark = r"\rowcolor{bp-accent-fill}" if number in table.highlight else ""
        cells = (breakable(cell, w / size) for cell, w in zip(row, widths, strict=True))
        yield mark + "{}" + " & ".join(cells) + r" \\"  # a star would belong to the row before
    yield r"\hline"
    yield r"\end{tabular}\par\smallskip" + ("}" if size != points else "")
    yield from caption_lines(table.caption)


def _code(code: Code, width: float, size: int, most: float) -> Iterator[str]:
    points = min(code_points(code, width, size), most)
    options = [*_colored(code)]
    if points < SIZES[size][1]:
        options.append(rf"basicstyle=\ttfamily\fontsize{{{points:.1f}}}{{{points * 1.2:.1f}}}\selectfont")
    if code.highlight:
        options.append(f"numberstyle=\\pointedlines{{{','.join(map(str, code.highlight))}}}")
    text = _ENDS.sub(rf"\\{_JOINER}end", program(code))
    if foreign := sorted({letter for letter in text if not letter.isascii()}):
        letters = {c: "" if c == _JOINER else _within_code(c) for c in foreign}
        options.append("literate=" + "".join(f"{{{c}}}{{{{{tex}}}}}{int(c != _JOINER)}" for c, tex in letters.items()))
    yield rf"\begin{{lstlisting}}[{','.join(options)}]"
    yield text
    yield r"\end{lstlisting}"
    yield from caption_lines(code.caption)


_JOINER = "¦"
_ENDS = re.compile(r"\\end(?=\{(?:lstlisting|frame)\})")
"""The words that would end a program or its frame; a sign within them that prints nothing keeps TeX from seeing them."""
_COMMENTS: Mapping[str, str] = {
    "/*": r"[s]{/*}{*/}",
    "<!--": r"[s]{<!--}{-->}",
    "//": "[l]//",
    "--": "[l]{--}",
    "#": r"[l]\#",
    "%": r"[l]\%",
    ";": "[l];",
}
_STRINGS: Mapping[str, str] = {
    '"""': '[s]{"""}{"""}',
    "'''": "[s]{'''}{'''}",
    '"': '[b]"',
    "'": "[b]'",
    "`": "[b]`",
}


def _colored(code: Code) -> Iterator[str]:
    """The words and marks that PowerPoint colors in a program, as options of its listing."""
    pieces = [piece for line in highlighted(program(code), code.language) for piece in line]
    words = sorted({text for text, kind in pieces if kind == "keyword" and re.fullmatch(r"[^\W\d]\w*", text)})
    yield f"keywords={{{','.join(words)}}}"
    comments = {text.lstrip() for text, kind in pieces if kind == "comment"}
    marks = (next((mark for mark in _COMMENTS if text.startswith(mark)), None) for text in comments)
    yield from (f"morecomment={{{_COMMENTS[mark]}}}" for mark in sorted({mark for mark in marks if mark}))
    strings = {text.lstrip("rbfuRBFU") for text, kind in pieces if kind == "string"}
    openings = {next((mark for mark in _STRINGS if text.startswith(mark)), None) for text in strings}
    yield from (f"morestring={{{form}}}" for mark, form in _STRINGS.items() if mark in openings)


def _within_code(letter: str) -> str:
    """A letter as LaTeX that stands for it in a program, where the letter itself stands for this LaTeX."""
    return re.sub(r"[^\x00-\x7f]", r"\\letter{\g<0>}", latex_text(letter))


def _equation(equation: Equation, width: float) -> Iterator[str]:
    tex = " ".join(equation.tex.split())
    yield r"{\abovedisplayskip=3pt\belowdisplayskip=3pt"
    yield rf"\[ {tex} \]\par}}"
    if equation.legend:
        wide = legend_width(equation, width)
        yield rf"{{\centering\footnotesize\begin{{tabular}}{{lL{{{wide:.0f}pt}}}}"
        for term, words in zip(equation.legend, meaning_lines(equation), strict=True):
            yield rf"${term.tex}$ & {breakable(words, wide / 9)} \\"
        yield r"\end{tabular}\par}"


def _figure(figure: Figure, height: float) -> Iterator[str]:
    if figure.file.lower().endswith((".svg", ".svgz")):
        raise ValueError(f"LaTeX cannot read `{figure.file}`; export it as PDF or PNG")
    high = height - caption_height(figure.caption, WIDTH)
    yield f"% {one_line(figure.alt)}"
    yield rf"{{\centering\includegraphics[width=\textwidth,height={high:.0f}pt,keepaspectratio]{{{figure.file}}}\par}}"
    yield from caption_lines(figure.caption)


def _columns(columns: Sequence[Column], width: float, height: float, size: int) -> Iterator[str]:
    widths = widths_of(columns, width)
    programs = [
        code_points(block.code, inner, size)
        for column, inner in zip(columns, widths, strict=True)
        for block in column.body
        if block.code is not None
    ]
    yield r"\begin{columns}[T,onlytextwidth]"
    for column, inner in zip(columns, widths, strict=True):
        yield rf"\begin{{column}}{{{inner / width:.3f}\textwidth}}"
        left = height - ABOVE - (SIZES[size][1] * LINE + 6 if column.heading else 0)
        if column.heading:
            yield rf"\heading{{{inline(column.heading)}}}"
        yield from spacing(column.body, inner, left, size)
        yield from blocks_latex(column.body, inner, left, size, min(programs, default=math.inf))
        yield r"\end{column}"
    yield r"\end{columns}\vspace{3pt}"
