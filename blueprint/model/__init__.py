"""The course as plain, frozen data: what a syllabus, an offering, a registry, a rubric and a handbook hold.

Each class is one mapping in a YAML file, each field one key; the text beside a field is what editors show and
what `blueprint schema` publishes. Nothing here reads files or knows where a value stood: `bind` makes these
objects and keeps positions apart, `check` holds them against each other.

References between things are ids (`Annotated[str, Ref("chapter")]`), resolved through `Course`.
"""

from __future__ import annotations

from blueprint.model.calendar import Break, Exam, Meeting
from blueprint.model.course import Course, CourseFile, Load
from blueprint.model.grading import Assignment, Component, DueRule, GradingScheme
from blueprint.model.handbook import (
    ChecklistItem,
    Escalation,
    Handbook,
    Move,
    OfficeHoursGuide,
    Rung,
    SectionWeek,
    Struggle,
)
from blueprint.model.offering import AutograderOptions, DeckFormat, Link, Offering, SlideOptions, ThemeName
from blueprint.model.people import Contact, Person, Role, Section
from blueprint.model.policies import LatePolicy, LateStep, Policies
from blueprint.model.registry import Chapter, Drill, Kit, Lab, Links, Module, Paper, Registry
from blueprint.model.rubric import Band, Criterion, Level, Rubric, Sample, Track
from blueprint.model.values import (
    DAYS,
    EMPTY,
    ENGLISH,
    PAPER,
    SCHEMA,
    Day,
    Language,
    Markdown,
    PaperSize,
    Points,
    Ref,
    Span,
    plain,
)
from blueprint.model.weeks import OWN_DECKS, Equation, Milestone, Part, PlanStep, Session, SessionKind, Symbol, Week

__all__ = [
    "DAYS",
    "EMPTY",
    "ENGLISH",
    "OWN_DECKS",
    "PAPER",
    "SCHEMA",
    "Assignment",
    "AutograderOptions",
    "Band",
    "Break",
    "Chapter",
    "ChecklistItem",
    "Component",
    "Contact",
    "Course",
    "CourseFile",
    "Criterion",
    "Day",
    "DeckFormat",
    "Drill",
    "DueRule",
    "Equation",
    "Escalation",
    "Exam",
    "GradingScheme",
    "Handbook",
    "Kit",
    "Lab",
    "Language",
    "LatePolicy",
    "LateStep",
    "Level",
    "Link",
    "Links",
    "Load",
    "Markdown",
    "Meeting",
    "Milestone",
    "Module",
    "Move",
    "Offering",
    "OfficeHoursGuide",
    "Paper",
    "PaperSize",
    "Part",
    "Person",
    "PlanStep",
    "Points",
    "Policies",
    "Ref",
    "Registry",
    "Role",
    "Rubric",
    "Rung",
    "Sample",
    "Section",
    "SectionWeek",
    "Session",
    "SessionKind",
    "SlideOptions",
    "Span",
    "Struggle",
    "Symbol",
    "ThemeName",
    "Track",
    "Week",
    "plain",
]
