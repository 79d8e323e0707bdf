"""Who is in which team, as a file says it: a line a member, `group,student`, or a line a team, `group,member 1,member 2`.

Exports of platforms are read as they are (Canvas's groups, Brightspace's, Moodle's): what leads to a student is any column
that leads there in a class list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.intake.class_table import MOST_PROBLEMS, Row, Table, read_table
from autograder.intake.names import squeezed
from autograder.intake.roster import Roster, Student, people_in, roster_of
from blueprint.problems import CourseError, Mark, Problem, close_match, quoted

_MEMBER = re.compile(r"(?i)(?:member|mitglied|membre|miembro|lid|leden|student)s?(?:er)? ?\d{0,2}")
"""Headings of columns that hold members in a table with a line for each team."""


def with_groups(roster: Roster | None, path: Path) -> Roster:
    """The roster with the teams in a file; without a roster, one of those who are in a team.

    Raises CourseError for each member who is nobody in the class list, at the cell.
    """
    table = read_table(path, frozenset(["group"]), "group,student")
    lists = _columns_of_members(table)
    if not lists and not any(_leads_to_a_student(kind) or kind in ("name", "first", "last") for kind in table.columns):
        headings = ", ".join(quoted(heading) for heading in table.headings if heading.strip())
        message = f"no heading names the members of a team; they are {headings}"
        raise CourseError([Problem(Mark(table.file), message, "begin the file with a line such as `group,student`")])
    if roster is None:
        roster = _roster_of_members(table, lists)
    teams: dict[str, set[int]] = {team: set(places) for team, places in roster.teams.items()}
    place_by_id = {student.id: place for place, student in enumerate(roster.students)}
    problems: list[Problem] = []
    named: set[str] = set()
    for title, found in _members(table, lists, roster):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        key = squeezed(title)
        if key not in named:  # the file has the last word on a team's members
            named.add(key)
            teams[key] = set()
        teams[key].add(place_by_id[found.id])
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])
    return replace(roster, teams={team: frozenset(places) for team, places in teams.items() if team})


def _columns_of_members(table: Table) -> Sequence[int]:
    """The places of the columns that hold members, where a line is a team: none where a line is a member."""
    places = [place for place, heading in enumerate(table.headings) if _MEMBER.fullmatch(heading.strip())]
    known = {kind for kind in table.columns if kind != "group" and table.columns[kind] not in places}
    return [] if (len(places) == 1 and table.headings[places[0]].strip().casefold() == "student") or known else places


def _members(table: Table, lists: Sequence[int], roster: Roster) -> Iterator[tuple[str, Student | Problem]]:
    """Each member of each team: a student of the roster, or what is wrong with the cell."""
    if lists:
        for row in table.rows:
            for place in lists:
                for text in filter(None, map(str.strip, re.split("[;,]", row.cells[place]))):
                    yield _team(table, row), roster.find(text) or _nobody(table, row, place, text, roster)
        return
    for person in people_in(table):
        if team := _team(table, person.row):
            keys = {kind: text for kind, text in person.cells.items() if text and _leads_to_a_student(kind)}
            found = {roster.find(text, "canvas" if kind == "canvas" else "") for kind, text in keys.items()} - {None}
            if not found:
                found = {roster.find(person.name)} - {None}
            if len(found) == 1 and (student := found.pop()):
                yield team, student
            else:
                kind = next(iter(keys), "name")
                text = keys.get(kind, "") or person.name
                yield team, _nobody(table, person.row, table.columns.get(kind, 0), text, roster)


def _leads_to_a_student(kind: str) -> bool:
    return kind.partition(" ")[0] in ("sis", "id", "canvas", "login", "identifier", "github", "other", "email")


def _team(table: Table, row: Row) -> str:
    return " ".join(row.cells[table.columns["group"]].split())


def _nobody(table: Table, row: Row, place: int, text: str, roster: Roster) -> Problem:
    """The problem of a member whom the class list does not have, or has twice."""
    near = close_match(text, [word for student in roster.students for word in (student.id, student.name) if word])
    hint = f"did you mean `{near}`?" if near else "write the id that stands in the class list"
    return Problem(table.mark(row.line, place), f"{quoted(text)} is no one student of the class list", hint)


def _roster_of_members(table: Table, lists: Sequence[int]) -> Roster:
    """The roster of those who are in a team, where there is no class list."""
    if not lists:
        return replace(roster_of(table, people_in(table)), whole=False, teams={})
    texts = [text.strip() for row in table.rows for place in lists for text in re.split("[;,]", row.cells[place])]
    ids = dict.fromkeys(filter(None, texts))
    index = {text: frozenset([place]) for place, text in enumerate(ids)}
    return Roster(tuple(map(Student, ids)), {"id": {f"\n{text}": at for text, at in index.items()}}, whole=False)
