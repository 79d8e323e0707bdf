"""`blueprint slides`: lecture decks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blueprint.paths import CoursePaths
    from generator.decks.beamer.latex import Engine
    from generator.decks.plan import Answers
    from generator.decks.read import ReadDeck
    from generator.decks.tasks import Options


class _BuildsByDefault(click.Group):
    """A group whose first word may be a deck: `slides vol1-01` means `slides build vol1-01`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        asks_for_help = any(a in ctx.help_option_names for a in args[:1])
        if not asks_for_help and (not args or args[0] not in self.commands):
            args = ["build", *args]
        return super().parse_args(ctx, args)


_MINUTES = click.option(
    "--minutes", type=click.IntRange(min=1), help="Minutes of the slot; the deck's own if left out."
)


@click.group(cls=_BuildsByDefault)
def slides() -> None:
    """Build, check, outline and time lecture decks.

    `blueprint slides` builds all of them, `blueprint slides vol1-01` one.

    \b
    Example:
      blueprint slides --theme dark
      blueprint slides check
      blueprint slides time vol1-01 --minutes 50
    """


@slides.command("build")
@click.argument("decks", nargs=-1)
@click.option("--course", help="The offering they are for; it gives minutes, theme, template and formats.")
@click.option("--theme", help="light, dark, minimal or nature; the offering's if left out.")
@click.option(
    "--to", "formats", help="What to make: pptx, beamer, pdf (needs LaTeX), handout; the offering's if left out."
)
@click.option(
    "--minutes", type=click.IntRange(min=1), help="Minutes of the slot; the offering's if left out, or the deck's own."
)
@click.option(
    "--answers",
    type=click.Choice(["click", "shown", "hidden"]),
    default="click",
    show_default=True,
    help="When answers are seen; a handout has them only when `shown`.",
)
@click.option(
    "--template", type=click.Path(path_type=Path), metavar="FILE", help="Your university's .pptx, for PowerPoint."
)
@click.option("--notes", is_flag=True, help="Print the speaker notes too, in files of their own (LaTeX).")
@click.option(
    "--engine", type=click.Choice(["pdflatex", "lualatex", "xelatex"]), default="pdflatex", help="For PDF by LaTeX."
)
@click.option("--explain", is_flag=True, help="Say why each file is made again.")
@click.option("--overwrite", is_flag=True, help="Replace files that were edited by hand.")
def build(
    decks: tuple[str, ...],
    course: str | None,
    theme: str | None,
    template: Path | None,
    notes: bool,
    engine: Engine,
    formats: str | None,
    minutes: int | None,
    answers: Answers,
    explain: bool,
    overwrite: bool,
) -> int:
    """Build decks (all of them without a name).

    They go to build/<offering>/staff/slides/, or, where there is no offering, to build/slides/. Other decks and other versions
    of these stay.

    \b
    Example:
      blueprint slides --theme dark --to beamer,pdf
      blueprint slides vol1-01 --to handout --answers shown
    """
    from dataclasses import replace

    from blueprint.build import build as build_tasks
    from blueprint.build_report import build_progress, tell
    from blueprint.paths import CoursePaths, shown
    from generator.decks.tasks import deck_tasks, formats_named, template_warnings

    paths = CoursePaths.find()
    name, options, read_decks = _defaults(paths, course)
    options = replace(
        options,
        theme=theme or options.theme,
        formats=formats_named(formats) if formats is not None else options.formats,
        minutes=minutes or options.minutes,
        answers=answers,
        template=template or options.template,
        notes=notes,
        engine=engine,
    )
    tasks = deck_tasks([_sound(deck, read_decks.get(deck)) for deck in _chosen(decks)], paths, options)
    for warning in template_warnings(options):
        click.echo(warning, err=True)
    folder = paths.build(name)
    with build_progress() as report:
        result = build_tasks(tasks, folder, name, prune=False, overwrite=overwrite, report=report)
    names = [name for task in tasks if not task.intermediate for name in task.outputs]
    endings = (".pptx", f"-{options.theme}.pdf", ".html", ".tex")
    first = next((name for ending in endings for name in names if name.endswith(ending)), "")
    tell(result, tasks, shown(folder), explain, partial=False, first=first)
    return Exit.TO_MEND if result.failed else Exit.FINE


@slides.command("check")
@click.argument("decks", nargs=-1)
@_MINUTES
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
def check(decks: tuple[str, ...], minutes: int | None, strict: bool) -> int:
    """Name every problem of the decks (all of them without a name).

    \b
    Example:
      blueprint slides check vol1-02
    """
    from blueprint.paths import CoursePaths
    from blueprint.problems import CourseError, Problem, in_file_order, render, summary
    from generator.decks.lint import formula_problems, lint
    from generator.decks.read import chosen, read_deck

    problems: list[Problem] = []
    sound = []
    files = chosen(CoursePaths.find(), decks)
    for path in files.values():
        try:
            read = read_deck(path)
        except CourseError as error:
            problems += error.problems
            continue
        problems += read.problems
        if not any(p.severity == "error" for p in read.problems):
            problems += lint(read, minutes or read.deck.minutes)
            sound.append(read)
    problems += formula_problems(sound)
    problems = in_file_order(problems)
    if problems:
        click.echo(render(problems) + "\n")
    click.echo(f"{len(files)} deck{'s' * (len(files) != 1)}: {summary(problems)}")
    return Exit.TO_MEND if any(strict or p.severity == "error" for p in problems) else Exit.FINE


@slides.command("outline")
@click.argument("deck")
@_MINUTES
def outline(deck: str, minutes: int | None) -> int:
    """Print a deck's texts and answers as Markdown.

    \b
    Example:
      blueprint slides outline vol1-01
    """
    from generator.decks.as_text import outline as outline_of
    from generator.decks.timing import timed_deck

    read = _sound(deck)
    click.echo(outline_of(read.deck, timed_deck(read.deck, minutes or read.deck.minutes)), nl=False)
    return Exit.FINE


@slides.command("time")
@click.argument("deck")
@_MINUTES
def time(deck: str, minutes: int | None) -> int:
    """Print a deck's run sheet: the clock, core and optional, the longest stretch without an activity.

    \b
    Example:
      blueprint slides time vol1-01 --minutes 50
    """
    from blueprint.model import plain
    from generator.decks.as_text import run_sheet
    from generator.decks.timing import timed_deck

    read = _sound(deck)
    shown = timed_deck(read.deck, minutes or read.deck.minutes)
    for begins, length, core, kind, title in run_sheet(read.deck, shown):
        click.echo(f"{begins:>6} {length:>5}  {core:<9}{kind:<12}{title}")
    waited, _ = shown.longest_wait
    click.echo(
        f"\n{len(shown.slides)} slides, {plain(shown.minutes)} of {plain(shown.limit)} minutes; longest stretch without an activity: {plain(waited)} minutes"
    )
    return Exit.FINE


def _defaults(paths: CoursePaths, course: str | None) -> tuple[str, Options, Mapping[str, ReadDeck]]:
    """The build folder's name, how decks are made there, and the decks of that course as it reads them.

    Says which course was chosen, and why.
    """
    from blueprint.load import load_offering
    from blueprint.paths import shown
    from generator.decks.lectures import lectures
    from generator.decks.tasks import Options, options_of

    chosen = paths.choose_if_any(course)
    if chosen is None:
        click.echo("no offering here: decks keep the minutes they name and go to build/slides/")
        return "slides", Options(), {}
    path, why = chosen
    if why:
        click.echo(f"course: {shown(path)} ({why})")
    loaded = load_offering(path, paths)
    return path.stem, options_of(loaded), lectures(loaded).decks


def _chosen(decks: tuple[str, ...]) -> list[str]:
    """The decks that are named, all of them without a name."""
    from blueprint.paths import CoursePaths
    from generator.decks.read import chosen

    return list(chosen(CoursePaths.find(), decks))


def _sound(deck: str, read: ReadDeck | None = None) -> ReadDeck:
    """A deck that reads well, if it was `read` already or not; `CourseError` otherwise."""
    from blueprint.paths import CoursePaths
    from blueprint.problems import CourseError
    from generator.decks.read import chosen, read_deck

    if read is None:
        (path,) = chosen(CoursePaths.find(), (deck,)).values()
        read = read_deck(path)
    if any(p.severity == "error" for p in read.problems):
        raise CourseError(read.problems)
    return read


@slides.command("new")
@click.argument("chapter")
@click.option("--title", help="Title of the lecture; the chapter's if left out.")
@click.option("--course", help="The course that has the chapter.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it.")
def new_deck(chapter: str, title: str | None, course: str | None, out: Path | None) -> int:
    """Draft the lecture of a chapter, for you to fill in.

    Writes slides/VOLUME/CHAPTER.yaml, with the chapter's objectives and a slide for each thing a good lecture does. The
    notes of each slide say what belongs there. Nothing is overwritten.

    \b
    Example:
      blueprint slides new vol1-05
      blueprint slides new vol1-05 --title "Neurons, layers, bytes" --out slides/neurons.yaml
    """
    from blueprint.paths import CoursePaths, shown
    from generator.decks.draft import draft_file, write_draft
    from generator.decks.read import read_deck
    from generator.decks.timing import timed_deck

    paths = CoursePaths.find()
    key, entry, place = draft_file(paths, chapter, course, out)
    write_draft(place, key, entry, title or "", paths)
    deck = read_deck(place).deck
    core = timed_deck(deck, deck.short)
    click.echo(f"wrote {shown(place)}: {len(deck.slides)} slides, {deck.minutes} minutes, {core.minutes} of them core")
    name = place.stem if place.stem in paths.decks() else ""
    click.echo("\nNext: follow the notes, slide by slide, and take DRAFT out of the subtitle at the end.")
    if name:
        click.echo(f"  blueprint slides check {name}\n  blueprint slides preview {name}")
    else:
        click.echo("Its commands find a deck below slides/; move the file there when it is to be built.")
    return Exit.FINE


@slides.command("preview")
@click.argument("decks", nargs=-1)
@click.option("--theme", default="light", show_default=True, help="light, dark, minimal or nature.")
@click.option(
    "--template", type=click.Path(path_type=Path), metavar="FILE", help="Your university's .pptx, for a theme."
)
@_MINUTES
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="The PNG to write, of a single deck.")
def preview(decks: tuple[str, ...], theme: str, template: Path | None, minutes: int | None, out: Path | None) -> int:
    """Draw all slides of a deck on one sheet, a PNG.

    LibreOffice draws them as PowerPoint would; where it is not installed, LaTeX draws the Beamer slides.

    \b
    Example:
      blueprint slides preview vol1-02 --theme dark
    """
    from blueprint.files import write_whole
    from blueprint.paths import CoursePaths, shown
    from blueprint.problems import UsageError
    from generator.decks.powerpoint.empty_presentation import empty_presentation
    from generator.decks.powerpoint.university_template import university_template
    from generator.decks.preview import preview as drawn

    paths = CoursePaths.find()
    names = _chosen(decks)
    if out is not None and len(names) != 1:
        raise UsageError(f"--out is for a single deck; name one of: {', '.join(names)}")
    base = university_template(template).presentation if template is not None else empty_presentation(theme)
    style = template.stem if template is not None else theme
    for name in names:
        read = _sound(name)
        session = minutes or read.deck.minutes
        short = f"-{session}min" if session != read.deck.minutes else ""
        place = out or paths.build("preview") / f"{name}{short}-{style}.png"
        picture, program = drawn(read, base, theme, session, paths)
        try:
            write_whole(place, picture)
        except OSError as error:
            raise UsageError(f"cannot write {error.filename or place}: {error.strerror}") from None
        click.echo(f"wrote {shown(place)} (drawn by {program})")
    return Exit.FINE


@slides.command("template")
@click.argument("file", type=click.Path(path_type=Path))
def template(file: Path) -> int:
    """Say how your university's PowerPoint template would be used.

    Prints which layout each kind of slide goes on, and what does not map.

    \b
    Example:
      blueprint slides template university.pptx
    """
    from blueprint.problems import UsageError
    from generator.decks.powerpoint.university_template import university_template

    try:
        found = university_template(file)
    except UsageError as error:
        click.echo(f"blueprint: {error}", err=True)
        return Exit.TO_MEND
    width = max(len(what) for what, _ in found.maps)
    for what, layout in found.maps:
        click.echo(f"{what:<{width}}  {layout}")
    for warning in found.missing:
        click.echo(f"warning: {warning}")
    return Exit.FINE
