"""Cases: what a suite asks of a student's package, and how its inputs are drawn.

A case is one function, the probe. It uses the package under test on drawn inputs and returns plain data; it runs once
on the student's package in the sandbox and once on the reference, and the judge compares the two replies. So a probe
holds no expected value and gives no verdict. Its inputs are in `inputs`.

Plain data is None, bool, int (64 bit), float, str, lists, tuples and dicts with text keys of plain data, and NumPy
arrays of bool, int or float. A case pays only for a reply that is costly to produce without doing the work: raw values,
never a verdict, and never a shape, a name or a boolean alone.

This module is all that a suite knows of the grader.
"""

from __future__ import annotations

import dis
import importlib
import importlib.resources
import marshal
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

from autograder.authoring.editions import Edition, Editions, between
from autograder.authoring.inputs import HELP, Inputs, Probe, central_difference, live, raises, unpack
from blueprint.problems import UsageError

__all__ = ["Inputs", "Probe", "case", "central_difference", "live", "raises", "unpack"]
PUBLIC_SEED = b"handout"
"""What the inputs of the students' own file of visible cases are drawn from; whoever knows it knows nothing that pays."""
KINDS = (bool, int, float, str, bytes, tuple, type(None))  # what a probe may use of its file besides functions
Checker = Callable[[Any, Any], str | None]


class SuiteError(UsageError):
    """A suite that cannot be used; carries every reason found, one sentence each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = tuple(reasons)


# ---------------------------------------------------------------------------------------------------- cases


@dataclass(frozen=True, slots=True)
class Case:
    """One probe with what it is worth and what a student reads about it; `id` is `module-NN/slug`."""

    id: str
    name: str
    points: Fraction
    skill: str
    hint: str
    visible: bool
    probe: Probe = field(repr=False, compare=False)
    tolerance: float | None = None  # relative, of float32; absolute a tenth of it; None is the default
    checker: Checker | None = field(default=None, repr=False, compare=False)
    since: str = ""  # the first and the last edition that is asked this; all where empty
    until: str = ""
    unless: str = ""  # an edition between them that is not
    editions: Editions = ()  # all that are asked this

    @property
    def slug(self) -> str:
        """The last part of the id: the name in small letters, joined by dashes."""
        return self.id.rpartition("/")[2]

    def inputs(self, seed: bytes) -> Inputs:
        """A fresh source of this case's inputs under a secret seed."""
        return Inputs(seed, self.id)

    def check(self, expected: Any, reply: Any) -> str | None:
        """The verdict of the case's own checker on a reply: a sentence, None if nothing is wrong; for cases that have one.

        Runs on the trusted side, on plain data. A checker that stumbles over a reply finds it wrong.
        """
        if self.checker is None:
            raise ValueError(f"{self.id} has no checker; its replies are compared")
        try:
            return self.checker(expected, reply)
        except Exception:
            return "what came back does not have the form that was asked for"


def case(
    name: str,
    *,
    points: int | str | Fraction,
    skill: str,
    hint: str,
    visible: bool = True,
    since: str = "",
    until: str = "",
    unless: str = "",
    tolerance: float | None = None,
    checker: Checker | None = None,
) -> Callable[[Probe], Probe]:
    """Makes a function `(tt, inputs) -> plain data` a case of the file it stands in.

    `name` and `hint` are read by students; `since` and `until` are the first and the last edition of the starter code
    that can be asked this, `unless` is one between them that cannot. Where randomness is legitimate, `checker(expected, reply)` says what is wrong, or None: it takes what it trusts
    from the reference's reply and raw samples from the student's, and fails a right solution at most once in a million
    runs.
    """

    def keep(probe: Probe) -> Probe:
        slug = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
        kept = Case(slug, name, Fraction(points), skill, hint, visible, probe, tolerance, checker, since, until, unless)
        # The list lives in the file's own namespace, so that every probe may be called `_`.
        getattr(probe, "__globals__").setdefault("__cases__", []).append(kept)  # noqa: B009
        return probe

    return keep


# ---------------------------------------------------------------------------------------------------- probes that travel


@lru_cache(maxsize=1024)  # a proof runs each probe thousands of times
def pack(probe: Probe) -> bytes:
    """A probe as bytes for a worker of the same Python: its code, and that of the functions of its file it uses.

    In that code, what is read from a student's objects is a copy (`keeping`). A probe may use `np`, what this module offers, plain constants and functions of its own file, and built-ins;
    anything else raises `SuiteError`.
    """
    from autograder.authoring.keeping import keeping

    functions, constants = _used_by(probe)
    codes = {name: (keeping(one), one.__defaults__, one.__kwdefaults__) for name, one in functions.items()}
    return marshal.dumps((codes, dict(constants)))


@lru_cache(maxsize=1024)
def _used_by(probe: Any) -> tuple[Mapping[str, FunctionType], Mapping[str, Any]]:
    """The functions that travel with a probe, itself under "", and the constants; raises SuiteError."""
    functions: dict[str, FunctionType] = {}
    constants: dict[str, Any] = {}
    waiting: list[tuple[str, Any]] = [("", probe)]
    while waiting:
        name, function = waiting.pop()
        if function.__closure__:
            raise SuiteError([f"{_place(probe)}: the probe uses names of a function around it; give them as arguments"])
        functions[name] = function
        for used in globals_of(function.__code__):
            value = function.__globals__.get(used, function)
            if value is function or used in functions or used == "np" or HELP.get(used) is value:
                continue  # a built-in, known already, or at hand in the worker
            if isinstance(value, FunctionType) and value.__module__ == function.__module__:
                waiting.append((used, value))
            elif isinstance(value, KINDS):
                constants[used] = value
            else:
                raise SuiteError([f"{_place(probe)}: a probe cannot use `{used}`; only np, helpers and plain values"])
    return functions, constants


@lru_cache(maxsize=1024)
def globals_of(code: CodeType) -> tuple[str, ...]:
    """The names that code, and the functions inside it, look up outside themselves."""
    names = [step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
    inner = [name for part in code.co_consts if isinstance(part, CodeType) for name in globals_of(part)]
    return (*(name for name in names if not name.startswith("__")), *inner)


@lru_cache(maxsize=1024)
def imports_of(probe: Probe) -> tuple[str, ...]:
    """The modules that a probe, and the functions of its file it uses, import while they run."""
    waiting = [function.__code__ for function in _used_by(probe)[0].values()]
    found: dict[str, None] = {}
    while waiting:
        code = waiting.pop()
        waiting += [part for part in code.co_consts if isinstance(part, CodeType)]
        found |= {step.argval: None for step in dis.get_instructions(code) if step.opname == "IMPORT_NAME"}
    return tuple(sorted(found))


def _place(probe: Any) -> str:
    return f"{probe.__code__.co_filename}:{probe.__code__.co_firstlineno}"


# ---------------------------------------------------------------------------------------------------- suites


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a suite as data: its number, name, place in the students' package, and what it must offer."""

    number: int
    name: str  # also the file in `reference`
    target: str  # where the package keeps it: `core.tensor`
    exports: tuple[str, ...]
    needs: tuple[int, ...] = ()  # every module before it that it imports, also through others
    starts: str = ""  # Python that the students' package runs when it has imported `module`, whatever may come of it

    @property
    def id(self) -> str:
        """`module-01`."""
        return f"module-{self.number:02d}"

    @property
    def stem(self) -> str:
        """`m01`: the beginning of the names of its files in a suite's folders."""
        return f"m{self.number:02d}"


@dataclass(frozen=True)
class Suite:
    """A folder of cases: reference package, cases, wrong and right solutions, named in `<folder>.suite.SUITE`."""

    name: str
    folder: str  # the dotted name of the suite's own package
    package: str  # the name students import: `tinytorch`
    modules: tuple[Module, ...]
    points: int = 70  # of each module
    least: int = 12  # cases of each module
    editions: tuple[Edition, ...] = ()  # of the starter code, oldest first

    def module(self, number: int) -> Module:
        """The module with this number; `LookupError` names those there are."""
        for module in self.modules:
            if module.number == number:
                return module
        numbers = ", ".join(str(module.number) for module in self.modules)
        raise LookupError(f"suite {self.name} has no module {number}; it has {numbers}")

    def import_name(self, number: int) -> str:
        """The name under which students import a module: `tinytorch.core.tensor`."""
        return f"{self.package}.{self.module(number).target}"

    def cases(self, number: int) -> tuple[Case, ...]:
        """The module's cases in the order written; `SuiteError` tells everything that is wrong with them."""
        module = self.module(number)
        file = importlib.import_module(f"{self.folder}.cases.{module.stem}_{module.name}")
        cases = tuple(replace(case, id=f"{module.id}/{case.id}") for case in getattr(file, "__cases__", ()))
        if reasons := list(_faults(self, module, cases)):
            raise SuiteError(reasons)
        return tuple(replace(case, editions=_asked(self, case)) for case in cases)

    def reference(self, number: int) -> SimpleNamespace:
        """The names of the reference that a probe of this module sees: its own and those of the modules it needs.

        Loaded afresh for each call: a later module may patch an earlier one, and must not have done so here.
        """
        return self.mounted(number, self.source(number), root=f"_{self.name}_{number}")

    def mounted(
        self, number: int, text: str, root: str, upon: Mapping[str, ModuleType] | None = None
    ) -> SimpleNamespace:
        """The names that a probe sees when a module's text runs upon the reference of its prerequisites, in this process.

        `upon` are the prerequisites as `prerequisites` loaded them under the same root; loaded afresh where left out. For
        our own texts only: a student's runs in the sandbox.
        """
        loaded = self.prerequisites(number, root) if upon is None else upon
        return probe_names(self, number, mount(root, {self.module(number).target: text}, loaded))

    def prerequisites(self, number: int, root: str) -> dict[str, ModuleType]:
        """The reference's modules that a module builds on, loaded afresh in this process, by target."""
        return mount(root, {self.module(wanted).target: self.source(wanted) for wanted in self.module(number).needs})

    def source(self, number: int) -> str:
        """The reference's own text of one module."""
        files = importlib.resources.files(f"{self.folder}.reference")
        return files.joinpath(f"{self.module(number).name}.py").read_text(encoding="utf-8")

    def sources(self, numbers: Iterable[int]) -> dict[str, str]:
        """The reference's texts of several modules by their import names, in the order given."""
        return {self.import_name(number): self.source(number) for number in numbers}

    def variants(self, kind: str, number: int) -> tuple[Variant, ...]:
        """The solutions kept under `wrong` or `right` for one module; `SuiteError` when one names an unknown edition."""
        module = importlib.import_module(f"{self.folder}.{kind}.{self.module(number).stem}")
        kept: tuple[Variant, ...] = tuple(getattr(module, kind.upper()))
        known = ["", *(edition.id for edition in self.editions)]
        if lost := [one for one in kept if one.edition not in known]:
            raise SuiteError([_no_edition(one.name, one.edition, known[1:]) for one in lost])
        return kept

    def liars(self) -> tuple[Liar, ...]:
        """The submissions that do no work and must earn nothing in any module."""
        return tuple(importlib.import_module(f"{self.folder}.wrong.liars").LIARS)


def load_suite(folder: str) -> Suite:
    """The suite of a package, `autograder.suites.tinytorch` say; its cases are read when asked for."""
    return importlib.import_module(f"{folder}.suite").SUITE  # type: ignore[no-any-return]


def probe_names(suite: Suite, number: int, loaded: Mapping[str, Any]) -> SimpleNamespace:
    """The `tt` of a probe: the exports of a module and of those it needs, taken from loaded modules by target.

    A name that is not there is left out, so that a probe meets an `AttributeError` when it asks for it. The module's
    own names win over its prerequisites'.
    """
    space: dict[str, Any] = {}
    for wanted in (*suite.module(number).needs, number):
        module = suite.module(wanted)
        source = loaded[module.target]
        space |= {name: getattr(source, name) for name in module.exports if getattr(source, name, None) is not None}
    return SimpleNamespace(**space)


def mount(root: str, texts: Mapping[str, str], upon: Mapping[str, ModuleType] | None = None) -> dict[str, ModuleType]:
    """Modules of a package `root`, made from their texts by target and in order; replaces a package of that name.

    `upon` are modules that were made of it before and stay; the result holds them, too.
    """
    for stale in [name for name in sys.modules if name == root or name.startswith(f"{root}.")] if upon is None else ():
        del sys.modules[stale]
    loaded = dict(upon or {})
    for target, text in texts.items():
        *folders, _ = f"{root}.{target}".split(".")
        for depth in range(len(folders)):
            package = ModuleType(".".join(folders[: depth + 1]))
            package.__path__ = []
            sys.modules.setdefault(package.__name__, package)
        module = loaded[target] = sys.modules[f"{root}.{target}"] = ModuleType(f"{root}.{target}")
        module.__package__ = ".".join(folders)
        exec(_compiled(text, f"<{root}.{target}>"), module.__dict__)
    return loaded


@lru_cache(maxsize=512)  # all solutions of a module, and the modules they build on
def _compiled(text: str, name: str) -> CodeType:
    return compile(text, name, "exec")


def _asked(suite: Suite, case: Case) -> Editions:
    """The editions that are asked a case."""
    return tuple(edition for edition in between(suite.editions, case.since, case.until) if edition != case.unless)


def _no_edition(who: str, edition: str, known: Sequence[str]) -> str:
    return f"{who}: edition `{edition}`, one of {', '.join(known) or 'none'} is needed"


def _faults(suite: Suite, module: Module, cases: Sequence[Case]) -> Iterator[str]:
    """A sentence for each thing that is wrong with the cases of a module."""
    if len(cases) < suite.least:
        yield f"{module.id}: {len(cases)} cases, at least {suite.least} are needed"
    if (total := sum(case.points for case in cases)) != suite.points:
        yield f"{module.id}: its cases are worth {total} points, they should be worth {suite.points}"
    ids: set[str] = set()
    known = [edition.id for edition in suite.editions]
    for case in cases:
        if case.id in ids:
            yield f"{case.id}: two cases have this name"
        ids.add(case.id)
        if not case.skill or not case.hint or not case.slug:
            yield f"{case.id}: name, skill and hint must say something"
        if case.points <= 0:
            yield f"{case.id}: {case.points} points, more than zero are needed"
        for edition in filter(None, (case.since, case.until, case.unless)):
            if edition not in known:
                yield _no_edition(case.id, edition, known)
        if case.since and case.until and case.since > case.until:
            yield f"{case.id}: no edition is both since {case.since} and until {case.until}"
        try:
            _used_by(case.probe)
        except SuiteError as error:
            yield from error.reasons


# ---------------------------------------------------------------------------------------------------- proofs of a suite


@dataclass(frozen=True, slots=True)
class Variant:
    """A solution made from the reference's text: pieces replaced, code added at the end, or a text of its own.

    A wrong one is named for its mistake and tells the skill that must lose points; a right one has no skill. It is asked
    what `edition` is asked, the newest if none is named.
    """

    name: str
    skill: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    added: str = ""
    whole: str = ""
    edition: str = ""

    def source(self, reference: str) -> str:
        """The text of the solution; `SuiteError` when a piece to replace is not there exactly once."""
        text = self.whole or reference
        for old, new in self.changes:
            if text.count(old) != 1:
                raise SuiteError([f"{self.name}: the reference holds {text.count(old)} times the piece `{old}`"])
            text = text.replace(old, new)
        return f"{text}\n\n{self.added}" if self.added else text


@dataclass(frozen=True, slots=True)
class Liar:
    """A submission that does no work. Its text fills `NAMES`, the module's exports, with something plausible."""

    name: str
    text: str

    def source(self, module: Module) -> str:
        """The text of the submission for one module."""
        return f"NAMES = {module.exports!r}\n{self.text}"
