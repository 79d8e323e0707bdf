"""Grams: every run of so many tokens of a work as a number, so that works can be compared by the numbers they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from autograder.similarity.texts import Line
from autograder.similarity.tokens import Token, Vocabulary, tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

GRAM = 16
"""Tokens of a gram: a line and a half of code."""
LONGEST = 50_000
"""Tokens that are looked at, some twenty times those of a long module; what comes after them is told to be left out."""
_FACTOR = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class Text:
    """A text ready to be compared: its lines, the line of each token, and the gram that begins at each token but the last.

    `cut` says that it was longer than what is looked at.
    """

    lines: Sequence[Line]
    token_lines: Sequence[int]
    grams: Numbers
    cut: bool = False


def text_of_lines(lines: Sequence[Line], vocabulary: Vocabulary) -> Text:
    """The grams of these lines."""
    found: list[Token] = []
    cut = False
    for token in tokens("\n".join(line.text for line in lines), vocabulary):
        if len(found) == LONGEST:
            cut = True
            break
        found.append(token)
    return Text(lines, [token.line for token in found], _grams([token.symbol for token in found]), cut)


def _grams(symbols: Sequence[str]) -> Numbers:
    """The gram that begins at each symbol that is followed by enough others; two are equal if their symbols are."""
    import numpy as np

    known = {symbol: _number(symbol) for symbol in set(symbols)}
    numbers = np.array([known[symbol] for symbol in symbols], dtype=np.uint64)
    count = max(0, len(symbols) - GRAM + 1)
    grams = np.zeros(count, dtype=np.uint64)
    for place in range(GRAM):
        grams = grams * np.uint64(_FACTOR) + numbers[place : place + count]  # wraps around, which is meant
    return grams


def _number(symbol: str) -> int:
    """A number for a symbol, the same in every run."""
    return int.from_bytes(blake2b(symbol.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
