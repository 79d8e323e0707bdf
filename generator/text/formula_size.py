"""The size of a displayed formula, from its TeX alone by TeX's rules of thumb: no converter is asked.

The layout needs a size before anything is drawn; the picture's own size is the exact one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from generator.text.formula_picture import MARGIN


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_ITALIC = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            *(529, 429, 433, 520, 466, 490, 477, 576, 345, 412, 521, 298, 878),
            *(600, 485, 503, 446, 451, 469, 361, 572, 485, 716, 572, 490, 465),
            *(750, 759, 715, 828, 738, 643, 786, 831, 440, 555, 849, 681, 970),
            *(803, 763, 642, 791, 759, 613, 584, 683, 583, 944, 828, 581, 683),
        ),
        strict=True,
    )
)
"""Thousandths of an em."""
_SPACES = {
    **{r"\,": 0.167, r"\:": 0.222, r"\>": 0.222, r"\;": 0.278, "\\ ": 0.222, "~": 0.222, r"\!": 0.0},
    **{r"\quad": 1.0, r"\qquad": 2.0, r"\enspace": 0.5, r"\thinspace": 0.167},
}
_UNITS = {"em": 1.0, "ex": 0.43, "mu": 1 / 18, "pt": 0.1, "mm": 0.285, "cm": 2.85}
_LENGTH = re.compile(rf"(-?\d+\.?\d*) *({'|'.join(_UNITS)})")
_STACKING = _set(r"\max \min \lim \sup \inf \det \Pr \gcd \limsup \liminf \argmax \argmin")
_FUNCTIONS = _STACKING | _set(
    r"\log \ln \lg \exp \sin \cos \tan \cot \sinh \cosh \tanh \arg \dim \ker \deg \hom \arcsin \arccos \arctan"
)
_BIG = {r"\sum": 1.444, r"\prod": 1.278, r"\coprod": 1.278} | dict.fromkeys(
    _set(r"\bigcup \bigcap \bigoplus \bigotimes \bigvee \bigwedge"), 1.2
)
_INTEGRALS = {r"\int": 0.61, r"\oint": 0.61, r"\iint": 1.05, r"\iiint": 1.48}
_RELATIONS = dict.fromkeys(
    _set(
        r"= < > \approx \le \leq \ge \geq \lt \gt \ne \neq \equiv \sim \simeq \cong \propto \ll \gg \in \notin \ni \subset"
        r" \subseteq \supset \supseteq \perp \models ≈ ≤ ≥ ≠ ∝ ∈"
    ),
    0.778,
) | {r"\mid": 0.278, r"\parallel": 0.5, ":": 0.278, r"\in": 0.667, r"\not": 0.0}
_ARROWS = {r"\to": 1.0, r"\rightarrow": 1.0, r"\leftarrow": 1.0, r"\Rightarrow": 1.0, r"\mapsto": 1.0, "→": 1.0} | {
    r"\implies": 1.64,
    r"\iff": 1.64,
    r"\longrightarrow": 1.64,
    r"\leftrightarrow": 1.0,
    r"\Leftrightarrow": 1.0,
}
_BINARIES = {r"\cdot": 0.278, r"\ast": 0.5, "*": 0.5, r"\circ": 0.5, r"\star": 0.5, r"\bullet": 0.5} | dict.fromkeys(
    _set(r"+ - − × \times \pm \mp \div \oplus \otimes \odot \cup \cap \setminus \land \lor \wedge \vee"), 0.778
)
_BRACKETS = {
    **dict.fromkeys(("(", ")", r"\langle", r"\rangle"), 0.389),
    **dict.fromkeys(("[", "]", "|", r"\lvert", r"\rvert", r"\vert"), 0.278),
    **dict.fromkeys((r"\{", r"\}", r"\|", r"\lVert", r"\rVert", r"\Vert", r"\lbrace", r"\rbrace"), 0.5),
    **dict.fromkeys((r"\lceil", r"\rceil", r"\lfloor", r"\rfloor"), 0.444),
    ".": 0.0,
}
_OPENING = frozenset(("(", "[", r"\{", r"\langle", r"\lceil", r"\lfloor", r"\lvert", r"\lVert"))
_SIGNS = {
    r"\ldots": 1.17,
    r"\dots": 1.17,
    r"\cdots": 1.17,
    r"\ddots": 1.28,
    r"\vdots": 0.278,
    r"\infty": 1.0,
    r"\top": 0.778,
}
_DESCENDING = _set(r"\beta \gamma \zeta \eta \mu \xi \rho \phi \varphi \chi \psi")
_UPRIGHT = _set(r"\text \mathrm \textrm \operatorname \operatorname* \textbf \textit \texttt \mathop \mbox")
_ACCENTS = _set(
    r"\hat \bar \vec \tilde \dot \ddot \widehat \widetilde \overline \check \breve \acute \grave \mathring"
    r" \overrightarrow \overleftarrow \overleftrightarrow"
)
_BRACED = _set(r"\overbrace \underbrace \overbracket \underbracket \underline \underbar")
_SILENT = frozenset(
    (r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits", r"\middle", r"\hline", r"\nonumber", "}", "&", "")
) | {r"\right", r"\end", r"\\"}
_SIZES = {r"\big": 1.2, r"\Big": 1.8, r"\bigg": 2.4, r"\Bigg": 3.0}
_LETTERED = _set(r"\mathbb \mathcal \mathbf \mathsf \mathit \mathtt \mathfrak \boldsymbol \bm \phantom \cancel")


class _Box(NamedTuple):
    """The room that a piece of a formula takes, in em: its width, and its height above and below the line it stands on."""

    width: float
    up: float = 0.0
    down: float = 0.0
    kind: str = "ord"
    stacks: bool = False
    """True if indices stand below and above it."""


@cache
def size_of(tex: str) -> tuple[float, float]:
    """About the width and height of a formula, in em, from its TeX alone; the picture's size is the exact one."""
    tokens = _TOKEN.findall(" ".join(tex.split()))
    box = _Estimate(tokens).row((), _DISPLAY)
    return box.width + MARGIN, box.up + box.down + MARGIN


_DISPLAY, _INLINE, _INDEX, _SMALL = range(4)
_SCALE = (1.0, 1.0, 0.7, 0.5)
_AXIS = 0.25
"""The height of a fraction's bar above the line."""


class _Estimate:
    """A reader of TeX that adds up boxes by TeX's rules of thumb, and never fails on what it does not know."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        """The next token that is no blank, without taking it; empty at the end."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        """The next token that is no blank."""
        token = self.peek()
        self.at += 1
        return token

    def row(self, ends: tuple[str, ...], style: int, after: str = "") -> _Box:
        """The box of what stands up to one of `ends`, which stays; `after` is the kind of what stands before."""
        boxes = []
        while (token := self.peek()) and token not in ends:
            boxes.append(self.scripted(style))
        return _beside(boxes, style, after)

    def scripted(self, style: int) -> _Box:
        """A piece with its indices and powers."""
        box = self.atom(style)
        small = min(max(style + 1, _INDEX), _SMALL)
        under = over = None
        stacks = box.stacks and style == _DISPLAY
        while (token := self.peek()) in ("_", "^", "'", r"\limits", r"\nolimits"):
            self.at += 1
            if token in (r"\limits", r"\nolimits"):
                stacks = token == r"\limits"
            elif token == "_":
                under = self.argument(small)
            elif token == "^":
                over = self.argument(small)
            else:
                box = box._replace(width=box.width + 0.275 * _SCALE[style], up=max(box.up, 0.8 * _SCALE[style]))
        if under is None and over is None:
            return box
        return _stacked_box(box, under, over) if stacks else _indexed(box, under, over, _SCALE[style])

    def argument(self, style: int) -> _Box:
        """The argument of a command: a group in braces, or one piece."""
        if self.peek() != "{":
            return self.atom(style)
        self.at += 1
        box = self.row(("}",), style)
        self.at += 1
        return box

    def raw(self) -> str:
        """An argument as it is written."""
        if self.peek() != "{":
            return self.take()
        self.at += 1
        start, depth = self.at, 1
        while self.at < len(self.tokens) and depth:
            depth += (self.tokens[self.at] == "{") - (self.tokens[self.at] == "}")
            self.at += 1
        return "".join(self.tokens[start : self.at - 1])

    def atom(self, style: int) -> _Box:
        """A piece without its indices: a symbol, a group, a command with its arguments."""
        token, scale = self.take(), _SCALE[style]
        if token in ("{", "_", "^"):
            self.at -= 1
            return self.argument(style) if token == "{" else _Box(0.0)
        if token == r"\left":
            return self.fenced(style)
        if token == r"\begin":
            return self.table(self.raw(), style)
        if token in (r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"):
            return self.fraction(token, style)
        if token == r"\binom":
            rows = self.argument(style), self.argument(style)
            return _in_brackets(_Box(max(row.width for row in rows), 1.35, 0.85), "(", ")")
        if token == r"\sqrt":
            return self.root(style)
        if token in _UPRIGHT:
            box = _words(self.raw(), scale)
            return box._replace(kind="op") if token.startswith(r"\operatorname") else box
        if token in _ACCENTS:
            inner = self.argument(style)
            return inner._replace(up=inner.up + (0.2 if token != r"\overline" else 0.17) * scale, kind="ord")
        if token in _BRACED:
            line = token in (r"\underline", r"\underbar")
            inner, more = self.argument(style), (0.15 if line else 0.4) * scale
            side = {"up": inner.up + more} if token.startswith(r"\over") else {"down": inner.down + more}
            return inner._replace(**side, kind="ord", stacks=not line)
        if token in (r"\overset", r"\stackrel", r"\underset"):
            mark, base = self.argument(min(max(style + 1, _INDEX), _SMALL)), self.argument(style)
            above = token != r"\underset"
            return _stacked_box(base, None if above else mark, mark if above else None)
        if token in (r"\xrightarrow", r"\xleftarrow"):
            return _stacked_box(_Box(scale, 0.5, 0.0, "rel"), None, self.argument(_INDEX))
        if token == r"\substack":
            self.take()
            return self.lines("}", "substack", style)
        if token in _LETTERED:
            return self.argument(style)
        if token.rstrip("lrm") in _SIZES and self.peek():
            return _sized(self.take(), _SIZES[token.rstrip("lrm")])
        if token == r"\boxed":
            inner = self.argument(style)
            return _Box(inner.width + 0.6, inner.up + 0.3, inner.down + 0.3)
        if token in (r"\color", r"\hspace", r"\hspace*", r"\mspace"):
            length = _LENGTH.fullmatch(self.raw())
            return _Box(float(length[1]) * _UNITS[length[2]] if length else 0.0, kind="space")
        return _symbol(token, style)

    def fenced(self, style: int) -> _Box:
        r"""The part between `\left` and `\right`, with brackets as high as it is."""
        opening = self.take()
        inner = self.row((r"\right",), style)
        self.at += 1
        closing = self.take()
        return _in_brackets(inner, opening, closing)

    def fraction(self, name: str, style: int) -> _Box:
        """A fraction, its numerator above its denominator."""
        style = {r"\dfrac": _DISPLAY, r"\cfrac": _DISPLAY, r"\tfrac": max(style, _INLINE)}.get(name, style)
        inner = (_INLINE, _INDEX, _SMALL, _SMALL)[style]
        above, below, scale = self.argument(inner), self.argument(inner), _SCALE[style]
        high, low, gap = (0.677, 0.686, 0.12) if style == _DISPLAY else (0.394 * scale, 0.345 * scale, 0.06 * scale)
        up = max(high + above.up, _AXIS * scale + gap + above.down + above.up)
        down = max(low + below.down, gap - _AXIS * scale + below.up + below.down)
        return _Box(max(above.width, below.width) + 0.2 * scale, up, down)

    def root(self, style: int) -> _Box:
        """A root, with its index if there is one."""
        index = 0.0
        if self.peek() == "[":
            self.at += 1
            index = max(0.0, self.row(("]",), _SMALL).width - 0.28)
            self.at += 1
        inner, scale = self.argument(style), _SCALE[style]
        return _Box(inner.width + index + 0.85 * scale, max(inner.up, 0.6 * scale) + 0.2 * scale, inner.down + 0.2)

    def table(self, name: str, style: int) -> _Box:
        """An environment, such as a matrix or cases, after its name."""
        if name.startswith("array"):
            self.raw()
        box = self.lines(r"\end", name.rstrip("*"), style)
        self.raw()
        return box

    def lines(self, end: str, name: str, style: int) -> _Box:
        """Rows of cells up to and with `end`."""
        aligned = name in ("aligned", "align", "split", "alignedat", "eqnarray")
        inside = _DISPLAY if aligned else max(style, _INLINE)
        rows: list[list[_Box]] = [[]]
        while True:
            after = "ord" if aligned and rows[-1] else ""
            rows[-1].append(self.row(("&", r"\\", end), inside, after))
            separator = self.take()
            if separator == r"\\" and self.peek() == end:
                separator = self.take()
            if separator == r"\\":
                rows.append([])
            elif separator != "&":
                break
        widths = [max(row[at].width for row in rows if at < len(row)) for at in range(max(map(len, rows)))]
        scale = _SCALE[style]
        heights = [max(0.75 * scale, *(b.up for b in row)) + max(0.25 * scale, *(b.down for b in row)) for row in rows]
        between, gap = (0.5, 0.0) if aligned else (0.3, 1.0)
        height = sum(heights) + between * (len(rows) - 1)
        table = _Box(sum(widths) + gap * (len(widths) - 1), height / 2 + _AXIS, height / 2 - _AXIS)
        return _in_brackets(table, *_AROUND.get(name, (".", ".")))


_AROUND = {
    "cases": (r"\{", "."),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": (r"\{", r"\}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": (r"\|", r"\|"),
}


def _beside(boxes: Sequence[_Box], style: int, before: str) -> _Box:
    """Boxes in a row with the spaces TeX puts around relations, operations, functions and after commas."""
    width, up, down = 0.0, 0.0, 0.0
    for box in boxes:
        width += box.width + _space(before, box.kind, style)
        up, down = max(up, box.up), max(down, box.down)
        before = box.kind if box.kind != "bin" or before in ("ord", "close") else "sign"
    return _Box(width, up, down)


def _space(left: str, right: str, style: int) -> float:
    if not left or "space" in (left, right):
        return 0.0
    if style >= _INDEX:
        return 0.167 if "op" in (left, right) and not {"open", "close"} & {left, right} else 0.0
    if "rel" in (left, right):
        return 0.278 if left != right and left != "open" and right != "close" else 0.0
    if "bin" in (left, right):
        return 0.222 if left in ("ord", "close", "bin") else 0.0
    if left == "punct":
        return 0.167
    return 0.167 if (left == "op" and right != "open") or (right == "op" and left in ("ord", "close")) else 0.0


def _stacked_box(base: _Box, under: _Box | None, over: _Box | None) -> _Box:
    width, up, down = base.width, base.up, base.down
    if over is not None:
        width, up = max(width, over.width), up + max(0.111, 0.2 - over.down) + over.up + over.down
    if under is not None:
        width, down = max(width, under.width), down + max(0.167, 0.6 - under.up) + under.up + under.down
    return _Box(width, up, down, base.kind)


def _indexed(base: _Box, under: _Box | None, over: _Box | None, scale: float) -> _Box:
    width, up, down = 0.0, base.up, base.down
    if over is not None:
        width, up = over.width, max(up, over.up + max(0.36 * scale, base.up - 0.25))
    if under is not None:
        width = max(width, under.width)
        down = max(down, under.down + max(0.2 * scale, base.down + 0.2 if base.down > 0.3 else 0.0))
    return _Box(base.width + width + 0.05, up, down, base.kind)


def _in_brackets(inner: _Box, opening: str, closing: str) -> _Box:
    """Brackets around a box, as high as it and as wide as their height asks."""
    if (opening, closing) == (".", "."):
        return inner
    reach = max(inner.up - _AXIS, inner.down + _AXIS)
    reach *= 1.1 if 0.6 < reach < 1.3 else 1.0  # brackets come in steps
    width = sum(_bracket(sign, 2 * reach) for sign in (opening, closing))
    return _Box(inner.width + width, max(inner.up, 0.75, reach + _AXIS), max(inner.down, 0.25, reach - _AXIS))


def _bracket(sign: str, height: float) -> float:
    """The width of a bracket of a height."""
    growth = 0.25 if sign in ("(", ")") else 0.0 if sign in (".", "|") else 0.15
    return _BRACKETS.get(sign, 0.4) + growth * min(max(height - 1, 0), 2.5)


def _sized(sign: str, size: float) -> _Box:
    kind = "open" if sign in _OPENING else "close"
    return _Box(_bracket(sign, size), size / 2 + _AXIS, size / 2 - _AXIS, kind)


def _words(text: str, scale: float) -> _Box:
    width = sum(_upright(letter) for letter in re.sub(r"\\[A-Za-z]+ ?|[\\{}]", "", text))
    down = 0.2 if set(text) & set("gjpqy,;()/") else 0.0
    return _Box(width * scale, 0.7 * scale, down * scale)


def _upright(letter: str) -> float:
    if letter.isupper():
        return 0.72
    return {"m": 0.83, "w": 0.72, " ": 0.333}.get(
        letter, 0.31 if letter in "fijlt.,:;'!|\"" else 0.4 if letter in "rs()" else 0.51
    )


def _symbol(token: str, style: int) -> _Box:
    """A letter, a sign, or a command for one."""
    scale = _SCALE[style]
    if token in _SPACES:
        return _Box(_SPACES[token] * scale, kind="space")
    if token in _SILENT:
        return _Box(0.0, kind="space")
    if token in _BIG:
        width, up, down = (
            (_BIG[token], 0.95, 0.45) if style == _DISPLAY else (0.75 * _BIG[token] * scale, 0.75 * scale, 0.25 * scale)
        )
        return _Box(width, up, down, "op", stacks=True)
    if token in _INTEGRALS:
        up, down = (1.36, 0.86) if style == _DISPLAY else (0.8 * scale, 0.3 * scale)
        return _Box(_INTEGRALS[token] * scale, up, down, "op")
    if token in _FUNCTIONS:
        return _words(token[1:], scale)._replace(kind="op", stacks=token in _STACKING)
    if token in _BRACKETS and token != ".":
        kind = "open" if token in _OPENING else "ord" if token in ("|", r"\|", r"\Vert", r"\vert") else "close"
        return _Box(_BRACKETS[token] * scale, 0.75 * scale, 0.25 * scale, kind)
    if token in (r"\mid", r"\ne", r"\neq"):
        return _Box(_RELATIONS[token] * scale, 0.75 * scale, 0.25 * scale, "rel")
    for widths, kind in ((_RELATIONS, "rel"), (_ARROWS, "rel"), (_BINARIES, "bin")):
        if token in widths:
            return _Box(widths[token] * scale, 0.58 * scale, 0.08 * scale, kind)
    if token in (",", ";"):
        return _Box(0.278 * scale, 0.1 * scale, 0.19 * scale, "punct")
    return _letter(token, scale)


def _letter(token: str, scale: float) -> _Box:
    if token in _ITALIC:
        up = 0.45 if token in "acegmnopqrsuvwxyz" else 0.69
        return _Box(_ITALIC[token] / 1000 * scale, up * scale, 0.2 * scale if token in "fgjpqy" else 0.0)
    if token == "/":
        return _Box(0.5 * scale, 0.75 * scale, 0.25 * scale)
    if token in (".", "!", ":"):
        return _Box(0.278 * scale, (0.69 if token == "!" else 0.1) * scale)
    width = _SIGNS.get(token, 0.8 if token in (r"\%", "%") else 0.5 if token.isdigit() else 0.6)
    return _Box(width * scale, 0.69 * scale, 0.2 * scale if token in _DESCENDING else 0.0)
