"""Diagrams as TikZ: boxes on the grid of the layout and arrows along its routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.deck import Diagram
from generator.decks.beamer.text import caption_height, caption_lines, inline, label_line_count, one_line
from generator.decks.layout.diagram import lay_out_diagram
from generator.decks.layout.diagram_drawing import DiagramLayout, RoutedArrow
from generator.decks.layout.diagram_plan import INSET
from generator.decks.layout.geometry import Point, Rect, Side


def diagram_latex(diagram: Diagram, width: float, height: float) -> Iterator[str]:
    """A diagram in TikZ with its caption, no wider than `width` and, if it can be, no higher than `height`."""
    left = height - caption_height(diagram.caption, width)
    layout = lay_out_diagram(diagram, width - 0.5, left, lines=label_line_count)
    names = {name: f"box-{number}" for number, name in enumerate(diagram.boxes, 1)}
    yield f"% {one_line(diagram.alt)}"
    yield rf"{{\centering\begin{{tikzpicture}}[{_font(layout.points)}, every node/.append style={{outer sep=0pt}}]"
    yield rf"  \useasboundingbox (0pt,0pt) rectangle {_coordinate((layout.width, layout.height))};"
    for name, rect in layout.boxes.items():
        box = diagram.boxes[name]
        form = (
            f"inner xsep={INSET:.0f}pt, text width={rect.width - 2 * INSET:.1f}pt, minimum height={rect.height:.1f}pt"
        )
        yield rf"  \node[box={box.role}, {form}] ({names[name]}) at {_coordinate(rect.middle)} {{{inline(box.text)}}};"
    for routed in layout.arrows:
        yield _arrow(routed, layout, names)
    for routed in layout.arrows:
        if (place := routed.label) is not None:
            form = f"{_font(layout.label_points)}, text width={place.width:.1f}pt"
            yield rf"  \node[said, {form}] at {_coordinate(place.middle)} {{{inline(routed.arrow.text)}}};"
    yield r"\end{tikzpicture}\par}"
    yield from caption_lines(diagram.caption)


def _font(points: float) -> str:
    return rf"font=\fontsize{{{points:g}}}{{{points * 1.2:g}}}\selectfont"


def _coordinate(point: Point) -> str:
    return f"({point[0]:.1f}pt,{-point[1]:.1f}pt)"


def _arrow(routed: RoutedArrow, layout: DiagramLayout, names: Mapping[str, str]) -> str:
    """An arrow from anchor to anchor; `-|` and `|-` are level and upright, or upright and level."""
    arrow, inner = routed.arrow, routed.points[1:-1]
    start = _anchor(names[arrow.start], layout.boxes[arrow.start], routed.start_side, routed.points[0])
    end = _anchor(names[arrow.end], layout.boxes[arrow.end], routed.end_side, routed.points[-1])
    level = routed.start_side in ("east", "west")
    path, last = start, len(inner) - len(inner) % 2
    for corner in inner[1:last:2]:
        path += f" {'-|' if level else '|-'} {_coordinate(corner)}"
    joint = "--" if len(inner) % 2 == 0 else "-|" if level else "|-"
    style = f"flow={arrow.role}" + (", dashed" if arrow.dashed else "")
    return rf"  \draw[{style}] {path} {joint} {end};"


def _anchor(name: str, rect: Rect, side: Side, point: Point) -> str:
    """A side of a box, or a place a little off its middle."""
    x, y = rect.side(side)
    shifts = [(f"{axis}shift", by) for axis, by in (("x", point[0] - x), ("y", y - point[1])) if abs(by) > 0.05]
    shift = ", ".join(f"{axis}={by:.1f}pt" for axis, by in shifts)
    return f"([{shift}]{name}.{side})" if shift else f"({name}.{side})"
