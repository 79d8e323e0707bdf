"""The files that grades were given for, found once more where they were handed in."""

from __future__ import annotations

from pathlib import Path

from autograder.authoring.case import Suite
from autograder.authoring.conventions import conventions_of
from autograder.intake.contents import printable
from autograder.intake.listing import HandIn, list_download
from autograder.intake.selection import Work, read_submission
from autograder.intake.structure import FORMS, Form
from autograder.judging.attempt import identity
from autograder.judging.grade import Grade


def gone(grade: Grade) -> str:
    """The words for a file that is not where it was graded any more, or that never was one: nothing came that could be graded."""
    if not grade.file:
        return f"no file of it was graded ({printable(grade.reason or grade.outcome)}); `blueprint grade` takes a new hand-in"
    return f"what was graded is not in `{printable(grade.origin)}` any more: grade it again, or look there"


class GradedFiles:
    """Finds what was graded once more; each download is listed once, however many students are in it."""

    def __init__(self, suite: Suite) -> None:
        self.conventions = conventions_of(suite)
        self._downloads: dict[tuple[str, Form | None], dict[str, list[HandIn]]] = {}

    def work(self, grade: Grade) -> Work | None:
        """The files of the module that were graded; None where they are not there any more. Raises Refused."""
        # As what a person said the path is was not kept: the files tell that it is the same.
        for form in (None, *FORMS):
            for hand_in in self._hand_ins(grade.origin, form).get(grade.student, ()):
                work = read_submission(hand_in, self.conventions).modules.get(grade.module)
                if (
                    work is not None
                    and (not grade.file or work.member.path == grade.file)
                    and identity(work) == grade.attempt
                ):
                    return work
        return None

    def _hand_ins(self, origin: str, form: Form | None) -> dict[str, list[HandIn]]:
        """The hand-ins at a path by student, the newest first."""
        if (origin, form) not in self._downloads:
            by_student: dict[str, list[HandIn]] = {}
            for hand_in in reversed(list_download(Path(origin), self.conventions, form).hand_ins):
                by_student.setdefault(hand_in.student, []).append(hand_in)
            self._downloads[origin, form] = by_student
        return self._downloads[origin, form]
