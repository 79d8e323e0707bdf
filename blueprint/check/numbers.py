"""The rule that every number counts something: none is negative."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from blueprint.check.leaves import leaves
from blueprint.load import Loaded
from blueprint.place_names import place_name
from blueprint.problems import Problem


def nothing_is_negative(loaded: Loaded) -> Iterator[Problem]:
    """Minutes, hours, points, weights, years and counts are 0 or more."""
    for value, at in loaded.bound():
        for path, number in leaves(value):
            if isinstance(number, (int, Decimal)) and number < 0:
                yield Problem(at.value(*path), f"{place_name(path)} is {number}", "write 0 or more")


RULES = (nothing_is_negative,)
