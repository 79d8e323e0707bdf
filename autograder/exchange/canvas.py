"""Canvas's gradebook: `Student,ID,…,Section`, a row of points, and a column an assignment, `Tensors (701)`.

Canvas finds students by its own number (`ID`) first, then by the institution's id and the login, and assignments by the
number in brackets. What it computes itself it does not take back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from autograder.exchange import cells
from autograder.exchange.cells import EXCUSED, Cell, number_or_none
from autograder.exchange.delimited import Delimited, line, no_heading
from autograder.exchange.layout import ItemColumn, Layout, no_item_twice, person_columns, rows_with_text
from autograder.exchange.table import GradeTable, Item
from autograder.intake.class_table import kind_of
from autograder.intake.names import folded
from autograder.judging.points import number
from blueprint.problems import quoted

NAME = "Canvas"
KEY = "canvas"
OVER = ""
CAN_EXCUSE = True

_INFORMATION = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_POINTS = "    Points Possible"
_POINTS_WORDS = ("points possible", "mögliche punkte", "erreichbare punkte", "points possibles", "puntos posibles")
_NUMBERED = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)", re.DOTALL)
_COMPUTED = re.compile(
    r"(?:.* )?(?:(?:Unposted )?(?:Current|Final) (?:Score|Grade|Points)|Override (?:Score|Grade))(?: \(.*\))?",
    re.DOTALL,
)
_KNOWN = {"student": "name", "id": "own", "lastname": "family", "firstname": "given"}
_READ_ONLY = "(read only)"
_TEST_STUDENTS = ("student, test", "test student")
_NOT_ASSIGNED = ("n/a",)


def layout(file: Delimited) -> Layout:
    """What is where in a gradebook; raises CourseError where nothing names students, Canvas's numbers or sections."""
    head = [folded(heading) for heading in file.headings]
    section = next((place for place, heading in enumerate(head) if kind_of(heading) == "section"), 0)
    if not section or "id" not in head[:section]:
        raise no_heading(file, "`ID` and, to the right of it, `Section`", "gradebook of Canvas")
    people = person_columns(file, range(section + 1), _KNOWN)
    points = next((row for row in rows_with_text(file) if folded(file.text(row, 0)) in _POINTS_WORDS), 0)
    items = tuple(item for column in range(section + 1, len(head)) if (item := _item(file, points, column)) is not None)
    no_item_twice(file, items)
    students = rows_with_text(
        file, but=lambda row: row <= points or _is_posting(file, row) or folded(file.text(row, 0)) in _TEST_STUDENTS
    )
    return Layout(people, items, students)


def _item(file: Delimited, points: int, column: int) -> ItemColumn | None:
    """The assignment of a column; None for one that a person added or that Canvas computes."""
    heading = file.headings[column]
    said = file.text(points, column).strip() if points else ""
    if said.casefold() == _READ_ONLY or (_COMPUTED.fullmatch(heading) and not said):
        return None
    possible = number_or_none(said)
    if match := _NUMBERED.fullmatch(heading):
        return ItemColumn(column, match["title"], match["id"], possible)
    return ItemColumn(column, heading, "", possible) if possible is not None else None


def _is_posting(file: Delimited, row: int) -> bool:
    """True for the row that says which grades are posted by hand."""
    return {cell.strip().casefold() for cell in file.rows[row]} <= {"", "manual posting", "muted", _READ_ONLY}


def read_cell(text: str) -> Cell:
    """What a cell of an assignment says; `N/A`, where it is not given to the student, is no grade."""
    return cells.read_cell(text, excused=("ex",), blank=_NOT_ASSIGNED)


def cell_text(cell: Cell) -> str:
    """How Canvas writes a cell: two decimals, `EX`, or nothing."""
    if isinstance(cell, Fraction):
        return number(cell, least=2)
    return "EX" if cell is EXCUSED else ""


def why_kept(text: str) -> str:
    """Why no grade belongs into a cell: the student is excused, or does not have the assignment."""
    word = text.strip().casefold()
    return "is excused in Canvas" if word == "ex" else "does not have it in Canvas" if word in _NOT_ASSIGNED else ""


def written(table: GradeTable) -> str:
    """A gradebook with the columns of information and the items; what stands behind an item's title is its number there."""
    blanks = [""] * (len(_INFORMATION) - 1)
    lines = [
        line((*_INFORMATION, *map(heading, table.items))),
        # Canvas writes this cell with its spaces and without quotation marks, so `line` is not asked to write it.
        f"{_POINTS}," + line((*blanks, *(number(item.possible, least=2) for item in table.items))),
    ]
    for person in table.people:
        who = (person.sortable, person.on(KEY), person.id, person.login, person.section)
        lines.append(line((*map(_safe, who), *(cell_text(table.cell(person, item)) for item in table.items))))
    return "".join(lines)


def heading(item: Item) -> str:
    """The heading of an item's column, with Canvas's number of it where that is known."""
    return f"{item.title} ({item.number})" if item.number else item.title


def doubts(table: GradeTable) -> Iterator[str]:
    """Titles that Canvas would read as another assignment, and students it could find by their name alone."""
    for item in table.items:
        if not item.number and _NUMBERED.fullmatch(item.title):
            yield f"Canvas takes the number at the end of {quoted(item.title)} for that of an assignment; call it otherwise"
    for person in table.people:
        if not (person.on(KEY) or person.id or person.login):
            yield f"{person.shown} has no id that Canvas knows"


def _safe(text: str) -> str:
    """A text that begins with `=` as Canvas writes it."""
    return f'="{text.replace(chr(34), chr(34) * 2)}"' if text.startswith("=") else text
