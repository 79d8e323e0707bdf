"""Folders and files that hold students' data: for their owner only, whatever the umask is."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def folder(path: Path) -> None:
    """Makes a folder, and those on the way that are missing; raises OSError."""
    # `mkdir(parents=True)` gives its mode to the last one only.
    for one in (*reversed(path.parents), path):
        if not one.is_dir():
            one.mkdir(mode=0o700, exist_ok=True)


def write(path: Path, pieces: Iterable[str]) -> None:
    """Writes a file whole under another name, then renames it, so that nobody meets half of it; raises OSError.

    Lone surrogates, which stand for bytes that are no text, are written as those bytes. Line ends stay as they are.
    """
    # One name for every run: what a killed one left is overwritten by the next.
    draft = path.with_name(f".{path.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.writelines(pieces)
        os.replace(draft, path)  # noqa: PTH105 -- beside its siblings
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
