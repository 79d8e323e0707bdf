"""Other right ways to differentiate: Kahn's order, gradients kept as Tensors or doubles or added in place, other formulas."""

from __future__ import annotations

from autograder.authoring.case import Variant

KAHN = """

def _inputs_first(root):
    users = {}
    found = {id(root): root}
    waiting = [root]
    while waiting:
        tensor = waiting.pop()
        for source in _sources(tensor):
            users[id(source)] = users.get(id(source), 0) + 1
            if id(source) not in found:
                found[id(source)] = source
                waiting.append(source)
    order, ready = [], [root]
    while ready:
        tensor = ready.pop()
        order.append(tensor)
        for source in _sources(tensor):
            users[id(source)] -= 1
            if users[id(source)] == 0:
                ready.append(source)
    return order[::-1]


def _sources(tensor):
    return [one for one in tensor._grad_fn.inputs if one.requires_grad] if tensor._grad_fn is not None else []
"""

ACCUMULATE = "tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)"

SAVED = """

def _recorded_with_its_result(cls, /, *inputs, **params):
    node = cls(*inputs, **params)
    node.result = np.array(node.forward(*(one.data for one in inputs)), dtype=np.float32)
    result = Tensor(node.result)
    if _GRAD_TRACKING_ENABLED and any(one.requires_grad for one in inputs):
        result.requires_grad, result._grad_fn = True, node
    return result


setattr(Function, "apply", classmethod(_recorded_with_its_result))


@method_of(SoftmaxFunction, "backward")
def softmax_backward(self, grad_output):
    y, g = np.moveaxis(self.result, self.dim, -1), np.moveaxis(grad_output, self.dim, -1)
    jacobian = np.einsum("...i,ij->...ij", y, np.eye(y.shape[-1])) - np.einsum("...i,...j->...ij", y, y)
    return (np.moveaxis(np.einsum("...ij,...j->...i", jacobian, g), -1, self.dim),)


@method_of(SigmoidFunction, "backward")
def sigmoid_backward(self, grad_output):
    return (grad_output * self.result * (1 - self.result),)


@method_of(TanhFunction, "backward")
def tanh_backward(self, grad_output):
    return (grad_output * (1 - self.result * self.result),)


@method_of(ReLUFunction, "backward")
def relu_backward(self, grad_output):
    slopes = grad_output.copy()
    slopes[self.result <= 0] = 0
    return (slopes,)
"""

LOOPS = """

@method_of(Max, "backward")
def max_backward(self, grad_output):
    x = self.inputs[0].data
    largest = np.broadcast_to(np.max(x, axis=self.axis, keepdims=True), x.shape)
    ties = np.broadcast_to(np.sum(x == largest, axis=self.axis, keepdims=True), x.shape)
    spread = _expand_reduced(grad_output, x.shape, self.axis, self.keepdims)
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        if x[place] == largest[place]:
            slopes[place] = spread[place] / ties[place]
    return (slopes,)


@method_of(Permute, "backward")
def permute_backward(self, grad_output):
    back = [0] * grad_output.ndim
    for place, axis in enumerate(self.axes):
        back[axis] = place
    return (grad_output.transpose(back),)


def _one_hot_encode(targets, batch_size, num_classes):
    encoded = np.zeros((batch_size, num_classes))
    for row in range(batch_size):
        encoded[row, int(targets[row])] = 1
    return encoded


def _reduce_broadcast_grad(grad, original_shape):
    while grad.ndim > len(original_shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(original_shape):
        if size == 1 and grad.shape[axis] > 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
"""

RIGHT = (
    Variant(
        "adds to gradients in place",
        changes=(
            (
                ACCUMULATE,
                "if tensor.grad is None:\n"
                "            tensor.grad = np.zeros_like(tensor.data)\n"
                "        tensor.grad += gradient",
            ),
        ),
    ),
    Variant(
        "adds in place to gradients that are Tensors",
        changes=(
            (
                ACCUMULATE,
                "if tensor.grad is None:\n"
                "            tensor.grad = Tensor(gradient)\n"
                "        else:\n"
                "            tensor.grad.data += gradient",
            ),
        ),
    ),
    Variant("keeps results for the way back", added=SAVED),
    Variant("loops instead of whole arrays", added=LOOPS),
    Variant(
        "gradients where a chance was clipped are those of the clipped one",
        changes=(
            (
                "(p - targets) / (p * (1 - p) * predictions.size)",
                "((1 - targets) / (1 - p) - targets / p) / targets.size",
            ),
            ("grad_output * inside *", "grad_output *"),
        ),
    ),
    Variant("counts users instead of walking down", added=KAHN),
    Variant(
        "gradients kept as Tensors",
        changes=(
            (
                "tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)",
                "tensor.grad = Tensor(gradient if tensor.grad is None else tensor.grad.data + gradient)",
            ),
        ),
    ),
    Variant(
        "gradients in doubles, intermediates without",
        changes=(
            ("share = np.asarray(share, dtype=np.float32)", "share = np.asarray(share, dtype=np.float64)"),
            (
                "        tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)\n"
                "        node = tensor._grad_fn\n",
                "        node = tensor._grad_fn\n"
                "        if node is None:\n"
                "            tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)\n",
            ),
        ),
    ),
    Variant(
        "other formulas",
        changes=(
            ("-grad_output * a.data / b.data**2", "-(a.data / b.data) * (grad_output / b.data)"),
            ("grad_output * s * (1 - s)", "grad_output * (s - s * s)"),
            ("grad_output * (self.inputs[0].data > 0)", "np.where(self.inputs[0].data > 0, grad_output, 0)"),
            ("np.add.at(grad, self.key, grad_output)", "_scatter(grad, self.key, grad_output)"),
        ),
        added="""def _scatter(grad, key, values):
    places = np.arange(grad.size).reshape(grad.shape)[key]
    grad[...] = np.bincount(np.ravel(places), np.ravel(values), grad.size).reshape(grad.shape)
""",
    ),
    Variant(
        "gradients added in place",
        changes=(
            (
                "tensor.grad = gradient.copy() if tensor.grad is None else np.asarray(tensor.grad + gradient)",
                "if tensor.grad is None:\n            tensor.grad = np.zeros_like(tensor.data)\n        tensor.grad += gradient",
            ),
        ),
    ),
    Variant(
        "classes of older editions, and the slope of the other GELU",
        changes=(
            (
                "    return (grad_output * (gate + GELU_SLOPE * x * gate * (1 - gate)),)",
                "    bend = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))\n"
                "    inner = np.sqrt(2 / np.pi) * (1 + 0.134145 * x**2)\n"
                "    return (grad_output * (0.5 * (1 + bend) + 0.5 * x * (1 - bend**2) * inner),)",
            ),
        ),
        added="""

class PermuteBackward:
    def __init__(self, tensor, axes):
        self.saved_tensors, self.axes = (tensor,), axes

    def apply(self, grad_output):
        return (np.transpose(grad_output, np.argsort(self.axes)),)
""",
        edition="2026-02",
    ),
    Variant(
        "two axes are turned back, as the steps of that edition say, whatever was turned",
        changes=(
            (
                '"""g."""\n    return (grad_output,)',
                '"""g."""\n    axes = list(range(grad_output.ndim))\n    axes[-2], axes[-1] = axes[-1], axes[-2]\n    return (grad_output,)',
            ),
        ),
        edition="2026-05",
    ),
)
