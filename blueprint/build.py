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

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Literal

from blueprint import __version__
from blueprint.files import is_draft, write_whole
from blueprint.paths import shown
from blueprint.problems import UsageError, suggestion

Made = Mapping[str, bytes]
"""Output path -> content."""
MANIFEST = "manifest.json"

_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a damaged JSON file can raise."""
_SHA = re.compile(r"[0-9a-f]{64}")


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
    """How far a build is; `waiting` for another build of the same course to end."""

    done: int
    total: int
    task: str
    state: Literal["made", "unchanged", "failed", "waiting"]
    reason: str = ""


@dataclass(slots=True)
class BuildResult:
    """What a build did. Tasks that make intermediate results are named only where they fail."""

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


def digest(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


@dataclass(slots=True)
class _Record:
    """What is remembered of a task."""

    parts: dict[str, str]
    outputs: dict[str, str]
    failed: bool = False


class Store:
    """The build folder: outputs, manifest, cache. The only code that writes there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / ".cache"
        self.cache_trouble = ""
        self.records = self._read_records()
        self.entries = self._read_manifest()
        """Output -> its entry in the manifest of the last time."""
        self.manifest = {path: str(entry["sha256"]) for path, entry in self.entries.items()}
        """Output -> the hash of what was made the last time."""
        self.ours = set(self.manifest.items()) | self._read_journal()
        self._intermediates: dict[str, bytes] = {}

    # --- reading ---

    def _read_records(self) -> dict[str, _Record]:
        try:
            raw = json.loads((self.cache / "tasks.json").read_bytes())
            if raw["version"] != __version__:
                return {}
            return {
                name: _Record(_strings(r["parts"]), _strings(r["outputs"]), bool(r["failed"]))
                for name, r in raw["tasks"].items()
            }
        except _BROKEN:
            return {}  # a broken cache is an empty cache

    def _read_manifest(self) -> dict[str, dict[str, object]]:
        try:
            files = json.loads((self.folder / MANIFEST).read_bytes())["files"]
            return {path: dict(entry) for path, entry in files.items() if _SHA.fullmatch(str(entry["sha256"]))}
        except _BROKEN:
            return {}

    def _read_journal(self) -> set[tuple[str, str]]:
        try:
            lines = (self.cache / "written").read_text("utf-8", "replace").splitlines()
        except OSError:
            return set()
        return {(path, sha) for sha, _, path in (line.partition(" ") for line in lines) if path}

    def on_disk(self, path: str) -> str | None:
        """The hash of an output as it is now, None where there is none."""
        place = self.folder / path
        try:
            return digest(place.read_bytes())
        except (OSError, ValueError):
            return "unreadable" if os.path.isfile(place) else None  # noqa: PTH113 -- `Path.is_file` raises where it may not look

    def edited(self, path: str) -> bool:
        """Whether somebody changed an output by hand."""
        sha = self.on_disk(path)
        return sha is not None and (path, sha) not in self.ours

    def new_version(self, path: str) -> str:
        """Where the new version of a file edited by hand stands, '' where there is none."""
        new = beside(path)
        if self.edited(new):
            return self.new_version(new)
        return new if self.on_disk(new) else ""

    def intermediate(self, sha: str) -> bytes:
        """An intermediate result; `OSError` where it is gone or damaged."""
        if sha not in self._intermediates:
            data = (self.cache / "objects" / sha).read_bytes()
            if digest(data) != sha:
                raise OSError(f"the cached result {sha} is damaged")
            self._intermediates[sha] = data
        return self._intermediates[sha]

    # --- writing ---

    def write_output(self, path: str, data: bytes, overwrite: bool) -> bool:
        """Write an output; beside it where it was edited by hand, unless the editor already had this version.

        Gives whether a file was written; `TaskError` when that is not possible.
        """
        sha = digest(data)
        if self.on_disk(path) == sha:
            self._note(path, sha)
            return False
        if not overwrite and self.edited(path):
            return self.manifest.get(path) != sha and self.write_output(beside(path), data, overwrite=False)
        self._note(path, sha)
        try:
            write_whole(self.folder / path, data)
        except OSError as error:
            raise TaskError(f"cannot be written: {_why(error)}") from None
        return True

    def _note(self, path: str, sha: str) -> None:
        """Remember that we are about to write this, so that a build killed right after knows its own file."""
        if (path, sha) in self.ours:
            return
        self.ours.add((path, sha))
        with self._caching():
            self.cache.mkdir(parents=True, exist_ok=True)
            with (self.cache / "written").open("a", encoding="utf-8") as journal:
                journal.write(f"\n{sha} {path}")  # the line break comes first: a line cut short stays alone

    def write_intermediate(self, data: bytes) -> None:
        """Keep an intermediate result."""
        sha = digest(data)
        self._intermediates[sha] = data
        with self._caching():
            write_whole(self.cache / "objects" / sha, data)

    def remove(self, path: str) -> None:
        """Remove an output, and its folder if nothing else is in it."""
        place = self.folder / path
        place.unlink()
        with suppress(OSError):
            for folder in place.parents:
                if folder == self.folder:
                    break
                folder.rmdir()

    def shared(self) -> dict[str, dict[str, object]]:
        """The entries of files that builds without pruning have made and that are still there."""
        return {path: e for path, e in self.entries.items() if e.get("shared") is True and self.on_disk(path)}

    def strays(self, planned: Iterable[str]) -> list[str]:
        """Files of ours that are not planned, new versions of files that are no longer edited among them."""
        wanted = {*planned, *(self.new_version(path) for path in planned if self.edited(path))}
        known = sorted(pair for pair in self.ours if pair[0] not in wanted and _is_inside(pair[0]))
        return [path for path, sha in known if self.on_disk(path) == sha]

    def sweep(self, planned: Iterable[str]) -> None:
        """Remove the temporary files of a build that was killed."""
        outputs = {*planned, *(path for path, _ in self.ours if _is_inside(path))}
        for folder in {
            self.folder,
            self.cache,
            self.cache / "objects",
            *((self.folder / path).parent for path in outputs),
        }:
            with suppress(OSError, ValueError):
                for place in [p for p in folder.iterdir() if is_draft(p.name)]:
                    place.unlink()

    def save(self, files: Mapping[str, Mapping[str, object]], course: str) -> None:
        """Write the manifest, shorten the journal, drop intermediate results that nothing refers to any more."""
        manifest = {"schema": 1, "course": course, "files": dict(sorted(files.items()))}
        write_whole(self.folder / MANIFEST, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
        known = {(path, str(entry["sha256"])) for path, entry in files.items()}
        known |= {(path, sha) for path, sha in self.ours - known if self.on_disk(path) == sha}
        wanted = {sha for record in self.records.values() for sha in record.outputs.values()}
        with self._caching():
            write_whole(self.cache / "written", "".join(f"\n{sha} {path}" for path, sha in sorted(known)).encode())
            for stray in [p for p in (self.cache / "objects").glob("*") if p.name not in wanted]:
                stray.unlink()

    def forget_but(self, tasks: Collection[str]) -> None:
        """Keep in mind only these tasks, those that made shared files, and those whose results went into these."""
        shared = self.shared().keys()
        kept = {n: r for n, r in self.records.items() if n in tasks or shared & r.outputs.keys()}
        needed = {part for record in kept.values() for part in record.parts}
        self.records = kept | {n: r for n, r in self.records.items() if needed & r.outputs.keys()}

    def save_records(self) -> None:
        tasks = {
            name: {"parts": r.parts, "outputs": r.outputs, "failed": r.failed}
            for name, r in sorted(self.records.items())
        }
        with self._caching():
            write_whole(self.cache / "tasks.json", json.dumps({"version": __version__, "tasks": tasks}).encode())

    @contextmanager
    def _caching(self) -> Iterator[None]:
        """Around every write to the cache: without it the next build is slower, and no worse."""
        try:
            yield
        except OSError as error:
            self.cache_trouble = _why(error)


def _strings(raw: Mapping[str, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in raw.items()}


def _is_inside(path: str) -> bool:
    """Whether a path read from a file stays in the build folder."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def _why(error: OSError) -> str:
    """What is in the way of writing a file."""
    match error:
        case IsADirectoryError():
            return "a folder of that name is in its place"
        case FileExistsError() | NotADirectoryError():
            return "a file stands where a folder should be"
        case PermissionError():
            return "permission denied (is it open in another program?)"
    return (error.strerror or str(error)).lower()


def beside(path: str) -> str:
    """Where the new version of a hand-edited file goes: `syllabus.html` -> `syllabus.new.html`.

    >>> beside("ta/week-03.html")
    'ta/week-03.new.html'
    """
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    return f"{folder}{slash}{stem}.new.{ending}" if dot else f"{path}.new"


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
            known = sorted(
                {t.group for t in tasks}
                | {o.rpartition(".")[2] for t in tasks if not t.intermediate for o in t.outputs}
            )
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
        store = Store(folder)
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
        raise UsageError(f"the folder {shown(folder)} cannot be made: {_why(error)}") from None
    if not os.access(folder, os.W_OK):
        raise UsageError(f"nothing can be written into {shown(folder)}; check its permissions")


class _Run:
    """One pass over the tasks."""

    def __init__(
        self, store: Store, tasks: Mapping[str, Task], overwrite: bool, report: Callable[[Progress], None]
    ) -> None:
        self.store, self.tasks, self.overwrite, self.report = store, tasks, overwrite, report
        self.result = BuildResult()
        self.done = 0
        self.changed: dict[str, list[str]] = {}
        """Task -> the parts for which it was made again."""
        self.order = TopologicalSorter({name: task.needs for name, task in tasks.items()})
        self.running: dict[Future[Made], tuple[Task, dict[str, str], str]] = {}

    def all(self, jobs: int) -> None:
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
        """What a thread does: read what is needed, and run."""
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
        parts = dict(task.inputs)
        for need in task.needs:
            for path, sha in self.store.records[need].outputs.items():
                parts[path] = sha if self.tasks[need].intermediate else self.store.on_disk(path) or sha
        return parts

    def _content(self, need: str, path: str, sha: str) -> bytes:
        """What a needed task made; a file edited by hand counts as it is now."""
        return (
            self.store.intermediate(sha) if self.tasks[need].intermediate else (self.store.folder / path).read_bytes()
        )

    def _reason(self, task: Task, parts: Mapping[str, str]) -> str | None:
        """Why a task must run, or None."""
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
            written = [path for path in task.outputs if self._write(task, path, made[path])]
        except (TaskError, OSError) as error:
            self.store.records[task.name] = _Record({}, {}, failed=True)
            self.result.failed[task.name] = str(error)
            self._step(task, "failed", str(error))
            return
        self.store.records[task.name] = _Record(parts, {path: digest(made[path]) for path in task.outputs})
        if not task.intermediate:
            (self.result.made if written else self.result.same)[task.name] = reason
        self._step(task, "made", reason)

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
            result.failed[path] = f"nothing makes it any more, but it cannot be removed: {_why(error)}"
    result.kept |= {
        path: store.new_version(path) for path, task in makers.items() if task.name in run.tasks and store.edited(path)
    }
    result.kept |= {path: "" for path in store.manifest.keys() - makers.keys() if store.edited(path)}
    result.files = {path: str(entry["sha256"]) for path, entry in entries.items()}
    try:
        store.save(entries, course)
    except OSError as error:
        result.failed[MANIFEST] = f"cannot be written: {_why(error)}"


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
