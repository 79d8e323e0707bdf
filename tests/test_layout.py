"""Layout of slides: nothing overlaps, nothing leaves the page, what does not fit is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from themes import in_a_theme

from blueprint.deck import Block, Callout, Choice, Code, Column, Deck, Notes, Slide, Table
from blueprint.model import Markdown
from blueprint.paths import CoursePaths
from generator.decks.layout.block_flow import column_widths, filled
from generator.decks.layout.block_text import indent
from generator.decks.layout.measure import lines, measured
from generator.decks.layout.page import OWN, SIZES, SMALLEST, SlideBox, SlideLayout
from generator.decks.layout.slide import lay_out_slide
from generator.decks.layout.text_widths import SLACK, narrowest_widths
from generator.decks.plan import plan_slides
from generator.decks.powerpoint.theme_template import page_of
from generator.decks.read import read_deck
from generator.decks.theme import theme
from generator.decks.timing import timed_deck
from generator.text.markdown import parts

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = CoursePaths.find(ROOT).decks()
WORDS = "Every box on a slide has a place, a size and a number of lines. "


def text(words: str) -> Block:
    return Block(text=Markdown(words))


def a_deck(*body: Block, answer: tuple[Block, ...] = (), **more: object) -> Deck:
    slide = Slide(
        kind="exercise",
        title=Markdown("What fits on a slide?"),
        minutes=Decimal(2),
        body=body,
        answer=answer,
        notes=Notes(say=Markdown("Said.")),
    )
    return Deck(schema=1, title=Markdown("Awkward"), slides=(replace(slide, **more),))  # type: ignore[arg-type]


AWKWARD = {
    "much text": a_deck(text(WORDS * 8)),
    "long list": a_deck(text("\n".join(f"- {WORDS}" for _ in range(9)))),
    "answer in two lines": a_deck(text(WORDS), answer=(text(WORDS),)),
    "long answer": a_deck(text(WORDS * 4), answer=(text("\n".join(f"{n}. {WORDS}" for n in range(1, 17))),)),
    "wide table": a_deck(
        Block(
            table=Table(
                columns=tuple(Markdown(f"Column {n}") for n in range(8)),
                rows=tuple(tuple(Markdown("a few words") for _ in range(8)) for _ in range(5)),
            )
        )
    ),
    "three columns": a_deck(
        Block(columns=tuple(Column(heading=Markdown(f"Part {n}"), body=(text(WORDS), text(WORDS))) for n in range(3)))
    ),
    "long code": a_deck(Block(code=Code(text="\n".join("x = " + "1 + " * 22 + "1" for _ in range(12))))),
    "choices": a_deck(text(WORDS), choices=tuple(Choice(text=Markdown(WORDS), why=Markdown(WORDS)) for _ in range(4))),
    "callouts": a_deck(*(Block(callout=Callout(label="Trap", role="error", text=Markdown(WORDS))) for _ in range(4))),
    "long title": a_deck(text(WORDS), title=Markdown(WORDS + "And a few words more than that.")),
    "empty": a_deck(),
}


def slides(deck: Deck, name: str = "light", **options: object) -> list[SlideLayout]:
    page = page_of(theme(name))
    return [
        layout
        for slide in plan_slides(deck, timed_deck(deck, deck.minutes))
        for layout in lay_out_slide(slide, page, **options)  # type: ignore[arg-type]
    ]


@cache
def every() -> list[tuple[str, Deck]]:
    awkward = {path.stem: path for path in (ROOT / "tests" / "cases" / "decks-awkward").glob("*.yaml")}
    return [*((name, read_deck(path).deck) for name, path in (SHIPPED | awkward).items()), *AWKWARD.items()]


EVERY = pytest.mark.parametrize(("name", "deck"), every(), ids=[name for name, _ in every()])


def overlap(a: SlideBox, b: SlideBox) -> bool:
    x = min(a.rect.x + a.rect.width, b.rect.x + b.rect.width) - max(a.rect.x, b.rect.x)
    y = min(a.rect.y + a.rect.height, b.rect.y + b.rect.height) - max(a.rect.y, b.rect.y)
    return x > 0.01 and y > 0.01


@in_a_theme(dict(every()))
def test_boxes_neither_overlap_nor_leave_the_page(name: str, theme_name: str) -> None:
    """Every box stands below the title, above the foot, apart from every other; an answer stands on its panel."""
    for layout in slides(dict(every())[name], theme_name):
        assert not layout.overflows, f"slide {layout.planned.number}"
        panel = layout.answer[0] if layout.answer else None
        loose = [*layout.boxes, *layout.answer[1:]]
        bottom = layout.foot.y if layout.foot else OWN.body.y + OWN.body.height
        for box in [*loose, *layout.answer[:1]]:
            assert box.rect.x >= OWN.body.x - 0.01 or layout.arrangement not in ("content", "activity")
            assert box.rect.x + box.rect.width <= OWN.width - 50
            assert box.rect.y + box.rect.height <= bottom + 0.01
            assert box.rect.y >= layout.title_rect.y + layout.title_rect.height - 0.01
        assert not [pair for pair in combinations(loose, 2) if overlap(*pair)], f"slide {layout.planned.number}"
        for box in layout.answer[1:]:
            assert panel is not None
            assert panel.rect.y <= box.rect.y
            assert box.rect.y + box.rect.height <= panel.rect.y + panel.rect.height + 0.01


@EVERY
def test_type_is_large_enough_to_read(name: str, deck: Deck) -> None:
    """No text is smaller than the smallest size of the ladder, captions and code no smaller than twelve points."""
    for layout in slides(deck):
        for box in (*layout.boxes, *layout.answer):
            if box.kind in ("text", "callout", "heading", "table"):
                assert box.points >= SIZES[-1]
            elif box.points:
                assert box.points >= SMALLEST or name == "long code"


@EVERY
def test_students_see_no_answer(name: str, deck: Deck) -> None:
    """Where answers are hidden there is no box of one, and no slide that holds one."""
    hidden = slides(deck, answers="hidden")
    assert not any(layout.answer for layout in hidden)
    assert not any(box.path[0] == "answer" for layout in hidden for box in layout.boxes)
    assert all(layout.planned.slide.kind == "references" for layout in hidden if layout.continues)


@EVERY
def test_blocks_stand_in_the_order_in_which_they_are_written(name: str, deck: Deck) -> None:
    """Boxes come in reading order: down a column, then the next column."""
    for layout in slides(deck):
        for first, second in zip(layout.boxes, layout.boxes[1:], strict=False):
            below = second.rect.y >= first.rect.y + first.rect.height - 0.01
            beside = second.rect.x >= first.rect.x + first.rect.width - 0.01
            assert below or beside


@given(
    st.lists(st.floats(1, 300), min_size=1, max_size=9),
    st.lists(st.decimals(Decimal("0.1"), 9, places=1), max_size=9),
    st.floats(100, 900),
)
def test_columns_fill_the_width_and_hold_their_words(least: list[float], shares: list[Decimal], width: float) -> None:
    """Columns together are as wide as their table; where there is room for every longest word, each has its room."""
    widths = column_widths(Table(columns=(), rows=(), widths=tuple(shares)), width, least)
    assert sum(widths) == pytest.approx(width) or sum(least) <= sum(widths) <= width * 1.001
    if sum(least) <= width:
        assert all(wide >= need - 0.01 for wide, need in zip(widths, least, strict=True))


@given(st.lists(st.floats(0, 500), min_size=1, max_size=8), st.floats(0, 900))
def test_height_that_is_left_goes_to_what_can_use_it(able: list[float], amount: float) -> None:
    """Nothing gets more than it can use, and nothing is left while something could use it."""
    shares = filled(able, amount)
    assert all(share <= most + 0.01 for share, most in zip(shares, able, strict=True))
    assert sum(shares) == pytest.approx(min(amount, sum(able)), abs=0.01)


def test_a_tab_takes_the_room_of_the_blanks_it_stands_for() -> None:
    """A program with tabs is set in the size of the same program with blanks."""
    tabbed, blank = (
        slides(a_deck(Block(code=Code(text=line + "x = 1 + " * 8))))[0].boxes[0].points for line in ("\t\t", " " * 8)
    )
    assert tabbed == blank


def test_numbers_of_two_digits_have_more_room() -> None:
    """A list that runs to ten is set in farther than one that does not."""
    short, long = (parts("\n".join(f"{n}. item" for n in range(1, last))) for last in (10, 11))
    assert indent(long) > indent(short)


def test_what_does_not_fit_is_named() -> None:
    """A slide with far too much text says which block runs over, and by how many lines."""
    (layout,) = slides(a_deck(text("- One line."), text(WORDS * 80)))
    (over,) = layout.overflows
    assert over.path == ("body", 1)
    assert over.lines > 5


def test_a_longer_text_is_over_by_more_lines() -> None:
    """Each paragraph too many makes a slide run over by at least a line more."""
    lines = [slides(a_deck(text(WORDS * n)))[0].overflows[0].lines for n in (80, 88, 96)]
    assert lines == sorted(set(lines))


def test_an_answer_that_would_shrink_its_slide_gets_a_slide_of_its_own() -> None:
    """Task and answer keep a readable size; where they do not fit together, the answer follows on the next slide."""
    task, answer = slides(AWKWARD["long answer"])
    assert (task.continues, answer.continues) == (False, True)
    assert answer.title == f"Answer: {task.title}"
    together = slides(AWKWARD["answer in two lines"])
    assert len(together) == 1
    assert together[0].answer


def test_a_line_that_its_author_ends_is_counted() -> None:
    """Text has at least the lines its author asked for; its width is that of the longest of them."""
    text = measured("one\\\nlonger line\\\ntwo")
    assert [text.lines(width) for width in (100, text.width, text.longest_word())] == [3, 3, 4]
    assert text.width == pytest.approx(measured("longer line").width)
    assert narrowest_widths("one\\\nlonger line", lines)[0] == pytest.approx(measured("longer line").width + SLACK)
