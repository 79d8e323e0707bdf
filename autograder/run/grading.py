"""A whole run: everybody's hand-ins through slots into the journal.

This process lists hand-ins and writes the journal; slots read and grade (`autograder.run.grader`). It does without NumPy
until all is graded.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.authoring.case import Suite
from autograder.authoring.conventions import conventions_of
from autograder.authoring.editions import Editions
from autograder.intake.contents import NOTHING_IN_IT
from autograder.intake.listing import Download, HandIn
from autograder.judging.grade import NOTHING_HANDED_IN, Grade, Result, Status
from autograder.run import pool
from autograder.run.account import Account, Item, State
from autograder.run.attempts import Rule
from autograder.run.class_edition import told_by_class
from autograder.run.downloads import Said, list_downloads
from autograder.run.grader import (
    NO_MODULE,
    GradedModule,
    GradeHandIns,
    Grader,
    HandInRead,
    NoSandbox,
    NotBegun,
    same_grade,
)
from autograder.run.journal import Entry, Journal, StudentModule
from autograder.sandbox.fault import SandboxError

if TYPE_CHECKING:
    from autograder.judging.policy import Policy

_ONLY_SOURCES = (
    f"{NOTHING_HANDED_IN}: only the course's own source is there, which is nobody's work; hand in your notebook"
)
_PATIENCE = 180.0
"""Seconds that reading one hand-in and all our own work on it may take; the budget of each module comes on top."""

Listed = tuple[Path, HandIn]
"""A hand-in, and the download it lies in."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a run: which modules of which suite, out of which downloads, how, and for whom."""

    suite: Suite
    paths: tuple[Path, ...]
    policy: Policy
    seed: bytes
    modules: tuple[int, ...] = ()  # empty: all that were handed in
    students: tuple[str, ...] = ()  # empty: all
    jobs: int = 1
    again: bool = False  # also what is known already, to find cases whose status flips
    rule: Rule = field(default_factory=Rule)
    every_attempt: bool = False  # also those that cannot count
    said: Said = field(default_factory=dict)  # what a person says that paths are

    @property
    def gradable(self) -> tuple[int, ...]:
        """The numbers of the modules that can be graded."""
        return self.modules or tuple(module.number for module in self.suite.modules)


@dataclass(frozen=True, slots=True)
class Change:
    """A grade that is not what it was for the same files: points, and cases with their old and new status."""

    student: str
    module: int
    old: Fraction | None
    new: Fraction | None
    cases: tuple[tuple[str, Status, Status], ...]


@dataclass(slots=True)
class Progress:
    """Progress of a run, in hand-ins; `ended` counts cases by status. While `confirming`, doubtful cases run once more."""

    total: int
    done: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    confirming: bool = False


@dataclass(slots=True)
class RunResult:
    """The result of a run: students met, modules graded or known, cases by status, and what a person should read.

    `refused` are hand-ins and downloads that cannot be used, `faults` what we failed to grade, each with the reason;
    `editions` are those of the starter code that the class was graded as.
    """

    students: int = 0
    graded: int = 0
    known: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    editions: Editions = ()
    sandbox: tuple[str, ...] = ()
    account: Account = field(default_factory=Account)


def grade_all(
    options: RunOptions,
    journal: Journal,
    report: Callable[[Progress], None] = lambda _: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> RunResult:
    """Grades everything the options name into the journal; returns what was done.

    Raises SandboxError, and UsageError before anything is graded where a path can be read in two ways.
    `report` is told how far the run is after each hand-in. `meanwhile` is called while slots start: what the caller
    needs afterwards can be made ready then.
    """
    result = RunResult()
    conventions = conventions_of(options.suite)
    hand_ins: list[Listed] = []
    besides: list[Item] = []
    for path, download in list_downloads(options.paths, conventions, options.said):
        besides += [item for item in _besides(path, download) if not options.students or item.state == "refused"]
        hand_ins += [(path, hand_in) for hand_in in _of_students(download, options.students)]
        if download.refused:
            result.refused.append((str(path), download.refused))
        result.notes += [f"{path.name}: {note}" for note in download.notes]
    result.students = len({hand_in.student for _, hand_in in hand_ins})
    if not options.policy.editions:
        editions = told_by_class(options.suite, [hand_in for _, hand_in in hand_ins])
        options = replace(options, policy=replace(options.policy, editions=editions))
    result.editions = options.policy.editions
    journal.begin(_scope(options, hand_ins))
    run = _Run(options, journal, hand_ins, result, report)
    run.grade_everything(meanwhile)
    run.confirm_doubtful()
    run.grade_unusable()
    run.grade_only_sources()
    result.account = Account((*run.items(), *besides), tuple(run.not_begun))
    if not result.faults:
        journal.done()
    return result


def _besides(path: Path, download: Download) -> list[Item]:
    """What stands in a download and is no hand-in; the download itself where it cannot be used."""
    items = [Item(str(path), "refused", download.refused)] if download.refused else []
    items += [Item(who, "unmatched", why) for who, why in download.unmatched]
    return items + [Item(who, "ignored", "is no hand-in") for who in download.ignored]


def _of_students(download: Download, students: Collection[str]) -> Sequence[HandIn]:
    """The hand-ins of these students, by key or name; all where none are named."""
    wanted = set(students)
    return [hand_in for hand_in in download.hand_ins if not wanted or {hand_in.student, hand_in.name} & wanted]


def _scope(options: RunOptions, hand_ins: Sequence[Listed]) -> str:
    """A hash of what a run is over, by which one that was cut short is known again."""
    parts = [
        options.suite.name,
        repr(options.modules),
        *sorted(f"{path}\0{hand_in.student}\0{hand_in.attempt}" for path, hand_in in hand_ins),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class _Run:
    """One run as the process sees it that lists and writes. Hand-ins are named by their index in `hand_ins`."""

    def __init__(
        self,
        options: RunOptions,
        journal: Journal,
        hand_ins: Sequence[Listed],
        result: RunResult,
        report: Callable[[Progress], None],
    ) -> None:
        self.options, self.journal, self.hand_ins, self.result, self.report = options, journal, hand_ins, result, report
        self.progress = Progress(len(hand_ins))
        self.unusable: list[tuple[int, str]] = []  # hand-ins, and why
        self.usable_modules: Counter[tuple[Path, int]] = Counter()  # how many handed in a module, by download
        self.doubtful: dict[int, list[int]] = {}  # modules by hand-in
        self.empty: list[int] = []  # hand-ins with nothing but the course's own sources
        self.only_sources: dict[int, tuple[int, ...]] = {}  # modules by hand-in
        self.not_begun: list[Item] = []  # attempts whose newer ones used up the time
        self.states: dict[int, tuple[State, str]] = {}  # what became of each hand-in, and why
        self.people: dict[int, tuple[str, ...]] = {}  # folders that may be other people's, by hand-in

    def items(self) -> list[Item]:
        """What became of each hand-in."""
        lost: tuple[State, str] = ("refused", "a fault of ours")
        return [
            Item(one.student, *self.states.get(index, lost), one.kind, one.name, one.email, self.people.get(index, ()))
            for index, (_, one) in enumerate(self.hand_ins)
        ]

    def grade_everything(self, meanwhile: Callable[[], None]) -> None:
        """Grades all hand-ins, side by side."""
        attempts: dict[tuple[str, str], list[int]] = {}  # two platforms may give two students the same key
        for index, (_, hand_in) in enumerate(self.hand_ins):
            attempts.setdefault((hand_in.student, hand_in.kind), []).append(index)
        # Made when their turn comes: a class of thousands is not to wait in memory.
        tasks = (GradeHandIns(tuple(reversed(indices)), self._earlier(indices[0])) for indices in attempts.values())
        self._through_slots(tasks, self.options.jobs, meanwhile)

    def confirm_doubtful(self) -> None:
        """Runs what ran out of time or memory once more, alone on the machine."""
        self.progress.confirming = True
        doubtful, self.doubtful = self.doubtful, {}
        tasks = [GradeHandIns((i,), self._earlier(i), tuple(modules)) for i, modules in sorted(doubtful.items())]
        self.progress.total, self.progress.done = len(tasks), 0
        self._through_slots(tasks, 1)

    def grade_unusable(self) -> None:
        """Grades hand-ins with nothing to run, for the modules that most others of the same download handed in."""
        usable = Counter(path for path, _ in self.hand_ins)
        usable.subtract(self.hand_ins[index][0] for index, _ in self.unusable)
        usable.subtract(self.hand_ins[index][0] for index in self.empty)
        for index, why in self.unusable:
            path, hand_in = self.hand_ins[index]
            self.result.refused.append((hand_in.student, why))
            for number in self.options.modules or self._usual_modules(path, usable[path]):
                self._keep_without_run(index, _grade_without_run(self.options, hand_in, number, why))

    def grade_only_sources(self) -> None:
        """Says for each hand-in which modules it holds only as the course's own source, and gives no points for them.

        A clone brings along the source of all modules. So only those count that are asked for, or up to the last one that
        anybody in the download has handed in; and what the student has handed in another time stands.
        """
        for index, modules in sorted(self.only_sources.items()):
            path, hand_in = self.hand_ins[index]
            handed_in = [number for download, number in self.usable_modules if download == path]
            last = max(handed_in) if handed_in and not self.options.modules else max(modules)
            told = []
            for number in (number for number in modules if number <= last):
                grade = _grade_without_run(self.options, hand_in, number, _ONLY_SOURCES)
                attempts = self.journal.attempts(StudentModule(hand_in.student, number))
                if all(entry.attempt == grade.attempt for entry in attempts):
                    self._keep_without_run(index, grade)
                    told.append(f"{number:02}")
            if told:
                self.result.notes.append(
                    f"{hand_in.student}: module{'s' * (len(told) > 1)} {', '.join(told)}: {_ONLY_SOURCES}"
                )

    def _keep_without_run(self, index: int, grade: Grade) -> None:
        """Writes a grade for which nothing was run into the journal, if it is news."""
        entry = self._entry(grade)
        old = self.journal.grade(entry) if entry is not None else None
        same = old is not None and same_grade(old, grade)
        self._keep(GradedModule(index, grade, old.points if old else None, old is not None, same))

    def _usual_modules(self, path: Path, usable: int) -> list[int]:
        """The modules that at least half of a download's usable hand-ins hold."""
        counts = ((number, count) for (download, number), count in self.usable_modules.items() if download == path)
        return sorted(number for number, count in counts if 2 * count >= usable)

    def _through_slots(
        self, tasks: Iterable[GradeHandIns], jobs: int, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        patience = _PATIENCE + self.options.policy.budget * 4 * len(self.options.gradable)
        for task, message in pool.run(tasks, self._grader, jobs, patience, meanwhile):
            if isinstance(message, HandInRead):
                self._note(task, message)
            elif isinstance(message, GradedModule):
                self._keep(message)
            elif isinstance(message, NotBegun):
                self.not_begun.append(self._not_begun(message))
            elif isinstance(message, NoSandbox):
                raise SandboxError(*message.error)
            else:
                if isinstance(message, pool.Lost):
                    self.result.faults.append((self.hand_ins[task.indices[0]][1].student, message.why))
                self.progress.done += len(task.indices)
                self.report(self.progress)

    def _not_begun(self, message: NotBegun) -> Item:
        """The entry of a student whose older attempts at a module were not begun."""
        one = self.hand_ins[message.indices[0]][1]
        count = len(message.indices)
        why = (
            f"module {message.module:02}: {f'{count} older attempts were' if count > 1 else 'an older attempt was'} not begun, "
            f"for the newer ones used up its {self.options.policy.budget:g} seconds; grade again to go on"
        )
        return Item(one.student, "graded", why, one.kind, one.name, one.email)

    def _grader(self) -> Grader:
        return Grader(self.options, [hand_in for _, hand_in in self.hand_ins], self.journal.fileno())

    def _note(self, task: GradeHandIns, read: HandInRead) -> None:
        """Takes down what a hand-in holds, when it is read for the first time."""
        if task.confirm:
            return
        path, hand_in = self.hand_ins[read.index]
        self.states[read.index] = _state(read)
        self.people[read.index] = read.people
        self.result.notes += [f"{hand_in.student}: {note}" for note in read.notes]
        if read.only_sources:
            self.only_sources[read.index] = read.only_sources
            self.empty += [read.index] * (not read.modules)
        if read.modules:
            self.usable_modules.update((path, number) for number in read.modules)
        elif read.refused:
            self.unusable.append((read.index, read.refused))

    def _keep(self, graded: GradedModule) -> None:
        """Writes one grade into the journal, if it is news."""
        index = graded.index
        path, hand_in = self.hand_ins[index]
        handed_in = graded.handed_in or hand_in.handed_in
        grade = replace(
            graded.grade,
            name=hand_in.name,
            email=hand_in.email,
            kind=hand_in.kind,
            origin=str(path.absolute()),
            team=hand_in.team,
            late=hand_in.late,
            handed_in=handed_in.isoformat() if handed_in else "",
        )
        order = (self.journal.run, index)
        entry = self._entry(grade)
        if entry is not None and graded.same:
            self.journal.again(StudentModule(grade.student, grade.module), entry, order)
        else:
            self.journal.add(replace(grade, order=order))
        self._count(index, grade, graded)

    def _entry(self, grade: Grade) -> Entry | None:
        """The journal's entry of this attempt; None if it has none."""
        entries = self.journal.entries.get(StudentModule(grade.student, grade.module), ())
        return next((entry for entry in entries if entry.attempt == grade.attempt), None)

    def _count(self, index: int, grade: Grade, graded: GradedModule) -> None:
        """Counts one grade in what the run tells."""
        self.result.graded += not graded.same
        self.result.known += graded.same
        self.result.cases.update(result.status for result in grade.results)
        self.progress.ended.update(result.status for result in grade.results)
        self.result.sandbox = grade.sandbox or self.result.sandbox
        if grade.outcome == "grader fault":
            self.result.faults.append((f"{grade.student}, module {grade.module:02}", grade.reason))
        if graded.known and graded.old != grade.points:
            change = Change(grade.student, grade.module, graded.old, grade.points, graded.changed_cases)
            self.result.changes.append(change)
        if grade.doubtful:
            self.doubtful.setdefault(index, []).append(grade.module)

    def _earlier(self, index: int) -> dict[int, tuple[tuple[str, int, int], ...]]:
        """The places of this student's earlier attempts in the journal, by module."""
        student = self.hand_ins[index][1].student
        attempts = {number: self.journal.attempts(StudentModule(student, number)) for number in self.options.gradable}
        return {
            number: tuple((entry.attempt, entry.start, entry.size) for entry in entries)
            for number, entries in attempts.items()
            if entries
        }


def _state(read: HandInRead) -> tuple[State, str]:
    """What becomes of a hand-in that was read, and why where it is not graded."""
    if read.modules:
        return "graded", "; ".join(read.notes) if read.people else ""
    if read.refused and read.refused not in (NO_MODULE, NOTHING_IN_IT):
        return "refused", read.refused
    return "no work found", read.refused or "nothing of the modules that are graded"


def _grade_without_run(options: RunOptions, hand_in: HandIn, module: int, why: str) -> Grade:
    """The grade of a hand-in in which there is nothing to run."""
    cases = options.suite.cases(module)
    results = tuple(Result(case.id, "import error", Fraction(0), Fraction(case.points), why, why) for case in cases)
    attempt = hashlib.sha256(f"{hand_in.attempt}\0{why}".encode("utf-8", "surrogatepass")).hexdigest()
    return Grade(
        hand_in.student,
        options.suite.name,
        module,
        attempt,
        "could not be run",
        why,
        results,
        prerequisites="own" if options.policy.prerequisites == "own" else "reference",
        scale=Fraction(options.suite.points),
    )
