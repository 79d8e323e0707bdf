"""The outline of a chapter: a deck of a few slides, in every format like any other."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from blueprint.deck import Deck, Slide
from blueprint.load import load
from blueprint.model import (
    Chapter,
    Component,
    Course,
    CourseFile,
    GradingScheme,
    Language,
    LateStep,
    Markdown,
    Meeting,
    Offering,
    Part,
    Person,
    Policy,
    Registry,
    Session,
    Week,
)
from blueprint.paths import CoursePaths
from generator.decks.beamer.latex import compile_latex
from generator.decks.beamer.writer import beamer
from generator.decks.chapter_outline import outline_deck
from generator.decks.layout.page import OWN
from generator.decks.layout.slide import lay_out_slide
from generator.decks.plan import plan_slides
from generator.decks.timing import timed_deck
from generator.documents.templating import escape
from generator.text.locale import AMERICAN, Locale, make_locale

OBJECTIVES = tuple(
    map(
        Markdown,
        (
            "Count the *bytes* of a tensor.",
            "Compute $D_{vol} / BW$ for `a_b`, 50% & more.",
            "Compare **rows** with columns.",
            "Predict the #1 limit.",
            "Derive $x^2$ from {braces}.",
            "Sketch a cache.",
            "Explain 3 < 4.",
        ),
    )
)


def make_course(
    objectives: tuple[Markdown, ...] = OBJECTIVES,
    *,
    question: str = "What *moves*?",
    weeks: tuple[int, ...] = (3,),
    title: str = "Machines & Learning",
    offered: bool = True,
    instructor: str = "Ada O'Neil",
) -> Course:
    """A course with one chapter, `c1`, read in the given weeks of three."""
    offering = Offering(
        term="Spring_2030",
        institution="Harbor",
        start=date(2030, 1, 7),
        end=date(2030, 5, 1),
        time_zone="America/Chicago",
        published=date(2029, 12, 1),
        meetings=(Meeting(day="mon", start=time(9), end=time(10)),),
        staff={"i": Person(name=instructor, role="instructor")},
    )
    text = Markdown("-")
    file = CourseFile(
        schema=1,
        title=Markdown(title),
        description=text,
        registries=(),
        parts={"p": Part(title=text, goal=text)},
        weeks={
            n: Week(
                title=text,
                part="p",
                question=Markdown(question),
                read=("c1",) if n in weeks else (),
                objectives=(text,),
                sessions={1: Session(kind="lecture", title=text)},
            )
            for n in (2, 3, 4)
        },
        grading=GradingScheme(components={"c": Component(title=text, weight=Decimal(100), count=1)}),
        policies={"late": Policy(steps=(LateStep(hours=24, penalty=Decimal(10)),), text=text)},
        offering=offering if offered else None,
    )
    chapter = Chapter(number=7, title=Markdown("Data_Paths"), slug="data", objectives=objectives)
    return Course("x", file, Registry(schema=1, chapters={"c1": chapter}), {}, None)


def outline(course: Course, locale: Locale = AMERICAN) -> Deck:
    return outline_deck(course, "c1", locale)


def objectives(deck: Deck) -> list[tuple[Markdown, ...]]:
    """The objectives on each slide that has some."""
    return [slide.items for slide in deck.slides if slide.kind == "objectives"]


def texts(slide: Slide) -> list[str]:
    """The title of a slide and its paragraphs."""
    return [slide.title, *(block.text or "" for block in slide.shown())]


def test_every_objective_is_on_a_slide_once_and_in_order() -> None:
    """No objective is lost, repeated or moved, however many there are."""
    for count in range(30):
        given_ = tuple(Markdown(f"Name {n} parts.") for n in range(count))
        found = objectives(outline(make_course(given_)))
        assert [item for page in found for item in page] == list(given_)
        assert () not in found


@pytest.mark.parametrize(("words", "pages"), [("few words", 1), ("bytes cost more than sums " * 13, 2)])
def test_objectives_are_given_more_slides_instead_of_smaller_type(words: str, pages: int) -> None:
    """Short objectives share a slide; long ones are split evenly over several, and the headlines say which part each is."""
    deck = outline(make_course((Markdown(f"Explain why {words}."),) * 4))
    titles = [str(slide.title) for slide in deck.slides if slide.kind == "objectives"]
    assert [len(page) for page in objectives(deck)] == [4 // pages] * pages
    parts = [f" ({n} of {pages})" for n in range(1, pages + 1)] if pages > 1 else [""]
    assert titles == [f"After this chapter you can …{part}" for part in parts]
    for planned in plan_slides(deck, timed_deck(deck, deck.minutes)):
        for layout in lay_out_slide(planned, OWN):
            assert layout.overflows == ()
            assert layout.arrangement != "content" or all(box.points >= 22 for box in layout.boxes)


def test_the_title_slide_says_which_course_week_term_and_by_whom() -> None:
    """Course title, chapter, week, term and instructor stand on the first slide; names are literal, not Markdown."""
    deck = outline(make_course())
    assert (deck.title, deck.subtitle) == ("Chapter 7: Data_Paths", "Machines & Learning")
    assert texts(deck.slides[0]) == [deck.title, rf"Week 3 · {escape('Spring_2030')}", escape("Ada O'Neil")]


def test_a_syllabus_without_an_offering_has_neither_term_nor_instructor() -> None:
    """A bare syllabus still gives a deck."""
    assert texts(outline(make_course(offered=False)).slides[0])[1:] == ["Week 3"]


def test_a_chapter_read_in_two_weeks_names_both() -> None:
    """Every week that reads the chapter is named."""
    assert texts(outline(make_course(weeks=(2, 4), offered=False)).slides[0])[1:] == ["Weeks 2, 4"]


def test_the_deck_closes_with_the_question_of_the_week() -> None:
    """The driving question of the first week that reads the chapter is the last slide."""
    assert texts(outline(make_course()).slides[-1]) == ["What *moves*?", "The question of the week"]


def test_a_chapter_no_week_reads_has_no_week_and_no_question() -> None:
    """Without a week there is nothing to ask, and the deck ends with the objectives."""
    deck = outline(make_course(weeks=()))
    assert texts(deck.slides[0])[1] == escape("Spring_2030")
    assert deck.slides[-1].kind == "objectives"


def test_an_unknown_chapter_is_an_error() -> None:
    """A chapter nobody registered raises instead of giving an empty deck."""
    with pytest.raises(KeyError):
        outline_deck(make_course(), "c2", AMERICAN)


def test_an_outline_is_as_long_as_its_slides() -> None:
    """Nothing of an outline is optional, so that no shorter version of it leaves something out."""
    deck = outline(make_course())
    assert all(slide.core for slide in deck.slides)
    assert sum(slide.minutes for slide in deck.slides) == deck.minutes


def test_an_outline_speaks_the_language_of_its_labels() -> None:
    """Headlines and notes that Blueprint adds are in the words of the locale; what the course says stays as it is."""
    deck = outline(make_course(weeks=(2, 4)), make_locale(Language("de")))
    english = outline(make_course(weeks=(2, 4)))
    assert [str(s.title) for s in deck.slides] == [
        "Kapitel 7: Data_Paths",
        "Nach diesem Kapitel können Sie …",
        "What *moves*?",
    ]
    assert texts(deck.slides[0])[1].startswith("Wochen 2, 4")
    for german, same in zip(deck.slides, english.slides, strict=True):
        assert german.notes.say != same.notes.say


@pytest.mark.slow
def test_the_shipped_course_gives_a_deck_for_each_chapter() -> None:
    """Title, one or two slides of objectives, question: with every objective, and no slide too full."""
    course = load(Path("syllabi/fall26.yaml"), CoursePaths.find(Path(__file__).parent)).course
    for key, chapter in course.registry.chapters.items():
        deck = outline_deck(course, key, AMERICAN)
        read = any(key in week.read for week in course.file.weeks.values())
        assert len(deck.slides) - len(objectives(deck)) == 1 + read, key
        assert len(objectives(deck)) in (1, 2), key
        assert sum(map(len, objectives(deck))) == len(chapter.objectives), key


@pytest.mark.slow
@pytest.mark.latex
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_a_hostile_course_compiles() -> None:
    """An outline made of special characters and half-open marks is still one pdflatex accepts."""
    evil = Markdown('\\input{x} \\end{frame} % & # ^^M ~ {{ }} _ [a] <1-> **open *half` é $5 ≤ x² — \x07 `--\\` "q"')
    items = (
        evil,
        Markdown("[optional] argument"),
        Markdown("<2-> overlay"),
        Markdown("*a $x_{1}*y$ b* and $\\frac{a}{b} ≈ 5%$"),
    )
    course = make_course(items, question=evil, title=evil, instructor="R. \\relax {O'Neil} #1 & Söhne")
    chapter = replace(course.registry.chapters["c1"], title=evil)
    deck = outline(replace(course, registry=replace(course.registry, chapters={"c1": chapter})))
    files = beamer(deck, timed_deck(deck, deck.minutes), "light")
    assert compile_latex({name: text.encode() for name, text in files.items()}, "c1.tex").startswith(b"%PDF")
