"""Processes that tests start: interrupted for certain, watched, and waited for as long as a busy machine takes."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """A child in a session of its own that hears SIGINT; what is left of it in the end is killed.

    A shell without job control starts what it puts in the background (`make test &`, many a CI's step) with SIGINT
    ignored, so that Ctrl-C ends only what is in the foreground. Children inherit that, and Python then raises no
    KeyboardInterrupt. `blueprint` leaves it so, as programs should: whoever ignores interrupts for it means it. A test
    that interrupts starts its child as a terminal would have. A signal that is caught, and only then, is the default's
    again in the child; `preexec_fn` would do as well, but not in a process in which NumPy has threads.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, start_new_session=True, **options)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it comes true; the time is for machines that are busy beyond measure, and nobody waits for it in vain."""
    end = time.monotonic() + seconds
    while not (came := true()) and time.monotonic() < end:
        time.sleep(0.005)
    return came


def descendants(process: int) -> list[int]:
    """The processes that come from one, parents first, as far as they still know it."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, waiting = [], [process]
    while waiting:
        one = waiting.pop()
        children = [child for child, parent in parents.items() if parent == one]
        found += children
        waiting += children
    return found


def runs(process: int) -> bool:
    """Whether it is there and not dead; the dead are only waiting for who fetches their status."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(processes: Sequence[int]) -> bool:
    """Whether all of them end; the kernel takes a moment to end a pid namespace."""
    return until(lambda: not any(map(runs, processes)))
