"""From the journal to what people read: which attempt counts, whose it is, and the files of a folder of grades.

Everything written here holds no clock and no order of work: the same journal gives the same bytes. Grades are read one
after the other, so that a class of thousands passes through and does not pile up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from autograder.authoring.case import Case, Suite
from autograder.intake.roster import Roster
from autograder.judging.grade import Grade
from autograder.reports import csv_files, feedback, staff_report
from autograder.reports.csv_files import Row
from autograder.run import pool
from autograder.run.journal import Entry, Journal, Key
from blueprint.files import write_whole

_PART = 16
"""Grades whose feedback one process writes before it asks for more."""
_PATIENCE = 600.0
"""Seconds for that, of which it takes hundredths: a disk far away may be slow."""

Counts = Literal["latest", "best", "latest-on-time"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which of several attempts counts, and by when a module was due (ISO 8601 with the course's offset)."""

    counts: Counts = "latest"
    due: Mapping[int, str] = field(default_factory=dict)

    def on_time(self, module: int, entry: Entry) -> bool:
        """Whether an attempt came in time, as far as the platform's own record tells."""
        if entry.late:
            return False
        due = self.due.get(module)
        if not due or not entry.handed_in:
            return True
        from datetime import datetime

        limit, came = datetime.fromisoformat(due), datetime.fromisoformat(entry.handed_in)
        # A platform that writes no zone means the course's.
        return (came if came.tzinfo else came.replace(tzinfo=limit.tzinfo)) <= limit


class Ledger:
    """What stands in a journal, seen as a class."""

    def __init__(self, journal: Journal, suite: Suite, rule: Rule, roster: Roster | None = None) -> None:
        self.journal, self.suite, self.rule, self.roster = journal, suite, rule, roster
        self._cases: dict[int, Mapping[str, Case]] = {}
        self._names = {one.id: one.name for one in roster.students} if roster is not None else {}
        self._whose = self._owners()

    def whose(self) -> list[tuple[str, int]]:
        """Every student and module there is a grade of, in order."""
        return sorted(self._whose)

    def grades(self, whose: Iterable[tuple[str, int]] | None = None) -> Iterator[Grade]:
        """The grade that counts of every student and module, in order, under the names of the roster; or of some."""
        for student, module in self.whose() if whose is None else whose:
            grade = self._counting(module, self._whose[student, module])
            name = self._names.get(student) or grade.name
            yield replace(grade, student=student, name=name)

    def counting(self, student: str, module: int) -> Grade:
        """The grade that counts of one student, under the name in its hand-in; KeyError if there is none."""
        return self._counting(module, self._whose[student, module])

    def cases(self, module: int) -> Mapping[str, Case]:
        """The cases of a module by id, as they are now."""
        if module not in self._cases:
            self._cases[module] = {case.id: case for case in self.suite.cases(module)}
        return self._cases[module]

    def attempts(self, student: str, module: int) -> list[Entry]:
        """All attempts of a student of the roster, or of a hand-in's key, at a module, first to last."""
        return sorted(self._whose.get((student, module), ()), key=lambda entry: entry.order)

    def students(self) -> list[str]:
        """Everybody with a grade."""
        return sorted({student for student, _ in self._whose})

    def named(self) -> dict[str, str]:
        """The key of everybody whose name, as a platform or the roster tells it, nobody else has."""
        found: dict[str, set[str]] = {}
        for (student, _), entries in self._whose.items():
            for name in {self._names.get(student, ""), *(entry.name for entry in entries)} - {""}:
                found.setdefault(name, set()).add(student)
        return {name: students.pop() for name, students in found.items() if len(students) == 1}

    def _owners(self) -> dict[tuple[str, int], list[Entry]]:
        found: dict[tuple[str, int], list[Entry]] = {}
        for key, entries in self.journal.entries.items():
            for student, of_one in self._told_apart(key, entries):
                found.setdefault((student, key.module), []).extend(of_one)
        return found

    def _told_apart(self, key: Key, entries: Sequence[Entry]) -> Iterator[tuple[str, Sequence[Entry]]]:
        """Whose the attempts under a key are: what two platforms call alike need not be one student."""
        if self.roster is None:
            yield key.student, entries
            return
        for kind in {entry.kind: "" for entry in entries}:
            of_one = [entry for entry in entries if entry.kind == kind]
            yield self._owner(key.student, max(of_one, key=lambda entry: entry.order)), of_one

    def _owner(self, key: str, last: Entry) -> str:
        """The id of the student in the roster; of somebody who is not in it the key, told apart from all ids there."""
        known = self.roster.find(key, kind=last.kind, name=last.name, email=last.email) if self.roster else None
        if known is not None:
            return known.id
        return f"{key} ({last.kind})" if key in self._names else key

    def _counting(self, module: int, entries: Sequence[Entry]) -> Grade:
        ordered = sorted(entries, key=lambda entry: entry.order)
        if self.rule.counts == "best":
            grades = [self.journal.grade(entry) for entry in ordered]
            return max(reversed(grades), key=lambda grade: Fraction(-1) if grade.points is None else grade.points)
        if self.rule.counts == "latest-on-time":
            # Where nothing came in time the latest counts: what lateness costs is not decided here.
            ordered = [entry for entry in ordered if self.rule.on_time(module, entry)] or ordered
        return self.journal.grade(ordered[-1])


def ready() -> None:
    """Loads the templates, for a caller who has time now and publishes later."""
    from autograder.reports.html import environment

    environment()


def publish(ledger: Ledger, folder: Path, jobs: int = 1) -> list[Row]:
    """Writes results.csv, gradebook.csv, the feedback and report.html; gives the gradebook's rows.

    Feedback, which is most of the work, is written by `jobs` processes side by side while this one writes the tables.
    """
    made: list[Row] = []
    whose = ledger.whose()
    parts = [whose[start : start + _PART] for start in range(0, len(whose), _PART)]
    hands = _Hands(ledger, folder)
    if jobs == 1 or len(parts) < 2 * jobs:
        made += _tables(ledger, folder)
        for part in parts:
            hands.give(part)
        return made
    for part, said in pool.run(parts, lambda: hands, jobs, _PATIENCE, lambda: made.extend(_tables(ledger, folder))):
        if isinstance(said, pool.Lost):
            hands.give(part)  # what ended that process happens here once more, where it can be told
    return made


class _Hands:
    """Who hands feedback back: a worker of the pool."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger, self.folder = ledger, folder

    def give(self, whose: Iterable[tuple[str, int]]) -> None:
        """Writes the feedback of these students and modules; raises OSError."""
        for grade in self.ledger.grades(whose):
            _give(self.folder, grade, self.ledger)

    def work(self, task: list[tuple[str, int]]) -> Iterator[None]:
        """The same, for the pool; there is nothing to say."""
        self.give(task)
        return iter(())

    def close(self) -> None:
        """Nothing was opened."""


def _tables(ledger: Ledger, folder: Path) -> list[Row]:
    """Writes results.csv, gradebook.csv and report.html; gives the gradebook's rows."""
    rows: dict[str, Row] = {}
    extra: tuple[str, ...] = ()
    if ledger.roster is not None:
        rows = {one.id: Row(one.id, one.name, one.section) for one in ledger.roster.students}
        extra = ("fits no one student of the class list",)
    summary = staff_report.Summary()
    eras: dict[tuple[str, int], str] = {}

    def passing() -> Iterator[Grade]:
        for grade in ledger.grades():
            _enter(rows, grade, extra)
            summary.add(grade)
            eras[grade.student, grade.module] = grade.era
            yield grade

    write_whole(folder / "results.csv", csv_files.results(passing(), ledger.cases), owner_only=True)
    for student, remark in _other_eras(eras):
        rows[student] = replace(rows[student], eras=(*rows[student].eras, remark))
    modules = [ledger.suite.module(number) for number in ledger.journal.modules()]
    ordered = [rows[student] for student in sorted(rows)]
    write_whole(
        folder / "gradebook.csv", [csv_files.gradebook(ordered, [module.number for module in modules])], owner_only=True
    )
    write_whole(folder / "report.html", staff_report.pieces(ordered, modules, summary, ledger.cases), owner_only=True)
    return ordered


def _enter(rows: dict[str, Row], grade: Grade, extra: tuple[str, ...]) -> None:
    """Enters a grade; somebody who has no row yet gets one, with what to remark of such a student."""
    row = rows.get(grade.student) or Row(grade.student, grade.name, remarks=extra)
    remarks = [f"module {grade.module:02}: {grade.outcome}"] if grade.outcome != "graded" else []
    rows[grade.student] = replace(
        row, points={**row.points, grade.module: grade.points}, remarks=(*row.remarks, *remarks)
    )


def _other_eras(eras: Mapping[tuple[str, int], str]) -> Iterator[tuple[str, str]]:
    """Whose work is asked the cases of other eras than most of the class: an old clone, or a wish for fewer cases."""
    counts: dict[int, Counter[str]] = {}
    for (_, module), era in eras.items():
        counts.setdefault(module, Counter())[era] += 1
    most = {
        module: next((era for era in count if 2 * count[era] > count.total()), None) for module, count in counts.items()
    }
    others: dict[tuple[str, str, str], list[int]] = {}
    for (student, module), era in sorted(eras.items()):
        usual = most[module]
        if usual is not None and era != usual:
            others.setdefault((student, era, usual), []).append(module)
    for (student, *both), modules in others.items():
        words = [" or ".join(one) or "none known" for one in both]
        yield student, f"{_modules(modules)}: asked as of era {words[0]}, most of the class as of {words[1]}"


def _modules(numbers: Sequence[int]) -> str:
    """`module 03`, `modules 01 to 05`, `modules 01, 04`."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return f"module {first:02}"
    whole = len(numbers) > 2 and last - first == len(numbers) - 1
    return f"modules {first:02} to {last:02}" if whole else "modules " + ", ".join(f"{one:02}" for one in numbers)


def _give(folder: Path, grade: Grade, ledger: Ledger) -> None:
    """A student's feedback on one module."""
    module = ledger.suite.module(grade.module)
    cases = ledger.cases(grade.module)
    place = folder / "feedback" / feedback.folder(grade.student)
    told = feedback.report(grade, module, cases)
    _text(place / f"{module.id}.html", feedback.page(told))
    _text(place / f"{module.id}.md", feedback.markdown(told))


def _text(path: Path, text: str) -> None:
    """Write a page, unless it is there already with this content."""
    data = text.encode("utf-8", "surrogateescape")
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return
    write_whole(path, data, owner_only=True)
