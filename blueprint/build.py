"""The build: tasks with inputs and outputs, made in parallel, only when something they show has changed.

How it works. A task's *parts* are what its outputs are made from: its own inputs (text, template, options, tool
versions) and the hashes of what the tasks it needs have made. Parts equal to those of the last time, and outputs
still there, mean nothing to do; otherwise the parts that differ are the reason. A task that runs again and makes
the same bytes stops the change there.

The folder `.cache` beside the outputs holds the last parts and the intermediate results. Whatever is read from it is
checked; losing or breaking it, or being unable to write it, costs time only.

Files are written whole and then renamed. What is about to be written is first noted in a journal, so that a build
killed at any moment knows its own files the next time. A file on disk that is neither in the manifest nor in the
journal was changed by hand: it is kept, and the new one is written beside it.

Tasks run in threads: their work is in pandoc (another process) or Typst (releases the interpreter). Only the main
thread writes. Two builds of a course at once take turns.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Literal

from blueprint.build_folder import MANIFEST, BuildFolder, Record, digest, why
from blueprint.paths import shown
from blueprint.problems import UsageError, suggestion

Made = Mapping[str, bytes]
"""Output path -> content."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to make. `run` gets the outputs of the tasks it needs and returns its own."""

    name: str
    group: str
    """A word by which `--only` names several tasks at once."""
    outputs: tuple[str, ...]
    """Paths below the build folder."""
    inputs: Mapping[str, str]
    """Name of what the outputs are made from, besides the needed tasks' outputs -> its hash or version."""
    run: Callable[[Made], Made]
    needs: tuple[str, ...] = ()
    """Names of tasks."""
    sources: tuple[str, ...] = ()
    """Files of the course that have a say in the outputs, for the manifest."""
    intermediate: bool = False
    """Its outputs are kept in the cache, for other tasks only."""


class TaskError(Exception):
    """A task cannot be done because of what it was given; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a build: `done` of `total` tasks, and what became of the last one.

    In the state `waiting` it waits for another build of the same course to end.
    """

    done: int
    total: int
    task: str
    state: Literal["made", "unchanged", "failed", "waiting"]
    reason: str = ""


@dataclass(slots=True)
class BuildResult:
    """The outcome of a build. Tasks that make intermediate results are named only where they fail."""

    made: dict[str, str] = field(default_factory=dict)
    """Task -> why it was made."""
    same: dict[str, str] = field(default_factory=dict)
    """Task -> why it was made again, only to come out as it was."""
    unchanged: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """File edited by hand -> where its new version stands, or ''."""
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    """Task or file -> what is to be mended."""
    blocked: dict[str, str] = field(default_factory=dict)
    """Task that was not tried -> the failed one it needs."""
    files: dict[str, str] = field(default_factory=dict)
    """Every file of the manifest -> the hash of what was made."""
    cache_trouble: str = ""
    """Why the cache could not be written, or ''."""


@contextmanager
def _alone(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process; `waiting` is called once while another holds it."""
    try:
        (folder / ".cache").mkdir(parents=True, exist_ok=True)
        lock = (folder / ".cache" / "lock").open("ab")
    except OSError:
        yield
        return
    with lock:
        if not _locked(lock.fileno()):
            waiting()
            while not _locked(lock.fileno()):
                time.sleep(0.1)
        yield


def _locked(file: int) -> bool:
    """Try to lock a file until it is closed; true also where locks do not work, as on some network drives."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def select(tasks: Sequence[Task], only: Iterable[str]) -> list[Task]:
    """The tasks that `--only` names (by group, ending, or file pattern), with all they need."""
    wanted: set[str] = set()
    for word in only:
        hits = {t.name for t in tasks if not t.intermediate and _matches(t, word)}
        if not hits:
            names = sorted(
                {t.group for t in tasks}
                | {o.rpartition(".")[2] for t in tasks if not t.intermediate for o in t.outputs}
            )
            raise UsageError(f"--only: nothing is called `{word}`; {suggestion(word, names, 'names')}")
        wanted |= hits
    by_name = {t.name: t for t in tasks}
    queue = list(wanted)
    while queue:
        for need in by_name[queue.pop()].needs:
            if need not in wanted:
                wanted.add(need)
                queue.append(need)
    return [t for t in tasks if t.name in wanted]


def _matches(task: Task, word: str) -> bool:
    return word == task.group or any(o.rpartition(".")[2] == word or fnmatch(o, word) for o in task.outputs)


def build(
    tasks: Sequence[Task],
    folder: Path,
    course: str,
    *,
    only: Sequence[str] = (),
    overwrite: bool = False,
    prune: bool = True,
    jobs: int | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> BuildResult:
    """Make what is out of date in `folder` and return what was done; what cannot be made or written is in `failed`.

    What none of the tasks makes any more is removed. With `prune=False` it stays, and what these tasks make is shared:
    it stays until somebody deletes it, whatever builds follow.

    Raises `KeyboardInterrupt` after finishing what is under way when interrupted; finished work is kept. Raises
    `UsageError` when `only` names nothing or nothing can be written there, `ValueError` for tasks that contradict each other.
    """
    _check(tasks)
    chosen = select(tasks, only) if only else list(tasks)
    _prepare(folder)
    with _alone(folder, lambda: report(Progress(0, len(chosen), "", "waiting"))):
        store = BuildFolder(folder)
        if prune:
            store.sweep(path for task in tasks for path in task.outputs)
            store.forget_but({task.name for task in tasks})
        run = _Run(store, {t.name: t for t in chosen}, overwrite, report)
        try:
            run.all(jobs or os.cpu_count() or 1)
        finally:
            store.save_records()
        _finish(run, tasks, course, prune)
    run.result.cache_trouble = store.cache_trouble
    return run.result


def _check(tasks: Sequence[Task]) -> None:
    """Refuse tasks of one name, two makers of one file, a need that no task is, and circles."""
    names = {task.name for task in tasks}
    makers: dict[str, str] = {}
    for task in tasks:
        for path in task.outputs:
            if (other := makers.setdefault(path, task.name)) is not task.name:
                raise ValueError(f"two tasks make {path}: {other} and {task.name}")
        if strangers := [need for need in task.needs if need not in names]:
            raise ValueError(f"{task.name} needs {', '.join(strangers)}, which no task is called")
    if len(names) < len(tasks):
        raise ValueError("two tasks have the same name")
    try:
        TopologicalSorter({task.name: task.needs for task in tasks}).prepare()
    except CycleError as error:
        raise ValueError("tasks need each other in a circle: " + " -> ".join(reversed(error.args[1]))) from None


def _prepare(folder: Path) -> None:
    """Make the build folder; a place that cannot be written is told before any work is done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder {shown(folder)} cannot be made: {why(error)}") from None
    if not os.access(folder, os.W_OK):
        raise UsageError(f"nothing can be written into {shown(folder)}; check its permissions")


class _Run:
    """One pass over the tasks of a build, which fills in its result."""

    def __init__(
        self, store: BuildFolder, tasks: Mapping[str, Task], overwrite: bool, report: Callable[[Progress], None]
    ) -> None:
        self.store, self.tasks, self.overwrite, self.report = store, tasks, overwrite, report
        self.result = BuildResult()
        self.done = 0
        self.changed: dict[str, list[str]] = {}
        """Task -> the parts for which it was made again."""
        self.order = TopologicalSorter({name: task.needs for name, task in tasks.items()})
        self.running: dict[Future[Made], tuple[Task, dict[str, str], str]] = {}

    def all(self, jobs: int) -> None:
        """Do every task that must be done, `jobs` at once, each after those it needs."""
        self.order.prepare()
        pool = ThreadPoolExecutor(max_workers=jobs)
        try:
            while self.order.is_active():
                for name in sorted(self.order.get_ready()):
                    self._start(self.tasks[name], pool)
                if self.running:
                    self._wait()
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            self._save_finished()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, task: Task, pool: ThreadPoolExecutor) -> None:
        """Hand a task to the pool, unless it cannot or need not be done."""
        needed = next((n for n in task.needs if n in self.result.failed or n in self.result.blocked), None)
        if needed is not None:
            self.result.blocked[task.name] = self.result.blocked.get(needed, needed)
            self._step(task, "failed", f"needs {needed}")
            return
        parts = self._parts(task)
        reason = self._reason(task, parts)
        if reason is not None:
            self.running[pool.submit(self._work, task)] = (task, parts, reason)
            return
        if not task.intermediate:
            self.result.unchanged.append(task.name)
        self._step(task, "unchanged")

    def _work(self, task: Task) -> Made:
        """Run a task on the outputs of those it needs; called in a thread."""
        return task.run(
            {
                path: self._content(need, path, sha)
                for need in task.needs
                for path, sha in self.store.records[need].outputs.items()
            }
        )

    def _wait(self) -> None:
        for future in wait(self.running, return_when=FIRST_COMPLETED).done:
            self._take(*self.running.pop(future), future)

    def _save_finished(self) -> None:
        """Take what ended well after an interruption; tools that the same Ctrl-C ended have failed, and say nothing."""
        for future, work in self.running.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self._take(*work, future)

    def _parts(self, task: Task) -> dict[str, str]:
        """Everything a task's outputs are made from: name -> hash."""
        parts = dict(task.inputs)
        for need in task.needs:
            for path, sha in self.store.records[need].outputs.items():
                parts[path] = sha if self.tasks[need].intermediate else self.store.on_disk(path) or sha
        return parts

    def _content(self, need: str, path: str, sha: str) -> bytes:
        """The content of an output of a needed task; a file edited by hand counts as it is now."""
        return self.store.intermediate(sha) if self.tasks[need].intermediate else (self.store.path / path).read_bytes()

    def _reason(self, task: Task, parts: Mapping[str, str]) -> str | None:
        """Why a task must run; None if its outputs are up to date."""
        record = self.store.records.get(task.name)
        if record is None:
            return "not built before"
        if record.failed:
            return "failed the last time"
        differing = [k for k in parts.keys() | record.parts.keys() if parts.get(k) != record.parts.get(k)]
        if differing:
            self.changed[task.name] = self._causes(task, differing)
            return f"{', '.join(self.changed[task.name])} changed"
        if set(record.outputs) != set(task.outputs):
            return "makes other files now"
        return next(filter(None, (self._lost(task, path, sha) for path, sha in record.outputs.items())), None)

    def _causes(self, task: Task, parts: Iterable[str]) -> list[str]:
        """The parts that changed; for an intermediate result, what changed in that."""
        makers = {
            path: need for need in task.needs if self.tasks[need].intermediate for path in self.tasks[need].outputs
        }
        return sorted({cause for part in parts for cause in self.changed.get(makers.get(part, ""), [part])})

    def _lost(self, task: Task, path: str, sha: str) -> str | None:
        """Why an output that should be there must be made again, or None."""
        if task.intermediate:
            try:
                self.store.intermediate(sha)
            except (OSError, ValueError):
                return "its cached result is gone"
            return None
        now = self.store.on_disk(path)
        if now is None:
            return f"{path} is missing"
        if now != sha and not self.store.edited(path):
            return f"{path} is an older version"
        return f"{path} was edited by hand" if now != sha and self.overwrite else None

    def _take(self, task: Task, parts: dict[str, str], reason: str, future: Future[Made]) -> None:
        """Write what a task made and remember it."""
        try:
            made = future.result()
        except (TaskError, OSError) as error:
            self._fail(task, str(error))
            return
        try:
            written = [path for path in task.outputs if self._write(task, path, made[path])]
        except OSError as error:
            self._fail(task, f"cannot be written: {why(error)}")
            return
        self.store.records[task.name] = Record(parts, {path: digest(made[path]) for path in task.outputs})
        if not task.intermediate:
            (self.result.made if written else self.result.same)[task.name] = reason
        self._step(task, "made", reason)

    def _fail(self, task: Task, reason: str) -> None:
        """Remember that a task failed, and tell why."""
        self.store.records[task.name] = Record({}, {}, failed=True)
        self.result.failed[task.name] = reason
        self._step(task, "failed", reason)

    def _write(self, task: Task, path: str, data: bytes) -> bool:
        if not task.intermediate:
            return self.store.write_output(path, data, self.overwrite)
        self.store.write_intermediate(data)
        return True

    def _step(self, task: Task, state: Literal["made", "unchanged", "failed"], reason: str = "") -> None:
        self.order.done(task.name)
        self.done += 1
        self.report(Progress(self.done, len(self.tasks), task.name, state, reason))


def _finish(run: _Run, every: Sequence[Task], course: str, prune: bool) -> None:
    """Remove what no task makes any more, unless edited by hand; write the manifest."""
    store, result = run.store, run.result
    makers = {path: task for task in every if not task.intermediate for path in task.outputs}
    entries = {path: entry for path, task in makers.items() if (entry := _entry(run, task, path)) is not None}
    others = store.shared() if prune else store.entries
    shared = others.keys() if prune else makers.keys()
    entries = others | {path: e | ({"shared": True} if path in shared else {}) for path, e in entries.items()}
    for path in store.strays({*makers, *entries}) if prune else ():
        try:
            store.remove(path)
            result.removed.append(path)
        except OSError as error:
            result.failed[path] = f"nothing makes it any more, but it cannot be removed: {why(error)}"
    result.kept |= {
        path: store.new_version(path) for path, task in makers.items() if task.name in run.tasks and store.edited(path)
    }
    result.kept |= {path: "" for path in store.manifest.keys() - makers.keys() if store.edited(path)}
    for path, task in makers.items():
        if task.name in {*result.made, *result.same, *result.unchanged} and not (store.path / path).is_file():
            result.failed[path] = "it was removed while the build went on; build again"
    result.files = {path: str(entry["sha256"]) for path, entry in entries.items()}
    try:
        store.save(entries, course)
    except OSError as error:
        result.failed[MANIFEST] = f"cannot be written: {why(error)}"


def _entry(run: _Run, task: Task, path: str) -> dict[str, object] | None:
    """A file's entry in the manifest; a file that was not looked at now, or could not be made, keeps the hash it had."""
    store = run.store
    edited = store.edited(path)
    if task.name in {*run.result.made, *run.result.same, *run.result.unchanged}:
        sha: str | None = store.records[task.name].outputs[path]
    else:
        sha = store.manifest.get(path) if edited else store.on_disk(path)
    return (
        None if sha is None else {"sha256": sha, "sources": sorted(task.sources)} | ({"edited": True} if edited else {})
    )
