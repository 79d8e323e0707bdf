"""Other right dataloaders: NumPy's generator, an iterator class, slices of whole tensors."""

from __future__ import annotations

from autograder.authoring.case import Variant

RIGHT = (
    Variant(
        "no index below zero",
        changes=(("if not -len(self) <= idx < len(self):", "if idx < 0 or idx >= len(self):"),),
        edition="2026-05",
    ),
    Variant(
        "shuffles with NumPy",
        changes=(
            ("            random.shuffle(order)", "            order = [int(i) for i in np.random.permutation(order)]"),
        ),
    ),
    Variant(
        "collects batches one sample at a time",
        changes=(
            (
                "        for start in range(0, len(order), self.batch_size):\n"
                "            yield self._collate_batch([self.dataset[index] for index in order[start : start + self.batch_size]])",
                "        batch = []\n"
                "        for index in order:\n"
                "            batch.append(self.dataset[index])\n"
                "            if len(batch) == self.batch_size:\n"
                "                yield self._collate_batch(batch)\n"
                "                batch = []\n"
                "        if batch:\n"
                "            yield self._collate_batch(batch)",
            ),
            (
                "return tuple(Tensor(np.stack([part.data for part in parts])) for parts in zip(*batch, strict=True))",
                "width = len(batch[0]) if batch else 0\n"
                "        return tuple(Tensor([sample[place] for sample in batch]) for place in range(width))",
            ),
        ),
    ),
    Variant(
        "augments by slices and by hand",
        changes=(
            (
                "flipped = np.flip(data, axis=width).copy() if rng.random() < self.p else data.copy()",
                "backwards = tuple(slice(None, None, -1) if axis == width else slice(None) for axis in range(data.ndim))\n"
                "        flipped = data[backwards] if np.random.rand() < self.p else data",
            ),
            (
                "return np.pad(data, [(padding, padding) if axis in axes else (0, 0) for axis in range(data.ndim)])",
                "shape = [size + 2 * padding * (axis in axes) for axis, size in enumerate(data.shape)]\n"
                "    padded = np.zeros(shape, dtype=data.dtype)\n"
                "    inside = [slice(padding, padding + size) if axis in axes else slice(None) for axis, size in enumerate(data.shape)]\n"
                "    padded[tuple(inside)] = data\n"
                "    return padded",
            ),
            ("top = rng.integers(0, padded_h - target_h + 1)", "top = random.randint(0, padded_h - target_h)"),
        ),
    ),
    Variant(
        "gives the arrays themselves out where nothing changes",
        changes=(("else data.copy()", "else data"), ("padded[tuple(window)].copy()", "padded[tuple(window)]")),
    ),
    Variant(
        "does not ask for its own length, and draws one sample after the other",
        changes=(
            (
                "        order = list(range(len(self.dataset)))\n        if self.shuffle:\n            random.shuffle(order)\n",
                "        order = [i for i, _ in enumerate(range(len(self.dataset)))]\n"
                "        for place in range(len(order) - 1, 0, -1) if self.shuffle else ():\n"
                "            other = random.randint(0, place)\n"
                "            order[place], order[other] = order[other], order[place]\n",
            ),
        ),
    ),
)
