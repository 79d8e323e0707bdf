"""`blueprint site`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.exits import Exit

if TYPE_CHECKING:
    from datetime import datetime

    from blueprint.model import Offering


@click.command()
@click.argument("course", required=False)
@click.option(
    "--publish",
    "folder",
    metavar="FOLDER",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the site into this folder.",
)
@click.option("--on", "day", metavar="DATE", help="The site of that day, 2026-10-05; of now if left out.")
def site(course: str | None, folder: Path, day: str | None) -> int:
    """Publish the students' site into a folder.

    It is ready for a web server. The folder gets what students may see and nothing else: the pages, calendars and documents of `site/`, and the
    handouts whose class is over. It works under any address, and on GitHub Pages. Run it after each class, or every
    night, and what is no longer part of the site goes.

    \b
    Example:
      blueprint site fall26 --publish public
      blueprint site fall26 --publish public --on 2026-10-05
    """
    from blueprint.build import build
    from blueprint.build_report import build_progress, failures
    from blueprint.load import require_dates
    from blueprint.paths import CoursePaths, shown
    from blueprint.problems import CourseError, render
    from blueprint.publishing import publish
    from generator.course import tasks
    from generator.decks.lectures import checked_course
    from generator.site.tasks import SITE

    paths = CoursePaths.find()
    path, why = paths.choose(course)
    if why:
        click.echo(f"course: {shown(path)} ({why})")
    loaded, lectures, problems = checked_course(path, paths)
    if any(problem.severity == "error" for problem in problems):
        raise CourseError(problems)
    require_dates(loaded)
    if problems:
        click.echo(render(problems) + "\n", err=True)
    moment = _moment(day, loaded.course.offering)
    every = tasks(loaded, lectures, paths, moment)
    workshop = paths.build(".site") / path.stem  # a folder of its own: `build-course` makes the site of another day
    with build_progress() as report:
        result = build(every, workshop, loaded.course.id, only=[f"{SITE}*"], report=report)
    for line in failures(result, every):
        click.echo(line, err=True)
    if result.failed:
        return Exit.TO_MEND
    made = [name for task in every if not task.intermediate for name in task.outputs]
    files = [name.removeprefix(SITE) for name in made if name.startswith(SITE)]
    done = publish(workshop / SITE, files, folder)
    click.echo(
        f"{shown(folder)}: the site of {moment:%a %Y-%m-%d %H:%M}, {done.written + done.same} files, "
        f"{done.written} written now{f', {done.removed} removed' if done.removed else ''}"
    )
    click.echo(f"open {shown(folder)}/index.html, or put the folder on a web server as it is")
    return Exit.FINE


def _moment(day: str | None, offering: Offering) -> datetime:
    """The moment whose site is asked for: now, or the end of a day."""
    from datetime import date, datetime, time

    from blueprint.schedule import zone_of

    zone = zone_of(offering)
    if day is None:
        return datetime.now(zone)
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59), zone)
    except ValueError:
        raise click.BadParameter("write a date like 2026-10-05", param_hint="--on") from None
