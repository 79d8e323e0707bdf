"""Students to reach out to: a change against their own earlier work, never a place in the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median

_FALL = Fraction(3, 10)
"""A fall by this share of the points, against the median of the student's own earlier modules, is a change."""
Shares = Mapping[int, Fraction | None]
"""A student's share of the points by module, None for work that could not be run; what was lost to a fault of ours is left out."""


def handed_in_by_most(shares: Mapping[str, Shares], modules: Sequence[int]) -> list[int]:
    """The modules that at least half of those with any work have handed in: of others, nobody is missing yet."""
    active = [one for one in shares.values() if one]
    return [number for number in modules if 2 * sum(number in one for one in active) >= len(active) > 0]


def reason(shares: Shares, modules: Sequence[int]) -> str:
    """Why to reach out to a student after these modules, in words; empty if there is no reason."""
    if not modules:
        return ""
    last = modules[-1]
    if last not in shares:
        return _missing(shares, modules)
    earlier = [share for number in modules[:-1] if (share := shares.get(number)) is not None]
    if shares[last] is None:
        return f"module {last:02} could not be run"
    usual = Fraction(median(earlier)) if earlier else Fraction(0)
    share = shares[last] or Fraction(0)
    return f"fell to {_percent(share)} in module {last:02} from {_percent(usual)}" if usual - share >= _FALL else ""


def _missing(shares: Shares, modules: Sequence[int]) -> str:
    """The words for a student without the last module: since when nothing came in."""
    absent = 0
    while absent < len(modules) and modules[-1 - absent] not in shares:
        absent += 1
    if absent == len(modules):
        return "nothing handed in yet"
    if absent > 1:
        return f"missing {absent} modules running, the last of them {modules[-1]:02}"
    missed_before = any(number not in shares for number in modules[:-1])
    return f"missing module {modules[-1]:02}{', and one before' if missed_before else ', never missing before'}"


def _percent(share: Fraction) -> str:
    return f"{int(100 * share)}%"
