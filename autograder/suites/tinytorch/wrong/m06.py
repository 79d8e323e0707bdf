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
    Variant(
        "sums and products along the last axis alone",
        "activations",
        (("np.sum(grad_output * y, axis=self.dim, keepdims=True)", "np.sum(grad_output * y, axis=-1, keepdims=True)"),),
    ),
    Variant(
        "log softmax sums along the last axis alone",
        "activations",
        (("grad_output.sum(axis=self.dim, keepdims=True),)", "grad_output.sum(axis=-1, keepdims=True),)"),),
    ),
    Variant(
        "log softmax overflows backwards",
        "activations",
        (
            (
                "probabilities = np.exp(self.forward(self.inputs[0].data))",
                "weights = np.exp(self.inputs[0].data)\n"
                "    probabilities = weights / weights.sum(axis=self.dim, keepdims=True)",
            ),
        ),
    ),
    Variant("GELU's slope without its factor", "activations", (("gate + GELU_SLOPE * x * gate", "gate + x * gate"),)),
    Variant(
        "softmax off the graph",
        "activations",
        added="""

from .activations import Softmax

Softmax.__call__ = lambda self, x, dim=-1: Tensor(SoftmaxFunction(x, dim=dim).forward(x.data))
""",
    ),
    Variant(
        "one array handed to both operands, added to in place",
        "accumulation",
        (
            (
                "return _reduce_broadcast_grad(grad_output, a.shape), _reduce_broadcast_grad(grad_output, b.shape)",
                "return grad_output, grad_output",
            ),
            (
                "flowing[id(source)] = np.asarray(flowing.get(id(source), 0) + share)",
                "if id(source) in flowing:\n"
                "                    flowing[id(source)] += share\n"
                "                else:\n"
                "                    flowing[id(source)] = share",
            ),
        ),
    ),
    Variant(
        "two gradients are one array",
        "accumulation",
        (
            (
                "return _reduce_broadcast_grad(grad_output, a.shape), _reduce_broadcast_grad(grad_output, b.shape)",
                "return (\n"
                "        grad_output if a.shape == grad_output.shape else _reduce_broadcast_grad(grad_output, a.shape),\n"
                "        grad_output if b.shape == grad_output.shape else _reduce_broadcast_grad(grad_output, b.shape),\n"
                "    )",
            ),
            (
                "tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)",
                "if tensor.grad is None:\n"
                "            tensor.grad = gradient\n"
                "        else:\n"
                "            tensor.grad += gradient",
            ),
            (
                "np.asarray(flowing.get(id(source), 0) + share)",
                "flowing[id(source)] + share if id(source) in flowing else share",
            ),
        ),
    ),
    Variant(
        "the gradient given is added to",
        "accumulation",
        (
            ("given = np.array(gradient.data", "given = np.asarray(gradient.data"),
            (
                "tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)",
                "tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)\n"
                "        if tensor is self:\n"
                "            gradient *= 1.5\n"
                "            gradient = gradient / 1.5",
            ),
        ),
    ),
    Variant(
        "zeroed gradients are zeros",
        "accumulation",
        (("    self.grad = None", "    self.grad = np.zeros(self.shape, dtype=np.float32)"),),
    ),
    Variant(
        "a tensor that is both operands counts once",
        "shared tensors",
        (
            (
                "zip(node.inputs, node.backward(gradient), strict=True)",
                "{id(one): (one, share) for one, share in zip(node.inputs, node.backward(gradient), strict=True)}.values()",
            ),
        ),
    ),
    Variant(
        "tensors nearest to the result first",
        "shared tensors",
        added="""

def _inputs_first(root):
    order, seen = [root], {id(root)}
    for tensor in order:
        for source in () if tensor._grad_fn is None else tensor._grad_fn.inputs:
            if source.requires_grad and id(source) not in seen:
                seen.add(id(source))
                order.append(source)
    return order[::-1]
""",
    ),
    Variant(
        "recorded only if all operands ask for it",
        "recording",
        (("any(one.requires_grad for one in inputs):", "all(one.requires_grad for one in inputs):"),),
    ),
    Variant(
        "recorded only if the first operand asks for it",
        "recording",
        (("any(one.requires_grad for one in inputs):", "inputs[0].requires_grad:"),),
    ),
    Variant(
        "backward of what needs no gradient goes on",
        "recording",
        (
            (
                "    if not self.requires_grad:\n        return\n",
                "    if not self.requires_grad:\n        raise RuntimeError('requires_grad is off')\n",
            ),
        ),
    ),
    Variant("everything is recorded", "recording", (("any(one.requires_grad for one in inputs):", "True:"),)),
    Variant(
        "nodes return lists",
        "operations",
        added="""

def _listed(kind):
    right = kind.backward
    kind.backward = lambda self, grad_output: list(right(self, grad_output))


for _kind in (Reshape, Sum, MatMul, Sub):
    _listed(_kind)
""",
    ),
    Variant(
        "one gradient without its tuple",
        "operations",
        (
            ("return (grad_output.reshape(self.inputs[0].shape),)", "return grad_output.reshape(self.inputs[0].shape)"),
            (
                "zip(node.inputs, node.backward(gradient), strict=True)",
                "zip(node.inputs, _tupled(node.backward(gradient)), strict=True)",
            ),
        ),
        added="""

def _tupled(shares):
    return shares if isinstance(shares, tuple) else (shares,)
""",
    ),
    Variant(
        "a maximum that ties counts several times",
        "reductions",
        (("share = winners / winners.sum(axis=self.axis, keepdims=True)", "share = winners"),),
    ),
    Variant(
        "the first of the largest takes all",
        "reductions",
        (
            (
                "share = winners / winners.sum(axis=self.axis, keepdims=True)",
                "axis = 0 if self.axis is None else self.axis\n"
                "    share = winners if isinstance(axis, tuple) else (\n"
                "        (winners & (np.cumsum(winners.reshape(-1) if self.axis is None else winners, axis=axis).reshape(x.shape) == 1))\n"
                "    )",
            ),
        ),
    ),
    Variant(
        "axes counted from the end put back elsewhere",
        "reductions",
        (
            (
                "np.expand_dims(grad_output, axis)",
                "np.expand_dims(grad_output, axis + len(shape) - 1 if isinstance(axis, int) and axis < 0 else axis)",
            ),
        ),
    ),
    Variant(
        "only one axis of several put back",
        "reductions",
        (
            (
                "grad_output = np.expand_dims(grad_output, axis)",
                "grad_output = np.expand_dims(grad_output, axis if isinstance(axis, int) else axis[-1])",
            ),
        ),
    ),
    Variant(
        "mean divided by the first axis",
        "reductions",
        (
            (
                "count = self.inputs[0].size // max(grad_output.size, 1)",
                "count = self.inputs[0].size if self.axis is None else self.inputs[0].shape[0]",
            ),
        ),
    ),
    Variant(
        "all axes of a stack turned round",
        "matmul",
        (("np.matmul(g, np.swapaxes(b, -1, -2))", "np.matmul(g, b.T)"),),
    ),
    Variant(
        "left and right exchanged",
        "matmul",
        (("np.matmul(np.swapaxes(a, -1, -2), g)", "np.matmul(g.swapaxes(-1, -2), a).swapaxes(-1, -2) * 2"),),
    ),
    Variant(
        "a vector on the right keeps its column",
        "matmul",
        (("grad_b.reshape(right.shape)", "grad_b"),),
    ),
    Variant(
        "a copy without a gradient",
        "shapes",
        (('"""g."""\n    return (grad_output,)', '"""g."""\n    return (None,)'),),
    ),
    Variant(
        "the mask turned round",
        "shapes",
        (("np.where(self.mask, 0, grad_output)", "np.where(self.mask, grad_output, 0)"),),
    ),
    Variant(
        "added with +=, so that entries count once",
        "slices",
        (("np.add.at(grad, self.key, grad_output)", "grad[self.key] += grad_output"),),
    ),
    Variant(
        "ones outside of a slice",
        "slices",
        (("grad = np.zeros(self.inputs[0].shape", "grad = np.ones(self.inputs[0].shape"),),
    ),
    Variant(
        "one maximum for all rows",
        "losses",
        (("logits.max(axis=-1, keepdims=True)", "logits.max()"),),
    ),
    Variant(
        "binary cross entropy for certain targets only",
        "losses",
        (
            (
                "(p - targets) / (p * (1 - p) * predictions.size)",
                "np.where(targets > 0.5, -1 / p, 1 / (1 - p)) / predictions.size",
            ),
        ),
    ),
    Variant(
        "binary cross entropy over the batch only",
        "losses",
        (("(p * (1 - p) * predictions.size)", "(p * (1 - p) * len(predictions))"),),
    ),
    Variant(
        "cross entropy divided by all scores", "losses", (("classes)) / batch, None", "classes)) / logits.size, None"),)
    ),
    Variant(
        "a loss off the graph",
        "losses",
        added="""

from .losses import MSELoss

MSELoss.__call__ = lambda self, predictions, targets: Tensor(np.mean((predictions.data - targets.data) ** 2))
""",
    ),
    Variant(
        "lists and arrays refused",
        "arithmetic",
        added="""

def _only_numbers(name):
    right = getattr(Tensor, name)
    def work(self, other):
        return right(self, other) if isinstance(other, (Tensor, int, float)) else NotImplemented
    setattr(Tensor, name, work)


for _name in ("__add__", "__sub__", "__mul__", "__truediv__"):
    _only_numbers(_name)
""",
    ),
    Variant(
        "a number on the left counts as one on the right",
        "arithmetic",
        added="""

Tensor.__rsub__ = lambda self, other: Tensor.__sub__(self, other)
""",
    ),
    Variant("only a shape of no axes starts with one", "start", (("if tensor.size != 1:", "if tensor.shape != ():"),)),
    Variant(
        "a gradient of another shape is stretched",
        "start",
        (
            (
                "    if given.shape != tensor.shape:\n",
                "    if given.size == 1:\n        given = np.full(tensor.shape, given)\n    if given.shape != tensor.shape:\n",
            ),
        ),
    ),
    Variant(
        "a Tensor is no gradient to start with",
        "start",
        (("np.array(gradient.data if isinstance(gradient, Tensor) else gradient", "np.array(gradient"),),
    ),
    Variant(
        "only the result is released",
        "releasing",
        (("        _release(order)", "        _release([self])"),),
    ),
    Variant(
        "released after it has been added again",
        "releasing",
        (
            (
                '    if any(one._graph_released for one in order):\n        raise RuntimeError("this graph was released; pass retain_graph=True to the first backward()")\n',
                "",
            ),
            (
                "    if not retain_graph:\n",
                "    if self._graph_released:\n        raise RuntimeError('released')\n    if not retain_graph:\n",
            ),
        ),
    ),
    Variant(
        "no_grad not undone after an exception",
        "no_grad",
        (
            (
                "        _GRAD_TRACKING_ENABLED = self.before",
                "        if kind is None:\n            _GRAD_TRACKING_ENABLED = self.before",
            ),
        ),
    ),
    Variant(
        "what needs no gradient gets one",
        "recording",
        (("    if not self.requires_grad:\n        return\n", ""),),
    ),
    Variant(
        "only the last of two stretched axes summed",
        "broadcast",
        (("grad.sum(axis=stretched, keepdims=True)", "grad.sum(axis=stretched[-1:], keepdims=True)"),),
    ),
    Variant(
        "is_grad_enabled tells nothing", "no_grad", (("    return _GRAD_TRACKING_ENABLED\n", "    return True\n"),)
    ),
    Variant(
        "every way on its own",
        "shared tensors",
        (
            ("        elif id(tensor) not in seen:", "        else:"),
            (
                "        tensor, inputs_done = waiting.pop()\n",
                "        tensor, inputs_done = waiting.pop()\n"
                "        if len(order) > 100_000:\n"
                "            raise TimeoutError('as many visits as there are ways')\n",
            ),
        ),
    ),
    Variant(
        "what was broadcast left to the walk",
        "operations",
        (
            ("_reduce_broadcast_grad(-grad_output * a.data / b.data**2, b.shape)", "-grad_output * a.data / b.data**2"),
            (
                "share = np.asarray(share, dtype=np.float32)",
                "share = _reduce_broadcast_grad(np.asarray(share, dtype=np.float32), source.shape)",
            ),
        ),
    ),
    Variant(
        "GELU's slope is its gate",
        "activations",
        (("(gate + GELU_SLOPE * x * gate * (1 - gate))", "gate"),),
        edition="2025-12",
    ),
    Variant(
        "three axes moved again instead of back",
        "shapes",
        (("np.argsort(np.array(self.axes) % grad_output.ndim)", "self.axes"),),
        edition="2026-02",
    ),
    Variant(
        "a loss always asks for a gradient",
        "recording",
        added="""

from .losses import MSELoss


def _marked(self, predictions, targets):
    result = MSEFunction.apply(predictions, targets)
    result.requires_grad = True
    return result


MSELoss.__call__ = _marked
""",
    ),
    Variant(
        "binary cross entropy that is infinite at 0 and 1",
        "losses",
        added="""

from .losses import BinaryCrossEntropyLoss

_plain = BinaryCrossEntropyLoss.__call__


def _unclipped(self, predictions, targets):
    result, p, t = _plain(self, predictions, targets), predictions.data, targets.data
    result.data = -np.mean(np.where(t > 0, t * np.log(p), 0) + np.where(t < 1, (1 - t) * np.log(1 - p), 0))
    return result


BinaryCrossEntropyLoss.__call__ = _unclipped
""",
    ),
    Variant(
        "a vector that is transposed gets nothing",
        "shapes",
        (
            (
                '"""g."""\n    return (grad_output,)',
                '"""g."""\n    return (None if grad_output.ndim == 1 else grad_output,)',
            ),
        ),
    ),
    Variant(
        "sums and quotients leave what was broadcast to the walk",
        "broadcast",
        (
            (
                "return _reduce_broadcast_grad(grad_output, a.shape), _reduce_broadcast_grad(grad_output, b.shape)",
                "return grad_output, grad_output",
            ),
            ("_reduce_broadcast_grad(-grad_output * a.data / b.data**2, b.shape)", "-grad_output * a.data / b.data**2"),
            (
                "share = np.asarray(share, dtype=np.float32)",
                "share = _reduce_broadcast_grad(np.asarray(share, dtype=np.float32), source.shape)",
            ),
        ),
        edition="2026-05",
    ),
    Variant(
        "GELU's cube is a product",
        "activations",
        (
            (
                "    gate = SigmoidFunction().forward(GELU_SLOPE * x)\n"
                "    return (grad_output * (gate + GELU_SLOPE * x * gate * (1 - gate)),)",
                "    bent = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x * 3))\n"
                "    bell = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2) * (1 - bent**2)\n"
                "    return (grad_output * (0.5 * (1 + bent) + 0.5 * x * bell),)",
            ),
        ),
        edition="2026-02",
    ),
)
