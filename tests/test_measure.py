"""Measuring text: monotone, additive, and in agreement with the fonts themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.decks.layout import measure
from generator.decks.layout.typefaces import Style

WORDS = st.lists(st.text("abcdefgh,;.-", min_size=1, max_size=12), min_size=1, max_size=30).map(" ".join)


@given(WORDS, st.floats(20, 900), st.sampled_from([12.0, 18.0, 26.0]))
def test_more_room_never_takes_more_lines(text: str, width: float, points: float) -> None:
    """A wider box or a smaller size takes at most as many lines."""
    here = measure.lines(text, width, points)
    assert measure.lines(text, width * 1.2, points) <= here
    assert measure.lines(text, width, points * 0.8) <= here


@given(WORDS, st.sampled_from([12.0, 18.0, 26.0]))
def test_one_line_is_as_wide_as_the_text(text: str, points: float) -> None:
    """A text takes one line exactly where its width fits."""
    wide = measure.measured(text).width * points
    assert measure.lines(text, wide + 0.01, points) == 1
    if " " in text.strip():
        assert measure.lines(text, wide - 0.5, points) > 1


def test_a_word_wider_than_its_box_is_counted() -> None:
    """A word that no line can hold takes as many lines as it is wide."""
    word = "m" * 100
    wide = measure.measured(word).width * 20
    assert measure.lines(word, wide / 4 + 1, 20) == 4


@pytest.mark.parametrize(("text", "pieces"), [("well-known fact", 3), ("a—b", 3), ("2-3", 1), ("数据系统", 4)])
def test_lines_end_where_typesetters_end_them(text: str, pieces: int) -> None:
    """After spaces, after a hyphen between letters, around long dashes, between ideographs; not within a range."""
    assert len(measure.measured(text).ends) == pieces


def test_bold_letters_are_wider_and_scripts_smaller() -> None:
    """Style counts: bold is wider than regular, an index smaller than a letter on the line."""
    regular, bold, index = (measure.measured(t).width for t in ("sample", "**sample**", "$_{sample}$"))
    assert index < regular < bold


@pytest.mark.fonts
@pytest.mark.skipif(shutil.which("fc-match") is None, reason="fontconfig is not installed")
@pytest.mark.parametrize(("family", "known_as"), [("Carlito", "Calibri"), ("Caladea", "Cambria")])
@pytest.mark.parametrize("style", ["regular", "bold", "italic", "bolditalic"])
def test_the_widths_are_those_of_the_fonts(family: str, known_as: str, style: Style) -> None:
    """Each letter's width is its advance in the font that stands in for PowerPoint's."""
    from PIL import ImageFont

    wanted = {"regular": "Regular", "bold": "Bold", "italic": "Italic", "bolditalic": "Bold Italic"}[style]
    found = subprocess.run(
        ["fc-match", "--format=%{file}", f"{family}:style={wanted}"], capture_output=True, text=True, check=True
    ).stdout
    if not Path(found).name.startswith(family):
        pytest.skip(f"the font {family} is not installed")
    letters = "Hamburgefonstiv 0123456789 .,;:%+-×≈()"
    drawn = ImageFont.truetype(found, 2048, layout_engine=ImageFont.Layout.BASIC)
    widths = measure.font(known_as).widths[style]
    # Caladea counts in 1000 units an em, which 2048 do not divide.
    assert all(abs(widths[c] - drawn.getlength(c)) <= 2 for c in letters)
