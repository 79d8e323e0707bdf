"""The places of a diagram's boxes, arrows and words. Pure: no file, no format.

Boxes stand in the cells of a grid. Arrows run level and upright, along the free rows and columns and in the *channels*
between them, so that there is always a route that crosses no box. The routes are chosen first (see `routing`); only then are
widths and heights known, because a channel must be wide enough for what runs in it and for the words beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blueprint.deck import Diagram
from generator.decks.layout.diagram_drawing import DiagramLayout, Drawing
from generator.decks.layout.diagram_plan import GAP, INSET, LINE_HEIGHT, DiagramPlan, DiagramSizes, Size
from generator.decks.layout.routing import (
    foldings,
    is_written,
)
from generator.decks.layout.text_widths import MOST_LINES, SLACK, Lines

SIZES: tuple[Size, ...] = ((10, 7.5), (9, 7), (8, 7), (7, 6.5))
"""The sizes of text that are tried, the best first; from the third on, text is small, and a row is rather folded."""
LARGER: tuple[Size, ...] = ((13, 9.5), (12, 9), (11, 8))
"""The sizes that are tried where the first of `SIZES` leaves room; no text then takes more lines."""
_WIDEST = 125.0
"""Boxes wider than this break their text, at scale 1."""
_SHARES = (1.0, 0.85, 0.7, 0.55, 0.4, 1.3, 1.7, 2.4)
"""The greatest widths of boxes that are tried, in this order, in parts of an even share of the width."""
_TRIES = 3
"""The number of times everything is placed anew until no label lies on an arrow."""
_FREE = 1.5
"""The most a box grows where a diagram has room to spare, in lines of text."""
_EDGE = 1.0
"""The width a box has beyond its widest line and its insets, in points."""


def lay_out_diagram(
    diagram: Diagram, width: float, height: float, *, scale: float = 1.0, lines: Lines
) -> DiagramLayout:
    """The diagram in the largest text that fits a width and a height, opened up where room is left.

    It is never wider than `width`, and higher than `height` only if that is less than `least_height`. `scale` multiplies
    every length: 1 suits a page some 400 points wide.
    """
    fittings = _Fittings(diagram, scale, lines)
    for fitting, size in _order(diagram, fittings):
        if (layout := fitting.fitted(size, width, height)) is not None:
            return layout
    return _least(fittings, width)


def _order(diagram: Diagram, fittings: _Fittings) -> Iterator[tuple[_Fitting, Size]]:
    """Plans in sizes, the best first: a row is folded before its text is tiny, unless the author placed the boxes."""
    if is_written(diagram):
        yield from ((fitting, size) for fitting in fittings for size in SIZES)
    else:
        yield from ((fitting, size) for fitting in fittings for size in SIZES[:-1])
        yield from ((fitting, SIZES[-1]) for fitting in fittings)


def least_height(diagram: Diagram, width: float, *, scale: float = 1.0, lines: Lines) -> float:
    """The height a diagram needs in a width, in a text that still reads well."""
    return _least(_Fittings(diagram, scale, lines), width).height


def _least(fittings: _Fittings, width: float) -> DiagramLayout:
    """The diagram without room to spare."""
    for size in SIZES[-2:]:
        for fitting in fittings:
            if (layout := fitting.fitted(size, width, fitting.plan.highest, open_up=False)) is not None:
                return layout
    *_, last = fittings
    return last.forced(width)


class _Fitting:
    """Fits a plan into a width and a height: sizes for its columns, rows and channels, then a place for everything."""

    def __init__(self, plan: DiagramPlan) -> None:
        self.plan = plan

    def fitted(self, size: Size, width: float, height: float, *, open_up: bool = True) -> DiagramLayout | None:
        """The diagram in a size of the text, or a larger one for the best, if it fits without breaking a word."""
        if not self.plan.cells:
            return DiagramLayout(0, 0, size[0] * self.plan.scale, size[1] * self.plan.scale, {}, ())
        kept: list[DiagramLayout] = []
        for most, label_lines in self._line_counts(size, width):
            sizes = self._sizes(size, width, [most] * len(self.plan.cells), label_lines)
            if sizes is None or sizes.height > height:
                continue
            if size == SIZES[0] and (layout := self._larger(sizes, width, height, label_lines)) is not None:
                return layout
            tries = _TRIES if open_up else 1
            layout, calm = self._placed(sizes, size, height, open_up=open_up, tries=tries)
            if calm:
                return layout
            if layout is not None:
                kept.append(layout)
            if len(kept) == tries:
                break
        return kept[0] if kept else None

    def _line_counts(self, size: Size, width: float) -> Iterator[tuple[int, int]]:
        """The most lines a box and a label may take, in the order in which such pairs are tried."""
        points, edges = size[0] * self.plan.scale, 2 * INSET * self.plan.scale + _EDGE
        even = (width - 1.9 * GAP * self.plan.scale * (self.plan.columns - 1)) / self.plan.columns
        even = min(even, _WIDEST * self.plan.scale)
        widest = [max(widths) * points + edges for widths in zip(*self.plan.box_widths.values(), strict=True)]
        tried = set()
        for share in _SHARES:
            # The box with the most lines makes its row high; the others may take as many, which leaves room for arrows.
            most = next((n for n in range(1, MOST_LINES) if widest[n - 1] <= even * share), MOST_LINES)
            if most not in tried:
                tried.add(most)
                yield from ((most, label_lines) for label_lines in self.plan.label_lines)

    def _larger(self, than: DiagramSizes, width: float, height: float, label_lines: int) -> DiagramLayout | None:
        """The diagram in a larger text, if its boxes keep their lines; words on arrows may break once."""
        for size in LARGER:
            for count in self.plan.label_lines:
                if label_lines <= count <= max(label_lines, 2):
                    sizes = self._sizes(size, width, than.lines, count)
                    if sizes is not None and sizes.height <= height:
                        layout, calm = self._placed(sizes, size, height, tries=1)
                        if calm:
                            return layout
        return None

    def forced(self, width: float) -> DiagramLayout:
        """The diagram in the smallest text, with words broken where a column is narrower than its words."""
        size = SIZES[-1]
        columns, gaps = self._least_widths(size, [MOST_LINES] * len(self.plan.cells), 3)
        spare = width - sum(gaps)
        if spare < 0.6 * width:  # words on arrows may stand above the channel
            gaps = list(self.plan.bare_gaps[0])
            share = min(0.4 * width / max(sum(gaps), 0.1), 1.0)
            gaps = [gap * share for gap in gaps]
            spare = width - sum(gaps)
        share = min(spare / max(sum(columns), 0.1), 1.0)
        sizes = self._with_rows([column * share for column in columns], gaps, size, 3)
        layout, _ = self._placed(sizes, size, float("inf"), open_up=False)
        assert layout is not None
        return layout

    def _sizes(self, size: Size, width: float, most: Sequence[int], label_lines: int) -> DiagramSizes | None:
        """Columns that fill the width, rows as low as they can be; None if the columns do not fit."""
        columns, gaps = self._least_widths(size, most, label_lines)
        spare = width - sum(columns) - sum(gaps)
        if spare < 0:
            return None
        inner = gaps[1:-1]
        unit = max(size[0] / SIZES[0][0], 1.0) * self.plan.scale
        for values, limit in (
            (inner, 24 * unit),
            (columns, max(columns)),
            (inner, 48 * unit),
            (columns, 110 * unit),
            (inner, 80 * unit),
        ):
            spare = _raised(values, limit, spare)
        return self._with_rows(columns, [gaps[0], *inner, gaps[-1]], size, label_lines)

    def _least_widths(self, size: Size, most: Sequence[int], label_lines: int) -> tuple[list[float], list[float]]:
        """Columns and channels as narrow as they can be with so many lines in each box and in a label."""
        points, edges = size[0] * self.plan.scale, 2 * INSET * self.plan.scale + _EDGE
        columns = list(self.plan.least_sizes[0])
        for (column, _), widths, count in zip(
            self.plan.cells.values(), self.plan.box_widths.values(), most, strict=True
        ):
            if (need := widths[count - 1] * points + edges) > columns[column]:
                columns[column] = need
        gaps = list(self.plan.bare_gaps[0])
        label_points = size[1] * self.plan.scale
        for index, rest, widths in self.plan.label_room[0]:
            gaps[index] = max(gaps[index], widths[label_lines - 1] * label_points + 2 + rest)
        return columns, gaps

    def _with_rows(self, columns: list[float], gaps: list[float], size: Size, label_lines: int) -> DiagramSizes:
        points, inset = size[0] * self.plan.scale, INSET * self.plan.scale
        rows = list(self.plan.least_sizes[1])
        lines = []
        for (name, (column, row)), widths in zip(self.plan.cells.items(), self.plan.box_widths.values(), strict=True):
            room = max(columns[column] - 2 * inset, 1.0)
            count = next((n for n, wide in enumerate(widths, 1) if wide * points <= room), 0)
            count = count or self.plan.lines(self.plan.diagram.boxes[name].text, room, points)
            # Without the slack it may be a line less; the row has room for both.
            lines.append(next((n for n, wide in enumerate(widths, 1) if (wide - SLACK) * points <= room), count))
            rows[row] = max(rows[row], count * points * LINE_HEIGHT + 2 * inset)
        row_gaps = list(self.plan.bare_gaps[1])
        high = label_lines * size[1] * self.plan.scale * LINE_HEIGHT
        for index, rest, _ in self.plan.label_room[1]:
            row_gaps[index] = max(row_gaps[index], high + rest)
        return DiagramSizes(columns, gaps, rows, row_gaps, lines)

    def _placed(
        self, least: DiagramSizes, size: Size, height: float, *, open_up: bool = True, tries: int = _TRIES
    ) -> tuple[DiagramLayout | None, bool]:
        """Everything in its place, if there is room, and True if no words lie on the line of another arrow.

        A channel grows as long as there is a label without a place, and a little for one that lies on a line.
        """
        row_gaps = list(least.row_gaps)
        kept: list[DiagramLayout] = []
        for _ in range(3 * len(self.plan.routes) + 4):
            sizes = DiagramSizes(least.columns, least.column_gaps, list(least.rows), list(row_gaps), least.lines)
            spare = height - sizes.height
            if spare < -0.01:
                break
            if open_up:
                self._open_up(sizes, size, spare)
            drawing = Drawing(self.plan, sizes, size)
            labels, wish = drawing.labels()
            if labels is not None:
                layout = drawing.layout(labels)
                if wish is None:
                    return layout, True
                kept.append(layout)
            if wish is None or len(kept) == tries:
                break
            row_gaps[wish[0]] += wish[1]
        return kept[0] if kept else None, False

    def _open_up(self, sizes: DiagramSizes, size: Size, spare: float) -> None:
        """Shares out the height that is left (in `sizes`): wider channels, rows of one height, higher boxes."""
        inner = sizes.row_gaps[1:-1]
        unit = max(size[0] / SIZES[0][0], 1.0) * self.plan.scale
        line = size[0] * self.plan.scale * LINE_HEIGHT
        text = sum(sizes.lines) / len(sizes.lines) * line
        for values, most in (
            (inner, 22 * unit),
            (sizes.rows, max(sizes.rows)),
            (sizes.rows, 28 * unit),
            (inner, 36 * unit),
            (sizes.rows, text + _FREE * line),
            (inner, 54 * unit),
        ):
            spare = _raised(values, most, spare)
        sizes.row_gaps[1:-1] = inner


def _raised(values: list[float], most: float, spare: float) -> float:
    """Raises the smallest values together up to `most`; returns what is left over of `spare`."""
    while spare > 0.01 and values:
        low = min(values)
        if low >= most - 0.01:
            break
        lowest = [i for i, value in enumerate(values) if value <= low + 0.01]
        goal = min([most, *(value for value in values if value > low + 0.01)])
        step = min(goal - low, spare / len(lowest))
        for i in lowest:
            values[i] += step
        spare -= step * len(lowest)
    return max(spare, 0.0)


class _Fittings:
    """The plans of a diagram to be fitted, its row folded more and more; each is made when it is first asked for."""

    def __init__(self, diagram: Diagram, scale: float, lines: Lines) -> None:
        self._made: list[_Fitting] = []
        self._more = (_Fitting(DiagramPlan(diagram, cells, scale, lines)) for cells in foldings(diagram))

    def __iter__(self) -> Iterator[_Fitting]:
        yield from self._made
        for fitting in self._more:
            self._made.append(fitting)
            yield fitting
