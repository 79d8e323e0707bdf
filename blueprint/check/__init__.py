"""The rules of a course whose files all read well, one module per subject.

A rule is a function that takes the `Loaded` course and yields problems at the places to mend. Rules skip values
that could not be read, so that one typing error does not make ten complaints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from blueprint.check import (
    calendar,
    clock,
    conflicts,
    drops,
    grading,
    handbook,
    ids,
    numbers,
    people,
    placeholders,
    rubrics,
    text,
    weeks,
)
from blueprint.load import Loaded
from blueprint.paths import shipped_content, shown
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
    *ids.RULES,
    *numbers.RULES,
    *text.RULES,
    *placeholders.RULES,
    *drops.RULES,
)


def check(loaded: Loaded) -> list[Problem]:
    """Every problem of a course, reading and rules together, in file order."""
    problems = list(loaded.problems)
    for rule in RULES if loaded.complete else rubrics.RULES:
        problems += rule(loaded)
    return in_file_order(for_who_mends(problems, loaded.files), [shown(path) for path in loaded.files])


def for_who_mends(problems: Iterable[Problem], files: Sequence[Path]) -> Iterator[Problem]:
    """Problems whose next step is one that can be taken: what comes with Blueprint is overridden, not edited.

    `files` are those of a course, its own first. A course that is itself part of the content edits it.
    """
    shipped = shipped_content()
    ours = {shown(path): path.relative_to(shipped).as_posix() for path in files if path.is_relative_to(shipped)}
    own = files[0].is_relative_to(shipped)
    for problem in problems:
        name = ours.get(problem.mark.file)
        if own or name is None:
            yield problem
        else:
            hint = f"{problem.hint}; this file comes with Blueprint, so do it {_own_place(name, files[0].name)}"
            yield replace(problem, hint=hint)


def _own_place(name: str, offering: str) -> str:
    """Where to say what shall replace a part of a file that comes with Blueprint."""
    folder, _, below = name.partition("/")
    if folder == "rubrics":
        return f"in a {name} of your own that says `extends: {below}`"
    if "/" in below:
        kind = "registries: [mine.yaml]" if below.startswith("registry") else "handbook: mine.yaml"
        return f"in a file of your own (`{kind}`) that says `extends: {below}`"
    return f"in {offering}, where the same key replaces it"
