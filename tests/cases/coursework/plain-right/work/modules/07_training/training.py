# %% [markdown]
"""
# Training loop
"""

# %%
#| default_exp core.training
#| export
import math
import os
import pickle
import sys

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.core.layers import Linear
from tinytorch.core.losses import MSELoss, CrossEntropyLoss
from tinytorch.core.optimizers import SGD, AdamW
from tinytorch.core import autograd

DEFAULT_MAX_LR = 0.1
DEFAULT_MIN_LR = 0.01
DEFAULT_TOTAL_EPOCHS = 100

# %%
#| export
class CosineSchedule:
    def __init__(self, max_lr=0.1, min_lr=0.01, total_epochs=100):
        self.max_lr = max_lr
        self.min_lr = min_lr
        self.total_epochs = total_epochs

    def get_lr(self, epoch):
        # YOUR CODE HERE
        if epoch >= self.total_epochs:
            return self.min_lr
        return self.min_lr + 0.5 * (self.max_lr - self.min_lr) * (1 + math.cos(math.pi * epoch / self.total_epochs))


def clip_grad_norm(parameters, max_norm=1.0):
    # YOUR CODE HERE
    parameters = [p for p in parameters if p.grad is not None]
    if len(parameters) == 0:
        return 0.0
    grads = [p.grad.data if isinstance(p.grad, Tensor) else p.grad for p in parameters]
    norm = math.sqrt(sum(float((g ** 2).sum()) for g in grads))
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return norm

# %%
#| export
class Trainer:
    def __init__(self, model, optimizer, loss_fn, scheduler=None, grad_clip_norm=None):
        self.model = model
        self.optimizer = optimizer
        self.loss_fn = loss_fn
        self.scheduler = scheduler
        self.grad_clip_norm = grad_clip_norm
        self.epoch = 0
        self.step = 0
        self.training_mode = True
        self.history = {'train_loss': [], 'eval_loss': [], 'learning_rates': []}

    def train_epoch(self, dataloader, accumulation_steps=1):
        # YOUR CODE HERE
        self.model.training = True
        self.training_mode = True
        total_loss = 0.0
        updates = 0
        window_loss = 0.0
        open_batches = 0
        for inputs, targets in dataloader:
            loss = self.loss_fn.forward(self.model.forward(inputs), targets)
            # only the number that is reported is scaled
            window_loss += float(loss.data) / accumulation_steps
            loss.backward()
            open_batches += 1
            if open_batches == accumulation_steps:
                if self.grad_clip_norm is not None:
                    clip_grad_norm(self.model.parameters(), self.grad_clip_norm)
                self.optimizer.step()
                self.optimizer.zero_grad()
                self.step += 1
                total_loss += window_loss
                updates += 1
                window_loss = 0.0
                open_batches = 0
        if open_batches > 0:
            if self.grad_clip_norm is not None:
                clip_grad_norm(self.model.parameters(), self.grad_clip_norm)
            self.optimizer.step()
            self.optimizer.zero_grad()
            self.step += 1
            total_loss += window_loss
            updates += 1
        mean_loss = total_loss / max(1, updates)
        self.history['train_loss'].append(mean_loss)
        if self.scheduler is not None:
            self.optimizer.lr = self.scheduler.get_lr(self.epoch)
            self.history['learning_rates'].append(self.optimizer.lr)
        self.epoch += 1
        return mean_loss

    def evaluate(self, dataloader):
        # YOUR CODE HERE
        self.model.training = False
        self.training_mode = False
        losses = []
        hits = []
        for inputs, targets in dataloader:
            out = self.model.forward(inputs)
            losses.append(float(self.loss_fn.forward(out, targets).data))
            if out.data.ndim == 2 and out.shape[-1] > 1:
                y = targets.data
                if y.ndim > 1:
                    y = y.argmax(axis=-1)
                hits.extend((out.data.argmax(axis=-1) == y).tolist())
        mean_loss = sum(losses) / len(losses) if losses else 0.0
        accuracy = sum(hits) / len(hits) if hits else 0.0
        self.history['eval_loss'].append(mean_loss)
        return mean_loss, accuracy

    def save_checkpoint(self, path):
        folder = os.path.dirname(str(path))
        if folder:
            os.makedirs(folder, exist_ok=True)
        checkpoint = {
            'epoch': self.epoch,
            'step': self.step,
            'model_state': self._get_model_state(),
            'optimizer_state': self._get_optimizer_state(),
            'scheduler_state': self._get_scheduler_state(),
            'history': self.history,
            'training_mode': self.training_mode,
        }
        with open(path, 'wb') as f:
            pickle.dump(checkpoint, f)

    def load_checkpoint(self, path):
        with open(path, 'rb') as f:
            checkpoint = pickle.load(f)
        self._set_model_state(checkpoint['model_state'])
        self._set_optimizer_state(checkpoint['optimizer_state'])
        self._set_scheduler_state(checkpoint['scheduler_state'])
        self.epoch = checkpoint['epoch']
        self.step = checkpoint['step']
        self.history = checkpoint['history']
        self.training_mode = checkpoint['training_mode']

    def _get_model_state(self):
        return [p.data.copy() for p in self.model.parameters()]

    def _set_model_state(self, state):
        for p, saved in zip(self.model.parameters(), state):
            p.data = saved.copy()

    def _get_optimizer_state(self):
        skip = ('params',)
        return {k: v for k, v in vars(self.optimizer).items() if k not in skip}

    def _set_optimizer_state(self, state):
        vars(self.optimizer).update(state)

    def _get_scheduler_state(self):
        return None if self.scheduler is None else dict(vars(self.scheduler))

    def _set_scheduler_state(self, state):
        if state is not None and self.scheduler is not None:
            vars(self.scheduler).update(state)

# %% nbgrader={"grade": true, "grade_id": "test_module", "locked": true, "points": 20}
def test_module():
    s = CosineSchedule(1.0, 0.0, 10)
    assert abs(s.get_lr(5) - 0.5) < 1e-9 and s.get_lr(11) == 0.0
    layer = Linear(1, 1)
    layer.training = True
    trainer = Trainer(layer, SGD(layer.parameters(), lr=0.1), MSELoss(), scheduler=CosineSchedule(0.1, 0.05, 20))
    batches = [(Tensor([[0.0], [1.0]]), Tensor([[1.0], [3.0]]))]
    losses = [trainer.train_epoch(batches) for _ in range(20)]
    assert losses[-1] < losses[0]
    trainer.evaluate(batches)
    assert trainer.epoch == 20
    print("ok module 07")

if __name__ == "__main__":
    test_module()
