"""Module 04: log_softmax and the three losses: values, stability, errors, inputs left alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.case import Given, case, raises


@case(
    "log_softmax over the last axis",
    points=5,
    skill="log_softmax",
    hint="x minus the log of the sum of e^x in the same row.",
)
def _(tt: Any, given: Given) -> Any:
    return [tt.log_softmax(tt.Tensor(given.array(*shape))).data for shape in ((3, 5), (4,), (2, 3, 4))]


@case(
    "log_softmax over another axis",
    points=5,
    skill="log_softmax axis",
    hint="Maximum and sum are taken along dim, and keep that axis so that they broadcast.",
)
def _(tt: Any, given: Given) -> Any:
    table, stack = tt.Tensor(given.array(3, 4)), tt.Tensor(given.array(2, 3, 4))
    made = [tt.log_softmax(table, dim=0), tt.log_softmax(table, 1)]
    return [one.data for one in [*made, *[tt.log_softmax(stack, dim=axis) for axis in (0, 1, -2)]]]


def _large(given: Given, rows: int) -> list[Any]:
    """Scores of three sizes, four in a row; the largest are beyond e^x of any float, NumPy's longdouble too.

    Those lie thousands apart: beside 30000 a float32 keeps no third decimal, and whoever adds the maximum to the log of
    the sum would lose digits that only close scores need.
    """
    levels = [given.shuffled([-30_000.0, -20_000.0, 20_000.0, 30_000.0]) for _ in range(rows)]
    apart = np.array(levels) + given.array(rows, 4, low=-1000, high=1000)
    return [apart, *[given.array(rows, 4, low=-size, high=size) for size in (100.0, 1.0)]]


@case(
    "log_softmax of large scores",
    points=5,
    skill="stability",
    hint="Subtract the largest score first, and never take the log of a softmax that has become 0.",
)
def _(tt: Any, given: Given) -> Any:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        made = [tt.log_softmax(tt.Tensor(scores)) for scores in _large(given, 3)]
    return [one.data for one in made]


@case(
    "mean squared error",
    points=6,
    skill="mse",
    hint="The mean over all entries of the squared difference, not a sum and not a mean over rows.",
)
def _(tt: Any, given: Given) -> Any:
    rows, columns = given.integer(2, 6), given.integer(2, 6)
    a, b = tt.Tensor(given.array(rows, columns)), tt.Tensor(given.array(rows, columns))
    loss = tt.MSELoss()
    return [loss(a, b).data, loss.forward(b, a).data, loss(a, a).data]


@case(
    "mean squared error of any rank",
    points=4,
    skill="mse",
    hint="The loss is one number: a tensor of shape ().",
    visible=False,
)
def _(tt: Any, given: Given) -> Any:
    loss = tt.MSELoss()
    shapes = given.shuffled([(5,), (1,), (2, 3, 4), (1, 1)])
    made = [loss(tt.Tensor(given.array(*shape)), tt.Tensor(given.array(*shape))) for shape in shapes]
    return [[one.data, list(one.shape)] for one in made]


@case(
    "mean squared error of shapes that differ",
    points=4,
    skill="loss errors",
    hint="Nothing is broadcast and nothing is empty: a ValueError.",
    eras="C",
)
def _(tt: Any, given: Given) -> Any:
    pairs = [((3, 2), (3, 2)), ((3, 1), (3,)), ((3, 2), (2,)), ((4,), (4,)), ((0,), (0,)), ((4,), (1,)), ((2, 2), (4,))]
    inputs = [(tt.Tensor(given.array(*left)), tt.Tensor(given.array(*right))) for left, right in given.shuffled(pairs)]
    return [raises(lambda a=a, b=b: tt.MSELoss()(a, b).data) for a, b in inputs]


@case(
    "cross entropy",
    points=7,
    skill="cross entropy",
    hint="Minus the log_softmax at the right class, averaged over the batch; logits are raw scores.",
)
def _(tt: Any, given: Given) -> Any:
    batch, classes = given.integer(3, 8), given.integer(3, 6)
    logits = tt.Tensor(given.array(batch, classes))
    loss = tt.CrossEntropyLoss()
    targets = [tt.Tensor(given.labels(batch, classes)) for _ in range(3)]
    return [loss(logits, targets[0]).data, loss.forward(logits, targets[1]).data, loss(logits, targets[2]).data]


@case(
    "cross entropy of large scores",
    points=6,
    skill="stability",
    hint="Work with log_softmax; the log of a softmax that has become 0 is minus infinity.",
)
def _(tt: Any, given: Given) -> Any:
    targets = tt.Tensor(given.labels(6, 4))
    loss = tt.CrossEntropyLoss()
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        made = [loss(tt.Tensor(scores), targets) for scores in _large(given, 6)]
    return [one.data for one in made]


@case(
    "cross entropy of one sample, one class, equal scores",
    points=4,
    skill="cross entropy",
    hint="Equal scores cost log of the number of classes; one class alone costs nothing.",
    visible=False,
)
def _(tt: Any, given: Given) -> Any:
    loss, classes, level = tt.CrossEntropyLoss(), given.integer(3, 9), given.number()
    equal = tt.Tensor(np.full((4, classes), level))
    alone = loss(tt.Tensor(given.array(3, 1)), tt.Tensor([0.0, 0.0, 0.0]))
    one = loss(tt.Tensor(given.array(1, classes)), tt.Tensor(given.labels(1, classes)))
    return [loss(equal, tt.Tensor(given.labels(4, classes))).data, alone.data, one.data, list(one.shape)]


@case(
    "cross entropy of targets that are none",
    points=4,
    skill="loss errors",
    hint="Logits are (batch, classes), targets (batch,) whole numbers in 0 ... classes - 1; the rest is a ValueError.",
    eras="C",
)
def _(tt: Any, given: Given) -> Any:
    logits, vector = given.array(3, 4), given.array(4)
    good, other = given.labels(3, 4), given.labels(3, 4)
    bad = [[0, 1, 4], [0, -1, 2], [0.5, 1, 2], [0, 1], [[0, 1, 2]], [0, float("nan"), 1]]
    asked = [(logits, good), (logits, other), *[(logits, one) for one in bad], (vector, [0]), (logits[:0], [])]
    inputs = [(tt.Tensor(x), tt.Tensor(y)) for x, y in given.shuffled(asked)]
    return [raises(lambda x=x, y=y: tt.CrossEntropyLoss()(x, y).data) for x, y in inputs]


@case(
    "binary cross entropy",
    points=6,
    skill="binary cross entropy",
    hint="Minus t log p + (1 - t) log(1 - p), averaged over all entries; p are probabilities already.",
)
def _(tt: Any, given: Given) -> Any:
    loss = tt.BinaryCrossEntropyLoss()
    replies = []
    for shape in ((6,), (3, 4), (2, 1)):
        p, t = given.array(*shape, low=0.05, high=0.95), given.integers(0, 2, shape)
        replies += [loss(tt.Tensor(p), tt.Tensor(t)).data, loss.forward(tt.Tensor(p), tt.Tensor(1 - t)).data]
    return replies


@case(
    "binary cross entropy of certain predictions",
    points=5,
    skill="stability",
    hint="Clip p away from 0 and 1 before the log: a certain mistake costs much, but not infinity.",
)
def _(tt: Any, given: Given) -> Any:
    loss, targets = tt.BinaryCrossEntropyLoss(), given.integers(0, 2, 6)
    certain = given.array(6, low=0.1, high=0.9)
    places = given.shuffled([0, 1, 2, 3, 4, 5])[:3]
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
    eras="C",
)
def _(tt: Any, given: Given) -> Any:
    p, t = given.array(3, low=0.1, high=0.9), given.integers(0, 2, 3)
    bad = [[0.5, 1.2, 0.5], [0.5, -0.1, 0.5], [0.5, float("nan"), 0.5], [0.5, 0.5], [0.5], [[0.5], [0.5], [0.5]]]
    asked = [(p, t), (p, 1 - t), (p, [0.0, 2.0, 1.0]), ([], []), *[(one, t) for one in bad]]
    inputs = [(tt.Tensor(x), tt.Tensor(y)) for x, y in given.shuffled(asked)]
    return [raises(lambda x=x, y=y: tt.BinaryCrossEntropyLoss()(x, y).data) for x, y in inputs]


@case(
    "losses leave their inputs alone",
    points=3,
    skill="no mutation",
    hint="A loss writes into neither predictions nor targets, also when it clips.",
)
def _(tt: Any, given: Given) -> Any:
    scores, labels = tt.Tensor(given.array(4, 3)), tt.Tensor(given.labels(4, 3))
    p, t = tt.Tensor(given.array(5, low=0.1, high=0.9)), tt.Tensor(given.integers(0, 2, 5))
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
    eras="C",
)
def _(tt: Any, given: Given) -> Any:
    x, y, labels = given.array(3, 4), given.array(3, 4), given.labels(3, 4).astype("float32")
    p, t = given.array(5, low=0.1, high=0.9), given.integers(0, 2, 5).astype("float32")
    a = tt.Tensor(x)
    made = [tt.LogSoftmax(a).forward(x), tt.LogSoftmax(a, dim=0).forward(x), tt.MSEFunction(a, a).forward(x, y)]
    made += [tt.CrossEntropyFunction(a, a).forward(x, labels), tt.BinaryCrossEntropyFunction(a, a).forward(p, t)]
    return [*[np.asarray(one, dtype=np.float32) for one in made], x, y]
