"""Rules about an offering's dates: meetings, sections, breaks, exams, deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from blueprint.bind import Path
from blueprint.check.clock import bad_zone, clock_shows_these_times
from blueprint.check.conflicts import classes, office_hours, sections, sittings_leave_classes_free
from blueprint.load import Loaded
from blueprint.model import Break, Offering, Session
from blueprint.problems import Mark, Problem, quoted
from blueprint.schedule import Deadline, Schedule, SectionMeeting, break_on, make_schedule

_A_MEETING = 'add `meeting: {day: tue, start: "14:00", end: "14:50"}`, or a list of such `meetings`'


def meetings_are_possible(loaded: Loaded) -> Iterator[Problem]:
    """The class meets, and every meeting ends after it begins."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None:
        return
    if not offering.meetings and not at.is_broken("offering", "meetings"):
        yield Problem(
            at.key("offering", "meetings"),
            "the class never meets",
            'add a meeting: `- {day: mon, start: "10:30", end: "11:45"}`',
        )
    for occasion in (*classes(offering), *sections(offering), *office_hours(offering)):
        meeting = occasion.meeting
        if meeting.end <= meeting.start and not at.is_broken(*occasion.path):
            yield Problem(
                at.value(*occasion.path, "end"),
                f"this meeting ends at {meeting.end:%H:%M}, not after it begins at {meeting.start:%H:%M}",
                "times are on a 24-hour clock",
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
    for held in sections(offering):
        if 0 < held.meeting.minutes != handbook.section_minutes and not at.is_broken(*held.path):
            yield Problem(
                at.value(*held.path, "end"),
                f"{held.what} lasts {held.meeting.minutes} minutes, the handbook plans {handbook.section_minutes}",
                "change one of the two (`section_minutes` in the handbook)",
                "warning",
            )


def sections_have_students(loaded: Loaded) -> Iterator[Problem]:
    """A section meets, and has at least one student; hours of grading are computed from it."""
    offering = loaded.course.file.offering
    for key, section in offering.sections.items() if offering else ():
        if bool(section.meeting) == bool(section.meetings) and not loaded.at.is_broken("offering", "sections", key):
            yield Problem(
                loaded.at.key("offering", "sections", key, *(["meetings"] if section.meetings else [])),
                f"{section.title} has `meeting` and `meetings`" if section.meetings else f"{section.title} never meets",
                "remove one of the two (`meeting: null`)" if section.meetings else _A_MEETING,
            )
        if section.students < 1 and not loaded.at.is_broken("offering", "sections", key):
            yield Problem(
                loaded.at.value("offering", "sections", key, "students"),
                f"{section.title} has {section.students} students",
                "write how many are enrolled",
            )


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
    if offering is None or bad_zone(loaded) is not None:
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
    if offering.published > offering.end and not at.is_broken("offering", "published"):
        yield Problem(
            at.value("offering", "published"),
            f"this version is of {_day(offering.published)}, after the term ends on {_day(offering.end)}",
            "write the day on which you hand it out",
        )
    yield from _of_this_term(loaded, offering)
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
    yield from _own_dates(loaded, offering, schedule)
    yield from sittings_leave_classes_free(loaded, schedule)
    yield from clock_shows_these_times(loaded, schedule)


_A_YEAR, _TEN_YEARS = timedelta(days=366), timedelta(days=3653)


def _of_this_term(loaded: Loaded, offering: Offering) -> Iterator[Problem]:
    """What is announced is of the term or the year before it, and a version not of another decade: slips of the hand are."""
    announced: list[tuple[Path, date]] = [
        (("offering", "announcements", key, "date"), a.date) for key, a in offering.announcements.items()
    ]
    long_before = [(path, day) for path, day in announced if day < offering.start - _A_YEAR]
    if offering.published < offering.start - _TEN_YEARS:
        long_before.append((("offering", "published"), offering.published))
    wrong = [(path, day, "long before the term") for path, day in long_before]
    wrong += [(path, day, "after the term, when nobody reads it") for path, day in announced if day > offering.end]
    for path, day, when in wrong:
        if not loaded.at.is_broken(*path):
            term = f"the term runs from {_day(offering.start)} to {_day(offering.end)}"
            yield Problem(loaded.at.value(*path), f"{_day(day)} is {when}", term)


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
    """The day of the last class that needs no date of its own; the Monday of the last week where that has none."""
    last = max(schedule.mondays)
    classes = [c for c in schedule.classes_in(last) if c.session.date is None]
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


def _own_dates(loaded: Loaded, offering: Offering, schedule: Schedule) -> Iterator[Problem]:
    """Sessions on dates of their own are held on days of the term, and end after they begin."""
    at = loaded.at
    for meeting in schedule.classes:
        path, day = ("weeks", meeting.week, "sessions", meeting.number), meeting.start.date()
        if meeting.session.date is None or at.is_broken(*path):
            continue
        what = f"“{meeting.session.title}” is on {_day(day)}"
        if not offering.start <= day <= offering.end:
            term = f"the term runs from {_day(offering.start)} to {_day(offering.end)}"
            yield Problem(at.value(*path, "date"), f"{what}, outside the term", term)
        elif (closed := break_on(offering, day)) is not None:
            yield Problem(at.value(*path, "date"), f"{what}, during {closed.title}", "move it")
        if meeting.end <= meeting.start:
            times = f"from {meeting.start:%H:%M} to {meeting.end:%H:%M}"
            yield Problem(at.value(*path, "end"), f"{what} {times}", "times are on a 24-hour clock")


def times_have_dates(loaded: Loaded) -> Iterator[Problem]:
    """A session has times of its own only on a date of its own: else it is held when the class meets."""
    for number, week in loaded.course.file.weeks.items():
        for index, session in week.sessions.items():
            path = ("weeks", number, "sessions", index)
            for field in ("start", "end"):
                if getattr(session, field) and session.date is None and not loaded.at.is_broken(*path):
                    message = f"`{field}` of week {number}, session {index} has no `date`"
                    yield Problem(
                        loaded.at.key(*path, field), message, "add `date:`, or leave it out: the class has its times"
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
    meetings_are_possible,
    meetings_fill_their_plans,
    sections_have_students,
    templates_exist,
    dates_fit,
    times_have_dates,
)
