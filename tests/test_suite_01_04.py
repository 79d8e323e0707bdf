"""TinyTorch, modules 01 to 04: what is right earns all, each mistake loses on its skill, no work earns nothing.

The probes run in this process, on our own texts only, and probes, inputs and replies travel as they do to a worker.
"""

from __future__ import annotations

import ast
import warnings
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from autograder.case import Case, Given, Liar, Probe, Suite, Variant, load, pack, unpack
from autograder.compare import Tolerance, agree
from autograder.frames import decode, encode

SUITE: Suite = load("autograder.suites.tinytorch")
MODULES = (1, 2, 3, 4)
SEEDS = (b"one", b"two", b"three")
# What the course's starter code has written already.
GIVEN_CLASSES = {"Function", "Layer", "Sequential"}
GIVEN_FUNCTIONS = {"__call__", "__repr__", "__str__", "numpy", "ndim", "numel", "parameters", "view", "_as_tensor"}


def _variants(kind: str) -> list[Any]:
    pairs = [(number, variant) for number in MODULES for variant in SUITE.variants(kind, number)]
    return [pytest.param(number, variant, id=f"{number:02d} {variant.name}") for number, variant in pairs]


def _liars() -> list[Any]:
    pairs = [(number, liar) for number in MODULES for liar in SUITE.liars()]
    return [pytest.param(number, liar, id=f"{number:02d} {liar.name}") for number, liar in pairs]


@cache
def _asked(number: int, seed: bytes) -> list[tuple[Case, list[tuple[str, Any]], Any]]:
    """Every case of a module with the inputs drawn for it and the reference's reply."""
    asked = []
    for case in SUITE.cases(number):
        given = case.inputs(seed)
        expected = _reply(case.probe, number, SUITE.source(number), given)
        asked.append((case, [(name, decode(encode(value))) for name, value in given.record], expected))
    return asked


def _earned(number: int, text: str, seed: bytes) -> dict[Case, Fraction]:
    """The points each case of a module gives a submission's text."""
    earned = {}
    for case, record, expected in _asked(number, seed):
        try:
            reply = _reply(unpack(pack(case.probe)), number, text, Given.replay(record))
        except Exception:
            earned[case] = Fraction(0)
            continue
        earned[case] = case.points if _passes(case, expected, reply) else Fraction(0)
    return earned


def _reply(probe: Probe, number: int, text: str, given: Given) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # divisions by zero are the submission's own affair
        reply = probe(SUITE.mounted(number, text, "_tried"), given)
    return decode(encode(reply))


def _passes(case: Case, expected: Any, reply: Any) -> bool:
    if case.judge is not None:
        return case.judged(expected, reply) is None
    near = case.tolerance
    return agree(expected, reply, tolerance=Tolerance(float32=(near, near / 10)) if near else Tolerance()) is None


def _by_skill(earned: dict[Case, Fraction], skill: str) -> tuple[Fraction, Fraction]:
    cases = [case for case in earned if case.skill == skill]
    return sum((earned[case] for case in cases), Fraction(0)), sum((case.points for case in cases), Fraction(0))


@pytest.mark.parametrize("number", MODULES)
def test_the_reference_earns_all(number: int) -> None:
    """The reference, judged by itself, has full points in every case."""
    for seed in SEEDS:
        lost = [case.id for case, points in _earned(number, SUITE.source(number), seed).items() if not points]
        assert not lost


@pytest.mark.parametrize(("number", "variant"), _variants("right"))
def test_right_solutions_earn_all(number: int, variant: Variant) -> None:
    """A right solution written in another way has full points."""
    for seed in SEEDS:
        earned = _earned(number, variant.source(SUITE.source(number)), seed)
        assert not [case.id for case, points in earned.items() if not points]


@pytest.mark.parametrize(("number", "variant"), _variants("wrong"))
def test_a_mistake_loses_on_its_skill(number: int, variant: Variant) -> None:
    """A mistake costs points on its skill under every seed, and leaves the student at least a third of all."""
    for seed in SEEDS:
        earned = _earned(number, variant.source(SUITE.source(number)), seed)
        got, possible = _by_skill(earned, variant.skill)
        assert possible, f"no case has the skill {variant.skill}"
        assert got < possible
        assert sum(earned.values()) >= Fraction(SUITE.points, 3)


@pytest.mark.parametrize(("number", "liar"), _liars())
def test_no_work_earns_nothing(number: int, liar: Liar) -> None:
    """A submission that pretends has no point in any case."""
    for seed in SEEDS:
        earned = _earned(number, liar.source(SUITE.module(number)), seed)
        assert not [case.id for case, points in earned.items() if points]


@pytest.mark.parametrize("number", MODULES)
def test_an_empty_module_earns_nothing(number: int) -> None:
    """A module without a definition has no point, though its prerequisites are there."""
    assert not any(_earned(number, "", SEEDS[0]).values())


@pytest.mark.parametrize("stub", ["raise NotImplementedError()", "pass"])
@pytest.mark.parametrize("number", MODULES)
def test_an_untouched_notebook_earns_nothing(number: int, stub: str) -> None:
    """What the starter code gives, with every gap left as it was, has no point; gaps may raise or be blank."""
    earned = _earned(number, _untouched(SUITE.source(number), stub), SEEDS[0])
    assert not [case.id for case, points in earned.items() if points]


def _untouched(text: str, stub: str) -> str:
    """The reference with the body of every function that students write replaced."""
    tree = ast.parse(text)
    for outer in tree.body:
        if isinstance(outer, ast.ClassDef) and outer.name in GIVEN_CLASSES:
            continue
        inside = outer.body if isinstance(outer, ast.ClassDef) else [outer]
        for function in inside:
            if isinstance(function, ast.FunctionDef) and function.name not in GIVEN_FUNCTIONS:
                function.body = ast.parse(stub).body
    return ast.unparse(tree)


@pytest.mark.parametrize("number", MODULES)
def test_there_are_enough_proofs(number: int) -> None:
    """Each module has ten wrong solutions and three right ones, each with a name of its own."""
    wrong, right = SUITE.variants("wrong", number), SUITE.variants("right", number)
    assert len({one.name for one in wrong}) == len(wrong) >= 10
    assert len({one.name for one in right}) == len(right) >= 3


@pytest.mark.parametrize("number", MODULES)
def test_older_eras_are_asked_enough(number: int) -> None:
    """Whoever has the starter code of an older era is still asked eight cases with two thirds of the points."""
    for era in "AB":
        cases = [case for case in SUITE.cases(number) if era in case.eras]
        assert len(cases) >= 8
        assert sum(case.points for case in cases) >= SUITE.points * 2 / 3
