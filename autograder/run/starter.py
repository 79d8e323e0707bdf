"""A class's own starter code: its edition, and the cases that it passes untouched, which are worth nothing."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from autograder.authoring.editions import Editions
from autograder.judging.policy import Policy
from autograder.run.grading import RunOptions, grade_all
from autograder.run.journal import Journal
from blueprint.problems import UsageError


def with_starter(options: RunOptions, starter: Path) -> Policy:
    """The policy of a run for a class with this starter code, which is graded as a hand-in would be.

    Its text tells the edition, unless the policy states one. Raises UsageError if it holds no module, or cannot be graded,
    and SandboxError.
    """
    policy = replace(options.policy, confirmed={}, supplied=frozenset(), prerequisites="reference")
    said = {name: form for name, form in options.said.items() if name}  # what is said of all paths is not said of this
    alone = replace(options, paths=(starter,), students=(), modules=(), policy=policy, again=False, said=said)
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder), options.suite.name) as journal:
        result = grade_all(alone, journal)
        grades = [journal.grade(entry) for entries in journal.entries.values() for entry in entries]
    if result.students != 1 or result.faults or not grades:
        why = "; ".join(reason for _, reason in (*result.refused, *result.faults)) or "it holds no module"
        why = why if result.students <= 1 else f"it is read as {result.students} hand-ins"
        raise UsageError(
            f"{starter}: the starter code cannot be graded: {why}; name the folder that students begin with"
        )
    passed = {one.case for grade in grades for one in grade.results if one.status == "passed"}
    editions: Editions = options.policy.editions or result.editions
    return replace(options.policy, editions=editions, supplied=frozenset(passed))
