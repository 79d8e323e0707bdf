"""Rules about the clock: the time zone is a place's, and no date falls into an hour that is skipped or comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blueprint.bind import Path
from blueprint.load import Loaded
from blueprint.problems import Problem, quoted
from blueprint.schedule import Schedule
from blueprint.zones import is_abbreviation, read_zone

_OTHER_TREES = ("right/", "posix/", "SystemV/")
"""Folders in which some machines keep the zones a second time, with leap seconds say; others do not have them."""


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


RULES = (zone_is_a_place,)
