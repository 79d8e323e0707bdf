"""The summary of a run, as lines for a terminal and as data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from fractions import Fraction
from typing import Any

from autograder.intake.contents import printable
from autograder.judging.points import number
from autograder.reports import unmatched
from autograder.reports.csv_files import Row
from autograder.reports.html import line
from autograder.run.grading import Change, RunResult

_MANY = 20
"""Lines of one kind that are printed; those beyond are counted."""
_NOTHING = "no file is recognized as a module"


def lines(run: RunResult, rows: Sequence[Row], folder: str) -> Iterator[str]:
    """The lines of the summary: what was done, what changed, what could not be done, and what to open."""
    refusals = {f"{who}: {why}" for who, why in run.refused}
    yield from _some("note", [note for note in run.notes if not _repeats(note, refusals)] + _editions(rows))
    yield from _some("changed", [_changed(change) for change in run.changes])
    yield from _some("not usable", [f"{printable(who)}: {why}" for who, why in run.refused])
    yield from _some(
        "NOT GRADED, a fault of ours", [f"{printable(who)}: {_first_line(why)}" for who, why in run.faults]
    )
    ended = ", ".join(f"{count} {status}" for status, count in run.cases.most_common())
    yield f"{_count(run.students, 'student')}: {_count(run.graded, 'module')} graded, {run.known} known already"
    if ended:
        yield f"cases: {ended}"
    if run.sandbox:
        yield f"sandbox: {', '.join(run.sandbox)}"
    yield from _some("not begun", unmatched.told(run.account.not_begun))
    yield from _some("unmatched", unmatched.told(run.account.of("unmatched")))
    if any(item.is_hand_in for item in run.account.of("unmatched")):
        yield "a team's work is its members' where `--groups FILE` tells who they are"
    if run.account.items:
        yield f"account: {run.account.words}"
    missing = sum(1 for row in rows if row.total is None)
    absent = f", {missing} without any grade" if missing else ""
    if run.faults:
        yield "run the same command again: what is graded stays, and only the rest is run"
    yield f"{folder}: gradebook of {_count(len(rows), 'student')}{absent}; open {folder}/report.html"


def data(run: RunResult, rows: Sequence[Row]) -> dict[str, Any]:
    """The summary as plain data; points are decimal text, as in the gradebook, blank for none."""
    return {
        "students": run.students,
        "graded": run.graded,
        "known": run.known,
        "cases": dict(sorted(run.cases.items())),
        "sandbox": list(run.sandbox),
        "changes": [
            {
                "student": change.student,
                "module": change.module,
                "old": number(change.old),
                "new": number(change.new),
            }
            for change in run.changes
        ],
        "refused": [{"student": who, "why": why} for who, why in run.refused],
        "faults": [{"student": who, "why": _first_line(why)} for who, why in run.faults],
        "account": {"seen": len(run.account.items), **run.account.counts},
        "not begun": [{"student": item.who, "why": item.why} for item in run.account.not_begun],
        "unmatched": [{"hand-in": item.who, "why": item.why} for item in run.account.of("unmatched")],
        "ignored": [item.who for item in run.account.of("ignored")],
        "notes": [*run.notes, *_editions(rows)],
        "gradebook": {
            row.student: {f"module-{n:02}": number(points) for n, points in sorted(row.points.items())} for row in rows
        },
    }


def _editions(rows: Sequence[Row]) -> list[str]:
    """Notes on the students whose text is of another edition than the class, and what to do about it."""
    notes = [f"{row.student}: {remark}" for row in rows for remark in row.editions]
    if not notes:
        return []
    return [*notes, "editions.csv tells what they would earn by it; `--edition NAME=EDITION` grades one student so"]


def _changed(change: Change) -> str:
    """A changed grade in a line, with the first cases whose status changed."""
    cases = ", ".join(f"{case.rpartition('/')[2]} {old} -> {new}" for case, old, new in change.cases[:3])
    more = f" and {len(change.cases) - 3} more" if len(change.cases) > 3 else ""
    return f"{printable(change.student)}, module {change.module:02}: {_points(change.old)} -> {_points(change.new)} ({cases}{more})"


def _repeats(note: str, refusals: Set[str]) -> bool:
    """True if a note on a hand-in says no more than why it cannot be used, which is told anyway."""
    who, _, what = note.partition(": ")
    return note in refusals or (what == _NOTHING and any(refusal.startswith(f"{who}: ") for refusal in refusals))


def _points(points: Fraction | None) -> str:
    return number(points) or "none"


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else ""


def _some(what: str, texts: Sequence[str]) -> Iterator[str]:
    """Lines that begin with what they tell; only the first of many."""
    for text in texts[:_MANY]:
        yield f"{what}: {line(text)}"  # names of people and files may hold what moves a cursor
    if len(texts) > _MANY:
        yield f"{what}: and {len(texts) - _MANY} more"


def _count(count: int, noun: str) -> str:
    """`1 student`, `5 000 students`."""
    return f"{count:,} {noun}{'s' * (count != 1)}".replace(",", " ")
