"""Module 04: log_softmax and the three losses: values, stability, errors, inputs left alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, live, raises

_NAMES = "log_softmax MSELoss CrossEntropyLoss BinaryCrossEntropyLoss"


def _sum_up(tensor: Any) -> float:
    """One number that tells a result from others."""
    entries = np.asarray(tensor.data, dtype=float).ravel()
    return float(entries @ np.cos(np.arange(len(entries))))


def _same(one: Any, other: Any) -> bool:
    return np.shape(one) == np.shape(other) and other is not None and np.allclose(one, other, rtol=1e-3, atol=1e-5)


def _plain(tt: Any, name: str) -> Any:
    """A loss as a function of two tensors, by the least there is: its operation class, in older editions `forward`."""
    kind = getattr(tt, f"{name}Function", None)
    return getattr(tt, f"{name}Loss")().forward if kind is None else kind.apply


def _apart(tt: Any, call: Any) -> Any:
    """What a call gives while the module has a log_softmax of the case's own: a wrong one is lost where it is asked for."""

    def rows(scores: Any, dim: int) -> Any:
        shifted = np.asarray(scores, dtype=float) - np.max(scores, axis=dim, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))

    names = live(getattr(tt.CrossEntropyLoss.forward, "__globals__", {}))
    kind: Any = getattr(tt, "LogSoftmax", None)
    own, forward = names.get("log_softmax"), vars(kind).get("forward") if kind else None
    try:
        if own is not None:
            names["log_softmax"] = lambda x, dim=-1: tt.Tensor(rows(x.data, dim))
        if forward is not None:
            kind.forward = lambda self, scores: rows(scores, getattr(self, "dim", -1)).astype(np.float32)
        return call()
    finally:
        if own is not None:
            names["log_softmax"] = own
        if forward is not None:
            kind.forward = forward


def _number(loss: Any) -> float:
    """What came back as a number, nan if it is none: which one, other cases ask."""
    try:
        return float(np.asarray(getattr(loss, "data", loss), dtype=float).sum())
    except (TypeError, ValueError):
        return float("nan")


def _tried(call: Any) -> float:
    """The sum of the call's result, nan if it raises."""
    try:
        return _sum_up(call())
    except Exception:
        return float("nan")


def _calls(tt: Any, inputs: Inputs) -> list[Any]:
    """For log_softmax and each loss a call, and the tensors it is given."""
    scores, again, labels = tt.Tensor(inputs.array(4, 3)), tt.Tensor(inputs.array(4, 3)), tt.Tensor(inputs.labels(4, 3))
    p, t = tt.Tensor(inputs.array(5, low=0.1, high=0.9)), tt.Tensor(inputs.integers(0, 2, 5))
    a, b = tt.Tensor(inputs.array(2, 3)), tt.Tensor(inputs.array(2, 3))
    losses = [(tt.MSELoss, a, b), (tt.CrossEntropyLoss, again, labels), (tt.BinaryCrossEntropyLoss, p, t)]
    calls = [(lambda kind=kind, x=x, y=y: kind()(x, y), [x, y]) for kind, x, y in losses]
    return [(lambda: tt.log_softmax(scores), [scores]), *calls]


def _said(array: Any) -> str:
    """An array in few words: its entries, or its shape if they are many."""
    return str(np.round(array, 3).tolist()) if np.size(array) <= 6 else f"of shape {np.shape(array)}"


def _asked_of(tt: Any, inputs: Inputs, kind: Any, names: str, pairs: list[Any]) -> list[Any]:
    """The pairs in words, what the loss says to each, and two losses of inputs that are fine."""
    first, second = names.split()
    words = [f"{first} {_said(x)} with {second} {_said(y)}" for x, y in pairs]
    tensors = [(tt.Tensor(x), tt.Tensor(y)) for x, y in pairs]
    told = [raises(lambda x=x, y=y: _apart(tt, lambda: _number(kind()(x, y)))) for x, y in tensors]
    return [words, told, [_tried(call) for call, _ in _calls(tt, inputs)[1:3]]]


def _refused(expected: Any, reply: Any) -> str | None:
    """Refused is what has to be, and something of the module has its right value: errors alone are no work."""
    for words, wanted, own in zip(*expected[:2], reply[1], strict=True):
        if isinstance(wanted, str) and own != wanted:
            return f"{words}: a {wanted} was expected, and {own if isinstance(own, str) else 'a loss'} came"
        if not isinstance(wanted, str) and isinstance(own, str):
            return f"{words}: these are fine, and {own} came"
    numbers = [(ours, own) for ours, own in zip(expected[1], reply[1], strict=True) if not isinstance(ours, str)]
    numbers += zip(expected[2], reply[2], strict=True)
    return (
        None
        if any(np.isclose(own, ours, rtol=1e-3) for ours, own in numbers)
        else "none of the losses gives a result yet"
    )


def _some_right(expected: Any, results: Any) -> str | None:
    """Whether there is something to judge by: wrong results are the affair of other cases."""
    right = sum(np.isclose(a, b, rtol=1e-3) for a, b in zip(expected, results, strict=True))
    return None if 3 * right >= len(expected) else "too few of the losses give a result yet"


def _unchanged(expected: Any, reply: Any) -> str | None:
    for name, before, after in zip(expected[2], expected[1], reply[1], strict=True):
        if any(not np.array_equal(one, other) for one, other in zip(before, after, strict=True)):
            return f"what {name} was given has other values after the call than before it"
    return _some_right(expected[0], reply[0])


def _recorded(expected: Any, reply: Any) -> str | None:
    for name, (right, _), (total, reached) in zip(expected[1], expected[0], reply[0], strict=True):
        if not reached and np.isclose(total, right, rtol=1e-3):
            return f"{name} does not hand what it is given to `apply` of an operation class; no gradient goes back"
    right = [name for name, ours, own in zip(expected[1], expected[0], reply[0], strict=True) if _same(own[0], ours[0])]
    return None if {"MSELoss", "CrossEntropyLoss"} & set(right) else "neither MSELoss nor CrossEntropyLoss is right yet"


def _made_from(tt: Any, call: Any, tensor: Any) -> list[Any]:
    """The sum of the call's result, and whether the tensor went through `Function.apply` on the way there.

    Module 06 makes `apply` record; what does not go through it gets no gradient.
    """
    plain, seen = tt.Function.__dict__["apply"], []

    def apply(cls: Any, *inputs: Any, **params: Any) -> Any:
        result = plain.__get__(None, cls)(*inputs, **params)
        seen.append((result, inputs))
        return result

    tt.Function.apply = classmethod(apply)
    try:
        last = call()
        total = _sum_up(last)
    except Exception:
        last, total = None, float("nan")
    finally:
        tt.Function.apply = plain
    reached = {id(last)}
    for result, inputs in reversed(seen):
        reached |= {id(one) for one in inputs} if id(result) in reached else set()
    return [total, last is not tensor and id(tensor) in reached]


@case(
    "log_softmax over the last axis",
    points=3,
    skill="log_softmax",
    hint="x minus the log of the sum of e^x in the same row.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return [tt.log_softmax(tt.Tensor(inputs.array(*shape))).data for shape in ((3, 5), (4,), (2, 3, 4))]


@case(
    "log_softmax over another axis",
    points=4,
    skill="log_softmax axis",
    hint="Maximum and sum are taken along dim, and keep that axis so that they broadcast.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    table, stack = inputs.array(3, 4), inputs.array(2, 3, 4)
    made = [tt.log_softmax(tt.Tensor(table), dim=0), tt.log_softmax(tt.Tensor(table), 1)]
    made += [tt.log_softmax(tt.Tensor(stack), dim=axis) for axis in (0, 1, 2, -1, -2, -3)]
    return [one.data for one in made]


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
    points=4,
    skill="stability",
    hint="Subtract the largest score first, and never take the log of a softmax that has become 0.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        made = [tt.log_softmax(tt.Tensor(scores)) for scores in _large(inputs, 3)]
    return [one.data for one in made]


@case(
    "log_softmax of large scores over another axis",
    points=3,
    skill="stability",
    hint="The largest score is taken along dim, too: each slice has one of its own.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    tables, stacks = _large(inputs, 3), _large(inputs, 6)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        made = [tt.log_softmax(tt.Tensor(scores.T), dim=0) for scores in tables]
        made += [tt.log_softmax(tt.Tensor(one.reshape(2, 3, 4).swapaxes(1, 2)), dim=1) for one in stacks]
    return [one.data for one in made]


@case(
    "mean squared error",
    points=5,
    skill="mse",
    hint="The mean over all entries of the squared difference, not a sum and not a mean over rows.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    rows, columns = inputs.integer(2, 6), inputs.integer(2, 6)
    a, b = inputs.array(rows, columns), inputs.array(rows, columns, low=-20, high=20)
    loss = tt.MSELoss()
    made = [loss(tt.Tensor(a), tt.Tensor(b)), loss(tt.Tensor(a), tt.Tensor(a)), loss(tt.Tensor(b), tt.Tensor(0 * b))]
    return [one.data for one in made]


@case(
    "mean squared error of any rank",
    points=5,
    skill="mse",
    hint="The loss is one number: a tensor of shape ().",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    loss = _plain(tt, "MSE")
    shapes = inputs.shuffled([(5,), (1,), (2, 3, 4), (1, 1), (4, 1)])
    made = [loss(tt.Tensor(inputs.array(*shape)), tt.Tensor(inputs.array(*shape))) for shape in shapes]
    return [[one.data, list(one.shape)] for one in made]


@case(
    "mean squared error of shapes that differ",
    points=3,
    skill="loss errors",
    hint="Nothing is broadcast and nothing is empty: a ValueError.",
    since="2026-09",
    checker=_refused,
)
def _(tt: Any, inputs: Inputs) -> Any:
    pairs = [((3, 2), (3, 2)), ((3, 1), (3,)), ((3, 2), (2,)), ((4,), (4,)), ((0,), (0,)), ((4,), (1,)), ((2, 2), (4,))]
    pairs += [((3, 2), (2, 3)), ((2, 3), (1, 3)), ((), (1,)), ((3, 0), (3, 0))]
    arrays = [(inputs.array(*left), inputs.array(*right)) for left, right in inputs.shuffled(pairs)]
    return _asked_of(tt, inputs, tt.MSELoss, "predictions targets", arrays)


@case(
    "cross entropy",
    points=5,
    skill="cross entropy",
    hint="Minus the log_softmax at the right class, averaged over the batch; logits are raw scores.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    batch, classes = inputs.integer(3, 8), inputs.integer(3, 6)
    logits, loss = inputs.array(batch, classes), tt.CrossEntropyLoss()
    labels = [inputs.labels(batch, classes) for _ in range(3)]
    labels += [np.zeros(batch), np.full(batch, classes - 1.0)]
    return [_apart(tt, lambda targets=targets: loss(tt.Tensor(logits), tt.Tensor(targets)).data) for targets in labels]


def _array_or_none(call: Any) -> Any:
    """The array that a call gives; None if it gives something else, or nothing."""
    try:
        made = np.asarray(call(), dtype=np.float32)
    except Exception:
        return None
    return None if np.isnan(made).any() else made


def _from_own(expected: Any, reply: Any) -> str | None:
    """The right loss, or the one that follows from a log_softmax that is wrong itself, which other cases ask."""
    constant = all(own[1] is None or np.ptp(own[1]) == 0 for own in reply)
    for place, (ours, own) in enumerate(zip(expected, reply, strict=True), start=1):
        (right, logs, labels, shape), (loss, own_logs, _, own_shape) = ours, own
        if list(own_shape) != list(shape):
            return f"the loss should be one number, a tensor of shape (); its shape is {tuple(own_shape)}"
        if np.allclose(loss, right, rtol=1e-4, atol=1e-5):
            continue
        if (
            own_logs is None
            or constant
            or np.shape(own_logs) != np.shape(logs)
            or np.allclose(own_logs, logs, atol=1e-3)
        ):
            return f"loss {place} of {len(expected)}: expected {float(right):.6g}, got {float(loss):.6g}"
        picked = -np.mean(np.asarray(own_logs, dtype=float)[np.arange(len(labels)), np.asarray(labels, dtype=int)])
        if not np.isclose(loss, picked, rtol=1e-3):
            return f"loss {place} of {len(expected)}: expected {float(right):.6g}, got {float(loss):.6g}, which is not what log_softmax gives either"
    return None


def _of_scores(tt: Any, loss: Any, pairs: list[Any]) -> list[Any]:
    """For scores and class numbers: the loss, the student's own log_softmax of the scores, the numbers, the loss's shape."""
    told = []
    for scores, labels in pairs:
        made = _apart(tt, lambda scores=scores, labels=labels: loss(tt.Tensor(scores), tt.Tensor(labels)))
        logs = _array_or_none(lambda scores=scores: tt.log_softmax(tt.Tensor(scores)).data)
        told.append([made.data, logs, labels, list(made.shape)])
    return told


@case(
    "cross entropy of large scores",
    points=4,
    skill="stability",
    hint="Work with log_softmax; the log of a softmax that has become 0 is minus infinity.",
    checker=_from_own,
)
def _(tt: Any, inputs: Inputs) -> Any:
    labels = inputs.labels(6, 4)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return _of_scores(tt, _plain(tt, "CrossEntropy"), [(scores, labels) for scores in _large(inputs, 6)])


@case(
    "cross entropy of one sample, one class, equal scores",
    points=4,
    skill="cross entropy",
    hint="Equal scores cost log of the number of classes; one class alone costs nothing.",
    visible=False,
    checker=_from_own,
)
def _(tt: Any, inputs: Inputs) -> Any:
    classes, level = inputs.integer(3, 9), inputs.number()
    pairs = [(np.full((4, classes), level), inputs.labels(4, classes)), (inputs.array(3, 1), np.zeros(3, dtype=int))]
    pairs.append((inputs.array(1, classes), inputs.labels(1, classes)))
    return _of_scores(tt, tt.CrossEntropyLoss().forward, pairs)


@case(
    "cross entropy of targets that are none",
    points=3,
    skill="loss errors",
    hint="Logits are (batch, classes), targets (batch,) whole numbers in 0 ... classes - 1; the rest is a ValueError.",
    since="2026-09",
    checker=_refused,
)
def _(tt: Any, inputs: Inputs) -> Any:
    logits, vector, stack = inputs.array(3, 4), inputs.array(4), inputs.array(3, 2, 4)
    good, other = inputs.labels(3, 4), inputs.labels(3, 4)
    bad = [[0, 1, 4], [0, -1, 2], [0.5, 1, 2], [0, 1], [[0, 1, 2]], [0, float("nan"), 1], [0, 1, float("inf")], 1]
    bad += [[3, 2, 1, 0], [[0], [1], [2]], [0, -0.5, 1], [-4, -1, -2], logits.tolist()]
    asked = [(logits, good), (logits, other), (logits, [0, 0, 0]), (logits, [3, 3, 3]), *[(logits, one) for one in bad]]
    asked += [(vector, [0]), (logits[:0], []), (stack, good), (logits[:, :0], [0, 0, 0])]
    return _asked_of(tt, inputs, tt.CrossEntropyLoss, "scores targets", inputs.shuffled(asked))


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
        made = [loss(tt.Tensor(p), tt.Tensor(t)), loss(tt.Tensor(p), tt.Tensor(1 - t))]
        replies += [[one.data, list(one.shape)] for one in [*made, loss(tt.Tensor(p), tt.Tensor(0 * t))]]
    return replies


@case(
    "binary cross entropy of soft targets",
    points=3,
    skill="binary cross entropy",
    hint="Targets may lie between 0 and 1: both logarithms count, with the shares t and 1 - t.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    loss = tt.BinaryCrossEntropyLoss()
    p, t = inputs.array(3, 4, low=0.05, high=0.95), inputs.array(3, 4, low=0.1, high=0.9)
    half = np.full(5, 0.5)
    made = [loss(tt.Tensor(p), tt.Tensor(t)), loss(tt.Tensor(t), tt.Tensor(p)), loss(tt.Tensor(p[0]), tt.Tensor(t[1]))]
    return [one.data for one in [*made, loss(tt.Tensor(inputs.array(5, low=0.1, high=0.9)), tt.Tensor(half))]]


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
    sure = inputs.array(4, low=0.001, high=0.004)
    with np.errstate(divide="ignore", invalid="ignore"):
        right = [loss(tt.Tensor(certain), tt.Tensor(targets)), loss(tt.Tensor(sure), tt.Tensor(np.ones(4)))]
        wrong = [loss(tt.Tensor(np.full(3, one)), tt.Tensor(np.full(3, 1 - one))) for one in (0.0, 1.0)]
    # How much a certain mistake costs depends on where p is clipped, between 1e-5 and 1e-15.
    return [*[one.data for one in right], [bool(11.0 < float(one.data) < 36.0) for one in wrong]]


@case(
    "binary cross entropy of what is no probability",
    points=3,
    skill="loss errors",
    hint="Shapes that differ, emptiness, and entries outside 0 ... 1 are a ValueError.",
    since="2026-09",
    checker=_refused,
)
def _(tt: Any, inputs: Inputs) -> Any:
    p, t = inputs.array(3, low=0.1, high=0.9), inputs.integers(0, 2, 3)
    bad = [[0.5, 1.2, 0.5], [0.5, -0.1, 0.5], [0.5, float("nan"), 0.5], [0.5, 0.5], [0.5], [[0.5], [0.5], [0.5]]]
    bad += [[0.5, float("inf"), 0.5], 0.5]
    wrong = [[0.0, 2.0, 1.0], [0.0, -1.0, 1.0], [0.0, float("nan"), 1.0], [1.0], 1.0]
    asked = [(p, t), (p, 1 - t), ([], []), *[(one, t) for one in bad], *[(p, one) for one in wrong]]
    return _asked_of(tt, inputs, tt.BinaryCrossEntropyLoss, "predictions targets", inputs.shuffled(asked))


@case(
    "losses leave their inputs alone",
    points=3,
    skill="no mutation",
    hint="A loss writes into neither predictions nor targets, also when it clips.",
    checker=_unchanged,
)
def _(tt: Any, inputs: Inputs) -> Any:
    edge, t = tt.Tensor([0.0, 1.0, 1.0, 0.0, 1.0]), tt.Tensor(inputs.integers(0, 2, 5))
    calls = [*_calls(tt, inputs), (lambda: tt.BinaryCrossEntropyLoss()(edge, t), [edge, t])]
    sums = [_tried(call) for call, _ in calls]
    return [
        sums[:-1],
        [[np.array(one.data) for one in given] for _, given in calls],
        [*_NAMES.split(), _NAMES.split()[-1]],
    ]


def _alike(expected: Any, reply: Any) -> str | None:
    for name, (called, forward) in zip(expected[1], reply[0], strict=True):
        if not np.isclose(called, forward, rtol=1e-3, equal_nan=True):
            return f"{name}()(a, b) is not {name}().forward(a, b)"
    return _some_right(*[[number for pair in made[0] for number in pair] for made in (expected, reply)])


@case(
    "forward is what a call does",
    points=2,
    skill="interface",
    hint="forward(a, b) and calling the loss give the same.",
    checker=_alike,
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, labels = inputs.array(4, 3), inputs.array(4, 3), inputs.labels(4, 3)
    p, t = inputs.array(4, low=0.1, high=0.9), inputs.integers(0, 2, 4)
    told = []
    for kind, x, y in [(tt.MSELoss, a, b), (tt.CrossEntropyLoss, a, labels), (tt.BinaryCrossEntropyLoss, p, t)]:
        called = _tried(lambda kind=kind, x=x, y=y: kind()(tt.Tensor(x), tt.Tensor(y)))
        told.append([called, _tried(lambda kind=kind, x=x, y=y: kind().forward(tt.Tensor(x), tt.Tensor(y)))])
    return [told, _NAMES.split()[1:]]


@case(
    "losses go through their operation classes",
    points=3,
    skill="operations",
    hint="MSELoss()(a, b) is MSEFunction.apply(a, b): what is computed on .data, module 06 finds no gradient for.",
    since="2026-09",
    checker=_recorded,
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = [_made_from(tt, call, given[0]) for call, given in _calls(tt, inputs)]
    x = tt.Tensor(inputs.array(2, 3, 4))
    return [[*told, _made_from(tt, lambda: tt.log_softmax(x, dim=1), x)], [*_NAMES.split(), "log_softmax with dim=1"]]


def _on_arrays(expected: Any, reply: Any) -> str | None:
    """What forward makes of arrays is right, or as wrong as what the function or loss makes of tensors."""
    for name, (right, _), (own, called) in zip(expected[1], expected[0], reply[0], strict=True):
        if own is None and called is not None:
            return f"{name}.forward gives no array of numbers for arrays"
        if own is not None and not _same(own, right) and not _same(own, called):
            return f"{name}.forward gives other values than are asked for"
    if any(not np.array_equal(before, after) for before, after in zip(expected[2], reply[2], strict=True)):
        return "an array has other values after forward than before it"
    right = {name for name, ours, own in zip(expected[1], expected[0], reply[0], strict=True) if _same(own[0], ours[0])}
    return (
        None
        if {"MSEFunction", "CrossEntropyFunction"} & right
        else "neither MSEFunction nor CrossEntropyFunction is right yet"
    )


@case(
    "operation classes compute on arrays",
    points=2,
    skill="operations",
    hint="forward takes arrays and gives an array or a number; dim is an attribute of LogSoftmax.",
    since="2026-09",
    checker=_on_arrays,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y, labels = inputs.array(3, 4), inputs.array(3, 4), inputs.labels(3, 4).astype("float32")
    p, t, stack = inputs.array(5, low=0.1, high=0.9), inputs.integers(0, 2, 5).astype("float32"), inputs.array(2, 3, 4)
    a, b, c, d, e = tt.Tensor(x), tt.Tensor(y), tt.Tensor(labels), tt.Tensor(p), tt.Tensor(t)
    deep = tt.Tensor(stack)
    calls = [
        (lambda: tt.LogSoftmax(a).forward(x), lambda: tt.log_softmax(a).data),
        (lambda: tt.LogSoftmax(deep).forward(stack), lambda: tt.log_softmax(deep).data),
        (lambda: tt.LogSoftmax(a, dim=0).forward(x), lambda: tt.log_softmax(a, dim=0).data),
        (lambda: tt.LogSoftmax(deep, dim=1).forward(stack), lambda: tt.log_softmax(deep, dim=1).data),
        (lambda: tt.MSEFunction(a, b).forward(x, y), lambda: tt.MSELoss()(a, b).data),
        (lambda: tt.CrossEntropyFunction(a, c).forward(x, labels), lambda: tt.CrossEntropyLoss()(a, c).data),
        (lambda: tt.BinaryCrossEntropyFunction(d, e).forward(p, t), lambda: tt.BinaryCrossEntropyLoss()(d, e).data),
    ]
    names = ["LogSoftmax", "LogSoftmax of three axes", "LogSoftmax with dim=0", "LogSoftmax with dim=1"]
    names += [f"{one}Function" for one in ("MSE", "CrossEntropy", "BinaryCrossEntropy")]
    return [[[_array_or_none(one) for one in pair] for pair in calls], names, [x, y, labels, p, t, stack]]
