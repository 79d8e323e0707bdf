"""Frames: plain data as bytes between the judge and a worker that may be hostile.

A frame is a prefix of 16 bytes (magic, version, length of the header, length of the buffers), a header of JSON padded
with spaces to eight bytes, and the arrays' elements: little-endian, C order, each buffer padded with zeros to eight.

    {"arrays": [["float32", [3, 2]]], "value": {"d": {"loss": 0.5, "weights": {"@": 0}}}}

A JSON object of a value has one key, which says what it stands for: `@` an array and `#` a NumPy scalar, by their index
in `arrays`, `t` a tuple, `d` a dict, `f` a float that JSON cannot write. Arrays are numbered as they are met, so none
is used twice or left over.

`encode` runs in the worker, beside student code. It looks at exact types only and calls nothing that a value's own
class could have written. Whoever overwrites this module or a builtin there spoils only their own reply, because a reply
is a claim whoever wrote it. `decode` runs in the judge and trusts nothing: sizes are compared with the limits
before anything of that size is read, parsed or allocated, and no name from a frame is ever looked up except in the
table of dtypes.

This file needs the standard library and NumPy only, because it is put into the jail alone. The worker calls
`prepare` before student code can replace NumPy.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NoReturn

Reason = Literal["large", "trailing", "malformed"]

MAGIC = b"BpFr"
VERSION = 1
PREFIX = struct.Struct("<4sBxxxII")  # magic, version, bytes of the header, bytes of the buffers
ALIGNMENT = 8

# One letter of NumPy for every C type: int64 has two names (l and q) on one machine, and both may turn up.
LETTERS = "?bBhHiIlLqQefd"
SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
INT64 = range(-(2**63), 2**63)

# Possessive, and a lone quotation mark is a match of its own: so the scan stays linear for an unfinished string.
STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class FrameLimits:
    """The largest a frame may be; the defaults fit a reply, and 1 MB of header bounds the number of its values."""

    header: int = 1 << 20  # bytes of JSON
    bytes: int = 1 << 26  # of all buffers; below 4 GB
    arrays: int = 4096
    elements: int = 1 << 24  # of all arrays together, and of each dimension
    dimensions: int = 16  # of one array; NumPy has 32 at least
    depth: int = 32  # of lists, tuples and dicts in one another
    strings: int = 1 << 16  # characters of one string


DEFAULT = FrameLimits()


class FrameError(Exception):
    """Bytes that are no frame; `reason` is for programs, `detail` says more in words of ours only.

    `large`: beyond the limits. `trailing`: bytes after the frame. `malformed`: all else.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason: Reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class _Numpy:
    """The names needed of NumPy, taken once."""

    def __init__(self) -> None:
        import numpy as np

        letters = [np.dtype(letter) for letter in LETTERS]
        self.ndarray = np.ndarray
        self.array = np.array
        self.uint8 = np.dtype("u1")
        self.little = {dtype.name: np.dtype(dtype.name).newbyteorder("<") for dtype in letters}
        # By id, because hashing or comparing a class may run its metaclass's own methods.
        self.scalars = frozenset(id(dtype.type) for dtype in letters)
        self.dtypes = {id(type(dtype)): dtype.name for dtype in letters}


@cache
def _numpy() -> _Numpy:
    return _Numpy()


def prepare() -> None:
    """Take what is needed of NumPy now; later changes to NumPy's names do not reach this module."""
    _numpy()


# --- writing -----------------------------------------------------------------------------------------------------


def encode(value: object, limits: FrameLimits = DEFAULT) -> bytes:
    """The frame of a value of plain data.

    Plain data is None, bool, int of 64 bit, float, str, list, tuple, dict with str keys, and NumPy's arrays and scalars
    of bool, integers and float16 to float64. Raises TypeError, naming the type, for anything else and for every
    subclass; ValueError for what is beyond the limits.
    """
    writer = _Writer(limits)
    tree = {"value": writer.tree(value, 0), "arrays": writer.arrays}
    header = _JSON_WRITER.encode(tree).encode("utf-8")  # half a surrogate pair is a ValueError here
    header += b" " * (-len(header) % ALIGNMENT)
    if len(header) > limits.header:
        raise ValueError(f"a header of more than {limits.header} bytes")
    size = sum(len(buffer) for buffer in writer.buffers)
    return b"".join((PREFIX.pack(MAGIC, VERSION, len(header), size), header, *writer.buffers))


_JSON_WRITER = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"))


class _Writer:
    """Turns a value into the tree of the header and collects the buffers of its arrays."""

    def __init__(self, limits: FrameLimits) -> None:
        self.limits = limits
        self.arrays: list[tuple[str, list[int]]] = []
        self.buffers: list[bytes] = []
        self.letters = 0
        self.elements = 0
        self.bytes = 0

    def tree(self, value: object, depth: int) -> object:
        """The value as what JSON can write."""
        self._write(1)
        kind = type(value)
        if value is None or kind is bool:
            return value
        plain: Any = value  # `kind` is what is known of it
        if kind is int:
            return self._integer(plain)
        if kind is float:
            return plain if math.isfinite(plain) else {"f": float.__repr__(plain)}
        if kind is str:
            return self._string(plain)
        if kind is list:
            return self._items(plain, depth)
        if kind is tuple:
            return {"t": self._items(plain, depth)}
        if kind is dict:
            return {"d": self._pairs(plain, depth)}
        if kind is _numpy().ndarray:
            return {"@": self._array(plain)}
        if id(kind) in _numpy().scalars:
            return {"#": self._array(_numpy().array(plain))}
        raise TypeError(f"{_name(kind)} is not plain data")

    def _write(self, letters: int) -> None:
        """Count what the header will hold at least: lists that share their items can be far larger than memory."""
        self.letters += letters
        if self.letters > self.limits.header:
            raise ValueError(f"a header of more than {self.limits.header} bytes")

    def _integer(self, value: int) -> int:
        if value not in INT64:
            raise ValueError("an integer of more than 64 bit")
        return value

    def _string(self, text: str) -> str:
        if len(text) > self.limits.strings:
            raise ValueError(f"a string of more than {self.limits.strings} characters")
        self._write(len(text))
        return text

    def _deeper(self, depth: int) -> int:
        if depth >= self.limits.depth:
            raise ValueError(f"more than {self.limits.depth} lists, tuples and dicts in one another")
        return depth + 1

    def _items(self, items: Sequence[object], depth: int) -> list[object]:
        depth = self._deeper(depth)
        return [self.tree(item, depth) for item in items]

    def _pairs(self, pairs: dict[object, object], depth: int) -> dict[str, object]:
        depth = self._deeper(depth)
        tree: dict[str, object] = {}
        for key, item in pairs.items():
            if type(key) is not str:
                raise TypeError(f"{_name(type(key))} as the key of a dict is not plain data")
            tree[self._string(key)] = self.tree(item, depth)
        return tree

    def _array(self, array: Any) -> int:
        """Add an array whose class is exactly ndarray; its index."""
        name = _numpy().dtypes.get(id(type(array.dtype)))
        if name is None:
            raise TypeError(f"an array of {_name(type(array.dtype))} is not plain data")
        if len(self.arrays) >= self.limits.arrays:
            raise ValueError(f"more than {self.limits.arrays} arrays")
        shape = list(array.shape)
        self.elements += _elements(shape, self.limits)
        self.bytes += array.nbytes + -array.nbytes % ALIGNMENT
        if self.elements > self.limits.elements or self.bytes > self.limits.bytes:
            raise ValueError("arrays beyond the limit")
        if name == "bool":  # memory that was never a bool may hold other bytes than 0 and 1
            array = array.view(_numpy().uint8) != 0
        buffer = array.astype(_numpy().little[name], copy=False).tobytes()
        self.buffers.append(buffer + bytes(-len(buffer) % ALIGNMENT))
        self._write(4 * len(shape) + 8)
        self.arrays.append((name, shape))
        return len(self.arrays) - 1


def _name(kind: type) -> str:
    """The name a class was made with, whatever its metaclass says; at most 60 characters."""
    return str.__getitem__(type.__dict__["__name__"].__get__(kind), slice(60))


def _elements(shape: Sequence[int], limits: FrameLimits) -> int:
    """The number of elements of a shape; raises ValueError beyond the limits, also for an empty one like (0, 10**30)."""
    if len(shape) > limits.dimensions:
        raise ValueError(f"an array of more than {limits.dimensions} dimensions")
    # NumPy multiplies the dimensions of an empty array too, leaving out the zeros, and refuses what overflows.
    if math.prod(max(length, 1) for length in shape) > limits.elements:
        raise ValueError(f"an array of more than {limits.elements} elements")
    return math.prod(shape)


# --- reading -----------------------------------------------------------------------------------------------------


def decode(frame: bytes, limits: FrameLimits = DEFAULT) -> object:
    """The value of a frame; arrays are read-only views of its bytes. Raises FrameError and nothing else."""
    if len(frame) < PREFIX.size:
        raise FrameError("malformed", "shorter than a prefix")
    header, buffers = _lengths(frame[: PREFIX.size], limits)
    start = PREFIX.size + header
    if len(frame) > start + buffers:
        raise FrameError("trailing", "bytes after the frame")
    if len(frame) < start + buffers:
        raise FrameError("malformed", "shorter than its prefix says")
    tree = _parse(frame[PREFIX.size : start], limits)
    if type(tree) is not dict or tree.keys() != {"value", "arrays"}:
        raise FrameError("malformed", "a header without value and arrays")
    reader = _Reader(limits, _arrays(frame, start, tree["arrays"], limits))
    value = reader.value(tree["value"], 0)
    if reader.used != len(reader.arrays):
        raise FrameError("malformed", "an array that the value does not use")
    return value


def _lengths(prefix: bytes, limits: FrameLimits) -> tuple[int, int]:
    """Length of header and buffers, within the limits."""
    # The two zero bytes are compared too: a frame has one prefix only.
    magic, version, header, buffers = PREFIX.unpack(prefix)
    if magic != MAGIC or version != VERSION or prefix != PREFIX.pack(magic, version, header, buffers):
        raise FrameError("malformed", "not a frame of this version")
    if header > limits.header or buffers > limits.bytes:
        raise FrameError("large", "longer than allowed")
    if header % ALIGNMENT or buffers % ALIGNMENT:
        raise FrameError("malformed", "lengths that are not aligned")
    return header, buffers


def _parse(header: bytes, limits: FrameLimits) -> Any:
    """The JSON of a header, strictly: no NaN, no number out of range, no key twice, no deep nesting."""
    try:
        text = header.decode("utf-8")
        _check_depth(text, 2 * limits.depth + 4)  # a tuple or dict takes two levels, the header itself up to four
        return _JSON_READER.decode(text)
    except ValueError:
        pass  # the error holds the worker's text, so it is left behind here
    raise FrameError("malformed", "a header that is not JSON")


def _check_depth(text: str, limit: int) -> None:
    depth = 0
    for match in STRING_OR_BRACKET.finditer(text):
        token = match[0][0]
        if token in "[{":
            depth += 1
            if depth > limit:
                raise FrameError("large", "nested too deeply")
        elif token in "]}":
            depth -= 1
        elif len(match[0]) == 1:
            raise FrameError("malformed", "a string without end")


def _json_integer(literal: str) -> int:
    if len(literal) > 20 or (number := int(literal)) not in INT64:
        raise FrameError("malformed", "an integer of more than 64 bit")
    return number


def _json_float(literal: str) -> float:
    if len(literal) > 32 or math.isinf(number := float(literal)):
        raise FrameError("malformed", "a number that is no float of 64 bit")
    return number


def _json_constant(_: str) -> NoReturn:
    raise FrameError("malformed", "a number that JSON does not have")


def _json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise FrameError("malformed", "a key twice")
    return tree


_JSON_READER = json.JSONDecoder(
    object_pairs_hook=_json_object,
    parse_int=_json_integer,
    parse_float=_json_float,
    parse_constant=_json_constant,
)


def _arrays(frame: bytes, start: int, described: Any, limits: FrameLimits) -> list[Any]:
    """The arrays a header describes, from where the buffers start to exactly the frame's end."""
    if type(described) is not list:
        raise FrameError("malformed", "arrays that are no list")
    if len(described) > limits.arrays:
        raise FrameError("large", "too many arrays")
    arrays, elements = [], 0
    for description in described:
        dtype, shape = _description(description)
        try:
            count = _elements(shape, limits)
        except ValueError as error:
            raise FrameError("large", str(error)) from None
        elements += count
        if elements > limits.elements:
            raise FrameError("large", "too many elements")
        end = start + count * dtype.itemsize
        padded = end + -end % ALIGNMENT
        if padded > len(frame) or frame[end:padded].strip(b"\0"):
            raise FrameError("malformed", "shapes and buffers that do not agree")
        arrays.append(_view(frame, start, shape, dtype))
        start = padded
    if start != len(frame):
        raise FrameError("malformed", "shapes and buffers that do not agree")
    return arrays


def _description(description: Any) -> tuple[Any, list[int]]:
    """dtype and shape of one array."""
    if type(description) is not list or len(description) != 2:
        raise FrameError("malformed", "an array without dtype and shape")
    name, shape = description
    dtype = _numpy().little.get(name) if type(name) is str else None
    if dtype is None:
        raise FrameError("malformed", "a dtype that is not allowed")
    if type(shape) is not list or any(type(length) is not int or length < 0 for length in shape):
        raise FrameError("malformed", "a shape that is no list of lengths")
    return dtype, shape


def _view(frame: bytes, start: int, shape: list[int], dtype: Any) -> Any:
    array = _numpy().ndarray(shape, dtype, buffer=frame, offset=start)
    # NumPy relies on bools being 0 or 1; other bytes make sums and comparisons disagree with one another.
    if dtype.kind == "b" and array.size and array.view(_numpy().uint8).max() > 1:
        raise FrameError("malformed", "a bool that is neither 0 nor 1")
    return array


def _is_text(text: str) -> bool:
    """True if it holds no half of a surrogate pair, which JSON can write and UTF-8 cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


class _Reader:
    """Turns the tree of a header back into the value."""

    def __init__(self, limits: FrameLimits, arrays: list[Any]) -> None:
        self.limits = limits
        self.arrays = arrays
        self.used = 0

    def value(self, tree: Any, depth: int) -> object:
        """The value a tree stands for."""
        if type(tree) is str:
            return self._string(tree)
        if type(tree) is list:
            return self._items(tree, depth)
        if type(tree) is dict:
            return self._tagged(tree, depth)
        return tree

    def _tagged(self, tree: dict[str, Any], depth: int) -> object:
        if len(tree) != 1:
            raise FrameError("malformed", "an object that does not have one key")
        ((tag, inner),) = tree.items()
        if tag == "@":
            return self._array(inner)
        if tag == "#":
            return self._scalar(inner)
        if tag == "t" and type(inner) is list:
            return tuple(self._items(inner, depth))
        if tag == "d" and type(inner) is dict:
            return self._pairs(inner, depth)
        if tag == "f" and type(inner) is str and inner in SPECIAL:
            return SPECIAL[inner]
        raise FrameError("malformed", "an object that stands for nothing")

    def _string(self, text: str) -> str:
        if len(text) > self.limits.strings:
            raise FrameError("large", "a string too long")
        if not _is_text(text):
            raise FrameError("malformed", "half a surrogate pair")
        return text

    def _deeper(self, depth: int) -> int:
        if depth >= self.limits.depth:
            raise FrameError("large", "nested too deeply")
        return depth + 1

    def _items(self, items: list[Any], depth: int) -> list[object]:
        depth = self._deeper(depth)
        return [self.value(item, depth) for item in items]

    def _pairs(self, pairs: dict[str, Any], depth: int) -> dict[str, object]:
        depth = self._deeper(depth)
        return {self._string(key): self.value(item, depth) for key, item in pairs.items()}

    def _array(self, index: Any) -> Any:
        if type(index) is not int or index != self.used or index >= len(self.arrays):
            raise FrameError("malformed", "an array out of turn")
        self.used += 1
        return self.arrays[index]

    def _scalar(self, index: Any) -> Any:
        array = self._array(index)
        if array.shape != ():
            raise FrameError("malformed", "a scalar with dimensions")
        return array[()]
