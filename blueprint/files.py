"""Files that are written whole or not at all, and files for their owner only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, content: bytes | Iterable[str], *, owner_only: bool = False) -> None:
    """Write a file under another name, then rename it, so that nobody meets half of it; raises OSError with the file's name.

    Folders that are missing are made. With `owner_only`, for students' data, nobody else may read the file and those
    folders, whatever the umask is. Text is UTF-8 with line ends as they are; lone surrogates, which stand for bytes that
    are no text, are written as those bytes. What is there and no file, as `/dev/stdout`, is written to and not replaced.
    """
    if path.exists() and not path.is_file():
        _write(os.open(path, os.O_WRONLY | os.O_CLOEXEC), content)
        return
    make_folder(path.parent, owner_only=owner_only)
    draft = path.with_name(_draft(path.name, owner_only))
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600 if owner_only else 0o666)
    except OSError as error:
        error.filename = str(path)
        raise
    try:
        _write(handle, content)
        draft.replace(path)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)
        raise


def _write(handle: int, content: bytes | Iterable[str]) -> None:
    """Write to a descriptor, and close it."""
    if isinstance(content, bytes):
        with os.fdopen(handle, "wb") as binary:
            binary.write(content)
    else:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as text:
            text.writelines(content)


def make_folder(path: Path, *, owner_only: bool = False) -> None:
    """Make a folder and those on the way that are missing; raises OSError."""
    if path.is_dir():
        return
    # `mkdir(parents=True)` gives its mode to the last one only.
    for folder in (*reversed(path.parents), path):
        if not folder.is_dir():
            folder.mkdir(mode=0o700 if owner_only else 0o777, exist_ok=True)


def is_draft(name: str) -> bool:
    """True for the name of an unfinished file, which a process that was killed leaves behind."""
    return _DRAFT.fullmatch(name) is not None


_DRAFT = re.compile(r"\..+\.(\d+|private)\.part")


def _draft(name: str, owner_only: bool) -> str:
    # Two builds may write at once where a network drive knows no locks, so each has a name of its own. Students' data are
    # written under the lock of a journal, and what a killed run left of them must not stay: the next one writes over it.
    return f".{name}.{'private' if owner_only else os.getpid()}.part"
