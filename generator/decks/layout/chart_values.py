"""What a chart's numbers say before anything is drawn, for every writer: where bars end, round steps, which axis is whose."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from blueprint.deck import Chart


def with_value_axis(chart: Chart) -> Chart:
    """The chart with the axis of its values along its bars: it may be given as y whichever way they lie."""
    if chart.horizontal and not (chart.x.title or chart.x.unit):
        return replace(chart, x=chart.y, y=chart.x)
    return chart


def bar_ends(chart: Chart) -> Iterator[Decimal]:
    """The values at which bars end; a stack ends at the sum above 0 and at the sum below."""
    if chart.kind == "bar":
        yield from (value for series in chart.series for value in series.values)
        return
    for index in range(len(chart.categories)):
        values = [series.values[index] for series in chart.series if index < len(series.values)]
        yield sum((v for v in values if v > 0), Decimal(0))
        if any(v < 0 for v in values):
            yield sum((v for v in values if v < 0), Decimal(0))


def round_step(span: float) -> float:
    """About a fifth of a span, rounded up to 1, 2, 2.5 or 5 times a power of ten.

    >>> round_step(9)
    2.0
    """
    raw = span / 5 if span > 0 else 1.0
    base = 10.0 ** math.floor(math.log10(raw))
    return next(base * by for by in (1, 2, 2.5, 5, 10) if base * by >= raw * 0.999)
