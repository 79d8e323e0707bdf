"""Displayed formulas as OMML, as pictures, as words, and how large they are taken to be."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.text.formula import Formula, _pictures, formulas, unreadable
from generator.text.formula_size import size_of

SLIDES = Path(__file__).resolve().parent.parent / "slides"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
COLOR = "1A2B6C"

AWKWARD = {
    # formula -> the letters and digits that a reader sees of it, in order
    r"\frac{\frac{a}{b}}{c+\frac{1}{2}}": "abc12",
    r"\dfrac{a}{b}\tfrac{c}{d}": "abcd",
    r"\sum_{i=1}^{n} x_i": "i1nxi",
    r"\sum_i x_i \prod_{j} y_j": "ixijyj",
    r"\frac{\sum_{i=1}^n x_i}{\|x\|_2}": "i1nxix2",
    r"\int_0^1 f(x)\,dx": "01fxdx",
    r"\begin{aligned} T &= \frac{a}{b} + c \\ &\approx 5\,\text{ms if small} \\ x+y+z &\le 2\end{aligned}": "Tabc5msifsmallxyz2",
    r"y=\left\{\begin{aligned}a&=b\\c&=d+e\end{aligned}\right.": "yabcde",
    r"\begin{split}a&=b\\&=c\end{split}": "abc",
    r"f(x)=\begin{cases} \frac{1}{2} & x>0 \\ 0 & \text{otherwise}\end{cases}": "fx12x00otherwise",
    r"A = \begin{pmatrix} a & b \\ c & d \end{pmatrix}": "Aabcd",
    r"\begin{bmatrix}1&\cdots&0\\\vdots&\ddots&\vdots\end{bmatrix}": "10",
    r"\text{speed of light} = 3 \times 10^8\,\text{m/s}": "speedoflight3108ms",
    r"5\,\mathrm{GB/s}": "5GBs",
    r"\mathbb{R}^n \ni \mathbf{x}, \mathbf{W} \in \mathcal{L}": "RnxWL",
    r"\boldsymbol{\theta}^\top \mathbf{x}": "θx",
    r"\hat{\beta}_{\mathrm{OLS}}": "βOLS",
    r"\overline{x+y} \bar{x} \underline{z} \vec{v} \dot{x} \tilde{x} \widehat{xyz}": "xyxzvxxxyz",
    r"\overbrace{a+b}^{n} + \underbrace{c+d}_{n\ \text{times}}": "abncdntimes",
    r"\left. \frac{df}{dx} \right|_{x=0}": "dfdxx0",
    r"\left( \frac{a}{b} \middle| c \right]": "abc",
    r"\Big( x \Big)^2": "x2",
    r"\operatorname{softmax}(z)_i": "softmaxzi",
    r"\lceil n/2 \rceil + \lfloor x \rfloor": "n2x",
    r"\binom{n}{k} p^k (1-p)^{n-k}": "nkpk1pnk",
    r"\sqrt[3]{x} + \sqrt{\frac{a}{b}}": "3xab",
    r"f'(x) + y''": "fxy",
    r"a\!b\,c\:d\;e\ f": "abcdef",
    r"a \quad b \qquad c": "abc",
    r"α + β \le Ω": "αβΩ",
    r"94\,\% - 3\,\%": "943",
    r"x < y \le z \ne w > 0": "xyzw0",
    r"\max_x f(x) + \lim_{n \to \infty} a_n": "maxxfxlimnan",
    r"\arg\min_{w} \|Xw - y\|_2^2": "argminwXwy22",
    r"\log_2 n + \sin^2 x": "log2nsin2x",
    r"P(a \mid b) = \frac{P(b|a)\,P(a)}{P(b)}": "PabPbaPaPb",
    r"200 \cdot 34 = 13{,}600": "2003413600",
    r"x_{i_{j}}^{2^n}": "xij2n",
    r"\boxed{E = mc^2}": "Emc2",
    r"I^{*} \gg 1 \implies \text{compute-bound}": "I1computebound",
    r"\overset{!}{=} \underset{x}{\max} \stackrel{a}{b}": "maxxba",
    r"\substack{a \\ b} \cancel{x}": "abx",
    r"\bigcup_{i=1}^n A_i \cap \iint_D g": "ni1AiDg",
    r'\text{a "q" \# \_ \$ \&}': "aq",
    "a\n +\n b": "ab",
}
BROKEN = {
    r"\frac{1}{": "too early",
    r"\foo{x}": r"\foo",
    "x^": "too early",
    "}": "}",
    r"\left( x \right": "",
    "": "empty",
}


def _equations(tree: object) -> Iterator[str]:
    """Every `equation` below a YAML tree."""
    if isinstance(tree, dict):
        if "equation" in tree:
            yield tree["equation"]["tex"]
        tree = list(tree.values())
    for child in tree if isinstance(tree, list) else ():
        yield from _equations(child)


def _lectures() -> Iterator[str]:
    import yaml

    for path in sorted(SLIDES.glob("**/*.yaml")):
        yield from _equations(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))


LECTURES = list(dict.fromkeys(_lectures()))
ALL = [*LECTURES, *AWKWARD]
EVERY = pytest.mark.parametrize("tex", ALL)


@pytest.fixture(scope="module")
def made() -> dict[str, Formula]:
    return formulas(ALL, COLOR)


def parsed(omml: str) -> Any:
    from lxml import etree

    return etree.fromstring(omml)


def shown(formula: Formula) -> str:
    """The letters and digits of its OMML, plain."""
    text = "".join(node.text or "" for node in parsed(formula.omml).iter(f"{M}t"))
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def of(formula: Formula, name: str) -> list[Any]:
    return list(parsed(formula.omml).iter(f"{M}{name}"))


def test_the_lectures_have_formulas() -> None:
    """The shipped lectures bring formulas to test with."""
    assert len(LECTURES) >= 10


@pytest.mark.parametrize("tex", AWKWARD)
def test_no_letter_is_lost(tex: str, made: dict[str, Formula]) -> None:
    """The OMML shows every letter and digit of the formula, in order."""
    assert shown(made[tex]) == AWKWARD[tex]


@pytest.mark.parametrize("tex", LECTURES)
def test_no_letter_of_a_lecture_is_lost(tex: str, made: dict[str, Formula]) -> None:
    """What is left of a lecture's formula without its commands and braces is what its OMML shows."""
    plain = re.sub(r"\\[A-Za-z]+", lambda m: m[0][1:] if m[0] == r"\max" else "", tex)
    greek = "".join(c for c in shown(made[tex]) if not "α" <= c.lower() <= "ω")
    assert greek == "".join(c for c in plain if c.isalnum())


@EVERY
def test_omml_is_drawingml(tex: str, made: dict[str, Formula]) -> None:
    """Only math and DrawingML elements; each run has its math properties, its looks and its text, in this order."""
    root = parsed(made[tex].omml)
    assert root.tag == f"{M}oMathPara"
    assert all(node.tag.startswith((M, A)) for node in root.iter())
    for run in root.iter(f"{M}r"):
        assert [child.tag for child in run if child.tag != f"{M}rPr"] == [f"{A}rPr", f"{M}t"]
        assert run.find(f"{M}rPr") in (None, run[0])
    for looks in root.iter(f"{A}rPr"):
        assert [child.tag for child in looks] == [f"{A}solidFill", f"{A}latin"]
        assert looks[0][0].get("val") == "tx1"
        assert looks[1].get("typeface") == "Cambria Math"


@EVERY
def test_every_sign_of_a_structure_has_its_looks(tex: str, made: dict[str, Formula]) -> None:
    """Bars, brackets and roots end their properties, which come first, with a `ctrlPr` that holds the same looks."""
    structures = [
        node
        for name in ("f", "d", "nary", "sSub", "sSup", "sSubSup", "rad", "m", "eqArr", "limLow", "limUpp", "acc", "bar")
        for node in of(made[tex], name)
    ]
    for node in structures:
        assert node[0].tag == f"{node.tag}Pr"
        assert node[0][-1].tag == f"{M}ctrlPr"
        assert [child.tag for child in node[0][-1]] == [f"{A}rPr"]


@EVERY
def test_the_schema_is_kept_where_pandoc_leaves_it(tex: str, made: dict[str, Formula]) -> None:
    """A column's count stands before its alignment, and normal text has no math style."""
    for column in of(made[tex], "mcPr"):
        assert [child.tag for child in column] == [f"{M}count", f"{M}mcJc"]
    for properties in of(made[tex], "rPr"):
        tags = {child.tag for child in properties}
        assert not {f"{M}nor", f"{M}sty"} <= tags


@pytest.mark.parametrize(("tex", "word"), [(r"\text{if }x", "if "), (r"\mathrm{ms} + x", "ms"), (r"\max x", "max")])
def test_words_are_upright_and_letters_slanted(tex: str, word: str) -> None:
    """Text and upright words are marked so, for the eye in `a:rPr` and for the equation in `m:rPr`; `x` is not."""
    upright, slanted = "", ""
    for run in of(formulas([tex], COLOR)[tex], "r"):
        text, looks = run.find(f"{M}t").text, run.find(f"{A}rPr")
        marked = run.find(f"{M}rPr/{M}nor") is not None or run.find(f"{M}rPr/{M}sty[@{M}val='p']") is not None
        assert marked == (looks.get("i") == "0")
        upright, slanted = (upright + text, slanted) if marked else (upright, slanted + text)
    assert upright.startswith(word)
    assert slanted == "x"


def test_bold_letters_stand_upright() -> None:
    """`\\mathbf` is bold and upright, `\\boldsymbol` bold and slanted."""
    made = formulas([r"\mathbf{x}", r"\boldsymbol{x}"], COLOR)
    looks = [parsed(made[tex].omml).find(f".//{M}r/{A}rPr") for tex in made]
    assert [(look.get("b"), look.get("i")) for look in looks] == [("1", "0"), ("1", "1")]


@EVERY
def test_a_text_size_reaches_every_run(tex: str, made: dict[str, Formula]) -> None:
    """At 28 points every run and every sign says so, in hundredths of a point."""
    root = parsed(made[tex].at(28))
    assert {looks.get("sz") for looks in root.iter(f"{A}rPr")} == {"2800"}


def test_a_brace_below_stretches() -> None:
    """A brace under several terms is a group character, which grows, and no limit, which does not."""
    formula = formulas([r"\underbrace{a+b}_{n}"], COLOR)[r"\underbrace{a+b}_{n}"]
    assert [node.get(f"{M}val") for node in of(formula, "chr")] == ["⏟"]
    assert shown(formula) == "abn"


@EVERY
def test_the_picture_shows_the_color_on_nothing(tex: str, made: dict[str, Formula]) -> None:
    """A picture opens, has transparent corners, and what is dense in it has the color asked for."""
    from PIL import Image

    picture = Image.open(io.BytesIO(made[tex].png)).convert("RGBA")
    seen = [pixel for _, pixel in picture.getcolors(1 << 24) or () if isinstance(pixel, tuple) and pixel[3] > 200]
    assert seen
    assert all(
        abs(part - wanted) < 4 for pixel in seen for part, wanted in zip(pixel, (0x1A, 0x2B, 0x6C), strict=False)
    )
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    assert picture.size == (round(made[tex].width * 100), round(made[tex].height * 100))


@EVERY
def test_nothing_is_cut_off(tex: str, made: dict[str, Formula]) -> None:
    """A transparent edge is left on all sides of a picture."""
    from PIL import Image

    picture = Image.open(io.BytesIO(made[tex].png)).convert("RGBA")
    box = picture.getchannel("A").getbbox()
    assert box is not None
    assert box[0] > 0
    assert box[1] > 0
    assert box[2] < picture.width
    assert box[3] < picture.height


def ratio(made: dict[str, Formula], wide: str, narrow: str, side: str) -> float:
    return float(getattr(made[wide], side) / getattr(made[narrow], side))


@pytest.mark.parametrize(
    ("large", "small", "side"),
    [
        (r"a\;b", r"a\,b", "width"),
        (r"a\quad b", r"a\;b", "width"),
        (r"a\text{ b} c", r"a\text{b} c", "width"),
        (r"\text{abc } d", r"\text{abc}d", "width"),
        (r"\Big( x", r"( x", "height"),
        (r"\left. \frac{a}{b} \right|", r"\frac{a}{b}", "height"),
        (
            r"\{ \begin{aligned} a&=b\\ c&=d \\ e&=f \end{aligned}",
            r"\{ \begin{aligned} a&=b\\ c&=d \end{aligned}",
            "height",
        ),
        (r"\sum_{i=1}^n", r"\sum\nolimits_{i=1}^n", "height"),
        (r"\frac{a}{b}", r"\tfrac{a}{b}", "height"),
        (r"a \mid b", r"a | b", "width"),
        (r"a \parallel b", r"\|a b", "width"),
    ],
)
def test_pictures_know_what_tex_means(large: str, small: str, side: str) -> None:
    """Spaces, large brackets, limits and thousands take the room they should in the picture."""
    made = formulas([large, small], COLOR)
    assert ratio(made, large, small, side) > 1.02


def test_equal_input_gives_equal_bytes(made: dict[str, Formula]) -> None:
    """A second run makes the same, in whatever order the formulas come and however often."""
    assert formulas([*reversed(ALL), ALL[0]], COLOR) == made


def test_no_formula_needs_nothing() -> None:
    """No formulas give no formulas."""
    assert formulas([], COLOR) == {}
    assert unreadable([]) == {}


def test_formulas_are_spoken(made: dict[str, Formula]) -> None:
    """Each formula comes with its words."""
    assert made[r"\frac{\frac{a}{b}}{c+\frac{1}{2}}"].spoken.startswith("the fraction with numerator a over b")
    assert all(formula.spoken not in ("", "formula") for formula in made.values())


def test_broken_formulas_are_named_and_sound_ones_are_not() -> None:
    """Among sound formulas the broken ones are told apart, each with its reason in a few words."""
    sound = list(AWKWARD)
    mixed = [tex for pair in zip(BROKEN, sound, strict=False) for tex in pair] + sound
    why = unreadable(mixed)
    assert set(why) == set(BROKEN)
    for tex, part in BROKEN.items():
        assert part in why[tex]
        assert len(why[tex]) < 80
        assert "expecting" not in why[tex]


@pytest.mark.parametrize("tex", BROKEN)
def test_a_broken_formula_is_refused_by_name(tex: str) -> None:
    """A build with a broken formula stops and names it, and no sound one."""
    with pytest.raises(ValueError, match="cannot be read") as refused:
        formulas(["x + 1", tex, "y + 2"], COLOR)
    assert f"`{tex}`" in str(refused.value)
    assert "x + 1" not in str(refused.value)
    assert "y + 2" not in str(refused.value)


def test_what_only_typst_refuses_is_named_too() -> None:
    """A formula that stops Typst is named, and the ones beside it are not."""
    mathml = ["<math><mi>x</mi></math>", '<math><mspace width="1furlong"/></math>', "<math><mi>y</mi></math>"]
    with pytest.raises(ValueError, match="cannot be read: Typst says") as refused:
        _pictures(["first", "second", "third"], mathml, COLOR)
    assert re.findall("`(.*?)`", str(refused.value))[:1] == ["second"]
    assert "third" not in str(refused.value)


@pytest.mark.parametrize("tex", ALL)
def test_the_estimate_is_near_the_picture(tex: str, made: dict[str, Formula]) -> None:
    """Width and height guessed from TeX are within 15 % of the picture's, or a quarter em of a small one."""
    width, height = size_of(tex)
    assert width == pytest.approx(made[tex].width, rel=0.15, abs=0.25)
    assert height == pytest.approx(made[tex].height, rel=0.15, abs=0.25)


COMMANDS = (
    r"\frac \sum \left \right \\ \text{a} \sqrt \hat \substack \big \hspace \begin \end \overset \, \begin{cases}"
)
PIECES = st.sampled_from([*r"ab1+=(){}[]_^&' |,\\", *COMMANDS.split(), r"\begin{aligned}", r"\end{aligned}"])


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_has_a_size(tex: str) -> None:
    """Also what is no formula has a size, finite and not negative."""
    width, height = size_of(tex)
    assert 0 < width < 1000
    assert 0 < height < 1000
