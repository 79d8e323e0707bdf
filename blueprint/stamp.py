"""Whether anything at all has changed since the last complete build, told without reading the course.

A stamp holds the hash of every file the build read, the paths it looked for and did not find, the names of the YAML
files in the folders it searched, the hash of the program, the Python and the installed packages, and the hash of every output. If all are as they were, there is nothing
to do; if in doubt, the build runs and finds out task by task. Only cheap modules are imported here.

The stamp must describe what the build has *used*, so nothing is looked at afterwards: what changes while a build runs
is a change for the next one. The file begins with its own hash; a damaged stamp is no stamp.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_CLOCK_STEP = 20_000_000
"""Nanoseconds by which a file's time may lag behind the clock."""


class Stamp:
    """The stamp of a course's build folder. Made before anything is read."""

    def __init__(self, folder: Path, course_file: Path) -> None:
        self._folder = folder
        self._file = folder / ".cache" / "stamp"
        self._began = time.time_ns() - _CLOCK_STEP
        # Messages name files as seen from the current folder, so another one asks for another stamp.
        self._same = {"course": str(course_file), "from": os.getcwd(), "program": program()}  # noqa: PTH109 -- text is what is kept

    def fresh(self) -> dict[str, str] | None:
        """What the last complete build left to say, if nothing has changed since; else None."""
        try:
            check, _, body = self._file.read_bytes().partition(b"\n")
            stamp = json.loads(body) if check.decode() == _sha(body) else {}
            unchanged = (
                stamp["same"] == self._same
                and all(_sha_of(path) == sha for path, sha in stamp["read"].items())
                and not any(os.path.isfile(path) for path in stamp["absent"])  # noqa: PTH113 -- cheaper than a Path each
                and all(_names_in(folder) == names for folder, names in stamp["searched"].items())
                and all(_sha_of(self._folder / path) == sha for path, sha in stamp["outputs"].items())
            )
            return dict(stamp["said"]) if unchanged else None
        except (OSError, ValueError, KeyError):
            return None

    def read(self, files: Sequence[Path]) -> dict[str, str] | None:
        """The hashes of files that have just been read; None if one has changed since the stamp was made."""
        try:
            states = [path.stat() for path in files]
            if any(max(state.st_mtime_ns, state.st_ctime_ns) >= self._began for state in states):
                return None
            return {str(path): _sha_of(path) for path in files}
        except OSError:
            return None

    @staticmethod
    def searched(folders: Iterable[Path]) -> dict[str, str]:
        """What stands in folders that are about to be searched for YAML files."""
        return {str(folder): _names_in(str(folder)) for folder in folders}

    def write(
        self,
        read: Mapping[str, str] | None,
        absent: Iterable[Path],
        searched: Mapping[str, str],
        made: Mapping[str, str],
        kept: Mapping[str, str],
        said: Mapping[str, str],
    ) -> None:
        """Remember a complete build: what it read, made, and kept of hand-edited files, and what to say if nothing changes."""
        if read is None:
            return
        from blueprint.build import MANIFEST, write_atomically

        try:
            others = {MANIFEST, *kept, *kept.values()} - {""}
            outputs = {**made, **{path: _sha_of(self._folder / path) for path in others}}
            stamp = {
                "same": self._same,
                "read": dict(read),
                "absent": sorted(map(str, absent)),
                "searched": dict(searched),
                "outputs": outputs,
                "said": dict(said),
            }
            body = json.dumps(stamp).encode()
            write_atomically(self._file, _sha(body).encode() + b"\n" + body)
        except OSError:
            return  # without a stamp the next build looks at every task


def program() -> str:
    """A hash of Blueprint's own files, of the Python that runs, and of the names and versions of the installed packages."""
    root = Path(__file__).resolve().parent.parent
    parts = [sys.version, *packages()]
    for package in ("blueprint", "generator"):
        for folder, folders, names in os.walk(root / package):
            folders[:] = sorted(f for f in folders if f not in ("__pycache__", "content"))
            places = [os.path.join(folder, name) for name in sorted(names) if not name.endswith(".pyc")]  # noqa: PTH118 -- cheaper than a Path each
            parts += [f"{os.path.relpath(place, root)} {_sha_of(place)}" for place in places]
    return _sha("\n".join(parts).encode())


def packages() -> list[str]:
    """The folders in which installed packages keep their name and version, wherever Python looks for packages."""
    found = []
    for folder in sys.path:
        try:
            found += sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))  # noqa: PTH208 -- names are all that counts
        except OSError:
            continue
    return found


def _names_in(folder: str) -> str:
    """A hash of the names of the YAML files below a folder; of nothing where there is no such folder."""
    found = (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)  # noqa: PTH118 -- cheaper than a Path each
    return _sha("\n".join(sorted(name for name in found if name.endswith(".yaml"))).encode("utf-8", "surrogateescape"))


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sha_of(path: str | Path) -> str:
    with open(path, "rb") as file:
        return _sha(file.read())
