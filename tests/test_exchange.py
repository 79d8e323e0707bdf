"""Each folder in `cases/exchange` is a file of grades as a platform writes it: what is read in it, and what is put into it.

`about.txt` says:

    Canvas's own example is read.       what the case shows, in a sentence
    product: canvas                     whose file it is
    put: 00417 Tensors 19.5             a grade for an item, of the student with this id (several; `excused` is one, too)
    put: login=aokoye Tensors 19.5      or of the one with this login, `email=` or number on the platform (`own=`)
    item: Tensors=Tensors (701)         the heading that a user names for an item

Beside it stands the file, `grades.csv` or `grades.xls`. `expect.txt` holds the table in it, or what keeps it from being
read; and where something is put, an account of each cell. `filled.csv` is then the file with these grades.
`pytest --rewrite-cases` writes them anew; read the difference before keeping it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.exchange import nbgrader
from autograder.exchange.cells import EXCUSED, Cell
from autograder.exchange.delimited import Delimited, read_delimited
from autograder.exchange.filling import Change, fill
from autograder.exchange.layout import read
from autograder.exchange.products import TABLES
from autograder.exchange.table import GradeTable, Item, Person
from autograder.judging.points import number
from blueprint.problems import CourseError, UsageError

CASES = Path(__file__).parent / "cases" / "exchange"
NAMES = sorted(folder.name for folder in CASES.iterdir())


@dataclass
class Case:
    title: str
    product: str = ""
    put: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)


def read_case(folder: Path) -> Case:
    title, *lines = (folder / "about.txt").read_text("utf-8").splitlines()
    assert title.endswith("."), f"{folder}: the first line says in a sentence what the case shows"
    case = Case(title)
    for line in lines:
        word, _, rest = line.partition(": ")
        if word == "product":
            case.product = rest
        elif word == "put":
            case.put.append(rest)
        else:
            assert word == "item", f"{folder}: {line}"
            item, _, heading = rest.partition("=")
            case.columns[item] = heading
    return case


def put_table(product: str, puts: list[str]) -> GradeTable:
    """The table of the grades that a case puts into its file."""
    people: dict[str, Person] = {}
    items: dict[str, Item] = {}
    cells: dict[tuple[str, str], Cell] = {}
    for put in puts:
        match = re.fullmatch(r"(?:(\w+)=)?(\S+) (.+) (\S+)", put)
        assert match, put
        way, who, item, value = match.groups()
        person = {
            "login": Person("of-" + who, login=who),
            "email": Person("of-" + who, email=who),
            "own": Person("of-" + who, platform_ids=frozenset({(TABLES[product].KEY, who)})),
        }.get(way, Person(who))
        people[person.id] = person
        items[item] = Item(item, item)
        cells[person.id, item] = EXCUSED if value == "excused" else Fraction(value)
    return GradeTable(tuple(people.values()), tuple(items.values()), cells)


def shown(table: GradeTable) -> Iterator[str]:
    """A table as lines: items, then each person with what is known of them."""
    for item in table.items:
        yield f"item: {item.id} | {item.title} | of {number(item.possible) or '?'}"
    for person in table.people:
        ids = sorted(f"{platform} {id}" for platform, id in person.platform_ids)
        known = (person.id, person.name, person.family, person.email, person.login, person.section, *ids)
        yield " | ".join(known)
        for item in table.items:
            cell = table.cell(person, item)
            yield f"    {item.id}: {number(cell) if isinstance(cell, Fraction) else cell.value}"


def told(change: Change) -> str:
    why = f": {change.why}" if change.why else ""
    return f"{change.student}, {change.item}: {change.old or '(blank)'} -> {change.new}{why}"


def came_of(folder: Path, case: Case) -> tuple[list[str], Delimited | None]:
    """What is told of the file of a case, and the file with the grades that are put into it."""
    path = next(folder.glob("grades.*"))
    try:
        file = read_delimited(path)
        assert file.data() == path.read_bytes()
        table = nbgrader.read(file) if case.product == "nbgrader" else read(TABLES[case.product], file)
        if not case.put:
            return list(shown(table)), None
        filled = fill(TABLES[case.product], file, put_table(case.product, case.put), case.columns)
    except CourseError as error:
        return [f"{one.mark}: {one.message}\n    {one.hint}" for one in error.problems], None
    except UsageError as error:
        return [str(error)], None
    lines = [f"changed: {told(change)}" for change in filled.changes]
    lines += [f"kept: {told(change)}" for change in filled.kept]
    lines += [f"nobody's: {stranger}" for stranger in filled.strangers]
    lines += [f"absent: {person.id}" for person in filled.absent]
    lines += [f"note: {note}" for note in filled.notes]
    return lines, filled.file


@pytest.mark.parametrize("name", NAMES)
def test_a_platforms_file(name: str, rewrite_cases: bool) -> None:
    """It is read as what it says or refused at its cell, and of what is put into it nothing else changes."""
    folder = CASES / name
    lines, filled = came_of(folder, read_case(folder))
    text = "".join(f"{line.replace(f'{folder}/', '')}\n" for line in lines)
    if rewrite_cases:
        (folder / "expect.txt").write_text(text, "utf-8")
        (folder / "filled.csv").unlink(missing_ok=True)
        if filled is not None:
            (folder / "filled.csv").write_bytes(filled.data())
    assert text == (folder / "expect.txt").read_text("utf-8")
    assert (filled is not None) == (folder / "filled.csv").exists()
    assert filled is None or filled.data() == (folder / "filled.csv").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_only_the_cells_that_were_told_differ(name: str) -> None:
    """A file that was filled holds the same bytes but for the cells whose change was told."""
    folder = CASES / name
    lines, filled = came_of(folder, read_case(folder))
    if filled is None:
        return
    before = read_delimited(next(folder.glob("grades.*")))
    differing = sum(
        one != other
        for row, changed in zip(before.rows, filled.rows, strict=True)
        for one, other in zip(row, changed, strict=True)
    )
    assert differing == sum(line.startswith("changed: ") for line in lines)
    assert (before.ends, before.lead, before.encoding) == (filled.ends, filled.lead, filled.encoding)
