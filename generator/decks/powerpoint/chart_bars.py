"""Bar charts, side by side or stacked, and the numbers at their bars."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from blueprint.deck import Axis, Chart, Series
from generator.decks.layout.chart_values import bar_ends, round_step
from generator.decks.powerpoint.chart_axes import (
    Plot,
    category_axis,
    fixed_layout,
    name_angle_and_size,
    plot_area,
    value_axis,
)
from generator.decks.powerpoint.chart_scale import Scale, scale_of, scaling_xml, tick_text
from generator.decks.powerpoint.chart_style import (
    BACKGROUND,
    LINE_HEIGHT,
    NO_LEADERS,
    NO_LINE,
    TEXT,
    ChartFrame,
    ChartRect,
    SeriesStyle,
    moved_by,
    styled_series,
    text_properties,
    value_shown_at,
)
from generator.decks.powerpoint.chart_workbook import Sheet
from generator.decks.powerpoint.theme_colors import fill

_THICKEST_BAR = 60.0
"""The thickest bar."""


def bar_plot(chart: Chart, frame: ChartFrame, sheet: Sheet) -> Plot:
    """Bars side by side or on each other, upright or lying."""
    along, across = (chart.x, chart.y) if chart.horizontal else (chart.y, chart.x)
    scale = scale_of(along, [float(v) for v in bar_ends(chart)], bars=True)
    area, tight = _bar_area(chart, frame, scale)
    count, side = max(len(chart.categories), 1), len(chart.series) if chart.kind == "bar" else 1
    category_width = (area.height if chart.horizontal else area.width) / count
    thick = min(_THICKEST_BAR, category_width * 0.72 / max(side, 1))
    gap = min(max(round((category_width / thick - side) * 100), 10), 500)
    names = sheet.add(across.title, chart.categories)
    labels = _BarLabels(chart, frame, scale, area, thick, category_width)
    cut, high = labels.headroom(along)
    if chart.horizontal:
        area = replace(area, width=area.width - cut)
    else:
        area = replace(area, y=area.y + cut, height=area.height - cut)
    drawn = "".join(
        f'<c:ser><c:idx val="{style.index}"/><c:order val="{style.index}"/><c:tx>{sheet.heading(column)}</c:tx>{style.bar()}'
        f'<c:invertIfNegative val="0"/>{labels.of(series, style) if chart.values else ""}'
        f"<c:cat>{sheet.data(names)}</c:cat><c:val>{sheet.data(column)}</c:val></c:ser>"
        for series, style in styled_series(chart)
        for column in [sheet.add(series.title, series.values)]
    )
    stacked = chart.kind == "stacked"
    turn, size = (0, frame.points) if chart.horizontal else name_angle_and_size(chart.categories, category_width, frame)
    return Plot(
        f'<c:barChart><c:barDir val="{"bar" if chart.horizontal else "col"}"/>'
        f'<c:grouping val="{"stacked" if stacked else "clustered"}"/><c:varyColors val="0"/>{drawn}'
        f'<c:gapWidth val="{gap}"/><c:overlap val="{100 if stacked else 0}"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        + category_axis(
            across, frame, turn=turn, size=size, lying=chart.horizontal, crosses="min" if scale.log else "autoZero"
        )
        + value_axis(
            along,
            frame,
            scale,
            scaling_xml(
                along, scale if high is None else replace(scale, high=high), fixed=False, longer=high is not None
            ),
            "b" if chart.horizontal else "l",
            crosses="max" if chart.horizontal else "autoZero",  # the names run from the top, values stand at their end
        ),
        len(chart.series),
        layout=fixed_layout(area, frame) if tight or cut else "<c:layout/>",
    )


def _bar_area(chart: Chart, frame: ChartFrame, scale: Scale) -> tuple[ChartRect, bool]:
    """The plot area, and True if it must be written down because a category is too long to be left its room."""
    ticks = max(frame.text(tick_text(scale.low)), frame.text(tick_text(scale.high)))
    if chart.horizontal:
        longest = max((frame.text(c) for c in chart.categories), default=0.0)
        left = min(longest, frame.width * 0.36)
        return plot_area(chart, frame, left + 6, frame.line + 4, max(14, ticks / 2)), longest > left
    category_width = frame.width * 0.8 / max(len(chart.categories), 1)
    deep = max((frame.measured(c).lines(category_width / frame.points) for c in chart.categories), default=1)
    return plot_area(chart, frame, ticks + 6, deep * frame.line + 4), False


def _headroom(axis: Axis, scale: Scale, length: float, room: float, most: float) -> tuple[float, float | None]:
    """The room a number needs beyond the end of its axis: a length to cut from the plot area, and a new end of the axis.

    One of the two is enough: the length is 0, or the end None.
    """
    if scale.log or axis.high is not None:
        return min(max(room - (1 - scale.share(most)) * length, 0), length * 0.4), None
    if room <= length * 0.05 + 8 or most <= 0:  # programs leave a twentieth by themselves
        return 0, None
    needed = most / max(1 - room / length, 0.4)
    step = round_step(needed - scale.low) / 2
    return 0, math.ceil(needed / step - 1e-9) * step


class _BarLabels:
    """The numbers beside bars, or in the pieces of a stack; a piece too thin for its number has it at its side."""

    def __init__(
        self, chart: Chart, frame: ChartFrame, scale: Scale, area: ChartRect, thick: float, category_width: float
    ) -> None:
        self.chart, self.frame, self.scale, self.area, self.thick = chart, frame, scale, area, thick
        self.turn, self.size = 0, frame.points
        self.beside: dict[int, float] = {}
        """The end of the last number beside each stack, by category, in points along the value axis."""
        self.room = 0.0
        """The length a number takes beyond the end of its bar."""
        if chart.kind == "bar" and chart.values:
            widest = max((frame.measured(f"{v:,f}").width for s in chart.series for v in s.values), default=0.0) + 0.3
            room = thick if len(chart.series) > 1 else category_width
            across = LINE_HEIGHT if chart.horizontal else widest
            self.size = max(min(frame.points, room / across), 10)
            if not chart.horizontal and self.size * across > room + 2:
                self.turn, self.size = -90, max(min(frame.points, room / LINE_HEIGHT), 9)
            self.room = self.size * (widest if chart.horizontal or self.turn else LINE_HEIGHT) + 4

    def of(self, series: Series, style: SeriesStyle) -> str:
        """The labels of a series; a number with other decimals than most has a format of its own."""
        forms = [_number_format_of(value) for value in series.values]
        usual = Counter(forms).most_common(1)[0][0] if forms else "General"
        stacked = self.chart.kind == "stacked"
        labels = "".join(
            self._own(index, value, form, style, usual)
            for index, (value, form) in enumerate(zip(series.values, forms, strict=True))
        )
        return f"<c:dLbls>{labels}{self._label(usual, style, outside=not stacked)}{NO_LEADERS}</c:dLbls>"

    def _own(self, index: int, value: Decimal, form: str, style: SeriesStyle, usual: str) -> str:
        start = f'<c:dLbl><c:idx val="{index}"/>'
        if self.chart.kind == "bar":
            outside = not self._in_foot(float(value))
            return "" if form == usual and outside else f"{start}{self._label(form, style, outside=outside)}</c:dLbl>"
        if not value:
            return f'{start}<c:delete val="1"/></c:dLbl>'
        stack = [float(v) for s in self.chart.series[: style.index] for v in s.values[index : index + 1]]
        start_at = sum(v for v in stack if v * float(value) > 0)
        if self.scale.log:
            start_at = max(start_at, self.scale.low)
        begin, end = (self.scale.share(v) * self._long for v in (start_at, start_at + float(value)))
        wide, high = self.frame.text(f"{value:,f}"), self.frame.line
        needed = wide if self.chart.horizontal else high
        if abs(end - begin) >= needed:
            return "" if form == usual else f"{start}{self._label(form, style, outside=False)}</c:dLbl>"
        middle = (begin + end) / 2
        along = max(middle, self.beside.get(index, -needed) + needed / 2)
        self.beside[index] = along + needed / 2
        if self.chart.horizontal:
            x, y = along - middle, -(self.thick / 2 + high / 2)
        else:
            x, y = self.thick / 2 + wide / 2 + 6, middle - along
        return f"{start}{moved_by(x, y, self.frame)}{self._label(form, style, outside=True)}</c:dLbl>"

    def headroom(self, axis: Axis) -> tuple[float, float | None]:
        """The length to cut from the plot area, or the new end of the axis, so that the number of the longest bar fits."""
        most = max((float(v) for s in self.chart.series for v in s.values), default=0.0)
        return _headroom(axis, self.scale, self._long, self.room, most) if self.room else (0, None)

    def _in_foot(self, value: float) -> bool:
        """True if LibreOffice would set the number at the wrong end (below 1 on a log axis) and it fits in the bar."""
        if not self.scale.log or value > 1:
            return False
        length = self.scale.share(value) * self._long
        wide, high = self.size * (self.frame.measured(f"{value:,g}").width + 0.3), self.size * LINE_HEIGHT
        along, across = (wide, high) if self.chart.horizontal or self.turn else (high, wide)
        return along <= length and across <= self.thick

    @property
    def _long(self) -> float:
        return self.area.width if self.chart.horizontal else self.area.height

    def _label(self, form: str, style: SeriesStyle, *, outside: bool) -> str:
        color = TEXT if outside or style.again else BACKGROUND
        behind = fill(BACKGROUND) if style.again and not outside else "<a:noFill/>"
        body = f' rot="{self.turn * 60000}" vert="horz" wrap="none"'
        return (
            f'<c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr>{behind}{NO_LINE}</c:spPr>'
            f"{text_properties(self.size, color, body)}{value_shown_at('outEnd' if outside and self.chart.kind == 'bar' else 'ctr')}"
        )


def _number_format_of(value: Decimal) -> str:
    """The number format that writes a value with the decimals it was given."""
    places = len(f"{value:f}".partition(".")[2])
    return f"#,##0.{'0' * places}" if places else "#,##0"
