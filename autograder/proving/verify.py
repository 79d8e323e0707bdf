"""The proof of a suite, in the sandbox and on many draws of inputs: right earns all, mistakes lose, no work earns nothing.

This is what a person runs who has changed a case. `solutions` says what each kind of solution must earn, `prover` how they
are asked. What was found to be as it must be is kept under a key that hashes all that decides it, and is not asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

from autograder.authoring.case import Case, Suite, SuiteError
from autograder.authoring.conventions import conventions_of
from autograder.judging.points import number as text
from autograder.judging.prepared import import_names, keys, merged
from autograder.proving import solutions
from autograder.proving.proof_cache import ProofCache
from autograder.proving.prover import (
    POLICY,
    BrokenSuite,
    DrawResult,
    FirstDraw,
    NoSandbox,
    OtherDraws,
    ProofTask,
    turns,
)
from autograder.proving.solutions import Solution, shortfall
from autograder.run import pool
from autograder.sandbox.fault import SandboxError

_PATIENCE = 3600.0


@dataclass(slots=True)
class Row:
    """One solution: the least and the most it earned on a draw, None of a wrong one, and what is wrong with that."""

    solution: Solution
    least: Fraction | None = None
    most: Fraction | None = None
    wrong: list[str] = field(default_factory=list)

    def add(self, points: Fraction | None, why: str) -> None:
        """Adds one more draw; `why` says what is wrong with it, empty if nothing is."""
        if points is not None:
            self.least = points if self.least is None else min(self.least, points)
            self.most = points if self.most is None else max(self.most, points)
        if why and why not in self.wrong:
            self.wrong.append(why)


@dataclass(frozen=True, slots=True)
class Proof:
    """The result for one module; `asked` of `answers` (a solution's to a case) were proven now."""

    suite: Suite
    number: int
    cases: tuple[Case, ...]
    rows: tuple[Row, ...]
    asked: int
    answers: int
    endless: int = 0  # answers of liars that ran out of time or memory on the first draw

    @property
    def sound(self) -> bool:
        """True if every solution earned what it must."""
        return not any(row.wrong for row in self.rows)


@dataclass(slots=True)
class Progress:
    """The steps of a module's proof that are done, of all."""

    module: str
    done: int
    total: int


def prove(
    suite: Suite,
    numbers: Sequence[int],
    seeds: int,
    jobs: int,
    cache: ProofCache | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
    *,
    again: bool = False,
) -> Iterator[Proof]:
    """The proofs of modules, one after the other; what each finds is kept before the next begins.

    What is in `cache` is not asked unless `again`. Raises SandboxError, and SuiteError for a broken suite.
    """
    for number in numbers:
        lines = _solution_proofs(suite, number, seeds, None if again else cache)
        asked = sum(len(line.missing) for line in lines)
        _ask(suite, number, lines, seeds, jobs, tell)
        if cache is not None:
            cache.add({key: fact for line in lines for key, fact in line.facts().items()})
        rows, answers = tuple(line.row() for line in lines), sum(len(line.answers) for line in lines)
        endless = sum(line.endless for line in lines)
        yield Proof(suite, number, suite.cases(number), rows, asked, answers, endless)


def _ask(
    suite: Suite, number: int, lines: Sequence[_SolutionProof], seeds: int, jobs: int, tell: Callable[[Progress], None]
) -> None:
    """Has slots ask what is missing, on the first draw and then on the others; the lines are given what they find."""
    first = {place: line.missing for place, line in enumerate(lines) if line.missing}
    task = ProofTask(suite, number, [line.solution for line in lines], first, turns(seeds))
    draws = range(1, seeds if first else 1)
    progress = Progress(suite.module(number).name, 0, len(first) + len(draws))

    def hear(tasks: Sequence[int], make: Callable[[], pool.SlotWork]) -> None:
        for _, said in pool.run(tasks, make, jobs, _PATIENCE):
            if isinstance(said, DrawResult):
                lines[said.place].found.append(said)
            elif isinstance(said, NoSandbox):
                raise SandboxError(*said.error)
            elif isinstance(said, BrokenSuite):
                raise SuiteError(said.reasons)
            elif isinstance(said, pool.Lost):
                raise RuntimeError(said.why)
            else:
                progress.done += 1
                tell(progress)

    tell(progress)
    # Mistakes are many and soon asked, so what takes longest is not left for the end.
    hear(sorted(first, key=lambda place: lines[place].solution.must_earn is None), lambda: FirstDraw(task))
    known = {place: line.first for place, line in enumerate(lines)}
    ended = {place: line.found[0] for place, line in enumerate(lines) if line.found}
    hear(draws, lambda: OtherDraws(task, ended, known))


@dataclass(slots=True)
class _SolutionProof:
    """One solution with the results of earlier proofs, and the results of this one."""

    solution: Solution
    cases: tuple[Case, ...]
    keys: Mapping[str, str]  # by the id of a case
    known: Mapping[str, bool]  # by the id of a case: whether it earned on all draws; nothing of a wrong one
    loses: bool  # known already: a wrong one loses on its skill on every draw
    found: list[DrawResult] = field(default_factory=list)

    @property
    def skilled(self) -> list[str]:
        """The cases on whose skill a wrong solution must lose."""
        return [case.id for case in self.cases if case.skill == self.solution.skill]

    @property
    def loss(self) -> str:
        """The key under which it is kept that this solution loses on its skill; every case of the skill is in it."""
        return merged(["loses", *(self.keys[case] for case in self.skilled)])

    @property
    def answers(self) -> list[str]:
        """The cases that are asked where nothing is known: all, of a wrong solution those of its skill."""
        return self.skilled if self.solution.must_earn is None else [case.id for case in self.cases]

    @property
    def missing(self) -> list[str]:
        """The cases to be asked."""
        return [] if self.loses else [case for case in self.answers if case not in self.known]

    @property
    def first(self) -> dict[str, bool]:
        """True or False for each case that earned, or not, on the first draw, of those that were asked now."""
        return next((one.earned for one in self.found if one.draw == 0), {})

    @property
    def endless(self) -> int:
        """The number of a liar's answers that ran out of time or memory on the first draw."""
        return sum(len(one.ran_out) for one in self.found if one.draw == 0 and self.solution.must_earn is False)

    def facts(self) -> dict[str, bool | None]:
        """The results to keep, by key: all that is as it must be; None for one to forget."""
        must = self.solution.must_earn
        if must is None:
            # A limit may have been the machine's fault: that is looked at again each time.
            doubtful = bool(self.row().wrong) or any(one.ended for one in self.found)
            return {self.loss: None if doubtful else True} if self.found else {}
        facts: dict[str, bool | None] = {}
        for one in self.found:
            for case, earned in one.earned.items():
                key = self.keys[case]
                facts[key] = must if earned is must and facts.get(key, must) is must else None
        return facts

    def row(self) -> Row:
        """The row of the table that shows all results."""
        row = Row(self.solution)
        if self.solution.must_earn is None:
            if not self.skilled:
                row.add(None, shortfall(self.solution, self.cases, {}))
            for one in self.found:
                row.add(None, shortfall(self.solution, self.cases, one.earned))
        else:
            every = dict.fromkeys(self.keys, self.solution.must_earn)
            row.add(None if self.found else self._worth(every), "")
            for one in self.found:
                row.add(self._worth(every | one.earned), shortfall(self.solution, self.cases, one.earned))
        return row

    def _worth(self, earned: Mapping[str, bool]) -> Fraction:
        return sum((Fraction(case.points) for case in self.cases if earned.get(case.id)), Fraction(0))


def _solution_proofs(suite: Suite, number: int, seeds: int, cache: ProofCache | None) -> list[_SolutionProof]:
    """The solutions of a module, each with what is kept of it."""
    every = suite.cases(number)
    drawn = keys(suite, number, f"{seeds} draws".encode(), POLICY.limits)
    how = merged([_code(), repr(import_names(suite, conventions_of(suite).words))])
    lines = []
    for one in solutions.solutions(suite, number):
        cases = one.asked(every)
        own = {case.id: merged([drawn[case.id], how, one.kind, one.source]) for case in cases}
        line = _SolutionProof(one, cases, own, {}, False)
        if cache is not None and one.must_earn is not None:
            line.known = {case: fact for case, key in own.items() if (fact := cache.get(key)) is not None}
        elif cache is not None:
            line.loses = cache.get(line.loss) is True
        lines.append(line)
    return lines


@cache
def _code() -> str:
    """A hash of our own files that have a say in a proof, besides those that have one in every grade."""
    return merged([file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.py"))])


def explained(seeds: int) -> str:
    """The sentences that say what is asked on how many draws."""
    alone = """right solutions answer every case in the sandbox, as a student's work does, wrong ones
those of their skill in one process and then one they lose as a student's, and liars every case in one process"""
    if seeds == 1:
        return f"1 draw of inputs, on which {alone}."
    share = "" if turns(seeds) == 1 else f"\nThey take turns: each is asked on one of these draws in {turns(seeds)}."
    return f"""{seeds} draws of inputs. On the first, {alone}.
On the {seeds - 1} others, without a sandbox, right solutions answer every case, wrong ones the cases of their skill until one
is lost, and liars every case; what did not reply on the first stays in the sandbox. What is not as it must be is asked
again as a student's work, and that counts.{share}
Points are the least and the most on a draw; wrong solutions are asked no more than it takes to see that they lose."""


def lines(proof: Proof) -> Iterator[str]:
    """The proof of a module as a table for a terminal."""
    module = proof.suite.module(proof.number)
    total = sum((Fraction(case.points) for case in proof.cases), Fraction(0))
    yield f"{module.number:02} {module.name}: {len(proof.cases)} cases, {text(total)} points"
    for row in proof.rows:
        span = text(row.least) if row.least == row.most else f"{text(row.least)} to {text(row.most)}"
        mark, one = "WRONG" if row.wrong else "ok", row.solution
        skill = f" [{one.skill}]" if one.skill else ""
        of = f", edition {one.edition}" if one.edition not in ("", solutions.newest(proof.suite)) else ""
        yield f"  {mark:<6}{one.kind:<10}{span:>12}  {one.name}{skill}{of}"
        for why in row.wrong[:3]:
            yield f"        {why}"
    if proof.endless:
        yield (
            f"  {proof.endless} answers of liars ran out of time or memory on the first draw; of each such liar, one "
            "was asked again, and the others not if that ran out again"
        )
    yield f"  {proof.asked} of {proof.answers} answers proven now, the rest unchanged since they were"
    yield "  sound" if proof.sound else "  NOT SOUND: mend the cases, or the solutions, named above"
