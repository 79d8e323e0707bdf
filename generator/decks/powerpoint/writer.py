"""A deck as a PowerPoint file: every slide native, editable, and readable by a screen reader.

Slides are written as XML onto an empty presentation, part by part; python-pptx, which reads every slide it opens into objects, would
take three times as long. Equal decks give equal bytes.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from blueprint.deck import Block, Deck
from blueprint.model import ENGLISH, Language
from generator.decks.figure import ENDINGS, Picture, png_of_pdf, png_of_svg
from generator.decks.layout import measure
from generator.decks.layout.block_text import labelled
from generator.decks.layout.geometry import Rect
from generator.decks.layout.page import FOOT, SIZES, SlideBox, SlideLayout
from generator.decks.layout.slide import foot_text, lay_out_slide
from generator.decks.plan import Answers, plan_slides
from generator.decks.powerpoint.chart import chart_files
from generator.decks.powerpoint.empty_presentation import EmptyPresentation
from generator.decks.powerpoint.package import HEAD, PACKAGE, Package, Part
from generator.decks.powerpoint.reveal import appearing
from generator.decks.powerpoint.shapes import SlideShapes
from generator.decks.powerpoint.text import Writer, attribute, note_properties, sized, text_of
from generator.decks.powerpoint.theme_colors import fill
from generator.decks.powerpoint.theme_colors import line as line_of
from generator.decks.powerpoint.theme_template import FORMAT, TITLE_POINTS, XMLNS, notes_master
from generator.decks.timing import TimedDeck
from generator.text.formula import Formula
from generator.text.inline import Run, plain, runs
from generator.text.locale import AMERICAN, Locale
from generator.text.markdown import parts

_TREE = (
    f'{HEAD}<p:sld {XMLNS}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
    "<p:grpSpPr/>{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>{timing}</p:sld>"
)
_PRESENTATION = "ppt/presentation.xml"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_SECTIONS = "http://schemas.microsoft.com/office/powerpoint/2010/main"
_VECTOR_WIDTH = 1920
"""Pixels of the picture that stands in for a vector drawing."""
_CHART_TEXT = 14.0


@dataclass(frozen=True, slots=True)
class Material:
    """The pictures (by file) and formulas (by their TeX) that a deck's slides show and that are not in the deck."""

    pictures: Mapping[str, Picture]
    formulas: Mapping[str, Formula]

    def sizes(self) -> dict[str, tuple[float, float]]:
        """Width and height of each picture."""
        return {name: (picture.width, picture.height) for name, picture in self.pictures.items()}


def slides_of(
    deck: Deck,
    shown: TimedDeck,
    base: EmptyPresentation,
    material: Material,
    answers: Answers,
    words: Locale = AMERICAN,
) -> list[SlideLayout]:
    """The slides of a timed deck, laid out for an empty presentation, with labels in the language of the deck."""
    sizes = material.sizes()
    return [
        layout
        for slide in plan_slides(deck, shown, words)
        for layout in lay_out_slide(slide, base.page, answers=answers, pictures=sizes)
    ]


def powerpoint(
    deck: Deck,
    shown: TimedDeck,
    base: EmptyPresentation,
    material: Material,
    *,
    answers: Answers = "click",
    author: str = "",
    language: Language = ENGLISH,
    slides: Sequence[SlideLayout] | None = None,
) -> bytes:
    """A timed deck as the bytes of a .pptx; without notes and answers where `answers` are hidden, as students get it.

    `slides` are what `slides_of` gives, where they are known already.
    """
    package = Package(base.file)
    master = "" if answers == "hidden" else _notes_master(package)
    sections: list[tuple[str, list[int]]] = []
    media: dict[bytes, str] = {}
    for number, layout in enumerate(slides or slides_of(deck, shown, base, material, answers), 1):
        slide = _Slide(package, number, base, material, layout, deck, language, media)
        slide.write(click=answers == "click", notes=master)
        if not sections or layout.arrangement == "section":
            sections.append((plain(layout.planned.slide.title if sections else deck.title), []))
        sections[-1][1].append(number)
    _describe(package, deck, author, language)
    _list_slides(package, sections)
    return package.packed()


class _Slide:
    """One slide on its way into the package."""

    def __init__(
        self,
        package: Package,
        number: int,
        base: EmptyPresentation,
        material: Material,
        layout: SlideLayout,
        deck: Deck,
        language: Language,
        media: dict[bytes, str],
    ) -> None:
        self.package, self.number, self.base, self.material = package, number, base, material
        self.layout, self.deck, self.media = layout, deck, media
        self.placeholders = base.placeholders[layout.arrangement]
        self.part = Part(f"ppt/slides/slide{number}.xml", f"{FORMAT}.slide+xml")
        self.part.relate("slideLayout", base.layouts[layout.arrangement])
        self.writer = Writer(language, base.code_font, self._linked)
        self.shapes = SlideShapes(
            self.writer, base.page.body_font, base.cover_ink if layout.arrangement == "title" else "tx1"
        )
        self.free = self.placeholders.get("text")
        """The layout's text placeholder, until a block has taken it."""

    def write(self, *, click: bool, notes: str) -> None:
        """Writes all shapes; `click` hides the answer until a click, `notes` is the master of the notes, if any."""
        self._opening()
        if self.layout.arrangement == "title":
            self._card()
        for box in self.layout.boxes:
            self._box(box)
        self.shapes.ground = "bg2"
        revealed = [number for box in self.layout.answer for number in self._box(box)]
        self.shapes.ground = "bg1"
        self._closing()
        timing = appearing(revealed, [n for n in revealed if n in self.shapes.texts]) if click else ""
        shapes = scaled("".join(self.shapes.xml), self.base.scale)
        self.part.data = _TREE.format(shapes=shapes, timing=timing)
        if notes:
            self._notes(notes)
        self.package.add(self.part)

    def _card(self) -> None:
        """Puts a panel behind what a title slide shows beside its texts, such as a chart."""
        rects = [box.rect for box in self.layout.boxes if box.kind != "text"]
        if rects:
            left, top = min(r.x for r in rects), min(r.y for r in rects)
            right, bottom = max(r.x + r.width for r in rects), max(r.y + r.height for r in rects)
            card = Rect(left - 10, top - 8, right - left + 20, bottom - top + 16)
            self.shapes.panel("Card", card, fill("bg1"))
        self.shapes.ink = "tx1"

    def _linked(self, address: str) -> str:
        return self.part.relate("hyperlink", address, external=True)

    def _opening(self) -> None:
        """Writes the title first, as screen readers expect, then the tag above it."""
        layout, line, ours = self.layout, self.writer.line, self.base.ours
        same = ours and layout.title_points == TITLE_POINTS[layout.arrangement]
        style = "" if same else f'<a:lvl1pPr><a:defRPr sz="{round(layout.title_points * 100)}"/></a:lvl1pPr>'
        moved = layout.title_rect if ours and layout.arrangement in ("content", "activity") else None
        self.shapes.placeholder("Title", self.placeholders["title"], line(layout.title), rect=moved, style=style)
        if layout.label:
            self._tag()
        if layout.arrangement == "title":
            if "name" in self.placeholders and plain(self.deck.title) != plain(layout.title):
                self.shapes.placeholder("Lecture", self.placeholders["name"], line(self.deck.title))
            self._subtitle()

    def _tag(self) -> None:
        """The label of an activity: what the room does, and for how long."""
        label, tag = self.layout.label, self.base.page.tag
        rect = Rect(
            tag.x, tag.y, measure.measured(label, self.base.page.body_font, bold=True).width * 14 + 24, tag.height
        )
        if "tag" in self.placeholders:
            self.shapes.placeholder("Activity", self.placeholders["tag"], self.writer.line(label), rect=rect)
        else:
            style, filled = sized(14, "bg1", bold=True), fill("accent1") + line_of("")
            text = self.writer.line(label)
            self.shapes.text_box("Activity", rect, text, style, fill_and_line=filled, insets=(10, 0), anchor="ctr")

    def _subtitle(self) -> None:
        """The deck's subtitle and the texts of the title slide, in the placeholder for both."""
        texts = [str(box.block.text) for box in self.layout.boxes if box.block and box.block.text]
        if lines := [" ".join(text.split()) for text in (self.deck.subtitle, *texts) if text]:
            style = "" if self.base.ours else self._fitting(lines)
            self.shapes.placeholder(
                "Subtitle", self.placeholders["text"], "".join(map(self.writer.line, lines)), style=style
            )

    def _fitting(self, lines: Sequence[str]) -> str:
        """The style in which some lines fit the subtitle of a template, whose own may be meant for one line."""
        page, rect = self.base.page, self.base.page.title_slide[1]
        room = rect.height / (measure.font(page.body_font).line + 0.2)  # templates leave a fifth between paragraphs
        needed = (sum(measure.lines(line, rect.width, size, page.body_font) for line in lines) * size for size in SIZES)
        points = next((size for size, high in zip(SIZES, needed, strict=True) if high <= room), SIZES[-1])
        return f'<a:lvl1pPr><a:defRPr sz="{round(points * 100)}"/></a:lvl1pPr>'

    def _box(self, box: SlideBox) -> list[int]:
        """Writes a box and returns the ids of its shapes."""
        shapes, block = self.shapes, box.block
        if box.kind == "heading":
            return [shapes.heading(box)]
        if box.kind == "caption":
            return [shapes.caption(box)]
        if box.kind == "answer":
            return [shapes.answer_panel(box)]
        if block is None:
            raise ValueError(f"a box without content: {box}")
        if box.kind == "text" and block.text is not None:
            return self._text(box, block.text)
        if box.kind == "callout":
            return shapes.callout(box)
        if box.kind == "table":
            return [shapes.table(box)]
        if box.kind == "code":
            return shapes.code(box)
        return [self._drawn(box, block)]

    def _text(self, box: SlideBox, text: str) -> list[int]:
        if self.layout.arrangement == "title":
            return []  # the subtitle holds it
        placeholder, self.free = (self.free, None) if self.shapes.ground == "bg1" else (None, self.free)
        return [self.shapes.text(box, text, placeholder)]

    def _drawn(self, box: SlideBox, block: Block) -> int:
        """A formula, its legend, a chart, a diagram or a figure."""
        if block.equation is not None:
            if box.kind == "legend":
                return self.shapes.legend(box, block.equation)
            formula = self.material.formulas[block.equation.tex]
            return self.shapes.equation(box, formula, self._image(formula.png))
        if block.chart is not None:
            share = self.base.scale
            width, height = box.rect.width * share, box.rect.height * share
            files = chart_files(
                block.chart, width, height, _CHART_TEXT * share, self.writer.language, self.base.page.body_font
            )
            return self.shapes.chart(box, block.chart.alt, self._chart(files.xml, files.workbook))
        if block.diagram is not None:
            return self.shapes.diagram(box, block.diagram)
        if block.figure is not None:
            picture = self.material.pictures[block.figure.file]
            relation, vector = self._pictured(picture)
            return self.shapes.picture(box, block.figure.alt, relation, vector)
        raise ValueError(f"no writer for a block with {', '.join(block.names) or 'nothing'}")

    def _image(self, data: bytes, ending: str = "png") -> str:
        """Adds a picture and returns its relation; the same picture is in the file once."""
        if data not in self.media:
            self.media[data] = f"ppt/media/image{len(self.media) + 1}.{ending}"
            self.package.add(Part(self.media[data], data=data))
        return self.part.relate("image", self.media[data])

    def _pictured(self, picture: Picture) -> tuple[str, str]:
        """The relations of a picture's pixels, and of its vector drawing if it is SVG."""
        if picture.kind == "pdf":
            return self._image(png_of_pdf(picture.data, _VECTOR_WIDTH)), ""
        if picture.kind == "svg":
            return self._image(png_of_svg(picture.data, _VECTOR_WIDTH)), self._image(picture.data, "svg")
        return self._image(picture.data, ENDINGS[picture.kind]), ""

    def _chart(self, xml: bytes, workbook: bytes) -> str:
        charts = sum(name.startswith("ppt/charts/chart") for name in self.package.files) + 1
        data = f"ppt/embeddings/Microsoft_Excel_Sheet{charts}.xlsx"
        self.package.add(Part(data, data=workbook))
        chart = Part(f"ppt/charts/chart{charts}.xml", _CHART_TYPE, xml)
        chart.relate("package", data)
        self.package.add(chart)
        return self.part.relate("chart", chart.name)

    def _closing(self) -> None:
        """Adds sources, the name of the deck, and the slide's number."""
        layout, line = self.layout, self.writer.line
        if layout.foot is not None:
            text = foot_text(layout.planned.footnotes)
            if "sources" in self.placeholders:
                self.shapes.placeholder("Sources", self.placeholders["sources"], line(text), rect=layout.foot)
            else:
                self.shapes.text_box("Sources", layout.foot, line(text), sized(FOOT, "tx2"))
        if "footer" in self.placeholders:
            self.shapes.placeholder("Footer", self.placeholders["footer"], line(self.deck.title))
        if "number" in self.placeholders:
            field = (
                '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
                f'<a:rPr lang="{self.writer.language}"/><a:t>{self.number}</a:t></a:fld></a:p>'
            )
            self.shapes.placeholder("Slide number", self.placeholders["number"], field)

    def _notes(self, master: str) -> None:
        """The speaker notes, a labelled paragraph a field, the clock first."""
        writer = Writer(self.writer.language, self.base.code_font, lambda _: "")
        part = Part(
            f"ppt/notesSlides/notesSlide{self.number}.xml", f"{FORMAT}.notesSlide+xml", _notes_xml(self.layout, writer)
        )
        part.relate("notesMaster", master)
        part.relate("slide", self.part.name)
        self.package.add(part)
        self.part.relate("notesSlide", part.name)


_LENGTH = re.compile(
    r'\b(x|y|cx|cy|sz|marL|marR|marT|marB|indent|lIns|tIns|rIns|bIns|w|h)="(-?\d+)"|(<a:spcPts val=)"(\d+)"'
)


def scaled(xml: str, share: float) -> str:
    """Shapes with every length and type size multiplied, for slides smaller than ours."""
    if share == 1:
        return xml

    def change(match: re.Match[str]) -> str:
        if match[3]:
            return f'{match[3]}"{round(int(match[4]) * share)}"'
        # Type sizes are hundredths of a point.
        value = int(match[2]) * share
        return f'{match[1]}="{round(value / 50) * 50 if match[1] == "sz" else round(value)}"'

    return _LENGTH.sub(change, xml)


def _notes_xml(layout: SlideLayout, writer: Writer) -> str:
    labels = layout.planned.notes if not layout.continues else (("Clock", "goes on from the slide before"),)
    paragraphs = "".join(
        f"<a:p>{note_properties(part)}{''.join(map(writer.run, _unlinked(part.text)))}</a:p>"
        for label, text in labels
        for part in parts(labelled(f"**{label}.**", text))
    )
    return (
        f'{HEAD}<p:notes {XMLNS}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/>'
        "</p:nvGrpSpPr><p:grpSpPr/>"
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
        '</p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
        '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
        '<p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>'
        f"{paragraphs}</p:txBody></p:sp></p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"
    )


def _unlinked(markdown: str) -> Iterator[Run]:
    return (replace(run, link="") for run in runs(markdown))


def _describe(package: Package, deck: Deck, author: str, language: Language) -> None:
    """Writes the properties of the file: title, subject, author, language."""
    properties = {"dc:title": plain(deck.title), "dc:subject": plain(deck.subtitle), "dc:creator": author}
    properties |= {"cp:lastModifiedBy": author, "cp:revision": "1", "dc:language": language}
    facts = "".join(f"<{name}>{text_of(value)}</{name}>" for name, value in properties.items() if value)
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">2020-01-01T00:00:00Z</dcterms:{name}>'
        for name in ("created", "modified")
    )
    had_properties = "docProps/core.xml" in package.files
    package.add(
        Part(
            "docProps/core.xml",
            _CORE_TYPE,
            f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{facts}{times}</cp:coreProperties>',
        )
    )
    if not had_properties:
        package.relate("", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")


def _notes_master(package: Package) -> str:
    """The part that holds the master of the notes; ours is added where the empty presentation has none."""
    master_name = next((name for name in package.files if name.startswith("ppt/notesMasters/notesMaster")), "")
    if master_name:
        return master_name
    themes = sum(name.startswith("ppt/theme/theme") for name in package.files)
    theme = Part(f"ppt/theme/theme{themes + 1}.xml", _THEME_TYPE, package.files["ppt/theme/theme1.xml"])
    package.add(theme)
    master = Part("ppt/notesMasters/notesMaster1.xml", f"{FORMAT}.notesMaster+xml", notes_master())
    master.relate("theme", theme.name)
    package.add(master)
    number = package.relate(_PRESENTATION, "notesMaster", master.name)
    tree = package.tree(_PRESENTATION)
    listed = _element(f'<p:notesMasterIdLst><p:notesMasterId r:id="{number}"/></p:notesMasterIdLst>')
    tree.find("{*}sldMasterIdLst").addnext(listed)
    return master.name


def _list_slides(package: Package, sections: Sequence[tuple[str, list[int]]]) -> None:
    """Lists slides in their order, and PowerPoint's sections: one from each section slide on."""
    numbers = [number for _, slides in sections for number in slides]
    related = {n: package.relate(_PRESENTATION, "slide", f"ppt/slides/slide{n}.xml") for n in numbers}
    tree = package.tree(_PRESENTATION)
    for old in (*tree.findall("{*}sldIdLst"), *tree.findall("{*}extLst"), *tree.findall("{*}custShowLst")):
        tree.remove(old)
    slides = "".join(f'<p:sldId id="{255 + n}" r:id="{related[n]}"/>' for n in numbers)
    tree.find("{*}sldSz").addprevious(_element(f"<p:sldIdLst>{slides}</p:sldIdLst>"))
    listed = "".join(
        f'<p14:section name="{attribute(name)}" id="{{{_guid(f"{number} {name}")}}}"><p14:sldIdLst>'
        + "".join(f'<p14:sldId id="{255 + slide}"/>' for slide in slides)
        + "</p14:sldIdLst></p14:section>"
        for number, (name, slides) in enumerate(sections)
    )
    extension = (
        f'<p:extLst><p:ext uri="{{521415D9-36F7-43E2-AB2F-B90AF26B5E84}}">'
        f'<p14:sectionLst xmlns:p14="{_SECTIONS}">{listed}</p14:sectionLst></p:ext></p:extLst>'
    )
    tree.append(_element(extension))


def _element(xml: str) -> Any:
    """XML in the namespaces of a presentation, as an element."""
    from lxml import etree

    return etree.fromstring(f"<x {XMLNS}>{xml}</x>")[0]


def _guid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"blueprint section {name}")).upper()
