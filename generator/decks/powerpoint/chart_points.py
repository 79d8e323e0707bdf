"""Line charts, scatter plots and rooflines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from blueprint.deck import Chart, Series
from generator.decks.powerpoint.chart_axes import (
    Plot,
    axis_title,
    category_axis,
    name_angle_and_size,
    plot_area,
    point_axis,
    value_axis,
)
from generator.decks.powerpoint.chart_labels import label_box, label_sides, label_xml, labels_xml, point_labels
from generator.decks.powerpoint.chart_scale import Scale, major_unit, scale_of, scaling_xml, tick_text
from generator.decks.powerpoint.chart_style import QUIET, TEXT, ChartFrame, ChartRect, styled_series
from generator.decks.powerpoint.chart_workbook import Sheet, decimal_of
from generator.decks.powerpoint.theme_colors import line

_MOST_MARKERS = 24
"""The most points of a line that has markers."""


def category_lines(chart: Chart, frame: ChartFrame, sheet: Sheet) -> Plot:
    """The plot of lines over categories, a value of each line at each."""
    scale = scale_of(chart.y, [float(v) for s in chart.series for v in s.values])
    ticks = max(frame.text(tick_text(scale.low)), frame.text(tick_text(scale.high)))
    area = plot_area(chart, frame, ticks + 6, frame.line + 4)
    category_width = area.width / len(chart.categories)
    turn, size = name_angle_and_size(chart.categories, category_width, frame)
    names = sheet.add(chart.x.title, chart.categories)
    marked = len(chart.categories) <= _MOST_MARKERS
    at = [
        [
            (area.x + category_width * (i + 0.5), area.y + (1 - scale.share(float(v))) * area.height)
            for i, v in enumerate(s.values)
        ]
        for s in chart.series
    ]
    places = label_sides(chart, frame, area, at, lines=True)
    drawn = "".join(
        f'<c:ser><c:idx val="{style.index}"/><c:order val="{style.index}"/><c:tx>{sheet.heading(column)}</c:tx>'
        f"{style.stroke(True, marked)}{style.marker(7 if marked else 0)}{point_labels(series, places[style.index], frame)}"
        f'<c:cat>{sheet.data(names)}</c:cat><c:val>{sheet.data(column)}</c:val><c:smooth val="0"/></c:ser>'
        for series, style in styled_series(chart)
        for column in [sheet.add(series.title, series.values)]
    )
    return Plot(
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{drawn}<c:marker val="1"/>'
        '<c:axId val="1"/><c:axId val="2"/></c:lineChart>'
        + category_axis(chart.x, frame, turn=turn, size=size)
        + value_axis(chart.y, frame, scale, scaling_xml(chart.y, scale, fixed=True), "l"),
        len(chart.series),
    )


def point_plot(chart: Chart, frame: ChartFrame, sheet: Sheet) -> Plot:
    """The plot of a scatter chart, of lines through points, or of points under a roof."""
    given = [_pairs(series) for series in chart.series]
    x, y = _scales(chart, given)
    ticks = max(frame.text(tick_text(y.low)), frame.text(tick_text(y.high)))
    area = plot_area(chart, frame, ticks + 6, frame.line + 4, max(14, frame.text(tick_text(x.high)) / 2 + 4))

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return area.x + x.share(point[0]) * area.width, area.y + (1 - y.share(point[1])) * area.height

    at = [[place((float(a), float(b))) for a, b in pairs] for pairs in given]
    roof = _roof_lines(chart, x, y, area, frame) if chart.kind == "roofline" else []
    lines = chart.kind == "line"
    roof_drawn = [[place(p) for p in piece.corners] for piece in roof]
    roof_labels = [label_box(*p[r.corner], r.side, [r.label], frame) for p, r in zip(roof_drawn, roof, strict=True)]
    places = label_sides(chart, frame, area, at, lines=lines, lines_drawn=roof_drawn, labels_drawn=roof_labels)
    drawn = "".join(_roof_series(index, piece, frame, sheet) for index, piece in enumerate(roof))
    for (series, style), pairs in zip(styled_series(chart), given, strict=True):
        marked = not lines or len(pairs) <= _MOST_MARKERS
        column = sheet.add(axis_title(chart.x), [a for a, _ in pairs])
        sheet.add(series.title, [b for _, b in pairs])
        if series.labels:
            sheet.add("", series.labels)
        drawn += _series(
            style.index + len(roof),
            f"{style.stroke(lines, marked)}{style.marker((7 if lines else 10) if marked else 0)}"
            f"{point_labels(series, places[style.index], frame)}",
            column,
            sheet,
        )
    return Plot(
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{drawn}'
        '<c:axId val="1"/><c:axId val="2"/></c:scatterChart>'
        + point_axis(
            chart.x,
            frame,
            x,
            "b",
            major_unit(x, area.width, frame.text(tick_text(x.high)) + 12, [p[0] for pairs in given for p in pairs]),
        )
        + point_axis(
            chart.y,
            frame,
            y,
            "l",
            major_unit(y, area.height, frame.points * 1.6, [p[1] for pairs in given for p in pairs]),
        ),
        len(chart.series),
        unlisted=len(roof),
    )


def _pairs(series: Series) -> list[tuple[Decimal, Decimal]]:
    """The points of a series, (x, y); values alone stand at 1, 2, 3."""
    if series.points:
        return [(point[0], point[1]) for point in series.points]
    return [(Decimal(i), value) for i, value in enumerate(series.values, 1)]


def _scales(chart: Chart, given: Sequence[Sequence[tuple[Decimal, Decimal]]]) -> tuple[Scale, Scale]:
    xs, ys = ([float(pair[i]) for pairs in given for pair in pairs] for i in (0, 1))
    if chart.kind == "roofline" and chart.peak and chart.bandwidth:
        ridge = float(chart.peak / chart.bandwidth)
        xs += [ridge / 10, ridge * 10]
        ys += [float(chart.peak) * 1.2, float(chart.peak) / 10]
    room = any(label for series in chart.series for label in series.labels)
    return scale_of(chart.x, xs, room=room), scale_of(chart.y, ys, room=room)


@dataclass(frozen=True, slots=True)
class _RoofLine:
    """A line of a roofline: its corners in the chart's values, and the label at one of them."""

    title: str
    corners: Sequence[tuple[float, float]]
    line: str
    label: str
    corner: int
    side: str
    color: str


def _roof_lines(chart: Chart, x: Scale, y: Scale, area: ChartRect, frame: ChartFrame) -> list[_RoofLine]:
    """The two lines of a roofline: the slope and flat roof with its peak, and the drop at the ridge where they meet."""
    if not chart.peak or not chart.bandwidth:
        return []
    peak, bandwidth = float(chart.peak), float(chart.bandwidth)
    ridge = peak / bandwidth
    start = min(max(x.low, y.low / bandwidth), ridge)
    peak_label = f"peak {peak:,g}"
    end = max(x.high, ridge)
    middle = max(x.value(1 - (frame.text(peak_label) / 2 + 4) / area.width), ridge)
    top = "t" if y.share(peak) < 1 - (frame.points * 1.5) / area.height else "b"
    roof = _RoofLine(
        "Roof",
        [(start, start * bandwidth), (ridge, peak), (middle, peak), (end, peak)],
        line(TEXT, 2.5),
        peak_label,
        2,
        top,
        TEXT,
    )
    ridge_label = f"ridge {float(f'{ridge:.3g}'):,g}"
    drop = line(QUIET, 1.25, dash="sysDot")
    side = "r" if x.share(ridge) < 0.8 else "l"
    foot = y.value((frame.points * 0.8) / area.height)
    return [roof, _RoofLine("Ridge", [(ridge, peak), (ridge, foot), (ridge, y.low)], drop, ridge_label, 1, side, QUIET)]


def _roof_series(number: int, piece: _RoofLine, frame: ChartFrame, sheet: Sheet) -> str:
    column = sheet.add("", [decimal_of(a) for a, _ in piece.corners])
    sheet.add(piece.title, [decimal_of(b) for _, b in piece.corners])
    word = f'<c:dLbl><c:idx val="{piece.corner}"/>{label_xml(piece.label, piece.side, frame, piece.color)}</c:dLbl>'
    style = f'<c:spPr>{piece.line}</c:spPr><c:marker><c:symbol val="none"/></c:marker>{labels_xml(word)}'
    return _series(number, style, column, sheet)


def _series(number: int, style: str, column: int, sheet: Sheet) -> str:
    """A series of points: its style as XML, its x values in a column of the sheet, its y values in the next."""
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx>{sheet.heading(column + 1)}</c:tx>{style}'
        f'<c:xVal>{sheet.data(column)}</c:xVal><c:yVal>{sheet.data(column + 1)}</c:yVal><c:smooth val="0"/></c:ser>'
    )
