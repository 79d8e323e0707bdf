"""The tasks that make the students' site, below `site/` in the build folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version as installed

from blueprint.build import Made, Task, TaskError
from blueprint.build_folder import digest
from generator.documents import calendar
from generator.documents.document import Menu, with_menu
from generator.documents.publication import program
from generator.documents.template_context import TemplateContext
from generator.site.handouts import Material, handouts
from generator.site.markdown import Blocks
from generator.site.pages import Site, site_menu, site_pages
from generator.text import pandoc

SITE = "site/"
"""The folder of what students get."""


def site_tasks(
    view: TemplateContext, materials: list[Material], now: datetime, syllabus: str, words: str, sources: tuple[str, ...]
) -> Iterator[Task]:
    """Every page, calendar and handout of the site as it is at a moment; `view` is of the public copy of a course.

    `syllabus` is the Markdown of the syllabus document, `sources` the files of the course; `words` changes whenever
    labels, dates or their language do.
    """
    given = handouts(view, materials, now)
    site = Site(view, given, now, syllabus)
    versions = {"pandoc": pandoc.version(), "program": program()}
    for path, text in site_pages(site):
        run = functools.partial(_page, f"{SITE}{path}", text, site.blocks)
        group = "syllabus" if path == "syllabus.html" else "site"
        yield Task(f"{SITE}{path}", group, (f"{SITE}{path}",), {"text": digest(text), **versions}, run, (), sources)
    yield from _calendars(site, words, sources)
    out = [h for found in given.values() for h in found if h.is_out]
    copies = {name: (source, h.material.given) for h in out for name, source in h.copies}
    menu = tuple((f"../{page}", words) for page, words in site_menu(view))
    for name, (source, own) in copies.items():
        give = own or (functools.partial(_in_site, view, menu) if name.endswith(".html") else None)
        run = functools.partial(_copy, f"{SITE}{name}", source, give)
        inputs = {"program": program(), "menu": digest(repr(menu))} if give else {}
        yield Task(f"{SITE}{name}", "handouts", (f"{SITE}{name}",), inputs, run, (source,), sources)


def _page(path: str, text: str, blocks: Blocks, _: Made) -> Made:
    return {path: blocks.filled(text).encode()}


def _in_site(view: TemplateContext, menu: Menu, page: bytes) -> bytes:
    """A handout as a page of the site, from which a reader gets to the others."""
    return with_menu(page, menu, view.course.file.language, view.locale)


def _copy(path: str, source: str, give: Callable[[bytes], bytes] | None, made: Made) -> Made:
    try:
        return {path: give(made[source]) if give else made[source]}
    except ValueError as error:
        raise TaskError(f"{source} cannot be given to students: {error}") from None


def _calendars(site: Site, words: str, sources: tuple[str, ...]) -> Iterator[Task]:
    """The dates for calendar programs, whole and for each section, and for spreadsheets."""
    course, schedule, locale = site.view.course, site.view.schedule, site.view.locale
    shown = (course.file.offering, schedule, course.file.weeks, course.registry, course.file.title)
    facts = {
        "dates and titles": digest(repr(shown)),
        "language": words,
        "program": program(),
    }
    made: dict[str, Callable[[], bytes]] = {
        name: functools.partial(calendar.ics, course, schedule, locale, _section(name)) for name, _ in site.calendars
    }
    if site.hours:
        made["hours.ics"] = functools.partial(calendar.hours_ics, course, schedule, locale)
    for name, write in made.items():
        run = functools.partial(_written, f"{SITE}{name}", write)
        inputs = {**facts, "icalendar": installed("icalendar")}
        yield Task(f"{SITE}{name}", "schedule", (f"{SITE}{name}",), inputs, run, (), sources)
    name = f"{SITE}schedule.csv"
    rows = functools.partial(_written, name, lambda: calendar.schedule_csv(course, schedule, locale).encode())
    yield Task(name, "schedule", (name,), facts, rows, (), sources)


def _section(name: str) -> str | None:
    """The section a calendar file is for; None for the one of everybody."""
    return name.removeprefix("schedule-").removesuffix(".ics") if name.startswith("schedule-") else None


def _written(path: str, write: Callable[[], bytes], _: Made) -> Made:
    return {path: write()}
