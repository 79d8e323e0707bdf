"""The code of ours that a jail gets, with the import names under which students find the course's modules."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType

from autograder.sandbox.code import code_of

_READER = tuple(
    f"worker.{part}"
    for part in ("cells", "magics", "definitions", "stubs", "unmarked", "extract", "idle", "missing", "imports")
)
_OURS = ("authoring.inputs", "worker.wire", "worker.protocol", *_READER, "worker.entry", "worker.warmup")


def sources(reference: Mapping[str, str], import_names: Mapping[str, str]) -> dict[str, bytes | CodeType]:
    """Modules by name, in the order in which the zygote imports them; the last one makes the others ready."""
    begin = f"from autograder.worker import entry, warmup\nwarmup.warm_up()\nentry.begin({dict(import_names)!r})\n"
    return {
        **{f"autograder.{name}": code_of(f"autograder.{name}") for name in _OURS},
        "autograder.chance": b"from autograder.worker import entry\nentry.load_random()\n",
        **{name: text.encode() for name, text in reference.items()},
        "autograder.begun": begin.encode(),
    }
