"""A first draft of a lecture: the shape of a good one, made from a chapter's entry, each slide saying what belongs there.

A draft says so in its subtitle, where the audience would read it, too: `DRAFT` is a word nobody leaves there.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from blueprint.deck import Deck
from blueprint.files import write_whole
from blueprint.load import load
from blueprint.model import Chapter
from blueprint.paths import CoursePaths, shown
from blueprint.problems import CourseError, UsageError, suggestion
from blueprint.starter import SYLLABUS, scalar

_WIDTH = 120
_OBJECTIVES = (
    "Write what students can do afterwards; begin with a verb that can be seen, such as compute, compare or defend.",
    "Write three to six of these, and ask about each of them somewhere below.",
)
"""The text in place of the objectives of a chapter that has none."""
_DRAFT = re.compile(r"\bDRAFT\b")


def is_draft(deck: Deck) -> bool:
    """True if a deck's subtitle still says `DRAFT`, in capitals."""
    return bool(_DRAFT.search(deck.subtitle))


def draft(key: str, chapter: Chapter, *, title: str = "", schema: str = "") -> str:
    """The text of a deck file for a chapter: 75 minutes, 50 of them core, every slide to be filled in.

    `title` stands in for the chapter's; `schema` is where the editor finds the keys of a deck, as seen from the file.
    """
    shape = Template(files("generator.decks").joinpath("draft.yaml").read_text(encoding="utf-8"))
    return shape.substitute(
        schema=f"# yaml-language-server: $schema={schema}\n" if schema else "",
        title=scalar(" ".join((title or chapter.title).split())),
        subtitle=scalar(f"DRAFT of chapter {chapter.number}: write a subtitle here when everything else is written"),
        chapter=key,
        place=scalar(f"Chapter {chapter.number}, {' '.join(chapter.title.split())}"),
        objectives=_listed(chapter.objectives or _OBJECTIVES),
    )


def _listed(items: Iterable[str]) -> str:
    """Items of a list six columns in; folded texts, in which no letter needs a quotation mark."""
    return "\n".join(f"      - >-\n{_folded(item)}" for item in items)


def _folded(text: str) -> str:
    indent = " " * 8
    return textwrap.fill(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


# --- where it goes ----------------------------------------------------------------------------------------------


def draft_file(paths: CoursePaths, named: str, course: str | None, out: Path | None) -> tuple[str, Chapter, Path]:
    """The chapter a name means (id or alias), its entry, and the file its draft goes to.

    `UsageError` for a chapter there is not, and where a lecture would be overwritten or hidden.
    """
    chapters = _chapters(paths, course)
    ids = {alias: key for key, entry in chapters.items() for alias in entry.aliases} | {key: key for key in chapters}
    if named not in ids:
        raise UsageError(f"there is no chapter `{named}`; {_closest_chapter(named, chapters, ids)}")
    key = ids[named]
    entry = chapters[key]
    if out is None and (there := paths.decks().get(key)) is not None:
        raise UsageError(f"chapter `{key}` has a lecture, {shown(there)}; to write another, name its file with --out")
    place = out or paths.root / "slides" / f"vol{entry.volume}" / f"{key}.yaml"
    if place.exists():
        raise UsageError(f"{shown(place)} is there already and is not overwritten; choose another name, or remove it")
    return key, entry, place


def write_draft(place: Path, key: str, chapter: Chapter, title: str, paths: CoursePaths) -> None:
    """Writes the draft of a chapter to the place that `draft_file` found free."""
    schema = paths.root / "syllabi" / "schema" / "deck.json"
    near = os.path.relpath(schema, place.resolve().parent).replace(os.sep, "/") if schema.is_file() else ""
    try:
        write_whole(place, draft(key, chapter, title=title, schema=near).encode())
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or place}: {error.strerror}") from None


def _chapters(paths: CoursePaths, course: str | None) -> Mapping[str, Chapter]:
    """The chapters of the course of this folder; those of the syllabus, where there is no course here."""
    chosen = paths.choose_if_any(course)
    path = chosen[0] if chosen else paths.lookup(SYLLABUS, "syllabi")
    if path is None:
        raise UsageError(f"there is no {SYLLABUS}.yaml to take chapters from; name a course with --course")
    loaded = load(path, paths)
    if not loaded.course.registry.chapters and loaded.problems:
        raise CourseError(loaded.problems)
    return loaded.course.registry.chapters


def _closest_chapter(named: str, chapters: Mapping[str, Chapter], ids: Mapping[str, str]) -> str:
    """The chapter that a wrong name probably meant: by its number, its title, or a name like it."""
    for key, entry in chapters.items():
        if (named.isdecimal() and int(named) == entry.number) or named.lower() == entry.title.lower():
            return f"did you mean `{key}`?"
    return suggestion(named, [*chapters, *ids], "chapters")
