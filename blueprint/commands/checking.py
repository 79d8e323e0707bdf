"""The problems of a course and how they are printed, for the commands `check` and `new`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from blueprint.exits import Exit
from blueprint.paths import CoursePaths, shown
from blueprint.problems import CourseError, Problem, render, summary


class Checked(NamedTuple):
    """What was found in a course and its lectures."""

    problems: list[Problem]
    """In file order."""
    files: int
    """How many files they were looked for in."""
    watched: tuple[Path, ...]
    """Every file whose change, or appearance, could change a problem."""


def course_problems(course_file: Path, paths: CoursePaths) -> Checked:
    """The problems of a course and its lectures."""
    from generator.decks.lectures import checked_course

    try:
        loaded, lectures, problems = checked_course(course_file, paths)
    except CourseError as error:
        places = {Path(problem.mark.file).resolve() for problem in error.problems}
        return Checked(list(error.problems), 1, tuple(sorted({course_file, *places, *paths.absent})))
    decks = {deck for decks in lectures.weeks.values() for deck in decks}
    watched = {*loaded.files, *lectures.read, *lectures.absent, *paths.absent}
    return Checked(problems, len(loaded.files) + len(decks), tuple(sorted(watched)))


def tell_problems(problems: Sequence[Problem], files: int, course_file: Path, why: str = "") -> None:
    """Print problems and their number; `why` tells why this course was chosen."""
    if problems:
        click.echo(render(problems) + "\n")
    chosen = f"{shown(course_file)}{f' ({why})' if why else ''}"
    click.echo(f"{chosen}: {summary(problems)} in {files} file{'s' * (files != 1)}")


def exit_code(problems: Sequence[Problem], strict: bool = False) -> Exit:
    """`TO_MEND` if a problem is an error, or if `strict` counts warnings as errors; else `FINE`."""
    return Exit.TO_MEND if any(strict or p.severity == "error" for p in problems) else Exit.FINE
