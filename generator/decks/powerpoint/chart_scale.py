"""The scales of a chart's axes: where each begins and ends, its ticks, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from blueprint.deck import Axis
from generator.decks.layout.chart_values import round_step
from generator.decks.powerpoint.chart_workbook import decimal_of


@dataclass(frozen=True, slots=True)
class Scale:
    """The values at which an axis begins and ends, and whether it is logarithmic."""

    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """The place of a value along the axis: 0 at its beginning, 1 at its end."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(max(value, low / 1e3))
        return (value - low) / (high - low)

    def value(self, share: float) -> float:
        """The value at a place along the axis, from 0 to 1."""
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + (self.high - self.low) * share


def scale_of(axis: Axis, values: Sequence[float], *, bars: bool = False, room: bool = False) -> Scale:
    """The scale of an axis: its own limits, round ones where it has none.

    Bars begin at 0, on a log axis below the shortest.

    With `room` the highest value is not at the end, so that a word fits beside it.
    """
    low, high = (None if v is None else float(v) for v in (axis.low, axis.high))
    if axis.log:
        above = [v for v in values if v > 0] or [1.0]
        if low is None or low <= 0:
            least = math.log10(min(above))
            low = 10.0 ** math.floor(least - (0.1 * (math.log10(max(above)) - least) + 0.05 if bars else 0))
        if high is None or high <= low:
            high = max(10.0 ** math.ceil(math.log10(max(above)) - 1e-9), low * 10)
        return Scale(low, high, log=True)
    least, most = min(values, default=0.0), max(values, default=1.0)
    if low is None and least >= 0 and (bars or least < 0.5 * most):
        least = low = 0.0
    if bars:
        most = max(most, 0.0)
    step = round_step(most - least)
    low = math.floor(least / step + 1e-9) * step if low is None else low
    high = math.ceil(most / step - 1e-9 + (0.3 if room else 0)) * step if high is None else high
    return Scale(low, high if high > low else low + 1)


def number_format(scale: Scale) -> str:
    """The number format of an axis's ticks: thousands apart, long powers of ten as such, no more decimals than needed."""
    if scale.log:
        return "[>=10000000]0E+0;[>=1000]#,##0;General"
    return "#,##0" if max(abs(scale.low), abs(scale.high)) >= 1000 else "General"


def tick_text(value: float) -> str:
    """A tick's text, about as PowerPoint will write it; to measure it by."""
    return f"{value:.0e}" if value >= 1e7 else f"{value:,.0f}" if value >= 1000 else f"{value:.6g}"


def scaling_xml(axis: Axis, scale: Scale, *, fixed: bool, longer: bool = False) -> str:
    """The scaling of an axis as XML, with the limits that the axis gives.

    `fixed` writes those of the scale too; without it PowerPoint chooses them, and follows edited data.
    """
    fixed = fixed or scale.log
    base = '<c:logBase val="10"/>' if scale.log else ""
    high = f'<c:max val="{decimal_of(scale.high):f}"/>' if fixed or longer or axis.high is not None else ""
    low = f'<c:min val="{decimal_of(scale.low):f}"/>' if fixed or axis.low is not None or scale.low == 0 else ""
    return f'{base}<c:orientation val="minMax"/>{high}{low}'


def major_unit(scale: Scale, length: float, label: float, values: Iterable[float | Decimal] = ()) -> str:
    """The distance of ticks as XML: some five, at whole numbers where values are; fewer decades where labels need room."""
    if not scale.log:
        return even_major_unit(scale, values)
    every = math.ceil(math.log10(scale.high / scale.low) * label / max(length, 1))
    return f'<c:majorUnit val="{10**every}"/>'


def even_major_unit(scale: Scale, values: Iterable[float | Decimal] = ()) -> str:
    """The distance of ticks on an axis that is not logarithmic, as XML; whole if all values are."""
    step = round_step(scale.high - scale.low)
    if all(value == int(value) for value in values):
        step = max(math.ceil(step), 1)
    return f'<c:majorUnit val="{decimal_of(step):f}"/>'
