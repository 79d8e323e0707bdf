"""The names of the parts of a probe's reply: taken from the probe's own text, never from what a worker says."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.case import Case, load_suite
from autograder.authoring.parts import called, place
from autograder.judging.extracted import ExtractedSource, exception
from autograder.judging.prepared import Examples, PreparedCase

SUITES = ["autograder.suites.tinytorch", "autograder.suites.micrograd"]


def _value(tensor: Any) -> Any:
    return tensor.data


def _all(tensors: Any) -> Any:
    return [_value(one) for one in tensors]


def _back(tt: Any, inputs: Any, result: Any, *leaves: Any) -> Any:
    result.backward()
    return [leaf.grad for leaf in leaves]


def listed(tt: Any, inputs: Any) -> Any:
    a, b = tt.Tensor(inputs.array(2, 3)), tt.Tensor(inputs.array(3))
    more = [a * b]
    return _all([a - b, b - a, *more])


def looped(tt: Any, inputs: Any) -> Any:
    x, told = tt.Tensor(inputs.array(4, 4)), []
    for axis in (0, 1):
        told += [x.sum(axis=axis), list(x.max(axis).shape)]
    return [told, _back(tt, inputs, x * x, x)]


def whole(tt: Any, inputs: Any) -> Any:
    x = tt.Tensor(inputs.array(4, 4))
    return _back(tt, inputs, x * x, x)


def unknown(tt: Any, inputs: Any) -> Any:
    told = []
    for epoch in inputs.integers(0, 9, 5):
        tt.prepare(epoch)
        told.append([tt.rate(epoch), 2])
    return told


def branching(tt: Any, inputs: Any) -> Any:
    if inputs.integer(0, 2):
        return [1, 2]
    return [tt.a, tt.b]


def shuffled(tt: Any, inputs: Any) -> Any:
    return [tt.reshape(*shape) for shape in inputs.shuffled([(2, 3), (3, 2), (6,)])]


def changed(tt: Any, inputs: Any) -> Any:
    told = [tt.a, tt.b]
    told.reverse()
    return {"rate of step": told, "weights": [tt.c]}


@pytest.mark.parametrize(
    ("probe", "path", "words"),
    [
        (listed, "result", ""),
        (listed, "result[1]", "`b - a`, where `b = Tensor(random(3))`, `a = Tensor(random(2, 3))`"),
        (listed, "result[2]", "`a * b`, where `a = Tensor(random(2, 3))`, `b = Tensor(random(3))`"),
        (listed, "result[7]", "the 8th result"),
        (whole, "result", "`back(x * x, x)`"),
        (looped, "result[0][2]", "`x.sum(axis=1)`, where `x = Tensor(random(4, 4))`"),
        (looped, "result[0][1][1]", "the 2nd part of `x.max(0).shape`, where `x = Tensor(random(4, 4))`"),
        (looped, "result[1][0]", "`x.grad` in `back(x * x, x)`, where `x = Tensor(random(4, 4))`"),
        (unknown, "result[3][0]", "`rate(epoch)` (the 4th)"),
        (branching, "result[1]", "the 2nd result"),
        (shuffled, "result[1]", "`reshape(*shape)` (the 2nd)"),
        (changed, "result.weights[0]", "the 1st part of weights"),
        (changed, "result['rate of step'][1]", "the 2nd part of rate of step"),
    ],
)
def test_a_part_is_told_by_what_the_probe_wrote_there(probe: Any, path: str, words: str) -> None:
    """Lists, loops and helpers are followed; what cannot be followed is counted, and a key is a name."""
    assert place(probe, path) == words


def test_a_shuffle_is_followed_when_its_order_is_known() -> None:
    """What was drawn tells which of the shuffled items a part belongs to."""
    assert place(shuffled, "result[0]", [("order 1", [2, 0, 1])]) == "`reshape(6)`"
    assert place(shuffled, "result[1]", [("order 1", [2, 0, 1])]) == "`reshape(2, 3)`"
    assert place(shuffled, "result[1]", [("order 1", [1, 0])]) == "`reshape(*shape)` (the 2nd)"


def test_a_list_that_is_changed_in_ways_not_followed_has_no_wrong_names() -> None:
    """A wrong name would lead away from the mistake, so it is counted instead."""

    def swapped(tt: Any, inputs: Any) -> Any:
        told = [tt.a, tt.b]
        told[0], told[1] = told[1], told[0]
        return told

    def reversed_(tt: Any, inputs: Any) -> Any:
        told = [tt.a, tt.b]
        told.reverse()
        return told

    def sometimes(tt: Any, inputs: Any) -> Any:
        told = [tt.a]
        if inputs.integer(0, 2):
            told.append(tt.b)
        told.append(tt.c)
        return told

    for probe in (swapped, reversed_, sometimes):
        assert place(probe, "result[0]") == "the 1st result"


@pytest.mark.slow
@pytest.mark.parametrize("folder", SUITES)
def test_every_place_in_every_reply_has_words(folder: str) -> None:
    """Of each visible case, whatever part differs is told on one line, as code or by counting, never as `result[0][1]`."""
    suite = load_suite(folder)
    named = total = 0
    for module in suite.modules:
        for case in (case for case in suite.cases(module.number) if case.visible and case.checker is None):
            inputs = case.inputs(b"seed")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reply = case.probe(suite.reference(module.number), inputs)
            for path in paths("result", reply):
                words = place(case.probe, path, inputs.record)
                assert "\n" not in words
                assert "result[" not in words
                assert words.count("`") % 2 == 0
                assert words or path == "result"
                total += 1
                named += "`" in words
    assert named > 0.8 * total


def paths(path: str, reply: Any) -> Iterator[str]:
    """The places of a reply, each as `compare` writes it."""
    yield path
    if isinstance(reply, dict):
        for key, one in reply.items():
            yield from paths(f"{path}.{key}", one)
    elif isinstance(reply, (list, tuple)):
        for index, one in enumerate(reply):
            yield from paths(f"{path}[{index}]", one)


@given(st.lists(st.integers(-10, 400), max_size=6) | st.text() | st.none() | st.just(np.zeros(4)))
def test_whatever_a_worker_claims_only_the_probe_is_quoted(span: Any) -> None:
    """The place of an exception in a probe is a claim: what is told of it is an expression of this probe, or nothing."""
    told = called(listed, span)
    pieces = ("a", "b", "a - b", "b - a", "a * b", "more", "[a * b]", "all([a - b, b - a, *more])", "Tensor", "random")
    assert not told or any(piece in told for piece in pieces) or told.isalnum()
    assert "leaf" not in told
    assert "reshape" not in told


def _tried(tensors: Any) -> Any:
    told = []
    for at, one in enumerate(tensors):
        try:
            told.append(_value(one))
        except AttributeError as error:
            error.args = (f"result[{at}]: {error}",)
            raise
    return told


def tried(tt: Any, inputs: Any) -> Any:
    a = tt.Tensor(inputs.array(2))
    return _tried([a + 2, a * 2])


def test_what_a_helper_raised_about_a_part_is_told_of_that_part() -> None:
    """A message that begins with a place is told by what stands there."""
    case = Case("m/c", "c", 1, "s", "h", True, tried)  # type: ignore[arg-type]
    seen = PreparedCase(case, b"", (), [], "")
    raised = {"raised": "AttributeError", "message": "result[1]: no `data`", "span": []}
    difference = exception(raised, ExtractedSource())
    assert seen.told(difference) == "`a * 2`, where `a = Tensor(random(2))`: the code raised AttributeError: no `data`"


def test_nothing_is_told_of_a_hidden_case() -> None:
    """What is told comes from a case on public inputs, and of a hidden one there is none."""
    suite = load_suite("autograder.suites.micrograd")
    hidden = [replace(case, visible=False) for case in suite.cases(1)]
    for case in hidden:
        with pytest.raises(ValueError, match="hidden"):
            Examples(suite, 1).of(case)
