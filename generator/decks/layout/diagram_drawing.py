"""A diagram with sizes: the corners of every arrow, and a place for the words beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from blueprint.deck import Arrow
from generator.decks.layout.diagram_plan import LINE_HEIGHT, NEAR, TRACK, DiagramPlan, DiagramSizes, Size
from generator.decks.layout.geometry import Point, Rect, Side
from generator.decks.layout.routing import (
    Channel,
    Route,
)

_Spot = tuple[float, float, float, float]
"""Left, top, width and height; in the inner loops a `Rect` would be slow."""
_Segment = tuple[int, float, float, float, float]
"""The number of an arrow; left, top, right and bottom of a piece of it."""
_Place = tuple[float, float, float, float, float]
"""A place for words: its cost, its left and top, and the point of the arrow beside which they stand."""


@dataclass(frozen=True, slots=True)
class RoutedArrow:
    """An arrow with its route: level and upright pieces from a side of one box to a side of another."""

    arrow: Arrow
    start_side: Side
    end_side: Side
    points: tuple[Point, ...]
    label: Rect | None
    """The place of its words, off every box and every other label."""


@dataclass(frozen=True, slots=True)
class DiagramLayout:
    """A diagram with a place for everything; `points` are the sizes of the text in boxes and on arrows."""

    width: float
    height: float
    points: float
    label_points: float
    boxes: Mapping[str, Rect]
    arrows: tuple[RoutedArrow, ...]


class Drawing:
    """A plan with sizes: the places of its boxes, the corners of its arrows, and room for their labels."""

    def __init__(self, plan: DiagramPlan, sizes: DiagramSizes, size: Size) -> None:
        self.plan, self.sizes, self.scale = plan, sizes, plan.scale
        self.points, self.label_points = size[0] * plan.scale, size[1] * plan.scale
        self.width, self.height = sizes.width, sizes.height
        self.across = list(_starts(sizes.columns, sizes.column_gaps))
        self.down = list(_starts(sizes.rows, sizes.row_gaps))
        self.boxes = {
            name: (self.across[c][1], self.down[r][1], sizes.columns[c], sizes.rows[r])
            for name, (c, r) in plan.cells.items()
        }
        self.corners = [self._corners_of(route, *ends) for route, ends in zip(plan.routes, plan.ends, strict=True)]

    def _corners_of(
        self, route: Route, first: tuple[str, Side, float, float], last: tuple[str, Side, float, float]
    ) -> tuple[Point, ...]:
        """The corners of a route as points."""
        start, end = self._at(*first), self._at(*last)
        if route.straight:
            return start, end
        places = [
            ((start if index == 0 else end)[level] if line % 2 else self._track(level, line // 2, route.bundle))
            for index, (level, line, _, _) in enumerate(route.pieces)
        ]
        begin = route.pieces[0][0]
        corners = [
            (after, before) if (begin if index % 2 == 0 else not begin) else (before, after)
            for index, (before, after) in enumerate(pairwise(places))
        ]
        return start, *corners, end

    def _at(self, name: str, side: Side, step: float, widest: float) -> Point:
        """The point where a route leaves a box or reaches it."""
        x, y, width, height = self.boxes[name]
        if side in ("north", "south"):
            step *= min(TRACK * self.scale, (width / 2 - 2 * self.scale) / widest)
            return x + width / 2 + step, y if side == "north" else y + height
        step *= min(TRACK * self.scale, (height / 2 - 2 * self.scale) / widest)
        return x if side == "west" else x + width, y + height / 2 + step

    def _track(self, level: bool, index: int, bundle: int) -> float:
        """The place of a bundle's track in a channel."""
        channel: Channel = ("row" if level else "column", index)
        gaps, starts = (self.sizes.row_gaps, self.down) if level else (self.sizes.column_gaps, self.across)
        number, count = self.plan.tracks[channel][bundle], self.plan.counts[channel]
        begin, gap = starts[index][0], gaps[index]
        step = min(TRACK * self.scale, gap / (count + 1))
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
        routes = [route for route in self.plan.routes if route.arrow.text]
        pieces = [
            (route.index, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            for route, corners in zip(self.plan.routes, self.corners, strict=True)
            for (ax, ay), (bx, by) in pairwise(corners)
        ]
        taken = list(self.boxes.values())
        placed: dict[int, Rect] = {}
        wish = None
        for route in sorted(routes, key=lambda route: (not route.straight, _length_of(self.corners[route.index]))):
            sizes = self._label_sizes(route)
            disturbed, spot = self._best(route, sizes, taken, pieces)
            if disturbed >= _ON_A_LINE:
                wish = self._channel_for(route), sizes[-1][1] + NEAR * self.scale
            spot = spot or self._anywhere(route, sizes, taken)
            if spot is None:
                return None, wish
            taken.append(spot)
            placed[route.index] = Rect(*spot)
        return placed, wish

    def _label_sizes(self, route: Route) -> list[tuple[float, float]]:
        """The width and height of a label in one, two and three lines; never wider than the diagram."""
        sizes: list[tuple[float, float]] = []
        for count, least in enumerate(self.plan.label_widths[route.index][:3], 1):
            wide = least * self.label_points * 1.02 + 2
            if wide > self.width:
                wide = self.width
                count = self.plan.lines(route.arrow.text, max(wide - 2, 1.0), self.label_points)
            if not sizes or wide < sizes[-1][0] - 1:
                sizes.append((wide, count * self.label_points * LINE_HEIGHT))
        return sizes

    def _best(
        self, route: Route, sizes: Sequence[tuple[float, float]], taken: Sequence[_Spot], pieces: Sequence[_Segment]
    ) -> tuple[float, _Spot | None]:
        """The free place beside or on a route that is least in the way of others, and how much it is."""
        best, least, chosen = float("inf"), float("inf"), None
        for extra, (wide, high) in enumerate(sizes):
            if 0.6 * extra - 0.2 >= best:  # no place in more lines costs less
                break
            for cost, left, top, x, y in self._places(route, wide, high, 0.6 * extra):
                if cost >= best:
                    break
                spot = left, top, wide, high
                if self._stands_free(spot, taken):
                    disturbed = _disturbs(route.index, spot, x, y, pieces)
                    if cost + disturbed < best:
                        best, least, chosen = cost + disturbed, disturbed, spot
        return least, chosen

    def _places(self, route: Route, wide: float, high: float, base: float) -> list[_Place]:
        """Places beside and on the pieces of a route, the best first: above, or to the right."""
        scale, near = self.scale, 1.5 * self.scale
        last_row = self.down[-1][0]
        places: list[_Place] = []
        for (ax, ay), (bx, by) in pairwise(self.corners[route.index]):
            level = abs(ay - by) < 0.01
            length = abs(ax - bx) + abs(ay - by)
            over = max(0.0, (wide + 6 * scale if level else high + 4 * scale) - length)
            cost = base + over / (9 * scale) + (0.0 if level else 0.4) - min(length / 2000, 0.2)
            for share, apart in _ALONG:
                x, y = ax + (bx - ax) * share, ay + (by - ay) * share
                if level:
                    left = x - wide / 2
                    above = 0.2 if y > last_row else 0.0  # under the last row
                    places.append((cost + apart + above, left, y - near - high, x, y))
                    places.append((cost + apart + 0.15, left, y + near, x, y))
                    places.append((cost + apart + 1.2, left, y - high / 2, x, y))
                else:
                    top = y - high / 2
                    places.append((cost + apart, x + 2 * near, top, x, y))
                    places.append((cost + apart + 0.15, x - 2 * near - wide, top, x, y))
                    places.append((cost + apart + 0.7, x - wide / 2, top, x, y))
        places.sort(key=_cost)
        return places

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

    def _anywhere(self, route: Route, sizes: Sequence[tuple[float, float]], taken: Sequence[_Spot]) -> _Spot | None:
        """A free place in the channel nearest to the route, whatever runs there."""
        index = self._channel_for(route)
        begin, gap = self.down[index][0], self.sizes.row_gaps[index]
        x, _ = _halfway(self.corners[route.index])
        for wide, high in sizes:
            left = min(max(x - wide / 2, 0.0), self.width - wide)
            for step in range(int(max(gap - high, 0.0) / self.scale) + 1):
                spot = left, begin + step * self.scale, wide, high
                if self._stands_free(spot, taken):
                    return spot
        return None

    def _channel_for(self, route: Route) -> int:
        """The row channel in which the words of a route find room when there is none beside it."""
        for level, line, _, _ in route.pieces:
            if level and line % 2 == 0:
                return line // 2
        rows = sorted((route.corners[0][1] // 2, route.corners[-1][1] // 2))
        return rows[0] + 1 if rows[0] < rows[1] else rows[0]

    def layout(self, labels: Mapping[int, Rect]) -> DiagramLayout:
        """The drawing with labels at these places, by the numbers of their arrows."""
        arrows = tuple(
            RoutedArrow(route.arrow, route.start_side, route.end_side, corners, labels.get(route.index))
            for route, corners in zip(self.plan.routes, self.corners, strict=True)
        )
        boxes = {name: Rect(*spot) for name, spot in self.boxes.items()}
        return DiagramLayout(self.width, self.height, self.points, self.label_points, boxes, arrows)


_ALONG = tuple((share, abs(share - 0.5) * 1.5) for share in (0.5, 0.35, 0.65, 0.2, 0.8))
"""The places along a piece at which words may stand, from 0 to 1, and the cost of each."""
_ON_A_LINE = 3.0
"""The cost of words that lie on the line of another arrow."""
_cost = itemgetter(0)


def _disturbs(index: int, spot: _Spot, x: float, y: float, pieces: Sequence[_Segment]) -> float:
    """The cost of words that are in the way of arrows, or beside a piece that is not theirs alone."""
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
    """The places where each channel and the row or column after it begin; after the last channel, its end."""
    at = 0.0
    for gap, size in zip(gaps, [*sizes, 0.0], strict=True):
        yield at, at + gap
        at += gap + size


def _length_of(corners: Sequence[Point]) -> float:
    return sum(abs(ax - bx) + abs(ay - by) for (ax, ay), (bx, by) in pairwise(corners))


def _halfway(corners: Sequence[Point]) -> Point:
    left = _length_of(corners) / 2
    for (ax, ay), (bx, by) in pairwise(corners):
        length = abs(ax - bx) + abs(ay - by)
        if left <= length and length:
            share = left / length
            return ax + (bx - ax) * share, ay + (by - ay) * share
        left -= length
    return corners[-1]
