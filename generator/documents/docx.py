"""Word: our reference document, and what pandoc leaves to do in a DOCX.

Both work on the package's XML parts. Zip entries get a fixed time, so that equal input gives equal bytes.
"""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Callable, Mapping

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ACCENT = "17497A"
_SIZES = {"Title": 44, "Subtitle": 26, "Author": 21, "Date": 21, "Heading1": 32, "Heading2": 26, "Heading3": 23}
"""Half points."""
_QUIET = ("Subtitle", "Author", "Date")


def reference(pandoc_default: bytes) -> bytes:
    """Our Word template: pandoc's, with quieter type and a table style that has lines."""
    return _rewrite(pandoc_default, {"word/styles.xml": _styles, "word/theme/theme1.xml": _fonts})


def finish(docx: bytes, language: str) -> bytes:
    """A pandoc DOCX with its language in styles and settings, and with full-width tables."""
    spoken = functools.partial(_language, language=language)
    return _rewrite(docx, {"word/styles.xml": spoken, "word/settings.xml": spoken, "word/document.xml": _tables})


def _rewrite(package: bytes, changes: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            data = old.read(name)
            new.writestr(entry, changes[name](data) if name in changes else data)
    return result.getvalue()


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


def _tables(data: bytes) -> bytes:
    """Tables without widths of their own as wide as the text, and no row broken over two pages."""
    from lxml import etree

    root = etree.fromstring(data)
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
    return _bytes(root)


def _bytes(root: object) -> bytes:
    from lxml import etree

    assert isinstance(root, etree._Element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
