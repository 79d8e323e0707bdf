"""Rules of every writer and reader of grades: what is written is read as what it was, for any name and number."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.exchange import blackboard, canvas, gradescope, nbgrader
from autograder.exchange.cells import BLANK, EXCUSED, Cell, NotANumber, read_cell, read_number
from autograder.exchange.delimited import parse, written
from autograder.exchange.filling import fill
from autograder.exchange.layout import read
from autograder.exchange.products import FILLED, TABLES
from autograder.exchange.table import GradeTable, Item, Person
from autograder.judging.points import number

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(lambda text: " ".join(text.split()))
NAMES = NAMES.filter(lambda text: text != "None")  # nbgrader's word for no name
"""Any letters and signs, without what no name can hold; commas, quotation marks, `=` and every script among them."""
POINTS = st.fractions(min_value=0, max_value=1000, max_denominator=10**6)
CELLS = st.one_of(POINTS, st.just(BLANK), st.just(EXCUSED))


@st.composite
def tables(draw: st.DrawFn) -> GradeTable:
    """Tables of people with any names, also the same, and any grades."""
    ids = draw(st.lists(st.from_regex(r"0*[1-9][0-9]{0,5}", fullmatch=True), unique=True, min_size=1, max_size=5))
    people = tuple(
        Person(
            id,
            family=draw(NAMES).replace(",", "").strip(),
            given=draw(NAMES),
            email=f"u{place}@example.edu",
            login=f"u{place}",
            section=draw(NAMES),
            platform_ids=frozenset({("canvas", str(9000 + place))}),
        )
        for place, id in enumerate(ids)
    )
    items = tuple(Item(f"w{n}", f"Work {n}", Fraction(1000), str(700 + n)) for n in range(draw(st.integers(1, 3))))
    cells = {(person.id, item.id): draw(CELLS) for person in people for item in items}
    return GradeTable(people, items, cells)


def bytes_of(product: str, table: GradeTable) -> bytes:
    return TABLES[product].written(table).encode()


WRITERS: dict[str, Callable[[GradeTable], bytes]] = {
    **{name: lambda table, name=name: bytes_of(name, table) for name in TABLES},  # type: ignore[misc]
    "blackboard.xls": blackboard.xls,
    "gradescope of an assignment": lambda table: gradescope.written_of_assignment(table).encode(),
    "nbgrader": lambda table: nbgrader.written(table).encode(),
}


def back(writer: str, data: bytes) -> GradeTable:
    """The table that our reader finds in what a writer has written."""
    file = parse("grades.csv", data)
    return nbgrader.read(file) if writer == "nbgrader" else read(TABLES[re.split("[. ]", writer)[0]], file)


def rounded(cell: Cell, *, excused: bool = True) -> str:
    """What a file can say of a cell."""
    return number(cell) if isinstance(cell, Fraction) else "excused" if cell is EXCUSED and excused else ""


@pytest.mark.parametrize("writer", WRITERS)
@settings(max_examples=60, deadline=None)
@given(table=tables())
def test_what_is_written_is_read(writer: str, table: GradeTable) -> None:
    """Ids with their zeros and every grade come back, blank as blank, and writing what was read gives the same bytes."""
    data = WRITERS[writer](table)
    found = back(writer, data)
    assert [person.id for person in found.people] == [person.id for person in table.people]
    excused = writer == "canvas"
    said = [[rounded(table.cell(person, item), excused=excused) for item in table.items] for person in table.people]
    assert [[rounded(found.cell(person, item)) for item in found.items] for person in found.people] == said
    if not any(text.startswith(("#", "'")) for person in table.people for text in (person.family, person.given)):
        assert WRITERS[writer](found) == data


@pytest.mark.parametrize("writer", ["canvas", "blackboard", "gradescope", "nbgrader"])
@settings(max_examples=60, deadline=None)
@given(table=tables())
def test_names_come_back(writer: str, table: GradeTable) -> None:
    """A name with a comma, a quotation mark, a sign of formulas, an accent or of another script is read as it was written."""
    found = back(writer, WRITERS[writer](table))
    for person, other in zip(table.people, found.people, strict=True):
        if person.family and person.given:
            assert (other.family, other.given) == (person.family, person.given)


@pytest.mark.parametrize("product", FILLED)
@settings(max_examples=60, deadline=None)
@given(table=tables(), others=st.lists(CELLS, min_size=15, max_size=15))
def test_filling_changes_what_it_tells(product: str, table: GradeTable, others: list[Cell]) -> None:
    """In a file that was filled each student has the new grade, what is not new stays, and no blank takes a grade away."""
    file = parse("grades.csv", bytes_of(product, table))
    keys = [(person.id, item.id) for person in table.people for item in table.items]
    new = GradeTable(table.people, table.items, dict(zip(keys, others, strict=False)))
    filled = fill(TABLES[product], file, new, {})
    assert not filled.strangers
    assert not filled.absent
    can = TABLES[product].CAN_EXCUSE
    found = read(TABLES[product], filled.file)
    for person, read_person in zip(table.people, found.people, strict=True):
        for item, read_item in zip(table.items, found.items, strict=True):
            old, wanted = table.cell(person, item), new.cell(person, item)
            stays = wanted is BLANK or (wanted is EXCUSED and not can) or (old is EXCUSED and can)
            assert rounded(found.cell(read_person, read_item)) == rounded(old if stays else wanted, excused=can)
    again = fill(TABLES[product], filled.file, new, {})
    assert again.changes == ()
    assert again.file.data() == filled.file.data()


@settings(deadline=None)
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4), min_size=1))
def test_cells_are_what_another_reader_finds(rows: list[list[str]]) -> None:
    """What is written between delimiters a CSV library reads as it was, and our reader keeps its bytes."""
    width = len(rows[0])
    rows = [["a", *["b"] * (width - 1)], *[[*row, "", ""][:width] for row in rows]]
    text = "".join(",".join(written(cell) for cell in row) + "\r\n" for row in rows)
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == rows
    file = parse("grades.csv", text.encode())
    assert file.data() == text.encode()
    assert [[file.text(row, column) for column in range(width)] for row in range(len(rows))] == rows


# ------------------------------------------------------------------------------------------------------------ cells


@pytest.mark.parametrize(
    ("text", "means"),
    [
        *((text, BLANK) for text in ("", " ", "-", " - ")),
        *((text, EXCUSED) for text in ("EX", "ex", " Ex ")),
        ("0", Fraction(0)),
        ("0.00", Fraction(0)),
        ("1,5", Fraction(3, 2)),
        ("1.234,5", Fraction(2469, 2)),
        ("1,234.5", Fraction(2469, 2)),
        ("1.234", Fraction(1234, 1000)),
        (" 7 ", Fraction(7)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
    ],
)
def test_a_cell_says_one_thing(text: str, means: Cell) -> None:
    """A number with a point or a comma, no grade, and an excusal are three things; a zero is a number."""
    assert read_cell(text, excused=("ex",)) == means


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e3", "1,234", "12,345", "1,2,3", "1.2.3", "04-Mar", "٣", "5%", "1" * 40, "--", "5 6"]
)
def test_what_is_no_number_is_told(text: str) -> None:
    """What can be read in two ways, or in none, is refused with what it says."""
    with pytest.raises(NotANumber):
        read_cell(text, excused=("ex",))


@given(POINTS)
@example(Fraction(1, 200))
def test_points_are_written_and_read(points: Fraction) -> None:
    """Two decimals, half up, and never an exponent; read again it is that number."""
    for least in (0, 1, 2):
        text = number(points, least=least)
        assert re.fullmatch(r"\d+(\.\d{1,2})?", text)
        assert len(text.partition(".")[2]) >= least
        assert read_number(text) == Fraction(number(points))


def test_a_new_file_for_canvas() -> None:
    """The smallest file that is safe to send has the columns of information, a row of points, and `EX` for who is excused."""
    ada = Person(
        "00417", "Ada Okoye", "Okoye", "Ada", "ada@example.edu", "aokoye", "NN-01", frozenset({("canvas", "9001")})
    )
    items = (Item("t", "Tensors", Fraction(20), "701"), Item("a", "Autograd", Fraction(30)))
    table = GradeTable((ada,), items, {("00417", "t"): Fraction(37, 2), ("00417", "a"): EXCUSED})
    assert canvas.written(table) == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Tensors (701),Autograd\r\n"
        "    Points Possible,,,,,20.00,30.00\r\n"
        '"Okoye, Ada",9001,00417,aokoye,NN-01,18.50,EX\r\n'
    )


def test_the_examples_are_written_to_the_byte() -> None:
    """A file as a platform writes it, read and written anew, is the same file, where it holds no more than the table."""
    from test_exchange import CASES

    for case in ("canvas-smallest", "moodle-import", "brightspace"):
        data = (CASES / case / "grades.csv").read_bytes()
        product = case.partition("-")[0]
        assert bytes_of(product, back(product, data)) == data
    data = (CASES / "nbgrader" / "grades.csv").read_bytes()
    assert back("nbgrader", data) == back("nbgrader", nbgrader.written(back("nbgrader", data)).encode())


def test_an_id_tells_two_with_one_address_apart() -> None:
    """Where two students share an address the id in the row says which it is; a row with the address alone is nobody's."""
    two = tuple(Person(id, email="home@example.edu") for id in ("00417", "00418"))
    table = GradeTable(two, (Item("t", "Tensors"),), {(person.id, "t"): Fraction(7) for person in two})
    text = "ID number,Email address,Assignment: Tensors (Real)\r\n00417,home@example.edu,-\r\n,home@example.edu,-\r\n"
    filled = fill(FILLED["moodle"], parse("grades.csv", text.encode()), table, {})
    assert [change.student for change in filled.changes] == ["00417"]
    assert len(filled.strangers) == 1
    assert "fits several students: 00417, 00418" in filled.strangers[0]
