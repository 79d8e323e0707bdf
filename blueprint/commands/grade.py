"""`blueprint grade`: students' work against the reference tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

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
    from collections.abc import Sequence

    from autograder.authoring.case import Suite
    from autograder.intake.roster import Roster
    from autograder.judging.policy import Policy
    from autograder.reports.csv_files import Row
    from autograder.run.freshness import RunStamp
    from autograder.run.grading import RunOptions, RunResult
    from blueprint.choices import ModulePrerequisites
    from blueprint.grading_settings import GradingSettings


@click.command()
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SUBMISSIONS...")
@click.option("--course", help="The offering this is for; it gives suite, deadlines and which attempt counts.")
@click.option("--suite", help=f"The reference tests; the offering's if left out, or {SUITE}.")
@click.option("--module", "modules", multiple=True, type=int, help="Grade only this module (may be repeated).")
@click.option("--student", "students", multiple=True, help="Grade only this student (may be repeated).")
@click.option(
    "--roster", type=click.Path(path_type=Path), help="The class list as CSV: who is who, and who is missing."
)
@click.option(
    "--groups",
    type=click.Path(path_type=Path),
    help="Who is in which team, as CSV: `group,student`, a line a member. Members have their team's grade.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="How many run at once; one per core if left out.")
@click.option("--out", type=click.Path(path_type=Path), help="Where grades go; grades/<offering> if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.option(
    "--prerequisites",
    type=click.Choice(["best", "reference", "own"]),
    help="Whose earlier modules a module runs on. best, if left out: the reference's; what loses points is asked once more upon the student's, and the higher total counts.",
)
@click.option(
    "--edition",
    "editions",
    multiple=True,
    help="The edition of everybody's starter code, `2026-05`, or of one student's, `ana=2026-02` (may be repeated).",
)
@click.option("--era", hidden=True, help="Older word for `--edition`.")
@click.option(
    "--as",
    "forms",
    multiple=True,
    metavar="FORM",
    help="What a path is, if that cannot be told: class, sections (a class in parts), student, canvas, moodle, brightspace, blackboard, gradescope, nbgrader or classroom; `late.zip=student` for one of several (may be repeated).",
)
@click.option(
    "--all-attempts",
    "every_attempt",
    is_flag=True,
    help="Grade every attempt, also those that cannot count: all but the latest, where the latest counts.",
)
@click.option("--again", is_flag=True, help="Run everything a second time, and report cases whose result flips.")
@click.option("--unsafe-no-sandbox", "unsafe", is_flag=True, help="Run students' code with your own rights. Do not.")
def grade(
    submissions: tuple[Path, ...],
    course: str | None,
    suite: str | None,
    modules: tuple[int, ...],
    students: tuple[str, ...],
    roster: Path | None,
    groups: Path | None,
    jobs: int | None,
    out: Path | None,
    as_json: bool,
    prerequisites: ModulePrerequisites | None,
    editions: tuple[str, ...],
    era: str | None,
    forms: tuple[str, ...],
    every_attempt: bool,
    again: bool,
    unsafe: bool,
) -> int:
    """Grade what students handed in.

    Folders, archives, notebooks, or the zips of learning platforms. Adds to grades/<offering>/: gradebook.csv, results.csv, feedback/, report.html, report/ and the journal. What was graded
    before is not run again.

    \b
    Example:
      blueprint grade submissions/
      blueprint grade canvas.zip --module 3 --roster roster.csv
    """
    from autograder.run.freshness import RunStamp
    from blueprint.paths import CoursePaths

    paths = CoursePaths.find()
    chosen = paths.choose_if_any(course)
    folder = out or paths.root / "grades" / (chosen[0].stem if chosen else suite or SUITE)
    options = (
        chosen,
        suite,
        submissions,
        modules,
        students,
        roster,
        groups,
        prerequisites,
        editions,
        era,
        forms,
        unsafe,
        every_attempt,
        as_json,
    )
    stamp = RunStamp(folder, {"asked": repr(options), "from": str(Path.cwd())})
    if not again and (said := stamp.fresh()) is not None:
        click.echo(said["text"])
        return int(said["code"])
    from autograder.intake.class_list import class_files, read_class_list
    from blueprint.grading_settings import grading_settings, offering_note, require_tests
    from blueprint.problems import render

    if note := offering_note(chosen):
        aside(note)
    settings = grading_settings(chosen[0] if chosen else None, paths, suite)
    require_tests(settings)
    if settings.warnings:
        aside(render(settings.warnings), fg="yellow")
    policy = policy_of(settings, prerequisites, unsafe)
    if era:
        aside("`--era` is an older word for `--edition`", fg="yellow")
    plan = _plan(
        settings, policy, submissions, modules, students, jobs, again, (era or "", *editions), forms, every_attempt
    )
    files = class_files(folder, roster or settings.roster, groups)
    people = read_class_list(files)
    if unsafe:
        warn_without_sandbox()
    report, rows = _grade(plan, people, folder, stamp, settings)
    click.echo(_text(report, rows, folder, as_json))
    code = Exit.TO_MEND if report.faults or report.refused else Exit.FINE
    code = Exit.UNMATCHED if report.account.of("unmatched") else code
    if not report.faults and not report.account.not_begun:
        next_time = replace(report, changes=[], known=report.known + report.graded, graded=0)
        read = [
            *submissions,
            *settings.files,
            *files.found(),
            *([settings.starter] if settings.starter else []),
            *_own_files(plan.suite),
        ]
        stamp.write(read, {"text": _text(next_time, rows, folder, as_json), "code": code})
    return code


def _plan(
    settings: GradingSettings,
    policy: Policy,
    submissions: tuple[Path, ...],
    modules: tuple[int, ...],
    students: tuple[str, ...],
    jobs: int | None,
    again: bool,
    editions: Sequence[str],
    forms: Sequence[str],
    every_attempt: bool,
) -> RunOptions:
    """The options of the run; raises UsageError for a suite, a module, an edition or a way to read a path that is not there."""
    from autograder.run.class_edition import divided
    from autograder.suites import find

    _check_modules(find(settings.suite), modules)
    edition, students_editions = divided(editions)
    return replace(
        run_options(settings, policy, submissions, edition, students_editions, forms, jobs),
        modules=modules,
        students=students,
        again=again,
        every_attempt=every_attempt,
    )


def _grade(
    plan: RunOptions, roster: Roster | None, folder: Path, stamp: RunStamp, settings: GradingSettings
) -> tuple[RunResult, Sequence[Row]]:
    """Grades and writes what people read: what was done, and the gradebook's rows.

    Raises `CourseError`, and `UsageError` where the sandbox does not work.
    """
    from autograder.run.grading import grade_all
    from autograder.run.journal import Journal
    from autograder.run.starter import with_starter
    from autograder.sandbox.fault import SandboxError
    from blueprint.problems import UsageError

    with Journal(folder, plan.suite.name) as journal:
        stamp.begin()
        try:
            if settings.starter is not None:
                plan = replace(plan, policy=with_starter(plan, settings.starter))
            with run_progress() as show:
                report = grade_all(plan, journal, show, _ready)
        except SandboxError as error:
            raise UsageError(
                f"the sandbox does not work here, so nothing is graded: {error}; see `blueprint doctor`"
            ) from error
        from autograder.reports.gradebook import Gradebook
        from autograder.reports.publish import publish
        from autograder.reports.unmatched import settled

        gradebook = Gradebook(journal, plan.suite, plan.rule, roster)
        report.account = settled(report.account, gradebook)
        marks = hand_marks(folder, settings.pieces)
        return report, publish(gradebook, folder, plan.jobs, report.account, marks, contest_of(settings))


def _ready() -> None:
    """Loads what publishing needs, while the slots start."""
    from autograder.reports.publish import load_templates

    load_templates()


def _check_modules(suite: Suite, numbers: Sequence[int]) -> None:
    """Raises UsageError for a module the suite does not have."""
    from blueprint.problems import UsageError

    try:
        for number in numbers:
            suite.module(number)
    except LookupError as error:
        raise UsageError(f"--module: {error}") from None


def _text(report: RunResult, rows: Sequence[Row], folder: Path, as_json: bool) -> str:
    """The summary of a run that the terminal shows."""
    from json import dumps

    from autograder.reports.summary import data, lines
    from blueprint.paths import shown

    if as_json:
        return dumps(data(report, rows), indent=2, ensure_ascii=False)
    return "\n".join(lines(report, rows, shown(folder)))


def _own_files(suite: Suite) -> list[Path]:
    """The files of the person who grades: the secret, and a suite of their own; suites that ship are part of the program."""
    from importlib.resources import files

    from autograder.run import secret

    own_suite = [] if suite.folder.startswith("autograder.") else [Path(str(files(suite.folder)))]
    return [secret.place(), *own_suite]
