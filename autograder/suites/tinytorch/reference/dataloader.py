"""Module 05: datasets, batches and augmentation. Source: API sheet, module 05.

A dataset gives one sample by its index, a loader gives batches of samples stacked on a new first axis. Orders come from
Python's `random`, augmentation from this module's own generator.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .tensor import Array, Tensor

LAYOUTS = (None, "HW", "CHW", "HWC")
MOST_CHANNELS = 4  # a first axis up to this is read as channels

rng = np.random.default_rng(7)


class Dataset(ABC):
    """Samples by index; `TypeError` when instantiated without both methods."""

    @abstractmethod
    def __len__(self) -> int:
        """The number of samples."""

    @abstractmethod
    def __getitem__(self, idx: int) -> Any:
        """One sample, usually a tuple of Tensors."""


class TensorDataset(Dataset):
    """Tensors of one first dimension; sample i is the tuple of their i-th entries."""

    def __init__(self, *tensors: Tensor) -> None:
        if not tensors:
            raise ValueError("a dataset needs at least one tensor")
        sizes = [len(one.data) for one in tensors]
        if any(size != sizes[0] for size in sizes):
            raise ValueError(f"all tensors need the same first dimension, got {sizes}")
        self.tensors = tensors

    def __len__(self) -> int:
        return len(self.tensors[0].data)

    def __getitem__(self, idx: int) -> tuple[Tensor, ...]:
        """A tuple of Tensors; negative indices count from the end, `IndexError` beyond either."""
        if not -len(self) <= idx < len(self):
            raise IndexError(f"index {idx} is out of range for {len(self)} samples")
        return tuple(Tensor(one.data[idx]) for one in self.tensors)


class DataLoader:
    """Batches of a dataset, in order or shuffled anew in every epoch; the last batch may be short."""

    def __init__(self, dataset: Dataset, batch_size: int, shuffle: bool = False) -> None:
        if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise ValueError(f"batch_size must be a positive whole number, got {batch_size!r}")
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle

    def __len__(self) -> int:
        """The number of batches: samples over batch size, rounded up."""
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        order = list(range(len(self.dataset)))
        if self.shuffle:
            random.shuffle(order)
        for start in range(0, len(order), self.batch_size):
            yield self._collate_batch([self.dataset[index] for index in order[start : start + self.batch_size]])

    def _collate_batch(self, batch: Sequence[Any]) -> tuple[Tensor, ...]:
        """(Tensor of all first parts, Tensor of all second parts, ...); of no samples `()`."""
        return tuple(Tensor(np.stack([part.data for part in parts])) for parts in zip(*batch, strict=True))


class RandomHorizontalFlip:
    """Mirrors left and right with probability p; array in, array out, and Tensor in, Tensor out."""

    def __init__(self, p: float = 0.5, layout: str | None = None) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"p must be between 0 and 1, got {p}")
        self.p = p
        self.layout = _known(layout)

    def __call__(self, x: Any) -> Any:
        data = _array(x)
        _, width = _spatial_axes(data, self.layout)
        flipped = np.flip(data, axis=width).copy() if rng.random() < self.p else data.copy()
        return _like(x, flipped)


class RandomCrop:
    """Pads with zeros, then cuts a window of `size` (one number, or height and width) anywhere in it."""

    def __init__(self, size: int | tuple[int, int], padding: int = 4, layout: str | None = None) -> None:
        height, width = (size, size) if isinstance(size, int) else size
        self.size = (height, width)
        self.padding = padding
        self.layout = _known(layout)

    def __call__(self, x: Any) -> Any:
        padded = _pad_image(_array(x), self.padding, self.layout)
        rows, columns = _spatial_axes(padded, self.layout)
        height, width = self.size
        top, left = _random_crop_region(padded.shape[rows], padded.shape[columns], height, width)
        window = [slice(None)] * padded.ndim
        window[rows] = slice(top, top + height)
        window[columns] = slice(left, left + width)
        return _like(x, padded[tuple(window)].copy())


class Compose:
    """Transforms one after another."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, x: Any) -> Any:
        for transform in self.transforms:
            x = transform(x)
        return x


def _pad_image(data: Array, padding: int, layout: str | None = None) -> Array:
    """The image with `padding` zeros on its four sides, never on channels."""
    axes = _spatial_axes(data, layout)
    return np.pad(data, [(padding, padding) if axis in axes else (0, 0) for axis in range(data.ndim)])


def _random_crop_region(padded_h: int, padded_w: int, target_h: int, target_w: int) -> tuple[int, int]:
    """Top and left of a window that fits, every place equally likely."""
    top = rng.integers(0, padded_h - target_h + 1)
    left = rng.integers(0, padded_w - target_w + 1)
    return int(top), int(left)


def _spatial_axes(data: Array, layout: str | None) -> tuple[int, int]:
    """The axes of height and width; `ValueError` when the rank does not fit the layout."""
    if data.ndim not in (2, 3) or (layout is not None and len(layout) != data.ndim):
        raise ValueError(f"an image of shape {data.shape} is no {layout or 'HW, CHW or HWC'}")
    if layout is None:
        layout = "HW" if data.ndim == 2 else "CHW" if data.shape[0] <= MOST_CHANNELS else "HWC"
    return layout.index("H"), layout.index("W")


def _known(layout: str | None) -> str | None:
    if layout not in LAYOUTS:
        raise ValueError(f"layout must be one of {LAYOUTS}, got {layout!r}")
    return layout


def _array(x: Any) -> Array:
    return np.asarray(x.data if isinstance(x, Tensor) else x)


def _like(x: Any, data: Array) -> Any:
    return Tensor(data) if isinstance(x, Tensor) else data
