"""The inputs of a probe, drawn, and a little help for it. The part of a case that a worker holds.

The judge draws the inputs from a secret seed; the worker gets the drawn values, never the seed, and draws them again in
the same order (`Inputs.replay`). Few modules are imported here: what a zygote has loaded, every worker pays for.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")
Probe = Callable[[Any, "Inputs"], Any]


class Offered(SimpleNamespace):
    """The `tt` of a probe: what the package under test has of the names that are asked for."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the module has no `{name}`")


class Inputs:
    """The inputs of one run of a probe: drawn from (seed, case id, number of the draw), or replayed from a record.

    The same seed gives the same values on every machine and under every NumPy: only raw bits of Philox are used, which
    NumPy promises to keep, and arithmetic that IEEE 754 fixes. `record` holds what was drawn, as (name, plain data) in
    order: arrays as they are, choices as the position chosen, shuffles as the order of the positions.
    """

    def __init__(self, seed: bytes, case_id: str) -> None:
        self._seed = seed
        self._case = case_id
        self._replayed: Iterator[tuple[str, Any]] | None = None
        self.record: list[tuple[str, Any]] = []

    @classmethod
    def replay(cls, record: Iterable[tuple[str, Any]]) -> Inputs:
        """Inputs that were drawn before; a draw beyond the record, or under another name, raises `LookupError`."""
        inputs = cls(b"", "")
        inputs._replayed = iter(list(record))
        return inputs

    def array(
        self,
        *shape: int,
        low: float = -2.0,
        high: float = 2.0,
        dtype: str = "float32",
        decimals: int | None = None,
        name: str = "",
    ) -> np.ndarray[Any, Any]:
        """An array of the given shape, uniform in [low, high); `decimals` rounds it to what a person can read."""

        def draw() -> Any:
            import numpy as np

            values = low + (high - low) * self._uniform(*shape)
            return np.asarray(values if decimals is None else np.round(values, decimals), dtype=dtype)

        return self._draw("array", name, draw).copy()  # type: ignore[no-any-return]

    def integers(self, low: int, high: int, shape: int | tuple[int, ...], name: str = "") -> np.ndarray[Any, Any]:
        """An int64 array of the given shape, uniform in low ... high - 1."""
        sizes = (shape,) if isinstance(shape, int) else shape
        drawn = self._draw("integers", name, lambda: low + (self._uniform(*sizes) * (high - low)).astype("int64"))
        return drawn.copy()  # type: ignore[no-any-return]

    def labels(self, n: int, classes: int, name: str = "") -> np.ndarray[Any, Any]:
        """An int64 array of n class numbers in 0 ... classes - 1."""
        return self.integers(0, classes, n, name=name or self._name("labels"))

    def integer(self, low: int, high: int, name: str = "") -> int:
        """One int in low ... high - 1."""
        return int(self._draw("integer", name, lambda: low + int(self._uniform() * (high - low))))

    def number(self, low: float = -2.0, high: float = 2.0, decimals: int | None = 3, name: str = "") -> float:
        """One float in [low, high), rounded to what a person can read."""

        def draw() -> float:
            value = low + (high - low) * float(self._uniform())
            return value if decimals is None else round(value, decimals)

        return float(self._draw("number", name, draw))

    def choice(self, options: Sequence[T], name: str = "") -> T:
        """One of the options, each equally likely."""
        return options[int(self._draw("choice", name, lambda: int(self._uniform() * len(options))))]

    def shuffled(self, items: Iterable[T], name: str = "") -> list[T]:
        """The items in drawn order."""
        listed = list(items)

        def draw() -> list[int]:
            keys = self._uniform(len(listed)).tolist()
            return sorted(range(len(listed)), key=lambda place: (keys[place], place))

        return [listed[place] for place in self._draw("order", name, draw)]

    def _name(self, kind: str) -> str:
        return f"{kind} {len(self.record) + 1}"

    def _draw(self, kind: str, name: str, make: Callable[[], Any]) -> Any:
        name = name or self._name(kind)
        if self._replayed is None:
            value = make()
        else:
            told, value = next(self._replayed, ("", None))
            if told != name:
                raise LookupError(f"the record holds `{told or 'nothing more'}` where the probe draws `{name}`")
        self.record.append((name, value))
        return value

    def _uniform(self, *shape: int) -> Any:
        """Doubles in [0, 1) from 53 raw bits each; the key is made from seed, case and the number of the draw."""
        import hmac
        from math import prod

        import numpy as np

        text = f"{self._case}\n{len(self.record)}".encode()
        key = np.frombuffer(hmac.digest(self._seed, text, "sha256")[:16], dtype="<u8").astype(np.uint64)
        raw = np.random.Philox(key=key).random_raw(prod(shape))
        return ((raw >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(shape)


# ---------------------------------------------------------------------------------------------------- help for probes


def raises(call: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """What the call returns, or the name of what it raises: the nearest built-in class, so that a student's own
    `class ShapeError(ValueError)` counts as the `ValueError` it is."""
    try:
        return call(*args, **named)
    except Exception as error:
        return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


def central_difference(
    f: Callable[[np.ndarray[Any, Any]], Any], x: np.ndarray[Any, Any], step: float = 1e-2
) -> np.ndarray[Any, Any]:
    """The gradient of f (array -> number) at x, float64 of x's shape, by (f(x + h) - f(x - h)) / 2h for every entry."""
    import numpy as np

    slope = np.zeros(x.shape, dtype=np.float64)
    for place in np.ndindex(*x.shape):
        above, below = x.copy(), x.copy()
        above[place] += step
        below[place] -= step
        # What was added in float32 is not quite the step.
        slope[place] = (float(f(above)) - float(f(below))) / (float(above[place]) - float(below[place]))
    return slope


def keepers() -> dict[str, Callable[..., Any]]:
    """The two functions that are written into probes, by the names they have there."""
    from numpy import ndarray

    containers = frozenset((list, tuple, dict))
    deepest = 20  # containers in one another in which arrays are looked for; a reply may hold fewer
    # Of these a probe has nothing that was not kept when it came in.
    own = containers | {ndarray, range, str}

    def kept(value: Any, source: object = None, depth: int = 0) -> Any:
        """The value, of an array a copy; lists, tuples and dicts are made anew with what was kept of their items.

        `source` is what an item was taken from, where the probe has a name for it.
        """
        kind = type(value)
        if kind is ndarray:
            return value if type(source) in own else value.copy("K")  # laid out as the array is
        if kind not in containers or type(source) in own or depth > deepest:
            return value
        if kind is dict:
            return {key: kept(item, None, depth + 1) for key, item in value.items()}
        return kind([kept(item, None, depth + 1) for item in value])

    def each(items: Any) -> Any:
        """What to go through for these items, each of them kept."""
        return items if type(items) in own else (kept(item) for item in items)

    return {"__kept__": kept, "__each__": each}


def live(value: T) -> T:
    """The value itself where a probe would have a copy: to see later whether the student's code still writes into it."""
    return value


HELP: Mapping[str, Callable[..., Any]] = {"raises": raises, "central_difference": central_difference, "live": live}


def unpack(data: bytes) -> Probe:
    """The probe that `pack` made these bytes of; call it on the judge's own bytes only."""
    import builtins

    import numpy as np

    functions, constants = marshal.loads(data)
    space: dict[str, Any] = {"__builtins__": builtins, "np": np, **keepers(), **HELP, **constants}
    for name, (code, defaults, named) in functions.items():
        function = FunctionType(code, space, name or "probe", defaults)
        function.__kwdefaults__ = named
        space[name] = function
    return space[""]  # type: ignore[no-any-return]
