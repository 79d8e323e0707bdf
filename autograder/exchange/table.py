"""The table that every platform's file is read into and written from: people, items, and a cell for some of each pair.

It knows nothing of courses and policies: whoever fills it has decided what a cell is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from autograder.exchange.cells import BLANK, Cell


@dataclass(frozen=True, slots=True)
class Person:
    """A student. `id` is the institution's, as text; `platform_ids` are numbers that only one platform knows the person by.

    A platform may have several for one person, as Moodle has a number for each assignment.
    """

    id: str
    name: str = ""
    family: str = ""
    given: str = ""
    email: str = ""
    login: str = ""
    section: str = ""
    platform_ids: frozenset[tuple[str, str]] = frozenset()

    def on(self, platform: str) -> str:
        """The only id the person has on a platform; empty where there is none, or where there are several."""
        ids = [id for name, id in self.platform_ids if name == platform]
        return ids[0] if len(ids) == 1 else ""

    @property
    def sortable(self) -> str:
        """The name with the family name first, `Okoye, Ada`; as it is said where nobody told which part that is."""
        return ", ".join(filter(None, (self.family, self.given))) or self.name

    @property
    def parts(self) -> tuple[str, str]:
        """The family name and the given name; the whole name as the given one where nobody told which part is which."""
        return (self.family, self.given) if self.family or self.given else ("", self.name)

    @property
    def shown(self) -> str:
        """The person in words: `Ada Okoye (00417)`."""
        return f"{self.name} ({self.id})" if self.name and self.name != self.id else self.id


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of work with a column of its own; `possible` is None where a file does not say what it is worth.

    `number` is a platform's own number of it, by which the platform finds its column again.
    """

    id: str
    title: str
    possible: Fraction | None = None
    number: str = ""


@dataclass(frozen=True)
class GradeTable:
    """People and items in their order, and what is known of each pair; a pair that is left out is blank."""

    people: tuple[Person, ...] = ()
    items: tuple[Item, ...] = ()
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=lambda: MappingProxyType({}))

    def of_items_with_cells(self) -> GradeTable:
        """The table without the items that nobody has anything for."""
        known = {item for _, item in self.cells}
        return replace(self, items=tuple(item for item in self.items if item.id in known))

    def cell(self, person: Person, item: Item) -> Cell:
        """What a person has for an item."""
        return self.cells.get((person.id, item.id), BLANK)
