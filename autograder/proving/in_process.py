"""A suite's own solutions asked in this process: without a jail, in a fraction of the time, and never a student's work.

Probes, inputs and replies travel as they do to a worker and back: packed, recorded, as frames.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from autograder.authoring.case import Case, Inputs, Suite, pack, unpack
from autograder.intake.time_limit import TooLong, limited
from autograder.judging.prepared import PreparedCase, difference
from autograder.worker.wire import decode, encode

_AFRESH, _SHARED = "_tried", "_tried_upon"
"""Packages that solutions are mounted in."""


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
