"""Module 02: activations, stable at any input. Source: API sheet, module 02.

Each is a `Function` on arrays and a small class that students call; shapes never change, nothing is learned.
"""

from __future__ import annotations

import numpy as np

from .tensor import Array, Function, Tensor

TOLERANCE = 1e-10


def _sigmoid(x: Array) -> Array:
    # exp of a negative number only: the other branch overflows.
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


class SigmoidFunction(Function):
    """1 / (1 + e^-x) without overflow."""

    def forward(self, *arrays: Array) -> Array:
        return _sigmoid(arrays[0])


class ReLUFunction(Function):
    """max(0, x)."""

    def forward(self, *arrays: Array) -> Array:
        return np.maximum(0, arrays[0])


class TanhFunction(Function):
    """tanh x."""

    def forward(self, *arrays: Array) -> Array:
        return np.asarray(np.tanh(arrays[0]))


class GELUFunction(Function):
    """x · sigmoid(1.702 x), the course's approximation; 0 at minus infinity."""

    def forward(self, *arrays: Array) -> Array:
        (x,) = arrays
        # Minus infinity times 0 would be nan.
        return np.asarray(np.where(np.isneginf(x), 0, x) * _sigmoid(1.702 * x))


class SoftmaxFunction(Function):
    """e^x over its sum along `dim`, the maximum subtracted first; all zeros where every entry is minus infinity."""

    dim = -1

    def forward(self, *arrays: Array) -> Array:
        (x,) = arrays
        largest = np.max(x, axis=self.dim, keepdims=True)
        weights = np.exp(x - np.where(np.isneginf(largest), 0, largest))
        total = np.sum(weights, axis=self.dim, keepdims=True)
        return np.asarray(weights / np.where(total == 0, 1, total))


class Sigmoid:
    """Squashes every entry into 0 ... 1."""

    def parameters(self) -> list[Tensor]:
        """Nothing to learn."""
        return []

    def forward(self, x: Tensor) -> Tensor:
        """A Tensor of x's shape."""
        return SigmoidFunction.apply(x)

    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x)


class ReLU:
    """Keeps what is positive."""

    def parameters(self) -> list[Tensor]:
        """Nothing to learn."""
        return []

    def forward(self, x: Tensor) -> Tensor:
        """A Tensor of x's shape."""
        return ReLUFunction.apply(x)

    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x)


class Tanh:
    """Squashes every entry into -1 ... 1."""

    def parameters(self) -> list[Tensor]:
        """Nothing to learn."""
        return []

    def forward(self, x: Tensor) -> Tensor:
        """A Tensor of x's shape."""
        return TanhFunction.apply(x)

    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x)


class GELU:
    """A smooth ReLU."""

    def parameters(self) -> list[Tensor]:
        """Nothing to learn."""
        return []

    def forward(self, x: Tensor) -> Tensor:
        """A Tensor of x's shape."""
        return GELUFunction.apply(x)

    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x)


class Softmax:
    """Turns scores into probabilities along one axis."""

    def parameters(self) -> list[Tensor]:
        """Nothing to learn."""
        return []

    def forward(self, x: Tensor, dim: int = -1) -> Tensor:
        """A Tensor of x's shape whose sums along `dim` are 1."""
        return SoftmaxFunction.apply(x, dim=dim)

    def __call__(self, x: Tensor, dim: int = -1) -> Tensor:
        return self.forward(x, dim)
