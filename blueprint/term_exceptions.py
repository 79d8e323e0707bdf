"""Exceptions of one term, which the next one must not inherit: holidays, sittings, and what was planned because of them.

A holiday does not keep to whole weeks, and the registrar sets the day of an exam. So these go, and with them the week
that was planned with one class because a holiday took the other, the deadline that was moved off it, and a text that
names the day of a sitting. What an offering changes for reasons of its own stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from blueprint.bind import Path
from blueprint.facts import placeholders
from blueprint.load import Loaded
from blueprint.model import DAYS, Break
from blueprint.place_names import place_name
from blueprint.schedule import Schedule, break_on, make_schedule
from blueprint.yamltree import Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class TermException:
    """Something an offering says for one term only."""

    path: Path
    """Where it stands in the offering's own file."""
    why: str
    """Why it is not so in another term."""

    @property
    def what(self) -> str:
        """It, as its author would name it."""
        return place_name(self.path[1:] if self.path[0] == "offering" else self.path)


def term_exceptions(loaded: Loaded, own: Mapping) -> list[TermException]:
    """The exceptions in an offering's own file, which holds the tree `own`; the course has no error."""
    found = [*_with_dates_of_their_own(loaded), *_made_by_breaks(loaded, own, make_schedule(loaded.course))]
    there = [exception for exception in found if _at(own, exception.path) is not None]
    exams = {f"exams.{exception.path[2]}" for exception in there if exception.path[:2] == ("offering", "exams")}
    return [*there, *_texts_about(own, exams, ())]


def _with_dates_of_their_own(loaded: Loaded) -> Iterator[TermException]:
    """Holidays, sittings, announcements, classes on a day of their own."""
    course, offering = loaded.course, loaded.course.offering
    for key, closed in offering.breaks.items():
        yield TermException(("offering", "breaks", key), f"ask your registrar when {closed.title} is, if it is")
    for key in offering.exams:
        yield TermException(("offering", "exams", key), "ask your registrar for its day")
    for key in offering.announcements:
        yield TermException(("offering", "announcements", key), "it was news of the last term")
    written = {new: old for old, new in course.version.renumbered.items()}
    for number, week in course.file.weeks.items():
        for index, session in week.sessions.items():
            if session.date:
                path = ("weeks", str(written.get(number, number)), "sessions", str(index))
                yield TermException(path, "it had a day of its own")


def _made_by_breaks(loaded: Loaded, own: Mapping, schedule: Schedule) -> Iterator[TermException]:
    """Weeks planned with fewer classes because of a holiday, and deadlines moved off one."""
    course, offering = loaded.course, loaded.course.offering
    weeks = own.get("weeks")
    for written, week in weeks if isinstance(weeks, Mapping) else ():
        old = int(written.text) if written.text.isdecimal() else -1
        number = course.version.renumbered.get(old, old)
        closed = _closed(loaded, schedule.mondays[number]) if number in schedule.mondays else None
        sessions = week.get("sessions") if isinstance(week, Mapping) else None
        if closed and isinstance(sessions, Mapping) and any(_is_null(session) for _, session in sessions):
            yield TermException(("weeks", written.text, "sessions"), f"{closed.title} took a class of that week")
    for key, assignment in course.file.assignments.items():
        if assignment.due is None or assignment.due.date is None or assignment.week not in schedule.mondays:
            continue
        usual = DAYS.index(course.file.grading.components[assignment.component].due.day)
        if taken := break_on(offering, schedule.mondays[assignment.week] + timedelta(days=usual)):
            yield TermException(("assignments", key, "due"), f"{taken.title} was on its usual day")


def _closed(loaded: Loaded, monday: date) -> Break | None:
    """The break that takes a class away from a week."""
    offering = loaded.course.offering
    days = (monday + timedelta(days=DAYS.index(meeting.day)) for meeting in offering.meetings)
    return next((closed for day in days if (closed := break_on(offering, day))), None)


def _texts_about(node: Node, names: set[str], path: Path) -> Iterator[TermException]:
    """Texts that name a fact which goes."""
    if isinstance(node, Scalar):
        for _, placeholder in placeholders(node.text):
            if placeholder.name in names:
                yield TermException(path, f"it names `{placeholder.name}`")
    elif isinstance(node, Mapping):
        for key, value in node:
            yield from _texts_about(value, names, (*path, key.text))


def _at(node: Node | None, path: Path) -> Node | None:
    """What stands at a path of keys."""
    for key in path:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null
