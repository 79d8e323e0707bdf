"""What a course teaches, week by week: parts, weeks, sessions and their plans, milestones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import time as Time
from types import MappingProxyType
from typing import Annotated

from blueprint.model.values import EMPTY, Example, Markdown, Ref, Release

OWN_DECKS = (".pptx", ".pdf")
"""What an instructor's own deck may end in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKind:
    """A kind of session, in the course's own words, and whether the class meets for it."""

    label: Annotated[str, "what documents call it; the word itself if left out", Example("guest lecture")] = ""
    plural: Annotated[str, "the label of several; with an `s` if left out", Example("guest lectures")] = ""
    meets: Annotated[bool, "false: no class meeting is used, such as for a recording", Example("false")] = True


SESSION_KINDS: Mapping[str, SessionKind] = MappingProxyType(
    {
        "lecture": SessionKind(),
        "studio": SessionKind(),
        "paper discussion": SessionKind(),
        "review": SessionKind(),
        "exam": SessionKind(),
        "seminar": SessionKind(),
    }
)
"""The kinds that every course knows; a course adds its own, or says of these what they are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """A stretch of a meeting."""

    minutes: int
    do: Annotated[Markdown, "what happens"]
    lead: Annotated[Markdown, "what the person in front does"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One class meeting."""

    kind: Annotated[str, "lecture, studio, paper discussion, review, exam, or another word (see `session_kinds`)"]
    title: Markdown
    plan: Annotated[tuple[PlanStep, ...], "minute by minute; sums to session_minutes"] = ()
    deck: Annotated[
        str | None, "its slides: a .pptx or .pdf of your own, beside this file, or the id of a deck in slides/"
    ] = None
    date: Annotated[
        Date | None, "a day of its own, outside the class meetings: a make-up class", Example("2026-10-16")
    ] = None
    start: Annotated[
        Time | None, "with `date`: when it begins; as the class usually does if left out", Example('"09:00"')
    ] = None
    end: Annotated[Time | None, "with `date`: when it ends; after the usual length if left out", Example('"10:15"')] = (
        None
    )
    room: Annotated[str, "only where it differs from the class meeting's", Example("Library 2")] = ""
    component: Annotated[
        str | None, Ref("component"), "the part of the grade a sitting in class is a piece of", Example("midterm")
    ] = None
    release: Annotated[
        Release | None,
        "when students get its handout, where it differs from the term's; with it, your own deck is given out, too, without notes and comments",
        Example("at once"),
    ] = None

    @property
    def own_deck(self) -> str | None:
        """The instructor's own file, where the session has one."""
        return self.deck if self.deck and self.deck.lower().endswith(OWN_DECKS) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One teaching week."""

    title: Markdown
    part: Annotated[str, Ref("part")]
    question: Annotated[Markdown, "the question that runs through the week"] = EMPTY
    read: Annotated[tuple[str, ...], Ref("chapter")] = ()
    labs: Annotated[tuple[str, ...], Ref("lab")] = ()
    optional_labs: Annotated[tuple[str, ...], Ref("lab")] = ()
    modules: Annotated[tuple[str, ...], Ref("module"), "modules worked on this week"] = ()
    kits: Annotated[tuple[str, ...], Ref("kit")] = ()
    drills: Annotated[tuple[str, ...], Ref("drill")] = ()
    papers: Annotated[tuple[str, ...], Ref("paper")] = ()
    objectives: Annotated[tuple[Markdown, ...], "what students can do at its end; each begins with a verb"]
    tip: Annotated[Markdown, "advice for the instructor"] = EMPTY
    sessions: Mapping[int, Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of weeks with one goal."""

    title: Markdown
    goal: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A result of history that students reproduce with what they have built."""

    title: Markdown
    year: int
    week: Annotated[int, Ref("week")]
    after: Annotated[str, Ref("module"), "the module that unlocks it"]
    text: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A symbol of an equation."""

    tex: Annotated[str, "LaTeX, without dollar signs"]
    meaning: Markdown
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A displayed equation with its legend."""

    title: Markdown
    tex: Annotated[str, "LaTeX, without dollar signs"]
    says: Annotated[Markdown, "the equation in a sentence"] = EMPTY
    symbols: tuple[Symbol, ...] = ()
