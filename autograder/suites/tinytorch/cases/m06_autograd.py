"""Cases of module 06: gradients, as raw numbers, through the operators and classes a student uses.

Results are multiplied by drawn weights before they are summed, so that every entry has a gradient of its own. What the
courses of earlier years did not do, or did wrong, is asked since 2026-09 alone.

Most cases have a part with tens of thousands of entries, for which the rules take milliseconds. Who computes derivatives
by differences, entry by entry, has to run every operation twice for each entry, and does not finish.
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
    """The gradient as an array, whether kept as an array or as a Tensor; None if there is none."""
    found = tensor.grad
    return found if found is None or isinstance(found, (np.ndarray, np.generic)) else found.data


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
    """Some entries of the gradients of work(tensors of these large values), for the sum of its result times weights.

    Sums over many entries of both signs would be the sums' own rounding: where there are some, values are positive.
    """
    leaves = [_leaf(tt, one) for one in values]
    result = work(*leaves)
    (result * tt.Tensor(_large(inputs, *result.data.shape, low=0.5))).sum().backward()
    return [_some(inputs, _grad(leaf)) for leaf in leaves]


def _back(tt: Any, inputs: Inputs, result: Any, *leaves: Any) -> list[Any]:
    """The gradients of the leaves for the sum of the result times drawn weights."""
    (result * tt.Tensor(inputs.array(*result.data.shape))).sum().backward()
    return [_grad(leaf) for leaf in leaves]


def _pair(inputs: Inputs, size: int = 300) -> list[Any]:
    """Two large squares of entries that are away from zero."""
    return [_large(inputs, size, size, low=0.5) for _ in range(2)]


@case(
    "Gradients of sums and differences",
    points=4,
    skill="arithmetic",
    hint="a + b passes the gradient to both, a - b the negative to b; a tensor without requires_grad gets none",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, c = _leaf(tt, inputs.array(2, 3)), _leaf(tt, inputs.array(2, 3)), tt.Tensor(inputs.array(2, 3))
    told = _back(tt, inputs, a + b - c, a, b, c) + _back(tt, inputs, c - a + (b + 1.5), a, b)
    return told + _wide(tt, inputs, lambda one, other: one - other + one, *_pair(inputs))


@case(
    "Gradients of products and quotients",
    points=4,
    skill="arithmetic",
    hint="a · b gives each the other's values; a / b gives 1/b and -a/b²",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = _leaf(tt, inputs.array(3, 2)), _leaf(tt, inputs.array(3, 2, low=0.5))
    c, d = _leaf(tt, inputs.array(3, 2)), _leaf(tt, inputs.array(3, 2, low=0.5))
    told = _back(tt, inputs, a * b, a, b) + _back(tt, inputs, c / d, c, d)
    told += _back(tt, inputs, (a * c) / (b * d), a, b, d)
    return told + _wide(tt, inputs, lambda one, other: one * other / (one + other), *_pair(inputs))


@case(
    "Gradients of operands that were broadcast",
    points=5,
    skill="broadcast",
    hint="sum the gradient over every axis that was added or stretched, until it has the operand's shape",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for left, right in (((3, 4), (4,)), ((3, 1), (3, 4)), ((2, 1, 4), (3, 1)), ((2, 3), (1,)), ((2, 2), ())):
        a, b = _leaf(tt, inputs.array(*left)), _leaf(tt, inputs.array(*right, low=0.5))
        told += [_back(tt, inputs, a * b + a, a, b), _back(tt, inputs, a / b - b, a, b)]
    square, row, column = (_large(inputs, *shape, low=0.5) for shape in ((300, 300), (300,), (300, 1)))
    return [*told, _wide(tt, inputs, lambda x, y, z: x * y + z, square, row, column)]


@case(
    "Gradients of matrix products",
    points=5,
    skill="matmul",
    hint="for A B they are g Bᵀ and Aᵀ g",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b, c = _leaf(tt, inputs.array(3, 4)), _leaf(tt, inputs.array(4, 2)), _leaf(tt, inputs.array(2, 5))
    told = _back(tt, inputs, a.matmul(b), a, b) + _back(tt, inputs, (a @ b) @ c, a, b, c)
    return told + _wide(tt, inputs, lambda one, other: one.matmul(other), *_pair(inputs, 120))


@case(
    "Gradients of products with vectors and stacks",
    points=3,
    skill="matmul",
    hint="a vector is a matrix of one row or column; axes of the stack that were broadcast are summed",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for left, right in (((3,), (3, 2)), ((2, 3), (3,)), ((3,), (3,)), ((2, 3, 4), (2, 4, 2)), ((2, 3, 4), (4, 2))):
        a, b = _leaf(tt, inputs.array(*left)), _leaf(tt, inputs.array(*right))
        told.append(_back(tt, inputs, a.matmul(b), a, b))
    return told


@case(
    "Gradients of sums over an axis",
    points=3,
    skill="reductions",
    hint="put the reduced axis back, then repeat the gradient along it",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(3, 3, 3)  # equal sizes: a gradient along the wrong axis has the right shape
    told = []
    for axis, keepdims in ((None, False), (0, False), (1, False), (2, True), (-1, False), ((0, 2), False)):
        leaf = _leaf(tt, x)
        told.append(_back(tt, inputs, leaf.sum(axis=axis, keepdims=keepdims), leaf))
    # Larger than elsewhere: to run a sum takes no time.
    return told + _wide(tt, inputs, lambda one: one.sum(axis=inputs.integer(0, 2)), _large(inputs, 600, 500))


@case(
    "Gradients of means and maxima",
    points=4,
    skill="reductions",
    hint="a mean divides by the number of entries averaged; a maximum passes all to the largest entry",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(3, 4)
    told = []
    for axis in (None, 0, 1):
        first, second = _leaf(tt, x), _leaf(tt, x)
        told += [_back(tt, inputs, first.mean(axis=axis), first), _back(tt, inputs, second.max(axis=axis), second)]
    # Divided by few: a gradient must stand out from the tolerance beside zero.
    return told + _wide(tt, inputs, lambda one: one.mean(axis=2), _large(inputs, 250, 240, 5))


@case(
    "Gradients through other shapes",
    points=3,
    skill="shapes",
    hint="reshape and transpose move entries; backward moves the gradient back",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = _leaf(tt, inputs.array(3, 4)), _leaf(tt, inputs.array(2, 2, 3))
    told = _back(tt, inputs, a.reshape(2, 6), a) + _back(tt, inputs, a.transpose(), a)
    told += _back(tt, inputs, b.transpose(0, 2), b) + _back(tt, inputs, b.reshape(4, 3).transpose(), b)
    return told + _wide(tt, inputs, lambda one: one.transpose().reshape(150, 600), _large(inputs, 300, 300))


@case(
    "Gradients of three axes in a new order, and of masks",
    points=2,
    skill="shapes",
    hint="the axes go back by the inverse permutation; masked entries get no gradient",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    a, b = _leaf(tt, inputs.array(2, 3, 4)), _leaf(tt, inputs.array(3, 4))
    turned = tt.Permute.apply(a, axes=inputs.choice([(1, 2, 0), (2, 0, 1)]))
    mask = inputs.array(3, 4) > 0
    value = inputs.number()
    told = _back(tt, inputs, turned, a) + _back(tt, inputs, b.masked_fill(mask, value), b)
    return told + _back(tt, inputs, b.contiguous() * b.masked_fill(mask, value), b)


@case(
    "Gradients of slices",
    points=3,
    skill="slices",
    hint="zero wherever the slice did not look; entries taken twice get both gradients",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, rows = inputs.array(5, 3), inputs.integers(0, 3, 6)
    told = []
    for key in (2, slice(1, 4), (slice(None), 1), (slice(None, None, 2), slice(0, 2)), rows):
        leaf = _leaf(tt, x)
        told.append(_back(tt, inputs, leaf[key], leaf))
    return told + _wide(tt, inputs, lambda one: one[2:, 1:], _large(inputs, 300, 300))


@case(
    "Gradients of sigmoid, ReLU and softmax",
    points=4,
    skill="activations",
    hint="sigmoid s(1-s), ReLU 1 above 0 and 0 at 0, softmax y(g - Σ g·y)",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(3, 4, low=-3, high=3)
    x[1, 2] = 0
    told = []
    for kind in (tt.Sigmoid, tt.ReLU, tt.Softmax):
        leaf = _leaf(tt, x)
        told += _back(tt, inputs, kind()(leaf), leaf)
        told += _wide(tt, inputs, kind(), _large(inputs, 3000, 20, low=-3, high=3))
    return told


@case(
    "Gradients of tanh and GELU",
    points=2,
    skill="activations",
    hint="tanh 1-t², GELU s + 1.702·x·s(1-s)",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, told = inputs.array(3, 4, low=-3, high=3), []
    for kind in (tt.Tanh, tt.GELU):
        leaf = _leaf(tt, x)
        told += _back(tt, inputs, kind()(leaf), leaf)
        told += _wide(tt, inputs, kind(), _large(inputs, 300, 200, low=-3, high=3))
    return told


@case(
    "Gradients of activations at large inputs",
    points=2,
    skill="activations",
    hint="no overflow at ±1000: compute from the activation's own, stable result",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(2, 4, low=-1, high=1)
    # Both signs in every draw: what overflows at one of them must be seen.
    x[0] = inputs.array(4, low=200, high=1000) * inputs.shuffled([1.0, 1.0, -1.0, -1.0])
    told = []
    for kind in (tt.Sigmoid, tt.Tanh, tt.Softmax, tt.GELU):
        leaf = _leaf(tt, x)
        told += _back(tt, inputs, kind()(leaf), leaf)
    leaf = _leaf(tt, x)
    return told + _back(tt, inputs, tt.log_softmax(leaf), leaf)


@case(
    "Gradients of losses",
    points=3,
    skill="losses",
    hint="MSE 2(p-t)/N, cross entropy (softmax - one hot)/batch, BCE (p-t)/(p(1-p)N)",
)
def _(tt: Any, inputs: Inputs) -> Any:
    p, t = _leaf(tt, inputs.array(4, 3)), inputs.array(4, 3)
    tt.MSELoss()(p, tt.Tensor(t)).backward()
    logits, labels = _leaf(tt, inputs.array(5, 3, low=-4, high=4)), inputs.labels(5, 3)
    tt.CrossEntropyLoss()(logits, tt.Tensor(labels)).backward()
    chances, truth = _leaf(tt, inputs.array(6, low=0.05, high=0.95)), inputs.integers(0, 2, 6)
    tt.BinaryCrossEntropyLoss()(chances, tt.Tensor(truth)).backward()
    # What flows in is not always one.
    scaled = _leaf(tt, inputs.array(2, 3))
    (tt.MSELoss()(scaled, tt.Tensor(t[:2])) * inputs.number(2, 3)).backward()
    told = [_grad(one) for one in (p, logits, chances, scaled)]
    # Losses are means: as many times as much flows in as they divide by, or nothing would stand out from zero.
    wide, scores = _leaf(tt, _large(inputs, 300, 200)), _leaf(tt, _large(inputs, 3000, 20, low=-4, high=4))
    (tt.MSELoss()(wide, tt.Tensor(_large(inputs, 300, 200))) * 60000.0).backward()
    wanted = (np.arange(3000) * inputs.integer(3, 17)) % 20
    (tt.CrossEntropyLoss()(scores, tt.Tensor(wanted)) * 3000.0).backward()
    sure = _leaf(tt, _large(inputs, 300, 200, low=0.05, high=0.95))
    (tt.BinaryCrossEntropyLoss()(sure, tt.Tensor(_large(inputs, 300, 200) > 0)) * 60000.0).backward()
    return [*told, [_some(inputs, _grad(one)) for one in (wide, scores, sure)]]


@case(
    "Gradients of losses at their limits",
    points=2,
    skill="losses",
    hint="logits of ±1000 do not overflow: subtract their maximum; chances of 0 and 1 are clipped, nothing is infinite",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    logits = _leaf(tt, inputs.array(4, 3, low=400, high=1000) * inputs.shuffled([1.0, 1.0, -1.0]))
    tt.CrossEntropyLoss()(logits, tt.Tensor(inputs.labels(4, 3))).backward()
    edge = inputs.shuffled([True, True, True, True, False, False, False, False])
    p = np.where(edge, inputs.shuffled([0.0, 1.0] * 4), inputs.array(8, low=0.05, high=0.95))
    chances = _leaf(tt, p)
    tt.BinaryCrossEntropyLoss()(chances, tt.Tensor(inputs.shuffled([0, 1] * 4))).backward()
    # Courses differ in the gradient where a chance was clipped: none, or the clipped one's. Both are finite.
    slopes = _grad(chances)
    return [_grad(logits), np.where(edge, np.isfinite(slopes), slopes)]


@case(
    "A tensor used more than once",
    points=3,
    skill="shared tensors",
    hint="a tensor that goes two ways gets the sum of both gradients, and passes it on once",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, w = _leaf(tt, inputs.array(3)), _leaf(tt, inputs.array(3))
    shared = x * w
    told = _back(tt, inputs, shared * shared + shared - x, x, w)
    y = _leaf(tt, inputs.array(2, 2, low=-0.5, high=0.5))
    step = y
    for _ in range(6):
        step = step + step * y
    told += _back(tt, inputs, step, y)
    return told + _wide(tt, inputs, lambda one: one * one + one, _large(inputs, 300, 300))


@case(
    "A graph of a thousand steps",
    points=2,
    skill="deep graphs",
    hint="Python ends recursion at about a thousand calls: keep a list of the tensors that are still to be visited",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, factor, shift = (
        _leaf(tt, inputs.array(3)),
        tt.Tensor(inputs.array(3, low=0.998, high=1)),
        _leaf(tt, inputs.array(3)),
    )
    step = x
    for _ in range(600):
        step = step * factor + shift
    return _back(tt, inputs, step, x, shift)


@case(
    "Gradients add up until they are zeroed",
    points=4,
    skill="accumulation",
    hint="backward adds to .grad; zero_grad sets it to None",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, large, told = _leaf(tt, inputs.array(4)), _leaf(tt, _large(inputs, 300, 300)), []
    for zeroed in inputs.shuffled([False, False, True, False, True, False]):
        for one in (x, large):
            if zeroed:
                one.zero_grad()
        (x * x * tt.Tensor(inputs.array(4))).sum().backward()
        (large * tt.Tensor(_large(inputs, 300, 300))).sum().backward()
        told.append([np.array(_grad(x)), _some(inputs, _grad(large))])
    x.zero_grad()
    return [told, _grad(x)]


@case(
    "Nothing recorded under no_grad",
    points=3,
    skill="no_grad",
    hint="on exit no_grad restores what was before, also when nested and after an exception",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def failing() -> None:
        with tt.no_grad():
            raise KeyError("leaves the block")

    x, told = _leaf(tt, inputs.array(3)), []
    with tt.no_grad():
        still = x * x
        with tt.no_grad():
            deeper = x + x
        after_inner = x * still
    told += [[one.data, bool(one.requires_grad)] for one in (still, deeper, after_inner)]
    told.append(raises(failing))
    told.append(_back(tt, inputs, x * still + deeper + x, x))
    return told


@case(
    "A graph kept and a graph released",
    points=2,
    skill="releasing",
    hint="retain_graph=True allows another backward; otherwise the second is a RuntimeError and adds nothing",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for first, second in inputs.shuffled([(True, True), (True, False), (False, True), (False, False)]):
        x = _leaf(tt, inputs.array(3))
        loss = (x * x * x).sum()
        loss.backward(retain_graph=first)
        told.append([raises(lambda one=loss, keep=second: one.backward(retain_graph=keep)), np.array(_grad(x))])
    return told


@case(
    "The gradient that comes from outside",
    points=3,
    skill="start",
    hint="backward(gradient) starts from that gradient, of the result's shape; without one a single entry starts with 1",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for size, shape in inputs.shuffled([(3, (3,)), (3, None), (1, None), (2, (3,)), (4, (4,)), (2, (2, 1))]):
        x = _leaf(tt, inputs.array(size))
        start = None if shape is None else inputs.array(*shape)
        told.append([raises(lambda one=x, g=start: (one * one).backward(g)), _grad(x)])
    return told


@case(
    "A small network from end to end",
    points=4,
    skill="whole network",
    hint="compare each gradient with (loss(w + h) - loss(w - h)) / 2h",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, labels = inputs.array(5, 3), inputs.labels(5, 3)
    values = [inputs.array(3, 4), inputs.array(4), inputs.array(4, 3), inputs.array(3)]

    def loss(leaves: list[Any], x: Any = x, labels: Any = labels) -> Any:
        hidden = tt.Sigmoid()(tt.Tensor(x).matmul(leaves[0]) + leaves[1])
        return tt.CrossEntropyLoss()(hidden.matmul(leaves[2]) + leaves[3], tt.Tensor(labels))

    leaves = [_leaf(tt, value) for value in values]
    loss(leaves).backward()
    wide = [_leaf(tt, value) for value in values]
    # Gradients of a mean over many rows are small.
    (loss(wide, _large(inputs, 3000, 3), np.arange(3000) % inputs.integer(2, 4)) * 100.0).backward()
    slope = central_difference(lambda b: loss([tt.Tensor(v) for v in (values[0], b, *values[2:])]).data, values[1])
    # Differences of float32 numbers are good to three digits: float16 asks for no more.
    return [[_grad(leaf) for leaf in leaves], [_grad(leaf) for leaf in wide], slope.astype("float16")]
