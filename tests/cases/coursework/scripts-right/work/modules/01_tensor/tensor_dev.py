# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
"""
# Tensor

First module: the container that all the others use.
"""

# %%
#| default_exp core.tensor
#| export
import numpy as np

# %% nbgrader={"grade": false, "grade_id": "tensor-class", "solution": true}
#| export
class Tensor:
    """n-dimensional float32 array with (sleeping) gradient fields"""

    def __init__(self, data, requires_grad=False):
        # YOUR CODE HERE
        self.data = np.array(data, dtype=np.float32)
        self.requires_grad = requires_grad
        self.grad = None

    @property
    def shape(self):
        return self.data.shape

    @property
    def size(self):
        return int(self.data.size)

    @property
    def dtype(self):
        return self.data.dtype

    def __repr__(self):
        if self.requires_grad:
            return f"Tensor(data={self.data}, shape={self.shape}, requires_grad=True)"
        return f"Tensor(data={self.data}, shape={self.shape})"

    def __str__(self):
        return "Tensor(" + str(self.data) + ")"

    def numpy(self):
        return self.data

    def __add__(self, other):
        # YOUR CODE HERE
        if isinstance(other, Tensor):
            return Tensor(self.data + other.data)
        else:
            return Tensor(self.data + other)

    def __sub__(self, other):
        if isinstance(other, Tensor):
            return Tensor(self.data - other.data)
        else:
            return Tensor(self.data - other)

    def __mul__(self, other):
        if isinstance(other, Tensor):
            return Tensor(self.data * other.data)
        else:
            return Tensor(self.data * other)

    def __truediv__(self, other):
        if isinstance(other, Tensor):
            return Tensor(self.data / other.data)
        else:
            return Tensor(self.data / other)

    def matmul(self, other):
        # YOUR CODE HERE
        if not isinstance(other, Tensor):
            raise TypeError("matmul requires Tensor, got " + type(other).__name__)
        a = self.data
        b = other.data
        if a.ndim == 2 and b.ndim == 2:
            if a.shape[1] != b.shape[0]:
                raise ValueError(f"Inner dimensions don't match: {a.shape[1]} vs {b.shape[0]}")
            out = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
            for i in range(a.shape[0]):
                for j in range(b.shape[1]):
                    out[i, j] = np.dot(a[i, :], b[:, j])
            return Tensor(out)
        # everything else (vectors, batches): numpy knows the rules and raises ValueError
        return Tensor(np.matmul(a, b))

    def __matmul__(self, other):
        return self.matmul(other)

    def __getitem__(self, key):
        return Tensor(self.data[key])

    def reshape(self, *shape):
        # YOUR CODE HERE
        if len(shape) == 1 and type(shape[0]) in (tuple, list):
            shape = tuple(shape[0])
        if shape.count(-1) > 1:
            raise ValueError("only one -1 please")
        for s in shape:
            if s < -1 or s == 0:
                raise ValueError("bad size " + str(s))
        total = 1
        for s in shape:
            if s != -1:
                total *= s
        if -1 in shape:
            if self.size % total:
                raise ValueError(f"{self.size} elements cannot be divided by {total}")
            shape = tuple(self.size // total if s == -1 else s for s in shape)
        elif total != self.size:
            raise ValueError(f"Element count mismatch: {self.size} elements vs {total} elements")
        return Tensor(self.data.reshape(shape))

    def transpose(self, dim0=None, dim1=None):
        # YOUR CODE HERE
        n = self.data.ndim
        if dim0 is None and dim1 is None:
            if n < 2:
                return Tensor(self.data)
            dim0, dim1 = n - 2, n - 1
        elif dim0 is None or dim1 is None:
            raise ValueError("give both dims or none")
        axes = list(range(n))
        axes[dim0], axes[dim1] = axes[dim1], axes[dim0]
        return Tensor(self.data.transpose(axes))

    def sum(self, axis=None, keepdims=False):
        return Tensor(self.data.sum(axis=axis, keepdims=keepdims))

    def mean(self, axis=None, keepdims=False):
        return Tensor(self.data.mean(axis=axis, keepdims=keepdims))

    def max(self, axis=None, keepdims=False):
        return Tensor(self.data.max(axis=axis, keepdims=keepdims))

    def backward(self):
        """will be filled by module 05"""
        pass

# %% nbgrader={"grade": true, "grade_id": "test-tensor-creation", "locked": true, "points": 10}
def test_unit_tensor_creation():
    t = Tensor([[1, 2, 3]])
    assert t.shape == (1, 3)
    assert t.dtype == np.float32
    assert t.grad is None and not t.requires_grad
    print("ok creation")

if __name__ == "__main__":
    test_unit_tensor_creation()

# %% nbgrader={"grade": true, "grade_id": "test-arithmetic", "locked": true, "points": 15}
def test_unit_arithmetic():
    a = Tensor([1.0, 2.0])
    assert (a + a).data.tolist() == [2, 4]
    assert (a - 1).data.tolist() == [0, 1]
    assert (a * 3).data.tolist() == [3, 6]
    assert (a / 2).data.tolist() == [0.5, 1]
    print("ok arithmetic")

if __name__ == "__main__":
    test_unit_arithmetic()

# %% nbgrader={"grade": true, "grade_id": "module-integration", "locked": true, "points": 20}
def test_module():
    test_unit_tensor_creation()
    test_unit_arithmetic()
    m = Tensor([[1, 2], [3, 4]])
    assert (m @ m).data.tolist() == [[7, 10], [15, 22]]
    assert m.transpose().data.tolist() == [[1, 3], [2, 4]]
    assert m.reshape(-1).shape == (4,)
    assert m.sum(axis=0, keepdims=True).shape == (1, 2)
    print("ok module 01")

if __name__ == "__main__":
    test_module()
