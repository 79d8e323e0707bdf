"""The problems of a course and how they are printed, for the commands `check` and `new`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from blueprint.exits import Exit
from blueprint.paths import CoursePaths, shown
from blueprint.problems import CourseError, Problem, render, summary


def course_problems(course_file: Path, paths: CoursePaths) -> tuple[list[Problem], int]:
    """The problems of a course and its lectures in file order, and how many files they were looked for in."""
    from generator.decks.lectures import checked_course

    try:
        loaded, lectures, problems = checked_course(course_file, paths)
    except CourseError as error:
        return list(error.problems), 1
    return problems, len(loaded.files) + len({deck for decks in lectures.weeks.values() for deck in decks})


def tell_problems(problems: Sequence[Problem], files: int, course_file: Path, why: str = "") -> None:
    """Print problems and their number; `why` tells why this course was chosen."""
    if problems:
        click.echo(render(problems) + "\n")
    chosen = f"{shown(course_file)}{f' ({why})' if why else ''}"
    click.echo(f"{chosen}: {summary(problems)} in {files} file{'s' * (files != 1)}")


def exit_code(problems: Sequence[Problem], strict: bool = False) -> Exit:
    """`TO_MEND` if a problem is an error, or if `strict` counts warnings as errors; else `FINE`."""
    return Exit.TO_MEND if any(strict or p.severity == "error" for p in problems) else Exit.FINE
