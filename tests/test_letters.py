"""Letters that no font has: which are asked about, and what is said of them."""

from __future__ import annotations

import unicodedata

import pytest

from generator.documents import letters


def test_letters_not_asked_about_are_in_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every letter that passes without a question is in a font of Typst's wheel, whatever fonts a machine has."""
    import typst

    monkeypatch.setattr(letters, "fonts", lambda: typst.Fonts(include_system_fonts=False))
    taken = {
        letter
        for code in range(0x20, 0x3000)
        if unicodedata.category(letter := chr(code))[0] in "LNPSM" and not letters._OTHER.match(letter)
    }
    assert len(taken) > 1500
    assert letters._missing(taken) == set()


def test_every_letter_that_is_missing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst names one text it cannot show; it is asked again until all such letters of a course are known."""
    import typst

    monkeypatch.setattr(letters, "fonts", lambda: typst.Fonts(include_system_fonts=False))
    assert letters._missing(set("李🚀Ω한\ufe0f")) == set("李🚀한")
