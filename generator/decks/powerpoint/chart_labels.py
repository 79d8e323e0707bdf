"""The words beside points of a chart, each on the side where it is least in the way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap

from blueprint.deck import Chart, Series
from generator.decks.powerpoint.chart_style import (
    NO_LEADERS,
    NO_LINE,
    TEXT,
    ChartFrame,
    ChartRect,
    moved_by,
    rich_text,
    text_properties,
    value_shown_at,
)
from generator.text.inline import plain

_LETTERS_PER_LINE = 26
"""The most letters in a line of a point's label."""


def _label_lines(label: str) -> list[str]:
    """A label's text, broken into lines."""
    return wrap(plain(label), _LETTERS_PER_LINE) or [""]


def label_sides(
    chart: Chart,
    frame: ChartFrame,
    area: ChartRect,
    at: Sequence[Sequence[tuple[float, float]]],
    *,
    lines: bool,
    lines_drawn: Sequence[Sequence[tuple[float, float]]] = (),
    labels_drawn: Sequence[ChartRect] = (),
) -> list[list[str]]:
    """For each point of each series, the side its label stands on: off other labels, points, lines and the edge.

    `at` are the points in the frame; `lines_drawn` are further lines and `labels_drawn` further labels in the way.
    """
    dots = [point for points in at for point in points]
    drawn = [step for corners in (*(at if lines else ()), *lines_drawn) for step in _points_along(corners)]
    whole = ChartRect(0, 0, frame.width, frame.height)
    inner = ChartRect(area.x, area.y - 10, frame.width - area.x, area.height + 10)
    taken = list(labels_drawn)
    places: list[list[str]] = []
    for series, points in zip(chart.series, at, strict=True):
        chosen: list[str] = []
        for (x, y), label in zip(points, series.labels, strict=False):
            if not label:
                chosen.append("r")
                continue
            sides = _SIDES if x < area.x + area.width * 0.6 else _SIDES[::-1]
            boxes = {side: label_box(x, y, side, _label_lines(label), frame) for side in sides}
            costs = {
                side: (box.width * box.height - box.over(whole)) * 4
                + (box.width * box.height - box.over(inner)) * 0.7
                + sum(box.over(other) for other in taken) * 3
                + box.held(dots) * 90
                + box.held(drawn) * 30
                + (9 if len(side) > 1 else 0)
                for side, box in boxes.items()
            }
            chosen.append(min(costs, key=costs.__getitem__))
            taken.append(boxes[chosen[-1]])
        places.append(chosen)
    return places


def _points_along(corners: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Places along a line through corners, some six points apart."""
    for (ax, ay), (bx, by) in pairwise(corners):
        count = max(int(math.hypot(bx - ax, by - ay) / 6), 1)
        yield from ((ax + (bx - ax) * i / count, ay + (by - ay) * i / count) for i in range(count + 1))


_SIDES = ("r", "rt", "rb", "tr", "br", "t", "b", "bl", "tl", "lb", "lt", "l")
"""The sides of a point on which a label may stand: right, top, bottom, left; a second letter is where it is moved to."""


def label_box(x: float, y: float, side: str, lines: Sequence[str], frame: ChartFrame) -> ChartRect:
    """The rectangle of a label at a side of a point."""
    width, height = _extent(lines, frame)
    across, down = _shift(side, width, height)
    left = {"r": x + 5, "l": x - 5 - width}.get(side[0], x - width / 2)
    top = {"t": y - 5 - height, "b": y + 5}.get(side[0], y - height / 2)
    return ChartRect(left + across, top + down, width, height)


def _extent(lines: Sequence[str], frame: ChartFrame) -> tuple[float, float]:
    return max(frame.text(line) for line in lines) + 6, len(lines) * frame.line + 2


def _shift(side: str, width: float, height: float) -> tuple[float, float]:
    """The distance, right and down, by which a label moves along its side."""
    to = side[1:]
    return {"l": -width / 2, "r": width / 2}.get(to, 0.0), {"t": -height / 2, "b": height / 2}.get(to, 0.0)


def point_labels(series: Series, places: Sequence[str], frame: ChartFrame) -> str:
    """The XML of the labels beside a series' points, each on the side chosen for it."""
    labels = "".join(
        f'<c:dLbl><c:idx val="{index}"/>{label_xml(label, side, frame)}</c:dLbl>'
        for index, (label, side) in enumerate(zip(series.labels, places, strict=False))
        if label
    )
    return labels_xml(labels)


def label_xml(label: str, side: str, frame: ChartFrame, color: str = TEXT) -> str:
    lines = _label_lines(label)
    moved = moved_by(*_shift(side, *_extent(lines, frame)), frame) if len(side) > 1 else ""
    written = [escape(line, quote=False) for line in lines]
    return (
        f"{moved}{rich_text(written, frame, color, _ONE_LINE)}<c:spPr><a:noFill/>{NO_LINE}</c:spPr>"
        f"{text_properties(frame.points, color, _ONE_LINE)}{value_shown_at(side[0])}"
    )


_ONE_LINE = ' wrap="none"'
"""PowerPoint folds a label at a fifth of the chart unless told not to."""


def labels_xml(labels: str) -> str:
    """The labels of a series: those of some points as given, none at the others."""
    keys = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
    off = "".join(f'<c:{key} val="0"/>' for key in keys)
    return f"<c:dLbls>{labels}{off}{NO_LEADERS}</c:dLbls>" if labels else ""
