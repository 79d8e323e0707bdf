"""What a platform's own records say of a download: who is behind a key, several people for a team, and when they handed in.

A record is read as a stranger's file: what is broken or of another kind says nothing, and nothing takes more than linear
time in its length.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from autograder.intake.platforms import OwnedFile
from autograder.intake.stamps import parse_time

MOST_RECORD = 64_000_000
"""Bytes of a record that are read."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who handed something in, as a platform's record says it; what it does not say is empty."""

    student: str
    name: str = ""
    email: str = ""
    handed_in: datetime | None = None
    team: str = ""


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
                team=person.team or file.team,
            )
            for person in people
        ) or (file,)


def gradescope_people(record: bytes) -> dict[str, tuple[Person, ...]]:
    """The submitters of each submission id in a Gradescope export's `submission_metadata.yml`.

    A student's key is the id on Gradescope's roster, else, or where two people have one, the address. Read as a stream of events, so that neither
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
    shared = _shared_ids(one for group in people.values() for one in group)
    return {
        key: tuple(
            Person(
                (fields.get(":sid", "") not in shared and fields.get(":sid")) or fields.get(":email") or key,
                fields.get(":name", ""),
                fields.get(":email", ""),
                when,
                _team_of(people.get(key, ())),
            )
            for fields in people.get(key) or [{}]
        )
        for key, when in ((key, times.get(key)) for key in people.keys() | times.keys())
    }


def _team_of(people: Sequence[Mapping[str, str]]) -> str:
    """What several people are called who handed in one thing, where their team has no name; empty for one."""
    names = [fields.get(":name") or fields.get(":email") or fields.get(":sid", "") for fields in people]
    return f"of {', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else ""


def _shared_ids(people: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The ids that stand beside several addresses: on Gradescope students may enter theirs, so it is nobody's then."""
    addresses: dict[str, set[str]] = {}
    for fields in people:
        addresses.setdefault(fields.get(":sid", ""), set()).add(
            (fields.get(":email") or fields.get(":name", "")).casefold()
        )
    return frozenset(sid for sid, several in addresses.items() if len(several) > 1)


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

    Both parts may hold `_`. The text file names the user; where it is missing, the assignment is what the others show,
    and a guess that is somebody else's is none: then the head as a whole stands for a person whom nobody knows.
    """
    people: dict[str, Person] = {}
    heads = sorted(set(heads))
    for head in heads:
        if person := _blackboard_person(head, records.get(head, b"")):
            people[head] = person
    assignments = sorted({head[: -len(person.student)] for head, person in people.items()}, key=len, reverse=True)
    known = {person.student for person in people.values()}
    for head in heads:
        if prefix := next((start for start in assignments if head.startswith(start) and head != start), ""):
            people.setdefault(head, Person(head.removeprefix(prefix)))
    left = [head for head in heads if head not in people]
    shared = _shared_start(left)
    for head in left:
        guess = head.removeprefix(shared) if shared else head.rsplit("_", 1)[-1]
        people[head] = Person(guess if guess and (shared or guess not in known) else head)
    return {head: (people[head],) for head in heads}


_FIRST_LINES = 3
"""Lines of Blackboard's text file that the platform writes before anything of the student's own stands in it."""


def _blackboard_person(head: str, record: bytes) -> Person | None:
    """The person in a text file's `Name: Ada Okoye (aokoye)`, in whatever language the label is; None where none fits the head.

    A display name may hold brackets, so the user name is what stands in the last ones.
    """
    lines = record[:4000].decode("utf-8-sig", "replace").splitlines()
    for line in [line for line in lines if line.strip()][:_FIRST_LINES]:
        _, colon, said = line.replace("：", ":").partition(":")  # the second is Chinese and Japanese
        name, bracket, user = said.strip().removesuffix(")").rpartition("(")
        if colon and bracket and said.rstrip().endswith(")") and user.strip() and head.endswith(f"_{user.strip()}"):
            return Person(user.strip(), " ".join(name.split()))
    return None


def _shared_start(heads: Sequence[str]) -> str:
    """The beginning that all of these share, up to its last `_`. They are sorted, so the first and the last decide."""
    if len(heads) < 2:
        return ""
    count = next((i for i, (a, b) in enumerate(zip(heads[0], heads[-1], strict=False)) if a != b), len(heads[0]))
    return heads[0][: heads[0][:count].rfind("_") + 1]


def classroom_records(record: bytes) -> Records:
    """The records in the grades file of GitHub Classroom: users, addresses, times, the slug its repositories begin with.

    A team has a repository of its own, with a row for each member. Its time is that of a push, which a student can set.
    """
    people: dict[str, list[Person]] = {}
    slugs: set[str] = set()
    try:
        rows = list(csv.DictReader(io.StringIO(record.decode("utf-8-sig"), newline="")))
    except (UnicodeError, csv.Error):
        return Records()
    for row in rows:
        user, repository = row.get("github_username") or "", row.get("student_repository_name") or ""
        identifier = row.get("roster_identifier") or ""
        team = "-".join(re.findall(r"[^\W_]+", (row.get("group_name") or "").lower()))
        key = next((key for key in (user, team) if key and repository.endswith(f"-{key}")), "")
        if key and user:
            slugs.add(repository.removesuffix(f"-{key}"))
            name, email = ("", identifier) if "@" in identifier else (identifier, "")
            when = parse_time(row.get("submission_timestamp") or "")
            person = Person(user, name, email, when, row.get("group_name") or "")
            people.setdefault(key, []).append(person)
    by_key = {key: tuple(members) for key, members in people.items()}
    return Records(by_key, slugs.pop()) if len(slugs) == 1 else Records(by_key)
