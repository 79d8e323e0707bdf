"""How a grade came about: a student, a module, one case once more, and a notebook that can be opened safely."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.contents import Member
from autograder.intake.selection import Work
from autograder.reports.notebook_cells import clean
from autograder.reports.notebook_html import page as page_of
from autograder.suites import find

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

HOSTILE = Path(__file__).parent / "cases" / "hostile-notebook.json"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HANDED_IN = "def (  # handed in by mistake"


def wrong() -> str:
    suite = find("micrograd")
    return suite.variants("wrong", 1)[0].source(suite.source(1))


def a_class(classroom: Any) -> None:
    """Ada, right; Bob, who replaces gradients where he should add, seen by a hidden case; Cyd, whose file is no Python."""
    classroom.hand_in("class/ada")
    classroom.hand_in("class/bob", engine=wrong(), nn=None)
    classroom.hand_in("class/cyd", engine=HANDED_IN, nn=None)
    classroom.run("grade", "class", "--module", "1")


def test_work_that_could_not_be_run_says_why(classroom: Any) -> None:
    """Where no case could be run, the line of the module gives the reason in place of a count."""
    classroom.hand_in("class/ada")
    classroom.hand_in("class/bob", engine="def (", nn=None)
    classroom.run("grade", "class", "--module", "1")
    said = classroom.run("explain", "bob").out
    assert said.startswith("module 01 engine: 0 of 20 (could not be run; not Python: ")


def test_from_the_student_down_to_the_case(classroom: Any) -> None:
    """Each step names what the next one can be asked for, and the last shows inputs, expected and what came back."""
    a_class(classroom)
    ran = classroom.run("explain", "bob")
    assert (ran.code, ran.out.splitlines()) == (0, [ran.out.strip()])
    assert re.match(r"module 01 engine: \d+ of 20 \(graded; \d passed, \d failed\)$", ran.out.strip())

    ran = classroom.run("explain", "bob/1")
    lines = ran.out.splitlines()
    assert lines[1].startswith("  file: engine.py in ")
    assert "on reference prerequisites" in lines[2]
    assert any(re.match(r"  +0 of 4 +failed +a-value-used-many-times  result", line) for line in lines)
    again = lines[-1].partition("blueprint ")[2].split()
    assert again[0] == "explain"

    assert classroom.run(*again).code == 0
    ran = classroom.run("explain", "bob/1/a-value-used-many-times")
    lines = ran.out.splitlines()
    assert lines[0] == "module-01/a-value-used-many-times: A value used many times (hidden, 4 points, shared values)"
    places = [lines.index(word) for word in ("inputs", "expected", "came back")]
    assert places == sorted(places)
    assert places[1] - places[0] > 2, "a hidden case shows its inputs too"
    assert lines[-2].startswith("failed: result")
    assert re.match(r"\d+\.\d{3} s of processor time, \d+ MB at most$", lines[-1])


def test_a_replay_comes_to_the_same_end(classroom: Any) -> None:
    """A case that passed passes again, and one of a file that is no Python says why there is nothing to run."""
    a_class(classroom)
    ran = classroom.run("explain", "ada/1/relu")
    assert ran.out.splitlines()[-2] == "passed"
    ran = classroom.run("explain", "cyd/1/relu")
    assert ran.code == 0
    assert "import error: not Python" in ran.out


MISTAKES = {
    "bo": "there is no grade of `bo`; did you mean `bob`?",
    "zzzzzz": "there is no grade of `zzzzzz`; 3 students have grades; the first column of gradebook.csv names them",
    "bob/2": "bob has no grade for module `2`; there are: 01",
    "bob/x": "bob has no grade for module `x`; there are: 01",
    "bob/1/nothing like it": "module 01 has no case `nothing like it`; it has\n  sums-differences-and-products\n",
}


def test_a_mistake_is_answered_with_what_there_is(classroom: Any) -> None:
    """A student, module or case that is not there is named, with the nearest or all there are."""
    a_class(classroom)
    for asked, told in MISTAKES.items():
        ran = classroom.run("explain", asked)
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err
    assert "module-01/relu: ReLU" in classroom.run("explain", "bob/module-01/rellu").out


def test_before_anything_was_graded(classroom: Any) -> None:
    """Without grades there is nothing to explain, and the command that makes them is named."""
    ran = classroom.run("explain", "ada")
    assert ran.code == 2
    assert "grades holds no grades yet; `blueprint grade` makes them" in ran.err
    assert not (classroom.folder / "grades").exists()


@pytest.mark.parametrize("what", ["moved", "changed", "gone"])
def test_files_that_are_not_there_any_more(classroom: Any, what: str) -> None:
    """A case is only run again on the files that were graded; when they are others now, that is said."""
    a_class(classroom)
    if what == "moved":
        (classroom.folder / "class").rename(classroom.folder / "elsewhere")
    elif what == "changed":
        classroom.hand_in("class/bob", nn=None)
    else:
        shutil.rmtree(classroom.folder / "class" / "bob")
    for asked in (["bob/1/relu"], ["bob", "--notebook"]):
        ran = classroom.run("explain", *asked)
        assert (ran.code, ran.out) == (2, "")
        assert "what was graded is not there any more" in ran.err
        assert "class" in ran.err
    assert classroom.run("explain", "bob/1").code == 0


def test_a_name_will_do(classroom: Any) -> None:
    """A student may be asked for by name where the platform's key is a number, as long as one has that name."""
    classroom.hand_in("files", nn=None)
    place = classroom.folder / "class"
    place.mkdir()
    for name in ("okoyeada_9001_55010_engine.py", "otherbob_9002_55011_engine.py"):
        shutil.copy(classroom.folder / "files" / "engine.py", place / name)
    classroom.run("grade", "class")
    assert classroom.run("explain", "okoyeada/1").out == classroom.run("explain", "9001/1").out != ""
    assert "did you mean `okoyeada`?" in classroom.run("explain", "okoyead").err


# ------------------------------------------------------------------------------------------------ notebooks


class Seen(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "hr", "img", "col", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def harmless(html: str) -> None:
    """Nothing in it acts, loads or leads away, and everything that is opened is closed."""
    seen = Seen(html)
    for tag, attributes in seen.tags:
        assert tag not in (
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "svg",
            "math",
            "form",
            "input",
            "link",
            "base",
        )
        assert set(attributes) <= {"class", "colspan", "rowspan", "alt", "title", "src", "aria-label"}, (
            tag,
            attributes,
        )
        assert tag == "img" or "src" not in attributes
        assert (attributes.get("src") or "data:image/png;base64,").startswith("data:image/")
    assert seen.open == []


@pytest.fixture
def page(classroom: Any) -> Path:
    """The page made of a notebook that tries everything."""
    (classroom.folder / "class" / "eve").mkdir(parents=True)
    shutil.copy(HOSTILE, classroom.folder / "class" / "eve" / "engine.ipynb")
    classroom.run("grade", "class")
    ran = classroom.run("explain", "eve", "--notebook")
    assert (ran.code, ran.err.splitlines()[1:]) == (0, [])
    made: Path = classroom.folder / ran.out.strip()
    return made


def test_a_hostile_notebook_can_be_opened(page: Path) -> None:
    """Of scripts, handlers, frames, forms, pictures from elsewhere and links nothing is left but text."""
    text = page.read_text("utf-8")
    head, _, body = text.partition("<main>")
    harmless(body.partition("</main>")[0])
    assert "default-src 'none'" in head
    for word in ("a bold word", "the last cell of all", "[https://example.org]", "[left out: script]"):
        assert word in body


@pytest.mark.chromium
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_runs_nothing_of_it(page: Path, tmp_path: Path) -> None:
    """Opened in Chromium, nothing of the notebook runs: every attempt would have changed the page's title."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    shown = subprocess.run(
        [str(CHROMIUM), *options, page.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert "<title>engine.ipynb</title>" in shown
    assert "the last cell of all" in shown


def test_what_is_no_notebook_is_said(classroom: Any) -> None:
    """A script is named as none, a broken notebook as one that cannot be shown; neither is a bug of ours."""
    a_class(classroom)
    ran = classroom.run("explain", "bob", "--notebook")
    assert (ran.code, "engine.py is no notebook; look at the file itself" in ran.err) == (2, True)
    for text in (
        "{",
        "[]",
        '{"cells": 3}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": "no"}',
        "\udcff",
    ):
        (classroom.folder / "class" / "dee").mkdir(exist_ok=True)
        (classroom.folder / "class" / "dee" / "engine.ipynb").write_bytes(text.encode("utf-8", "surrogateescape"))
        classroom.run("grade", "class", "--student", "dee")
        ran = classroom.run("explain", "dee", "--notebook")
        assert ran.code in (0, 2), ran.err
        assert "Traceback" not in ran.err


def test_a_text_without_end_costs_only_its_cell() -> None:
    """A text on which a reader of Markdown works for hours is shown as it was written, between its neighbours."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": text} for text in ("# before", "[" * 50_000, "# after")
    ]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()
    shown = page_of(Work(1, Member("engine.ipynb", len(book), partial(io.BytesIO, book)), "notebook"))
    first, slow, last = shown.split("<section ")[1:]
    assert "<h1>before" in first
    assert "<pre>[[[[" in slow
    assert "<h1>after" in last


_TAGS = [
    "p",
    "b",
    "script",
    "style",
    "svg",
    "a",
    "img",
    "iframe",
    "textarea",
    "title",
    "pre",
    "table",
    "br",
    "math",
    "plaintext",
]
_PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(_TAGS).flatmap(lambda tag: st.sampled_from([f"<{tag}>", f"</{tag}>", f"<{tag}/>", f"<{tag} "])),
    st.sampled_from(
        ["onload=alert(1)", "href='javascript:alert(1)'", 'src="x"', ">", "<!--", "-->", "<![CDATA[", "]]>", "&lt;"]
    ),
)


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_whatever_a_cell_holds_is_made_harmless(html: str) -> None:
    """No mixture of tags, halves of tags and text leaves anything that acts, or a tag open; twice is as once."""
    once = clean(html)
    harmless(once)
    assert clean(once) == once


def test_form_and_text_stay() -> None:
    """What a reader needs stays as it was: text, headings, tables, colours of code, pictures in the notebook."""
    kept = (
        '<h2>A &amp; B</h2><p>1 &lt; 2 <b>bold</b></p><table><tr><td colspan="2">x</td></tr></table>'
        '<pre><span class="ansi-red-fg">red</span></pre><img alt="a plot" src="data:image/png;base64,iVBORw0KGgo=">'
    )
    assert clean(kept) == kept
    assert json.loads(HOSTILE.read_text("utf-8"))["nbformat"] == 4
