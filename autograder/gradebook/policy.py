"""The rules by which a course's pieces of work become one grade, as plain data for the gradebook.

Percentages are fractions of one hundred as the course writes them: 35 is 35 percent. All numbers are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from blueprint.choices import CountingAttempt

HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class LateStep:
    """Up to so many hours late, so many percent of the points earned are lost, and so many points besides."""

    hours: int
    percent: Fraction = Fraction(0)
    points: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class LateRule:
    """What lateness costs: by steps, beyond the last of which nothing is accepted; without any where `steps` is None.

    Within `grace` after a deadline work is not late. `bank_per_piece` is the most late days that one piece may take.
    """

    steps: tuple[LateStep, ...] | None = None
    grace: timedelta = timedelta(0)
    bank_per_piece: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work: what it is worth, when it is due, and which of its points come from tests and which from a person.

    `automatic` and `manual` are points on their own scales; together they are scaled to `points`. One that is `extra` can
    only raise its component. `module` is its number in the suite, 0 where it is not graded by tests.
    """

    id: str
    title: str
    component: str
    points: Fraction
    due: datetime | None = None
    module: int = 0
    automatic: Fraction = Fraction(0)
    manual: Fraction = Fraction(0)
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the grade: its weight in percent, how many lowest results are dropped, the most percent of it that counts."""

    id: str
    title: str
    weight: Fraction
    extra: bool = False
    drop_lowest: int = 0
    cap: Fraction | None = None
    late: LateRule = LateRule()


@dataclass(frozen=True, slots=True)
class Condition:
    """At least so many percent in a component (empty: in the course), else the grade is at best this letter (empty: the last)."""

    component: str
    at_least: Fraction
    letter: str = ""


@dataclass(frozen=True, slots=True)
class CoursePolicy:
    """Everything that decides a course grade; `pieces` are in the order of the course, `letters` best first.

    `counts` says which of a student's attempts at a module counts.
    """

    components: Mapping[str, Component]
    pieces: tuple[Piece, ...]
    letters: Mapping[str, Fraction] = field(default_factory=dict)
    late_bank: int = 0
    missing: Fraction = Fraction(0)
    conditions: tuple[Condition, ...] = ()
    cap: Fraction | None = None
    decimals: int = 2
    zone: str = "UTC"
    counts: CountingAttempt = "latest"

    def pieces_of(self, component: str) -> tuple[Piece, ...]:
        """The pieces of a component, in the order of the course."""
        return tuple(piece for piece in self.pieces if piece.component == component)

    def letter_of(self, percent: Fraction) -> str:
        """The letter of a rounded percentage; empty where the course has none for it."""
        return next((letter for letter, lowest in self.letters.items() if percent >= lowest), "")


def rounded(value: Fraction, decimals: int) -> Fraction:
    """The number with so many decimals, half up.

    >>> rounded(Fraction("89.995"), 2), rounded(Fraction(2, 3), 1)
    (Fraction(90, 1), Fraction(7, 10))
    """
    unit = 10**decimals
    return Fraction((2 * value.numerator * unit + value.denominator) // (2 * value.denominator), unit)
