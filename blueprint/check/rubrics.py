"""Rules about rubrics: sums, levels, speed bands, calibration samples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from blueprint.bind import Positions
from blueprint.load import Loaded
from blueprint.model import Criterion, Rubric, plain
from blueprint.problems import Problem, suggestion

_STATE = re.compile(r"\b(nothing|none|missing|absent|not (handed|turned) in|not submitted|no submission)\b", re.IGNORECASE)


def check_rubric(rubric_id: str, rubric: Rubric, at: Positions) -> Iterator[Problem]:
    """Every rule on one rubric."""
    yield from _sums(rubric_id, rubric, at)
    for key, criterion in rubric.criteria.items():
        if not at.is_broken("criteria", key):
            yield from _levels(key, criterion, rubric.step, at)
    yield from _speed(rubric, at)
    yield from _samples(rubric, at)


def _sums(rubric_id: str, rubric: Rubric, at: Positions) -> Iterator[Problem]:
    if not rubric.criteria or at.is_broken("criteria") or at.is_broken("points"):
        return
    total = sum(c.points for c in rubric.criteria.values())
    if total != rubric.points:
        parts = " + ".join(plain(c.points) for c in rubric.criteria.values())
        yield Problem(at.value("points"), f"the criteria of `{rubric_id}` sum to {plain(total)}, not {plain(rubric.points)}: {parts}",
                      "change `points`, or a criterion's points")


def _levels(key: str, criterion: Criterion, step: Decimal, at: Positions) -> Iterator[Problem]:
    path = ("criteria", key, "levels")
    if not criterion.levels:
        yield Problem(at.key(*path), f"criterion `{key}` has no level", "add `levels`, best first")
        return
    for index, level in enumerate(criterion.levels):
        if _STATE.search(level.title):
            yield Problem(at.value(*path, index, "title"), f"“{level.title}” is a state of the work, not a level of it",
                          "remove the level; `nothing_handed_in` says what is recorded")
    best = max(level.points.high for level in criterion.levels)
    if best != criterion.points:
        yield Problem(at.value(*path, 0, "points"), f"the best level of `{key}` earns {plain(best)}, the criterion is worth {plain(criterion.points)}",
                      "let the best level end at the criterion's points")
    ranged = any(level.points.is_range for level in criterion.levels)
    for index, (upper, lower) in enumerate(pairwise(criterion.levels), 1):
        place = at.value(*path, index, "points")
        pair = f"“{lower.title}” ({lower.points}) and “{upper.title}” ({upper.points})"
        if lower.points.high >= upper.points.low:
            overlap = lower.points.low <= upper.points.high
            yield Problem(place, f"the levels {pair} of `{key}` {'overlap' if overlap else 'are in the wrong order'}", "list levels best first, each below the one before")
        elif ranged and upper.points.low - lower.points.high != step:
            yield Problem(place, f"points between the levels {pair} of `{key}` belong to no level",
                          f"let the lower one end at {plain(upper.points.low - step)} (marks go in steps of {plain(step)})")
    lowest = criterion.levels[-1]
    if ranged and lowest.points.low not in (0, step):
        yield Problem(at.value(*path, len(criterion.levels) - 1, "points"), f"points below {plain(lowest.points.low)} of `{key}` belong to no level",
                      f"let “{lowest.title}” begin at 0")


def _speed(rubric: Rubric, at: Positions) -> Iterator[Problem]:
    for index, band in enumerate(rubric.speed):
        if not re.fullmatch(r"\d+([-–]\d+)?", band.yes):
            yield Problem(at.value("speed", index, "yes"), f"`{band.yes}` is no count of answers", "write 3, or 0-1")
        if band.points.high > rubric.points:
            yield Problem(at.value("speed", index, "points"), f"a band up to {plain(band.points.high)} in a rubric of {plain(rubric.points)} points",
                          "keep the bands within the total")


def _samples(rubric: Rubric, at: Positions) -> Iterator[Problem]:
    for sample_id, sample in rubric.samples.items():
        for key, marks in sample.marks.items():
            place = at.value("samples", sample_id, "marks", key)
            criterion = rubric.criteria.get(key)
            if criterion is None:
                yield Problem(at.key("samples", sample_id, "marks", key), f"sample `{sample_id}` marks `{key}`, which is no criterion",
                              suggestion(key, list(rubric.criteria), "criteria"))
            elif not any(level.points.low <= marks <= level.points.high for level in criterion.levels):
                yield Problem(place, f"sample `{sample_id}` gives `{key}` {plain(marks)} points, which no level has", "give it a level's points")
        if missing := [key for key in rubric.criteria if key not in sample.marks]:
            yield Problem(at.key("samples", sample_id, "marks"), f"sample `{sample_id}` does not mark `{missing[0]}`", "mark every criterion")


def rubrics_are_sound(loaded: Loaded) -> Iterator[Problem]:
    """Criteria sum to the total; levels leave no gap and do not overlap; samples carry possible marks."""
    for rubric_id, rubric in loaded.course.rubrics.items():
        yield from check_rubric(rubric_id, rubric, loaded.rubric_at[rubric_id])


RULES = (rubrics_are_sound,)
