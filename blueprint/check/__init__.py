"""The rules of a course whose files all read well, one module per subject.

A rule is a function that takes the `Loaded` course and yields problems at the places to mend. Rules skip values
that could not be read, so that one typing error does not make ten complaints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from blueprint.check import calendar, clock, conflicts, grading, handbook, numbers, people, rubrics, text, weeks
from blueprint.load import Loaded
from blueprint.paths import shown
from blueprint.problems import Problem, in_file_order

RULES: tuple[Callable[[Loaded], Iterator[Problem]], ...] = (
    *grading.RULES,
    *weeks.RULES,
    *rubrics.RULES,
    *handbook.RULES,
    *people.RULES,
    *clock.RULES,
    *conflicts.RULES,
    *calendar.RULES,
    *numbers.RULES,
    *text.RULES,
)


def check(loaded: Loaded) -> list[Problem]:
    """Every problem of a course, reading and rules together, in file order."""
    problems = list(loaded.problems)
    for rule in RULES if loaded.complete else rubrics.RULES:
        problems += rule(loaded)
    return in_file_order(problems, [shown(path) for path in loaded.files])
