"""From the grades of a journal to what a course grade is made of: one student's work on one module, and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from autograder.gradebook.course_grades import Person
from autograder.gradebook.lateness import HandedIn
from autograder.gradebook.scores import ClassWork, GradedWork
from autograder.judging.grade import NOTHING_HANDED_IN
from autograder.reports.gradebook import Gradebook
from autograder.run.journal import Entry, StudentModule


def class_work(gradebook: Gradebook, zone: ZoneInfo) -> ClassWork:
    """What tests have made of the class's work: the attempts that can count of each student at each module.

    A time that a platform writes without a zone is the course's.
    """
    everything = gradebook.keys()
    graded = {(key.student, key.module): _attempts(gradebook, key, zone) for key in everything}
    unmatched = Counter(module for one in gradebook.unmatched.values() for module in one.modules)
    modules = {module for _, module in graded} | unmatched.keys()
    return ClassWork(graded, frozenset(modules), unmatched)


def people(gradebook: Gradebook) -> list[Person]:
    """Everybody who has a course grade: the class list, and who has work and is not in it where it is not the whole class."""
    names = {student: name for name, student in gradebook.students_by_name().items()}
    found = {student: Person(student, names.get(student, "")) for student in gradebook.students()}
    if gradebook.roster is not None:
        listed = {one.id: Person(one.id, one.name, one.section) for one in gradebook.roster.students}
        found = {**found, **listed}
    return list(found.values())


def student_named(text: str, gradebook: Gradebook, known: Container[str]) -> str | None:
    """The id of whom a text names: one of the known ids, else whom the class list or a name tells; None for nobody."""
    if text in known:
        return text
    listed = gradebook.roster.find(text) if gradebook.roster is not None else None
    return listed.id if listed is not None else gradebook.students_by_name().get(text)


def _attempts(gradebook: Gradebook, key: StudentModule, zone: ZoneInfo) -> list[GradedWork]:
    """The attempts that can count, the newest first: all, unless the latest counts whatever it is."""
    entries: Iterator[Entry] = reversed(gradebook.attempts(*key))
    if gradebook.rule.counts == "latest":
        entries = islice(entries, 1)
    team = gradebook.team(key)
    return [_work(entry, team, zone) for entry in entries]


def _work(entry: Entry, team: str, zone: ZoneInfo) -> GradedWork:
    came = datetime.fromisoformat(entry.handed_in) if entry.handed_in else None
    if came is not None and came.tzinfo is None:
        came = came.replace(tzinfo=zone)
    elif came is not None:
        came = came.astimezone(zone)
    return GradedWork(entry.points, entry.scale, HandedIn(came, entry.late), entry.nothing, _remark(entry, team))


def _remark(entry: Entry, team: str) -> str:
    """What a person should know of an attempt: that it could not be run, and the team it is of."""
    why = NOTHING_HANDED_IN if entry.nothing else "could not be run" if entry.could_not_run else ""
    return "; ".join(filter(None, (why, f"handed in by the team {team}" if team else "")))
