"""Facts of a course that a text can name instead of repeating them: `{{ due.log-01 }}`, `{{ weights.modules }}`.

A text that says "December 4" or "eight modules" is wrong in the next term, and in a course without that module. A
*placeholder* takes the fact from where it is kept. The vocabulary is small and has no expressions: a name, and for a
number the words that go with one and with many, as in `{{ pieces.challenges | one open problem | # open problems }}`.
With one form alone the words stand only where the number is not 0. What is meant literally stands in quotation marks:
`{{ "December 4" }}`. How a value is written in words is a matter of language, and so of `generator.text.placeholders`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from blueprint.model import Course, Markdown, Week

if TYPE_CHECKING:
    from blueprint.schedule import Schedule

VOCABULARY: Mapping[str, str] = MappingProxyType(
    {
        "due.log-01": "the day an assignment is due",
        "released.module-01": "the day it is given out",
        "points.log-01": "the points it is marked with",
        "classes.15.2": "the day of a class: week, session",
        "mondays.15": "the Monday of a week",
        "weeks.15": "the number a week has, where a version of the course drops others",
        "exams.olympics": "the day of a sitting outside class hours",
        "term.start": "the first day of the term; `term.end`, its last; `term.name`, what it is called",
        "weights.modules": "the percentage of the grade that a component is worth",
        "shares.modules": "the percentage that one of its pieces is worth",
        "pieces.modules": "how many marked pieces a component has",
        "team.capstone": "how many students hand in one piece together",
        "teams.capstone": "how many such teams there are, of all students in the sections",
        "late.hours.1": "up to how many hours late work is that costs the least",
        "late.penalty.1": "the percentage it costs",
        "counts.weeks": "how many there are; so are `components`, `parts`, `chapters`, `labs`, `modules`, `kits`, `drills`, `papers`, `milestones`, `sections`, `students`",
        "range.modules": "the numbers of the first and the last module that the weeks use; so are `chapters` and `labs`",
        "uses.m01": "in how many weeks something of a registry is used",
        "minutes.session": "the minutes of a class",
    }
)
"""A name as the shipped course would use it -> what it stands for. The first word of each is a kind of fact."""


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of a hundred."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers of the first and the last of several things, and how many these are."""

    first: int
    last: int
    count: int


Fact: TypeAlias = date | Percent | Range | Decimal | int | str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place in a text where a fact is to stand."""

    name: str
    """Empty for a literal."""
    forms: tuple[str, ...] = ()
    literal: str = ""


_CODE_OR_MATH = r"(?P<other>(?P<ticks>`+).+?(?P=ticks)|\$\$.+?\$\$|(?<![\\\w$])\$(?=\S)[^$]+?(?<=\S)\$(?!\d)|\\\{)"
_PLACEHOLDER = re.compile(rf"{_CODE_OR_MATH}|(?P<before>[ \t]*)\{{\{{(?P<inside>.*?)\}}\}}", re.DOTALL)
_OPENED = re.compile(rf"{_CODE_OR_MATH}|(?P<open>\{{\{{)", re.DOTALL)
_LITERAL = re.compile(r"\s*([\"'“”])(?P<text>.*)([\"'“”])\s*", re.DOTALL)


def placeholders(text: str) -> Iterator[tuple[str, Placeholder]]:
    """The placeholders of a text, each with what stands between its braces. Code and formulas hold none."""
    for match in _PLACEHOLDER.finditer(text) if "{{" in text else ():
        if match["inside"] is not None:
            yield match["inside"], _read(match["inside"])


def has_open_end(text: str) -> bool:
    """True for a text in which a placeholder begins and does not end."""
    rest = _PLACEHOLDER.sub(lambda match: match["other"] or "", text) if "{{" in text else ""
    return any(match["open"] for match in _OPENED.finditer(rest))


def filled(text: Markdown, write: Callable[[Placeholder], str]) -> Markdown:
    """A text with what `write` makes of each placeholder; one that says nothing leaves no second blank behind."""
    if "{{" not in text:
        return text

    def stand_in(match: re.Match[str]) -> str:
        if match["inside"] is None:
            return match[0]
        written = write(_read(match["inside"]))
        return match["before"] + written if written else ""

    return Markdown(_PLACEHOLDER.sub(stand_in, text).strip())


def _read(inside: str) -> Placeholder:
    if literal := _LITERAL.fullmatch(inside):
        return Placeholder("", literal=literal["text"])
    name, *forms = (" ".join(part.split()) for part in inside.split("|"))
    return Placeholder(name, tuple(forms))


def facts(course: Course, schedule: Schedule | None) -> dict[str, Fact | None]:
    """Every fact of a course by its name. Without a schedule what depends on dates is None: known, but not yet."""
    return {name: value for kind in _KINDS for name, value in kind(course, schedule)}


_Facts: TypeAlias = Iterator[tuple[str, Fact | None]]


def _of_assignments(course: Course, schedule: Schedule | None) -> _Facts:
    dated = {deadline.assignment_id: deadline for deadline in schedule.deadlines} if schedule else {}
    for key, assignment in course.file.assignments.items():
        deadline = dated.get(key)
        yield f"due.{key}", deadline.due.date() if deadline else None
        yield f"released.{key}", deadline.released if deadline else None
        yield f"points.{key}", assignment.points


def _of_weeks(course: Course, schedule: Schedule | None) -> _Facts:
    """Weeks go by the numbers they have in the course's files."""
    written = {number: old for old, number in course.version.renumbered.items()}
    classes = {(c.week, c.number): c.start.date() for c in schedule.classes} if schedule else {}
    for number, week in course.file.weeks.items():
        name, monday = written.get(number, number), schedule.mondays[number] if schedule else None
        yield f"weeks.{name}", number
        yield f"mondays.{name}", monday
        for session in week.sessions:
            yield f"classes.{name}.{session}", classes.get((number, session), monday)


def _of_the_term(course: Course, _: Schedule | None) -> _Facts:
    offering = course.file.offering
    for name in ("start", "end"):
        yield f"term.{name}", getattr(offering, name) if offering else None
    yield "term.name", offering.term if offering else None
    for key, exam in offering.exams.items() if offering else ():
        yield f"exams.{key}", exam.date
    yield "minutes.session", course.file.session_minutes


def _of_the_grade(course: Course, _: Schedule | None) -> _Facts:
    students = _students(course)
    for key, component in course.file.grading.components.items():
        yield f"weights.{key}", Percent(component.weight)
        yield f"shares.{key}", Percent(component.share)
        yield f"pieces.{key}", component.count
        yield f"team.{key}", max(1, component.team)
        yield f"teams.{key}", None if students is None else ceil(students / max(1, component.team))
    for key in (key for kind, key in course.version.gone if kind == "component"):  # of what is dropped there is nothing
        yield f"pieces.{key}", 0
        yield f"teams.{key}", 0
    for number, step in enumerate(course.late_steps() or (), 1):
        yield f"late.hours.{number}", step.hours
        yield f"late.penalty.{number}", Percent(step.penalty)


def _of_the_whole(course: Course, _: Schedule | None) -> _Facts:
    file, registry, offering = course.file, course.registry, course.file.offering
    for table in (registry.chapters, registry.labs, registry.modules, registry.kits, registry.drills, registry.papers):
        for key in table:
            yield f"uses.{key}", sum(key in _of_week(week) for week in file.weeks.values())
    used = {
        "chapters": [registry.chapters[key].number for key in _used(course, "read") if key in registry.chapters],
        "labs": [registry.labs[key].number for key in _used(course, "labs") if key in registry.labs],
        "modules": [registry.modules[key].number for key in _used(course, "modules") if key in registry.modules],
    }
    for name, numbers in used.items():
        yield f"counts.{name}", len(numbers)
        yield f"range.{name}", Range(min(numbers, default=0), max(numbers, default=0), len(numbers))
    for name in ("kits", "drills", "papers"):
        yield f"counts.{name}", len(_used(course, name))
    yield "counts.weeks", len(file.weeks)
    yield "counts.milestones", len(file.milestones)
    yield "counts.parts", len({week.part for week in file.weeks.values()})
    yield "counts.components", len(file.grading.components)
    yield "counts.sections", len(offering.sections) if offering else None
    yield "counts.students", _students(course)


def _of_week(week: Week) -> tuple[str, ...]:
    """What a week uses of a registry."""
    return (*week.read, *week.labs, *week.optional_labs, *week.modules, *week.kits, *week.drills, *week.papers)


def _used(course: Course, field: str) -> list[str]:
    """What the weeks name under a key, each once."""
    return list(dict.fromkeys(key for week in course.file.weeks.values() for key in getattr(week, field)))


def _students(course: Course) -> int | None:
    """The students of all sections."""
    offering = course.file.offering
    return sum(section.students for section in offering.sections.values()) if offering else None


_KINDS = (_of_assignments, _of_weeks, _of_the_term, _of_the_grade, _of_the_whole)
