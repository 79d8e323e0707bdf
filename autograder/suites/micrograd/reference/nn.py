"""Module 2: neurons, layers of neurons, and layers in a row."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .engine import Value


class _Part:
    """What a network is made of: it knows its parameters."""

    def parameters(self) -> list[Value]:
        """All weights and biases, in order."""
        return []

    def zero_grad(self) -> None:
        """Every parameter's gradient is 0 again."""
        for one in self.parameters():
            one.grad = 0.0


class Neuron(_Part):
    """Weights `w`, one for each input, a bias `b`, and a ReLU unless it is linear."""

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Any]) -> Value:
        total = self.b
        for weight, entry in zip(self.w, x, strict=True):
            total = total + weight * entry
        return total.relu() if self.nonlin else total

    def parameters(self) -> list[Value]:
        """The weights, then the bias."""
        return [*self.w, self.b]


class Layer(_Part):
    """`nout` neurons that see the same inputs; one alone gives its value, more give a list."""

    def __init__(self, nin: int, nout: int, **settings: bool) -> None:
        self.neurons = [Neuron(nin, **settings) for _ in range(nout)]

    def __call__(self, x: Sequence[Any]) -> Any:
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        """The neurons' parameters, one neuron after another."""
        return [one for neuron in self.neurons for one in neuron.parameters()]


class MLP(_Part):
    """Layers in a row, the last of them linear."""

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [Layer(sizes[at], sizes[at + 1], nonlin=at != last) for at in range(len(nouts))]

    def __call__(self, x: Sequence[Any]) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Value]:
        """The layers' parameters, one layer after another."""
        return [one for layer in self.layers for one in layer.parameters()]
