# %% [markdown]
"""
# DataLoader
"""

# %%
#| default_exp data.loader
#| export
import random
import sys
import os
from abc import ABC, abstractmethod

import numpy as np

sys.path.append(os.path.join(os.getcwd(), '..', '01_tensor'))
try:
    from tinytorch.core.tensor import Tensor
except ImportError:
    from tensor_dev import Tensor

# %%
#| export
class Dataset(ABC):
    @abstractmethod
    def __len__(self):
        pass

    @abstractmethod
    def __getitem__(self, idx):
        pass


class TensorDataset(Dataset):
    def __init__(self, *tensors):
        # YOUR CODE HERE
        self.tensors = tensors
        sizes = {t.shape[0] for t in tensors}
        if len(sizes) > 1:
            raise ValueError(f"tensors have different lengths: {sorted(sizes)}")

    def __len__(self):
        return len(self.tensors[0].data)

    def __getitem__(self, idx):
        if not 0 <= idx < len(self):
            raise IndexError(idx)
        return tuple([Tensor(t.data[idx]) for t in self.tensors])


class DataLoader:
    def __init__(self, dataset, batch_size, shuffle=False):
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle

    def __len__(self):
        return len(self.dataset) // self.batch_size

    def __iter__(self):
        # YOUR CODE HERE
        indices = list(range(len(self.dataset)))
        if self.shuffle:
            indices = random.choices(indices, k=len(indices))
        batch = []
        for i in indices:
            batch.append(self.dataset[i])
            if len(batch) == self.batch_size:
                yield self._collate_batch(batch)
                batch = []
        if batch:
            yield self._collate_batch(batch)

    def _collate_batch(self, batch):
        if len(batch) == 0:
            return ()
        result = []
        for k in range(len(batch[0])):
            result.append(Tensor(np.array([sample[k].data for sample in batch])))
        return tuple(result)

# %%
#| export
class RandomHorizontalFlip:
    def __init__(self, p=0.5):
        if p < 0 or p > 1:
            raise ValueError("p must be in [0, 1]")
        self.p = p

    def __call__(self, x):
        data = x.data if isinstance(x, Tensor) else x
        if np.random.rand() < self.p:
            hwc = data.ndim == 3 and data.shape[0] > 4
            data = data[:, ::-1] if hwc else data[..., ::-1]
        return Tensor(data) if isinstance(x, Tensor) else data


class RandomCrop:
    def __init__(self, size, padding=4):
        if isinstance(size, int):
            size = (size, size)
        self.size = tuple(size)
        self.padding = padding

    def __call__(self, x):
        data = x.data if isinstance(x, Tensor) else x
        if data.ndim not in (2, 3):
            raise ValueError("image must be 2-D or 3-D")
        if data.ndim == 2:
            rows = 0
        else:
            rows = 1 if data.shape[0] <= 4 else 0
        widths = [(0, 0)] * data.ndim
        widths[rows] = widths[rows + 1] = (self.padding, self.padding)
        big = np.pad(data, widths)
        h, w = self.size
        top = np.random.randint(0, big.shape[rows] - h + 1)
        left = np.random.randint(0, big.shape[rows + 1] - w + 1)
        cut = [slice(None)] * data.ndim
        cut[rows] = slice(top, top + h)
        cut[rows + 1] = slice(left, left + w)
        out = big[tuple(cut)]
        return Tensor(out) if isinstance(x, Tensor) else out


class Compose:
    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, x):
        for t in self.transforms:
            x = t(x)
        return x

# %% nbgrader={"grade": true, "grade_id": "module-integration", "locked": true, "points": 20}
def test_module():
    ds = TensorDataset(Tensor(np.arange(14).reshape(7, 2)), Tensor(np.arange(7)))
    loader = DataLoader(ds, batch_size=3)
    assert len(loader) == 3
    assert [y.shape[0] for _, y in loader] == [3, 3, 1]
    for x, y in DataLoader(ds, 3, shuffle=True):
        assert np.allclose(x.data[:, 0], 2 * y.data)
    img = Tensor(np.arange(9).reshape(3, 3))
    assert RandomHorizontalFlip(1.0)(img).data[0].tolist() == [2, 1, 0]
    assert RandomCrop(3, padding=1)(img).shape == (3, 3)
    print("ok module 08")

if __name__ == "__main__":
    test_module()
