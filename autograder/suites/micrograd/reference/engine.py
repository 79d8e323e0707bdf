"""Module 1: numbers that remember how they were made, and pass gradients back to what they were made of."""

from __future__ import annotations

from collections.abc import Callable


class Value:
    """A number `data`, and in `grad` how much the last result moves when it moves."""

    def __init__(self, data: float, made_of: tuple[Value, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self._made_of = made_of
        self._pass_back: Callable[[], None] = lambda: None

    def __add__(self, other: Value | float) -> Value:
        other = _value(other)
        out = Value(self.data + other.data, (self, other))

        def pass_back() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out._pass_back = pass_back
        return out

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other)
        out = Value(self.data * other.data, (self, other))

        def pass_back() -> None:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._pass_back = pass_back
        return out

    def __pow__(self, exponent: float) -> Value:
        """This value to the power of a plain number."""
        out = Value(self.data**exponent, (self,))

        def pass_back() -> None:
            self.grad += exponent * self.data ** (exponent - 1) * out.grad

        out._pass_back = pass_back
        return out

    def relu(self) -> Value:
        """This value if it is above 0, else 0."""
        out = Value(max(self.data, 0.0), (self,))

        def pass_back() -> None:
            self.grad += out.grad if self.data > 0 else 0.0

        out._pass_back = pass_back
        return out

    def backward(self) -> None:
        """Adds to the grad of everything this value was made of; its own becomes 1."""
        self.grad = 1.0
        for value in reversed(_in_order(self)):
            value._pass_back()

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | float) -> Value:
        return self + (-other)

    def __truediv__(self, other: Value | float) -> Value:
        return self * _value(other) ** -1

    def __radd__(self, other: float) -> Value:
        return self + other

    def __rsub__(self, other: float) -> Value:
        return _value(other) - self

    def __rmul__(self, other: float) -> Value:
        return self * other

    def __rtruediv__(self, other: float) -> Value:
        return _value(other) / self

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"


def _value(number: Value | float) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _in_order(last: Value) -> list[Value]:
    """All that a value was made of, each after its own parts; without recursion, which long sums would exhaust."""
    order: list[Value] = []
    seen: set[int] = set()
    waiting = [(last, False)]
    while waiting:
        value, ready = waiting.pop()
        if ready:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            waiting.append((value, True))
            waiting += [(part, False) for part in value._made_of]
    return order
