"""What holds for single students, as two files beside the journal that only their owner may read.

`students.csv` has a line for each fact: an extension, work that is excused, extra time, late days. `times.csv` has a line
for each hand-in of which the platform's download does not tell when it came. Both hold private facts, so they are never
in a course file, which is published. Either may have been saved by a spreadsheet: what cannot be read right is refused
at its cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.gradebook.lateness import HandedIn
from autograder.gradebook.moments import WRITE, duration, moment
from autograder.gradebook.policy import CoursePolicy, Piece
from autograder.intake.class_table import MOST_PROBLEMS, Row
from autograder.intake.named_table import Find, NamedTable, read_named_table, student_in
from autograder.intake.names import folded
from blueprint.problems import CourseError, Problem, quoted, suggestion

STUDENTS, TIMES = "students.csv", "times.csv"
ALL = ""
"""The piece of a fact that holds for all pieces."""
StudentPiece = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StudentFacts:
    """What holds for single students: later deadlines, excused work, extra time, and late days other than the course's."""

    extensions: Mapping[StudentPiece, datetime] = field(default_factory=dict)
    excused: frozenset[StudentPiece] = frozenset()
    extra_time: Mapping[StudentPiece, timedelta] = field(default_factory=dict)
    late_days: Mapping[str, int] = field(default_factory=dict)

    def deadline(self, student: str, piece: Piece) -> tuple[datetime | None, str]:
        """When a piece is due for a student, and why that is another moment than the class's; '' where it is not."""
        due = piece.due
        if due is None:
            return None, ""
        extra = max(
            (self.extra_time.get((student, what), timedelta(0)) for what in (piece.id, ALL)), default=timedelta(0)
        )
        until, why = due + extra, "extra time" if extra else ""
        extension = self.extensions.get((student, piece.id))
        return (extension, "an extension") if extension is not None and extension > until else (until, why)


@dataclass(frozen=True, slots=True)
class HandInTimes:
    """When work was handed in, as a person or an export of the platform tells, and where nothing was."""

    times: Mapping[StudentPiece, HandedIn] = field(default_factory=dict)
    nothing: frozenset[StudentPiece] = frozenset()


def read_students(path: Path, policy: CoursePolicy, find: Find) -> StudentFacts:
    """The facts in a `students.csv`; none where there is no such file. Raises CourseError with everything wrong, at its cell."""
    if not path.exists():
        return StudentFacts()
    sheet = read_named_table(path, ("student", "assignment", "what", "value"))
    extensions: dict[StudentPiece, datetime] = {}
    excused: set[StudentPiece] = set()
    extra_time: dict[StudentPiece, timedelta] = {}
    late_days: dict[str, int] = {}
    problems: list[Problem] = []
    seen: dict[tuple[str, str, str], int] = {}
    for row in sheet.table.rows:
        who = student_in(sheet, row, find)
        what = folded(sheet.text(row, "what"))
        piece = _piece(sheet, row, policy, needed=what in ("extension", "excused"))
        value = _VALUES.get(what, _unknown)(sheet, row, policy, piece if isinstance(piece, str) else ALL)
        wrong = [part for part in (who, piece, value) if isinstance(part, Problem)]
        if wrong:
            problems += wrong
            continue
        key = (str(who), str(piece))
        if (line := seen.setdefault((*key, what), row.line)) != row.line:
            problems.append(
                sheet.problem(row, "student", f"the same stands in line {line} already", "remove one of the lines")
            )
        elif isinstance(value, datetime):
            extensions[key] = value
        elif isinstance(value, timedelta):
            extra_time[key] = value
        elif isinstance(value, int) and what == "late days":
            late_days[key[0]] = value
        else:
            excused.add(key)
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])
    return StudentFacts(extensions, frozenset(excused), extra_time, late_days)


def read_times(path: Path, policy: CoursePolicy, find: Find) -> HandInTimes:
    """The times in a `times.csv`; none where there is no such file. Raises CourseError with everything wrong, at its cell."""
    if not path.exists():
        return HandInTimes()
    sheet = read_named_table(path, ("student", "assignment", "handed in"))
    times: dict[StudentPiece, HandedIn] = {}
    nothing: set[StudentPiece] = set()
    problems: list[Problem] = []
    seen: dict[StudentPiece, int] = {}
    for row in sheet.table.rows:
        if not sheet.text(row, "handed in"):
            continue  # a line that nobody has filled in yet
        who, piece = student_in(sheet, row, find), _piece(sheet, row, policy, needed=True)
        came = _handed_in(sheet, row, policy)
        wrong = [part for part in (who, piece, came) if isinstance(part, Problem)]
        if wrong:
            problems += wrong
            continue
        key = (str(who), str(piece))
        if (line := seen.setdefault(key, row.line)) != row.line:
            problems.append(
                sheet.problem(row, "student", f"the same stands in line {line} already", "remove one of the lines")
            )
        elif isinstance(came, HandedIn):
            times[key] = came
        else:
            nothing.add(key)
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])
    return HandInTimes(times, frozenset(nothing))


# ---------------------------------------------------------------------------------------------------- columns and cells


def _piece(sheet: NamedTable, row: Row, policy: CoursePolicy, *, needed: bool) -> str | Problem:
    """The id of the assignment a row is about; empty for all, where that may be."""
    text = sheet.text(row, "assignment")
    ids = [piece.id for piece in policy.pieces]
    known = {folded(piece.id): piece.id for piece in policy.pieces}
    if folded(text) in known:
        return known[folded(text)]
    if text:
        hint = suggestion(text, ids, "assignments")
        return sheet.problem(row, "assignment", f"the course has no assignment {quoted(text)}", hint)
    if needed:
        return sheet.problem(row, "assignment", "no assignment is named", suggestion("", ids, "assignments"))
    return ALL


def _extension(sheet: NamedTable, row: Row, policy: CoursePolicy, piece: str) -> datetime | Problem:
    due = next((one.due for one in policy.pieces if one.id == piece), None)
    text = sheet.text(row, "value")
    try:
        until = moment(text, ZoneInfo(policy.zone), due.timetz().replace(tzinfo=None) if due else time(23, 59))
    except ValueError as error:
        return sheet.problem(row, "value", f"{quoted(text)} {error}", WRITE)
    if due is not None and until < due:
        message = f"an extension until {until:%Y-%m-%d %H:%M} ends before the work is due, {due:%Y-%m-%d %H:%M}"
        return sheet.problem(row, "value", message, "write until when it may be handed in")
    return until


def _extra_time(sheet: NamedTable, row: Row, policy: CoursePolicy, piece: str) -> timedelta | Problem:
    text = sheet.text(row, "value")
    try:
        return duration(text)
    except ValueError as error:
        return sheet.problem(
            row, "value", f"{quoted(text)} {error}", "write how much longer, such as `2 days` or `36 hours`"
        )


def _late_days(sheet: NamedTable, row: Row, policy: CoursePolicy, piece: str) -> int | Problem:
    text = sheet.text(row, "value")
    if piece != ALL:
        return sheet.problem(row, "assignment", "late days are for the whole term", "leave this cell empty")
    if not (text.isascii() and text.isdigit()):
        return sheet.problem(
            row, "value", f"{quoted(text)} is no number of days", "write how many there are, such as 5"
        )
    return int(text)


def _excused(sheet: NamedTable, row: Row, policy: CoursePolicy, piece: str) -> None:
    return None


def _unknown(sheet: NamedTable, row: Row, policy: CoursePolicy, piece: str) -> Problem:
    text = sheet.text(row, "what")
    message = f"{quoted(text)} is no fact of a student" if text else "nothing says what this is"
    return sheet.problem(row, "what", message, suggestion(text, list(_VALUES), "words"))


_VALUES: Mapping[str, Callable[[NamedTable, Row, CoursePolicy, str], datetime | timedelta | int | Problem | None]] = {
    "extension": _extension,
    "excused": _excused,
    "extra time": _extra_time,
    "late days": _late_days,
}


def _handed_in(sheet: NamedTable, row: Row, policy: CoursePolicy) -> HandedIn | Problem | None:
    """When a row says that work was handed in; None where nothing was."""
    text = sheet.text(row, "handed in")
    if folded(text) in ("nothing", "missing"):
        return None
    if folded(text) == "on time":
        return HandedIn()
    try:
        return HandedIn(moment(text, ZoneInfo(policy.zone)))
    except ValueError as error:
        hint = f"{WRITE}; or `on time`, or `nothing` where nothing was handed in"
        return sheet.problem(row, "handed in", f"{quoted(text)} {error}", hint)
