"""Module 02 with mistakes students make."""

from __future__ import annotations

from autograder.authoring.case import Variant

WRONG = (
    Variant(
        "sigmoid by its formula alone",
        "stability",
        added="def _sigmoid(x):\n    return 1 / (1 + np.exp(-x))",
    ),
    Variant(
        "sigmoid by its formula alone, in wider floats",
        "stability",
        added="def _sigmoid(x):\n    return 1 / (1 + np.exp(-np.asarray(x, dtype=np.longdouble)))",
    ),
    Variant(
        "sigmoid forgets the minus",
        "sigmoid",
        added="class SigmoidFunction(Function):\n    def forward(self, x):\n        return 1 - _sigmoid(x)",
    ),
    Variant("relu is the absolute value", "relu", (("np.maximum(0, arrays[0])", "np.abs(arrays[0])"),)),
    Variant("relu leaks", "relu", (("np.maximum(0, arrays[0])", "np.maximum(0.01 * arrays[0], arrays[0])"),)),
    Variant(
        "relu writes into its input",
        "no mutation",
        (("np.maximum(0, arrays[0])", "np.maximum(0, arrays[0], out=arrays[0])"),),
    ),
    Variant(
        "relu gives an array",
        "relu",
        (("return ReLUFunction.apply(x)", "return np.maximum(0, x.data)"),),
    ),
    Variant("tanh is a sigmoid", "tanh", (("np.asarray(np.tanh(arrays[0]))", "_sigmoid(arrays[0])"),)),
    Variant(
        "tanh as a quotient",
        "stability",
        added="""
class TanhFunction(Function):
    def forward(self, x):
        return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
""",
    ),
    Variant(
        "tanh as a quotient, in wider floats",
        "stability",
        added="""
class TanhFunction(Function):
    def forward(self, x):
        up, down = np.exp(np.asarray(x, dtype=np.longdouble)), np.exp(-np.asarray(x, dtype=np.longdouble))
        return (up - down) / (up + down)
""",
    ),
    Variant(
        "gelu by the tanh approximation",
        "gelu",
        added="""
class GELUFunction(Function):
    def forward(self, x):
        x = np.maximum(x, -1e4)
        return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3)))
""",
    ),
    Variant("gelu forgets 1.702", "gelu", (("_sigmoid(1.702 * x)", "_sigmoid(x)"),)),
    Variant(
        "minus infinity gives nan",
        "stability",
        (("np.where(np.isneginf(x), 0, x) * _sigmoid", "x * _sigmoid"),),
    ),
    Variant(
        "softmax of the plain exponentials",
        "stability",
        added="""
class SoftmaxFunction(Function):
    dim = -1

    def forward(self, x):
        e = np.exp(x)
        return e / np.sum(e, axis=self.dim, keepdims=True)
""",
    ),
    Variant(
        "softmax of the plain exponentials, in wider floats",
        "stability",
        added="""
class SoftmaxFunction(Function):
    dim = -1

    def forward(self, x):
        e = np.exp(np.asarray(x, dtype=np.longdouble))
        total = np.sum(e, axis=self.dim, keepdims=True)
        return e / np.where(total == 0, 1, total)
""",
    ),
    Variant(
        "softmax over the whole array",
        "softmax",
        (("total = np.sum(weights, axis=self.dim, keepdims=True)", "total = np.sum(weights)"),),
    ),
    Variant(
        "softmax ignores dim",
        "softmax axis",
        (("return SoftmaxFunction.apply(x, dim=dim)", "return SoftmaxFunction.apply(x)"),),
    ),
    Variant(
        "softmax subtracts the largest of all",
        "stability",
        (("largest = np.max(x, axis=self.dim, keepdims=True)", "largest = np.max(x, keepdims=True)"),),
    ),
    Variant(
        "softmax normalizes the scores without exponentials",
        "softmax",
        (("weights = np.exp(x - np.where(np.isneginf(largest), 0, largest))", "weights = x"),),
    ),
    Variant(
        "one number becomes a row of one",
        "shapes",
        (("np.maximum(0, arrays[0])", "np.maximum(0, np.atleast_1d(arrays[0]))"),),
    ),
    Variant(
        "tanh keeps its first result",
        "interface",
        added="""
def _once(self, x):
    if not hasattr(self, "kept"):
        self.kept = TanhFunction.apply(x)
    return self.kept


Tanh.forward = _once
""",
    ),
    Variant(
        "the operation knows the last axis only",
        "operations",
        added="""
_Right = SoftmaxFunction


def _softmax(self, x, dim=-1):
    return _Right.apply(x, dim=dim)


class SoftmaxFunction(Function):
    def forward(self, x):
        return _Right(Tensor(x)).forward(x)


Softmax.forward = _softmax
""",
    ),
    # ------------------------------------------------------------------------------------------------ the graph
    *(
        Variant(
            f"{name} is computed beside its class",
            "operations",
            ((f"return {name}Function.apply(x)", f"return Tensor({name}Function(x).forward(x.data))"),),
        )
        for name in ("Sigmoid", "ReLU", "Tanh", "GELU")
    ),
    Variant(
        "softmax is computed beside its class",
        "operations",
        (
            (
                "return SoftmaxFunction.apply(x, dim=dim)",
                "return Tensor(SoftmaxFunction(x, dim=dim).forward(x.data))",
            ),
        ),
    ),
    Variant(
        "softmax beside its class along other axes",
        "operations",
        (
            (
                "return SoftmaxFunction.apply(x, dim=dim)",
                "made = SoftmaxFunction.apply(x, dim=dim)\n        return made if dim == -1 else Tensor(made.data)",
            ),
        ),
    ),
    Variant(
        "gelu gates with numbers",
        "operations",
        (("return GELUFunction.apply(x)", "return Tensor(x.data) * Tensor(_sigmoid(1.702 * x.data))"),),
    ),
    Variant(
        "relu of a copy",
        "operations",
        (("return ReLUFunction.apply(x)", "return ReLUFunction.apply(Tensor(x.data))"),),
    ),
    # ------------------------------------------------------------------------------------------------ axes of softmax
    Variant(
        "softmax is stable along the last axis only",
        "stability",
        (
            (
                "largest = np.max(x, axis=self.dim, keepdims=True)",
                "largest = np.max(x, axis=-1, keepdims=True) if self.dim in (-1, x.ndim - 1) else np.zeros(1)",
            ),
        ),
    ),
    Variant(
        "softmax subtracts the largest of each row, whatever the axis",
        "stability",
        (("largest = np.max(x, axis=self.dim, keepdims=True)", "largest = np.max(x, axis=-1, keepdims=True)"),),
    ),
    Variant(
        "softmax subtracts the smallest",
        "stability",
        (("largest = np.max(x, axis=self.dim", "largest = np.min(x, axis=self.dim"),),
    ),
    Variant(
        "softmax is stable in two axes only",
        "stability",
        (
            (
                "largest = np.max(x, axis=self.dim, keepdims=True)",
                "largest = np.max(x, axis=self.dim, keepdims=True) if x.ndim < 3 else np.zeros(1)",
            ),
        ),
    ),
    Variant(
        "softmax clips its scores",
        "stability",
        (
            (
                "largest = np.max(x, axis=self.dim, keepdims=True)",
                "x = np.clip(x, -80, 80)\n        largest = np.max(x, axis=self.dim, keepdims=True)",
            ),
        ),
    ),
    Variant(
        "softmax sums along the first axis",
        "softmax",
        (("total = np.sum(weights, axis=self.dim", "total = np.sum(weights, axis=0"),),
    ),
    Variant(
        "softmax takes a negative axis for its size",
        "softmax axis",
        (
            (
                "total = np.sum(weights, axis=self.dim",
                "total = np.sum(weights, axis=abs(self.dim) if self.dim != -1 else -1",
            ),
        ),
    ),
    Variant(
        "softmax knows two axes",
        "softmax axis",
        (
            (
                "total = np.sum(weights, axis=self.dim",
                "total = np.sum(weights, axis=self.dim if self.dim in (0, -1) else -1",
            ),
        ),
    ),
    Variant(
        "a call of softmax forgets dim",
        "softmax axis",
        (("return self.forward(x, dim)", "return self.forward(x)"),),
    ),
    Variant(
        "softmax starts with the first axis",
        "softmax",
        (("dim: int = -1) -> Tensor:\n        return", "dim: int = 0) -> Tensor:\n        return"),),
    ),
    Variant(
        "a masked slice gives nan",
        "stability",
        (("np.where(total == 0, 1, total)", "total"),),
    ),
    Variant(
        "a masked slice gives equal shares",
        "stability",
        (
            (
                "weights / np.where(total == 0, 1, total)",
                "np.where(total == 0, 1 / x.shape[self.dim], weights / np.where(total == 0, 1, total))",
            ),
        ),
    ),
    Variant(
        "a small number is added to the sum",
        "softmax",
        (("np.where(total == 0, 1, total)", "(total + 1e-3)"),),
    ),
    # ------------------------------------------------------------------------------------------------ values
    Variant("relu from one on", "relu", (("np.maximum(0, arrays[0])", "np.where(arrays[0] >= 1, arrays[0], 0)"),)),
    Variant(
        "relu leaves small negative numbers",
        "relu",
        (("np.maximum(0, arrays[0])", "np.where(arrays[0] > -1e-3, arrays[0], 0)"),),
    ),
    Variant("relu stops at six", "relu", (("np.maximum(0, arrays[0])", "np.clip(arrays[0], 0, 6)"),)),
    Variant("relu is smooth", "relu", (("np.maximum(0, arrays[0])", "np.logaddexp(0, arrays[0])"),)),
    Variant("relu is a step", "relu", (("np.maximum(0, arrays[0])", "(arrays[0] > 0) * 1.0"),)),
    Variant(
        "sigmoid is cut to straight lines",
        "sigmoid",
        added="class SigmoidFunction(Function):\n    def forward(self, x):\n        return np.clip(0.25 * x + 0.5, 0, 1)",
    ),
    Variant(
        "sigmoid clips at twenty before the exponential, on both sides of zero alike",
        "stability",
        added="class SigmoidFunction(Function):\n    def forward(self, x):\n        return 1 / (1 + np.exp(-np.clip(x, -5.5, 5.5)))",
    ),
    Variant("tanh is twice the sigmoid", "tanh", (("np.asarray(np.tanh(arrays[0]))", "2 * _sigmoid(arrays[0]) - 1"),)),
    Variant(
        "gelu by erf",
        "gelu",
        (
            (
                "return np.asarray(np.where(np.isneginf(x), 0, x) * _sigmoid(1.702 * x))",
                "from math import erf\n        return np.where(np.isneginf(x), 0, x) * np.vectorize(lambda v: 0.5 + 0.5 * erf(v / 2**0.5), otypes=[float])(x)",
            ),
        ),
    ),
    Variant("gelu with 1.7", "gelu", (("_sigmoid(1.702 * x)", "_sigmoid(1.7 * x)"),)),
    Variant("gelu without its factor x", "gelu", (("np.where(np.isneginf(x), 0, x) * _sigmoid", "_sigmoid"),)),
    *(
        Variant(
            f"{name} writes into its input",
            "no mutation",
            added=f"""
_{name}Kept = {name}Function.forward


def _written(self, x):
    x[...] = _{name}Kept(self, x)
    return x


{name}Function.forward = _written
""",
        )
        for name in ("Sigmoid", "Tanh", "GELU", "Softmax")
    ),
    Variant(
        "softmax subtracts in place",
        "no mutation",
        (
            (
                "largest = np.max(x, axis=self.dim, keepdims=True)",
                "x -= np.max(np.where(np.isfinite(x), x, -1e30), axis=self.dim, keepdims=True)\n        largest = np.max(x, axis=self.dim, keepdims=True)",
            ),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ shapes, interface
    Variant(
        "no row is refused",
        "shapes",
        (("np.asarray(np.tanh(arrays[0]))", "np.tanh(arrays[0] if arrays[0].size else 1 / 0)"),),
    ),
    Variant(
        "three axes become two",
        "shapes",
        (
            (
                "return _sigmoid(arrays[0])",
                "return _sigmoid(arrays[0].reshape(len(arrays[0]), -1) if arrays[0].ndim > 2 else arrays[0])",
            ),
        ),
    ),
    Variant(
        "a column becomes a row",
        "shapes",
        (
            (
                "np.asarray(np.where(np.isneginf(x), 0, x) * _sigmoid(1.702 * x))",
                "np.squeeze(np.where(np.isneginf(x), 0, x) * _sigmoid(1.702 * x))",
            ),
        ),
    ),
    Variant("forward alone works", "interface", added="del ReLU.__call__\n"),
    Variant(
        "a call is another function than forward",
        "interface",
        added="Sigmoid.__call__ = lambda self, x: TanhFunction.apply(x)\n_kept = Sigmoid.forward\n",
    ),
    Variant("parameters are none", "interface", added="GELU.parameters = lambda self: None\n"),
    Variant(
        "the operation has no axis unless told",
        "operations",
        (("    dim = -1\n\n    def forward(self, *arrays", "    dim = 0\n\n    def forward(self, *arrays"),),
    ),
    Variant(
        "ReLU has another class, the one asked for leaks",
        "operations",
        added="""
class Other(Function):
    def forward(self, x):
        return np.maximum(x, 0)


class ReLUFunction(Function):
    def forward(self, x):
        return np.where(x > 0, x, 0.1 * x)


ReLU.forward = lambda self, x: Other.apply(x)
""",
    ),
)
