"""A line of Markdown as LaTeX text, for pdflatex with Latin Modern."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from generator.text.inline import BLANK, LIFTED

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "[": "{[}",
    "]": "{]}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{SOFT HYPHEN}": r"\-",
}
"""The ten characters TeX reads as its own, and those that mean something in some place or make a ligature."""


def _greek(letter: str) -> str:
    name = unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda")
    return "\\" + (name.capitalize() if letter.isupper() else name)


_MATH = {
    "≈": r"\approx",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≪": r"\ll",
    "≫": r"\gg",
    "≡": r"\equiv",
    "∼": r"\sim",
    "∝": r"\propto",
    "−": "-",
    "⋅": r"\cdot",
    "∈": r"\in",
    "∞": r"\infty",
    "∑": r"\sum",
    "∏": r"\prod",
    "√": r"\surd",
    "∂": r"\partial",
    "∇": r"\nabla",
    "⇒": r"\Rightarrow",
    "⇔": r"\Leftrightarrow",
    "↔": r"\leftrightarrow",
    "⊙": r"\odot",
    "⌈": r"\lceil",
    "⌉": r"\rceil",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
} | {letter: _greek(letter) for letter in "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"}
_PRINTED = re.compile("[¡-¬®-ĥĨ-ķĹ-ľŁ-ňŊ-ťŨ-ž‐-‖‘-‚“-„†-•…‰‹›€№™←-↓]")
"""The letters that Latin Modern has in the encodings T1 and TS1."""
_OPENING_QUOTE = re.compile(r'(?<![^\s(\[*_—])"(?=[^\s.,;:!?)\]])')
_LINK = re.compile(r"""!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\)""")
_MARKED = re.compile(
    r"(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?!\*)|(?<![\w_])(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\3(?![\w_])"
)
_COMMANDS = {1: r"\emph{%s}", 2: r"\textbf{%s}", 3: r"\textbf{\emph{%s}}"}


def latex_text(markdown: str) -> str:
    """A line of Markdown as LaTeX: math stays math, emphasis and code become commands, everything else is only text.

    A letter that pdflatex has no sign for is shown by its number, `[U+4E2D]`.

    >>> latex_text("**50%** of `a_b` costs $x^2$")
    '\\\\textbf{50\\\\%} of \\\\texttt{a\\\\_b} costs $x^2$'
    """
    pieces: list[str] = []

    def lift(match: re.Match[str]) -> str:
        pieces.append(_piece(match))
        return f"\0{len(pieces) - 1}\0"

    text = LIFTED.sub(lift, BLANK.sub(" ", unicodedata.normalize("NFC", markdown)).strip())
    text = _marked(_OPENING_QUOTE.sub("“", _LINK.sub(r"\1", text)).replace('"', "”"))
    return re.sub("\0(\\d+)\0", lambda place: pieces[int(place[1])], text)


def _piece(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if groups["code"] is not None:
        letters = {"-": "{-}", "'": r"\textquotesingle{}"}  # alone, they make no ligature
        return rf"\texttt{{{''.join(letters.get(c) or _letter(c) for c in groups['code'].strip())}}}"
    if (tex := groups["display"] or groups["math"]) is not None:
        tex = re.sub(r"(?<!\\)%", r"\\%", tex)  # a bare one would hide the rest of the line
        return f"${''.join(f'{{{_MATH[c]}}}' if c in _MATH else c for c in tex.strip())}$"
    return "".join(map(_letter, groups["escaped"] or groups["address"] or BLANK.sub(" ", unescape(groups["entity"]))))


def _marked(text: str) -> str:
    """Text with its marks of emphasis made commands."""
    parts: list[str] = []
    end = 0
    for match in _MARKED.finditer(text):
        marks, inner = match[1] or match[3], match[2] or match[4]
        parts += [*map(_letter, text[end : match.start()]), _COMMANDS[len(marks)] % _marked(inner)]
        end = match.end()
    return "".join([*parts, *map(_letter, text[end:])])


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if letter in _MATH:
        return f"${_MATH[letter]}$"
    if letter.isascii() or _PRINTED.match(letter):
        return letter
    kind, _, digits = unicodedata.decomposition(letter).rpartition("> ")
    if kind in ("<sub", "<super"):
        return rf"\text{kind[1:]}script{{{''.join(_letter(chr(int(d, 16))) for d in digits.split())}}}"
    if (plain := unicodedata.normalize("NFKC", letter)) != letter:
        return "".join(map(_letter, plain))
    return "" if unicodedata.category(letter) in ("Cf", "Cs") else f"[U+{ord(letter):04X}]"
