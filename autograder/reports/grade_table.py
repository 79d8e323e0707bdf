"""What is exported, as a table: a course's results, a column a piece of work; or the points of tests alone, a column a module.

This is the one place that says what is exported; the writers of files know nothing of journals and policies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from autograder.exchange.cells import EXCUSED, Cell
from autograder.exchange.people import people_of
from autograder.exchange.table import GradeTable, Item, Person
from autograder.gradebook.course_grades import CourseGrade
from autograder.gradebook.policy import CoursePolicy
from autograder.gradebook.scores import STATES
from autograder.reports.gradebook import Gradebook

_PLATFORMS = ("canvas", "moodle")
"""Those whose downloads tell their own number of a student."""


def course_grade_table(grades: Sequence[CourseGrade], policy: CoursePolicy, gradebook: Gradebook) -> GradeTable:
    """The results that count, with marks by people and what lateness costs; excused work is that, and what is no result is blank."""
    people = _people(gradebook)
    cells: dict[tuple[str, str], Cell] = {}
    for grade in grades:
        student = grade.person.id
        people.setdefault(student, Person(student, grade.person.name, section=grade.person.section))
        for key, score in grade.scores.items():
            if score.state == "excused":
                cells[student, key] = EXCUSED
            elif score.points is not None:
                cells[student, key] = score.points
    items = tuple(Item(piece.id, piece.title, piece.points) for piece in policy.pieces)
    return GradeTable(tuple(people[id] for id in sorted(people)), items, cells)


def kept_back(grades: Sequence[CourseGrade], table: GradeTable) -> Iterator[str]:
    """What is blank in a table of results although it is due: how many of each kind, by piece."""
    for item in table.items:
        states = Counter(grade.scores[item.id].state for grade in grades)
        told = [f"{states[state]} {state}" for state in STATES if state in _NO_RESULT and states[state]]
        if told:
            yield f"{item.id}: blank for {', '.join(told)}"


_NO_RESULT = ("missing", "pending", "fault")


def grade_table(gradebook: Gradebook) -> GradeTable:
    """What tests give to everybody of the class list, or to those with a grade where there is none.

    A fault of ours and missing work are blank.
    """
    modules = [gradebook.suite.module(number) for number in gradebook.journal.modules()]
    names = {module.number: module.id for module in modules}
    cells: dict[tuple[str, str], Cell] = {
        (key.student, names[key.module]): entry.points
        for key, entry in gradebook.counting_entries()
        if entry.points is not None
    }
    people = _people(gradebook)
    points = Fraction(gradebook.suite.points)
    items = tuple(Item(module.id, module.name, points) for module in modules)
    return GradeTable(tuple(people[id] for id in sorted(people)), items, cells)


def _people(gradebook: Gradebook) -> dict[str, Person]:
    """Everybody of the class list and with a grade, by id; a platform's own number of them is taken from hand-ins, too."""
    roster = gradebook.roster
    people = {person.id: person for person in people_of(roster)} if roster is not None else {}
    for key, entry in gradebook.counting_entries():
        person = people.get(key.student) or Person(key.student, entry.name, email=entry.email)
        own = (entry.kind, entry.student)
        if entry.kind in _PLATFORMS and own not in person.platform_ids and not gradebook.team(key):
            person = replace(person, platform_ids=person.platform_ids | {own})
        people[key.student] = person
    return people
