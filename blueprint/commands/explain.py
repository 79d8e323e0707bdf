"""`blueprint explain`: how a grade came about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.defaults import SUITE
from blueprint.exits import Exit

if TYPE_CHECKING:
    from autograder.judging.grade import Grade
    from autograder.reports.explain import GradePath
    from autograder.reports.gradebook import Gradebook
    from blueprint.commands.course_grades import CourseGradebook


@click.command()
@click.argument("what", metavar="STUDENT[/ASSIGNMENT or /MODULE[/CASE]]")
@click.option("--course", help="The offering; the only one here, or the one built last, if left out.")
@click.option("--suite", help=f"The reference tests; the offering's if left out, or {SUITE}.")
@click.option("--roster", type=click.Path(path_type=Path), help="The class list, if students are named as there.")
@click.option("--groups", type=click.Path(path_type=Path), help="Who is in which team, if teams handed in.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the grades are; grades/<offering> if left out.")
@click.option(
    "--as-of", "as_of", default="", metavar="DATE", help="The moment that decides what is due; now if left out."
)
@click.option("--notebook", is_flag=True, help="Write the student's notebook as a page that can be opened safely.")
@click.option(
    "--unsafe-no-sandbox", "unsafe", is_flag=True, help="Run the student's code with your own rights. Do not."
)
def explain(
    what: str,
    course: str | None,
    suite: str | None,
    roster: Path | None,
    groups: Path | None,
    out: Path | None,
    as_of: str,
    notebook: bool,
    unsafe: bool,
) -> int:
    """Show how a student's grade came about.

    The course grade line by line, one assignment, the cases of one module, or one case run once more with its inputs.
    Without an offering, all grades of a student. What it shows is for you: it names the inputs of hidden cases.

    \b
    Example:
      blueprint explain aokoye
      blueprint explain aokoye/log-04
      blueprint explain aokoye/3
      blueprint explain aokoye/3/linear-with-a-bias
    """
    from blueprint.commands.course_grades import course_gradebook, graded_class, told_offering
    from blueprint.paths import CoursePaths

    paths = CoursePaths.find()
    course_file = told_offering(paths, course)
    if course_file is None:
        with graded_class(paths, None, suite=suite, roster=roster, groups=groups, out=out) as (_, folder, gradebook):
            _of_tests(what, gradebook, folder, gradebook.suite.name, notebook, unsafe)
        return Exit.FINE
    with course_gradebook(paths, course_file, suite=suite, roster=roster, groups=groups, out=out, as_of=as_of) as made:
        if notebook or not _of_course(what, made):
            _of_tests(what, made.gradebook, made.folder, made.settings.name, notebook, unsafe)
    return Exit.FINE


def _of_course(what: str, made: CourseGradebook) -> bool:
    """Explains a student's course grade, or one assignment of it; False where something else is asked for."""
    from autograder.gradebook.explanation import explain_course_grade, explain_score
    from autograder.reports.csv_files import clean
    from autograder.reports.explain import module_number
    from blueprint.problems import UsageError, quoted, suggestion

    student, piece = made.find(what), ""
    if student is None:
        name, _, piece = what.rpartition("/")
        student = made.find(name)
        ids = [one.id for one in made.policy.pieces]
        if student is None or (piece not in ids and module_number(piece)):
            return False
        if piece not in ids:
            raise UsageError(f"the course has no assignment {quoted(piece)}; {suggestion(piece, ids, 'assignments')}")
    grade = made.grade_of(student)
    lines = explain_score(grade.scores[piece]) if piece else explain_course_grade(grade, made.policy, made.now)
    for line in lines:
        click.echo(clean(line))
    modules = [one.module for one in made.policy.pieces if one.module and piece in ("", one.id)]
    for module in modules:
        if made.gradebook.attempts(student, module):
            _module_line(made.gradebook, student, module)
    return True


def _of_tests(what: str, gradebook: Gradebook, folder: Path, offering: str, notebook: bool, unsafe: bool) -> None:
    """Explains what tests have made of a student's work: all modules, one, or one case."""
    from autograder.reports.explain import parse_grade_path

    wanted = parse_grade_path(what, gradebook)
    if notebook:
        _notebook(wanted, gradebook, folder)
    elif wanted.case:
        _case(wanted, gradebook, offering, unsafe)
    else:
        _grades(wanted, gradebook)


def _grades(wanted: GradePath, gradebook: Gradebook) -> None:
    """A line a module with its attempts, or a line a case."""
    for module in gradebook.suite.modules:
        if not gradebook.attempts(wanted.student, module.number) or wanted.module not in (0, module.number):
            continue
        grade = _module_line(gradebook, wanted.student, module.number)
        if wanted.module:
            _details(grade, f"{wanted.student}/{module.number}")


def _module_line(gradebook: Gradebook, student: str, number: int) -> Grade:
    """A line on what tests have made of a student's work on a module; returns the grade that counts."""
    from autograder.judging.points import number as text
    from autograder.reports.html import line

    attempts = gradebook.attempts(student, number)
    grade = gradebook.counting_grade(student, number)
    counted = ", ".join(f"{count} {status}" for status, count in grade.counted().items())
    outcome = f"{grade.outcome}{f', {len(attempts)} attempts' if len(attempts) > 1 else ''}"
    why = line(grade.reason) if grade.reason else counted  # where no case could be run
    points = text(grade.points) or "no points"
    name = gradebook.suite.module(number).name
    click.echo(f"module {number:02} {name}: {points} of {grade.scale} ({'; '.join(filter(None, (outcome, why)))})")
    return grade


def _details(grade: Grade, parse_grade_path: str) -> None:
    from shlex import quote

    from autograder.intake.contents import printable
    from autograder.judging.points import number
    from blueprint.paths import shown

    place = printable(shown(Path(grade.origin)))
    click.echo(f"  file: {printable(grade.file)} in {place}" if grade.file else f"  files in {place}")
    sandbox = f"sandbox: {', '.join(grade.sandbox)}" if grade.sandbox else "nothing was run"
    click.echo(f"  edition: {' or '.join(grade.editions) or 'not known'}; {sandbox}; on {grade.upon} prerequisites")
    for text in (*([grade.reason] if grade.reason else []), *grade.notes):
        click.echo(f"  {printable(text)}")
    if grade.outcome != "graded":
        return  # every case was lost for the reason above
    for result in grade.results:
        slug = result.case.rpartition("/")[2]
        line = f"  {number(result.points):>5} of {number(result.worth):<5} {result.status:<13}{slug}"
        click.echo(f"{line}  {printable(result.shown)}".rstrip())
    lost = [result.case.rpartition("/")[2] for result in grade.results if result.status != "passed"]
    if lost:
        click.echo(f"one once more, with its inputs: blueprint explain {quote(printable(parse_grade_path))}/{lost[0]}")


def _case(wanted: GradePath, gradebook: Gradebook, offering: str, unsafe: bool) -> None:
    from autograder.intake.contents import Refused
    from autograder.judging.judge import Fault
    from autograder.reports.explain import lines, replay_case
    from autograder.run.secret import seed
    from autograder.sandbox.fault import SandboxError
    from blueprint.problems import UsageError

    grade = gradebook.counting_grade(wanted.student, wanted.module)
    try:
        replay = replay_case(grade, wanted.case, gradebook, seed(offering, gradebook.suite.name), unsafe)
    except (SandboxError, Fault, Refused) as error:
        raise UsageError(f"{wanted.case} cannot be run again: {error}") from error
    for line in lines(replay):
        click.echo(line)


def _notebook(wanted: GradePath, gradebook: Gradebook, folder: Path) -> None:
    from autograder.reports import feedback
    from autograder.reports.explain import read_again
    from autograder.reports.notebook_html import page
    from blueprint.files import write_whole
    from blueprint.paths import shown

    modules = [wanted.module] if wanted.module else [m.number for m in gradebook.suite.modules]
    for number in modules:
        if not gradebook.attempts(wanted.student, number):
            continue
        work = read_again(gradebook.counting_grade(wanted.student, number), gradebook.suite).modules[number]
        place = folder / "notebooks" / feedback.folder(wanted.student) / f"module-{number:02}.html"
        write_whole(place, page(work).encode("utf-8", "replace"), owner_only=True)
        click.echo(shown(place))
