"""JSON Schemas of the content files, for editors that complete keys and underline mistakes while one writes.

They are derived from the model: a class is an object, a field a property, the text beside a field its description.
Draft-07, because the YAML language server reads that one and older ones. `blueprint check` remains the judge; what
a schema cannot know, it lets pass:

- A file that extends another may leave out what the other one says. So the root requires its keys only where
  `extends` is absent, and a mapping below it, which merges with the one it extends, requires none.
- A list is never merged, it replaces. So the mappings inside a list must be complete; a class that stands in both
  kinds of places has two definitions, `Meeting` and `MeetingInList`.
- `null` removes, so optional keys and the entries of a table take it. A required key does not: without a value no
  course is complete.
- `public: true` marks what students may see on their site; an editor passes over it.
- References (`chapter: vol1-03`) are checked for being text only. Numbers and texts may be quoted or not, as when
  they are read.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from blueprint.bind import fields_of, required_fields
from blueprint.deck import Deck
from blueprint.files import write_whole
from blueprint.model import SCHEMA, CourseFile, Handbook, Known, Language, Markdown, Points, Ref, Registry, Rubric, Span
from blueprint.public import PUBLIC

Json: TypeAlias = dict[str, object]

KINDS: Mapping[str, type] = MappingProxyType(
    {"course": CourseFile, "registry": Registry, "rubric": Rubric, "handbook": Handbook, "deck": Deck}
)
"""Kind of file -> the class it holds."""

_INTEGER = r"^-?(0|[1-9][0-9]*)$"
_TEXT: Json = {"type": ["string", "number", "boolean"]}
_NUMBER: Json = {"type": ["number", "string"], "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"}

_SCALARS: Mapping[Any, Json] = MappingProxyType(
    {
        str: _TEXT,
        Markdown: _TEXT,
        Language: {"type": "string", "pattern": r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?$"},
        int: {"type": ["integer", "string"], "pattern": _INTEGER},
        Decimal: _NUMBER,
        bool: {"type": "boolean"},
        date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        time: {"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"},
        Points: {
            "type": ["number", "string"],
            "minimum": 0,
            "pattern": r"^\s*[0-9]+(\.[0-9]+)?(\s*[-–]\s*[0-9]+(\.[0-9]+)?)?\s*$",
        },
        Span: {"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}]},
    }
)


def schema_of(kind: str) -> Json:
    """The JSON Schema of one kind of file: `course`, `registry`, `rubric`, `handbook` or `deck`."""
    holds = KINDS[kind]
    writer = _Writer()
    version: Json = {"description": "the version of the format this file is written in", "enum": [SCHEMA]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Made by `blueprint schema --write`; changes made here are lost.",
        "title": f"Blueprint {kind} file",
        "description": _first_sentence(holds),
        "type": "object",
        "properties": writer.properties(holds, complete=False) | {"schema": version},
        "additionalProperties": False,
        "if": {"properties": {"extends": {"type": "null"}}},
        "then": {"required": required_fields(holds)},
        "definitions": dict(sorted(writer.definitions.items())),
    }


def as_text(schema: Json) -> str:
    """A schema as it stands in a file, the same on every run."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(syllabi: Path) -> list[Path]:
    """Write the schema of every kind into `schema/` of a `syllabi` folder, and return the files."""
    folder = syllabi / "schema"
    files = []
    for kind in KINDS:
        file = folder / f"{kind}.json"
        write_whole(file, as_text(schema_of(kind)).encode())
        files.append(file)
    return files


class _Writer:
    """Turns type hints into schemas; classes met on the way go to `definitions`."""

    def __init__(self) -> None:
        self.definitions: dict[str, Json] = {}

    def properties(self, kind: type, complete: bool) -> Json:
        """The schemas of a class's fields; `complete` where it stands in a list and nothing is merged into it."""
        schemas: Json = {}
        required = required_fields(kind)
        for field in dataclasses.fields(kind):
            value = self.value(fields_of(kind)[field.name], complete)
            entry = value if field.name in required else _or_null(value) | _default(field.default)
            schemas[field.name] = _public(entry) if field.name in PUBLIC.get(kind, ()) else entry
        return schemas

    def value(self, hint: Any, complete: bool) -> Json:
        """The schema of a type hint; `complete` as in `properties`."""
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            known = next((note for note in arguments if isinstance(note, Known)), None)
            if known:
                key, inner = get_args(arguments[0])
                return {"description": _described(*arguments), **self.table(key, inner, complete, known)}
            return {"description": _described(*arguments), **self.value(arguments[0], complete)}
        if origin in (Union, UnionType):
            return self.value(next(a for a in arguments if a is not NoneType), complete)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin is tuple:
            return {"type": "array", "items": self.value(arguments[0], complete=True)}
        if origin is Mapping:
            key, inner = arguments
            return self.table(key, inner, complete)
        if hint in _SCALARS:
            return dict(_SCALARS[hint])
        return self.reference(hint, complete)

    def table(self, key: Any, inner: Any, complete: bool, known: Known | None = None) -> Json:
        """The schema of a mapping whose keys the author chooses; an editor completes those that are `known`."""
        entry = self.value(inner, complete)
        if not complete:
            entry = _or_null(entry)
        if get_origin(key) is Literal:
            return {"type": "object", "properties": dict.fromkeys(get_args(key), entry), "additionalProperties": False}
        if key is int:
            return {"type": "object", "patternProperties": {_INTEGER: entry}, "additionalProperties": False}
        names = (*known.required, *known.usual) if known else ()
        properties = {"properties": dict.fromkeys(names, entry)} if names else {}
        return {"type": "object", **properties, "additionalProperties": entry}

    def reference(self, kind: type, complete: bool) -> Json:
        """A reference to the definition of a class, which is added if it is not there yet."""
        name = f"{kind.__name__}InList" if complete else kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # taken, so that a class may hold itself
            self.definitions[name] = {
                "description": _first_sentence(kind),
                "type": "object",
                "properties": self.properties(kind, complete),
                **({"required": required_fields(kind)} if complete and required_fields(kind) else {}),
                "additionalProperties": False,
            }
        whole: Json = {"$ref": f"#/definitions/{name}"}
        if short_form := getattr(kind, "short_form", None):
            return {"anyOf": [self.value(fields_of(kind)[short_form], complete), whole]}
        return whole


def _public(value: Json) -> Json:
    """A schema that is marked as of what students may see; draft-07 ignores what stands beside a reference."""
    return {"allOf": [value], "public": True} if "$ref" in value else {**value, "public": True}


def _described(hint: Any, *notes: object) -> str:
    """The text beside a field, after what kind of thing it refers to."""
    words = []
    for note in notes:
        if isinstance(note, Ref) and note.kind == "week":
            words.append("number of a week")
        elif isinstance(note, Ref):
            words.append(f"ids of {note.kind}s" if get_origin(hint) is tuple else f"id of a {note.kind}")
        elif isinstance(note, str):
            words.append(note)
    return "; ".join(words)


def _or_null(value: Json) -> Json:
    """A schema that also takes `null`, for a place where that removes the value."""
    match value:
        case {"type": str() as single}:
            return {**value, "type": [single, "null"]}
        case {"type": list() as several}:
            return {**value, "type": [*several, "null"]}
        case {"enum": list() as choices}:
            return {**value, "enum": [*choices, None]}
    description = {key: text for key, text in value.items() if key == "description"}
    rest = {key: part for key, part in value.items() if key != "description"}
    options = rest.get("anyOf", [rest])
    assert isinstance(options, list)
    return {**description, "anyOf": [*options, {"type": "null"}]}


def _default(value: object) -> Json:
    """The value that holds when a key is left out, where that is a single one worth telling."""
    match value:
        case bool() | int():
            return {"default": value}
        case str() if value:
            return {"default": str(value)}
        case Decimal():
            return {"default": int(value) if value == int(value) else float(value)}
        case time():
            return {"default": f"{value:%H:%M}"}
    return {}


def _first_sentence(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition(". ")[0].splitlines()[0].removesuffix(".") + "."
