"""What a course teaches, week by week: parts, weeks, sessions and their plans, milestones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from blueprint.model.values import EMPTY, Markdown, Ref

OWN_DECKS = (".pptx", ".pdf")
"""What an instructor's own deck may end in."""

SessionKind = Literal["lecture", "studio", "paper discussion", "review", "exam"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """A stretch of a meeting."""

    minutes: int
    do: Annotated[Markdown, "what happens"]
    lead: Annotated[Markdown, "what the person in front does"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One class meeting."""

    kind: SessionKind
    title: Markdown
    plan: Annotated[tuple[PlanStep, ...], "minute by minute; sums to session_minutes"] = ()
    deck: Annotated[
        str | None, "its slides: a .pptx or .pdf of your own, beside this file, or the id of a deck in slides/"
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
    """A historical result students reproduce with their own framework."""

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
