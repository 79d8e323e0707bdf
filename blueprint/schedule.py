"""An offering's calendar: which date each class, section, release, deadline and exam falls on.

A teaching week is a calendar week, Monday to Sunday, counted from the week of `offering.start`; a break with
`skips_week` makes its calendar weeks count for nothing. Sessions fill the week's class meetings in order: when a
break takes Monday away, session 1 moves to Wednesday and session 2 is not held, unless the offering plans that
week differently. A session with a date of its own, and one of a kind for which nobody meets, takes none of them.
Times are local to the offering's time zone and carry it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from blueprint.model import (
    DAYS,
    Assignment,
    Break,
    Course,
    Exam,
    Meeting,
    Offering,
    Person,
    Section,
    Session,
)


@dataclass(frozen=True, slots=True)
class ClassMeeting:
    """One class on one date."""

    week: int
    number: int
    session: Session
    start: datetime
    end: datetime
    room: str


@dataclass(frozen=True, slots=True)
class SectionMeeting:
    """One lab section on one date; `break_` is why it is not held."""

    week: int
    section_id: str
    section: Section
    number: int
    """Which of its meetings of a week, from 1."""
    meeting: Meeting
    start: datetime
    end: datetime
    break_: Break | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an assignment is given out and when it is due."""

    assignment_id: str
    assignment: Assignment
    released: date
    due: datetime


@dataclass(frozen=True, slots=True)
class DatedExam:
    """A sitting outside class hours."""

    exam_id: str
    exam: Exam
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every date of an offering, each list in time order."""

    mondays: Mapping[int, date]
    classes: tuple[ClassMeeting, ...]
    not_held: tuple[tuple[int, int, Session], ...]
    """(week, number, session) that found no meeting left."""
    without_meeting: tuple[tuple[int, int, Session], ...]
    """(week, number, session) of kinds for which the class does not meet."""
    sections: tuple[SectionMeeting, ...]
    deadlines: tuple[Deadline, ...]
    exams: tuple[DatedExam, ...]

    @property
    def usual_due_time(self) -> time | None:
        """The time of day at which more than half of the work is due; where it is said once, only other times stand beside their work."""
        counted = Counter(deadline.due.time() for deadline in self.deadlines)
        return next((at for at, pieces in counted.items() if 2 * pieces > len(self.deadlines)), None)

    def classes_in(self, week: int) -> tuple[ClassMeeting, ...]:
        """The classes of a week, in time order."""
        return tuple(c for c in self.classes if c.week == week)

    def sections_in(self, week: int) -> tuple[SectionMeeting, ...]:
        """The lab sections of a week, held or not, in time order."""
        return tuple(s for s in self.sections if s.week == week)

    def due_in(self, week: int) -> tuple[Deadline, ...]:
        """Deadlines of the assignments a week lists, in time order."""
        return tuple(d for d in self.deadlines if d.assignment.week == week)

    def released_in(self, week: int) -> tuple[Deadline, ...]:
        """Assignments given out in a week and due in a later one."""
        return tuple(
            d for d in self.deadlines if (d.assignment.released or d.assignment.week) == week != d.assignment.week
        )


def zone_of(offering: Offering) -> ZoneInfo:
    """The time zone of an offering."""
    return ZoneInfo(offering.time_zone)


def break_on(offering: Offering, day: date) -> Break | None:
    """The break that covers a day; None on a day with class."""
    return next((b for b in offering.breaks.values() if b.covers(day)), None)


def teaching_mondays(offering: Offering, weeks: Iterator[int] | list[int]) -> dict[int, date]:
    """Number of each teaching week -> its Monday."""
    monday = offering.start - timedelta(days=offering.start.weekday())
    mondays: dict[int, date] = {}
    for week in weeks:
        while any(
            b.skips_week and b.first <= monday + timedelta(days=6) and b.until >= monday
            for b in offering.breaks.values()
        ):
            monday += timedelta(days=7)
        mondays[week] = monday
        monday += timedelta(days=7)
    return mondays


def make_schedule(course: Course) -> Schedule:
    """The calendar of an offering; `ValueError` for a bare syllabus."""
    offering = course.offering
    mondays = teaching_mondays(offering, list(course.file.weeks))
    classes: list[ClassMeeting] = []
    not_held: list[tuple[int, int, Session]] = []
    without_meeting: list[tuple[int, int, Session]] = []
    for number, week in course.file.weeks.items():
        meeting = {i: s for i, s in week.sessions.items() if s.date is None and course.kind_of(s).meets}
        held, lost = _place_sessions(offering, number, meeting, mondays[number])
        classes += held
        classes += (_on_its_date(course, number, i, s, s.date) for i, s in week.sessions.items() if s.date)
        not_held += lost
        apart = (i for i, s in week.sessions.items() if s.date is None and i not in meeting)
        without_meeting += ((number, i, week.sessions[i]) for i in apart)
    return Schedule(
        mondays,
        tuple(sorted(classes, key=lambda c: c.start)),
        tuple(not_held),
        tuple(without_meeting),
        tuple(_sections(offering, mondays)),
        tuple(_deadlines(course, mondays)),
        tuple(_exams(offering)),
    )


def _place_sessions(
    offering: Offering, number: int, meeting_for: Mapping[int, Session], monday: date
) -> tuple[list[ClassMeeting], list[tuple[int, int, Session]]]:
    """The classes of a week, sessions put onto its meetings in order, and the sessions that are left over."""
    open_days = []
    for meeting in offering.meetings:
        day = monday + timedelta(days=DAYS.index(meeting.day))
        if day >= offering.start and break_on(offering, day) is None:
            open_days.append((day, meeting))
    open_days.sort(key=lambda pair: (pair[0], pair[1].start))
    sessions = list(meeting_for.items())
    held = [
        ClassMeeting(number, index, session, *_times(offering, day, meeting), session.room or meeting.room)
        for (index, session), (day, meeting) in zip(sessions, open_days, strict=False)
    ]
    return held, [(number, index, session) for index, session in sessions[len(held) :]]


def _on_its_date(course: Course, week: int, number: int, session: Session, day: date) -> ClassMeeting:
    """A session on a date of its own: at the time it names, else when the class meets on such a day, or ever."""
    offering = course.offering
    of_that_day = (m for m in offering.meetings if m.day == DAYS[day.weekday()])
    usual = next(of_that_day, next(iter(offering.meetings), None))
    zone = zone_of(offering)
    start = _at(day, session.start or (usual.start if usual else time(9)), zone)
    minutes = usual.minutes if usual else course.file.session_minutes
    end = _at(day, session.end, zone) if session.end else start + timedelta(minutes=minutes)
    return ClassMeeting(week, number, session, start, end, session.room or (usual.room if usual else ""))


def _times(offering: Offering, day: date, meeting: Meeting | Exam) -> tuple[datetime, datetime]:
    zone = zone_of(offering)
    return _at(day, meeting.start, zone), _at(day, meeting.end, zone)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)


def _sections(offering: Offering, mondays: Mapping[int, date]) -> Iterator[SectionMeeting]:
    """Each lab section of each week, held or not, in time order."""
    for week, monday in mondays.items():
        dated = [
            (monday + timedelta(days=DAYS.index(meeting.day)), meeting.start, key, number)
            for key, section in offering.sections.items()
            for number, meeting in enumerate(section.times, 1)
        ]
        for day, _, key, number in sorted(dated, key=lambda entry: entry[:2]):
            section = offering.sections[key]
            meeting = section.times[number - 1]
            times = _times(offering, day, meeting)
            yield SectionMeeting(week, key, section, number, meeting, *times, break_on(offering, day))


def _deadlines(course: Course, mondays: Mapping[int, date]) -> list[Deadline]:
    zone = zone_of(course.offering)
    """The deadlines of all assignments that can be dated, the earliest first."""
    deadlines = []
    for key, assignment in course.file.assignments.items():
        if assignment.week not in mondays or assignment.component not in course.file.grading.components:
            continue
        rule = course.due_rule(assignment)
        day = rule.date or mondays[assignment.week] + timedelta(days=DAYS.index(rule.day))
        released = mondays.get(assignment.released or assignment.week, mondays[assignment.week])
        deadlines.append(Deadline(key, assignment, released, _at(day, rule.time, zone)))
    return sorted(deadlines, key=lambda d: d.due)


def _exams(offering: Offering) -> list[DatedExam]:
    dated = [DatedExam(key, exam, *_times_of_exam(offering, exam)) for key, exam in offering.exams.items()]
    return sorted(dated, key=lambda e: e.start)


def _times_of_exam(offering: Offering, exam: Exam) -> tuple[datetime, datetime]:
    zone = zone_of(offering)
    return _at(exam.date, exam.start, zone), _at(exam.date, exam.end, zone)


@dataclass(frozen=True, slots=True)
class OfficeHour:
    """One office hour on one date; `break_` is why it is not held."""

    week: int
    person_id: str
    person: Person
    number: int
    """Which of the person's hours, from 1."""
    meeting: Meeting
    start: datetime
    end: datetime
    break_: Break | None


def office_hours(offering: Offering, mondays: Mapping[int, date]) -> list[OfficeHour]:
    """Everybody's office hours in each teaching week, held or not, in time order."""
    hours = [
        OfficeHour(week, key, person, number, meeting, *_times(offering, day, meeting), break_on(offering, day))
        for week, monday in mondays.items()
        for key, person in offering.staff.items()
        for number, meeting in enumerate(person.office_hours, 1)
        if (day := monday + timedelta(days=DAYS.index(meeting.day))) >= offering.start
    ]
    return sorted(hours, key=lambda hour: hour.start)
