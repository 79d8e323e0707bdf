"""`blueprint gradebook`: course grades by the rules of the course file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.commands.course_grades import CourseGradebook, course_gradebook
from blueprint.exits import Exit
from blueprint.progress import aside

if TYPE_CHECKING:
    from autograder.gradebook.course_grades import CourseGrade


@click.command()
@click.option("--course", help="The offering; the only one here, or the one built last, if left out.")
@click.option("--roster", type=click.Path(path_type=Path), help="The class list; the offering's if left out.")
@click.option("--groups", type=click.Path(path_type=Path), help="Who is in which team, if teams handed in.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the grades are; grades/<offering> if left out.")
@click.option(
    "--as-of",
    "as_of",
    default="",
    metavar="DATE",
    help="The moment that decides what is due, `2026-10-31` or `2026-10-31 12:00`; now if left out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the course grades as JSON.")
def gradebook(
    course: str | None, roster: Path | None, groups: Path | None, out: Path | None, as_of: str, as_json: bool
) -> int:
    """Make course grades of what is graded.

    Takes the points of `blueprint grade`, what people have marked, and students.csv and times.csv of
    grades/<offering>/, and writes course_grades.csv there, by the rules that the course file has under `grading`. Two
    totals: `current`, of graded work alone, and `final`, in which missing work counts.

    \b
    Example:
      blueprint gradebook
      blueprint gradebook --as-of 2026-10-31
    """
    from autograder.reports.course_table import NAME, course_table
    from blueprint.files import write_whole
    from blueprint.paths import CoursePaths, shown

    paths = CoursePaths.find()
    course_file, why = paths.choose(course)
    if why:
        aside(f"course: {shown(course_file)} ({why})")
    with course_gradebook(paths, course_file, roster=roster, groups=groups, out=out, as_of=as_of) as made:
        grades = made.grades()
        place = made.folder / NAME
        write_whole(place, course_table(grades, made.policy), owner_only=True)
        click.echo(_as_json(made, grades) if as_json else "\n".join(_summary(made, grades, shown(place))))
    return Exit.FINE


def _summary(made: CourseGradebook, grades: Sequence[CourseGrade], place: str) -> list[str]:
    """What was made of how much, with each thing that a person has to see to."""
    from autograder.gradebook.scores import STATES
    from autograder.judging.points import number

    states = Counter(score.state for grade in grades for score in grade.scores.values())
    counted = ", ".join(f"{states[state]} {_SAID[state]}" for state in STATES if states[state])
    totals = sorted(grade.current.rounded for grade in grades if grade.current.rounded is not None)
    students = f"{len(grades)} student{'s' * (len(grades) != 1)}"
    lines = [
        f"as of {made.now:%Y-%m-%d %H:%M:%S}, times in {made.policy.zone}",
        f"{students}, {len(made.policy.pieces)} pieces of work each: {counted}",
    ]
    if totals:
        middle = number(totals[len(totals) // 2])
        lines.append(f"current: {len(totals)} of them have a grade, half of these {middle}% or more")
    late = [score for grade in grades for score in grade.scores.values() if score.lateness.late]
    unknown = sum(score.lateness.unknown for score in late)
    if late:
        lines.append(
            f"late: {len(late)} of them"
            + (f", {unknown} by an unknown amount: see `blueprint status`" if unknown else "")
        )
    return [*lines, f"{place}: one student, line by line: blueprint explain STUDENT"]


_SAID = {
    "graded": "graded",
    "missing": "missing",
    "excused": "excused",
    "pending": "pending",
    "fault": "not graded through a fault of ours",
    "open": "not due yet",
}


def _as_json(made: CourseGradebook, grades: Sequence[CourseGrade]) -> str:
    from json import dumps

    from autograder.reports.course_table import data

    told = {"as_of": made.now.isoformat(), "students": [data(grade, made.policy) for grade in grades]}
    return dumps(told, indent=2, ensure_ascii=False)
