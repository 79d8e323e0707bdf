"""The page of all keys is the code's, and what it shows as an example may be written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from course_files import FILES, PAGE, _Kind, _notes, page

from blueprint.bind import Binder, fields_of
from blueprint.jsonschema import KINDS
from blueprint.model import Example
from blueprint.yamltree import parse


def test_the_page_is_current() -> None:
    """docs/course-files.md is what the code says; `make course-files` writes it anew."""
    assert PAGE.read_text("utf-8") == page()


def test_every_key_of_every_file_is_on_the_page() -> None:
    """No key of a course file, registry, rubric or handbook is left out."""
    text = PAGE.read_text("utf-8")
    for kind, (where, _) in FILES.items():
        for holds in _Kind(KINDS[kind], where).classes:
            for name in fields_of(holds):
                assert f"| `{name}` |" in text


def test_every_key_has_an_example() -> None:
    """Beside each key stands a value as one would write it, or that its own table is below."""
    assert [line for line in PAGE.read_text("utf-8").splitlines() if re.fullmatch(r"\| `.*\|\s*\|", line)] == []


def examples() -> Iterator[tuple[str, Any, str]]:
    """Each example that a field carries: its name, its type hint, the text."""
    for kind, (where, _) in FILES.items():
        for holds in _Kind(KINDS[kind], where).classes:
            for name, hint in fields_of(holds).items():
                yield from ((f"{holds.__name__}.{name}", hint, n.text) for n in _notes(hint) if isinstance(n, Example))


EXAMPLES = {name: (hint, text) for name, hint, text in examples()}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_can_be_written(name: str) -> None:
    """An example that a field carries is read as a value of that field, without a problem."""
    hint, text = EXAMPLES[name]
    node, problems = parse(text.encode(), name)
    assert node is not None
    Binder({}, problems).read(hint, node, ("example",))
    assert problems == []
