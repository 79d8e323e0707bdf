"""Lecture decks as Beamer: nothing of a slide is lost, and the slides compile without running over."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from themes import in_a_theme

from blueprint.build import BuildResult, TaskError, build
from blueprint.deck import (
    Arrow,
    Block,
    Box,
    Callout,
    Chart,
    Choice,
    Code,
    Column,
    Deck,
    Diagram,
    Equation,
    Figure,
    Notes,
    Series,
    Slide,
)
from blueprint.model import Language, Markdown
from blueprint.paths import CoursePaths
from blueprint.problems import UsageError
from generator.decks.beamer.latex import ENGINES, Engine, compile_latex, precompiled, unprintable
from generator.decks.beamer.text import inline
from generator.decks.beamer.writer import beamer, preamble, style_files
from generator.decks.figure import pdf_of_svg
from generator.decks.highlight import highlighted
from generator.decks.layout.page import OWN
from generator.decks.layout.slide import lay_out_slide
from generator.decks.plan import Answers, plan_slides
from generator.decks.powerpoint.empty_presentation import empty_presentation
from generator.decks.powerpoint.writer import Material, slides_of
from generator.decks.read import read_deck
from generator.decks.tasks import Options, deck_tasks
from generator.decks.theme import THEMES, colors, theme
from generator.decks.timing import timed_deck
from generator.text.latex import latex_text
from generator.text.markdown import parts

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = CoursePaths.find(ROOT).decks()
AWKWARD = {path.stem: path for path in (ROOT / "tests" / "cases" / "decks-awkward").glob("*.yaml")}
EVERY_DECK = pytest.mark.parametrize("name", sorted(SHIPPED))


def files_of(deck: Deck, theme_name: str = "light", answers: Answers = "click", notes: bool = False) -> dict[str, str]:
    return beamer(deck, timed_deck(deck, deck.minutes), theme_name, answers=answers, notes=notes)


def tex_of(deck: Deck, answers: Answers = "click", notes: bool = False) -> str:
    files = files_of(deck, answers=answers, notes=notes)
    (name,) = (n for n in files if n.endswith(".tex") and not n.startswith("palette-"))
    return files[name]


def a_deck(*body: Block, answer: tuple[Block, ...] = ()) -> Deck:
    """A deck of one slide."""
    notes = Notes(say=Markdown("Said aloud."))
    title = Markdown("One slide")
    slide = Slide(kind="exercise", title=title, minutes=Decimal(1), body=body, answer=answer, notes=notes)
    return Deck(schema=1, title=Markdown("A deck"), slides=(slide,))


def text(words: str) -> Block:
    return Block(text=Markdown(words))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100"><text x="9" y="60" font-size="24">Die of 4 mm</text></svg>'


def photo(kind: str) -> bytes:
    """A picture that PIL writes."""
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(made, kind)
    return made.getvalue()


@EVERY_DECK
def test_no_slide_is_lost(name: str) -> None:
    """Each slide's title, its items and its choices stand in the LaTeX, in order."""
    deck = read_deck(SHIPPED[name]).deck
    tex, place = tex_of(deck), 0
    for slide in plan_slides(deck, timed_deck(deck, deck.minutes)):
        place = tex.index(latex_text(slide.slide.title), place)
        for item in (*slide.slide.items, *(choice.text for choice in slide.slide.choices)):
            words = latex_text(re.sub(r"^[A-H][:.)]\s*", "", " ".join(item.split())))
            assert words in tex[place:]


@EVERY_DECK
def test_braces_balance(name: str) -> None:
    """Every brace and every environment that is opened is closed."""
    tex = tex_of(read_deck(SHIPPED[name]).deck, notes=True)
    tex = re.sub(r"\\begin\{lstlisting\}.*?\\end\{lstlisting\}", "", tex, flags=re.DOTALL)
    bare = re.sub(r"\\[\\{}%]", "", tex)
    bare = re.sub(r"%.*", "", bare)
    assert bare.count("{") == bare.count("}")
    opened: list[str] = []
    for what, environment in re.findall(r"\\(begin|end)\{(\w+)\}", tex):
        if what == "begin":
            opened.append(environment)
        else:
            assert opened.pop() == environment
    assert not opened


def test_unknown_block() -> None:
    """A block without a key that the writer knows is an error, never an empty place."""
    with pytest.raises(ValueError, match="no known kind"):
        tex_of(a_deck(Block()))


def test_svg_is_named() -> None:
    """TeX reads no SVG; the error names the file."""
    figure = Figure(file="chip.svg", alt=Markdown("A chip."))
    with pytest.raises(ValueError, match=r"chip\.svg"):
        tex_of(a_deck(Block(figure=figure)))


@pytest.mark.parametrize(("answers", "there", "covered"), [("click", 1, 1), ("shown", 1, 0), ("hidden", 0, 0)])
def test_answers(answers: Answers, there: int, covered: int) -> None:
    """An answer waits for a click, is shown from the start, or is not in the file at all."""
    tex = tex_of(a_deck(text("How many?"), answer=(text("Forty-two."),)), answers)
    assert tex.count("Forty-two.") == there
    assert tex.count("<2->") == covered
    assert ("handout" in tex.partition("{beamer}")[0]) == (answers == "shown")


def test_notes_travel() -> None:
    """What the lecturer says is in the source, and on pages of its own only if that was asked for."""
    deck = a_deck(text("Words."))
    for printed in (False, True):
        tex = tex_of(deck, notes=printed)
        assert r"\said{Say}{Said aloud.}" in tex
        assert (r"\setbeameroption{show notes}" in tex) == printed


@EVERY_DECK
def test_students_get_no_answer(name: str) -> None:
    """Slides for students hold no note and no answer, asked for or not."""
    deck = read_deck(SHIPPED[name]).deck
    tex = tex_of(deck, "hidden", notes=True)
    assert r"\note" not in tex
    assert r"\setbeameroption" not in tex
    for slide in plan_slides(deck, timed_deck(deck, deck.minutes)):
        for block in slide.answer:
            for part in parts(block.text or ""):
                assert len(part.text) < 12 or latex_text(part.text) not in tex


@pytest.mark.parametrize("name", THEMES)
def test_palette(name: str) -> None:
    """The palette defines every color of the theme, the background included."""
    palette = files_of(a_deck(text("Words.")), name)[f"palette-{name}.tex"]
    defined = dict(re.findall(r"\\definecolor\{bp-([\w-]+)\}\{HTML\}\{(\w{6})\}", palette))
    assert defined == {key.replace("_", "-"): color for key, color in colors(theme(name))}


def test_lists_nest() -> None:
    """A list within an item stays within it, and an order keeps the number it begins with."""
    tex = tex_of(a_deck(text("Before:\n\n- one\n  - inner\n- two\n\nAfter.\n\n3. third\n4. fourth")))
    order = ["Before:", r"\begin{itemize}", "one", r"\begin{itemize}", "inner", r"\end{itemize}", "two"]
    order += [r"\end{itemize}", "After.", r"\begin{enumerate}", r"\setcounter{enumi}{2}", "third", "fourth"]
    place = tex.index("Before:")
    for words in order:
        place = tex.index(words, place) + len(words)


def test_lists_in_callouts_are_lists() -> None:
    """A list within a callout is set as one, below the label, and is not run into a line."""
    tex = tex_of(a_deck(Block(callout=Callout(label="Key", text=Markdown("- one\n- two")))))
    within = tex[tex.index(r"\begin{callout}") : tex.index(r"\end{callout}")]
    assert re.findall(r"\\item (.*)", within) == ["one", "two"]
    assert within.splitlines()[0].endswith(r"{Key:}\par")


@pytest.mark.parametrize(("values", "limit"), [((1, 2), "ymin=0"), ((-1, -2), "ymax=0"), ((-1, 2), None)])
def test_bars_begin_at_zero(values: tuple[int, ...], limit: str | None) -> None:
    """The axis of bars holds 0, from which every bar is drawn."""
    series = Series(title="t", values=tuple(map(Decimal, values)))
    tex = tex_of(a_deck(Block(chart=Chart(kind="bar", alt=Markdown("Bars."), categories=("a", "b"), series=(series,)))))
    assert re.findall(r"ym(?:in|ax)=0\b", tex) == ([limit] if limit else [])


def test_choices_have_letters() -> None:
    """Choices and the reasons for them are lettered, as in PowerPoint, and have no bullet."""
    choices = (Choice(text=Markdown("Yes"), right=True, why=Markdown("It is.")), Choice(text=Markdown("[No]")))
    deck = a_deck()
    tex = tex_of(replace(deck, slides=(replace(deck.slides[0], choices=choices),)))
    assert re.findall(r"\\item(\S*)", tex) == ["[A.]", "[B.]", "[A.]"]


@pytest.mark.parametrize("name", sorted(SHIPPED | AWKWARD))
def test_answers_stand_where_powerpoint_has_them(name: str) -> None:
    """What PowerPoint gives a slide of its own, an answer or more of the sources, has a frame of its own in Beamer."""
    deck = read_deck((SHIPPED | AWKWARD)[name]).deck
    for slide, frames in zip(plan_slides(deck, timed_deck(deck, deck.minutes)), frames_of(tex_of(deck)), strict=True):
        assert frames.count(r"\begin{frame}") >= len(lay_out_slide(slide, OWN)), f"slide {slide.number}"


def numbered(tex: str) -> list[tuple[str, str]]:
    """Title and number of each frame that takes a number, and of none that has the number of the one before."""
    frames = re.findall(r"(?s)\\begin\{frame\}\[([^\]]*)\]\n(.*?)\n\\end\{frame\}", tex)
    counted = [frame for options, frame in frames if "noframenumbering" not in options]
    titles = [re.search(r"\\(?:frametitle\{|begin\{opening\}.*\\selectfont )(.*)\}", frame) for frame in counted]
    return [(title[1], str(number)) for number, title in enumerate(titles, 1) if title]


@in_a_theme(SHIPPED | AWKWARD)
def test_numbers_are_powerpoints(name: str, theme_name: str) -> None:
    """A frame has the number of the PowerPoint slide with the same title, answers apart and long lists of sources too."""
    deck = read_deck((SHIPPED | AWKWARD)[name]).deck
    shown = timed_deck(deck, deck.minutes)
    layout = slides_of(deck, shown, empty_presentation(theme_name), Material({}, {}), "click")
    files = files_of(deck, theme_name)
    (main,) = files.keys() - style_files(theme_name).keys()
    wanted = [(inline(page.title), str(n)) for n, page in enumerate(layout, 1)]
    found, wanted = (
        [(re.sub(r" \(\d+ of \d+\)$", "", t), n) for t, n in pages] for pages in (numbered(files[main]), wanted)
    )
    assert found == wanted


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "import numpy as np\nassert all(x.str for x in zip(a, 'in it'))  # for now\n"),
        ("c", 'int f(void) { return "int"; } /* while */\n// else\n'),
        ("bash", 'for x in a; do echo "$x"; done # if\n'),
        ("unknown", "for while 'in'\n"),
    ],
)
def test_programs_have_powerpoints_colors(language: str, text: str) -> None:
    """The words a listing colors are those that PowerPoint colors, no name of a function among them."""
    tex = tex_of(a_deck(Block(code=Code(language=language, text=text))))
    (words,) = re.findall(r"\[keywords=\{([^}]*)\}", tex)
    wanted = {piece for line in highlighted(text, language) for piece, kind in line if kind == "keyword"}
    assert set(filter(None, words.split(","))) == wanted
    kinds = {kind for line in highlighted(text, language) for _, kind in line}
    assert ("morecomment" in tex) == ("comment" in kinds)
    assert ("morestring" in tex) == ("string" in kinds)


def test_programs_side_by_side_have_one_size() -> None:
    """Of programs in columns the one with the longest lines gives the size."""
    columns = tuple(Column(body=(Block(code=Code(text="x = 1" + " + 1" * n)),)) for n in (1, 20))
    tex = tex_of(a_deck(Block(columns=columns)))
    sizes = re.findall(r"basicstyle=\\ttfamily\\fontsize\{([\d.]+)\}", tex)
    assert len(sizes) == 2
    assert len(set(sizes)) == 1


def test_links_live() -> None:
    """A link keeps its address, and marks around it stay what they are."""
    made = inline("see [the **page**](<https://example.org/a_b#c>) and `x[0](y)`")
    assert made.startswith(r"see \href{https://example.org/a_b\#c}{the \textbf{page}} and")
    assert made.count(r"\href") == 1
    assert inline("[a](https://e.org/b(c)?q=%20#d)") == r"\href{https://e.org/b(c)?q=\%20\#d}{a}"
    assert inline("<https://e.org/~a>") == r"\href{https://e.org/~a}{https://e.org/\textasciitilde{}a}"


def test_boxes_stand_apart() -> None:
    """Boxes without a place are laid out along the arrows, no two in one place, even around a ring."""
    arrows = (("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "a"))
    diagram = Diagram(
        boxes={name: Box(text=Markdown(name)) for name in "abcd"},
        arrows=tuple(Arrow(start=start, end=end) for start, end in arrows),
        alt=Markdown("A ring."),
    )
    tex = tex_of(a_deck(Block(diagram=diagram)))
    places = [(float(x), float(y)) for x, y in re.findall(r"at \(([-\d.]+)pt,([-\d.]+)pt\)", tex)]
    assert len(set(places)) == 4
    assert places[0][0] < places[1][0] == places[2][0] < places[3][0]
    assert tex.count(r"\draw[flow") == len(arrows)


# --- compiled ---------------------------------------------------------------------------------------------------

HAS = {
    "pdflatex": bool(shutil.which("pdflatex")),
    "lualatex": bool(shutil.which("luaotfload-tool")),
    "xelatex": bool(shutil.which("xelatex")),
}
LATEX = [pytest.mark.latex, pytest.mark.skipif(not HAS["pdflatex"], reason="needs pdflatex")]
EVERY_ENGINE = pytest.mark.parametrize(
    "engine",
    [pytest.param(e, marks=[pytest.mark.latex, pytest.mark.skipif(not HAS[e], reason=f"needs {e}")]) for e in ENGINES],
)


def latex(test: Any) -> Any:
    """Marks a test that needs pdflatex and reads its PDF."""
    for mark in (*LATEX, pytest.mark.poppler, pytest.mark.skipif(not shutil.which("pdftotext"), reason="no poppler")):
        test = mark(test)
    return test


@cache
def format_of(theme_name: str, answers: Answers = "click", notes: bool = False) -> bytes:
    """pdflatex's memory after a preamble, made once for all tests."""
    files = {name: text.encode() for name, text in style_files(theme_name).items()}
    return precompiled(files, preamble(theme_name, answers, notes))


def pdf_of(
    deck: Deck,
    theme_name: str = "light",
    answers: Answers = "click",
    notes: bool = False,
    engine: Engine = "pdflatex",
    name: str = "a-deck.tex",
) -> bytes:
    """A deck as PDF, made from a source of that name; `TaskError` where the log complains."""
    files = {name: text.encode() for name, text in files_of(deck, theme_name, answers, notes).items()}
    (main,) = files.keys() - style_files(theme_name).keys()
    files[name] = files.pop(main)
    ready = format_of(theme_name, answers, notes) if engine == "pdflatex" else b""
    return compile_latex(files, name, engine, ready)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, in the order in which it was set."""
    read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, check=True, capture_output=True)
    return read.stdout.decode().split("\f")[:-1]


def letters(text: str) -> str:
    """Letters and digits only, ligatures and scripts undone."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def frames_of(tex: str) -> list[str]:
    """The frames of each slide: one, or two where something goes on."""
    found: dict[str, str] = {}
    for number, frame in re.findall(r"(?ms)^% (\d+)\. (.*?\\end\{frame\})", tex):
        found[number] = found.get(number, "") + frame
    return list(found.values())


def pieces(markdown: str) -> Iterator[str]:
    """What must be readable of a text: all of it between formulas, without the addresses of links."""
    markdown = re.sub(r"(?<!\\)\]\((?:<[^>]*>|(?:[^()\s]|\([^()\s]*\))*)\)", "", markdown)
    for part in parts(markdown) or ():
        yield from filter(None, map(letters, re.split(r"\$[^$]+\$", part.text)))


def said_by(block: Block) -> Iterator[str]:
    """Every text of a block, in the order of reading."""
    if block.callout:
        yield from (block.callout.label, block.callout.text)
    if block.text:
        yield block.text
    if block.table:
        yield from block.table.columns
        for row in block.table.rows:
            yield from row
        yield block.table.caption
    if block.code:
        yield from block.code.text.splitlines()
        yield block.code.caption
    if block.equation:
        yield from (term.meaning for term in block.equation.legend)
    for column in block.columns:
        yield column.heading
        for inner in column.body:
            yield from said_by(inner)


def drawn_in(block: Block) -> Iterator[str]:
    """Every word of the charts and diagrams in a block."""
    for inner in block.walk():
        if inner.chart:
            yield from (inner.chart.x.title, inner.chart.y.title, inner.chart.caption, *inner.chart.categories)
            yield from (label for series in inner.chart.series for label in series.labels)
            yield from (series.title for series in inner.chart.series if len(inner.chart.series) > 1)
        if inner.diagram:
            yield from (box.text for box in inner.diagram.boxes.values())
            yield from (arrow.text for arrow in inner.diagram.arrows)


@latex
@in_a_theme(SHIPPED | AWKWARD)
def test_everything_is_there(name: str, theme_name: str) -> None:
    """Every word of a deck can be read in its PDF, slide by slide, in order, with nothing over an edge."""
    deck = read_deck((SHIPPED | AWKWARD)[name]).deck
    frames = frames_of(tex_of(deck))
    pages = iter(pages_of(pdf_of(deck, theme_name)))
    for slide, frame in zip(plan_slides(deck, timed_deck(deck, deck.minutes)), frames, strict=True):
        page = letters(" ".join(next(pages) for _ in range(frame.count(r"\begin{frame}") + frame.count("<2->"))))
        place = 0
        blocks = (*slide.blocks, *slide.answer)
        for wanted in (slide.slide.title, *(said for block in blocks for said in said_by(block)), *slide.footnotes):
            for piece in pieces(wanted):
                assert piece in page[place:], f"slide {slide.number}: {wanted}"
                place = page.index(piece, place) + (len(piece) if wanted != slide.slide.title else 0)
        for wanted in (drawn for block in blocks for drawn in drawn_in(block)):
            assert all(piece in page for piece in pieces(wanted)), f"slide {slide.number}: {wanted}"
    assert next(pages, None) is None


@EVERY_ENGINE
def test_slides_say_their_language(engine: Engine, tmp_path: Path) -> None:
    """A PDF says which language it is to be read in, whichever engine makes it, and if its preamble is precompiled."""
    import pikepdf

    read = read_deck(ROOT / "tests" / "cases" / "decks-awkward" / "references.yaml")
    options = Options(formats=("pdf",), language=Language("pt-BR"), engine=engine)
    assert not build(deck_tasks([read], CoursePaths.find(ROOT), options), tmp_path, "slides").failed
    (made,) = tmp_path.glob("*.pdf")
    with pikepdf.open(made) as pdf:
        assert str(pdf.Root.Lang) == "pt-BR"


def few_slides(name: str) -> Deck:
    """A lecture with each slide that has an answer, and of the others one in four."""
    deck = read_deck(SHIPPED[name]).deck
    return replace(deck, slides=tuple(s for n, s in enumerate(deck.slides) if s.answer or n % 4 == 0))


@latex
def test_handout_variant() -> None:
    """With answers shown nothing waits for a click: every frame is one page, and the answer is on it or on the next."""
    deck = few_slides("vol1-01")
    assert any(slide.answer for slide in deck.slides)
    slides, shown = plan_slides(deck, timed_deck(deck, deck.minutes)), iter(pages_of(pdf_of(deck, answers="shown")))
    for slide, frames in zip(slides, frames_of(tex_of(deck, "shown")), strict=True):
        page = " ".join(next(shown) for _ in range(frames.count(r"\begin{frame}")))
        assert not slide.answer or "Answer" in page
    assert next(shown, None) is None


@latex
def test_notes_pages() -> None:
    """Printed notes follow their slide, and hold all the lecturer wrote."""
    deck = few_slides("vol1-01")
    noted = [
        letters(page) for page in pages_of(pdf_of(deck, notes=True)) if "Clock." in page and "goes on from" not in page
    ]
    slides = plan_slides(deck, timed_deck(deck, deck.minutes))
    for slide, page in zip(slides, noted, strict=True):
        for _, wanted in slide.notes:
            assert all(piece in page for piece in pieces(wanted)), f"slide {slide.number}: {wanted}"
    assert not any("Clock." in page for page in pages_of(pdf_of(deck)))


ABOUT_LATEX = (r"\begin{frame}", r"\end{lstlisting}", r"\end{frame}", "the last line")
ENGINE_DECK = "größe.tex"


def printable() -> list[str]:
    """What the writer takes for printable beyond ASCII, 25 letters a line."""
    found = [c for c in map(chr, range(0x20, 0x2E00)) if c.isprintable() and c not in "`\\" and c == latex_text(c)]
    shown = [c for c in found if not c.isascii()]
    assert len(shown) > 200
    return [" ".join(shown[i : i + 25]) for i in range(0, len(shown), 25)]


@cache
def engine_deck() -> Deck:
    """What is asked of every engine, in one deck: slides of a lecture, all letters in all styles, a program about LaTeX."""
    lecture = read_deck(SHIPPED["vol1-03"]).deck.slides[:8]
    styled = [text(form % row) for row in printable() for form in ("%s", "**%s**", "*%s*", "`%s`")]
    bodies = [styled[i : i + 4] for i in range(0, len(styled), 4)]
    bodies += [[Block(code=Code(text="\n".join(printable())))]]
    bodies += [[Block(code=Code(language="tex", text="\n".join(ABOUT_LATEX)))]]
    return replace(a_deck(), slides=(*lecture, *(a_deck(*body).slides[0] for body in bodies)))


@cache
def engine_pdf(engine: Engine) -> bytes:
    """The PDF that an engine makes of that deck, from a file whose name has letters beyond ASCII."""
    return pdf_of(engine_deck(), engine=engine, name=ENGINE_DECK)


@EVERY_ENGINE
def test_engines(engine: Engine) -> None:
    """Every engine sets a lecture, and in each font of a slide what the writer takes for printable, without a complaint.

    In each folder it makes the same bytes, whatever the file is called.
    """
    assert engine_pdf(engine).startswith(b"%PDF")
    assert pdf_of(engine_deck(), engine=engine, name=ENGINE_DECK) == engine_pdf(engine)


@EVERY_ENGINE
def test_programs_about_latex(engine: Engine) -> None:
    """A program may hold what would end it."""
    *_, page = pages_of(engine_pdf(engine))
    assert [re.sub(r"^\d ", "", line) for line in page.splitlines() if re.match(r"\d ", line)] == list(ABOUT_LATEX)


@EVERY_ENGINE
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        pytest.param(
            "größe.tex",
            [(text("A sign: 中."), "中"), (Block(code=Code(text="print('中')")), "中")],
            id="letters",
        ),
        pytest.param("a-deck.tex", [(text("$中$"), "中")], id="letter in a formula"),
        pytest.param(
            "a-deck.tex",
            [
                (text("\n\n".join(["A paragraph of its own."] * 40)), "too full"),
                (Block(equation=Equation(tex=r"\rule{1pt}{400pt}")), "too full"),
                (Block(equation=Equation(tex="x" + " + x" * 60)), "points wider than its place"),
            ],
            id="sizes",
        ),
        pytest.param(
            "a-deck.tex",
            [(text(r"A formula: $\nosuchsign + 1$."), r"LaTeX stopped.*Undefined control sequence.*\\nosuchsign")],
            id="command",
        ),
    ],
)
def test_log_is_read(engine: Engine, name: str, wrong: list[tuple[Block, str]]) -> None:
    """What TeX only mentions in its log stops the PDF, with the file, whatever its name, and each slide it is about."""
    fine = a_deck(text("Words.")).slides[0]
    slides = [fine]
    for number, (block, _) in enumerate(wrong, 1):
        slides += [replace(a_deck(block).slides[0], id=f"wrong-{number}"), fine]
    with pytest.raises(TaskError) as told:
        pdf_of(replace(a_deck(), slides=tuple(slides)), engine=engine, name=name)
    assert str(told.value).startswith(f"{name}: slide ")
    said = re.findall(r"slide (\d+) \((.+?)\): (.*?)(?=; slide \d|$)", str(told.value), re.DOTALL)
    for number, (_, complaint) in enumerate(wrong, 1):
        assert any(
            (place, slide) == (str(2 * number), f"wrong-{number}") and re.search(complaint, words, re.DOTALL)
            for place, slide, words in said
        ), str(told.value)
    assert not any(slide == fine.id for _, slide, _ in said)


@latex
def test_nothing_shrinks() -> None:
    """What does not fit is told; the other column is not made smaller for it without a word."""
    tall = Column(body=tuple(text(f"Paragraph {n} of a column that is too tall.") for n in range(40)))
    deck = a_deck(Block(columns=(tall, Column(body=(text("Short."),)))))
    assert "shrink" not in tex_of(deck)
    with pytest.raises(TaskError, match=r"slide 1 .*too full"):
        pdf_of(deck)


def test_numbers_in_programs_are_no_letters() -> None:
    """A program may speak of a letter by its number."""
    tex = tex_of(a_deck(Block(code=Code(text="# [U+4E2D]")), text("[U+4E2D]")))
    assert list(unprintable(tex)) == []


def test_without_tex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TeX a line says what to install."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TaskError, match=r"install it.*texlive-latex-recommended"):
        pdf_of(a_deck(text("Words.")))


# --- built ------------------------------------------------------------------------------------------------------

PICTURES = """schema: 1
title: Pictures
slides:
"""


@latex
def test_pictures_are_placed(tmp_path: Path) -> None:
    """Pictures of every kind are handed to LaTeX: dots as dots, a drawing as a drawing; a changed one is set again."""
    folder = tmp_path / "slides" / "my pictures"
    folder.mkdir(parents=True)
    content = {"a photo.jpg": photo("JPEG"), "dots.png": photo("PNG"), "die.svg": SVG, "page.pdf": pdf_of_svg(SVG)}
    slides = ""
    for name, data in content.items():
        (folder / name).write_bytes(data)
        figure = f"{{file: my pictures/{name}, alt: A picture., caption: The {name.partition('.')[2]}}}"
        slides += f"- {{kind: assertion, title: A picture, minutes: 1, notes: {{say: EmptyPresentation.}}, body: [figure: {figure}]}}\n"
    (folder.parent / "pics.yaml").write_text(PICTURES + slides, encoding="utf-8")
    paths = CoursePaths.find(tmp_path)

    def built() -> BuildResult:
        tasks = deck_tasks([read_deck(folder.parent / "pics.yaml")], paths, Options(formats=("beamer", "pdf")))
        return build(tasks, tmp_path / "out", "slides", prune=False)

    assert built().failed == {}
    pdf = (tmp_path / "out" / "pics-light.pdf").read_bytes()
    pages = pages_of(pdf)
    assert ["The " + ending in page for ending, page in zip(("jpg", "png", "svg", "pdf"), pages, strict=True)] == [
        True
    ] * 4
    assert ["Die of 4 mm" in page for page in pages] == [False, False, True, True]
    (tmp_path / "slides.pdf").write_bytes(pdf)
    images = subprocess.run(["pdfimages", "-list", tmp_path / "slides.pdf"], check=True, capture_output=True, text=True)
    assert [line.split()[8] for line in images.stdout.splitlines()[2:]] == ["jpeg", "image"]
    assert not built().made
    (folder / "die.svg").write_bytes(SVG.replace(b"4 mm", b"5 mm"))
    made = built().made
    assert {name.rpartition(".")[2] for name in made} == {"pdf"}
    assert len(made) == 2


def test_no_notes_for_students() -> None:
    """Printed notes on slides for students are a contradiction, and told so."""
    with pytest.raises(UsageError, match="hold no notes"):
        deck_tasks([], CoursePaths.find(ROOT), Options(answers="hidden", notes=True))


def test_headings_have_serifs_where_the_theme_has() -> None:
    """LaTeX has not the themes' fonts, but the same family."""
    serifs = {name for name in THEMES if r"\headingfamily{\rmfamily}" in style_files(name)[f"palette-{name}.tex"]}
    assert serifs == {name for name in THEMES if theme(name).heading_font == "Cambria"} == {"nature"}
