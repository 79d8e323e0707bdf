"""A theme as an empty PowerPoint file: theme colors and fonts, a master, and five layouts with placeholders.

Decks are written onto it exactly as onto a university's template: a slide takes title, text, tag, sources and number
from placeholders of its layout, and every color is one of the theme's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial

from generator.decks.layout.geometry import Rect
from generator.decks.layout.page import BELOW_TAG, FOOT, OWN, Page
from generator.decks.plan import Arrangement
from generator.decks.powerpoint.package import HEAD, OFFICE, PACKAGE, packed
from generator.decks.powerpoint.theme_colors import fill, theme_colors
from generator.decks.theme import Theme, theme

LAYOUTS: tuple[Arrangement, ...] = ("title", "section", "content", "activity", "focus")
"""The PowerPoint layouts in their order; each is named for the arrangement of the slides that use it."""
TITLE_POINTS: Mapping[Arrangement, int] = {"title": 44, "section": 40, "content": 30, "activity": 30, "focus": 40}
"""The size of the titles of our layouts."""
TAG, SOURCES, NAME = 13, 14, 15
"""Placeholders of ours, by index: what the room does, where the numbers come from, the name of the lecture."""
_NAMES = {
    "title": "Title",
    "section": "Section",
    "content": "Title and content",
    "activity": "Activity",
    "focus": "Focus",
}
_TYPES = {"title": "title", "section": "secHead", "content": "obj", "activity": "", "focus": ""}
XMLNS = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
FORMAT = "application/vnd.openxmlformats-officedocument.presentationml"
_EDGE = 10.0


def page_of(shown: Theme) -> Page:
    """The geometry of our own slides, in the fonts of a theme."""
    return replace(OWN, heading_font=shown.heading_font, body_font=shown.body_font)


def cover_colors(shown: Theme) -> tuple[str, str]:
    """The theme colors of the first slide, by their names in the theme: the background and the text."""
    return ("accent1", "bg1") if shown.cover == "accent" else ("bg2", "tx1")


@cache
def theme_template(name: str) -> bytes:
    """The .pptx of an empty presentation in one of the themes."""
    shown = theme(name)
    page = page_of(shown)
    files = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": _presentation(page),
        "ppt/_rels/presentation.xml.rels": _relations(
            [("slideMaster", "slideMasters/slideMaster1.xml"), ("theme", "theme/theme1.xml")]
        ),
        "ppt/theme/theme1.xml": _theme(shown),
        "ppt/slideMasters/slideMaster1.xml": _master(page),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            [
                *(("slideLayout", f"../slideLayouts/slideLayout{n}.xml") for n in range(1, len(LAYOUTS) + 1)),
                ("theme", "../theme/theme1.xml"),
            ]
        ),
    }
    for number, layout in enumerate(LAYOUTS, 1):
        files[f"ppt/slideLayouts/slideLayout{number}.xml"] = _layout(layout, page, cover_colors(shown))
        files[f"ppt/slideLayouts/_rels/slideLayout{number}.xml.rels"] = _relations(
            [("slideMaster", "../slideMasters/slideMaster1.xml")]
        )
    return packed(files)


def _content_types() -> str:
    parts = [
        ("/ppt/presentation.xml", "presentation.main"),
        ("/ppt/slideMasters/slideMaster1.xml", "slideMaster"),
        *((f"/ppt/slideLayouts/slideLayout{n}.xml", "slideLayout") for n in range(1, len(LAYOUTS) + 1)),
    ]
    overrides = "".join(f'<Override PartName="{name}" ContentType="{FORMAT}.{kind}+xml"/>' for name, kind in parts)
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}"
        '<Override PartName="/ppt/theme/theme1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/></Types>'
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'


def _presentation(page: Page) -> str:
    return (
        f'{HEAD}<p:presentation {XMLNS} saveSubsetFonts="1">'
        '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldSz cx="{emu(page.width)}" cy="{emu(page.height)}"/><p:notesSz cx="6858000" cy="9144000"/>'
        "</p:presentation>"
    )


def emu(points: float) -> int:
    """Points as the English metric units of Office files."""
    return round(points * 12700)


def layout_name(layout: Arrangement) -> str:
    """The part that holds a layout."""
    return f"ppt/slideLayouts/slideLayout{LAYOUTS.index(layout) + 1}.xml"


# --- theme ------------------------------------------------------------------------------------------------------


def _theme(shown: Theme) -> str:
    colors = "".join(
        f'<a:{color}><a:srgbClr val="{value}"/></a:{color}>' for color, value in theme_colors(shown).items()
    )
    fonts = "".join(
        f'<a:{kind}Font><a:latin typeface="{name}"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}Font>'
        for kind, name in (("major", shown.heading_font), ("minor", shown.body_font))
    )
    plain = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(f'<a:ln w="{w}">{plain}<a:prstDash val="solid"/></a:ln>' for w in (9525, 19050, 28575))
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f'{HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Blueprint {shown.title}">'
        f'<a:themeElements><a:clrScheme name="Blueprint {shown.title}">{colors}</a:clrScheme>'
        f'<a:fontScheme name="Blueprint">{fonts}</a:fontScheme>'
        f'<a:fmtScheme name="Blueprint"><a:fillStyleLst>{plain * 3}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effects}</a:effectStyleLst><a:bgFillStyleLst>{plain * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


# --- master and layouts -----------------------------------------------------------------------------------------


def _placeholder(
    number: int,
    name: str,
    kind: str,
    index: int | None,
    rect: Rect,
    *,
    style: str = "",
    anchor: str = "t",
    text: str = "",
) -> str:
    """A placeholder without insets, so that text begins exactly where its box does."""
    of = "".join([f' type="{kind}"' if kind else "", f' idx="{index}"' if index is not None else ""])
    content = text or f"<a:p><a:r><a:rPr/><a:t>{name}</a:t></a:r></a:p>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph{of}/></p:nvPr></p:nvSpPr>"
        f'<p:spPr>{frame(rect)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
        f"<a:lstStyle>{style}</a:lstStyle>{content}</p:txBody></p:sp>"
    )


def frame(rect: Rect) -> str:
    """The place and size of a shape as DrawingML."""
    return (
        f'<a:xfrm><a:off x="{emu(rect.x)}" y="{emu(rect.y)}"/>'
        f'<a:ext cx="{emu(rect.width)}" cy="{emu(rect.height)}"/></a:xfrm>'
    )


def _level(number: int, points: float, color: str, *, bold: bool = False, align: str = "l", left: float = 0) -> str:
    bullet = f'<a:buFont typeface="Arial"/><a:buChar char="{"•–"[number % 2 == 0]}"/>' if left else "<a:buNone/>"
    return (
        f'<a:lvl{number}pPr marL="{emu(left)}" indent="{-emu(min(left, 24))}" algn="{align}">'
        f'<a:spcBef><a:spcPts val="{round(points * 40)}"/></a:spcBef>{bullet}'
        f'<a:defRPr sz="{round(points * 100)}" b="{int(bold)}">{fill(color)}'
        '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr>'
        f"</a:lvl{number}pPr>"
    )


def _bar(number: int, rect: Rect, color: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Edge"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{frame(rect)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill(color)}'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


def _tree(shapes: str, background: str, name: str = "") -> str:
    named = f' name="{name}"' if name else ""
    return (
        f"<p:cSld{named}><p:bg><p:bgPr>{fill(background)}<a:effectLst/></p:bgPr></p:bg><p:spTree>"
        '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
        f"{shapes}</p:spTree></p:cSld>"
    )


_NUMBER_FIELD = (
    '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr/><a:t>‹#›</a:t></a:fld></a:p>'
)


def _footers(page: Page, color: str = "tx2") -> Iterator[str]:
    """The name of the deck and the number of the slide."""
    top = page.height - 26
    left, width = page.body.x, page.body.width
    yield _placeholder(8, "Footer", "ftr", 11, Rect(left, top, width - 80, 16), style=_level(1, FOOT, color))
    right = _level(1, FOOT, color, align="r")
    yield _placeholder(
        9, "Slide number", "sldNum", 12, Rect(left + width - 70, top, 70, 16), style=right, text=_NUMBER_FIELD
    )


def _master(page: Page) -> str:
    content = Rect(page.body.x, 120, page.body.width, 380)
    shapes = "".join(
        [
            _bar(2, Rect(0, 0, _EDGE, page.height), "accent1"),
            _placeholder(3, "Title", "title", None, page.title),
            _placeholder(4, "Text", "body", 1, content),
            *_footers(page),
        ]
    )
    ids = "".join(f'<p:sldLayoutId id="{2147483649 + n}" r:id="rId{n + 1}"/>' for n in range(len(LAYOUTS)))
    title = _level(1, 30, "accent1", bold=True).replace("+mn", "+mj").replace('val="1200"', 'val="0"')
    body = "".join(_level(n, max(22 - 2 * (n - 1), 16), "tx1", left=24.0 * n) for n in range(1, 6))
    other = "".join(_level(n, 18, "tx1") for n in range(1, 6))
    return (
        f"{HEAD}<p:sldMaster {XMLNS}>{_tree(shapes, 'bg1')}"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
        'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
        f"<p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst>"
        '<p:hf hdr="0" dt="0"/>'
        f"<p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{body}</p:bodyStyle>"
        f"<p:otherStyle>{other}</p:otherStyle></p:txStyles></p:sldMaster>"
    )


def _layout(name: Arrangement, page: Page, cover: tuple[str, str]) -> str:
    made: dict[Arrangement, tuple[Callable[[Page], Iterator[str]], str]] = {
        "title": (partial(_title_layout, cover=cover), cover[0]),
        "section": (_section_layout, "bg2"),
        "content": (_content_layout, "bg1"),
        "activity": (_activity_layout, "bg1"),
        "focus": (_focus_layout, "bg1"),
    }
    shapes, background = made[name]
    kind = f' type="{_TYPES[name]}"' if _TYPES[name] else ""
    hidden = ' showMasterSp="0"' if name in ("title", "section") else ""
    tree = _tree("".join(shapes(page)), background, _NAMES[name])
    return (
        f'{HEAD}<p:sldLayout {XMLNS}{kind} preserve="1"{hidden} userDrawn="1">{tree}'
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def _title_layout(page: Page, cover: tuple[str, str]) -> Iterator[str]:
    ground, ink = cover
    title, below = page.title_slide
    if ground != "accent1":
        yield _bar(2, Rect(0, 0, _EDGE, page.height), "accent1")
    yield _placeholder(5, "Lecture", "body", NAME, Rect(title.x, 70, title.width, 34), style=_level(1, 20, ink))
    big = _level(1, 44, ink if ground == "accent1" else "accent1", bold=True).replace("+mn", "+mj")
    yield _placeholder(3, "Title", "ctrTitle", None, title, style=big, anchor="b")
    yield _placeholder(4, "Subtitle", "subTitle", 1, below, style=_level(1, 22, ink))
    yield from _footers(page, ink)


def _section_layout(page: Page) -> Iterator[str]:
    title, below = page.section
    yield _bar(2, Rect(0, 0, 44, page.height), "accent1")
    big = _level(1, 40, "accent1", bold=True).replace("+mn", "+mj")
    yield _placeholder(3, "Title", "title", None, title, style=big, anchor="b")
    yield _placeholder(4, "Text", "body", 1, below, style=_level(1, 24, "tx1"))
    yield from _footers(page)


def _sources(page: Page) -> str:
    rect = Rect(page.body.x, page.body.y + page.body.height - 30, page.body.width, 30)
    return _placeholder(7, "Sources", "body", SOURCES, rect, style=_level(1, FOOT, "tx2"), anchor="b")


def _content_layout(page: Page) -> Iterator[str]:
    yield _placeholder(3, "Title", "title", None, page.title)
    yield _placeholder(4, "Content", "", 1, Rect(page.body.x, 120, page.body.width, 360))
    yield _sources(page)
    yield from _footers(page)


def _activity_layout(page: Page) -> Iterator[str]:
    tag = _placeholder(2, "Activity", "body", TAG, page.tag, style=_level(1, 14, "bg1", bold=True), anchor="ctr")
    # A tag is a filled shape with some room around its words.
    tag = tag.replace("</a:prstGeom></p:spPr>", f"</a:prstGeom>{fill('accent1')}</p:spPr>", 1)
    yield tag.replace('lIns="0" tIns="0" rIns="0"', f'lIns="{emu(10)}" tIns="0" rIns="{emu(10)}"', 1)
    top = page.title.y + BELOW_TAG
    yield _placeholder(3, "Title", "title", None, Rect(page.title.x, top, page.title.width, page.title.height))
    yield _placeholder(4, "Content", "", 1, Rect(page.body.x, 150, page.body.width, 330))
    yield _sources(page)
    yield from _footers(page)


def _focus_layout(page: Page) -> Iterator[str]:
    title, below = page.focus
    big = _level(1, 40, "accent1", bold=True).replace("+mn", "+mj")
    yield _placeholder(3, "Title", "title", None, title, style=big, anchor="b")
    yield _placeholder(4, "Text", "body", 1, below, style=_level(1, 24, "tx1"))
    yield _sources(page)
    yield from _footers(page)


# --- notes ------------------------------------------------------------------------------------------------------


def notes_master() -> str:
    """A page with the slide above and the notes below it."""
    image = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
        '</p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{frame(Rect(30, 40, 480, 270))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
        '<a:ln w="9525"><a:solidFill><a:prstClr val="black"/></a:solidFill></a:ln></p:spPr></p:sp>'
    )
    notes = _placeholder(3, "Notes", "body", 3, Rect(30, 330, 480, 350))
    # Notes are read on paper, whatever the colors of the slides.
    levels = "".join(
        f'<a:lvl{n}pPr><a:spcBef><a:spcPts val="400"/></a:spcBef><a:defRPr sz="1200"><a:solidFill><a:prstClr val="black"/>'
        f'</a:solidFill><a:latin typeface="+mn-lt"/></a:defRPr></a:lvl{n}pPr>'
        for n in (1, 2, 3)
    )
    tree = _tree(image + notes, "").replace(
        "<p:bgPr><a:noFill/>", '<p:bgPr><a:solidFill><a:prstClr val="white"/></a:solidFill>'
    )
    return (
        f"{HEAD}<p:notesMaster {XMLNS}>{tree}"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
        'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
        f"<p:notesStyle>{levels}</p:notesStyle></p:notesMaster>"
    )
