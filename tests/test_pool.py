"""Slots: what one task does to its slot costs that task alone, and no slot outlives the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from processes import gone, started, until

from autograder.run import pool
from autograder.run.pool import Done, Lost

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


class NamedWork:
    """Says each task twice, and does what the task is called."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / f"slot-{os.getpid()}").touch()

    def work(self, task: str) -> Iterator[str]:
        yield f"{task} begun"
        name = f"tried-{task}"
        tries = len(list(self.place.glob(f"{name}-*")))
        (self.place / f"{name}-{tries}").touch()
        if task.startswith("dies") or (task.startswith("stumbles") and not tries):
            os.kill(os.getpid(), signal.SIGKILL)
        if task.startswith("raises"):
            raise RuntimeError("a fault of ours")
        if task.startswith("hangs"):
            time.sleep(3600)
        if task.startswith("ignores"):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(3600)
        yield f"{task} ended"

    def close(self) -> None:
        (self.place / f"closed-{os.getpid()}").touch()


def heard(place: Path, tasks: Sequence[str], jobs: int = 2, patience: float = 60) -> dict[str, list[Any]]:
    """What was said about each task; Done and Lost by their kind."""
    found: dict[str, list[Any]] = {}
    for task, said in pool.run(tasks, lambda: NamedWork(place), jobs, patience):
        found.setdefault(task, []).append(type(said) if isinstance(said, (Done, Lost)) else said)
    return found


def fine(task: str) -> list[Any]:
    return [f"{task} begun", f"{task} ended", Done]


def slots(place: Path) -> list[int]:
    return [int(path.name.removeprefix("slot-")) for path in place.glob("slot-*")]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_task_is_done_once(tmp_path: Path, jobs: int) -> None:
    """Each task's messages come together and in order, then Done, however many slots there are."""
    tasks = [f"task {number}" for number in range(12)]
    assert heard(tmp_path, tasks, jobs) == {task: fine(task) for task in tasks}
    assert len(slots(tmp_path)) == jobs
    assert gone(slots(tmp_path))


def test_no_tasks_no_slots(tmp_path: Path) -> None:
    """Nothing to do starts nothing."""
    assert heard(tmp_path, []) == {}
    assert slots(tmp_path) == []


def test_a_task_whose_slot_dies_is_tried_once_more(tmp_path: Path) -> None:
    """A slot's death costs the task in hand a second try, whose messages are heard once."""
    tasks = ["one", "stumbles", "two"]
    assert heard(tmp_path, tasks, jobs=1) == {task: fine(task) for task in tasks}


@pytest.mark.parametrize(("task", "jobs"), [("dies", 1), ("dies", 2), ("raises", 2), ("hangs", 2), ("ignores", 1)])
def test_a_task_that_ends_two_slots_is_lost(tmp_path: Path, task: str, jobs: int) -> None:
    """A task that dies, raises or hangs twice is lost, without messages; all others are done."""
    others = ["one", "two", "three", "four"]
    found = heard(tmp_path, ["one", task, *others[1:]], jobs, patience=1 if task in ("hangs", "ignores") else 60)
    assert found == {task: [Lost], **{other: fine(other) for other in others}}
    assert Counter(path.name.rpartition("-")[0] for path in tmp_path.glob("tried-*"))[f"tried-{task}"] == 2
    assert gone(slots(tmp_path))


def test_what_was_wrong_is_told(tmp_path: Path) -> None:
    """A lost task says how: the exception with its place, the signal, or the time."""
    tasks = ["dies", "raises", "hangs"]
    why = {
        task: said.why for task, said in pool.run(tasks, lambda: NamedWork(tmp_path), 2, 1) if isinstance(said, Lost)
    }
    assert why["dies"] == "the grading process ended with -9"
    assert why["raises"].splitlines()[0] == "RuntimeError: a fault of ours"
    assert "in work" in why["raises"]
    assert why["hangs"] == "no answer within 1 seconds"


def test_a_consumer_that_stops_ends_all_slots(tmp_path: Path) -> None:
    """When the run is given up in the middle, every slot ends."""
    said = pool.run(["one", "hangs", "hangs too"], lambda: NamedWork(tmp_path), 3, 60)
    next(said)
    said.close()  # type: ignore[attr-defined]
    assert len(slots(tmp_path)) == 3
    assert gone(slots(tmp_path))


_PROGRAM = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
from autograder.run import pool
from test_pool import NamedWork
for _ in pool.run(["hangs", "ignores", "hangs too"], lambda: NamedWork(Path({place!r})), 3, 600):
    pass
"""


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGKILL, -signal.SIGKILL)])
def test_no_slot_outlives_the_run(tmp_path: Path, ending: signal.Signals, code: int) -> None:
    """Interrupted, the run ends its slots; killed, they end with it. One that shuts its ears to SIGTERM ends too."""
    here = Path(__file__).parent
    text = _PROGRAM.format(tests=str(here), root=str(here.parent), place=str(tmp_path))
    with started([sys.executable, "-c", text], stderr=subprocess.DEVNULL) as run:
        assert until(lambda: len(list(tmp_path.glob("tried-*"))) == 3)
        os.kill(run.pid, ending)
        assert run.wait(60) == code
    assert len(slots(tmp_path)) == 3
    assert gone(slots(tmp_path))
