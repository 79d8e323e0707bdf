"""What is where in a file of grades, and the table in it: the part of reading that all platforms share."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from autograder.exchange.cells import BLANK, Cell, NotANumber
from autograder.exchange.delimited import Delimited, problem
from autograder.exchange.table import GradeTable, Item, Person
from autograder.intake.class_table import MOST_PROBLEMS, kind_of
from autograder.intake.names import composed, folded
from autograder.intake.platforms import NOBODY
from blueprint.problems import CourseError, Problem, in_file_order, quoted

# What a file may know a person by: the institution's id, a login, an address, and the platform's own number.
WAYS = ("own", "id", "login", "email")
_PEOPLE = {
    "sis": "id",
    "id": "id",
    "login": "login",
    "email": "email",
    "name": "name",
    "first": "given",
    "last": "family",
    "section": "section",
}
_AS_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
PARTICIPANT = re.compile(r"(?P<word>\D+?)\s*(?P<number>\d+)")
"""What Moodle calls somebody in a worksheet, in words of `NOBODY`."""


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """The column of an item, and what the file says of the item; `number` is the platform's own, empty where it has none."""

    column: int
    title: str
    number: str = ""
    possible: Fraction | None = None

    @property
    def key(self) -> str:
        """What tells this item from others in one file."""
        return self.number or self.title


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that tell who (by `WAYS`, and names), the columns of items, and the rows in which students stand.

    `notes` say what was concluded and not read, such as a column known by its place.
    """

    people: Mapping[str, int]
    items: tuple[ItemColumn, ...]
    students: tuple[int, ...]
    notes: tuple[str, ...] = ()
    locked: frozenset[int] = field(default_factory=frozenset)
    """Rows in which the platform takes no grade."""


class Product(Protocol):
    """What a platform's module gives."""

    NAME: str
    """As people write it."""
    KEY: str
    """As `Person.platform_ids` has it."""
    OVER: str
    """What the platform does with more points than an item has, if that is not to take them."""
    CAN_EXCUSE: bool
    """True if a cell of its file can say that a student is excused."""

    def layout(self, file: Delimited) -> Layout:
        """What is where; raises CourseError for a file that is not this platform's."""

    def read_cell(self, text: str) -> Cell:
        """What a cell of an item says; raises NotANumber."""

    def cell_text(self, cell: Cell) -> str:
        """How the platform's file says this."""

    def why_kept(self, text: str) -> str:
        """Why no grade belongs into a cell that says this; empty where one does."""

    def heading(self, item: Item) -> str:
        """The heading of an item's column in a new file."""

    def doubts(self, table: GradeTable) -> Iterator[str]:
        """What the platform would take wrongly in a new file of this table, or not at all."""

    def written(self, table: GradeTable) -> str:
        """A new file for the platform."""


def read(product: Product, file: Delimited) -> GradeTable:
    """The table in a platform's file; raises CourseError with every cell that cannot be read, and every id that stands twice."""
    layout = product.layout(file)
    people: dict[int, Person] = {row: person_in(product, file, layout, row) for row in layout.students}
    cells: dict[tuple[str, str], Cell] = {}
    problems = list(_twice(file, layout, people))
    for row, person in people.items():
        for column in layout.items:
            try:
                cell = product.read_cell(file.text(row, column.column))
            except NotANumber as error:
                problems.append(
                    problem(file, row, column.column, str(error), "write a number, or leave the cell empty")
                )
                continue
            if cell is not BLANK:
                cells[person.id, column.key] = cell
    if problems:
        raise CourseError(in_file_order(problems)[:MOST_PROBLEMS])
    items = tuple(Item(column.key, column.title, column.possible, column.number) for column in layout.items)
    return GradeTable(tuple(people.values()), items, cells)


def person_in(product: Product, file: Delimited, layout: Layout, row: int) -> Person:
    """The student of a row; the id is the first way by which the file knows the student."""
    texts = texts_of(file, layout, row)
    own = texts.get("own", "")
    family, given, name = texts.get("family", ""), texts.get("given", ""), texts.get("name", "")
    if not (family or given) and ", " in name:
        family, _, given = name.partition(", ")
    id = texts.get("id") or texts.get("login") or texts.get("email") or own or name
    return Person(
        id,
        " ".join(filter(None, (given, family))) or name,
        family,
        given,
        texts.get("email", ""),
        texts.get("login", ""),
        texts.get("section", ""),
        frozenset({(product.KEY, own)} if own else ()),
    )


def texts_of(file: Delimited, layout: Layout, row: int) -> dict[str, str]:
    """What a row says of its student, by kind, without what platforms put around it."""
    return {kind: _bare(kind, file.text(row, column)) for kind, column in layout.people.items()}


def _bare(kind: str, text: str) -> str:
    """A text without the `="…"` of Canvas and spreadsheets, and an id without Brightspace's `#` and Moodle's `Participant`."""
    plain = text.strip()
    if match := _AS_FORMULA.fullmatch(plain):
        plain = match[1].replace('""', '"')
    if kind in WAYS:
        plain = re.sub("^[#']", "", plain)
    if kind == "own" and (match := PARTICIPANT.fullmatch(plain)) and match["word"].casefold() in NOBODY.split():
        return match["number"]
    return plain


def _twice(file: Delimited, layout: Layout, people: Mapping[int, Person]) -> Iterator[Problem]:
    """The students whose id stands on an earlier row already, and rows without any."""
    seen: dict[str, int] = {}
    column = min((layout.people[way] for way in WAYS if way in layout.people), default=0)
    for row, person in people.items():
        if not person.id:
            yield problem(file, row, column, "this student has no id", "fill in the cell, or remove the row")
        elif (first := seen.setdefault(person.id, row)) != row:
            message = f"the id {quoted(person.id)} stands on line {file.lines[first]} already"
            yield problem(file, row, column, message, "each student has one row")


# ---------------------------------------------------------------------------------------------------- for the modules


def person_columns(
    file: Delimited, columns: Iterable[int], known: Mapping[str, str], needed: Collection[str] = WAYS
) -> dict[str, int]:
    """The columns that tell who, by their headings; `known` is what this platform means by some, in small letters.

    Raises CourseError where a heading that tells who stands twice.
    """
    found: dict[str, int] = {}
    for column in columns:
        heading = file.headings[column]
        kind = known.get(folded(heading), _PEOPLE.get(kind_of(heading), ""))
        if not kind:
            continue
        if kind in found and kind in needed and folded(file.headings[found[kind]]) == folded(heading):
            message = f"two columns have the heading {quoted(heading)}"
            raise CourseError([problem(file, 0, column, message, "export the file again")])
        found.setdefault(kind, column)
    return found


def no_item_twice(file: Delimited, items: Sequence[ItemColumn]) -> None:
    """Raises CourseError where two columns are of one item."""
    seen: dict[str, int] = {}
    problems = [
        problem(
            file,
            0,
            item.column,
            f"two columns are of the item {quoted(item.key)}",
            "rename one of them, and export again",
        )
        for item in items
        if seen.setdefault(composed(item.key), item.column) != item.column
    ]
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])


def rows_with_text(file: Delimited, but: Callable[[int], bool] = lambda row: False) -> tuple[int, ...]:
    """The rows below the headings in which anything stands, without those that are none of a student."""
    return tuple(row for row in range(1, len(file.rows)) if any(file.rows[row]) and not but(row))
