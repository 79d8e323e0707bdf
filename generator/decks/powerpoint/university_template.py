"""A university's own .pptx as an empty presentation: its layouts matched by their placeholders and where these stand.

Names are not looked at, so a template in any language will do. What does not map is said, and the deck falls back on
the nearest layout that does.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from blueprint.deck import Role
from blueprint.problems import Mark, Problem, UsageError
from generator.decks.layout import measure
from generator.decks.layout.geometry import Rect
from generator.decks.layout.page import OWN, Page
from generator.decks.plan import Arrangement
from generator.decks.powerpoint.empty_presentation import EmptyPresentation, Placeholder
from generator.decks.powerpoint.package import packed
from generator.decks.powerpoint.theme_colors import ROLE_COLORS
from generator.decks.theme import LINE_CONTRAST, TEXT_CONTRAST, contrast

_LARGEST, _UNPACKED = 100 * 2**20, 500 * 2**20
"""Bytes of a template, packed and unpacked; a file beyond is refused before it is opened."""
_HEIGHT = 540.0
"""The height, in points, for which type sizes are meant; a smaller slide is drawn to scale."""
_WHAT: dict[Arrangement, str] = {
    "title": "the first slide",
    "section": "slides that open a section",
    "content": "slides with a title and content",
    "activity": "activities",
    "focus": "a claim alone",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """A placeholder: its type as PowerPoint writes it, its index, where it and the text in it stand, in points."""

    kind: str
    index: int
    rect: Rect
    inner: Rect

    @property
    def placeholder(self) -> Placeholder:
        """The placeholder as a slide refers to it."""
        return Placeholder("" if self.kind == "obj" else self.kind, self.index or None)


@dataclass(frozen=True, slots=True)
class _Layout:
    part: str
    name: str
    places: tuple[_Place, ...]

    def of(self, *kinds: str) -> tuple[_Place, ...]:
        """The placeholders of some kinds, such as `body` and `obj`."""
        return tuple(place for place in self.places if place.kind in kinds)

    @property
    def title(self) -> _Place | None:
        return next(iter(self.of("title", "ctrTitle")), None)

    @property
    def texts(self) -> tuple[_Place, ...]:
        """The placeholders that can hold running text, the largest first."""
        return tuple(sorted(self.of("obj", "body", "subTitle"), key=lambda p: -p.rect.width * p.rect.height))


@dataclass(frozen=True, slots=True)
class MatchedTemplate:
    """An empty presentation, and what a person should know about it."""

    presentation: EmptyPresentation
    maps: tuple[tuple[str, str], ...]
    """For each arrangement: the slides it is for, in words, and the name of the layout that was found for it."""
    missing: tuple[str, ...]
    """Sentences on what does not map, and what is done instead."""


def university_template(path: Path) -> MatchedTemplate:
    """A PowerPoint template matched; raises `UsageError` for a file that is none or that no slide can be written onto."""
    presentation = _opened(path)
    layouts = list(_layouts(presentation))
    content = _content_layout(layouts, presentation)
    if content is None or content.title is None:
        raise UsageError(
            f"{path.name} has no layout with a title and a place for text; add one in PowerPoint (View, Slide Master)"
        )
    scale = presentation.slide_height / 12700 / _HEIGHT
    layout_of: dict[Arrangement, _Layout] = {
        "title": _title_layout(layouts) or content,
        "section": _section_layout(layouts, content) or content,
        "content": content,
        "activity": content,
        "focus": _focus_layout(layouts) or content,
    }
    missing = [*_fallen_back(layout_of, content), *_small_print(content), *_colors(presentation), *_fonts(presentation)]
    _emptied(presentation)
    data = io.BytesIO()
    presentation.save(data)
    empty = EmptyPresentation(
        data.getvalue(),
        _page(presentation, layout_of, scale),
        {arrangement: layout.part for arrangement, layout in layout_of.items()},
        {arrangement: _placeholders(layout) for arrangement, layout in layout_of.items()},
        "Courier New",
        _color(presentation, "tx1"),
        scale,
        ours=False,
    )
    return MatchedTemplate(empty, tuple((_WHAT[a], layout.name) for a, layout in layout_of.items()), tuple(missing))


def _opened(path: Path) -> Any:
    """The presentation in a file, refused if it is too large, broken, or no presentation."""
    from pptx import Presentation

    if path.is_dir():
        raise UsageError(f"{path.name} is a folder; name the .pptx file in it")
    try:
        presentation = Presentation(io.BytesIO(_as_presentation(path)))
        layouts = len(presentation.slide_layouts)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except UsageError:
        raise
    except Exception as error:  # a broken package fails anywhere in the library that reads it
        if isinstance(error, OSError) and error.strerror:
            raise UsageError(f"{path.name} cannot be read: {error.strerror}") from None
        raise UsageError(f"{path.name} is no PowerPoint file that can be read; save it again as .pptx") from error
    if not layouts:
        raise UsageError(f"{path.name} has no layouts; save it again in PowerPoint with at least one (Slide Master)")
    return presentation


_TYPES = "[Content_Types].xml"
_TEMPLATE, _PRESENTATION = b"presentationml.template.main+xml", b"presentationml.presentation.main+xml"


def _as_presentation(path: Path) -> bytes:
    """The bytes of a file that may be opened; those of a .potx as a presentation, from which it differs in one word."""
    if path.stat().st_size > _LARGEST:
        raise UsageError(f"{path.name} is larger than {_LARGEST // 2**20} MB; a template holds no films")
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED:
            raise UsageError(f"{path.name} unpacks to more than {_UNPACKED // 2**20} MB; it is not opened")
        if "word/document.xml" in archive.namelist():
            raise UsageError(f"{path.name} is a Word document; a template is a .pptx or .potx file")
        types = archive.read(_TYPES)
        if _TEMPLATE not in types:
            return data
        files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return packed({**files, _TYPES: types.replace(_TEMPLATE, _PRESENTATION)})


def _layouts(presentation: Any) -> Iterator[_Layout]:
    for layout in presentation.slide_layouts:
        places = []
        for placeholder in layout.placeholders:
            sides = (placeholder.left, placeholder.top, placeholder.width, placeholder.height)
            if None in sides:
                continue
            kind = placeholder.element.ph.get("type", "obj")
            index = placeholder.placeholder_format.idx
            rect = Rect(*(side / 12700 for side in sides))
            places.append(_Place(kind, index, rect, _inside(rect, placeholder, presentation)))
        yield _Layout(layout.part.partname.lstrip("/"), layout.name, tuple(places))


_INSETS = {"lIns": 7.2, "tIns": 3.6, "rIns": 7.2, "bIns": 3.6}
"""The insets of a shape that says nothing about them, in points."""


def _inside(rect: Rect, placeholder: Any, presentation: Any) -> Rect:
    """The rectangle of a placeholder's text: its insets are its own, or those of the master."""
    kind = placeholder.element.ph.get("type", "obj")
    same = {"ctrTitle": "title", "obj": "body", "subTitle": "body"}
    masters = (m for m in presentation.slide_master.placeholders if m.element.ph.get("type") == same.get(kind, kind))
    written = [shape.element.find(".//{*}bodyPr") for shape in (*masters, placeholder)]
    free = dict(_INSETS)
    for properties in written:
        free |= {
            side: int(properties.get(side)) / 12700 for side in free if properties is not None and properties.get(side)
        }
    width, height = rect.width - free["lIns"] - free["rIns"], rect.height - free["tIns"] - free["bIns"]
    return Rect(rect.x + free["lIns"], rect.y + free["tIns"], max(width, 1.0), max(height, 1.0))


# --- matching ---------------------------------------------------------------------------------------------------


def _content_layout(layouts: Sequence[_Layout], presentation: Any) -> _Layout | None:
    """The layout with a title above one large place for content."""
    area = presentation.slide_width * presentation.slide_height / 12700**2

    def fits(layout: _Layout) -> float:
        if layout.title is None or layout.title.kind == "ctrTitle" or not layout.texts:
            return 0.0
        text = layout.texts[0]
        if text.rect.y + 1 < layout.title.rect.y or text.rect.width * text.rect.height < 0.2 * area:
            return 0.0
        # One place is better than two; a place for anything is better than one for text only.
        return (2.0 if text.kind == "obj" else 1.0) / len(layout.texts)

    best = max(layouts, key=fits, default=None)
    return best if best is not None and fits(best) > 0 else None


def _title_layout(layouts: Sequence[_Layout]) -> _Layout | None:
    return next((layout for layout in layouts if layout.of("ctrTitle")), None) or next(
        (layout for layout in layouts if layout.title and layout.of("subTitle")), None
    )


def _section_layout(layouts: Sequence[_Layout], content: _Layout) -> _Layout | None:
    """The layout whose title stands lower than on other slides, with a small text beside or below it."""
    assert content.title is not None
    top = content.title.rect.y
    fitting = (
        layout
        for layout in layouts
        if layout.title is not None
        and layout.title.kind == "title"
        and layout.title.rect.y > top + 40
        and len(layout.of("body")) == 1
        and not layout.of("obj", "pic")
    )
    return next(fitting, None)


def _focus_layout(layouts: Sequence[_Layout]) -> _Layout | None:
    """The layout with a title and nothing else."""
    return next((layout for layout in layouts if layout.title and not layout.texts and not layout.of("pic")), None)


def _placeholders(layout: _Layout) -> dict[str, Placeholder]:
    title = layout.title
    assert title is not None
    placeholders = {"title": Placeholder(title.kind)}
    if layout.texts:
        placeholders["text"] = layout.texts[0].placeholder
    for name, kind in (("footer", "ftr"), ("number", "sldNum")):
        if places := layout.of(kind):
            placeholders[name] = Placeholder(kind, places[0].index)
    return placeholders


def _page(presentation: Any, layout_of: dict[Arrangement, _Layout], scale: float) -> Page:
    """The geometry of the template, as if its slides were 540 points high."""

    def place(placeholder: _Place) -> Rect:
        return _scaled(placeholder.inner, scale)

    def pair(layout: _Layout) -> tuple[Rect, Rect]:
        assert layout.title is not None
        above = place(layout.title)
        if layout.texts:
            return above, place(layout.texts[0])
        below = above.y + above.height + 10
        return above, Rect(above.x, below, above.width, max(_HEIGHT - 50 - below, 20))

    content = layout_of["content"]
    heading, body = pair(content)
    return Page(
        width=presentation.slide_width / 12700 / scale,
        height=_HEIGHT,
        title=heading,
        tag=Rect(body.x, body.y, 320, 22),
        body=body,
        title_slide=pair(layout_of["title"]),
        section=pair(layout_of["section"]),
        focus=pair(layout_of["focus"]),
        heading_font=_font(presentation, "major"),
        body_font=_font(presentation, "minor"),
        fixed_body=True,
    )


def _scaled(rect: Rect, scale: float) -> Rect:
    return Rect(rect.x / scale, rect.y / scale, rect.width / scale, rect.height / scale)


# --- what a person should know ----------------------------------------------------------------------------------


def _fallen_back(layout_of: dict[Arrangement, _Layout], content: _Layout) -> Iterator[str]:
    for arrangement, layout in layout_of.items():
        if layout is content and arrangement not in ("content", "activity"):
            yield f"no layout for {_WHAT[arrangement]}; “{content.name}” is used"


def _small_print(content: _Layout) -> Iterator[str]:
    if not content.of("sldNum"):
        yield f"“{content.name}” has no slide number"
    if not content.of("ftr"):
        yield f"“{content.name}” has no footer; the name of the lecture is left out"


_TEXTS = (
    ("tx1", "bg1", "text on the background"),
    ("tx1", "bg2", "text on panels"),
    ("tx2", "bg1", "captions and sources"),
    ("accent1", "bg1", "headings"),
    ("accent1", "bg2", "headings on panels"),
    ("accent2", "bg2", "keywords of programs"),
)
"""Theme colors of letters, of the ground below them, and what the letters say."""


def _colors(presentation: Any) -> Iterator[str]:
    """Warnings of theme colors in which text, or a meaning, could not be seen."""
    for color, ground, what in _TEXTS:
        if (ratio := contrast(_color(presentation, color), _color(presentation, ground))) < TEXT_CONTRAST:
            yield f"{color}, used for {what}, has a contrast of {ratio:.1f}; {TEXT_CONTRAST} are needed"
    roles: dict[Role, str] = dict(ROLE_COLORS)
    for role, color in roles.items():
        if (ratio := contrast(_color(presentation, color), _color(presentation, "bg1"))) < LINE_CONTRAST:
            yield f"{color}, used for {role}, has a contrast of {ratio:.1f} on the background; {LINE_CONTRAST} are needed"


def _fonts(presentation: Any) -> Iterator[str]:
    """Warnings of typefaces that text cannot be measured in."""
    for kind, what in (("major", "titles"), ("minor", "text")):
        name = _font(presentation, kind)
        if measure.is_guessed(name):
            yield f"the font of {what}, {name}, is not installed here: text is fitted as if it were as wide as Verdana"


@lru_cache(maxsize=8)
def _typefaces(path: Path, changed: int) -> tuple[str, ...]:
    """The typefaces of a template's titles and text; none for a file that is no template. `changed` is its time."""
    try:
        presentation = _opened(path)
    except UsageError:
        return ()
    return tuple(dict.fromkeys(_font(presentation, kind) for kind in ("major", "minor")))


def typeface_problems(path: Path, place: Mark) -> list[Problem]:
    """A warning, at the place that names the template, for each of its typefaces whose widths are a guess."""
    return [
        Problem(
            place,
            f"the font {name} of {path.name} is not installed here: text is fitted as if it were as wide as Verdana",
            "install it and build again, or look through the slides in PowerPoint",
            "warning",
        )
        for name in typefaces_of(path)
        if measure.is_guessed(name)
    ]


def typefaces_of(path: Path) -> tuple[str, ...]:
    """The typefaces of a template's titles and text; none for a file that is no template."""
    return _typefaces(path, path.stat().st_mtime_ns) if path.is_file() else ()


def _theme(presentation: Any) -> Any:
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _color(presentation: Any, color: str) -> str:
    """A color of the template's theme, through its master's color map; black or white where it names none."""
    mapped = presentation.slide_master.element.find("{*}clrMap").get(color, color)
    for element in _theme(presentation).iterfind(f".//{{*}}clrScheme/{{*}}{mapped}/*"):
        value = element.get("lastClr") or element.get("val", "")
        if len(value) == 6:
            return str(value).upper()
    return "FFFFFF" if color.startswith("bg") else "000000"


def _font(presentation: Any, kind: str) -> str:
    element = _theme(presentation).find(f".//{{*}}fontScheme/{{*}}{kind}Font/{{*}}latin")
    return str(element.get("typeface")) if element is not None and element.get("typeface") else OWN.body_font


def _emptied(presentation: Any) -> None:
    """Removes the slides a PowerPoint template was saved with."""
    listed = presentation.slides._sldIdLst
    for entry in list(listed):
        presentation.part.drop_rel(entry.rId)
        listed.remove(entry)
