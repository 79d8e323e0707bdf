"""Rules about rubrics: sums, levels, speed bands, calibration samples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from blueprint.bind import Positions
from blueprint.load import Loaded
from blueprint.model import Criterion, Rubric, plain
from blueprint.problems import Problem, close_match

_STATE = re.compile(
    r".*\b(not (handed|turned) in|not submitted|no submission|nothing (was )?(handed|turned) in|nothing submitted)\b.*",
    re.IGNORECASE,
)


def check_rubric(rubric_id: str, rubric: Rubric, at: Positions) -> Iterator[Problem]:
    """Every rule on one rubric."""
    yield from _sums(rubric_id, rubric, at)
    wrong: set[str] = set()
    for key, criterion in rubric.criteria.items():
        problems = [] if at.is_broken("criteria", key) else list(_levels(key, criterion, rubric.step, at))
        yield from problems
        if problems or at.is_broken("criteria", key):
            wrong.add(key)
    yield from _speed(rubric, at)
    yield from _samples(rubric, at, wrong)


def _sums(rubric_id: str, rubric: Rubric, at: Positions) -> Iterator[Problem]:
    """The points of the criteria, or of their best levels, sum to the rubric's."""
    if at.is_broken("criteria", "*", "points") or at.is_broken("points"):
        return
    if not rubric.criteria:
        yield Problem(at.key("criteria"), f"`{rubric_id}` has no criterion", "add one to `criteria`")
        return
    total = sum((c.points for c in rubric.criteria.values()), Decimal(0))
    best = sum(max((level.points.high for level in c.levels), default=c.points) for c in rubric.criteria.values())
    if rubric.points not in (total, best):  # where the best levels sum up, a criterion's points are told to be wrong
        parts = " + ".join(plain(c.points) for c in rubric.criteria.values())
        yield Problem(
            at.value("points"),
            f"the criteria of `{rubric_id}` sum to {plain(total)}, not {plain(rubric.points)}: {parts}",
            "change `points`, or a criterion's points",
        )


def _levels(key: str, criterion: Criterion, step: Decimal, at: Positions) -> Iterator[Problem]:
    """The levels of a criterion stand best first, fit its points, and none is a state of the work."""
    path = ("criteria", key, "levels")
    if not criterion.levels:
        yield Problem(at.key(*path), f"criterion `{key}` has no level", "add `levels`, best first")
        return
    for index, level in enumerate(criterion.levels):
        if _STATE.fullmatch(level.title.strip()):
            yield Problem(
                at.value(*path, index, "title"),
                f"“{level.title}” is a state of the work, not a level of it",
                "remove the level; `nothing_handed_in` says what is recorded",
            )
    best = max(range(len(criterion.levels)), key=lambda i: criterion.levels[i].points.high)
    highest = criterion.levels[best].points.high
    if highest != criterion.points:
        yield Problem(
            at.value(*path, best, "points"),
            f"the best level of `{key}` earns {plain(highest)}, the criterion is worth {plain(criterion.points)}",
            "let the best level end at the criterion's points",
        )
    yield from _gaps(key, criterion, step, at)


def _gaps(key: str, criterion: Criterion, step: Decimal, at: Positions) -> Iterator[Problem]:
    """Levels stand best first, do not overlap, and, where some are ranges, leave no points between them."""
    path = ("criteria", key, "levels")
    ranged = any(level.points.is_range for level in criterion.levels) and not at.is_broken("step")
    for index, (upper, lower) in enumerate(pairwise(criterion.levels), 1):
        place = at.value(*path, index, "points")
        pair = f"“{lower.title}” ({lower.points}) and “{upper.title}” ({upper.points})"
        if lower.points.high >= upper.points.low:
            overlap = lower.points.low <= upper.points.high
            yield Problem(
                place,
                f"the levels {pair} of `{key}` {'overlap' if overlap else 'are in the wrong order'}",
                "list levels best first, each below the one before",
            )
        elif ranged and upper.points.low - lower.points.high > step:
            yield Problem(
                place,
                f"points between the levels {pair} of `{key}` belong to no level",
                f"let the lower one end at {plain(upper.points.low - step)} (marks go in steps of {plain(step)})",
            )
    lowest = criterion.levels[-1]
    if ranged and lowest.points.low > step:
        yield Problem(
            at.value(*path, len(criterion.levels) - 1, "points"),
            f"points below {plain(lowest.points.low)} of `{key}` belong to no level",
            f"let “{lowest.title}” begin at 0",
        )


def _speed(rubric: Rubric, at: Positions) -> Iterator[Problem]:
    """The bands of the speed rubric count answers and stay within the total."""
    for index, band in enumerate(rubric.speed):
        if at.is_broken("speed", index):
            continue
        if not re.fullmatch(r"\d+([-–]\d+)?", band.yes):
            yield Problem(at.value("speed", index, "yes"), f"`{band.yes}` is no count of answers", "write 3, or 0-1")
        if band.points.high > rubric.points and not at.is_broken("points"):
            yield Problem(
                at.value("speed", index, "points"),
                f"a band up to {plain(band.points.high)} in a rubric of {plain(rubric.points)} points",
                "keep the bands within the total",
            )


def _samples(rubric: Rubric, at: Positions, wrong: set[str]) -> Iterator[Problem]:
    """Samples mark every criterion with points that one of its levels has; criteria that are `wrong` themselves are passed over."""
    for sample_id, sample in rubric.samples.items():
        if at.is_broken("samples", sample_id) or at.lacks("criteria"):
            continue
        unmarked = [key for key in rubric.criteria if key not in sample.marks]
        for key, marks in sample.marks.items():
            place = at.value("samples", sample_id, "marks", key)
            criterion = rubric.criteria.get(key)
            if criterion is None:
                match = close_match(key, unmarked)
                unmarked = [other for other in unmarked if other != match]
                yield Problem(
                    at.key("samples", sample_id, "marks", key),
                    f"sample `{sample_id}` marks `{key}`, which is no criterion",
                    f"did you mean `{match}`?" if match else f"the criteria are {', '.join(rubric.criteria)}",
                )
            elif key not in wrong and not any(
                level.points.low <= marks <= level.points.high for level in criterion.levels
            ):
                yield Problem(
                    place,
                    f"sample `{sample_id}` gives `{key}` {plain(marks)} points, which no level has",
                    f"its levels have {', '.join(str(level.points) for level in criterion.levels)}",
                )
        if unmarked:
            yield Problem(
                at.key("samples", sample_id, "marks"),
                f"sample `{sample_id}` does not mark {', '.join(f'`{key}`' for key in unmarked)}",
                "mark every criterion",
            )


def rubrics_are_sound(loaded: Loaded) -> Iterator[Problem]:
    """Criteria sum to the total; levels leave no gap and do not overlap; samples carry possible marks."""
    for rubric_id, rubric in loaded.course.rubrics.items():
        yield from check_rubric(rubric_id, rubric, loaded.rubric_at[rubric_id])


def references_are_given(loaded: Loaded) -> Iterator[Problem]:
    """Where graders compare work with a reference result, the assignment gives it."""
    course, at = loaded.course, loaded.at
    for key, assignment in course.file.assignments.items():
        if not assignment.points or assignment.reference or at.is_broken("assignments", key):
            continue
        if assignment.component not in course.file.grading.components:  # told where it is named
            continue
        rubric = course.rubrics.get(course.rubric_of(assignment) or "")
        if rubric and rubric.compares:
            yield Problem(
                at.key("assignments", key),
                f"the rubric of `{key}` compares work with a reference result, and there is none",
                "add `reference:` with a result that graders can hold work against; students do not see it",
                "warning",
            )


RULES = (rubrics_are_sound, references_are_given)
