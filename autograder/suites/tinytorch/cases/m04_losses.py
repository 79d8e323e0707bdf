"""Module 04: log_softmax and the three losses: values, stability, errors, inputs left alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, raises


@case(
    "log_softmax over the last axis",
    points=5,
    skill="log_softmax",
    hint="x minus the log of the sum of e^x in the same row.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return [tt.log_softmax(tt.Tensor(inputs.array(*shape))).data for shape in ((3, 5), (4,), (2, 3, 4))]


@case(
    "log_softmax over another axis",
    points=5,
    skill="log_softmax axis",
    hint="Maximum and sum are taken along dim, and keep that axis so that they broadcast.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    table, stack = tt.Tensor(inputs.array(3, 4)), tt.Tensor(inputs.array(2, 3, 4))
    made = [tt.log_softmax(table, dim=0), tt.log_softmax(table, 1)]
    return [one.data for one in [*made, *[tt.log_softmax(stack, dim=axis) for axis in (0, 1, -2)]]]


def _large(inputs: Inputs, rows: int) -> list[Any]:
    """Scores of three sizes, four in a row; the largest are beyond e^x of any float, NumPy's longdouble too.

    Those lie thousands apart: beside 30000 a float32 keeps no third decimal, and whoever adds the maximum to the log of
    the sum would lose digits that only close scores need.
    """
    levels = [inputs.shuffled([-30_000.0, -20_000.0, 20_000.0, 30_000.0]) for _ in range(rows)]
    apart = np.array(levels) + inputs.array(rows, 4, low=-1000, high=1000)
    return [apart, *[inputs.array(rows, 4, low=-size, high=size) for size in (100.0, 1.0)]]


@case(
    "log_softmax of large scores",
    points=5,
    skill="stability",
    hint="Subtract the largest score first, and never take the log of a softmax that has become 0.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        made = [tt.log_softmax(tt.Tensor(scores)) for scores in _large(inputs, 3)]
    return [one.data for one in made]


@case(
    "mean squared error",
    points=6,
    skill="mse",
    hint="The mean over all entries of the squared difference, not a sum and not a mean over rows.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    rows, columns = inputs.integer(2, 6), inputs.integer(2, 6)
    a, b = tt.Tensor(inputs.array(rows, columns)), tt.Tensor(inputs.array(rows, columns))
    loss = tt.MSELoss()
    return [loss(a, b).data, loss.forward(b, a).data, loss(a, a).data]


@case(
    "mean squared error of any rank",
    points=4,
    skill="mse",
    hint="The loss is one number: a tensor of shape ().",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    loss = tt.MSELoss()
    shapes = inputs.shuffled([(5,), (1,), (2, 3, 4), (1, 1)])
    made = [loss(tt.Tensor(inputs.array(*shape)), tt.Tensor(inputs.array(*shape))) for shape in shapes]
    return [[one.data, list(one.shape)] for one in made]


@case(
    "mean squared error of shapes that differ",
    points=4,
    skill="loss errors",
    hint="Nothing is broadcast and nothing is empty: a ValueError.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    pairs = [((3, 2), (3, 2)), ((3, 1), (3,)), ((3, 2), (2,)), ((4,), (4,)), ((0,), (0,)), ((4,), (1,)), ((2, 2), (4,))]
    pairs = [
        (tt.Tensor(inputs.array(*left)), tt.Tensor(inputs.array(*right))) for left, right in inputs.shuffled(pairs)
    ]
    return [raises(lambda a=a, b=b: tt.MSELoss()(a, b).data) for a, b in pairs]


@case(
    "cross entropy",
    points=7,
    skill="cross entropy",
    hint="Minus the log_softmax at the right class, averaged over the batch; logits are raw scores.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    batch, classes = inputs.integer(3, 8), inputs.integer(3, 6)
    logits = tt.Tensor(inputs.array(batch, classes))
    loss = tt.CrossEntropyLoss()
    targets = [tt.Tensor(inputs.labels(batch, classes)) for _ in range(3)]
    return [loss(logits, targets[0]).data, loss.forward(logits, targets[1]).data, loss(logits, targets[2]).data]


@case(
    "cross entropy of large scores",
    points=6,
    skill="stability",
    hint="Work with log_softmax; the log of a softmax that has become 0 is minus infinity.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    targets = tt.Tensor(inputs.labels(6, 4))
    loss = tt.CrossEntropyLoss()
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        made = [loss(tt.Tensor(scores), targets) for scores in _large(inputs, 6)]
    return [one.data for one in made]


@case(
    "cross entropy of one sample, one class, equal scores",
    points=4,
    skill="cross entropy",
    hint="Equal scores cost log of the number of classes; one class alone costs nothing.",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    loss, classes, level = tt.CrossEntropyLoss(), inputs.integer(3, 9), inputs.number()
    equal = tt.Tensor(np.full((4, classes), level))
    alone = loss(tt.Tensor(inputs.array(3, 1)), tt.Tensor([0.0, 0.0, 0.0]))
    one = loss(tt.Tensor(inputs.array(1, classes)), tt.Tensor(inputs.labels(1, classes)))
    return [loss(equal, tt.Tensor(inputs.labels(4, classes))).data, alone.data, one.data, list(one.shape)]


@case(
    "cross entropy of targets that are none",
    points=4,
    skill="loss errors",
    hint="Logits are (batch, classes), targets (batch,) whole numbers in 0 ... classes - 1; the rest is a ValueError.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    logits, vector = inputs.array(3, 4), inputs.array(4)
    good, other = inputs.labels(3, 4), inputs.labels(3, 4)
    bad = [[0, 1, 4], [0, -1, 2], [0.5, 1, 2], [0, 1], [[0, 1, 2]], [0, float("nan"), 1]]
    asked = [(logits, good), (logits, other), *[(logits, one) for one in bad], (vector, [0]), (logits[:0], [])]
    pairs = [(tt.Tensor(x), tt.Tensor(y)) for x, y in inputs.shuffled(asked)]
    return [raises(lambda x=x, y=y: tt.CrossEntropyLoss()(x, y).data) for x, y in pairs]


@case(
    "binary cross entropy",
    points=6,
    skill="binary cross entropy",
    hint="Minus t log p + (1 - t) log(1 - p), averaged over all entries; p are probabilities already.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    loss = tt.BinaryCrossEntropyLoss()
    replies = []
    for shape in ((6,), (3, 4), (2, 1)):
        p, t = inputs.array(*shape, low=0.05, high=0.95), inputs.integers(0, 2, shape)
        replies += [loss(tt.Tensor(p), tt.Tensor(t)).data, loss.forward(tt.Tensor(p), tt.Tensor(1 - t)).data]
    return replies


@case(
    "binary cross entropy of certain predictions",
    points=5,
    skill="stability",
    hint="Clip p away from 0 and 1 before the log: a certain mistake costs much, but not infinity.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    loss, targets = tt.BinaryCrossEntropyLoss(), inputs.integers(0, 2, 6)
    certain = inputs.array(6, low=0.1, high=0.9)
    places = inputs.shuffled([0, 1, 2, 3, 4, 5])[:3]
    certain[places] = targets[places]
    with np.errstate(divide="ignore", invalid="ignore"):
        right = loss(tt.Tensor(certain), tt.Tensor(targets)).data
        wrong = float(loss(tt.Tensor(targets), tt.Tensor(1 - targets)).data)
    # How much a certain mistake costs depends on where p is clipped, between 1e-5 and 1e-15.
    return [right, 11.0 < wrong < 36.0]


@case(
    "binary cross entropy of what is no probability",
    points=4,
    skill="loss errors",
    hint="Shapes that differ, emptiness, and entries outside 0 ... 1 are a ValueError.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    p, t = inputs.array(3, low=0.1, high=0.9), inputs.integers(0, 2, 3)
    bad = [[0.5, 1.2, 0.5], [0.5, -0.1, 0.5], [0.5, float("nan"), 0.5], [0.5, 0.5], [0.5], [[0.5], [0.5], [0.5]]]
    asked = [(p, t), (p, 1 - t), (p, [0.0, 2.0, 1.0]), ([], []), *[(one, t) for one in bad]]
    pairs = [(tt.Tensor(x), tt.Tensor(y)) for x, y in inputs.shuffled(asked)]
    return [raises(lambda x=x, y=y: tt.BinaryCrossEntropyLoss()(x, y).data) for x, y in pairs]


@case(
    "losses leave their inputs alone",
    points=3,
    skill="no mutation",
    hint="A loss writes into neither predictions nor targets, also when it clips.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    scores, labels = tt.Tensor(inputs.array(4, 3)), tt.Tensor(inputs.labels(4, 3))
    p, t = tt.Tensor(inputs.array(5, low=0.1, high=0.9)), tt.Tensor(inputs.integers(0, 2, 5))
    edge = tt.Tensor([0.0, 1.0, 1.0, 0.0, 1.0])
    made = [tt.log_softmax(scores), tt.CrossEntropyLoss()(scores, labels), tt.BinaryCrossEntropyLoss()(p, t)]
    made += [tt.MSELoss()(p, t)]
    tt.BinaryCrossEntropyLoss()(edge, t)
    # Clipping in place moves 0 by 1e-7 only; a hundred million times that is seen.
    return [*[one.data for one in [*made, scores, labels, p, t]], edge.data * np.float32(1e8)]


@case(
    "operation classes compute on arrays",
    points=2,
    skill="operations",
    hint="forward takes arrays and gives an array or a number; dim is an attribute of LogSoftmax.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y, labels = inputs.array(3, 4), inputs.array(3, 4), inputs.labels(3, 4).astype("float32")
    p, t = inputs.array(5, low=0.1, high=0.9), inputs.integers(0, 2, 5).astype("float32")
    a = tt.Tensor(x)
    made = [tt.LogSoftmax(a).forward(x), tt.LogSoftmax(a, dim=0).forward(x), tt.MSEFunction(a, a).forward(x, y)]
    made += [tt.CrossEntropyFunction(a, a).forward(x, labels), tt.BinaryCrossEntropyFunction(a, a).forward(p, t)]
    return [*[np.asarray(one, dtype=np.float32) for one in made], x, y]
