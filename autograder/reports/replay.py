"""How one grade came about: the same files, the same inputs, one case once more, with everything shown.

For the person who grades, never for the student: it shows the inputs of hidden cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from autograder.intake.archive import shown as path_shown
from autograder.intake.submission import Submission, conventions_of, download, submission
from autograder.judging.attempt import identity
from autograder.judging.grade import Grade
from autograder.judging.judge import Judge
from autograder.judging.policy import Policy
from autograder.judging.prepared import import_names, prepare
from autograder.judging.replay import Replay, replay
from autograder.reports.gradebook import Ledger
from blueprint.problems import UsageError, close_match, quoted

_LINES = 24
_WIDTH = 100
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """`STUDENT[/MODULE[/CASE]]`, as far as it was given; 0 and empty for what was not."""

    student: str
    module: int = 0
    case: str = ""


def asked(text: str, ledger: Ledger) -> Asked:
    """What a path such as `ada/3/relu` means; raises UsageError with what there is."""
    students = ledger.students()
    known_as = ledger.named() | {one: one for one in students}
    said = next((one for one in sorted(known_as, key=len, reverse=True) if f"{text}/".startswith(f"{one}/")), None)
    if said is None:
        match = close_match(text.partition("/")[0], list(known_as))
        count = f"{len(students)} student{'s have' if len(students) != 1 else ' has'} grades"
        more = f"did you mean `{match}`?" if match else f"{count}; the first column of gradebook.csv names them"
        raise UsageError(f"there is no grade of {quoted(text.partition('/')[0])}; {more}")
    student = known_as[said]
    number, _, case = text[len(said) + 1 :].partition("/")
    if not number:
        return Asked(student)
    digits = number.removeprefix("module-").removeprefix("m")
    module = int(digits) if digits.isdecimal() else 0
    if not ledger.attempts(student, module):
        there = ", ".join(f"{one.number:02}" for one in ledger.suite.modules if ledger.attempts(student, one.number))
        raise UsageError(f"{student} has no grade for module {quoted(number)}; there are: {there}")
    if not case:
        return Asked(student, module)
    known = [one.rpartition("/")[2] for one in ledger.cases(module)]
    found = case if case in known else close_match(case, known)
    if found is None:
        raise UsageError(f"module {module:02} has no case {quoted(case)}; it has\n  " + "\n  ".join(known))
    return Asked(student, module, f"module-{module:02}/{found}")


def handed_in(grade: Grade, ledger: Ledger) -> Submission:
    """The files a grade was given for, read again; raises UsageError when they are not what they were."""
    conventions = conventions_of(ledger.suite)
    path = Path(grade.origin)
    listed = download(path, conventions)
    for one in listed.students:
        if one.student != grade.student and one.name != grade.name:
            continue
        found = submission(one, conventions)
        work = found.modules.get(grade.module)
        if work is not None and identity(work) == grade.attempt:
            return found
    why = listed.refused or "the files in it are others now"
    raise UsageError(f"{path}: {why}; what was graded is not there any more, so it cannot be run again")


def replayed(grade: Grade, case: str, ledger: Ledger, seed: bytes, unsafe: bool) -> Replay:
    """One case of a grade once more, in a sandbox; raises UsageError and SandboxError."""
    found = handed_in(grade, ledger)
    policy = Policy(prerequisites=grade.prerequisites, unsafe=unsafe)
    prepared = prepare(ledger.suite, grade.module, seed, policy.limits)
    judge = Judge(prepared, policy, import_names(ledger.suite, conventions_of(ledger.suite).words))
    try:
        return replay(judge, found, case)
    finally:
        judge.close()


def lines(replay: Replay) -> Iterator[str]:
    """A replay for a terminal: inputs, what was expected, what came back."""
    case = replay.prepared_case.case
    yield f"{case.id}: {case.name} ({'visible' if case.visible else 'hidden'}, {case.points} points, {case.skill})"
    yield f"hint: {case.hint}"
    yield ""
    yield "inputs"
    for name, value in replay.prepared_case.record:
        yield from _shown(name, value)
    yield ""
    yield "expected"
    yield from _shown("result", replay.prepared_case.expected)
    yield ""
    yield "came back"
    yield from _shown("result", replay.reply) if replay.replied else [f"  {replay.ended}"]
    yield ""
    yield f"{replay.result.status}{': ' + replay.result.shown if replay.result.shown else ''}"
    yield f"{replay.cpu:.3f} s of processor time, {replay.peak >> 20} MB at most"


def _shown(name: str, value: Any, depth: int = 1) -> Iterator[str]:
    """A value of plain data, one name a line, arrays with shape and dtype; long ones are cut."""
    import numpy as np

    pad = "  " * depth
    if isinstance(value, (list, tuple)) and any(isinstance(one, (list, tuple, dict, np.ndarray)) for one in value):
        yield f"{pad}{name}: {len(value)} items"
        for place, one in enumerate(value[:_LINES]):
            yield from _shown(f"[{place}]", one, depth + 1)
        yield from _cut([], len(value), depth)
    elif isinstance(value, dict):
        yield f"{pad}{name}:"
        for key, one in islice(value.items(), _LINES):
            yield from _shown(path_shown(str(key)), one, depth + 1)
        yield from _cut([], len(value), depth)
    elif isinstance(value, np.ndarray):
        text = np.array2string(value, max_line_width=_WIDTH - len(pad), threshold=200, precision=6)
        yield f"{pad}{name}: {value.dtype} of shape {value.shape}"
        found = [f"{pad}  {line}" for line in text.splitlines()]
        yield from _cut(found[:_LINES], len(found), depth)
    else:
        text = repr(str(value)) if isinstance(value, str) else str(value)
        yield f"{pad}{name}: {text[:_LONGEST]}{' ...' if len(text) > _LONGEST else ''}"


def _cut(inputs: Sequence[str], of: int, depth: int) -> list[str]:
    return [*inputs, *([f"{'  ' * depth}  ..."] if of > _LINES else [])]
