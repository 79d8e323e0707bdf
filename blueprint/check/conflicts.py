"""Rules about who and what is where at one time: classes, sections, office hours, sittings, rooms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from blueprint.bind import Path
from blueprint.load import Loaded
from blueprint.model import Meeting, Offering
from blueprint.problems import Problem
from blueprint.schedule import Schedule

NO_ROOMS = ("", "online", "to be announced", "tba", "tbd", "zoom")
"""What may stand in the place of a room and is none, in small letters."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A weekly meeting: what it is called in a sentence, where it was written, and who must be there."""

    what: str
    path: Path
    meeting: Meeting
    people: frozenset[str]

    @property
    def when(self) -> str:
        return f"{self.meeting.start:%H:%M} to {self.meeting.end:%H:%M}"


def classes(offering: Offering) -> Iterator[Occasion]:
    """The class meetings of a week; whoever alone leads the course must be there."""
    leading = [key for key, person in offering.staff.items() if offering.role_of(person).leads]
    people = frozenset(leading if len(leading) == 1 else ())
    for index, meeting in enumerate(offering.meetings):
        yield Occasion("the class", ("offering", "meetings", str(index)), meeting, people)


def sections(offering: Offering) -> Iterator[Occasion]:
    """The section meetings of a week, each with its TA."""
    for key, section in offering.sections.items():
        path = ("offering", "sections", key)
        if section.meetings:
            for index, meeting in enumerate(section.meetings):
                yield Occasion(section.title, (*path, "meetings", str(index)), meeting, frozenset([section.ta]))
        elif section.meeting:
            yield Occasion(section.title, (*path, "meeting"), section.meeting, frozenset([section.ta]))


def office_hours(offering: Offering) -> Iterator[Occasion]:
    """Everybody's office hours of a week."""
    for key, person in offering.staff.items():
        for index, meeting in enumerate(person.office_hours):
            path = ("offering", "staff", key, "office_hours", str(index))
            yield Occasion(f"the office hours of {person.name}", path, meeting, frozenset([key]))


def overlap(first: Meeting, second: Meeting) -> bool:
    """True if two meetings share a time of the same weekday."""
    return first.day == second.day and first.start < second.end and second.start < first.end


def _clashes(loaded: Loaded, pairs: Iterator[tuple[Occasion, Occasion]]) -> Iterator[tuple[Occasion, Occasion]]:
    """The pairs that share a time and could be read."""
    for first, second in pairs:
        broken = loaded.at.is_broken(*first.path) or loaded.at.is_broken(*second.path)
        if overlap(first.meeting, second.meeting) and not broken:
            yield first, second


def classes_do_not_overlap(loaded: Loaded) -> Iterator[Problem]:
    """Two class meetings do not share a time."""
    offering = loaded.course.file.offering
    for other, first in _clashes(loaded, combinations(classes(offering), 2)) if offering else ():
        yield Problem(
            loaded.at.value(*first.path, "start"),
            f"this class and the one from {other.when} share a time",
            "change a day or a time",
        )


def sections_leave_the_class_free(loaded: Loaded) -> Iterator[Problem]:
    """No section meets while the class does: its students are in both."""
    offering = loaded.course.file.offering
    if offering is None:
        return
    pairs = ((course, section) for section in sections(offering) for course in classes(offering))
    for course, section in _clashes(loaded, pairs):
        yield Problem(
            loaded.at.value(*section.path, "start"),
            f"{section.what} meets from {section.when}, while the class meets from {course.when}",
            "its students are in both; change a day or a time",
        )


def people_are_in_one_place(loaded: Loaded) -> Iterator[Problem]:
    """Nobody leads two sections at the same time, or holds office hours while leading something."""
    offering, at = loaded.course.file.offering, loaded.at
    if offering is None or at.is_broken("offering", "sections"):
        return
    for first, second in _clashes(loaded, combinations(sections(offering), 2)):
        for key in sorted(first.people & second.people & offering.staff.keys()):
            yield Problem(
                at.value(*second.path),
                f"{offering.staff[key].name} leads {second.what} while leading {first.what} (`{first.path[2]}`)",
                "change a time, or the `ta`",
            )
    busy = [*classes(offering), *sections(offering)]
    hours = list(office_hours(offering))
    pairs = [(leading, hour) for hour in hours for leading in busy] + list(combinations(hours, 2))
    for leading, hour in _clashes(loaded, iter(pairs)):
        for key in sorted(leading.people & hour.people):
            what = "their other office hours are" if leading in hours else f"{leading.what} is"
            yield Problem(
                at.value(*hour.path, "start"),
                f"{offering.staff[key].name} has office hours from {hour.when}, while {what} from {leading.when}",
                "change a day or a time",
            )


def rooms_hold_one_thing(loaded: Loaded) -> Iterator[Problem]:
    """Two sections are not in one room at the same time."""
    offering = loaded.course.file.offering
    for first, second in _clashes(loaded, combinations(sections(offering), 2)) if offering else ():
        room = second.meeting.room
        if first.path[2] != second.path[2] and room.lower() not in NO_ROOMS and room == first.meeting.room:
            yield Problem(
                loaded.at.value(*second.path, "room"),
                f"{second.what} is in {room} from {second.when}, while {first.what} is there",
                "change a room or a time",
            )


def sittings_leave_classes_free(loaded: Loaded, schedule: Schedule) -> Iterator[Problem]:
    """No exam, and no session on a date of its own, is held while students sit in a class or in another exam."""
    at = loaded.at
    held = [("a class", meeting.start, meeting.end) for meeting in schedule.classes if meeting.session.date is None]
    for sitting in schedule.exams:
        path = ("offering", "exams", sitting.exam_id)
        if at.is_broken(*path):
            continue
        if (clash := _first_over(held, sitting.start, sitting.end)) is not None:
            yield _over(loaded, (*path, "start"), str(sitting.exam.title), clash)
        held.append((str(sitting.exam.title), sitting.start, sitting.end))
    for meeting in schedule.classes:
        session = ("weeks", str(meeting.week), "sessions", str(meeting.number))
        if meeting.session.date is None or at.is_broken(*session):
            continue
        if (clash := _first_over(held, meeting.start, meeting.end)) is not None:
            yield _over(loaded, (*session, "date"), f"“{meeting.session.title}”", clash)
        held.append((f"“{meeting.session.title}”", meeting.start, meeting.end))


_Held = tuple[str, datetime, datetime]


def _first_over(held: list[_Held], start: datetime, end: datetime) -> _Held | None:
    """The first of what is held that shares a time with a stretch; None where nothing does."""
    return next((one for one in held if one[1] < end and start < one[2]), None)


def _over(loaded: Loaded, path: Path, what: str, clash: _Held) -> Problem:
    other, start, end = clash
    message = f"{what} is held while {other} is, on {start:%a} {start.date()} from {start:%H:%M} to {end:%H:%M}"
    return Problem(loaded.at.value(*path), message, "change a date or a time")


RULES = (classes_do_not_overlap, sections_leave_the_class_free, people_are_in_one_place, rooms_hold_one_thing)
