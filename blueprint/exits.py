"""The exit codes of every command, and what each means; README.md and docs/design.md show them, held to this by a test."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit code of a command, by how it ended."""

    FINE = 0
    TO_MEND = 1
    CANNOT = 2
    BUG = 3
    UNMATCHED = 4
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    Exit.FINE: "fine",
    Exit.TO_MEND: "something is to be mended, and each such thing was named",
    Exit.CANNOT: "it cannot be done as asked, and the next step was named",
    Exit.BUG: "a bug of ours, with a traceback",
    Exit.UNMATCHED: "graded, but whose some of the work is could not be told, and each of it was named",
    Exit.INTERRUPTED: "interrupted, and what was finished is kept",
}
