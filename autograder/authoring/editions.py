"""Editions: the dated versions of a course's starter code, which differ in what they prepared and in what they ask for.

Work is asked what its edition prepared. Which edition a class has, its instructor says, or most of the class does; what a
student's own text says of it is evidence for a person, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of the starter code: `id` is the month from which it was handed out, `era` the letter of its interface."""

    id: str
    era: str = ""
    supplied: frozenset[str] = frozenset()
    """The ids of the cases that its untouched starter passes: they are worth nothing, for there is no work in them."""
    whole: frozenset[int] = frozenset()
    """The numbers of the modules that its starter holds whole: their points say nothing of a student's work."""


Editions = tuple[str, ...]
"""Ids of editions that a work can be of, oldest first; empty where nothing is known, or where there is none."""


def between(editions: Sequence[Edition], since: str, until: str) -> Editions:
    """The ids of the editions from `since` to `until`, both included; open where one is empty. Raises ValueError for others."""
    ids = [edition.id for edition in editions]
    first, last = ids.index(since) if since else 0, ids.index(until) if until else len(ids) - 1
    return tuple(ids[first : last + 1])


def named(editions: Sequence[Edition], name: str) -> Editions:
    """The ids that a name stands for: an edition's own id, or an era's letter; empty if it stands for none."""
    return tuple(edition.id for edition in editions if name and name in (edition.id, edition.era))


def common(every: Editions, candidates: Iterable[Editions]) -> Editions:
    """The editions, of all there are, that are in each of the candidates."""
    left = set(every).intersection(*map(set, candidates))
    return tuple(edition for edition in every if edition in left)


def either(editions: Editions) -> str:
    """`2026-02 or 2026-05`."""
    return " or ".join(editions)
