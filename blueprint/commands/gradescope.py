"""`blueprint gradescope`: this grader as one that Gradescope runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.defaults import SUITE
from blueprint.exits import Exit
from blueprint.progress import aside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from autograder.run.grading import RunOptions

UNSAFE = (
    "GRADED WITHOUT A SANDBOX, as whoever built this grader asked: the submission could have changed its own result."
)


@click.group()
def gradescope() -> None:
    """Make the zip from which Gradescope runs this grader.

    \b
    Example:
      blueprint gradescope build --module 3
    """


@gradescope.command()
@click.option("--course", help="The offering; the only one here, or the one built last, if left out.")
@click.option("--suite", help=f"The reference tests; the offering's if left out, or {SUITE}.")
@click.option(
    "--module", "modules", multiple=True, type=int, required=True, help="A module of the assignment (may be repeated)."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="The zip; grades/<offering>/gradescope/<modules>.zip if left out."
)
@click.option(
    "--unsafe-no-sandbox", "unsafe", is_flag=True, help="Grade there also where the sandbox does not work. Do not."
)
def build(course: str | None, suite: str | None, modules: tuple[int, ...], out: Path | None, unsafe: bool) -> int:
    """Make the zip of one assignment.

    It holds the program, what is graded, and what this offering's inputs are drawn from: keep it to yourself.

    \b
    Example:
      blueprint gradescope build --module 3
    """
    from autograder.exchange.gradescope_zip import autograder_zip
    from autograder.run.secret import seed
    from autograder.suites import find
    from blueprint.commands.course_grades import told_offering
    from blueprint.files import write_whole
    from blueprint.grading_settings import grading_settings, require_tests
    from blueprint.paths import CoursePaths, shown
    from blueprint.problems import UsageError

    paths = CoursePaths.find()
    settings = grading_settings(told_offering(paths, course), paths, suite)
    require_tests(settings)
    tests = find(settings.suite)
    try:
        ids = [tests.module(number).id for number in modules]
    except LookupError as error:
        raise UsageError(f"--module: {error}") from None
    if tests.editions and not settings.edition and settings.starter is None:
        aside(
            "no edition of the starter code is named (`autograder: {edition: 2026-05}`), so each student's own text tells "
            "which it is: Gradescope runs one submission at a time, and no class can tell",
            fg="yellow",
        )
    if unsafe:
        aside("NO SANDBOX: where it does not work, a submission can change its own result", fg="red", bold=True)
    told = {
        "suite": settings.suite,
        "modules": list(modules),
        "prerequisites": settings.prerequisites,
        "edition": settings.edition,
        "packages": list(settings.packages),
        "unsafe": unsafe,
    }
    place = out or paths.root / "grades" / settings.name / "gradescope" / f"{'-'.join(ids)}.zip"
    data = autograder_zip(told, seed(settings.name, tests.name), settings.starter)
    write_whole(place, data, owner_only=True)
    click.echo(f"{shown(place)}: for {', '.join(ids)}; upload it as the autograder, on an image of Ubuntu 24.04")
    return Exit.FINE


@gradescope.command(hidden=True)
@click.option(
    "--root", type=click.Path(path_type=Path), default=Path("/autograder"), help="Where Gradescope's folders are."
)
def run(root: Path) -> int:
    """Grade the submission that lies in Gradescope's folders; what the zip's `run_autograder` calls.

    \b
    Example:
      blueprint gradescope run --root /autograder
    """
    import json
    import tempfile

    from autograder.exchange.gradescope_results import written
    from autograder.exchange.gradescope_zip import SETTINGS
    from autograder.reports.gradebook import Gradebook
    from autograder.reports.gradescope import NoGrade, results
    from autograder.run.attempts import Rule
    from autograder.run.grading import grade_all
    from autograder.run.journal import Journal
    from autograder.sandbox.fault import SandboxError
    from blueprint.files import write_whole
    from blueprint.problems import UsageError

    place = root / "results" / "results.json"
    place.unlink(missing_ok=True)  # what is there now is nobody's result of this run
    settings = json.loads((root / "source" / SETTINGS).read_text("utf-8"))
    try:
        plan = _plan(root, settings)
        with tempfile.TemporaryDirectory() as folder, Journal(Path(folder), plan.suite.name) as journal:
            grade_all(plan, journal)
            found = results(Gradebook(journal, plan.suite, Rule()), plan.modules, UNSAFE if plan.policy.unsafe else "")
    except SandboxError as error:
        raise UsageError(
            f"the sandbox does not work here, so nothing is graded and there are no results: {error}"
        ) from error
    except NoGrade as error:
        raise UsageError(f"a fault of the grader, and no zero: {error}; run it again") from error
    write_whole(place, [written(found)])
    return Exit.FINE


def _plan(root: Path, settings: Mapping[str, Any]) -> RunOptions:
    """The run that grades the one submission as the settings say; raises SandboxError and UsageError."""
    from dataclasses import replace

    from autograder.exchange.gradescope_zip import SEED, STARTER
    from autograder.judging.packages import allowed
    from autograder.judging.policy import Policy
    from autograder.run.class_edition import stated
    from autograder.run.grading import RunOptions
    from autograder.run.starter import with_starter
    from autograder.sandbox.layers import capabilities
    from autograder.suites import find

    suite = find(settings["suite"])
    works = all(layer.works for layer in capabilities() if layer.needed)
    policy = Policy(
        prerequisites=settings["prerequisites"],
        unsafe=settings["unsafe"] and not works,
        packages=allowed(tuple(settings["packages"])),
        editions=stated(suite, settings["edition"]),
    )
    source, work = root / "source", root / "submission"
    plan = RunOptions(
        suite,
        (work,),
        policy,
        (source / SEED).read_bytes(),
        tuple(settings["modules"]),
        said={str(work): "student"},
    )
    starter = source / STARTER
    return replace(plan, policy=with_starter(plan, starter)) if starter.is_dir() else plan
