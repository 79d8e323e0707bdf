"""Typefaces that a university's template names: measured where they are installed, held by a guess where they are not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import widths

from blueprint.cli import run
from blueprint.paths import CoursePaths
from generator.decks.layout import measure, typefaces
from generator.decks.layout.block_flow import BlockFlow
from generator.decks.layout.page import OWN, SlideLayout
from generator.decks.layout.slide import lay_out_slide
from generator.decks.plan import plan_slides
from generator.decks.read import read_deck
from generator.decks.timing import timed_deck

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = "A weight is read 1,024 times, and each read costs 640 pJ; that is why bytes are dear."
NAMED = ("Aptos", "Segoe UI", "Verdana", "Georgia")
"""Typefaces of templates that are not free, so that a machine with LibreOffice has others in their place."""


def installed(family: str) -> str:
    """The name of a typeface that has to be on this machine for a test."""
    if not typefaces.installed(family):
        pytest.skip(f"the font {family} is not installed")
    return family


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a single font."""
    monkeypatch.setattr(typefaces, "font_folders", list)
    forget()
    yield
    forget()


def forget() -> None:
    for remembered in (typefaces.installed, measure.font, measure.measured):
        remembered.cache_clear()


@pytest.mark.fonts
@pytest.mark.parametrize("family", ["Open Sans", "Lato", "DejaVu Sans"])
@pytest.mark.parametrize("style", typefaces.STYLES)
def test_an_installed_typeface_is_measured(family: str, style: typefaces.Style) -> None:
    """Text is as wide as its font says, in every style, and the line is no lower than the font's."""
    font = typefaces.installed(installed(family))[style]
    marks = {"regular": "{}", "bold": "**{}**", "italic": "*{}*", "bolditalic": "***{}***"}[style]
    wide = measure.measured(marks.format(SAMPLE), family).width * typefaces.UNITS
    assert wide == pytest.approx(font.getlength(SAMPLE), abs=len(SAMPLE))
    assert measure.font(family).line >= font.font.height / typefaces.UNITS
    assert not measure.is_guessed(family)


@pytest.mark.fonts
def test_a_bold_font_that_is_missing_is_wider_than_the_regular_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typeface of which only the regular font is there has wider letters in bold, as programs draw them."""
    regular = typefaces.installed(installed("DejaVu Sans"))["regular"]
    with monkeypatch.context() as alone:
        alone.setattr(typefaces, "installed", lambda name: {"regular": regular})
        found = typefaces.installed_widths("DejaVu Sans")
    assert found is not None
    assert found[0]["bold"]["n"] > found[0]["regular"]["n"] == found[0]["italic"]["n"]


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("Book", "regular"),
        ("Bold Oblique", "bolditalic"),
        ("Italic", "italic"),
        ("Light", None),
        ("Condensed Bold", None),
    ],
)
def test_a_weight_of_its_own_is_not_the_regular_one(written: str, style: str | None) -> None:
    """What fonts call their styles is understood; light, black and condensed ones are other typefaces."""
    assert typefaces._style(written) == style


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Georgia", "serif"),
        ("Source Serif Pro", "serif"),
        ("Open Sans Serif Display", "sans"),
        ("Microsoft Sans Serif", "sans"),
        ("Century Gothic", "sans"),
        ("Fira Code", "mono"),
        ("Aptos", "sans"),
    ],
)
def test_a_name_tells_what_kind_a_typeface_is(name: str, kind: str) -> None:
    """Serifs and fixed pitch are read from a name; everything else has neither."""
    assert typefaces.kind(name) == kind


def layouts(deck: str, typeface: str) -> Iterator[SlideLayout]:
    read = read_deck(CoursePaths.find(ROOT).decks()[deck]).deck
    page = replace(OWN, heading_font=typeface, body_font=typeface)
    for slide in plan_slides(read, timed_deck(read, read.minutes)):
        yield from lay_out_slide(slide, page)


@pytest.mark.fonts
@pytest.mark.parametrize("name", NAMED)
def test_a_guess_holds(name: str) -> None:
    """What is laid out in a typeface that is not there fits where the widest of its kind is put in its place."""
    if not measure.is_guessed(name):
        pytest.skip(f"{name} is installed")
    wide = installed("DejaVu Serif" if name == "Georgia" else "DejaVu Sans")
    flow, boxes = BlockFlow(wide, {}), 0
    for slide in layouts("vol1-02", name):
        lines = measure.lines(slide.title, slide.title_rect.width, slide.title_points, wide, True)
        assert lines <= slide.title_lines, slide.title
        for box in (*slide.boxes, *slide.answer):
            if box.kind in ("text", "callout") and box.block is not None:
                high = flow.need([box.block], box.rect.width, box.points, box.space)
                assert high <= box.rect.height + 0.01, (slide.title, box.block)
                boxes += 1
    assert boxes > 20


DECK = """\
schema: 1
title: A lecture
minutes: 2
short: 2
slides:
  - {kind: assertion, title: A claim is shown here, minutes: 2, notes: {say: Look.}, body: [{text: One line.}]}
"""


def template(file: Path, typeface: str) -> None:
    """A template whose titles and text are in a typeface."""
    from pptx import Presentation
    from pptx.opc.constants import RELATIONSHIP_TYPE

    made = Presentation()
    part = made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    part._blob = re.sub(rb'(<a:latin typeface=")Calibri', rb"\1" + typeface.encode(), part.blob)
    made.save(str(file))


@pytest.mark.usefixtures("nowhere")
def test_a_build_says_that_it_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A typeface that cannot be measured is one warning of the build, with the next step; a known one is none."""
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides/deck.yaml").write_text(DECK, "utf-8")
    monkeypatch.chdir(tmp_path)
    for typeface, told in (("Verdana", 1), ("Arial", 0)):
        template(tmp_path / "gold.pptx", typeface)
        assert run(["slides", "deck", "--to", "pptx", "--template", "gold.pptx"]) == 0
        said = capsys.readouterr().err
        assert said.count(f"warning: the font {typeface} of gold.pptx is not installed here") == told
        assert said.count("install it and build again") == told


def test_a_font_that_is_installed_since_makes_the_slides_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Slides laid out by a guess are made again when the font is there."""
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides/deck.yaml").write_text(DECK, "utf-8")
    monkeypatch.chdir(tmp_path)
    template(tmp_path / "gold.pptx", installed("DejaVu Sans"))
    command = ["slides", "deck", "--to", "pptx", "--template", "gold.pptx", "--explain"]
    with monkeypatch.context() as without:
        without.setattr(typefaces, "font_folders", list)
        forget()
        assert run(command) == 0
    forget()
    capsys.readouterr()
    assert run(command) == 0
    assert "made deck-gold.pptx: fonts changed" in capsys.readouterr().out


@pytest.mark.fonts
def test_the_stored_widths_are_what_the_script_measures() -> None:
    """`make widths` writes the file as it is, within a unit by which versions of FreeType round."""
    for family in widths.MEASURED_IN.values():
        installed(family)
    stored = json.loads(widths.STORED.read_text("utf-8"))
    made = widths.measured_typefaces(stored)
    assert list(made) == list(stored)
    for name in widths.MEASURED_IN:
        for style in typefaces.STYLES:
            assert all(abs(a - b) <= 1 for a, b in zip(made[name][style], stored[name][style], strict=True)), name
