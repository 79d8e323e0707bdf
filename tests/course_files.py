"""Writes docs/course-files.md: every key of every content file, read from the classes that hold them.

`make course-files` writes the page; a test holds it against the code. An example is the first short value that the
shipped content has for a key; a key that it does not use carries its own (`Example`).
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from blueprint.bind import fields_of, required_fields
from blueprint.facts import VOCABULARY
from blueprint.jsonschema import KINDS
from blueprint.model import (
    ROLES,
    SESSION_KINDS,
    Drop,
    Example,
    Known,
    Language,
    Markdown,
    Points,
    Policy,
    Ref,
    Role,
    SessionKind,
    Span,
    plain,
)
from blueprint.paths import shipped_content
from blueprint.scalars import SCALARS
from blueprint.yamltree import Mapping as Tree
from blueprint.yamltree import Node, Scalar, Sequence, parse

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "course-files.md"
LONGEST = 44
"""Of an example, in characters."""
FILES = {
    "course": (
        "syllabi/*.yaml",
        "A course file is a syllabus (what is taught), or an offering (a syllabus taught once).",
    ),
    "registry": ("syllabi/registry/*.yaml", "A registry defines what courses refer to by id."),
    "rubric": ("rubrics/*.yaml", "A rubric is one file; assignments name it by the file's name."),
    "handbook": ("syllabi/handbook/*.yaml", "The TA handbook's own words; dates and people come from the offering."),
}
"""Kind of file -> where such files ship, and what they are. Decks have a page of their own, docs/decks.md."""

_HEAD = """\
# Course files, key by key

Made from the code by `make course-files`; a test holds it there. How to begin: [README](../README.md). Editors that
complete keys: [editors.md](editors.md). What the words mean: [glossary.md](glossary.md).

**How files are read**

- A file begins with `schema: 1`. What it `extends` is read first; what stands in the file itself replaces it. Mappings
  merge key by key, everything else replaces, and `null` removes: `weeks: {16: null}`.
- The key decides what a value means. In a text, `no`, `None`, `10:30` and `2026` are those words, without quotes; in a
  field that is true or false, only `true` and `false` will do.
- A text marked *Markdown* may hold `*emphasis*`, links to `https:` and `mailto:`, lists, and `$math$`. Other texts are
  printed as they stand.
- A text marked *Markdown* names facts of the course instead of repeating them: [facts in texts](#facts-in-texts).
- An id is a word of yours that other keys refer to. What has a file of its own (work, a section, a chapter) gives it its id: letters, digits, `-`, `_`, `.`. What the table calls *id of a chapter* must be one, or an alias.
- A key that is *required* must be there, in the file or in one it extends. *none*: left out, there is no such thing. Times are on a 24-hour clock, dates are year-month-day.
"""


_FACTS = """\
## Facts in texts

A text that says "December 4" or "eight modules" is wrong in the next term. A *placeholder* in any *Markdown* text takes
the fact from where it is kept, written as the language of the texts writes it: `Hand it in by {{ due.log-01 }}`.

| placeholder | what it stands for |
|---|---|
""" + "\n".join(f"| `{{{{ {name} }}}}` | {what} |" for name, what in VOCABULARY.items())

_FORMS = """\
- **Number and noun.** Behind `|` stand the words for 1 and those for any other number, with the number for each `#`:
  `{{ pieces.challenges | one open problem | # open problems }}`. With one form the words stand only where the number is
  not 0: `{{ counts.kits | Kits are optional. }}`; an item of a list or table of which nothing is left is not printed.
- **Meant so.** `blueprint check` warns of a text that repeats a fact: a date, or a number or percentage that is the
  course's. Text in quotation marks is printed as it stands, and not warned of: `{{ "December 4" }}`.
- Weeks go by the numbers they have in the file. In code and formulas braces are braces; elsewhere two that are meant so
  are written `\\{{`. A text that begins with a placeholder, or has a `#` in it, is written in quotation marks or below `>-`.
"""


_KNOWN = {
    SessionKind: f" Every course knows {', '.join(SESSION_KINDS)}.",
    Role: f" Every offering knows {', '.join(ROLES)}; who has one of the first two leads.",
    Drop: " A week goes with its sessions and the chapters that no other week reads; later weeks move up, while in files weeks keep"
    " the numbers of the syllabus. A lab goes with its chapter; one whose chapter stays, and a module that later ones build on,"
    " move on to the next week. Work goes with its lab or module, else with the week in which it was due. A component goes with"
    " its last piece, the counts of the others follow, and weights are yours to say. So do parts without weeks, milestones"
    " of modules that went, rubrics that nothing uses any more.",
    Policy: " `late`, `collaboration`, `ai_use` and `accessibility` must be there, `integrity` is usual, others are free.",
}
"""What a class's section says of the words that need not be defined."""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for kind, (where, what) in FILES.items():
        parts += [f"## {kind.capitalize()} file (`{where}`)", what, *_Kind(KINDS[kind], where).sections()]
    parts += [_FACTS, _FORMS]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


class _Kind:
    """The sections of one kind of file: the file itself, then each class below it, in the order in which they are met."""

    def __init__(self, holds: type, where: str, *first: Path) -> None:
        """`where` is the pattern of shipped files to take examples from, after those of the files named first."""
        self.classes: list[type] = []
        self._collect(holds)
        self.examples: dict[tuple[type, str], str] = {}
        for file in (*first, *sorted(shipped_content().glob(where))):
            node, _ = parse(file.read_bytes(), file.name)
            if node is not None:
                self._learn(holds, node)

    def _collect(self, holds: type) -> None:
        if holds in self.classes:
            return
        self.classes.append(holds)
        for hint in fields_of(holds).values():
            for inner in _classes(hint):
                self._collect(inner)

    def _learn(self, hint: Any, node: Node) -> None:
        """Take the examples a tree has for the keys of a class and of all below it."""
        if get_origin(hint) is Annotated or get_origin(hint) in (Union, UnionType):
            self._learn(next(a for a in get_args(hint) if a is not NoneType), node)
        elif get_origin(hint) is tuple and isinstance(node, Sequence):
            for item in node.items:
                self._learn(get_args(hint)[0], item)
        elif get_origin(hint) is Mapping and isinstance(node, Tree):
            for _, value in node:
                self._learn(get_args(hint)[1], value)
        elif dataclasses.is_dataclass(hint) and hint not in SCALARS and isinstance(node, Tree):
            for key, value in node:
                inner = fields_of(hint).get(key.text)  # type: ignore[arg-type]
                written = _written(value)
                if written:
                    self.examples.setdefault((hint, key.text), written)  # type: ignore[arg-type]
                if inner is not None:
                    self._learn(inner, value)

    def sections(self) -> Iterator[str]:
        for holds in self.classes:
            if holds is not self.classes[0]:
                yield f"### {_title(holds)}"
                yield " ".join((inspect.getdoc(holds) or "").split()) + _KNOWN.get(holds, "")
            yield self.table(holds)

    def table(self, holds: type) -> str:
        rows = ["| key | what it is | default | example |", "|---|---|---|---|"]
        required, defaults = required_fields(holds), {f.name: f for f in dataclasses.fields(holds)}
        for name, hint in fields_of(holds).items():
            default = "required" if name in required else _default(defaults[name])
            example = next((note.text for note in _notes(hint) if isinstance(note, Example)), None)
            shown = example or self.examples.get((holds, name)) or default.strip("`")
            shown = "" if shown in ("required", "none", "its own defaults") else shown
            shown = f"`{_cell(shown)}`" if shown else "below" if any(_classes(hint)) else ""
            words = "; ".join(filter(None, (_type(hint), *(n for n in _notes(hint) if isinstance(n, str)))))
            rows.append(f"| `{name}` | {_cell(words)} | {default} | {shown} |")
        return "\n".join(rows)


def _notes(hint: Any) -> tuple[Any, ...]:
    return get_args(hint)[1:] if get_origin(hint) is Annotated else ()


def _classes(hint: Any) -> Iterator[type]:
    """The classes a hint holds, at any depth."""
    if dataclasses.is_dataclass(hint) and hint not in SCALARS and isinstance(hint, type):
        yield hint
    elif get_origin(hint) is not Literal:
        for inner in get_args(hint):
            if not isinstance(inner, (Ref, Known, Example, str)):
                yield from _classes(inner)


def _title(holds: type) -> str:
    """A class's name as a heading: `Due rule`."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in holds.__name__).strip()
    return words.capitalize()


_WORDS = {Markdown: "*Markdown*", str: "text", Language: "language tag", Points: "points, `10` or `8-10`"}
_WORDS |= {Span: "a number, or two: `[4, 6]`", int: "whole number", Decimal: "number", bool: "true or false"}
_WORDS |= {date: "date", time: "time"}


def _type(hint: Any) -> str:
    """A type hint in words: `list of texts`, `id of a chapter`, `mapping, by id, of [week](#week)`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        reference = next((a for a in arguments[1:] if isinstance(a, Ref)), None)
        if reference is None:
            return _type(arguments[0])
        if reference.kind == "week":
            return "number of a week"
        many = get_origin(arguments[0]) is tuple
        return f"ids of {reference.kind}s" if many else f"id of a {reference.kind}"
    if origin in (Union, UnionType):
        return _type(next(a for a in arguments if a is not NoneType))
    if origin is Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in arguments)
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is Mapping:
        keys = "by number" if arguments[0] is int else "by day" if get_origin(arguments[0]) is Literal else "by id"
        return f"mapping, {keys}, to {_type(arguments[1])}"
    return _WORDS[hint] if hint in _WORDS else f"[{_title(hint).lower()}](#{_title(hint).lower().replace(' ', '-')})"


def _default(field: dataclasses.Field[Any]) -> str:
    """The value that holds where a key is left out, in a cell."""
    match field.default:
        case dataclasses.MISSING | None | () | "":
            return "none"
        case bool() as truth:
            return f"`{str(truth).lower()}`"
        case Decimal() as number:
            return f"`{plain(number)}`"
        case time() as clock:
            return f"`{clock:%H:%M}`"
        case Span() as span:
            return f"`[{plain(span.low)}, {plain(span.high)}]`" if span.low != span.high else f"`{plain(span.low)}`"
        case int() | str() as value:
            return f"`{value}`"
        case tuple() as several:
            return f"`[{', '.join(map(str, several))}]`"
    return "its own defaults"


def _written(node: Node) -> str:
    """A value as an author would write it on one line; empty where that is long or nested."""
    match node:
        case Scalar(is_null=True):
            return ""
        case Scalar(text=text, plain=unquoted):
            return _cut(text) if unquoted or not set(text) & set(":,[]{}#`") else f'"{_cut(text)}"'
        case Sequence(items=items) if items and all(isinstance(item, Scalar) for item in items):
            shown = [_written(item) for item in items[:2]]
            return f"[{', '.join(shown)}{', …' if len(items) > 2 else ''}]"
        case Tree() if node.entries and all(isinstance(v, Scalar) and not v.is_null for _, v in node):
            return f"{{{', '.join(f'{key.text}: {_written(value)}' for key, value in node)}}}"
    return ""


def _cut(text: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.replace("`", "").split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
