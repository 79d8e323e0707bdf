"""Module 02: values of the five activations, stability, shapes, axes of softmax, inputs left alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case


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
    relu = tt.ReLU()
    return [relu(tt.Tensor(inputs.array(4, 5))).data, relu(tt.Tensor(inputs.array(6, low=-900, high=900))).data]


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
    points=4,
    skill="stability",
    hint="gelu of minus infinity is 0; softmax gives 0 for such an entry, and zeros where a whole slice is masked.",
    since="2026-09",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    values = inputs.array(4, 5)
    values[inputs.integer(0, 4)] = -np.inf
    values[:, inputs.integer(0, 5)] = -np.inf
    x = tt.Tensor(values)
    return [tt.GELU()(x).data, tt.Softmax()(x).data, tt.Softmax()(x, dim=0).data]


@case(
    "softmax over the last axis",
    points=6,
    skill="softmax",
    hint="e^x divided by its sum in the same row.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    softmax = tt.Softmax()
    return [softmax(tt.Tensor(inputs.array(*shape))).data for shape in ((5,), (3, 4), (2, 3, 4))]


@case(
    "softmax over another axis",
    points=5,
    skill="softmax axis",
    hint="The sums along the axis called dim are 1; the maximum is taken along it too.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    softmax, table, stack = tt.Softmax(), tt.Tensor(inputs.array(3, 4)), tt.Tensor(inputs.array(2, 3, 4))
    return [softmax(table, dim=0).data, softmax(table, 1).data, *[softmax(stack, dim=axis).data for axis in (0, 1, -2)]]


@case(
    "softmax of large scores",
    points=5,
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
        made = [tt.Softmax()(tt.Tensor(one)) for one in (moved, moved[:1], apart)]
    return [one.data for one in made]


@case(
    "every rank, also empty and scalar",
    points=5,
    skill="shapes",
    hint="The shape that comes in goes out, for no row, one number or three axes.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    replies = []
    for shape in inputs.shuffled([(), (0, 3), (1,), (2, 3, 2), (1, 1, 4)]):
        x = tt.Tensor(inputs.array(*shape))
        made = [kind()(x) for kind in (tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU)]
        replies.append([[one.data, list(one.shape)] for one in made])
    return replies


@case(
    "the input stays as it was",
    points=4,
    skill="no mutation",
    hint="An activation gives a new tensor and writes nothing into its input.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    replies = []
    for kind in (tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU, tt.Softmax):
        x = tt.Tensor(inputs.array(3, 4))
        replies.append([kind()(x).data, x.data])
    return replies


@case(
    "forward is what a call does",
    points=4,
    skill="interface",
    hint="forward(x) and calling the object give the same; one object may be used many times.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    made = [kind() for kind in (tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU, tt.Softmax)]
    first, second = tt.Tensor(inputs.array(2, 3)), tt.Tensor(inputs.array(4, 2))
    return [[one.forward(first).data, one(second).data, one(first).data] for one in made]


@case(
    "operation classes compute on arrays",
    points=4,
    skill="operations",
    hint="forward of a Function takes an array and gives an array; SoftmaxFunction has a dim, -1 unless told.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(3, 4)
    a = tt.Tensor(x)
    kinds = (tt.SigmoidFunction, tt.ReLUFunction, tt.TanhFunction, tt.GELUFunction, tt.SoftmaxFunction)
    made = [*[kind(a).forward(x) for kind in kinds], tt.SoftmaxFunction(a, dim=0).forward(x)]
    learnt = [kind().parameters() for kind in (tt.Sigmoid, tt.ReLU, tt.Tanh, tt.GELU, tt.Softmax)]  # nothing, as lists
    return [*[np.asarray(one, dtype=np.float32) for one in made], x, learnt]
