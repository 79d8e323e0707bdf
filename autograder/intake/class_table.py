"""A table of people as platforms and spreadsheets write it: text, rows, and columns that are known by their headings.

Headings are known in the languages that platforms come in, whatever signs stand between their letters. What cannot be
read right is refused at its cell: to guess would give a grade to somebody else.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.contents import printable
from autograder.intake.names import folded, squeezed
from blueprint.problems import CourseError, Mark, Problem, quoted

MOST_PROBLEMS = 50

_HEADINGS: Mapping[str, str] = {
    squeezed(heading): kind
    for kind, headings in {
        "sis": "sis user id|student sis id|sis id|id number|orgdefinedid|sid|university id|matriculation number|uin|student number"
        "|student no|student nr|registration number|roll number|roll no|banner id|emplid|cwid|sis-gebruikers-id|sis-benutzer-id"
        "|sis-benutzerkennung|id utilisateur sis|id de usuario de sis|matrikelnummer|matrikel-nr.|matr.-nr.|mtknr|matrikel|id-nummer"
        "|idnummer|studentnummer|studentennummer|studienummer|opiskelijanumero|numéro d'identification|numéro d'étudiant|numéro étudiant"
        "|no étudiant|n° étudiant|code étudiant|número de id|número de identificación|matrícula|numero di matricola|matricola"
        "|numer albumu|nr albumu|numer indeksu|nr indeksu|indeks|öğrenci no|öğrenci numarası|neptun kód|学号|學號|学籍番号|학번",
        "id": "id|student id|student|user id|key|studierenden-id|id étudiant|id de estudiante",
        "canvas": "canvas user id",
        "login": "sis login id|login id|login|username|user name|user|uid|net id|anmeldename|benutzername|nutzername|benutzerkennung"
        "|kennung|uni-kennung|rz-kennung|sis-anmelde-id|gebruikersnaam|inlognaam|sis-login-id|sis-aanmeldings-id|nom d'utilisateur"
        "|identifiant de connexion|id de connexion sis|nombre de usuario|nome utente|nome de usuário|nazwa użytkownika"
        "|användarnamn|brugernavn|brukernavn|käyttäjätunnus|kullanıcı adı|onyen|utorid",
        "other": "integration id|lms_user_id|github_id|roster_identifier",
        "identifier": "identifier|identifiant|identificador|identificativo|identificatie|identyfikator",
        "github": "github_username|github username|github|github user|github name",
        "email": "email|mail|email address|mail address|student email|university email|institutional email|mailadresse|email-adresse"
        "|adresse de courriel|courriel|adresse électronique|adresse e-mail|adresse mail|mél|dirección de correo|dirección email"
        "|dirección de correo electrónico|correo electrónico|correo|emailadres|mailadres|indirizzo email|endereço de email"
        "|adres email|e-postadress|e-post|e-postadresse|sähköposti|sähköpostiosoite|e-posta|电子邮件|メールアドレス",
        "name": "name|full name|student name|legal name|vollständiger name|nom complet|nombre completo|naam|volledige naam|nome completo"
        "|imię i nazwisko|nazwisko i imię|fullständigt namn|fulde navn|fullt navn|koko nimi|姓名|氏名|성명",
        "preferred": "preferred name|preferred full name|chosen name|display name",
        "called": "preferred first name|chosen first name|rufname|roepnaam|nickname|known as",
        "first": "first name|firstname|first|given name|given names|forename|vorname|vornamen|prénom|prénoms|nombre|nombre(s)"
        "|voornaam|voornamen|nome|imię|imiona|förnamn|fornavn|etunimi|keresztnév|名",
        "particle": "tussenvoegsel|tussenvoegsels|voorvoegsel|voorvoegsels|namensvorsatz|namenszusatz",
        "last": "last name|lastname|last|surname|family name|nachname|familienname|familien- oder nachname|zuname|nom|nom de famille|apellido|apellido(s)"
        "|apellidos|achternaam|cognome|sobrenome|apelido|apelidos|nazwisko|efternamn|efternavn|etternavn|sukunimi|vezetéknév|soyadı|姓",
        "section": "section|sections|section name|sectie|secties|abschnitt|sección|sezione|seção|sekcja",
        "group": "group|groups|group name|team|teams|team name|project team|project group|gruppe|gruppen|gruppenname|groupe|groupes"
        "|nom du groupe|grupo|grupos|nombre del grupo|groep|groepen|groepsnaam|gruppo|gruppi|grupa|grupy|grupp|grupper",
        "role": "role|roles|course role|role/status|rolle/status|rolle|rollen|rôle|rôles|rol|ruolo|papel|função|rola|roll",
    }.items()
    for heading in headings.split("|")
}
_FAMILY_NAME_BESIDE_FIRST = frozenset(["name", "naam"])
"""Headings of the whole name, and of the family name where a given name has a column of its own."""
_IDS = frozenset(["sis", "id", "canvas", "login", "identifier", "github", "other", "email"])
_MAY_BE_MISSING = frozenset(["section", "group", "role", ""])
_MOST_LINES_ABOVE = 10
"""Lines that may stand above the headings, such as a title and a date."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it begins on, its cells as they are written, and its number as a spreadsheet counts."""

    line: int
    cells: Sequence[str]
    number: int = 0


@dataclass(frozen=True, slots=True)
class CsvFile:
    """What a CSV file holds, whoever saved it: the rows in which anything stands, and how to point at a cell."""

    file: str
    rows: Sequence[Row]
    lines: Sequence[str]
    delimiter: str

    def mark(self, row: Row, place: int) -> Mark:
        """The position in the file of a cell."""
        return Mark(self.file, *_position(self.lines, row.line, place, self.delimiter))


def cell_name(row: Row, place: int) -> str:
    """What a spreadsheet calls a cell: `C7`."""
    letters = ""
    while place >= 0:
        place, letter = divmod(place, 26)
        letters, place = chr(65 + letter) + letters, place - 1
    return f"{letters}{row.number}"


@dataclass(frozen=True)
class Table:
    """A table of people: `columns` gives the place of each kind of column, a second one of a kind with its place behind it."""

    file: str
    headings: Sequence[str]
    columns: Mapping[str, int]
    rows: Sequence[Row]
    lines: Sequence[str]
    delimiter: str

    def mark(self, line: int, place: int) -> Mark:
        """The position in the file of a cell in the row that begins on this line."""
        return Mark(self.file, *_position(self.lines, line, place, self.delimiter))

    def problem(self, row: Row, kind: str, message: str, hint: str) -> Problem:
        """A problem with the cell of this kind in a row."""
        return Problem(self.mark(row.line, self.columns.get(kind, 0)), message, hint)


def read_table(path: Path, wanted: frozenset[str] = _IDS, example: str = "id,name,email") -> Table:
    """The table in a file that has one of the wanted kinds of columns; raises CourseError with all that is wrong with it.

    `example` is a first line that would do.
    """
    read = read_csv(path)
    file, rows, lines, delimiter = read.file, read.rows, read.lines, read.delimiter
    if not rows:
        raise CourseError([Problem(Mark(file), "is empty", f"the first line holds headings, such as `{example}`")])
    place = _place_of_headings([row.cells for row in rows[:_MOST_LINES_ABOVE]], wanted)
    line, headings = rows[place].line, rows[place].cells
    table = Table(file, headings, {}, (), lines, delimiter)
    columns = _columns(table, line, wanted, example)
    table = Table(file, headings, columns, (), lines, delimiter)
    full = _full_rows(table, rows[place + 1 :])
    return Table(file, headings, _told_by_cells(columns, full), full, lines, delimiter)


# ---------------------------------------------------------------------------------------------------- text


def read_csv(path: Path) -> CsvFile:
    """The rows of a CSV file in any of the forms that spreadsheets save; raises CourseError where it is none."""
    file = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(
            [Problem(Mark(file), f"cannot be read: {(error.strerror or 'no reason given').lower()}")]
        ) from error
    text = _text(file, data)
    lines = re.split(r"\r\n|\r|\n", text)
    return CsvFile(file, *_rows(file, text, lines))


_MONTHS = "jan|feb|mar|mrz|mär|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez"
_MONTH_AND_NUMBER = re.compile(
    rf"(?i)\d{{1,4}}[-. /]{{1,2}}(?:{_MONTHS})[a-z]{{0,6}}\.?|(?:{_MONTHS})[-. /]{{1,2}}\d{{1,4}}"
)
_DATE = re.compile(r"(?:\d{1,2}([-./])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?")


def is_date(text: str) -> bool:
    """True for what a spreadsheet makes of `mar1` or `3-4`: `1-Mar`, `03/04/2026`."""
    return bool(_MONTH_AND_NUMBER.fullmatch(text) or _DATE.fullmatch(text))


def _text(file: str, data: bytes) -> str:
    """The text of the file without a byte-order mark; raises CourseError where it is none."""
    return decoded(file, data).removeprefix("\ufeff")


def decoded(file: str, data: bytes) -> str:
    """The text of the file, with its byte-order mark if it has one; raises CourseError where it is none."""
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        hint = "open it in a spreadsheet and save it as CSV (UTF-8)"
        raise CourseError([Problem(Mark(file), "is a workbook or an archive, not a CSV file", hint)])
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        hint = "open it in a spreadsheet and save it as CSV (UTF-8)"
        raise CourseError([Problem(Mark(file), "is a web page, whatever it is called, and not a CSV file", hint)])
    encoding = encoding_of(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise CourseError([_undecodable(file, data, error.start)]) from error
        message = f"is {encoding[:6].upper()} by its first bytes, and broken at byte {error.start + 1}"
        raise CourseError([Problem(Mark(file), message, "save it again, as `CSV UTF-8`")]) from error


def encoding_of(data: bytes) -> str:
    """The encoding that a file's first bytes tell: a spreadsheet's Unicode text is UTF-16, rarely UTF-32, at times without its mark."""
    if data[:4] == b"\0\0\xfe\xff" or (len(data) > 7 and not any(data[:40:4]) and not any(data[1:40:4])):
        return "utf-32-be"
    if data[:4] == b"\xff\xfe\0\0" or (len(data) > 7 and not any(data[2:40:4]) and not any(data[3:40:4])):
        return "utf-32-le"
    if data[:2] == b"\xff\xfe" or (len(data) > 3 and not any(data[1:40:2])):
        return "utf-16-le"
    if data[:2] == b"\xfe\xff" or (len(data) > 3 and not any(data[:40:2])):
        return "utf-16-be"
    return "utf-8"


def _undecodable(file: str, data: bytes, start: int) -> Problem:
    """The problem of a byte that is no UTF-8, with the cell as a spreadsheet of Western Europe would have written it."""
    before = re.split(rb"\r\n|\r|\n", data[:start])
    column = len(before[-1].decode("utf-8", "replace")) + 1
    cell = re.split(rb"[,;\t]", before[-1])[-1] + re.split(rb"[,;\t\r\n]", data[start:], maxsplit=1)[0]
    message = f"is not UTF-8; as Windows-1252 this cell would be {quoted(cell.decode('cp1252', 'replace'))}"
    hint = "save it as `CSV UTF-8` in the spreadsheet; or, if that is right, `iconv -f cp1252 -t utf-8 FILE > NEW`"
    return Problem(Mark(file, len(before), column), message, hint)


def _rows(file: str, text: str, lines: Sequence[str]) -> tuple[list[Row], Sequence[str], str]:
    """The rows that hold anything, the lines of the file, and the delimiter."""
    begin = 1
    delimiter = ""
    if match := re.fullmatch(r'"?sep=([,;\t|])"?', lines[0].strip(" "), re.IGNORECASE):  # told to spreadsheets
        delimiter, begin = match[1], 2
        text = re.sub(r"\A[^\r\n]*(?:\r\n|\r|\n)?", "", text)
    delimiter = delimiter or delimiter_of(lines)
    rows: list[Row] = []
    offset = begin - 1
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(table, 1):
            if any(cell.strip() for cell in cells) and not _is_ruled(cells):
                rows.append(Row(begin, cells, number))
            begin = offset + table.line_num + 1
    except csv.Error as error:
        hint = "a cell that begins with a quotation mark ends with one; a mark inside it is written twice"
        raise CourseError([Problem(Mark(file, begin), f"cannot be read as a table: {error}", hint)]) from error
    return rows, lines, delimiter


def _is_ruled(cells: Iterable[str]) -> bool:
    """True for the line of dashes below the headings of a table in Markdown."""
    return all(not (text := cell.strip()) or re.fullmatch(r":?-{2,}:?", text) for cell in cells)


def delimiter_of(lines: Iterable[str]) -> str:
    """The delimiter: of comma, semicolon, tab and bar the most frequent in the first line, outside quotation marks."""
    header = next((line for line in lines if line.strip(" ,;\t|")), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t|", key=bare.count)


def _position(lines: Sequence[str], line: int, place: int, delimiter: str) -> tuple[int, int]:
    """The line and column at which a cell begins; the end of the row where it has fewer cells."""
    cell, quoted_part = 0, False
    for number in range(line, len(lines) + 1):
        for column, character in enumerate(lines[number - 1], 1):
            if cell == place:
                return number, column
            if character == '"':
                quoted_part = not quoted_part
            elif character == delimiter and not quoted_part:
                cell += 1
        if not quoted_part:
            return number, len(lines[number - 1]) + 1
    return line, 1


# ---------------------------------------------------------------------------------------------------- columns


def _place_of_headings(rows: Sequence[Sequence[str]], wanted: frozenset[str]) -> int:
    """Which row holds the headings: the first, unless it holds none and a later one holds several, or the next one holds more.

    A spreadsheet may have headings over several columns, `Student,,Enrolment`, above those of each column.
    """
    kinds = [{kind_of(cell) for cell in cells} - {""} for cells in rows]
    for place, found in enumerate(kinds):
        if found & wanted and (place == 0 or len(found) > 1):
            below = kinds[place + 1] if place + 1 < len(kinds) else set()
            return place + 1 if below & wanted and len(below) > max(1, len(found)) else place
    return 0


def kind_of(heading: str) -> str:
    """The kind of a column by its heading, also by one without what stands in brackets behind it; empty for others."""
    return _HEADINGS.get(squeezed(heading)) or _HEADINGS.get(squeezed(heading.partition("(")[0]), "")


def _columns(table: Table, line: int, wanted: frozenset[str], example: str) -> dict[str, int]:
    """The place of each kind of column. `Student` is a name beside an `ID`, as Canvas writes it, and an id without one."""
    plain = [folded(heading) for heading in table.headings]
    problems = [
        Problem(
            table.mark(line, place),
            f"two columns have the heading {quoted(table.headings[place])}",
            "give one of them another name",
        )
        for place, heading in enumerate(plain)
        if heading in plain[:place] and kind_of(heading)
    ]
    if problems:
        raise CourseError(problems)
    kinds = [kind_of(heading) for heading in table.headings]
    if "first" in kinds and "last" not in kinds:
        kinds = [
            "last" if heading in _FAMILY_NAME_BESIDE_FIRST else kind for heading, kind in zip(plain, kinds, strict=True)
        ]
    columns: dict[str, int] = {}
    others_tell = any(
        kind in ("sis", "id", "canvas", "login")
        for heading, kind in zip(plain, kinds, strict=True)
        if heading != "student"
    )
    for place, (heading, kind) in enumerate(zip(plain, kinds, strict=True)):
        if heading == "student" and others_tell:
            kind = "name"
        if heading == "student id" and "student sis id" in plain:
            kind = "canvas"
        if kind:
            columns.setdefault(kind if kind not in columns else f"{kind} {place}", place)
    if "id" in plain and columns.get("id") == plain.index("id") and _is_canvas(plain, kinds):
        columns["canvas"] = columns.pop("id")
    if wanted.isdisjoint(kind.partition(" ")[0] for kind in columns):
        found = ", ".join(quoted(heading) for heading in table.headings[:8] if heading.strip())
        what = "a student's id" if wanted == _IDS else "a team"
        message = f"no heading of the first line names {what}; it holds {found}"
        raise CourseError([Problem(Mark(table.file, line), message, f"begin the file with a line such as `{example}`")])
    return columns


def _is_canvas(headings: Sequence[str], kinds: Sequence[str]) -> bool:
    """True for Canvas's gradebook, in which `ID` is Canvas's own number."""
    logins = ("sis login id", "sis-login-id", "sis-anmelde-id", "id de connexion sis", "sis-aanmeldings-id")
    return not set(logins).isdisjoint(headings) or ("student" in headings and "section" in kinds)


def _told_by_cells(columns: Mapping[str, int], rows: Sequence[Row]) -> dict[str, int]:
    """The columns with what only their cells tell: user names of several words are names, as PrairieLearn writes them."""
    told = dict(columns)
    if not {"name", "first", "last"} & told.keys():
        for kind in [kind for kind in columns if kind.partition(" ")[0] == "login"]:
            if any(" " in row.cells[columns[kind]].strip() for row in rows):
                told["name"] = told.pop(kind)
                break
    return told


# ---------------------------------------------------------------------------------------------------- rows


_SHORT = "fill in the cells that are missing, or put a delimiter for each that is empty"


def _full_rows(table: Table, rows: Iterable[Row]) -> list[Row]:
    """The rows with as many cells as there are headings; raises CourseError for those where cells may have moved."""
    full, problems = [], []
    kinds = {place: kind.partition(" ")[0] for kind, place in table.columns.items()}
    count = len(table.headings)
    for line, cells, number in ((row.line, list(row.cells), row.number) for row in rows):
        while len(cells) > count and not cells[-1].strip():
            cells.pop()
        missing = range(len(cells), count)
        if (
            len(cells) > count
            or not all(kinds.get(place, "") in _MAY_BE_MISSING for place in missing)
            or (missing and _has_moved(cells, kinds))
        ):
            message = f"{len(cells)} cells, where the first line has {count}"
            hint = "a comma within a cell needs quotation marks around the cell" if not missing else _SHORT
            problems.append(Problem(table.mark(line, min(len(cells), count)), message, hint))
        elif [folded(cell) for cell in cells] == [folded(heading) for heading in table.headings]:
            message = "the headings stand here once more"
            problems.append(Problem(table.mark(line, 0), message, "remove the line; one file holds one table"))
        else:
            row = Row(line, [*cells, *[""] * len(missing)], number)
            problems += _broken_letters(table, row)
            full.append(row)
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])
    return full


def _has_moved(cells: Sequence[str], kinds: Mapping[int, str]) -> bool:
    """True if a short row holds an address where none belongs, or none where one does: a cell before it is missing."""
    return any(
        cell.strip() and ("@" in cell) != (kinds.get(place) == "email")
        for place, cell in enumerate(cells)
        if kinds.get(place) == "email" or ("@" in cell and kinds.get(place) not in _IDS)
    )


def _broken_letters(table: Table, row: Row) -> Iterable[Problem]:
    """The cells in which letters were lost or exchanged before this file was written, or that hold what is no letter."""
    for place in table.columns.values():
        cell = row.cells[place]
        if any(unicodedata.category(letter) == "Cc" for letter in " ".join(cell.split())):
            message = f"{quoted(printable(cell))} holds a sign that cannot be printed"
            yield Problem(table.mark(row.line, place), message, "write the cell again, without it")
            continue
        if cell.isascii():
            continue
        if "\N{REPLACEMENT CHARACTER}" in cell:
            message = f"a letter of {quoted(cell)} was lost when the file was written"
            yield Problem(table.mark(row.line, place), message, "export the file again, as UTF-8")
            continue
        try:
            meant = cell.encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        message = f"{quoted(cell)} is {quoted(meant)} read in another encoding"
        yield Problem(table.mark(row.line, place), message, "export the file again, or open it as UTF-8")
