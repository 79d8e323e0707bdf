"""Module 04 with mistakes students make."""

from __future__ import annotations

from autograder.authoring.case import Variant

CHOSEN = "chosen = _log_softmax(logits, -1)[np.arange(len(logits)), targets.astype(np.int64)]"
BCE = "return np.asarray(-np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p)))"
CLIP = "p = np.clip(predictions, EPSILON, 1 - EPSILON)"

WRONG = (
    Variant(
        "log of the softmax",
        "stability",
        added="""
def _log_softmax(x, dim):
    e = np.exp(x - np.max(x, axis=dim, keepdims=True))
    return np.log(e / np.sum(e, axis=dim, keepdims=True))
""",
    ),
    Variant(
        "the maximum is not subtracted",
        "stability",
        (("shifted = x - np.max(x, axis=dim, keepdims=True)", "shifted = x"),),
    ),
    Variant(
        "the maximum is not subtracted, in wider floats",
        "stability",
        (("shifted = x - np.max(x, axis=dim, keepdims=True)", "shifted = np.asarray(x, dtype=np.longdouble)"),),
    ),
    Variant(
        "log_softmax ignores dim",
        "log_softmax axis",
        (("return LogSoftmax.apply(x, dim=dim)", "return LogSoftmax.apply(x)"),),
    ),
    Variant(
        "log_softmax sums over everything",
        "log_softmax",
        (("np.sum(np.exp(shifted), axis=dim, keepdims=True)", "np.sum(np.exp(shifted))"),),
    ),
    Variant(
        "squared error is summed",
        "mse",
        (("np.mean((predictions - targets) ** 2)", "np.sum((predictions - targets) ** 2)"),),
    ),
    Variant(
        "squared error is averaged over rows only",
        "mse",
        (
            (
                "np.mean((predictions - targets) ** 2)",
                "np.sum((predictions - targets) ** 2) / len(predictions)",
            ),
        ),
    ),
    Variant(
        "the error is not squared",
        "mse",
        (("np.mean((predictions - targets) ** 2)", "np.mean(np.abs(predictions - targets))"),),
    ),
    Variant(
        "the root is taken",
        "mse",
        (("np.mean((predictions - targets) ** 2)", "np.sqrt(np.mean((predictions - targets) ** 2))"),),
    ),
    Variant(
        "shapes are broadcast",
        "loss errors",
        (("if predictions.shape != targets.shape:", "if False:"),),
    ),
    Variant(
        "cross entropy is summed", "cross entropy", (("np.asarray(-np.mean(chosen))", "np.asarray(-np.sum(chosen))"),)
    ),
    Variant(
        "cross entropy forgets the minus",
        "cross entropy",
        (("np.asarray(-np.mean(chosen))", "np.asarray(np.mean(chosen))"),),
    ),
    Variant(
        "cross entropy is averaged over classes too",
        "cross entropy",
        (("np.asarray(-np.mean(chosen))", "np.asarray(-np.sum(chosen) / logits.size)"),),
    ),
    Variant(
        "scores go through softmax twice",
        "cross entropy",
        ((CHOSEN, CHOSEN.replace("_log_softmax(logits, -1)", "_log_softmax(np.exp(_log_softmax(logits, -1)), -1)")),),
    ),
    Variant(
        "a small number is added before the log",
        "stability",
        ((CHOSEN, CHOSEN.replace("_log_softmax(logits, -1)", "np.log(np.exp(_log_softmax(logits, -1)) + 1e-9)")),),
    ),
    Variant("negative classes are taken", "loss errors", (("np.any(targets.data < 0) or ", ""),)),
    Variant(
        "class numbers are cut to whole",
        "loss errors",
        ((" or np.any(targets.data != np.floor(targets.data))", ""),),
    ),
    Variant("probabilities are not clipped", "stability", ((CLIP, "p = predictions"),)),
    Variant(
        "clipping writes into the predictions",
        "no mutation",
        ((CLIP, "p = np.clip(predictions, EPSILON, 1 - EPSILON, out=predictions)"),),
    ),
    Variant(
        "only the ones count",
        "binary cross entropy",
        ((BCE, "return np.asarray(-np.mean(targets * np.log(p)))"),),
    ),
    Variant(
        "probabilities go through a sigmoid",
        "binary cross entropy",
        ((CLIP, "p = np.clip(1 / (1 + np.exp(-predictions)), EPSILON, 1 - EPSILON)"),),
    ),
    Variant("binary cross entropy is summed", "binary cross entropy", ((BCE, BCE.replace("-np.mean", "-np.sum")),)),
    Variant(
        "probabilities are not checked",
        "loss errors",
        (("if not np.all((one.data >= 0) & (one.data <= 1)):", "if False:"),),
    ),
    Variant(
        "no class for the squared error",
        "operations",
        added="""
def _squared(self, predictions, targets):
    if predictions.data.shape != targets.data.shape or predictions.data.size == 0:
        raise ValueError("shapes")
    return Tensor(np.mean((predictions.data - targets.data) ** 2))


MSELoss.forward = _squared
del MSEFunction
""",
    ),
)
