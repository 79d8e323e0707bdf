"""From the bytes of a notebook or a script to its text and its code cells, with what their directives say.

This file runs in the sandbox and imports nothing else of the project. Any bytes give cells or `NoSource`: sizes and
nesting are scanned before the JSON parser sees the text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

MAX_BYTES = 50_000_000
MAX_DEPTH = 100
MAX_VALUES = 2_000_000
MAX_SOURCE = 1_000_000
_MOST_RUNS = 1_000_000


@dataclass(slots=True)
class Cell:
    """A code cell: its number among all cells, its text, what its directives say, and the count in `In [12]`, 0 for none."""

    number: int
    text: str
    count: int = 0
    exported: str = ""
    elsewhere: str = ""
    targets: list[str] = field(default_factory=list)


def cell_name(number: int, count: int) -> str:
    """What a cell is called for its student: `cell 5 (In [12])`, with the count that Jupyter shows where it was run."""
    return f"cell {number} (In [{count}])" if count > 0 else f"cell {number}"


class NoSource(Exception):
    """There is no module in these bytes; the message is for the student."""


# Compiled here, as all patterns are: what a worker compiles, every worker compiles again.
_CELL = re.compile(r"^# ?%%", re.M)
_CELL_START = re.compile(r"^(?=# ?%%)", re.M)
_NO_CODE = re.compile(r"# ?%%[^\n]*\[(?:markdown|md|raw)\]")


def text_of(data: bytes, notes: list[str]) -> str:
    """The text of a file with `\n` at the ends of lines; what is odd about it goes into `notes`. Raises NoSource."""
    if len(data) > MAX_BYTES:
        raise NoSource(f"the file is larger than {MAX_BYTES // 1_000_000} MB; clear its outputs and hand it in again")
    if not data.strip():
        raise NoSource("the file is empty")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        notes.append("the file is UTF-16; save it as UTF-8")
        return _unified(data.decode("utf-16", "replace").removeprefix("\ufeff"))
    if b"\0" in data[:4096]:
        raise NoSource("the file is not text; if it is UTF-16, save it as UTF-8")
    try:
        if data.startswith(b"\xef\xbb\xbf"):
            notes.append("the file begins with a byte-order mark")
        return _unified(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        notes.append(f"line {line} of the file is not UTF-8; it was read as Latin-1, so accented letters may be wrong")
        return _unified(data.decode("latin-1"))


def _unified(text: str) -> str:
    """The text with `\n` at the end of every line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# A notebook ---------------------------------------------------------------------------------------------------------

_BRACKET = re.compile(r"[\[{]|[\]}]")
_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.S)


def _scan(text: str) -> None:
    """Refuses JSON that would cost the parser much more than its size; possessive patterns keep the scan linear."""
    rest = _STRINGS.sub("", text)
    if rest.count(",") + rest.count("[") + rest.count("{") > MAX_VALUES:
        raise NoSource(f"the notebook holds more than {MAX_VALUES} values; clear its outputs and hand it in again")
    depth = 0
    for match in _BRACKET.finditer(rest):
        depth += 1 if match[0] in "[{" else -1
        if depth < 0:
            break  # no JSON, as the parser will say with the place
        if depth > MAX_DEPTH:
            raise NoSource(f"the notebook is nested more than {MAX_DEPTH} levels deep")


def notebook_cells(text: str, notes: list[str]) -> list[Cell]:
    """The code cells of a notebook; raises NoSource for what is no notebook, or too large."""
    _scan(text)
    try:
        book: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise NoSource(f"the notebook is not JSON: line {error.lineno}, column {error.colno}") from error
    except ValueError as error:
        raise NoSource("the notebook is not JSON: a number in it is too long") from error
    cells = []
    for number, cell in enumerate(_cells_of(book, notes), 1):
        if not isinstance(cell, dict):
            notes.append(f"cell {number} is no cell of a notebook")
        elif cell.get("cell_type") == "code":
            source = _source_text(cell.get("source", cell.get("input", "")))
            if source is None:
                notes.append(f"the source of cell {number} is no text")
            else:
                cells.append(Cell(number, source, _count_of(cell)))
    if sum(len(cell.text) for cell in cells) > MAX_SOURCE:
        raise NoSource(f"the notebook's code is longer than {MAX_SOURCE // 1_000_000} MB")
    return cells


def _cells_of(book: Any, notes: list[str]) -> list[Any]:
    """The cells of a notebook of format 4, or of 3 and 2, where they lie in worksheets."""
    if isinstance(book, dict) and isinstance(cells := book.get("cells"), list):
        return cells
    sheets = book.get("worksheets") if isinstance(book, dict) else None
    if isinstance(sheets, list):
        notes.append("the notebook is of an old format (before 4)")
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in lists if isinstance(cells, list) for cell in cells]
    raise NoSource("the file is JSON and no notebook: it has no cells")


def _count_of(cell: dict[str, Any]) -> int:
    """How often the kernel had run a cell when this one was run, 0 where it was not."""
    count = cell.get("execution_count", cell.get("prompt_number"))
    return count if type(count) is int and 0 < count < _MOST_RUNS else 0


def _source_text(source: Any) -> str | None:
    """A cell's text; lone surrogates, which no source can hold, become question marks."""
    parts = source if isinstance(source, list) else [source]
    if not all(isinstance(part, str) for part in parts):
        return None
    return _unified("".join(parts)).encode("utf-8", "replace").decode("utf-8")


def script_has_cells(text: str) -> bool:
    """True for a percent script with directives; False for plain Python, an exported file included."""
    return "AUTOGENERATED" not in text[:2000] and bool(_CELL.search(text) and _DIRECTIVE.search(text))


def script_cells(text: str) -> list[Cell]:
    """The code cells of a percent script, each with its heading line; the number of lines stays that of the file."""
    if len(text) > MAX_SOURCE:
        raise NoSource(f"the script is longer than {MAX_SOURCE // 1_000_000} MB")
    cells: list[Cell] = []
    for number, part in enumerate(_CELL_START.split(text)):
        if part:
            prose = _NO_CODE.match(part)
            cell = part.removesuffix("\n")
            cells.append(Cell(number, "\n" * cell.count("\n") if prose else cell))
    return cells


# Directives ---------------------------------------------------------------------------------------------------------

_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*\|[ \t]*(\w+):?[ \t]*([^\n]*)", re.M)


def read_directives(cell: Cell) -> None:
    """Reads the directives of a cell: the lines before its first line of code; comments may stand between."""
    for line in cell.text.split("\n"):
        if line.strip() and not line.lstrip().startswith(("#", "%%")):
            return
        if match := _DIRECTIVE.match(line):
            word, rest = match[1], match[2].partition("#")[0].split()
            if word == "default_exp" and rest:
                cell.targets.append(rest[0])
            elif word in ("export", "exports", "exporti"):
                cell.exported = word
                cell.elsewhere = rest[0] if rest else ""
