"""Other right training loops: functions attached later, losses weighted before backward, norms by NumPy."""

from __future__ import annotations

from autograder.authoring.case import Variant

ATTACHED = """
def trainer_train_epoch(self, dataloader, accumulation_steps=1):
    if type(accumulation_steps) is not int or accumulation_steps < 1:
        raise ValueError("accumulation_steps")
    self.model.training = True
    self.training_mode = True
    if self.scheduler:
        self.optimizer.lr = self.scheduler.get_lr(self.epoch)
        self.history["learning_rates"].append(self.optimizer.lr)
    batches = list(dataloader)
    if any(inputs.data.shape[0] == 0 for inputs, _ in batches):
        raise ValueError("a batch is empty")
    losses, sizes = [], []
    for start in range(0, len(batches), accumulation_steps):
        window = batches[start : start + accumulation_steps]
        whole = sum(inputs.data.shape[0] for inputs, _ in window)
        self.optimizer.zero_grad()
        for inputs, targets in window:
            size = inputs.data.shape[0]
            loss = self.loss_fn(self._forward(inputs), targets)
            (loss * Tensor(size / whole)).backward()
            losses.append(float(loss.data))
            sizes.append(size)
        if self.grad_clip_norm is not None:
            clip_grad_norm(self.model.parameters(), self.grad_clip_norm)
        self.optimizer.step()
        self.step += 1
    mean = float(np.average(losses, weights=sizes))
    self.history["train_loss"].append(mean)
    self.epoch += 1
    return mean


Trainer.train_epoch = trainer_train_epoch
"""

SCHEDULED = """        if self.scheduler is not None:
            self.optimizer.lr = self.scheduler.get_lr(self.epoch)
            self.history["learning_rates"].append(self.optimizer.lr)
"""

RIGHT = (
    Variant("an epoch as a function attached later", added=ATTACHED),
    Variant(
        "norm of all gradients in a row",
        changes=(
            (
                "norm = math.sqrt(sum(float(np.sum(np.square(_grad(one), dtype=np.float64))) for one in learning))",
                "row = [_grad(one).ravel() for one in learning]\n    norm = float(np.linalg.norm(np.concatenate(row))) if row else 0.0",
            ),
            ("    if norm > max_norm:", "    factor = min(1.0, max_norm / norm) if norm else 1.0\n    if factor < 1:"),
            ("_grad(one) * (max_norm / norm), dtype=np.float32)", "_grad(one) * factor)"),
        ),
    ),
    Variant(
        "a cosine of squares, and scores counted one by one",
        changes=(
            (
                "share = (1 + math.cos(math.pi * epoch / self.total_epochs)) / 2",
                "share = np.cos(np.pi * epoch / (2 * self.total_epochs)) ** 2",
            ),
            (
                "right += int(np.sum(np.argmax(outputs.data, axis=1) == _classes(targets.data)))",
                "for row, wanted in zip(outputs.data, _classes(targets.data)):\n"
                "                        right += int(max(range(len(row)), key=lambda place: row[place]) == int(wanted))",
            ),
        ),
    ),
    Variant(
        "gradients zeroed before each window, evaluation without no_grad",
        changes=(
            (
                "        self.optimizer.step()\n        self.optimizer.zero_grad()\n        self.step += 1",
                "        self.optimizer.step()\n        self.step += 1",
            ),
            (
                "            total += self._process",
                "            if batches == 0:\n                self.optimizer.zero_grad()\n            total += self._process",
            ),
            ("        with no_grad():\n", "        if True:\n"),
        ),
    ),
    Variant(
        "a checkpoint written by open",
        changes=(
            (
                '        target = Path(path)\n        target.parent.mkdir(parents=True, exist_ok=True)\n        written = target.with_name(target.name + ".new")\n        written.write_bytes(pickle.dumps(state))\n        written.replace(target)\n',
                '        import os\n\n        if os.path.dirname(path):\n            os.makedirs(os.path.dirname(path), exist_ok=True)\n        with open(path, "wb") as file:\n            pickle.dump(state, file)\n',
            ),
            (
                "        state = pickle.loads(Path(path).read_bytes())\n",
                '        with open(path, "rb") as file:\n            state = pickle.load(file)\n',
            ),
        ),
    ),
    Variant(
        "a checkpoint by mkstemp and fsync",
        changes=(
            (
                '        target = Path(path)\n        target.parent.mkdir(parents=True, exist_ok=True)\n        written = target.with_name(target.name + ".new")\n        written.write_bytes(pickle.dumps(state))\n        written.replace(target)\n',
                '        import os, tempfile\n\n        folder = os.path.dirname(os.path.abspath(path))\n        os.makedirs(folder, exist_ok=True)\n        number, name = tempfile.mkstemp(dir=folder, prefix="part", suffix=".tmp")\n        try:\n            with os.fdopen(number, "wb") as file:\n                pickle.dump(state, file)\n                file.flush()\n                os.fsync(file.fileno())\n            os.replace(name, path)\n        finally:\n            if os.path.exists(name):\n                os.remove(name)\n',
            ),
            (
                "        state = pickle.loads(Path(path).read_bytes())\n",
                '        with Path(path).open("rb") as file:\n            state = pickle.load(file)\n',
            ),
        ),
    ),
    Variant(
        "a checkpoint by a named temporary file",
        changes=(
            (
                '        target = Path(path)\n        target.parent.mkdir(parents=True, exist_ok=True)\n        written = target.with_name(target.name + ".new")\n        written.write_bytes(pickle.dumps(state))\n        written.replace(target)\n',
                '        import os, tempfile\n\n        target = Path(path)\n        if not target.parent.exists():\n            target.parent.mkdir(parents=True)\n        with tempfile.NamedTemporaryFile("wb", dir=str(target.parent), delete=False) as file:\n            pickle.dump(state, file, protocol=pickle.HIGHEST_PROTOCOL)\n            written = file.name\n        os.rename(written, str(target))\n',
            ),
            (
                "        state = pickle.loads(Path(path).read_bytes())\n",
                '        with open(path, "rb") as file:\n            state = pickle.load(file)\n',
            ),
        ),
    ),
    Variant(
        "gradients divided in place, an epoch's loss gathered in a list",
        changes=(
            ("                one.grad = _grad(one) / sample_count", "                one.grad /= sample_count"),
            (
                "            one.grad = np.asarray(_grad(one) * (max_norm / norm), dtype=np.float32)",
                "            scaled = _grad(one)\n            scaled *= max_norm / norm",
            ),
            ("        total, samples = 0.0, 0\n", "        total, samples, losses = 0.0, 0, []\n"),
            (
                "            total += self._process_batch(inputs, targets) * size\n",
                "            losses.extend([self._process_batch(inputs, targets)] * size)\n",
            ),
            ("mean = total / samples if samples else 0.0", "mean = float(np.mean(losses)) if losses else 0.0"),
        ),
    ),
    Variant(
        "the mode told by trying, gradients switched on by the optimizer's list, too",
        changes=(
            (
                '        if "training" in inspect.signature(self.model.forward).parameters:\n            return self.model.forward(inputs, training=self.training_mode)',
                "        try:\n            return self.model.forward(inputs, training=self.training_mode)\n        except TypeError:\n            pass",
            ),
            (
                "        for one in model.parameters():\n            one.requires_grad = True\n",
                "        for one in [*model.parameters(), *optimizer.params]:\n            one.requires_grad = True\n",
            ),
        ),
    ),
    Variant(
        "a checkpoint with copies of everything, a history restored into the lists that are there",
        changes=(
            (
                '            "history": self.history,\n',
                '            "history": {key: list(losses) for key, losses in self.history.items()},\n',
            ),
            (
                '        self.history, self.training_mode = state["history"], state["training_mode"]\n',
                '        self.training_mode = bool(state["training_mode"])\n        for key, losses in state["history"].items():\n            self.history[key][:] = losses\n',
            ),
            ("            one.data = data.copy()\n", "            one.data[...] = data\n"),
        ),
    ),
    Variant(
        "the rate set after the epoch's batches",
        changes=(
            (SCHEDULED, ""),
            ("        self.epoch += 1\n", SCHEDULED + "        self.epoch += 1\n"),
        ),
        edition="2026-02",
    ),
    Variant(
        "the rate set after the epoch's batches, gradients of a window added up",
        changes=(
            (SCHEDULED, ""),
            ("        self.epoch += 1\n", SCHEDULED + "        self.epoch += 1\n"),
            ("                one.grad = _grad(one) / sample_count", "                one.grad = _grad(one)"),
            ("np.full(loss.data.shape, size, dtype=np.float32)", "np.ones(loss.data.shape, dtype=np.float32)"),
        ),
        edition="2025-11",
    ),
    Variant(
        "evaluation begins with zero_grad",
        changes=(
            (
                "        self.model.training = self.training_mode = False\n",
                "        self.model.training = self.training_mode = False\n        self.optimizer.zero_grad()\n",
            ),
        ),
    ),
    Variant(
        "a schedule that must be told its three settings",
        changes=(
            ("max_lr: float = DEFAULT_MAX_LR", "max_lr: float"),
            ("min_lr: float = DEFAULT_MIN_LR", "min_lr: float"),
            ("total_epochs: int = DEFAULT_TOTAL_EPOCHS", "total_epochs: int"),
        ),
    ),
)
