"""`finalgrade`, a tool of other people's for course grades, reads what we write for Canvas and as Gradescope does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from finalgrade.gradebook import Gradebook

from autograder.exchange.cells import EXCUSED, Cell
from autograder.exchange.products import TABLES
from autograder.exchange.table import GradeTable, Item, Person

# pandas warns of what it will do one day, in lines that are finalgrade's.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")

PEOPLE = (
    Person("00417", "Ada Okoye", "Okoye", "Ada", "ada@example.edu", "aokoye", "NN-01", frozenset({("canvas", "9001")})),
    Person("00418", "Zoë =Ann", '"O\'Neil", Jr.', "Zoë", "zoe@example.edu", "zoe", "NN-01 and NN-02"),
    Person("00419", "محمد عبد الله", "عبد الله", "محمد", "m@example.edu", "m", ""),
)
ITEMS = (Item("t", "Tensors, part 1", Fraction(20), "701"), Item("a", "Autograd", Fraction(30), "702"))
CELLS: dict[tuple[str, str], Cell] = {
    ("00417", "t"): Fraction(37, 2),
    ("00417", "a"): EXCUSED,
    ("00418", "t"): Fraction(0),
    ("00418", "a"): Fraction(30),
    ("00419", "a"): Fraction(41, 3),
}


@pytest.mark.parametrize("platform", ["canvas", "gradescope"])
def test_finalgrade_reads_our_file(platform: str, tmp_path: Path) -> None:
    """It finds each student, what each item is worth, and each grade; a zero is handed in, and a blank is not."""
    table = GradeTable(PEOPLE, ITEMS, CELLS)
    path = tmp_path / "grades.csv"
    path.write_bytes(TABLES[platform].written(table).encode())
    book = Gradebook.from_file(path)
    tensors, autograd = (next(name for name in book.points.index if word in name) for word in ("tensors", "autograd"))
    who = [person.id if platform == "canvas" else person.email for person in PEOPLE]
    assert list(book.df_perc.index) == who
    assert [book.points[tensors], book.points[autograd]] == [20, 30]
    assert list(book.df_perc[tensors]) == [0.925, 0, 0]
    assert list(book.df_submit[tensors]) == [True, True, False]
    assert list(book.df_perc[autograd])[1:] == [1, 13.67 / 30]
    if platform == "canvas":
        assert list(book.df_meta["sid"]) == [person.id for person in PEOPLE]
        assert book.df_perc[autograd].isna().tolist() == [True, False, False]
