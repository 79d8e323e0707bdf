"""`report/`: the numbers of `report.html` as tables, for a spreadsheet or a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from autograder.judging.points import number
from autograder.reports.class_report import ClassReport, case_lines
from autograder.reports.csv_files import line
from autograder.reports.scores import BINS


def tables(report: ClassReport) -> dict[str, Iterator[str]]:
    """The tables by name, each as lines with a head; read once."""
    makers: dict[str, Callable[[ClassReport], Iterator[str]]] = {
        "grades.csv": _grades,
        "term.csv": _term,
        "scores.csv": _scores,
        "skills.csv": _skills,
        "cases.csv": _cases,
        "failures.csv": _failures,
        "reach_out.csv": _reach_out,
    }
    return {name: make(report) for name, make in makers.items()}


def _lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield line(head)
    yield from (",".join(map(_cell, row)) + "\r\n" for row in rows)


def _cell(value: object) -> str:
    """One cell: a text is guarded against formulas, a float is a number whatever its sign."""
    return f"{value:.3f}" if isinstance(value, float) else line((str(value),), "")


def _grades(report: ClassReport) -> Iterator[str]:
    """A row for each student and module: points, why to look, failures, and which file was graded."""
    head = ("student", "name", "section", "module", "points", "passed", "asked", "state", "look at", "alike")
    yield line((*head, "handed in", "file", "attempt"))
    for row in report.rows:
        for module in report.modules:
            brief = report.overview.briefs.get((row.student, module.number))
            flags = report.flags(row.student, module.number)
            cells = [row.student, row.name, row.section, f"module-{module.number:02}"]
            if brief is None:
                yield line((*cells, "", "", "", "missing", *[""] * 5))
                continue
            alike = [
                letter for letter, one in report.failures if one.module == module.number and row.student in one.students
            ]
            cells += [number(row.points.get(module.number)), str(brief.passed), str(brief.asked), brief.outcome]
            yield line((*cells, " ".join(flags), " ".join(alike), brief.handed_in, brief.file, brief.attempt))


def _term(report: ClassReport) -> Iterator[str]:
    head = ("module", "students", "handed in", "late", "could not be run", "median percent", "all points")
    rows = (
        (
            *(f"module-{one.module.number:02}", len(report.rows), one.handed_in, one.late, one.not_run),
            *("" if one.median_percent is None else one.median_percent, one.scores.whole if one.scores else 0),
        )
        for one in report.term
    )
    return _lines(head, rows)


def _scores(report: ClassReport) -> Iterator[str]:
    head = ("module", "graded", "scale", "lowest", "lower quarter", "median", "upper quarter", "highest", "all points")
    ends = [f"to {100 * (place + 1) // BINS}%" for place in range(BINS)]
    rows = (
        (
            *(f"module-{module.number:02}", one.students),
            *map(number, (one.scale, one.lowest, one.lower, one.median, one.upper, one.highest)),
            *(one.whole, *one.bins),
        )
        for module, one in report.scores
    )
    return _lines((*head, *ends), rows)


def _skills(report: ClassReport) -> Iterator[str]:
    rows = ((f"module-{module:02}", skill, one.passed, one.asked, one.percent) for module, skill, one in report.skills)
    return _lines(("module", "skill", "complete", "asked", "percent"), rows)


def _cases(report: ClassReport) -> Iterator[str]:
    head = ("module", "case", "title", "skill", "visible", "passed", "asked", "percent", "discrimination", "suspect")
    rows = (
        (
            *(f"module-{module:02}", id, title, skill, "yes" if visible else "no"),
            *(tally.passed, tally.asked, tally.percent),
            "" if tally.discrimination is None else tally.discrimination,
            tally.suspect,
        )
        for module, id, title, skill, visible, tally in case_lines(report.overview, report.modules)
    )
    return _lines(head, rows)


def _failures(report: ClassReport) -> Iterator[str]:
    head = ("failure", "module", "skill", "ends", "students", "points", "cases", "example", "of student", "of case")
    rows = (
        (
            *(letter, f"module-{one.module:02}", one.skill, one.end, len(one.students), one.points),
            *(" ".join(one.cases), *one.example),
        )
        for letter, one in report.failures
    )
    return _lines(head, rows)


def _reach_out(report: ClassReport) -> Iterator[str]:
    names = {row.student: (row.name, row.section) for row in report.rows}
    rows = ((student, *names[student], why) for student, why in report.to_reach.items())
    return _lines(("student", "name", "section", "reason"), rows)
