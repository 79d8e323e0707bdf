"""A PowerPoint file as students may have it: its slides, without what is said and written about them."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from generator.decks.powerpoint.package import packed

if TYPE_CHECKING:
    from lxml import etree

_STAFF_ONLY = ("/notesSlide", "/comments", "/commentAuthors", "/authors")
"""How the kinds of relations end that lead to a slide's notes, to comments, and to who wrote them."""
_TYPES = "[Content_Types].xml"


def without_notes(data: bytes) -> bytes:
    """A .pptx without speaker notes and comments, and without pictures that only those show; `ValueError` for no .pptx."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        kept: dict[str, bytes | str] = {}
        _keep("", files, kept)
        kept[_TYPES] = _types_of(files[_TYPES], kept)
    except (zipfile.BadZipFile, KeyError, SyntaxError) as error:
        raise ValueError(f"this is no PowerPoint file: {error}") from None
    return packed(kept)


def _keep(part: str, files: Mapping[str, bytes], kept: dict[str, bytes | str]) -> None:
    """Keep what a part leads to; the package itself is the part without a name."""
    from lxml import etree

    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in files:
        return
    tree = etree.fromstring(files[relations], _parser())
    for relation in list(tree):
        if relation.get("Type", "").endswith(_STAFF_ONLY):
            tree.remove(relation)
        elif relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, unquote(relation.get("Target", ""))))[1:]
            if target not in kept and target in files:
                kept[target] = files[target]
                _keep(target, files, kept)
    kept[relations] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _types_of(types: bytes, kept: Mapping[str, object]) -> bytes:
    """The list of content types, of the parts that are kept."""
    from lxml import etree

    tree = etree.fromstring(types, _parser())
    for entry in list(tree):
        if entry.get("PartName", "/").removeprefix("/") not in {"", *kept}:
            tree.remove(entry)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _parser() -> etree.XMLParser:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True)
