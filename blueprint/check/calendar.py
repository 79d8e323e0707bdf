"""Rules about an offering: people, rooms and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from blueprint.load import Loaded
from blueprint.model import Meeting, Offering, Session
from blueprint.problems import Mark, Problem, suggestion
from blueprint.schedule import Schedule, break_on, make_schedule

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


def people_can_be_reached(loaded: Loaded) -> Iterator[Problem]:
    """Whoever a document names has an e-mail address that can be one."""
    offering = loaded.course.file.offering
    if offering is None:
        return
    at = loaded.at
    for key, person in offering.staff.items():
        if at.is_broken("offering", "staff", key):
            continue
        if not person.email:
            yield Problem(at.key("offering", "staff", key), f"{person.name} ({person.role}) has no e-mail, and the syllabus prints one", "add `email:`")
        elif not _EMAIL.fullmatch(person.email):
            yield Problem(at.value("offering", "staff", key, "email"), f"`{person.email}` is no e-mail address", "write name@domain")
    for key, contact in offering.contacts.items():
        if contact.email and not _EMAIL.fullmatch(contact.email):
            yield Problem(at.value("offering", "contacts", key, "email"), f"`{contact.email}` is no e-mail address", "write name@domain")
    if offering.staff and not any(p.role == "instructor" for p in offering.staff.values()) and not at.is_broken("offering", "staff"):
        yield Problem(at.key("offering", "staff"), "nobody has the role instructor", "give one person `role: instructor`")


def meetings_are_possible(loaded: Loaded) -> Iterator[Problem]:
    """A meeting ends after it begins; two class meetings do not share a time; a class lasts as long as a session."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None:
        return
    for path, meeting in _meetings(offering):
        if meeting.end <= meeting.start and not at.is_broken(*path):
            yield Problem(at.value(*path, "end"), f"ends at {meeting.end:%H:%M}, not after it begins at {meeting.start:%H:%M}", "times are on a 24-hour clock")
    minutes = loaded.course.file.session_minutes
    for index, meeting in enumerate(offering.meetings):
        length = (meeting.end.hour - meeting.start.hour) * 60 + meeting.end.minute - meeting.start.minute
        if 0 < length != minutes and not at.is_broken("offering", "meetings", index):
            yield Problem(at.value("offering", "meetings", index, "end"), f"this class lasts {length} minutes, `session_minutes` is {minutes}",
                          "change one of the two", "warning")
        for other in offering.meetings[:index]:
            if other.day == meeting.day and other.start < meeting.end and meeting.start < other.end:
                yield Problem(at.value("offering", "meetings", index, "start"), "two class meetings share a time", "change a day or a time")


def _meetings(offering: Offering) -> Iterator[tuple[tuple[str, ...], Meeting]]:
    for index, meeting in enumerate(offering.meetings):
        yield ("offering", "meetings", str(index)), meeting
    for key, section in offering.sections.items():
        yield ("offering", "sections", key, "meeting"), section.meeting
    for key, person in offering.staff.items():
        for index, meeting in enumerate(person.office_hours):
            yield ("offering", "staff", key, "office_hours", str(index)), meeting


def sections_have_students(loaded: Loaded) -> Iterator[Problem]:
    """A section has at least one student; hours of grading are computed from it."""
    offering = loaded.course.file.offering
    for key, section in (offering.sections.items() if offering else ()):
        if section.students < 1 and not loaded.at.is_broken("offering", "sections", key):
            yield Problem(loaded.at.value("offering", "sections", key, "students"), f"section {section.title} has {section.students} students", "write how many are enrolled")


def zone_exists(loaded: Loaded) -> Iterator[Problem]:
    """The time zone is one the time-zone database knows."""
    if (zone := _bad_zone(loaded)) is not None:
        yield Problem(loaded.at.value("offering", "time_zone"), f"there is no time zone `{zone}`", suggestion(zone, sorted(available_timezones()), "zones"))


def _bad_zone(loaded: Loaded) -> str | None:
    offering = loaded.course.file.offering
    if offering is None or loaded.at.is_broken("offering", "time_zone"):
        return None
    try:
        ZoneInfo(offering.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return offering.time_zone
    return None


def word_template_exists(loaded: Loaded) -> Iterator[Problem]:
    """The university's Word template is a file beside the offering."""
    offering = loaded.course.file.offering
    if offering is None or offering.reference_docx is None:
        return
    if reference_docx(loaded) is None:
        yield Problem(loaded.at.value("offering", "reference_docx"), f"there is no file `{offering.reference_docx}` beside this one", "give its path from this file's folder")


def reference_docx(loaded: Loaded) -> object | None:
    """The Word template's path, if the offering names one that exists."""
    offering = loaded.course.file.offering
    if offering is None or offering.reference_docx is None:
        return None
    for path in loaded.files:
        candidate = path.parent / offering.reference_docx
        if candidate.is_file():
            return candidate.resolve()
    return None


def dates_fit(loaded: Loaded) -> Iterator[Problem]:
    """Every class, deadline and exam falls on a day that is there for it."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None or _bad_zone(loaded) is not None:
        return
    if any(at.is_broken("offering", field) for field in ("start", "end", "time_zone")):
        return
    if offering.end <= offering.start:
        yield Problem(at.value("offering", "end"), f"the term ends on {_day(offering.end)}, not after it starts on {_day(offering.start)}", "change one of the two dates")
        return
    yield from _breaks(offering, loaded)
    if at.is_broken("offering", "breaks") or at.is_broken("offering", "meetings") or not loaded.course.file.weeks:
        return
    schedule = make_schedule(loaded.course)
    yield from _weeks_meet(loaded, offering, schedule)
    yield from _deadlines(loaded, offering, schedule)
    for exam in schedule.exams:
        if not offering.start <= exam.exam.date <= offering.end and not at.is_broken("offering", "exams", exam.exam_id):
            yield Problem(at.value("offering", "exams", exam.exam_id, "date"), f"{exam.exam.title} is on {_day(exam.exam.date)}, outside the term",
                          f"the term runs from {_day(offering.start)} to {_day(offering.end)}")
        if (closed := break_on(offering, exam.exam.date)) is not None:
            yield Problem(at.value("offering", "exams", exam.exam_id, "date"), f"{exam.exam.title} is on {_day(exam.exam.date)}, during {closed.title}", "move it")
        if exam.end <= exam.start:
            yield Problem(at.value("offering", "exams", exam.exam_id, "end"), f"{exam.exam.title} ends before it begins", "times are on a 24-hour clock")


def _day(day: date) -> str:
    return f"{day:%a %Y-%m-%d}"


def _breaks(offering: Offering, loaded: Loaded) -> Iterator[Problem]:
    for key, closed in offering.breaks.items():
        if loaded.at.is_broken("offering", "breaks", key):
            continue
        if closed.until < closed.first:
            yield Problem(loaded.at.value("offering", "breaks", key, "last"), f"{closed.title} ends on {_day(closed.until)}, before it begins on {_day(closed.first)}", "change one of the two dates")
        elif closed.until < offering.start or closed.first > offering.end:
            yield Problem(loaded.at.value("offering", "breaks", key, "first"), f"{closed.title} ({_day(closed.first)}) lies outside the term",
                          f"the term runs from {_day(offering.start)} to {_day(offering.end)}", "warning")


def _weeks_meet(loaded: Loaded, offering: Offering, schedule: Schedule) -> Iterator[Problem]:
    weeks, at = loaded.course.file.weeks, loaded.at
    lost: dict[int, list[tuple[int, Session]]] = {}
    for number, index, session in schedule.not_held:
        lost.setdefault(number, []).append((index, session))
    for number, sessions in lost.items():
        if at.is_broken("weeks", number):
            continue
        monday = schedule.mondays[number]
        closed = sorted({b.title for b in offering.breaks.values() if b.first <= monday + timedelta(days=6) and b.until >= monday})
        why = f"{' and '.join(closed)} in the week of {_day(monday)}" if closed else f"the class meets {len(offering.meetings)} times a week"
        if not schedule.classes_in(number):
            yield Problem(_break_or_week(loaded, offering, monday, number), f"week {number} ({weeks[number].title}) has no session left: {why}",
                          "shorten the break, or give it `skips_week: true` so that later weeks move on")
        else:
            index, session = sessions[0]
            yield Problem(at.key("weeks", number, "sessions", index), f"week {number} ({weeks[number].title}): no meeting is left for session {index} (“{session.title}”): {why}",
                          f"plan that week with {len(schedule.classes_in(number))} in the offering: `weeks: {{{number}: {{sessions: {{{index}: null}}}}}}`", "warning")
    last = max(schedule.mondays)
    classes = schedule.classes_in(last)
    final = classes[-1].start.date() if classes else schedule.mondays[last]
    if final > offering.end:
        yield Problem(at.value("offering", "end"), f"the term ends on {_day(offering.end)}, but week {last} meets until {_day(final)}",
                      "move `end`, start earlier, or drop a week")


def _break_or_week(loaded: Loaded, offering: Offering, monday: date, week: int) -> Mark:
    """The break that empties a week, where one does; else the week."""
    covering = [key for key, b in offering.breaks.items() if b.first <= monday + timedelta(days=6) and b.until >= monday]
    return loaded.at.key("offering", "breaks", covering[0]) if covering else loaded.at.key("weeks", week)


def _deadlines(loaded: Loaded, offering: Offering, schedule: Schedule) -> Iterator[Problem]:
    at = loaded.at
    for deadline in schedule.deadlines:
        key, day = deadline.assignment_id, deadline.due.date()
        if at.is_broken("assignments", key) or at.is_broken("grading", "components", deadline.assignment.component):
            continue
        place = _due_mark(loaded, key)
        title = f"`{key}` ({deadline.assignment.title})"
        if (closed := break_on(offering, day)) is not None:
            yield Problem(place, f"{title} is due on {_day(day)}, during {closed.title}",
                          f"give it a day of its own: `assignments: {{{key}: {{due: {{day: mon}}}}}}`, or a date")
        if day < deadline.released:
            yield Problem(place, f"{title} is due on {_day(day)}, before its release on {_day(deadline.released)}", "move one of the two")
        elif not offering.start <= day <= offering.end:
            yield Problem(place, f"{title} is due on {_day(day)}, outside the term", f"the term runs from {_day(offering.start)} to {_day(offering.end)}")


def _due_mark(loaded: Loaded, key: str) -> Mark:
    """Where an assignment's due day was written: its own rule, or its week."""
    values = loaded.at.values
    for field in ("date", "day"):
        if ("assignments", key, "due", field) in values:
            return loaded.at.value("assignments", key, "due", field)
    return loaded.at.value("assignments", key, "week")


RULES = (people_can_be_reached, meetings_are_possible, sections_have_students, zone_exists, word_template_exists, dates_fit)
