"""The build: tasks with inputs and outputs, made in parallel, only when something they show has changed.

How it works. A task's *parts* are what its outputs are made from: its own inputs (text, template, options, tool
versions) and the hashes of what the tasks it needs have made. Parts equal to those of the last time, and outputs
still there, mean nothing to do; otherwise the parts that differ are the reason. A task that runs again and makes
the same bytes stops the change there.

The folder `.cache` beside the outputs holds the last parts and the intermediate results; losing or breaking it costs
time only. Files are written whole and then renamed. A file on disk that is neither in the manifest nor in the journal
of written files was changed by hand: it is kept, and the new one is written beside it.

Tasks run in threads: their work is in pandoc (another process) or Typst (releases the interpreter).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Literal

from blueprint import __version__
from blueprint.problems import UsageError, suggestion

Made = Mapping[str, bytes]
"""Output path -> content."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to make. `run` gets what the needed tasks made and returns the outputs."""

    name: str
    group: str
    outputs: tuple[str, ...]
    inputs: Mapping[str, str]
    run: Callable[[Made], Made]
    needs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    intermediate: bool = False
    """Its outputs are kept in the cache, for other tasks only."""


class TaskError(Exception):
    """A task cannot be done because of what it was given; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is."""

    done: int
    total: int
    task: str
    state: Literal["made", "unchanged", "failed"]
    reason: str = ""


@dataclass(slots=True)
class BuildResult:
    """What a build did."""

    made: dict[str, str] = field(default_factory=dict)
    """Task -> why it was made."""
    unchanged: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """File edited by hand -> where its new version stands, or ''."""
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    files: int = 0


def digest(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


@dataclass(slots=True)
class _Record:
    """What is remembered of a task."""

    parts: dict[str, str]
    outputs: dict[str, str]


class Store:
    """The build folder: outputs, manifest, cache. The only code that writes there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / ".cache"
        self.records = self._read_records()
        self.manifest = self._read_manifest()
        self.ours = {(path, str(entry.get("sha256"))) for path, entry in self.manifest.items()} | self._read_journal()

    def _read_records(self) -> dict[str, _Record]:
        try:
            raw = json.loads((self.cache / "tasks.json").read_bytes())
            if raw["version"] != __version__:
                return {}
            return {name: _Record({str(k): str(v) for k, v in r["parts"].items()}, {str(k): str(v) for k, v in r["outputs"].items()})
                    for name, r in raw["tasks"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # a broken cache is an empty cache

    def _read_manifest(self) -> dict[str, dict[str, object]]:
        try:
            files = json.loads((self.folder / "manifest.json").read_bytes())["files"]
            return {str(path): dict(entry) for path, entry in files.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _read_journal(self) -> set[tuple[str, str]]:
        try:
            lines = (self.cache / "written").read_text("utf-8", "replace").splitlines()
        except OSError:
            return set()
        return {(path, sha) for sha, _, path in (line.partition(" ") for line in lines) if path}

    def on_disk(self, path: str) -> str | None:
        """The hash of an output as it is now, None where there is none."""
        try:
            return digest((self.folder / path).read_bytes())
        except OSError:
            return None

    def edited(self, path: str) -> bool:
        """Whether somebody changed an output by hand."""
        sha = self.on_disk(path)
        return sha is not None and (path, sha) not in self.ours

    def intermediate(self, sha: str) -> Path:
        return self.cache / "objects" / sha

    def write_output(self, path: str, data: bytes, overwrite: bool) -> str | None:
        """Write an output unless it was edited by hand; then write beside it and return that path."""
        sha = digest(data)
        if self.on_disk(path) == sha:
            self._journal(path, sha)
            return None
        target = path
        if not overwrite and self.edited(path):
            target = beside(path)
        self._journal(target, sha)
        write_atomically(self.folder / target, data)
        if target == path and self.on_disk(beside(path)) and not self.edited(beside(path)):
            (self.folder / beside(path)).unlink()
        return target if target != path else None

    def _journal(self, path: str, sha: str) -> None:
        """Remember that we are about to write this, so that a build killed right after knows its own file."""
        if (path, sha) in self.ours:
            return
        self.ours.add((path, sha))
        self.cache.mkdir(parents=True, exist_ok=True)
        with (self.cache / "written").open("a", encoding="utf-8") as journal:
            journal.write(f"{sha} {path}\n")

    def write_intermediate(self, data: bytes) -> str:
        sha = digest(data)
        write_atomically(self.intermediate(sha), data)
        return sha

    def save(self, files: Mapping[str, Mapping[str, object]], course: str) -> None:
        """Write the manifest and the cache's records; drop what nothing refers to any more."""
        self.save_records()
        manifest = {"schema": 1, "course": course, "files": dict(sorted(files.items()))}
        write_atomically(self.folder / "manifest.json", (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
        known = {(path, str(entry["sha256"])) for path, entry in files.items()}
        fresh = sorted(known | {(path, sha) for path, sha in self.ours if path not in files and self.on_disk(path) == sha})
        write_atomically(self.cache / "written", "".join(f"{sha} {path}\n" for path, sha in fresh).encode())
        wanted = {sha for record in self.records.values() for sha in record.outputs.values()}
        for stray in (self.cache / "objects").glob("*") if (self.cache / "objects").is_dir() else ():
            if stray.name not in wanted:
                stray.unlink(missing_ok=True)

    def save_records(self) -> None:
        tasks = {name: {"parts": r.parts, "outputs": r.outputs} for name, r in sorted(self.records.items())}
        write_atomically(self.cache / "tasks.json", json.dumps({"version": __version__, "tasks": tasks}).encode())


def beside(path: str) -> str:
    """Where the new version of a hand-edited file goes: `syllabus.html` -> `syllabus.new.html`.

    >>> beside("ta/week-03.html")
    'ta/week-03.new.html'
    """
    stem, dot, ending = path.rpartition(".")
    return f"{stem}.new.{ending}" if dot else f"{path}.new"


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def select(tasks: Sequence[Task], only: Iterable[str]) -> list[Task]:
    """The tasks that `--only` names (by group, ending, or file pattern), with all they need."""
    wanted: set[str] = set()
    for word in only:
        hits = {t.name for t in tasks if not t.intermediate and _matches(t, word)}
        if not hits:
            known = sorted({t.group for t in tasks} | {o.rpartition(".")[2] for t in tasks if not t.intermediate for o in t.outputs})
            raise UsageError(f"--only: nothing is called `{word}`; {suggestion(word, known, 'names')}")
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


def build(tasks: Sequence[Task], folder: Path, course: str, *, only: Sequence[str] = (), overwrite: bool = False,
          jobs: int | None = None, report: Callable[[Progress], None] = lambda progress: None) -> BuildResult:
    """Make what is out of date in `folder` and return what was done.

    Raises `KeyboardInterrupt` after finishing what is under way when interrupted; finished work is kept.
    """
    store = Store(folder)
    chosen = select(tasks, only) if only else list(tasks)
    run = _Run(store, {t.name: t for t in chosen}, overwrite, report)
    try:
        run.all(jobs or os.cpu_count() or 1)
    finally:
        store.save_records()
    _finish(run, tasks, course, partial=bool(only))
    return run.result


class _Run:
    """One pass over the tasks."""

    def __init__(self, store: Store, tasks: Mapping[str, Task], overwrite: bool, report: Callable[[Progress], None]) -> None:
        self.store, self.tasks, self.overwrite, self.report = store, tasks, overwrite, report
        self.result = BuildResult()
        self.done = 0

    def all(self, jobs: int) -> None:
        order = TopologicalSorter({name: [n for n in t.needs if n in self.tasks] for name, t in self.tasks.items()})
        try:
            order.prepare()
        except CycleError as error:
            raise ValueError("tasks need each other in a circle: " + " -> ".join(error.args[1])) from None
        running: dict[Future[Made], tuple[Task, dict[str, str], str]] = {}
        pool = ThreadPoolExecutor(max_workers=jobs)
        try:
            while order.is_active():
                for name in sorted(order.get_ready()):
                    task = self.tasks[name]
                    if blocked := next((n for n in task.needs if n in self.result.failed), None):
                        self._failed(task, f"needs `{blocked}`")
                        order.done(name)
                        continue
                    parts = self._parts(task)
                    reason = self._reason(task, parts)
                    if reason is None:
                        self._unchanged(task)
                        order.done(name)
                    else:
                        running[pool.submit(task.run, self._made(task))] = (task, parts, reason)
                if not running:
                    continue
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    task, parts, reason = running.pop(future)
                    self._take(task, parts, reason, future)
                    order.done(task.name)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _parts(self, task: Task) -> dict[str, str]:
        parts = dict(task.inputs)
        for need in task.needs:
            for path, sha in self.store.records[need].outputs.items():
                parts[path] = sha
        return parts

    def _reason(self, task: Task, parts: Mapping[str, str]) -> str | None:
        """Why a task must run, or None."""
        record = self.store.records.get(task.name)
        if record is None:
            return "not built before"
        differing = [k for k in parts.keys() | record.parts.keys() if parts.get(k) != record.parts.get(k)]
        if differing:
            return f"{' and '.join(sorted(differing))} changed"
        if set(record.outputs) != set(task.outputs):
            return "makes other files now"
        for path, sha in record.outputs.items():
            if task.intermediate:
                if not self.store.intermediate(sha).is_file():
                    return "its cached result is gone"
            elif (now := self.store.on_disk(path)) is None:
                return f"{path} is missing"
            elif now != sha and (self.overwrite or (path, now) in self.store.ours):
                return f"{path} was edited by hand" if self.overwrite else f"{path} is an older version"
        return None

    def _made(self, task: Task) -> Made:
        found: dict[str, bytes] = {}
        for need in task.needs:
            for path, sha in self.store.records[need].outputs.items():
                intermediate = self.tasks[need].intermediate
                found[path] = (self.store.intermediate(sha) if intermediate else self.store.folder / path).read_bytes()
        return found

    def _take(self, task: Task, parts: dict[str, str], reason: str, future: Future[Made]) -> None:
        try:
            made = future.result()
        except TaskError as error:
            self.store.records.pop(task.name, None)
            self._failed(task, str(error))
            return
        outputs: dict[str, str] = {}
        for path in task.outputs:
            if task.intermediate:
                outputs[path] = self.store.write_intermediate(made[path])
            else:
                outputs[path] = digest(made[path])
                if (target := self.store.write_output(path, made[path], self.overwrite)) is not None:
                    self.result.kept[path] = target
        self.store.records[task.name] = _Record(parts, outputs)
        self.result.made[task.name] = reason
        self._step(task, "made", reason)

    def _unchanged(self, task: Task) -> None:
        self.result.unchanged.append(task.name)
        if not task.intermediate:
            for path in task.outputs:
                if self.store.edited(path):
                    self.result.kept[path] = beside(path) if self.store.on_disk(beside(path)) else ""
        self._step(task, "unchanged")

    def _failed(self, task: Task, why: str) -> None:
        self.result.failed[task.name] = why
        self._step(task, "failed", why)

    def _step(self, task: Task, state: Literal["made", "unchanged", "failed"], reason: str = "") -> None:
        self.done += 1
        self.report(Progress(self.done, len(self.tasks), task.name, state, reason))


def _finish(run: _Run, every: Sequence[Task], course: str, partial: bool) -> None:
    """Write the manifest; remove outputs that no task makes any more, unless edited by hand."""
    store, result = run.store, run.result
    planned = {path for t in every if not t.intermediate for path in t.outputs}
    files: dict[str, Mapping[str, object]] = {p: e for p, e in store.manifest.items() if p in planned}
    for task in every:
        if task.intermediate or task.name in result.failed or (record := store.records.get(task.name)) is None:
            continue
        if partial and task.name not in run.tasks:
            continue
        for path, sha in record.outputs.items():
            files[path] = {"sha256": sha, "sources": sorted(task.sources), **({"edited": True} if path in result.kept else {})}
    for path in store.manifest.keys() - planned:
        if store.edited(path):
            result.kept[path] = ""
        elif store.on_disk(path) is not None:
            (store.folder / path).unlink()
            result.removed.append(path)
    names = {t.name for t in every}
    for name in store.records.keys() - names:
        del store.records[name]
    result.files = len(files)
    store.save(files, course)
