"""The proof of a suite, in the sandbox and on many draws of inputs: right earns all, mistakes lose, no work earns nothing.

This is what a person runs who has changed a case. It grades the suite's own solutions by the way students' are graded.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from autograder.authoring.case import ERAS, Case, Suite
from autograder.intake.archive import Member
from autograder.intake.submission import Submission, Work, conventions_of
from autograder.judging.grade import Grade
from autograder.judging.judge import Judge
from autograder.judging.policy import Policy
from autograder.judging.prepared import PreparedModule, import_names, prepare
from autograder.reports.csv_files import number as text
from autograder.run import pool
from autograder.sandbox.limits import Limits

Kind = Literal["reference", "right", "wrong", "liar", "empty"]
_POLICY = Policy(seconds=2.0, budget=60.0, limits=Limits(cpu=2, memory=1 << 30))
_PATIENCE = 3600.0
_CHUNK = 5
"""Draws of one task: large enough that preparing an exam does not weigh, small enough to keep all slots busy."""


@dataclass(slots=True)
class Row:
    """One solution over all draws: the least and the most it earned, and on which draws it was not as it must be."""

    kind: Kind
    name: str
    skill: str = ""
    least: Fraction | None = None
    most: Fraction | None = None
    wrong: list[str] = field(default_factory=list)

    def add(self, points: Fraction, why: str) -> None:
        """One more draw; `why` says what is wrong with it, empty if nothing is."""
        self.least = points if self.least is None else min(self.least, points)
        self.most = points if self.most is None else max(self.most, points)
        if why and why not in self.wrong:
            self.wrong.append(why)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found about one module."""

    suite: Suite
    number: int
    seeds: int
    cases: tuple[Case, ...]
    rows: tuple[Row, ...]

    @property
    def sound(self) -> bool:
        """Whether every solution earned what it must."""
        return not any(row.wrong for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Solution:
    kind: Kind
    name: str
    skill: str
    source: str


@dataclass(frozen=True, slots=True)
class _Found:
    solution: int
    points: Fraction
    why: str


def proven(suite: Suite, numbers: Sequence[int], seeds: int, jobs: int) -> Iterator[Proof]:
    """The proofs of modules, one after the other; raises SandboxError, and SuiteError for a broken suite."""
    for number in numbers:
        solutions = _solutions(suite, number)
        rows = [Row(one.kind, one.name, one.skill) for one in solutions]
        tasks = [range(first, min(first + _CHUNK, seeds)) for first in range(0, seeds, _CHUNK)]
        for _, said in pool.run(tasks, lambda number=number: _Prover(suite, number), jobs, _PATIENCE):  # type: ignore[misc]
            if isinstance(said, _Found):
                rows[said.solution].add(said.points, said.why)
            elif isinstance(said, pool.Lost):
                raise RuntimeError(said.why)
        yield Proof(suite, number, seeds, suite.cases(number), tuple(rows))


def _solutions(suite: Suite, number: int) -> list[_Solution]:
    reference = suite.source(number)
    right = [_Solution("right", one.name, "", one.source(reference)) for one in suite.variants("right", number)]
    wrong = [_Solution("wrong", one.name, one.skill, one.source(reference)) for one in suite.variants("wrong", number)]
    liars = [_Solution("liar", one.name, "", one.source(suite.module(number))) for one in suite.liars()]
    empty = _Solution("empty", "nothing is defined", "", "pass\n")
    return [_Solution("reference", "the reference itself", "", reference), *right, *wrong, *liars, empty]


class _Prover:
    """A slot: every solution of a module on some draws."""

    def __init__(self, suite: Suite, number: int) -> None:
        self.suite, self.number = suite, number
        self.solutions = _solutions(suite, number)
        self.judge: Judge | None = None

    def work(self, task: range) -> Iterator[_Found]:
        """What each solution earned on each draw."""
        for draw in task:
            prepared = prepare(
                self.suite, self.number, hashlib.sha256(f"draw {draw}".encode()).digest(), _POLICY.limits
            )
            judge = self._at(prepared)
            for place, one in enumerate(self.solutions):
                grade, _ = judge.grade(_handed_in(self.number, one.source))
                yield _Found(place, grade.points or Fraction(0), _wrong(self.suite, prepared, one, grade))

    def _at(self, prepared: PreparedModule) -> Judge:
        """The checker with this exam: one jail for all draws."""
        if self.judge is None:
            self.judge = Judge(prepared, _POLICY, import_names(self.suite, conventions_of(self.suite).words))
        self.judge.prepared = prepared
        return self.judge

    def close(self) -> None:
        """Ends the jail."""
        if self.judge is not None:
            self.judge.close()


def _handed_in(number: int, source: str) -> Submission:
    data = source.encode()
    member = Member("solution.py", len(data), lambda: io.BytesIO(data))
    return Submission("suite", "", {number: Work(number, member, "package", eras=_NEWEST)})


_NEWEST = ERAS[-1]
"""A suite's own solutions are of its last era, which is asked every case."""


def _wrong(suite: Suite, prepared: PreparedModule, one: _Solution, grade: Grade) -> str:
    """What is wrong with what a solution earned, empty if nothing is."""
    earned = {result.case: result.points for result in grade.results}
    passed = [case for case, points in earned.items() if points]
    lost = [case for case, points in earned.items() if not points]
    if one.kind in ("reference", "right"):
        return f"loses {_named(lost)}" if lost or grade.outcome != "graded" else ""
    if one.kind in ("liar", "empty"):
        return f"earns {_named(passed)}" if passed else ""
    skilled = [prepared_case.case.id for prepared_case in prepared.cases if prepared_case.case.skill == one.skill]
    if not skilled:
        return f"no case has the skill {one.skill}"
    return "" if set(skilled) & set(lost) else f"loses nothing on {one.skill}"


def _named(cases: Sequence[str]) -> str:
    slugs = [case.rpartition("/")[2] for case in cases]
    return ", ".join(slugs[:3]) + (f" and {len(slugs) - 3} more" if len(slugs) > 3 else "")


def lines(proof: Proof) -> Iterator[str]:
    """The proof of a module as a table for a terminal."""
    module = proof.suite.module(proof.number)
    total = sum((Fraction(case.points) for case in proof.cases), Fraction(0))
    yield f"{module.number:02} {module.name}: {len(proof.cases)} cases, {text(total)} points, {proof.seeds} draws"
    for row in proof.rows:
        span = text(row.least) if row.least == row.most else f"{text(row.least)} to {text(row.most)}"
        mark = "WRONG" if row.wrong else "ok"
        skill = f" [{row.skill}]" if row.skill else ""
        yield f"  {mark:<6}{row.kind:<10}{span:>12}  {row.name}{skill}"
        for why in row.wrong[:3]:
            yield f"        {why}"
    yield "  sound" if proof.sound else "  NOT SOUND: mend the cases, or the solutions, named above"
