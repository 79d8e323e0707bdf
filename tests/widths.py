"""Measures the typefaces of `widths.json` in the fonts that have their widths: `make widths`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from generator.decks.layout.typefaces import STYLES, UNITS, installed

STORED = Path(__file__).resolve().parent.parent / "generator" / "decks" / "layout" / "widths.json"
MEASURED_IN = {
    "Calibri": "Carlito",
    "Cambria": "Caladea",
    "Arial": "Liberation Sans",
    "Times New Roman": "Liberation Serif",
}
"""PowerPoint's typeface -> the free one that is as wide by design."""


def measured_typefaces(stored: dict[str, Any]) -> dict[str, Any]:
    """The file's content measured anew: for the letters it lists, with the heights of lines that PowerPoint gives them.

    Raises `KeyError` for a font that is not installed.
    """
    made: dict[str, Any] = {"units": UNITS}
    for name, family in MEASURED_IN.items():
        letters, line, fonts = stored[name]["letters"], stored[name]["line"], installed(family)
        widths = {style: [round(fonts[style].getlength(letter)) for letter in letters] for style in STYLES}
        made[name] = {"line": line, "letters": letters, **widths}
    return made


def main() -> None:
    """Writes the file, or says which font is missing."""
    try:
        made = measured_typefaces(json.loads(STORED.read_text("utf-8")))
    except KeyError as error:
        sys.exit(
            f"the style {error} of a font is missing; Debian: fonts-crosextra-carlito fonts-crosextra-caladea fonts-liberation2"
        )
    STORED.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
