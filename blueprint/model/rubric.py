"""A rubric file: criteria with their levels, a speed pass, calibration samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from blueprint.model.values import EMPTY, Example, Markdown, Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a criterion. That nothing was handed in is a state of the work, never a level."""

    title: str
    points: Points
    text: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing a grader looks at."""

    title: str
    points: Annotated[Decimal, "the most a student can earn here"]
    asks: Annotated[Markdown, "the question a grader asks of the work"]
    quick: Annotated[Markdown, "the same question in three words, for the speed pass"] = EMPTY
    levels: Annotated[tuple[Level, ...], "best first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A row of the speed rubric: so many questions answered yes, such points."""

    yes: Annotated[str, "how many of the quick questions are answered yes: `3`, or `0-1`"]
    points: Points
    text: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A deployment target of a capstone with its budgets."""

    device: str
    latency_ms: Annotated[Decimal, "99th-percentile latency budget, milliseconds"]
    memory: Annotated[str, "memory budget with its unit, `256 KB`"]
    accuracy: Annotated[Decimal, "target accuracy, percent"]
    throughput: Annotated[str, "reference throughput with its unit, `12.5 images/s`"] = ""
    energy: Annotated[str, "reference energy with its unit, `50 mJ an image`"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A piece of work with the marks it should get, to calibrate graders."""

    title: str
    text: Markdown
    marks: Annotated[Mapping[str, Decimal], "points by criterion"]
    why: Annotated[Markdown, "why these marks and no others"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A rubric file."""

    schema: int
    extends: Annotated[
        str | None, "another such file; what stands here replaces what stands there", Example("ai-olympics.yaml")
    ] = None
    title: Markdown
    points: Annotated[Decimal, "the total; the criteria must sum to it"]
    artifact: Annotated[Markdown, "what a student hands in"]
    step: Annotated[Decimal, "the smallest difference a grader may give inside a range"] = Decimal(1)
    intro: Annotated[Markdown, "how to read and use this rubric"] = EMPTY
    compares: Annotated[bool, "true: graders compare work with a result, so each assignment has a `reference`"] = False
    criteria: Mapping[str, Criterion]
    nothing_handed_in: Annotated[Markdown, "what is recorded when there is no work; a state, not a level"]
    speed: Annotated[tuple[Band, ...], "first-pass bands"] = ()
    speed_note: Markdown = EMPTY
    tracks: Annotated[Mapping[str, Track], "a capstone's deployment targets"] = field(default_factory=dict)
    scoring: Annotated[Markdown, "how a measured score becomes points"] = EMPTY
    deliverables: tuple[Markdown, ...] = ()
    samples: Annotated[Mapping[str, Sample], "calibration set"] = field(default_factory=dict)
    reasons: Annotated[
        Mapping[str, Markdown],
        "what a grader often has to say, by id: chosen with a key on the review page, and read by the student",
        Example("{no-unit: There is no unit.}"),
    ] = field(default_factory=dict)
