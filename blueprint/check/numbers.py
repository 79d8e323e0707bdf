"""The rule that every number counts something: none is negative."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal

from blueprint.bind import Path
from blueprint.load import Loaded
from blueprint.place_names import place_name
from blueprint.problems import Problem


def nothing_is_negative(loaded: Loaded) -> Iterator[Problem]:
    """Minutes, hours, points, weights, years and counts are 0 or more."""
    course = loaded.course
    bound = [(course.file, loaded.at), (course.registry, loaded.registry_at), (course.handbook, loaded.handbook_at)]
    bound += [(rubric, loaded.rubric_at[key]) for key, rubric in course.rubrics.items()]
    for value, at in bound:
        for path, number in _numbers(value, ()):
            if number < 0:
                yield Problem(at.value(*path), f"{place_name(path)} is {number}", "write 0 or more")


def _numbers(value: object, path: Path) -> Iterator[tuple[Path, int | Decimal]]:
    """Every number in a bound file with its path."""
    if isinstance(value, (int, Decimal)):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _numbers(item, (*path, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _numbers(item, (*path, str(index)))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _numbers(getattr(value, field.name), (*path, field.name))


RULES = (nothing_is_negative,)
