"""Rules about numbers alone: each counts something, so none is negative, and a year has been."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR
from decimal import Decimal

from blueprint.bind import Path, Positions
from blueprint.check.leaves import leaves
from blueprint.load import Loaded
from blueprint.place_names import place_name
from blueprint.problems import Problem


def nothing_is_negative(loaded: Loaded) -> Iterator[Problem]:
    """Minutes, hours, points, weights, years and counts are 0 or more."""
    for value, at in loaded.bound():
        for path, number in leaves(value):
            if isinstance(number, (int, Decimal)) and number < 0:
                yield Problem(at.value(*path), f"{place_name(path)} is {number}", "write 0 or more")


def years_have_been(loaded: Loaded) -> Iterator[Problem]:
    """A paper has appeared and a milestone was reached by the time of the course; a longer number is a slip of the hand."""
    file = loaded.course.file
    latest = file.offering.end.year if file.offering and not loaded.at.is_broken("offering", "end") else MAXYEAR
    dated: list[tuple[Positions, Path, int]] = [
        (loaded.at, ("milestones", key, "year"), milestone.year) for key, milestone in file.milestones.items()
    ]
    dated += [
        (loaded.registry_at, ("papers", key, "year"), paper.year)
        for key, paper in loaded.course.registry.papers.items()
    ]
    for at, path, year in dated:
        if year > latest and not at.is_broken(*path):
            yield Problem(
                at.value(*path), f"{place_name(path)} is {year}, which is still to come", "write the year it was"
            )


RULES = (nothing_is_negative, years_have_been)
