"""The empty presentation that a deck is written onto, and where its PowerPoint layouts keep title, text and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.decks.layout.page import Page
from generator.decks.plan import Arrangement
from generator.decks.powerpoint.theme_template import (
    NAME,
    SOURCES,
    TAG,
    cover_colors,
    layout_name,
    page_of,
    theme_template,
)
from generator.decks.theme import theme


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder of a PowerPoint layout, as a slide refers to it."""

    kind: str
    index: int | None = None

    @property
    def xml(self) -> str:
        """The `p:ph` by which a slide names it."""
        kind = f' type="{self.kind}"' if self.kind else ""
        return f"<p:ph{kind}{f' idx={chr(34)}{self.index}{chr(34)}' if self.index is not None else ''}/>"


@dataclass(frozen=True, slots=True)
class EmptyPresentation:
    """A presentation without slides that a deck can be written onto: one of our themes, or a university's own."""

    file: bytes
    """The .pptx."""
    page: Page
    layouts: Mapping[Arrangement, str]
    """The part that holds the PowerPoint layout of each arrangement."""
    placeholders: Mapping[Arrangement, Mapping[str, Placeholder]]
    """For each arrangement: `title`, `text`, and as far as they are there `tag`, `sources`, `name`, `footer`, `number`."""
    code_font: str
    ink: str
    """The color of text, six hexadecimal digits, for pictures of formulas."""
    scale: float = 1.0
    """The factor for every length and size; less than 1 on a PowerPoint template with smaller slides."""
    cover_ink: str = "tx1"
    """The theme color of text on the first slide, by its name in the theme."""
    ours: bool = True
    """True if the layouts are ours, so that sizes and places they already have need not be written."""


def empty_presentation(name: str) -> EmptyPresentation:
    """The empty presentation of one of our themes."""
    shown = theme(name)
    common = {"footer": Placeholder("ftr", 11), "number": Placeholder("sldNum", 12)}
    sources = {"sources": Placeholder("body", SOURCES)}
    placeholders: dict[Arrangement, Mapping[str, Placeholder]] = {
        "title": {
            "title": Placeholder("ctrTitle"),
            "text": Placeholder("subTitle", 1),
            "name": Placeholder("body", NAME),
            **common,
        },
        "section": {"title": Placeholder("title"), "text": Placeholder("body", 1), **common},
        "content": {"title": Placeholder("title"), "text": Placeholder("", 1), **sources, **common},
        "activity": {
            "title": Placeholder("title"),
            "text": Placeholder("", 1),
            "tag": Placeholder("body", TAG),
            **sources,
            **common,
        },
        "focus": {"title": Placeholder("title"), "text": Placeholder("body", 1), **sources, **common},
    }
    layouts: dict[Arrangement, str] = {arrangement: layout_name(arrangement) for arrangement in placeholders}
    return EmptyPresentation(
        theme_template(name),
        page_of(shown),
        layouts,
        placeholders,
        shown.code_font,
        shown.text,
        cover_ink=cover_colors(shown)[1],
    )
