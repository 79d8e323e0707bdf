import sys

sys.setrecursionlimit(10**9)

class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        return self(x)

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
