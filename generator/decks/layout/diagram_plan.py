"""A diagram before anything has a size: a cell for each box, a route for each arrow, and what these ask of the sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from blueprint.deck import Diagram
from generator.decks.layout.geometry import Side
from generator.decks.layout.routing import (
    Cell,
    Channel,
    Port,
    Route,
    port_of,
    ports_of,
    routes_of,
    tracks_of,
)
from generator.decks.layout.text_widths import Lines, narrowest_widths

Size = tuple[float, float]
"""The sizes of the text in boxes and on arrows, at scale 1."""
INSET = 4.0
"""The space between the edge of a box and its text, at scale 1."""
LINE_HEIGHT = 1.22
GAP, TRACK, NEAR = 16.0, 7.0, 2.0
"""At scale 1: the least room between boxes, between two tracks, and between a label and anything else."""


@dataclass(slots=True)
class DiagramSizes:
    """The widths of columns and of the channels around them, likewise the heights; one more channel than columns."""

    columns: list[float]
    column_gaps: list[float]
    rows: list[float]
    row_gaps: list[float]
    lines: list[int]
    """The number of lines of the text in each box."""

    @property
    def width(self) -> float:
        return sum(self.columns) + sum(self.column_gaps)

    @property
    def height(self) -> float:
        return sum(self.rows) + sum(self.row_gaps)


class DiagramPlan:
    """A diagram with a cell for each box and a route for each arrow, before anything has a size."""

    def __init__(self, diagram: Diagram, cells: Mapping[str, Cell], scale: float, lines: Lines) -> None:
        self.diagram, self.cells, self.scale, self.lines = diagram, cells, scale, lines
        self.columns = max((c for c, _ in cells.values()), default=-1) + 1
        self.rows = max((r for _, r in cells.values()), default=-1) + 1

    @cached_property
    def routes(self) -> list[Route]:
        """The route of each arrow, in their order."""
        return routes_of(self.diagram, self.cells)

    @cached_property
    def ports(self) -> dict[Port, float]:
        """The distance of each port from the middle of its side, in steps."""
        return ports_of(self.routes)

    @cached_property
    def tracks(self) -> dict[Channel, dict[int, int]]:
        """The track of each bundle in each channel it runs in, counted from 0."""
        return tracks_of(self.routes, self.ports)

    @cached_property
    def counts(self) -> dict[Channel, int]:
        """The number of tracks of each channel that has any."""
        return {channel: max(tracks.values()) + 1 for channel, tracks in self.tracks.items()}

    @cached_property
    def outermost_ports(self) -> dict[Channel, float]:
        """The steps from the middle of its side to the outermost port, for each column and row of boxes."""
        outermost: dict[Channel, float] = {}
        for ((column, row), side, _), step in self.ports.items():
            key: Channel = ("column", column // 2) if side in ("north", "south") else ("row", row // 2)
            if abs(step) > outermost.get(key, 0.0):
                outermost[key] = abs(step)
        return outermost

    @cached_property
    def box_widths(self) -> dict[str, tuple[float, ...]]:
        """The narrowest widths of the text of each box."""
        return {name: narrowest_widths(self.diagram.boxes[name].text, self.lines) for name in self.cells}

    @cached_property
    def label_widths(self) -> dict[int, tuple[float, ...]]:
        """The narrowest widths of the words on each arrow that has any."""
        return {
            route.index: narrowest_widths(route.arrow.text, self.lines) for route in self.routes if route.arrow.text
        }

    @property
    def highest(self) -> float:
        """The height up to which a diagram that runs down is not folded: that of a slide below its title."""
        return 190 * self.scale if self.diagram.direction == "down" else float("inf")

    @cached_property
    def label_lines(self) -> list[int]:
        """The numbers of lines that the words on arrows may take, as far as more make them narrower."""
        return [1, *(n + 1 for n in (1, 2) if any(w[n] < w[n - 1] for w in self.label_widths.values()))]

    @cached_property
    def bare_gaps(self) -> tuple[list[float], list[float]]:
        """The channels between columns and between rows, as wide as their tracks ask for."""
        return self._bare_gaps("column", self.columns), self._bare_gaps("row", self.rows)

    def _bare_gaps(self, kind: Literal["column", "row"], last: int) -> list[float]:
        counts = [self.counts.get((kind, index), 0) for index in range(last + 1)]
        gaps = [max(GAP, (count + 1) * TRACK) * self.scale for count in counts]
        for index in (0, last):
            gaps[index] = (counts[index] * TRACK + 2) * self.scale if counts[index] else 0.0
        return gaps

    @cached_property
    def least_sizes(self) -> tuple[list[float], list[float]]:
        """The least widths of columns and heights of rows, by the ports on the sides of their boxes."""
        outermost = self.outermost_ports
        return (
            [(2 * outermost.get(("column", c), 0.0) + 1) * 5.0 * self.scale for c in range(self.columns)],
            [(2 * outermost.get(("row", r), 0.0) + 1) * 5.0 * self.scale for r in range(self.rows)],
        )

    @cached_property
    def label_room(
        self,
    ) -> tuple[list[tuple[int, float, tuple[float, ...]]], list[tuple[int, float, tuple[float, ...]]]]:
        """The channels in which words stand, column channels and row channels.

        For each: its number, the room that is needed besides the words, and the words' widths in one line, two and so on.
        """
        columns: list[tuple[int, float, tuple[float, ...]]] = []
        rows: list[tuple[int, float, tuple[float, ...]]] = []
        for route in self.routes:
            if not route.arrow.text:
                continue
            words = self.label_widths[route.index]
            left, top, right, bottom = route.reach
            if route.straight:
                if right - left == 2:
                    count = self.counts.get(("column", left // 2 + 1), 0)
                    columns.append((left // 2 + 1, (10 + count * TRACK) * self.scale, words))
                if bottom - top == 2:
                    rows.append((top // 2 + 1, 6 * self.scale, words))
                continue
            channels = [(level, line // 2) for level, line, _, _ in route.pieces if line % 2 == 0]
            if channels:  # beside a level piece, if there is one
                level, index = max(channels)
                count = self.counts["row" if level else "column", index]
                (rows if level else columns).append((index, (count * TRACK + 10) * self.scale, words))
        return columns, rows

    @cached_property
    def ends(self) -> list[tuple[tuple[str, Side, float, float], tuple[str, Side, float, float]]]:
        """For both ends of each route: the box, its side, the port's step there, and the outermost step beside it."""
        return [(self._end(route, start=True), self._end(route, start=False)) for route in self.routes]

    def _end(self, route: Route, *, start: bool) -> tuple[str, Side, float, float]:
        port = port_of(route, start=start)
        (column, row), side, _ = port
        key: Channel = ("column", column // 2) if side in ("north", "south") else ("row", row // 2)
        name = route.arrow.start if start else route.arrow.end
        return name, side, self.ports[port], max(self.outermost_ports.get(key, 0.0), 0.5)

    @cached_property
    def leans(self) -> dict[Channel, int]:
        """For each channel with words, the place of its tracks: at its end (1), at its beginning (-1) or in its middle (0)."""
        rights: dict[Channel, set[bool]] = {}
        for route in self.routes:
            if not route.arrow.text:
                continue
            right = (route.corners[-1 if route.at_start or route.alone else 0][0], not route.is_loop)
            for level, line, _, _ in route.pieces:
                if line % 2 == 0:
                    channel: Channel = ("row" if level else "column", line // 2)
                    rights.setdefault(channel, set()).add(level or (right[0] > line) != (not right[1]))
        return {
            channel: 0 if len(sides) == 2 else 1 if (True in sides) == (channel[0] == "row") else -1
            for channel, sides in rights.items()
        }
