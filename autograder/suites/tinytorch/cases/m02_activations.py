"""Module 02: values of the five activations, stability, shapes, axes of softmax, inputs left alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case

_NAMES = "Sigmoid ReLU Tanh GELU Softmax"


def _sum_up(tensor: Any) -> float:
    """One number that tells a result from others; nan where there is none."""
    try:
        entries = np.asarray(tensor.data, dtype=float).ravel()
        return float(entries @ np.cos(np.arange(len(entries))))
    except Exception:
        return float("nan")


def _half_right(expected: Any, results: Any) -> str | None:
    """Whether there is something to judge by: wrong results are the affair of other cases."""
    right = sum(np.isclose(a, b, rtol=1e-3) for a, b in zip(expected, results, strict=True))
    return None if 2 * right >= len(expected) else "fewer than half of the activations give a result yet"


def _tried(call: Any) -> Any:
    """What the call gives, None if it raises."""
    try:
        return call()
    except Exception:
        return None


def _shaped(expected: Any, reply: Any) -> str | None:
    for name, shapes, own in zip(expected[2], expected[1], reply[1], strict=True):
        if any(own) and list(own) != list(shapes):
            return f"the result of {name} does not have the shape of its input"
    return _half_right(expected[0], reply[0])


def _alike(expected: Any, reply: Any) -> str | None:
    for name, right, (forward, other, call) in zip(expected[1], expected[0], reply[0], strict=True):
        if np.isnan([forward, other, call]).any() and not np.isnan([forward, other, call]).all():
            return f"{name}()(x) or {name}().forward(x) gives nothing"
        # Of a function that is itself wrong, this asks only whether both ways are the same function of x.
        if not np.isclose(forward, call, rtol=1e-3, equal_nan=True) or (
            np.isclose(forward, right[0], rtol=1e-3) and not np.isclose(other, right[1], rtol=1e-3)
        ):
            return f"{name}()(x) is not {name}().forward(x), or changes from call to call"
    results = [[number for one in made[0] for number in one] for made in (expected, reply)]
    return _half_right(*results)


def _unchanged(expected: Any, reply: Any) -> str | None:
    for name, before, after in zip(expected[2], expected[1], reply[1], strict=True):
        if not np.array_equal(before, after):
            return f"the input of {name} has other values after the call than before it"
    return _half_right(expected[0], reply[0])


def _recorded(expected: Any, reply: Any) -> str | None:
    for name, right, own, reached in zip(expected[2], expected[0], reply[0], reply[1], strict=True):
        if not reached and np.isclose(own, right, rtol=1e-3):
            return (
                f"{name} does not hand its input to `apply` of an operation class; module 06 finds no gradient for it"
            )
    return _half_right(expected[0], reply[0])


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
    except Exception:
        last = None
    finally:
        tt.Function.apply = plain
    reached = {id(last)}
    for result, inputs in reversed(seen):
        reached |= {id(one) for one in inputs} if id(result) in reached else set()
    return [_sum_up(last), last is not tensor and id(tensor) in reached]


@case(
    "sigmoid of moderate values",
    points=5,
    skill="sigmoid",
    hint="1 / (1 + e^-x), entry by entry.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return [tt.Sigmoid()(tt.Tensor(inputs.array(3, 4, low=-6, high=6))).data for _ in range(2)]


def _extreme(inputs: Inputs) -> list[float]:
    """Moderate, very large and very negative numbers in drawn order."""
    values = [inputs.array(4), inputs.array(3, low=100, high=1000), inputs.array(3, low=-1000, high=-100)]
    return inputs.shuffled(np.concatenate(values).tolist())


def _far(inputs: Inputs) -> list[float]:
    """The same, and some that no float is wide enough for: e^11357 overflows even in NumPy's longdouble."""
    wider = inputs.array(2, low=20_000, high=30_000).tolist() + inputs.array(2, low=-30_000, high=-20_000).tolist()
    return inputs.shuffled(_extreme(inputs) + wider)


@case(
    "sigmoid of extreme values",
    points=3,
    skill="stability",
    hint="Far to the right sigmoid is 1, far to the left 0, and never nan.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    with np.errstate(all="ignore"):
        return tt.Sigmoid()(tt.Tensor(_far(inputs))).data


@case(
    "sigmoid without overflow",
    points=2,
    skill="stability",
    hint="e^-x overflows for very negative x; take the form with e^x there.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    with np.errstate(over="raise", invalid="raise"):
        return tt.Sigmoid()(tt.Tensor(_far(inputs))).data


@case(
    "relu",
    points=5,
    skill="relu",
    hint="What is negative becomes 0; the rest stays as it is.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    relu, small = tt.ReLU(), inputs.array(6, low=-0.001, high=0.001)
    made = [relu(tt.Tensor(inputs.array(4, 5))), relu(tt.Tensor(inputs.array(6, low=-900, high=900)))]
    return [*[one.data for one in made], relu(tt.Tensor(small)).data * 1000, relu(tt.Tensor([0.0, -1.0, 1.0])).data]


@case(
    "tanh of moderate values",
    points=5,
    skill="tanh",
    hint="(e^x - e^-x) / (e^x + e^-x): between -1 and 1, and 0 at 0.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return [tt.Tanh()(tt.Tensor(inputs.array(3, 4, low=-3, high=3))).data for _ in range(2)]


@case(
    "tanh of extreme values",
    points=4,
    skill="stability",
    hint="Quotients of exponentials become inf / inf; np.tanh does not.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    with np.errstate(all="ignore"):
        return tt.Tanh()(tt.Tensor(_far(inputs))).data


@case(
    "gelu of moderate values",
    points=5,
    skill="gelu",
    hint="x times the sigmoid of 1.702 x: the course's approximation, not the one with tanh or erf.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return [tt.GELU()(tt.Tensor(inputs.array(3, 4, low=-3, high=3))).data for _ in range(2)]


@case(
    "gelu of large values",
    points=4,
    skill="stability",
    hint="Far to the right gelu is x, far to the left 0, and nothing overflows on the way.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    with np.errstate(all="ignore"):
        return tt.GELU()(tt.Tensor(_extreme(inputs))).data


@case(
    "minus infinity",
    points=3,
    skill="stability",
    hint="gelu of minus infinity is 0; softmax gives 0 for such an entry, and zeros where a whole slice is masked.",
    since="2026-09",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    values, stack = inputs.array(4, 5), inputs.array(2, 3, 4)
    values[inputs.integer(0, 4)] = -np.inf
    values[:, inputs.integer(0, 5)] = -np.inf
    stack[:, inputs.integer(0, 3), inputs.integer(0, 4)] = -np.inf
    softmax = tt.Softmax().forward
    made = [tt.GELU().forward(tt.Tensor(values)), softmax(tt.Tensor(values)), softmax(tt.Tensor(values), dim=0)]
    return [one.data for one in [*made, *[softmax(tt.Tensor(stack), dim=axis) for axis in (0, 1)]]]


@case(
    "softmax over the last axis",
    points=6,
    skill="softmax",
    hint="e^x divided by its sum in the same row.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    softmax = tt.Softmax()
    made = [softmax(tt.Tensor(inputs.array(*shape))) for shape in ((5,), (3, 4), (2, 3, 4))]
    return [one.data for one in [*made, softmax.forward(tt.Tensor(inputs.array(2, 3, 4)))]]


@case(
    "softmax over another axis",
    points=5,
    skill="softmax axis",
    hint="The sums along the axis called dim are 1; the maximum is taken along it too.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    softmax, table, stack = tt.Softmax(), inputs.array(3, 4), inputs.array(2, 3, 4)
    made = [softmax(tt.Tensor(table), dim=0), softmax(tt.Tensor(table), 1), softmax.forward(tt.Tensor(table), dim=0)]
    return [one.data for one in [*made, *[softmax(tt.Tensor(stack), dim=axis) for axis in (0, 1, 2, -1, -2, -3)]]]


@case(
    "softmax of large scores",
    points=4,
    skill="stability",
    hint="Subtract the largest score of each row first; the result does not change and e^x cannot overflow.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    scores = inputs.array(3, 4)
    shifts = np.array(inputs.shuffled([0.0, 1000.0, -1000.0]))
    # Eighths stay exact in float32 when they are moved, so only the method can lose digits.
    moved = np.round(scores * 8) / 8 + shifts[:, None]
    # Thousands apart, so that a maximum added back afterwards rounds nothing away, and beyond e^x of any float.
    levels = [inputs.shuffled([-30_000.0, -20_000.0, 0.0, 20_000.0, 30_000.0]) for _ in range(2)]
    apart = np.array(levels) + inputs.array(2, 5, low=-1000, high=1000)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        made = [tt.Softmax().forward(tt.Tensor(one)) for one in (moved, moved[:1], apart)]
    return [one.data for one in made]


@case(
    "softmax of large scores over another axis",
    points=3,
    skill="stability",
    hint="The largest score is taken along dim, too: each slice has one of its own.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    scores = np.round(inputs.array(4, 3) * 8) / 8 + np.array(inputs.shuffled([0.0, 1000.0, -1000.0]))
    levels = [inputs.shuffled([-30_000.0, 0.0, 30_000.0]) for _ in range(8)]
    stack = np.array(levels).reshape(2, 4, 3).swapaxes(1, 2) + inputs.array(2, 3, 4, low=-1000, high=1000)
    softmax, tall = tt.Softmax().forward, tt.Tensor(stack.transpose(1, 0, 2))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        made = [softmax(tt.Tensor(scores), dim=0), softmax(tt.Tensor(stack), dim=1), softmax(tall, dim=0)]
    return [one.data for one in made]


@case(
    "every rank, also empty and scalar",
    points=3,
    skill="shapes",
    hint="The shape that comes in goes out, for no row, one number or three axes.",
    checker=_shaped,
)
def _(tt: Any, inputs: Inputs) -> Any:
    shapes = inputs.shuffled([(), (0, 3), (1,), (2, 3, 2), (1, 1, 4)])
    arrays = [inputs.array(*shape) for shape in shapes]
    results, told = [], []
    for kind in [tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU]:
        made = [_tried(lambda kind=kind, x=x: kind()(tt.Tensor(x))) for x in arrays]
        results += [_sum_up(one) for one in made]
        # A result that is no number is no result, whatever its shape.
        told.append(["" if np.isnan(_sum_up(one)) else f"{np.shape(one.data)} {tuple(one.shape)}" for one in made])
    return [results, told, _NAMES.split()[:4]]


@case(
    "the input stays as it was",
    points=3,
    skill="no mutation",
    hint="An activation gives a new tensor and writes nothing into its input.",
    checker=_unchanged,
)
def _(tt: Any, inputs: Inputs) -> Any:
    results, after = [], []
    for kind in [tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU, tt.Softmax]:
        x = tt.Tensor(inputs.array(3, 4))
        results.append(_sum_up(_tried(lambda kind=kind, x=x: kind()(x))))
        after.append(np.array(x.data))
    return [results, after, _NAMES.split()]


@case(
    "forward is what a call does",
    points=4,
    skill="interface",
    hint="forward(x) and calling the object give the same; one object may be used many times.",
    checker=_alike,
)
def _(tt: Any, inputs: Inputs) -> Any:
    first, second = inputs.array(2, 3), inputs.array(4, 2)
    told = []
    for kind in [tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU, tt.Softmax]:
        one = _tried(lambda kind=kind: kind())
        told.append(
            [
                _sum_up(_tried(lambda one=one: one.forward(tt.Tensor(first)))),
                _sum_up(_tried(lambda one=one: one(tt.Tensor(second)))),
                _sum_up(_tried(lambda one=one: one(tt.Tensor(first)))),
            ]
        )
    return [told, _NAMES.split()]


@case(
    "activations go through their operation classes",
    points=3,
    skill="operations",
    hint="ReLU()(x) is ReLUFunction.apply(x): what is computed on x.data beside it, module 06 finds no gradient for.",
    since="2026-09",
    checker=_recorded,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = tt.Tensor(inputs.array(3, 4, low=0.1))
    kinds = [tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU, tt.Softmax]
    calls = [lambda kind=kind: kind()(x) for kind in kinds] + [lambda: tt.Softmax()(x, dim=0)]
    told = [_made_from(tt, call, x) for call in calls]
    return [[one[0] for one in told], [one[1] for one in told], [*_NAMES.split(), "Softmax with dim=0"]]


def _empty(expected: Any, reply: Any) -> str | None:
    for name, learnt in zip(expected[2], reply[1], strict=True):
        if learnt != 0:
            return f"{name}().parameters() should be an empty list"
    return _half_right(expected[0], reply[0])


@case(
    "activations have nothing to learn",
    points=1,
    skill="interface",
    hint="parameters() gives an empty list.",
    since="2026-02",
    checker=_empty,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(3, 4)
    kinds = [tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU, tt.Softmax]
    results = [_sum_up(_tried(lambda kind=kind: kind()(tt.Tensor(x)))) for kind in kinds]
    return [results, [_tried(lambda kind=kind: len(kind().parameters())) for kind in kinds], _NAMES.split()]


def _array(call: Any) -> Any:
    """The array that a call gives; None if it gives something else, or nothing."""
    made = _tried(lambda: np.asarray(call(), dtype=np.float32))
    return None if made is None or np.isnan(made).any() else made


def _same(one: Any, other: Any) -> bool:
    return np.shape(one) == np.shape(other) and other is not None and np.allclose(one, other, rtol=1e-3, atol=1e-5)


def _on_arrays(expected: Any, reply: Any) -> str | None:
    """What forward makes of an array is right, or as wrong as what the activation makes of a tensor."""
    for name, (right, _), (own, called) in zip(expected[1], expected[0], reply[0], strict=True):
        if own is None and called is not None:
            return f"{name}.forward gives no array for an array"
        if own is not None and not _same(own, right) and not _same(own, called):
            return f"{name}.forward gives other values than are asked for"
    if not all(np.array_equal(before, after) for before, after in zip(expected[2], reply[2], strict=True)):
        return "an array has other values after forward than before it"
    sums = [
        [float("nan") if one[0] is None else float(np.sum(one[0] ** 2)) for one in made[0]]
        for made in (expected, reply)
    ]
    return _half_right(*sums)


@case(
    "operation classes compute on arrays",
    points=2,
    skill="operations",
    hint="forward of a Function takes an array and gives an array; SoftmaxFunction has a dim, -1 unless told.",
    since="2026-09",
    checker=_on_arrays,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, stack = inputs.array(3, 4), inputs.array(2, 3, 4)
    a, deep, softmax = tt.Tensor(x), tt.Tensor(stack), tt.Softmax()
    calls = [
        (lambda: tt.SigmoidFunction(a).forward(x), lambda: tt.Sigmoid()(a).data),
        (lambda: tt.ReLUFunction(a).forward(x), lambda: tt.ReLU()(a).data),
        (lambda: tt.TanhFunction(a).forward(x), lambda: tt.Tanh()(a).data),
        (lambda: tt.GELUFunction(a).forward(x), lambda: tt.GELU()(a).data),
        (lambda: tt.SoftmaxFunction(a).forward(x), lambda: softmax(a).data),
        (lambda: tt.SoftmaxFunction(deep).forward(stack), lambda: softmax(deep).data),
        (lambda: tt.SoftmaxFunction(a, dim=0).forward(x), lambda: softmax(a, dim=0).data),
        (lambda: tt.GELUFunction.apply(a).data, lambda: tt.GELU()(a).data),
    ]
    names = [*[f"{name}Function" for name in _NAMES.split()], "SoftmaxFunction of three axes"]
    names += ["SoftmaxFunction with dim=0", "GELUFunction.apply"]
    return [[[_array(one) for one in pair] for pair in calls], names, [x, stack]]
