import os
import sys

class Hostile(Exception):
    def __str__(self):
        turn = sys.getsizeof(sys._getframe(4).f_locals.get("request", {}).get("probe", b"")) % 4 if hasattr(sys, "_getframe") else 0
        if turn == 0:
            raise SystemExit
        if turn == 1:
            return "9" * 50_000_000
        if turn == 2:
            raise KeyboardInterrupt
        return None

    __repr__ = __format__ = lambda self, *spec: str(self)

class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        raise Hostile

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
