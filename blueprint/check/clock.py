"""Rules about the clock: the time zone is a place's, and no date falls into an hour that is skipped or comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blueprint.bind import Path
from blueprint.check.conflicts import classes, office_hours, sections
from blueprint.load import Loaded
from blueprint.model import DueRule
from blueprint.problems import Problem, quoted
from blueprint.schedule import Schedule
from blueprint.zones import is_abbreviation, read_zone

_OTHER_TREES = ("right/", "posix/", "SystemV/")
"""Folders in which some machines keep the zones a second time, with leap seconds say; others do not have them."""
_MORNING = time(6)
"""Before this nobody teaches."""


def zone_is_a_place(loaded: Loaded) -> Iterator[Problem]:
    """The time zone is one of a place, and every machine knows it."""
    if (zone := bad_zone(loaded)) is None:
        return
    place = loaded.at.value("offering", "time_zone")
    for tree in _OTHER_TREES:
        if zone.startswith(tree):
            message = f"{quoted(zone)} is not on every machine"
            yield Problem(place, message, f"write `{zone.removeprefix(tree)}`")
            return
    try:
        advice = f"did you mean `{read_zone(zone)}`?"
    except ValueError as error:
        advice = str(error).rpartition("; ")[2]
    is_there = _exists(zone)
    yield Problem(
        place,
        f"{quoted(zone)} is no place's time zone" if is_there else f"there is no time zone {quoted(zone)}",
        advice,
    )


def bad_zone(loaded: Loaded) -> str | None:
    """The offering's time zone as it is written, if it is no place's; else None."""
    offering = loaded.course.file.offering
    if offering is None or loaded.at.is_broken("offering", "time_zone"):
        return None
    zone = offering.time_zone
    return None if _exists(zone) and not is_abbreviation(zone) and not zone.startswith(_OTHER_TREES) else zone


def _exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return zone not in ("localtime", "posixrules", "Factory")


def clock_shows_these_times(loaded: Loaded, schedule: Schedule) -> Iterator[Problem]:
    """No class, section, deadline or exam is at a time that its night skips, or has twice."""
    told = set()
    for path, what, moment in _moments(schedule):
        problem = _unclear(moment)
        if problem and path not in told and not loaded.at.is_broken(*path):
            told.add(path)
            yield Problem(
                loaded.at.value(*path),
                f"{what} is at {moment:%H:%M} on {moment:%a} {moment.date()}, {problem}",
                "the clock changes in that night; choose another time",
            )


def nobody_meets_at_night(loaded: Loaded) -> Iterator[Problem]:
    """Where a time before six in the morning stands, one of the afternoon was mostly meant."""
    file, at = loaded.course.file, loaded.at
    if file.offering is None:
        return
    held = (*classes(file.offering), *sections(file.offering), *office_hours(file.offering))
    begins: list[tuple[Path, time]] = [((*occasion.path, "start"), occasion.meeting.start) for occasion in held]
    begins += [(("offering", "exams", key, "start"), exam.start) for key, exam in file.offering.exams.items()]
    for path, start in begins:
        if start < _MORNING and not at.is_broken(*path[:-1]):
            hint = f"write `{start.hour + 12}:{start:%M}` if the afternoon is meant"
            message = f"{start:%H:%M} is at night: times are on a 24-hour clock"
            yield Problem(at.value(*path), message, hint, "warning")


def deadlines_are_not_misread(loaded: Loaded) -> Iterator[Problem]:
    """Midnight begins a day: who reads `Sunday, 00:00` hands in a day too late."""
    file = loaded.course.file
    rules: list[tuple[Path, DueRule | None]] = [
        (("grading", "components", key, "due"), component.due) for key, component in file.grading.components.items()
    ]
    rules += [(("assignments", key, "due"), assignment.due) for key, assignment in file.assignments.items()]
    for path, due in rules:
        if due is not None and due.time == time(0) and not loaded.at.is_broken(*path):
            yield Problem(
                loaded.at.value(*path, "time"),
                "00:00 is when the day begins, and many take it for its end",
                'write `time: "23:59"`, with the day before if that is meant',
                "warning",
            )


def _moments(schedule: Schedule) -> Iterator[tuple[Path, str, datetime]]:
    """Every moment of a schedule that students must keep, with its path and what it is."""
    for meeting in schedule.classes:
        path = ("weeks", str(meeting.week), "sessions", str(meeting.number))
        for moment, field in ((meeting.start, "start"), (meeting.end, "end")):
            yield (*path, field), f"“{meeting.session.title}”", moment
    for held in schedule.sections:
        yield ("offering", "sections", held.section_id), held.section.title, held.start
        yield ("offering", "sections", held.section_id), held.section.title, held.end
    for deadline in schedule.deadlines:
        what = f"the deadline of `{deadline.assignment_id}`"
        yield ("assignments", deadline.assignment_id, "due", "time"), what, deadline.due
    for sitting in schedule.exams:
        for moment, field in ((sitting.start, "start"), (sitting.end, "end")):
            yield ("offering", "exams", sitting.exam_id, field), str(sitting.exam.title), moment


def _unclear(moment: datetime) -> str:
    """Why a time of day is not one moment: `which the clock skips`; empty where it is one."""
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(tzinfo=None):
        return "which the clock skips"
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        return "which comes twice"
    return ""


RULES = (zone_is_a_place, nobody_meets_at_night, deadlines_are_not_misread)
