"""The layout of diagrams: everything stands apart, inside, and every arrow finds its way."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.deck import Arrow, Box, Diagram, Role
from blueprint.model import Markdown
from generator.decks.layout.diagram import LARGER, SIZES, lay_out_diagram, least_height
from generator.decks.layout.diagram_drawing import DiagramLayout
from generator.decks.layout.diagram_plan import INSET
from generator.decks.layout.geometry import Rect, Side
from generator.decks.layout.measure import lines

WORDS = st.sampled_from(
    ["data", "a model", "trained overnight", "Normalization", "the answer, 25 ms", "x", "in `bf16`"]
)
ROLES: tuple[Role, ...] = ("neutral", "error")


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    """Up to eight boxes, some of them placed, and arrows between any of them."""
    names = "abcdefgh"[: draw(st.integers(1, 8))]
    place = st.none() if draw(st.booleans()) else st.one_of(st.none(), st.integers(1, 4))
    boxes = {n: Box(text=Markdown(draw(WORDS)), column=draw(place), row=draw(place)) for n in names}
    end = st.sampled_from(names)
    arrow = st.builds(
        Arrow, start=end, end=end, text=st.one_of(st.just(""), WORDS), role=st.sampled_from(ROLES), dashed=st.booleans()
    )
    arrows = tuple(draw(st.lists(arrow, max_size=9)))
    return Diagram(
        boxes=boxes, arrows=arrows, direction=draw(st.sampled_from(("right", "down"))), alt=Markdown("Boxes.")
    )


def a_diagram(boxes: str, *arrows: str, text: str = "", direction: str = "right") -> Diagram:
    """Boxes of one letter, and arrows as `ab`."""
    return Diagram(
        boxes={name: Box(text=Markdown(f"Box {name}")) for name in boxes},
        arrows=tuple(Arrow(start=ends[0], end=ends[1], text=text) for ends in arrows),
        direction="down" if direction == "down" else "right",
        alt=Markdown("Boxes."),
    )


def made_of(diagram: Diagram, width: float = 410, height: float = 180, scale: float = 1) -> DiagramLayout:
    return lay_out_diagram(diagram, width, height, scale=scale, lines=lines)


def inside(inner: Rect, made: DiagramLayout) -> bool:
    return (
        min(inner.x, inner.y) >= -0.1
        and inner.x + inner.width <= made.width + 0.1
        and inner.y + inner.height <= made.height + 0.1
    )


def pieces(made: DiagramLayout, index: int) -> list[Rect]:
    """The pieces of an arrow as flat rectangles."""
    return [
        Rect(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))
        for (ax, ay), (bx, by) in pairwise(made.arrows[index].points)
    ]


@settings(max_examples=150)
@given(diagrams(), st.sampled_from([170.0, 198.0, 410.0]), st.sampled_from([1.0, 2.0]), st.floats(1, 3))
def test_everything_stands_apart(diagram: Diagram, width: float, scale: float, more: float) -> None:
    """No box meets a box, no label meets a box or a label, and all of it is inside a rectangle that is high enough."""
    width *= scale
    height = least_height(diagram, width, scale=scale, lines=lines) * more
    made = made_of(diagram, width, height, scale)
    assert made.width <= width + 0.1
    assert made.height <= height + 0.1
    labels = [routed.label for routed in made.arrows if routed.label is not None]
    assert len(labels) == sum(bool(arrow.text) for arrow in diagram.arrows)
    assert set(made.boxes) == set(diagram.boxes)
    assert all(inside(rect, made) for rect in (*made.boxes.values(), *labels))
    assert not [pair for pair in combinations([*made.boxes.values(), *labels], 2) if pair[0].meets(pair[1])]


@settings(max_examples=150)
@given(diagrams(), st.sampled_from([170.0, 410.0]), st.floats(20, 400))
def test_ways_are_free(diagram: Diagram, width: float, height: float) -> None:
    """An arrow runs level and upright from a side of one box to a side of another and meets no other box."""
    made = made_of(diagram, width, height)
    assert [routed.arrow for routed in made.arrows] == list(diagram.arrows)
    for index, routed in enumerate(made.arrows):
        ends: list[tuple[str, Side, tuple[float, float], tuple[float, float]]] = [
            (routed.arrow.start, routed.start_side, routed.points[0], routed.points[1]),
            (routed.arrow.end, routed.end_side, routed.points[-1], routed.points[-2]),
        ]
        for name, side, point, toward in ends:
            rect = made.boxes[name]
            x, y = rect.side(side)
            upright = side in ("north", "south")
            assert abs(point[upright] - (x, y)[upright]) < 0.01
            assert abs(point[not upright] - (x, y)[not upright]) < (rect.width if upright else rect.height) / 2
            out = (toward[0] - x, toward[1] - y)
            assert out[upright] * (1 if side in ("east", "south") else -1) > 0
        for piece in pieces(made, index):
            assert min(piece.width, piece.height) < 0.01
            assert inside(piece, made)
            assert not [name for name, rect in made.boxes.items() if piece.meets(rect, -0.5)]


@settings(max_examples=60)
@given(diagrams(), st.sampled_from([198.0, 410.0]))
def test_text_fits_its_box(diagram: Diagram, width: float) -> None:
    """Every text has room for its lines in its box."""
    made = made_of(diagram, width, 300)
    for name, rect in made.boxes.items():
        count = lines(diagram.boxes[name].text, max(rect.width - 2 * INSET, 1.0), made.points)
        assert count * made.points * 1.2 <= rect.height


def test_larger_text_where_there_is_room() -> None:
    """The text is as large as the room allows, and never larger than the largest size."""
    many = a_diagram("abcdefgh", "ab", "ac", "ad", "bf", "cg", "dh", "ce")
    sizes = [made_of(many, 410, height).points for height in (70, 110, 150, 400)]
    assert sizes == sorted(sizes)
    assert made_of(many, 410, 400).points == LARGER[0][0]


@settings(max_examples=60)
@given(diagrams(), st.sampled_from([198.0, 410.0]))
def test_larger_text_takes_no_more_lines(diagram: Diagram, width: float) -> None:
    """Text larger than the usual sizes is set in no more lines, and a diagram is never larger than its rectangle."""
    made = made_of(diagram, width, 300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.decks.layout.diagram.LARGER", ())
        usual = made_of(diagram, width, 300)
    assert made.points >= usual.points
    if made.points > usual.points:
        for name, box in diagram.boxes.items():
            counts = [lines(box.text, m.boxes[name].width - 2 * INSET, m.points) for m in (made, usual)]
            assert counts[0] <= max(counts[1], 1)
        assert made.height <= 300.1


@pytest.mark.parametrize("boxes", ["ab", "abc", "abcd"])
def test_room_is_used(boxes: str) -> None:
    """A row of boxes fills the width, and its boxes are higher than their text, at most two and a half times."""
    made = made_of(a_diagram(boxes, *map("".join, pairwise(boxes))))
    assert made.points == LARGER[0][0]
    for rect in made.boxes.values():
        assert 1.8 < rect.height / (made.points * 1.22) <= 2.51
    assert sum(rect.width for rect in made.boxes.values()) > 0.5 * made.width


def test_least_height_is_bare() -> None:
    """The least height leaves nothing to spare, in whichever direction a diagram runs."""
    for direction, rows in (("right", 1), ("down", 3)):
        chain = a_diagram("abc", "ab", "bc", direction=direction)
        assert least_height(chain, 410, lines=lines) < rows * 20 + (rows - 1) * 17


@pytest.mark.parametrize("height", [170, 200, 300])
@pytest.mark.parametrize("ends", ["ad bd cd de", "ab ac ad", "ab bc ca", "ab ba", "ab bc cd da"])
def test_words_lie_on_no_other_line(ends: str, height: float) -> None:
    """Where there is room, words stand beside their own arrow and off the lines of all others."""
    arrows = tuple(Arrow(start=end[0], end=end[1], text="60 M parameters") for end in ends.split())
    names = sorted({name for arrow in arrows for name in (arrow.start, arrow.end)})
    boxes = {name: Box(text=Markdown("Algorithm: deep conv net")) for name in names}
    made = made_of(Diagram(boxes=boxes, arrows=arrows, alt=Markdown("Boxes.")), 410, height)
    for one, other in permutations(range(len(arrows)), 2):
        label = made.arrows[one].label
        assert label is not None
        assert not [piece for piece in pieces(made, other) if piece.meets(label, -0.2)]


def test_places_are_kept() -> None:
    """Boxes the author placed stand in the order of their columns and rows, whatever the arrows say."""
    spots = {"a": (3, 1), "b": (1, 1), "c": (7, 2), "d": (1, 2)}
    boxes = {n: Box(text=Markdown(n), column=c, row=r) for n, (c, r) in spots.items()}
    arrows = tuple(Arrow(start=ends[0], end=ends[1]) for ends in ("ab", "bc", "cd"))
    made = made_of(Diagram(boxes=boxes, arrows=arrows, alt=Markdown("Four boxes.")))
    middle = {name: rect.middle for name, rect in made.boxes.items()}
    assert middle["b"][0] == middle["d"][0] < middle["a"][0] < middle["c"][0]
    assert middle["a"][1] == middle["b"][1] < middle["c"][1] == middle["d"][1]


@pytest.mark.parametrize("direction", ["right", "down"])
def test_along_the_arrows(direction: str) -> None:
    """Without places a box stands after all boxes that lead to it, in the direction of the diagram."""
    made = made_of(a_diagram("dcba", "ab", "bc", "ac", "cd", "bd", direction=direction), 410, 300)
    along = [made.boxes[name].middle[direction == "down"] for name in "abcd"]
    assert along == sorted(set(along))


def test_long_row_is_folded() -> None:
    """A chain too long for the width continues in another row, and its words stay whole."""
    made = made_of(a_diagram("abcdefghijklmnopqrst", *map("".join, pairwise("abcdefghijklmnopqrst"))))
    assert len({rect.y for rect in made.boxes.values()}) > 1
    assert made.points >= SIZES[2][0]
    assert all(len(routed.points) == 2 for routed in made.arrows)


def test_there_and_back() -> None:
    """Two arrows between the same boxes run beside each other, not over each other."""
    there, back = made_of(a_diagram("ab", "ab", "ba", text="words")).arrows
    assert len(there.points) == len(back.points) == 2
    assert abs(there.points[0][1] - back.points[0][1]) > 3


def test_arrow_to_itself() -> None:
    """An arrow from a box to itself is a loop beside two of its sides."""
    (loop,) = made_of(a_diagram("a", "aa", text="again")).arrows
    assert loop.start_side != loop.end_side
    assert len(loop.points) == 5


def test_fan_shares_its_port() -> None:
    """Arrows of one look to several boxes leave together; one that looks different has a port of its own."""
    fan = a_diagram("abcd", "ab", "ac", "ad")
    assert len({routed.points[0] for routed in made_of(fan).arrows}) == 1
    mixed = Diagram(
        boxes=fan.boxes, arrows=(*fan.arrows[:2], Arrow(start="a", end="d", dashed=True)), alt=Markdown("A fan.")
    )
    starts = [routed.points[0] for routed in made_of(mixed).arrows]
    assert starts[2] not in starts[:2]


def test_own_tracks() -> None:
    """Arrows that share neither end never run over each other."""
    grid = {f"{c}{r}": Box(text=Markdown(f"{c}, {r}"), column=c, row=r) for c in (1, 2, 3) for r in (1, 2, 3)}
    across = [("11", "33"), ("31", "13"), ("12", "32"), ("21", "23"), ("13", "31"), ("33", "12")]
    arrows = tuple(Arrow(start=start, end=end) for start, end in across)
    made = made_of(Diagram(boxes=grid, arrows=arrows, alt=Markdown("Nine boxes.")), 410, 300)
    for one, other in combinations(range(len(arrows)), 2):
        if {arrows[one].start, arrows[one].end} & {arrows[other].start, arrows[other].end}:
            continue
        for a in pieces(made, one):
            for b in pieces(made, other):
                crossing = (a.width > 0) != (b.width > 0)
                assert crossing or not a.meets(b, 0.5)
