"""Who may import whom, as docs/design.md says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint import commands

HOME = Path(commands.__file__).parent.parent.parent
COMMANDS = "blueprint.commands"
SHARED = f"{COMMANDS}.checking"
"""What commands share."""


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """The modules of our packages that a file imports, and whether it does so as it is loaded."""
    tree = ast.parse(path.read_bytes())
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    types = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if node in types or not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name}" for name in names]
        yield from ((name, node not in inside) for name in names)


def files(room: str) -> list[Path]:
    return sorted((HOME / room).rglob("*.py"))


@pytest.mark.parametrize(("room", "other"), [("generator", "autograder"), ("autograder", "generator")])
def test_generator_and_autograder_do_not_know_each_other(room: str, other: str) -> None:
    """Neither imports the other, nor the command line."""
    strangers = (f"{other}.", f"{COMMANDS}.", "blueprint.cli")
    assert [(name_of(p), name) for p in files(room) for name, _ in imported(p) if name.startswith(strangers)] == []


def test_only_commands_call_the_other_packages() -> None:
    """Of `blueprint` a command alone imports `generator` and `autograder`, when it is called."""
    calls = [
        (name_of(path), name, at_once)
        for path in files("blueprint")
        for name, at_once in imported(path)
        if name.startswith(("generator.", "autograder."))
    ]
    assert [call for call in calls if call[2] or not call[0].startswith(f"{COMMANDS}.")] == []


def test_no_command_imports_another() -> None:
    """What two commands share is no command."""
    others = [
        (name_of(path), name)
        for path in files("blueprint/commands")
        for name, _ in imported(path)
        if name.startswith(f"{COMMANDS}.") and not name.startswith(SHARED)
    ]
    assert others == []
