"""The course grades of a class: each student's results with their lateness, and both totals.

Everything that a grade is made of is given: the policy, the class's work, people's marks, facts and times. So a grade
depends on nothing else, neither on the order of files and students nor on the clock, but for the moment `now`, which
decides what is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from autograder.gradebook.lateness import NOT_TOLD, lateness, with_late_days
from autograder.gradebook.policy import CoursePolicy, Piece
from autograder.gradebook.scores import ClassWork, Evidence, GradedWork, ManualMarks, NoMarks, Score, is_past, judged
from autograder.gradebook.students import HandInTimes, StudentFacts
from autograder.gradebook.totals import Total, total


@dataclass(frozen=True, slots=True)
class Person:
    """A student of the gradebook."""

    id: str
    name: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class CourseGrade:
    """One student's course grade: the results in the order of the course, both totals, and the late days there were."""

    person: Person
    scores: Mapping[str, Score]
    current: Total
    final: Total
    late_days: int = 0

    @property
    def late_days_left(self) -> int:
        """The late days that are not spent."""
        return self.late_days - sum(score.lateness.spent for score in self.scores.values())


@dataclass(frozen=True, slots=True)
class Sources:
    """All that course grades are made of beside the policy."""

    work: ClassWork = field(default_factory=ClassWork)
    marks: ManualMarks = field(default_factory=NoMarks)
    facts: StudentFacts = field(default_factory=StudentFacts)
    times: HandInTimes = field(default_factory=HandInTimes)


def course_grades(policy: CoursePolicy, people: Iterable[Person], sources: Sources, now: datetime) -> list[CourseGrade]:
    """The course grade of each of these people, by id, as of a moment."""
    return [course_grade(policy, person, sources, now) for person in sorted(people, key=lambda one: one.id)]


def course_grade(policy: CoursePolicy, person: Person, sources: Sources, now: datetime) -> CourseGrade:
    """The course grade of one person as of a moment."""
    scores = {piece.id: _score(policy, piece, person.id, sources, now) for piece in policy.pieces}
    late_days = sources.facts.late_days.get(person.id, policy.late_bank)
    scores = _spend(policy, scores, late_days)
    return CourseGrade(person, scores, total(policy, scores, "current"), total(policy, scores, "final"), late_days)


def _score(policy: CoursePolicy, piece: Piece, student: str, sources: Sources, now: datetime) -> Score:
    """The result of one piece with its lateness, before any late days are spent: that of the attempt that counts.

    Which attempt is best, or in time, is decided here and not where tests are run, for only here it is known what
    lateness costs and when the work of this student was due.
    """
    attempts = sources.work.graded.get((student, piece.module)) if piece.module else None
    scores = [_score_of(policy, piece, student, sources, now, work) for work in attempts or (None,)]
    if policy.counts == "best":
        return max(scores, key=lambda score: -1 if score.share is None else score.share)
    if policy.counts == "latest-on-time":
        return next((score for score in scores if not score.lateness.late), scores[0])
    return scores[0]


def _score_of(
    policy: CoursePolicy, piece: Piece, student: str, sources: Sources, now: datetime, work: GradedWork | None
) -> Score:
    """The result of one piece if this is the attempt that counts."""
    due, extended = sources.facts.deadline(student, piece)
    told = sources.times.times.get((student, piece.id)) or (work.handed_in if work is not None else NOT_TOLD)
    known = Evidence(
        work,
        sources.marks.points(student, piece.id) if piece.manual else None,
        (student, piece.id) in sources.facts.excused,
        (student, piece.id) in sources.times.nothing,
        is_past(due, now),
        piece.module in sources.work.modules,
        sources.work.unmatched.get(piece.module, 0),
    )
    late = replace(lateness(due, told, policy.components[piece.component].late), extended=extended)
    return replace(judged(piece, known), lateness=late)


def _spend(policy: CoursePolicy, scores: Mapping[str, Score], days: int) -> dict[str, Score]:
    """The results with late days spent on what was due first, until none are left."""
    spent = dict(scores)
    if not days:
        return spent
    late = [score for score in scores.values() if score.lateness.days and score.piece.due is not None]
    for score in sorted(late, key=_by_due_date):
        earned = score.earned
        if earned is None:
            continue
        rule = policy.components[score.piece.component].late
        lateness = with_late_days(score.lateness, rule, days, earned, score.piece.points)
        days -= lateness.spent
        spent[score.piece.id] = replace(score, lateness=lateness)
    return spent


def _by_due_date(score: Score) -> tuple[float, str]:
    """What orders pieces for spending late days: when the class's work was due, then the piece's id."""
    return (score.piece.due.timestamp() if score.piece.due else 0.0, score.piece.id)
