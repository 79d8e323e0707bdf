"""A folder that holds the students' site and nothing else, as a web server or GitHub Pages takes it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from blueprint.build_folder import why
from blueprint.files import write_whole
from blueprint.paths import shown
from blueprint.problems import UsageError

MARK = ".blueprint-site"
"""Lists what was published into a folder, so that the next time what is no longer part of the site can go."""
NO_JEKYLL = ".nojekyll"
"""Tells GitHub Pages to take the files as they are."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the files of a folder."""

    written: int
    same: int
    removed: int


def publish(source: Path, files: Iterable[str], folder: Path) -> Published:
    """Make a folder hold exactly these files of `source`, besides hidden ones and those it never wrote.

    Raises `UsageError` for a folder with other people's files in it, and where nothing can be written.
    """
    before = _published(folder)
    wanted = sorted(files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [name for name in wanted if _copy(source / name, folder / name)]
        gone = [name for name in sorted(before - {*wanted}) if _remove(folder, name)]
        write_whole(folder / NO_JEKYLL, b"")
        write_whole(folder / MARK, "".join(f"{name}\n" for name in wanted).encode())
    except OSError as error:
        place = shown(Path(error.filename)) if error.filename else shown(folder)
        raise UsageError(f"{place} cannot be written: {why(error)}") from None
    return Published(len(written), len(wanted) - len(written), len(gone))


def _published(folder: Path) -> set[str]:
    """What an earlier run wrote into a folder; `UsageError` where the folder is somebody else's."""
    try:
        there = [place for place in folder.iterdir() if not place.name.startswith(".")] if folder.exists() else []
        names = (folder / MARK).read_text("utf-8").splitlines() if (folder / MARK).is_file() else None
    except OSError as error:
        raise UsageError(f"{shown(folder)} cannot be read: {why(error)}") from None
    if there and names is None:
        raise UsageError(
            f"{shown(folder)} holds files that are not of a course site ({there[0].name}); name a new or an empty folder"
        )
    return {name for name in names or () if ".." not in Path(name).parts and not Path(name).is_absolute()}


def _copy(source: Path, target: Path) -> bool:
    """Copy a file; true if it was not there like that."""
    data = source.read_bytes()
    if target.is_file() and target.read_bytes() == data:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data)
    return True


def _remove(folder: Path, name: str) -> bool:
    """Remove a file and the folders it leaves empty; false if it was not there."""
    place = folder / name
    if not place.is_file():
        return False
    place.unlink()
    with suppress(OSError):
        for parent in place.parents:
            if parent == folder:
                break
            parent.rmdir()
    return True
