"""What is told of an export: every cell that changed, old -> new, and whoever was not found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from autograder.exchange.filling import Change, Filled
from autograder.exchange.layout import Product
from autograder.exchange.table import GradeTable
from autograder.reports.csv_files import line
from autograder.reports.html import line as on_one_line
from blueprint.problems import quoted
from blueprint.spreadsheet import is_formula

_MANY = 20
"""Lines of one kind that are printed; those beyond are counted."""
COLUMNS = ("student", "item", "old", "new", "kept because")


def change_list(filled: Filled) -> Iterator[str]:
    """The lines of the change list, for people: each cell that changed, and each that was to change and was kept."""
    yield line(COLUMNS)
    for one in (*filled.changes, *filled.kept):
        yield line((one.student, one.item, one.old, one.new, one.why))


def told_of_filled(filled: Filled, table: GradeTable) -> list[str]:
    """What a person should read of a file that was filled, for a terminal."""
    with_grade = {id for id, _ in table.cells}
    absent = [person.shown for person in filled.absent]
    lost = [person.shown for person in filled.absent if person.id in with_grade]
    return [
        *_some("changed", [f"{one.student}, {one.item}: {_old(one)} -> {one.new}" for one in filled.changes]),
        *_some("kept", [f"{one.student}, {one.item}: {_old(one)}, not {one.new}: {one.why}" for one in filled.kept]),
        *_some("nobody's", filled.strangers),
        *_some("has grades and no row in the file", lost),
        *_some("has no row in the file", [who for who in absent if who not in lost]),
        *_some("note", filled.notes),
    ]


def is_whole(filled: Filled) -> bool:
    """True if every grade of the table is in the file, and every row of the file is somebody's."""
    return not (filled.kept or filled.strangers or filled.absent)


def doubts(product: Product, table: GradeTable) -> list[str]:
    """What a platform would not take of a new file, and excusals that its file cannot say."""
    excused = [] if product.CAN_EXCUSE else _excused(product.NAME, table)
    return [*product.doubts(table), *excused]


def formulas(table: GradeTable) -> list[str]:
    """The texts that a spreadsheet would run, were the file opened in one; a platform needs them as they are."""
    texts = {
        text: person.shown
        for person in table.people
        for text in (person.id, person.login, person.email, person.name, person.family, person.given)
    }
    texts |= {item.title: f"item {item.id}" for item in table.items}
    found = [f"{quoted(text)} ({who}) begins like a formula" for text, who in texts.items() if is_formula(text)]
    return [*found, *(["upload the file as it is, without opening it in a spreadsheet"] if found else [])]


def _excused(name: str, table: GradeTable) -> list[str]:
    excused = [key for key, cell in table.cells.items() if not isinstance(cell, Fraction)]
    count = len(excused)
    return (
        [f"{count} excused: a file of {name} cannot say so, and the cells are blank; excuse them there"]
        if count
        else []
    )


def _old(change: Change) -> str:
    return change.old or "(blank)"


def _some(what: str, texts: Sequence[str]) -> Iterator[str]:
    for text in texts[:_MANY]:
        yield f"{what}: {on_one_line(text)}"
    if len(texts) > _MANY:
        yield f"{what}: and {len(texts) - _MANY} more"
