"""Mistakes seen in optimizers; each must lose points in the skill it names."""

from __future__ import annotations

from autograder.authoring.case import Variant

SGD_STEP = "param.data = _float32(param.data - self.lr * velocity)"
ADAM_STEP = "param.data = _float32(param.data - self.lr * m / (np.sqrt(v) + self.eps))"
ADAMW_STEP = "param.data = _float32(shrunk - self.lr * m / (np.sqrt(v) + self.eps))"
SHRUNK = "shrunk = param.data * (1 - self.lr * self.weight_decay)"
CORRECTED = "return np.asarray(m / (1 - self.beta1**age)), np.asarray(v / (1 - self.beta2**age))"

MISSING = "            if param.grad is None:\n                continue\n"
ADAM_GRAD = "            grad = self._extract_gradient(param) + self.weight_decay * param.data\n"
ADAMW_MOMENTS = "            m, v = self._update_moments(place, self._extract_gradient(param))\n"
SGD_VELOCITY = "            velocity = self._extract_gradient(param) + self.weight_decay * param.data\n"
LISTED = "self.params = list(params)"
SWITCHED = "            one.requires_grad = True\n"
CLEARED = "        for one in self.params:\n            one.grad = None\n"
STORED = "self.momentum_buffers = [None if one is None else np.array(one, dtype=np.float32) for one in state]"

WRONG = (
    Variant("uphill", "SGD", ((SGD_STEP, SGD_STEP.replace("data - self", "data + self")),)),
    Variant("only the sign counts", "SGD", ((SGD_STEP, SGD_STEP.replace("velocity", "np.sign(velocity)")),)),
    Variant("velocity forgotten", "momentum", (("                self.momentum_buffers[place] = velocity\n", ""),)),
    Variant(
        "velocity as an average",
        "momentum",
        (
            (
                "velocity = self.momentum * before + velocity",
                "velocity = self.momentum * before + (1 - self.momentum) * velocity",
            ),
        ),
    ),
    Variant(
        "Nesterov's look ahead",
        "momentum",
        ((SGD_STEP, SGD_STEP.replace("velocity", "(velocity * (1 + self.momentum))")),),
    ),
    Variant(
        "one velocity for all parameters",
        "momentum",
        (
            ("before = self.momentum_buffers[place]", "before = self.momentum_buffers[0]"),
            ("self.momentum_buffers[place] = velocity", "self.momentum_buffers[0] = velocity.mean()"),
        ),
    ),
    Variant(
        "velocities given away, not copied",
        "momentum",
        (
            (
                "return [None if one is None else one.copy() for one in self.momentum_buffers]",
                "return self.momentum_buffers",
            ),
            (
                "self.momentum_buffers = [None if one is None else np.array(one, dtype=np.float32) for one in state]",
                "self.momentum_buffers = state",
            ),
        ),
    ),
    Variant(
        "decay with the wrong sign",
        "weight decay",
        (("velocity = self._extract_gradient(param) + self", "velocity = self._extract_gradient(param) - self"),),
    ),
    Variant(
        "decay left out of the velocity",
        "weight decay",
        (
            (
                "velocity = self._extract_gradient(param) + self.weight_decay * param.data",
                "velocity = self._extract_gradient(param)",
            ),
            (SGD_STEP, SGD_STEP.replace("velocity)", "(velocity + self.weight_decay * param.data))")),
        ),
    ),
    Variant(
        "Adam without decay",
        "weight decay",
        (
            (
                "grad = self._extract_gradient(param) + self.weight_decay * param.data",
                "grad = self._extract_gradient(param)",
            ),
        ),
    ),
    Variant(
        "the newest gradient alone",
        "Adam",
        (("(0 if old_m is None else self.beta1 * old_m)", "self.beta1 * grad_data"),),
    ),
    Variant("square forgotten", "Adam", (("grad_data**2", "np.abs(grad_data)"),)),
    Variant("root forgotten", "Adam", ((ADAM_STEP, ADAM_STEP.replace("np.sqrt(v)", "v")),)),
    Variant("betas exchanged", "Adam", (("self.beta1, self.beta2 = betas", "self.beta2, self.beta1 = betas"),)),
    Variant("no bias correction", "bias correction", ((CORRECTED, "return np.asarray(m), np.asarray(v)"),)),
    Variant(
        "only the mean corrected",
        "bias correction",
        ((CORRECTED, CORRECTED.replace("v / (1 - self.beta2**age)", "v")),),
    ),
    Variant(
        "steps counted from 2",
        "bias correction",
        (("age = self.update_counts[i]\n", "age = self.update_counts[i] + 1\n"),),
    ),
    Variant("steps never counted", "bias correction", (("age = self.update_counts[i]\n", "age = 1\n"),)),
    Variant(
        "eps under the root",
        "epsilon",
        ((ADAM_STEP, ADAM_STEP.replace("np.sqrt(v) + self.eps", "np.sqrt(v + self.eps)")),),
    ),
    Variant(
        "eps forgotten", "epsilon", ((ADAM_STEP, ADAM_STEP.replace("np.sqrt(v) + self.eps", "np.sqrt(v) + 1e-8")),)
    ),
    Variant(
        "eps forgotten in AdamW",
        "epsilon",
        ((ADAMW_STEP, ADAMW_STEP.replace("np.sqrt(v) + self.eps", "np.sqrt(v) + 1e-8")),),
    ),
    Variant(
        "decay coupled in AdamW",
        "AdamW",
        (
            (
                "self._update_moments(place, self._extract_gradient(param))",
                "self._update_moments(place, self._extract_gradient(param) + self.weight_decay * param.data)",
            ),
            (SHRUNK, "shrunk = param.data"),
        ),
    ),
    Variant("decay not scaled by lr", "AdamW", ((SHRUNK, "shrunk = param.data * (1 - self.weight_decay)"),)),
    Variant("AdamW without decay", "AdamW", ((SHRUNK, "shrunk = param.data"),)),
    Variant(
        "decay taken after the step",
        "AdamW",
        (
            (SHRUNK, "shrunk = param.data"),
            (
                ADAMW_STEP,
                ADAMW_STEP + "\n            param.data = _float32(param.data * (1 - self.lr * self.weight_decay))",
            ),
        ),
    ),
    Variant(
        "SGD's default too large",
        "defaults",
        (("DEFAULT_LEARNING_RATE_SGD = 0.01", "DEFAULT_LEARNING_RATE_SGD = 0.1"),),
    ),
    Variant(
        "AdamW does not decay by default",
        "defaults",
        (("DEFAULT_WEIGHT_DECAY_ADAMW = 0.01", "DEFAULT_WEIGHT_DECAY_ADAMW = 0.0"),),
    ),
    Variant("second average forgets too fast", "defaults", (("DEFAULT_BETA2 = 0.999", "DEFAULT_BETA2 = 0.99"),)),
    Variant(
        "a missing gradient is zero",
        "no gradient",
        (
            (
                "            if param.grad is None:\n                continue\n            velocity",
                "            if param.grad is None:\n                param.grad = np.zeros_like(param.data)\n            velocity",
            ),
        ),
    ),
    Variant("one age for all", "no gradient", (("age = self.update_counts[i]\n", "age = self.step_count + 1\n"),)),
    Variant(
        "stops at the first missing gradient",
        "no gradient",
        (("                continue\n            velocity", "                break\n            velocity"),),
    ),
    Variant("zero_grad does nothing", "zero_grad", (("            one.grad = None", "            pass"),)),
    Variant(
        "only the first is zeroed",
        "zero_grad",
        (
            (
                "        for one in self.params:\n            one.grad",
                "        for one in self.params[:1]:\n            one.grad",
            ),
        ),
    ),
    Variant(
        "decay added in place",
        "gradients kept",
        (
            (
                "velocity = self._extract_gradient(param) + self.weight_decay * param.data",
                "velocity = self._extract_gradient(param)\n            velocity += self.weight_decay * param.data",
            ),
        ),
    ),
    Variant(
        "learning rate read once",
        "learning rate",
        (
            (SGD_STEP, SGD_STEP.replace("self.lr", "self.first")),
            ("        self.momentum = momentum\n", "        self.momentum = momentum\n        self.first = lr\n"),
        ),
    ),
    Variant(
        "Tensor gradients not unpacked",
        "gradient kinds",
        (
            (
                "grad.data if isinstance(grad, Tensor) else grad)",
                "np.zeros(param.shape) if isinstance(grad, Tensor) else grad)",
            ),
        ),
    ),
    Variant(
        "anything is accepted",
        "errors",
        (("        if not (math.isfinite(number) and number >= 0):", "        if False:"),),
    ),
    Variant(
        "nan is accepted",
        "errors",
        (("        if not (math.isfinite(number) and number >= 0):", "        if number < 0:"),),
    ),
    Variant(
        "a parameter may come twice",
        "errors",
        (("if len({id(one) for one in self.params}) < len(self.params):", "if False:"),),
    ),
    Variant("zero refused as a learning rate", "errors", (("and number >= 0)", "and (number > 0 or name != 'lr'))"),)),
    Variant(
        "steps not counted",
        "base class",
        (("        self.step_count += 1\n\n    def has_momentum", "\n    def has_momentum"),),
    ),
    Variant(
        "a bare optimizer does nothing",
        "base class",
        (('        raise NotImplementedError(f"{type(self).__name__} has no step")', "        return None"),),
    ),
    Variant(
        "any velocities are taken",
        "optimizer state",
        (
            (
                "        _check_shapes(self.params, state)\n        self.momentum_buffers",
                "        self.momentum_buffers",
            ),
        ),
    ),
    Variant(
        "averages given away, not copied",
        "optimizer state",
        added="""
def _get(self):
    return list(zip(self.m_buffers, self.v_buffers))


def _update(self, i, grad_data):
    if self.m_buffers[i] is None:
        self.m_buffers[i], self.v_buffers[i] = np.zeros(grad_data.shape), np.zeros(grad_data.shape)
    self.update_counts[i] += 1
    age, m, v = self.update_counts[i], self.m_buffers[i], self.v_buffers[i]
    m *= self.beta1
    m += (1 - self.beta1) * grad_data
    v *= self.beta2
    v += (1 - self.beta2) * grad_data**2
    return m / (1 - self.beta1**age), v / (1 - self.beta2**age)


_Moments.get_momentum_state = _get
_Moments._update_moments = _update
""",
    ),
    Variant(
        "parameters that ask for no gradient taken",
        "requires_grad",
        ((SWITCHED, "            pass\n"),),
        edition="2025-12",
    ),
    Variant(
        "only the first parameter asked whether it wants a gradient",
        "requires_grad",
        (
            (
                "        for one in self.params:\n            one.requires_grad = True\n",
                "        if not self.params[0].requires_grad:\n            raise ValueError('requires_grad is off')\n",
            ),
        ),
        edition="2025-11",
    ),
    Variant("gradients are not switched on", "requires_grad", ((SWITCHED, "            pass\n"),), edition="2026-05"),
    Variant(
        "gradients switched on in the first parameter only",
        "requires_grad",
        ((SWITCHED, SWITCHED + "            break\n"),),
        edition="2026-02",
    ),
    Variant(
        "a decay of 1 is none",
        "weight decay",
        (
            (
                SGD_VELOCITY,
                SGD_VELOCITY.replace("self.weight_decay *", "(self.weight_decay != 1) * self.weight_decay *"),
            ),
        ),
    ),
    Variant(
        "a decay of 1 is none in Adam",
        "weight decay",
        ((ADAM_GRAD, ADAM_GRAD.replace("self.weight_decay *", "(self.weight_decay != 1) * self.weight_decay *")),),
    ),
    Variant(
        "velocities not begun are refused",
        "momentum",
        ((STORED, "self.momentum_buffers = [np.array(one.copy(), dtype=np.float32) for one in state]"),),
        edition="2026-02",
    ),
    Variant(
        "as many velocities as there are",
        "momentum",
        (
            (
                "        _check_shapes(self.params, state)\n        self.momentum_buffers = [",
                "        self.momentum_buffers[: len(state)] = [",
            ),
        ),
        edition="2026-05",
    ),
    Variant("what is given is not made a list", "parameters", ((LISTED, "self.params = params"),)),
    Variant(
        "the caller's list is kept",
        "parameters",
        ((LISTED, "self.params = params if isinstance(params, list) else list(params)"),),
    ),
    Variant(
        "gradients lost in the constructor", "parameters", ((SWITCHED, SWITCHED + "            one.grad = None\n"),)
    ),
    Variant(
        "a parameter given twice is dropped",
        "errors",
        (
            (LISTED, "self.params = list({id(one): one for one in params}.values())"),
            ("if len({id(one) for one in self.params}) < len(self.params):", "if False:"),
        ),
    ),
    Variant(
        "a gradient of zeros is none in SGD",
        "momentum",
        ((MISSING + SGD_VELOCITY, MISSING.replace("None:", "None or not np.any(param.grad):") + SGD_VELOCITY),),
    ),
    Variant(
        "a gradient of zeros is none in Adam",
        "Adam",
        ((MISSING + ADAM_GRAD, MISSING.replace("None:", "None or not np.any(param.grad):") + ADAM_GRAD),),
    ),
    Variant(
        "Adam stops at the first missing gradient",
        "no gradient",
        ((MISSING + ADAM_GRAD, MISSING.replace("continue", "break") + ADAM_GRAD),),
    ),
    Variant(
        "AdamW stops at the first missing gradient",
        "no gradient",
        ((MISSING + ADAMW_MOMENTS, MISSING.replace("continue", "return") + ADAMW_MOMENTS),),
    ),
    Variant(
        "AdamW decays what has no gradient",
        "no gradient",
        (
            (
                MISSING + ADAMW_MOMENTS,
                "            if param.grad is None:\n                param.data = param.data * (1 - self.lr * self.weight_decay)\n                continue\n"
                + ADAMW_MOMENTS,
            ),
        ),
    ),
    Variant(
        "velocity shrinks while no gradient comes",
        "no gradient",
        (
            (
                MISSING + SGD_VELOCITY,
                "            if param.grad is None:\n                if self.momentum_buffers[place] is not None:\n                    self.momentum_buffers[place] = self.momentum * self.momentum_buffers[place]\n                continue\n"
                + SGD_VELOCITY,
            ),
        ),
    ),
    Variant(
        "the learning rate goes into the velocity",
        "learning rate",
        (
            (SGD_VELOCITY, SGD_VELOCITY.replace("self._ex", "self.lr * (self._ex").replace("data\n", "data)\n")),
            (SGD_STEP, SGD_STEP.replace("self.lr * velocity", "velocity")),
        ),
    ),
    Variant(
        "Adam's learning rate read once",
        "learning rate",
        (
            (
                ADAM_STEP,
                "self.first = getattr(self, 'first', self.lr)\n            "
                + ADAM_STEP.replace("self.lr", "self.first"),
            ),
        ),
    ),
    Variant(
        "AdamW's learning rate read once",
        "learning rate",
        (
            (
                ADAMW_STEP,
                "self.first = getattr(self, 'first', self.lr)\n            "
                + ADAMW_STEP.replace("self.lr", "self.first"),
            ),
        ),
    ),
    Variant("gradients zeroed, not cleared", "zero_grad", (("one.grad = None", "one.grad = np.zeros_like(one.data)"),)),
    Variant(
        "steps counted for every parameter",
        "base class",
        ((ADAM_STEP, ADAM_STEP + "\n            self.step_count += 1"),),
    ),
    Variant(
        "steps without a gradient not counted",
        "base class",
        (
            (
                "        self.step_count += 1\n\n    def has_momentum",
                "        self.step_count += any(one.grad is not None for one in self.params)\n\n    def has_momentum",
            ),
        ),
    ),
    Variant(
        "the first velocity is the gradient itself, changed in place",
        "gradients kept",
        (
            (SGD_VELOCITY, "            velocity = param.grad\n"),
            (
                "velocity = self.momentum * before + velocity",
                "before *= self.momentum\n                    before += velocity\n                    velocity = before",
            ),
        ),
    ),
    Variant(
        "decay added in place in Adam",
        "gradients kept",
        (
            (
                ADAM_GRAD,
                "            grad = self._extract_gradient(param)\n            grad += self.weight_decay * param.data\n",
            ),
        ),
    ),
    Variant(
        "SGD has momentum by default", "defaults", (("momentum: float = 0.0,", "momentum: float = DEFAULT_MOMENTUM,"),)
    ),
    Variant(
        "Adam decays by default",
        "defaults",
        (
            (
                "weight_decay: float = 0.0,\n    ) -> None:\n        super().__init__(params, lr, betas, eps, weight_decay)",
                "weight_decay: float = 0.01,\n    ) -> None:\n        super().__init__(params, lr, betas, eps, weight_decay)",
            ),
        ),
    ),
    Variant("eps ten times as large by default", "defaults", (("DEFAULT_EPS = 1e-8", "DEFAULT_EPS = 1e-7"),)),
    Variant("always has momentum", "momentum", (("return self.momentum > 0", "return True"),)),
    Variant(
        "velocities taken before they are looked at",
        "optimizer state",
        (
            (
                "        _check_shapes(self.params, state)\n        self.momentum_buffers",
                "        self.momentum_buffers",
            ),
            (STORED, STORED + "\n        _check_shapes(self.params, state)"),
        ),
    ),
    Variant(
        "averages of any shape are taken",
        "optimizer state",
        (("        _check_shapes(self.params, means)\n        _check_shapes(self.params, squares)\n", ""),),
    ),
    Variant(
        "half a pair is taken",
        "optimizer state",
        (("            if (m is None) != (v is None):", "            if False:"),),
    ),
    Variant(
        "betas not looked at",
        "errors",
        (("if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):", "if False:"),),
    ),
    Variant("eps not looked at", "errors", (("(lr=lr, eps=eps, weight", "(lr=lr, weight"),)),
    Variant("momentum not looked at", "errors", (("(lr=lr, momentum=momentum, weight", "(lr=lr, weight"),)),
    Variant(
        "decay of SGD not looked at",
        "errors",
        (("momentum=momentum, weight_decay=weight_decay)\n        super", "momentum=momentum)\n        super"),),
    ),
    Variant(
        "gradients must be Tensors",
        "gradient kinds",
        (
            (
                "return np.asarray(grad.data if isinstance(grad, Tensor) else grad)",
                "return grad.data if isinstance(grad, Tensor) else 1 / None",
            ),
        ),
    ),
    Variant(
        "parameters gone through twice",
        "parameters",
        ((LISTED, "count = sum(1 for _ in params)\n        self.params = list(params)[:count]"),),
    ),
    Variant(
        "parameters that look alike refused",
        "parameters",
        (("{id(one) for one in self.params}", "{one.data.tobytes() for one in self.params}"),),
    ),
    Variant(
        "velocities not begun are not expected",
        "momentum",
        (
            (
                "[None if one is None else one.copy() for one in self.momentum_buffers]",
                "[one.copy() for one in self.momentum_buffers]",
            ),
        ),
    ),
    Variant(
        "averages not begun become arrays",
        "optimizer state",
        (
            (
                "[None if m is None else np.array(m, dtype=np.float32) for m in means]",
                "[np.array(m, dtype=np.float32) for m in means]",
            ),
        ),
    ),
    Variant("gradients cleared by the step", "zero_grad", ((SGD_STEP, SGD_STEP + "\n            param.grad = None"),)),
    Variant(
        "velocities begin anew with every zero_grad",
        "zero_grad",
        (
            (
                '    def has_momentum(self) -> bool:\n        """Whether velocities are kept."""\n',
                "    def zero_grad(self):\n        super().zero_grad()\n        self.momentum_buffers = [None] * len(self.params)\n\n"
                '    def has_momentum(self) -> bool:\n        """Whether velocities are kept."""\n',
            ),
        ),
    ),
    Variant(
        "steps counted by zero_grad, too",
        "zero_grad",
        ((CLEARED, "        self.step_count += 1\n" + CLEARED),),
    ),
    Variant(
        "a momentum of 1 is none",
        "momentum",
        (("            if self.momentum:\n", "            if self.momentum and self.momentum != 1:\n"),),
        edition="2025-12",
    ),
    Variant(
        "all optimizers have the same velocities",
        "momentum",
        (
            (
                "        self.momentum_buffers: list[Array | None] = [None] * len(self.params)\n",
                "        SGD.kept = getattr(SGD, 'kept', [None] * 9)\n        self.momentum_buffers = SGD.kept\n",
            ),
        ),
        edition="2025-11",
    ),
    Variant(
        "Adam takes the data of every gradient, of an array a buffer",
        "gradient kinds",
        (
            (
                ADAM_GRAD,
                "            grad = param.grad.data\n"
                "            if self.weight_decay:\n                grad = grad + self.weight_decay * param.data\n",
            ),
        ),
        edition="2025-12",
    ),
)
