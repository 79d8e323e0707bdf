"""A displayed formula as a picture: MathML -> Typst math -> PNG.

Pandoc's own Typst is not used: it loses `\\left.`, nested `aligned`, the size of `\\big` and the width of `\\;`.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from xml.etree import ElementTree

Node = ElementTree.Element

_TEXT_SIZE = 24.0
_EDGE = 1.0
"""Points left free around a formula, for strokes that reach out of it."""
MARGIN = 2 * _EDGE / _TEXT_SIZE
"""Both edges together, in em of the text size."""
_PIXELS_PER_INCH = 300.0
_EM = _TEXT_SIZE / 72 * _PIXELS_PER_INCH
"""Pixels of the picture in one em: 100, a little more than a 4K projector shows of a formula at 26 points."""


class Refused(Exception):
    """Formulas that cannot be set, by their place in the list, each with the reason."""

    def __init__(self, reasons: Mapping[int, str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = reasons


_ALIGNED = ("right", "left")
_BRACES = {
    "⏞": "overbrace",
    "⏟": "underbrace",
    "⎴": "overbracket",
    "⎵": "underbracket",
    "¯": "overline",
    "_": "underline",
}
_PRIMES = {"′": 1, "″": 2, "‴": 3, "⁗": 4}
_THOUSANDS = re.compile(r"\d{3}(\.\d+)?")


@cache
def _fonts() -> Any:
    """Typst's own fonts first, the system's for letters they lack."""
    import typst

    return typst.Fonts()


def pictures(mathml: Sequence[str], color: str) -> list[bytes]:
    """A PNG for each formula, in `color` (six hex digits) on nothing; raises `Refused` with what Typst cannot set."""
    import typst

    bodies = [f"$ {_typst(ElementTree.fromstring(formula))} $" for formula in mathml]
    try:
        return _pages(bodies, color)
    except typst.TypstError:
        if reasons := {place: why for place, body in enumerate(bodies) if (why := _trouble(body, color))}:
            raise Refused(reasons) from None
        raise


def _trouble(body: str, color: str) -> str:
    import typst

    try:
        _pages([body], color)
    except typst.TypstError as error:
        return f"Typst says {error.message}"
    return ""


def _pages(bodies: Sequence[str], color: str) -> list[bytes]:
    """A PNG for each piece of Typst, as large as what it shows and a narrow edge."""
    import typst

    head = (
        f"#set page(width: auto, height: auto, margin: {_EDGE}pt, fill: none)\n"
        f'#let ink = rgb("#{color}")\n#set text(size: {_TEXT_SIZE}pt, fill: ink)\n'
    )
    source = head + "\n#pagebreak()\n".join(bodies)
    pages = typst.Compiler(source.encode(), font_paths=_fonts()).compile(format="png", ppi=_PIXELS_PER_INCH)
    assert pages is not None
    return pages if isinstance(pages, list) else [pages]


def size(png: bytes) -> tuple[float, float]:
    """Width and height of a picture in em of its formula's text size."""
    width, height = struct.unpack(">II", png[16:24])
    return width / _EM, height / _EM


def _typst(node: Node) -> str:
    """MathML as Typst math; what has no rule is shown by its children."""
    rule = _RULES.get(_tag(node))
    return rule(node) if rule else " ".join(filter(None, (_string(_text(node)), _row(node))))


def _tag(node: Node) -> str:
    return node.tag.rpartition("}")[2]


def _text(node: Node) -> str:
    return (node.text or "").strip()


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if text else ""


def _row(node: Node) -> str:
    """The children side by side, in brackets that grow with them where LaTeX says so."""
    items = list(node)
    pieces = [_typst(item) for item in items]
    for at in range(1, len(items) - 1):
        around = _tag(items[at - 1]), _text(items[at]), _tag(items[at + 1])
        if around == ("mn", ",", "mn") and _THOUSANDS.fullmatch(_text(items[at + 1])):
            pieces[at] = 'class("normal", \\,)'
    row = ""
    for piece in filter(None, pieces):  # Typst shows a blank beside a string
        row += piece if not row or row.endswith('"') or piece.startswith('"') else f" {piece}"
    return f"lr({row})" if items and (_grows(items[0], "prefix") or _grows(items[-1], "postfix")) else row


def _grows(node: Node, form: str) -> bool:
    return node.get("stretchy") == "true" and node.get("form") == form and not node.get("minsize")


def _identifier(node: Node) -> str:
    text = _text(node)
    if len(text) > 1:
        return f"op({_string(text)})"
    return f"upright({_sign(text)})" if node.get("mathvariant") == "normal" else _sign(text) or '""'


def _sign(text: str) -> str:
    """One sign; a backslash keeps Typst from reading more into it."""
    return f"\\{text}" if text.isascii() and text and not text.isalnum() else text


def _number(node: Node) -> str:
    return _text(node) if re.fullmatch(r"\d+(\.\d+)?", _text(node)) else _string(_text(node))


def _operator(node: Node) -> str:
    text = _text(node).replace("*", "∗").replace("∥", "‖").replace("\u2061", "")
    if len(text) > 1:
        return f"op({_string(text)})"
    if node.get("minsize") and text:
        return f"lr({_sign(text)}, size: #{float(node.get('minsize', '100%').rstrip('%')) / 100}em)"
    if text in ("|", "‖") and node.get("stretchy") == "false":
        return f'class("normal", {_sign(text)})'
    if text == "|" and node.get("form") == "infix":
        return 'class("normal", mid(\\|))'
    return _sign(text)


def _fraction(node: Node) -> str:
    above, below = map(_typst, node)
    if node.get("linethickness") == "0":
        return f"mat(delim: #none, {above}; {below})"
    return f"frac({above}, {below})"


def _scripts(node: Node) -> str:
    """Index and power beside their base."""
    kind, parts = _tag(node), list(node)
    where = {"msub": "b", "msup": "t", "msubsup": "bt"}[kind]
    return f"attach(scripts({_base(parts[0])}), {_placed(where, parts[1:])})"


def _base(node: Node) -> str:
    return _typst(node) or '""'


def _placed(where: str, parts: Sequence[Node]) -> str:
    return ", ".join(f"{key}: {_script(part)}" for key, part in zip(where, parts, strict=True))


def _script(node: Node) -> str:
    primes = _PRIMES.get(_text(node))
    return f"primes(#{primes})" if primes else _base(node)


def _stacked(node: Node) -> str:
    """An accent, or what stands below and above."""
    kind, parts = _tag(node), list(node)
    sign, base = _text(parts[1]), _base(parts[0])
    if parts[1].get("accent") == "true" and sign:
        if sign in _BRACES:
            return f"{_BRACES[sign]}({base})"
        if kind == "munder":
            return f"attach(limits({base}), b: {_sign(sign)})"
        return f"accent({base}, \\u{{{ord(sign[0]):x}}})"
    where = {"munder": "b", "mover": "t", "munderover": "bt"}[kind]
    return f"attach(limits({base}, inline: #false), {_placed(where, parts[1:])})"


def _table(node: Node) -> str:
    """A matrix, or lines that meet at their signs, at full size."""
    rows = [list(row) for row in node]
    sides = tuple(cell.get("columnalign", "center") for cell in rows[0]) if rows else ()
    if sides[:1] == _ALIGNED[:1] and all(side == _ALIGNED[at % 2] for at, side in enumerate(sides)):
        lines = "; ".join(" & ".join(f"display({_row(cell)})" if len(cell) else "" for cell in row) for row in rows)
        return f"mat(delim: #none, row-gap: #0.5em, {lines})"
    cells = "; ".join(", ".join(_row(cell) or '""' for cell in row) for row in rows)
    return f"mat(delim: #none, align: #{sides[0] if sides else 'center'}, column-gap: #1em, row-gap: #0.3em, {cells})"


def _enclosed(node: Node) -> str:
    if node.get("notation") == "box":
        return f"#box(stroke: 0.05em + ink, inset: 0.3em, baseline: 0.3em, $display({_row(node)})$)"
    return f"cancel({_row(node)}, length: #100%)"


_RULES: dict[str, Callable[[Node], str]] = {
    "annotation": lambda node: "",
    "mi": _identifier,
    "mn": _number,
    "mo": _operator,
    "mtext": lambda node: _string(_text(node)),  # the blanks at its ends are `mspace` beside it
    "mspace": lambda node: f"#h({node.get('width', '0em')})",
    "mphantom": lambda node: f"#hide($display({_row(node)})$)",
    "mstyle": lambda node: f"{'inline' if node.get('displaystyle') == 'false' else 'display'}({_row(node)})",
    "menclose": _enclosed,
    "mfrac": _fraction,
    "msqrt": lambda node: f"sqrt({_row(node)})",
    "mroot": lambda node: f"root({_typst(node[1])}, {_typst(node[0])})",
    "msub": _scripts,
    "msup": _scripts,
    "msubsup": _scripts,
    "munder": _stacked,
    "mover": _stacked,
    "munderover": _stacked,
    "mtable": _table,
}
