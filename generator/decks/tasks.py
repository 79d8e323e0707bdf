"""What decks are built into, as tasks: the handout as a page and a PDF, Beamer as source and slides."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from blueprint.build import Made, Task, digest
from blueprint.paths import CoursePaths
from blueprint.problems import UsageError, suggestion
from generator.decks.beamer import beamer, style_files
from generator.decks.handout import handout
from generator.decks.read import ReadDeck
from generator.decks.version import Version, version
from generator.document import Document
from generator.publication import program, publication

Answers = Literal["click", "shown", "hidden"]
FORMATS = ("handout", "beamer", "pdf")
"""What `--to` may name: the student handout, Beamer source, and the slides made from it by LaTeX."""


def formats_named(written: str) -> tuple[str, ...]:
    """The formats of a list such as `handout,beamer`; `UsageError` for a word that is none."""
    words = tuple(dict.fromkeys(word.strip() for word in written.split(",") if word.strip()))
    for word in words:
        if word not in FORMATS:
            raise UsageError(f"--to: there is no format `{word}`; {suggestion(word, FORMATS, 'formats')}")
    if not words:
        raise UsageError(f"--to: name what to make: {', '.join(FORMATS)}")
    return words


@dataclass(frozen=True, slots=True)
class Options:
    """How decks are built."""

    theme: str = "light"
    formats: tuple[str, ...] = ("handout", "beamer")
    minutes: int | None = None
    answers: Answers = "click"
    author: str = ""
    published: date = date(2026, 1, 1)


def deck_tasks(decks: Sequence[ReadDeck], paths: CoursePaths, options: Options) -> list[Task]:
    """The tasks of all decks in all formats asked for."""
    return [*_style(options), *(task for read in decks for task in _deck(read, paths, options))]


def _deck(read: ReadDeck, paths: CoursePaths, options: Options) -> Iterator[Task]:
    shown = version(read.deck, options.minutes or read.deck.minutes)
    if "handout" in options.formats:
        yield from _handout(read, shown, paths, options)
    if {"beamer", "pdf"} & {*options.formats}:
        yield from _beamer(read, shown, paths, options)


def file_stem(read: ReadDeck, options: Options) -> str:
    """`vol1-01`, `vol1-01-50min`: versions never overwrite each other."""
    short = f"-{options.minutes}min" if options.minutes and options.minutes != read.deck.minutes else ""
    return f"{read.id}{short}"


def _style(options: Options) -> Iterator[Task]:
    """The style file and the palette that all Beamer decks of a theme share."""
    if {"beamer", "pdf"} & {*options.formats}:
        for name, text in style_files(options.theme).items():
            yield Task(name, "beamer", (name,), {"text": digest(text)}, functools.partial(_constant, name, text))


def _beamer(read: ReadDeck, shown: Version, paths: CoursePaths, options: Options) -> Iterator[Task]:
    kind = {"click": "", "shown": "-answers", "hidden": "-student"}[options.answers]
    stem = f"{file_stem(read, options)}{kind}-{options.theme}"
    sources, style = (paths.named(read.path),), tuple(style_files(options.theme))
    written = beamer(read.deck, shown, options.theme, answers=options.answers)
    text = next(text for name, text in written.items() if name not in style)
    yield Task(
        f"{stem}.tex",
        "beamer",
        (f"{stem}.tex",),
        {"text": digest(text)},
        functools.partial(_constant, f"{stem}.tex", text),
        (),
        sources,
    )
    if "pdf" in options.formats:
        make = functools.partial(_slides, f"{stem}.tex", f"{stem}.pdf")
        yield Task(
            f"{stem}.pdf", "pdf", (f"{stem}.pdf",), {"program": program()}, make, (f"{stem}.tex", *style), sources
        )


def _constant(name: str, text: str, _: Made) -> Made:
    return {name: text.encode()}


def _slides(main: str, output: str, needed: Made) -> Made:
    from generator.decks.latex import compile_latex

    return {output: compile_latex(needed, main)}


def _handout(read: ReadDeck, shown: Version, paths: CoursePaths, options: Options) -> Iterator[Task]:
    with_answers = options.answers == "shown"
    name = f"{file_stem(read, options)}-{'answers' if with_answers else 'handout'}"
    made = Document(
        str(read.deck.title),
        f"Lecture handout{', with answers' if with_answers else ''}",
        "en-US",
        options.published,
        handout(read.deck, shown, answers=with_answers),
        author=options.author,
    )
    yield from publication(made, name, "handout", ("html", "pdf"), (paths.named(read.path),))
