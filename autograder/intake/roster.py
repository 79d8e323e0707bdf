"""The class list: read as learning platforms and people write it, and asked which student a hand-in is of.

A file is understood by its headings, in any order: Canvas's gradebook and roster, Moodle's participants and worksheets,
Gradescope, GitHub Classroom, nbgrader, Brightspace, Blackboard, or a plain `id,name,email`. Ids are text, so leading
zeros stay. A hand-in that fits two students fits none: a person must say, for a grade must not go astray.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from blueprint.problems import CourseError, Mark, Problem, quoted

_MOST_PROBLEMS = 50
_NOBODY: frozenset[int] = frozenset()
_FREE = ("", "name", "nbgrader", "blackboard")  # what people are called: ids, user names, names
# The column in which what only one platform calls people stands.
_OWN = {"canvas": "canvas", "moodle": "participant", "github": "github"}

# The headings of each column we use, folded; those of Moodle come in the language of the site.
_HEADINGS: Mapping[str, str] = {
    heading: kind
    for kind, headings in {
        "sis": "sis user id|student sis id|sis id|id number|orgdefinedid|sid|university id|matriculation number|matrikelnummer"
        "|id-nummer|numéro d'identification|número de id|student number",
        "id": "id|student id|student_id|student|user id|userid|key",
        "login": "sis login id|login id|login|username|user name|net id|netid|anmeldename|nom d'utilisateur|nombre de usuario",
        "other": "integration id|lms_user_id|github_id|roster_identifier",
        "identifier": "identifier",
        "github": "github_username|github username|github|github user|github name",
        "email": "email|e-mail|mail|email address|e-mail address|emailaddress|e-mail-adresse|adresse de courriel|dirección de correo"
        "|dirección email",
        "name": "name|full name|fullname|student name|vollständiger name|nom complet|nombre completo",
        "first": "first name|first_name|firstname|first|given name|vorname|prénom|nombre",
        "last": "last name|last_name|lastname|last|surname|family name|nachname|nom|nom de famille|apellido(s)|apellidos",
        "section": "section|sections|section_name|section name|group|groups|gruppe|gruppen|groupe|groupes|grupo|grupos",
        "role": "role|roles|rolle|rollen|rôles|rol",
    }.items()
    for heading in headings.split("|")
}
_IDS = ("sis", "id", "login", "identifier", "github", "other", "email")  # the first that all students have is their id
_STAFF = re.compile(r"(?i)\b(ta|instructor|reader|teacher|manager|observer|guest|staff|assistant)\b")
_NOT_STUDENTS = frozenset(["points possible", "student, test", "test student", "manual posting", "muted"])


@dataclass(frozen=True, slots=True)
class Student:
    """One student: the id that stands in the gradebook, the name as people say it, address and section, if known."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""


@dataclass(frozen=True)
class Roster:
    """A class in the order of its file; `ids`, `locals` and `names` lead from what may stand on a hand-in to places."""

    students: tuple[Student, ...] = ()
    ids: Mapping[str, Mapping[str, frozenset[int]]] = field(default_factory=dict, repr=False)
    locals: Mapping[str, frozenset[int]] = field(default_factory=dict, repr=False)
    names: Mapping[str, frozenset[int]] = field(default_factory=dict, repr=False)

    def find(self, key: str, kind: str = "", name: str = "", email: str = "") -> Student | None:
        """The student a hand-in is of, None where none or several fit.

        `kind` tells what platform the key comes from (`autograder.intake.platforms.Kind`): a Moodle participant number, a Canvas user
        id or a Gradescope submission id is looked for only where such a number can stand, and a GitHub name, which
        anybody can choose, only among GitHub names if the roster holds any; any other key in every column of ids, then
        as the part of an address before its `@`, then as a name. Ways to tell that disagree tell nothing.
        """
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

    def _by_id(self, key: str, kind: str, email: str) -> Iterator[frozenset[int]]:
        """The places of those who fit by address, then of those who fit by key."""
        yield self._in(("email",), email)
        found = self._in(self._columns(kind), key)
        yield found or (self.locals.get(_folded(key), _NOBODY) if kind in _FREE else _NOBODY)

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
            return _NOBODY
        tables = [self.ids[column] for column in columns if column in self.ids]
        for key in (f"\n{_composed(text)}", _folded(text)):
            if found := _NOBODY.union(*(table.get(key, _NOBODY) for table in tables)):
                return found
        return _NOBODY

    def _named(self, name: str, kind: str) -> frozenset[int]:
        """The places of those whose name fits this one in its plainest form that anybody has."""
        forms = [form for form in _forms_of_text(name, kind) if form in self.names]
        return self.names[forms[0]] if forms else _NOBODY

    def _one(self, places: frozenset[int]) -> Student | None:
        """The student at the only place; None where there is none or several."""
        return self.students[next(iter(places))] if len(places) == 1 else None


def read_roster(path: Path) -> Roster:
    """The roster in a file; raises CourseError with everything that is wrong with it, by line."""
    file = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(
            [Problem(Mark(file), f"cannot be read: {(error.strerror or 'no reason given').lower()}")]
        ) from error
    text = _text(file, data)
    rows = _rows(file, text)
    if not rows:
        raise CourseError([Problem(Mark(file), "is empty", "the first line holds headings, such as `id,name,email`")])
    columns = _columns(file, *rows[0])
    return _roster(_people(file, columns, rows[0][1], rows[1:]), file)


# ---------------------------------------------------------------------------------------------------- the file


def _text(file: str, data: bytes) -> str:
    """The text of the file; raises CourseError where it is none."""
    if data[:4] == b"PK\x03\x04":
        hint = "open it in a spreadsheet and save it as CSV (UTF-8)"
        raise CourseError([Problem(Mark(file), "is a workbook or an archive, not a CSV file", hint)])
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        problem = Problem(Mark(file, line), "is not UTF-8", "save it once more as CSV with the encoding UTF-8")
        raise CourseError([problem]) from error


def _rows(file: str, text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each after the number of the line it begins on."""
    rows: list[tuple[int, list[str]]] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begin = 1
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((begin, cells))
            begin = lines.line_num + 1
    except csv.Error as error:
        hint = "a cell that begins with a quotation mark ends with one; a mark inside it is written twice"
        raise CourseError([Problem(Mark(file, begin), f"cannot be read as a table: {error}", hint)]) from error
    return rows


def _delimiter(text: str) -> str:
    """The delimiter of a CSV text: of comma, semicolon and tab the most frequent in its first line, outside quotation marks."""
    header = next((line for line in re.split(r"\r\n|\r|\n", text) if line.strip(" ,;\t")), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=bare.count)


def _columns(file: str, line: int, headings: Sequence[str]) -> dict[str, int]:
    """The place of each kind of column. `Student` is a name beside an `ID`, as Canvas writes it, and an id without one."""
    folded = [_folded(heading) for heading in headings]
    problems = [
        Problem(
            Mark(file, line), f"two columns have the heading {quoted(headings[place])}", "give one of them another name"
        )
        for place, heading in enumerate(folded)
        if heading and heading in folded[:place]
    ]
    if problems:
        raise CourseError(problems)
    columns: dict[str, int] = {}
    for place, heading in enumerate(folded):
        kind = _HEADINGS.get(heading, "")
        if heading == "student" and not {"id", "sis user id", "sis login id"}.isdisjoint(folded):
            kind = "name"
        if heading == "student id" and "student sis id" in folded:
            kind = "canvas"
        if kind:
            columns.setdefault(kind if kind not in columns else f"{kind} {place}", place)
    if "id" in folded and ("sis login id" in folded or {"student", "section"} <= set(folded)):  # Canvas's gradebook
        columns["canvas"] = columns.pop("id")
    known = {kind.partition(" ")[0] for kind in columns}
    if known.isdisjoint({*_IDS, "canvas"}):
        found = ", ".join(quoted(heading) for heading in headings[:8] if heading.strip())
        message = f"no heading of the first line names a student's id; it holds {found}"
        raise CourseError([Problem(Mark(file, line), message, "begin the file with a line such as `id,name,email`")])
    return columns


# ---------------------------------------------------------------------------------------------------- people


@dataclass(frozen=True, slots=True)
class _Person:
    """A row: the line it begins on, its cells by kind of column, and its name in reading and in sorting order."""

    line: int
    cells: Mapping[str, str]
    name: str
    sortable: str  # `Last, First`; empty where the file does not tell the family name


def _people(
    file: str, columns: Mapping[str, int], headings: Sequence[str], rows: Iterable[tuple[int, list[str]]]
) -> list[_Person]:
    """The students in the rows, without staff and what platforms add; raises CourseError for rows of another length."""
    problems, people = [], []
    for line, cells in rows:
        if len(cells) != len(headings):
            message = f"{len(cells)} cells, where the first line has {len(headings)}"
            problems.append(
                Problem(Mark(file, line), message, "a comma within a cell needs quotation marks around the cell")
            )
        elif _folded(cells[0]) not in _NOT_STUDENTS and not _is_canvas_extra(cells):
            person = _person(line, {kind: _bare(kind, cells[place]) for kind, place in columns.items()})
            if not _STAFF.search(person.cells.get("role", "")) or "student" in person.cells["role"].casefold():
                people.append(person)
    if problems:
        raise CourseError(problems[:_MOST_PROBLEMS])
    return people


def _is_canvas_extra(cells: Sequence[str]) -> bool:
    """True for the row of a Canvas gradebook that says `Manual Posting` under some assignments and nothing else."""
    return {cell.strip().casefold() for cell in cells} <= {"", "manual posting", "muted", "(read only)"}


def _bare(kind: str, cell: str) -> str:
    """The text of a cell without what stands around an id: Brightspace's `#`, a spreadsheet's `="..."` or `'`."""
    text = " ".join(cell.split())
    if match := re.fullmatch(r'="(.*)"', text):
        text = match[1]
    if kind.partition(" ")[0] in (*_IDS, "canvas"):
        text = re.sub(r"^[#']", "", text)
    return "" if text in ("-", "None") else text


def _person(line: int, cells: dict[str, str]) -> _Person:
    """The person a row describes."""
    if match := re.fullmatch(r"(?i)participant (\d+)", cells.get("identifier", "")):
        cells["participant"] = match[1]
        del cells["identifier"]
    first, last, whole = cells.get("first", ""), cells.get("last", ""), cells.get("name", "")
    if first or last:
        return _Person(line, cells, " ".join(filter(None, (first, last))), ", ".join(filter(None, (last, first))))
    if "," in whole:
        last, _, first = (part.strip() for part in whole.partition(","))
        return _Person(line, cells, " ".join(filter(None, (first, last))), whole)
    identifier = cells.get("identifier", "")
    return _Person(line, cells, whole or (identifier if " " in identifier else ""), "")


def _roster(people: Sequence[_Person], file: str) -> Roster:
    """The roster of these people; raises CourseError where one has no id or two have the same."""
    column = _column_of_ids(people)
    students, problems = [], []
    seen: dict[str, int] = {}
    for person in people:
        key = _composed(person.cells.get(column, "") or _any_id(person))
        if not key:
            problems.append(
                Problem(Mark(file, person.line), "this student has no id", "fill in the cell, or remove the line")
            )
        elif re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+\d+", key):
            hint = "format the column as text in the spreadsheet, fill in the ids again and save"
            problems.append(
                Problem(Mark(file, person.line), f"a spreadsheet has shortened the id to {quoted(key)}", hint)
            )
        elif key in seen:
            message = f"the id {quoted(key)} stands on line {seen[key]} already"
            problems.append(
                Problem(Mark(file, person.line), message, "each student has one line and an id of their own")
            )
        seen.setdefault(key, person.line)
        students.append(Student(key, person.name, person.cells.get("email", ""), person.cells.get("section", "")))
    if not people:
        problems.append(Problem(Mark(file), "holds no student", "below the headings comes a line for each student"))
    if problems:
        raise CourseError(problems[:_MOST_PROBLEMS])
    return Roster(tuple(students), *_indexes(people, students))


def _column_of_ids(people: Sequence[_Person]) -> str:
    """The kind of column whose ids stand in the gradebook: the first that every student has, else that any has."""
    kinds = ("sis", "id", "canvas", *_IDS[2:], "participant")
    for wanted in (all, any):
        for kind in kinds:
            if people and wanted(person.cells.get(kind) for person in people):
                return kind
    return "id"


def _any_id(person: _Person) -> str:
    """The first id a person has in any column; empty where there is none."""
    return next((person.cells[kind] for kind in (*_IDS, "canvas") if person.cells.get(kind)), "")


# ---------------------------------------------------------------------------------------------------- ways to tell

Index = dict[str, set[int]]


def _indexes(
    people: Sequence[_Person], students: Sequence[Student]
) -> tuple[dict[str, dict[str, frozenset[int]]], dict[str, frozenset[int]], dict[str, frozenset[int]]]:
    ids: dict[str, Index] = {}
    locals_: Index = {}
    names: Index = {}
    for place, (person, student) in enumerate(zip(people, students, strict=True)):
        for kind, text in (*person.cells.items(), ("chosen", student.id)):
            if text and kind.partition(" ")[0] in (*_IDS, "canvas", "participant", "chosen"):
                table = ids.setdefault(kind, {})
                table.setdefault(f"\n{_composed(text)}", set()).add(place)
                table.setdefault(_folded(text), set()).add(place)
        if "@" in student.email:
            locals_.setdefault(_folded(student.email.partition("@")[0]), set()).add(place)
        for form in _forms(person):
            names.setdefault(form, set()).add(place)
    return {kind: _frozen(table) for kind, table in ids.items()}, _frozen(locals_), _frozen(names)


def _frozen(index: Index) -> dict[str, frozenset[int]]:
    return {key: frozenset(places) for key, places in index.items()}


def _forms(person: _Person) -> set[str]:
    """The forms in which a person's name may stand on a hand-in: as it is said, and squeezed in both orders.

    `=okoyeada` has the family name first, as Canvas writes it, `~adaokoye` last; the signs keep the two apart.
    """
    words = _folded(person.name).split()
    if not words:
        return set()
    forms = {" ".join(words), f"~{_squeezed(person.name)}"}
    if person.sortable:
        return forms | {f"={_squeezed(person.sortable)}"}
    # Without knowing which of the words are the family name, any of the last ones may be put first.
    return forms | {f"={_squeezed(' '.join(words[cut:] + words[:cut]))}" for cut in range(len(words))}


def _forms_of_text(text: str, kind: str) -> Iterator[str]:
    """The forms in which a name on a hand-in is looked for, the plainest first."""
    squeezed = _squeezed(text)
    if not squeezed:
        return
    last, comma, first = text.partition(",")
    yield " ".join(_folded(f"{first} {last}" if comma else re.sub(r"[_.]+", " ", text)).split())
    if comma or " " not in text.strip():
        yield f"={squeezed}"
    if kind in _FREE and " " not in text.strip():
        yield f"~{squeezed}"


def _squeezed(text: str) -> str:
    """The name as Canvas puts it into file names: word characters only."""
    return re.sub(r"[\W_]+", "", _folded(text))


def _folded(text: str) -> str:
    """The text by which ids and names are compared: in small letters, with single spaces."""
    return " ".join(_composed(_composed(text).casefold()).split())


def _composed(text: str) -> str:
    """The text with accents written in one way and no space around it."""
    return unicodedata.normalize("NFC", text.strip())
