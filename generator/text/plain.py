"""Markdown with `$math$` as plain text, for places that show text as it is: calendars, spreadsheets, a learning platform's imports.

Pieces whose marks are not Markdown (code, math, escaped characters, addresses) are lifted out first and replaced by
numbered place holders, then lines are joined and the marks of emphasis and links removed, then the pieces come back.
What is emphasis, math or a list is decided as pandoc decides it, because pandoc makes the documents.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LIFTED = re.compile(
    r"""
      ^(?P<fence>```+|~~~+)[^\n`]*\n(?P<block>.*?)^(?P=fence)[ ]*$
    | (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | (?P<newline>(?:\\|[ ]{2,})\n)
    | \\(?P<escaped>[!-/:-@\[-`{-~])
    | \$\$(?P<display>.+?)\$\$
    | \$(?!\s)(?P<math>(?:\\.|[^\\$\n]|\n(?!\s*\n))+?)(?<!\s)\$(?!\d)
    | <(?P<address>(?:https?://|mailto:)[^\s<>]+)>
    | (?P<entity>&(?:\#\w+|\w+);)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_PLACE = re.compile("\0(\\d+)\0")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+")
_BULLET = re.compile(r"^[-*+]\s+")
_HEADING = re.compile(r"^#{1,6}\s+")
_QUOTE = re.compile(r"^>[ ]?", re.MULTILINE)
_LINK = re.compile(
    r"""!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:<[^<>]*>|[^()\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\)"""
)
_STARS = re.compile(r"(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?!\*)")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)")


def plain_text(markdown: str) -> str:
    """Markdown as text a person can read without rendering it; paragraphs stay apart, wrapped lines are joined.

    >>> plain_text("**Why** does [Lab 02](https://x.example) read $T \\\\approx \\\\frac{D_{vol}}{BW}$?")
    'Why does Lab 02 read T ≈ D_vol/BW?'
    """
    pieces: list[str] = []

    def lift(match: re.Match[str]) -> str:
        pieces.append(_piece(match))
        place = f"\0{len(pieces) - 1}\0"
        return f"\n\n{place}\n\n" if match["fence"] else place

    text = re.sub(r"\r\n?|[\u2028\u2029]", "\n", markdown)
    text = _LIFTED.sub(lift, _CONTROL.sub("", text))
    text = "\n\n".join(_paragraph(block) for block in re.split(r"\n\s*\n", text.strip()))
    return _PLACE.sub(lambda match: pieces[int(match[1])], text).strip()


def literal_text(text: str) -> str:
    """Text that is not Markdown, such as a room, on one line and without control characters."""
    return " ".join(_CONTROL.sub("", " ".join(text.split())).split())


def _piece(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if (tex := groups["display"] or groups["math"]) is not None:
        return math_text(tex)
    if groups["code"] is not None:
        return " ".join(groups["code"].split())
    if groups["newline"] is not None:
        return "\n"
    if groups["entity"] is not None:
        return _CONTROL.sub("", unescape(groups["entity"]))
    if groups["block"] is not None:
        return groups["block"].strip("\n")
    return groups["escaped"] or groups["address"]


def _paragraph(block: str) -> str:
    """A block without its marks: one line, or one line for each item of a list."""
    block = _QUOTE.sub("", block) if block.startswith(">") else _HEADING.sub("", block)
    first, *rest = (line.strip() for line in block.split("\n"))
    lines = [first]
    for line in rest:
        if _ITEM.match(first) and _ITEM.match(line):
            lines.append(line)
        else:
            lines[-1] += " " + line
    return "\n".join(_without_marks(line) for line in lines)


def _without_marks(line: str) -> str:
    text = re.sub(r"[ \t]+", " ", _BULLET.sub("• ", line))
    before = None
    while text != before:  # one mark may stand inside another
        before = text
        text = _LINK.sub(r"\1", text)
        text = _UNDERSCORES.sub(r"\2", _STARS.sub(r"\2", text))
    return text


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
