"""Mistakes seen in training loops; each must lose points in the skill it names."""

from __future__ import annotations

from autograder.authoring.case import Variant

WEIGHTED = "total += self._process_batch(inputs, targets) * size"
UPDATE = "        self.optimizer.step()\n        self.optimizer.zero_grad()\n        self.step += 1"
CLIP = "            clip_grad_norm(self.model.parameters(), self.grad_clip_norm)\n"
SCHEDULED = """        if self.scheduler is not None:
            self.optimizer.lr = self.scheduler.get_lr(self.epoch)
            self.history["learning_rates"].append(self.optimizer.lr)
"""
COUNTED = "        self.epoch += 1\n"
NORM = "norm = math.sqrt(sum(float(np.sum(np.square(_grad(one), dtype=np.float64))) for one in learning))"
IN_MEMORY = """

def _state(self):
    weights = [one.data.copy() for one in self.model.parameters()]
    history = {key: list(values) for key, values in self.history.items()}
    return self.epoch, self.step, weights, self.optimizer.lr, self.optimizer.get_momentum_state(), history


def _restore(self, state):
    self.epoch, self.step, weights, self.optimizer.lr, velocities, self.history = state
    for one, weight in zip(self.model.parameters(), weights):
        one.data = weight.copy()
    self.optimizer.set_momentum_state(velocities)


Trainer.save_checkpoint, Trainer.load_checkpoint = _save, _load
"""

WRONG = (
    Variant(
        "a straight line instead of a cosine",
        "schedule",
        (("(1 + math.cos(math.pi * epoch / self.total_epochs)) / 2", "1 - epoch / self.total_epochs"),),
    ),
    Variant("a whole cosine", "schedule", (("math.cos(math.pi * epoch", "math.cos(2 * math.pi * epoch"),)),
    Variant(
        "falls to zero",
        "schedule",
        (("return self.min_lr + (self.max_lr - self.min_lr) * share", "return self.max_lr * share"),),
    ),
    Variant("rises again after the end", "schedule", (("if epoch >= self.total_epochs:", "if False:"),)),
    Variant("not halved", "schedule", (("epoch / self.total_epochs)) / 2", "epoch / self.total_epochs))"),)),
    Variant(
        "every gradient clipped on its own",
        "clipping",
        (
            (
                "one.grad = np.asarray(_grad(one) * (max_norm / norm), dtype=np.float32)",
                "one.grad = _grad(one) * min(1, max_norm / np.linalg.norm(_grad(one)))",
            ),
        ),
    ),
    Variant(
        "entries clipped instead of the length",
        "clipping",
        (("_grad(one) * (max_norm / norm), dtype=np.float32)", "np.clip(_grad(one), -max_norm, max_norm))"),),
    ),
    Variant("short gradients made longer", "clipping", (("    if norm > max_norm:", "    if norm > 0:"),)),
    Variant(
        "gives the length after clipping", "clipping", (("    return norm\n", "    return min(norm, max_norm)\n"),)
    ),
    Variant("root forgotten", "clipping", ((NORM, NORM.replace("math.sqrt(", "float(")),)),
    Variant(
        "lengths added up", "clipping", ((NORM, "norm = sum(float(np.linalg.norm(_grad(one))) for one in learning)"),)
    ),
    Variant(
        "missing gradients not expected",
        "clipping",
        (("[one for one in parameters if one.grad is not None]", "list(parameters)"),),
    ),
    Variant(
        "gradients never zeroed",
        "training",
        (
            ("        self.optimizer.zero_grad()\n        self.step", "        self.step"),
            ("        self.optimizer.zero_grad()\n        for inputs", "        for inputs"),
        ),
    ),
    Variant("no step", "training", (("        self.optimizer.step()\n", ""),)),
    Variant(
        "two steps a batch",
        "training",
        (("        self.optimizer.step()\n", "        self.optimizer.step()\n        self.optimizer.step()\n"),),
    ),
    Variant(
        "only the first batch",
        "training",
        (
            (
                "            batches, gathered = batches + 1, gathered + size\n",
                "            if samples > size:\n                break\n            batches, gathered = batches + 1, gathered + size\n",
            ),
        ),
    ),
    Variant(
        "always mean squared error",
        "training",
        (
            (
                "loss = self.loss_fn.forward(self._forward(inputs), targets)",
                "outputs = self._forward(inputs)\n        loss = ((outputs - targets.data.reshape(len(targets.data), -1)) * (outputs - targets.data.reshape(len(targets.data), -1))).mean()",
            ),
        ),
    ),
    Variant(
        "the last loss told as the mean",
        "training",
        ((WEIGHTED, "total = self._process_batch(inputs, targets) * (samples + size)"),),
    ),
    Variant(
        "schedule one epoch ahead",
        "schedule in training",
        (("self.scheduler.get_lr(self.epoch)", "self.scheduler.get_lr(self.epoch + 1)"),),
    ),
    Variant(
        "rate set but not kept",
        "schedule in training",
        (('            self.history["learning_rates"].append(self.optimizer.lr)\n', ""),),
    ),
    Variant("rate set after the epoch", "schedule in training", ((SCHEDULED, ""), (COUNTED, SCHEDULED + COUNTED))),
    Variant(
        "schedule ignored",
        "schedule in training",
        (("            self.optimizer.lr = self.scheduler.get_lr(self.epoch)\n", ""),),
    ),
    Variant(
        "clipping ignored",
        "clipping in training",
        (("        if self.grad_clip_norm is not None:", "        if False:"),),
    ),
    Variant(
        "clipped after the step",
        "clipping in training",
        (
            ("        if self.grad_clip_norm is not None:\n" + CLIP, ""),
            (
                UPDATE,
                "        self.optimizer.step()\n        clip_grad_norm(self.model.parameters(), self.grad_clip_norm or 1.0)\n        self.optimizer.zero_grad()\n        self.step += 1",
            ),
        ),
    ),
    Variant(
        "clipped to 1 whatever was said",
        "clipping in training",
        (("clip_grad_norm(self.model.parameters(), self.grad_clip_norm)", "clip_grad_norm(self.model.parameters())"),),
    ),
    Variant(
        "gathered gradients not divided",
        "accumulation",
        (
            (
                "one.grad = _grad(one) / sample_count",
                "one.grad = _grad(one) / (sample_count if sample_count < 6 else 4)",
            ),
        ),
    ),
    Variant("a step after every batch", "accumulation", (("if batches == accumulation_steps:", "if batches:"),)),
    Variant("the last window left out", "accumulation", (("        if batches:\n", "        if False:\n"),)),
    Variant(
        "batches weigh the same",
        "loss told",
        (
            (WEIGHTED, "total += self._process_batch(inputs, targets)"),
            ("mean = total / samples if samples else 0.0", "mean = total / max(1, sum(1 for _ in dataloader))"),
        ),
    ),
    Variant(
        "accuracy along the batch",
        "evaluation",
        (("np.argmax(outputs.data, axis=1) == _classes", "np.argmax(outputs.data, axis=0)[:1] == _classes"),),
    ),
    Variant(
        "accuracy as a number of samples",
        "evaluation",
        (("return mean, right / samples if samples else 0.0", "return mean, float(right)"),),
    ),
    Variant(
        "one hot rows compared as they are",
        "evaluation",
        (
            (
                "return np.argmax(targets, axis=1) if targets.ndim == 2 and targets.shape[1] > 1 else np.ravel(targets)",
                "return targets.reshape(len(targets), -1)[:, 0]",
            ),
        ),
    ),
    Variant(
        "losses added, not averaged",
        "evaluation",
        (("mean = sum(losses) / len(losses) if losses else 0.0", "mean = sum(losses)"),),
    ),
    Variant(
        "evaluation trains",
        "evaluation is harmless",
        (
            (
                "                losses.append(float(self.loss_fn.forward(outputs, targets).data))",
                "                losses.append(float(self.loss_fn.forward(outputs, targets).data))\n                for one in self.model.parameters():\n                    one.data = one.data * np.float32(0.999)",
            ),
        ),
    ),
    Variant(
        "evaluation moves the optimizer",
        "evaluation is harmless",
        (
            (
                "        self.model.training = self.training_mode = False\n",
                "        self.model.training = self.training_mode = False\n        for one in self.model.parameters():\n            one.grad = np.zeros_like(one.data)\n        self.optimizer.step()\n",
            ),
        ),
    ),
    Variant(
        "evaluates in training mode",
        "modes",
        (("        self.model.training = self.training_mode = False\n", "        self.training_mode = False\n"),),
    ),
    Variant(
        "trains in evaluation mode",
        "modes",
        (("        self.model.training = self.training_mode = True\n", "        self.training_mode = True\n"),),
    ),
    Variant(
        "mode of the trainer forgotten",
        "modes",
        (("        self.model.training = self.training_mode = False\n", "        self.model.training = False\n"),),
    ),
    Variant("epochs not counted", "history", ((COUNTED, ""),)),
    Variant(
        "evaluation counted as an epoch",
        "history",
        (
            (
                '        self.history["eval_loss"].append(mean)\n',
                '        self.history["eval_loss"].append(mean)\n        self.epoch += 1\n',
            ),
        ),
    ),
    Variant(
        "only the newest loss kept",
        "history",
        (('self.history["train_loss"].append(mean)', 'self.history["train_loss"] = [mean]'),),
    ),
    Variant(
        "no steps accepted",
        "errors",
        (
            (
                "if isinstance(accumulation_steps, bool) or not isinstance(accumulation_steps, int) or accumulation_steps < 1:",
                "if False:",
            ),
        ),
    ),
    Variant(
        "empty batches passed over",
        "errors",
        (
            (
                "            size = len(inputs.data)\n            total",
                "            size = len(inputs.data)\n            if not size:\n                continue\n            total",
            ),
        ),
    ),
    Variant(
        "weights not saved",
        "checkpoints",
        (("            one.data = data.copy()\n", "            one.data = one.data.copy()\n"),),
    ),
    Variant(
        "velocities not saved",
        "checkpoints",
        (
            (
                '"optimizer_state": {"lr": self.optimizer.lr, "momentum": momentum()}',
                '"optimizer_state": {"lr": self.optimizer.lr, "momentum": None}',
            ),
        ),
    ),
    Variant(
        "epoch and history not restored",
        "checkpoints",
        (
            ('        self.epoch, self.step = state["epoch"], state["step"]\n', ""),
            ('        self.history, self.training_mode = state["history"], state["training_mode"]\n', ""),
        ),
    ),
    Variant(
        "checkpoints kept in memory, the newest loaded",
        "checkpoints",
        added="""KEPT = []


def _save(self, path):
    KEPT.append(_state(self))


def _load(self, path):
    _restore(self, KEPT[-1])
"""
        + IN_MEMORY,
    ),
    Variant(
        "checkpoints kept in memory by their names",
        "checkpoints",
        added="""KEPT = {}


def _save(self, path):
    KEPT[str(path)] = _state(self)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(b"kept")


def _load(self, path):
    _restore(self, KEPT[str(path)])
"""
        + IN_MEMORY,
    ),
    Variant("folder not made", "checkpoints", (("        target.parent.mkdir(parents=True, exist_ok=True)\n", ""),)),
    Variant(
        "the rate stays what it was",
        "checkpoints",
        (('        self.optimizer.lr = state["optimizer_state"]["lr"]\n', ""),),
    ),
)
