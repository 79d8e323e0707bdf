"""Module 04 with mistakes students make."""

from __future__ import annotations

from autograder.authoring.case import Variant

CHOSEN = "chosen = _log_softmax(logits, -1)[np.arange(len(logits)), targets.astype(np.int64)]"
BCE = "return np.asarray(-np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p)))"
CLIP = "p = np.clip(predictions, EPSILON, 1 - EPSILON)"
MSE = "np.mean((predictions - targets) ** 2)"

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
    # ------------------------------------------------------------------------------------------------ the graph
    *(
        Variant(
            f"{name} is computed beside its class",
            "operations",
            (
                (
                    f"return {name}Function.apply({x}, targets)",
                    f"return Tensor({name}Function({x}, targets).forward({x}.data, targets.data))",
                ),
            ),
        )
        for name, x in (("MSE", "predictions"), ("CrossEntropy", "logits"), ("BinaryCrossEntropy", "predictions"))
    ),
    *(
        Variant(
            f"{name} of a copy of its input",
            "operations",
            (
                (
                    f"return {name}Function.apply({x}, targets)",
                    f"return {name}Function.apply(Tensor({x}.data), targets)",
                ),
            ),
        )
        for name, x in (("MSE", "predictions"), ("CrossEntropy", "logits"), ("BinaryCrossEntropy", "predictions"))
    ),
    Variant(
        "log_softmax is computed beside its class",
        "operations",
        (("return LogSoftmax.apply(x, dim=dim)", "return Tensor(_log_softmax(x.data, dim))"),),
    ),
    Variant(
        "log_softmax beside its class along other axes",
        "operations",
        (
            (
                "return LogSoftmax.apply(x, dim=dim)",
                "return LogSoftmax.apply(x) if dim == -1 else Tensor(_log_softmax(x.data, dim))",
            ),
        ),
    ),
    Variant(
        "cross entropy of the scores' logarithm as an array",
        "operations",
        (
            (
                "return CrossEntropyFunction.apply(logits, targets)",
                "rows = _log_softmax(logits.data, -1)\n        return MSEFunction.apply(Tensor(0.0), Tensor(0.0)) - Tensor(rows[np.arange(batch), targets.data.astype(int)]).mean()",
            ),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ log_softmax
    *(
        Variant(name, skill, (("shifted = x - np.max(x, axis=dim, keepdims=True)", f"shifted = x - {what}"),))
        for name, skill, what in (
            ("the largest of all is subtracted", "stability", "np.max(x)"),
            (
                "the largest of each row is subtracted, whatever the axis",
                "stability",
                "np.max(x, axis=-1, keepdims=True)",
            ),
            ("the mean is subtracted", "stability", "np.mean(x, axis=dim, keepdims=True)"),
            (
                "the largest is subtracted along the last axis only",
                "stability",
                "(np.max(x, axis=dim, keepdims=True) if dim in (-1, x.ndim - 1) else 0)",
            ),
            (
                "the largest is subtracted in two axes only",
                "stability",
                "(np.max(x, axis=dim, keepdims=True) if x.ndim < 3 else 0)",
            ),
            ("scores are clipped at 80", "stability", "0 * x + np.clip(x, -80, 80) - x"),
        )
    ),
    Variant(
        "log_softmax sums along the last axis",
        "log_softmax axis",
        (("np.sum(np.exp(shifted), axis=dim,", "np.sum(np.exp(shifted), axis=-1,"),),
    ),
    Variant(
        "log_softmax takes a negative axis for the last",
        "log_softmax axis",
        (("np.sum(np.exp(shifted), axis=dim,", "np.sum(np.exp(shifted), axis=max(dim, -1),"),),
    ),
    Variant(
        "log_softmax starts with the first axis",
        "log_softmax",
        (("def log_softmax(x: Tensor, dim: int = -1)", "def log_softmax(x: Tensor, dim: int = 0)"),),
    ),
    Variant(
        "log_softmax is softmax",
        "log_softmax",
        (("return np.asarray(shifted - np.log(", "return np.exp(shifted - np.log("),),
    ),
    Variant("log_softmax with base two", "log_softmax", (("shifted - np.log(np.sum", "shifted - np.log2(np.sum"),)),
    Variant(
        "log_softmax adds a small number",
        "log_softmax",
        (
            (
                "np.sum(np.exp(shifted), axis=dim, keepdims=True)",
                "(np.sum(np.exp(shifted), axis=dim, keepdims=True) + 1e-3)",
            ),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ squared error
    *(
        Variant(name, "mse", ((MSE, what),))
        for name, what in (
            ("half the squared error", "np.mean((predictions - targets) ** 2) / 2"),
            ("squared error of the means", "(np.mean(predictions) - np.mean(targets)) ** 2"),
            ("squared error by columns", "np.mean((predictions - targets) ** 2, axis=-1)"),
            ("squared error as a row of one", "np.mean((predictions - targets) ** 2, keepdims=True).ravel()"),
            (
                "squared error from a distance of one on is straight",
                "np.mean(np.minimum((predictions - targets) ** 2, np.abs(predictions - targets) * 16))",
            ),
            (
                "squared error over one entry less",
                "np.sum((predictions - targets) ** 2) / max(predictions.size - 1, 1)",
            ),
            (
                "squared error over the targets that are not zero",
                "np.sum((predictions - targets) ** 2) / max(np.count_nonzero(targets), 1)",
            ),
            ("the sum is squared", "np.mean((predictions + targets) ** 2)"),
        )
    ),
    # ------------------------------------------------------------------------------------------------ cross entropy
    *(
        Variant(name, "cross entropy", ((CHOSEN, CHOSEN.replace(old, new)),))
        for name, old, new in (
            ("the first class is left out", "targets.astype(np.int64)]", "targets.astype(np.int64)] * (targets > 0)"),
            ("classes count from one", "targets.astype(np.int64)", "targets.astype(np.int64) - 1"),
            ("scores are taken for logarithms", "_log_softmax(logits, -1)", "logits"),
            ("log_softmax along the batch", "_log_softmax(logits, -1)", "_log_softmax(logits, 0)"),
            ("the first row's class for all", "targets.astype(np.int64)", "int(targets[0])"),
            ("the likeliest class is taken for the right one", "targets.astype(np.int64)", "logits.argmax(axis=-1)"),
        )
    ),
    Variant("cross entropy of rows, one by one", "cross entropy", (("np.asarray(-np.mean(chosen))", "-chosen"),)),
    Variant(
        "the mean over targets that are not zero",
        "cross entropy",
        (("np.asarray(-np.mean(chosen))", "np.asarray(-np.sum(chosen) / max(np.count_nonzero(targets), 1))"),),
    ),
    Variant(
        "one sample is refused",
        "cross entropy",
        (
            (
                "if logits.ndim != 2 or logits.size == 0:",
                "if logits.ndim != 2 or logits.size == 0 or len(logits.data) == 1:",
            ),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ binary cross entropy
    *(
        Variant(name, "binary cross entropy", ((BCE, new),))
        for name, new in (
            ("only the zeros count", "return np.asarray(-np.mean((1 - targets) * np.log(1 - p)))"),
            ("binary cross entropy forgets the minus", BCE.replace("-np.mean", "np.mean")),
            (
                "targets and predictions are exchanged",
                "p, targets = np.clip(targets, EPSILON, 1 - EPSILON), p\n        " + BCE,
            ),
            ("targets are rounded", "targets = np.round(targets)\n        " + BCE),
            ("targets other than one are zero", "targets = (targets == 1) * 1.0\n        " + BCE),
            ("targets other than zero are one", "targets = (targets > 0) * 1.0\n        " + BCE),
            (
                "soft targets are left out",
                "return np.asarray(-np.mean((targets == 1) * np.log(p) + (targets == 0) * np.log(1 - p)))",
            ),
            (
                "binary cross entropy over rows",
                "return np.asarray(-np.sum(targets * np.log(p) + (1 - targets) * np.log(1 - p)) / len(p))",
            ),
            (
                "binary cross entropy with base two",
                BCE.replace("np.log(p)", "np.log2(p)").replace("np.log(1 - p)", "np.log2(1 - p)"),
            ),
            ("binary cross entropy as a row of one", BCE.replace("np.asarray(", "np.atleast_1d(")),
        )
    ),
    Variant(
        "soft targets are refused",
        "binary cross entropy",
        (
            (
                "        return BinaryCrossEntropyFunction",
                "        if not np.all((targets.data == 0) | (targets.data == 1)):\n            raise ValueError('targets')\n        return BinaryCrossEntropyFunction",
            ),
        ),
    ),
    *(
        Variant(name, "stability", ((CLIP, f"p = {what}"),))
        for name, what in (
            ("probabilities are clipped at 0.01", "np.clip(predictions, 0.01, 0.99)"),
            ("probabilities are clipped below only", "np.maximum(predictions, EPSILON)"),
            ("probabilities are clipped above only", "np.minimum(predictions, 1 - EPSILON)"),
        )
    ),
    Variant(
        "an infinite loss becomes a number",
        "stability",
        (
            (CLIP, "p = predictions"),
            (BCE, "return np.nan_to_num(-np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p)))"),
        ),
    ),
    # ------------------------------------------------------------------------------------------------ errors
    *(
        Variant(name, "loss errors", ((old, new),))
        for name, old, new in (
            ("nothing is an empty loss", "if predictions.size == 0:", "if False:"),
            (
                "sizes are compared, not shapes",
                "if predictions.shape != targets.shape:",
                "if predictions.size != targets.size:",
            ),
            (
                "numbers of axes are compared, not shapes",
                "if predictions.shape != targets.shape:",
                "if predictions.ndim != targets.ndim:",
            ),
            ("a class too many is taken", "targets.data >= classes)", "targets.data > classes)"),
            ("targets of any shape are taken", "if targets.shape != (batch,):", "if targets.size != batch:"),
            (
                "no sample is taken",
                "if logits.ndim != 2 or logits.size == 0:",
                "if logits.ndim != 2 or logits.shape[1] == 0:",
            ),
            ("targets are not checked", "for one in (predictions, targets):", "for one in (predictions,):"),
            ("predictions are not checked", "for one in (predictions, targets):", "for one in (targets,):"),
            (
                "nan counts as a probability",
                "if not np.all((one.data >= 0) & (one.data <= 1)):",
                "if np.any((one.data < 0) | (one.data > 1)):",
            ),
            ("probabilities above one are taken", "(one.data >= 0) & (one.data <= 1)", "one.data >= 0"),
            ("probabilities below zero are taken", "(one.data >= 0) & (one.data <= 1)", "one.data <= 1"),
            (
                "a class out of range is an IndexError",
                'raise ValueError(f"a target is out',
                'raise IndexError(f"a target is out',
            ),
        )
    ),
    # ------------------------------------------------------------------------------------------------ no mutation, interface
    Variant(
        "the maximum is subtracted in place",
        "no mutation",
        (
            (
                "shifted = x - np.max(x, axis=dim, keepdims=True)",
                "shifted = x\n    shifted -= np.max(x, axis=dim, keepdims=True)",
            ),
        ),
    ),
    Variant(
        "the difference is taken in place",
        "no mutation",
        ((MSE, "np.mean(np.subtract(predictions, targets, out=predictions) ** 2)"),),
    ),
    Variant(
        "targets become whole in place",
        "no mutation",
        (
            (
                BCE,
                "made = -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))\n        targets += 1\n        return made",
            ),
        ),
    ),
    Variant(
        "a call of the squared error exchanges nothing but works on copies without mean",
        "interface",
        added="MSELoss.__call__ = lambda self, predictions, targets: Tensor(np.sum((predictions.data - targets.data) ** 2))\n",
    ),
    Variant("forward alone works", "interface", added="del BinaryCrossEntropyLoss.__call__\n"),
    Variant(
        "a call alone works",
        "interface",
        added="CrossEntropyLoss.__call__ = CrossEntropyLoss.forward\ndel CrossEntropyLoss.forward\n",
    ),
    Variant(
        "the operation knows the last axis only",
        "log_softmax axis",
        (
            ("return _log_softmax(arrays[0], self.dim)", "return _log_softmax(arrays[0], -1)"),
            (
                "return LogSoftmax.apply(x, dim=dim)",
                "return LogSoftmax.apply(x) if dim == -1 else LogSoftmax.apply(x, dim=dim)",
            ),
        ),
    ),
    Variant(
        "cross entropy has another class, the one asked for adds up",
        "operations",
        added="""
class Other(Function):
    forward = CrossEntropyFunction.forward


class CrossEntropyFunction(Function):
    def forward(self, logits, targets):
        return len(logits) * Other().forward(logits, targets)


_validated = CrossEntropyLoss.forward


def _forward(self, logits, targets):
    _validated(self, logits, targets)
    return Other.apply(logits, targets)


CrossEntropyLoss.forward = CrossEntropyLoss.__call__ = _forward
""",
    ),
    Variant(
        "cross entropy takes the class after the right one",
        "cross entropy",
        (("targets.astype(np.int64)]\n", "(targets.astype(np.int64) + 1) % logits.shape[1]]\n"),),
    ),
)
