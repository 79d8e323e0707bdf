"""Slots: processes that work through tasks side by side, and can be lost without losing the run.

Each slot is a fork of this process with work of its own. A slot that dies, or hangs beyond all limits, costs the
task in hand a second try in a fresh slot; after that the task is reported as lost. Slots die with this process.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_TICK = 1.0  # seconds


class SlotWork(Protocol):
    """The work of a slot: `work` does one task and gives its messages one after the other; `close` ends what it started."""

    def work(self, task: Any) -> Iterator[Any]: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Lost:
    """The end of a task that two slots were lost over, and why the second was."""

    why: str


class Done:
    """The end of a task that is finished."""


@dataclass(slots=True)
class _Slot:
    """A process, the line to it, and the task it has in hand: how often it was tried, since when, and the messages so far."""

    process: BaseProcess
    line: Connection
    task: Any = None
    tries: int = 0
    since: float = 0.0
    messages: list[Any] = field(default_factory=list)


def usable_processors() -> int:
    """The number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    tasks: Iterable[Any],
    make_work: Callable[[], SlotWork],
    jobs: int,
    patience: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Any, Any]]:
    """Works through tasks in `jobs` slots; gives pairs of a task and a message, or of a task and its end.

    The messages of a task come together once it is finished, then `Done` or `Lost`. `make_work` is called in each
    slot. `patience` is how many seconds one task may take before its slot is given up. Messages of a task whose slot
    died are dropped and come again from its second try. `meanwhile` is called once all slots have something to do.
    """
    waiting, again = iter(tasks), deque[Any]()
    slots: list[_Slot] = []
    try:
        for number, task in enumerate(islice(waiting, jobs)):
            slots.append(_start(make_work, number))
            _give(slots[number], task, 1)
        meanwhile()
        while any(slot.task is not None for slot in slots):
            for slot in _ready(slots, patience):
                ended, pairs = _receive(slot, patience)
                yield from pairs
                if ended is None:
                    continue
                if isinstance(ended, Lost):
                    task, tries, number = slot.task, slot.tries, slots.index(slot)
                    _end(slot)
                    slots[number] = slot = _start(make_work, number)
                    if tries == 1:
                        again.append(task)
                    else:
                        yield task, ended
                if again:
                    _give(slot, again.popleft(), 2)
                else:
                    _give(slot, next(waiting, None), 1)
    finally:
        for slot in slots:
            _end(slot)


def _start(make_work: Callable[[], SlotWork], number: int) -> _Slot:
    """Forks a slot."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, ours, os.getpid(), number, make_work), daemon=True)
    process.start()
    theirs.close()
    return _Slot(process, ours)


def _pin(number: int) -> None:
    """Keeps this slot, and all it starts, on one processor.

    A slot's processes take turns, several times a case. Where the next one is on another processor, that one has to be
    woken first, which takes a fifth of the time of a case.
    """
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[number % len(processors)]})


def _end(slot: _Slot) -> None:
    """Ends a slot, by force if need be."""
    slot.line.close()
    slot.process.terminate()
    slot.process.join(_TICK)
    if slot.process.is_alive():
        slot.process.kill()
        slot.process.join()


def _give(slot: _Slot, task: Any, tries: int) -> None:
    """Gives a slot its next task, or None for nothing more to do."""
    slot.task, slot.tries = task, tries
    slot.messages.clear()
    if task is not None:
        slot.since = time.monotonic()
        try:
            slot.line.send(task)
        except OSError:
            return  # it has died; `_receive` finds the line closed


def _ready(slots: Sequence[_Slot], patience: float) -> list[_Slot]:
    """The busy slots that sent a message, died, or took too long; after a second without any there may be none."""
    busy = [slot for slot in slots if slot.task is not None]
    readable = wait([slot.line for slot in busy], _TICK)
    now = time.monotonic()
    return [slot for slot in busy if slot.line in readable or now - slot.since > patience]


def _receive(slot: _Slot, patience: float) -> tuple[Done | Lost | None, list[tuple[Any, Any]]]:
    """Takes one message of a slot; returns how its task ended, None while it goes on, and the pairs to be given then."""
    if not slot.line.poll():
        return Lost(f"no answer within {patience:g} seconds"), []
    try:
        kind, message = slot.line.recv()
    except (EOFError, OSError):
        slot.process.join(_TICK)
        return Lost(f"the grading process ended with {slot.process.exitcode}"), []
    if kind == "message":
        slot.messages.append(message)
        return None, []
    if kind == "failed":
        return Lost(message), []
    done = Done()
    return done, [*((slot.task, message) for message in slot.messages), (slot.task, done)]


def _serve(line: Connection, other: Connection, parent: int, number: int, make_work: Callable[[], SlotWork]) -> None:
    """Runs in a slot: tasks in, messages out, until the line is closed."""
    other.close()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # it died before we asked to be told
    _pin(number)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted run ends its slots itself
    signal.signal(signal.SIGTERM, lambda *_: os._exit(1))
    work = make_work()
    try:
        while True:
            task = line.recv()
            try:
                for message in work.work(task):
                    line.send(("message", message))
            except Exception as error:
                import traceback

                line.send(("failed", f"{type(error).__name__}: {error}\n{traceback.format_exc()}"))
                return
            line.send(("done", None))
    except (EOFError, OSError):
        return
    finally:
        work.close()
