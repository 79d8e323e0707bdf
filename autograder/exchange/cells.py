"""What a cell of a table of grades holds: a number, nothing yet, an excusal, or what is none of these.

Blank is no zero and an excusal is no blank. What can be read in two ways, or is no number, is told and never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum
from fractions import Fraction
from functools import lru_cache

from autograder.judging.points import number
from blueprint.problems import quoted


class NoNumber(Enum):
    """A cell without a number that is right as it is."""

    BLANK = "blank"
    EXCUSED = "excused"


BLANK, EXCUSED = NoNumber.BLANK, NoNumber.EXCUSED
Cell = Fraction | NoNumber

_NO_GRADE = ("", "-")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*(?!(?P=mark))[.,]\d*", re.ASCII)
_MOST_DIGITS = 30


class NotANumber(ValueError):
    """Raised for a cell that holds no number, or one of which nobody can tell which; the message says why."""


def read_cell(text: str, excused: Collection[str] = (), blank: Collection[str] = ()) -> Cell:
    """What a cell says. `excused` and `blank` are further words of a platform, in small letters; raises NotANumber."""
    word = text.strip()
    if word in _NO_GRADE or word.casefold() in blank:
        return BLANK
    return EXCUSED if word.casefold() in excused else read_number(word)


@lru_cache(maxsize=1 << 14)  # the same points come again on row after row
def read_number(text: str) -> Fraction:
    """The number in a cell, with a decimal point or comma; raises NotANumber.

    Where both occur the last is the decimal mark. A comma before exactly three digits may be either.
    """
    plain = text.strip()
    if len(plain) > _MOST_DIGITS:
        raise NotANumber(f"{quoted(text)} is no number of points")
    if _GROUPED.fullmatch(plain):
        decimal = max(plain.rfind("."), plain.rfind(","))
        plain = re.sub("[.,]", "", plain[:decimal]) + "." + plain[decimal + 1 :]
    elif re.fullmatch(r"[+-]?\d{1,3},\d{3}", plain, re.ASCII):
        with_point = plain.replace(",", ".")
        raise NotANumber(f"{quoted(text)} may be {with_point} or {plain.replace(',', '')}; write it without a comma")
    elif plain.count(",") == 1:
        plain = plain.replace(",", ".")
    if not _PLAIN.fullmatch(plain):
        raise NotANumber(f"{quoted(text)} is no number")
    return Fraction(plain.rstrip(".") if plain.endswith(".") else plain)


def number_or_none(text: str) -> Fraction | None:
    """The number in a cell; None where it holds none."""
    try:
        return read_number(text)
    except NotANumber:
        return None


def same(one: Cell, other: Cell) -> bool:
    """True if two cells say the same at the two decimals that platforms keep."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one == other or number(one) == number(other)
    return one is other
