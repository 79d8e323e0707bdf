"""The finished lectures of a course: which decks its weeks use, and what is wrong with them.

A week uses the decks of the chapters it reads and those its sessions name. A deck belongs to the chapter it names, else
to the chapter whose id it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from blueprint.check import check
from blueprint.load import Loaded, load
from blueprint.model import Course
from blueprint.paths import CoursePaths, is_file, shown
from blueprint.problems import CourseError, Problem, in_file_order
from generator.decks.read import ReadDeck, read_deck
from generator.documents.formulas import unreadable_formulas
from generator.documents.letters import letters_without_font
from generator.text.locale import locale_problems
from generator.text.repeated_facts import facts_in_prose

_CHAPTER = re.compile(rb"""^chapter:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lectures:
    """The decks a course uses, as far as they could be read."""

    decks: Mapping[str, ReadDeck]
    weeks: Mapping[int, tuple[str, ...]]
    """The decks of each week: those its sessions name, then those of its chapters."""
    chapters: frozenset[str]
    """The chapters that have a deck."""
    own: Mapping[str, Path]
    """The instructor's own decks, as sessions name them."""
    problems: tuple[Problem, ...]
    """The errors of these decks; lints are told by `blueprint slides check`."""
    read: tuple[Path, ...]
    """Every file that was looked into."""
    absent: tuple[Path, ...]
    """Files whose appearance would change a lecture."""


def checked_course(path: Path, paths: CoursePaths) -> tuple[Loaded, Lectures, list[Problem]]:
    """A course, its lectures, and every problem of both in file order; `CourseError` where nothing could be read."""
    loaded = load(path, paths)
    course_lectures = lectures(loaded)
    files = [*loaded.files, *(read.path for read in course_lectures.decks.values())]
    decks = ((deck.deck, deck.at) for deck in course_lectures.decks.values())
    unshown = letters_without_font((*loaded.bound(), *decks))
    problems = [*check(loaded), *locale_problems(loaded), *course_lectures.problems, *unshown, *_template(loaded)]
    problems += unreadable_formulas(loaded.bound())
    if not any(problem.severity == "error" for problem in problems):
        problems += facts_in_prose(loaded)
    return loaded, course_lectures, in_file_order(problems, [shown(file) for file in files])


def _template(loaded: Loaded) -> list[Problem]:
    """The warnings of the PowerPoint template that the offering names, if it names one."""
    offering = loaded.course.file.offering
    template = loaded.beside(offering.slides.template) if offering else None
    if template is None:
        return []
    from generator.decks.powerpoint.university_template import typeface_problems

    return typeface_problems(template, loaded.at.value("offering", "slides", "template"))


def lectures(loaded: Loaded) -> Lectures:
    """The lectures of a course."""
    names = _chapter_names(loaded.course)
    of_chapter: dict[str, list[str]] = {}
    for deck, path in loaded.decks.items():
        if chapter := names.get(_chapter(path) or deck):
            of_chapter.setdefault(chapter, []).append(deck)
    weeks = {number: tuple(_used(loaded, number, of_chapter)) for number in loaded.course.file.weeks}
    decks, problems = {}, []
    for deck in dict.fromkeys(deck for used in weeks.values() for deck in used):
        try:
            decks[deck] = read_deck(loaded.decks[deck], names if loaded.complete else None)
            problems += [p for p in decks[deck].problems if p.severity == "error"]
        except CourseError as error:
            problems += error.problems
    own = loaded.own_decks()
    pictures = {read.path.parent / name for read in decks.values() for name in _pictures(read)}
    wanted = {place for name in _own_names(loaded.course) for place in loaded.places(name)} | pictures
    there = {place for place in wanted if is_file(place)}
    return Lectures(
        decks,
        weeks,
        frozenset(of_chapter),
        own,
        tuple(problems),
        (*loaded.decks.values(), *sorted(there)),
        tuple(sorted(wanted - there)),
    )


def _chapter_names(course: Course) -> dict[str, str]:
    """Id or alias of a chapter -> its id."""
    chapters = course.registry.chapters
    return {alias: key for key, c in chapters.items() for alias in c.aliases} | {key: key for key in chapters}


def _chapter(path: Path) -> str | None:
    """The chapter a deck file names, found without parsing the file: most decks belong to other courses."""
    try:
        match = _CHAPTER.search(path.read_bytes())
    except OSError:
        return None
    return match[1].decode("utf-8", "replace") if match else None


def _used(loaded: Loaded, week: int, of_chapter: Mapping[str, list[str]]) -> Iterator[str]:
    """The decks of a week, each once."""
    facts = loaded.course.file.weeks[week]
    named = [session.deck or "" for _, session in sorted(facts.sessions.items())]
    taught = [deck for chapter in facts.read for deck in of_chapter.get(chapter, ())]
    return (deck for deck in dict.fromkeys([*named, *taught]) if deck in loaded.decks)


def _own_names(course: Course) -> Iterator[str]:
    for week in course.file.weeks.values():
        yield from (s.own_deck for s in week.sessions.values() if s.own_deck is not None)


def _pictures(read: ReadDeck) -> Iterator[str]:
    """The picture files a deck names."""
    for slide in read.deck.slides:
        for block in (*slide.shown(), *slide.hidden()):
            if block.figure:
                yield block.figure.file
