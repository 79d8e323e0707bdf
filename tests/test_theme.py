"""Themes are data that people can read."""

from __future__ import annotations

import pytest

from blueprint.deck import Role
from blueprint.problems import UsageError
from generator.decks.theme import THEMES, contrast, malformed, theme, unreadable


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_can_be_read(name: str) -> None:
    """Every text and every line that carries meaning has the contrast of WCAG 2.1 AA."""
    assert malformed(theme(name)) == []
    assert list(unreadable(theme(name))) == []


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_colors_every_role(name: str) -> None:
    """Whatever a slide can mean by color has its colors in each theme."""
    assert set(theme(name).roles) == set(Role.__args__)  # type: ignore[attr-defined]


def test_contrast_is_the_standards() -> None:
    """Black on white is 21 to 1, equal colors 1 to 1, and a published middle case is right."""
    assert round(contrast("000000", "FFFFFF"), 2) == 21
    assert contrast("17497A", "17497A") == 1
    assert round(contrast("767676", "FFFFFF"), 2) == 4.54


def test_an_unknown_theme_is_named() -> None:
    """A misspelled theme is a usage error with a near match."""
    with pytest.raises(UsageError, match="did you mean `dark`"):
        theme("darc")
