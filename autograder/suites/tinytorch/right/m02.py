"""Module 02 right, written in other ways."""

from __future__ import annotations

from autograder.authoring.case import Variant

RIGHT = (
    Variant(
        "one class for all, a forward that is the call",
        added="""
class Squash(Function):
    dim, how = -1, None

    def forward(self, x):
        return np.asarray(self.how(x), dtype=np.float64)


def _through(how):
    return lambda self, x: Squash.apply(x, how=how)


Sigmoid.forward = Sigmoid.__call__ = _through(lambda x: SigmoidFunction().forward(x))
ReLU.forward = ReLU.__call__ = _through(lambda x: np.where(x > 0, x, 0.0))
Tanh.forward = Tanh.__call__ = _through(np.tanh)
GELU.forward = GELU.__call__ = lambda self, x: GELUFunction.apply(x)
Softmax.forward = Softmax.__call__ = lambda self, x, dim=-1: SoftmaxFunction.apply(x, dim=dim)
""",
    ),
    Variant(
        "gelu of tensors, softmax along any axis by loops",
        added="""
def _gelu(self, x):
    if np.isneginf(x.data).any():
        return GELUFunction.apply(x)
    return x * SigmoidFunction.apply(x * 1.702)


GELU.forward = _gelu


class SoftmaxFunction(Function):
    dim = -1

    def forward(self, x):
        return np.apply_along_axis(_online, self.dim, x) if x.size else x


def _online(row):
    top, total = -np.inf, 0.0
    for value in row.astype(np.float64):
        new = max(top, value)
        if np.isneginf(new):
            continue
        total = total * np.exp(top - new) + np.exp(value - new)
        top = new
    return np.exp(row - top) / total if total else np.zeros_like(row)
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
