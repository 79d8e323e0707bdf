"""Module 2: networks with weights set by the case, judged by their results, gradients and steps."""

from __future__ import annotations

from typing import Any

from autograder.authoring.case import Inputs, case


def _set(part: Any, inputs: Inputs, low: float = -1.0) -> Any:
    """The same network with drawn parameters."""
    for one in part.parameters():
        one.data = inputs.number(low, 1)
    return part


def _gradients(part: Any) -> list[float]:
    return [float(one.grad) for one in part.parameters()]


@case(
    "One neuron",
    points=6,
    skill="neuron",
    hint="w · x + b, and ReLU unless nonlin=False; parameters() gives the weights and then the bias",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for nonlin in inputs.shuffled([True, True, False]):
        drawn, x = [inputs.number(-1, 1) for _ in range(4)], [inputs.number() for _ in range(3)]
        for sign in (1, -1):  # one of the two sums is below zero
            neuron = tt.Neuron(3, nonlin=nonlin)
            for one, value in zip(neuron.parameters(), drawn, strict=True):
                one.data = sign * value
            out = neuron(x)
            out.backward()
            told.append([float(out.data), _gradients(neuron)])
    return told


@case(
    "Layers in a row",
    points=7,
    skill="layers",
    hint="every neuron of a layer sees all its inputs; the last layer of an MLP is linear",
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer, x = _set(tt.Layer(2, 3), inputs), [inputs.number() for _ in range(2)]
    told = [[float(one.data) for one in layer(x)]]
    for _ in range(5):
        network = _set(tt.MLP(3, [4, 2]), inputs)
        outs = network([inputs.number() for _ in range(3)])
        (outs[0] * 2 - outs[1]).backward()
        told += [[float(one.data) for one in outs], _gradients(network)]
    return told


@case(
    "An MLP learns",
    points=7,
    skill="training",
    hint="zero_grad, forward, backward, a step against the gradient, and again",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    network = _set(tt.MLP(2, [3, 1]), inputs, low=0.1)
    samples = [([inputs.number(0, 2), inputs.number(0, 2)], inputs.number(-1, 1)) for _ in range(3)]
    told = []
    for _ in range(4):
        network.zero_grad()
        loss = sum((network(x) - y) ** 2 for x, y in samples)
        loss.backward()
        for one in network.parameters():
            one.data -= 0.02 * one.grad
        told.append([float(loss.data), [float(one.data) for one in network.parameters()]])
    return told
