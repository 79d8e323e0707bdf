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
WINDOW = "                self._optimizer_update(gathered)\n                batches, gathered = 0, 0\n"
RESTORED = '        self.history, self.training_mode = state["history"], state["training_mode"]\n'
FORWARD = '        if "training" in inspect.signature(self.model.forward).parameters:\n'
RIGHT_ONES = "right += int(np.sum(np.argmax(outputs.data, axis=1) == _classes(targets.data)))"
EVALUATED = "        self.model.training = self.training_mode = False\n"
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
    Variant("rate set before the epoch", "schedule in training", edition="2026-02"),
    Variant(
        "rate of the next epoch set after this one",
        "schedule in training",
        ((SCHEDULED, ""), (COUNTED, COUNTED + SCHEDULED)),
        edition="2025-12",
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
        "gathered gradients divided by the last batch",
        "accumulation",
        ((WINDOW, WINDOW.replace("(gathered)", "(size)")),),
    ),
    Variant(
        "gathered gradients not divided",
        "accumulation",
        ((WINDOW, WINDOW.replace("(gathered)", "(gathered // batches)")),),
    ),
    Variant(
        "gradients zeroed before every batch",
        "accumulation",
        ((WEIGHTED, "self.optimizer.zero_grad()\n            " + WEIGHTED),),
    ),
    Variant(
        "windows not counted anew",
        "accumulation",
        ((WINDOW, WINDOW.replace("batches, gathered = 0, 0", "gathered = 0")),),
    ),
    Variant(
        "steps counted in batches",
        "accumulation",
        (
            ("        self.step += 1\n", ""),
            (WEIGHTED, "self.step += 1\n            " + WEIGHTED),
        ),
    ),
    Variant(
        "what is left weighs as a whole window",
        "accumulation",
        (
            (
                "        if batches:\n            self._optimizer_update(gathered)",
                "        if batches:\n            self._optimizer_update(gathered * accumulation_steps // batches)",
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
    Variant(
        "ends one epoch too early",
        "schedule",
        (("epoch / self.total_epochs)) / 2", "epoch / max(1, self.total_epochs - 1))) / 2"),),
    ),
    Variant(
        "the lowest rate as the default of both", "schedule", (("DEFAULT_MAX_LR = 0.1\n", "DEFAULT_MAX_LR = 0.01\n"),)
    ),
    Variant(
        "clipped to 1 whatever is asked", "clipping", (("_grad(one) * (max_norm / norm)", "_grad(one) * (1.0 / norm)"),)
    ),
    Variant(
        "only the first gradient scaled",
        "clipping",
        (("        for one in learning:\n", "        for one in learning[:1]:\n"),),
    ),
    Variant(
        "Tensor gradients left out of the length",
        "clipping",
        (("if one.grad is not None]", "if one.grad is not None and not isinstance(one.grad, Tensor)]"),),
    ),
    Variant("the longest is 10 by default", "clipping", (("max_norm: float = 1.0)", "max_norm: float = 10.0)"),)),
    Variant(
        "clipped before gathered gradients are divided",
        "clipping in training",
        (
            ("        if self.grad_clip_norm is not None:\n" + CLIP, ""),
            (
                '        """One step with the gradients gathered over so many samples."""\n',
                '        """One step with the gradients gathered over so many samples."""\n        if self.grad_clip_norm is not None:\n'
                + CLIP,
            ),
        ),
    ),
    Variant(
        "always clipped to 1",
        "clipping in training",
        (
            (
                "        if self.grad_clip_norm is not None:\n" + CLIP,
                "        clip_grad_norm(self.model.parameters(), self.grad_clip_norm or 1.0)\n",
            ),
        ),
    ),
    Variant(
        "gradients from before the epoch stay in",
        "training",
        (("        self.optimizer.zero_grad()\n        for inputs", "        for inputs"),),
    ),
    Variant(
        "the batch's targets taken for its inputs' order",
        "training",
        (("self._process_batch(inputs, targets)", "self._process_batch(inputs, Tensor(targets.data[::-1].copy()))"),),
    ),
    Variant(
        "the trainer leaves gradients off",
        "requires_grad",
        (("        for one in model.parameters():\n            one.requires_grad = True\n", ""),),
    ),
    Variant(
        "gradients switched on for the first parameter",
        "requires_grad",
        (
            (
                "        for one in model.parameters():\n            one.requires_grad = True\n",
                "        next(iter(model.parameters())).requires_grad = True\n",
            ),
        ),
    ),
    Variant(
        "the schedule asked for steps, not epochs",
        "schedule in training",
        (("self.scheduler.get_lr(self.epoch)", "self.scheduler.get_lr(self.step)"),),
    ),
    Variant(
        "the rate set for the first epoch only",
        "schedule in training",
        (
            (
                "            self.optimizer.lr = self.scheduler.get_lr(self.epoch)\n",
                "            self.optimizer.lr = self.optimizer.lr if self.epoch else self.scheduler.get_lr(0)\n",
            ),
        ),
    ),
    Variant(
        "what is left over is not clipped",
        "clipping in training",
        (
            (
                "        if batches:\n            self._optimizer_update",
                "        if batches:\n            self.grad_clip_norm = None\n            self._optimizer_update",
            ),
        ),
        edition="2025-12",
    ),
    Variant("two classes are none", "evaluation", (("outputs.data.shape[1] > 1:", "outputs.data.shape[1] > 2:"),)),
    Variant(
        "one row is not one hot", "evaluation", (("and targets.shape[1] > 1 else", "and targets.shape[0] > 1 else"),)
    ),
    Variant(
        "one batch is not evaluated",
        "evaluation",
        (("sum(losses) / len(losses) if losses else", "sum(losses) / len(losses) if len(losses) > 1 else"),),
    ),
    Variant(
        "what is left over is not in the loss",
        "loss told",
        (("mean = total / samples if samples", "mean = (total / samples) / (2 if batches else 1) if samples"),),
        edition="2026-02",
    ),
    Variant(
        "an epoch of one batch counts as two",
        "loss told",
        (("mean = total / samples if samples", "mean = total / samples / (1 if samples > size else 2) if samples"),),
        edition="2025-12",
    ),
    Variant(
        "accuracies of batches averaged",
        "evaluation",
        (
            (RIGHT_ONES, "right += float(np.mean(np.argmax(outputs.data, axis=1) == _classes(targets.data)))"),
            ("                    samples += len(outputs.data)", "                    samples += 1"),
        ),
    ),
    Variant("accuracy of the last batch", "evaluation", ((RIGHT_ONES, RIGHT_ONES.replace("right +=", "right =")),)),
    Variant(
        "accuracy in percent",
        "evaluation",
        (("return mean, right / samples if samples", "return mean, 100 * right / samples if samples"),),
    ),
    Variant(
        "the smallest score wins", "evaluation", ((RIGHT_ONES, RIGHT_ONES.replace("argmax(outputs", "argmin(outputs")),)
    ),
    Variant(
        "the evaluation's loss is the last batch's",
        "evaluation",
        (("mean = sum(losses) / len(losses) if losses else 0.0", "mean = losses[-1] if losses else 0.0"),),
    ),
    Variant(
        "the evaluation's loss is divided by samples",
        "evaluation",
        (
            (
                "mean = sum(losses) / len(losses) if losses else 0.0",
                "mean = sum(losses) / max(1, samples) if losses else 0.0",
            ),
        ),
    ),
    Variant(
        "one output is a class, too", "evaluation", (("outputs.data.shape[1] > 1:", "outputs.data.shape[1] > 0:"),)
    ),
    Variant(
        "evaluation leaves gradients behind",
        "evaluation is harmless",
        (
            ("        with no_grad():\n", "        if True:\n"),
            (
                "                losses.append(float(self.loss_fn.forward(outputs, targets).data))\n",
                "                loss = self.loss_fn.forward(outputs, targets)\n                loss.backward()\n                losses.append(float(loss.data))\n",
            ),
            ("        self.optimizer.zero_grad()\n        for inputs", "        for inputs"),
        ),
    ),
    Variant(
        "evaluation counts steps", "evaluation is harmless", ((EVALUATED, EVALUATED + "        self.step += 1\n"),)
    ),
    Variant("dropout goes on in evaluation", "modes", ((FORWARD, "        if False:\n"),)),
    Variant("forward always told to train", "modes", (("training=self.training_mode)", "training=True)"),)),
    Variant(
        "the mode set after the first batch",
        "modes",
        (
            (EVALUATED, ""),
            (
                "                outputs = self._forward(inputs)\n",
                "                outputs = self._forward(inputs)\n                self.model.training = self.training_mode = False\n",
            ),
        ),
    ),
    Variant("steps not counted", "history", (("        self.step += 1\n", ""),)),
    Variant(
        "losses of evaluations kept with those of training",
        "history",
        (('self.history["eval_loss"].append(mean)', 'self.history["train_loss"].append(mean)'),),
    ),
    Variant(
        "a history of sums",
        "history",
        (('self.history["train_loss"].append(mean)', 'self.history["train_loss"].append(total)'),),
    ),
    Variant(
        "step not restored",
        "checkpoints",
        (('self.epoch, self.step = state["epoch"], state["step"]', 'self.epoch = state["epoch"]'),),
    ),
    Variant("mode not restored", "checkpoints", ((RESTORED, '        self.history = state["history"]\n'),)),
    Variant(
        "rates not in the history",
        "checkpoints",
        ((RESTORED, RESTORED + '        self.history["learning_rates"] = []\n'),),
    ),
    Variant(
        "the schedule not restored",
        "checkpoints",
        (('            vars(self.scheduler).update(state["scheduler_state"])', "            pass"),),
    ),
    Variant(
        "every optimizer has one state, velocities",
        "checkpoints",
        (
            (
                'getattr(self.optimizer, "get_momentum_state", lambda: None)',
                "lambda: self.optimizer.momentum and self.optimizer.get_momentum_state()",
            ),
        ),
    ),
    Variant(
        "only SGD's velocities restored",
        "checkpoints",
        (
            (
                '        if hasattr(self.optimizer, "set_momentum_state"):',
                '        if hasattr(self.optimizer, "momentum"):',
            ),
        ),
    ),
    Variant(
        "an older file is kept",
        "checkpoints",
        (
            (
                "        written.replace(target)\n",
                "        if not target.exists():\n            written.replace(target)\n",
            ),
        ),
    ),
    Variant(
        "biases not restored",
        "checkpoints",
        (
            (
                "            one.data = data.copy()\n",
                "            one.data = data.copy() if data.ndim > 1 else one.data\n",
            ),
        ),
    ),
    Variant(
        "a negative number of steps accepted",
        "errors",
        (("or accumulation_steps < 1:", "or accumulation_steps == 0:"),),
    ),
    Variant(
        "True accepted as a number of steps",
        "errors",
        (("if isinstance(accumulation_steps, bool) or not isinstance", "if not isinstance"),),
    ),
    Variant(
        "a parameter without a gradient not expected",
        "training",
        (
            (
                "            if one.grad is not None:\n                one.grad = _grad(one) / sample_count",
                "            one.grad = _grad(one) / sample_count",
            ),
        ),
    ),
    Variant(
        "evaluation steps with the gradients that are there",
        "evaluation is harmless",
        ((EVALUATED, EVALUATED + "        self.optimizer.step()\n"),),
    ),
    Variant(
        "gradients of what is left stay",
        "accumulation",
        (
            ("        self.optimizer.zero_grad()\n        for inputs, targets", "        for inputs, targets"),
            (
                "        if batches:\n            self._optimizer_update(gathered)\n",
                "        if batches:\n            clear, self.optimizer.zero_grad = self.optimizer.zero_grad, lambda: None\n"
                "            self._optimizer_update(gathered)\n            self.optimizer.zero_grad = clear\n",
            ),
        ),
        edition="2026-05",
    ),
    Variant(
        "what is left makes a step only if the loss is large",
        "accumulation",
        (("        if batches:\n", "        if batches and total > samples:\n"),),
    ),
    Variant(
        "the last batch of a window alone",
        "accumulation",
        (
            (
                "        loss = self.loss_fn.forward(self._forward",
                "        self.optimizer.zero_grad()\n        loss = self.loss_fn.forward(self._forward",
            ),
        ),
        edition="2025-12",
    ),
    Variant(
        "one axis of outputs taken for classes",
        "evaluation",
        (("if outputs.data.ndim == 2 and outputs.data.shape[1] > 1:", "if outputs.data.shape[-1] > 1:"),),
    ),
    Variant(
        "one sample has no accuracy",
        "evaluation",
        (("right / samples if samples else 0.0", "right / samples if samples > 1 else 0.0"),),
    ),
    Variant(
        "both trainers need a schedule",
        "checkpoints",
        (
            (
                'if self.scheduler is not None and state["scheduler_state"] is not None:',
                "if self.scheduler is not None:",
            ),
        ),
    ),
    Variant(
        "every optimizer is asked for velocities",
        "checkpoints",
        (('getattr(self.optimizer, "get_momentum_state", lambda: None)', "self.optimizer.get_momentum_state"),),
        edition="2025-12",
    ),
    Variant(
        "another number of epochs by default",
        "schedule",
        (("DEFAULT_TOTAL_EPOCHS = 100", "DEFAULT_TOTAL_EPOCHS = 50"),),
        edition="2026-02",
    ),
    Variant(
        "velocities not restored",
        "checkpoints",
        (
            (
                '            self.optimizer.set_momentum_state(state["optimizer_state"]["momentum"])\n',
                "            pass\n",
            ),
        ),
        edition="2025-11",
    ),
    Variant(
        "the trainer's mode stays that of the last evaluation",
        "modes",
        (
            (
                "        self.model.training = self.training_mode = True\n",
                "        self.model.training = True\n",
            ),
        ),
    ),
    Variant(
        "an epoch of one sample counts as two",
        "loss told",
        (("mean = total / samples if samples", "mean = total / max(samples, 2) if samples"),),
    ),
)
