"""How the points of a module are spread over a class: five numbers, ten bins, and the bins as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from autograder.judging.points import number

if TYPE_CHECKING:
    from markupsafe import Markup

BINS = 10


@dataclass(frozen=True, slots=True)
class Distribution:
    """The spread of one module's points: how many students, the lowest, the quarters, the highest, and the bins.

    `bins` counts students by tenths of the scale; the last bin holds the whole score, each other begins above its lower end.
    """

    students: int
    scale: Fraction
    lowest: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    highest: Fraction
    bins: tuple[int, ...]
    whole: int  # students with all the points


def distribution(points: Sequence[Fraction], scale: Fraction) -> Distribution:
    """The distribution of these points, of which there is at least one; quarters are medians of the halves, median among both."""
    ordered = sorted(points)
    half = (len(ordered) + 1) // 2
    bins = [0] * BINS
    for one in ordered:
        bins[_bin(one, scale)] += 1
    return Distribution(
        len(ordered),
        scale,
        ordered[0],
        Fraction(median(ordered[:half])),
        Fraction(median(ordered)),
        Fraction(median(ordered[-half:])),
        ordered[-1],
        tuple(bins),
        sum(one == scale for one in ordered),
    )


def _bin(points: Fraction, scale: Fraction) -> int:
    """The place of the bin: the first holds all up to a tenth, nothing among them."""
    if not scale:
        return 0
    tenths = points * BINS / scale
    return min(BINS - 1, max(0, -(-tenths.numerator // tenths.denominator) - 1))


def histogram(one: Distribution, label: str) -> Markup:
    """The bins as inline SVG; `label` says the same in words to who cannot see it."""
    from markupsafe import Markup

    tallest = max(one.bins)
    bars = Markup("").join(
        Markup('<rect x="{}" y="{}" width="24" height="{}"/><text x="{}" y="{}" class="v">{}</text>').format(
            28 * place + 2, 74 - height, height, 28 * place + 14, 70 - height, students
        )
        for place, students in enumerate(one.bins)
        if students
        for height in [max(2, 60 * students // tallest)]
    )
    at = float(280 * one.median / one.scale) if one.scale else 0
    middle = Markup('<path d="M{} 76l5 8h-10z"/>').format(round(at, 1))
    ends = Markup('<text x="0" y="96" class="l">0</text><text x="280" y="96" class="r">{}</text>').format(
        number(one.scale)
    )
    body = Markup('<line x1="0" x2="280" y1="75" y2="75"/>') + bars + middle + ends
    return Markup('<svg viewBox="-6 0 292 100" role="img" aria-label="{}">{}</svg>').format(label, body)
