"""`blueprint review`: what people mark, from the tables for graders to the log of their marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blueprint.defaults import SUITE
from blueprint.exits import Exit
from blueprint.progress import aside

if TYPE_CHECKING:
    from autograder.intake.roster import Roster
    from autograder.review.batch import Item
    from autograder.review.marks import Marks
    from autograder.review.merge import Merged, Piece, Waiting
    from autograder.review.sheet import Assigned
    from autograder.review.tasks import Task
    from autograder.review.works import Found, Work
    from blueprint.review_settings import ReviewPiece, ReviewSettings

_PATH = click.Path(path_type=Path)


@click.group()
def review() -> None:
    """Mark what people mark: questions, logs, challenges, reports.

    \b
    Example:
      blueprint review page module-04
      blueprint review sheet log-05 logs.zip
      blueprint review merge review-module-04-*.csv
    """


def _course_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which offering and which folder of grades are meant."""
    for option in (
        click.option("--out", type=_PATH, help="Where the grades are; grades/<offering> if left out."),
        click.option("--suite", help=f"The reference tests; the offering's if left out, or {SUITE}."),
        click.option("--course", help="The offering; the only one here, or the one built last, if left out."),
    ):
        command = option(command)
    return command


def _hand_out_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What `sheet` and `page` have in common: the piece, whose work it is, and who reads it."""
    for option in (
        click.option("--pseudonyms/--names", "pseudonyms", default=None, help="Show birds' names in place of students', or their own; as the offering says if left out."),
        click.option("--overlap", type=click.IntRange(0, 100), help="Percent of the answers that a second grader reads, too; as the offering says if left out."),
        click.option("--by-section", is_flag=True, help="Give each answer to whoever leads the student's section."),
        click.option("--grader", "graders", multiple=True, help="Who marks, by id (may be repeated); as the offering says if left out."),
        click.option("--as", "form", help="What the download is, if that cannot be told: class, canvas, moodle, ..."),
        click.option("--groups", type=_PATH, help="Who is in which team, as CSV: `group,student`, a line a member."),
        click.option("--roster", type=_PATH, help="The class list as CSV; the offering's if left out."),
    ):  # fmt: skip
        command = option(command)
    command = click.argument("submissions", nargs=-1, type=_PATH, metavar="[SUBMISSIONS]...")(command)
    return _course_options(click.argument("piece", metavar="ASSIGNMENT")(command))


@review.command()
@_hand_out_options
def sheet(piece: str, submissions: tuple[Path, ...], **options: Any) -> int:
    """Write a table of answers for each grader to mark.

    The answers to a module's questions are taken from the notebooks that `blueprint grade` has graded. Of a log or a
    report, name the download from the learning platform; without one there is a row for everybody on the class list.
    Marks that were merged are in the new table.

    \b
    Example:
      blueprint review sheet module-04
      blueprint review sheet log-05 logs.zip --by-section
    """
    from autograder.review.sheet import sheet as lines

    return _hand_out(piece, submissions, options, ".csv", lambda work, _: lines(work))


@review.command()
@_hand_out_options
def page(piece: str, submissions: tuple[Path, ...], **options: Any) -> int:
    """Write a page for each grader on which to mark with the keyboard.

    One HTML file that needs no network: it keeps what is marked in the browser, and exports the table that `blueprint
    review merge` reads. What it shows is what `blueprint review sheet` writes.

    \b
    Example:
      blueprint review page module-04 --overlap 10
    """
    from autograder.review.page import page as text

    return _hand_out(piece, submissions, options, ".html", lambda work, name: [text(work, f"{name}.csv")])


def _hand_out(
    id: str, submissions: Sequence[Path], options: Mapping[str, Any], ending: str, write: Callable[[Assigned, str], Any]
) -> int:
    """Finds the works, gives each a name and readers, and writes one file a grader; raises CourseError and UsageError."""
    from autograder.intake.class_list import class_files, read_class_list
    from autograder.review.batch import Batch, folder_of, make_batch, named_in, read_batch, write_batch
    from autograder.review.marks import Marks
    from autograder.review.sheet import assigned
    from autograder.run.secret import seed
    from blueprint.files import write_whole
    from blueprint.paths import shown

    settings, grades = _settings(options["course"], options["suite"], options["out"])
    task = _task(_piece(id, settings), settings)
    graders = _graders(options["graders"], settings)
    roster = read_class_list(class_files(grades, options["roster"] or settings.grading.roster, options["groups"]))
    found = _works(task, submissions, settings, grades, roster, options["form"])
    for note in found.notes:
        aside(note)
    pseudonyms = settings.pseudonyms if options["pseudonyms"] is None else options["pseudonyms"]
    before = read_batch(grades, task.batch)
    made = make_batch(task, found.works, before, seed(settings.grading.name, "review"), pseudonyms=pseudonyms)
    overlap = settings.overlap if options["overlap"] is None else options["overlap"]
    marks = Marks.read(grades)
    made = _with_readers(task, made, graders, settings if options["by_section"] else None, overlap, marks)
    kept = dict(before.items) if before else {}
    texts = dict(before.texts) if before else {}
    texts |= {one.hash: one.text for _, work in made.values() for one in work.answers.values() if one.text}
    write_batch(Batch(task.batch, task.hash, kept | {id: item for id, (item, _) in made.items()}, texts), grades)
    if pseudonyms:
        for item, work in made.values():
            if words := named_in(work):
                aside(f"{item.who}: the answer holds a name of its student, {', '.join(words)}", fg="yellow")
    for grader in graders:
        share = assigned(task, grader, settings.graders.get(grader, grader), made, marks)
        name = f"review-{task.batch}-{grader}"
        place = folder_of(grades, task.batch) / f"{name}{ending}"
        write_whole(place, write(share, name), owner_only=True)
        click.echo(f"{shown(place)}: {_counted(share.students, 'piece')} of work for {share.name}{_missing(share)}")
    return Exit.FINE


def _missing(work: Assigned) -> str:
    """A word on the answers that could not be found; empty where all were."""
    missing = sum(bool(one.answer.missing) for entries in work.entries.values() for one in entries)
    return f"; {_counted(missing, 'answer')} without text, each says why" if missing else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _settings(course: str | None, suite: str | None, out: Path | None) -> tuple[ReviewSettings, Path]:
    """The settings of the offering, and the folder of its grades; raises CourseError and UsageError."""
    from blueprint.commands.course_grades import told_offering
    from blueprint.paths import CoursePaths
    from blueprint.review_settings import review_settings

    paths = CoursePaths.find()
    settings = review_settings(told_offering(paths, course), paths, suite)
    return settings, out or paths.root / "grades" / settings.grading.name


def _piece(id: str, settings: ReviewSettings) -> ReviewPiece:
    """The assignment that is meant; without an offering a module by its number. Raises UsageError with what there is."""
    from autograder.suites import find
    from blueprint.problems import UsageError, quoted, suggestion
    from blueprint.review_settings import ReviewPiece

    if id in settings.pieces:
        return settings.pieces[id]
    modules = {f"module-{one.number:02}": one for one in find(settings.grading.suite).modules}
    if not settings.pieces and id in modules:
        return ReviewPiece(
            id=id, title=f"Module {modules[id].number:02}: {modules[id].name}", module=modules[id].number
        )
    known = list(settings.pieces) or list(modules)
    raise UsageError(f"there is no assignment {quoted(id)} that people mark; {suggestion(id, known, 'assignments')}")


def _task(piece: ReviewPiece, settings: ReviewSettings) -> Task:
    """What is marked in a piece; raises UsageError where nothing says by which levels."""
    from autograder.authoring.questions import questions
    from autograder.review.tasks import module_task, rubric_task
    from autograder.suites import find
    from blueprint.problems import UsageError

    if not piece.module:
        assert piece.rubric is not None
        return rubric_task(piece.id, piece.title, piece.rubric_id, piece.rubric)
    of_suite = questions(find(settings.grading.suite)).get(piece.module, ())
    try:
        task = module_task(piece.id, piece.title, piece.module, piece.asked, of_suite, piece.rubric_id, piece.rubric)
    except ValueError as error:
        raise UsageError(f"{error}; give the assignment a `rubric`") from error
    if not task.questions:
        raise UsageError(f"{piece.id} has no question to be marked by people")
    return task


def _graders(named: Sequence[str], settings: ReviewSettings) -> tuple[str, ...]:
    """Who marks; raises UsageError for somebody who is not on the staff, and where there is nobody."""
    from blueprint.problems import UsageError, quoted, suggestion

    for grader in named:
        if settings.graders and grader not in settings.graders:
            raise UsageError(
                f"--grader: {quoted(grader)} is not on the staff; {suggestion(grader, list(settings.graders), 'people')}"
            )
    graders = tuple(dict.fromkeys(named)) or settings.usual
    if not graders:
        raise UsageError("nobody is named who marks; name them with `--grader`")
    return graders


def _works(
    task: Task,
    submissions: Sequence[Path],
    settings: ReviewSettings,
    grades: Path,
    roster: Roster | None,
    form: str | None,
) -> Found:
    """The works of a piece; raises UsageError where there are none."""
    from autograder.authoring.conventions import conventions_of
    from autograder.review.works import listed_works, module_works
    from autograder.run.downloads import said
    from autograder.suites import find
    from blueprint.commands.course_grades import open_gradebook
    from blueprint.problems import UsageError

    if task.module:
        with open_gradebook(settings.grading, grades, roster) as gradebook:
            found = module_works(task, gradebook)
    else:
        forms = said([form] if form else [])
        conventions = conventions_of(find(settings.grading.suite))
        found = listed_works(task, submissions, conventions, roster, forms.get(""))
    if not found.works:
        notes = "".join(f"\n  {note}" for note in found.notes)
        what = (
            f"no grade of module {task.module:02}; `blueprint grade` makes them"
            if task.module
            else "name the download it was handed in with, or a class list with `--roster`"
        )
        raise UsageError(f"there is no work of {task.batch} to mark: {what}{notes}")
    return found


def _with_readers(
    task: Task,
    made: Mapping[str, tuple[Item, Work]],
    graders: Sequence[str],
    by_section: ReviewSettings | None,
    overlap: int,
    marks: Marks,
) -> dict[str, tuple[Item, Work]]:
    """The items with who reads each: whoever leads the section where that is wanted, else a fair share each.

    Readers stay from before, but what nobody has marked yet goes to its section where that is wanted now.
    """
    from autograder.intake.names import squeezed
    from autograder.review.split import split

    leaders = {squeezed(name): grader for name, grader in by_section.section_graders.items()} if by_section else {}
    wanted = {id: leaders.get(squeezed(work.students[0].section), "") for id, (_, work) in made.items()}
    begun = set(marks.students(task.batch))
    settled = {
        id: item.readers
        for id, (item, _) in made.items()
        if item.readers and (by_section is None or not begun.isdisjoint(item.students))
    }
    readers = split(list(made), graders, task.batch, wanted=wanted, overlap=overlap, settled=settled)
    return {id: (replace(item, readers=readers[id]), work) for id, (item, work) in made.items()}


# ---------------------------------------------------------------------------------------------------- merge


@review.command()
@click.argument("tables", nargs=-1, required=True, type=_PATH, metavar="FILES...")
@click.option("--decide", is_flag=True, help="What these files say counts, whatever other graders gave.")
@click.option("--partial", is_flag=True, help="Take the rows that can be read although others cannot.")
@_course_options
def merge(
    tables: tuple[Path, ...], decide: bool, partial: bool, course: str | None, suite: str | None, out: Path | None
) -> int:
    """Read graders' tables back into the log of marks.

    Checks every row of every file first, and writes nothing unless all of them can be read. Tells what is new and what changes from what
    to what, how far graders agree, and which answers wait for a decision; for those it writes a table of their own.

    \b
    Example:
      blueprint review merge review-module-04-*.csv
      blueprint review merge --decide decide-module-04.csv
    """
    from datetime import UTC, datetime

    from autograder.review.marks import Marks
    from autograder.review.merge import merge as held_against
    from blueprint.problems import CourseError, render

    settings, grades = _settings(course, suite, out)
    pieces = _handed_out(settings, grades)
    marks = Marks.read(grades)
    merged = held_against(tables, pieces, marks, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", decide=decide)
    if merged.problems and not partial:
        raise CourseError(merged.problems)
    marks.append(merged.marks, merged.criteria)
    _tell(merged)
    for batch in sorted({one.task.batch for one in merged.waiting}):
        _write_decisions(pieces[batch], [one for one in merged.waiting if one.task.batch == batch], settings, grades)
    if merged.problems:
        click.echo(render(merged.problems), err=True)
        aside(f"{_counted(len(merged.problems), 'row')} left out", fg="yellow")
    return Exit.TO_MEND if merged.problems or merged.waiting else Exit.FINE


def _handed_out(settings: ReviewSettings, grades: Path) -> dict[str, Piece]:
    """The pieces that were handed out to graders; raises UsageError where none was."""
    from autograder.review.batch import KEY, read_batch
    from autograder.review.merge import Piece
    from blueprint.problems import UsageError

    pieces = {}
    for key in sorted((grades / "review").glob(f"*/{KEY}")):
        if (batch := read_batch(grades, key.parent.name)) is not None:
            pieces[batch.piece] = Piece(_task(_piece(batch.piece, settings), settings), batch)
    if not pieces:
        raise UsageError(f"nothing was handed out to be marked from {grades}; `blueprint review sheet` does it")
    return pieces


def _tell(merged: Merged) -> None:
    """Prints what the merge did."""
    from autograder.review.merge import in_words

    for note in merged.notes:
        aside(note)
    for mark in merged.changed:
        click.echo(f"{mark.piece}: {mark.student}, {mark.question}, by {mark.grader}: {mark.old} -> {in_words(mark)}")
    counts = [
        (len(merged.new), "new"),
        (len(merged.changed), "changed"),
        (merged.same, "as before"),
        (merged.open, "still open"),
    ]
    click.echo(", ".join(f"{number} {what}" for number, what in counts if number) or "no marks in these files")
    for line in (*merged.calibration, *merged.agreement):
        click.echo(line)
    for one in sorted(merged.waiting, key=lambda one: not one.far):
        given = "; ".join(f"{mark.grader} {in_words(mark)}" for mark in one.given)
        click.echo(
            f"{one.task.batch}: {one.item.who}, {one.question.id}: {'more than a level apart: ' * one.far}{given}"
        )


def _write_decisions(piece: Piece, waiting: Sequence[Waiting], settings: ReviewSettings, grades: Path) -> None:
    """Writes the table of the answers that wait, for the head of the graders to decide."""
    from autograder.review.batch import folder_of
    from autograder.review.merge import in_words
    from autograder.review.sheet import decisions
    from blueprint.files import write_whole
    from blueprint.paths import shown

    place = folder_of(grades, piece.task.batch) / f"decide-{piece.task.batch}.csv"
    told = ((one.item, one.question, "\n".join(f"{m.grader}: {in_words(m)}" for m in one.given)) for one in waiting)
    write_whole(place, decisions(piece.task, piece.batch, told, settings.head), owner_only=True)
    many = f"{_counted(len(waiting), 'answer')} wait{'s' * (len(waiting) == 1)} for a decision"
    click.echo(f"{many}: fill in {shown(place)}, then `blueprint review merge --decide {shown(place)}`")
