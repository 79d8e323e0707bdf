"""The hand-ins that a download holds: in a folder, a platform's zip, or one student's own tree, archive or file.

The hand-ins of a `Download` are listed at once. The files of one hand-in are listed only when it is asked for them, so
that a class of thousands never lies in memory. A download may be listed in one process and read in others forked from
it: nothing is held open. Which of the files is which module is found by `autograder.intake.selection`.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from autograder.authoring.conventions import Conventions
from autograder.intake.archive import contents, contents_of_file
from autograder.intake.contents import (
    CLASS,
    Contents,
    Member,
    bad_name,
    decoded,
    is_archive,
    is_ignored,
    printable,
    readable_head,
)
from autograder.intake.file_names import is_module_name, is_work
from autograder.intake.platforms import (
    Kind,
    OwnedFile,
    PathReader,
    blackboard_head,
    is_extra,
    is_one_tree,
    path_reader,
    platform_reader,
    slug_of,
    without_suffix,
)
from autograder.intake.records import (
    MOST_RECORD,
    Records,
    blackboard_people,
    classroom_records,
    gradescope_people,
)
from autograder.intake.stamps import time_in

MOST_NOTES = 50
"""Notes on a download; those beyond are counted."""
TIMESTAMP_BYTES = 200
"""Bytes of an nbgrader `timestamp.txt` that are read."""

Owned = tuple[str, OwnedFile]
"""A path as it stands in the download, and whose it is."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """One attempt of one student in a download, with files not yet listed.

    The fields are those of `OwnedFile`; `attempt` counts from 1, and a student's last one is the current one. `late` and
    `handed_in` are what the platform says: a time without a zone is in the course's. `list_files` lists the files.
    """

    student: str
    kind: Kind
    name: str
    email: str
    late: bool
    handed_in: datetime | None
    attempt: int
    list_files: Callable[[], Contents]


@dataclass(frozen=True, slots=True)
class Download:
    """The hand-ins of a folder or archive by student and attempt, notes on what belongs to nobody, and why it is unusable.

    `refused` is empty where it can be used.
    """

    hand_ins: tuple[HandIn, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""


def list_download(path: Path, conventions: Conventions) -> Download:
    """Lists the hand-ins at a path: a folder, a platform's zip, or one student's own tree, archive or file.

    Never raises: what cannot be read is a download that says why in `refused`.
    """
    try:
        if path.is_dir():
            download = _from_folder(path, conventions)
        elif is_work(path.name):
            download = _from_file(path, conventions)
        else:
            download = _from_archive(path, conventions)
    except OSError as error:
        return Download(refused=(error.strerror or "cannot be read").lower())
    if download.hand_ins or download.refused:
        return download
    return replace(download, refused="there is no hand-in in it")


def _single(student: str, list_files: Callable[[], Contents]) -> Download:
    """The download that is one student's work as a whole."""
    return Download((HandIn(_key(student), "name", "", "", False, None, 1, list_files),))


def _from_file(path: Path, conventions: Conventions) -> Download:
    path.stat()  # raises where there is none
    name = decoded(path.name)
    owned = path_reader((), "", conventions.words)(name)
    return _single(owned.student if owned else name.rsplit(".", 1)[0], partial(contents_of_file, path, name))


# Folders ---------------------------------------------------------------------------------------------------------


def _from_folder(path: Path, conventions: Conventions) -> Download:
    root = _class_folder(path)
    with os.scandir(root) as entries:
        names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    # A folder stands for the files in it, which are listed only when its student's turn has come.
    name_by_path = {
        decoded(f"{name}/*" if is_folder else name): name
        for name, is_folder in names
        if not is_ignored(name) and name[0] != "."
    }
    if _is_one_student([*name_by_path, *_peeked(root, name_by_path)], conventions):
        return _single(decoded(path.resolve().name), partial(contents, root))
    step = "submitted/" if root.name == "submitted" else ""
    records = _records(name_by_path, lambda p: _file_head(root / name_by_path[p]), slug_of(root.name))
    reader = path_reader([step + p for p in name_by_path], records.slug, conventions.words)

    def list_files(files: Sequence[Owned]) -> Callable[[], Contents]:
        return partial(_parts, root, tuple((name_by_path[p], file.path) for p, file in files))

    def timestamps(files: Sequence[Owned]) -> Iterable[bytes]:
        for path, _ in files:
            for file in islice((root / name_by_path[path]).glob("*/timestamp.txt"), 100):
                yield _file_head(file, TIMESTAMP_BYTES)

    return _grouped(name_by_path, lambda p: reader(step + p), records, list_files, timestamps)


def _class_folder(path: Path) -> Path:
    """The folder that holds the students' folders: nbgrader's `submitted`, or the one folder of a platform's export."""
    for inner in (path / "submitted", path / "assignments" / "submitted"):
        if inner.is_dir() and not inner.is_symlink():
            return inner
    exports = [e for e in (*path.glob("assignment_*_export"), *path.glob("*-submissions")) if e.is_dir()]
    return exports[0] if len(exports) == 1 and not exports[0].is_symlink() else path


def _peeked(root: Path, name_by_path: Mapping[str, str]) -> list[str]:
    """The names directly below the first few folders: enough to tell a class from one student's own tree."""
    names = []
    for path in islice((p for p in name_by_path if p.endswith("/*")), 20):
        with contextlib.suppress(OSError), os.scandir(root / name_by_path[path]) as entries:
            names += [f"{path[:-1]}{decoded(e.name)}{'/*' * e.is_dir()}" for e in islice(entries, 200)]
    return names


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
        parts.append(contents(file) if is_folder else contents_of_file(file, path))
    refused = next((part.refused for part in parts if part.refused), "")
    return Contents(
        tuple(m for part in parts for m in part.members), tuple(f for p in parts for f in p.faults), refused
    )


# Archives --------------------------------------------------------------------------------------------------------


def _from_archive(path: Path, conventions: Conventions) -> Download:
    whole = contents(path, CLASS)
    if whole.refused:
        return Download(refused=whole.refused)
    top, members = _without_top(whole.members, conventions)
    paths = [member.path for member in members]
    if _is_one_student(paths, conventions):
        files = Contents(members, whole.faults)
        return _single(top or without_suffix(decoded(path.name)), lambda: files)
    member_by_path = {member.path: member for member in members}
    faults = [replace(f, path=f.path.removeprefix(f"{top}/")) if top else f for f in whole.faults]
    fault_by_path = {fault.path: fault for fault in faults}

    def list_files(files: Sequence[Owned]) -> Callable[[], Contents]:
        good = tuple(replace(member_by_path[p], path=file.path) for p, file in files if p in member_by_path)
        bad = tuple(fault_by_path[p] for p, _ in files if p in fault_by_path)
        return lambda: Contents(good, bad)

    def timestamps(files: Sequence[Owned]) -> Iterable[bytes]:
        stamps = (p for p, _ in files if p.endswith("/timestamp.txt") and p in member_by_path)
        return (readable_head(member_by_path[p], TIMESTAMP_BYTES) for p in stamps)

    slug = slug_of(top) or slug_of(path.stem)
    records = _records(member_by_path, lambda p: readable_head(member_by_path[p], MOST_RECORD), slug)
    reader = path_reader(paths, records.slug, conventions.words)
    every_path = [*member_by_path, *(p for p in fault_by_path if p not in member_by_path)]
    return _grouped(every_path, reader, records, list_files, timestamps)


def _without_top(members: tuple[Member, ...], conventions: Conventions) -> tuple[str, tuple[Member, ...]]:
    """The one folder a packed folder begins with, empty where there is none, and the members below it."""
    tops = {member.path.split("/")[0] if "/" in member.path else "" for member in members}
    top = tops.pop() if len(tops) == 1 else ""
    paths = [member.path for member in members]
    if not top or top == "submitted" or is_one_tree(paths, conventions.trees) or platform_reader(paths):
        return "", members
    return top, tuple(replace(m, path=m.path[len(top) + 1 :]) for m in members)


# Both ------------------------------------------------------------------------------------------------------------


def _is_one_student(paths: Sequence[str], conventions: Conventions) -> bool:
    """True if these are the files of one student: a tree's folders, or files or folders named like modules, at the top.

    Where such a thing lies beside several folders with work in them it is a class with something of the course.
    """
    folders: dict[str, bool] = {}  # by name: does it hold work
    loose = False
    archives = 0
    for path in paths:
        top, slash, rest = path.partition("/")
        if slash:
            work = is_work(rest) or is_archive(rest) or rest.partition("/")[0] in conventions.trees
            folders[top] = folders.get(top, False) or work
        else:
            archives += is_archive(path)
            loose = loose or (is_work(path) and is_module_name(path, conventions))
    trees = conventions.trees & folders.keys()
    others = sum(work for top, work in folders.items() if top not in trees | conventions.not_work)
    if is_one_tree(paths, conventions.trees):
        return not trees.isdisjoint(conventions.edited | {conventions.package}) or others < 2 or others <= len(trees)
    named = sum(is_module_name(f"{folder}.", conventions) for folder in folders)
    return (named > 0 and 2 * named >= len(folders)) or (loose and others + archives < 2)


def _records(paths: Iterable[str], read: Callable[[str], bytes], slug: str) -> Records:
    """The contents of the platform's own records among these paths; `read` gives the first bytes of one."""
    heads: dict[str, bytes] = {}
    record = ""
    for path in paths:
        name = path.rsplit("/", 1)[-1]
        if name in ("submission_metadata.yml", "grades.csv") and re.match(r"(?:assignment_\d+_export/)?[^/]+$", path):
            record = path  # below a student's folder it would be the student's
        if found := blackboard_head(path):
            head, is_record = found
            heads.setdefault(head, b"")
            if is_record:
                heads[head] = read(path)[:4000]
    if record.endswith("submission_metadata.yml"):
        return Records(gradescope_people(read(record)))
    if record:
        records = classroom_records(read(record))
        return records if records.slug else replace(records, slug=slug)
    return Records(blackboard_people(heads, heads), slug)


def _key(student: str) -> str:
    """The student's key with accents written in one way: systems write them in two."""
    return unicodedata.normalize("NFC", student)


def _grouped(
    paths: Iterable[str],
    reader: PathReader,
    records: Records,
    list_files: Callable[[Sequence[Owned]], Callable[[], Contents]],
    timestamps: Callable[[Sequence[Owned]], Iterable[bytes]],
) -> Download:
    """The download whose files these are, grouped by student and attempt."""
    owned, notes = _by_student(paths, reader, records)
    hand_ins = []
    for student in sorted(owned):
        attempts = sorted(owned[student].values(), key=_moment)
        for number, files in enumerate(attempts, 1):
            first = files[0][1]
            when = first.handed_in
            if first.kind == "nbgrader":
                when = max(filter(None, (time_in(data) for data in timestamps(files))), key=_comparable, default=when)
            late = any(file.late for _, file in files)
            current = list_files(_current(files))
            hand_ins.append(HandIn(student, first.kind, first.name, first.email, late, when, number, current))
    more = [f"and {len(notes) - MOST_NOTES} more"] if len(notes) > MOST_NOTES else []
    return Download(tuple(hand_ins), (*notes[:MOST_NOTES], *more))


def _by_student(
    paths: Iterable[str], reader: PathReader, records: Records
) -> tuple[dict[str, dict[int, list[Owned]]], list[str]]:
    """The files of each student by attempt, and notes on what is nobody's and on names that several people share."""
    owned: dict[str, dict[int, list[Owned]]] = {}
    notes = []
    shared = set()
    for path in paths:
        file = reader(path)
        if file is None and is_extra(path):
            continue
        if file is None or bad_name(file.student):
            notes.append(f"`{printable(path.removesuffix('/*'))}` belongs to no student and was not read")
            continue
        if file.kind == "brightspace" and file.student != file.name:
            shared.add(file.name)
        for theirs in records.by_person(file):
            owned.setdefault(_key(theirs.student), {}).setdefault(theirs.attempt, []).append((path, theirs))
    notes += [
        f"`{printable(name)}` stands there with several numbers; read as several people" for name in sorted(shared)
    ]
    return owned, notes


def _comparable(when: datetime) -> datetime:
    """A time that compares with others: without a zone it counts as UTC."""
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _moment(files: Sequence[Owned]) -> tuple[datetime, int]:
    """The sorting key of a student's attempts: their time, then the platform's number."""
    first = files[0][1]
    return _comparable(first.handed_in or datetime.min), first.attempt


_AGAIN = re.compile(r"(.+)-\d+(\.\w+)", re.DOTALL)


def _current(files: list[Owned]) -> list[Owned]:
    """The files without what a later upload replaced: of Canvas's `x.py` and `x-1.py` the one with the higher number."""
    if not files[0][1].kind.startswith("canvas"):
        return files
    names = {file.path for _, file in files}
    latest: dict[str, int] = {}
    plain = {}
    for _, file in files:
        match = _AGAIN.fullmatch(file.path)
        name = "".join(match.groups()) if match else ""
        plain[file.path] = name = name if name in names else file.path
        latest[name] = max(latest.get(name, 0), file.order)
    return [(path, file) for path, file in files if file.order == latest[plain[file.path]]]
