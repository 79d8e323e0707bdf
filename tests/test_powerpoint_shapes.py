"""Shapes of slides, read back from their XML: marks stand where their lines are, rules and tints where a table has them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from blueprint.deck import Arrow, Block, Box, Callout, Code, Diagram, Equation, Table, Term
from blueprint.model import Language, Markdown
from generator.decks.layout.block_text import legend_tab
from generator.decks.layout.geometry import Rect
from generator.decks.layout.page import CALLOUT, CELL, CODE, OWN, Grid, SlideBox
from generator.decks.powerpoint.shapes import SlideShapes
from generator.decks.powerpoint.text import Writer
from generator.text.formula import Formula
from generator.text.omml import NAMESPACE, PREFIX

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
NAMES = {
    "a": A[1:-1],
    "p": P[1:-1],
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    PREFIX: NAMESPACE,
}
PLACE = Rect(100, 80, 400, 200)


@dataclass
class Shape:
    """A shape as a reader finds it."""

    name: str
    rect: Rect
    element: Any

    def has(self, path: str) -> bool:
        return self.element.find(path, NAMES) is not None

    def colors(self, path: str = ".") -> list[str]:
        """The slots of the theme named below a path."""
        return [one.get("val") for one in self.element.iterfind(f"{path}//a:schemeClr", NAMES)]


def no_shapes() -> SlideShapes:
    return SlideShapes(Writer(Language("en"), "Consolas", lambda address: "rId1"), "Calibri")


def rect_of(frame: Any) -> Rect:
    off, ext = frame.find("a:off", NAMES), frame.find("a:ext", NAMES)
    return Rect(*(int(value) / 12700 for value in (off.get("x"), off.get("y"), ext.get("cx"), ext.get("cy"))))


def shapes(made: SlideShapes) -> list[Shape]:
    """All shapes of a slide, also those in groups, in their order; `Line 3` without its id."""
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    root = ElementTree.fromstring(f"<slide {spaces}>{''.join(made.xml)}</slide>")
    found = []
    for element in root.iter():
        if element.tag in (f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}cxnSp", f"{P}grpSp"):
            name = element.find(".//p:cNvPr", NAMES).get("name").rpartition(" ")[0]  # type: ignore[union-attr]
            frame = element.find("p:xfrm", NAMES)
            frame = element.find(".//a:xfrm", NAMES) if frame is None else frame
            found.append(Shape(name, rect_of(frame), element))
    return found


def near(one: float, other: float) -> bool:
    return abs(one - other) < 0.01


# --- programs ----------------------------------------------------------------------------------------------------


def test_marked_lines_are_where_they_are_marked() -> None:
    """All lines marked, their tints fill the program's text from its first line to its last without a gap."""
    block = Block(code=Code(text="a = 1\nb = 2\nc = 3\nd = 4", highlight=(1, 2, 3, 4)))
    made = no_shapes()
    made.code(SlideBox("code", PLACE, 18, ("body", 0), block, lines=4))
    tints = [shape.rect for shape in shapes(made) if shape.name.startswith("Line")]
    assert len(tints) == 4
    assert near(tints[0].y, PLACE.y + CODE[1])
    assert near(tints[-1].y + tints[-1].height, PLACE.y + PLACE.height - CODE[1])
    assert all(near(one.y + one.height, other.y) for one, other in pairwise(tints))
    assert {(one.x, one.width) for one in tints} == {(PLACE.x, PLACE.width)}


@pytest.mark.parametrize("ground", ["bg1", "bg2"])
def test_a_program_stands_out_from_what_it_stands_on(ground: str) -> None:
    """Its panel is as large as its place, and of another color than the slide or the answer below it."""
    made = no_shapes()
    made.ground = ground
    made.code(SlideBox("code", PLACE, 18, ("body", 0), Block(code=Code(text="a = 1")), lines=1))
    panel = shapes(made)[0]
    assert (panel.name, panel.rect) == ("Program", PLACE)
    (color,) = panel.colors("p:spPr")
    assert color in {"bg1", "bg2"} - {ground}


def test_only_lines_that_are_there_are_marked() -> None:
    """Each marked line has a tint and a bar at its left edge, both on that line; the others and lines beyond have none."""
    block = Block(code=Code(text="a = 1\nb = 2\nc = 3", highlight=(1, 3, 4)))
    made = no_shapes()
    made.code(SlideBox("code", PLACE, 18, ("body", 0), block, lines=3))
    found = {shape.name: shape for shape in shapes(made)}
    assert list(found) == ["Program", "Line 1", "Mark 1", "Line 3", "Mark 3", "Code"]  # text comes above all tints
    for number in (1, 3):
        line, mark = found[f"Line {number}"].rect, found[f"Mark {number}"].rect
        assert (line.x, line.y, line.height) == (mark.x, mark.y, mark.height)
        assert mark.width < line.width / 20
        assert found[f"Line {number}"].has(".//a:alpha")
        assert not found[f"Mark {number}"].has(".//a:alpha")
    runs = {
        number: [run.get("b") for run in paragraph.iterfind(".//a:rPr", NAMES)]
        for number, paragraph in enumerate(found["Code"].element.iterfind(".//a:p", NAMES), 1)
    }
    assert {number for number, bold in runs.items() if set(bold) == {"1"}} == {1, 3}
    assert set(runs[2]) == {None}


# --- tables ------------------------------------------------------------------------------------------------------


def cells(table: Table) -> list[list[Shape]]:
    """The cells of a table by rows."""
    rows = len(table.rows) + 1
    grid = Grid((100.0, 60.0, 90.0), (30.0,) * rows, ((1, 1, 1),) * rows)
    made = no_shapes()
    made.table(SlideBox("table", PLACE, 16, ("body", 0), Block(table=table), grid=grid))
    (frame,) = shapes(made)
    assert frame.rect == PLACE
    widths = [int(one.get("w")) / 12700 for one in frame.element.iterfind(".//a:gridCol", NAMES)]
    assert widths == list(grid.widths)
    return [
        [Shape("cell", PLACE, cell) for cell in row.iterfind("a:tc", NAMES)]
        for row in frame.element.iterfind(".//a:tr", NAMES)
    ]


TABLE = Table(
    columns=tuple(map(Markdown, ("Layer", "Bytes", "Time"))),
    rows=tuple(tuple(map(Markdown, row)) for row in (("conv", "9", "2 ms"), ("", "8", "1 ms"), ("fc", "7", "3 ms"))),
    numbers=(2, 3),
    highlight=(2,),
)


def test_a_table_has_rules_above_and_below_its_header_and_at_its_end() -> None:
    """Those are strong; between rows they are faint, and no cell has one at its side."""
    found = cells(TABLE)
    for number, row in enumerate(found):
        for cell in row:
            assert cell.has(".//a:lnT") == (number == 0)
            strong = cell.colors(".//a:lnB") == ["accent1"] and not cell.has(".//a:lnB//a:alpha")
            assert strong == (number in (0, len(found) - 1))
            assert cell.has(".//a:lnL/a:noFill")
            assert cell.has(".//a:lnR/a:noFill")


def test_numbers_are_set_right() -> None:
    """The columns that hold numbers, in every row with their heading; all others left."""
    for row in cells(TABLE):
        assert [cell.element.find(".//a:pPr", NAMES).get("algn") for cell in row] == ["l", "r", "r"]


def test_a_row_is_pointed_at() -> None:
    """It has a tint, its first cell is bold, and so is the header; no other row has either."""
    for number, row in enumerate(cells(TABLE)):
        tinted = [cell.has("a:tcPr/a:solidFill//a:alpha") for cell in row]
        assert tinted == [number == 2] * 3
        bold = [[run.get("b") == "1" for run in cell.element.iterfind(".//a:rPr", NAMES)] for cell in row]
        assert bold == {0: [[True]] * 3, 2: [[], [False], [False]]}.get(number, [[False]] * 3)


def test_a_cell_keeps_its_text_off_its_edges() -> None:
    """By what the layout has counted on, in the size it has chosen."""
    for row in cells(TABLE):
        for cell in row:
            margins = {
                name: int(cell.element.find("a:tcPr", NAMES).get(name)) for name in ("marL", "marR", "marT", "marB")
            }
            side, edge = (round(12700 * value) for value in CELL)
            assert margins == {"marL": side, "marR": side, "marT": edge, "marB": edge}
            assert {run.get("sz") for run in cell.element.iterfind(".//a:rPr", NAMES)} <= {"1600"}


# --- formulas, callouts, diagrams ----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [400.0, 60.0])
def test_the_picture_of_a_formula_stands_in_the_middle(width: float) -> None:
    """As large as its type unless that is wider than its place, its sides in proportion, the same room on both sides."""
    formula = Formula("<m:oMathPara><m:oMath/></m:oMathPara>", b"", 5.5, 1.3, "E is m c squared")
    place = Rect(100, 80, width, 200)
    made = no_shapes()
    made.equation(SlideBox("equation", place, 30, ("body", 0)), formula, "rId2")
    native, drawn = shapes(made)
    assert native.rect == place
    wide, high = drawn.rect.width, drawn.rect.height
    assert near(wide / high, formula.width / formula.height)
    assert near(wide, min(30 * formula.width, width))
    assert near(drawn.rect.x - place.x, place.x + place.width - drawn.rect.x - wide)
    assert near(drawn.rect.y - place.y, place.y + place.height - drawn.rect.y - high)


def test_a_legend_hangs_its_meanings_at_one_place() -> None:
    """Symbols begin at the left edge, meanings at the tab, also in their second line."""
    terms = (Term(tex="E", meaning=Markdown("energy"), unit="J"), Term(tex="m_0", meaning=Markdown("mass"), unit=""))
    equation = Equation(tex="E = m_0 c^2", legend=terms)
    made = no_shapes()
    made.legend(SlideBox("legend", PLACE, 16, ("body", 0)), equation)
    (found,) = shapes(made)
    tab = round(legend_tab(equation, 16, OWN.body_font) * 12700)
    paragraphs = list(found.element.iterfind(".//a:p", NAMES))
    assert [(p.find("a:pPr", NAMES).get("marL"), p.find("a:pPr", NAMES).get("indent")) for p in paragraphs] == [
        (str(tab), str(-tab))
    ] * 2
    words = ["".join(t.text for t in p.iterfind(".//a:t", NAMES)) for p in paragraphs]
    assert [one.partition("\t")[2] for one in words] == ["energy (J)", "mass"]


def test_a_callout_has_a_bar_of_its_color() -> None:
    """At its left edge, as high as itself, in the strong color of its tint, and outside its text."""
    block = Block(callout=Callout(label="Trap", role="error", text=Markdown("Mind the gap.")))
    made = no_shapes()
    made.callout(SlideBox("callout", PLACE, 18, ("body", 0), block))
    text, bar = shapes(made)
    assert (bar.rect.x, bar.rect.y, bar.rect.height) == (PLACE.x, PLACE.y, PLACE.height)
    assert 0 < bar.rect.width < CALLOUT[0]
    assert text.rect == PLACE
    assert bar.colors("p:spPr") == text.colors("p:spPr") == ["accent5"]
    assert text.has("p:spPr//a:alpha")
    assert not bar.has("p:spPr//a:alpha")


def test_a_diagram_stands_in_the_middle_of_its_place() -> None:
    """Its group has the same room on both sides, above and below, and all its boxes and words lie in it."""
    boxes = {name: Box(text=Markdown(f"Box {name}")) for name in "abc"}
    arrows = (Arrow(start="a", end="b", text=Markdown("words")), Arrow(start="b", end="c", dashed=True))
    made = no_shapes()
    diagram = Diagram(boxes=boxes, arrows=arrows, alt=Markdown("Three boxes."))
    made.diagram(SlideBox("diagram", PLACE, 0, ("body", 0), Block(diagram=diagram)), diagram)
    group, *inner = shapes(made)
    rect = group.rect
    assert near(rect.x - PLACE.x, PLACE.x + PLACE.width - rect.x - rect.width)
    assert near(rect.y - PLACE.y, PLACE.y + PLACE.height - rect.y - rect.height)
    named = [shape for shape in inner if not shape.name.startswith("Arrow")]
    assert sorted(shape.name for shape in named) == ["Box a", "Box b", "Box c", "Label"]
    for shape in inner:
        assert shape.rect.x >= rect.x - 0.01
        assert shape.rect.y >= rect.y - 0.01
        assert shape.rect.x + shape.rect.width <= rect.x + rect.width + 0.01
        assert shape.rect.y + shape.rect.height <= rect.y + rect.height + 0.01
    dashes = [shape.has(".//a:prstDash") for shape in inner if shape.name == "Arrow"]
    assert (False in dashes, True in dashes) == (True, True)
