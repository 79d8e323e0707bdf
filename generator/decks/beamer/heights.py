"""The heights of blocks in a size of type: an estimate, for TeX shrinks nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from blueprint.deck import Block, Code, Column, Equation, Table
from generator.decks.beamer.sizes import ABOVE, BOLD, CELL, GAP, LINE, REGULAR, SIZES, SMALLEST_CELL
from generator.decks.beamer.text import caption_height, label_line_count, line_count
from generator.decks.layout.block_flow import column_widths
from generator.decks.layout.block_text import callout_text, chart_caption, meaning, places, program
from generator.decks.layout.diagram import least_height
from generator.decks.layout.measure import measured
from generator.text.markdown import parts


def needed_height(blocks: Sequence[Block], width: float, size: int) -> float:
    """The least height of blocks, one below the other, at a size of type (its number in `SIZES`)."""
    return sum(block_height(block, width, size) + 4 for block in blocks)


def block_height(block: Block, width: float, size: int) -> float:
    """The least height of a block at a size of type."""
    points = SIZES[size][1]
    line = points * LINE
    if block.text is not None:
        listed = 4 * any(part.depth for part in parts(block.text))
        return listed + sum(line_count(p.text, width - 18 * p.depth, points) * line + 4 for p in parts(block.text))
    if block.callout is not None:
        paragraphs = parts(callout_text(block.callout))
        listed = 4 * any(part.depth for part in paragraphs)
        return listed + 12 + sum(line_count(p.text, width - 10 - 18 * p.depth, points) * line + 3 for p in paragraphs)
    if block.table is not None:
        return _table_height(block.table, width, points)
    if block.code is not None:
        return (
            (program(block.code).count("\n") + 1) * code_points(block.code, width, size) * LINE
            + 8
            + caption_height(block.code.caption, width)
        )
    if block.equation is not None:
        tall = 2.6 if re.search(r"\\(?:d?frac|sum|int)|\\\\", block.equation.tex) else 1.6
        return (
            line * tall
            + 8
            + sum(line_count(m, legend_width(block.equation, width), 9) for m in meaning_lines(block.equation)) * 12.6
        )
    if block.chart is not None:
        least = 120.0 if size < len(SIZES) - 1 else 90.0
        return min(least, width * 0.6) + caption_height(chart_caption(block.chart), width)
    if block.diagram is not None:
        return least_height(block.diagram, width - 0.5, lines=label_line_count) + caption_height(
            block.diagram.caption, width
        )
    if block.figure is not None:
        return 110 + caption_height(block.figure.caption, width)
    if block.columns:
        return ABOVE + max(
            needed_height(column.body, inner, size) + (line + 6 if column.heading else 0)
            for column, inner in zip(block.columns, widths_of(block.columns, width), strict=True)
        )
    raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")


def _table_height(table: Table, width: float, points: float) -> float:
    points, widths = cell_sizes(table, width, points)
    rows = [table.columns, *table.rows]
    lines = sum(max(line_count(c, w, points) for c, w in zip(row, widths, strict=True)) for row in rows)
    return lines * points * 1.2 + len(rows) * points * 0.2 + 11 + caption_height(table.caption, width)


def stretches(block: Block) -> bool:
    """True if there is something in a block that can be drawn larger or smaller: a chart, a figure, a diagram."""
    return any(inner.chart or inner.figure or inner.diagram for inner in block.walk())


def widths_of(columns: Sequence[Column], width: float) -> list[float]:
    """The widths of columns side by side, by their shares, with a gap between them."""
    total = float(sum(column.width for column in columns))
    return [(width - GAP * (len(columns) - 1)) * float(column.width) / total for column in columns]


def cell_sizes(table: Table, width: float, points: float) -> tuple[float, tuple[float, ...]]:
    """The largest type size in which no word of a table is broken (its own, if there is none), and its columns."""
    header, *rows = (
        [measured(cell, bold=not n).longest_word() * (REGULAR if n else BOLD) for cell in row]
        for n, row in enumerate((table.columns, *table.rows))
    )
    longest = [max(words) for words in zip(header, *rows, strict=True)]
    room = width - 2 * CELL * len(longest)
    sizes = (points, *(size for _, size in SIZES), SMALLEST_CELL)
    chosen = next((size for size in sizes if size <= points and sum(longest) * size <= room), points)
    return chosen, column_widths(table, room, [em * chosen + 0.5 for em in longest])


def code_points(code: Code, width: float, size: int) -> float:
    """The size in which the longest line of a program fits; none is broken."""
    longest = max(map(places, program(code).splitlines()), default=1)
    return min(SIZES[size][1], (width - 26) / (0.53 * max(longest, 1)))


def meaning_lines(equation: Equation) -> list[str]:
    """The meanings of an equation's symbols, each with its unit."""
    return [meaning(term.meaning, term.unit) for term in equation.legend]


def legend_width(equation: Equation, width: float) -> float:
    """The width of the column of meanings in a legend: no more than its longest line needs."""
    widest = max((measured(words).width for words in meaning_lines(equation)), default=0.0)
    symbol = max((measured(f"${term.tex}$").width for term in equation.legend), default=0.0)
    return min(width - symbol * 9 * REGULAR - 4 * CELL - 2, widest * 9 * REGULAR + 4)
