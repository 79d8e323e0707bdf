"""The dates of an offering for calendar programs (iCalendar, RFC 5545) and for spreadsheets (CSV, RFC 4180).

An event's id says what it is and never when: a class that moves keeps its id, so a subscribed calendar moves it
instead of showing it twice. Stamps come from `offering.published` and `offering.revision`, not from the clock: the
same course gives the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from blueprint.model import Assignment, Course, Offering, Section, Week
from blueprint.schedule import Schedule, office_hours, zone_of
from blueprint.spreadsheet import guarded
from generator.text.locale import AMERICAN, Locale
from generator.text.plain import literal_text, plain_text

if TYPE_CHECKING:
    import icalendar

Label = Callable[..., str]
"""Makes a label of its English words, see `Locale.label`."""
PRODUCT = "-//Blueprint//Course calendar//EN"
DUE_MINUTES = 30
"""The length of the event that ends at a deadline."""
COLUMNS = ("date", "weekday", "start", "end", "week", "kind", "title", "where", "who", "details")
"""The columns of `schedule.csv`; like the kinds, they are English in every locale, so that programs can rely on them."""


# --- what both formats say -------------------------------------------------------------------------------------


def _code(course: Course) -> str:
    """The name by which students know the course."""
    return literal_text(course.offering.code) or _line(course.file.title)


def _line(markdown: str) -> str:
    return literal_text(plain_text(markdown))


def _reading(course: Course, week: Week, label: Label) -> Iterator[tuple[str, str]]:
    """The name and link of each thing a week reads."""
    for key in week.read:
        chapter = course.registry.chapters[key]
        yield (
            label("Chapter {number}: {title}", number=chapter.number, title=_line(chapter.title)),
            course.link("chapter", chapter),
        )
    for key in week.papers:
        yield label("Paper: {citation}", citation=literal_text(course.registry.papers[key].citation)), ""


def _lab(course: Course, key: str, label: Label) -> tuple[str, str]:
    lab = course.registry.labs[key]
    return label("Lab {number}: {title}", number=f"{lab.number:02d}", title=_line(lab.title)), course.link("lab", lab)


def _labs(course: Course, week: Week, label: Label) -> Iterator[tuple[str, str]]:
    for key in week.labs:
        yield _lab(course, key, label)
    for key in week.optional_labs:
        name, link = _lab(course, key, label)
        yield label("Optional: {name}", name=name), link


def _modules(course: Course, label: Label, *keys: str) -> Iterator[tuple[str, str]]:
    for key in keys:
        module = course.registry.modules[key]
        yield (
            label("Module {number}: {title}", number=f"{module.number:02d}", title=_line(module.title)),
            course.link("module", module),
        )


def _worth(assignment: Assignment, locale: Locale) -> str:
    if not assignment.points:
        return locale.label("required, not marked")
    return locale.counted("{count} point", "{count} points", assignment.points)


# --- iCalendar -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Event:
    kind: str
    key: str
    """Which one of its kind, in words that outlive a change of date."""
    title: str
    start: datetime
    end: datetime
    where: str = ""
    text: str = ""
    section: str = ""
    """The section it concerns; '' for everybody."""


def ics(course: Course, schedule: Schedule, locale: Locale = AMERICAN, section: str | None = None) -> bytes:
    """The offering's classes, sections, deadlines and exams as an iCalendar file; `ValueError` for a bare syllabus.

    With a section's id, of all sections only that one.
    """
    events = [e for e in _events(course, schedule, locale) if section is None or e.section in ("", section)]
    return _calendar(course, events, course.offering.sections[section].title if section else "")


def hours_ics(course: Course, schedule: Schedule, locale: Locale = AMERICAN) -> bytes:
    """The office hours as an iCalendar file, each on its date; `ValueError` for a bare syllabus."""
    hours = [
        _Event(
            "hours",
            f"{hour.week}-{hour.person_id}-{hour.number}",
            locale.label("{course}: office hours, {name}", course=_code(course), name=literal_text(hour.person.name)),
            hour.start,
            hour.end,
            hour.meeting.room,
        )
        for hour in office_hours(course.offering, schedule.mondays)
        if hour.break_ is None
    ]
    return _calendar(course, hours, locale.label("office hours"))


def _calendar(course: Course, events: list[_Event], part: str) -> bytes:
    """An iCalendar file of some events; `part` says in its name which those are."""
    from icalendar import Calendar, vText

    offering = course.offering
    calendar = Calendar()
    name = f"{literal_text(offering.code)} {_line(course.file.title)}, {literal_text(offering.term)}".strip()
    for field, value in (
        ("version", "2.0"),
        ("prodid", PRODUCT),
        ("method", "PUBLISH"),
        ("x-wr-calname", f"{name}, {literal_text(part)}" if part else name),
        ("x-wr-timezone", offering.time_zone),
    ):
        calendar.add(field, vText(value))
    events = sorted(events, key=lambda e: (e.start, e.kind, e.key))
    for event in events:
        calendar.add_component(_vevent(event, course))
    if calendar.get_missing_tzids():  # none for UTC, whose times end in Z
        days = [offering.start, offering.end, *(e.start.date() for e in events)]
        calendar.subcomponents.insert(0, _vtimezone(zone_of(offering), min(days).year, max(days).year))
    return bytes(calendar.to_ical())


def _events(course: Course, schedule: Schedule, locale: Locale) -> Iterator[_Event]:
    code, weeks, label = _code(course), course.file.weeks, locale.label
    for meeting in schedule.classes:
        yield _Event(
            "class",
            f"{meeting.week}-{meeting.number}",
            label(
                "{course}, week {number}: {title}", course=code, number=meeting.week, title=_line(meeting.session.title)
            ),
            meeting.start,
            meeting.end,
            meeting.room,
            _class_text(course, weeks[meeting.week], label),
        )
    for held in schedule.sections:
        if held.break_ is None:
            week, section = weeks[held.week], held.section
            yield _Event(
                "section",
                f"{held.week}-{held.section_id}" + (f"-{held.number}" if held.number > 1 else ""),
                label(
                    "{course}, week {number}: {title}",
                    course=code,
                    number=held.week,
                    title=_section_title(course, week, section, label),
                ),
                held.start,
                held.end,
                held.meeting.room,
                _section_text(course, week, section, label),
                held.section_id,
            )
    for deadline in schedule.deadlines:
        due = deadline.due.astimezone(UTC)
        yield _Event(
            "due",
            deadline.assignment_id,
            label("Due: {title}", title=_line(deadline.assignment.title)),
            due - timedelta(minutes=DUE_MINUTES),
            due,
            text=_due_text(course, deadline.assignment, locale),
        )
    for sitting in schedule.exams:
        yield _Event(
            "exam",
            sitting.exam_id,
            f"{code}: {_line(sitting.exam.title)}",
            sitting.start,
            sitting.end,
            sitting.exam.room,
        )


def _class_text(course: Course, week: Week, label: Label) -> str:
    things = [*_reading(course, week, label), *_labs(course, week, label), *_modules(course, label, *week.modules)]
    return _blocks(plain_text(week.question), _listed(things))


def _section_title(course: Course, week: Week, section: Section, label: Label) -> str:
    labs = "; ".join(name for name, _ in (_lab(course, key, label) for key in week.labs))
    return f"{literal_text(section.title)} ({labs})" if labs else literal_text(section.title)


def _section_text(course: Course, week: Week, section: Section, label: Label) -> str:
    questions = [plain_text(course.registry.labs[key].question) for key in week.labs]
    with_whom = label("With {name}", name=literal_text(course.offering.staff[section.ta].name))
    return _blocks(with_whom, *questions, _listed(_labs(course, week, label)))


def _due_text(course: Course, assignment: Assignment, locale: Locale) -> str:
    things = [_lab(course, assignment.lab, locale.label)] if assignment.lab else []
    things += _modules(course, locale.label, assignment.module) if assignment.module else ()
    return _blocks(plain_text(assignment.text), _worth(assignment, locale), _listed(things))


def _listed(things: Iterable[tuple[str, str]]) -> str:
    """Names, each with its link on the next line, where calendar programs make it one to click."""
    return "\n".join(line for thing in things for line in thing if line)


def _blocks(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def _vevent(event: _Event, course: Course) -> icalendar.Event:
    from icalendar import Event, vText

    offering = course.offering
    entry = Event()
    entry.add("uid", vText(f"{course.id}-{event.kind}-{event.key}@{offering.domain}"))
    entry.add("dtstamp", datetime.combine(offering.published, time(), UTC))
    entry.add("sequence", offering.revision)
    entry.add("dtstart", _shown(event.start, offering))
    entry.add("dtend", _shown(event.end, offering))
    spoken: dict[str, str] = {"language": course.file.language}
    entry.add("summary", vText(event.title), spoken)
    entry.add("categories", [event.kind])
    if event.where:
        entry.add("location", vText(literal_text(event.where)))
    if event.text:
        entry.add("description", vText(event.text), spoken)
    if event.kind == "due":
        entry.add("transp", vText("TRANSPARENT"))  # a deadline leaves its half hour free
    return entry


def _shown(moment: datetime, offering: Offering) -> datetime:
    """A moment on the offering's clock. By way of UTC, so that a time the spring change skips becomes one that exists."""
    return moment.astimezone(UTC).astimezone(zone_of(offering))


def _vtimezone(zone: ZoneInfo, first: int, last: int) -> icalendar.Timezone:
    """A time zone's offsets from the first of some years to the last.

    Written here because icalendar's `add_missing_timezones` lets summer time begin an hour late: a change is written
    in the local time that ends with it.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    begin, end = (datetime(year, 1, 1, tzinfo=zone).astimezone(UTC) for year in (first, last + 1))
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    before = _offset(begin, zone)
    for moment in (begin, *_clock_changes(zone, begin, end)):
        local = moment.astimezone(zone)
        rule = TimezoneDaylight() if local.dst() else TimezoneStandard()
        rule.add("dtstart", (moment + before).replace(tzinfo=None))
        rule.add("tzoffsetfrom", before)
        before = _offset(moment, zone)
        rule.add("tzoffsetto", before)
        rule.add("tzname", local.tzname())
        timezone.add_component(rule)
    return timezone


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _clock_changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments at which a zone's offset changes, to the second."""
    day = begin
    while day < end:
        low, high = day, day + timedelta(days=1)
        day = high
        if _offset(low, zone) == _offset(high, zone):
            continue
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            low, high = (middle, high) if _offset(middle, zone) == _offset(low, zone) else (low, middle)
        yield high


# --- CSV -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    day: date
    kind: str
    title: str
    start: time | None = None
    end: time | None = None
    week: int | None = None
    where: str = ""
    who: str = ""
    details: str = ""

    def cells(self, locale: Locale) -> tuple[str, ...]:
        return (
            self.day.isoformat(),
            locale.weekday(self.day.weekday()),
            _clock(self.start),
            _clock(self.end),
            "" if self.week is None else str(self.week),
            self.kind,
            *map(_cell, (self.title, self.where, self.who, self.details)),
        )


def schedule_csv(course: Course, schedule: Schedule, locale: Locale = AMERICAN) -> str:
    """Every date of an offering as CSV, in time order, for people; `ValueError` for a bare syllabus.

    Releases and breaks last all day; a deadline has an end and no start.
    """
    rows = sorted(_rows(course, schedule, locale), key=lambda row: (row.day, row.start or row.end or time.min))
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells(locale) for row in rows)
    return text.getvalue()


def _rows(course: Course, schedule: Schedule, locale: Locale) -> Iterator[_Row]:
    offering = course.offering
    for closed in offering.breaks.values():
        until = locale.label("until {day}", day=_dated(closed.until, locale)) if closed.until != closed.first else ""
        yield _Row(closed.first, "break", closed.title, details=until)
    for given in schedule.deadlines:
        yield _Row(
            given.released,
            "release",
            _line(given.assignment.title),
            week=given.assignment.released or given.assignment.week,
            details=locale.label("due {day} {time}", day=_dated(given.due, locale), time=_clock(given.due.time())),
        )
    yield from _meeting_rows(course, schedule, locale.label)
    for deadline in schedule.deadlines:
        yield _Row(
            deadline.due.date(),
            "due",
            _line(deadline.assignment.title),
            end=deadline.due.time(),
            week=deadline.assignment.week,
            details=_joined(_worth(deadline.assignment, locale), plain_text(deadline.assignment.text)),
        )
    for sitting in schedule.exams:
        yield _Row(
            sitting.exam.date,
            "exam",
            _line(sitting.exam.title),
            sitting.exam.start,
            sitting.exam.end,
            where=sitting.exam.room,
        )


def _meeting_rows(course: Course, schedule: Schedule, label: Label) -> Iterator[_Row]:
    offering, weeks = course.offering, course.file.weeks
    teacher = offering.instructor_names
    for meeting in schedule.classes:
        week = weeks[meeting.week]
        things = (*_reading(course, week, label), *_modules(course, label, *week.modules))
        yield _Row(
            meeting.start.date(),
            "class",
            _line(meeting.session.title),
            meeting.start.time(),
            meeting.end.time(),
            meeting.week,
            meeting.room,
            teacher,
            _joined(course.kind_of(meeting.session).label, *(name for name, _ in things)),
        )
    for held in schedule.sections:
        labs = _joined(*(name for name, _ in _labs(course, weeks[held.week], label)))
        kind, details = ("section", labs) if held.break_ is None else ("no section", held.break_.title)
        yield _Row(
            held.start.date(),
            kind,
            held.section.title,
            held.start.time(),
            held.end.time(),
            held.week,
            held.meeting.room,
            offering.staff[held.section.ta].name,
            details,
        )


def _dated(value: date, locale: Locale) -> str:
    """A day with its name, in the form that programs read, too: `Monday 2026-09-07`."""
    return f"{locale.weekday(value.weekday())} {value:%Y-%m-%d}"


def _joined(*texts: str) -> str:
    return "; ".join(text for text in texts if text)


def _clock(value: time | None) -> str:
    return "" if value is None else f"{value:%H:%M}"


def _cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula."""
    return guarded(literal_text(text))
