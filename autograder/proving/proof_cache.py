"""The results of earlier proofs: keys and whether a point was earned, one a line, appended as it is found.

The file may be deleted at any time, and lines that cannot be read count for nothing: what they said is proven again.
Since it decides what is believed unseen, it is read and written only where nobody but its owner may write.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from typing import BinaryIO

from autograder.sandbox import libraries

_LARGEST = 16 << 20
"""Bytes after which the file is begun anew: solutions and cases that are no more have lines, too."""
_SIGNS: Mapping[bytes, bool | None] = {b"1": True, b"0": False, b"-": None}
_KEY = 64


class ProofCache:
    """The results of earlier proofs of one suite, by key; kept in a file in the user's cache folder."""

    def __init__(self, suite: str) -> None:
        self._name = f"proof-{suite}"
        with contextlib.ExitStack() as stack:
            file = self._open(stack)
            self._known = {} if file is None else _facts(file)

    def get(self, key: str) -> bool | None:
        """True if a point was earned, False if not, None if nothing is known."""
        return self._known.get(key)

    def add(self, facts: Mapping[str, bool | None]) -> None:
        """Remembers facts, and forgets those that are None; where it cannot, they are found again next time."""
        new = {key: fact for key, fact in facts.items() if self._known.get(key) is not fact}
        self._known |= {key: fact for key, fact in new.items() if fact is not None}
        for key in (key for key, fact in new.items() if fact is None):
            del self._known[key]
        signs = {fact: sign for sign, fact in _SIGNS.items()}
        text = b"".join(b"%s %s\n" % (key.encode(), signs[fact]) for key, fact in new.items())
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            if text and (file := self._open(stack)) is not None:
                # The break ends a line that was cut short, and an empty line says nothing.
                file.write(b"\n" + text)

    def _open(self, stack: contextlib.ExitStack) -> BinaryIO | None:
        """The file, begun anew if it has grown too large; None where there can be none that is ours alone."""
        with contextlib.suppress(OSError, RuntimeError):
            place = libraries.private_folder()
            if place is None:
                return None
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            found = os.open(place / self._name, flags, 0o600)
            file = stack.enter_context(open(found, "r+b", buffering=0))  # noqa: SIM115
            seen = os.fstat(found)
            if not (libraries.ours(seen) and stat.S_ISREG(seen.st_mode)):
                return None
            if seen.st_size > _LARGEST:
                os.ftruncate(found, 0)
            return file
        return None


def _facts(file: BinaryIO) -> dict[str, bool | None]:
    found: dict[str, bool | None] = {}
    with contextlib.suppress(OSError):
        for line in file.read().splitlines():
            key, _, sign = line.partition(b" ")
            if len(key) == _KEY and key.isalnum() and sign in _SIGNS:
                found[key.decode()] = _SIGNS[sign]
    return {key: fact for key, fact in found.items() if fact is not None}
