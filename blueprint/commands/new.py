"""`blueprint new`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from blueprint.next_term import NextTerm
    from blueprint.paths import CoursePaths
    from blueprint.starter import Answers

QUESTIONS = {
    "institution": "Institution",
    "code": "Course code",
    "instructor": "Instructor's name",
    "email": "Instructor's e-mail",
    "start": "A day of the first week of class",
    "days": "Days of class",
    "time": "Time of class",
    "zone": "Time zone",
    "students": "Students expected",
    "term": "Term",
    "title": "Title of the course",
}


@click.command()
@click.argument("offering", required=False)
@click.option("--from", "source", metavar="COURSE", help="Copy this offering and move every date.")
@click.option("--blank", is_flag=True, help="Begin a course of your own, with nothing of the shipped one.")
@click.option("--title", metavar="TEXT", help="With --blank: the title of the course.")
@click.option("--start", metavar="DATE", help="A day of the first week of class, 2027-01-18.")
@click.option("--term", metavar="TEXT", help="Name of the term; guessed from the start.")
@click.option("--institution", metavar="TEXT")
@click.option("--code", metavar="TEXT", help="Course code, CS 4290.")
@click.option("--instructor", metavar="TEXT", help="The instructor's name.")
@click.option("--email", metavar="TEXT", help="The instructor's e-mail.")
@click.option("--days", metavar="DAYS", help="Days of class, mon,wed.")
@click.option("--time", metavar="TIMES", help="Time of class, 10:30-11:45.")
@click.option("--zone", metavar="ZONE", help="Time zone, America/Chicago.")
@click.option("--students", metavar="N", help="How many are expected.")
@click.option("--weeks", metavar="N", help="Weeks of class; a starter has the 16 of the syllabus, or drops the rest.")
@click.option("--github-pages", "workflow", is_flag=True, help="Also write a workflow that publishes the site.")
@click.option("--yes", is_flag=True, help="Ask nothing; take what is usual.")
def new(offering: str | None, source: str | None, blank: bool, workflow: bool, yes: bool, **flags: str | None) -> int:
    """Make a starter offering, the next term's, or a course of your own.

    Writes syllabi/OFFERING.yaml, the schemas your editor needs and a .gitignore, and overwrites nothing. What no
    flag says is asked.

    \b
    Example:
      blueprint new spring27
      blueprint new spring28 --from fall26 --start 2028-01-10
      blueprint new os27 --blank --title "Operating Systems"
    """
    from datetime import date

    from blueprint import starter
    from blueprint.blank import WEEKS, blank_files, refuse_taken
    from blueprint.commands.checking import course_problems, exit_code, tell_problems
    from blueprint.files import write_whole
    from blueprint.paths import CoursePaths
    from blueprint.problems import UsageError

    paths = CoursePaths.find()
    places: dict[str, str] = {}
    today = date.today()
    given = {name: _read(name, text, blank) for name, text in flags.items() if text is not None}
    original = paths.choose(source)[0] if source else None
    if original and (extra := [f"--{name}" for name in given if name not in ("start", "term")]):
        raise click.UsageError(f"{extra[0]} goes with a starter; with --from, change it in the new file")
    if blank and original:
        raise click.UsageError("--blank begins an empty course and --from copies one: leave out one of the two")
    if "title" in given and not blank:
        raise click.UsageError("--title goes with --blank; else the title is that of the syllabus")
    course_id = _course_id(offering, yes, starter.usual_name(today))
    path = starter.target(paths.root, course_id)
    usual = starter.usual_start(course_id, today)
    if original:
        source_text, dropped = _without_exceptions(original, paths)
        moved = _moved(original, source_text, given, usual, yes)
        text, report, todo = moved.text, [*dropped, *_moves(moved)], "add the holidays and sittings of the new calendar"
    elif blank:
        title = _ask("title", given, "Your Course", yes)
        places = blank_files(course_id, title, _answers({"weeks": WEEKS} | given, usual, today, yes))
        refuse_taken(paths.root, places)
        text, report, todo = places.pop(f"syllabi/{course_id}.yaml"), [], "change the lines marked `# change`"
    else:
        answers = _answers(given, usual, today, yes)
        text, todo = starter.offering_text(course_id, answers), "change the lines marked `# change`"
        report = [
            f"{answers.term}: the first week is that of {starter.monday_of(answers.start):%a %Y-%m-%d}, the last day is {answers.end:%a %Y-%m-%d}"
        ]
    try:
        written = starter.write_offering(paths.root, course_id, text)
        for name, content in places.items():
            write_whole(paths.root / name, content.encode())
            written.append(f"wrote {name}")
        if workflow:
            written.append(starter.write_workflow(paths.root, course_id))
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or path}: {error.strerror}") from error
    click.echo("\n".join([*report, *written]))
    problems, files, _ = course_problems(path, paths)
    tell_problems(problems, files, path)
    code = exit_code(problems)
    click.echo(f"\nNext: {'mend the errors' if code else todo}, then\n  blueprint build-course {course_id}")
    return code


def _read(name: str, text: str, blank: bool = False) -> Any:
    """The value an answer means; click's error, naming the option, where it means none."""
    from blueprint.blank import read_weeks
    from blueprint.starter import READERS

    try:
        return read_weeks(text) if blank and name == "weeks" else READERS[name](text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=f"--{name}") from None


def _ask(name: str, given: Mapping[str, Any], usual: str, yes: bool) -> Any:
    """The answer to a question: the flag's, else with `--yes` the usual one, else the person's at the keyboard."""
    if name in given:
        return given[name]
    if yes:
        return _read(name, usual)
    return click.prompt(QUESTIONS[name], default=usual, value_proc=lambda text: _read(name, text))


def _course_id(offering: str | None, yes: bool, usual: str) -> str:
    from blueprint.starter import read_id

    def read(text: str) -> str:
        try:
            return read_id(text)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="OFFERING") from None

    if offering is not None or yes:
        return read(offering or usual)
    answer: str = click.prompt("Name of the offering", default=usual, value_proc=read)
    return answer


def _answers(given: Mapping[str, Any], start: date, today: date, yes: bool) -> Answers:
    from blueprint.starter import WEEKS, Answers, term_of
    from blueprint.zones import local_zone

    usual = {
        "institution": "Your University",
        "code": "CS 0000",
        "instructor": "Your Name",
        "email": "instructor@example.edu",
        "start": start.isoformat(),
        "days": "mon,wed",
        "time": "10:30-11:45",
        "zone": local_zone(),
        "students": "40",
    }
    answers = {name: _ask(name, given, default, yes) for name, default in usual.items()}
    placeholders = ("institution", "code", "instructor", "email")
    made_up = frozenset(
        name for name in usual if name not in given and (yes or (name in placeholders and answers[name] == usual[name]))
    )
    term = given.get("term") or term_of(answers["start"])
    weeks = given.get("weeks", WEEKS)
    return Answers(**answers, term=term, published=today, weeks=weeks, made_up=made_up)


def _without_exceptions(original: Path, paths: CoursePaths) -> tuple[str, list[str]]:
    """The text of an offering without what was so in its term only, and a line about each such thing."""
    from blueprint.check import check
    from blueprint.load import load
    from blueprint.paths import shown
    from blueprint.problems import CourseError
    from blueprint.term_exceptions import term_exceptions
    from blueprint.yamltext import without_entries
    from blueprint.yamltree import Mapping as Tree
    from blueprint.yamltree import parse

    data = original.read_bytes()
    own, problems = parse(data, shown(original))
    if problems:
        raise CourseError(problems)
    text = data.decode("utf-8")
    loaded = load(original, paths)
    if loaded.course.file.offering is None or not isinstance(own, Tree):
        return text, []
    if any(problem.severity == "error" for problem in check(loaded)):
        note = "It has errors, so holidays and other exceptions of the term were not looked for, and moved, too."
        return text, [note, ""]
    found = term_exceptions(loaded, own)
    shorter = without_entries(text, [exception.path for exception in found])
    gone = [e for e in found if not any(e.path[: len(path)] == path for path in shorter.kept)]
    width = max((len(exception.what) for exception in gone), default=0)
    lines = [f"{exception.what:<{width}}  dropped: {exception.why}" for exception in gone]
    lines += [f"{e.what}: of the old term, drop it by hand ({e.why})" for e in found if e not in gone]
    return shorter.text, [*lines, ""] if lines else []


def _moved(original: Path, text: str, given: Mapping[str, Any], start: date, yes: bool) -> NextTerm:
    from blueprint.next_term import next_term
    from blueprint.paths import shown
    from blueprint.starter import term_of

    day: date = _ask("start", given, start.isoformat(), yes)
    term: str = _ask("term", given, term_of(day), yes)
    return next_term(text.encode(), shown(original), day, term)


def _moves(moved: NextTerm) -> list[str]:
    """One line for each date, old and new, and what was left for a person to look at."""
    width = max(len(m.what) for m in moved.moved)
    lines = [f"{m.what:<{width}}  {m.old:%a %Y-%m-%d} -> {m.new:%a %Y-%m-%d}" for m in moved.moved]
    lines += [f"line {line}: {text} stands in a comment or a text and was not moved" for line, text in moved.left]
    return [*lines, ""]
