"""Displayed formulas for PowerPoint: LaTeX -> OMML, a picture, its size, and its words.

Pandoc reads all formulas of a build at once, a paragraph each, and writes them twice: as DOCX, whose OMML is made fit
for DrawingML here, and as HTML, whose MathML is read aloud by speech.py and set by Typst as the picture. Pandoc's own
Typst is not used: it loses `\\left.`, nested `aligned`, the size of `\\big` and the width of `\\;`.

PowerPoint shows OMML in the size and color of its runs, so `at` writes the size into every one of them. What
LibreOffice makes of it was tried out: version 7.4 draws it as a Math object stretched over the whole shape, black on
any background, whatever size and color say, and shows the `&` of aligned lines as a wedge and a question mark. It
believes that it knows a `mc:Choice` by the prefix named in `Requires`, not by the namespace behind it; `PREFIX` is
one that it does not know, so it takes the fallback, which is the picture. PowerPoint goes by the namespace.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

from blueprint.build import TaskError
from generator.text import pandoc
from generator.text.speech import spoken

Node = ElementTree.Element

_TEXT_SIZE = 24.0
_EDGE = 1.0
"""Points left free around a formula, for strokes that reach out of it."""
_PIXELS_PER_INCH = 300.0
_EM = _TEXT_SIZE / 72 * _PIXELS_PER_INCH
"""Pixels of the picture in one em: 100, a little more than a 4K projector shows of a formula at 26 points."""


PREFIX = "math"
"""The prefix to bind to `NAMESPACE` in a slide: `<mc:Choice Requires="math">`, `<math:m>` around the OMML."""
NAMESPACE = "http://schemas.microsoft.com/office/drawing/2010/main"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Formula:
    """A displayed formula in all the forms a slide needs; sizes in em of its text size."""

    omml: str
    """An `m:oMathPara` whose runs have the text color `tx1`, and no size yet."""
    png: bytes
    """A picture in one color on nothing, 100 pixels an em."""
    width: float
    height: float
    spoken: str
    """The formula in words."""

    def at(self, points: float) -> str:
        """The OMML in a text size."""
        return self.omml.replace("<a:rPr ", f'<a:rPr sz="{round(points * 100)}" ')


def formulas(tex: Sequence[str], color: str) -> dict[str, Formula]:
    """Each formula by its TeX, its picture in `color` (six hex digits) on nothing.

    Raises `ValueError` that names every formula pandoc or Typst refuses.
    """
    wanted = list(dict.fromkeys(tex))
    if not wanted:
        return {}
    _refuse({one: "it is empty" for one in wanted if not _clean(one)})
    try:
        with ThreadPoolExecutor(1) as aside:  # pandoc takes longer to start than to convert
            omml = aside.submit(_omml, wanted)
            mathml, math = _mathml(wanted), omml.result()
    except TaskError:
        _refuse(unreadable(wanted))
        raise
    pictures = _pictures(wanted, mathml, color)
    return {
        name: Formula(omml, png, *_size(png), spoken(read))
        for name, omml, png, read in zip(wanted, math, pictures, mathml, strict=True)
    }


def _refuse(why: dict[str, str]) -> None:
    if why:
        raise ValueError("; ".join(f"the formula `{name}` cannot be read: {reason}" for name, reason in why.items()))


# --- pandoc -----------------------------------------------------------------------------------------------------


def _convert(tex: Sequence[str], target: str) -> bytes:
    """The formulas, a paragraph each, in pandoc's `target` format."""
    quoted = (_clean(one).replace("\\", "\\\\").replace('"', '\\"') for one in tex)
    tree = ",".join(f'Para [Math DisplayMath "{one}"]' for one in quoted)
    return pandoc.convert(f"[{tree}]", source="native", target=target, options=("--mathml", "--wrap=none"))


def _clean(tex: str) -> str:
    r"""The formula in one line, without what pandoc misreads: `\!` as a blank of no width, `\mathbf` as slanted."""
    upright = re.sub(r"\\mathbf(?:\{([A-Za-z0-9]+)\}|\s*([A-Za-z0-9]))", r"\\textbf{\1\2}", " ".join(tex.split()))
    return re.sub(r"(\\\\)|\\!", lambda found: found[1] or " ", upright)


_COMPLAINT = "Could not convert TeX math "


def unreadable(tex: Sequence[str]) -> dict[str, str]:
    """The formulas pandoc cannot parse, each with the reason in a few words."""
    wanted = {one: _clean(one) for one in tex}
    why = {one: "it is empty" for one, clean in wanted.items() if not clean}
    said = ""
    try:
        _convert(list(wanted), "html5")
    except TaskError as error:
        said = str(error)
        if _COMPLAINT not in said:
            raise
    for complaint in said.split(_COMPLAINT)[1:]:
        for one, clean in wanted.items():
            if complaint.startswith(f"{clean}, rendering as TeX:"):
                why[one] = _reason(complaint, clean)
    return why


def _reason(complaint: str, tex: str) -> str:
    """Pandoc's complaint without its list of all it would have taken."""
    unexpected = re.search(r"^ *unexpected (.+)$", complaint, re.MULTILINE)
    if unexpected is None:
        return "pandoc cannot parse it"
    if unexpected[1] == "eof":
        return "it ends too early"
    if unexpected[1].startswith("control sequence"):
        return f"`{unexpected[1].split()[-1]}` is not known here"
    caret = re.search(r"^ *\^$", complaint, re.MULTILINE)
    place = f" after `{tex[: len(caret[0]) - 3][-12:]}`" if caret and len(caret[0]) > 3 else ""
    sign = re.sub(r"^(['\"])(.*)\1$", r"\2", unexpected[1])
    return f"`{sign}` is not expected{place}"


def _mathml(tex: Sequence[str]) -> list[str]:
    return re.findall(r"<math\b.*?</math>", _convert(tex, "html5").decode(), re.DOTALL)


# --- OMML -------------------------------------------------------------------------------------------------------

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_CONTROLLED = _set(
    "acc bar borderBox box d eqArr f func groupChr limLow limUpp m nary phant rad sPre sSub sSubSup sSup"
)
"""The elements whose own signs (bars, brackets, roots) take their looks from an `m:ctrlPr`."""


def _omml(tex: Sequence[str]) -> list[str]:
    """Each formula as `m:oMathPara`, as DrawingML has it."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(_convert(tex, "docx"))) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    found = []
    for paragraph in body.iter(f"{{{_M}}}oMathPara"):
        alone = etree.Element(f"{{{_M}}}oMathPara", nsmap={"m": _M, "a": _A})
        alone.extend(list(paragraph))
        _as_drawing(alone)
        etree.cleanup_namespaces(alone, keep_ns_prefixes=["m", "a"])
        found.append(etree.tostring(alone, encoding="unicode"))
    return found


def _as_drawing(math: Any) -> None:
    """Word's math as PowerPoint's: `a:rPr` for `w:rPr`, and the order of elements the schema wants."""
    for word in [e for e in math.iter() if not e.tag.startswith(f"{{{_M}}}")]:
        word.getparent().remove(word)
    for count in list(math.iter(f"{{{_M}}}count")):  # pandoc writes it second, the schema wants it first
        count.getparent().insert(0, count)
    for justified in math.iter(f"{{{_M}}}jc"):
        justified.set(f"{{{_M}}}val", "centerGroup")
    for stack in list(math.iter(f"{{{_M}}}limLow", f"{{{_M}}}limUpp")):
        _brace(stack)
    for accent in math.iter(f"{{{_M}}}accPr"):
        for sign in accent.findall(f"{{{_M}}}chr[@m:val='‾']", {"m": _M}):
            sign.set(f"{{{_M}}}val", "\u0305")  # the bar that PowerPoint knows as an accent
    for run in list(math.iter(f"{{{_M}}}r")):
        _run(run)
    for element in list(math.iter(*(f"{{{_M}}}{name}" for name in _CONTROLLED))):
        _control(element)


def _brace(stack: Any) -> None:
    """A brace that pandoc sets as a limit, which does not stretch, as what stretches."""
    limit = stack.find(f"{{{_M}}}lim")
    sign = "".join(limit.itertext())
    if sign not in ("⏞", "⏟"):
        return
    stack.remove(limit)
    stack.tag = f"{{{_M}}}groupChr"
    properties = stack.makeelement(f"{{{_M}}}groupChrPr")
    for name, value in (
        ("chr", sign),
        ("pos", "top" if sign == "⏞" else "bot"),
        ("vertJc", "bot" if sign == "⏞" else "top"),
    ):
        properties.append(properties.makeelement(f"{{{_M}}}{name}", {f"{{{_M}}}val": value}))
    for old in stack.findall(f"{{{_M}}}limLowPr") + stack.findall(f"{{{_M}}}limUppPr"):
        stack.remove(old)
    stack.insert(0, properties)


def _run(run: Any) -> None:
    if "".join(run.itertext()) == "\u200b":  # pandoc's way to write an empty limit
        run.getparent().remove(run)
        return
    properties = run.find(f"{{{_M}}}rPr")
    style = ""
    if properties is not None:
        sty = properties.find(f"{{{_M}}}sty")
        style = sty.get(f"{{{_M}}}val") if sty is not None else ""
        if properties.find(f"{{{_M}}}nor") is not None and sty is not None:
            properties.remove(sty)  # the schema wants either
    run.insert(0 if properties is None else 1, _looks(run, style))


def _control(element: Any) -> None:
    name = f"{element.tag}Pr"
    properties = element.find(name)
    if properties is None:
        properties = element.makeelement(name)
        element.insert(0, properties)
    for old in properties.findall(f"{{{_M}}}ctrlPr"):
        properties.remove(old)
    control = properties.makeelement(f"{{{_M}}}ctrlPr")
    control.append(_looks(element, "i"))
    properties.append(control)


def _looks(near: Any, style: str) -> Any:
    """`a:rPr` in the text color, in the one font whose math PowerPoint sets."""
    italic, bold = style in ("", "i", "bi"), style in ("b", "bi")
    looks = near.makeelement(f"{{{_A}}}rPr", {"b": str(int(bold)), "i": str(int(italic))})
    fill = looks.makeelement(f"{{{_A}}}solidFill")
    fill.append(fill.makeelement(f"{{{_A}}}schemeClr", {"val": "tx1"}))
    looks.append(fill)
    looks.append(looks.makeelement(f"{{{_A}}}latin", {"typeface": "Cambria Math"}))
    return looks


# --- the picture ------------------------------------------------------------------------------------------------

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


def _pictures(tex: Sequence[str], mathml: Sequence[str], color: str) -> list[bytes]:
    import typst

    bodies = [f"$ {_typst(ElementTree.fromstring(one))} $" for one in mathml]
    try:
        return _pages(bodies, color)
    except typst.TypstError:
        _refuse({one: why for one, body in zip(tex, bodies, strict=True) if (why := _trouble(body, color))})
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
    made = typst.Compiler(source.encode(), font_paths=_fonts()).compile(format="png", ppi=_PIXELS_PER_INCH)
    assert made is not None
    return made if isinstance(made, list) else [made]


def _size(png: bytes) -> tuple[float, float]:
    """Width and height in em."""
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
    said = [_typst(item) for item in items]
    for at in range(1, len(items) - 1):
        around = _tag(items[at - 1]), _text(items[at]), _tag(items[at + 1])
        if around == ("mn", ",", "mn") and _THOUSANDS.fullmatch(_text(items[at + 1])):
            said[at] = 'class("normal", \\,)'
    row = ""
    for one in filter(None, said):  # Typst shows a blank beside a string
        row += one if not row or row.endswith('"') or one.startswith('"') else f" {one}"
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


# --- the estimate -----------------------------------------------------------------------------------------------

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
    """What a piece of a formula takes, in em above and below the line it stands on."""

    width: float
    up: float = 0.0
    down: float = 0.0
    kind: str = "ord"
    stacks: bool = False
    """Whether indices stand below and above it."""


@cache
def size_of(tex: str) -> tuple[float, float]:
    """About how wide and high a formula is, in em, from its TeX alone; the picture's size is the exact one."""
    tokens = _TOKEN.findall(" ".join(tex.split()))
    box = _Estimate(tokens).row((), _DISPLAY)
    return box.width + _MARGIN, box.up + box.down + _MARGIN


_MARGIN = 2 * _EDGE / _TEXT_SIZE
_DISPLAY, _INLINE, _INDEX, _SMALL = range(4)
_SCALE = (1.0, 1.0, 0.7, 0.5)
_AXIS = 0.25
"""Where the bar of a fraction lies above the line."""


class _Estimate:
    """A reader of TeX that adds up boxes by TeX's rules of thumb, and never fails on what it does not know."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def row(self, ends: tuple[str, ...], style: int, after: str = "") -> _Box:
        """What stands up to one of `ends`, which stays; `after` is the kind of what stands before."""
        boxes = []
        while (token := self.peek()) and token not in ends:
            boxes.append(self.scripted(style))
        return _beside(boxes, style, after)

    def scripted(self, style: int) -> _Box:
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
        opening = self.take()
        inner = self.row((r"\right",), style)
        self.at += 1
        closing = self.take()
        return _in_brackets(inner, opening, closing)

    def fraction(self, name: str, style: int) -> _Box:
        style = {r"\dfrac": _DISPLAY, r"\cfrac": _DISPLAY, r"\tfrac": max(style, _INLINE)}.get(name, style)
        inner = (_INLINE, _INDEX, _SMALL, _SMALL)[style]
        above, below, scale = self.argument(inner), self.argument(inner), _SCALE[style]
        high, low, gap = (0.677, 0.686, 0.12) if style == _DISPLAY else (0.394 * scale, 0.345 * scale, 0.06 * scale)
        up = max(high + above.up, _AXIS * scale + gap + above.down + above.up)
        down = max(low + below.down, gap - _AXIS * scale + below.up + below.down)
        return _Box(max(above.width, below.width) + 0.2 * scale, up, down)

    def root(self, style: int) -> _Box:
        index = 0.0
        if self.peek() == "[":
            self.at += 1
            index = max(0.0, self.row(("]",), _SMALL).width - 0.28)
            self.at += 1
        inner, scale = self.argument(style), _SCALE[style]
        return _Box(inner.width + index + 0.85 * scale, max(inner.up, 0.6 * scale) + 0.2 * scale, inner.down + 0.2)

    def table(self, name: str, style: int) -> _Box:
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
