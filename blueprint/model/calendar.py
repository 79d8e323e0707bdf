"""The dates an offering writes down: weekly meetings, days without class, sittings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import time as Time
from decimal import Decimal
from typing import Annotated

from blueprint.model.values import EMPTY, Day, Example, Markdown, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A weekly meeting."""

    day: Day
    start: Time
    end: Time
    room: str = ""

    @property
    def minutes(self) -> int:
        """The minutes it lasts; not above 0 where it ends before it begins."""
        return (self.end.hour - self.start.hour) * 60 + self.end.minute - self.start.minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Days without class."""

    title: str
    first: Date
    last: Annotated[Date | None, "the same day if left out"] = None
    skips_week: Annotated[bool, "true: this calendar week is no teaching week, later weeks move on"] = False

    @property
    def until(self) -> Date:
        """The last day without class."""
        return self.last or self.first

    def covers(self, day: Date) -> bool:
        return self.first <= day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """A sitting outside class hours."""

    title: Markdown
    date: Date
    start: Time
    end: Time
    room: str = ""
    component: Annotated[str | None, Ref("component"), "the part of the grade it is a piece of", Example("midterm")] = (
        None
    )
    points: Annotated[Decimal, "0 for a sitting that is not marked"] = Decimal(100)
    text: Annotated[Markdown, "what it covers, and what to bring", Example("One handwritten page of notes.")] = EMPTY
