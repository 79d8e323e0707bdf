"""A deck in the minutes there are: which slides are shown, and when each begins."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from blueprint.deck import Deck, Slide


@dataclass(frozen=True, slots=True)
class TimedSlide:
    """A slide with its number in the whole deck and the minute at which it begins."""

    index: int
    slide: Slide
    start: Decimal

    @property
    def end(self) -> Decimal:
        """The minute at which the next slide begins."""
        return self.start + self.slide.minutes


@dataclass(frozen=True, slots=True)
class TimedDeck:
    """The slides shown in a lecture of so many minutes."""

    limit: Decimal
    """The minutes there are."""
    slides: tuple[TimedSlide, ...]

    @property
    def minutes(self) -> Decimal:
        """The minutes that the slides shown take."""
        return self.slides[-1].end if self.slides else Decimal(0)

    @property
    def longest_wait(self) -> tuple[Decimal, TimedSlide | None]:
        """The longest stretch without an activity, in minutes, and the slide that ends it."""
        longest, waited, last = Decimal(0), Decimal(0), None
        for timed in self.slides:
            waited = Decimal(0) if timed.slide.is_activity else waited + timed.slide.minutes
            if waited > longest:
                longest, last = waited, timed
        return longest, last


def timed_deck(deck: Deck, minutes: int | Decimal) -> TimedDeck:
    """The core slides, and as many optional ones, in order, as the minutes allow.

    A deck whose core is longer than the minutes is shown with its core all the same; the lint `time` says so.
    """
    limit = Decimal(minutes)
    left = limit - sum((s.minutes for s in deck.slides if s.core), Decimal(0))
    clock = Decimal(0)
    shown: list[TimedSlide] = []
    for index, slide in enumerate(deck.slides):
        if not slide.core:
            if slide.minutes > left:
                continue
            left -= slide.minutes
        shown.append(TimedSlide(index, slide, clock))
        clock += slide.minutes
    return TimedDeck(limit, tuple(shown))


def clock(minutes: Decimal) -> str:
    """`7:30` of 7.5 minutes."""
    seconds = int(minutes * 60)
    return f"{seconds // 60}:{seconds % 60:02d}"
