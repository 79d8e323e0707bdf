"""`blueprint export`: grades as the files that learning platforms take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blueprint.defaults import SUITE
from blueprint.exits import Exit
from blueprint.progress import aside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from autograder.exchange.table import GradeTable
    from autograder.gradebook.course_grades import CourseGrade
    from autograder.reports.gradebook import Gradebook
    from blueprint.grading_settings import GradingSettings

Command = Callable[..., Any]
Option = Callable[[Command], Command]

_WHERE: tuple[Option, ...] = (
    click.option("--course", help="The offering; the only one here, or the one built last, if left out."),
    click.option("--suite", help=f"The reference tests; the offering's if left out, or {SUITE}."),
    click.option("--roster", type=click.Path(path_type=Path), help="The class list, if the offering names none."),
    click.option("--groups", type=click.Path(path_type=Path), help="Who is in which team, if teams handed in."),
    click.option(
        "--grades", type=click.Path(path_type=Path), help="Where the grades are; grades/<offering> if left out."
    ),
    click.option("--out", type=click.Path(path_type=Path), help="The file to write; below exports/ there if left out."),
)
_CHOICE: tuple[Option, ...] = (
    click.option(
        "--item",
        "items",
        multiple=True,
        metavar="ITEM[=HEADING]",
        help="Send only this item (may be repeated), and into the column with this heading or number: "
        "`module-01=Tensors`.",
    ),
    click.option(
        "--tests",
        "tests_alone",
        is_flag=True,
        help="Send the points of tests alone, by module, whatever people marked.",
    ),
    click.option(
        "--as-of", "as_of", default="", metavar="DATE", help="The moment that decides what is due; now if left out."
    ),
)
_INTO = click.option(
    "--into",
    type=click.Path(path_type=Path),
    help="The file that the platform exported. Its grades are filled in; all else stays byte for byte.",
)


@click.group()
def export() -> None:
    """Write grades as the files that a learning platform takes.

    \b
    Example:
      blueprint export canvas --into gradebook.csv
      blueprint export moodle --into worksheet.csv --item module-03
      blueprint export brightspace
    """


def _command(*options: Option) -> Callable[[Command], click.Command]:
    """Makes a command of `export` with these options, after those that say whose grades, and where from and to."""

    def made(function: Command) -> click.Command:
        for option in reversed((*_WHERE, *options)):
            function = option(function)
        return export.command()(function)

    return made


@_command(*_CHOICE, _INTO)
def canvas(**asked: Any) -> int:
    """Write Canvas's gradebook.

    \b
    Example:
      blueprint export canvas --into gradebook.csv
      blueprint export canvas --into gradebook.csv --item module-01=701
    """
    return _export("canvas", **asked)


@_command(*_CHOICE, _INTO)
def moodle(**asked: Any) -> int:
    """Write Moodle's gradebook, or fill in the grading worksheet of an assignment.

    \b
    Example:
      blueprint export moodle
      blueprint export moodle --into worksheet.csv --item module-03
    """
    return _export("moodle", **asked)


@_command(*_CHOICE, _INTO)
def brightspace(**asked: Any) -> int:
    """Write Brightspace's table of grades.

    \b
    Example:
      blueprint export brightspace --into grades.csv
    """
    return _export("brightspace", **asked)


@_command(*_CHOICE, _INTO)
def blackboard(**asked: Any) -> int:
    """Write Blackboard's gradebook; `.xls`, which keeps names of every script, if `--out` ends so.

    \b
    Example:
      blueprint export blackboard --into gc_NN.xls
    """
    return _export("blackboard", **asked)


@_command(*_CHOICE)
def gradescope(**asked: Any) -> int:
    """Write a table as Gradescope exports it, for programs that read those.

    \b
    Example:
      blueprint export gradescope --out scores.csv
    """
    return _export("gradescope", into=None, **asked)


@_command(*_CHOICE)
def nbgrader(**asked: Any) -> int:
    """Write a table as nbgrader exports it.

    \b
    Example:
      blueprint export nbgrader --out grades.csv
    """
    return _export("nbgrader", into=None, **asked)


@_command(
    click.option(
        "--for", "platform", required=True, type=click.Choice(["canvas", "moodle", "brightspace"]), help="The platform."
    ),
    click.option(
        "--from", "download", required=True, type=click.Path(path_type=Path), help="The graded zip of submissions."
    ),
    click.option(
        "--module", "modules", multiple=True, type=int, help="Only feedback on this module (may be repeated)."
    ),
)
def feedback(
    platform: str,
    download: Path,
    modules: tuple[int, ...],
    course: str | None,
    suite: str | None,
    roster: Path | None,
    groups: Path | None,
    grades: Path | None,
    out: Path | None,
) -> int:
    """Pack feedback into the zip that a platform takes back.

    Names in it are those of the zip of submissions, by which the platform finds each student.

    \b
    Example:
      blueprint export feedback --for moodle --from submissions.zip --module 3
    """
    from autograder.reports.feedback_zip import feedback_zip
    from blueprint.files import write_whole
    from blueprint.paths import shown

    with _gradebook(course, suite, roster, groups, grades) as (_, folder, gradebook):
        packed = feedback_zip(platform, download, gradebook, folder, modules or gradebook.journal.modules())
    place = out or folder / "exports" / f"feedback-{platform}.zip"
    write_whole(place, packed.data, owner_only=True)
    for name in _some(packed.without):
        click.echo(f"no feedback: {name}")
    click.echo(f"{shown(place)}: feedback of {packed.students} hand-in{'s' * (packed.students != 1)}")
    return Exit.TO_MEND if packed.without else Exit.FINE


# ---------------------------------------------------------------------------------------------------- what they share


def _export(
    platform: str,
    *,
    course: str | None,
    suite: str | None,
    roster: Path | None,
    groups: Path | None,
    grades: Path | None,
    out: Path | None,
    items: tuple[str, ...],
    tests_alone: bool,
    as_of: str,
    into: Path | None,
) -> int:
    """Writes the file of a platform, new or filled, and tells what a person should know of it."""
    from autograder.exchange.products import FILLED
    from autograder.reports.grade_table import grade_table, kept_back
    from blueprint.paths import CoursePaths
    from blueprint.problems import UsageError

    results: list[CourseGrade] = []
    if tests_alone or CoursePaths.find().choose_if_any(course) is None:
        with _gradebook(course, suite, roster, groups, grades) as (_, folder, gradebook):
            table, listed = grade_table(gradebook), gradebook.roster is not None
    else:
        table, results, folder, listed = _course_results(course, suite, roster, groups, grades, as_of)
    chosen, columns = _chosen(table, items)
    for text in kept_back(results, chosen):
        click.echo(text)
    if into is not None:
        # What nobody has a grade for needs no column there.
        chosen = chosen if items else chosen.of_items_with_cells()
        if not chosen.items:
            raise UsageError(
                "no piece of work has a grade yet: `blueprint status` says what is left to do; `--tests` sends the points of tests alone"
            )
        return _fill(platform, chosen, into, columns, out or folder / "exports" / into.name)
    if platform in FILLED and not listed:
        raise UsageError(
            "a new file needs the ids of the class list: name it with `--roster`, or fill in the export with `--into`"
        )
    if columns:
        aside("headings are looked for in the file that `--into` names; without it they are not used", fg="yellow")
    return _write(platform, chosen, out or folder / "exports" / f"{platform}.csv")


def _course_results(
    course: str | None, suite: str | None, roster: Path | None, groups: Path | None, folder: Path | None, as_of: str
) -> tuple[GradeTable, list[CourseGrade], Path, bool]:
    """The results of an offering as a table and as they came about, the folder they are in, and whether there is a class list."""
    from autograder.reports.grade_table import course_grade_table
    from blueprint.commands.course_grades import course_gradebook
    from blueprint.paths import CoursePaths, shown

    paths = CoursePaths.find()
    course_file, why = paths.choose(course)
    if why:
        aside(f"course: {shown(course_file)} ({why})")
    with course_gradebook(
        paths, course_file, suite=suite, roster=roster, groups=groups, out=folder, as_of=as_of
    ) as made:
        results = made.grades()
        table = course_grade_table(results, made.policy, made.gradebook)
        return table, results, made.folder, made.gradebook.roster is not None


def _gradebook(
    course: str | None, suite: str | None, roster: Path | None, groups: Path | None, folder: Path | None
) -> AbstractContextManager[tuple[GradingSettings, Path, Gradebook]]:
    """The settings of the offering that is asked for, the folder of its grades, and their gradebook."""
    from blueprint.commands.course_grades import graded_class, told_offering
    from blueprint.paths import CoursePaths

    paths = CoursePaths.find()
    return graded_class(paths, told_offering(paths, course), suite=suite, roster=roster, groups=groups, out=folder)


def _chosen(table: GradeTable, asked: Sequence[str]) -> tuple[GradeTable, dict[str, str]]:
    """The table with the items that were asked for, all if none was, and the headings that were named for them."""
    from dataclasses import replace

    from blueprint.problems import UsageError, suggestion

    columns = dict(one.partition("=")[::2] for one in asked)
    known = [item.id for item in table.items]
    for id in columns:
        if id not in known:
            raise UsageError(f"--item: there are no grades of `{id}`; {suggestion(id, known, 'items')}")
    items = tuple(item for item in table.items if not columns or item.id in columns)
    return replace(table, items=items), {id: heading for id, heading in columns.items() if heading}


def _fill(platform: str, table: GradeTable, into: Path, columns: dict[str, str], out: Path) -> int:
    """Writes a platform's own file with the grades filled in, and the list of changes beside it."""
    from autograder.exchange.delimited import read_delimited
    from autograder.exchange.filling import fill
    from autograder.exchange.products import FILLED
    from autograder.reports.exports import change_list, is_whole, told_of_filled
    from blueprint.files import write_whole
    from blueprint.paths import shown

    filled = fill(FILLED[platform], read_delimited(into), table, columns)
    write_whole(out, filled.file.data(), owner_only=True)
    changes = out.with_name(f"{out.stem}.changes.csv")
    write_whole(changes, change_list(filled), owner_only=True)
    for text in told_of_filled(filled, table):
        click.echo(text)
    cells = f"{len(filled.changes)} cell{'s' * (len(filled.changes) != 1)} changed"
    click.echo(f"{shown(out)}: {cells}; each is listed, old -> new, in {shown(changes)}")
    return Exit.FINE if is_whole(filled) else Exit.TO_MEND


def _write(platform: str, table: GradeTable, out: Path) -> int:
    """Writes a new file for a platform; raises UsageError where the platform would take it wrongly."""
    from autograder.exchange import nbgrader
    from autograder.exchange.blackboard import xls
    from autograder.exchange.products import TABLES
    from autograder.reports.exports import doubts, formulas
    from blueprint.files import write_whole
    from blueprint.paths import shown

    if platform == "nbgrader":
        data, said = nbgrader.written(table).encode(), list(nbgrader.doubts(table))
    else:
        product = TABLES[platform]
        said = doubts(product, table)
        data = xls(table) if platform == "blackboard" and out.suffix == ".xls" else product.written(table).encode()
    write_whole(out, data, owner_only=True)
    for text in _some(said):
        click.echo(f"note: {text}")
    for text in formulas(table):
        click.echo(f"note: {text}")
    students = f"{len(table.people)} student{'s' * (len(table.people) != 1)}"
    click.echo(f"{shown(out)}: {students}, {len(table.items)} item{'s' * (len(table.items) != 1)}")
    return Exit.TO_MEND if said else Exit.FINE


def _some(texts: Sequence[str], many: int = 20) -> Iterator[str]:
    yield from texts[:many]
    if len(texts) > many:
        yield f"and {len(texts) - many} more"
