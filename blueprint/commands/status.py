"""`blueprint status`: what is left to do before grades can be posted, and the next command to type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from blueprint.commands.course_grades import CourseGradebook, course_gradebook
from blueprint.exits import Exit
from blueprint.progress import aside

_MOST = 10
"""How many of a kind are named before the others are counted."""


@click.command()
@click.option("--course", help="The offering; the only one here, or the one built last, if left out.")
@click.option("--roster", type=click.Path(path_type=Path), help="The class list; the offering's if left out.")
@click.option("--groups", type=click.Path(path_type=Path), help="Who is in which team, if teams handed in.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the grades are; grades/<offering> if left out.")
@click.option(
    "--as-of", "as_of", default="", metavar="DATE", help="The moment that decides what is due; now if left out."
)
def status(course: str | None, roster: Path | None, groups: Path | None, out: Path | None, as_of: str) -> int:
    """Tell what is left to do before grades are posted.

    Work that is nobody's, work that people have yet to mark, faults of ours, what looks like another edition, work that
    is late by an unknown amount; and what to type next.

    \b
    Example:
      blueprint status
    """
    from blueprint.paths import CoursePaths, shown

    paths = CoursePaths.find()
    course_file, why = paths.choose(course)
    folder = out or paths.root / "grades" / course_file.stem
    if why:
        aside(f"course: {shown(course_file)} ({why})")
    from autograder.run.journal import NAME

    if not (folder / NAME).exists():
        click.echo(f"nothing is graded yet\nnext: blueprint grade SUBMISSIONS --course {course_file.stem}")
        return Exit.FINE
    with course_gradebook(paths, course_file, roster=roster, groups=groups, out=out, as_of=as_of) as made:
        left = list(_left(made))
        for one in left:
            click.echo(one.title)
            shown_ones = one.entries if one.whole else one.entries[:_MOST]
            for entry in shown_ones:
                click.echo(f"  {entry}")
            if len(one.entries) > len(shown_ones):
                click.echo(f"  and {len(one.entries) - len(shown_ones)} more")
        if not left:
            click.echo("nothing is left to do")
        click.echo(f"next: {left[0].then if left else 'blueprint gradebook'}")
    return Exit.FINE


class Left(NamedTuple):
    """Something that is left to do: what it is, each of it, what to type, and whether each is always shown, to be copied."""

    title: str
    entries: list[str]
    then: str
    whole: bool = False


def _left(made: CourseGradebook) -> Iterator[Left]:
    """What is left, the most urgent first."""
    from autograder.reports.unmatched import in_words
    from blueprint.paths import shown

    grades = made.grades()
    scores = [(grade.person.id, score) for grade in grades for score in grade.scores.values()]
    entries = list(made.gradebook.counting_entries())
    again = f"blueprint grade SUBMISSIONS --course {made.course.id}"
    unmatched = [in_words(one) for one in made.gradebook.unmatched.values()]
    faults = [f"{who}/{score.piece.id}: {score.reason}" for who, score in scores if score.state == "fault"]
    doubtful = [f"{key.student}/{key.module}" for key, entry in entries if entry.doubtful]
    editions = [f"{key.student}/{key.module}" for key, entry in entries if entry.other_edition]
    unknown = [f"{who},{score.piece.id}," for who, score in scores if score.lateness.unknown]
    waiting = [(score.piece.id, score.reason) for _, score in scores if score.state == "pending"]
    times = shown(made.folder / "times.csv")
    yield from _some(
        unmatched,
        "hand-in is nobody's of the class list",
        "hand-ins are nobody's of the class list",
        f"say whose each is in {shown(made.folder / 'unmatched.csv')}, column `student` (or `nobody`), then blueprint roster --aliases {shown(made.folder / 'unmatched.csv')}",
    )
    yield from _some(
        faults,
        "piece was not graded, through a fault of ours",
        "pieces were not graded, through a fault of ours",
        again,
    )
    yield from _some(doubtful, "module ran out of time or memory once", "modules ran out of time or memory once", again)
    yield from _some(
        unknown,
        "piece is late by an unknown amount",
        "pieces are late by an unknown amount",
        f"put these lines with their times below `student,assignment,handed in` into {times}, then blueprint gradebook",
        whole=True,
    )
    by_piece = [f"{piece}: {count} {why}" for (piece, why), count in Counter(waiting).items()]
    yield from _some(
        by_piece,
        "assignment waits for graders",
        "assignments wait for graders",
        f"blueprint review page {waiting[0][0]}, then blueprint review merge FILES" if waiting else "",
    )
    yield from _some(
        editions,
        "module looks like another edition",
        "modules look like another edition",
        f"look at editions.csv, then {again} --edition STUDENT=EDITION",
    )


def _some(entries: list[str], one: str, many: str, then: str, whole: bool = False) -> Iterator[Left]:
    """What is left of one kind, unless nothing is."""
    if entries:
        yield Left(f"{len(entries)} {one if len(entries) == 1 else many}", entries, then, whole)
