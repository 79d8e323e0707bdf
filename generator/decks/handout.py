"""The student handout of a deck: what was on the slides, for reading, with answers left out.

It is a document like any other, so it becomes one self-contained page and a tagged PDF. What is drawn on a slide is
told here: a figure by its alternative text, a chart by its numbers in a table, a diagram by its arrows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from blueprint.deck import Block, Chart, Code, Deck, Diagram, Equation, Series, Table
from blueprint.model import Markdown, plain
from generator.decks.plan import Planned, planned
from generator.decks.version import Version
from generator.markdown import display, div, escape, finalize, row, table, tex


def handout(deck: Deck, shown: Version, *, answers: bool = False) -> str:
    """The handout's Markdown; `answers` adds them, for the lecturer."""
    return "\n\n".join(part for slide in planned(deck, shown) for part in _slide(slide, answers) if part).strip() + "\n"


def _slide(slide: Planned, answers: bool) -> Iterator[str]:
    if slide.arrangement == "title":
        yield from _blocks(slide.blocks)
        yield "# Opening"
        return
    if slide.arrangement == "section":
        yield f"# {_inline(slide.slide.title)}"
        yield from _blocks(slide.blocks)
        return
    yield f"## {_inline(slide.slide.title)}"
    if slide.label:
        yield f"*{escape(slide.label)}*"
    yield from _blocks(slide.blocks)
    if slide.answer and answers:
        yield str(div("callout", lambda: "**Answer.**\n\n" + "\n\n".join(_blocks(slide.answer))))
    elif slide.arrangement == "activity":
        yield "Your answer: "
    if slide.footnotes:
        yield str(
            div("meta", lambda: "Source: " + "; ".join(escape(note.rstrip(".")) for note in slide.footnotes) + ".")
        )


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if block.text:
        yield str(block.text)
    elif block.callout:
        label = f"**{escape(block.callout.label)}.** " if block.callout.label else ""
        text = block.callout.text
        yield str(div("say", lambda: f"{label}{_inline(text)}"))
    elif block.equation:
        yield from _equation(block.equation)
    elif block.table:
        yield from _table(block.table)
    elif block.chart:
        yield from _chart(block.chart)
    elif block.diagram:
        yield from _diagram(block.diagram)
    elif block.code:
        yield _code(block.code)
    elif block.figure:
        yield f"*Figure.* {_inline(block.figure.alt)}"
    for column in block.columns:
        if column.heading:
            yield f"**{_inline(column.heading)}**"
        yield from _blocks(column.body)


def _inline(text: str) -> str:
    return " ".join(text.split())


def _made(headings: Iterable[str], rows: Iterable[Iterable[object]], widths: str = "") -> str:
    """A table of the document kind."""
    return str(
        table(*headings, widths=widths, classes="cards", caller=lambda: "".join(str(row(*cells)) for cells in rows))
    )


def _table(block: Table) -> Iterator[str]:
    widths = " ".join(plain(w) for w in block.widths) or " ".join("1" for _ in block.columns)
    yield _made(
        (_inline(c) for c in block.columns), ((Markdown(_inline(c)) for c in cells) for cells in block.rows), widths
    )
    if block.caption:
        yield f"*{_inline(block.caption)}*"


def _equation(block: Equation) -> Iterator[str]:
    yield str(display(block.tex))
    if block.legend:
        yield _made(
            ("Symbol", "Meaning", "Unit"), ((tex(t.tex), t.meaning, t.unit or "none") for t in block.legend), "2 6 2"
        )


def _code(block: Code) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", block.text)), default=0))
    return f"{fence} {{.{block.language}}}\n{block.text.rstrip()}\n{fence}"


def _chart(block: Chart) -> Iterator[str]:
    """What the chart shows in a sentence, then its numbers."""
    kind = "Chart, invented to show a shape." if block.illustrative else "Chart."
    yield f"*{kind}* {_inline(block.alt)}"
    if block.kind == "roofline" and block.peak is not None and block.bandwidth is not None:
        yield _made(
            ("Limit", "Value"),
            [("Flat roof", _unit(plain(block.peak), block.y.unit)), ("Slope", plain(block.bandwidth))],
            "1 1",
        )
    if block.categories:
        heads = [
            block.x.title or "",
            *(f"{s.title}{f' ({block.y.unit})' if block.y.unit else ''}" for s in block.series),
        ]
        rows = ([name, *(_value(s, i) for s in block.series)] for i, name in enumerate(block.categories))
        yield _made(
            (escape(h) for h in heads) if heads[0] else ("Case", *(escape(h) for h in heads[1:])),
            rows,
            " ".join("1" for _ in heads),
        )
    points = [(s.title, plain(p[0]), plain(p[1]), label) for s in block.series for p, label in _labelled(s)]
    if points:
        named = any(label for *_, label in points)
        heads = [
            "Series",
            _axis(block.x.title, block.x.unit, "x"),
            _axis(block.y.title, block.y.unit, "y"),
            *(["What"] if named else []),
        ]
        yield _made(
            (escape(h) for h in heads),
            (point if named else point[:3] for point in points),
            " ".join("1" for _ in heads),
        )


def _labelled(series: Series) -> Iterator[tuple[tuple[Any, ...], str]]:
    labels = series.labels or ("",) * len(series.points)
    return zip(series.points, labels, strict=True)


def _value(series: Series, index: int) -> str:
    return plain(series.values[index]) if series.values else ""


def _axis(title: str, unit: str, name: str) -> str:
    return f"{title or name} ({unit})" if unit else title or name


def _unit(value: str, unit: str) -> str:
    return f"{value} {unit}".strip()


def _diagram(block: Diagram) -> Iterator[str]:
    """What the diagram shows in a sentence, then its arrows."""
    yield f"*Diagram.* {_inline(block.alt)}"
    arrows = [
        f"- {_inline(block.boxes[a.start].text)} → {_inline(block.boxes[a.end].text)}"
        + (f": {finalize(a.text)}" if a.text else "")
        for a in block.arrows
    ]
    if arrows:
        yield "\n".join(arrows)
