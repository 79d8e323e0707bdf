"""Every suite, every module: what is right earns all, a mistake loses on its skill, no work earns nothing.

`make proof` asks every solution on many draws. Here it is one draw, of the mistakes one for each skill, and of the liars,
who are the same in every module, some in each module and each in some; with EVERY_SOLUTION set in the environment, as in
`make proof`, it is each of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from starter_code import starter
from suite_proof import Earned, asked, earned, liars, untouched

from autograder.authoring.case import Suite, load_suite
from autograder.proving.solutions import Solution, shortfall, solutions

SUITES: dict[str, Suite] = {name: load_suite(f"autograder.suites.{name}") for name in ("tinytorch", "micrograd")}
MODULES = [
    pytest.param(suite, one.number, id=f"{name} {one.id}") for name, suite in SUITES.items() for one in suite.modules
]
TINYTORCH = SUITES["tinytorch"]
SEED = b"one"
# What a course's starter code has written already, in module 06 the decorator that attaches methods.
GIVEN = {
    "tinytorch": {
        *("Function", "Layer", "Sequential", "Compose", "method_of", "_as_tensor"),
        *("__call__", "__repr__", "__str__", "numpy", "ndim", "numel", "parameters", "view"),
    },
    "micrograd": {"_Part", "__repr__"},
}


def _solutions() -> list[Any]:
    return [
        pytest.param(suite, module.number, one, id=f"{name} {module.number:02d} {one.kind} {one.name}")
        for name, suite in SUITES.items()
        for module in suite.modules
        for one in _sample(solutions(suite, module.number), module.number)
    ]


LIARS_SHARE = 4
"""One liar in so many is asked in a module."""


def _sample(every: Sequence[Solution], number: int) -> Iterator[Solution]:
    """What is right, the empty module, of the mistakes the first of each skill, and of the liars those whose turn it is."""
    skills, turn = set(), number
    for one in every:
        again = one.kind == "wrong" and one.skill in skills
        waits = one.kind == "liar" and turn % LIARS_SHARE != 0
        if not (again or waits) or "EVERY_SOLUTION" in os.environ:
            yield one
        if one.kind == "wrong":
            skills.add(one.skill)
        turn += one.kind == "liar"


@cache
def _paid(folder: str, number: int) -> dict[str, Earned]:
    """What the liars of a module earn, asked once in a process of their own."""
    suite = load_suite(folder)
    names = [one.name for one in _sample(solutions(suite, number), number) if one.kind == "liar"]
    return liars(suite, number, SEED, names)


def test_every_liar_is_asked() -> None:
    """Each liar of a suite of many modules is asked in at least one of them, and each module asks some."""
    asked = {module.number: solutions(TINYTORCH, module.number) for module in TINYTORCH.modules}
    named = {one.name for every in asked.values() for one in every if one.kind == "liar"}
    sampled = {n: {one.name for one in _sample(every, n) if one.kind == "liar"} for n, every in asked.items()}
    assert all(sampled.values())
    assert set.union(*sampled.values()) == named


def _lost(found: Earned) -> list[str]:
    return [case for case, points in found.items() if not points]


def _points(suite: Suite, number: int, found: Earned) -> Fraction:
    return sum((Fraction(case.points) for case in suite.cases(number) if found[case.id]), Fraction(0))


@pytest.mark.parametrize(("suite", "number", "one"), _solutions())
def test_a_solution_earns_what_it_must(suite: Suite, number: int, one: Solution) -> None:
    """What is right has full points, a mistake loses on its skill, and what does no work has none, on a draw.

    `make proof` tries many draws. A mistake does not cost all that does not build on it.
    """
    found = _paid(suite.folder, number)[one.name] if one.kind == "liar" else earned(suite, number, one.source, SEED)
    assert not shortfall(one, suite.cases(number), found)
    if one.kind == "wrong":
        # Every case of gradients, and every case of a tiny suite, leans on the same few rules.
        left = 0 if suite is not TINYTORCH else 1 if number > 4 else Fraction(suite.points, 3)
        assert _points(suite, number, found) >= left


def test_one_rule_of_differences_does_not_earn_a_module() -> None:
    """Module 06 asks for derivatives: running each operation twice for every entry gets less than half of the points."""
    one = next(one for one in TINYTORCH.variants("wrong", 6) if one.name == "differences instead of derivatives")
    found = earned(TINYTORCH, 6, one.source(TINYTORCH.source(6)), SEED)
    assert 0 < _points(TINYTORCH, 6, found) < Fraction(TINYTORCH.points, 2)


@pytest.mark.parametrize("stub", ["raise NotImplementedError()", "pass"])
@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_an_untouched_notebook_earns_nothing(suite: Suite, number: int, stub: str) -> None:
    """What the starter code gives, with every gap left as it was, has no point; gaps may raise or be blank."""
    found = earned(suite, number, untouched(suite.source(number), stub, GIVEN[suite.name]), SEED)
    assert len(_lost(found)) == len(found)


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_a_student_can_tell_cases_apart(suite: Suite, number: int) -> None:
    """No name or hint is used twice in a module, and nobody needs more than the reference to answer."""
    cases = [question.case for question in asked(suite.folder, number, SEED)]
    assert len({case.hint for case in cases}) == len({case.name for case in cases}) == len(cases)
    assert any(case.visible for case in cases)


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_every_skill_has_a_mistake(suite: Suite, number: int) -> None:
    """Every skill of a module is shown to be lost by at least one mistake, and no mistake names another."""
    assert {case.skill for case in suite.cases(number)} == {one.skill for one in suite.variants("wrong", number)}


@pytest.mark.parametrize("number", [one.number for one in TINYTORCH.modules])
def test_there_are_enough_proofs(number: int) -> None:
    """Each module of TinyTorch has ten wrong solutions and three right ones, each with a name of its own."""
    wrong, right = TINYTORCH.variants("wrong", number), TINYTORCH.variants("right", number)
    assert len({one.name for one in wrong}) == len(wrong) >= 10
    assert len({one.name for one in right}) == len(right) >= 3


@pytest.mark.parametrize("number", [one.number for one in TINYTORCH.modules])
def test_older_editions_are_asked_enough(number: int) -> None:
    """Whoever has the starter code of an older edition is still asked eight cases with more than half of the points, where its starter does not hold it all."""
    for edition in (edition for edition in TINYTORCH.editions if number not in edition.whole):
        cases = [case for case in TINYTORCH.cases(number) if edition.id in case.editions]
        assert len(cases) >= 8
        assert sum(case.points for case in cases) >= Fraction(TINYTORCH.points, 2)


@pytest.mark.parametrize("number", [one.number for one in TINYTORCH.modules])
def test_what_the_starter_passes_is_worth_nothing(number: int) -> None:
    """The cases that the newest starter code passes untouched, of those it is asked, are what its edition says it supplies."""
    newest = TINYTORCH.editions[-1]
    ids = {case.id for case in TINYTORCH.cases(number) if newest.id in case.editions}
    answers = earned(TINYTORCH, number, starter(TINYTORCH, number), SEED, 2.0)
    passed = {case for case in ids if answers[case]}
    assert passed == newest.supplied & ids
    assert len(passed) < len(ids)


def test_every_supplied_case_is_there() -> None:
    """No edition names a case that the suite does not have."""
    ids = {case.id for module in TINYTORCH.modules for case in TINYTORCH.cases(module.number)}
    assert {case for edition in TINYTORCH.editions for case in edition.supplied} <= ids


def test_micrograd_is_a_suite_like_any_other() -> None:
    """The second suite has eight cases in two modules, and no file of the grader names it or TinyTorch."""
    from pathlib import Path

    micrograd = SUITES["micrograd"]
    assert sum(len(micrograd.cases(one.number)) for one in micrograd.modules) == 8
    for file in Path("autograder").glob("*.py"):
        assert "micrograd" not in file.read_text(encoding="utf-8").lower(), file
