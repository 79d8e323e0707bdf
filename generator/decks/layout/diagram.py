"""Where the boxes, the arrows and the words of a diagram stand. Pure: no file, no format.

Boxes stand in the cells of a grid. Arrows run level and upright, along the free rows and columns and in the *channels*
between them, so that there is always a way that crosses no box. The ways are chosen first (see `ways`); only then are
widths and heights known, because a channel must be wide enough for what runs in it and for the words beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Literal

from blueprint.deck import Arrow, Diagram
from generator.decks.layout import measure
from generator.decks.layout.routing import (
    Cell,
    Channel,
    Port,
    Way,
    foldings,
    is_written,
    port_of,
    ports_of,
    tracks_of,
    ways_of,
)
from generator.decks.layout.routing import Side as Side
from generator.text.inline import plain

Point = tuple[float, float]
"""x to the right and y down, in points, from the top left of the diagram's own rectangle."""
Lines = Callable[[str, float, float], int]
"""How many lines a text (Markdown) takes in a width, at a size, both in points."""

Size = tuple[float, float]
"""The sizes of the text in boxes and on arrows, at scale 1."""
SIZES: tuple[Size, ...] = ((10, 7.5), (9, 7), (8, 7), (7, 6.5))
"""What is tried, the best first; from the third on, text is small, and a row is rather folded."""
LARGER: tuple[Size, ...] = ((13, 9.5), (12, 9), (11, 8))
"""What is tried where the first of `SIZES` leaves room; no text then takes more lines."""
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
_TRIES = 3
"""How many places of everything are tried until no words lie on a line."""
_FREE = 1.5
"""How many lines of text more boxes have room for where the diagram has, at most."""
_SLACK = 0.03
"""What a line of text may be wider than it was measured, in em."""
_EDGE = 1.0
"""What a box is wider than its widest line asks for, in points."""
_Spot = tuple[float, float, float, float]
"""Left, top, width and height; in the inner loops a `Rect` would be slow."""
_Segment = tuple[int, float, float, float, float]
"""The number of an arrow; left, top, right and bottom of a piece of it."""
_Place = tuple[float, float, float, float, float]
"""How unlike the best a place for words is; its left and top; the point of the arrow beside which they stand."""


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
    plans = _Plans(diagram, scale, lines)
    for plan, size in _order(diagram, plans):
        if (made := plan.fitted(size, width, height)) is not None:
            return made
    return _least(plans, width)


def _order(diagram: Diagram, plans: _Plans) -> Iterator[tuple[_Plan, Size]]:
    """Plans in sizes, the best first: a row is folded before its text is tiny, unless the author placed the boxes."""
    if is_written(diagram):
        yield from ((plan, size) for plan in plans for size in SIZES)
    else:
        yield from ((plan, size) for plan in plans for size in SIZES[:-1])
        yield from ((plan, SIZES[-1]) for plan in plans)


def least_height(diagram: Diagram, width: float, *, scale: float = 1.0, lines: Lines) -> float:
    """The height a diagram needs in a width, in a text that still reads well."""
    return _least(_Plans(diagram, scale, lines), width).height


def _least(plans: _Plans, width: float) -> Arranged:
    """The diagram without room to spare."""
    for size in SIZES[-2:]:
        for plan in plans:
            if (made := plan.fitted(size, width, plan.highest, open_up=False)) is not None:
                return made
    *_, last = plans
    return last.forced(width)


# --- sizes ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _narrowest(text: str, lines: Lines) -> tuple[float, ...]:
    """The least widths, in the size of the text, in which a text takes one line, two and so on, all words whole."""
    if getattr(lines, "func", lines) is measure.lines:
        return _splits(measure.measured(text, **getattr(lines, "keywords", {})))
    # Another count is mostly that of Calibri, a little wider; where it is not, the widths are searched.
    share = _share(lines)
    near = tuple((width - _SLACK) * share + _SLACK for width in _splits(measure.measured(text)))
    if all(lines(text, width * 10 - 0.1, 10.0) <= count for count, width in enumerate(near, 1)):
        return near
    words = re.split(r"(?<=[-–—])|\s+", plain(text))
    longest = max((_searched(word, 1, 0.0, lines) - _SLACK for word in words if word), default=0.0)
    return tuple(_searched(text, count, longest if count > 1 else 0.0, lines) for count in range(1, _MOST_LINES + 1))


@lru_cache(maxsize=16)
def _share(lines: Lines) -> float:
    """How much wider text is by this count than in Calibri."""
    sample = "Boxes and arrows stand on a grid, words beside them."
    return (_searched(sample, 1, 0.0, lines) - _SLACK) / measure.measured(sample).width


def _splits(text: measure.Measured) -> tuple[float, ...]:
    """The widths from where words begin and end: with one line more, the best place to begin the last line."""
    starts, ends = text.starts, text.ends
    if not ends:
        return (_SLACK,) * _MOST_LINES
    last = len(ends)
    upto = [end - starts[0] for end in ends]
    """The width up to each word, in so many lines."""
    found = [upto[-1] + _SLACK]
    for count in range(2, _MOST_LINES + 1):
        if count > last:
            found.append(found[-1])
            continue
        upto = [
            upto[word]
            if word + 1 < count
            else min(max(upto[before - 1], ends[word] - starts[before]) for before in range(count - 1, word + 1))
            for word in range(last)
        ]
        found.append(upto[-1] + _SLACK)
    return tuple(found)


def _searched(text: str, count: int, low: float, lines: Lines) -> float:
    """The least width, at least `low`, in which a text takes so many lines."""
    high = 1.05 * len(text) + 1
    if lines(text, low * 10, 10.0) <= count:
        return low + _SLACK
    while high - low > 0.04:
        middle = (low + high) / 2
        if lines(text, middle * 10, 10.0) <= count:
            high = middle
        else:
            low = middle
    return high + _SLACK


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


@dataclass(slots=True)
class _Sizes:
    """The widths of columns and of the channels around them, likewise the heights; one more channel than columns."""

    columns: list[float]
    column_gaps: list[float]
    rows: list[float]
    row_gaps: list[float]
    lines: list[int]
    """How many lines the text of each box takes."""

    @property
    def width(self) -> float:
        return sum(self.columns) + sum(self.column_gaps)

    @property
    def height(self) -> float:
        return sum(self.rows) + sum(self.row_gaps)


class _Plans:
    """The plans of a diagram, the row folded more and more; each is made when it is first asked for."""

    def __init__(self, diagram: Diagram, scale: float, lines: Lines) -> None:
        self._made: list[_Plan] = []
        self._more = (_Plan(diagram, cells, scale, lines) for cells in foldings(diagram))

    def __iter__(self) -> Iterator[_Plan]:
        yield from self._made
        for plan in self._more:
            self._made.append(plan)
            yield plan


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

    @cached_property
    def counts(self) -> dict[Channel, int]:
        """How many tracks a channel has, if any."""
        return {channel: max(tracks.values()) + 1 for channel, tracks in self.tracks.items()}

    @cached_property
    def steps(self) -> dict[Channel, float]:
        """How many steps the outermost port in a column or a row of boxes is from the middle of its side."""
        steps: dict[Channel, float] = {}
        for ((column, row), side, _), step in self.ports.items():
            key: Channel = ("column", column // 2) if side in ("north", "south") else ("row", row // 2)
            if abs(step) > steps.get(key, 0.0):
                steps[key] = abs(step)
        return steps

    @cached_property
    def texts(self) -> dict[str, tuple[float, ...]]:
        """The narrowest widths of the text of each box."""
        return {name: _narrowest(self.diagram.boxes[name].text, self.lines) for name in self.cells}

    @cached_property
    def labels(self) -> dict[int, tuple[float, ...]]:
        """The narrowest widths of the words on each arrow that has any."""
        return {way.index: _narrowest(way.arrow.text, self.lines) for way in self.ways if way.arrow.text}

    @property
    def highest(self) -> float:
        """The height up to which a diagram that runs down is not folded: that of a slide below its title."""
        return 190 * self.scale if self.diagram.direction == "down" else float("inf")

    def fitted(self, size: Size, width: float, height: float, *, open_up: bool = True) -> Arranged | None:
        """The diagram in a size of the text, or a larger one for the best, if it fits without breaking a word."""
        if not self.cells:
            return Arranged(0, 0, size[0] * self.scale, size[1] * self.scale, {}, ())
        kept: list[Arranged] = []
        for most, label_lines in self._manners(size, width):
            sizes = self._sizes(size, width, [most] * len(self.cells), label_lines)
            if sizes is None or sizes.height > height:
                continue
            if size == SIZES[0] and (made := self._larger(sizes, width, height, label_lines)) is not None:
                return made
            tries = _TRIES if open_up else 1
            made, calm = self._placed(sizes, size, height, open_up=open_up, tries=tries)
            if calm:
                return made
            if made is not None:
                kept.append(made)
            if len(kept) == tries:
                break
        return kept[0] if kept else None

    def _manners(self, size: Size, width: float) -> Iterator[tuple[int, int]]:
        """How many lines a box and how many a label may take, in the order in which it is tried."""
        points, edges = size[0] * self.scale, 2 * INSET * self.scale + _EDGE
        even = (width - 1.9 * _GAP * self.scale * (self.columns - 1)) / self.columns
        even = min(even, _WIDEST * self.scale)
        widest = [max(widths) * points + edges for widths in zip(*self.texts.values(), strict=True)]
        tried = set()
        for share in _SHARES:
            # The box with the most lines makes its row high; the others may take as many, which leaves room for arrows.
            most = next((n for n in range(1, _MOST_LINES) if widest[n - 1] <= even * share), _MOST_LINES)
            if most not in tried:
                tried.add(most)
                yield from ((most, label_lines) for label_lines in self.label_lines)

    @cached_property
    def label_lines(self) -> list[int]:
        """How many lines the words on arrows may take, as far as more make them narrower."""
        return [1, *(n + 1 for n in (1, 2) if any(w[n] < w[n - 1] for w in self.labels.values()))]

    def _larger(self, than: _Sizes, width: float, height: float, label_lines: int) -> Arranged | None:
        """The diagram in a larger text, if its boxes keep their lines; words on arrows may break once."""
        for size in LARGER:
            for count in self.label_lines:
                if label_lines <= count <= max(label_lines, 2):
                    sizes = self._sizes(size, width, than.lines, count)
                    if sizes is not None and sizes.height <= height:
                        made, calm = self._placed(sizes, size, height, tries=1)
                        if calm:
                            return made
        return None

    def forced(self, width: float) -> Arranged:
        """The diagram in the smallest text, with words broken where a column is narrower than its words."""
        size = SIZES[-1]
        columns, gaps = self._least_widths(size, [_MOST_LINES] * len(self.cells), 3)
        spare = width - sum(gaps)
        if spare < 0.6 * width:  # words on arrows may stand above the channel
            gaps = list(self.bare_gaps[0])
            share = min(0.4 * width / max(sum(gaps), 0.1), 1.0)
            gaps = [gap * share for gap in gaps]
            spare = width - sum(gaps)
        share = min(spare / max(sum(columns), 0.1), 1.0)
        sizes = self._with_rows([column * share for column in columns], gaps, size, 3)
        made, _ = self._placed(sizes, size, float("inf"), open_up=False)
        assert made is not None
        return made

    def _sizes(self, size: Size, width: float, most: Sequence[int], label_lines: int) -> _Sizes | None:
        """Columns that fill the width, rows as low as they can be; nothing if the columns do not fit."""
        columns, gaps = self._least_widths(size, most, label_lines)
        spare = width - sum(columns) - sum(gaps)
        if spare < 0:
            return None
        inner = gaps[1:-1]
        unit = max(size[0] / SIZES[0][0], 1.0) * self.scale
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
        points, edges = size[0] * self.scale, 2 * INSET * self.scale + _EDGE
        columns = list(self.ported[0])
        for (column, _), widths, count in zip(self.cells.values(), self.texts.values(), most, strict=True):
            if (need := widths[count - 1] * points + edges) > columns[column]:
                columns[column] = need
        gaps = list(self.bare_gaps[0])
        said = size[1] * self.scale
        for index, rest, widths in self.wishes[0]:
            gaps[index] = max(gaps[index], widths[label_lines - 1] * said + 2 + rest)
        return columns, gaps

    def _with_rows(self, columns: list[float], gaps: list[float], size: Size, label_lines: int) -> _Sizes:
        points, inset = size[0] * self.scale, INSET * self.scale
        rows = list(self.ported[1])
        lines = []
        for (name, (column, row)), widths in zip(self.cells.items(), self.texts.values(), strict=True):
            room = max(columns[column] - 2 * inset, 1.0)
            count = next((n for n, wide in enumerate(widths, 1) if wide * points <= room), 0)
            count = count or self.lines(self.diagram.boxes[name].text, room, points)
            # Without the slack it may be a line less; the row has room for both.
            lines.append(next((n for n, wide in enumerate(widths, 1) if (wide - _SLACK) * points <= room), count))
            rows[row] = max(rows[row], count * points * _LINE + 2 * inset)
        row_gaps = list(self.bare_gaps[1])
        high = label_lines * size[1] * self.scale * _LINE
        for index, rest, _ in self.wishes[1]:
            row_gaps[index] = max(row_gaps[index], high + rest)
        return _Sizes(columns, gaps, rows, row_gaps, lines)

    @cached_property
    def bare_gaps(self) -> tuple[list[float], list[float]]:
        """The channels between columns and between rows, as wide as their tracks ask for."""
        return self._bare_gaps("column", self.columns), self._bare_gaps("row", self.rows)

    def _bare_gaps(self, kind: Literal["column", "row"], last: int) -> list[float]:
        counts = [self.counts.get((kind, index), 0) for index in range(last + 1)]
        gaps = [max(_GAP, (count + 1) * _TRACK) * self.scale for count in counts]
        for index in (0, last):
            gaps[index] = (counts[index] * _TRACK + 2) * self.scale if counts[index] else 0.0
        return gaps

    @cached_property
    def ported(self) -> tuple[list[float], list[float]]:
        """What the ports on their sides ask of the widths of columns and the heights of rows."""
        steps = self.steps
        return (
            [(2 * steps.get(("column", c), 0.0) + 1) * 5.0 * self.scale for c in range(self.columns)],
            [(2 * steps.get(("row", r), 0.0) + 1) * 5.0 * self.scale for r in range(self.rows)],
        )

    @cached_property
    def wishes(self) -> tuple[list[tuple[int, float, tuple[float, ...]]], list[tuple[int, float, tuple[float, ...]]]]:
        """Channels that words want wide, the columns and the rows: what they want besides, and the words' widths."""
        columns: list[tuple[int, float, tuple[float, ...]]] = []
        rows: list[tuple[int, float, tuple[float, ...]]] = []
        for way in self.ways:
            if not way.arrow.text:
                continue
            words = self.labels[way.index]
            left, top, right, bottom = way.reach
            if way.straight:
                if right - left == 2:
                    count = self.counts.get(("column", left // 2 + 1), 0)
                    columns.append((left // 2 + 1, (10 + count * _TRACK) * self.scale, words))
                if bottom - top == 2:
                    rows.append((top // 2 + 1, 6 * self.scale, words))
                continue
            channels = [(level, line // 2) for level, line, _, _ in way.pieces if line % 2 == 0]
            if channels:  # beside a level piece, if there is one
                level, index = max(channels)
                count = self.counts["row" if level else "column", index]
                (rows if level else columns).append((index, (count * _TRACK + 10) * self.scale, words))
        return columns, rows

    @cached_property
    def ends(self) -> list[tuple[tuple[str, Side, float, float], tuple[str, Side, float, float]]]:
        """For both ends of each way: the box, its side, the port's step there, and the outermost step beside it."""
        return [(self._end(way, start=True), self._end(way, start=False)) for way in self.ways]

    def _end(self, way: Way, *, start: bool) -> tuple[str, Side, float, float]:
        port = port_of(way, start=start)
        (column, row), side, _ = port
        key: Channel = ("column", column // 2) if side in ("north", "south") else ("row", row // 2)
        name = way.arrow.start if start else way.arrow.end
        return name, side, self.ports[port], max(self.steps.get(key, 0.0), 0.5)

    @cached_property
    def leans(self) -> dict[Channel, int]:
        """Whether the tracks of a channel stand at its end (1), at its beginning (-1) or in its middle."""
        rights: dict[Channel, set[bool]] = {}
        for way in self.ways:
            if not way.arrow.text:
                continue
            right = (way.corners[-1 if way.at_start or way.alone else 0][0], not way.is_loop)
            for level, line, _, _ in way.pieces:
                if line % 2 == 0:
                    channel: Channel = ("row" if level else "column", line // 2)
                    rights.setdefault(channel, set()).add(level or (right[0] > line) != (not right[1]))
        return {
            channel: 0 if len(sides) == 2 else 1 if (True in sides) == (channel[0] == "row") else -1
            for channel, sides in rights.items()
        }

    def _placed(
        self, least: _Sizes, size: Size, height: float, *, open_up: bool = True, tries: int = _TRIES
    ) -> tuple[Arranged | None, bool]:
        """Everything in its place, if there is room, and whether no words lie on the line of another arrow.

        A channel grows as long as there is a label without a place, and a little for one that lies on a line.
        """
        row_gaps = list(least.row_gaps)
        kept: list[Arranged] = []
        for _ in range(3 * len(self.ways) + 4):
            sizes = _Sizes(least.columns, least.column_gaps, list(least.rows), list(row_gaps), least.lines)
            spare = height - sizes.height
            if spare < -0.01:
                break
            if open_up:
                self._open_up(sizes, size, spare)
            drawing = _Drawing(self, sizes, size)
            labels, wish = drawing.labels()
            if labels is not None:
                made = drawing.arranged(labels)
                if wish is None:
                    return made, True
                kept.append(made)
            if wish is None or len(kept) == tries:
                break
            row_gaps[wish[0]] += wish[1]
        return kept[0] if kept else None, False

    def _open_up(self, sizes: _Sizes, size: Size, spare: float) -> None:
        """Shares out the height that is left: wider channels, rows of one height, higher boxes."""
        inner = sizes.row_gaps[1:-1]
        unit = max(size[0] / SIZES[0][0], 1.0) * self.scale
        line = size[0] * self.scale * _LINE
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


# --- places -----------------------------------------------------------------------------------------------------


class _Drawing:
    """A plan with sizes: where everything is."""

    def __init__(self, plan: _Plan, sizes: _Sizes, size: Size) -> None:
        self.plan, self.sizes, self.scale = plan, sizes, plan.scale
        self.points, self.label_points = size[0] * plan.scale, size[1] * plan.scale
        self.width, self.height = sizes.width, sizes.height
        self.across = list(_starts(sizes.columns, sizes.column_gaps))
        self.down = list(_starts(sizes.rows, sizes.row_gaps))
        self.boxes = {
            name: (self.across[c][1], self.down[r][1], sizes.columns[c], sizes.rows[r])
            for name, (c, r) in plan.cells.items()
        }
        self.routes = [self._route(way, *ends) for way, ends in zip(plan.ways, plan.ends, strict=True)]

    def _route(
        self, way: Way, first: tuple[str, Side, float, float], last: tuple[str, Side, float, float]
    ) -> tuple[Point, ...]:
        """The corners of a way as points."""
        start, end = self._at(*first), self._at(*last)
        if way.straight:
            return start, end
        places = [
            ((start if index == 0 else end)[level] if line % 2 else self._track(level, line // 2, way.bundle))
            for index, (level, line, _, _) in enumerate(way.pieces)
        ]
        begin = way.pieces[0][0]
        corners = [
            (after, before) if (begin if index % 2 == 0 else not begin) else (before, after)
            for index, (before, after) in enumerate(pairwise(places))
        ]
        return start, *corners, end

    def _at(self, name: str, side: Side, step: float, widest: float) -> Point:
        """Where a way leaves a box or reaches it."""
        x, y, width, height = self.boxes[name]
        if side in ("north", "south"):
            step *= min(_TRACK * self.scale, (width / 2 - 2 * self.scale) / widest)
            return x + width / 2 + step, y if side == "north" else y + height
        step *= min(_TRACK * self.scale, (height / 2 - 2 * self.scale) / widest)
        return x if side == "west" else x + width, y + height / 2 + step

    def _track(self, level: bool, index: int, bundle: int) -> float:
        """Where a bundle runs in a channel."""
        channel: Channel = ("row" if level else "column", index)
        gaps, starts = (self.sizes.row_gaps, self.down) if level else (self.sizes.column_gaps, self.across)
        number, count = self.plan.tracks[channel][bundle], self.plan.counts[channel]
        begin, gap = starts[index][0], gaps[index]
        step = min(_TRACK * self.scale, gap / (count + 1))
        if index == 0:
            return begin + gap - step * (count - number)
        if index == len(gaps) - 1:
            return begin + step * (number + 1)
        free = gap - (count - 1) * step
        near = min(9 * self.scale, free / 2)  # words stand on the other side
        lean = self.plan.leans.get(channel, 0)
        first = free / 2 if lean == 0 else free - near if lean > 0 else near
        return begin + first + number * step

    def labels(self) -> tuple[dict[int, Rect] | None, tuple[int, float] | None]:
        """Places for all labels, unless one has none; and the row channel in which words want so much more room."""
        ways = [way for way in self.plan.ways if way.arrow.text]
        pieces = [
            (way.index, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            for way, route in zip(self.plan.ways, self.routes, strict=True)
            for (ax, ay), (bx, by) in pairwise(route)
        ]
        taken = list(self.boxes.values())
        placed: dict[int, Rect] = {}
        wish = None
        for way in sorted(ways, key=lambda way: (not way.straight, _span(self.routes[way.index]))):
            sizes = self._label_sizes(way)
            disturbed, found = self._best(way, sizes, taken, pieces)
            if disturbed >= _ON_A_LINE:
                wish = self._channel_for(way), sizes[-1][1] + _NEAR * self.scale
            found = found or self._anywhere(way, sizes, taken)
            if found is None:
                return None, wish
            taken.append(found)
            placed[way.index] = Rect(*found)
        return placed, wish

    def _label_sizes(self, way: Way) -> list[tuple[float, float]]:
        """Width and height in one, two and three lines; never wider than the diagram."""
        found: list[tuple[float, float]] = []
        for count, least in enumerate(self.plan.labels[way.index][:3], 1):
            wide = least * self.label_points * 1.02 + 2
            if wide > self.width:
                wide = self.width
                count = self.plan.lines(way.arrow.text, max(wide - 2, 1.0), self.label_points)
            if not found or wide < found[-1][0] - 1:
                found.append((wide, count * self.label_points * _LINE))
        return found

    def _best(
        self, way: Way, sizes: Sequence[tuple[float, float]], taken: Sequence[_Spot], pieces: Sequence[_Segment]
    ) -> tuple[float, _Spot | None]:
        """The free place beside or on a way that is least in the way of others, and how much it is."""
        best, least, found = float("inf"), float("inf"), None
        for extra, (wide, high) in enumerate(sizes):
            if 0.6 * extra - 0.2 >= best:  # no place in more lines costs less
                break
            for cost, left, top, x, y in self._places(way, wide, high, 0.6 * extra):
                if cost >= best:
                    break
                spot = left, top, wide, high
                if self._stands_free(spot, taken):
                    disturbed = _disturbs(way.index, spot, x, y, pieces)
                    if cost + disturbed < best:
                        best, least, found = cost + disturbed, disturbed, spot
        return least, found

    def _places(self, way: Way, wide: float, high: float, base: float) -> list[_Place]:
        """Places beside and on the pieces of a way, the best first: above, or to the right."""
        scale, near = self.scale, 1.5 * self.scale
        last_row = self.down[-1][0]
        found: list[_Place] = []
        for (ax, ay), (bx, by) in pairwise(self.routes[way.index]):
            level = abs(ay - by) < 0.01
            length = abs(ax - bx) + abs(ay - by)
            over = max(0.0, (wide + 6 * scale if level else high + 4 * scale) - length)
            cost = base + over / (9 * scale) + (0.0 if level else 0.4) - min(length / 2000, 0.2)
            for share, apart in _ALONG:
                x, y = ax + (bx - ax) * share, ay + (by - ay) * share
                if level:
                    left = x - wide / 2
                    above = 0.2 if y > last_row else 0.0  # under the last row
                    found.append((cost + apart + above, left, y - near - high, x, y))
                    found.append((cost + apart + 0.15, left, y + near, x, y))
                    found.append((cost + apart + 1.2, left, y - high / 2, x, y))
                else:
                    top = y - high / 2
                    found.append((cost + apart, x + 2 * near, top, x, y))
                    found.append((cost + apart + 0.15, x - 2 * near - wide, top, x, y))
                    found.append((cost + apart + 0.7, x - wide / 2, top, x, y))
        found.sort(key=_cost)
        return found

    def _stands_free(self, spot: _Spot, taken: Sequence[_Spot]) -> bool:
        left, top, wide, high = spot
        right, bottom = left + wide, top + high
        if left < -0.01 or top < -0.01 or right > self.width + 0.01 or bottom > self.height + 0.01:
            return False
        near = 0.75 * self.scale
        left, top, right, bottom = left - near, top - near, right + near, bottom + near
        for x, y, width, height in taken:
            if left < x + width and x < right and top < y + height and y < bottom:
                return False
        return True

    def _anywhere(self, way: Way, sizes: Sequence[tuple[float, float]], taken: Sequence[_Spot]) -> _Spot | None:
        """A free place in the channel nearest to the way, whatever runs there."""
        index = self._channel_for(way)
        begin, gap = self.down[index][0], self.sizes.row_gaps[index]
        x, _ = _halfway(self.routes[way.index])
        for wide, high in sizes:
            left = min(max(x - wide / 2, 0.0), self.width - wide)
            for step in range(int(max(gap - high, 0.0) / self.scale) + 1):
                spot = left, begin + step * self.scale, wide, high
                if self._stands_free(spot, taken):
                    return spot
        return None

    def _channel_for(self, way: Way) -> int:
        """The row channel in which the words of a way find room when there is none beside it."""
        for level, line, _, _ in way.pieces:
            if level and line % 2 == 0:
                return line // 2
        rows = sorted((way.corners[0][1] // 2, way.corners[-1][1] // 2))
        return rows[0] + 1 if rows[0] < rows[1] else rows[0]

    def arranged(self, labels: Mapping[int, Rect]) -> Arranged:
        arrows = tuple(
            Routed(way.arrow, way.start_side, way.end_side, route, labels.get(way.index))
            for way, route in zip(self.plan.ways, self.routes, strict=True)
        )
        boxes = {name: Rect(*spot) for name, spot in self.boxes.items()}
        return Arranged(self.width, self.height, self.points, self.label_points, boxes, arrows)


_ALONG = tuple((share, abs(share - 0.5) * 1.5) for share in (0.5, 0.35, 0.65, 0.2, 0.8))
"""Where along a piece words may stand, and what it costs."""
_ON_A_LINE = 3.0
"""What it costs that words lie on the line of another arrow."""
_cost = itemgetter(0)


def _disturbs(index: int, spot: _Spot, x: float, y: float, pieces: Sequence[_Segment]) -> float:
    """How much words are in the way of arrows, or beside a piece that is not theirs alone."""
    cost = 0.0
    left, top, wide, high = spot
    right, bottom = left + wide, top + high
    for other, low, upper, far, lower in pieces:
        if other == index:
            if low < right + 0.2 and left < far + 0.2 and upper < bottom + 0.2 and top < lower + 0.2:
                on_it = low < x + 0.1 and x < far + 0.1 and upper < y + 0.1 and y < lower + 0.1
                cost += 0.0 if on_it else 1.5
        elif low < right + 0.5 and left < far + 0.5 and upper < bottom + 0.5 and top < lower + 0.5:
            cost += _ON_A_LINE
        elif low < x + 0.1 and x < far + 0.1 and upper < y + 0.1 and y < lower + 0.1:
            cost += 2.5
    return cost


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
