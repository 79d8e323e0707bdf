"""Node trees -> the frozen dataclasses of `model`, with every problem collected on the way.

How it works. `Binder.read` walks a type hint and a node together. A field's hint decides what its text may mean:
`10:30` is a time in a time field and the text "10:30" in a string field, and never the number 630. A value that
does not fit becomes a `Problem` at its place, and reading goes on with a neutral value, whose path is kept in
`broken` so that later checks do not complain about its consequences.

Positions stay here, in a table from path to `Mark`; the model's objects do not carry them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping as MappingABC
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from blueprint import model
from blueprint.model import DAYS, Markdown, Points, Ref, Span
from blueprint.problems import Mark, Problem, suggestion
from blueprint.yamltree import Mapping, Node, Scalar, Sequence

Path = tuple[str, ...]
T = TypeVar("T")

_INTEGER = re.compile(r"-?(0|[1-9]\d*)")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_POINTS = re.compile(r"(\d+(?:\.\d+)?)(?:\s*[-–]\s*(\d+(?:\.\d+)?))?")


@dataclass(slots=True)
class Positions:
    """Where each value of a bound file stands, and which values could not be read."""

    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    broken: set[Path] = field(default_factory=set)

    def key(self, *path: object) -> Mark:
        """The place of the key at `path`, or of the nearest thing around it that was written."""
        return self._nearest(self.keys, path) or self.value(*path)

    def value(self, *path: object) -> Mark:
        """The place of the value at `path`, or of the nearest thing around it that was written."""
        return self._nearest(self.values, path) or Mark("?")

    def is_broken(self, *path: object) -> bool:
        """Whether the value at `path`, or one around it or below it, could not be read."""
        wanted = tuple(map(str, path))
        return any(b[: len(wanted)] == wanted or wanted[: len(b)] == b for b in self.broken)

    def _nearest(self, table: MappingABC[Path, Mark], path: tuple[object, ...]) -> Mark | None:
        wanted = tuple(map(str, path))
        for length in range(len(wanted), -1, -1):
            if mark := (table.get(wanted[:length]) or (self.values.get(wanted[:length]) if length < len(wanted) else None)):
                return mark
        return None


Names = MappingABC[str, MappingABC[str, str]]
"""Kind of reference -> id or alias -> id."""


@dataclass(slots=True)
class Binder:
    """Reads one file's tree; `names` holds what references may point at."""

    names: Names
    problems: list[Problem] = field(default_factory=list)
    positions: Positions = field(default_factory=Positions)
    partial: bool = False
    """A file this one is built on is missing: do not complain about keys that may stand there."""
    unknown: set[tuple[str, str]] = field(default_factory=set)
    """(kind, near match) of references that resolved to nothing, to keep later checks quiet about them."""

    def bind(self, node: Node, kind: type[T]) -> T:
        """The object a whole file describes."""
        self.positions.values[()] = node.mark
        return cast(T, self.read(kind, node, ()))

    def read(self, hint: Any, node: Node, path: Path) -> Any:
        self.positions.values[path] = node.mark
        return _reader(hint)(self, node, path)

    def fail(self, node: Node, path: Path, hint: Any, message: str, advice: str = "") -> Any:
        """Record a problem at `node` and return a neutral value of the type wanted."""
        self.problems.append(Problem(node.mark, message, advice))
        self.positions.broken.add(path)
        return neutral(hint)


_Reader: TypeAlias = "Callable[[Binder, Node, Path], Any]"


@cache
def _reader(hint: Any) -> _Reader:
    """The function that reads one type hint; made once per hint."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        reference = next((a for a in arguments[1:] if isinstance(a, Ref)), None)
        return _reference_reader(arguments[0], reference) if reference else _reader(arguments[0])
    if origin in (Union, UnionType):
        return _reader(next(a for a in arguments if a is not NoneType))
    if origin is Literal:
        return _choice_reader(hint, arguments)
    if origin is tuple:
        return _list_reader(hint, arguments[0])
    if origin is MappingABC:
        return _mapping_reader(hint, *arguments)
    if dataclasses.is_dataclass(hint) and hint not in _SCALARS:
        return _object_reader(cast(type, hint))
    return _scalar_reader(hint)


def described(node: Node) -> str:
    """What a node is, in words."""
    match node:
        case Scalar() if node.is_null:
            return "nothing"
        case Scalar(text=text):
            return f"`{text if len(text) <= 40 else text[:39] + '…'}`"
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"


# --- scalars ---------------------------------------------------------------------------------------------------


def _string(text: str) -> str:
    return text


def _markdown(text: str) -> Markdown:
    return Markdown(text.strip())


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(_leading_zero(text))
    return int(text)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text) or len(text) > 15:
        raise ValueError(_leading_zero(text))
    return Decimal(text)


def _leading_zero(text: str) -> str:
    if re.fullmatch(r"-?0\d+(\.\d+)?", text):
        return f"a leading zero means octal to some programs; write {text.lstrip('-').lstrip('0') or '0'}"
    if re.fullmatch(r"-?\d+,\d+", text):
        return "write a decimal point, not a comma"
    if text.endswith("%"):
        return "leave the % away"
    return "write digits only, such as 35 or 12.5"


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("write true or false")
    return text == "true"


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError("write year-month-day, such as 2026-09-07")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError("write hours and minutes of a 24-hour clock, such as 14:05 or 23:59")
    return time(int(match[1]), int(match[2]))


def _points(text: str) -> Points:
    match = _POINTS.fullmatch(text.strip())
    if not match:
        raise ValueError("write a number such as 10, or a range such as 8-10")
    low, high = Decimal(match[1]), Decimal(match[2] or match[1])
    if low > high:
        raise ValueError("write the lower number first")
    return Points(low, high)


_SCALARS: dict[Any, tuple[str, Callable[[str], Any]]] = {
    str: ("text", _string),
    Markdown: ("text", _markdown),
    int: ("a whole number", _integer),
    Decimal: ("a number", _number),
    bool: ("true or false", _boolean),
    date: ("a date", _date),
    time: ("a time", _time),
    Points: ("points", _points),
    Span: ("a number, or two: [4, 6]", _number),
}


def _scalar_reader(hint: Any) -> _Reader:
    if hint is Span:
        return _read_span
    wanted, convert = _SCALARS[hint]

    def read(binder: Binder, node: Node, path: Path) -> Any:
        if not isinstance(node, Scalar) or node.is_null:
            advice = "put the text in quotes" if hint in (str, Markdown) and not isinstance(node, Scalar) else ""
            return binder.fail(node, path, hint, f"{name(path)} must be {wanted}, not {described(node)}", advice)
        if node.plain is False and hint is bool:
            return binder.fail(node, path, hint, f"{name(path)} must be {wanted}, not quoted text", "remove the quotes")
        try:
            return convert(node.text)
        except ValueError as error:
            return binder.fail(node, path, hint, f"{name(path)} must be {wanted}, not {described(node)}", str(error))

    return read


def _read_span(binder: Binder, node: Node, path: Path) -> Any:
    if isinstance(node, Scalar):
        number = _scalar_reader(Decimal)(binder, node, path)
        return Span(number, number)
    ends = [binder.read(Decimal, item, (*path, str(i))) for i, item in enumerate(node.items)] if isinstance(node, Sequence) else []
    if len(ends) != 2 or ends[0] > ends[1]:
        return binder.fail(node, path, Span, f"{name(path)} must be a number, or a lower and a higher one", "write [4, 6]")
    return Span(*ends)


def _choice_reader(hint: Any, choices: tuple[str, ...]) -> _Reader:
    def read(binder: Binder, node: Node, path: Path) -> Any:
        if isinstance(node, Scalar) and not node.is_null:
            word = node.text.strip().lower()
            if choices == DAYS and word in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"):
                return word[:3]
            for choice in choices:
                if choice.lower() == word:
                    return choice
        text = node.text if isinstance(node, Scalar) else ""
        return binder.fail(node, path, hint, f"{name(path)} cannot be {described(node)}",
                           suggestion(text, choices, "what it can be") if text else f"one of: {', '.join(choices)}")

    return read


def _reference_reader(hint: Any, reference: Ref) -> _Reader:
    def one(binder: Binder, node: Node, path: Path) -> Any:
        kind = reference.kind
        inner = int if kind == "week" else str
        value = binder.read(inner, node, path)
        if binder.positions.is_broken(*path):
            return value
        known = binder.names.get(kind, {})
        if str(value) in known or (binder.partial and not known):
            return inner(known.get(str(value), value))
        advice = suggestion(str(value), list(known), f"{kind}s")
        if advice.startswith("did you mean"):
            binder.unknown.add((kind, known[advice.split("`")[1]]))
        where = f"{name(path)}: " if path and not path[-1].isdigit() else ""
        return binder.fail(node, path, inner, f"{where}there is no {kind} `{value}`", advice)

    if get_origin(hint) is tuple:
        def many(binder: Binder, node: Node, path: Path) -> Any:
            if not isinstance(node, Sequence):
                return binder.fail(node, path, hint, f"{name(path)} must be a list, not {described(node)}",
                                   f"write [{node.text}]" if isinstance(node, Scalar) and not node.is_null else "write [a, b]")
            found = [(one(binder, item, (*path, str(i))), (*path, str(i))) for i, item in enumerate(node.items)]
            return tuple(value for value, where in found if not binder.positions.is_broken(*where))

        return many
    return one


# --- collections -----------------------------------------------------------------------------------------------


def _list_reader(hint: Any, inner: Any) -> _Reader:
    def read(binder: Binder, node: Node, path: Path) -> Any:
        if not isinstance(node, Sequence):
            advice = "begin each item with `- ` on a line of its own"
            return binder.fail(node, path, hint, f"{name(path)} must be a list, not {described(node)}", advice)
        return tuple(binder.read(inner, item, (*path, str(i))) for i, item in enumerate(node.items))

    return read


def _mapping_reader(hint: Any, key_type: Any, inner: Any) -> _Reader:
    read_key = _reader(key_type)

    def read(binder: Binder, node: Node, path: Path) -> Any:
        if not isinstance(node, Mapping):
            return binder.fail(node, path, hint, f"{name(path)} must be a mapping, not {described(node)}", "write `key: value` lines below it")
        found: dict[Any, Any] = {}
        for key, value in node:
            below = (*path, key.text)
            binder.positions.keys[below] = key.mark
            before = len(binder.problems)
            read_as = read_key(binder, key, below)
            if len(binder.problems) == before:
                found[read_as] = binder.read(inner, value, below)
        return MappingProxyType(dict(sorted(found.items())) if key_type is int else found)

    return read


def _object_reader(kind: type) -> _Reader:
    hints = fields_of(kind)
    required = [f.name for f in dataclasses.fields(kind) if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING]

    def read(binder: Binder, node: Node, path: Path) -> Any:
        if not isinstance(node, Mapping):
            example = f"needs {', '.join(f'`{r}`' for r in required[:4])}" if required else "write `key: value` lines below it"
            return binder.fail(node, path, kind, f"{name(path)} must be a mapping, not {described(node)}", example)
        values: dict[str, Any] = {}
        for key, value in node:
            below = (*path, key.text)
            binder.positions.keys[below] = key.mark
            if key.text not in hints:
                binder.problems.append(Problem(key.mark, f"`{key.text}` is not a key of {name(path)}",
                                               suggestion(key.text, list(hints), "keys")))
                binder.positions.broken.add(below)
            elif isinstance(value, Scalar) and value.is_null and key.text not in required:
                continue
            elif isinstance(value, Scalar) and value.is_null:
                values[key.text] = binder.fail(key, below, hints[key.text], f"{name(path)}: `{key.text}` is empty", "write a value after the colon")
            else:
                values[key.text] = binder.read(hints[key.text], value, below)
        for missing in required:
            if missing not in values:
                where = binder.positions.key(*path) if path else node.mark
                near = [k for k in node.entries if k not in hints and suggestion(k, [missing], "").startswith("did")]
                if not near and not binder.partial:
                    binder.problems.append(Problem(where, f"{name(path)} has no `{missing}`", f"add `{missing}:` to it"))
                binder.positions.broken.add((*path, missing))
                values[missing] = neutral(hints[missing])
        return kind(**values)

    return read


@cache
def fields_of(kind: type) -> dict[str, Any]:
    """Field name -> type hint with its annotations, in the order they are declared."""
    hints = get_type_hints(kind, vars(model), {}, include_extras=True)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}


def neutral(hint: Any) -> Any:
    """A harmless value of a type, standing in for one that could not be read."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return neutral(arguments[0])
    if origin in (Union, UnionType):
        return None
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return ()
    if origin is MappingABC:
        return MappingProxyType({})
    plain = {str: "", Markdown: Markdown(""), int: 0, Decimal: Decimal(0), bool: False, date: date(2000, 1, 3), time: time(0),
             Points: Points(Decimal(0), Decimal(0)), Span: Span(Decimal(0), Decimal(0))}
    if hint in plain:
        return plain[hint]
    return hint(**{f.name: neutral(fields_of(hint)[f.name]) for f in dataclasses.fields(hint)
                   if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING})


_ONE_OF = {
    "weeks": "week", "sessions": "session", "chapters": "chapter", "labs": "lab", "modules": "module", "kits": "kit", "drills": "drill",
    "papers": "paper", "parts": "part", "assignments": "assignment", "components": "component", "milestones": "milestone",
    "staff": "person", "sections": "section", "breaks": "break", "contacts": "contact", "exams": "exam", "criteria": "criterion",
    "tracks": "track", "samples": "sample", "checklist": "checklist item", "links": "link", "equations": "equation",
    "meetings": "meeting", "levels": "level", "struggles": "struggle", "plan": "step", "steps": "step", "objectives": "objective",
    "symbols": "symbol", "moves": "move", "speed": "band", "ladder": "rung", "escalation": "matter", "office_hours": "office hour",
    "outcomes": "outcome", "questions": "question",
}


def name(path: Path) -> str:
    """A path as its author thinks of it: `week 2, session 1: title` rather than `weeks[1].sessions[0].title`."""
    if not path:
        return "this file"
    words: list[str] = []
    i = 0
    while i < len(path):
        if path[i] in _ONE_OF and i + 1 < len(path):
            index = path[i + 1]
            counted = str(int(index) + 1) if index.isdigit() and path[i] not in ("weeks", "sessions") else index
            words.append(f"{_ONE_OF[path[i]]} {counted if counted.isdigit() else f'`{counted}`'}")
            i += 2
        else:
            words.append(f"`{path[i]}`")
            i += 1
    return ", ".join(words)
