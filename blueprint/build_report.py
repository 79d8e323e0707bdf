"""The words of a build: progress while it runs, and what was made, kept, removed and failed.

It stands beside the commands because several of them build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import click

from blueprint.build import BuildResult, Progress, Task
from blueprint.progress import Step, progress


@contextmanager
def build_progress() -> Iterator[Callable[[Progress], None]]:
    """Yields the function that shows how far a build is."""
    with progress("building") as show:
        yield lambda p: show(_step(p))


def _step(p: Progress) -> Step:
    waiting = p.state == "waiting"
    line = _doing(p) if waiting else f"{p.done} of {p.total} steps, {_doing(p)}"
    return Step(p.done, p.total, f"{_doing(p):<28.28}", "" if p.state == "unchanged" else line, always=waiting)


def _doing(p: Progress) -> str:
    return "waiting for another build of this course" if p.state == "waiting" else p.task.removesuffix(".tree")


def tell(
    result: BuildResult,
    every: Sequence[Task],
    folder: str,
    explain: bool,
    *,
    partial: bool,
    first: str = "index.html",
) -> None:
    """Say what was done, kept, removed and failed, and what to open first."""
    if explain:
        for task, reason in sorted(result.made.items()):
            click.echo(f"made {task}: {reason}")
        for task, reason in sorted(result.same.items()):
            click.echo(f"same {task}: made again ({reason}) with the same content")
        if result.unchanged:
            click.echo(f"unchanged {_files(len(result.unchanged))}: all they are made from is as it was")
    for line in (*_kept(result, folder), *(f"removed {folder}/{path}, no longer needed" for path in result.removed)):
        click.echo(line)
    for line in failures(result, every):
        click.echo(line, err=True)
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
        click.echo(_open_first(folder, first))


def unchanged(result: BuildResult, folder: str) -> str:
    """The words of the next build, should it find everything as it is now."""
    return "\n".join(
        [
            *_kept(result, folder),
            f"{folder}: {_files(len(result.files))}, nothing to make",
            _open_first(folder),
        ]
    )


def _open_first(folder: str, first: str = "index.html") -> str:
    return f"open {folder}/{first} first"


def _kept(result: BuildResult, folder: str) -> Iterable[str]:
    for path, new in sorted(result.kept.items()):
        yield f"kept {folder}/{path}, edited by hand" + (f"; the new version is {folder}/{new}" if new else "")


def failures(result: BuildResult, every: Sequence[Task]) -> Iterator[str]:
    """A line for each reason why files are not there."""
    for why, names in _failures(result, every).items():
        yield f"failed {_some(names)}: {why}"


def _failures(result: BuildResult, every: Sequence[Task]) -> dict[str, list[str]]:
    """Reason of a failure -> the files that are not there because of it, in the order of the tasks."""
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
