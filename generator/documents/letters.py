"""Letters that no font here has: a printed document cannot show them, and the PDF would refuse a whole page for one.

Typst's wheel brings fonts for Latin, Greek, Cyrillic and mathematics. Other letters come from the system's fonts, so
whether they are there is asked of Typst itself, with one tiny page; most courses have none and nothing is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from blueprint.bind import Positions
from blueprint.check.leaves import texts
from blueprint.places import place_of
from blueprint.problems import Problem
from generator.documents.typst import fonts

_OTHER = re.compile(
    "[^\x00-\u024f\u0300-\u04ff\u1e00-\u1eff\u200b-\u203e\u2060-\u2069\u2070-\u209f\u20a0-\u20bf\u2190-\u22ff\ufeff\ufff9-\ufffb]"
)
"""What the fonts of the wheel may lack. Letters that are not seen need none."""
_REFUSED = re.compile(r"the text `(\".*?\")` could not be displayed")
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that choose the form of the letter before them."""


def letters_without_font(bound: Iterable[tuple[object, Positions]]) -> Iterator[Problem]:
    """A problem for each text of some bound files that holds a letter no font has, at its first such letter."""
    found = [(at, path, text) for value, at in bound for path, text in texts(value) if _OTHER.search(text)]
    missing = _missing({letter for _, _, text in found for letter in _OTHER.findall(text)}) if found else set()
    for at, path, text in found:
        letters = [letter for letter in dict.fromkeys(text) if letter in missing]
        if letters and not at.is_broken(*path):
            more = f" and {len(letters) - 1} more" if len(letters) > 1 else ""
            yield Problem(
                place_of(letters[0], at.value(*path)),
                f"no font here has {_named(letters[0])}{more}: printed documents cannot show it",
                "write it otherwise, or install a font that has it",
            )


def _named(letter: str) -> str:
    """A letter in a sentence: `🚀` (rocket, U+1F680)."""
    name = unicodedata.name(letter, "").lower()
    return f"`{letter}` ({f'{name}, ' if name else ''}U+{ord(letter):04X})"


def _missing(letters: set[str]) -> set[str]:
    """Those of some letters that no font has. Typst names one piece of text at a time, so it is asked until it is content."""
    import typst

    wanted = sorted(letter for letter in letters if not _VARIANTS.match(letter))
    missing: set[str] = set()
    while asked := [letter for letter in wanted if letter not in missing]:
        page = "".join(f'#text("\\u{{{ord(letter):x}}}")\n\n' for letter in asked)
        source = f'#set document(title: "x")\n#set text(font: "Libertinus Serif")\n{page}'
        try:
            typst.Compiler(source.encode(), font_paths=fonts()).compile(format="pdf", pdf_standards="ua-1")
        except typst.TypstError as error:
            refused = _REFUSED.search(error.message)
            named = {letter for letter in asked if refused and (letter in refused[1] or _code(letter) in refused[1])}
            if not named:
                break  # it is discontent with something else, which is no letter of the course
            missing |= named
        else:
            break
    return missing


def _code(letter: str) -> str:
    """A letter as Typst's messages spell one that cannot be printed: `\\u{200b}`."""
    return f"\\u{{{ord(letter):x}}}"
