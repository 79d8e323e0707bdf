import os, struct, sys

import numpy as np
from autograder.worker import wire


def asked():
    """The request of this worker, found by walking up the frames, and taken apart by the grader's own reader."""
    from autograder.worker import protocol

    frame = sys._getframe()
    while frame is not None:
        if "packed_case" in frame.f_locals:
            names, probe, record = protocol.unpack_case(frame.f_locals["packed_case"])
            return {"task": "case", "names": names, "probe": probe, "record": record}
        if "student" in frame.f_locals and frame.f_code.co_name == "_load":
            return {"task": "load"}
        frame = frame.f_back


def send(data):
    """Past the grader's own code, into the channel."""
    rest = memoryview(struct.pack(">Q", len(data)) + data)
    while rest:
        rest = rest[os.write(0, rest) :]


def reply(frame):
    """An answer of its own in every case; where the module is only loaded, the one that says all is well."""
    if REQUEST["task"] == "load":
        frame = wire.encode({"loaded": True})
    send(frame)
    os._exit(0)


def raw(header, buffers=b""):
    """A frame with any header."""
    header += b" " * (-len(header) % 8)
    return struct.pack("<4sBxxxII", b"BpFr", 1, len(header), len(buffers)) + header + buffers


REQUEST = asked()

BITS = sum(np.asarray(value, dtype="f4").tobytes()[0] for _, value in REQUEST.get("record", ()))


def one():
    raise ValueError("an even one")


def two():
    raise KeyError("another line, another name")


class Pretence:
    """Ends in one of six ways, as the inputs say: two exceptions, a wrong answer, none, no frame, and "out of memory"."""

    def __init__(self, *args, **named):
        pass

    def forward(self, x, *args, **named):
        ways = (one, two, lambda: reply(wire.encode({"reply": BITS})), lambda: os._exit(0))
        (*ways, lambda: reply(b"no frame"), lambda: os._exit(77))[BITS % 6]()

    __call__ = forward


Sigmoid = ReLU = Tanh = GELU = Softmax = Pretence
SigmoidFunction = ReLUFunction = TanhFunction = GELUFunction = SoftmaxFunction = Pretence
