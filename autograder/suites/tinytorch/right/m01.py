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
        "operations of its own making, errors of its own class",
        added="""
class ShapeError(ValueError):
    pass


class Ratio(Function):
    def forward(self, a, b):
        return a * (1.0 / b.astype(np.float64))


class Line(Function):
    sign = 1

    def forward(self, a, b):
        return np.add(a, self.sign * b)


def _operand(other):
    return other if isinstance(other, Tensor) else Tensor(np.asarray(other, dtype=np.float32))


def _reshape(self, *shape):
    if len(shape) == 1 and not isinstance(shape[0], int):
        shape = shape[0]
    shape = tuple(int(one) for one in shape)
    if any(one < -1 or one == 0 for one in shape) or shape.count(-1) > 1:
        raise ShapeError("sizes")
    try:
        return Reshape.apply(self, shape=self.data.reshape(shape).shape)
    except ValueError as error:
        raise ShapeError(str(error)) from error


def _matmul(self, other):
    if not isinstance(other, Tensor):
        raise TypeError("requires Tensor")
    if self.data.ndim == 0 or other.data.ndim == 0:
        raise ShapeError("at least 1D")
    try:
        return MatMul.apply(self, other)
    except ValueError as error:
        raise ShapeError(str(error)) from error


Tensor.__add__ = Tensor.__radd__ = lambda self, other: Line.apply(self, _operand(other))
Tensor.__mul__ = Tensor.__rmul__ = lambda self, other: Mul.apply(self, _operand(other))
Tensor.__sub__ = lambda self, other: Line.apply(self, _operand(other), sign=-1)
Tensor.__rsub__ = lambda self, other: Line.apply(_operand(other), self, sign=-1)
Tensor.__truediv__ = lambda self, other: Ratio.apply(self, _operand(other))
Tensor.__rtruediv__ = lambda self, other: Ratio.apply(_operand(other), self)
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
        if self.data.ndim < 2:
            return Permute.apply(self, axes=None)
        dim0, dim1 = -1, -2
    elif None in (dim0, dim1) or min(dim0, dim1) < 0:
        raise ValueError("both or none, counted from the front")
    order = np.swapaxes(np.arange(self.data.ndim)[None], 0, 1).ravel()
    order[[dim0, dim1]] = order[[dim1, dim0]]
    return Permute.apply(self, axes=[int(one) for one in order])


class Copy(Function):
    def forward(self, a):
        return np.ascontiguousarray(a).copy()


Tensor.transpose = _transpose
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
Tensor.__iter__ = lambda self: iter([self[place] for place in range(len(self.data))])
Tensor.__neg__ = lambda self: self * -1
Tensor.__pow__ = lambda self, power: Tensor(self.data**power)
Tensor.__eq__ = lambda self, other: bool(np.array_equal(self.data, getattr(other, "data", other)))
Tensor.__hash__ = object.__hash__
Tensor.__abs__ = lambda self: Tensor(np.abs(self.data))
Tensor.__matmul__ = Tensor.matmul
Tensor.T = property(lambda self: self.transpose())
Tensor.item = lambda self: float(self.data.reshape(()))
""",
    ),
    Variant(
        "doubles inside, float32 at the end",
        added="""
def _wide(kind):
    narrow = kind.forward

    def forward(self, *arrays):
        return np.asarray(narrow(self, *(one.astype(np.float64) for one in arrays)))

    kind.forward = forward


for _kind in (Add, Sub, Mul, Div, Slice, Reshape, Permute, Copy, MaskedFill, Sum, Mean, Max):
    _wide(_kind)


class MatMul(Function):
    def forward(self, a, b):
        if a.ndim == b.ndim == 2:
            return np.einsum("ik,kj->ij", a.astype(np.float64), b.astype(np.float64))
        return np.matmul(a.astype(np.float64), b.astype(np.float64))
""",
    ),
    Variant(
        "operations give views, nothing is copied twice",
        added="""
class Copy(Function):
    def forward(self, a):
        return np.require(a, requirements=["C"])


class Mean(Function):
    axis, keepdims = None, False

    def forward(self, a):
        axes = range(a.ndim) if self.axis is None else np.atleast_1d(self.axis)
        count = 1
        for axis in axes:
            count *= a.shape[axis]
        return a.sum(axis=self.axis, keepdims=self.keepdims) / count


class Max(Function):
    axis, keepdims = None, False

    def forward(self, a):
        return np.maximum.reduce(a, axis=self.axis, keepdims=self.keepdims)


def _tensor(value):
    return value if isinstance(value, Tensor) else Tensor(value)


Tensor.__sub__ = lambda self, other: self + _tensor(other) * -1
Tensor.__rsub__ = lambda self, other: self * -1 + _tensor(other)
Tensor.numpy = lambda self: self.data.copy()
""",
    ),
    Variant("the newest text, as work of 2025-12", edition="2025-12"),
    Variant("the newest text, as work of 2026-05", edition="2026-05"),
)
