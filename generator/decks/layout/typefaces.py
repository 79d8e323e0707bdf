"""The widths of typefaces that `widths.json` does not hold: read from the font where it is installed, guessed elsewhere.

A university's template names any typeface there is. One that is installed is measured, by Pillow, letter by letter as
they are asked for. One that is not is taken for as wide as the widest of its kind, which is also what LibreOffice
puts in its place: text then has too much room rather than too little.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

UNITS = 2048
"""Widths are in this part of an em."""
Style = Literal["regular", "bold", "italic", "bolditalic"]
STYLES: tuple[Style, ...] = ("regular", "bold", "italic", "bolditalic")
_PLAIN = ("", "regular", "book", "roman", "normal")
_LEAST_LINE = 1.2
"""The height of a line in em that PowerPoint gives a typeface at least, whatever its font says."""
_BOLDER = 1.12
"""The factor by which bold letters are wider, where the bold font is missing."""
_WIDER: Mapping[str, Mapping[Style, float]] = {
    "sans": {"regular": 1.2, "italic": 1.2, "bold": 1.27, "bolditalic": 1.27},
    "serif": {"regular": 1.2, "italic": 1.2, "bold": 1.26, "bolditalic": 1.26},
}
"""The factors by which the widest typefaces of a kind (Verdana, DejaVu Sans; DejaVu Serif) are wider than Arial.

They are those of 99 in 100 lines of the shipped lectures."""
_MONO = re.compile(r"\b(mono|code|console|consolas|courier|typewriter|terminal|fixed)", re.IGNORECASE)
_SERIF = re.compile(
    r"\b(georgia|garamond|baskerville|book antiqua|bookman|century(?! gothic)|didot|palatino|minion|constantia|charter|"
    r"sitka|merriweather|playfair|times|roman)|(?<!sans)(?<!sans[ -])\bserif|slab",
    re.IGNORECASE,
)
_MONO_WIDTH = 0.62 * UNITS
_LINES = {"Georgia": 1.2, "Segoe UI": 1.33, "Tahoma": 1.21, "Trebuchet MS": 1.2, "Verdana": 1.22}
_HIGH_LINE = 1.36
"""The height of a line of a typeface nobody has measured: that of Open Sans and Noto Sans, higher than most."""


def kind(name: str) -> Literal["mono", "serif", "sans"]:
    """What a typeface probably looks like, by its name."""
    return "mono" if _MONO.search(name) else "serif" if _SERIF.search(name) else "sans"


def guessed_widths(name: str, arial: Mapping[Style, Mapping[str, int]]) -> dict[Style, dict[str, int]]:
    """Widths for a typeface that cannot be measured, from those of Arial and the kind of its name."""
    looks = kind(name)
    return {
        style: {
            letter: round(_MONO_WIDTH if looks == "mono" else width * _WIDER[looks][style])
            for letter, width in arial[style].items()
        }
        for style in STYLES
    }


def guessed_line(name: str) -> float:
    """The height of a line, in em, that holds a typeface which cannot be measured."""
    return _LINES.get(name, _HIGH_LINE)


class InstalledWidths(dict[str, int]):
    """Widths by letter, each read from a font when it is first asked for."""

    def __init__(self, font: FreeTypeFont, factor: float = 1.0) -> None:
        super().__init__()
        self._font, self._factor = font, factor

    def __missing__(self, letter: str) -> int:
        self[letter] = round(advance(self._font, letter) * self._factor)
        return self[letter]


def advance(font: FreeTypeFont, letter: str) -> int:
    """The width of a letter, rounded down; that of the sign for a missing one where the font lacks it."""
    if unicodedata.east_asian_width(letter) in "WF":
        return UNITS
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    return int(font.getlength(letter))


def installed_widths(name: str) -> tuple[dict[Style, InstalledWidths], float] | None:
    """The widths of an installed typeface in each style, and the height of its lines in em; None where it is missing."""
    found = installed(name)
    regular = found.get("regular")
    if regular is None:
        return None
    fonts = {style: found.get(style) for style in STYLES}
    italic = fonts["italic"] or regular
    widths: dict[Style, InstalledWidths] = {
        "regular": InstalledWidths(regular),
        "italic": InstalledWidths(italic),
        "bold": InstalledWidths(bold) if (bold := fonts["bold"]) else InstalledWidths(regular, _BOLDER),
        "bolditalic": InstalledWidths(both)
        if (both := fonts["bolditalic"] or bold)
        else InstalledWidths(italic, _BOLDER),
    }
    return widths, max(line_height(font) for font in (regular, bold or regular))


def line_height(font: FreeTypeFont) -> float:
    """The height of a line in em, with the gap that the font asks for."""
    return max(font.font.height / UNITS, _LEAST_LINE)


@cache
def installed(name: str) -> Mapping[Style, FreeTypeFont]:
    """The fonts of a typeface on this machine, each in a size in which a unit is a pixel; empty where there is none."""
    wanted = name.casefold()
    fonts: dict[Style, FreeTypeFont] = {}
    for family, style, font in _every_font():
        if family.casefold() == wanted:
            fonts.setdefault(style, font)
    return fonts


def font_folders() -> list[Path]:
    """The folders in which the system keeps fonts: those of Linux, macOS and Windows that are there."""
    home = Path.home()
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    windows = os.environ.get("WINDIR"), os.environ.get("LOCALAPPDATA")
    folders = [
        Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share", "fonts"),
        home / ".fonts",
        *(Path(folder, "fonts") for folder in shared.split(":")),
        *(base / "Library/Fonts" for base in (home, Path("/"), Path("/System"))),
        *(Path(base, below) for base, below in zip(windows, ("Fonts", "Microsoft/Windows/Fonts"), strict=True) if base),
    ]
    return [folder for folder in folders if folder.is_dir()]


def _every_font() -> Iterator[tuple[str, Style, FreeTypeFont]]:
    """Family, style and font of every file of a font; weights beside regular and bold are left out."""
    for folder in font_folders():
        for parent, _, names in os.walk(folder):
            for name in sorted(names):
                if name.lower().endswith((".ttf", ".otf", ".ttc")):
                    yield from _fonts_in(Path(parent, name))


def _fonts_in(file: Path) -> Iterator[tuple[str, Style, FreeTypeFont]]:
    from PIL import ImageFont

    for index in range(64 if file.suffix.lower() == ".ttc" else 1):
        try:
            font = ImageFont.truetype(file, UNITS, index=index, layout_engine=ImageFont.Layout.BASIC)
        except (OSError, ValueError):  # broken, or the end of a collection
            return
        family, written = font.getname()
        if family and (style := _style(written or "")):
            yield family, style, font


def _style(written: str) -> Style | None:
    """The style that a font says it has, in its own words; None for light, black, condensed and the like."""
    words = written.casefold().replace("oblique", "italic").split()
    slanted, heavy = "italic" in words, "bold" in words
    rest = [word for word in words if word not in ("italic", "bold", *_PLAIN)]
    if rest:
        return None
    return ("bolditalic" if slanted else "bold") if heavy else ("italic" if slanted else "regular")
