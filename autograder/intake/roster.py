"""The class list: read as learning platforms and people write it, and asked which student a hand-in is of.

A file is understood by its headings, in any order: Canvas's gradebook and roster, Moodle's participants and worksheets,
Gradescope, GitHub Classroom, nbgrader, Brightspace, Blackboard, or a plain `id,name,email`. Ids are text, so leading
zeros stay. A hand-in that fits two students fits none: a person must say, for a grade must not go astray.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from autograder.intake.class_table import MOST_PROBLEMS, Row, Table, is_date, read_table
from autograder.intake.contents import printable
from autograder.intake.names import composed, folded, squeezed
from autograder.intake.platforms import NOBODY
from blueprint.problems import CourseError, Mark, Problem, quoted

_NOWHERE: frozenset[int] = frozenset()
_ADDRESS = re.compile(r"\A(?:[^<>@]{0,200}<|mailto:)([^<>@\s]+@[^<>@\s]+)>?\Z", re.IGNORECASE)
"""An address as mail programs write it: `Ada Okoye <ao@x.edu>`."""
_PRONOUNS = re.compile(r" ?\([^()/]{1,20}/[^()]{1,30}\)")
"""How somebody wants to be spoken of, as platforms put it behind a name: `(she/her)`."""
_ILIAS = re.compile(r"(?P<who>.+)_\d{1,9}", re.DOTALL)
"""A folder of ILIAS's, `Okoye_Ada_aokoye_4711`: family name, given name, login, and ILIAS's own number."""
_IN_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_FREE = ("", "name", "nbgrader", "blackboard")  # what people are called: ids, user names, names
_LETTERS = re.compile(r"[^\W\d_]*")
"""What Canvas leaves of a person's name: a team's may hold more, also `_` and digits alone."""
# The column in which what only one platform calls people stands.
_OWN = {"canvas": "canvas", "moodle": "participant", "github": "github"}

_IDS = ("sis", "id", "login", "identifier", "github", "other", "email")  # the first that all students have is their id
_STAFF = re.compile(
    r"(?i)\b(ta|tas|instructor|reader|teacher|manager|observer|guest|staff|assistant|trainer|tutor|dozent|docent|lecturer"
    r"|(?:ta|teacher|observer|designer)enrollment"
    r"|professor|profesor|enseignant|enseignante|administrator|kursadministrator|kurstutor|gruppenadministrator|grader|designer|betreuer|nauczyciel|prowadzący)\b"
)
_STUDENT_ROLES = ("student", "studier", "étudiant", "estudiante", "studente", "estudante", "leerling", "teilnehmer")
_NOT_STUDENTS = frozenset(
    [
        *("points possible", "student, test", "test student", "manual posting", "muted", "teststudent"),
        *("mögliche punkte", "erreichbare punkte", "points possibles", "puntos posibles", "mogelijke punten"),
    ]
)


@dataclass(frozen=True, slots=True)
class Student:
    """One student: the id that stands in the gradebook, the name as people say it, address, section and teams, if known."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    teams: tuple[str, ...] = ()


class Owners(NamedTuple):
    """The students a hand-in is of, and the team's name where it is a team's."""

    students: tuple[Student, ...] = ()
    team: str = ""


NOT_IN_CLASS = ""
"""In place of a student's id: the work is of somebody who is not in the class."""


@dataclass(frozen=True, slots=True)
class Alias:
    """What stands on a hand-in, the platform that writes it so (empty for any), and the student's id, or `NOT_IN_CLASS`."""

    hand_in: str
    platform: str
    student: str


@dataclass(frozen=True, slots=True)
class Aliases:
    """The aliases of a class, by platform and by what stands on the hand-in, as these are compared."""

    known: Mapping[tuple[str, str], Alias] = field(default_factory=dict)

    def owner(self, kind: str, *texts: str) -> str | None:
        """Whose a hand-in is on which these texts stand, the surest first; None where no line says."""
        if not self.known:
            return None
        ways = ((platform, folded(text)) for text in texts if text for platform in (kind, ""))
        return next((self.known[way].student for way in ways if way in self.known), None)


@dataclass(frozen=True)
class Roster:
    """A class in the order of its file; `ids`, `locals`, `names` and `teams` lead from what may stand on a hand-in to places.

    One that is not `whole` holds only those who are in a team. `people` are the students' rows as they were read, where
    there were any. `aliases` say whose a hand-in is, before anything else does.
    """

    students: tuple[Student, ...] = ()
    ids: Mapping[str, Mapping[str, frozenset[int]]] = field(default_factory=dict, repr=False)
    locals: Mapping[str, frozenset[int]] = field(default_factory=dict, repr=False)
    names: Mapping[str, frozenset[int]] = field(default_factory=dict, repr=False)
    teams: Mapping[str, frozenset[int]] = field(default_factory=dict, repr=False)
    whole: bool = True
    people: tuple[RosterPerson, ...] = field(default=(), repr=False, compare=False)
    aliases: Aliases = field(default_factory=Aliases, repr=False, compare=False)

    def find(self, key: str, kind: str = "", name: str = "", email: str = "") -> Student | None:
        """The student a hand-in is of, None where none or several fit.

        `kind` tells what platform the key comes from (`autograder.intake.platforms.Kind`): a Moodle participant number, a Canvas user
        id or a Gradescope submission id is looked for only where such a number can stand, and a GitHub name, which
        anybody can choose, only among GitHub names if the roster holds any; any other key in every column of ids, then
        as the part of an address before its `@`, then as a name. Ways to tell that disagree tell nothing.
        """
        if (owner := self.aliases.owner(kind, key, email)) is not None:
            return self._of_id(owner)
        if kind == "brightspace":  # whose key is the name, with a number where several have it
            name = key
        identifier = name if kind == "github" else ""  # as Classroom's roster calls the student
        kind = "" if kind == "github" and kind not in self.ids else kind
        ways = (*self._by_id(key.strip(), kind, email.strip()), self._in(self._columns(""), identifier))
        found = [places for places in ways if places]
        if not found:
            return self._one(self._named(name or (key if kind in _FREE else ""), kind))
        agreed = frozenset.intersection(*found)
        named = self._named(name, kind)
        if agreed & named:
            return self._one(agreed & named)
        # A number that a platform counts up may happen to be another student's id elsewhere; there the name decides.
        counted = kind not in _FREE and _OWN.get(kind) not in self.ids and not email
        return None if counted and named else self._one(agreed)

    def owners(self, key: str, kind: str = "", name: str = "", email: str = "") -> Owners:
        """The students a hand-in is of: one, all members of a team, or nobody where none or several readings fit.

        What is looked for is what `find` looks for, and a team by the name it has on the platform. A name of Canvas's
        that no student can have there, and that is no team's either, is a team of which the members are not known.
        """
        alone = self.find(key, kind, name, email)
        if self.aliases.owner(kind, key, email) is not None:
            return Owners((alone,) if alone else ())
        shared = kind == "canvas" and name.endswith(f" ({key})")
        name = name.removesuffix(f" ({key})") if shared else name
        title = name if kind in ("canvas", "moodle") else key
        team = self.teams.get(squeezed(title), _NOWHERE)
        if kind == "canvas" and not team and not _LETTERS.fullmatch(name) and not self._named(name, kind):
            return Owners()
        if (
            kind == "canvas" and not team and not alone
        ):  # of `Team_4_9002_…` the team's own number was read as a person's
            title = f"{name}_{key}"
            team = self.teams.get(squeezed(title), _NOWHERE)
            return self._team(title, team) if team else Owners()
        if not team:
            return Owners((alone,) if alone else ())
        if kind == "canvas":  # the number is that of who handed in for the team
            told = self._in(self._columns(kind), key)
            return self._team(title, team) if told <= team and (told or not shared) else Owners()
        return Owners() if alone else self._team(title, team)

    def is_nobodys(self, key: str, kind: str = "", email: str = "") -> bool:
        """True for a hand-in of which a person says that it is of nobody in the class."""
        return self.aliases.owner(kind, key, email) == NOT_IN_CLASS

    def is_shared_name(self, name: str, kind: str = "") -> bool:
        """True for a name that several students have, and nobody as an id."""
        return len(self._named(name, kind)) > 1 and self.find(name, kind) is None

    def _of_id(self, id: str) -> Student | None:
        return next((student for student in self.students if student.id == id), None)

    def _team(self, title: str, places: frozenset[int]) -> Owners:
        return Owners(tuple(self.students[place] for place in sorted(places)), title)

    def _by_id(self, key: str, kind: str, email: str) -> Iterator[frozenset[int]]:
        """The places of those who fit by address, then of those who fit by key."""
        yield self._in(("email",), email)
        found = self._in(self._columns(kind), key)
        yield found or (self.locals.get(folded(key), _NOWHERE) if kind in _FREE else _NOWHERE)

    def _columns(self, kind: str) -> Sequence[str]:
        """The columns of ids in which a key of this platform can stand."""
        if kind in _FREE:
            return tuple(column for column in self.ids if column != "participant")
        if kind == "canvas" and "canvas" not in self.ids:
            return ("id", "other")
        return (_OWN[kind],) if kind in _OWN else ()

    def _in(self, columns: Iterable[str], text: str) -> frozenset[int]:
        """The places of those with this id in any of the columns: as written (marked `\\n`) if anybody has it so, else folded."""
        if not text:
            return _NOWHERE
        tables = [self.ids[column] for column in columns if column in self.ids]
        for key in (f"\n{composed(text)}", folded(text)):
            if found := _NOWHERE.union(*(table.get(key, _NOWHERE) for table in tables)):
                return found
        return _NOWHERE

    def _named(self, name: str, kind: str) -> frozenset[int]:
        """The places of those whose name fits this one in its plainest form that anybody has."""
        forms = [form for form in _forms_of_text(name, kind) if form in self.names]
        return self.names[forms[0]] if forms else _NOWHERE

    def _one(self, places: frozenset[int]) -> Student | None:
        """The student at the only place; None where there is none or several."""
        return self.students[next(iter(places))] if len(places) == 1 else None


def read_roster(path: Path) -> Roster:
    """The roster in a file; raises CourseError with everything that is wrong with it, by line and column."""
    table = read_table(path)
    return roster_of(table, people_in(table))


# ---------------------------------------------------------------------------------------------------- people


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """A row, its cells by kind of column, and its names in reading and in sorting order."""

    row: Row
    cells: Mapping[str, str]
    name: str
    sortable: str = ""  # `Last, First`; empty where the file does not tell the family name
    others: tuple[str, ...] = ()  # further names, such as the one in the register

    def teams(self) -> tuple[str, ...]:
        """The teams the person is in; Moodle puts several into one cell."""
        cells = [text for kind, text in self.cells.items() if kind.partition(" ")[0] == "group" and text]
        parts = [part.strip() for cell in cells for part in re.split("[,;]", cell) if part.strip()]
        return tuple(dict.fromkeys([*cells, *parts]))


def people_in(table: Table) -> list[RosterPerson]:
    """The students in the rows of a table, without staff and what platforms add."""
    shortened = {kind for kind in table.columns if kind.partition(" ")[0] in _IDS and _are_floats(table, kind)}
    people: list[RosterPerson] = []
    for row in table.rows:
        if folded(row.cells[0]) in _NOT_STUDENTS or _is_canvas_extra(table, row):
            continue
        cells = {kind: _bare(kind, row.cells[place]) for kind, place in table.columns.items()}
        cells |= {kind: re.split("[.,]", cells[kind])[0] for kind in shortened}
        person = _person(row, cells)
        role = folded(person.cells.get("role", ""))
        if not _STAFF.search(role) or any(word in role for word in _STUDENT_ROLES):
            people.append(person)
    return people


def _are_floats(table: Table, kind: str) -> bool:
    """True if a column of ids went through numbers with a point, `1000234.0`: then what follows the point is no id's."""
    cells = [row.cells[table.columns[kind]].strip() for row in table.rows]
    dotted = [cell for cell in cells if re.search("[.,]", cell)]
    return bool(dotted) and all(re.fullmatch(r"\d+[.,]0{1,2}", cell) for cell in dotted)


def _is_canvas_extra(table: Table, row: Row) -> bool:
    """True for what stands above the students in Canvas's gradebook: how grades are posted, and the points of each column."""
    if "canvas" not in table.columns:
        return False
    if {folded(cell) for cell in row.cells} <= {"", "manual posting", "muted", "(read only)"}:
        return True
    ids = [
        row.cells[place].strip() for kind, place in table.columns.items() if kind.partition(" ")[0] in (*_IDS, "canvas")
    ]
    rest = [cell.strip() for cell in row.cells[1:] if cell.strip()]
    return not any(ids) and bool(rest) and all(cell[0] in "(0123456789" for cell in rest)


def _bare(kind: str, cell: str) -> str:
    """The text of a cell without what stands around an id: Brightspace's `#`, a spreadsheet's `="..."` or `'`."""
    text = " ".join(cell.split())
    if match := re.fullmatch(r'="(.*)"', text):
        text = match[1]
    if kind.partition(" ")[0] in (*_IDS, "canvas"):
        text = re.sub(r"^[#']", "", text)
        text = _ADDRESS.sub(r"\1", text)
    elif kind.partition(" ")[0] in ("name", "first", "last", "called", "preferred"):
        text = _PRONOUNS.sub("", text).strip()
    return "" if text in ("-", ".", "None", "NULL", "nan", "n/a", "N/A") else text


def _person(row: Row, cells: dict[str, str]) -> RosterPerson:
    """The person a row describes."""
    for kind in ("identifier", "id"):  # Moodle's worksheet has the participant's number under either, by language
        match = re.fullmatch(r"(\D+)(\d+)", cells.get(kind, ""))
        if match and match[1].strip().casefold() in NOBODY.split():
            cells["participant"] = match[2]
            del cells[kind]
    cells.setdefault("email", next((text for kind, text in cells.items() if kind in _IDS and text.find("@") > 0), ""))
    first, last, whole = cells.get("first", ""), cells.get("last", ""), cells.get("name", "")
    if last and (particle := cells.get("particle", "")):
        last = f"{particle} {last}"
    others: tuple[str, ...] = ()
    if first or last:
        name, sortable = _joined(first, last), ", ".join(filter(None, (last, first)))
        others = (whole,) if whole else ()
    elif whole:
        name, sortable = _in_order(whole)
    else:
        identifier = cells.get("identifier", "")
        name, sortable = identifier if " " in identifier else "", ""
    chosen = cells.get("preferred", "") or (_joined(cells["called"], last) if cells.get("called") and last else "")
    if chosen and chosen != name:
        preferred, order = _in_order(chosen)
        return RosterPerson(row, cells, preferred, order, (*others, *filter(None, (name, sortable))))
    return RosterPerson(row, cells, name, sortable, others)


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


_SUFFIXES = ("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "msc", "m.sc.", "bsc", "b.sc.")


def _in_order(text: str) -> tuple[str, str]:
    """A whole name in reading order, and in sorting order where the text tells which part is the family name.

    It does with a comma, `Okoye, Ada`, and with a family name in capitals before the rest, `OKOYE Ada`.
    """
    last, comma, first = (part.strip() for part in text.partition(","))
    if comma:
        given, second_comma, suffix = (part.strip() for part in first.partition(","))
        if not second_comma and first.casefold() in _SUFFIXES:
            return _joined(last, first), ""
        if second_comma and suffix.casefold() in _SUFFIXES:
            return _joined(given, last, suffix), text
        if second_comma and given.casefold() in _SUFFIXES:
            return _joined(suffix, last, given), text
        return _joined(first, last), text
    words = text.split()
    capitals = next((place for place, word in enumerate(words) if not (len(word) > 1 and word.isupper())), len(words))
    if 0 < capitals < len(words) and not words[capitals].isupper():
        last, first = " ".join(words[:capitals]), " ".join(words[capitals:])
        return f"{first} {last}", f"{last}, {first}"
    return text, ""


def roster_of(table: Table, people: Sequence[RosterPerson]) -> Roster:
    """The roster of these people; raises CourseError where one has no id or two have the same."""
    column = _column_of_ids(people)
    kept: list[RosterPerson] = []
    students: list[Student] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for person in people:
        key = composed(person.cells.get(column, "") or _any_id(person))
        student = _student(key, person)
        problem = _problem_of_id(table, person, column, key) or _problem_of_line(table, person, column, key)
        if problem:
            problems.append(problem)
        elif key in seen and _is_same(students[seen[key]], student):
            students[seen[key]] = _merged(students[seen[key]], student)
            continue
        elif key in seen:
            message = f"the id {quoted(key)} stands on line {kept[seen[key]].row.line} already"
            problems.append(
                table.problem(person.row, column, message, "each student has one line and an id of their own")
            )
        seen.setdefault(key, len(students))
        kept.append(person)
        students.append(student)
    if not people:
        problems.append(
            Problem(Mark(table.file), "holds no student", "below the headings comes a line for each student")
        )
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])
    return Roster(tuple(students), *_indexes(kept, students), _teams(students), people=tuple(kept))


def _student(key: str, person: RosterPerson) -> Student:
    teams = person.teams()
    section = person.cells.get("section", "") or next((t for k, t in person.cells.items() if k.startswith("group")), "")
    return Student(key, person.name, person.cells.get("email", ""), section, teams)


def _problem_of_id(table: Table, person: RosterPerson, column: str, key: str) -> Problem | None:
    """What is wrong with a student's id by itself."""
    if not key:
        return table.problem(person.row, column, "this student has no id", "fill in the cell, or remove the line")
    if unseen := next((letter for letter in key if unicodedata.category(letter) == "Cf"), ""):
        message = f"the id {quoted(printable(key))} holds a letter that cannot be seen, U+{ord(unseen):04X}"
        return table.problem(person.row, column, message, "write the id again")
    spoiled = spoiled_id(key)
    return table.problem(person.row, column, *spoiled) if spoiled else None


def spoiled_id(key: str) -> tuple[str, str] | None:
    """What a spreadsheet has made of an id, and what to do about it; None for one that is whole."""
    hint = "format the column as text in the spreadsheet, fill in the ids again and save"
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+\d+", key):
        return f"a spreadsheet has shortened the id to {quoted(key)}", hint
    if re.fullmatch(r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+", key):
        return f"a spreadsheet wrote the id {quoted(key)} as a number", hint
    if re.fullmatch("#+", key):
        return "a spreadsheet wrote `#` for an id that was wider than its column", hint
    if is_date(key):
        return f"a spreadsheet took the id for a date, {quoted(key)}", hint
    if key.upper() in ("#N/A", "#REF!", "#NAME?", "#VALUE!", "N/A", "REF!", "NAME?", "VALUE!"):
        return f"the cell holds a spreadsheet's error, {quoted(key)}", hint
    return None


def _problem_of_line(table: Table, person: RosterPerson, column: str, key: str) -> Problem | None:
    """What is wrong with a line of which only the id is filled in, with several words: a total, or who exported the file."""
    alone = sum(bool(cell.strip()) for cell in person.row.cells) == 1
    if not alone or len(table.columns) < 2 or " " not in key:
        return None
    hint = "remove the line, or fill in its other cells"
    return table.problem(person.row, column, f"{quoted(key)} stands alone in its line and is no id", hint)


def _is_same(one: Student, other: Student) -> bool:
    """True if two lines are one student in two sections or teams, and not one line written twice."""
    same = (one.id, one.name, one.email) == (other.id, other.name, other.email)
    return same and bool(one.name or one.email) and (one.section, one.teams) != (other.section, other.teams)


def _merged(one: Student, other: Student) -> Student:
    sections = list(dict.fromkeys(filter(None, (one.section, other.section))))
    return replace(one, section=" and ".join(sections), teams=tuple(dict.fromkeys((*one.teams, *other.teams))))


def _teams(students: Sequence[Student]) -> dict[str, frozenset[int]]:
    """The places of each team's members, by the team's name as it is compared."""
    teams: dict[str, set[int]] = {}
    for place, student in enumerate(students):
        for team in student.teams:
            teams.setdefault(squeezed(team), set()).add(place)
    return {team: frozenset(places) for team, places in teams.items() if team}


def _column_of_ids(people: Sequence[RosterPerson]) -> str:
    """The kind of column whose ids stand in the gradebook: the first that every student has, else that any has."""
    kinds = ("sis", "id", "canvas", *_IDS[2:], "participant")
    for wanted in (all, any):
        for kind in kinds:
            if people and wanted(person.cells.get(kind) for person in people):
                return kind
    return "id"


def _any_id(person: RosterPerson) -> str:
    """The first id a person has in any column; empty where there is none."""
    return next((person.cells[kind] for kind in (*_IDS, "canvas") if person.cells.get(kind)), "")


# ---------------------------------------------------------------------------------------------------- ways to tell

Index = dict[str, set[int]]


def _indexes(
    people: Sequence[RosterPerson], students: Sequence[Student]
) -> tuple[dict[str, dict[str, frozenset[int]]], dict[str, frozenset[int]], dict[str, frozenset[int]]]:
    ids: dict[str, Index] = {}
    locals_: Index = {}
    names: Index = {}
    for place, (person, student) in enumerate(
        zip(people, students, strict=True)
    ):  # of who stands there twice, the first line
        for kind, text in (*person.cells.items(), ("chosen", student.id)):
            if text and kind.partition(" ")[0] in (*_IDS, "canvas", "participant", "chosen"):
                table = ids.setdefault(kind, {})
                table.setdefault(f"\n{composed(text)}", set()).add(place)
                table.setdefault(folded(text), set()).add(place)
        if "@" in student.email:
            locals_.setdefault(folded(student.email.partition("@")[0]), set()).add(place)
        for form in _forms(person):
            names.setdefault(form, set()).add(place)
    return {kind: _frozen(table) for kind, table in ids.items()}, _frozen(locals_), _frozen(names)


def _frozen(index: Index) -> dict[str, frozenset[int]]:
    return {key: frozenset(places) for key, places in index.items()}


def _forms(person: RosterPerson) -> set[str]:
    """The forms in which a person's name may stand on a hand-in: as it is said, and squeezed in both orders.

    `=okoyeada` has the family name first, as Canvas writes it, `~adaokoye` last, and `_okoyeadaaokoye` or
    `_adaokoyeaokoye` a login behind it, as ILIAS, Sakai and CodeGrade write it; the signs keep them apart.
    """
    forms = _forms_of_name(person.name, person.sortable)
    for other in person.others:
        forms |= _forms_of_name(*_in_order(other))
    logins = {text for kind, text in person.cells.items() if text and kind.partition(" ")[0] in _IDS}
    together = {f"{form[1:]}{squeezed(login)}" for form in forms if form[0] in "=~" for login in logins}
    return forms | {f"_{text}" for name in together for text in (name, *_in_ascii(name))}


def _in_ascii(squeezed_name: str) -> set[str]:
    """The name as a platform writes it that has no other letters: umlauts as two, or without their dots."""
    spellings = (squeezed_name.translate(_IN_ASCII), squeezed_name)
    return {"".join(c for c in unicodedata.normalize("NFKD", text) if c.isascii()) for text in spellings}


def _forms_of_name(name: str, sortable: str) -> set[str]:
    words = folded(name).split()
    if not words:
        return set()
    forms = {" ".join(words), f"~{squeezed(name)}"}
    if sortable:
        return forms | {f"={squeezed(sortable)}"}
    # Without knowing which of the words are the family name, any of the last ones may be put first.
    return forms | {f"={squeezed(' '.join(words[cut:] + words[:cut]))}" for cut in range(len(words))}


def _forms_of_text(text: str, kind: str) -> Iterator[str]:
    """The forms in which a name on a hand-in is looked for, the plainest first."""
    letters = squeezed(text)
    if not letters:
        return
    last, comma, first = text.partition(",")
    yield " ".join(folded(f"{first} {last}" if comma else re.sub(r"[_.]+", " ", text)).split())
    if comma or " " not in text.strip():
        yield f"={letters}"
    if kind in _FREE and " " not in text.strip():
        yield f"~{letters}"
        if match := _ILIAS.fullmatch(text.strip()):
            yield f"_{squeezed(match['who'])}"
    if kind in _FREE and text.strip().endswith(")"):
        yield f"_{letters}"
