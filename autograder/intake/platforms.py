"""Whose a file is, from the names and records that learning platforms give to what they pack for download.

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
class Handed:
    """One file of a download: whose, and what remains of its path.

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


Reader = Callable[[str], Handed | None]


def reader(paths: Sequence[str], slug: str = "", words: Collection[str] = ()) -> Reader:
    """What tells whose a path of this download is; it gives None for files of nobody, such as an index.

    The platform is the one at least half of the paths are named by: a stray file must not cost a class its names. `slug`
    is what the folders of GitHub Classroom begin with; `words` are the names of modules, left out of students' names.
    """
    if found := platform(paths):
        return found
    if slug:
        return lambda path: _github(path, slug)
    return lambda path: _named(path, words)


def platform(paths: Sequence[str]) -> Reader | None:
    """The reader of the platform that packed these paths; None where none is recognized."""
    asked = [path for path in paths if not is_extra(path)]
    for candidate in _READERS:
        if asked and 2 * sum(candidate(path) is not None for path in asked) >= len(asked):
            return _told_apart(asked) if candidate is _brightspace else candidate
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


def is_extra(path: str) -> bool:
    """Whether a path is a platform's own file, or lies in nbgrader's folders beside what is submitted."""
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


def _canvas(path: str) -> Handed | None:
    for pattern in (_CANVAS_NOBODY, _CANVAS_NOBODY_TEXT):
        if match := pattern.fullmatch(path):
            return _made(match, "canvas-anonymous")
    for pattern in (_CANVAS_TEXT, _CANVAS, _CANVAS_GROUP):
        if match := pattern.fullmatch(path):
            return _made(match, "canvas")
    return None


def _moodle(path: str) -> Handed | None:
    found = _made(match, "moodle") if (match := _MOODLE.fullmatch(path)) else None
    return replace(found, name="") if found and found.name == "Participant" else found


def _gradescope(path: str) -> Handed | None:
    # A resubmission gets a higher submission id.
    found = _made(match, "gradescope") if (match := _GRADESCOPE.fullmatch(path)) else None
    return replace(found, attempt=int(found.student[-18:])) if found else None


def _nbgrader(path: str) -> Handed | None:
    return _made(match, "nbgrader") if (match := _NBGRADER.fullmatch(path)) else None


def _brightspace(path: str) -> Handed | None:
    if not (match := _BRIGHTSPACE.fullmatch(path)):
        return None
    clock = match["stamp"].split()
    clock[3] = clock[3].zfill(4)
    return _attempt(_made(match, "brightspace"), _time(" ".join(clock), "%b %d, %Y %I%M %p"), name=match["user"])


def _told_apart(paths: Iterable[str]) -> Reader:
    """Brightspace's reader, with the number beside the name where the same name stands with several numbers."""
    numbers: dict[str, set[str]] = {}
    for path in paths:
        if match := _BRIGHTSPACE.fullmatch(path):
            numbers.setdefault(match["user"], set()).add(match["number"])
    shared = {name for name, found in numbers.items() if len(found) > 1}

    def read(path: str) -> Handed | None:
        found = _brightspace(path)
        if found and found.name in shared:
            return replace(found, student=f"{found.name} {path.split('-', 1)[0]}")
        return found

    return read


def _blackboard(path: str) -> Handed | None:
    """The key is still `assignment_user` here; `settled` takes the assignment off."""
    if not (match := _BLACKBOARD.fullmatch(path)):
        return None
    rest = match["path"]
    found = replace(_made(match, "blackboard"), path=rest[1:] if rest.startswith("_") and len(rest) > 1 else rest)
    return _attempt(found, _time(match["stamp"], "%Y-%m-%d-%H-%M-%S"))


_READERS: tuple[Reader, ...] = (_nbgrader, _gradescope, _moodle, _brightspace, _blackboard, _canvas)


def _made(match: re.Match[str], kind: Kind) -> Handed:
    said = match.groupdict()
    number = int((said.get("order") or "0")[-18:])
    return Handed(said["user"], kind, said["path"], said.get("name") or "", late=bool(said.get("late")), order=number)


def _attempt(handed: Handed, when: datetime | None, name: str = "") -> Handed:
    number = int(when.replace(tzinfo=UTC).timestamp()) if when else 0
    return replace(handed, handed_in=when, attempt=number, name=name)


def _time(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _github(path: str, slug: str) -> Handed | None:
    """`tensors-ada-ok/...` is `ada-ok`'s; slug and user may hold dashes, so that only the known slug is taken off."""
    first, slash, rest = path.partition("/")
    if not slash or not first.startswith(f"{slug}-") or first == f"{slug}-":
        return None
    return Handed(first[len(slug) + 1 :], "github", rest)


def _named(path: str, words: Collection[str]) -> Handed | None:
    """`aokoye/tensor.ipynb`, `aokoye.zip`, `aokoye_tensor.ipynb`: the student is the first part, without its ending."""
    first, _, rest = path.partition("/")
    if is_extra(path) and ("/" not in path or first.lower() in _STEPS):
        return None
    if "/" in path:
        return Handed(first, "name", rest)
    stem = re.sub(r"(?:\.tar)?\.\w+$", "", first) or first
    who = _without_module(stem, words)
    return Handed(who, "name", first) if who else None


_WORK = r"(?:mod|module|lab|hw)[-_ ]?\d{1,2}"


def _without_module(stem: str, words: Collection[str]) -> str:
    """`aokoye` of `aokoye_tensor`, `aokoye-01_tensor`, `tensor_aokoye`, `aokoye_hw3`.

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
    """The slug of an assignment of GitHub Classroom, from the name of the folder its clones lie in."""
    return match[1] if (match := re.fullmatch(r"(.+)-submissions", name)) else ""


def is_one_tree(paths: Iterable[str], trees: Collection[str]) -> bool:
    """Whether the paths are one student's work and no folder per student: a known folder stands at the top."""
    found = False
    for path in paths:
        top, slash, rest = path.partition("/")
        if slash and (top == "submitted" or rest.startswith("submitted/")):
            return False
        found = found or (bool(slash) and top in trees and rest.partition("/")[0] not in _STEPS)
    return found


# Records ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Who handed something in, as a platform's record says it; what it does not say is empty."""

    student: str
    name: str = ""
    email: str = ""
    handed_in: datetime | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """What a download's records say of its keys: people (several for a group), else a time; and a Classroom's slug."""

    people: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    slug: str = ""

    def settled(self, handed: Handed) -> tuple[Handed, ...]:
        """The file as handed in by the people that the records name for its key; as it was where they name none."""
        told = self.people.get(handed.student, ())
        return tuple(
            replace(
                handed,
                student=person.student,
                name=person.name or handed.name,
                email=person.email,
                handed_in=person.handed_in or handed.handed_in,
            )
            for person in told
        ) or (handed,)


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
            times[key] = stamp(text)
        elif len(path) == 4 and path[1] == ":submitters" and path[3] in (":name", ":sid", ":email"):
            group = people.setdefault(key, [])
            while len(group) <= min(int(path[2]), 50):
                group.append({})
            group[min(int(path[2]), 50)][path[3]] = text
    return {
        key: tuple(
            Person(said.get(":sid") or said.get(":email") or key, said.get(":name", ""), said.get(":email", ""), when)
            for said in people.get(key) or [{}]
        )
        for key, when in ((key, times.get(key)) for key in people.keys() | times.keys())
    }


_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _scalars(record: bytes) -> Iterator[tuple[tuple[str, ...], str]]:
    """The scalars of a YAML file, up to four levels deep, each with its keys and places in lists."""
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
    """The user of each `assignment_user` head of a Blackboard download, and the name that its text file says.

    Both parts may hold `_`. The text file names the user; where it is missing, the assignment is what the others show.
    """
    found: dict[str, Person] = {}
    heads = sorted(set(heads))
    for head in heads:
        match = re.search(rb"^Name: *(.*?) *\(([^()\r\n]+)\)[ \t\r]*$", records.get(head, b"")[:4000], re.MULTILINE)
        name, user = (part.decode("utf-8", "replace") for part in match.groups()) if match else ("", "")
        if user and head.endswith(f"_{user}"):
            found[head] = Person(user, name)
    known = {head[: -len(person.student)] for head, person in found.items()}
    prefix = known.pop() if len(known) == 1 else "" if known else _shared(heads)
    for head in heads:
        rest = head.removeprefix(prefix) if prefix and head.startswith(prefix) else head.rsplit("_", 1)[-1]
        found.setdefault(head, Person(rest or head))
    return {head: (person,) for head, person in found.items()}


def _shared(heads: Sequence[str]) -> str:
    """What all begin with, up to the last `_` in it; sorted names begin alike when the first and the last do."""
    if len(heads) < 2:
        return ""
    count = next((i for i, (a, b) in enumerate(zip(heads[0], heads[-1], strict=False)) if a != b), len(heads[0]))
    return heads[0][: heads[0][:count].rfind("_") + 1]


def classroom(record: bytes) -> Records:
    """Users, addresses and times in the grades file of GitHub Classroom, and the slug its repositories begin with.

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
        who = row.get("roster_identifier") or ""
        if user and repository.endswith(f"-{user}"):
            slugs.add(repository.removesuffix(f"-{user}"))
            name, email = ("", who) if "@" in who else (who, "")
            people[user] = (Person(user, name, email, stamp(row.get("submission_timestamp") or "")),)
    return Records(people, slugs.pop()) if len(slugs) == 1 else Records(people)


_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(?:[ \t]*(Z|UTC|[+-]\d\d:?\d\d)| +([\w+-]+(?:/[\w+-]+)*))?"
)


def stamp(text: str) -> datetime | None:
    """A time as platforms write it: `2026-03-02 21:14:05.000000 America/Chicago`, `... UTC`, or with an offset.

    Without a zone it has none; a zone that is not known here makes the time unknown.
    """
    match = _STAMP.fullmatch(text.strip()[:100])
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
    return stamp(record.decode("utf-8", "replace"))
