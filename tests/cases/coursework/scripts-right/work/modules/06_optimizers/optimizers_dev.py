# %% [markdown]
"""
# Optimizers
"""

# %%
#| default_exp core.optimizers
#| export
import numpy as np
import sys
import os

try:
    from tinytorch.core.tensor import Tensor
except ImportError:
    sys.path.append(os.path.join(os.path.dirname(__file__), '..', '01_tensor'))
    sys.path.append(os.path.join(os.path.dirname(__file__), '..', '05_autograd'))
    from tensor_dev import Tensor
    import autograd_dev

DEFAULT_LEARNING_RATE_SGD = 0.01
DEFAULT_LEARNING_RATE_ADAM = 0.001
DEFAULT_MOMENTUM = 0.9
DEFAULT_BETA1 = 0.9
DEFAULT_BETA2 = 0.999
DEFAULT_EPS = 1e-8
DEFAULT_WEIGHT_DECAY_ADAMW = 0.01

# %%
#| export
class Optimizer:
    def __init__(self, params):
        # YOUR CODE HERE
        self.params = list(params)
        for p in self.params:
            if not getattr(p, 'requires_grad', False):
                raise ValueError("every parameter needs requires_grad=True")
        self.step_count = 0

    def zero_grad(self):
        for p in self.params:
            p.grad = None

    def step(self):
        raise NotImplementedError("step")


def _grad_array(p):
    if isinstance(p.grad, Tensor):
        return p.grad.data
    return p.grad


class SGD(Optimizer):
    def __init__(self, params, lr=0.01, momentum=0.0, weight_decay=0.0):
        super().__init__(params)
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.momentum_buffers = [None for _ in self.params]

    def has_momentum(self):
        return self.momentum > 0.0

    def get_momentum_state(self):
        if self.has_momentum():
            return [b.copy() if b is not None else None for b in self.momentum_buffers]
        return None

    def set_momentum_state(self, state):
        if state is None or not self.has_momentum():
            return
        if len(state) != len(self.params):
            raise ValueError("wrong number of buffers")
        for i in range(len(state)):
            self.momentum_buffers[i] = state[i].copy() if state[i] is not None else None

    def step(self):
        # YOUR CODE HERE
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            grad = _grad_array(p)
            if self.weight_decay:
                grad = grad + self.weight_decay * p.data
            if self.momentum:
                v = self.momentum_buffers[i]
                v = grad.copy() if v is None else self.momentum * v + grad
                self.momentum_buffers[i] = v
                grad = v
            p.data -= self.lr * grad
        self.step_count += 1


class Adam(Optimizer):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params)
        self.lr = lr
        self.beta1 = betas[0]
        self.beta2 = betas[1]
        self.eps = eps
        self.weight_decay = weight_decay
        self.m_buffers = [None for _ in self.params]
        self.v_buffers = [None for _ in self.params]

    def step(self):
        # YOUR CODE HERE
        self.step_count += 1
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            grad = _grad_array(p)
            if self.weight_decay:
                grad = grad + self.weight_decay * p.data
            if self.m_buffers[i] is None:
                self.m_buffers[i] = np.zeros_like(grad)
                self.v_buffers[i] = np.zeros_like(grad)
            self.m_buffers[i] = self.beta1 * self.m_buffers[i] + (1 - self.beta1) * grad
            self.v_buffers[i] = self.beta2 * self.v_buffers[i] + (1 - self.beta2) * grad * grad
            c1 = 1 - self.beta1 ** self.step_count
            c2 = 1 - self.beta2 ** self.step_count
            p.data -= self.lr * (self.m_buffers[i] / c1) / (np.sqrt(self.v_buffers[i] / c2) + self.eps)


class AdamW(Optimizer):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params)
        self.lr = lr
        self.beta1 = betas[0]
        self.beta2 = betas[1]
        self.eps = eps
        self.weight_decay = weight_decay
        self.m_buffers = [None for _ in self.params]
        self.v_buffers = [None for _ in self.params]

    def step(self):
        # YOUR CODE HERE
        self.step_count += 1
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            grad = _grad_array(p)
            if self.m_buffers[i] is None:
                self.m_buffers[i] = np.zeros_like(grad)
                self.v_buffers[i] = np.zeros_like(grad)
            self.m_buffers[i] = self.beta1 * self.m_buffers[i] + (1 - self.beta1) * grad
            self.v_buffers[i] = self.beta2 * self.v_buffers[i] + (1 - self.beta2) * grad * grad
            m = self.m_buffers[i] / (1 - self.beta1 ** self.step_count)
            v = self.v_buffers[i] / (1 - self.beta2 ** self.step_count)
            # decay first, from the old weight
            p.data *= 1 - self.lr * self.weight_decay
            p.data -= self.lr * m / (np.sqrt(v) + self.eps)

# %% nbgrader={"grade": true, "grade_id": "module-integration", "locked": true, "points": 25}
def test_module():
    for opt_class in (SGD, Adam, AdamW):
        p = Tensor([1.0, 2.0], requires_grad=True)
        opt = opt_class([p], lr=0.1)
        p.grad = np.array([1.0, -1.0], dtype=np.float32)
        opt.step()
        assert p.data[0] < 1 and p.data[1] > 1.9
        assert opt.step_count == 1
        opt.zero_grad()
        assert p.grad is None
    print("ok module 06")

if __name__ == "__main__":
    test_module()
