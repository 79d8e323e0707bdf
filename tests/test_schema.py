"""The JSON Schemas say what the loader says, and the shipped files hold to them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from blueprint import deck, model
from blueprint.bind import Binder, fields_of
from blueprint.cli import run
from blueprint.commands.schema import schema as command
from blueprint.jsonschema import KINDS, as_text, schema_of
from blueprint.paths import shipped_content
from blueprint.problems import Mark
from blueprint.yamltree import Mapping, Node, Scalar, Sequence, parse

CONTENT = shipped_content()
FILES = sorted(p for folder in ("syllabi", "rubrics", "slides") for p in (CONTENT / folder).rglob("*.yaml"))
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")
TINY = {
    "schema": 1,
    "title": "T",
    "description": "D",
    "registries": [],
    "parts": {},
    "weeks": {},
    "grading": {"components": {}},
    "policies": {"late": {"steps": [], "text": "x"}, "collaboration": "x", "ai_use": "x", "accessibility": "x"},
}


def as_editor_reads(node: Node | None) -> Any:
    """A tree as the data an editor's language server sees: YAML 1.2, keys as text."""
    match node:
        case Mapping():
            return {key.text: as_editor_reads(value) for key, value in node}
        case Sequence(items=items):
            return [as_editor_reads(item) for item in items]
        case Scalar(is_null=True):
            return None
        case Scalar(text=text, plain=True) if text in ("true", "false"):
            return text == "true"
        case Scalar(text=text, plain=True) if re.fullmatch(r"-?[0-9]+", text):
            return int(text)
        case Scalar(text=text, plain=True) if re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
            return float(text)
        case Scalar(text=text):
            return text
    raise AssertionError("an empty file")


def from_yaml(text: str) -> Any:
    node, problems = parse(text.encode(), "example.yaml")
    assert problems == []
    return as_editor_reads(node)


def complaints(kind: str, data: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
        for e in Draft7Validator(schema_of(kind)).iter_errors(data)
    ]


def schema_beside(file: Path) -> Path:
    line = MODELINE.fullmatch(file.read_text("utf-8").splitlines()[0])
    assert line is not None, f"{file.name} does not begin with a yaml-language-server line"
    return (file.parent / line[1]).resolve()


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_schemas_are_current(kind: str) -> None:
    """The schema files that ship are the ones the code makes."""
    shipped = (CONTENT / "syllabi" / "schema" / f"{kind}.json").read_text("utf-8")
    assert shipped == as_text(schema_of(kind)), "run `blueprint schema --write`"


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind: str) -> None:
    """Each schema is itself valid draft-07, and every reference in it resolves."""
    schema = schema_of(kind)
    Draft7Validator.check_schema(schema)
    definitions = schema["definitions"]
    assert isinstance(definitions, dict)
    assert set(re.findall(r'"#/definitions/(\w+)"', as_text(schema))) == set(definitions)


def mappings(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from mappings(item)


@pytest.mark.parametrize("kind", KINDS)
def test_references_stand_alone(kind: str) -> None:
    """Nothing stands beside a `$ref`, because draft-07 ignores it."""
    assert [m for m in mappings(schema_of(kind)) if "$ref" in m and len(m) > 1] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.relative_to(CONTENT).as_posix())
def test_shipped_files_name_their_schema(file: Path) -> None:
    """Every shipped content file begins with a line that leads an editor to a shipped schema."""
    assert schema_beside(file) in [CONTENT / "syllabi" / "schema" / f"{kind}.json" for kind in KINDS]
    assert schema_beside(file).is_file()


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.relative_to(CONTENT).as_posix())
def test_shipped_files_are_valid(file: Path) -> None:
    """Every shipped content file holds to the schema it names."""
    assert complaints(schema_beside(file).stem, from_yaml(file.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "titel: x",
        "offering: {trem: Fall}",
        "offering: {staff: {lee: {nmae: Lee}}}",
        "offering: {meetings: [{day: mon, start: '10:00', end: '11:00', rom: 1}]}",
        "weeks: {1: {sessions: {1: {plan: [{minutes: 5, doo: x}]}}}}",
        "weeks: {one: {title: x}}",
    ],
)
def test_unknown_keys_are_refused(wrong: str) -> None:
    """A key the model does not have is an error at every depth."""
    assert complaints("course", from_yaml(f"extends: base.yaml\n{wrong}"))


@pytest.mark.parametrize(
    "wrong",
    [
        "offering: {start: 7 September}",
        "offering: {meetings: [{day: monday-ish, start: '10:00', end: '11:00'}]}",
        "offering: {meetings: [{day: mon, start: '25:00', end: '11:00'}]}",
        "offering: {breaks: {fall: {first: 2026-10-12, skips_week: 'yes'}}}",
        "grading: {components: {labs: {weight: a lot}}}",
        "grading: {components: {labs: {grading_minutes: [1, 2, 3]}}}",
        "weeks: {1: {read: vol1-01}}",
        "schema: 2",
    ],
)
def test_values_of_the_wrong_kind_are_refused(wrong: str) -> None:
    """A value that its field cannot hold is an error."""
    assert complaints("course", from_yaml(f"extends: base.yaml\n{wrong}"))


@pytest.mark.parametrize("key", list(TINY))
def test_a_file_of_its_own_is_complete(key: str) -> None:
    """A file that extends nothing must have every required key; one that extends another may leave each out."""
    assert complaints("course", TINY) == []
    lacking = {k: v for k, v in TINY.items() if k != key}
    assert any(f"'{key}' is a required property" in c for c in complaints("course", lacking))
    assert complaints("course", lacking | {"extends": "base.yaml"}) == []


def test_merged_mappings_may_be_partial_and_list_items_may_not() -> None:
    """What merges with the extended file needs no key; what stands in a list replaces it and must be complete."""
    assert complaints("course", from_yaml("extends: b\noffering: {sections: {s1: {meeting: {day: mon}}}}")) == []
    assert complaints("course", from_yaml("extends: b\noffering: {meetings: [{day: mon}]}"))


def test_null_removes_what_may_be_absent() -> None:
    """`null` takes away an optional key or an entry of a table, never a required key or an item of a list."""
    assert (
        complaints(
            "course",
            from_yaml(
                "extends: b\nsubtitle: null\nload: null\nhandbook: ~\nweeks: {16: null}\nassignments: {log-01: null}"
            ),
        )
        == []
    )
    assert complaints("course", from_yaml("extends: b\ntitle: null"))
    assert complaints("course", from_yaml("extends: b\nprerequisites: [null]"))


@pytest.mark.parametrize("hours", ["4", "4.5", "'4'", "[4, 6]", "[4, '6.5']"])
def test_a_span_is_a_number_or_two(hours: str) -> None:
    """A span may be one number or a list of two."""
    assert complaints("registry", from_yaml(f"extends: b\nmodules: {{m01: {{hours: {hours}}}}}")) == []


def reads(hint: Any) -> Callable[[str], bool]:
    """Whether the loader takes a quoted text for a field of this type."""

    def accepted(text: str) -> bool:
        binder = Binder({})
        binder.read(hint, Scalar(text, False, Mark("x")), ())
        return binder.problems == []

    return accepted


def schema_takes(kind: str, *path: str) -> Callable[[str], bool]:
    def accepted(text: str) -> bool:
        data: Any = text
        for key in reversed(path):
            data = [data] if key == "[]" else {key: data}
        return complaints(kind, {"extends": "b", **data}) == []

    return accepted


near_values = (
    st.text("0123456789.:-– x", max_size=8)
    | st.dates().map(str)
    | st.times().map(lambda t: f"{t:%H:%M}")
    | st.decimals(0, 99, places=1).map(str)
)


@given(near_values)
@example("8-10")
@example("010")
@example("9:05")
@example("24:00")
def test_patterns_agree_with_the_loader(text: str) -> None:
    """A text passes the pattern of a date, time, whole number or number exactly where the loader reads it."""
    for hint, takes in (
        (time, schema_takes("course", "offering", "exams", "e", "start")),
        (int, schema_takes("course", "lab_lag")),
        (Decimal, schema_takes("course", "load", "hours_per_week")),
    ):
        assert takes(text) == reads(hint)(text), hint
    if reads(date)(text):  # that a day is in the calendar is beyond a pattern
        assert schema_takes("course", "offering", "start")(text)
    band = {"extends": "b", "speed": [{"yes": "3", "points": text}]}
    if reads(model.Points)(text):  # that the lower number comes first, too
        assert complaints("rubric", band) == []


@pytest.mark.parametrize("kind", KINDS)
def test_descriptions_are_the_models_words(kind: str) -> None:
    """What stands beside a field in the model is what an editor shows for it."""
    definitions = schema_of(kind)["definitions"]
    assert isinstance(definitions, dict)
    for name, definition in definitions.items():
        cls = getattr(deck if kind == "deck" else model, name.removesuffix("InList"))
        assert list(definition["properties"]) == [f.name for f in dataclasses.fields(cls)]
        for field, hint in fields_of(cls).items():
            if get_origin(hint) is Annotated:
                for note in (note for note in get_args(hint)[1:] if isinstance(note, str)):
                    assert note in definition["properties"][field]["description"]


def test_command_offers_every_kind() -> None:
    """The command line knows exactly the kinds there are."""
    kinds = next(p for p in command.params if p.name == "kind").type
    assert isinstance(kinds, click.Choice)
    assert list(kinds.choices) == list(KINDS)


@pytest.mark.parametrize(("arguments", "kind"), [([], "course"), (["rubric"], "rubric")])
def test_command_prints_one_schema(arguments: list[str], kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`blueprint schema KIND` prints that schema and nothing else; without KIND, a course's."""
    assert run(["schema", *arguments]) == 0
    assert json.loads(capsys.readouterr().out) == schema_of(kind)


def test_command_writes_all_schemas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--write` puts the schema of every kind into the course's `syllabi/schema/` and says so."""
    (tmp_path / "syllabi").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run(["schema", "--write"]) == 0
    assert capsys.readouterr().out == "".join(f"wrote syllabi/schema/{kind}.json\n" for kind in KINDS)
    for kind in KINDS:
        assert (tmp_path / "syllabi" / "schema" / f"{kind}.json").read_bytes() == as_text(schema_of(kind)).encode()


def test_command_writes_only_into_a_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--write` outside of a course is a usage error and makes nothing."""
    monkeypatch.chdir(tmp_path)
    assert run(["schema", "--write"]) == 2
    assert "blueprint new" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
