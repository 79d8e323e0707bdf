"""The TinyTorch suite, modules 05 to 08: its reference is right, mistakes lose points, other right ways do not."""

from __future__ import annotations

import ast
import warnings
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.case import Case, Given, Variant, central_difference, pack, unpack
from autograder.compare import agree
from autograder.frames import decode, encode
from autograder.suites.tinytorch.suite import SUITE

MODULES = (5, 6, 7, 8)
SEEDS = (b"first", b"second")


def reply(case: Case, tt: SimpleNamespace, seed: bytes) -> Any:
    """What a worker would send: the probe travels packed, the inputs as a record, the reply as a frame."""
    drawn = case.inputs(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a wrong solution may overflow
        case.probe(SUITE.reference(int(case.id[7:9])), drawn)
        try:
            return decode(encode(unpack(pack(case.probe))(tt, Given.replay(drawn.record))))
        except Exception as error:
            return f"raised {type(error).__name__}: {error}"


class Graded:
    """One module's cases with the reference's replies, made once per seed."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.cases = SUITE.cases(number)
        tt = SUITE.reference(number)
        self.ours = {(case.id, seed): reply(case, tt, seed) for case in self.cases for seed in SEEDS}

    def lost(self, text: str, seed: bytes) -> dict[str, str]:
        """The cases a solution loses, with what differed."""
        try:
            tt = SUITE.mounted(self.number, text, root=f"_tried_{self.number}")
        except Exception as error:
            return {case.id: f"import failed: {error!r}" for case in self.cases}
        found: dict[str, str] = {}
        for case in self.cases:
            theirs = reply(case, tt, seed)
            if difference := agree(self.ours[case.id, seed], theirs):
                found[case.id] = f"{difference.words(hidden=False)} {theirs if isinstance(theirs, str) else ''}"
        return found


GRADED: dict[int, Graded] = {}


def graded(number: int) -> Graded:
    """The module's cases, made when first asked for."""
    if number not in GRADED:
        GRADED[number] = Graded(number)
    return GRADED[number]


def variants(kind: str) -> list[Any]:
    """Every kept solution of one kind as (module number, solution)."""
    return [
        pytest.param(number, one, id=f"{number:02d} {one.name}")
        for number in MODULES
        for one in SUITE.variants(kind, number)
    ]


@pytest.mark.parametrize("number", MODULES)
def test_cases_are_whole(number: int) -> None:
    """A module has at least twelve cases, worth seventy points, and no hint or name is told twice."""
    cases = SUITE.cases(number)
    assert len({case.hint for case in cases}) == len({case.name for case in cases}) == len(cases)


@pytest.mark.parametrize("number", MODULES)
def test_reference_answers_every_case(number: int) -> None:
    """The reference answers every case without raising, and a second reference answers the same."""
    known = graded(number)
    failed = {key: told for key, told in known.ours.items() if isinstance(told, str) and told.startswith("raised")}
    assert not failed
    for seed in SEEDS:
        assert known.lost(SUITE.source(number), seed) == {}


@pytest.mark.parametrize(("number", "one"), variants("wrong"))
def test_wrong_solution_loses(number: int, one: Variant) -> None:
    """A mistake costs points in the skill it is named for, whatever the seed, and not in everything."""
    known = graded(number)
    text = one.source(SUITE.source(number))
    for seed in SEEDS:
        lost = known.lost(text, seed)
        assert one.skill in {case.skill for case in known.cases if case.id in lost}, lost
        assert len(lost) < len(known.cases), lost


@pytest.mark.parametrize(("number", "one"), variants("right"))
def test_right_solution_loses_nothing(number: int, one: Variant) -> None:
    """Code written another way keeps every point, whatever the seed."""
    text = one.source(SUITE.source(number))
    assert {seed: graded(number).lost(text, seed) for seed in SEEDS} == {seed: {} for seed in SEEDS}


@pytest.mark.parametrize("number", MODULES)
def test_enough_solutions_are_tried(number: int) -> None:
    """A module is tried with at least ten mistakes and three other right solutions."""
    assert len(SUITE.variants("wrong", number)) >= 10
    assert len(SUITE.variants("right", number)) >= 3


@pytest.mark.parametrize("number", MODULES)
def test_every_skill_has_a_mistake(number: int) -> None:
    """Every skill of a module is shown to be lost by at least one mistake."""
    assert {case.skill for case in SUITE.cases(number)} == {one.skill for one in SUITE.variants("wrong", number)}


@pytest.mark.parametrize("stub", ["raise NotImplementedError()", "pass"])
@pytest.mark.parametrize("number", MODULES)
def test_an_untouched_notebook_earns_nothing(number: int, stub: str) -> None:
    """What the starter code gives, with every gap left as it was or blank, loses every case; so does an empty file."""
    known = graded(number)
    for text in ("", untouched(SUITE.source(number), stub)):
        assert set(known.lost(text, SEEDS[0])) == {case.id for case in known.cases}


def untouched(text: str, stub: str) -> str:
    """The reference with the body of every function that students write replaced."""
    tree = ast.parse(text)
    for outer in tree.body:
        if isinstance(outer, ast.FunctionDef) and outer.name == "method_of":
            continue
        for function in outer.body if isinstance(outer, ast.ClassDef) else [outer]:
            if isinstance(function, ast.FunctionDef):
                function.body = ast.parse(stub).body
    return ast.unparse(tree)


OPERATIONS: dict[str, Any] = {
    "a + b": lambda tt, a, b: a + b[0],
    "a - b": lambda tt, a, b: a[1] - b,
    "a * b": lambda tt, a, b: a * b * a,
    "a / b": lambda tt, a, b: a / (b * b + 1),
    "a @ b": lambda tt, a, b: a @ b.transpose(),
    "sum": lambda tt, a, b: a.sum(axis=0) * b,
    "mean": lambda tt, a, b: a.mean(axis=1, keepdims=True) * b,
    "max": lambda tt, a, b: a.max(axis=1) * b.max(),
    "reshape and slice": lambda tt, a, b: a.reshape(4, 3)[[0, 1, 1]] * b[1:, :3].transpose()[0].sum(),
    "sigmoid": lambda tt, a, b: tt.Sigmoid()(a) * b,
    "tanh": lambda tt, a, b: tt.Tanh()(a) * b,
    "GELU": lambda tt, a, b: tt.GELU()(a) * b,
    "softmax": lambda tt, a, b: tt.Softmax()(a, dim=0) * b,
    "log softmax": lambda tt, a, b: tt.log_softmax(a, dim=0) * b,
    "mean squared error": lambda tt, a, b: tt.MSELoss()(a, tt.Tensor(b.data)) + b.sum(),
    "cross entropy": lambda tt, a, b: tt.CrossEntropyLoss()(a, tt.Tensor([0, 3, 1])) + b.sum(),
    "binary cross entropy": lambda tt, a, b: (
        tt.BinaryCrossEntropyLoss()(tt.Sigmoid()(a), tt.Tensor(b.data > 0)) + b.sum()
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_reference_gradients_are_slopes(name: str) -> None:
    """The reference's gradients are what the loss does when an entry is moved a little, for both operands."""
    tt, drawn, operation = SUITE.reference(6), Given(b"slopes", name), OPERATIONS[name]
    values = [drawn.array(3, 4), drawn.array(3, 4)]
    leaves = [tt.Tensor(value, requires_grad=True) for value in values]
    operation(tt, *leaves).mean().backward()
    for place, leaf in enumerate(leaves):
        if name in ("mean squared error", "binary cross entropy") and place == 1:
            continue  # targets get no gradient

        def loss(moved: Any, place: int = place) -> Any:
            return (
                operation(tt, *(tt.Tensor(moved if at == place else one) for at, one in enumerate(values))).mean().data
            )

        slope = central_difference(loss, values[place])
        assert abs(slope - leaf.grad).max() < 2e-3 * (1 + abs(slope).max())
