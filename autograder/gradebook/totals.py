"""From the results of pieces to a course grade: drops, caps, weights, extra credit, conditions, letters.

Two totals are always told. `current` is of graded work alone. `final` counts missing work that is due as the policy says,
too. Excused and pending work, what is not due, and what we failed to grade is in neither: nobody's zero. Each sum is
exact; it is rounded once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from autograder.gradebook.policy import HUNDRED, Component, Condition, CoursePolicy, Piece, rounded
from autograder.gradebook.scores import Score

Kind = Literal["current", "final"]
_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Counted:
    """One piece in a total: the share that counts, and whether it was dropped."""

    piece: Piece
    share: Fraction
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class ComponentTotal:
    """What a component comes to: its pieces that count, and its share of full marks, None where nothing counts yet.

    `capped` says that it would have been more.
    """

    component: Component
    pieces: tuple[Counted, ...]
    share: Fraction | None
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A course total: by component, in percent exact and rounded, with its letter and the conditions that are not met.

    Percent are None, and the letter is empty, where nothing counts yet.
    """

    kind: Kind
    components: Mapping[str, ComponentTotal]
    percent: Fraction | None
    rounded: Fraction | None
    letter: str = ""
    unmet: tuple[Condition, ...] = ()
    capped: bool = False


def total(policy: CoursePolicy, scores: Mapping[str, Score], kind: Kind) -> Total:
    """The total of one student's results, which are given by piece."""
    components = {key: _component(policy, component, scores, kind) for key, component in policy.components.items()}
    counting = [one for one in components.values() if one.share is not None and not one.component.extra]
    weight = sum((one.component.weight for one in counting), _NONE)
    if not weight:
        return Total(kind, components, None, None)
    earned = sum((one.component.weight * (one.share or _NONE) for one in counting), _NONE)
    extra = sum(
        (one.component.weight * (one.share or _NONE) for one in components.values() if one.component.extra), _NONE
    )
    percent = earned * HUNDRED / weight + extra
    capped = policy.cap is not None and percent > policy.cap
    percent = policy.cap if capped and policy.cap is not None else percent
    shown = rounded(percent, policy.decimals)
    unmet = tuple(one for one in policy.conditions if not _met(one, policy, components, shown))
    return Total(kind, components, percent, shown, _letter(policy, shown, unmet), unmet, capped)


def _component(policy: CoursePolicy, component: Component, scores: Mapping[str, Score], kind: Kind) -> ComponentTotal:
    """What one component comes to: the mean of its pieces without the lowest, raised by extra credit, at most its cap."""
    pieces = policy.pieces_of(component.id)
    shares = [(piece, _share(policy, scores[piece.id], kind)) for piece in pieces if piece.id in scores]
    known = [(piece, share) for piece, share in shares if share is not None]
    ordinary = [Counted(piece, share) for piece, share in known if not piece.extra]
    if not ordinary:
        return ComponentTotal(component, (), None)
    counted = _without_lowest(ordinary, component.drop_lowest)
    kept = [one.share for one in counted if not one.dropped]
    usual = _usual_points(pieces)
    extra = [Counted(piece, share) for piece, share in known if piece.extra]
    raised = sum((one.share * one.piece.points / usual for one in extra), _NONE)
    share = (sum(kept, _NONE) + raised) / len(kept)
    cap = None if component.cap is None else component.cap / HUNDRED
    capped = cap is not None and share > cap
    return ComponentTotal(component, (*counted, *extra), cap if capped else share, capped)


def _share(policy: CoursePolicy, score: Score, kind: Kind) -> Fraction | None:
    """The share of full marks with which a piece stands in a total; None where it does not."""
    if score.state == "missing":
        return policy.missing / HUNDRED if kind == "final" and not score.piece.extra else None
    return score.share


def _without_lowest(pieces: Sequence[Counted], number: int) -> tuple[Counted, ...]:
    """The pieces, the lowest of them dropped, of equal ones those that come first; one is always kept."""
    lowest = sorted(range(len(pieces)), key=lambda place: (pieces[place].share, place))[: min(number, len(pieces) - 1)]
    return tuple(Counted(one.piece, one.share, place in lowest) for place, one in enumerate(pieces))


def _usual_points(pieces: Sequence[Piece]) -> Fraction:
    """The points of a component's usual piece, against which extra credit is measured: their mean."""
    points = [piece.points for piece in pieces if not piece.extra]
    return sum(points, _NONE) / len(points)


def _met(
    condition: Condition, policy: CoursePolicy, components: Mapping[str, ComponentTotal], percent: Fraction
) -> bool:
    """True if a condition holds, or nothing of what it is about counts yet; the percentage looked at is the rounded one."""
    if not condition.component:
        return percent >= condition.at_least
    share = components[condition.component].share
    return share is None or rounded(share * HUNDRED, policy.decimals) >= condition.at_least


def _letter(policy: CoursePolicy, percent: Fraction, unmet: Sequence[Condition]) -> str:
    """The letter of a percentage, or the worst that an unmet condition leaves."""
    letters = list(policy.letters)
    if not letters:
        return ""
    limits = [one.letter or letters[-1] for one in unmet]
    return max([policy.letter_of(percent) or letters[-1], *limits], key=letters.index)
