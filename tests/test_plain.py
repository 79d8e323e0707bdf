"""Markdown and math as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.documents.templating import escape
from generator.text.plain import literal_text, math_text, plain_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("*one* **two** ***three*** _four_ __five__", "one two three four five"),
        ("**bold *and* more**, *it **and** more*", "bold and more, it and more"),
        ("a `code_span *x*` and ``a ` tick``", "a code_span *x* and a ` tick"),
        (
            "[Lab *02*](https://x.example/a_(b)_c 'title') and <https://x.example/_y_>",
            "Lab 02 and https://x.example/_y_",
        ),
        ("[Lab](<https://x.example>) ![a chart](chart.png)", "Lab a chart"),
        (r"\*not emphasis\* costs \$5", "*not emphasis* costs $5"),
        ("R&D &amp; tea&#33;", "R&D & tea!"),
    ],
)
def test_marks_go_and_words_stay(markdown: str, text: str) -> None:
    """Emphasis, links, code ticks, escapes and entities leave their text behind."""
    assert plain_text(markdown) == text


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4",
        "snake_case_name",
        "a private_name_",
        "a_ and _b",
        "$20,000 and $30,000",
        "from $5-$10",
        "[x] (y)",
        "3 > 2",
        "#hash",
        "C# and F#",
        "user@example.edu",
        "H~2~O",
        "2^3^",
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    """A lone star, an underscore inside a word, or a price is not a mark."""
    assert plain_text(text) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("wrapped\nline", "wrapped line"),
        ("one\n\n\ntwo", "one\n\ntwo"),
        ("- one\n- two\n  goes on\n- three", "• one\n• two goes on\n• three"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("a sum that goes\n- 5 is left", "a sum that goes - 5 is left"),
        ("## Head\n\n> quoted\n> twice", "Head\n\nquoted twice"),
        ("hard\\\nbreak", "hard\nbreak"),
        ("text\n```python\na = *b\n\nc_d_ = 1\n```\nmore", "text\n\na = *b\n\nc_d_ = 1\n\nmore"),
        ("carriage\r\nreturn\r\n\r\nnext", "carriage return\n\nnext"),
    ],
)
def test_wrapped_lines_join_and_blocks_stay_apart(markdown: str, text: str) -> None:
    """A line end inside a paragraph is a space; paragraphs, list items and code keep their lines."""
    assert plain_text(markdown) == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (
            r"T \approx \frac{D_{\mathrm{vol}}}{BW} + \frac{O}{R_{\mathrm{peak}} \cdot \eta} + L_{\mathrm{lat}}",
            "T ≈ D_vol/BW + O/(R_peak · η) + L_lat",
        ),
        (r"9.5\times 10^{-7}", "9.5 × 10^-7"),
        (r"C(N) = C_1 \cdot 2^{N-1}", "C(N) = C_1 · 2^(N-1)"),
        (r"\frac{a + b}{c - d}", "(a + b)/(c - d)"),
        (r"\tfrac12(\hat y - y)^2", "1/2(ŷ - y)^2"),
        (r"40 \cdot \min\left(1,\ \frac{S}{S_{full}}\right)", "40 · min(1, S/S_full)"),
        (r"\alpha\,\Delta(P_{train}, \lambda) \le \Omega", "α Δ(P_train, λ) ≤ Ω"),
        (r"2\sqrt{L} + \sqrt{d_k} + \sqrt{a + b}", "2√L + √d_k + √(a + b)"),
        (r"\lceil 180/40 \rceil = 5", "⌈180/40⌉ = 5"),
        (r"d = 4{,}096", "d = 4,096"),
        (r"\log n + \sin\theta", "log n + sin θ"),
        (r"\text{hit rate} = 99\%", "hit rate = 99%"),
    ],
)
def test_math_is_legible(tex: str, text: str) -> None:
    """Math reads as one would type it, with brackets wherever one line needs them to mean the same."""
    assert math_text(tex) == text
    assert plain_text(f"so ${tex}$, and **then**") == f"so {text}, and then"


@given(st.text())
def test_literal_text_survives_its_markdown(text: str) -> None:
    """Text escaped for a document reads back as itself, so nothing an author means literally is taken for a mark."""
    assert plain_text(escape(text)) == literal_text(text)


@given(st.text(alphabet="*_`$\\[]()<>{}^#-+~&;!1a \n\t\x00", max_size=40))
def test_any_text_gives_clean_text(text: str) -> None:
    """However broken the markup, the result has no control characters and no white space around it."""
    result = plain_text(text)
    assert result == result.strip()
    assert not any(c < " " and c not in "\n\t" for c in result)


@given(st.text(alphabet="\\{}_^$&~ ab1fracsqthime,", max_size=40))
def test_broken_math_is_still_text(tex: str) -> None:
    """Unbalanced braces or missing arguments lose no letters outside commands and leave no braces or backslashes."""
    result = math_text(tex.replace("\\", ""))
    assert [c for c in result if c.isalnum()] == [c for c in tex if c.isalnum()]
    result = math_text(tex)
    assert "\\" not in result
    assert result.count("{") <= tex.count(r"\{")
    assert result.count("}") <= tex.count(r"\}")
