"""Where hand-ins lie: in a folder on a disk, or in an archive; either shows its nodes, and lists what is one student's.

The contents of a folder in a folder are listed only when they are asked for. Names of both are those that `listing` sorts
by owner; what a file or a folder is really called stays here.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from autograder.authoring.conventions import Conventions
from autograder.intake.archive import contents, contents_of_file, contents_of_member
from autograder.intake.contents import (
    CLASS,
    Contents,
    Fault,
    Member,
    alike,
    bad_name,
    decoded,
    differs_in_case,
    is_archive,
    is_ignored,
    printable,
    readable_head,
)
from autograder.intake.file_names import natural
from autograder.intake.platforms import OwnedFile
from autograder.intake.records import MOST_RECORD
from autograder.intake.structure import Node, is_part_of_work, tree_of

MOST_PARTS = 20
"""Archives in a folder that are looked into, for each may be a class."""
TIMESTAMP_BYTES = 200
"""Bytes of an nbgrader `timestamp.txt` that are read."""

Owned = tuple[str, OwnedFile]
"""A path as it stands in the download, and whose it is."""


class Folder:
    """A folder on a disk. A folder in it stands for all that is below, which is listed when its student's turn has come."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = decoded(root.resolve().name)
        self._raw: dict[str, str] = {}  # the names on the disk, by path as it is read

    def nodes(self) -> Sequence[Node]:
        """What stands at the top."""
        return self._nodes(self.root)

    def _nodes(self, folder: Path) -> Sequence[Node]:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
            return [self._node(folder / name, is_folder) for name, is_folder in found]
        return ()

    def _node(self, place: Path, is_folder: bool) -> Node:
        inside = partial(self._nodes, place) if is_folder else None
        return Node(decoded(place.name), inside, partial(_file_head, place))

    def packed(self) -> list[Path]:
        """The archives in it, where nothing else stands there, and so few that they may be the parts of a class."""
        with os.scandir(self.root) as entries:
            found = [(entry.name, entry.is_file(follow_symlinks=False)) for entry in entries]
        kept = sorted((name for name, _ in found if not is_ignored(name) and name[0] != "."), key=natural)
        alone = all(is_file and is_archive(name) for name, is_file in found if name in kept)
        return [self.root / name for name in kept] if alone and len(kept) <= MOST_PARTS else []

    def paths(self, root: str) -> Iterator[str]:
        """What stands in a folder of it, each by its path from there; a folder, or a link, ends in `/*`."""
        place = self.root / self._raw.get(root.rstrip("/"), root)
        with os.scandir(place) as entries:
            found = sorted((e.name, e.is_dir(follow_symlinks=False) or e.is_symlink()) for e in entries)
        for name, is_folder in found:
            path = _other_than(f"{decoded(name)}{'/*' * is_folder}", root, self._raw)
            self._raw[f"{root}{path}"] = str((place / name).relative_to(self.root))
            yield path

    def head(self, path: str, count: int) -> bytes:
        """The first bytes of a file."""
        return _file_head(self.root / self._raw[path], count)

    def files(self, owned: Sequence[Owned]) -> Callable[[], Contents]:
        """What lists the contents of these paths, under the names that they have at their student's."""
        return partial(_parts, self.root, tuple((self._raw[path], file.path) for path, file in owned))

    def fault(self) -> str:
        """Why the first thing in it cannot be used; a folder is asked when its student's turn has come."""
        return ""

    def whole(self, conventions: Conventions) -> Callable[[], Contents]:
        """What lists all of it."""
        return partial(contents, self.root)

    def timestamps(self, owned: Sequence[Owned]) -> Iterator[bytes]:
        """nbgrader's records of time below these paths."""
        for path, _ in owned:
            for file in islice((self.root / self._raw[path]).glob("*/timestamp.txt"), 100):
                yield _file_head(file, TIMESTAMP_BYTES)


def _file_head(path: Path, count: int = MOST_RECORD) -> bytes:
    """The first bytes of a platform's record; none where it is no ordinary file."""
    members = contents_of_file(path, path.name).members
    return readable_head(members[0], count) if members else b""


def _parts(root: Path, entries: Sequence[tuple[str, str]]) -> Contents:
    """The contents of those entries of a class's folder that are one student's; an entry is its name and its path."""
    parts = []
    for name, path in entries:
        file = root / name
        is_folder = file.is_dir() and not file.is_symlink()
        parts.append(contents(file) if is_folder else contents_of_file(file, decoded(name) if path == "*" else path))
    refused = next((part.refused for part in parts if part.refused), "")
    return Contents(
        tuple(m for part in parts for m in part.members), tuple(f for p in parts for f in p.faults), refused
    )


def _other_than(path: str, root: str, taken: Mapping[str, str]) -> str:
    """The path, marked where another name is spelled out in the same way."""
    return path if f"{root}{path}" not in taken else _other_than(f"<>{path}", root, taken)


class Archive:
    """An archive, or an archive that lies in another one."""

    def __init__(self, name: str, whole: Contents) -> None:
        self.name, self._whole = name, whole
        self._members = {member.path: member for member in whole.members}
        self._faults = {fault.path: fault for fault in whole.faults}
        self._every = [*self._members, *(path for path in self._faults if path not in self._members), *whole.ignored]

    def nodes(self) -> Sequence[Node]:
        """What stands at the top."""
        return tree_of((path for path in self._every if not bad_name(path)), self.head)

    def paths(self, root: str) -> Iterator[str]:
        """The files below a folder of it, each by its path from there."""
        return (path[len(root) :] for path in self._every if path.startswith(root))

    def head(self, path: str, count: int) -> bytes:
        """The first bytes of a file; none where it cannot be read."""
        return readable_head(self._members[path], count) if path in self._members else b""

    def files(self, owned: Sequence[Owned]) -> Callable[[], Contents]:
        """What lists the contents of these paths, under the names that they have at their student's."""
        good: list[Member] = []
        bad = [self._faults[path] for path, _ in owned if path in self._faults]
        left = [file.path for path, file in owned if path not in self._members and path not in self._faults]
        seen: dict[str, tuple[str, str]] = {}
        for path, file in owned:
            if path in self._members:
                other, name = seen.setdefault(alike(file.path), (path, file.path))
                if other != path and (name != file.path or alike(other) == alike(path)):
                    bad.append(Fault(path, differs_in_case(other)))
                good.append(replace(self._members[path], path=file.path))
        files = Contents(tuple(good), tuple(bad), "", tuple(left))
        return lambda: files

    def fault(self) -> str:
        """Why the first thing in it cannot be used; empty where all can."""
        return next((f"`{printable(fault.path)}` {fault.reason}" for fault in self._faults.values()), "")

    def whole(self, conventions: Conventions) -> Callable[[], Contents]:
        """What lists all of it, without the one folder that a packed folder begins with."""
        files, tops = self._whole, {path.partition("/")[0] for path in self._members}
        top = tops.pop() if len(tops) == 1 and all("/" in path for path in self._members) else ""
        if top and not is_part_of_work(top, conventions):
            start = len(top) + 1
            files = replace(files, members=tuple(replace(one, path=one.path[start:]) for one in files.members))
        return lambda: files

    def timestamps(self, owned: Sequence[Owned]) -> Iterator[bytes]:
        """nbgrader's records of time among these paths."""
        stamps = (path for path, _ in owned if path.endswith("/timestamp.txt") and path in self._members)
        return (readable_head(self._members[path], TIMESTAMP_BYTES) for path in stamps)

    def inner(self) -> Archive | None:
        """The archive that is all there is in this one, opened; None where there is another thing, or it cannot be."""
        if len(self._members) != 1 or self._faults:
            return None
        (member,) = self._members.values()
        if not is_archive(member.path):
            return None
        whole = contents_of_member(replace(member, depth=0), CLASS)
        return None if whole.refused else Archive(self.name, whole)


Place = Folder | Archive
