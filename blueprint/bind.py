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
import sys
from collections.abc import Callable, Collection, Iterable
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from blueprint.model import DAYS, Known, Markdown, Ref, Span
from blueprint.place_names import ITEMS, place_name
from blueprint.problems import Mark, Problem, close_match, quoted, suggestion
from blueprint.scalars import INTEGER, NEUTRAL, SCALARS
from blueprint.yamltree import Mapping, Node, Scalar, Sequence

Path = tuple[str, ...]
T = TypeVar("T")


@dataclass(slots=True)
class Positions:
    """The place of each value of a bound file, and the values that could not be read."""

    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    broken: set[Path] = field(default_factory=set)

    def key(self, *path: object) -> Mark:
        """The place of the key at `path` (of an item of a list: its value), or of the nearest thing around it that was written."""
        wanted = tuple(map(str, path))
        for length in range(len(wanted), 0, -1):
            if mark := self.keys.get(wanted[:length]) or self.values.get(wanted[:length]):
                return mark
        return self.values.get((), Mark("?"))

    def value(self, *path: object) -> Mark:
        """The place of the value at `path`, or of the nearest key around it that was written."""
        return self.values.get(tuple(map(str, path))) or self.key(*path)

    def is_broken(self, *path: object) -> bool:
        """True if the value at `path`, or one around it or below it, could not be read; `*` in a path is any key."""
        wanted = tuple(map(str, path))
        return any(all(w in ("*", b) for w, b in zip(wanted, broken, strict=False)) for broken in self.broken)

    def lacks(self, *path: str) -> bool:
        """True if the table at `path`, or one of its entries as a whole, could not be read: what it holds is not known then."""
        return any(
            broken[: len(path)] == path[: len(broken)] and len(broken) <= len(path) + 1 for broken in self.broken
        )


Names = MappingABC[str, MappingABC[str, str]]
"""Kind of reference -> id or alias -> id. References of a kind that is left out are not followed: what they may say is unknown."""


@dataclass(slots=True)
class Binder:
    """Reads one file's tree; `names` holds what references may point at."""

    names: Names
    problems: list[Problem] = field(default_factory=list)
    positions: Positions = field(default_factory=Positions)
    partial: bool = False
    """A file this one is built on is missing: do not complain about keys that may stand there."""
    absent: set[str] = field(default_factory=set)
    """Kinds of which there is nothing at all; that is told once, by one of the binders that share this set."""
    strangers: dict[tuple[tuple[str, ...], str], list[tuple[Mark, str, str]]] = field(default_factory=dict)
    """(keys an object has, a key it does not have) -> what to report of each place."""
    _told: set[tuple[Mark, str]] = field(default_factory=set)
    """(place, hint) of what was reported, so that a fault in a value that an alias repeats is told once."""

    def bind(self, node: Node, kind: type[T]) -> T:
        """The object a whole file describes."""
        self.positions.values[()] = node.mark
        bound = cast(T, self.read(kind, node, ()))
        for (mark, message, hint), *others in self.strangers.values():
            more = len(others) > 2  # a table whose own line is lost puts the same strangers into each entry above it
            self.report(mark, message, f"{hint}; it stands in {len(others)} more places" if more else hint)
            for other in () if more else others:
                self.report(*other)
        return bound

    def read(self, hint: Any, node: Node, path: Path) -> Any:
        """The value of a node as a type hint says; a neutral value, and a problem, where it does not fit."""
        self.positions.values[path] = node.mark
        return _reader(hint)(self, node, path)

    def fail(self, node: Node, path: Path, hint: Any, message: str, advice: str = "") -> Any:
        """Record a problem at `node` and return a neutral value of the type wanted."""
        if not isinstance(node, Mapping) or node.whole:  # else it was reported when it was parsed
            self.report(node.mark, message, advice)
        return self.ignore(path, hint)

    def ignore(self, path: Path, hint: Any) -> Any:
        """Note that nothing could be read at `path`, and return a neutral value."""
        self.positions.broken.add(path)
        return neutral(hint)

    def report(self, mark: Mark, message: str, hint: str) -> None:
        """Record a problem, once."""
        if (mark, hint) not in self._told:
            self._told.add((mark, hint))
            self.problems.append(Problem(mark, message, hint))


_Reader: TypeAlias = "Callable[[Binder, Node, Path], Any]"


@cache
def _reader(hint: Any) -> _Reader:
    """The function that reads one type hint; made once per hint."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        reference = next((a for a in arguments[1:] if isinstance(a, Ref)), None)
        if reference:
            return _reference_reader(arguments[0], reference)
        known = next((a for a in arguments[1:] if isinstance(a, Known)), None)
        if known:
            key_type, inner = get_args(arguments[0])
            return _mapping_reader(arguments[0], key_type, inner, known)
        return _reader(arguments[0])
    if origin in (Union, UnionType):
        return _reader(next(a for a in arguments if a is not NoneType))
    if origin is Literal:
        return _choice_reader(hint, arguments)
    if origin is tuple:
        return _list_reader(hint, arguments[0])
    if origin is MappingABC:
        return _mapping_reader(hint, *arguments)
    if dataclasses.is_dataclass(hint) and hint not in SCALARS:
        return _object_reader(cast(type, hint))
    return _scalar_reader(hint)


def described(node: Node) -> str:
    """A node in words, for a message: its text in backticks, `nothing`, `a list` or `a mapping`."""
    match node:
        case Scalar() if node.is_null:
            return "nothing"
        case Scalar(text=text):
            return quoted(text)
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"


# --- scalars ---------------------------------------------------------------------------------------------------


_CURLY = tuple("“”„‟‘’‚«»")
_CURLY_ADVICE = 'curly quotation marks are part of the text; write straight ones (")'


def _scalar_reader(hint: Any) -> _Reader:
    if hint is Span:
        return _read_span
    wanted, convert = SCALARS[hint]

    def read(binder: Binder, node: Node, path: Path) -> Any:
        if not isinstance(node, Scalar) or node.is_null:
            in_quotes = "put the text in quotes" if hint in (str, Markdown) else f"write {wanted}"
            advice = "write a value, or remove the line" if isinstance(node, Scalar) else in_quotes
            return binder.fail(node, path, hint, f"{place_name(path)} must be {wanted}, not {described(node)}", advice)
        if node.plain is False and hint is bool:
            return binder.fail(
                node,
                path,
                hint,
                f"{place_name(path)} must be {wanted}, not quoted text",
                "write true or false, without quotes",
            )
        try:
            return convert(node.text)
        except ValueError as error:
            advice = _CURLY_ADVICE if node.text.strip()[:1] in _CURLY else str(error)
            return binder.fail(node, path, hint, f"{place_name(path)} must be {wanted}, not {described(node)}", advice)

    return read


def _read_span(binder: Binder, node: Node, path: Path) -> Any:
    if isinstance(node, Scalar):
        number = _scalar_reader(Decimal)(binder, node, path)
        return Span(number, number)
    ends = (
        [binder.read(Decimal, item, (*path, str(i))) for i, item in enumerate(node.items)]
        if isinstance(node, Sequence)
        else []
    )
    if ends and binder.positions.is_broken(*path):
        return neutral(Span)
    if len(ends) != 2 or ends[0] > ends[1]:
        return binder.fail(
            node, path, Span, f"{place_name(path)} must be a number, or a lower and a higher one", "write [4, 6]"
        )
    return Span(*ends)


def _choice_reader(hint: Any, choices: tuple[str, ...]) -> _Reader:
    def read(binder: Binder, node: Node, path: Path) -> Any:
        if isinstance(node, Scalar) and not node.is_null:
            word = node.text.strip().lower()
            if choices == DAYS and word in (
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "saturday",
                "sunday",
            ):
                return word[:3]
            for choice in choices:
                if choice.lower() == word:
                    return choice
        match = close_match(node.text, choices) if isinstance(node, Scalar) else None
        return binder.fail(
            node,
            path,
            hint,
            f"{place_name(path)} cannot be {described(node)}",
            f"did you mean `{match}`?" if match else f"write one of: {', '.join(choices)}",
        )

    return read


def _reference_reader(hint: Any, reference: Ref) -> _Reader:
    kind = reference.kind
    inner = int if kind == "week" else str

    def read(binder: Binder, node: Node, path: Path) -> Any:
        value = binder.read(inner, node, path)
        known = binder.names.get(kind)
        if known is None or binder.positions.is_broken(*path):
            return value
        if str(value) in known:
            return inner(known[str(value)])
        if not known and kind in binder.absent:
            return binder.ignore(path, inner)
        if not known:
            binder.absent.add(kind)
        where = f"{place_name(path)}: " if path and not path[-1].isdigit() else ""
        return binder.fail(
            node, path, inner, f"{where}there is no {kind} {quoted(str(value))}", _known_names(kind, str(value), known)
        )

    if get_origin(hint) is tuple:

        def read_list(binder: Binder, node: Node, path: Path) -> Any:
            if not isinstance(node, Sequence):
                return binder.fail(
                    node,
                    path,
                    hint,
                    f"{place_name(path)} must be a list, not {described(node)}",
                    f"write [{node.text}]" if isinstance(node, Scalar) and not node.is_null else "write [a, b]",
                )
            paths = [(*path, str(i)) for i in range(len(node.items))]
            values = [read(binder, item, below) for item, below in zip(node.items, paths, strict=True)]
            return tuple(v for v, below in zip(values, paths, strict=True) if not binder.positions.is_broken(*below))

        return read_list
    return read


def _known_names(kind: str, written: str, known: MappingABC[str, str]) -> str:
    """A hint at what a reference could say instead."""
    if kind == "week" and known:
        return (
            f"the weeks are {', '.join(known)}"
            if len(known) < 4
            else f"the weeks are {next(iter(known))} to {list(known)[-1]}"
        )
    if match := close_match(written, known):
        return f"did you mean `{match}`?"
    return suggestion(written, list(dict.fromkeys(known.values())), "people" if kind == "person" else f"{kind}s")


# --- collections -----------------------------------------------------------------------------------------------


def _list_reader(hint: Any, inner: Any) -> _Reader:
    def read(binder: Binder, node: Node, path: Path) -> Any:
        if not isinstance(node, Sequence):
            advice = "begin each item with `- ` on a line of its own"
            return binder.fail(node, path, hint, f"{place_name(path)} must be a list, not {described(node)}", advice)
        return tuple(binder.read(inner, item, (*path, str(i))) for i, item in enumerate(node.items))

    return read


def _mapping_reader(hint: Any, key_type: Any, inner: Any, known: Known | None = None) -> _Reader:
    read_key = _reader(key_type)
    parts = (
        fields_of(cast(type, inner)).keys() if dataclasses.is_dataclass(inner) and inner not in SCALARS else frozenset()
    )

    def read(binder: Binder, node: Node, path: Path) -> Any:
        if not isinstance(node, Mapping):
            return binder.fail(
                node,
                path,
                hint,
                f"{place_name(path)} must be a mapping, not {described(node)}",
                _BLANK_ADVICE if _has_strange_blank(node) else "write `key: value` lines below it",
            )
        if (misplaced := _misplaced(node, path, parts, key_type)) is not None:
            key, message, advice = misplaced
            return binder.fail(key, path, hint, message, advice)
        entries: dict[Any, Any] = {}
        if not node.whole:
            binder.positions.broken.add(path)
        for key, value in node:
            below = (*path, key.text)
            binder.positions.keys[below] = key.mark
            if binder.partial and isinstance(value, Scalar) and value.is_null:
                continue  # removes what a file that is not there may hold
            read_as = read_key(binder, key, below)
            if below not in binder.positions.broken:
                entries[read_as] = binder.read(inner, value, below)
        if known:
            _compare_names(binder, node, path, known)
        return MappingProxyType(dict(sorted(entries.items())) if key_type is int else entries)

    return read


_BLANK_ADVICE = "a no-break space stands behind its colon; type the space again, it looks the same"


def _has_strange_blank(node: Node) -> bool:
    """True for text that was meant as `key: value` and has a no-break space behind its colon."""
    return isinstance(node, Scalar) and re.match(r"[\w-]+:[\xa0\u2000-\u200a\u202f\u3000]", node.text) is not None


def _compare_names(binder: Binder, node: Mapping, path: Path, known: Known) -> None:
    """Report the keys a table must have and lacks, and those that are near to one it could have."""
    free = [key for key in (*known.required, *known.usual) if key not in node.entries]
    meant = {key: _meant(key.text, free) for key, _ in node if key.text not in (*known.required, *known.usual)}
    lacking = [key for key in known.required if key in free and key not in meant.values()]
    binder.positions.broken.update((*path, key) for key in free if key in known.required or key in meant.values())
    if lacking and not binder.partial and node.whole:
        message = f"{place_name(path)} has no {_listed(lacking)}"
        binder.report(binder.positions.key(*path), message, f"add {_listed(f'{key}:' for key in lacking)} to it")
    for key, near in meant.items():
        if near:
            message = f"{quoted(key.text)} in {place_name(path)} is near to `{near}`, which is not there"
            binder.report(key.mark, message, _instead(key.text, near, free))


def _misplaced(node: Mapping, path: Path, parts: Collection[str], key_type: Any) -> tuple[Scalar, str, str] | None:
    """The first of several keys that belong to something else, with a message and advice; None where all fit.

    `parts` are the keys of an entry: among the names of entries they tell that a name is missing. So do words among numbers.
    """
    if len(unnamed := [key for key, _ in node if key.text in parts]) > 1:
        item = ITEMS.get(path[-1], "entry") if path else "entry"
        message = f"{place_name(path)} holds {_listed(key.text for key in unnamed)} of a {item} that has no name"
        return unnamed[0], message, "a line with its name, such as `name:`, is missing above this one"
    if key_type is int and len(words := [key for key, _ in node if not INTEGER.fullmatch(key.text)]) > 1:
        message = f"{place_name(path)} holds {_listed(key.text for key in words)}, which are no numbers"
        advice = "check the indentation: they may belong to something else, whose own line is missing"
        return words[0], message, advice
    return None


_EMPTY_ADVICE = "write a value after the colon; what follows ` #` is a comment"
_BLANK_TEXT_ADVICE = "write a text between the quotation marks"


def _object_reader(kind: type) -> _Reader:
    hints = fields_of(kind)
    short_form: str | None = getattr(kind, "short_form", None)
    required = required_fields(kind)
    needs = f"it needs {_listed(required)}" if required else "write `key: value` lines below it"

    def read(binder: Binder, node: Node, path: Path) -> Any:
        if short_form and isinstance(node, Scalar):
            if _is_blank(node):
                return binder.fail(node, path, kind, f"{place_name(path)} is empty", _BLANK_TEXT_ADVICE)
            return kind(**{short_form: binder.read(hints[short_form], node, path)})
        if not isinstance(node, Mapping):
            advice = _BLANK_ADVICE if _has_strange_blank(node) else needs
            return binder.fail(node, path, kind, f"{place_name(path)} must be a mapping, not {described(node)}", advice)
        if not node.whole and path:
            binder.positions.broken.add(path)
        values: dict[str, Any] = {}
        for key, value in node:
            below = (*path, key.text)
            binder.positions.keys[below] = key.mark
            if not (isinstance(value, Scalar) and (value.is_null or (key.text in required and _is_blank(value)))):
                values[key.text] = binder.read(hints[key.text], value, below) if key.text in hints else None
            elif key.text in required:
                values[key.text] = binder.fail(
                    key,
                    below,
                    hints[key.text],
                    f"{place_name(path)}: `{key.text}` is empty",
                    _EMPTY_ADVICE if value.is_null else _BLANK_TEXT_ADVICE,
                )
        _compare_keys(binder, node, path, hints, required)
        lacking = {key: neutral(hints[key]) for key in required if key not in values}
        return kind(**{key: value for key, value in values.items() if key in hints}, **lacking)

    return read


_CUT_ADVICE = "within braces a comma ends a value; put the whole text in quotation marks"


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def _is_blank(value: Scalar) -> bool:
    """True for text of which nothing is seen, such as `""`."""
    return value.plain is False and not value.text.strip()


def _compare_keys(binder: Binder, node: Mapping, path: Path, hints: MappingABC[str, Any], required: list[str]) -> None:
    """Report the keys an object does not have, and those it lacks; both count as broken.

    A key that is near to one it could have was probably meant for that one. Several keys that are near to nothing,
    where others are lacking, belong to something else, and make one problem.
    """
    free = [key for key in hints if key not in node.entries]
    meant = {key: _meant(key.text, free) for key, _ in node if key.text not in hints}
    lacking = [key for key in required if key not in node.entries and key not in meant.values()]
    strangers = [key for key, near in meant.items() if near is None]
    binder.positions.broken.update((*path, key) for key in required if key not in node.entries)
    binder.positions.broken.update((*path, near or key.text) for key, near in meant.items())
    if binder.partial or not node.whole:
        lacking = []
    if lacking and strangers and (len(strangers) > 1 or len(strangers) == len(node.entries)):
        binder.report(
            binder.positions.key(*path),
            f"{place_name(path)} has {_listed(key.text for key in strangers)} instead of {_listed(lacking)}",
            "check the indentation: they may belong to something else",
        )
        meant = {key: near for key, near in meant.items() if near}
    elif lacking:
        binder.report(
            binder.positions.key(*path),
            f"{place_name(path)} has no {_listed(lacking)}",
            f"add {_listed(f'{key}:' for key in lacking)} to it",
        )
    for key, near in meant.items():
        cut = near is None and " " in key.text and _is_null(node.entries[key.text][1])
        report = (
            key.mark,
            f"{quoted(key.text)} is not a key of {place_name(path)}",
            _CUT_ADVICE if cut else _instead(key.text, near, free or list(hints)),
        )
        binder.strangers.setdefault((tuple(hints), key.text), []).append(report)


def _meant(written: str, free: list[str]) -> str | None:
    """The key that was probably meant, if one is near."""
    before, colon, _ = written.partition(":")
    return before if colon and before in free else close_match(written, free, nearness=0.7)


def _instead(written: str, near: str | None, free: list[str]) -> str:
    before, colon, after = written.partition(":")
    if colon and near == before:
        return f"write a space after the colon: `{before}: {after}`"
    return f"did you mean `{near}`?" if near else f"keys known here: {', '.join(free)}"


def _listed(words: Iterable[str]) -> str:
    """`a`, `b` and `c`."""
    *most, last = (quoted(word) for word in words)
    return f"{', '.join(most)} and {last}" if most else last


@cache
def fields_of(kind: type) -> dict[str, Any]:
    """Field name -> type hint with its annotations, in the order they are declared."""
    # An empty local namespace: a field called `date` must not hide the type of that name.
    hints = get_type_hints(kind, vars(sys.modules[kind.__module__]), {}, include_extras=True)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}


def required_fields(kind: type) -> list[str]:
    """The names of the fields of a class that have no default."""
    return [
        f.name
        for f in dataclasses.fields(kind)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]


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
    if hint in NEUTRAL:
        return NEUTRAL[hint]
    return hint(**{name: neutral(fields_of(hint)[name]) for name in required_fields(hint)})
