"""Labels, dates and numbers: complete in each language that ships, and never in a language that a reader did not ask for."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from labels import forms, with_new
from labels import labels as asked_for

from blueprint.load import load
from blueprint.model import EMPTY, ROLES, SESSION_KINDS, Language, Markdown, Policy, policy_title
from blueprint.paths import CoursePaths
from generator.documents import document, templating
from generator.site import words
from generator.site.search import sections
from generator.site.words import script_words
from generator.text.locale import KNOWN, Locale, direction, fields, make_locale

ROOT = Path(__file__).resolve().parents[1]
CATALOGS = sorted((ROOT / "generator" / "text" / "labels").glob("*.po"))


@pytest.fixture(scope="module")
def labels() -> set[str]:
    """The English words of every label that a template or a writer asks for."""
    return set(asked_for())


def read(path: Path) -> Catalog:
    return read_po(io.StringIO(path.read_text("utf-8")), abort_invalid=True)


def ids(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Each label of a catalog, with the forms of its translation."""
    return {forms(m.id)[0]: forms(m.string) for m in catalog if m.id}


def test_every_label_is_in_every_language(labels: set[str]) -> None:
    """German has all of them; British English holds only what differs. `make labels` adds new ones to the catalogs."""
    german = ids(read(ROOT / "generator" / "text" / "labels" / "de.po"))
    assert labels - german.keys() == set()
    assert [label for label, words in german.items() if not all(words)] == []


def test_new_labels_come_to_the_end_of_a_catalog() -> None:
    """`make labels` changes no line of a translator's: header, order and words stay, and a catalog that lacks nothing is as it was."""
    text = (ROOT / "generator" / "text" / "labels" / "de.po").read_text("utf-8")
    assert with_new(text, asked_for()) == text
    more = with_new(text, {"A new label": ("A new label",), "{count} bird": ("{count} bird", "{count} birds")})
    assert more.startswith(text)
    assert {"A new label", "{count} bird"} <= ids(read_po(io.StringIO(more))).keys()


@pytest.mark.parametrize("path", CATALOGS, ids=lambda p: p.stem)
def test_a_catalog_holds_nothing_that_nobody_asks_for(path: Path, labels: set[str]) -> None:
    catalog = read(path)
    assert ids(catalog).keys() <= labels
    assert [m.id for m in catalog if m.id and m.fuzzy] == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda p: p.stem)
def test_a_translation_names_the_values_of_its_label(path: Path) -> None:
    for message in read(path):
        if not message.id:
            continue
        given, said = (
            {name for text in forms(words) for name in fields(text)} for words in (message.id, message.string)
        )
        assert said == given or not any(forms(message.string))


@pytest.mark.parametrize(
    ("tag", "day", "short", "until", "clocks", "number", "share", "paper"),
    [
        ("en-US", "Monday, September 7", "Mon, Sep 7", "Sep 7–11", "10:30 AM–1:00 PM", "4.375", "35%", "us-letter"),
        ("en-GB", "Monday 7 September", "Mon 7 Sept", "7–11 Sept", "10:30–13:00", "4.375", "35%", "a4"),
        ("en-IN", "Monday, 7 September", "Mon, 7 Sept", "7–11 Sept", "10:30 AM–1:00 PM", "4.375", "35%", "a4"),
        ("de-DE", "Montag, 7. September", "Mo., 7. Sept.", "7.–11. Sept.", "10:30–13:00", "4,375", "35 %", "a4"),
    ],
)
def test_dates_times_numbers_and_paper_follow_the_country(
    tag: str, day: str, short: str, until: str, clocks: str, number: str, share: str, paper: str
) -> None:
    locale = make_locale(Language(tag))
    monday = date(2026, 9, 7)
    written = [
        locale.day(monday),
        locale.short_day(monday),
        locale.days(monday, date(2026, 9, 11)),
        locale.clocks(time(10, 30), time(13)),
        locale.number(Decimal("4.375")),
        locale.percent(35),
    ]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in written] == [day, short, until, clocks, number, share]
    assert locale.paper == paper


@pytest.mark.parametrize("tag", ["fr-CA", "he-IL", "ja", "xx-YY", "en-ZA"])
def test_where_labels_stay_english_so_do_the_names_of_days(tag: str) -> None:
    """A page that mixes two languages in one line helps nobody; the order of day and month is the country's, if known."""
    locale = make_locale(Language(tag))
    assert locale.label("Due this week") == "Due this week"
    assert locale.day(date(2026, 9, 7)).startswith("Monday")
    assert locale.spoken.alone == "en"


def test_a_range_of_one_day_is_a_day() -> None:
    locale = make_locale(Language("de-DE"))
    assert locale.days(date(2026, 9, 7), date(2026, 9, 7)) == locale.month_day(date(2026, 9, 7))


def test_the_direction_is_that_of_the_language() -> None:
    assert [direction(Language(tag)) for tag in ("he-IL", "ar", "fa-IR", "en-US", "de", "zz")] == ["rtl"] * 3 + [
        "ltr"
    ] * 3


def test_labels_in_another_language_than_the_text_say_so() -> None:
    """A screen reader then pronounces German headings in German inside an English course."""
    german, english = make_locale(Language("de-DE")), Language("en-US")
    assert str(templating.label(german, english, "Due")) == '[Abgabe]{lang="de-DE" dir="ltr"}'
    assert str(templating.label(german, Language("de-AT"), "Due")) == "Abgabe"


def test_a_value_in_a_label_is_escaped_and_markdown_is_not() -> None:
    assert str(templating.label(Locale(), Language("en"), "Due: {title}", title="a*b*")) == r"Due\: a\*b\*"


def test_the_words_every_course_knows_are_in_the_catalogs() -> None:
    """Roles, kinds of sessions and titles of policies that the model knows are looked up by name."""
    words = {*ROLES, *SESSION_KINDS, *(policy_title(key, Policy(text=EMPTY)) for key in ("late", "ai_use"))}
    assert words <= set(KNOWN)


# --- a catalog of a course's own -------------------------------------------------------------------------------


def catalog(tmp_path: Path, *pairs: tuple[str, str]) -> Path:
    entries = "".join(f'\nmsgid "{english}"\nmsgstr "{words}"\n' for english, words in pairs)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
    path = tmp_path / "fr.po"
    path.write_text(head + entries, "utf-8")
    return path


def test_one_file_makes_another_language(tmp_path: Path) -> None:
    """What the file does not translate stays English; dates are in its language."""
    locale = make_locale(Language("fr-FR"), catalog(tmp_path, ("Due", "À rendre")))
    assert locale.label("Due") == "À rendre"
    assert locale.label("Syllabus") == "Syllabus"
    assert locale.day(date(2026, 9, 7)) == "lundi 7 septembre"


def test_a_translation_that_loses_a_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Week"):
        make_locale(Language("fr-FR"), catalog(tmp_path, ("Week {number}", "Semaine {numero}")))


def test_what_is_no_catalog_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fr.po"
    path.write_bytes(b"\xff\xfenonsense")
    with pytest.raises(ValueError, match="utf-8"):
        make_locale(Language("fr-FR"), path)


# --- no label is written past the catalogs ---------------------------------------------------------------------

TEMPLATES = sorted((ROOT / "generator").glob("**/templates/*.j2"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_templates_say_nothing_but_labels(path: Path) -> None:
    """What is left of a template without its tags is punctuation: a word there would be English in every language."""
    text = re.sub(r"\{[%{#].*?[%}#]\}", " ", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"^:{3,}.*$|<[^>]*>|\{[^}]*\}", " ", text, flags=re.MULTILINE)
    words = re.findall(r"[^\W\d_]{2,}", text)
    assert [word for word in words if word not in ("HTML", "PDF", "Word")] == []


@pytest.mark.parametrize("path", sorted((ROOT / "generator" / "site").glob("templates/*.j2")), ids=lambda p: p.name)
def test_attributes_say_nothing_but_labels(path: Path) -> None:
    """What a page says in an attribute, to a screen reader or as a heading of a cell, is a label too."""
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|data-label|title|alt|placeholder|value)="([^"]*)"', text)
    assert [words for words in said if re.search(r"[^\W\d_]{2,}", words)] == []


def test_the_shipped_course_is_whole_in_german() -> None:
    """Every document's Markdown, rendered with German labels, holds no English label."""
    paths = CoursePaths.find(ROOT)
    course = load(ROOT / "syllabi" / "fall26.yaml", paths).course
    from blueprint.schedule import make_schedule
    from generator.documents.template_context import TemplateContext

    german = make_locale(Language("de-DE"))
    view = TemplateContext(course, make_schedule(course), german)
    text = templating.render("syllabus.md.j2", locale=german, language=course.file.language, view=view)
    assert "Auf einen Blick" in text
    assert not re.search(r"\b(At a glance|Schedule|Office hours|AM|PM|Monday)\b", text)


def tiny(locale: str, language: str = "en-US") -> dict[str, str]:
    """The pages of the site of the small test course, with labels of a locale: path -> text."""
    from datetime import datetime

    from blueprint.public import published_course
    from blueprint.schedule import make_schedule, zone_of
    from generator.documents.template_context import TemplateContext
    from generator.site.pages import Site, site_pages

    root = ROOT / "tests" / "cases" / "tiny"
    course = load(root / "syllabi" / "tiny.yaml", CoursePaths.find(root)).course
    public = published_course(replace(course, file=replace(course.file, language=Language(language))))
    view = TemplateContext(public, make_schedule(public), make_locale(Language(locale)))
    now = datetime(2026, 9, 8, 12, tzinfo=zone_of(view.offering))
    syllabus = templating.render("syllabus.md.j2", locale=view.locale, language=public.file.language, view=view)
    return dict(site_pages(Site(view, {1: [], 2: []}, now, syllabus)))


def test_the_site_is_whole_in_german(labels: set[str]) -> None:
    """No page of a course with German labels shows an English one: each differs from German, and none is left."""
    own = "Everything"  # the title of its part
    german = ids(read(ROOT / "generator" / "text" / "labels" / "de.po"))
    said = {label for label in labels if len(label) > 3 and not fields(label) and german[label][0] != label} - {own}
    for path, page in tiny("de-DE").items():
        shown = [words.strip() for words in re.split(r"<[^>]*>", re.sub(r"(?s)<(style|script)\b.*?</\1>", "", page))]
        attributes = re.findall(r'(?:aria-label|data-label)="([^"]*)"', page)
        assert said & {*shown, *attributes} == set(), path
        assert not re.search(r"(?i)\b(?:Mon|Tue|Wed|Thu|Sun|AM|PM|points?|weeks?|due|hours?)\b", " ".join(shown)), path


def texts(page: str, name: str) -> Any:
    """What a page says to its script, by the id of the element."""
    (found,) = re.findall(f'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def test_the_search_finds_the_sections_of_a_syllabus_in_german() -> None:
    """A heading is found by its words alone, and under the id that it has in the page: `Übersicht` keeps its first letter."""
    markdown = '# [Übersicht]{lang="de-DE" dir="ltr"}\n\nEins\n\n# [Ihre Zeit]{lang="de-DE" dir="ltr"}\n\n## 2. Woche\n\nZwei\n'
    found = list(sections("Kursplan", markdown, "syllabus.html"))
    assert [(entry.title, entry.kind, entry.words) for entry in found] == [
        ("Übersicht", "Kursplan", "eins"),
        ("Ihre Zeit", "Kursplan", ""),
        ("2. Woche", "Kursplan, Ihre Zeit", "zwei"),
    ]
    ids = re.findall(r'<(?:section|h\d) id="([^"]*)"', document.body(markdown, "Inhalt"))
    assert [entry.page for entry in found] == [f"syllabus.html#{id_}" for id_ in ids]


def test_a_page_marks_labels_in_another_language_than_its_text() -> None:
    """An English course with German labels says at each which it is; a German course with German labels has no need to."""
    assert '<h1><span lang="de-DE" dir="ltr">Zeitplan</span></h1>' in tiny("de-DE")["schedule.html"]
    assert "<h1>Zeitplan</h1>" in tiny("de-DE", "de-AT")["schedule.html"]


def test_the_contents_of_a_document_are_called_in_the_labels_language() -> None:
    """A screen reader names the list of parts, too; a name that holds markup stays a name."""
    assert '<nav class="toc" aria-label="Inhalt">' in document.body("# Eins\n", "Inhalt")
    assert 'aria-label="&lt;b&gt; &quot;"' in document.body("# Eins\n", '<b> "')
    assert 'lang="de' not in tiny("de-DE", "de-AT")["schedule.html"].partition("</head>")[2]


def test_a_language_from_right_to_left_turns_the_page() -> None:
    """The page of a Hebrew course runs from the right; its labels, which stay English, run from the left."""
    page = tiny("he-IL", "he-IL")["schedule.html"]
    assert '<html lang="he-IL" dir="rtl">' in page
    assert '<h1><span lang="en-US" dir="ltr">Schedule</span></h1>' in page


def test_the_script_of_a_page_counts_as_its_language_does(tmp_path: Path) -> None:
    """A page brings the forms of each counted word, and says for each number which it takes."""
    words = texts(tiny("de-DE")["index.html"], "words")
    days = words["days"]
    assert [days["texts"][int(days["of"][count])].format(count=count) for count in (1, 2, 21)] == [
        "noch 1 Tag",
        "noch 2 Tage",
        "noch 21 Tage",
    ]
    assert words["dark"] == "Farben: dunkel"
    head = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n'
    path = tmp_path / "uk.po"
    path.write_text(
        f'{head}\nmsgid "{{count}} day left"\nmsgid_plural "{{count}} days left"\n'
        'msgstr[0] "{count} день"\nmsgstr[1] "{count} дні"\nmsgstr[2] "{count} днів"\n',
        "utf-8",
    )
    forms = script_words(make_locale(Language("uk"), path))["days"]
    assert [forms["texts"][int(forms["of"][count])][8:] for count in (1, 3, 5, 21, 111)] == [
        "день",
        "дні",
        "днів",
        "день",
        "днів",
    ]


def test_a_label_does_not_let_markup_in() -> None:
    """Values and translations are text: a page shows their signs and obeys none."""
    shown = words.label(Locale(), Language("en"), "For {section}", section="<b>&")
    assert str(shown) == "For &lt;b&gt;&amp;"
    assert str(words.label(Locale(), Language("en"), "For {section}", section=Markdown("*A*"))) == "For <em>A</em>"


def test_an_abbreviation_ends_a_sentence_with_its_own_stop() -> None:
    german, text = make_locale(Language("de-DE")), Language("de")
    assert str(words.label(german, text, "Made on {day}.", day="Di., 6. Okt.")) == "Stand: Di., 6. Okt."
    assert str(words.full_stop("6. Okt.")) == "6. Okt."
    assert str(words.full_stop("Okt")) == "Okt."
