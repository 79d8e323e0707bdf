"""The size of a chart's frame and text, and its lines, fills, markers and words as DrawingML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from blueprint.deck import Chart, Role, Series
from blueprint.model import Language
from generator.decks.layout.measure import Measured, measured
from generator.decks.layout.page import OWN
from generator.decks.powerpoint.theme_colors import ROLE_COLORS, fill, line

TEXT, QUIET, BACKGROUND = "tx1", "tx2", "bg1"
_MARKERS = ("circle", "square", "triangle", "diamond", "circle", "square")
"""The last two are hollow."""
_DASHES = ("solid", "dash", "sysDash", "dashDot", "lgDash", "lgDashDotDot")
_PATTERNS = ("wdUpDiag", "wdDnDiag", "narHorz", "narVert", "lgGrid")
"""Fills of a role that comes again."""
LINE_HEIGHT = 1.22
"""The height of a line of text, in font sizes."""


@dataclass(frozen=True, slots=True)
class ChartFrame:
    """The size of a chart and of its text, in points, the language of its words, and their typeface."""

    width: float
    height: float
    points: float
    language: Language
    font: str = OWN.body_font

    @property
    def line(self) -> float:
        """The height of a line of text."""
        return self.points * LINE_HEIGHT

    def text(self, words: str) -> float:
        """The width of a text in one line."""
        return self.measured(words).width * self.points * 1.04

    def measured(self, words: str) -> Measured:
        """A text measured in the chart's typeface."""
        return measured(words, self.font)


@dataclass(frozen=True, slots=True)
class ChartRect:
    """A rectangle in a chart, in points from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def over(self, other: ChartRect) -> float:
        """The area that two rectangles share, in square points."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(across, 0) * max(down, 0)

    def held(self, points: Sequence[tuple[float, float]]) -> int:
        """The number of points that lie in the rectangle."""
        left, top, right, bottom = self.x, self.y, self.x + self.width, self.y + self.height
        return len([1 for x, y in points if left <= x <= right and top <= y <= bottom])


NO_LINE = line("")


@dataclass(frozen=True, slots=True)
class SeriesStyle:
    """The color, dashes and marker of a series: they follow its number in the chart and how often its role came before."""

    color: str
    index: int
    again: int

    @property
    def alpha(self) -> int:
        """The opacity of its lines and markers, in percent; less for a role that comes again."""
        return max(100 - 30 * self.again, 60)

    def bar(self) -> str:
        """The fill of a bar: full; of a role that comes again, a pattern with an outline."""
        if not self.again:
            return f'<c:spPr>{fill(self.color)}<a:ln w="9525">{fill(BACKGROUND)}</a:ln></c:spPr>'
        pattern = _PATTERNS[(self.again - 1) % len(_PATTERNS)]
        colors = (
            f'<a:fgClr><a:schemeClr val="{self.color}"/></a:fgClr><a:bgClr><a:schemeClr val="{BACKGROUND}"/></a:bgClr>'
        )
        return f'<c:spPr><a:pattFill prst="{pattern}">{colors}</a:pattFill><a:ln w="12700">{fill(self.color)}</a:ln></c:spPr>'

    def stroke(self, drawn: bool, marked: bool) -> str:
        """The line of a series; without markers its dashes alone tell it from every other."""

        dash = _DASHES[(self.again if marked else self.index) % len(_DASHES)]
        return f"<c:spPr>{line(self.color, 2.25, alpha=self.alpha, dash=dash) if drawn else NO_LINE}</c:spPr>"

    def marker(self, size: int) -> str:
        """The marker of a series, `size` points wide; none for 0."""
        if not size:
            return '<c:marker><c:symbol val="none"/></c:marker>'
        number = self.index % len(_MARKERS)
        inside = fill(self.color, self.alpha) if number < 4 else fill(BACKGROUND)
        shape = f"<c:spPr>{inside}{line(self.color, 1.25)}</c:spPr>"
        return f'<c:marker><c:symbol val="{_MARKERS[number]}"/><c:size val="{size}"/>{shape}</c:marker>'


def styled_series(chart: Chart) -> Iterator[tuple[Series, SeriesStyle]]:
    """Each series of a chart with its style."""
    seen: Counter[Role] = Counter()
    for index, series in enumerate(chart.series):
        yield series, SeriesStyle(ROLE_COLORS[series.role], index, seen[series.role])
        seen[series.role] += 1


def _font(tag: str, points: float, color: str, more: str = "") -> str:
    return f'<a:{tag}{more} sz="{points * 100:.0f}" b="0">{fill(color)}<a:latin typeface="+mn-lt"/></a:{tag}>'


def text_properties(points: float, color: str, body: str = "") -> str:
    """The size and color of an element's text, as XML; `body` are attributes of its `a:bodyPr`."""
    paragraph = f"<a:p><a:pPr>{_font('defRPr', points, color)}</a:pPr><a:endParaRPr/></a:p>"
    return f"<c:txPr><a:bodyPr{body}/><a:lstStyle/>{paragraph}</c:txPr>"


def rich_text(lines: Iterable[str], frame: ChartFrame, color: str, body: str = "") -> str:
    """A text of the chart's own as XML, a paragraph for each line."""
    head = f"<a:pPr>{_font('defRPr', frame.points, color)}</a:pPr>"
    form = _font("rPr", frame.points, color, f' lang="{frame.language}"')
    paragraphs = "".join(f"<a:p>{head}<a:r>{form}<a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return f"<c:tx><c:rich><a:bodyPr{body}/><a:lstStyle/>{paragraphs}</c:rich></c:tx>"


def moved_by(x: float, y: float, frame: ChartFrame) -> str:
    """The layout of a label moved from where it would stand, in points; right and down are positive."""
    shares = f'<c:x val="{x / frame.width:.4f}"/><c:y val="{y / frame.height:.4f}"/>'
    return f"<c:layout><c:manualLayout>{shares}</c:manualLayout></c:layout>"


def value_shown_at(place: str) -> str:
    """The end of a label's XML: its place, and that it shows the value."""
    off = "".join(f'<c:{key} val="0"/>' for key in ("showCatName", "showSerName", "showPercent", "showBubbleSize"))
    return f'<c:dLblPos val="{place}"/><c:showLegendKey val="0"/><c:showVal val="1"/>{off}'


NO_LEADERS = (
    '<c:extLst><c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}" '
    'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:showLeaderLines val="0"/></c:ext></c:extLst>'
)
"""A label that was moved is close to what it names; a line to it would be in the way."""
