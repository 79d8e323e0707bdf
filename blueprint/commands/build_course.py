"""`blueprint build-course`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.exits import Exit

if TYPE_CHECKING:
    from blueprint.load import Loaded
    from blueprint.paths import CoursePaths
    from blueprint.stamp import BuildStamp


@click.command("build-course")
@click.argument("course", required=False)
@click.option("--only", metavar="NAMES", help="Build only these, by group, ending or file: `syllabus,ics`.")
@click.option("--explain", is_flag=True, help="Say why each file is made again.")
@click.option("--overwrite", is_flag=True, help="Replace files that were edited by hand.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many tasks run at once; one per core if left out.")
def build_course(course: str | None, only: str | None, explain: bool, overwrite: bool, jobs: int | None) -> int:
    """Build everything an offering needs into build/<offering>/.

    \b
    Example:
      blueprint build-course fall26.yaml
      blueprint build-course fall26.yaml --only syllabus,ics --explain
    """
    from blueprint.paths import CoursePaths, shown
    from blueprint.stamp import BuildStamp

    names = _names(only)
    paths = CoursePaths.find()
    path, why = paths.choose(course)
    if why:
        click.echo(f"course: {shown(path)} ({why})")
    stamp = BuildStamp(paths.build(path.stem), path)
    if not names and not overwrite and (texts := stamp.fresh()) is not None:
        if texts["warnings"]:
            click.echo(texts["warnings"], err=True)
        if explain:
            click.echo("no content file, output, package or part of Blueprint has changed since the last build")
        click.echo(texts["unchanged"])
        _remember(paths, path.stem)
        return Exit.FINE
    return _build(paths, path, stamp, names, explain, overwrite, jobs)


def _names(only: str | None) -> list[str]:
    """The names given to `--only`, comma-separated; `UsageError` where there are none."""
    from blueprint.problems import UsageError

    names = [word.strip() for word in (only or "").split(",") if word.strip()]
    if only is not None and not names:
        raise UsageError("--only: name what to build, for example `--only syllabus,ics`")
    return names


def _build(
    paths: CoursePaths, path: Path, stamp: BuildStamp, only: list[str], explain: bool, overwrite: bool, jobs: int | None
) -> int:
    """Check the course, build it, and print what was done; the exit code."""
    from blueprint.build import build
    from blueprint.build_report import build_progress, tell, unchanged
    from blueprint.load import require_dates
    from blueprint.paths import shown
    from blueprint.problems import CourseError, render
    from generator.course import tasks
    from generator.decks.lectures import checked_course

    searched = stamp.searched(paths.folders("slides"))
    loaded, lectures, problems = checked_course(path, paths)
    if any(p.severity == "error" for p in problems):
        raise CourseError(problems)
    require_dates(loaded)
    templates = _templates(loaded)
    read = stamp.read([*loaded.files, *lectures.read, *(place for place in templates if place.is_file())])
    warned = render(problems) + "\n" if problems else ""
    if warned:
        click.echo(warned, err=True)
    every = tasks(loaded, lectures, paths)
    folder = paths.build(path.stem)
    with build_progress() as report:
        result = build(every, folder, loaded.course.id, only=only, overwrite=overwrite, jobs=jobs, report=report)
    _remember(paths, path.stem)
    tell(result, every, shown(folder), explain, partial=bool(only))
    if not only and not result.failed:
        absent = [*paths.absent, *lectures.absent, *(place for place in templates if not place.is_file())]
        stamp.write(
            read,
            absent,
            searched,
            result.files,
            result.kept,
            {"warnings": warned, "unchanged": unchanged(result, shown(folder))},
        )
    return Exit.TO_MEND if result.failed else Exit.FINE


def _templates(loaded: Loaded) -> list[Path]:
    """The paths at which the offering's Word and PowerPoint templates and its labels are looked for."""
    offering = loaded.course.file.offering
    names = (offering.reference_docx, offering.slides.template, loaded.course.file.labels) if offering else ()
    return [place for name in names if name for place in loaded.places(name)]


def _remember(paths: CoursePaths, course: str) -> None:
    """Note which course was built here last, a convenience that must not fail a build."""
    with suppress(OSError):
        paths.last_built.write_text(f"{course}\n", "utf-8")
