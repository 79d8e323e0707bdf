"""`blueprint roster`: the class list, kept beside the grades so that it is named once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.exits import Exit

if TYPE_CHECKING:
    from autograder.intake.class_list import ClassFiles
    from autograder.intake.roster import Roster, Student
    from blueprint.grading_settings import GradingSettings

_PATH = click.Path(path_type=Path)
_MOST = 10
"""How many of a kind are named before the others are counted."""


@click.command()
@click.argument("class_list", required=False, type=_PATH, metavar="[FILE]")
@click.option("--groups", type=_PATH, help="Who is in which team: `group,student`, a line a member.")
@click.option(
    "--aliases", type=_PATH, help="Whose a hand-in is that the class list cannot tell: `hand-in,student`, a line each."
)
@click.option("--course", help="The offering; the only one here, or the one built last, if left out.")
@click.option("--out", type=_PATH, help="Where the grades are; grades/<offering> if left out.")
def roster(
    class_list: Path | None, groups: Path | None, aliases: Path | None, course: str | None, out: Path | None
) -> int:
    """Keep the class list beside the grades.

    Afterwards no other command need be told of it. Reads what a platform, a registrar or a spreadsheet wrote, tells what
    is in it and what cannot be told by it, and keeps it in grades/<offering>/ as roster.csv, with groups.csv and
    aliases.csv. Without a file, tells of what is there. `unmatched.csv` with its column `student` filled in is a file of
    aliases; `nobody` there is for work of somebody who is not in the class.

    \b
    Example:
      blueprint roster canvas-gradebook.csv
      blueprint roster --aliases unmatched.csv
    """
    from autograder.intake.class_list import ClassFiles, class_files, read_class_list
    from autograder.intake.roster import read_roster
    from blueprint.commands.course_grades import told_offering
    from blueprint.grading_settings import grading_settings
    from blueprint.paths import CoursePaths, shown
    from blueprint.problems import UsageError

    paths = CoursePaths.find()
    settings = grading_settings(told_offering(paths, course), paths)
    if class_list is not None and settings.roster is not None:
        raise UsageError(
            f"the offering names its class list, {shown(settings.roster)}; put the new one there, or take `roster` out of its `autograder`"
        )
    folder = out or paths.root / "grades" / settings.name
    there = class_files(folder, settings.roster)
    given = ClassFiles(class_list, groups, aliases)
    read = ClassFiles(given.roster or there.roster, given.groups or there.groups, given.aliases or there.aliases)
    before = read_class_list(ClassFiles(there.roster)) if class_list is not None else None
    if before is not None and class_list is not None:
        _refuse_without_zeros(class_list, before.students, read_roster(class_list).students)
    known = read_class_list(read)
    if known is None:
        raise UsageError(
            "there is no class list yet: name the file that your platform exports, `blueprint roster FILE`"
        )
    if aliases is not None:
        known = _with_those_before(known, read, there)
    _keep(given, known, folder)
    for line in _told(known, before, settings, folder):
        click.echo(line)
    return Exit.FINE


def _refuse_without_zeros(file: Path, before: Sequence[Student], after: Sequence[Student]) -> None:
    """Raises UsageError where ids have lost the zeros they had: marks and grades would be other people's, or nobody's."""
    from blueprint.paths import shown
    from blueprint.problems import UsageError

    now = {student.id for student in after}
    lost = [(old, id) for student in before if (old := student.id) not in now and (id := old.lstrip("0")) in now]
    if lost:
        old, id = lost[0]
        raise UsageError(
            f"{shown(file)}: a spreadsheet took the zeros in front of {_counted(len(lost), 'id')}, `{old}` is `{id}` there; "
            "give the file as the platform exported it"
        )


def _with_those_before(known: Roster, read: ClassFiles, there: ClassFiles) -> Roster:
    """The class list with its aliases added to those kept before, of which the new ones have the last word."""
    from dataclasses import replace

    from autograder.intake.class_list import read_class_list
    from autograder.intake.roster import Aliases

    earlier = read_class_list(replace(read, aliases=there.aliases))
    old = earlier.aliases.known if earlier is not None else {}
    for key, alias in known.aliases.known.items():
        if key in old and old[key].student != alias.student:
            click.echo(f"{alias.hand_in}: {old[key].student or 'nobody'} -> {alias.student or 'nobody'}")
    return replace(known, aliases=Aliases({**old, **known.aliases.known}))


def _keep(given: ClassFiles, known: Roster, folder: Path) -> None:
    """Copies the files that are given into the folder as they are; aliases are written anew, with those kept before."""
    from autograder.intake.aliases import alias_lines
    from autograder.intake.class_list import ALIASES, GROUPS, ROSTER
    from autograder.reports.csv_files import line
    from blueprint.files import write_whole

    for file, name in ((given.roster, ROSTER), (given.groups, GROUPS)):
        if file is not None:
            write_whole(folder / name, file.read_bytes(), owner_only=True)
    if given.aliases is not None:
        write_whole(folder / ALIASES, (line(cells) for cells in alias_lines(known.aliases)), owner_only=True)


def _told(known: Roster, before: Roster | None, settings: GradingSettings, folder: Path) -> Iterator[str]:
    """What there is, what has changed, what cannot be told by it, and what to type next."""
    from autograder.intake.class_list import class_files
    from blueprint.paths import shown

    files = class_files(folder, settings.roster)
    sections = sorted({student.section for student in known.students if student.section})
    within = f" in {_counted(len(sections), 'section')}" if sections else ""
    yield f"{shown(files.roster or folder)}: {_counted(len(known.students), 'student')}{within}"
    if files.groups is not None:
        yield f"{shown(files.groups)}: {_counted(len(known.teams), 'team')}"
    if files.aliases is not None:
        yield f"{shown(files.aliases)}: {_counted(len(known.aliases.known), 'alias', 'aliases')}"
    if before is not None:
        yield from _changes(before.students, known.students)
    for name, students in _shared_names(known.students).items():
        ids = ", ".join(student.id for student in students)
        yield f"{len(students)} students are called {name}: {ids}; work with this name alone is nobody's"
    unmatched = _unmatched(known, settings, folder)
    lost = shown(folder / "unmatched.csv")
    if unmatched:
        yield f"{len(unmatched)} graded hand-in{' is' if len(unmatched) == 1 else 's are'} nobody's:"
        yield from (f"  {one}" for one in unmatched[:_MOST])
        if len(unmatched) > _MOST:
            yield f"  and {len(unmatched) - _MOST} more"
    if unmatched and before is None:
        yield f"next: say whose each is in {lost}, column `student` (or `nobody`), then blueprint roster --aliases {lost}"
    else:
        yield "next: blueprint grade SUBMISSIONS"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _changes(before: Sequence[Student], now: Sequence[Student]) -> Iterator[str]:
    """Who has joined and who has left since the class list that was kept before."""
    old, new = ({student.id: student.name for student in students} for students in (before, now))
    for word, ones, others in (("joined", new, old), ("left", old, new)):
        ids = [id for id in ones if id not in others]
        if ids:
            names = ", ".join(f"{id} {ones[id]}".strip() for id in ids[:_MOST])
            more = f" and {len(ids) - _MOST} more" if len(ids) > _MOST else ""
            yield f"{word} since the last one: {len(ids)}: {names}{more}"


def _shared_names(students: Sequence[Student]) -> Mapping[str, list[Student]]:
    """The names that several students have, with these."""
    named: dict[str, list[Student]] = {}
    for student in students:
        named.setdefault(student.name, []).append(student)
    return {name: ones for name, ones in named.items() if name and len(ones) > 1}


def _unmatched(known: Roster, settings: GradingSettings, folder: Path) -> list[str]:
    """The hand-ins graded so far that are nobody's of this class list, each with the reason; none where nothing is graded."""
    from autograder.reports.unmatched import in_words
    from autograder.run.journal import NAME
    from blueprint.commands.course_grades import open_gradebook

    if not (folder / NAME).exists():
        return []
    with open_gradebook(settings, folder, known) as gradebook:
        return [in_words(one) for one in gradebook.unmatched.values()]
