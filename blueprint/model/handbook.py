"""A handbook file: what a TA needs to know, and each week's section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from blueprint.model.values import EMPTY, Day, Example, Markdown
from blueprint.model.weeks import PlanStep


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One preparation task, with what shows that it is done."""

    do: Markdown
    evidence: Markdown
    by: Annotated[str, "when it is due"] = "before week 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Struggle:
    """A difficulty that students run into, and the sentence a TA can say."""

    symptom: Annotated[Markdown, "what the student says or shows"]
    cause: Annotated[Markdown, "what usually lies behind it"] = EMPTY
    say: Annotated[Markdown, "a sentence to say aloud"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A situation in the room and an answer to it."""

    situation: Markdown
    say: Markdown
    trains: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A step of the office-hours ladder."""

    after: Annotated[int, "minutes a student has been stuck"]
    do: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A matter that leaves the TA's hands, and whose it becomes."""

    matter: Markdown
    do: Markdown
    contact: Annotated[str, "the id of a person or contact of the offering, or a role"] = "instructor"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHoursGuide:
    """Guidance for office hours: what to do, what to leave, and when to step in."""

    do: tuple[Markdown, ...]
    leave: tuple[Markdown, ...]
    ladder: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWeek:
    """One week of a TA's section."""

    opening: Annotated[Markdown, "the question that opens the section"]
    listen_for: Annotated[Markdown, "what a good answer holds"] = EMPTY
    plan: Annotated[tuple[PlanStep, ...], "the section minute by minute; the shared plan when left out"] = ()
    struggles: Annotated[tuple[Struggle, ...], "three, most likely first"]
    debrief: Annotated[Markdown, "the sentence that closes the section"] = EMPTY
    grading: Annotated[Markdown, "what to watch for when marking this week's work"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Handbook:
    """The TA handbook's own content."""

    schema: int
    extends: Annotated[
        str | None,
        "another such file; what stands here replaces what stands there",
        Example("handbook/foundations.yaml"),
    ] = None
    welcome: Markdown
    checklist: Mapping[str, ChecklistItem]
    rhythm: Annotated[Mapping[Day, Markdown], "the TA's week, by day"]
    section_minutes: int = 50
    plan: Annotated[tuple[PlanStep, ...], "the shared section plan"]
    moves: tuple[Move, ...]
    calibration: Markdown
    office_hours: OfficeHoursGuide
    escalation: tuple[Escalation, ...]
    batch_grading: tuple[Markdown, ...]
    software: Annotated[Markdown, "how a grader installs and runs the programs of this course"] = EMPTY
    weeks: Annotated[
        Mapping[int, SectionWeek], "a page of each week's section; where one has a page, each week has"
    ] = field(default_factory=dict)
