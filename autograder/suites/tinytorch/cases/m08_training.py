"""Cases of module 08: training replayed from a drawn start, judged by the weights it leads to.

Models are written here, upon the reference of earlier modules. A worker has no file to write to, so checkpoints go to
a folder that `_disk` keeps in memory; they are pickles, and are read by nobody but the student's own code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, raises


def _model(tt: Any, inputs: Inputs, features: int, outputs: int) -> Any:
    """A linear model with drawn weights whose output doubles outside training, so that its mode is seen."""

    class Model:
        def __init__(self) -> None:
            self.weight, self.bias = tt.Tensor(inputs.array(features, outputs)), tt.Tensor(inputs.array(outputs))
            self.weight.requires_grad = self.bias.requires_grad = True
            self.training = True

        def forward(self, x: Any) -> Any:
            result = x.matmul(self.weight) + self.bias
            return result if self.training else result * tt.Tensor(2.0)

        def __call__(self, x: Any) -> Any:
            return self.forward(x)

        def parameters(self) -> list[Any]:
            return [self.weight, self.bias]

    return Model()


def _regression(tt: Any, inputs: Inputs, sizes: Any, features: int = 3, outputs: int = 2) -> list[Any]:
    """Batches of the given sizes as (inputs, targets)."""
    return [(tt.Tensor(inputs.array(size, features)), tt.Tensor(inputs.array(size, outputs))) for size in sizes]


def _classes(tt: Any, inputs: Inputs, sizes: Any, features: int = 3, classes: int = 3) -> list[Any]:
    return [(tt.Tensor(inputs.array(size, features)), tt.Tensor(inputs.labels(size, classes))) for size in sizes]


def _weights(model: Any) -> list[Any]:
    return [np.array(one.data) for one in model.parameters()]


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
    points=5,
    skill="schedule",
    hint="min + (max - min) · (1 + cos(π · epoch / total)) / 2",
)
def _(tt: Any, inputs: Inputs) -> Any:
    total = inputs.integer(5, 15)
    schedule = tt.CosineSchedule(max_lr=inputs.number(0.5, 2), min_lr=inputs.number(0.01, 0.3), total_epochs=total)
    return [float(schedule.get_lr(epoch)) for epoch in range(total)]


@case(
    "A cosine schedule at its end and by default",
    points=3,
    skill="schedule",
    hint="from the last epoch on the rate is min_lr; by default 0.1 falls to 0.01 in 100 epochs",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    total, low = inputs.integer(3, 9), inputs.number(0.01, 0.1)
    schedule, usual = tt.CosineSchedule(inputs.number(0.3, 0.9), low, total), tt.CosineSchedule()
    late = [float(schedule.get_lr(epoch)) for epoch in (total - 1, total, total + 1, total + 7)]
    return [late, [float(usual.get_lr(int(epoch))) for epoch in inputs.integers(0, 130, 6)]]


@case(
    "Gradients clipped to a length",
    points=5,
    skill="clipping",
    hint="one length over all gradients together; if it is above max_norm, all are scaled by max_norm / length",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for longest in inputs.shuffled([0.5, 1.0, 2.0, 50.0]):
        params = _grads(tt, inputs.array(3, 2), inputs.array(4), inputs.array(2, 2))
        norm = tt.clip_grad_norm(params, max_norm=longest)
        told.append([float(norm), [_gradient(one) for one in params]])
    return told


@case(
    "Gradients of every kind clipped",
    points=3,
    skill="clipping",
    hint="parameters without gradient are left out, gradients may be Tensors, and of nothing the length is 0.0",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    params = _grads(tt, inputs.array(3), inputs.array(2, 2), inputs.array(2))
    params[0].grad, params[1].grad = tt.Tensor(params[0].grad), None
    norm = tt.clip_grad_norm(params)
    kept = [None if one.grad is None else _gradient(one) for one in params]
    return [float(norm), kept, float(tt.clip_grad_norm([])), float(tt.clip_grad_norm(params[1:2]))]


@case(
    "Epochs of training",
    points=6,
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
    "Epochs under a schedule",
    points=5,
    skill="schedule in training",
    hint="before an epoch's batches set optimizer.lr to get_lr(epoch), the first epoch being 0",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    schedule = tt.CosineSchedule(inputs.number(0.1, 0.2), inputs.number(0.005, 0.01), 3)
    optimizer = tt.SGD(model.parameters(), lr=0.5)
    trainer = tt.Trainer(model, optimizer, tt.MSELoss(), scheduler=schedule)
    told = [[float(trainer.train_epoch(batches)), float(optimizer.lr), _weights(model)] for _ in range(4)]
    return [told, [float(one) for one in trainer.history["learning_rates"]]]


@case(
    "Training with clipped gradients",
    points=4,
    skill="clipping in training",
    hint="clip after backward and before the step, for every step",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    optimizer = tt.SGD(model.parameters(), lr=0.3, momentum=0.5)
    trainer = tt.Trainer(model, optimizer, tt.MSELoss(), grad_clip_norm=inputs.number(0.2, 0.6))
    return [[float(trainer.train_epoch(batches)), _weights(model)] for _ in range(3)]


@case(
    "Gradients gathered over batches",
    points=4,
    skill="accumulation",
    hint="with accumulation_steps=2 two batches make one step, worth the step of one batch of both",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4, 4, 4))
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1, momentum=0.5), tt.MSELoss())
    steps = inputs.choice([2, 4])
    for _ in range(2):
        trainer.train_epoch(batches, accumulation_steps=steps)
    return [_weights(model), _error(model, batches)]


def _left_over(expected: Any, reply: Any) -> str | None:
    """A batch that fills no window makes a step: of its whole gradient, or of its share of a window."""
    before, after = (np.concatenate([part.ravel() for part in one]) for one in expected)
    made = np.concatenate([part.ravel() for part in reply[1]]) - before
    if any(np.allclose(share * (after - before), made, rtol=1e-3, atol=1e-5) for share in (1.0, 0.5)):
        return None
    return "a batch that is left over has to change the weights, by its gradient"


@case(
    "A batch left over",
    points=2,
    skill="accumulation",
    hint="what is left when the batches end makes a step of its own",
    checker=_left_over,
)
def _(tt: Any, inputs: Inputs) -> Any:
    model = _model(tt, inputs, 3, 2)
    before = _weights(model)
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.3), tt.MSELoss())
    trainer.train_epoch(_regression(tt, inputs, (4,)), accumulation_steps=2)
    return [before, _weights(model)]


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
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.MSELoss(), grad_clip_norm=2.0)
    steps = inputs.choice([2, 3])
    losses = [float(trainer.train_epoch(batches, accumulation_steps=steps)) for _ in range(2)]
    return [losses, _weights(model), int(trainer.step)]


@case(
    "The loss of uneven batches",
    points=3,
    skill="loss told",
    hint="the epoch's loss is a mean over samples: a short batch counts less",
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (6, 1, 3))
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.05), tt.MSELoss())
    told = [float(trainer.train_epoch(batches)) for _ in range(3)]
    return [told, [float(one) for one in trainer.history["train_loss"]], _error(model, batches)]


@case(
    "Loss and accuracy of a classifier",
    points=5,
    skill="evaluation",
    hint="model.training is False first; then accuracy is the share of samples whose largest score is at their class",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, told = _model(tt, inputs, 3, 3), []
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.CrossEntropyLoss())
    for _ in range(4):
        loss, accuracy = trainer.evaluate(_classes(tt, inputs, (6, 6)))
        told.append([float(loss), float(accuracy)])
    return told


@case(
    "Loss and accuracy of one hot targets",
    points=2,
    skill="evaluation",
    hint="targets may be rows with a one at their class",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, told = _model(tt, inputs, 3, 4), []
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.MSELoss())
    for _ in range(3):
        hot = np.eye(4)[inputs.labels(7, 4)]
        told.append([float(one) for one in trainer.evaluate([(tt.Tensor(inputs.array(7, 3)), tt.Tensor(hot))])])
    return told


@case(
    "Loss without classes",
    points=1,
    skill="evaluation",
    hint="with one output there are no classes: the accuracy is 0.0",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model = _model(tt, inputs, 3, 1)
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.MSELoss())
    return [float(one) for one in trainer.evaluate(_regression(tt, inputs, (5, 5), outputs=1))]


@case(
    "Evaluation changes nothing",
    points=4,
    skill="evaluation is harmless",
    hint="no backward, no step: training goes on as if nobody had looked",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1, momentum=0.8), tt.MSELoss())
    told = []
    for looks in inputs.shuffled([0, 1, 2]):
        seen = [float(trainer.evaluate(batches)[0]) for _ in range(looks)]
        before = _weights(model)
        told.append([seen, before, float(trainer.train_epoch(batches)), _weights(model)])
    return told


@case(
    "The model is told its mode",
    points=3,
    skill="modes",
    hint="train_epoch sets model.training to True, evaluate to False, each before its first batch",
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    trainer, told = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.MSELoss()), []
    for training in inputs.shuffled([True, False, True, False]):
        model.training = not training
        loss = trainer.train_epoch(batches) if training else trainer.evaluate(batches)[0]
        told.append([float(loss), bool(trainer.training_mode), model.forward(batches[0][0]).data])
    return told


@case(
    "What a trainer remembers",
    points=2,
    skill="history",
    hint="epoch counts epochs; history keeps every train_loss and eval_loss in order",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    model, batches = _model(tt, inputs, 3, 2), _regression(tt, inputs, (4, 4))
    trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.MSELoss())
    for training in inputs.shuffled([True, True, False, True, False]):
        (trainer.train_epoch if training else trainer.evaluate)(batches)
    kept = trainer.history
    return [int(trainer.epoch), [[float(one) for one in kept[key]] for key in ("train_loss", "eval_loss")]]


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
    folders = {root}
    opened: dict[int, str] = {}
    real = {name: getattr(os, name) for name in ("open", "close", "fsync", "fdopen", "fstat", "chmod")}
    real |= {name: getattr(os, name) for name in ("stat", "lstat", "mkdir", "replace", "rename", "unlink", "remove")}
    real_open = io.open

    def below(path: Any) -> str:
        name = path if isinstance(path, str) else str(path) if hasattr(path, "__fspath__") else ""
        return os.path.normpath(name) if name.startswith(root) else ""

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


@case(
    "Training goes on from a checkpoint",
    points=3,
    skill="checkpoints",
    hint="load_checkpoint restores weights, learning rate, epoch and history of the trainer that was saved",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def work(folder: str) -> Any:
        first, second = [tt.Trainer(one, tt.SGD(one.parameters(), lr=0.1), tt.MSELoss()) for one in models]
        told: list[Any] = [float(first.train_epoch(batches)) for _ in range(2)]
        first.optimizer.lr = rate
        first.save_checkpoint(f"{folder}/trained.pkl")
        told += [float(first.train_epoch(batches)), float(second.train_epoch(batches))]
        first.save_checkpoint(f"{folder}/later.pkl")
        _exchange(f"{folder}/trained.pkl", f"{folder}/later.pkl")
        second.load_checkpoint(f"{folder}/later.pkl")
        told += [_weights(models[1]), float(second.optimizer.lr), int(second.epoch)]
        told += [float(second.train_epoch(batches)), _weights(models[1])]
        return [told, [float(one) for one in second.history["train_loss"]], _weights(models[0])]

    models = [_model(tt, inputs, 3, 2) for _ in range(2)]
    batches, rate = _regression(tt, inputs, (4, 4)), inputs.number(0.02, 0.05)
    return _disk(work)


@case(
    "A checkpoint with velocities, written twice",
    points=2,
    skill="checkpoints",
    hint="the folder is made, an older file replaced, and the optimizer's velocities are in it",
    visible=False,
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def work(folder: str) -> Any:
        first, second = [
            tt.Trainer(one, tt.SGD(one.parameters(), lr=0.1, momentum=0.9), tt.MSELoss()) for one in models
        ]
        path = f"{folder}/runs/one/trained.pkl"
        for trainer in (second, first):
            trainer.train_epoch(batches)
            trainer.save_checkpoint(path)
        first.train_epoch(batches)
        later = f"{folder}/runs/one/later.pkl"
        first.save_checkpoint(later)
        _exchange(path, later)
        second.load_checkpoint(later)
        return [[float(one.train_epoch(batches)), _weights(one.model)] for one in (first, second, second)]

    models, batches = [_model(tt, inputs, 3, 2) for _ in range(2)], _regression(tt, inputs, (4, 4))
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
        model = _model(tt, inputs, 3, 2)
        trainer = tt.Trainer(model, tt.SGD(model.parameters(), lr=0.1), tt.MSELoss())
        return [float(trainer.train_epoch(_regression(tt, inputs, sizes), accumulation_steps=steps)), _weights(model)]

    asked = [((2, 3), 1), ((2, 3), 0), ((3, 2), 2), ((2, 3), -1), ((2, 2), True), ((4, 0), 1), ((3,), 4)]
    return [raises(trained, *one) for one in inputs.shuffled(asked)]
