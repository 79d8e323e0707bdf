"""YAML text without some of its entries, all else left to the letter: comments, layout, line ends.

An entry goes with the lines below it that belong to it and the comment right above it. Whether that was read rightly is
seen by parsing the result: it must be the tree without that entry, and nothing else.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from blueprint.problems import Mark
from blueprint.yamltree import Mapping, Node, Scalar, Sequence, parse

_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """A text without entries; `kept` are those that could not be cut out."""

    text: str
    kept: tuple[Path, ...]


def without_entries(text: str, paths: Iterable[Path]) -> Removed:
    """A text of YAML without the entries at some paths of keys; a mapping of which nothing is left goes, too."""
    kept = []
    for path in _widened(_tree(text), set(paths)):
        shorter = _without(text, path)
        if shorter is None:
            kept.append(path)
        else:
            text = shorter
    return Removed(text, tuple(kept))


def line_starts(text: str) -> list[int]:
    """The offset at which each line begins, by what YAML takes for the end of a line."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def offset(lines: list[int], mark: Mark) -> int:
    """The number of characters before a place, by where lines begin."""
    return lines[mark.line - 1] + mark.column - 1


def _widened(tree: Node | None, paths: set[Path]) -> list[Path]:
    """Paths, those of all entries of a mapping replaced by that of the mapping; none below another."""

    def gone(node: Node | None, path: Path) -> bool:
        if path in paths:
            return True
        return isinstance(node, Mapping) and bool(node.entries) and all(gone(v, (*path, k.text)) for k, v in node)

    def outermost(node: Node | None, path: Path) -> list[Path]:
        if path and gone(node, path):
            return [path]
        return (
            [p for key, value in node for p in outermost(value, (*path, key.text))] if isinstance(node, Mapping) else []
        )

    return outermost(tree, ())


def _without(text: str, path: Path) -> str | None:
    """A text without an entry; None where it cannot be cut out."""
    tree = _tree(text)
    parent: Node | None = tree
    for key in path[:-1]:
        parent = parent.get(key) if isinstance(parent, Mapping) else None
    if not isinstance(parent, Mapping) or path[-1] not in parent.entries:
        return None
    wanted = _plain(tree, path)
    for cut in (_lines_cut(text, parent, path[-1]), _flow_cut(text, parent, path[-1])):
        if cut and _plain(_tree(cut)) == wanted:
            return cut
    return None


def _lines_cut(text: str, parent: Mapping, key: str) -> str | None:
    """A text without the lines of an entry that begins its line."""
    starts = [*line_starts(text), len(text)]
    lines = [text[a:b] for a, b in itertools.pairwise(starts)]
    mark = parent.entries[key][0].mark
    first, indent = mark.line - 1, mark.column - 1
    if lines[first][:indent].strip():
        return None
    last = first
    for number in range(first + 1, len(lines)):
        blank, depth = not lines[number].strip(), len(lines[number]) - len(lines[number].lstrip(" "))
        if not blank and depth <= indent and not (depth == indent and lines[number].lstrip().startswith("- ")):
            break
        last = last if blank else number
    while first and lines[first - 1].strip().startswith("#") and lines[first - 1].index("#") == indent:
        first -= 1
    end = last + 1
    if first and not lines[first - 1].strip():
        while end < len(lines) and not lines[end].strip():
            end += 1
        if end == len(lines):
            while first and not lines[first - 1].strip():
                first -= 1
    return "".join([*lines[:first], *lines[end:]])


def _flow_cut(text: str, parent: Mapping, key: str) -> str | None:
    """A text without an entry of a mapping in braces."""
    lines = line_starts(text)
    marks = [written.mark for written, _ in parent]
    here = parent.entries[key][0].mark
    place = marks.index(here)
    begins = offset(lines, here)
    if place + 1 < len(marks):
        return text[:begins] + text[offset(lines, marks[place + 1]) :]
    comma = text.rfind(",", 0, begins)
    ends = _flow_end(text, offset(lines, parent.entries[key][1].mark))
    return text[:comma] + text[ends:] if comma >= 0 else None


def _flow_end(text: str, begins: int) -> int:
    """Where a value in braces ends: before the comma or brace that follows it."""
    depth, quote = 0, ""
    for place in range(begins, len(text)):
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "[{":
            depth += 1
        elif letter in "]}" or (letter == "," and not depth):
            if not depth:
                return place
            depth -= 1
    return len(text)


def _tree(text: str) -> Node | None:
    return parse(text.encode(), "")[0]


def _plain(node: Node | None, but: Path = ()) -> object:
    """A tree without places, and without the entry at a path."""
    match node:
        case Mapping():
            below = {key.text: but[1:] if but[:1] == (key.text,) else () for key, _ in node}
            left = ((key.text, value) for key, value in node if but != (key.text,))
            return {key: _plain(value, below[key]) for key, value in left}
        case Sequence(items=items):
            return [_plain(item) for item in items]
        case Scalar():
            return (node.text, node.plain)
    return None
