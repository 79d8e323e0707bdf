"""The files of this machine that a jail shows: Python's standard library, the shared libraries it needs, NumPy's folder, and those of packages that an instructor allows."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.sandbox import libraries

PACKAGES = "/packages"
"""The folder in which the jail has NumPy, so that no path tells of this machine's environment."""


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
        places = {there for _, there in self.binds}
        return sorted(places | {PACKAGES for place in places if place.startswith(f"{PACKAGES}/")})

    @property
    def libraries(self) -> str:
        """The folders of the shared libraries, as the loader wants them."""
        return ":".join(dict.fromkeys(str(Path(there).parent) for _, there in self.binds if ".so" in Path(there).name))


def numpy_folder() -> Path | None:
    """The folder in which NumPy is installed, found without importing it; None if it is not."""
    return package_folder("numpy")


def package_folder(name: str) -> Path | None:
    """The folder of an installed package, found without importing it; None if there is none of this name."""
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    if spec is None or not spec.origin or not spec.submodule_search_locations:
        return None
    return Path(spec.origin).resolve().parent


@cache
def find(packages: tuple[str, ...] = ()) -> Runtime:
    """This interpreter's files (which libraries are needed is asked once of a child process), with NumPy and more packages.

    A package that is not installed is left out.
    """
    python = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    standard = sorted({sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib", vars=_base())})
    folders = [str(Path(folder).resolve()) for folder in standard]
    numpy = numpy_folder()
    more = [folder for folder in map(package_folder, packages) if folder is not None]
    wanted = [] if numpy is None else [numpy, *more]
    shown = [place for one in wanted for place in (one, one.with_name(f"{one.name}.libs")) if place.is_dir()]
    binds = {str(python): str(python)}
    binds |= {folder: folder for folder in folders}
    binds |= {str(folder): f"{PACKAGES}/{folder.name}" for folder in shown}
    inside = (*folders, *map(str, shown))
    pairs = list(binds.items())
    for library in libraries.mapped(python, numpy, more):
        if not any(Path(library).is_relative_to(folder) for folder in inside):
            pairs += ((library, name) for name in _names(Path(library)))
    hidden = [str(place) for folder in folders for place in Path(folder).glob("*-packages")]
    return Runtime(str(python), tuple(dict.fromkeys(pairs)), tuple(hidden))


def _base() -> dict[str, str]:
    """In a virtual environment the platform's folder is the base interpreter's, too."""
    return {"platbase": sys.base_exec_prefix, "base": sys.base_prefix}


def _names(library: Path) -> Iterator[str]:
    """The names the loader may look for: the file's own, links beside it, and the loader's fixed place."""
    yield str(library)
    stem = library.name.split(".so")[0]
    for name in _beside(library.parent):
        if name.startswith(f"{stem}.so") and name != library.name and (library.parent / name).resolve() == library:
            yield str(library.parent / name)
    if library.name.startswith("ld-"):
        for folder in ("/lib64", "/lib"):
            for other in Path(folder).glob("ld-*"):
                if other.resolve() == library.resolve():
                    yield str(other)


@cache
def _beside(folder: Path) -> list[str]:
    """The names in a folder of libraries, in order; there may be thousands, and dozens of libraries."""
    return sorted(os.listdir(folder))  # noqa: PTH208 -- names are enough
