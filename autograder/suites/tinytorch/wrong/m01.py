"""Module 01 with mistakes students make."""

from __future__ import annotations

from autograder.authoring.case import Variant

WRONG = (
    Variant(
        "data keeps its own dtype",
        "creation",
        (("self.data: Array = np.array(data, dtype=np.float32)", "self.data: Array = np.array(data, dtype=float)"),),
    ),
    Variant(
        "data is shared with the caller",
        "creation",
        (("self.data: Array = np.array(data, dtype=np.float32)", "self.data = np.asarray(data, dtype=np.float32)"),),
    ),
    Variant(
        "addition writes into its left operand",
        "no mutation",
        added="""
class Add(Function):
    def forward(self, a, b):
        if a.shape == np.broadcast_shapes(a.shape, b.shape):
            a += b
            return a
        return a + b
""",
    ),
    Variant(
        "division is whole-number division",
        "arithmetic",
        (("return np.asarray(a / b)", "return np.asarray(a // b)"),),
    ),
    Variant(
        "division is guarded against zero",
        "arithmetic",
        (("return np.asarray(a / b)", "return np.asarray(a / (b + 1e-8))"),),
    ),
    Variant(
        "number minus tensor is tensor minus number",
        "arithmetic",
        (("return Sub.apply(_as_tensor(other), self)", "return Sub.apply(self, _as_tensor(other))"),),
    ),
    Variant(
        "product wants equal shapes",
        "broadcasting",
        added="""
class Mul(Function):
    def forward(self, a, b):
        if a.shape != b.shape and 1 not in (a.size, b.size):
            raise ValueError("shapes differ")
        return a * b
""",
    ),
    Variant(
        "shapes that differ are cut to the shorter",
        "broadcasting",
        added="""
class Mul(Function):
    def forward(self, a, b):
        try:
            return a * b
        except ValueError:
            n = min(len(a), len(b))
            return a[:n].ravel()[:n] * b[:n].ravel()[:n]
""",
    ),
    Variant(
        "matrix product entry by entry",
        "matmul",
        added="""
class MatMul(Function):
    def forward(self, a, b):
        return a * b
""",
    ),
    Variant(
        "matrix product forgets the last column",
        "matmul",
        (("for column in range(b.shape[1]):", "for column in range(b.shape[1] - 1):"),),
    ),
    Variant(
        "matrix product of matrices only",
        "matmul",
        (
            (
                "            return np.asarray(np.matmul(a, b))\n        result = np.zeros",
                "            raise ValueError('2D only')\n        result = np.zeros",
            ),
        ),
    ),
    Variant(
        "shapes that do not fit give RuntimeError",
        "matmul errors",
        (('raise ValueError(f"Inner dimensions', 'raise RuntimeError(f"Inner dimensions'),),
    ),
    Variant(
        "matrix product takes whatever comes",
        "matmul errors",
        (
            (
                "        self._validate_matmul_shapes(other)\n        return MatMul.apply(self, other)",
                "        other = _as_tensor(other)\n        if 0 in (self.ndim, other.ndim):\n"
                "            return self * other\n        return MatMul.apply(self, other)",
            ),
        ),
    ),
    Variant(
        "transpose reverses all axes",
        "shapes",
        (
            (
                "            dim0, dim1 = -2, -1\n",
                "            return Permute.apply(self, axes=tuple(range(self.ndim))[::-1])\n",
            ),
        ),
    ),
    Variant(
        "reshape goes down the columns",
        "shapes",
        (("arrays[0].reshape(self.shape)", "arrays[0].reshape(self.shape, order='F')"),),
    ),
    Variant(
        "contiguous gives the tensor itself",
        "shapes",
        (('"""A copy in memory of its own."""\n        return Copy.apply(self)', "return self"),),
    ),
    Variant(
        "contiguous keeps the order of columns",
        "shapes",
        (
            (
                '"""A copy in memory of its own."""\n        return Copy.apply(self)',
                "return Tensor(np.copy(self.data, order='K'))",
            ),
        ),
    ),
    Variant("masked_fill fills the others", "shapes", (("result[self.mask]", "result[~self.mask]"),)),
    Variant(
        "reshape repeats or cuts what does not fit",
        "shape errors",
        (
            ("arrays[0].reshape(self.shape)", "np.resize(arrays[0], self.shape)"),
            ('            raise ValueError(f"Element count', '            (f"Element count'),
        ),
    ),
    Variant(
        "transpose guesses the other dimension",
        "shape errors",
        (('raise ValueError("transpose needs both dimensions or none")', "dim0, dim1 = dim0 or 0, dim1 or 0"),),
    ),
    Variant(
        "reshape raises TypeError",
        "shape errors",
        (('raise ValueError(f"Element count', 'raise TypeError(f"Element count'),),
    ),
    Variant(
        "mean is over everything",
        "reductions",
        (("np.mean(arrays[0], axis=self.axis, keepdims=self.keepdims)", "np.mean(arrays[0])"),),
    ),
    Variant(
        "max starts at zero",
        "reductions",
        (
            (
                "np.max(arrays[0], axis=self.axis, keepdims=self.keepdims)",
                "np.max(arrays[0], axis=self.axis, keepdims=self.keepdims, initial=0)",
            ),
        ),
    ),
    Variant(
        "sum loses keepdims",
        "reductions",
        (("np.sum(arrays[0], axis=self.axis, keepdims=self.keepdims)", "np.sum(arrays[0], axis=self.axis)"),),
    ),
    Variant(
        "no class for the mean",
        "operations",
        added="""
def _mean(self, axis=None, keepdims=False):
    return Tensor(self.data.mean(axis=axis, keepdims=keepdims))


Tensor.mean = _mean
del Mean
""",
    ),
)
