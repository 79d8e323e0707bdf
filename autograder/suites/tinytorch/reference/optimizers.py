"""Module 07: optimizers. Source: API sheet, module 07.

An optimizer keeps a list of parameters, switches their gradients on, and changes `data` in `step`. Parameters without a
gradient are left alone and do not age. A gradient handed in is never changed. Bad hyper-parameters are a `ValueError`
before any parameter is touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from . import autograd  # noqa: F401  completes the Tensor
from .tensor import Array, Tensor

DEFAULT_LEARNING_RATE_SGD = 0.01
DEFAULT_LEARNING_RATE_ADAM = 0.001
DEFAULT_MOMENTUM = 0.9
DEFAULT_BETA1 = 0.9
DEFAULT_BETA2 = 0.999
DEFAULT_EPS = 1e-8
DEFAULT_WEIGHT_DECAY_ADAMW = 0.01


class Optimizer:
    """The parameters to learn; `ValueError` when one is given twice."""

    def __init__(self, params: Iterable[Tensor]) -> None:
        self.params = list(params)
        if len({id(one) for one in self.params}) < len(self.params):
            raise ValueError("a parameter is given twice")
        for one in self.params:
            one.requires_grad = True
        self.step_count = 0

    def zero_grad(self) -> None:
        """Every parameter's gradient is None again."""
        for one in self.params:
            one.grad = None

    def step(self) -> None:
        """Changes every parameter that has a gradient."""
        raise NotImplementedError(f"{type(self).__name__} has no step")

    def _extract_gradient(self, param: Tensor) -> Array:
        """The gradient as an array, whether kept as an array or as a Tensor."""
        grad: Any = param.grad
        return np.asarray(grad.data if isinstance(grad, Tensor) else grad)


class SGD(Optimizer):
    """g + wd·x, gathered as v = momentum·v + g, then x - lr·v."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = DEFAULT_LEARNING_RATE_SGD,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        _check_not_negative(lr=lr, momentum=momentum, weight_decay=weight_decay)
        super().__init__(params)
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.momentum_buffers: list[Array | None] = [None] * len(self.params)

    def step(self) -> None:
        """One step of every parameter with a gradient."""
        for place, param in enumerate(self.params):
            if param.grad is None:
                continue
            velocity = self._extract_gradient(param) + self.weight_decay * param.data
            if self.momentum:
                before = self.momentum_buffers[place]
                if before is not None:
                    velocity = self.momentum * before + velocity
                self.momentum_buffers[place] = velocity
            param.data = _float32(param.data - self.lr * velocity)
        self.step_count += 1

    def has_momentum(self) -> bool:
        """Whether velocities are kept."""
        return self.momentum > 0

    def get_momentum_state(self) -> list[Array | None] | None:
        """Copies of the velocities, None for those not begun; None without momentum."""
        if not self.has_momentum():
            return None
        return [None if one is None else one.copy() for one in self.momentum_buffers]

    def set_momentum_state(self, state: Sequence[Array | None] | None) -> None:
        """Takes velocities back; None or no momentum changes nothing, wrong lengths or shapes are a `ValueError`."""
        if state is None or not self.has_momentum():
            return
        _check_shapes(self.params, state)
        self.momentum_buffers = [None if one is None else np.array(one, dtype=np.float32) for one in state]


class _Moments(Optimizer):
    """What Adam and AdamW share: averages of the gradient and its square, corrected for having begun at zero."""

    def __init__(
        self, params: Iterable[Tensor], lr: float, betas: tuple[float, float], eps: float, weight_decay: float
    ) -> None:
        _check_not_negative(lr=lr, eps=eps, weight_decay=weight_decay)
        if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas must be two numbers from 0 up to, not including, 1; got {betas}")
        super().__init__(params)
        self.lr = lr
        self.beta1, self.beta2 = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.m_buffers: list[Array | None] = [None] * len(self.params)
        self.v_buffers: list[Array | None] = [None] * len(self.params)
        self.update_counts = [0] * len(self.params)

    def _update_moments(self, i: int, grad_data: Array) -> tuple[Array, Array]:
        """The two corrected averages of parameter i after one more gradient."""
        self.update_counts[i] += 1
        age = self.update_counts[i]
        old_m, old_v = self.m_buffers[i], self.v_buffers[i]
        m = (1 - self.beta1) * grad_data + (0 if old_m is None else self.beta1 * old_m)
        v = (1 - self.beta2) * grad_data**2 + (0 if old_v is None else self.beta2 * old_v)
        self.m_buffers[i], self.v_buffers[i] = m, v
        return np.asarray(m / (1 - self.beta1**age)), np.asarray(v / (1 - self.beta2**age))

    def has_momentum(self) -> bool:
        """Always: averages are kept."""
        return True

    def get_momentum_state(self) -> list[tuple[Array | None, Array | None]]:
        """Copies of both averages of every parameter, a pair of None where they are not begun."""
        pairs = zip(self.m_buffers, self.v_buffers, strict=True)
        return [(None, None) if m is None or v is None else (m.copy(), v.copy()) for m, v in pairs]

    def set_momentum_state(self, state: Sequence[tuple[Array | None, Array | None]] | None) -> None:
        """Takes averages back; None changes nothing, wrong lengths or shapes and half pairs are a `ValueError`."""
        if state is None:
            return
        for m, v in state:
            if (m is None) != (v is None):
                raise ValueError("one average of a parameter without the other")
        means, squares = [m for m, _ in state], [v for _, v in state]
        _check_shapes(self.params, means)
        _check_shapes(self.params, squares)
        self.m_buffers = [None if m is None else np.array(m, dtype=np.float32) for m in means]
        self.v_buffers = [None if v is None else np.array(v, dtype=np.float32) for v in squares]


class Adam(_Moments):
    """Adam with coupled decay: g + wd·x enters the averages, then x - lr·m / (√v + eps)."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = DEFAULT_LEARNING_RATE_ADAM,
        betas: tuple[float, float] = (DEFAULT_BETA1, DEFAULT_BETA2),
        eps: float = DEFAULT_EPS,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    def step(self) -> None:
        """One step of every parameter with a gradient."""
        for place, param in enumerate(self.params):
            if param.grad is None:
                continue
            grad = self._extract_gradient(param) + self.weight_decay * param.data
            m, v = self._update_moments(place, grad)
            param.data = _float32(param.data - self.lr * m / (np.sqrt(v) + self.eps))
        self.step_count += 1


class AdamW(_Moments):
    """Adam with decoupled decay: the averages see the gradient alone, the weight shrinks by lr·wd of itself."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = DEFAULT_LEARNING_RATE_ADAM,
        betas: tuple[float, float] = (DEFAULT_BETA1, DEFAULT_BETA2),
        eps: float = DEFAULT_EPS,
        weight_decay: float = DEFAULT_WEIGHT_DECAY_ADAMW,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    def step(self) -> None:
        """One step of every parameter with a gradient."""
        for place, param in enumerate(self.params):
            if param.grad is None:
                continue
            m, v = self._update_moments(place, self._extract_gradient(param))
            shrunk = param.data * (1 - self.lr * self.weight_decay)
            param.data = _float32(shrunk - self.lr * m / (np.sqrt(v) + self.eps))
        self.step_count += 1


def _float32(data: Any) -> Array:
    return np.asarray(data, dtype=np.float32)


def _check_not_negative(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (math.isfinite(number) and number >= 0):
            raise ValueError(f"{name} must be a number of at least 0, got {number}")


def _check_shapes(params: Sequence[Tensor], state: Sequence[Array | None]) -> None:
    if len(state) != len(params):
        raise ValueError(f"{len(state)} velocities for {len(params)} parameters")
    for param, one in zip(params, state, strict=True):
        if one is not None and np.shape(one) != param.data.shape:
            raise ValueError(f"a velocity of shape {np.shape(one)} for a parameter of shape {param.data.shape}")
