"""Module 01: the Tensor and the operations it is made of. Source: API sheet, module 01.

Every operation is a `Function`: a node that knows its inputs and computes on plain arrays. `Function.apply` wraps the
result as a new Tensor; module 06 replaces it by one that also records. All data is float32 and copied on construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

BYTES_PER_FLOAT32 = 4
MB_TO_BYTES = 1024 * 1024

Array = NDArray[Any]
rng = np.random.default_rng(7)


class Function:
    """One operation on tensors; keywords become attributes of the node (`axis`, `shape`, `key`)."""

    def __init__(self, *inputs: Tensor, **params: Any) -> None:
        self.inputs = inputs
        for name, value in params.items():
            setattr(self, name, value)

    def forward(self, *arrays: Array) -> Array:
        """The result as an array, from the inputs' arrays."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, grad_output: Array) -> Any:
        """The gradient for each input; written in module 06."""
        raise NotImplementedError(f"{type(self).__name__} has no backward before module 06")

    @classmethod
    def apply(cls, *inputs: Tensor, **params: Any) -> Tensor:
        """A new Tensor with the operation's result."""
        return Tensor(cls(*inputs, **params).forward(*(one.data for one in inputs)))


class Add(Function):
    """a + b, shapes broadcast."""

    def forward(self, *arrays: Array) -> Array:
        a, b = arrays
        return np.asarray(a + b)


class Sub(Function):
    """a - b, shapes broadcast."""

    def forward(self, *arrays: Array) -> Array:
        a, b = arrays
        return np.asarray(a - b)


class Mul(Function):
    """a · b entry by entry, shapes broadcast."""

    def forward(self, *arrays: Array) -> Array:
        a, b = arrays
        return np.asarray(a * b)


class Div(Function):
    """a / b entry by entry, shapes broadcast; division by zero gives inf or nan, as IEEE 754 says."""

    def forward(self, *arrays: Array) -> Array:
        a, b = arrays
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(a / b)


class MatMul(Function):
    """Matrix product: (m, k) with (k, n) by rows and columns; other ranks by NumPy's rules."""

    def forward(self, *arrays: Array) -> Array:
        a, b = arrays
        if a.ndim != 2 or b.ndim != 2:
            return np.asarray(np.matmul(a, b))
        result = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
        for row in range(a.shape[0]):
            for column in range(b.shape[1]):
                result[row, column] = np.dot(a[row, :], b[:, column])
        return result


class Slice(Function):
    """a[key] for any index NumPy knows."""

    key: Any

    def forward(self, *arrays: Array) -> Array:
        return np.asarray(arrays[0][self.key])


class Reshape(Function):
    """The same entries in the shape `shape`."""

    shape: tuple[int, ...]

    def forward(self, *arrays: Array) -> Array:
        return arrays[0].reshape(self.shape)


class Permute(Function):
    """The axes in the order `axes`."""

    axes: tuple[int, ...]

    def forward(self, *arrays: Array) -> Array:
        return np.transpose(arrays[0], self.axes)


class Copy(Function):
    """The same entries, contiguous in memory of their own."""

    def forward(self, *arrays: Array) -> Array:
        return np.array(arrays[0], order="C", copy=True)


class MaskedFill(Function):
    """A copy with `value` wherever `mask` is true."""

    mask: Array
    value: float

    def forward(self, *arrays: Array) -> Array:
        result = arrays[0].copy()
        result[self.mask] = self.value
        return result


class Sum(Function):
    """The sum over `axis`, or over everything."""

    axis: int | tuple[int, ...] | None = None
    keepdims: bool = False

    def forward(self, *arrays: Array) -> Array:
        return np.asarray(np.sum(arrays[0], axis=self.axis, keepdims=self.keepdims))


class Mean(Function):
    """The mean over `axis`, or over everything."""

    axis: int | tuple[int, ...] | None = None
    keepdims: bool = False

    def forward(self, *arrays: Array) -> Array:
        return np.asarray(np.mean(arrays[0], axis=self.axis, keepdims=self.keepdims))


class Max(Function):
    """The largest entry over `axis`, or over everything."""

    axis: int | tuple[int, ...] | None = None
    keepdims: bool = False

    def forward(self, *arrays: Array) -> Array:
        return np.asarray(np.max(arrays[0], axis=self.axis, keepdims=self.keepdims))


class Tensor:
    """An array of float32 with the operations of the course; operations give new Tensors and change no operand."""

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        if isinstance(data, (list, tuple)) and data and isinstance(data[0], Tensor):
            data = np.stack([one.data for one in data])  # tensors of one shape, on a new first axis
        self.data: Array = np.array(data, dtype=np.float32)
        self.shape: tuple[int, ...] = self.data.shape
        self.size: int = self.data.size
        self.dtype = self.data.dtype
        self.requires_grad = requires_grad
        self.grad: Array | None = None
        self._grad_fn: Function | None = None
        self._graph_released = False

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __repr__(self) -> str:
        grad = ", requires_grad=True" if self.requires_grad else ""
        return f"Tensor(data={self.data}, shape={self.shape}{grad})"

    def __str__(self) -> str:
        return f"Tensor({self.data})"

    def numpy(self) -> Array:
        """The array itself, not a copy."""
        return self.data

    def memory_footprint(self) -> int:
        """Bytes the data takes: 4 an entry."""
        return int(self.data.nbytes)

    def numel(self) -> int:
        """The number of entries."""
        return int(self.data.size)

    def __add__(self, other: Any) -> Tensor:
        return Add.apply(self, _as_tensor(other))

    def __radd__(self, other: Any) -> Tensor:
        return Add.apply(_as_tensor(other), self)

    def __sub__(self, other: Any) -> Tensor:
        return Sub.apply(self, _as_tensor(other))

    def __rsub__(self, other: Any) -> Tensor:
        return Sub.apply(_as_tensor(other), self)

    def __mul__(self, other: Any) -> Tensor:
        return Mul.apply(self, _as_tensor(other))

    def __rmul__(self, other: Any) -> Tensor:
        return Mul.apply(_as_tensor(other), self)

    def __truediv__(self, other: Any) -> Tensor:
        return Div.apply(self, _as_tensor(other))

    def __rtruediv__(self, other: Any) -> Tensor:
        return Div.apply(_as_tensor(other), self)

    def _validate_matmul_shapes(self, other: Any) -> None:
        """Nothing, or `TypeError` for what is no Tensor and `ValueError` for shapes that cannot be multiplied."""
        if not isinstance(other, Tensor):
            raise TypeError(f"matmul requires Tensor, got {type(other).__name__}; wrap it: Tensor(...)")
        if self.ndim == 0 or other.ndim == 0:
            raise ValueError(f"matmul needs tensors of at least 1D, got {self.shape} and {other.shape}; use * instead")
        left, right = self.shape[-1], other.shape[-2 if other.ndim >= 2 else 0]
        if left != right:
            raise ValueError(f"Inner dimensions don't match: {left} vs {right} (shapes {self.shape} and {other.shape})")

    def matmul(self, other: Tensor) -> Tensor:
        """The matrix product: 2D with 2D, vectors on either side (two give a scalar), stacks of matrices."""
        self._validate_matmul_shapes(other)
        return MatMul.apply(self, other)

    def __matmul__(self, other: Tensor) -> Tensor:
        return self.matmul(other)

    def __getitem__(self, key: Any) -> Tensor:
        return Slice.apply(self, key=key)

    def reshape(self, *shape: Any) -> Tensor:
        """The entries in another shape, given as numbers or as one tuple or list; one size may be -1.

        `ValueError`: a size of 0 or below -1, more than one -1, sizes that do not multiply to the number of entries.
        """
        sizes = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
        return Reshape.apply(self, shape=self._filled_in(sizes))

    def _filled_in(self, sizes: Sequence[int]) -> tuple[int, ...]:
        if any(size == 0 or size < -1 for size in sizes):
            raise ValueError(f"sizes must be positive or -1, got {tuple(sizes)}")
        if list(sizes).count(-1) > 1:
            raise ValueError(f"only one size can be -1, got {tuple(sizes)}")
        known = int(np.prod([size for size in sizes if size != -1], dtype=np.int64))
        if -1 in sizes:
            if self.size % known:
                raise ValueError(f"{self.size} elements do not divide by {known}")
            return tuple(self.size // known if size == -1 else size for size in sizes)
        if known != self.size:
            raise ValueError(f"Element count mismatch: {self.size} elements vs {known} elements")
        return tuple(sizes)

    def view(self, *shape: Any) -> Tensor:
        """Another name for `reshape`."""
        return self.reshape(*shape)

    def transpose(self, dim0: int | None = None, dim1: int | None = None) -> Tensor:
        """Two axes swapped: the last two, or those given; a copy of what has fewer. `ValueError` for one alone."""
        if (dim0 is None) != (dim1 is None):
            raise ValueError("transpose needs both dimensions or none")
        if dim0 is None or dim1 is None:
            if self.ndim < 2:
                return Copy.apply(self)
            dim0, dim1 = -2, -1
        axes = list(range(self.ndim))
        axes[dim0], axes[dim1] = axes[dim1], axes[dim0]
        return Permute.apply(self, axes=tuple(axes))

    def contiguous(self) -> Tensor:
        """A copy in memory of its own."""
        return Copy.apply(self)

    def masked_fill(self, mask: Any, value: float) -> Tensor:
        """A copy with `value` wherever the mask (Tensor or array of bool) is true."""
        chosen = mask.data if isinstance(mask, Tensor) else mask
        return MaskedFill.apply(self, mask=np.asarray(chosen, dtype=bool), value=value)

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """The sum over an axis, several, or everything (shape `()`)."""
        return Sum.apply(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """The mean over an axis, several, or everything (shape `()`)."""
        return Mean.apply(self, axis=axis, keepdims=keepdims)

    def max(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """The largest entry over an axis, several, or everything (shape `()`)."""
        return Max.apply(self, axis=axis, keepdims=keepdims)

    def backward(self, gradient: Any = None, retain_graph: bool = False) -> None:
        """Gradients of everything this came from; written in module 06."""
        raise NotImplementedError("backward() comes with module 06")

    def zero_grad(self) -> None:
        """Forgets the gradient; written in module 06."""
        raise NotImplementedError("zero_grad() comes with module 06")


def _as_tensor(value: Any) -> Tensor:
    """A Tensor as it is, anything else wrapped."""
    return value if isinstance(value, Tensor) else Tensor(value)
