"""The jail of one module, and what is asked in it: read a file, import a module, run a case, or several on a text of the suite's own.

Whatever comes back is a claim. What cannot be run for the student's own reasons is `Unusable`, with the reason.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from autograder.authoring.case import Module, Suite
from autograder.intake.contents import Refused
from autograder.intake.file_names import is_notebook
from autograder.intake.selection import Submission, Work
from autograder.judging.attempt import Files, digest, identity, read_files
from autograder.judging.extracted import ExtractedSource, claimed, exception
from autograder.judging.grade import Prerequisites
from autograder.judging.policy import Policy
from autograder.judging.prepared import PreparedCase
from autograder.judging.verdict import ended, may_be_the_machines, plain_reply
from autograder.sandbox.jail import Jail, Outcome
from autograder.worker import protocol
from autograder.worker.bundle import sources

_TO_TELL_SECONDS = 0.5
"""From the end of an import's time until a worker has told where it stood."""
_BUSY = 0.8
"""The share of its wall time in which a program that has a processor to itself computes."""
ANSWER = "autograder.worker.entry:answer"
"""The function that turns a request into a reply in every worker."""


class CompiledModule(NamedTuple):
    """A module as workers get it: its import name, its marshalled code, and the hash of its source."""

    name: str
    code: bytes
    source_hash: str = ""
    packages: Sequence[str] = ()
    imports: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class StudentCode:
    """A student's modules packed for every worker of an attempt, the source that tells where the lines of the last one
    stand, what they may load, and whether the student's own earlier modules are among them."""

    packed: bytes
    source: ExtractedSource
    imports: tuple[str, ...] = ()
    own_prerequisites: bool = False


class Unusable(Exception):
    """Nothing of this work can be run, and why.

    `unanswered` says that a worker ended without a reply, which may be our fault; `doubtful` names what to try once more,
    alone on the machine, and is empty if that is no use; `endless` says that the import did not come to its end.
    """

    def __init__(self, reason: str, *, unanswered: bool = False, doubtful: str = "", endless: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.unanswered, self.doubtful, self.endless = reason, unanswered, doubtful, endless


class ModuleJail:
    """A jail that has loaded what one module builds on. For one thread."""

    def __init__(self, suite: Suite, module: Module, policy: Policy, import_names: Mapping[str, str]) -> None:
        self._suite, self._module, self._policy = suite, module, policy
        self._import_names = dict(import_names)
        self._jail: Jail | None = None

    def begin(self) -> Jail:
        """Starts the jail without waiting for it, for a caller who has other things to do; raises SandboxError."""
        prerequisites = {} if self._policy.prerequisites == "own" else self._suite.sources(self._module.needs)
        policy = self._policy
        modules = sources(prerequisites, self._import_names)
        self._jail = Jail.begin(
            ["numpy"], modules, policy.limits, answer=ANSWER, unsafe=policy.unsafe, packages=policy.packages
        )
        return self._jail

    def start(self) -> Jail:
        """Starts the jail, and again if it was closed; raises SandboxError."""
        jail = self._jail or self.begin()
        jail.await_start()
        return jail

    def close(self) -> None:
        """Ends the jail."""
        if self._jail is not None:
            self._jail.close()
            self._jail = None

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers of the sandbox that are active; raises SandboxError."""
        return self._started.layers

    @property
    def _started(self) -> Jail:
        return self._jail or self.start()

    # -------------------------------------------------------------------------------------------- what is asked

    def extract(self, files: Files) -> ExtractedSource:
        """The source in a file, read by a worker that runs none of it; raises Unusable."""
        kind = "work.ipynb" if is_notebook(files.path) else "work.py"
        request = protocol.extract_request(files.data, kind, files.exported, files.helpers)
        outcome = self._started.run(request, self._policy.seconds * 2)
        if (source := claimed(plain_reply(outcome))) is not None:
            return source
        raise _unanswered("the file could not be read within its limits of time and memory", outcome, "reading")

    def check_import(self, code: StudentCode, seconds: float) -> Outcome:
        """Imports the modules in a worker that has no probe, in so many seconds.

        Raises Unusable with the exception's text if they cannot be, or with the line it stood at if it did not end.
        """
        request = protocol.load_request(code.packed, code.imports, seconds)
        outcome = self._started.run(request, seconds + _TO_TELL_SECONDS)
        reply = plain_reply(outcome)
        if isinstance(reply, dict) and "loaded" in reply:
            return outcome
        if outcome.kind == "timeout":
            raise self._endless(code, outcome, seconds)
        if isinstance(reply, dict) and "raised" in reply:
            raise Unusable(f"importing the module failed: {exception(reply, code.source).shown}")
        replied = outcome.kind == "replied"
        why = "what came back cannot be read" if replied else ended(outcome, self._policy)[0].told
        raise _unanswered(f"importing the module failed: {why}", outcome, "importing")

    def _endless(self, code: StudentCode, outcome: Outcome, seconds: float) -> Unusable:
        """The reason for an import that did not end. One that was busy all the time would not have ended alone either."""
        place = "" if code.own_prerequisites else code.source.place(_line_at_import(outcome.stack))
        told = f"importing the module did not end within {self._policy.import_seconds:g} seconds"
        doubtful = "" if outcome.cpu >= seconds * _BUSY else "importing"
        return Unusable(f"{told} ({place})" if place else told, unanswered=True, doubtful=doubtful, endless=True)

    def run(self, prepared_case: PreparedCase, code: StudentCode, seconds: float) -> Outcome:
        """The end of a case run on a student's modules, in a worker of its own with so many seconds; raises SandboxError."""
        return self._started.run(
            protocol.case_request(code.packed, prepared_case.packed, (*code.imports, *prepared_case.imports)), seconds
        )

    def run_together(self, text: str, cases: Sequence[PreparedCase], seconds: float) -> list[Outcome] | None:
        """The ends of cases that one worker answers one after the other, on a text of the suite's own.

        None if it did not answer all of them. A student's work never comes here: each of its cases has a worker of its own.
        """
        modules = self._compiled(self._module, _compile(text, self._suite.import_name(self._module.number)))
        packed = protocol.pack_student((), [(module.name, module.code) for module in modules])
        imports = (*_imports(text), *(name for prepared_case in cases for name in prepared_case.imports))
        request = protocol.several_request(packed, [prepared_case.packed for prepared_case in cases], imports)
        outcome = self._started.run(request, seconds)
        reply = plain_reply(outcome)
        replies = reply.get("replies") if isinstance(reply, dict) else None
        if not isinstance(replies, list) or len(replies) != len(cases):
            return None
        return [replace(outcome, reply=bytes(frame)) for frame in replies]

    # -------------------------------------------------------------------------------------------- what is run

    def prerequisites(self, submission: Submission, upon: Prerequisites) -> list[CompiledModule]:
        """The student's own modules that this one needs, in order; none where the reference's are used. Raises Unusable.

        One that was not handed in is the reference's if the policy is `best`; they are new modules in the worker, and take
        the places of those that the jail has loaded.
        """
        modules: list[CompiledModule] = []
        for module in (self._suite.module(number) for number in self._module.needs if upon == "own"):
            which = f"its own module {module.number:02}"
            work = submission.modules.get(module.number)
            if work is None and self._policy.prerequisites == "best":
                text = self._suite.source(module.number)
                first, *rest = self._compiled(module, _compile(text, self._suite.import_name(module.number)))
                modules += [first._replace(imports=_imports(text)), *rest]
                continue
            if work is None:
                raise Unusable(f"{which}, {module.name}, was not handed in")
            try:
                source = self.extract(read_files(work))
            except Refused as error:
                raise Unusable(f"{which}: {error}") from error
            if source.problem:
                raise Unusable(f"{which}: {source.problem}")
            first, *rest = self._compiled(module, source.code, digest(source.text))
            modules += [first._replace(packages=source.packages, imports=source.imports), *rest]
        return modules

    def own_files(self, submission: Submission) -> list[str]:
        """The hashes of the student's own modules that this one needs, "" for one that is not there; [] if none is."""
        found = [submission.modules.get(number) for number in self._module.needs]
        return [_identity(work) for work in found] if any(found) else []

    def student_code(self, prerequisites: Sequence[CompiledModule], source: ExtractedSource) -> StudentCode:
        """The code that every worker of an attempt gets; raises Unusable for a source with a problem."""
        if source.problem:
            raise Unusable(source.problem)
        modules = [*prerequisites, *self._compiled(self._module, source.code)]
        packages = {package: "" for module in modules for package in module.packages} | dict.fromkeys(
            source.packages, ""
        )
        imports = dict.fromkeys((*(name for module in modules for name in module.imports), *source.imports))
        packed = protocol.pack_student(tuple(packages), [(module.name, module.code) for module in modules])
        if len(packed) > self._policy.limits.payload // 2:
            raise Unusable("it and the modules before it are too large to be run together")
        return StudentCode(packed, source, tuple(imports), bool(prerequisites))

    def reference_code(self) -> StudentCode:
        """The reference in a student's place: an honest solution."""
        own = self._policy.prerequisites == "own"
        texts = self._suite.sources((*(self._module.needs if own else ()), self._module.number))
        code = [(name, _compile(text, name)) for name, text in texts.items()]
        imports = tuple(name for text in texts.values() for name in _imports(text))
        return StudentCode(protocol.pack_student((), code), ExtractedSource(), imports)

    def _compiled(self, module: Module, code: bytes, source_hash: str = "") -> list[CompiledModule]:
        """A student's module, and what the students' package runs when it has imported it, as a module after it.

        What is raised there is not told: the cases will show what is missing.
        """
        name = self._suite.import_name(module.number)
        compiled = [CompiledModule(name, code, source_hash)]
        if module.starts:
            text = (
                f"import sys\nmodule = sys.modules[{name!r}]\ntry:\n    {module.starts}\nexcept Exception:\n    pass\n"
            )
            compiled.append(CompiledModule(f"{name}_started", _compile(text, "<start>")))
        return compiled


def _line_at_import(stack: bytes) -> int:
    """The line of the student's module at which its import stood, as a worker tells; 0 if it tells none."""
    lines = _LINE.findall(stack)
    return int(lines[-1]) if lines else 0


_LINE = re.compile(rb"(?m)^  File \"%s\", line (\d{1,7}) in " % protocol.FILE.encode())
_IMPORT = re.compile(r"(?m)^\s*(?:from|import) ([\w.]+)")


def _imports(text: str) -> list[str]:
    """The modules that a text of the suite's own imports."""
    return _IMPORT.findall(text)


@lru_cache(maxsize=256)  # texts of the suite's own, which a proof asks on one draw after the other
def _compile(text: str, file: str) -> bytes:
    return marshal.dumps(compile(text, file, "exec", dont_inherit=True))


def _identity(work: Work | None) -> str:
    try:
        return identity(work) if work is not None else ""
    except Refused as error:
        return f"refused: {error}"


def _unanswered(reason: str, outcome: Outcome, doing: str) -> Unusable:
    return Unusable(reason, unanswered=True, doubtful=doing if may_be_the_machines(outcome) else "")
