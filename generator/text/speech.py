"""Formulas in words: the MathML pandoc writes, as a person would read it aloud.

The words are the alternative text of equations in tagged PDF, so two formulas that differ must sound different. What
reaches beyond a single symbol therefore says where it ends ("end fraction", "end power"); what is a single symbol
does not. Symbols without a word of their own here are called by their Unicode name, and elements that have no rule
are spoken by their children, so that nothing is passed over in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from xml.etree import ElementTree

Node = ElementTree.Element

_SYMBOLS = {
    "+": "plus",
    "-": "minus",
    "−": "minus",
    "±": "plus or minus",
    "∓": "minus or plus",
    "×": "times",
    "⋅": "dot",
    "·": "dot",
    "*": "star",
    "∗": "star",
    "/": "divided by",
    "÷": "divided by",
    "∘": "composed with",
    "⊙": "elementwise times",
    "⊗": "tensor product",
    "⊕": "direct sum",
    "=": "equals",
    "≠": "is not equal to",
    "≈": "approximately equals",
    "≡": "is identical to",
    "≔": "is defined as",
    "∼": "is similar to",
    "≃": "is asymptotically equal to",
    "≅": "is congruent to",
    "∝": "is proportional to",
    "<": "is less than",
    ">": "is greater than",
    "≤": "is less than or equal to",
    "≥": "is greater than or equal to",
    "≪": "is much less than",
    "≫": "is much greater than",
    "∈": "is an element of",
    "∉": "is not an element of",
    "⊂": "is a proper subset of",
    "⊆": "is a subset of",
    "∪": "union",
    "∩": "intersection",
    "∖": "without",
    "∅": "the empty set",
    "∀": "for all",
    "∃": "there exists",
    "¬": "not",
    "∧": "and",
    "∨": "or",
    "⊥": "perpendicular to",
    "→": "goes to",
    "←": "takes the value",
    "↦": "maps to",
    "⇒": "implies",
    "⇔": "if and only if",
    "∣": "given",
    "|": "given",
    "‖": "parallel to",
    "∂": "partial",
    "∇": "nabla",
    "∞": "infinity",
    "…": "and so on",
    "⋯": "and so on",
    "⋮": "and so on",
    "⋱": "and so on",
    "%": "percent",
    "!": "factorial",
    ",": "comma",
    ";": "semicolon",
    ":": "colon",
    "°": "degrees",
    "′": "prime",
    "″": "double prime",
    "‴": "triple prime",
    "⊤": "top",
    "†": "dagger",
    "ℓ": "l",
    "ℝ": "the real numbers",
    "ℕ": "the natural numbers",
    "ℤ": "the integers",
    "ℚ": "the rational numbers",
    "ℂ": "the complex numbers",
    "(": "open parenthesis",
    ")": "close parenthesis",
    "[": "open bracket",
    "]": "close bracket",
    "{": "open brace",
    "}": "close brace",
    "⟨": "open angle bracket",
    "⟩": "close angle bracket",
    "⌈": "the ceiling of",
    "⌉": "end ceiling",
    "⌊": "the floor of",
    "⌋": "end floor",
    "\u2061": "",
    "\u2062": "",
    "\u2063": "",
    "\u2064": "",
}
_ACCENTS = {
    "̂": "hat",
    "^": "hat",
    "ˆ": "hat",
    "‾": "bar",
    "¯": "bar",
    "̄": "bar",
    "_": "bar",
    "̃": "tilde",
    "~": "tilde",
    "˜": "tilde",
    "̇": "dot",
    "˙": "dot",
    "̈": "double dot",
    "¨": "double dot",
    "→": "vector",
    "⃗": "vector",
    "̌": "check",
    "ˇ": "check",
    "̆": "breve",
    "˘": "breve",
    "⏞": "",
    "⏟": "",
}
_BIG = {
    "∑": "the sum",
    "∏": "the product",
    "∫": "the integral",
    "∬": "the double integral",
    "∭": "the triple integral",
    "∮": "the contour integral",
    "⋃": "the union",
    "⋂": "the intersection",
}
_BARS = {"|": "absolute value", "‖": "norm", "∥": "norm"}
_OPENING, _CLOSING = frozenset("([{⟨⌈⌊"), frozenset(")]}⟩⌉⌋")
_OPTIMA = ("max", "min", "sup", "inf", "argmax", "argmin", "arg max", "arg min")
_POWERS = {
    "2": "squared",
    "3": "cubed",
    "⊤": "transpose",
    "∘": "degrees",
    "*": "star",
    "′": "prime",
    "″": "double prime",
    "‴": "triple prime",
}
_WRAPPERS = ("mrow", "mstyle", "mpadded", "semantics", "math")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_SILENT = ("annotation", "annotation-xml", "mphantom", "mspace")


def spoken(mathml: str) -> str:
    """A formula in English words; `formula` where there is nothing to say.

    >>> spoken("<math><msup><mi>x</mi><mn>2</mn></msup></math>")
    'x squared'
    """
    try:
        formula = ElementTree.fromstring(mathml)
    except ElementTree.ParseError:
        return "formula"
    return _row([formula]) or "formula"


# --- what stands in a row ---------------------------------------------------------------------------------------


def _tag(node: Node) -> str:
    return node.tag.rpartition("}")[2]


def _text(node: Node) -> str:
    return (node.text or "").strip()


def _is_letter(node: Node) -> bool:
    return _tag(node) == "mi" and len(_text(node)) == 1 and _text(node).isascii() and _text(node).isalpha()


def _unwrapped(nodes: Iterable[Node]) -> Iterable[Node]:
    for node in nodes:
        if _tag(node) in _WRAPPERS:
            yield from _unwrapped(node)
        else:
            yield node


def _items(nodes: Iterable[Node]) -> list[Node]:
    """The items of a row to be spoken, one by one: grouping undone, upright letters in a run joined to the word they spell."""
    items: list[Node] = []
    for upright, run in groupby(_unwrapped(nodes), lambda n: _is_letter(n) and n.get("mathvariant") == "normal"):
        members = list(run)
        items += [_leaf("mi", "".join(map(_text, members)))] if upright else members
    return _with_thousands([n for n in items if _tag(n) not in _SILENT and _text(n) != "\u2061"])


def _leaf(tag: str, text: str) -> Node:
    node = Node(tag)
    node.text = text
    return node


def _with_thousands(items: list[Node]) -> list[Node]:
    """Items in which `13`, `,`, `600` are one number, where no bracket says that they are a list."""
    joined: list[Node] = []
    depth = 0
    for node in items:
        depth += (_edge(node) in _OPENING) - (_edge(node) in _CLOSING)
        number = "".join(map(_text, (*joined[-2:], node))) if depth == 0 and _tag(node) == "mn" else ""
        if _THOUSANDS.fullmatch(number):
            joined[-2:] = [_leaf("mn", number)]
        else:
            joined.append(node)
    return joined


def _edge(node: Node) -> str:
    """The symbol of an operator, also where a power is attached to it, as in `)` of `(a + b)^2`."""
    base = node[0] if _tag(node) in ("msub", "msup", "msubsup") and len(node) else node
    return _text(base) if _tag(base) == "mo" else ""


def _is_operator(node: Node) -> bool:
    return bool(_edge(node)) or _text(node) in ("/", "−", "-", "!", "%")


def _is_atom(node: Node) -> bool:
    """One symbol, perhaps with a simple index, power or accent: what needs no word to say where it ends."""
    if _tag(node) in ("msub", "msup", "msubsup", "mover"):
        parts = [_items([child]) for child in node]
        simple = bool(parts) and all(len(part) == 1 and not len(part[0]) for part in parts)
        return simple and not _is_operator(parts[0][0])
    return not len(node) and not _is_operator(node)


def _row(nodes: Iterable[Node]) -> str:
    """A sequence in words."""
    items = _items(nodes)
    words: list[str] = []
    bars: list[str] = []
    at = 0
    while at < len(items):
        node, rest = items[at], items[at + 1 :]
        if (table := _table_at(items[at:])) is not None:
            phrase, taken = table
        elif _applies(items[at:]):
            phrase, taken = f"{_speak(node)} of {_speak(rest[1])}", 4
        elif _tag(node) == "mfrac":
            phrase, taken = _fraction(node, alone=not _touches(items[:at], rest)), 1
        elif _edge(node) in _BARS or _edge(node) == "∣":
            phrase, taken = _bar(node, rest, bars, in_braces=any(_text(n) == "{" for n in items[:at])), 1
        elif _text(node) in ("⋅", "·") and (" ".join(words)[-1:].isdigit() or _begins_with_number(rest)):
            phrase, taken = "times", 1  # "2 dot 34" would be a decimal number
        else:
            phrase, taken = _speak(node), 1
        words.append(phrase)
        at += taken
    return " ".join(" ".join(words).split())


def _begins_with_number(items: Sequence[Node]) -> bool:
    return any(_tag(next(n for n in node.iter() if not len(n))) == "mn" for node in items[:1])


def _applies(items: Sequence[Node]) -> bool:
    """True if this is a name, a parenthesis, one simple argument and a parenthesis: a function applied."""
    if len(items) < 4 or _text(items[1]) != "(" or _text(items[3]) != ")" or not _is_atom(items[2]):
        return False
    name = items[0][0] if _tag(items[0]) in ("msub", "msup", "msubsup") and len(items[0]) else items[0]
    named = [n for n in _items([name]) if _tag(n) == "mi" and _text(n).isalpha()]
    return bool(named)


def _touches(before: Sequence[Node], after: Sequence[Node]) -> bool:
    """True if a factor stands right beside, so that one could not hear where a fraction begins or ends."""
    left = bool(before) and (not _is_operator(before[-1]) or _edge(before[-1]) in _CLOSING)
    right = bool(after) and (not _is_operator(after[0]) or _edge(after[0]) in _OPENING)
    return left or right


def _bar(node: Node, rest: Sequence[Node], open_bars: list[str], in_braces: bool) -> str:
    """A vertical bar: the begin or end of an absolute value or norm, or, alone in its row, a condition."""
    bar = _edge(node)
    if bar in open_bars:
        open_bars.remove(bar)
        return f"end {_BARS[bar]} {_scripts(node)}"
    if bar in _BARS and any(_edge(other) == bar for other in rest):
        open_bars.append(bar)
        return f"the {_BARS[bar]} of"
    return "such that" if in_braces and bar in "|∣" else _speak(node)


# --- elements ---------------------------------------------------------------------------------------------------


def _speak(node: Node) -> str:
    """One element in words."""
    children, rule = _RULES.get(_tag(node), (0, None))
    if rule is not None and len(node) >= children:
        return rule(node)
    return " ".join(filter(None, (_text(node), _row(node))))


def _symbol(node: Node) -> str:
    """An identifier or operator: a name for a symbol, Greek letters by theirs, other letters as they are."""
    text = _text(node)
    if text in _BIG:
        return f"{_BIG[text]} of"
    if text in _SYMBOLS:
        return _SYMBOLS[text]
    plain = unicodedata.normalize("NFKC", text)
    return plain if len(plain) > 1 and plain.isalnum() else " ".join(_named(c) for c in plain)


def _named(character: str) -> str:
    if character in _SYMBOLS or character.isascii():
        return _SYMBOLS.get(character, character)
    name = unicodedata.name(character, "symbol").lower().replace("lamda", "lambda")
    if greek := re.fullmatch(r"greek (small|capital) letter (.+)", name):
        return f"capital {greek[2]}" if greek[1] == "capital" else greek[2]
    return character if character.isalnum() else f"the symbol {re.sub(r' (sign|symbol|operator)$', '', name)}"


def _words(node: Node) -> str:
    return " ".join(unicodedata.normalize("NFKC", node.text or "").split())


def _fraction(node: Node, alone: bool = True) -> str:
    if len(node) < 2:
        return _row(node)
    if node.get("linethickness") == "0":
        return f"{_row([node[0]])} choose {_row([node[1]])}"
    above, below = _row([node[0]]), _row([node[1]])
    if any(inner is not node for inner in node.iter(node.tag)):
        return f"the fraction with numerator {above} and denominator {below} end fraction"
    short = all(_is_atom(n) for n in _items(node)) and len(above.split()) <= 4 and len(below.split()) <= 4
    return f"{above} over {below}" if alone and short else f"the fraction {above} over {below} end fraction"


def _square_root(node: Node) -> str:
    return f"the square root of {_until('root', node)}"


def _root(node: Node) -> str:
    index = _row([node[1]])
    other = f"{index}th root" if index.isalnum() else f"root of order {index}"
    name = {"2": "square root", "3": "cube root"}.get(index, other)
    return f"the {name} of {_until('root', [node[0]])}"


def _until(what: str, nodes: Iterable[Node]) -> str:
    """A row that says where it ends, unless it is a single symbol, perhaps with a sign."""
    items = _items(nodes)
    signed = len(items) == 2 and _text(items[0]) in ("−", "-", "+")
    ends_itself = len(items) == 1 + signed and _is_atom(items[-1]) and not (what == "sub" and len(items[-1]))
    return _row(items) if ends_itself else f"{_row(items)} end {what}"


def _with_scripts(node: Node) -> str:
    """An index, a power, or both; sums, limits and logarithms read theirs in their own way."""
    kind, parts = _tag(node), list(node)
    under = parts[1] if kind != "msup" else None
    over = parts[-1] if kind != "msub" else None
    return _limits(parts[0], under, over) or f"{_base(parts[0])} {_scripts(node)}".strip()


def _base(node: Node) -> str:
    items = _items([node])
    words = _row(items)
    if len(items) == 1:
        clear = _tag(items[0]) not in ("mfrac", "msqrt", "mroot", "msup", "msubsup")
    else:
        clear = not items or _edge(items[0]) in _OPENING or _edge(items[0]) in _BARS
    return words if clear else f"the quantity {words} end quantity"


def _scripts(node: Node) -> str:
    kind, parts = _tag(node), list(node)
    words = []
    if kind in ("msub", "msubsup"):
        words.append(f"sub {_until('sub', _spelled(parts[1]))}")
    if kind in ("msup", "msubsup"):
        words.append(_power(parts[0], parts[-1]))
    return " ".join(words)


def _spelled(script: Node) -> list[Node]:
    """A script's items; three or more italic letters there spell a word (`D_{vol}`), unless they count (`x_{ijk}`)."""
    items = _items([script])
    word = "".join(map(_text, items))
    italic = all(_is_letter(n) and not n.get("mathvariant") for n in items)
    return [_leaf("mi", word)] if len(items) > 2 and italic and not set(word) <= set("ijkl") else items


def _power(base: Node, power: Node) -> str:
    items = _spelled(power)
    texts = [_text(n) for n in items]
    if len(items) == 1 and texts[0] in _POWERS:
        return _POWERS[texts[0]]
    if texts == ["T"] and unicodedata.normalize("NFKC", _text(base)).isupper():
        return "transpose"  # of a matrix; a small letter to the T is a power
    if len(items) > 2 and (texts[0], texts[-1]) in (("(", ")"), ("[", "]")):
        return f"superscript {_until('superscript', items[1:-1])}"
    return f"to the power of {_until('power', items)}"


def _limits(base: Node, under: Node | None, over: Node | None) -> str:
    """A sum, limit, optimum or logarithm with what stands below and above it; empty for anything else."""
    name = _row([base])
    low = _row([under]) if under is not None else ""
    high = _row([over]) if over is not None else ""
    if _text(base) in _BIG:
        span = f"from {low} to {high}" if low and high else f"over {low}" if low else f"to {high}"
        return f"{_BIG[_text(base)]} {span} of"
    if low and not high:
        if name == "lim":
            return f"the limit as {low} of"
        if name in _OPTIMA:
            return f"{name} over {low} of"
        if name == "log":
            return f"log base {low} of"
    return ""


def _decorated(node: Node) -> str:
    """Something above, below or both: an accent, the range of a sum, or a remark."""
    kind, base = _tag(node), node[0]
    under = node[1] if kind != "mover" else None
    over = node[-1] if kind != "munder" else None
    if limits := _limits(base, under, over):
        return limits
    accent = _ACCENTS.get(_text(node[1])) if node[1].get("accent") == "true" and kind != "munderover" else None
    if accent is not None:
        items = _items([base])
        below = " below" if kind == "munder" and accent else ""
        if len(items) == 1 or not accent:
            return f"{_row(items)} {accent}{below}".strip()
        return f"{accent}{below or ' over'} {_row(items)} end {accent}"
    placed = ((under, "below"), (over, "above"))
    remarks = [f"{_row(_spelled(remark))} {place}" for remark, place in placed if remark is not None]
    return f"{_row([base])} with {' and '.join(remarks)}"


# --- tables -----------------------------------------------------------------------------------------------------


def _table_at(items: Sequence[Node]) -> tuple[str, int] | None:
    """A table with the brackets around it, and how many items that is."""
    if len(items) > 1 and _tag(items[1]) == "mtable" and _edge(items[0]):
        if len(items) > 2 and _edge(items[2]):
            scripts = _scripts(items[2])
            return f"the matrix, {_rows(items[1])}; end matrix {scripts}".rstrip(), 3
        if _text(items[0]) == "{":
            return f"the cases, {_rows(items[1], 'case')}; end cases", 2
    return None


def _table(node: Node) -> str:
    """A bare table; columns that meet at a relation (`aligned`) are lines of a calculation."""
    aligned = any(cell.get("columnalign") == "right" for cell in node.iter())
    return _rows(node, "line" if aligned else "row", "" if aligned else ",")


def _rows(table: Node, word: str = "row", between: str = ",") -> str:
    rows = [[phrase for cell in row if (phrase := _row(cell))] for row in table]
    return "; ".join(f"{word} {number}: {f'{between} '.join(cells)}" for number, cells in enumerate(rows, 1))


_RULES: dict[str, tuple[int, Callable[[Node], str]]] = {
    "mi": (0, _symbol),
    "mo": (0, _symbol),
    "mn": (0, _words),
    "mtext": (0, _words),
    "ms": (0, _words),
    "mfrac": (2, _fraction),
    "msqrt": (0, _square_root),
    "mroot": (2, _root),
    "msub": (2, _with_scripts),
    "msup": (2, _with_scripts),
    "msubsup": (3, _with_scripts),
    "mover": (2, _decorated),
    "munder": (2, _decorated),
    "munderover": (3, _decorated),
    "mtable": (0, _table),
}
"""Element -> the children its rule needs, the rule."""
