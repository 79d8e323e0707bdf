"""Cases of module 05: datasets, batches and augmentation.

Loaders are asked with a dataset of the probe's own, so that a wrong TensorDataset does not take the loader's cases;
one case puts both together. A wrong sample, too, costs the cases of samples only: where lengths, errors and how often a
loader can be used are asked, samples need but consist of numbers of the dataset. Images of three axes differ by edition: until December 2025 the last axis is the width and
a crop is as large as the image (where a window starts was drawn from 0 ... 2 · padding); in February 2026 a last axis
of at most 4 is read as channels before the first one is.

Where a student's own generator decides, a probe returns the raw samples and a checker reads them. Its bounds lie 6 standard
deviations out: with all of a case's bounds together a right solution fails less than once in a million runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np

from autograder.authoring.case import Inputs, case, raises

SIGMAS = 6


def _batches(loader: Any) -> list[Any]:
    return [[part.data for part in batch] for batch in loader]


def _rows(tt: Any, *arrays: Any) -> Any:
    """A dataset of these arrays' rows: what a loader needs to work on, made without the student's TensorDataset."""

    class Rows(tt.Dataset):  # type: ignore[misc, name-defined, unused-ignore]
        def __len__(self) -> int:
            return len(arrays[0])

        def __getitem__(self, idx: int) -> Any:
            if not 0 <= idx < len(arrays[0]):
                raise IndexError(idx)
            return tuple(tt.Tensor(one[idx]) for one in arrays)

    return Rows()


def _sized(tt: Any, size: int, *arrays: Any) -> Any:
    """The student's TensorDataset of these arrays, whose length the probe tells: a wrong one is asked elsewhere."""

    class Sized(tt.TensorDataset):  # type: ignore[misc, name-defined, unused-ignore]
        def __len__(self) -> int:
            return size

    return Sized(*[tt.Tensor(one) for one in arrays])


def _drawn_from(values: Any, told: Any) -> bool:
    """Whether there are numbers, all of them among these values: which they should be is asked elsewhere."""
    if isinstance(told, (list, tuple)):
        return len(told) > 0 and all(_drawn_from(values, one) for one in told)
    return isinstance(told, np.ndarray) and told.size > 0 and bool(np.isin(told, values).all())


def _often(times: int, draws: int, chance: float) -> bool:
    """Whether something of this chance may well have come so many times; wrong once in 10^8 for what is right."""
    return abs(times - draws * chance) <= SIGMAS * sqrt(draws * chance * (1 - chance)) + 1


def _again(drawn: Sequence[Any], kinds: int) -> bool:
    """Whether as many draws are equal to the one before as chance makes them: of what goes in turns none is.

    Of independent draws, each of so many kinds equally likely, every pair of neighbours is equal with 1 / kinds,
    whatever the other pairs are: their number is binomial, and the bound of `_often` holds. It takes
    38 · kinds draws to tell none from chance.
    """
    equal = sum(drawn[place] == drawn[place - 1] for place in range(1, len(drawn)))
    return _often(equal, len(drawn) - 1, 1 / kinds)


def _same(one: Any, other: Any) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-5, atol=1e-6))


def _among(samples: Any, images: Any) -> Any:
    """Which sample is which image, as a table of bool (samples, images)."""
    apart = np.abs(samples[:, None] - images[None]).reshape(len(samples), len(images), -1)
    return (apart <= 1e-5).all(axis=2)


@case(
    "Samples by index",
    points=4,
    skill="samples by index",
    hint="dataset[i] has the i-th entry of every tensor, each as a Tensor",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y = inputs.array(7, 3), inputs.labels(7, 4)
    dataset = tt.TensorDataset(tt.Tensor(x), tt.Tensor(y))
    return [[part.data for part in dataset[int(i)]] for i in inputs.integers(0, 7, 6)]


@case(
    "One tensor in a dataset, and three",
    points=4,
    skill="samples by index",
    hint="TensorDataset takes any number of tensors, of any number of axes; a sample has a part for each",
)
def _(tt: Any, inputs: Inputs) -> Any:
    size = inputs.integer(4, 8)
    arrays = [inputs.array(size, *rest) for rest in ((2, 2), (3,), ())]
    told = []
    for chosen in (arrays, arrays[:1], arrays[1:]):
        dataset = _sized(tt, size, *chosen)
        told.append([[part.data for part in dataset[i]] for i in range(size)])
    return told


def _lengths(expected: Any, reply: Any) -> str | None:
    for (x, length, _), (_, told, sample) in zip(expected, reply, strict=True):
        if type(told) is not int or told != length:
            return f"{length} samples are a length of {length}"
        if not _drawn_from(x, sample):
            return "the last sample should hold numbers of the dataset"
    return None


@case(
    "The length of a dataset",
    points=3,
    skill="length",
    hint="len(dataset) is the first dimension of its tensors: the number of samples",
    checker=_lengths,
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for size in inputs.shuffled(range(1, 8)):
        x = inputs.array(size, inputs.integer(8, 12))
        dataset = tt.TensorDataset(tt.Tensor(x), tt.Tensor(x[:, 0]))
        told.append([x, len(dataset), [part.data for part in dataset[size - 1]]])
    return told


@case(
    "A sample is a tuple of Tensors",
    points=1,
    skill="samples by index",
    hint="dataset[i] is a tuple, no list, and every part of it is a Tensor",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    dataset = tt.TensorDataset(tt.Tensor(inputs.array(5, 3)), tt.Tensor(inputs.array(5)))
    samples = [dataset[i] for i in inputs.shuffled(range(5))]
    kinds = [[isinstance(one, tuple), *[isinstance(part, tt.Tensor) for part in one]] for one in samples]
    return [kinds, [[part.data for part in one] for one in samples]]


@case(
    "Samples from the end",
    points=2,
    skill="samples by index",
    hint="dataset[-1] is the last sample; beyond either end is an IndexError",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    dataset = tt.TensorDataset(tt.Tensor(inputs.array(5, 2)), tt.Tensor(inputs.array(5)))
    places = inputs.shuffled([-6, -5, -4, -3, -2, -1, 0, 4, 5])
    return [raises(lambda i=i: [part.data for part in dataset[i]]) for i in places]


def _refused(expected: Any, reply: Any) -> str | None:
    """Of [values, results]: errors are those of the reference; what is no error holds numbers among the values."""
    for ours, told in zip(expected[1], reply[1], strict=True):
        if isinstance(ours, str):
            if not isinstance(told, str) or told != ours:
                return f"expected {ours}, got {told if isinstance(told, str) else 'a sample'}"
        elif not _drawn_from(expected[0], told):
            return "a sample that exists should be given, and hold numbers of the dataset"
    return None


def _all_zero(told: Any) -> bool:
    return all(map(_all_zero, told)) if isinstance(told, (list, tuple)) else not np.any(told)


def _refused_images(expected: Any, reply: Any) -> str | None:
    """As `_refused`; and as no number of an image is 0, neither is what a crop with little padding shows of it."""
    wrong = _refused(expected, reply)
    empty = any(not isinstance(told, str) and _all_zero(told) for told in reply[1])
    return wrong or ("a sample that exists should be given, and hold numbers of its image" if empty else None)


def _none_below_zero(expected: Any, reply: Any) -> str | None:
    values, places, ours = expected
    told = ["IndexError" if place < 0 else one for place, one in zip(places, ours, strict=True)]
    return _refused([values, told], [values, reply[2]])


@case(
    "Indices below zero",
    points=1,
    skill="errors",
    hint="an index from 0 to the length, not included, has a sample; every other one, negative ones too, is an IndexError",
    visible=False,
    until="2026-05",
    checker=_none_below_zero,
)
def _(tt: Any, inputs: Inputs) -> Any:
    values = inputs.array(5)
    dataset = _sized(tt, 5, values, -values)
    places = [int(place) for place in inputs.shuffled([-6, -5, -1, 0, 1, 4, 5])]
    told = [raises(lambda i=i: [part.data for part in dataset[i]]) for i in places]
    return [[values, -values], places, told]


@case(
    "What a dataset refuses",
    points=3,
    skill="errors",
    hint="tensors of different first dimensions are a ValueError, an index past the end an IndexError",
    checker=_refused,
)
def _(tt: Any, inputs: Inputs) -> Any:
    def sample(index: int, *sizes: int) -> Any:
        dataset = _sized(tt, sizes[0], *[values[:size] for size in sizes])
        return [part.data for part in dataset[index]]

    values = inputs.array(8)
    pairs = [(1, 5, 5), (0, 5, 4), (5, 6, 6), (2, 3, 8), (4, 4, 4), (0, 7, 7), (9, 4, 4), (7, 8, 8)]
    more = [(1, 5, 5, 4), (1, 4, 5, 5), (2, 5, 5, 5), (0, 5, 4, 5)]  # three tensors, one of them of another length
    return [values, [raises(sample, *one) for one in inputs.shuffled([*pairs, *more])]]


@case(
    "Batches in order",
    points=3,
    skill="batches",
    hint="without shuffle the first batch holds samples 0 ... batch_size - 1, stacked on a new first axis",
)
def _(tt: Any, inputs: Inputs) -> Any:
    size = inputs.choice([2, 3, 4])
    x, y = inputs.array(size * 3, 2, 2), inputs.labels(size * 3, 5)
    return _batches(tt.DataLoader(_rows(tt, x, y), size))


@case(
    "The last batch is short",
    points=3,
    skill="last batch",
    hint="samples that do not fill a batch come as a shorter one at the end",
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y = inputs.array(11, 3), inputs.array(11)
    size = inputs.choice([3, 4, 7])
    return _batches(tt.DataLoader(_rows(tt, x, y), size))


def _counted(expected: Any, reply: Any) -> str | None:
    for (x, length, batches), (_, told, found) in zip(expected, reply, strict=True):
        if type(told) is not int or told != length:
            return f"of {len(x)} samples, a loader of {length} batches should have a length of {length}"
        if len(found) != len(batches) or not _drawn_from(x, found):
            return f"of {len(x)} samples, {length} batches should come"
    return None


@case(
    "As many batches as the length tells",
    points=3,
    skill="last batch",
    hint="len(loader) is samples over batch size, rounded up",
    visible=False,
    checker=_counted,
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for samples, size in inputs.shuffled([(9, 3), (10, 3), (5, 8), (6, 1), (7, 7), (8, 5)]):
        x = inputs.array(samples)
        loader = tt.DataLoader(_rows(tt, x), size)
        told.append([x, len(loader), _batches(loader)])
    return told


@case(
    "A dataset of one's own",
    points=2,
    skill="batches",
    hint="the loader asks any Dataset for its length and its samples; without both methods there is no Dataset: TypeError",
)
def _(tt: Any, inputs: Inputs) -> Any:
    values, factor = inputs.array(7), inputs.number()

    class Powers(tt.Dataset):  # type: ignore[misc, name-defined, unused-ignore]
        def __len__(self) -> int:
            return len(values)

        def __getitem__(self, idx: int) -> Any:
            if not 0 <= idx < len(values):
                raise IndexError(idx)
            return tt.Tensor([values[idx], values[idx] ** 2]), tt.Tensor(values[idx] * factor)

    class Nameless(tt.Dataset):  # type: ignore[misc, name-defined, unused-ignore]
        def __len__(self) -> int:
            return len(values)

    class Endless(tt.Dataset):  # type: ignore[misc, name-defined, unused-ignore]
        def __getitem__(self, idx: int) -> Any:
            return values[idx]

    made = inputs.shuffled([Powers, Nameless, tt.Dataset, Powers, Endless])
    named = [raises(lambda kind=kind: type(kind()).__name__) for kind in made]
    return [_batches(tt.DataLoader(Powers(), inputs.choice([2, 3, 4]))), named]


@case(
    "Batches of a TensorDataset",
    points=2,
    skill="batches",
    hint="a loader of a TensorDataset gives as many tensors a batch as the dataset holds, in their order",
)
def _(tt: Any, inputs: Inputs) -> Any:
    tensors = [tt.Tensor(inputs.array(12, *rest)) for rest in ((2, 3), (2,), ())]
    loaders = [tt.DataLoader(tt.TensorDataset(*tensors[: count + 1]), inputs.choice([2, 3, 4])) for count in range(3)]
    return [_batches(one) for one in loaders]


@case(
    "A batch is a tuple of Tensors",
    points="1/2",
    skill="batches",
    hint="a batch is a tuple, no list, with a Tensor for each part of a sample, also for one part alone",
    visible=False,
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for parts in inputs.shuffled([1, 2, 3]):
        arrays = [inputs.array(6, *[2] * place) for place in range(parts)]
        for batch in tt.DataLoader(_rows(tt, *arrays), 2):
            kinds = [isinstance(batch, tuple), *[isinstance(part, tt.Tensor) for part in batch]]
            told.append([kinds, [part.data for part in batch]])
    return told


@case(
    "A batch of no samples",
    points="1/2",
    skill="batches",
    hint="_collate_batch of an empty list is an empty tuple; of samples, one Tensor for each of their parts",
    visible=False,
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    rows = _rows(tt, inputs.array(4, 3), inputs.array(4))
    loader, told = tt.DataLoader(rows, 2), []
    for places in inputs.shuffled([[], [2, 0], [], [3]]):
        batch = loader._collate_batch([rows[place] for place in places])
        told.append([isinstance(batch, tuple), [part.data for part in batch]])
    return told


def _walked(expected: Any, reply: Any) -> str | None:
    x, first, inside, _ = expected
    once = reply[1]
    if len(once) != len(first) or not all(_drawn_from(x, batch) for batch in once):
        return "a loader of five samples gives three batches of twos"
    if len(reply[2]) != len(inside):
        return "a loop over a loader goes on when the loader has been used inside"
    walks = [[outer for outer, _ in reply[2]], *[inner for _, inner in reply[2]], reply[3]]
    for walk in walks:
        if len(walk) != len(once) or any(not np.array_equal(a[0], b[0]) for a, b in zip(walk, once, strict=True)):
            return "every loop over a loader gives the same batches"
    return None


@case(
    "A loader is used again",
    points=2,
    skill="batches",
    hint="every `for batch in loader` starts again at the first sample, also inside another one",
    visible=False,
    checker=_walked,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x = inputs.array(5)
    loader = tt.DataLoader(_rows(tt, x), 2)
    inside = [[[part.data for part in outer], _batches(loader)] for outer in loader]
    return [x, _batches(loader), inside, _batches(loader)]


def _shuffled(expected: Any, reply: Any) -> str | None:
    rows, size, _ = expected
    if not isinstance(reply[2], list) or len(reply[2]) != 3:
        return "three epochs were asked for"
    orders, upwards = [], 0
    for epoch in reply[2]:
        if [len(batch) for batch in epoch] != [min(size, len(rows) - start) for start in range(0, len(rows), size)]:
            return "a shuffled epoch has batches of other sizes than one in order"
        seen = np.concatenate(epoch)
        if not _same(np.array(sorted(seen.tolist())), np.array(sorted(rows.tolist()))):
            return "an epoch holds each sample once, its features beside its own label"
        orders.append(seen)
        # Of n samples in an order by chance, k or more stay in front of the one that followed them at most once in k!
        # runs; 13 of 40 in one of three epochs once in 10^9. Rotated, or shuffled by batches, most of them do.
        places = _among(seen, rows).argmax(axis=1)
        if int((np.diff(places) == 1).sum()) >= 13:
            return "most samples are followed by the same one as without shuffling"
        upwards += int((np.diff(places) > 0).sum())
    # Of 117 neighbours half go upwards; of orders by chance with a deviation of 3.2, so that this is 9 of them.
    if abs(upwards - 58.5) > 29:
        return "within a batch the samples are still in order"
    # Right by chance 1 in 40!.
    if any(_same(one, rows) for one in orders) or _same(orders[0], orders[1]) or _same(orders[1], orders[2]):
        return "every epoch comes in a new order"
    return None


@case(
    "A shuffled epoch holds every sample once",
    points=5,
    skill="shuffle",
    hint="shuffle the indices, not the tensors: features and labels stay together",
    checker=_shuffled,
)
def _(tt: Any, inputs: Inputs) -> Any:
    x, y, size = inputs.array(40), inputs.array(40), inputs.choice([6, 7, 9])
    loader = tt.DataLoader(_rows(tt, x, y), size, shuffle=True)
    epochs = [[np.column_stack([first.data, second.data]) for first, second in loader] for _ in range(3)]
    return [np.column_stack([x, y]), size, epochs]


def _orders(expected: Any, reply: Any) -> str | None:
    values, _ = expected
    orders: list[tuple[int, ...]] = []
    if len(reply[1]) != 300:
        return "300 epochs were asked for"
    for row in reply[1]:
        orders.append(tuple(int(place) for place in np.argsort(row)))
        if not _same(np.sort(row), np.sort(values)):
            return "an epoch holds each sample once"
    counts = {order: orders.count(order) for order in set(orders)}
    if len(counts) != 6:
        return "an order never came in 300 epochs"  # of a right solution once in 10^23 runs
    if not all(_often(times, 300, 1 / 6) for times in counts.values()):
        return "some orders come much more often than others"
    if not _again(orders, 6):
        return "an epoch's order does not depend on the order before"
    return None


@case(
    "Every order turns up",
    points=4,
    skill="shuffle",
    hint="shuffle anew at the start of every epoch, each order equally likely",
    visible=False,
    checker=_orders,
)
def _(tt: Any, inputs: Inputs) -> Any:
    values = inputs.array(3)
    loader = tt.DataLoader(_rows(tt, values), 1, shuffle=True)
    return [values, np.array([[float(part.data.ravel()[0]) for (part,) in loader] for _ in range(300)])]


@case(
    "Images mirrored for certain",
    points=4,
    skill="flip",
    hint="p=1 always reverses the width axis, p=0 never; an array gives an array, a Tensor a Tensor",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    images = [inputs.array(3, 5), inputs.array(4, 5, 6), inputs.array(1, 6, 5)]
    return [[tt.RandomHorizontalFlip(p=p)(image) for image in images] for p in (1.0, 0.0)] + [
        tt.RandomHorizontalFlip(p=p)(tt.Tensor(image)).data for image in images for p in (0.0, 1.0)
    ]


def _mirrored(expected: Any, reply: Any) -> str | None:
    image, p, *_ = expected
    for samples, share in ((reply[2], p), (reply[3], 0.5)):
        if len(samples) != 600:
            return "600 images were asked for"
        found = _among(samples, np.stack([image[:, ::-1], image]))
        if found.sum() != 600:
            return "what comes out is neither the image nor its mirror image"
        turned = int(found[:, 0].sum())
        if not _often(turned, 600, share):
            return f"{turned / 600:.0%} of the images were mirrored, {share:.0%} were expected"
    # Of the images mirrored with 0.5, so that both kinds are equally likely.
    if not _again(found[:, 0].tolist(), 2):
        return "whether an image is mirrored does not depend on the one before"
    return None


@case(
    "Images mirrored by chance",
    points=3,
    skill="flip",
    hint="an image is mirrored when a fresh draw is below p, which is 0.5 when nothing is said",
    visible=False,
    checker=_mirrored,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    image, p = inputs.array(2, 3), inputs.choice([0.2, 0.3, 0.7, 0.8])
    flips = tt.RandomHorizontalFlip(p=p), tt.RandomHorizontalFlip()
    return [image, p, *(np.array([np.asarray(flip(image)) for _ in range(600)]) for flip in flips)]


@case(
    "An image padded all around",
    points=3,
    skill="crop",
    hint="a crop as large as the padded image is the padded image: zeros on the four sides, never on channels",
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    padding = inputs.choice([1, 2, 3])
    images = [inputs.array(3, 4, low=0.5), inputs.array(4, 5, 6, low=0.5)]
    grown = [tt.RandomCrop((h + 2 * padding, w + 2 * padding), padding=padding) for h, w in ((3, 4), (5, 6))]
    cut = [crop(image) for crop, image in zip(grown, images, strict=True)]
    return [*cut, grown[1](tt.Tensor(images[1])).data, tt.RandomCrop(3, padding=0)(images[0][:, :3])]


@case(
    "Channels in the last axis",
    points=2,
    skill="layout",
    hint="three axes of which only the last is at most 4: channels come last, the first two are height and width",
    visible=False,
    since="2026-02",
)
def _(tt: Any, inputs: Inputs) -> Any:
    images = [inputs.array(5, 6, 3), inputs.array(7, 5, 1), inputs.array(6, 5, 4)]
    told = [tt.RandomHorizontalFlip(p=1.0)(image) for image in images]
    return [*told, tt.RandomCrop((9, 10), padding=2)(images[0])]


@case(
    "A layout said, and the first axis when both could be channels",
    points=2,
    skill="layout",
    hint="three axes: a first one of at most 4 is read as channels, else the last; layout says which when it is given",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    small, square = inputs.array(3, 4, 5), inputs.array(4, 4, 4)
    told = [tt.RandomHorizontalFlip(p=1.0)(image) for image in (inputs.array(3, 6, 4), inputs.array(1, 4, 4))]
    for layout in inputs.shuffled(["CHW", "HWC"]):
        told += [tt.RandomHorizontalFlip(p=1.0, layout=layout)(image) for image in (small, square)]
        told.append(tt.RandomCrop((6, 6), padding=1, layout=layout)(square))
    # Layouts that the sizes would not tell, before the padding or after it.
    told.append(tt.RandomCrop((4, 4), padding=1, layout="CHW")(inputs.array(5, 2, 2)))
    return [*told, tt.RandomCrop((4, 4), padding=1, layout="HWC")(inputs.array(2, 2, 5))]


def _placed(image: Any, size: Sequence[int], padding: int, samples: Any, times: int) -> str | None:
    """What is wrong with crops of an image that should start anywhere in it when it is padded; None if nothing is."""
    around = [(0, 0)] * (image.ndim - 2) + [(padding, padding)] * 2
    padded, (height, width) = np.pad(image, around), size
    tops, lefts = range(padded.shape[-2] - height + 1), range(padded.shape[-1] - width + 1)
    windows = [padded[..., top : top + height, left : left + width] for top in tops for left in lefts]
    if len(samples) != times:
        return f"{times} crops were asked for"
    found = _among(samples, np.stack(windows))
    counts = found.sum(axis=0).reshape(len(tops), len(lefts))
    if counts.sum() != times:
        return "a crop is no window of the padded image"
    for axis, places in ((1, tops), (0, lefts)):
        seen = counts.sum(axis=axis)
        if not seen.all():
            return "a row or column where the window fits was never chosen"  # of a right solution once in 10^15 runs
        if not all(_often(int(one), times, 1 / len(places)) for one in seen):
            return "some places are chosen much more often than others"
    if not _again(found.argmax(axis=1).tolist(), len(windows)):
        return "where a window starts does not depend on the one before"
    return None


def _windows(expected: Any, reply: Any) -> str | None:
    images = expected[0]
    asked = zip(images, (1, 2), reply[1], strict=True)
    wrong = [_placed(one, one.shape[-2:], padding, told, 350) for one, padding, told in asked]
    return next((one for one in wrong if one), None)


@case(
    "Every window of a crop as large as the image",
    points=2,
    skill="crop",
    hint="the window starts at 0 ... 2 · padding, both ends included, each place equally likely",
    checker=_windows,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    images = [inputs.array(4, 3, low=0.5), inputs.array(4, 5, 3, low=0.5)]
    crops = [tt.RandomCrop(one.shape[-2:], padding=padding) for one, padding in zip(images, (1, 2), strict=True)]
    pairs = zip(crops, images, strict=True)
    return [images, [np.array([np.asarray(crop(one)) for _ in range(350)]) for crop, one in pairs]]


def _last(expected: Any, reply: Any) -> str | None:
    image, told = (np.moveaxis(one, -1, place) for one, place in ((expected[0], 0), (reply[1], 1)))
    return _placed(image, image.shape[-2:], 2, told, 150)


@case(
    "Every window of an image with its channels last",
    points=1,
    skill="crop",
    hint="three axes of which the first is above 4: the window is cut out of the first two, all channels stay in it",
    visible=False,
    checker=_last,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    image, crop = inputs.array(5, 6, 3, low=0.5), tt.RandomCrop((5, 6), padding=2)
    return [image, np.array([np.asarray(crop(image)) for _ in range(150)])]


def _usual(expected: Any, reply: Any) -> str | None:
    if not isinstance(reply[2], np.ndarray) or reply[2].shape != (6, 6):
        return "a crop of a Tensor should be a Tensor"
    return _placed(expected[0], (6, 6), 4, reply[1], 350)


@case(
    "A crop of which only the size is said",
    points=2,
    skill="crop",
    hint="one number is height and width; padding is 4 when nothing is said; an array gives an array, a Tensor a Tensor",
    visible=False,
    checker=_usual,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    image, crop = inputs.array(6, 6, low=0.5), tt.RandomCrop(6)
    return [image, np.array([np.asarray(crop(image)) for _ in range(350)]), crop(tt.Tensor(image)).data]


def _anywhere(expected: Any, reply: Any) -> str | None:
    image, size, _ = expected
    return _placed(image, size, 1, reply[2], 350)


@case(
    "Every window of a crop of another size",
    points=2,
    skill="crop",
    hint="the window may start anywhere it fits in the padded image, from 0 to padded size minus size, both included",
    since="2026-02",
    checker=_anywhere,
)
def _(tt: Any, inputs: Inputs) -> Any:
    image, size = inputs.array(2, 3, 5, low=0.5), inputs.choice([(2, 6), (4, 4), (2, 5)])
    crop = tt.RandomCrop(size, padding=1)
    return [image, list(size), np.array([np.asarray(crop(image)) for _ in range(350)])]


@case(
    "Chances that are none",
    points=1,
    skill="errors",
    hint="p below 0 or above 1 is a ValueError; 0 and 1 are chances",
    visible=False,
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    quarter = np.hstack([half := inputs.array(2, 3), half[:, ::-1]])
    image = np.vstack([quarter, quarter[::-1]])  # its own mirror image, whatever axis is the width
    asked = inputs.shuffled([0.0, 1.0, 1.2, -0.1, 2, -1, 0, 1])
    return [raises(lambda p=p: tt.RandomHorizontalFlip(p=p)(image)) for p in asked]


def _ranks(tt: Any, inputs: Inputs, transform: Any) -> Any:
    """What a transform says to images, and to arrays that are none; and the values that it may give."""
    values = np.append(inputs.array(9, low=0.5), np.float32(0))
    shapes = inputs.shuffled([(3,), (2, 3), (6,), (4, 5), (2, 2, 3, 3), (3, 2), (1, 3, 4, 4)])
    images = [values[inputs.integers(0, 9, shape)] for shape in shapes]
    return [values, [raises(transform, image) for image in images]]


@case(
    "Images of one axis or four, cropped",
    points="1/2",
    skill="errors",
    hint="an image has two axes or three; a crop of anything else is a ValueError",
    visible=False,
    since="2025-12",
    checker=_refused_images,
)
def _(tt: Any, inputs: Inputs) -> Any:
    return _ranks(tt, inputs, tt.RandomCrop((2, 2), padding=1))


@case(
    "Images of one axis or four, mirrored",
    points="1/2",
    skill="errors",
    hint="an image has two axes or three; to mirror anything else is a ValueError",
    visible=False,
    since="2026-09",
    checker=_refused_images,
)
def _(tt: Any, inputs: Inputs) -> Any:
    return _ranks(tt, inputs, tt.RandomHorizontalFlip(p=1.0))


@case(
    "What loaders and transforms refuse",
    points=2,
    skill="errors",
    hint="a ValueError: a batch size that is no positive whole number, no tensors at all, a layout "
    "that is none of HW, CHW and HWC, or an image of other axes than its layout",
    visible=False,
    since="2026-09",
)
def _(tt: Any, inputs: Inputs) -> Any:
    def loaded(size: Any) -> Any:
        return _batches(tt.DataLoader(_rows(tt, x), size))

    def made(size: Any) -> Any:
        return int(tt.DataLoader(_rows(tt, x), size).batch_size)

    def laid(how: tuple[str, bool]) -> Any:
        layout, flat = how
        return tt.RandomHorizontalFlip(p=1.0, layout=layout)(x if flat else image)

    x, image = inputs.array(5, 2), inputs.array(3, 2, 4)
    asked: list[Any] = [(loaded, size) for size in (2, 0, -1, True, 1.5, 7)]
    asked += [(made, size) for size in (0, 3)]  # refused when it is made, not when it is used
    asked += [(laid, how) for how in (("HW", True), ("WH", True), ("HW", False), ("HWC", False), ("CWH", False))]
    return [raises(call, one) for call, one in inputs.shuffled([*asked, (lambda _: len(tt.TensorDataset()), 0)])]


@case(
    "Transforms one after another",
    points=1,
    skill="compose",
    hint="Compose applies the first transform first, each to what the one before made",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    image, factor, shift = inputs.array(4, 4), inputs.number(), inputs.array(4)
    flip = tt.RandomHorizontalFlip(p=1.0)  # Compose itself comes with the starter code
    chosen = inputs.shuffled([lambda x: x * factor, flip, lambda x: x + shift, flip, lambda x: x * x - x])
    return [tt.Compose(steps)(image) for steps in (chosen, chosen[:4], [flip, chosen[0]])]


@case(
    "Transforms leave the image given alone",
    points=1,
    skill="compose",
    hint="a transform makes a new array and writes nothing into the one it was given",
    since="2025-12",
)
def _(tt: Any, inputs: Inputs) -> Any:
    told = []
    for image in (inputs.array(4, 5), inputs.array(2, 3, 5)):
        before, kept = image.copy(), tt.Tensor(image)
        for given in (image, kept):
            out = tt.RandomHorizontalFlip(p=1.0)(given)
            values = np.array(out if given is image else out.data)
            tt.RandomCrop(image.shape[-2:], padding=1)(given)
            # Which way the image was mirrored is asked elsewhere; here it must have been.
            told.append([np.sort(values, axis=None), np.array_equal(values, before)])
        told.append([image, kept.data])
    return told
