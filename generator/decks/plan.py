"""A deck as every writer shows it: the same words in the same order, whatever the kind of slide.

Kinds differ in what the lecturer does; on the screen they come down to five arrangements. Items and choices become
blocks here, answers become blocks to reveal, sources become a line at the foot, so that PowerPoint, Beamer and the
handout hold the same content by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from blueprint.deck import Block, Deck, Kind, Slide, Source
from blueprint.model import Markdown
from generator.decks.as_text import notes_text
from generator.decks.timing import TimedDeck, TimedSlide, clock
from generator.text.locale import AMERICAN, N_, Locale

Answers = Literal["click", "shown", "hidden"]
"""When answers are seen: on a click, from the start, or, for students, not at all."""
Arrangement = Literal["title", "section", "focus", "content", "activity"]

_ARRANGEMENTS: Mapping[Kind, Arrangement] = {
    "title": "title",
    "section": "section",
    "focus": "focus",
    "predict": "activity",
    "exercise": "activity",
    "discussion": "activity",
    "retrieval": "activity",
    "quiz": "activity",
    "muddiest": "activity",
}
_LABELS: Mapping[Kind, str] = {
    "predict": N_("Predict"),
    "exercise": N_("Exercise"),
    "discussion": N_("Discuss"),
    "retrieval": N_("Recall"),
    "quiz": N_("Quiz"),
    "muddiest": N_("Muddiest point"),
    "example": N_("Worked example"),
    "comparison": N_("Compare"),
}
LETTERS = "ABCDEFGH"


@dataclass(frozen=True, slots=True)
class PlannedSlide:
    """A slide ready to be drawn."""

    number: int
    slide: Slide
    arrangement: Arrangement
    label: str
    """What students do, with its minutes: `Predict · 3 min`; empty where they listen."""
    blocks: tuple[Block, ...]
    answer: tuple[Block, ...]
    footnotes: tuple[str, ...]
    """Sources in short, and what is assumed."""
    notes: tuple[tuple[str, str], ...]
    """Label and text; the first says when the slide begins and how long it takes."""
    words: Locale = AMERICAN
    """The labels in the language of the deck."""


def plan_slides(deck: Deck, shown: TimedDeck, words: Locale = AMERICAN) -> list[PlannedSlide]:
    """Every slide of a timed deck, in order, as every writer shows it; `words` are the labels in the deck's language."""
    return [_plan(deck, number, timed, words) for number, timed in enumerate(shown.slides, 1)]


def _plan(deck: Deck, number: int, timed: TimedSlide, words: Locale) -> PlannedSlide:
    slide = timed.slide
    begins = words.label(
        "{begins} to {ends}, {minutes} min, {part}",
        begins=clock(timed.start),
        ends=clock(timed.end),
        minutes=words.number(slide.minutes),
        part=words.label("core") if slide.core else words.label("optional"),
    )
    return PlannedSlide(
        number,
        slide,
        _ARRANGEMENTS.get(slide.kind, "content"),
        _label(slide, words),
        (*slide.body, *_listed(slide), *(_references(deck) if slide.kind == "references" else ())),
        (*_solution(slide, words), *slide.answer),
        _footnotes(deck, slide),
        ((words.label("Clock"), begins), *notes_text(slide.notes, words)),
        words,
    )


def _label(slide: Slide, words: Locale) -> str:
    what = words.word(_LABELS.get(slide.kind, ""))
    if not what or not slide.is_activity:
        return what
    return words.label("{what} · {minutes} min", what=what, minutes=words.number(slide.minutes))


def _listed(slide: Slide) -> tuple[Block, ...]:
    """Items as a list (numbered where answers refer to them), choices with letters."""
    blocks = []
    if slide.items:
        numbered = slide.kind in ("retrieval", "discussion", "exercise")
        marks = (f"{i}." for i in range(1, len(slide.items) + 1)) if numbered else ("-" for _ in slide.items)
        blocks.append(_text(f"{mark} {' '.join(item.split())}" for mark, item in zip(marks, slide.items, strict=True)))
    if slide.choices:
        blocks.append(
            _text(
                f"- **{letter}** {_unlettered(choice.text)}"
                for letter, choice in zip(LETTERS, slide.choices, strict=False)
            )
        )
    return tuple(blocks)


def _solution(slide: Slide, words: Locale) -> tuple[Block, ...]:
    """The letter of the right choice, and of each that has a reason, with the reason."""
    if not slide.choices:
        return ()
    right = "**" + words.label("Right.") + "** "
    lines = [
        f"- **{letter}** {right if choice.right else ''}{' '.join(choice.why.split())}".rstrip()
        for letter, choice in zip(LETTERS, slide.choices, strict=False)
        if choice.right or choice.why
    ]
    return (_text(lines),) if lines else ()


def _unlettered(text: str) -> str:
    """A choice's text without the letter its author wrote in front."""
    words = " ".join(text.split())
    return words[2:].lstrip() if words[:2] in {f"{letter}{mark}" for letter in LETTERS for mark in ":.)"} else words


def _text(lines: Iterable[str]) -> Block:
    return Block(text=Markdown("\n".join(lines)))


def _references(deck: Deck) -> tuple[Block, ...]:
    """The deck's sources as a list, by author."""
    return (
        _text(
            f"- {reference(source)}"
            for source in sorted(deck.sources.values(), key=lambda s: (s.authors.lower(), s.year))
        ),
    )


def reference(source: Source) -> str:
    """A source in full, as Markdown. Only where it appeared is a link: LibreOffice does not wrap within one."""
    where = f"{source.venue} ({source.year})"
    linked = f"[{where}](<{source.url}>)" if source.url else where
    return f"{source.authors}, *{source.title}*, {linked}"


def short_reference(source: Source) -> str:
    """A source in short, `Horowitz, ISSCC 2014`; the year once."""
    year = str(source.year)
    return f"{source.authors}, {source.venue}" + ("" if year in source.venue else f" {year}")


def _footnotes(deck: Deck, slide: Slide) -> tuple[str, ...]:
    keys = list(slide.sources)
    for block in (*slide.shown(), *slide.hidden()):
        keys += [part.source for part in (block.figure, block.table, block.chart) if part is not None and part.source]
    cited = tuple(dict.fromkeys(short_reference(deck.sources[key]) for key in keys if key in deck.sources))
    given = (" ".join(slide.given.split()),) if slide.given else ()
    return (*cited, *given)


def displayed(deck: Deck) -> list[str]:
    """The TeX of every formula that a deck displays, each once."""
    blocks = (block for slide in deck.slides for block in (*slide.shown(), *slide.hidden()))
    return list(dict.fromkeys(block.equation.tex for block in blocks if block.equation is not None))
