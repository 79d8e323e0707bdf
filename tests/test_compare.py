"""Comparing a reply with the reference: what agrees, what differs and where, and what a student is told."""

from __future__ import annotations

import copy
import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring.case import raises
from autograder.judging.compare import Difference, Kind, Tolerance, agree, raised

EXACT = Tolerance(dtypes="exact")
F4 = np.float32
EYE = np.eye(3, 4, dtype=F4)


def changed(array: Any, place: tuple[int, ...], value: float) -> Any:
    """A copy with one other value."""
    array = array.copy()
    array[place] = value
    return array


texts = st.text(max_size=3) | st.sampled_from(["ValueError", "TypeError"])
numbers = st.floats(width=16) | st.integers(-3, 3) | st.booleans()
dtypes = st.sampled_from(["bool", "int8", "uint8", "int64", "uint64", "float16", "float32", "float64"])
shapes = st.sampled_from([(), (0,), (1,), (2,), (2, 0), (1, 2), (2, 1)])


@st.composite
def arrays(draw: st.DrawFn) -> Any:
    """Small arrays of few values, so that two of them are often nearly the same; sometimes scalars."""
    shape = draw(shapes)
    values = st.sampled_from([0, 1, 2, 100])
    array = np.array(draw(st.lists(values, min_size=math.prod(shape), max_size=math.prod(shape)))).reshape(shape)
    array = array.astype(draw(dtypes))
    if array.dtype.kind == "f" and array.size and draw(st.booleans()):
        array.flat[0] = draw(st.sampled_from([math.nan, math.inf, -math.inf, -0.0]))
    return array[()] if draw(st.booleans()) else array


plain = st.recursive(
    st.none() | texts | numbers | arrays(),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(texts, inner),
    max_leaves=6,
)
tolerances = st.sampled_from([Tolerance(), EXACT])

# --- laws --------------------------------------------------------------------------------------------------------


@given(plain, tolerances)
def test_a_value_agrees_with_itself(value: object, tolerance: Tolerance) -> None:
    """Reflexive, nan and inf included, also for a copy."""
    assert agree(value, value, tolerance=tolerance) is None
    assert agree(value, copy.deepcopy(value), tolerance=tolerance) is None


@settings(max_examples=300)
@given(plain, plain, tolerances)
def test_it_does_not_matter_which_is_the_reference(one: object, other: object, tolerance: Tolerance) -> None:
    """Symmetric: both ways agree, or both differ in the same kind at the same place."""
    forth, back = agree(one, other, tolerance=tolerance), agree(other, one, tolerance=tolerance)
    if forth is None or back is None:
        assert forth is back
    else:
        assert forth.kind == back.kind
        if forth.kind != "key":
            assert forth.path == back.path


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_tolerance_is_that_of_the_larger(one: float, other: float) -> None:
    """Two floats agree exactly if they differ by at most atol + rtol * the larger."""
    near = abs(one - other) <= 1e-5 + 1e-4 * max(abs(one), abs(other))
    assert (agree(one, other) is None) == near
    assert (
        agree(np.full((2, 2), one), np.full((2, 2), other), tolerance=Tolerance(float64=(1e-4, 1e-5))) is None
    ) == near


@given(plain, st.text("\x1b<>&`öx", min_size=3, max_size=60), tolerances)
def test_a_hidden_case_repeats_no_text_of_the_worker(value: object, text: str, tolerance: Tolerance) -> None:
    """Whatever is expected, the words of a hidden case hold no string or key that came back, and stay on one line."""
    for reply in (text, [text], {text: value}, {text: text}, [value, text]):
        for reference in (value, [value], {"key": value}, {}, "other", ["other"]):
            if difference := agree(reference, reply, tolerance=tolerance):
                assert text not in difference.words(hidden=True).replace(repr(value), "")
                assert "\x1b" not in difference.words(hidden=False)
                assert len(difference.words(hidden=True).splitlines()) == 1
                assert len(difference.words(hidden=False)) < 300


# --- what agrees -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "reply"),
    [
        ([1, (2.0, "a")], (1, [2.0, "a"])),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (0.5, F4(0.5)),
        (0.5, np.array(0.5, F4)),
        (np.array(0.5), np.float64(0.5)),
        (3, np.int32(3)),
        (True, np.bool_(True)),
        (np.uint8(3), np.int64(3)),
        (EYE, EYE.astype("f8")),
        (EYE, EYE * F4(1 + 5e-5)),
        (EYE, EYE + F4(5e-6)),
        (EYE.astype("f8"), EYE + F4(5e-6)),
        (np.arange(3), np.arange(3, dtype="u1")),
        (np.array([math.nan, math.inf, -math.inf, -0.0]), np.array([math.nan, math.inf, -math.inf, 0.0])),
        (math.nan, F4(math.nan)),
        (-math.inf, -math.inf),
        (-0.0, 0.0),
        (np.empty((0, 3)), np.empty((0, 3), F4)),
        (np.array([1e308, -1e308]), np.array([1e308, -1e308])),
        ([], ()),
        ("ValueError", "ValueError"),
    ],
)
def test_what_means_the_same_agrees(reference: object, reply: object) -> None:
    """What NumPy and Python turn into one another is no difference, nor is what lies within the tolerance."""
    assert agree(reference, reply) is None
    assert agree(reply, reference) is None


# --- what differs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "reply", "kind", "words"),
    [
        (None, 1, "type", "result: expected None, got an int"),
        (True, 1, "type", "result: expected a bool, got an int"),
        (1, 1.0, "type", "result: expected an int, got a float"),
        (1, np.True_, "type", "result: expected an int, got a number of dtype bool"),
        (1, "1", "type", "result: expected an int, got a str"),
        ([1], {"a": 1}, "type", "result: expected a list of 1 item, got a dict of 1 item"),
        ((1, 2), np.arange(2), "type", "result: expected a tuple of 2 items, got an array of shape (2,)"),
        (np.arange(1), 0, "type", "result: expected an array of shape (1,), got an int"),
        ([1, 2], [1, 2, 3], "length", "result: expected 2 items, got 3"),
        ([[1], 2], [[], 2], "length", "result[0]: expected 1 item, got 0"),
        ({"data": 1}, {}, "key", "result.data: this key is missing"),
        ({"a b": 1}, {}, "key", "result['a b']: this key is missing"),
        ({}, {"a": 1, "b": 2}, "key", "result: 2 keys more than expected"),
        ([0, 1, {"data": EYE}], [0, 1, {"data": EYE.T}], "shape", "result[2].data: expected shape (3, 4), got (4, 3)"),
        (np.zeros(3), np.zeros((3, 1)), "shape", "result: expected shape (3,), got (3, 1)"),
        (EYE, np.eye(3, 4, dtype="i4"), "dtype", "result: expected dtype float32, got int32"),
        (EYE, EYE.astype("f2"), "dtype", "result: expected dtype float32, got float16"),
        (EYE > 0, EYE, "dtype", "result: expected dtype bool, got float32"),
        (
            EYE,
            changed(changed(EYE, (0, 1), 0.1), (1, 2), -0.31),
            "value",
            "result: 2 of 12 values differ; the largest difference is 0.31 at (1, 2)",
        ),
        (
            EYE,
            changed(EYE, (0, 0), math.nan),
            "value",
            "result: 1 of 12 values differs; 1 should not be nan or infinite",
        ),
        (
            np.array([math.nan, -math.inf, 1]),
            np.array([0.0, math.inf, 2]),
            "value",
            "result: 3 of 3 values differ; the largest difference is 1 at (2,); 1 should be nan or infinite; 1 should be another of nan, inf and -inf",
        ),
        (
            np.array([1, 2]),
            np.array([1, 9]),
            "value",
            "result: 1 of 2 values differs; the largest difference is 7 at (1,)",
        ),
        (
            np.array([1000, 0], F4),
            np.array([1000.05, 0.01], F4),
            "value",
            "result: 1 of 2 values differs; the largest difference is 0.01 at (1,)",
        ),
        (np.array([2**62]), np.array([2**62 + 1]), "value", "result: 1 of 1 value differs"),
        (
            np.array([2**63], "u8"),
            np.array([-(2**63)]),
            "value",
            "result: 1 of 1 value differs; the largest difference is 1.84e+19 at (0,)",
        ),
        (EYE > 0, EYE >= 0, "value", "result: 9 of 12 values differ"),
        (np.array([1e308]), np.array([-1e308]), "value", "result: 1 of 1 value differs"),
        ({"loss": 0.5}, {"loss": F4(0.75)}, "value", "result.loss: the number is off by 0.25"),
        (1.0, math.nan, "value", "result: the number should not be nan"),
        (math.inf, -math.inf, "value", "result: the number should not be -inf"),
        (math.nan, 1.0, "value", "result: the number is not the expected one"),
        (2**62, 2**62 + 1, "value", "result: the number is not the expected one"),
        (True, False, "value", "result: expected True, got False"),
        ("abc", "abd", "value", "result: the text is not the expected one"),
        ("ValueError", "TypeError", "exception", "result: expected ValueError, got TypeError"),
        ("ValueError", 0.5, "exception", "result: expected ValueError, and none of Python's exceptions was raised"),
        ([EYE], ["IndexError"], "exception", "result[0]: expected an array of shape (3, 4), but IndexError was raised"),
    ],
)
def test_a_difference_is_told(reference: object, reply: object, kind: Kind, words: str) -> None:
    """Every kind of difference is found at its place, and a hidden case tells it so."""
    difference = agree(reference, reply)
    assert difference is not None
    assert (difference.kind, difference.words(hidden=True)) == (kind, words)


@pytest.mark.parametrize(
    ("reference", "reply", "words"),
    [
        ("abc", "a\x1b[2J\n", r"result: expected 'abc', got 'a\x1b[2J\n'"),
        ("abc", "y" * 99, f"result: expected 'abc', got '{'y' * 39}…'"),
        ({}, {"a": 1}, "result: 1 key more than expected: 'a'"),
        (0.5, F4(0.75), "result: expected 0.5, got 0.75"),
        (1, 2, "result: expected 1, got 2"),
        (EYE, changed(EYE, (1, 2), -0.31), "result: 1 of 12 values differs; at (1, 2) expected 0, got -0.31"),
        (EYE > 0, EYE >= 0, "result: 9 of 12 values differ; at (0, 1) expected False, got True"),
    ],
)
def test_a_visible_case_shows_more(reference: object, reply: object, words: str) -> None:
    """Where inputs are known anyway, short texts and numbers are shown, on one line and with nothing that acts."""
    difference = agree(reference, reply)
    assert difference is not None
    assert difference.words(hidden=False) == words


def test_the_precision_decides_how_near_is_near() -> None:
    """float64 is held to more digits than float32, and each tolerance can be set."""
    one, other = np.ones(3), np.ones(3) + 1e-5
    assert agree(one.astype(F4), other.astype(F4)) is None
    assert agree(one, other) is not None
    assert agree(one, other, tolerance=Tolerance(float64=(0, 1e-4))) is None
    assert agree(one.astype("f2"), (one + 0.005).astype("f2")) is None
    assert agree(one.astype(F4), one.astype(F4) + F4(0.005)) is not None
    assert agree(1.0, 1.00005) is None
    assert agree(np.float64(1.0), np.float64(1.00005)) is not None
    assert agree(100.0, 111.0, tolerance=Tolerance(float32=(0.1, 0))) is None
    assert agree(111.0, 100.0, tolerance=Tolerance(float32=(0.1, 0))) is None


@pytest.mark.parametrize(
    ("reference", "reply", "kind"),
    [
        (EYE, EYE.astype("f8"), "dtype"),
        (np.int32(1), np.int64(1), "dtype"),
        (F4(1), 1.0, "type"),
        (F4(1), np.array(1, F4), None),
        (1, 1, None),
        (EYE, EYE.copy(), None),
    ],
)
def test_dtypes_can_be_exact(reference: object, reply: object, kind: Kind | None) -> None:
    """Then float32 is not float64, and Python's numbers are not NumPy's."""
    difference = agree(reference, reply, tolerance=EXACT)
    assert (difference and difference.kind) == kind


def test_the_first_difference_is_the_one_told() -> None:
    """In order of the lists, and of the names of keys, so that both sides ask alike; a missing key before values."""
    assert agree([1, 2, 3], [1, 5, 6]) == Difference(
        "result[1]", "value", "the number is off by 3", "expected 2, got 5"
    )
    for reply in ({"a": "x", "b": 3}, {"b": 3, "a": "x"}):
        for pair in (({"b": 2, "a": 1}, reply), (reply, {"b": 2, "a": 1})):
            difference = agree(*pair)
            assert difference is not None
            assert difference.path == "result.a"
    difference = agree({"a": 1, "b": 2}, {"a": 9, "c": 2})
    assert difference is not None
    assert difference.path == "result.b"


def test_names_that_probes_return_for_exceptions_are_known() -> None:
    """What `raises` gives is told as an exception."""

    class OwnError(KeyError):
        pass

    def wrong() -> None:
        raise OwnError

    difference = agree(raises(lambda: 1 / 0), raises(wrong))
    assert difference is not None
    assert difference.words(hidden=True) == "result: expected ZeroDivisionError, got KeyError"


def test_an_exception_that_ended_the_probe_is_named_if_it_is_pythons() -> None:
    """A class of the student's could be called anything."""
    assert raised("KeyError").words(hidden=True) == "result: the code raised KeyError"
    assert raised("<b>marker</b>").words(hidden=True) == "result: the code raised an exception of its own"
    assert raised("ShapeError").words(hidden=False) == "result: the code raised 'ShapeError'"
    assert raised("KeyError").kind == "exception"


@pytest.mark.parametrize("value", [1j, b"", {1}, np.array([1j]), np.array(["a"]), np.str_("a"), object()])
def test_what_is_not_plain_data_is_our_mistake(value: object) -> None:
    """Frames let none of it through, so it is an error of the program."""
    for pair in ((value, 1), (1, value), (value, value)):
        with pytest.raises(TypeError, match="is not plain data"):
            agree(*pair)


def test_paths_are_short() -> None:
    """A long or odd key of the reference does not break the line."""
    difference = agree({"x" * 500: {"\n": 1}}, {"x" * 500: {"\n": 2}})
    assert difference is not None
    assert re.fullmatch(r"result\['x{39}…'\]\['\\n'\]", difference.path)
