"""A delimited file as it stands on the disk: every cell can be read, some can be changed, and all else stays byte for byte.

A CSV library gives back what cells mean, and not how they were written. A learning platform wants its own file back, so
here a cell is kept with its quotation marks, and a row with its line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from autograder.intake.class_table import MOST_PROBLEMS, decoded, delimiter_of, encoding_of
from blueprint.problems import CourseError, Mark, Problem, quoted

_SEP = re.compile(r'\ufeff?(?:"?sep=(?P<delimiter>[,;\t|])"?(?:\r\n|\r|\n))?', re.IGNORECASE)
"""What may stand before the headings: a mark of the encoding, and a word to spreadsheets."""
_CELLS = {
    mark: re.compile(
        rf'(?P<cell>"(?:[^"]|"")*"|[^"{re.escape(mark)}\r\n][^{re.escape(mark)}\r\n]*|)(?P<end>{re.escape(mark)}|\r\n|\r|\n|\Z)'
    )
    for mark in ",;\t|"
}

_PLAIN_ROW = re.compile(r'([^"\r\n]*)(\r\n|\r|\n|\Z)')
"""A row in which nothing is quoted: most rows of most files, which can be split at their delimiters."""
_QUOTED = {mark: re.compile(rf'[{re.escape(mark)}"\r\n]|^\s|\s\Z') for mark in ",;\t|"}

Place = tuple[int, int]
"""A row and a column, counted from 0."""


@dataclass(frozen=True)
class Delimited:
    """Rows of cells as they are written, with what follows each row and the line it begins on; the first row is the headings."""

    file: str
    delimiter: str = ","
    rows: tuple[tuple[str, ...], ...] = ()
    ends: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    lead: str = ""
    encoding: str = "utf-8"

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """What the headings say, without space around them."""
        return tuple(unquoted(cell).strip() for cell in self.rows[0])

    def text(self, row: int, column: int) -> str:
        """What a cell says; empty where the row is too short."""
        cells = self.rows[row]
        return unquoted(cells[column]) if column < len(cells) else ""

    def mark(self, row: int, column: int = 0) -> Mark:
        """The place of a cell in the file: the line its row begins on, and the column, counted in that line."""
        before = "".join(cell + self.delimiter for cell in self.rows[row][:column])
        broken = re.split(r"\r\n|\r|\n", before)
        return Mark(self.file, self.lines[row] + len(broken) - 1, len(broken[-1]) + 1)

    def with_cells(self, texts: Mapping[Place, str]) -> Delimited:
        """The file with other texts in some cells; a cell that was quoted stays quoted."""
        rows = {row: list(self.rows[row]) for row, _ in texts}
        for (row, column), text in texts.items():
            rows[row][column] = written(text, self.delimiter, always=self.rows[row][column].startswith('"'))
        return replace(self, rows=tuple(tuple(rows.get(n, cells)) for n, cells in enumerate(self.rows)))

    def data(self) -> bytes:
        """The bytes of the file."""
        lines = (self.delimiter.join(cells) + end for cells, end in zip(self.rows, self.ends, strict=True))
        return (self.lead + "".join(lines)).encode(self.encoding)


def read_delimited(path: Path) -> Delimited:
    """The table in a file; raises CourseError with all that keeps it from being one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = Problem(Mark(str(path)), f"cannot be read: {(error.strerror or 'no reason given').lower()}")
        raise CourseError([problem]) from error
    return parse(str(path), data)


def parse(file: str, data: bytes, *, ragged: bool = False) -> Delimited:
    """The table in these bytes of a file; raises CourseError with all that keeps them from being one.

    Rows have as many cells as there are headings, unless it is a `ragged` table.
    """
    text = decoded(file, data)
    lead = _SEP.match(text)
    assert lead is not None  # it matches nothing, too
    delimiter = lead["delimiter"] or delimiter_of(re.split(r"\r\n|\r|\n", text[lead.end() :]))
    table = _rows(file, text, lead.end(), delimiter)
    table = replace(table, lead=lead[0], encoding=encoding_of(data))
    if not table.rows or not any(table.headings):
        hint = "export it again; its first line holds the headings"
        raise CourseError([Problem(Mark(file), "holds no table" if text.strip() else "is empty", hint)])
    if not ragged and (problems := list(_shape(table))[:MOST_PROBLEMS]):
        raise CourseError(problems)
    return table


def _rows(file: str, text: str, position: int, delimiter: str) -> Delimited:
    """The rows from a position of the text on."""
    rows, ends, lines = [], [], []
    cells: list[str] = []
    line = 1 + len(re.findall(r"\r\n|\r|\n", text[:position]))
    pattern = _CELLS[delimiter]
    while position < len(text) or cells:
        if not cells and (match := _PLAIN_ROW.match(text, position)) is not None:
            rows.append(tuple(match[1].split(delimiter)))
            ends.append(match[2])
            lines.append(line)
            line += 1
            position = match.end()
            continue
        if (match := pattern.match(text, position)) is None:
            start = Delimited(file, delimiter, (tuple(cells),), lines=(line,)).mark(0, len(cells))
            hint = "a cell that begins with a quotation mark ends with one; a mark inside it is written twice"
            raise CourseError([Problem(start, "this cell does not end where its quotation marks say", hint)])
        cell, end = match.groups()
        cells.append(cell)
        position = match.end()
        if end != delimiter:
            rows.append(tuple(cells))
            ends.append(end)
            lines.append(line)
            line += 1 + sum(len(re.findall(r"\r\n|\r|\n", cell)) for cell in cells if cell.startswith('"'))
            cells = []
    return Delimited(file, delimiter, tuple(rows), tuple(ends), tuple(lines))


def _shape(table: Delimited) -> Iterable[Problem]:
    """Rows with more or fewer cells than there are headings; a row of nothing is none."""
    count = len(table.rows[0])
    for row, cells in enumerate(table.rows):
        if len(cells) != count and any(cells):
            hint = "fill in the cells that are missing, or put quotation marks around a cell that holds a delimiter"
            yield Problem(
                table.mark(row, min(len(cells), count)), f"{len(cells)} cells, where the first line has {count}", hint
            )


def problem(table: Delimited, row: int, column: int, message: str, hint: str = "") -> Problem:
    """A problem with a cell, named as a spreadsheet names it, too: `C7`."""
    return Problem(table.mark(row, column), f"cell {cell_name(row, column)}: {message}", hint)


def cell_name(row: int, column: int) -> str:
    """What a spreadsheet calls a cell.

    >>> cell_name(6, 2), cell_name(0, 26)
    ('C7', 'AA1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def unquoted(cell: str) -> str:
    """What a cell says."""
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def written(text: str, delimiter: str = ",", *, always: bool = False) -> str:
    """A cell that says this text, quoted where it must be (or `always`)."""
    if always or _QUOTED[delimiter].search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def line(cells: Iterable[str], delimiter: str = ",", *, always: bool = False, end: str = "\r\n") -> str:
    """A line of a file that is written anew."""
    return delimiter.join(written(cell, delimiter, always=always) for cell in cells) + end


def no_heading(table: Delimited, what: str, product: str) -> CourseError:
    """The error of a file without a heading that the product's files have."""
    found = ", ".join(quoted(heading) for heading in table.headings[:8] if heading)
    message = f"is no {product}: no heading names {what}; it holds {found}"
    return CourseError([Problem(table.mark(0), message, "export it again, or name another platform")])
