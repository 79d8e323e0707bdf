"""Blackboard's gradebook: quoted cells, and a column an item, `Tensors [Total Pts: 20 Score] |48213`.

It is a `.csv` file, or an `.xls` one, which is UTF-16 text with tabs and keeps names of every script. The number behind the
bar leads back to the column; without it Blackboard makes a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from autograder.exchange import cells
from autograder.exchange.cells import Cell, number_or_none
from autograder.exchange.delimited import Delimited, line, no_heading
from autograder.exchange.layout import ItemColumn, Layout, no_item_twice, person_columns, rows_with_text
from autograder.exchange.table import GradeTable, Item
from autograder.judging.points import number

NAME = "Blackboard"
KEY = "blackboard"
OVER = ""
CAN_EXCUSE = False

_INFORMATION = ("Last Name", "First Name", "Username", "Student ID")
_ITEM = re.compile(
    r"(?P<title>.+?)\s*\[(?P<words>[^\[\]]*?):\s*(?:up to )?(?P<points>[\d.,]+) (?P<kind>Score|Punktzahl|Note|Puntuación)\](?:\s*\|(?P<number>\w+))?",
    re.DOTALL | re.IGNORECASE,
)
_OTHER = re.compile(r".+\[[^\[\]]*\](?:\s*\|\w+)?", re.DOTALL)
_NO_NUMBER = ("in progress", "needs grading")


def layout(file: Delimited) -> Layout:
    """What is where; raises CourseError where no heading names user names."""
    items = []
    others = []
    for column, heading in enumerate(file.headings):
        if match := _ITEM.fullmatch(heading):
            items.append(ItemColumn(column, match["title"], match["number"] or "", number_or_none(match["points"])))
        elif not _OTHER.fullmatch(heading):
            others.append(column)
    people = person_columns(file, others, {"username": "login", "student id": "id"})
    if "login" not in people:
        raise no_heading(file, "`Username`", "gradebook of Blackboard")
    no_item_twice(file, items)
    return Layout(people, tuple(items), rows_with_text(file))


def read_cell(text: str) -> Cell:
    """What a cell of an item says; of an attempt that is not graded yet, no number."""
    return cells.read_cell(text, blank=_NO_NUMBER)


def cell_text(cell: Cell) -> str:
    """How Blackboard writes a cell: two decimals, or nothing."""
    return number(cell, least=2) if isinstance(cell, Fraction) else ""


def why_kept(text: str) -> str:
    """Nothing that stands in a cell keeps a grade out of it."""
    return ""


def written(table: GradeTable, delimiter: str = ",") -> str:
    """A file for `Upload`; with a tab as delimiter it is the text of an `.xls` file."""
    lines = [line((*_INFORMATION, *map(heading, table.items)), delimiter, always=True)]
    for person in table.people:
        who = (*person.parts, person.login, person.id)
        grades = (cell_text(table.cell(person, item)) for item in table.items)
        lines.append(line((*who, *grades), delimiter, always=True))
    return "".join(lines)


def xls(table: GradeTable) -> bytes:
    """The bytes of an `.xls` file as Blackboard has them: UTF-16 with its mark, and tabs."""
    return ("\ufeff" + written(table, "\t")).encode("utf-16-le")


def heading(item: Item) -> str:
    """The heading of an item's column, with Blackboard's number of it where that is known."""
    points = f" [Total Pts: {number(item.possible)} Score]" if item.possible is not None else ""
    return f"{item.title}{points} |{item.number}" if item.number else f"{item.title}{points}"


def doubts(table: GradeTable) -> Iterator[str]:
    """Students without the user name that Blackboard finds them by, and columns that it would make anew."""
    for person in table.people:
        if not person.login:
            yield f"{person.shown} has no user name, by which Blackboard finds students"
    without = [item.title for item in table.items if not item.number]
    if without:
        yield (
            f"Blackboard makes new text columns of {', '.join(without)}; to fill the columns there are, download the gradebook "
            "and give it with `--into`"
        )
