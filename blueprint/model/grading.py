"""What is handed in, when it is due, and how pieces become a grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import time as Time
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from blueprint.model.values import EMPTY, NO_TIME, Day, Example, Markdown, Ref, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule:
    """When something is due: a weekday of its week, or an exact date."""

    day: Day = "thu"
    time: Time = Time(23, 59)
    date: Annotated[Date | None, "an exact date instead of a weekday"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Something handed in."""

    component: Annotated[str, Ref("component")]
    title: Markdown
    week: Annotated[int, Ref("week"), "the week it is due"]
    released: Annotated[
        int | None, Ref("week"), "the week it is given out, from its Monday; the week due if left out"
    ] = None
    due: Annotated[DueRule | None, "only where it differs from the component's"] = None
    lab: Annotated[str | None, Ref("lab")] = None
    module: Annotated[str | None, Ref("module")] = None
    rubric: Annotated[
        str | None, Ref("rubric"), "only where it differs from the component's", Example("design-challenge")
    ] = None
    points: Annotated[Decimal, "0 for something required but not marked"] = Decimal(100)
    minutes: Annotated[int | None, "a student's time, only where it differs from the component's"] = None
    team: Annotated[int | None, "students in a team, only where it differs from the component's", Example("2")] = None
    text: Annotated[Markdown, "the task in a sentence or two"] = EMPTY
    reference: Annotated[Markdown, "for graders: a result to compare work with; no student sees it"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of the final grade."""

    title: Markdown
    weight: Annotated[Decimal, "percent of the final grade"]
    count: Annotated[int, "how many marked pieces there are"]
    text: Annotated[Markdown, "what it is and what it shows"] = EMPTY
    rubric: Annotated[str | None, Ref("rubric")] = None
    hand_in: Annotated[Markdown, "where and how its pieces are handed in", Example("On Canvas, as one PDF.")] = EMPTY
    due: DueRule = DueRule()
    minutes: Annotated[int, "a student's time for one piece, beyond lab and module hours"] = 0
    grading_minutes: Annotated[Span, "a grader's time for one piece"] = NO_TIME
    team: Annotated[int, "how many students hand in one piece together, which is graded once"] = 1

    @property
    def share(self) -> Decimal:
        """The worth of one piece, in percent of the course: exact, or to two digits if it has more than three."""
        share = self.weight / max(self.count, 1)
        exact = share.quantize(Decimal("0.001"))
        return exact if exact == share else share.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingScheme:
    """The rules by which pieces become a grade."""

    components: Mapping[str, Component]
    letters: Annotated[Mapping[str, Decimal], "lowest percentage of each letter, best first"] = field(
        default_factory=dict
    )
    text: Markdown = EMPTY
