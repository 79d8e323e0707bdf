"""Packages that an instructor allows besides NumPy: installed where it is graded, and none that holds what the grader keeps."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata

from autograder.sandbox import runtime
from blueprint.problems import UsageError

_OURS = frozenset(("autograder", "blueprint", "generator"))


def allowed(packages: Sequence[str]) -> tuple[str, ...]:
    """The packages in order, each once; raises UsageError for one that is not installed here, or is the grader's own."""
    for name in packages:
        if name in _OURS:
            raise UsageError(f"package `{name}`: it holds the reference tests, and is not for students; leave it out")
        if name not in sys.stdlib_module_names and runtime.package_folder(name) is None:
            raise UsageError(
                f"package `{name}` is not installed here; install it beside Blueprint (`pip install {name}`)"
            )
    return tuple(sorted(set(packages) - sys.stdlib_module_names - {"numpy"}))


def versions(packages: Sequence[str]) -> list[str]:
    """`scipy 1.16.3` for each package: part of all that a result depends on."""
    owners = _owners() if packages else {}
    told = []
    for name in packages:
        distribution = next(iter(owners.get(name, ())), "")
        told.append(f"{name} {metadata.version(distribution) if distribution else ''}")
    return told


@cache
def _owners() -> Mapping[str, list[str]]:
    """The distributions of each importable name: reading them takes longer than a case, and every attempt asks."""
    return metadata.packages_distributions()
