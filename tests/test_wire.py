"""Frames: plain data crosses whole, and nothing a worker can send or return does harm."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.worker import wire
from autograder.worker.wire import DEFAULT, PREFIX, FrameError, FrameLimits, decode, encode

DTYPES = (
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
)


def frame(value: object = None, arrays: object = (), buffers: bytes = b"", **more: object) -> bytes:
    """A frame as a worker might forge it."""
    return around(json.dumps({"value": value, "arrays": arrays, **more}).encode(), buffers)


def around(header: bytes, buffers: bytes = b"") -> bytes:
    """A frame of any header."""
    header += b" " * (-len(header) % 8)
    return PREFIX.pack(wire.MAGIC, wire.VERSION, len(header), len(buffers)) + header + buffers


def reason(data: bytes, limits: FrameLimits = DEFAULT) -> str:
    """Why a frame is refused."""
    with pytest.raises(FrameError) as caught:
        decode(data, limits)
    return caught.value.reason


def same(one: Any, other: Any) -> bool:
    """Equal in every type, dtype, shape and bit that is not a nan's."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return repr(one) == repr(other)
    return bool(one == other)


@st.composite
def arrays(draw: st.DrawFn) -> Any:
    """Arrays of every dtype, byte order and layout, with any bits; sometimes the scalar inside."""
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = draw(st.lists(st.integers(0, 4), max_size=4))
    size = math.prod(shape) * dtype.itemsize
    array = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), "u1")
    array = (array > 127) if dtype.kind == "b" else array.view(dtype) if size else np.empty(0, dtype)
    array = array.reshape(shape)
    return array[()] if not shape and draw(st.booleans()) else array


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["@", "#", "d", "t", "f", "nan"]
)
leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | texts | arrays()
plain = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(texts, inner),
    max_leaves=12,
)

# --- round trips -------------------------------------------------------------------------------------------------


@given(plain)
def test_plain_data_comes_back_as_it_was(value: object) -> None:
    """Every value returns with its types, dtypes, order of keys and bits, and its frame is the same again."""
    data = encode(value)
    assert same(decode(data), value)
    assert encode(decode(data)) == data


@pytest.mark.parametrize("dtype", DTYPES)
def test_layout_and_byte_order_are_no_matter(dtype: str) -> None:
    """A transposed, reversed, strided, broadcast or big-endian array arrives as the native array of its elements."""
    base = np.arange(24).reshape(2, 3, 4).astype(dtype)
    swapped = base.astype(base.dtype.newbyteorder(">"))
    for array in (base.T, base[::-1, :, ::2], np.asfortranarray(base), np.broadcast_to(base[0], (5, 3, 4)), swapped):
        read: Any = decode(encode(array))
        assert read.dtype == np.dtype(dtype)
        np.testing.assert_array_equal(read, array)
        assert not read.flags.writeable
        assert read.flags.c_contiguous
        assert read.flags.aligned


@pytest.mark.parametrize("letter", wire.LETTERS)
def test_every_name_of_a_dtype_is_known(letter: str) -> None:
    """C has more names than there are sizes: `long long` arrives as the int64 that NumPy calls so."""
    dtype = np.dtype(letter)
    expected = np.dtype(dtype.name)
    array: Any = decode(encode(np.ones(2, dtype)))
    assert expected.name in DTYPES
    assert array.dtype.char == expected.char
    assert type(decode(encode(dtype.type(1)))) is expected.type


def test_uninitialised_bools_become_bools() -> None:
    """What memory held before `np.empty` is no reason to refuse a reply."""
    read: Any = decode(encode(np.array([0, 1, 7], "u1").view(bool)))
    assert read.view("u1").tolist() == [0, 1, 1]


def test_a_deepest_value_is_read() -> None:
    """What may be written may be read: each kind of nesting to the last level allowed."""
    wraps: list[Callable[[object], object]] = [
        lambda inner: [inner],
        lambda inner: (inner,),
        lambda inner: {"k": inner},
    ]
    for wrap in wraps:
        value: object = np.ones(1)
        for _ in range(DEFAULT.depth):
            value = wrap(value)
        decode(encode(value))
        with pytest.raises(ValueError, match="in one another"):
            encode(wrap(value))


# --- hostile values ----------------------------------------------------------------------------------------------


class Trap(type):
    """A class whose own methods betray that they were called."""

    def __hash__(cls) -> int:
        raise AssertionError("hashed")

    def __eq__(cls, other: object) -> bool:
        raise AssertionError("compared")

    def __getattribute__(cls, name: str) -> Any:
        raise AssertionError(f"asked for {name}")


class Liar(metaclass=Trap):
    """Answers every question as an array would, and betrays that it was asked."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")

    def __array__(self, *_: object, **__: object) -> Any:
        raise AssertionError("converted")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared")

    def __hash__(self) -> int:
        raise AssertionError("hashed")

    def __len__(self) -> int:
        raise AssertionError("measured")


class ClassLiar:
    """Says that it is a list."""

    __class__ = list  # type: ignore[assignment]


class Array(np.ndarray[Any, Any]):
    """An array that answers comparisons itself."""


class Text(str):
    __slots__ = ()


class Pairs(dict[str, object]):
    pass


class Whole(int):
    pass


class Items(list[object]):
    pass


class Single(np.float32):
    pass


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Liar(), "Liar"),
        (Liar, "Trap"),
        (ClassLiar(), "ClassLiar"),
        (np.ones(2).view(Array), "Array"),
        (np.ma.masked_array([1.0]), "MaskedArray"),
        (Text("a"), "Text"),
        (Pairs(a=1), "Pairs"),
        (Whole(1), "Whole"),
        (Items([1]), "Items"),
        (Single(1), "Single"),
        (OrderedDict(a=1), "OrderedDict"),
        ({Text("a"): 1}, "Text"),
        ({1: 2}, "int"),
        ((i for i in range(3)), "generator"),
        (range(3), "range"),
        ({1, 2}, "set"),
        (b"bytes", "bytes"),
        (1j, "complex"),
        (np.array([object()]), "ObjectDType"),
        (np.array(["text"]), "StrDType"),
        (np.array([b"text"]), "BytesDType"),
        (np.zeros(2, [("a", "f4")]), "VoidDType"),
        (np.zeros(2, "c8"), "Complex64DType"),
        (np.zeros(2, "M8[s]"), "DateTime64DType"),
        (np.zeros(2, "g"), "LongDoubleDType"),
        (np.str_("text"), "str_"),
        (np.datetime64(1, "s"), "datetime64"),
        (np.float32, "type"),
        (np, "module"),
        (len, "builtin_function_or_method"),
    ],
    ids=lambda part: part if type(part) is str else "",
)
def test_what_is_not_plain_data_is_named(value: object, name: str) -> None:
    """Anything but plain data of exactly its type is a TypeError with the type's name, at any depth."""
    nested: list[object] = [value, [value], (1, value), {"k": value}]
    for inside in nested:
        with pytest.raises(TypeError, match=rf"\b{name}\b.* is not plain data"):
            encode(inside)


def test_a_memmap_is_refused(tmp_path: Path) -> None:
    """A file that looks like an array stays where it is."""
    with pytest.raises(TypeError, match="memmap is not plain data"):
        encode(np.memmap(tmp_path / "file", "f4", "w+", shape=(2,)))


def test_a_name_of_a_class_is_short() -> None:
    """A class may have any name; the message holds sixty characters of it."""
    with pytest.raises(TypeError) as caught:
        encode(type("x" * 10_000, (), {})())
    assert len(str(caught.value)) < 100


def too_large() -> Iterator[Any]:
    recursive: list[object] = []
    recursive.append(recursive)
    yield recursive
    laughs: object = "ha" * 100
    for _ in range(20):
        laughs = [laughs] * 20
    yield laughs
    yield [["x" * 60_000]] * 1000
    yield "x" * 70_000
    yield {"x" * 70_000: 1}
    yield 2**63
    yield -(2**63) - 1
    yield 10**5000
    yield "\ud800"
    yield {"\udfff": 1}
    yield np.broadcast_to(np.float32(1), (2**40,))
    yield np.broadcast_to(np.float32(1), (0, 2**40))
    yield np.ones((1,) * 17)
    yield [np.ones(1)] * 5000
    yield [np.zeros(2**20)] * 10


@pytest.mark.parametrize("value", list(too_large()), ids=lambda _: "")
def test_what_is_too_large_is_refused_before_it_is_built(value: object) -> None:
    """Values beyond the limits are a ValueError; built, some would fill any memory."""
    with pytest.raises(ValueError, match=r"more than|beyond|surrogate"):
        encode(value)


def test_the_file_alone_is_enough_for_a_worker() -> None:
    """The source runs by itself, and what student code does to NumPy's names after `prepare` does not reach it."""
    source = Path(wire.__file__).read_text()
    program = source + (
        "\nprepare()\nimport numpy\nones = numpy.ones(2)\n"
        "numpy.ndarray = numpy.array = numpy.dtype = numpy.uint8 = None\nsys = __import__('sys')\n"
        "sys.modules['numpy'] = None\nsys.stdout.buffer.write(encode([ones, ones[0]]))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=True)
    assert same(decode(done.stdout), [np.ones(2), np.float64(1)])


# --- hostile frames ----------------------------------------------------------------------------------------------

TAGS: tuple[object, ...] = (
    {},
    {"x": 1},
    {"t": 1},
    {"t": {}},
    {"d": []},
    {"f": "x"},
    {"f": 1},
    {"f": ["nan"]},
    {"@": 0},
    {"#": 0},
    {"t": [], "d": {}},
)
DESCRIPTIONS: tuple[object, ...] = ([], ["float32"], ["float32", [1], 1], None, {})
HEAD = '{"value":%s,"arrays":[]}'
ONE = [["float32", [1]]]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "malformed"),
        (frame()[:15], "malformed"),
        (b"BpFx" + frame()[4:], "malformed"),
        (b"BpFr\2" + frame()[5:], "malformed"),
        (b"BpFr\1\0\0\1" + frame()[8:], "malformed"),
        (frame()[:-1], "malformed"),
        (frame() + b"\0", "trailing"),
        (PREFIX.pack(wire.MAGIC, wire.VERSION, 2**32 - 1, 0), "large"),
        (PREFIX.pack(wire.MAGIC, wire.VERSION, 8, 2**32 - 1), "large"),
        (PREFIX.pack(wire.MAGIC, wire.VERSION, 23, 0) + b'{"value":1,"arrays":[]} '[:23], "malformed"),
        (around(b""), "malformed"),
        (around(b"[]"), "malformed"),
        (around(b"\xff\xfe"), "malformed"),
        (around("\ufeff".encode() + b"{}"), "malformed"),
        (frame(more=1), "malformed"),
        (around(b'{"value":1}'), "malformed"),
        (around(b'{"value":1,"arrays":{}}'), "malformed"),
        (around(b'{"value":1,"value":2,"arrays":[]}'), "malformed"),
        (around(b'{"value":"' + b'\\"' * 100_000), "malformed"),
        (around(HEAD.replace("%s", '{"d":{"a":1,"a":1}}').encode()), "malformed"),
        (around(HEAD.replace("%s", r'{"d":{"a":1,"\u0061":1}}').encode()), "malformed"),
        *((around((HEAD % text).encode()), "malformed") for text in ("NaN", "Infinity", "-Infinity", "nan", "1e999")),
        *((around((HEAD % text).encode()), "malformed") for text in ("9" * 19, str(2**63), "-" + "9" * 500_000)),
        *(
            (around((HEAD % text).encode()), "malformed")
            for text in ("01", "1.", ".5", "0x1", "+1", "1_0", "'a'", "[1,]")
        ),
        *(
            (around((HEAD % text).encode()), "malformed")
            for text in ('"a', '"' + '\\"' * 100_000, '"\\', '"\n"', r'"\x41"')
        ),
        *(
            (around((HEAD % text).encode()), "malformed")
            for text in (r'"\ud800"', r'"\udc00\ud800"', r'{"d":{"\udfff":1}}')
        ),
        (around((HEAD % ("[" * 500_000)).encode()), "large"),
        (around((HEAD % ('{"d":' * 100_000)).encode()), "large"),
        (around((HEAD % ("[" * 33 + "]" * 33)).encode()), "large"),
        (around((HEAD % ("]" * 33 + "[" * 33)).encode()), "malformed"),
        (frame("x" * 70_000), "large"),
        (frame({"d": {"x" * 70_000: 1}}), "large"),
        *((frame(tag), "malformed") for tag in TAGS),
        *((frame({"@": index}, ONE, bytes(8)), "malformed") for index in (1, -1, True, 0.0, "0", None, [0], 2**62)),
        (frame({"#": 0}, ONE, bytes(8)), "malformed"),
        (frame([{"@": 0}, {"@": 0}], ONE, bytes(8)), "malformed"),
        (frame([{"@": 1}, {"@": 0}], [*ONE, *ONE], bytes(16)), "malformed"),
        (frame(1, ONE, bytes(8)), "malformed"),
        (frame({"@": 0}, ONE, b"\0\0\0\0\0\0\0\1"), "malformed"),
        (frame({"@": 0}, ONE, bytes(16)), "malformed"),
        (frame({"@": 0}, ONE), "malformed"),
        (frame({"@": 0}, [["bool", [1]]], b"\2" + bytes(7)), "malformed"),
        *(
            (frame({"@": 0}, [[name, [1]]], bytes(8)), "malformed")
            for name in ("object", "O", "<f4", "U1", "V8", "f4", "")
        ),
        *(
            (frame({"@": 0}, [[name, [1]]], bytes(8)), "malformed")
            for name in (0, None, ["float32"], {"d": 1}, "complex64")
        ),
        *(
            (frame({"@": 0}, [["float32", shape]], bytes(8)), "malformed")
            for shape in ([-1], [True], [1.0], [None], 1, "1", [-1, -2])
        ),
        *((frame({"@": 0}, [part], bytes(8)), "malformed") for part in DESCRIPTIONS),
        (frame({"@": 0}, [["float32", [2**32, 2**32]]], bytes(8)), "large"),
        (frame({"@": 0}, [["float32", [2**62, 4, 0]]]), "large"),
        (frame({"@": 0}, [["float32", [0, 2**13, 2**13]]]), "large"),
        (frame({"@": 0}, [["float32", [1] * 17]], bytes(8)), "large"),
        (frame([], [["float32", [2**23]]] * 3), "malformed"),
        (frame([], [["float32", [0]]] * 4097), "large"),
    ],
)
def test_a_forged_frame_is_refused(data: bytes, expected: str) -> None:
    """Each lie about lengths, JSON, tags, dtypes, shapes or buffers is found; believed, some would take days."""
    assert reason(data) == expected


def test_each_limit_counts() -> None:
    """A frame that is fine by default is too large under each limit it goes beyond."""
    value = {"key": [np.ones((2, 3)), np.ones(1, "f4"), "text"]}
    data = encode(value)
    allowed: dict[str, int] = {"header": 96, "bytes": 56, "arrays": 2, "elements": 7, "dimensions": 2, "depth": 2}
    allowed["strings"] = 4
    assert same(decode(data, FrameLimits(**allowed)), value)
    assert encode(value, FrameLimits(**allowed)) == data
    for name in allowed:
        tight = FrameLimits(**{**allowed, name: allowed[name] - (8 if name == "header" else 1)})
        assert reason(data, tight) == "large", name
        with pytest.raises(ValueError, match=r"more than|beyond"):
            encode(value, tight)


def test_an_error_holds_nothing_of_the_worker() -> None:
    """Neither the message nor what Python keeps beside it repeats the frame."""
    with pytest.raises(FrameError) as caught:
        decode(around(b'{"value": "secret" and more}'))
    shown: BaseException | None = caught.value
    while shown:
        assert "secret" not in f"{shown} {vars(shown)}"
        shown = shown.__cause__ or shown.__context__


def mutants(draw: random.Random, seeds: list[bytes]) -> Iterator[bytes]:
    """Frames that are nearly right."""
    words = [
        b"NaN",
        b"{",
        b"[" * 40,
        b'"',
        b"\\",
        b'{"@":0}',
        b'{"#":0}',
        b"18446744073709551616",
        b"1e999",
        b"-1",
        b"0",
    ]
    words += [
        b'"float64"',
        b'"object"',
        b"[4294967296,4294967296]",
        b"\xff",
        b"\0",
        b'"d"',
        b'"t"',
        b",",
        b":",
        b"null",
    ]
    while True:
        data = bytearray(draw.choice(seeds))
        header = int.from_bytes(data[8:12], "little")
        for _ in range(draw.randint(1, 4)):
            place = draw.randrange(len(data) + 1)
            way = draw.randrange(6)
            if way == 0:
                data[place : place + 1] = bytes([draw.randrange(256)])
            elif way == 1:
                del data[place : place + draw.randint(1, 20)]
            elif way == 2:
                data[place:place] = draw.randbytes(draw.randint(1, 9))
            elif way == 3:
                place = 16 + draw.randrange(max(1, header))
                word = draw.choice(words)
                data[place : place + draw.choice((0, 1, len(word)))] = word
            elif way == 4 and len(data) >= 16:
                data[8 + 4 * draw.randrange(2) :][:4] = draw.randrange(2**32).to_bytes(4, "little")
            else:
                data = data[:place]
        if draw.random() < 0.8 and len(data) > 16:  # lengths that fit again, so that the lie inside is reached
            buffers = draw.choice((0, 8, 64, max(0, len(data) - 16 - header))) // 8 * 8
            buffers = min(buffers, (len(data) - 16) // 8 * 8)
            rest = data[16:]
            rest += b" " * (-len(rest) % 8)
            data = bytearray(PREFIX.pack(wire.MAGIC, wire.VERSION, len(rest) - buffers, buffers) + rest)
        yield bytes(data)


ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    1,
    2,
    3,
    2**31,
    2**63,
    0.5,
    math.nan,
    "",
    "@",
    "f",
    "nan",
    "\ud800",
    [],
    {},
)
ODD += (
    {"@": 0},
    {"@": 1},
    {"#": 0},
    {"t": [1]},
    {"d": {"a": 1}},
    {"f": "inf"},
    [2**32, 2**32],
    "bool",
    "float64",
    "object",
)


def bent(draw: random.Random, tree: Any) -> Any:
    """A tree of JSON with some nodes replaced."""
    if draw.random() < 0.06:
        return draw.choice(ODD)
    if isinstance(tree, list):
        items = [bent(draw, item) for item in tree]
        return items * 2 if draw.random() < 0.05 else items
    if isinstance(tree, dict):
        return {draw.choice(("@", "d")) if draw.random() < 0.03 else key: bent(draw, tree[key]) for key in tree}
    return tree


def liars(draw: random.Random, seeds: list[bytes]) -> Iterator[bytes]:
    """Frames of sound JSON whose header lies."""
    while True:
        data = draw.choice(seeds)
        end = 16 + int.from_bytes(data[8:12], "little")
        buffers = data[end:] if draw.random() < 0.8 else draw.randbytes(8 * draw.randrange(9))
        yield around(json.dumps(bent(draw, json.loads(data[16:end]))).encode(), buffers)


@pytest.mark.slow
def test_fuzzed_frames_raise_frame_errors_only() -> None:
    """Sixty thousand frames: each is a value or a FrameError, and what is a value can be written again."""
    draw = random.Random(4)
    values: list[object] = [
        {"loss": [0.5, math.nan, 1], "w": np.ones((2, 3), "f4"), "b": (True, None)},
        [np.zeros(0), np.int64(3), np.array([True, False]), "text é", {"t": {"@": 0}}],
        [[[[np.arange(4)]]], (), {}, -0.0, 2**63 - 1],
    ]
    seeds = [encode(value) for value in values]
    nearly, lying = mutants(draw, seeds), liars(draw, seeds)
    read = 0
    for number in range(60_000):
        data = draw.randbytes(draw.randrange(200)) if number % 10 == 0 else next(nearly if number % 2 else lying)
        try:
            value = decode(data)
        except FrameError:
            continue
        read += 1
        encode(value)
    assert 1_000 < read < 30_000
