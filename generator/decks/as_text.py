"""A deck as text: its outline, and the run sheet a lecturer lays beside the laptop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from blueprint.deck import Block, Deck, Notes, Slide
from blueprint.model import plain
from generator.decks.timing import TimedDeck, clock
from generator.text.locale import AMERICAN, N_, Locale
from generator.text.markdown import HARD_BREAK

NOTE_LABELS = {
    "say": N_("Say"),
    "ask": N_("Ask"),
    "expect": N_("Expect"),
    "link": N_("Link"),
    "warn": N_("Careful"),
    "if_short": N_("If short"),
    "if_ahead": N_("If ahead"),
}


def outline(deck: Deck, shown: TimedDeck) -> str:
    """Titles, texts and answers of the slides shown, as Markdown."""
    lines = [f"# {deck.title}", ""]
    for number, timed in enumerate(shown.slides, 1):
        lines += [f"## {number}. {timed.slide.title}", "", *_slide(timed.slide)]
    return "\n".join(lines).rstrip() + "\n"


def _slide(slide: Slide) -> Iterator[str]:
    for block in slide.shown():
        yield from _block(block)
    yield from (f"- {item}" for item in slide.items)
    yield from (f"- {choice.text}{' **(right)**' if choice.right else ''}" for choice in slide.choices)
    if slide.items or slide.choices:
        yield ""
    if slide.answer:
        yield "Answer:"
        yield ""
        for block in slide.hidden():
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    """A block as Markdown; a picture by its alternative text."""
    if block.text:
        yield block.text
    elif block.callout:
        yield f"> {block.callout.label + ': ' if block.callout.label else ''}{' '.join(block.callout.text.split())}"
    elif block.table:
        yield "| " + " | ".join(block.table.columns) + " |"
        yield "|" + "---|" * len(block.table.columns)
        rows = ((HARD_BREAK.sub(" ", cell) for cell in row) for row in block.table.rows)
        yield from ("| " + " | ".join(row) + " |" for row in rows)
    elif block.code:
        yield f"```{block.code.language}\n{block.code.text.rstrip()}\n```"
    elif block.equation:
        yield f"$$ {' '.join(block.equation.tex.split())} $$"
    elif picture := block.figure or block.chart or block.diagram:
        yield f"[{'Figure' if block.figure else 'Chart' if block.chart else 'Diagram'}: {' '.join(picture.alt.split())}]"
    else:
        return
    yield ""


def run_sheet(deck: Deck, shown: TimedDeck) -> list[tuple[str, str, str, str, str]]:
    """A row for each slide: the clock when it begins, its minutes, core or optional, its kind, its title."""
    return [
        (
            clock(t.start),
            plain(t.slide.minutes),
            "core" if t.slide.core else "optional",
            t.slide.kind,
            str(t.slide.title),
        )
        for t in shown.slides
    ]


def notes_text(notes: Notes, words: Locale = AMERICAN) -> Iterator[tuple[str, str]]:
    """The notes that are written, each with its label, in the order a lecturer needs them."""
    for field in fields(notes):
        if value := getattr(notes, field.name):
            yield words.word(NOTE_LABELS[field.name]), str(value)
