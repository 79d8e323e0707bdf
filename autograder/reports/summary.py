"""What a run has to say for itself, as lines for a terminal and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from fractions import Fraction
from typing import Any

from autograder.intake.archive import shown
from autograder.reports.csv_files import Row, number
from autograder.reports.html import line
from autograder.run.grading import Change, RunResult

_MANY = 20
_NOTHING = "no file is recognized as a module"


def lines(run: RunResult, rows: Sequence[Row], folder: str) -> Iterator[str]:
    """What was done, what changed, what could not be done, and what to open."""
    said_below = {f"{who}: {why}" for who, why in run.refused}
    yield from _some("note", [note for note in run.notes if not _again(note, said_below)] + _eras(rows))
    yield from _some("changed", [_changed(change) for change in run.changes])
    yield from _some("not usable", [f"{shown(who)}: {why}" for who, why in run.refused])
    yield from _some("NOT GRADED, a fault of ours", [f"{shown(who)}: {_first(why)}" for who, why in run.faults])
    ended = ", ".join(f"{count} {status}" for status, count in run.cases.most_common())
    yield f"{_count(run.students, 'student')}: {_count(run.graded, 'module')} graded, {run.known} known already"
    if ended:
        yield f"cases: {ended}"
    if run.sandbox:
        yield f"sandbox: {', '.join(run.sandbox)}"
    missing = sum(1 for row in rows if row.total is None)
    absent = f", {missing} without any grade" if missing else ""
    if run.faults:
        yield "run the same command again: what is graded stays, and only the rest is run"
    yield f"{folder}: gradebook of {_count(len(rows), 'student')}{absent}; open {folder}/report.html"


def data(run: RunResult, rows: Sequence[Row]) -> dict[str, Any]:
    """The same for programs; points are decimal text, as in the gradebook, blank for none."""
    return {
        "students": run.students,
        "graded": run.graded,
        "known": run.known,
        "cases": dict(sorted(run.cases.items())),
        "sandbox": list(run.sandbox),
        "changes": [
            {"student": one.student, "module": one.module, "old": number(one.old), "new": number(one.new)}
            for one in run.changes
        ],
        "refused": [{"student": who, "why": why} for who, why in run.refused],
        "faults": [{"student": who, "why": _first(why)} for who, why in run.faults],
        "notes": [*run.notes, *_eras(rows)],
        "gradebook": {
            row.student: {f"module-{n:02}": number(points) for n, points in sorted(row.points.items())} for row in rows
        },
    }


def _eras(rows: Sequence[Row]) -> list[str]:
    """Whose work is asked other cases than most of the class: an old clone, or a wish for fewer cases."""
    said = [f"{row.student}: {one}" for row in rows for one in row.eras]
    return [*said, "`--era` and a letter, or `autograder: {era: C}` in the offering, asks all alike"] if said else []


def _changed(change: Change) -> str:
    cases = ", ".join(f"{case.rpartition('/')[2]} {old} -> {new}" for case, old, new in change.cases[:3])
    more = f" and {len(change.cases) - 3} more" if len(change.cases) > 3 else ""
    return f"{shown(change.student)}, module {change.module:02}: {_points(change.old)} -> {_points(change.new)} ({cases}{more})"


def _again(note: str, said: Set[str]) -> bool:
    """Whether a note on a hand-in says no more than why it cannot be used, which is told anyway."""
    who, _, what = note.partition(": ")
    return note in said or (what == _NOTHING and any(one.startswith(f"{who}: ") for one in said))


def _points(points: Fraction | None) -> str:
    return number(points) or "none"


def _first(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else ""


def _some(what: str, said: Sequence[str]) -> Iterator[str]:
    for one in said[:_MANY]:
        yield f"{what}: {line(one)}"  # names of people and files may hold what moves a cursor
    if len(said) > _MANY:
        yield f"{what}: and {len(said) - _MANY} more"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}".replace(",", " ")
