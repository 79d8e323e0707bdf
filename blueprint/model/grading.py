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
    extra: Annotated[bool, "true: extra credit, which can raise its component and is missing nowhere"] = False
    minutes: Annotated[int | None, "a student's time, only where it differs from the component's"] = None
    team: Annotated[int | None, "students in a team, only where it differs from the component's", Example("2")] = None
    text: Annotated[Markdown, "the task in a sentence or two"] = EMPTY
    reference: Annotated[Markdown, "for graders: a result to compare work with; no student sees it"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRule:
    """What lateness costs, where each day costs the same; a day is each 24 hours that have begun since work was due."""

    percent_per_day: Annotated[Decimal, "percent of the points earned", Example("10")] = Decimal(0)
    points_per_day: Annotated[Decimal, "points, in place of percent or besides", Example("5")] = Decimal(0)
    days: Annotated[int | None, "days after which nothing is accepted; 0 where no late work is", Example("2")] = None
    grace_minutes: Annotated[int, "minutes after it was due in which work is not late", Example("15")] = 0
    bank_per_piece: Annotated[
        int | None, "the most days of the `late_bank` for one piece; any number if left out", Example("2")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassCondition:
    """Something that must be reached to pass, whatever the sum is."""

    component: Annotated[
        str | None, Ref("component"), "the part it is about; the whole course if left out", Example("modules")
    ] = None
    at_least: Annotated[Decimal, "percent", Example("50")]
    letter: Annotated[
        str, "the best letter where it is not reached; the last of `letters` if left out", Example("D")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of the final grade."""

    title: Markdown
    weight: Annotated[Decimal, "percent of the final grade"]
    count: Annotated[int, "how many marked pieces there are, without extra credit"]
    extra: Annotated[bool, "true: extra credit, whose weight comes on top of 100 percent"] = False
    drop_lowest: Annotated[int, "how many of its pieces with the lowest results do not count", Example("1")] = 0
    cap: Annotated[Decimal | None, "the most percent of it that counts, extra credit included", Example("100")] = None
    late: Annotated[LateRule | None, "only where it differs from the course's", Example("{days: 0}")] = None
    text: Annotated[Markdown, "what it is and what it shows"] = EMPTY
    rubric: Annotated[str | None, Ref("rubric")] = None
    hand_in: Annotated[Markdown, "where and how its pieces are handed in", Example("On Canvas, as one PDF.")] = EMPTY
    due: DueRule = DueRule()
    minutes: Annotated[int, "a student's time for one piece, beyond lab and module hours"] = 0
    grading_minutes: Annotated[Span, "a grader's time for one piece"] = NO_TIME
    team: Annotated[int, "how many students hand in one piece together, which is graded once"] = 1

    @property
    def share(self) -> Decimal:
        """The worth of one piece that counts, in percent of the course: exact, or to two digits if it has more than three."""
        share = self.weight / max(self.count - self.drop_lowest, 1)
        exact = share.quantize(Decimal("0.001"))
        return exact if exact == share else share.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingScheme:
    """The rules by which pieces become a grade."""

    components: Mapping[str, Component]
    letters: Annotated[Mapping[str, Decimal], "lowest percentage of each letter, best first"] = field(
        default_factory=dict
    )
    late: Annotated[
        LateRule | None, "what lateness costs; the `steps` of the policy `late` where days do not cost the same"
    ] = None
    late_bank: Annotated[
        int, "late days of each student in a term that cost nothing, spent on the work that is due first", Example("3")
    ] = 0
    missing: Annotated[Decimal, "percent for work that was never handed in, once it is due"] = Decimal(0)
    pass_if: Annotated[
        tuple[PassCondition, ...], "what must be reached to pass", Example("[{component: modules, at_least: 50}]")
    ] = ()
    cap: Annotated[Decimal | None, "the most percent the whole course can come to", Example("100")] = None
    decimals: Annotated[
        int, "decimals of the course's percentage, rounded half up once, before its letter is looked up"
    ] = 2
    text: Markdown = EMPTY
