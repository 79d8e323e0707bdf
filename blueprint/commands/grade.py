"""`blueprint grade`: students' work against the reference tests."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.authoring.case import Suite
    from autograder.intake.roster import Roster
    from autograder.judging.grade import Prerequisites
    from autograder.reports.csv_files import Row
    from autograder.reports.gradebook import Rule
    from autograder.run.freshness import Mark
    from autograder.run.grading import Progress, Report
    from blueprint.model import Course
    from blueprint.paths import CoursePaths


@click.command()
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SUBMISSIONS...")
@click.option("--course", help="The offering this is for; it gives suite, deadlines and which attempt counts.")
@click.option("--suite", help="The reference tests; the offering's if left out, or tinytorch.")
@click.option("--module", "modules", multiple=True, type=int, help="Grade only this module (may be repeated).")
@click.option("--student", "students", multiple=True, help="Grade only this student (may be repeated).")
@click.option(
    "--roster", type=click.Path(path_type=Path), help="The class list as CSV: who is who, and who is missing."
)
@click.option("--jobs", type=click.IntRange(min=1), help="How many run at once; one per core if left out.")
@click.option("--out", type=click.Path(path_type=Path), help="Where grades go; grades/<offering> if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.option(
    "--prerequisites",
    type=click.Choice(["reference", "own"]),
    help="Whose earlier modules a module runs on; the reference's if left out.",
)
@click.option("--era", help="The letter of everybody's starter code; told from each hand-in if left out.")
@click.option("--again", is_flag=True, help="Run everything a second time, and report cases whose result flips.")
@click.option("--unsafe-no-sandbox", "unsafe", is_flag=True, help="Run students' code with your own rights. Do not.")
def grade(
    submissions: tuple[Path, ...],
    course: str | None,
    suite: str | None,
    modules: tuple[int, ...],
    students: tuple[str, ...],
    roster: Path | None,
    jobs: int | None,
    out: Path | None,
    as_json: bool,
    prerequisites: Prerequisites | None,
    era: str | None,
    again: bool,
    unsafe: bool,
) -> int:
    """Grade what students handed in.

    Folders, archives, notebooks, or the zips of learning platforms. Adds to grades/<offering>/: gradebook.csv, results.csv, feedback/, report.html and the journal. What was graded
    before is not run again.

    \b
    Example:
      blueprint grade submissions/
      blueprint grade canvas.zip --module 3 --roster roster.csv
    """
    from autograder.run.freshness import Mark
    from blueprint.paths import CoursePaths

    paths = CoursePaths.find()
    chosen = paths.choose_if_any(course)
    folder = out or paths.root / "grades" / (chosen[0].stem if chosen else suite or "tinytorch")
    asked = (chosen, suite, submissions, modules, students, roster, prerequisites, era, unsafe, as_json)
    mark = Mark(folder, {"asked": repr(asked), "from": str(Path.cwd())})
    if not again and (said := mark.fresh()) is not None:
        click.echo(said["text"])
        return int(said["code"])
    known = known_here(paths, chosen, suite, prerequisites)
    work = _Work(
        submissions,
        modules,
        students,
        roster or known.roster,
        jobs,
        era if era is not None else known.era,
        again,
        unsafe,
    )
    return _grade(known, work, folder, mark, as_json)


@dataclass(frozen=True, slots=True)
class Known:
    """What the offering says, or what holds without one."""

    name: str
    suite: str
    rule: Rule
    prerequisites: Prerequisites
    era: str
    roster: Path | None
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    """What was asked for on the command line."""

    submissions: tuple[Path, ...]
    modules: tuple[int, ...]
    students: tuple[str, ...]
    roster: Path | None
    jobs: int | None
    era: str
    again: bool
    unsafe: bool


def known_here(
    paths: CoursePaths, chosen: tuple[Path, str] | None, suite: str | None, prerequisites: Prerequisites | None
) -> Known:
    """What the chosen offering says about grading; raises UsageError and CourseError."""
    from autograder.reports.gradebook import Rule

    if chosen is None:
        _aside("no offering here: raw points, students as they are found")
        return Known(suite or "tinytorch", suite or "tinytorch", Rule(), prerequisites or "reference", "", None, ())
    from blueprint.load import load
    from blueprint.paths import shown
    from blueprint.problems import CourseError, UsageError

    path, why = chosen
    if why:
        _aside(f"course: {shown(path)} ({why})")
    loaded = load(path, paths)
    if errors := [problem for problem in loaded.problems if problem.severity == "error"]:
        raise CourseError(errors)
    offering = loaded.course.file.offering
    if offering is None:
        raise UsageError(f"{shown(path)} is a syllabus without dates; make an offering of it with `blueprint new`")
    options = offering.autograder
    roster = path.parent / options.roster if options.roster else None
    rule = Rule(options.counts, _due(loaded.course))
    return Known(
        path.stem,
        suite or options.suite,
        rule,
        prerequisites or options.prerequisites,
        options.era,
        roster,
        tuple(loaded.files),
    )


def _aside(text: str, **style: Any) -> None:
    """Says something beside the work; where nobody reads on, as behind `| head`, the grades are wanted all the same."""
    with suppress(BrokenPipeError):
        click.secho(text, err=True, **style)


def _due(course: Course) -> dict[int, str]:
    """When each module of the suite is due, ISO 8601 with offset, by its number."""
    from blueprint.schedule import make_schedule

    found = {}
    for deadline in make_schedule(course).deadlines:
        module = course.file.assignments[deadline.assignment_id].module
        if module is not None:
            found[course.registry.modules[module].number] = deadline.due.isoformat()
    return found


def _grade(known: Known, work: _Work, folder: Path, mark: Mark, as_json: bool) -> int:
    """Grades, publishes, tells; raises UsageError, CourseError, SandboxError's words as UsageError."""
    from importlib.resources import files

    from autograder.judging.policy import Policy
    from autograder.run.grading import Plan, grade_all
    from autograder.run.journal import Journal
    from autograder.run.pool import usable
    from autograder.run.secret import seed
    from autograder.sandbox.fault import SandboxError
    from autograder.suites import find
    from blueprint.problems import UsageError

    suite = find(known.suite)
    _check_modules(suite, work.modules)
    _check_era(suite, work.era)
    roster = _roster(work.roster)
    if work.unsafe:
        _aside("NO SANDBOX: students' code runs with your rights and reads your files", fg="red", bold=True)
    policy = Policy(prerequisites=known.prerequisites, unsafe=work.unsafe, era=work.era)
    plan = Plan(
        suite,
        work.submissions,
        policy,
        seed(known.name, suite.name),
        work.modules,
        work.students,
        work.jobs or usable(),
        work.again,
    )
    with Journal(folder, suite.name) as journal:
        mark.begin()
        try:
            with progress() as report:
                found = grade_all(plan, journal, report, _ready)
        except SandboxError as error:
            raise UsageError(
                f"the sandbox does not work here, so nothing is graded: {error}; see `blueprint doctor`"
            ) from error
        from autograder.reports.gradebook import Ledger, publish

        rows = publish(Ledger(journal, suite, known.rule, roster), folder, plan.jobs)
    # A suite of one's own is watched like the files handed in; those that ship are part of the program.
    own = [] if suite.folder.startswith("autograder.") else [Path(str(files(suite.folder)))]
    roster_file = [work.roster] if work.roster else []
    return _tell(found, rows, folder, mark, as_json, [*work.submissions, *known.files, *roster_file, *own])


def _ready() -> None:
    """Loads what publishing needs, while the slots start."""
    from autograder.reports.gradebook import ready

    ready()


def _roster(path: Path | None) -> Roster | None:
    if path is None:
        return None
    from autograder.intake.roster import read

    return read(path)


def _check_era(suite: Suite, era: str) -> None:
    from autograder.intake.submission import conventions_of
    from blueprint.problems import UsageError

    known = conventions_of(suite).eras
    if era and era not in tuple(known):
        there = f"the suite {suite.name} knows {', '.join(known)}" if known else f"the suite {suite.name} has no eras"
        raise UsageError(f"era `{era}`: {there}; leave it out to have it told from each hand-in")


def _check_modules(suite: Suite, numbers: Sequence[int]) -> None:
    from blueprint.problems import UsageError

    try:
        for number in numbers:
            suite.module(number)
    except LookupError as error:
        raise UsageError(f"--module: {error}") from None


def _tell(found: Report, rows: Sequence[Row], folder: Path, mark: Mark, as_json: bool, read: Sequence[Path]) -> int:
    from json import dumps

    from autograder.reports.summary import data, lines
    from autograder.run import secret
    from blueprint.paths import shown

    def text(found: Report) -> str:
        if as_json:
            return dumps(data(found, rows), indent=2, ensure_ascii=False)
        return "\n".join(lines(found, rows, shown(folder)))

    code = 1 if found.faults or found.refused else 0
    click.echo(text(found))
    if not found.faults:
        known = replace(found, changes=[], known=found.known + found.graded, graded=0)
        mark.write([*read, secret.place()], {"text": text(known), "code": code})
    return code


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """A live line on a terminal; elsewhere a plain line for each tenth of the hand-ins."""
    import sys

    if not sys.stderr.isatty():
        yield _plain()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[ended]}"),
    )
    # Drawn when there is news, not by a thread: slots are forks of this process.
    with Bar(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        row = bar.add_task("grading", total=None, rate="", ended="")

        def tell(p: Progress) -> None:
            speed = bar.tasks[0].speed
            bar.update(
                row,
                completed=p.done,
                total=p.total,
                description="alone once more" if p.confirming else "grading",
                rate=f"{speed:.1f}/s" if speed else "",
                ended=", ".join(f"{count} {status}" for status, count in p.ended.most_common()),
                refresh=True,
            )

        yield tell


def _plain() -> Callable[[Progress], None]:
    tenths = {0}

    def tell(p: Progress) -> None:
        tenth = 10 * p.done // max(p.total, 1)
        if tenth not in tenths:
            tenths.add(tenth)
            _aside(f"  {p.done} of {p.total} hand-ins")

    return tell
