"""Module 01: creation, arithmetic with broadcasting, matrix products, shapes, reductions, operation classes.

Values are read by `_value`: what is itself an array, or answers whatever an array answers, has not done this module's work,
however well its methods are named. Tensors are made of doubles, which they have to turn into float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, raises


def _value(tensor: Any) -> Any:
    """What a tensor holds; `TypeError` if it is an array itself, or hands every question on to one."""
    # What every array answers and nobody writes for a Tensor; any of these counts, as one alone is hidden easily.
    names = "argpartition byteswap choose compress ctypes getfield partition searchsorted setfield setflags tofile"
    if isinstance(tensor, np.ndarray) or any(hasattr(tensor, name) for name in names.split()):
        raise TypeError("a Tensor holds an array, and is none")
    return tensor.numpy()


def _all(tensors: list[Any]) -> list[Any]:
    told = []
    for place, one in enumerate(tensors):
        try:
            told.append(_value(one))
        except (AttributeError, TypeError) as error:  # told by what stands there in the probe
            error.args = (f"result[{place}]: {error}",)
            raise
    return told


@case(
    "a tensor from lists, numbers and arrays",
    points=4,
    skill="creation",
    hint="Whatever comes in, data is an array of float32, and shape and size describe it.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    wide = inputs.array(2, 3, dtype="float64")
    sources = [wide, wide[0].tolist(), [wide[0].tolist(), wide[1].tolist()], inputs.number(), inputs.integers(-9, 9, 4)]
    made = [tt.Tensor(one) for one in inputs.shuffled(sources)]
    told = [[_value(t), t.data, list(t.shape), int(t.size), str(np.dtype(t.dtype)), _value(t + t)] for t in made]
    return [told, [str(t.data.dtype) for t in made]]


@case(
    "a tensor keeps a copy of its data",
    points=2,
    skill="creation",
    hint="Changing the array a tensor was made from must not change the tensor.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    source = inputs.array(3, 2)
    made = tt.Tensor(source)
    doubled = made + made
    source[:] = inputs.array(3, 2)
    return _all([made, doubled, made + tt.Tensor(source)])


@case(
    "a list of tensors is stacked",
    points=1,
    skill="creation",
    hint="Tensor([a, b]) with tensors a and b puts them on a new first axis.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    parts = [tt.Tensor(inputs.array(2, 3, dtype="float64")) for _ in range(3)]
    return _all([tt.Tensor(parts), tt.Tensor(parts[1:]), *parts])


@case(
    "sum and difference of tensors",
    points=3,
    skill="arithmetic",
    hint="Entry by entry; the left operand stays on the left of a minus.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = tt.Tensor(inputs.array(3, 4, dtype="float64")), tt.Tensor(inputs.array(3, 4, dtype="float64"))
    return _all([a + b, a - b, b - a])


@case(
    "product and quotient of tensors",
    points=3,
    skill="arithmetic",
    hint="Entry by entry, also *: the matrix product is another operation. Nothing guards against zero.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = tt.Tensor(inputs.array(3, 3, low=1, dtype="float64")), tt.Tensor(inputs.array(3, 3, low=1, dtype="float64"))
    zeros = inputs.array(3)
    zeros[inputs.integer(0, 3)] = 0.0
    with np.errstate(divide="ignore"):
        return _all([a * b, a / b, b / a, a / tt.Tensor(zeros)])


@case(
    "shapes are broadcast",
    points=4,
    skill="broadcasting",
    hint="A row, a column or a scalar is stretched over the other operand, as NumPy does it.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = tt.Tensor(inputs.array(3, 4, dtype="float64")), tt.Tensor(inputs.array(4, dtype="float64"))
    c = tt.Tensor(inputs.array(3, 1, low=1, dtype="float64"))
    scalar, stack = tt.Tensor(inputs.number(low=1)), tt.Tensor(inputs.array(2, 1, 4, dtype="float64"))
    return _all([a + b, b - a, a * c, a / c, b * c, scalar + a, a / scalar, stack * a])


@case(
    "shapes that cannot be broadcast are refused",
    points=2,
    skill="broadcasting",
    hint="Axes are compared from the last; each pair must be equal or hold a 1. The rest is a ValueError.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    pairs = [((2, 3), (3,)), ((2, 3), (2,)), ((2, 3), (2, 1)), ((4,), (3,)), ((2, 2), (3, 2)), ((1, 3), (2, 1))]
    replies = []
    for left, right in inputs.shuffled([*pairs, ((3, 1, 2), (4, 1)), ((2, 3), (4, 3))]):
        a, b = tt.Tensor(inputs.array(*left, dtype="float64")), tt.Tensor(inputs.array(*right, dtype="float64"))
        replies.append(raises(lambda a=a, b=b: _value(a * b - a)))
    return replies


@case(
    "numbers on the right",
    points=2,
    skill="arithmetic",
    hint="An operand that is no Tensor is treated as one.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, number = tt.Tensor(inputs.array(2, 3, dtype="float64")), inputs.number(low=1)
    return _all([a + number, a - number, a * number, a / number, a * 3, a - tt.Tensor(number)])


@case(
    "numbers on the left",
    points=2,
    skill="arithmetic",
    hint="2 - t calls __rsub__ of t: the order of the operands is the other way round.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, number = tt.Tensor(inputs.array(2, 3, low=1, dtype="float64")), inputs.number(low=1)
    return _all([number + a, number - a, number * a, number / a, 3 - a])


@case(
    "operands stay as they were",
    points=3,
    skill="no mutation",
    hint="An operation gives a new tensor; it never writes into its operands.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = tt.Tensor(inputs.array(2, 2, dtype="float64")), tt.Tensor(inputs.array(2, 2, low=1, dtype="float64"))
    results = [a + b, a - b, a * b, a / b, a.matmul(b), a.sum(axis=0), a.max(), a + 1, a * 2]
    return _all([a, b, *results])


@case(
    "matrix product of two matrices",
    points=5,
    skill="matmul",
    hint="Rows of the left with columns of the right.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    rows, inner, columns = inputs.integer(2, 5), inputs.integer(2, 5), inputs.integer(2, 5)
    a, b = (
        tt.Tensor(inputs.array(rows, inner, dtype="float64")),
        tt.Tensor(inputs.array(inner, columns, dtype="float64")),
    )
    return _all([a.matmul(b), a @ b])


@case(
    "matrix product with vectors and stacks",
    points=4,
    skill="matmul",
    hint="A vector counts as a row on the left and as a column on the right; more axes are stacks of matrices.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, left, right = (
        tt.Tensor(inputs.array(3, 4, dtype="float64")),
        tt.Tensor(inputs.array(3, dtype="float64")),
        tt.Tensor(inputs.array(4, dtype="float64")),
    )
    stack, other = tt.Tensor(inputs.array(2, 3, 4, dtype="float64")), tt.Tensor(inputs.array(2, 4, 2, dtype="float64"))
    return _all([a.matmul(right), left.matmul(a), right.matmul(right), stack.matmul(other), stack @ right])


@case(
    "matrix product of an empty batch",
    points=2,
    skill="matmul",
    hint="No rows in, no rows out, and the number of columns stays right.",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    weight = tt.Tensor(inputs.array(4, 3, dtype="float64"))
    batches = [tt.Tensor(inputs.array(rows, 4, dtype="float64")) for rows in inputs.shuffled([0, 1, 2])]
    return _all([batch.matmul(weight) for batch in batches])


@case(
    "matrix product of shapes that do not fit",
    points=3,
    skill="matmul errors",
    hint="The last axis of the left must be as long as the second last of the right; else a ValueError.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    pairs = [((2, 3), (3, 2)), ((2, 3), (2, 3)), ((3, 2), (3, 2)), ((1, 3), (3, 1)), ((3, 1), (3, 1)), ((2, 2), (3, 2))]
    replies = []
    for left, right in inputs.shuffled([*pairs, ((2, 2), (2, 3)), ((4, 2), (4, 3))]):
        a, b = tt.Tensor(inputs.array(*left, dtype="float64")), tt.Tensor(inputs.array(*right, dtype="float64"))
        replies.append(raises(lambda a=a, b=b: _value(a.matmul(b))))
    return replies


@case(
    "matrix product with what is no matrix",
    points=2,
    skill="matmul errors",
    hint="What is no Tensor is a TypeError; a tensor without axes is a ValueError: use * for it.",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = tt.Tensor(inputs.array(2, 2, dtype="float64")), tt.Tensor(inputs.array(2, 2, dtype="float64"))
    scalar = tt.Tensor(inputs.number())
    other = [(a, b), (a, scalar), (scalar, a), (b, a), (a, inputs.number()), (a, [[1.0, 2.0]]), (a, inputs.array(2, 2))]
    return [raises(lambda x=x, y=y: _value(x.matmul(y))) for x, y in inputs.shuffled(other)]


@case(
    "indexing",
    points=3,
    skill="shapes",
    hint="Any index NumPy knows: numbers, slices, lists of positions, masks, a new axis.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a = tt.Tensor(inputs.array(4, 5, dtype="float64"))
    row, column = inputs.integer(0, 4), inputs.integer(0, 5)
    keys = [row, (row, column), slice(1, 3), (slice(None), column), (slice(None, None, 2), slice(-2, None)), -1]
    return _all([a[key] for key in [*keys, [0, row, 0], (None, row), a.numpy()[:, 0] < 0]])


@case(
    "reshape",
    points=3,
    skill="shapes",
    hint="The same entries in the same order; the new shape comes as numbers, a tuple or a list; -1 is worked out.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, scalar = tt.Tensor(inputs.array(2, 6, dtype="float64")), tt.Tensor(inputs.number())
    made = [
        a.reshape(3, 4),
        a.reshape((4, 3)),
        a.reshape([6, 2]),
        a.reshape(-1),
        a.reshape(2, -1, 3),
        a.reshape((-1, 1)),
        scalar.reshape(1),
    ]
    return [*_all(made), *[list(one.shape) for one in made], _value(a)]


@case(
    "reshape to a wrong number of entries",
    points=2,
    skill="shape errors",
    hint="Sizes that do not multiply to the number of entries are a ValueError, also when -1 cannot be whole.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    shapes = [(3, 4), (5, 2), (-1, 5), (-1, 6), (12,), (13,), (2, 2, 2), (2, 2, 3), (24, 1)]
    a = tt.Tensor(inputs.array(2, 6, dtype="float64"))
    return [raises(lambda shape=shape: _value(a.reshape(*shape))) for shape in inputs.shuffled(shapes)]


@case(
    "reshape to sizes that make no sense",
    points=2,
    skill="shape errors",
    hint="A size of 0 or below -1, or more than one -1, is a ValueError.",
    since="2026-09",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    shapes = [(3, 4), (-1, -1), (-1, -1, 2), (-2, -6), (0, -1), (-3, 4), (-1, 3), (2, -6), (6, 2)]
    a = tt.Tensor(inputs.array(2, 6, dtype="float64"))
    return [raises(lambda shape=shape: _value(a.reshape(*shape))) for shape in inputs.shuffled(shapes)]


@case(
    "transpose",
    points=3,
    skill="shapes",
    hint="Without arguments the last two axes change places, whatever the rank; a vector stays as it is.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    vector, table, stack = (
        tt.Tensor(inputs.array(4, dtype="float64")),
        tt.Tensor(inputs.array(2, 3, dtype="float64")),
        tt.Tensor(inputs.array(2, 3, 4, dtype="float64")),
    )
    made = [table.transpose(), stack.transpose(), stack.transpose(0, 2), stack.transpose(1, 0), vector.transpose()]
    return [*_all(made), *[list(one.shape) for one in made], *_all([table, stack])]


@case(
    "transpose with one dimension alone",
    points=1,
    skill="shape errors",
    hint="Both dimensions or none: one alone is a ValueError.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    stack = tt.Tensor(inputs.array(2, 3, 2, dtype="float64"))
    named = [{}, {"dim0": 0}, {"dim0": 0, "dim1": 1}, {"dim1": 1}, {"dim0": 2, "dim1": 0}, {"dim0": 1}, {"dim1": 0}]
    return [raises(lambda named=named: _value(stack.transpose(**named))) for named in inputs.shuffled(named)]


_AXES = (None, 0, 1, 2, -1, (0, 2))


def _reduced(t: Any, method: str) -> list[Any]:
    """Every axis, with and without keeping it, by one of sum, mean, max."""
    calls = [{"axis": axis} for axis in _AXES] + [{"axis": axis, "keepdims": True} for axis in _AXES]
    made = [getattr(t, method)(), *[getattr(t, method)(**call) for call in calls]]
    return [*_all(made), *[list(one.shape) for one in made]]


@case(
    "sum", points=2, skill="reductions", hint="Over everything, one axis or several; keepdims leaves axes of length 1."
)
def _(tt: Any, inputs: Inputs) -> Any:
    return _reduced(tt.Tensor(inputs.array(2, 3, 4, dtype="float64")), "sum")


@case("mean", points=2, skill="reductions", hint="The sum divided by how many entries went into it, axis by axis.")
def _(tt: Any, inputs: Inputs) -> Any:
    return _reduced(tt.Tensor(inputs.array(2, 3, 4, dtype="float64")), "mean")


@case(
    "max",
    points=2,
    skill="reductions",
    hint="The largest entry, also where all are negative; with keepdims the axis stays, of length 1.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return [_reduced(tt.Tensor(inputs.array(2, 3, 4, high=high, dtype="float64")), "max") for high in (2.0, -0.5)]


@case(
    "contiguous copies",
    points=2,
    skill="shapes",
    hint="contiguous() has memory of its own, in which entries lie row after row; writing there changes nothing else.",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    table = tt.Tensor(inputs.array(3, 2, dtype="float64"))
    flipped, copied = table.transpose().contiguous(), table.contiguous()
    table.data[0] = 9.0
    copied.data[2] = -9.0
    sizes = [int(flipped.numel()), int(flipped.memory_footprint()), int(flipped.ndim)]
    # Entries as they lie in memory: a copy that keeps the order of columns is as little contiguous as what it copies.
    return [*_all([table, flipped, copied, table.view(2, 3)]), sizes, np.ravel(flipped.data, order="K")]


@case(
    "masked_fill",
    points=2,
    skill="shapes",
    hint="A copy with the value where the mask is true; tensor and mask stay as they were.",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, mask, value = tt.Tensor(inputs.array(3, 4, dtype="float64")), inputs.array(3, 4) > 0, inputs.number()
    tensor_mask = tt.Tensor(mask)
    return [*_all([a.masked_fill(mask, value), a.masked_fill(tensor_mask, -1e9), a, tensor_mask]), mask]


@case(
    "operation classes compute on arrays",
    points=2,
    skill="operations",
    hint="forward takes and gives arrays; apply takes and gives tensors; keywords become attributes of the node.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y = inputs.array(3, 3), inputs.array(3, 3, low=1)
    a, b = tt.Tensor(x), tt.Tensor(y)
    pairs = [
        np.asarray(kind(a, b).forward(x, y), dtype=np.float32) for kind in (tt.Add, tt.Sub, tt.Mul, tt.Div, tt.MatMul)
    ]
    applied = [tt.Slice.apply(a, key=1), tt.Reshape.apply(a, shape=(9,)), tt.Permute.apply(a, axes=(1, 0))]
    more = [tt.Copy.apply(a), tt.MaskedFill.apply(a, mask=y > 1.5, value=0.5), tt.Sum.apply(a, axis=0)]
    last = [tt.Mean.apply(a, axis=1, keepdims=True), tt.Max.apply(a), tt.MatMul.apply(a, b)]
    return [*pairs, *_all([*applied, *more, *last]), x, y]


@case(
    "a small forward pass",
    points=2,
    skill="matmul",
    hint="Products, broadcasting, reductions and shapes in a row, as the next modules use them.",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, w, b = (
        tt.Tensor(inputs.array(5, 4, dtype="float64")),
        tt.Tensor(inputs.array(4, 3, dtype="float64")),
        tt.Tensor(inputs.array(3, dtype="float64")),
    )
    scores = x.matmul(w) + b
    centred = scores - scores.mean(axis=1, keepdims=True)
    scaled = centred / (centred.max(axis=1, keepdims=True) + tt.Tensor(1.0))
    return _all([scores, centred, scaled, scaled.transpose().reshape(5, 3).sum(axis=0), scaled[1:3].max()])
