"""The grid of a diagram: a cell for each box, a route for each arrow, and what shares a port or a track.

Odd numbers of the coarse grid are rows and columns of boxes, even numbers are the channels around them. Arrows of one
look that leave a box on one side, or reach it there, are a *bundle*: they share their port and their track. Everything
else in a channel has its own track. Nothing here has a size.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, permutations
from statistics import median_low
from typing import Literal

from blueprint.deck import Arrow, Diagram
from generator.decks.layout.geometry import Side

Cell = tuple[int, int]
"""A column and a row from 0; on the coarse grid, a place."""


# --- cells ------------------------------------------------------------------------------------------------------


def is_written(diagram: Diagram) -> bool:
    """True if the author gave any box a column or a row."""
    return any(box.column is not None or box.row is not None for box in diagram.boxes.values())


def foldings(diagram: Diagram) -> Iterator[dict[str, Cell]]:
    """The cell of each box (column and row, from 0), as written or along the arrows; then folded more and more."""
    cells = _written(diagram) if is_written(diagram) else _turned(_laid_out(diagram), diagram)
    lengthwise = _turned(cells, diagram)
    deep = max((along for along, _ in lengthwise.values()), default=0) + 1
    for length in dict.fromkeys(-(-deep // folds) for folds in range(1, deep + 1)):
        yield _turned(_folded(lengthwise, length), diagram)


def _turned(cells: Mapping[str, Cell], diagram: Diagram) -> dict[str, Cell]:
    """Cells as (along, across) from (column, row), and the other way around, in the order of the boxes."""
    down = diagram.direction == "down"
    return {name: cells[name][::-1] if down else cells[name] for name in diagram.boxes}


def _folded(cells: Mapping[str, Cell], length: int) -> dict[str, Cell]:
    """A long row as several, each read from where the one before it ended, as an ox plows."""
    across = max((a for _, a in cells.values()), default=0) + 1
    folded = {}
    for name, (along, place) in cells.items():
        turn, step = divmod(along, length)
        folded[name] = (length - 1 - step if turn % 2 else step, place + turn * across)
    return folded


def _laid_out(diagram: Diagram) -> dict[str, Cell]:
    """The cell of each box, (along, across): as far along as the longest path to it, beside the boxes that lead to it."""
    before = _before(diagram)
    depth: dict[str, int] = {}

    def of(name: str) -> int:
        if name not in depth:
            depth[name] = max((of(earlier) + 1 for earlier in before[name]), default=0)
        return depth[name]

    ranks: dict[int, list[str]] = defaultdict(list)
    for name in diagram.boxes:
        ranks[of(name)].append(name)
    most = max(map(len, ranks.values()), default=1)
    cells: dict[str, Cell] = {}
    for along, names in sorted(ranks.items()):
        middle = (most - 1) // 2
        wish = {n: median_low([cells[b][1] for b in before[n]]) if before[n] else middle for n in names}
        places: list[int] = []
        for wished, group in groupby(sorted(names, key=wish.__getitem__), key=wish.__getitem__):
            size = len(list(group))
            first = max(wished - (size - 1) // 2, places[-1] + 1 if places else 0)
            places += range(first, first + size)
        for index in range(len(places)):  # none beyond the last row
            places[-1 - index] = min(places[-1 - index], most - 1 - index)
        for name, place in zip(sorted(names, key=wish.__getitem__), places, strict=True):
            cells[name] = (along, place)
    return cells


def _before(diagram: Diagram) -> dict[str, list[str]]:
    """The boxes with an arrow to each box, without the arrows that close a ring."""
    after: dict[str, list[str]] = {name: [] for name in diagram.boxes}
    for arrow in diagram.arrows:
        after[arrow.start].append(arrow.end)
    reached = {end for ends in after.values() for end in ends}
    before: dict[str, list[str]] = {name: [] for name in diagram.boxes}
    done: set[str] = set()

    def follow(name: str, path: frozenset[str]) -> None:
        done.add(name)
        for end in after[name]:
            if end not in path:
                before[end].append(name)
                if end not in done:
                    follow(end, path | {end})

    for name in sorted(diagram.boxes, key=lambda name: name in reached):
        if name not in done:
            follow(name, frozenset({name}))
    return before


def _written(diagram: Diagram) -> dict[str, Cell]:
    """Cells as the author gave them; what is not given follows the arrows, and no two boxes share a cell."""
    all_given = all(box.column is not None and box.row is not None for box in diagram.boxes.values())
    laid_out = {} if all_given else _turned(_laid_out(diagram), diagram)
    down = diagram.direction == "down"
    cells: dict[str, Cell] = {}
    taken: set[Cell] = set()
    for name in sorted(diagram.boxes, key=lambda n: diagram.boxes[n].column is None or diagram.boxes[n].row is None):
        box = diagram.boxes[name]
        column = box.column - 1 if box.column is not None else laid_out[name][0] if not down or box.row else 0
        row = box.row - 1 if box.row is not None else laid_out[name][1] if down or box.column is None else 0
        across = box.row is not None and (box.column is None or down)
        while (column, row) in taken:
            column, row = (column + 1, row) if across else (column, row + 1)
        cells[name] = (column, row)
        taken.add((column, row))
    columns = {column: index for index, column in enumerate(sorted({c for c, _ in cells.values()}))}
    rows = {row: index for index, row in enumerate(sorted({r for _, r in cells.values()}))}
    return {name: (columns[cells[name][0]], rows[cells[name][1]]) for name in diagram.boxes}


# --- routes on the coarse grid ------------------------------------------------------------------------------------


Piece = tuple[bool, int, int, int]
"""A straight part of a route: True if it is level, the row or column it runs in, and its least and greatest place there."""


@dataclass(slots=True)
class Route:
    """The route of an arrow: its corners on the coarse grid, both boxes included."""

    index: int
    arrow: Arrow
    corners: tuple[Cell, ...]
    bundle: int = -1
    """The number of the arrow after which the bundle is named."""
    at_start: bool = False
    """True if the arrows of the bundle share their start; otherwise they share their end."""
    alone: bool = True
    start_side: Side = field(init=False)
    end_side: Side = field(init=False)
    pieces: tuple[Piece, ...] = field(init=False)
    reach: tuple[int, int, int, int] = field(init=False)
    """The least and the greatest column and row it comes to: left, top, right, bottom."""
    joins: bool = field(init=False)
    """True if it may share a track: an arrow with words must have a piece of its own beside which they stand."""

    def __post_init__(self) -> None:
        corners = self.corners
        self.start_side, self.end_side = _side(corners[0], corners[1]), _side(corners[-1], corners[-2])
        self.pieces = tuple(map(_piece, corners, corners[1:]))
        across, down = zip(*corners, strict=True)
        self.reach = min(across), min(down), max(across), max(down)
        self.joins = not self.arrow.text or self.straight or (len(corners) == 4 and self.start_side != self.end_side)

    @property
    def style(self) -> tuple[str, bool]:
        """Color and dashes: arrows that agree in them may run together."""
        return self.arrow.role, self.arrow.dashed

    @property
    def straight(self) -> bool:
        return len(self.corners) == 2

    @property
    def is_loop(self) -> bool:
        return self.corners[0] == self.corners[-1]

    def may_join(self, other: Route) -> bool:
        """True if two arrows of one look leave one side or reach one side, so that they may run together."""
        if not (self.joins and other.joins) or self.style != other.style:
            return False
        left = self.corners[0] == other.corners[0]
        reached = self.corners[-1] == other.corners[-1]
        if left and reached:
            return False
        return (left and self.start_side == other.start_side) or (reached and self.end_side == other.end_side)


def _side(here: Cell, there: Cell) -> Side:
    """The side of a box at `here` from which one goes to `there`."""
    if here[1] == there[1]:
        return "east" if there[0] > here[0] else "west"
    return "south" if there[1] > here[1] else "north"


def _piece(here: Cell, there: Cell) -> Piece:
    (ax, ay), (bx, by) = here, there
    if ay == by:
        return (True, ay, ax, bx) if ax < bx else (True, ay, bx, ax)
    return (False, ax, ay, by) if ay < by else (False, ax, by, ay)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def routes_of(diagram: Diagram, cells: Mapping[str, Cell]) -> list[Route]:
    """A route for each arrow, in their order; near boxes are joined first, for they have the fewest routes to choose from."""
    spot = {name: (2 * column + 1, 2 * row + 1) for name, (column, row) in cells.items()}
    taken = set(spot.values())
    size = (max((x for x, _ in taken), default=1) + 1, max((y for _, y in taken), default=1) + 1)
    arrows = diagram.arrows
    left = Counter((arrow.start, arrow.role, arrow.dashed) for arrow in arrows)
    reached = Counter((arrow.end, arrow.role, arrow.dashed) for arrow in arrows)

    def plainness(index: int) -> tuple[bool, int]:
        (ax, ay), (bx, by) = spot[arrows[index].start], spot[arrows[index].end]
        return ax != bx and ay != by, abs(ax - bx) + abs(ay - by)

    routes: list[Route] = []
    for index in sorted(range(len(arrows)), key=plainness):
        arrow = arrows[index]
        a, b = spot[arrow.start], spot[arrow.end]
        # Three or more arrows of one look that leave a box, or reach it, look best as a fan on one side.
        fan = left[arrow.start, arrow.role, arrow.dashed] > 2 or reached[arrow.end, arrow.role, arrow.dashed] > 2
        best, chosen = float("inf"), None
        for cost, corners in _by_cost(a, b, size, diagram.direction, fan):
            if cost >= best:
                break
            if not _free(corners, taken):
                continue
            route = Route(index, arrow, corners)
            extra = 0.0
            for other in routes:
                extra += _conflict(route, other)
            if cost + extra < best:
                best, chosen = cost + extra, route
            if not extra:
                break  # what follows costs as much before it is in anything's way
        assert chosen is not None  # the channels around every box are free
        routes.append(chosen)
    routes.sort(key=lambda route: route.index)
    _bundle(routes)
    return routes


def _by_cost(a: Cell, b: Cell, size: Cell, direction: str, fan: bool) -> Iterator[tuple[float, tuple[Cell, ...]]]:
    """Routes with their cost, the plainest first; nothing is plainer than a straight one, and often it will do."""
    if a != b and (a[0] == b[0] or a[1] == b[1]):
        yield _length_cost((a, b), size, direction, fan), (a, b)
    yield from sorted((_length_cost(corners, size, direction, fan), corners) for corners in _candidates(a, b))


def _candidates(a: Cell, b: Cell) -> Iterator[tuple[Cell, ...]]:
    """The routes with bends between two boxes."""
    (ax, ay), (bx, by) = a, b
    if a == b:
        yield from ((a, (x, ay), (x, y), (ax, y), a) for y in (ay - 1, ay + 1) for x in (ax + 1, ax - 1))
        return
    if ax != bx and ay != by:
        yield a, (bx, ay), b
        yield a, (ax, by), b
    if ay != by:
        yield from ((a, (x, ay), (x, by), b) for x in {ax - 1, ax + 1, bx - 1, bx + 1})
    if ax != bx:
        yield from ((a, (ax, y), (bx, y), b) for y in {ay - 1, ay + 1, by - 1, by + 1})
    for x in (bx - 1, bx + 1):
        yield from ((a, (ax, y), (x, y), (x, by), b) for y in (ay - 1, ay + 1))
    for x in (ax - 1, ax + 1):
        yield from ((a, (x, ay), (x, y), (bx, y), b) for y in (by - 1, by + 1))


def _free(corners: Sequence[Cell], taken: set[Cell]) -> bool:
    """True if nothing but the two ends stands in the way."""
    start, end, last = corners[0], corners[-1], len(corners) - 2
    for index in range(last + 1):
        level, line, low, high = _piece(corners[index], corners[index + 1])
        if line % 2:
            for at in range(low | 1, high + 1, 2):
                cell = (at, line) if level else (line, at)
                if cell in taken and cell != start and cell != end:
                    return False
        if 0 < index < last:
            for x, y in (start, end):
                if (y == line and low <= x <= high) if level else (x == line and low <= y <= high):
                    return False
    return True


def _length_cost(corners: Sequence[Cell], size: Cell, direction: str, fan: bool) -> float:
    """The cost of a route against the plainest: its bends, its length, its sides, and going around the whole diagram."""
    (sx, sy), (fx, fy), (lx, ly), (ex, ey) = corners[0], corners[1], corners[-2], corners[-1]
    top = min(sy, ey)
    length = outside = 0
    up = False
    px, py = sx, sy
    for x, y in corners[1:]:
        length += abs(x - px) + abs(y - py)
        outside += x == 0 or y == 0 or x == size[0] or y == size[1]
        up = up or y < top
        px, py = x, y
    rightward = direction == "right"
    axis = ((sy == fy) != rightward) + ((ly == ey) != rightward)
    away = ((ex - sx) * (fx - sx) < 0 or (ey - sy) * (fy - sy) < 0) + (
        (sx - ex) * (lx - ex) < 0 or (sy - ey) * (ly - ey) < 0
    )
    tree = fan and len(corners) == 4 and axis == 0 and (fx > sx if rightward else fy > sy)
    return (
        (len(corners) - 2)
        + 0.35 * length / 2
        + 0.4 * axis
        + 0.5 * away
        + 0.3 * outside
        + 0.1 * up
        - (1.2 if tree else 0)
    )


def _conflict(route: Route, other: Route) -> float:
    """The cost of two routes that are in each other's way: shared places, crossings."""
    left, top, right, bottom = route.reach
    first, upper, last, lower = other.reach
    if left > last or first > right or top > lower or upper > bottom:
        return 0.0
    mate = route.may_join(other)
    start, end = (route.corners[0], route.start_side), (route.corners[-1], route.end_side)
    others = (other.corners[0], other.start_side), (other.corners[-1], other.end_side)
    shared = start in others or end in others
    cost = 0.0 if mate or not shared else 2.0 if route.straight and other.straight else 0.6
    for level, line, low, high in route.pieces:
        for also, at, first, last in other.pieces:
            if also != level:
                if low < at < high and first < line < last:
                    cost += 0.3 if mate else 1.2
            elif line == at and not mate and low < last and first < high:
                cost += 0.3 if line % 2 == 0 else 0.1 if shared else 8.0
    return cost


def _bundle(routes: Sequence[Route]) -> None:
    """Joins arrows of one look that share a side, the largest bundles first; of two equal arrows only one joins."""
    groups: dict[tuple[object, ...], list[Route]] = defaultdict(list)
    seen: dict[tuple[Cell, Cell], int] = defaultdict(int)
    for route in routes:
        twin = seen[route.corners[0], route.corners[-1]]
        seen[route.corners[0], route.corners[-1]] += 1
        route.bundle = route.index
        if route.joins and not route.is_loop:
            groups["start", route.corners[0], route.start_side, route.style, twin].append(route)
            groups["end", route.corners[-1], route.end_side, route.style, twin].append(route)
    while groups:
        key = max(groups, key=lambda k: len(groups[k]))
        members = groups.pop(key)
        if len(members) < 2:
            return
        for route in members:
            route.bundle, route.at_start, route.alone = members[0].index, key[0] == "start", False
        for rest in groups.values():
            rest[:] = [route for route in rest if route.alone]


# --- ports and tracks -------------------------------------------------------------------------------------------

Port = tuple[Cell, Side, int]
"""A box, a side of it, and the bundle or (below 0) the arrow that has the port for itself."""


def port_of(route: Route, *, start: bool) -> Port:
    """The port at a route's start or end: the box, its side, and a number that is the bundle's where it is shared."""
    shared = not route.alone and route.at_start == start
    who = route.bundle if shared else -1 - 2 * route.index - (not start)
    return (route.corners[0], route.start_side, who) if start else (route.corners[-1], route.end_side, who)


def ports_of(routes: Sequence[Route]) -> dict[Port, float]:
    """The distance of each port from the middle of its side, in steps: what turns up stands above what goes straight."""
    turns: dict[Port, list[tuple[int, float]]] = defaultdict(list)
    for route in routes:
        for start, corners in ((True, route.corners), (False, route.corners[::-1])):
            turns[port_of(route, start=start)].append(_turn(corners, route))
    sides: dict[tuple[Cell, Side], list[Port]] = defaultdict(list)
    for port in turns:
        sides[port[:2]].append(port)
    steps: dict[Port, float] = {}
    for ports in sides.values():
        rank = {port: _rank(turns[port]) for port in ports}
        ports.sort(key=rank.__getitem__)
        straight = [port for port in ports if rank[port][0] == 0]
        first = ports.index(straight[0]) if straight else 0
        middle = first + (len(straight) - 1) / 2 if straight else (len(ports) - 1) / 2
        steps |= {port: index - middle for index, port in enumerate(ports)}
    return steps


def _turn(corners: Sequence[Cell], route: Route) -> tuple[int, float]:
    """The first turn of a route: -1 up or left, 0 straight on, 1 down or right; and an order among routes that turn alike."""
    (ax, ay), (bx, by) = corners[:2]
    if len(corners) == 2:
        forward = route.corners[1] > route.corners[0]
        return 0, (-1 if forward == (ay == by) else 1) * 1000.0 + route.index
    cx, cy = corners[2]
    turn = _sign(cy - by) if ay == by else _sign(cx - bx)
    return turn, turn * (100 * -(abs(bx - ax) + abs(by - ay)) + abs(cx - bx) + abs(cy - by))


def _rank(turns: Sequence[tuple[int, float]]) -> tuple[int, float, float]:
    """Straight ports are level with the port at their other end, so a bundle with a straight arrow counts as one."""
    if straight := [order for turn, order in turns if turn == 0]:
        return 0, straight[0], 0.0
    total = sum(turn for turn, _ in turns)
    return (_sign(total) or 1), sum(order for _, order in turns) / len(turns), 0.0


Channel = tuple[Literal["column", "row"], int]


@dataclass(slots=True)
class _Track:
    """One bundle in one channel: from where to where it runs, and where its routes leave to either side."""

    low: float
    high: float
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)

    def crossings(self, right: _Track) -> int:
        """The crossings of two tracks if the other lies to the right of this one (or below it); running over is worse."""
        crossed = [p for p in self.after if right.low < p < right.high]
        crossed += [p for p in right.before if self.low < p < self.high]
        over = sum(abs(p - q) < 0.01 for p in self.after for q in right.before)
        return len(crossed) + 3 * over


def tracks_of(routes: Sequence[Route], ports: Mapping[Port, float]) -> dict[Channel, dict[int, int]]:
    """The number of the track of each bundle in each channel, from the left or from above."""
    by_channel: dict[Channel, dict[int, _Track]] = defaultdict(dict)
    for route in routes:
        place = [(float(x), float(y)) for x, y in route.corners]
        out, into = ports[port_of(route, start=True)] / 50, ports[port_of(route, start=False)] / 50
        for step, ends in ((out, (0, 1)), (into, (-1, -2))):
            a, b = (route.corners[e] for e in ends)
            for end in ends:
                x, y = place[end]
                place[end] = (x, a[1] + step) if a[1] == b[1] else (a[0] + step, y)
        for index, (level, line, _, _) in enumerate(route.pieces):
            if line % 2:
                continue
            along, across = (0, 1) if level else (1, 0)
            low, high = sorted((place[index][along], place[index + 1][along]))
            track = by_channel["row" if level else "column", line // 2].setdefault(route.bundle, _Track(low, high))
            track.low, track.high = min(track.low, low), max(track.high, high)
            for corner, beyond in ((index, index - 1), (index + 1, index + 2)):
                side = track.after if route.corners[beyond][across] > line else track.before
                side.append(place[corner][along])
    return {channel: _stacked(tracks) for channel, tracks in by_channel.items()}


def _stacked(tracks: Mapping[int, _Track]) -> dict[int, int]:
    """Tracks in the order with the fewest crossings; those that never meet share a number."""
    order: list[int] = []
    if len(tracks) == 1:
        return dict.fromkeys(tracks, 0)
    if len(tracks) <= 4:
        order = list(min(permutations(tracks), key=lambda names: _crossings([tracks[n] for n in names])))
    else:
        for name in tracks:
            orders = [[*order[:i], name, *order[i:]] for i in range(len(order) + 1)]
            order = min(orders, key=lambda names: _crossings([tracks[n] for n in names]))
    numbers: dict[int, int] = {}
    for name in order:
        track = tracks[name]
        met = [n for other, n in numbers.items() if tracks[other].low <= track.high and track.low <= tracks[other].high]
        numbers[name] = max(met, default=-1) + 1
    return numbers


def _crossings(tracks: Sequence[_Track]) -> int:
    return sum(left.crossings(right) for i, left in enumerate(tracks) for right in tracks[i + 1 :])
