"""A suite's own solutions, and what each kind of them must earn: the one place that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from autograder.authoring.case import Case, Suite

Kind = Literal["reference", "right", "wrong", "liar", "empty"]
_EARNS: Mapping[Kind, bool] = {"reference": True, "right": True, "liar": False, "empty": False}


@dataclass(frozen=True, slots=True)
class Solution:
    """A text that a suite is proven with; a wrong one names the skill on which it must lose."""

    kind: Kind
    name: str
    skill: str = ""
    source: str = field(default="", repr=False)

    @property
    def must_earn(self) -> bool | None:
        """True if it must earn every case, False if none; None for a wrong one, of which only one loss is known."""
        return _EARNS.get(self.kind)


def solutions(suite: Suite, number: int) -> list[Solution]:
    """Everything that one module is proven with."""
    reference = suite.source(number)
    right = [Solution("right", one.name, "", one.source(reference)) for one in suite.variants("right", number)]
    wrong = [Solution("wrong", one.name, one.skill, one.source(reference)) for one in suite.variants("wrong", number)]
    liars = [Solution("liar", one.name, "", one.source(suite.module(number))) for one in suite.liars()]
    empty = Solution("empty", "nothing is defined", "", "pass\n")
    return [Solution("reference", "the reference itself", "", reference), *right, *wrong, *liars, empty]


def shortfall(one: Solution, cases: Sequence[Case], earned: Mapping[str, bool]) -> str:
    """The words for what is wrong with a solution's earnings on one draw, empty if nothing is.

    `cases` are all of the module, `earned` tells of those that were asked, by their ids.
    """
    if one.must_earn is not None:
        astray = [case for case in earned if earned[case] is not one.must_earn]
        return f"{'loses' if one.must_earn else 'earns'} {_named(astray)}" if astray else ""
    skilled = [case.id for case in cases if case.skill == one.skill]
    if not skilled:
        return f"no case has the skill {one.skill}"
    return "" if any(not earned.get(case, True) for case in skilled) else f"loses nothing on {one.skill}"


def _named(cases: Sequence[str]) -> str:
    slugs = [case.rpartition("/")[2] for case in cases]
    return ", ".join(slugs[:3]) + (f" and {len(slugs) - 3} more" if len(slugs) > 3 else "")
