"""The gradebook of a journal as the table that is exported: automatic points, a column a module.

This is the one place that says what is exported; the writers of files know nothing of journals.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from autograder.exchange.cells import Cell
from autograder.exchange.people import people_of
from autograder.exchange.table import GradeTable, Item, Person
from autograder.reports.gradebook import Gradebook

_PLATFORMS = ("canvas", "moodle")
"""Those whose downloads tell their own number of a student."""


def grade_table(gradebook: Gradebook) -> GradeTable:
    """Everybody of the class list, or with a grade where there is none; a fault of ours and missing work are blank.

    The number by which a platform knows a student is taken from the hand-ins, too.
    """
    roster = gradebook.roster
    people = {person.id: person for person in people_of(roster)} if roster is not None else {}
    cells: dict[tuple[str, str], Cell] = {}
    modules = [gradebook.suite.module(number) for number in gradebook.journal.modules()]
    names = {module.number: module.id for module in modules}
    for key in gradebook.keys():  # noqa: SIM118 -- a gradebook is no dict
        student, number = key
        grade = gradebook.counting_grade(student, number)
        person = people.get(student) or Person(student, grade.name, email=grade.email)
        if grade.kind in _PLATFORMS and not gradebook.team(key):
            person = replace(person, platform_ids=person.platform_ids | {(grade.kind, grade.student)})
        people[student] = person
        if grade.points is not None:
            cells[student, names[number]] = grade.points
    points = Fraction(gradebook.suite.points)
    items = tuple(Item(module.id, module.name, points) for module in modules)
    return GradeTable(tuple(people[id] for id in sorted(people)), items, cells)
