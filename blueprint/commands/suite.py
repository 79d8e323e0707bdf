"""`blueprint suite`: the reference tests themselves."""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.defaults import SUITE
from blueprint.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.authoring.case import Case, Suite
    from autograder.proving.verify import Progress

_DRAWS = 3
"""Of inputs, on which right work is graded if nothing else is said."""
_SUITE = click.option("--suite", "name", default=SUITE, show_default=True, help="The suite.")


@click.group()
def suite() -> None:
    """List, prove and hand out the reference tests.

    \b
    Example:
      blueprint suite list
      blueprint suite check --module 3
      blueprint suite handout 3
    """


@suite.command("list")
@_SUITE
@click.option("--module", "modules", multiple=True, type=int, help="Only this module, with its cases.")
def list_(name: str, modules: tuple[int, ...]) -> int:
    """List modules with their cases and points.

    \b
    Example:
      blueprint suite list --module 3
    """
    from autograder.judging.points import number as text
    from autograder.suites import find

    found = find(name)
    for number in _numbers(found, modules):
        module = found.module(number)
        cases = found.cases(number)
        hidden = sum(not case.visible for case in cases)
        points = text(sum((case.points for case in cases), Fraction(0)))
        click.echo(f"{number:02} {module.name}: {len(cases)} cases, {hidden} of them hidden, {points} points")
        for case in cases if modules else ():
            seen = "visible" if case.visible else "hidden"
            click.echo(f"   {text(case.points):>4}  {seen:<8}  {case.skill:<22}  {case.slug}{_asked_of(case)}")
    return Exit.FINE


def _asked_of(case: Case) -> str:
    """The editions that are asked a case, where these are not all."""
    words = f" since {case.since}" * bool(case.since) + f" until {case.until}" * bool(case.until)
    words += f" not {case.unless}" * bool(case.unless)
    return f" ({words.strip()})" if words else ""


@suite.command()
@_SUITE
@click.option("--module", "modules", multiple=True, type=int, help="Only this module (may be repeated).")
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=50,
    show_default=f"50, with --against {_DRAWS}",
    help="How many draws of inputs.",
)
@click.option(
    "--against",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Grade the right work in here instead (may be repeated).",
)
@click.option("--jobs", type=click.IntRange(min=1), help="How many run at once; one per core if left out.")
@click.option("--all", "again", is_flag=True, help="Prove also what has not changed since it was proven.")
@click.pass_context
def check(
    ctx: click.Context,
    name: str,
    modules: tuple[int, ...],
    seeds: int,
    folders: tuple[Path, ...],
    jobs: int | None,
    again: bool,
) -> int:
    """Prove the tests: what is right earns all, each mistake loses on its skill, no work earns nothing.

    Runs the reference, every right and wrong solution and every liar on many draws of inputs. What has been proven and
    has not changed since is not run again. With --against, work that is known to be right is graded as students' is, and
    every point it loses is listed; those with a reason in the suite's known_defects.yaml are its own.

    \b
    Example:
      blueprint suite check --module 3 --seeds 10
      blueprint suite check --against solutions/ --module 3
    """
    if folders:
        given = ctx.get_parameter_source("seeds") is not click.core.ParameterSource.DEFAULT
        return _check_right_work(name, modules, folders, seeds if given else _DRAWS, jobs)
    from autograder.proving.proof_cache import ProofCache
    from autograder.proving.verify import explained, lines, prove
    from autograder.run.pool import usable_processors
    from autograder.suites import find

    found = find(name)
    numbers = _numbers(found, modules)
    click.echo(explained(seeds))
    sound = True
    with _needs_sandbox(), _progress() as tell:
        for proof in prove(
            found, numbers, seeds, jobs or usable_processors(), ProofCache(found.name), tell, again=again
        ):
            click.echo("\n".join(lines(proof)))
            sound = sound and proof.sound
    return Exit.FINE if sound else Exit.TO_MEND


@suite.command()
@_SUITE
@click.option("--module", "modules", multiple=True, type=int, help="Only this module (may be repeated).")
@click.option("--count", type=click.IntRange(min=1), default=60, show_default=True, help="How many, of each module.")
@click.option("--seed", type=int, default=1, show_default=True, help="What chooses them.")
@click.option(
    "--against",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Change the right work in here (may be repeated); the reference if left out.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="How many run at once; one per core if left out.")
@click.option("--at-least", type=click.FloatRange(0, 100), help="How many percent must be caught.")
def mutate(
    name: str,
    modules: tuple[int, ...],
    count: int,
    seed: int,
    folders: tuple[Path, ...],
    jobs: int | None,
    at_least: float | None,
) -> int:
    """Make small changes in right work, grade what comes of it, and show what lost no point and what lost too much.

    Operators, constants, comparisons, axes, conditions, arguments, statements, returns. The same seed makes the same
    changes. Those that change nothing can be listed in the suite's equivalent_mutants.yaml, with a reason.

    \b
    Example:
      blueprint suite mutate --module 6 --count 60
      blueprint suite mutate --against solutions/ --module 6 --at-least 97
    """
    from autograder.proving.mutate import lines
    from autograder.proving.mutate import mutate as tried
    from autograder.run.pool import usable_processors
    from autograder.suites import find
    from blueprint.progress import Step, progress

    found = find(name)
    enough = True
    for number in _numbers(found, modules):
        with _needs_sandbox(), progress("mutants", forks=True) as show:
            run = tried(
                found,
                number,
                folders,
                count,
                seed,
                jobs or usable_processors(),
                lambda done, total: show(Step(done, total, "mutants", f"{done} of {total} mutants")),
            )
        click.echo("\n".join(lines(run)))
        enough = enough and run.percent >= (at_least or 0)
    return Exit.FINE if enough else Exit.TO_MEND


@contextmanager
def _needs_sandbox() -> Iterator[None]:
    """Says what to do where the sandbox does not work."""
    from autograder.sandbox.fault import SandboxError
    from blueprint.problems import UsageError

    try:
        yield
    except SandboxError as error:
        raise UsageError(f"the sandbox does not work here: {error}; see `blueprint doctor`") from error


def _check_right_work(
    name: str, modules: tuple[int, ...], folders: tuple[Path, ...], seeds: int, jobs: int | None
) -> int:
    """Grades work that is known to be right, and lists what it loses."""
    from autograder.proving.right_work import check_right_work, lines
    from autograder.run.pool import usable_processors
    from autograder.suites import find
    from blueprint.progress import Step, progress

    found = find(name)
    numbers = _numbers(found, modules)
    with _needs_sandbox(), progress("grading", forks=True) as show:
        right_work = check_right_work(
            found,
            folders,
            numbers,
            seeds,
            jobs or usable_processors(),
            lambda done, total: show(Step(done, total, "grading", f"{done} of {total} hand-ins, on all draws")),
        )
    for line in lines(right_work):
        click.echo(line)
    return Exit.FINE if right_work.sound else Exit.TO_MEND


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Yields the function that shows how far a module is; without a terminal its table, printed at the end, is enough."""
    from blueprint.progress import Step, progress

    with progress(left=True, forks=True) as show:
        yield lambda p: show(Step(p.done, p.total, p.module, pause=p.done == p.total))


@suite.command()
@click.argument("module", type=int)
@_SUITE
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file to write; check_<suite>_<module>.py if left out."
)
def handout(module: int, name: str, out: Path | None) -> int:
    """Write one Python file with the visible cases of a module and their values, for students.

    \b
    Example:
      blueprint suite handout 3
    """
    from autograder.authoring.visible_cases import visible_cases_file, visible_cases_name
    from autograder.suites import find
    from blueprint.files import write_whole
    from blueprint.paths import shown
    from blueprint.problems import UsageError

    found = find(name)
    _numbers(found, (module,))
    place = out or Path(visible_cases_name(found.name, module))
    try:
        write_whole(place, visible_cases_file(found, module).encode())
    except OSError as error:
        raise UsageError(f"{shown(place)}: {(error.strerror or 'cannot be written').lower()}") from error
    click.echo(f"wrote {shown(place)}: hand it to students; it needs NumPy and their own package")
    return Exit.FINE


def _numbers(found: Suite, modules: tuple[int, ...]) -> list[int]:
    """The modules asked for, all if none is; UsageError for one that is not there."""
    from blueprint.problems import UsageError

    try:
        return [found.module(number).number for number in modules] or [one.number for one in found.modules]
    except LookupError as error:
        raise UsageError(str(error)) from None
