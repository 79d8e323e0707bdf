"""Work whose text is of another edition than the class: named for a person to confirm, with what it would earn by its own.

An old clone, mostly; or a wish for fewer cases, which is why no student's text decides what is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.authoring.editions import Editions, either
from autograder.judging.grade import Grade
from autograder.judging.points import number
from autograder.reports.csv_files import line

HEADER = ("student", "module", "graded_as", "points", "looks_like", "points_as_that")


@dataclass(frozen=True, slots=True)
class OtherEdition:
    """A student's module whose text is of another edition: what it earned, and would earn by its own."""

    student: str
    module: int
    editions: Editions
    points: Fraction | None
    own_editions: Editions
    own_points: Fraction | None

    @classmethod
    def of(cls, grade: Grade) -> OtherEdition:
        """What a grade says of it."""
        return cls(grade.student, grade.module, grade.editions, grade.points, grade.own_editions, grade.own_points)


def table(others: Iterable[OtherEdition]) -> str:
    """`editions.csv`: a row per student and module."""
    lines = [line(HEADER)]
    for one in _ordered(others):
        points, own_points = (number(points) if points is not None else "" for points in (one.points, one.own_points))
        cells = (f"{one.module:02}", either(one.editions), points, either(one.own_editions), own_points)
        lines.append(line((one.student, *cells)))
    return "".join(lines)


def remarks(others: Iterable[OtherEdition]) -> Iterator[tuple[str, str]]:
    """Each student whose text is of another edition than the class, with a remark that says so."""
    modules_by_remark: dict[tuple[str, Editions, Editions], list[int]] = {}
    for one in _ordered(others):
        modules_by_remark.setdefault((one.student, one.own_editions, one.editions), []).append(one.module)
    for (student, own, asked), modules in modules_by_remark.items():
        yield student, f"{_modules(modules)}: looks like edition {either(own)}, graded as {either(asked)}"


def _ordered(others: Iterable[OtherEdition]) -> list[OtherEdition]:
    return sorted(others, key=lambda one: (one.student, one.module))


def _modules(numbers: Sequence[int]) -> str:
    """`module 03`, `modules 01 to 05`, `modules 01, 04`."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return f"module {first:02}"
    unbroken = len(numbers) > 2 and last - first == len(numbers) - 1
    return f"modules {first:02} to {last:02}" if unbroken else "modules " + ", ".join(f"{n:02}" for n in numbers)
