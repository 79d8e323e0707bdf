"""Cases of module 07: whole trajectories, the weights after every step.

Gradients are mostly given by hand, so that a mistake in module 06 costs nothing here. Steps are large: what an optimizer
does must stand out from float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, live, raises


def _weights(tt: Any, *arrays: Any) -> list[Any]:
    made = [tt.Tensor(one) for one in arrays]
    for one in made:
        one.requires_grad = True
    return made


def _walk(optimizer: Any, params: list[Any], gradients: Any) -> list[Any]:
    """All weights after every step; a gradient of None is none."""
    told = []
    for step in gradients:
        for param, gradient in zip(params, step, strict=True):
            param.grad = None if gradient is None else gradient.copy()
        optimizer.step()
        told.append([np.array(param.data) for param in params])
    return told


def _drawn(inputs: Inputs, steps: int, low: float = -2) -> list[Any]:
    """Gradients for a matrix and a vector, for so many steps."""
    return [(inputs.array(2, 3, low=low), inputs.array(3, low=low)) for _ in range(steps)]


def _pair(tt: Any, inputs: Inputs, low: float = -2) -> list[Any]:
    """A matrix and a vector to learn."""
    return _weights(tt, inputs.array(2, 3, low=low), inputs.array(3, low=low))


@case("Steps of SGD", points=4, skill="SGD", hint="x becomes x - lr · g")
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    return _walk(tt.SGD(params, lr=inputs.number(0.05, 0.5)), params, _drawn(inputs, 4))


@case(
    "Steps of SGD with momentum",
    points=5,
    skill="momentum",
    hint="v becomes momentum · v + g and x becomes x - lr · v; v begins at zero and is kept for each parameter",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    optimizer = tt.SGD(params, lr=inputs.number(0.05, 0.3), momentum=inputs.number(0.5, 0.95))
    return _walk(optimizer, params, _drawn(inputs, 5))


@case(
    "SGD with weight decay",
    points=4,
    skill="weight decay",
    hint="the gradient becomes g + weight_decay · x before anything else",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    optimizer = tt.SGD(params, lr=inputs.number(0.1, 0.3), weight_decay=inputs.number(0.1, 0.5))
    return _walk(optimizer, params, _drawn(inputs, 4))


@case(
    "SGD with momentum and weight decay",
    points=3,
    skill="weight decay",
    hint="the decay goes into the velocity with the gradient",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    decay = inputs.number(0.1, 0.4)
    return _walk(tt.SGD(params, lr=0.15, momentum=0.8, weight_decay=decay), params, _drawn(inputs, 5))


@case(
    "Momentum handed to another optimizer",
    points=2,
    skill="momentum",
    hint="get_momentum_state gives copies of the velocities, set_momentum_state takes them; without momentum it is None",
    visible=False,
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params, other, third = _pair(tt, inputs), _pair(tt, inputs), _pair(tt, inputs)
    first, second = (tt.SGD(one, lr=0.1, momentum=0.9) for one in (params, other))
    plain = tt.SGD(third, lr=0.1)
    _walk(first, params, _drawn(inputs, 2))
    kept = live(first.get_momentum_state())
    second.set_momentum_state(first.get_momentum_state())
    plain.set_momentum_state(first.get_momentum_state())
    later = _drawn(inputs, 2)
    walks = [_walk(one, its, later) for one, its in ((first, params), (second, other), (plain, third))]
    return [walks, [np.array(one) for one in kept], plain.get_momentum_state()]


@case(
    "Velocities that do not fit",
    points=2,
    skill="optimizer state",
    hint="one velocity for each parameter, of its shape, or None for none yet; else a ValueError and nothing is changed",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def resumed(state: Any) -> Any:
        params = _weights(tt, *start)
        optimizer = tt.SGD(params, lr=0.1, momentum=0.9)
        _walk(optimizer, params, early)
        refused = raises(optimizer.set_momentum_state, state)
        return [refused, _walk(optimizer, params, late)]

    start, early, late = [inputs.array(2, 3), inputs.array(3)], _drawn(inputs, 1), _drawn(inputs, 1)
    table, row = inputs.array(2, 3), inputs.array(3)
    states = [[table, row], [table], [table, row, row], [row, row], [table, None], [None, row], None, [table, table]]
    return [resumed(state) for state in inputs.shuffled(states)]


@case(
    "Adam's averages handed to another optimizer",
    points=2,
    skill="optimizer state",
    hint="Adam's and AdamW's state is a list of pairs (m, v), copies of both averages; half a pair is a ValueError",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kind in (tt.Adam, tt.AdamW):
        params = _pair(tt, inputs)
        optimizer = kind(params, lr=0.1, betas=(0.7, 0.9))
        _walk(optimizer, params, _drawn(inputs, 3))
        kept = live(optimizer.get_momentum_state())
        _walk(optimizer, params, _drawn(inputs, 1))
        (m, v), second = kept
        told.append([[np.array(one) for one in pair] for pair in (*kept, *optimizer.get_momentum_state())])
        asked = inputs.shuffled([[(np.array(m), None), second], kept, [(None, np.array(v)), second]])
        told.append([raises(optimizer.set_momentum_state, one) for one in asked])
        told.append([[np.array(one) for one in pair] for pair in optimizer.get_momentum_state()])
    return told


@case(
    "Steps are counted and gradients cleared",
    points=3,
    skill="base class",
    hint="step adds 1 to step_count, zero_grad sets every grad to None, and a bare Optimizer cannot step",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kind in inputs.shuffled([tt.SGD, tt.Adam, tt.AdamW]):
        params = _pair(tt, inputs, low=0.8)
        optimizer = kind(params, lr=0.005)
        steps = inputs.integer(1, 5)
        walked = _walk(optimizer, params, _drawn(inputs, steps))
        optimizer.zero_grad()
        told.append([walked, int(optimizer.step_count), [one.grad for one in optimizer.params]])
    params = _pair(tt, inputs)
    bare = tt.Optimizer(params)
    for param in params:
        param.grad = inputs.array(*param.data.shape)
    told.append([raises(bare.step), int(bare.step_count), [np.array(one.data) for one in bare.params]])
    bare.zero_grad()
    return [told, [one.grad for one in params]]


@case(
    "Steps of Adam",
    points=5,
    skill="Adam",
    hint="averages of g and of g², each divided by 1 - βᵗ; x becomes x - lr · m / (√v + eps)",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    return _walk(tt.Adam(params, lr=inputs.number(0.05, 0.3)), params, _drawn(inputs, 5))


@case(
    "Adam corrects for having begun at zero",
    points=4,
    skill="bias correction",
    hint="t counts from 1 in the first step: m / (1 - β1ᵗ), v / (1 - β2ᵗ)",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    betas = (inputs.number(0.3, 0.8), inputs.number(0.6, 0.95))
    return _walk(tt.Adam(params, lr=0.2, betas=betas), params, _drawn(inputs, 6))


@case(
    "Adam with a large eps",
    points=3,
    skill="epsilon",
    hint="eps is added to the root, not under it",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    # Without decay, so that it is not seen whether AdamW takes it before or after its step.
    told = []
    for kind in (tt.Adam, tt.AdamW):
        params = _pair(tt, inputs)
        optimizer = kind(params, lr=0.2, eps=inputs.number(0.2, 0.6), weight_decay=0.0)
        told.append(_walk(optimizer, params, _drawn(inputs, 3)))
    return told


@case(
    "Adam with weight decay",
    points=3,
    skill="weight decay",
    hint="Adam adds weight_decay · x to the gradient, before the averages",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    optimizer = tt.Adam(params, lr=0.1, betas=(0.7, 0.9), weight_decay=inputs.number(0.3, 0.9))
    return _walk(optimizer, params, _drawn(inputs, 4))


@case(
    "Steps of AdamW",
    points=5,
    skill="AdamW",
    hint="the averages see the gradient alone; the weight shrinks by lr · weight_decay of itself",
)
def _(tt: Any, inputs: Inputs) -> Any:
    # Courses differ in whether decay or step comes first: with this lr, and weights away from zero, that is not seen.
    params = _pair(tt, inputs, low=0.8)
    optimizer = tt.AdamW(params, lr=0.004, weight_decay=inputs.number(0.5, 0.8))
    return _walk(optimizer, params, _drawn(inputs, 3))


@case(
    "AdamW in large steps",
    points=2,
    skill="AdamW",
    hint="the decay is taken from the weight before the step",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    optimizer = tt.AdamW(params, lr=0.2, betas=(0.6, 0.8), weight_decay=inputs.number(0.3, 0.9))
    return _walk(optimizer, params, _drawn(inputs, 5))


@case(
    "What is used when nothing is said",
    points=3,
    skill="defaults",
    hint="SGD lr 0.01; Adam and AdamW lr 0.001, betas 0.9 and 0.999; AdamW decays by 0.01, the others not at all",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        params = _weights(tt, inputs.array(2, 2, low=-0.01, high=0.01))
        moved = _walk(kind(params), params, [(inputs.array(2, 2),) for _ in range(5)])
        # As large as the tolerance lets AdamW decay before or after its step, which eras do differently.
        told.append([one * 100 for (one,) in moved])
        # Decay shows on heavy weights after many steps.
        heavy, gradient = _weights(tt, inputs.array(3, low=50, high=99)), inputs.array(3)
        told.append(_walk(kind(heavy), heavy, [(gradient,)] * 60)[-1])
    return told


@case(
    "Parameters without a gradient stay",
    points=4,
    skill="no gradient",
    hint="skip a parameter whose grad is None: no decay, no momentum, for this step",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    gradients = [
        [one if keep else None for one, keep in zip(step, flags, strict=True)]
        for step, flags in zip(
            _drawn(inputs, 4),
            inputs.shuffled([(True, False), (False, True), (True, True), (False, False)]),
            strict=True,
        )
    ]
    return _walk(tt.SGD(params, lr=0.2, momentum=0.8, weight_decay=0.3), params, gradients)


@case(
    "A parameter's own age in Adam",
    points=2,
    skill="no gradient",
    hint="t of a parameter counts the steps it had a gradient in",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kind in (tt.Adam, tt.AdamW):
        params = _pair(tt, inputs)
        gradients = _drawn(inputs, 4)
        late = [(first, None if step < 2 else second) for step, (first, second) in enumerate(gradients)]
        told.append(_walk(kind(params, lr=0.1, weight_decay=0.2), params, late))
    return told


@case(
    "Steps on a real loss",
    points=4,
    skill="zero_grad",
    hint="zero_grad sets every grad to None: what is left over goes into the next step",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y = tt.Tensor(inputs.array(6, 2)), tt.Tensor(inputs.array(6, 3))
    params = _weights(tt, inputs.array(2, 3), inputs.array(3))
    optimizer = inputs.choice([tt.SGD(params, lr=0.1, momentum=0.5), tt.Adam(params, lr=0.1)])
    told = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = tt.MSELoss()(x.matmul(params[0]) + params[1], y)
        loss.backward()
        optimizer.step()
        told.append([loss.data, [np.array(one.data) for one in params]])
    optimizer.zero_grad()
    return [told, [one.grad for one in params]]


@case(
    "Gradients stay as they were given",
    points=2,
    skill="gradients kept",
    hint="g = g + weight_decay · x makes a new array; g += ... changes the caller's",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        params, gradients = _pair(tt, inputs), _drawn(inputs, 1)[0]
        for param, gradient in zip(params, gradients, strict=True):
            param.grad = gradient
        optimizer = kind(params, lr=0.2, weight_decay=0.4)
        optimizer.step()
        optimizer.step()
        told.append([[np.array(one) for one in gradients], [np.array(one.data) for one in params]])
    return told


@case(
    "A learning rate that changes",
    points=3,
    skill="learning rate",
    hint="read self.lr in every step: schedules change it from outside",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        params = _pair(tt, inputs, low=0.8)
        optimizer = kind(params, lr=0.5)
        for _ in range(3):
            optimizer.lr = inputs.number(0.002, 0.01, decimals=4)
            told.append(_walk(optimizer, params, _drawn(inputs, 1)))
    return told


@case(
    "Gradients that are Tensors",
    points=2,
    skill="gradient kinds",
    hint="a grad may be an array or a Tensor; both are used alike",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        params = _pair(tt, inputs, low=0.8)
        optimizer = kind(params, lr=0.005)
        for gradients in _drawn(inputs, 2):
            for param, gradient in zip(params, gradients, strict=True):
                param.grad = inputs.choice([tt.Tensor(gradient), gradient])
            optimizer.step()
            told.append([np.array(one.data) for one in params])
    return told


@case(
    "What an optimizer refuses",
    points=3,
    skill="errors",
    hint="negative, nan and infinite settings, betas of 1 and a parameter given twice are a ValueError",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def stepped(kind: Any, twice: bool, settings: dict[str, Any]) -> Any:
        (param,) = params = _weights(tt, start)
        optimizer = kind(params * 2 if twice else params, **settings)
        return _walk(optimizer, [param], [(gradient,)] * 2)

    start, gradient, nan = inputs.array(3), inputs.array(3), float("nan")
    asked = [
        (tt.SGD, False, {"lr": -0.1}),
        (tt.SGD, False, {"lr": 0.1, "momentum": nan}),
        (tt.SGD, False, {"lr": 0.2, "momentum": 0.5}),
        (tt.SGD, False, {"lr": 0.0}),
        (tt.SGD, True, {"lr": 0.1}),
        (tt.Adam, False, {"lr": nan}),
        (tt.Adam, False, {"lr": 0.1, "betas": (0.9, 1.0)}),
        (tt.Adam, False, {"lr": 0.1, "betas": (0.0, 0.5)}),
        (tt.Adam, False, {"lr": 0.1, "eps": -1e-8}),
        (tt.AdamW, False, {"lr": 0.1, "weight_decay": float("inf")}),
        (tt.AdamW, False, {"lr": 0.1, "weight_decay": 0.0}),
    ]
    return [raises(stepped, *one) for one in inputs.shuffled(asked)]
