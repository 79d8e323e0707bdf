"""Where two texts are alike: blocks of tokens that stand in both, whatever their order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.intake.contents import printable
from autograder.similarity.grams import GRAM, Text
from autograder.similarity.texts import Line

SHORTEST = 24
"""Tokens of the shortest block that is shown: shorter ones stand in most texts by chance."""
_MOST_PLACES = 8
"""Places of one gram that are tried; a text that repeats itself has thousands."""
_MOST_STEPS = 2_000_000


@dataclass(frozen=True, slots=True)
class Block:
    """Tokens in a row that two texts have in common: where they begin in each, and how many they are."""

    left: int
    right: int
    length: int


def blocks(left: Text, right: Text, given: Collection[int]) -> list[Block]:
    """The blocks that two texts have in common, in the order of the left one, no token in two of them.

    The longest that begins at a place is taken. What is `given`, grams that the starter code has, is in none.
    """
    left_grams, right_grams = left.grams.tolist(), right.grams.tolist()
    places: dict[int, list[int]] = {}
    for place, gram in enumerate(right_grams):
        if gram not in given:
            places.setdefault(gram, []).append(place)
    found = list(_tiles(left_grams, right_grams, places, given))
    return [block for block in found if block.length >= SHORTEST]


def _tiles(
    left: Sequence[int], right: Sequence[int], places: dict[int, list[int]], given: Collection[int]
) -> Iterator[Block]:
    taken = bytearray(len(right) + GRAM)
    at = steps = 0
    while at < len(left) and steps < _MOST_STEPS:
        best = Block(at, 0, 0)
        steps += 1
        for place in [one for one in places.get(left[at], ()) if not taken[one]][:_MOST_PLACES]:
            length = _run(left, right, at, place, given, taken)
            steps += length
            if length > best.length:
                best = Block(at, place, length)
        if best.length:
            tokens = best.length + GRAM - 1
            taken[best.right : best.right + tokens] = b"\1" * tokens
            yield Block(at, best.right, tokens)
            at += tokens
        else:
            at += 1


def _run(
    left: Sequence[int], right: Sequence[int], at: int, place: int, given: Collection[int], taken: bytearray
) -> int:
    """How many grams in a row are the same from two places on, none of them given, and none of them taken."""
    length = 0
    most = min(len(left) - at, len(right) - place)
    while (
        length < most
        and left[at + length] == right[place + length]
        and left[at + length] not in given
        and not taken[place + length]
    ):
        length += 1
    return length


def lines_in(text: Text, begin: int, length: int) -> range:
    """The lines, by their index, in which so many tokens from one on stand."""
    return range(text.token_lines[begin], text.token_lines[begin + length - 1] + 1)


def place_in_words(lines: Sequence[Line]) -> str:
    """`cell 7, lines 3-12`; `lines 3-12` of a file without cells; a helper's with its name before it."""
    first, last = lines[0], lines[-1]
    if (first.file, first.cell) != (last.file, last.cell):
        return f"{_one_place(first)} to {_one_place(last)}"
    if first.number == last.number:
        return _one_place(first)
    return f"{_before(first)}lines {first.number}-{last.number}"


def _one_place(line: Line) -> str:
    return f"{_before(line)}line {line.number}"


def _before(line: Line) -> str:
    """What stands before the number of a line: its file if it is a helper, and its cell."""
    return (f"{printable(line.file)}, " if line.file else "") + (f"cell {line.cell}, " if line.cell else "")
