"""Word: our reference document, and what pandoc leaves to do in a DOCX.

Both work on the package's XML parts. Zip entries get a fixed time, so that equal input gives equal bytes.
"""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from blueprint.model import PaperSize

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ACCENT = "17497A"
_SIZES = {"Title": 44, "Subtitle": 26, "Author": 21, "Date": 21, "Heading1": 32, "Heading2": 26, "Heading3": 23}
"""Half points."""
_QUIET = ("Subtitle", "Author", "Date")


def reference(pandoc_default: bytes) -> bytes:
    """Our Word template: pandoc's, with quieter type and a table style that has lines."""
    return _rewrite(pandoc_default, {"word/styles.xml": _styles, "word/theme/theme1.xml": _fonts})


@dataclass(frozen=True, slots=True)
class WordFrame:
    """What a Word document has around its text: the language it is in, its paper, the lines above and below a page."""

    language: str
    paper: PaperSize
    title: str
    """The title as a list of files shows it."""
    header: str
    footer: str
    direction: Literal["ltr", "rtl"] = "ltr"


def finish(docx: bytes, frame: WordFrame) -> bytes:
    """A pandoc DOCX with its language, full-width tables, contents that need no update, and the frame of its pages.

    Where a university's own template brings paper, headers or footers, those stay.
    """
    spoken = functools.partial(_language, language=frame.language)
    changes: dict[str, Callable[[bytes], bytes]] = {
        "word/styles.xml": spoken,
        "word/settings.xml": spoken,
        "word/document.xml": functools.partial(_document, frame=frame),
        "docProps/core.xml": functools.partial(_named, title=frame.title),
    }
    added = {}
    if _is_unframed(docx):
        changes |= {"[Content_Types].xml": _declare_frame, "word/_rels/document.xml.rels": _relate_frame}
        added = {"word/header-course.xml": _header(frame), "word/footer-course.xml": _footer(frame)}
    return _rewrite(docx, changes, added)


def _rewrite(
    package: bytes, changes: Mapping[str, Callable[[bytes], bytes]], added: Mapping[str, bytes] | None = None
) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()} | dict(added or {})
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, changes[name](data) if name in changes else data)
    return result.getvalue()


def _is_unframed(docx: bytes) -> bool:
    """True if no template gave the document's pages a header or a footer."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        document = package.read("word/document.xml")
    return b"headerReference" not in document and b"footerReference" not in document


def _document(data: bytes, frame: WordFrame) -> bytes:
    from lxml import etree

    root = etree.fromstring(data)
    _fill_tables(root)
    _fill_contents(root)
    section = root.find(f"{_q('body')}/{_q('sectPr')}")
    if section is not None:
        _frame_pages(section, frame)
    return _bytes(root)


_PAPERS = {"us-letter": ("12240", "15840"), "a4": ("11906", "16838")}
"""Width and height in twentieths of a point."""
_MARGIN = "1368"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FRAME = {"header": "rIdCourseHeader", "footer": "rIdCourseFooter"}
"""The parts that hold the lines above and below a page -> the ids by which the document knows them."""


def _frame_pages(section: Any, frame: WordFrame) -> None:
    """Gives the pages their paper, margins, header and footer, as far as a template has not; the title's page has no header."""
    from lxml import etree

    unframed = section.find(_q("headerReference")) is None and section.find(_q("footerReference")) is None
    if section.find(_q("pgSz")) is None:
        width, height = _PAPERS[frame.paper]
        sides = dict.fromkeys(("top", "right", "bottom", "left"), _MARGIN) | {
            "header": "680",
            "footer": "680",
            "gutter": "0",
        }
        for name, values in (("pgSz", {"w": width, "h": height}), ("pgMar", sides)):
            element = etree.SubElement(section, _q(name))
            for key, value in values.items():
                element.set(_q(key), value)
    if unframed:
        for kind, identifier in reversed(_FRAME.items()):
            for which in ("default", "first") if kind == "footer" else ("default",):
                reference = etree.Element(_q(f"{kind}Reference"))
                reference.set(_q("type"), which)
                reference.set(f"{{{_OFFICE}}}id", identifier)
                section.insert(0, reference)
        etree.SubElement(section, _q("titlePg"))
    if frame.direction == "rtl":
        etree.SubElement(section, _q("bidi"))


def _header(frame: WordFrame) -> bytes:
    return _line_part("hdr", "Header", _text_run(frame.header), frame.paper)


def _footer(frame: WordFrame) -> bytes:
    """The author at one side, page and pages at the other."""
    pages = f"{_field_run('PAGE')}{_text_run(' / ')}{_field_run('NUMPAGES')}"
    return _line_part("ftr", "Footer", f"{_text_run(frame.footer)}<w:r><w:tab/></w:r>{pages}", frame.paper)


def _line_part(element: str, style: str, runs: str, paper: PaperSize) -> bytes:
    """A line above or below each page, with a tab stop at the right margin."""
    position = int(_PAPERS[paper][0]) - 2 * int(_MARGIN)
    tabs = f'<w:tabs><w:tab w:val="clear" w:pos="4680"/><w:tab w:val="clear" w:pos="9360"/><w:tab w:val="right" w:pos="{position}"/></w:tabs>'
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{tabs}</w:pPr>{runs}</w:p>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{element} xmlns:w="{_W}">{paragraph}</w:{element}>'
    ).encode()


_QUIET_RUN = '<w:rPr><w:color w:val="4A5868"/><w:sz w:val="18"/></w:rPr>'


def _text_run(text: str) -> str:
    from xml.sax.saxutils import escape

    return f'<w:r>{_QUIET_RUN}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _field_run(code: str) -> str:
    begin, separate, end = (
        f'<w:r>{_QUIET_RUN}<w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    asked = f'<w:r>{_QUIET_RUN}<w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f"{begin}{asked}{separate}{_text_run('1')}{end}"


def _declare_frame(data: bytes) -> bytes:
    from lxml import etree

    root = etree.fromstring(data)
    for kind in _FRAME:
        entry = etree.SubElement(root, f"{{{root.nsmap[None]}}}Override")
        entry.set("PartName", f"/word/{kind}-course.xml")
        entry.set("ContentType", f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml")
    return _bytes(root)


def _relate_frame(data: bytes) -> bytes:
    from lxml import etree

    root = etree.fromstring(data)
    for kind, identifier in _FRAME.items():
        entry = etree.SubElement(root, f"{{{root.nsmap[None]}}}Relationship")
        for key, value in (("Id", identifier), ("Type", f"{_OFFICE}/{kind}"), ("Target", f"{kind}-course.xml")):
            entry.set(key, value)
    return _bytes(root)


def _named(data: bytes, title: str) -> bytes:
    """The properties of a file with the title that a list of files shows."""
    from lxml import etree

    root = etree.fromstring(data)
    for element in root.iter("{http://purl.org/dc/elements/1.1/}title"):
        element.text = title
    return _bytes(root)


def _fill_contents(root: Any) -> None:
    """Writes the entries of a table of contents, which pandoc leaves to Word, as links without page numbers.

    Word would ask its reader before it filled them in, and LibreOffice shows nothing.
    """
    from lxml import etree

    for gallery in root.iter(_q("sdtContent")):
        field = next((p for p in gallery.findall(_q("p")) if p.find(f".//{_q('instrText')}") is not None), None)
        if field is None:
            continue
        for name, text in reversed(list(_chapters(root))):
            field.addnext(etree.fromstring(_entry(name, text)))
        gallery.remove(field)


def _chapters(root: Any) -> Iterator[tuple[str, str]]:
    """The bookmark and the words of each heading of the first level."""
    for paragraph in root.iter(_q("p")):
        style = paragraph.find(f"{_q('pPr')}/{_q('pStyle')}")
        if style is not None and style.get(_q("val")) == "Heading1":
            mark = paragraph.getprevious()
            while mark is not None and mark.tag == _q("bookmarkEnd"):
                mark = mark.getprevious()
            if mark is not None and mark.tag == _q("bookmarkStart"):
                yield mark.get(_q("name")), "".join(paragraph.itertext(_q("t")))


def _entry(name: str, text: str) -> str:
    from xml.sax.saxutils import escape, quoteattr

    run = f'<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f'<w:p xmlns:w="{_W}"><w:pPr><w:pStyle w:val="Compact"/></w:pPr><w:hyperlink w:anchor={quoteattr(name)}>{run}</w:hyperlink></w:p>'


def _q(name: str) -> str:
    return f"{{{_W}}}{name}"


def _styles(data: bytes) -> bytes:
    from lxml import etree

    root = etree.fromstring(data)
    for style in root.iter(_q("style")):
        style_id = style.get(_q("styleId"))
        properties = style.find(_q("rPr"))
        if style_id in _SIZES:
            if properties is None:
                properties = etree.SubElement(style, _q("rPr"))
            for old in [
                e
                for name in ("sz", "szCs", "color", "b", "bCs", "spacing", "i", "iCs")
                for e in properties.findall(_q(name))
            ]:
                properties.remove(old)
            etree.SubElement(properties, _q("b")).set(_q("val"), "0" if style_id in _QUIET else "1")
            etree.SubElement(properties, _q("color")).set(
                _q("val"), _ACCENT if style_id.startswith("Heading") else "4A5868" if style_id in _QUIET else "1C2733"
            )
            for name in ("sz", "szCs"):
                etree.SubElement(properties, _q(name)).set(_q("val"), str(_SIZES[style_id]))
        if style_id in ("Title", "Subtitle", "Author", "Date"):
            for justification in style.iter(_q("jc")):
                justification.set(_q("val"), "left")
        if style_id == "Table":
            _table_style(style)
    return _bytes(root)


def _table_style(style: object) -> None:
    from lxml import etree as xml

    assert isinstance(style, xml._Element)
    for old in style.findall(_q("tblPr")) + style.findall(_q("tblStylePr")):
        style.remove(old)
    properties = xml.SubElement(style, _q("tblPr"))
    borders = xml.SubElement(properties, _q("tblBorders"))
    for side in ("top", "bottom", "insideH"):
        border = xml.SubElement(borders, _q(side))
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "CCD4DD")):
            border.set(_q(key), value)
    margins = xml.SubElement(properties, _q("tblCellMar"))
    for side, width in (("top", "50"), ("left", "80"), ("bottom", "50"), ("right", "80")):
        cell = xml.SubElement(margins, _q(side))
        cell.set(_q("w"), width)
        cell.set(_q("type"), "dxa")
    first = xml.SubElement(style, _q("tblStylePr"))
    first.set(_q("type"), "firstRow")
    run = xml.SubElement(first, _q("rPr"))
    xml.SubElement(run, _q("b"))
    cell = xml.SubElement(first, _q("tcPr"))
    shade = xml.SubElement(cell, _q("shd"))
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", "F2F5F8")):
        shade.set(_q(key), value)


def _fonts(data: bytes) -> bytes:
    """Calibri and Cambria: every Word has them, and LibreOffice replaces them by fonts of equal widths."""
    from lxml import etree

    root = etree.fromstring(data)
    drawing = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    for group, face in (("majorFont", "Calibri"), ("minorFont", "Cambria")):
        for latin in root.iter(f"{drawing}{group}"):
            latin.find(f"{drawing}latin").set("typeface", face)
    return _bytes(root)


def _language(data: bytes, language: str) -> bytes:
    from lxml import etree

    root = etree.fromstring(data)
    for lang in root.iter(_q("lang"), _q("themeFontLang")):
        lang.set(_q("val"), language)
    return _bytes(root)


def _fill_tables(root: Any) -> None:
    """Makes tables without widths of their own as wide as the text, and lets no row break over two pages."""
    from lxml import etree

    for table in root.iter(_q("tbl")):
        properties = table.find(_q("tblPr"))
        width = properties.find(_q("tblW"))
        if width is not None and width.get(_q("type")) != "pct":
            width.set(_q("type"), "pct")
            width.set(_q("w"), "5000")
        for row in table.findall(_q("tr")):
            row_properties = row.find(_q("trPr"))
            if row_properties is None:
                row_properties = etree.Element(_q("trPr"))
                row.insert(0, row_properties)
            if row_properties.find(_q("cantSplit")) is None:
                row_properties.insert(0, etree.Element(_q("cantSplit")))


def _bytes(root: object) -> bytes:
    from lxml import etree

    assert isinstance(root, etree._Element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
