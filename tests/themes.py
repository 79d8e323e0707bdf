"""Which decks are tested in which theme: a sample here, all of them in `make decks`."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

from generator.decks.theme import THEMES


def in_a_theme(names: Iterable[str]) -> pytest.MarkDecorator:
    """Runs a test of `name` and `theme_name` once a deck, each deck in a theme of the four; in all where EVERY_THEME is set."""
    decks = sorted(names)
    sample = [(name, THEMES[number % len(THEMES)]) for number, name in enumerate(decks)]
    every = [(name, theme_name) for name in decks for theme_name in THEMES]
    pairs = every if os.environ.get("EVERY_THEME") else sample
    return pytest.mark.parametrize(("name", "theme_name"), pairs, ids=["-".join(pair) for pair in pairs])
