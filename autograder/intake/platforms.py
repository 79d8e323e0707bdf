"""The owner of a file, found from the names and records that learning platforms give to what they pack for download.

A download is recognized as a whole: only when most of its entries look like Canvas's is it Canvas's, so that a student's
own `notes_1_2_x.py` is not taken for a hand-in. What no platform made is a folder, a file or an archive per student.

Names say who, and on some platforms when and which attempt. What they do not say, a record of the platform may: the
metadata of a Gradescope export, Blackboard's text file per attempt, nbgrader's `timestamp.txt`, the grades file of
GitHub Classroom. Times come from there alone, never from a file's own date, which anybody can set.
"""

from __future__ import annotations

import csv
import io
import re
import zoneinfo
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

Kind = Literal[
    "canvas", "canvas-anonymous", "moodle", "gradescope", "brightspace", "blackboard", "nbgrader", "github", "name"
]
MOST_RECORD = 64_000_000
"""Bytes of a record that are read."""


@dataclass(frozen=True, slots=True)
class OwnedFile:
    """One file of a download: whose it is, and what remains of its path.

    `student` is the key the platform gives (`kind` says which: Canvas user id, Moodle participant number, Blackboard
    and GitHub user name, nbgrader student id, Gradescope's student id or else address or else submission id, else the
    name of a person, folder or file). `name` is the name that stands beside the key, empty where none does. `attempt`
    is the same for the files of one attempt and grows with later ones, `order` grows with later files of an attempt;
    `late` is the platform's mark. `handed_in` has no zone where the platform states none: then it is the course's.
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


PathReader = Callable[[str], OwnedFile | None]
"""Reads from a path whose file it is; None for a file of nobody, such as an index."""


def path_reader(paths: Sequence[str], slug: str = "", words: Collection[str] = ()) -> PathReader:
    """The reader that fits the paths of a download.

    The platform is the one at least half of the paths are named by: a stray file must not cost a class its names. `slug`
    is what the folders of GitHub Classroom begin with; `words` are the names of modules, left out of students' names.
    """
    if platform := platform_reader(paths):
        return platform
    if slug:
        return lambda path: _github(path, slug)
    return lambda path: _first_part(path, words)


def platform_reader(paths: Sequence[str]) -> PathReader | None:
    """The reader of the platform that packed these paths; None where none is recognized."""
    telling = [path for path in paths if not is_extra(path)]
    for candidate in _READERS:
        if telling and 2 * sum(candidate(path) is not None for path in telling) >= len(telling):
            return _brightspace_reader(telling) if candidate is _brightspace else candidate
    return None


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


# Names ------------------------------------------------------------------------------------------------------------

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
_BRIGHTSPACE = re.compile(
    r"(?P<number>\d+)-\d+ - (?P<user>[^/]+?) - (?P<stamp>[A-Z][a-z]{2} \d\d?, \d{4} \d{3,4} [AP]M)(?: - |/)(?P<path>.+)",
    re.S,
)
_BLACKBOARD = re.compile(r"(?P<user>[^/]+)_attempt_(?P<stamp>\d{4}(?:-\d\d){5})(?P<path>(?:_|\.txt).*)", re.S)


def _canvas(path: str) -> OwnedFile | None:
    for pattern in (_CANVAS_NOBODY, _CANVAS_NOBODY_TEXT):
        if match := pattern.fullmatch(path):
            return _matched(match, "canvas-anonymous")
    for pattern in (_CANVAS_TEXT, _CANVAS, _CANVAS_GROUP):
        if match := pattern.fullmatch(path):
            return _matched(match, "canvas")
    return None


def _moodle(path: str) -> OwnedFile | None:
    file = _matched(match, "moodle") if (match := _MOODLE.fullmatch(path)) else None
    return replace(file, name="") if file and file.name == "Participant" else file


def _gradescope(path: str) -> OwnedFile | None:
    # A resubmission gets a higher submission id.
    file = _matched(match, "gradescope") if (match := _GRADESCOPE.fullmatch(path)) else None
    return replace(file, attempt=int(file.student[-18:])) if file else None


def _nbgrader(path: str) -> OwnedFile | None:
    return _matched(match, "nbgrader") if (match := _NBGRADER.fullmatch(path)) else None


def _brightspace(path: str) -> OwnedFile | None:
    if not (match := _BRIGHTSPACE.fullmatch(path)):
        return None
    clock = match["stamp"].split()
    clock[3] = clock[3].zfill(4)
    when = _parsed(" ".join(clock), "%b %d, %Y %I%M %p")
    return replace(_timed(_matched(match, "brightspace"), when), name=match["user"])


def _brightspace_reader(paths: Iterable[str]) -> PathReader:
    """The reader of a Brightspace download: a name that stands there with several numbers is told apart by them."""
    numbers: dict[str, set[str]] = {}
    for path in paths:
        if match := _BRIGHTSPACE.fullmatch(path):
            numbers.setdefault(match["user"], set()).add(match["number"])
    shared = {name for name, several in numbers.items() if len(several) > 1}

    def read(path: str) -> OwnedFile | None:
        file = _brightspace(path)
        if file and file.name in shared:
            return replace(file, student=f"{file.name} {path.split('-', 1)[0]}")
        return file

    return read


def _blackboard(path: str) -> OwnedFile | None:
    """Blackboard's reader; the key is still `assignment_user` here, and its records name the user."""
    if not (match := _BLACKBOARD.fullmatch(path)):
        return None
    rest = match["path"]
    file = replace(_matched(match, "blackboard"), path=rest[1:] if rest.startswith("_") and len(rest) > 1 else rest)
    return _timed(file, _parsed(match["stamp"], "%Y-%m-%d-%H-%M-%S"))


_READERS: tuple[PathReader, ...] = (_nbgrader, _gradescope, _moodle, _brightspace, _blackboard, _canvas)


def _matched(match: re.Match[str], kind: Kind) -> OwnedFile:
    """The file whose path a platform's pattern matched."""
    parts = match.groupdict()
    order = int((parts.get("order") or "0")[-18:])
    late = bool(parts.get("late"))
    return OwnedFile(parts["user"], kind, parts["path"], parts.get("name") or "", late=late, order=order)


def _timed(file: OwnedFile, when: datetime | None) -> OwnedFile:
    """The file with the time in its name, by which its attempts are numbered."""
    number = int(when.replace(tzinfo=UTC).timestamp()) if when else 0
    return replace(file, handed_in=when, attempt=number)


def _parsed(text: str, form: str) -> datetime | None:
    """The time that a text in this form says; None where it is none."""
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _github(path: str, slug: str) -> OwnedFile | None:
    """`tensors-ada-ok/...` is `ada-ok`'s; slug and user may hold dashes, so that only the known slug is taken off."""
    first, slash, rest = path.partition("/")
    if not slash or not first.startswith(f"{slug}-") or first == f"{slug}-":
        return None
    return OwnedFile(first[len(slug) + 1 :], "github", rest)


def _first_part(path: str, words: Collection[str]) -> OwnedFile | None:
    """`aokoye/tensor.ipynb`, `aokoye.zip`, `aokoye_tensor.ipynb`: the student is the first part, without its ending."""
    first, _, rest = path.partition("/")
    if is_extra(path) and ("/" not in path or first.lower() in _STEPS):
        return None
    if "/" in path:
        return OwnedFile(first, "name", rest)
    stem = re.sub(r"(?:\.tar)?\.\w+$", "", first) or first
    student = _without_module(stem, words)
    return OwnedFile(student, "name", first) if student else None


_WORK = r"(?:mod|module|lab|hw)[-_ ]?\d{1,2}"


def _without_module(stem: str, words: Collection[str]) -> str:
    """A file's stem without a module's name or number: `aokoye` of `aokoye_tensor`, `tensor_aokoye`, `aokoye_hw3`.

    All of it where no module stands there; empty where nothing else does.
    """
    if not words or len(stem) > 200:
        return stem
    word = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    module = rf"(?:(?:{_WORK}|\d{{1,2}})[-_ .]+)?(?:{word})"
    if re.fullmatch(module, stem, re.IGNORECASE):
        return ""
    for pattern in (rf"(?P<who>.+?)[-_ .]+(?:{module}|{_WORK})", rf"{module}[-_ .]+(?P<who>.+)"):
        match = re.fullmatch(pattern, stem, re.IGNORECASE)
        if match and (who := match["who"].strip("-_ .")) and not who.isdigit():
            return who
    return stem


def slug_of(name: str) -> str:
    """The slug of an assignment of GitHub Classroom, from the name of the folder its clones lie in; empty for others."""
    return match[1] if (match := re.fullmatch(r"(.+)-submissions", name)) else ""


def is_one_tree(paths: Iterable[str], trees: Collection[str]) -> bool:
    """True if the paths are one student's work and no folder per student: a known folder stands at the top."""
    has_tree = False
    for path in paths:
        top, slash, rest = path.partition("/")
        if slash and (top == "submitted" or rest.startswith("submitted/")):
            return False
        has_tree = has_tree or (bool(slash) and top in trees and rest.partition("/")[0] not in _STEPS)
    return has_tree


# Records ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """A person who handed something in, as a platform's record says it; what it does not say is empty."""

    student: str
    name: str = ""
    email: str = ""
    handed_in: datetime | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """A download's records: the people each key stands for, several for a group, and a Classroom's slug."""

    people: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    slug: str = ""

    def by_person(self, file: OwnedFile) -> tuple[OwnedFile, ...]:
        """A copy of the file for each person the records name as its owner; the file itself if they name nobody."""
        people = self.people.get(file.student, ())
        return tuple(
            replace(
                file,
                student=person.student,
                name=person.name or file.name,
                email=person.email,
                handed_in=person.handed_in or file.handed_in,
            )
            for person in people
        ) or (file,)


def gradescope_people(record: bytes) -> dict[str, tuple[Person, ...]]:
    """The submitters of each submission id in a Gradescope export's `submission_metadata.yml`.

    A student's key is the id on Gradescope's roster, else the address. Read as a stream of events, so that neither
    depth nor references in the file cost anything; a broken file gives what stands before the break.
    """
    people: dict[str, list[dict[str, str]]] = {}
    times: dict[str, datetime | None] = {}
    for path, text in _scalars(record):
        key = path[0].removeprefix("submission_")
        if len(path) == 2 and path[1] == ":created_at":
            times[key] = parse_time(text)
        elif len(path) == 4 and path[1] == ":submitters" and path[3] in (":name", ":sid", ":email"):
            group = people.setdefault(key, [])
            while len(group) <= min(int(path[2]), 50):
                group.append({})
            group[min(int(path[2]), 50)][path[3]] = text
    return {
        key: tuple(
            Person(
                fields.get(":sid") or fields.get(":email") or key,
                fields.get(":name", ""),
                fields.get(":email", ""),
                when,
            )
            for fields in people.get(key) or [{}]
        )
        for key, when in ((key, times.get(key)) for key in people.keys() | times.keys())
    }


_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _scalars(record: bytes) -> Iterator[tuple[tuple[str, ...], str]]:
    """The scalars of a YAML file, up to four levels deep, each with the keys and places in lists that lead to it."""
    import yaml

    # One character that YAML does not know would cost the whole record.
    text = _NOT_YAML.sub("\N{REPLACEMENT CHARACTER}", record.decode("utf-8-sig", "replace"))
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    stack: list[list[Any]] = []  # for each open collection: is it a list, its place or key, is a key expected
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
            if isinstance(event, yaml.NodeEvent):
                scalar = event.value if isinstance(event, yaml.ScalarEvent) else ""
                if stack and not stack[-1][0] and stack[-1][2]:
                    stack[-1][1:] = [scalar, False]  # a key
                    if isinstance(event, yaml.CollectionStartEvent):
                        stack.append([True, 0, False])
                    continue
                if isinstance(event, yaml.ScalarEvent) and 0 < len(stack) <= 4:
                    yield tuple(str(level[1]) for level in stack), "" if _is_null(event) else scalar
            if isinstance(event, yaml.CollectionStartEvent):
                stack.append([isinstance(event, yaml.SequenceStartEvent), 0, True])
                if len(stack) > 100:
                    return
            elif stack and isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                level = stack[-1]
                level[1:] = [level[1] + 1, False] if level[0] else ["", True]
    except (yaml.YAMLError, UnicodeError, ValueError):
        return


def _is_null(event: Any) -> bool:
    return event.style is None and event.value in ("", "~", "null")


def blackboard_people(heads: Iterable[str], records: Mapping[str, bytes]) -> dict[str, tuple[Person, ...]]:
    """The person each `assignment_user` head of a Blackboard download stands for, with the name in its text file.

    Both parts may hold `_`. The text file names the user; where it is missing, the assignment is what the others show.
    """
    people: dict[str, Person] = {}
    heads = sorted(set(heads))
    for head in heads:
        match = re.search(rb"^Name: *(.*?) *\(([^()\r\n]+)\)[ \t\r]*$", records.get(head, b"")[:4000], re.MULTILINE)
        name, user = (part.decode("utf-8", "replace") for part in match.groups()) if match else ("", "")
        if user and head.endswith(f"_{user}"):
            people[head] = Person(user, name)
    assignments = {head[: -len(person.student)] for head, person in people.items()}
    prefix = assignments.pop() if len(assignments) == 1 else "" if assignments else _shared_start(heads)
    for head in heads:
        rest = head.removeprefix(prefix) if prefix and head.startswith(prefix) else head.rsplit("_", 1)[-1]
        people.setdefault(head, Person(rest or head))
    return {head: (person,) for head, person in people.items()}


def _shared_start(heads: Sequence[str]) -> str:
    """The beginning that all of these share, up to its last `_`. They are sorted, so the first and the last decide."""
    if len(heads) < 2:
        return ""
    count = next((i for i, (a, b) in enumerate(zip(heads[0], heads[-1], strict=False)) if a != b), len(heads[0]))
    return heads[0][: heads[0][:count].rfind("_") + 1]


def classroom_records(record: bytes) -> Records:
    """The records in the grades file of GitHub Classroom: users, addresses, times, the slug its repositories begin with.

    Its time is that of a push, which a student can set.
    """
    people: dict[str, tuple[Person, ...]] = {}
    slugs: set[str] = set()
    try:
        rows = list(csv.DictReader(io.StringIO(record.decode("utf-8-sig"), newline="")))
    except (UnicodeError, csv.Error):
        return Records()
    for row in rows:
        user, repository = row.get("github_username") or "", row.get("student_repository_name") or ""
        identifier = row.get("roster_identifier") or ""
        if user and repository.endswith(f"-{user}"):
            slugs.add(repository.removesuffix(f"-{user}"))
            name, email = ("", identifier) if "@" in identifier else (identifier, "")
            people[user] = (Person(user, name, email, parse_time(row.get("submission_timestamp") or "")),)
    return Records(people, slugs.pop()) if len(slugs) == 1 else Records(people)


_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(?:[ \t]*(Z|UTC|[+-]\d\d:?\d\d)| +([\w+-]+(?:/[\w+-]+)*))?"
)


def parse_time(text: str) -> datetime | None:
    """The time in a text as platforms write it: `2026-03-02 21:14:05.000000 America/Chicago`, `... UTC`, or with an offset.

    Without a zone it has none. None for what is no time, or in a zone that is not known here.
    """
    match = _TIME.fullmatch(text.strip()[:100])
    if not match:
        return None
    day, clock, fraction, offset, zone = match.groups()
    try:
        when = datetime.fromisoformat(f"{day}T{clock}{(fraction or '')[:7].ljust(7, '0') if fraction else ''}")
        if offset:
            return datetime.fromisoformat(when.isoformat() + ("+00:00" if offset in ("Z", "UTC") else offset))
        return when.replace(tzinfo=zoneinfo.ZoneInfo(zone)) if zone else when
    except (ValueError, OSError, LookupError):
        return None


def time_in(record: bytes) -> datetime | None:
    """The time that is all of a record's text, such as nbgrader's `timestamp.txt`; None where it is no time."""
    return parse_time(record.decode("utf-8", "replace"))
