"""Rules about what a version of a course drops: something, but not everything."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.load import Loaded
from blueprint.model import Drop
from blueprint.problems import Problem, quoted


def a_week_is_left(loaded: Loaded) -> Iterator[Problem]:
    """Not every week is dropped."""
    gone = loaded.course.version.gone
    for key, drop in loaded.course.file.drops.items():
        kept = [i for i, week in enumerate(drop.weeks) if ("week", str(week)) not in gone]
        if kept and not loaded.at.is_broken("drops", key):
            yield Problem(
                loaded.at.value("drops", key, "weeks", kept[-1]),
                "every week is dropped",
                "leave at least one week in the course",
            )
            return


def drops_name_something(loaded: Loaded) -> Iterator[Problem]:
    """A drop names what is left out."""
    for key, drop in loaded.course.file.drops.items():
        if drop == Drop(why=drop.why) and not loaded.at.is_broken("drops", key):
            yield Problem(
                loaded.at.key("drops", key),
                f"drop {quoted(key)} names nothing that is left out",
                "add what it drops, such as `weeks: [11, 12]`, or remove it",
                "warning",
            )


RULES = (a_week_is_left, drops_name_something)
