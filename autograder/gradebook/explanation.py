"""How a course grade came about, line by line, so that a dispute can be settled with paper and pencil."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from autograder.gradebook.course_grades import CourseGrade
from autograder.gradebook.lateness import Lateness
from autograder.gradebook.policy import HUNDRED, Component, Condition, CoursePolicy
from autograder.gradebook.scores import Score
from autograder.gradebook.totals import Counted, Total
from autograder.judging.points import number


def explain_course_grade(grade: CourseGrade, policy: CoursePolicy, now: datetime) -> Iterator[str]:
    """The lines that lead from every piece of work to both totals."""
    who = " ".join(filter(None, (grade.person.id, grade.person.name and f"({grade.person.name})")))
    yield f"{who}, as of {_clock(now)}, times in {policy.zone}"
    for component in policy.components.values():
        pieces = [score for score in grade.scores.values() if score.piece.component == component.id]
        if not pieces:
            continue
        yield ""
        yield f"{component.title}: {_weight(component)}"
        counted = {one.piece.id: one for one in grade.final.components[component.id].pieces}
        for score in pieces:
            if score.state != "open":
                yield from explain_score(score, counted.get(score.piece.id))
        if waiting := [score.piece.id for score in pieces if score.state == "open"]:
            yield f"  not due yet: {', '.join(waiting)}"
        yield from _component_lines(component, grade)
    yield ""
    if grade.late_days:
        yield f"late days: {grade.late_days - grade.late_days_left} of {grade.late_days} spent"
    for total in (grade.current, grade.final):
        yield from _total_lines(total, policy)
    yield f"numbers are shown with two decimals and added exactly; only a total is rounded, half up, to {policy.decimals}"


def explain_score(score: Score, counted: Counted | None = None) -> Iterator[str]:
    """The lines of one piece: its result, the parts it is made of, when it was due and came, and what that cost."""
    dropped = ", dropped" if counted is not None and counted.dropped else ""
    extra = ", extra credit" if score.piece.extra else ""
    yield f"  {score.piece.id:<16} {in_words(score)}{extra}{dropped}"
    parts = [part for part in score.parts if part.earned is not None]
    if score.state in ("graded", "pending") and (len(score.parts) > 1 or score.lateness.late):
        for part in parts:
            remark = f" ({part.remark})" if part.remark else ""
            yield f"      {part.name}: {number(part.earned)} of {number(part.possible)}{remark}"
    yield from (f"      {line}" for line in _lateness_lines(score))


def in_words(score: Score) -> str:
    """A result in words: points, or why there are none."""
    if score.state == "graded":
        return f"{number(score.points)} of {number(score.piece.points)}"
    share = score.share
    so_far = "" if share is None else f"; {number(share * HUNDRED)}% of what is graded"
    word = {"fault": "not graded, our fault", "open": "not due yet"}.get(score.state, score.state)
    reason = f": {score.reason}" if score.reason and score.reason != word else ""
    return f"{word}{reason}{so_far}"


def _lateness_lines(score: Score) -> Iterator[str]:
    """When a piece was due and came, where that is another moment than the class's or costs something."""
    late = score.lateness
    if late.due is not None and (late.extended or late.late):
        yield f"due {_clock(late.due)}{f', by {late.extended}' if late.extended else ''}"
    if late.unknown:
        yield "handed in late, by how much is not known: nothing is taken off until times.csv tells when"
    if late.late and late.came is not None and late.due is not None:
        yield f"handed in {_clock(late.came)}, {_length(late.came.timestamp() - late.due.timestamp())} late"
        yield cost_in_words(late)


def cost_in_words(late: Lateness) -> str:
    """What lateness costs, in words."""
    spent = f"{_counted(late.spent, 'late day')} spent; " if late.spent else ""
    if late.unknown:
        return "late by an unknown amount"
    if not late.accepted:
        return f"{spent}too late to be accepted, so it is worth 0"
    lost = [f"{number(late.cost.percent)}% of the points earned"] if late.cost.percent else []
    lost += [_counted(late.cost.points, "point")] if late.cost.points else []
    return f"{spent}{' and '.join(lost) or 'nothing'} taken off"


def _component_lines(component: Component, grade: CourseGrade) -> Iterator[str]:
    """What the component comes to in each total, with the sum it is the result of."""
    totals = (grade.current.components[component.id], grade.final.components[component.id])
    same = totals[0] == totals[1]
    for kind, one in zip(("current", "final"), totals, strict=True):
        if kind == "final" and same:
            continue
        label = "current and final" if same else kind
        if one.share is None:
            yield f"  {label}: nothing counts yet"
            continue
        kept = [piece for piece in one.pieces if not piece.dropped and not piece.piece.extra]
        shares = " + ".join(number(piece.share * HUNDRED) for piece in kept)
        extra = [f"extra credit {piece.piece.id}" for piece in one.pieces if piece.piece.extra and piece.share]
        capped = f", capped at {number(component.cap)}" if one.capped else ""
        mean = f"({shares}) / {len(kept)}" if len(kept) > 1 else shares
        more = f", raised by {' and '.join(extra)}" if extra else ""
        yield f"  {label}: {mean}{more}{capped} = {number(one.share * HUNDRED)}%"


def _total_lines(total: Total, policy: CoursePolicy) -> Iterator[str]:
    what = {"current": "current, graded work only", "final": "final, missing work that was due counts"}[total.kind]
    missing = f" {number(policy.missing)}%" if total.kind == "final" else ""
    if total.percent is None or total.rounded is None:
        yield f"{what}{missing}: nothing counts yet"
        return
    counting = [one for one in total.components.values() if one.share is not None]
    ordinary = [one for one in counting if not one.component.extra]
    weight = sum((one.component.weight for one in ordinary), Fraction(0))
    terms = " + ".join(f"{number(one.component.weight)} × {number((one.share or 0) * HUNDRED)}%" for one in ordinary)
    over = f"({terms}) / {number(weight)}" if weight != HUNDRED else terms
    extra = "".join(
        f" + {number(one.component.weight)} × {number((one.share or 0) * HUNDRED)}%"
        for one in counting
        if one.component.extra
    )
    capped = f", capped at {number(policy.cap)}" if total.capped else ""
    yield f"{what}{missing}: {over}{extra}{capped} = {number(total.rounded, policy.decimals)}%{_grade(total)}"
    yield from (f"  not met: {condition_in_words(one, policy)}" for one in total.unmet)


def condition_in_words(condition: Condition, policy: CoursePolicy) -> str:
    """A condition, and what the grade is at best without it."""
    what = policy.components[condition.component].title if condition.component else "the whole course"
    letter = condition.letter or next(reversed(list(policy.letters)), "")
    return f"at least {number(condition.at_least)}% in {what}" + (f"; without it {letter} at best" if letter else "")


def _grade(total: Total) -> str:
    return f", {total.letter}" if total.letter else ""


def _weight(component: Component) -> str:
    rules = [f"{number(component.weight)}% of the course" + (", on top of it" if component.extra else "")]
    rules += [f"the lowest {component.drop_lowest} dropped"] if component.drop_lowest else []
    rules += [f"{number(component.cap)}% at most"] if component.cap is not None else []
    return ", ".join(rules)


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _length(seconds: float) -> str:
    """A length of time, to the second: `1 day 6:00:00`.

    >>> _length(108_061)
    '1 day 6:01:01'
    """
    return str(timedelta(seconds=round(seconds))).replace(",", "")


def _counted(count: Fraction | int, word: str) -> str:
    return f"{number(Fraction(count))} {word}{'s' * (count != 1)}"


def late_marks(scores: Sequence[Score]) -> list[str]:
    """A line for each piece of a student that is late, with what that costs."""
    return [f"{score.piece.id}: {_late_mark(score.lateness)}" for score in scores if score.lateness.late]


def _late_mark(late: Lateness) -> str:
    days = "" if late.unknown else f"{_counted(late.days, 'day')} late, "
    return f"{days}{cost_in_words(late)}"
