"""The tasks that build decks: PowerPoint, Beamer as source and slides, the handout as a page and a PDF."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from blueprint.build import Made, Task, TaskError
from blueprint.build_folder import digest
from blueprint.deck import Deck
from blueprint.model import ENGLISH, PAPER, Language, PaperSize, SlideOptions
from blueprint.paths import CoursePaths
from blueprint.problems import Mark, Problem, UsageError, suggestion
from blueprint.public import published
from generator.decks.beamer.latex import Engine, compile_latex, precompiled, tex_version
from generator.decks.figure import Picture, file_name, pdf_of_svg, pictures, with_files
from generator.decks.handout import handout
from generator.decks.plan import Answers, displayed, plan_slides
from generator.decks.read import ReadDeck
from generator.decks.theme import theme
from generator.decks.timing import TimedDeck, timed_deck
from generator.documents.document import Document
from generator.documents.publication import program, publication
from generator.documents.typst import version as typst_version
from generator.text.locale import AMERICAN, Locale, labels_of_texts, locale_of

if TYPE_CHECKING:
    from blueprint.load import Loaded
    from generator.text.formula import Formula

FORMATS = ("pptx", "beamer", "pdf", "handout")
"""The formats `--to` may name: PowerPoint, Beamer source, the slides made from it by LaTeX, and the student handout."""
BY_DEFAULT = tuple(name for name in FORMATS if name != "pdf")
"""The formats that are made when none is named; TeX is slow, and not everybody has it."""

SLIDES = "staff/slides/"
"""The folder of decks in a course's build folder."""


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
    """The options with which decks are built."""

    theme: str = SlideOptions().theme
    formats: tuple[str, ...] = BY_DEFAULT
    minutes: int | None = None
    answers: Answers = "click"
    notes: bool = False
    """True if the speaker notes are printed, on pages of their own, in files of their own."""
    engine: Engine = "pdflatex"
    author: str = ""
    published: date = date(2026, 1, 1)
    paper: PaperSize = PAPER
    language: Language = ENGLISH
    locale: Locale = AMERICAN
    words: Locale = AMERICAN
    """The labels on slides, in the language of the decks."""
    template: Path | None = None
    """A university's .pptx, which PowerPoint slides are written onto in place of the theme."""
    folder: str = ""
    """The place of the files in the build folder: empty, or a name and a slash."""


def options_of(loaded: Loaded) -> Options:
    """The options by which an offering has its lectures made; `ValueError` for a bare syllabus."""
    offering, locale = loaded.course.offering, locale_of(loaded)
    return Options(
        theme=offering.slides.theme,
        formats=tuple(name for name in offering.slides.formats if name in FORMATS),
        minutes=offering.lecture_minutes,
        author=offering.instructor_names,
        published=offering.published,
        paper=locale.paper_of(offering),
        locale=locale,
        language=loaded.course.file.language,
        words=labels_of_texts(loaded.course.file.language, locale),
        template=loaded.beside(offering.slides.template),
        folder=SLIDES,
    )


def deck_tasks(decks: Sequence[ReadDeck], paths: CoursePaths, options: Options) -> list[Task]:
    """The tasks of all decks in all formats asked for.

    Raises `UsageError` where notes are asked for slides that students get.
    """
    if options.notes and options.answers == "hidden":
        raise UsageError("slides without answers are for students and hold no notes: leave out one of the two options")
    formulas = _Formulas(decks)
    tasks = [
        *(_style(options) if decks else ()),
        *(task for read in decks for task in _deck(read, formulas, paths, options)),
    ]
    return [_inside(task, options.folder) for task in tasks] if options.folder else tasks


def _inside(task: Task, folder: str) -> Task:
    """A task with everything it makes and needs moved into a folder; it runs as if there were none."""

    def run(made: Made) -> Made:
        near = {name.removeprefix(folder): data for name, data in made.items()}
        return {f"{folder}{name}": data for name, data in task.run(near).items()}

    return replace(
        task,
        name=f"{folder}{task.name}",
        group=folder.rstrip("/").rpartition("/")[2],
        outputs=tuple(f"{folder}{name}" for name in task.outputs),
        needs=tuple(f"{folder}{name}" for name in task.needs),
        run=run,
    )


def _deck(read: ReadDeck, formulas: _Formulas, paths: CoursePaths, options: Options) -> Iterator[Task]:
    shown = timed_deck(read.deck, options.minutes or read.deck.minutes)
    if "pptx" in options.formats:
        yield _powerpoint(read, formulas, shown, paths, options)
    if "handout" in options.formats:
        yield from _handout(read, shown, paths, options)
    if {"beamer", "pdf"} & {*options.formats}:
        yield from _beamer(read, paths, options)


def file_stem(read: ReadDeck, options: Options) -> str:
    """The name of a deck's files, `vol1-01` or `vol1-01-50min`: decks of other lengths never overwrite each other."""
    short = f"-{options.minutes}min" if options.minutes and options.minutes != read.deck.minutes else ""
    return f"{read.id}{short}"


_KINDS: Mapping[Answers, str] = {"click": "", "shown": "-answers", "hidden": "-student"}
"""The ending of a file's name, by how the answers are shown."""


def _refuse(problems: Iterable[Problem]) -> None:
    """Raises `TaskError` with every error and its place, if there is one."""
    messages = [f"{problem.mark}: {problem.message}" for problem in problems if problem.severity == "error"]
    if messages:
        raise TaskError("; ".join(messages))


def template_warnings(options: Options) -> list[str]:
    """What a person should know about the template that PowerPoint slides are written onto, if there is one."""
    if options.template is None or "pptx" not in options.formats:
        return []
    from generator.decks.powerpoint.university_template import typeface_problems

    problems = typeface_problems(options.template, Mark(str(options.template)))
    return [f"warning: {problem.message}; {problem.hint}" for problem in problems]


def _of_template(template: Path) -> dict[str, str]:
    """What a file made on a template is made from: the template, and what its typefaces are measured by."""
    from generator.decks.layout.measure import measured_from
    from generator.decks.powerpoint.university_template import typefaces_of

    try:
        made_on = digest(template.read_bytes())
    except OSError as error:
        raise UsageError(f"--template: {template} cannot be read: {error.strerror}") from None
    return {"theme": made_on, "fonts": digest(repr([measured_from(name) for name in typefaces_of(template)]))}


class _Formulas:
    """The formulas of the decks of one build, converted in one go while the slides are laid out."""

    def __init__(self, decks: Sequence[ReadDeck]) -> None:
        self._every = tuple(tex for read in decks for tex in displayed(read.deck))
        self._lock = Lock()
        self._begun: dict[str, Future[Mapping[str, Formula]]] = {}

    def begin(self, ink: str) -> None:
        """Begins to convert all formulas in the background, unless that has begun."""
        from generator.text.formula import formulas

        with self._lock:  # decks are built side by side
            if ink not in self._begun:
                aside = ThreadPoolExecutor(1)
                self._begun[ink] = aside.submit(formulas, self._every, ink)
                aside.shutdown(wait=False)

    def of(self, read: ReadDeck, ink: str) -> Mapping[str, Formula]:
        """The formulas that a deck displays; raises `TaskError` for one that cannot be converted."""
        self.begin(ink)
        try:
            return self._begun[ink].result()
        except ValueError:  # another deck's, perhaps
            from generator.decks.lint import formula_problems
            from generator.text.formula import formulas

            try:
                return formulas(displayed(read.deck), ink)
            except ValueError as error:
                _refuse(formula_problems([read]))
                raise TaskError(f"{read.id}: {error}") from None


def _powerpoint(read: ReadDeck, formulas: _Formulas, shown: TimedDeck, paths: CoursePaths, options: Options) -> Task:
    """The task of one .pptx; it fails for a deck whose slides are too full, or whose formulas cannot be read."""
    style = options.template.stem if options.template else options.theme
    name = f"{file_stem(read, options)}{_KINDS[options.answers]}-{style}.pptx"
    files = pictures(read.deck, read.path.parent)
    inputs = {
        "slides": digest(repr((read.deck, [t.index for t in shown.slides], options.answers, options.author))),
        "pictures": digest(repr([(file, digest(picture.data)) for file, picture in files.items()])),
        **(_of_template(options.template) if options.template else {"theme": digest(repr(theme(options.theme)))}),
        "language": options.language,
        "labels": _labels(read.deck, shown, options.words),
        "program": program(),
    }
    sources = (paths.named(read.path), *(paths.named(read.path.parent / file) for file in files))

    def run(_: Made) -> Made:
        from generator.decks.lint import overfull
        from generator.decks.powerpoint.empty_presentation import empty_presentation
        from generator.decks.powerpoint.university_template import university_template
        from generator.decks.powerpoint.writer import Material, powerpoint, slides_of

        try:
            base = (
                university_template(options.template).presentation
                if options.template
                else empty_presentation(options.theme)
            )
        except UsageError as error:
            raise TaskError(str(error)) from None
        formulas.begin(base.ink)
        slides = slides_of(read.deck, shown, base, Material(files, {}), options.answers, options.words)
        _refuse(overfull(read, slides))
        material = Material(files, formulas.of(read, base.ink))
        data = powerpoint(
            read.deck,
            shown,
            base,
            material,
            answers=options.answers,
            author=options.author,
            language=options.language,
            slides=slides,
        )
        return {name: data}

    return Task(name, "pptx", (name,), inputs, run, (), sources)


def _style(options: Options) -> Iterator[Task]:
    """The task of what all Beamer decks of a theme share: the style file, the palette, and both as pdflatex remembers them."""
    if not {"beamer", "pdf"} & {*options.formats}:
        return
    from generator.decks.beamer.writer import preamble, style_files

    style = style_files(options.theme)
    for name, text in style.items():
        yield Task(name, "beamer", (name,), {"text": digest(text)}, functools.partial(_constant, name, text))
    if "pdf" in options.formats and options.engine == "pdflatex":
        head, name = preamble(options.theme, options.answers, options.notes), _preamble_name(options)
        inputs = {"tex": tex_version(options.engine), "text": digest(head)}
        yield Task(
            name, "pdf", (name,), inputs, functools.partial(_preamble, name, head), tuple(style), intermediate=True
        )


def _preamble_name(options: Options) -> str:
    return f"preamble-{options.theme}-{options.answers}{'-notes' if options.notes else ''}.fmt"


def _preamble(name: str, head: str, needed: Made) -> Made:
    return {name: precompiled(needed, head)}


def _beamer(read: ReadDeck, paths: CoursePaths, options: Options) -> Iterator[Task]:
    """The tasks of a deck as LaTeX, of the pictures it places, and of its slides as TeX makes them."""
    from generator.decks.beamer.writer import style_files

    stem = f"{file_stem(read, options)}{_KINDS[options.answers]}-{options.theme}{'-notes' if options.notes else ''}"
    sources, style = (paths.named(read.path),), tuple(style_files(options.theme))
    placed: dict[str, str] = {}
    for file, picture in pictures(read.deck, read.path.parent).items():
        task = _picture(read.id, file, picture, paths.named(read.path.parent / file))
        placed[file] = task.name
        yield task
    deck = with_files(read.deck, placed)
    shown = timed_deck(deck, options.minutes or deck.minutes)
    inputs = {
        "slides": digest(repr((deck, [t.index for t in shown.slides], options.answers, options.notes))),
        "theme": digest(repr(theme(options.theme))),
        "language": options.language,
        "labels": _labels(deck, shown, options.words),
        "program": program(),
    }
    write = functools.partial(_latex, f"{stem}.tex", deck, shown, options)
    yield Task(f"{stem}.tex", "beamer", (f"{stem}.tex",), inputs, write, (), sources)
    if "pdf" in options.formats:
        ready = (_preamble_name(options),) if options.engine == "pdflatex" else ()
        inputs = {"program": program(), "tex": tex_version(options.engine)}
        make = functools.partial(_slides, f"{stem}.tex", f"{stem}.pdf", options.engine, "".join(ready))
        needs = (f"{stem}.tex", *style, *ready, *placed.values())
        yield Task(f"{stem}.pdf", "pdf", (f"{stem}.pdf",), inputs, make, needs, sources)


def _picture(stem: str, file: str, picture: Picture, source: str) -> Task:
    """A picture in a form that LaTeX can place."""
    drawn = picture.kind == "svg"
    name = file_name(stem, file, "pdf" if drawn else picture.kind)
    inputs = {"picture": digest(picture.data), "typst": typst_version() if drawn else ""}

    def run(_: Made) -> Made:
        return {name: pdf_of_svg(picture.data) if drawn else picture.data}

    return Task(name, "beamer", (name,), inputs, run, (), (source,))


def _labels(deck: Deck, shown: TimedDeck, words: Locale) -> str:
    """A digest of the words that a language adds to the slides of a deck."""
    return digest(
        repr([(slide.label, slide.notes, words.label("Answer")) for slide in plan_slides(deck, shown, words)])
    )


def _latex(name: str, deck: Deck, shown: TimedDeck, options: Options, _: Made) -> Made:
    from generator.decks.beamer.writer import beamer

    written = beamer(
        deck,
        shown,
        options.theme,
        answers=options.answers,
        notes=options.notes,
        language=options.language,
        words=options.words,
    )
    return {name: next(iter(written.values())).encode()}


def _constant(name: str, text: str, _: Made) -> Made:
    return {name: text.encode()}


def _slides(main: str, output: str, engine: Engine, ready: str, needed: Made) -> Made:
    files = {name: data for name, data in needed.items() if name != ready}
    return {output: compile_latex(files, main, engine, needed.get(ready, b""))}


def _handout(read: ReadDeck, shown: TimedDeck, paths: CoursePaths, options: Options) -> Iterator[Task]:
    """The tasks of a handout: of the whole deck for a lecturer who wants the answers, else of what is public of it."""
    with_answers, words = options.answers == "shown", options.words
    deck = read.deck if with_answers else published(read.deck)
    if not with_answers:
        shown = timed_deck(deck, shown.limit)
    name = f"{file_stem(read, options)}-{'answers' if with_answers else 'handout'}"
    document = Document(
        str(read.deck.title),
        words.label("Lecture handout, with answers") if with_answers else words.label("Lecture handout"),
        options.language,
        options.published,
        handout(deck, shown, answers=with_answers, words=words),
        paper=options.paper,
        author=options.author,
    )
    yield from publication(document, name, "handout", ("html", "pdf"), (paths.named(read.path),))
