"""Module 04: losses, each the mean over what it compares. Source: API sheet, module 04.

All return a Tensor of shape `()`. Bad input is a `ValueError`: shapes that differ (nothing is broadcast), emptiness,
class numbers that are not whole or not there, probabilities outside 0 ... 1.
"""

from __future__ import annotations

import numpy as np

from .activations import ReLU  # noqa: F401  students meet it here
from .layers import Linear  # noqa: F401  students meet it here
from .tensor import Array, Function, Tensor

EPSILON = 1e-7

rng = np.random.default_rng(7)


def _log_softmax(x: Array, dim: int) -> Array:
    shifted = x - np.max(x, axis=dim, keepdims=True)
    return np.asarray(shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True)))


class LogSoftmax(Function):
    """log of softmax along `dim`, the maximum subtracted first."""

    dim = -1

    def forward(self, *arrays: Array) -> Array:
        return _log_softmax(arrays[0], self.dim)


class MSEFunction(Function):
    """The mean of squared differences."""

    def forward(self, *arrays: Array) -> Array:
        predictions, targets = arrays
        return np.asarray(np.mean((predictions - targets) ** 2))


class CrossEntropyFunction(Function):
    """The mean over the batch of -log softmax at the right class."""

    def forward(self, *arrays: Array) -> Array:
        logits, targets = arrays
        chosen = _log_softmax(logits, -1)[np.arange(len(logits)), targets.astype(np.int64)]
        return np.asarray(-np.mean(chosen))


class BinaryCrossEntropyFunction(Function):
    """The mean of -(t log p + (1 - t) log(1 - p)), p clipped to 1e-7 ... 1 - 1e-7."""

    def forward(self, *arrays: Array) -> Array:
        predictions, targets = arrays
        p = np.clip(predictions, EPSILON, 1 - EPSILON)
        return np.asarray(-np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p)))


def log_softmax(x: Tensor, dim: int = -1) -> Tensor:
    """A Tensor of x's shape whose exponentials sum to 1 along `dim`."""
    return LogSoftmax.apply(x, dim=dim)


class MSELoss:
    """Mean squared error."""

    def forward(self, predictions: Tensor, targets: Tensor) -> Tensor:
        """Both of one shape, which is not empty."""
        _same_shape(predictions, targets)
        return MSEFunction.apply(predictions, targets)

    def __call__(self, predictions: Tensor, targets: Tensor) -> Tensor:
        return self.forward(predictions, targets)


class CrossEntropyLoss:
    """Cross entropy of raw scores with class numbers."""

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Logits (batch, classes), targets (batch,) whole numbers in 0 ... classes - 1."""
        if logits.ndim != 2 or logits.size == 0:
            raise ValueError(f"logits must be (batch, classes) and not empty, got {logits.shape}")
        batch, classes = logits.shape
        if targets.shape != (batch,):
            raise ValueError(f"targets must have shape ({batch},), got {targets.shape}")
        if not np.all(np.isfinite(targets.data)) or np.any(targets.data != np.floor(targets.data)):
            raise ValueError("targets must be whole class numbers")
        if np.any(targets.data < 0) or np.any(targets.data >= classes):
            raise ValueError(f"a target is out of range 0 ... {classes - 1}")
        return CrossEntropyFunction.apply(logits, targets)

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        return self.forward(logits, targets)


class BinaryCrossEntropyLoss:
    """Cross entropy of probabilities with 0 and 1."""

    def forward(self, predictions: Tensor, targets: Tensor) -> Tensor:
        """Both of one shape, which is not empty, with entries in 0 ... 1."""
        _same_shape(predictions, targets)
        for one in (predictions, targets):
            if not np.all((one.data >= 0) & (one.data <= 1)):  # nan fails both
                raise ValueError("predictions and targets must lie in 0 ... 1")
        return BinaryCrossEntropyFunction.apply(predictions, targets)

    def __call__(self, predictions: Tensor, targets: Tensor) -> Tensor:
        return self.forward(predictions, targets)


def _same_shape(predictions: Tensor, targets: Tensor) -> None:
    if predictions.shape != targets.shape:
        raise ValueError(f"predictions {predictions.shape} and targets {targets.shape} must have the same shape")
    if predictions.size == 0:
        raise ValueError("predictions and targets must not be empty")
