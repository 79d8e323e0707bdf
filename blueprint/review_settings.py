"""What people mark in an offering, and who marks it, as plain values for the autograder.

It stands beside `grading_settings` for the same reason: the rooms of the autograder know no course.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from blueprint.defaults import SUITE
from blueprint.grading_settings import GradingSettings, settings_of
from blueprint.load import load_offering
from blueprint.model import HEAD_TA, Course, Offering, Rubric
from blueprint.paths import CoursePaths


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPiece:
    """An assignment that people mark: by a rubric, or the questions of a module that its students were asked."""

    id: str
    title: str
    rubric_id: str = ""
    rubric: Rubric | None = None
    module: int = 0
    """The module's number, 0 for what is no module."""
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """The pieces of an offering that people mark, its graders by id, and how they read."""

    grading: GradingSettings
    pieces: Mapping[str, ReviewPiece] = field(default_factory=dict)
    graders: Mapping[str, str] = field(default_factory=dict)
    """The id of everybody who may mark, and what they are called."""
    usual: tuple[str, ...] = ()
    """Those who mark where nobody is named."""
    section_graders: Mapping[str, str] = field(default_factory=dict)
    """The id or title of a section -> who leads it."""
    head: str = "head"
    """Who decides where graders differ: the head TA, else whoever leads the course."""
    pseudonyms: bool = False
    overlap: int = 0


def review_settings(course_file: Path | None, paths: CoursePaths, suite: str | None = None) -> ReviewSettings:
    """The settings of an offering, or what holds without one: the modules of the suite, and nobody who marks them.

    Raises `CourseError` for a course with errors and `UsageError` for one without dates.
    """
    if course_file is None:
        return ReviewSettings(grading=GradingSettings(name=suite or SUITE, suite=suite or SUITE))
    loaded = load_offering(course_file, paths)
    offering = loaded.course.offering
    options = offering.review
    return ReviewSettings(
        grading=settings_of(loaded, course_file, suite),
        pieces={id: piece for id in loaded.course.file.assignments if (piece := _piece(loaded.course, id)) is not None},
        graders={id: person.name for id, person in offering.staff.items()},
        usual=options.graders or _usual(offering),
        section_graders={
            name: section.ta for id, section in offering.sections.items() for name in (id, str(section.title))
        },
        head=_head(offering),
        pseudonyms=options.pseudonyms,
        overlap=options.overlap,
    )


def _usual(offering: Offering) -> tuple[str, ...]:
    """Who marks where the offering does not say: whoever leads a section, else everybody on its staff."""
    leading = dict.fromkeys(section.ta for section in offering.sections.values())
    return tuple(leading) or tuple(offering.staff)


def _head(offering: Offering) -> str:
    """Who decides where graders differ."""
    heads = [id for id, person in offering.staff.items() if person.role == HEAD_TA]
    leading = [id for id, person in offering.staff.items() if offering.role_of(person).leads]
    return next(iter([*heads, *leading, *offering.staff]))


def _piece(course: Course, id: str) -> ReviewPiece | None:
    """An assignment as something people mark; None where there is nothing to mark it by."""
    assignment = course.file.assignments[id]
    module = course.registry.modules[assignment.module] if assignment.module else None
    rubric_id = course.rubric_of(assignment) or ""
    rubric = course.rubrics.get(rubric_id)
    if rubric is None and module is None:
        return None
    asked = tuple(" ".join(text.split()) for text in module.questions) if module else ()
    number = module.number if module else 0
    return ReviewPiece(
        id=id, title=str(assignment.title), rubric_id=rubric_id, rubric=rubric, module=number, asked=asked
    )
