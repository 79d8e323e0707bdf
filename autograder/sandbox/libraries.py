"""The shared libraries that Python and NumPy need: asked of a child process (0.1 s), then remembered on disk.

What is remembered decides what a jail shows. So it is believed only if it lies in a folder and a file that belong to who
runs this and that nobody else may write, and if every file it was learnt from is still the same.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

_EXTENSIONS = ("ctypes", "zlib", "bz2", "lzma", "hashlib", "decimal", "uuid")
"""Of the standard library, what needs a shared library and a student's code may want; ssl and sqlite3 it may not."""
_MAPPED = """
import ctypes, importlib, pathlib, sys
sys.path.append(sys.argv[1])
for name in sys.argv[2:]:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
for folder in filter(None, sys.stdin.read().split("\\0")):
    for extension in pathlib.Path(folder).rglob("*.so"):
        try:
            ctypes.CDLL(str(extension))  # mapped with all it needs; its module is not begun
        except OSError:
            pass
if numpy := sys.modules.get("numpy"):
    numpy.ones((64, 64)) @ numpy.ones((64, 64))  # some libraries are loaded by the first product
for line in open("/proc/self/maps"):
    _, _, path = line.rstrip().partition("/")
    if path and ".so" in path:
        print("/" + path)
"""
_LOADER = (Path("/etc/ld.so.cache"), Path("/etc/ld.so.preload"))
"""Files that make the loader choose other libraries."""
_STEERING = ("LD_LIBRARY_PATH", "LD_PRELOAD")
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FILE = "libraries.json"
_LARGEST = 1 << 20


def mapped(python: Path, numpy: Path | None, packages: Sequence[Path] = ()) -> list[str]:
    """The libraries that a Python with NumPy, and with all extensions of these packages, maps, by their real paths."""
    base = [*packages, python, *_LOADER, *([] if numpy is None else [numpy / "__init__.py", numpy / "version.py"])]
    key = [sys.version, str(numpy), *map(str, packages), _MAPPED, *(os.environ.get(name, "") for name in _STEERING)]
    memory = _read()
    if memory and memory.get("key") == key:
        remembered: list[str] = memory["libraries"]
        if memory.get("stamps") == _stamps([*map(str, base), *remembered]):
            return remembered
    libraries = _ask(python, [] if numpy is None else [str(numpy.parent)], packages)
    _write({"key": key, "libraries": libraries, "stamps": _stamps([*map(str, base), *libraries])})
    return libraries


def _ask(python: Path, site: Sequence[str], packages: Sequence[Path]) -> list[str]:
    command = [str(python), "-I", "-S", "-B", "-c", _MAPPED, *(site or [""]), *_EXTENSIONS, "numpy"]
    folders = "\0".join(map(str, packages))
    done = subprocess.run(command, input=folders, capture_output=True, text=True, check=True)
    return sorted(set(done.stdout.splitlines()))


def _stamps(paths: Iterable[str]) -> dict[str, list[int] | None]:
    """Path -> what changes when the file does; None where there is none."""
    stamps: dict[str, list[int] | None] = {}
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116
            stamps[path] = [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        except OSError:
            stamps[path] = None
    return stamps


def folder() -> Path:
    """The folder of what was learnt about this machine: `$XDG_CACHE_HOME/blueprint`, else `~/.cache/blueprint`."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache") / "blueprint"


def private_folder() -> Path | None:
    """The folder of what was learnt about this machine, made if missing; None if others may write there.

    Raises OSError, and RuntimeError without a home.
    """
    place = folder()
    # In somebody else's home (`sudo` that keeps HOME) nothing of root's is left behind.
    if not place.exists() and ours(place.parent.stat()):
        place.mkdir(mode=0o700)
    return place if ours(place.lstat()) else None


def _read() -> dict[str, Any]:
    """The data that was written; nothing if it is not there, is not ours alone, or does not read as ours."""
    try:
        with contextlib.ExitStack() as stack:
            place = os.open(folder(), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            stack.callback(os.close, place)
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            file = os.open(_FILE, flags, dir_fd=place)
            stack.callback(os.close, file)
            if not (ours(os.fstat(place)) and ours(os.fstat(file)) and stat.S_ISREG(os.fstat(file).st_mode)):
                return {}
            memory = json.loads(os.read(file, _LARGEST))
    except (OSError, RuntimeError, ValueError, RecursionError):
        return {}
    if not isinstance(memory, dict):
        return {}
    libraries = memory.get("libraries")
    if not isinstance(libraries, list) or not all(
        isinstance(library, str) and ".so" in Path(library).name for library in libraries
    ):
        return {}
    return memory


def _write(memory: dict[str, Any]) -> None:
    """Writes for the owner only; where it cannot, the next run asks again."""
    with contextlib.suppress(OSError, RuntimeError):
        place = private_folder()
        if place is None:
            return
        part = place / f".{_FILE}.{os.getpid()}.{threading.get_ident()}"
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(file, "w", encoding="utf-8") as stream:
                json.dump(memory, stream)
            part.rename(place / _FILE)
        finally:
            part.unlink(missing_ok=True)


def ours(seen: os.stat_result) -> bool:
    """True if a file or folder belongs to who runs this, and nobody else may write it."""
    return seen.st_uid == os.geteuid() and not seen.st_mode & _OTHERS_WRITE and not stat.S_ISLNK(seen.st_mode)
