class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        error = ValueError("innermost")
        for _ in range(2000):
            error = ExceptionGroup("more", [error])
        raise error

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
