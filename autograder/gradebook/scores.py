"""What one student's work on one piece is worth, and why.

Six things are kept apart wherever a grade is told: work that is graded (which may be a zero), missing, excused, pending
(somebody has yet to grade it), lost to a fault of ours, and not due yet. Only the first is a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Literal, Protocol

from autograder.gradebook.lateness import NOT_TOLD, ON_TIME, HandedIn, Lateness
from autograder.gradebook.policy import Piece

State = Literal["graded", "missing", "excused", "pending", "fault", "open"]
STATES: tuple[State, ...] = ("graded", "missing", "excused", "pending", "fault", "open")
TESTS = "automatic tests"
PERSON = "marked by a person"
_NOT_RUN = "not graded by tests yet"


class ManualMarks(Protocol):
    """The marks that people have given."""

    def points(self, student: str, piece: str) -> Fraction | None:
        """The points a student has on a piece; None while not all of it is marked."""


class NoMarks:
    """The marks of a course in which nobody has marked anything."""

    def points(self, student: str, piece: str) -> Fraction | None:
        """None, for all work."""
        return None


@dataclass(frozen=True, slots=True)
class GradedWork:
    """What tests have made of one student's work on a module: its points, None for a fault of ours.

    `nothing` says that nothing was handed in, although files were. `remark` is what a person should know of it.
    """

    points: Fraction | None
    scale: Fraction
    handed_in: HandedIn = NOT_TOLD
    nothing: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ClassWork:
    """What tests have made of a class's work: which modules were run at all, nobody's hand-ins, and the attempts that can count.

    Those are given by student and module, the newest first.
    """

    graded: Mapping[tuple[str, int], Sequence[GradedWork]] = field(default_factory=dict)
    modules: frozenset[int] = frozenset()
    unmatched: Mapping[int, int] = field(default_factory=dict)
    """Module -> how many hand-ins of it are nobody's of the class list."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a piece: who grades it, the points earned (None: not yet), those possible, and a remark."""

    name: str
    earned: Fraction | None
    possible: Fraction
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One student's result on one piece, before lateness in its parts, and after it in `share`."""

    piece: Piece
    state: State
    reason: str = ""
    parts: tuple[Part, ...] = ()
    lateness: Lateness = ON_TIME

    @property
    def earned(self) -> Fraction | None:
        """The share earned of what is graded of it, before lateness; None where nothing is."""
        if self.state not in ("graded", "pending"):
            return None
        known = [part for part in self.parts if part.earned is not None]
        possible = sum((part.possible for part in known), Fraction(0))
        return sum((part.earned or Fraction(0) for part in known), Fraction(0)) / possible if possible else None

    @property
    def share(self) -> Fraction | None:
        """The share that counts: what was earned, less what lateness costs."""
        earned = self.earned
        return None if earned is None else self.lateness.worth(earned, self.piece.points)

    @property
    def points(self) -> Fraction | None:
        """The points that count, on the scale of the piece; None where it is not graded whole."""
        share = self.share
        return share * self.piece.points if share is not None and self.state == "graded" else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one student's work on one piece."""

    work: GradedWork | None = None
    mark: Fraction | None = None
    excused: bool = False
    nothing: bool = False  # a person says that nothing was handed in
    past_due: bool = False
    run: bool = False  # the class's work on it was graded by tests
    unmatched: int = 0  # hand-ins of it that are nobody's


def judged(piece: Piece, known: Evidence) -> Score:
    """The result of a piece as far as it is known, without lateness."""
    if known.excused:
        return Score(piece, "excused", "excused")
    if known.work is not None and known.work.points is None:
        return Score(piece, "fault", known.work.remark or "not graded, through a fault of ours")
    parts = tuple(part for part in (_by_tests(piece, known), _by_person(piece, known)) if part.possible)
    if known.mark is None and (absent := _absent(piece, known)) is not None:
        return absent
    waiting = [part for part in parts if part.earned is None]
    if not waiting:
        return Score(piece, "graded", "", parts)
    if all(part.earned is None for part in parts) and not known.past_due:
        return Score(piece, "open", "not due yet", parts)
    return Score(piece, "pending", " and ".join(part.remark for part in waiting), parts)


def _absent(piece: Piece, known: Evidence) -> Score | None:
    """The result of a piece of which no work was found; None where some was, or might yet be."""
    said = known.nothing or (known.work is not None and known.work.nothing)
    if not said and (known.work is not None or not piece.automatic):
        return None
    if not known.past_due:
        return Score(piece, "open", "not due yet")
    if said:
        return Score(piece, "missing", "nothing was handed in")
    if known.unmatched:
        many = "a hand-in" if known.unmatched == 1 else f"{known.unmatched} hand-ins"
        return Score(
            piece, "pending", f"no hand-in found, and {many} of it cannot be matched to anybody: see unmatched.csv"
        )
    return Score(piece, "missing", "no hand-in found") if known.run else Score(piece, "pending", _NOT_RUN)


def _by_tests(piece: Piece, known: Evidence) -> Part:
    if known.work is None or known.work.points is None:
        if known.run:
            return Part(TESTS, Fraction(0), piece.automatic, "no hand-in found")
        return Part(TESTS, None, piece.automatic, _NOT_RUN)
    return Part(TESTS, known.work.points * piece.automatic / known.work.scale, piece.automatic, known.work.remark)


def _by_person(piece: Piece, known: Evidence) -> Part:
    return Part(PERSON, known.mark, piece.manual, "" if known.mark is not None else "not marked by a person yet")


def is_past(due: datetime | None, now: datetime) -> bool:
    """True once a deadline has passed; work without one is due from the beginning."""
    return due is None or due <= now
