"""What is found in a module: pairs of works, and works with published solutions, with the places where they are alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.similarity.blocks import Block, blocks
from autograder.similarity.grams import GRAM, Text
from autograder.similarity.pairs import Alike, grams_of, pairs, shared_by_most
from autograder.similarity.works import Compared, ModuleTexts


@dataclass(frozen=True)
class Match:
    """Two texts that are alike, and where; `percent` is how much of what is the left one's own that is, `other_percent` of the right one's.

    `published` is the percentage of it that stands in a published solution, too. `group` numbers those who are linked
    with each other, from 1; 0 for a match with a published solution.
    """

    left: Compared
    right: Compared
    blocks: tuple[Block, ...]
    percent: int
    other_percent: int
    published: int = 0
    group: int = 0

    @property
    def tokens(self) -> int:
        """The tokens that both have."""
        return sum(block.length for block in self.blocks)


@dataclass(frozen=True)
class Found:
    """What is found in one module: matches of works, those that share most first, and matches with published solutions.

    `among` are the works compared, `more` and `more_published` count what was found and is not listed. `assumed` says that
    no starter code was known, and what most of the works have was taken as given.
    """

    matches: tuple[Match, ...]
    published: tuple[Match, ...]
    among: int
    more: int = 0
    more_published: int = 0
    notes: tuple[str, ...] = ()
    assumed: bool = False


def find_alike(texts: ModuleTexts, known: Sequence[Compared], starter: Sequence[Compared], most: int) -> Found:
    """What is alike in the works of a module, at most so many of a kind; what the starter code has is not compared.

    Of works that are all alike each is listed with the one it shares most with; the other pairs among them are counted.
    """
    works = [one.text for one in texts.works]
    given = grams_of([one.text for one in starter]) if starter else shared_by_most(works)
    between, copies = pairs(works, [one.text for one in known], given)
    linking, groups = _linking(between, len(works))
    sizes = [_own(work, given) for work in works]
    matches = [
        _match(
            texts.works[one.left],
            texts.works[one.right],
            given,
            sizes[one.left],
            sizes[one.right],
            one,
            groups[one.left],
        )
        for one in linking[:most]
    ]
    first = list({one.left: one for one in reversed(copies)}.values())  # of each work the solution it shares most with
    first.sort(key=lambda one: (-one.rare, one.left))
    published = [
        _match(texts.works[one.left], known[one.right], given, sizes[one.left], _own(known[one.right].text, given), one)
        for one in first[:most]
    ]
    return Found(
        tuple(matches),
        tuple(published),
        len(works),
        len(between) - len(matches),
        len(first) - len(published),
        texts.notes,
        not starter,
    )


def _linking(alike: Iterable[Alike], count: int) -> tuple[list[Alike], list[int]]:
    """The pairs, what shares most first, that link works not linked by those before; and the number of each work's group."""
    group = list(range(count))

    def root(work: int) -> int:
        while group[work] != work:
            group[work] = group[group[work]]
            work = group[work]
        return work

    linking = []
    for one in alike:
        left, right = root(one.left), root(one.right)
        if left != right:
            group[right] = left
            linking.append(one)
    numbers: dict[int, int] = {}
    for one in linking:
        numbers.setdefault(root(one.left), len(numbers) + 1)
    return linking, [numbers.get(root(work), 0) for work in range(count)]


def _own(text: Text, given: frozenset[int]) -> int:
    """The tokens of a text that were not given, at least 1."""
    own = sum(gram not in given for gram in text.grams.tolist())
    return own + GRAM - 1 if own else 1


def _match(
    left: Compared, right: Compared, given: frozenset[int], own: int, others: int, alike: Alike, group: int = 0
) -> Match:
    found = tuple(blocks(left.text, right.text, given))
    tokens = sum(block.length for block in found)
    percent, other_percent = (min(100, round(100 * tokens / size)) for size in (own, others))
    return Match(left, right, found, percent, other_percent, round(100 * alike.published), group)
