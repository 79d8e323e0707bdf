"""The students of a class list as people of a table of grades, with every id that the list has of them."""

from __future__ import annotations

from autograder.exchange.table import Person
from autograder.intake.roster import Roster

_PLATFORMS = {"canvas": "canvas", "participant": "moodle"}
"""The kinds of columns that hold a platform's own number, and whose it is."""


def people_of(roster: Roster) -> tuple[Person, ...]:
    """The students in the order of the class list."""
    if not roster.people:
        return tuple(Person(student.id, student.name, email=student.email) for student in roster.students)
    people = []
    for student, row in zip(roster.students, roster.people, strict=True):
        family, _, given = row.sortable.partition(", ")
        own = {(platform, row.cells[kind]) for kind, platform in _PLATFORMS.items() if row.cells.get(kind)}
        login = row.cells.get("login", "")
        people.append(
            Person(student.id, student.name, family, given, student.email, login, student.section, frozenset(own))
        )
    return tuple(people)
