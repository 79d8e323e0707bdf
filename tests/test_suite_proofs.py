"""Every suite, every module: what is right earns all, each mistake loses on its skill, no work earns nothing."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from suite_proof import Earned, asked, earned, liars, untouched

from autograder.authoring.case import Liar, Suite, Variant, load

SUITES: dict[str, Suite] = {name: load(f"autograder.suites.{name}") for name in ("tinytorch", "micrograd")}
MODULES = [
    pytest.param(suite, one.number, id=f"{name} {one.id}") for name, suite in SUITES.items() for one in suite.modules
]
TINYTORCH = SUITES["tinytorch"]
SEEDS = (b"one", b"two", b"three")
# What a course's starter code has written already, in module 06 the decorator that attaches methods.
GIVEN = {
    "tinytorch": {
        *("Function", "Layer", "Sequential", "Compose", "method_of", "_as_tensor"),
        *("__call__", "__repr__", "__str__", "numpy", "ndim", "numel", "parameters", "view"),
    },
    "micrograd": {"_Part", "__repr__"},
}


def _variants(kind: str) -> list[Any]:
    return [
        pytest.param(suite, module.number, one, id=f"{name} {module.number:02d} {one.name}")
        for name, suite in SUITES.items()
        for module in suite.modules
        for one in suite.variants(kind, module.number)
    ]


def _pretences() -> list[Any]:
    return [
        pytest.param(suite, module.number, one, id=f"{name} {module.number:02d} {one.name}")
        for name, suite in SUITES.items()
        for module in suite.modules
        for one in suite.liars()
    ]


@cache
def _paid(folder: str, number: int) -> dict[str, list[str]]:
    """What the liars of a module get, asked once in a process of their own."""
    return liars(load(folder), number, SEEDS[:1])


def _lost(earned: Earned) -> list[str]:
    return [case.id for case, points in earned.items() if not points]


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_the_reference_earns_all(suite: Suite, number: int) -> None:
    """The reference, judged by itself, has full points in every case."""
    for seed in SEEDS:
        assert not _lost(earned(suite, number, suite.source(number), seed))


@pytest.mark.parametrize(("suite", "number", "one"), _variants("right"))
def test_right_solutions_earn_all(suite: Suite, number: int, one: Variant) -> None:
    """A right solution written in another way has full points."""
    for seed in SEEDS:
        assert not _lost(earned(suite, number, one.source(suite.source(number)), seed))


@pytest.mark.parametrize(("suite", "number", "one"), _variants("wrong"))
def test_a_mistake_loses_on_its_skill(suite: Suite, number: int, one: Variant) -> None:
    """A mistake costs points on its skill under every seed, and does not cost all that does not build on it."""
    for seed in SEEDS[:2]:
        points = earned(suite, number, one.source(suite.source(number)), seed)
        skilled = [case for case in points if case.skill == one.skill]
        assert skilled, f"no case has the skill {one.skill}"
        assert any(not points[case] for case in skilled)
        # Every case of gradients, and every case of a tiny suite, leans on the same few rules.
        left = 0 if suite is not TINYTORCH else 1 if number > 4 else Fraction(suite.points, 3)
        assert sum(points.values()) >= left


def test_one_rule_of_differences_does_not_earn_a_module() -> None:
    """Module 06 asks for derivatives: running each operation twice for every entry gets less than half of the points."""
    one = next(one for one in TINYTORCH.variants("wrong", 6) if one.name == "differences instead of derivatives")
    points = earned(TINYTORCH, 6, one.source(TINYTORCH.source(6)), SEEDS[0])
    assert 0 < sum(points.values()) < Fraction(TINYTORCH.points, 2)


@pytest.mark.parametrize(("suite", "number", "liar"), _pretences())
def test_no_work_earns_nothing(suite: Suite, number: int, liar: Liar) -> None:
    """A submission that pretends has no point in any case, and one that never ends is stopped."""
    assert _paid(suite.folder, number)[liar.name] == []


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_an_empty_module_earns_nothing(suite: Suite, number: int) -> None:
    """A module without a definition has no point, though its prerequisites are there."""
    assert not any(earned(suite, number, "", SEEDS[0]).values())


@pytest.mark.parametrize("stub", ["raise NotImplementedError()", "pass"])
@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_an_untouched_notebook_earns_nothing(suite: Suite, number: int, stub: str) -> None:
    """What the starter code gives, with every gap left as it was, has no point; gaps may raise or be blank."""
    points = earned(suite, number, untouched(suite.source(number), stub, GIVEN[suite.name]), SEEDS[0])
    assert not [case.id for case, worth in points.items() if worth]


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_a_student_can_tell_cases_apart(suite: Suite, number: int) -> None:
    """No name or hint is used twice in a module, and nobody needs more than the reference to answer."""
    cases = [case for case, _, _ in asked(suite.folder, number, SEEDS[0])]
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
def test_older_eras_are_asked_enough(number: int) -> None:
    """Whoever has the starter code of an older era is still asked eight cases with more than half of the points."""
    for era in "AB":
        cases = [case for case in TINYTORCH.cases(number) if era in case.eras]
        assert len(cases) >= 8
        assert sum(case.points for case in cases) >= Fraction(TINYTORCH.points, 2)


def test_micrograd_is_a_suite_like_any_other() -> None:
    """The second suite has eight cases in two modules, and no file of the grader names it or TinyTorch."""
    from pathlib import Path

    micrograd = SUITES["micrograd"]
    assert sum(len(micrograd.cases(one.number)) for one in micrograd.modules) == 8
    for file in Path("autograder").glob("*.py"):
        assert "micrograd" not in file.read_text(encoding="utf-8").lower(), file
