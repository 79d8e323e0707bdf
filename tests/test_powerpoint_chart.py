"""PowerPoint charts: the numbers of the deck, editable, in an order PowerPoint reads, told apart by more than color."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.deck import Axis, Chart, Deck, Series
from blueprint.paths import CoursePaths
from generator.decks.powerpoint.chart import ChartFiles, chart_files
from generator.decks.read import read_deck
from generator.text.inline import plain

ROOT = Path(__file__).resolve().parent.parent
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
WIDTH, HEIGHT, POINTS = 500.0, 360.0, 14.0


# --- charts -----------------------------------------------------------------------------------------------------


def row(title: str, *values: object, role: Any = "accent") -> Series:
    return Series(title=title, values=tuple(Decimal(str(v)) for v in values), role=role)


def dots(title: str, *points: tuple[object, object], labels: tuple[str, ...] = (), role: Any = "accent") -> Series:
    pairs = tuple((Decimal(str(x)), Decimal(str(y))) for x, y in points)
    return Series(title=title, points=pairs, labels=labels, role=role)


def chart(kind: Any, *series: Series, **fields: Any) -> Chart:
    return Chart(kind=kind, alt="A chart.", series=series, **fields)  # type: ignore[arg-type]


EARLY = ("January", "February", "March", "April", "May", "June")
LATE = ("July", "August", "September", "October", "November", "December")
TWELVE = (*EARLY, *LATE)
LONG = ("A category with a name of forty letters..", "Another long name that is given to a bar", "Short")
LABELS = tuple(f"a word beside a point of forty letters {i}" for i in range(4))
SIX = ("accent", "accent", "accent", "data", "data", "error")
HUGE = Decimal(10) ** 9

AWKWARD = {
    "one category": chart("bar", row("Only", 3), categories=("One",), values=True),
    "twelve": chart("bar", row("Rain", *range(10, 130, 10)), categories=TWELVE, values=True, y=Axis(unit="mm")),
    "twelve lying": chart("bar", row("Rain", *range(10, 130, 10)), categories=TWELVE, horizontal=True),
    "long names": chart("bar", row("T", 3, 5, 9), categories=LONG, horizontal=True, y=Axis(title="Time", unit="ms")),
    "long names upright": chart("bar", row("T", 3, 5, 9), categories=LONG, values=True),
    "negative": chart(
        "bar", row("Change", "12.5", -30, 0), row("B", -3, 4, 5), categories=("a", "b", "c"), values=True
    ),
    "negative stack": chart("stacked", row("Change", 12, -30, 0), row("B", -3, 4, 5), categories=("a", "b", "c")),
    "log bars": chart(
        "bar", row("P", "0.001", 1, HUGE), categories=("a", "b", "c"), values=True, horizontal=True, x=Axis(log=True)
    ),
    "log": chart(
        "scatter",
        dots("P", ("0.001", "0.001"), (1, 5), (1000, "1e6"), (HUGE, HUGE), labels=("tiny", "small", "large", "huge")),
        x=Axis(title="Size", unit="B", log=True),
        y=Axis(title="Rate", log=True),
    ),
    "long labels": chart("scatter", dots("P", (1, 1), (2, 2), (3, 3), (5, "0.5"), labels=LABELS)),
    "six lines": chart("line", *(dots(f"Line {i}", (0, i), (4, 3 * i), role=r) for i, r in enumerate(SIX))),
    "six bars": chart(
        "bar", *(row(f"Bar {i}", 1200 + i, 2000, role=r) for i, r in enumerate(SIX)), categories=("a", "b"), values=True
    ),
    "six stacked": chart(
        "stacked", *(row(f"Part {i}", 9 + i, 1, role=r) for i, r in enumerate(SIX)), categories=("a", "b"), values=True
    ),
    "forty points": chart("scatter", dots("P", *((i * 37 % 40, i * 17 % 29) for i in range(40)))),
    "forty on a line": chart("line", dots("P", *((i, i * i) for i in range(40))), dots("Q", (0, 0), (39, 900))),
    "line of categories": chart("line", row("Up", 1, 2, 4), row("Down", 4, 2, 1), categories=("Mon", "Tue", "Wed")),
    "roof": chart(
        "roofline",
        dots("Kernels", ("0.5", "0.9"), (100, 180), (800, 300), labels=("add", "conv", "matmul"), role="compute"),
        peak=Decimal(312),
        bandwidth=Decimal(2),
        x=Axis(title="Intensity", unit="FLOP/B", log=True),
        y=Axis(title="Rate", unit="TFLOP/s", log=True),
    ),
    "marks": chart("bar", row("R&D <b>", 1), categories=("A & B < C",), x=Axis(title='5" & more')),
    "nothing": chart("bar"),
}


def charts_of(deck: Deck) -> Iterator[Chart]:
    for slide in deck.slides:
        yield from (block.chart for block in (*slide.shown(), *slide.hidden()) if block.chart)


SHIPPED = {
    f"{name} {number}": found
    for name, path in CoursePaths.find(ROOT).decks().items()
    for number, found in enumerate(charts_of(read_deck(path).deck), 1)
}
EVERY = {**SHIPPED, **AWKWARD}
every_chart = pytest.mark.parametrize("name", EVERY)


def files_of(drawn: Chart, width: float = WIDTH, height: float = HEIGHT) -> ChartFiles:
    return chart_files(drawn, width, height, POINTS)


def tree_of(drawn: Chart) -> Any:
    from lxml import etree

    return etree.fromstring(files_of(drawn).xml)


def val(element: Any, path: str) -> str:
    """The `val` of the element at a path of names of the chart's own."""
    found = element.find("/".join(C + name for name in path.split("/")))
    assert found is not None, path
    return str(found.get("val"))


def texts(element: Any) -> list[str]:
    """What is written in an element."""
    return [text.text or "" for text in element.iter(A + "t")]


def presentation(drawn: Iterator[Chart], width: float = WIDTH, height: float = HEIGHT) -> bytes:
    """A file of PowerPoint with a slide for each chart."""
    from pptx import Presentation
    from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from pptx.oxml.shapes.graphfrm import CT_GraphicalObjectFrame
    from pptx.parts.chart import ChartPart
    from pptx.parts.embeddedpackage import EmbeddedXlsxPart
    from pptx.util import Pt

    shown = Presentation()
    for one in drawn:
        slide, package = shown.slides.add_slide(shown.slide_layouts[6]), shown.part.package
        files = files_of(one, width, height)
        part = ChartPart.load(
            package.next_partname(ChartPart.partname_template), CONTENT_TYPE.DML_CHART, package, files.xml
        )
        assert part.relate_to(EmbeddedXlsxPart.new(files.workbook, package), RELATIONSHIP_TYPE.PACKAGE) == "rId1"
        relation = slide.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        frame = CT_GraphicalObjectFrame.new_chart_graphicFrame(
            2, "Chart", relation, Pt(60), Pt(60), Pt(width), Pt(height)
        )
        slide.shapes._spTree.append(frame)
    kept = io.BytesIO()
    shown.save(kept)
    return kept.getvalue()


# --- the numbers ------------------------------------------------------------------------------------------------


def test_powerpoint_reads_the_numbers_of_every_chart() -> None:
    """A file that is saved and opened again has the deck's categories, values, points and titles."""
    from pptx import Presentation

    opened = Presentation(io.BytesIO(presentation(iter(EVERY.values()))))
    for slide, (name, drawn) in zip(opened.slides, EVERY.items(), strict=True):
        (plot,) = slide.shapes[0].chart.plots
        read = [one for one in plot.series if drawn.kind != "roofline" or one.name not in ("Roof", "Ridge")]
        assert [one.name for one in read] == [plain(series.title) for series in drawn.series], name
        for one, series in zip(read, drawn.series, strict=True):
            if series.points:
                xs = [float(v.text) for v in one._element.findall(f"{C}xVal//{C}v")]
                assert list(zip(xs, one.values, strict=True)) == [(float(x), float(y)) for x, y in series.points], name
            else:
                assert list(one.values) == [float(v) for v in series.values], name
                assert [str(c) for c in plot.categories] == [plain(c) for c in drawn.categories], name


def cells_of(workbook: bytes) -> dict[str, str]:
    """Cell -> text of the only sheet."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return {cell.get("r"): "".join(cell.itertext()) for cell in sheet.iter(X + "c")}


@every_chart
def test_the_workbook_holds_what_the_drawing_repeats(name: str) -> None:
    """Behind every reference are the cells it names, with the cached values in them, so that “Edit data” changes nothing."""
    files = files_of(EVERY[name])
    cells = cells_of(files.workbook)
    references = list(tree_of(EVERY[name]).iter(C + "strRef", C + "numRef"))
    assert references or not EVERY[name].series
    for reference in references:
        match = re.fullmatch(r"Sheet1!\$([A-Z]+)\$(\d+)(?::\$\1\$(\d+))?", reference.findtext(C + "f"))
        assert match
        column, first, last = match[1], int(match[2]), int(match[3] or match[2])
        cached = [value.text or "" for value in reference.iter(C + "v")]
        assert [cells.get(f"{column}{r}", "") for r in range(first, last + 1)] == cached
        assert [point.get("idx") for point in reference.iter(C + "pt")] == [str(i) for i in range(len(cached))]
        assert reference.find(f".//{C}ptCount").get("val") == str(len(cached))


@every_chart
def test_equal_input_gives_equal_bytes(name: str) -> None:
    """Nothing in either file tells when it was made."""
    first, second = files_of(EVERY[name]), files_of(EVERY[name])
    assert (first.xml, first.workbook) == (second.xml, second.workbook)
    with zipfile.ZipFile(io.BytesIO(first.workbook)) as book:
        assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("docProps" in info.filename for info in book.infolist())


# --- the form ---------------------------------------------------------------------------------------------------

_AXIS = "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt"
_SERIES = "idx order tx spPr invertIfNegative marker pictureOptions dPt dLbls trendline errBars cat val xVal yVal smooth shape extLst"
_LABEL = "numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator"
ORDER = {
    "chartSpace": "date1904 lang roundedCorners style clrMapOvr pivotSource protection chart spPr txPr externalData",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs",
    "plotArea": "layout barChart lineChart scatterChart catAx valAx dTable spPr",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId",
    "lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId",
    "scatterChart": "scatterStyle varyColors ser dLbls axId",
    "ser": _SERIES,
    "marker": "symbol size spPr",
    "dLbls": f"dLbl delete {_LABEL} showLeaderLines leaderLines extLst",
    "dLbl": f"idx delete layout tx {_LABEL} extLst",
    "catAx": f"{_AXIS} auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl",
    "valAx": f"{_AXIS} crossBetween majorUnit minorUnit dispUnits",
    "scaling": "logBase orientation max min",
    "title": "tx layout overlay spPr txPr",
    "legend": "legendPos legendEntry layout overlay spPr txPr",
    "legendEntry": "idx delete",
    "manualLayout": "layoutTarget xMode yMode wMode hMode x y w h",
    "strRef": "f strCache",
    "numRef": "f numCache",
    "strCache": "ptCount pt",
    "numCache": "formatCode ptCount pt",
    "rich": "bodyPr lstStyle p",
    "txPr": "bodyPr lstStyle p",
    "p": "pPr r endParaRPr",
    "r": "rPr t",
    "rPr": "ln noFill solidFill latin",
    "defRPr": "ln noFill solidFill latin",
    "spPr": "noFill solidFill pattFill ln",
    "ln": "noFill solidFill pattFill prstDash round",
    "pattFill": "fgClr bgClr",
}
"""Children in the order of ECMA-376; PowerPoint offers to repair a file that has another."""
_LEAVES = (
    "layout tx cat val xVal yVal pt majorGridlines pPr bodyPr lstStyle solidFill fgClr bgClr schemeClr noFill alpha"
)
LEAVES = {*_LEAVES.split(), "latin", "endParaRPr", "prstDash", "round", "extLst", "ext", "externalData"}


@every_chart
def test_elements_are_in_the_order_of_the_schema(name: str) -> None:
    """PowerPoint refuses a file whose elements are out of order or unknown."""
    tree = tree_of(EVERY[name])
    for element in tree.iter():
        tag = element.tag.rpartition("}")[2]
        children = [child.tag.rpartition("}")[2] for child in element]
        if tag not in ORDER:
            assert not children or tag in LEAVES, tag
            continue
        places = [ORDER[tag].split().index(child) for child in children if (tag, child) != ("plotArea", "valAx")]
        assert places == sorted(places), f"{tag}: {children}"
    axes = [axis.get("val") for axis in tree.findall(f".//{C}plotArea/*/{C}axId")]
    assert axes == ["1", "2", "1", "2"], "the plot names its axes, and each is there"


@every_chart
def test_colors_are_slots_of_the_theme(name: str) -> None:
    """Another theme restyles a chart, so no color is written out."""
    xml = files_of(EVERY[name]).xml.decode()
    assert not re.search(r"srgbClr|sysClr|prstClr|scrgbClr|hslClr", xml)
    slots = {*re.findall(r'schemeClr val="(\w+)"', xml)}
    assert slots <= {"tx1", "tx2", "bg1", *(f"accent{i}" for i in range(1, 7))}


@every_chart
def test_series_differ_by_more_than_hue(name: str) -> None:
    """Without its colors every point or line of a chart differs from the others; so do bars of one role."""
    drawn = EVERY[name]
    series = tree_of(drawn).findall(f".//{C}ser")
    signs = []
    for element in series:
        marker, dash = element.find(f"{C}marker/{C}symbol"), element.find(f"{C}spPr/{A}ln/{A}prstDash")
        pattern = element.find(f"{C}spPr/{A}pattFill")
        hollow = element.find(f"{C}marker/{C}spPr/{A}solidFill/{A}schemeClr[@val='bg1']") is not None
        bar = element.find(f"{C}spPr/{A}solidFill/{A}schemeClr")
        signs.append(
            (
                None if marker is None else marker.get("val"),
                hollow,
                None if dash is None else dash.get("val"),
                None if pattern is None else (pattern.get("prst"), pattern.find(f".//{A}schemeClr").get("val")),
                None if bar is None else bar.get("val"),
            )
        )
    assert len(set(signs)) == len(signs)


@every_chart
def test_a_legend_lists_several_series_and_never_one(name: str) -> None:
    """A single series is named by title and axis; the roof is named where it is drawn."""
    drawn = EVERY[name]
    legend = tree_of(drawn).find(f".//{C}legend")
    assert (legend is not None) == (len(drawn.series) > 1)
    if legend is not None:
        assert val(legend, "legendPos") == "t"
        hidden = len(legend.findall(f"{C}legendEntry"))
        assert hidden == (2 if drawn.kind == "roofline" else 0)


# --- what the fields mean ---------------------------------------------------------------------------------------


@every_chart
def test_titles_and_limits_are_those_of_the_deck(name: str) -> None:
    """Each axis has its title with its unit, its limits and its scale, wherever the bars point."""
    drawn = EVERY[name]
    bars = drawn.kind in ("bar", "stacked")
    swapped = drawn.horizontal and not (drawn.x.title or drawn.x.unit)
    x, y = (drawn.y, drawn.x) if swapped else (drawn.x, drawn.y)
    first, second = tree_of(drawn).findall(f".//{C}plotArea/{C}catAx") + tree_of(drawn).findall(
        f".//{C}plotArea/{C}valAx"
    )
    for element, axis in ((first, y), (second, x)) if drawn.horizontal else ((first, x), (second, y)):
        words = f"{axis.title} ({axis.unit})" if axis.title and axis.unit else axis.title or axis.unit
        title = element.find(C + "title")
        assert (texts(title) if title is not None else []) == ([plain(words)] if words else [])
        if element.tag == C + "catAx":
            continue
        assert (element.find(f"{C}scaling/{C}logBase") is not None) == axis.log
        for limit, end in ((axis.low, "min"), (axis.high, "max")):
            if limit is not None:
                assert Decimal(val(element, f"scaling/{end}")) == limit
        if bars and not axis.log and axis.low is None and all(v >= 0 for s in drawn.series for v in s.values):
            assert val(element, "scaling/min") == "0"


def test_the_first_category_of_lying_bars_is_at_the_top() -> None:
    """Read from the top, in the deck's order, with the values below the last."""
    tree = tree_of(AWKWARD["twelve lying"])
    assert val(tree, "chart/plotArea/barChart/barDir") == "bar"
    assert val(tree, "chart/plotArea/catAx/scaling/orientation") == "maxMin"
    assert val(tree, "chart/plotArea/valAx/crosses") == "max"
    assert val(tree, "chart/plotArea/valAx/tickLblPos") == "nextTo", "the low end of the names is the top"
    assert val(tree, "chart/plotArea/valAx/axPos") == "b"
    assert val(tree, "chart/plotArea/catAx/tickLblSkip") == "1", "no category is left out"


@given(st.lists(st.decimals("0.001", "1000000", places=3), min_size=1, max_size=6))
def test_bars_on_a_log_axis_grow_from_its_beginning(values: list[Decimal]) -> None:
    """Every bar can be seen: the axis begins below the shortest, at a power of ten, and bars begin there."""
    names = tuple(f"c{i}" for i in range(len(values)))
    tree = tree_of(chart("bar", row("P", *values), categories=names, y=Axis(log=True)))
    low = Decimal(val(tree, "chart/plotArea/valAx/scaling/min"))
    assert low < min(values)
    assert low.log10() == low.log10().to_integral_value()
    assert Decimal(val(tree, "chart/plotArea/valAx/scaling/max")) >= max(values)
    assert val(tree, "chart/plotArea/catAx/crosses") == "min"


def test_a_value_is_written_with_the_decimals_it_was_given() -> None:
    """4.0 stays 4.0, 12500 gets its comma, and a value of another precision has a format of its own."""
    tree = tree_of(chart("bar", row("P", "4.0", "5.5", 12500), categories=("a", "b", "c"), values=True))
    labels = tree.find(f".//{C}dLbls")
    assert labels.find(f"{C}numFmt").get("formatCode") == "#,##0.0"
    (own,) = labels.findall(f"{C}dLbl")
    assert (val(own, "idx"), own.find(f"{C}numFmt").get("formatCode")) == ("2", "#,##0")
    assert tree_of(chart("bar", row("P", 1), categories=("a",))).find(f".//{C}dLbls") is None


def test_a_number_stands_in_its_piece_of_a_stack_or_beside_it() -> None:
    """A piece too thin for its number has it beside the bar, in the color of text; nothing is written for nothing."""
    tree = tree_of(chart("stacked", row("P", 90, 2, 0), row("Q", 10, 98, 100), categories=("a", "b", "c"), values=True))
    labels = tree.find(f".//{C}dLbls")
    assert labels.find(f"{C}txPr//{A}schemeClr").get("val") == "bg1"
    thin, nothing = labels.findall(f"{C}dLbl")
    assert float(val(thin, "layout/manualLayout/x")) > 0
    assert thin.find(f"{C}txPr//{A}schemeClr").get("val") == "tx1"
    assert (val(thin, "idx"), val(nothing, "idx"), val(nothing, "delete")) == ("1", "2", "1")


@given(st.sampled_from([*EVERY]), st.floats(160, 900), st.floats(120, 480), st.sampled_from([12.0, 14.0, 18.0]))
def test_a_chart_fits_any_frame(name: str, width: float, height: float, points: float) -> None:
    """Whatever the size of the frame, the plot area stays within it and has room for bars and lines."""
    from lxml import etree

    tree = etree.fromstring(chart_files(EVERY[name], width, height, points).xml)
    for layout in tree.findall(f".//{C}plotArea/{C}layout/{C}manualLayout"):
        x, y, w, h = (float(val(layout, key)) for key in "xywh")
        assert x >= 0
        assert y >= 0
        assert x + w <= 1
        assert y + h <= 1
        assert min(w * width, h * height) > 8


def test_every_point_has_its_word() -> None:
    """Labels stand beside their points as text, empty ones are left out, and lines of a long one hold all its words."""
    drawn = chart("scatter", dots("P", (1, 1), (2, 2), (3, 3), labels=("One", "", LABELS[0])))
    labels = tree_of(drawn).findall(f".//{C}dLbl")
    assert [(val(label, "idx"), " ".join(texts(label))) for label in labels] == [("0", "One"), ("2", LABELS[0])]


def test_a_roof_rises_to_its_peak_and_stays_there() -> None:
    """The roof is y = x times bandwidth up to the ridge, flat from there; peak and ridge are named."""
    tree = tree_of(AWKWARD["roof"])
    roof, ridge, points = tree.findall(f".//{C}ser")
    corners = [
        tuple(float(v.text) for v in pair)
        for pair in zip(roof.findall(f"{C}xVal//{C}v"), roof.findall(f"{C}yVal//{C}v"), strict=True)
    ]
    assert all(y == pytest.approx(min(x * 2, 312)) for x, y in corners)
    assert (156, 312) in corners
    assert texts(roof.find(f"{C}dLbls")) == ["peak 312"]
    assert texts(ridge.find(f"{C}dLbls")) == ["ridge 156"]
    assert val(roof, "marker/symbol") == "none"
    assert val(points, "marker/symbol") != "none"


# --- how it looks -----------------------------------------------------------------------------------------------


def convert(file: Path, to: str) -> None:
    command = ["soffice", "--headless", f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"]
    command += ["--convert-to", to, "--outdir", str(file.parent), str(file)]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)


@pytest.mark.poppler
@pytest.mark.office
@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice, pdftotext")
def test_words_of_a_chart_neither_overlap_nor_leave_it(tmp_path: Path) -> None:
    """In a column of a slide, every word of the shipped charts stands alone and within the chart's frame."""
    from lxml import etree

    file = tmp_path / "charts.pptx"
    file.write_bytes(presentation(iter(SHIPPED.values())))
    convert(file, "pdf")
    command = ["pdftotext", "-bbox", str(file.with_suffix(".pdf")), "-"]
    pages = etree.fromstring(subprocess.run(command, check=True, capture_output=True).stdout).iter("{*}page")
    for page, name in zip(pages, SHIPPED, strict=True):
        words = [
            (word.text, *(float(word.get(key)) for key in ("xMin", "yMin", "xMax", "yMax")))
            for word in page.iter("{*}word")
        ]
        assert words, name
        for text, left, top, right, bottom in words:
            assert left > 58, (name, text)
            assert top > 56, (name, text)
            assert right < 62 + WIDTH, (name, text)
            assert bottom < 64 + HEIGHT, (name, text)
        for (one, a, b, c, d), (other, e, f, g, h) in combinations(words, 2):
            across, down = min(c, g) - max(a, e), min(d, h) - max(b, f)
            assert across < 2 or down < 5, (name, one, other)


def test_thousands_stand_apart_from_a_thousand_on() -> None:
    """In the axis's number format as in the text it is measured by."""
    from generator.decks.powerpoint.chart_scale import Scale, number_format, tick_text

    assert [number_format(Scale(0, high)) for high in (999, 1000)] == ["General", "#,##0"]
    assert [tick_text(high) for high in (999, 1000)] == ["999", "1,000"]
