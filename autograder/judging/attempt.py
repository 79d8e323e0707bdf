"""An attempt: one hand-in at one module, its files as they were read, and the hash that tells it from another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from autograder.authoring.editions import Editions
from autograder.intake.selection import Submission, Work
from autograder.judging.grade import Grade

FILE_BYTES = 50_000_000
"""The largest file that is read."""


@dataclass(frozen=True, slots=True)
class Files:
    """The bytes of the file that counts, of the exported file beside a notebook if there is one, and of helpers by name."""

    path: str
    data: bytes
    exported: bytes | None = None
    helpers: tuple[tuple[str, bytes], ...] = ()

    @property
    def identity(self) -> str:
        """The hash that tells one attempt at a module from another."""
        data = self.data if self.exported is None else hashlib.sha256(self.data).digest() + self.exported
        return digest(data + b"".join(hashlib.sha256(helper).digest() for _, helper in self.helpers))


@dataclass(slots=True)
class TimeLeft:
    """Seconds that are left of a module's budget, shared by all runs of an attempt: on either prerequisites, as of either edition.

    `aside` are put aside when the first case runs out of time: to ask it again, alone, and on public inputs, takes as long
    again, and belongs to the budget.
    """

    seconds: float
    aside: float = 0.0

    def ran_out(self) -> None:
        """Puts seconds aside, once."""
        self.seconds, self.aside = self.seconds - self.aside, 0.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One hand-in at one module on its way to a grade.

    `earlier` is the grade that an earlier run gave the same files. `confirming` runs what was doubtful in it once more;
    `again` runs every case once more.
    `seconds` are left for it of the module's budget; all of it if None.
    """

    submission: Submission
    work: Work
    files: Files
    earlier: Grade | None = None
    confirming: bool = False
    again: bool = False
    seconds: float | None = None

    @property
    def settled(self) -> bool:
        """True if the earlier grade can stand as it is where nothing has changed since."""
        grade = self.earlier
        return grade is not None and not grade.doubtful and not self.again and grade.outcome != "grader fault"


def read_files(work: Work) -> Files:
    """The files of one module of a submission; raises Refused."""
    exported = None if work.exported is None else work.exported.read(FILE_BYTES)
    helpers = tuple((name, member.read(FILE_BYTES)) for name, member in work.helpers)
    return Files(work.member.path, work.member.read(FILE_BYTES), exported, helpers)


def identity(work: Work) -> str:
    """The hash that tells one attempt at a module from another; raises Refused."""
    return read_files(work).identity


def possible_editions(submission: Submission, work: Work) -> Editions:
    """The editions a module can be of, by its own text and by everything handed in with it."""
    shared = tuple(edition for edition in work.editions if edition in submission.editions)
    return shared or work.editions or submission.editions


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
