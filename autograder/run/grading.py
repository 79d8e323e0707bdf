"""A whole run: everybody's hand-ins through slots into the journal.

The parent lists and writes, slots read and grade. A slot prepares a module and starts its jail when the first
hand-in asks for it; the parent does without NumPy until all is graded.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.authoring.case import Suite
from autograder.intake.submission import Download, HandIn, Submission, conventions_of, download, submission
from autograder.judging.grade import Grade, Result, Status, to_json
from autograder.run import journal as journals
from autograder.run import pool
from autograder.run.journal import Entry, Journal, Key
from autograder.sandbox.fault import SandboxError

if TYPE_CHECKING:
    from autograder.judging.judge import Judge
    from autograder.judging.policy import Policy

_PATIENCE = 180.0
"""Seconds that reading one hand-in and all our own work on it may take; the budget of each module comes on top."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run grades: which modules of which suite, out of which downloads, how, and for whom."""

    suite: Suite
    paths: tuple[Path, ...]
    policy: Policy
    seed: bytes
    modules: tuple[int, ...] = ()  # empty: all that were handed in
    students: tuple[str, ...] = ()  # empty: all
    jobs: int = 1
    again: bool = False  # also what is known already, to find cases whose status flips

    @property
    def asked(self) -> tuple[int, ...]:
        """The modules that can be graded."""
        return self.modules or tuple(module.number for module in self.suite.modules)


@dataclass(frozen=True, slots=True)
class Change:
    """A grade that is not what it was for the same files."""

    student: str
    module: int
    old: Fraction | None
    new: Fraction | None
    cases: tuple[tuple[str, Status, Status], ...]


@dataclass(slots=True)
class Progress:
    """How far a run is; `ended` counts cases by status."""

    total: int
    done: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    confirming: bool = False


@dataclass(slots=True)
class Report:
    """What a run did."""

    students: int = 0
    graded: int = 0
    known: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sandbox: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    unit: int
    earlier: Mapping[int, tuple[tuple[str, int, int], ...]]  # module to (attempt, start, size) in the journal
    confirm: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a hand-in turned out to be."""

    modules: tuple[int, ...]
    refused: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _NoSandbox:
    """The jail of a module could not be started at all; nothing of the student's was run."""

    error: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Graded:
    """A grade, and the one it replaces for the same files; `same` if nothing has changed."""

    grade: Grade
    old: Fraction | None = None
    known: bool = False
    same: bool = False
    flips: tuple[tuple[str, Status, Status], ...] = ()
    handed_in: datetime | None = None


def grade_all(
    plan: Plan,
    journal: Journal,
    report: Callable[[Progress], None] = lambda _: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Report:
    """Grades everything the plan names into the journal, and tells what was done.

    `meanwhile` is called while slots start: what the caller needs afterwards can be made ready then.
    """
    found = Report()
    conventions = conventions_of(plan.suite)
    units: list[tuple[Path, HandIn]] = []
    for path in plan.paths:
        listed = download(path, conventions)
        units += [(path, one) for one in _wanted(listed, plan.students)]
        if listed.refused:
            found.refused.append((str(path), listed.refused))
        found.notes += [f"{path.name}: {note}" for note in listed.notes]
    found.students = len({one.student for _, one in units})
    journal.begin(_of(plan, units))
    run = _Run(plan, journal, units, found, report)
    run.everything(meanwhile)
    run.doubtful()
    run.unusable()
    if not found.faults:
        journal.done()
    return found


def _wanted(listed: Download, students: Collection[str]) -> Sequence[HandIn]:
    return [one for one in listed.students if not students or {one.student, one.name} & set(students)]


def _of(plan: Plan, units: Sequence[tuple[Path, HandIn]]) -> str:
    """What a run is over, so that one that was cut short is known again."""
    parts = [
        plan.suite.name,
        repr(plan.modules),
        *sorted(f"{path}\0{one.student}\0{one.attempt}" for path, one in units),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class _Run:
    """One run as the parent sees it."""

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        units: Sequence[tuple[Path, HandIn]],
        found: Report,
        report: Callable[[Progress], None],
    ) -> None:
        self.plan, self.journal, self.units, self.found, self.tell = plan, journal, units, found, report
        self.progress = Progress(len(units))
        self.empty: list[tuple[int, str]] = []
        self.handed_in: Counter[tuple[Path, int]] = Counter()
        self.doubts: dict[int, list[int]] = {}

    def everything(self, meanwhile: Callable[[], None]) -> None:
        """All hand-ins, side by side."""
        # Made when their turn comes: a class of thousands is not to wait in memory.
        tasks = (_Task(unit, self._earlier(unit)) for unit in range(len(self.units)))
        self._through(tasks, self.plan.jobs, meanwhile)

    def doubtful(self) -> None:
        """What ran out of time or memory once more, alone on the machine."""
        self.progress.confirming = True
        doubts, self.doubts = self.doubts, {}
        tasks = [_Task(unit, self._earlier(unit), tuple(modules)) for unit, modules in sorted(doubts.items())]
        self.progress.total, self.progress.done = len(tasks), 0
        self._through(tasks, 1)

    def unusable(self) -> None:
        """Hand-ins with nothing to grade count for the modules that most others of the same download handed in."""
        others = Counter(path for path, _ in self.units)
        others.subtract(self.units[unit][0] for unit, _ in self.empty)
        for unit, why in self.empty:
            path, one = self.units[unit]
            self.found.refused.append((one.student, why))
            for number in self.plan.modules or self._usual(path, others[path]):
                grade = _nothing(self.plan, one, number, why)
                entry = self._entry(grade)
                old = self.journal.grade(entry) if entry is not None else None
                same = old is not None and _same(old, grade)
                self._keep(unit, _Graded(grade, old.points if old else None, old is not None, same))

    def _usual(self, path: Path, others: int) -> list[int]:
        """The modules that at least half of a download's usable hand-ins hold."""
        found = ((number, count) for (place, number), count in self.handed_in.items() if place == path)
        return sorted(number for number, count in found if 2 * count >= others)

    def _through(self, tasks: Iterable[_Task], jobs: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        patience = _PATIENCE + self.plan.policy.budget * 2 * len(self.plan.asked)
        for task, said in pool.run(tasks, self._grader, jobs, patience, meanwhile):
            if isinstance(said, _Seen):
                self._saw(task, said)
            elif isinstance(said, _Graded):
                self._keep(task.unit, said)
            elif isinstance(said, _NoSandbox):
                raise SandboxError(*said.error)
            else:
                if isinstance(said, pool.Lost):
                    self.found.faults.append((self.units[task.unit][1].student, said.why))
                self.progress.done += 1
                self.tell(self.progress)

    def _grader(self) -> _Grader:
        return _Grader(self.plan, self.units, self.journal.fileno())

    def _saw(self, task: _Task, said: _Seen) -> None:
        if task.confirm:
            return
        path, one = self.units[task.unit]
        self.found.notes += [f"{one.student}: {note}" for note in said.notes]
        if said.modules:
            self.handed_in.update((path, number) for number in said.modules)
        elif why := said.refused:
            self.empty.append((task.unit, why))

    def _keep(self, unit: int, said: _Graded) -> None:
        """One grade into the journal, if it is news."""
        path, one = self.units[unit]
        handed_in = said.handed_in or one.handed_in
        grade = replace(
            said.grade,
            name=one.name,
            email=one.email,
            kind=one.kind,
            origin=str(path.absolute()),
            late=one.late,
            handed_in=handed_in.isoformat() if handed_in else "",
        )
        key = Key(grade.student, grade.module)
        order = (self.journal.run, unit)
        entry = self._entry(grade)
        if entry is not None and said.same:
            self.journal.again(key, entry, order)
        else:
            self.journal.add(replace(grade, order=order))
        self._count(unit, grade, said)

    def _entry(self, grade: Grade) -> Entry | None:
        """Where this attempt stands in the journal, if it does."""
        entries = self.journal.entries.get(Key(grade.student, grade.module), ())
        return next((entry for entry in entries if entry.attempt == grade.attempt), None)

    def _count(self, unit: int, grade: Grade, said: _Graded) -> None:
        self.found.graded += not said.same
        self.found.known += said.same
        self.found.cases.update(result.status for result in grade.results)
        self.progress.ended.update(result.status for result in grade.results)
        self.found.sandbox = grade.sandbox or self.found.sandbox
        if grade.outcome == "grader fault":
            self.found.faults.append((f"{grade.student}, module {grade.module:02}", grade.reason))
        if said.known and said.old != grade.points:
            self.found.changes.append(Change(grade.student, grade.module, said.old, grade.points, said.flips))
        if grade.doubtful:
            self.doubts.setdefault(unit, []).append(grade.module)

    def _earlier(self, unit: int) -> dict[int, tuple[tuple[str, int, int], ...]]:
        student = self.units[unit][1].student
        found = ((number, self.journal.attempts(Key(student, number))) for number in self.plan.asked)
        return {number: tuple((e.attempt, e.start, e.size) for e in entries) for number, entries in found if entries}


def _nothing(plan: Plan, one: HandIn, number: int, why: str) -> Grade:
    """The grade of a hand-in in which there is nothing to run."""
    cases = plan.suite.cases(number)
    results = tuple(Result(case.id, "import error", Fraction(0), Fraction(case.points), why, why) for case in cases)
    attempt = hashlib.sha256(f"{one.attempt}\0{why}".encode("utf-8", "surrogatepass")).hexdigest()
    return Grade(
        one.student,
        plan.suite.name,
        number,
        attempt,
        "could not be run",
        why,
        results,
        prerequisites=plan.policy.prerequisites,
        scale=Fraction(plan.suite.points),
    )


class _Grader:
    """What a slot does: one hand-in after the other, with a judge for each module it has met."""

    def __init__(self, plan: Plan, units: Sequence[tuple[Path, HandIn]], journal: int) -> None:
        self.plan, self.units, self.journal = plan, units, journal
        self.conventions = conventions_of(plan.suite)
        self.judges: dict[int, Judge] = {}

    def work(self, task: _Task) -> Iterator[_Seen | _Graded | _NoSandbox]:
        """What one hand-in is, and a grade for each of its modules that is asked for."""
        _, one = self.units[task.unit]
        found = submission(one, self.conventions)
        modules = tuple(number for number in found.modules if number in self.plan.asked)
        why = found.refused or ("" if found.modules else "no file in it is recognized as a module")
        yield _Seen(modules, why, found.notes if why else ())
        for number in task.confirm or modules:
            new = number not in self.judges
            try:
                judge = self.judge(number)
            except SandboxError as error:
                if not new:
                    raise
                yield _NoSandbox((error.layer, error.why, error.remedy))
                return  # what is said is heard only if the task ends well
            yield self._graded(task, found, judge)

    def _graded(self, task: _Task, found: Submission, judge: Judge) -> _Graded:
        number = judge.prepared.module.number
        known = {attempt: (start, size) for attempt, start, size in task.earlier.get(number, ())}

        def earlier(attempt: str) -> Grade | None:
            place = known.get(attempt)
            return journals.read(self.journal, *place) if place else None

        grade, old = judge.grade(found, earlier, confirming=bool(task.confirm), again=self.plan.again)
        when = found.modules[number].handed_in
        if old is None:
            return _Graded(grade, handed_in=when)
        return _Graded(grade, old.points, True, _same(old, grade), _flips(old, grade), when)

    def judge(self, number: int) -> Judge:
        """The judge of one module, made when first asked for."""
        if number not in self.judges:
            from autograder.judging.judge import Judge
            from autograder.judging.prepared import import_names, prepare, without_cases

            suite, limits = self.plan.suite, self.plan.policy.limits
            judge = Judge(
                without_cases(suite, number, limits), self.plan.policy, import_names(suite, self.conventions.words)
            )
            judge.begin()  # it starts while the reference answers the cases
            judge.prepared = prepare(suite, number, self.plan.seed, limits)
            judge.start()
            self.judges[number] = judge
        return self.judges[number]

    def close(self) -> None:
        """Ends every jail."""
        for judge in self.judges.values():
            judge.close()


def _same(old: Grade, new: Grade) -> bool:
    """Whether two grades say the same; where a file came from does not matter."""
    where = ("name", "email", "kind", "origin", "late", "handed_in", "order")
    first, second = to_json(old), to_json(new)
    return {k: v for k, v in first.items() if k not in where} == {k: v for k, v in second.items() if k not in where}


def _flips(old: Grade, new: Grade) -> tuple[tuple[str, Status, Status], ...]:
    before = {result.case: result.status for result in old.results}
    pairs = ((result.case, before.get(result.case), result.status) for result in new.results)
    return tuple((case, was, now) for case, was, now in pairs if was is not None and was != now)
