"""How late work is, and what that costs, to the second.

A deadline is a moment, and a day late is each 24 hours that have begun since, whatever clocks were moved meanwhile. Where
a source says only that work is late, and not when it came, it is late by an unknown amount: nothing is guessed, nothing
is taken off, and a person is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from autograder.gradebook.policy import HUNDRED, LateRule, LateStep

DAY = timedelta(hours=24)
_NOTHING = LateStep(0)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """When work was handed in, as far as its source tells: the moment, or only that it was late."""

    at: datetime | None = None
    marked_late: bool = False


NOT_TOLD = HandedIn()


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late one piece is: its deadline for this student, when it came, the days begun since, and what they cost.

    `unknown` is work that is late by nobody knows how much. `spent` of the days come from the student's late days. What
    is not `accepted` is worth nothing. `extended` says why the deadline is not the class's.
    """

    due: datetime | None = None
    came: datetime | None = None
    days: int = 0
    unknown: bool = False
    spent: int = 0
    cost: LateStep = _NOTHING
    accepted: bool = True
    extended: str = ""

    @property
    def late(self) -> bool:
        """True for work that came after its deadline and grace, or is said to have."""
        return self.days > 0 or self.unknown

    def worth(self, share: Fraction, points: Fraction) -> Fraction:
        """What an earned share of a piece's points is worth after lateness; never less than nothing."""
        if not self.accepted:
            return Fraction(0)
        left = share * (1 - self.cost.percent / HUNDRED) - (self.cost.points / points if points else 0)
        return max(Fraction(0), left) if self.late else share


ON_TIME = Lateness()


def lateness(due: datetime | None, handed_in: HandedIn, rule: LateRule) -> Lateness:
    """How late work is that was due at a moment (None: never), and what that costs without late days of the student's."""
    came = handed_in.at
    if due is None:
        return Lateness(came=came)
    if came is None:
        return Lateness(due, unknown=handed_in.marked_late)
    after = came.astimezone(UTC) - due.astimezone(
        UTC
    )  # two times of one zone would be subtracted as the clock shows them
    if after <= rule.grace or after <= timedelta(0):
        return Lateness(due, came)
    return _priced(Lateness(due, came, days=-(-after // DAY)), rule, after)


def with_late_days(late: Lateness, rule: LateRule, available: int, share: Fraction, points: Fraction) -> Lateness:
    """The lateness with as many of the student's late days spent on it as bring the most, and no more than that.

    `share` is what the work has earned of its points. A late day makes work a day less late.
    """
    if not late.days or late.due is None or late.came is None or rule.steps is None:
        return late
    after = late.came.astimezone(UTC) - late.due.astimezone(UTC)
    most = min(available, late.days, late.days if rule.bank_per_piece is None else rule.bank_per_piece)
    choices = [_priced(replace(late, spent=spent), rule, after) for spent in range(most + 1)]
    return max(choices, key=lambda choice: (choice.worth(share, points), -choice.spent))


def _priced(late: Lateness, rule: LateRule, after: timedelta) -> Lateness:
    """The lateness with its price: that of the first step it lies within, once the late days spent are taken off."""
    left = after - late.spent * DAY
    if rule.steps is None or left <= rule.grace or left <= timedelta(0):
        return replace(late, cost=_NOTHING, accepted=True)
    step = next((step for step in rule.steps if left <= timedelta(hours=step.hours)), None)
    return replace(late, cost=step or _NOTHING, accepted=step is not None)
