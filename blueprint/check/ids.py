"""Rules about ids that become names of files: each can be one, on every machine, and no two are the same there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from blueprint.bind import Positions
from blueprint.load import Loaded
from blueprint.problems import Problem, quoted

_LONGEST = 80
"""Letters in an id. File systems take some 250 bytes for a whole name, and a letter may need four of them."""
_NAME = re.compile(r"[^\W_](?:[\w.-]*[\w-])?")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""


def ids_can_name_files(loaded: Loaded) -> Iterator[Problem]:
    """What has a page, a calendar or slides of its own has an id that can be the name of that file."""
    file = loaded.course.file
    tables: list[tuple[Positions, tuple[str, ...], Iterable[str]]] = [
        (loaded.at, ("assignments",), file.assignments),
        (loaded.registry_at, ("chapters",), loaded.course.registry.chapters),
    ]
    if file.offering:
        tables.append((loaded.at, ("offering", "sections"), file.offering.sections))
    for at, table, ids in tables:
        taken: dict[str, str] = {}
        for key in ids:
            if fault := _fault(key) or _twin(key, taken):
                yield Problem(at.key(*table, key), *fault)
            taken.setdefault(_folded(key), key)


def _fault(key: str) -> tuple[str, str] | None:
    """Why an id can be no file's name, and what to write instead; None where it can."""
    if len(key) > _LONGEST:
        return f"this id has {len(key)} letters, and a file is named after it", f"write at most {_LONGEST}"
    if not _NAME.fullmatch(key):
        hint = "write letters, digits, `-`, `_` and `.`, a letter or digit first"
        return f"{quoted(key)} cannot be an id: a file is named after it", hint
    if _DEVICE.fullmatch(key):
        return f"{quoted(key)} cannot be an id: Windows has no file of this name", f"write `{key}-1`, say"
    return None


def _twin(key: str, taken: dict[str, str]) -> tuple[str, str] | None:
    """The fault of an id that differs from an earlier one in capital letters only; None where there is no such one."""
    other = taken.get(_folded(key))
    if other is None:
        return None
    message = f"{quoted(key)} and {quoted(other)} would be one file where capital letters do not count"
    return message, "give one of the two another id"


def _folded(key: str) -> str:
    return unicodedata.normalize("NFC", key).casefold()


RULES = (ids_can_name_files,)
