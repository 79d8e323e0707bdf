"""Deck files -> `Deck`, with every problem at its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from blueprint.bind import Binder, Positions
from blueprint.check.leaves import texts
from blueprint.deck import Block, Chart, Deck
from blueprint.facts import placeholders
from blueprint.model import Markdown
from blueprint.paths import CoursePaths, shown
from blueprint.places import place_of
from blueprint.problems import CourseError, Mark, Problem, UsageError, quoted, suggestion
from blueprint.yamltree import Mapping as Tree
from blueprint.yamltree import parse
from generator.decks.figure import picture_problems
from generator.decks.plan import LETTERS
from generator.text.markdown import Stranger, parts, strangers


@dataclass(frozen=True, slots=True)
class ReadDeck:
    """A deck as far as it could be read, and what stood in the way."""

    id: str
    path: Path
    deck: Deck
    at: Positions
    problems: tuple[Problem, ...]


def chosen(paths: CoursePaths, names: tuple[str, ...]) -> dict[str, Path]:
    """The decks that are named, all of them without a name; `UsageError` for a name no deck has."""
    decks = paths.decks()
    for name in names:
        if name not in decks:
            raise UsageError(f"there is no deck `{name}`; {suggestion(name, list(decks), 'decks')}")
    return {name: decks[name] for name in names} if names else decks


def read_deck(path: Path, chapters: Mapping[str, str] | None = None) -> ReadDeck:
    """A deck file; `chapters` (name -> id) says what `chapter` may be, None lets any pass.

    Raises `CourseError` when the file holds no deck at all.
    """
    name = shown(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError([Problem(Mark(name), f"this file cannot be read: {error.strerror}")]) from None
    tree, problems = parse(data, name)
    if not isinstance(tree, Tree):
        raise CourseError(problems or [Problem(Mark(name), "this file holds no deck", "it begins with `schema: 1`")])
    sources = tree.get("sources")
    names = {"source": {key: key for key in sources.entries} if isinstance(sources, Tree) else {}}
    written = tree.get("chapter")
    names["chapter"] = (
        dict(chapters) if chapters is not None else {getattr(written, "text", ""): getattr(written, "text", "")}
    )
    binder = Binder(names, problems)
    deck = binder.bind(tree, Deck)
    problems += _structure(deck, binder.positions)
    problems += _strange_texts(deck, binder.positions)
    problems += picture_problems(deck, binder.positions, path.parent)
    return ReadDeck(path.stem, path, deck, binder.positions, tuple(problems))


def _structure(deck: Deck, at: Positions) -> Iterator[Problem]:
    """Checks what types cannot say: one key a block, rows as long as their header, arrows between boxes that exist."""
    for number, slide in enumerate(deck.slides):
        if len(slide.choices) > len(LETTERS):
            message = (
                f"this slide has {len(slide.choices)} choices; there are letters for {len(LETTERS)}, A to {LETTERS[-1]}"
            )
            place = at.value("slides", number, "choices", len(LETTERS))
            yield Problem(place, message, "keep the three or four that tell mistakes apart")
        for part in ("body", "answer"):
            for index, block in enumerate(getattr(slide, part)):
                yield from _block(block, at, ("slides", number, part, index))


_NO_PLACE: Mapping[Stranger, tuple[str, str]] = {
    "program": (
        "a program within a text",
        "make it a block of its own (`code:`); a text's lines begin with fewer than four blanks",
    ),
    "table": ("a table within a text", "make it a block of its own (`table:`)"),
    "quote": (
        "a quote within a text",
        "make it a block of its own (`callout:`); a `>` that is meant as such is written `\\>`",
    ),
    "heading": ("a heading within a text", "put it in bold (`**…**`), or begin another slide"),
    "rule": ("a line across a text", "leave it out, or begin another slide"),
    "picture": ("a picture within a text", "make it a block of its own (`figure:`)"),
    "break": ("HTML within a text", "end the line with a backslash (in a cell: `|-`, and the cell on two lines)"),
    "footnote": ("a footnote", "name its source (`source:`), or say it in the text"),
    "definition": ("an address below a text", "write it where it leads from: `[words](address)`"),
}
"""What slides cannot show, and what to do instead."""
_LONG_TEXTS = ("text", "say", "ask", "expect", "link", "warn", "if_short", "if_ahead")
"""The fields that hold paragraphs; what begins like a block elsewhere is only words."""


def _strange_texts(deck: Deck, at: Positions) -> Iterator[Problem]:
    """A slide shows what it is given: nothing in a text that would be printed as it is written."""
    for path, text in texts(deck):
        if isinstance(text, Markdown) and not at.is_broken(*path):
            one_line = path[-1] not in _LONG_TEXTS or not {"boxes", "arrows", "choices"}.isdisjoint(path)
            for kind, begins in strangers(text, one_line=one_line):
                what, instead = _NO_PLACE[kind]
                yield Problem(place_of(begins, at.value(*path)), f"a slide cannot show {what}", instead)
            for written, _ in placeholders(text):
                yield Problem(
                    place_of("{{", at.value(*path)),
                    f"{quoted(f'{{{{{written}}}}}')} would be printed as it stands: lectures of many courses take no placeholders",
                    "say it in words that hold in every term, or in the course file",
                )


def _block(block: Block, at: Positions, path: tuple[object, ...]) -> Iterator[Problem]:
    if at.is_broken(*path):
        return
    if len(block.names) != 1:
        what = f"has {' and '.join(block.names)}" if block.names else "is empty"
        yield Problem(at.key(*path), f"a block {what}", "a block has exactly one key; begin each with `- `")
    yield from _empty(block, at, path)
    if block.code:
        lines = block.code.text.rstrip().count("\n") + 1
        yield from _counted(block.code.highlight, lines, "line", at, (*path, "code", "highlight"))
    if block.table:
        yield from _shares(block.table.widths, at, (*path, "table", "widths"))
        yield from _counted(block.table.numbers, len(block.table.columns), "column", at, (*path, "table", "numbers"))
        yield from _counted(block.table.highlight, len(block.table.rows), "row", at, (*path, "table", "highlight"))
        for row, cells in enumerate(block.table.rows):
            if len(cells) != len(block.table.columns):
                place = at.value(*path, "table", "rows", row)
                yield Problem(
                    place,
                    f"this row has {len(cells)} cells, the table {len(block.table.columns)} columns",
                    "add or remove cells",
                )
    if block.chart:
        yield from _chart(block.chart, at, (*path, "chart"))
    if block.diagram:
        boxes = block.diagram.boxes
        for index, arrow in enumerate(block.diagram.arrows):
            for end in ("start", "end"):
                if (name := getattr(arrow, end)) not in boxes:
                    place = at.value(*path, "diagram", "arrows", index, end)
                    yield Problem(place, f"there is no box `{name}`", suggestion(name, list(boxes), "boxes"))
    for column, inside in enumerate(block.columns):
        yield from _shares([inside.width], at, (*path, "columns", column, "width"))
        if not inside.body and not at.is_broken(*path, "columns", column, "body"):
            yield Problem(at.key(*path, "columns", column), "a column is empty", "write its blocks below `body`")
        for index, inner in enumerate(inside.body):
            yield from _block(inner, at, (*path, "columns", column, "body", index))


def _empty(block: Block, at: Positions, path: tuple[object, ...]) -> Iterator[Problem]:
    """The problems of blocks of which nothing would be seen."""
    nothing = {
        "text": block.text is not None and not any(part.text for part in parts(block.text)),
        "code": block.code is not None and not block.code.text.strip(),
        "equation": block.equation is not None and not block.equation.tex.strip(),
        "callout": block.callout is not None and not block.callout.text.strip(),
        "table": block.table is not None and not block.table.columns,
        "diagram": block.diagram is not None and not block.diagram.boxes,
        "chart": block.chart is not None
        and block.chart.kind != "roofline"
        and not any(series.values or series.points for series in block.chart.series),
    }
    for name in (name for name, is_empty in nothing.items() if is_empty and not at.is_broken(*path, name)):
        yield Problem(at.key(*path, name), f"this {name} is empty", "fill it, or take it out")


def _counted(
    numbers: Sequence[int], count: int, what: str, at: Positions, path: tuple[object, ...]
) -> Iterator[Problem]:
    """The problems of numbers of rows, columns or lines that are not there."""
    for index, number in enumerate(numbers):
        if not 1 <= number <= count:
            yield Problem(at.value(*path, index), f"there is no {what} {number}", f"count from 1 to {count}")


def _shares(shares: Sequence[Decimal], at: Positions, path: tuple[object, ...]) -> Iterator[Problem]:
    if any(share <= 0 for share in shares):
        yield Problem(
            at.value(*path), "a width is a share of the whole and more than 0", "leave it out for equal shares"
        )


def _chart(chart: Chart, at: Positions, path: tuple[object, ...]) -> Iterator[Problem]:
    if chart.kind == "roofline" and (chart.peak is None or chart.bandwidth is None):
        yield Problem(
            at.key(*path), "a roofline needs `peak` and `bandwidth`", "peak is the flat roof, bandwidth the slope"
        )
    for name in ("peak", "bandwidth"):
        if (rate := getattr(chart, name)) is not None and rate <= 0:
            yield Problem(at.value(*path, name), f"`{name}` must be more than 0", "it is a rate, such as 989")
    for index, series in enumerate(chart.series):
        place = at.key(*path, "series", index)
        logs = [
            (chart.y.log or (chart.horizontal and chart.x.log), list(series.values)),
            (chart.x.log, [point[0] for point in series.points if len(point) == 2]),
            (chart.y.log, [point[1] for point in series.points if len(point) == 2]),
        ]
        if any(log and min(values, default=Decimal(1)) <= 0 for log, values in logs):
            yield Problem(
                place, f"“{series.title}” has a value that is not above 0, on a logarithmic axis", "leave `log` out"
            )
        if series.points and any(len(point) != 2 for point in series.points):
            yield Problem(place, f"a point of “{series.title}” is not a pair", "write each point as [x, y]")
        if series.labels and len(series.labels) != len(series.points):
            yield Problem(
                place,
                f"“{series.title}” has {len(series.labels)} labels for {len(series.points)} points",
                "write one label a point",
            )
        if not series.points and len(series.values) != len(chart.categories):
            yield Problem(
                place,
                f"“{series.title}” has {len(series.values)} values for {len(chart.categories)} categories",
                "write one value a category",
            )
