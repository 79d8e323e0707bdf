"""YAML text -> a tree of nodes that know where they stand.

PyYAML's C parser gives events; this module builds its own tree from them, without recursion, so that

- a duplicate key is a problem instead of a silent overwrite;
- a scalar stays the text it is (`10:30`, `no`, `010`), and what it means is decided by the field it fills;
- an alias may repeat a value, but the expanded tree is counted, and one that would explode is refused;
- nesting has a limit, so that a hostile file cannot exhaust the stack.

Syntax errors end the reading of a file; everything else is collected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprint.problems import Mark, Problem

MAX_DEPTH = 60
MAX_NODES = 200_000


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    plain: bool
    """Written without quotes: only then can a word mean null, a number or a truth value."""
    mark: Mark

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: dict[str, tuple[Scalar, Node]]
    """Key text -> the key as written, the value."""
    mark: Mark

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries.values())


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    kind: str
    mark: Mark
    anchor: str | None
    children: list[Node]
    size: int = 1


def parse(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """The document in `data`, and what is wrong with it. The node is None for an empty or unreadable file."""
    problems: list[Problem] = []
    text = _decode(data, file, problems)
    if text is None:
        return None, problems
    import yaml  # here: 30 ms that `blueprint --help` must not pay

    try:
        return _compose(yaml, text, file, problems), problems
    except yaml.MarkedYAMLError as error:
        problems.append(_syntax_problem(error, text, file))
    except yaml.reader.ReaderError as error:
        problems.append(_unprintable(error, text, file))
    return None, problems


def _decode(data: bytes, file: str, problems: list[Problem]) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        encoding = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "another encoding, such as Latin-1"
        problems.append(Problem(
            Mark(file, line, column), f"this file is not UTF-8: byte 0x{data[error.start]:02x} cannot be read",
            f"it looks like {encoding}; save it as UTF-8 in your editor"))
        return None
    return text.removeprefix("\ufeff")


def _compose(yaml: Any, text: str, file: str, problems: list[Problem]) -> Node | None:
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    stack: list[_Frame] = []
    anchors: dict[str, tuple[Node, int] | None] = {}
    total = documents = 0
    root: Node | None = None
    for event in yaml.parse(text, loader):
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                mark = Mark(file, event.start_mark.line + 1, 1)
                problems.append(Problem(mark, "a second document starts here", "keep one document in a file; remove the `---`"))
                return root
            continue
        if kind in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
            continue
        if getattr(event, "tag", None) not in (None, "!"):
            mark = Mark(file, event.start_mark.line + 1, event.start_mark.column + 1)
            problems.append(Problem(mark, f"the tag `{event.tag}` is not read", "remove it; put text that begins with `!` in quotes"))
        if kind in ("SequenceStartEvent", "MappingStartEvent"):
            mark = Mark(file, event.start_mark.line + 1, event.start_mark.column + 1)
            if len(stack) >= MAX_DEPTH:
                problems.append(Problem(mark, f"nested more than {MAX_DEPTH} levels deep", "no course file needs that; flatten it"))
                return None
            stack.append(_Frame("map" if kind[0] == "M" else "seq", mark, event.anchor, []))
            if event.anchor:
                anchors[event.anchor] = None
            continue
        size = 1
        node: Node
        if kind == "ScalarEvent":
            mark = Mark(file, event.start_mark.line + 1, event.start_mark.column + 1)
            node = Scalar(event.value, not event.style, mark)
            anchor = event.anchor
        elif kind == "AliasEvent":
            mark = Mark(file, event.start_mark.line + 1, event.start_mark.column + 1)
            if event.anchor not in anchors:
                problems.append(Problem(mark, f"`*{event.anchor}` repeats a value that is not defined above it", "write the value out"))
                node = Scalar("", True, mark)
            elif (known := anchors[event.anchor]) is None:
                problems.append(Problem(mark, f"`*{event.anchor}` contains itself", "write the value out"))
                return None
            else:
                node, size = known
            anchor = None
        else:
            frame = stack.pop()
            node = _mapping(frame, problems) if frame.kind == "map" else Sequence(tuple(frame.children), frame.mark)
            mark, anchor, size = frame.mark, frame.anchor, frame.size
        total = size if not stack else stack[-1].size + size
        if total > MAX_NODES:
            problems.append(Problem(mark, f"this file expands to more than {MAX_NODES:,} values",
                                    "aliases that repeat aliases multiply; write the values out"))
            return None
        if anchor:
            anchors[anchor] = (node, size)
        if stack:
            stack[-1].children.append(node)
            stack[-1].size += size
        else:
            root = node
    return root


def _mapping(frame: _Frame, problems: list[Problem]) -> Mapping:
    entries: dict[str, tuple[Scalar, Node]] = {}
    children = iter(frame.children)
    for key, value in zip(children, children, strict=True):
        if not isinstance(key, Scalar):
            problems.append(Problem(key.mark, "a key must be a word", "a list or mapping cannot be a key; check the indentation"))
            continue
        if key.text == "<<" and key.plain:
            problems.append(Problem(key.mark, "merge keys `<<` are not read", "let the file extend another one (`extends:`), or write the values out"))
            continue
        if key.text in entries:
            first = entries[key.text][0].mark
            problems.append(Problem(key.mark, f"`{key.text}` stands twice in this mapping",
                                    f"first at line {first.line}; keep one of the two"))
            continue
        entries[key.text] = (key, value)
    return Mapping(entries, frame.mark)


_ADVICE = (
    ("found character '\\t'", "a tab indents this line", "indent with spaces"),
    ("found a tab character", "a tab indents this line", "indent with spaces"),
    ("mapping values are not allowed", "a `: ` where no key can stand",
     "put text that holds `: ` in quotes; or this line is indented deeper than the keys it belongs with"),
    ("could not find expected ':'", "this line has no `:` after its key", "write `key: value`, or indent the line under the text it continues"),
    ("did not find expected key", "this does not fit the mapping it stands in", "check the indentation and the quotes of this line and the one above"),
    ("did not find expected '-' indicator", "this does not fit the list it stands in", "start each item with `- ` at the same column"),
    ("block sequence entries are not allowed", "a list item is not allowed here", "put `- ` on a line of its own, below its key"),
    ("did not find expected ',' or ']'", "a list in brackets is not closed", "close it with `]`"),
    ("did not find expected ',' or '}'", "a mapping in braces is not closed", "close it with `}`; quote text that begins with a brace"),
    ("while scanning a quoted scalar", "a quoted text is not closed", "close it with the same quotation mark"),
    ("found unexpected end of stream", "a quoted text is not closed", "close it with the same quotation mark"),
    ("found unknown escape character", "an unknown escape in double quotes", "use single quotes or a `>-` block for text with backslashes, such as math"),
    ("found character that cannot start any token", "text cannot begin with this character", "put the text in quotes"),
    ("found undefined tag handle", "text cannot begin with `!`", "put the text in quotes"),
    ("found undefined alias", "this name is not defined above", "put the text in quotes, or write the value out"),
)


def _syntax_problem(error: Any, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    where = Mark(file, mark.line + 1, mark.column + 1) if mark else Mark(file)
    said = f"{error.context or ''} {error.problem or ''}"
    line = (text.splitlines()[mark.line : mark.line + 1] or [""])[0] if mark else ""
    if mark and "\t" in line[: len(line) - len(line.lstrip())]:
        where = Mark(file, mark.line + 1, line.index("\t") + 1)
        return Problem(where, "not readable as YAML: a tab indents this line", "indent with spaces")
    if ("quoted scalar" in said or "could not find expected ':'" in said) and error.context_mark:
        where = Mark(file, error.context_mark.line + 1, error.context_mark.column + 1)
    for sign, message, hint in _ADVICE:
        if sign in said:
            return Problem(where, f"not readable as YAML: {message}", hint)
    return Problem(where, f"not readable as YAML: {error.problem or 'syntax error'}", "check the indentation and the quotes of this line")


def _unprintable(error: Any, text: str, file: str) -> Problem:
    position = getattr(error, "position", 0) or 0
    bad = next((i for i, c in enumerate(text) if not (c.isprintable() or c in "\t\n\r\x85\u2028\u2029\ufeff" or ord(c) >= 0xA0)), position)
    before = text[:bad]
    where = Mark(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    code = ord(text[bad]) if bad < len(text) else 0
    return Problem(where, f"a control character (U+{code:04X}) that YAML does not allow", "delete it; it is invisible in most editors")
