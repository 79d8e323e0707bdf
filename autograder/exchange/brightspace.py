"""Brightspace's table of grades: `OrgDefinedId,Username,…,Tensors Points Grade,…,End-of-Line Indicator`.

Ids carry a `#`, and so does the end of each row; a row without it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from autograder.exchange import cells
from autograder.exchange.cells import Cell
from autograder.exchange.delimited import Delimited, line, no_heading, problem
from autograder.exchange.layout import ItemColumn, Layout, no_item_twice, person_columns, rows_with_text
from autograder.exchange.table import GradeTable, Item
from autograder.intake.names import folded
from autograder.judging.points import number
from blueprint.problems import CourseError

NAME = "Brightspace"
KEY = "brightspace"
OVER = "Brightspace cuts more points than the item has"
CAN_EXCUSE = False

_LAST = "End-of-Line Indicator"
_INFORMATION = ("OrgDefinedId", "Username")
_ITEM = re.compile(r"(?P<title>.+?)\s+Points Grade(?:\s*<(?P<about>[^<>]*)>)?", re.DOTALL)
_POSSIBLE = re.compile(r"MaxPoints:(?P<points>\d+(?:\.\d+)?)")


def layout(file: Delimited) -> Layout:
    """What is where; raises CourseError where no student or no end of a row is named, and for rows that do not end."""
    head = [folded(heading) for heading in file.headings]
    if folded(_LAST) not in head:
        raise no_heading(file, f"`{_LAST}`", "file of grades of Brightspace")
    items = []
    others = []
    for column, heading in enumerate(file.headings):
        if match := _ITEM.fullmatch(heading):
            points = _POSSIBLE.search(match["about"] or "")
            items.append(ItemColumn(column, match["title"], "", Fraction(points["points"]) if points else None))
        else:
            others.append(column)
    people = person_columns(file, others, {"orgdefinedid": "id", "username": "login"})
    if not {"id", "login"} & people.keys():
        raise no_heading(file, "`OrgDefinedId` or `Username`", "file of grades of Brightspace")
    no_item_twice(file, items)
    students = rows_with_text(file)
    end = head.index(folded(_LAST))
    problems = [
        problem(
            file, row, end, "the row does not end with `#`", "Brightspace refuses such a row; export the file again"
        )
        for row in students
        if file.text(row, end).strip() != "#"
    ]
    if problems:
        raise CourseError(problems)
    return Layout(people, tuple(items), students)


def read_cell(text: str) -> Cell:
    """What a cell of an item says."""
    return cells.read_cell(text)


def cell_text(cell: Cell) -> str:
    """How Brightspace writes a cell: as few decimals as it takes, or nothing."""
    return number(cell) if isinstance(cell, Fraction) else ""


def why_kept(text: str) -> str:
    """Nothing that stands in a cell keeps a grade out of it."""
    return ""


def written(table: GradeTable) -> str:
    """A file for `Import grades`; names and addresses are better not sent."""
    lines = [line((*_INFORMATION, *map(heading, table.items), _LAST))]
    for person in table.people:
        who = (f"#{id}" if id else "" for id in (person.id, person.login))
        lines.append(line((*who, *(cell_text(table.cell(person, item)) for item in table.items), "#")))
    return "".join(lines)


def heading(item: Item) -> str:
    """The heading of an item's column."""
    return f"{item.title} Points Grade"


def doubts(table: GradeTable) -> Iterator[str]:
    """Students that Brightspace cannot find, and titles it would read as something else."""
    for person in table.people:
        if not (person.id or person.login):
            yield f"{person.shown} has neither an id nor a user name, by which Brightspace finds students"
    for item in table.items:
        if "<" in item.title or ">" in item.title:
            yield f"Brightspace drops what stands in `< >`, so `{item.title}` would be another item; call it otherwise"
