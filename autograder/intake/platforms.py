"""The owner of a file, found from the names that learning platforms give to what they pack for download.

A download is recognized as a whole: only when most of what stands at its top looks like Canvas's is it Canvas's, so that
a student's own `notes_1_2_x.py` is not taken for a hand-in. What no platform made is a folder, a file or an archive per
student.

A name is read from the platform's own part of it, the numbers and marks that no student writes: what stands before is
the person or the assignment, what follows is the student's file. Either may hold anything, marks of other hand-ins too.
Where a name can be read as two people's it is nobody's, for a person to look at. Every search takes time in proportion
to the name's length.

Names say who, and on some platforms when and which attempt. What they do not say a record of the platform may
(`autograder.intake.records`). Times come from there alone, never from a file's own date, which anybody can set.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from autograder.intake.file_names import is_layer_name, stem_of
from autograder.intake.names import squeezed
from autograder.intake.stamps import parse_time, time_in_digits, time_in_words

Kind = Literal[
    "canvas", "canvas-anonymous", "moodle", "gradescope", "brightspace", "blackboard", "nbgrader", "github", "name"
]


@dataclass(frozen=True, slots=True)
class OwnedFile:
    """One file of a download: whose it is, and what remains of its path.

    `student` is the key the platform gives (`kind` says which: Canvas user id, Moodle participant number, Blackboard
    and GitHub user name, nbgrader student id, Gradescope's student id or else address or else submission id, else the
    name of a person, folder or file). `name` is the name that stands beside the key, a person's or a team's, empty where
    none does. `attempt` is the same for the files of one attempt and grows with later ones, `order` grows with later
    files of an attempt; `late` is the platform's mark. `handed_in` has no zone where the platform states none: then it
    is the course's. `team` is whom it was handed in with, where the platform tells that and each member, too.
    """

    student: str
    kind: Kind
    path: str
    name: str = ""
    email: str = ""
    late: bool = False
    attempt: int = 0
    order: int = 0
    handed_in: datetime | None = None
    team: str = ""


PathReader = Callable[[str], OwnedFile | None]
"""Reads from a path whose file it is; None for a file of nobody, such as an index."""


def platform_reader(paths: Sequence[str]) -> PathReader | None:
    """The reader of the platform that packed these paths; None where none is recognized."""
    telling = [path for path in paths if not is_extra(path)]
    # One folder counts once, however many files a student puts into it.
    tops = list({path.partition("/")[0]: path for path in telling}.values())
    if nbgrader := _nbgrader_reader(paths, tops):
        return nbgrader
    for candidate in _READERS:
        if tops and 2 * sum(candidate(path) is not None for path in tops) >= len(tops):
            maker = _MAKERS.get(candidate)
            return maker(telling) if maker else candidate
    return _stamped_reader(tops)


_EXTRA = [
    "index.html",
    "submission_metadata.yml",
    "timestamp.txt",
    "gradebook.db",
    "nbgrader_config.py",
    "grades.csv",
    "classroom_roster.csv",
]


_STEPS = frozenset({"release", "source", "autograded", "feedback"})
"""Folders of nbgrader beside `submitted`."""


def is_extra(path: str) -> bool:
    """True if a path is a platform's own file, or lies in nbgrader's folders beside what is submitted."""
    *folders, name = path.lower().split("/")
    return name in _EXTRA or not _STEPS.isdisjoint(folders[:2])


# Canvas -----------------------------------------------------------------------------------------------------------
#
# `okoyeada_LATE_9001_55010_tensor.py`, `Team 4_9001_55010_tensor.py`, `LATE_anon_7hQ2z_55020_tensor.py`,
# `okoyeada_9001_text.html`. Canvas takes the underscores from numbers in a name, so its own are the first.

_CANVAS_NUMBERS = re.compile(r"_(?=(?P<user>\d+)_(?P<order>\d+)_.)", re.DOTALL)
_CANVAS_TEXT = re.compile(r"_(?P<user>\d+)_(?P<path>(?:text|link)\.html)\Z", re.IGNORECASE)
_CANVAS_NOBODY = re.compile(
    r"(?:(?P<late>late)_)?anon_(?P<user>[^_/]+)_(?:(?P<order>\d+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))",
    re.IGNORECASE | re.DOTALL,
)


def _canvas(path: str) -> OwnedFile | None:
    """Canvas's reader: somebody called Anon is nobody else, so that in a download with names names come first."""
    return _canvas_named(path) or _canvas_nobody(path)


def _canvas_named(path: str) -> OwnedFile | None:
    first = path.partition("/")[0]
    match = _CANVAS_NUMBERS.search(first)
    if match and match.start():
        user, order = match["user"], match["order"]
        rest = path[match.end() + len(user) + len(order) + 2 :]
    elif (match := _CANVAS_TEXT.search(path)) and first == path and match.start():
        user, order, rest = match["user"], "0", match["path"]
    else:
        return None
    name = path[: match.start()]
    late = name.lower().endswith("_late") and len(name) > len("_late")
    return OwnedFile(user, "canvas", rest, name[:-5] if late else name, late=late, order=int(order[-18:]))


def _canvas_nobody(path: str) -> OwnedFile | None:
    if not (match := _CANVAS_NOBODY.fullmatch(path)):
        return None
    order = int((match["order"] or "0")[-18:])
    return OwnedFile(
        match["user"], "canvas-anonymous", match["file"] or match["text"], late=bool(match["late"]), order=order
    )


def _canvas_reader(paths: Sequence[str]) -> PathReader:
    """Canvas's reader for these paths: where a number stands with two names, who can be read in two ways is nobody."""
    names: dict[str, set[str]] = {}
    for path in paths:
        if file := _canvas(path):
            names.setdefault(file.student, set()).add(file.name)

    def read(path: str) -> OwnedFile | None:
        file = _canvas(path)
        if file and len(names.get(file.student, ())) > 1 and len(_CANVAS_NUMBERS.findall(path)) > 1:
            return None
        return file

    return _told_apart(read, paths)


# Moodle -----------------------------------------------------------------------------------------------------------
#
# `Ada Okoye_31007_assignsubmission_file/tensor.py`, in older versions `..._file_/tensor.py`, without folders
# `..._file_tensor.py`; of teams `Team 4_77_...`, in older versions `Team 4-Ada Okoye_31007_...`.

_MOODLE = re.compile(r"_(?=(?P<user>\d+)_assignsubmission_(?P<plugin>[a-z]+)_.)", re.DOTALL)
_MOODLE_FOLDER = re.compile(r"_(?P<user>\d+)_assignsubmission_[a-z]+_?\Z")
NOBODY = (
    "participant deelnemer teilnehmer teilnehmerin teilnehmer/in participante partecipante deltagare deltager deltaker "
    "uczestnik osallistuja katılımcı účastník účastníčka участник учасник résztvevő "
    "udeleženec sudionik polaznik dalyvis dalībnieks osaleja συμμετέχων участничка المشارك مشارك משתתף 参与者 參與者 参加者 참가자"
)
"""What Moodle calls people whose names it does not tell."""


def _moodle(path: str) -> OwnedFile | None:
    first, slash, rest = path.partition("/")
    match = _MOODLE_FOLDER.search(first) if slash else None
    if match is None:
        # In one name follow each other what a student may call themself and what a student may call a file.
        matches = list(_MOODLE.finditer(path))
        if len(matches) != 1:
            return None
        match = matches[0]
        rest = path[match.end() + len(match["user"]) + len(f"_assignsubmission_{match['plugin']}_") :]
    name = path[: match.start()]
    if not name or not rest:
        return None
    return OwnedFile(match["user"], "moodle", rest, "" if name.strip().casefold() in NOBODY.split() else name)


def _moodle_reader(paths: Sequence[str]) -> PathReader:
    """Moodle's reader for these paths: where teams stand before all names, and no name without, they are left out."""
    names = {file.name: file.student for path in paths if (file := _moodle(path)) and file.name}
    teams = Counter(name.partition("-")[0] for name in names if "-" in name)
    like_teams = len(names) > 3 or all(
        re.search(r"[\d ]", team) for team in teams
    )  # and not Anne-Marie beside Anne-Lou
    if len(names) > 1 and teams.total() == len(names) and max(teams.values()) > 1 and like_teams:

        def read(path: str) -> OwnedFile | None:
            file = _moodle(path)
            if file is None:
                return None
            team, _, name = file.name.partition("-")
            return replace(file, name=name.strip(), team=team.strip())

        return _told_apart(read, paths)
    return _told_apart(_moodle, paths)


# Brightspace ------------------------------------------------------------------------------------------------------
#
# `40112-91340 - Ada Okoye - Mar 2, 2026 914 PM - tensor.py`, or a folder of that name. The time is in the words of the
# site's language, with or without a colon.


@dataclass(frozen=True, slots=True)
class _Brightspace:
    """What a name of Brightspace's says."""

    number: str
    name: str
    when: datetime
    path: str


_BRIGHTSPACE_NUMBERS = re.compile(r"(\d+)-\d+")


def _brightspace_parts(path: str) -> _Brightspace | None:
    first, slash, rest = path.partition("/")
    number, *parts = first.split(" - ")
    match = _BRIGHTSPACE_NUMBERS.fullmatch(number)
    if not match or len(parts) < 2:
        return None
    if slash and (when := time_in_words(parts[-1])):
        return _Brightspace(match[1], " - ".join(parts[:-1]), when, rest) if rest else None
    times = [(place, when) for place, part in enumerate(parts[1:-1], 1) if (when := time_in_words(part))]
    if len(times) != 1:
        return None
    place, when = times[0]
    file = " - ".join(parts[place + 1 :]) + slash + rest
    return _Brightspace(match[1], " - ".join(parts[:place]), when, file) if file else None


def _brightspace(path: str) -> OwnedFile | None:
    if not (said := _brightspace_parts(path)):
        return None
    return _timed(OwnedFile(said.name, "brightspace", said.path, said.name), said.when)


def _brightspace_reader(paths: Sequence[str]) -> PathReader:
    """The reader of a Brightspace download: a name that stands there with several numbers is told apart by them."""
    shared = _shared_names((said.name, said.number) for path in paths if (said := _brightspace_parts(path)))

    def read(path: str) -> OwnedFile | None:
        file, said = _brightspace(path), _brightspace_parts(path)
        if file and said and squeezed(file.name) in shared:
            return replace(file, student=f"{file.name} {said.number}")
        return file

    return read


# Blackboard -------------------------------------------------------------------------------------------------------
#
# `Lab_1_aokoye_attempt_2026-03-02-21-14-05_tensor.py`, with the word for attempt in the site's language.

_STAMP = r"(?P<stamp>\d{4}(?:-\d\d){5})"
_BLACKBOARD = re.compile(rf"_(?P<word>[^_/\d]{{2,30}})_{_STAMP}(?=_|\.txt\Z)")
_ATTEMPT = (
    "attempt poging versuch tentative essai intento tentativo tentativa intent försök forsøg forsøk yritys próba "
    "podejście deneme girişim pokus kísérlet încercare попытка спроба опит προσπάθεια απόπειρα ymgais ניסיון محاولة "
    "尝试 嘗試 試行 試み 시도 percubaan percobaan ensayo tentatiu saiakera próbálkozás pokušaj poskus bandymas mēģinājums katse "
    "tilraun iarracht спроба әрекет cố_gắng ครั้งที่ส่ง प्रयास প্রচেষ্টা تلاش jaribio ፈተና"
)


def _blackboard_match(path: str) -> re.Match[str] | None:
    """The platform's part of a name, which is the first: a student's file may hold what looks like another one."""
    match = _BLACKBOARD.search(path)
    return match if match and match.start() and match["word"].casefold() in _ATTEMPT.split() else None


def _blackboard(path: str) -> OwnedFile | None:
    """Blackboard's reader; the key is still `assignment_user` here, and its records name the user."""
    if not (match := _blackboard_match(path.partition("/")[0])):
        return None
    rest = path[match.end() :]
    file = OwnedFile(path[: match.start()], "blackboard", rest[1:] if rest.startswith("_") and len(rest) > 1 else rest)
    return _timed(file, time_in_digits(match["stamp"]))


def blackboard_head(path: str) -> tuple[str, bool] | None:
    """The `assignment_user` that a name of Blackboard's begins with, and whether it is the platform's text file."""
    match = _blackboard_match(path) if "/" not in path else None
    return (path[: match.start()], path[match.end() :] == ".txt") if match else None


# nbgrader ---------------------------------------------------------------------------------------------------------
#
# `submitted/aokoye/tensors/...`; what the exchange collects, `aokoye+tensors+2026-03-02 21:14:05.000000 UTC/...`; and
# one archive an attempt, `tensors_2026-03-02-21-14-05_aokoye.zip`.

_SUBMITTED = re.compile(r"submitted/(?P<user>[^/]+)/(?P<path>.+)", re.DOTALL)
_EXCHANGE = re.compile(
    r"(?P<user>[^/+]+)\+[^/+]+\+(?P<stamp>\d{4}-\d\d-\d\d [^/+]{8,60})(?:\+[^/]*)?/(?P<path>.+)", re.DOTALL
)
_STAMPED = re.compile(r"_(?P<stamp>\d{4}-\d\d-\d\d[-_T]\d\d-\d\d-\d\d)_")


def _nbgrader_reader(paths: Sequence[str], tops: Sequence[str]) -> PathReader | None:
    """The reader of nbgrader's folders if these are a course's: `submitted` stands alone, or beside nbgrader's own."""
    names = {path.partition("/")[0] for path in tops}
    wrapper = f"{next(iter(names))}/" if len(names) == 1 and "submitted" not in names else ""
    inner = [path[len(wrapper) :] for path in paths if path.startswith(wrapper)]
    alone = all(path.startswith("submitted/") or "/" not in path for path in inner if not is_extra(path))
    marked = any(is_extra(path) and not path.endswith("timestamp.txt") for path in inner)
    if not (alone or marked) or not any(_SUBMITTED.fullmatch(path) for path in inner):
        return None

    def read(path: str) -> OwnedFile | None:
        match = _SUBMITTED.fullmatch(path, len(wrapper)) if path.startswith(wrapper) else None
        return OwnedFile(match["user"], "nbgrader", match["path"]) if match else None

    return read


def _exchange(path: str) -> OwnedFile | None:
    if not (match := _EXCHANGE.fullmatch(path)):
        return None
    return _timed(OwnedFile(match["user"], "nbgrader", match["path"]), parse_time(match["stamp"]))


def _stamped_reader(paths: Sequence[str]) -> PathReader | None:
    """The reader of archives named by assignment, time and student, in this order or the other; None for other names.

    The assignment is what is called like one (`hw1`), else what more of the names share; where as many share either part it
    is the first.
    """
    parts = [parts for path in paths if (parts := _stamped_parts(path))]
    if not paths or 2 * len(parts) < len(paths):
        return None
    befores, afters = Counter(before for before, *_ in parts), Counter(after for *_, after, _ in parts)
    homework = all(map(is_layer_name, befores)) and not all(map(is_layer_name, afters))
    student_last = homework or max(befores.values()) >= max(afters.values())

    def read(path: str) -> OwnedFile | None:
        if not (parts := _stamped_parts(path)):
            return None
        before, stamp, after, file = parts
        return _timed(OwnedFile(after if student_last else before, "nbgrader", file), time_in_digits(stamp))

    return read


def _stamped_parts(path: str) -> tuple[str, str, str, str] | None:
    """What stands before the first time in a name, the time, what follows without its ending, and the file's path."""
    first, slash, rest = path.partition("/")
    match = _STAMPED.search(first)
    after = stem_of(first[match.end() :]) if match else ""
    if not match or not match.start() or not after:
        return None
    stamp = re.sub("[_T]", "-", match["stamp"])
    return first[: match.start()], stamp, after, rest if slash else first[match.end() :]


# Gradescope, GitHub Classroom, and no platform --------------------------------------------------------------------

_GRADESCOPE = re.compile(r"(?:assignment_\d+_export/)?submission_(?P<user>\d+)/(?P<path>.+)", re.DOTALL)


def _gradescope(path: str) -> OwnedFile | None:
    # A resubmission gets a higher submission id.
    match = _GRADESCOPE.fullmatch(path)
    return OwnedFile(match["user"], "gradescope", match["path"], attempt=int(match["user"][-18:])) if match else None


def github_reader(slug: str) -> PathReader:
    """The reader of clones of GitHub Classroom whose folders begin with this slug.

    `tensors-ada-ok/...` is `ada-ok`'s; slug and user may hold dashes, so that only the known slug is taken off.
    """

    def read(path: str) -> OwnedFile | None:
        first, slash, rest = path.partition("/")
        if not slash or not first.startswith(f"{slug}-") or first == f"{slug}-":
            return None
        return OwnedFile(first[len(slug) + 1 :], "github", rest)

    return read


def slug_of(name: str) -> str:
    """The slug of an assignment of GitHub Classroom, from the name of the folder its clones lie in; empty for others."""
    slug = name.removesuffix("-submissions")
    return slug if slug != name else ""


# All --------------------------------------------------------------------------------------------------------------

_READERS: tuple[PathReader, ...] = (
    _gradescope,
    _moodle,
    _brightspace,
    _blackboard,
    _exchange,
    _canvas_nobody,
    _canvas,
)
_MAKERS: Mapping[PathReader, Callable[[Sequence[str]], PathReader]] = {
    _moodle: _moodle_reader,
    _brightspace: _brightspace_reader,
    _canvas: _canvas_reader,
}
"""The readers that are made for a download, from all its paths."""


def _timed(file: OwnedFile, when: datetime | None) -> OwnedFile:
    """The file with the time in its name, by which its attempts are numbered."""
    number = int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()) if when else 0
    return replace(file, handed_in=when, attempt=number)


def _shared_names(people: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The names, squeezed, that stand with several numbers; none where most do, as in a folder of several downloads."""
    numbers: dict[str, set[str]] = {}
    for name, number in people:
        if key := squeezed(name):
            numbers.setdefault(key, set()).add(number)
    shared = frozenset(name for name, several in numbers.items() if len(several) > 1)
    return shared if len(numbers) < 4 or 2 * len(shared) < len(numbers) else frozenset()


def _told_apart(read: PathReader, paths: Iterable[str]) -> PathReader:
    """The reader with the number beside a name that several have: who calls themself like another is not the other."""
    shared = _shared_names((file.name, file.student) for path in paths if (file := read(path)))

    def read_apart(path: str) -> OwnedFile | None:
        file = read(path)
        if file and squeezed(file.name) in shared:
            return replace(file, name=f"{file.name} ({file.student})")
        return file

    return read_apart if shared else read
