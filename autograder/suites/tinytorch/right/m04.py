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
        return np.mean(np.where(targets == 1, -np.log(p), np.where(targets == 0, -np.log1p(-p), np.nan)))
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
)
