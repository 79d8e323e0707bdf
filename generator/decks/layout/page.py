"""The page a slide is laid out on, the sizes of its letters and margins, and what a layout consists of: boxes, in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from blueprint.deck import Block
from generator.decks.layout.geometry import Rect
from generator.decks.plan import Arrangement, PlannedSlide

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
CAPTION = 14.0
FOOT = 12.0
CALLOUT = (16.0, 8.0)
ANSWER = (14.0, 10.0)
CODE = (12.0, 9.0)
CELL = (8.0, 4.0)
"""The insets of a callout, the panel of an answer, a program and a cell: at the sides; above and below."""
CODE_LINE = 1.2
"""The pitch of a program's lines, in em; it is set exactly, so that marked lines are where they are marked."""
DIAGRAM_SCALE = 2.0
"""The scale of a diagram on a slide; see `diagram`."""
TIGHT = 0.3
"""The least space between paragraphs, in em."""


@dataclass(frozen=True, slots=True)
class Page:
    """The geometry of a slide: our own, or that of a university's template."""

    width: float
    height: float
    title: Rect
    tag: Rect
    body: Rect
    """The area that title and content share; the content begins below the title's last line."""
    title_slide: tuple[Rect, Rect]
    section: tuple[Rect, Rect]
    focus: tuple[Rect, Rect]
    """Title and content of the slides with large letters."""
    heading_font: str
    body_font: str
    fixed_body: bool = False
    """True if title and content stand where a PowerPoint template puts them; then a tag stands above the content."""


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
"""The distance by which a tag pushes the title down."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns and rows of a table, in points."""

    widths: tuple[float, ...]
    heights: tuple[float, ...]
    lines: tuple[tuple[int, ...], ...]
    """Lines of each cell, the header row first."""


@dataclass(frozen=True, slots=True)
class SlideBox:
    """A block, or a part of one, in its place on a slide."""

    kind: BoxKind
    rect: Rect
    points: float
    """The size of its letters; 0 for a picture."""
    path: Path
    """The path at which it was written, below the slide."""
    block: Block | None = None
    text: str = ""
    """Markdown of a heading or a caption."""
    lines: int = 0
    """The number of lines its text is expected to take."""
    space: float = TIGHT
    """The space between its paragraphs, in em."""
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Overflow:
    """A box that does not fit: the path at which it was written, what it is in words, and its lines too many."""

    path: Path
    what: str
    lines: int


@dataclass(frozen=True, slots=True)
class SlideLayout:
    """A slide, laid out."""

    planned: PlannedSlide
    title: str
    title_rect: Rect
    title_points: float
    title_lines: int
    arrangement: Arrangement
    label: str
    boxes: tuple[SlideBox, ...]
    answer: tuple[SlideBox, ...]
    """The boxes that a click reveals, the panel behind them first."""
    foot: Rect | None
    foot_lines: int
    overflows: tuple[Overflow, ...]
    continues: bool = False
    """True if this goes on from the slide before it: its answer, or the rest of its sources."""
