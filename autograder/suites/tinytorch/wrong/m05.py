"""Mistakes seen in dataloaders; each must lose points in the skill it names."""

from __future__ import annotations

from autograder.authoring.case import Variant

WRONG = (
    Variant(
        "last batch dropped",
        "last batch",
        (
            (
                "yield self._collate_batch([self.dataset[index] for index in order[start : start + self.batch_size]])",
                "if start + self.batch_size <= len(order):\n"
                "                chosen = order[start : start + self.batch_size]\n"
                "                yield self._collate_batch([self.dataset[index] for index in chosen])",
            ),
        ),
    ),
    Variant(
        "length rounded down",
        "last batch",
        (("return -(-len(self.dataset) // self.batch_size)", "return len(self.dataset) // self.batch_size"),),
    ),
    Variant("shuffle forgotten", "shuffle", (("        if self.shuffle:", "        if False:"),)),
    Variant(
        "order shuffled once for all epochs",
        "shuffle",
        (("            random.shuffle(order)", "            random.Random(3).shuffle(order)"),),
    ),
    Variant(
        "samples drawn with replacement",
        "shuffle",
        (("            random.shuffle(order)", "            order = random.choices(order, k=len(order))"),),
    ),
    Variant(
        "every part shuffled on its own",
        "shuffle",
        (
            (
                "return tuple(Tensor(np.stack([part.data for part in parts])) for parts in zip(*batch, strict=True))",
                "columns = [list(parts) for parts in zip(*batch, strict=True)]\n"
                "        if self.shuffle:\n"
                "            for column in columns:\n"
                "                random.shuffle(column)\n"
                "        return tuple(Tensor(np.stack([part.data for part in parts])) for parts in columns)",
            ),
        ),
    ),
    Variant(
        "a shuffle that prefers some orders",
        "shuffle",
        (
            (
                "            random.shuffle(order)",
                "            swaps = [(0, 1), (1, 2), (0, 2)]\n"
                "            first, second = random.choice(swaps) if len(order) == 3 else (0, -1)\n"
                "            random.shuffle(order) if len(order) > 3 else None\n"
                "            order[first], order[second] = order[second], order[first]",
            ),
        ),
    ),
    Variant("shuffles when not asked", "batches", (("        if self.shuffle:", "        if True:"),)),
    Variant("batches joined instead of stacked", "batches", (("np.stack([part.data", "np.hstack([part.data"),)),
    Variant(
        "only the first tensor comes back",
        "samples by index",
        (("for one in self.tensors)\n\n\nclass DataLoader", "for one in self.tensors[:1])\n\n\nclass DataLoader"),),
    ),
    Variant("index off by one", "samples by index", (("Tensor(one.data[idx])", "Tensor(one.data[idx - 1])"),)),
    Variant(
        "first dimensions not compared",
        "errors",
        (("if any(size != sizes[0] for size in sizes):", "if False:"),),
    ),
    Variant("flips upside down", "flip", (("    _, width = _spatial", "    width, _ = _spatial"),)),
    Variant("flips with chance 1 - p", "flip", (("if rng.random() < self.p", "if rng.random() >= self.p"),)),
    Variant("flip always a coin", "flip", (("if rng.random() < self.p", "if rng.random() < 0.5"),)),
    Variant("flips in a fixed axis", "layout", (("np.flip(data, axis=width)", "np.flip(data, axis=-1)"),)),
    Variant("pads channels too", "crop", (("if axis in axes else (0, 0)", "if True else (0, 0)"),)),
    Variant(
        "pads with the edge",
        "crop",
        (("for axis in range(data.ndim)])", 'for axis in range(data.ndim)], mode="edge")'),),
    ),
    Variant(
        "last window never chosen",
        "crop",
        (("rng.integers(0, padded_w - target_w + 1)", "rng.integers(0, max(padded_w - target_w, 1))"),),
    ),
    Variant("always the middle", "crop", (("rng.integers(0, padded_h - target_h + 1)", "(padded_h - target_h) // 2"),)),
    Variant("transforms in reverse", "compose", (("in self.transforms:", "in reversed(self.transforms):"),)),
    Variant(
        "image mirrored in place",
        "compose",
        (
            (
                "flipped = np.flip(data, axis=width).copy() if rng.random() < self.p else data.copy()",
                "flipped = data\n"
                "        if rng.random() < self.p:\n"
                "            flipped[...] = np.flip(data, axis=width).copy()",
            ),
        ),
    ),
    Variant(
        "windows nearer to the middle",
        "crop",
        (
            (
                "rng.integers(0, padded_w - target_w + 1)",
                "(rng.integers(0, padded_w - target_w + 1) + rng.integers(0, padded_w - target_w + 1)) // 2",
            ),
        ),
    ),
    Variant(
        "mirrors by counting",
        "flip",
        (("if rng.random() < self.p", "if _counted(self.p)"),),
        added="""COUNT = [0]


def _counted(p):
    COUNT[0] += 1
    return int(COUNT[0] * p) > int((COUNT[0] - 1) * p)
""",
    ),
    Variant(
        "orders in turn",
        "shuffle",
        (("            random.shuffle(order)", "            order = _turned(order)"),),
        added="""COUNT = [0]


def _turned(order):
    import itertools

    COUNT[0] += 1
    if len(order) < 6:
        orders = list(itertools.permutations(order))
        return list(orders[COUNT[0] % len(orders)])
    start = random.randrange(1, len(order))
    return order[start:] + order[:start]
""",
    ),
    Variant(
        "starts anywhere, then in order",
        "shuffle",
        (
            (
                "            random.shuffle(order)",
                "            start = random.randrange(len(order))\n            order = order[start:] + order[:start]",
            ),
        ),
    ),
    Variant("never mirrors by default", "flip", (("p: float = 0.5, layout", "p: float = 0.0, layout"),)),
    Variant("does not pad by default", "crop", (("padding: int = 4, layout", "padding: int = 0, layout"),)),
    Variant("any layout is accepted", "errors", (("    if layout not in LAYOUTS:", "    if False:"),)),
    Variant("any number of axes is accepted", "errors", (("if data.ndim not in (2, 3) or (", "if False and ("),)),
    Variant("any size is accepted", "errors", (("or batch_size < 1:", "or False:"),)),
    Variant("true is a batch size", "errors", (("if isinstance(batch_size, bool) or", "if"),)),
    Variant(
        "half a dataset will do", "batches", (("    @abstractmethod\n    def __getitem__", "    def __getitem__"),)
    ),
    Variant(
        "layout not read",
        "layout",
        (("    if layout is None:\n        layout = ", "    if True:\n        layout = "),),
    ),
    Variant(
        "a sample is a list",
        "samples by index",
        (
            (
                "return tuple(Tensor(one.data[idx]) for one in self.tensors)",
                "return [Tensor(one.data[idx]) for one in self.tensors]",
            ),
        ),
    ),
    Variant(
        "a sample is made of arrays",
        "samples by index",
        (("return tuple(Tensor(one.data[idx]) for", "return tuple(one.data[idx] for"),),
    ),
    Variant(
        "only two tensors come back",
        "samples by index",
        (("for one in self.tensors)\n\n\nclass DataLoader", "for one in self.tensors[:2])\n\n\nclass DataLoader"),),
    ),
    Variant(
        "the sample of one tensor is no tuple",
        "samples by index",
        (
            (
                "        return tuple(Tensor(one.data[idx]) for one in self.tensors)\n",
                "        sample = tuple(Tensor(one.data[idx]) for one in self.tensors)\n"
                "        return sample if len(sample) > 1 else sample[0]\n",
            ),
        ),
    ),
    Variant(
        "a slice instead of a sample",
        "samples by index",
        (("Tensor(one.data[idx])", "Tensor(one.data[idx : idx + 1])"),),
    ),
    Variant(
        "negative indices refused",
        "samples by index",
        (("if not -len(self) <= idx < len(self):", "if not 0 <= idx < len(self):"),),
    ),
    Variant(
        "an index below zero counts from the end",
        "errors",
        (("        if not -len(self) <= idx < len(self):", "        if idx >= len(self):"),),
        edition="2025-12",
    ),
    Variant(
        "channels cut instead of columns",
        "crop",
        (("        window[columns] = slice(left, left + width)", "        window[-1] = slice(left, left + width)"),),
        edition="2025-12",
    ),
    Variant(
        "as much padding as half of it allows",
        "crop",
        (
            (
                "rng.integers(0, padded_h - target_h + 1)",
                "rng.integers(0, (padded_h - target_h) // 2 + (padded_h - target_h <= 2) + 1)",
            ),
        ),
        edition="2025-12",
    ),
    Variant(
        "windows in turn",
        "crop",
        (
            ("top = rng.integers(0, padded_h - target_h + 1)", "top = _next(padded_h - target_h + 1)"),
            ("left = rng.integers(0, padded_w - target_w + 1)", "left = _next(padded_w - target_w + 1, steps=3)"),
        ),
        added="""COUNT = [0]


def _next(places, steps=1):
    COUNT[0] += steps == 1
    return COUNT[0] // steps % places
""",
        edition="2025-12",
    ),
    Variant("four channels are none", "flip", (("data.shape[0] <= MOST_CHANNELS", "data.shape[0] < MOST_CHANNELS"),)),
    Variant(
        "an index past the end starts again",
        "errors",
        (
            ("        if not -len(self) <= idx < len(self):", "        if False:"),
            ("Tensor(one.data[idx])", "Tensor(one.data[idx % len(self)])"),
        ),
    ),
    Variant(
        "only the first two first dimensions compared",
        "errors",
        (("if any(size != sizes[0] for size in sizes):", "if sizes[0] > sizes[-1]:"),),
    ),
    Variant(
        "the length is the number of tensors",
        "length",
        (("return len(self.tensors[0].data)", "return len(self.tensors)"),),
    ),
    Variant(
        "the length is the number of entries",
        "length",
        (("return len(self.tensors[0].data)", "return self.tensors[0].size"),),
    ),
    Variant(
        "a batch is a list",
        "batches",
        (("        return tuple(Tensor(np.stack(", "        return list(Tensor(np.stack("),),
    ),
    Variant(
        "a batch is made of arrays",
        "batches",
        (
            (
                "return tuple(Tensor(np.stack([part.data for part in parts])) for",
                "return tuple(np.stack([part.data for part in parts]) for",
            ),
        ),
    ),
    Variant(
        "only features and labels in a batch",
        "batches",
        (("for parts in zip(*batch, strict=True))", "for parts in list(zip(*batch, strict=True))[:2])"),),
    ),
    Variant(
        "batches overlap",
        "batches",
        (
            (
                "range(0, len(order), self.batch_size)",
                "range(0, len(order), max(self.batch_size - 1, 1))",
            ),
        ),
    ),
    Variant(
        "a loader works once",
        "batches",
        (
            ("        self.shuffle = shuffle\n", "        self.shuffle = shuffle\n        self.starts = None\n"),
            (
                "        for start in range(0, len(order), self.batch_size):",
                "        self.starts = self.starts or iter(range(0, len(order), self.batch_size))\n"
                "        for start in self.starts:",
            ),
        ),
    ),
    Variant(
        "goes on where an inner loop ended",
        "batches",
        (
            (
                "        for start in range(0, len(order), self.batch_size):\n",
                "        self.start = -self.batch_size\n"
                "        while self.start + self.batch_size < len(order):\n"
                "            self.start += self.batch_size\n"
                "            start = self.start\n",
            ),
        ),
    ),
    Variant(
        "the last batch filled up from the front",
        "last batch",
        (
            (
                "            yield self._collate_batch([self.dataset[index] for index in order[start : start + self.batch_size]])",
                "            chosen = (order + order)[start : start + self.batch_size]\n"
                "            yield self._collate_batch([self.dataset[index] for index in chosen])",
            ),
        ),
    ),
    Variant(
        "one batch too many when it comes out even",
        "last batch",
        (("return -(-len(self.dataset) // self.batch_size)", "return len(self.dataset) // self.batch_size + 1"),),
    ),
    Variant(
        "batches shuffled, samples within them not",
        "shuffle",
        (
            (
                "            random.shuffle(order)",
                "            parts = [order[at : at + self.batch_size] for at in range(0, len(order), self.batch_size)]\n"
                "            last = parts.pop() if len(parts[-1]) < self.batch_size else []\n"
                "            random.shuffle(parts)\n"
                "            order = [one for part in parts for one in part] + last",
            ),
        ),
    ),
    Variant(
        "the first sample stays in front",
        "shuffle",
        (
            (
                "            random.shuffle(order)",
                "            rest = order[1:]\n            random.shuffle(rest)\n            order = order[:1] + rest",
            ),
        ),
    ),
    Variant("mirrored with p = 0, too", "flip", (("if rng.random() < self.p", "if rng.random() < max(self.p, 0.05)"),)),
    Variant(
        "mirrors rows and columns", "flip", (("np.flip(data, axis=width)", "np.flip(data, axis=(width - 1, width))"),)
    ),
    Variant("a mirrored Tensor is an array", "flip", (("        return _like(x, flipped)", "        return flipped"),)),
    Variant(
        "one chance for all images",
        "flip",
        (
            ("        self.p = p\n", "        self.p = p\n        self.draw = rng.random()\n"),
            ("if rng.random() < self.p", "if self.draw < self.p"),
        ),
    ),
    Variant(
        "pads at the top and left alone",
        "crop",
        (("[(padding, padding) if axis in axes", "[(2 * padding, 0) if axis in axes"),),
    ),
    Variant(
        "pads with ones",
        "crop",
        (("for axis in range(data.ndim)])", "for axis in range(data.ndim)], constant_values=1)"),),
    ),
    Variant(
        "height and width exchanged",
        "crop",
        (("        self.size = (height, width)", "        self.size = (width, height)"),),
    ),
    Variant("one offset for both axes", "crop", (("left = rng.integers(0, padded_w - target_w + 1)", "left = top"),)),
    Variant("a padding of 2 when nothing is said", "crop", (("padding: int = 4, layout", "padding: int = 2, layout"),)),
    Variant("windows without the padding's first row", "crop", (("top = rng.integers(0,", "top = rng.integers(1,"),)),
    Variant("channels are always first", "layout", (('"CHW" if data.shape[0] <= MOST_CHANNELS else "HWC"', '"CHW"'),)),
    Variant("channels are always last", "layout", (('"CHW" if data.shape[0] <= MOST_CHANNELS else "HWC"', '"HWC"'),)),
    Variant("any chance is accepted", "errors", (("        if not 0 <= p <= 1:", "        if False:"),)),
    Variant("a chance of 1 is refused", "errors", (("        if not 0 <= p <= 1:", "        if not 0 <= p < 1:"),)),
    Variant(
        "only the last transform counts",
        "compose",
        (
            (
                "            x = transform(x)\n        return x",
                "            made = transform(x)\n        return made if self.transforms else x",
            ),
        ),
    ),
    Variant(
        "only the first two of three lengths compared",
        "errors",
        (
            (
                "if any(size != sizes[0] for size in sizes):",
                "if len(sizes) > 1 and sizes[0] != sizes[1]:",
            ),
        ),
    ),
    Variant(
        "samples of a batch put back in order",
        "shuffle",
        (
            (
                "[self.dataset[index] for index in order[start : start + self.batch_size]]",
                "[self.dataset[index] for index in sorted(order[start : start + self.batch_size])]",
            ),
        ),
    ),
    Variant(
        "layout said to the padding alone",
        "layout",
        (("rows, columns = _spatial_axes(padded, self.layout)", "rows, columns = _spatial_axes(padded, None)"),),
    ),
    Variant(
        "each offset drawn for the other axis",
        "crop",
        (
            (
                "    top = rng.integers(0, padded_h - target_h + 1)\n"
                "    left = rng.integers(0, padded_w - target_w + 1)",
                "    left = rng.integers(0, padded_h - target_h + 1)\n"
                "    top = rng.integers(0, padded_w - target_w + 1)",
            ),
        ),
    ),
    Variant("a batch size of 0 found out late", "errors", (("or batch_size < 1:", "or batch_size < 0:"),)),
    Variant(
        "images of four axes cropped",
        "errors",
        (("if data.ndim not in (2, 3) or (", "if data.ndim not in (2, 3, 4) or ("),),
        edition="2025-12",
    ),
    Variant(
        "images of one axis are a TypeError",
        "errors",
        (
            (
                "    if data.ndim not in (2, 3) or (",
                "    if data.ndim == 1:\n        raise TypeError('one axis')\n    if data.ndim not in (2, 3) or (",
            ),
        ),
        edition="2026-05",
    ),
    Variant(
        "no samples are no batch",
        "batches",
        (
            (
                "        return tuple(Tensor(np.stack([part.data for part in parts])) for",
                "        if not batch:\n            return None\n"
                "        return tuple(Tensor(np.stack([part.data for part in parts])) for",
            ),
        ),
        edition="2026-02",
    ),
    Variant(
        "a batch of no samples is not expected",
        "batches",
        (
            (
                "        return tuple(Tensor(np.stack([part.data for part in parts])) for parts in zip(*batch, strict=True))",
                "        parts = range(len(batch[0]))\n"
                "        return tuple(Tensor(np.stack([one[part].data for one in batch])) for part in parts)",
            ),
        ),
    ),
    Variant(
        "a cropped Tensor is an array",
        "crop",
        (("        return _like(x, padded[tuple(window)].copy())", "        return padded[tuple(window)].copy()"),),
        edition="2025-12",
    ),
)
