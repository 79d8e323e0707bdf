"""One case of one hand-in once more, for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from autograder.intake.selection import Submission
from autograder.judging.attempt import read_files
from autograder.judging.grade import Prerequisites, Result
from autograder.judging.judge import Judge
from autograder.judging.module_jail import Unusable
from autograder.judging.prepared import PreparedCase
from autograder.judging.verdict import plain_reply, verdict


@dataclass(frozen=True, slots=True)
class Replay:
    """One case run again: `reply` is a student's claim, `ended` says why there is none; `cpu` in seconds, `peak` in bytes."""

    prepared_case: PreparedCase
    result: Result
    replied: bool = False
    reply: Any = None
    ended: str = ""
    cpu: float = 0.0
    peak: int = 0


def replay(judge: Judge, submission: Submission, case_id: str, upon: Prerequisites) -> Replay:
    """One case once more, upon the reference's or the student's own earlier modules, with all there is to see; raises SandboxError, Fault, Refused, and LookupError."""
    work = submission.modules[judge.prepared.module.number]
    prepared_case = next(prepared for prepared in judge.prepared.cases if prepared.case.id == case_id)
    points, zero = Fraction(prepared_case.case.points), Fraction(0)
    try:
        prerequisites = judge.jail.prerequisites(submission, upon)
        code = judge.jail.student_code(prerequisites, judge.jail.extract(read_files(work)))
    except Unusable as why:
        if why.unanswered:
            judge.check_jail()
        result = Result(case_id, "import error", zero, points, shown=why.reason)
        return Replay(prepared_case, result, ended=why.reason)
    outcome = judge.jail.run(prepared_case, code, judge.policy.seconds)
    difference, status = verdict(prepared_case, outcome, code.source, judge.policy)
    shown = difference.words(hidden=False) if difference else ""
    result = Result(case_id, status, points if status == "passed" else zero, points, shown=shown)
    reply = plain_reply(outcome)
    replied = isinstance(reply, dict) and "reply" in reply
    return Replay(prepared_case, result, replied, reply["reply"] if replied else None, shown, outcome.cpu, outcome.peak)
