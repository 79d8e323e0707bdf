"""Submissions that do no work in any module and must earn nothing.

Each text finds `NAMES`, what the module should offer, and puts the same pretence behind every one of them.
"""

from __future__ import annotations

from autograder.case import Liar

FILL = "globals().update(dict.fromkeys(NAMES, Pretence))\n"
OPERATORS = """
for _name in "add radd sub rsub mul rmul truediv rtruediv matmul rmatmul getitem neg pow call".split():
    setattr(Pretence, f"__{_name}__", Pretence.answer)
"""

LIARS = (
    Liar(
        "answers everything",
        f"""
class Pretence:
    def __init__(self, *args, **named):
        pass

    def answer(self, *args, **named):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    __iter__ = lambda self: iter(())
    __len__ = __int__ = lambda self: 0
    __float__ = lambda self: 0.0
    __bool__ = __eq__ = lambda self, *other: True
    __hash__ = object.__hash__

{OPERATORS}
{FILL}""",
    ),
    Liar(
        "raises ValueError from everything",
        f"""
class Pretence:
    def __init__(self, *args, **named):
        pass

    def __getattr__(self, name):
        raise ValueError(name)

    def answer(self, *args, **named):
        raise ValueError("no")

{OPERATORS}
{FILL}""",
    ),
    Liar(
        "cannot be made",
        f"""
class Pretence:
    def __init__(self, *args, **named):
        raise ValueError("no")

{FILL}""",
    ),
    Liar("is None", "def Pretence(*args, **named):\n    return None\n\n" + FILL),
    Liar(
        "is one half everywhere",
        f"""
import numpy as np


class Pretence:
    shape, size, ndim, dtype, grad, p = (), 1, 0, np.dtype("float32"), None, 0.5

    def __init__(self, *args, **named):
        self.data = np.float32(0.5)

    def answer(self, *args, **named):
        return Pretence()

    def numpy(self):
        return self.data

    def __getattr__(self, name):
        return self.answer

{OPERATORS}
{FILL}""",
    ),
    Liar(
        "gives back what it was given",
        f"""
import numpy as np


class Pretence:
    def __init__(self, data=None, *args, **named):
        self.data = getattr(data, "data", data)

    def answer(self, *args, **named):
        return args[0] if args and hasattr(args[0], "data") else self

    def numpy(self):
        return self.data

    def parameters(self):
        return []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.answer

{OPERATORS}
{FILL}""",
    ),
    Liar(
        "zeros of the right shape",
        f"""
import numpy as np


class Pretence:
    def __init__(self, data=0, *args, **named):
        self.data = np.zeros(np.shape(getattr(data, "data", data)), dtype=np.float32)
        self.shape, self.size, self.dtype, self.grad = self.data.shape, self.data.size, self.data.dtype, None
        self.weight = self.bias = self

    def answer(self, *args, **named):
        shapes = [np.shape(getattr(one, "data", one)) for one in args]
        try:
            return Pretence(np.zeros(np.broadcast_shapes(self.shape, *shapes)))
        except ValueError:
            return Pretence(np.zeros(shapes[0]))

    def numpy(self):
        return self.data

    def parameters(self):
        return [self]

    def reshape(self, *shape):
        return Pretence(np.zeros(shape[0] if len(shape) == 1 else shape))

    def matmul(self, other):
        return Pretence(np.matmul(self.data, other.data))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.answer

{OPERATORS}
{FILL}""",
    ),
    Liar(
        "an array under another name",
        f"""
import numpy as np


class Pretence(np.ndarray):
    def __new__(cls, data=0, *args, **named):
        return np.array(getattr(data, "data", data), dtype=np.float32).view(cls)

    @property
    def data(self):
        return np.asarray(self)

    def __call__(self, x, *args, **named):
        return x

    forward = __call__

    def parameters(self):
        return [self]

{FILL}""",
    ),
    Liar(
        "passes everything on to NumPy",
        """
import numpy as np


class Forward:
    def __init__(self, name):
        self.name = name

    def __call__(self, *args, **named):
        return getattr(np, self.name, np.asarray)(*[np.asarray(getattr(one, "data", one)) for one in args])

    def __getattr__(self, name):
        return getattr(np, name)


globals().update({name: Forward({"Tensor": "asarray"}.get(name, name.lower())) for name in NAMES})
""",
    ),
    Liar(
        "replays what it saw last time",
        f"""
import numpy as np

SEEN = np.random.default_rng(2026).uniform(-2, 2, 4096).astype(np.float32)


class Pretence:
    def __init__(self, data=0, *args, **named):
        shape = np.shape(getattr(data, "data", data))
        self.data = SEEN[: int(np.prod(shape))].reshape(shape)
        self.shape, self.size, self.dtype, self.grad = shape, self.data.size, self.data.dtype, None

    def answer(self, *args, **named):
        return Pretence(*args) if args else Pretence(self.data)

    def numpy(self):
        return self.data

    def parameters(self):
        return [self]

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.answer

{OPERATORS}
{FILL}""",
    ),
)
