import gc
import sys

MARK = "-".join(["marker-of-another", "student", "7c1f"])  # so that it is no constant of this file


def seen():
    for one in gc.get_objects():
        if isinstance(one, dict) and one is not globals() and MARK in [value for value in list(one.values()) if type(value) is str]:
            return True
        if isinstance(one, (list, tuple)) and any(type(value) is str and value == MARK for value in list(one)):
            return True
    return False


names = sorted(one for one in sys.modules if one.startswith("tinytorch"))
if seen() or "tinytorch.core.stolen" in names:
    raise SystemExit("found: another student's work")

class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        return x

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
