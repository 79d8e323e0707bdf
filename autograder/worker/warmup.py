"""A hand-in of our own, read and asked once before any student's: what is first done in the zygote, no worker does again.

Python makes much on first use: what it learns of the code it runs, what it looks up, what it compiles. In a worker all
that is thrown away after one case.
"""

from __future__ import annotations

import gc
import json
import marshal
import sys

import numpy as np  # noqa: TID253 -- loaded by the zygote, never by the command line

from autograder.worker import entry, protocol

_NAME = "autograder.warmed_up"
_CELLS = (
    "#| default_exp core.warmed_up",
    "%time 1\nx = 1\n",
    """#| export
import numpy as np
from typing import List


class Scale:
    \"\"\"Multiplies.\"\"\"

    def __init__(self, by: float = 2.0):
        if by is None:
            raise ValueError(f"by is {by}")
        self.data = np.array([by], dtype=np.float32)

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x: np.ndarray) -> "np.ndarray":
        return np.maximum(x * self.data, 0).astype(np.float32)
""",
    "def test_scale():\n    assert Scale(2.0)(3.0) == 6.0\n\n\ntest_scale()",
)
_PROBE = """
def probe(tt, inputs):
    scale = tt.Scale(inputs.number())
    x = inputs.array(2, 3)
    kept = x.copy()
    out = [scale(row) for row in x]
    return {"out": out, "same": x, "sum": float(np.sum(kept)), "shape": x.shape, "raised": raises(tt.Scale, None)}
"""


def warm_up() -> None:
    """Reads a notebook and answers a case, and leaves no trace of what they were."""
    cells = [{"cell_type": "code", "source": text.splitlines(True), "metadata": {}} for text in _CELLS]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    code = marshal.dumps(compile(_CELLS[2], protocol.FILE, "exec", dont_inherit=True))
    space: dict[str, object] = {}
    exec(compile(_PROBE, "<warm-up>", "exec", dont_inherit=True), space)
    probe = marshal.dumps(({"": (space["probe"].__code__, None, None)}, {}))  # type: ignore[attr-defined]
    record = (("number 1", 1.5), ("array 2", np.ones((2, 3), dtype="float32")))
    case = protocol.case_request(
        protocol.pack_student((), [(_NAME, code)]), protocol.pack_case([(_NAME, ("Scale",))], probe, record), ()
    )
    for request in (protocol.extract_request(book, "work.ipynb"), case):
        entry.prepare(request)
        entry.answer(request)
    del sys.modules[_NAME]
    gc.enable()  # a reader stops it
