"""How long files of grades take, as ratios of `pandas.to_csv` of the same table, and how that grows with the class."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from time import process_time

from autograder.exchange import blackboard, nbgrader
from autograder.exchange.delimited import parse
from autograder.exchange.filling import fill
from autograder.exchange.layout import read
from autograder.exchange.products import FILLED, TABLES
from autograder.exchange.table import GradeTable, Item, Person

ROUNDS = 3
ITEMS = 20


def class_of(students: int) -> GradeTable:
    """A class in which everybody has points in twenty items."""
    people = tuple(
        Person(
            f"{n:08}", f"Ada Okoye {n}", "Okoye", f"Ada {n}", f"u{n}@example.edu", f"u{n}", "NN-01",
            frozenset({("canvas", str(n + 9000))}),
        )
        for n in range(students)
    )  # fmt: skip
    items = tuple(Item(f"module-{n:02}", f"Module {n}", Fraction(70), str(700 + n)) for n in range(ITEMS))
    cells = {
        (person.id, item.id): Fraction((37 * place + 11 * number) % 7000, 100)
        for place, person in enumerate(people)
        for number, item in enumerate(items)
    }
    return GradeTable(people, items, cells)


def every_export(table: GradeTable) -> None:
    """All files that can be written of a table, each filled into an export and read back where a platform has one."""
    for product in TABLES.values():
        data = product.written(table).encode()
        read(product, parse("grades.csv", data))
    nbgrader.read(parse("grades.csv", nbgrader.written(table).encode()))
    blackboard.xls(table)
    blank = GradeTable(table.people, table.items)
    for product in FILLED.values():
        fill(product, parse("grades.csv", product.written(blank).encode()), table, {}).file.data()


def new_files(table: GradeTable) -> None:
    """The new files alone."""
    for product in TABLES.values():
        product.written(table).encode()
    nbgrader.written(table).encode()


def cpu(measured: Callable[[], None], rounds: int = ROUNDS) -> float:
    """The least processor time of several runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = process_time()
        measured()
        times.append(process_time() - start)
    return min(times)


def main(tell: Callable[..., None]) -> None:
    """Prints the lines of the table."""
    import pandas as pd

    table, large = class_of(1000), class_of(10_000)
    points = {key: float(cell) for key, cell in table.cells.items() if isinstance(cell, Fraction)}
    rows = [[person.id, *(points[person.id, item.id] for item in table.items)] for person in table.people]
    frame = pd.DataFrame(rows, columns=["student", *(item.title for item in table.items)])
    with tempfile.TemporaryDirectory() as folder:
        theirs = cpu(lambda: frame.to_csv(Path(folder) / "grades.csv", index=False))
    files = len(TABLES) + 1
    tell(
        f"{files} new files of grades, 1,000 x {ITEMS}",
        "pandas.to_csv, as often",
        cpu(lambda: new_files(table)) / theirs / files,
    )
    every = cpu(lambda: every_export(table))
    tell("all exports, filled and read back", "pandas.to_csv, once", every / theirs)
    tell("the same, 10,000 students", "10 x 1,000 students", cpu(lambda: every_export(large), 1) / every / 10, 1.2)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    from bench import tell

    main(tell)
