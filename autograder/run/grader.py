"""The work of a slot of a run: it reads one hand-in after the other and grades its modules.

A slot prepares a module and starts its jail when the first hand-in asks for it, and keeps both for the hand-ins that
follow. Of a student's attempts at a module only those are graded that can count, the newest first, within one budget. It sends messages to the process that writes the journal; that one hears them once a hand-in is finished.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from autograder.authoring.conventions import conventions_of
from autograder.intake.contents import STUDENT
from autograder.intake.listing import HandIn
from autograder.intake.selection import Submission, read_submission
from autograder.judging.grade import Grade, Status, to_json
from autograder.run import journal
from autograder.sandbox.fault import SandboxError

if TYPE_CHECKING:
    from autograder.judging.judge import Judge
    from autograder.run.grading import RunOptions


NO_MODULE = "no file in it is recognized as a module"
"""Why a hand-in cannot be graded that was read and holds no work."""


@dataclass(frozen=True, slots=True)
class GradeHandIns:
    """A task for a slot: one student's hand-ins by their index, the newest first, and where earlier grades stand in the journal.

    `earlier` is (attempt, start, size) by module. `confirm` names modules whose doubtful cases are to be run once more;
    where it is empty all modules are graded.
    """

    indices: tuple[int, ...]
    earlier: Mapping[int, tuple[tuple[str, int, int], ...]]
    confirm: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HandInRead:
    """The modules a hand-in holds of those to be graded, and why it cannot be used; notes come only with a reason,
    but for one on whether it is one student's.

    `only_sources` are those of which it holds nothing but the course's own source. `people` are folders in it that may be
    other people's, where its name does not say for certain whose it is.
    """

    index: int
    modules: tuple[int, ...]
    refused: str
    notes: tuple[str, ...]
    only_sources: tuple[int, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GradedModule:
    """A grade, and the points it replaces for the same files where they are `known`; `same` if nothing has changed."""

    index: int
    grade: Grade
    old: Fraction | None = None
    known: bool = False
    same: bool = False
    changed_cases: tuple[tuple[str, Status, Status], ...] = ()
    handed_in: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotBegun:
    """Attempts of one student at a module that could have counted, by their index: the newer ones had used up its time."""

    indices: tuple[int, ...]
    module: int


@dataclass(frozen=True, slots=True)
class NoSandbox:
    """The jail of a module could not be started at all; nothing of the student's was run. Layer, reason and remedy."""

    error: tuple[str, str, str]


_LEAST_READING = 0.1
"""Seconds of processor time in which an attempt can be read that comes after one that used up the time for all."""
_LEAST_LEFT = 1.0
"""Seconds of a module's budget that must be left for an older attempt to be begun."""


_CONFIRMING = 2
"""What a module's doubtful cases may take when they are asked once more, in times of one case's."""


class Grader:
    """Grades hand-ins, with a judge for each module it has met: the work of a slot."""

    def __init__(self, options: RunOptions, hand_ins: Sequence[HandIn], journal_file: int) -> None:
        self.options, self.hand_ins, self.journal_file = options, hand_ins, journal_file
        self.conventions = conventions_of(options.suite)
        self.judges: dict[int, Judge] = {}

    def work(self, task: GradeHandIns) -> Iterator[HandInRead | GradedModule | NotBegun | NoSandbox]:
        """Says what each hand-in of a student is, then gives a grade for each module of those that can count."""
        submissions = dict(self._submissions(task.indices))
        for index, submission in submissions.items():
            yield self._read(index, submission)
        for number in task.confirm or self.options.gradable:
            attempts = [index for index, submission in submissions.items() if number in submission.modules]
            policy = self.options.policy
            # Alone on the machine everybody waits for it; the first case that runs out again settles the others.
            left = min(policy.budget, _CONFIRMING * policy.seconds) if task.confirm else policy.budget
            asked = attempts if task.confirm else self._that_can_count(number, attempts, submissions)
            for place, index in enumerate(asked):
                if left < _LEAST_LEFT:
                    if not task.confirm:  # what is confirmed has its grade, which stands
                        yield NotBegun(tuple(asked[place:]), number)
                    break
                new = number not in self.judges
                try:
                    judge = self._judge(number)
                except SandboxError as error:
                    if not new:
                        raise
                    yield NoSandbox((error.layer, error.why, error.remedy))
                    return  # a message is heard only if the task ends well
                begun = time.monotonic()
                yield self._graded(task, index, submissions[index], judge, left)
                left -= time.monotonic() - begun

    def _submissions(self, indices: Sequence[int]) -> Iterator[tuple[int, Submission]]:
        """What a student has handed in, all attempts within the time for one."""
        begun = time.process_time()
        for index in indices:
            left = STUDENT.seconds - (time.process_time() - begun)
            yield (
                index,
                read_submission(
                    self.hand_ins[index], self.conventions, replace(STUDENT, seconds=max(left, _LEAST_READING))
                ),
            )

    def _read(self, index: int, submission: Submission) -> HandInRead:
        """What one hand-in is."""
        modules = tuple(number for number in submission.modules if number in self.options.gradable)
        something = submission.modules or submission.only_sources
        refused = submission.refused or ("" if something else NO_MODULE)
        only_sources = tuple(number for number in submission.only_sources if number in self.options.gradable)
        notes = (*(submission.notes if refused else ()), *filter(None, [submission.doubt]))
        hand_in = self.hand_ins[index]
        people = submission.people if hand_in.kind == "name" and not hand_in.whole else ()
        return HandInRead(index, modules, refused, notes, only_sources, people)

    def _that_can_count(
        self, number: int, attempts: Sequence[int], submissions: Mapping[int, Submission]
    ) -> Sequence[int]:
        """The attempts at a module, of these, the newest first, that can count by the course's rule; all if all are asked for."""
        if self.options.every_attempt:
            return attempts
        rule = self.options.rule
        on_time = []
        for index in attempts:
            hand_in, work = self.hand_ins[index], submissions[index].modules[number]
            when = work.handed_in or hand_in.handed_in
            on_time.append(rule.on_time(number, hand_in.late, when.isoformat() if when else ""))
        return rule.can_count(attempts, on_time)

    def _graded(
        self, task: GradeHandIns, index: int, submission: Submission, judge: Judge, seconds: float
    ) -> GradedModule:
        number = judge.prepared.module.number
        places = {attempt: (start, size) for attempt, start, size in task.earlier.get(number, ())}

        def earlier(attempt: str) -> Grade | None:
            place = places.get(attempt)
            return journal.read(self.journal_file, *place) if place else None

        grade, old = judge.grade(
            submission, earlier, confirming=bool(task.confirm), again=self.options.again, seconds=seconds
        )
        handed_in = submission.modules[number].handed_in
        if old is None:
            return GradedModule(index, grade, handed_in=handed_in)
        changed = _changed_cases(old, grade)
        return GradedModule(index, grade, old.points, True, same_grade(old, grade), changed, handed_in)

    def _judge(self, number: int) -> Judge:
        """The judge of one module, made when first asked for; raises SandboxError."""
        if number not in self.judges:
            from autograder.judging.judge import Judge
            from autograder.judging.prepared import import_names, prepare, without_cases

            suite, policy = self.options.suite, self.options.policy
            judge = Judge(
                without_cases(suite, number, policy.limits), policy, import_names(suite, self.conventions.words)
            )
            judge.begin()  # it starts while the reference answers the cases
            judge.prepared = prepare(suite, number, self.options.seed, policy.limits)
            judge.start()
            self.judges[number] = judge
        return self.judges[number]

    def close(self) -> None:
        """Ends every jail."""
        for judge in self.judges.values():
            judge.close()


_OF_THE_HAND_IN = frozenset({"name", "email", "kind", "origin", "late", "handed_in", "order", "team"})


def same_grade(old: Grade, new: Grade) -> bool:
    """True if two grades say the same; where the files came from does not matter."""
    return _judgement(old) == _judgement(new)


def _judgement(grade: Grade) -> dict[str, object]:
    """A grade without what is known of its hand-in alone."""
    return {key: value for key, value in to_json(grade).items() if key not in _OF_THE_HAND_IN}


def _changed_cases(old: Grade, new: Grade) -> tuple[tuple[str, Status, Status], ...]:
    """The cases that ended otherwise than before, with the old and the new status."""
    before = {result.case: result.status for result in old.results}
    pairs = ((result.case, before.get(result.case), result.status) for result in new.results)
    return tuple((case, was, now) for case, was, now in pairs if was is not None and was != now)
