"""The next term's offering from the last one's: every date moved, all else as its author wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from blueprint.place_names import place_name
from blueprint.problems import CourseError, Problem, UsageError
from blueprint.starter import DATE, monday_of, scalar
from blueprint.yamltext import line_starts, offset
from blueprint.yamltree import Mapping, Node, Scalar, Sequence, parse

_WRITTEN = re.compile(rf"(?:&\S+\s+)?[\"']?({DATE.pattern})")
"""A date where a value begins: after its anchor and its quotation mark."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that was moved; `what` names it as its author would, such as `exam olympics: date`."""

    line: int
    what: str
    old: date
    new: date


@dataclass(frozen=True, slots=True)
class NextTerm:
    """An offering moved to another term."""

    text: str
    moved: tuple[Moved, ...]
    left: tuple[tuple[int, str], ...]
    """(line, date) of dates in comments and running text, which stay."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """Text at an offset of a file, and what takes its place."""

    offset: int
    old: str
    new: str


def next_term(data: bytes, file: str, start: date, term: str) -> NextTerm:
    """An offering with its term renamed and every date moved by whole weeks, all else untouched.

    The term then starts on `start`; other dates keep their weekday. `CourseError` where `data` cannot be read,
    `UsageError` where it has no term to move.
    """
    tree, problems = parse(data, file)
    if problems:
        raise CourseError(problems)
    text = data.decode("utf-8").removeprefix("\ufeff")
    old_start, old_term = (_value_of_its_own(tree, key, file) for key in ("start", "term"))
    first_day = _as_date(old_start.text)
    if first_day is None:
        raise CourseError(
            [
                Problem(
                    old_start.mark,
                    f"`{old_start.text}` is no date to move the term from",
                    "write year-month-day, such as 2026-09-07",
                )
            ]
        )
    shift = monday_of(start) - monday_of(first_day)
    lines = line_starts(text)
    edits = {old_term.mark: _renamed(text, lines, old_term, term)}
    moved = []
    for path, node in _scalars(tree, ()):
        old, written = _as_date(node.text), _WRITTEN.match(text, offset(lines, node.mark))
        if old is None or written is None or node.mark in edits:
            continue
        new = start if node.mark == old_start.mark else old + shift
        edits[node.mark] = _Edit(written.start(1), node.text, new.isoformat())
        moved.append(Moved(node.mark.line, place_name(path), old, new))
    changed = {edit.offset for edit in edits.values()}
    left = [(_line_of(lines, match.start()), match[0]) for match in DATE.finditer(text) if match.start() not in changed]
    return NextTerm(_edited(text, edits.values()), tuple(sorted(moved, key=lambda m: m.line)), tuple(left))


def _value_of_its_own(tree: Node | None, key: str, file: str) -> Scalar:
    """The value of a key of the `offering:` in this very file; `UsageError` where it has none."""
    offering = tree.get("offering") if isinstance(tree, Mapping) else None
    node = offering.get(key) if isinstance(offering, Mapping) else None
    if not isinstance(node, Scalar) or node.is_null:
        raise UsageError(
            f"{file} has no `offering: {key}:` of its own to move; name the offering to copy, such as --from fall26"
        )
    return node


def _as_date(text: str) -> date | None:
    """The date a text is, None for anything else."""
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None


def _scalars(node: Node | None, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    """Each value of a tree, keys not among them, with its path."""
    match node:
        case Scalar():
            yield path, node
        case Sequence(items=items):
            for index, item in enumerate(items):
                yield from _scalars(item, (*path, str(index)))
        case Mapping():
            for key, value in node:
                yield from _scalars(value, (*path, key.text))


def _renamed(text: str, lines: list[int], node: Scalar, term: str) -> _Edit:
    """The edit that gives a one-line scalar another text."""
    begins = offset(lines, node.mark)
    for written in (node.text, f'"{node.text}"', f"'{node.text}'", json.dumps(node.text, ensure_ascii=False)):
        if text.startswith(written, begins):
            return _Edit(begins, written, scalar(term))
    raise CourseError(
        [
            Problem(
                node.mark,
                "the term must stand on one line to be renamed",
                "write it plainly, such as `term: Fall 2026`",
            )
        ]
    )


def _line_of(lines: list[int], offset: int) -> int:
    """The number of the line an offset is in."""
    return sum(start <= offset for start in lines)


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    """A text with edits that do not overlap."""
    for edit in sorted(edits, key=lambda e: e.offset, reverse=True):
        text = text[: edit.offset] + edit.new + text[edit.offset + len(edit.old) :]
    return text
