"""Module 06: gradients by walking the graph backwards. Source: API sheet, module 06.

Importing this module completes the earlier ones in place: every operation gets its `backward`, `Function.apply` records
the node that made each result, and `Tensor` gets `backward` and `zero_grad`. A node's `backward` takes the gradient of
its result as an array and returns a tuple with one entry per input: an array of the input's shape, or None for an input
that never gets one. Gradients are float32 arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from .activations import GELUFunction, ReLUFunction, SigmoidFunction, SoftmaxFunction, TanhFunction
from .losses import BinaryCrossEntropyFunction, CrossEntropyFunction, LogSoftmax, MSEFunction
from .tensor import (
    Add,
    Array,
    Copy,
    Div,
    Function,
    MaskedFill,
    MatMul,
    Max,
    Mean,
    Mul,
    Permute,
    Reshape,
    Slice,
    Sub,
    Sum,
    Tensor,
)

EPSILON = 1e-7
GELU_SLOPE = 1.702

rng = np.random.default_rng(7)

_GRAD_TRACKING_ENABLED = True

Attached = TypeVar("Attached", bound=Callable[..., Any])
Gradients = tuple[Array | None, ...]


def method_of(cls: type, name: str = "") -> Callable[[Attached], Attached]:
    """A decorator that makes a function a method of a class, under its own name or another."""

    def attach(function: Attached) -> Attached:
        setattr(cls, name or function.__name__, function)
        return function

    return attach


# ---------------------------------------------------------------------------------------------------- tracking


def is_grad_enabled() -> bool:
    """Whether operations are recorded now."""
    return _GRAD_TRACKING_ENABLED


class no_grad:
    """Within it nothing is recorded; may be nested, and ends also when an exception leaves it."""

    def __enter__(self) -> no_grad:
        global _GRAD_TRACKING_ENABLED
        self.before = _GRAD_TRACKING_ENABLED
        _GRAD_TRACKING_ENABLED = False
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        global _GRAD_TRACKING_ENABLED
        _GRAD_TRACKING_ENABLED = self.before


def _recorded(cls: type[Function], /, *inputs: Tensor, **params: Any) -> Tensor:
    """A new Tensor with the operation's result; it keeps the node if a gradient may be asked of it."""
    node = cls(*inputs, **params)
    result = Tensor(node.forward(*(one.data for one in inputs)))
    if _GRAD_TRACKING_ENABLED and any(one.requires_grad for one in inputs):
        result.requires_grad = True
        result._grad_fn = node
    return result


@method_of(Function, "__repr__")
def function_repr(self: Function) -> str:
    """`Add(2 inputs)`."""
    return f"{type(self).__name__}({len(self.inputs)} inputs)"


# A classmethod is put in place by name, which type checkers do not follow.
setattr(Function, "apply", classmethod(_recorded))  # noqa: B010


# ---------------------------------------------------------------------------------------------------- shapes


def _reduce_broadcast_grad(grad: Array, original_shape: tuple[int, ...]) -> Array:
    """A gradient summed back to the shape its operand had before broadcasting."""
    grad = grad.sum(axis=tuple(range(grad.ndim - len(original_shape))))
    stretched = tuple(axis for axis, size in enumerate(original_shape) if size == 1)
    return np.asarray(grad.sum(axis=stretched, keepdims=True))


def _expand_reduced(
    grad_output: Array, shape: tuple[int, ...], axis: int | tuple[int, ...] | None, keepdims: bool
) -> Array:
    """The gradient of a reduction, repeated along the axes it reduced, in the shape it had before."""
    if axis is not None and not keepdims:
        grad_output = np.expand_dims(grad_output, axis)
    return np.broadcast_to(grad_output, shape)


# ---------------------------------------------------------------------------------------------------- arithmetic


@method_of(Add, "backward")
def add_backward(self: Add, grad_output: Array) -> Gradients:
    """g to both."""
    a, b = self.inputs
    return _reduce_broadcast_grad(grad_output, a.shape), _reduce_broadcast_grad(grad_output, b.shape)


@method_of(Sub, "backward")
def sub_backward(self: Sub, grad_output: Array) -> Gradients:
    """g and -g."""
    a, b = self.inputs
    return _reduce_broadcast_grad(grad_output, a.shape), _reduce_broadcast_grad(-grad_output, b.shape)


@method_of(Mul, "backward")
def mul_backward(self: Mul, grad_output: Array) -> Gradients:
    """g times the other factor."""
    a, b = self.inputs
    return (
        _reduce_broadcast_grad(grad_output * b.data, a.shape),
        _reduce_broadcast_grad(grad_output * a.data, b.shape),
    )


@method_of(Div, "backward")
def div_backward(self: Div, grad_output: Array) -> Gradients:
    """g / b and -g a / b²."""
    a, b = self.inputs
    return (
        _reduce_broadcast_grad(grad_output / b.data, a.shape),
        _reduce_broadcast_grad(-grad_output * a.data / b.data**2, b.shape),
    )


@method_of(MatMul, "backward")
def matmul_backward(self: MatMul, grad_output: Array) -> Gradients:
    """g Bᵀ and Aᵀ g on the last two axes; a vector is a matrix of one row (left) or one column (right)."""
    left, right = (one.data for one in self.inputs)
    a = left[None, :] if left.ndim == 1 else left
    b = right[:, None] if right.ndim == 1 else right
    g = grad_output
    if right.ndim == 1:
        g = np.expand_dims(g, -1)
    if left.ndim == 1:
        g = np.expand_dims(g, -2)
    grad_a = _reduce_broadcast_grad(np.matmul(g, np.swapaxes(b, -1, -2)), a.shape)
    grad_b = _reduce_broadcast_grad(np.matmul(np.swapaxes(a, -1, -2), g), b.shape)
    return grad_a.reshape(left.shape), grad_b.reshape(right.shape)


# ---------------------------------------------------------------------------------------------------- shapes and choice


@method_of(Permute, "backward")
def permute_backward(self: Permute, grad_output: Array) -> Gradients:
    """The axes put back."""
    return (np.transpose(grad_output, np.argsort(np.array(self.axes) % grad_output.ndim)),)


@method_of(Reshape, "backward")
def reshape_backward(self: Reshape, grad_output: Array) -> Gradients:
    """The old shape."""
    return (grad_output.reshape(self.inputs[0].shape),)


@method_of(Copy, "backward")
def copy_backward(self: Copy, grad_output: Array) -> Gradients:
    """g."""
    return (grad_output,)


@method_of(Slice, "backward")
def slice_backward(self: Slice, grad_output: Array) -> Gradients:
    """g where the key points, zero elsewhere; an entry taken twice gets both."""
    grad = np.zeros(self.inputs[0].shape, dtype=grad_output.dtype)
    np.add.at(grad, self.key, grad_output)
    return (grad,)


@method_of(MaskedFill, "backward")
def masked_fill_backward(self: MaskedFill, grad_output: Array) -> Gradients:
    """Zero where the mask is true."""
    return (np.where(self.mask, 0, grad_output),)


# ---------------------------------------------------------------------------------------------------- reductions


@method_of(Sum, "backward")
def sum_backward(self: Sum, grad_output: Array) -> Gradients:
    """g for every entry that was added."""
    return (_expand_reduced(grad_output, self.inputs[0].shape, self.axis, self.keepdims),)


@method_of(Mean, "backward")
def mean_backward(self: Mean, grad_output: Array) -> Gradients:
    """g over the number of entries that were averaged."""
    count = self.inputs[0].size // max(grad_output.size, 1)
    return (_expand_reduced(grad_output, self.inputs[0].shape, self.axis, self.keepdims) / count,)


@method_of(Max, "backward")
def max_backward(self: Max, grad_output: Array) -> Gradients:
    """g to the largest entry; those that tie share equally."""
    x = self.inputs[0].data
    winners = x == np.max(x, axis=self.axis, keepdims=True)
    share = winners / winners.sum(axis=self.axis, keepdims=True)
    return (_expand_reduced(grad_output, x.shape, self.axis, self.keepdims) * share,)


# ---------------------------------------------------------------------------------------------------- activations


@method_of(SigmoidFunction, "backward")
def sigmoid_backward(self: SigmoidFunction, grad_output: Array) -> Gradients:
    """g s (1 - s)."""
    s = self.forward(self.inputs[0].data)
    return (grad_output * s * (1 - s),)


@method_of(ReLUFunction, "backward")
def relu_backward(self: ReLUFunction, grad_output: Array) -> Gradients:
    """g where x > 0."""
    return (grad_output * (self.inputs[0].data > 0),)


@method_of(TanhFunction, "backward")
def tanh_backward(self: TanhFunction, grad_output: Array) -> Gradients:
    """g (1 - t²)."""
    return (grad_output * (1 - self.forward(self.inputs[0].data) ** 2),)


@method_of(GELUFunction, "backward")
def gelu_backward(self: GELUFunction, grad_output: Array) -> Gradients:
    """g (s + 1.702 x s (1 - s)), s the sigmoid of 1.702 x."""
    x = self.inputs[0].data
    gate = SigmoidFunction().forward(GELU_SLOPE * x)
    return (grad_output * (gate + GELU_SLOPE * x * gate * (1 - gate)),)


@method_of(SoftmaxFunction, "backward")
def softmax_backward(self: SoftmaxFunction, grad_output: Array) -> Gradients:
    """y (g - Σ g y) along `dim`."""
    y = self.forward(self.inputs[0].data)
    return (y * (grad_output - np.sum(grad_output * y, axis=self.dim, keepdims=True)),)


@method_of(LogSoftmax, "backward")
def log_softmax_backward(self: LogSoftmax, grad_output: Array) -> Gradients:
    """g - softmax · Σ g along `dim`."""
    probabilities = np.exp(self.forward(self.inputs[0].data))
    return (grad_output - probabilities * grad_output.sum(axis=self.dim, keepdims=True),)


# ---------------------------------------------------------------------------------------------------- losses


def _stable_softmax(logits: Array) -> Array:
    """Softmax along the last axis, the maximum subtracted first."""
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _one_hot_encode(targets: Array, batch_size: int, num_classes: int) -> Array:
    """(batch, classes) of zeros with a one at each target."""
    encoded = np.zeros((batch_size, num_classes), dtype=np.float32)
    encoded[np.arange(batch_size), targets.astype(np.int64)] = 1
    return encoded


@method_of(MSEFunction, "backward")
def mse_backward(self: MSEFunction, grad_output: Array) -> Gradients:
    """2 (p - t) / N; none for the targets."""
    predictions, targets = (one.data for one in self.inputs)
    return grad_output * 2 * (predictions - targets) / predictions.size, None


@method_of(CrossEntropyFunction, "backward")
def cross_entropy_backward(self: CrossEntropyFunction, grad_output: Array) -> Gradients:
    """(softmax - one hot) / batch; none for the targets."""
    logits, targets = (one.data for one in self.inputs)
    batch, classes = logits.shape
    return grad_output * (_stable_softmax(logits) - _one_hot_encode(targets, batch, classes)) / batch, None


@method_of(BinaryCrossEntropyFunction, "backward")
def binary_cross_entropy_backward(self: BinaryCrossEntropyFunction, grad_output: Array) -> Gradients:
    """(p - t) / (p (1 - p) N), zero where p was clipped; none for the targets."""
    predictions, targets = (one.data for one in self.inputs)
    p = np.clip(predictions, EPSILON, 1 - EPSILON)
    inside = (predictions >= EPSILON) & (predictions <= 1 - EPSILON)
    return grad_output * inside * (p - targets) / (p * (1 - p) * predictions.size), None


# ---------------------------------------------------------------------------------------------------- backward


@method_of(Tensor, "backward")
def tensor_backward(self: Tensor, gradient: Any = None, retain_graph: bool = False) -> None:
    """Adds to `.grad` of every tensor this one came from; does nothing if it needs no gradient.

    `ValueError`: no gradient given for more than one entry, or one of another shape. `RuntimeError`: the graph was
    released by an earlier backward.
    """
    if not self.requires_grad:
        return
    start = _seed(self, gradient)
    order = _inputs_first(self)
    if any(one._graph_released for one in order):
        raise RuntimeError("this graph was released; pass retain_graph=True to the first backward()")
    flowing = {id(self): start}
    for tensor in reversed(order):
        if id(tensor) not in flowing:
            continue  # below the targets of a loss
        gradient = flowing.pop(id(tensor))
        tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)
        node = tensor._grad_fn
        if node is None:
            continue
        for source, share in zip(node.inputs, node.backward(gradient), strict=True):
            if share is not None and source.requires_grad:
                share = np.asarray(share, dtype=np.float32)
                flowing[id(source)] = np.asarray(flowing.get(id(source), 0) + share)
    if not retain_graph:
        _release(order)


@method_of(Tensor, "zero_grad")
def tensor_zero_grad(self: Tensor) -> None:
    """`.grad` is None again."""
    self.grad = None


def _seed(tensor: Tensor, gradient: Any) -> Array:
    """The gradient to start with: ones for a single entry, else what was given."""
    if gradient is None:
        if tensor.size != 1:
            raise ValueError(f"backward() of shape {tensor.shape} needs a gradient of that shape")
        return np.ones(tensor.shape, dtype=np.float32)
    given = np.array(gradient.data if isinstance(gradient, Tensor) else gradient, dtype=np.float32)
    if given.shape != tensor.shape:
        raise ValueError(f"the gradient has shape {given.shape}, the tensor {tensor.shape}")
    return given


def _inputs_first(root: Tensor) -> list[Tensor]:
    """Every tensor below that needs a gradient, each once and after its inputs; no recursion, graphs may be deep."""
    order: list[Tensor] = []
    seen: set[int] = set()
    waiting: list[tuple[Tensor, bool]] = [(root, False)]
    while waiting:
        tensor, inputs_done = waiting.pop()
        if inputs_done:
            order.append(tensor)
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            waiting.append((tensor, True))
            inputs = () if tensor._grad_fn is None else tensor._grad_fn.inputs
            waiting += [(one, False) for one in inputs if one.requires_grad]
    return order


def _release(order: list[Tensor]) -> None:
    for tensor in order:
        if tensor._grad_fn is not None:
            tensor._grad_fn = None
            tensor._graph_released = True


def enable_autograd(quiet: bool = False) -> None:
    """Nothing: importing this module has done it. Work of older editions calls it."""
