"""Which of several attempts at a module counts, and so which can count and need be graded at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from blueprint.choices import CountingAttempt

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule for which of several attempts counts, and by when each module was due (ISO 8601 with the course's offset)."""

    counts: CountingAttempt = "latest"
    due: Mapping[int, str] = field(default_factory=dict)

    def on_time(self, module: int, late: bool, handed_in: str) -> bool:
        """True if an attempt came in time, as far as the platform's own record tells: its mark, or its time (ISO 8601)."""
        if late:
            return False
        due = self.due.get(module)
        if not due or not handed_in:
            return True
        limit, came = datetime.fromisoformat(due), datetime.fromisoformat(handed_in)
        # A platform that writes no zone means the course's.
        return (came if came.tzinfo else came.replace(tzinfo=limit.tzinfo)) <= limit

    def can_count(self, attempts: Sequence[T], on_time: Sequence[bool]) -> Sequence[T]:
        """Those of a student's attempts at a module, the newest first, that can count; `on_time` tells of each if it was."""
        if self.counts == "best":
            return attempts
        if self.counts == "latest-on-time":
            in_time = [one for one, was in zip(attempts, on_time, strict=True) if was]
            # Where nothing came in time the latest counts: what lateness costs is not decided here.
            return (in_time or attempts)[:1]
        return attempts[:1]
