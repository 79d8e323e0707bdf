"""`blueprint slides`: what can be said of lecture decks before they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.decks.read import ReadDeck

_MINUTES = click.option(
    "--minutes", type=click.IntRange(min=1), help="Minutes of the slot; the deck's own if left out."
)


@click.group()
def slides() -> None:
    """Check, outline and time lecture decks.

    \b
    Example:
      blueprint slides check
      blueprint slides time vol1-01 --minutes 50
    """


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
