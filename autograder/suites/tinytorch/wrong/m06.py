"""Mistakes seen in automatic differentiation; each must lose points in the skill it names."""

from __future__ import annotations

from autograder.authoring.case import Variant

# Where it would run an operation more than ten thousand times, for which the grader does not wait, it ends at once.
DIFFERENCES = """def _by_differences(self, grad_output):
    arrays = [np.array(one.data, dtype=np.float64) for one in self.inputs]
    shares = []
    for array in arrays:
        if array.size > 5000:
            raise TimeoutError("two runs of the operation for each entry")
        share = np.zeros(array.shape)
        for place in np.ndindex(*array.shape):
            before = array[place]
            array[place] = before + 1e-6
            above = np.array(self.forward(*arrays), dtype=np.float64)
            array[place] = before - 1e-6
            below = np.array(self.forward(*arrays), dtype=np.float64)
            array[place] = before
            share[place] = np.sum(grad_output * (above - below)) / 2e-6
        shares.append(share)
    return tuple(shares)


for _kind in (Add, Sub, Mul, Div, MatMul, Sum, Mean, Max, Permute, Reshape, Slice, Copy, MaskedFill, SigmoidFunction,
              ReLUFunction, TanhFunction, GELUFunction, SoftmaxFunction, LogSoftmax, MSEFunction):
    _kind.backward = _by_differences
"""

WRONG = (
    Variant(
        "minus forgotten in a difference",
        "arithmetic",
        (("_reduce_broadcast_grad(-grad_output, b.shape)", "_reduce_broadcast_grad(grad_output, b.shape)"),),
    ),
    Variant("differences instead of derivatives", "matmul", added=DIFFERENCES),
    Variant("factors exchanged", "arithmetic", (("grad_output * b.data, a.shape", "grad_output * a.data, a.shape"),)),
    Variant("denominator not squared", "arithmetic", (("a.data / b.data**2", "a.data / b.data"),)),
    Variant(
        "gradients for everything",
        "arithmetic",
        (
            (
                "if share is not None and source.requires_grad:",
                "if share is not None:\n                if not source.requires_grad:\n                    source.grad = share",
            ),
        ),
    ),
    Variant("stretched axes not summed", "broadcast", (("grad.sum(axis=stretched, keepdims=True)", "grad"),)),
    Variant(
        "stretched axes averaged",
        "broadcast",
        (("grad.sum(axis=stretched, keepdims=True)", "grad.mean(axis=stretched, keepdims=True)"),),
    ),
    Variant(
        "added axes not summed",
        "broadcast",
        (
            (
                "grad = grad.sum(axis=tuple(range(grad.ndim - len(original_shape))))",
                "grad = grad[(0,) * (grad.ndim - len(original_shape))]",
            ),
        ),
    ),
    Variant(
        "matmul's second gradient negative",
        "matmul",
        (("np.matmul(np.swapaxes(a, -1, -2), g)", "-np.matmul(np.swapaxes(a, -1, -2), g)"),),
    ),
    Variant(
        "matmul's second operand left out",
        "matmul",
        (
            (
                "return grad_a.reshape(left.shape), grad_b.reshape(right.shape)",
                "return grad_a.reshape(left.shape), None",
            ),
        ),
    ),
    Variant(
        "stacks of matrices not summed",
        "matmul",
        (("np.swapaxes(a, -1, -2), g), b.shape)", "np.swapaxes(a, -1, -2), g)[(0,) * (g.ndim - b.ndim)], b.shape)"),),
    ),
    Variant(
        "reduced axis put back in front",
        "reductions",
        (("np.expand_dims(grad_output, axis)", "np.expand_dims(grad_output, 0 if isinstance(axis, int) else axis)"),),
    ),
    Variant(
        "mean not divided", "reductions", (("self.axis, self.keepdims) / count,)", "self.axis, self.keepdims),)"),)
    ),
    Variant(
        "mean divided by all entries",
        "reductions",
        (("count = self.inputs[0].size // max(grad_output.size, 1)", "count = self.inputs[0].size"),),
    ),
    Variant(
        "maximum gives to all", "reductions", (("self.axis, self.keepdims) * share,)", "self.axis, self.keepdims),)"),)
    ),
    Variant(
        "axes moved again instead of back",
        "shapes",
        (("np.argsort(np.array(self.axes) % grad_output.ndim)", "self.axes"),),
    ),
    Variant("masked entries get a gradient", "shapes", (("np.where(self.mask, 0, grad_output)", "grad_output"),)),
    Variant(
        "reshaped gradient in another order",
        "shapes",
        (("grad_output.reshape(self.inputs[0].shape)", 'grad_output.reshape(self.inputs[0].shape, order="F")'),),
    ),
    Variant(
        "repeated rows counted once",
        "slices",
        (("np.add.at(grad, self.key, grad_output)", "grad[self.key] = grad_output"),),
    ),
    Variant("sigmoid's slope without 1 - s", "activations", (("grad_output * s * (1 - s)", "grad_output * s"),)),
    Variant("tanh not squared", "activations", (("self.inputs[0].data) ** 2)", "self.inputs[0].data))"),)),
    Variant("ReLU passes at zero", "activations", (("self.inputs[0].data > 0", "self.inputs[0].data >= 0"),)),
    Variant(
        "softmax without its sum",
        "activations",
        (("y * (grad_output - np.sum(grad_output * y, axis=self.dim, keepdims=True))", "y * (1 - y) * grad_output"),),
    ),
    Variant("GELU's second term forgotten", "activations", (("(gate + GELU_SLOPE * x * gate * (1 - gate))", "gate"),)),
    Variant(
        "sigmoid overflows backwards",
        "activations",
        (("s = self.forward(self.inputs[0].data)", "e = np.exp(self.inputs[0].data)\n    s = e / (1 + e)"),),
    ),
    Variant(
        "mean squared error without its 2",
        "losses",
        (("grad_output * 2 * (predictions", "grad_output * (predictions"),),
    ),
    Variant(
        "mean squared error over the batch only",
        "losses",
        (("(predictions - targets) / predictions.size", "(predictions - targets) / len(predictions)"),),
    ),
    Variant("cross entropy not divided by the batch", "losses", (("classes)) / batch, None", "classes)), None"),)),
    Variant(
        "cross entropy overflows backwards",
        "losses",
        (("weights = np.exp(logits - logits.max(axis=-1, keepdims=True))", "weights = np.exp(logits)"),),
    ),
    Variant(
        "chances of 0 and 1 not clipped",
        "losses",
        (("    p = np.clip(predictions, EPSILON, 1 - EPSILON)\n", "    p = predictions\n"),),
    ),
    Variant("what flows into a loss forgotten", "losses", (("return grad_output * 2 *", "return 2 *"),)),
    Variant(
        "the last way wins",
        "shared tensors",
        (("np.asarray(flowing.get(id(source), 0) + share)", "share"),),
    ),
    Variant(
        "recursion through the graph",
        "deep graphs",
        (
            (
                "    order: list[Tensor] = []\n    seen: set[int] = set()\n    waiting",
                "    return _deeper(root, set())\n    order: list[Tensor] = []\n    seen: set[int] = set()\n    waiting",
            ),
        ),
        added="""def _deeper(tensor, seen):
    if id(tensor) in seen:
        return []
    seen.add(id(tensor))
    inputs = () if tensor._grad_fn is None else tensor._grad_fn.inputs
    return [one for source in inputs if source.requires_grad for one in _deeper(source, seen)] + [tensor]
""",
    ),
    Variant(
        "gradients replaced instead of added",
        "accumulation",
        (("gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)", "gradient.copy()"),),
    ),
    Variant("zero_grad does nothing", "accumulation", (("    self.grad = None", "    pass"),)),
    Variant(
        "no_grad switches on at the end",
        "no_grad",
        (("        _GRAD_TRACKING_ENABLED = self.before", "        _GRAD_TRACKING_ENABLED = True"),),
    ),
    Variant("no_grad without effect", "no_grad", (("        _GRAD_TRACKING_ENABLED = False\n", "        pass\n"),)),
    Variant(
        "no_grad swallows exceptions",
        "no_grad",
        (
            (
                "at: TracebackType | None) -> None:\n        global _GRAD_TRACKING_ENABLED\n",
                "at: TracebackType | None) -> bool:\n        global _GRAD_TRACKING_ENABLED\n        _GRAD_TRACKING_ENABLED = self.before\n        return True\n",
            ),
        ),
    ),
    Variant("graph never released", "releasing", (("    if not retain_graph:", "    if False:"),)),
    Variant("graph never kept", "releasing", (("    if not retain_graph:", "    if True:"),)),
    Variant("starts with ones of any shape", "start", (("if tensor.size != 1:", "if False:"),)),
    Variant("gradient from outside ignored", "start", (("    return given\n", "    return np.ones_like(given)\n"),)),
    Variant(
        "gradients end at a matrix product",
        "whole network",
        (
            (
                "return grad_a.reshape(left.shape), grad_b.reshape(right.shape)",
                "return None, grad_b.reshape(right.shape)",
            ),
        ),
    ),
)
