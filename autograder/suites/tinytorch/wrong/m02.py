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
)
