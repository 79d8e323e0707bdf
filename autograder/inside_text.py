"""The texts that a jail is given of our own: what runs inside, and the names under which it finds things."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_OURS = ("frames", "given", "request", "notebook", "inside")


@cache
def reader() -> str:
    """A hash of what reads files in a worker: what it finds in a file may change when it does."""
    return hashlib.sha256(Path(__file__).with_name("notebook.py").read_bytes()).hexdigest()


def sources(reference: Mapping[str, str], words: Mapping[str, str]) -> dict[str, bytes]:
    """Modules by name, in the order in which the template imports them; the last one makes the others ready."""
    folder = Path(__file__).parent
    ours = {f"autograder.{name}": (folder / f"{name}.py").read_bytes() for name in _OURS}
    begin = f"from autograder import inside\ninside.begin({dict(words)!r})\n"
    return ours | {name: text.encode() for name, text in reference.items()} | {"autograder.begun": begin.encode()}
