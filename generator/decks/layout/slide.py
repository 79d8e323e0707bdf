"""The layout of a slide: the place of each box, the size of its letters, and what does not fit. Pure, in points.

A slide's blocks flow down its page. The layout tries type sizes from the largest, and for each size the ways an
answer may stand: below the task, beside it, or on a slide of its own that a click leads to. The first that fits is
taken. What can stretch (charts, diagrams, figures) shares the height that is left; text alone is set more openly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from blueprint.deck import Block
from blueprint.model import Markdown
from generator.decks.layout import measure
from generator.decks.layout.block_flow import BlockFlow
from generator.decks.layout.geometry import Rect
from generator.decks.layout.page import BELOW_TAG, FOOT, SIZES, Overflow, Page, SlideBox, SlideLayout
from generator.decks.plan import Answers, PlannedSlide

_ASIDE = 18.0
"""An answer that would make its slide smaller than this gets a slide of its own."""
_LISTED = 16.0
"""The size of a list of sources, which is looked up and not read from the last row."""
_TITLES = (30.0, 27.0, 24.0)
_BELOW_TITLE = 14.0
_COVER, _MARGIN = 20.0, 16.0
"""The size of what stands on a title slide, and what is left free below its texts."""


def lay_out_slide(
    planned: PlannedSlide,
    page: Page,
    *,
    answers: Answers = "click",
    pictures: Mapping[str, tuple[float, float]] | None = None,
) -> tuple[SlideLayout, ...]:
    """A slide as one page, or as two when its answer needs a page of its own.

    `pictures` gives the width and height of each figure's file; one that is not there is taken for 4:3.
    """
    answer = () if answers == "hidden" else planned.answer
    flow = BlockFlow(page.body_font, pictures or {}, planned.words.label("Answer"))
    if planned.arrangement in ("title", "section", "focus"):
        return (_opening(planned, answer, page, flow),)
    return _content(planned, answer, page, flow)


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


def _opening(planned: PlannedSlide, answer: tuple[Block, ...], page: Page, flow: BlockFlow) -> SlideLayout:
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
        shown, revealed, overflows = _cover(planned, answer, content, flow)
    else:
        shown, revealed, overflows = flow.best(planned.blocks, answer, content, largest=24.0)
    if lines * points * measure.font(name).line > title.height:
        overflows = (*overflows, Overflow(("title",), "the title", 1))
    return SlideLayout(
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
        overflows,
    )


def _cover(
    planned: PlannedSlide, answer: tuple[Block, ...], content: Rect, flow: BlockFlow
) -> tuple[tuple[SlideBox, ...], tuple[SlideBox, ...], tuple[Overflow, ...]]:
    """A title slide's texts, which follow the lecture's subtitle, and below them whatever else it shows."""
    texts = [(n, block) for n, block in enumerate(planned.blocks) if block.text is not None]
    others = [(n, block) for n, block in enumerate(planned.blocks) if block.text is None]
    if not others and not answer:
        return flow.best(planned.blocks, answer, content, largest=24.0)
    above = flow.need([Block(text=Markdown("One line")), *(b for _, b in texts)], content.width, _COVER, 0.6)
    above += _MARGIN
    first = flow.place([b for _, b in texts], replace(content, height=above), _COVER, ("body",))
    rest = replace(content, y=content.y + above, height=content.height - above)
    then, revealed, overflows = flow.best([b for _, b in others], answer, rest, largest=_COVER)
    return (*_numbered(first, texts), *_numbered(then, others)), revealed, overflows


def _numbered(boxes: tuple[SlideBox, ...], blocks: Sequence[tuple[int, Block]]) -> Iterator[SlideBox]:
    """Boxes of some of a slide's blocks, with the places of those in the slide."""
    for box in boxes:
        number = box.path[1]
        assert isinstance(number, int)
        yield replace(box, path=(box.path[0], blocks[number][0], *box.path[2:]))


def _content(planned: PlannedSlide, answer: tuple[Block, ...], page: Page, flow: BlockFlow) -> tuple[SlideLayout, ...]:
    """A slide with a title above its content; two if the answer does not fit beside or below the task."""
    title, label = planned.slide.title, planned.label
    if planned.slide.kind == "references":
        return tuple(_references(planned, page, flow))
    room = _room(title, label, planned.footnotes, page)
    if answer and (apart := _apart(planned, answer, room, page, flow)):
        return apart
    shown, revealed, overflows = flow.best(planned.blocks, answer, room.content, largest=SIZES[0])
    return (_slide_layout(planned, title, label, room, shown, revealed, overflows),)


def _references(planned: PlannedSlide, page: Page, flow: BlockFlow) -> Iterator[SlideLayout]:
    """The slides of a list of sources: as many as it needs to be readable."""
    *before, listed = planned.blocks
    items = str(listed.text or "").split("\n")
    for count in range(1, len(items) + 1):
        pages = [items[len(items) * n // count : len(items) * (n + 1) // count] for n in range(count)]
        shown = [(*(() if n else before), Block(text=Markdown("\n".join(page)))) for n, page in enumerate(pages)]
        titles = [counted_title(planned, n, count) for n in range(1, count + 1)]
        rooms = [_room(title, planned.label, planned.footnotes, page) for title in titles]
        sizes = [flow.size(blocks, (), room.content) for blocks, room in zip(shown, rooms, strict=True)]
        if min(sizes) >= _LISTED:
            break
    for number, (blocks, title, room) in enumerate(zip(shown, titles, rooms, strict=True)):
        boxes, _, overflows = flow.best(blocks, (), room.content, largest=_LISTED)
        layout = _slide_layout(planned, title, planned.label, room, boxes, (), overflows)
        yield replace(layout, continues=number > 0)


def counted_title(planned: PlannedSlide, number: int, count: int) -> str:
    """The title of one of several slides with the same content: `References (1 of 2)`; the title itself of a single one."""
    title = planned.slide.title
    if count == 1:
        return title
    return planned.words.label("{title} ({number} of {count})", title=title, number=number, count=count)


def _apart(
    planned: PlannedSlide, answer: tuple[Block, ...], room: _Room, page: Page, flow: BlockFlow
) -> tuple[SlideLayout, ...] | None:
    """Task and answer as two slides, where together they would be small and apart they are not."""
    together = flow.size(planned.blocks, answer, room.content)
    if together >= _ASIDE:
        return None
    title = planned.words.label("Answer: {title}", title=planned.slide.title)
    after = _room(title, "", planned.footnotes, page)
    sizes = [flow.size(planned.blocks, (), room.content), flow.size(answer, (), after.content)]
    if min(sizes) <= together:
        return None
    shown, _, overflows = flow.best(planned.blocks, (), room.content, largest=SIZES[0])
    first = _slide_layout(planned, planned.slide.title, planned.label, room, shown, (), overflows)
    shown, _, overflows = flow.best(answer, (), after.content, largest=SIZES[0], part="answer")
    return first, replace(_slide_layout(planned, title, "", after, shown, (), overflows), continues=True)


def _slide_layout(
    planned: PlannedSlide,
    title: str,
    label: str,
    room: _Room,
    shown: tuple[SlideBox, ...],
    answer: tuple[SlideBox, ...],
    overflows: tuple[Overflow, ...],
) -> SlideLayout:
    if room.lines > 3:
        overflows = (*overflows, Overflow(("title",), "the title", room.lines - 3))
    return SlideLayout(
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
        overflows,
    )
