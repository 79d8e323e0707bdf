"""What each student handed in: which file is which module, of which era, and what is odd about it.

A `Download` is a folder or archive of hand-ins; its students are listed at once and their files only when
`submission` is asked for one, so that a class of thousands never lies in memory. Files are chosen by name and size,
and by a first bounded look at their bytes for `default_exp`, for what only one module defines, and for an era's signs;
reading them as notebooks is left to `autograder.worker.extract`, in the sandbox. The words of a course come with its `Conventions`.

A download may be listed in one process and read in others forked from it: nothing is held open.
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
from typing import Literal

from autograder.authoring.conventions import Conventions
from autograder.authoring.conventions import conventions_of as conventions_of
from autograder.intake.archive import (
    CLASS,
    MEGABYTE,
    STUDENT,
    Contents,
    Fault,
    Limits,
    Member,
    Refused,
    bad_name,
    contents,
    decoded,
    excess,
    inside,
    is_archive,
    is_ignored,
    one_file,
    shown,
)
from autograder.intake.platforms import (
    MOST_RECORD,
    Handed,
    Kind,
    Reader,
    Records,
    blackboard_people,
    classroom,
    gradescope_people,
    is_extra,
    is_one_tree,
    platform,
    reader,
    slug_of,
    stamp,
)

Source = Literal["notebook", "script", "package", "source"]

FIRST_LOOK = 256_000
"""Bytes of a file that are searched for `default_exp` and definitions."""
SECOND_LOOK = 2_000_000
"""Bytes of a chosen file that are searched for an era's signs."""
MOST_LOOKS = 400
MOST_NOTES = 50
LONGEST_NAME = 150
"""Longer names are no module's; to look for marks in them would take long."""
_WORK = (".py", ".ipynb")

_LOOK_ALIKE = re.compile(
    r"(?:^test_.*|.*[_ -](?:backup|solutions?|test|tests|bak|orig)(?:[_ -]?\d+)?)\.(?:py|ipynb)$", re.IGNORECASE
)
_COPY_MARK = re.compile(r"(?:[-_ ]?\(\d+\)|-\d+|[-_ ]copy\d*|-checkpoint)+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """One module of a student: its file, what kind that is, and the exported file beside a notebook.

    `target` is the module it says it is (`core.layers`, or by its path `package.core.layers`), empty if it says
    nothing. `eras` are the letters of the eras it can be of: a case applies if it applies to all of them.
    `handed_in` is when this module was, where a platform keeps a time for each.
    """

    number: int
    member: Member
    source: Source
    target: str = ""
    exported: Member | None = None
    notes: tuple[str, ...] = ()
    eras: str = ""
    handed_in: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in; `refused` says why none of it can be used, empty when it can.

    `era` is the letter of the era all of it is of, empty where that is not certain; `eras` are the letters possible.
    """

    student: str
    era: str
    modules: dict[int, Work]
    notes: tuple[str, ...] = ()
    refused: str = ""
    eras: str = ""


@dataclass(frozen=True, slots=True)
class HandIn:
    """One attempt of one student in a download, with files not yet listed.

    The fields are those of `Handed`; `attempt` counts from 1, and a student's last one is the current one. `late` and
    `handed_in` are what the platform says: a time without a zone is in the course's.
    """

    student: str
    kind: Kind
    name: str
    email: str
    late: bool
    handed_in: datetime | None
    attempt: int
    listing: Callable[[], Contents]


@dataclass(frozen=True, slots=True)
class Download:
    """The hand-ins of a folder or archive by student and attempt, what belongs to nobody, and why it is unusable."""

    students: tuple[HandIn, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""


# Whose is what ---------------------------------------------------------------------------------------------------


def download(path: Path, conventions: Conventions) -> Download:
    """The students of a folder, a platform's zip, or one student's own tree, archive or file. Never raises."""
    try:
        if path.is_dir():
            found = _of_folder(path, conventions)
        elif path.name.lower().endswith(_WORK):
            found = _of_file(path, conventions)
        else:
            found = _of_archive(path, conventions)
    except OSError as error:
        return Download(refused=(error.strerror or "cannot be read").lower())
    return found if found.students or found.refused else replace(found, refused="there is no hand-in in it")


def _one(student: str, listing: Callable[[], Contents]) -> Download:
    return Download((HandIn(_key(student), "name", "", "", False, None, 1, listing),))


def _of_file(path: Path, conventions: Conventions) -> Download:
    path.stat()  # raises where there is none
    name = decoded(path.name)
    who = reader((), "", conventions.words)(name)
    return _one(who.student if who else name.rsplit(".", 1)[0], partial(one_file, path, name))


def _of_folder(path: Path, conventions: Conventions) -> Download:
    root = _class_folder(path)
    with os.scandir(root) as entries:
        found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    # A folder stands for the files in it, which are listed only when its student's turn has come.
    raw = {
        decoded(f"{name}/*" if folder else name): name
        for name, folder in found
        if not is_ignored(name) and name[0] != "."
    }
    if _is_one_student([*raw, *_peeked(root, raw)], conventions):
        return _one(decoded(path.resolve().name), partial(contents, root))
    step = "submitted/" if root.name == "submitted" else ""
    records = _records(raw, lambda p: _start(root / raw[p]), slug_of(root.name))
    tell = reader([step + p for p in raw], records.slug, conventions.words)

    def listed(owned: Sequence[tuple[str, Handed]]) -> Callable[[], Contents]:
        return partial(_parts, root, tuple((raw[p], h.path) for p, h in owned))

    def stamps(owned: Sequence[tuple[str, Handed]]) -> Iterable[bytes]:
        for path, _ in owned:
            for file in islice((root / raw[path]).glob("*/timestamp.txt"), 100):
                yield _start(file, 200)

    return _grouped(raw, lambda p: tell(step + p), records, listed, stamps)


def _class_folder(path: Path) -> Path:
    """Where the students' folders are: below nbgrader's `submitted`, or in the one folder a platform's export has."""
    for inner in (path / "submitted", path / "assignments" / "submitted"):
        if inner.is_dir() and not inner.is_symlink():
            return inner
    exports = [e for e in (*path.glob("assignment_*_export"), *path.glob("*-submissions")) if e.is_dir()]
    return exports[0] if len(exports) == 1 and not exports[0].is_symlink() else path


def _peeked(root: Path, raw: Mapping[str, str]) -> list[str]:
    """The names directly below the first few folders: enough to tell a class from one student's own tree."""
    found = []
    for path in islice((p for p in raw if p.endswith("/*")), 20):
        with contextlib.suppress(OSError), os.scandir(root / raw[path]) as entries:
            found += [f"{path[:-1]}{decoded(e.name)}{'/*' * e.is_dir()}" for e in islice(entries, 200)]
    return found


def _start(path: Path, count: int = MOST_RECORD) -> bytes:
    """The first bytes of a platform's record; none where it is no ordinary file."""
    found = one_file(path, path.name).members
    try:
        return found[0].head(count) if found else b""
    except Refused:
        return b""


def _parts(root: Path, owned: Sequence[tuple[str, str]]) -> Contents:
    """The contents of the entries of a class's folder that are one student's."""
    found = []
    for name, path in owned:
        file = root / name
        folder = file.is_dir() and not file.is_symlink()
        found.append(contents(file) if folder else one_file(file, path))
    refused = next((c.refused for c in found if c.refused), "")
    return Contents(tuple(m for c in found for m in c.members), tuple(f for c in found for f in c.faults), refused)


def _of_archive(path: Path, conventions: Conventions) -> Download:
    whole = contents(path, CLASS)
    if whole.refused:
        return Download(refused=whole.refused)
    top, members = _without_top(whole.members, conventions)
    paths = [member.path for member in members]
    if _is_one_student(paths, conventions):
        one = Contents(members, whole.faults)
        return _one(top or re.sub(r"(?:\.tar)?\.\w+$", "", decoded(path.name)), lambda: one)
    by_path = {member.path: member for member in members}
    faults = [replace(f, path=f.path.removeprefix(f"{top}/")) if top else f for f in whole.faults]
    bad = {fault.path: fault for fault in faults}

    def listed(owned: Sequence[tuple[str, Handed]]) -> Callable[[], Contents]:
        good = tuple(replace(by_path[p], path=h.path) for p, h in owned if p in by_path)
        wrong = tuple(bad[p] for p, _ in owned if p in bad)
        return lambda: Contents(good, wrong)

    def stamps(owned: Sequence[tuple[str, Handed]]) -> Iterable[bytes]:
        return (_head(by_path[p], 200) for p, _ in owned if p.endswith("/timestamp.txt") and p in by_path)

    slug = slug_of(top) or slug_of(path.stem)
    records = _records(by_path, lambda p: _head(by_path[p], MOST_RECORD), slug)
    tell = reader(paths, records.slug, conventions.words)
    return _grouped([*by_path, *(p for p in bad if p not in by_path)], tell, records, listed, stamps)


def _head(member: Member, count: int) -> bytes:
    try:
        return member.head(count)
    except Refused:
        return b""


def _without_top(members: tuple[Member, ...], conventions: Conventions) -> tuple[str, tuple[Member, ...]]:
    """The one folder a packed folder begins with, and the members below it."""
    tops = {member.path.split("/")[0] if "/" in member.path else "" for member in members}
    top = tops.pop() if len(tops) == 1 else ""
    paths = [member.path for member in members]
    if not top or top == "submitted" or is_one_tree(paths, conventions.trees) or platform(paths):
        return "", members
    return top, tuple(replace(m, path=m.path[len(top) + 1 :]) for m in members)


def _is_one_student(paths: Sequence[str], conventions: Conventions) -> bool:
    """Whether these are the files of one student: a tree's folders, or files or folders named like modules, at the top.

    Where such a thing lies beside several folders with work in them it is a class with something of the course.
    """
    folders: dict[str, bool] = {}
    loose = False
    archives = 0
    for path in paths:
        top, slash, rest = path.partition("/")
        if slash:
            work = rest.lower().endswith(_WORK) or is_archive(rest) or rest.partition("/")[0] in conventions.trees
            folders[top] = folders.get(top, False) or work
        else:
            archives += is_archive(path)
            loose = loose or (path.endswith(_WORK) and _stem(path) in conventions.words)
    known = conventions.trees & folders.keys()
    others = sum(work for top, work in folders.items() if top not in known | conventions.not_work)
    if is_one_tree(paths, conventions.trees):
        return not known.isdisjoint(conventions.edited | {conventions.package}) or others < 2 or others <= len(known)
    named = sum(_stem(f"{folder}.") in conventions.words for folder in folders)
    return (named > 0 and 2 * named >= len(folders)) or (loose and others + archives < 2)


def _records(paths: Iterable[str], read: Callable[[str], bytes], slug: str) -> Records:
    """What the records among these paths say."""
    heads: dict[str, bytes] = {}
    record = ""
    for path in paths:
        name = path.rsplit("/", 1)[-1]
        if name in ("submission_metadata.yml", "grades.csv") and re.match(r"(?:assignment_\d+_export/)?[^/]+$", path):
            record = path  # below a student's folder it would be the student's
        if match := re.fullmatch(r"([^/]+)_attempt_\d{4}(?:-\d\d){5}(\.txt|_.+)", path, re.DOTALL):
            heads.setdefault(match[1], b"")
            if match[2] == ".txt":
                heads[match[1]] = read(path)[:4000]
    if record.endswith("submission_metadata.yml"):
        return Records(gradescope_people(read(record)))
    if record:
        told = classroom(read(record))
        return told if told.slug else replace(told, slug=slug)
    return Records(blackboard_people(heads, heads), slug)


def _key(student: str) -> str:
    """The same letters for the same name: systems write accents in two ways."""
    return unicodedata.normalize("NFC", student)


def _grouped(
    paths: Iterable[str],
    read: Reader,
    records: Records,
    listed: Callable[[Sequence[tuple[str, Handed]]], Callable[[], Contents]],
    stamps: Callable[[Sequence[tuple[str, Handed]]], Iterable[bytes]],
) -> Download:
    owned: dict[str, dict[int, list[tuple[str, Handed]]]] = {}
    notes = []
    shared = set()
    for path in paths:
        who = read(path)
        if who is None and is_extra(path):
            continue
        if who is None or bad_name(who.student):
            notes.append(f"`{shown(path.removesuffix('/*'))}` belongs to no student and was not read")
            continue
        if who.kind == "brightspace" and who.student != who.name:
            shared.add(who.name)
        for one in records.settled(who):
            owned.setdefault(_key(one.student), {}).setdefault(one.attempt, []).append((path, one))
    students = []
    for student in sorted(owned):
        attempts = sorted(owned[student].values(), key=_moment)
        for number, files in enumerate(attempts, 1):
            told = files[0][1]
            when = told.handed_in
            if told.kind == "nbgrader":
                when = max(filter(None, (_when(data) for data in stamps(files))), key=_comparable, default=None)
            late = any(handed.late for _, handed in files)
            current = _current(files)
            students.append(HandIn(student, told.kind, told.name, told.email, late, when, number, listed(current)))
    notes += [f"`{shown(name)}` stands there with several numbers; read as several people" for name in sorted(shared)]
    more = [f"and {len(notes) - MOST_NOTES} more"] if len(notes) > MOST_NOTES else []
    return Download(tuple(students), (*notes[:MOST_NOTES], *more))


def _when(data: bytes) -> datetime | None:
    return stamp(data.decode("utf-8", "replace"))


def _comparable(when: datetime) -> datetime:
    """A time that compares with others: without a zone it counts as UTC."""
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _moment(files: Sequence[tuple[str, Handed]]) -> tuple[datetime, int]:
    told = files[0][1]
    return _comparable(told.handed_in or datetime.min), told.attempt


_AGAIN = re.compile(r"(.+)-\d+(\.\w+)", re.DOTALL)


def _current(files: list[tuple[str, Handed]]) -> list[tuple[str, Handed]]:
    """Without what a later upload replaced: of Canvas's `x.py` and `x-1.py` the one with the higher number."""
    if not files[0][1].kind.startswith("canvas"):
        return files
    names = {handed.path for _, handed in files}
    latest: dict[str, int] = {}
    plain = {}
    for _, handed in files:
        match = _AGAIN.fullmatch(handed.path)
        name = "".join(match.groups()) if match else ""
        plain[handed.path] = name = name if name in names else handed.path
        latest[name] = max(latest.get(name, 0), handed.order)
    return [(path, handed) for path, handed in files if handed.order == latest[plain[handed.path]]]


# One student -----------------------------------------------------------------------------------------------------


def submission(hand_in: HandIn, conventions: Conventions, limits: Limits = STUDENT) -> Submission:
    """The modules of one student. Never raises; a fault anywhere in the files refuses this student alone."""
    whole = hand_in.listing()
    if not whole.refused and not whole.faults:
        whole = _unpacked(whole, limits)
    refused = whole.refused or _told(whole.faults) or excess(whole.members, limits)
    if refused:
        return Submission(hand_in.student, "", {}, (), refused)
    found = chosen(hand_in.student, whole.members, conventions)
    return _timed(found, whole.members) if hand_in.kind == "nbgrader" else found


def _timed(found: Submission, members: Sequence[Member]) -> Submission:
    """With the time that nbgrader keeps beside each notebook."""
    times = {m.path.rpartition("/")[0]: m for m in members if m.path.endswith("/timestamp.txt")}
    modules = {}
    for number, work in found.modules.items():
        beside = times.get(work.member.path.rpartition("/")[0])
        modules[number] = replace(work, handed_in=_when(_head(beside, 200))) if beside else work
    return replace(found, modules=modules)


def _told(faults: Sequence[Fault]) -> str:
    if not faults:
        return ""
    more = f", and {len(faults) - 1} more like it" if len(faults) > 1 else ""
    return f"`{shown(faults[0].path)}` {faults[0].reason}{more}"


def _unpacked(whole: Contents, limits: Limits) -> Contents:
    """With the archives at the top of a hand-in replaced by what is in them; archives further down are just files."""
    packed = [m for m in whole.members if is_archive(m.path) and m.path.count("/") <= 1]
    if not packed:
        return whole
    if sum(member.size for member in packed) > limits.nested:
        return Contents(refused=f"more than {limits.nested // MEGABYTE} MB of archives")
    rest = [member for member in whole.members if not (is_archive(member.path) and member.path.count("/") <= 1)]
    found: list[Member] = []
    for member in packed:
        inner = inside(member, limits)
        if inner.refused or inner.faults:
            reason = inner.refused or _told(inner.faults)
            return Contents(refused=f"`{shown(member.path)}`: {reason}")
        prefix = f"{member.path.rsplit('.', 1)[0]}/" if len(packed) > 1 else ""
        found += [replace(m, path=prefix + m.path) for m in inner.members]
        if refused := excess(found, limits):
            return Contents(refused=refused)
    if all(is_archive(m.path) for m in found):
        return Contents(refused="an archive in an archive; pack the files once")
    return Contents((*rest, *found))


def chosen(student: str, members: Sequence[Member], conventions: Conventions) -> Submission:
    """Which of one student's files is which module.

    Of several files for a module the notebook comes before a script, a script before an exported file, that before
    an instructor's; of the same kind one in a folder that students work in before others, one without a copy's mark
    (`(1)`, ` copy`) before those with, a shallower path before a deeper, then by name. Empty files come last.
    """
    notes: list[str] = []
    named = conventions.eras_by_names(_telling(members))
    files = [member for member in members if _may_be_work(member.path, conventions)]
    works = _recognized_of(files, conventions, named, notes, odd=False)
    if not works:
        works = _recognized_of(files, conventions, named, notes, odd=True)
    by_module: dict[int, list[Work]] = {}
    for work in works:
        by_module.setdefault(work.number, []).append(work)
    modules = {number: _best(by_module[number], conventions) for number in sorted(by_module)}
    if not modules:
        notes.append("no file is recognized as a module")
    if len(files) > MOST_LOOKS:
        notes.append(f"only the first {MOST_LOOKS} notebooks and Python files were looked at")
    modules, eras = _with_eras(modules, named, conventions, notes)
    return Submission(student, eras if len(eras) == 1 else "", modules, tuple(notes), eras=eras)


def _may_be_work(path: str, conventions: Conventions) -> bool:
    *folders, name = path.split("/")
    if not name.lower().endswith(_WORK) or name.startswith(".") or _LOOK_ALIKE.match(name):
        return False
    if is_ignored(path) or {"assignments", "source"} <= set(folders):
        return False
    return conventions.not_work.isdisjoint(folders) and name != "__init__.py"


def _recognized_of(
    files: Iterable[Member], conventions: Conventions, named: str, notes: list[str], odd: bool
) -> list[Work]:
    """The files that are modules; with `odd` only Python files of any name, told by what they define."""
    works = []
    looks = 0
    for member in files:
        notebook = member.path.lower().endswith(".ipynb")
        if (notebook and odd) or (not odd and not notebook and _stem(member.path) not in conventions.words):
            continue
        looks += 1
        if looks > MOST_LOOKS:
            break
        work = _recognized(member, conventions, named, notes)
        works += [work] if work else []
    return works


def _recognized(member: Member, conventions: Conventions, named: str, notes: list[str]) -> Work | None:
    """The module a file is: by its `default_exp`, else its name, its folder, what it defines, or its number."""
    path = member.path
    try:
        head = member.head(FIRST_LOOK)
    except Refused as error:
        notes.append(str(error))
        return None
    target = _target(head)
    by_name = _by_name(path, conventions)
    number = conventions.words.get(target.rsplit(".", 1)[-1].lower(), 0) or by_name
    odd = []
    if not number:
        defined = _defined(head, conventions)
        number = defined.pop() if len(defined) == 1 else 0
        if defined:
            several = ", ".join(f"{n:02}" for n in sorted(defined))
            notes.append(f"`{shown(path)}` defines what belongs to modules {several}; a module is a file of its own")
            return None
        if number:
            odd.append(f"`{shown(path)}` is taken for module {number:02} by what it defines")
        elif path.lower().endswith(".ipynb") and (number := _by_number(path, conventions, named)):
            odd.append(f"`{shown(path)}` is taken for module {number:02} by its number alone")
    if not number:
        notes.append(f"`{shown(path)}` is not recognized as a module")
        return None
    if by_name and number != by_name:
        odd.append(f"`{shown(path)}` is named like module {by_name:02} and exports to `{target}`, which counts")
    if not member.size:
        odd.append(f"`{shown(path)}` is empty")
    source = _source(path, bool(target), conventions)
    return Work(number, member, source, target or _dotted(path, source, conventions), None, tuple(odd))


def _target(head: bytes) -> str:
    match = re.search(rb"#[ \t]*\|[ \t]*default_exp[ \t]+([\w.]{1,80})", head.replace(b"\0", b""))
    return match[1].decode("ascii", "replace") if match else ""


def _stem(path: str) -> str:
    """A file's name without ending, number and marks of copies: `01_tensor_dev (1).ipynb` is `tensor`."""
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()
    if len(stem) > LONGEST_NAME:
        return stem
    stem = _COPY_MARK.sub("", stem)
    return re.sub(r"^(?:(?:mod|module|lab|hw)?[-_ ]?\d+[-_ .]*)+|_dev$", "", stem)


def _by_name(path: str, conventions: Conventions) -> int:
    """The module whose word is a file's name; of a notebook also one word in its name, or in its folder's."""
    stem = _stem(path)
    if stem in conventions.words or not path.lower().endswith(".ipynb"):
        return conventions.words.get(stem, 0)
    for text in (stem, path.rsplit("/", 2)[-2] if "/" in path else ""):
        hits = {conventions.words[word] for word in re.findall(r"[a-z]+", text.lower()) if word in conventions.words}
        if len(hits) == 1:
            return hits.pop()
    return 0


_DEFINED = re.compile(rb"(?:\A|[\"\n\r]|\\n)(?:class|def) (\w{1,80})")


def _defined(head: bytes, conventions: Conventions) -> set[int]:
    """The modules that alone define some of the classes and functions that are defined here."""
    names = {match[1].decode("ascii", "replace") for match in _DEFINED.finditer(head)}
    return {conventions.symbols[name] for name in names if name in conventions.symbols}


def _by_number(path: str, conventions: Conventions, named: str) -> int:
    """Only a number is left: `modules/03/work.ipynb`, `mod3.ipynb`."""
    match = re.search(r"(?:^|/|mod|module|lab)[-_ ]?(\d{1,2})(?:[-_ .][^/]*)?(?:/[^/]+)?$", path.lower())
    number = int(match[1]) if match else 0
    number = conventions.renumbered.get(named, {}).get(number, number)
    return number if number in conventions.words.values() else 0


def _source(path: str, target: bool, conventions: Conventions) -> Source:
    folders = path.split("/")[:-1]
    if path.lower().endswith(".ipynb"):
        return "notebook"
    if not conventions.sources.isdisjoint(folders) and any(re.match(r"\d\d_", folder) for folder in folders):
        return "source"
    return "script" if target or not conventions.edited.isdisjoint(folders) else "package"


def _dotted(path: str, source: Source, conventions: Conventions) -> str:
    """The import name a package file has by its path: from the package on, or from a folder in it."""
    parts = path.removesuffix(".py").split("/")
    for tops in ({conventions.package}, conventions.parts):
        if source == "package" and not tops.isdisjoint(parts[:-1]):
            first = max(i for i, part in enumerate(parts[:-1]) if part in tops)
            return ".".join(parts[first:])
    return ""


_RANK: dict[Source, int] = {"notebook": 0, "script": 1, "package": 2, "source": 3}


def _best(works: list[Work], conventions: Conventions) -> Work:
    """The file that is graded for a module; the others are named in its notes."""
    first, *others = sorted(works, key=partial(_preference, conventions))
    notes = list(first.notes)
    rivals = [work for work in others if work.source == first.source and work.member.size]
    if rivals:
        names = ", ".join(f"`{shown(work.member.path)}`" for work in rivals[:5])
        notes.append(f"`{shown(first.member.path)}` is graded, of {len(rivals) + 1} candidates; not {names}")
    notes += [note for work in others if not work.member.size for note in work.notes]
    if first.source == "source":
        notes.append(f"`{shown(first.member.path)}` lies where the instructor's sources are; nothing else was found")
    exported = next((work.member for work in others if work.source == "package" and work.member.size), None)
    own = exported if first.source in ("notebook", "script") else None
    return replace(first, exported=own, notes=tuple(notes))


def _preference(conventions: Conventions, work: Work) -> tuple[bool, int, bool, bool, int, int, str]:
    path = work.member.path
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    copied = bool(_COPY_MARK.search(stem[-LONGEST_NAME:]))
    folders = path.split("/")[:-1]
    elsewhere = conventions.edited.isdisjoint(folders)
    return (not work.member.size, _RANK[work.source], elsewhere, copied, len(folders), len(path), path)


# Eras ------------------------------------------------------------------------------------------------------------


def _telling(members: Iterable[Member]) -> Iterable[str]:
    return (member.path for member in members if not is_ignored(member.path))


def _with_eras(
    modules: dict[int, Work], named: str, conventions: Conventions, notes: list[str]
) -> tuple[dict[int, Work], str]:
    """The modules with the eras each can be of, and the eras that all of them can be of; notes tell what stays open.

    Where the words of the files decide they count, else the names; a target is a name too. Where the files contradict
    each other, each module keeps what its own text tells.
    """
    if not conventions.eras or not modules:
        return modules, ""
    own = {number: _eras_of(work, conventions, notes) for number, work in modules.items()}
    told = conventions.common(own.values())
    if told:
        eras = conventions.common((told, named)) or told
        if len(eras) > 1:
            what = " or ".join(eras) if eras != conventions.eras else ""
            notes.append(
                f"the files are of era {what}; nothing tells which" if what else "nothing in the files tells their era"
            )
        return {number: replace(work, eras=eras) for number, work in modules.items()}, eras
    said = ", ".join(f"{n:02} of {' or '.join(own[n])}" for n in own if own[n] != conventions.eras)
    notes.append(f"the files are of different eras: module {said}")
    return {
        n: replace(w, eras=conventions.common((own[n], named)) or own[n]) for n, w in modules.items()
    }, conventions.eras


def _eras_of(work: Work, conventions: Conventions, notes: list[str]) -> str:
    """The eras that a module's text and target tell, all where they tell nothing or contradict themselves."""
    by_text = conventions.eras
    if any(sign.module == work.number for sign in conventions.texts):
        by_text = conventions.eras_by_text(work.number, _bytes(work.member, notes))
    path = f"{conventions.package}/{work.target.removeprefix(f'{conventions.package}.').replace('.', '/')}.py"
    by_target = conventions.eras_by_names([path]) if work.target else conventions.eras
    return conventions.common((by_text, by_target)) or by_text or conventions.eras


def _bytes(member: Member, notes: list[str]) -> bytes:
    try:
        return member.head(SECOND_LOOK)
    except Refused as error:
        notes.append(str(error))
        return b""
