"""Cases of module 08: training replayed from a drawn start, judged by the weights it leads to.

Models are written here, upon the reference of earlier modules. Two cases judge the weights; the others ask for as little
training as they can, so that a wrong gradient costs those two: an optimizer that writes down what it is called with, two
trainers that must agree, a trainer whose numbers are set by hand. A worker has no file to write to, so checkpoints go to
a folder that `_disk` keeps in memory; they are pickles, and are read by nobody but the student's own code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, raises


def _linear(tt: Any, weight: Any, bias: Any) -> Any:
    """A linear model that writes down, for every batch, its mode and the batch's first entry."""

    class Model:
        def __init__(self) -> None:
            self.weight, self.bias = tt.Tensor(np.array(weight)), tt.Tensor(np.array(bias))
            self.weight.requires_grad = self.bias.requires_grad = True
            self.training: Any = None
            self.seen: list[Any] = []

        def forward(self, x: Any) -> Any:
            self.seen.append([self.training, float(x.data.ravel()[0])])
            return x.matmul(self.weight) + self.bias

        def __call__(self, x: Any) -> Any:
            return self.forward(x)

        def parameters(self) -> list[Any]:
            return [self.weight, self.bias]

    return Model()


def _model(tt: Any, inputs: Inputs, features: int, outputs: int) -> Any:
    """A linear model with drawn weights."""
    return _linear(tt, inputs.array(features, outputs), inputs.array(outputs))


def _twins(tt: Any, inputs: Inputs, features: int, outputs: int) -> list[Any]:
    """Two linear models with the same drawn weights."""
    weight, bias = inputs.array(features, outputs), inputs.array(outputs)
    return [_linear(tt, weight, bias), _linear(tt, weight, bias)]


def _regression(tt: Any, inputs: Inputs, sizes: Any, features: int = 3, outputs: int = 2) -> list[Any]:
    """Batches of the given sizes as (inputs, targets)."""
    return [(tt.Tensor(inputs.array(size, features)), tt.Tensor(inputs.array(size, outputs))) for size in sizes]


def _classes(tt: Any, inputs: Inputs, sizes: Any, features: int = 3, classes: int = 3) -> list[Any]:
    return [(tt.Tensor(inputs.array(size, features)), tt.Tensor(inputs.labels(size, classes))) for size in sizes]


def _trainer(tt: Any, model: Any, **settings: Any) -> Any:
    """A trainer of this model with SGD and the squared error."""
    return tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.MSELoss(), **settings)


def _watched(tt: Any, model: Any, lr: float = 0.1) -> Any:
    """SGD that writes down, for every step, its rate and the length of all gradients."""

    class Watched(tt.SGD):  # type: ignore[misc]
        def step(self) -> None:
            gradients = [_gradient(one) for one in self.params if one.grad is not None]
            self.seen.append([float(self.lr), float(sum(np.sum(one**2) for one in gradients) ** 0.5)])
            super().step()

    made = Watched(model.parameters(), lr=lr)
    made.seen = []
    return made


def _go(call: Any, *inputs: Any) -> None:
    """Trains or evaluates as far as it comes: that an epoch breaks off is the affair of the cases about steps."""
    try:
        call(*inputs)
    except Exception:
        return


def _weights(model: Any) -> list[Any]:
    return [np.array(one.data) for one in model.parameters()]


def _moved(before: list[Any], model: Any) -> list[bool]:
    """Of each parameter, whether it is anywhere else than before."""
    return [bool(np.any(one != old)) for one, old in zip(_weights(model), before, strict=True)]


def _toward(before: list[Any], model: Any) -> list[Any]:
    """The direction in which each weight has gone."""
    return [np.sign(one - old) for one, old in zip(_weights(model), before, strict=True)]


def _apart(one: Any, other: Any) -> list[Any]:
    """How far the weights of two models are from each other."""
    return [a - b for a, b in zip(_weights(one), _weights(other), strict=True)]


def _error(model: Any, batches: list[Any]) -> float:
    """The mean squared error of the weights the model has now, by NumPy alone."""
    weight, bias = _weights(model)
    misses = [x.data @ weight + bias - y.data for x, y in batches]
    return float(np.mean(np.concatenate(misses) ** 2))


def _grads(tt: Any, *arrays: Any) -> list[Any]:
    """Parameters with these gradients."""
    made = [tt.Tensor(np.zeros(np.shape(one))) for one in arrays]
    for tensor, gradient in zip(made, arrays, strict=True):
        tensor.grad = gradient
    return made


def _gradient(tensor: Any) -> Any:
    found = tensor.grad
    return np.array(found if found is None or isinstance(found, (np.ndarray, np.generic)) else found.data)


@case(
    "The rates of a cosine schedule",
    points=3,
    skill="schedule",
    hint="min + (max - min) · (1 + cos(π · epoch / total)) / 2",
)
def _(tt: Any, inputs: Inputs) -> Any:
    total = inputs.integer(5, 15)
    schedule = tt.CosineSchedule(max_lr=inputs.number(0.5, 2), min_lr=inputs.number(0.01, 0.3), total_epochs=total)
    return [float(schedule.get_lr(epoch)) for epoch in inputs.shuffled(range(total + 1))]


@case(
    "A cosine schedule past its end",
    points=1,
    skill="schedule",
    hint="from the last epoch on the rate is min_lr",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    total, low = inputs.integer(3, 9), inputs.number(0.01, 0.1)
    schedule = tt.CosineSchedule(inputs.number(0.3, 0.9), low, total)
    return [float(schedule.get_lr(epoch)) for epoch in (total - 1, total, total + 1, total + 7)]


@case(
    "A cosine schedule by default",
    points=1,
    skill="schedule",
    hint="where settings may be left out, 0.1 falls to 0.01 in 100 epochs",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    try:
        usual = tt.CosineSchedule()
    except TypeError:  # no step of the text asks for them
        usual = tt.CosineSchedule(max_lr=0.1, min_lr=0.01, total_epochs=100)
    return [float(usual.get_lr(int(epoch))) for epoch in (0, 99, *inputs.integers(1, 99, 5))]


@case(
    "Gradients clipped to a length",
    points=4,
    skill="clipping",
    hint="one length over all gradients together; if it is above max_norm, all are scaled by max_norm / length",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for longest in inputs.shuffled([0.5, 1.0, 2.0, 50.0]):
        params = _grads(tt, inputs.array(3, 2), inputs.array(4), inputs.array(2, 2))
        norm = tt.clip_grad_norm(params, max_norm=longest)
        told.append([float(norm), [_gradient(one) for one in params]])
    return told


@case(
    "Parameters without a gradient clipped",
    points=2,
    skill="clipping",
    hint="parameters without gradient are left out, of nothing the length is 0.0, and by default the longest is 1.0",
    visible=False,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _grads(tt, inputs.array(3), inputs.array(2, 2), inputs.array(2))
    place = inputs.integer(0, 3)
    params[place].grad = None
    norm = tt.clip_grad_norm(params)
    kept = [None if one.grad is None else _gradient(one) for one in params]
    return [float(norm), kept, float(tt.clip_grad_norm([])), float(tt.clip_grad_norm([params[place]]))]


@case(
    "Gradients that are Tensors clipped",
    points=1,
    skill="clipping",
    hint="a gradient may be an array or a Tensor; both are clipped alike",
    visible=False,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _grads(tt, inputs.array(3), inputs.array(2, 2), inputs.array(2))
    for one in inputs.shuffled(params)[:2]:
        one.grad = tt.Tensor(one.grad)
    return [float(tt.clip_grad_norm(params, max_norm=0.5)), [_gradient(one) for one in params]]


@case(
    "Epochs of training",
    points=4,
    skill="training",
    hint="for every batch: forward, loss, backward, a step, zero_grad; the epoch's loss is the mean over its batches",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4, 4))
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=inputs.number(0.05, 0.2)), tt.MSELoss())
    return [[float(trainer.train_epoch(batches)), _weights(model), _error(model, batches)] for _ in range(3)]


@case(
    "A classifier trained with Adam",
    points=4,
    skill="training",
    hint="the trainer uses the loss and the optimizer it was given",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 3), _classes(tt, inputs, (5, 5))
    trainer = tt.Trainer(model, tt.Adam(model.parameters(), lr=inputs.number(0.05, 0.2)), tt.CrossEntropyLoss())
    return [[float(trainer.train_epoch(batches)), _weights(model)] for _ in range(3)]


@case(
    "A parameter that takes no part",
    points=1,
    skill="training",
    hint="a parameter without a gradient is left alone, the others are trained: look at grad before you use it",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    models, batches = _twins(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    idle = tt.Tensor(inputs.array(3))
    idle.requires_grad = True
    whole, before = models[0].parameters, _weights(models[0])
    models[0].parameters = lambda: [idle, *whole()]
    for model in models:
        _trainer(tt, model).train_epoch(batches)
    models[0].parameters = whole
    return [np.array(idle.data), idle.grad is None, _apart(*models), _moved(before, models[0])]


@case(
    "What was left from before stays out of an epoch",
    points=1,
    skill="training",
    hint="begin an epoch with zero_grad: gradients from before do not belong to its first batch",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    models, batches = _twins(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    trainers = [_trainer(tt, one) for one in models]
    for one in models[0].parameters():
        one.grad = inputs.array(*one.data.shape, low=1)
    before = _weights(models[0])
    for trainer in trainers:
        trainer.train_epoch(batches)
    return [_apart(*models), _moved(before, models[0]), [entry for _, entry in models[0].seen]]


@case(
    "A trainer switches gradients on",
    points=1,
    skill="requires_grad",
    hint="the constructor sets requires_grad to True on the model's parameters, whatever optimizer comes with it",
    visible=False,
    since="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    class Descent:
        def __init__(self, params: list[Any]) -> None:
            self.params, self.lr, self.step_count = params, 0.1, 0

        def zero_grad(self) -> None:
            for one in self.params:
                one.grad = None

        def step(self) -> None:
            self.step_count += 1
            for one in self.params:
                if one.grad is not None:
                    one.data = one.data - np.float32(self.lr) * _gradient(one)

    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    for one in model.parameters():
        one.requires_grad = False
    trainer = tt.Trainer(model, Descent(model.parameters()), tt.MSELoss())
    switched = [bool(one.requires_grad) for one in model.parameters()]
    trainer.train_epoch(batches)
    return [switched, _weights(model), int(trainer.optimizer.step_count)]


def _scheduled(tt: Any, inputs: Inputs) -> Any:
    """The rates that each epoch's batches saw, the rates kept, those of the schedule, and the one the optimizer was made with."""
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    whole, seen = model.forward, set()
    schedule = tt.CosineSchedule(inputs.number(0.1, 0.2), inputs.number(0.005, 0.01), 3)
    first = inputs.number(0.3, 0.5)
    optimizer = tt.SGD(model.parameters(), lr=first)

    def forward(x: Any) -> Any:
        seen.add(float(optimizer.lr))
        return whole(x)

    model.forward = forward
    trainer = tt.Trainer(model, optimizer, tt.MSELoss(), scheduler=schedule)
    told = []
    for epoch in range(4):
        trainer.epoch = epoch
        _go(trainer.train_epoch, batches)
        told.append([sorted(seen), float(optimizer.lr)])
        seen.clear()
    kept = [float(one) for one in trainer.history["learning_rates"]]
    return [told, kept, [float(schedule.get_lr(epoch)) for epoch in range(4)], first]


@case(
    "Epochs under a schedule",
    points=2,
    skill="schedule in training",
    hint="before an epoch's batches set optimizer.lr to get_lr(epoch), the first epoch being 0, and keep it in history",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    return _scheduled(tt, inputs)


def _alone(rates: list[float], wanted: float) -> bool:
    """Whether this is the one rate that there was."""
    return len(rates) == 1 and bool(np.isclose(rates[0], wanted, rtol=1e-4))


def _before_or_after(expected: Any, reply: Any) -> str | None:
    """The rate of an epoch is set before its batches, or after them for the next: texts of the course differ."""
    _, _, rates, first = expected
    told, kept, _, _ = reply
    if not np.allclose(kept, rates, rtol=1e-4):
        return "history should keep the rate of every epoch"
    for used in (rates, [first, *rates[:-1]]):
        steps = all(_alone(seen, rate) for (seen, _), rate in zip(told, used, strict=True))
        if steps and np.allclose([now for _, now in told], rates, rtol=1e-4):
            return None
    return "every epoch should set the optimizer's rate to that of the schedule"


@case(
    "A schedule followed",
    points=2,
    skill="schedule in training",
    hint="once in every epoch set optimizer.lr to get_lr(epoch), the first epoch being 0, and keep it in history",
    checker=_before_or_after,
)
def _(tt: Any, inputs: Inputs) -> Any:
    return _scheduled(tt, inputs)


def _after(expected: Any, reply: Any) -> str | None:
    _, _, rates, first = expected
    told, kept, _, _ = reply
    if not np.allclose(kept, rates, rtol=1e-4):
        return "history should keep the rate of every epoch"
    used = [first, *rates[:-1]]
    if not all(_alone(seen, rate) for (seen, _), rate in zip(told, used, strict=True)):
        return "an epoch's batches should come before the rate is set"
    return None


@case(
    "A schedule after the batches of an epoch",
    points=1,
    skill="schedule in training",
    hint="after an epoch's batches set optimizer.lr to get_lr(epoch): the first epoch has the optimizer's own rate",
    visible=False,
    until="2026-02",
    checker=_after,
)
def _(tt: Any, inputs: Inputs) -> Any:
    return _scheduled(tt, inputs)


@case(
    "Training with clipped gradients",
    points=3,
    skill="clipping in training",
    hint="clip after backward and before the step, for every step",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told: list[Any] = []
    for longest in (inputs.number(0.02, 0.09), 1e6):
        models, batches = _twins(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4, 4))
        optimizer = _watched(tt, models[0])
        before = _weights(models[0])
        trainer = tt.Trainer(models[0], optimizer, tt.MSELoss(), grad_clip_norm=longest)
        trainer.train_epoch(batches)
        if longest < 1:
            trainer.train_epoch(batches, accumulation_steps=2)  # the last step is of what is left over
            told.append([[length for _, length in optimizer.seen], _moved(before, models[0])])
        else:
            _trainer(tt, models[1]).train_epoch(batches)
            told.append([_apart(*models), _moved(before, models[0])])
    return told


@case(
    "Gradients gathered over batches",
    points=3,
    skill="accumulation",
    hint="with accumulation_steps=3 three batches make one step, worth the step of one batch of all three",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    models, batches = _twins(tt, inputs, 3, 2), _regression(tt, inputs, (3, 3, 3, 3, 3, 3))
    steps = 3
    large = [
        tuple(tt.Tensor(np.concatenate([pair[side].data for pair in batches[at : at + steps]])) for side in (0, 1))
        for at in range(0, 6, steps)
    ]
    optimizers = [_watched(tt, one) for one in models]
    trainers = [tt.Trainer(*pair, tt.MSELoss()) for pair in zip(models, optimizers, strict=True)]
    before = _weights(models[0])
    told: list[Any] = []
    for _ in range(2):
        losses = trainers[0].train_epoch(batches, accumulation_steps=steps), trainers[1].train_epoch(large)
        told.append([float(losses[0]) - float(losses[1]), _apart(*models), [len(one.seen) for one in optimizers]])
    return [told, _toward(before, models[0]), [int(one.step) for one in trainers]]


@case(
    "A batch left over",
    points=2,
    skill="accumulation",
    hint="what is left when the batches end makes a step of its own",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for sizes, steps in inputs.shuffled([((4,), 2), ((4, 4, 4), 2), ((4, 4), 3)]):
        model = _model(tt, inputs, 3, 2)
        optimizer, before = _watched(tt, model), _weights(model)
        tt.Trainer(model, optimizer, tt.MSELoss()).train_epoch(_regression(tt, inputs, sizes), accumulation_steps=steps)
        told.append([len(optimizer.seen), all(length > 0 for _, length in optimizer.seen), _moved(before, model)])
        told.append([mode for _, mode in model.seen])
    # A small loss makes a step as a large one does.
    model = _model(tt, inputs, 3, 2)
    weight, bias = before = _weights(model)
    optimizer, rows = _watched(tt, model), [inputs.array(3, 3) for _ in range(3)]
    near = [(tt.Tensor(x), tt.Tensor(x @ weight + bias + inputs.array(3, 2, low=0.1, high=0.2))) for x in rows]
    tt.Trainer(model, optimizer, tt.MSELoss()).train_epoch(near, accumulation_steps=2)
    told.append([len(optimizer.seen), _moved(before, model)])
    # What is left over is cleared after its step: the next epoch is that of a trainer that begins with these weights.
    models, batches = _twins(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4, 4))
    first = _trainer(tt, models[0])
    first.train_epoch(batches, accumulation_steps=2)
    for one, other in zip(models[1].parameters(), _weights(models[0]), strict=True):
        one.data = other
    before = _weights(models[1])
    for trainer in (first, _trainer(tt, models[1])):
        trainer.train_epoch(batches)
    told.append([_apart(*models), _moved(before, models[1])])
    model = _model(tt, inputs, 3, 2)  # full windows alone: texts differ in whether `step` counts the last one
    optimizer = _watched(tt, model)
    whole = tt.Trainer(model, optimizer, tt.MSELoss())
    whole.train_epoch(_regression(tt, inputs, (2, 2, 2, 2, 2, 2)), accumulation_steps=3)
    return [told, int(whole.step), len(optimizer.seen)]


def _of_all_batches(expected: Any, reply: Any) -> str | None:
    """Texts differ in whether a window's gradients are added up or averaged; its first step tells which."""
    (ways, asked), (ways_told, asked_told) = expected, reply
    if asked_told != asked:
        return "a step should come after every third batch"
    for part in (1.0, 3.0):
        if all(np.allclose(told, part * way, rtol=1e-3, atol=1e-5) for told, way in zip(ways_told, ways, strict=True)):
            return None
    return "the step of a window should follow the gradients of all its batches"


@case(
    "Every batch of a window counts",
    points=1,
    skill="accumulation",
    hint="gradients of a window add up: zero_grad comes after its step, not before every batch",
    visible=False,
    until="2025-12",
    checker=_of_all_batches,
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4, 4))
    before = _weights(model)
    optimizer, asked = _watched(tt, model), []
    trainer = tt.Trainer(model, optimizer, tt.MSELoss())
    trainer.train_epoch(batches, accumulation_steps=3)
    ways = [new - old for new, old in zip(_weights(model), before, strict=True)]
    later = _model(tt, inputs, 3, 2)
    counted = _watched(tt, later)

    def step() -> None:
        asked.append(len(later.seen))

    counted.step = step
    tt.Trainer(later, counted, tt.MSELoss()).train_epoch(batches * 2, accumulation_steps=3)
    return [ways, asked]


@case(
    "Uneven batches gathered",
    points=2,
    skill="accumulation",
    hint="a sample counts the same in every batch; what is left makes a last step; `step` counts the optimizer's steps",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (5, 2, 4, 1, 3))
    trainer = _trainer(tt, model)
    losses = [float(trainer.train_epoch(batches, accumulation_steps=2)) for _ in range(2)]
    return [losses, _weights(model), int(trainer.step)]


@case(
    "The loss of uneven batches",
    points=2,
    skill="loss told",
    hint="the epoch's loss is a mean over samples: a short batch counts less",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    # A rate of zero keeps the weights: what is told depends on no step.
    model = _model(tt, inputs, 3, 2)
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.0), tt.MSELoss())
    epochs = [(_regression(tt, inputs, sizes), inputs.integer(1, 3)) for sizes in ((6, 1, 3), (1, 4), (2, 5, 1), (1,))]
    told = [float(trainer.train_epoch(batches, accumulation_steps=steps)) for batches, steps in epochs]
    return [told, [float(one) for one in trainer.history["train_loss"]]]


def _whole_or_shared(expected: Any, reply: Any) -> str | None:
    """Texts differ in what a last window that is not full adds: its loss, or its share of one."""
    (left, one), (left_told, one_told) = expected, reply
    if not np.isclose(one_told, one, rtol=1e-4):
        return "the loss of an epoch of one batch is that batch's"
    if not any(np.isclose(left_told, part * left, rtol=1e-4) for part in (0.75, 1.0)):
        return "the loss of an epoch is the mean of its windows' losses, also of the last one"
    return None


@case(
    "The loss of an epoch with a batch left over",
    points=1,
    skill="loss told",
    hint="what a last window that is not full adds counts as one more; of one batch alone the loss is that batch's",
    visible=False,
    until="2026-05",
    checker=_whole_or_shared,
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batch = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4,))
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.0), tt.MSELoss())
    return [float(trainer.train_epoch(batch * 3, accumulation_steps=2)), float(trainer.train_epoch(batch))]


@case(
    "The loss of an evaluation",
    points=2,
    skill="evaluation",
    hint="the mean of the batches' losses: their sum divided by the number of batches",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model = _model(tt, inputs, 3, 3)
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.CrossEntropyLoss())
    return [float(trainer.evaluate(_classes(tt, inputs, sizes))[0]) for sizes in ((4, 4), (6, 1, 3), (5,))]


@case(
    "The accuracy of a classifier",
    points=3,
    skill="evaluation",
    hint="of all samples of all batches, the share whose largest score is at their class",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for classes, sizes in (
        (3, (6, 6)),
        (3, (7, 1, 3)),
        (2, (1, 5, 2)),
        (2, (2, 9)),
        (4, (8,)),
        *[(2, (1,))] * 12,  # of which one is right but in one draw of 4,000
    ):
        model = _model(tt, inputs, 3, classes)
        trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.CrossEntropyLoss())
        told.append(float(trainer.evaluate(_classes(tt, inputs, sizes, classes=classes))[1]))
    return told


@case(
    "The accuracy of one hot targets",
    points=2,
    skill="evaluation",
    hint="targets may be rows with a one at their class",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, told = _model(tt, inputs, 3, 4), []
    trainer = _trainer(tt, model)
    for _ in range(4):
        hot = [tt.Tensor(np.eye(4)[inputs.labels(size, 4)]) for size in (6, 1, 3, 1, 1)]
        told.append(float(trainer.evaluate([(tt.Tensor(inputs.array(len(one.data), 3)), one) for one in hot])[1]))
    return told


@case(
    "Outputs without an axis for classes",
    points=1,
    skill="evaluation",
    hint="where outputs have one axis alone there are no classes: the accuracy is 0.0",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    model = _model(tt, inputs, 3, 2)
    whole = model.forward
    model.forward = lambda x: tt.Tensor(whole(x).data[:, 0])
    trainer, batches = _trainer(tt, model), [(tt.Tensor(inputs.array(4, 3)), tt.Tensor(inputs.array(4)))]
    return [float(trainer.evaluate(batches)[1]), [entry for _, entry in model.seen]]


@case(
    "Loss without classes",
    points=1,
    skill="evaluation",
    hint="with one output there are no classes: the accuracy is 0.0",
    visible=False,
    since="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    trainer = _trainer(tt, _model(tt, inputs, 3, 1))
    batches = [(tt.Tensor(inputs.array(5, 3)), tt.Tensor(np.arange(5).reshape(5, 1) % 2)) for _ in range(2)]
    return [float(one) for one in trainer.evaluate(batches)]


def _kept_or_cleared(model: Any, gradients: list[Any]) -> list[Any]:
    """The gradients given, where the model's are those or none: nothing has gone backward. Else the model's."""
    now = [one.grad for one in model.parameters()]
    return [
        given if one is None else _gradient(tensor)
        for one, given, tensor in zip(now, gradients, model.parameters(), strict=True)
    ]


@case(
    "Evaluation changes nothing",
    points=2,
    skill="evaluation is harmless",
    hint="no backward, no step: training goes on as if nobody had looked",
)
def _(tt: Any, inputs: Inputs) -> Any:
    models, batches = _twins(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    trainers = [tt.Trainer(one, tt.SGD(one.parameters(), lr=0.1, momentum=0.8), tt.MSELoss()) for one in models]
    told: list[Any] = []
    for looks in inputs.shuffled([1, 2]):
        before = _weights(models[0])
        gradients = [inputs.array(*one.shape, low=1) for one in before]
        for one, gradient in zip(models[0].parameters(), gradients, strict=True):
            one.grad = np.array(gradient)
        for _ in range(looks):
            trainers[0].evaluate(batches)
        told.append(_kept_or_cleared(models[0], gradients))
        for one in models[0].parameters():
            one.grad = None
        told.append([_moved(before, models[0]), int(trainers[0].epoch), int(trainers[0].step)])
        told.append(float(trainers[0].train_epoch(batches)) - float(trainers[1].train_epoch(batches)))
        told.append([_apart(*models), _toward(before, models[0])])
    return told


@case(
    "The model is told its mode",
    points=3,
    skill="modes",
    hint="train_epoch sets model.training to True, evaluate to False, each before its first batch",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model = _model(tt, inputs, 3, 2)
    trainer, told = _trainer(tt, model), []
    for training in [*inputs.shuffled([True, False]), True, False]:  # at least once it trains after an evaluation
        model.training = not training
        _go(trainer.train_epoch if training else trainer.evaluate, _regression(tt, inputs, (4,)))
        told.append([bool(trainer.training_mode), bool(model.training)])
    return [told, [[bool(mode), entry] for mode, entry in model.seen]]


@case(
    "A model whose forward takes the mode",
    points=2,
    skill="modes",
    hint="where model.forward has a parameter `training`, it is given the mode, so that dropout rests in evaluation",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    class Asked:
        def __init__(self, inner: Any) -> None:
            self.inner, self.training = inner, True
            self.seen: list[Any] = []

        def forward(self, x: Any, training: Any = None) -> Any:
            self.seen.append([None if training is None else bool(training), float(x.data[0, 0])])
            return self.inner.forward(x)

        __call__ = forward

        def parameters(self) -> list[Any]:
            return self.inner.parameters()  # type: ignore[no-any-return]

    model = Asked(_model(tt, inputs, 3, 2))
    trainer = _trainer(tt, model)
    for training in inputs.shuffled([True, False, True, False]):
        _go(trainer.train_epoch if training else trainer.evaluate, _regression(tt, inputs, (4,)))
    layer = tt.Linear(3, 2)
    layer.weight.data[...] = inputs.array(3, 2)
    row = _trainer(tt, tt.Sequential(layer, tt.Dropout(0.9)))
    return [model.seen, float(row.evaluate(_regression(tt, inputs, (6, 6)))[0])]


@case(
    "What a trainer remembers",
    points=1,
    skill="history",
    hint="epoch counts epochs, step the optimizer's steps; history keeps every train_loss and eval_loss in order",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    trainer, batches = _trainer(tt, _model(tt, inputs, 3, 2)), _regression(tt, inputs, (4, 4, 4))
    kept = trainer.history
    told: list[Any] = []
    told.append([int(trainer.epoch), int(trainer.step), bool(trainer.training_mode)])
    told.append([len(kept[key]) for key in ("train_loss", "eval_loss", "learning_rates")])
    given: dict[bool, list[float]] = {True: [], False: []}
    for training in inputs.shuffled([True, True, False, True, False]):
        given[training].append(float(trainer.train_epoch(batches) if training else trainer.evaluate(batches)[0]))
        told.append([int(trainer.epoch), int(trainer.step)])
    kept = trainer.history
    for training, key in ((True, "train_loss"), (False, "eval_loss")):
        told.append([float(one) - loss for one, loss in zip(kept[key], given[training], strict=True)])
    return [
        told,
        len(kept["learning_rates"]),
        [len({round(one, 4) for one in losses}) > 1 for losses in given.values()],
    ]


def _disk(work: Any) -> Any:
    """Calls work(folder) while everything below `folder` is kept in memory, however it is written; gives its result.

    Paths elsewhere go where they always go: the reference runs this beside the grader's own files.
    """
    import builtins
    import errno
    import io
    import os
    import stat
    import tempfile

    root, first = "/checkpoints-in-memory", 100_000  # no descriptor of the system's is that large
    files: dict[str, bytes] = {}
    folders = {"/", root}  # who makes folders looks upwards first, and where this is graded no path leads anywhere
    opened: dict[int, str] = {}
    real = {name: getattr(os, name) for name in ("open", "close", "fsync", "fdopen", "fstat", "chmod")}
    real |= {name: getattr(os, name) for name in ("stat", "lstat", "mkdir", "replace", "rename", "unlink", "remove")}
    real_open = io.open

    def below(path: Any) -> str:
        name = path if isinstance(path, str) else str(path) if hasattr(path, "__fspath__") else ""
        return os.path.normpath(name) if name == "/" or name.startswith(root) else ""

    class Page(io.BytesIO):
        def __init__(self, name: str, mode: str) -> None:
            super().__init__(b"" if "w" in mode or "x" in mode else files[name])
            self.name, self.writes = name, any(letter in mode for letter in "wxa+")
            if self.writes:
                files[name] = self.getvalue()

        def fileno(self) -> int:
            return first

        def flush(self) -> None:
            if self.writes:
                files[self.name] = self.getvalue()

        def close(self) -> None:
            if not self.closed:
                self.flush()
            super().close()

    def opening(path: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        name = opened.get(path, "") if isinstance(path, int) else below(path)
        if not name:
            return real_open(path, mode, *rest, **named)
        if name.rpartition("/")[0] not in folders or ("r" in mode and name not in files):
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        page = Page(name, mode)
        return page if "b" in mode else io.TextIOWrapper(page, encoding="utf-8")

    def descriptor(path: Any, flags: int = 0, *rest: Any, **named: Any) -> int:
        if not (name := below(path)):
            return real["open"](path, flags, *rest, **named)  # type: ignore[no-any-return]
        opened[first + len(opened)] = name
        files.setdefault(name, b"")
        return first + len(opened) - 1

    def looked_at(path: Any, *rest: Any, **named: Any) -> Any:
        if not (name := below(path)):
            return real["stat"](path, *rest, **named)
        if name not in folders and name not in files:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        kind = stat.S_IFDIR if name in folders else stat.S_IFREG
        return os.stat_result((kind | 0o700, 1, 1, 1, 0, 0, len(files.get(name, b"")), 0, 0, 0))

    def made(path: Any, *rest: Any, **named: Any) -> None:
        if not (name := below(path)):
            return real["mkdir"](path, *rest, **named)  # type: ignore[no-any-return]
        if name in folders:
            raise FileExistsError(errno.EEXIST, "already there", name)
        if name.rpartition("/")[0] not in folders:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        folders.add(name)
        return None

    def moved(source: Any, target: Any, **named: Any) -> None:
        if not (name := below(source)):
            return real["replace"](source, target, **named)  # type: ignore[no-any-return]
        if name not in files:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        files[below(target)] = files.pop(name)
        return None

    def gone(path: Any, **named: Any) -> None:
        if not (name := below(path)):
            return real["unlink"](path, **named)  # type: ignore[no-any-return]
        if name not in files:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        files.pop(name)
        return None

    def quiet(what: str) -> Any:
        def call(place: Any, *rest: Any, **named: Any) -> Any:
            ours = place >= first if isinstance(place, int) else below(place)
            return None if ours else real[what](place, *rest, **named)

        return call

    def temporary(suffix: Any = "", prefix: Any = "", dir: Any = None, text: bool = False) -> tuple[int, str]:
        name = f"{below(dir) or root}/{prefix or 'new'}-{len(opened)}{suffix or ''}"
        return descriptor(name), name

    def named_temporary(mode: str = "w+b", *rest: Any, **named: Any) -> Any:
        kept = {key: value for key, value in named.items() if key in ("suffix", "prefix", "dir")}
        return opening(temporary(**kept)[1], mode)

    new = {
        "open": descriptor,
        "fdopen": opening,
        "stat": looked_at,
        "lstat": looked_at,
        "mkdir": made,
        "replace": moved,
    }
    new |= {"rename": moved, "unlink": gone, "remove": gone}
    new |= {name: quiet(name) for name in ("close", "fsync", "fstat", "chmod")}
    places: list[tuple[Any, str, Any]] = [(os, name, call) for name, call in new.items()]
    places += [(builtins, "open", opening), (io, "open", opening)]
    places += [(tempfile, "mkstemp", temporary), (tempfile, "NamedTemporaryFile", named_temporary)]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    try:
        for owner, name, call in places:
            setattr(owner, name, call)
        return work(root)
    finally:
        for owner, name, call in before:
            setattr(owner, name, call)


def _exchange(one: str, other: str) -> None:
    """Two files change their names: what is loaded then must come from the file, not from what was kept in memory."""
    from pathlib import Path

    for source, target in ((one, f"{one}.spare"), (other, one), (f"{one}.spare", other)):
        Path(source).replace(target)


def _numbers(inputs: Inputs, trainer: Any) -> None:
    """Gives a trainer drawn numbers, as if it had trained for a while."""
    trainer.epoch, trainer.step, trainer.training_mode = inputs.integer(3, 9), inputs.integer(20, 90), False
    for key in ("train_loss", "eval_loss", "learning_rates"):
        trainer.history[key].extend(float(one) for one in inputs.array(3, low=0))
    trainer.optimizer.lr = inputs.number(0.01, 0.09)
    for one in trainer.model.parameters():
        one.data = inputs.array(*one.data.shape)


def _all_of(trainer: Any) -> list[Any]:
    """What a checkpoint keeps of any trainer."""
    kept = trainer.history
    history = [[float(one) for one in kept[key]] for key in ("train_loss", "eval_loss", "learning_rates")]
    counts = [int(trainer.epoch), int(trainer.step), bool(trainer.training_mode)]
    return [_weights(trainer.model), float(trainer.optimizer.lr), counts, history]


@case(
    "A checkpoint brings a trainer back",
    points=3,
    skill="checkpoints",
    hint="load_checkpoint restores weights, learning rate, epoch, step, mode and history of the trainer that was saved",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def work(folder: str) -> Any:
        first, second = [_trainer(tt, _model(tt, inputs, 3, 2)) for _ in range(2)]
        _numbers(inputs, first)
        first.save_checkpoint(f"{folder}/trained.pkl")
        _numbers(inputs, first)
        first.save_checkpoint(f"{folder}/later.pkl")
        _exchange(f"{folder}/trained.pkl", f"{folder}/later.pkl")
        second.load_checkpoint(f"{folder}/later.pkl")
        return [_all_of(second), _all_of(first)]

    return _disk(work)


@case(
    "A checkpoint with velocities, written twice",
    points=2,
    skill="checkpoints",
    hint="the folder is made, an older file replaced, and the optimizer's velocities are in it",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    def set_on(optimizer: Any, velocities: list[Any]) -> None:
        if hasattr(optimizer, "set_momentum_state"):
            optimizer.set_momentum_state(velocities)
        else:  # of the oldest editions
            optimizer.momentum_buffers = velocities

    def kept_by(optimizer: Any) -> Any:
        state = (
            optimizer.get_momentum_state() if hasattr(optimizer, "get_momentum_state") else optimizer.momentum_buffers
        )
        return [np.array(one) for one in state]

    def work(folder: str) -> Any:
        models = [_model(tt, inputs, 3, 2) for _ in range(2)]
        trainers = [tt.Trainer(one, tt.SGD(one.parameters(), lr=0.1, momentum=0.9), tt.MSELoss()) for one in models]
        path, later = f"{folder}/runs/one/trained.pkl", f"{folder}/runs/one/later.pkl"
        for place, trainer in ((path, trainers[1]), (path, trainers[0]), (later, trainers[0])):
            set_on(trainer.optimizer, [inputs.array(3, 2), inputs.array(2)])
            trainer.save_checkpoint(place)
        _exchange(path, later)
        trainers[1].load_checkpoint(later)
        return [[kept_by(one.optimizer) for one in trainers], _weights(models[1])]

    return _disk(work)


@case(
    "A checkpoint of Adam and of a schedule",
    points=1,
    skill="checkpoints",
    hint="a checkpoint can be made with every optimizer, and the schedule's three numbers are in it",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    def work(folder: str) -> Any:
        trainers = []
        for kind in inputs.shuffled([tt.Adam, tt.Adam]):
            model = _model(tt, inputs, 3, 2)
            schedule = tt.CosineSchedule(inputs.number(0.5, 2), inputs.number(0.01, 0.3), inputs.integer(5, 15))
            trainers.append(tt.Trainer(model, kind(model.parameters()), tt.MSELoss(), scheduler=schedule))
        first, second = trainers
        _numbers(inputs, first)
        first.save_checkpoint(f"{folder}/trained.pkl")
        second.load_checkpoint(f"{folder}/trained.pkl")
        return [_all_of(second), [float(second.scheduler.get_lr(epoch)) for epoch in range(5)]]

    return _disk(work)


@case(
    "A checkpoint of an optimizer that keeps no state",
    points=1,
    skill="checkpoints",
    hint="ask by hasattr whether an optimizer has velocities to keep: an Adam without them has a checkpoint, too",
    visible=False,
    until="2026-05",
)
def _(tt: Any, inputs: Inputs) -> Any:
    class Adam(tt.Adam):  # type: ignore[misc]
        @property
        def has_momentum(self) -> Any:
            raise AttributeError("has_momentum")

        get_momentum_state = set_momentum_state = has_momentum

    def work(folder: str) -> Any:
        models = [_model(tt, inputs, 3, 2) for _ in range(2)]
        first, second = [tt.Trainer(one, Adam(one.parameters()), tt.MSELoss()) for one in models]
        _numbers(inputs, first)
        first.save_checkpoint(f"{folder}/trained.pkl")
        second.load_checkpoint(f"{folder}/trained.pkl")
        return _all_of(second)

    return _disk(work)


@case(
    "A checkpoint with or without a schedule",
    points=1,
    skill="checkpoints",
    hint="a trainer without a schedule takes the checkpoint of one that has it, and the other way round",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    def work(folder: str) -> Any:
        told = []
        for scheduled in inputs.shuffled([True, False]):
            schedule = tt.CosineSchedule(inputs.number(0.5, 2), inputs.number(0.01, 0.3), inputs.integer(5, 15))
            kinds = [schedule, None] if scheduled else [None, schedule]
            first, second = [_trainer(tt, _model(tt, inputs, 3, 2), scheduler=one) for one in kinds]
            rates = [float(schedule.get_lr(epoch)) for epoch in range(3)]
            _numbers(inputs, first)
            first.save_checkpoint(f"{folder}/trained.pkl")
            second.load_checkpoint(f"{folder}/trained.pkl")
            later = [float(schedule.get_lr(epoch)) - rate for epoch, rate in enumerate(rates)]
            told.append([_all_of(second), second.scheduler is None, later])
        return told

    return _disk(work)


@case(
    "A checkpoint with Adam's averages",
    points=1,
    skill="checkpoints",
    hint="the averages that Adam and AdamW keep are in the checkpoint",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def work(folder: str) -> Any:
        told = []
        for kind in (tt.Adam, tt.AdamW):
            models = [_model(tt, inputs, 3, 2) for _ in range(2)]
            first, second = [tt.Trainer(one, kind(one.parameters()), tt.MSELoss()) for one in models]
            averages = [(inputs.array(*shape), inputs.array(*shape, low=0)) for shape in ((3, 2), (2,))]
            first.optimizer.set_momentum_state(averages)
            first.save_checkpoint(f"{folder}/trained.pkl")
            second.load_checkpoint(f"{folder}/trained.pkl")
            told.append([[np.array(one) for one in pair] for pair in second.optimizer.get_momentum_state()])
        return told

    return _disk(work)


@case(
    "What a trainer refuses",
    points=2,
    skill="errors",
    hint="an empty batch, and accumulation_steps that are no positive whole number, are a ValueError",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def trained(sizes: tuple[int, ...], steps: Any) -> Any:
        model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, sizes)
        ended = raises(lambda: _trainer(tt, model).train_epoch(batches, accumulation_steps=steps))
        # An epoch that was begun was not refused, however it ended.
        return "ValueError" if ended == "ValueError" else [entry for _, entry in model.seen[:1]]

    asked = [((2, 3), 1), ((2, 3), 0), ((3, 2), 2), ((2, 3), -1), ((2, 2), True), ((0, 4), 1), ((3,), 4), ((2, 2), 1.5)]
    return [trained(*one) for one in inputs.shuffled(asked)]
