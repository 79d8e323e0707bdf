"""From an attempt to a grade: the judge sends requests into a jail, believes nothing that comes back, and decides.

Three ways out: a grade; a grade that says why the work could not be run, which is the student's; or a fault of ours,
which is no grade, and only if an honest solution fails in the same jail too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from autograder.authoring.case import Case
from autograder.intake.contents import Refused
from autograder.intake.selection import Submission
from autograder.judging.attempt import Attempt, digest, possible_editions, read_files
from autograder.judging.extracted import ExtractedSource
from autograder.judging.grade import Grade, Result, scaled
from autograder.judging.module_jail import ModuleJail, StudentCode, Unusable
from autograder.judging.policy import Policy
from autograder.judging.prepared import PreparedCase, PreparedModule, merged
from autograder.judging.verdict import answered, may_be_the_machines, verdict
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Outcome

_ZERO = Fraction(0)


class Fault(Exception):
    """Our own side failed, as an honest solution in the same place shows; the message says how."""


class Judge:
    """Grades attempts at one module, in one jail. For one thread."""

    def __init__(self, prepared: PreparedModule, policy: Policy, import_names: Mapping[str, str]) -> None:
        self.prepared, self.policy = prepared, policy
        self.jail = ModuleJail(prepared.suite, prepared.module, policy, import_names)
        self._reference: StudentCode | None = None

    def begin(self) -> None:
        """Starts the jail without waiting for it, for a caller who has other things to do; raises SandboxError."""
        self.jail.begin()

    def start(self) -> None:
        """Starts the jail; raises SandboxError."""
        self.jail.start()

    def close(self) -> None:
        """Ends the jail."""
        self.jail.close()

    def grade(
        self,
        submission: Submission,
        earlier: Callable[[str], Grade | None] = lambda attempt: None,
        *,
        confirming: bool = False,
        again: bool = False,
    ) -> tuple[Grade, Grade | None]:
        """The grade of one attempt, and the earlier one of the same files if `earlier` knows it.

        Results of the earlier one with equal keys are taken over instead of run again, unless `again`: then a status
        that flips is marked as flaky. `confirming` runs what was doubtful once more, and the second end stands.
        """
        work = submission.modules[self.prepared.module.number]
        draft = self._draft(submission)
        try:
            files = read_files(work)
        except Refused as error:
            unread = digest(f"{work.member.path}\0{error}".encode("utf-8", "surrogatepass"))
            return self._impossible(replace(draft, attempt=unread), str(error)), earlier(unread)
        draft = replace(draft, attempt=files.identity)
        attempt = Attempt(submission, work, files, earlier(files.identity), confirming, again)
        try:
            try:
                return self._graded(draft, attempt), attempt.earlier
            except (SandboxError, Fault):
                self.close()  # once more, in a jail that nothing has happened in
                return self._graded(draft, attempt), attempt.earlier
        except (SandboxError, Fault) as error:
            self.close()
            return replace(draft, outcome="grader fault", reason=str(error)), attempt.earlier

    def _graded(self, draft: Grade, attempt: Attempt) -> Grade:
        draft = replace(draft, sandbox=self.jail.layers)
        try:
            prerequisites = self.jail.prerequisites(attempt.submission)
            conditions = self._conditions([module.source_hash for module in prerequisites])
            cases = (prepared.key for prepared in self._cases_for(draft))
            asked_as = f"{draft.editions} {draft.own_editions}"
            draft = replace(draft, key=merged([draft.attempt, asked_as, *cases, *conditions]))
            if attempt.earlier is not None and attempt.earlier.key == draft.key and attempt.settled:
                return self._carried(draft, attempt.earlier)
            source = self.jail.extract(attempt.files)
            exported = attempt.work.exported.path if attempt.work.exported is not None else ""
            draft = replace(draft, notes=(*draft.notes, *source.told(exported)))
            code = self.jail.student_code(prerequisites, source)
            return _AttemptRun(self, attempt, code, conditions).grade(draft)
        except Unusable as why:
            if why.unanswered:
                self.check_jail()
            # Time and memory can be the machine's fault, so they are tried once more, alone.
            doubtful = (why.doubtful,) if why.doubtful and not attempt.confirming else ()
            return replace(self._impossible(draft, why.reason), doubtful=doubtful)

    def check_jail(self) -> None:
        """Runs the first case on the reference in the same jail; raises Fault if that fails too."""
        if self._reference is None:
            self._reference = self.jail.reference_code()
        prepared_case = self.prepared.cases[0]
        outcome = self.jail.run(prepared_case, self._reference, self.policy.seconds)
        _, status = verdict(prepared_case, outcome, self._reference.source, self.policy)
        if status != "passed":
            raise Fault(f"an honest solution ended with `{status}` in the same place")

    def result(self, prepared_case: PreparedCase, outcome: Outcome, source: ExtractedSource) -> Result:
        """The result of a case whose worker ended so; raises Fault or SandboxError."""
        case = prepared_case.case
        difference, status = verdict(prepared_case, outcome, source, self.policy)
        if status not in ("passed", "failed"):
            self.check_jail()
        if status == "passed" or difference is None:
            return Result(case.id, "passed", Fraction(case.points), Fraction(case.points))
        told, shown = prepared_case.told(difference), difference.words(hidden=False)
        return Result(case.id, status, _ZERO, Fraction(case.points), told, shown)

    # -------------------------------------------------------------------------------------------- grades without cases run

    def _draft(self, submission: Submission) -> Grade:
        """A grade with what is known before anything is read or run."""
        work = submission.modules[self.prepared.module.number]
        told = possible_editions(submission, work)
        editions = self.policy.editions_of(submission.student) or told
        return Grade(
            student=submission.student,
            suite=self.prepared.suite.name,
            module=self.prepared.module.number,
            attempt="",
            outcome="graded",
            editions=editions,
            own_editions=() if set(told) & set(editions) else told,
            notes=(*submission.notes, *work.notes),
            file=work.member.path,
            prerequisites=self.policy.prerequisites,
            scale=Fraction(self.prepared.suite.points),
        )

    def _cases_for(self, draft: Grade) -> tuple[PreparedCase, ...]:
        """The cases that a draft is asked."""
        return self.prepared.cases_for(draft.editions, self.policy.supplied)

    def _conditions(self, prerequisites: Sequence[str]) -> list[str]:
        """All that a status depends on besides the case and the module's own source; prerequisites by their hashes."""
        limits = f"{self.policy.seconds} {self.policy.budget}"
        return [self.policy.prerequisites, *self.jail.layers, limits, *prerequisites]

    def _carried(self, draft: Grade, earlier: Grade) -> Grade:
        """An earlier grade of the same work, taken over, with the points that its cases are worth now."""
        worth = {prepared.case.id: Fraction(prepared.case.points) for prepared in self.prepared.cases}
        results = tuple(result.priced(worth[result.case]) for result in earlier.results)
        return replace(
            earlier,
            student=draft.student,
            results=results,
            file=draft.file,
            prerequisites=draft.prerequisites,
            scale=draft.scale,
        )

    def _impossible(self, draft: Grade, reason: str) -> Grade:
        """The grade where nothing can be run: every case asked is lost for one reason."""
        results = tuple(
            Result(prepared.case.id, "import error", _ZERO, Fraction(prepared.case.points), reason, reason)
            for prepared in self._cases_for(draft)
        )
        return replace(draft, outcome="could not be run", reason=reason, results=results)


class _AttemptRun:
    """The cases of one attempt, asked one after the other within its budget of time."""

    def __init__(self, judge: Judge, attempt: Attempt, code: StudentCode, conditions: Sequence[str]) -> None:
        self.judge, self.attempt, self.code = judge, attempt, code
        self.conditions = [digest(code.source.text), *conditions]
        earlier = attempt.earlier
        self.earlier = {result.key: result for result in earlier.results if result.key} if earlier is not None else {}
        self.unsure = set(earlier.doubtful) if earlier is not None else set[str]()
        self.doubtful: list[str] = []
        self.imports = False
        """True when the module is known to be importable."""
        self.seconds_left = judge.policy.budget

    def grade(self, draft: Grade) -> Grade:
        """The draft with the results of all cases it is asked; raises Unusable, Fault and SandboxError.

        Work whose text is of another edition is asked that one's cases, too, for a person to see what it would earn by them.
        """
        prepared = self.judge.prepared
        asked = prepared.cases_for(draft.editions, self.judge.policy.supplied)
        by_own = prepared.cases_for(draft.own_editions) if draft.own_editions else ()
        ids = {one.case.id for one in (*asked, *by_own)}
        every = [one for one in prepared.cases if one.case.id in ids]
        # Hidden cases last: what one worker could leave for the next in the kernel's memory of file names, say, must not be
        # a hidden input that a visible case then shows.
        order = sorted(every, key=lambda prepared: not prepared.case.visible)
        results = {prepared.case.id: self._result(prepared) for prepared in order}
        doubtful = () if self.attempt.confirming else tuple(self.doubtful)
        if by_own:
            own = scaled([results[prepared.case.id] for prepared in by_own], draft.scale)
            draft = replace(draft, own_points=own)
        return replace(draft, results=tuple(results[prepared.case.id] for prepared in asked), doubtful=doubtful)

    def _result(self, prepared_case: PreparedCase) -> Result:
        case = prepared_case.case
        key = merged([prepared_case.key, *self.conditions])
        earlier = self.earlier.get(key)
        if earlier is not None and not self.attempt.again and self._stands(case):
            return earlier.priced(Fraction(case.points))
        if self.seconds_left <= 0:
            return self._not_run(case)
        seconds = min(self.judge.policy.seconds, self.seconds_left)
        outcome = self._run(prepared_case, seconds)
        if outcome.kind == "timeout" and seconds < self.judge.policy.seconds:
            return self._not_run(case)
        result = self.judge.result(prepared_case, outcome, self.code.source)
        if may_be_the_machines(outcome):
            self.doubtful.append(case.id)
        flaky = self.attempt.again and earlier is not None and earlier.status != result.status
        return replace(result, key=key, flaky=flaky)

    def _stands(self, case: Case) -> bool:
        """True if the earlier result is kept: it was not in doubt, or another doubtful case has just run out again alone."""
        return case.id not in self.unsure or (self.attempt.confirming and bool(self.doubtful))

    def _run(self, prepared_case: PreparedCase, seconds: float) -> Outcome:
        """The outcome of running the case; a hidden case is run only when the module is known to be importable."""
        if not prepared_case.case.visible:
            self._check_import()
        outcome = self.judge.jail.run(prepared_case, self.code, seconds)
        self.seconds_left -= max(outcome.wall, outcome.busy)  # also what it lived on for after its reply
        if answered(outcome):
            self.imports = True
        else:
            self._check_import()
        return outcome

    def _check_import(self) -> None:
        """Finds out once, where there is no probe, whether the module can be imported; raises Unusable with the text."""
        if not self.imports:
            self.judge.jail.check_import(self.code)
            self.imports = True

    def _not_run(self, case: Case) -> Result:
        budget = self.judge.policy.budget
        told = f"not run: the cases before it used up the {budget:g} seconds of this module"
        return Result(case.id, "budget", _ZERO, Fraction(case.points), told, told)
