"""Whose a hand-in is where the class list cannot tell: a file in which a person says so, a line a hand-in.

`unmatched.csv` with its column `student` filled in is such a file. A line is of what the platform calls the hand-in by,
or of its address. It cannot say otherwise than the class list: what is a student's id leads to nobody else by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.intake.class_table import MOST_PROBLEMS, Row
from autograder.intake.named_table import NamedTable, read_named_table, student_in
from autograder.intake.names import folded
from autograder.intake.roster import NOT_IN_CLASS, Alias, Aliases, Roster, spoiled_id
from blueprint.problems import CourseError, Problem, quoted

COLUMNS = ("hand-in", "platform", "student")
_SAYS_NOBODY = ("nobody", "no one")


def with_aliases(roster: Roster, path: Path) -> Roster:
    """The roster with the aliases in a file; raises CourseError with everything wrong, at its cell."""
    sheet = read_named_table(path, ("hand-in", "student"), ("platform",))
    known: dict[tuple[str, str], Alias] = {}
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}

    def find(text: str) -> str | None:
        if folded(text) in _SAYS_NOBODY:
            return NOT_IN_CLASS
        found = roster.find(text)
        return found.id if found is not None else None

    for row in sheet.table.rows:
        if not sheet.text(row, "student"):
            continue  # a line that nobody has filled in yet
        who = student_in(sheet, row, find)
        wrong = _problem_of_hand_in(sheet, row, roster, who if isinstance(who, str) else None)
        problems += [one for one in (wrong, who) if isinstance(one, Problem)]
        platform, text = sheet.text(row, "platform"), _hand_in(sheet, row)
        key = (folded(platform), folded(text))
        if (line := seen.setdefault(key, row.line)) != row.line:
            message = f"the same stands in line {line} already"
            problems.append(sheet.problem(row, "hand-in", message, "remove one of the lines"))
        known[key] = Alias(text, platform, str(who))
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])
    return replace(roster, aliases=Aliases(known))


def alias_lines(aliases: Aliases) -> Iterator[Sequence[str]]:
    """The cells of the lines of a file that holds these aliases, headings first."""
    yield COLUMNS
    for one in aliases.known.values():
        yield one.hand_in, one.platform, one.student if one.student != NOT_IN_CLASS else _SAYS_NOBODY[0]


def _hand_in(sheet: NamedTable, row: Row) -> str:
    """What stands on the hand-in that a row is about, without the sign that keeps a spreadsheet from reckoning."""
    text = sheet.text(row, "hand-in")
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@" else text


def _problem_of_hand_in(sheet: NamedTable, row: Row, roster: Roster, who: str | None) -> Problem | None:
    """What is wrong with the hand-in that a row names as this student's; None if nothing is."""
    text, kind = _hand_in(sheet, row), folded(sheet.text(row, "platform"))
    if not text:
        return sheet.problem(row, "hand-in", "no hand-in is named", "copy it from the first column of unmatched.csv")
    if spoiled := spoiled_id(text):
        return sheet.problem(row, "hand-in", *spoiled)
    if not kind and roster.is_shared_name(text):
        hint = "name the `platform`, as unmatched.csv does, or write a number, a login or an address"
        return sheet.problem(row, "hand-in", f"several students are called {quoted(text)}", hint)
    told = roster.find(text, kind)
    if told is not None and who is not None and told.id != who:
        message = f"{quoted(text)} is {' '.join(filter(None, (told.id, told.name)))} in the class list"
        hint = "leave the line out, mend the class list, or name the `platform` that calls somebody else so"
        return sheet.problem(row, "hand-in", message, hint)
    return None
