"""Markdown as LaTeX: what TeX prints is what was written, and no text can speak to TeX."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.documents.templating import escape
from generator.text.latex import latex_text

NAMED = {
    "textbackslash": "\\",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textasciigrave": "`",
    "textquotesingle": "'",
}
TOKEN = re.compile(r"\\([A-Za-z]+)(\{\})?|\\(.)|(.)", re.DOTALL)


def tokens(tex: str) -> Iterator[tuple[str, str]]:
    """What TeX sees: (kind, value) with kinds `command`, `escaped` and `char`."""
    for match in TOKEN.finditer(tex):
        kind = "command" if match[1] else "escaped" if match[3] else "char"
        yield kind, match[1] or match[3] or match[4]


def read_back(tex: str) -> str:
    """The text a reader sees of LaTeX without markup."""
    shown = [
        NAMED.get(value, "?") if kind == "command" else value
        for kind, value in tokens(tex)
        if (kind, value) not in {("char", "{"), ("char", "}")}
    ]
    return "".join(shown)


@pytest.mark.parametrize(
    ("markdown", "tex"),
    [
        (
            "**bold *and* more**, *it*, ***both***, _under_",
            r"\textbf{bold \emph{and} more}, \emph{it}, \emph{\textbf{both}}, \emph{under}",
        ),
        ("`a_b --x` and ``a ` tick``", r"\texttt{a\_b {-}{-}x} and \texttt{a \textasciigrave{} tick}"),
        (r"$D_{vol} / BW \approx 50\%$ of *$x*y$*", r"$D_{vol} / BW \approx 50\%$ of \emph{$x*y$}"),
        ("$20,000 and $30,000", r"\$20,000 and \$30,000"),
        ("from $5-$10", r"from \$5-\$10"),
        ("50% of $x%$", r"50\% of $x\%$"),
        ("2 * 3 * 4 of snake_case_name", r"2 * 3 * 4 of snake\_case\_name"),
        (r"\*not\* \$x\$ \_", r"*not* \$x\$ \_"),
        ("[Lab *2*](https://x.example/a_b) <https://x.example/_y_>", r"Lab \emph{2} https://x.example/\_y\_"),
        ("R&D &amp; &lt;tea", r"R\&D \& \textless{}tea"),
        ('a "good" answer', "a “good” answer"),
        ("[x] first", "{[}x{]} first"),
        ("two\nlines\n\n and more", "two lines and more"),
        ("Ångström, 5 × 3 – “ok”…", "Ångström, 5 × 3 – “ok”…"),
        (
            "α ≤ Ω, 10⁻³, x₂, 中, ﬁ",
            r"$\alpha$ $\le$ $\Omega$, 10\textsuperscript{$-$}³, x\textsubscript{2}, [U+4E2D], fi",
        ),
        ("a\N{NO-BREAK SPACE}b~c", r"a~b\textasciitilde{}c"),
        ("", ""),
    ],
)
def test_markdown_becomes_latex(markdown: str, tex: str) -> None:
    """Marks become commands, math stays math, everything else is text that pdflatex prints."""
    assert latex_text(markdown) == tex


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_what_is_written_is_what_is_read(text: str) -> None:
    """Literal text, escaped as Markdown, comes out of LaTeX letter by letter: all ten special characters included."""
    assert read_back(latex_text(escape(text))) == " ".join(text.split())


@given(
    st.text(
        st.one_of(
            st.sampled_from('\\{}&#%^_~*`[]()<> \n-"ab1'), st.characters(exclude_characters="$\N{NO-BREAK SPACE}")
        )
    )
)
def test_no_text_can_speak_to_tex(text: str) -> None:
    """Whatever the text without `$`: no special character stays bare, braces balance, and only known commands appear."""
    depth, math = 0, False
    for kind, value in tokens(latex_text(text)):
        if kind == "char":
            assert value not in "&#%^_~\n\r\0", value
            depth += (value == "{") - (value == "}")
            math ^= value == "$"
        elif kind == "escaped":
            assert value in "{}$&#%_-"
        else:
            assert math or value in {*NAMED, "emph", "textbf", "texttt", "textsubscript", "textsuperscript"}
        assert depth >= 0
    assert depth == 0
    assert not math
