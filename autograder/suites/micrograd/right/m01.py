"""Other right values: recursion, numbers of NumPy, slopes kept instead of functions."""

from __future__ import annotations

from autograder.authoring.case import Variant

SLOPES = '''
class Value:
    """Keeps (part, slope) pairs instead of functions."""

    def __init__(self, data, _children=(), _op=""):
        self.data, self.grad, self.parts = float(data), 0, _children

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __pow__(self, other):
        if not isinstance(other, (int, float)):
            raise TypeError("a plain number is needed")
        return Value(self.data**other, ((self, other * self.data ** (other - 1)),))

    def relu(self):
        return Value(self.data, ((self, 1.0),)) if self.data > 0 else Value(0, ((self, 0.0),))

    def backward(self):
        order, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for part, _ in value.parts:
                    visit(part)
                order.append(value)

        visit(self)
        self.grad = 1
        for value in order[::-1]:
            for part, slope in value.parts:
                part.grad += slope * value.grad

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return Value(-1) * self

    def __sub__(self, other):
        return self + Value(-1) * other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * (other**-1)

    def __rtruediv__(self, other):
        return self**-1 * other
'''

RIGHT = (
    Variant("slopes kept with the parts", whole=SLOPES),
    Variant(
        "numbers of NumPy",
        changes=(("        self.data = data\n", "        self.data = np.float64(data)\n"),),
        added="import numpy as np",
    ),
)
