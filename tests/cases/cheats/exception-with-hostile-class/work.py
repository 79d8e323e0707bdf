class Odd(str):
    """Equal to everything, so that the search for a built-in class ends at once."""

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Meta(type):
    __mro__ = property(lambda self: (Named(), int, 5, None))
    __name__ = property(lambda self: Odd("AssertionError"))


class Named:
    __module__ = Odd("builtins")
    __name__ = Odd("<img src=x onerror=alert(1)>")


class Hostile(Exception, metaclass=Meta):
    __class__ = property(lambda self: dict)
    __traceback__ = property(lambda self: self)
    __module__ = Odd("builtins")

class Pretence:
    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        raise Hostile("x")

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
