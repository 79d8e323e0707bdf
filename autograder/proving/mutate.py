"""Automatic wrong versions of right work, graded as students' work is: which a suite catches, and what each costs.

Right work is what a suite brings itself, or hand-ins in a folder; of those only their text, as `extract` reads it in the
jail, comes out of it, to be changed. What is changed is chosen by a seed and by the text alone. A version that loses no
point survives, unless no case that the work passes ever runs the function that was changed: those are named apart.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import chain, zip_longest
from pathlib import Path
from statistics import median

from autograder.authoring.case import Suite, SuiteError
from autograder.authoring.conventions import conventions_of
from autograder.intake.contents import Member, Refused, printable
from autograder.intake.listing import HandIn, list_download
from autograder.intake.selection import Submission, read_submission
from autograder.judging.attempt import digest, read_files
from autograder.judging.extracted import ExtractedSource
from autograder.judging.grade import Grade, Status
from autograder.judging.module_jail import Unusable
from autograder.judging.prepared import PreparedModule
from autograder.proving.known import Known, equivalent_entry, equivalent_mutants, equivalents_file
from autograder.proving.mutants import Changeable, Mutant
from autograder.proving.prover import POLICY, BrokenSuite, NoSandbox, ProofTask, Prover, handed_in
from autograder.proving.solutions import newest
from autograder.run import pool
from autograder.sandbox.fault import SandboxError

_PATIENCE = 600.0
_LEAST, _AGAIN, _TIMES, _HANGS = 1.0, 3.0, 5, 3
"""A mutant's seconds for a case: so many times what the reference needs for the slowest, and not less than the first of
these, or the second where it has lost by nothing but time; it may use them up so often before it is asked no more."""
_RAN_OUT: Collection[Status] = ("timeout", "budget", "memory", "killed")
_SPARE = 8
"""One mutant more than is wanted is tried for so many: some are of functions that no case runs."""
DEAR = Fraction(2, 5)
"""The share of a module that a small change should not cost."""
_UP_TO = (Fraction(1, 10), Fraction(1, 5), DEAR)


@dataclass(frozen=True, slots=True)
class Subject:
    """Right work whose text is changed: the cases it passes, the share of a module that each is worth, and how many it loses.

    `problem` says why it cannot be used; empty if it can.
    """

    place: int
    work: str
    file: str = ""
    source: ExtractedSource = field(default_factory=ExtractedSource)
    worth: Mapping[str, Fraction] = field(default_factory=dict)
    loses: int = 0
    problem: str = ""

    @property
    def content(self) -> str:
        """The hash of its text."""
        return digest(self.source.text)


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant of a work and what became of it: `cost` is the share of the module, `run` if any case runs the function."""

    subject: int
    number: int
    mutant: Mutant | None
    cost: Fraction = Fraction(0)
    run: bool = True


@dataclass(frozen=True, slots=True)
class MutationRun:
    """What became of the mutants of a module; `not_run` are functions that no case runs, with how many were left out."""

    suite: Suite
    number: int
    seed: int
    subjects: tuple[Subject, ...]
    tried: tuple[Tried, ...]
    equivalent: tuple[tuple[Tried, Known], ...]
    settled: tuple[Known, ...]
    not_run: Mapping[str, int]
    shares: Mapping[str, float]

    @property
    def survivors(self) -> list[Tried]:
        """The mutants that lost nothing."""
        return [one for one in self.tried if not one.cost]

    @property
    def caught(self) -> int:
        """How many lost a point."""
        return len(self.tried) - len(self.survivors)

    @property
    def percent(self) -> float:
        """The part of the mutants that was caught, in percent; all where there are none."""
        return 100 * self.caught / len(self.tried) if self.tried else 100.0


def mutate(
    suite: Suite,
    number: int,
    folders: Sequence[Path],
    count: int,
    seed: int,
    jobs: int,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> MutationRun:
    """Tries so many mutants of a module, of the work in folders or of the suite's own reference if there are none.

    `tell` hears how many of how many are done. Raises SandboxError, SuiteError, and CourseError for the list of equivalent
    mutants.
    """
    equivalents = equivalent_mutants(suite)
    works = _Works(suite, number, folders)
    heard = partial(_heard, partial(_Mutator, works), jobs)
    subjects = [one for one in heard(range(len(works.listed))) if isinstance(one, Subject)]
    order = _order(_usable(subjects), seed)
    by_place = {one.place: one for one in subjects}
    tried: list[Tried] = []
    left = iter(order)
    while (wanted := count - len(_counted(tried, equivalents)[0])) > 0:
        absent = {(one.subject, one.mutant.function) for one in tried if one.mutant and not one.run}
        more = [next(left, None) for _ in range(math.ceil(wanted * (1 + 1 / _SPARE)))]
        tasks = [(by_place[one.place], at) for one, at, name in filter(None, more) if (one.place, name) not in absent]
        if None in more and not tasks:
            break
        done = len(tried)
        found = {}
        for one in heard(tasks):
            if isinstance(one, Tried):
                found[one.subject, one.number] = one
                tell(min(count, done + len(found)), count)
        # In the order of the tasks, whichever slot was first: the same seed gives the same mutants.
        tried += [found[subject.place, at] for subject, at in tasks]
    counted, known, absent_names = _counted(tried, equivalents)
    settled = [
        equivalents[one.mutant.content]
        for one in counted
        if one.mutant and one.cost and one.mutant.content in equivalents
    ]
    used = tuple(sorted(subjects, key=lambda one: one.work))
    return MutationRun(
        suite, number, seed, used, tuple(counted[:count]), tuple(known), tuple(settled), absent_names, _shares(used)
    )


def _counted(
    tried: Sequence[Tried], equivalents: Mapping[str, Known]
) -> tuple[list[Tried], list[tuple[Tried, Known]], dict[str, int]]:
    """The mutants that count, those known to change nothing, and how many are in functions that no case runs; each once."""
    counted: dict[str, Tried] = {}
    known: list[tuple[Tried, Known]] = []
    not_run: dict[str, int] = {}
    for one in tried:
        if one.mutant is None or one.mutant.content in counted:
            continue
        if not one.run:
            not_run[one.mutant.function] = not_run.get(one.mutant.function, 0) + 1
        elif not one.cost and one.mutant.content in equivalents:
            known.append((one, equivalents[one.mutant.content]))
        else:
            counted[one.mutant.content] = one
    return list(counted.values()), known, not_run


def _usable(subjects: Sequence[Subject]) -> list[Subject]:
    """The works that can be changed, each text once, in an order that no name decides."""
    by_content = {one.content: one for one in reversed(subjects) if not one.problem}
    return [by_content[content] for content in sorted(by_content)]


def _order(subjects: Sequence[Subject], seed: int) -> list[tuple[Subject, int, str]]:
    """All changes in the order they are tried: of one work after the other, as the seed and the texts say."""
    rows = []
    for one in subjects:
        changeable = Changeable(one.source.text.decode())
        functions = changeable.functions()
        rows.append([(one, at, functions[at]) for at in changeable.order(f"{seed} {one.content}")])
    return [one for one in chain.from_iterable(zip_longest(*rows)) if one is not None]


def _shares(subjects: Sequence[Subject]) -> dict[str, float]:
    """The greatest part of a work's lines that each function has."""
    found: dict[str, float] = {}
    for one in subjects:
        shares = {} if one.problem else Changeable(one.source.text.decode()).shares()
        found |= {name: max(share, found.get(name, 0)) for name, share in shares.items()}
    return found


def _heard(make: Callable[[], _Mutator], jobs: int, tasks: Sequence[object]) -> Iterator[Subject | Tried]:
    """What slots say to tasks; raises SandboxError and SuiteError."""
    for _, said in pool.run(tasks, make, jobs, _PATIENCE):
        if isinstance(said, (Subject, Tried)):
            yield said
        elif isinstance(said, NoSandbox):
            raise SandboxError(*said.error)
        elif isinstance(said, BrokenSuite):
            raise SuiteError(said.reasons)
        elif isinstance(said, pool.Lost):
            raise RuntimeError(said.why)


# ---------------------------------------------------------------------------------------------------- in a slot


class _Works:
    """The right work that a module is tried with, by its place; nothing of it is read before a slot asks."""

    def __init__(self, suite: Suite, number: int, folders: Sequence[Path]) -> None:
        self.suite, self.number = suite, number
        self.conventions = conventions_of(suite)
        self.listed: list[tuple[str, HandIn | None, str]] = []
        for folder in folders:
            download = list_download(folder, self.conventions)
            one_of = f"{folder.name}/" if len(folders) > 1 else ""
            self.listed += [(f"{one_of}{one.student}", one, "") for one in download.hand_ins]
            self.listed += [(str(folder), None, download.refused)] if download.refused else []
        if not folders:
            self.listed.append(("the reference", None, ""))

    def read(self, place: int) -> Submission:
        """The work as it is handed in."""
        hand_in = self.listed[place][1]
        if hand_in is None:
            return handed_in(self.suite, self.number, self.suite.source(self.number), newest(self.suite))
        return read_submission(hand_in, self.conventions)


class _Mutator(Prover):
    """A slot that reads right work, and grades wrong versions of it."""

    def __init__(self, works: _Works) -> None:
        super().__init__(ProofTask(works.suite, works.number, (), {}))
        self.works = works
        self._prepared: PreparedModule | None = None
        self._texts: dict[str, Changeable] = {}
        self._absent: dict[tuple[str, str], bool] = {}

    def find(self, task: int | tuple[Subject, int]) -> Iterator[Subject | Tried]:  # type: ignore[override]
        """Yields a work that is to be changed, or what became of one change."""
        if self._prepared is None:
            self._prepared = self.prepare(0, {case.id for case in self.task.suite.cases(self.task.number)})
        yield self._subject(task, self._prepared) if isinstance(task, int) else self._tried(*task, self._prepared)

    def _subject(self, place: int, prepared: PreparedModule) -> Subject:
        name, _, problem = self.works.listed[place]
        read = self.works.read(place) if not problem else None
        work = read.modules.get(self.task.number) if read else None
        if read is None or work is None:
            why = problem or (read.refused if read else "") or f"it holds no module {self.task.number:02}"
            return Subject(place, name, problem=why)
        self.judge.policy, self.judge.prepared = POLICY, prepared
        grade = self._graded(read)
        if grade.outcome != "graded":
            return Subject(place, name, problem=grade.reason)
        try:
            source = replace(self.judge.jail.extract(read_files(work)), code=b"")
            Changeable(source.text.decode())
        except (Unusable, Refused, SyntaxError, ValueError, RecursionError) as error:
            return Subject(place, name, problem=str(error))
        total = sum(result.worth for result in grade.results) or 1
        worth = {result.case: result.worth / total for result in grade.results if result.status == "passed"}
        problem = "" if worth else "it passes no case, so nothing can be lost"
        return Subject(place, name, work.member.path, source, worth, len(grade.results) - len(worth), problem)

    def _tried(self, subject: Subject, number: int, prepared: PreparedModule) -> Tried:
        mutant = self._changeable(subject).mutant(number)
        if mutant is None:
            return Tried(subject.place, number, None)
        cost = self._cost(subject, mutant.text, prepared)
        run = bool(cost) or self._runs(subject, mutant.function, prepared)
        return Tried(subject.place, number, replace(mutant, text=""), cost, run)

    def _changeable(self, subject: Subject) -> Changeable:
        if subject.content not in self._texts:
            self._texts[subject.content] = Changeable(subject.source.text.decode())
        return self._texts[subject.content]

    def _runs(self, subject: Subject, function: str, prepared: PreparedModule) -> bool:
        """True if some case is lost when the function raises whenever it is called."""
        key = subject.content, function
        if key not in self._absent:
            self._absent[key] = bool(self._cost(subject, self._changeable(subject).without(function), prepared))
        return self._absent[key]

    def _cost(self, subject: Subject, text: str, prepared: PreparedModule) -> Fraction:
        """The share of the module that a text loses of what the work itself has."""
        self.judge.prepared = replace(prepared, cases=tuple(o for o in prepared.cases if o.case.id in subject.worth))
        data = text.encode()
        member = Member("changed.py", len(data), lambda: io.BytesIO(data))
        submission = self.works.read(subject.place)
        work = replace(submission.modules[self.task.number], member=member, exported=None)
        submission = replace(submission, modules=submission.modules | {self.task.number: work})
        pace = self.pace(prepared).values()
        for least in (_LEAST, _AGAIN):
            seconds = max(least, _TIMES * max(pace))
            self.judge.policy = replace(POLICY, seconds=seconds, budget=_HANGS * seconds + _TIMES * sum(pace))
            statuses = {result.case: result.status for result in self._graded(submission).results}
            lost = {case: share for case, share in subject.worth.items() if statuses.get(case) != "passed"}
            if not lost or any(statuses.get(case) not in _RAN_OUT for case in lost):
                break
        return sum(lost.values(), Fraction(0))

    def _graded(self, submission: Submission) -> Grade:
        grade, _ = self.judge.grade(submission)
        if grade.outcome == "grader fault":
            raise RuntimeError(grade.reason)
        return grade


# ---------------------------------------------------------------------------------------------------- as text


def lines(run: MutationRun) -> Iterator[str]:
    """What became of the mutants of a module, for a terminal."""
    module = run.suite.module(run.number)
    works = {one.place: one for one in run.subjects}
    usable = [one for one in run.subjects if not one.problem]
    named = usable[0].work if len(usable) == 1 else f"{len(usable)} works"
    yield f"{module.number:02} {module.name}: {len(run.tried)} mutants of {named}, seed {run.seed}"
    yield from (f"  {one.work} cannot be used: {printable(one.problem)}" for one in run.subjects if one.problem)
    if losing := [f"{one.work} ({one.loses} of {one.loses + len(one.worth)})" for one in usable if one.loses]:
        yield f"  cases that right work loses itself tell nothing of its mutants: {', '.join(losing)}"
    yield f"  caught {run.caught} of {len(run.tried)} ({run.percent:.1f} %)"
    for one in run.survivors:
        yield from _change(one, works[one.subject], "survives", indent="  ")
    for one, known in run.equivalent:
        yield from (
            []
            if one.mutant is None
            else [f"  {one.mutant.function} [{one.mutant.content}] changes nothing: {known.reason}"]
        )
    yield from (f"  {known.mark}: mutant {known.content} is caught: remove it" for known in run.settled)
    if run.not_run:
        listed = ", ".join(f"{name} ({count})" for name, count in sorted(run.not_run.items()))
        yield f"  no case that is passed runs these functions, and their mutants are left out: {listed}"
    yield from _costs(run, works)
    if run.survivors:
        yield f"  What changes nothing stands in {equivalents_file(run.suite)}, with a reason:"
        yield from ["mutants:"] if not equivalents_file(run.suite).is_file() else []
        for one in run.survivors:
            yield from [] if one.mutant is None else equivalent_entry(one.mutant.content)


def _change(one: Tried, subject: Subject, word: str, indent: str) -> Iterator[str]:
    """A mutant with its place, its hash and the two lines."""
    if one.mutant is None:
        return
    place = subject.source.place(one.mutant.line)
    where = f"{subject.work}, {printable(subject.file)}, {place}"
    yield f"{indent}{word}: {where}, in {one.mutant.function} [{one.mutant.content}]"
    yield f"{indent}  - {printable(one.mutant.before)}"
    yield f"{indent}  + {printable(one.mutant.after)}"


def _costs(run: MutationRun, works: Mapping[int, Subject]) -> Iterator[str]:
    """What one change costs: how many cost how much, and by function those that cost more than they should."""
    costs = [one.cost for one in run.tried if one.cost]
    if not costs:
        return
    steps = list(zip((Fraction(0), *_UP_TO), (*_UP_TO, Fraction(1)), strict=True))
    spread = ", ".join(
        f"{sum(low < cost <= high for cost in costs)} {'more' if high == 1 else f'up to {float(high):.0%}'}"
        for low, high in steps
    )
    yield f"  of the module, a caught mutant costs: {spread}; half of them at most {float(median(costs)):.0%}"
    dear: dict[str, list[Tried]] = {}
    for one in run.tried:
        if one.mutant is not None and one.cost > DEAR:
            dear.setdefault(one.mutant.function, []).append(one)
    for name, ones in sorted(dear.items(), key=lambda pair: -max(one.cost for one in pair[1])):
        worst = max(ones, key=lambda one: one.cost)
        share = run.shares.get(name, 0)
        yield f"  {name} ({share:.0%} of the lines): {len(ones)} cost more than {float(DEAR):.0%}, at most {float(worst.cost):.0%}"
        yield from _change(worst, works[worst.subject], "that", indent="    ")
