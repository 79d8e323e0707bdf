"""One reader of Markdown: what pandoc reads in a line stands in every format, letter by letter and in its style."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from blueprint.deck import Block, Callout, Deck, Notes, Slide, Table
from blueprint.model import ENGLISH, Markdown
from generator.decks.beamer.text import inline
from generator.decks.beamer.writer import beamer
from generator.decks.handout import handout
from generator.decks.powerpoint.empty_presentation import empty_presentation
from generator.decks.powerpoint.text import Writer
from generator.decks.powerpoint.writer import Material, powerpoint
from generator.decks.timing import timed_deck
from generator.documents.document import body
from generator.site.markdown import line as site_line
from generator.text import pandoc
from generator.text.inline import runs
from generator.text.markdown import parts, strangers
from generator.text.plain import math_text, plain_text

Letters = list[tuple[str, frozenset[str]]]
"""Each letter with its styles; a link's style is its address."""

CONSTRUCTS = [
    "word",
    "`co-de *x*`",
    "``a ` tick``",
    "$x$",
    r"\*not\*",
    "R&amp;D",
    "one -- two",
    "so --- then",
    "wait ...",
    "it's",
    '"said"',
    "~~gone~~",
    "*slanted*",
    "_lined_",
    "**strong**",
    "***both***",
    "[words](https://e.org/a_b)",
    '[titled](https://e.org/x "a title")',
    "[far](<https://e.org/y>)",
    "<https://e.org/~z>",
    "H~2~O",
    "10^3^",
    "snake_case_name",
    "2 * 3 * 4",
    "$5 and $6",
    "<b>no tag</b>",
    "[x] done",
    "C# and #1",
    "50% & more_",
]
"""What may stand in a line; each is read alone, inside others, and beside others."""
WRAPPERS = ["{}", "*so {} on*", "**so {} on**", "~~so {} on~~", "[so {} on](https://e.org/w)", '("so {} on")']


def lines() -> st.SearchStrategy[str]:
    """Lines of some constructs, some of them inside another."""
    plain_words = st.sampled_from(["word", "more words", "it's", "a -- b", "`code`", "$x$", "__strong__"])
    wrapped = st.builds(lambda outer, inner: outer.format(inner), st.sampled_from(WRAPPERS), plain_words)
    return st.lists(st.one_of(st.sampled_from(CONSTRUCTS), wrapped), min_size=1, max_size=4).map(
        lambda found: "A " + " ".join(found)
    )


def read_by_pandoc(markdown: str) -> Letters:
    """A line's letters as pandoc reads them; math as plain text without a style."""
    tree = json.loads(pandoc.convert(markdown, source=pandoc.READER, target="json"))
    return list(_pandoc(tree["blocks"][0]["c"], frozenset()))


_PANDOC_STYLES = {"Emph": "italic", "Strong": "bold", "Strikeout": "struck"}


def _pandoc(nodes: Iterable[Any], styles: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for node in nodes:
        kind, content = node["t"], node.get("c", ())
        if kind in ("Space", "SoftBreak"):
            yield " ", styles
        elif kind == "LineBreak":
            yield "\n", frozenset()
        elif kind == "Str":
            yield from ((letter, styles) for letter in content)
        elif kind == "Code":
            yield from ((letter, styles | {"code"}) for letter in content[1])
        elif kind == "Math":
            yield from ((letter, styles - {"italic"} | {"math"}) for letter in math_text(content[1]))
        elif kind == "Quoted":
            opening, closing = "“”" if content[0]["t"] == "DoubleQuote" else "‘’"
            yield opening, styles
            yield from _pandoc(content[1], styles)
            yield closing, styles
        elif kind == "Link":
            yield from _pandoc(content[1], styles | {content[2][0]})
        else:
            yield from _pandoc(content, styles | {_PANDOC_STYLES[kind]})


def in_powerpoint(markdown: str) -> Letters:
    """A line's letters as a slide of PowerPoint has them."""
    writer = Writer(ENGLISH, "Mono", link=str)
    names = 'xmlns:a="a" xmlns:r="r"'
    letters: Letters = []
    for run in etree.fromstring(f"<p {names}>{''.join(map(writer.run, runs(markdown)))}</p>"):
        if run.tag == "{a}br":
            letters.append(("\n", frozenset()))
            continue
        properties = run.find("{a}rPr")
        styles = {name for key, name in (("b", "bold"), ("i", "italic"), ("strike", "struck")) if properties.get(key)}
        styles |= {"code"} if properties.find("{a}latin") is not None else set()
        for link in properties.iter("{a}hlinkClick"):
            styles.add(link.get("{r}id"))
        letters += [(letter, frozenset(styles)) for letter in run.findtext("{a}t")]
    return letters


_HTML_STYLES = {"em": "italic", "strong": "bold", "del": "struck", "code": "code"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.letters: Letters = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.letters.append(("\n", frozenset()))
        else:
            self.open.append(str(dict(attrs)["href"]) if tag == "a" else _HTML_STYLES[tag])

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.letters += [(letter, frozenset(self.open)) for letter in data]


def on_the_site(markdown: str) -> Letters:
    """A line's letters as a page of the site has them."""
    page = _Page()
    page.feed(site_line(markdown))
    return page.letters


_TEX = re.compile(
    r"\\(?P<style>textbf|emph|texttt|struck)\{|\\href\{(?P<address>(?:\\.|[^{}])*)\}\{|\$(?P<math>[^$]+)\$|(?P<close>\})"
    r"|\\(?P<escaped>[#%&_{}$])|\{(?P<alone>[-\[\]])\}|\\(?P<name>\w+)\{\}|(?P<letter>.)",
    re.DOTALL,
)
_TEX_STYLES = {"textbf": "bold", "emph": "italic", "texttt": "code", "struck": "struck"}
_TEX_NAMES = {
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textasciigrave": "`",
    "textless": "<",
    "textgreater": ">",
    "textbackslash": "\\",
    "newline": "\n",
}


def in_latex(markdown: str) -> Letters:
    """A line's letters as LaTeX sets them."""
    open_: list[str] = []
    letters: Letters = []
    for match in _TEX.finditer(inline(markdown)):
        found = match.groupdict()
        if found["style"]:
            open_.append(_TEX_STYLES[found["style"]])
        elif found["address"]:
            open_.append(re.sub(r"\\(.)", r"\1", found["address"]))
        elif found["close"]:
            open_.pop()
        elif found["math"]:
            letters += [(letter, frozenset({*open_} - {"italic"} | {"math"})) for letter in math_text(found["math"])]
        else:
            letter = (
                _TEX_NAMES[found["name"]] if found["name"] else found["escaped"] or found["alone"] or found["letter"]
            )
            curly = letter == "'" and "code" not in open_
            letters.append(("’" if curly else letter, frozenset() if letter == "\n" else frozenset(open_)))
    return letters


def alike(letters: Letters) -> Letters:
    """Letters without what a format may do in its own way: how a variable slants, and how a blank is struck."""
    return [
        (letter, frozenset(s for s in styles if s != "math" and (letter != " " or s not in ("struck", "italic"))))
        if letter != "x"
        else (letter, styles - {"italic", "math"})
        for letter, styles in letters
    ]


FORMATS = {"powerpoint": in_powerpoint, "site": on_the_site, "latex": in_latex}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_each_construct_is_in_each_format_what_pandoc_reads(construct: str, format_: str) -> None:
    """Alone in a line, a construct gives the letters and styles that the handout has."""
    assert alike(FORMATS[format_](f"A {construct}")) == alike(read_by_pandoc(f"A {construct}"))


@given(lines())
@settings(max_examples=60, deadline=None)
def test_constructs_side_by_side_and_inside_each_other(markdown: str) -> None:
    """Constructs in one line change nothing of each other, in any format."""
    wanted = alike(read_by_pandoc(markdown))
    for name, read in FORMATS.items():
        assert alike(read(markdown)) == wanted, name


@given(lines())
@settings(max_examples=60, deadline=None)
def test_plain_text_has_the_same_letters_as_they_were_typed(markdown: str) -> None:
    """Plain text is the same line; only its quotes, dashes and dots stay as they were typed."""
    typed = "".join(letter for letter, _ in read_by_pandoc(markdown))
    for printed, written in (("…", "..."), ("—", "---"), ("–", "--"), ("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'")):
        typed = typed.replace(printed, written)
    assert plain_text(markdown) == typed


def test_a_line_ends_where_its_author_says() -> None:
    """A backslash at the end of a line ends it in every format; any other line end is a blank."""
    for markdown in ("A\\\nb  \nc\nd", "A  \nb", 'A\\\n"b" c', "A **b\\\nc**"):
        wanted = alike(read_by_pandoc(markdown))
        for name, read in FORMATS.items():
            assert alike(read(markdown)) == wanted, name


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("- one\n- two", [("one", 1, 0), ("two", 1, 0)]),
        ("3. three\n3. four", [("three", 1, 3), ("four", 1, 4)]),
        ("- a\n  - b\n\n    goes on\n- c", [("a", 1, 0), ("b goes on", 2, 0), ("c", 1, 0)]),
        ("Before\n- one", [("Before", 0, 0), ("one", 1, 0)]),
        ("- one\\\n  and on", [("one\\\nand on", 1, 0)]),
        ("one\\\ntwo", [("one", 0, 0), ("two", 0, 0)]),
        ("**one\\\ntwo**", [("**one\\\ntwo**", 0, 0)]),
        ("5 > 3\n> 2", [("5 > 3 > 2", 0, 0)]),
        ("-", [("", 1, 0)]),
        ("", []),
    ],
)
def test_a_text_is_its_paragraphs_and_items(markdown: str, expected: list[tuple[str, int, int]]) -> None:
    """Items know their depth and count on from the first; wrapped lines are joined."""
    assert [(part.text, part.depth, part.number) for part in parts(markdown)] == expected


@pytest.mark.parametrize(
    "markdown",
    ["5 > 3\n> 2", "`<br>` and `![x](y)`", r"\> no quote", "a | b", "#1 of 3", "- a\n  - b", "see [1]: there"],
)
def test_what_only_looks_strange_is_shown(markdown: str) -> None:
    """Words, code and escaped marks are no blocks: nothing is refused that slides can show."""
    assert not list(strangers(markdown))


SAID = "Begin here.\n\n- one *mark*\n- two\n\nThen wait."


def test_notes_keep_their_paragraphs_and_lists() -> None:
    """In PowerPoint and in LaTeX a list in the notes is a list, below the words before it."""
    notes = Notes(say=Markdown(SAID))
    slide = Slide(kind="assertion", title=Markdown("Memory is slow"), minutes=Decimal(5), notes=notes)
    deck = Deck(schema=1, title=Markdown("Bytes"), minutes=5, short=5, slides=(slide,))
    shown = timed_deck(deck, 5)
    base = empty_presentation("light")
    with ZipFile(BytesIO(powerpoint(deck, shown, base, Material({}, {}), answers="click", language=ENGLISH))) as file:
        page = etree.fromstring(file.read("ppt/notesSlides/notesSlide1.xml"))
    paragraphs = [
        ("".join(p.itertext()), p.find(".//{*}buChar") is not None) for p in page.iter("{*}p") if "".join(p.itertext())
    ]
    assert paragraphs[1:] == [("Say. Begin here.", False), ("one mark", True), ("two", True), ("Then wait.", False)]
    tex = next(text for name, text in beamer(deck, shown, "light").items() if r"\said{Say}" in text)
    said = [row.strip() for row in tex[tex.index(r"\said{Say}") :].splitlines()[:6]]
    assert said == [
        r"\said{Say}{Begin here.}",
        r"\begin{itemize}",
        r"\item one \emph{mark}",
        r"\item two",
        r"\end{itemize}",
        r"Then wait.\par",
    ]


def test_a_handout_reads_cells_and_callouts_as_the_slides_do() -> None:
    """In a handout a cell that begins like a quote or a list is words, its lines end where they were ended, and a list in a
    callout is a list."""
    cells = Table(
        columns=(Markdown("Cost\\\nin words"),), rows=((Markdown("> 5 ms"),), (Markdown("- 3"),), (Markdown("2. x"),))
    )
    callout = Callout(label="Watch", text=Markdown("- one\n- two"))
    slide = Slide(
        kind="assertion",
        title=Markdown("Memory is slow"),
        minutes=Decimal(5),
        notes=Notes(say=Markdown("Look.")),
        body=(Block(table=cells), Block(callout=callout)),
    )
    deck = Deck(schema=1, title=Markdown("Bytes"), minutes=5, short=5, slides=(slide,))
    page = body(handout(deck, timed_deck(deck, 5)), "").partition("</nav>")[2]
    assert re.findall(r"<(?:blockquote|ol|ul)", page) == ["<ul"]
    assert "Cost<br" in page
    for words in ("&gt; 5 ms", "- 3", "2. x", "<li>one"):
        assert words in page
