"""Who reads what: a fair share for every grader, drawn by a seed, and a part of it that a second one reads, too."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

Readers = tuple[str, ...]
"""Who reads an item: one grader, or two."""


def split(
    items: Sequence[str],
    graders: Sequence[str],
    seed: str,
    *,
    wanted: Mapping[str, str] = MappingProxyType({}),
    overlap: int = 0,
    settled: Mapping[str, Readers] = MappingProxyType({}),
) -> dict[str, Readers]:
    """The readers of each item.

    `wanted` names the grader of some, such as that of the student's section; the others are shared out so that no grader has
    more than one more than another. `overlap` is the percentage that a second grader reads, the same share of everybody's.
    `settled` are items whose readers stand from before; they keep them while these are still among the graders.
    """
    drawn = sorted(items, key=lambda item: _draw(seed, item))
    order = {grader: _draw(seed, f"\0{grader}") for grader in graders}
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for item in drawn:
        if (readers := settled.get(item)) and set(readers) <= set(graders):
            first[item] = readers[0]
            second |= {item: readers[1]} if len(readers) > 1 else {}
        elif (grader := wanted.get(item, "")) in graders:
            first[item] = grader
    load = Counter(first.values())
    for item in drawn:
        if item not in first:
            first[item] = min(graders, key=lambda grader: (load[grader], order[grader]))
            load[first[item]] += 1
    again = Counter(second.values())
    for item in _evenly(drawn, first):
        if len(graders) < 2 or len(second) * 100 >= overlap * len(drawn):
            break
        if item not in second:
            others = [grader for grader in graders if grader != first[item]]
            second[item] = min(others, key=lambda grader: (again[grader], order[grader]))
            again[second[item]] += 1
    return {item: (first[item], second[item]) if item in second else (first[item],) for item in items}


def _evenly(items: Sequence[str], first: Mapping[str, str]) -> list[str]:
    """The items so ordered that of however many are taken, each grader has the same number, or one less."""
    rank: Counter[str] = Counter()
    keys = {}
    for item in items:
        keys[item] = rank[first[item]]
        rank[first[item]] += 1
    return sorted(items, key=lambda item: keys[item])


def shuffled(items: Sequence[str], seed: str) -> list[str]:
    """The items in an order of their own for this seed, which no student's name and no hand-in's time decides."""
    return sorted(items, key=lambda item: _draw(seed, item))


def _draw(seed: str, item: str) -> str:
    return hashlib.sha256(f"{seed}\0{item}".encode("utf-8", "surrogatepass")).hexdigest()
