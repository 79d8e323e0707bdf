"""Module 01 right, written in other ways."""

from __future__ import annotations

from autograder.authoring.case import Variant

RIGHT = (
    Variant(
        "NumPy does the loops; shape and size are properties",
        changes=(
            (
                "        self.shape: tuple[int, ...] = self.data.shape\n        self.size: int = self.data.size\n"
                "        self.dtype = self.data.dtype\n",
                "",
            ),
        ),
        added="""
class MatMul(Function):
    def forward(self, a, b):
        return a @ b


class Sum(Function):
    axis, keepdims = None, False

    def forward(self, a):
        return a.sum(axis=self.axis, keepdims=self.keepdims)


Tensor.shape = property(lambda self: self.data.shape)
Tensor.size = property(lambda self: self.data.size)
Tensor.dtype = property(lambda self: self.data.dtype)
Tensor.__repr__ = lambda self: "<tensor>"
""",
    ),
    Variant(
        "arithmetic in the methods, errors of its own class",
        added="""
class ShapeError(ValueError):
    pass


def _plain(other):
    return other.data if isinstance(other, Tensor) else np.asarray(other, dtype=np.float32)


def _reshape(self, *shape):
    if len(shape) == 1 and not isinstance(shape[0], int):
        shape = shape[0]
    shape = tuple(int(one) for one in shape)
    if any(one < -1 or one == 0 for one in shape) or shape.count(-1) > 1:
        raise ShapeError("sizes")
    try:
        return Tensor(self.data.reshape(shape))
    except ValueError as error:
        raise ShapeError(str(error)) from error


def _matmul(self, other):
    if not isinstance(other, Tensor):
        raise TypeError("requires Tensor")
    if self.data.ndim == 0 or other.data.ndim == 0:
        raise ShapeError("at least 1D")
    try:
        return Tensor(np.matmul(self.data, other.data))
    except ValueError as error:
        raise ShapeError(str(error)) from error


Tensor.__add__ = Tensor.__radd__ = lambda self, other: Tensor(self.data + _plain(other))
Tensor.__mul__ = Tensor.__rmul__ = lambda self, other: Tensor(self.data * _plain(other))
Tensor.__sub__ = lambda self, other: Tensor(self.data - _plain(other))
Tensor.__rsub__ = lambda self, other: Tensor(_plain(other) - self.data)
Tensor.__truediv__ = lambda self, other: Tensor(self.data / _plain(other))
Tensor.__rtruediv__ = lambda self, other: Tensor(_plain(other) / self.data)
Tensor.reshape = Tensor.view = _reshape
Tensor.matmul = Tensor.__matmul__ = _matmul
""",
    ),
    Variant(
        "three loops, means from sums, swapped axes",
        added="""
class MatMul(Function):
    def forward(self, a, b):
        if a.ndim == 2 and b.ndim == 2:
            result = np.zeros((a.shape[0], b.shape[1]))
            for i in range(a.shape[0]):
                for j in range(b.shape[1]):
                    for k in range(a.shape[1]):
                        result[i, j] += a[i, k] * b[k, j]
            return result
        return np.matmul(a, b)


class Mean(Function):
    axis, keepdims = None, False

    def forward(self, a):
        total = np.add.reduce(a, axis=None if self.axis is None else self.axis, keepdims=self.keepdims)
        return total / (a.size // max(np.size(total), 1))


class MaskedFill(Function):
    def forward(self, a):
        return np.where(self.mask, np.float32(self.value), a)


def _transpose(self, dim0=None, dim1=None):
    if dim0 is None and dim1 is None:
        return Tensor(self.data if self.data.ndim < 2 else np.swapaxes(self.data, -1, -2))
    if None in (dim0, dim1):
        raise ValueError("both or none")
    return Tensor(np.swapaxes(self.data, dim0, dim1))


Tensor.transpose = _transpose
Tensor.contiguous = lambda self: Tensor(np.ascontiguousarray(self.data))
""",
    ),
    Variant(
        "more methods than are asked for, named as arrays name theirs",
        added="""
for _name in "min std var prod argmax argmin any all cumsum ravel flatten squeeze copy clip round astype".split():
    def _more(self, *args, _name=_name, **named):
        return Tensor(getattr(self.data, _name)(*args, **named))

    setattr(Tensor, _name, _more)
for _name in "item tolist tobytes nonzero fill dot diagonal trace swapaxes repeat sort argsort put take".split():
    setattr(Tensor, _name, lambda self, *args, _name=_name: getattr(self.data, _name)(*args))
for _name in "T nbytes itemsize strides flat base flags real imag".split():
    setattr(Tensor, _name, property(lambda self, _name=_name: getattr(self.data, _name)))
Tensor.__array__ = lambda self, dtype=None, copy=None: np.array(self.data, dtype=dtype)
Tensor.__len__ = lambda self: len(self.data)
Tensor.__float__ = lambda self: float(self.data)
Tensor.contiguous = lambda self: Tensor(self.data.copy())
""",
    ),
)
