"""From an attempt to a grade: the judge sends requests into a jail, believes nothing that comes back, and decides.

Three ways out: a grade; a grade that says why the work could not be run, which is the student's; or a fault of ours,
which is no grade, and only if an honest solution fails in the same jail too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from autograder.authoring.case import Case
from autograder.authoring.editions import Editions, either
from autograder.intake.contents import Refused
from autograder.intake.selection import Submission
from autograder.judging.attempt import Attempt, TimeLeft, digest, possible_editions, read_files
from autograder.judging.extracted import ExtractedSource
from autograder.judging.grade import Grade, OwnTried, Prerequisites, Result
from autograder.judging.module_jail import CompiledModule, ModuleJail, StudentCode, Unusable
from autograder.judging.packages import versions
from autograder.judging.policy import Policy
from autograder.judging.prepared import Examples, PreparedCase, PreparedModule, merged
from autograder.judging.verdict import answered, may_be_the_machines, verdict
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Outcome

_ZERO = Fraction(0)
_NO_NAME = "the module has no `"
_FIRST_TRY = 0.2
"""Of the time for importing, what the first case has to be answered in before it is found out whether the import ends."""


class Fault(Exception):
    """Our own side failed, as an honest solution in the same place shows; the message says how."""


class Judge:
    """Grades attempts at one module, in one jail. For one thread."""

    def __init__(self, prepared: PreparedModule, policy: Policy, import_names: Mapping[str, str]) -> None:
        self.prepared, self.policy = prepared, policy
        self.jail = ModuleJail(prepared.suite, prepared.module, policy, import_names)
        self.examples = Examples(prepared.suite, prepared.module.number)
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
        seconds: float | None = None,
    ) -> tuple[Grade, Grade | None]:
        """The grade of one attempt, and the earlier one of the same files if `earlier` knows it.

        Results of the earlier one with equal keys are taken over instead of run again, unless `again`: then what was
        passed and is lost, or the other way round, is marked as flaky. `confirming` runs what was doubtful once more, and the second end stands. `seconds`
        are what is left of the module's budget; all of it if None.
        """
        work = submission.modules[self.prepared.module.number]
        draft = self._draft(submission)
        try:
            files = read_files(work)
        except Refused as error:
            unread = digest(f"{work.member.path}\0{error}".encode("utf-8", "surrogatepass"))
            return self._impossible(replace(draft, attempt=unread), str(error)), earlier(unread)
        draft = replace(draft, attempt=files.identity)
        attempt = Attempt(submission, work, files, earlier(files.identity), confirming, again, seconds)
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
        """The grade as of the class's edition, with what the work would earn as of its own, where its text is of another."""
        time = self._time(attempt)
        grade, run = self._graded_as(draft, attempt, time)
        if grade.own_editions and grade.own_points is None:
            as_own = replace(draft, editions=draft.own_editions, own_editions=())
            own, _ = self._graded_as(as_own, replace(attempt, earlier=None), time)
            grade = replace(grade, own_points=own.points)
        return run.explained(grade) if run is not None and self.policy.examples else grade

    def _time(self, attempt: Attempt) -> TimeLeft:
        """The time an attempt has. What used up its budget has one case's time to be confirmed, for that was put aside."""
        budget, seconds = self.policy.budget, self.policy.seconds
        left = budget if attempt.seconds is None else attempt.seconds
        if not attempt.confirming:
            return TimeLeft(left, min(2 * seconds, budget / 3))
        before = attempt.earlier.results if attempt.earlier is not None else ()
        return TimeLeft(min(left, seconds) if any(one.status == "budget" for one in before) else left)

    def _graded_as(self, draft: Grade, attempt: Attempt, time: TimeLeft) -> tuple[Grade, _AttemptRun | None]:
        """The grade, and the run that made it; None where nothing was run."""
        upon = draft.prerequisites
        draft = replace(draft, sandbox=self.jail.layers)
        try:
            prerequisites = self.jail.prerequisites(attempt.submission, upon)
            conditions = self._conditions(upon, prerequisites)
            cases = (prepared.key for prepared in self._cases_for(draft))
            asked_as = f"{draft.editions} {draft.own_editions} {sorted(self.supplied(draft))}"
            draft = replace(draft, key=merged([draft.attempt, asked_as, *cases, *conditions]))
            if attempt.earlier is not None and attempt.settled and attempt.earlier.key == self._key(draft, attempt):
                return self._carried(draft, attempt.earlier), None
            source = self.jail.extract(attempt.files)
            exported = attempt.work.exported.path if attempt.work.exported is not None else ""
            draft = replace(draft, notes=(*draft.notes, *source.told(exported)))
            code = self.jail.student_code(prerequisites, source)
            run = _AttemptRun(self, attempt, code, self._cases_for(draft), conditions, time)
        except Unusable as why:
            if self.policy.prerequisites == "best":
                draft = replace(draft, key=self._key_when_lost(draft, attempt))
            return self._stopped(draft, attempt, why), None
        if self.policy.prerequisites == "best":
            return self._best(draft, attempt, run)
        run.ask(run.in_order)
        return run.keyed(run.grade(draft)), run

    # -------------------------------------------------------------------------------------------- upon one's own modules

    def _best(self, draft: Grade, attempt: Attempt, run: _AttemptRun) -> tuple[Grade, _AttemptRun]:
        """The grade upon the reference's earlier modules, or that upon the student's own, whole, if it is higher.

        The student's own are tried where points are lost: what was lost upon the reference comes first, and when as much
        is lost again, the others need not be asked.
        """
        run.ask(run.in_order)
        grade = run.grade(draft)
        if not run.lost:
            return grade, run
        grade = run.keyed(replace(grade, key=self._key_when_lost(draft, attempt)))
        endless = run.unusable is not None and run.unusable.endless  # the time for importing is used up
        if endless or run.time.seconds <= 0 or not self.jail.own_files(attempt.submission):
            return grade, run
        own = self._own_run(draft, attempt, run)
        own.ask(run.lost_of(run.in_order), most=run.lost)
        own.ask(run.in_order, most=run.lost)
        best = _higher(grade, own.grade(replace(draft, key=grade.key, prerequisites="own")), own)
        return own.keyed(best), own if best.prerequisites == "own" else run

    def _own_run(self, draft: Grade, attempt: Attempt, first: _AttemptRun) -> _AttemptRun:
        """A run upon the student's own earlier modules, in the time that the first one left; nothing has been asked yet."""
        source = first.code.source
        try:
            prerequisites = self.jail.prerequisites(attempt.submission, "own")
            code, why = self.jail.student_code(prerequisites, source), None
        except Unusable as error:
            prerequisites, code, why = [], StudentCode(b"", source), error
        conditions = self._conditions("own", prerequisites)
        run = _AttemptRun(self, attempt, code, self._cases_for(draft), conditions, first.time)
        run.unusable = why
        return run

    def _key(self, draft: Grade, attempt: Attempt) -> str:
        """The key that an earlier grade has if nothing that decided it has changed."""
        earlier = attempt.earlier
        if self.policy.prerequisites != "best" or earlier is None:
            return draft.key
        lost = bool(earlier.own_tried) or any(result.status != "passed" for result in earlier.results)
        return self._key_when_lost(draft, attempt) if lost else draft.key

    def _key_when_lost(self, draft: Grade, attempt: Attempt) -> str:
        """The key of a grade that the student's own earlier modules, and what each case is worth, had a say in."""
        worths = (str(_worth(prepared)) for prepared in self._cases_for(draft))
        return merged([draft.key, "best", *worths, *self.jail.own_files(attempt.submission)])

    # -------------------------------------------------------------------------------------------- one case

    def check_jail(self) -> None:
        """Runs the first case on the reference in the same jail; raises Fault if that does not even reply.

        Whether the reply is right says nothing of the jail: the reference is work of the newest edition, the case may be older.
        """
        if self._reference is None:
            self._reference = self.jail.reference_code()
        prepared_case = self.prepared.cases[0]
        outcome = self.jail.run(prepared_case, self._reference, self.policy.seconds)
        _, status = verdict(prepared_case, outcome, self._reference.source, self.policy)
        if status not in ("passed", "failed"):
            raise Fault(f"an honest solution ended with `{status}` in the same place")

    def result(self, prepared_case: PreparedCase, outcome: Outcome, source: ExtractedSource) -> Result:
        """The result of a case whose worker ended so; raises Fault or SandboxError."""
        case = prepared_case.case
        difference, status = verdict(prepared_case, outcome, source, self.policy)
        if status not in ("passed", "failed"):
            self.check_jail()
        if status == "passed" or difference is None:
            return Result(case.id, "passed", Fraction(case.points), Fraction(case.points))
        return Result(case.id, status, _ZERO, Fraction(case.points), shown=difference.words(hidden=False))

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
            notes=(*submission.notes, *work.notes, *self._supplied_note(editions)),
            file=work.member.path,
            prerequisites="own" if self.policy.prerequisites == "own" else "reference",
            scale=Fraction(self.prepared.suite.points),
        )

    def _supplied_note(self, editions: Editions) -> tuple[str, ...]:
        """A note on a module that the starter code holds whole, so that its points say nothing of work; mostly none."""
        suite, number = self.prepared.suite, self.prepared.module.number
        whole = [edition.id for edition in suite.editions if number in edition.whole]
        if not editions or not set(editions) <= set(whole):
            return ()
        return (
            f"the starter code of edition {either(editions)} holds all of module {number:02}: its points say nothing of work",
        )

    def _cases_for(self, draft: Grade) -> tuple[PreparedCase, ...]:
        """The cases that a draft is asked."""
        return self.prepared.cases_for(draft.editions)

    def supplied(self, draft: Grade) -> frozenset[str]:
        """The cases that the starter code of a draft's edition passes untouched."""
        of_the_class = not self.policy.editions or draft.editions == self.policy.editions
        return self.prepared.supplied_cases(draft.editions, self.policy.supplied if of_the_class else None)

    def _conditions(self, upon: Prerequisites, prerequisites: Sequence[CompiledModule]) -> list[str]:
        """All that a status depends on besides the case and the module's own source; prerequisites by their hashes."""
        limits = f"{self.policy.seconds} {self.policy.budget} {self.policy.import_seconds}"
        return [
            upon,
            *self.jail.layers,
            *versions(self.policy.packages),
            limits,
            *(module.source_hash for module in prerequisites),
        ]

    def _carried(self, draft: Grade, earlier: Grade) -> Grade:
        """An earlier grade of the same work, taken over, with the points that its cases are worth now."""
        worth = {prepared.case.id: Fraction(prepared.case.points) for prepared in self.prepared.cases}
        results = tuple(result.priced(worth[result.case]) for result in earlier.results)
        return replace(
            earlier,
            student=draft.student,
            results=results,
            file=draft.file,
            scale=draft.scale,
        )

    def _stopped(self, draft: Grade, attempt: Attempt, why: Unusable) -> Grade:
        """The grade of what cannot be run; raises Fault if that may be ours."""
        if why.unanswered:
            self.check_jail()
        # Time and memory can be the machine's fault, so they are tried once more, alone.
        doubtful = (why.doubtful,) if why.doubtful and not attempt.confirming else ()
        return replace(self._impossible(draft, why.reason), doubtful=doubtful)

    def _impossible(self, draft: Grade, reason: str) -> Grade:
        """The grade where nothing can be run: every case asked is lost for one reason."""
        results = tuple(
            Result(prepared.case.id, "import error", _ZERO, Fraction(prepared.case.points), shown=reason)
            for prepared in self._cases_for(draft)
        )
        return replace(draft, outcome="could not be run", reason=reason, results=results)


class _AttemptRun:
    """The cases of one attempt, asked one after the other within its budget of time, upon one set of earlier modules."""

    def __init__(
        self,
        judge: Judge,
        attempt: Attempt,
        code: StudentCode,
        asked: Sequence[PreparedCase],
        conditions: Sequence[str],
        time: TimeLeft,
    ) -> None:
        self.judge, self.attempt, self.code, self.asked, self.time = judge, attempt, code, asked, time
        self.conditions = [digest(code.source.text), *conditions]
        earlier = attempt.earlier
        self.earlier = {result.key: result for result in earlier.results if result.key} if earlier is not None else {}
        self.unsure = set(earlier.doubtful) if earlier is not None else set[str]()
        self.doubtful: list[str] = []
        self.imports = False
        """True when the module is known to be importable."""
        self.import_seconds_left = judge.policy.import_seconds
        self.example_seconds = judge.policy.seconds
        """The time that is left for all cases on public inputs together: what they cost, no other student waits for long."""
        self.results: dict[str, Result] = {}
        self.unusable: Unusable | None = None
        """Why nothing can be run, once that is known."""

    @property
    def in_order(self) -> list[PreparedCase]:
        """The cases in the order in which they are asked: those that students know of first."""
        return sorted(self.asked, key=lambda prepared: not prepared.case.visible)

    @property
    def lost(self) -> Fraction:
        """The points lost so far; all there are if nothing can be run."""
        if self.unusable is not None:
            return sum((_worth(prepared) for prepared in self.asked), _ZERO)
        return sum((result.worth - result.points for result in self.results.values()), _ZERO)

    @property
    def complete(self) -> bool:
        """True if every case has been asked."""
        return self.unusable is None and len(self.results) == len(self.asked)

    def lost_of(self, cases: Sequence[PreparedCase]) -> list[PreparedCase]:
        """Those of some cases that have been asked and are lost; all of them if nothing can be run."""
        if self.unusable is not None:
            return list(cases)
        return [one for one in cases if (found := self.results.get(one.case.id)) and found.status != "passed"]

    def ask(self, cases: Sequence[PreparedCase], most: Fraction | None = None) -> None:
        """Asks those of the cases that have not been asked, until as many points are lost as `most`.

        Raises Fault and SandboxError.
        """
        try:
            for prepared in cases:
                if self.unusable is not None or (most is not None and self.lost >= most):
                    return
                if prepared.case.id not in self.results:
                    self.results[prepared.case.id] = self._result(prepared)
        except Unusable as why:
            self.unusable = why

    def grade(self, draft: Grade) -> Grade:
        """The draft with the results of what was asked; raises Fault and SandboxError."""
        if self.unusable is not None:
            return self.judge._stopped(draft, self.attempt, self.unusable)
        doubtful = () if self.attempt.confirming else tuple(self.doubtful)
        results = (self.results.get(prepared.case.id) for prepared in self.asked)
        supplied = self.judge.supplied(draft)
        paying = tuple(one for one in results if one and not (one.case in supplied and _is_the_starters(one)))
        return replace(draft, results=paying, doubtful=doubtful)

    def keyed(self, grade: Grade) -> Grade:
        """The grade, without its key where a case was not run that had been run within a whole budget: it does not stand."""
        whole = self.attempt.seconds is None or self.attempt.seconds >= self.judge.policy.budget
        cut_short = not whole and any(result.status == "budget" for result in self.results.values())
        return replace(grade, key="") if cut_short else grade

    def explained(self, grade: Grade) -> Grade:
        """The grade of this run with what the student is told of lost visible cases; raises SandboxError.

        Each is asked once more on public inputs, in a worker that no other input ever meets.
        """
        if grade.outcome != "graded":
            return grade
        cases = {prepared.case.id: prepared.case for prepared in self.asked if prepared.case.visible}
        results = (self._told(one, cases[one.case]) if one.case in cases else one for one in grade.results)
        return replace(grade, results=tuple(results))

    def _told(self, result: Result, case: Case) -> Result:
        """The result of a visible case with what became of it on public inputs, if it was lost and there is time left."""
        known = result.status in ("passed", "budget") or result.example is not None
        if known or self.example_seconds <= 0:
            return result
        example = self.judge.examples.of(case)
        outcome = self.judge.jail.run(example, self.code, self.example_seconds)
        cut_short = outcome.kind == "timeout" and self.example_seconds < self.judge.policy.seconds
        self.example_seconds -= max(outcome.wall, outcome.busy)
        if cut_short:
            return result
        difference, status = verdict(example, outcome, self.code.source, self.judge.policy)
        return replace(result, example=status, told=example.told(difference) if difference else "")

    def _result(self, prepared_case: PreparedCase) -> Result:
        case = prepared_case.case
        key = merged([prepared_case.key, *self.conditions])
        earlier = self.earlier.get(key)
        if earlier is not None and not self.attempt.again and self._stands(case):
            self.imports = self.imports or earlier.status == "passed"
            return earlier.priced(Fraction(case.points))
        if self.time.seconds <= 0:
            return self._not_run(case)
        seconds = min(self.judge.policy.seconds, self.time.seconds)
        outcome = self._run(prepared_case, seconds)
        if outcome.kind == "timeout" and seconds < self.judge.policy.seconds:
            return self._not_run(case)
        result = self.judge.result(prepared_case, outcome, self.code.source)
        if may_be_the_machines(outcome):
            self.doubtful.append(case.id)
        flaky = self.attempt.again and earlier is not None and (earlier.points > 0) != (result.points > 0)
        return replace(result, key=key, flaky=flaky)

    def _stands(self, case: Case) -> bool:
        """True if the earlier result is kept: it was not in doubt, or another doubtful case has just run out again alone."""
        return case.id not in self.unsure or (self.attempt.confirming and bool(self.doubtful))

    def _run(self, prepared_case: PreparedCase, seconds: float) -> Outcome:
        """The outcome of running the case; a hidden case is run only when the module is known to be importable."""
        if not prepared_case.case.visible:
            self._check_import()
        outcome = self._first_try(prepared_case, seconds) or self.judge.jail.run(prepared_case, self.code, seconds)
        self.time.seconds -= max(outcome.wall, outcome.busy)  # also what it lived on for after its reply
        if outcome.kind == "timeout":
            self.time.ran_out()
        if answered(outcome):
            self.imports = True
        else:
            self._check_import()
        return outcome

    def _first_try(self, prepared_case: PreparedCase, seconds: float) -> Outcome | None:
        """The outcome of a case that may meet an import without end, if it has one in a small part of the time for that.

        Where it has none a worker without inputs, which may tell where the import stands, has the rest of that time.
        """
        first = self.judge.policy.import_seconds * _FIRST_TRY
        if self.imports or seconds <= first:
            return None
        outcome = self.judge.jail.run(prepared_case, self.code, first)
        if outcome.kind != "timeout":
            return outcome
        self.import_seconds_left -= first
        self._check_import()
        return None

    def _check_import(self) -> None:
        """Finds out once, where there is no probe, whether the module can be imported; raises Unusable with the text."""
        if not self.imports:
            outcome = self.judge.jail.check_import(self.code, self.import_seconds_left)
            self.import_seconds_left -= max(outcome.wall, outcome.busy)
            self.imports = True

    def _not_run(self, case: Case) -> Result:
        budget = self.judge.policy.budget
        told = f"not run: the cases before it used up the {budget:g} seconds of this module"
        return Result(case.id, "budget", _ZERO, Fraction(case.points), shown=told)


def _higher(reference: Grade, own: Grade, run: _AttemptRun) -> Grade:
    """The higher of two whole grades, with a word on the other; the first if they are equal."""
    doubtful = tuple(dict.fromkeys((*reference.doubtful, *own.doubtful)))
    if run.complete and (own.points or 0) > (reference.points or 0):
        return replace(own, own_tried="more", elsewhere=reference.points, doubtful=doubtful)
    tried: OwnTried = "no more" if run.unusable is None else "not possible"
    return replace(reference, own_tried=tried, doubtful=doubtful)


def _is_the_starters(result: Result) -> bool:
    """True if a supplied case pays nothing: the starter does it. It counts like any other where the work has broken it.

    Where the work leaves the name out, as a notebook without the cells that students do not edit may, it is not asked.
    """
    return result.status == "passed" or _NO_NAME in result.shown


def _worth(prepared: PreparedCase) -> Fraction:
    return Fraction(prepared.case.points)
