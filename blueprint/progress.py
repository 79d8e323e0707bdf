"""Lines beside the work, on the error stream: remarks, and how far the work is.

On a terminal progress is a bar that disappears at the end; elsewhere a plain line for each tenth of the work.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Step:
    """One step of progress: how far the work is."""

    done: int
    total: int
    doing: str
    """What stands before the bar."""
    line: str = ""
    """What is said where there is no terminal, at each tenth of the work; '' for nothing now."""
    note: str = ""
    """What stands behind the bar."""
    always: bool = False
    """The line is said at once, whatever tenth it is in."""
    pause: bool = False
    """The bar makes way for what is printed next; the step after that brings it back."""


def aside(text: str, **style: Any) -> None:
    """Print a line on the error stream; where nobody reads on, as behind `| head`, the work is wanted all the same."""
    with suppress(BrokenPipeError):
        click.secho(text, err=True, **style)


@contextmanager
def progress(
    doing: str = "", *, rate: bool = False, left: bool = False, forks: bool = False
) -> Iterator[Callable[[Step], None]]:
    """Yields the function to call with each step.

    `doing` stands before the bar until the first step; without it there is no bar until then. With `rate` the bar tells
    steps a second, with `left` the time that is left instead of the time that has passed. With `forks` it is drawn at each
    step only and not by a thread, for a process that has threads should not fork.
    """
    if not sys.stderr.isatty():
        yield _plain_lines()
        return
    from rich import progress as rich
    from rich.console import Console

    words, note = rich.TextColumn("{task.description}"), rich.TextColumn("{task.fields[note]}")
    speeds = [rich.TextColumn("{task.fields[rate]}")] if rate else []
    times = rich.TimeRemainingColumn() if left else rich.TimeElapsedColumn()
    columns = (words, rich.BarColumn(), rich.MofNCompleteColumn(), *speeds, times, note)
    bar = rich.Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=not forks)
    row = bar.add_task(doing, total=None, rate="", note="")

    def show(step: Step) -> None:
        if step.pause:
            bar.stop()
            return
        speed = bar.tasks[0].speed
        bar.update(
            row,
            completed=step.done,
            total=step.total,
            description=step.doing,
            rate=f"{speed:.1f}/s" if speed else "",
            note=step.note,
        )
        bar.start()
        if forks:
            bar.refresh()

    if doing:
        bar.start()
    try:
        yield show
    finally:
        bar.stop()


def _plain_lines() -> Callable[[Step], None]:
    tenths = {0}

    def show(step: Step) -> None:
        tenth = 10 * step.done // max(step.total, 1)
        if step.line and (step.always or tenth not in tenths):
            tenths.add(tenth)
            aside(f"  {step.line}")

    return show
