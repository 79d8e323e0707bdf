"""Module 03: layers with weights, dropout, and layers in a row. Source: API sheet, module 03."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from .activations import ReLU, Sigmoid  # noqa: F401  students meet them here
from .tensor import Tensor

INIT_SCALE_FACTOR = 1.0
DROPOUT_MIN_PROB = 0.0
DROPOUT_MAX_PROB = 1.0

rng = np.random.default_rng(7)


class Layer:
    """What every layer has: `forward`, a call that is the same, and the tensors it learns."""

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output for x."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __call__(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return self.forward(x, *args, **kwargs)

    def parameters(self) -> list[Tensor]:
        """The tensors to learn; none here."""
        return []

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Linear(Layer):
    """x W + b, with W of shape (in, out) drawn with variance 1 / in, and b of shape (out,) zero or absent."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        self.in_features = in_features
        self.out_features = out_features
        scale = np.sqrt(INIT_SCALE_FACTOR / in_features)
        self.weight = Tensor(rng.standard_normal((in_features, out_features)) * scale)
        self.bias = Tensor(np.zeros(out_features)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """(batch, in) -> (batch, out); a wrong width is matmul's `ValueError`."""
        product = x.matmul(self.weight)
        return product if self.bias is None else product + self.bias

    def parameters(self) -> list[Tensor]:
        """The weight, and the bias if there is one: the layer's own tensors."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def __repr__(self) -> str:
        bias = self.bias is not None
        return f"Linear(in_features={self.in_features}, out_features={self.out_features}, bias={bias})"


class Dropout(Layer):
    """Drops each entry with probability p while training and scales the rest by 1 / (1 - p)."""

    def __init__(self, p: float = 0.5) -> None:
        if not DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB:
            raise ValueError(f"p must be between 0 and 1, got {p}")
        self.p = p

    def _should_apply_dropout(self, training: bool) -> bool:
        return training and self.p > DROPOUT_MIN_PROB

    def _generate_dropout_mask(self, shape: tuple[int, ...]) -> Tensor:
        if self.p == DROPOUT_MAX_PROB:
            return Tensor(np.zeros(shape))
        kept = rng.random(shape) < 1 - self.p
        return Tensor(kept / (1 - self.p))

    def forward(self, x: Tensor, training: bool = True) -> Tensor:
        """x itself when nothing is to be dropped, else a new Tensor of its shape."""
        return x * self._generate_dropout_mask(x.shape) if self._should_apply_dropout(training) else x

    def __call__(self, x: Tensor, training: bool = True) -> Tensor:
        return self.forward(x, training)

    def __repr__(self) -> str:
        return f"Dropout(p={self.p})"


class Sequential:
    """Layers one after another, given one by one or as one list."""

    def __init__(self, *layers: Any) -> None:
        self.layers = list(layers[0]) if len(layers) == 1 and isinstance(layers[0], (list, tuple)) else list(layers)

    def forward(self, x: Tensor, training: bool = True) -> Tensor:
        """The last layer's output; `training` goes to the layers that ask for it."""
        for layer in self.layers:
            asks = "training" in inspect.signature(layer.forward).parameters
            x = layer.forward(x, training=training) if asks else layer.forward(x)
        return x

    def __call__(self, x: Tensor, training: bool = True) -> Tensor:
        return self.forward(x, training)

    def parameters(self) -> list[Tensor]:
        """All layers' tensors in order, each once."""
        found: dict[int, Tensor] = {}
        for layer in self.layers:
            for parameter in layer.parameters():
                found.setdefault(id(parameter), parameter)
        return list(found.values())

    def __repr__(self) -> str:
        return f"Sequential({', '.join(repr(layer) for layer in self.layers)})"
