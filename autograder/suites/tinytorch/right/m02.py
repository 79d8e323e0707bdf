"""Module 02 right, written in other ways."""

from __future__ import annotations

from autograder.authoring.case import Variant

RIGHT = (
    Variant(
        "the mathematics in forward",
        added="""
def _wrapped(kind):
    def forward(self, x, **named):
        node = kind(x, **named)
        return Tensor(node.forward(x.data))

    return forward


Sigmoid.forward = Sigmoid.__call__ = _wrapped(SigmoidFunction)
ReLU.forward = ReLU.__call__ = lambda self, x: Tensor(np.where(x.data > 0, x.data, 0.0))
Tanh.forward = Tanh.__call__ = _wrapped(TanhFunction)
GELU.forward = GELU.__call__ = lambda self, x: Tensor(GELUFunction(x).forward(x.data))


def _softmax(self, x, dim=-1):
    return Tensor(SoftmaxFunction(x, dim=dim).forward(x.data))


Softmax.forward = Softmax.__call__ = _softmax
""",
    ),
    Variant(
        "sigmoid from tanh, tanh from sigmoid, softmax from its logarithm",
        added="""
class SigmoidFunction(Function):
    def forward(self, x):
        return 0.5 * (1 + np.tanh(0.5 * x))


class TanhFunction(Function):
    def forward(self, x):
        return 2 * _sigmoid(2 * x.astype(np.float64)) - 1


class ReLUFunction(Function):
    def forward(self, x):
        return (x + np.abs(x)) / 2


class SoftmaxFunction(Function):
    dim = -1

    def forward(self, x):
        top = x.max(axis=self.dim, keepdims=True)
        top[np.isneginf(top)] = 0
        rest = x - top
        with np.errstate(divide="ignore", invalid="ignore"):
            result = np.exp(rest - np.log(np.exp(rest).sum(axis=self.dim, keepdims=True)))
        return np.nan_to_num(result, nan=0.0)
""",
    ),
    Variant(
        "masks, doubles and clipping",
        added="""
def _sigmoid(x):
    x = np.asarray(x, dtype=np.float64)
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


class ReLUFunction(Function):
    def forward(self, x):
        result = x.copy()
        result[result < 0] = 0
        return result


class GELUFunction(Function):
    def forward(self, x):
        return np.maximum(x, -1e30) * _sigmoid(1.702 * x)


class SoftmaxFunction(Function):
    dim = -1

    def forward(self, x):
        moved = np.moveaxis(x.astype(np.float64), self.dim, -1)
        result = np.zeros(moved.shape)
        for place in np.ndindex(*moved.shape[:-1]):
            row = moved[place]
            if np.isfinite(row).any():
                e = np.exp(row - row.max())
                result[place] = e / e.sum()
        return np.moveaxis(result, -1, self.dim)
""",
    ),
    Variant(
        "softmax from its logarithm, the maximum added back",
        added="""
_Minding = SoftmaxFunction


class SoftmaxFunction(Function):
    dim = -1

    def forward(self, x):
        if np.isneginf(x).any():
            return _Minding(Tensor(x), dim=self.dim).forward(x)
        top = np.max(x, axis=self.dim, keepdims=True)
        return np.exp(x - (top + np.log(np.sum(np.exp(x - top), axis=self.dim, keepdims=True))))
""",
    ),
)
