"""Documents and pages about grades have one face, and one frame around what they hold."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from autograder.reports import html as reports
from blueprint import pages
from generator.documents import document

SHEETS = [
    *Path(str(files("generator.documents"))).joinpath("templates").glob("*.css"),
    *Path(str(files("generator.site"))).joinpath("templates").glob("*.css"),
    *Path(str(files("autograder.reports"))).joinpath("templates").glob("*.css"),
    *Path(str(files("autograder.review"))).joinpath("templates").glob("*.css"),
]
VARIABLE = re.compile(r"(--[a-z]+)")
PLACES = {"--row", "--hours", "--days", "--at", "--long", "--lane", "--lanes", "--to"}
"""Where a box stands in the grid of office hours, and which way lines run; these are no colors and no fonts."""


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_takes_colors_and_fonts_from_the_shared_style(sheet: Path) -> None:
    """A color or a list of fonts is written once, so that a page of a new kind looks like the others."""
    text = sheet.read_text("utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|system-ui|monospace", text) == []
    assert set(VARIABLE.findall(text)) - PLACES <= set(VARIABLE.findall(pages.style("")))


def test_every_color_has_a_dark_one() -> None:
    """A page that follows a reader into the dark has no color left from the light."""
    light, dark = pages.style(""), pages.style("", dark=True).removeprefix(pages.style(""))
    colors = re.findall(r"(--[a-z]+): #", light)
    assert len(colors) > 5
    by_system, by_choice = dark.split("@media")[1:]
    assert re.findall(r"(--[a-z]+): #", by_system) == colors
    assert by_system.partition("--")[2] == by_choice.partition("--")[2]


def test_what_strangers_wrote_is_shut_in() -> None:
    """A page about a hand-in loads nothing, runs nothing, and is kept out of search engines."""
    top = reports.top("feedback.css", "<script>alert(1)</script>")
    assert "<script>" not in top
    assert "&lt;script&gt;" in top
    for rule in ("default-src 'none'", "form-action 'none'", "base-uri 'none'", "noindex", "no-referrer"):
        assert rule in top
    assert "img-src" not in top


def test_the_frame_of_a_page() -> None:
    """Every page says its language, fits a phone, and has the style in itself."""
    for top in (document.page_template(), pages.head("T", "p {}", language="de"), reports.top("staff_report.css", "T")):
        assert re.match(
            r'<!doctype html>\n<html lang="[^"]+"(?:\$if\(dir\)\$ dir="\$dir\$"\$endif\$)?>\n<head>\n<meta charset="utf-8">\n',
            top,
        )
        assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in top
        assert top.count("<style>") == top.count("</style>") == 1
        assert "<link" not in top
