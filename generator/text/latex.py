"""A line of Markdown as LaTeX text, for pdflatex with Latin Modern."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from generator.text.markdown import Break, Code, Inline, Link, Marked, Math, Words, line

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
    "’": "'",
    "[": "{[}",
    "]": "{]}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{SOFT HYPHEN}": r"\-",
}
"""The ten characters TeX reads as its own, and those that mean something in some place, make a ligature or are made by one."""


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
_COMMANDS = {"bold": r"\textbf{%s}", "italic": r"\emph{%s}"}
_ALONE = {"-": "{-}", "'": r"\textquotesingle{}"}
"""What makes a ligature within text, and must not in a program."""


def latex_text(markdown: str, *, links: bool = False) -> str:
    """A line of Markdown as LaTeX: math stays math, marks become commands, everything else is only text.

    A link is its words, unless `links` are to lead somewhere. A letter that pdflatex has no sign for is shown by its
    number, `[U+4E2D]`.

    >>> latex_text("**50%** of `a_b` costs $x^2$")
    '\\\\textbf{50\\\\%} of \\\\texttt{a\\\\_b} costs $x^2$'
    """
    return _latex(line(markdown), links, struck=False)


def _latex(nodes: Sequence[Inline], links: bool, struck: bool) -> str:
    return "".join(_node(node, links, struck) for node in nodes)


def _node(node: Inline, links: bool, struck: bool) -> str:
    match node:
        case Words(text):
            return _struck(text) if struck else _letters(text)
        case Code(text):
            return _whole(rf"\texttt{{{''.join(_ALONE.get(c) or _letter(c) for c in text)}}}", struck)
        case Math(tex):
            return _whole(_math(tex), struck)
        case Break():
            return r"\newline{}"
        case Marked("struck", inside):
            return _latex(inside, links, struck=True)
        case Marked(style, inside):
            return _COMMANDS[style] % _latex(inside, links, struck)
        case Link(address, inside):
            words = _latex(inside, links, struck)
            return rf"\href{{{_address(address)}}}{{{words}}}" if links else words


def _letters(text: str) -> str:
    return "".join(map(_letter, text))


def _whole(latex: str, struck: bool) -> str:
    return rf"\struck{{{latex}}}" if struck else latex


def _struck(text: str) -> str:
    """Words struck out one by one, so that a line may end between them."""
    return "".join(rf"\struck{{{_letters(word)}}}" if word.strip() else word for word in re.split("( +)", text))


def _math(tex: str) -> str:
    tex = re.sub(r"(?<!\\)%", r"\\%", tex)  # a bare one would hide the rest of the line
    return f"${''.join(f'{{{_MATH[c]}}}' if c in _MATH else c for c in tex.strip())}$"


def _address(address: str) -> str:
    return re.sub(r"([%#&\\])", r"\\\1", address)


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
