"""A chapter outline: a deck of a few slides for a chapter that has no lecture yet, made from its entry in the course.

It is a deck like any other, with a title, the objectives and the question of its week, so that it follows the theme, the
template and the formats of the term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from blueprint.deck import Block, Deck, Notes, Slide
from blueprint.model import Chapter, Course, Markdown
from generator.decks.layout.page import OWN
from generator.decks.layout.slide import lay_out_slide
from generator.decks.plan import plan_slides
from generator.decks.timing import timed_deck
from generator.documents.templating import escape
from generator.text.locale import Locale

_READABLE = 22.0
"""The smallest letters of objectives; more objectives than fit in these take another slide."""
_TITLE, _OBJECTIVES, _QUESTION = 1, 2, 5
"""The minutes of each slide."""


def outline_deck(course: Course, chapter_id: str, locale: Locale) -> Deck:
    """The outline of a chapter, in the words of a locale; `KeyError` for a chapter nobody registered."""
    chapter = course.registry.chapters[chapter_id]
    weeks = [number for number, week in course.file.weeks.items() if chapter_id in week.read]
    question = next((q for number in weeks if (q := course.file.weeks[number].question)), None)
    title = Markdown(locale.label("Chapter {number}: {title}", number=chapter.number, title=chapter.title))
    slides = (
        _opening(title, course, weeks, locale),
        *_objectives(chapter, locale),
        *(() if question is None else (_asked(question, locale),)),
    )
    return Deck(
        schema=1,
        title=title,
        subtitle=course.file.title,
        chapter=chapter_id,
        minutes=int(sum(slide.minutes for slide in slides)),
        slides=slides,
    )


def _opening(title: Markdown, course: Course, weeks: Sequence[int], locale: Locale) -> Slide:
    """The title slide: the week, the term and who teaches, as far as they are known."""
    offering = course.file.offering
    numbers = ", ".join(map(str, weeks))
    when = locale.label("Week {number}", number=numbers) if len(weeks) == 1 else ""
    when = locale.label("Weeks {numbers}", numbers=numbers) if len(weeks) > 1 else when
    term, names = (escape(offering.term), escape(offering.instructor_names)) if offering else ("", "")
    lines = [" · ".join(filter(None, (when, term))), names]
    return Slide(
        kind="title",
        id="title",
        title=title,
        minutes=Decimal(_TITLE),
        body=tuple(Block(text=Markdown(line)) for line in lines if line),
        notes=Notes(say=Markdown(locale.label("Name the week, and say in a sentence why this chapter comes now."))),
    )


def _objectives(chapter: Chapter, locale: Locale) -> tuple[Slide, ...]:
    """The objectives on as few slides as they can be read on, evenly."""
    for count in range(min(len(chapter.objectives), 1), len(chapter.objectives) + 1):
        slides = tuple(_pages(chapter.objectives, count, locale))
        if all(map(_is_readable, slides)):
            break
    return slides


def _pages(objectives: Sequence[Markdown], count: int, locale: Locale) -> Iterator[Slide]:
    edges = [-(-len(objectives) * page // count) for page in range(count + 1)] if count else []
    notes = Notes(
        say=Markdown(locale.label("Read the verbs aloud. This slide comes back at the end of the week.")),
        ask=Markdown(locale.label("Which of these could you do today?")),
    )
    headline = locale.label("After this chapter you can …")
    for page, (first, end) in enumerate(pairwise(edges), 1):
        counted = locale.label(" ({number} of {count})", number=page, count=count) if count > 1 else ""
        yield Slide(
            kind="objectives",
            id=f"objectives-{page}" if count > 1 else "objectives",
            title=Markdown(headline + counted),
            minutes=Decimal(_OBJECTIVES),
            items=tuple(objectives[first:end]),
            notes=notes,
        )


def _is_readable(slide: Slide) -> bool:
    """True if the text of a slide is large enough on our own page."""
    deck = Deck(schema=1, title=slide.title, slides=(slide,))
    (planned,) = plan_slides(deck, timed_deck(deck, deck.minutes))
    return all(box.points >= _READABLE for layout in lay_out_slide(planned, OWN) for box in layout.boxes)


def _asked(question: Markdown, locale: Locale) -> Slide:
    return Slide(
        kind="focus",
        id="question",
        title=question,
        minutes=Decimal(_QUESTION),
        body=(Block(text=Markdown(locale.label("The question of the week"))),),
        notes=Notes(
            say=Markdown(
                locale.label("Write your answer alone for two minutes, then compare it with your neighbor's.")
            ),
            expect=Markdown(locale.label("Answers that differ: take two of these, and let the others decide.")),
        ),
    )
