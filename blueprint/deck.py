"""A lecture deck as plain, frozen data: what each slide is for, never where a box sits.

A slide has a *kind* (what the lecturer does with it), a title that is a sentence, minutes, notes, and a body of
*blocks* (text, chart, diagram, ...). Kinds that ask something of the room carry their answer as a field, so that every
writer can hide it, reveal it on a click or leave it out. Each block is a mapping with one key, the block's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Annotated, Literal

from blueprint.model import EMPTY, Example, Markdown, Ref

Kind = Literal[
    "title",
    "objectives",
    "section",
    "assertion",
    "focus",
    "example",
    "comparison",
    "predict",
    "exercise",
    "discussion",
    "retrieval",
    "quiz",
    "muddiest",
    "takeaways",
    "references",
]
ACTIVITIES: tuple[Kind, ...] = ("predict", "exercise", "discussion", "retrieval", "quiz", "muddiest")
"""Kinds in which the room does something."""

PURPOSES: Mapping[Kind, str] = {
    "title": "opens the lecture; the deck's subtitle stands below it",
    "objectives": "what students can do afterwards (`items`)",
    "section": "opens a part of the lecture",
    "assertion": "claims something in its title, and shows it in its body",
    "focus": "one sentence alone, in large letters",
    "example": "works an example step by step",
    "comparison": "sets things side by side, mostly in `columns`",
    "predict": "asks what will happen, before it is shown (`choices`)",
    "exercise": "has the room work something out; `items` are its steps",
    "discussion": "has the room talk about something; `items` are prompts",
    "retrieval": "asks for what was learned before; `items` are questions",
    "quiz": "asks with `choices`, of which one is right",
    "muddiest": "asks what is least clear; it needs no answer",
    "takeaways": "what to remember (`items`)",
    "references": "lists the deck's `sources`; it needs no body",
}
"""What a slide of each kind is for."""

Role = Literal["neutral", "accent", "compute", "data", "routing", "error"]
"""What a color means; never the only sign of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The origin of a number, a figure or a claim."""

    authors: str
    title: str
    venue: str
    year: int
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The lecturer's notes, what to say and to do; every field becomes a labelled line of the speaker notes."""

    say: Annotated[Markdown, "what to say, in sentences one would say"]
    ask: Annotated[Markdown, "a question to the room"] = EMPTY
    expect: Annotated[Markdown, "the answers that will come, right and wrong"] = EMPTY
    link: Annotated[Markdown, "the sentence that leads to the next slide"] = EMPTY
    warn: Annotated[Markdown, "the mistake students make here"] = EMPTY
    if_short: Annotated[Markdown, "what to leave out when time is short"] = EMPTY
    if_ahead: Annotated[Markdown, "what to add when there is time"] = EMPTY


# --- blocks ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture from a file beside the deck (SVG, PNG, JPEG)."""

    file: str
    alt: Annotated[Markdown, "what a person who cannot see it needs to know"]
    caption: Markdown = EMPTY
    source: Annotated[str | None, Ref("source")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a header row."""

    columns: tuple[Markdown, ...]
    rows: Annotated[tuple[tuple[Markdown, ...], ...], Example('[[Sum, "0.9"], [Word, "640"]]')]
    widths: Annotated[tuple[Decimal, ...], "shares of the width; equal if left out"] = ()
    numbers: Annotated[tuple[int, ...], "columns (from 1) that hold numbers and are set right"] = ()
    highlight: Annotated[tuple[int, ...], "rows (from 1) to point at"] = ()
    caption: Markdown = EMPTY
    source: Annotated[str | None, Ref("source")] = None


ChartKind = Literal["bar", "stacked", "line", "scatter", "roofline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis of a chart."""

    title: str = ""
    unit: str = ""
    log: bool = False
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A row of numbers. Bars have one value a category; lines and scatter have points `[x, y]`."""

    title: str
    values: tuple[Decimal, ...] = ()
    points: Annotated[tuple[tuple[Decimal, ...], ...], Example("[[1, 100], [2, 190]]")] = ()
    labels: Annotated[tuple[str, ...], "a word beside each point"] = ()
    role: Role = "accent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart drawn from numbers, editable in PowerPoint."""

    kind: ChartKind
    alt: Annotated[Markdown, "what the chart shows, in a sentence with its main numbers"]
    categories: tuple[str, ...] = ()
    series: tuple[Series, ...]
    x: Axis = Axis()
    y: Axis = Axis()
    horizontal: bool = False
    values: Annotated[bool, "write each value beside its bar"] = False
    peak: Annotated[Decimal | None, "roofline: highest rate, in the unit of y"] = None
    bandwidth: Annotated[Decimal | None, "roofline: rate per unit of x, so that y = x * bandwidth"] = None
    caption: Markdown = EMPTY
    source: Annotated[str | None, Ref("source")] = None
    illustrative: Annotated[bool, "the numbers are invented to show a shape; the slide says so"] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node of a diagram."""

    text: Markdown
    role: Role = "neutral"
    column: Annotated[int | None, "place from the left (from 1); laid out from the arrows if left out"] = None
    row: Annotated[int | None, "place from the top (from 1)"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """An arrow of a diagram."""

    start: str
    end: str
    text: str = ""
    role: Role = "neutral"
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """Boxes and arrows, laid out for you: left to right, or top to bottom."""

    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...] = ()
    direction: Literal["right", "down"] = "right"
    alt: Annotated[Markdown, "what is connected to what, and why it matters"]
    caption: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Program text with highlighting."""

    language: str = "python"
    text: str
    highlight: Annotated[tuple[int, ...], "lines (from 1) to point at"] = ()
    caption: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A symbol of an equation's legend."""

    tex: str
    meaning: Markdown
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A displayed equation."""

    tex: Annotated[str, "LaTeX without dollar signs"]
    legend: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A box that stands out; its role is also written as a word."""

    role: Role = "accent"
    label: Annotated[str, "the word on it, such as Compute, Data, Trap"] = ""
    text: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block; exactly one of these keys."""

    text: Annotated[Markdown | None, "Markdown: paragraphs, lists, bold, code, $math$"] = None
    figure: Figure | None = None
    table: Table | None = None
    chart: Chart | None = None
    diagram: Diagram | None = None
    code: Code | None = None
    equation: Equation | None = None
    callout: Callout | None = None
    columns: Annotated[tuple[Column, ...], "side by side"] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that are written; a sound block has exactly one."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) not in (None, ()))

    def walk(self) -> Iterator[Block]:
        """This block and all within its columns."""
        yield self
        for column in self.columns:
            for block in column.body:
                yield from block.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One of several columns."""

    width: Annotated[Decimal, "share of the width"] = Decimal(1)
    heading: Markdown = EMPTY
    body: tuple[Block, ...]


# --- slides ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An answer offered by a quiz or a prediction."""

    text: Markdown
    right: bool = False
    why: Annotated[Markdown, "why it is right, or what the mistake behind it is"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A lint that is right in general and wrong here."""

    lint: Annotated[str, "its name, which stands behind its message", Example("headline")]
    reason: Annotated[str, Example("The title is a quotation.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slide."""

    kind: Kind
    id: Annotated[str, "stays the same when the title changes; lower case with dashes"] = ""
    title: Annotated[Markdown, "a sentence that claims something, or a question"]
    minutes: Annotated[Decimal, "how long it takes; halves are fine"]
    core: Annotated[bool, "false: left out of the short version"] = True
    body: tuple[Block, ...] = ()
    items: Annotated[
        tuple[Markdown, ...], "objectives, takeaways, questions of a retrieval, prompts of a discussion"
    ] = ()
    choices: Annotated[tuple[Choice, ...], "of a quiz or a prediction"] = ()
    answer: Annotated[tuple[Block, ...], "hidden until it is revealed; the worked answer of an activity"] = ()
    sources: Annotated[tuple[str, ...], Ref("source"), "what the slide's numbers and claims rest on"] = ()
    given: Annotated[Markdown, "numbers assumed for the sake of an exercise, where there is no source"] = EMPTY
    notes: Notes
    accept: tuple[Accepted, ...] = ()

    @property
    def is_activity(self) -> bool:
        return self.kind in ACTIVITIES

    def shown(self) -> Iterator[Block]:
        """Every block of the body, columns included."""
        return (inner for block in self.body for inner in block.walk())

    def hidden(self) -> Iterator[Block]:
        """Every block of the answer."""
        return (inner for block in self.answer for inner in block.walk())


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A deck file."""

    schema: int
    title: Markdown
    subtitle: Markdown = EMPTY
    chapter: Annotated[str | None, Ref("chapter"), "the chapter this lecture teaches; none for an overview"] = None
    minutes: Annotated[int, "the full version"] = 75
    short: Annotated[int, "the short version, made of the core slides"] = 50
    sources: Mapping[str, Source] = field(default_factory=dict)
    slides: tuple[Slide, ...]
