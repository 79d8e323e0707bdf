"""Other right optimizers: data changed in place, doubles inside, velocities and averages that begin as zeros."""

from __future__ import annotations

from autograder.authoring.case import Variant

RIGHT = (
    Variant(
        "parameters that ask for no gradient refused",
        changes=(
            (
                "        for one in self.params:\n            one.requires_grad = True\n",
                "        if not all(one.requires_grad for one in self.params):\n            raise ValueError('requires_grad is off')\n",
            ),
        ),
        edition="2025-12",
    ),
    Variant(
        "weights changed in place",
        changes=(
            (
                "param.data = _float32(param.data - self.lr * velocity)",
                "param.data -= (self.lr * velocity).astype(np.float32)",
            ),
            (
                "param.data = _float32(param.data - self.lr * m / (np.sqrt(v) + self.eps))",
                "param.data[...] -= self.lr * (m / (np.sqrt(v) + self.eps))",
            ),
        ),
    ),
    Variant(
        "velocities in doubles that begin as zeros",
        changes=(
            (
                "self.momentum_buffers: list[Array | None] = [None] * len(self.params)",
                "self.momentum_buffers = [np.zeros(one.shape) for one in self.params]",
            ),
            ("return np.asarray(grad.data if isinstance", "return np.array(grad.data if isinstance"),
        ),
    ),
    Variant(
        "averages begin as zeros and move by differences",
        changes=(
            (
                "m = (1 - self.beta1) * grad_data + (0 if old_m is None else self.beta1 * old_m)",
                "m = (np.zeros(grad_data.shape) if old_m is None else old_m).astype(np.float64)\n        m = m + (1 - self.beta1) * (grad_data - m)",
            ),
            (
                "v = (1 - self.beta2) * grad_data**2 + (0 if old_v is None else self.beta2 * old_v)",
                "v = (np.zeros(grad_data.shape) if old_v is None else old_v).astype(np.float64)\n        v = v + (1 - self.beta2) * (grad_data * grad_data - v)",
            ),
        ),
    ),
    Variant(
        "corrections drawn into the learning rate, decay subtracted",
        changes=(
            (
                "return np.asarray(m / (1 - self.beta1**age)), np.asarray(v / (1 - self.beta2**age))",
                "first, second = 1 - self.beta1**age, 1 - self.beta2**age\n        return m * (1 / first), v * (1 / second)",
            ),
            (
                "shrunk = param.data * (1 - self.lr * self.weight_decay)",
                "shrunk = param.data - self.lr * self.weight_decay * param.data",
            ),
        ),
    ),
    Variant(
        "velocities, averages and weights kept in the same arrays",
        changes=(
            (
                "                    velocity = self.momentum * before + velocity\n                self.momentum_buffers[place] = velocity\n",
                "                    before *= self.momentum\n                    before += velocity\n"
                "                    velocity = before\n                self.momentum_buffers[place] = velocity\n",
            ),
            (
                "            param.data = _float32(param.data - self.lr * velocity)",
                "            param.data[...] -= self.lr * velocity",
            ),
            (
                "m = (1 - self.beta1) * grad_data + (0 if old_m is None else self.beta1 * old_m)",
                "m = np.zeros_like(grad_data) if old_m is None else old_m\n"
                "        m += (1 - self.beta1) * (grad_data - m)",
            ),
            (
                "v = (1 - self.beta2) * grad_data**2 + (0 if old_v is None else self.beta2 * old_v)",
                "v = np.zeros_like(grad_data) if old_v is None else old_v\n"
                "        v += (1 - self.beta2) * (grad_data**2 - v)",
            ),
        ),
    ),
    Variant(
        "velocities and averages changed in place",
        changes=(
            (
                "                if before is not None:\n                    velocity = self.momentum * before + velocity\n                self.momentum_buffers[place] = velocity\n",
                "                if before is None:\n                    before = self.momentum_buffers[place] = np.zeros_like(param.data)\n                before *= self.momentum\n                before += velocity\n                velocity = before\n",
            ),
            (
                "        m = (1 - self.beta1) * grad_data + (0 if old_m is None else self.beta1 * old_m)\n        v = (1 - self.beta2) * grad_data**2 + (0 if old_v is None else self.beta2 * old_v)\n",
                "        m, v = (old_m, old_v) if old_m is not None else (np.zeros_like(grad_data), np.zeros_like(grad_data))\n        m *= self.beta1\n        m += (1 - self.beta1) * grad_data\n        v *= self.beta2\n        v += (1 - self.beta2) * np.square(grad_data)\n",
            ),
        ),
    ),
    Variant(
        "doubles from the gradient to the weight",
        changes=(
            (
                "return np.asarray(grad.data if isinstance(grad, Tensor) else grad)",
                "return np.array(grad.data if isinstance(grad, Tensor) else grad, dtype=np.float64)",
            ),
            ("return np.asarray(data, dtype=np.float32)", "return np.asarray(data, dtype=np.float64)"),
        ),
    ),
    Variant(
        "a gradient that has data of its own is a Tensor; steps counted first",
        changes=(
            (
                "return np.asarray(grad.data if isinstance(grad, Tensor) else grad)",
                "return grad if isinstance(grad, np.ndarray) else grad.data",
            ),
            (
                '        """One step of every parameter with a gradient."""\n        for place, param in enumerate(self.params):\n            if param.grad is None:\n                continue\n            velocity',
                '        """One step of every parameter with a gradient."""\n        self.step_count += 1\n        for place, param in enumerate(self.params):\n            if param.grad is None:\n                continue\n            velocity',
            ),
            ("        self.step_count += 1\n\n    def has_momentum", "\n    def has_momentum"),
        ),
    ),
    Variant(
        "gradients reset by the constructor, decay after the step",
        changes=(
            (
                "            one.requires_grad = True\n",
                "            one.requires_grad = True\n            one.grad = None\n",
            ),
            (
                "            shrunk = param.data * (1 - self.lr * self.weight_decay)\n            param.data = _float32(shrunk - self.lr * m / (np.sqrt(v) + self.eps))",
                "            param.data = _float32(param.data - self.lr * m / (np.sqrt(v) + self.eps))\n            param.data = _float32(param.data * (1 - self.lr * self.weight_decay))",
            ),
        ),
        edition="2026-05",
    ),
    Variant(
        "a pair not begun is one None",
        changes=(
            ("return [(None, None) if m is None or v is None else", "return [None if m is None or v is None else"),
        ),
    ),
    Variant(
        "a velocity not begun is zeros",
        changes=(
            (
                "[None if one is None else np.array(one, dtype=np.float32) for one in state]",
                "[\n            np.array(np.zeros(kept.data.shape) if one is None else one, dtype=np.float32)\n"
                "            for kept, one in zip(self.params, state, strict=True)\n        ]",
            ),
        ),
    ),
)
