"""A file of facts about students that people write, and a spreadsheet may have saved: its columns, and where a cell stands."""

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
class Sheet:
    """A file of facts: its table, and the place of each of its columns."""

    table: Table
    place: Mapping[str, int]

    def text(self, row: Row, column: str) -> str:
        """What a cell says, its white space made single spaces; empty where there is no such column."""
        return " ".join(row.cells[self.place[column]].split()) if column in self.place else ""

    def problem(self, row: Row, column: str, message: str, hint: str) -> Problem:
        """A problem with a cell, at its place in the file."""
        return Problem(self.table.mark(row.line, self.place.get(column, 0)), message, hint)

    def student(self, row: Row, find: Find) -> str | Problem:
        """The id of the student a row is about."""
        text = self.text(row, "student")
        found = find(text) if text else None
        if found is None:
            message = f"{quoted(text)} is no one student here" if text else "no student is named"
            return self.problem(
                row, "student", message, "write the id that stands in the first column of gradebook.csv"
            )
        return found


def read_sheet(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """The table in a file with these columns; raises CourseError where it lacks one or has one twice."""
    table = read_table(path)
    headings = [folded(heading).replace("_", " ") for heading in table.headings]
    problems = [
        Problem(Mark(table.file), f"no heading is `{column}`", f"begin the file with the line `{','.join(columns)}`")
        for column in columns
        if column not in headings
    ]
    every = (*columns, *optional)
    problems += [
        Problem(table.mark(1, place), f"two columns have the heading {quoted(heading)}", "leave one of them out")
        for place, heading in enumerate(headings)
        if heading in every and heading in headings[:place]
    ]
    if problems:
        raise CourseError(problems)
    return Sheet(table, {column: headings.index(column) for column in every if column in headings})
