import numpy as np
from tinytorch.core.tensor import Function, Tensor


class ReLUFunction(Function):
    def forward(self, x):
        return np.maximum(0, x)


class ReLU:
    def forward(self, x):
        return Tensor(np.maximum(0, x.data))

    __call__ = forward


del Function
