"""What becomes of a request: which of two results counts, what has changed, and the words for the student.

Nobody loses by asking: of two results of the same files the higher counts. What a later run of the whole class finds holds
for everybody alike. A fault of ours is no result, so what counted before counts on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from autograder.authoring.case import Case
from autograder.judging.grade import Grade, Status
from autograder.judging.points import number
from autograder.regrades.requests import Request

Outcome = Literal["higher", "unchanged", "kept", "fault"]
"""The new result is higher and counts; is what it was; was lower and does not count; or is none, through a fault of ours."""
Change = tuple[str, Status | None, Status | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of a request: the grade before, and the one that the new run gave the same files."""

    request: Request
    outcome: Outcome
    before: Grade
    found: Grade

    @property
    def counts(self) -> Grade:
        """The one of the two that holds now."""
        return self.before if self.outcome in ("kept", "fault") else self.found

    @property
    def changes(self) -> list[Change]:
        """The cases that ended otherwise in the new run, those asked about first."""
        was, now = ({one.case: one.status for one in grade.results} for grade in (self.before, self.found))
        cases = [*self.request.cases, *(case for case in {**was, **now} if case not in self.request.cases)]
        return [(case, was.get(case), now.get(case)) for case in cases if was.get(case) != now.get(case)]


def decide(request: Request, before: Grade, found: Grade) -> Decision:
    """What becomes of a request whose work had one grade and got another."""
    return Decision(request, _outcome(before, found), before, found)


def _outcome(before: Grade, found: Grade) -> Outcome:
    if found.points is None:
        return "fault"
    if before.points is None or found.points > before.points:
        return "higher"
    return "unchanged" if found.points == before.points else "kept"


def changes_in_words(decision: Decision) -> str:
    """`module-01/sums: failed -> passed; …`; empty where nothing has changed."""
    told = (f"{case}: {old or 'not asked'} -> {new or 'not asked'}" for case, old, new in decision.changes)
    return "; ".join(told)


def words(decision: Decision, cases: Mapping[str, Case]) -> str:
    """What the student is told: what was done, what came of each case, and what counts. Of hidden cases no more than the end.

    `cases` are the module's by id, as they are now.
    """
    request, before = decision.request, decision.before
    done = f"We ran module {request.module:02} once more on what you handed in."
    score = f"{number(decision.counts.points)} of {number(decision.counts.scale)} points"
    if decision.outcome == "fault":
        counts = "Your points stay as they are" if before.points is not None else "No zero is given"
        return f"{done} Our grader failed while it did so, which says nothing about your work. {counts}, and we will run it again."
    told = [_case_in_words(case, decision, cases) for case in request.cases]
    end = {
        "higher": f"You now have {score} (before: {number(before.points) or 'none'}).",
        "unchanged": f"Your points stay as they are: {score}.",
        "kept": f"It came out lower this time, which costs you nothing: you keep {score}.",
    }[decision.outcome]
    return " ".join([done, *told, end])


def _case_in_words(id: str, decision: Decision, cases: Mapping[str, Case]) -> str:
    """`shapes are broadcast (module-01/broadcast): passed now.`"""
    name = f"{cases[id].name} ({id})" if id in cases else id
    status, was = (
        {one.case: one.status for one in grade.results}.get(id) for grade in (decision.counts, decision.before)
    )
    if status is None:
        return f"{name}: is not asked any more."
    if status == "passed":
        return f"{name}: passed now."
    # How it ended upon the inputs that pay is not told: it would tell of these inputs.
    return f"{name}: not passed{', as before' if was and was != 'passed' else ''}; your feedback says what to look at."
