"""Lecture decks: how they are read, timed, linted and told as text."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.cli import run
from blueprint.deck import Deck
from blueprint.paths import CoursePaths
from blueprint.problems import CourseError
from generator.decks.as_text import outline, run_sheet
from generator.decks.lint import LINTS, lint, sums
from generator.decks.read import ReadDeck, read_deck
from generator.decks.timing import clock, timed_deck

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = CoursePaths.find(ROOT).decks()

TINY = """\
schema: 1
title: A lecture
minutes: 10
short: 7
sources:
  horowitz2014: {authors: Horowitz, title: Computing's Energy Problem, venue: ISSCC, year: 2014}
slides:
  - kind: title
    id: start
    title: A lecture
    minutes: 1
    notes: {say: Welcome.}
  - kind: assertion
    id: move
    title: Moving a number costs more than adding it
    minutes: 3
    core: false
    body:
      - text: |-
          - a read costs 640 pJ
          - 2 + 3 = 5
      - chart:
          kind: bar
          categories: [add, read]
          series: [{title: Energy, values: [0.9, 640]}]
          alt: A read from memory takes 640 pJ and an addition 0.9.
    sources: [horowitz2014]
    notes: {say: Look at the two bars.}
  - kind: predict
    id: guess
    title: How many additions does one read cost?
    minutes: 5
    choices:
      - {text: "7"}
      - {text: "711", right: true, why: 640 / 0.9 = 711}
    notes: {say: Write a number.}
  - kind: takeaways
    id: keep
    title: What to keep
    minutes: 1
    items: [Bytes cost more than sums.]
    notes: {say: One thing.}
"""


def deck(tmp_path: Path, *edits: tuple[str, str]) -> ReadDeck:
    """The tiny deck with each edit made exactly once."""
    text = TINY
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = tmp_path / "tiny.yaml"
    file.write_text(text, "utf-8")
    return read_deck(file)


def line_of(text: str, read: ReadDeck) -> int:
    return next(n for n, line in enumerate(read.path.read_text("utf-8").splitlines(), 1) if text in line)


# --- reading ---------------------------------------------------------------------------------------------------


def test_a_sound_deck_has_no_problem(tmp_path: Path) -> None:
    """The tiny deck reads without a problem and no lint speaks."""
    read = deck(tmp_path)
    assert read.problems == ()
    assert lint(read, 10) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("minutes: 5", "minuts: 5", "minuts", "`minuts` is not a key"),
        ("kind: predict", "kind: predikt", "predikt", "did you mean `predict`"),
        ("[horowitz2014]", "[horowitz]", "[horowitz]", "there is no source `horowitz`"),
        ("values: [0.9, 640]", "values: [0.9]", "values: [0.9]", "1 values for 2 categories"),
        ("kind: bar", "kind: roofline", "kind: roofline", "needs `peak` and `bandwidth`"),
        ("- text: |-", "- code: {text: x = 1}\n        text: |-", "code:", "a block has text and code"),
        ("notes: {say: Write a number.}", "notes: {ask: Well?}", "ask: Well", "has no `say`"),
    ],
)
def test_a_fault_is_named_at_its_line(tmp_path: Path, old: str, new: str, at: str, says: str) -> None:
    """Whatever cannot be drawn is a problem where it stands."""
    read = deck(tmp_path, (old, new))
    told = [p for p in read.problems if says in f"{p.message} {p.hint}"]
    assert [p.mark.line for p in told if abs(p.mark.line - line_of(at, read)) <= 1], read.problems


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ("table: {columns: [a, b], rows: [[1, 2], [3]]}", "this row has 1 cells, the table 2 columns"),
        ("diagram: {alt: a to b, boxes: {a: {text: A}}, arrows: [{start: a, end: b}]}", "there is no box `b`"),
        (
            "columns: [{body: [{diagram: {alt: x, boxes: {a: {text: A}}, arrows: [{start: c, end: a}]}}]}]",
            "there is no box `c`",
        ),
        ("chart: {kind: scatter, alt: x, series: [{title: s, points: [[1, 2, 3]]}]}", "is not a pair"),
        (
            "chart: {kind: scatter, alt: x, series: [{title: s, points: [[1, 2]], labels: [a, b]}]}",
            "2 labels for 1 points",
        ),
    ],
)
def test_a_block_holds_together(tmp_path: Path, block: str, says: str) -> None:
    """Rows fit their header, arrows end at boxes, points are pairs."""
    read = deck(tmp_path, ("- text: |-\n          - a read costs 640 pJ\n          - 2 + 3 = 5", f"- {block}"))
    assert [p.mark.line for p in read.problems if says in p.message] == [line_of(block[:20], read)]


def test_a_file_that_is_no_deck_is_refused(tmp_path: Path) -> None:
    """An empty file or a list is an error, not a traceback."""
    for text in ("", "- a\n"):
        file = tmp_path / "x.yaml"
        file.write_text(text)
        with pytest.raises(CourseError):
            read_deck(file)


# --- time ------------------------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(SHIPPED)), st.integers(1, 120))
def test_a_version_keeps_the_core_and_the_order(name: str, minutes: int) -> None:
    """Any slot shows every core slide, in order, and optional ones only while they fit."""
    whole = read(name)
    shown = timed_deck(whole, minutes)
    indices = [t.index for t in shown.slides]
    core = [i for i, s in enumerate(whole.slides) if s.core]
    assert indices == sorted(indices)
    assert set(core) <= set(indices)
    assert shown.minutes <= max(Decimal(minutes), sum(whole.slides[i].minutes for i in core))
    assert [t.start for t in shown.slides[1:]] == [t.end for t in shown.slides[:-1]]


def read(name: str, cache: dict[str, Deck] = {}) -> Deck:  # noqa: B006 -- read once for all examples
    if name not in cache:
        cache[name] = read_deck(SHIPPED[name]).deck
    return cache[name]


def test_the_clock_shows_minutes_and_seconds() -> None:
    """Half a minute is thirty seconds."""
    assert [clock(Decimal(m)) for m in ("0", "0.5", "12.25", "75")] == ["0:00", "0:30", "12:15", "75:00"]


# --- lints -----------------------------------------------------------------------------------------------------

TRIPS = {
    "headline": ("Moving a number costs more than adding it", "The memory wall"),
    "duplicate": ("id: guess", "id: move"),
    "time": ("short: 7", "short: 6"),
    "activity": ("minutes: 3", "minutes: 16"),
    "answer": (", right: true", ""),
    "alt": ("alt: A read from memory takes 640 pJ and an addition 0.9.", "alt: A chart."),
    "color": ("- 2 + 3 = 5", "- 2 + 3 = 5\n      - callout: {role: error, text: Careful here.}"),
    "source": ("          - 2 + 3 = 5\n", ""),
    "arithmetic": ("2 + 3 = 5", "2 + 3 = 6"),
    "overflow": ("          - 2 + 3 = 5\n", "          - 2 + 3 = 5\n" + "          - one more line\n" * 30),
    "small": ("      - chart:\n", f"      - code: {{text: {'x' * 150}}}\n      - chart:\n"),
    "draft": ("minutes: 10\n", "subtitle: DRAFT\nminutes: 10\n"),
}


def found(read: ReadDeck, minutes: int = 10) -> list[str]:
    """The lints that speak, by name."""
    return [name for p in lint(read, minutes) for name in re.findall(r"\((\w+)\)$", p.message)]


def edits_for(name: str) -> list[tuple[str, str]]:
    """What makes a lint speak; a number loses its source only when the slide names none."""
    extra = [("    sources: [horowitz2014]\n", "")] if name == "source" else []
    return [TRIPS[name], *extra]


@pytest.mark.parametrize("name", LINTS)
def test_a_lint_speaks_and_can_be_accepted(tmp_path: Path, name: str) -> None:
    """Each lint finds its fault, at severity and line, and is silent where it was accepted with a reason."""
    edits = edits_for(name)
    if name == "activity":
        edits += [("minutes: 10\n", "minutes: 23\n")]
    bad = deck(tmp_path, *edits)
    minutes = 23 if name == "activity" else 10
    assert name in found(bad, minutes)
    assert all(p.severity == LINTS[name][0] for p in lint(bad, minutes) if p.message.endswith(f"({name})"))
    if name in ("time", "duplicate", "draft"):
        return
    slide = "id: guess" if name == "answer" else "id: move"
    accepted = deck(tmp_path, *edits, (slide, f"{slide}\n    accept: [{{lint: {name}, reason: Shown on purpose.}}]"))
    assert name not in found(accepted, minutes)


def test_an_acceptance_without_a_cause_is_told(tmp_path: Path) -> None:
    """A reason that outlived its fault, or names no lint, is a problem of its own."""
    stale = deck(tmp_path, ("id: move", "id: move\n    accept: [{lint: headline, reason: Old.}]"))
    assert ["nothing to accept" in p.message for p in lint(stale, 10)] == [True]
    unknown = deck(tmp_path, ("id: move", "id: move\n    accept: [{lint: headlin, reason: Old.}]"))
    assert ["there is no lint" in p.message for p in lint(unknown, 10)] == [True]


def test_an_answer_in_plain_sight_is_told(tmp_path: Path) -> None:
    """Text that stands both in the body and in the answer gives the answer away."""
    shown = "One read costs as much as 711 additions."
    bad = deck(
        tmp_path,
        (
            "    choices:\n",
            f"    body: [{{text: {shown}}}]\n    answer: [{{text: {shown}}}]\n    given: assumed\n    choices:\n",
        ),
    )
    assert "answer" in found(bad)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from("+-×*/"))
def test_true_sums_pass_and_false_ones_do_not(a: int, b: int, operator: str) -> None:
    """A sum that holds, to the digits shown, is left alone; one that is a tenth off is found."""
    true = {"+": Decimal(a + b), "-": Decimal(a - b), "×": Decimal(a * b), "*": Decimal(a * b), "/": Decimal(a) / b}[
        operator
    ]
    if true < Decimal("0.1"):
        return
    right = f"{true:.4f}" if operator == "/" else f"{true:,}"
    assert list(sums(f"so {a:,} {operator} {b:,} = {right} in all")) == []
    wrong = f"{true * Decimal('1.1') + 1:.4f}"
    assert len(list(sums(f"so {a:,} {operator} {b:,} = {wrong} in all"))) == 1


def test_a_list_dash_is_no_minus() -> None:
    """Items of a list, powers and parts of longer formulas are not taken for sums."""
    for text in (
        "- 59,049 / 110 = 537",
        "110\n- 3 + 4 = 7",
        "2^3 + 1 = 9",
        "2 × 1024^3 = 2.15",
        "x - 3 + 4 = 9",
        "1 = 1",
    ):
        assert list(sums(text)) == [], text


# --- text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_outline_holds_the_whole_lecture(name: str) -> None:
    """Every title, item, choice and text of a deck stands in its outline."""
    whole = read(name)
    text = outline(whole, timed_deck(whole, whole.minutes))
    for slide in whole.slides:
        wanted = [
            slide.title,
            *slide.items,
            *(c.text for c in slide.choices),
            *(b.text for b in (*slide.shown(), *slide.hidden()) if b.text),
        ]
        assert [w for w in wanted if w not in text] == []


def test_the_run_sheet_ends_when_the_slot_does() -> None:
    """The last row begins where all minutes before it end."""
    whole = read("vol1-01")
    rows = run_sheet(whole, timed_deck(whole, whole.minutes))
    assert rows[0][0] == "0:00"
    assert rows[-1][0] == clock(Decimal(whole.minutes) - whole.slides[-1].minutes)
    assert len(rows) == len(whole.slides)


# --- the shipped lectures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_lecture_is_one_to_attend(name: str) -> None:
    """25 to 36 slides in 75 minutes with a 50-minute core, eight activities with answers, notes everywhere, six figures."""
    loaded = read_deck(SHIPPED[name])
    assert [*loaded.problems, *lint(loaded, 75), *lint(loaded, 50)] == []
    whole = loaded.deck
    assert 25 <= len(whole.slides) <= 36
    assert (whole.minutes, whole.short) == (75, 50)
    assert 44 <= timed_deck(whole, 1).minutes <= 50
    activities = [s for s in whole.slides if s.is_activity]
    assert len(activities) >= 8
    assert all(s.answer or any(c.right for c in s.choices) for s in activities if s.kind != "muddiest")
    assert all(len(s.notes.say.split()) > 3 for s in whole.slides)
    assert sum(any(b.chart or b.diagram or b.figure for b in s.shown()) for s in whole.slides) >= 6
    cited = {key for s in whole.slides for key in s.sources} | {
        part.source
        for s in whole.slides
        for b in (*s.shown(), *s.hidden())
        for part in (b.chart, b.table, b.figure)
        if part and part.source
    }
    assert cited == set(whole.sources)


# --- the command -----------------------------------------------------------------------------------------------


def test_the_command_checks_outlines_and_times(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`slides check`, `outline` and `time` work on shipped decks; an unknown deck is a usage error with a near match."""
    monkeypatch.chdir(ROOT)
    assert run(["slides", "check"]) == 0
    assert capsys.readouterr().out == f"{len(SHIPPED)} decks: no problems\n"
    assert run(["slides", "outline", "vol1-02"]) == 0
    assert capsys.readouterr().out.startswith("# ")
    assert run(["slides", "time", "vol1-02", "--minutes", "50"]) == 0
    assert "of 50 minutes; longest stretch without an activity" in capsys.readouterr().out
    assert run(["slides", "time", "vol1-2"]) == 2
    assert "did you mean `vol1-02`" in capsys.readouterr().err
