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
        "windows in turn",
        "crop",
        added="""COUNT = [0]


def _random_crop_region(padded_h, padded_w, target_h, target_w):
    COUNT[0] += 1
    rows, columns = padded_h - target_h + 1, padded_w - target_w + 1
    return divmod(COUNT[0] % (rows * columns), columns)
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
)
