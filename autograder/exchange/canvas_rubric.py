"""The rubrics in a CSV file that Canvas imports: a row a criterion, three cells a rating, rows as long as they need to be.

`generator/documents/canvas_rubrics.py` writes such files of a course's rubrics. Canvas leaves out, with a word, a row that
lacks a name or a rating; so does this reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from autograder.exchange.cells import NotANumber, read_number
from autograder.exchange.delimited import Delimited, no_heading, problem
from autograder.intake.names import folded
from blueprint.problems import Problem

_FIXED = ("rubric name", "criteria name", "criteria description", "criteria enable range")
_RATING = 3
"""Cells of a rating: name, description, points."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A level of a criterion, with the most points it gives."""

    name: str
    description: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion, its ratings as they stand; `ranged` where a rating stands for all points down to the next one."""

    name: str
    description: str
    ranged: bool
    ratings: tuple[Rating, ...]


@dataclass(frozen=True, slots=True)
class RubricFile:
    """The criteria of each rubric by its name, and what Canvas would leave out."""

    rubrics: dict[str, tuple[Criterion, ...]]
    left_out: tuple[Problem, ...]


def read(file: Delimited) -> RubricFile:
    """The rubrics in a file that was parsed as `ragged`; raises CourseError for a file without Canvas's headings."""
    if tuple(map(folded, file.headings[: len(_FIXED)])) != _FIXED:
        raise no_heading(file, "`Rubric Name`, `Criteria Name` and so on, in this order", "file of rubrics for Canvas")
    rubrics: dict[str, tuple[Criterion, ...]] = {}
    left_out: list[Problem] = []
    for row in range(1, len(file.rows)):
        texts = [file.text(row, column) for column in range(len(file.rows[row]))]
        if not any(texts):
            continue
        try:
            ratings = tuple(_ratings(texts[len(_FIXED) :]))
        except NotANumber as error:
            left_out.append(problem(file, row, 0, f"a rating's points: {error}"))
            continue
        lacking = [
            what for what, there in zip((*_FIXED[:2], "ratings"), (*texts[:2], ratings), strict=True) if not there
        ]
        if lacking:
            left_out.append(problem(file, row, 0, f"has no {' and no '.join(lacking)}; Canvas leaves the row out"))
            continue
        name, criterion, description, ranged = texts[: len(_FIXED)]
        one = Criterion(criterion, description, ranged.strip().casefold() == "true", ratings)
        rubrics[name] = (*rubrics.get(name, ()), one)
    return RubricFile(rubrics, tuple(left_out))


def _ratings(texts: list[str]) -> Iterator[Rating]:
    """The ratings in the cells behind the fixed ones; raises NotANumber."""
    for start in range(0, len(texts), _RATING):
        name, description, points = (*texts[start : start + _RATING], "", "", "")[:_RATING]
        if name or points:
            yield Rating(name, description, read_number(points))
