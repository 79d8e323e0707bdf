"""Which texts of a class are more alike than chance and task explain: by the rare grams that they share.

What many have is what the task asks for, and what two have and nobody else is worth reading. So a gram counts the less the
more works have it; none counts less than a third, for a solution that a whole class has copied is to be found as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.similarity.grams import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LEAST = 60
"""Rare grams from which on a pair is told: some seven lines of code in a row that nobody else has, or more that others have."""
_MANY = 10
"""Works from which on the class itself tells what was given, where no starter code is named."""
_FLOOR = 1 / 3
"""What the commonest gram counts."""
_WIDTH = 8192
"""Grams that are counted at once, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two texts by their index, the second among the works or among the published solutions.

    `rare` is how much they share, in grams of which common ones count less; `published` is the part of that
    which stands in a published solution as well, from 0 to 1.
    """

    left: int
    right: int
    rare: float
    published: float = 0.0


def grams_of(texts: Sequence[Text]) -> frozenset[int]:
    """All grams of some texts."""
    return frozenset(gram for text in texts for gram in text.grams.tolist())


def shared_by_most(works: Sequence[Text]) -> frozenset[int]:
    """Grams that more than half of the works have, of which a class of some size tells that they were given."""
    import numpy as np

    if len(works) < _MANY:
        return frozenset()
    every = np.concatenate([np.unique(work.grams) for work in works])
    grams, counts = np.unique(every, return_counts=True)
    return frozenset(grams[counts * 2 > len(works)].tolist())


def pairs(
    works: Sequence[Text], known: Sequence[Text], given: frozenset[int], least: float = LEAST
) -> tuple[list[Alike], list[Alike]]:
    """The pairs of works, and the works with a published solution, that share much; each what shares most first."""
    if not works:
        return [], []
    counted = _Counted(works, known, given)
    between, published, with_known = counted.sums()
    alike = [
        Alike(one, other, float(between[one, other]), float(published[one, other] / between[one, other]))
        for one, other in _over(between, least)
        if one < other
    ]
    copies = [Alike(one, other, float(with_known[one, other]), 1.0) for one, other in _over(with_known, least)]
    return _ordered(alike), _ordered(copies)


def _over(table: Floats, least: float) -> Iterator[tuple[int, int]]:
    import numpy as np

    yield from ((int(one), int(other)) for one, other in np.argwhere(table >= least))


def _ordered(alike: list[Alike]) -> list[Alike]:
    return sorted(alike, key=lambda one: (-one.rare, one.left, one.right))


class _Counted:
    """The grams of works and of published solutions as one table: a row a text, a column a gram."""

    def __init__(self, works: Sequence[Text], known: Sequence[Text], given: frozenset[int]) -> None:
        import numpy as np

        self.works, self.known = len(works), len(known)
        left_out = np.fromiter(given, dtype=np.uint64, count=len(given))
        rows = [np.setdiff1d(np.unique(text.grams), left_out) for text in (*works, *known)]
        self.owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        grams, self.column = np.unique(np.concatenate(rows), return_inverse=True)
        in_works = np.bincount(self.column[self.owner < self.works], minlength=len(grams))
        self.in_known = np.bincount(self.column[self.owner >= self.works], minlength=len(grams)) > 0
        self.weight = _weights(in_works, self.works)
        # A gram that one work alone has, and no solution, connects nothing.
        wanted = (in_works > 1) | ((in_works > 0) & self.in_known)
        place = np.cumsum(wanted) - 1
        keep = wanted[self.column]
        self.owner, self.column = self.owner[keep], place[self.column[keep]]
        self.weight, self.in_known = self.weight[wanted], self.in_known[wanted]
        order = np.argsort(self.column, kind="stable")
        self.owner, self.column = self.owner[order], self.column[order]

    def sums(self) -> tuple[Any, Any, Any]:
        """How much any two works share, how much of that stands in a solution, and how much a work shares with a solution."""
        import numpy as np

        between = np.zeros((self.works, self.works), dtype=np.float32)
        published, with_known = np.zeros_like(between), np.zeros((self.works, self.known), dtype=np.float32)
        for begin in range(0, len(self.weight), _WIDTH):
            end = min(begin + _WIDTH, len(self.weight))
            first, last = np.searchsorted(self.column, [begin, end])
            table = np.zeros((self.works + self.known, end - begin), dtype=np.float32)
            table[self.owner[first:last], self.column[first:last] - begin] = 1
            works, weighed = table[: self.works], table[: self.works] * self.weight[begin:end]
            between += weighed @ works.T
            published += (weighed * self.in_known[begin:end]) @ works.T
            with_known += weighed @ table[self.works :].T
        return between, published, with_known


def _weights(counts: Any, works: int) -> Any:
    """What a gram counts that so many of the works have: 1 for two, less with each doubling of them, and at least `_FLOOR`."""
    import numpy as np

    if works < 3:
        return np.ones(len(counts), dtype=np.float32)
    doublings = np.log2(np.maximum(counts, 2) / 2)
    return np.maximum(1 - doublings / np.log2(works), _FLOOR).astype(np.float32)
