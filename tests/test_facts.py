"""Facts in texts: a placeholder says what the data say, in the language of the texts, and in the number of its noun."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from blueprint.check import check
from blueprint.facts import VOCABULARY, facts
from blueprint.load import Loaded, load
from blueprint.model import Course, Language
from blueprint.paths import CoursePaths, shipped_content
from blueprint.schedule import make_schedule
from generator.text.locale import locale_of, make_locale
from generator.text.placeholders import with_facts
from generator.text.repeated_facts import facts_in_prose

TINY = Path(__file__).parent / "cases" / "tiny"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(TINY / kind, tmp_path / kind)
    return tmp_path


def offered(root: Path, text: str) -> Loaded:
    """The small course with what an offering says otherwise; it must check without error."""
    file = root / "syllabi" / "mine.yaml"
    file.write_text("schema: 1\nextends: tiny.yaml\n" + text, "utf-8")
    loaded = load(file, CoursePaths.find(root))
    assert [p for p in check(loaded) if p.severity == "error"] == []
    return loaded


def told(loaded: Loaded, locale: str = "") -> Course:
    """A course with its facts in its texts."""
    chosen = make_locale(Language(locale)) if locale else locale_of(loaded)
    return with_facts(loaded.course, make_schedule(loaded.course), chosen)


def description(root: Path, text: str, more: str = "", locale: str = "") -> str:
    return told(offered(root, f"description: '{text}'\n{more}"), locale).file.description


def test_every_fact_of_the_reference_page_is_one_of_the_shipped_course() -> None:
    """docs/course-files.md lists names as the shipped term would use them: each is there, and has a value."""
    paths = CoursePaths.find(shipped_content())
    course = load(shipped_content() / "syllabi" / "fall26.yaml", paths).course
    known = facts(course, make_schedule(course))
    assert {name: known.get(name) for name in VOCABULARY if known.get(name) is None} == {}
    assert {name.partition(".")[0] for name in known} == {name.partition(".")[0] for name in VOCABULARY}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Due {{ due.log-1 }}.", "Due Thursday, September 17."),
        ("Worth {{weights.code}}, {{ shares.logs }} each.", "Worth 60%, 40% each."),
        ("{{ pieces.logs | One log | # logs }} in {{ counts.weeks | one week | # weeks }}.", "One log in 2 weeks."),
        ("Bring {{ range.modules | Module # | Modules # }}.", "Bring Module 01."),
        ("A{{ counts.kits | , with # kit }}.", "A, with 1 kit."),
        ('It is {{ "May 4" }} today.', "It is May 4 today."),
        ("`{{ x }}`, $\\frac{{a}}{b}$, \\{{ y }}", "`{{ x }}`, $\\frac{{a}}{b}$, \\{{ y }}"),
    ],
)
def test_a_placeholder_says_the_fact(root: Path, text: str, printed: str) -> None:
    """A name stands for its value; forms agree with its number; quotation marks, code and formulas are left alone."""
    assert description(root, text) == printed


def test_a_fact_is_written_as_the_language_of_the_texts_writes_it(root: Path) -> None:
    """Labels may be in another language: an English text in Germany has English words in the country's order."""
    text = "Due {{ due.log-1 }}, worth {{ weights.logs }}."
    assert description(root, text, locale="en-GB") == "Due Thursday 17 September, worth 40%."
    assert description(root, text, locale="de-DE") == "Due Thursday, 17 September, worth 40\u00a0%."
    assert description(root, text, "language: de\n", "de-DE") == "Due Donnerstag, 17. September, worth 40\u00a0%."


def test_what_is_not_there_is_not_spoken_of(root: Path) -> None:
    """With one form the words stand only where the number is not 0; an item of which nothing is left is gone."""
    without = "weeks: {2: {kits: null}}\nmaterials: ['{{ counts.kits | A board. }}', 'A book{{ counts.kits | and a board }}.']\n"
    assert [material.text for material in told(offered(root, without)).file.materials] == ["A book."]


def test_a_task_of_which_nothing_is_left_is_no_row(root: Path) -> None:
    """An entry of a table whose texts all have nothing to say is left out, and its neighbors stay."""
    guide = root / "syllabi" / "guide.yaml"
    task = "checklist:\n  kit: {do: '{{ counts.kits | Try it. }}', evidence: '{{ counts.kits | It blinks. }}'}\n"
    guide.write_text(guide.read_text("utf-8").replace("checklist:\n", task), "utf-8")
    everybody = told(offered(root, "")).handbook
    nobody = told(offered(root, "weeks: {2: {kits: null}}\n")).handbook
    assert everybody is not None
    assert nobody is not None
    assert everybody.checklist["kit"].do == "Try it."
    assert everybody.checklist.keys() - nobody.checklist.keys() == {"kit"}


def test_a_course_without_placeholders_is_left_as_it_is(root: Path) -> None:
    """Where no text names a fact nothing is copied: builds of large courses must not pay for it."""
    loaded = offered(root, "")
    assert told(loaded).file is loaded.course.file


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "It is due on September 17.", "September 17"),
        ("en", "It is due on 17 September 2026.", "17 September 2026"),
        ("de", "Abgabe am 17. September.", "17. September"),
        ("de", "Zwei Wochen, ein Modul.", "Zwei Wochen"),
        ("fr", "Rendez le 17 septembre.", "17 septembre"),
        ("en", "It was found on September 17, 1909.", ""),
        ("en", "{{ due.log-1 }} and two bytes.", ""),
    ],
)
def test_a_repeated_fact_is_found_in_the_language_of_the_texts(
    root: Path, language: str, text: str, words: str
) -> None:
    """Days are found by the names of months in any language, numbers in words in English and German."""
    found = list(facts_in_prose(offered(root, f"language: {language}\ndescription: '{text}'\n")))
    assert [problem.message.split("`")[1] for problem in found] == [words] * bool(words)


def test_the_shipped_course_repeats_no_fact() -> None:
    """What ships says its facts by placeholders: in the syllabus alone, and in the term."""
    for name in ("foundations", "fall26"):
        loaded = load(shipped_content() / "syllabi" / f"{name}.yaml", CoursePaths.find(shipped_content()))
        assert list(facts_in_prose(loaded)) == []
