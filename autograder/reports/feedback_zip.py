"""Feedback as the zip that a platform takes back: for each hand-in of its download an entry in the name that leads to it.

A platform tells from the entry's name alone whose feedback it is, so names are taken from the download that these hand-ins
came in, and each is given only what is the student's whom the gradebook has there. Who fits no one student gets nothing.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from autograder.intake.archive import contents
from autograder.intake.contents import CLASS, printable
from autograder.intake.platforms import OwnedFile
from autograder.intake.structure import Form, platform_named
from autograder.reports import feedback
from autograder.reports.gradebook import Gradebook
from autograder.run.journal import StudentModule
from blueprint.problems import UsageError

_FIXED = (1980, 1, 1, 0, 0, 0)  # so that the same feedback makes the same bytes
_MOODLE = re.compile(r"(?P<prefix>.*_\d+)_assignsubmission_[a-z]+(?P<rest>_?)(?P<slash>/?)", re.DOTALL)


@dataclass(frozen=True)
class FeedbackZip:
    """The bytes of the zip, how many students' feedback it holds, and the entries of the download that get none."""

    data: bytes
    students: int
    without: tuple[str, ...]


def feedback_zip(
    platform: str, download: Path, gradebook: Gradebook, grades: Path, modules: Sequence[int]
) -> FeedbackZip:
    """The zip for the hand-ins of a download; raises UsageError where that is not the platform's."""
    whole = contents(download, CLASS)
    paths = [member.path for member in whole.members]
    reader = platform_named(cast("Form", platform), paths) if paths else None
    owned = {path: owner for path in paths if reader is not None and (owner := reader(path)) is not None}
    if whole.refused or not owned:
        why = whole.refused or f"nothing in it is called as {platform.capitalize()} calls hand-ins"
        raise UsageError(f"{printable(str(download))}: {why}; give the zip of submissions that was graded")
    entries: dict[str, bytes] = {}
    without: list[str] = []
    for path, owner in _one_each(owned).items():
        pages = _pages(owner, gradebook, grades, modules)
        if not pages:
            without.append(printable(path))
        entries.update(_NAMED[platform](path, owner, pages))
    return FeedbackZip(_packed(entries), len(_one_each(owned)) - len(without), tuple(without))


def _one_each(owned: Mapping[str, OwnedFile]) -> dict[str, OwnedFile]:
    """One entry of each student: the last of the latest attempt."""
    last: dict[tuple[str, str], tuple[tuple[int, int, str], str]] = {}
    for path, owner in owned.items():
        rank = (owner.attempt, owner.order, path)
        key = (owner.student, owner.kind)
        if key not in last or rank > last[key][0]:
            last[key] = (rank, path)
    return {path: owned[path] for _, path in sorted(last.values(), key=lambda found: found[1])}


def _pages(owner: OwnedFile, gradebook: Gradebook, grades: Path, modules: Sequence[int]) -> dict[str, Path]:
    """The pages of feedback by name without their ending, none where the hand-in fits no one student."""
    who = {"kind": owner.kind, "name": owner.name, "email": owner.email}
    if gradebook.why_nobodys(owner.student, **who):
        return {}
    students, team = [owner.student], ""
    if gradebook.roster is not None:
        found, team = gradebook.roster.owners(owner.student, **who)
        students = [student.id for student in found] or students
    pages: dict[str, Path] = {}
    for module in modules:
        # What a member handed in alone is the member's own affair; the team gets what is the team's.
        for student in students:
            if bool(gradebook.team(StudentModule(student, module))) == bool(team):
                page = grades / "feedback" / feedback.path(student, module)
                if page.with_suffix(".html").is_file():
                    pages.setdefault(page.name, page)
    return pages


# ---------------------------------------------------------------------------------------------------- a platform's names

Pages = Mapping[str, Path]
Named = Callable[[str, OwnedFile, Pages], Iterator[tuple[str, bytes]]]


def _moodle(path: str, owner: OwnedFile, pages: Pages) -> Iterator[tuple[str, bytes]]:
    """Pages under the participant's number: in a folder where the download has folders, else in the name."""
    match = _MOODLE.match(path)
    assert match is not None  # the reader took the name
    folder = f"{match['prefix']}_assignfeedback_file"
    mark = f"{match['rest']}/" if match["slash"] else "_"
    yield from ((f"{folder}{mark}{name}.html", _read(page, ".html")) for name, page in pages.items())


def _brightspace(path: str, owner: OwnedFile, pages: Pages) -> Iterator[tuple[str, bytes]]:
    """Pages in the student's folder, or in files called like the student's."""
    first, slash, _ = path.partition("/")
    if not slash:
        first = path.removesuffix(owner.path).removesuffix(" - ")
    mark = "/" if slash else " - "
    yield from ((f"{first}{mark}{name}.html", _read(page, ".html")) for name, page in pages.items())


def _canvas(path: str, owner: OwnedFile, pages: Pages) -> Iterator[tuple[str, bytes]]:
    """One entry in the very name of the hand-in, for Canvas wants names unchanged; its form is what the ending promises."""
    if not pages:
        return
    ending = Path(path).suffix.lower()
    text = "\n\n".join(_read(page, ".md").decode("utf-8", "replace") for page in pages.values())
    if ending in (".html", ".htm"):
        yield path, b"\n".join(_read(page, ".html") for page in pages.values())
    elif ending == ".zip":
        yield path, _packed({f"{name}.html": _read(page, ".html") for name, page in pages.items()})
    else:
        yield path, _notebook(text) if ending == ".ipynb" else text.encode()


def _notebook(text: str) -> bytes:
    """A notebook of one cell of text."""
    cell = {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1).encode()


_NAMED: Mapping[str, Named] = {"canvas": _canvas, "moodle": _moodle, "brightspace": _brightspace}
PLATFORMS = tuple(_NAMED)
"""Those that take a zip of feedback."""


def _read(page: Path, ending: str) -> bytes:
    return page.with_suffix(ending).read_bytes()


def _packed(entries: Mapping[str, bytes]) -> bytes:
    """A zip of these entries, the same bytes for the same entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, entries[name])
    return buffer.getvalue()
