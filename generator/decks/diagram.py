"""Where the boxes, the arrows and the words of a diagram stand. Pure: no file, no format.

Boxes stand in the cells of a grid. Arrows run level and upright, along the free rows and columns and in the *channels*
between them, so that there is always a way that crosses no box. The ways are chosen first (see `ways`); only then are
widths and heights known, because a channel must be wide enough for what runs in it and for the words beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal

from blueprint.deck import Arrow, Diagram
from generator.decks.inline import plain
from generator.decks.ways import Cell, Channel, Port, Way, foldings, is_written, port_of, ports_of, tracks_of, ways_of
from generator.decks.ways import Side as Side

Point = tuple[float, float]
"""x to the right and y down, in points, from the top left of the diagram's own rectangle."""
Lines = Callable[[str, float, float], int]
"""How many lines a text (Markdown) takes in a width, at a size, both in points."""

SIZES: tuple[tuple[float, float], ...] = ((10, 7.5), (9, 7), (8, 7), (7, 6.5))
"""The sizes of the text in boxes and on arrows, at scale 1, the best first."""
INSET = 4.0
"""What stays free between the edge of a box and its text, at scale 1."""
_LINE = 1.22
_GAP, _TRACK, _NEAR = 16.0, 7.0, 2.0
"""At scale 1: the least room between boxes, between two tracks, and between a label and anything else."""
_WIDEST = 125.0
"""Boxes wider than this break their text, at scale 1."""
_SHARES = (1.0, 0.85, 0.7, 0.55, 0.4, 1.3, 1.7, 2.4)
"""How wide boxes may be, in parts of an even share of the width, in the order in which it is tried."""
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; y runs down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def side(self, side: Side) -> Point:
        """The middle of a side."""
        x, y = self.middle
        return {
            "north": (x, self.y),
            "east": (self.x + self.width, y),
            "south": (x, self.y + self.height),
            "west": (self.x, y),
        }[side]

    def meets(self, other: Rect, apart: float = 0.0) -> bool:
        """Whether two rectangles share a place, or come nearer than `apart`."""
        return (
            self.x < other.x + other.width + apart
            and other.x < self.x + self.width + apart
            and self.y < other.y + other.height + apart
            and other.y < self.y + self.height + apart
        )


@dataclass(frozen=True, slots=True)
class Routed:
    """An arrow with its way: level and upright pieces from a side of one box to a side of another."""

    arrow: Arrow
    start_side: Side
    end_side: Side
    points: tuple[Point, ...]
    label: Rect | None
    """Where its words stand; off every box and every other label."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A diagram with a place for everything; `points` are the sizes of the text in boxes and on arrows."""

    width: float
    height: float
    points: float
    label_points: float
    boxes: Mapping[str, Rect]
    arrows: tuple[Routed, ...]


def arranged(diagram: Diagram, width: float, height: float, *, scale: float = 1.0, lines: Lines) -> Arranged:
    """The diagram in the largest text that fits a width and a height, opened up where room is left.

    It is never wider than `width`, and higher than `height` only if that is less than `least_height`. `scale` multiplies
    every length: 1 suits a page some 400 points wide.
    """
    plans = _plans(diagram, scale, lines)
    for plan, size in _order(diagram, plans):
        if (made := plan.fitted(size, width, height)) is not None:
            return made
    return _least(plans, width)


def _order(diagram: Diagram, plans: Sequence[_Plan]) -> Iterator[tuple[_Plan, int]]:
    """Plans in sizes, the best first: a row is folded before its text is tiny, unless the author placed the boxes."""
    last = len(SIZES) - 1
    if is_written(diagram):
        yield from ((plan, size) for plan in plans for size in range(last + 1))
    else:
        yield from ((plan, size) for plan in plans for size in range(last))
        yield from ((plan, last) for plan in plans)


def least_height(diagram: Diagram, width: float, *, scale: float = 1.0, lines: Lines) -> float:
    """The height a diagram needs in a width, in a text that still reads well."""
    return _least(_plans(diagram, scale, lines), width).height


def _plans(diagram: Diagram, scale: float, lines: Lines) -> list[_Plan]:
    return [_Plan(diagram, cells, scale, lines) for cells in foldings(diagram)]


def _least(plans: Sequence[_Plan], width: float) -> Arranged:
    """The diagram without room to spare."""
    for size in (len(SIZES) - 2, len(SIZES) - 1):
        for plan in plans:
            if (made := plan.fitted(size, width, plan.highest)) is not None:
                return made
    return plans[-1].forced(width)


# --- sizes ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _narrowest(text: str, count: int, lines: Lines) -> float:
    """The least width, in the size of the text, in which a text takes so many lines and no word is broken."""
    words = re.split(r"(?<=[-–—])|\s+", plain(text))
    low = max((_narrowest(word, 1, lines) for word in words if word), default=0.0) if count > 1 else 0.0
    high = 1.05 * len(text) + 1
    if lines(text, low * 10, 10.0) <= count:
        return low
    while high - low > 0.04:
        middle = (low + high) / 2
        if lines(text, middle * 10, 10.0) <= count:
            high = middle
        else:
            low = middle
    return high


def _raised(values: list[float], most: float, spare: float) -> float:
    """Raises the smallest values together up to `most`; returns what is left over of `spare`."""
    while spare > 0.01:
        low = min(values, default=most)
        if low >= most - 0.01:
            break
        lowest = [i for i, value in enumerate(values) if value <= low + 0.01]
        goal = min([most, *(value for value in values if value > low + 0.01)])
        step = min(goal - low, spare / len(lowest))
        for i in lowest:
            values[i] += step
        spare -= step * len(lowest)
    return max(spare, 0.0)


@dataclass(slots=True)
class _Sizes:
    """The widths of columns and of the channels around them, likewise the heights; one more channel than columns."""

    columns: list[float]
    column_gaps: list[float]
    rows: list[float]
    row_gaps: list[float]

    @property
    def width(self) -> float:
        return sum(self.columns) + sum(self.column_gaps)

    @property
    def height(self) -> float:
        return sum(self.rows) + sum(self.row_gaps)


class _Plan:
    """A diagram with a cell for each box and a way for each arrow, before anything has a size."""

    def __init__(self, diagram: Diagram, cells: Mapping[str, Cell], scale: float, lines: Lines) -> None:
        self.diagram, self.cells, self.scale, self.lines = diagram, cells, scale, lines
        self.columns = max((c for c, _ in cells.values()), default=-1) + 1
        self.rows = max((r for _, r in cells.values()), default=-1) + 1

    @cached_property
    def ways(self) -> list[Way]:
        return ways_of(self.diagram, self.cells)

    @cached_property
    def ports(self) -> dict[Port, float]:
        return ports_of(self.ways)

    @cached_property
    def tracks(self) -> dict[Channel, dict[int, int]]:
        return tracks_of(self.ways, self.ports)

    @property
    def highest(self) -> float:
        """The height up to which a diagram that runs down is not folded: that of a slide below its title."""
        return 190 * self.scale if self.diagram.direction == "down" else float("inf")

    def fitted(self, size: int, width: float, height: float) -> Arranged | None:
        """The diagram in a size of the text, if it fits without breaking a word."""
        if not self.cells:
            return Arranged(0, 0, SIZES[size][0] * self.scale, SIZES[size][1] * self.scale, {}, ())
        even = (width - 1.9 * _GAP * self.scale * (self.columns - 1)) / self.columns
        even = min(even, _WIDEST * self.scale)
        for share in _SHARES:
            for label_lines in (1, 2, 3):
                sizes = self._sizes(size, width, even * share, label_lines)
                if sizes is not None and sizes.height <= height:
                    made = self._placed(sizes, size, width, height)
                    if made is not None:
                        return made
        return None

    def forced(self, width: float) -> Arranged:
        """The diagram in the smallest text, with words broken where a column is narrower than its words."""
        size = len(SIZES) - 1
        columns, gaps = self._least_widths(size, 0.0, 3)
        spare = width - sum(gaps)
        if spare < 0.6 * width:  # words on arrows may stand above the channel
            gaps = self._bare_gaps("column")
            share = min(0.4 * width / max(sum(gaps), 0.1), 1.0)
            gaps = [gap * share for gap in gaps]
            spare = width - sum(gaps)
        share = min(spare / max(sum(columns), 0.1), 1.0)
        sizes = self._with_rows([column * share for column in columns], gaps, size, 3)
        made = self._placed(sizes, size, width, float("inf"), spread=False)
        assert made is not None
        return made

    def _sizes(self, size: int, width: float, wish: float, label_lines: int) -> _Sizes | None:
        """Columns that fill the width, rows as low as they can be; nothing if the columns do not fit."""
        columns, gaps = self._least_widths(size, wish, label_lines)
        spare = width - sum(columns) - sum(gaps)
        if spare < 0:
            return None
        inner = gaps[1:-1]
        for values, most in (
            (inner, 24 * self.scale),
            (columns, max(columns)),
            (inner, 48 * self.scale),
            (columns, 110 * self.scale),
            (inner, 80 * self.scale),
        ):
            spare = _raised(values, most, spare)
        return self._with_rows(columns, [gaps[0], *inner, gaps[-1]], size, label_lines)

    def _least_widths(self, size: int, wish: float, label_lines: int) -> tuple[list[float], list[float]]:
        """Columns and channels as narrow as they can be, the texts in as few lines as keep all boxes within `wish`."""
        points, edges = SIZES[size][0] * self.scale, 2 * INSET * self.scale + 1
        columns = [self._ported("column", c) for c in range(self.columns)]
        texts = [box.text for box in self.diagram.boxes.values()]

        def need(text: str, count: int) -> float:
            return _narrowest(text, count, self.lines) * points + edges

        # The box with the most lines makes its row high; the others may take as many, which leaves room for arrows.
        most = next(
            (count for count in range(1, _MOST_LINES) if all(need(text, count) <= wish for text in texts)), _MOST_LINES
        )
        for name, (column, _) in self.cells.items():
            columns[column] = max(columns[column], need(self.diagram.boxes[name].text, most))
        gaps = self._bare_gaps("column")
        for channel, least in self._wishes(size, label_lines):
            if channel[0] == "column":
                gaps[channel[1]] = max(gaps[channel[1]], least)
        return columns, gaps

    def _with_rows(self, columns: list[float], gaps: list[float], size: int, label_lines: int) -> _Sizes:
        points, inset = SIZES[size][0] * self.scale, INSET * self.scale
        rows = [self._ported("row", r) for r in range(self.rows)]
        for name, (column, row) in self.cells.items():
            count = self.lines(self.diagram.boxes[name].text, max(columns[column] - 2 * inset, 1.0), points)
            rows[row] = max(rows[row], count * points * _LINE + 2 * inset)
        row_gaps = self._bare_gaps("row")
        for channel, least in self._wishes(size, label_lines):
            if channel[0] == "row":
                row_gaps[channel[1]] = max(row_gaps[channel[1]], least)
        return _Sizes(columns, gaps, rows, row_gaps)

    def count(self, channel: Channel) -> int:
        """How many tracks a channel has."""
        return max(self.tracks.get(channel, {}).values(), default=-1) + 1

    def _bare_gaps(self, kind: Literal["column", "row"]) -> list[float]:
        """The channels as wide as their tracks ask for."""
        last = self.columns if kind == "column" else self.rows
        gaps = []
        for index in range(last + 1):
            count = self.count((kind, index))
            outer = index in (0, last)
            gaps.append((count * _TRACK + 2) * self.scale if outer and count else 0.0)
            if not outer:
                gaps[-1] = max(_GAP, (count + 1) * _TRACK) * self.scale
        return gaps

    def _ported(self, kind: Literal["column", "row"], index: int) -> float:
        """What the ports on the sides of a row or a column ask of its height or width."""
        return (2 * self.widest_step(kind, index) + 1) * 5.0 * self.scale

    def widest_step(self, kind: Literal["column", "row"], index: int) -> float:
        """How many steps the outermost port in a row or a column is from the middle of its side."""
        sides = ("north", "south") if kind == "column" else ("east", "west")
        at = 0 if kind == "column" else 1
        return max((abs(s) for p, s in self.ports.items() if p[1] in sides and p[0][at] // 2 == index), default=0.0)

    def _wishes(self, size: int, label_lines: int) -> Iterator[tuple[Channel, float]]:
        """How wide words on arrows want channels."""
        points = SIZES[size][1] * self.scale
        for way in self.ways:
            if not way.arrow.text:
                continue
            wide = _narrowest(way.arrow.text, label_lines, self.lines) * points + 2
            high = label_lines * points * _LINE
            (ax, ay), (bx, by) = way.corners[0], way.corners[-1]
            if way.straight:
                if abs(ax - bx) == 2:
                    yield ("column", min(ax, bx) // 2 + 1), wide + 10 * self.scale
                if abs(ay - by) == 2:
                    yield ("row", min(ay, by) // 2 + 1), high + 6 * self.scale
                continue
            channels: list[Channel] = [
                ("column", a[0] // 2) if a[0] == b[0] else ("row", a[1] // 2)
                for a, b in way.pieces
                if (a[0] if a[0] == b[0] else a[1]) % 2 == 0
            ]
            for channel in sorted(channels, reverse=True)[:1]:  # beside a level piece, if there is one
                tracks = (self.count(channel) * _TRACK + 10) * self.scale
                yield channel, tracks + (high if channel[0] == "row" else wide)

    def _placed(self, least: _Sizes, size: int, width: float, height: float, spread: bool = True) -> Arranged | None:
        """Everything in its place; a channel grows as long as there is a label without one."""
        row_gaps = list(least.row_gaps)
        for _ in range(3 * len(self.ways) + 2):
            sizes = _Sizes(least.columns, least.column_gaps, list(least.rows), list(row_gaps))
            spare = height - sizes.height
            if spare < -0.01:
                return None
            if spread and spare < float("inf"):
                inner = sizes.row_gaps[1:-1]
                for values, most in (
                    (inner, 22 * self.scale),
                    (sizes.rows, max(sizes.rows)),
                    (sizes.rows, 28 * self.scale),
                    (inner, 36 * self.scale),
                ):
                    spare = _raised(values, most, spare)
                sizes.row_gaps[1:-1] = inner
            drawing = _Drawing(self, sizes, size)
            labels = drawing.labels()
            if isinstance(labels, dict):
                return drawing.arranged(labels)
            row_gaps[labels[0]] += labels[1]
        return None


# --- places -----------------------------------------------------------------------------------------------------


class _Drawing:
    """A plan with sizes: where everything is."""

    def __init__(self, plan: _Plan, sizes: _Sizes, size: int) -> None:
        self.plan, self.sizes, self.scale = plan, sizes, plan.scale
        self.points, self.label_points = (points * plan.scale for points in SIZES[size])
        self.across = list(_starts(sizes.columns, sizes.column_gaps))
        self.down = list(_starts(sizes.rows, sizes.row_gaps))
        self.boxes = {
            name: Rect(self.across[c][1], self.down[r][1], sizes.columns[c], sizes.rows[r])
            for name, (c, r) in plan.cells.items()
        }
        self.routes = [self._route(way) for way in plan.ways]

    def _route(self, way: Way) -> tuple[Point, ...]:
        """The corners of a way as points."""
        start, end = self._at(way, start=True), self._at(way, start=False)
        if way.straight:
            return start, end
        corners = [[0.0, 0.0] for _ in way.corners]
        for index, (a, b) in enumerate(way.pieces):
            along = 0 if a[0] == b[0] else 1
            if a[along] % 2 == 0:
                place = self._track(("column", "row")[along], a[along] // 2, way.bundle)
            else:
                place = (start if index == 0 else end)[along]
            corners[index][along] = corners[index + 1][along] = place
        return start, *((x, y) for x, y in corners[1:-1]), end

    def _at(self, way: Way, *, start: bool) -> Point:
        """Where a way leaves a box or reaches it."""
        rect = self.boxes[way.arrow.start if start else way.arrow.end]
        side = way.start_side if start else way.end_side
        port = port_of(way, start=start)
        kind: Literal["column", "row"] = "row" if side in ("east", "west") else "column"
        widest = self.plan.widest_step(kind, port[0][kind == "row"] // 2)
        room = (rect.height if kind == "row" else rect.width) / 2 - 2 * self.scale
        step = self.plan.ports[port] * min(_TRACK * self.scale, room / max(widest, 0.5))
        x, y = rect.side(side)
        return (x, y + step) if kind == "row" else (x + step, y)

    def _track(self, kind: str, index: int, bundle: int) -> float:
        """Where a bundle runs in a channel."""
        channel: Channel = ("column" if kind == "column" else "row", index)
        gaps, starts = (self.sizes.column_gaps, self.across) if kind == "column" else (self.sizes.row_gaps, self.down)
        number, count = self.plan.tracks[channel][bundle], self.plan.count(channel)
        begin, gap = starts[index][0], gaps[index]
        step = min(_TRACK * self.scale, gap / (count + 1))
        if index == 0:
            return begin + gap - step * (count - number)
        if index == len(gaps) - 1:
            return begin + step * (number + 1)
        free = gap - (count - 1) * step
        return begin + self._lean(channel, free) + number * step

    def _lean(self, channel: Channel, free: float) -> float:
        """How far the first track is from the beginning of its channel: away from the words beside the tracks."""
        near = min(9 * self.scale, free / 2)
        if channel[0] == "row":
            said = any(
                way.arrow.text and a[1] == b[1] == 2 * channel[1] for way in self.plan.ways for a, b in way.pieces
            )
            return free - near if said else free / 2
        right = [
            (way.corners[-1 if way.at_start or way.alone else 0][0] > 2 * channel[1]) != way.is_loop
            for way in self.plan.ways
            if way.arrow.text and any(a[0] == b[0] == 2 * channel[1] for a, b in way.pieces)
        ]
        return free / 2 if not right or any(right) != all(right) else near if right[0] else free - near

    def labels(self) -> dict[int, Rect] | tuple[int, float]:
        """Places for all labels; or the row channel that must grow, and by how much."""
        placed: dict[int, Rect] = {}
        for way in sorted(self.plan.ways, key=lambda way: (not way.straight, _span(self.routes[way.index]))):
            if not way.arrow.text:
                continue
            best, found = float("inf"), None
            for cost, rect, at in sorted(self._places(way), key=lambda place: place[0]):
                if cost >= best:
                    break
                if self._stands_free(rect, placed.values()):
                    total = cost + self._disturbs(way, rect, at)
                    if total < best:
                        best, found = total, rect
            if found is None:
                found = self._anywhere(way, placed.values())
            if found is None:
                high = self._label_sizes(way.arrow)[-1][1]
                return self._channel_for(way), high + _NEAR * self.scale
            placed[way.index] = found
        return placed

    def _label_sizes(self, arrow: Arrow) -> list[tuple[float, float]]:
        """Width and height in one, two and three lines; never wider than the diagram."""
        lines = self.plan.lines
        found: list[tuple[float, float]] = []
        for count in (1, 2, 3):
            wide = _narrowest(arrow.text, count, lines) * self.label_points * 1.02 + 2
            if wide > self.sizes.width:
                wide = self.sizes.width
                count = lines(arrow.text, max(wide - 2, 1.0), self.label_points)
            if not found or wide < found[-1][0] - 1:
                found.append((wide, count * self.label_points * _LINE))
        return found

    def _places(self, way: Way) -> Iterator[tuple[float, Rect, Point]]:
        """Places beside and on the pieces of a way, with how unlike the best each is: above, or to the right."""
        near = 1.5 * self.scale
        for extra, (wide, high) in enumerate(self._label_sizes(way.arrow)):
            for (ax, ay), (bx, by) in pairwise(self.routes[way.index]):
                level = abs(ay - by) < 0.01
                length = abs(ax - bx) + abs(ay - by)
                over = max(0.0, (wide + 6 * self.scale if level else high + 4 * self.scale) - length)
                base = 0.6 * extra + over / (12 * self.scale) + (0.0 if level else 0.4) - min(length / 2000, 0.2)
                for share in (0.5, 0.35, 0.65, 0.2, 0.8):
                    x, y = ax + (bx - ax) * share, ay + (by - ay) * share
                    cost = base + abs(share - 0.5) * 1.5
                    if level:
                        below = y > self.down[-1][0]  # under the last row
                        sides = ((0.2 * below, y - near - high), (0.15, y + near), (1.2, y - high / 2))
                        for more, top in sides:
                            yield cost + more, Rect(x - wide / 2, top, wide, high), (x, y)
                    else:
                        sides = ((0.0, x + 2 * near), (0.15, x - 2 * near - wide), (0.7, x - wide / 2))
                        for more, left in sides:
                            yield cost + more, Rect(left, y - high / 2, wide, high), (x, y)

    def _stands_free(self, rect: Rect, others: Iterable[Rect]) -> bool:
        if rect.x < -0.01 or rect.y < -0.01:
            return False
        if rect.x + rect.width > self.sizes.width + 0.01 or rect.y + rect.height > self.sizes.height + 0.01:
            return False
        near = 0.75 * self.scale
        return not any(rect.meets(box, near) for box in self.boxes.values()) and not any(
            rect.meets(other, near) for other in others
        )

    def _disturbs(self, way: Way, rect: Rect, at: Point) -> float:
        """How much words are in the way of arrows, or beside a piece that is not theirs alone."""
        cost = 0.0
        for other, route in zip(self.plan.ways, self.routes, strict=True):
            for (ax, ay), (bx, by) in pairwise(route):
                left, top = min(ax, bx), min(ay, by)
                piece = Rect(left, top, abs(ax - bx), abs(ay - by))
                if other is way:
                    on_it = piece.meets(Rect(*at, 0, 0), 0.1)
                    cost += 1.5 if not on_it and piece.meets(rect, 0.2) else 0.0
                elif piece.meets(rect, 0.5):
                    cost += 3.0
                elif piece.meets(Rect(*at, 0, 0), 0.1):
                    cost += 2.5
        return cost

    def _anywhere(self, way: Way, others: Iterable[Rect]) -> Rect | None:
        """A free place in the channel nearest to the way, whatever runs there."""
        index = self._channel_for(way)
        begin, gap = self.down[index][0], self.sizes.row_gaps[index]
        x, _ = _halfway(self.routes[way.index])
        taken = list(others)
        for wide, high in self._label_sizes(way.arrow):
            left = min(max(x - wide / 2, 0.0), self.sizes.width - wide)
            steps = int(max(gap - high, 0.0) / self.scale) + 1
            for step in range(steps):
                rect = Rect(left, begin + step * self.scale, wide, high)
                if self._stands_free(rect, taken):
                    return rect
        return None

    def _channel_for(self, way: Way) -> int:
        """The row channel in which the words of a way find room when there is none beside it."""
        for a, b in way.pieces:
            if a[1] == b[1] and a[1] % 2 == 0:
                return a[1] // 2
        rows = sorted((way.corners[0][1] // 2, way.corners[-1][1] // 2))
        return rows[0] + 1 if rows[0] < rows[1] else rows[0]

    def arranged(self, labels: Mapping[int, Rect]) -> Arranged:
        arrows = tuple(
            Routed(way.arrow, way.start_side, way.end_side, route, labels.get(way.index))
            for way, route in zip(self.plan.ways, self.routes, strict=True)
        )
        width, height = self.sizes.width, self.sizes.height
        return Arranged(width, height, self.points, self.label_points, self.boxes, arrows)


def _starts(sizes: Sequence[float], gaps: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Where each channel and the row or column after it begin; after the last channel, its end."""
    at = 0.0
    for gap, size in zip(gaps, [*sizes, 0.0], strict=True):
        yield at, at + gap
        at += gap + size


def _span(route: Sequence[Point]) -> float:
    return sum(abs(ax - bx) + abs(ay - by) for (ax, ay), (bx, by) in pairwise(route))


def _halfway(route: Sequence[Point]) -> Point:
    left = _span(route) / 2
    for (ax, ay), (bx, by) in pairwise(route):
        length = abs(ax - bx) + abs(ay - by)
        if left <= length and length:
            share = left / length
            return ax + (bx - ax) * share, ay + (by - ay) * share
        left -= length
    return route[-1]
