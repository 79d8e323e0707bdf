"""The single values of a bound file, each with its path."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from blueprint.bind import Path


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every text, number, date and truth value of a bound file with its path, in the file's order."""
    if isinstance(value, str):  # most are
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*path, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, str(index)))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name), (*path, field.name))
    elif value is not None:
        yield path, value


def texts(value: object) -> Iterator[tuple[Path, str]]:
    """Every text of a bound file with its path."""
    return ((path, leaf) for path, leaf in leaves(value) if isinstance(leaf, str))
