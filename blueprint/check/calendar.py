"""Rules about an offering: people, rooms and dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blueprint.load import Loaded
from blueprint.model import Break, Meeting, Offering, Session
from blueprint.problems import Mark, Problem, quoted
from blueprint.schedule import Deadline, Schedule, SectionMeeting, break_on, make_schedule
from blueprint.zones import read_zone

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
            yield Problem(
                at.key("offering", "staff", key),
                f"{person.name} ({person.role}) has no e-mail, and the syllabus prints one",
                "add `email:`",
            )
        elif not _EMAIL.fullmatch(person.email):
            yield Problem(
                at.value("offering", "staff", key, "email"),
                f"{quoted(person.email)} is no e-mail address",
                "write name@domain",
            )
    for key, contact in offering.contacts.items():
        if contact.email and not _EMAIL.fullmatch(contact.email):
            yield Problem(
                at.value("offering", "contacts", key, "email"),
                f"{quoted(contact.email)} is no e-mail address",
                "write name@domain",
            )
        if not (contact.email or contact.phone or contact.link) and not at.is_broken("offering", "contacts", key):
            yield Problem(
                at.key("offering", "contacts", key),
                f"{contact.name} cannot be reached: no e-mail, no phone, no link",
                "add `email:`, `phone:` or `link:`",
            )
    if not any(p.role == "instructor" for p in offering.staff.values()) and not at.is_broken(
        "offering", "staff", "*", "role"
    ):
        yield Problem(
            at.key("offering", "staff"), "nobody has the role instructor", "give one person `role: instructor`"
        )


def meetings_are_possible(loaded: Loaded) -> Iterator[Problem]:
    """A meeting ends after it begins; two class meetings do not share a time."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None:
        return
    if not offering.meetings and not at.is_broken("offering", "meetings"):
        yield Problem(
            at.key("offering", "meetings"),
            "the class never meets",
            'add a meeting: `- {day: mon, start: "10:30", end: "11:45"}`',
        )
    for path, meeting in _meetings(offering):
        if meeting.end <= meeting.start and not at.is_broken(*path):
            yield Problem(
                at.value(*path, "end"),
                f"this meeting ends at {meeting.end:%H:%M}, not after it begins at {meeting.start:%H:%M}",
                "times are on a 24-hour clock",
            )
    for index, meeting in enumerate(offering.meetings):
        for before, other in enumerate(offering.meetings[:index]):
            broken = at.is_broken("offering", "meetings", index) or at.is_broken("offering", "meetings", before)
            if _overlap(meeting, other) and not broken:
                yield Problem(
                    at.value("offering", "meetings", index, "start"),
                    f"this class and the one from {other.start:%H:%M} to {other.end:%H:%M} share a time",
                    "change a day or a time",
                )


def meetings_fill_their_plans(loaded: Loaded) -> Iterator[Problem]:
    """A class lasts as long as a session, and a lab section as long as the handbook plans."""
    offering, handbook, at = loaded.course.file.offering, loaded.course.handbook, loaded.at
    if offering is None:
        return
    planned = loaded.course.file.session_minutes
    for index, meeting in enumerate(offering.meetings):
        if (
            0 < meeting.minutes != planned
            and not at.is_broken("offering", "meetings", index)
            and not at.is_broken("session_minutes")
        ):
            yield Problem(
                at.value("offering", "meetings", index, "end"),
                f"this class lasts {meeting.minutes} minutes, `session_minutes` is {planned}",
                "change one of the two",
                "warning",
            )
    if handbook is None or loaded.handbook_at.is_broken("section_minutes"):
        return
    for key, section in offering.sections.items():
        if 0 < section.meeting.minutes != handbook.section_minutes and not at.is_broken(
            "offering", "sections", key, "meeting"
        ):
            yield Problem(
                at.value("offering", "sections", key, "meeting", "end"),
                f"{section.title} lasts {section.meeting.minutes} minutes, the handbook plans {handbook.section_minutes}",
                "change one of the two (`section_minutes` in the handbook)",
                "warning",
            )


def _meetings(offering: Offering) -> Iterator[tuple[tuple[str, ...], Meeting]]:
    """Every meeting of an offering with its path: classes, sections, office hours."""
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
    for key, section in offering.sections.items() if offering else ():
        if section.students < 1 and not loaded.at.is_broken("offering", "sections", key):
            yield Problem(
                loaded.at.value("offering", "sections", key, "students"),
                f"{section.title} has {section.students} students",
                "write how many are enrolled",
            )


def people_are_in_one_place(loaded: Loaded) -> Iterator[Problem]:
    """Nobody leads two sections at the same time."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None or at.is_broken("offering", "sections"):
        return
    for (first_id, first), (second_id, second) in combinations(offering.sections.items(), 2):
        if (
            (person := offering.staff.get(second.ta)) is not None
            and first.ta == second.ta
            and _overlap(first.meeting, second.meeting)
        ):
            yield Problem(
                at.value("offering", "sections", second_id, "meeting"),
                f"{person.name} leads {second.title} while leading {first.title} (`{first_id}`)",
                "change a time, or the `ta`",
            )


def _overlap(first: Meeting, second: Meeting) -> bool:
    """True if two meetings share a time of the same weekday."""
    return first.day == second.day and first.start < second.end and second.start < first.end


def zone_exists(loaded: Loaded) -> Iterator[Problem]:
    """The time zone is one the time-zone database knows."""
    if (zone := _bad_zone(loaded)) is not None:
        try:
            advice = f"did you mean `{read_zone(zone)}`?"
        except ValueError as error:
            advice = str(error).rpartition("; ")[2]
        yield Problem(loaded.at.value("offering", "time_zone"), f"there is no time zone {quoted(zone)}", advice)


def _bad_zone(loaded: Loaded) -> str | None:
    """The offering's time zone as it is written, if there is no such zone; else None."""
    offering = loaded.course.file.offering
    if offering is None or loaded.at.is_broken("offering", "time_zone"):
        return None
    try:
        ZoneInfo(offering.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return offering.time_zone
    return None


def templates_exist(loaded: Loaded) -> Iterator[Problem]:
    """The university's templates are a Word file and a PowerPoint file beside the offering."""
    offering = loaded.course.file.offering
    if offering is None:
        return
    at = loaded.at
    yield from _template(offering.reference_docx, at.value("offering", "reference_docx"), loaded, "Word", "docx")
    slides = at.value("offering", "slides", "template")
    yield from _template(offering.slides.template, slides, loaded, "PowerPoint", "pptx")


def _template(name: str | None, place: Mark, loaded: Loaded, program: str, ending: str) -> Iterator[Problem]:
    from zipfile import is_zipfile

    file = loaded.beside(name)
    if name is None:
        return
    if file is None:
        yield Problem(
            place, f"there is no file {quoted(name)} beside this one", "give its path from this file's folder"
        )
    elif not is_zipfile(file):
        hint = f"save it as .{ending} in {program}; an older .{ending[:3]} cannot be used"
        yield Problem(place, f"{quoted(name)} is no {program} file", hint)


def dates_fit(loaded: Loaded) -> Iterator[Problem]:
    """Every class, deadline and exam falls on a day that is there for it."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None or _bad_zone(loaded) is not None:
        return
    if any(at.is_broken("offering", field) for field in ("start", "end", "time_zone")):
        return
    if offering.end <= offering.start:
        yield Problem(
            at.value("offering", "end"),
            f"the term ends on {_day(offering.end)}, not after it starts on {_day(offering.start)}",
            "change one of the two dates",
        )
        return
    wrong = list(_breaks(offering, loaded))
    yield from wrong
    if any(p.severity == "error" for p in wrong) or at.is_broken("offering", "breaks"):
        return
    yield from _exams(loaded, offering)
    if (
        at.is_broken("offering", "meetings")
        or at.lacks("weeks")
        or not offering.meetings
        or not loaded.course.file.weeks
    ):
        return
    schedule = make_schedule(loaded.course)
    yield from _weeks_meet(loaded, offering, schedule)
    last = _last_class(schedule)
    if last > offering.end:
        yield Problem(
            at.value("offering", "end"),
            f"the term ends on {_day(offering.end)}, but week {max(schedule.mondays)} meets until {_day(last)}",
            "move `end`, start earlier, or drop a week",
        )
    yield from _deadlines(loaded, offering, schedule)


def _day(day: date) -> str:
    """A date with its weekday: `Mon 2026-09-07`."""
    return f"{day:%a} {day.isoformat()}"


def _breaks(offering: Offering, loaded: Loaded) -> Iterator[Problem]:
    term = f"the term runs from {_day(offering.start)} to {_day(offering.end)}"
    for key, closed in offering.breaks.items():
        if loaded.at.is_broken("offering", "breaks", key):
            continue
        place = loaded.at.value("offering", "breaks", key, "last" if closed.last else "first")
        if closed.until < closed.first:
            yield Problem(
                place,
                f"{closed.title} ends on {_day(closed.until)}, before it begins on {_day(closed.first)}",
                "change one of the two dates",
            )
        elif closed.until < offering.start or closed.first > offering.end:
            yield Problem(
                loaded.at.value("offering", "breaks", key, "first"),
                f"{closed.title} ({_day(closed.first)}) lies outside the term",
                term,
                "warning",
            )
        elif closed.skips_week and closed.until > offering.end:
            yield Problem(place, f"{closed.title} skips every week until {_day(closed.until)}, after the term", term)


def _exams(loaded: Loaded, offering: Offering) -> Iterator[Problem]:
    for key, exam in offering.exams.items():
        if loaded.at.is_broken("offering", "exams", key):
            continue
        place = loaded.at.value("offering", "exams", key, "date")
        if not offering.start <= exam.date <= offering.end:
            yield Problem(
                place,
                f"{exam.title} is on {_day(exam.date)}, outside the term",
                f"the term runs from {_day(offering.start)} to {_day(offering.end)}",
            )
        if (closed := break_on(offering, exam.date)) is not None:
            yield Problem(place, f"{exam.title} is on {_day(exam.date)}, during {closed.title}", "move it")
        if exam.end <= exam.start:
            yield Problem(
                loaded.at.value("offering", "exams", key, "end"),
                f"{exam.title} ends at {exam.end:%H:%M}, not after it begins at {exam.start:%H:%M}",
                "times are on a 24-hour clock",
            )


def _weeks_meet(loaded: Loaded, offering: Offering, schedule: Schedule) -> Iterator[Problem]:
    weeks, at = loaded.course.file.weeks, loaded.at
    lost: dict[int, list[tuple[int, Session]]] = {}
    for number, index, session in schedule.not_held:
        lost.setdefault(number, []).append((index, session))
    if crowded := _always_fewer(offering, schedule, lost):
        yield _too_few_meetings(loaded, crowded)
    for number, sessions in lost.items():
        if number in crowded or at.is_broken("weeks", number, "sessions"):
            continue
        monday, why = schedule.mondays[number], _why_fewer(offering, schedule.mondays[number])
        left = len(schedule.classes_in(number))
        if not left:
            advice = "shorten the break, or give it `skips_week: true` so that later weeks move on"
            yield Problem(
                _break_or_week(loaded, offering, monday, number),
                f"week {number} ({weeks[number].title}) has no session left: {why}",
                advice if _covering(offering, monday) else "move `start` to the first week with a class",
            )
        else:
            index, session = sessions[0]
            yield Problem(
                at.key("weeks", number, "sessions", index),
                f"week {number} ({weeks[number].title}): no meeting is left for session {index} (“{session.title}”): {why}",
                f"plan that week with {left} in the offering: `weeks: {{{number}: {{sessions: {{{index}: null}}}}}}`",
                "warning",
            )


def _always_fewer(offering: Offering, schedule: Schedule, weeks: Iterable[int]) -> list[int]:
    """The weeks that plan more sessions than the class ever meets, where that is more than a slip in one of them."""
    crowded = [
        n for n in weeks if schedule.mondays[n] >= offering.start and not _covering(offering, schedule.mondays[n])
    ]
    return crowded if len(crowded) > 1 else []


def _too_few_meetings(loaded: Loaded, weeks: list[int]) -> Problem:
    times = len(loaded.course.offering.meetings)
    shown = ", ".join(map(str, weeks[:3])) + (", …" if len(weeks) > 3 else "")
    return Problem(
        loaded.at.key("offering", "meetings"),
        f"{_meets(times)}, but {len(weeks)} weeks plan more sessions: {shown}",
        "add a meeting, or plan these weeks with fewer sessions in the offering",
        "warning",
    )


def _meets(times: int) -> str:
    return f"the class meets {times} times a week" if times > 1 else "the class meets once a week"


def _covering(offering: Offering, monday: date) -> dict[str, Break]:
    """The breaks, by their id, that touch the week of a Monday."""
    sunday = monday + timedelta(days=6)
    return {key: b for key, b in offering.breaks.items() if b.first <= sunday and b.until >= monday}


def _why_fewer(offering: Offering, monday: date) -> str:
    """Why a week has fewer meetings than it plans sessions."""
    if closed := _covering(offering, monday):
        return f"{' and '.join(b.title for b in closed.values())} in the week of {_day(monday)}"
    if monday < offering.start:
        return f"the term starts on {_day(offering.start)}"
    return _meets(len(offering.meetings))


def _last_class(schedule: Schedule) -> date:
    """The day of the last class; the Monday of the last week where that has none."""
    last = max(schedule.mondays)
    classes = schedule.classes_in(last)
    return classes[-1].start.date() if classes else schedule.mondays[last]


def _break_or_week(loaded: Loaded, offering: Offering, monday: date, week: int) -> Mark:
    """The break that empties a week, where one does; else the week."""
    covering = _covering(offering, monday)
    return loaded.at.key("offering", "breaks", next(iter(covering))) if covering else loaded.at.key("weeks", week)


def _deadlines(loaded: Loaded, offering: Offering, schedule: Schedule) -> Iterator[Problem]:
    at = loaded.at
    for deadline in schedule.deadlines:
        key, day = deadline.assignment_id, deadline.due.date()
        if at.is_broken("assignments", key) or at.is_broken("grading", "components", deadline.assignment.component):
            continue
        place = _due_mark(loaded, key)
        title = f"`{key}` ({deadline.assignment.title})"
        if (closed := break_on(offering, day)) is not None:
            yield Problem(
                place,
                f"{title} is due on {_day(day)}, during {closed.title}",
                f"give it a day of its own: `assignments: {{{key}: {{due: {{day: mon}}}}}}`, or a date",
            )
        if deadline.assignment.released is not None and deadline.assignment.released > deadline.assignment.week:
            continue  # told where the weeks are compared
        late = _before_its_lab(loaded, schedule, deadline)
        if late and late.week <= deadline.assignment.week and not at.is_broken("offering", "sections", late.section_id):
            yield Problem(
                place,
                f"{title} is due on {_day(day)}, before {late.section.title} does its lab on {_day(late.start.date())}",
                "let it be due after the last section",
            )
        if day < deadline.released:
            yield Problem(
                place,
                f"{title} is due on {_day(day)}, before its release on {_day(deadline.released)}",
                "move one of the two",
            )
        elif not offering.start <= day <= offering.end and (
            _is_due_on_a_date(loaded, deadline) or _last_class(schedule) <= offering.end
        ):
            yield Problem(
                place,
                f"{title} is due on {_day(day)}, outside the term",
                f"the term runs from {_day(offering.start)} to {_day(offering.end)}",
            )


def _before_its_lab(loaded: Loaded, schedule: Schedule, deadline: Deadline) -> SectionMeeting | None:
    """The first section that does an assignment's lab only after the assignment is due."""
    lab = deadline.assignment.lab
    in_weeks = {number for number, week in loaded.course.file.weeks.items() if lab in (*week.labs, *week.optional_labs)}
    return next(
        (s for s in schedule.sections if s.week in in_weeks and s.break_ is None and s.start > deadline.due), None
    )


def _is_due_on_a_date(loaded: Loaded, deadline: Deadline) -> bool:
    """True if an assignment is due on a date of its own, rather than on a day of its week."""
    return loaded.course.due_rule(deadline.assignment).date is not None


def _due_mark(loaded: Loaded, key: str) -> Mark:
    """The place where an assignment's due day was written: its own rule, or its week."""
    values = loaded.at.values
    for field in ("date", "day"):
        if ("assignments", key, "due", field) in values:
            return loaded.at.value("assignments", key, "due", field)
    return loaded.at.value("assignments", key, "week")


RULES = (
    people_can_be_reached,
    meetings_are_possible,
    meetings_fill_their_plans,
    sections_have_students,
    people_are_in_one_place,
    zone_exists,
    templates_exist,
    dates_fit,
)
