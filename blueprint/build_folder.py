"""The folder of a build: its outputs, the manifest of them, and the cache beside them.

`.cache/tasks.json` holds what each task was made from the last time, `.cache/objects/` intermediate results by their
hash, `.cache/written` a journal of what was about to be written. Whatever is read from the cache is checked; losing or
breaking it, or being unable to write it, costs time only.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from blueprint import __version__
from blueprint.files import is_draft, write_whole

MANIFEST = "manifest.json"

_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a damaged JSON file can raise."""
_SHA = re.compile(r"[0-9a-f]{64}")


def digest(data: bytes | str) -> str:
    """The SHA-256 of bytes, or of text as UTF-8, in hexadecimal digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


@dataclass(slots=True)
class Record:
    """The memory of one task from build to build."""

    parts: dict[str, str]
    """Name of what its outputs were made from -> hash."""
    outputs: dict[str, str]
    """Output path -> hash."""
    failed: bool = False


class BuildFolder:
    """The folder of a build: outputs, manifest, cache. The only code that writes there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cache = path / ".cache"
        self.cache_trouble = ""
        """Why the cache could not be written, or ''."""
        self.records = self._read_records()
        self.entries = self._read_manifest()
        """Output -> its entry in the manifest of the last time."""
        self.manifest = {path: str(entry["sha256"]) for path, entry in self.entries.items()}
        """Output -> the hash of what was made the last time."""
        self.ours = set(self.manifest.items()) | self._read_journal()
        self._intermediates: dict[str, bytes] = {}

    # --- reading ---

    def _read_records(self) -> dict[str, Record]:
        try:
            raw = json.loads((self.cache / "tasks.json").read_bytes())
            if raw["version"] != __version__:
                return {}
            return {
                name: Record(_strings(r["parts"]), _strings(r["outputs"]), bool(r["failed"]))
                for name, r in raw["tasks"].items()
            }
        except _BROKEN:
            return {}  # a broken cache is an empty cache

    def _read_manifest(self) -> dict[str, dict[str, object]]:
        try:
            files = json.loads((self.path / MANIFEST).read_bytes())["files"]
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
        """The hash of an output as it is now; None where there is none, `unreadable` where it may not be read."""
        place = self.path / path
        try:
            return digest(place.read_bytes())
        except (OSError, ValueError):
            return "unreadable" if os.path.isfile(place) else None  # noqa: PTH113 -- `Path.is_file` raises where it may not look

    def edited(self, path: str) -> bool:
        """True if somebody changed an output by hand."""
        sha = self.on_disk(path)
        return sha is not None and (path, sha) not in self.ours

    def new_version(self, path: str) -> str:
        """The path of the new version of a file edited by hand, '' where there is none."""
        new = new_path(path)
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

        True if a file was written; OSError where that is not possible.
        """
        sha = digest(data)
        if self.on_disk(path) == sha:
            self._note(path, sha)
            return False
        if not overwrite and self.edited(path):
            return self.manifest.get(path) != sha and self.write_output(new_path(path), data, overwrite=False)
        self._note(path, sha)
        write_whole(self.path / path, data)
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
        place = self.path / path
        place.unlink()
        with suppress(OSError):
            for folder in place.parents:
                if folder == self.path:
                    break
                folder.rmdir()

    def shared(self) -> dict[str, dict[str, object]]:
        """The manifest's entries of files that builds without pruning have made and that are still there."""
        return {path: e for path, e in self.entries.items() if e.get("shared") is True and self.on_disk(path)}

    def strays(self, planned: Iterable[str]) -> list[str]:
        """The files we made that are not planned any more, among them new versions of files that are no longer edited."""
        wanted = {*planned, *(self.new_version(path) for path in planned if self.edited(path))}
        known = sorted(pair for pair in self.ours if pair[0] not in wanted and _is_inside(pair[0]))
        return [path for path, sha in known if self.on_disk(path) == sha]

    def sweep(self, planned: Iterable[str]) -> None:
        """Remove the temporary files of a build that was killed."""
        outputs = {*planned, *(path for path, _ in self.ours if _is_inside(path))}
        for folder in {
            self.path,
            self.cache,
            self.cache / "objects",
            *((self.path / path).parent for path in outputs),
        }:
            with suppress(OSError, ValueError):
                for place in [p for p in folder.iterdir() if is_draft(p.name)]:
                    place.unlink()

    def save(self, files: Mapping[str, Mapping[str, object]], course: str) -> None:
        """Write the manifest, shorten the journal, drop intermediate results that nothing refers to any more."""
        manifest = {"schema": 1, "course": course, "files": dict(sorted(files.items()))}
        write_whole(self.path / MANIFEST, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
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
        """Write what is remembered of the tasks."""
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
            self.cache_trouble = why(error)


def _strings(raw: Mapping[str, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in raw.items()}


def _is_inside(path: str) -> bool:
    """True if a path read from a file stays in the build folder."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def why(error: OSError) -> str:
    """The reason why a file cannot be written, in words a user can act on."""
    match error:
        case IsADirectoryError():
            return "a folder of that name is in its place"
        case FileExistsError() | NotADirectoryError():
            return "a file stands where a folder should be"
        case PermissionError():
            return "permission denied (is it open in another program?)"
    return (error.strerror or str(error)).lower()


def new_path(path: str) -> str:
    """The path the new version of a file edited by hand goes to: `syllabus.html` -> `syllabus.new.html`.

    >>> new_path("ta/week-03.html")
    'ta/week-03.new.html'
    """
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    return f"{folder}{slash}{stem}.new.{ending}" if dot else f"{path}.new"
