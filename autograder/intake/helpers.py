"""The files of a student that their modules import and that are no module of the course: helpers.

Found by name alone: `from parts.helpers import f` in `work/03_layers.ipynb` is `parts/helpers.py` in `work` or in a folder above it.
Texts are searched outside the sandbox as in `first_look`: bounded, in linear time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.authoring.conventions import Conventions
from autograder.intake.contents import MEGABYTE, Member, readable_head
from autograder.intake.first_look import imported_in

MOST = 10
"""Helpers of one module that are read."""
_LARGEST = MEGABYTE
_ENDINGS = (".py", ".ipynb")


def helpers_of(
    work: Member, files: Mapping[str, Member], conventions: Conventions, most_bytes: int
) -> tuple[tuple[str, Member], ...]:
    """The helpers that a module's file imports, and those that they import, each with the last part of its import name.

    `files` are the student's by path, the modules of the course left out.
    """
    found: dict[str, Member] = {}
    waiting = [work]
    while waiting and files:
        member = waiting.pop()
        for name in imported_in(readable_head(member, most_bytes)):
            last = name.rpartition(".")[2]
            if last in found or last.lower() in conventions.words or len(found) == MOST:
                continue
            for path in _places(member.path, name):
                if path in files and 0 < files[path].size <= _LARGEST:
                    found[last] = files[path]
                    waiting.append(files[path])
                    break
    return tuple(found.items())


def _places(path: str, name: str) -> Iterator[str]:
    """Where a file finds a module of this name: in its folder first, then in those above."""
    folders = path.split("/")[:-1]
    for depth in range(len(folders), -1, -1):
        for ending in _ENDINGS:
            yield "/".join([*folders[:depth], name.replace(".", "/") + ending])
