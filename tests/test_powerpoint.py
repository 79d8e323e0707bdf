"""Lecture decks as PowerPoint: native, complete, readable by a screen reader, the same bytes twice."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from themes import in_a_theme

from blueprint.deck import Arrow as DeckArrow
from blueprint.deck import Block, Box, Deck, Diagram, Figure, Notes, Slide, Table
from blueprint.model import Markdown
from blueprint.paths import CoursePaths
from generator.decks.figure import pictures
from generator.decks.layout.block_text import callout_text, chart_caption, meaning
from generator.decks.layout.slide import foot_text
from generator.decks.plan import Answers, PlannedSlide, displayed, plan_slides
from generator.decks.powerpoint.connector import geometry
from generator.decks.powerpoint.empty_presentation import empty_presentation
from generator.decks.powerpoint.theme_colors import ROLE_COLORS, TINT, theme_colors
from generator.decks.powerpoint.writer import Material, powerpoint, scaled
from generator.decks.read import read_deck
from generator.decks.theme import TEXT_CONTRAST, THEMES, contrast, theme
from generator.decks.timing import timed_deck
from generator.text.formula import formulas
from generator.text.inline import plain
from generator.text.markdown import parts

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = CoursePaths.find(ROOT).decks()
AWKWARD = {path.stem: path for path in (ROOT / "tests" / "cases" / "decks-awkward").glob("*.yaml")}
DECKS = SHIPPED | AWKWARD
EVERY_DECK = pytest.mark.parametrize("name", sorted(DECKS))
EVERY_DECK_IN_A_THEME = in_a_theme(DECKS)
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


@cache
def deck_named(name: str) -> Deck:
    return read_deck(DECKS[name]).deck


@cache
def made(name: str, theme_name: str = "light", answers: Answers = "click", minutes: int | None = None) -> bytes:
    deck = deck_named(name)
    chosen = empty_presentation(theme_name)
    material = Material(pictures(deck, DECKS[name].parent), formulas(displayed(deck), chosen.ink))
    return powerpoint(deck, timed_deck(deck, minutes or deck.minutes), chosen, material, answers=answers)


def opened(data: bytes) -> Any:
    from pptx import Presentation

    return Presentation(io.BytesIO(data))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def letters(element: Any) -> str:
    """All text below an element in document order, formulas left out."""
    return squeezed("".join(t.text or "" for t in element.iter(f"{A}t")))


def slides_of(name: str, theme_name: str, answers: Answers = "click") -> list[tuple[PlannedSlide, list[Any]]]:
    """Each planned slide with the slides that show it: one, or two where something goes on."""
    deck = deck_named(name)
    plans = plan_slides(deck, timed_deck(deck, deck.minutes))
    shown = list(opened(made(name, theme_name, answers)).slides)
    grouped: list[tuple[PlannedSlide, list[Any]]] = []
    for slide in shown:
        title = squeezed(slide.shapes.title.text_frame.text)
        following = plans[len(grouped)] if len(grouped) < len(plans) else None
        if following is not None and title.startswith(squeezed(plain(following.slide.title))):
            grouped.append((following, [slide]))
        else:
            grouped[-1][1].append(slide)
    return grouped


def told(block: Block) -> Iterator[str]:
    """What of a block must be readable as text."""
    if block.text is not None:
        yield from (re.sub(r"^\*\*[A-H]\*\* ", "", p.text) if p.depth else p.text for p in parts(block.text))
    if block.callout is not None:
        yield from (p.text for p in parts(callout_text(block.callout)))
    if block.table is not None:
        yield from (cell for row in (block.table.columns, *block.table.rows) for cell in row)
        yield block.table.caption
    if block.code is not None:
        yield "`" + "".join(block.code.text.split()) + "`"
        yield block.code.caption
    if block.equation is not None:
        yield from (meaning(term.meaning, term.unit) for term in block.equation.legend)
    if block.chart is not None:
        yield chart_caption(block.chart)
    if block.diagram is not None:
        yield from (box.text for box in block.diagram.boxes.values())
        yield from (arrow.text for arrow in block.diagram.arrows)
        yield block.diagram.caption
    for column in block.columns:
        yield column.heading


def below(blocks: tuple[Block, ...]) -> Iterator[Block]:
    return (inner for block in blocks for inner in block.walk())


@EVERY_DECK_IN_A_THEME
def test_every_word_of_the_deck_is_text(name: str, theme_name: str) -> None:
    """Titles, texts, cells, code, labels, answers and sources of each slide are text of the slides that show it."""
    grouped = slides_of(name, theme_name)
    assert len(grouped) == len(plan_slides(deck_named(name), timed_deck(deck_named(name), 75)))
    for plan, shown in grouped:
        found = "".join(letters(slide.element) for slide in shown)
        wanted = [plan.slide.title, plan.label, *(t for b in below((*plan.blocks, *plan.answer)) for t in told(b))]
        wanted += [foot_text(plan.footnotes)] if plan.footnotes else []
        missing = [text for text in wanted if squeezed(plain(text)) not in found]
        assert not missing, f"slide {plan.number}"


@EVERY_DECK_IN_A_THEME
def test_notes_and_alternative_texts_are_complete(name: str, theme_name: str) -> None:
    """Every field of the notes, with the clock, and the alternative text of every picture stand where readers look."""
    for plan, shown in slides_of(name, theme_name):
        notes = squeezed(shown[0].notes_slide.notes_text_frame.text)
        told_texts = (f"{label}.{''.join(plain(part.text) for part in parts(text))}" for label, text in plan.notes)
        assert all(squeezed(text) in notes for text in told_texts)
        told_by = {e.get("descr") for slide in shown for e in slide.element.iter(f"{P}cNvPr")}
        for block in below((*plan.blocks, *plan.answer)):
            picture = block.figure or block.chart or block.diagram
            assert picture is None or " ".join(plain(picture.alt).split()) in told_by


@EVERY_DECK
def test_formulas_are_native_with_a_picture_to_fall_back_on(name: str) -> None:
    """Each displayed formula is OMML, told in words, and has a picture for programs without it."""
    for plan, shown in slides_of(name, "light"):
        wanted = sum(block.equation is not None for block in below((*plan.blocks, *plan.answer)))
        assert sum(len(list(slide.element.iter(f"{M}oMath"))) for slide in shown) == wanted
        choices = [c for slide in shown for c in slide.element.iter("{*}AlternateContent") if list(c.iter(f"{M}oMath"))]
        assert len(choices) == wanted
        for choice in choices:
            assert len(list(choice.iter(f"{P}pic"))) == 1
            assert all(e.get("descr") for e in choice.iter(f"{P}cNvPr"))


@EVERY_DECK
def test_students_get_neither_answers_nor_notes(name: str) -> None:
    """The student version holds no notes, no word of an answer that is not also asked, and nothing to click away."""
    deck = deck_named(name)
    files = zipfile.ZipFile(io.BytesIO(made(name, "light", "hidden"))).namelist()
    assert not [f for f in files if "notesSlide" in f]
    for plan, shown in zip(
        plan_slides(deck, timed_deck(deck, deck.minutes)), opened(made(name, "light", "hidden")).slides, strict=False
    ):
        found = letters(shown.element)
        assert "timing" not in [e.tag.rpartition("}")[2] for e in shown.element]
        for block in plan.answer:
            for text in told(block):
                words = squeezed(plain(text))
                own = squeezed("".join(plain(t) for b in below(plan.blocks) for t in told(b)) + plain(plan.slide.title))
                assert len(words) < 12 or words in own or words not in found, f"slide {plan.number}"


@EVERY_DECK
def test_answers_appear_on_a_click(name: str) -> None:
    """What an answer shows is hidden until a click or stands on the next slide, and is simply there when asked for."""
    for plan, shown in slides_of(name, "light"):
        targets = {e.get("spid") for e in shown[0].element.iter(f"{P}spTgt")}
        ids = {e.get("id") for e in shown[0].element.iter(f"{P}cNvPr")}
        assert targets <= ids
        if plan.answer and len(shown) == 1:
            hidden = [e for e in shown[0].element.iter(f"{P}cNvPr") if e.get("id") in targets]
            assert any(e.get("name", "").startswith("Answer") for e in hidden)
        else:
            assert not targets
    for _, shown in slides_of(name, "light", "shown"):
        assert not [e for slide in shown for e in slide.element.iter(f"{P}timing")]


@EVERY_DECK
def test_slides_are_structured_for_outline_and_screen_reader(name: str) -> None:
    """The title is in the title placeholder and read first; ids are unique; numbers and footers are placeholders."""
    presentation = opened(made(name))
    titles = [slide.shapes.title.text_frame.text for slide in presentation.slides]
    assert all(titles)
    assert not [title for title, count in Counter(titles).items() if count > 1]
    for slide in presentation.slides:
        assert slide.shapes[0].shape_id == slide.shapes.title.shape_id
        tree = [e for e in slide.element.iter(f"{P}cNvPr") if not _in_fallback(slide.element, e)]
        ids = [e.get("id") for e in tree]
        assert len(ids) == len(set(ids))
        kinds = {p.placeholder_format.type.name for p in slide.placeholders}
        assert {"SLIDE_NUMBER", "FOOTER"} <= kinds


def _in_fallback(root: Any, element: Any) -> bool:
    return any("Fallback" in parent.tag for parent in element.iterancestors())


@EVERY_DECK
def test_tables_charts_and_connectors_are_native(name: str) -> None:
    """Tables flag their header row, charts carry their data, and every arrow is a connector glued to two boxes."""
    for plan, shown in slides_of(name, "light"):
        blocks = list(below((*plan.blocks, *plan.answer)))
        shapes = [shape for slide in shown for shape in slide.shapes]
        tables = [shape.table for shape in shapes if getattr(shape, "has_table", False)]
        assert len(tables) == sum(block.table is not None for block in blocks)
        assert all(table.first_row for table in tables)
        charts = [shape.chart for shape in shapes if getattr(shape, "has_chart", False)]
        assert len(charts) == sum(block.chart is not None for block in blocks)
        assert all(chart.part.chart_workbook.xlsx_part.blob[:2] == b"PK" for chart in charts)
        arrows = [e for slide in shown for e in slide.element.iter(f"{P}cxnSp")]
        assert len(arrows) == sum(len(block.diagram.arrows) for block in blocks if block.diagram)
        ids = {e.get("id") for slide in shown for e in slide.element.iter(f"{P}cNvPr")}
        for arrow in arrows:
            ends = [next(arrow.iter(f"{A}{end}")).get("id") for end in ("stCxn", "endCxn")]
            assert set(ends) <= ids


@EVERY_DECK_IN_A_THEME
def test_every_color_and_font_is_the_themes(name: str, theme_name: str) -> None:
    """Slides name slots of the theme and never a color, and no font but that of programs."""
    with zipfile.ZipFile(io.BytesIO(made(name, theme_name))) as archive:
        for file in archive.namelist():
            if file.startswith(
                ("ppt/slides/slide", "ppt/charts/chart", "ppt/slideLayouts/slide", "ppt/slideMasters/slide")
            ):
                root = ElementTree.fromstring(archive.read(file))
                assert not list(root.iter(f"{A}srgbClr")), file
                fonts = {e.get("typeface") for e in root.iter(f"{A}latin")}
                assert fonts <= {"+mn-lt", "+mj-lt", "Courier New", "Cambria Math"}, file
        colors = ElementTree.fromstring(archive.read("ppt/theme/theme1.xml")).find(f".//{A}clrScheme")
        assert colors is not None
        assert {e.tag.rpartition("}")[2]: e[0].get("val") for e in colors} == theme_colors(theme(theme_name))


@EVERY_DECK
def test_sections_hold_every_slide_once(name: str) -> None:
    """PowerPoint's sections begin at section slides and together hold all slides in order."""
    presentation = opened(made(name))
    listed = [e.get("id") for e in presentation.element.iter() if e.tag.endswith("}sldId") and "2010" in e.tag]
    assert listed == [e.get("id") for e in presentation.slides._sldIdLst]
    names = [e.get("name") for e in presentation.element.iter() if e.tag.endswith("}section")]
    assert len(names) == 1 + sum(slide.kind == "section" for slide in deck_named(name).slides)


@EVERY_DECK
def test_equal_decks_give_equal_bytes(name: str) -> None:
    """A deck written twice is the same file, and a well-formed one: every part parses, every relation has its target."""
    first = made(name)
    made.cache_clear()
    assert made(name) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        for file in names:
            if file.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(file))


@EVERY_DECK
def test_a_shorter_version_holds_fewer_slides(name: str) -> None:
    """The 50-minute file shows the core slides and no other."""
    deck = deck_named(name)
    wanted = [plain(timed.slide.title) for timed in timed_deck(deck, deck.short).slides]
    shown = opened(made(name, "light", "click", deck.short)).slides
    titles = [re.sub(r" \(1 of \d\)$", "", slide.shapes.title.text_frame.text) for slide in shown]
    assert [title for title in titles if title in wanted] == wanted


@pytest.mark.parametrize("theme_name", THEMES)
def test_tinted_shapes_and_program_text_are_readable(theme_name: str) -> None:
    """Text keeps its contrast on every tint, and colored words keep theirs on the panels they stand on."""
    shown = theme_colors(theme(theme_name))

    def over(front: str, back: str, share: float) -> str:
        pairs = ((int(front[i : i + 2], 16), int(back[i : i + 2], 16)) for i in (0, 2, 4))
        return "".join(f"{round(f * share + b * (1 - share)):02X}" for f, b in pairs)

    for slot in ROLE_COLORS.values():
        for ground in ("lt1", "lt2"):
            assert contrast(shown["dk1"], over(shown[slot], shown[ground], TINT / 100)) >= TEXT_CONTRAST
    for slot in ("accent1", "accent2", "accent3", "dk2"):
        assert contrast(shown[slot], shown["lt2"]) >= TEXT_CONTRAST, slot
    assert contrast(shown["lt1"], shown["accent1"]) >= TEXT_CONTRAST


def one_slide(*body: Block) -> Deck:
    title, notes = Markdown("One slide is enough to show a block"), Notes(say=Markdown("Said."))
    return Deck(
        schema=1,
        title=Markdown("A deck"),
        slides=(Slide(kind="assertion", title=title, minutes=Decimal(1), body=body, notes=notes),),
    )


def written(deck: Deck, material: Material | None = None) -> Any:
    return opened(
        powerpoint(deck, timed_deck(deck, 75), empty_presentation("light"), material or Material({}, {}))
    ).slides[0]


def test_text_in_other_scripts_survives() -> None:
    """Right-to-left paragraphs are marked as such, emoji and East Asian letters are kept, control letters are not."""
    table = Table(columns=(Markdown("عربي"),), rows=((Markdown("Latin"),),))
    slide = written(one_slide(Block(text=Markdown("مرحبا بالعالم\n\n数据 and 🚀 and \u0001 end")), Block(table=table)))
    paragraphs = [p for p in slide.element.iter(f"{A}p") if letters(p)]
    (arabic,) = [p for p in paragraphs if "مرحبا" in letters(p)]
    assert arabic.find(f"{A}pPr").get("rtl") == "1"
    (mixed,) = [p for p in paragraphs if "数据" in letters(p)]
    assert letters(mixed) == "数据and🚀andend"
    assert mixed.find(f"{A}pPr").get("rtl") == "0"  # or LibreOffice would go on from right to left
    cells = [p.find(f"{A}pPr").get("rtl") for p in paragraphs if letters(p) in ("عربي", "Latin")]
    assert cells == ["1", None]


def test_an_svg_is_kept_beside_its_picture() -> None:
    """An SVG figure is in the file as such, for programs that show it, and as PNG for those that do not."""
    from generator.decks.figure import read

    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#123456"/></svg>'
    deck = one_slide(Block(figure=Figure(file="f.svg", alt=Markdown("A dark rectangle, twice as wide as high"))))
    data = powerpoint(
        deck, timed_deck(deck, 75), empty_presentation("light"), Material({"f.svg": read(svg, "f.svg")}, {})
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        media = [name for name in archive.namelist() if name.startswith("ppt/media/")]
        assert {Path(name).suffix for name in media} == {".svg", ".png"}
        assert svg in [archive.read(name) for name in media]
    (picture,) = [
        shape
        for shape in opened(data).slides[0].shapes
        if shape.shape_type is not None and shape.shape_type.name == "PICTURE"
    ]
    assert picture.width == pytest.approx(2 * picture.height, rel=0.01)


WAYS = [
    [(0.0, 0.0), (100.0, 40.0)],
    [(100.0, 0.0), (0.0, 0.0)],
    [(0.0, 0.0), (50.0, 0.0), (50.0, 80.0)],
    [(0.0, 0.0), (0.0, 50.0), (80.0, 50.0)],
    [(0.0, 0.0), (30.0, 0.0), (30.0, -60.0), (90.0, -60.0)],
    [(0.0, 0.0), (0.0, 20.0), (90.0, 20.0), (90.0, 0.0)],
    [(90.0, 0.0), (90.0, -20.0), (0.0, -20.0), (0.0, 0.0)],
    [(0.0, 0.0), (20.0, 0.0), (20.0, 50.0), (-40.0, 50.0), (-40.0, 90.0)],
    [(0.0, 0.0), (0.0, -20.0), (60.0, -20.0), (60.0, 70.0), (10.0, 70.0), (10.0, 50.0)],
]


@pytest.mark.parametrize("way", WAYS)
def test_a_connector_runs_where_its_arrow_runs(way: list[tuple[float, float]]) -> None:
    """Turned, mirrored and bent as its attributes say, a connector passes the corners of its way."""
    frame, shape = geometry(way)
    for (x, y), (wx, wy) in zip(_drawn(frame, shape), way, strict=True):
        assert abs(x - wx) < 0.2
        assert abs(y - wy) < 0.2


def _drawn(frame: str, shape: str) -> list[tuple[float, float]]:
    """The corners PowerPoint draws, by the definitions of its presets, in points."""
    root = ElementTree.fromstring(f'<x xmlns:a="a">{frame}{shape}</x>')
    xfrm, preset = root[0], root[1]
    x, y = (int(xfrm[0].get(k, "")) / 12700 for k in ("x", "y"))
    w, h = (int(xfrm[1].get(k, "")) / 12700 for k in ("cx", "cy"))
    adjusts = [int(gd.get("fmla", "").split()[1]) / 100000 for gd in preset.iter("{a}gd")]
    kind = preset.get("prst", "")
    if kind == "straightConnector1":
        local = [(0.0, 0.0), (w, h)]
    else:
        local, at, level = [(0.0, 0.0)], (0.0, 0.0), True
        for adjust in adjusts:
            at = (adjust * w, at[1]) if level else (at[0], adjust * h)
            local.append(at)
            level = not level
        local += [(w, at[1])] if level else [(at[0], h)]
        local.append((w, h))
    if xfrm.get("flipH"):
        local = [(w - a, b) for a, b in local]
    if xfrm.get("flipV"):
        local = [(a, h - b) for a, b in local]
    if xfrm.get("rot"):
        local = [(w / 2 - (b - h / 2), h / 2 + (a - w / 2)) for a, b in local]
    return [(a + x, b + y) for a, b in local]


def test_lengths_are_scaled_and_nothing_else() -> None:
    """On smaller slides positions and type sizes shrink alike; ids, texts and levels stay."""
    xml = '<a:off x="1000" y="10"/><p:cNvPr id="4" name="x 1000"/><a:defRPr sz="1800"/><a:pPr marL="200" lvl="1"/>'
    assert scaled(xml, 0.5) == (
        '<a:off x="500" y="5"/><p:cNvPr id="4" name="x 1000"/><a:defRPr sz="900"/><a:pPr marL="100" lvl="1"/>'
    )
    assert scaled(xml, 1) == xml


def test_a_diagram_is_one_thing_to_a_screen_reader() -> None:
    """Boxes and arrows stand in a group whose alternative text tells all; arrows are passed by."""
    boxes = {"a": Box(text=Markdown("One")), "b": Box(text=Markdown("Two"))}
    diagram = Diagram(boxes=boxes, arrows=(DeckArrow(start="a", end="b"),), alt=Markdown("One leads to two, always"))
    slide = written(one_slide(Block(diagram=diagram)))
    (group,) = [shape for shape in slide.shapes if shape.shape_type is not None and shape.shape_type.name == "GROUP"]
    assert group._element.nvGrpSpPr.cNvPr.get("descr") == "One leads to two, always"
    assert {"One", "Two"} == {shape.text_frame.text for shape in group.shapes if shape.has_text_frame}


@pytest.mark.parametrize("name", THEMES)
def test_placeholders_of_a_layout_have_indices_of_their_own(name: str) -> None:
    """Or PowerPoint would take the slide's number for its footer."""
    for layout in opened(empty_presentation(name).file).slide_layouts:
        indices = [one.placeholder_format.idx for one in layout.placeholders]
        assert len(indices) == len(set(indices)), layout.name
