"""The paths that a run is given, each read by itself; where one can be read in two ways a person is asked before anything is graded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograder.authoring.conventions import Conventions
from autograder.intake.contents import decoded, printable
from autograder.intake.file_names import stem_of
from autograder.intake.listing import Download, list_download
from autograder.intake.structure import FORMS, Form
from blueprint.problems import UsageError, suggestion

Said = Mapping[str, Form]
"""What a person says a path is, by the path or its name; under the empty text for all others."""


def said(words: Iterable[str]) -> dict[str, Form]:
    """What the words of `--as` say: `class` for every path, `late.zip=student` for one. Raises UsageError."""
    told: dict[str, Form] = {}
    for word in words:
        path, _, form = word.rpartition("=")
        known = next((one for one in FORMS if one == form), None)
        if known is None:
            raise UsageError(f"--as {word}: {suggestion(form, FORMS, 'ways to read a path')}")
        told[path.rstrip("/")] = known
    return told


def list_downloads(paths: Sequence[Path], conventions: Conventions, told: Said) -> list[tuple[Path, Download]]:
    """The downloads at these paths; raises UsageError where one can be read in two ways, and where some are one student's and others not."""
    downloads = [(path, list_download(path, conventions, _form(path, told))) for path in paths]
    open_ones = [(path, found) for path, found in downloads if _form(path, told) is None]
    for path, found in open_ones:
        if found.unclear:
            raise UsageError(_unclear(path, found.unclear, len(paths)))
    alone = [path for path, found in open_ones if found.form == "student"]
    several = [(path, found) for path, found in open_ones if found.form not in ("", "student")]
    doubtful = several if alone else [(path, found) for path, found in several if found.lone and len(paths) > 1]
    for path, found in doubtful:
        who = list(dict.fromkeys(hand_in.student for hand_in in found.hand_ins))
        name = decoded(path.resolve().name) if path.is_dir() else stem_of(decoded(path.name))
        names = ", ".join(f"`{printable(one)}`" for one in who[:3]) + ", …" * (len(who) > 3)
        readings = (
            (found.form or "class", f"the hand-ins of {names}"),
            ("student", f"one student, `{printable(name)}`, as other paths are"),
        )
        raise UsageError(_unclear(path, readings, len(paths)))
    return downloads


def _form(path: Path, told: Said) -> Form | None:
    """What a person has said that a path is; None where nothing was said."""
    return told.get(str(path)) or told.get(path.name) or told.get("")


def _unclear(path: Path, readings: Sequence[tuple[str, str]], paths: int) -> str:
    """The question which of two readings is meant."""
    one = f"{printable(path.name)}=" if paths > 1 else ""
    width = max(len(form) for form, _ in readings)
    lines = [f"  --as {one}{form:{width}}  {what}" for form, what in readings]
    return "\n".join((f"`{printable(str(path))}` can be read in two ways, so nothing was graded; say which:", *lines))
