"""`blueprint slides`: lecture decks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.decks.read import ReadDeck
    from generator.decks.tasks import Answers


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
@click.option("--theme", default="light", show_default=True, help="light, dark, minimal or nature.")
@click.option(
    "--to",
    "formats",
    default="handout,beamer",
    show_default=True,
    help="What to make: handout, beamer, pdf (needs LaTeX).",
)
@_MINUTES
@click.option(
    "--answers",
    type=click.Choice(["click", "shown", "hidden"]),
    default="click",
    show_default=True,
    help="When answers are seen; a handout has them only when `shown`.",
)
@click.option("--explain", is_flag=True, help="Say why each file is made again.")
@click.option("--overwrite", is_flag=True, help="Replace files that were edited by hand.")
def build(
    decks: tuple[str, ...],
    theme: str,
    formats: str,
    minutes: int | None,
    answers: Answers,
    explain: bool,
    overwrite: bool,
) -> int:
    """Build decks (all of them without a name) into build/slides/.

    \b
    Example:
      blueprint slides --theme dark --to beamer,pdf
      blueprint slides vol1-01 --to handout --answers shown
    """
    from blueprint.build import build as build_tasks
    from blueprint.paths import CoursePaths, shown
    from blueprint.report import progress, tell
    from generator.decks.tasks import Options, deck_tasks, formats_named

    wanted = Options(theme=theme, formats=formats_named(formats), minutes=minutes, answers=answers)
    paths = CoursePaths.find()
    tasks = deck_tasks([_sound(name) for name in _chosen(decks)], paths, wanted)
    folder = paths.root / "build" / "slides"
    with progress() as report:
        # Other decks and other versions of these stay: each is built when it is asked for.
        result = build_tasks(tasks, folder, "slides", prune=False, overwrite=overwrite, report=report)
    names = [name for task in tasks if not task.intermediate for name in task.outputs]
    first = next((name for ending in (".pdf", ".html", ".tex") for name in names if name.endswith(ending)), "")
    tell(result, tasks, shown(folder), explain, partial=False, first=first)
    return 1 if result.failed else 0


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
    from generator.decks.lint import lint
    from generator.decks.read import chosen, read_deck

    problems: list[Problem] = []
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
    problems = in_file_order(problems)
    if problems:
        click.echo(render(problems) + "\n")
    click.echo(f"{len(files)} deck{'s' * (len(files) != 1)}: {summary(problems)}")
    return 1 if any(strict or p.severity == "error" for p in problems) else 0


@slides.command("outline")
@click.argument("deck")
@_MINUTES
def outline(deck: str, minutes: int | None) -> int:
    """Print a deck's texts and answers as Markdown.

    \b
    Example:
      blueprint slides outline vol1-01
    """
    from generator.decks.text import outline as outline_of
    from generator.decks.version import version

    read = _sound(deck)
    click.echo(outline_of(read.deck, version(read.deck, minutes or read.deck.minutes)), nl=False)
    return 0


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
    from generator.decks.text import run_sheet
    from generator.decks.version import version

    read = _sound(deck)
    shown = version(read.deck, minutes or read.deck.minutes)
    for begins, length, core, kind, title in run_sheet(read.deck, shown):
        click.echo(f"{begins:>6} {length:>5}  {core:<9}{kind:<12}{title}")
    waited, _ = shown.longest_wait
    click.echo(
        f"\n{len(shown.slides)} slides, {plain(shown.minutes)} of {plain(shown.asked)} minutes; longest stretch without an activity: {plain(waited)} minutes"
    )
    return 0


def _chosen(decks: tuple[str, ...]) -> list[str]:
    """The decks that are named, all of them without a name."""
    from blueprint.paths import CoursePaths
    from generator.decks.read import chosen

    return list(chosen(CoursePaths.find(), decks))


def _sound(deck: str) -> ReadDeck:
    """A deck that reads well; `CourseError` otherwise."""
    from blueprint.paths import CoursePaths
    from blueprint.problems import CourseError
    from generator.decks.read import chosen, read_deck

    (path,) = chosen(CoursePaths.find(), (deck,)).values()
    read = read_deck(path)
    if any(p.severity == "error" for p in read.problems):
        raise CourseError(read.problems)
    return read
