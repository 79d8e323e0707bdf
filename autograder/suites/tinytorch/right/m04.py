"""Module 04 right, written in other ways."""

from __future__ import annotations

from autograder.authoring.case import Variant

RIGHT = (
    Variant(
        "one-hot targets and dot products",
        added="""
class MSEFunction(Function):
    def forward(self, predictions, targets):
        difference = (predictions - targets).ravel()
        return np.dot(difference, difference) / difference.size


class CrossEntropyFunction(Function):
    def forward(self, logits, targets):
        hot = np.eye(logits.shape[1])[targets.astype(int)]
        return -(hot * _log_softmax(logits, -1)).sum() / len(hot)
""",
    ),
    Variant(
        "sums of logarithms, row by row, in doubles",
        added="""
def _log_softmax(x, dim):
    x = np.asarray(x, dtype=np.float64)
    return x - np.logaddexp.reduce(x, axis=dim, keepdims=True)


class CrossEntropyFunction(Function):
    def forward(self, logits, targets):
        total = 0.0
        for row, target in zip(logits, targets):
            total -= _log_softmax(row, -1)[int(target)]
        return np.float32(total / len(logits))


class BinaryCrossEntropyFunction(Function):
    def forward(self, predictions, targets):
        p = np.clip(predictions.astype(np.float64), 1e-12, 1 - 1e-12)
        return np.average([-(t * np.log(q) + (1 - t) * np.log1p(-q)) for q, t in zip(p.ravel(), targets.ravel())])
""",
    ),
    Variant(
        "losses from tensor operations, errors of its own class",
        added="""
class LossError(ValueError):
    pass


def _forward(self, predictions, targets):
    if predictions.shape != targets.shape or not predictions.size:
        raise LossError("shapes")
    difference = predictions - targets
    return (difference * difference).mean()


MSELoss.forward = MSELoss.__call__ = _forward


def _same_shape(predictions, targets):
    if predictions.data.shape != targets.data.shape or predictions.data.size == 0:
        raise LossError("shapes")
""",
    ),
    Variant(
        "the maximum is added back to the log of the sum",
        changes=(
            ("shifted = x - np.max(x, axis=dim, keepdims=True)", "largest = np.max(x, axis=dim, keepdims=True)"),
            (
                "np.asarray(shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True)))",
                "np.asarray(x - (largest + np.log(np.sum(np.exp(x - largest), axis=dim, keepdims=True))))",
            ),
        ),
    ),
    Variant(
        "an online sum of exponentials, clipping at 1e-15, numbers and not arrays",
        added="""
def _online(row):
    top, total = -np.inf, 0.0
    for value in row.astype(np.float64):
        new = max(top, value)
        total = total * np.exp(top - new) + np.exp(value - new)
        top = new
    return row - top - np.log(total)


def _log_softmax(x, dim):
    return np.apply_along_axis(_online, dim, x)


class BinaryCrossEntropyFunction(Function):
    def forward(self, predictions, targets):
        p = np.clip(predictions.astype(np.float64), 1e-15, 1 - 1e-15)
        with np.errstate(divide="ignore"):
            ones, zeros = np.log(p), np.log1p(-p)
        return float(-(targets * ones).sum() - ((1 - targets) * zeros).sum()) / p.size


class MSEFunction(Function):
    def forward(self, predictions, targets):
        return float(np.sum(np.square(predictions.astype(np.float64) - targets))) / predictions.size
""",
    ),
    Variant(
        "cross entropy from log_softmax and one-hot tensors",
        added="""
def _entropy(self, logits, targets):
    _checked(self, logits, targets)
    hot = Tensor(np.eye(logits.shape[1])[targets.data.astype(int)])
    return (log_softmax(logits) * hot).sum() * (-1.0 / len(logits.data))


_checked = CrossEntropyLoss.forward
CrossEntropyLoss.forward = _entropy
""",
    ),
    Variant(
        "an error that names the classes that are none, found by np.unique",
        changes=(
            (
                'raise ValueError(f"a target is out of range 0 ... {classes - 1}")',
                'raise ValueError(f"no classes: {np.unique(targets.data[(targets.data < 0) | (targets.data >= classes)])}")',
            ),
        ),
    ),
)
