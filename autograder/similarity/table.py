"""What is alike in a module as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.reports.csv_files import line
from autograder.similarity.blocks import lines_in, place_in_words
from autograder.similarity.found import Found, Match
from autograder.similarity.grams import Text

COLUMNS = (
    *("kind", "group", "student", "name", "file", "other", "other_name", "other_file", "percent", "other_percent"),
    *("tokens", "published_percent", "places", "other_places"),
)
WORKS, PUBLISHED = "similar text", "matches a published solution"


def table(found: Found) -> Iterator[str]:
    """The lines of the table, header first; what shares most comes first in each kind."""
    yield line(COLUMNS)
    for match in found.matches:
        yield _row(WORKS, match)
    for match in found.published:
        yield _row(PUBLISHED, match)


def _row(kind: str, match: Match) -> str:
    left, right = match.left, match.right
    numbers = (match.percent, match.other_percent, match.tokens, match.published)
    return line(
        (
            *(kind, str(match.group or ""), left.who, left.name, left.file, right.who, right.name, right.file),
            *map(str, numbers),
            _places(left.text, [(block.left, block.length) for block in match.blocks]),
            _places(right.text, [(block.right, block.length) for block in match.blocks]),
        )
    )


def _places(text: Text, blocks: list[tuple[int, int]]) -> str:
    """Where blocks stand in a text, in words."""
    found = (lines_in(text, *block) for block in blocks)
    return "; ".join(place_in_words(text.lines[place.start : place.stop]) for place in found)
