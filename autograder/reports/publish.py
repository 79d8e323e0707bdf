"""From the gradebook to the files of a folder of grades: the tables, feedback/, report.html and report/.

Everything written here holds no clock and no order of work: the same journal gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from autograder.authoring.case import SuiteError
from autograder.authoring.visible_cases import case_lines
from autograder.judging.grade import NOTHING_HANDED_IN, Grade
from autograder.judging.points import number
from autograder.reports import csv_files, feedback, other_editions, staff_report, staff_tables, unmatched
from autograder.reports.class_overview import ClassOverview
from autograder.reports.class_report import ClassReport
from autograder.reports.csv_files import Row
from autograder.reports.feedback import Attempt, Contest, HandMark
from autograder.reports.gradebook import Gradebook
from autograder.reports.other_editions import OtherEdition
from autograder.run import pool
from autograder.run.account import Account
from autograder.run.journal import StudentModule
from blueprint.files import write_whole

_NO_ACCOUNT = Account()
_NO_CONTEST = Contest()
_BATCH = 16
"""Grades whose feedback one process writes before it asks for more."""
_PATIENCE = 600.0
"""Seconds for that, of which it takes hundredths: a disk far away may be slow."""


def load_templates() -> None:
    """Loads the templates, for a caller who has time now and publishes later."""
    from autograder.reports.html import environment

    environment()


HandMarks = Callable[[StudentModule], Sequence[HandMark]]
"""Gives what people gave for the questions of a student's module."""


def publish(
    gradebook: Gradebook,
    folder: Path,
    jobs: int = 1,
    account: Account = _NO_ACCOUNT,
    marks: HandMarks = lambda _: (),
    contest: Contest = _NO_CONTEST,
) -> list[Row]:
    """Writes results.csv, gradebook.csv, unmatched.csv, the feedback, report.html and report/; returns the gradebook's rows.

    Feedback, which is most of the work, is written by `jobs` processes side by side while this one writes the tables. `contest` says whom
    students write to about a grade, and until when.
    Raises OSError.
    """
    rows: list[Row] = []
    keys = gradebook.keys()
    batches = [keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH)]
    writer = _FeedbackWriter(gradebook, folder, marks, contest)
    if jobs == 1 or len(batches) < 2 * jobs:
        rows += write_tables_of(gradebook, folder, account)
        for batch in batches:
            writer.write(batch)
        return rows

    def write_tables() -> None:
        rows.extend(write_tables_of(gradebook, folder, account))

    for batch, ended in pool.run(batches, lambda: writer, jobs, _PATIENCE, write_tables):
        if isinstance(ended, pool.Lost):
            writer.write(batch)  # what ended that process happens here once more, where it can be told
    return rows


class _FeedbackWriter:
    """Writes feedback: the work of a slot."""

    def __init__(self, gradebook: Gradebook, folder: Path, marks: HandMarks, contest: Contest) -> None:
        self.gradebook, self.folder, self.marks, self.contest = gradebook, folder, marks, contest

    def write(self, keys: Iterable[StudentModule]) -> None:
        """Writes the feedback of these students and modules; raises OSError."""
        for grade in self.gradebook.grades(keys):
            marks = self.marks(StudentModule(grade.student, grade.module))
            _write_feedback(self.folder, grade, self.gradebook, marks, self.contest)

    def work(self, task: list[StudentModule]) -> Iterator[None]:
        """Writes one batch; sends no message but its end."""
        self.write(task)
        return iter(())

    def close(self) -> None:
        """Does nothing; the pool asks for it."""


def _write_feedback(
    folder: Path, grade: Grade, gradebook: Gradebook, marks: Sequence[HandMark], contest: Contest
) -> None:
    """Writes a student's feedback on one module, as a page and as Markdown."""
    module = gradebook.suite.module(grade.module)
    student_folder = folder / "feedback" / feedback.folder(grade.student)
    texts = feedback.compose(
        *(grade, module, gradebook.cases(grade.module), _lines(gradebook, grade), marks),
        attempts=_attempts(gradebook, StudentModule(grade.student, grade.module)),
        contest=contest,
    )
    _write_if_changed(student_folder / f"{module.id}.html", feedback.page(texts))
    _write_if_changed(student_folder / f"{module.id}.md", feedback.markdown(texts))


def _attempts(gradebook: Gradebook, key: StudentModule) -> list[Attempt]:
    """All attempts of a student at a module, the newest first; none where there is one alone that tells no time."""
    entries = gradebook.attempts(*key)
    if len(entries) < 2 and not any(entry.handed_in for entry in entries):
        return []
    counting = gradebook.counting_entry(key)
    return [
        Attempt(
            feedback.in_words(datetime.fromisoformat(entry.handed_in) if entry.handed_in else None)
            or f"attempt {place}",
            "not run"
            if entry.could_not_run or entry.points is None
            else f"{number(entry.points)} of {number(entry.scale)}",
            entry is counting,
        )
        for place, entry in reversed(list(enumerate(entries, start=1)))
    ]


def _lines(gradebook: Gradebook, grade: Grade) -> Mapping[str, int]:
    """The lines of visible cases in the students' file, where something was lost; none of a suite that can make no such file."""
    if grade.outcome == "graded" and any(result.status != "passed" for result in grade.results):
        with suppress(SuiteError, OSError):
            return case_lines(gradebook.suite, grade.module)
    return {}


def _write_if_changed(path: Path, text: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    with suppress(FileNotFoundError):
        if path.read_bytes() == data:
            return
    write_whole(path, data, owner_only=True)


def write_tables_of(gradebook: Gradebook, folder: Path, account: Account = _NO_ACCOUNT) -> list[Row]:
    """Writes the tables, report.html and report/; returns the gradebook's rows, by student."""
    rows: dict[str, Row] = {}
    if gradebook.roster is not None:
        rows = {student.id: Row(student.id, student.name, student.section) for student in gradebook.roster.students}
    overview = ClassOverview(gradebook.cases)
    others: list[OtherEdition] = []

    def passing() -> Iterator[Grade]:
        for grade in gradebook.grades():
            row = rows.get(grade.student) or Row(grade.student, grade.name)
            rows[grade.student] = _with_grade(row, grade, gradebook.team(StudentModule(grade.student, grade.module)))
            overview.add(grade)
            others.extend([OtherEdition.of(grade)] if grade.own_editions else [])
            yield grade

    write_whole(folder / "results.csv", csv_files.results(passing(), gradebook.cases), owner_only=True)
    for student, remark in other_editions.remarks(others):
        rows[student] = replace(rows[student], editions=(*rows[student].editions, remark))
    write_whole(folder / "editions.csv", [other_editions.table(others)], owner_only=True)
    modules = [gradebook.suite.module(number) for number in gradebook.journal.modules()]
    nobodys = unmatched.count(account, gradebook)
    numbers = [module.number for module in modules]
    rows = {student: _with_absence(row, numbers, nobodys) for student, row in rows.items()}
    lost = unmatched.table(account, gradebook, numbers)
    write_whole(folder / "unmatched.csv", lost, owner_only=True)
    ordered = [rows[student] for student in sorted(rows)]
    table = csv_files.gradebook(ordered, [module.number for module in modules])
    write_whole(folder / "gradebook.csv", [table], owner_only=True)
    report = ClassReport(ordered, modules, overview)
    for name, lines in staff_tables.tables(report).items():
        write_whole(folder / "report" / name, lines, owner_only=True)
    write_whole(
        folder / "report.html",
        staff_report.pieces(report, account=account),
        owner_only=True,
    )
    return ordered


def _with_absence(row: Row, modules: Sequence[int], nobodys: int) -> Row:
    """A student's row, which says of modules without a grade that work was handed in that is nobody's, where any was."""
    absent = [f"{module:02}" for module in modules if module not in row.points]
    if not absent or not nobodys:
        return row
    what = f"module {', '.join(absent)}: not found" if row.points else "no hand-in found"
    many = f"{nobodys} hand-in{' is' if nobodys == 1 else 's are'}"
    return replace(row, remarks=(*row.remarks, f"{what}, and {many} nobody's: see unmatched.csv"))


def _with_grade(row: Row, grade: Grade, team: str) -> Row:
    """A student's row with one more grade in it, which may be that of the student's team."""
    team = team or grade.team
    what = NOTHING_HANDED_IN if grade.reason.startswith(NOTHING_HANDED_IN) else grade.outcome
    remarks = [f"module {grade.module:02}: {what}"] if what != "graded" else []
    if team:
        remarks.append(f"module {grade.module:02}: handed in by the team {team}")
    if grade.own_tried == "more":
        remarks.append(
            f"module {grade.module:02}: on the student's own earlier modules ({number(grade.elsewhere)} on the reference's)"
        )
    return replace(row, points={**row.points, grade.module: grade.points}, remarks=(*row.remarks, *remarks))
