"""Formulas in words."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.text.speech import spoken

CASES = {
    # the course's own equations
    r"T \approx \frac{D_{\mathrm{vol}}}{BW} + \frac{O}{R_{\mathrm{peak}} \cdot \eta} + L_{\mathrm{lat}}": "T approximately equals D sub vol over B W plus the fraction O over R sub peak dot eta end fraction plus L sub lat",
    r"T \approx \max\left(\frac{D_{\mathrm{vol}}}{BW},\ \frac{O}{R}\right)": "T approximately equals max open parenthesis D sub vol over B W comma O over R close parenthesis",
    r"A(t) \approx A_0 - \alpha\,\Delta(P_{train}, P_{live}(t))": "A of t approximately equals A sub 0 minus alpha capital delta open parenthesis P sub train comma P sub live of t close parenthesis",
    r"C(N) = C_1 \cdot 2^{N-1}": "C of N equals C sub 1 times 2 to the power of N minus 1 end power",
    r"200 \cdot 34 = 13{,}600": "200 times 34 equals 13,600",
    r"T^* = \sqrt{2C/(QVA_0\lambda)}": "T star equals the square root of 2 C divided by open parenthesis Q V A sub 0 lambda close parenthesis end root",
    # letters and words
    r"\mathrm{FLOPs}": "FLOPs",
    r"\mathrm{GB}\,\mathrm{s}": "GB s",
    r"BW": "B W",
    r"\text{speedup of 3}": "speedup of 3",
    r"\lambda + \Lambda + \varphi + \epsilon + \mu": "lambda plus capital lambda plus phi plus epsilon plus mu",
    r"\mathbf{x} \in \mathbb{R}^n": "x is an element of the real numbers to the power of n",
    r"\mathcal{L}(w)": "L of w",
    # indices and powers
    r"x^2 + x^3 + x^n": "x squared plus x cubed plus x to the power of n",
    r"x_i^2": "x sub i squared",
    r"x_{i,j}": "x sub i comma j end sub",
    r"x_{ijk}": "x sub i j k end sub",
    r"t_{avg}": "t sub avg",
    r"10^{-3}": "10 to the power of minus 3",
    r"2^{1/\beta} x": "2 to the power of 1 divided by beta end power x",
    r"(a+b)^2": "open parenthesis a plus b close parenthesis squared",
    r"f'(x) - y''": "f prime of x minus y double prime",
    r"W^T x^\top a^T": "W transpose x transpose a to the power of T",
    r"W^{[1]} + a^{(l)}": "W superscript 1 plus a superscript l",
    r"90^\circ": "90 degrees",
    # fractions and roots
    r"\frac{a}{b}": "a over b",
    r"\frac{a+b}{c}": "the fraction a plus b over c end fraction",
    r"\frac{1}{(1-p) + \frac{p}{s}}": "the fraction with numerator 1 and denominator open parenthesis 1 minus p close parenthesis plus p over s end fraction",
    r"\tfrac12(y)": "the fraction 1 over 2 end fraction open parenthesis y close parenthesis",
    r"2\frac{a}{b}": "2 the fraction a over b end fraction",
    r"\binom{n}{k}": "open parenthesis n choose k close parenthesis",
    r"\sqrt{x} + \sqrt{x+1}": "the square root of x plus the square root of x plus 1 end root",
    r"\sqrt[3]{x} \sqrt[n]{x}": "the cube root of x the nth root of x",
    # sums, limits, functions
    r"\sum_{i=1}^{n} x_i": "the sum from i equals 1 to n of x sub i",
    r"\prod_i p_i": "the product over i of p sub i",
    r"\int_0^1 f(x)\,dx": "the integral from 0 to 1 of f of x d x",
    r"\lim_{n \to \infty} a_n": "the limit as n goes to infinity of a sub n",
    r"\arg\max_x f(x)": "arg max over x of f of x",
    r"\log_2 n": "log base 2 of n",
    r"O(n^2)": "O of n squared",
    r"\operatorname{softmax}(x)": "softmax of x",
    r"a(b+c)": "a open parenthesis b plus c close parenthesis",
    # accents
    r"\hat y - \bar{x}": "y hat minus x bar",
    r"\vec{v} + \tilde{x} + \dot{x}": "v vector plus x tilde plus x dot",
    r"\overline{xy}": "bar over x y end bar",
    r"\underbrace{a+b}_{c}": "a plus b with c below",
    r"a \xrightarrow{f} b": "a goes to with f above b",
    # relations and signs
    r"a \le b \ge c \ne d \propto e": "a is less than or equal to b is greater than or equal to c is not equal to d is proportional to e",
    r"a < b \ll c": "a is less than b is much less than c",
    r"a \times b \pm c \odot d": "a times b plus or minus c elementwise times d",
    r"50\%": "50 percent",
    r"\partial L / \partial w": "partial L divided by partial w",
    r"\{1, \ldots, n\}": "open brace 1 comma and so on comma n close brace",
    r"(1, 100)": "open parenthesis 1 comma 100 close parenthesis",
    r"|x| + \lVert y \rVert_2": "the absolute value of x end absolute value plus the norm of y end norm sub 2",
    r"\lceil 180/40 \rceil": "the ceiling of 180 divided by 40 end ceiling",
    r"P(A \mid B)": "P open parenthesis A given B close parenthesis",
    r"\{x \mid x > 0\}": "open brace x such that x is greater than 0 close brace",
    r"a \boxplus b": "a the symbol squared plus b",
    # tables
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^\top": "the matrix, row 1: a, b; row 2: c, d; end matrix transpose",
    r"\begin{cases} x & x>0 \\ 0 & \text{otherwise}\end{cases}": "the cases, case 1: x, x is greater than 0; case 2: 0, otherwise; end cases",
    r"\begin{aligned} a &= b \\ c &= d\end{aligned}": "line 1: a equals b; line 2: c equals d",
    # nothing to say
    r"\phantom{x}": "formula",
    r"{}": "formula",
}


def mathml(formulas: list[str]) -> list[str]:
    """The MathML of each formula, from one run of pandoc."""
    import pypandoc

    source = "\n\n".join(f"${formula}$" for formula in formulas)
    page = str(pypandoc.convert_text(source, "html5", "markdown", extra_args=["--mathml", "--wrap=none"]))
    found = re.findall(r"<math.*?</math>", page)
    assert len(found) == len(formulas)
    return found


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    return dict(zip(CASES, map(spoken, mathml(list(CASES))), strict=True))


@pytest.mark.parametrize("formula", CASES)
def test_a_formula_is_read_as_a_person_would(formula: str, words: dict[str, str]) -> None:
    """Each formula, as pandoc writes it in MathML, has its words."""
    assert words[formula] == CASES[formula]


PAIRS = [
    (r"\frac{a}{b+c}", r"\frac{a}{b}+c"),
    (r"2^{n-1}", r"2^n-1"),
    (r"x_{i+1}", r"x_i+1"),
    (r"\sqrt{a+b}", r"\sqrt{a}+b"),
    (r"\frac{a}{b}c", r"\frac{a}{bc}"),
    (r"x_{ij}", r"x_i j"),
    (r"\bar{xy}", r"x\bar{y}"),
    (r"\frac{\frac{a}{b}}{c}", r"\frac{a}{\frac{b}{c}}"),
    (r"|a|+|b|", r"|a+|b||"),
    (r"\delta", r"\Delta"),
    (r"(x_i)^2", r"x_i^2"),
    (r"\sqrt[3]{x}y", r"\sqrt[3]{xy}"),
    (r"\sqrt{x}^2", r"\sqrt{x^2}"),
    (r"{x^a}^b", r"x^{a^b}"),
    (r"\frac{a}{b}^2", r"\frac{a}{b^2}"),
    (r"x_{y^2}", r"x_y^2"),
    (r"f(x^2)", r"f(x)^2"),
    (r"\hat{x^2}", r"\hat{x}^2"),
    (r"x_{i+1}^2", r"x_i+1^2"),
    (r"a_{bc}", r"a_b c"),
]


def test_formulas_that_differ_sound_different() -> None:
    """Where a fraction, power, index or root ends can be heard."""
    for pair in PAIRS:
        first, second = map(spoken, mathml(list(pair)))
        assert first != second, pair


@pytest.mark.parametrize(
    "empty", ["", "<math></math>", "<math><semantics><mrow></mrow><annotation>x</annotation></semantics></math>", "<p"]
)
def test_what_says_nothing_is_called_a_formula(empty: str) -> None:
    """Alternative text is never empty."""
    assert spoken(empty) == "formula"


def test_an_unknown_element_is_spoken_by_what_it_holds() -> None:
    """A new or rare element loses its meaning, not its content."""
    assert spoken("<math><mnew>so <mi>x</mi><mo>+</mo><mn>1</mn></mnew></math>") == "so x plus 1"


TAGS = st.sampled_from(
    [
        "mrow",
        "mfrac",
        "msub",
        "msup",
        "msubsup",
        "mover",
        "munder",
        "munderover",
        "msqrt",
        "mroot",
        "mtable",
        "mtr",
        "mtd",
        "mstyle",
        "menclose",
        "mspace",
        "mnew",
    ]
)
LEAVES = st.tuples(
    st.sampled_from(["mi", "mn", "mo", "mtext"]),
    st.sampled_from(["x", "ab", "2", "(", ")", "|", "{", "∑", "⋅", "−", "→", "′", "é", "⊞", ""]),
)


def element(part: tuple[str, str | list[ElementTree.Element]]) -> ElementTree.Element:
    tag, inside = part
    node = ElementTree.Element(tag)
    if isinstance(inside, str):
        node.text = inside
    else:
        node.extend(inside)
    return node


TREES = st.recursive(
    LEAVES.map(element), lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)).map(element), max_leaves=12
)


@given(st.lists(TREES, max_size=5))
def test_no_mathml_makes_it_fail(children: list[ElementTree.Element]) -> None:
    """Elements in any order, with too few children or odd symbols, give words on one line with single spaces."""
    words = spoken(ElementTree.tostring(element(("math", children)), encoding="unicode"))
    assert words == " ".join(words.split())
    assert words


@given(st.lists(st.sampled_from(["ab", "xy", "uvw"]), min_size=1, max_size=6))
def test_no_part_of_a_formula_is_passed_over(names: list[str]) -> None:
    """Every name in a formula is in its words, in order, whatever it stands in."""
    shapes = [
        "<mfrac><mi>{}</mi><mn>2</mn></mfrac>",
        "<msup><mi>{}</mi><mi>n</mi></msup>",
        "<msqrt><mi>{}</mi></msqrt>",
        "<menclose><mi>{}</mi></menclose>",
        "<mover><mi>{}</mi><mo accent='true'>^</mo></mover>",
        "<mtable><mtr><mtd><mi>{}</mi></mtd></mtr></mtable>",
    ]
    formula = "".join(shape.format(name) for shape, name in zip(shapes, names, strict=False))
    assert re.findall("|".join(sorted(set(names))), spoken(f"<math>{formula}</math>")) == names
