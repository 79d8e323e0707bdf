"""The checker of one slot: sends requests into a jail, believes nothing that comes back, and decides.

Three ways out: a grade; a grade that says why the work could not be run, which is the student's; or a fault of ours,
which is no grade, and only if an honest solution fails in the same jail too.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from autograder import frames
from autograder.archive import Refused
from autograder.compare import EXCEPTIONS, Difference, raised
from autograder.exam import Exam, Question, merged
from autograder.inside_text import reader, sources
from autograder.record import Grade, Prerequisites, Result, Status
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail, Outcome
from autograder.sandbox.limits import Limits
from autograder.submission import Submission, Work

ANSWER = "autograder.inside:answer"
FILE_BYTES = 50_000_000
PLAIN = Fraction(0)

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
class Source:
    """The source of one file as a worker read it; a claim, of which only text for people is made here.

    `cells` tells the notebook cell of each line, `code` is for workers only.
    """

    text: bytes
    code: Any
    cells: tuple[int, ...]
    in_file: bool
    notes: tuple[str, ...]
    untouched: tuple[str, ...]
    left_out: tuple[str, ...]
    exported: tuple[str, ...]
    packages: tuple[str, ...]
    problem: str

    def place(self, line: int) -> str:
        """Where a line stands for the student: `cell 7, line 3` or `line 120`; empty for none."""
        if line <= 0:
            return ""
        if self.in_file or line > len(self.cells) or not self.cells[line - 1]:
            return f"line {line}"
        cell = self.cells[line - 1]
        return f"cell {cell}, line {line - self.cells.index(cell)}"


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

    question: Question
    result: Result
    replied: bool = False
    reply: Any = None
    ended: str = ""
    cpu: float = 0.0
    peak: int = 0


class Fault(Exception):
    """Our own side failed, as an honest solution in the same place shows; the message says how."""


class Checker:
    """A jail for one module, and the judgement of what comes out of it. For one thread."""

    def __init__(self, exam: Exam, policy: Policy, words: Mapping[str, str]) -> None:
        self.exam, self.policy, self._words = exam, policy, dict(words)
        self._jail: Jail | None = None
        self._honest: list[tuple[str, Any]] = []

    @property
    def jail(self) -> Jail:
        """The jail, started again if it was closed; raises SandboxError."""
        return self._jail or self.start()

    def begin(self) -> Jail:
        """Starts the jail without waiting for it, for a caller who has other things to do; raises SandboxError."""
        texts = {} if self.policy.prerequisites == "own" else self.exam.reference
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
        number = self.exam.module.number
        work = submission.modules[number]
        blank = Grade(
            submission.student,
            self.exam.suite.name,
            number,
            "",
            "graded",
            era=self.policy.era or eras(submission, work),
            notes=(*submission.notes, *work.notes),
            file=work.member.path,
            prerequisites=self.policy.prerequisites,
            scale=Fraction(self.exam.suite.points),
        )
        try:
            data, beside = _bytes(work)
        except Refused as error:
            attempt = _hash(f"{work.member.path}\0{error}".encode("utf-8", "surrogatepass"), None)
            old = earlier(attempt)
            return self._impossible(replace(blank, attempt=attempt), str(error), "import error"), old
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
        own = self._prerequisites(job.submission) if self.policy.prerequisites == "own" else []
        if isinstance(own, str):
            return self._impossible(blank, own, "import error")
        keys = (one.key for one in self.exam.asked(blank.era))
        mode = self._mode([sha for _, _, sha in own])
        key = merged([blank.attempt, blank.era, reader(), *keys, *mode])
        blank = replace(blank, key=key)
        if job.old is not None and job.old.key == key and job.settled:
            return self._carried(blank, job.old)
        source = self._extracted(job.work.member.path, job.data, job.beside)
        if isinstance(source, str):
            return self._impossible(blank, source, "import error")
        blank = replace(blank, notes=(*blank.notes, *_told_of(source, job.work)))
        if source.problem:
            return self._impossible(blank, source.problem, "import error")
        modules = [*((name, code) for name, code, _ in own), (self.exam.target, source.code)]
        if failed := self._unloadable(modules, source):
            return self._impossible(blank, failed, "import error")
        return self._run(blank, job, modules, source, [sha for _, _, sha in own])

    def _carried(self, blank: Grade, earlier: Grade) -> Grade:
        """An earlier grade of the same work under the same conditions, with today's prices."""
        worth = {one.case.id: Fraction(one.case.points) for one in self.exam.questions}
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

    def _impossible(self, blank: Grade, reason: str, status: Status) -> Grade:
        """Nothing of it can be run: every case asked is lost for one reason."""
        results = tuple(
            Result(one.case.id, status, PLAIN, Fraction(one.case.points), reason, reason)
            for one in self.exam.asked(blank.era)
        )
        return replace(blank, outcome="could not be run", reason=reason, results=results)

    def _run(
        self, blank: Grade, job: _Job, modules: Sequence[tuple[str, Any]], source: Source, own: Sequence[str]
    ) -> Grade:
        known = {result.key: result for result in job.old.results if result.key} if job.old is not None else {}
        unsure = set(job.old.doubtful) if job.old is not None else set()
        results: list[Result] = []
        doubtful: list[str] = []
        left = self.policy.budget
        prefix = [_hash(source.text, None), blank.era, *self._mode(own)]
        for question in self.exam.asked(blank.era):
            case = question.case
            key = merged([question.key, *prefix])
            old = known.get(key)
            # One case that needs as long alone as it did in company settles the others of the same work.
            stands = case.id not in unsure or (job.confirming and bool(doubtful))
            if old is not None and stands and not job.again:
                results.append(old.priced(Fraction(case.points)))
                continue
            result, spent = self.ask(question, modules, source, left)
            left -= spent
            flaky = job.again and old is not None and old.status != result.status
            results.append(replace(result, key="" if result.status == "budget" else key, flaky=flaky))
            if result.status in ("timeout", "memory"):
                doubtful.append(case.id)
        return replace(blank, results=tuple(results), doubtful=() if job.confirming else tuple(doubtful))

    # -------------------------------------------------------------------------------------------- one case

    def ask(
        self, question: Question, modules: Sequence[tuple[str, Any]], source: Source, left: float
    ) -> tuple[Result, float]:
        """One case on one submission, with the seconds it took; raises Fault or SandboxError."""
        case = question.case
        if left <= 0:
            told = f"not run: the cases before it used up the {self.policy.budget:g} seconds of this module"
            return Result(case.id, "budget", PLAIN, Fraction(case.points), told, told), 0.0
        outcome = self._outcome(question, modules, source, min(self.policy.seconds, left))
        spent = max(outcome.wall, outcome.busy)  # also what it lived on for after its reply
        difference, status = self.verdict(question, outcome, source)
        if status not in ("passed", "failed"):
            self._be_sure()
        if status == "passed" or difference is None:
            return Result(case.id, "passed", Fraction(case.points), Fraction(case.points)), spent
        told, shown = difference.words(hidden=not case.visible), difference.words(hidden=False)
        return Result(case.id, status, PLAIN, Fraction(case.points), told, shown), spent

    def _outcome(
        self, question: Question, modules: Sequence[tuple[str, Any]], source: Source, seconds: float
    ) -> Outcome:
        request = {
            "task": "case",
            "packages": list(source.packages),
            "modules": [list(one) for one in modules],
            "names": [[module, names] for module, names in self.exam.names],
            "probe": question.probe,
            "record": [list(one) for one in question.record],
        }
        return self.jail.run(_encoded(request), seconds)

    def verdict(self, question: Question, outcome: Outcome, source: Source) -> tuple[Difference | None, Status]:
        """What a worker's end means: nothing and `passed`, or what is wrong and how that is called."""
        if outcome.kind != "replied" or outcome.reply is None:
            return self._ended(outcome)
        try:
            reply = frames.decode(outcome.reply)
        except frames.FrameError:
            return Difference("", "value", _ENDS["broken frame"][1]), "unreadable"
        if not isinstance(reply, dict):
            return Difference("", "value", _ENDS["broken frame"][1]), "unreadable"
        if "reply" in reply:
            difference = question.judged(reply["reply"])
            return difference, "failed" if difference else "passed"
        if "unplain" in reply:
            told = (
                "what came back is not made of numbers and arrays; `.data` may hold something else than a NumPy array"
            )
            why = reply["unplain"]
            return Difference("", "type", told, f"{told} ({_line(why)})" if isinstance(why, str) else ""), "failed"
        return _exception(reply, source), "import error" if _is(reply.get("during"), "import") else "failed"

    def _ended(self, outcome: Outcome) -> tuple[Difference, Status]:
        status, words = _ENDS[outcome.kind]
        memory = self.policy.limits.memory >> 20
        told = words.format(seconds=self.policy.seconds, memory=memory, signal=outcome.signal)
        return Difference("", "value", told), status

    def replay(self, submission: Submission, case: str) -> Replay:
        """One case once more, with all there is to see; raises SandboxError, Fault, Refused, and LookupError."""
        work = submission.modules[self.exam.module.number]
        question = next(one for one in self.exam.questions if one.case.id == case)
        points = Fraction(question.case.points)
        own = self._prerequisites(submission) if self.policy.prerequisites == "own" else []
        source = self._extracted(work.member.path, *_bytes(work)) if not isinstance(own, str) else own
        if isinstance(own, str) or isinstance(source, str) or source.problem:
            why = source if isinstance(source, str) else source.problem
            return Replay(question, Result(case, "import error", PLAIN, points, why, why), ended=why)
        modules = [*((name, code) for name, code, _ in own), (self.exam.target, source.code)]
        outcome = self._outcome(question, modules, source, self.policy.seconds)
        difference, status = self.verdict(question, outcome, source)
        shown = difference.words(hidden=False) if difference else ""
        result = Result(case, status, points if status == "passed" else PLAIN, points, shown, shown)
        reply = _plain_reply(outcome)
        replied = isinstance(reply, dict) and "reply" in reply
        return Replay(question, result, replied, reply["reply"] if replied else None, shown, outcome.cpu, outcome.peak)

    # -------------------------------------------------------------------------------------------- reading and loading

    def _prerequisites(self, submission: Submission) -> list[tuple[str, Any, str]] | str:
        """The student's own modules before this one, each with its code and hash; or what is missing."""
        found = []
        for number in self.exam.module.needs:
            module = self.exam.suite.module(number)
            work = submission.modules.get(number)
            if work is None:
                return f"its own module {number:02}, {module.name}, was not handed in"
            try:
                source = self._extracted(work.member.path, *_bytes(work))
            except Refused as error:
                return str(error)
            if isinstance(source, str) or source.problem:
                return f"its own module {number:02}: {source if isinstance(source, str) else source.problem}"
            found.append((f"{self.exam.suite.package}.{module.target}", source.code, _hash(source.text, None)))
        return found

    def _extracted(self, name: str, data: bytes, beside: bytes | None) -> Source | str:
        """The source in a file, read by a worker that runs none of it; or why there is none to be had."""
        # Of a name only its ending matters, and it may hold what a frame cannot.
        kind = "work.ipynb" if name.lower().endswith(".ipynb") else "work.py"
        request = {"task": "extract", "data": _array(data), "name": kind, "beside": _maybe(beside)}
        outcome = self.jail.run(_encoded(request), self.policy.seconds * 2)
        reply = _plain_reply(outcome)
        with suppress(LookupError, TypeError, AttributeError, ValueError, OverflowError):
            return _source(reply)
        self._be_sure()
        return "the file could not be read within its limits of time and memory"

    def _unloadable(self, modules: Sequence[tuple[str, Any]], source: Source) -> str:
        """Why the module cannot be imported, empty if it can."""
        names = [[module, names] for module, names in self.exam.names]
        packages = list(source.packages)
        request = {"task": "load", "packages": packages, "modules": [list(one) for one in modules], "names": names}
        outcome = self.jail.run(_encoded(request), self.policy.seconds)
        reply = _plain_reply(outcome)
        if isinstance(reply, dict) and "names" in reply:
            return ""
        if isinstance(reply, dict) and "raised" in reply:
            return f"importing the module failed: {_exception(reply, source).shown}"
        self._be_sure()
        difference, _ = self._ended(outcome) if outcome.kind in _ENDS else (Difference("", "value", "no answer"), "")
        return f"importing the module failed: {difference.told}"

    # -------------------------------------------------------------------------------------------- our own side

    def _be_sure(self) -> None:
        """Grades a line of the reference in the same jail; raises Fault if that fails too."""
        question = self.exam.questions[0]
        if not self._honest:
            wanted = (*self.exam.module.needs, self.exam.module.number)
            texts = {
                f"{self.exam.suite.package}.{self.exam.suite.module(n).target}": self.exam.suite.source(n)
                for n in wanted
            }
            only = texts if self.policy.prerequisites == "own" else {self.exam.target: texts[self.exam.target]}
            self._honest = [
                (name, _array(marshal.dumps(compile(text, name, "exec", dont_inherit=True))))
                for name, text in only.items()
            ]
        outcome = self._outcome(question, self._honest, _NOTHING, self.policy.seconds)
        _, status = self.verdict(question, outcome, _NOTHING)
        if status != "passed":
            raise Fault(f"an honest solution ended with `{status}` in the same place")


_NOTHING = Source(b"", None, (), False, (), (), (), (), (), "")


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


def _array(data: bytes) -> Any:
    import numpy as np

    return np.frombuffer(data, dtype="uint8")


def _maybe(data: bytes | None) -> Any:
    return None if data is None else _array(data)


def _encoded(request: Mapping[str, Any]) -> bytes:
    return frames.encode(dict(request), REQUEST)


REQUEST = frames.Limits(bytes=1 << 28, elements=1 << 28)


def _plain_reply(outcome: Outcome) -> Any:
    with suppress(frames.FrameError):
        return frames.decode(outcome.reply) if outcome.reply is not None else None
    return None


def _source(reply: Any) -> Source:
    """A worker's claim of a source, every part made what it must be; raises what a wrong one gives."""
    lists = {name: tuple(_line(one) for one in reply[name][:50]) for name in _LISTS}
    cells = tuple(int(one) for one in reply["cells"].ravel().tolist())
    code = reply["code"]
    if code.dtype != "uint8" or code.ndim != 1:
        raise TypeError
    return Source(
        reply["source"].tobytes(), code, cells, bool(reply["in_file"]), problem=_line(reply["problem"]), **lists
    )


_LONGEST = 1 << 12
_LISTS = ("notes", "untouched", "left_out", "exported", "packages")


def _line(text: object) -> str:
    """A worker's text on one line, cut, with what cannot be printed spelled out; raises TypeError if it is no text."""
    if not isinstance(text, str):
        raise TypeError
    words = " ".join(text[:_LONGEST].split())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)[:400]


def _is(claim: object, word: str) -> bool:
    """Whether a claim is this word; an array compared with it would give an array."""
    return isinstance(claim, str) and claim == word


def _exception(reply: Mapping[str, Any], source: Source) -> Difference:
    """What a worker says was raised, with its place where a student may see it."""
    name, message, line = (reply.get(key) for key in ("raised", "message", "line"))
    name = name if isinstance(name, str) else ""
    place = source.place(line) if isinstance(line, int) else ""
    message = _line(message) if isinstance(message, str) else ""
    told = raised(name)
    kind = name if name in EXCEPTIONS else "an exception of its own"
    shown = f"the code raised {kind}" + (f": {message}" if message else "") + (f" ({place})" if place else "")
    return replace(told, path="", shown=shown)


def _told_of(source: Source, work: Work) -> tuple[str, ...]:
    """What the reading of the file found that the student and the report should know."""
    notes = list(source.notes)
    if source.untouched:
        notes.append(f"still as handed out: {', '.join(source.untouched[:12])}")
    if source.left_out:
        notes.append(f"not exported, so not graded: {', '.join(source.left_out[:12])}; mark the cell `#| export`")
    if source.exported and work.exported is not None:
        names = ", ".join(source.exported[:8])
        notes.append(f"the notebook and `{work.exported.path}` differ in {names}; the notebook counts")
    return tuple(notes)
