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
from blueprint.model.offering import (
    Announcement,
    AutograderOptions,
    DeckFormat,
    Link,
    Offering,
    SlideOptions,
    ThemeName,
)
from blueprint.model.people import HEAD_TA, ROLES, Contact, Person, Role, Section
from blueprint.model.policies import LateStep, Policies, Policy, policy_title
from blueprint.model.registry import Chapter, Drill, Kit, Lab, Links, Module, Paper, Registry
from blueprint.model.rubric import Band, Criterion, Level, Rubric, Sample, Track
from blueprint.model.values import (
    DAYS,
    EMPTY,
    ENGLISH,
    NO_TIME,
    PAPER,
    RELEASE,
    SCHEMA,
    Day,
    Example,
    Known,
    Language,
    Markdown,
    PaperSize,
    Points,
    Ref,
    Release,
    Span,
    plain,
)
from blueprint.model.weeks import (
    OWN_DECKS,
    SESSION_KINDS,
    Equation,
    Milestone,
    Part,
    PlanStep,
    Session,
    SessionKind,
    Symbol,
    Week,
)

__all__ = [
    "DAYS",
    "EMPTY",
    "ENGLISH",
    "HEAD_TA",
    "NO_TIME",
    "OWN_DECKS",
    "PAPER",
    "RELEASE",
    "ROLES",
    "SCHEMA",
    "SESSION_KINDS",
    "Announcement",
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
    "Example",
    "GradingScheme",
    "Handbook",
    "Kit",
    "Known",
    "Lab",
    "Language",
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
    "Policy",
    "Ref",
    "Registry",
    "Release",
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
    "policy_title",
]
