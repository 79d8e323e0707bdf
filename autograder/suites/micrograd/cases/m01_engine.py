"""Module 1: results and gradients of expressions, as raw numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.authoring.case import Inputs, case


def _values(tt: Any, inputs: Inputs, count: int, low: float = -2, high: float = 2) -> list[Any]:
    return [tt.Value(inputs.number(low, high)) for _ in range(count)]


def _told(result: Any, *parts: Any) -> list[float]:
    """The result and, after backward, the gradients of what it was made of."""
    result.backward()
    return [float(result.data), *[float(one.grad) for one in parts]]


@case(
    "Sums, differences and products",
    points=4,
    skill="arithmetic",
    hint="a sum passes its gradient to both parts, a product gives each the other's value",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, c = _values(tt, inputs, 3)
    d, e = _values(tt, inputs, 2)
    return [_told(a + b * c, a, b, c), _told(-(d - e) * d, d, e)]


@case(
    "Powers and quotients",
    points=4,
    skill="powers",
    hint="the gradient of xⁿ is n · xⁿ⁻¹, and a / b is a · b⁻¹",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, c, d = _values(tt, inputs, 4, low=0.5)
    exponent = inputs.choice([2, 3, -1.5, 0.5])
    return [_told(a**exponent, a), _told(b / c, b, c), _told((d**2 - 1) / d, d)]


@case(
    "Numbers beside values",
    points=4,
    skill="numbers",
    hint="2 - v calls v.__rsub__(2): the number is on the left",
)
def _(tt: Any, inputs: Inputs) -> Any:
    number, told = inputs.number(0.5, 2), []
    makes: list[Callable[[Any], Any]] = [
        *(lambda v: v + number, lambda v: number + v, lambda v: v - number, lambda v: number - v),
        *(lambda v: v * number, lambda v: number * v, lambda v: v / number, lambda v: number / v),
    ]
    for make in makes:
        (value,) = _values(tt, inputs, 1, low=0.5)
        told.append(_told(make(value), value))
    return told


@case(
    "ReLU",
    points=4,
    skill="relu",
    hint="above 0 the value and its gradient pass; below, both are 0",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for low, high in inputs.shuffled([(-2, -0.5), (0.5, 2), (-2, 2), (-2, 2)]):
        a, b = _values(tt, inputs, 2, low, high)
        told.append(_told((a * 3).relu() * b + a, a, b))
    return told


@case(
    "A value used many times",
    points=4,
    skill="shared values",
    hint="gradients add up, and a value passes its own on when it has it all",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y = _values(tt, inputs, 2, low=-0.4, high=0.4)
    step = x
    for _ in range(5):
        step = step + step * y
    first = _told(step * step + x, x, y)
    return [first, _told(x * y, x, y)]  # what is there already stays
