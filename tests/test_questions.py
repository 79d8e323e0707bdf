"""The questions a TA grades by hand."""

from __future__ import annotations

import re
from math import exp, log, sqrt

import pytest

from autograder.authoring.case import SuiteError
from autograder.authoring.questions import EACH, POINTS, questions, read
from autograder.intake.names import squeezed
from autograder.suites.micrograd.suite import SUITE as MICROGRAD
from autograder.suites.tinytorch.suite import SUITE
from blueprint.load import load_offering
from blueprint.paths import CoursePaths, shipped_content

FOUND = questions(SUITE)
BY_ID = {one.id: one for asked in FOUND.values() for one in asked}

# Computed anew: what the model answer must hold.
NUMBERS: dict[str, list[float]] = {
    "what-a-product-costs": [2000 * 3000 * 4 // 10**6, 2 * 2000 * 3000 * 1000 // 10**9, round(12e9 / 44e6)],
    "loops-against-numpy": [100**3 * 100e-9, 2 * 100**3 / 1e10 * 1e3, round(0.1 / 2e-4)],
    "softmax-that-overflows": [88.7, round(1 / (1 + exp(-1)), 3), round(exp(-1) / (1 + exp(-1)), 3)],
    "relu-waits-for-memory": [64 * 4096, 64 * 4096 * 4, 2 * 64 * 4096 * 4, round(2 * 64 * 4096 * 4 / 20e9 * 1e6), 26],
    "gradients-that-vanish": [round(0.25**10 * 1e7, 1)],
    "parameters-of-an-mlp": [785 * 256, 257 * 128, 129 * 10, 235146 * 4, 2 * (784 * 256 + 256 * 128 + 128 * 10), 85],
    "the-scale-of-weights": [int(sqrt(784)), 28**3],
    "dropout-at-training-time": [round(1 / 0.75, 3), 32 * 1024, 32 * 1024 * 4, 32 * 1024 // 8],
    "the-first-loss": [round(log(10), 3), round(log(1000), 3)],
    "log-of-a-softmax": [round(-log(1.4e-45))],
    "labels-as-numbers": [1024 * 50_000 * 4 / 1e6, 1024 * 4, 2**24],
    "does-it-fit": [round(60_000 * 784 * 4 / 1e6, 1), 47.0, round(1.28e6 * 224 * 224 * 3 / 1e9, 1), 224 * 224 * 3],
    "feeding-the-model": [64 * 1000 // 20, round(64 / 0.012), 64 * 1000 // 8],
    "what-shuffling-moves": [10**6 * 784 * 4 / 1e9, 31 * 32, 1000 - 31 * 32],
    "what-the-graph-keeps": [784 + 512 + 256 + 10, 1562 * 128, 1562 * 128 * 4, round(1562 * 1024 * 4 / 1e6, 1)],
    "numbers-against-chains": [2 * 235_146, 1.2e-7 / 1e-6, 0.5**2, round(1.2e-7 ** (1 / 3), 3)],
    "what-an-optimizer-keeps": [400, 800, 1200, 1600],
    "why-adam-corrects": [
        *(round(0.1 / sqrt(0.001), 2), round(1 - 0.9**10, 3), round(sqrt(1 - 0.999**10), 4)),
        round((1 - 0.9**10) / sqrt(1 - 0.999**10), 2),
    ],
    "momentum-as-a-step-size": [2 / 50, 2 * 1.9 / 50],
    "large-batches-in-small-memory": [250 - 7 * 32, round(1 / 8 / 26 * 250, 1)],
    "what-a-checkpoint-holds": [3 * 100e6 * 4 / 1e9, 1.2e9 / 500e6, 2.4 / 600 * 100],
    "one-length-for-all": [int(sqrt(9 + 16 + 144)), 6.5 / 13],
}


def test_every_module_has_thirty_points() -> None:
    """Three questions a module, worth thirty points, each with levels that fall to nothing."""
    assert list(FOUND) == [one.number for one in SUITE.modules]
    for asked in FOUND.values():
        assert len(asked) == EACH
        assert sum(one.points for one in asked) == POINTS
        for one in asked:
            points = [level.points for level in one.levels]
            assert points == sorted(points, reverse=True)
            assert points[-1] == 0
    assert len(BY_ID) == sum(map(len, FOUND.values()))


@pytest.mark.parametrize("id_", NUMBERS)
def test_numbers_of_model_answers_are_right(id_: str) -> None:
    """What a model answer computes stands in it."""
    answer = BY_ID[id_].answer.replace(",", "")
    held = {float(one) for one in re.findall(r"\d+(?:\.\d+)?", answer)}
    assert not [number for number in NUMBERS[id_] if min(abs(one - number) for one in held) > 1e-9 * (1 + abs(number))]


def test_a_suite_may_have_none() -> None:
    """A suite without the file has no questions."""
    assert questions(MICROGRAD) == {}


QUESTION = """
      - id: {id}
        topic: t
        ask: a?
        answer: b
        levels: [{{points: 10, says: x}}, {{points: 5, says: y}}, {{points: 0, says: z}}]"""
GOOD = "schema: 1\nmodules:\n  - module: 1\n    questions:" + "".join(QUESTION.format(id=one) for one in "pqr")
FAULTS = {
    "yaml": ("schema: 1", "schema: [", "this is no YAML"),
    "schema": ("schema: 1", "schema: 2", "schema 2 is not known; this version reads schema 1"),
    "module": ("module: 1", "module: 99", "module 99: suite tinytorch has no such module"),
    "field": ("topic: t", "topik: t", "module 1, question 1: `topic` must be a text and is missing"),
    "extra": ("topic: t", "topic: t\n        more: 1", "module 1, question 1: `more` is not known"),
    "empty": ("answer: b", "answer: ''", "module 1, question 1: `answer` must be a text"),
    "twice": ("id: q", "id: p", "module 1: two questions have the id p"),
    "sum": ("points: 10", "points: 9", "module 1: its questions are worth 29 points, they should be worth 30"),
    "rising": ("points: 5", "points: 10", "module 1, question 1: its levels have the points [10, 10, 0]"),
    "level": ("says: y", "told: y", "module 1, question 1, level 2: `says` must be a text and is missing"),
}


def test_a_good_file_is_read() -> None:
    """Questions come by module, in order."""
    assert [one.id for one in read(GOOD, SUITE)[1]] == ["p", "q", "r"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_told(fault: str) -> None:
    """What is wrong is named with its module and question."""
    old, new, told = FAULTS[fault]
    with pytest.raises(SuiteError) as caught:
        read(GOOD.replace(old, new, 1), SUITE)
    assert any(reason.startswith(f"questions.yaml: {told}") for reason in caught.value.reasons), caught.value.reasons


def test_too_few_questions_are_told() -> None:
    """Two questions are one too few, and both faults are told."""
    with pytest.raises(SuiteError) as caught:
        read(GOOD[: GOOD.index("\n      - id: r")], SUITE)
    assert len(caught.value.reasons) == 2


def test_students_are_asked_what_graders_mark() -> None:
    """The questions of the shipped course's modules are those of the suite, so that each has its model answer and its levels."""
    course = load_offering(shipped_content() / "syllabi" / "fall26.yaml", CoursePaths.find(shipped_content())).course
    for module in course.registry.modules.values():
        assert [squeezed(text) for text in module.questions] == [squeezed(one.ask) for one in FOUND[module.number]]
