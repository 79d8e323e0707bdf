"""Where in a file a piece of a longer text stands: a value is known by where it begins, its words may be lines below."""

from __future__ import annotations

from blueprint.problems import Mark, source_lines

_FARTHEST = 400
"""More lines no text has."""


def place_of(piece: str, begins: Mark) -> Mark:
    """The place of a piece of the text that begins somewhere; where it begins, if the piece is not written so."""
    lines = source_lines(begins.file)
    for number in range(begins.line, min(begins.line + _FARTHEST, len(lines)) + 1):
        line = lines[number - 1]
        first = begins.column - 1 if number == begins.line else 0
        found = [at for spelling in _spellings(piece) if (at := line.find(spelling, first)) >= 0]
        if found:
            return Mark(begins.file, number, min(found) + 1)
    return begins


def _spellings(piece: str) -> tuple[str, ...]:
    """A piece as it may be written: itself, and for one letter the escapes of YAML."""
    if len(piece) != 1:
        return (piece,)
    code = ord(piece)
    digits = [f"\\U{code:08x}", f"\\U{code:08X}"] + ([f"\\u{code:04x}", f"\\u{code:04X}"] if code < 0x10000 else [])
    return (piece, *digits, *([f"\\x{code:02x}", f"\\x{code:02X}"] if code < 0x100 else []))
