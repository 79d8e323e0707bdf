"""A suite's own solutions, and what each kind of them must earn: the one place that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from autograder.authoring.case import Case, Suite, SuiteError, Variant

Kind = Literal["reference", "right", "wrong", "liar", "empty"]
_EARNS: Mapping[Kind, bool] = {"reference": True, "right": True, "liar": False, "empty": False}


@dataclass(frozen=True, slots=True)
class Solution:
    """A text that a suite is proven with; a wrong one names the skill on which it must lose.

    `edition` is the one that it is work of; empty for what does no work, which must earn nothing in any.
    """

    kind: Kind
    name: str
    skill: str = ""
    source: str = field(default="", repr=False)
    edition: str = ""

    @property
    def must_earn(self) -> bool | None:
        """True if it must earn every case, False if none; None for a wrong one, of which only one loss is known."""
        return _EARNS.get(self.kind)

    def asked(self, cases: Sequence[Case]) -> tuple[Case, ...]:
        """The cases, of these, that its edition is asked."""
        return tuple(case for case in cases if not self.edition or self.edition in case.editions)


def solutions(suite: Suite, number: int) -> list[Solution]:
    """Everything that one module is proven with; `SuiteError` when a case is asked of no right solution."""
    text = suite.source(number)
    reference = Solution("reference", "the reference itself", "", text, newest(suite))

    def of(kind: Kind, one: Variant) -> Solution:
        return Solution(kind, one.name, one.skill, one.source(text), one.edition or newest(suite))

    right = [of("right", one) for one in suite.variants("right", number)]
    wrong = [of("wrong", one) for one in suite.variants("wrong", number)]
    liars = [Solution("liar", one.name, "", one.source(suite.module(number))) for one in suite.liars()]
    empty = Solution("empty", "nothing is defined", "", "pass\n")
    cases = suite.cases(number)
    asked = {case.id for one in (reference, *right) for case in one.asked(cases)}
    if unproven := [case for case in cases if case.id not in asked]:
        raise SuiteError([_unproven(case) for case in unproven])
    return [reference, *right, *wrong, *liars, empty]


def newest(suite: Suite) -> str:
    """The id of the newest edition, of which the reference is; empty where there are none."""
    return suite.editions[-1].id if suite.editions else ""


def _unproven(case: Case) -> str:
    return f'{case.id}: no right solution is asked this; add one to right/ with edition="{case.editions[-1]}"'


def shortfall(one: Solution, cases: Sequence[Case], earned: Mapping[str, bool]) -> str:
    """The words for what is wrong with a solution's earnings on one draw, empty if nothing is.

    `cases` are all of the module, `earned` tells of those that were asked, by their ids; of other editions' nothing counts.
    """
    asked = one.asked(cases)
    if one.must_earn is not None:
        astray = [case.id for case in asked if earned.get(case.id, one.must_earn) is not one.must_earn]
        return f"{'loses' if one.must_earn else 'earns'} {_named(astray)}" if astray else ""
    skilled = [case.id for case in asked if case.skill == one.skill]
    if not skilled:
        return f"no case{f' of edition {one.edition}' if one.edition else ''} has the skill {one.skill}"
    return "" if any(not earned.get(case, True) for case in skilled) else f"loses nothing on {one.skill}"


def _named(cases: Sequence[str]) -> str:
    slugs = [case.rpartition("/")[2] for case in cases]
    return ", ".join(slugs[:3]) + (f" and {len(slugs) - 3} more" if len(slugs) > 3 else "")
