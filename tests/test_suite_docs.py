"""docs/writing-cases.md: its examples do what the page says."""

from __future__ import annotations

import linecache
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from suite_proof import passes

from autograder.authoring.case import Case, Inputs, Variant, case, pack, raises, unpack
from autograder.suites.tinytorch.suite import SUITE
from autograder.worker.wire import decode, encode

PAGE = (Path(__file__).parent.parent / "docs" / "writing-cases.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"<!-- example: module (\d), ([a-z ]+) -->\n```python\n(.*?)```", PAGE, re.DOTALL)
SEEDS = [bytes([seed]) for seed in range(8)]


def _made(text: str) -> Case:
    """The case that a piece of the page makes."""
    space: dict[str, Any] = {"case": case, "raises": raises, "np": np, "__name__": "page"}
    place = f"writing-cases.md {hash(text)}"
    linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)  # a probe's text has to be found
    exec(compile(text, place, "exec"), space)
    (made,) = space["__cases__"]
    assert isinstance(made, Case)
    return made


def _earns(made: Case, number: int, text: str, seed: bytes) -> bool:
    inputs, probe = made.inputs(seed), unpack(pack(made.probe))
    expected = decode(encode(probe(SUITE.reference(number), inputs)))
    try:
        reply = probe(SUITE.mounted(number, text, "_page"), Inputs.replay(inputs.record))
        return passes(made, expected, decode(encode(reply)))
    except Exception:
        return False


def _of(kind: str) -> list[Any]:
    found = [(int(number), text) for number, told, text in EXAMPLES if told == kind]
    assert found
    return [pytest.param(number, text, id=f"{kind} {place}") for place, (number, text) in enumerate(found)]


def test_every_example_is_tried() -> None:
    """No Python on the page goes without a run."""
    assert PAGE.count("```python") == len(EXAMPLES)
    assert {kind for _, kind, _ in EXAMPLES} == {"good", "pays for nothing", "mistake"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("number", "text"), _of("good"))
def test_good_examples_pay_for_work_alone(number: int, text: str) -> None:
    """The reference and all right solutions earn them, the liars do not, and they can travel."""
    made, reference = _made(text), SUITE.source(number)
    pack(made.probe)
    for seed in SEEDS:
        assert all(_earns(made, number, one.source(reference), seed) for one in SUITE.variants("right", number))
        assert _earns(made, number, reference, seed)
        assert not any(_earns(made, number, one.source(SUITE.module(number)), seed) for one in SUITE.liars())


@pytest.mark.parametrize(("number", "text"), _of("pays for nothing"))
def test_the_first_try_is_no_good(number: int, text: str) -> None:
    """The page's bad example does pay a liar."""
    liars = [one.source(SUITE.module(number)) for one in SUITE.liars()]
    assert any(_earns(_made(text), number, one, SEEDS[0]) for one in liars)


@pytest.mark.parametrize(("number", "text"), _of("mistake"))
def test_the_mistake_is_found(number: int, text: str) -> None:
    """The page's wrong solution loses the page's case under every seed."""
    variant = eval(text, {"Variant": Variant})
    made = next(_made(one) for _, kind, one in EXAMPLES if kind == "good")
    assert variant.skill == made.skill
    assert not any(_earns(made, number, variant.source(SUITE.source(number)), seed) for seed in SEEDS)
