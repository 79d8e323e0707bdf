"""What commands about course grades share, and no command itself: an offering's rules for the gradebook, and its class's work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from blueprint.progress import aside

if TYPE_CHECKING:
    from autograder.authoring.case import Suite
    from autograder.gradebook.course_grades import CourseGrade, Person, Sources
    from autograder.gradebook.policy import CoursePolicy, LateRule, Piece
    from autograder.intake.roster import Roster
    from autograder.reports.gradebook import Gradebook
    from blueprint.grading_settings import GradingSettings
    from blueprint.model import Course
    from blueprint.paths import CoursePaths


@dataclass(frozen=True)
class CourseGradebook:
    """The gradebook of an offering: its rules, the class's work, and the course grades as of a moment."""

    course: Course
    settings: GradingSettings
    folder: Path
    gradebook: Gradebook
    policy: CoursePolicy
    now: datetime

    @cached_property
    def people(self) -> dict[str, Person]:
        """Everybody in the class, by id."""
        from autograder.reports.class_work import people

        return {person.id: person for person in people(self.gradebook)}

    def find(self, text: str) -> str | None:
        """The id of whom a text names: by the gradebook's own key, else as the class list knows people; None for nobody."""
        from autograder.reports.class_work import student_named

        return student_named(text, self.gradebook, self.people)

    @cached_property
    def sources(self) -> Sources:
        """What grades are made of; raises CourseError for cells that cannot be read."""
        from autograder.gradebook.course_grades import Sources
        from autograder.gradebook.students import STUDENTS, TIMES, read_students, read_times
        from autograder.reports.class_work import class_work
        from autograder.review.marks import Marks

        return Sources(
            class_work(self.gradebook, ZoneInfo(self.policy.zone)),
            facts=read_students(self.folder / STUDENTS, self.policy, self.find),
            times=read_times(self.folder / TIMES, self.policy, self.find),
            marks=Marks.read(self.folder),
        )

    def grades(self) -> list[CourseGrade]:
        """Everybody's course grade, by id."""
        from autograder.gradebook.course_grades import course_grades

        return course_grades(self.policy, self.people.values(), self.sources, self.now)

    def grade_of(self, student: str) -> CourseGrade:
        """The course grade of one student of the class."""
        from autograder.gradebook.course_grades import course_grade

        return course_grade(self.policy, self.people[student], self.sources, self.now)


@contextmanager
def course_gradebook(
    paths: CoursePaths,
    course_file: Path,
    *,
    suite: str | None = None,
    roster: Path | None = None,
    groups: Path | None = None,
    out: Path | None = None,
    as_of: str = "",
) -> Iterator[CourseGradebook]:
    """The gradebook of an offering, while its journal is open.

    Raises CourseError for a course with errors, UsageError where nothing is graded yet.
    """
    from autograder.intake.class_list import class_files, read_class_list
    from autograder.suites import find
    from blueprint.grading_settings import settings_of
    from blueprint.load import load_offering

    loaded = load_offering(course_file, paths)
    course, settings = loaded.course, settings_of(loaded, course_file, suite)
    folder = out or paths.root / "grades" / settings.name
    policy = course_policy(course, find(settings.suite))
    now = moment_of(as_of, ZoneInfo(policy.zone))
    class_list = read_class_list(class_files(folder, roster or settings.roster, groups))
    with open_gradebook(settings, folder, class_list) as gradebook:
        yield CourseGradebook(course, settings, folder, gradebook, policy, now)


def told_offering(paths: CoursePaths, course: str | None) -> Path | None:
    """The offering that is asked for, None where there is none; tells which one it is where it was not named."""
    from blueprint.grading_settings import offering_note

    chosen = paths.choose_if_any(course)
    if note := offering_note(chosen):
        aside(note)
    return chosen[0] if chosen else None


@contextmanager
def graded_class(
    paths: CoursePaths,
    course_file: Path | None,
    *,
    suite: str | None = None,
    roster: Path | None = None,
    groups: Path | None = None,
    out: Path | None = None,
) -> Iterator[tuple[GradingSettings, Path, Gradebook]]:
    """The settings of an offering (None: of a suite alone), the folder of its grades, and their gradebook, to be read.

    Raises CourseError, and UsageError where nothing is graded yet.
    """
    from autograder.intake.class_list import class_files, read_class_list
    from blueprint.grading_settings import grading_settings

    settings = grading_settings(course_file, paths, suite)
    folder = out or paths.root / "grades" / settings.name
    class_list = read_class_list(class_files(folder, roster or settings.roster, groups))
    with open_gradebook(settings, folder, class_list) as gradebook:
        yield settings, folder, gradebook


@contextmanager
def open_gradebook(settings: GradingSettings, folder: Path, class_list: Roster | None) -> Iterator[Gradebook]:
    """The gradebook of the journal in a folder of grades, to be read; raises UsageError where nothing is graded yet."""
    from autograder.reports.gradebook import Gradebook
    from autograder.run.attempts import Rule
    from autograder.run.journal import Journal
    from autograder.suites import find

    suite = find(settings.suite)
    with Journal(folder, suite.name, writing=False) as journal:
        yield Gradebook(journal, suite, Rule(settings.counts, settings.due), class_list)


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """The moment that `--as-of` names, a date being the end of its day; now where it names none. Raises UsageError."""
    from datetime import time

    from autograder.gradebook.moments import WRITE, moment
    from blueprint.problems import UsageError, quoted

    if not text:
        return datetime.now(zone)
    try:
        return moment(text, zone, time(23, 59, 59))
    except ValueError as error:
        raise UsageError(f"--as-of: {quoted(text)} {error}; {WRITE}") from None


# ---------------------------------------------------------------------------------------------------- rules


def course_policy(course: Course, suite: Suite) -> CoursePolicy:
    """The rules of an offering as the gradebook takes them: every number exact, every deadline a moment."""
    from autograder.gradebook.policy import Component as Part
    from autograder.gradebook.policy import Condition, CoursePolicy

    grading = course.file.grading
    components = {
        key: Part(
            key,
            str(one.title),
            Fraction(one.weight),
            one.extra,
            one.drop_lowest,
            None if one.cap is None else Fraction(one.cap),
            _late_rule(course, key),
        )
        for key, one in grading.components.items()
    }
    return CoursePolicy(
        components,
        tuple(_pieces(course, suite)),
        {letter: Fraction(lowest) for letter, lowest in grading.letters.items()},
        grading.late_bank,
        Fraction(grading.missing),
        tuple(Condition(one.component or "", Fraction(one.at_least), one.letter) for one in grading.pass_if),
        None if grading.cap is None else Fraction(grading.cap),
        grading.decimals,
        course.offering.time_zone,
        course.offering.autograder.counts,
    )


def _late_rule(course: Course, component: str) -> LateRule:
    from autograder.gradebook.policy import LateRule, LateStep

    rule, steps = course.late_rule(component), course.late_steps(component)
    priced = None if steps is None else tuple(LateStep(s.hours, Fraction(s.penalty), Fraction(s.points)) for s in steps)
    return LateRule(priced, timedelta(minutes=rule.grace_minutes), rule.bank_per_piece)


def _pieces(course: Course, suite: Suite) -> Iterator[Piece]:
    """The marked pieces of a course in its order: work that is handed in, exams, and sessions in class that are graded."""
    from autograder.gradebook.policy import Piece
    from blueprint.schedule import make_schedule

    schedule = make_schedule(course)
    modules = {module.number for module in suite.modules}
    due = {deadline.assignment_id: deadline.due for deadline in schedule.deadlines}
    for key, one in course.file.assignments.items():
        if not one.points:
            continue
        number = course.registry.modules[one.module].number if one.module else 0
        tested = number in modules
        rubric = course.rubrics.get(course.rubric_of(one) or "")
        automatic = Fraction(suite.points) if tested else Fraction(0)
        by_hand = Fraction(rubric.points) if rubric else Fraction(0 if tested else one.points)
        title, points = str(one.title), Fraction(one.points)
        yield Piece(
            key, title, one.component, points, due.get(key), number if tested else 0, automatic, by_hand, one.extra
        )
    for exam in schedule.exams:
        component, points = exam.exam.component, Fraction(exam.exam.points)
        if component and points:
            yield Piece(exam.exam_id, str(exam.exam.title), component, points, exam.end, manual=points)
    for held in schedule.classes:
        if held.session.component:
            id = f"week-{held.week}-session-{held.number}"
            hundred = Fraction(100)
            yield Piece(id, str(held.session.title), held.session.component, hundred, held.end, manual=hundred)
