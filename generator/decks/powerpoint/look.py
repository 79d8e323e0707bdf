"""What decks are written onto: an empty presentation, and where its layouts keep title, text and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.decks.layout.page import Page
from generator.decks.plan import Arrangement
from generator.decks.powerpoint.template import NAME, SOURCES, TAG, cover_slots, layout_name, page_of, template
from generator.decks.theme import theme


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder of a layout, as a slide refers to it."""

    kind: str
    index: int | None = None

    @property
    def xml(self) -> str:
        kind = f' type="{self.kind}"' if self.kind else ""
        return f"<p:ph{kind}{f' idx={chr(34)}{self.index}{chr(34)}' if self.index is not None else ''}/>"


@dataclass(frozen=True, slots=True)
class Look:
    """A template a deck can be written onto: ours, or a university's."""

    base: bytes
    page: Page
    layouts: Mapping[Arrangement, str]
    """The part that holds the layout of each arrangement."""
    slots: Mapping[Arrangement, Mapping[str, Slot]]
    """For each arrangement: `title`, `text`, and as far as they are there `tag`, `sources`, `name`, `footer`, `number`."""
    code_font: str
    ink: str
    """The color of text, six hexadecimal digits, for pictures of formulas."""
    scale: float = 1.0
    """What every length and size is multiplied by; less than 1 on a template with smaller slides."""
    cover_ink: str = "tx1"
    """The slot of text on the first slide."""
    ours: bool = True
    """Whether the layouts are ours, so that sizes and places they already have need not be written."""


def look(name: str) -> Look:
    """One of our themes as a look."""
    shown = theme(name)
    common = {"footer": Slot("ftr", 11), "number": Slot("sldNum", 12)}
    sources = {"sources": Slot("body", SOURCES)}
    slots: dict[Arrangement, Mapping[str, Slot]] = {
        "title": {"title": Slot("ctrTitle"), "text": Slot("subTitle", 1), "name": Slot("body", NAME), **common},
        "section": {"title": Slot("title"), "text": Slot("body", 1), **common},
        "content": {"title": Slot("title"), "text": Slot("", 1), **sources, **common},
        "activity": {"title": Slot("title"), "text": Slot("", 1), "tag": Slot("body", TAG), **sources, **common},
        "focus": {"title": Slot("title"), "text": Slot("body", 1), **sources, **common},
    }
    layouts: dict[Arrangement, str] = {arrangement: layout_name(arrangement) for arrangement in slots}
    return Look(
        template(name), page_of(shown), layouts, slots, shown.code_font, shown.text, cover_ink=cover_slots(shown)[1]
    )
