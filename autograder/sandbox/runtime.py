"""Which files of this machine a jail shows: Python's standard library, the shared libraries it needs, NumPy's folder."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGES = "/packages"
"""Where the jail has NumPy, so that no path tells of this machine's environment."""

_EXTENSIONS = ("ctypes", "zlib", "bz2", "lzma", "hashlib", "decimal", "uuid")
"""Of the standard library, what needs a shared library and a student's code may want; ssl and sqlite3 it may not."""
_MAPPED = """
import sys, importlib
sys.path.append(sys.argv[1])
for name in sys.argv[2:]:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
if numpy := sys.modules.get("numpy"):
    numpy.ones((64, 64)) @ numpy.ones((64, 64))  # some libraries are loaded by the first product
for line in open("/proc/self/maps"):
    _, _, path = line.rstrip().partition("/")
    if path and ".so" in path:
        print("/" + path)
"""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The interpreter, and every file or folder bound into the jail: its place here, its place there."""

    python: str
    binds: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]
    """Folders of other packages inside the bound ones, covered by nothing."""

    @property
    def readable(self) -> list[str]:
        """The places a program may read, for Landlock: libraries are mapped already, or opened by name."""
        return sorted({PACKAGES, *(there for _, there in self.binds)})

    @property
    def libraries(self) -> str:
        """The folders of the shared libraries, as the loader wants them."""
        return ":".join(dict.fromkeys(str(Path(there).parent) for _, there in self.binds if ".so" in Path(there).name))


def numpy_folder() -> Path | None:
    """Where NumPy is installed, without importing it; None if it is not."""
    spec = importlib.util.find_spec("numpy")
    return Path(spec.origin).resolve().parent if spec and spec.origin else None


@cache
def find() -> Runtime:
    """This interpreter's files (a child process of 0.2 s looks which libraries are needed)."""
    python = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    standard = sorted({sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib", vars=_base())})
    folders = [str(Path(folder).resolve()) for folder in standard]
    numpy = numpy_folder()
    packages = [] if numpy is None else [folder for folder in (numpy, numpy.with_name("numpy.libs")) if folder.is_dir()]
    binds = {str(python): str(python)}
    binds |= {folder: folder for folder in folders}
    binds |= {str(folder): f"{PACKAGES}/{folder.name}" for folder in packages}
    inside = (*folders, *map(str, packages))
    site = [] if numpy is None else [str(numpy.parent)]
    pairs = list(binds.items())
    for library in _mapped(python, site):
        if not any(Path(library).is_relative_to(folder) for folder in inside):
            pairs += ((library, name) for name in _names(Path(library)))
    hidden = [str(place) for folder in folders for place in Path(folder).glob("*-packages")]
    return Runtime(str(python), tuple(dict.fromkeys(pairs)), tuple(hidden))


def _base() -> dict[str, str]:
    """In a virtual environment the platform's folder is the base interpreter's, too."""
    return {"platbase": sys.base_exec_prefix, "base": sys.base_prefix}


def _mapped(python: Path, site: Sequence[str]) -> list[str]:
    command = [str(python), "-I", "-S", "-B", "-c", _MAPPED, *(site or [""]), *_EXTENSIONS, "numpy"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return sorted(set(done.stdout.splitlines()))


def _names(library: Path) -> Iterator[str]:
    """The names the loader may look for: the file's own, links beside it, and the loader's fixed place."""
    yield str(library)
    stem = library.name.split(".so")[0]
    for other in library.parent.glob(f"{stem}.so*"):
        if other != library and other.resolve() == library:
            yield str(other)
    if library.name.startswith("ld-"):
        for folder in ("/lib64", "/lib"):
            for other in Path(folder).glob("ld-*"):
                if other.resolve() == library.resolve():
                    yield str(other)
