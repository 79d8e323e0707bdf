"""`report.html`: the class on one page for the assistants, and what needs a person first.

The page sorts and filters itself by one script of its own; without it everything is there, unsorted.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import get_args

from autograder.authoring.case import Case, Module
from autograder.intake.contents import printable
from autograder.judging.grade import GradeOutcome
from autograder.reports import scores, unmatched
from autograder.reports.class_overview import ClassOverview
from autograder.reports.class_report import ClassReport, Line, case_lines, link
from autograder.reports.csv_files import Row
from autograder.reports.failures import Failure
from autograder.reports.html import TEMPLATES, count, environment, message
from autograder.run.account import Account

_NO_ACCOUNT = Account()
_IN_FULL = 8
"""Of those, so many are told in full, the others in a table."""
_WORDY = 3
"""Up to so many modules, the state of each stands in words below its points."""


def page(
    rows: Iterable[Row],
    modules: Sequence[Module],
    overview: ClassOverview,
    title: str = "",
    account: Account = _NO_ACCOUNT,
) -> str:
    """The page of the class, by student. `rows` are those of the gradebook, missing students among them."""
    ordered = sorted(rows, key=lambda row: row.student)
    return "".join(pieces(ClassReport(ordered, modules, overview), title, account))


def pieces(report: ClassReport, title: str = "", account: Account = _NO_ACCOUNT) -> Iterator[str]:
    """The page of the class in pieces, to be written one after the other."""
    ordered, modules, overview = report.rows, report.modules, report.overview
    script = TEMPLATES.joinpath("staff_report.js").read_text("utf-8")
    names = {row.student: row.name for row in ordered}
    stream = (
        environment()
        .get_template("staff_report.html.jinja")
        .stream(
            title=title or "Grades of the class",
            script=script,
            report=report,
            names=names,
            needs=report.needs(),
            in_full=_IN_FULL,
            wordy=len(modules) <= _WORDY,
            told=_told,
            explain=_explain,
            hint=lambda one: case.hint if (case := overview.cases(one.module).get(one.most_lost)) else "",
            remarks=_remarks,
            histogram=scores.histogram,
            feedback_of=link,
            case_name=lambda module, id: cases[id].name if id in (cases := overview.cases(module)) else id,
            modules=modules,
            counts=_counts(ordered, modules, overview),
            faults=list(_listed(overview, names, "grader fault")),
            stopped=list(_listed(overview, names, "could not be run")),
            doubts=list(_doubts(overview, names, overview.cases)),
            missing=(missing := list(_missing(ordered, modules, overview))),
            absences=sum(len(absent) for _, absent in missing),
            tallies=(tallies := case_lines(overview, modules)),
            lost_cases=[one for one in tallies if one[5].lost],
            whole_cases=[one for one in tallies if not one[5].lost],
            account=account.words if account.items else "",
            nobodys=unmatched.told(account.of("unmatched")),
            turned_down=unmatched.told(account.of("refused")),
            not_begun=unmatched.told(account.not_begun),
            without_work=unmatched.told(account.of("no work found")),
            passed_over=[printable(item.who) for item in account.of("ignored")],
            sandboxes=sorted(overview.sandboxes.items()),
            unsafe=sum(brief.unsafe for brief in overview.briefs.values()),
            sections=sorted({row.section for row in ordered} - {""}),
            remarked=any(row.remarks or row.editions for row in ordered) or len(modules) > _WORDY,
            lines=report.lines(),
        )
    )
    stream.enable_buffering(500)
    yield from stream


def _remarks(line: Line, wordy: bool) -> str:
    """The last cell of a line: why to look, unless cells say it, and the remarks that do not repeat that."""
    row = line.row
    if wordy:
        return "; ".join((*row.remarks, *row.editions))
    more = (one for one in row.remarks if not one.endswith((": could not be run", ": grader fault")))
    return "; ".join((*line.look, *more, *row.editions))


def _told(one: object) -> str:
    """A text of the staff's on one line, cut where it is long."""
    text = message(one)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


_LONGEST = 300


def _explain(failure: Failure) -> str:
    """The command that runs the example of a failure once more, with its inputs."""
    _, student, case = failure.example
    which = "/".join((student, str(failure.module), case.rpartition("/")[2]))
    return f"blueprint explain {shlex.quote(which)}"


def _counts(rows: Sequence[Row], modules: Sequence[Module], overview: ClassOverview) -> str:
    """The class in one line: `12 students, 90 grades: 80 graded, ...`."""
    wanted = {module.number for module in modules}
    outcomes = [brief.outcome for (_, module), brief in overview.briefs.items() if module in wanted]
    words = {"graded": "graded", "could not be run": "could not be run", "grader fault": "lost to a fault of ours"}
    counts = [(outcomes.count(outcome), words[outcome]) for outcome in get_args(GradeOutcome)]
    missing = sum((row.student, number) not in overview.briefs for row in rows for number in wanted)
    parts = [f"{n} {what}" for n, what in (*counts, (missing, "missing")) if n]
    return (
        f"{count(len(rows), 'student')}, {count(len(modules), 'module')}: {', '.join(parts) or 'nothing handed in yet'}"
    )


def _listed(
    overview: ClassOverview, names: Mapping[str, str], outcome: GradeOutcome
) -> Iterator[tuple[str, str, int, str]]:
    """Student, name, module and reason of every grade with this outcome."""
    for (student, module), brief in sorted(overview.briefs.items()):
        if brief.outcome == outcome:
            yield student, names.get(student, ""), module, brief.reason


def _doubts(
    overview: ClassOverview, names: Mapping[str, str], cases: Callable[[int], Mapping[str, Case]]
) -> Iterator[tuple[str, str, int, str]]:
    """Student, name, module and what is in doubt: cases that flip, and cases not confirmed alone."""
    for (student, module), brief in sorted(overview.briefs.items()):
        for ids, why in ((brief.flaky, "two runs differ"), (brief.doubtful, "time or memory, not confirmed alone yet")):
            if ids:
                titles = [cases(module)[id].name if id in cases(module) else id for id in ids]
                yield student, names.get(student, ""), module, f"{why}: {', '.join(titles)}"


def _missing(
    rows: Sequence[Row], modules: Sequence[Module], overview: ClassOverview
) -> Iterator[tuple[Module, list[Row]]]:
    """Each module that some students have no grade for, with their rows."""
    for module in modules:
        absent = [row for row in rows if (row.student, module.number) not in overview.briefs]
        if absent:
            yield module, absent
