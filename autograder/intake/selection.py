"""The choice among a student's files: which is which module, of which edition, and what is odd about it.

Files are chosen by name and size, and by a first bounded look at their bytes for `default_exp`, for what only one module
defines, and for an edition's signs. Reading them as notebooks is left to `autograder.worker.extract`, in the sandbox. What
files are called in a course comes with its `Conventions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.authoring.conventions import Conventions
from autograder.authoring.editions import Editions
from autograder.intake.archive import Allowance, contents_of_member
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
    family,
    import_name,
    is_copy,
    is_look_alike,
    is_mailed,
    is_module_name,
    is_nobody,
    is_notebook,
    may_be_work,
    module_by_name,
    module_by_number,
    source_of,
    version,
)
from autograder.intake.first_look import defined_in, imports_own, is_as_handed_out, target_in
from autograder.intake.helpers import helpers_of
from autograder.intake.listing import HandIn
from autograder.intake.places import TIMESTAMP_BYTES
from autograder.intake.stamps import time_in
from autograder.intake.structure import is_part_of_work
from autograder.intake.time_limit import TooLong, limited

FIRST_LOOK = 256_000
"""Bytes of a file that are searched for `default_exp` and definitions."""
SECOND_LOOK = 2_000_000
"""Bytes of a chosen file that are searched for an edition's signs."""
TOOK_TOO_LONG = f"it takes longer than {STUDENT.seconds:g} seconds to unpack and look through"
MOST_LOOKS = 400
"""Notebooks and Python files of a student that are looked at."""


@dataclass(frozen=True, slots=True)
class Work:
    """One module of a student: its file, what kind that is, and the exported file beside a notebook.

    `number` is the module's. `target` is the module the file says it is (`core.layers`, or by its path
    `package.core.layers`), empty if it says nothing. `editions` are those it can be of, as far as its text tells. `handed_in` is when this module was, where a platform keeps a time for each. `defines` are
    the names it defines of those that only this module does. `helpers` are other files of the student's that it imports, each
    with the last part of its import name. `untouched` says that the file is still as it was handed out.
    """

    number: int
    member: Member
    source: Source
    target: str = ""
    exported: Member | None = None
    notes: tuple[str, ...] = ()
    editions: Editions = ()
    handed_in: datetime | None = None
    defines: frozenset[str] = frozenset()
    helpers: tuple[tuple[str, Member], ...] = ()
    untouched: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """A hand-in read: its modules by number; `refused` says why none of it can be used, empty when it can.

    `editions` are those that all of it can be of, as far as its text tells.
    `only_sources` are modules of which only the instructor's own source is there, which is nobody's work. `doubt` says what
    a person should look at: whether this is one student's; `people` are the folders that may be other people's.
    """

    student: str
    modules: dict[int, Work]
    notes: tuple[str, ...] = ()
    refused: str = ""
    editions: Editions = ()
    only_sources: tuple[int, ...] = ()
    doubt: str = ""
    people: tuple[str, ...] = ()


def read_submission(hand_in: HandIn, conventions: Conventions, caps: Caps = STUDENT) -> Submission:
    """The modules of one hand-in. Never raises; a fault anywhere in the files, or too long a time, refuses this student alone."""
    try:
        with limited(caps.seconds):
            return _read(hand_in, conventions, caps)
    except TooLong:
        return Submission(hand_in.student, {}, refused=TOOK_TOO_LONG)


def _read(hand_in: HandIn, conventions: Conventions, caps: Caps) -> Submission:
    """The modules of one hand-in, however long that takes."""
    files, links = _without_links(hand_in.list_files())
    if not files.refused and not files.faults:
        files, more = _without_links(_unpacked(files, caps))
        links += more
    refused = files.refused or _first_fault(files.faults) or excess(files.members, caps)
    if refused:
        return Submission(hand_in.student, {}, (), refused)
    submission = select_modules(hand_in.student, files.members, conventions)
    if links and not submission.modules and not submission.only_sources:
        return Submission(hand_in.student, {}, (), refused=_told(links)[0])
    kept = _nearly_work(files, conventions) if not submission.modules else []
    submission = replace(submission, notes=(*_told(links), *submission.notes, *kept))
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


def _without_links(files: Contents) -> tuple[Contents, list[str]]:
    """The files without the links among them, and the paths of those: a link is nobody's work, and is never followed."""
    links = [fault.path for fault in files.faults if fault.link]
    return replace(files, faults=tuple(fault for fault in files.faults if not fault.link)), links


def _told(links: Sequence[str]) -> list[str]:
    """A note on the links that were left out; none where there are none."""
    if not links:
        return []
    names = ", ".join(f"`{printable(path)}`" for path in links[:5])
    more = f" and {len(links) - 5} more" if len(links) > 5 else ""
    one = len(links) == 1
    return [
        f"{names}{more} {'is a link and was' if one else 'are links and were'} not read; hand in the file{'s' * (not one)}"
    ]


def _nearly_work(files: Contents, conventions: Conventions) -> list[str]:
    """Notes, where no work is found, on what looks as if some had been there."""
    copies = [path for path in files.ignored if path.endswith(".ipynb_checkpoints")]
    notes = [f"`{printable(path)}` is what Jupyter keeps by itself; hand in the notebook" for path in copies[:3]]
    pages = [
        one.path
        for one in files.members
        if one.path.lower().endswith((".json", ".html", ".pdf")) and is_module_name(one.path, conventions)
    ]
    return notes + [f"`{printable(path)}` is no notebook by its name; hand in the `.ipynb`" for path in pages[:3]]


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
    faults: list[Fault] = []
    allowance = Allowance.of(caps)
    for member in packed:
        inner, links = _without_links(contents_of_member(member, caps, allowance))
        faults += [Fault(path, "is a link", link=True) for path in links]
        if inner.refused or inner.faults:
            reason = inner.refused or _first_fault(inner.faults)
            return Contents(refused=f"`{printable(member.path)}`: {reason}")
        prefix = f"{member.path.rsplit('.', 1)[0]}/" if len(packed) > 1 else ""
        unpacked += [replace(m, path=prefix + m.path) for m in inner.members]
        if refused := excess(unpacked, caps):
            return Contents(refused=refused)
    if unpacked and all(is_archive(m.path) for m in unpacked):
        return Contents(refused="an archive in an archive; pack the files once")
    return Contents((*rest, *unpacked), tuple(faults))


def select_modules(student: str, members: Sequence[Member], conventions: Conventions) -> Submission:
    """The submission that one student's files are: for each module the file that is graded.

    Of several files for a module the one comes first that defines most of what only this module defines, whatever it is
    called. Among those: one that is not named like a test, a backup or a solution, a notebook before a script, a script
    before an exported file; of the same kind one in a folder that students work in before others, the newest version (`10/`
    before `2/`, `x (1)` before `x`; then what was changed last, by its archive), a shallower path before a deeper, then by name. Older versions of the same file, files
    still as they were handed out, and empty files come last, and the instructor's own sources are nobody's work.
    """
    notes: list[str] = []
    editions_by_names = conventions.editions_by_names(member.path for member in members if not is_ignored(member.path))
    files = [member for member in members if may_be_work(member.path, conventions)]
    reader = _Reader(conventions, editions_by_names, notes)
    works = reader.named(files)
    works += reader.unnamed(files, works)
    theirs = {work.number for work in works if work.source == "source"}
    by_module: dict[int, list[Work]] = {}
    for work in works:
        if work.source != "source":
            by_module.setdefault(work.number, []).append(work)
    modules = {number: _best(by_module[number], conventions) for number in sorted(by_module)}
    for number, users in reader.users.items():
        if number in modules:
            modules[number] = replace(modules[number], notes=(*modules[number].notes, *users))
        else:
            notes += users
    if not modules and not theirs:
        notes.append("no file is recognized as a module")
    if reader.looks > MOST_LOOKS:
        notes.append(f"only the first {MOST_LOOKS} notebooks and Python files were looked at")
    modules, editions = _with_editions(modules, editions_by_names, conventions, notes)
    modules = _with_helpers(modules, files, works, conventions)
    only_sources = tuple(sorted(theirs - modules.keys()))
    doubt, people = _doubt(works, conventions)
    return Submission(student, modules, tuple(notes), "", editions, only_sources, doubt, people)


def _doubt(works: Iterable[Work], conventions: Conventions) -> tuple[str, tuple[str, ...]]:
    """A word on folders that stand side by side, each with the same module, and are called like nothing of one student's; and the folders."""
    places: dict[tuple[int, bool], list[Sequence[str]]] = {}
    for work in works:
        places.setdefault((work.number, is_notebook(work.member.path)), []).append(work.member.path.split("/"))
    for (number, _), paths in sorted(places.items()):
        if len(paths) > 1 and len({path[0] for path in paths}) == 1:
            paths = [path[1:] for path in paths]  # one folder around all
        tops = sorted({path[0] for path in paths if len(path) > 1})
        people = [top for top in tops if not (is_nobody(top) or is_part_of_work(top, conventions))]
        if len(people) > 1:
            names = ", ".join(f"`{printable(top)}/`" for top in people[:5]) + ", …" * (len(people) > 5)
            what = f"module {number:02} lies in {names}: read as one student's"
            return f"{what}; if these are people, give this as a path of its own", tuple(people)
    return "", ()


# Recognizing -----------------------------------------------------------------------------------------------------


class _Reader:
    """Looks at the files of one student, so many and no more, and tells which module each of them is."""

    def __init__(self, conventions: Conventions, editions_by_names: Editions, notes: list[str]) -> None:
        self.conventions, self.editions_by_names, self.notes = conventions, editions_by_names, notes
        self.looks = 0
        self.users: dict[int, list[str]] = {}
        """Notes on files that use a module and were not taken for it, by module."""
        self.symbols: dict[int, list[str]] = {}
        for symbol, number in conventions.symbols.items():
            self.symbols.setdefault(number, []).append(symbol)

    def named(self, files: Iterable[Member]) -> list[Work]:
        """The modules that notebooks are, and Python files with a module's name."""
        chosen = (file for file in files if is_notebook(file.path) or is_module_name(file.path, self.conventions))
        return [work for member in chosen if (work := self._recognized(member))]

    def unnamed(self, files: Iterable[Member], named: Sequence[Work]) -> list[Work]:
        """The modules that Python files of any other name are by what they define, where nothing named like one defines it, or a
        starter does that nobody has touched."""
        settled = {work.number for work in named if (work.defines and not work.untouched) or work.source == "source"}
        missing = self.symbols.keys() - settled
        works: list[Work] = []
        for member in files:
            if not missing or is_notebook(member.path) or is_module_name(member.path, self.conventions):
                continue
            head = self._head(member)
            numbers = self._modules_defined(head)
            if numbers & missing or not named:
                work = self._by_definitions(member, head, numbers, told=not named)
                works += [work] if work and work.source != "source" else []
        return works

    def _head(self, member: Member) -> bytes:
        """The first bytes of a file; none, with a note, where it cannot be read, and none after too many looks."""
        self.looks += 1
        if self.looks > MOST_LOOKS:
            return b""
        try:
            return member.head(FIRST_LOOK).replace(b"\0", b"")  # of UTF-16, what is ASCII is left
        except Refused as error:
            self.notes.append(str(error))
            return b""

    def _modules_defined(self, head: bytes) -> set[int]:
        """The modules that alone define some of the classes and functions that are defined here."""
        symbols = self.conventions.symbols
        return {symbols[name] for name in defined_in(head, symbols)}

    def _recognized(self, member: Member) -> Work | None:
        """The module a file is: by its `default_exp`, else its name, its folder, what it defines, or its number."""
        path = member.path
        head = self._head(member)
        if self.looks > MOST_LOOKS or (member.size and not head):
            return None
        target = target_in(head)
        by_name = module_by_name(path, self.conventions)
        number = self.conventions.words.get(target.rsplit(".", 1)[-1].lower(), 0) or by_name
        if not number:
            return self._by_definitions(member, head, self._modules_defined(head), told=True)
        odd = []
        if by_name and number != by_name:
            odd.append(f"`{printable(path)}` is named like module {by_name:02} and exports to `{target}`, which counts")
        if not member.size:
            odd.append(f"`{printable(path)}` is empty")
        return self._work(member, head, number, target, odd)

    def _by_definitions(self, member: Member, head: bytes, numbers: set[int], told: bool) -> Work | None:
        """The module of a file that no name tells; `told` makes a note of one that is none."""
        path = member.path
        if len(numbers) > 1:
            several = ", ".join(f"{number:02}" for number in sorted(numbers))
            self.notes.append(
                f"`{printable(path)}` defines what belongs to modules {several}; a module is a file of its own"
            )
            return None
        if numbers:
            number = next(iter(numbers))
            odd = [f"`{printable(path)}` is taken for module {number:02} by what it defines"]
        elif is_notebook(path) and (number := module_by_number(path, self.conventions, self.editions_by_names)):
            odd = [f"`{printable(path)}` is taken for module {number:02} by its number alone"]
        else:
            self.notes += [f"`{printable(path)}` is not recognized as a module"] * told
            return None
        if not member.size:
            odd.append(f"`{printable(path)}` is empty")
        return self._work(member, head, number, target_in(head), odd)

    def _work(self, member: Member, head: bytes, number: int, target: str, odd: Sequence[str]) -> Work | None:
        """The file as a candidate for a module; None, with a note, where it only uses the module."""
        path = member.path
        defines = self._defines(member, head, number, target)
        if not target and not defines and imports_own(head, number, self.conventions):
            note = (
                f"`{printable(path)}` imports module {number:02} and defines nothing of it, so it is not taken for it"
            )
            self.users.setdefault(number, []).append(note)
            return None
        source = source_of(path, bool(target), self.conventions)
        if not target and source == "package":
            target = import_name(path, self.conventions)
        untouched = is_as_handed_out(head if member.size <= FIRST_LOOK else _text(member, self.notes))
        return Work(number, member, source, target, None, tuple(odd), defines=defines, untouched=untouched)

    def _defines(self, member: Member, head: bytes, number: int, target: str) -> frozenset[str]:
        """What a file defines of that which only its module does; a file too large to look for it is believed its target."""
        names = self.symbols.get(number, ())
        defined = defined_in(head, names)
        if len(defined) == len(names) or member.size <= FIRST_LOOK:
            return defined
        if member.size > SECOND_LOOK and target:
            return frozenset(names)
        return defined_in(_text(member, self.notes), names)


# Choosing --------------------------------------------------------------------------------------------------------

_LONG_AGO = datetime(1970, 1, 1)
_RANK: dict[Source, int] = {"notebook": 0, "script": 1, "package": 2, "source": 3}


def _best(works: list[Work], conventions: Conventions) -> Work:
    """The file that is graded for a module; the others are named in its notes."""
    known = frozenset().union(*(work.defines for work in works))
    older, untouched = _older(works), _untouched(works)
    dated = all(work.member.changed for work in works)
    first, *others = sorted(
        works, key=lambda work: (work in older, work in untouched, *_preference(conventions, known, work, dated))
    )
    notes = list(first.notes)
    notes += [f"`{printable(work.member.path)}` is still as it was handed out" for work in others if work in untouched]
    exported = next((work.member for work in others if work.source == "package" and work.member.size), None)
    beside = exported if first.source in ("notebook", "script") else None
    rivals = [work for work in others if work.member.size and work.member is not beside]
    if rivals:
        names = ", ".join(f"`{printable(work.member.path)}`" for work in rivals[:5])
        more = f" and {len(rivals) - 5} more" if len(rivals) > 5 else ""
        notes.append(f"`{printable(first.member.path)}` is graded, of {len(rivals) + 1} candidates; not {names}{more}")
    notes += [note for work in others if not work.member.size for note in work.notes]
    return replace(first, exported=beside, notes=tuple(notes))


def _older(works: Sequence[Work]) -> list[Work]:
    """The files that a newer version of the same file stands beside, one that is work as well."""
    newest: dict[str, Work] = {}
    untouched = _untouched(works)
    dated = all(work.member.changed for work in works)
    order = sorted(
        works,
        key=lambda one: (bool(one.defines), bool(one.member.size), one not in untouched, *_newness(one, dated)),
    )
    for work in order:
        newest[family(work.member.path)] = work
    return [work for work in works if newest[family(work.member.path)] is not work]


def _newness(work: Work, dated: bool) -> tuple[int, ...]:
    """Which version a file is, newer ones greater: by number, then by when it was changed if all are `dated`, then copies."""
    path, changed = work.member.path, work.member.changed
    seconds = (changed - _LONG_AGO).total_seconds() if dated and changed else 0
    return (*(number for part in version(path) for number in part), int(seconds), int(is_copy(path)))


def _untouched(works: Sequence[Work]) -> list[Work]:
    """The files as they were handed out, where one that a student has written is there as well.

    What lies in the package is no sign of that: it may have come with the course.
    """
    written = [one for one in works if one.defines and not one.untouched]
    if not any(one.source in ("notebook", "script") or not one.target for one in written):
        return []
    return [one for one in works if one.untouched]


def _preference(
    conventions: Conventions, known: frozenset[str], work: Work, dated: bool
) -> tuple[bool, int, bool, int, bool, tuple[int, ...], bool, int, int, str]:
    """The sorting key of the files of a module: the one to be graded comes first.

    `known` are the names that any of the files defines; all are `dated`, or time decides nothing.
    """
    path = work.member.path
    folders = path.split("/")[:-1]
    elsewhere = conventions.edited.isdisjoint(folders)
    newest = tuple(-number for number in _newness(work, dated))
    places = (elsewhere, newest, is_mailed(path), len(folders), len(path), path)
    return (not work.member.size, _share(work.defines, known), is_look_alike(path), _RANK[work.source], *places)


def _share(defined: frozenset[str], known: frozenset[str]) -> int:
    """How much of the known names a file defines: 0 for all, 1 for at least half, 2 for some, 3 for none."""
    if defined >= known:
        return 0
    return 1 if 2 * len(defined) >= len(known) else 2 if defined else 3


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


def _with_helpers(
    modules: dict[int, Work], files: Iterable[Member], works: Iterable[Work], conventions: Conventions
) -> dict[int, Work]:
    """The modules with the helpers that each imports; a candidate for a module is nobody's helper."""
    candidates = {work.member.path for work in works}
    others = {member.path: member for member in files if member.path not in candidates}
    return {
        number: replace(work, helpers=helpers_of(work.member, others, conventions, SECOND_LOOK))
        for number, work in modules.items()
    }


def _text(member: Member, notes: list[str]) -> bytes:
    """The bytes that are searched for signs; none, with a note, where the file cannot be read."""
    try:
        return member.head(SECOND_LOOK).replace(b"\0", b"")  # of UTF-16, what is ASCII is left
    except Refused as error:
        notes.append(str(error))
        return b""
