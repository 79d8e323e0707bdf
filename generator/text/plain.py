"""Markdown with `$math$` as plain text, for places that show text as it is: calendars, spreadsheets, a learning platform's imports.

Marks go and words stay, with quotes and dashes as they were typed; each item of a list has a line, and so has each row of a table.
"""

from __future__ import annotations

import re
import unicodedata

from generator.text.markdown import BLOCKS, Code, Inline, Math, Words, block_tokens, leaves, line

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain_text(markdown: str) -> str:
    """Markdown as text a person can read without rendering it; paragraphs stay apart, wrapped lines are joined.

    >>> plain_text("**Why** does [Lab 02](https://x.example) read $T \\\\approx \\\\frac{D_{vol}}{BW}$?")
    'Why does Lab 02 read T ≈ D_vol/BW?'
    """
    text = _CONTROL.sub("", re.sub(r"\r\n?|[\u2028\u2029]", "\n", markdown)).strip()
    if not BLOCKS.search(text):
        return _words(text).strip()
    found: list[str] = []
    mark, lists = "", 0
    for token in block_tokens(text):
        if token.type.endswith("_list_open"):
            found += [_APART] * (not lists)
            lists += 1
        elif token.type.endswith("_list_close"):
            lists -= 1
        elif token.type == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "• "
        elif token.type in _BEGINS:
            found.append("\n" if token.hidden and found[-1:] != [_APART] else _APART)
        elif token.type == "td_close" or token.type == "th_close":
            found.append(" | ")
        elif token.type in ("fence", "code_block"):
            found += [_APART, token.content.strip("\n"), _APART]
        elif token.type == "inline":
            found.append(mark + _words(token.content))
            mark = ""
    return re.sub(rf"(?: \| )?\n?{_APART}[{_APART}\n]*", "\n\n", "".join(found)).strip()


_APART = "\x1e"
"""Stands between blocks; no text holds it."""
_BEGINS = frozenset(("paragraph_open", "heading_open", "tr_open"))


def _words(markdown: str) -> str:
    """A line without its marks."""
    return "".join(map(_leaf, leaves(line(markdown, typeset=False))))


def _leaf(node: Inline) -> str:
    match node:
        case Math(tex):
            return math_text(tex)
        case Words(text) | Code(text):
            return text
        case _:
            return "\n"


def literal_text(text: str) -> str:
    """Text that is not Markdown, such as a room, on one line and without control characters."""
    return " ".join(_CONTROL.sub("", " ".join(text.split())).split())


# --- math ------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_SMALL_GREEK = {unicodedata.name(letter).rpartition(" ")[2].lower(): letter for letter in "αβγδεζηθικμνξοπρστυφχψω"} | {
    "lambda": "λ"
}  # which Unicode spells LAMDA
_GREEK = (
    _SMALL_GREEK
    | {name.capitalize(): letter.upper() for name, letter in _SMALL_GREEK.items()}
    | {"varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "varrho": "ρ", "varsigma": "ς"}
)
_OPERATORS = {
    "times": "×",
    "cdot": "·",
    "div": "÷",
    "pm": "±",
    "mp": "∓",
    "odot": "⊙",
    "otimes": "⊗",
    "oplus": "⊕",
    "circ": "∘",
    "ast": "*",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "lt": "<",
    "gt": ">",
    "ll": "≪",
    "gg": "≫",
    "ne": "≠",
    "neq": "≠",
    "approx": "≈",
    "equiv": "≡",
    "sim": "~",
    "propto": "∝",
    "in": "∈",
    "notin": "∉",
    "subset": "⊂",
    "cup": "∪",
    "cap": "∩",
    "mid": "|",
    "to": "→",
    "rightarrow": "→",
    "leftarrow": "←",
    "leftrightarrow": "↔",
    "Rightarrow": "⇒",
    "implies": "⇒",
    "iff": "⇔",
    "mapsto": "↦",
}
_SIGNS = {
    "infty": "∞",
    "partial": "∂",
    "nabla": "∇",
    "sum": "∑",
    "prod": "∏",
    "int": "∫",
    "ell": "ℓ",
    "forall": "∀",
    "exists": "∃",
    "ldots": "…",
    "dots": "…",
    "cdots": "…",
    "top": "⊤",
    "prime": "′",
    "langle": "⟨",
    "rangle": "⟩",
    "lceil": "⌈",
    "rceil": "⌉",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lvert": "|",
    "rvert": "|",
    "lVert": "‖",
    "rVert": "‖",
    "|": "‖",
    "quad": " ",
    "qquad": " ",
    ",": " ",
    ";": " ",
    ":": " ",
    ">": " ",
    " ": " ",
    "\n": " ",
    "\\": " ",
    "!": "",
}
_UNSEEN = frozenset(
    {
        "left",
        "right",
        "big",
        "Big",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "displaystyle",
        "textstyle",
        "limits",
        "mathit",
        "mathcal",
        "mathbb",
        "boldsymbol",
        "textit",
    }
)
_WORDS = frozenset(("mathrm", "mathbf", "mathsf", "mathtt", "operatorname", "text", "textrm", "textbf", "mbox"))
_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0304",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
}
_SPACE_WITHIN = re.compile(r"(?<=[(\[⌈⌊⟨]) | (?=[)\]⌉⌋⟩,])")
_FRACTIONS = ("frac", "tfrac", "dfrac")
_ONE_TERM = re.compile(r"[-+]?(?:[^\s+\-*/=]|\^[-+])+|.")
_ONE_LETTER = re.compile(r"\d+(?:\.\d+)?|\w(?:_\w+)?")


SUB, SUP, END = "\x0e", "\x0f", "\x10"
"""The marks around an index and a power in `scripted_math`."""
UPRIGHT, SLANTED = "\x11", "\x12"
"""The marks around words that are no variables, such as `\\text{idle}` and `\\log`."""
_STYLES = str.maketrans("", "", UPRIGHT + SLANTED)
_SCRIPT = re.compile(f"([{SUB}{SUP}])([^{SUB}{SUP}{END}]*){END}")


def math_text(tex: str) -> str:
    """LaTeX math, without dollar signs, as one line of text; a command nobody told it about shows its name.

    >>> math_text(r"40 \\cdot \\min\\left(1, \\frac{a + b}{10^{-8}}\\right)")
    '40 · min(1, (a + b)/10^-8)'
    """
    return _flat(scripted_math(tex).translate(_STYLES))


def scripted_math(tex: str) -> str:
    """A formula as `math_text` gives it, with marks around what is set smaller (indices, powers) and around what stands upright."""
    tokens = _TOKEN.findall(tex.translate({ord(mark): None for mark in SUB + SUP + END + UPRIGHT + SLANTED}))[::-1]
    return _tidy(_run(tokens, None))


def _flat(scripted: str) -> str:
    """Scripts as `_x` and `^(a + b)`, the innermost first."""
    before = None
    while scripted != before:
        before = scripted
        scripted = _SCRIPT.sub(lambda m: ("_" if m[1] == SUB else "^") + _bracketed(m[2], _ONE_TERM), scripted)
    return scripted


def _run(tokens: list[str], closing: str | None) -> str:
    """Text of everything up to a closing brace, or to the end. `tokens` is a stack, next one last."""
    parts = []
    while tokens:
        token = tokens.pop()
        if token == closing:
            break
        parts.append(_atom(token, tokens))
    return "".join(parts)


def _argument(tokens: list[str]) -> str:
    while tokens and tokens[-1].isspace():
        tokens.pop()
    return _tidy(_atom(tokens.pop(), tokens)) if tokens else ""


def _atom(token: str, tokens: list[str]) -> str:
    if token == "{":
        return _run(tokens, "}")
    if token in ("_", "^"):
        script = _argument(tokens)
        return f"{SUB if token == '_' else SUP}{script}{END}" if script else ""
    if token.startswith("\\") and len(token) > 1:
        return _command(token[1:], tokens)
    if token in ("}", "&", "\\"):
        return ""
    return " " if token == "~" or token.isspace() else token


def _command(name: str, tokens: list[str]) -> str:
    if name in _WORDS:
        return f"{UPRIGHT}{_argument(tokens)}{SLANTED}"
    if name in _UNSEEN:
        return ""
    if name in _OPERATORS:
        return f" {_OPERATORS[name]} "
    if name in _FRACTIONS:
        return "/".join(_bracketed(_argument(tokens), _ONE_TERM) for _ in range(2))
    if name == "sqrt":
        return "√" + _bracketed(_argument(tokens), _ONE_LETTER)
    if name in _ACCENTS:
        return unicodedata.normalize("NFC", _argument(tokens) + _ACCENTS[name])
    if (sign := _GREEK.get(name, _SIGNS.get(name))) is not None:
        return sign
    followed = bool(tokens) and (tokens[-1].isalnum() or tokens[-1][1:] in _GREEK)
    return f"{UPRIGHT}{name}{SLANTED}" + " " * followed  # \sin\theta: "sin θ"


def _bracketed(text: str, simple: re.Pattern[str]) -> str:
    """Text that stays together on one line: in brackets unless it is simple."""
    return text if not text or simple.fullmatch(_flat(text.translate(_STYLES))) else f"({text})"


def _tidy(text: str) -> str:
    return _SPACE_WITHIN.sub("", re.sub(r"\s+", " ", text)).strip()
