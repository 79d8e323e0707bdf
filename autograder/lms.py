"""Whose a file is, from the names learning platforms give to what they pack for download.

A download is recognized as a whole: only when most of its entries look like Canvas's is it Canvas's, so that a student's
own `notes_1_2_x.py` is not taken for a hand-in. What no platform made is a folder, a file or an archive per student.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["canvas", "canvas-anonymous", "moodle", "gradescope", "nbgrader", "name"]


@dataclass(frozen=True, slots=True)
class Handed:
    """One file of a download: whose, and what remains of its path.

    `student` is the key the platform gives (`kind` says which: Canvas user id, Moodle participant number, Gradescope
    submission id, nbgrader student id, else the name of the folder or file). `name` is the name that stands there
    beside the key, empty where none does. `order` grows with later attempts, `late` is the platform's mark.
    """

    student: str
    kind: Kind
    path: str
    name: str = ""
    late: bool = False
    order: int = 0


Reader = Callable[[str], Handed | None]


def reader(paths: Sequence[str]) -> Reader:
    """What tells whose a path of this download is; it gives None for files of nobody, such as an index.

    The platform is the one at least half of the paths are named by: a stray file must not cost a class its names.
    """
    asked = [path for path in paths if not _is_extra(path)]
    for candidate in _READERS:
        if asked and 2 * sum(candidate(path) is not None for path in asked) >= len(asked):
            return candidate
    return _named


def is_one_tree(paths: Iterable[str]) -> bool:
    """Whether the paths are one student's work and no folder per student: `modules/`, `tinytorch/` at the top."""
    return any(path.split("/")[0] in _TREE and "/" in path for path in paths)


_TREE = frozenset({"modules", "tinytorch", "core", "src", "notebooks"})


def _is_extra(path: str) -> bool:
    *folders, name = path.lower().split("/")
    steps = {"release", "source", "autograded", "feedback"}
    extra = ("index.html", "submission_metadata.yml", "timestamp.txt", "gradebook.db", "nbgrader_config.py")
    return name in extra or not steps.isdisjoint(folders[:2])


# The word for late was lower case in older downloads. Names hold word characters of any script.
_CANVAS = re.compile(r"(?P<name>[^_/]+)(?:_(?P<late>late))?_(?P<user>\d+)_(?P<order>\d+)_(?P<path>.+)", re.I | re.S)
_CANVAS_GROUP = re.compile(
    r"(?P<name>[^/]+?)(?:_(?P<late>late))?_(?P<user>\d+)_(?P<order>\d+)_(?P<path>.+)", re.I | re.S
)
_CANVAS_TEXT = re.compile(r"(?P<name>[^/]+?)(?:_(?P<late>late))?_(?P<user>\d+)_(?P<path>(?:text|link)\.html)", re.I)
_CANVAS_NOBODY = re.compile(r"(?:(?P<late>late)_)?anon_(?P<user>[^_/]+)_(?P<order>\d+)_(?P<path>.+)", re.I | re.S)
_CANVAS_NOBODY_TEXT = re.compile(r"(?:(?P<late>late)_)?anon_(?P<user>[^_/]+)_(?P<path>(?:text|link)\.html)", re.I)
_MOODLE = re.compile(
    r"(?P<name>[^/]+?)_(?P<user>\d+)_assignsubmission_(?:file|onlinetext)_?(?:/|(?<=_))(?P<path>.+)", re.S
)
_GRADESCOPE = re.compile(r"(?:assignment_\d+_export/)?submission_(?P<user>\d+)/(?P<path>.+)", re.S)
_NBGRADER = re.compile(r"(?:[^/]+/)?submitted/(?P<user>[^/]+)/(?P<path>.+)", re.S)


def _canvas(path: str) -> Handed | None:
    for pattern in (_CANVAS_NOBODY, _CANVAS_NOBODY_TEXT):
        if match := pattern.fullmatch(path):
            return _made(match, "canvas-anonymous")
    for pattern in (_CANVAS_TEXT, _CANVAS, _CANVAS_GROUP):
        if match := pattern.fullmatch(path):
            return _made(match, "canvas")
    return None


def _moodle(path: str) -> Handed | None:
    return _made(match, "moodle") if (match := _MOODLE.fullmatch(path)) else None


def _gradescope(path: str) -> Handed | None:
    # A resubmission gets a higher submission id.
    return _made(match, "gradescope", "user") if (match := _GRADESCOPE.fullmatch(path)) else None


def _nbgrader(path: str) -> Handed | None:
    return _made(match, "nbgrader") if (match := _NBGRADER.fullmatch(path)) else None


_READERS: tuple[Reader, ...] = (_nbgrader, _gradescope, _moodle, _canvas)


def _made(match: re.Match[str], kind: Kind, order: str = "order") -> Handed:
    said = match.groupdict()
    number = (said.get(order) or "0")[-18:]
    return Handed(said["user"], kind, said["path"], said.get("name") or "", bool(said.get("late")), int(number))


def _named(path: str) -> Handed | None:
    """`aokoye/tensor.ipynb`, `aokoye.zip`, `aokoye.py`: the student is the first part, without its ending."""
    if _is_extra(path) and "/" not in path:
        return None
    first, _, rest = path.partition("/")
    if "/" in path:
        return Handed(first, "name", rest)
    stem = re.sub(r"(?:\.tar)?\.\w+$", "", first)
    return Handed(stem or first, "name", first)
