"""The policy of a run: how work is graded, whatever the work."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.judging.grade import WantedPrerequisites
from autograder.sandbox.limits import Limits


@dataclass(frozen=True, slots=True)
class Policy:
    """The way work is graded: on whose prerequisites, and with how much time and memory.

    `seconds` of wall time are for one case, `budget` of them for one attempt at a module, upon either prerequisites.
    """

    prerequisites: WantedPrerequisites = "best"
    seconds: float = 10.0
    budget: float = 60.0
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False  # without a sandbox
    era: str = ""  # of everybody's starter code; told from each hand-in if empty
