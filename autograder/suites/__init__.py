"""Suites: folders of reference tests, one a course. They know nothing of the grader but `autograder.authoring.case`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from autograder.authoring.case import Suite, load_suite
from blueprint.problems import UsageError, close_match


def names() -> list[str]:
    """The suites that ship with Blueprint."""
    return sorted(place.parent.name for place in Path(__file__).parent.glob("*/suite.py"))


def find(name: str) -> Suite:
    """A suite by its name, or by the dotted name of an installed package that is one; raises UsageError."""
    for package in (f"{__name__}.{name}", name):
        try:
            if find_spec(f"{package}.suite") is not None:
                return load_suite(package)
        except (ImportError, ValueError):
            continue
    match = close_match(name, names())
    more = f"did you mean `{match}`?" if match else f"there are: {', '.join(names())}"
    raise UsageError(f"there is no suite `{name}`; {more}")
