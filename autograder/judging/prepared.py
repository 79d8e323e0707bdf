"""One module of a suite made ready to grade: probes packed, inputs drawn, the reference's replies known.

Everything here is trusted and made once for a whole class; slots inherit it and only compare.
"""

from __future__ import annotations

import hashlib
import inspect
import marshal
import platform
import re
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from autograder.authoring import parts
from autograder.authoring.case import PUBLIC_SEED, Case, Module, Suite, SuiteError, imports_of, pack, unpack
from autograder.authoring.editions import Editions
from autograder.judging.compare import DEFAULT, Difference, Tolerance, agree, formed, outlined, size
from autograder.sandbox.limits import Limits
from autograder.worker import protocol, wire

_MOST_WORDS = 500
"""Characters of a checker's sentence."""
_SMALL = 10_000
"""Values that any checker can handle, whatever their form: were all of them broadcast against each other, 100 MB."""
_AT = re.compile(r"(?P<raised>the code raised \w+: )(?P<place>result(?:\[\d{1,4}\])+): ")
"""What a probe raised about one part of what it was about to return, told as the part is called."""
_DECIDE = (
    "authoring/case.py",
    "authoring/inputs.py",
    "authoring/keeping.py",
    "authoring/copying.py",
    "worker",
    "judging",
    "sandbox",
)
"""The files and whole folders of the grader that have a say in a status: when one changes, no old result counts as new."""


@dataclass(frozen=True, slots=True)
class PreparedCase:
    """A case packed for workers, with its drawn inputs and the reference's reply.

    `key` is the hash of all that decides its status on our side.
    """

    case: Case
    packed: bytes = field(repr=False)
    record: tuple[tuple[str, Any], ...] = field(repr=False)
    expected: Any = field(repr=False)
    key: str
    imports: tuple[str, ...] = ()  # modules that the probe loads

    def difference(self, reply: Any) -> Difference | None:
        """The difference of a reply from the reference's, None if there is none."""
        return difference(self.case, self.expected, reply)

    def told(self, difference: Difference) -> str:
        """A difference in words for the student, with what the probe did there, in its own text."""
        place, at = None, _AT.match(difference.shown)
        with suppress(Exception):  # whatever a suite's author may write: words must not cost a grade
            if at and (name := parts.place(self.case.probe, at["place"], self.record)):
                rest, _, _ = difference.shown[at.end() :].partition("; the case had asked for ")
                return f"{name}: {at['raised']}{rest}"
            if difference.path:  # a checker tells in words of its own, and of the whole reply
                own_words = self.case.checker and difference.path == "result"
                place = "" if own_words else parts.place(self.case.probe, difference.path, self.record)
        return difference.words(hidden=False, place=place)

    def called(self, span: Any) -> str:
        """The piece of the probe's text that a worker claims was running when something was raised; empty if it is none."""
        return parts.called(self.case.probe, span)


@dataclass(frozen=True, slots=True)
class PreparedModule:
    """One module ready to grade: its cases prepared under one seed, and the limits they run under."""

    suite: Suite
    module: Module
    cases: tuple[PreparedCase, ...]
    limits: Limits

    def cases_for(self, editions: Editions) -> tuple[PreparedCase, ...]:
        """The cases that fit all these editions, of any of which the work may be; empty stands for all of them."""
        ids = set(editions or (edition.id for edition in self.suite.editions))
        return tuple(prepared for prepared in self.cases if ids <= set(prepared.case.editions))

    def supplied_cases(self, editions: Editions, supplied: Collection[str] | None = None) -> frozenset[str]:
        """The ids of the cases for these editions that the starter passes untouched: `supplied`, else what the suite knows.

        None where a starter passes everything: then it is no starter.
        """
        ids = {prepared.case.id for prepared in self.cases_for(editions)}
        if supplied is None:
            supplied = {case for edition in self.suite.editions if edition.id in editions for case in edition.supplied}
        return frozenset() if ids <= set(supplied) else frozenset(ids & set(supplied))


def prepare(
    suite: Suite, number: int, seed: bytes, limits: Limits, only: Collection[str] | None = None
) -> PreparedModule:
    """One module ready to grade under a secret seed; raises SuiteError if the reference itself cannot answer a case.

    `only` names the cases by their ids; all if left out.
    """
    reference = suite.reference(number)
    key_of = keys(suite, number, seed, limits)
    chosen = [case for case in suite.cases(number) if only is None or case.id in only]
    cases = tuple(_prepared_case(suite, number, case, reference, seed, key_of[case.id]) for case in chosen)
    return replace(without_cases(suite, number, limits), cases=cases)


class Examples:
    """The visible cases of a module on public inputs, those of the file that students have; made when first asked for."""

    def __init__(self, suite: Suite, number: int) -> None:
        self._suite, self._number = suite, number
        self._reference: Any = None
        self._made: dict[str, PreparedCase] = {}

    def of(self, case: Case) -> PreparedCase:
        """One case on public inputs; its key is empty, for it decides nothing."""
        if not case.visible:
            raise ValueError(f"{case.id} is hidden; what came of it is shown to no student")
        if case.id not in self._made:
            self._reference = self._reference or self._suite.reference(self._number)
            self._made[case.id] = _prepared_case(self._suite, self._number, case, self._reference, PUBLIC_SEED, "")
        return self._made[case.id]


def without_cases(suite: Suite, number: int, limits: Limits) -> PreparedModule:
    """A prepared module without its cases: enough to start a jail with, before the reference has answered them."""
    return PreparedModule(suite, suite.module(number), (), limits)


def _prepared_case(suite: Suite, number: int, case: Case, reference: Any, seed: bytes, key: str) -> PreparedCase:
    inputs, probe = case.inputs(seed), pack(case.probe)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = wire.decode(wire.encode(unpack(probe)(reference, inputs)))
    except Exception as error:
        raise SuiteError([f"{case.id}: the reference fails with {type(error).__name__}: {error}"]) from error
    packed = protocol.pack_case(_exports(suite, number), probe, inputs.record)
    return PreparedCase(case, packed, tuple(inputs.record), expected, key, imports_of(case.probe))


def _exports(suite: Suite, number: int) -> list[tuple[str, tuple[str, ...]]]:
    """The names of a probe's `tt` by the import name of the module they come from, in order, later ones winning."""
    return [
        (suite.import_name(wanted), suite.module(wanted).exports) for wanted in (*suite.module(number).needs, number)
    ]


def difference(case: Case, expected: Any, reply: Any) -> Difference | None:
    """The difference of a reply from the expected one, by the case's checker or by comparison; None if there is none."""
    if case.checker is None:
        return agree(expected, reply, tolerance=_tolerance(case))
    # A checker may compute with all that it is given, so of what is large it sees only what it expects.
    if size(reply) > _SMALL and (other_form := formed(expected, reply)):
        return other_form
    import numpy as np

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        wrong = case.check(expected, reply)
    if not wrong:  # what it did not look at must at least be there
        return outlined(expected, reply)
    # A checker may quote what came back, which may be of any length.
    return Difference("result", "value", wrong if len(wrong) <= _MOST_WORDS else f"{wrong[: _MOST_WORDS - 1]}…")


def _tolerance(case: Case) -> Tolerance:
    return DEFAULT if case.tolerance is None else Tolerance(float32=(case.tolerance, case.tolerance / 10))


# ---------------------------------------------------------------------------------------------------- keys


def keys(suite: Suite, number: int, seed: bytes, limits: Limits) -> dict[str, str]:
    """The hash of all that decides what a submission gets for a case, besides the submission, by the case's id."""
    base = _base_key(suite, number, seed, limits)
    return {
        case.id: _sha(
            base,
            case.id,
            str(case.tolerance),
            *(_fingerprint(function) for function in (case.probe, case.checker) if function),
        )
        for case in suite.cases(number)
    }


def _base_key(suite: Suite, number: int, seed: bytes, limits: Limits) -> str:
    """The hash of all that the status of any case of a module depends on besides the case and the submission."""
    module = suite.module(number)
    texts = [suite.source(wanted) for wanted in (*module.needs, number)]
    import numpy as np

    versions = (platform.python_version(), platform.machine(), np.__version__)
    return _sha(*texts, _grader(), *versions, repr(limits), repr(module), hashlib.sha256(seed).hexdigest())


@cache
def _grader() -> str:
    """A hash of the grader's own code that decides what becomes of a case."""
    root = Path(__file__).resolve().parents[1]
    files = sorted(
        file for name in _DECIDE for file in ([root / name] if name.endswith(".py") else (root / name).rglob("*.py"))
    )
    return _sha(*(f"{file.relative_to(root)}\0{file.read_text(encoding='utf-8')}" for file in files))


def _sha(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=2048)  # the keys of a module differ from draw to draw in the seed alone
def _fingerprint(function: Any) -> str:
    """A hash of what a function does, wherever it stands: its code and that of the functions of its file it calls."""
    parts: dict[str, Any] = {}
    waiting: list[tuple[str, Any]] = [("", function)]
    while waiting:
        name, used_by = waiting.pop()
        if not isinstance(used_by, FunctionType) or name in parts:
            continue
        parts[name] = (_bare(used_by.__code__), used_by.__defaults__, used_by.__kwdefaults__)
        space: Mapping[str, Any] = used_by.__globals__
        used = [(inner, space[inner]) for inner in _names_in(used_by.__code__) if inner in space]
        waiting += [pair for pair in used if inspect.isfunction(pair[1]) and pair[1].__globals__ is space]
        parts |= {f"={inner}": repr(value) for inner, value in used if isinstance(value, (int, float, str, tuple))}
    # Version 2 of marshal writes equal values alike, whoever else refers to them.
    plain = sorted((name, repr(rest) if isinstance(rest, str) else _marshalled(rest)) for name, rest in parts.items())
    return _sha(*(f"{name}:{text}" for name, text in plain))


def _marshalled(value: Any) -> str:
    try:
        return marshal.dumps(value, 2).hex()
    except ValueError:
        code, *defaults = value
        return marshal.dumps(code, 2).hex() + repr(defaults)


def _bare(code: CodeType) -> CodeType:
    """A code object without its place in the file."""
    constants = tuple(_bare(constant) if isinstance(constant, CodeType) else constant for constant in code.co_consts)
    return code.replace(co_filename="", co_firstlineno=1, co_linetable=b"", co_consts=constants)


def _names_in(code: CodeType) -> Iterator[str]:
    """The names that code, and the functions inside it, use."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def import_names(suite: Suite, words: Mapping[str, int]) -> dict[str, str]:
    """The import names of a suite's modules, each by every last part that a student may import it under.

    `{"tensor": "tinytorch.core.tensor"}`; `words` are those of the suite's conventions, to module numbers.
    """
    names = {module.number: suite.import_name(module.number) for module in suite.modules}
    last_parts = {name.rpartition(".")[2]: name for name in names.values()}
    return last_parts | {word: names[number] for word, number in words.items() if number in names}


def merged(parts: Sequence[str]) -> str:
    """One key made of many texts."""
    return _sha(*parts)
