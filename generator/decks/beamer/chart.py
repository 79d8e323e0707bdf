"""Charts as pgfplots: axes, bars, lines, points and the words beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from blueprint.deck import Axis, Chart, Series
from generator.decks.beamer.sizes import SMALLER_TYPE
from generator.decks.beamer.text import (
    caption_height,
    caption_lines,
    inline,
    line_count,
    one_line,
)
from generator.decks.layout.block_text import chart_caption
from generator.decks.layout.chart_values import bar_ends, round_step, with_value_axis
from generator.decks.layout.measure import measured
from generator.text.plain import plain_text


def chart_latex(chart: Chart, width: float, height: float) -> Iterator[str]:
    """A chart that fills a width and a height, caption included."""
    caption = chart_caption(chart)
    yield f"% {one_line(chart.alt)}"
    yield r"{\centering\begin{tikzpicture}"
    kind = {"scatter": _points, "line": _points, "roofline": _points, "bar": _bars, "stacked": _bars}[chart.kind]
    yield from kind(with_value_axis(chart), width, min(height - caption_height(caption, width) - 4, width * 0.95))
    yield r"\end{tikzpicture}\par}"
    yield from caption_lines(caption)


def _axis_title(axis: Axis) -> str:
    unit = f" ({axis.unit})" if axis.unit and axis.title else axis.unit
    return inline(axis.title) + (" " if unit.startswith(" ") else "") + inline(unit)


def _axis(chart: Chart, width: float, height: float, left: float, below: float, *more: str) -> Iterator[str]:
    """The beginning of an axis whose labels take some room at the left and below."""
    names = [series.title for series in chart.series]
    per_row = _legend_columns(names, width) if len(names) > 1 else 0
    wide, high = _plot(chart, width, height, left, below)
    options = [
        "blueprint",
        f"width={wide:.0f}pt",
        f"height={high:.0f}pt",
        *more,
    ]
    for letter, axis in (("x", chart.x), ("y", chart.y)):
        if axis.title or axis.unit:
            options.append(f"{letter}label={{{_axis_title(axis)}}}")
    if per_row:
        options.append(f"legend columns={per_row}")
        if _legend_width(names, per_row) > width - left - 14:  # above the labels too, not beyond the edge
            options.append("legend style={at={(1,1.03)}, anchor=south east}")
    yield rf"\begin{{axis}}[{', '.join(options)}]"


def _plot(chart: Chart, width: float, height: float, left: float, below: float) -> tuple[float, float]:
    """Width and height between the axes of a chart, whose labels take some room at the left and below."""
    names = [series.title for series in chart.series]
    above = math.ceil(len(names) / _legend_columns(names, width)) * 11 + 4 if len(names) > 1 else 4
    above += 8 if chart.values else 0
    ticks = _log_ticks(chart.x, width - left, upright=False) if chart.x.log else ()
    right = max(14.0, _tick_width(ticks[-1]) / 2 + 5) if ticks else 14.0
    return max(width - left - right, 40.0), max(height - below - above, 30.0)


def _legend_columns(names: Sequence[str], width: float) -> int:
    return next((count for count in range(len(names), 1, -1) if _legend_width(names, count) <= width), 1)


def _legend_width(names: Sequence[str], count: int) -> float:
    """The width of so many entries of a legend in a row."""
    return sum(sorted((len(plain_text(name)) * 3.85 + 30 for name in names), reverse=True)[:count])


def _limits(letter: str, axis: Axis, length: float) -> Iterator[str]:
    if axis.low is not None:
        yield f"{letter}min={_number(axis.low)}"
    if axis.high is not None:
        yield f"{letter}max={_number(axis.high)}"
    if axis.log:
        ticks = _log_ticks(axis, length, upright=letter == "y")
        yield f"{letter}mode=log"
        yield f"{letter}tick={{{','.join(f'{tick:f}' for tick in ticks)}}}"
        yield f"{letter}ticklabels={{{','.join(map(_tick, ticks))}}}"


def _with_both_ends(axis: Axis, values: Sequence[Decimal], *, bars: bool = False) -> Axis:
    """An axis with both ends, those not given round; a logarithmic one for bars begins below the shortest."""
    if axis.log:
        above = [float(value) for value in values if value > 0] or [1.0]
        least, most = math.log10(min(above)), math.log10(max(above))
        low, high = axis.low, axis.high
        if low is None or low <= 0:
            low = Decimal(1).scaleb(math.floor(least - (0.1 * (most - least) + 0.05 if bars else 0)))
        if high is None or high <= low:
            high = max(Decimal(1).scaleb(math.ceil(most - 1e-9)), low * 10)
        return replace(axis, low=low, high=high)
    least, most = (float(end(values, default=default)) for end, default in ((min, 0), (max, 1)))
    low = axis.low
    if low is None and least >= 0 and (bars or least < 0.5 * most):
        low, least = Decimal(0), 0.0
    step = round_step(most - least)
    low = Decimal(f"{math.floor(least / step + 1e-9) * step:.6g}") if low is None else low
    high = Decimal(f"{math.ceil(most / step - 1e-9) * step:.6g}") if axis.high is None else axis.high
    return replace(axis, low=low, high=high if high > low else low + 1)


def _log_ticks(axis: Axis, length: float, *, upright: bool) -> list[Decimal]:
    """Round numbers along a logarithmic axis: its decades, as many as have room; 1, 2, 5 where there are few of them."""
    low, high = axis.low or Decimal(1), axis.high or Decimal(10)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    few = high / low < 30
    every = [Decimal(digit).scaleb(power) for power in powers for digit in ((1, 2, 5) if few else (1,))]
    ticks = [tick for tick in every if low <= tick <= high]
    wide = 11.0 if upright else max((_tick_width(tick) for tick in ticks), default=0.0) + 5
    step = math.ceil((len(ticks) - 1) * wide / max(length, 1)) or 1
    return ticks[::step]


def _tick(value: Decimal) -> str:
    """A tick as people write it; a power of ten where that would be long."""
    if Decimal("0.001") <= value <= 1_000_000:
        return "{" + f"{value.normalize():,f}" + "}"
    digits, _, power = f"{value:.0e}".partition("e")
    return rf"{{${'' if digits == '1' else digits + chr(92) + 'cdot '}10^{{{int(power)}}}$}}"


def _tick_width(value: Decimal) -> float:
    return len(f"{value.normalize():,f}") * 3.9 if Decimal("0.001") <= value <= 1_000_000 else 14.0


def _number(value: Decimal | float) -> str:
    return f"{Decimal(str(value)):f}"


def _shades(chart: Chart) -> Iterator[tuple[Series, str]]:
    """Each series with its color; a role that comes again is paler."""
    seen: dict[str, int] = {}
    for series in chart.series:
        again = seen.get(series.role, 0)
        seen[series.role] = again + 1
        paler = f"!{max(100 - 40 * again, 20)}!bp-background" if again else ""
        yield series, f"bp-{series.role}-stroke{paler}"


def _bars(chart: Chart, width: float, height: float) -> Iterator[str]:
    """A bar chart, its bars side by side or stacked, upright or lying, with the numbers at them."""
    across, along = ("y", "x") if chart.horizontal else ("x", "y")
    value_axis = _value_axis(chart)
    chart = replace(chart, x=value_axis) if chart.horizontal else replace(chart, y=value_axis)
    count = len(chart.categories)
    longest = max((len(plain_text(c)) for c in chart.categories), default=0)
    if chart.horizontal:
        label = min(longest * 3.5 + 4, width * 0.36)
        left, below = label + (22 if chart.y.title else 9), 28.0 if chart.x.title or chart.x.unit else 14.0
        wrap = f"yticklabel style={{align=right, text width={label:.0f}pt}}"
        category_width = (height - below - 16) / max(count, 1)
    else:
        category_width = (width - 46) / max(count, 1)
        rows = max((line_count(c, category_width - 3, 7.5) for c in chart.categories), default=1)
        left, below = _beside_axis(chart), rows * 8.4 + (26.0 if chart.x.title else 12.0)
        wrap = f"xticklabel style={{align=center, text width={category_width - 3:.0f}pt}}" if longest > 3 else ""
    bars = len(chart.series) if chart.kind == "bar" else 1
    plot = _plot(chart, width, height, left, below)
    thin = list(_too_thin(chart, value_axis, plot))
    thick = max(2.0, min(26.0, category_width * (0.5 if thin and chart.horizontal else 0.72) / bars))
    ticks = ", ".join(f"{{{inline(c)}}}" for c in chart.categories)
    options = [
        f"{along}bar stacked" if chart.kind == "stacked" else f"{along}bar=0pt",
        f"bar width={thick:.1f}pt",
        f"{across}min=0.4, {across}max={count + 0.6}",
        f"{across}tick={{{','.join(str(i) for i in range(1, count + 1))}}}",
        f"{across}ticklabels={{{ticks}}}",
        *([wrap] if wrap else []),
        f"{across} tick style={{draw=none}}",
        *(["y dir=reverse, ymajorgrids=false, xmajorgrids"] if chart.horizontal else []),
        *(["reverse legend=false"] if chart.horizontal else []),
        *_limits(along, value_axis, plot[0 if chart.horizontal else 1]),
        *_origin(chart, along, value_axis),
        *(_number_options(chart, along, value_axis) if chart.values else ()),
    ]
    yield from _axis(chart, width, height, left, below, *options)
    for number, (series, color) in enumerate(_shades(chart)):
        points = (
            (f"({_number(v)},{i})" if chart.horizontal else f"({i},{_number(v)})")
            + (f" [{'{}' if (i, number) in thin else _beside_bar(v, chart)}]" if chart.values else "")
            for i, v in enumerate(series.values, 1)
        )
        yield rf"  \addplot[fill={color}, draw=bp-background, area legend] coordinates {{{' '.join(points)}}};"
        if len(chart.series) > 1:
            yield rf"  \addlegendentry{{{inline(series.title)}}}"
    yield from _numbers_beside(chart, value_axis, plot, thin, thick)
    yield r"\end{axis}"


def _value_axis(chart: Chart) -> Axis:
    """The axis of a bar chart's values; a log axis and one of stacks have ends, and room for a number at the end."""
    axis = chart.x if chart.horizontal else chart.y
    if not axis.log and chart.kind != "stacked":
        return axis
    reached, high = list(bar_ends(chart)), axis.high
    axis = _with_both_ends(axis, reached, bars=True)
    if axis.log and chart.values and high is None and axis.low:
        most = float(max(reached))
        more = most * max(most / float(axis.low), 1.0) ** 0.18
        axis = replace(axis, high=Decimal(f"{more:.3g}"))
    return axis


def _origin(chart: Chart, along: str, value_axis: Axis) -> Iterator[str]:
    """The option that lets bars begin at 0, on a log axis at its low end; none where the axis has limits of its own."""
    if value_axis.log:
        yield "log origin=infty"
    elif value_axis.low is None and _positive(chart):
        yield f"{along}min=0"
    elif value_axis.high is None and all(v <= 0 for s in chart.series for v in s.values):
        yield f"{along}max=0"


def _number_options(chart: Chart, along: str, value_axis: Axis) -> Iterator[str]:
    """The options that write numbers at bars and leave room for them."""
    yield r"nodes near coords, point meta=explicit symbolic, every node near coord/.append style={font=\plotsize, text=bp-text}"
    if chart.kind == "stacked":  # the values stand within their bars
        yield "every node near coord/.append style={text=bp-background}"
    if chart.horizontal:
        yield "every node near coord/.append style={anchor=west}"
    if value_axis.high is None and chart.kind != "stacked":
        values = [v for series in chart.series for v in series.values]
        if min(values, default=0) >= 0:
            ends = "upper, value=0.15"
        elif max(values) <= 0:
            ends = "lower, value=0.15"
        else:
            ends = "0.12"
        yield f"enlarge {along} limits={{{ends}}}"


def _too_thin(chart: Chart, axis: Axis, plot: tuple[float, float]) -> Iterator[tuple[int, int]]:
    """The parts of stacked bars too thin for their number: the bar, from 1, and the series, from 0."""
    if chart.kind != "stacked" or not chart.values:
        return
    for number, series in enumerate(chart.series):
        for bar, value in enumerate(series.values, 1):
            if value and abs(_length(value, axis, chart, plot)) < _number_size(value, chart):
                yield bar, number


def _length(value: Decimal, axis: Axis, chart: Chart, plot: tuple[float, float]) -> float:
    low, high = axis.low or Decimal(0), axis.high or Decimal(1)
    return float(value / (high - low)) * plot[0 if chart.horizontal else 1]


def _number_size(value: Decimal, chart: Chart) -> float:
    """The length that a number takes along its bar."""
    return len(f"{value:,f}") * 3.9 + 2 if chart.horizontal else 8.5


def _numbers_beside(
    chart: Chart, axis: Axis, plot: tuple[float, float], thin: Sequence[tuple[int, int]], thick: float
) -> Iterator[str]:
    """The numbers of the thin parts of bars, beside them, none over the one before."""
    for bar in sorted({bar for bar, _ in thin}):
        before = -math.inf
        for number, series in enumerate(chart.series):
            if (bar, number) not in thin:
                continue
            value = series.values[bar - 1]
            same = (s.values[bar - 1] for s in chart.series[:number] if (s.values[bar - 1] < 0) == (value < 0))
            middle = sum(same, Decimal(0)) + value / 2
            size, place = _number_size(value, chart), _length(middle, axis, chart, plot)
            shift = max(before + size - place, 0.0)
            before = place + shift
            along, off = f"{shift:.1f}pt", f"{thick / 2:.1f}pt"
            spot = f"{_number(middle)},{bar}" if chart.horizontal else f"{bar},{_number(middle)}"
            moved = f"xshift={along}, yshift={off}" if chart.horizontal else f"xshift={off}, yshift={along}"
            side = "south" if chart.horizontal else "west"
            yield (
                rf"  \node[anchor={side}, font=\plotsize, text=bp-text, inner sep=1pt] "
                rf"at ([{moved}]axis cs:{spot}) {{{_grouped(value)}}};"
            )


def _beside_axis(chart: Chart) -> float:
    """The width of the numbers beside an upright axis, and of its title."""
    values = [v for s in chart.series for v in s.values] + [p[1] for s in chart.series for p in s.points]
    if chart.y.log:
        wide = max(map(_tick_width, _log_ticks(chart.y, 150.0, upright=True)), default=0.0)
        return (14 if chart.y.title or chart.y.unit else 2) + max(wide + 3, 14) + 6
    longest = max((len(f"{int(v):,}") for v in values), default=1) + 1
    return (14 if chart.y.title or chart.y.unit else 2) + max(min(longest, 8) * 4.0, 14) + 6


def _positive(chart: Chart) -> bool:
    return all(value >= 0 for series in chart.series for value in series.values)


def _grouped(value: Decimal) -> str:
    """A number with its thousands apart, `12,000`; braces keep the comma from ending something."""
    return "{" + f"{value:,f}" + "}"


def _beside_bar(value: Decimal, chart: Chart) -> str:
    """A bar's value; where the bar grows down or to the left, at that end."""
    shown = _grouped(value)
    if len(shown) > _LONGEST_VALUE:
        digits, _, power = f"{value:.2e}".partition("e")
        shown = rf"{{${Decimal(digits).normalize():f}\cdot10^{{{int(power)}}}$}}"
    if value >= 0 or chart.kind == "stacked":
        return shown
    return rf"{{\{'leftward' if chart.horizontal else 'downward'}{shown}}}"


_LONGEST_VALUE = 13
_MARKS = ("*", "square*", "triangle*", "diamond*", "o", "square")


def _points(chart: Chart, width: float, height: float) -> Iterator[str]:
    """Lines, points, and the roof above points."""
    chart = _with_ends(chart)
    left = _beside_axis(chart)
    plot = _plot(chart, width, height, left, 30)
    options = [*_limits("x", chart.x, plot[0]), *_limits("y", chart.y, plot[1])]
    categories = chart.categories if not any(s.points for s in chart.series) else ()
    if categories:
        options += [
            f"xtick={{{','.join(str(i) for i in range(1, len(categories) + 1))}}}",
            f"xticklabels={{{', '.join(f'{{{inline(c)}}}' for c in categories)}}}",
        ]
    yield from _axis(chart, width, height, left, 30, *options, "clip mode=individual")
    if chart.kind == "roofline" and chart.peak is not None and chart.bandwidth is not None:
        yield from _roof(chart, float(chart.peak), float(chart.bandwidth))
    labels = _Labels(chart, *plot)
    for index, (series, color) in enumerate(_shades(chart)):
        points = [(x, y) for x, y in series.points] or [(Decimal(i), v) for i, v in enumerate(series.values, 1)]
        way = "thick" if chart.kind == "line" else "only marks"
        mark = _MARKS[index % len(_MARKS)] if len(points) <= 24 or chart.kind != "line" else "none"
        form = f"{way}, color={color}, mark={mark}, mark size=1.6pt"
        yield rf"  \addplot[{form}] coordinates {{{' '.join(f'({_number(x)},{_number(y)})' for x, y in points)}}};"
        if len(chart.series) > 1:
            yield rf"  \addlegendentry{{{inline(series.title)}}}"
        for (x, y), label in zip(points, series.labels, strict=False):
            place = f"(axis cs:{_number(x)},{_number(y)})"
            anchor, off = labels.anchor(x, y, label)
            form = rf"anchor={anchor}, font=\plotsize, inner sep={off:g}pt"
            yield rf"  \node[{form}] at {place} {{{inline(label)}}};"
    yield r"\end{axis}"


def _with_ends(chart: Chart) -> Chart:
    """A chart of points whose axes have both ends."""
    every = [point for series in chart.series for point in series.points]
    xs = [x for x, _ in every]
    ys = [y for _, y in every] or [value for series in chart.series for value in series.values]
    if chart.kind == "roofline" and chart.peak is not None and chart.bandwidth:
        ridge = chart.peak / chart.bandwidth
        x = _with_both_ends(chart.x, [ridge / 10, ridge * 10, *xs])
        foot = (x.low or Decimal(0)) * chart.bandwidth
        return replace(chart, x=x, y=_with_both_ends(chart.y, [foot, chart.peak, *ys]))
    return replace(chart, x=_with_both_ends(chart.x, xs) if xs else chart.x, y=_with_both_ends(chart.y, ys))


class _Labels:
    """Words beside points: each where it covers no line, no mark and no word before it, and stays within the axes."""

    def __init__(self, chart: Chart, width: float, height: float) -> None:
        self.chart, self.width, self.height = chart, width, height
        self.marks = [self._place(x, y) for series in chart.series for x, y in series.points]
        self.lines: list[tuple[float, float]] = []
        for series in chart.series if chart.kind == "line" else ():
            self._draw([self._place(x, y) for x, y in series.points])
        if chart.kind == "roofline" and chart.peak and chart.bandwidth and chart.x.low and chart.x.high:
            corners = (chart.x.low, chart.peak / chart.bandwidth, chart.x.high)
            self._draw([self._place(x, min(x * chart.bandwidth, chart.peak)) for x in corners])
        self.taken: list[tuple[float, float, float, float]] = []
        if chart.kind == "roofline" and chart.peak:  # its word stands on the roof's right end
            roof = _share(chart.y, chart.peak) * height
            self.taken.append((width - 14 - 3.9 * len(f"peak {chart.peak:,g}"), roof, width, roof + 10))

    def _draw(self, corners: Sequence[tuple[float, float]]) -> None:
        """A line as many points."""
        for (ax, ay), (bx, by) in pairwise(corners):
            count = max(int(math.hypot(bx - ax, by - ay) / 2), 1)
            self.lines += [(ax + (bx - ax) * i / count, ay + (by - ay) * i / count) for i in range(count + 1)]

    def _place(self, x: Decimal, y: Decimal) -> tuple[float, float]:
        return _share(self.chart.x, x) * self.width, _share(self.chart.y, y) * self.height

    def anchor(self, x: Decimal, y: Decimal, label: str) -> tuple[str, float]:
        """The corner of a word that is at its point, and how far off it is."""
        right, up = self._place(x, y)
        wide, high = measured(label).width * 7.5 * SMALLER_TYPE, 6.5
        ways = [
            (name, off, right - (wide + 2 * off) * left + off, up - (high + 2 * off) * low + off)
            for off in (2.5, 4.0, 6.0)
            for name, (left, low) in _CORNERS.items()
        ]
        name, off, left, low = min(ways, key=lambda way: self._covered(way[2], way[3], way[2] + wide, way[3] + high))
        self.taken.append((left, low, left + wide, low + high))
        return name, off

    def _covered(self, left: float, low: float, right: float, high: float) -> int:
        outside = left < 1 or low < 1 or right > self.width + 10 or high > self.height + 8
        on_words = sum(left - 1 < r and a < right + 1 and low < h and b < high for a, b, r, h in self.taken)
        on_marks = sum(left - 1.8 < x < right + 1.8 and low - 1.8 < y < high + 1.8 for x, y in self.marks)
        on_lines = sum(left - 1 < x < right + 1 and low - 1 < y < high + 1 for x, y in self.lines)
        return 300 * outside + 100 * on_words + 30 * on_marks + on_lines


_CORNERS: Mapping[str, tuple[float, float]] = {
    "south west": (0, 0),
    "south east": (1, 0),
    "north west": (0, 1),
    "north east": (1, 1),
    "west": (0, 0.5),
    "east": (1, 0.5),
    "south": (0.5, 0),
    "north": (0.5, 1),
}
"""The places of a point on its word's box, as shares of its width and height from the lower left."""


def _share(axis: Axis, value: Decimal) -> float:
    """The place of a value along an axis, from 0 to 1."""
    low, high, here = float(axis.low or 0), float(axis.high or 1), float(value)
    if axis.log and min(low, high, here) > 0:
        low, high, here = math.log10(low), math.log10(high), math.log10(here)
    return (here - low) / (high - low) if high > low else 0.5


def _roof(chart: Chart, peak: float, bandwidth: float) -> Iterator[str]:
    ridge = peak / bandwidth
    low, high = float(chart.x.low or 0), float(chart.x.high or 1)
    corners = [(low, low * bandwidth), (ridge, peak), (high, peak)]
    yield (
        r"  \addplot[very thick, color=bp-text, forget plot] coordinates {"
        + " ".join(f"({x:.6g},{y:.6g})" for x, y in corners)
        + "};"
    )
    yield rf"  \node[anchor=south east, font=\plotsize, inner sep=2pt] at (axis cs:{high:.6g},{peak:.6g}) {{peak {peak:,g}}};"
    yield rf"  \draw[densely dotted, bp-soft] (axis cs:{ridge:.6g},{peak:.6g}) -- (axis cs:{ridge:.6g},{low * bandwidth:.6g}) node[anchor=south west, font=\plotsize, text=bp-soft, inner sep=5pt] {{ridge {ridge:.3g}}};"
