"""What requests name, run again: the same run as of a whole class, over the hand-ins and modules that are asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from autograder.judging.grade import Grade
from autograder.run.grading import Progress, RunOptions, RunResult, grade_all
from autograder.run.journal import Journal, StudentModule


def runs(options: RunOptions, grades: Mapping[StudentModule, Grade]) -> Iterator[RunOptions]:
    """The runs that grade this work once more: one for each module, download and edition, with no result taken over.

    A class's edition is told by the class, so work that is asked about alone keeps the edition it was asked as of,
    unless the options state one.
    """
    together: dict[tuple[int, str, tuple[str, ...]], list[str]] = {}
    for grade in grades.values():
        editions = options.policy.editions or grade.editions
        together.setdefault((grade.module, grade.origin, editions), []).append(grade.student)
    for (module, origin, editions), students in sorted(together.items()):
        yield replace(
            options,
            paths=options.paths or (Path(origin),),
            modules=(module,),
            students=tuple(sorted(set(students))),
            policy=replace(options.policy, editions=editions),
            again=True,
            every_attempt=True,  # what is contested may not be the newest
        )


def rerun(each: Iterable[RunOptions], journal: Journal, report: Callable[[Progress], None]) -> list[RunResult]:
    """Grades each of these into the journal; returns what was done. Raises SandboxError and UsageError."""
    return [grade_all(options, journal, report) for options in each]


def found_for(journal: Journal, before: Grade) -> Grade:
    """The grade that the files of another grade have now."""
    entries = journal.entries[StudentModule(before.student, before.module)]
    return journal.grade(next(entry for entry in entries if entry.attempt == before.attempt))
