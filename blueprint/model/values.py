"""What the fields of content files hold that is more than a word or a number: text, spans, points, references."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

SCHEMA = 1
"""The version of the content files this program reads; each file says `schema: 1`."""


class Markdown(str):
    """Text in Markdown with `$math$`. Other strings are literal and are escaped wherever they are written."""

    __slots__ = ()


EMPTY = Markdown("")


class Language(str):
    """A language tag (BCP 47) such as `de` or `en-US`: the language, perhaps its script, perhaps a country."""

    __slots__ = ()

    @property
    def alone(self) -> str:
        """The language without its script and country: `en`."""
        return self.partition("-")[0]

    @property
    def country(self) -> str:
        """The country's two letters, empty without one."""
        last = self.rpartition("-")[2]
        return last if last.isupper() and len(last) == 2 else ""


ENGLISH = Language("en-US")
"""The language of what no course has named one for."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a field whose value is the id (or an alias) of a `kind` of thing."""

    kind: str


@dataclass(frozen=True, slots=True)
class Span:
    """A low and a high value: `[4, 6]` in YAML; a bare number stands for both."""

    low: Decimal
    high: Decimal

    @property
    def middle(self) -> Decimal:
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Known:
    """Marks a table whose keys are free, of which some mean something to Blueprint; those `required` must be there."""

    required: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """Marks a field with a value as an author would write it, for the reference page."""

    text: str


NO_TIME = Span(Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a rubric level: one number (`10`), or a range (`8-10`)."""

    low: Decimal
    high: Decimal

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    def __str__(self) -> str:
        return f"{plain(self.low)}–{plain(self.high)}" if self.is_range else plain(self.high)


def plain(number: Decimal) -> str:
    """A decimal as people write it: `10`, `12.5`, never `1E+1`.

    >>> plain(Decimal("10.0")), plain(Decimal("12.50"))
    ('10', '12.5')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


Release = Literal["after class", "with its week", "at once", "never"]

RELEASE: Release = "after class"
"""When students get a handout of which nothing is said."""

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

PaperSize = Literal["us-letter", "a4"]

PAPER: PaperSize = "us-letter"
"""The paper of what no offering has named one for."""
