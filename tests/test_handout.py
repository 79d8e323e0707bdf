"""The student handout of a deck: everything that was shown, nothing that was not."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from blueprint.cli import run
from blueprint.deck import Block, Chart, Deck, Notes, Series, Slide
from blueprint.model import ENGLISH, Markdown
from blueprint.paths import CoursePaths
from generator.decks.handout import handout
from generator.decks.plan import plan_slides
from generator.decks.read import read_deck
from generator.decks.timing import timed_deck
from generator.documents import document
from generator.documents.templating import escape

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = CoursePaths.find(ROOT).decks()


def squeezed(text: str) -> str:
    """Text without white space and Markdown marks, which writers may change."""
    return re.sub(r"[\s\\*`_]+", "", text)


def decks() -> dict[str, Deck]:
    return {name: read_deck(path).deck for name, path in SHIPPED.items()}


@pytest.mark.parametrize(("name", "deck"), decks().items())
def test_a_handout_shows_every_slide_and_no_answer(name: str, deck: Deck) -> None:
    """Titles, texts, items, choices, numbers and alternative texts are there; answers only when they are asked for."""
    shown = timed_deck(deck, deck.minutes)
    without, complete = squeezed(handout(deck, shown)), squeezed(handout(deck, shown, answers=True))
    for slide in deck.slides:
        assert slide.kind == "title" or squeezed(slide.title) in without
        for block in slide.shown():
            for words in texts(block):
                assert squeezed(words) in without, words
        for item in (*slide.items, *(c.text.partition(":")[2] or c.text for c in slide.choices)):
            assert squeezed(item) in without
        for block in slide.hidden():
            for words in texts(block):
                assert squeezed(words) in complete
                if len(words) > 40:
                    assert squeezed(words) not in without


def texts(block: Block) -> list[str]:
    """What a block says in words."""
    found = [block.text, block.callout and block.callout.text]
    found += [p.alt for p in (block.figure, block.chart, block.diagram) if p]
    return [" ".join(f.split()) for f in found if f]


def test_a_chart_becomes_its_numbers() -> None:
    """Whoever reads the handout can check every bar and point of a chart."""
    deck = decks()["vol1-01"]
    text = handout(deck, timed_deck(deck, deck.minutes))
    for slide in deck.slides:
        for block in slide.shown():
            for series in block.chart.series if block.chart else ():
                for number in (*series.values, *(value for point in series.points for value in point)):
                    assert re.search(rf"\b{re.escape(escape(f'{number.normalize():f}'))}\b", text), number


def test_a_handout_is_a_document() -> None:
    """The longest lecture becomes a page with tables and a PDF that Typst accepts as PDF/UA-1."""
    from datetime import date

    deck = decks()["vol1-02"]
    made = document.Document("T", "Handout", ENGLISH, date(2026, 8, 10), handout(deck, timed_deck(deck, 75)))
    tree = document.tree_bytes(made.markdown)
    page = document.html(made, tree, {}).decode()
    assert page.count("<table") > 5
    assert "<math" in page
    assert document.pdf(made, document.typst_source(made, tree)).startswith(b"%PDF")


def test_every_slide_is_planned_once() -> None:
    """Writers get each slide of a version once, numbered as it is shown, with its clock first in the notes."""
    deck = decks()["vol1-03"]
    for minutes in (50, 75):
        plan = plan_slides(deck, timed_deck(deck, minutes))
        assert [p.number for p in plan] == list(range(1, len(plan) + 1))
        assert all(p.notes[0][0] == "Clock" and p.notes[1][0] == "Say" for p in plan)
        assert all(p.answer for p in plan if p.slide.is_activity and p.slide.kind != "muddiest")


@pytest.mark.slow
def test_the_command_builds_handouts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`slides NAME` builds one deck, versions stand beside each other, and a wrong format is a usage error."""
    monkeypatch.chdir(tmp_path)
    assert run(["slides", "vol1-01", "--to", "handout"]) == 0
    assert run(["slides", "vol1-01", "--to", "handout", "--minutes", "50", "--answers", "shown"]) == 0
    made = {p.name for p in (tmp_path / "build/slides").glob("[a-z]*.*")}
    assert made == {"manifest.json"} | {
        f"vol1-01-{kind}.{end}" for kind in ("handout", "50min-answers") for end in ("html", "pdf")
    }
    capsys.readouterr()
    assert run(["slides", "vol1-01", "--to", "handot"]) == 2
    assert "did you mean `handout`" in capsys.readouterr().err


@pytest.mark.slow
def test_a_changed_title_reaches_the_handout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deck's own title stands on its handout, also when it is the only thing that changed."""
    (tmp_path / "slides").mkdir()
    (tmp_path / "syllabi").mkdir()
    file = tmp_path / "slides" / "vol1-01.yaml"
    text = SHIPPED["vol1-01"].read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    for title in ("Introduction", "A first lecture"):
        file.write_text(text.replace("\ntitle: Introduction\n", f"\ntitle: {title}\n", 1), "utf-8")
        assert run(["slides", "vol1-01", "--to", "handout"]) == 0
        assert f"<title>{title}</title>" in (tmp_path / "build/slides/vol1-01-handout.html").read_text("utf-8")


def test_a_deck_may_begin_with_any_slide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lecture without a title slide has a handout too, whose headings begin at the first level."""
    (tmp_path / "slides").mkdir()
    text = SHIPPED["vol1-01"].read_text("utf-8")
    head, slides = text.split("\nslides:\n")
    first = slides.index("  - kind: predict")
    (tmp_path / "slides/plain.yaml").write_text(f"{head}\nslides:\n{slides[first:]}", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["slides", "plain", "--to", "handout"]) == 0
    assert {place.suffix for place in tmp_path.glob("build/slides/plain*")} == {".html", ".pdf"}


def test_words_beside_some_points_are_kept() -> None:
    """Of scattered points those with a word have it in their row, even where others have none."""
    series = (
        Series(title="a", points=((Decimal(1), Decimal(2)), (Decimal(3), Decimal(4))), labels=("the knee", "")),
        Series(title="b", points=((Decimal(5), Decimal(6)),)),
    )
    block = Block(chart=Chart(kind="scatter", alt=Markdown("Points."), series=series))
    slide = Slide(
        kind="assertion", title=Markdown("P"), minutes=Decimal(1), body=(block,), notes=Notes(say=Markdown("S."))
    )
    deck = Deck(schema=1, title=Markdown("D"), slides=(slide,))
    assert "the knee" in handout(deck, timed_deck(deck, deck.minutes))
