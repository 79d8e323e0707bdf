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
    """A Linear whose weights are tensors of the case: what a constructor makes of them, or that it breaks off, other cases ask."""
    try:
        layer = tt.Linear(wide, out) if bias else tt.Linear(wide, out, bias=False)
    except Exception:
        if not bias:
            raise
        layer = tt.Linear.__new__(tt.Linear)
        layer.in_features, layer.out_features = wide, out
    layer.weight = tt.Tensor(inputs.array(wide, out))
    if bias:
        layer.bias = tt.Tensor(inputs.array(out))
    return layer


def _own(weight: Any, more: Any = None) -> Any:
    """A layer of the case's own, x · weight + 1, so that a row of layers is asked without Linear; `more` it only holds."""

    class Own:
        def forward(self, x: Any) -> Any:
            return x * weight + 1.0

        def __call__(self, x: Any) -> Any:
            return self.forward(x)

        def parameters(self) -> list[Any]:
            return [weight] if more is None else [weight, more]

    return Own()


def _made_from(tt: Any, call: Any, tensors: list[Any]) -> list[Any]:
    """The sum of the call's result, and for each tensor whether operations on tensors lead from it to the result.

    Module 06 makes those record: `Function.apply`, and in older editions the methods of Tensor. What is computed on
    arrays beside them gets no gradient.
    """
    names = ["add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "matmul", "getitem"]
    methods = ["matmul", "reshape", "transpose", "sum", "mean", "max", "view", "contiguous", "masked_fill"]
    seen: list[Any] = []
    kinds = [(tt.Tensor, name) for name in [*methods, *[f"__{one}__" for one in names]] if name in tt.Tensor.__dict__]
    kinds += [(tt.Function, "apply")] if getattr(tt, "Function", None) is not None else []
    plain = [(kind, name, kind.__dict__[name]) for kind, name in kinds]

    def watched(method: Any) -> Any:
        def call(self: Any, *inputs: Any, **params: Any) -> Any:
            asked = method.__get__(None, self) if isinstance(self, type) else method.__get__(self, type(self))
            result = asked(*inputs, **params)
            seen.append((result, [self, *inputs, *params.values()]))
            return result

        return classmethod(call) if isinstance(method, classmethod) else call

    for kind, name, method in plain:
        setattr(kind, name, watched(method))
    try:
        last = call()
        total = _sum_up(last)
    except Exception:
        last, total = None, float("nan")
    finally:
        for kind, name, method in plain:
            setattr(kind, name, method)
    reached = {id(last)}
    for result, inputs in reversed(seen):
        reached |= {id(one) for one in inputs} if id(result) in reached else set()
    return [total, *[last is not one and id(one) in reached for one in tensors]]


def _sum_up(tensor: Any) -> float:
    """One number that tells a result from others."""
    entries = np.asarray(tensor.data, dtype=float).ravel()
    return float(entries @ np.cos(np.arange(len(entries))))


def _tried(call: Any) -> float:
    """The sum of the call's result, nan if there is none."""
    try:
        return _sum_up(call())
    except Exception:
        return float("nan")


def _begun(tt: Any, x: Any) -> bool:
    """Whether Linear or Dropout gives anything yet: beside what the starter holds already, something has to be there."""
    calls = [lambda: tt.Linear(x.shape[-1], 2).forward(x), lambda: tt.Dropout(0.5).forward(x, training=False)]
    return not all(np.isnan(_tried(call)) for call in calls)


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
    points=5,
    skill="initialization",
    hint="Normal numbers times sqrt(1 / in_features); the bias starts at zero.",
    checker=_spread,
)
def _(tt: Any, inputs: Inputs) -> Any:
    shapes = inputs.shuffled([(20, 100), (100, 20), (400, 30), (400, 30), (900, 10)])
    layers = [(shape, tt.Linear(*shape)) for shape in shapes]
    return [[list(shape), layer.weight.data, layer.bias.data] for shape, layer in layers]


def _scaled(expected: Any, reply: Any) -> str | None:
    """Spread within 15 % of sqrt(1 / in): of 2,500 normal numbers, that is ten standard deviations."""
    for (shape, _), (_, weight) in zip(expected, reply, strict=True):
        ratio = np.std(np.asarray(weight, dtype=float)) * sqrt(shape[0])
        if not 0.85 <= ratio <= 1.15:
            return f"with {shape[0]} inputs the weights spread by {ratio:.2f} times sqrt(1 / in_features)"
        if len(np.unique(weight)) < 0.9 * np.size(weight):
            return "the weights repeat; each is drawn for itself"
    return None


@case(
    "the scale of fresh weights",
    points=3,
    skill="initialization",
    hint="Standard normal numbers (spread 1) times sqrt(1 / in_features): not 2 / in, not uniform between the scales.",
    since="2026-09",
    checker=_scaled,
)
def _(tt: Any, inputs: Inputs) -> Any:
    shapes = inputs.shuffled([(25, 100), (100, 25), (250, 12)])
    return [[list(shape), tt.Linear(*shape, bias=False).weight.data] for shape in shapes]


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
    return [layer.forward(x).data, layer.bias, [np.array(one.data) for one in layer.parameters()]]


def _linear_led_back(expected: Any, reply: Any) -> str | None:
    for ours, made in zip(expected, reply, strict=True):
        names = ("input", "weight", "bias")[: len(ours) - 1]
        for name, reached in zip(names, made[1:], strict=True):
            if reached is not True:
                return f"no operation on tensors leads from the layer's {name} to its result"
    # A result that is wrong is the affair of other cases, but something has to be right: claims alone earn nothing.
    right = [bool(np.isclose(ours[0], float(made[0]), rtol=1e-3)) for ours, made in zip(expected, reply, strict=True)]
    return None if any(right) else "the layer gives no right result yet"


@case(
    "linear leads back to its weights",
    points=3,
    skill="graph",
    hint="Compute with tensors (x.matmul(self.weight) + self.bias); from .data alone, module 06 finds no way back.",
    checker=_linear_led_back,
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer, bare = _linear(tt, inputs, 4, 3), _linear(tt, inputs, 4, 2, bias=False)
    x = tt.Tensor(inputs.array(5, 4))
    first = _made_from(tt, lambda: layer.forward(x), [x, layer.weight, layer.bias])
    return [first, _made_from(tt, lambda: bare.forward(x), [x, bare.weight])]


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
        layer.forward(tt.Tensor(inputs.array(*shape))).data
        for shape in inputs.shuffled([(1, 4), (0, 4), (2, 3, 4), (6, 4)])
    ]


def _widths(expected: Any, reply: Any) -> str | None:
    for shape, (wanted, *_), (own, *made) in zip(expected[1], expected[0], reply[0], strict=True):
        if own != wanted:
            if isinstance(wanted, str):
                return f"an input of shape {tuple(shape)} should be a {wanted}; what came is {_came(own)}"
            return f"an input of shape {tuple(shape)} should give the shape {tuple(wanted)}; what came is {_came(own)}"
        if isinstance(wanted, str):
            continue
        # Which values, other cases ask; but what moves straight with its input is computed from it.
        none, once, twice = (np.asarray(one, dtype=float) for one in made)
        if not np.allclose(twice - once, once - none, rtol=1e-3, atol=1e-3) or np.allclose(once, none):
            return f"the result for an input of shape {tuple(shape)} does not follow it as x W + b does"
    return None


def _came(own: Any) -> str:
    return own if isinstance(own, str) else f"a result of shape {tuple(own)}"


@case(
    "linear of the wrong width",
    points=3,
    skill="linear errors",
    hint="An input whose last axis is not in_features is the ValueError of matmul.",
    checker=_widths,
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer = _linear(tt, inputs, 4, 3)
    shapes = inputs.shuffled([(2, 4), (2, 3), (4, 5), (1, 4), (4, 3), (3, 1), (5, 4), (4, 2)])
    told = []
    for shape in shapes:
        x = inputs.array(*shape, low=0.5)
        out = raises(lambda x=x: layer.forward(tt.Tensor(x)).data)
        if not isinstance(out, str):  # taken: then also zeros and twice as much
            out = [layer.forward(tt.Tensor(0 * x)).data, out, layer.forward(tt.Tensor(2 * x)).data]
        told.append([out] if isinstance(out, str) else [list(out[1].shape), *out])
    return [told, [list(shape) for shape in shapes]]


@case(
    "parameters are the layer's own tensors",
    points=5,
    skill="parameters",
    hint="parameters() gives the weight and then the bias themselves, so that an optimizer can change them.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer, bare = tt.Linear(3, 2), tt.Linear(2, 4, bias=False)
    weight, bias = layer.parameters()
    (only,) = bare.parameters()
    weight.data, bias.data, only.data = inputs.array(3, 2), inputs.array(2), inputs.array(2, 4)
    owned = [np.array(one.data) for one in (layer.weight, layer.bias, bare.weight)]
    layer.parameters().append(only)  # the list is the caller's
    bias.data = inputs.array(2)
    told = [layer.in_features, layer.out_features, len(layer.parameters())]
    return [owned, np.array(layer.bias.data), [np.array(one.data) for one in layer.parameters()], told]


def _wanting(expected: Any, reply: Any) -> str | None:
    for (shape, _), (own, wants) in zip(expected, reply, strict=True):
        if own != shape:
            return f"a parameter has shape {tuple(own)}; {tuple(shape)} was expected"
        if not wants:
            return "a parameter was made without requires_grad=True"
    return None


@case(
    "fresh parameters want gradients",
    points=1,
    skill="parameters",
    hint="The weight and the bias are made with requires_grad=True.",
    until="2025-12",
    checker=_wanting,
)
def _(tt: Any, inputs: Inputs) -> Any:
    wide, out = inputs.integer(2, 6), inputs.integer(2, 6)
    layer, bare = tt.Linear(wide, out), tt.Linear(out, 3, bias=False)
    made = [layer.weight, layer.bias, bare.weight]
    # Later editions, which have Sequential, leave it to the optimizer.
    later = getattr(tt, "Sequential", None) is not None
    return [[list(one.data.shape), later or bool(one.requires_grad)] for one in made]


def _masked(expected: Any, reply: Any) -> str | None:
    p, shape, _, decisions = expected
    if list(reply[3]) != list(decisions):
        return "dropout applies only while training and with p above 0"
    return _dropped(np.ones(shape), p, reply[2])


@case(
    "the mask of dropout",
    points=2,
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
    points=5,
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
    points=3,
    skill="dropout",
    hint="Dropout() has p = 0.5, and training is True when nothing is said.",
    checker=_sampled,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(50, 70, low=1)
    layer, tensor = tt.Dropout(), tt.Tensor(x)
    return [0.5, x, [layer(tensor).data, layer.forward(tensor).data]]


def _any_shape(expected: Any, reply: Any) -> str | None:
    p, arrays, _ = expected
    for x, out in zip(arrays, reply[2], strict=True):
        kept = out != 0
        if not np.allclose(out[kept], x[kept] / (1 - p), rtol=1e-4):
            return "an entry that was kept is not the input divided by 1 - p"
        if not _near(float(kept.mean()), 1 - p, kept.size):
            return f"{kept.mean():.1%} of the entries were kept, {1 - p:.1%} were expected"
        for axis in range(x.ndim if x.ndim > 1 else 0):
            same = np.diff(kept.astype(int), axis=axis) == 0
            if not _near(float(same.mean()), p * p + (1 - p) * (1 - p), same.size / 3):
                return "entries were dropped together along one axis; each entry is drawn for itself"
    return None


@case(
    "dropout of vectors and stacks",
    points=3,
    skill="dropout",
    hint="The mask has the shape of the input, whatever its number of axes; each entry is drawn for itself.",
    checker=_any_shape,
)
def _(tt: Any, inputs: Inputs) -> Any:
    p = inputs.choice([0.3, 0.4, 0.6])
    arrays = [inputs.array(*shape, low=1) for shape in ((1200,), (12, 10, 15), (5, 8, 6, 7))]
    return [p, arrays, [tt.Dropout(p).forward(tt.Tensor(x), training=True).data for x in arrays]]


def _dropout_led_back(expected: Any, reply: Any) -> str | None:
    for (x, _, _), (given, out, reached) in zip(expected, reply, strict=True):
        kept = out != 0
        if not np.array_equal(given, x) and not np.array_equal(given, out):  # as it was, or dropped out in place
            return "the input is another one"
        # How much is kept and by what it is multiplied, other cases ask; but some of it is.
        if kept.mean() < 0.1 or not np.allclose(out[kept] / x[kept], np.median(out[kept] / x[kept]), rtol=1e-3):
            return "what dropout keeps is no multiple of its input yet"
        if not reached:
            return "no operation on tensors leads from the input of dropout to its result"
    return None


@case(
    "dropout leads back to its input",
    points=2,
    skill="graph",
    hint="Compute with tensors (x * mask, with the mask as a Tensor); from x.data alone, module 06 finds no way back.",
    checker=_dropout_led_back,
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for values in (inputs.array(20, 20, low=1), inputs.array(200, low=1)):
        x = tt.Tensor(values)
        outs: list[Any] = []

        def forward(x: Any = x, outs: list[Any] = outs) -> Any:
            outs.append(tt.Dropout(0.4).forward(x, training=True))
            return outs[0]

        reached = _made_from(tt, forward, [x])[1]
        told.append([values, np.array(outs[0].data), reached])
    return told


@case(
    "dropout that has nothing to choose",
    points=3,
    skill="dropout limits",
    hint="Not training or p = 0: the input as it is. p = 1: zeros, not a division by zero.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, stack = inputs.array(4, 5), inputs.array(2, 3, 2)
    replies = []
    for p, training in inputs.shuffled(
        [(0.5, False), (0.0, True), (1.0, True), (1.0, False), (0.9, False), (0.0, False)]
    ):
        layer = tt.Dropout(p)
        made = [layer(tt.Tensor(x), training=training).data, layer.forward(tt.Tensor(stack), training).data]
        replies.append([*made, len(layer.parameters())])
    return replies


@case(
    "dropout with a p that is no probability",
    points=2,
    skill="dropout errors",
    hint="p outside 0 ... 1 is a ValueError; 0 and 1 themselves are allowed.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    drawn = [inputs.number(1.05, 3), inputs.number(-2, -0.05), inputs.number(1.05, 50), inputs.number(0.05, 0.95)]
    chances = inputs.shuffled([0.0, 1.0, -0.1, 1.1, 0.5, 1.001, -0.001, *drawn])
    return [raises(lambda p=p: float(tt.Dropout(p).p)) for p in chances]


def _unchanged(expected: Any, reply: Any) -> str | None:
    for name, before, after in zip(expected[2], expected[1], reply[1], strict=True):
        if not np.array_equal(before, after):
            return f"{name} has other values after a forward pass than before it"
    # Something has to be there; a result that is wrong is the affair of other cases.
    (wanted, x, _), (linear, _, out) = expected[0], reply[0]
    kept = np.asarray(out) != 0
    begun = 0 < np.mean(kept) < 1 and np.ptp(np.asarray(out)[kept] / x[kept]) < 1e-3
    return None if begun or np.isclose(linear, wanted, rtol=1e-3) else "the layers give no right result yet"


@case(
    "inputs and weights stay as they were",
    points=3,
    skill="no mutation",
    hint="A forward pass writes neither into its input nor into the weights.",
    checker=_unchanged,
)
def _(tt: Any, inputs: Inputs) -> Any:
    layer, x = _linear(tt, inputs, 4, 3), tt.Tensor(inputs.array(5, 4))
    dropped, kept, all_of_it = (tt.Tensor(inputs.array(5, 3, low=1)) for _ in range(3))
    first, outs = np.array(dropped.data), []
    _tried(lambda: outs.append(np.array(tt.Dropout(0.5).forward(dropped, training=True).data)))
    _tried(lambda: tt.Dropout(0.5).forward(kept, training=False))
    _tried(lambda: tt.Dropout(1.0).forward(all_of_it, training=True))
    told = [_tried(lambda: layer.forward(x)), first, outs[0] if outs else 0 * first]
    held = [x, layer.weight, layer.bias, dropped, kept, all_of_it]
    names = ["the input of Linear", "the weight", "the bias", *["the input of Dropout"] * 3]
    return [told, [np.array(one.data) for one in held], names]


@case(
    "layers in a row",
    points=2,
    skill="composition",
    hint="What one layer gives the next one takes, with activations between them.",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    first, second = _own(tt.Tensor(inputs.array(4))), _own(tt.Tensor(inputs.array(4)))
    x, listed = tt.Tensor(inputs.array(5, 4)), tt.Sequential([first, tt.Tanh(), second, tt.Sigmoid()])
    made = [tt.Sequential(first, tt.ReLU(), second, first)(x), listed.forward(x)]
    told = [one.data for one in [*made, tt.Sequential(first)(x), tt.Sequential([second])(x)]]
    held = _own(tt.Tensor(inputs.array(4)), tt.Tensor(inputs.array(2)))
    learnt = [np.array(one.data) for one in tt.Sequential(first, tt.Tanh(), held).parameters()]
    return [told, learnt, _begun(tt, x)]


@case(
    "a layer that is all one's own",
    points=1,
    skill="composition",
    hint="Calling a Layer hands everything on to its forward; it has no parameters unless it says so.",
    since="2025-12",
    until="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    class Mine(tt.Layer):  # type: ignore[misc]
        def forward(self, x: Any, scale: float = 1.0) -> Any:
            return x * scale + 1.0

    x, mine, scale = tt.Tensor(inputs.array(2, 3)), Mine(), inputs.number(low=0.5)
    told = [mine(x).data, mine(x, scale).data, mine(x, scale=scale).data]
    return [told, raises(lambda: tt.Layer()(x)), len(mine.parameters()), _begun(tt, x)]


@case(
    "training reaches the dropout in a row",
    points=2,
    skill="composition",
    hint="Sequential passes training on to the layers whose forward asks for it, and to no other.",
    since="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    first, last = _own(tt.Tensor(inputs.array(4))), _own(tt.Tensor(inputs.array(4)))
    chain = tt.Sequential(first, tt.Dropout(1.0), tt.Tanh(), last)
    nested = tt.Sequential([tt.Sequential(first, tt.Dropout(1.0)), last])
    x = tt.Tensor(inputs.array(5, 4))
    told = [chain(x, training=flag).data for flag in inputs.shuffled([True, False, False])]
    return [
        *told,
        chain(x).data,
        chain.forward(x).data,
        chain.forward(x, False).data,
        nested(x, training=False).data,
        nested(x).data,
    ]


@case(
    "a layer of one's own",
    points=3,
    skill="composition",
    hint="Calling a Layer hands everything on to its forward; Sequential tells it training if its forward asks for it.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    class Mine(tt.Layer):  # type: ignore[misc]
        def forward(self, x: Any, scale: float = 1.0, training: bool = True) -> Any:
            return x * scale + (1.0 if training else -1.0)

    class Plain(tt.Layer):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return x * 3.0

    values, scale, mine = inputs.array(2, 3), inputs.number(low=0.5), Mine()
    told = [
        mine(tt.Tensor(values)),
        mine(tt.Tensor(values), scale),
        mine(tt.Tensor(values), scale=scale, training=False),
    ]
    chain = tt.Sequential(mine, Plain())
    told += [chain(tt.Tensor(values), training=False), chain(tt.Tensor(values), training=True)]
    unwritten = raises(lambda: tt.Layer()(tt.Tensor(values)))
    return [[one.data for one in told], unwritten, len(mine.parameters()), _begun(tt, tt.Tensor(values))]


@case(
    "a row keeps a list of its own",
    points=2,
    skill="composition",
    hint="Sequential([...]) copies the list: what is appended to it afterwards is no layer.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    listed = [_own(tt.Tensor(inputs.array(4))), tt.Tanh()]
    chain, x = tt.Sequential(listed), tt.Tensor(inputs.array(2, 4))
    before = chain(x).data
    listed.append(_own(tt.Tensor(inputs.array(4))))
    return [before, chain(x).data, len(chain.layers), _begun(tt, x)]


@case(
    "parameters of layers in a row",
    points=3,
    skill="parameters",
    hint="All layers' tensors in order, a shared one once.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    tied, other, more = (tt.Tensor(inputs.array(3)) for _ in range(3))
    shared, again = _own(tied), _own(tied)
    chain = tt.Sequential(shared, tt.ReLU(), shared, again, tt.Tanh(), tt.Sequential(_own(more, other), again))
    found = [np.array(one.data) for one in chain.parameters()]
    chain.parameters()[-1].data = inputs.array(3)
    return [found, other.data, tied.data, chain(tt.Tensor(inputs.array(4, 3))).data, _begun(tt, tied)]
