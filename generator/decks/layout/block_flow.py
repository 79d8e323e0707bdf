"""A slide's blocks one below the other: how high they are in each type size, and where they come to stand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from blueprint.deck import Block, Callout, Code, Column, Diagram, Equation, Figure, Table
from blueprint.model import Markdown
from generator.decks.layout import measure
from generator.decks.layout.block_text import (
    callout_text,
    chart_caption,
    diagram_lines,
    indent,
    legend_points,
    legend_tab,
    legend_width,
    meaning,
    picture_caption,
    places,
    program,
)
from generator.decks.layout.diagram import least_height
from generator.decks.layout.geometry import Rect
from generator.decks.layout.page import (
    ANSWER,
    CALLOUT,
    CAPTION,
    CELL,
    CODE,
    CODE_LINE,
    DIAGRAM_SCALE,
    SIZES,
    SMALLEST,
    TIGHT,
    BoxKind,
    Grid,
    Overflow,
    Path,
    SlideBox,
)
from generator.text.formula_size import size_of
from generator.text.markdown import parts

_BESIDE_PICTURES = 22.0
"""The largest text beside or above what can stretch."""
_LARGEST_CELL = 22.0
_OPEN = (1.0, 0.8, 0.65, 0.5, 0.4)
"""The spaces between paragraphs that are tried where there is room for more than the least, in em."""
_GUTTER = 28.0
_CODE_FONT_WIDTH = 0.6
_SMALL_CHART, _SMALL_FIGURE = 150.0, 110.0
"""The least height of a picture among the smallest text."""
_HIGHEST_CHART = 0.85
"""The height of a chart, as a share of its width, that it never exceeds."""


@dataclass(slots=True)
class BlockFlow:
    """Blocks one below the other: how high they are, and where they come to stand."""

    font: str
    pictures: Mapping[str, tuple[float, float]]
    answer_label: str = "Answer"
    """The word at the top of an answer's panel."""
    _heights: dict[tuple[int, float, float, float], float] = field(default_factory=dict)
    _diagrams: dict[tuple[int, float], float] = field(default_factory=dict)
    _words: dict[int, tuple[float, ...]] = field(default_factory=dict)

    def size(self, body: Sequence[Block], answer: Sequence[Block], room: Rect) -> float:
        """The largest type size in which everything fits; 0 if it fits in none."""
        return self._fit(body, answer, room, SIZES[0])[0]

    def best(
        self, body: Sequence[Block], answer: Sequence[Block], room: Rect, *, largest: float, part: str = "body"
    ) -> tuple[tuple[SlideBox, ...], tuple[SlideBox, ...], tuple[Overflow, ...]]:
        """Boxes of the body and of the answer in the largest size that fits, and what does not fit at all."""
        points, way = self._fit(body, answer, room, largest)
        if points:
            return (*self._boxes_of(way, body, answer, room, points, part), ())
        shown, revealed = self._boxes_of("below", body, answer, room, SIZES[-1], part)
        over = tuple(_overflows((*shown, *revealed), room.y + room.height, SIZES[-1] * self._line))
        return shown, revealed, over

    def _fit(
        self, body: Sequence[Block], answer: Sequence[Block], room: Rect, largest: float
    ) -> tuple[float, Literal["below", "beside"]]:
        """The largest size that fits, and whether the answer stands below the task or beside it; 0 for none."""
        if _competes(body) or _competes(answer):
            largest = min(largest, _BESIDE_PICTURES)
        sides = bool(answer) and not any(map(_is_wide, (*body, *answer)))
        half = (room.width - _GUTTER) / 2
        for points in SIZES:
            if points > largest:
                continue
            panel = self._panel(answer, room.width, points) + 10 if answer else 0
            high = below = self.need(body, room.width, points) + panel
            if below <= room.height:
                return points, "below"
            if sides:
                beside = max(self.need(body, half, points), self._panel(answer, half, points))
                if beside <= room.height:
                    return points, "beside"
                high = min(below, beside)
            # Heights grow at most with the square of the size, so larger sizes than this need not be tried.
            largest = points * math.sqrt(room.height / high) * 1.05
        return 0.0, "below"

    def _boxes_of(
        self, way: str, body: Sequence[Block], answer: Sequence[Block], room: Rect, points: float, part: str
    ) -> tuple[tuple[SlideBox, ...], tuple[SlideBox, ...]]:
        if way == "beside":
            half = (room.width - _GUTTER) / 2
            left = Rect(room.x, room.y, half, room.height)
            right = Rect(room.x + half + _GUTTER, room.y, half, room.height)
            return self.place(body, left, points, (part,)), self._answer(answer, right, points, fill=False)
        if not answer:
            return self.place(body, room, points, (part,)), ()
        panel = self._panel(answer, room.width, points)
        free = room.height - panel - 10 - self.need(body, room.width, points)
        if any(map(_stretches, answer)) and free > 0:
            panel += free if not any(map(_stretches, body)) else free / 2
        above = replace(room, height=room.height - panel - 10)
        boxes = self.place(body, above, points, (part,))
        end = max((b.rect.y + b.rect.height for b in boxes), default=room.y)
        stretched = any(map(_stretches, answer))
        top = room.y + room.height - panel if stretched else min(end + 14, room.y + room.height - panel)
        if free < 0:
            top = end + 14  # what does not fit reaches below the slide, never over its title
        return boxes, self._answer(answer, Rect(room.x, top, room.width, panel), points, fill=stretched)

    @property
    def _line(self) -> float:
        return measure.font(self.font).line

    def _panel(self, answer: Sequence[Block], width: float, points: float) -> float:
        """The height of an answer's panel."""
        return self.need(answer, width - 2 * ANSWER[0], points) + 2 * ANSWER[1] + points * self._line + 4

    def _answer(self, answer: Sequence[Block], rect: Rect, points: float, *, fill: bool) -> tuple[SlideBox, ...]:
        """The panel and what stands on it."""
        if not fill:
            rect = replace(rect, height=min(rect.height, self._panel(answer, rect.width, points)))
        heading = points * self._line + 4
        side, edge = ANSWER
        inner = Rect(rect.x + side, rect.y + edge + heading, rect.width - 2 * side, rect.height - 2 * edge - heading)
        boxes = self.place(answer, inner, points, ("answer",), open_up=False)
        return (SlideBox("answer", rect, points, ("answer",), text=self.answer_label, lines=1), *boxes)

    # --- heights ---

    def need(self, blocks: Sequence[Block], width: float, points: float, space: float = TIGHT) -> float:
        """The least height of blocks, one below the other."""
        heights = sum([self._block_height(block, width, points, space) for block in blocks])
        return heights + _gap(points, space) * max(len(blocks) - 1, 0)

    def _block_height(self, block: Block, width: float, points: float, space: float) -> float:
        """The height of a block, worked out once."""
        key = (id(block), width, points, space)
        if key not in self._heights:
            self._heights[key] = self._fresh_height(block, width, points, space)
        return self._heights[key]

    def _fresh_height(self, block: Block, width: float, points: float, space: float) -> float:
        if block.text is not None:
            return self._text(block.text, width, points, space)[1]
        if block.callout is not None:
            return self._callout(block.callout, width, points, space)[1]
        if block.table is not None:
            grid = self._grid(block.table, width, self._cell_points(block.table, width, points), space)
            return sum(grid.heights) + self._caption(block.table.caption, width)[1]
        if block.code is not None:
            return self._code(block.code, width, points)[1] + self._caption(block.code.caption, width)[1]
        if block.equation is not None:
            return self._equation(block.equation, width, points)
        if block.chart is not None:
            least = _SMALL_CHART if points <= SIZES[-1] else max(min(width * 0.5, 220.0), _SMALL_CHART)
            return least + self._caption(chart_caption(block.chart), width)[1]
        if block.diagram is not None:
            return self._diagram(block.diagram, width) + self._caption(block.diagram.caption, width)[1]
        if block.figure is not None:
            least = min(_SMALL_FIGURE if points <= SIZES[-1] else 160.0, self._natural_height(block.figure, width))
            return least + self._caption(block.figure.caption, width)[1]
        if block.columns:
            return max(
                self.need(column.body, inner, points, space) + self._heading(column.heading, inner, points)[1]
                for column, inner in zip(block.columns, _widths_of_columns(block.columns, width), strict=True)
            )
        raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")

    def _text(self, text: str, width: float, points: float, space: float) -> tuple[int, float]:
        """Lines and height of a text."""
        paragraphs = parts(text)
        step = indent(paragraphs) * points
        count = sum([measure.lines(part.text, width - step * part.depth, points, self.font) for part in paragraphs])
        return count, count * points * self._line + max(len(paragraphs) - 1, 0) * space * points

    def _callout(self, callout: Callout, width: float, points: float, space: float) -> tuple[int, float]:
        lines, height = self._text(callout_text(callout), width - 2 * CALLOUT[0], points, space)
        return lines, height + 2 * CALLOUT[1]

    def _heading(self, heading: str, width: float, points: float) -> tuple[int, float]:
        if not heading:
            return 0, 0.0
        lines = measure.lines(heading, width, points, self.font, True)
        return lines, lines * points * self._line + 4

    def _caption(self, caption: str, width: float) -> tuple[int, float]:
        if not caption:
            return 0, 0.0
        lines = measure.lines(caption, width, CAPTION, self.font)
        return lines, lines * CAPTION * self._line + 4

    def _grid(self, table: Table, width: float, points: float, space: float) -> Grid:
        widths = column_widths(table, width, [em * points + 2 * CELL[0] for em in self._longest(table)])
        lines = tuple(
            tuple(
                measure.lines(cell, column - 2 * CELL[0], points, self.font, not number)
                for cell, column in zip(row, widths, strict=True)
            )
            for number, row in _numbered_rows(table)
        )
        edge = 2 * CELL[1] + max(space - TIGHT, 0) * points
        return Grid(widths, tuple(max(row) * points * self._line + edge for row in lines), lines)

    def _cell_points(self, table: Table, width: float, points: float) -> float:
        """The largest type size up to one in which no word of a table is broken; that one, if there is none."""
        most = min(points, _LARGEST_CELL)
        words = sum(self._longest(table))
        room = width - 2 * CELL[0] * len(table.columns)
        return next((size for size in (most, *SIZES) if size <= most and words * size <= room), most)

    def _longest(self, table: Table) -> tuple[float, ...]:
        """The width of each column's longest word, in em."""
        if id(table) not in self._words:
            header, *rows = (
                [measure.measured(cell, self.font, not n) for cell in row] for n, row in _numbered_rows(table)
            )
            self._words[id(table)] = tuple(
                max(c.longest_word() for c in column) for column in zip(header, *rows, strict=True)
            )
        return self._words[id(table)]

    def _code(self, code: Code, width: float, points: float) -> tuple[float, float]:
        """Type size and height of a program; its lines never wrap."""
        rows = program(code).splitlines() or [""]
        longest = max(map(places, rows))
        size = min(points, 24.0, (width - 2 * CODE[0]) / (_CODE_FONT_WIDTH * max(longest, 1)))
        size = math.floor(size * 2) / 2
        return size, len(rows) * size * CODE_LINE + 2 * CODE[1]

    def _equation(self, equation: Equation, width: float, points: float) -> float:
        return self._formula(equation, width, points)[1] + self._legend(equation, width, points)[1]

    def _formula(self, equation: Equation, width: float, points: float) -> tuple[float, float]:
        """Type size and height of a displayed formula."""
        wide, high = size_of(equation.tex)
        size = max(min(points + 4, width / max(wide, 0.1)), SMALLEST)
        return size, high * size + 10

    def _legend(self, equation: Equation, width: float, points: float) -> tuple[int, float]:
        """Lines and height of the list of a formula's symbols."""
        if not equation.legend:
            return 0, 0.0
        size = legend_points(points)
        room = width - legend_tab(equation, size, self.font)
        count = sum(measure.lines(meaning(term.meaning, term.unit), room, size, self.font) for term in equation.legend)
        return count, count * size * self._line + 6

    def _diagram(self, diagram: Diagram, width: float) -> float:
        key = (id(diagram), width)
        if key not in self._diagrams:
            self._diagrams[key] = least_height(diagram, width, scale=DIAGRAM_SCALE, lines=diagram_lines(self.font))
        return self._diagrams[key]

    # --- places ---

    def place(
        self, blocks: Sequence[Block], room: Rect, points: float, path: Path, *, open_up: bool = True
    ) -> tuple[SlideBox, ...]:
        """The boxes of blocks, from the top of a rectangle down."""
        space = self._space(blocks, room, points) if open_up else TIGHT
        spare = max(0.0, room.height - self.need(blocks, room.width, points, space))
        shares = self._shares(blocks, room.width, points, space, spare)
        boxes: list[SlideBox] = []
        top = room.y
        if len(path) == len(blocks) == 1 and blocks[0].figure is not None:  # alone on its slide, it is in the middle
            top += (spare - sum(shares)) / 2
        for index, (block, share) in enumerate(zip(blocks, shares, strict=True)):
            height = self._block_height(block, room.width, points, space) + share
            rect = Rect(room.x, top, room.width, height)
            boxes += self._box(block, rect, points, space, (*path, index))
            top += height + _gap(points, space)
        return tuple(boxes)

    def _shares(
        self, blocks: Sequence[Block], width: float, points: float, space: float, spare: float
    ) -> tuple[float, ...]:
        """The share of each block in the height that is left: all that can stretch get the same, none more than it can use."""
        growth = [
            self._limit(b, width) - self._block_height(b, width, points, space) if _stretches(b) else 0.0
            for b in blocks
        ]
        return filled(growth, spare)

    def _limit(self, block: Block, width: float) -> float:
        """The height beyond which a block gains nothing."""
        if block.chart is not None:
            return width * _HIGHEST_CHART + self._caption(chart_caption(block.chart), width)[1]
        if block.figure is not None:
            return self._natural_height(block.figure, width) + self._caption(block.figure.caption, width)[1]
        return math.inf

    def _natural_height(self, figure: Figure, width: float) -> float:
        """The height of a figure as wide as its place."""
        wide, high = self.pictures.get(figure.file, (4.0, 3.0))
        return width * high / wide

    def _space(self, blocks: Sequence[Block], room: Rect, points: float) -> float:
        """The widest space between paragraphs for which there is room."""
        if any(map(_stretches, blocks)):
            return TIGHT
        return next((s for s in _OPEN if self.need(blocks, room.width, points, s) <= room.height), TIGHT)

    def _box(self, block: Block, rect: Rect, points: float, space: float, path: Path) -> Iterator[SlideBox]:
        if block.text is not None:
            lines, _ = self._text(block.text, rect.width, points, space)
            yield SlideBox("text", rect, points, path, block, lines=lines, space=space)
        elif block.callout is not None:
            lines, _ = self._callout(block.callout, rect.width, points, space)
            yield SlideBox("callout", rect, points, path, block, lines=lines, space=space)
        elif block.table is not None:
            size = self._cell_points(block.table, rect.width, points)
            grid = self._grid(block.table, rect.width, size, space)
            below = self._captioned(block.table.caption, rect, path)
            placed = replace(rect, height=sum(grid.heights))
            yield SlideBox("table", placed, size, path, block, lines=sum(map(max, grid.lines)), grid=grid)
            yield from below
        elif block.code is not None:
            size, high = self._code(block.code, rect.width, points)
            rows = program(block.code).count("\n") + 1
            yield SlideBox("code", replace(rect, height=high), size, path, block, lines=rows)
            yield from self._captioned(block.code.caption, rect, path)
        elif block.equation is not None:
            yield from self._equation_boxes(block, block.equation, rect, points, path)
        elif block.columns:
            yield from self._columns(block.columns, rect, points, path)
        else:
            yield from self._picture(block, rect, path)

    def _captioned(self, caption: str, rect: Rect, path: Path) -> Iterator[SlideBox]:
        lines, high = self._caption(caption, rect.width)
        if lines:
            place = Rect(rect.x, rect.y + rect.height - high + 4, rect.width, high - 4)
            yield SlideBox("caption", place, CAPTION, path, text=caption, lines=lines)

    def _equation_boxes(
        self, block: Block, equation: Equation, rect: Rect, points: float, path: Path
    ) -> Iterator[SlideBox]:
        size, high = self._formula(equation, rect.width, points)
        yield SlideBox("equation", replace(rect, height=high), size, path, block)
        lines, legend = self._legend(equation, rect.width, points)
        if lines:
            small = legend_points(points)
            wide = min(rect.width, legend_width(equation, small, self.font) + 4)
            place = Rect(rect.x + (rect.width - wide) / 2, rect.y + high + 6, wide, legend - 6)
            yield SlideBox("legend", place, small, path, block, lines=lines)

    def _picture(self, block: Block, rect: Rect, path: Path) -> Iterator[SlideBox]:
        """A chart, a diagram or a figure, with its caption below it."""
        caption = picture_caption(block)
        _, high = self._caption(caption, rect.width)
        kind, inner = self._fitted(block, replace(rect, height=rect.height - high))
        yield SlideBox(kind, inner, 0, path, block)
        bottom = inner.y + inner.height + high
        yield from self._captioned(caption, replace(rect, height=bottom - rect.y), path)

    def _fitted(self, block: Block, rect: Rect) -> tuple[BoxKind, Rect]:
        """A picture's kind and its part of the place it may take."""
        if block.chart is not None:
            return "chart", replace(rect, height=min(rect.height, rect.width * _HIGHEST_CHART))
        if block.diagram is not None:
            return "diagram", rect
        figure = block.figure
        if figure is None:
            raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")
        wide, high = self.pictures.get(figure.file, (4.0, 3.0))
        share = min(rect.width / wide, rect.height / high)
        width, height = wide * share, high * share
        return "figure", Rect(rect.x + (rect.width - width) / 2, rect.y, width, height)

    def _columns(self, columns: Sequence[Column], rect: Rect, points: float, path: Path) -> Iterator[SlideBox]:
        left = rect.x
        widths = _widths_of_columns(columns, rect.width)
        headings = max(self._heading(c.heading, w, points)[1] for c, w in zip(columns, widths, strict=True))
        for number, (column, width) in enumerate(zip(columns, widths, strict=True)):
            below = (*path, "columns", number)
            if column.heading:
                lines, high = self._heading(column.heading, width, points)
                place = Rect(left, rect.y + headings - high, width, high - 4)
                yield SlideBox("heading", place, points, (*below, "heading"), text=column.heading, lines=lines)
            inner = Rect(left, rect.y + headings, width, rect.height - headings)
            yield from self.place(column.body, inner, points, (*below, "body"))
            left += width + _GUTTER


def _gap(points: float, space: float) -> float:
    """The space between blocks, in points."""
    return 0.6 * points + max(space - TIGHT, 0) * points * 0.5


def _stretches(block: Block) -> bool:
    return any(inner.chart or inner.figure or inner.diagram for inner in block.walk())


def _competes(blocks: Sequence[Block]) -> bool:
    """True if larger text would make a picture above or below it smaller."""
    if len(blocks) > 1 and any(map(_stretches, blocks)):
        return True
    return any(_competes(column.body) for block in blocks for column in block.columns)


def _is_wide(block: Block) -> bool:
    """True if a block would suffer in half the width."""
    if block.columns or block.table or block.diagram:
        return True
    if block.code:
        return max(map(places, program(block.code).splitlines()), default=0) > 44
    return block.equation is not None and size_of(block.equation.tex)[0] > 16


def _widths_of_columns(columns: Sequence[Column], width: float) -> list[float]:
    total = float(sum(column.width for column in columns)) or 1.0
    return [(width - _GUTTER * (len(columns) - 1)) * float(column.width) / total for column in columns]


def _numbered_rows(table: Table) -> Iterator[tuple[int, tuple[Markdown, ...]]]:
    """The rows of a table with their numbers; the header is number 0."""
    return enumerate((table.columns, *table.rows))


def filled(limits: Sequence[float], amount: float) -> tuple[float, ...]:
    """The shares of an amount dealt out evenly, none more than its limit.

    >>> filled([1, 10, 10], 9)
    (1, 4.0, 4.0)
    """
    shares = [0.0] * len(limits)
    left, waiting = amount, sorted(range(len(limits)), key=limits.__getitem__)
    for done, index in enumerate(waiting):
        shares[index] = max(0.0, min(limits[index], left / (len(waiting) - done)))
        left -= shares[index]
    return tuple(shares)


def column_widths(table: Table, width: float, least: Sequence[float]) -> tuple[float, ...]:
    """The widths of a table's columns: in its shares, as far as each is wide enough for its longest word (`least`)."""
    shares = ([float(share) for share in table.widths] + [1.0] * len(least))[: len(least)]
    widths = [width * share / sum(shares) for share in shares]
    if all(wide >= need for wide, need in zip(widths, least, strict=True)):
        return tuple(widths)
    if sum(least) >= width:
        return filled(least, width)
    extra = [max(wide - need, 0.0) for wide, need in zip(widths, least, strict=True)]
    more = (width - sum(least)) / (sum(extra) or 1.0)
    return tuple(need + spare * more for need, spare in zip(least, extra, strict=True))


def _overflows(boxes: Sequence[SlideBox], bottom: float, line: float) -> Iterator[Overflow]:
    """The boxes that end below a slide's bottom."""
    for box in boxes:
        beyond = box.rect.y + box.rect.height - bottom
        if beyond > 1 and box.kind != "answer":
            yield Overflow(box.path, f"the {box.kind}", math.ceil(beyond / line))
