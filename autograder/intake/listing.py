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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal, cast

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
from autograder.intake.file_names import is_work
from autograder.intake.names import seen_as
from autograder.intake.platforms import (
    Kind,
    OwnedFile,
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
    is_part_of_work,
    plain_reader,
    platform_named,
    reading_as,
    readings,
    stem_of,
    tree_of,
)
from autograder.intake.time_limit import TooLong, limited

_NO_STUDENT = "belongs to no student and was not read"
_LIKE_TOOLS = ("env", "venv")
"""Folders of a tool's that a student may be called like."""
_LIKE_A_TOOL = "is called like a folder of Python's own and was not read; call it otherwise if it is a student's"
MOST_PARTS = 20
"""Archives in a folder that are looked into, for each may be a class."""
MOST_NOTES = 50
"""Notes on a download; those beyond are counted."""
LIST_SECONDS, _BYTES_A_SECOND = 60.0, 5_000_000
"""Processor time in which a download is listed: so much for any, and one second more for so many bytes of an archive."""
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
            return _listed(_Folder(path), conventions, form)
        if is_work(path.name):
            return _from_file(path, conventions)
        whole = contents(path, CLASS)
        if whole.refused:
            return Download(refused=whole.refused)
        return _listed(_Archive(stem_of(decoded(path.name)), whole), conventions, form)
    except OSError as error:
        return Download(refused=(error.strerror or "cannot be read").lower())


def _single(student: str, list_files: Callable[[], Contents]) -> Download:
    """The download that is one student's work as a whole."""
    return Download((HandIn(_key(student), "name", "", "", False, None, 1, list_files),), form="student")


def _from_file(path: Path, conventions: Conventions) -> Download:
    path.stat()  # raises where there is none
    name = decoded(path.name)
    owned = plain_reader(conventions.words)(name)
    return _single(owned.student if owned else stem_of(name), partial(contents_of_file, path, name))


# Where it lies ---------------------------------------------------------------------------------------------------


class _Folder:
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
        kept = sorted((name for name, _ in found if not is_ignored(name) and name[0] != "."), key=_natural)
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


def _other_than(path: str, root: str, taken: Mapping[str, str]) -> str:
    """The path, marked where another name is spelled out in the same way."""
    return path if f"{root}{path}" not in taken else _other_than(f"<>{path}", root, taken)


class _Archive:
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

    def inner(self) -> _Archive | None:
        """The archive that is all there is in this one, opened; None where there is another thing, or it cannot be."""
        if len(self._members) != 1 or self._faults:
            return None
        (member,) = self._members.values()
        if not is_archive(member.path):
            return None
        whole = contents_of_member(replace(member, depth=0), CLASS)
        return None if whole.refused else _Archive(self.name, whole)


Source = _Folder | _Archive


# What it is ------------------------------------------------------------------------------------------------------


def _listed(source: Source, conventions: Conventions, form: Form | None) -> Download:
    """The download that a folder or an archive is."""
    nodes = source.nodes()
    if form is not None:
        stated = reading_as(form, nodes, source.name, conventions)
        found: tuple[Reading, ...] = (stated,) if stated else ()
    else:
        found = readings(nodes, source.name, conventions)
        if isinstance(source, _Archive) and (inner := source.inner()) is not None:
            deeper = readings(inner.nodes(), source.name, conventions)
            if any(one.form != "student" and not one.lone for one in deeper):
                return _listed(inner, conventions, None)
    if isinstance(source, _Folder) and len(found) <= 1 and form in (None, "sections"):
        packed = [] if found and found[0].form not in ("class", "sections") else source.packed()
        classes = [_list_download(path, conventions) for path in packed]
        if classes and all(one.form not in ("", "student") for one in classes):
            if form == "sections":
                return _together(classes)
            names = [hand_in.student for one in classes for hand_in in one.hand_ins]
            found = (*found, Reading("sections", names=tuple(dict.fromkeys(names))))
    if not found:
        return Download(refused=source.fault() or "there is no hand-in in it")
    if len(found) > 1:
        unclear = tuple((one.form, one.told(source.name)) for one in found)
        return Download(refused=f"it can be read as {' or as '.join(what for _, what in unclear)}", unclear=unclear)
    (reading,) = found
    # A class of one that is packed cannot be told from a student who packed a folder: then the archive's name counts.
    if reading.lone and form is None and isinstance(source, _Archive):
        (inside,) = reading.names
        note = f"`{printable(inside)}`, all there is in it, is not taken for a student's name (`--as class` takes it)"
        return replace(_single(source.name, source.whole(conventions)), notes=(note,) * (inside != source.name))
    if reading.form == "student":
        return _single(source.name, source.whole(conventions))
    download = _grouped(source, reading, conventions)
    return download if download.hand_ins else replace(download, refused="there is no hand-in in it")


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


def _grouped(source: Source, reading: Reading, conventions: Conventions) -> Download:
    """The download read so, its files grouped by student and attempt."""
    found = _Sorted(ignored=dict.fromkeys(_beside(source.nodes(), reading.roots)))
    for number, root in enumerate(sorted(reading.roots, key=_natural), 1):
        _sort_in(found, source, root, number if reading.divided else 0, reading.form, conventions)
    spelled = _spelled(found.owned)
    hand_ins = []
    for key in sorted(found.owned):
        for number, files in enumerate(sorted(found.owned[key].values(), key=_moment), 1):
            first = files[0][1]
            when = first.handed_in
            if first.kind == "nbgrader":
                times = (time_in(data) for data in source.timestamps(files))
                when = max(filter(None, times), key=_comparable, default=when)
            late = any(file.late for _, file in files)
            current = source.files(_current(files))
            hand_ins.append(HandIn(spelled[key], first.kind, first.name, first.email, late, when, number, current))
    return Download(
        tuple(hand_ins),
        tuple(_notes(found, reading, spelled)),
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
    found: _Sorted, source: Source, root: str, part: int, form: Form | Literal[""], conventions: Conventions
) -> None:
    """Sorts what is below one root of a download; `part` is the root's number where it is one part of a class."""
    paths = list(source.paths(root))
    folder = root.rstrip("/").rpartition("/")[2] or source.name
    records = _records(paths, lambda path: source.head(f"{root}{path}", MOST_RECORD), slug_of(folder))
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
        return plain_reader(conventions.words)
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


def _notes(found: _Sorted, reading: Reading, spelled: Mapping[str, str]) -> Iterator[str]:
    """Notes on how a download was read, and on names that a person should look at."""
    where = sorted(reading.roots, key=_natural)
    if reading.divided:
        yield f"read as a class in parts: {_some([f'`{printable(root)}`' for root in where])}"
        several = [
            f"`{printable(spelled[student])}`" for student, roots in sorted(found.parts.items()) if len(roots) > 1
        ]
        if several:
            yield f"in several parts, each read as one person whose last work counts: {_some(several)}"
    elif where[0] and reading.form in ("class", "canvas", "moodle", "brightspace", "blackboard"):
        yield f"read as {reading.told('')} in `{printable(where[0])}`"
    for student, places in sorted(found.places.items()):
        if len(places) > 1 and not reading.divided:
            together = " and ".join(f"`{printable(one)}`" for one in places)
            yield f"{together} are read as one student's, `{printable(spelled[student])}`"
    for names in _alike(found.owned):
        people = " and ".join(f"`{printable(spelled[name])}`" for name in names)
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


# Names -----------------------------------------------------------------------------------------------------------


def _key(student: str) -> str:
    """The student's key with accents written in one way: systems write them in two."""
    return unicodedata.normalize("NFC", student)


def _alike(keys: Iterable[str]) -> list[list[str]]:
    """Those of the keys that a reader cannot well tell apart, together."""
    together: dict[str, list[str]] = {}
    for key in keys:
        folded = _IGNORABLE.sub("", seen_as(unicodedata.normalize("NFKC", key)).casefold())
        together.setdefault(" ".join(_IGNORABLE.sub("", unicodedata.normalize("NFKC", folded)).split()), []).append(key)
    return [
        sorted(names, key=lambda name: (_IGNORABLE.search(name) is not None, name))
        for names in together.values()
        if len(names) > 1
    ]


def _spelled(keys: Iterable[str]) -> dict[str, str]:
    """What each student is called: with accents in one way, and letter by letter where that is another's name as well."""
    keys = list(keys)
    spelled = {key: _key(key) for key in keys}
    for names in _alike(keys):
        taken: set[str] = set()
        for name in sorted(
            names, key=lambda name: (_key(name) != name, seen_as(name) != name, bool(_IGNORABLE.search(name)), name)
        ):
            plain = _key(name)
            if seen_as(plain) in taken or _IGNORABLE.search(plain) or plain != " ".join(plain.split()):
                plain = _letter_by_letter(name)
            taken.add(seen_as(plain))
            spelled[name] = plain
    return spelled


def _letter_by_letter(name: str) -> str:
    """The name with everything spelled out that a reader might not see."""
    seen = "".join(
        c if c.isascii() or (c == _key(c) == seen_as(c) and c.isalnum()) else f"<U+{ord(c):04X}>" for c in name
    )
    return re.sub(r"^ | $| (?= )", "<U+0020>", seen)


_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""Letters that take no room where they stand."""


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts numbers in a text as numbers."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,9})", text))


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
