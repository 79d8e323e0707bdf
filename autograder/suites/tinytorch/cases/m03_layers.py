"""Module 03: Linear with weights set by the case, Dropout by its samples, Sequential.

Random draws are never compared: a checker reads the samples. Its bounds lie 5.5 standard deviations out, so a right
solution fails one of them less than once in ten million runs; `_patterned` and `_moved` say their own odds.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, raises

SIGMAS = 5.5
PEAK = 60  # times the mean power: what no single frequency of independent draws has
SHARED = 0.2  # correlation of two masks; of independent ones it is 12 standard deviations, with 3,500 entries


def _linear(tt: Any, inputs: Inputs, wide: int, out: int, bias: bool = True) -> Any:
    """A Linear whose weights were drawn by the case."""
    layer = tt.Linear(wide, out) if bias else tt.Linear(wide, out, bias=False)
    layer.weight.data = inputs.array(wide, out)
    if bias:
        layer.bias.data = inputs.array(out)
    return layer


def _dropped(x: Any, p: float, out: Any) -> str | None:
    """What is wrong with one sample of dropout of x: a value, how many were dropped, or which."""
    if getattr(out, "shape", None) != x.shape:
        return "the result does not have the shape of the input"
    kept = out != 0
    if not np.allclose(out[kept], x[kept] / (1 - p), rtol=1e-4):
        return "an entry that was kept is not the input divided by 1 - p"
    if not _near(float(kept.mean()), 1 - p, kept.size):
        return f"{kept.mean():.1%} of the entries were kept, {1 - p:.1%} were expected"
    for axis in (0, 1):
        # Entries dropped one by one: neighbours along both axes agree as often as chance has them agree.
        same = np.diff(kept.astype(int), axis=axis) == 0
        if not _near(float(same.mean()), p * p + (1 - p) * (1 - p), same.size / 3):
            return "whole rows or columns were dropped together; each entry is drawn for itself"
    if _patterned(kept):
        return "what was dropped follows a pattern; each entry is drawn for itself"
    return None


def _patterned(values: Any) -> bool:
    """Whether a table is a formula of its places, a wave say: one frequency has far more than its share of the power.

    The power of independent draws at one frequency, by the mean, is spread exponentially: above `PEAK` with a chance of
    e^-60, and there are 37,000 frequencies in all fresh weights. Draws of 0 and 1 have heavier tails, at p = 0.2 up to
    e^-44 by Hoeffding's bound, and e^-22 at the three frequencies of a table whose power is the square of one real sum:
    in all, a right solution fails less than once in 10^8 runs. A wave has a twelfth of the power or more in one
    frequency, which is 160 means in the smallest table of weights.
    """
    power = np.abs(np.fft.fft2(values - np.mean(values))) ** 2
    return bool(power.max() > PEAK * power.mean())


def _moved(first: Any, second: Any) -> bool:
    """Whether one mask is the other moved along, round the end, perhaps read backwards.

    For two independent masks of 3,500 entries this takes 12 standard deviations at one of 7,000 places: far below
    once in 10^15 runs, also with the skewed tails of p = 0.2.
    """
    one, other = (np.ravel(mask) - np.mean(mask) for mask in (first, second))
    size = sqrt(float(one @ one) * float(other @ other))
    turned = [np.fft.ifft(np.fft.fft(one) * factor).real for factor in (np.fft.fft(other), np.fft.fft(other).conj())]
    return bool(np.abs(turned).max() > SHARED * size)


def _near(share: float, chance: float, draws: float) -> bool:
    return abs(share - chance) <= SIGMAS * sqrt(chance * (1 - chance) / draws) + 1 / draws


@case(
    "linear with a bias",
    points=6,
    skill="linear",
    hint="x W + b, with W of shape (in, out).",
)
def _(tt: Any, inputs: Inputs) -> Any:
    wide, out = inputs.integer(2, 6), inputs.integer(2, 6)
    layer = _linear(tt, inputs, wide, out)
    return [layer(tt.Tensor(inputs.array(4, wide))).data, layer.forward(tt.Tensor(inputs.array(3, wide))).data]


@case(
    "linear without a bias",
    points=4,
    skill="linear",
    hint="With bias=False nothing is added, bias is None, and parameters() holds the weight alone.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer = _linear(tt, inputs, 4, 3, bias=False)
    x = tt.Tensor(inputs.array(5, 4))
    return [layer(x).data, layer.bias, [one.data for one in layer.parameters()]]


@case(
    "linear of one row, no row and a stack",
    points=4,
    skill="linear",
    hint="The last axis is the one that changes; an empty batch gives an empty batch.",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer = _linear(tt, inputs, 4, 3)
    return [
        layer(tt.Tensor(inputs.array(*shape))).data for shape in inputs.shuffled([(1, 4), (0, 4), (2, 3, 4), (6, 4)])
    ]


@case(
    "linear of the wrong width",
    points=4,
    skill="linear errors",
    hint="An input whose last axis is not in_features is the ValueError of matmul.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer = _linear(tt, inputs, 4, 3)
    shapes = inputs.shuffled([(2, 4), (2, 3), (4, 5), (1, 4), (4, 3), (3, 1), (5, 4), (4, 2)])
    tensors = [tt.Tensor(inputs.array(*shape)) for shape in shapes]
    return [raises(lambda x=x: layer(x).data) for x in tensors]


def _spread(expected: Any, reply: Any) -> str | None:
    """Fresh weights: right shape, mean near 0, spread near sqrt(1 / in), no two layers alike; biases zero."""
    drawn = []
    for (shape, _, _), (_, weight, bias) in zip(expected, reply, strict=True):
        wide, out = shape
        weight, bias = np.asarray(weight, dtype=float), np.asarray(bias, dtype=float)
        if weight.shape != (wide, out):
            return f"the weight has shape {weight.shape}; (in, out) is {(wide, out)}"
        if bias.shape != (out,) or bias.any():
            return "a fresh bias should be zeros of shape (out,)"
        spread = 1 / sqrt(wide)
        if not 0.5 * spread <= weight.std() <= 2 * spread:
            return f"the weights spread by {weight.std():.3g}; with {wide} inputs they should by about {spread:.3g}"
        if abs(weight.mean()) > SIGMAS * 2 * spread / sqrt(weight.size):
            return "the mean of the weights should be near 0"
        if len(np.unique(weight)) < 0.9 * weight.size:
            return "the weights repeat; each is drawn for itself"
        if _patterned(weight):
            return "the weights follow a pattern; each is drawn for itself"
        drawn.append(weight.ravel()[:64])
    if any(np.array_equal(a, b) for place, a in enumerate(drawn) for b in drawn[:place]):
        return "two layers started with the same weights"
    return None


@case(
    "fresh weights",
    points=6,
    skill="initialization",
    hint="Normal numbers times sqrt(1 / in_features); the bias starts at zero.",
    checker=_spread,
)
def _(tt: Any, inputs: Inputs) -> Any:
    shapes = inputs.shuffled([(20, 100), (100, 20), (400, 30), (400, 30), (900, 10)])
    layers = [(shape, tt.Linear(*shape)) for shape in shapes]
    return [[list(shape), layer.weight.data, layer.bias.data] for shape, layer in layers]


@case(
    "parameters are the layer's own tensors",
    points=6,
    skill="parameters",
    hint="parameters() gives the weight and then the bias themselves, so that an optimizer can change them.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer, bare = tt.Linear(3, 2), tt.Linear(2, 4, bias=False)
    weight, bias = layer.parameters()
    (only,) = bare.parameters()
    weight.data, bias.data, only.data = inputs.array(3, 2), inputs.array(2), inputs.array(2, 4)
    x = tt.Tensor(inputs.array(5, 3))
    first = bare(layer(x)).data
    bias.data = inputs.array(2)
    return [first, bare(layer(x)).data, layer.weight.data, layer.bias.data, layer.in_features, layer.out_features]


def _sampled(expected: Any, reply: Any) -> str | None:
    p, x, _ = expected
    _, _, (first, second) = reply
    if (first == second).all():
        return "two calls dropped the same entries; each call draws afresh"
    if wrong := _dropped(x, p, first) or _dropped(x, p, second):
        return wrong
    if _moved(first != 0, second != 0):
        return "two calls dropped the same entries, only moved; each call draws afresh"
    return None


@case(
    "dropout while training",
    points=7,
    skill="dropout",
    hint="Each entry is dropped with probability p, and what is kept is divided by 1 - p.",
    checker=_sampled,
)
def _(tt: Any, inputs: Inputs) -> Any:
    p, x = inputs.choice([0.2, 0.3, 0.6, 0.75]), inputs.array(60, 80, low=1)
    layer, tensor = tt.Dropout(p), tt.Tensor(x)
    return [p, x, [layer(tensor, training=True).data, layer.forward(tensor, training=True).data]]


@case(
    "dropout drops half and trains unless told otherwise",
    points=5,
    skill="dropout",
    hint="Dropout() has p = 0.5, and training is True when nothing is said.",
    checker=_sampled,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(50, 70, low=1)
    layer, tensor = tt.Dropout(), tt.Tensor(x)
    return [0.5, x, [layer(tensor).data, layer.forward(tensor).data]]


@case(
    "dropout that has nothing to choose",
    points=6,
    skill="dropout limits",
    hint="Not training or p = 0: the input as it is. p = 1: zeros, not a division by zero.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = tt.Tensor(inputs.array(4, 5))
    replies = []
    for p, training in inputs.shuffled(
        [(0.5, False), (0.0, True), (1.0, True), (1.0, False), (0.9, False), (0.0, False)]
    ):
        replies.append(tt.Dropout(p)(x, training=training).data)
    return replies


@case(
    "dropout with a p that is no probability",
    points=4,
    skill="dropout errors",
    hint="p outside 0 ... 1 is a ValueError; 0 and 1 themselves are allowed.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = tt.Tensor(inputs.array(2, 3))
    drawn = [inputs.number(1.05, 3), inputs.number(-2, -0.05), inputs.number(1.05, 50)]
    chances = inputs.shuffled([0.0, 1.0, -0.1, 1.1, 0.5, *drawn])
    return [
        raises(lambda p=p: [tt.Dropout(p)(x, training=p in (0.0, 1.0)).data, float(tt.Dropout(p).p)]) for p in chances
    ]


def _masked(expected: Any, reply: Any) -> str | None:
    p, shape, _, decisions = expected
    if list(reply[3]) != list(decisions):
        return "dropout applies only while training and with p above 0"
    return _dropped(np.ones(shape), p, reply[2])


@case(
    "the mask of dropout",
    points=3,
    skill="dropout",
    hint="The mask holds 0 or 1 / (1 - p) and is used only while training with p above 0.",
    since="2026-02",
    checker=_masked,
)
def _(tt: Any, inputs: Inputs) -> Any:
    p, shape = inputs.choice([0.2, 0.4, 0.7]), (inputs.integer(40, 60), inputs.integer(40, 60))
    asked = inputs.shuffled([(p, True), (p, False), (0.0, True), (1.0, True), (0.0, False), (1.0, False)])
    decisions = [bool(tt.Dropout(one)._should_apply_dropout(training)) for one, training in asked]
    return [p, list(shape), tt.Dropout(p)._generate_dropout_mask(shape).data, decisions]


@case(
    "inputs and weights stay as they were",
    points=4,
    skill="no mutation",
    hint="A forward pass writes neither into its input nor into the weights.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer, x = _linear(tt, inputs, 4, 3), tt.Tensor(inputs.array(5, 4))
    out = layer(x)
    kept = out.data.copy()
    dropped = tt.Dropout(1.0)(out, training=True)
    tt.Dropout(0.5)(out, training=True)
    return [kept, out.data, dropped.data, layer(x).data, x.data, layer.weight.data, layer.bias.data]


@case(
    "layers in a row",
    points=4,
    skill="composition",
    hint="What one layer gives the next one takes, with activations between them.",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    first, second = _linear(tt, inputs, 4, 3), _linear(tt, inputs, 3, 4)
    x = tt.Tensor(inputs.array(5, 4))
    listed = tt.Sequential([first, tt.Tanh(), second, tt.Sigmoid()])
    return [tt.Sequential(first, tt.ReLU(), second, first)(x).data, listed.forward(x).data]


@case(
    "training reaches the dropout in a row",
    points=4,
    skill="composition",
    hint="Sequential passes training on to the layers whose forward asks for it, and to no other.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    chain = tt.Sequential(_linear(tt, inputs, 4, 3), tt.Dropout(1.0), tt.ReLU(), _linear(tt, inputs, 3, 2))
    x = tt.Tensor(inputs.array(5, 4))
    return [chain(x, training=flag).data for flag in inputs.shuffled([True, False, False])] + [chain(x).data]


@case(
    "parameters of layers in a row",
    points=3,
    skill="parameters",
    hint="All layers' tensors in order, a shared one once.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    shared, last = _linear(tt, inputs, 3, 3), _linear(tt, inputs, 3, 2, bias=False)
    chain = tt.Sequential(shared, tt.ReLU(), shared, tt.Dropout(0.3), last)
    x = tt.Tensor(inputs.array(4, 3))
    return [*[one.data for one in chain.parameters()], chain(x, training=False).data, len(chain.layers)]
