"""The table of regrade requests, read whole or refused with every cell that is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.authoring.case import Suite
from autograder.authoring.questions import questions
from autograder.gradebook.moments import WRITE, moment
from autograder.intake.class_table import MOST_PROBLEMS, Row
from autograder.intake.named_table import Find, NamedTable, read_named_table, student_in
from autograder.intake.names import folded
from autograder.judging.grade import Grade
from autograder.reports.gradebook import Gradebook
from autograder.run.journal import StudentModule
from blueprint.problems import CourseError, Problem, quoted, suggestion

COLUMNS = ("student", "module", "cases", "reason")
ASKED = "asked"
"""A further column, which may be missing: when the student asked."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one student asks of one module: the cases by id, none for the whole module, and why."""

    student: str
    module: int
    cases: tuple[str, ...]
    reason: str
    line: int = 0

    @property
    def key(self) -> StudentModule:
        """Whose work at which module is to be looked at again."""
        return StudentModule(self.student, self.module)

    def same(self) -> tuple[str, int, tuple[str, ...], str]:
        """What tells this request from another one, wherever it stands."""
        return self.student, self.module, self.cases, self.reason


@dataclass(frozen=True, slots=True)
class Limits:
    """Until when a module's grades may be contested, by its number; none where there is no limit. `zone` is the course's."""

    until: Mapping[int, datetime]
    zone: str = "UTC"


def read_requests(path: Path, gradebook: Gradebook, find: Find, limits: Limits) -> list[Request]:
    """The requests in a file; raises CourseError with everything that is wrong in it, each at its cell."""
    sheet = read_named_table(path, COLUMNS, (ASKED,))
    requests: list[Request] = []
    problems: list[Problem] = []
    lines: dict[tuple[str, int, tuple[str, ...], str], int] = {}
    for row in sheet.table.rows:
        request, wrong = _request(sheet, row, gradebook, find, limits)
        problems += wrong
        if request is None:
            continue
        if (line := lines.setdefault(request.same(), row.line)) != row.line:
            problems.append(
                sheet.problem(row, "student", f"the same stands in line {line} already", "remove one of the lines")
            )
        requests.append(request)
    if problems:
        raise CourseError(problems[:MOST_PROBLEMS])
    return requests


def _request(
    sheet: NamedTable, row: Row, gradebook: Gradebook, find: Find, limits: Limits
) -> tuple[Request | None, list[Problem]]:
    """The request of a row, or what is wrong with it."""
    who, module = student_in(sheet, row, find), _module(sheet, row, gradebook.suite)
    reason = sheet.text(row, "reason")
    wrong = [part for part in (who, module) if isinstance(part, Problem)]
    if not reason:
        wrong.append(
            sheet.problem(
                row, "reason", "no reason is given", "write what in the work meets the case, as the student says it"
            )
        )
    if isinstance(who, Problem) or isinstance(module, Problem):
        return None, wrong
    wrong += _too_late(sheet, row, module, limits)
    try:
        grade = gradebook.counting_grade(who, module)
    except KeyError:
        message = f"nothing of module {module:02} is graded for {quoted(who)}"
        return None, [*wrong, sheet.problem(row, "module", message, "grade it first: `blueprint grade SUBMISSIONS`")]
    cases, lost = _cases(sheet, row, gradebook.suite, module, grade)
    wrong += lost
    return (None if wrong else Request(who, module, cases, reason, row.line)), wrong


def _module(sheet: NamedTable, row: Row, suite: Suite) -> int | Problem:
    """The number of a module, written as `3`, `module-03` or `layers`."""
    text = folded(sheet.text(row, "module"))
    if match := re.fullmatch(r"(?:module[- ]?)?0*(\d{1,4})", text):
        number = int(match[1])
        if number in {module.number for module in suite.modules}:
            return number
    for module in suite.modules:
        if text == folded(module.name):
            return module.number
    message = f"{quoted(sheet.text(row, 'module'))} is no module that tests grade" if text else "no module is named"
    hint = suggestion(text, [module.id for module in suite.modules], "modules")
    if text:
        hint += "; what people mark is marked anew with `blueprint review sheet` and `merge`"
    return sheet.problem(row, "module", message, hint)


def _cases(
    sheet: NamedTable, row: Row, suite: Suite, module: int, grade: Grade
) -> tuple[tuple[str, ...], list[Problem]]:
    """The ids of the cases that a row names, and a problem for each of which nothing can be asked."""
    there = {case.id for case in suite.cases(module)}
    ended = {result.case: result.status for result in grade.results}
    named: list[str] = []
    problems: list[Problem] = []
    for word in re.split(r"[\s,;]+", sheet.text(row, "cases")):
        id = word if word in there else f"{suite.module(module).id}/{word}"
        if not word or id in named:
            continue
        named.append(id)
        if id not in there:
            problems.append(sheet.problem(row, "cases", *_no_case(word, suite, module, there)))
        elif ended and id not in ended:
            message = f"`{id}` was not asked of this work, whose starter code is of another edition"
            problems.append(
                sheet.problem(
                    row, "cases", message, "take it out; an edition is confirmed with `blueprint grade --edition`"
                )
            )
        elif ended.get(id) == "passed":
            problems.append(
                sheet.problem(row, "cases", f"`{id}` was passed", "take it out: there is nothing to look at again")
            )
    return tuple(named), problems


def _no_case(word: str, suite: Suite, module: int, there: set[str]) -> tuple[str, str]:
    """What is wrong with a word that is no case, and the next step; a question is somebody else's to mark."""
    if word.rpartition("/")[2] in {question.id for question in questions(suite).get(module, ())}:
        return (
            f"{quoted(word)} is a question, which a person has marked",
            "mark it anew with `blueprint review sheet` and `merge`, and take it out here",
        )
    ids = sorted(id.rpartition("/")[2] for id in there)
    return f"module {module:02} has no case {quoted(word)}", suggestion(word, ids, "cases")


def _too_late(sheet: NamedTable, row: Row, module: int, limits: Limits) -> Sequence[Problem]:
    """A problem where the student asked after the last moment for it, as far as the table tells when."""
    text = sheet.text(row, ASKED)
    if not text:
        return ()
    try:
        asked = moment(text, ZoneInfo(limits.zone), time(0, 0))
    except ValueError as error:
        return (sheet.problem(row, ASKED, f"{quoted(text)} {error}", WRITE),)
    until = limits.until.get(module)
    if until is None or asked <= until:
        return ()
    message = f"asked after {until:%Y-%m-%d %H:%M}, until when module {module:02} could be contested"
    return (sheet.problem(row, ASKED, message, "take the row out; or empty this cell, and it is taken all the same"),)
