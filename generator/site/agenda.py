"""What happens on which day, for a student: classes, sections, office hours, deadlines, exams, days without class.

Everything here is read from the schedule of the public copy of a course.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from blueprint.model import DAYS, Markdown, Meeting
from blueprint.schedule import Deadline, OfficeHour, office_hours
from generator.documents.template_context import TemplateContext

EventKind = Literal["class", "section", "hours", "due", "exam"]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a day."""

    kind: EventKind
    start: datetime
    end: datetime | None
    """None for a deadline."""
    title: Markdown
    literal: tuple[str, ...] = ()
    """What kind, where, with whom: words that are no Markdown."""
    page: str = ""
    """The page of the site about it."""
    links: tuple[tuple[str, str], ...] = ()
    """(words, address) of what is opened there."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something happens, or nothing does that otherwise would."""

    date: date
    events: tuple[Event, ...]
    closed: str
    """The name of the break that covers it, or ''."""


@dataclass(frozen=True)
class Agenda:
    """The days of a course as its students see them."""

    view: TemplateContext

    def week(self, number: int) -> list[Day]:
        """The days of a week on which there is something to say, Monday first."""
        events = sorted(self._events(number), key=lambda event: event.start)
        monday = self.view.monday(number)
        days = (self._day(monday + timedelta(days=n), events) for n in range(len(DAYS)))
        return [day for day in days if day.events or day.closed]

    def _day(self, day: date, events: list[Event]) -> Day:
        closed = self.view.break_on(day)
        return Day(day, tuple(e for e in events if e.start.date() == day), closed.title if closed else "")

    def _events(self, week: int) -> Iterator[Event]:
        yield from self._classes(week)
        yield from self._sections(week)
        words = _literal(self.view.locale.label("Office hours"))
        for hour in self.hours:
            if hour.week == week and hour.break_ is None:
                yield Event("hours", hour.start, hour.end, words, _said(hour.person.name, hour.meeting.room))
        for due in self.view.due(week):
            yield Event("due", due.due, None, due.assignment.title, (), assignment_page(due.assignment_id))
        for sitting in self.view.schedule.exams:
            if self.view.monday(week) <= sitting.exam.date <= self.view.sunday(week):
                yield Event("exam", sitting.start, sitting.end, sitting.exam.title, _said(sitting.exam.room))

    def _classes(self, week: int) -> Iterator[Event]:
        for held in self.view.classes(week):
            kind = self.view.kind(held.session)
            kind = kind[:1].upper() + kind[1:]
            yield Event("class", held.start, held.end, held.session.title, _said(kind, held.room))

    def _sections(self, week: int) -> Iterator[Event]:
        labs = self.view.labs(self.view.course.file.weeks[week])
        title = Markdown("; ".join(self.view.lab_title(lab) for lab in labs))
        label = self.view.locale.label
        links = tuple(
            (label("Open lab {number}", number=f"{lab.number:02d}"), self.view.url("lab", lab)) for lab in labs
        )
        for held in self.view.sections(week):
            if held.break_ is None:
                name, who = held.section.title, label("with {name}", name=self.view.person(held.section.ta).name)
                literal = _said(name, held.meeting.room, who) if title else _said(held.meeting.room, who)
                shown = tuple(link for link in links if link[1])
                yield Event("section", held.start, held.end, title or _literal(name), literal, "", shown)

    @cached_property
    def hours(self) -> list[OfficeHour]:
        """Every office hour of the term, in time order."""
        return office_hours(self.view.offering, self.view.schedule.mondays)

    def hours_before(self, deadline: Deadline) -> list[OfficeHour]:
        """The office hours of the seven days before something is due, in time order."""
        first = deadline.due - timedelta(days=7)
        return [h for h in self.hours if h.break_ is None and first <= h.start and h.end <= deadline.due]

    def week_of(self, moment: datetime) -> int:
        """The week a moment lies in; before the first week that one, later the last week that has begun."""
        mondays = self.view.schedule.mondays
        begun = [number for number, monday in mondays.items() if monday <= moment.date()]
        return begun[-1] if begun else next(iter(mondays))


def assignment_page(key: str) -> str:
    """The page about a piece of work."""
    return f"assignments/{key}.html"


def week_page(number: int) -> str:
    """The page about a week."""
    return f"week/{number:02d}.html"


def rubric_page(key: str) -> str:
    """The page of a rubric."""
    return f"rubrics/{key}.html"


def _said(*words: str) -> tuple[str, ...]:
    return tuple(word for word in words if word)


def _literal(text: str) -> Markdown:
    from generator.documents.templating import escape

    return Markdown(escape(text))


# --- the week as a grid -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GridEntry:
    """A box in the grid of a usual week."""

    kind: EventKind
    title: str
    meeting: Meeting
    lane: int
    """The column within its day, from 0: what happens at the same time stands side by side."""
    lanes: int
    """How many columns its day has."""

    @property
    def first(self) -> int:
        """The minute of the day at which it begins."""
        return self.meeting.start.hour * 60 + self.meeting.start.minute

    @property
    def last(self) -> int:
        return self.meeting.end.hour * 60 + self.meeting.end.minute


def usual_week(view: TemplateContext) -> dict[str, list[GridEntry]]:
    """Day -> what happens on it every week, earliest first; Monday to Friday always, the weekend where there is something."""
    offering = view.offering
    entries: list[tuple[EventKind, str, Meeting]] = [
        ("class", view.locale.label("Class"), meeting) for meeting in offering.meetings
    ]
    entries += [
        ("section", section.title, meeting) for section in offering.sections.values() for meeting in section.times
    ]
    entries += [("hours", person.name, hour) for person in offering.staff.values() for hour in person.office_hours]
    days = {day: [entry for entry in entries if entry[2].day == day] for day in DAYS}
    return {day: _in_lanes(found) for day, found in days.items() if found or day not in ("sat", "sun")}


def _in_lanes(entries: list[tuple[EventKind, str, Meeting]]) -> list[GridEntry]:
    """The boxes of a day, each in the first column that is free when it begins."""
    free: list[int] = []
    placed = []
    for kind, title, meeting in sorted(entries, key=lambda entry: (entry[2].start, entry[2].end)):
        entry = GridEntry(kind, title, meeting, 0, 1)
        lane = next((n for n, until in enumerate(free) if until <= entry.first), len(free))
        free[lane : lane + 1] = [entry.last]
        placed.append((kind, title, meeting, lane))
    return [GridEntry(*entry, max(len(free), 1)) for entry in placed]
