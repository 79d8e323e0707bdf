"""How far graders agree: Cohen's kappa, in which a difference of two levels weighs twice that of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> Fraction | None:
    """The agreement of two graders on the same answers, from their levels as places on the scale.

    1 is agreement on every answer, 0 what chance alone would give, less than 0 worse than that. None where it is not
    defined: no answer was read by both, or both gave the same level to every one.
    """
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    observed = Fraction(sum(abs(a - b) for a, b in pairs))
    by_chance = sum(abs(a - b) * m * n for a, m in first.items() for b, n in second.items())
    return 1 - observed * len(pairs) / by_chance if by_chance else None
