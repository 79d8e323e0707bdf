"""The review table: what graders fill in, in a spreadsheet or on the page, and what comes back.

One row for each student and question, open ones included. A spreadsheet changes what it is shown: it saves with `;`, writes
a decimal comma, makes dates of `3-4` and an error of what looks like a formula. What can still be told is read right; the
rest is refused with the cell named, because a guess would be a mark that nobody gave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from autograder.exchange.delimited import line
from autograder.intake.class_table import CsvFile, Row, cell_name, is_date, read_csv
from autograder.intake.names import folded
from autograder.judging.points import number
from autograder.review.tasks import Level, Question, Task
from blueprint.problems import CourseError, Mark, Problem, quoted, suggestion
from blueprint.spreadsheet import guarded, is_formula

SCHEMA = "blueprint-review/1"
COLUMNS = (
    *("schema", "batch", "grader", "kind", "question", "criterion", "item", "answer", "rubric", "level", "points"),
    *("possible", "reasons", "comment", "second", "state", "marked_at"),
)
SHOWN = ("who", "asks", "text", "place", "levels", "given")
"""Further columns of a sheet, for its reader."""
NEEDED = ("batch", "grader", "kind", "criterion", "item", "answer", "rubric")
"""Columns that say what a row is about; without one of them no row can be told."""
KINDS = ("answer", "calibration")


@dataclass(frozen=True, slots=True)
class Given:
    """A row as it came back: what it is about, and what the grader gave. `level` is None in a row that is still open."""

    row: Row
    batch: str
    grader: str
    kind: str
    item: str
    question: Question
    answer: str
    level: Level | None
    points: Fraction
    reasons: tuple[str, ...]
    comment: str
    second: bool
    marked_at: str


# ---------------------------------------------------------------------------------------------------- writing


def csv_line(cells: Iterable[str]) -> str:
    """A line of CSV for people, in which no cell is a formula."""
    return line(map(guarded, cells))


def levels_in_words(question: Question) -> str:
    """The levels of a question for a cell: `right-direction = 7, Right direction: …`, a line each."""
    return "\n".join(
        f"{one.id} = {one.points}, {one.title}{': ' if one.text else ''}{one.text}" for one in question.levels
    )


# ---------------------------------------------------------------------------------------------------- reading


class ReviewFile:
    """A file of marks: its headings and rows, and how to point at a cell; raises CourseError where it is no such table."""

    def __init__(self, path: Path) -> None:
        self.csv: CsvFile = read_csv(path)
        if not self.csv.rows:
            raise CourseError([Problem(Mark(str(path)), "is empty", "export the table once more")])
        headings = [folded(_unguarded(cell)) for cell in self.csv.rows[0].cells]
        twice = [Problem(self.csv.mark(self.csv.rows[0], place), f"the heading {quoted(name)} stands here a second time", "remove one of the two columns")
                 for place, name in enumerate(headings) if name and name in headings[:place]]  # fmt: skip
        self.places: Mapping[str, int] = {name: place for place, name in reversed([*enumerate(headings)]) if name}
        missing = [name for name in NEEDED if name not in self.places]
        if "level" not in self.places and "points" not in self.places:
            missing.append("level")
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            message = f"is no review table: there is no column {names}"
            raise CourseError([Problem(Mark(str(path)), message, "keep all columns of the sheet; `blueprint review sheet` writes it again")])  # fmt: skip
        if twice:
            raise CourseError(twice)
        self.extra = tuple(name for name in headings if name and name not in (*COLUMNS, *SHOWN))
        """Headings that mean nothing here."""

    @property
    def rows(self) -> Sequence[Row]:
        """The rows below the headings."""
        return self.csv.rows[1:]

    def cell(self, row: Row, column: str) -> str:
        """The text of a cell as it was meant: without the guard against formulas, and without space around it."""
        place = self.places.get(column, len(row.cells))
        return _unguarded(row.cells[place]).strip() if place < len(row.cells) else ""

    def problem(self, row: Row, column: str, message: str, hint: str) -> Problem:
        """A problem with a cell, which is named as a spreadsheet does."""
        place = self.places.get(column, 0)
        return Problem(self.csv.mark(row, place), f"cell {cell_name(row, place)} (`{column}`): {message}", hint)


def _unguarded(cell: str) -> str:
    """A cell's text without the apostrophe that `guarded` put there, and without a spreadsheet's `="…"`."""
    if match := re.fullmatch(r'="(.*)"', cell, re.DOTALL):
        return match[1]
    text = cell[1:] if cell[:1] == "'" and is_formula(cell[1:]) else cell
    return re.sub(r"(;|(?<=.)\t)'(?=\s*[=+\-@＝＋－＠])", r"\1", text)


def read_row(file: ReviewFile, row: Row, task: Task) -> Given:
    """A row as a mark; raises CourseError with every cell that is wrong with it."""
    problems = list(_shape_problems(file, row))
    if problems:
        raise CourseError(problems)
    question = task.question(file.cell(row, "criterion"))
    if question is None:
        known = [one.criterion for one in task.questions]
        message = f"{task.batch} has no criterion {quoted(file.cell(row, 'criterion'))}"
        raise CourseError(
            [file.problem(row, "criterion", message, suggestion(file.cell(row, "criterion"), known, "criteria"))]
        )
    if file.cell(row, "rubric") != task.hash:
        message = f"the scale has changed since this table was made: it was {quoted(file.cell(row, 'rubric'))}, now it is `{task.hash}`"
        raise CourseError(
            [file.problem(row, "rubric", message, "write the sheet again; marks that were merged are in it")]
        )
    level, points = _level_and_points(file, row, question)
    kind = folded(file.cell(row, "kind"))
    return Given(
        row,
        task.batch,
        file.cell(row, "grader"),
        kind,
        file.cell(row, "item"),
        question,
        file.cell(row, "answer"),
        level,
        points,
        tuple(_reasons(file, row, task)),
        _comment(file, row),
        _second(file, row),
        _time(file.cell(row, "marked_at")),
    )


_MERGED = "unmerge the cells and fill each of them in: in a merged cell only the first row keeps its text"


def _shape_problems(file: ReviewFile, row: Row) -> Iterator[Problem]:
    """What is wrong with a row before it is read: cells too many, or none where the row says what it is about."""
    count = len(file.csv.rows[0].cells)
    if any(cell.strip() for cell in row.cells[count:]):
        message = f"{len(row.cells)} cells, where the first line has {count}"
        yield Problem(
            file.csv.mark(row, count),
            message,
            "a cell that holds a comma stands in quotation marks; two rows may have run into one",
        )
        return
    for column in NEEDED:
        text = file.cell(row, column)
        if not text:
            yield file.problem(row, column, "is blank, so nobody can tell what this row is about", _MERGED)
        elif is_date(text) or _ERROR.fullmatch(text):
            yield file.problem(
                row, column, f"a spreadsheet made {quoted(text)} of it", "write the sheet again, or undo the change"
            )
    schema = file.cell(row, "schema")
    if schema and schema != SCHEMA:
        yield file.problem(
            row, "schema", f"{quoted(schema)} is not known; this version reads `{SCHEMA}`", "write the sheet again"
        )
    kind = folded(file.cell(row, "kind"))
    if kind and kind not in KINDS:
        yield file.problem(row, "kind", f"{quoted(kind)} is not known", "it is `answer` or `calibration`")


_ERROR = re.compile(r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|#+)|Err:\d{3}|#WERT!|#BEZUG!", re.IGNORECASE)
"""What a spreadsheet shows in place of a formula that it cannot compute."""


def _level_and_points(file: ReviewFile, row: Row, question: Question) -> tuple[Level | None, Fraction]:
    """The level and points of a row; (None, 0) where it is open. Either may be left out where the other tells it."""
    level, at_once = _level(file, row, question)
    points = _number(file, row, "points") if file.cell(row, "points") else None
    points = at_once if points is None else points
    if level is None and points is None:
        return None, Fraction(0)
    if level is None and points is not None:
        level = question.level_of(points)
        if level is None:
            raise CourseError(
                [file.problem(row, "points", f"no level of {question.id} earns {number(points)}", _choice(question))]
            )
    assert level is not None
    if points is None:
        if level.is_range:
            message = f"`{level.id}` earns {level.points} points: say how many"
            raise CourseError([file.problem(row, "points", message, "fill in the column `points`, too")])
        points = level.high
    if not question.gives(level, points):
        steps = f" in steps of {number(question.step)}" if level.is_range else ""
        message = f"{number(points)} points contradict the level `{level.id}`, which earns {level.points}{steps}"
        raise CourseError([file.problem(row, "points", message, "clear the one of the two that is wrong")])
    return level, points


def _level(file: ReviewFile, row: Row, question: Question) -> tuple[Level | None, Fraction | None]:
    """The level that a row names by id or title, and the points where it names those instead; None for a blank cell."""
    text = file.cell(row, "level")
    if not text:
        return None, None
    wanted = folded(text)
    for level in question.levels:
        if wanted in (level.id, folded(level.title)):
            return level, None
    if not re.match(r"[\d.,=+-]|#|Err", text) and not is_date(text):
        known = [level.id for level in question.levels]
        raise CourseError(
            [
                file.problem(
                    row, "level", f"{question.id} has no level {quoted(text)}", suggestion(wanted, known, "levels")
                )
            ]
        )
    points = _number(file, row, "level")
    earned = question.level_of(points)
    if earned is None:
        raise CourseError(
            [file.problem(row, "level", f"no level of {question.id} earns {number(points)}", _choice(question))]
        )
    return earned, points


def _choice(question: Question) -> str:
    return "levels: " + ", ".join(f"{one.id} ({one.points})" for one in question.levels)


_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_COMMA = re.compile(r"\d+,(?:\d{1,2}|\d{4,})")


def _number(file: ReviewFile, row: Row, column: str) -> Fraction:
    """The number in a cell, also with a decimal comma; raises CourseError for whatever else a spreadsheet made of it."""
    text = file.cell(row, column)
    plain = text.replace(",", ".") if _COMMA.fullmatch(text) else text
    if _PLAIN.fullmatch(plain):
        return Fraction(Decimal(plain))
    if is_date(text):
        message, hint = (
            f"a spreadsheet took this for a date, {quoted(text)}",
            "format the column as text and write the points again",
        )
    elif _ERROR.fullmatch(text):
        message, hint = f"a spreadsheet could not compute this, {quoted(text)}", "write the number itself"
    elif text[:1] in "=+" or is_formula(text):
        message, hint = f"{quoted(text)} is a formula or has a sign", "write the number itself, 0 or more"
    elif re.fullmatch(r"\d+,\d{3}", text):
        message, hint = f"{quoted(text)} may be thousands or a fraction", "write it with a point, or without the comma"
    else:
        message, hint = f"{quoted(text)} is no number of points", "write it like 7 or 7.5"
    raise CourseError([file.problem(row, column, message, hint)])


def _reasons(file: ReviewFile, row: Row, task: Task) -> Iterator[str]:
    for word in file.cell(row, "reasons").split():
        if word not in task.reasons:
            hint = suggestion(word, list(task.reasons), "reasons")
            raise CourseError([file.problem(row, "reasons", f"{quoted(word)} is no reason of this rubric", hint)])
        yield word


def _comment(file: ReviewFile, row: Row) -> str:
    text = file.cell(row, "comment").replace("\r\n", "\n").replace("\r", "\n")
    if _ERROR.fullmatch(text):
        hint = "a comment that begins with `=` or `+` is taken for a formula there; write it again with an apostrophe before it"
        raise CourseError([file.problem(row, "comment", f"a spreadsheet made {quoted(text)} of the comment", hint)])
    return text


_YES, _NO = ("yes", "y", "x", "true", "1", "ja", "wahr"), ("", "no", "n", "false", "0", "nein", "falsch")


def _second(file: ReviewFile, row: Row) -> bool:
    text = folded(file.cell(row, "second"))
    if text not in (*_YES, *_NO):
        raise CourseError(
            [
                file.problem(
                    row, "second", f"{quoted(text)} is neither `yes` nor blank", "write `yes` for a second reader"
                )
            ]
        )
    return text in _YES


def _time(text: str) -> str:
    """A time in UTC as the page writes it; empty for what a spreadsheet made of it, since it may be blank."""
    return text if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text) else ""
