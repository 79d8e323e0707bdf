"""The hand-ins that a download holds: in a folder, a platform's zip, or one student's own tree, archive or file.

The hand-ins of a `Download` are listed at once. The files of one hand-in are listed only when it is asked for them, so
that a class of thousands never lies in memory. A download may be listed in one process and read in others forked from
it: nothing is held open. Which of the files is which module is found by `autograder.intake.selection`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal, cast

from autograder.authoring.conventions import Conventions
from autograder.intake.archive import contents, contents_of_file
from autograder.intake.contents import (
    CLASS,
    Contents,
    bad_name,
    decoded,
    is_archive,
    is_ignored,
    printable,
)
from autograder.intake.file_names import is_work, natural, stem_of, without_piece
from autograder.intake.names import look_alike, one_way, spelled
from autograder.intake.places import Archive, Folder, Owned, Place
from autograder.intake.platforms import (
    Kind,
    PathReader,
    blackboard_head,
    github_reader,
    is_extra,
    platform_reader,
    slug_of,
)
from autograder.intake.records import (
    MOST_RECORD,
    Records,
    blackboard_people,
    classroom_records,
    gradescope_people,
)
from autograder.intake.stamps import time_in
from autograder.intake.structure import (
    Form,
    Node,
    Reading,
    plain_reader,
    platform_named,
    reading_as,
    readings,
)
from autograder.intake.time_limit import TooLong, limited

_NO_STUDENT = "belongs to no student and was not read"
_LIKE_TOOLS = ("env", "venv")
"""Folders of a tool's that a student may be called like."""
_LIKE_A_TOOL = "is called like a folder of Python's own and was not read; call it otherwise if it is a student's"
MOST_NOTES = 50
"""Notes on a download; those beyond are counted."""
LIST_SECONDS, _BYTES_A_SECOND = 60.0, 5_000_000
"""Processor time in which a download is listed: so much for any, and one second more for so many bytes of an archive."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """One attempt of one student in a download, with files not yet listed.

    The fields are those of `OwnedFile`; `attempt` counts from 1, and a student's last one is the current one. `late` and
    `handed_in` are what the platform says: a time without a zone is in the course's. `list_files` lists the files. `whole` says that all
    there is at the path is this one student's.
    """

    student: str
    kind: Kind
    name: str
    email: str
    late: bool
    handed_in: datetime | None
    attempt: int
    list_files: Callable[[], Contents]
    team: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """What is at a path: the hand-ins by student and attempt, and whatever else stands there.

    `unmatched` are files and folders that are somebody's and nobody's in particular, each with the reason; `ignored` are
    those that a tool, a platform or the course left. `refused` says why nothing of it can be used, empty where it can.
    `unclear` are the ways in which it can be read, where it is more than one: then nothing is listed. `form` is how it was read.
    """

    hand_ins: tuple[HandIn, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""
    unmatched: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    unclear: tuple[tuple[str, str], ...] = ()
    form: Form | Literal[""] = ""
    lone: bool = False


def list_download(path: Path, conventions: Conventions, form: Form | None = None) -> Download:
    """Lists the hand-ins at a path: a folder, a platform's zip, or one student's own tree, archive or file.

    `form` says what it is, where a person has said so. Never raises: what cannot be read is a download that says why in
    `refused`, also where listing it takes too long.
    """
    seconds = LIST_SECONDS + (path.stat().st_size / _BYTES_A_SECOND if path.is_file() else 0)
    try:
        with limited(seconds):
            return _list_download(path, conventions, form)
    except TooLong:
        return Download(refused=f"it takes longer than {seconds:.3g} seconds to list")


def _list_download(path: Path, conventions: Conventions, form: Form | None = None) -> Download:
    """The hand-ins at a path, however long that takes."""
    try:
        if path.is_dir():
            return _listed(Folder(path), conventions, form)
        if is_work(path.name):
            return _from_file(path, conventions)
        whole = contents(path, CLASS)
        if whole.refused:
            return Download(refused=whole.refused)
        return _listed(Archive(stem_of(decoded(path.name)), whole), conventions, form)
    except OSError as error:
        return Download(refused=(error.strerror or "cannot be read").lower())


def _single(student: str, list_files: Callable[[], Contents]) -> Download:
    """The download that is one student's work as a whole."""
    return Download((HandIn(one_way(student), "name", "", "", False, None, 1, list_files, whole=True),), form="student")


def _from_file(path: Path, conventions: Conventions) -> Download:
    path.stat()  # raises where there is none
    name = decoded(path.name)
    owned = plain_reader(conventions.words)(name)
    return _single(without_piece(owned.student if owned else stem_of(name)), partial(contents_of_file, path, name))


# What it is ------------------------------------------------------------------------------------------------------


def _listed(place: Place, conventions: Conventions, form: Form | None) -> Download:
    """The download that a folder or an archive is."""
    nodes = place.nodes()
    if form is not None:
        stated = reading_as(form, nodes, place.name, conventions)
        found: tuple[Reading, ...] = (stated,) if stated else ()
    else:
        found = readings(nodes, place.name, conventions)
        if isinstance(place, Archive) and (inner := place.inner()) is not None:
            deeper = readings(inner.nodes(), place.name, conventions)
            if any(one.form != "student" and not one.lone for one in deeper):
                return _listed(inner, conventions, None)
    if isinstance(place, Folder) and len(found) <= 1 and form in (None, "sections"):
        packed = [] if found and found[0].form not in ("class", "sections") else place.packed()
        classes = [_list_download(path, conventions) for path in packed]
        if classes and all(one.form not in ("", "student") for one in classes):
            if form == "sections":
                return _together(classes)
            names = [hand_in.student for one in classes for hand_in in one.hand_ins]
            found = (*found, Reading("sections", names=tuple(dict.fromkeys(names))))
    if not found:
        return Download(refused=place.fault() or "there is no hand-in in it")
    if len(found) > 1:
        unclear = tuple((one.form, one.told(place.name)) for one in found)
        return Download(refused=f"it can be read as {' or as '.join(what for _, what in unclear)}", unclear=unclear)
    (reading,) = found
    # A class of one that is packed cannot be told from a student who packed a folder: then the archive's name counts.
    if reading.lone and form is None and isinstance(place, Archive):
        (inside,) = reading.names
        note = f"`{printable(inside)}`, all there is in it, is not taken for a student's name (`--as class` takes it)"
        return replace(
            _single(without_piece(place.name), place.whole(conventions)), notes=(note,) * (inside != place.name)
        )
    if reading.form == "student":
        return _single(without_piece(place.name), place.whole(conventions))
    download = _grouped(place, reading, conventions)
    return download if download.hand_ins else replace(download, refused="there is no hand-in in it")


# Whose it is -----------------------------------------------------------------------------------------------------


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


@dataclass(slots=True)
class _Sorted:
    """The files of a download by student and attempt, and what is nobody's."""

    owned: dict[str, dict[int, list[Owned]]] = field(default_factory=dict)
    unmatched: dict[str, str] = field(default_factory=dict)
    ignored: dict[str, None] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    parts: dict[str, dict[str, None]] = field(default_factory=dict)  # of a class, by student
    places: dict[str, dict[str, None]] = field(default_factory=dict)  # folders and archives, by student


def _together(parts: Sequence[Download]) -> Download:
    """The download that these are together, a student's attempts in their order."""
    count: dict[str, int] = {}
    hand_ins = []
    for hand_in in (one for part in parts for one in part.hand_ins):
        count[hand_in.student] = count.get(hand_in.student, 0) + 1
        hand_ins.append(replace(hand_in, attempt=count[hand_in.student]))
    return Download(
        tuple(hand_ins),
        tuple(note for part in parts for note in part.notes),
        unmatched=tuple(one for part in parts for one in part.unmatched),
        ignored=tuple(one for part in parts for one in part.ignored),
        form="sections",
    )


def _grouped(place: Place, reading: Reading, conventions: Conventions) -> Download:
    """The download read so, its files grouped by student and attempt."""
    found = _Sorted(ignored=dict.fromkeys(_beside(place.nodes(), reading.roots)))
    for number, root in enumerate(sorted(reading.roots, key=natural), 1):
        _sort_in(found, place, root, number if reading.divided else 0, reading.form, conventions)
    called = spelled(found.owned)
    hand_ins = []
    for key in sorted(found.owned):
        for number, files in enumerate(sorted(found.owned[key].values(), key=_moment), 1):
            first = files[0][1]
            when = first.handed_in
            if first.kind == "nbgrader":
                times = (time_in(data) for data in place.timestamps(files))
                when = max(filter(None, times), key=_comparable, default=when)
            late = any(file.late for _, file in files)
            current = place.files(_current(files))
            hand_ins.append(
                HandIn(called[key], first.kind, first.name, first.email, late, when, number, current, first.team)
            )
    return Download(
        tuple(hand_ins),
        tuple(_notes(found, reading, called)),
        unmatched=tuple(found.unmatched.items()),
        ignored=tuple(found.ignored),
        form=reading.form,
        lone=reading.lone,
    )


def _beside(nodes: Sequence[Node], roots: Sequence[str], above: str = "") -> Iterator[str]:
    """What stands beside the folders that lead to the students' places."""
    if "" in roots:
        return
    for node in nodes:
        path = f"{above}{node.name}/"
        below = [root for root in roots if root.startswith(path)]
        if not below or node.inside is None:
            yield path if node.inside is not None else path[:-1]
        elif path not in below:
            yield from _beside(node.inside(), below, path)


def _sort_in(
    found: _Sorted, place: Place, root: str, part: int, form: Form | Literal[""], conventions: Conventions
) -> None:
    """Sorts what is below one root of a download; `part` is the root's number where it is one part of a class."""
    paths = list(place.paths(root))
    folder = root.rstrip("/").rpartition("/")[2] or place.name
    records = _records(paths, lambda path: place.head(f"{root}{path}", MOST_RECORD), slug_of(folder))
    read = _reader(form, paths, records.slug, conventions)
    for path in paths:
        top = path.partition("/")[0]
        shown = root + (path if bad_name(path) else f"{top}{'/' * ('/' in path)}")
        if top in _LIKE_TOOLS and "/" in path and form in ("class", "sections"):
            found.unmatched[shown] = _LIKE_A_TOOL
            continue
        if is_ignored(top) or top.startswith(".") or ("/" not in path and is_extra(path)):
            found.ignored[shown] = None
            continue
        file = read(path)
        if file is None or bad_name(file.student):
            if "/" in path or is_work(path) or is_archive(path):
                found.unmatched[shown] = _NO_STUDENT
            else:
                found.ignored[shown] = None
            continue
        if file.kind == "brightspace" and file.student != file.name:
            found.shared.add(file.name)
        for theirs in records.by_person(file):
            attempt = theirs.attempt or part
            if theirs.kind == "name" and ("/" in path or is_archive(path)):
                found.places.setdefault(theirs.student, {})[shown] = None
            found.parts.setdefault(theirs.student, {})[root] = None
            found.owned.setdefault(theirs.student, {}).setdefault(attempt, []).append((f"{root}{path}", theirs))


def _reader(form: Form | Literal[""], paths: Sequence[str], slug: str, conventions: Conventions) -> PathReader:
    """The reader of the paths below one root."""
    if form in ("class", "sections"):
        return plain_reader(conventions.words, paths)
    if form == "nbgrader":
        # Below `submitted`; what else nbgrader packs bears its names where it lies.
        read = platform_reader([f"submitted/{path}" for path in paths]) or _nobodys
        elsewhere = platform_named("nbgrader", paths)
        return elsewhere or (lambda path: read(f"submitted/{path}"))
    if form == "classroom":
        slug = slug or _shared_beginning(paths)
        return github_reader(slug) if slug else _nobodys
    tops = list({path.partition("/")[0]: path for path in paths}.values())
    platform = platform_reader(paths) or platform_reader(tops) or platform_named(cast("Form", form), paths)
    return platform or _nobodys


def _nobodys(path: str) -> None:
    """The owner of a file that no name tells."""


def _shared_beginning(paths: Iterable[str]) -> str:
    """What the names of all folders begin with, up to a dash."""
    names = sorted({path.partition("/")[0] for path in paths if "/" in path})
    if len(names) < 2:
        return ""
    # They are sorted, so what the first and the last share all of them share.
    shared = next((i for i, (a, b) in enumerate(zip(names[0], names[-1], strict=False)) if a != b), len(names[0]))
    return names[0][: max(names[0].rfind("-", 0, shared), 0)]


def _notes(found: _Sorted, reading: Reading, called: Mapping[str, str]) -> Iterator[str]:
    """Notes on how a download was read, and on names that a person should look at."""
    where = sorted(reading.roots, key=natural)
    if reading.divided:
        yield f"read as a class in parts: {_some([f'`{printable(root)}`' for root in where])}"
        several = [
            f"`{printable(called[student])}`" for student, roots in sorted(found.parts.items()) if len(roots) > 1
        ]
        if several:
            yield f"in several parts, each read as one person whose last work counts: {_some(several)}"
    elif where[0] and reading.form in ("class", "canvas", "moodle", "brightspace", "blackboard"):
        yield f"read as {reading.told('')} in `{printable(where[0])}`"
    for student, places in sorted(found.places.items()):
        if len(places) > 1 and not reading.divided:
            together = " and ".join(f"`{printable(one)}`" for one in places)
            yield f"{together} are read as one student's, `{printable(called[student])}`"
    for names in look_alike(found.owned):
        people = " and ".join(f"`{printable(called[name])}`" for name in names)
        yield f"{people} look alike; read as {len(names)} people"
    for name in sorted(found.shared):
        yield f"`{printable(name)}` stands there with several numbers; read as several people"
    every = [f"`{printable(path)}` {why}" for path, why in found.unmatched.items()]
    yield from every[:MOST_NOTES]
    if len(every) > MOST_NOTES:
        yield f"and {len(every) - MOST_NOTES} more"


def _some(names: Sequence[str]) -> str:
    """The first of the names."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


# Order ---------------------------------------------------------------------------------------------------------------


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
