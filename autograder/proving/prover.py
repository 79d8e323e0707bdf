"""The work of a slot in a proof: it asks a suite's own solutions, on one draw of inputs or another.

On the first draw the reference and right solutions answer every case as a student's work does: a worker for each, judged by
the judge. Of what must not earn, one worker answers the cases, of a wrong one those of its skill; then one that a wrong one
loses is asked as a student's. Where no such case is found, or a liar's answer is anything but a reply that loses, all of
them are. A worker costs more than most answers, so on the other draws

- the reference and right solutions answer every case in this process, imported once a draw; of the reference, whose
  replies are what others are compared with, only what a checker decides on is run a second time;
- a wrong one is imported anew for each case of its skill, those first that it lost on the first draw, and is done when
  it has lost one: that it loses on every draw is all that is asked of it;
- liars and the empty module are imported anew for each case, upon modules before them that are loaded once: they have
  nothing to change there;
- a liar that ended otherwise than with a reply on the first draw stays in the sandbox, where one worker answers all
  cases of a draw. What ran out of time or memory is left out of that: one such answer is asked again, and if it runs out
  again, it settles the others of its liar.

What is not as it must be is asked once more as on the first draw, and that counts.

Where there are many draws, solutions take turns on them (`turns`): what a draw finds in one right solution it mostly finds
in the others, so more inputs tell more than more solutions on each.

A liar gets a few times as long as the reference needs: it does no work, and some never end.
"""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType

from autograder.authoring.case import Suite, SuiteError
from autograder.authoring.conventions import conventions_of
from autograder.intake.contents import Member
from autograder.intake.selection import Submission, Work
from autograder.judging.extracted import ExtractedSource
from autograder.judging.grade import Status
from autograder.judging.judge import Judge
from autograder.judging.policy import Policy
from autograder.judging.prepared import PreparedCase, PreparedModule, difference, import_names, prepare, without_cases
from autograder.judging.verdict import verdict
from autograder.proving import in_process
from autograder.proving.solutions import Solution
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.limits import Limits

POLICY = Policy(
    seconds=2.0,
    budget=60.0,
    import_seconds=2.0,
    limits=Limits(cpu=2, memory=1 << 30),
    supplied=frozenset(),
    examples=False,
)
_TOGETHER = 10.0
"""Seconds of wall time for one worker that answers several cases; its processor time is limited as any worker's."""
_LEAST, _TIMES = 0.25, 5
"""A liar's seconds for a case: so many times what the reference needs for the slowest, and not less than this."""
_TURNS, _DRAWS_EACH = 6, 8
"""On a draw after the first, one solution in so many is asked at most, so that each is asked on so many draws at least."""
_RAN_OUT: Collection[Status] = ("timeout", "memory")


def draw_seed(draw: int) -> bytes:
    """What the inputs of one draw are drawn from: the same in every proof, so that each can be repeated."""
    return hashlib.sha256(f"draw {draw}".encode()).digest()


def turns(draws: int) -> int:
    """The number of draws, after the first, on one of which each solution is asked."""
    return max(1, min(_TURNS, (draws - 1) // _DRAWS_EACH))


@dataclass(frozen=True, slots=True)
class ProofTask:
    """The cases to ask of one module, on each draw: their ids by a solution's place."""

    suite: Suite
    number: int
    solutions: Sequence[Solution]
    cases: Mapping[int, Sequence[str]]
    turns: int = 1

    def others_on(self, draw: int) -> dict[int, Sequence[str]]:
        """The cases to ask on one draw after the first, by the places of the solutions whose turn it is."""
        return {place: cases for place, cases in self.cases.items() if place % self.turns == draw % self.turns}


@dataclass(frozen=True, slots=True)
class DrawResult:
    """The results of one solution on one draw, by the ids of the cases it was asked."""

    place: int
    draw: int
    statuses: Mapping[str, Status]

    @property
    def earned(self) -> dict[str, bool]:
        """True for each case that gave points."""
        return {case: status == "passed" for case, status in self.statuses.items()}

    @property
    def ran_out(self) -> frozenset[str]:
        """The cases on which time or memory ran out."""
        return _ran_out(self.statuses)

    @property
    def ended(self) -> bool:
        """True if some answer ended otherwise than with a reply."""
        return not {"passed", "failed"}.issuperset(self.statuses.values())


@dataclass(frozen=True, slots=True)
class NoSandbox:
    """The jail could not be started."""

    error: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class BrokenSuite:
    """The suite cannot be used: the reference fails on a case."""

    reasons: tuple[str, ...]


class Prover:
    """A slot with a jail for the module, and the students' way through it."""

    def __init__(self, task: ProofTask) -> None:
        self.task = task
        suite, number = task.suite, task.number
        self.judge = Judge(
            without_cases(suite, number, POLICY.limits), POLICY, import_names(suite, conventions_of(suite).words)
        )
        self._pace: dict[str, float] = {}

    def close(self) -> None:
        """Ends the jail."""
        self.judge.close()

    def work(self, task: int) -> Iterator[DrawResult | NoSandbox | BrokenSuite]:
        """Yields the results of a task, or the reason why there are none."""
        try:
            self.judge.start()
        except SandboxError as error:
            yield NoSandbox((error.layer, error.why, error.remedy))
            return
        try:
            yield from self.find(task)
        except SuiteError as error:
            yield BrokenSuite(error.reasons)

    def find(self, task: int) -> Iterator[DrawResult]:
        """Yields the results of a task; raises SuiteError."""
        raise NotImplementedError

    def prepare(self, draw: int, cases: Collection[str]) -> PreparedModule:
        """Some cases with the inputs of one draw."""
        return prepare(self.task.suite, self.task.number, draw_seed(draw), POLICY.limits, frozenset(cases))

    def pace(self, prepared: PreparedModule) -> Mapping[str, float]:
        """The processor time the reference needs for each case so far, measured on the first draw that asked it in this slot."""
        if new := [one for one in prepared.cases if one.case.id not in self._pace]:
            offered = self.mounted(self.task.suite.source(self.task.number))
            for prepared_case in new:
                begun = time.process_time()
                in_process.earns(prepared_case, offered)
                self._pace[prepared_case.case.id] = time.process_time() - begun
        return self._pace

    def liars_seconds(self, prepared: PreparedModule) -> float:
        """The seconds that a liar gets for a case."""
        return max(_LEAST, _TIMES * max(self.pace(prepared).values()))

    def mounted(self, text: str, upon: Mapping[str, ModuleType] | None = None) -> object:
        """A solution's names in this process."""
        return in_process.mounted(self.task.suite, self.task.number, text, upon)

    def alone(self, one: Solution, prepared: PreparedModule, cases: Sequence[PreparedCase]) -> dict[str, Status]:
        """The statuses of a solution asked as a student's work is: a worker for each case."""
        seconds = self.liars_seconds(prepared) if one.must_earn is False else POLICY.seconds
        self.judge.policy = replace(POLICY, seconds=seconds)
        statuses: dict[str, Status] = {}
        for edition, chosen in _by_edition(one, cases).items():
            self.judge.prepared = replace(prepared, cases=tuple(chosen))
            grade, _ = self.judge.grade(handed_in(self.task.suite, self.task.number, one.source, edition))
            if grade.outcome == "grader fault":
                raise RuntimeError(f"{one.name}: {grade.reason}")
            statuses |= {result.case: result.status for result in grade.results}
        return statuses

    def together(self, solution: Solution, cases: Sequence[PreparedCase]) -> dict[str, Status] | None:
        """The statuses of cases that one worker answers one after the other; None if it did not answer all of them."""
        outcomes = self.judge.jail.run_together(solution.source, cases, _TOGETHER)
        if outcomes is None:
            return None
        pairs = zip(cases, outcomes, strict=True)
        return {one.case.id: verdict(one, outcome, ExtractedSource(), POLICY)[1] for one, outcome in pairs}


class FirstDraw(Prover):
    """A slot that takes one solution after the other through the first draw."""

    _prepared: PreparedModule | None = None

    def find(self, place: int) -> Iterator[DrawResult]:
        """Yields the result of the solution at this place on the cases asked of it."""
        if self._prepared is None:
            self._prepared = self.prepare(0, {case for cases in self.task.cases.values() for case in cases})
        wanted = self.task.cases[place]
        cases = [one for one in self._prepared.cases if one.case.id in wanted]
        one = self.task.solutions[place]
        found = None if one.must_earn else self._at_once(one, self._prepared, cases)
        yield DrawResult(place, 0, found or self.alone(one, self._prepared, cases))

    def _at_once(
        self, one: Solution, prepared: PreparedModule, cases: Sequence[PreparedCase]
    ) -> dict[str, Status] | None:
        """The statuses of what must not earn, asked in one worker; None if in doubt.

        A case that a wrong solution loses is asked once more as a student's. Of a liar all must be lost, with a reply.
        """
        self.judge.prepared = prepared
        statuses = self.together(one, cases) or {}
        lost = [case for case in cases if statuses.get(case.case.id) == "failed"]
        if one.must_earn is False:
            return statuses if len(lost) == len(cases) else None
        sure = lost and self.alone(one, prepared, lost[:1])[lost[0].case.id] == "failed"
        return statuses if sure else None


class OtherDraws(Prover):
    """A slot that takes solutions through one draw after the other; it knows how they fared on the first."""

    def __init__(
        self, task: ProofTask, first: Mapping[int, DrawResult], known: Mapping[int, Mapping[str, bool]]
    ) -> None:
        super().__init__(task)
        self.first, self.known = first, known
        self.endless = {place: set(found.ran_out) for place, found in first.items()}
        self.settled: set[int] = set()

    def find(self, draw: int) -> Iterator[DrawResult]:
        """Yields the result of each solution whose turn it is on this draw."""
        others = self.task.others_on(draw)
        prepared = self.prepare(draw, {case for cases in others.values() for case in cases})
        known = {one.case.id: one for one in prepared.cases}
        for place, cases in others.items():
            yield DrawResult(place, draw, self._asked(place, prepared, [known[case] for case in cases]))

    def _asked(self, place: int, prepared: PreparedModule, cases: Sequence[PreparedCase]) -> Mapping[str, Status]:
        one = self.task.solutions[place]
        if one.must_earn is None:
            return self._wrong(place, prepared, cases)
        if one.must_earn is False:
            return self._liar(place, prepared, cases)
        statuses = self._right(one, cases)
        astray = [prepared_case for prepared_case in cases if statuses[prepared_case.case.id] != "passed"]
        return statuses | (self.alone(one, prepared, astray) if astray else {})

    def _right(self, one: Solution, cases: Sequence[PreparedCase]) -> dict[str, Status]:
        offered = self.mounted(one.source)
        return {
            prepared_case.case.id: "passed"
            if (
                difference(prepared_case.case, prepared_case.expected, prepared_case.expected) is None
                if one.kind == "reference" and prepared_case.case.checker is None
                else in_process.earns(prepared_case, offered, POLICY.seconds)
            )
            else "failed"
            for prepared_case in cases
        }

    def _wrong(self, place: int, prepared: PreparedModule, cases: Sequence[PreparedCase]) -> dict[str, Status]:
        one, earned, pace = self.task.solutions[place], self.known[place], self.pace(prepared)
        ordered = sorted(cases, key=lambda prepared_case: (earned[prepared_case.case.id], pace[prepared_case.case.id]))
        # What ends its worker is not let into this process.
        if place not in self.first or not self.first[place].ended:
            for prepared_case in ordered:
                if not in_process.earns(prepared_case, self.mounted(one.source), POLICY.seconds):
                    return {prepared_case.case.id: "failed"}
        statuses: dict[str, Status] = {}
        for prepared_case in ordered:
            statuses |= self.alone(one, prepared, [prepared_case])
            if statuses[prepared_case.case.id] != "passed":
                break
        return statuses

    def _liar(self, place: int, prepared: PreparedModule, cases: Sequence[PreparedCase]) -> dict[str, Status]:
        one = self.task.solutions[place]
        # What ended without a reply once may do so again, and is not let into this process.
        harmless = place in self.first and not self.first[place].ended
        statuses = self._tried(one, prepared, cases) if harmless else self._jailed(place, prepared, cases)
        if earned := [prepared_case for prepared_case in cases if statuses.get(prepared_case.case.id) == "passed"]:
            statuses |= self.alone(one, prepared, earned)
        return statuses

    def _tried(self, one: Solution, prepared: PreparedModule, cases: Sequence[PreparedCase]) -> dict[str, Status]:
        """The statuses of a liar in this process, imported anew for each case upon modules that it leaves as they are."""
        upon, seconds = in_process.prerequisites(self.task.suite, self.task.number), self.liars_seconds(prepared)
        return {
            prepared_case.case.id: "passed"
            if in_process.earns(prepared_case, self.mounted(one.source, upon), seconds)
            else "failed"
            for prepared_case in cases
        }

    def _jailed(self, place: int, prepared: PreparedModule, cases: Sequence[PreparedCase]) -> dict[str, Status]:
        """The statuses of a liar in one worker, without the cases that are known to run out but for the first of these."""
        one, endless = self.task.solutions[place], self.endless.setdefault(place, set())
        suspects = [prepared_case for prepared_case in cases if prepared_case.case.id in endless]
        others = [prepared_case for prepared_case in cases if prepared_case.case.id not in endless]
        self.judge.prepared = prepared
        statuses = self.together(one, others) if others else {}
        if statuses is None:
            statuses = self.alone(one, prepared, others)
            endless |= _ran_out(statuses)
        if suspects and place not in self.settled:
            again = self.alone(one, prepared, suspects[:1])
            statuses |= again
            if _ran_out(again):
                self.settled.add(place)
            else:
                endless -= again.keys()
        return statuses


def _ran_out(statuses: Mapping[str, Status]) -> frozenset[str]:
    return frozenset(case for case, status in statuses.items() if status in _RAN_OUT)


def _by_edition(one: Solution, cases: Sequence[PreparedCase]) -> dict[str, list[PreparedCase]]:
    """The cases by the edition as whose work a solution is asked them: its own, or for one of none the newest that is."""
    found: dict[str, list[PreparedCase]] = {}
    for prepared_case in cases:
        found.setdefault(one.edition or (prepared_case.case.editions or ("",))[-1], []).append(prepared_case)
    return found


def handed_in(suite: Suite, number: int, source: str, edition: str) -> Submission:
    """A solution as a hand-in of an edition; of none where it is empty."""
    data = source.encode()
    member = Member("solution.py", len(data), lambda: io.BytesIO(data))
    work = Work(number, member, "package", editions=(edition,) if edition else ())
    return Submission("suite", {number: work})
