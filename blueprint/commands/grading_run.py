"""What commands that grade share, and no command itself: how a run is set up, how far it is, and what stands beside its points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint.progress import aside

if TYPE_CHECKING:
    from autograder.judging.policy import Policy
    from autograder.reports.feedback import Contest
    from autograder.reports.publish import HandMarks
    from autograder.run.grading import Progress, RunOptions
    from autograder.run.journal import StudentModule
    from blueprint.choices import ModulePrerequisites
    from blueprint.grading_settings import GradingSettings


def policy_of(settings: GradingSettings, prerequisites: ModulePrerequisites | None, unsafe: bool) -> Policy:
    """The policy of a run: the offering's, with what was asked for on the command line."""
    from autograder.judging.packages import allowed
    from autograder.judging.policy import Policy

    packages = allowed(settings.packages)
    return Policy(prerequisites=prerequisites or settings.prerequisites, unsafe=unsafe, packages=packages)


def warn_without_sandbox() -> None:
    """Says what it means to run students' code without a sandbox."""
    aside("NO SANDBOX: students' code runs with your rights and reads your files", fg="red", bold=True)


def run_options(
    settings: GradingSettings,
    policy: Policy,
    submissions: tuple[Path, ...],
    edition: str,
    students_editions: Mapping[str, str],
    forms: Sequence[str],
    jobs: int | None,
) -> RunOptions:
    """The options of a run over submissions, whose editions are the offering's where none are asked for.

    Raises UsageError for a suite, an edition or a way to read a path that is not there.
    """
    from autograder.run import downloads
    from autograder.run.attempts import Rule
    from autograder.run.class_edition import stated
    from autograder.run.grading import RunOptions
    from autograder.run.pool import usable_processors
    from autograder.run.secret import seed
    from autograder.suites import find

    suite = find(settings.suite)
    confirmed = {student: stated(suite, word) for student, word in {**settings.editions, **students_editions}.items()}
    policy = replace(policy, editions=stated(suite, edition or settings.edition), confirmed=confirmed)
    return RunOptions(
        suite,
        submissions,
        policy,
        seed(settings.name, suite.name),
        jobs=jobs or usable_processors(),
        rule=Rule(settings.counts, settings.due),
        said=downloads.said(forms),
    )


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
