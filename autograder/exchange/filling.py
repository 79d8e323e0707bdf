"""A platform's own exported file with new grades in it: the cells that are asked for change, everything else stays.

Students are found by the ids that stand in their row, and only where all of these lead to the same one person. A name is
no id. Whoever is not found is told, on either side; a column is found by its title, or is named by the user.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.exchange.cells import BLANK, EXCUSED, Cell, NotANumber, same
from autograder.exchange.delimited import Delimited, Place
from autograder.exchange.layout import WAYS, ItemColumn, Layout, Product, texts_of
from autograder.exchange.table import GradeTable, Item, Person
from autograder.intake.names import composed, folded
from autograder.judging.points import number
from blueprint.problems import UsageError, quoted, suggestion


@dataclass(frozen=True, slots=True)
class Change:
    """A cell with what it said and what it says; `why` says what kept the old text in it, empty where it was changed."""

    student: str
    item: str
    old: str
    new: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """The file with new grades, and an account of them.

    `strangers` are rows of the file that are nobody's of the table, each with the reason; `absent` are those of the table
    who have no row in the file.
    """

    file: Delimited
    changes: tuple[Change, ...]
    kept: tuple[Change, ...]
    strangers: tuple[str, ...]
    absent: tuple[Person, ...]
    notes: tuple[str, ...]


def fill(product: Product, file: Delimited, table: GradeTable, columns: Mapping[str, str]) -> Filled:
    """The file with the grades of a table; `columns` are headings of the file by item id, for those the user has named.

    Raises CourseError for a file that is not the platform's, and UsageError where an item has no column in it.
    """
    layout = product.layout(file)
    places = {
        item.id: _column(file, layout, item, columns.get(item.id, ""), alone=len(table.items) == 1)
        for item in table.items
    }
    owners, strangers = _owners(product, file, layout, table.people)
    texts: dict[Place, str] = {}
    changes: list[Change] = []
    kept: list[Change] = []
    for row, person in owners.items():
        for item in table.items:
            column = places[item.id]
            old = file.text(row, column.column)
            if (change := _change(product, old, table.cell(person, item), column, row in layout.locked)) is None:
                continue
            told = Change(person.shown, item.title, *change)
            (kept if told.why else changes).append(told)
            if not told.why:
                texts[row, column.column] = told.new
    here = {person.id for person in owners.values()}
    absent = tuple(person for person in table.people if person.id not in here)
    return Filled(file.with_cells(texts), tuple(changes), tuple(kept), tuple(strangers), absent, layout.notes)


def _change(product: Product, old: str, new: Cell, column: ItemColumn, locked: bool) -> tuple[str, str, str] | None:
    """What a cell said, what it is to say, and why it does not; None where there is nothing to say."""
    if new is BLANK:
        return None
    text = product.cell_text(new)
    if new is EXCUSED and not product.CAN_EXCUSE:
        return old, "excused", f"a file of {product.NAME} cannot say that somebody is excused; do it there"
    try:
        if same(product.read_cell(old), new):
            return None
    except NotANumber:
        pass  # what is no number is replaced, and told
    why = product.why_kept(old) or ("is locked there" if locked else "") or _over(product, new, column)
    return old.strip(), text, why


def _over(product: Product, new: Cell, column: ItemColumn) -> str:
    """What the platform does with more points than the item has; empty where they fit."""
    if not product.OVER or column.possible is None or not isinstance(new, Fraction) or new <= column.possible:
        return ""
    return f"{product.OVER} ({number(column.possible)})"


# ---------------------------------------------------------------------------------------------------- columns


def _column(file: Delimited, layout: Layout, item: Item, named: str, *, alone: bool) -> ItemColumn:
    """The column of an item: the one named for it, else the only one with its number or title; raises UsageError."""
    if named:
        found = [
            one for one in layout.items if folded(named) in (folded(file.headings[one.column]), one.number or "\n")
        ]
        found = found or [one for one in layout.items if folded(one.title) == folded(named)]
    else:
        found = [one for one in layout.items if item.number and one.number == item.number]
        found = found or [one for one in layout.items if folded(one.title) in (folded(item.title), folded(item.id))]
    if not found and alone and not named and len(layout.items) == 1 and _says_no_title(file, layout):
        return layout.items[0]  # a worksheet, of one assignment
    if len(found) == 1:
        return found[0]
    what = named or item.title
    if found:
        raise UsageError(f"{file.file}: several columns are called {quoted(what)}; name one by its number")
    titles = [file.headings[one.column] for one in layout.items]
    hint = suggestion(what, titles, "columns")
    raise UsageError(
        f"{file.file} has no column for {quoted(item.title)} ({hint}); say which it is with `--item {item.id}=HEADING`, or name "
        "all that is to be sent with `--item`"
    )


def _says_no_title(file: Delimited, layout: Layout) -> bool:
    """True where the heading of the only item is just what it is called in general, as in Moodle's worksheet."""
    return layout.people.get("own") == 0 and layout.items[0].title == file.headings[layout.items[0].column]


# ---------------------------------------------------------------------------------------------------- students


def _owners(
    product: Product, file: Delimited, layout: Layout, people: Sequence[Person]
) -> tuple[dict[int, Person], list[str]]:
    """Whose each row is, and the rows that are nobody's, each with the reason."""
    known: dict[tuple[str, str], set[str]] = {}
    for person in people:
        for way in _ways(person, product):
            known.setdefault(way, set()).add(person.id)
    by_id = {person.id: person for person in people}
    shortened = {id.lstrip("0"): id for id in by_id if id.startswith("0")}
    owners: dict[int, Person] = {}
    strangers: list[str] = []
    rows: dict[str, list[int]] = {}
    for row in layout.students:
        fits = [known[way] for way in _ways_in(texts_of(file, layout, row)) if way in known]
        common = set.intersection(*fits) if fits else set()
        if len(common) == 1:
            owners[row] = by_id[common.pop()]
            rows.setdefault(owners[row].id, []).append(row)
        else:
            several = sorted(by_id[id].shown for id in set().union(*fits))
            why = (
                f"fits several students: {', '.join(several)}"
                if several
                else _why_nobody(texts_of(file, layout, row), shortened)
            )
            strangers.append(f"{file.mark(row)}: {_who(file, layout, row)} {why}")
    for rows_of_one in (found for found in rows.values() if len(found) > 1):
        for row in rows_of_one:
            other = file.lines[next(one for one in rows_of_one if one != row)]
            why = f"fits {owners.pop(row).shown}, and so does line {other}"
            strangers.append(f"{file.mark(row)}: {_who(file, layout, row)} {why}")
    return owners, strangers


def _why_nobody(texts: Mapping[str, str], shortened: Mapping[str, str]) -> str:
    """Why a row is nobody's, with the id that it may have had before a spreadsheet took its zeros: nothing is done by it."""
    if (id := shortened.get(texts.get("id", ""))) is None:
        return "is not in the class list"
    return (
        f"is not in the class list; {quoted(id)} is, and a spreadsheet takes zeros away: give the file as the platform "
        "exported it"
    )


def _ways(person: Person, product: Product) -> Iterator[tuple[str, str]]:
    """The ways by which a person can be found in a file of a platform, each with the id as it is compared."""
    own = [("own", id) for platform, id in person.platform_ids if platform == product.KEY]
    # A class list may know students by their logins alone.
    return _compared([*own, ("id", person.id), ("login", person.login or person.id), ("email", person.email)])


def _ways_in(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The ways by which a row tells its student."""
    return _compared([(way, texts[way]) for way in WAYS if way in texts])


def _compared(ways: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Ids as they are compared: to the letter, but addresses and logins in small letters."""
    for way, id in ways:
        if id:
            yield way, folded(id) if way in ("login", "email") else composed(id)


def _who(file: Delimited, layout: Layout, row: int) -> str:
    """The student of a row as the file tells it."""
    texts = texts_of(file, layout, row)
    return quoted(" ".join(texts[kind] for kind in ("name", "given", "family", *WAYS) if texts.get(kind)))
