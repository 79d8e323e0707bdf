"""The policy of a run: how work is graded, whatever the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.authoring.editions import Editions
from autograder.sandbox.limits import Limits
from blueprint.choices import ModulePrerequisites


@dataclass(frozen=True, slots=True)
class Policy:
    """The way work is graded: on whose prerequisites, and with how much time and memory.

    `seconds` of wall time are for one case, `budget` of them for all attempts at a module, upon either prerequisites.
    `import_seconds` are for finding out whether a module can be imported at all, once an attempt and on top of these.
    """

    prerequisites: ModulePrerequisites = "best"
    seconds: float = 10.0
    budget: float = 60.0
    import_seconds: float = 10.0
    limits: Limits = field(default_factory=Limits)
    packages: tuple[str, ...] = ()
    """Packages that work may use besides NumPy, by the names they are imported under."""
    unsafe: bool = False  # without a sandbox
    editions: Editions = ()
    """The editions that the class's starter code can be of; told from each hand-in if empty."""
    confirmed: Mapping[str, Editions] = field(default_factory=dict)
    """The editions of students whose starter code a person has said to be another one, by student."""
    supplied: frozenset[str] | None = None
    """The ids of the cases that the class's own starter passes, in place of what the suite knows of its edition's."""

    examples: bool = True
    """True if what was lost of visible cases is asked once more on public inputs, for the student to read."""

    def editions_of(self, student: str) -> Editions:
        """The editions a student's work is asked as of; empty if each hand-in tells."""
        return self.confirmed.get(student) or self.editions
