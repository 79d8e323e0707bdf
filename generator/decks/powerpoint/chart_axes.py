"""The plot area of a chart, about where it will stand, and the axes around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from blueprint.deck import Axis, Chart
from generator.decks.powerpoint.chart_scale import Scale, even_major_unit, number_format, scaling_xml
from generator.decks.powerpoint.chart_style import (
    NO_LINE,
    QUIET,
    TEXT,
    ChartFrame,
    ChartRect,
    rich_text,
    text_properties,
)
from generator.decks.powerpoint.chart_workbook import xml_text
from generator.decks.powerpoint.theme_colors import line


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart's plot: the series and axes as XML, and how many series its legend lists."""

    drawn: str
    listed: int
    """The number of series in the legend; one alone needs none."""
    unlisted: int = 0
    """The number of series before them that the legend leaves out."""
    layout: str = "<c:layout/>"


def fixed_layout(area: ChartRect, frame: ChartFrame) -> str:
    """The layout that holds the plot area to a place, for charts where the program would not leave it enough room.

    The area is given without its ticks, in shares of the chart.
    """
    wide, high = min(area.width / frame.width, 1), min(area.height / frame.height, 1)
    # A frame too small for all that stands around the plot still holds the plot.
    shares = (min(area.x / frame.width, 1 - wide), min(area.y / frame.height, 1 - high), wide, high)
    place = "".join(f'<c:{key} val="{share:.4f}"/>' for key, share in zip("xywh", shares, strict=True))
    modes = '<c:xMode val="edge"/><c:yMode val="edge"/>'
    return f'<c:layout><c:manualLayout><c:layoutTarget val="inner"/>{modes}{place}</c:manualLayout></c:layout>'


def plot_area(
    chart: Chart, frame: ChartFrame, left: float, below: float, right: float = 14, above: float = 8
) -> ChartRect:
    """About where the plot area is: the frame less the room of ticks (given), titles and legend."""
    left += frame.line + 10 if axis_title(chart.y) else 6
    below += frame.line + 10 if axis_title(chart.x) else 6
    if len(chart.series) > 1:
        keys = sum(frame.text(s.title) + frame.points * 3 for s in chart.series)
        above += math.ceil(keys / max(frame.width * 0.9, 1)) * frame.line + 8
    width, height = frame.width - left - right, frame.height - above - below
    return ChartRect(left, above, max(width, 20), max(height, 20))


def axis_title(axis: Axis) -> str:
    """The title of an axis with its unit: `Time (ms)`."""
    if axis.title and axis.unit:
        return f"{axis.title} ({axis.unit})"
    return axis.title or axis.unit


def category_axis(
    axis: Axis, frame: ChartFrame, *, turn: int = 0, size: float = 0, lying: bool = False, crosses: str = "min"
) -> str:
    """The axis with names, the first at the left or the top; where it crosses the values is where bars begin."""
    order = f'<c:orientation val="{"maxMin" if lying else "minMax"}"/>'
    labels = text_properties(size or frame.points, TEXT, f' rot="{turn * 60000}" vert="horz"')
    spine = line(QUIET, 0.75, alpha=70)
    return (
        f"<c:catAx>{_shared_axis(axis, frame, (1, 2), 'l' if lying else 'b', order, spine, labels, crosses)}"
        '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/>'
        '<c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def value_axis(
    axis: Axis, frame: ChartFrame, scale: Scale, scaling: str, place: str, *, crosses: str = "autoZero"
) -> str:
    """The axis of values across one with names; its grid is enough, it has no line of its own."""
    style = (NO_LINE, _number_properties(frame), crosses)
    # The low end of names that run from the top is the top, so the numbers stay beside their axis.
    inner = _shared_axis(
        axis, frame, (2, 1), place, scaling, *style, form=number_format(scale), grid=True, beside="nextTo"
    )
    apart = "" if scale.log else even_major_unit(scale, (scale.high, 0.5))
    return f'<c:valAx>{inner}<c:crossBetween val="between"/>{apart}</c:valAx>'


def point_axis(axis: Axis, frame: ChartFrame, scale: Scale, place: str, unit: str) -> str:
    """One of the two value axes of a scatter plot, at the left or below; `unit` is its `c:majorUnit`."""
    ids = (1, 2) if place == "b" else (2, 1)
    scaling, spine = scaling_xml(axis, scale, fixed=True), line(QUIET, 0.75, alpha=70)
    inner = _shared_axis(
        axis, frame, ids, place, scaling, spine, _number_properties(frame), "min", form=number_format(scale), grid=True
    )
    return f'<c:valAx>{inner}<c:crossBetween val="midCat"/>{unit}</c:valAx>'


def _number_properties(frame: ChartFrame) -> str:
    return text_properties(frame.points, QUIET, ' rot="0" vert="horz"')


def _shared_axis(
    axis: Axis,
    frame: ChartFrame,
    ids: tuple[int, int],
    place: str,
    scaling: str,
    spine: str,
    labels: str,
    crosses: str,
    *,
    form: str = "General",
    grid: bool = False,
    beside: str = "low",
) -> str:
    """The elements with which the XML of every axis begins, up to how the other axis crosses it."""
    sideways = ' rot="-5400000" vert="horz"' if place == "l" else ""
    words = rich_text([xml_text(axis_title(axis))], frame, QUIET, sideways)
    title = f'<c:title>{words}<c:overlay val="0"/></c:title>' if axis_title(axis) else ""
    lines = f"<c:majorGridlines><c:spPr>{line(QUIET, 0.5, alpha=25)}</c:spPr></c:majorGridlines>" if grid else ""
    return (
        f'<c:axId val="{ids[0]}"/><c:scaling>{scaling}</c:scaling><c:delete val="0"/><c:axPos val="{place}"/>'
        f'{lines}{title}<c:numFmt formatCode="{escape(form)}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{beside}"/><c:spPr>{spine}</c:spPr>{labels}'
        f'<c:crossAx val="{ids[1]}"/><c:crosses val="{crosses}"/>'
    )


def name_angle_and_size(names: Sequence[str], category_width: float, frame: ChartFrame) -> tuple[int, float]:
    """The angle (degrees) and type size (points) of the names below bars: as they are, smaller, or at a slant."""
    longest = max((frame.measured(name).longest_word() for name in names), default=0.0)
    room = category_width * 0.92 - 3
    if longest * frame.points <= room:
        return 0, frame.points
    if longest * 10 <= room:
        return 0, room / longest
    slanted = max(frame.text(name) for name in names) * 12 / frame.points * 0.71
    return (-45, min(frame.points, 12)) if slanted < frame.height * 0.35 else (0, 10)
