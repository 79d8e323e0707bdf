"""Cases of module 05: datasets, batches and augmentation.

Where a student's own generator decides, a probe runs long enough to see every outcome and returns them sorted, so that
the reply is the same whatever the generator; the chance that a right solution misses one is told beside each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.case import Given, case, raises


def _batches(loader: Any) -> list[Any]:
    return [[part.data for part in batch] for batch in loader]


def _distinct(images: list[Any]) -> list[Any]:
    """Each different image once, in the order of their entries."""
    found = {tuple(image.ravel().tolist()): image for image in images}
    return [found[key] for key in sorted(found)]


@case(
    "Samples by index",
    points=6,
    skill="samples by index",
    hint="dataset[i] is a tuple with the i-th entry of every tensor, each a Tensor",
)
def _(tt: Any, given: Given) -> Any:
    x, y = given.array(7, 3), given.labels(7, 4)
    dataset = tt.TensorDataset(tt.Tensor(x), tt.Tensor(y))
    return [[part.data for part in dataset[int(i)]] for i in given.integers(0, 7, 6)]


@case(
    "Three tensors in one dataset",
    points=4,
    skill="samples by index",
    hint="TensorDataset takes any number of tensors; its length is their first dimension",
)
def _(tt: Any, given: Given) -> Any:
    size = given.integer(4, 8)
    tensors = [tt.Tensor(given.array(size, *rest)) for rest in ((2, 2), (3,), ())]
    dataset = tt.TensorDataset(*tensors)
    return [len(dataset), [[part.data for part in dataset[i]] for i in range(size)]]


@case(
    "Samples from the end",
    points=3,
    skill="samples by index",
    hint="dataset[-1] is the last sample; beyond either end is an IndexError",
    visible=False,
    eras="C",
)
def _(tt: Any, given: Given) -> Any:
    dataset = tt.TensorDataset(tt.Tensor(given.array(5, 2)), tt.Tensor(given.array(5)))
    places = given.shuffled([-6, -5, -4, -3, -2, -1, 0, 4, 5])
    return [raises(lambda i=i: [part.data for part in dataset[i]]) for i in places]


@case(
    "What a dataset refuses",
    points=4,
    skill="errors",
    hint="tensors of different first dimensions are a ValueError, an index past the end an IndexError",
)
def _(tt: Any, given: Given) -> Any:
    def sample(first: int, second: int, index: int) -> Any:
        dataset = tt.TensorDataset(tt.Tensor(given_x[:first]), tt.Tensor(given_y[:second]))
        return [part.data for part in dataset[index]]

    given_x, given_y = given.array(8, 2), given.array(8)
    asked = given.shuffled([(5, 5, 1), (5, 4, 0), (6, 6, 5), (3, 8, 2), (4, 4, 4), (7, 7, 0), (4, 4, 9), (8, 8, 7)])
    return [raises(sample, *one) for one in asked]


@case(
    "Batches in order",
    points=6,
    skill="batches",
    hint="without shuffle the first batch holds samples 0 ... batch_size - 1, stacked on a new first axis",
)
def _(tt: Any, given: Given) -> Any:
    size = given.choice([2, 3, 4])
    x, y = given.array(size * 3, 2, 2), given.labels(size * 3, 5)
    return _batches(tt.DataLoader(tt.TensorDataset(tt.Tensor(x), tt.Tensor(y)), size))


@case(
    "The last batch is short",
    points=5,
    skill="last batch",
    hint="samples that do not fill a batch come as a shorter one at the end",
)
def _(tt: Any, given: Given) -> Any:
    x, y = given.array(11, 3), given.array(11)
    size = given.choice([3, 4, 7])
    return _batches(tt.DataLoader(tt.TensorDataset(tt.Tensor(x), tt.Tensor(y)), size))


@case(
    "As many batches as the length tells",
    points=4,
    skill="last batch",
    hint="len(loader) is samples over batch size, rounded up",
    visible=False,
)
def _(tt: Any, given: Given) -> Any:
    told = []
    for samples, size in given.shuffled([(9, 3), (10, 3), (5, 8), (6, 1), (7, 7), (8, 5)]):
        loader = tt.DataLoader(tt.TensorDataset(tt.Tensor(given.array(samples, 2))), size)
        told.append([len(loader), _batches(loader)])
    return told


@case(
    "A dataset of one's own",
    points=5,
    skill="batches",
    hint="the loader asks any Dataset for its length and its samples, and nothing else",
)
def _(tt: Any, given: Given) -> Any:
    values, factor = given.array(7), given.number()

    class Powers(tt.Dataset):  # type: ignore[misc, name-defined, unused-ignore]
        def __len__(self) -> int:
            return len(values)

        def __getitem__(self, idx: int) -> Any:
            if not 0 <= idx < len(values):
                raise IndexError(idx)
            return tt.Tensor([values[idx], values[idx] ** 2]), tt.Tensor(values[idx] * factor)

    return _batches(tt.DataLoader(Powers(), given.choice([2, 3, 4])))


@case(
    "A loader is used again",
    points=4,
    skill="batches",
    hint="every `for batch in loader` starts again at the first sample, also inside another one",
    visible=False,
)
def _(tt: Any, given: Given) -> Any:
    loader = tt.DataLoader(tt.TensorDataset(tt.Tensor(given.array(5, 2)), tt.Tensor(given.array(5))), 2)
    return [_batches(loader), [[outer[0].data, _batches(loader)] for outer in loader], _batches(loader)]


@case(
    "A shuffled epoch holds every sample once",
    points=6,
    skill="shuffle",
    hint="shuffle the indices, not the tensors: features and labels stay together",
)
def _(tt: Any, given: Given) -> Any:
    x, y = given.array(40, 2), given.array(40)
    loader = tt.DataLoader(tt.TensorDataset(tt.Tensor(x), tt.Tensor(y)), given.choice([6, 7, 9]), shuffle=True)
    epochs = [[np.column_stack([first.data, second.data]) for first, second in loader] for _ in range(3)]
    sizes = [[len(batch) for batch in epoch] for epoch in epochs]
    rows = [np.concatenate(epoch) for epoch in epochs]
    # A shuffle that leaves 40 samples in place, or gives two epochs one order, has chance 1 in 40!.
    moved = [bool((rows[i] != other).any()) for i in range(3) for other in (np.column_stack([x, y]), rows[i - 1])]
    return [sizes, [np.array(sorted(epoch.tolist()), dtype="float32") for epoch in rows], moved]


@case(
    "Every order turns up",
    points=4,
    skill="shuffle",
    hint="shuffle anew at the start of every epoch, each order equally likely",
    visible=False,
)
def _(tt: Any, given: Given) -> Any:
    loader = tt.DataLoader(tt.TensorDataset(tt.Tensor(given.array(3))), 1, shuffle=True)
    # 200 epochs miss one of the 6 orders with chance 6 · (5/6)^200, below 1 in 10^14.
    return _distinct([np.array([part.data for (part,) in loader]) for _ in range(200)])


@case(
    "Images mirrored for certain",
    points=5,
    skill="flip",
    hint="p=1 always reverses the width axis, p=0 never; channels may come first (up to 4) or last",
)
def _(tt: Any, given: Given) -> Any:
    images = [given.array(3, 5), given.array(3, 6, 4), given.array(5, 6, 3), given.array(1, 4, 4)]
    return [[tt.RandomHorizontalFlip(p=p)(image) for image in images] for p in (1.0, 0.0)] + [
        tt.RandomHorizontalFlip(p=1.0)(tt.Tensor(image)).data for image in images
    ]


@case(
    "Images mirrored by chance",
    points=3,
    skill="flip",
    hint="an image is mirrored when a fresh draw is below p",
    visible=False,
)
def _(tt: Any, given: Given) -> Any:
    image, p = given.array(2, 3), given.choice([0.2, 0.3, 0.7, 0.8])
    flip = tt.RandomHorizontalFlip(p=p)
    seen = [np.asarray(flip(image)) for _ in range(600)]
    share = sum(bool((one != image).any()) for one in seen) / 600
    # Six standard deviations of 600 draws are at most 0.113: a right solution fails with chance below 1 in 10^7.
    return [_distinct(seen), abs(share - p) < 0.113]


@case(
    "An image padded all around",
    points=4,
    skill="crop",
    hint="a crop as large as the padded image is the padded image: zeros on the four sides, none on channels",
)
def _(tt: Any, given: Given) -> Any:
    padding = given.choice([1, 2, 3])
    images = [given.array(3, 4, low=0.5), given.array(3, 4, 5, low=0.5), given.array(5, 4, 2, low=0.5)]
    sizes = [(3, 4), (4, 5), (5, 4)]
    grown = [tt.RandomCrop((h + 2 * padding, w + 2 * padding), padding=padding) for h, w in sizes]
    cut = [crop(image) for crop, image in zip(grown, images, strict=True)]
    return [*cut, grown[1](tt.Tensor(images[1])).data, tt.RandomCrop(3, padding=0)(images[0][:, :3])]


@case(
    "Every window of a crop",
    points=4,
    skill="crop",
    hint="the window may start anywhere it fits in the padded image, both ends included",
)
def _(tt: Any, given: Given) -> Any:
    image = given.array(2, 3, 3, low=0.5)
    crop = tt.RandomCrop(given.choice([(3, 3), (2, 4), (4, 2)]), padding=1)
    # At most 12 places: 500 crops miss one with chance 12 · (11/12)^500, below 1 in 10^17.
    return _distinct([np.asarray(crop(image)) for _ in range(500)])


@case(
    "Augmentation keeps its input and its order",
    points=3,
    skill="compose",
    hint="Compose applies the first transform first; the image given stays as it was",
)
def _(tt: Any, given: Given) -> Any:
    image, factor, shift = given.array(4, 4), given.number(), given.array(4)
    flip = tt.RandomHorizontalFlip(p=1.0)
    steps = [lambda x: x * factor, flip, lambda x: x + shift, flip, lambda x: x * x - x]
    chosen = given.shuffled(steps)
    return [tt.Compose(chosen)(image), tt.Compose(chosen[:3])(image), tt.Compose([])(image), image]
