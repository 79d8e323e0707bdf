"""What students may see: the fields of the model of which the students' site is written.

A field is private until it is named here. `published` makes the copy of a course that `generator.site` works on: it
takes what is named and leaves everything else at its default, so that nothing which is written from that copy can
hold an answer, a note to a lecturer, a grader's aid or a private fact of a person. The JSON Schemas say `public: true`
of the same fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar, cast

from blueprint import deck, model
from blueprint.bind import fields_of, neutral, required_fields
from blueprint.model import Course

T = TypeVar("T")

PUBLIC: Mapping[type, frozenset[str]] = MappingProxyType(
    {
        kind: frozenset(names.split())
        for kind, names in {
            # what a course refers to
            model.Chapter: "number title slug volume aliases minutes objectives",
            model.Lab: "number title slug volume aliases chapter question minutes",
            model.Module: "number title slug aliases hours builds questions",
            model.Kit: "title device slug aliases activity without hours",
            model.Drill: "title level slug aliases focus minutes",
            model.Paper: "authors title venue year aliases why minutes read",
            model.Links: "base book chapter lab module kit drill slides",
            model.Registry: "links chapters labs modules kits drills papers",
            # how work is marked
            model.Level: "title points text",
            model.Criterion: "title points asks levels",
            model.Track: "device latency_ms memory accuracy throughput energy",
            model.Rubric: "title points artifact intro criteria nothing_handed_in tracks scoring deliverables",
            # the course
            model.Symbol: "tex meaning unit",
            model.Equation: "title tex says symbols",
            model.Part: "title goal",
            model.SessionKind: "label plural meets",
            model.Session: "kind title deck release date start end room component",
            model.Week: "title part question read labs optional_labs modules kits drills papers objectives sessions",
            model.DueRule: "day time date",
            model.Assignment: "component title week released due lab module rubric points extra minutes team text",
            model.Component: "title weight count extra drop_lowest cap late text rubric hand_in due minutes team",
            model.LateRule: "percent_per_day points_per_day days grace_minutes bank_per_piece",
            model.PassCondition: "component at_least letter",
            model.GradingScheme: "components letters late late_bank missing pass_if cap decimals text",
            model.LateStep: "hours penalty points",
            model.Policy: "title text steps",
            model.Milestone: "title year week after text",
            model.Load: "hours_per_week",
            model.Drop: "why",
            model.Outcome: "text assessed_by",
            model.Material: "text cost link",
            model.CourseFile: (
                "title subtitle language locale labels description audience prerequisites outcomes textbook materials"
                " lab_lag session_minutes session_kinds load equations parts weeks assignments grading milestones policies drops"
                " offering"
            ),
            # the term
            model.Meeting: "day start end room",
            model.Break: "title first last skips_week",
            model.Role: "label plural leads",
            model.Person: "name role email phone office office_hours",
            model.Contact: "name email phone room link",
            model.Section: "title ta meeting meetings",
            model.Exam: "title date start end room component points text",
            model.Link: "title url",
            model.Announcement: "date title text",
            model.SlideOptions: "release",
            model.Offering: (
                "term institution department code credits start end time_zone published revision domain meetings breaks staff"
                " roles emergency sections contacts exams links announcements paper website slides"
            ),
            # a lecture: what stands on a slide before anything is revealed
            deck.Source: "authors title venue year url",
            deck.Figure: "file alt caption source",
            deck.Table: "columns rows widths numbers highlight caption source",
            deck.Axis: "title unit log low high",
            deck.Series: "title values points labels role",
            deck.Chart: ("kind alt categories series x y horizontal values peak bandwidth caption source illustrative"),
            deck.Box: "text role column row",
            deck.Arrow: "start end text role dashed",
            deck.Diagram: "boxes arrows direction alt caption",
            deck.Code: "language text highlight caption",
            deck.Term: "tex meaning unit",
            deck.Equation: "tex legend",
            deck.Callout: "role label text",
            deck.Block: "text figure table chart diagram code equation callout columns",
            deck.Column: "width heading body",
            deck.Choice: "text",
            deck.Slide: "kind id title minutes core body items choices sources given",
            deck.Deck: "title subtitle chapter minutes short sources slides",
        }.items()
    }
)
"""Class of the model -> the fields that students may see. A class that is not here has none."""


def published(value: T) -> T:
    """A copy that holds what is public: of an object its public fields, of a list or a table that of each entry.

    Every other field has its default, or where it has none a harmless value such as an empty text.
    """
    return cast(T, _published(value))


def published_course(course: Course) -> Course:
    """The course as students may know it: no handbook, and of every file only what is public."""
    return Course(
        course.id, published(course.file), published(course.registry), published(course.rubrics), None, course.version
    )


def _published(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _published(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(_published(entry) for entry in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, (model.Span, model.Points)):
        return value
    kind = cast(type, type(value))
    public, hints = PUBLIC.get(kind, frozenset()), fields_of(kind)
    shown = {name: _published(getattr(value, name)) for name in hints if name in public}
    return kind(**{name: neutral(hints[name]) for name in required_fields(kind) if name not in public}, **shown)
