"""A suite's own solutions asked in this process: without a jail, in a fraction of the time, and never a student's work.

Probes, inputs and replies travel as they do to a worker and back: packed, recorded, as frames.
"""

from __future__ import annotations

import signal
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Any

from autograder.authoring.case import Case, Inputs, Suite, pack, unpack
from autograder.judging.prepared import PreparedCase, difference
from autograder.worker.wire import decode, encode

_AFRESH, _SHARED = "_tried", "_tried_upon"
"""Packages that solutions are mounted in."""
_RINGS_AGAIN = 0.1
"""Seconds of processor time: what is interrupted may swallow the first ring."""


class TooLong(BaseException):
    """A probe used up its time; no `Exception`, so that neither `raises` nor an `except` of the solution keeps it."""


def mounted(suite: Suite, number: int, text: str, upon: Mapping[str, ModuleType] | None = None) -> Any:
    """The names that a probe sees of a solution upon the reference of the modules before it; None if importing it fails.

    `upon` are those modules as `prerequisites` loaded them; loaded afresh where left out.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return suite.mounted(number, text, _AFRESH if upon is None else _SHARED, upon)
        except (Exception, SystemExit):
            return None


def prerequisites(suite: Suite, number: int) -> Mapping[str, ModuleType]:
    """The reference of the modules before one, to be shared by solutions that leave them as they are."""
    return suite.prerequisites(number, _SHARED)


def earns(prepared_case: PreparedCase, offered: Any, seconds: float = 0) -> bool:
    """True if a solution mounted here answers a case as the reference does; `seconds` limits processor time, 0 does not."""
    try:
        with limited(seconds):
            got = reply(prepared_case.case, offered, prepared_case.record)
        return difference(prepared_case.case, prepared_case.expected, got) is None
    except (Exception, SystemExit, TooLong):
        return False


def reply(case: Case, offered: Any, record: Any) -> Any:
    """The reply of a case's probe on recorded inputs; raises what the solution raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # divisions by zero are the solution's own affair
        return decode(encode(unpack(pack(case.probe))(offered, Inputs.replay(record))))


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLong in what runs inside once it has used up its processor time; 0 sets no limit. Main thread only."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLong

    if not seconds:
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, _RINGS_AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
