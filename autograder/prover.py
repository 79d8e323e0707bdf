"""What a slot does for a proof: asks a suite's own solutions, on one draw of inputs or another.

On the first draw every solution answers every case as a student's work does: a worker for each, judged by the checker.
A worker costs more than most answers, so on the other draws

- the reference and right solutions answer every case in this process, imported once a draw; of the reference, whose
  replies are what others are compared with, only what is judged is run a second time;
- a wrong one is imported anew for each case of its skill, those first that it lost on the first draw, and is done when
  it has lost one: that it loses on every draw is all that is asked of it;
- liars and the empty module stay in the sandbox, where one worker answers all cases of a draw. What ran out of time or
  memory is left out of that: one such answer is asked again, and if it runs out again, it settles the others of its liar.

What is not as it must be is asked once more as on the first draw, and that counts.

A liar gets a few times as long as the reference needs: it does no work, and some never end.
"""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder import trial
from autograder.archive import Member
from autograder.case import ERAS, Suite, SuiteError
from autograder.checker import Checker, Policy
from autograder.exam import Exam, Question, judged, prepared, unasked, words
from autograder.record import Status
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.limits import Limits
from autograder.solutions import Solution
from autograder.submission import Submission, Work, layout_of

POLICY = Policy(seconds=2.0, budget=60.0, limits=Limits(cpu=2, memory=1 << 30))
_TOGETHER = 10.0
"""Seconds of wall time for one worker that answers all cases of a draw; its processor time is limited as any worker's."""
_LEAST, _TIMES = 0.25, 5
"""A liar's seconds for a case: so many times what the reference needs for the slowest, and not less than this."""
_RAN_OUT: Collection[Status] = ("timeout", "memory")
_NEWEST = ERAS[-1]
"""A suite's own solutions are of its last era, which is asked every case."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be asked of one module: by a solution's place, the ids of cases on the first draw, and on the others."""

    suite: Suite
    number: int
    solutions: Sequence[Solution]
    first: Mapping[int, Sequence[str]]
    others: Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """How one solution fared on one draw, by the ids of the cases it was asked."""

    place: int
    draw: int
    statuses: Mapping[str, Status]

    @property
    def earned(self) -> dict[str, bool]:
        """Whether each case gave points."""
        return {case: status == "passed" for case, status in self.statuses.items()}

    @property
    def ran_out(self) -> frozenset[str]:
        """The cases on which time or memory ran out."""
        return _ran_out(self.statuses)

    @property
    def ended(self) -> bool:
        """Whether some answer ended otherwise than with a reply."""
        return not {"passed", "failed"}.issuperset(self.statuses.values())


@dataclass(frozen=True, slots=True)
class NoSandbox:
    """The jail could not be started."""

    error: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Broken:
    """The suite cannot be used: the reference fails on a case."""

    reasons: tuple[str, ...]


class _Prover:
    """What both kinds of slot have: a jail for the module, and the students' way through it."""

    def __init__(self, order: Order) -> None:
        self.order = order
        suite, number = order.suite, order.number
        self.checker = Checker(unasked(suite, number, POLICY.limits), POLICY, words(suite, layout_of(suite).words))
        self._pace: dict[str, float] = {}

    def close(self) -> None:
        """Ends the jail."""
        self.checker.close()

    def work(self, task: int) -> Iterator[Found | NoSandbox | Broken]:
        """What the task finds, or why it finds nothing."""
        try:
            self.checker.start()
        except SandboxError as error:
            yield NoSandbox((error.layer, error.why, error.remedy))
            return
        try:
            yield from self.find(task)
        except SuiteError as error:
            yield Broken(error.reasons)

    def find(self, task: int) -> Iterator[Found]:
        """What the task finds; raises SuiteError."""
        raise NotImplementedError

    def exam(self, draw: int, cases: Collection[str]) -> Exam:
        """Some cases with the inputs of one draw."""
        seed = hashlib.sha256(f"draw {draw}".encode()).digest()
        return prepared(self.order.suite, self.order.number, seed, POLICY.limits, frozenset(cases))

    def pace(self, exam: Exam) -> Mapping[str, float]:
        """The processor time that the reference needs for each case of the first exam this slot has seen."""
        if not self._pace:
            offered = self.mounted(self.order.suite.source(self.order.number))
            for question in exam.questions:
                begun = time.process_time()
                trial.earns(question, offered)
                self._pace[question.case.id] = time.process_time() - begun
        return self._pace

    def mounted(self, text: str) -> object:
        """A solution's names in this process."""
        return trial.mounted(self.order.suite, self.order.number, text)

    def alone(self, one: Solution, exam: Exam, questions: Sequence[Question]) -> dict[str, Status]:
        """How a solution fares as a student's would: a worker for each case."""
        hasty = one.must is False
        seconds = max(_LEAST, _TIMES * max(self.pace(exam).values())) if hasty else POLICY.seconds
        self.checker.policy = replace(POLICY, seconds=seconds)
        self.checker.exam = replace(exam, questions=tuple(questions))
        grade, _ = self.checker.grade(_handed_in(self.order.number, one.source))
        if grade.outcome == "grader fault":
            raise RuntimeError(f"{one.name}: {grade.reason}")
        return {result.case: result.status for result in grade.results}


class FirstDraw(_Prover):
    """A slot that takes one solution after the other through the first draw."""

    _exam: Exam | None = None

    def find(self, place: int) -> Iterator[Found]:
        """How the solution at this place fares with the cases asked of it."""
        if self._exam is None:
            self._exam = self.exam(0, {case for cases in self.order.first.values() for case in cases})
        wanted = self.order.first[place]
        questions = [one for one in self._exam.questions if one.case.id in wanted]
        yield Found(place, 0, self.alone(self.order.solutions[place], self._exam, questions))


class OtherDraws(_Prover):
    """A slot that takes all solutions through one draw after the other; it knows how they fared on the first."""

    def __init__(self, order: Order, first: Mapping[int, Found], known: Mapping[int, Mapping[str, bool]]) -> None:
        super().__init__(order)
        self.first, self.known = first, known
        self.endless = {place: set(found.ran_out) for place, found in first.items()}
        self.settled: set[int] = set()

    def find(self, draw: int) -> Iterator[Found]:
        """How each solution fares on this draw."""
        exam = self.exam(draw, {case for cases in self.order.others.values() for case in cases})
        known = {one.case.id: one for one in exam.questions}
        for place, cases in self.order.others.items():
            yield Found(place, draw, self._asked(place, exam, [known[case] for case in cases]))

    def _asked(self, place: int, exam: Exam, questions: Sequence[Question]) -> Mapping[str, Status]:
        one = self.order.solutions[place]
        if one.must is None:
            return self._wrong(place, exam, questions)
        if one.must is False:
            return self._liar(place, exam, questions)
        statuses = self._right(one, questions)
        astray = [question for question in questions if statuses[question.case.id] != "passed"]
        return statuses | (self.alone(one, exam, astray) if astray else {})

    def _right(self, one: Solution, questions: Sequence[Question]) -> dict[str, Status]:
        offered = self.mounted(one.source)
        return {
            question.case.id: "passed"
            if (
                judged(question.case, question.expected, question.expected) is None
                if one.kind == "reference" and question.case.judge is None
                else trial.earns(question, offered, POLICY.seconds)
            )
            else "failed"
            for question in questions
        }

    def _wrong(self, place: int, exam: Exam, questions: Sequence[Question]) -> dict[str, Status]:
        one, earned, pace = self.order.solutions[place], self.known[place], self.pace(exam)
        ordered = sorted(questions, key=lambda question: (earned[question.case.id], pace[question.case.id]))
        # What ends its worker is not let into this process.
        if place not in self.first or not self.first[place].ended:
            for question in ordered:
                if not trial.earns(question, self.mounted(one.source), POLICY.seconds):
                    return {question.case.id: "failed"}
        statuses: dict[str, Status] = {}
        for question in ordered:
            statuses |= self.alone(one, exam, [question])
            if statuses[question.case.id] != "passed":
                break
        return statuses

    def _liar(self, place: int, exam: Exam, questions: Sequence[Question]) -> dict[str, Status]:
        one, endless = self.order.solutions[place], self.endless.setdefault(place, set())
        suspects = [question for question in questions if question.case.id in endless]
        others = [question for question in questions if question.case.id not in endless]
        self.checker.exam = exam
        statuses = self.checker.together(one.source, others, _TOGETHER) if others else {}
        if statuses is None:
            statuses = self.alone(one, exam, others)
            endless |= _ran_out(statuses)
        if earned := [question for question in others if statuses[question.case.id] == "passed"]:
            statuses |= self.alone(one, exam, earned)
        if suspects and place not in self.settled:
            again = self.alone(one, exam, suspects[:1])
            statuses |= again
            if _ran_out(again):
                self.settled.add(place)
            else:
                endless -= again.keys()
        return statuses


def _ran_out(statuses: Mapping[str, Status]) -> frozenset[str]:
    return frozenset(case for case, status in statuses.items() if status in _RAN_OUT)


def _handed_in(number: int, source: str) -> Submission:
    data = source.encode()
    member = Member("solution.py", len(data), lambda: io.BytesIO(data))
    return Submission("suite", "", {number: Work(number, member, "package", eras=_NEWEST)})
