ACTS = "=cmd|'/c calc'!A1\x1b]0;owned\x07\x1b[2J\r\n\r\n<script>alert(1)</script><img src=x onerror=alert(2)>" + (
    "\u202e| a | b |\n|---|---|\n[a](javascript:alert(3)) ![b](http://example.org/x) `code` </td></tr></table>\x00\u2028\ud800"
)


class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        raise ValueError(ACTS)

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
