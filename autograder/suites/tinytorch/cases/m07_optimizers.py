"""Cases of module 07: whole trajectories, the weights after every step.

Gradients are mostly given by hand, so that a mistake in module 06 costs nothing here. Steps are large: what an optimizer
does must stand out from float32. Cases about something else than a rule of steps tell only whether weights have moved,
or compare two walks of the same optimizer, and take another kind where one does not step at all (`_optimizer`), so that a
wrong step costs the cases of that step alone.
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


def _handed(optimizer: Any, like: Any) -> Any:
    """What makes the gradients that are handed over: arrays, or Tensors for an optimizer that can step with nothing else.

    Which of them are taken has cases of its own, and is to cost nothing elsewhere.
    """
    for handed in (np.array, type(like)):
        try:
            (tried,) = params = [type(like)([1.0])]
            tried.requires_grad = True
            trial = type(optimizer)(params)
            tried.grad = handed(np.ones(1, dtype=np.float32))
            trial.step()
        except Exception:
            continue
        return handed
    return np.array


def _walk(optimizer: Any, params: list[Any], gradients: Any) -> list[Any]:
    """All weights after every step; a gradient of None is none."""
    told = []
    handed = _handed(optimizer, params[0])
    for step in gradients:
        for param, gradient in zip(params, step, strict=True):
            param.grad = None if gradient is None else handed(gradient)
        optimizer.step()
        told.append([np.array(param.data) for param in params])
    return told


def _goes_down(tt: Any, kind: Any) -> bool:
    """Whether plain steps of this kind of optimizer go against the gradient, from either side of zero, one after another."""
    try:
        places, gradient = [np.array([1.0, -2.0, 1.0, -2.0])], np.array([0.5, -1.5, -0.5, 1.5], dtype=np.float32)
        params = _weights(tt, places[0])
        shrinking = [[share * gradient] for share in (1, np.float32(0.5), np.float32(0.25))]
        places += [after for (after,) in _walk(kind(params, lr=0.25), params, shrinking)]
        ways = [np.sign(places[step + 1] - places[step]) for step in range(3)]
        return all(np.array_equal(way, -np.sign(gradient)) for way in ways)
    except Exception:
        return False


def _as_told(optimizer: Any, settings: dict[str, Any]) -> bool:
    """Whether an optimizer holds these settings, by the names that they have in every edition."""
    held = {"betas": lambda: (optimizer.beta1, optimizer.beta2)}
    return all(held.get(name, lambda name=name: getattr(optimizer, name))() == one for name, one in settings.items())


def _optimizer(tt: Any, kind: Any, params: Any, momentum: float = 0.0, **settings: Any) -> Any:
    """An optimizer of this kind, or if no step of this kind goes down, of SGD or Adam: another case asks for its steps.

    The newest starter brings an AdamW, so it stands for no other.
    """
    for other in (kind, tt.SGD, tt.Adam):
        if _goes_down(tt, other):
            return other(params, **settings, **({"momentum": momentum} if momentum and other is tt.SGD else {}))
    return kind(params, **settings)


def _moved(before: list[Any], params: list[Any]) -> list[bool]:
    """Of each parameter, whether it is anywhere else than before."""
    return [bool(np.any(one.data != old)) for one, old in zip(params, before, strict=True)]


def _stood(before: list[Any], params: list[Any]) -> list[Any]:
    """Of each parameter True if it is anywhere else than before, else its values."""
    return [True if moved else np.array(one.data) for moved, one in zip(_moved(before, params), params, strict=True)]


def _toward(before: Any, after: Any) -> Any:
    """The direction in which each entry went: no optimizer's first step goes anywhere else than its rule says."""
    return np.sign(np.array(after) - np.array(before))


def _steps(optimizer: Any, params: list[Any], gradients: Any) -> list[bool]:
    """Whether each parameter has moved after all steps."""
    before = [np.array(one.data) for one in params]
    _walk(optimizer, params, gradients)
    return _moved(before, params)


def _apart(one: list[Any], other: list[Any]) -> list[Any]:
    """How far two walks are from each other in every step, seen a thousand times larger."""
    return [[1000 * (a - b) for a, b in zip(*step, strict=True)] for step in zip(one, other, strict=True)]


def _differ(one: list[Any], other: list[Any]) -> list[bool]:
    """Of each parameter, whether two walks end in different places: those of opposite gradients do."""
    return [bool(np.any(a != b)) for a, b in zip(one[-1], other[-1], strict=True)]


def _drawn(inputs: Inputs, steps: int, low: float = -2) -> list[Any]:
    """Gradients for a matrix and a vector, for so many steps."""
    return [(inputs.array(2, 3, low=low), inputs.array(3, low=low)) for _ in range(steps)]


def _three(tt: Any, inputs: Inputs, steps: int) -> tuple[list[Any], list[Any]]:
    """Two matrices of one shape and a vector, and gradients for them; once the vector's is zero everywhere."""
    params = _weights(tt, inputs.array(2, 3), inputs.array(3), inputs.array(2, 3))
    gradients = [(*pair, inputs.array(2, 3)) for pair in _drawn(inputs, steps)]
    flat = inputs.integer(1, steps)
    gradients[flat] = (gradients[flat][0], np.zeros(3, dtype=np.float32), gradients[flat][2])
    return params, gradients


def _pair(tt: Any, inputs: Inputs, low: float = -2) -> list[Any]:
    """A matrix and a vector to learn."""
    return _weights(tt, inputs.array(2, 3, low=low), inputs.array(3, low=low))


@case("Steps of SGD", points=4, skill="SGD", hint="x becomes x - lr · g")
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    return _walk(tt.SGD(params, lr=inputs.number(0.05, 0.5)), params, _drawn(inputs, 4))


@case(
    "Steps of SGD with momentum",
    points=4,
    skill="momentum",
    hint="v becomes momentum · v + g and x becomes x - lr · v; v begins at zero and is kept for each parameter",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for momentum, steps in ((inputs.number(0.5, 0.95), 5), (1.0, 3)):
        params, gradients = _three(tt, inputs, steps)
        told.append(_walk(tt.SGD(params, lr=inputs.number(0.05, 0.3), momentum=momentum), params, gradients))
    return told


@case(
    "SGD with weight decay",
    points=3,
    skill="weight decay",
    hint="the gradient becomes g + weight_decay · x before anything else",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for decay in inputs.shuffled([1.0, inputs.number(0.1, 0.5)]):
        params = _pair(tt, inputs)
        told.append(_walk(tt.SGD(params, lr=inputs.number(0.1, 0.3), weight_decay=decay), params, _drawn(inputs, 3)))
    return told


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
    points=1,
    skill="momentum",
    hint="get_momentum_state gives copies of the velocities, set_momentum_state takes as many, None for one not begun; "
    "without momentum it is None",
    visible=False,
    since="2025-12",
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
    second.set_momentum_state(None)
    walks.append(_walk(second, other, later))
    asked = [bool(one.has_momentum()) for one in (first, plain)]
    young = _pair(tt, inputs)
    fresh = tt.SGD(young, lr=0.1, momentum=0.9)
    fresh.set_momentum_state([None, inputs.array(3)])
    # A velocity that has not begun is None, or zeros.
    begun = [None if one is None or not np.any(one) else np.array(one) for one in fresh.get_momentum_state()]
    refused = raises(lambda: fresh.set_momentum_state([inputs.array(2, 3)]))
    walks.append(_walk(fresh, young, later))
    return [walks, asked, refused, begun, [np.array(one) for one in kept], plain.get_momentum_state()]


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
    points=1,
    skill="optimizer state",
    hint="Adam's and AdamW's state is a list of pairs (m, v), copies of both averages; half a pair is a ValueError",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told: list[Any] = []
    for kind in (tt.Adam, tt.AdamW):
        params = _pair(tt, inputs)
        optimizer = kind(params, lr=0.1, betas=(0.7, 0.9))
        _walk(optimizer, params, _drawn(inputs, 2))
        kept = live(optimizer.get_momentum_state())
        _walk(optimizer, params, _drawn(inputs, 1))
        (m, v), second = kept
        told.append([[np.array(one) for one in pair] for pair in kept])
        halves = [[(np.array(m), None), second], [(None, np.array(v)), second]]
        misfits = [[(m, v)], [(m[:1], v), second], [(m, v[:1]), second], [second, (m, v)], [(m, v), second, second]]
        told.append([raises(optimizer.set_momentum_state, one) for one in (kept, *halves, None, *misfits)])
        told.append([[np.array(one) for one in pair] for pair in optimizer.get_momentum_state()])
        optimizer.set_momentum_state([(None, None), second])
        # A pair that has not begun is two Nones, or one.
        pairs = [(None, None) if pair is None else pair for pair in optimizer.get_momentum_state()]
        told.append([[None if one is None else np.array(one) for one in pair] for pair in pairs])
        before = [np.array(one.data) for one in params]
        (later,) = _walk(optimizer, params, _drawn(inputs, 1))
        told.append(
            [bool(np.all(np.isfinite(new)) and np.any(new != old)) for old, new in zip(before, later, strict=True)]
        )
    return told


@case(
    "Steps are counted",
    points=2,
    skill="base class",
    hint="every call of step adds 1 to step_count, also without a gradient; a bare Optimizer cannot step",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    bare = tt.Optimizer(params)
    for one in params:
        one.grad = inputs.array(*one.data.shape)
    told = [[raises(bare.step), int(bare.step_count), [np.array(one.data) for one in params]]]
    for kind in inputs.shuffled([tt.SGD, tt.Adam, tt.AdamW]):
        params = _pair(tt, inputs)
        optimizer = _optimizer(tt, kind, params, lr=0.1)
        counts = [int(optimizer.step_count)]
        moved = _steps(optimizer, params, _drawn(inputs, inputs.integer(1, 4)))
        counts.append(int(optimizer.step_count))
        stood = _steps(optimizer, params, [(None, None)] * inputs.integer(1, 3))
        told.append([counts, int(optimizer.step_count), moved, stood])
    return told


@case(
    "Gradients are cleared",
    points=2,
    skill="zero_grad",
    hint="zero_grad sets every parameter's grad to None",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told: list[Any] = []
    for kind in (tt.Optimizer, tt.SGD, tt.Adam, tt.AdamW):
        params = _pair(tt, inputs)
        optimizer = kind(params)
        for param in params:
            param.grad = inputs.array(*param.data.shape)
        told.append([np.array(one.grad) for one in optimizer.params])
        optimizer.zero_grad()
        told.append([one.grad for one in params])
    return told


@case(
    "Steps of Adam",
    points=6,
    skill="Adam",
    hint="averages of g and of g², each divided by 1 - βᵗ; x becomes x - lr · m / (√v + eps)",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params, gradients = _three(tt, inputs, 5)
    return _walk(tt.Adam(params, lr=inputs.number(0.05, 0.3)), params, gradients)


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
    points=2,
    skill="epsilon",
    hint="eps is added to the root, not under it",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    return _walk(tt.Adam(params, lr=0.2, eps=inputs.number(0.2, 0.6)), params, _drawn(inputs, 3))


@case(
    "AdamW with a large eps",
    points=1,
    skill="epsilon",
    hint="eps is added to the root, not under it, in AdamW as in Adam",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    # Without decay, so that it is not seen whether AdamW takes it before or after its step; what is not corrected for
    # having begun at zero shows here, too.
    params = _pair(tt, inputs)
    betas = (inputs.number(0.3, 0.8), inputs.number(0.6, 0.95))
    optimizer = tt.AdamW(params, lr=0.2, betas=betas, eps=inputs.number(0.2, 0.6), weight_decay=0.0)
    return _walk(optimizer, params, _drawn(inputs, 4))


def _decay_beside_gradients_with_it(tt: Any, inputs: Inputs, decay: float) -> list[Any]:
    """How far the steps of two optimizers are apart, and which way each weight goes, after every step.

    One is given the decay and the other gradients that have it in them; averages that forget at once, and a large eps,
    show the size of a gradient whatever its averages are like.
    """
    told = []
    start = [inputs.array(2, 3), inputs.array(3)]
    decayed, plain = _weights(tt, *start), _weights(tt, *start)
    settings: dict[str, Any] = {"lr": 0.1, "betas": (0.0, 0.0), "eps": 0.3}
    first, second = tt.Adam(decayed, weight_decay=decay, **settings), tt.Adam(plain, **settings)
    for drawn in _drawn(inputs, 3):
        with_decay = [one + np.float32(decay) * param.data for one, param in zip(drawn, plain, strict=True)]
        before = [np.array(one.data) for one in decayed]
        (after,), (wanted,) = _walk(first, decayed, [drawn]), _walk(second, plain, [with_decay])
        told.append([a - b for a, b in zip(after, wanted, strict=True)])
        told.append([_toward(*pair) for pair in zip(before, after, strict=True)])
    return told


@case(
    "Adam with weight decay",
    points=4,
    skill="weight decay",
    hint="Adam adds weight_decay · x to the gradient, before the averages",
)
def _(tt: Any, inputs: Inputs) -> Any:
    decays = inputs.shuffled([1.0, inputs.number(0.3, 0.9)])
    return [_decay_beside_gradients_with_it(tt, inputs, decay) for decay in decays]


@case(
    "Steps of AdamW",
    points=5,
    skill="AdamW",
    hint="the averages see the gradient alone; the weight shrinks by lr · weight_decay of itself",
)
def _(tt: Any, inputs: Inputs) -> Any:
    # Courses differ in whether decay or step comes first: with this lr, and weights away from zero, that is not seen.
    told = []
    for decay in inputs.shuffled([1.0, inputs.number(0.5, 0.8)]):
        params = _pair(tt, inputs, low=0.8)
        told.append(_walk(tt.AdamW(params, lr=0.003, weight_decay=decay), params, _drawn(inputs, 3)))
    return told


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
    # An optimizer made without settings walks as one that was told the usual ones, whatever its steps are like. Of a kind
    # that does not step at all, beside one that does, it is asked what it holds. AdamW beside the others does not tell:
    # the newest starter supplies it, and all constructors.
    able, told = [kind for kind in (tt.SGD, tt.Adam, tt.AdamW) if _goes_down(tt, kind)], []
    able = able if able != [tt.AdamW] else []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        usual: dict[str, Any] = {"lr": 0.01, "momentum": 0.0, "weight_decay": 0.0}
        if kind is not tt.SGD:
            decay = 0.01 if kind is tt.AdamW else 0.0
            usual = {"lr": 0.001, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": decay}
        start = [inputs.array(3, low=-0.01, high=0.01), inputs.array(2, low=50, high=99)]
        # Gradients as small as eps show it, heavy weights show decay. Where there is no eps, such steps are lost in rounding.
        tiny = 1 if kind is tt.SGD else 4e-8
        gradients = [(inputs.array(3, low=-tiny, high=tiny), inputs.array(2)) for _ in range(3)]
        if able and kind not in able and _as_told(kind(_weights(tt, *start)), usual):
            still = [[0 * one for one in start]] * 3
            told.append([still, [True, True], -np.sign(gradients[0][0])])
            continue
        walks = []
        for settings, sign in (({}, 1), (usual, 1), (usual, -1)):
            params = _weights(tt, *start)
            walks.append(_walk(kind(params, **settings), params, [[sign * one for one in step] for step in gradients]))
        told.append([_apart(*walks[:2]), _differ(*walks[1:]), _toward(start[0], walks[0][0][0])])
    return told


@case(
    "Parameters without a gradient stay",
    points=3,
    skill="no gradient",
    hint="skip a parameter whose grad is None: no decay, no momentum, for this step; the others are stepped",
)
def _(tt: Any, inputs: Inputs) -> Any:
    flags = inputs.shuffled([(True, False), (False, True), (True, True), (False, False), (True, False)])
    told: list[Any] = []
    for kind, settings in ((tt.SGD, {"momentum": 0.8}), (tt.Adam, {}), (tt.AdamW, {})):
        params = _pair(tt, inputs)
        optimizer = _optimizer(tt, kind, params, lr=0.2, weight_decay=0.3, **settings)
        told.append([np.array(one.data) for one in optimizer.params])
        for kept, drawn in zip(flags, _drawn(inputs, 5), strict=True):
            gradients = [one if keep else None for one, keep in zip(drawn, kept, strict=True)]
            told.append(_steps(optimizer, params, [gradients]))
            told.append([one.grad is None for one, keep in zip(params, kept, strict=True) if not keep])
    return told


@case(
    "Velocities wait for a gradient",
    points=1,
    skill="no gradient",
    hint="a step that a parameter is skipped in changes neither its value nor its velocity",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _pair(tt, inputs)
    flags = [(True, False), (False, True), (True, True), (False, False), (True, True)]
    gradients = [
        [one if keep else None for one, keep in zip(step, kept, strict=True)]
        for step, kept in zip(_drawn(inputs, 5), flags, strict=True)
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
        told.append(_walk(kind(params, lr=0.1, weight_decay=0.2, eps=0.3), params, late))
    return told


@case(
    "Steps on a real loss",
    points=2,
    skill="zero_grad",
    hint="zero_grad sets every grad to None, else what is left over goes into the next step; velocities, averages and "
    "step_count stay as they are",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y = tt.Tensor(inputs.array(6, 2)), tt.Tensor(inputs.array(6, 3))
    params = _weights(tt, inputs.array(2, 3), inputs.array(3))
    optimizer = tt.SGD(params, lr=0.1)
    told: list[Any] = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = tt.MSELoss()(x.matmul(params[0]) + params[1], y)
        loss.backward()
        optimizer.step()
        told.append([np.array(loss.data), [np.array(one.data) for one in params]])
    told.append([one.grad is None for one in params])
    optimizer.zero_grad()
    told.append([one.grad for one in params])
    # A walk in which gradients are cleared before every step is the walk in which they are not.
    for kind in (tt.SGD, tt.Adam):
        start, gradients = [inputs.array(2, 3), inputs.array(3)], _drawn(inputs, 3)
        ends, counts = [], []
        for clears in (True, False):
            params = _weights(tt, *start)
            optimizer = _optimizer(tt, kind, params, lr=0.1, momentum=0.8 if kind is tt.SGD else 0.0)
            for step in gradients:
                if clears:
                    optimizer.zero_grad()
                _walk(optimizer, params, [step])
            ends.append([[np.array(one.data) for one in params]])
            counts.append(int(optimizer.step_count))
            told.append(_moved(start, params))
        told.append([counts[1] - counts[0], _apart(*ends)])
    return told


@case(
    "Parameters from anything that can be gone through",
    points=2,
    skill="parameters",
    hint="list(params) takes a list, a tuple or a generator, which can be gone through once only",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told: list[Any] = []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        for once in inputs.shuffled([True, False]):
            params = _pair(tt, inputs)
            params += _weights(tt, params[1].data)  # two that begin alike are two
            given = inputs.choice([iter(params), (one for one in params)]) if once else tuple(params)
            optimizer = _optimizer(tt, kind, given, lr=0.1)
            told.append([np.array(one.data) for one in optimizer.params])
            gradients = [(*step, inputs.array(3)) for step in _drawn(inputs, 1)]
            told.append([len(optimizer.params), _steps(optimizer, params, gradients)])
    return told


def _refused_or_stepped(expected: Any, reply: Any) -> str | None:
    for asking, told in zip(expected[0], reply[1], strict=True):
        if told != ([True, True] if all(asking) else "ValueError"):
            return "a parameter without requires_grad should be a ValueError, those with it should be stepped"
    return None


@case(
    "Parameters that ask for no gradient",
    points=1,
    skill="requires_grad",
    hint="a parameter whose requires_grad is False is a ValueError in the constructor",
    visible=False,
    until="2025-12",
    checker=_refused_or_stepped,
)
def _(tt: Any, inputs: Inputs) -> Any:
    marks, told = [], []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        for asking in inputs.shuffled([(True, True), (True, False), (True, True), (False, True)]):
            params = _pair(tt, inputs)
            for one, asks in zip(params, asking, strict=True):
                one.requires_grad = asks
            gradients = _drawn(inputs, 1)
            marks.append(list(asking))
            told.append(raises(lambda k=kind, p=params, g=gradients: _steps(k(p, lr=0.1), p, g)))
    return [marks, told]


@case(
    "Gradients are switched on",
    points=1,
    skill="requires_grad",
    hint="the constructor sets requires_grad to True on every parameter, so that backward reaches it",
    visible=False,
    since="2026-02",
    until="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told: list[Any] = []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        params, x, y = _pair(tt, inputs), tt.Tensor(inputs.array(4, 2)), tt.Tensor(inputs.array(4, 3))
        for one in params:
            one.requires_grad = False
        optimizer = _optimizer(tt, kind, params, lr=0.1)
        before = [np.array(one.data) for one in params]
        tt.MSELoss()(x.matmul(params[0]) + params[1], y).backward()
        told.append([None if one.grad is None else np.array(one.grad) for one in params])
        optimizer.step()
        told.append(_moved(before, params))
    return told


@case(
    "What an optimizer is given stays as it was",
    points=1,
    skill="parameters",
    hint="params = list(params) is a list of the optimizer's own; gradients that are there already are kept",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        params, late = _pair(tt, inputs), _weights(tt, inputs.array(3))
        for one in (*params, *late):
            one.grad = inputs.array(*one.data.shape)
        before = [np.array(one.data) for one in (*params, *late)]
        listed = list(params)
        optimizer = _optimizer(tt, kind, listed, lr=0.1)
        listed.extend(late)
        optimizer.step()
        told.append([_moved(before, [*params, *late]), [np.array(one.grad) for one in (*params, *late)]])
    return told


@case(
    "Gradients stay as they were given",
    points=2,
    skill="gradients kept",
    hint="g = g + weight_decay · x makes a new array; g += ... changes the caller's",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told: list[Any] = []
    decay = {"weight_decay": 0.4}
    for kind, settings in ((tt.SGD, decay), (tt.SGD, {"momentum": 0.9}), (tt.Adam, decay), (tt.AdamW, decay)):
        start, drawn, ends = [inputs.array(2, 3), inputs.array(3)], _drawn(inputs, 1)[0], []
        for sign in (1, -1):
            params, gradients = _weights(tt, *start), [sign * one for one in drawn]
            for param, gradient in zip(params, gradients, strict=True):
                param.grad = gradient
            optimizer = _optimizer(tt, kind, params, lr=0.2, **settings)
            optimizer.step()
            optimizer.step()
            told.append([np.array(one) for one in gradients])
            told.append([one.grad is None for one in params])
            ends.append([np.array(one.data) for one in params])
        told.append(_differ(ends[:1], ends[1:]))
    return told


@case(
    "A learning rate that changes",
    points=2,
    skill="learning rate",
    tolerance=1e-3,
    hint="read self.lr in every step: schedules change it from outside",
)
def _(tt: Any, inputs: Inputs) -> Any:
    # Of two optimizers alike, one is given another rate before the second step: it goes so many times as far.
    told = []
    for kind, settings in ((tt.SGD, {}), (tt.SGD, {"momentum": 0.9}), (tt.Adam, {}), (tt.AdamW, {})):
        start, gradients = [inputs.array(2, 3), inputs.array(3)], _drawn(inputs, 2, low=0.5)
        far = []
        for rate in (0.1, inputs.number(0.2, 0.5)):
            params = _weights(tt, *start)
            optimizer = _optimizer(tt, kind, params, lr=0.1, weight_decay=0.0, **settings)
            (first,) = _walk(optimizer, params, gradients[:1])
            optimizer.lr = rate
            (second,) = _walk(optimizer, params, gradients[1:])
            far.append(sum(float(np.abs(b - a).sum()) for a, b in zip(first, second, strict=True)))
        told.append(far[1] / far[0])
    return told


@case(
    "Gradients that are Tensors",
    points=2,
    skill="gradient kinds",
    hint="a grad may be an array or a Tensor; both are used alike",
    visible=False,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    # Without decay: the buffer that an array's own `data` is can be added to an array, but is none.
    told = []
    for kind in (tt.SGD, tt.Adam, tt.AdamW):
        start, gradients = [inputs.array(2, 3), inputs.array(3)], _drawn(inputs, 2)
        walks: list[Any] = []
        for wrap, sign in ((np.array, 1), (tt.Tensor, 1), (tt.Tensor, -1)):
            params = _weights(tt, *start)
            optimizer = _optimizer(tt, kind, params, lr=0.1, weight_decay=0.0)
            walks.append([])
            for step in gradients:
                for param, gradient in zip(params, step, strict=True):
                    param.grad = wrap(sign * gradient)
                optimizer.step()
                walks[-1].append([np.array(one.data) for one in params])
        ways = [_toward(old, new) for old, new in zip(start, walks[1][0], strict=True)]
        told.append([_apart(*walks[:2]), _differ(*walks[1:]), ways])
    return told


@case(
    "What an optimizer refuses",
    points=2,
    skill="errors",
    hint="negative, nan and infinite settings, betas of 1 and a parameter given twice are a ValueError",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def stepped(kind: Any, twice: bool, settings: dict[str, Any]) -> Any:
        (param,) = params = _weights(tt, start)
        optimizer = kind(params * 2 if twice else params, **settings)
        if able and kind not in able:
            return [True if settings["lr"] else np.array(param.data)]
        _walk(optimizer, [param], [(gradient,)] * 2)
        return _stood([start], [param])

    # Of a kind that does not step, as other cases tell, it is asked only what it refuses.
    able = [kind for kind in (tt.SGD, tt.Adam, tt.AdamW) if _goes_down(tt, kind)]
    start, gradient, nan, inf = inputs.array(3), inputs.array(3), float("nan"), float("inf")
    asked = [
        (tt.SGD, False, {"lr": -0.1}),
        (tt.SGD, False, {"lr": inf}),
        (tt.SGD, False, {"lr": 0.1, "momentum": nan}),
        (tt.SGD, False, {"lr": 0.1, "momentum": -0.5}),
        (tt.SGD, False, {"lr": 0.1, "weight_decay": -0.5}),
        (tt.SGD, False, {"lr": 0.2, "momentum": 0.5}),
        (tt.SGD, False, {"lr": 0.0}),
        (tt.SGD, True, {"lr": 0.1}),
        (tt.Adam, True, {"lr": 0.1}),
        (tt.Adam, False, {"lr": nan}),
        (tt.Adam, False, {"lr": 0.1, "betas": (0.9, 1.0)}),
        (tt.Adam, False, {"lr": 0.1, "betas": (-0.1, 0.9)}),
        (tt.Adam, False, {"lr": 0.1, "betas": (0.9,)}),
        (tt.Adam, False, {"lr": 0.1, "betas": (0.0, 0.5)}),
        (tt.Adam, False, {"lr": 0.1, "eps": -1e-8}),
        (tt.AdamW, True, {"lr": 0.1}),
        (tt.AdamW, False, {"lr": -0.1}),
        (tt.AdamW, False, {"lr": 0.1, "betas": (1.0, 0.9)}),
        (tt.AdamW, False, {"lr": 0.1, "betas": (0.9, nan)}),
        (tt.AdamW, False, {"lr": 0.1, "eps": inf}),
        (tt.AdamW, False, {"lr": 0.1, "weight_decay": inf}),
        (tt.AdamW, False, {"lr": 0.1, "weight_decay": 0.0}),
    ]
    return [raises(stepped, *one) for one in inputs.shuffled(asked)]
