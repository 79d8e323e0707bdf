"""nbgrader's export of grades: a row for each student and assignment.

nbgrader writes it without quotation marks, so that a comma in a name moves all that follows: such a row is refused with its
line. A row of somebody who handed in nothing says `0.0` and has no time; it is blank here. We quote what needs it, which
every reader of CSV files takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from autograder.exchange import cells
from autograder.exchange.cells import BLANK, Cell, NotANumber, read_number
from autograder.exchange.delimited import Delimited, line, no_heading, problem
from autograder.exchange.layout import rows_with_text
from autograder.exchange.table import GradeTable, Item, Person
from autograder.intake.class_table import MOST_PROBLEMS
from autograder.judging.points import number
from blueprint.problems import CourseError, Problem, quoted

NAME = "nbgrader"
KEY = "nbgrader"
COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
_ASSIGNMENT, _TIME, _STUDENT, _FAMILY, _GIVEN, _EMAIL, _SCORE, _MOST = 0, 2, 3, 4, 5, 6, 9, 10
_NONE = ("", "None")


def read(file: Delimited) -> GradeTable:
    """The table in an export; raises CourseError for another file, and with every row that cannot be read."""
    if tuple(heading.casefold() for heading in file.headings) != COLUMNS:
        raise no_heading(file, f"`{'`, `'.join(COLUMNS[:4])}` and so on, in this order", "export of nbgrader")
    people: dict[str, Person] = {}
    items: dict[str, Item] = {}
    found: dict[tuple[str, str], Cell] = {}
    problems: list[Problem] = []
    for row in rows_with_text(file):
        texts = [file.text(row, column).strip() for column in range(len(COLUMNS))]
        texts = ["" if text in _NONE else text for text in texts]
        key = texts[_STUDENT], texts[_ASSIGNMENT]
        people.setdefault(key[0], _person(texts))
        try:
            items.setdefault(key[1], Item(key[1], key[1], read_number(texts[_MOST]) if texts[_MOST] else None))
            score = cells.read_cell(texts[_SCORE])
        except NotANumber as error:
            problems.append(problem(file, row, _SCORE, str(error), "a comma in a name moves the cells behind it"))
            continue
        if not key[0] or key in found:
            what = f"{quoted(key[0])} stands twice for {quoted(key[1])}" if key[0] else "this row has no student id"
            problems.append(problem(file, row, _STUDENT, what, "export the grades again"))
        found[key] = score if texts[_TIME] else BLANK
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])
    kept = {key: cell for key, cell in found.items() if cell is not BLANK}
    return GradeTable(tuple(people.values()), tuple(items.values()), kept)


def _person(texts: list[str]) -> Person:
    family, given = texts[_FAMILY], texts[_GIVEN]
    name = " ".join(filter(None, (given, family)))
    return Person(texts[_STUDENT], name, family, given, texts[_EMAIL])


def written(table: GradeTable, handed_in: str = "1970-01-01 00:00:00") -> str:
    """An export as nbgrader writes it, item by item; `handed_in` stands where there is a grade and nobody knows the time."""
    lines = [line(COLUMNS, end="\n")]
    for item in table.items:
        for person in table.people:
            cell = table.cell(person, item)
            score = cell if isinstance(cell, Fraction) else Fraction(0)
            lines.append(
                line(
                    (
                        *(item.title, "", handed_in if isinstance(cell, Fraction) else ""),
                        *(person.id, *person.parts, person.email),
                        *(number(score, least=1), "0.0", number(score, least=1), number(item.possible, least=1)),
                    ),
                    end="\n",
                )
            )
    return "".join(lines)


def doubts(table: GradeTable) -> Iterator[str]:
    """Students without an id, by which nbgrader knows them."""
    for person in table.people:
        if not person.id:
            yield f"{person.shown} has no id, by which nbgrader knows students"
