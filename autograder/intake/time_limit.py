"""An end to what runs too long: in processor time, so that a busy machine changes nothing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_RINGS_AGAIN = 0.1
"""Seconds of processor time: what is interrupted may swallow the first ring."""


class TooLong(BaseException):
    """Something used up its time; no `Exception`, so that no `except` inside keeps it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLong in what runs inside once it has used up its processor time; 0 sets no limit.

    The time is one for the whole process: it is not to be used within itself, and sets no limit outside of the main thread.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLong

    if not seconds or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, _RINGS_AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
