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

RIGHT = (
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
)
