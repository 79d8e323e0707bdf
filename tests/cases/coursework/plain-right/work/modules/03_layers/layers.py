# %% [markdown]
"""
# Layers: Linear and Dropout
"""

# %%
#| default_exp core.layers
#| export
import numpy as np
import sys
import os

try:
    from tinytorch.core.tensor import Tensor
except ImportError:
    sys.path.append(os.path.join(os.path.dirname(__file__), '..', '01_tensor'))
    from tensor import Tensor

XAVIER_SCALE_FACTOR = 1.0
DROPOUT_MIN_PROB = 0.0
DROPOUT_MAX_PROB = 1.0

# %%
#| export
class Layer:
    def forward(self, x):
        raise NotImplementedError("Layer.forward")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return []

    def __repr__(self):
        return self.__class__.__name__ + "()"


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        # YOUR CODE HERE
        self.in_features = in_features
        self.out_features = out_features
        std = (XAVIER_SCALE_FACTOR / in_features) ** 0.5
        w = np.random.randn(in_features, out_features) * std
        self.weight = Tensor(w, requires_grad=True)
        self.bias = None
        if bias:
            self.bias = Tensor(np.zeros((out_features,)), requires_grad=True)

    def forward(self, x):
        y = x @ self.weight
        if self.bias is None:
            return y
        return y + self.bias

    def parameters(self):
        params = [self.weight]
        if self.bias is not None:
            params.append(self.bias)
        return params

    def __repr__(self):
        has_bias = self.bias is not None
        return f"Linear(in_features={self.in_features}, out_features={self.out_features}, bias={has_bias})"


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not (DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB):
            raise ValueError("dropout probability must be between 0 and 1")
        self.p = p

    def forward(self, x, training=True):
        # YOUR CODE HERE
        if training and self.p > 0:
            if self.p == 1.0:
                return x * Tensor(np.zeros_like(x.data))
            kept = np.random.random(x.data.shape) >= self.p
            return x * Tensor(kept.astype(np.float32) / (1.0 - self.p))
        return x

    def __call__(self, x, training=True):
        return self.forward(x, training)

    def parameters(self):
        return []

    def __repr__(self):
        return f"Dropout(p={self.p})"

# %% nbgrader={"grade": true, "grade_id": "module-integration", "locked": true, "points": 20}
def test_module():
    layer = Linear(3, 2)
    assert layer(Tensor(np.ones((5, 3)))).shape == (5, 2)
    assert len(layer.parameters()) == 2
    layer.weight.data = np.ones((3, 2), dtype=np.float32)
    assert np.allclose(layer(Tensor([[1, 2, 3]])).data, 6)
    d = Dropout(0.3)
    x = Tensor(np.ones((100, 100)))
    assert d(x, training=False) is x
    assert abs(d(x).data.mean() - 1) < 0.1
    print("ok module 03")

if __name__ == "__main__":
    test_module()
