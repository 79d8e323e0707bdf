"""The least widths in which a text takes one line, two and so on, with all words whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from generator.decks.layout import measure
from generator.text.inline import plain

Lines = Callable[[str, float, float], int]
"""Counts the lines that a text (Markdown) takes in a width, at a size, both in points."""
MOST_LINES = 5
SLACK = 0.03
"""The width a line of text may have beyond its measured width, in em."""


@lru_cache(maxsize=4096)
def narrowest_widths(text: str, lines: Lines) -> tuple[float, ...]:
    """The least widths, in the size of the text, in which a text takes one line, two and so on, all words whole."""
    if getattr(lines, "func", lines) is measure.lines:
        return _widths_of_lines(measure.measured(text, **getattr(lines, "keywords", {})))
    # Another count is mostly that of Calibri, a little wider; where it is not, the widths are searched.
    share = _wider_than_calibri(lines)
    near = tuple((width - SLACK) * share + SLACK for width in _widths_of_lines(measure.measured(text)))
    if all(lines(text, width * 10 - 0.1, 10.0) <= count for count, width in enumerate(near, 1)):
        return near
    words = re.split(r"(?<=[-–—])|\s+", plain(text))
    longest = max((_searched_width(word, 1, 0.0, lines) - SLACK for word in words if word), default=0.0)
    return tuple(
        _searched_width(text, count, longest if count > 1 else 0.0, lines) for count in range(1, MOST_LINES + 1)
    )


@lru_cache(maxsize=16)
def _wider_than_calibri(lines: Lines) -> float:
    """The factor by which text is wider by this count than in Calibri."""
    sample = "Boxes and arrows stand on a grid, words beside them."
    return (_searched_width(sample, 1, 0.0, lines) - SLACK) / measure.measured(sample).width


def _widths_of_lines(text: measure.Measured) -> tuple[float, ...]:
    """The widths from where words begin and end: with one line more, the best place to begin the last line."""
    starts, ends = text.starts, text.ends
    if not ends:
        return (SLACK,) * MOST_LINES
    if text.breaks:
        fewest = len(text.breaks) + 1
        wide = sorted({end - start for start in starts for end in ends if end > start})
        return tuple(
            next(w for w in wide if text.lines(w) <= max(count, fewest)) + SLACK for count in range(1, MOST_LINES + 1)
        )
    last = len(ends)
    upto = [end - starts[0] for end in ends]
    """The width up to each word, in so many lines."""
    widths = [upto[-1] + SLACK]
    for count in range(2, MOST_LINES + 1):
        if count > last:
            widths.append(widths[-1])
            continue
        upto = [
            upto[word]
            if word + 1 < count
            else min(max(upto[before - 1], ends[word] - starts[before]) for before in range(count - 1, word + 1))
            for word in range(last)
        ]
        widths.append(upto[-1] + SLACK)
    return tuple(widths)


def _searched_width(text: str, count: int, low: float, lines: Lines) -> float:
    """The least width, at least `low`, in which a text takes so many lines."""
    high = 1.05 * len(text) + 1
    if lines(text, low * 10, 10.0) <= count:
        return low + SLACK
    while high - low > 0.04:
        middle = (low + high) / 2
        if lines(text, middle * 10, 10.0) <= count:
            high = middle
        else:
            low = middle
    return high + SLACK
