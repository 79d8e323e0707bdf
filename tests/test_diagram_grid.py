"""The grid of a diagram, before anything has a size: where boxes stand, and which way an arrow takes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.deck import Arrow, Box, Diagram, Role
from blueprint.model import Markdown
from generator.decks.layout.routing import Cell, Route, foldings, routes_of

NAMES = "abcdefgh"
ROLES: tuple[Role, ...] = ("neutral", "error")
FEW = settings(max_examples=40)


def diagram(names: str, *arrows: Arrow, down: bool = False, places: dict[str, Cell] | None = None) -> Diagram:
    """Boxes of one letter; `places` are columns and rows from 1."""
    boxes = {
        name: Box(text=Markdown(name), column=place[0] if place else None, row=place[1] if place else None)
        for name, place in ((name, (places or {}).get(name)) for name in names)
    }
    return Diagram(boxes=boxes, arrows=arrows, direction="down" if down else "right", alt=Markdown("Boxes."))


def chain(count: int, *, down: bool = False) -> Diagram:
    names = "abcdefghijklmnopqrst"[:count]
    return diagram(names, *(Arrow(start=one, end=other) for one, other in pairwise(names)), down=down)


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    """Up to eight boxes without places, and arrows between any of them."""
    names = NAMES[: draw(st.integers(1, 8))]
    end = st.sampled_from(names)
    arrow = st.builds(Arrow, start=end, end=end, role=st.sampled_from(ROLES), dashed=st.booleans())
    return diagram(names, *draw(st.lists(arrow, max_size=9)), down=draw(st.booleans()))


# --- cells -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 12, 20])
@pytest.mark.parametrize("down", [False, True])
def test_a_folded_chain_stays_a_chain(count: int, down: bool) -> None:
    """However often a row is folded, each box stands beside the next, and no row is longer than the one unfolded."""
    made = chain(count, down=down)
    rows = []
    for cells in foldings(made):
        placed = [cells[name][::-1] if down else cells[name] for name in made.boxes]
        assert all(abs(ax - bx) + abs(ay - by) == 1 for (ax, ay), (bx, by) in pairwise(placed))
        assert placed[0] == (0, 0) or count == 1
        assert {x for x, _ in placed} == set(range(max(x for x, _ in placed) + 1))
        assert {y for _, y in placed} == set(range(max(y for _, y in placed) + 1))
        rows.append(max(x for x, _ in placed) + 1)
    assert rows[0] == count
    assert rows[-1] == 1
    assert rows == sorted(set(rows), reverse=True)


@FEW
@given(diagrams())
def test_every_box_has_a_cell_of_its_own(made: Diagram) -> None:
    """In every folding; and what runs down is what runs right, seen in a mirror."""
    mirrored = diagram("".join(made.boxes), *made.arrows, down=made.direction == "right")
    for cells, other in zip(foldings(made), foldings(mirrored), strict=True):
        assert list(cells) == list(made.boxes)
        assert len(set(cells.values())) == len(cells)
        assert min(min(cell) for cell in cells.values()) == 0
        assert {name: cell[::-1] for name, cell in cells.items()} == other


@FEW
@given(diagrams())
def test_boxes_follow_what_leads_to_them(made: Diagram) -> None:
    """Where arrows close no ring, every box stands farther along than all that lead to it, and no farther than it must."""
    order = sorted(made.boxes)
    arrows = [arrow for arrow in made.arrows if order.index(arrow.start) < order.index(arrow.end)]
    without = diagram("".join(order), *arrows, down=made.direction == "down")
    cells = next(iter(foldings(without)))
    along = {name: cell[made.direction == "down"] for name, cell in cells.items()}
    for name in order:
        before = [along[arrow.start] for arrow in arrows if arrow.end == name]
        assert along[name] == max((place + 1 for place in before), default=0)


def test_a_box_stands_beside_what_leads_to_it() -> None:
    """One that two boxes lead to stands at the height of one of them, and those that one leads to around it."""
    two = next(iter(foldings(diagram("abcd", Arrow(start="a", end="d"), Arrow(start="b", end="d")))))
    assert two["d"][1] in (two["a"][1], two["b"][1])
    fan = next(iter(foldings(diagram("abcd", *(Arrow(start="a", end=end) for end in "bcd")))))
    assert fan == {"a": (0, 1), "b": (1, 0), "c": (1, 1), "d": (1, 2)}


@pytest.mark.parametrize(
    ("places", "down", "cells"),
    [
        ({"a": (1, 1), "b": (3, 1), "c": (3, 9)}, False, {"a": (0, 0), "b": (1, 0), "c": (1, 1)}),
        ({"a": (2, 2), "b": (2, 2)}, False, {"a": (0, 0), "b": (0, 1)}),
        ({"a": (2, 2), "b": (2, 2)}, True, {"a": (0, 0), "b": (1, 0)}),
        ({"a": (5, 1), "b": (4, 2), "c": (5, 1)}, False, {"a": (1, 0), "b": (0, 1), "c": (1, 1)}),
    ],
)
def test_written_places_close_up(places: dict[str, Cell], down: bool, cells: dict[str, Cell]) -> None:
    """Columns and rows nobody stands in are left out; of two in one place the second goes on, across the direction."""
    made = diagram("".join(places), down=down, places=places)
    assert next(iter(foldings(made))) == cells


# --- routes --------------------------------------------------------------------------------------------------------

GRID = {f"{x}{y}": (x, y) for x in range(4) for y in range(3)}


def route(start: str, end: str, taken: set[str]) -> Route:
    """The way of the only arrow between boxes on a grid of which some cells are taken."""
    cells = {name: cell for name, cell in GRID.items() if name in {start, end} | taken}
    boxes = {name: Box(text=Markdown(name)) for name in cells}
    (found,) = routes_of(Diagram(boxes=boxes, arrows=(Arrow(start=start, end=end),), alt=Markdown("Boxes.")), cells)
    return found


@FEW
@given(st.sampled_from(list(GRID)), st.sampled_from(list(GRID)), st.sets(st.sampled_from(list(GRID))))
def test_a_way_is_as_plain_as_it_can_be(start: str, end: str, taken: set[str]) -> None:
    """Straight where two boxes face each other, with two bends around what stands between, with one if nothing else is there."""
    found = route(start, end, taken)
    (ax, ay), (bx, by) = GRID[start], GRID[end]
    (left, right), (top, low) = sorted((ax, bx)), sorted((ay, by))
    between = [
        (x, y)
        for x, y in (GRID[name] for name in taken - {start, end})
        if (ax == x == bx and top < y < low) or (ay == y == by and left < x < right)
    ]
    assert found.corners[0] == (2 * ax + 1, 2 * ay + 1)
    assert found.corners[-1] == (2 * bx + 1, 2 * by + 1)
    if start == end:
        assert found.is_loop
        assert len(found.corners) == 5
    elif ax == bx or ay == by:
        assert found.straight == (not between)
        assert len(found.corners) == 2 or len(found.corners) == 4
    else:
        assert len(found.corners) in ((3, 4, 5) if taken - {start, end} else (3,))


@FEW
@given(st.sampled_from(list(GRID)), st.sampled_from(list(GRID)), st.sets(st.sampled_from(list(GRID))))
def test_a_way_meets_no_box(start: str, end: str, taken: set[str]) -> None:
    """Its pieces are level or upright, pass through no cell of another box, and know which sides they leave and reach."""
    found = route(start, end, taken)
    others = {(2 * x + 1, 2 * y + 1) for name, (x, y) in GRID.items() if name in taken - {start, end}}
    for (ax, ay), (bx, by) in pairwise(found.corners):
        assert (ax == bx) != (ay == by)
        passed = {(x, y) for x in range(min(ax, bx), max(ax, bx) + 1) for y in range(min(ay, by), max(ay, by) + 1)}
        assert not passed & others
    steps = {"east": (1, 0), "west": (-1, 0), "south": (0, 1), "north": (0, -1)}
    for side, here, there in (
        (found.start_side, found.corners[0], found.corners[1]),
        (found.end_side, found.corners[-1], found.corners[-2]),
    ):
        dx, dy = steps[side]
        assert (there[0] - here[0]) * dx + (there[1] - here[1]) * dy > 0


@FEW
@given(diagrams())
def test_only_arrows_of_one_look_run_together(made: Diagram) -> None:
    """What shares a track leaves one side or reaches one side, looks alike, and says so of each other."""
    routes = routes_of(made, next(iter(foldings(made))))
    assert [one.arrow for one in routes] == list(made.arrows)
    for one in routes:
        for other in routes:
            assert one.may_join(other) == other.may_join(one)
            if one is not other and one.bundle == other.bundle != -1:
                assert one.style == other.style
                shared = (one.corners[0], one.start_side) == (other.corners[0], other.start_side) or (
                    one.corners[-1],
                    one.end_side,
                ) == (other.corners[-1], other.end_side)
                assert shared
