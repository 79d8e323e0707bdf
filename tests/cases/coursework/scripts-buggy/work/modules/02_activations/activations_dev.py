# %% [markdown]
"""
# Activations
"""

# %%
#| default_exp core.activations

# %%
#| export
import numpy as np
import sys
import os

try:
    from tinytorch.core.tensor import Tensor
except ImportError:
    sys.path.append(os.path.join(os.path.dirname(__file__), '..', '01_tensor'))
    from tensor_dev import Tensor

# %%
#| export
class Sigmoid:
    def forward(self, x: Tensor) -> Tensor:
        # YOUR CODE HERE
        return Tensor(1.0 / (1.0 + np.exp(-x.data)))

    def __call__(self, x):
        return self.forward(x)


#| export
class ReLU:
    def forward(self, x: Tensor) -> Tensor:
        # YOUR CODE HERE
        out = x.data
        out[out < 0] = 0
        return Tensor(out)

    def __call__(self, x):
        return self.forward(x)


class Tanh:
    def forward(self, x: Tensor) -> Tensor:
        return Tensor(np.tanh(x.data))

    def __call__(self, x):
        return self.forward(x)


class GELU:
    def forward(self, x: Tensor) -> Tensor:
        # YOUR CODE HERE
        gate = Sigmoid().forward(Tensor(x.data * 1.702)).data
        values = np.where(x.data == -np.inf, 0, x.data)
        return Tensor(values * gate)

    def __call__(self, x):
        return self.forward(x)


class Softmax:
    def forward(self, x: Tensor, dim: int = -1) -> Tensor:
        # YOUR CODE HERE
        biggest = x.data.max(axis=dim, keepdims=True)
        biggest[biggest == -np.inf] = 0
        ex = np.exp(x.data - biggest)
        s = ex.sum(axis=dim, keepdims=True)
        s[s == 0] = 1
        return Tensor(ex / s)

    def __call__(self, x, dim=-1):
        return self.forward(x, dim)

# %% nbgrader={"grade": true, "grade_id": "module-test", "locked": true, "points": 20}
def test_module():
    x = Tensor([-1.0, 0.0, 1.0])
    assert np.allclose(ReLU()(x).data, [0, 0, 1])
    assert np.allclose(Sigmoid()(x).data, [0.26894143, 0.5, 0.7310586])
    assert np.allclose(Tanh()(x).data, np.tanh([-1, 0, 1]))
    assert np.allclose(GELU()(x).data, [-0.1542, 0, 0.8458], atol=5e-4)
    assert np.isclose(Softmax()(x).data.sum(), 1)
    print("ok module 02")

if __name__ == "__main__":
    test_module()
