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
    # ------------------------------------------------------------------------------------------------ creation
    Variant(
        "a tuple of tensors is not stacked",
        "creation",
        (
            ("isinstance(data, (list, tuple)) and data and", "isinstance(data, list) and data and"),
            ("self.data: Array = np.array(data, dtype=np.float32)", "self.data = _flat(data)"),
        ),
        added="""
def _flat(data):
    return np.array(data[0].data if isinstance(data, tuple) and isinstance(data[0], Tensor) else data, np.float32)
""",
    ),
    Variant("tensors are put end to end", "creation", (("np.stack([one.data", "np.concatenate([one.data"),)),
    Variant("tensors are stacked on a last axis", "creation", (("for one in data])", "for one in data], axis=-1)"),)),
    Variant("an empty list is refused", "creation", (("and data and isinstance(data[0]", "and isinstance(data[0]"),)),
    Variant(
        "requires_grad is forgotten",
        "creation",
        (("self.requires_grad = requires_grad", "self.requires_grad = False"),),
    ),
    Variant(
        "requires_grad is on unless told", "creation", (("requires_grad: bool = False", "requires_grad: bool = True"),)
    ),
    Variant(
        "the gradient starts at zero",
        "creation",
        (("self.grad: Array | None = None", "self.grad = np.zeros_like(self.data)"),),
    ),
    Variant("shape is a list", "creation", (("= self.data.shape", "= list(self.data.shape)"),)),
    Variant("size is the number of rows", "creation", (("int = self.data.size", "int = self.data.shape[:1] or 1"),)),
    Variant(
        "one number becomes a row of one",
        "creation",
        (("np.array(data, dtype=np.float32)", "np.array(data, dtype=np.float32, ndmin=1)"),),
    ),
    Variant(
        "numpy gives a list",
        "creation",
        (('not a copy."""\n        return self.data', 'not a copy."""\n        return self.data.tolist()'),),
    ),
    Variant(
        "bytes are eight an entry", "creation", (("return int(self.data.nbytes)", "return int(self.data.size * 8)"),)
    ),
    Variant("numel counts the axes", "creation", (("return int(self.data.size)", "return int(self.data.ndim)"),)),
    Variant("view is the tensor itself", "creation", (("return self.reshape(*shape)", "return self"),)),
    Variant(
        "only floats are copied",
        "creation",
        (
            (
                "self.data: Array = np.array(data, dtype=np.float32)",
                "self.data = data if getattr(data, 'dtype', 0) == np.float32 else np.array(data, dtype=np.float32)",
            ),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ arithmetic
    *(
        Variant(
            f"{what} are no operands",
            "arithmetic",
            (
                (
                    "return value if isinstance(value, Tensor) else Tensor(value)",
                    f"if isinstance(value, {kinds}):\n        raise TypeError('operand')\n"
                    "    return value if isinstance(value, Tensor) else Tensor(value)",
                ),
            ),
        )
        for what, kinds in (("arrays", "np.ndarray"), ("NumPy's numbers", "np.generic"), ("lists", "list"))
    ),
    Variant(
        "an array as operand gives an array",
        "arithmetic",
        (
            (
                "return Add.apply(self, _as_tensor(other))",
                "return self.data + other if isinstance(other, np.ndarray) else Add.apply(self, _as_tensor(other))",
            ),
        ),
    ),
    Variant(
        "numbers are cut to whole",
        "arithmetic",
        (("else Tensor(value)", "else Tensor(int(value) if isinstance(value, float) else value)"),),
    ),
    Variant(
        "number over tensor is tensor over number",
        "arithmetic",
        (("return Div.apply(_as_tensor(other), self)", "return Div.apply(self, _as_tensor(other))"),),
    ),
    Variant(
        "division by zero is refused",
        "arithmetic",
        (("return np.asarray(a / b)", "return np.asarray(a / b) if np.all(b) else np.zeros_like(a)"),),
    ),
    *(
        Variant(
            f"{name} writes into its left operand",
            "no mutation",
            added=f"""
_{kind} = {kind}.forward


def _written(self, a, *others):
    result = _{kind}(self, a, *others)
    a.ravel()[0] = 3.25
    return result


{kind}.forward = _written
""",
        )
        for name, kind in (("the product", "Mul"), ("the quotient", "Div"), ("the sum", "Sum"), ("the mean", "Mean"))
    ),
    # ------------------------------------------------------------------------------------------------ matrix products
    Variant("the operator @ is entry by entry", "matmul", (("return self.matmul(other)", "return self * other"),)),
    Variant(
        "the product of two vectors is a row of one",
        "matmul",
        (("return np.asarray(np.matmul(a, b))", "return np.atleast_1d(np.matmul(a, b))"),),
    ),
    Variant(
        "stacks of one length only",
        "matmul",
        (
            (
                "            return np.asarray(np.matmul(a, b))",
                "            if a.ndim > 2 and a.shape[:-2] != b.shape[:-2]:\n                raise ValueError('stacks')\n"
                "            return np.asarray(np.matmul(a, b))",
            ),
        ),
    ),
    Variant(
        "products of more axes by np.dot",
        "matmul",
        (("return np.asarray(np.matmul(a, b))", "return np.asarray(np.dot(a, b))"),),
    ),
    Variant(
        "a product of a number is taken",
        "matmul errors",
        (
            ("if self.ndim == 0 or other.ndim == 0:", "if False:"),
            ("left, right = ", "left, right = (1, 1) if 0 in (self.ndim, other.ndim) else "),
        ),
    ),
    Variant(
        "vectors that do not fit are cut",
        "matmul errors",
        (
            (
                "        self._validate_matmul_shapes(other)\n        return",
                "        if self.ndim == 1 and isinstance(other, Tensor) and other.ndim == 1:\n"
                "            n = min(self.size, other.size)\n"
                "            return Tensor(self.data[:n] @ other.data[:n])\n"
                "        self._validate_matmul_shapes(other)\n        return",
            ),
        ),
    ),
    Variant(
        "an array as factor is taken",
        "matmul errors",
        (
            (
                "        self._validate_matmul_shapes(other)\n        return",
                "        other = Tensor(other) if isinstance(other, np.ndarray) else other\n"
                "        self._validate_matmul_shapes(other)\n        return",
            ),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ shapes
    Variant(
        "axes are moved by the inverse order",
        "operations",
        (("np.transpose(arrays[0], self.axes)", "np.transpose(arrays[0], np.argsort(self.axes))"),),
    ),
    Variant("transpose of a stack swaps the first two", "shapes", (("dim0, dim1 = -2, -1", "dim0, dim1 = 0, 1"),)),
    Variant(
        "transpose of a vector is a column",
        "shapes",
        (
            (
                "                return Copy.apply(self)\n",
                "                return self.reshape(-1, 1) if self.ndim else self\n",
            ),
        ),
    ),
    Variant(
        "an index takes whole rows only",
        "shapes",
        (("arrays[0][self.key]", "arrays[0][self.key[0] if isinstance(self.key, tuple) else self.key]"),),
    ),
    Variant(
        "a row taken by its number keeps its axis",
        "shapes",
        (("arrays[0][self.key]", "np.atleast_1d(arrays[0][self.key])"),),
    ),
    Variant(
        "masks are taken for numbers",
        "shapes",
        (("arrays[0][self.key]", "arrays[0][self.key.astype(int) if isinstance(self.key, np.ndarray) else self.key]"),),
    ),
    Variant(
        "reshape takes no list", "shapes", (("isinstance(shape[0], (tuple, list))", "isinstance(shape[0], tuple)"),)
    ),
    Variant(
        "reshape takes no tuple", "shapes", (("isinstance(shape[0], (tuple, list))", "isinstance(shape[0], list)"),)
    ),
    Variant(
        "-1 only as the last size", "shapes", (("        if -1 in sizes:", "        if sizes and sizes[-1] == -1:"),)
    ),
    Variant(
        "masked_fill writes into its tensor",
        "shapes",
        (("result = arrays[0].copy()", "result = arrays[0]"),),
    ),
    Variant(
        "masked_fill multiplies by the mask",
        "shapes",
        (
            (
                "        result[self.mask] = self.value\n",
                "        result = result * ~self.mask + self.mask * self.value\n",
            ),
        ),
    ),
    Variant(
        "masked_fill takes masks as tensors only",
        "shapes",
        (
            (
                "chosen = mask.data if isinstance(mask, Tensor) else mask",
                "chosen = mask.data.astype(bool) if isinstance(mask, Tensor) else np.zeros(self.shape)",
            ),
        ),
    ),
    Variant(
        "sizes below -1 count as -1",
        "shape errors",
        (
            (
                "if any(size == 0 or size < -1 for size in sizes):",
                "sizes = [max(size, -1) for size in sizes]\n        if 0 in sizes:",
            ),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ reductions
    *(
        Variant(
            f"{name} takes one axis, not several",
            "reductions",
            (
                (
                    f"np.{name}(arrays[0], axis=self.axis,",
                    f"np.{name}(arrays[0], axis=self.axis[0] if isinstance(self.axis, tuple) else self.axis,",
                ),
            ),
        )
        for name in ("sum", "mean", "max")
    ),
    *(
        Variant(
            f"{name} takes axis 0 for none",
            "reductions",
            ((f"np.{name}(arrays[0], axis=self.axis,", f"np.{name}(arrays[0], axis=self.axis or None,"),),
        )
        for name in ("sum", "mean", "max")
    ),
    *(
        Variant(
            f"{name} keeps all axes unless told",
            "reductions",
            (
                (
                    f"return {kind}.apply(self, axis=axis, keepdims=keepdims)",
                    f"return {kind}.apply(self, axis=axis, keepdims=True)",
                ),
            ),
        )
        for name, kind in (("sum", "Sum"), ("mean", "Mean"), ("max", "Max"))
    ),
    Variant(
        "mean divides by the number of rows",
        "reductions",
        (
            (
                "np.mean(arrays[0], axis=self.axis, keepdims=self.keepdims)",
                "np.sum(arrays[0], axis=self.axis, keepdims=self.keepdims) / len(arrays[0])",
            ),
        ),
    ),
    Variant("max by size without sign", "reductions", (("np.max(arrays[0], axis", "np.max(np.abs(arrays[0]), axis"),)),
    # ------------------------------------------------------------------------------------------------ operation classes
    Variant(
        "the node keeps arrays",
        "operations",
        (("self.inputs = inputs", "self.inputs = tuple(one.data for one in inputs)"),),
    ),
    Variant("the node forgets its inputs", "operations", (("self.inputs = inputs", "self.inputs = ()"),)),
    Variant(
        "the node keeps its first input only", "operations", (("self.inputs = inputs", "self.inputs = inputs[:1]"),)
    ),
    Variant(
        "what is said by name is kept in a dict",
        "operations",
        (
            (
                "            setattr(self, name, value)",
                "            setattr(self, name, value) if name not in ('slope', 'keepdims') else None",
            ),
        ),
    ),
    Variant(
        "apply hands over tensors",
        "operations",
        (
            (
                "forward(*(one.data for one in inputs))",
                "forward(*(one if cls.__name__ == 'Line' else one.data for one in inputs))",
            ),
        ),
    ),
    Variant(
        "apply forgets what is said by name",
        "operations",
        (
            (
                "cls(*inputs, **params).forward",
                "(cls(*inputs) if cls.__name__ == 'Line' else cls(*inputs, **params)).forward",
            ),
        ),
    ),
    Variant(
        "a class without forward gives its input",
        "operations",
        (('raise NotImplementedError(f"{type(self).__name__} has no forward")', "return arrays[0]"),),
    ),
    Variant(
        "arithmetic on arrays, beside the classes",
        "operations",
        added="""
def _plain(other):
    return other.data if isinstance(other, Tensor) else np.asarray(other, dtype=np.float32)


Tensor.__add__ = Tensor.__radd__ = lambda self, other: Tensor(self.data + _plain(other))
Tensor.__mul__ = Tensor.__rmul__ = lambda self, other: Tensor(self.data * _plain(other))
""",
    ),
    *(
        Variant(
            f"{name} beside its class",
            "operations",
            added=f"Tensor.{method} = lambda self, *args, **named: Tensor({text})\n",
        )
        for name, method, text in (
            ("sum", "sum", "np.sum(self.data, *args, **named)"),
            ("max", "max", "np.max(self.data, *args, **named)"),
            ("an index", "__getitem__", "self.data[args[0]]"),
            ("contiguous", "contiguous", "np.array(self.data, order='C')"),
            ("number minus tensor", "__rsub__", "np.asarray(args[0], dtype=np.float32) - self.data"),
            ("number over tensor", "__rtruediv__", "np.asarray(args[0], dtype=np.float32) / self.data"),
            ("masked_fill", "masked_fill", "np.where(getattr(args[0], 'data', args[0]), args[1], self.data)"),
        )
    ),
    # ------------------------------------------------------------------------------------------------ asked of older editions, too
    *(
        Variant(name, skill, ((old, new),))
        for name, skill, old, new in (
            (
                "the size is that of the first two axes",
                "creation",
                "self.size: int = self.data.size",
                "self.size = int(np.prod(self.data.shape[:2]))",
            ),
            (
                "the shape is a list",
                "creation",
                "self.shape: tuple[int, ...] = self.data.shape",
                "self.shape = list(self.data.shape)",
            ),
            (
                "what is true or false stays so",
                "creation",
                "self.data: Array = np.array(data, dtype=np.float32)",
                "self.data = np.array(data, dtype=bool if np.asarray(data).dtype == bool else np.float32)",
            ),
            (
                "rows with rows, where that fits",
                "matmul",
                "np.dot(a[row, :], b[:, column])",
                "np.dot(a[row, :], b[column, :] if b.shape[0] == b.shape[1] else b[:, column])",
            ),
            (
                "a list as factor is taken",
                "matmul errors",
                "        self._validate_matmul_shapes(other)\n",
                "        other = Tensor(other) if isinstance(other, list) else other\n"
                "        self._validate_matmul_shapes(other)\n",
            ),
            (
                "sizes of 1 count as unknown",
                "shapes",
                "list(sizes).count(-1) > 1",
                "list(sizes).count(-1) + list(sizes).count(1) > 2",
            ),
            (
                "the second unknown size is 1",
                "shape errors",
                '            raise ValueError(f"only one size can be -1, got {tuple(sizes)}")',
                "            first = list(sizes).index(-1)\n"
                "            sizes = [1 if at > first and size == -1 else size for at, size in enumerate(sizes)]",
            ),
            (
                "a vector turned is the vector itself",
                "shapes",
                "                return Copy.apply(self)\n            dim0",
                "                return self\n            dim0",
            ),
            (
                "a sum goes down the rows unless told",
                "reductions",
                "def sum(self, axis: int | tuple[int, ...] | None = None",
                "def sum(self, axis: int | tuple[int, ...] | None = 0",
            ),
        )
    ),
    Variant(
        "a tensor without axes divides",
        "matmul",
        (
            (
                "        self._validate_matmul_shapes(other)\n",
                "        if isinstance(other, Tensor) and 0 in (self.ndim, other.ndim):\n"
                "            return self / other\n"
                "        self._validate_matmul_shapes(other)\n",
            ),
        ),
        edition="2025-12",
    ),
)
