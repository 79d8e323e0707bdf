"""How a case did in a class: how many passed it, how well it tells strong work from weak, and whether it is suspect."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt


def as_float(value: Fraction) -> float:
    """A fraction as a float, for statistics; several times as quick as `float`."""
    return value.numerator / value.denominator


FEWEST = 10
"""From so many students on, a case's numbers say something about the case."""
_NEARLY_ALL, _NEARLY_NONE = 97, 10


@dataclass(slots=True)
class Tally:
    """The count of students who were asked a case, and of those who passed it, with what they earned in the others."""

    passed: int = 0
    asked: int = 0
    rest: float = 0.0  # the sum of the shares of points earned in the module's other cases
    rest_squared: float = 0.0
    rest_of_passed: float = 0.0

    def add(self, passed: bool, rest: float) -> None:
        """Counts one student, who earned the share `rest` of the points of the module's other cases."""
        self.asked += 1
        self.passed += passed
        self.rest += rest
        self.rest_squared += rest * rest
        self.rest_of_passed += rest * passed

    @property
    def lost(self) -> int:
        """The count of students who were asked and did not pass."""
        return self.asked - self.passed

    @property
    def hardest(self) -> tuple[int, int]:
        """A key to sort by: what most students lost first, and of equals what the smaller share passed.

        By number and not by share, for some cases are asked of few, and one of one is no trouble of the class.
        """
        return -self.lost, self.percent

    @property
    def percent(self) -> int:
        """The share that passed in percent, rounded down, so that 100 means all."""
        return 100 * self.passed // self.asked if self.asked else 0

    @property
    def discrimination(self) -> float | None:
        """The correlation of passing it with the share earned in the other cases; None where either is the same for all, or too few are known."""
        n = self.asked
        spread = (n * self.rest_squared - self.rest**2) * self.passed * (n - self.passed)
        if n < FEWEST or spread <= 1e-9:
            return None
        return (n * self.rest_of_passed - self.passed * self.rest) / sqrt(spread)

    @property
    def easy(self) -> bool:
        """True if so many pass it that it tells little."""
        return self.asked >= FEWEST and self.percent >= _NEARLY_ALL

    @property
    def suspect(self) -> str:
        """Why somebody should look at the case itself; empty if there is no reason, or there are too few students to tell."""
        if self.asked < FEWEST:
            return ""
        if self.easy:
            return "nearly all pass it: it tells little"
        if self.percent <= _NEARLY_NONE:
            return "nearly none pass it: read the case and its hint"
        # Two standard errors below nothing: where one student in thirty fails, chance alone gives a little less than 0.
        if (told := self.discrimination) is not None and told < -2 / sqrt(self.asked):
            return "who passes it does worse elsewhere: read the case"
        return ""
