"""The picture of the house is the house."""

from __future__ import annotations

from pathlib import Path

from house import COLUMNS, PICTURE, ROOT, picture


def test_the_picture_shows_the_rooms_as_they_are() -> None:
    """docs/house.svg names every file and every import between rooms as the code has them; `make house` draws it anew."""
    assert PICTURE.read_text("utf-8") == picture()


def test_every_room_is_in_the_picture() -> None:
    """No folder of modules is left out; below a suite everything belongs to the suite."""
    drawn = {name for column in COLUMNS.values() for name in column}
    packages = (place.parent.relative_to(ROOT) for top in COLUMNS for place in Path(ROOT, top).rglob("__init__.py"))
    folders = {".".join(folder.parts) for folder in packages}
    assert {name for name in folders if not name.startswith("autograder.suites.")} - {"autograder"} == drawn
