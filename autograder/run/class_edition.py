"""Which edition of the starter code a class has: what most of its hand-ins can be of, so that no student's text decides it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from autograder.authoring.case import Suite
from autograder.authoring.conventions import conventions_of
from autograder.authoring.editions import Editions, named
from autograder.intake.listing import HandIn
from autograder.intake.selection import read_submission
from blueprint.problems import UsageError

SAMPLE = 40
"""Hand-ins that are asked: each is read once more when it is graded, and many thousands need not be read twice."""


def told_by_class(suite: Suite, hand_ins: Sequence[HandIn]) -> Editions:
    """The editions that a class's starter code can be of, told from its hand-ins: all of few, some of many, evenly spread."""
    if not suite.editions:
        return ()
    conventions, step = conventions_of(suite), max(1, len(hand_ins) / SAMPLE)
    chosen = [hand_ins[int(place * step)] for place in range(min(SAMPLE, len(hand_ins)))]
    return class_edition(suite, (read_submission(hand_in, conventions).editions for hand_in in chosen))


def own_editions(suite: Suite, hand_ins: Iterable[HandIn]) -> dict[str, Editions]:
    """The editions that each student's own text tells, for work of which no class decides: what is known to be right, say."""
    conventions = conventions_of(suite)
    return {hand_in.student: read_submission(hand_in, conventions).editions for hand_in in hand_ins}


def class_edition(suite: Suite, hand_ins: Iterable[Editions]) -> Editions:
    """The editions that most hand-ins can be of, from those that each can be of; empty where none of them tells any.

    Several where their texts do not tell these apart. Of equally many that exclude each other, the newest.
    """
    every = tuple(edition.id for edition in suite.editions)
    telling = [editions for editions in hand_ins if editions and editions != every]
    counts = Counter(edition for editions in telling for edition in editions)
    most = max(counts.values(), default=0)
    leading = tuple(edition for edition in every if most and counts[edition] == most)
    together = any(set(leading) <= set(editions) for editions in telling)
    return leading if together else leading[-1:]


def stated(suite: Suite, name: str) -> Editions:
    """The editions that a person's word stands for: an id such as `2026-05`, or an era's letter; none for an empty word.

    Raises UsageError for a word that stands for none.
    """
    if editions := named(suite.editions, name):
        return editions
    if name:
        known = ", ".join(edition.id for edition in suite.editions)
        choice = f"the suite {suite.name} knows {known}" if known else f"the suite {suite.name} has no editions"
        raise UsageError(f"edition `{name}`: {choice}; leave it out to have it told by most hand-ins")
    return ()


def divided(words: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The words of `--edition`: the one for everybody, the last counting, and those for one student, `ana=2026-02`."""
    everybody, students = "", {}
    for word in words:
        student, sign, edition = word.rpartition("=")
        if sign:
            students[student] = edition
        else:
            everybody = edition
    return everybody, students
