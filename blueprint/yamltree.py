"""YAML text -> a tree of nodes that know where they stand.

PyYAML's C parser gives events; this module builds its own tree from them, without recursion, so that

- a duplicate key is a problem instead of a silent overwrite;
- a scalar stays the text it is (`10:30`, `no`, `010`), and what it means is decided by the field it fills;
- an alias may repeat a value, but the expanded tree is counted, and one that would explode is refused;
- nesting has a limit, so that a hostile file cannot exhaust the stack.

Syntax errors end the reading of a file; everything else is collected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blueprint.problems import Mark, Problem, quoted, split_lines

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
    whole: bool = True
    """False where an entry could not be taken up: what is missing then is no news."""

    def get(self, key: str) -> Node | None:
        """The value of a key; None where it is not there."""
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries.values())


Node = Scalar | Sequence | Mapping


def parse(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """The document in `data`, and what is wrong with it. The node is None for an empty or unreadable file."""
    problems: list[Problem] = []
    text = _decode(data, file, problems)
    if text is None:
        return None, problems
    import yaml  # here: 30 ms that `blueprint --help` must not pay

    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    tree = _Tree(file, problems, text)
    try:
        for event in yaml.parse(text, loader):
            tree.take(event)
        return tree.root, problems
    except _Refused:
        pass
    except yaml.MarkedYAMLError as error:
        problem = _syntax_problem(error, split_lines(text), tree)
        if all(p.mark.line != problem.mark.line for p in problems):  # else it follows from one told of this line
            problems.append(problem)
    except yaml.reader.ReaderError:
        problems.append(_unprintable(text, file))
    return None, problems


def _decode(data: bytes, file: str, problems: list[Problem]) -> str | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or 0 in data[:2]:
        problems.append(Problem(Mark(file), "this file is UTF-16, not UTF-8", "save it as UTF-8 in your editor"))
        return None
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = split_lines(data[: error.start].decode("utf-8").removeprefix("\ufeff"))
        problems.append(
            Problem(
                Mark(file, len(before), len(before[-1]) + 1),
                f"this file is not UTF-8: byte 0x{data[error.start]:02x} cannot be read",
                "it looks like another encoding, such as Latin-1; save it as UTF-8 in your editor",
            )
        )
        return None


class _Refused(Exception):
    """The rest of a file is not read; a problem says why."""


@dataclass(slots=True)
class _Open:
    """A collection that is not closed yet."""

    kind: str
    mark: Mark
    anchor: str | None
    children: list[Node]
    size: int = 1


class _Tree:
    """Takes the parser's events, one after the other, and grows a tree from them."""

    def __init__(self, file: str, problems: list[Problem], text: str) -> None:
        self.file, self.problems, self.text = file, problems, text
        self.root: Node | None = None
        self.documents = 0
        self.quoted: tuple[Mark, int] | None = None
        """Where the last quoted text began, and its last line; a forgotten mark shows behind it."""
        self.open: list[_Open] = []
        """From the outermost to the innermost."""
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        """Anchor -> its value and the value's size; None while the value is still open."""

    def take(self, event: Any) -> None:
        """Grow the tree by one of the parser's events."""
        mark = Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if getattr(event, "tag", None) not in (None, "!"):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._report(mark, f"the tag `{tag}` is not read", "remove it; put text that begins with `!` in quotes")
        match type(event).__name__:
            case "ScalarEvent":
                self.quoted = (mark, event.end_mark.line + 1) if event.style in ("'", '"') else None
                if hidden := _HIDDEN.search(event.value):
                    self._report_hidden(hidden[0], event)
                self._add(Scalar(event.value, not event.style, mark), 1, event.anchor)
            case "AliasEvent":
                self._add(*self._repeated(event.anchor, mark), None)
            case "SequenceStartEvent" | "MappingStartEvent" as kind:
                self._open(_Open(kind, mark, event.anchor, []))
            case "SequenceEndEvent" | "MappingEndEvent":
                self._close(self.open.pop())
            case "DocumentStartEvent":
                self._start_document(mark)

    def _report(self, mark: Mark, message: str, hint: str) -> None:
        self.problems.append(Problem(mark, message, hint))

    def _report_hidden(self, letter: str, event: Any) -> None:
        """Report a letter that nobody sees, where it is written or its escape is."""
        begin, end = event.start_mark.index, event.end_mark.index
        escape = re.compile(f"{letter}|\\\\[uxU]0*{ord(letter):x}(?![0-9a-f])|\\\\[abefvLP]", re.IGNORECASE)
        found = escape.search(self.text, begin, end)
        before = split_lines(self.text[: found.start() if found else begin])
        name = unicodedata.name(letter, "a control character").capitalize()
        self._report(
            Mark(self.file, len(before), len(before[-1]) + 1),
            f"an invisible character stands here: U+{ord(letter):04X}, {name.lower()}",
            "delete it; it changes how the text around it is read"
            if letter in _TURNS
            else "delete it; it is invisible in most editors",
        )

    def _start_document(self, mark: Mark) -> None:
        self.documents += 1
        if self.documents > 1:
            self._report(mark, "a second document starts here", "keep one document in a file; remove the `---`")
            raise _Refused

    def _repeated(self, anchor: str, mark: Mark) -> tuple[Node, int]:
        """The value an alias stands for, with its size; an empty mapping that is not whole where there is none."""
        if anchor not in self._anchors:
            self._report(
                mark,
                f"`*{anchor}` repeats a value that is not defined above it",
                "put text that begins with `*` in quotes, or write the value out",
            )
        elif (known := self._anchors[anchor]) is not None:
            return known
        else:
            self._report(mark, f"`*{anchor}` contains itself", "write the value out")
        return Mapping({}, mark, whole=False), 1

    def _open(self, opened: _Open) -> None:
        if len(self.open) >= MAX_DEPTH:
            self._report(
                opened.mark, f"nested more than {MAX_DEPTH} levels deep", "no course file needs that; flatten it"
            )
            raise _Refused
        self.open.append(opened)
        if opened.anchor:
            self._anchors[opened.anchor] = None

    def _close(self, done: _Open) -> None:
        node = self._mapping(done) if done.kind == "MappingStartEvent" else Sequence(tuple(done.children), done.mark)
        self._add(node, done.size, done.anchor)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        around = self.open[-1] if self.open else None
        if size + (around.size if around else 0) > MAX_NODES:
            self._report(
                node.mark,
                f"this file expands to more than {MAX_NODES:,} values",
                "aliases that repeat aliases multiply; write the values out",
            )
            raise _Refused
        if anchor:
            self._anchors[anchor] = (node, size)
        if around:
            around.children.append(node)
            around.size += size
        else:
            self.root = node

    def _mapping(self, done: _Open) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        again: list[Scalar] = []
        children = iter(done.children)
        pairs = list(zip(children, children, strict=True))
        for key, value in pairs:
            if not isinstance(key, Scalar):
                self._report(
                    key.mark,
                    "a key must be a word",
                    "check the indentation; put text that begins with a bracket or a brace in quotes",
                )
            elif key.text == "<<" and key.plain:
                self._report(
                    key.mark,
                    "merge keys `<<` are not read",
                    "let the file extend another one (`extends:`), or write the values out",
                )
            elif key.text in entries:
                again.append(key)
            else:
                entries[key.text] = (key, value)
        if again:
            self._report_again(again, entries[again[0].text][0].mark.line)
        return Mapping(entries, done.mark, len(entries) == len(pairs))

    def _report_again(self, keys: list[Scalar], first: int) -> None:
        """Report keys that stand twice; several of them are a second item whose own key is missing."""
        if len(keys) == 1:
            self._report(
                keys[0].mark,
                f"{quoted(keys[0].text)} stands twice in this mapping",
                f"first at line {first}; keep one of the two",
            )
        else:
            more = f"{len(keys) - 1} more key{'s' * (len(keys) > 2)}"
            self._report(
                keys[0].mark,
                f"{quoted(keys[0].text)} and {more} stand twice in this mapping",
                f"first at line {first}; the line that names the second item may be missing above this one",
            )


_NOT_READABLE = "not readable as YAML: "
_ADVICE = (
    (
        "mapping values are not allowed",
        "a `: ` where no key can stand",
        "put text that holds `: ` in quotes; or this line is indented deeper than the keys it belongs with",
    ),
    (
        "could not find expected ':'",
        "this line has no `:` after its key",
        "write `key: value`, or indent the line under the text it continues",
    ),
    (
        "did not find expected key",
        "this does not fit the mapping it stands in",
        "check the indentation and the quotes of this line and the one above",
    ),
    (
        "did not find expected '-' indicator",
        "this does not fit the list it stands in",
        "start each item with `- ` at the same column",
    ),
    (
        "block sequence entries are not allowed",
        "a list item is not allowed here",
        "put `- ` on a line of its own, below its key",
    ),
    (
        "found unknown escape character",
        "an unknown escape in double quotes",
        "use single quotes or a `>-` block for text with backslashes, such as math",
    ),
    ("found undefined tag handle", "text cannot begin with `!`", "put the text in quotes"),
)
_AT = (
    ("]", "nothing is open that this bracket could close", "remove it, or put the text in quotes"),
    ("}", "nothing is open that this brace could close", "remove it, or put the text in quotes"),
    ("- ", "this list item is out of line", "start each item with `- ` at the same column"),
    (":", "there is no key before this colon", "write `key: value`"),
    (",", "there is no value before this comma", "write it, or remove the comma"),
    ("\t", "a tab stands here", "write a space"),
)
"""Text at the place of an error -> message and advice."""
_PLACED = (
    "expected key",
    "expected '-'",
    "expected node content",
    "expected <document start>",
    "cannot start any token",
)
"""Complaints that are best explained by what stands at their place."""


def _syntax_problem(error: Any, lines: list[str], tree: _Tree) -> Problem:
    """The parser's complaint in an author's words, at the place to mend."""
    mark, context = error.problem_mark or error.context_mark, error.context_mark
    complaint = f"{error.context or ''} {error.problem or ''}"
    line = lines[mark.line] if mark.line < len(lines) else ""
    here = Mark(tree.file, mark.line + 1, mark.column + 1)
    opened = Mark(tree.file, context.line + 1, context.column + 1) if context else here
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Problem(
            Mark(tree.file, here.line, line.index("\t") + 1),
            f"{_NOT_READABLE}a tab indents this line",
            "indent with spaces",
        )
    if tree.quoted and tree.quoted[0].line < tree.quoted[1] == here.line:
        return Problem(
            tree.quoted[0],
            f"{_NOT_READABLE}this quoted text runs on to line {here.line}",
            "close it with the same quotation mark",
        )
    if "quoted scalar" in complaint and "escape" not in complaint:
        return Problem(opened, f"{_NOT_READABLE}a quoted text is not closed", "close it with the same quotation mark")
    if "expected ',' or" in complaint:
        return _unclosed(opened, here, complaint[-2])
    if "could not find expected ':'" in complaint:
        here = opened
    if "expected node content" in complaint and not line[mark.column :].strip() and tree.open:
        return _unclosed(tree.open[-1].mark, here, "]" if tree.open[-1].kind[0] == "S" else "}")
    if blank := _strange_blank(tree.file, lines, mark.line):
        return blank
    placed = any(sign in complaint for sign in _PLACED)
    return (_problem_at(here, line) if placed else None) or _problem_by_complaint(here, complaint)


_BLANK = "[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_STRANGE_BLANK = re.compile(f" *(?:- )*(?:{_BLANK}|-{_BLANK}|[\\w-]+:{_BLANK})")
"""A line with a blank that is none to YAML, where YAML wants one: in its indentation, behind its dash or its colon."""


def _strange_blank(file: str, lines: list[str], last: int) -> Problem | None:
    """The problem of a no-break space where a space must be, in a line or the two above it; None without one."""
    for number in range(last, max(last - 3, -1), -1):
        match = _STRANGE_BLANK.match(lines[number]) if number < len(lines) else None
        if match:
            message = f"{_NOT_READABLE}a no-break space stands where YAML needs a plain one"
            return Problem(Mark(file, number + 1, match.end()), message, "type the space again; it looks the same")
    return None


def _unclosed(opened: Mark, here: Mark, closing: str) -> Problem:
    what = "list in brackets" if closing == "]" else "mapping in braces"
    if opened.line == here.line:
        return Problem(
            here,
            f"{_NOT_READABLE}a comma is missing in this {what}, or its `{closing}`",
            "put text that holds a comma, a bracket or a brace in quotes",
        )
    return Problem(
        opened,
        f"{_NOT_READABLE}this {what} is not closed",
        f"close it with `{closing}`; it cannot go on at line {here.line}",
    )


def _problem_at(here: Mark, line: str) -> Problem | None:
    """The problem that the character at the error, or the one before it, tells of; None where they tell nothing."""
    before, after = line[: here.column - 1].rstrip(), line[here.column - 1 :]
    if before.endswith(("'", '"')):
        return Problem(
            here,
            f"{_NOT_READABLE}text goes on after its closing quotation mark",
            "put the whole text in quotes, and quotes within it in the other kind of quotes",
        )
    if before.endswith(("}", "]")):
        return Problem(
            here,
            f"{_NOT_READABLE}text goes on after a closing bracket",
            "put text that begins with a bracket or a brace in quotes",
        )
    for start, message, hint in _AT:
        if after.startswith(start):
            return Problem(here, _NOT_READABLE + message, hint)
    if after[:1] in tuple("@`%"):
        return Problem(here, f"{_NOT_READABLE}text cannot begin with `{after[0]}`", "put the text in quotes")
    return None


def _problem_by_complaint(here: Mark, complaint: str) -> Problem:
    for sign, message, hint in _ADVICE:
        if sign in complaint:
            return Problem(here, _NOT_READABLE + message, hint)
    return Problem(here, _NOT_READABLE + complaint.strip(), "check the indentation and the quotes of this line")


_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
"""Letters that nobody sees and no text needs. What joins or parts letters in Persian or Hindi, and marks a direction, is needed."""
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Those that turn the direction of the text behind them."""
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _unprintable(text: str, file: str) -> Problem:
    match = _FORBIDDEN.search(text)
    before = split_lines(text[: match.start() if match else 0])
    code = f" (U+{ord(match[0]):04X})" if match else ""
    return Problem(
        Mark(file, len(before), len(before[-1]) + 1),
        f"a control character{code} that YAML does not allow",
        "delete it; it is invisible in most editors",
    )
