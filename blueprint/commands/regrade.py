"""`blueprint regrade`: what students ask to be looked at again, run once more, decided and logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from blueprint.commands.grading_run import (
    contest_of,
    hand_marks,
    policy_of,
    run_options,
    run_progress,
    warn_without_sandbox,
)
from blueprint.defaults import SUITE
from blueprint.exits import Exit
from blueprint.progress import aside

if TYPE_CHECKING:
    from autograder.intake.roster import Roster
    from autograder.judging.grade import Grade
    from autograder.regrades.decisions import Decision
    from autograder.regrades.requests import Request
    from autograder.reports.gradebook import Gradebook
    from autograder.run.grading import RunOptions
    from autograder.run.journal import Journal, StudentModule
    from blueprint.choices import ModulePrerequisites
    from blueprint.grading_settings import GradingSettings

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("requests", type=_PATH)
@click.argument("submissions", nargs=-1, type=_PATH, metavar="[SUBMISSIONS]...")
@click.option("--course", help="The offering; the only one here, or the one built last, if left out.")
@click.option("--suite", help=f"The reference tests; the offering's if left out, or {SUITE}.")
@click.option("--roster", type=_PATH, help="The class list; the offering's if left out.")
@click.option("--groups", type=_PATH, help="Who is in which team, if teams handed in.")
@click.option("--out", type=_PATH, help="Where the grades are; grades/<offering> if left out.")
@click.option(
    "--edition", default="", help="The edition that this work is asked as of; the one it was asked as of if left out."
)
@click.option("--prerequisites", type=click.Choice(["best", "reference", "own"]), help="As for `blueprint grade`.")
@click.option(
    "--as",
    "forms",
    multiple=True,
    metavar="FORM",
    help="What a path is, if that cannot be told, as for `blueprint grade`.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="How many run at once; one per core if left out.")
@click.option("--unsafe-no-sandbox", "unsafe", is_flag=True, help="Run students' code with your own rights. Do not.")  # fmt: skip
def regrade(
    requests: Path,
    submissions: tuple[Path, ...],
    course: str | None,
    suite: str | None,
    roster: Path | None,
    groups: Path | None,
    out: Path | None,
    edition: str,
    prerequisites: ModulePrerequisites | None,
    forms: tuple[str, ...],
    jobs: int | None,
    unsafe: bool,
) -> int:
    """Run again what students contest, and log what came of it.

    REQUESTS is a table with the columns `student,module,cases,reason`, the cases by the ids that stand in the feedback,
    none for the whole module; `asked` may say when. A row that is wrong is refused at its cell, and then nothing is done.
    The modules that are named run again where they were handed in, or in SUBMISSIONS. The higher result counts. Each
    decision is added to regrades.csv of grades/<offering>/, with the words for the student.

    \b
    Example:
      blueprint regrade requests.csv
    """
    from autograder.intake.class_list import class_files, read_class_list
    from blueprint.commands.course_grades import told_offering
    from blueprint.grading_settings import grading_settings
    from blueprint.paths import CoursePaths

    paths = CoursePaths.find()
    settings = grading_settings(told_offering(paths, course), paths, suite)
    folder = out or paths.root / "grades" / settings.name
    class_list = read_class_list(class_files(folder, roster or settings.roster, groups))
    if unsafe:
        warn_without_sandbox()
    policy = policy_of(settings, prerequisites, unsafe)
    options = run_options(settings, policy, submissions, edition, {}, forms, jobs)
    with _opened(folder, options.suite.name) as journal:
        work = _Regrading(journal, settings, options, class_list, folder)
        asked, before = work.read(requests)
        decisions = work.decided(asked, before) if asked else []
        if decisions:
            work.write(decisions)
    for line in _told(decisions, folder):
        click.echo(line)
    return Exit.TO_MEND if any(one.outcome == "fault" for one in decisions) else Exit.FINE


def _opened(folder: Path, suite: str) -> Journal:
    """The journal of what is graded; raises UsageError where nothing is graded yet."""
    from autograder.run.journal import NAME, Journal
    from blueprint.paths import shown
    from blueprint.problems import UsageError

    if not (folder / NAME).exists():
        raise UsageError(f"{shown(folder)} holds no grades yet; `blueprint grade` makes them")
    return Journal(folder, suite)


@dataclass(frozen=True)
class _Regrading:
    """Requests on their way from a table to decisions, over one journal."""

    journal: Journal
    settings: GradingSettings
    options: RunOptions
    roster: Roster | None
    folder: Path

    @property
    def _zone(self) -> tzinfo:
        """The time zone of the offering, as far as it says until when grades may be contested; else UTC."""
        return next((until.tzinfo for until in self.settings.contest_until.values() if until.tzinfo), ZoneInfo("UTC"))

    def gradebook(self) -> Gradebook:
        """The grades of the journal as they are now."""
        from autograder.reports.gradebook import Gradebook

        return Gradebook(self.journal, self.options.suite, self.options.rule, self.roster)

    def read(self, path: Path) -> tuple[list[Request], dict[StudentModule, Grade]]:
        """The requests that are not decided yet, and the grades that count now; raises CourseError and UsageError."""
        from autograder.regrades.log import NAME, Log, asked
        from autograder.regrades.requests import Limits, read_requests
        from autograder.reports.class_work import people, student_named

        gradebook = self.gradebook()
        known = {person.id for person in people(gradebook)}

        def find(text: str) -> str | None:
            return student_named(text, gradebook, known)

        requests = read_requests(path, gradebook, find, Limits(self.settings.contest_until, str(self._zone)))
        decided = Log(self.folder / NAME).decided()
        new = [one for one in requests if asked(one) not in decided]
        if count := len(requests) - len(new):
            aside(f"{count} decided before, left as {'it is' if count == 1 else 'they are'}: see {NAME}")
        before = {one.key: gradebook.counting_grade(*one.key) for one in new}
        self._check_files(before)
        return new, before

    def _check_files(self, grades: Mapping[StudentModule, Grade]) -> None:
        """Raises UsageError where what was graded is not there any more, before anything is run."""
        from autograder.intake.contents import Refused
        from autograder.reports.graded_files import GradedFiles, gone
        from blueprint.problems import UsageError

        files = GradedFiles(self.options.suite)
        for key, grade in grades.items():
            places = [str(path) for path in self.options.paths] or [grade.origin]
            try:
                there = any(files.work(replace(grade, origin=place)) is not None for place in places)
                why = "" if there else gone(replace(grade, origin=", ".join(places)))
            except Refused as error:
                why = str(error)
            if why:
                raise UsageError(
                    f"{key.student}, module {key.module:02}: {why}; or name the download behind the table of requests"
                )

    def decided(self, requests: Sequence[Request], before: Mapping[StudentModule, Grade]) -> list[Decision]:
        """Runs what is asked about once more and decides each request; a grade that does not count any more is put back."""
        from autograder.regrades.decisions import decide
        from autograder.regrades.rerun import found_for, rerun, runs
        from autograder.run.freshness import RunStamp
        from autograder.run.starter import with_starter
        from autograder.sandbox.fault import SandboxError
        from blueprint.problems import UsageError

        RunStamp(self.folder, {}).begin()
        try:
            options = self.options
            if self.settings.starter is not None:
                options = replace(options, policy=with_starter(replace(options, paths=()), self.settings.starter))
            with run_progress() as show:
                results = rerun(runs(options, before), self.journal, show)
        except SandboxError as error:
            raise UsageError(
                f"the sandbox does not work here, so nothing is run again: {error}; see `blueprint doctor`"
            ) from error
        for result in results:
            for who, why in (*result.faults, *result.refused):
                aside(f"{who}: {why}", fg="yellow")
        decisions = [decide(one, before[one.key], found_for(self.journal, before[one.key])) for one in requests]
        for old in {one.request.key: one.before for one in decisions if one.counts is one.before}.values():
            self.journal.add(old)
        return decisions

    def write(self, decisions: Sequence[Decision]) -> None:
        """Writes tables and feedback as they are now, and adds the decisions to the log."""
        from autograder.regrades.log import NAME, Log
        from autograder.reports.publish import publish

        gradebook = self.gradebook()
        marks = hand_marks(self.folder, self.settings.pieces)
        publish(gradebook, self.folder, self.options.jobs, marks=marks, contest=contest_of(self.settings))
        cases = {one.request.module: gradebook.cases(one.request.module) for one in decisions}
        now = datetime.now(self._zone).isoformat(timespec="seconds")
        Log(self.folder / NAME).append(decisions, cases, now)


def _told(decisions: Sequence[Decision], folder: Path) -> list[str]:
    """What was decided, a line a request."""
    from autograder.intake.contents import printable
    from autograder.judging.points import number
    from autograder.regrades.decisions import changes_in_words
    from autograder.regrades.log import NAME
    from blueprint.paths import shown

    if not decisions:
        return ["no request is open"]
    lines = []
    for one in decisions:
        points = f"{number(one.before.points) or 'no grade'} -> {number(one.found.points) or 'no grade'}"
        changes = changes_in_words(one)
        where = f"{printable(one.request.student)}/{one.request.module}"
        lines.append(f"{where}: {points}, {_SAID[one.outcome]}{f' ({changes})' if changes else ''}")
    return [*lines, f"{shown(folder / NAME)}: each decision, and in its last column the words for the student"]


_SAID = {
    "higher": "which counts now",
    "unchanged": "as before",
    "kept": "the old one is kept",
    "fault": "a fault of ours: what counted before counts on, and the request stays open",
}
