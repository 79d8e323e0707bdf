"""Pictures of a deck: read by what they hold, refused at their line, the same bytes every time."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.decks.figure import Kind, file_name, load, pdf_of_svg, png_of_pdf, png_of_svg, read
from generator.decks.read import read_deck

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100"><circle cx="50" cy="50" r="40" fill="red"/>'
    b'<text x="100" y="60" font-size="24">Die of 4 mm</text></svg>'
)
DECK = """schema: 1
title: Pictures
slides:
- kind: assertion
  title: A picture
  minutes: 2
  body:
  - columns:
    - body:
      - figure:
          file: img/chip.svg
          alt: A chip.
  notes: {say: Look.}
"""


def photo(kind: str, width: int = 30, height: int = 20) -> bytes:
    """A picture that PIL writes."""
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "shape"),
    [
        (photo("PNG"), "png", (30, 20)),
        (photo("JPEG"), "jpeg", (30, 20)),
        (SVG, "svg", (300, 75)),
        (pdf_of_svg(SVG), "pdf", (300, 75)),
    ],
)
def test_kinds(tmp_path: Path, data: bytes, kind: Kind, shape: tuple[float, float]) -> None:
    """A picture is known by its bytes, whatever its file is called, and so is its size."""
    (tmp_path / "picture.dat").write_bytes(data)
    found = load(tmp_path / "picture.dat")
    assert (found.kind, found.width, found.height, found.data) == (kind, *shape, data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Not a picture.",
        photo("GIF"),
        photo("PNG")[:-30],
        b"\xff\xd8\xff and no more",
        SVG[:-20],
        pdf_of_svg(SVG)[:300],
        b"<html><svg></html>",
    ],
)
def test_no_picture(data: bytes) -> None:
    """What is no picture, and a picture cut short, is refused by name."""
    with pytest.raises(ValueError, match=r"`chip\.png`"):
        read(data, "chip.png")


def test_drawings() -> None:
    """A drawing becomes PDF and PNG, each time the same bytes, the PNG as wide as asked."""
    pdf, png = pdf_of_svg(SVG), png_of_svg(SVG, 640)
    assert (pdf, png) == (pdf_of_svg(SVG), png_of_svg(SVG, 640))
    assert read(png, "a").width == 640
    assert read(png_of_pdf(pdf, 200), "b").width == 200


@pytest.mark.parametrize("content", [None, b"Not a picture."])
def test_at_its_line(tmp_path: Path, content: bytes | None) -> None:
    """A file that is missing or is no picture is an error at the line that names it."""
    deck = tmp_path / "deck.yaml"
    deck.write_text(DECK, encoding="utf-8")
    (tmp_path / "img").mkdir()
    if content is not None:
        (tmp_path / "img" / "chip.svg").write_bytes(content)
    (problem,) = read_deck(deck).problems
    assert problem.severity == "error"
    assert problem.mark.line == 1 + DECK[: DECK.index("img/chip.svg")].count("\n")
    assert "chip.svg" in problem.message
    (tmp_path / "img" / "chip.svg").write_bytes(SVG)
    assert read_deck(deck).problems == ()


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_names(one: str, other: str) -> None:
    """Where a picture goes is written in plain letters, and two files go to two places."""
    names = [file_name("deck", name, "png") for name in (one, other)]
    assert all(re.fullmatch(r"figures/deck-[A-Za-z0-9-]+\.png", name) for name in names)
    assert (one == other) == (names[0] == names[1])
