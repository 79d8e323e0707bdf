"""The student handout of a deck: what was on the slides, for reading, with answers left out.

It is a document like any other, so it becomes one self-contained page and a tagged PDF. What is drawn on a slide is
told here: a figure by its alternative text, a chart by its numbers in a table, a diagram by its arrows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from blueprint.deck import Axis, Block, Chart, Code, Deck, Diagram, Equation, Series, Table
from blueprint.model import Markdown, plain
from generator.decks.plan import PlannedSlide, plan_slides
from generator.decks.timing import TimedDeck
from generator.documents.templating import display, div, escape, finalize, row, table, tex
from generator.text.locale import AMERICAN, Locale
from generator.text.markdown import HARD_BREAK, lists_apart


def handout(deck: Deck, shown: TimedDeck, *, answers: bool = False, words: Locale = AMERICAN) -> str:
    """The handout's Markdown; `answers` adds them, for the lecturer. `words` are the labels in the deck's language."""
    slides = plan_slides(deck, shown, words)
    opened = not slides or slides[0].arrangement in ("title", "section")
    lines = [
        *([] if opened else ["# " + words.label("Opening")]),
        *(part for s in slides for part in _slide(deck, s, answers) if part),
    ]
    return "\n\n".join(lines).strip() + "\n"


def _slide(deck: Deck, slide: PlannedSlide, answers: bool) -> Iterator[str]:
    if slide.arrangement == "title":
        headline = _inline(slide.slide.title)
        yield f"**{headline}.** {_inline(deck.subtitle)}" if headline != deck.title else _inline(deck.subtitle)
        yield from _blocks(slide.blocks)
        yield "# " + slide.words.label("Opening")
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
        yield str(
            div("callout", lambda: "**" + slide.words.label("Answer") + ".**\n\n" + "\n\n".join(_blocks(slide.answer)))
        )
    elif slide.arrangement == "activity":
        yield slide.words.label("Your answer:") + " "
    notes = _notes(slide)
    if notes:
        yield str(div("meta", lambda: notes))


def _notes(slide: PlannedSlide) -> str:
    """The sources of a slide's numbers, then what is assumed."""
    cited = slide.footnotes[: len(slide.footnotes) - bool(slide.slide.given)]
    sentences = ([slide.words.label("Source: {sources}", sources="; ".join(cited))] if cited else []) + list(
        slide.footnotes[len(cited) :]
    )
    return " ".join(escape(sentence.rstrip(".") + ".") for sentence in sentences)


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    lists = False
    for block in blocks:
        begins = bool(re.match(_MARK, block.text or ""))
        if lists and begins:
            yield "<!-- -->"  # or pandoc makes one list of two
        lists = begins
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if block.text:
        yield _text(block.text)
    elif block.callout:
        label = f"**{escape(block.callout.label)}.**" if block.callout.label else ""
        text = _text(block.callout.text)
        between = "\n\n" if re.match(_MARK, text) else " "
        yield str(div("say", lambda: f"{label}{between}{text}"))
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


def _text(text: str) -> str:
    """A slide's text as pandoc reads it: a list after a line begins a list here, and `(a)` is only a letter."""
    return _LETTER.sub(r"\\(", lists_apart(text))


_MARK = r"(?:[-*+]|\d+\.)[ ]"
_LETTER = re.compile(r"^\((?=\w+\) )", re.MULTILINE)


def _inline(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    """A cell's words on one line, but for the line ends that its author asked for; `> 5` is no quote, and `- 5` no list."""
    return _BLOCK_MARK.sub(r"\1\\", "\\\n".join(map(_inline, HARD_BREAK.split(text))))


_BLOCK_MARK = re.compile(r"^(\d{1,9}(?=[.)])|)(?=[-+*#.)|:](?:\s|$)|>)")


def _table_markdown(
    headings: Iterable[str], rows: Iterable[Iterable[object]], widths: str = "", row_heads: int = 0
) -> str:
    """A table as documents have it; on a phone it stays a table if its rows are short."""
    cells = [tuple(cells) for cells in rows]
    narrow = all(len(row_) <= _MOST_COLUMNS and sum(len(str(c)) for c in row_) <= _PHONE for row_ in cells)
    return str(
        table(
            *headings,
            widths=widths,
            classes="" if narrow else "cards",
            row_heads=row_heads,
            caller=lambda: "".join(str(row(*row_)) for row_ in cells),
        )
    )


_MOST_COLUMNS = 4
_PHONE = 75
"""Letters of a row that a phone shows in two lines."""


def _table(block: Table) -> Iterator[str]:
    widths = " ".join(plain(w) for w in block.widths) or " ".join("1" for _ in block.columns)
    yield _table_markdown(
        (_cell(c) for c in block.columns), ((Markdown(_cell(c)) for c in cells) for cells in block.rows), widths
    )
    if block.caption:
        yield f"*{_inline(block.caption)}*"


def _equation(block: Equation) -> Iterator[str]:
    yield str(display(block.tex))
    if block.legend:
        meant = ((tex(t.tex), Markdown(t.meaning + (f" ({escape(t.unit)})" if t.unit else ""))) for t in block.legend)
        yield _table_markdown(("Symbol", "Meaning"), meant, "1 5")


def _code(block: Code) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", block.text)), default=0))
    return str(div("scroll", lambda: f"{fence} {{.{block.language}}}\n{block.text.rstrip()}\n{fence}"))


def _chart(block: Chart) -> Iterator[str]:
    """A chart in words: a sentence on what it shows, then its numbers."""
    kind = "Chart, invented to show a shape." if block.illustrative else "Chart."
    yield f"*{kind}* {_inline(block.alt)}"
    if block.kind == "roofline" and block.peak is not None and block.bandwidth is not None:
        yield _table_markdown(
            ("Limit", "Value"),
            [("Flat roof", _unit(plain(block.peak), block.y.unit)), ("Slope", plain(block.bandwidth))],
            "1 1",
        )
    case, amount = (block.y, block.x) if block.horizontal and (block.x.title or block.x.unit) else (block.x, block.y)
    if block.categories:
        rows = ([name, *(_value(s, i) for s in block.series)] for i, name in enumerate(block.categories))
        yield from _numbers(case.title or "Case", block.series, amount, rows)
        return
    if _fits_side_by_side(block):
        yield from _curves(block)
    else:
        yield _scattered(block)


def _fits_side_by_side(block: Chart) -> bool:
    """True if a row for each place on the x axis loses no point and mixes up no words."""
    single = all(len({p[0] for p in s.points}) == len(s.points) for s in block.series)
    named = sum(any(label for _, label in _labelled(s)) for s in block.series)
    return single and (len(block.series) == 1 or (block.kind == "line" and named <= 1))


def _numbers(
    first: str, series: Sequence[Series], axis: Axis, rows: Iterable[Iterable[object]], last: Sequence[str] = ()
) -> Iterator[str]:
    """A column for each series; what several have in common, axis and unit, is said once above them."""
    if len(series) == 1:
        heads = [_axis(series[0].title, axis.unit)]
    else:
        heads = [s.title for s in series]
        yield f"{escape(_axis(axis.title, axis.unit))}:" if axis.title else ""
    heads = [first, *heads, *last]
    yield _table_markdown((escape(h) for h in heads), rows, " ".join("1" for _ in heads), row_heads=1)


def _curves(block: Chart) -> Iterator[str]:
    """Series side by side, a row for each place on the x axis, with the words that stand beside its points."""
    points = [{p[0]: (_number(p[1]), label) for p, label in _labelled(s)} for s in block.series]
    places = sorted({x for curve in points for x in curve})
    words = {x: ", ".join(dict.fromkeys(curve[x][1] for curve in points if x in curve and curve[x][1])) for x in places}
    named = any(words.values())
    rows = (
        [_number(x), *(curve[x][0] if x in curve else "" for curve in points), *([words[x]] if named else [])]
        for x in places
    )
    yield from _numbers(_axis(block.x.title or "x", block.x.unit), block.series, block.y, rows, ["What"] * named)


def _scattered(block: Chart) -> str:
    """Points of series that share no places, one a row."""
    points = [(s.title, _number(p[0]), _number(p[1]), label) for s in block.series for p, label in _labelled(s)]
    named = any(label for *_, label in points)
    heads = ["Series", _axis(block.x.title or "x", block.x.unit), _axis(block.y.title or "y", block.y.unit)]
    heads += ["What"] if named else []
    return _table_markdown(
        (escape(h) for h in heads),
        (point if named else point[:3] for point in points),
        " ".join("1" for _ in heads),
        row_heads=1,
    )


def _labelled(series: Series) -> Iterator[tuple[tuple[Decimal, ...], str]]:
    """The points of a series, each with its label; a label that begins with a digit only repeats the number."""
    labels = series.labels or ("",) * len(series.points)
    return ((p, "" if label[:1].isdigit() else label) for p, label in zip(series.points, labels, strict=True))


def _value(series: Series, index: int) -> str:
    return _number(series.values[index]) if series.values else ""


def _number(value: Decimal) -> str:
    """A number with the decimals its author gave it."""
    return f"{value:f}"


def _axis(title: str, unit: str) -> str:
    return title if not unit or title.endswith(unit) else f"{title} ({unit})"


def _unit(value: str, unit: str) -> str:
    return f"{value} {unit}".strip()


def _diagram(block: Diagram) -> Iterator[str]:
    """A diagram in words: a sentence on what it shows, then its arrows."""
    yield f"*Diagram.* {_inline(block.alt)}"
    arrows = [
        f"- {_inline(block.boxes[a.start].text)} → {_inline(block.boxes[a.end].text)}"
        + (f" ({finalize(a.text)})" if a.text else "")
        for a in block.arrows
    ]
    if arrows:
        yield "\n".join(arrows)
