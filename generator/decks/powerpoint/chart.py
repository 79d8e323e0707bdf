"""A chart as PowerPoint keeps it: DrawingML with the numbers in it, and the workbook that “Edit data” opens.

The numbers are laid out as columns of one sheet; the drawing refers to the cells and repeats their values, so that both
say the same. Colors are slots of the theme, never values. PowerPoint refuses a file whose elements are out of order:
every function here writes its element's children in the order of the schema. Lengths are points.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape
from itertools import pairwise
from textwrap import wrap

from blueprint.deck import Axis, Chart, Role, Series
from blueprint.model import ENGLISH, Language
from generator.decks.layout.measure import measured
from generator.decks.powerpoint.scheme import SLOTS, fill, line
from generator.text.inline import plain

_TEXT, _QUIET, _BACK = "tx1", "tx2", "bg1"
_MARKERS = ("circle", "square", "triangle", "diamond", "circle", "square")
"""The last two are hollow."""
_DASHES = ("solid", "dash", "sysDash", "dashDot", "lgDash", "lgDashDotDot")
_PATTERNS = ("wdUpDiag", "wdDnDiag", "narHorz", "narVert", "lgGrid")
"""Fills of a role that comes again."""
_LINE = 1.22
"""The height of a line of text, in font sizes."""
_LARGEST = 60.0
"""The thickest bar."""
_MANY = 24
"""Above so many points a line has no markers."""
_LABEL = 26
"""Letters of a line of a point's label."""


@dataclass(frozen=True, slots=True)
class ChartFiles:
    """The two parts of a chart: `chartN.xml`, and the workbook it refers to as `rId1`."""

    xml: bytes
    workbook: bytes


def chart_files(chart: Chart, width: float, height: float, points: float, language: Language = ENGLISH) -> ChartFiles:
    """A chart for a graphic frame of a size, its text `points` high; equal input gives equal bytes.

    That its numbers are illustrative is for the caption to say, which stands outside the frame.
    """
    if chart.horizontal and not (chart.x.title or chart.x.unit):
        chart = replace(chart, x=chart.y, y=chart.x)  # a bar's value may be given as y whichever way it lies
    frame, sheet = _Frame(width, height, points, language), _Sheet()
    if chart.kind in ("bar", "stacked"):
        plot = _bars(chart, frame, sheet)
    elif chart.kind == "line" and chart.categories and not any(s.points for s in chart.series):
        plot = _categories(chart, frame, sheet)
    else:
        plot = _points(chart, frame, sheet)
    return ChartFiles(_space(plot, frame).encode(), sheet.workbook())


@dataclass(frozen=True, slots=True)
class _Frame:
    """The size of the chart and of its text, and the language of its words."""

    width: float
    height: float
    points: float
    language: Language

    @property
    def line(self) -> float:
        """The height of a line of text."""
        return self.points * _LINE

    def text(self, words: str) -> float:
        """The width of a text in one line."""
        return measured(words).width * self.points * 1.04


@dataclass(frozen=True, slots=True)
class _Box:
    """A rectangle, from the upper left corner of the chart."""

    x: float
    y: float
    width: float
    height: float

    def over(self, other: _Box) -> float:
        """The area it shares with another."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(across, 0) * max(down, 0)

    def held(self, points: Sequence[tuple[float, float]]) -> int:
        """How many of some points lie in it."""
        left, top, right, bottom = self.x, self.y, self.x + self.width, self.y + self.height
        return len([1 for x, y in points if left <= x <= right and top <= y <= bottom])


# --- the sheet --------------------------------------------------------------------------------------------------


class _Sheet:
    """The numbers behind a chart, column by column, each with a head."""

    def __init__(self) -> None:
        self.columns: list[tuple[str, Sequence[str] | Sequence[Decimal]]] = []

    def add(self, head: str, cells: Sequence[str] | Sequence[Decimal]) -> int:
        """The number of a new column, from 0."""
        self.columns.append((head, cells))
        return len(self.columns) - 1

    def head(self, column: int) -> str:
        """A reference to the head of a column, its text repeated."""
        cache = _cache([_words(self.columns[column][0])])
        return f"<c:strRef><c:f>Sheet1!${_letters(column)}$1</c:f><c:strCache>{cache}</c:strCache></c:strRef>"

    def data(self, column: int) -> str:
        """A reference to the cells of a column, their values repeated."""
        cells = self.columns[column][1]
        letters = _letters(column)
        cache = _cache([_cell_text(cell) for cell in cells])
        place = f"<c:f>Sheet1!${letters}$2:${letters}${max(len(cells), 1) + 1}</c:f>"
        if cells and isinstance(cells[0], str):
            return f"<c:strRef>{place}<c:strCache>{cache}</c:strCache></c:strRef>"
        return f"<c:numRef>{place}<c:numCache><c:formatCode>General</c:formatCode>{cache}</c:numCache></c:numRef>"

    def workbook(self) -> bytes:
        """An .xlsx of this one sheet."""
        longest = max((len(cells) for _, cells in self.columns), default=0)
        lines = [_row(1, enumerate(head for head, _ in self.columns))]
        for number in range(longest):
            cells = [(i, column[number]) for i, (_, column) in enumerate(self.columns) if number < len(column)]
            lines.append(_row(number + 2, cells))
        sheet = (
            f'{_XML}<worksheet xmlns="{_SHEETS}"><cols><col min="1" max="{max(len(self.columns), 1)}" width="18" '
            f'customWidth="1"/></cols><sheetData>{"".join(lines)}</sheetData></worksheet>'
        )
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w") as book:
            for name, text in (*_BOOK, ("xl/worksheets/sheet1.xml", sheet)):
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
                book.writestr(info, text)
        return kept.getvalue()


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOOK = (
    (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MEDIA}.worksheet+xml"/></Types>',
    ),
    (
        "_rels/.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    ),
    (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    ),
    (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
)


def _row(number: int, cells: Iterable[tuple[int, str | Decimal]]) -> str:
    return f'<row r="{number}">{"".join(_cell(number, column, cell) for column, cell in cells)}</row>'


def _cell(row: int, column: int, cell: str | Decimal) -> str:
    place, text = f"{_letters(column)}{row}", _cell_text(cell)
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' if text else ""
    return f'<c r="{place}"><v>{text}</v></c>'


def _cell_text(cell: str | Decimal) -> str:
    return _words(cell) if isinstance(cell, str) else f"{cell:f}"


def _cache(values: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{value}</c:v></c:pt>' for i, value in enumerate(values))
    return f'<c:ptCount val="{len(values)}"/>{points}'


def _letters(column: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _words(text: str) -> str:
    """A word of the deck, its Markdown marks gone, for XML."""
    return escape(plain(text), quote=False)


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.10g}")


# --- scales -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where an axis begins and ends."""

    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """How far along the axis a value is; 0 at its beginning, 1 at its end."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(max(value, low / 1e3))
        return (value - low) / (high - low)

    def value(self, share: float) -> float:
        """The value at a share of the axis."""
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + (self.high - self.low) * share


def _scale(axis: Axis, values: Sequence[float], *, bars: bool = False, room: bool = False) -> _Scale:
    """The axis's own limits, and round ones where it has none; bars begin at 0, on a log axis below the shortest.

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
        return _Scale(low, high, log=True)
    least, most = min(values, default=0.0), max(values, default=1.0)
    if low is None and least >= 0 and (bars or least < 0.5 * most):
        least = low = 0.0
    if bars:
        most = max(most, 0.0)
    step = _step(most - least)
    low = math.floor(least / step + 1e-9) * step if low is None else low
    high = math.ceil(most / step - 1e-9 + (0.3 if room else 0)) * step if high is None else high
    return _Scale(low, high if high > low else low + 1)


def _step(span: float) -> float:
    """A round fifth of a span."""
    raw = span / 5 if span > 0 else 1.0
    base = 10.0 ** math.floor(math.log10(raw))
    return next(base * round_ for round_ in (1, 2, 2.5, 5, 10) if base * round_ >= raw * 0.999)


def _format(scale: _Scale) -> str:
    """A number format for ticks: thousands apart, long powers of ten as such, no more decimals than needed."""
    if scale.log:
        return "[>=10000000]0E+0;[>=1000]#,##0;General"
    return "#,##0" if max(abs(scale.low), abs(scale.high)) >= 1000 else "General"


def _tick(value: float) -> str:
    """A tick about as the number format writes it."""
    return f"{value:.0e}" if value >= 1e7 else f"{value:,.0f}" if value >= 1000 else f"{value:.6g}"


def _scaling(axis: Axis, scale: _Scale, *, fixed: bool, longer: bool = False) -> str:
    """Limits as the axis gives them; `fixed` writes those found here too, else PowerPoint follows edited data."""
    fixed = fixed or scale.log
    base = '<c:logBase val="10"/>' if scale.log else ""
    high = f'<c:max val="{_decimal(scale.high):f}"/>' if fixed or longer or axis.high is not None else ""
    low = f'<c:min val="{_decimal(scale.low):f}"/>' if fixed or axis.low is not None or scale.low == 0 else ""
    return f'{base}<c:orientation val="minMax"/>{high}{low}'


# --- colors, lines, text ----------------------------------------------------------------------------------------


_NO_LINE = line("")


@dataclass(frozen=True, slots=True)
class _Look:
    """How a series is told from the others: its number in the chart, and how often its role came before."""

    slot: str
    index: int
    again: int

    @property
    def alpha(self) -> int:
        return max(100 - 30 * self.again, 60)

    def bar(self) -> str:
        """A full fill; a role that comes again has a pattern and an outline."""
        if not self.again:
            return f'<c:spPr>{fill(self.slot)}<a:ln w="9525">{fill(_BACK)}</a:ln></c:spPr>'
        pattern = _PATTERNS[(self.again - 1) % len(_PATTERNS)]
        colors = f'<a:fgClr><a:schemeClr val="{self.slot}"/></a:fgClr><a:bgClr><a:schemeClr val="{_BACK}"/></a:bgClr>'
        return f'<c:spPr><a:pattFill prst="{pattern}">{colors}</a:pattFill><a:ln w="12700">{fill(self.slot)}</a:ln></c:spPr>'

    def stroke(self, drawn: bool, marked: bool) -> str:
        """A line; without markers its dashes alone tell it from every other."""
        dash = _DASHES[(self.again if marked else self.index) % len(_DASHES)]
        return f"<c:spPr>{line(self.slot, 2.25, alpha=self.alpha, dash=dash) if drawn else _NO_LINE}</c:spPr>"

    def marker(self, size: int) -> str:
        if not size:
            return '<c:marker><c:symbol val="none"/></c:marker>'
        number = self.index % len(_MARKERS)
        inside = fill(self.slot, self.alpha) if number < 4 else fill(_BACK)
        shape = f"<c:spPr>{inside}{line(self.slot, 1.25)}</c:spPr>"
        return f'<c:marker><c:symbol val="{_MARKERS[number]}"/><c:size val="{size}"/>{shape}</c:marker>'


def _looks(chart: Chart) -> Iterator[tuple[Series, _Look]]:
    seen: Counter[Role] = Counter()
    for index, series in enumerate(chart.series):
        yield series, _Look(SLOTS[series.role], index, seen[series.role])
        seen[series.role] += 1


def _letter(tag: str, points: float, slot: str, more: str = "") -> str:
    return f'<a:{tag}{more} sz="{points * 100:.0f}" b="0">{fill(slot)}<a:latin typeface="+mn-lt"/></a:{tag}>'


def _text(points: float, slot: str, body: str = "") -> str:
    """How the text of an element looks."""
    paragraph = f"<a:p><a:pPr>{_letter('defRPr', points, slot)}</a:pPr><a:endParaRPr/></a:p>"
    return f"<c:txPr><a:bodyPr{body}/><a:lstStyle/>{paragraph}</c:txPr>"


def _rich(lines: Iterable[str], frame: _Frame, slot: str, body: str = "") -> str:
    """Words of its own, a paragraph a line."""
    head = f"<a:pPr>{_letter('defRPr', frame.points, slot)}</a:pPr>"
    form = _letter("rPr", frame.points, slot, f' lang="{frame.language}"')
    paragraphs = "".join(f"<a:p>{head}<a:r>{form}<a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return f"<c:tx><c:rich><a:bodyPr{body}/><a:lstStyle/>{paragraphs}</c:rich></c:tx>"


# --- the whole --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plot:
    """What stands in the plot area, and what its legend lists."""

    drawn: str
    listed: int
    """Series in the legend; one alone needs none."""
    unlisted: int = 0
    """Series before them that it leaves out."""
    layout: str = "<c:layout/>"


def _space(plot: _Plot, frame: _Frame) -> str:
    hidden = "".join(
        f'<c:legendEntry><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>' for i in range(plot.unlisted)
    )
    legend = (
        f'<c:legend><c:legendPos val="t"/>{hidden}<c:overlay val="0"/>{_text(frame.points, _TEXT)}</c:legend>'
        if plot.listed > 1
        else ""
    )
    return (
        f'{_XML}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_OFFICE}">'
        f'<c:date1904 val="0"/><c:lang val="{frame.language}"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f"<c:plotArea>{plot.layout}{plot.drawn}<c:spPr><a:noFill/>{_NO_LINE}</c:spPr></c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/>{_NO_LINE}</c:spPr>{_text(frame.points, _TEXT)}"
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _layout(area: _Box, frame: _Frame) -> str:
    """The plot area where it must not be left to the program: without its ticks, in shares of the chart."""
    wide, high = min(area.width / frame.width, 1), min(area.height / frame.height, 1)
    # A frame too small for all that stands around the plot still holds the plot.
    shares = (min(area.x / frame.width, 1 - wide), min(area.y / frame.height, 1 - high), wide, high)
    place = "".join(f'<c:{key} val="{share:.4f}"/>' for key, share in zip("xywh", shares, strict=True))
    modes = '<c:xMode val="edge"/><c:yMode val="edge"/>'
    return f'<c:layout><c:manualLayout><c:layoutTarget val="inner"/>{modes}{place}</c:manualLayout></c:layout>'


def _area(chart: Chart, frame: _Frame, left: float, below: float, right: float = 14, above: float = 8) -> _Box:
    """About where the plot area is, given the room of the ticks; titles and the legend come on top of that."""
    left += frame.line + 10 if _title(chart.y) else 6
    below += frame.line + 10 if _title(chart.x) else 6
    if len(chart.series) > 1:
        keys = sum(frame.text(s.title) + frame.points * 3 for s in chart.series)
        above += math.ceil(keys / max(frame.width * 0.9, 1)) * frame.line + 8
    width, height = frame.width - left - right, frame.height - above - below
    return _Box(left, above, max(width, 20), max(height, 20))


def _title(axis: Axis) -> str:
    """`Time (ms)`."""
    if axis.title and axis.unit:
        return f"{axis.title} ({axis.unit})"
    return axis.title or axis.unit


def _categories_axis(
    axis: Axis, frame: _Frame, *, turn: int = 0, size: float = 0, lying: bool = False, crosses: str = "min"
) -> str:
    """The axis with names, the first at the left or the top; where it crosses the values is where bars begin."""
    order = f'<c:orientation val="{"maxMin" if lying else "minMax"}"/>'
    labels = _text(size or frame.points, _TEXT, f' rot="{turn * 60000}" vert="horz"')
    spine = line(_QUIET, 0.75, alpha=70)
    return (
        f"<c:catAx>{_axis(axis, frame, (1, 2), 'l' if lying else 'b', order, spine, labels, crosses)}"
        '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/>'
        '<c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _values_axis(
    axis: Axis, frame: _Frame, scale: _Scale, scaling: str, place: str, *, crosses: str = "autoZero"
) -> str:
    """The axis of values across one with names; its grid is enough, it has no line of its own."""
    look = (_NO_LINE, _numbers(frame), crosses)
    # The low end of names that run from the top is the top, so the numbers stay beside their axis.
    inner = _axis(axis, frame, (2, 1), place, scaling, *look, form=_format(scale), grid=True, beside="nextTo")
    apart = "" if scale.log else _even_ticks(scale, (scale.high, 0.5))
    return f'<c:valAx>{inner}<c:crossBetween val="between"/>{apart}</c:valAx>'


def _point_axis(axis: Axis, frame: _Frame, scale: _Scale, place: str, unit: str) -> str:
    """One of two axes of values, at the left or below."""
    ids = (1, 2) if place == "b" else (2, 1)
    scaling, spine = _scaling(axis, scale, fixed=True), line(_QUIET, 0.75, alpha=70)
    inner = _axis(axis, frame, ids, place, scaling, spine, _numbers(frame), "min", form=_format(scale), grid=True)
    return f'<c:valAx>{inner}<c:crossBetween val="midCat"/>{unit}</c:valAx>'


def _numbers(frame: _Frame) -> str:
    return _text(frame.points, _QUIET, ' rot="0" vert="horz"')


def _axis(
    axis: Axis,
    frame: _Frame,
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
    """What all axes share, up to how the one across crosses it."""
    sideways = ' rot="-5400000" vert="horz"' if place == "l" else ""
    words = _rich([_words(_title(axis))], frame, _QUIET, sideways)
    title = f'<c:title>{words}<c:overlay val="0"/></c:title>' if _title(axis) else ""
    lines = f"<c:majorGridlines><c:spPr>{line(_QUIET, 0.5, alpha=25)}</c:spPr></c:majorGridlines>" if grid else ""
    return (
        f'<c:axId val="{ids[0]}"/><c:scaling>{scaling}</c:scaling><c:delete val="0"/><c:axPos val="{place}"/>'
        f'{lines}{title}<c:numFmt formatCode="{escape(form)}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{beside}"/><c:spPr>{spine}</c:spPr>{labels}'
        f'<c:crossAx val="{ids[1]}"/><c:crosses val="{crosses}"/>'
    )


# --- bars -------------------------------------------------------------------------------------------------------


def _bars(chart: Chart, frame: _Frame, sheet: _Sheet) -> _Plot:
    """Bars side by side or on each other, upright or lying."""
    along, across = (chart.x, chart.y) if chart.horizontal else (chart.y, chart.x)
    scale = _scale(along, [float(v) for v in _ends(chart)], bars=True)
    area, tight = _bar_area(chart, frame, scale)
    count, side = max(len(chart.categories), 1), len(chart.series) if chart.kind == "bar" else 1
    slot = (area.height if chart.horizontal else area.width) / count
    thick = min(_LARGEST, slot * 0.72 / max(side, 1))
    gap = min(max(round((slot / thick - side) * 100), 10), 500)
    names = sheet.add(across.title, chart.categories)
    labels = _Values(chart, frame, scale, area, thick, slot)
    cut, high = labels.headroom(along)
    if chart.horizontal:
        area = replace(area, width=area.width - cut)
    else:
        area = replace(area, y=area.y + cut, height=area.height - cut)
    drawn = "".join(
        f'<c:ser><c:idx val="{look.index}"/><c:order val="{look.index}"/><c:tx>{sheet.head(column)}</c:tx>{look.bar()}'
        f'<c:invertIfNegative val="0"/>{labels.of(series, look) if chart.values else ""}'
        f"<c:cat>{sheet.data(names)}</c:cat><c:val>{sheet.data(column)}</c:val></c:ser>"
        for series, look in _looks(chart)
        for column in [sheet.add(series.title, series.values)]
    )
    stacked = chart.kind == "stacked"
    turn, size = (0, frame.points) if chart.horizontal else _turned(chart.categories, slot, frame)
    return _Plot(
        f'<c:barChart><c:barDir val="{"bar" if chart.horizontal else "col"}"/>'
        f'<c:grouping val="{"stacked" if stacked else "clustered"}"/><c:varyColors val="0"/>{drawn}'
        f'<c:gapWidth val="{gap}"/><c:overlap val="{100 if stacked else 0}"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        + _categories_axis(
            across, frame, turn=turn, size=size, lying=chart.horizontal, crosses="min" if scale.log else "autoZero"
        )
        + _values_axis(
            along,
            frame,
            scale,
            _scaling(along, scale if high is None else replace(scale, high=high), fixed=False, longer=high is not None),
            "b" if chart.horizontal else "l",
            crosses="max" if chart.horizontal else "autoZero",  # the names run from the top, values stand at their end
        ),
        len(chart.series),
        layout=_layout(area, frame) if tight or cut else "<c:layout/>",
    )


def _ends(chart: Chart) -> Iterator[Decimal]:
    """Where bars end."""
    if chart.kind == "bar":
        yield from (value for series in chart.series for value in series.values)
        return
    for index in range(len(chart.categories)):
        values = [series.values[index] for series in chart.series if index < len(series.values)]
        yield sum((v for v in values if v > 0), Decimal(0))
        if any(v < 0 for v in values):
            yield sum((v for v in values if v < 0), Decimal(0))


def _bar_area(chart: Chart, frame: _Frame, scale: _Scale) -> tuple[_Box, bool]:
    """The plot area, and whether it must be written down, because categories are too long to be left their room."""
    ticks = max(frame.text(_tick(scale.low)), frame.text(_tick(scale.high)))
    if chart.horizontal:
        longest = max((frame.text(c) for c in chart.categories), default=0.0)
        left = min(longest, frame.width * 0.36)
        return _area(chart, frame, left + 6, frame.line + 4, max(14, ticks / 2)), longest > left
    slot = frame.width * 0.8 / max(len(chart.categories), 1)
    deep = max((measured(c).lines(slot / frame.points) for c in chart.categories), default=1)
    return _area(chart, frame, ticks + 6, deep * frame.line + 4), False


def _headroom(axis: Axis, scale: _Scale, length: float, room: float, most: float) -> tuple[float, float | None]:
    """Room for a number that would run over the end of its axis: what to cut from the plot area, or a longer axis."""
    if scale.log or axis.high is not None:
        return min(max(room - (1 - scale.share(most)) * length, 0), length * 0.4), None
    if room <= length * 0.05 + 8 or most <= 0:  # programs leave a twentieth by themselves
        return 0, None
    needed = most / max(1 - room / length, 0.4)
    step = _step(needed - scale.low) / 2
    return 0, math.ceil(needed / step - 1e-9) * step


def _turned(names: Sequence[str], slot: float, frame: _Frame) -> tuple[int, float]:
    """The angle and the size of names below bars: as they are, smaller, or at a slant."""
    longest = max((measured(name).longest_word() for name in names), default=0.0)
    room = slot * 0.92 - 3
    if longest * frame.points <= room:
        return 0, frame.points
    if longest * 10 <= room:
        return 0, room / longest
    slanted = max(frame.text(name) for name in names) * 12 / frame.points * 0.71
    return (-45, min(frame.points, 12)) if slanted < frame.height * 0.35 else (0, 10)


class _Values:
    """The numbers beside bars, or in the pieces of a stack; a piece too thin for its number has it at its side."""

    def __init__(self, chart: Chart, frame: _Frame, scale: _Scale, area: _Box, thick: float, slot: float) -> None:
        self.chart, self.frame, self.scale, self.area, self.thick = chart, frame, scale, area, thick
        self.turn, self.size = 0, frame.points
        self.beside: dict[int, float] = {}
        """Where the last number beside a stack ends, by category, along the value axis."""
        self.room = 0.0
        """What a number takes beyond the end of its bar."""
        if chart.kind == "bar" and chart.values:
            widest = max((measured(f"{v:,f}").width for s in chart.series for v in s.values), default=0.0) + 0.3
            room = thick if len(chart.series) > 1 else slot
            across = _LINE if chart.horizontal else widest
            self.size = max(min(frame.points, room / across), 10)
            if not chart.horizontal and self.size * across > room + 2:
                self.turn, self.size = -90, max(min(frame.points, room / _LINE), 9)
            self.room = self.size * (widest if chart.horizontal or self.turn else _LINE) + 4

    def of(self, series: Series, look: _Look) -> str:
        """The labels of a series; a number with other decimals than most has a format of its own."""
        forms = [_decimals(value) for value in series.values]
        usual = Counter(forms).most_common(1)[0][0] if forms else "General"
        stacked = self.chart.kind == "stacked"
        own = "".join(
            self._own(index, value, form, look, usual)
            for index, (value, form) in enumerate(zip(series.values, forms, strict=True))
        )
        return f"<c:dLbls>{own}{self._label(usual, look, outside=not stacked)}{_NO_LEADERS}</c:dLbls>"

    def _own(self, index: int, value: Decimal, form: str, look: _Look, usual: str) -> str:
        start = f'<c:dLbl><c:idx val="{index}"/>'
        if self.chart.kind == "bar":
            outside = not self._in_foot(float(value))
            return "" if form == usual and outside else f"{start}{self._label(form, look, outside=outside)}</c:dLbl>"
        if not value:
            return f'{start}<c:delete val="1"/></c:dLbl>'
        stack = [float(v) for s in self.chart.series[: look.index] for v in s.values[index : index + 1]]
        start_at = sum(v for v in stack if v * float(value) > 0)
        if self.scale.log:
            start_at = max(start_at, self.scale.low)
        begin, end = (self.scale.share(v) * self._long for v in (start_at, start_at + float(value)))
        wide, high = self.frame.text(f"{value:,f}"), self.frame.line
        needed = wide if self.chart.horizontal else high
        if abs(end - begin) >= needed:
            return "" if form == usual else f"{start}{self._label(form, look, outside=False)}</c:dLbl>"
        middle = (begin + end) / 2
        along = max(middle, self.beside.get(index, -needed) + needed / 2)
        self.beside[index] = along + needed / 2
        if self.chart.horizontal:
            x, y = along - middle, -(self.thick / 2 + high / 2)
        else:
            x, y = self.thick / 2 + wide / 2 + 6, middle - along
        return f"{start}{_moved(x, y, self.frame)}{self._label(form, look, outside=True)}</c:dLbl>"

    def headroom(self, axis: Axis) -> tuple[float, float | None]:
        """What to cut from the plot area, or how long to make the axis, so that the number of the longest bar fits."""
        most = max((float(v) for s in self.chart.series for v in s.values), default=0.0)
        return _headroom(axis, self.scale, self._long, self.room, most) if self.room else (0, None)

    def _in_foot(self, value: float) -> bool:
        """Whether LibreOffice would set the number at the wrong end, below 1 on a log axis, and it fits in the bar."""
        if not self.scale.log or value > 1:
            return False
        length = self.scale.share(value) * self._long
        wide, high = self.size * (measured(f"{value:,g}").width + 0.3), self.size * _LINE
        along, across = (wide, high) if self.chart.horizontal or self.turn else (high, wide)
        return along <= length and across <= self.thick

    @property
    def _long(self) -> float:
        return self.area.width if self.chart.horizontal else self.area.height

    def _label(self, form: str, look: _Look, *, outside: bool) -> str:
        slot = _TEXT if outside or look.again else _BACK
        behind = fill(_BACK) if look.again and not outside else "<a:noFill/>"
        body = f' rot="{self.turn * 60000}" vert="horz" wrap="none"'
        return (
            f'<c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr>{behind}{_NO_LINE}</c:spPr>'
            f"{_text(self.size, slot, body)}{_shown('outEnd' if outside and self.chart.kind == 'bar' else 'ctr')}"
        )


def _moved(x: float, y: float, frame: _Frame) -> str:
    """A label moved from where it would stand; right and down are positive."""
    shares = f'<c:x val="{x / frame.width:.4f}"/><c:y val="{y / frame.height:.4f}"/>'
    return f"<c:layout><c:manualLayout>{shares}</c:manualLayout></c:layout>"


def _decimals(value: Decimal) -> str:
    """The number format that writes a value with the decimals it was given."""
    places = len(f"{value:f}".partition(".")[2])
    return f"#,##0.{'0' * places}" if places else "#,##0"


def _shown(place: str) -> str:
    """A label at a place, with the value in it."""
    off = "".join(f'<c:{key} val="0"/>' for key in ("showCatName", "showSerName", "showPercent", "showBubbleSize"))
    return f'<c:dLblPos val="{place}"/><c:showLegendKey val="0"/><c:showVal val="1"/>{off}'


# --- lines and points -------------------------------------------------------------------------------------------


def _categories(chart: Chart, frame: _Frame, sheet: _Sheet) -> _Plot:
    """Lines over categories."""
    scale = _scale(chart.y, [float(v) for s in chart.series for v in s.values])
    ticks = max(frame.text(_tick(scale.low)), frame.text(_tick(scale.high)))
    area = _area(chart, frame, ticks + 6, frame.line + 4)
    slot = area.width / len(chart.categories)
    turn, size = _turned(chart.categories, slot, frame)
    names = sheet.add(chart.x.title, chart.categories)
    marked = len(chart.categories) <= _MANY
    at = [
        [
            (area.x + slot * (i + 0.5), area.y + (1 - scale.share(float(v))) * area.height)
            for i, v in enumerate(s.values)
        ]
        for s in chart.series
    ]
    places = _places(chart, frame, area, at, lines=True)
    drawn = "".join(
        f'<c:ser><c:idx val="{look.index}"/><c:order val="{look.index}"/><c:tx>{sheet.head(column)}</c:tx>'
        f"{look.stroke(True, marked)}{look.marker(7 if marked else 0)}{_named(series, places[look.index], frame)}"
        f'<c:cat>{sheet.data(names)}</c:cat><c:val>{sheet.data(column)}</c:val><c:smooth val="0"/></c:ser>'
        for series, look in _looks(chart)
        for column in [sheet.add(series.title, series.values)]
    )
    return _Plot(
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{drawn}<c:marker val="1"/>'
        '<c:axId val="1"/><c:axId val="2"/></c:lineChart>'
        + _categories_axis(chart.x, frame, turn=turn, size=size)
        + _values_axis(chart.y, frame, scale, _scaling(chart.y, scale, fixed=True), "l"),
        len(chart.series),
    )


def _points(chart: Chart, frame: _Frame, sheet: _Sheet) -> _Plot:
    """Points, lines through points, and points under a roof."""
    given = [_pairs(series) for series in chart.series]
    x, y = _scales(chart, given)
    ticks = max(frame.text(_tick(y.low)), frame.text(_tick(y.high)))
    area = _area(chart, frame, ticks + 6, frame.line + 4, max(14, frame.text(_tick(x.high)) / 2 + 4))

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return area.x + x.share(point[0]) * area.width, area.y + (1 - y.share(point[1])) * area.height

    at = [[place((float(a), float(b))) for a, b in pairs] for pairs in given]
    roof = _roof(chart, x, y, area, frame) if chart.kind == "roofline" else []
    lines = chart.kind == "line"
    ways = [[place(p) for p in piece.corners] for piece in roof]
    words = [_beside(*way[p.corner], p.side, [p.label], frame) for way, p in zip(ways, roof, strict=True)]
    places = _places(chart, frame, area, at, lines=lines, ways=ways, words=words)
    drawn = "".join(_roof_series(index, piece, frame, sheet) for index, piece in enumerate(roof))
    for (series, look), pairs in zip(_looks(chart), given, strict=True):
        marked = not lines or len(pairs) <= _MANY
        column = sheet.add(_title(chart.x), [a for a, _ in pairs])
        sheet.add(series.title, [b for _, b in pairs])
        if series.labels:
            sheet.add("", series.labels)
        number = look.index + len(roof)
        drawn += (
            f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx>{sheet.head(column + 1)}</c:tx>'
            f"{look.stroke(lines, marked)}{look.marker((7 if lines else 10) if marked else 0)}"
            f"{_named(series, places[look.index], frame)}<c:xVal>{sheet.data(column)}</c:xVal>"
            f'<c:yVal>{sheet.data(column + 1)}</c:yVal><c:smooth val="0"/></c:ser>'
        )
    return _Plot(
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{drawn}'
        '<c:axId val="1"/><c:axId val="2"/></c:scatterChart>'
        + _point_axis(
            chart.x,
            frame,
            x,
            "b",
            _ticks(x, area.width, frame.text(_tick(x.high)) + 12, [p[0] for pairs in given for p in pairs]),
        )
        + _point_axis(
            chart.y, frame, y, "l", _ticks(y, area.height, frame.points * 1.6, [p[1] for pairs in given for p in pairs])
        ),
        len(chart.series),
        unlisted=len(roof),
    )


def _pairs(series: Series) -> list[tuple[Decimal, Decimal]]:
    """The points of a series; values alone stand at 1, 2, 3."""
    if series.points:
        return [(point[0], point[1]) for point in series.points]
    return [(Decimal(i), value) for i, value in enumerate(series.values, 1)]


def _scales(chart: Chart, given: Sequence[Sequence[tuple[Decimal, Decimal]]]) -> tuple[_Scale, _Scale]:
    xs, ys = ([float(pair[i]) for pairs in given for pair in pairs] for i in (0, 1))
    if chart.kind == "roofline" and chart.peak and chart.bandwidth:
        ridge = float(chart.peak / chart.bandwidth)
        xs += [ridge / 10, ridge * 10]
        ys += [float(chart.peak) * 1.2, float(chart.peak) / 10]
    room = any(label for series in chart.series for label in series.labels)
    return _scale(chart.x, xs, room=room), _scale(chart.y, ys, room=room)


def _ticks(scale: _Scale, length: float, label: float, values: Iterable[float | Decimal] = ()) -> str:
    """How far apart ticks are: some five, at whole numbers where values are; fewer decades where labels need room."""
    if not scale.log:
        return _even_ticks(scale, values)
    every = math.ceil(math.log10(scale.high / scale.low) * label / max(length, 1))
    return f'<c:majorUnit val="{10**every}"/>'


def _even_ticks(scale: _Scale, values: Iterable[float | Decimal] = ()) -> str:
    step = _step(scale.high - scale.low)
    if all(value == int(value) for value in values):
        step = max(math.ceil(step), 1)
    return f'<c:majorUnit val="{_decimal(step):f}"/>'


# --- words beside points ----------------------------------------------------------------------------------------


def _folded(label: str) -> list[str]:
    """The lines of a label."""
    return wrap(plain(label), _LABEL) or [""]


def _places(
    chart: Chart,
    frame: _Frame,
    area: _Box,
    at: Sequence[Sequence[tuple[float, float]]],
    *,
    lines: bool,
    ways: Sequence[Sequence[tuple[float, float]]] = (),
    words: Sequence[_Box] = (),
) -> list[list[str]]:
    """For each point of each series the side its word stands on: off other words, points, lines and the edge."""
    dots = [point for points in at for point in points]
    drawn = [step for way in (*(at if lines else ()), *ways) for step in _steps(way)]
    whole = _Box(0, 0, frame.width, frame.height)
    inner = _Box(area.x, area.y - 10, frame.width - area.x, area.height + 10)
    taken = list(words)
    places: list[list[str]] = []
    for series, points in zip(chart.series, at, strict=True):
        chosen: list[str] = []
        for (x, y), label in zip(points, series.labels, strict=False):
            if not label:
                chosen.append("r")
                continue
            sides = _SIDES if x < area.x + area.width * 0.6 else _SIDES[::-1]
            boxes = {side: _beside(x, y, side, _folded(label), frame) for side in sides}

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


def _steps(way: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Points along a line, some six points apart."""
    for (ax, ay), (bx, by) in pairwise(way):
        count = max(int(math.hypot(bx - ax, by - ay) / 6), 1)
        yield from ((ax + (bx - ax) * i / count, ay + (by - ay) * i / count) for i in range(count + 1))


_SIDES = ("r", "rt", "rb", "tr", "br", "t", "b", "bl", "tl", "lb", "lt", "l")
"""Where a word may stand; of two letters, the second is where it is moved to."""


def _beside(x: float, y: float, side: str, lines: Sequence[str], frame: _Frame) -> _Box:
    """Where a label stands at a side of a point."""
    width, height = _extent(lines, frame)
    across, down = _shift(side, width, height)
    left = {"r": x + 5, "l": x - 5 - width}.get(side[0], x - width / 2)
    top = {"t": y - 5 - height, "b": y + 5}.get(side[0], y - height / 2)
    return _Box(left + across, top + down, width, height)


def _extent(lines: Sequence[str], frame: _Frame) -> tuple[float, float]:
    return max(frame.text(line) for line in lines) + 6, len(lines) * frame.line + 2


def _shift(side: str, width: float, height: float) -> tuple[float, float]:
    """How far right and down a label moves along its side."""
    to = side[1:]
    return {"l": -width / 2, "r": width / 2}.get(to, 0.0), {"t": -height / 2, "b": height / 2}.get(to, 0.0)


def _named(series: Series, places: Sequence[str], frame: _Frame) -> str:
    """The words beside the points of a series."""
    labels = "".join(
        f'<c:dLbl><c:idx val="{index}"/>{_word(label, side, frame)}</c:dLbl>'
        for index, (label, side) in enumerate(zip(series.labels, places, strict=False))
        if label
    )
    return _labels(labels)


def _word(label: str, side: str, frame: _Frame, slot: str = _TEXT) -> str:
    lines = _folded(label)
    moved = _moved(*_shift(side, *_extent(lines, frame)), frame) if len(side) > 1 else ""
    written = [escape(line, quote=False) for line in lines]
    return (
        f"{moved}{_rich(written, frame, slot, _ONE_LINE)}<c:spPr><a:noFill/>{_NO_LINE}</c:spPr>"
        f"{_text(frame.points, slot, _ONE_LINE)}{_shown(side[0])}"
    )


_ONE_LINE = ' wrap="none"'
"""PowerPoint folds a label at a fifth of the chart unless told not to."""


def _labels(own: str) -> str:
    """Labels of some points, and none of the others."""
    keys = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
    off = "".join(f'<c:{key} val="0"/>' for key in keys)
    return f"<c:dLbls>{own}{off}{_NO_LEADERS}</c:dLbls>" if own else ""


_NO_LEADERS = (
    '<c:extLst><c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}" '
    'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:showLeaderLines val="0"/></c:ext></c:extLst>'
)
"""A label that was moved is close to what it names; a line to it would be in the way."""


# --- the roof ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of the roof and the word at one of its corners."""

    title: str
    corners: Sequence[tuple[float, float]]
    line: str
    label: str
    corner: int
    side: str
    slot: str


def _roof(chart: Chart, x: _Scale, y: _Scale, area: _Box, frame: _Frame) -> list[_Piece]:
    """The slope and the flat roof with its peak, and the drop at the ridge where they meet."""
    if not chart.peak or not chart.bandwidth:
        return []
    peak, bandwidth = float(chart.peak), float(chart.bandwidth)
    ridge = peak / bandwidth
    start = min(max(x.low, y.low / bandwidth), ridge)
    said = f"peak {peak:,g}"
    end = max(x.high, ridge)
    middle = max(x.value(1 - (frame.text(said) / 2 + 4) / area.width), ridge)
    top = "t" if y.share(peak) < 1 - (frame.points * 1.5) / area.height else "b"
    roof = _Piece(
        "Roof",
        [(start, start * bandwidth), (ridge, peak), (middle, peak), (end, peak)],
        line(_TEXT, 2.5),
        said,
        2,
        top,
        _TEXT,
    )
    words = f"ridge {float(f'{ridge:.3g}'):,g}"
    drop = line(_QUIET, 1.25, dash="sysDot")
    side = "r" if x.share(ridge) < 0.8 else "l"
    foot = y.value((frame.points * 0.8) / area.height)
    return [roof, _Piece("Ridge", [(ridge, peak), (ridge, foot), (ridge, y.low)], drop, words, 1, side, _QUIET)]


def _roof_series(number: int, piece: _Piece, frame: _Frame, sheet: _Sheet) -> str:
    column = sheet.add("", [_decimal(a) for a, _ in piece.corners])
    sheet.add(piece.title, [_decimal(b) for _, b in piece.corners])
    word = f'<c:dLbl><c:idx val="{piece.corner}"/>{_word(piece.label, piece.side, frame, piece.slot)}</c:dLbl>'
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx>{sheet.head(column + 1)}</c:tx>'
        f'<c:spPr>{piece.line}</c:spPr><c:marker><c:symbol val="none"/></c:marker>{_labels(word)}'
        f'<c:xVal>{sheet.data(column)}</c:xVal><c:yVal>{sheet.data(column + 1)}</c:yVal><c:smooth val="0"/></c:ser>'
    )
