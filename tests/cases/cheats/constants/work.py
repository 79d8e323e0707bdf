a = "a" * 10**10
b = (0,) * 10**9
c = 1 << 10**10

class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        return x

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
