"""What a jail is given of our own: the code that runs inside, and the names under which it finds things."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import CodeType

from autograder.sandbox.code import code_of

_OURS = ("frames", "given", "request", "notebook", "inside", "rehearsal")


@cache
def reader() -> str:
    """A hash of what reads files in a worker: what it finds in a file may change when it does."""
    return hashlib.sha256(Path(__file__).with_name("notebook.py").read_bytes()).hexdigest()


def sources(reference: Mapping[str, str], words: Mapping[str, str]) -> dict[str, bytes | CodeType]:
    """Modules by name, in the order in which the template imports them; the last one makes the others ready."""
    begin = f"from autograder import inside, rehearsal\nrehearsal.rehearse()\ninside.begin({dict(words)!r})\n"
    return {
        **{f"autograder.{name}": code_of(f"autograder.{name}") for name in _OURS},
        "autograder.chance": b"from autograder import inside\ninside.load_random()\n",
        **{name: text.encode() for name, text in reference.items()},
        "autograder.begun": begin.encode(),
    }
