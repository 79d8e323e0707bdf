"""Where a slide's parts stand to each other: text as large as can be, columns in their shares, captions below pictures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.deck import (
    Block,
    Callout,
    Chart,
    Code,
    Column,
    Deck,
    Equation,
    Figure,
    Kind,
    Notes,
    Series,
    Slide,
    Table,
    Term,
)
from blueprint.model import Markdown
from generator.decks.layout import measure
from generator.decks.layout.page import ANSWER, BELOW_TAG, CODE, OWN, SIZES, SlideBox, SlideLayout
from generator.decks.layout.slide import lay_out_slide
from generator.decks.plan import plan_slides
from generator.decks.timing import timed_deck

WORDS = "Every box on a slide has a place, a size and a number of lines. "
FEW = settings(max_examples=25)


def text(words: str) -> Block:
    return Block(text=Markdown(words))


def laid(
    *body: Block, answer: tuple[Block, ...] = (), pictures: Mapping[str, tuple[float, float]] | None = None
) -> SlideLayout:
    """A slide on one page, with everything at hand."""
    slide = Slide(
        kind="exercise" if answer else "assertion",
        title=Markdown("What fits on a slide?"),
        minutes=Decimal(2),
        body=body,
        answer=answer,
        notes=Notes(say=Markdown("Said.")),
    )
    deck = Deck(schema=1, title=Markdown("Places"), slides=(slide,))
    (plan,) = [one for one in plan_slides(deck, timed_deck(deck, deck.minutes)) if one.slide.title == slide.title]
    (found,) = lay_out_slide(plan, OWN, pictures=pictures)
    return found


def kinds(found: SlideLayout) -> dict[str, SlideBox]:
    return {box.kind: box for box in found.boxes}


def bottom(box: SlideBox) -> float:
    return box.rect.y + box.rect.height


def lines_high(words: str, width: float, points: float) -> float:
    font = measure.font(OWN.body_font)
    return measure.lines(words, width, points, OWN.body_font) * points * font.line


@FEW
@given(st.integers(1, 30))
def test_text_is_as_large_as_its_room_allows(count: int) -> None:
    """A paragraph has room for its lines in its size, and in the next larger one would have none."""
    words = WORDS * count
    found = laid(text(words))
    (box,) = found.boxes
    room = OWN.body.y + OWN.body.height - (found.title_rect.y + found.title_rect.height + 10)
    assert lines_high(words, box.rect.width, box.points) == pytest.approx(box.rect.height)
    assert box.rect.height <= room + 0.01
    larger = [size for size in SIZES if size > box.points]
    assert not larger or lines_high(words, box.rect.width, larger[-1]) > room


def test_more_text_is_never_larger() -> None:
    """Nor does it begin elsewhere."""
    found = [laid(text(WORDS * count)).boxes[0] for count in (1, 6, 12, 18, 24)]
    assert all(one.points >= other.points for one, other in pairwise(found))
    assert len({(box.rect.x, box.rect.y, box.rect.width) for box in found}) == 1


@FEW
@given(st.sampled_from(["section", "focus"]), st.integers(1, 40))
def test_a_title_alone_is_as_large_as_its_room_allows(kind: Kind, count: int) -> None:
    """Its lines fit its place in its size and not in the next larger one; one that fits in none is told."""
    title = Markdown("words and more " * count)
    slide = Slide(kind=kind, title=title, minutes=Decimal(1), notes=Notes(say=Markdown("Said.")))
    deck = Deck(schema=1, title=Markdown("Places"), slides=(slide,))
    (plan,) = [one for one in plan_slides(deck, timed_deck(deck, deck.minutes)) if one.slide.title == title]
    (found,) = lay_out_slide(plan, OWN)
    font = measure.font(OWN.heading_font)

    def high(points: float) -> float:
        return measure.lines(title, found.title_rect.width, points, OWN.heading_font, True) * points * font.line

    room = found.title_rect.height
    assert high(found.title_points) == pytest.approx(found.title_lines * found.title_points * font.line)
    assert (high(found.title_points) > room) == bool(found.overflows)
    assert not found.overflows or found.title_points == 28
    assert all(high(points) > room for points in (40, 36, 32, 28) if points > found.title_points)


@FEW
@given(st.lists(st.integers(1, 5), min_size=2, max_size=4))
def test_columns_have_their_shares_of_the_width(shares: list[int]) -> None:
    """Together with equal gutters they fill the slide; their bodies begin at one height, also below headings of two lines."""
    columns = tuple(
        Column(
            width=Decimal(share), heading=Markdown("Part one of all of them" if n else "Part"), body=(text("Words."),)
        )
        for n, share in enumerate(shares)
    )
    boxes = laid(Block(columns=columns)).boxes
    bodies = [box for box in boxes if box.kind == "text"]
    headings = [box for box in boxes if box.kind == "heading"]
    widths = [box.rect.width for box in bodies]
    unit = sum(widths) / sum(shares)
    assert widths == pytest.approx([unit * share for share in shares])
    gutters = [other.rect.x - one.rect.x - one.rect.width for one, other in pairwise(bodies)]
    assert gutters == pytest.approx([gutters[0]] * len(gutters))
    assert gutters[0] > 0
    assert bodies[0].rect.x == OWN.body.x
    assert bodies[-1].rect.x + bodies[-1].rect.width == pytest.approx(OWN.body.x + OWN.body.width)
    assert len({round(box.rect.y, 3) for box in bodies}) == 1
    assert len({round(bottom(box), 3) for box in headings}) == 1
    assert all(bottom(heading) <= body.rect.y for heading, body in zip(headings, bodies, strict=True))


@FEW
@given(st.floats(0.2, 5), st.booleans(), st.booleans())
def test_a_figure_keeps_its_proportions(proportion: float, captioned: bool, alone: bool) -> None:
    """It stands in the middle, inside its slide, as large as one of the sides allows; its caption right below it."""
    figure = Figure(file="a.svg", alt=Markdown("A picture."), caption=Markdown("What it shows." if captioned else ""))
    found = laid(*(() if alone else (text("Look."),)), Block(figure=figure), pictures={"a.svg": (proportion, 1.0)})
    boxes = kinds(found)
    rect = boxes["figure"].rect
    assert rect.width / rect.height == pytest.approx(proportion)
    assert rect.x - OWN.body.x == pytest.approx(OWN.body.x + OWN.body.width - rect.x - rect.width)
    assert rect.x >= OWN.body.x - 0.01
    end = bottom(boxes["figure"])
    if captioned:
        caption = boxes["caption"]
        assert 0 < caption.rect.y - end < 10
        assert caption.rect.width == OWN.body.width
        end = bottom(caption)
    limit = OWN.body.y + OWN.body.height
    assert end <= limit + 0.01
    assert rect.width == pytest.approx(OWN.body.width) or end == pytest.approx(limit)


def test_a_figure_alone_stands_in_the_middle_of_its_slide() -> None:
    """A wide picture has as much room above it as below; with words above it, it follows them."""
    figure = Block(figure=Figure(file="a.svg", alt=Markdown("A picture.")))
    found = laid(figure, pictures={"a.svg": (10.0, 1.0)})
    (box,) = found.boxes
    top = found.title_rect.y + found.title_rect.height + 10
    assert box.rect.y - top == pytest.approx(OWN.body.y + OWN.body.height - bottom(box))
    words, below = laid(text("Look."), figure, pictures={"a.svg": (10.0, 1.0)}).boxes
    assert 0 < below.rect.y - bottom(words) < 30


def test_a_chart_is_never_higher_than_wide() -> None:
    """It takes the height that is left, with its caption below it; in a narrow column it stays lower than it is wide."""
    series = (Series(title="a", values=(Decimal(1), Decimal(2))),)
    chart = Chart(
        kind="bar", alt=Markdown("Two bars."), categories=("x", "y"), series=series, caption=Markdown("Bars.")
    )
    boxes = kinds(laid(text("Look."), Block(chart=chart)))
    assert bottom(boxes["caption"]) == pytest.approx(OWN.body.y + OWN.body.height)
    assert 0 < boxes["caption"].rect.y - bottom(boxes["chart"]) < 10
    columns = (Column(body=(Block(chart=chart),)), Column(width=Decimal(3), body=(text(WORDS),)))
    boxes = kinds(laid(Block(columns=columns)))
    assert boxes["chart"].rect.height < boxes["chart"].rect.width
    assert 0 < boxes["caption"].rect.y - bottom(boxes["chart"]) < 10


@FEW
@given(st.integers(1, 130), st.integers(1, 24))
def test_a_program_is_as_large_as_its_longest_line_allows(letters: int, rows: int) -> None:
    """No line wraps, and half a point more would wrap one, unless the text beside it is no larger."""
    (box,) = laid(Block(code=Code(text="\n".join(["x" * letters] * rows)))).boxes
    room = box.rect.width - 2 * CODE[0]
    assert box.lines == rows
    assert 0.6 * letters * box.points <= room + 0.01
    full = 0.6 * letters * (box.points + 0.5) > room
    high = box.rect.height / rows * (rows + 1) > OWN.body.height - 100
    assert full or high or box.points == 24


def test_an_answer_stands_on_its_panel() -> None:
    """Below the task, as wide as the slide, its word on top, its text set in by the same on both sides."""
    found = laid(text(WORDS), answer=(text(WORDS), text("And more.")))
    (task,), (panel, *boxes) = found.boxes, found.answer
    assert panel.rect.y > bottom(task)
    assert (panel.rect.x, panel.rect.width) == (OWN.body.x, OWN.body.width)
    side, edge = ANSWER
    for box in boxes:
        assert box.rect.x - panel.rect.x == side
        assert panel.rect.x + panel.rect.width - box.rect.x - box.rect.width == pytest.approx(side)
    assert boxes[0].rect.y - panel.rect.y > edge + panel.points
    assert bottom(panel) - bottom(boxes[-1]) == pytest.approx(edge)


def test_a_tag_pushes_the_title_down() -> None:
    """What says of a slide that it is an exercise stands above its title, and title and content make room for it."""
    plain, tagged = laid(text(WORDS)), laid(text(WORDS), answer=(text("Yes."),))
    assert (plain.label, bool(tagged.label)) == ("", True)
    assert tagged.title_rect.y - plain.title_rect.y == BELOW_TAG
    assert tagged.boxes[0].rect.y - plain.boxes[0].rect.y == pytest.approx(BELOW_TAG)


def test_a_table_is_as_high_and_wide_as_its_cells() -> None:
    """Each row is as high as its highest cell needs, and the caption follows the last."""
    rows = tuple(tuple(map(Markdown, row)) for row in (("a", "b"), (WORDS * 4, "b"), ("a", "b")))
    table = Table(columns=(Markdown("One"), Markdown("Two")), rows=rows, caption=Markdown("Of words."))
    boxes = kinds(laid(Block(table=table)))
    box = boxes["table"]
    assert box.grid is not None
    assert sum(box.grid.widths) == pytest.approx(box.rect.width)
    assert sum(box.grid.heights) == pytest.approx(box.rect.height)
    first, header, long, last = box.grid.heights[1], *(box.grid.heights[n] for n in (0, 2, 3))
    assert first == header == last
    most = max(box.grid.lines[2])
    assert most > 1
    line = box.points * measure.font(OWN.body_font).line
    assert long - first == pytest.approx((most - 1) * line)
    assert 0 < boxes["caption"].rect.y - bottom(box) < 10


def test_a_legend_stands_below_its_formula() -> None:
    """In the middle, and inside the slide."""
    terms = (Term(tex="E", meaning=Markdown("energy"), unit="J"), Term(tex="m", meaning=Markdown("mass")))
    boxes = kinds(laid(Block(equation=Equation(tex="E = m c^2", legend=terms))))
    formula, legend = boxes["equation"].rect, boxes["legend"].rect
    assert legend.y >= formula.y + formula.height
    assert legend.x - formula.x == pytest.approx(formula.x + formula.width - legend.x - legend.width)
    assert boxes["legend"].lines == 2


def test_paragraphs_spread_where_there_is_room() -> None:
    """A short list is set more openly than a long one, in the same or a larger size; a callout keeps its lines inside."""
    short, long = (laid(text("\n".join(f"- {WORDS}" for _ in range(count)))).boxes[0] for count in (3, 9))
    assert short.space > long.space
    assert short.points >= long.points
    (box,) = laid(Block(callout=Callout(label="Trap", role="error", text=Markdown(WORDS * 3)))).boxes
    assert box.rect.height > box.lines * box.points * measure.font(OWN.body_font).line


def test_text_above_a_picture_leaves_it_room() -> None:
    """It is smaller than text alone, although larger text would fit, too."""
    figure = Block(figure=Figure(file="a.svg", alt=Markdown("A picture.")))
    words, _ = laid(text("Look."), figure, pictures={"a.svg": (10.0, 1.0)}).boxes
    assert (words.points, laid(text("Look.")).boxes[0].points) == (22, SIZES[0])
