"""The page of all decks' keys is the code's, what it shows can be written, and its pictures are of what it shows."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from deck_docs import BLOCKS, CHARTS, EXAMPLE, FOLDER, PAGE, page, sources, stamp
from PIL import Image

from blueprint.deck import PURPOSES, Block, Kind
from generator.decks.lint import lint
from generator.decks.read import read_deck

LARGEST = 600_000
"""Of all pictures together, in bytes."""


def test_the_page_is_current() -> None:
    """docs/decks.md is what the code says; `make deck-docs` writes it anew."""
    assert PAGE.read_text("utf-8") == page()


def test_the_example_shows_every_kind_and_every_block() -> None:
    """Each kind of slide, block and chart has a slide of its own that shows it."""
    slides = {slide.id: slide for slide in read_deck(EXAMPLE).deck.slides}
    assert set(PURPOSES) == set(get_args(Kind)) == {name for name, slide in slides.items() if slide.kind == name}
    for name in (field.name for field in fields(Block)):
        assert name in {inner for block in slides[name].shown() for inner in block.names}
        assert any(name in shown for shown in BLOCKS.values())
    for kind in CHARTS:
        assert [block.chart.kind for block in slides[kind].shown() if block.chart] == [kind]


def test_every_key_has_an_example() -> None:
    """Beside each key stands a value as one would write it, or that its own table is below."""
    assert [line for line in PAGE.read_text("utf-8").splitlines() if re.fullmatch(r"\| `.*\|\s*\|", line)] == []


def test_the_example_is_a_sound_deck() -> None:
    """Nothing that the page shows is an error or a warning."""
    read = read_deck(EXAMPLE)
    assert [*read.problems, *lint(read, read.deck.minutes)] == []


def test_the_deck_to_begin_with_is_read(tmp_path: Path) -> None:
    """The deck at the top of the page can be copied as it stands."""
    first = re.findall(r"(?s)```yaml\n(schema.*?)```", PAGE.read_text("utf-8"))
    (tmp_path / "first.yaml").write_text(first[0], "utf-8")
    read = read_deck(tmp_path / "first.yaml")
    assert len(first) == 1
    assert read.problems == ()
    assert len(read.deck.slides) == 2


@pytest.mark.parametrize("name", sources())
def test_a_picture_is_of_its_slide(name: str) -> None:
    """A picture carries the stamp of the lines it was drawn from, so that none stays behind when they change."""
    with Image.open(FOLDER / f"{name}.png") as picture:
        assert picture.info["slide"] == stamp(name)


def test_pictures_are_small_and_all_are_shown() -> None:
    """The folder holds the pictures of the page and no others, in less than 600 kB."""
    drawn = list(FOLDER.glob("*.png"))
    assert {place.stem for place in drawn} == set(re.findall(r"\(decks/(\S+)\.png\)", PAGE.read_text("utf-8")))
    assert sum(place.stat().st_size for place in drawn) < LARGEST
