"""The choice among a student's files: which is which module, of which edition, and what is odd about it.

Files are chosen by name and size, and by a first bounded look at their bytes for `default_exp`, for what only one module
defines, and for an edition's signs. Reading them as notebooks is left to `autograder.worker.extract`, in the sandbox. What
files are called in a course comes with its `Conventions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from autograder.authoring.conventions import Conventions
from autograder.authoring.editions import Editions
from autograder.intake.archive import contents_of_member
from autograder.intake.contents import (
    MEGABYTE,
    STUDENT,
    Caps,
    Contents,
    Fault,
    Member,
    Refused,
    excess,
    is_archive,
    is_ignored,
    printable,
    readable_head,
)
from autograder.intake.editions import editions_of_hand_in, editions_of_module, has_signs
from autograder.intake.file_names import (
    Source,
    import_name,
    is_copy,
    is_module_name,
    is_notebook,
    may_be_work,
    module_by_name,
    module_by_number,
    source_of,
)
from autograder.intake.listing import TIMESTAMP_BYTES, HandIn
from autograder.intake.platforms import time_in

FIRST_LOOK = 256_000
"""Bytes of a file that are searched for `default_exp` and definitions."""
SECOND_LOOK = 2_000_000
"""Bytes of a chosen file that are searched for an edition's signs."""
MOST_LOOKS = 400
"""Notebooks and Python files of a student that are looked at."""


@dataclass(frozen=True, slots=True)
class Work:
    """One module of a student: its file, what kind that is, and the exported file beside a notebook.

    `number` is the module's. `target` is the module the file says it is (`core.layers`, or by its path
    `package.core.layers`), empty if it says nothing. `editions` are those it can be of, as far as its text tells. `handed_in` is when this module was, where a platform keeps a time for each.
    """

    number: int
    member: Member
    source: Source
    target: str = ""
    exported: Member | None = None
    notes: tuple[str, ...] = ()
    editions: Editions = ()
    handed_in: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A hand-in read: its modules by number; `refused` says why none of it can be used, empty when it can.

    `editions` are those that all of it can be of, as far as its text tells.
    """

    student: str
    modules: dict[int, Work]
    notes: tuple[str, ...] = ()
    refused: str = ""
    editions: Editions = ()


def read_submission(hand_in: HandIn, conventions: Conventions, caps: Caps = STUDENT) -> Submission:
    """The modules of one hand-in. Never raises; a fault anywhere in the files refuses this student alone."""
    files = hand_in.list_files()
    if not files.refused and not files.faults:
        files = _unpacked(files, caps)
    refused = files.refused or _first_fault(files.faults) or excess(files.members, caps)
    if refused:
        return Submission(hand_in.student, {}, (), refused)
    submission = select_modules(hand_in.student, files.members, conventions)
    return _timed(submission, files.members) if hand_in.kind == "nbgrader" else submission


def _timed(submission: Submission, members: Sequence[Member]) -> Submission:
    """The submission with the time that nbgrader keeps beside each notebook."""
    times = {m.path.rpartition("/")[0]: m for m in members if m.path.endswith("/timestamp.txt")}
    modules = {}
    for number, work in submission.modules.items():
        beside = times.get(work.member.path.rpartition("/")[0])
        when = time_in(readable_head(beside, TIMESTAMP_BYTES)) if beside else work.handed_in
        modules[number] = replace(work, handed_in=when)
    return replace(submission, modules=modules)


def _first_fault(faults: Sequence[Fault]) -> str:
    """The first fault in words, with the number of the others; empty where there is none."""
    if not faults:
        return ""
    more = f", and {len(faults) - 1} more like it" if len(faults) > 1 else ""
    return f"`{printable(faults[0].path)}` {faults[0].reason}{more}"


def _unpacked(files: Contents, caps: Caps) -> Contents:
    """The files, with the archives at the top replaced by what is in them; archives further down are just files."""
    packed = [m for m in files.members if is_archive(m.path) and m.path.count("/") <= 1]
    if not packed:
        return files
    if sum(member.size for member in packed) > caps.nested:
        return Contents(refused=f"more than {caps.nested // MEGABYTE} MB of archives")
    rest = [member for member in files.members if not (is_archive(member.path) and member.path.count("/") <= 1)]
    unpacked: list[Member] = []
    for member in packed:
        inner = contents_of_member(member, caps)
        if inner.refused or inner.faults:
            reason = inner.refused or _first_fault(inner.faults)
            return Contents(refused=f"`{printable(member.path)}`: {reason}")
        prefix = f"{member.path.rsplit('.', 1)[0]}/" if len(packed) > 1 else ""
        unpacked += [replace(m, path=prefix + m.path) for m in inner.members]
        if refused := excess(unpacked, caps):
            return Contents(refused=refused)
    if all(is_archive(m.path) for m in unpacked):
        return Contents(refused="an archive in an archive; pack the files once")
    return Contents((*rest, *unpacked))


def select_modules(student: str, members: Sequence[Member], conventions: Conventions) -> Submission:
    """The submission that one student's files are: for each module the file that is graded.

    Of several files for a module the notebook comes before a script, a script before an exported file, that before
    an instructor's; of the same kind one in a folder that students work in before others, one without a copy's mark
    (`(1)`, ` copy`) before those with, a shallower path before a deeper, then by name. Empty files come last.
    """
    notes: list[str] = []
    editions_by_names = conventions.editions_by_names(member.path for member in members if not is_ignored(member.path))
    files = [member for member in members if may_be_work(member.path, conventions)]
    works = _recognized(files, conventions, editions_by_names, notes, odd=False)
    if not works:
        works = _recognized(files, conventions, editions_by_names, notes, odd=True)
    by_module: dict[int, list[Work]] = {}
    for work in works:
        by_module.setdefault(work.number, []).append(work)
    modules = {number: _best(by_module[number], conventions) for number in sorted(by_module)}
    if not modules:
        notes.append("no file is recognized as a module")
    if len(files) > MOST_LOOKS:
        notes.append(f"only the first {MOST_LOOKS} notebooks and Python files were looked at")
    modules, editions = _with_editions(modules, editions_by_names, conventions, notes)
    return Submission(student, modules, tuple(notes), editions=editions)


# Recognizing -----------------------------------------------------------------------------------------------------


def _recognized(
    files: Iterable[Member], conventions: Conventions, editions_by_names: Editions, notes: list[str], odd: bool
) -> list[Work]:
    """The files that are modules; with `odd` only Python files of any name, told by what they define."""
    works = []
    looks = 0
    for member in files:
        notebook = is_notebook(member.path)
        if (notebook and odd) or (not odd and not notebook and not is_module_name(member.path, conventions)):
            continue
        looks += 1
        if looks > MOST_LOOKS:
            break
        work = _recognize(member, conventions, editions_by_names, notes)
        works += [work] if work else []
    return works


def _recognize(member: Member, conventions: Conventions, editions_by_names: Editions, notes: list[str]) -> Work | None:
    """The module a file is: by its `default_exp`, else its name, its folder, what it defines, or its number."""
    path = member.path
    try:
        head = member.head(FIRST_LOOK)
    except Refused as error:
        notes.append(str(error))
        return None
    target = _target(head)
    by_name = module_by_name(path, conventions)
    number = conventions.words.get(target.rsplit(".", 1)[-1].lower(), 0) or by_name
    odd = []
    if not number:
        defined = _modules_defined(head, conventions)
        number = defined.pop() if len(defined) == 1 else 0
        if defined:
            several = ", ".join(f"{n:02}" for n in sorted(defined))
            notes.append(
                f"`{printable(path)}` defines what belongs to modules {several}; a module is a file of its own"
            )
            return None
        if number:
            odd.append(f"`{printable(path)}` is taken for module {number:02} by what it defines")
        elif is_notebook(path) and (number := module_by_number(path, conventions, editions_by_names)):
            odd.append(f"`{printable(path)}` is taken for module {number:02} by its number alone")
    if not number:
        notes.append(f"`{printable(path)}` is not recognized as a module")
        return None
    if by_name and number != by_name:
        odd.append(f"`{printable(path)}` is named like module {by_name:02} and exports to `{target}`, which counts")
    if not member.size:
        odd.append(f"`{printable(path)}` is empty")
    source = source_of(path, bool(target), conventions)
    if not target and source == "package":
        target = import_name(path, conventions)
    return Work(number, member, source, target, None, tuple(odd))


def _target(head: bytes) -> str:
    """The target in a file's `default_exp`, empty where it has none."""
    match = re.search(rb"#[ \t]*\|[ \t]*default_exp[ \t]+([\w.]{1,80})", head.replace(b"\0", b""))
    return match[1].decode("ascii", "replace") if match else ""


_DEFINED = re.compile(rb"(?:\A|[\"\n\r]|\\n)(?:class|def) (\w{1,80})")


def _modules_defined(head: bytes, conventions: Conventions) -> set[int]:
    """The modules that alone define some of the classes and functions that are defined here."""
    names = {match[1].decode("ascii", "replace") for match in _DEFINED.finditer(head)}
    return {conventions.symbols[name] for name in names if name in conventions.symbols}


# Choosing --------------------------------------------------------------------------------------------------------

_RANK: dict[Source, int] = {"notebook": 0, "script": 1, "package": 2, "source": 3}


def _best(works: list[Work], conventions: Conventions) -> Work:
    """The file that is graded for a module; the others are named in its notes."""
    first, *others = sorted(works, key=partial(_preference, conventions))
    notes = list(first.notes)
    rivals = [work for work in others if work.source == first.source and work.member.size]
    if rivals:
        names = ", ".join(f"`{printable(work.member.path)}`" for work in rivals[:5])
        notes.append(f"`{printable(first.member.path)}` is graded, of {len(rivals) + 1} candidates; not {names}")
    notes += [note for work in others if not work.member.size for note in work.notes]
    if first.source == "source":
        notes.append(
            f"`{printable(first.member.path)}` lies where the instructor's sources are; nothing else was found"
        )
    exported = next((work.member for work in others if work.source == "package" and work.member.size), None)
    beside = exported if first.source in ("notebook", "script") else None
    return replace(first, exported=beside, notes=tuple(notes))


def _preference(conventions: Conventions, work: Work) -> tuple[bool, int, bool, bool, int, int, str]:
    """The sorting key of the files of a module: the one to be graded comes first."""
    path = work.member.path
    folders = path.split("/")[:-1]
    elsewhere = conventions.edited.isdisjoint(folders)
    return (not work.member.size, _RANK[work.source], elsewhere, is_copy(path), len(folders), len(path), path)


def _with_editions(
    modules: dict[int, Work], editions_by_names: Editions, conventions: Conventions, notes: list[str]
) -> tuple[dict[int, Work], Editions]:
    """The modules with the editions each can be of, and those that all of them can be of; a note tells of disagreement."""
    if not conventions.editions or not modules:
        return modules, ()
    by_module = {}
    for number, work in modules.items():
        text = _text(work.member, notes) if has_signs(number, conventions) else b""
        by_module[number] = editions_of_module(number, work.target, text, conventions)
    told = editions_of_hand_in(by_module, editions_by_names, conventions)
    notes += [told.note] if told.note else []
    return {number: replace(work, editions=told.by_module[number]) for number, work in modules.items()}, told.common


def _text(member: Member, notes: list[str]) -> bytes:
    """The bytes that are searched for signs; none, with a note, where the file cannot be read."""
    try:
        return member.head(SECOND_LOOK)
    except Refused as error:
        notes.append(str(error))
        return b""
