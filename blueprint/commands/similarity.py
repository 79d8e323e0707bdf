"""`blueprint similarity`: works of a class, and published solutions, that have text in common, to be read side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.commands.course_grades import graded_class, told_offering
from blueprint.exits import Exit

if TYPE_CHECKING:
    from autograder.reports.gradebook import Gradebook
    from autograder.similarity.found import Found
    from blueprint.grading_settings import GradingSettings

_PATHS = click.Path(path_type=Path)


@click.command()
@click.option("--course", help="The offering; the only one here, or the one built last, if left out.")
@click.option("--module", "modules", multiple=True, type=int, help="Compare only this module (may be repeated).")
@click.option(
    "--known",
    multiple=True,
    type=_PATHS,
    help="A folder or archive of published solutions, or of last year's works (may be repeated).",
)
@click.option(
    "--starter",
    multiple=True,
    type=_PATHS,
    help="The starter code, which is not compared; the offering's if left out (may be repeated, for several editions).",
)
@click.option(
    "--most", type=click.IntRange(min=1), default=50, show_default=True, help="How many pairs of a module are listed."
)
@click.option("--roster", type=_PATHS, help="The class list; the offering's if left out.")
@click.option("--groups", type=_PATHS, help="Who is in which team, if teams handed in; a team's work is one.")
@click.option("--out", type=_PATHS, help="Where the grades are; grades/<offering> if left out.")  # fmt: skip
def similarity(
    course: str | None,
    modules: tuple[int, ...],
    known: tuple[Path, ...],
    starter: tuple[Path, ...],
    most: int,
    roster: Path | None,
    groups: Path | None,
    out: Path | None,
) -> int:
    """Find works with similar text, and those like a published solution.

    Compares what students wrote in the work that `blueprint grade` has graded, each module by itself: with each other, with the
    reference solution, and with every folder that --known names. Writes a page and a table a module into
    grades/<offering>/similarity/, for the staff alone. What is alike is a reason to read both, and no more than that.

    \b
    Example:
      blueprint similarity
      blueprint similarity --module 3 --known last-year.zip
    """
    from blueprint.paths import CoursePaths, shown

    paths = CoursePaths.find()
    course_file = told_offering(paths, course)
    with graded_class(paths, course_file, roster=roster, groups=groups, out=out) as (settings, folder, gradebook):
        given = starter or ((settings.starter,) if settings.starter else ())
        numbers = _numbers(gradebook, modules)
        for number, found in _found(gradebook, numbers, known, given, most):
            place = _write(found, gradebook, number, settings, folder)
            click.echo(f"module {number:02}: {_summary(found)}: {shown(place)}")
    click.echo("similar text has many reasons: read both works before you speak to anybody")
    return Exit.FINE


def _numbers(gradebook: Gradebook, asked: tuple[int, ...]) -> list[int]:
    """The modules that are compared; raises UsageError for one of which nothing is graded."""
    from blueprint.problems import UsageError

    graded = gradebook.journal.modules()
    if lost := [number for number in asked if number not in graded]:
        there = ", ".join(map(str, graded)) or "none"
        raise UsageError(f"--module {lost[0]}: nothing of it is graded; graded here: {there}")
    return sorted(set(asked)) or graded


def _found(
    gradebook: Gradebook, numbers: list[int], known: tuple[Path, ...], starter: tuple[Path, ...], most: int
) -> Iterator[tuple[int, Found]]:
    """What is found, module by module: only one module's texts are in memory. Raises UsageError."""
    from autograder.reports.graded_files import GradedFiles
    from autograder.similarity.found import find_alike
    from autograder.similarity.works import module_texts, reference_texts, texts_in, vocabulary_of

    vocabulary = vocabulary_of(gradebook.suite)
    published = [text for path in known for text in texts_in(path, "--known", vocabulary)]
    published += reference_texts(gradebook.suite, vocabulary)
    given = [text for path in starter for text in texts_in(path, "--starter", vocabulary)]
    files = GradedFiles(gradebook.suite)
    for number in numbers:
        yield number, find_alike(module_texts(gradebook, number, files, vocabulary), published, given, most)


def _write(found: Found, gradebook: Gradebook, number: int, settings: GradingSettings, folder: Path) -> Path:
    """Writes the page and the table of a module; returns the page."""
    from autograder.similarity.page import page
    from autograder.similarity.table import table
    from blueprint.files import write_whole

    module = gradebook.suite.module(number)
    place = folder / "similarity" / f"{module.id}.html"
    write_whole(place.with_suffix(".csv"), table(found), owner_only=True)
    write_whole(place, [page(found, module, settings.name)], owner_only=True)
    return place


def _summary(found: Found) -> str:
    """`31 works, 2 pairs with similar text, 1 like a published solution, 1 not compared whole`."""
    counts = (
        (found.among, "work", "works"),
        (len(found.matches), "pair with similar text", "pairs with similar text"),
        (len(found.published), "like a published solution", "like a published solution"),
    )
    told = [f"{count} {one if count == 1 else many}" for count, one, many in counts]
    return ", ".join([*told, *([f"{len(found.notes)} not compared whole"] if found.notes else [])])
