"""`blueprint build-course`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from blueprint.build import BuildResult, Progress, Task
    from blueprint.load import Loaded
    from blueprint.paths import CoursePaths
    from blueprint.stamp import Stamp


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
    from blueprint.stamp import Stamp

    names = _names(only)
    paths = CoursePaths.find()
    path, why = paths.choose(course)
    if why:
        click.echo(f"course: {shown(path)} ({why})")
    stamp = Stamp(paths.build(path.stem), path)
    if not names and not overwrite and (said := stamp.fresh()) is not None:
        if said["warnings"]:
            click.echo(said["warnings"], err=True)
        if explain:
            click.echo("no content file, output, package or part of Blueprint has changed since the last build")
        click.echo(said["unchanged"])
        _remember(paths, path.stem)
        return 0
    return _build(paths, path, stamp, names, explain, overwrite, jobs)


def _names(only: str | None) -> list[str]:
    """What `--only` names."""
    from blueprint.problems import UsageError

    names = [word.strip() for word in (only or "").split(",") if word.strip()]
    if only is not None and not names:
        raise UsageError("--only: name what to build, for example `--only syllabus,ics`")
    return names


def _build(
    paths: CoursePaths, path: Path, stamp: Stamp, only: list[str], explain: bool, overwrite: bool, jobs: int | None
) -> int:
    """Check, build, tell."""
    from blueprint.build import build
    from blueprint.check import checked_course
    from blueprint.paths import shown
    from blueprint.problems import UsageError, render
    from generator.course import tasks

    loaded, warnings = checked_course(path, paths)
    if loaded.course.file.offering is None:
        raise UsageError(f"{shown(path)} is a syllabus without dates; make an offering of it with `blueprint new`")
    templates = _word_templates(loaded)
    read = stamp.read([*loaded.files, *(place for place in templates if place.is_file())])
    warned = render(warnings) + "\n" if warnings else ""
    if warned:
        click.echo(warned, err=True)
    every = tasks(loaded, paths)
    folder = paths.build(path.stem)
    with _progress() as report:
        result = build(every, folder, loaded.course.id, only=only, overwrite=overwrite, jobs=jobs, report=report)
    _remember(paths, path.stem)
    _tell(result, every, shown(folder), explain, partial=bool(only))
    if not only and not result.failed:
        absent = [*paths.absent, *(place for place in templates if not place.is_file())]
        stamp.write(
            read,
            absent,
            result.files,
            result.kept,
            {"warnings": warned, "unchanged": _unchanged(result, shown(folder))},
        )
    return 1 if result.failed else 0


def _word_templates(loaded: Loaded) -> list[Path]:
    """Where the offering's Word template is looked for."""
    offering = loaded.course.file.offering
    name = offering.reference_docx if offering else None
    return [path.parent / name for path in loaded.files] if name else []


def _remember(paths: CoursePaths, course: str) -> None:
    """Note which course was built here last, a convenience that must not fail a build."""
    with suppress(OSError):
        paths.last_built.write_text(f"{course}\n", "utf-8")


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
        yield lambda p: bar.update(row, completed=p.done, total=p.total, description=f"{_doing(p):<28.28}")


def _plain_lines() -> Callable[[Progress], None]:
    tenths = {0}

    def report(p: Progress) -> None:
        tenth = 10 * p.done // p.total
        if p.state == "waiting" or (p.state != "unchanged" and tenth not in tenths):
            tenths.add(tenth)
            with suppress(BrokenPipeError):  # nobody reads on; the build is wanted all the same
                click.echo(
                    f"  {_doing(p)}" if p.state == "waiting" else f"  {p.done} of {p.total} steps, {_doing(p)}",
                    err=True,
                )

    return report


def _doing(p: Progress) -> str:
    return "waiting for another build of this course" if p.state == "waiting" else p.task.removesuffix(".tree")


def _tell(result: BuildResult, every: Sequence[Task], folder: str, explain: bool, *, partial: bool) -> None:
    """Say what was done, kept, removed and failed."""
    if explain:
        for task, reason in sorted(result.made.items()):
            click.echo(f"made {task}: {reason}")
        for task, reason in sorted(result.same.items()):
            click.echo(f"same {task}: made again ({reason}) with the same content")
        if result.unchanged:
            click.echo(f"unchanged {_files(len(result.unchanged))}: all they are made from is as it was")
    for line in (*_kept(result, folder), *(f"removed {folder}/{path}, no longer needed" for path in result.removed)):
        click.echo(line)
    for why, names in _failures(result, every).items():
        click.echo(f"failed {_some(names)}: {why}", err=True)
    if result.cache_trouble:
        click.echo(
            f"note: {folder}/.cache cannot be used, {result.cache_trouble}; the next build may take as long as this one",
            err=True,
        )
    looked = f" named by --only, of {len(result.files)}" if partial else ""
    total = len(result.made) + len(result.same) + len(result.unchanged) if partial else len(result.files)
    done = f"{len(result.made)} made now" if result.made or result.same or result.failed else "nothing to make"
    same = f", {len(result.same)} came out the same" if result.same else ""
    waiting = sum(map(len, _failures(result, every).values()))
    failed = f", {waiting} failed" if waiting else ""
    click.echo(f"{folder}: {_files(total)}{looked}, {done}{same}{failed}")
    if not partial and not result.failed:
        click.echo(f"open {folder}/index.html first")


def _unchanged(result: BuildResult, folder: str) -> str:
    """What to say when the next build finds everything as it is now."""
    return "\n".join(
        [
            *_kept(result, folder),
            f"{folder}: {_files(len(result.files))}, nothing to make",
            f"open {folder}/index.html first",
        ]
    )


def _kept(result: BuildResult, folder: str) -> Iterable[str]:
    for path, new in sorted(result.kept.items()):
        yield f"kept {folder}/{path}, edited by hand" + (f"; the new version is {folder}/{new}" if new else "")


def _failures(result: BuildResult, every: Sequence[Task]) -> dict[str, list[str]]:
    """What is to be mended -> the files that are not there because of it, in the order of the tasks."""
    waiting: dict[str, list[str]] = {}
    for task in every:
        root = result.blocked.get(task.name, task.name)
        if root in result.failed and not task.intermediate:
            waiting.setdefault(result.failed[root], []).append(task.name)
    for path in sorted(result.failed.keys() - {task.name for task in every}):
        waiting.setdefault(result.failed[path], []).append(path)
    return waiting


def _some(names: Sequence[str]) -> str:
    """All of a few names, or the first five and how many more."""
    return ", ".join(names) if len(names) < 7 else f"{', '.join(names[:5])} and {len(names) - 5} more"


def _files(count: int) -> str:
    return f"{count} file{'s' * (count != 1)}"
