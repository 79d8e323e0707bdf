"""Submissions that do no work, whatever the course: every suite is tried with them, and they must earn nothing.

Each text finds `NAMES`, what the module should offer, and puts the same pretence behind every one of them.
"""

from __future__ import annotations

from autograder.authoring.case import Liar

FILL = "globals().update(dict.fromkeys(NAMES, Pretence))\n"
OPERATORS = """
for _name in "add radd sub rsub mul rmul truediv rtruediv matmul rmatmul getitem neg pow call".split():
    setattr(Pretence, f"__{_name}__", Pretence.answer)

if not hasattr(Pretence, "__iter__"):  # by __getitem__ alone, Python would go on asking for ever
    Pretence.__iter__ = lambda self: iter([self[0], self[1]])
"""

# A class that forwards every question to its array, but for names in HIDDEN, which a case might ask to find it out.
WRAPPER = """
import numpy as np


def bare(x):
    return x.data if isinstance(x, Wrapped) else x


class Wrapped:
    grad, requires_grad = None, False

    def __init__(self, data=0, *args, **named):
        self.data = np.array(bare(data), dtype=np.float32)

    def numpy(self):
        return self.data

    numel = lambda self: self.data.size
    memory_footprint = lambda self: self.data.nbytes
    contiguous = lambda self: Wrapped(np.ascontiguousarray(self.data))
    view = lambda self, *shape: Wrapped(self.data.reshape(*shape))
    matmul = lambda self, other: Wrapped(self.data @ other.data)

    def parameters(self):
        return [self]

    def __getattr__(self, name):
        if name.startswith("__") or name in HIDDEN:
            raise AttributeError(name)
        found = getattr(self.data, name, None) or getattr(np, name.lower(), None)
        if not callable(found):
            return found
        return lambda *args, **named: Wrapped(found(*map(bare, args), **named))

    def __call__(self, *args, **named):
        return args[0] if args else self


for _name in "add radd sub rsub mul rmul truediv rtruediv matmul rmatmul getitem neg pow".split():
    def _operator(self, *args, _name=f"__{_name}__"):
        return Wrapped(getattr(self.data, _name)(*map(bare, args)))

    setattr(Wrapped, f"__{_name}__", _operator)

globals().update(dict.fromkeys(NAMES, Wrapped))
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
    Liar(
        "replays what it was given",
        f"""
import numpy as np

SEEN = []


class Pretence:
    def __init__(self, data=0, *args, **named):
        try:
            made = np.array(getattr(data, "data", data), dtype=np.float32)
        except (TypeError, ValueError):
            made = SEEN[0] if SEEN else np.zeros(())
        SEEN.append(made)
        self.keep(made)

    def keep(self, made):
        self.data, self.shape, self.size, self.dtype, self.grad = made, made.shape, made.size, made.dtype, made

    def answer(self, *args, **named):
        for one in args:
            Pretence(one)
        out = Pretence.__new__(Pretence)
        out.keep(next((one for one in SEEN if one.shape == self.shape), self.data))
        return out

    def numpy(self):
        return self.data

    def parameters(self):
        return [self]

    def __float__(self):
        return float(self.data.ravel()[0])

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter([(Pretence(one), Pretence(one)) for one in SEEN[:8]])

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.answer

{OPERATORS}
{FILL}""",
    ),
    Liar(
        "an array with the right methods",
        f"""
import numpy as np


class Pretence(np.ndarray):
    requires_grad, grad = False, None

    def __new__(cls, data=0, *args, **named):
        return np.array(data, dtype=np.float32).view(cls)

    def __init__(self, *args, **named):
        pass

    @property
    def data(self):
        return np.array(self, dtype=np.float32)

    def numpy(self):
        return np.asarray(self)

    def matmul(self, other):
        return np.matmul(self, other)

    def contiguous(self):
        return self.copy()

    def numel(self):
        return self.size

    def memory_footprint(self):
        return self.nbytes

    def view(self, *shape):
        return np.ndarray.view(self, *shape) if shape and isinstance(shape[0], type) else self.reshape(*shape)

    def masked_fill(self, mask, value):
        out = self.copy()
        out[np.asarray(mask, dtype=bool)] = value
        return out

    def __call__(self, x, *args, **named):
        return x

    forward = __call__

    def parameters(self):
        return [self]

{FILL}""",
    ),
    Liar(
        "a curve that only falls",
        f"""
import numpy as np


class Pretence:
    # Losses, rates and weights that look like those of any training.

    def __init__(self, model=None, optimizer=None, loss_fn=None, scheduler=None, grad_clip_norm=None, **named):
        self.model, self.optimizer, self.lr, self.epoch, self.step_count = model, optimizer, 0.1, 0, 0
        self.grad, self.requires_grad, self.training_mode = None, True, True
        self.data = np.float32(0.5) if not isinstance(model, np.ndarray) else model
        self.history = {{"train_loss": [], "eval_loss": [], "learning_rates": []}}

    def _shrink(self):
        owner = self.model
        listed = owner.parameters() if hasattr(owner, "parameters") else owner
        for one in listed if isinstance(listed, (list, tuple)) else []:
            one.data = np.asarray(one.data * 0.9, dtype=np.float32)

    def step(self, *args):
        self.step_count += 1
        self._shrink()

    def train_epoch(self, batches, accumulation_steps=1):
        self.epoch += 1
        self._shrink()
        self.history["train_loss"].append(1 / self.epoch)
        self.history["learning_rates"].append(self.get_lr(self.epoch))
        return 1 / self.epoch

    def evaluate(self, batches):
        self.history["eval_loss"].append(0.1)
        return 0.1, 0.95

    def get_lr(self, epoch):
        return 0.1 / (1 + epoch)

    def zero_grad(self):
        for one in self.model if isinstance(self.model, (list, tuple)) else []:
            one.grad = None

    def answer(self, *args, **named):
        self.epoch += 1
        return Pretence(np.float32(1 / self.epoch))

    def backward(self, *args, **named):
        pass

    def numpy(self):
        return self.data

    def parameters(self):
        return []

    def __float__(self):
        self.epoch += 1
        return 1 / self.epoch

{OPERATORS}
{FILL}""",
    ),
    Liar("wraps whatever NumPy says", WRAPPER.replace("HIDDEN", "()")),
    Liar("wraps whatever NumPy says but for one name", WRAPPER.replace("HIDDEN", '("searchsorted",)')),
)
