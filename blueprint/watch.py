"""Waiting for a file to change, by looking at times and sizes: no library, and right on network drives, too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

BETWEEN = 0.3
"""Seconds from one look to the next."""


def stamps(files: Iterable[Path]) -> dict[Path, tuple[int, int] | None]:
    """When each file was last written and how long it is; None for one that is not there."""
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def wait_for_change(
    seen: dict[Path, tuple[int, int] | None], sleep: Callable[[float], None] = time.sleep
) -> tuple[Path, ...]:
    """The files that are no longer as they were `seen`; waits until there are some."""
    while True:
        changed = tuple(file for file, stamp in seen.items() if _stamp(file) != stamp)
        if changed:
            return changed
        sleep(BETWEEN)
