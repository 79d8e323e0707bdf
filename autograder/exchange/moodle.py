"""Moodle's two tables: the gradebook (`Assignment: Tensors (Real)`), and the grading worksheet of one assignment.

The gradebook is exported and imported; the teacher says on the form which column tells who, and what a column is. One row
that Moodle cannot read stops the whole import, so nothing doubtful is written. The worksheet is only ever given back: of
its cells the grades change, and the stamp beside them, by which Moodle tells an old file from a new one, must not.
Both are in the language of the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from autograder.exchange import cells
from autograder.exchange.cells import Cell, NotANumber, number_or_none
from autograder.exchange.delimited import Delimited, line, no_heading
from autograder.exchange.layout import PARTICIPANT, ItemColumn, Layout, no_item_twice, person_columns, rows_with_text
from autograder.exchange.table import GradeTable, Item
from autograder.intake.names import folded
from autograder.intake.platforms import NOBODY
from autograder.judging.points import number
from blueprint.problems import CourseError, Problem

NAME = "Moodle"
KEY = "moodle"
OVER = "Moodle refuses more points than the item has"
CAN_EXCUSE = False

_INFORMATION = ("ID number", "Email address")
_REAL = "Real|Punkte|Réel|Réelle|Valor|Punten|Reale|Reell|Wartość|Točke"
_OTHERS = (
    "Percentage|Letter|Feedback|Prozentsatz|Prozent|Buchstabe|Pourcentage|Lettre|Porcentaje|Letra|Percentuale|Lettera"
)
_ITEM = re.compile(rf"(?P<title>.+) \((?:{_REAL})\)", re.DOTALL)
_OTHER = re.compile(rf".+ \((?:{_OTHERS})\)", re.DOTALL)
_TYPE = re.compile(r"(?:Assignment|Aufgabe|Devoir|Tarea|Opdracht|Compito|Tarefa|Zadanie): (?=\S)")
_OTHER_TYPE = re.compile(r"(?:Quiz|Test|Workshop|Lesson|Forum|H5P|SCORM package|External tool): ")
_TOTAL = re.compile(
    r"(?:course total|kurs gesamt|total du cours|total del curso|cursustotaal|totale corso)\b.*", re.DOTALL
)

_GRADE = ("grade", "bewertung", "note", "calificación", "cijfer", "valutazione", "nota", "ocena", "betyg")
_MAXIMUM = (
    "maximum grade",
    "bestwertung",
    "note maximale",
    "calificación máxima",
    "maximumcijfer",
    "valutazione massima",
)
_SCALE = ("scale", "skala", "barème", "escala", "schaal", "scala")
_CHANGEABLE = (
    *("grade can be changed", "bewertung kann geändert werden", "la note peut être modifiée"),
    *("la calificación puede ser cambiada", "cijfer kan gewijzigd worden"),
)
_NO = ("no", "nein", "non", "nee", "não", "nie", "nej", "ei")


def layout(file: Delimited) -> Layout:
    """What is where in a gradebook or a worksheet; raises CourseError for what is neither."""
    return _worksheet(file) if is_worksheet(file) else _gradebook(file)


def is_worksheet(file: Delimited) -> bool:
    """True for the worksheet of an assignment, which begins with `Participant 31007` in each row."""
    first = [file.text(row, 0).strip() for row in rows_with_text(file)]
    found = [PARTICIPANT.fullmatch(text) for text in first]
    return bool(first) and all(match and match["word"].casefold() in NOBODY.split() for match in found)


# ---------------------------------------------------------------------------------------------------- the gradebook


def _gradebook(file: Delimited) -> Layout:
    items = []
    others = []
    for column, heading in enumerate(file.headings):
        if match := _ITEM.fullmatch(heading):
            if not _TOTAL.fullmatch(folded(heading)):
                items.append(ItemColumn(column, _TYPE.sub("", match["title"], count=1)))
        elif not _OTHER.fullmatch(heading):
            others.append(column)
    people = person_columns(file, others, {"user id": "own"})
    if not {"id", "email", "login", "own"} & people.keys():
        raise no_heading(file, "students, such as `ID number` or `Email address`", "gradebook of Moodle")
    no_item_twice(file, items)
    return Layout(people, tuple(items), rows_with_text(file))


# ---------------------------------------------------------------------------------------------------- the worksheet


def _worksheet(file: Delimited) -> Layout:
    head = [folded(heading) for heading in file.headings]
    students = rows_with_text(file)
    if any(heading in _SCALE for heading in head):
        hint = "set the assignment's grade to points in Moodle, and download the worksheet again"
        raise CourseError(
            [Problem(file.mark(0), "this assignment is graded by the words of a scale, not in points", hint)]
        )
    grade, note = _grade_column(file, head, students)
    changeable = next((place for place, heading in enumerate(head) if heading in _CHANGEABLE), None)
    locked = {
        row for row in students if changeable is not None and file.text(row, changeable).strip().casefold() in _NO
    }
    people = person_columns(file, range(1, grade), {"status": "", "group": "", "marker": ""}) | {"own": 0}
    possible = number_or_none(file.text(students[0], grade + 1))
    item = ItemColumn(grade, file.headings[grade], "", possible)
    return Layout(people, (item,), students, (note,) if note else (), frozenset(locked))


def _grade_column(file: Delimited, head: list[str], students: tuple[int, ...]) -> tuple[int, str]:
    """The column of the grade, and a note where it was told by its place: the column behind it is the same number throughout."""
    for place in range(1, len(head) - 1):
        if head[place] in _GRADE and (head[place + 1] in _MAXIMUM or _is_maximum(file, place + 1, students)):
            return place, ""
    for place in range(2, len(head) - 2):
        if _is_maximum(file, place + 1, students) and all(_is_grade(file.text(row, place)) for row in students):
            heading = file.headings[place]
            return place, f"the column `{heading}` is taken for the grade, because what each can reach stands behind it"
    raise no_heading(file, "the grade, with the maximum grade behind it", "worksheet of Moodle")


def _is_maximum(file: Delimited, column: int, students: tuple[int, ...]) -> bool:
    """True if a column holds one number, the same in each row."""
    said = {number_or_none(file.text(row, column)) for row in students}
    return len(said) == 1 and None not in said


def _is_grade(text: str) -> bool:
    try:
        return bool(cells.read_cell(text))
    except NotANumber:
        return False


# ---------------------------------------------------------------------------------------------------- cells, and a new file


def read_cell(text: str) -> Cell:
    """What a cell of an item says."""
    return cells.read_cell(text)


def cell_text(cell: Cell) -> str:
    """How Moodle writes a cell: two decimals, or `-` for no grade."""
    return number(cell, least=2) if isinstance(cell, Fraction) else "-"


def why_kept(text: str) -> str:
    """Nothing that stands in a cell keeps a grade out of it."""
    return ""


def written(table: GradeTable) -> str:
    """A file for `Import`, with the institution's id and the address to find students by, and a column an item."""
    lines = [line((*_INFORMATION, *map(heading, table.items)))]
    for person in table.people:
        grades = (cell_text(table.cell(person, item)) for item in table.items)
        lines.append(line((person.id, person.email, *grades)))
    return "".join(lines)


def heading(item: Item) -> str:
    """The heading of an item's column, as Moodle's own export has it: with the kind of activity, an assignment if none is told."""
    kind = "" if _OTHER_TYPE.match(item.title) else "Assignment: "
    return f"{kind}{item.title} (Real)"


def doubts(table: GradeTable) -> Iterator[str]:
    """Students that Moodle cannot find, which would stop the whole import."""
    for person in table.people:
        if not (person.id or person.email):
            yield f"{person.shown} has neither an id nor an address, and one such row stops Moodle's whole import"
