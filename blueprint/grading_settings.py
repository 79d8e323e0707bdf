"""An offering's settings for grading, as plain values for the autograder.

It stands here and not in `autograder`, because it is read from the course model: `autograder` knows suites, hand-ins and
grades, and nothing of weeks and calendars. The commands hand it these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from blueprint.check.grading import edition_has_one_word
from blueprint.choices import CountingAttempt, ModulePrerequisites
from blueprint.defaults import SUITE
from blueprint.load import Loaded, load_offering
from blueprint.model import Course, Offering
from blueprint.paths import CoursePaths, shown
from blueprint.problems import Problem, UsageError
from blueprint.schedule import make_schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingSettings:
    """The settings by which the modules of a term are graded; the defaults are what holds without an offering."""

    name: str
    """The offering's, or the suite's where there is no offering; names the folder of grades and the seed of inputs."""
    suite: str = SUITE
    counts: CountingAttempt = "latest"
    """Which of a student's attempts counts."""
    due: Mapping[int, str] = field(default_factory=dict)
    """Module number -> when it is due, ISO 8601 with the offset of the offering's time zone."""
    pieces: Mapping[int, str] = field(default_factory=dict)
    """Module number -> the assignment that is about it."""
    prerequisites: ModulePrerequisites = "best"
    """Whose earlier modules a module runs on; `best`: the reference's, and where that loses points the student's own, too."""
    edition: str = ""
    """The edition of everybody's starter code; '' for that of most hand-ins."""
    editions: Mapping[str, str] = field(default_factory=dict)
    """Students whose starter code is of another edition, and which."""
    packages: tuple[str, ...] = ()
    """Packages that work may use besides NumPy."""
    starter: Path | None = None
    """The class's own starter code."""
    roster: Path | None = None
    """The class list."""
    contact: str = ""
    """Whom students write to about a grade: the first of those who lead the course, with the address where there is one."""
    contest_until: Mapping[int, datetime] = field(default_factory=dict)
    """Module number -> the last moment at which its points may be contested; empty where the offering names none."""
    files: tuple[Path, ...] = ()
    """Every file these settings were read from."""
    warnings: tuple[Problem, ...] = ()
    """Problems of the settings themselves that keep nothing from being graded."""
    has_tests: bool = True
    """False for a course that names no reference tests and hands in no modules."""


def offering_note(chosen: tuple[Path, str] | None) -> str:
    """A remark on the offering that was chosen without being named, or on there being none; '' where it was named.

    `chosen` is what `CoursePaths.choose_if_any` gives.
    """
    if chosen is None:
        return "no offering here: raw points, students as they are found"
    course_file, why = chosen
    return f"course: {shown(course_file)} ({why})" if why else ""


def grading_settings(course_file: Path | None, paths: CoursePaths, suite: str | None = None) -> GradingSettings:
    """The settings of an offering, or those that hold without one (None); `suite` replaces the offering's.

    Raises `CourseError` for a course with errors and `UsageError` for one without dates.
    """
    if course_file is None:
        return GradingSettings(name=suite or SUITE, suite=suite or SUITE)
    return settings_of(load_offering(course_file, paths), course_file, suite)


def settings_of(loaded: Loaded, course_file: Path, suite: str | None = None) -> GradingSettings:
    """The settings of an offering that is loaded; `suite` replaces its own; raises `UsageError` for one without dates."""
    options, handed_in = loaded.course.offering.autograder, module_assignments(loaded.course)
    return GradingSettings(
        name=course_file.stem,
        suite=suite or options.suite,
        counts=options.counts,
        due=module_deadlines(loaded.course),
        pieces=handed_in,
        prerequisites=options.prerequisites,
        edition=options.edition or options.era,
        editions=options.editions,
        packages=options.packages,
        starter=course_file.parent / options.starter if options.starter else None,
        roster=course_file.parent / options.roster if options.roster else None,
        contact=_contact(loaded.course.offering),
        contest_until=_contest_until(loaded.course),
        files=tuple(loaded.files),
        warnings=tuple(edition_has_one_word(loaded)),
        has_tests=bool(suite) or ("offering", "autograder", "suite") in loaded.at.values or bool(handed_in),
    )


def require_tests(settings: GradingSettings) -> None:
    """Raises `UsageError` for a course that the usual reference tests have nothing to do with, with what it needs."""
    if not settings.has_tests:
        raise UsageError(
            f"no work of {settings.name} is about a module, and the tests of {SUITE} are another course's; give yours "
            "`module:` in its assignments, and a package of tests in `offering: {autograder: {suite: my_tests}}` "
            "(docs/writing-cases.md), or name one with `--suite`"
        )


def _contact(offering: Offering) -> str:
    """The name of who leads the course, with an address where one is told: `Ada Stone (ada@example.edu)`; '' for nobody."""
    if not offering.staff:
        return ""
    person = offering.instructor
    return f"{person.name} ({person.email})" if person.email else person.name


def _contest_until(course: Course) -> dict[int, datetime]:
    """Module number -> the end of the last day on which its points may be contested; none where there is no last day."""
    days = course.offering.autograder.regrade_days
    if not days:
        return {}
    due = {number: datetime.fromisoformat(moment) for number, moment in module_deadlines(course).items()}
    zone = ZoneInfo(course.offering.time_zone)
    last = {number: (moment.astimezone(zone) + timedelta(days=days)).date() for number, moment in due.items()}
    return {number: datetime.combine(day, time(23, 59), zone) for number, day in last.items()}


def module_assignments(course: Course) -> dict[int, str]:
    """Module number -> the id of the last assignment on it."""
    assignments = course.file.assignments.items()
    return {course.registry.modules[one.module].number: id for id, one in assignments if one.module is not None}


def module_deadlines(course: Course) -> dict[int, str]:
    """Module number -> when the last assignment on it is due, ISO 8601 with offset."""
    deadlines = {}
    for deadline in make_schedule(course).deadlines:
        module = course.file.assignments[deadline.assignment_id].module
        if module is not None:
            deadlines[course.registry.modules[module].number] = deadline.due.isoformat()
    return deadlines
