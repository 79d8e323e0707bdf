"""Whether anything at all has changed since the last complete build, told without reading the course.

A stamp holds the hash of every file the build read, the paths it looked for and did not find, the hash of the
program, the installed packages, and the size, time and hash of every output. If all are as they were, there is
nothing to do; if in doubt, the build runs and finds out task by task. Only cheap modules are imported here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from blueprint.paths import CoursePaths

_NAME = "stamp.json"


def fresh(folder: Path, course_file: Path) -> dict[str, str] | None:
    """What the last complete build had to say, if nothing has changed since; else None."""
    try:
        stamp = json.loads((folder / ".cache" / _NAME).read_bytes())
        unchanged = (stamp["course"] == str(course_file)
                     and stamp["program"] == program()
                     and all(_sha(path) == sha for path, sha in stamp["read"].items())
                     and not any(os.path.lexists(path) for path in stamp["absent"])
                     and all(_unchanged(folder / path, *known) for path, known in stamp["outputs"].items()))
        return {str(k): str(v) for k, v in stamp["said"].items()} if unchanged else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write(folder: Path, course_file: Path, paths: CoursePaths, read: Iterable[Path], outputs: Iterable[str], said: Mapping[str, str]) -> None:
    """Remember a complete build, with what to say if the next one finds nothing changed."""
    from blueprint.build import write_atomically

    stamp = {"course": str(course_file), "program": program(), "read": {str(p): _sha(p) for p in read}, "absent": sorted(map(str, paths.absent)),
             "outputs": {path: _known(folder / path) for path in outputs}, "said": dict(said)}
    write_atomically(folder / ".cache" / _NAME, json.dumps(stamp).encode())


def program() -> str:
    """A hash of Blueprint's own files and of the names and versions of the packages beside it."""
    import click  # whose folder is where the packages are

    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for package in ("blueprint", "generator"):
        for folder, folders, names in os.walk(root / package):
            folders[:] = sorted(f for f in folders if f not in ("__pycache__", "content"))
            for name in sorted(names):
                if not name.endswith(".pyc"):
                    digest.update(Path(folder, name).read_bytes())
    packages = Path(click.__file__).parent.parent
    digest.update("\n".join(sorted(name for name in os.listdir(packages) if name.endswith(".dist-info"))).encode())
    return digest.hexdigest()


def _sha(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _known(path: Path) -> tuple[int, int, str]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns, _sha(path)


def _unchanged(path: Path, size: int, mtime: int, sha: str) -> bool:
    """Same size and time, or at least the same content."""
    state = path.stat()
    return (state.st_size == size and state.st_mtime_ns == mtime) or (state.st_size == size and _sha(path) == sha)
