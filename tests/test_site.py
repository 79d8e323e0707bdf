"""The students' site: what may stand in it, that it hangs together, and what a browser says of it."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urldefrag
from zoneinfo import ZoneInfo

import pytest

from blueprint import deck as decks
from blueprint import model
from blueprint.bind import fields_of
from blueprint.build import Task, build
from blueprint.load import Loaded, load
from blueprint.model import Course, Markdown
from blueprint.paths import CoursePaths
from blueprint.public import PUBLIC, published_course
from blueprint.schedule import make_schedule
from generator.course import tasks
from generator.decks.lectures import Lectures, lectures
from generator.documents.template_context import TemplateContext
from generator.site.pages import Site, site_pages
from generator.text.locale import AMERICAN

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ZONE = ZoneInfo("America/Chicago")
OCTOBER = datetime(2026, 10, 6, 12, 10, tzinfo=ZONE)
"""A Tuesday in week 7 of the shipped term."""
AFTERWARDS = datetime(2026, 12, 24, 12, 0, tzinfo=ZONE)

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and shutil.which("node") and (HERE / "node_modules" / "axe-core").is_dir()),
    reason="needs Chromium, node and axe-core",
)


def shipped() -> tuple[Loaded, Lectures, CoursePaths]:
    paths = CoursePaths.find(ROOT)
    loaded = load(ROOT / "syllabi" / "fall26.yaml", paths)
    return loaded, lectures(loaded), paths


def built_site(every: list[Task], folder: Path) -> Path:
    """The folder `site/` of a build of nothing but what it needs."""
    result = build(every, folder, "fall26", only=["site/*"])
    assert not result.failed
    return folder / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the shipped course on a Tuesday in October."""
    loaded, used, paths = shipped()
    return built_site(tasks(loaded, used, paths, OCTOBER), tmp_path_factory.mktemp("october"))


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def words(page: Path) -> str:
    """What a reader sees of a page, on one line."""
    text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(unescape(text).split())


# --- nothing that is not public --------------------------------------------------------------------------------

SECRET = {
    decks.Slide: "answer notes accept",
    decks.Choice: "right why",
    model.Session: "plan",
    model.Week: "tip",
    model.Criterion: "quick",
    model.Rubric: "samples speed speed_note step",
    model.Component: "grading_minutes",
    model.Assignment: "reference",
    model.Section: "students",
    model.Paper: "questions",
    model.CourseFile: "handbook registries rubrics",
    model.Offering: "autograder reference_docx",
}
"""What students must never see, whatever anybody thinks of adding to the list of what is public."""
CANARY = "xqcanary"


def test_no_secret_is_public() -> None:
    """Answers, notes, plans of a class, graders' aids and samples are on no list of public fields."""
    assert not {kind: both for kind, names in SECRET.items() if (both := PUBLIC[kind] & {*names.split()})}
    staff = (
        model.Handbook,
        model.SectionWeek,
        model.Sample,
        model.Band,
        model.PlanStep,
        model.AutograderOptions,
        model.ReviewOptions,
    )
    assert not {*staff, decks.Notes, decks.Accepted} & PUBLIC.keys()


def test_the_list_of_public_fields_is_one_of_fields() -> None:
    """Each name on the list is a field of its class."""
    assert {kind: unknown for kind, names in PUBLIC.items() if (unknown := names - fields_of(kind).keys())} == {}


def with_canaries(value: Any, private: bool = False) -> Any:
    """A copy in which every text below a field that is not public holds a canary."""
    if isinstance(value, Mapping):
        return {key: with_canaries(entry, private) for key, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(with_canaries(entry, private) for entry in value)
    if isinstance(value, Markdown):
        return Markdown(f"{value} {CANARY}") if private else value
    if not dataclasses.is_dataclass(value) or isinstance(value, (model.Span, model.Points)):
        return value
    kind = cast(type, type(value))
    public = PUBLIC.get(kind, frozenset())
    return kind(**{n: with_canaries(getattr(value, n), private or n not in public) for n in fields_of(kind)})


def contents(path: Path) -> Iterator[str]:
    """The text of a file, that of a PDF or of the parts of an Office file included."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        import pypdf

        reader = pypdf.PdfReader(io.BytesIO(data))
        yield str(reader.metadata)
        yield from (page.extract_text() for page in reader.pages)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        yield data.decode("utf-8", "replace")


def holds(path: Path, word: str) -> bool:
    """True if a word is in a file, perhaps broken over lines."""
    return any(word in re.sub(r"[\s\u00ad]|<[^>]*>", "", text) for text in contents(path))


def test_nothing_of_the_staff_is_in_the_site(tmp_path: Path) -> None:
    """With a canary in each answer, note, plan, tip, sample and page of the handbook, the staff's files sing; the site is still."""
    loaded, used, paths = shipped()
    sung: Course = with_canaries(loaded.course, private=False)
    sung = dataclasses.replace(
        sung,
        file=with_canaries(loaded.course.file),
        registry=with_canaries(loaded.course.registry),
        rubrics=with_canaries(loaded.course.rubrics),
        handbook=with_canaries(loaded.course.handbook, private=True),
    )
    read = {key: dataclasses.replace(each, deck=with_canaries(each.deck)) for key, each in used.decks.items()}
    every = tasks(dataclasses.replace(loaded, course=sung), dataclasses.replace(used, decks=read), paths, AFTERWARDS)
    site = built_site(every, tmp_path)
    build(
        every,
        tmp_path,
        "fall26",
        only=["staff/ta-handbook.html", "staff/slides/vol1-01-light.tex", "staff/rubrics/*.html"],
    )
    files = [path for path in site.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html", ".ics", ".csv", ".pdf", ".docx"}
    assert {path.name for path in site.glob("handouts/*")} >= {"vol1-01-handout.html", "vol1-01-handout.pdf"}
    assert [path.relative_to(site) for path in files if holds(path, CANARY)] == []
    for name in ("ta-handbook.html", "slides/vol1-01-light.tex", "rubrics/decision-log.html"):
        assert holds(tmp_path / "staff" / name, CANARY), name


def test_the_public_copy_keeps_what_is_public() -> None:
    """Dates, weights and tasks are those of the course; the handbook and all that is nobody's business is gone."""
    course = shipped()[0].course
    public = published_course(course)
    assert public.handbook is None
    assert public.offering.meetings == course.offering.meetings
    tasks_told = {key: dataclasses.replace(a, reference=Markdown("")) for key, a in course.file.assignments.items()}
    assert public.file.assignments == tasks_told
    assert public.file.grading.letters == course.file.grading.letters
    assert public.file.lab_lag == course.file.lab_lag
    assert all(not section.students for section in public.offering.sections.values())


# --- the pages -------------------------------------------------------------------------------------------------


class Links(HTMLParser):
    """The addresses and ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values["href"] or ""] if tag == "a" and "href" in values else []
        self.loaded += (
            [values.get("src") or values.get("href") or ""] if tag in ("img", "link", "iframe", "script") else []
        )


def parsed(page: Path) -> Links:
    found = Links()
    found.feed(page.read_text("utf-8"))
    return found


def test_every_link_leads_somewhere(site: Path) -> None:
    """A link inside the site names a file of the site, and its fragment an id there; no id stands twice on a page."""
    ids = {page: parsed(page).ids for page in pages(site)}
    for page, own in ids.items():
        assert len(own) == len(set(own)), page.name
        for link in parsed(page).links:
            target, fragment = urldefrag(link)
            if re.match(r"[a-z]+:", target):
                continue
            place = (page.parent / unquote(target)).resolve() if target else page
            assert place.is_file(), f"{page.name}: {link}"
            assert place.is_relative_to(site), f"{page.name}: {link}"
            assert not fragment or fragment in ids[place], f"{page.name}: {link}"


def test_what_is_found_is_there(site: Path) -> None:
    """The search knows every page, the rules of the syllabus and the staff, and each address it knows leads somewhere."""
    text = (site / "search.html").read_text("utf-8")
    (index,) = re.findall(r'<script type="application/json" id="index">(.*?)</script>', text, re.DOTALL)
    entries = json.loads(index)
    for _, _, address, _ in entries:
        target, fragment = urldefrag(address)
        assert not fragment or fragment in parsed(site / target).ids, address
        assert (site / target).is_file(), address
    found = {address for _, _, address, _ in entries}
    made = {page.relative_to(site).as_posix() for page in pages(site)}
    assert made - found - {"search.html", "course-map.html"} == {name for name in made if name.startswith("handouts/")}
    assert "Staff and hours" in [title for title, _, _, said in entries if "lindgren" in said]
    assert "Late work" in [title for title, *_ in entries]


def test_every_page_leads_back(site: Path) -> None:
    """Whoever opens any page, a handout or a document too, is one click from this week; files that travel have no such links."""
    first = (site / "index.html").resolve()
    for page in pages(site):
        links = [
            (page.parent / unquote(link)).resolve() for link in parsed(page).links if not re.match(r"#|[a-z]+:", link)
        ]
        assert first in links, page


def test_nothing_is_deeper_than_two_clicks(site: Path) -> None:
    """From the first page, whoever looks for something finds it behind at most two links."""
    near = {site / "index.html"}
    for _ in range(2):
        near |= {
            (page.parent / unquote(urldefrag(link)[0])).resolve()
            for page in near
            if page.suffix == ".html"
            for link in parsed(page).links
            if not re.match(r"[a-z]+:", link) and urldefrag(link)[0]
        }
    made = {path.resolve() for path in site.rglob("*") if path.is_file()}
    assert {path.relative_to(site).as_posix() for path in made - near} == set()


def test_a_page_asks_for_nothing(site: Path) -> None:
    """A page is one file: style, script and the index of the search stand in it, and its policy lets nothing else in."""
    for page in pages(site):
        assert [name for name in parsed(page).loaded if name] == [], page.name
        if page.parent.name != "handouts" and page.name not in ("course-map.html", "weeks.html"):
            assert "default-src 'none'" in page.read_text("utf-8"), page.name


def test_the_site_is_small(site: Path) -> None:
    """Sixteen weeks without slides are under three megabytes."""
    assert (
        sum(path.stat().st_size for path in site.rglob("*") if path.is_file() and path.parent.name != "handouts") < 3e6
    )


def test_every_date_stands_in_the_page(site: Path) -> None:
    """Without a script, each piece of work says day and hour at which it is due, on its page and in the lists."""
    course = shipped()[0].course
    for deadline in make_schedule(course).deadlines:
        when = " ".join(f"{AMERICAN.short_day(deadline.due)}, {AMERICAN.clock(deadline.due)}".split())
        assert when in words(site / "assignments" / f"{deadline.assignment_id}.html")
        for name in ("schedule.html", "assignments.html", "index.html"):
            assert when in words(site / name), (name, deadline.assignment_id)


def test_an_assignment_says_what_lateness_costs(site: Path) -> None:
    """The steps of the late policy stand on each page by its own clock, with what becomes of a full score."""
    said = words(site / "assignments" / "log-06.html")
    assert "by Fri, Oct 9, 11:59 PM 10% of the points earned 27" in said
    assert "by Sat, Oct 10, 11:59 PM 20% of the points earned 24" in said


def test_no_page_shows_template_residue(site: Path) -> None:
    """No page shows placeholders, Python values, Markdown marks or doubled punctuation."""
    residue = r"\{\{|\{%|\bNone\b(?! [a-z])|Decimal\(|Markup\(|\[\]\(|\*\*|\x02|\.\.(?!\.)|;\s*;|,\s*,"
    assert {page.name: found for page in pages(site) if (found := re.findall(residue, words(page)))} == {}


def test_a_course_without_something_does_not_speak_of_it() -> None:
    """Where there are no labs, modules, sections, deadlines, office hours or breaks, no page has a word about them."""
    loaded = load(HERE / "cases/tiny/syllabi/tiny.yaml", CoursePaths.find(HERE / "cases/tiny"))
    file, offering = loaded.course.file, loaded.course.offering
    bare = {"labs": (), "optional_labs": (), "modules": (), "kits": (), "drills": (), "papers": (), "objectives": ()}
    weeks = {number: dataclasses.replace(week, **bare) for number, week in file.weeks.items()}  # type: ignore[arg-type]
    staff = {key: dataclasses.replace(person, office_hours=()) for key, person in offering.staff.items()}
    term = dataclasses.replace(offering, sections={}, breaks={}, exams={}, contacts={}, links={}, staff=staff)
    plain = dataclasses.replace(file, weeks=weeks, assignments={}, offering=term)
    public = published_course(dataclasses.replace(loaded.course, file=plain, rubrics={}))
    view = TemplateContext(public, make_schedule(public))
    site = Site(view, {number: [] for number in weeks}, datetime(2026, 9, 1, tzinfo=ZONE), "")
    for path, page in site_pages(site):
        text = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
        assert (
            re.findall(r"(?i)\b(?:labs?|modules?|sections?|due|assignments?|hand in|handouts?|hours?)\b", text) == []
        ), path


# --- handouts --------------------------------------------------------------------------------------------------


def test_a_handout_comes_after_its_class(site: Path, tmp_path: Path) -> None:
    """Before the class there is no file, and the page says when it comes; afterwards the page links it."""
    assert (site / "handouts" / "vol1-01-handout.pdf").is_file()
    assert (site / "handouts" / "vol1-04-handout.pdf").is_file()
    loaded, used, paths = shipped()
    early = [
        t.name for t in tasks(loaded, used, paths, datetime(2026, 8, 25, tzinfo=ZONE)) if "site/handouts" in t.name
    ]
    assert early == ["site/handouts/vol1-00-handout.html", "site/handouts/vol1-00-handout.pdf"]
    (lecture_page,) = [
        t for t in tasks(loaded, used, paths, datetime(2026, 8, 25, tzinfo=ZONE)) if t.name == "site/lectures.html"
    ]
    said = " ".join(lecture_page.run({})["site/lectures.html"].decode().split())
    assert "after class on Wed, Aug 26" in said
    assert "handouts/vol1-01" not in said


@pytest.mark.parametrize(
    ("release", "out"),
    [("at once", datetime(2026, 8, 10)), ("with its week", datetime(2026, 8, 24)), ("never", None)],
)
def test_a_term_may_release_otherwise(release: model.Release, out: datetime | None) -> None:
    """`release` in the offering's slides moves all handouts; a handout that is never given out is not spoken of."""
    loaded, used, paths = shipped()
    offering = loaded.course.offering
    options = dataclasses.replace(offering.slides, release=release)
    file = dataclasses.replace(loaded.course.file, offering=dataclasses.replace(offering, slides=options))
    changed = dataclasses.replace(loaded, course=dataclasses.replace(loaded.course, file=file))

    def given(moment: datetime) -> bool:
        return "site/handouts/vol1-01-handout.pdf" in {t.name for t in tasks(changed, used, paths, moment)}

    if out is None:
        assert not given(AFTERWARDS)
    else:
        moment = out.replace(tzinfo=ZONE)
        assert given(moment)
        assert not given(moment - timedelta(minutes=1)) or release == "at once"


# --- calendars -------------------------------------------------------------------------------------------------


def summaries(path: Path) -> list[str]:
    from icalendar import Calendar

    return [str(event["summary"]) for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT")]


def test_a_section_has_a_calendar_of_its_own(site: Path) -> None:
    """It holds what concerns everybody and that section, and together the sections' calendars hold what the whole one does."""
    whole, first, second = (summaries(site / f"schedule{name}.ics") for name in ("", "-s1", "-s2"))
    assert not any("Section 2" in summary for summary in first)
    assert any("Section 1" in summary for summary in first)
    assert {*first, *second} == {*whole}


def test_office_hours_have_a_calendar(site: Path) -> None:
    """Each hour stands on its date; none on a day without class."""
    from icalendar import Calendar

    events = Calendar.from_ical((site / "hours.ics").read_bytes()).walk("VEVENT")
    days = [event.decoded("dtstart").date() for event in events]
    assert len(days) == 16 * 3 - 4  # a Monday each of Labor Day and Fall Break, two days of Thanksgiving
    assert datetime(2026, 9, 7).date() not in days


# --- in a browser ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seen(site: Path) -> list[dict[str, Any]]:
    """What a real browser says of each kind of page, wide and on a phone, light and dark."""
    kinds = [*site.glob("*.html"), site / "week/07.html", *site.glob("rubrics/*.html")]
    kinds += [
        site / "assignments" / f"{name}.html" for name in ("log-06", "module-04", "challenge-1", "capstone-final")
    ]
    command = ["node", str(HERE / "pages.mjs"), str(CHROMIUM), "--dark", *map(str, sorted(kinds))]
    done = subprocess.run(command, capture_output=True, check=True, timeout=600)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(found) == 4 * len(kinds)
    return found


@pytest.mark.node
@pytest.mark.chromium
@needs_browser
def test_no_page_breaks_an_accessibility_rule(seen: list[dict[str, Any]]) -> None:
    """axe-core finds no violation on any page, wide or narrow, light or dark."""
    assert [(Path(s["page"]).name, s["width"], s["scheme"], s["violations"]) for s in seen if s["violations"]] == []


@pytest.mark.node
@pytest.mark.chromium
@needs_browser
def test_no_page_scrolls_sideways(seen: list[dict[str, Any]]) -> None:
    """A page fits the width of a phone."""
    assert [(Path(s["page"]).name, s["width"], s["overflow"]) for s in seen if s["overflow"] > 0] == []


@pytest.mark.node
@pytest.mark.chromium
@needs_browser
def test_no_page_asks_for_anything_or_complains(seen: list[dict[str, Any]]) -> None:
    """A page requests nothing but itself, and its own policy stops nothing of it."""
    assert [(Path(s["page"]).name, s["requests"]) for s in seen if s["requests"]] == []
    assert [(Path(s["page"]).name, s["errors"]) for s in seen if s["errors"]] == []
