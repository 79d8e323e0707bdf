"""Module 08: training. Source: API sheet, module 08.

A trainer leads a model through batches: forward, loss, backward, and a step of the optimizer for every window of
`accumulation_steps` batches. Gradients of a window are summed over its samples and divided by their number, so that a
window is worth one large batch. The learning rate is set before an epoch's first batch.
"""

from __future__ import annotations

import inspect
import math
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from .autograd import no_grad
from .tensor import Array, Tensor

DEFAULT_MAX_LR = 0.1
DEFAULT_MIN_LR = 0.01
DEFAULT_TOTAL_EPOCHS = 100


class CosineSchedule:
    """A learning rate that falls from max_lr to min_lr along half a cosine, and stays there."""

    def __init__(
        self,
        max_lr: float = DEFAULT_MAX_LR,
        min_lr: float = DEFAULT_MIN_LR,
        total_epochs: int = DEFAULT_TOTAL_EPOCHS,
    ) -> None:
        self.max_lr = max_lr
        self.min_lr = min_lr
        self.total_epochs = total_epochs

    def get_lr(self, epoch: int) -> float:
        """The rate of an epoch, the first being 0."""
        if epoch >= self.total_epochs:
            return self.min_lr
        share = (1 + math.cos(math.pi * epoch / self.total_epochs)) / 2
        return self.min_lr + (self.max_lr - self.min_lr) * share


def clip_grad_norm(parameters: Iterable[Tensor], max_norm: float = 1.0) -> float:
    """The length of all gradients taken as one vector, before they are scaled down to `max_norm` if it is longer."""
    learning = [one for one in parameters if one.grad is not None]
    norm = math.sqrt(sum(float(np.sum(np.square(_grad(one), dtype=np.float64))) for one in learning))
    if norm > max_norm:
        for one in learning:
            one.grad = np.asarray(_grad(one) * (max_norm / norm), dtype=np.float32)
    return norm


class Trainer:
    """A model, its optimizer and its loss; `history` keeps what every epoch gave."""

    def __init__(
        self, model: Any, optimizer: Any, loss_fn: Any, scheduler: Any = None, grad_clip_norm: float | None = None
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.loss_fn = loss_fn
        self.scheduler = scheduler
        self.grad_clip_norm = grad_clip_norm
        self.epoch = 0
        self.step = 0
        self.training_mode = True
        self.history: dict[str, list[float]] = {"train_loss": [], "eval_loss": [], "learning_rates": []}
        for one in model.parameters():
            one.requires_grad = True

    def train_epoch(self, dataloader: Iterable[Any], accumulation_steps: int = 1) -> float:
        """The mean loss of the epoch's samples. `ValueError`: an empty batch, or steps that are no positive int."""
        if isinstance(accumulation_steps, bool) or not isinstance(accumulation_steps, int) or accumulation_steps < 1:
            raise ValueError(f"accumulation_steps must be a positive whole number, got {accumulation_steps!r}")
        self.model.training = self.training_mode = True
        if self.scheduler is not None:
            self.optimizer.lr = self.scheduler.get_lr(self.epoch)
            self.history["learning_rates"].append(self.optimizer.lr)
        total, samples = 0.0, 0
        batches, gathered = 0, 0  # of the window now open
        self.optimizer.zero_grad()
        for inputs, targets in dataloader:
            size = len(inputs.data)
            total += self._process_batch(inputs, targets) * size
            samples += size
            batches, gathered = batches + 1, gathered + size
            if batches == accumulation_steps:
                self._optimizer_update(gathered)
                batches, gathered = 0, 0
        if batches:
            self._optimizer_update(gathered)
        mean = total / samples if samples else 0.0
        self.history["train_loss"].append(mean)
        self.epoch += 1
        return mean

    def evaluate(self, dataloader: Iterable[Any]) -> tuple[float, float]:
        """(mean loss of the batches, share of right classes); the share is 0 where outputs are no scores of classes."""
        self.model.training = self.training_mode = False
        losses: list[float] = []
        right, samples = 0, 0
        with no_grad():
            for inputs, targets in dataloader:
                outputs = self._forward(inputs)
                losses.append(float(self.loss_fn.forward(outputs, targets).data))
                if outputs.data.ndim == 2 and outputs.data.shape[1] > 1:
                    right += int(np.sum(np.argmax(outputs.data, axis=1) == _classes(targets.data)))
                    samples += len(outputs.data)
        mean = sum(losses) / len(losses) if losses else 0.0
        self.history["eval_loss"].append(mean)
        return mean, right / samples if samples else 0.0

    def save_checkpoint(self, path: str) -> None:
        """Writes all that `load_checkpoint` needs to go on; an old file stays whole until the new one is."""
        momentum = getattr(self.optimizer, "get_momentum_state", lambda: None)
        state = {
            "epoch": self.epoch,
            "step": self.step,
            "model_state": [one.data.copy() for one in self.model.parameters()],
            "optimizer_state": {"lr": self.optimizer.lr, "momentum": momentum()},
            "scheduler_state": None if self.scheduler is None else dict(vars(self.scheduler)),
            "history": self.history,
            "training_mode": self.training_mode,
        }
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        written = target.with_name(target.name + ".new")
        written.write_bytes(pickle.dumps(state))
        written.replace(target)

    def load_checkpoint(self, path: str) -> None:
        """Puts a trainer of the same kind where the saved one was."""
        state = pickle.loads(Path(path).read_bytes())
        self.epoch, self.step = state["epoch"], state["step"]
        self.history, self.training_mode = state["history"], state["training_mode"]
        for one, data in zip(self.model.parameters(), state["model_state"], strict=True):
            one.data = data.copy()
        self.optimizer.lr = state["optimizer_state"]["lr"]
        if hasattr(self.optimizer, "set_momentum_state"):
            self.optimizer.set_momentum_state(state["optimizer_state"]["momentum"])
        if self.scheduler is not None and state["scheduler_state"] is not None:
            vars(self.scheduler).update(state["scheduler_state"])

    def _forward(self, inputs: Tensor) -> Tensor:
        """The model's output; it is told the mode if it asks for it."""
        if "training" in inspect.signature(self.model.forward).parameters:
            return self.model.forward(inputs, training=self.training_mode)  # type: ignore[no-any-return]
        return self.model.forward(inputs)  # type: ignore[no-any-return]

    def _process_batch(self, inputs: Tensor, targets: Tensor) -> float:
        """The batch's mean loss; the gradient of its sum over samples is added to the parameters."""
        size = len(inputs.data)
        if size == 0:
            raise ValueError("a batch is empty")
        loss = self.loss_fn.forward(self._forward(inputs), targets)
        loss.backward(np.full(loss.data.shape, size, dtype=np.float32))
        return float(loss.data)

    def _optimizer_update(self, sample_count: int = 1) -> None:
        """One step with the gradients gathered over so many samples."""
        for one in self.model.parameters():
            if one.grad is not None:
                one.grad = _grad(one) / sample_count
        if self.grad_clip_norm is not None:
            clip_grad_norm(self.model.parameters(), self.grad_clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1


def _grad(param: Tensor) -> Array:
    """The gradient as an array, whether kept as an array or as a Tensor."""
    grad: Any = param.grad
    return np.asarray(grad.data if isinstance(grad, Tensor) else grad)


def _classes(targets: Array) -> Any:
    """Class numbers, of one hot rows the place of the one."""
    return np.argmax(targets, axis=1) if targets.ndim == 2 and targets.shape[1] > 1 else np.ravel(targets)
