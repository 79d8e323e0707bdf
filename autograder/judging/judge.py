"""The checker of one slot: sends requests into a jail, believes nothing that comes back, and decides.

Three ways out: a grade; a grade that says why the work could not be run, which is the student's; or a fault of ours,
which is no grade, and only if an honest solution fails in the same jail too.
"""

from __future__ import annotations

import marshal
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from autograder.authoring.case import Case, Module
from autograder.intake.contents import Refused
from autograder.intake.selection import Submission, Work
from autograder.judging.compare import Difference
from autograder.judging.extracted import Source, claimed, exception, line
from autograder.judging.grade import Grade, Prerequisites, Result, Status
from autograder.judging.prepared import PreparedCase, PreparedModule, merged
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail, Outcome
from autograder.sandbox.limits import Limits
from autograder.worker import protocol, wire
from autograder.worker.bundle import sources

ANSWER = "autograder.worker.entry:answer"
FILE_BYTES = 50_000_000
ZERO = Fraction(0)

_ENDS: Mapping[str, tuple[Status, str]] = {
    "timeout": ("timeout", "it ran longer than {seconds:g} seconds"),
    "memory": ("memory", "it needed more than {memory} MB of memory"),
    "killed": ("killed", "it was ended by signal {signal}: a crash, or something that is not allowed in the sandbox"),
    "silent": ("no answer", "it ended without an answer: the code may have stopped Python"),
    "broken frame": ("unreadable", "what came back cannot be read: the code wrote where only the answer may go"),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """How work is graded: on whose prerequisites, with how many seconds a case and a whole attempt at one module."""

    prerequisites: Prerequisites = "reference"
    seconds: float = 10.0
    budget: float = 60.0
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False
    era: str = ""  # of everybody's starter code; told from each hand-in if empty


@dataclass(frozen=True, slots=True)
class _Job:
    """One attempt on its way: its files, and what is known of it from an earlier run."""

    submission: Submission
    work: Work
    data: bytes
    beside: bytes | None
    old: Grade | None
    confirming: bool
    again: bool

    @property
    def settled(self) -> bool:
        """Whether the earlier grade can stand as it is if nothing has changed since."""
        return self.old is not None and not self.old.doubtful and not self.again and self.old.outcome != "grader fault"


@dataclass(frozen=True, slots=True)
class Replay:
    """One case run for a person to look at; `reply` is a student's claim, `ended` says why there is none."""

    prepared_case: PreparedCase
    result: Result
    replied: bool = False
    reply: Any = None
    ended: str = ""
    cpu: float = 0.0
    peak: int = 0


@dataclass(frozen=True, slots=True)
class _Sent:
    """A student's modules as every worker of an attempt gets them, and where their lines stand."""

    student: bytes
    source: Source


class _Unusable(Exception):
    """Nothing of this work can be run; `doubtful` names what to try once more, alone, empty if that is no use."""

    def __init__(self, reason: str, doubtful: str = "") -> None:
        super().__init__(reason)
        self.reason, self.doubtful = reason, doubtful


class Fault(Exception):
    """Our own side failed, as an honest solution in the same place shows; the message says how."""


class Judge:
    """A jail for one module, and the judgement of what comes out of it. For one thread."""

    def __init__(self, prepared: PreparedModule, policy: Policy, words: Mapping[str, str]) -> None:
        self.prepared, self.policy, self._words = prepared, policy, dict(words)
        self._jail: Jail | None = None
        self._honest: _Sent | None = None

    @property
    def jail(self) -> Jail:
        """The jail, started again if it was closed; raises SandboxError."""
        return self._jail or self.start()

    def begin(self) -> Jail:
        """Starts the jail without waiting for it, for a caller who has other things to do; raises SandboxError."""
        texts = {} if self.policy.prerequisites == "own" else self.prepared.reference
        self._jail = Jail.begin(
            ["numpy"], sources(texts, self._words), self.policy.limits, answer=ANSWER, unsafe=self.policy.unsafe
        )
        return self._jail

    def start(self) -> Jail:
        """Starts the jail; raises SandboxError."""
        jail = self._jail or self.begin()
        jail.await_start()
        return jail

    def close(self) -> None:
        """Ends the jail."""
        if self._jail is not None:
            self._jail.close()
            self._jail = None

    # -------------------------------------------------------------------------------------------- one attempt

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
        number = self.prepared.module.number
        work = submission.modules[number]
        blank = Grade(
            submission.student,
            self.prepared.suite.name,
            number,
            "",
            "graded",
            era=self.policy.era or eras(submission, work),
            notes=(*submission.notes, *work.notes),
            file=work.member.path,
            prerequisites=self.policy.prerequisites,
            scale=Fraction(self.prepared.suite.points),
        )
        try:
            data, beside = _bytes(work)
        except Refused as error:
            attempt = _hash(f"{work.member.path}\0{error}".encode("utf-8", "surrogatepass"), None)
            old = earlier(attempt)
            return self._impossible(replace(blank, attempt=attempt), str(error)), old
        attempt = _hash(data, beside)
        old = earlier(attempt)
        job = _Job(submission, work, data, beside, old, confirming, again)
        blank = replace(blank, attempt=attempt)
        for last in (False, True):
            try:
                return self._graded(blank, job), old
            except (SandboxError, Fault) as error:
                self.close()
                if last:
                    return replace(blank, outcome="grader fault", reason=str(error)), old
        raise AssertionError

    def _graded(self, blank: Grade, job: _Job) -> Grade:
        blank = replace(blank, sandbox=self.jail.layers)
        try:
            own = self._prerequisites(job.submission) if self.policy.prerequisites == "own" else []
            keys = (one.key for one in self.prepared.asked(blank.era))
            mode = self._mode([sha for _, _, sha in own])
            key = merged([blank.attempt, blank.era, *keys, *mode])
            blank = replace(blank, key=key)
            if job.old is not None and job.old.key == key and job.settled:
                return self._carried(blank, job.old)
            source = self._extracted(job.work.member.path, job.data, job.beside)
            exported = job.work.exported.path if job.work.exported is not None else ""
            blank = replace(blank, notes=(*blank.notes, *source.told(exported)))
            return self._run(blank, job, self._sent(own, source), mode)
        except _Unusable as why:
            # Time and memory can be the machine's fault, so they are tried once more, alone.
            doubtful = (why.doubtful,) if why.doubtful and not job.confirming else ()
            return replace(self._impossible(blank, why.reason), doubtful=doubtful)

    def _carried(self, blank: Grade, earlier: Grade) -> Grade:
        """An earlier grade of the same work under the same conditions, with today's prices."""
        worth = {one.case.id: Fraction(one.case.points) for one in self.prepared.cases}
        results = tuple(result.priced(worth[result.case]) for result in earlier.results)
        return replace(
            earlier,
            student=blank.student,
            results=results,
            file=blank.file,
            prerequisites=blank.prerequisites,
            scale=blank.scale,
        )

    def _mode(self, own: Sequence[str]) -> list[str]:
        limits = f"{self.policy.seconds} {self.policy.budget}"
        return [self.policy.prerequisites, *self.jail.layers, limits, *own]

    def _impossible(self, blank: Grade, reason: str) -> Grade:
        """Nothing of it can be run: every case asked is lost for one reason."""
        results = tuple(
            Result(one.case.id, "import error", ZERO, Fraction(one.case.points), reason, reason)
            for one in self.prepared.asked(blank.era)
        )
        return replace(blank, outcome="could not be run", reason=reason, results=results)

    def _run(self, blank: Grade, job: _Job, sent: _Sent, mode: Sequence[str]) -> Grade:
        known = {result.key: result for result in job.old.results if result.key} if job.old is not None else {}
        unsure = set(job.old.doubtful) if job.old is not None else set()
        results: dict[str, Result] = {}
        doubtful: list[str] = []
        loads = False
        left = self.policy.budget
        prefix = [_hash(sent.source.text, None), blank.era, *mode]
        asked = self.prepared.asked(blank.era)
        # Hidden cases last: what one worker could leave for the next in the kernel's memory of file names, say, must not be
        # a hidden input that a visible case then shows.
        for prepared_case in sorted(asked, key=lambda one: not one.case.visible):
            case = prepared_case.case
            key = merged([prepared_case.key, *prefix])
            old = known.get(key)
            # One case that needs as long alone as it did in company settles the others of the same work.
            stands = case.id not in unsure or (job.confirming and bool(doubtful))
            if old is not None and stands and not job.again:
                results[case.id] = old.priced(Fraction(case.points))
                continue
            if left <= 0:
                results[case.id] = self._unasked(case)
                continue
            if not loads and not case.visible:
                self._load(sent)
                loads = True
            outcome = self._outcome(prepared_case, sent, min(self.policy.seconds, left))
            cut_short = outcome.kind == "timeout" and left < self.policy.seconds
            left -= max(outcome.wall, outcome.busy)  # also what it lived on for after its reply
            if not loads and not _answered(outcome):
                self._load(sent)
            loads = True
            if cut_short:
                results[case.id] = self._unasked(case)
                continue
            result = self.result(prepared_case, outcome, sent.source)
            flaky = job.again and old is not None and old.status != result.status
            results[case.id] = replace(result, key=key, flaky=flaky)
            if _doubt(outcome, case.id):
                doubtful.append(case.id)
        ordered = tuple(results[prepared_case.case.id] for prepared_case in asked)
        return replace(blank, results=ordered, doubtful=() if job.confirming else tuple(doubtful))

    def _unasked(self, case: Case) -> Result:
        told = f"not run: the cases before it used up the {self.policy.budget:g} seconds of this module"
        return Result(case.id, "budget", ZERO, Fraction(case.points), told, told)

    # -------------------------------------------------------------------------------------------- one case

    def result(self, prepared_case: PreparedCase, outcome: Outcome, source: Source) -> Result:
        """What a case gives for how its worker ended; raises Fault or SandboxError."""
        case = prepared_case.case
        difference, status = self.verdict(prepared_case, outcome, source)
        if status not in ("passed", "failed"):
            self._be_sure()
        if status == "passed" or difference is None:
            return Result(case.id, "passed", Fraction(case.points), Fraction(case.points))
        told, shown = difference.words(hidden=not case.visible), difference.words(hidden=False)
        return Result(case.id, status, ZERO, Fraction(case.points), told, shown)

    def _outcome(self, prepared_case: PreparedCase, sent: _Sent, seconds: float) -> Outcome:
        return self.jail.run(protocol.case_request(sent.student, prepared_case.sent), seconds)

    def verdict(
        self, prepared_case: PreparedCase, outcome: Outcome, source: Source
    ) -> tuple[Difference | None, Status]:
        """What a worker's end means: nothing and `passed`, or what is wrong and how that is called."""
        if outcome.kind != "replied" or outcome.reply is None:
            return self._ended(outcome)
        try:
            reply = wire.decode(outcome.reply)
        except wire.FrameError:
            return Difference("", "value", _ENDS["broken frame"][1]), "unreadable"
        if not isinstance(reply, dict):
            return Difference("", "value", _ENDS["broken frame"][1]), "unreadable"
        if "reply" in reply:
            difference = prepared_case.judged(reply["reply"])
            return difference, "failed" if difference else "passed"
        if "unplain" in reply:
            told = (
                "what came back is not made of numbers and arrays; `.data` may hold something else than a NumPy array"
            )
            why = reply["unplain"]
            return Difference("", "type", told, f"{told} ({line(why)})" if isinstance(why, str) else ""), "failed"
        return exception(reply, source), "import error" if _is(reply.get("during"), "import") else "failed"

    def _ended(self, outcome: Outcome) -> tuple[Difference, Status]:
        status, words = _ENDS[outcome.kind]
        memory = self.policy.limits.memory >> 20
        told = words.format(seconds=self.policy.seconds, memory=memory, signal=outcome.signal)
        return Difference("", "value", told), status

    def replay(self, submission: Submission, case: str) -> Replay:
        """One case once more, with all there is to see; raises SandboxError, Fault, Refused, and LookupError."""
        work = submission.modules[self.prepared.module.number]
        prepared_case = next(one for one in self.prepared.cases if one.case.id == case)
        points = Fraction(prepared_case.case.points)
        try:
            own = self._prerequisites(submission) if self.policy.prerequisites == "own" else []
            sent = self._sent(own, self._extracted(work.member.path, *_bytes(work)))
        except _Unusable as why:
            return Replay(
                prepared_case, Result(case, "import error", ZERO, points, why.reason, why.reason), ended=why.reason
            )
        outcome = self._outcome(prepared_case, sent, self.policy.seconds)
        difference, status = self.verdict(prepared_case, outcome, sent.source)
        shown = difference.words(hidden=False) if difference else ""
        result = Result(case, status, points if status == "passed" else ZERO, points, shown, shown)
        reply = _plain_reply(outcome)
        replied = isinstance(reply, dict) and "reply" in reply
        return Replay(
            prepared_case, result, replied, reply["reply"] if replied else None, shown, outcome.cpu, outcome.peak
        )

    def together(self, text: str, cases: Sequence[PreparedCase], seconds: float) -> dict[str, Status] | None:
        """By a case's id, how a text of the suite's own fares with cases that one worker answers one after the other.

        None if it did not answer all of them. A student's work never comes here: its cases have a worker each.
        """
        student = protocol.pack_student(
            (), [(self.prepared.target, _compiled(text, self.prepared.target)), *self._started()]
        )
        outcome = self.jail.run(protocol.several_request(student, [one.sent for one in cases]), seconds)
        reply = _plain_reply(outcome)
        frames_of = reply.get("replies") if isinstance(reply, dict) else None
        if not isinstance(frames_of, list) or len(frames_of) != len(cases):
            return None
        parts = [(one, replace(outcome, reply=bytes(frame))) for one, frame in zip(cases, frames_of, strict=True)]
        return {one.case.id: self.verdict(one, part, Source())[1] for one, part in parts}

    # -------------------------------------------------------------------------------------------- reading and loading

    def _prerequisites(self, submission: Submission) -> list[tuple[str, bytes, str]]:
        """The student's own modules before this one, each with its code and hash; raises _Unusable."""
        found = []
        for number in self.prepared.module.needs:
            module = self.prepared.suite.module(number)
            work = submission.modules.get(number)
            if work is None:
                raise _Unusable(f"its own module {number:02}, {module.name}, was not handed in")
            try:
                source = self._extracted(work.member.path, *_bytes(work))
            except Refused as error:
                raise _Unusable(f"its own module {number:02}: {error}") from error
            if source.problem:
                raise _Unusable(f"its own module {number:02}: {source.problem}")
            name = f"{self.prepared.suite.package}.{module.target}"
            found.append((name, source.code, _hash(source.text, None)))
            found += ((start, code, "") for start, code in _starts(name, module))
        return found

    def _sent(self, own: Sequence[tuple[str, bytes, str]], source: Source) -> _Sent:
        """What every worker of an attempt gets; raises _Unusable for a source with a problem."""
        if source.problem:
            raise _Unusable(source.problem)
        modules = [*((name, code) for name, code, _ in own), (self.prepared.target, source.code)]
        modules += self._started()
        student = protocol.pack_student(source.packages, modules)
        if len(student) > self.policy.limits.payload // 2:
            raise _Unusable("it and the modules before it are too large to be run together")
        return _Sent(student, source)

    def _started(self) -> list[tuple[str, bytes]]:
        return _starts(self.prepared.target, self.prepared.module)

    def _extracted(self, name: str, data: bytes, beside: bytes | None) -> Source:
        """The source in a file, read by a worker that runs none of it; raises _Unusable."""
        kind = "work.ipynb" if name.lower().endswith(".ipynb") else "work.py"
        outcome = self.jail.run(protocol.extract_request(data, kind, beside), self.policy.seconds * 2)
        if (source := claimed(_plain_reply(outcome))) is not None:
            return source
        self._be_sure()
        raise _Unusable("the file could not be read within its limits of time and memory", _doubt(outcome, "reading"))

    def _load(self, sent: _Sent) -> None:
        """Looks whether the modules can be imported, where there is no probe; raises _Unusable with the text."""
        outcome = self.jail.run(protocol.load_request(sent.student), self.policy.seconds)
        reply = _plain_reply(outcome)
        if isinstance(reply, dict) and "loaded" in reply:
            return
        if isinstance(reply, dict) and "raised" in reply:
            raise _Unusable(f"importing the module failed: {exception(reply, sent.source).shown}")
        self._be_sure()
        told = self._ended(outcome)[0].told if outcome.kind in _ENDS else "what came back cannot be read"
        raise _Unusable(f"importing the module failed: {told}", _doubt(outcome, "importing"))

    # -------------------------------------------------------------------------------------------- our own side

    def _be_sure(self) -> None:
        """Grades a line of the reference in the same jail; raises Fault if that fails too."""
        if self._honest is None:
            suite, module = self.prepared.suite, self.prepared.module
            needed = module.needs if self.policy.prerequisites == "own" else ()
            texts = [(f"{suite.package}.{suite.module(n).target}", suite.source(n)) for n in (*needed, module.number)]
            code = [(name, _compiled(text, name)) for name, text in texts]
            self._honest = _Sent(protocol.pack_student((), code), Source())
        prepared_case = self.prepared.cases[0]
        outcome = self._outcome(prepared_case, self._honest, self.policy.seconds)
        _, status = self.verdict(prepared_case, outcome, self._honest.source)
        if status != "passed":
            raise Fault(f"an honest solution ended with `{status}` in the same place")


def _compiled(text: str, name: str) -> bytes:
    return marshal.dumps(compile(text, name, "exec", dont_inherit=True))


def _starts(name: str, module: Module) -> list[tuple[str, bytes]]:
    """What the students' package runs when it has imported a module, as a module after it.

    What is raised there is not told: the cases will show what is missing.
    """
    if not module.starts:
        return []
    text = f"import sys\nmodule = sys.modules[{name!r}]\ntry:\n    {module.starts}\nexcept Exception:\n    pass\n"
    return [(f"{name}_started", _compiled(text, "<start>"))]


def eras(submission: Submission, work: Work) -> str:
    """The letters of the eras a module can be of, by its own text and by everything handed in with it."""
    both = [letter for letter in work.eras if letter in submission.eras]
    return "".join(both) or work.eras or submission.eras


def identity(work: Work) -> str:
    """The hash that tells one attempt at a module from another; raises Refused."""
    return _hash(*_bytes(work))


def _bytes(work: Work) -> tuple[bytes, bytes | None]:
    beside = work.exported
    return work.member.read(FILE_BYTES), None if beside is None else beside.read(FILE_BYTES)


def _hash(data: bytes, beside: bytes | None) -> str:
    import hashlib

    return hashlib.sha256(data if beside is None else hashlib.sha256(data).digest() + beside).hexdigest()


def _plain_reply(outcome: Outcome) -> Any:
    with suppress(wire.FrameError):
        return wire.decode(outcome.reply) if outcome.reply is not None else None
    return None


def _is(claim: object, word: str) -> bool:
    """Whether a claim is this word; an array compared with it would give an array."""
    return isinstance(claim, str) and claim == word


def _answered(outcome: Outcome) -> bool:
    """Whether a probe came to its end, so that importing the module cannot have failed."""
    reply = _plain_reply(outcome)
    return isinstance(reply, dict) and "reply" in reply


def _doubt(outcome: Outcome, doing: str) -> str:
    """What to try once more, empty if it did not run out of time or memory.

    A worker that was killed, and not for a limit of its own, was ended by the kernel for want of the machine's memory: it
    can kill neither itself nor another.
    """
    killed = outcome.kind == "killed" and outcome.signal == signal.SIGKILL
    return doing if killed or outcome.kind in ("timeout", "memory") else ""
