"""`blueprint build-course`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from blueprint.build import BuildResult, Progress
    from blueprint.paths import CoursePaths


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
    from blueprint import stamp
    from blueprint.paths import CoursePaths, shown

    paths = CoursePaths.find()
    path, why = paths.choose(course)
    if why:
        click.echo(f"course: {shown(path)} ({why})")
    folder = paths.build(path.stem)
    if not only and not overwrite and (said := stamp.fresh(folder, path)) is not None:
        if said["warnings"]:
            click.echo(said["warnings"], err=True)
        click.echo(said["unchanged"])
        return 0
    return _build(paths, path, folder, only, explain, overwrite, jobs)


def _build(paths: CoursePaths, path: Path, folder: Path, only: str | None, explain: bool, overwrite: bool, jobs: int | None) -> int:
    """Check, build, tell."""
    from blueprint import stamp
    from blueprint.build import build, write_atomically
    from blueprint.check import checked_course
    from blueprint.check.calendar import reference_docx
    from blueprint.paths import shown
    from blueprint.problems import UsageError, render
    from generator.course import tasks

    loaded, warnings = checked_course(path, paths)
    if loaded.course.file.offering is None:
        raise UsageError(f"{shown(path)} is a syllabus without dates; make an offering of it with `blueprint new`")
    warned = render(warnings) + "\n" if warnings else ""
    if warned:
        click.echo(warned, err=True)
    names = [word.strip() for word in only.split(",") if word.strip()] if only else []
    every = tasks(loaded, paths)
    with _progress() as report:
        result = build(every, folder, loaded.course.id, only=names, overwrite=overwrite, jobs=jobs, report=report)
    write_atomically(paths.last_built, f"{loaded.course.id}\n".encode())
    _tell(result, shown(folder), explain, complete=not names)
    if not names and not result.failed:
        outputs = ["manifest.json", *(path for task in every if not task.intermediate for path in task.outputs)]
        kept = "".join(f"kept {shown(folder)}/{name}, edited by hand\n" for name in sorted(result.kept))
        extra = [Path(str(task_file)) for task_file in (reference_docx(loaded),) if task_file]
        stamp.write(folder, path, paths, [*loaded.files, *extra], outputs,
                    {"warnings": warned, "unchanged": f"{kept}{shown(folder)}: {result.files} files, nothing to make\nopen {shown(folder)}/index.html first"})
    return 1 if result.failed else 0


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal; elsewhere a plain line for each tenth of the work."""
    import sys

    if not sys.stderr.isatty():
        yield _plain_lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        row = bar.add_task("building", total=None)
        yield lambda p: bar.update(row, completed=p.done, total=p.total, description=f"{p.task:<28.28}")


def _plain_lines() -> Callable[[Progress], None]:
    shown_tenths = {0}

    def report(p: Progress) -> None:
        tenth = 10 * p.done // p.total
        if p.state != "unchanged" and tenth not in shown_tenths:
            shown_tenths.add(tenth)
            click.echo(f"  {p.done}/{p.total} {p.task}", err=True)

    return report


def _tell(result: BuildResult, folder: str, explain: bool, *, complete: bool) -> None:
    if explain:
        for task, reason in result.made.items():
            if not task.endswith(".tree"):
                click.echo(f"made {task}: {reason}")
        click.echo(f"unchanged: {sum(not t.endswith('.tree') for t in result.unchanged)} files")
    for path, new in sorted(result.kept.items()):
        click.echo(f"kept {folder}/{path}, edited by hand" + (f"; the new version is {folder}/{new}" if new else ""))
    for path in result.removed:
        click.echo(f"removed {folder}/{path}, which nothing makes any more")
    for task, why in result.failed.items():
        click.echo(f"failed {task}: {why}", err=True)
    made = sum(not t.endswith(".tree") for t in result.made)
    click.echo(f"{folder}: {result.files} files, {made} made now" + (f", {len(result.failed)} failed" if result.failed else ""))
    if complete and not result.failed:
        click.echo(f"open {folder}/index.html first")
