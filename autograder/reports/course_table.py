"""`course_grades.csv`: a row a student, a column a piece of work, and both totals.

A cell says which of six things a result is: points after lateness, a word (`missing`, `excused`, `pending`, `fault`), or
nothing where work is not due yet. Totals are percent of the course, letters those of the totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograder.gradebook.course_grades import CourseGrade
from autograder.gradebook.explanation import condition_in_words, late_marks
from autograder.gradebook.policy import HUNDRED, CoursePolicy
from autograder.gradebook.scores import Score
from autograder.gradebook.totals import Total
from autograder.judging.points import number
from autograder.reports.csv_files import line

NAME = "course_grades.csv"


def course_table(grades: Sequence[CourseGrade], policy: CoursePolicy) -> Iterator[str]:
    """The lines of course_grades.csv, headings first, in the order of the grades."""
    sections = any(grade.person.section for grade in grades)
    bank = any(grade.late_days for grade in grades)
    letters = bool(policy.letters)
    yield line(
        (
            *("student", "name", *(["section"] * sections)),
            *(piece.id for piece in policy.pieces),
            *(f"{component} %" for component in policy.components),
            *("current %", *(["current letter"] * letters), "final %", *(["final letter"] * letters)),
            *(["late days left"] * bank),
            *("late", "remarks"),
        )
    )
    for grade in grades:
        person = grade.person
        yield line(
            (
                *(person.id, person.name, *([person.section] * sections)),
                *(_cell(grade.scores[piece.id]) for piece in policy.pieces),
                *(_percent(grade.current, component) for component in policy.components),
                *_total(grade.current, policy),
                *_total(grade.final, policy),
                *([str(grade.late_days_left)] * bank),
                "; ".join(late_marks(list(grade.scores.values()))),
                "; ".join(_remarks(grade, policy)),
            )
        )


def _cell(score: Score) -> str:
    if score.state == "graded":
        return number(score.points)
    return "" if score.state == "open" else score.state


def _percent(total: Total, component: str) -> str:
    share = total.components[component].share
    return "" if share is None else number(share * HUNDRED)


def _total(total: Total, policy: CoursePolicy) -> Iterator[str]:
    yield number(total.rounded, policy.decimals)
    if policy.letters:
        yield total.letter


def _remarks(grade: CourseGrade, policy: CoursePolicy) -> Iterator[str]:
    """Why results are no numbers, where that is not for a grader to come, and what keeps the student from passing."""
    for key, one in grade.scores.items():
        if one.state == "fault" or (one.state == "pending" and not one.parts):
            yield f"{key}: {one.reason}"
    yield from (f"not met: {condition_in_words(condition, policy)}" for condition in grade.final.unmet)


def data(grade: CourseGrade, policy: CoursePolicy) -> dict[str, Any]:
    """A course grade as JSON's own kinds of value; numbers are exact decimals as text, null where there is none."""
    pieces = {
        key: {
            "state": one.state,
            "points": number(one.points) or None,
            "possible": number(one.piece.points),
            "reason": one.reason or None,
            "late": "unknown" if one.lateness.unknown else one.lateness.days,
        }
        for key, one in grade.scores.items()
    }
    totals: dict[str, Any] = {
        total.kind: {"percent": number(total.rounded, policy.decimals) or None, "letter": total.letter or None}
        for total in (grade.current, grade.final)
    }
    person = grade.person
    return {"student": person.id, "name": person.name, "section": person.section, "pieces": pieces, **totals}
