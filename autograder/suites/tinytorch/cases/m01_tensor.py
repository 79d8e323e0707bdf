"""Module 01: creation, arithmetic with broadcasting, matrix products, shapes, reductions, operation classes.

Values are read from `.data` by `_value`: what is itself an array, or answers whatever an array answers, has not done this
module's work, however well its methods are named. Tensors are made of doubles, which they have to turn into float32.
Each case uses as little else of the module as it can, so that one wrong method costs its own case and few others.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, raises


def _value(tensor: Any) -> Any:
    """A copy of what a tensor holds; `TypeError` if it is an array itself, or hands every question on to one."""
    # What every array answers and nobody writes for a Tensor; any of these counts, as one alone is hidden easily.
    names = "argpartition byteswap choose compress ctypes getfield partition searchsorted setfield setflags tofile"
    if tensor is None:
        raise TypeError("nothing came back (None) where a Tensor is asked for")
    if isinstance(tensor, np.ndarray) or any(hasattr(tensor, name) for name in names.split()):
        raise TypeError("an array came back where a Tensor is asked for; wrap the result: Tensor(...)")
    return tensor.data.copy()


def _all(tensors: list[Any]) -> list[Any]:
    told = []
    for place, one in enumerate(tensors):
        try:
            told.append(_value(one))
        except (AttributeError, TypeError) as error:  # told by what stands there in the probe
            error.args = (f"result[{place}]: {error}",)
            raise
    return told


def _double(tt: Any, inputs: Inputs, *shape: int, low: float = -2.0) -> Any:
    return tt.Tensor(inputs.array(*shape, low=low, dtype="float64"))


def _sum_up(call: Any) -> float:
    """One number that tells a result from others; nan where there is none."""
    try:
        entries = np.asarray(_value(call()), dtype=float).ravel()
        return float(entries @ np.cos(np.arange(len(entries))))
    except Exception:
        return float("nan")


def _operations(a: Any, b: Any) -> list[Any]:
    """Calls of what every edition has, on two square tensors."""
    arithmetic = [lambda: a + b, lambda: a - b, lambda: a * b, lambda: a / b, lambda: a + 1, lambda: a * 2]
    shapes = [lambda: a.matmul(b), lambda: a.reshape(4), lambda: a.transpose()]
    return [*arithmetic, *shapes, lambda: a.sum(axis=0), lambda: a.mean(axis=1), lambda: a.max()]


def _half_right(expected: Any, results: Any) -> bool:
    """Whether there is something to judge by: wrong results are the affair of other cases."""
    right = [bool(np.isclose(a, b, rtol=1e-3)) for a, b in zip(expected, results, strict=True)]
    return 2 * sum(right) >= len(expected)


def _unchanged(expected: Any, reply: Any) -> str | None:
    if any(not np.array_equal(before, after) for before, after in zip(expected[1], reply[1], strict=True)):
        return "an operand has other values after an operation than before it"
    return None if _half_right(expected[0], reply[0]) else "fewer than half of the operations give a result yet"


def _recorded(expected: Any, reply: Any) -> str | None:
    for name, (_, *kept), (_, *own) in zip(expected[1], expected[0], reply[0], strict=True):
        if kept != own:
            return f"`{name}` does not hand its operands to `apply` of an operation class"
    results = [[one[0] for one in made[0]] for made in (expected, reply)]
    return None if _half_right(*results) else "fewer than half of the operations give a result yet"


def _made_from(tt: Any, call: Any, tensors: list[Any]) -> list[Any]:
    """The sum of the call's result, and for each tensor whether it went through `Function.apply` on the way there.

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
    return [_sum_up(lambda: last), *[id(one) in reached for one in tensors]]


@case(
    "a tensor from lists, numbers and arrays",
    points=3,
    skill="creation",
    hint="Whatever comes in, data is an array of float32; shape, a tuple, and size describe it.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    wide = inputs.array(2, 3, dtype="float64")
    sources = [wide, wide[0].tolist(), [wide[0].tolist(), wide[1].tolist()], inputs.number(), inputs.integers(-9, 9, 4)]
    more = [7, wide[1, 2], wide.T, wide.reshape(1, 3, 2), wide < 0]
    made = [tt.Tensor(one) for one in inputs.shuffled([*sources, *more])]
    told = [[_value(t), list(t.shape), int(t.size), str(np.dtype(t.dtype))] for t in made]
    return [told, [str(t.data.dtype) for t in made], [isinstance(t.shape, tuple) for t in made]]


@case(
    "a tensor keeps a copy of its data",
    points=2,
    skill="creation",
    hint="Changing the array a tensor was made from must not change the tensor.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    sources = [inputs.array(3, 2), inputs.array(3, 2, dtype="float64")]
    made = [tt.Tensor(source) for source in sources]
    for source in sources:
        source[:] = inputs.array(3, 2)
    return _all([*made, *[tt.Tensor(source) for source in sources]])


@case(
    "numpy gives the array",
    points="1/2",
    skill="creation",
    hint="t.numpy() is what t holds, as a NumPy array.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    made = [_double(tt, inputs, *shape) for shape in ((2, 3), (4,), ())]
    return [[_value(one), np.array(one.numpy()), str(one.numpy().dtype)] for one in made]


@case(
    "what a tensor knows of itself",
    points="1/2",
    skill="creation",
    hint="Its number of axes and of entries; view is another name for reshape.",
    since="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    made = [_double(tt, inputs, *shape) for shape in inputs.shuffled([(2, 6), (3, 4, 1), (12,)])]
    sizes = [[int(one.ndim), int(one.numel())] for one in made]
    return [sizes, [_value(one.view(4, 3)) for one in made], [_value(one.view((2, -1))) for one in made]]


@case(
    "the bytes a tensor takes",
    points="1/2",
    skill="creation",
    hint="memory_footprint() counts four bytes for each entry.",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    made = [_double(tt, inputs, *shape) for shape in inputs.shuffled([(2, 6), (3, 4, 1), (inputs.integer(2, 99),)])]
    return [[_value(one), int(one.memory_footprint())] for one in made]


def _kept(tt: Any, inputs: Inputs) -> list[Any]:
    """Flags as they were given and gradients that have not begun, beside the values."""
    values, flags = inputs.array(2, 3, dtype="float64"), inputs.shuffled([True, False, True])
    made = [tt.Tensor(values), *[tt.Tensor(values, requires_grad=flag) for flag in flags], tt.Tensor(values, True)]
    return [[bool(one.requires_grad) for one in made], [one.grad for one in made], _all(made)]


@case(
    "what is kept for gradients",
    points=1,
    skill="creation",
    hint="requires_grad is kept as given, False when nothing is said; grad starts as None.",
    until="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return _kept(tt, inputs)


@case(
    "a tensor of nothing, and what is kept for gradients",
    points=2,
    skill="creation",
    hint="An empty list is a tensor of shape (0,); shape is a tuple; requires_grad is kept as given; grad starts as None.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    values = inputs.array(2, 3, dtype="float64")
    sources: list[Any] = [[], [[], []], np.zeros((0, 3)), values]
    empty = [tt.Tensor(one) for one in sources]
    told = [[_value(one), list(one.shape), int(one.size), isinstance(one.shape, tuple)] for one in empty]
    return [told, *_kept(tt, inputs)]


@case(
    "a list of tensors is stacked",
    points=1,
    skill="creation",
    hint="Tensor([a, b]) or Tensor((a, b)) with tensors a and b puts them on a new first axis.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    parts = [_double(tt, inputs, 2, 3) for _ in range(3)]
    numbers = [_double(tt, inputs) for _ in range(2)]
    stacks = [tt.Tensor(parts), tt.Tensor(tuple(parts[1:])), tt.Tensor(parts[:1]), tt.Tensor(numbers)]
    return [*_all([*stacks, *parts]), [list(one.data.shape) for one in stacks]]


def _stacked(expected: Any, reply: Any) -> str | None:
    """Plain lists, and lists of tensors if those are taken at all: that edition does it, and its text does not ask for it."""
    if not all(np.array_equal(ours, own) for ours, own in zip(expected[1], reply[1], strict=True)):
        return "a tensor of plain lists has other values"
    if all(isinstance(own, str) for own in reply[0]):
        return None
    for ours, own in zip(expected[0], reply[0], strict=True):
        if isinstance(own, str) or np.shape(own) != np.shape(ours) or not np.allclose(own, ours):
            return f"tensors in a list should be stacked to {np.shape(ours)}"
    return None


@case(
    "a list of lists, or of tensors",
    points="1/2",
    skill="creation",
    hint="An empty list is a tensor of shape (0,); tensors in a list, if they are taken, go on a new first axis.",
    since="2026-05",
    until="2026-05",
    checker=_stacked,
)
def _(tt: Any, inputs: Inputs) -> Any:
    arrays = [inputs.array(2, 3) for _ in range(3)]
    parts, numbers = [tt.Tensor(one) for one in arrays], [tt.Tensor(inputs.number()) for _ in range(2)]
    told = [raises(lambda one=one: _value(tt.Tensor(one))) for one in (parts, parts[1:], parts[:1], numbers)]
    return [told, _all([tt.Tensor([]), tt.Tensor(arrays[0].tolist()), tt.Tensor([one.tolist() for one in arrays])])]


@case(
    "sum and difference of tensors",
    points=3,
    skill="arithmetic",
    hint="Entry by entry; the left operand stays on the left of a minus.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = _double(tt, inputs, 3, 4), _double(tt, inputs, 3, 4)
    return _all([a + b, a - b, b - a])


@case(
    "product and quotient of tensors",
    points=3,
    skill="arithmetic",
    hint="Entry by entry, also *: the matrix product is another operation. Nothing guards against zero.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = _double(tt, inputs, 3, 3, low=1), _double(tt, inputs, 3, 3, low=1)
    zeros = inputs.array(3)
    zeros[inputs.integer(0, 3)] = 0.0
    with np.errstate(divide="ignore"):
        return _all([a * b, a / b, b / a, a / tt.Tensor(zeros)])


@case(
    "shapes are broadcast",
    points=3,
    skill="broadcasting",
    hint="A row, a column or a scalar is stretched over the other operand, as NumPy does it.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = _double(tt, inputs, 3, 4), _double(tt, inputs, 4)
    c = _double(tt, inputs, 3, 1, low=1)
    scalar, stack = tt.Tensor(inputs.number(low=1)), _double(tt, inputs, 2, 1, 4)
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
        a, b = _double(tt, inputs, *left), _double(tt, inputs, *right)
        replies.append(raises(lambda a=a, b=b: _value(a * b)))
    return replies


@case(
    "numbers on the right",
    points=2,
    skill="arithmetic",
    hint="t + 2, t * np.float32(2) and t + array are tensors: an operand that is no Tensor is treated as one.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, array, number = _double(tt, inputs, 2, 3), inputs.array(2, 3, low=1), inputs.number(low=1)
    row, single, whole = inputs.array(3, low=1), np.float32(inputs.number(low=1)), np.int64(inputs.integer(2, 9))
    numbers = [a + number, a - number, a * number, a / number, a * 3]
    return _all([*numbers, a + array, a - row, a * array, a / row, a + single, a - whole, a * single, a / whole])


@case(
    "numbers on the left",
    points=2,
    skill="arithmetic",
    hint="2 - t and [1, 2, 3] - t call __rsub__ of t: the order of the operands is the other way round.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, number, rows = _double(tt, inputs, 2, 3, low=1), inputs.number(low=1), inputs.array(2, 3, low=1).tolist()
    numbers = [number + a, number - a, number * a, number / a, 3 - a]
    return _all([*numbers, a + rows, a - rows[0], a * rows, rows + a, rows[0] - a, rows * a, rows[1] / a])


@case(
    "operands stay as they were",
    points=2,
    skill="no mutation",
    hint="An operation gives a new tensor; it never writes into its operands.",
    checker=_unchanged,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y = inputs.array(2, 2), inputs.array(2, 2, low=1)
    a, b = tt.Tensor(x), tt.Tensor(y)
    results, operands = [], []
    for call in _operations(a, b):
        results.append(_sum_up(call))
        operands += _all([a, b])
        a.data[:], b.data[:] = x, y  # what one operation spoilt is not blamed on the next
    return [results, operands]


@case(
    "matrix product of two matrices",
    points=4,
    skill="matmul",
    hint="Rows of the left with columns of the right.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    rows, inner, columns = inputs.integer(2, 5), inputs.integer(2, 5), inputs.integer(2, 5)
    a, b = _double(tt, inputs, rows, inner), _double(tt, inputs, inner, columns)
    row, column = _double(tt, inputs, 1, inner), _double(tt, inputs, inner, 1)
    square, other = _double(tt, inputs, 3, 3), _double(tt, inputs, 3, 3)
    return _all([a.matmul(b), row.matmul(column), column.matmul(row), square.matmul(other), other.matmul(square)])


@case(
    "the operator @",
    points=1,
    skill="matmul",
    hint="a @ b calls __matmul__ of a: the same as a.matmul(b).",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = _double(tt, inputs, 3, 2), _double(tt, inputs, 2, 4)
    return _all([a @ b, b @ _double(tt, inputs, 4, 3)])


@case(
    "matrix product with vectors and stacks",
    points=4,
    skill="matmul",
    hint="A vector counts as a row on the left and as a column on the right; more axes are stacks of matrices.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, left, right = _double(tt, inputs, 3, 4), _double(tt, inputs, 3), _double(tt, inputs, 4)
    stack, other, more = _double(tt, inputs, 2, 3, 4), _double(tt, inputs, 2, 4, 2), _double(tt, inputs, 3, 1, 4, 2)
    table = _double(tt, inputs, 4, 2)
    made = [a.matmul(right), left.matmul(a), right.matmul(right), stack.matmul(other), stack.matmul(right)]
    made += [stack.matmul(table), left.matmul(stack), stack.matmul(more)]
    return [*_all(made), [list(one.data.shape) for one in made]]


@case(
    "matrix product of an empty batch",
    points=1,
    skill="matmul",
    hint="No rows in, no rows out, and the number of columns stays right.",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    weight = _double(tt, inputs, 4, 3)
    batches = [_double(tt, inputs, rows, 4) for rows in inputs.shuffled([0, 1, 2])]
    return _all([batch.matmul(weight) for batch in batches])


@case(
    "matrix product of shapes that do not fit",
    points=2,
    skill="matmul errors",
    hint="The last axis of the left must be as long as the second last of the right; else a ValueError.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    pairs = [((2, 3), (3, 2)), ((2, 3), (2, 3)), ((3, 2), (3, 2)), ((1, 3), (3, 1)), ((3, 1), (3, 1)), ((2, 2), (3, 2))]
    more = [((3,), (2,)), ((2, 3), (2,)), ((2,), (3, 2)), ((2, 2), (2, 3)), ((4, 2), (4, 3)), ((2, 1), (2, 3))]
    replies = []
    for left, right in inputs.shuffled([*pairs, *more]):
        a, b = _double(tt, inputs, *left), _double(tt, inputs, *right)
        replies.append(raises(lambda a=a, b=b: _value(a.matmul(b))))
    return replies


@case(
    "matrix product with what is no Tensor",
    points=1,
    skill="matmul errors",
    hint="matmul takes a Tensor; a number, a list or an array is a TypeError.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = _double(tt, inputs, 2, 2), _double(tt, inputs, 2, 2)
    array = inputs.array(2, 2)
    other = [(a, b), (b, a), (a, inputs.number()), (a, array.tolist()), (a, array), (b, array), (b, None)]
    return [raises(lambda x=x, y=y: _value(x.matmul(y))) for x, y in inputs.shuffled(other)]


def _numbers(inputs: Inputs, tt: Any) -> list[Any]:
    """Factors of which one or both have no axes, among pairs that have, in drawn order."""
    a, b, scalar = _double(tt, inputs, 2, 2), _double(tt, inputs, 2, 2), tt.Tensor(inputs.number(low=0.5))
    other = tt.Tensor(inputs.number(low=0.5))
    return inputs.shuffled([(a, b), (a, scalar), (scalar, b), (b, a), (other, scalar), (a, other)])


@case(
    "matrix product with a number",
    points=1,
    skill="matmul errors",
    hint="A tensor without axes has no rows and columns: matmul is a ValueError, use * for it.",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return [raises(lambda x=x, y=y: _value(x.matmul(y))) for x, y in _numbers(inputs, tt)]


def _multiplied(expected: Any, reply: Any) -> str | None:
    """A tensor without axes: what the entries times it are, or a ValueError as in later editions."""
    for (left, right), ours, own in zip(expected[0], expected[1], reply[1], strict=True):
        if isinstance(own, str) and own == ours:
            continue
        if not np.allclose(own, left * right if isinstance(ours, str) else ours, rtol=1e-4, atol=1e-5):
            return f"matmul of shapes {np.shape(left)} and {np.shape(right)} gives other values"
    return None


@case(
    "matrix product with one number",
    points=1,
    skill="matmul",
    hint="A tensor without axes multiplies every entry.",
    until="2025-12",
    checker=_multiplied,
)
def _(tt: Any, inputs: Inputs) -> Any:
    pairs = _numbers(inputs, tt)
    return [[[x.data, y.data] for x, y in pairs], [raises(lambda x=x, y=y: _value(x.matmul(y))) for x, y in pairs]]


@case(
    "indexing",
    points=2,
    skill="shapes",
    hint="Any index NumPy knows: numbers, slices, lists of positions, masks, a new axis.",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a = _double(tt, inputs, 4, 5)
    row, column = inputs.integer(0, 4), inputs.integer(0, 5)
    keys = [row, (row, column), slice(1, 3), (slice(None), column), (slice(None, None, 2), slice(-2, None)), -1]
    masks = [inputs.array(4) < 0, inputs.array(4, 5) < 0]
    made = [a[key] for key in [*keys, [0, row, 0], (None, row), ([1, 3], [column, 0]), (..., column), *masks]]
    return [*_all(made), [list(one.data.shape) for one in made]]


@case(
    "reshape",
    points=3,
    skill="shapes",
    hint="The same entries in the same order; the new shape comes as numbers, a tuple or a list; -1 is worked out.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, scalar = _double(tt, inputs, 2, 6), tt.Tensor(inputs.number())
    made = [
        a.reshape(3, 4),
        a.reshape((4, 3)),
        a.reshape([6, 2]),
        a.reshape(-1),
        a.reshape(2, -1, 3),
        a.reshape((-1, 1)),
        a.reshape(1, -1, 1),
        scalar.reshape(1),
    ]
    return [*_all(made), *[list(one.data.shape) for one in made], _value(a)]


@case(
    "reshape to a wrong number of entries",
    points=2,
    skill="shape errors",
    hint="Sizes that do not multiply to the number of entries are a ValueError, also when -1 is not whole, or comes twice.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    shapes = [(3, 4), (5, 2), (-1, 5), (-1, 6), (12,), (13,), (2, 2, 2), (2, 2, 3), (24, 1), (-1, -1), (2, -1, -1)]
    a = _double(tt, inputs, 2, 6)
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
    a = _double(tt, inputs, 2, 6)
    return [raises(lambda shape=shape: _value(a.reshape(*shape))) for shape in inputs.shuffled(shapes)]


@case(
    "transpose",
    points=2,
    skill="shapes",
    hint="Without arguments the last two axes change places, whatever the rank; a vector gives a tensor like itself.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    vector, table, stack = _double(tt, inputs, 4), _double(tt, inputs, 2, 3), _double(tt, inputs, 2, 3, 4)
    swapped = [stack.transpose(0, 2), stack.transpose(1, 0), stack.transpose(2, 1), stack.transpose(dim1=2, dim0=1)]
    made = [
        table.transpose(),
        stack.transpose(),
        vector.transpose(),
        *swapped,
        _double(tt, inputs, 2, 1, 3, 4).transpose(),
    ]
    return [*_all(made), [list(one.data.shape) for one in made], made[2] is vector]


@case(
    "transpose with one dimension alone",
    points=1,
    skill="shape errors",
    hint="Both dimensions or none: one alone is a ValueError.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    stack = _double(tt, inputs, 2, 3, 2)
    named = [{}, {"dim0": 0}, {"dim0": 0, "dim1": 1}, {"dim1": 1}, {"dim0": 2, "dim1": 0}, {"dim0": 1}, {"dim1": 0}]
    return [raises(lambda named=named: _value(stack.transpose(**named))) for named in inputs.shuffled(named)]


_AXES = (None, 0, 1, -1, (0, 2))


def _reduced(t: Any, method: str) -> list[Any]:
    """Every axis, with and without keeping it, by one of sum, mean, max."""
    calls = [{"axis": axis} for axis in _AXES] + [{"axis": axis, "keepdims": True} for axis in _AXES]
    made = [getattr(t, method)(), getattr(t, method)(1), *[getattr(t, method)(**call) for call in calls]]
    return [*_all(made), *[list(one.data.shape) for one in made]]


@case(
    "sum", points=2, skill="reductions", hint="Over everything, one axis or several; keepdims leaves axes of length 1."
)
def _(tt: Any, inputs: Inputs) -> Any:
    return _reduced(_double(tt, inputs, 2, 3, 4), "sum")


@case("mean", points=2, skill="reductions", hint="The sum divided by how many entries went into it, axis by axis.")
def _(tt: Any, inputs: Inputs) -> Any:
    return _reduced(_double(tt, inputs, 2, 3, 4), "mean")


@case(
    "max",
    points=2,
    skill="reductions",
    hint="The largest entry, also where all are negative; with keepdims the axis stays, of length 1.",
)
def _(tt: Any, inputs: Inputs) -> Any:
    negative = tt.Tensor(inputs.array(2, 3, high=-0.5, dtype="float64"))
    return [_reduced(_double(tt, inputs, 2, 3, 4), "max"), *_all([negative.max(), negative.max(axis=1)])]


@case(
    "contiguous copies",
    points=1,
    skill="shapes",
    hint="contiguous() has memory of its own, in which entries lie row after row; writing there changes nothing else.",
    since="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    table, turned = _double(tt, inputs, 3, 3), _double(tt, inputs, 3, 3)
    turned.data = turned.data.T  # now its rows lie column after column
    copied, straight = table.contiguous(), turned.contiguous()
    told = _all([straight, turned])
    table.data[0] = 9.0
    copied.data[2] = -9.0
    straight.data[1] = 5.0
    # Entries as they lie in memory: a copy that keeps the order of columns is as little contiguous as what it copies.
    return [*told, *_all([table, copied, turned]), np.ravel(straight.data, order="K")]


@case(
    "masked_fill",
    points=2,
    skill="shapes",
    hint="The value where the mask is true; tensor and mask stay as they were.",
    since="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, mask, value = _double(tt, inputs, 3, 4), inputs.array(3, 4) > 0, inputs.number()
    tensor_mask = tt.Tensor(mask)
    filled = [a.masked_fill(mask, value), a.masked_fill(tensor_mask, -1e9), a.masked_fill(~mask, 0.0)]
    return [*_all([*filled, a.masked_fill(mask, float("-inf")), a, tensor_mask]), mask]


@case(
    "operation classes compute on arrays",
    points=2,
    skill="operations",
    hint="forward takes arrays and gives an array; what a call says by name (axis, shape, key) is an attribute of the node.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y, stack = inputs.array(3, 3), inputs.array(3, 3, low=1), inputs.array(2, 3, 4)
    a, b, c = tt.Tensor(x), tt.Tensor(y), tt.Tensor(stack)
    nodes = [kind(a, b) for kind in (tt.Add, tt.Sub, tt.Mul, tt.Div, tt.MatMul)]
    single = [tt.Slice(a, key=1), tt.Reshape(a, shape=(9,)), tt.Copy(a), tt.MaskedFill(a, mask=y > 1.5, value=0.5)]
    single += [
        tt.Sum(a, axis=0),
        tt.Mean(a, axis=1, keepdims=True),
        tt.Max(a),
        tt.Sum(a),
        tt.Mean(a),
        tt.Max(a, axis=1),
    ]
    turned = [tt.Permute(c, axes=axes) for axes in inputs.shuffled([(1, 2, 0), (2, 0, 1), (0, 2, 1)])]
    made = [*[one.forward(x, y) for one in nodes], *[one.forward(x) for one in single]]
    made += [one.forward(stack) for one in turned]
    return [*[np.asarray(one, dtype=np.float32) for one in made], [isinstance(one, np.ndarray) for one in made[-3:]], x]


@case(
    "operation classes keep what they were given",
    points=1,
    skill="operations",
    hint="A node has its tensors in inputs; apply hands their arrays to forward and wraps the result as a new Tensor.",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    class Line(tt.Function):  # type: ignore[misc]
        slope = 2.0

        def forward(self, *arrays: Any) -> Any:
            return arrays[0] * self.slope + arrays[-1]

    a, b, slope = _double(tt, inputs, 2, 3), _double(tt, inputs, 3), inputs.number()
    applied = [Line.apply(a, b, slope=slope), Line.apply(a, b), Line.apply(b)]
    nodes = [Line(a, b, slope=slope), tt.Mul(b, a), tt.Sum(a, axis=1, keepdims=True)]
    kept = [_all(list(one.inputs)) for one in nodes]
    unwritten = [lambda: tt.Function(a).forward(a.data), lambda: tt.Mul(a, b).backward(a.data), a.backward, a.zero_grad]
    return [
        _all(applied),
        kept,
        [nodes[0].slope, nodes[2].axis, nodes[2].keepdims],
        [raises(call) for call in unwritten],
        _all([a, b]),
    ]


@case(
    "every operation goes through its class",
    points=2,
    skill="operations",
    hint="a + b is Add.apply(a, b): what is computed on .data beside it, module 06 cannot find a gradient for.",
    since="2026-09",
    checker=_recorded,
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, vector = (
        tt.Tensor(inputs.array(2, 2, low=1)),
        tt.Tensor(inputs.array(2, 2, low=1)),
        tt.Tensor(inputs.array(3)),
    )
    used = "a + b, a - b, a * b, a / b, a + 1, a * 2, matmul, reshape, transpose, sum, mean, max, 2 - a, 1 / a, a[0]"
    names = f"{used}, contiguous, masked_fill, transpose of a vector, Tensor + array".split(", ")
    mask, array = inputs.array(2, 2) > 0, inputs.array(2, 2)
    more = [lambda: 2 - a, lambda: 1 / a, lambda: a[0], lambda: a.contiguous(), lambda: a.masked_fill(mask, 0.5)]
    calls = [*_operations(a, b), *more, lambda: vector.transpose(), lambda: a + array]
    given = [[a, b] if name in names[:4] or name == "matmul" else [vector if "vector" in name else a] for name in names]
    return [[_made_from(tt, call, own) for call, own in zip(calls, given, strict=True)], names]


@case(
    "a small forward pass",
    points=1,
    skill="matmul",
    hint="Products, broadcasting, reductions and shapes in a row, as the next modules use them.",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, w, b = _double(tt, inputs, 5, 4), _double(tt, inputs, 4, 3), _double(tt, inputs, 3)
    scores = x.matmul(w) + b
    centred = scores - scores.mean(axis=1, keepdims=True)
    return _all([scores, centred, centred.transpose().reshape(5, 3).sum(axis=0), (centred * scores).max()])
