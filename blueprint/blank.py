"""A course that begins empty: files with one of everything, for a subject that ships with nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from string import Template

from blueprint.problems import UsageError
from blueprint.starter import Answers, monday_of, offering_fields, scalar

WEEKS = 14
"""The weeks of class of a blank course, if nobody says how many."""

MOST_WEEKS = 52
_WORK = (2, 3, 6, 7, 8, 9, 10, 11, 14)
"""The weeks of such a course in which work is given out or due; a longer or a shorter one has them as far on."""


def blank_files(course_id: str, title: str, answers: Answers) -> dict[str, str]:
    """Place below the course root -> text, of a course that checks clean and whose pages hold nothing of another."""
    exams = monday_of(answers.start) + timedelta(weeks=answers.weeks)
    begins, ends = answers.time
    registry = f"registry/{course_id}.yaml"
    values = (
        offering_fields(course_id, answers)
        | {
            "title": scalar(title),
            "minutes": (ends.hour - begins.hour) * 60 + ends.minute - begins.minute,
            "weeks": "\n".join(
                line for number in range(1, answers.weeks + 1) for line in _week(number, len(answers.days))
            ),
            "count": answers.weeks,
            "end": exams + timedelta(days=4),
            "exam": exams + timedelta(days=2),
            "registry": registry,
        }
        | {f"week_{number}": max(1, round(number * answers.weeks / WEEKS)) for number in _WORK}
    )
    return {
        f"syllabi/{course_id}.yaml": _filled("course", values),
        f"syllabi/{registry}": _filled("registry", values),
        f"syllabi/handbook/{course_id}.yaml": _filled("handbook", values),
        f"rubrics/{course_id}-project.yaml": _filled("rubric", values),
    }


def read_weeks(text: str) -> int:
    """A number of weeks of class, which no syllabus bounds."""
    if not re.fullmatch(r"[0-9]{1,2}", text.strip()) or not 1 <= int(text) <= MOST_WEEKS:
        raise ValueError(f"`{text}` is no number of weeks from 1 to {MOST_WEEKS}")
    return int(text)


def _filled(kind: str, values: Mapping[str, object]) -> str:
    shape = files("blueprint").joinpath(f"blank-{kind}.yaml").read_text("utf-8")
    return Template(shape).substitute(values)


def _week(number: int, sessions: int) -> Iterator[str]:
    """The lines of a week; the first reads a chapter, and its lab is the second's."""
    yield f"  {number}:"
    yield f"    title: Topic of week {number}  # change"
    yield "    part: all"
    if number == 1:
        yield "    read: [ch-1]"
        yield "    labs: [lab-1]"
    yield "    objectives: [Explain what is to be filled in.]  # change"
    yield "    sessions:"
    for session in range(1, sessions + 1):
        yield f"      {session}: {{kind: lecture, title: Class {session} of week {number}}}  # change"


def refuse_taken(root: Path, places: Mapping[str, str]) -> None:
    """`UsageError` where a file that would be written is there already."""
    for name in places:
        if (root / name).exists():
            raise UsageError(f"{name} is there already and is not overwritten; choose another name, or remove it")
