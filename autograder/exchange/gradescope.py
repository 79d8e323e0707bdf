"""Gradescope's tables of grades: that of a course, four columns an assignment, and that of one assignment, one a question.

Gradescope has no import of grades: these files are what other programs read. What it takes from a grader is in
`autograder.exchange.gradescope_results`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from autograder.exchange import cells
from autograder.exchange.cells import Cell, number_or_none
from autograder.exchange.delimited import Delimited, line, no_heading
from autograder.exchange.layout import ItemColumn, Layout, no_item_twice, person_columns, rows_with_text
from autograder.exchange.table import GradeTable, Item, Person
from autograder.judging.points import number

NAME = "Gradescope"
KEY = "gradescope"
OVER = ""
CAN_EXCUSE = False

_INFORMATION = ("First Name", "Last Name", "SID", "Email", "Sections")
_POSSIBLE, _TIME, _LATE = " - Max Points", " - Submission Time", " - Lateness (H:M:S)"
_TOTAL_LATE = "Total Lateness (H:M:S)"
_QUESTION = re.compile(r"(?P<number>\d+(?:\.\d+)*): (?P<title>.*) \((?P<points>\d+(?:\.\d+)?) pts?\)", re.DOTALL)
_KNOWN = {"sid": "id", "sections": "section", "submission id": "own"}
_OF_AN_ASSIGNMENT = ("Total Score", "Max Points", "Status", "Submission ID", "Submission Time", "Lateness (H:M:S)")
_COUNTS = ("View Count", "Submission Count")


def layout(file: Delimited) -> Layout:
    """What is where in the table of a course or of one assignment; raises CourseError for what is neither."""
    headings = set(file.headings)
    titles = [heading for heading in file.headings if heading + _POSSIBLE in headings]
    if titles:
        items = [_assignment(file, title) for title in titles]
        first = min(item.column for item in items)
    else:
        items = [item for column, heading in enumerate(file.headings) if (item := _question(column, heading))]
        if "Total Score" not in headings:
            raise no_heading(
                file, "an assignment and its `… - Max Points`, or a `Total Score`", "table of grades of Gradescope"
            )
        first = file.headings.index("Total Score")
    people = person_columns(file, range(first), _KNOWN)
    if not {"id", "email"} & people.keys():
        raise no_heading(file, "`SID` or `Email`", "table of grades of Gradescope")
    no_item_twice(file, items)
    return Layout(people, tuple(items), rows_with_text(file))


def _assignment(file: Delimited, title: str) -> ItemColumn:
    """The column of an assignment in the table of a course; what it is worth stands in each row."""
    points = file.headings.index(title + _POSSIBLE)
    said = next((file.text(row, points) for row in rows_with_text(file) if file.text(row, points).strip()), "")
    return ItemColumn(file.headings.index(title), title, "", number_or_none(said))


def _question(column: int, heading: str) -> ItemColumn | None:
    """The column of a question in the table of an assignment."""
    if (match := _QUESTION.fullmatch(heading)) is None:
        return None
    return ItemColumn(column, match["title"], match["number"], Fraction(match["points"]))


def read_cell(text: str) -> Cell:
    """What a cell of an item says."""
    return cells.read_cell(text)


def cell_text(cell: Cell) -> str:
    """How Gradescope writes a cell: one decimal or two, or nothing."""
    return number(cell, least=1) if isinstance(cell, Fraction) else ""


def why_kept(text: str) -> str:
    """Nothing that stands in a cell keeps a grade out of it."""
    return ""


def written(table: GradeTable) -> str:
    """The table of a course, four columns an item; times and lateness are blank, for the table does not know them."""
    columns = (title for item in table.items for title in _four(item.title))
    lines = [line((*_INFORMATION, *columns, _TOTAL_LATE))]
    for person in table.people:
        grades = (
            text
            for item in table.items
            for text in (cell_text(table.cell(person, item)), number(item.possible, least=1), "", "")
        )
        lines.append(line((*_who(person), *grades, "")))
    return "".join(lines)


def _four(title: str) -> tuple[str, ...]:
    return (title, title + _POSSIBLE, title + _TIME, title + _LATE)


def written_of_assignment(table: GradeTable) -> str:
    """The table of one assignment, of which the items are the questions."""
    questions = (heading(item) for item in table.items)
    lines = [line((*_INFORMATION, *_OF_AN_ASSIGNMENT, *_COUNTS, *questions))]
    most = sum((item.possible or Fraction(0) for item in table.items), Fraction(0))
    for person in table.people:
        cells_of_row = [table.cell(person, item) for item in table.items]
        earned = [cell for cell in cells_of_row if isinstance(cell, Fraction)]
        # Of the scores as they stand in the row, so that who adds them up finds the total.
        total = number(sum((Fraction(number(cell)) for cell in earned), Fraction(0)), least=1) if earned else ""
        status = "Missing" if not earned else "Graded" if len(earned) == len(cells_of_row) else "Ungraded"
        about = (total, number(most, least=1), status, person.on(KEY), "", "", "", "")
        lines.append(line((*_who(person), *about, *map(cell_text, cells_of_row))))
    return "".join(lines)


def _who(person: Person) -> tuple[str, ...]:
    family, given = person.parts
    return (given, family, person.id, person.email, person.section)


def heading(item: Item) -> str:
    """The heading of a question's column in the table of an assignment."""
    return f"{item.number}: {item.title} ({number(item.possible, least=1)} pts)"


def doubts(table: GradeTable) -> Iterator[str]:
    """Students without the address that Gradescope, and programs that read its files, find them by."""
    for person in table.people:
        if not person.email:
            yield f"{person.shown} has no address, by which Gradescope finds students"
