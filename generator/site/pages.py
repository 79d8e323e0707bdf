"""The pages of the students' site: what each shows, and where it is.

A page's text is rendered here, at once, with placeholders in place of longer Markdown (see `markdown`); `tasks` fills them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from blueprint import pages
from blueprint.model import DAYS, Announcement, Assignment, Break, Language, Markdown, Rubric, Week
from blueprint.schedule import Deadline, OfficeHour
from generator.documents import templating
from generator.documents.document import Menu
from generator.documents.template_context import TemplateContext
from generator.site import words
from generator.site.agenda import Agenda, GridEntry, assignment_page, rubric_page, usual_week, week_page
from generator.site.handouts import Handout
from generator.site.markdown import Blocks
from generator.site.search import Entry, index_json, page_json, sections
from generator.site.words import markup, script_words, search_words
from generator.text.locale import Locale, direction
from generator.text.plain import plain_text

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site."""

    path: str
    title: str
    entry: str
    """The page of the menu it belongs to."""
    template: str
    words: str = ""
    """The name the menu gives it."""
    number: int = 0
    week: Week | None = None
    deadline: Deadline | None = None
    rubric: Rubric | None = None
    markdown: str = ""
    index: Any = ""


@dataclass(frozen=True, slots=True)
class LateStep:
    """A step of the late policy for one piece of work."""

    until: datetime
    penalty: Decimal
    """Percent of the points earned."""
    points: Decimal
    """Points that are lost besides."""
    left: Decimal
    """What a full score becomes."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The usual week as a grid."""

    days: Mapping[str, list[GridEntry]]
    first: int
    last: int
    """From and to which hour of the day."""


def site_menu(view: TemplateContext) -> Menu:
    """The pages of the site that each of its pages links."""
    label = view.locale.label
    hours = any(hour.break_ is None for hour in Agenda(view).hours)
    menu = [
        ("index.html", label("This week")),
        ("schedule.html", label("Schedule")),
        ("assignments.html", label("Assignments") if view.schedule.deadlines else ""),
        ("lectures.html", label("Lectures")),
        ("staff.html", label("Staff and hours") if hours else label("Staff")),
        ("syllabus.html", label("Syllabus")),
    ]
    return tuple((page, name) for page, name in menu if name)


@dataclass(frozen=True)
class Site:
    """A course as its students see it at a moment; templates read it."""

    view: TemplateContext
    """Of the public copy of the course."""
    handouts: Mapping[int, Sequence[Handout]]
    now: datetime
    syllabus: str
    """The syllabus document's Markdown."""
    blocks: Blocks = field(default_factory=Blocks)

    # --- what stands on every page ---

    @cached_property
    def entries(self) -> list[tuple[str, str]]:
        """The menu: (page, words)."""
        return list(site_menu(self.view))

    def menu_name(self, page: str) -> str:
        """What the menu calls a page."""
        return dict(self.entries)[page]

    @property
    def place(self) -> str:
        """The place whose clock holds, by the name of its time zone: `Chicago`."""
        return self.view.offering.time_zone.rpartition("/")[2].replace("_", " ")

    @property
    def mistake(self) -> str:
        """The address to which a mistake is reported, or ''."""
        email = self.view.offering.instructor.email
        subject = self.view.locale.label("A mistake on the site of {course}", course=self.view.code_and_title)
        return f"mailto:{email}?subject={quote(subject)}" if email else ""

    @cached_property
    def calendars(self) -> list[tuple[str, str]]:
        """The calendar files: (page, words)."""
        offering, label = self.view.offering, self.view.locale.label
        feeds = [("schedule.ics", label("All dates"))]
        if len(offering.sections) > 1:
            feeds += [
                (f"schedule-{key}.ics", label("For {section}", section=s.title)) for key, s in offering.sections.items()
            ]
        return [*feeds, *([("hours.ics", label("Office hours"))] if self.hours else [])]

    # --- time ---

    @cached_property
    def agenda(self) -> Agenda:
        return Agenda(self.view)

    @cached_property
    def week(self) -> int:
        """The week that is on."""
        return self.agenda.week_of(self.now)

    @cached_property
    def due_next(self) -> list[Deadline]:
        """The next three pieces of work."""
        return [d for d in self.view.schedule.deadlines if d.due > self.now][:3]

    @cached_property
    def hours(self) -> list[OfficeHour]:
        """The office hours that are held."""
        return [hour for hour in self.agenda.hours if hour.break_ is None]

    @cached_property
    def next_hour(self) -> OfficeHour | None:
        return next((hour for hour in self.hours if hour.end > self.now), None)

    @cached_property
    def announcements(self) -> list[Announcement]:
        """What has been announced, the newest first."""
        told = [a for a in self.view.offering.announcements.values() if a.date <= self.now.date()]
        return sorted(told, key=lambda a: a.date, reverse=True)

    @property
    def closed(self) -> list[Break]:
        return sorted(self.view.offering.breaks.values(), key=lambda b: b.first)

    def neighbours(self, number: int) -> list[tuple[str, str]]:
        """The pages of the weeks before and after one: (page, words)."""
        label, numbers = self.view.locale.label, list(self.view.course.file.weeks)
        place = numbers.index(number)
        before, after = numbers[max(place - 1, 0) : place], numbers[place + 1 : place + 2]
        return [
            *((week_page(n), label("← Week {number}", number=n)) for n in before),
            *((week_page(n), label("Week {number} →", number=n)) for n in after),
        ]

    # --- work ---

    @cached_property
    def work(self) -> dict[str, list[Deadline]]:
        """Component -> its pieces, in time order."""
        deadlines = self.view.schedule.deadlines
        components = self.view.course.file.grading.components
        return {key: [d for d in deadlines if d.assignment.component == key] for key in components}

    def short_title(self, deadline: Deadline) -> Markdown:
        """The title of a piece up to its colon, where that still tells it from all others."""
        short = {d.assignment_id: d.assignment.title.partition(": ")[0] for d in self.view.schedule.deadlines}
        mine = short[deadline.assignment_id]
        return Markdown(mine) if list(short.values()).count(mine) == 1 else deadline.assignment.title

    def share(self, assignment: Assignment) -> str:
        """The share of the course a piece is worth, '' where it is not marked, or extra credit."""
        counts = assignment.points and not assignment.extra
        share = self.view.share(assignment.component) if counts else Decimal(0)
        return self.view.locale.percent(share) if share else ""

    def worth(self, deadline: Deadline) -> str:
        """What a piece is worth, in words."""
        worth, share = self.points(deadline.assignment), self.share(deadline.assignment)
        return f"{worth}, {self.view.locale.label('{share} of the course', share=share)}" if share else worth

    def points(self, assignment: Assignment) -> str:
        """The points of a piece, in words."""
        if not assignment.points:
            return self.view.locale.label("Required, not marked")
        return self.view.locale.counted("{count} point", "{count} points", assignment.points)

    def time_needed(self, assignment: Assignment) -> str:
        """How long a piece takes a student, in words; '' where the course does not say."""
        component = self.view.course.file.grading.components[assignment.component]
        minutes = component.minutes if assignment.minutes is None else assignment.minutes
        low = high = Decimal(minutes) / 60
        if assignment.module:
            hours = self.view.course.registry.modules[assignment.module].hours
            low, high = low + hours.low, high + hours.high
        if not high:
            return ""
        locale = self.view.locale
        if high < Decimal("1.5"):
            return locale.counted("about {count} minute", "about {count} minutes", round(high * 60))
        ends = sorted({round(low, 1).normalize(), round(high, 1).normalize()})
        return locale.label("about {hours} hours", hours="–".join(map(locale.number, ends)))

    def late(self, deadline: Deadline) -> list[LateStep]:
        """What lateness costs, by the clock of this piece of work."""
        full, due = deadline.assignment.points, deadline.due
        return [
            LateStep(
                (due.astimezone(UTC) + timedelta(hours=step.hours)).astimezone(due.tzinfo),
                step.penalty,
                step.points,
                max(Decimal(0), full * (100 - step.penalty) / 100 - step.points),
            )
            for step in self.view.course.late_steps(deadline.assignment.component) or ()
        ]

    # --- weeks ---

    def prepares(self, week: Week) -> bool:
        """True if a week asks for something before or beside the classes."""
        kinds = (week.read, week.papers, week.modules, week.labs, week.optional_labs, week.kits, week.drills)
        return any(kinds)

    def practice_of(self, week: Week) -> list[tuple[Markdown, str]]:
        """What is done with the hands in a week: (words, address)."""
        view = self.view
        return [
            *((view.lab_title(lab), view.url("lab", lab)) for lab in view.labs(week)),
            *((view.module_title(m), view.url("module", m)) for m in view.modules(week)),
            *((kit.title, view.url("kit", kit)) for kit in view.kits(week)),
        ]

    @cached_property
    def practice(self) -> str:
        """The heading above labs and modules: only what the course has."""
        weeks = self.view.course.file.weeks.values()
        label, labs = self.view.locale.label, any(w.labs for w in weeks)
        if any(w.modules or w.kits for w in weeks):
            return label("Lab and build") if labs else label("Build")
        return label("Lab") if labs else ""

    @property
    def has_practice(self) -> bool:
        return bool(self.practice)

    @property
    def columns(self) -> int:
        """How many columns the schedule has."""
        return 2 + self.has_practice + bool(self.view.schedule.deadlines)

    @property
    def has_handouts(self) -> bool:
        return any(self.handouts.values())

    @cached_property
    def grid(self) -> Grid:
        days = usual_week(self.view)
        entries = [entry for found in days.values() for entry in found]
        first = min((entry.first // 60 for entry in entries), default=9)
        return Grid(days, first, max((-(-entry.last // 60) for entry in entries), default=first + 1))


# --- pages -----------------------------------------------------------------------------------------------------


def site_pages(site: Site) -> Iterator[tuple[str, str]]:
    """(path, text with placeholders) of each page."""
    listed = list(_pages(site))
    index = markup(index_json(_entries(site, listed)))
    search = Page("search.html", site.view.locale.label("Search"), "", "search.html.j2", index=index)
    for page in (*listed, search):
        yield page.path, _render(site, page)


def _pages(site: Site) -> Iterator[Page]:
    label = site.view.locale.label
    for path, called in site.entries:
        name = path.removesuffix(".html")
        markdown = site.syllabus if name == "syllabus" else ""
        yield Page(path, called, path, f"{name}.html.j2", called, markdown=markdown)
    for number, week in site.view.weeks:
        title = label("Week {number}: {title}", number=number, title=plain_text(week.title))
        yield Page(week_page(number), title, "schedule.html", "week.html.j2", number=number, week=week)
    menu = "assignments.html" if site.view.schedule.deadlines else "syllabus.html"
    for deadline in site.view.schedule.deadlines:
        title, path = plain_text(deadline.assignment.title), assignment_page(deadline.assignment_id)
        yield Page(path, title, menu, "assignment.html.j2", deadline=deadline)
    for key, rubric in site.view.course.rubrics.items():
        title = label("Rubric: {rubric}", rubric=plain_text(rubric.title))
        yield Page(rubric_page(key), title, menu, "rubric.html.j2", rubric=rubric)
    if site.announcements:
        yield Page("announcements.html", label("Announcements"), "index.html", "announcements.html.j2")


def _render(site: Site, page: Page) -> str:
    """The text of a page, with placeholders."""
    script = _file("site.js") + (_file("search.js") if page.index else "")
    course = site.view.offering.code or plain_text(site.view.course.file.title)
    locale, language = site.view.locale, site.view.course.file.language
    said = script_words(locale) | (search_words(locale) if page.index else {})
    title = escape(f"{page.title} · {course}", quote=False)
    return (
        _environment()
        .get_template(page.template)
        .render(
            site=site,
            page=page,
            locale=locale,
            language=language,
            labelled=words.attributes(locale, language),
            root="../" * page.path.count("/"),
            head=markup(_head(title, language, script)),
            script=markup(script),
            page_words=markup(page_json(said)),
            blocks=lambda text: markup(site.blocks.placeholder(text)),
            document=lambda text: markup(site.blocks.document_placeholder(text, site.view.locale.label("Contents"))),
        )
    )


def _head(title: str, language: Language, script: str) -> str:
    """The top of a page in a language."""
    turned = ' dir="rtl"' if direction(language) == "rtl" else ""
    return pages.head(title, _style(), language=language, direction=turned, policy=_policy(script))


@cache
def _style() -> str:
    return pages.style(_file("site.css"), dark=True)


@cache
def _policy(script: str) -> str:
    return pages.policy(script=script)


def _entries(site: Site, listed: Sequence[Page]) -> Iterator[Entry]:
    """What the search knows."""
    locale = site.view.locale
    for page in listed:
        if page.week:
            yield _week_entry(site, page)
        elif page.deadline:
            a, due = page.deadline.assignment, page.deadline.due
            kind = locale.label("Assignment, due {day}, {time}", day=locale.short_day(due), time=locale.clock(due))
            component = site.view.course.file.grading.components[a.component]
            yield Entry.of(a.title, kind, page.path, a.text, component.title, component.text)
        elif page.rubric:
            texts = [text for c in page.rubric.criteria.values() for text in (c.title, c.asks)]
            yield Entry.of(page.rubric.title, locale.label("Rubric"), page.path, page.rubric.artifact, *texts)
        elif page.path == "staff.html":
            people = [
                f"{p.name} {site.view.role(p)} {p.office} {p.email or ''}" for p in site.view.offering.staff.values()
            ]
            contacts = [c.name for c in site.view.offering.contacts.values()]
            yield Entry.of(page.title, locale.label("Who helps, and when"), page.path, *people, *contacts)
        elif page.path == "syllabus.html":
            yield Entry.of(page.title, locale.label("The course and its rules"), page.path)
            yield from sections(page.title, page.markdown, page.path)
        else:
            yield Entry.of(page.title, locale.label("Page"), page.path)
    yield Entry.of(locale.label("Week by week"), locale.label("Page"), "weeks.html")
    for told in site.announcements:
        kind = locale.label("Announcement, {day}", day=locale.short_day(told.date))
        yield Entry.of(told.title, kind, "announcements.html", told.text)


def _week_entry(site: Site, page: Page) -> Entry:
    view, week = site.view, page.week
    assert week is not None
    titles = [c.title for c in view.chapters(week)] + [m.title for m in view.modules(week)]
    titles += [lab.title for lab in view.labs(week)] + [Markdown(p.citation) for p in view.papers(week)]
    classes = [held.session.title for held in view.classes(page.number)]
    monday = view.locale.short_day(view.monday(page.number))
    first = view.locale.label("Week {number}, from {day}", number=page.number, day=monday)
    return Entry.of(week.title, first, page.path, week.question, *titles, *classes, *week.objectives)


# --- templates -------------------------------------------------------------------------------------------------


@cache
def _file(name: str) -> str:
    return files("generator.site").joinpath("templates", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("generator.site", "templates"),
        autoescape=True,
        finalize=words.finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=templating.in_locale(Locale.day),
        clock=templating.in_locale(Locale.clock),
        span=templating.span,
        month_day=templating.in_locale(Locale.month_day),
        weekday=templating.in_locale(Locale.short_day),
        day_name=templating.in_locale(Locale.short_weekday),
        long_day=templating.in_locale(lambda locale, day: locale.weekday(DAYS.index(day))),
        words=plain_text,
        upper_first=lambda text: text[:1].upper() + text[1:],
        literal=lambda text: Markdown(text),
        spoken=templating.in_context(words.spoken),
        full_stop=words.full_stop,
        number=templating.in_locale(Locale.number),
        percent=templating.in_locale(Locale.percent),
        hour=templating.in_locale(lambda locale, hour: locale.clock(time(hour % 24))),
        page=lambda deadline: assignment_page(deadline.assignment_id),
        week_page=week_page,
        rubric_page=rubric_page,
    )
    environment.globals.update(
        _=templating.in_context(words.label),
        ngettext=templating.in_context(words.counted),
        label=templating.in_context(lambda locale, _, message, **values: locale.label(message, **values)),
        clocks=templating.in_locale(Locale.clocks),
        days_of=templating.in_locale(Locale.days),
    )
    return environment
