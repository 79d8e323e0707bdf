"""What commands that grade share, and no command itself: how far a run is, what people have marked, how to contest a grade."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.reports.feedback import Contest
    from autograder.reports.publish import HandMarks
    from autograder.run.grading import Progress
    from autograder.run.journal import StudentModule
    from blueprint.grading_settings import GradingSettings


def hand_marks(folder: Path, pieces: Mapping[int, str]) -> HandMarks:
    """What people gave for the questions of a student's module, as the log tells it now; raises CourseError."""
    from autograder.reports.feedback import HandMark
    from autograder.review.marks import Marks

    marks = Marks.read(folder)

    def of(key: StudentModule) -> Sequence[HandMark]:
        given = marks.of(key.student, pieces.get(key.module, f"module-{key.module:02}"))
        return [HandMark(m.name, m.points, m.possible, m.title, m.reasons, m.comment) for m in given]

    return of


def contest_of(settings: GradingSettings) -> Contest:
    """Whom students write to about a grade, and until when for each module, as the offering says."""
    from autograder.reports.feedback import Contest

    return Contest(settings.contact, settings.contest_until)


@contextmanager
def run_progress() -> Iterator[Callable[[Progress], None]]:
    """Yields the function that shows how far a run is."""
    from blueprint.progress import Step, progress

    with progress("grading", rate=True, left=True, forks=True) as show:
        yield lambda p: show(
            Step(
                p.done,
                p.total,
                "alone once more" if p.confirming else "grading",
                f"{p.done} of {p.total} hand-ins",
                ", ".join(f"{count} {status}" for status, count in p.ended.most_common()),
            )
        )
