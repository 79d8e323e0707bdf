"""A table that a person keeps by hand: a CSV file in which each column is found by the very heading that is asked for.

A spreadsheet may have saved it: what cannot be read right is refused at its cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.class_table import Row, Table, read_table
from autograder.intake.names import folded
from blueprint.problems import CourseError, Mark, Problem, quoted

Find = Callable[[str], str | None]
"""The id in the gradebook of whom a text names; None for nobody, or for several."""


@dataclass(frozen=True, slots=True)
class NamedTable:
    """The table of a file, and the place of each column that was asked for and is there."""

    table: Table
    place: Mapping[str, int]

    def text(self, row: Row, column: str) -> str:
        """What stands in a column of a row, with single spaces; empty where there is no such column."""
        return " ".join(row.cells[self.place[column]].split()) if column in self.place else ""

    def problem(self, row: Row, column: str, message: str, hint: str) -> Problem:
        """A problem with the cell in this column of a row."""
        return Problem(self.table.mark(row.line, self.place.get(column, 0)), message, hint)


def read_named_table(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> NamedTable:
    """The table in a file with these columns; raises CourseError where it lacks one or has one twice."""
    first_line = ",".join(columns)
    table = read_table(path, example=first_line)
    headings = [folded(heading).replace("_", " ") for heading in table.headings]
    problems = [
        Problem(Mark(table.file), f"no heading is `{column}`", f"begin the file with the line `{first_line}`")
        for column in columns
        if column not in headings
    ]
    known = (*columns, *optional)
    problems += [
        Problem(table.mark(1, place), f"two columns have the heading {quoted(heading)}", "leave one of them out")
        for place, heading in enumerate(headings)
        if heading in known and heading in headings[:place]
    ]
    if problems:
        raise CourseError(problems)
    return NamedTable(table, {column: headings.index(column) for column in known if column in headings})


def student_in(sheet: NamedTable, row: Row, find: Find) -> str | Problem:
    """The id of the student that a row is about, from its column `student`; else what is wrong with that cell."""
    text = sheet.text(row, "student")
    found = find(text) if text else None
    if found is None:
        message = f"{quoted(text)} is no one student here" if text else "no student is named"
        return sheet.problem(row, "student", message, "write the id that stands in the first column of gradebook.csv")
    return found
