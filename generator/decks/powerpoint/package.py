"""Office files as parts and relations, and as bytes that depend on nothing but their content."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

_FIRST = ("[Content_Types].xml", "_rels/.rels")
_LEVEL = 3
"""Twice as fast as zlib's own choice, for files an eighth larger."""
_COMPRESSED = (".png", ".jpeg", ".jpg", ".xlsx")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MEDIA = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Content types that are known by the ending of a part's name."""


def packed(files: Mapping[str, bytes | str]) -> bytes:
    """The zip of an Office file, in a fixed order and with a fixed time."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files, key=lambda n: (n not in _FIRST, n)):
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_COMPRESSED) else zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=_LEVEL)
    return result.getvalue()


@dataclass(slots=True)
class Part:
    """A part on its way into a package, with its relations."""

    name: str
    """Its place in the zip, such as `ppt/slides/slide1.xml`."""
    content_type: str = ""
    """Empty for media, whose type is known by its ending."""
    data: bytes | str = b""
    _relations: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    def relate(self, kind: str, target: str, *, external: bool = False) -> str:
        """The id of a relation to another part, by its name, or to an address; the same for the same target."""
        key = (kind, target, external)
        return self._relations.setdefault(key, f"rId{len(self._relations) + 1}")

    @property
    def relations(self) -> str:
        """The part's .rels; empty without relations."""
        folder = posixpath.dirname(self.name)
        relations = "".join(
            f'<Relationship Id="{number}" Type="{OFFICE}/{kind}" '
            + (
                f'Target={quoteattr(target)} TargetMode="External"/>'
                if external
                else f'Target="{posixpath.relpath(target, folder)}"/>'
            )
            for (kind, target, external), number in self._relations.items()
        )
        return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>' if relations else ""


class Package:
    """An empty presentation to which parts are added."""

    def __init__(self, base: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(base)) as archive:
            self.files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
        self._types: list[tuple[str, str]] = []
        self._trees: dict[str, Any] = {}

    def add(self, part: Part) -> None:
        """Writes a part and its relations."""
        self.files[part.name] = part.data
        if part.content_type:
            self._types.append((part.name, part.content_type))
        if relations := part.relations:
            folder, name = posixpath.split(part.name)
            self.files[f"{folder}/_rels/{name}.rels"] = relations

    def tree(self, name: str) -> Any:
        """A part of the empty presentation as an lxml element; what is changed in it is in the file."""
        from lxml import etree

        if name not in self._trees:
            data = self.files[name]
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            self._trees[name] = etree.fromstring(data.encode() if isinstance(data, str) else data, parser)
        return self._trees[name]

    def relate(self, name: str, kind: str, target: str) -> str:
        """Adds a relation to a part of the empty presentation and returns its id."""
        rels = f"{posixpath.dirname(name)}/_rels/{posixpath.basename(name)}.rels".removeprefix("/")  # "": the package
        tree = self.tree(rels)
        number = f"rId{1 + max((int(e.get('Id')[3:]) for e in tree if e.get('Id', '')[3:].isdigit()), default=0)}"
        path = posixpath.relpath(target, posixpath.dirname(name) or ".")
        tree.append(
            tree.makeelement(
                f"{{{PACKAGE}/relationships}}Relationship",
                {"Id": number, "Type": kind if "/" in kind else f"{OFFICE}/{kind}", "Target": path},
            )
        )
        return number

    def packed(self) -> bytes:
        """The file, its content types complete."""
        from lxml import etree

        tree = self.tree("[Content_Types].xml")
        space = f"{{{PACKAGE}/content-types}}"
        known_types = {e.get("Extension", "").lower() for e in tree.iter(f"{space}Default")}
        for ending, kind in MEDIA.items():
            if ending not in known_types and any(name.endswith(f".{ending}") for name in self.files):
                tree.insert(0, tree.makeelement(f"{space}Default", {"Extension": ending, "ContentType": kind}))
        listed = {e.get("PartName") for e in tree.iter(f"{space}Override")}
        for name, kind in self._types:
            if f"/{name}" not in listed:
                tree.append(tree.makeelement(f"{space}Override", {"PartName": f"/{name}", "ContentType": kind}))
        for name, changed in self._trees.items():
            self.files[name] = etree.tostring(changed, xml_declaration=True, encoding="UTF-8", standalone=True)
        return packed(self.files)
