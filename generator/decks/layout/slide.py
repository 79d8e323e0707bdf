"""Where everything of a slide stands and how large its letters are; and what does not fit. Pure, in points.

A slide's blocks flow down its page. The layout tries type sizes from the largest, and for each size the ways an
answer may stand: below the task, beside it, or on a slide of its own that a click leads to. The first that fits is
taken. What can stretch (charts, diagrams, figures) shares the height that is left; text alone is set more openly.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Literal

from blueprint.deck import Block, Callout, Chart, Code, Column, Diagram, Equation, Figure, Table
from blueprint.model import Markdown
from generator.decks.layout import measure
from generator.decks.layout.diagram import Lines, Rect, least_height
from generator.decks.plan import Answers, Arrangement, Planned
from generator.text.formula_size import size_of
from generator.text.inline import Part, parts

BoxKind = Literal[
    "text",
    "heading",
    "callout",
    "table",
    "code",
    "equation",
    "legend",
    "chart",
    "diagram",
    "figure",
    "caption",
    "answer",
]
Path = tuple[object, ...]

SIZES = (26.0, 24.0, 22.0, 20.0, 18.0, 16.0, 14.0)
"""Type sizes of a slide's text, the largest first."""
SMALLEST = 12.0
"""No letter of a slide is smaller (captions, sources, code that must not wrap)."""
_BESIDE_PICTURES = 22.0
"""The largest text beside or above what can stretch."""
_ASIDE = 18.0
"""An answer that would make its slide smaller than this gets a slide of its own."""
_LISTED = 16.0
"""The size of a list of sources, which is looked up and not read from the last row."""
_TITLES = (30.0, 27.0, 24.0)
CAPTION = 14.0
FOOT = 12.0
INDENT, _DEEP_INDENT = 1.1, 1.6
"""What a level of a list is set in, in em; more where a number has two digits or is as wide as a program's letters."""
LETTERED = re.compile(r"\*\*([A-H])\*\* +")
"""An item that begins with a letter in bold, as choices do, is numbered by it."""
TAB = 4
"""The places between the tabs of a program, in letters."""
_LARGEST_CELL = 22.0
_TIGHT, _OPEN = 0.3, (1.0, 0.8, 0.65, 0.5, 0.4)
"""Space between paragraphs, in em: the least, and what is tried when there is room."""
_GUTTER = 28.0
CALLOUT = (16.0, 8.0)
ANSWER = (14.0, 10.0)
CODE = (12.0, 9.0)
CELL = (8.0, 4.0)
"""What is left free inside a callout, the panel of an answer, a program and a cell: at the sides, above and below."""
CODE_LINE = 1.2
"""The pitch of a program's lines, in em; it is set exactly, so that marked lines are where they are marked."""
_CODE_FONT_WIDTH = 0.6
_SMALL_CHART, _SMALL_FIGURE = 150.0, 110.0
"""The least height of a picture among the smallest text."""
_HIGHEST_CHART = 0.85
"""The height of a chart, as a share of its width, that it never exceeds."""
DIAGRAM_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class Page:
    """The geometry of a slide: our own, or that of a university's template."""

    width: float
    height: float
    title: Rect
    tag: Rect
    body: Rect
    """What title and content share; the content begins below the title's last line."""
    title_slide: tuple[Rect, Rect]
    section: tuple[Rect, Rect]
    focus: tuple[Rect, Rect]
    """Title and content of the slides with large letters."""
    heading_font: str
    body_font: str
    fixed_body: bool = False
    """Whether title and content stand where a template puts them; then a tag stands above the content."""


OWN = Page(
    width=960,
    height=540,
    title=Rect(54, 26, 852, 80),
    tag=Rect(54, 22, 320, 24),
    body=Rect(54, 26, 852, 478),
    title_slide=(Rect(72, 120, 816, 170), Rect(72, 306, 816, 170)),
    section=(Rect(96, 110, 780, 170), Rect(96, 296, 780, 190)),
    focus=(Rect(72, 70, 816, 160), Rect(72, 250, 816, 240)),
    heading_font="Calibri",
    body_font="Calibri",
)
"""The geometry of our own slides."""
BELOW_TAG = 30.0
"""How far a tag pushes the title down."""
_BELOW_TITLE = 14.0
_COVER, _MARGIN = 20.0, 16.0
"""The size of what stands on a title slide, and what is left free below its texts."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns and rows of a table, in points."""

    widths: tuple[float, ...]
    heights: tuple[float, ...]
    lines: tuple[tuple[int, ...], ...]
    """Lines of each cell, the header row first."""


@dataclass(frozen=True, slots=True)
class Box:
    """Something that stands on a slide."""

    kind: BoxKind
    rect: Rect
    points: float
    """The size of its letters; 0 for a picture."""
    path: Path
    """Where it was written, below the slide."""
    block: Block | None = None
    text: str = ""
    """Markdown of a heading or a caption."""
    lines: int = 0
    """How many lines its text is expected to take."""
    space: float = _TIGHT
    """Between its paragraphs, in em."""
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Over:
    """What does not fit: where it was written, what it is, and how many lines too many."""

    path: Path
    what: str
    lines: int


@dataclass(frozen=True, slots=True)
class Laid:
    """A slide, laid out."""

    planned: Planned
    title: str
    title_rect: Rect
    title_points: float
    title_lines: int
    arrangement: Arrangement
    label: str
    boxes: tuple[Box, ...]
    answer: tuple[Box, ...]
    """What a click reveals, the panel behind it first."""
    foot: Rect | None
    foot_lines: int
    over: tuple[Over, ...]
    continues: bool = False
    """Whether this goes on from the slide before it: its answer, or the rest of its sources."""


def laid_out(
    planned: Planned,
    page: Page,
    *,
    answers: Answers = "click",
    pictures: Mapping[str, tuple[float, float]] | None = None,
) -> tuple[Laid, ...]:
    """A slide as one page, or as two when its answer needs a page of its own.

    `pictures` gives the width and height of each figure's file; one that is not there is taken for 4:3.
    """
    answer = () if answers == "hidden" else planned.answer
    flow = _Flow(page.body_font, pictures or {})
    if planned.arrangement in ("title", "section", "focus"):
        return (_opening(planned, answer, page, flow),)
    return _content(planned, answer, page, flow)


# --- whole slides -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Room:
    """A slide without its content: title, foot, and the place between them."""

    title: Rect
    points: float
    lines: int
    content: Rect
    foot: Rect | None
    foot_lines: int


def _room(title: str, label: str, footnotes: Sequence[str], page: Page) -> _Room:
    top = page.title.y + (BELOW_TAG if label else 0)
    points, lines = _title(title, page)
    high = lines * points * measure.font(page.heading_font).line
    foot, foot_lines = _foot(footnotes, page)
    begin = page.body.y + (BELOW_TAG if label else 0) if page.fixed_body else top + high + _BELOW_TITLE
    end = (foot.y - 10) if foot else page.body.y + page.body.height
    title_rect = page.title if page.fixed_body else Rect(page.title.x, top, page.title.width, high + 4)
    content = Rect(page.body.x, begin, page.body.width, max(end - begin, 10.0))
    return _Room(title_rect, points, lines, content, foot, foot_lines)


def _title(title: str, page: Page) -> tuple[float, int]:
    """Size and lines of a title: as large as two lines allow, a little smaller where that saves a line."""
    if page.fixed_body:
        line = measure.font(page.heading_font).line
        return next(
            ((p, n) for p in _TITLES if (n := _title_lines(title, page, p)) * p * line <= page.title.height),
            (_TITLES[-1], _title_lines(title, page, _TITLES[-1])),
        )
    counts = {points: _title_lines(title, page, points) for points in _TITLES}
    large, medium, small = _TITLES
    if counts[medium] < counts[large] <= 2:
        return medium, counts[medium]
    points = next((p for p, lines in counts.items() if lines <= 2), small)
    return points, counts[points]


def _title_lines(title: str, page: Page, points: float) -> int:
    return measure.lines(title, page.title.width, points, page.heading_font, True)


def _foot(footnotes: Sequence[str], page: Page) -> tuple[Rect | None, int]:
    if not footnotes:
        return None, 0
    lines = measure.lines(foot_text(footnotes), page.body.width, FOOT, page.body_font)
    high = lines * FOOT * measure.font(page.body_font).line
    return Rect(page.body.x, page.body.y + page.body.height - high, page.body.width, high), lines


def foot_text(footnotes: Sequence[str]) -> str:
    """Sources and assumptions as the line at a slide's foot."""
    *others, last = footnotes
    return " · ".join([*(note.rstrip(".") for note in others), last])


def _opening(planned: Planned, answer: tuple[Block, ...], page: Page, flow: _Flow) -> Laid:
    """A title, a section, or a claim alone: large letters, content below them."""
    title, content = {"title": page.title_slide, "section": page.section, "focus": page.focus}[planned.arrangement]
    largest = 44.0 if planned.arrangement == "title" else 40.0
    name = page.heading_font
    text = planned.slide.title
    points = next(
        (
            p
            for p in (largest, 36.0, 32.0, 28.0)
            if measure.lines(text, title.width, p, name, True) * p * measure.font(name).line <= title.height
        ),
        28.0,
    )
    lines = measure.lines(text, title.width, points, name, True)
    foot, foot_lines = _foot(planned.footnotes, page)
    if foot:
        content = replace(content, height=foot.y - 10 - content.y)
    if planned.arrangement == "title":
        shown, revealed, over = _cover(planned, answer, content, flow)
    else:
        shown, revealed, over = flow.best(planned.blocks, answer, content, largest=24.0)
    if lines * points * measure.font(name).line > title.height:
        over = (*over, Over(("title",), "the title", 1))
    return Laid(
        planned,
        text,
        title,
        points,
        lines,
        planned.arrangement,
        "",
        shown,
        revealed,
        foot,
        foot_lines,
        over,
    )


def _cover(
    planned: Planned, answer: tuple[Block, ...], content: Rect, flow: _Flow
) -> tuple[tuple[Box, ...], tuple[Box, ...], tuple[Over, ...]]:
    """A title slide's texts, which follow the lecture's subtitle, and below them whatever else it shows."""
    texts = [(n, block) for n, block in enumerate(planned.blocks) if block.text is not None]
    others = [(n, block) for n, block in enumerate(planned.blocks) if block.text is None]
    if not others and not answer:
        return flow.best(planned.blocks, answer, content, largest=24.0)
    above = flow.need([Block(text=Markdown("One line")), *(b for _, b in texts)], content.width, _COVER, 0.6)
    above += _MARGIN
    first = flow.place([b for _, b in texts], replace(content, height=above), _COVER, ("body",))
    rest = replace(content, y=content.y + above, height=content.height - above)
    then, revealed, over = flow.best([b for _, b in others], answer, rest, largest=_COVER)
    return (*_numbered(first, texts), *_numbered(then, others)), revealed, over


def _numbered(boxes: tuple[Box, ...], blocks: Sequence[tuple[int, Block]]) -> Iterator[Box]:
    """Boxes of some of a slide's blocks, with the places of those in the slide."""
    for box in boxes:
        number = box.path[1]
        assert isinstance(number, int)
        yield replace(box, path=(box.path[0], blocks[number][0], *box.path[2:]))


def _content(planned: Planned, answer: tuple[Block, ...], page: Page, flow: _Flow) -> tuple[Laid, ...]:
    """A slide with a title above its content; two if the answer does not fit beside or below the task."""
    title, label = planned.slide.title, planned.label
    if planned.slide.kind == "references":
        return tuple(_references(planned, page, flow))
    room = _room(title, label, planned.footnotes, page)
    if answer and (apart := _apart(planned, answer, room, page, flow)):
        return apart
    shown, revealed, over = flow.best(planned.blocks, answer, room.content, largest=SIZES[0])
    return (_laid(planned, title, label, room, shown, revealed, over),)


def _references(planned: Planned, page: Page, flow: _Flow) -> Iterator[Laid]:
    """As many slides as the list of sources needs to be readable."""
    *before, listed = planned.blocks
    items = str(listed.text or "").split("\n")
    for count in range(1, len(items) + 1):
        pages = [items[len(items) * n // count : len(items) * (n + 1) // count] for n in range(count)]
        shown = [(*(() if n else before), Block(text=Markdown("\n".join(page)))) for n, page in enumerate(pages)]
        titles = [planned.slide.title + (f" ({n} of {count})" if count > 1 else "") for n in range(1, count + 1)]
        rooms = [_room(title, planned.label, planned.footnotes, page) for title in titles]
        sizes = [flow.size(blocks, (), room.content) for blocks, room in zip(shown, rooms, strict=True)]
        if min(sizes) >= _LISTED:
            break
    for number, (blocks, title, room) in enumerate(zip(shown, titles, rooms, strict=True)):
        boxes, _, over = flow.best(blocks, (), room.content, largest=_LISTED)
        laid = _laid(planned, title, planned.label, room, boxes, (), over)
        yield replace(laid, continues=number > 0)


def _apart(
    planned: Planned, answer: tuple[Block, ...], room: _Room, page: Page, flow: _Flow
) -> tuple[Laid, ...] | None:
    """Task and answer as two slides, where together they would be small and apart they are not."""
    together = flow.size(planned.blocks, answer, room.content)
    if together >= _ASIDE:
        return None
    title = f"Answer: {planned.slide.title}"
    after = _room(title, "", planned.footnotes, page)
    sizes = [flow.size(planned.blocks, (), room.content), flow.size(answer, (), after.content)]
    if min(sizes) <= together:
        return None
    shown, _, over = flow.best(planned.blocks, (), room.content, largest=SIZES[0])
    first = _laid(planned, planned.slide.title, planned.label, room, shown, (), over)
    shown, _, over = flow.best(answer, (), after.content, largest=SIZES[0], part="answer")
    return first, replace(_laid(planned, title, "", after, shown, (), over), continues=True)


def _laid(
    planned: Planned,
    title: str,
    label: str,
    room: _Room,
    shown: tuple[Box, ...],
    answer: tuple[Box, ...],
    over: tuple[Over, ...],
) -> Laid:
    if room.lines > 3:
        over = (*over, Over(("title",), "the title", room.lines - 3))
    return Laid(
        planned,
        title,
        room.title,
        room.points,
        room.lines,
        planned.arrangement,
        label,
        shown,
        answer,
        room.foot,
        room.foot_lines,
        over,
    )


# --- blocks -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Flow:
    """Blocks one below the other: how high they are, and where they come to stand."""

    font: str
    pictures: Mapping[str, tuple[float, float]]
    _heights: dict[tuple[int, float, float, float], float] = field(default_factory=dict)
    _diagrams: dict[tuple[int, float], float] = field(default_factory=dict)
    _words: dict[int, tuple[float, ...]] = field(default_factory=dict)

    def size(self, body: Sequence[Block], answer: Sequence[Block], room: Rect) -> float:
        """The largest type size in which everything fits; 0 if it fits in none."""
        return self._fit(body, answer, room, SIZES[0])[0]

    def best(
        self, body: Sequence[Block], answer: Sequence[Block], room: Rect, *, largest: float, part: str = "body"
    ) -> tuple[tuple[Box, ...], tuple[Box, ...], tuple[Over, ...]]:
        """Boxes of the body and of the answer in the largest size that fits, and what does not fit at all."""
        points, way = self._fit(body, answer, room, largest)
        if points:
            return (*self._set(way, body, answer, room, points, part), ())
        shown, revealed = self._set("below", body, answer, room, SIZES[-1], part)
        over = tuple(_over((*shown, *revealed), room.y + room.height, SIZES[-1] * self._line))
        return shown, revealed, over

    def _fit(
        self, body: Sequence[Block], answer: Sequence[Block], room: Rect, largest: float
    ) -> tuple[float, Literal["below", "beside"]]:
        """The largest size that fits, and whether the answer stands below the task or beside it; 0 for none."""
        if _competes(body) or _competes(answer):
            largest = min(largest, _BESIDE_PICTURES)
        sides = bool(answer) and not any(map(_is_wide, (*body, *answer)))
        half = (room.width - _GUTTER) / 2
        for points in SIZES:
            if points > largest:
                continue
            panel = self._panel(answer, room.width, points) + 10 if answer else 0
            high = below = self.need(body, room.width, points) + panel
            if below <= room.height:
                return points, "below"
            if sides:
                beside = max(self.need(body, half, points), self._panel(answer, half, points))
                if beside <= room.height:
                    return points, "beside"
                high = min(below, beside)
            # Heights grow at most with the square of the size, so larger sizes than this need not be tried.
            largest = points * math.sqrt(room.height / high) * 1.05
        return 0.0, "below"

    def _set(
        self, way: str, body: Sequence[Block], answer: Sequence[Block], room: Rect, points: float, part: str
    ) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
        if way == "beside":
            half = (room.width - _GUTTER) / 2
            left = Rect(room.x, room.y, half, room.height)
            right = Rect(room.x + half + _GUTTER, room.y, half, room.height)
            return self.place(body, left, points, (part,)), self._answer(answer, right, points, fill=False)
        if not answer:
            return self.place(body, room, points, (part,)), ()
        panel = self._panel(answer, room.width, points)
        free = room.height - panel - 10 - self.need(body, room.width, points)
        if any(map(_stretches, answer)) and free > 0:
            panel += free if not any(map(_stretches, body)) else free / 2
        above = replace(room, height=room.height - panel - 10)
        boxes = self.place(body, above, points, (part,))
        end = max((b.rect.y + b.rect.height for b in boxes), default=room.y)
        stretched = any(map(_stretches, answer))
        top = room.y + room.height - panel if stretched else min(end + 14, room.y + room.height - panel)
        if free < 0:
            top = end + 14  # what does not fit reaches below the slide, never over its title
        return boxes, self._answer(answer, Rect(room.x, top, room.width, panel), points, fill=stretched)

    @property
    def _line(self) -> float:
        return measure.font(self.font).line

    def _panel(self, answer: Sequence[Block], width: float, points: float) -> float:
        """The height of an answer's panel."""
        return self.need(answer, width - 2 * ANSWER[0], points) + 2 * ANSWER[1] + points * self._line + 4

    def _answer(self, answer: Sequence[Block], rect: Rect, points: float, *, fill: bool) -> tuple[Box, ...]:
        """The panel and what stands on it."""
        if not fill:
            rect = replace(rect, height=min(rect.height, self._panel(answer, rect.width, points)))
        heading = points * self._line + 4
        side, edge = ANSWER
        inner = Rect(rect.x + side, rect.y + edge + heading, rect.width - 2 * side, rect.height - 2 * edge - heading)
        boxes = self.place(answer, inner, points, ("answer",), open_up=False)
        return (Box("answer", rect, points, ("answer",), text="Answer", lines=1), *boxes)

    # --- heights ---

    def need(self, blocks: Sequence[Block], width: float, points: float, space: float = _TIGHT) -> float:
        """How high blocks are at least."""
        heights = sum([self._known(block, width, points, space) for block in blocks])
        return heights + _gap(points, space) * max(len(blocks) - 1, 0)

    def _known(self, block: Block, width: float, points: float, space: float) -> float:
        """The height of a block, worked out once."""
        key = (id(block), width, points, space)
        if key not in self._heights:
            self._heights[key] = self._height(block, width, points, space)
        return self._heights[key]

    def _height(self, block: Block, width: float, points: float, space: float) -> float:
        if block.text is not None:
            return self._text(block.text, width, points, space)[1]
        if block.callout is not None:
            return self._callout(block.callout, width, points, space)[1]
        if block.table is not None:
            grid = self._grid(block.table, width, self._cell_points(block.table, width, points), space)
            return sum(grid.heights) + self._caption(block.table.caption, width)[1]
        if block.code is not None:
            return self._code(block.code, width, points)[1] + self._caption(block.code.caption, width)[1]
        if block.equation is not None:
            return self._equation(block.equation, width, points)
        if block.chart is not None:
            least = _SMALL_CHART if points <= SIZES[-1] else max(min(width * 0.5, 220.0), _SMALL_CHART)
            return least + self._caption(chart_caption(block.chart), width)[1]
        if block.diagram is not None:
            return self._diagram(block.diagram, width) + self._caption(block.diagram.caption, width)[1]
        if block.figure is not None:
            least = min(_SMALL_FIGURE if points <= SIZES[-1] else 160.0, self._natural(block.figure, width))
            return least + self._caption(block.figure.caption, width)[1]
        if block.columns:
            return max(
                self.need(column.body, inner, points, space) + self._heading(column.heading, inner, points)[1]
                for column, inner in zip(block.columns, _widths(block.columns, width), strict=True)
            )
        raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")

    def _text(self, text: str, width: float, points: float, space: float) -> tuple[int, float]:
        """Lines and height of a text."""
        found = parts(text)
        step = indent(found) * points
        count = sum([measure.lines(part.text, width - step * part.depth, points, self.font) for part in found])
        return count, count * points * self._line + max(len(found) - 1, 0) * space * points

    def _callout(self, callout: Callout, width: float, points: float, space: float) -> tuple[int, float]:
        lines, height = self._text(callout_text(callout), width - 2 * CALLOUT[0], points, space)
        return lines, height + 2 * CALLOUT[1]

    def _heading(self, heading: str, width: float, points: float) -> tuple[int, float]:
        if not heading:
            return 0, 0.0
        lines = measure.lines(heading, width, points, self.font, True)
        return lines, lines * points * self._line + 4

    def _caption(self, caption: str, width: float) -> tuple[int, float]:
        if not caption:
            return 0, 0.0
        lines = measure.lines(caption, width, CAPTION, self.font)
        return lines, lines * CAPTION * self._line + 4

    def _grid(self, table: Table, width: float, points: float, space: float) -> Grid:
        widths = column_widths(table, width, [em * points + 2 * CELL[0] for em in self._longest(table)])
        lines = tuple(
            tuple(
                measure.lines(cell, column - 2 * CELL[0], points, self.font, not number)
                for cell, column in zip(row, widths, strict=True)
            )
            for number, row in _rows(table)
        )
        edge = 2 * CELL[1] + max(space - _TIGHT, 0) * points
        return Grid(widths, tuple(max(row) * points * self._line + edge for row in lines), lines)

    def _cell_points(self, table: Table, width: float, points: float) -> float:
        """The largest type size up to one in which no word of a table is broken; that one, if there is none."""
        most = min(points, _LARGEST_CELL)
        words = sum(self._longest(table))
        room = width - 2 * CELL[0] * len(table.columns)
        return next((size for size in (most, *SIZES) if size <= most and words * size <= room), most)

    def _longest(self, table: Table) -> tuple[float, ...]:
        """The width of each column's longest word, in em."""
        if id(table) not in self._words:
            header, *rows = ([measure.measured(cell, self.font, not n) for cell in row] for n, row in _rows(table))
            self._words[id(table)] = tuple(
                max(c.longest_word() for c in column) for column in zip(header, *rows, strict=True)
            )
        return self._words[id(table)]

    def _code(self, code: Code, width: float, points: float) -> tuple[float, float]:
        """Type size and height of a program; its lines never wrap."""
        rows = program(code).splitlines() or [""]
        longest = max(map(places, rows))
        size = min(points, 24.0, (width - 2 * CODE[0]) / (_CODE_FONT_WIDTH * max(longest, 1)))
        size = math.floor(size * 2) / 2
        return size, len(rows) * size * CODE_LINE + 2 * CODE[1]

    def _equation(self, equation: Equation, width: float, points: float) -> float:
        return self._formula(equation, width, points)[1] + self._legend(equation, width, points)[1]

    def _formula(self, equation: Equation, width: float, points: float) -> tuple[float, float]:
        """Type size and height of a displayed formula."""
        wide, high = size_of(equation.tex)
        size = max(min(points + 4, width / max(wide, 0.1)), SMALLEST)
        return size, high * size + 10

    def _legend(self, equation: Equation, width: float, points: float) -> tuple[int, float]:
        """Lines and height of the list of a formula's symbols."""
        if not equation.legend:
            return 0, 0.0
        size = legend_points(points)
        room = width - legend_tab(equation, size)
        count = sum(measure.lines(meaning(term.meaning, term.unit), room, size, self.font) for term in equation.legend)
        return count, count * size * self._line + 6

    def _diagram(self, diagram: Diagram, width: float) -> float:
        key = (id(diagram), width)
        if key not in self._diagrams:
            self._diagrams[key] = least_height(diagram, width, scale=DIAGRAM_SCALE, lines=diagram_lines(self.font))
        return self._diagrams[key]

    # --- places ---

    def place(
        self, blocks: Sequence[Block], room: Rect, points: float, path: Path, *, open_up: bool = True
    ) -> tuple[Box, ...]:
        """Blocks where they stand, from the top of a room down."""
        space = self._space(blocks, room, points) if open_up else _TIGHT
        spare = max(0.0, room.height - self.need(blocks, room.width, points, space))
        shares = self._shares(blocks, room.width, points, space, spare)
        boxes: list[Box] = []
        top = room.y
        if len(path) == len(blocks) == 1 and blocks[0].figure is not None:  # alone on its slide, it is in the middle
            top += (spare - sum(shares)) / 2
        for index, (block, share) in enumerate(zip(blocks, shares, strict=True)):
            height = self._known(block, room.width, points, space) + share
            rect = Rect(room.x, top, room.width, height)
            boxes += self._box(block, rect, points, space, (*path, index))
            top += height + _gap(points, space)
        return tuple(boxes)

    def _shares(
        self, blocks: Sequence[Block], width: float, points: float, space: float, spare: float
    ) -> tuple[float, ...]:
        """What each block gets of the height that is left: all that can stretch the same, none more than it can use."""
        able = [self._limit(b, width) - self._known(b, width, points, space) if _stretches(b) else 0.0 for b in blocks]
        return filled(able, spare)

    def _limit(self, block: Block, width: float) -> float:
        """The height beyond which a block gains nothing."""
        if block.chart is not None:
            return width * _HIGHEST_CHART + self._caption(chart_caption(block.chart), width)[1]
        if block.figure is not None:
            return self._natural(block.figure, width) + self._caption(block.figure.caption, width)[1]
        return math.inf

    def _natural(self, figure: Figure, width: float) -> float:
        """The height of a figure as wide as its place."""
        wide, high = self.pictures.get(figure.file, (4.0, 3.0))
        return width * high / wide

    def _space(self, blocks: Sequence[Block], room: Rect, points: float) -> float:
        """The widest space between paragraphs for which there is room."""
        if any(map(_stretches, blocks)):
            return _TIGHT
        return next((s for s in _OPEN if self.need(blocks, room.width, points, s) <= room.height), _TIGHT)

    def _box(self, block: Block, rect: Rect, points: float, space: float, path: Path) -> Iterator[Box]:
        if block.text is not None:
            lines, _ = self._text(block.text, rect.width, points, space)
            yield Box("text", rect, points, path, block, lines=lines, space=space)
        elif block.callout is not None:
            lines, _ = self._callout(block.callout, rect.width, points, space)
            yield Box("callout", rect, points, path, block, lines=lines, space=space)
        elif block.table is not None:
            size = self._cell_points(block.table, rect.width, points)
            grid = self._grid(block.table, rect.width, size, space)
            below = self._captioned(block.table.caption, rect, path)
            placed = replace(rect, height=sum(grid.heights))
            yield Box("table", placed, size, path, block, lines=sum(map(max, grid.lines)), grid=grid)
            yield from below
        elif block.code is not None:
            size, high = self._code(block.code, rect.width, points)
            rows = program(block.code).count("\n") + 1
            yield Box("code", replace(rect, height=high), size, path, block, lines=rows)
            yield from self._captioned(block.code.caption, rect, path)
        elif block.equation is not None:
            yield from self._equation_boxes(block, block.equation, rect, points, path)
        elif block.columns:
            yield from self._columns(block.columns, rect, points, path)
        else:
            yield from self._picture(block, rect, path)

    def _captioned(self, caption: str, rect: Rect, path: Path) -> Iterator[Box]:
        lines, high = self._caption(caption, rect.width)
        if lines:
            place = Rect(rect.x, rect.y + rect.height - high + 4, rect.width, high - 4)
            yield Box("caption", place, CAPTION, path, text=caption, lines=lines)

    def _equation_boxes(self, block: Block, equation: Equation, rect: Rect, points: float, path: Path) -> Iterator[Box]:
        size, high = self._formula(equation, rect.width, points)
        yield Box("equation", replace(rect, height=high), size, path, block)
        lines, legend = self._legend(equation, rect.width, points)
        if lines:
            small = legend_points(points)
            wide = min(rect.width, legend_width(equation, small, self.font) + 4)
            place = Rect(rect.x + (rect.width - wide) / 2, rect.y + high + 6, wide, legend - 6)
            yield Box("legend", place, small, path, block, lines=lines)

    def _picture(self, block: Block, rect: Rect, path: Path) -> Iterator[Box]:
        """A chart, a diagram or a figure, with its caption below it."""
        caption = _picture_caption(block)
        _, high = self._caption(caption, rect.width)
        kind, inner = self._fitted(block, replace(rect, height=rect.height - high))
        yield Box(kind, inner, 0, path, block)
        bottom = inner.y + inner.height + high
        yield from self._captioned(caption, replace(rect, height=bottom - rect.y), path)

    def _fitted(self, block: Block, rect: Rect) -> tuple[BoxKind, Rect]:
        """A picture's kind and its part of the place it may take."""
        if block.chart is not None:
            return "chart", replace(rect, height=min(rect.height, rect.width * _HIGHEST_CHART))
        if block.diagram is not None:
            return "diagram", rect
        figure = block.figure
        if figure is None:
            raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")
        wide, high = self.pictures.get(figure.file, (4.0, 3.0))
        share = min(rect.width / wide, rect.height / high)
        width, height = wide * share, high * share
        return "figure", Rect(rect.x + (rect.width - width) / 2, rect.y, width, height)

    def _columns(self, columns: Sequence[Column], rect: Rect, points: float, path: Path) -> Iterator[Box]:
        left = rect.x
        widths = _widths(columns, rect.width)
        headings = max(self._heading(c.heading, w, points)[1] for c, w in zip(columns, widths, strict=True))
        for number, (column, width) in enumerate(zip(columns, widths, strict=True)):
            below = (*path, "columns", number)
            if column.heading:
                lines, high = self._heading(column.heading, width, points)
                place = Rect(left, rect.y + headings - high, width, high - 4)
                yield Box("heading", place, points, (*below, "heading"), text=column.heading, lines=lines)
            inner = Rect(left, rect.y + headings, width, rect.height - headings)
            yield from self.place(column.body, inner, points, (*below, "body"))
            left += width + _GUTTER


def _gap(points: float, space: float) -> float:
    """Between blocks."""
    return 0.6 * points + max(space - _TIGHT, 0) * points * 0.5


def _stretches(block: Block) -> bool:
    return any(inner.chart or inner.figure or inner.diagram for inner in block.walk())


def _competes(blocks: Sequence[Block]) -> bool:
    """Whether larger text would make a picture above or below it smaller."""
    if len(blocks) > 1 and any(map(_stretches, blocks)):
        return True
    return any(_competes(column.body) for block in blocks for column in block.columns)


def _is_wide(block: Block) -> bool:
    """Whether a block would suffer in half the width."""
    if block.columns or block.table or block.diagram:
        return True
    if block.code:
        return max(map(places, program(block.code).splitlines()), default=0) > 44
    return block.equation is not None and size_of(block.equation.tex)[0] > 16


def _widths(columns: Sequence[Column], width: float) -> list[float]:
    total = float(sum(column.width for column in columns)) or 1.0
    return [(width - _GUTTER * (len(columns) - 1)) * float(column.width) / total for column in columns]


def _rows(table: Table) -> Iterator[tuple[int, tuple[Markdown, ...]]]:
    """The rows of a table with their numbers; the header is number 0."""
    return enumerate((table.columns, *table.rows))


def filled(able: Sequence[float], amount: float) -> tuple[float, ...]:
    """An amount dealt out evenly, none getting more than it can take.

    >>> filled([1, 10, 10], 9)
    (1, 4.0, 4.0)
    """
    shares = [0.0] * len(able)
    left, waiting = amount, sorted(range(len(able)), key=able.__getitem__)
    for done, index in enumerate(waiting):
        shares[index] = max(0.0, min(able[index], left / (len(waiting) - done)))
        left -= shares[index]
    return tuple(shares)


def column_widths(table: Table, width: float, least: Sequence[float]) -> tuple[float, ...]:
    """The widths of a table's columns: in its shares, as far as each is wide enough for its longest word (`least`)."""
    shares = ([float(share) for share in table.widths] + [1.0] * len(least))[: len(least)]
    widths = [width * share / sum(shares) for share in shares]
    if all(wide >= need for wide, need in zip(widths, least, strict=True)):
        return tuple(widths)
    if sum(least) >= width:
        return filled(least, width)
    extra = [max(wide - need, 0.0) for wide, need in zip(widths, least, strict=True)]
    more = (width - sum(least)) / (sum(extra) or 1.0)
    return tuple(need + spare * more for need, spare in zip(least, extra, strict=True))


def _over(boxes: Sequence[Box], bottom: float, line: float) -> Iterator[Over]:
    """The boxes that end below a slide's bottom."""
    for box in boxes:
        beyond = box.rect.y + box.rect.height - bottom
        if beyond > 1 and box.kind != "answer":
            yield Over(box.path, f"the {box.kind}", math.ceil(beyond / line))


# --- texts that both layout and writers need -----------------------------------------------------------------------


def indent(found: Sequence[Part]) -> float:
    """What the levels of a text's lists are set in, in em."""
    wide = any(p.number > 9 or (p.depth and _begins_with_code(p.text)) for p in found)
    return _DEEP_INDENT if wide else INDENT


def _begins_with_code(text: str) -> bool:
    """Whether LibreOffice would set an item's letter as part of a program."""
    letter = LETTERED.match(text)
    return letter is not None and text[letter.end() :].startswith("`")


def program(code: Code) -> str:
    """A program's text, tabs as blanks."""
    return code.text.rstrip().expandtabs(TAB)


def places(line: str) -> int:
    """How many letters wide a line of a program is; those of East Asia take two places."""
    return len(line) if line.isascii() else len(line) + sum(unicodedata.east_asian_width(c) in "WF" for c in line)


def callout_text(callout: Callout) -> str:
    """A callout's label, in bold, and its text, as Markdown; a list begins below the label."""
    if not callout.label:
        return str(callout.text)
    found = parts(callout.text)
    between = "\n\n" if found and found[0].depth else " "
    return f"**{callout.label}:**{between}{callout.text}"


def chart_caption(chart: Chart) -> str:
    """A chart's caption; numbers that are invented are said to be."""
    told = "illustrative" in chart.caption.lower() or not chart.illustrative
    return str(chart.caption) if told else f"{chart.caption} (illustrative numbers)".strip()


def _picture_caption(block: Block) -> str:
    if block.chart is not None:
        return chart_caption(block.chart)
    picture: Diagram | Figure | None = block.diagram or block.figure
    return str(picture.caption) if picture is not None else ""


def legend_points(points: float) -> float:
    """The size of a formula's legend beside text of a size."""
    return max(points - 4, CAPTION)


def legend_tab(equation: Equation, points: float) -> float:
    """Where the meanings of a legend begin."""
    widest = max(measure.measured(f"${term.tex}$").width for term in equation.legend)
    return (widest + 1.0) * points


def legend_width(equation: Equation, points: float, name: str) -> float:
    """The width of a legend none of whose lines breaks."""
    widest = max(measure.measured(meaning(term.meaning, term.unit), name).width for term in equation.legend)
    return legend_tab(equation, points) + widest * points


def meaning(text: str, unit: str) -> str:
    """What a symbol means, its unit behind it in parentheses."""
    return f"{' '.join(text.split())} ({unit})" if unit else " ".join(text.split())


@cache
def diagram_lines(name: str) -> Lines:
    """Counts the lines of a label in a typeface, for a diagram's layout."""
    return partial(measure.lines, name=name)
