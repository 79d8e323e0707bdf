"""Comparison of a worker's reply with the reference's: the first place where they differ, in words for a student.

The rules, in the order they are asked:

- Containers: a list and a tuple are alike, a dict is neither. Lengths and keys must agree; the order of keys does not
  matter.
- Kinds of value: None, bool, integer, float, str stay apart; True is not 1, and 1 is not 1.0.
- One value may be a Python number, a NumPy scalar or an array of shape (): NumPy itself turns each into the other in
  ordinary arithmetic, and no student should lose a point to that. `Tolerance(dtypes="exact")` ends this for Python's
  numbers, and asks for the very dtype.
- Arrays: shape, then dtype (its kind, or exactly), then values. nan is equal to nan in the same place, inf to inf of
  the same sign, -0.0 to 0.0. Two numbers agree if they differ by at most atol + rtol * the larger of the two: the
  larger, so that it makes no difference which is the reference.
- The tolerance is that of the less precise of float32 and float64; float16 agrees with float16 only. A Python float
  counts as float32, since `float(x)` of a float32 is what students return.

What a student reads never holds text of the worker beyond shapes, dtypes and short numbers when the case is hidden.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["type", "shape", "dtype", "value", "length", "key", "exception"]

# A fixed list: a name from a worker is only ever compared with it.
EXCEPTIONS = frozenset(
    name for name, thing in vars(builtins).items() if isinstance(thing, type) and issubclass(thing, BaseException)
)
NUMBERS = {"b": "bool", "i": "int", "u": "int", "f": "float"}
SHOWN = 40  # characters of a worker's text in a visible case
STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The distance that floats may have, as (rtol, atol) by precision, and if dtypes must agree exactly or in kind."""

    float16: tuple[float, float] = (1e-2, 1e-3)
    float32: tuple[float, float] = (1e-4, 1e-5)
    float64: tuple[float, float] = (1e-7, 1e-9)
    dtypes: Literal["exact", "kind"] = "kind"

    def between(self, *precisions: int) -> tuple[float, float]:
        """rtol and atol for floats of so many bytes: those of the fewest."""
        return {2: self.float16, 4: self.float32}.get(min(precisions), self.float64)


DEFAULT = Tolerance()


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a reply differs: `result[2].data`, what differs, and words for it."""

    path: str
    kind: Kind
    told: str  # holds no text of the worker
    shown: str = ""  # may hold some; empty if it is the same

    def words(self, hidden: bool, place: str | None = None) -> str:
        """One sentence for the student, to be escaped for where it is printed; `place` are words instead of the path."""
        sentence = self.told if hidden else self.shown or self.told
        before = self.path if place is None else place
        return f"{before}: {sentence}" if before else sentence


def raised(name: str) -> Difference:
    """The difference of a probe that ended with an exception; a name that is not Python's own is not repeated."""
    told = f"the code raised {name}" if name in EXCEPTIONS else "the code raised an exception of its own"
    return Difference("result", "exception", told, f"the code raised {_excerpt(name)}")


def agree(reference: object, reply: object, *, tolerance: Tolerance = DEFAULT) -> Difference | None:
    """The first difference between two values of plain data as `wire.decode` gives them, or None.

    Symmetric: exchanging the two changes the words, and whether they agree and in which kind they differ stays. Raises
    TypeError if one is not plain data.
    """
    return _Comparison(tolerance).value("result", reference, reply)


def formed(reference: object, reply: object) -> Difference | None:
    """The first place where two values of plain data differ in form: containers, lengths, keys, shapes; or None.

    One value is like any other one value. What has the form of the reference is as large as the reference, so that
    whatever a checker computes of it is bounded by the suite and not by a worker.
    """
    return _Form(DEFAULT).value("result", reference, reply)


def outlined(reference: object, reply: object) -> Difference | None:
    """The first place where two values of plain data differ in outline: containers, lengths, keys, a bool; or None.

    One value is like any other one value or array, but where the reference has a bool, there must be one; text, such as the
    name of an exception, may stand for anything, and anything for it.
    """
    return _Outline(DEFAULT).value("result", reference, reply)


def size(value: Any) -> int:
    """The number of values in plain data, containers included."""
    if type(value) is dict:
        return 1 + sum(size(item) for item in value.values())
    if type(value) in (list, tuple):
        return 1 + sum(size(item) for item in value)
    return getattr(value, "size", 1)


class _Comparison:
    """One comparison; every method gives the first difference below a path, or None."""

    def __init__(self, tolerance: Tolerance) -> None:
        self.tolerance = tolerance

    def value(self, path: str, ours: Any, theirs: Any) -> Difference | None:
        """The difference of two values of any kind."""
        kinds = self._kind(ours), self._kind(theirs)
        if kinds[0] != kinds[1]:
            return _other_kind(path, ours, theirs)
        if kinds[0] == "list":
            return self._items(path, ours, theirs)
        if kinds[0] == "dict":
            return self._pairs(path, ours, theirs)
        if kinds[0] == "str":
            return _strings(path, ours, theirs)
        return None if ours is None else self._numbers(path, ours, theirs)

    def _kind(self, value: Any) -> str:
        """The kind of a value: two values of one kind are compared, two of different kinds differ in type."""
        kind = _kind(value)
        if kind != "array" or value.shape:
            return kind
        # One value: bool, int or float, and if dtypes must be exact Python's own apart from NumPy's.
        name = NUMBERS[value.dtype.kind]
        return f"numpy {name}" if self.tolerance.dtypes == "exact" else name

    def _items(self, path: str, ours: Sequence[object], theirs: Sequence[object]) -> Difference | None:
        if len(ours) != len(theirs):
            return Difference(path, "length", f"expected {_count(len(ours), 'item')}, got {len(theirs)}")
        pairs = enumerate(zip(ours, theirs, strict=True))
        differences = (self.value(f"{path}[{index}]", mine, other) for index, (mine, other) in pairs)
        return next((difference for difference in differences if difference), None)

    def _pairs(self, path: str, ours: dict[str, object], theirs: dict[str, object]) -> Difference | None:
        for key in ours:
            if key not in theirs:
                return Difference(_step(path, key), "key", "this key is missing")
        if extra := [key for key in theirs if key not in ours]:
            told = f"{_count(len(extra), 'key')} more than expected"
            return Difference(path, "key", told, f"{told}: {_excerpt(extra[0])}")
        differences = (self.value(_step(path, key), mine, theirs[key]) for key, mine in sorted(ours.items()))
        return next((difference for difference in differences if difference), None)

    def _numbers(self, path: str, ours: Any, theirs: Any) -> Difference | None:
        """Arrays, scalars and Python's numbers."""
        import numpy as np

        mine, other = np.asarray(ours), np.asarray(theirs)
        if mine.shape != other.shape:
            return Difference(path, "shape", f"expected shape {mine.shape}, got {other.shape}")
        alike = mine.dtype == other.dtype
        if self.tolerance.dtypes == "kind":
            alike = _family(mine.dtype) == _family(other.dtype)
        if not alike:
            return Difference(path, "dtype", f"expected dtype {mine.dtype}, got {other.dtype}")
        if mine.dtype.kind != "f":
            return _apart(path, mine, other, mine != other)
        precisions = (4 if type(value) is float else value.dtype.itemsize for value in (ours, theirs))
        return _apart(path, mine, other, _too_far(mine, other, *self.tolerance.between(*precisions)))


class _Form(_Comparison):
    """A comparison that looks at no number and at no text."""

    def _kind(self, value: Any) -> str:
        kind = _kind(value)
        return kind if kind in ("list", "dict") or (kind == "array" and value.shape) else "one value"

    def _numbers(self, path: str, ours: Any, theirs: Any) -> Difference | None:
        mine, other = getattr(ours, "shape", ()), getattr(theirs, "shape", ())
        return None if mine == other else Difference(path, "shape", f"expected shape {mine}, got {other}")


class _Outline(_Comparison):
    """A comparison that looks at containers, and at where something is said by True or False."""

    def value(self, path: str, ours: Any, theirs: Any) -> Difference | None:
        return None if str in (type(ours), type(theirs)) else super().value(path, ours, theirs)

    def _kind(self, value: Any) -> str:
        kind = _kind(value)
        return kind if kind in ("list", "dict") else "one value"

    def _numbers(self, path: str, ours: Any, theirs: Any) -> Difference | None:
        says = [super(_Outline, self)._kind(one) for one in (ours, theirs)]
        return _other_kind(path, ours, theirs) if says[0] == "bool" != says[1] else None


def _kind(value: Any) -> str:
    """None, bool, int, float, str, list, dict, or array for anything of NumPy."""
    import numpy as np

    kind = type(value)
    if value is None or kind in (bool, int, float, str, dict):
        return "None" if value is None else kind.__name__
    if kind in (list, tuple):
        return "list"
    if kind is np.ndarray or isinstance(value, np.generic):
        if value.dtype.kind in NUMBERS:
            return "array"
        raise TypeError(f"an array of {value.dtype} is not plain data")
    raise TypeError(f"{kind.__name__} is not plain data")


def _family(dtype: Any) -> str:
    """The part of a dtype that must agree. float16 is apart: else a reply could buy the wider tolerance by rounding."""
    return "float16" if dtype == "float16" else NUMBERS[dtype.kind]


def _too_far(ours: Any, theirs: Any, rtol: float, atol: float) -> Any:
    """An array of bool, True where two arrays of floats differ by more than the tolerance."""
    import numpy as np

    with np.errstate(all="ignore"):  # inf - inf, and what overflows, is looked at below
        mine, other = ours.astype("f8"), theirs.astype("f8")
        allowed = atol + rtol * np.maximum(np.abs(mine), np.abs(other))
        near = np.isfinite(mine) & np.isfinite(other) & (np.abs(mine - other) <= allowed)
        return ~(near | (mine == other) | (np.isnan(mine) & np.isnan(other)))


# --- words -------------------------------------------------------------------------------------------------------


def _other_kind(path: str, ours: object, theirs: object) -> Difference:
    """Two values of different kinds; where one is the name of an exception, it is the exception that is told."""
    if exceptional := _exceptions(path, ours, theirs):
        return exceptional
    return Difference(path, "type", f"expected {_noun(ours)}, got {_noun(theirs)}")


def _strings(path: str, ours: str, theirs: str) -> Difference | None:
    if ours == theirs:
        return None
    shown = f"expected {_excerpt(ours)}, got {_excerpt(theirs)}"
    return _exceptions(path, ours, theirs) or Difference(path, "value", "the text is not the expected one", shown)


def _exceptions(path: str, ours: object, theirs: object) -> Difference | None:
    """The difference if either is the name of an exception, as probes return it for a call that raised."""
    expected, got = (value if type(value) is str and value in EXCEPTIONS else None for value in (ours, theirs))
    if expected and got:
        return Difference(path, "exception", f"expected {expected}, got {got}")
    if expected:
        return Difference(path, "exception", f"expected {expected}, and none of Python's exceptions was raised")
    if got:
        return Difference(path, "exception", f"expected {_noun(ours)}, but {got} was raised")
    return None


def _apart(path: str, ours: Any, theirs: Any, apart: Any) -> Difference | None:
    """The difference of two arrays of one shape that are apart in some places, or None."""
    import numpy as np

    if not apart.any():
        return None
    if not ours.shape:
        return _single(path, ours[()], theirs[()])
    number = int(apart.sum())
    told = f"{number} of {_count(ours.size, 'value')} {'differs' if number == 1 else 'differ'}"
    with np.errstate(all="ignore"):
        mine, other = ours.astype("f8"), theirs.astype("f8")
        distance = np.abs(mine - other)
    distance[~(apart & np.isfinite(distance))] = 0
    measured = bool(distance.max() > 0) and ours.dtype.kind != "b"
    place = np.unravel_index(int((distance if measured else apart).argmax()), apart.shape)
    at = tuple(int(index) for index in place)
    shown = f"{told}; at {at} expected {_number(ours[place])}, got {_number(theirs[place])}"
    if measured:
        told += f"; the largest difference is {distance.max():.3g} at {at}"
    after = len(told)
    finite, number_came = np.isfinite(mine), np.isfinite(other)
    if stray := int((finite & ~number_came).sum()):
        told += f"; {stray} should not be nan or infinite"
    if missing := int((~finite & number_came).sum()):
        told += f"; {missing} should be nan or infinite"
    if swapped := int((apart & ~finite & ~number_came).sum()):
        told += f"; {swapped} should be another of nan, inf and -inf"
    return Difference(path, "value", told, shown + told[after:])


def _single(path: str, ours: Any, theirs: Any) -> Difference:
    import numpy as np

    shown = f"expected {_number(ours)}, got {_number(theirs)}"
    if ours.dtype.kind == "b":
        return Difference(path, "value", shown)
    distance = abs(float(ours) - float(theirs))
    if np.isfinite(distance) and distance > 0:
        return Difference(path, "value", f"the number is off by {distance:.3g}", shown)
    if not np.isfinite(float(theirs)):
        return Difference(path, "value", f"the number should not be {_number(theirs)}", shown)
    return Difference(path, "value", "the number is not the expected one", shown)


def _number(number: Any) -> str:
    return str(number) if number.dtype.kind != "f" else f"{float(number):.6g}"


def _noun(value: Any) -> str:
    """A noun for a value that tells its kind and size, and nothing of what it holds."""
    kind = _kind(value)
    if kind == "array":
        return f"an array of shape {value.shape}" if value.shape else f"a number of dtype {value.dtype}"
    if kind in ("list", "dict"):
        return f"a {type(value).__name__} of {_count(len(value), 'item')}"
    return kind if value is None else f"{'an' if kind == 'int' else 'a'} {kind}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _step(path: str, key: str) -> str:
    """The path of a key of the reference."""
    return f"{path}.{key}" if STEP.fullmatch(key) else f"{path}[{_excerpt(key)}]"


def _excerpt(text: str) -> str:
    """A text in quotes on one line, cut where it is long, with what cannot be printed spelled out."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")
