"""Lecture decks as Beamer: nothing of a slide is lost, and the slides compile without running over."""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from blueprint.deck import Arrow, Block, Box, Deck, Diagram, Figure, Notes, Slide
from blueprint.model import Markdown
from blueprint.paths import CoursePaths
from generator.decks.beamer import Answers, beamer, inline
from generator.decks.plan import planned
from generator.decks.read import deck_files, read_deck
from generator.decks.version import version
from generator.outline import latex_text
from generator.plaintext import plain_text
from generator.theme import THEMES, colors, theme

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = deck_files(CoursePaths.find(ROOT))
EVERY_DECK = pytest.mark.parametrize("name", sorted(SHIPPED))


def files_of(deck: Deck, theme_name: str = "light", answers: Answers = "click", notes: bool = False) -> dict[str, str]:
    return beamer(deck, version(deck, deck.minutes), theme_name, answers=answers, notes=notes)


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


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words)


@EVERY_DECK
def test_no_slide_is_lost(name: str) -> None:
    """Each slide's title, its items and its choices stand in the LaTeX, in order."""
    deck = read_deck(SHIPPED[name]).deck
    tex, place = tex_of(deck), 0
    for slide in planned(deck, version(deck, deck.minutes)):
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


def test_notes_only_on_request() -> None:
    """What the lecturer says is in the file only if it was asked for."""
    deck = a_deck(text("Words."))
    assert "Said aloud." not in tex_of(deck)
    assert r"\textbf{Say.} Said aloud." in tex_of(deck, notes=True)


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


def test_links_live() -> None:
    """A link keeps its address, and marks around it stay what they are."""
    made = inline("see [the **page**](<https://example.org/a_b#c>) and `x[0](y)`")
    assert made.startswith(r"see \href{https://example.org/a_b\#c}{the \textbf{page}} and")
    assert made.count(r"\href") == 1


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


@pytest.mark.latex
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")
def test_it_compiles(tmp_path: Path) -> None:
    """pdflatex sets a shipped deck with no slide over its edge and no letter missing; every title can be read."""
    deck = read_deck(SHIPPED["vol1-01"]).deck
    for name, content in files_of(deck).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "vol1-01.tex"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    log = (tmp_path / "vol1-01.log").read_text(encoding="utf-8", errors="replace")
    assert "Missing character" not in log
    assert [high for high in re.findall(r"Overfull \\vbox \(([\d.]+)pt", log) if float(high) > 5] == []
    read = ["pdftotext", "vol1-01.pdf", "-"]
    words = squeezed(subprocess.run(read, cwd=tmp_path, check=True, capture_output=True, text=True).stdout)
    for timed in version(deck, deck.minutes).slides:
        assert squeezed(plain_text(timed.slide.title)) in words.replace("’", "'")
