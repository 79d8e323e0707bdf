"""Explains how one grade came about: one case once more, on the same files and inputs, with everything shown.

For the person who grades, never for the student: it shows the inputs of hidden cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from autograder.authoring.case import Suite
from autograder.authoring.conventions import conventions_of
from autograder.intake.contents import printable
from autograder.intake.listing import list_download
from autograder.intake.selection import Submission, read_submission
from autograder.intake.structure import FORMS
from autograder.judging.attempt import identity
from autograder.judging.grade import Grade
from autograder.judging.judge import Judge
from autograder.judging.policy import Policy
from autograder.judging.prepared import import_names, prepare
from autograder.judging.replay import Replay, replay
from autograder.reports.gradebook import Gradebook
from blueprint.problems import UsageError, close_match, quoted

_LINES = 24
"""Lines, or items, of one value that are shown."""
_WIDTH = 100
_LONGEST = 2000
"""Characters of one text that are shown."""


@dataclass(frozen=True, slots=True)
class GradePath:
    """The student, module and case of a `STUDENT[/MODULE[/CASE]]`; 0 and empty for what was not given."""

    student: str
    module: int = 0
    case: str = ""


def parse_grade_path(text: str, gradebook: Gradebook) -> GradePath:
    """The student, module and case that a path such as `ada/3/relu` names; raises UsageError with what there is."""
    students = gradebook.students()
    student_by_name = gradebook.students_by_name() | {student: student for student in students}
    longest_first = sorted(student_by_name, key=len, reverse=True)  # keys and names may hold `/`
    name = next((name for name in longest_first if f"{text}/".startswith(f"{name}/")), None)
    if name is None:
        match = close_match(text.partition("/")[0], list(student_by_name))
        count = f"{len(students)} student{'s have' if len(students) != 1 else ' has'} grades"
        more = f"did you mean `{match}`?" if match else f"{count}; the first column of gradebook.csv names them"
        raise UsageError(f"there is no grade of {quoted(text.partition('/')[0])}; {more}")
    student = student_by_name[name]
    number, _, case = text[len(name) + 1 :].partition("/")
    if not number:
        return GradePath(student)
    module = module_number(number)
    if not gradebook.attempts(student, module):
        graded = [m.number for m in gradebook.suite.modules if gradebook.attempts(student, m.number)]
        there = ", ".join(f"{number:02}" for number in graded)
        raise UsageError(f"{student} has no grade for module {quoted(number)}; there are: {there}")
    if not case:
        return GradePath(student, module)
    cases = [id.rpartition("/")[2] for id in gradebook.cases(module)]
    match = case if case in cases else close_match(case, cases)
    if match is None:
        raise UsageError(f"module {module:02} has no case {quoted(case)}; it has\n  " + "\n  ".join(cases))
    return GradePath(student, module, f"module-{module:02}/{match}")


def module_number(word: str) -> int:
    """The module that a word names by its number, `3`, `m03` or `module-03`; 0 for another word."""
    digits = word.removeprefix("module-").removeprefix("m")
    return int(digits) if digits.isdecimal() else 0


def read_again(grade: Grade, suite: Suite) -> Submission:
    """The submission that a grade was given for, read again; raises UsageError when its files are not what they were."""
    conventions = conventions_of(suite)
    path = Path(grade.origin)
    download = list_download(path, conventions)
    # As what a person said the path is was not kept: the files themselves tell that it is the same work.
    for listed in chain([download], (list_download(path, conventions, form) for form in FORMS)):
        for hand_in in listed.hand_ins:
            if hand_in.student != grade.student and hand_in.name != grade.name:
                continue
            submission = read_submission(hand_in, conventions)
            work = submission.modules.get(grade.module)
            if work is not None and identity(work) == grade.attempt:
                return submission
    why = download.refused or "the files in it are others now"
    raise UsageError(f"{path}: {why}; what was graded is not there any more, so it cannot be run again")


def replay_case(grade: Grade, case: str, gradebook: Gradebook, seed: bytes, unsafe: bool) -> Replay:
    """One case of a grade once more, in a sandbox unless `unsafe`; raises UsageError and SandboxError."""
    submission = read_again(grade, gradebook.suite)
    policy = Policy(prerequisites="best" if grade.own_tried else grade.prerequisites, unsafe=unsafe)
    suite = gradebook.suite
    prepared = prepare(suite, grade.module, seed, policy.limits)
    judge = Judge(prepared, policy, import_names(suite, conventions_of(suite).words))
    try:
        return replay(judge, submission, case, grade.prerequisites)
    finally:
        judge.close()


def lines(replay: Replay) -> Iterator[str]:
    """The lines of a replay for a terminal: inputs, what was expected, what came back."""
    case = replay.prepared_case.case
    yield f"{case.id}: {case.name} ({'visible' if case.visible else 'hidden'}, {case.points} points, {case.skill})"
    yield f"hint: {case.hint}"
    for title, values in value_lines(replay).items():
        yield from ("", title, *values)
    yield ""
    yield f"{replay.result.status}{': ' + replay.result.shown if replay.result.shown else ''}"
    yield f"{replay.cpu:.3f} s of processor time, {replay.peak >> 20} MB at most"


def value_lines(replay: Replay) -> dict[str, list[str]]:
    """What went in, what should come back and what did, as lines under their titles."""
    inputs = [line for name, value in replay.prepared_case.record for line in _shown(name, value)]
    expected = list(_shown("result", replay.prepared_case.expected))
    came_back = list(_shown("result", replay.reply)) if replay.replied else [f"  {replay.ended}"]
    return {"inputs": inputs, "expected": expected, "came back": came_back}


def _shown(name: str, value: Any, depth: int = 1) -> Iterator[str]:
    """The lines of a value of plain data, one name a line, arrays with shape and dtype; long ones are cut."""
    import numpy as np

    pad = "  " * depth
    if isinstance(value, (list, tuple)) and any(isinstance(item, (list, tuple, dict, np.ndarray)) for item in value):
        yield f"{pad}{name}: {len(value)} items"
        for index, item in enumerate(value[:_LINES]):
            yield from _shown(f"[{index}]", item, depth + 1)
        yield from _dots(len(value), depth)
    elif isinstance(value, dict):
        yield f"{pad}{name}:"
        for key, item in islice(value.items(), _LINES):
            yield from _shown(printable(str(key)), item, depth + 1)
        yield from _dots(len(value), depth)
    elif isinstance(value, np.ndarray):
        text = np.array2string(value, max_line_width=_WIDTH - len(pad), threshold=200, precision=6)
        yield f"{pad}{name}: {value.dtype} of shape {value.shape}"
        rows = text.splitlines()
        yield from (f"{pad}  {row}" for row in rows[:_LINES])
        yield from _dots(len(rows), depth)
    else:
        text = repr(str(value)) if isinstance(value, str) else str(value)
        yield f"{pad}{name}: {text[:_LONGEST]}{' ...' if len(text) > _LONGEST else ''}"


def _dots(count: int, depth: int) -> list[str]:
    """A line of dots where not all of `count` lines are shown."""
    return [f"{'  ' * depth}  ..."] if count > _LINES else []
