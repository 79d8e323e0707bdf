import builtins
import os
import sys

PLACES = [f"{folder}/left" for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run", "", "/usr", sys.prefix)]
left = [place for place in PLACES if os.path.exists(place)]
left += [name for name in ("left",) if name in os.environ or hasattr(builtins, name) or name in sys.modules]
if left:
    raise SystemExit(f"found: {left}")
for place in PLACES:
    try:
        with open(place, "w") as file:
            file.write("left")
    except OSError:
        pass
os.environ["left"] = builtins.left = sys.modules["left"] = "left"

class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        return x

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
