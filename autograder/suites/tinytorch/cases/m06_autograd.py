"""Cases of module 06: gradients, as raw numbers, through the operators and classes a student uses.

A case starts backward with drawn weights at the very result it asks about, `result.backward(weights)`: every entry has
a gradient of its own, and no other operation stands in between. How backward itself goes about is asked through
several operations, so that one wrong rule does not take all of it. What is told is a copy: later steps may add to a
gradient in place.

What the courses of earlier years did not do, or did wrong, is asked from the edition on that does it right.

Where much is paid for, there is a part with tens of thousands of entries, for which the rules take milliseconds. Who
computes derivatives by differences, entry by entry, has to run every operation twice for each entry, and does not
finish.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, central_difference, raises


def _leaf(tt: Any, values: Any) -> Any:
    tensor = tt.Tensor(values)
    tensor.requires_grad = True
    return tensor


def _grad(tensor: Any) -> Any:
    """A copy of the gradient, whether kept as an array or as a Tensor; None if there is none."""
    found = tensor.grad
    if found is None:
        return None
    return np.array(found if isinstance(found, (np.ndarray, np.generic)) else found.data)


def _started(result: Any, weights: Any) -> None:
    """Has weights flow in at the result: by backward itself, or as factors of a sum where it takes no gradient from outside.

    Whether it does has a case of its own, and is to cost nothing elsewhere.
    """
    tried = type(result)(np.ones(2, dtype=np.float32))
    tried.requires_grad = True
    try:
        tried.backward(np.array([2, 3], dtype=np.float32))
        taken = np.array_equal(_grad(tried), [2, 3])
    except Exception:
        taken = False
    if taken:
        result.backward(weights)
    else:
        (result * type(result)(weights)).sum().backward()


def _back(inputs: Inputs, result: Any, *leaves: Any) -> list[Any]:
    """The gradients of the leaves when drawn weights flow in at the result."""
    _started(result, inputs.array(*result.data.shape))
    return [_grad(leaf) for leaf in leaves]


def _slopes(tt: Any, inputs: Inputs, work: Any, *values: Any) -> list[Any]:
    """The gradients of tensors of these values, new ones, when drawn weights flow in at work(tensors)."""
    leaves = [_leaf(tt, one) for one in values]
    return _back(inputs, work(*leaves), *leaves)


def _valued(tt: Any, inputs: Inputs, work: Any, *values: Any) -> list[Any]:
    """The result of work(tensors of these values) itself, and the gradients as `_slopes` tells them."""
    leaves = [_leaf(tt, one) for one in values]
    result = work(*leaves)
    return [np.array(result.data), *_back(inputs, result, *leaves)]


def _beside(tt: Any, inputs: Inputs, work: Any, one: Any, other: Any) -> list[Any]:
    """The result, and the gradients of two operands when both ask for one, and when only the one or only the other does."""
    told = [_valued(tt, inputs, work, one, other)]
    for asking in (0, 1):
        pair = [tt.Tensor(one), tt.Tensor(other)]
        pair[asking].requires_grad = True
        told.append(_back(inputs, work(*pair), *pair))
    return told


def _large(inputs: Inputs, *shape: int, low: float = -2, high: float = 2) -> Any:
    """An array of many entries from few draws, one for each place along each axis: what is drawn travels to a worker."""
    parts = []
    for axis, size in enumerate(shape):
        line = [size if place == axis else 1 for place in range(len(shape))]
        parts.append(inputs.array(*line, low=low / len(shape), high=high / len(shape)))
    return np.asarray(sum(parts), dtype=np.float32)


def _some(inputs: Inputs, gradient: Any) -> Any:
    """A gradient's shape and its entries at drawn places; nothing of None."""
    if gradient is None:
        return None
    places = tuple(inputs.integers(0, size, 30) for size in gradient.shape)
    return [list(gradient.shape), gradient[places]]


def _wide(tt: Any, inputs: Inputs, work: Any, *values: Any) -> list[Any]:
    """Some entries of the gradients of work(tensors of these large values), when weights flow in at its result.

    Sums over many entries of both signs would be the sums' own rounding: where there are some, values are positive.
    """
    leaves = [_leaf(tt, one) for one in values]
    result = work(*leaves)
    _started(result, _large(inputs, *result.data.shape, low=0.5))
    return [_some(inputs, _grad(leaf)) for leaf in leaves]


def _pair(inputs: Inputs, size: int = 300) -> list[Any]:
    """Two large squares of entries that are away from zero."""
    return [_large(inputs, size, size, low=0.5) for _ in range(2)]


# ---------------------------------------------------------------------------------------------------- arithmetic


@case(
    "Gradients of sums",
    points=2,
    skill="arithmetic",
    hint="a + b passes the gradient to both; a tensor without requires_grad gets none",
)
def _(tt: Any, inputs: Inputs) -> Any:
    number = inputs.number()
    told = _beside(tt, inputs, lambda a, b: a + b, inputs.array(4, 3), inputs.array(4, 3))
    told.append(_slopes(tt, inputs, lambda a: a + number, inputs.array(4, 3)))
    return told + _wide(tt, inputs, lambda a, b: a + b, *_pair(inputs))


@case(
    "Gradients of differences",
    points=2,
    skill="arithmetic",
    hint="a - b passes the gradient to a and its negative to b",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    number = inputs.number()
    told = _beside(tt, inputs, lambda a, b: a - b, inputs.array(4, 3), inputs.array(4, 3))
    told.append(_slopes(tt, inputs, lambda a: a - number, inputs.array(4, 3)))
    return told + _wide(tt, inputs, lambda a, b: a - b, *_pair(inputs))


@case(
    "Gradients of products",
    points=3,
    skill="arithmetic",
    hint="a · b gives each the other's values",
)
def _(tt: Any, inputs: Inputs) -> Any:
    number = inputs.number()
    told = _beside(tt, inputs, lambda a, b: a * b, inputs.array(3, 4), inputs.array(3, 4))
    told.append(_slopes(tt, inputs, lambda a: a * number, inputs.array(3, 4)))
    return told + _wide(tt, inputs, lambda a, b: a * b, *_pair(inputs))


@case(
    "Gradients of quotients",
    points=2,
    skill="arithmetic",
    hint="a / b gives 1/b to a and -a/b² to b",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    number = inputs.number(0.5, 2)
    told = _beside(tt, inputs, lambda a, b: a / b, inputs.array(3, 4), inputs.array(3, 4, low=0.5))
    told.append(_slopes(tt, inputs, lambda a: a / number, inputs.array(3, 4)))
    return told + _wide(tt, inputs, lambda a, b: a / b, *_pair(inputs))


@case(
    "Gradients with numbers, lists and arrays as the other operand",
    points=1,
    skill="arithmetic",
    hint="what is no Tensor is made one, on either side; the gradient of the Tensor is the same as beside a Tensor",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, line, number = inputs.array(2, 3, low=0.5), inputs.array(3, low=0.5), inputs.number(0.5, 2)
    right = (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b)
    left = (lambda a: number + a, lambda a: number - a, lambda a: number * a, lambda a: number / a)
    others = (line, [float(one) for one in line], np.float32(number), np.int64(3))
    told = [_slopes(tt, inputs, lambda a, w=work, b=other: w(a, b), x) for other in others for work in right]
    return told + [_slopes(tt, inputs, work, x) for work in inputs.shuffled(left)]


# ---------------------------------------------------------------------------------------------------- broadcasting


@case(
    "Gradients of operands that were broadcast",
    points=3,
    skill="broadcast",
    hint="sum the gradient over every axis that was added or stretched, until it has the operand's shape",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    pairs = (
        ((3, 4), (4,)),
        ((3, 1), (3, 2)),
        ((2, 1, 4), (3, 1)),
        ((2, 3), (1,)),
        ((2, 2), ()),
        ((1, 3, 1), (2, 3, 4)),
    )
    for left, right in pairs:
        told.append(_slopes(tt, inputs, lambda a, b: a + b, inputs.array(*left), inputs.array(*right)))
    rows, column, row = (_large(inputs, *shape, low=0.5) for shape in ((300, 300), (300, 1), (300,)))
    told.append(_wide(tt, inputs, lambda one, other: one + other, rows, row))
    return [*told, _wide(tt, inputs, lambda one, other: one + other, column, rows)]


@case(
    "Gradients of differences, products and quotients that were broadcast",
    points="3/2",
    skill="broadcast",
    hint="first the rule of the operation, then the sum over the axes that were added or stretched",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    pairs = (
        ((3, 4), (4,)),
        ((3, 1), (3, 2)),
        ((2, 1, 4), (3, 1)),
        ((1,), (2, 3)),
        ((2, 2), ()),
        ((1, 3, 1), (2, 3, 4)),
    )
    for left, right in pairs:
        values = inputs.array(*left, low=0.5), inputs.array(*right, low=0.5)
        works = (lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b)
        told += [_slopes(tt, inputs, work, *values) for work in works]
    return told


def _in_shape(expected: Any, reply: Any) -> str | None:
    """Each gradient in the shape of its operand, and as many of them right as show some work: a wrong rule costs elsewhere."""
    right = 0
    for ours, told in zip(expected, reply, strict=True):
        if [one.shape for one in told] != [one.shape for one in ours]:
            return "a gradient should have the shape that its operand had before broadcasting"
        right += all(np.allclose(one, our, rtol=1e-3, atol=1e-4) for one, our in zip(told, ours, strict=True))
    return None if 2 * right >= len(expected) else "most of the gradients should be right, too"


@case(
    "What the rule of an operation returns for operands that were broadcast",
    points="1/2",
    skill="broadcast",
    hint="apply hands each gradient to _reduce_broadcast_grad, so that it has the shape of its operand",
    visible=False,
    since="2026-05",
    until="2026-05",  # before, the walk of the starter did it alone; later, another case asks for it
    checker=_in_shape,
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for name in inputs.shuffled(["Add", "Sub", "Mul", "Div"]):
        for left, right in (((2, 3), (3,)), ((2, 1), (2, 3)), ((1,), (2, 2)), ((2, 1, 2), (3, 1))):
            a, b = _leaf(tt, inputs.array(*left, low=0.5)), _leaf(tt, inputs.array(*right, low=0.5))
            older = getattr(tt, f"{name}Backward", None)
            rule = older(a, b).apply if older else getattr(tt, name)(a, b).backward
            told.append([np.array(one) for one in rule(inputs.array(*np.broadcast_shapes(left, right)))])
    return told


# ---------------------------------------------------------------------------------------------------- matrix products


@case(
    "Gradients of matrix products",
    points=3,
    skill="matmul",
    hint="for A B they are g Bᵀ and Aᵀ g",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, c = inputs.array(3, 4), inputs.array(4, 2), inputs.array(2, 5)
    told = _beside(tt, inputs, lambda one, other: one.matmul(other), a, b)
    told.append(_slopes(tt, inputs, lambda one, other, third: one.matmul(other).matmul(third), a, b, c))
    # Little to compute, many entries: to run a product is slow, 12,000 times is too slow.
    long = _large(inputs, 20, 600, low=0.5), _large(inputs, 600, 20, low=0.5)
    return told + _wide(tt, inputs, lambda one, other: one.matmul(other), *long)


@case(
    "Gradients of products of stacks",
    points=1,
    skill="matmul",
    hint="transpose the last two axes alone; axes of the stack that were broadcast are summed",
    visible=False,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for left, right in (((2, 3, 4), (2, 4, 2)), ((2, 3, 4), (4, 2)), ((3, 4), (2, 4, 2))):
        values = inputs.array(*left), inputs.array(*right)
        told.append(_slopes(tt, inputs, lambda a, b: a.matmul(b), *values))
    return told


@case(
    "Gradients of a vector and a matrix",
    points=1,
    skill="matmul",
    hint="a vector on the left is a matrix of one row, on the right of one column; its gradient is a vector again",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for left, right in (((3,), (3, 2)), ((2, 3), (3,))):
        values = inputs.array(*left), inputs.array(*right)
        told += [_slopes(tt, inputs, work, *values) for work in (lambda a, b: a.matmul(b), lambda a, b: a @ b)]
    return told


@case(
    "Gradients of two vectors, and of a stack and a vector",
    points=1,
    skill="matmul",
    hint="make the vector a matrix first, then g Bᵀ and Aᵀ g as for stacks, then give each the shape it had",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for left, right in (((3,), (3,)), ((2, 3, 4), (4,)), ((4,), (2, 4, 3))):
        values = inputs.array(*left), inputs.array(*right)
        told.append(_slopes(tt, inputs, lambda a, b: a.matmul(b), *values))
    return told


# ---------------------------------------------------------------------------------------------------- reductions


@case(
    "Gradients of sums over all entries and over the first axis",
    points=1,
    skill="reductions",
    hint="every entry that was added gets the gradient of the sum it went into",
)
def _(tt: Any, inputs: Inputs) -> Any:
    values = inputs.array(3, 4), inputs.array(2, 3, 2), inputs.array(4)
    told = [_valued(tt, inputs, lambda a: a.sum(), one) for one in values]
    return told + [_slopes(tt, inputs, lambda a: a.sum(axis=0), one) for one in values[:2]]


@case(
    "Gradients of sums over an axis",
    points=1,
    skill="reductions",
    hint="put the reduced axis back, then repeat the gradient along it",
    since="2026-09",  # the steps that 2026-05 told leave the axis out
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(3, 3, 3)  # equal sizes: a gradient along the wrong axis has the right shape
    told = []
    for axis, keepdims in ((None, True), (1, False), (2, True), (-1, False), (-3, False), ((0, 2), False)):
        told.append(_slopes(tt, inputs, lambda a, at=axis, k=keepdims: a.sum(axis=at, keepdims=k), x))
    axis = inputs.integer(0, 2)
    return told + _wide(tt, inputs, lambda one: one.sum(axis=axis), _large(inputs, 400, 400))


@case(
    "Gradients of means",
    points=2,
    skill="reductions",
    hint="a mean divides by the number of entries that were averaged, of all axes together",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, told = inputs.array(3, 2, 4), []
    for axis, keepdims in ((None, False), (0, False), (1, True), (-1, False), ((0, 2), False), (None, True)):
        told.append(_slopes(tt, inputs, lambda a, at=axis, k=keepdims: a.mean(axis=at, keepdims=k), x))
    # Divided by few: a gradient must stand out from the tolerance beside zero.
    return told + _wide(tt, inputs, lambda one: one.mean(axis=2), _large(inputs, 125, 240, 5))


@case(
    "Gradients of maxima",
    points=1,
    skill="reductions",
    hint="a maximum passes all to the largest entry, nothing to the others",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, told = np.array(inputs.shuffled(range(24)), dtype=np.float32).reshape(3, 2, 4), []
    for axis, keepdims in ((None, False), (0, False), (1, True), (-1, False), ((0, 2), False)):
        told.append(_slopes(tt, inputs, lambda a, at=axis, k=keepdims: a.max(axis=at, keepdims=k), x))
    return told


@case(
    "Gradients of maxima that tie",
    points=1,
    skill="reductions",
    hint="entries that are all the largest share the gradient equally",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for axis in (None, 0, 1):
        x = inputs.shuffled([[1, 3, 3], [3, 1, 2], [2, 0, 0], [3, 3, 3]])
        told.append(_slopes(tt, inputs, lambda a, at=axis: a.max(axis=at), x))
    return told


# ---------------------------------------------------------------------------------------------------- shapes and slices


@case(
    "Gradients through other shapes",
    points=2,
    skill="shapes",
    hint="reshape and transpose move entries; backward moves the gradient back",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    flat = (lambda a: a.reshape(2, 6), lambda a: a.transpose(), lambda a: a.reshape(12))
    deep = (lambda a: a.transpose(0, 2), lambda a: a.reshape(4, 3).transpose(), lambda a: a.transpose(1, 2))
    told = [_slopes(tt, inputs, work, inputs.array(3, 4)) for work in flat]
    told += [_slopes(tt, inputs, work, inputs.array(2, 2, 3)) for work in deep]
    told.append(_valued(tt, inputs, lambda a: a.transpose(), inputs.array(2, 2, 3)))
    return told + _wide(tt, inputs, lambda one: one.transpose().reshape(150, 600), _large(inputs, 300, 300))


@case(
    "Gradients of axes in a new order",
    points=1,
    skill="shapes",
    hint="the axes go back by the inverse permutation: np.argsort(axes)",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    orders: list[tuple[int, ...]] = [(1, 2, 0), (2, 0, 1), (1, 2, 3, 0), (2, 0, 3, 1)]
    works = [(order, lambda a, axes=order: tt.Permute.apply(a, axes=axes)) for order in inputs.shuffled(orders)]
    return [_slopes(tt, inputs, work, inputs.array(*range(2, 2 + len(order)))) for order, work in works]


@case(
    "The gradient of axes in a new order",
    points="1/2",
    skill="shapes",
    hint="PermuteBackward(x, axes).apply(g) is g with its axes in the inverse order: np.transpose(g, inverse_axes)",
    visible=False,
    since="2025-12",
    until="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for axes in inputs.shuffled([(1, 2, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2)]):
        x = inputs.array(2, 3, 4)
        leaf, gradient = _leaf(tt, x), inputs.array(*x.transpose(axes).shape)
        node = tt.PermuteBackward(leaf, axes) if hasattr(tt, "PermuteBackward") else tt.Permute(leaf, axes=axes)
        told.append(
            [np.array(one) for one in (node.apply if hasattr(tt, "PermuteBackward") else node.backward)(gradient)]
        )
    return told


@case(
    "Gradients of copies and masks",
    points=1,
    skill="shapes",
    hint="a copy passes the gradient as it is; entries that were masked get none",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, mask, value = inputs.array(3, 4), inputs.array(3, 4) > 0, inputs.number()
    told = [_slopes(tt, inputs, lambda a: a.masked_fill(mask, value), x)]
    told.append(_slopes(tt, inputs, lambda a: a.masked_fill(tt.Tensor(~mask), float("-inf")), x))
    told.append(_slopes(tt, inputs, lambda a: a.contiguous(), x))
    return [*told, _slopes(tt, inputs, lambda a: a.transpose(), inputs.array(4))]


@case(
    "Gradients of slices",
    points=2,
    skill="slices",
    hint="the gradient at the place it was taken from, zero wherever the slice did not look",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(5, 3)
    keys = (2, slice(1, 4), (slice(None), 1), (slice(None, None, 2), slice(0, 2)), (3, 2))
    told = [_valued(tt, inputs, lambda a, k=key: a[k], x) for key in keys]
    return told + _wide(tt, inputs, lambda one: one[2:, 1:], _large(inputs, 300, 300))


@case(
    "Gradients of entries taken twice",
    points=1,
    skill="slices",
    hint="an entry that the key names twice gets both gradients: np.add.at, not an assignment",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, rows = inputs.array(5, 3), inputs.integers(0, 3, 6)
    keys = (rows, (rows, inputs.integers(0, 2, 6)), x > 0, [1, 1, 4], (slice(None), [0, 2, 2]))
    return [_slopes(tt, inputs, lambda a, k=key: a[k], x) for key in keys]


# ---------------------------------------------------------------------------------------------------- activations


@case(
    "Gradients of sigmoid",
    points=2,
    skill="activations",
    hint="s (1 - s) times what flows in, s the sigmoid's own result",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = _valued(tt, inputs, tt.Sigmoid(), inputs.array(3, 4, low=-3, high=3))
    return told + _wide(tt, inputs, tt.Sigmoid(), _large(inputs, 300, 200, low=-3, high=3))


@case(
    "Gradients of ReLU",
    points=2,
    skill="activations",
    hint="what flows in where x > 0, and 0 elsewhere, also at 0 itself",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(3, 4)
    x[1, 2] = x[0, 3] = 0
    told = _valued(tt, inputs, tt.ReLU(), x)
    return told + _wide(tt, inputs, tt.ReLU(), _large(inputs, 300, 200))


@case(
    "Gradients of softmax",
    points=2,
    skill="activations",
    hint="y (g - Σ g·y), the sum along the axis the softmax went along",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = _valued(tt, inputs, tt.Softmax(), inputs.array(3, 4, low=-3, high=3))
    return told + _wide(tt, inputs, tt.Softmax(), _large(inputs, 3000, 20, low=-3, high=3))


@case(
    "Gradients of softmax along other axes",
    points=1,
    skill="activations",
    hint="the sum in y (g - Σ g·y) goes along the same axis as the softmax",
    visible=False,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for shape, dim in (((3, 3), 0), ((2, 3, 4), 1), ((2, 3, 3), 0), ((3, 3), -2)):
        told.append(_slopes(tt, inputs, lambda a, at=dim: tt.Softmax()(a, dim=at), inputs.array(*shape)))
    return told


@case(
    "Gradients of tanh",
    points=1,
    skill="activations",
    hint="tanh 1 - t², t the tanh itself",
    since="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = _valued(tt, inputs, tt.Tanh(), inputs.array(3, 4, low=-3, high=3))
    return [*told, *_wide(tt, inputs, tt.Tanh(), _large(inputs, 300, 200, low=-3, high=3))]


@case(
    "Gradients of GELU",
    points=1,
    skill="activations",
    hint="s + 1.702 x s (1 - s), s the sigmoid of 1.702 x",
    since="2026-09",  # before, the course told the slope of another approximation than its GELU's
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = _valued(tt, inputs, tt.GELU(), inputs.array(3, 4, low=-3, high=3))
    return [*told, *_wide(tt, inputs, tt.GELU(), _large(inputs, 300, 200, low=-3, high=3))]


def _near(expected: Any, reply: Any) -> str | None:
    weights, slopes, x = expected
    told = np.asarray(reply[1])
    if told.shape != slopes.shape or not np.isfinite(told).all():
        return "there should be a finite slope for each entry"
    steep = 1 / (1 + np.exp(-1.702 * x))
    bent = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    bell = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2) * (1 - bent**2)
    for slope in (steep + 1.702 * x * steep * (1 - steep), 0.5 * (1 + bent) + 0.5 * x * bell):
        # Rounded constants, and the exact GELU beside the bent one, are less apart than this; both kinds 0.03.
        if (np.abs(told - slope * weights) <= 0.004 * np.abs(weights)).all():
            return None
    return "the slopes should be those of x · sigmoid(1.702 x), or of 0.5 x (1 + tanh(...)), at every place"


@case(
    "Slopes of GELU, whichever its approximation",
    points=1,
    skill="activations",
    hint="the derivative of 0.5 x (1 + tanh(...)) or of x · sigmoid(1.702 x), times what flows in",
    visible=False,
    since="2025-12",
    until="2026-05",
    checker=_near,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = np.array(inputs.shuffled(np.linspace(-3, 3, 25).tolist()), dtype=np.float32)
    leaf, weights = _leaf(tt, x), inputs.array(25, low=0.5)
    _started(tt.GELU()(leaf), weights)
    return [weights, _grad(leaf), x]


@case(
    "Gradients of log softmax",
    points=1,
    skill="activations",
    hint="g - softmax · Σ g, the sum along the axis the log softmax went along",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for shape, dim in (((3, 3), -1), ((3, 3), 0), ((2, 3, 4), 1)):
        told.append(_slopes(tt, inputs, lambda a, at=dim: tt.log_softmax(a, dim=at), inputs.array(*shape)))
    return told


@case(
    "Gradients of activations at large inputs",
    points=1,
    skill="activations",
    hint="no overflow at ±1000: compute from the activation's own, stable result",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(2, 4, low=-1, high=1)
    # Both signs in every draw: what overflows at one of them must be seen.
    x[0] = inputs.array(4, low=200, high=1000) * inputs.shuffled([1.0, 1.0, -1.0, -1.0])
    works = [tt.Sigmoid(), tt.Tanh(), tt.GELU(), tt.Softmax(), tt.log_softmax]
    works += [lambda a: tt.Softmax()(a, dim=0), lambda a: tt.log_softmax(a, dim=0)]
    return [_slopes(tt, inputs, work, x) for work in works]


# ---------------------------------------------------------------------------------------------------- losses


def _loss(tt: Any, inputs: Inputs, work: Any, values: Any) -> list[Any]:
    """The gradients of a loss for what it was computed from: of the loss itself, and, beside its value, when a drawn weight flows in."""
    leaf = _leaf(tt, values)
    _started(work(leaf), np.array(1, dtype=np.float32))
    return [_grad(leaf), *_valued(tt, inputs, work, values)]


@case(
    "Gradients of the mean squared error",
    points=2,
    skill="losses",
    hint="2 (p - t) / N times what flows in, N the number of all entries",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for shape in ((4, 3), (5,), (2, 3, 2)):
        p, t = inputs.array(*shape), tt.Tensor(inputs.array(*shape))
        told += _loss(tt, inputs, lambda a, t=t: tt.MSELoss()(a, t), p)
    # Losses are means: as many times as much flows in as they divide by, or nothing would stand out from zero.
    wide = _leaf(tt, _large(inputs, 300, 200))
    _started(tt.MSELoss()(wide, tt.Tensor(_large(inputs, 300, 200))), np.array(60000, dtype=np.float32))
    return [*told, _some(inputs, _grad(wide))]


@case(
    "Gradients of cross entropy",
    points=2,
    skill="losses",
    hint="(softmax - one hot) / batch times what flows in",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for rows, classes in ((5, 3), (1, 4), (2, 2)):
        logits, labels = inputs.array(rows, classes, low=-4, high=4), tt.Tensor(inputs.labels(rows, classes))
        told += _loss(tt, inputs, lambda a, t=labels: tt.CrossEntropyLoss()(a, t), logits)
    scores = _leaf(tt, _large(inputs, 3000, 20, low=-4, high=4))
    wanted = (np.arange(3000) * inputs.integer(3, 17)) % 20
    _started(tt.CrossEntropyLoss()(scores, tt.Tensor(wanted)), np.array(3000, dtype=np.float32))
    return [*told, _some(inputs, _grad(scores))]


@case(
    "Gradients of binary cross entropy",
    points=2,
    skill="losses",
    hint="(p - t) / (p (1 - p) N) times what flows in, also for targets between 0 and 1",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for shape in ((6,), (3, 2)):
        for truth in (inputs.integers(0, 2, shape), inputs.array(*shape, low=0.05, high=0.95)):
            chances, t = inputs.array(*shape, low=0.05, high=0.95), tt.Tensor(truth)
            told += _loss(tt, inputs, lambda a, t=t: tt.BinaryCrossEntropyLoss()(a, t), chances)
    sure, truth = _leaf(tt, _large(inputs, 300, 200, low=0.05, high=0.95)), _large(inputs, 300, 200) > 0
    _started(tt.BinaryCrossEntropyLoss()(sure, tt.Tensor(truth)), np.array(60000, dtype=np.float32))
    return [*told, _some(inputs, _grad(sure))]


@case(
    "Gradients of cross entropy at large scores",
    points=1,
    skill="losses",
    hint="logits of ±1000 do not overflow: subtract their maximum before exp",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    labels = tt.Tensor(inputs.labels(4, 3))
    large = inputs.array(4, 3, low=400, high=1000) * inputs.shuffled([1.0, 1.0, -1.0])
    # Rows far from each other: each has a maximum of its own.
    apart = inputs.array(4, 3, low=-3, high=3) + np.array(
        inputs.shuffled([[0], [300], [-300], [-900]]), dtype=np.float32
    )
    return [_slopes(tt, inputs, lambda a: tt.CrossEntropyLoss()(a, labels), one) for one in (large, apart)]


@case(
    "Gradients of binary cross entropy at 0 and 1",
    points=1,
    skill="losses",
    hint="chances of 0 and 1 are clipped as in the loss itself, so that nothing is divided by zero",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    # Of the chances of 0 and 1, two are right and two are wrong: only of these the logarithm is infinite.
    order = inputs.shuffled(list(range(8)))
    edge = np.arange(8)[order] < 4
    certain, truth = np.repeat([0.0, 1.0], 2), np.array([0, 1] * 4)[order]
    chances = _leaf(tt, np.concatenate([certain, inputs.array(4, low=0.05, high=0.95)])[order])
    loss = tt.BinaryCrossEntropyLoss()(chances, tt.Tensor(truth))
    loss.backward()
    # Courses differ in the gradient where a chance was clipped: none, or the clipped one's. Both are finite.
    slopes = _grad(chances)
    return [np.where(edge, np.isfinite(slopes), slopes), bool(np.isfinite(loss.data).all())]


# ---------------------------------------------------------------------------------------------------- the way back


@case(
    "A tensor that is both operands",
    points=1,
    skill="shared tensors",
    hint="a tensor that an operation takes twice gets both gradients",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = _slopes(tt, inputs, lambda a: a * a, inputs.array(3))
    told += _slopes(tt, inputs, lambda a: a.matmul(a), inputs.array(2, 2))
    return told + _wide(tt, inputs, lambda one: one * one, _large(inputs, 300, 300))


@case(
    "A result used more than once",
    points=2,
    skill="shared tensors",
    hint="a tensor that goes two ways gets the sum of both gradients, and only then passes it on",
    unless="2026-05",  # whose starter releases a graph when it is first visited
)
def _(tt: Any, inputs: Inputs) -> Any:
    def apart(a: Any, b: Any) -> Any:
        shared = a + b
        return shared + shared

    def together(a: Any, b: Any) -> Any:
        shared = a * b
        return shared * shared + shared

    def steps(a: Any) -> Any:
        step = a
        for _ in range(6):
            step = step + step * a
        return step

    def longer(a: Any, b: Any) -> Any:
        shared = a + b
        return ((shared + a) + b) + shared

    def shorter(a: Any, b: Any) -> Any:
        shared = a + b
        return shared + (a + (b + shared))

    told = [_slopes(tt, inputs, steps, inputs.array(2, 2, low=-0.5, high=0.5))]
    works = (apart, together, longer, shorter)
    return told + [_slopes(tt, inputs, work, inputs.array(3), inputs.array(3)) for work in works]


@case(
    "A tensor added to itself forty times over",
    points="1/2",
    skill="shared tensors",
    hint="visit every tensor once, after all that was made of it: there are 2^40 ways, but 40 tensors",
    visible=False,
    since="2026-09",  # before, the walk of the starter went every way
)
def _(tt: Any, inputs: Inputs) -> Any:
    def doubled(a: Any) -> Any:
        for _ in range(40):
            a = a + a
        return a

    return _slopes(tt, inputs, doubled, inputs.array(3))


@case(
    "Every tensor has a gradient of its own",
    points=1,
    skill="accumulation",
    hint="a sum hands one array to both operands: what is added to one gradient must not change another, or what was given",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, weights = _leaf(tt, inputs.array(2, 3)), _leaf(tt, inputs.array(2, 3)), inputs.array(2, 3)
    told = []
    works: list[Any] = [lambda: a + b, lambda: a.sum(), lambda: b.sum(), lambda: (a + b) + a, lambda: b.sum()]
    for work in works:
        result = work()
        result.backward(weights if result.data.ndim else inputs.array())
        told.append([weights.copy(), _grad(a), _grad(b)])
    return told


@case(
    "Gradients add up until they are zeroed",
    points=2,
    skill="accumulation",
    hint="backward adds to .grad; zero_grad sets it to None",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, told = _leaf(tt, inputs.array(4, low=0.5)), []
    for zeroed in inputs.shuffled([False, False, True, False, True, False]):
        if zeroed:
            x.zero_grad()
        told += _back(inputs, tt.ReLU()(x), x)
    x.zero_grad()
    told.append(_grad(x))
    return told + _back(inputs, tt.ReLU()(x), x)


@case(
    "A graph of a thousand steps",
    points=1,
    skill="deep graphs",
    hint="Python ends recursion at about a thousand calls: keep a list of the tensors that are still to be visited",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, shift = _leaf(tt, inputs.array(3)), _leaf(tt, inputs.array(3))
    step = x
    for _ in range(1100):
        step = step.contiguous()  # a copy is what runs fastest
    return _back(inputs, step + shift, x, shift)


@case(
    "What is recorded",
    points=1,
    skill="recording",
    hint="a result requires a gradient if one of the operands does; backward of one that does not leaves everything as it is",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for marked in inputs.shuffled([(True, True), (True, False), (False, True), (False, False)]):
        a, b = (tt.Tensor(inputs.array(2, 2), requires_grad=one) for one in marked)
        result = a.matmul(b)
        others = [a + b, a * b, tt.ReLU()(a), b.sum()]
        told.append([[bool(one.requires_grad) for one in (a, b, result, *others)], *_back(inputs, result, a, b)])
        if not any(marked):  # whether a result within a graph keeps its gradient is left to everybody
            told.append(_grad(result))
    return told


@case(
    "What is recorded of losses, differences and shapes",
    points="1/2",
    skill="recording",
    hint="a result requires a gradient only if one of the operands does, whatever the operation is",
    visible=False,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for marked in inputs.shuffled([(True, True), (True, False), (False, True), (False, False)]):
        a, b = (tt.Tensor(inputs.array(2, 2, low=0.5, high=0.9)) for _ in range(2))
        a.requires_grad, b.requires_grad = marked
        made = [a - b, a / b, a.transpose(), a.reshape(4), a[0], tt.Softmax()(a), tt.Sigmoid()(a), tt.GELU()(a)]
        fixed, labels = tt.Tensor(inputs.array(2, 2, low=0.1, high=0.9)), tt.Tensor(inputs.labels(2, 2))
        made += [tt.MSELoss()(a, fixed), tt.CrossEntropyLoss()(a, labels), tt.BinaryCrossEntropyLoss()(a, fixed)]
        told.append([[bool(one.requires_grad) for one in made], *_back(inputs, made[0], a, b)])
    return told


@case(
    "Nothing recorded under no_grad",
    points=1,
    skill="no_grad",
    hint="on exit no_grad restores what was before, also when nested and after an exception; is_grad_enabled tells which it is",
    since="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def failing() -> None:
        with tt.no_grad():
            raise KeyError("leaves the block")

    x = _leaf(tt, inputs.array(2, 3))
    enabled = [tt.is_grad_enabled()]
    with tt.no_grad():
        enabled.append(tt.is_grad_enabled())
        still = x.transpose()
        with tt.no_grad():
            deeper = x.reshape(6)
        after_inner = x.sum(axis=0)
        told = [raises(failing)]
        after_error = x.reshape(3, 2)
    told.append([bool(one) for one in [*enabled, tt.is_grad_enabled()]])
    told += [[one.data, bool(one.requires_grad)] for one in (still, deeper, after_inner, after_error)]
    told.append(raises(failing))
    told += _back(inputs, x.matmul(still), x)
    return told + _slopes(tt, inputs, lambda a: a.transpose(), inputs.array(2, 3))


@case(
    "A graph that is gone through twice",
    points="1/2",
    skill="releasing",
    hint="with retain_graph=True another backward adds as much again, and nothing after one without it",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kept in inputs.shuffled([True, False, True]):
        x, weights = _leaf(tt, inputs.array(3, 2)), inputs.array(2, 3)
        flipped = x.transpose()
        flipped.backward(weights, **({"retain_graph": True} if kept else {}))
        told.append(_grad(x))
        raises(lambda flipped=flipped, weights=weights: flipped.backward(weights))  # whether it is an error differs
        told.append(_grad(x))
    return told


@case(
    "A graph kept and a graph released",
    points=1,
    skill="releasing",
    hint="retain_graph=True allows another backward; otherwise a second one through any part of the graph is a RuntimeError "
    "and adds nothing",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for first, second in inputs.shuffled([(True, True), (True, False), (False, True), (False, False)]):
        x = _leaf(tt, inputs.array(3, 2))
        loss = x.transpose().sum()
        loss.backward(inputs.array(), retain_graph=first)
        told.append([raises(lambda one=loss, keep=second: one.backward(retain_graph=keep)), _grad(x)])
    y = _leaf(tt, inputs.array(3, 2))
    middle = y.transpose()
    told.append([raises(lambda: middle.sum(axis=0).backward(inputs.array(3))), _grad(y)])
    return [*told, raises(lambda: middle.sum(axis=1).backward(inputs.array(2))), _grad(y)]


@case(
    "Where backward starts",
    points=1,
    skill="start",
    hint="backward(gradient) starts from that gradient; without one a single entry starts with 1, more are a ValueError",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for shape, given in inputs.shuffled(
        [((), False), ((1,), False), ((1, 1), False), ((2, 2), False), ((3,), False), ((2, 2), True), ((1,), True)]
    ):
        x = _leaf(tt, inputs.array(*shape, low=0.5))
        start = inputs.array(*shape) if given else None
        told.append([raises(lambda one=x, g=start: tt.ReLU()(one).backward(g)), _grad(x)])
    return told


@case(
    "A gradient from outside of the wrong shape",
    points=1,
    skill="start",
    hint="the gradient given, Tensor or array, has the shape of the result; anything else is a ValueError",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for shape, start in inputs.shuffled([((3,), (3,)), ((3,), (1,)), ((3,), ()), ((2, 2), (2,)), ((2, 1), (2, 1))]):
        for wrapped in (True, False):
            x, gradient = _leaf(tt, inputs.array(*shape, low=0.5)), inputs.array(*start)
            given = tt.Tensor(gradient) if wrapped else gradient
            told.append([raises(lambda one=x, g=given: tt.ReLU()(one).backward(g)), _grad(x)])
    return told


@case(
    "What the backward of an operation returns",
    points=1,
    skill="operations",
    hint="a tuple with one gradient for each input, of the shape of that input, also of one alone",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, c, row, column = (
        _leaf(tt, inputs.array(*shape, low=0.5)) for shape in ((2, 3), (3, 2), (2, 3), (3,), (2, 1))
    )
    asked = [
        (tt.MatMul(a, b), (2, 2)),
        (tt.Reshape(a, shape=(6,)), (6,)),
        (tt.Sum(c, axis=0), (3,)),
        (tt.Sub(a, c), (2, 3)),
        *[(kind(a, row), (2, 3)) for kind in (tt.Add, tt.Sub, tt.Mul, tt.Div)],
        *[(kind(column, a), (2, 3)) for kind in (tt.Add, tt.Sub, tt.Mul, tt.Div)],
    ]
    told = []
    for node, shape in inputs.shuffled(asked):
        returned = node.backward(inputs.array(*shape))
        told.append([isinstance(returned, tuple), [np.array(one) for one in returned]])
    return told


@case(
    "A small network from end to end",
    points=1,
    skill="whole network",
    hint="compare each gradient with (loss(w + h) - loss(w - h)) / 2h",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, labels = inputs.array(5, 3), inputs.labels(5, 3)
    values = [inputs.array(3, 4), inputs.array(4), inputs.array(4, 3), inputs.array(3)]

    def loss(leaves: list[Any]) -> Any:
        hidden = tt.Sigmoid()(tt.Tensor(x).matmul(leaves[0]) + leaves[1])
        return tt.CrossEntropyLoss()(hidden.matmul(leaves[2]) + leaves[3], tt.Tensor(labels))

    leaves = [_leaf(tt, value) for value in values]
    loss(leaves).backward()
    slope = central_difference(lambda b: loss([tt.Tensor(v) for v in (values[0], b, *values[2:])]).data, values[1])
    # Differences of float32 numbers are good to three digits: float16 asks for no more.
    return [[_grad(leaf) for leaf in leaves], slope.astype("float16")]
