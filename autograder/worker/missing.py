"""Imports of packages that a jail does not have: they fail where the package is used, not where it is imported.

An import that nobody needs would otherwise cost a whole module. The statement is exchanged in the syntax tree before the code is
compiled, so that lines keep their numbers and what is at hand costs nothing. One that is tried (`try: import torch`,
`except ImportError`) is left alone: whoever wrote it has a way without the package.

This file runs in the sandbox and imports nothing else of the project.
"""

from __future__ import annotations

import ast
import importlib.machinery
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

STAND_IN = "__stand_in__"
"""The builtin that exchanged code asks for a stand-in."""
_CATCH = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_USES = (
    *(
        "call",
        "getitem",
        "setitem",
        "delitem",
        "contains",
        "iter",
        "next",
        "len",
        "bool",
        "int",
        "float",
        "index",
        "complex",
    ),
    *(
        "enter",
        "exit",
        "instancecheck",
        "subclasscheck",
        "mro_entries",
        "array",
        "neg",
        "pos",
        "abs",
        "invert",
        "await",
    ),
    *(
        f"{side}{name}"
        for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
        for side in ("", "r")
    ),
    *("and", "rand", "xor", "rxor", "lt", "le", "gt", "ge", "aiter"),
)


def is_missing(package: str) -> bool:
    """True if there is no top-level package of this name in Python's own library or beside it."""
    if package in sys.modules or package in sys.stdlib_module_names:
        return False
    return importlib.machinery.PathFinder.find_spec(package) is None


def exchange(tree: ast.Module, is_course: Callable[[str], bool]) -> tuple[str, ...]:
    """Exchanges imports of missing packages for stand-ins, in place; returns the packages' names.

    Imports of names for which `is_course` holds stay, and so do those inside functions, which fail there anyway.
    """
    missing: dict[str, None] = {}
    for block in _blocks(tree.body):
        for place, statement in enumerate(block):
            names = _imported(statement)
            packages = {name.partition(".")[0] for name in names}
            if not names or any(map(is_course, names)) or not any(map(is_missing, packages)):
                continue
            missing |= dict.fromkeys(sorted(filter(is_missing, packages)))
            block[place] = _stand_ins(statement)
    return tuple(missing)


def _blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The lists of statements that are run when a module is imported, without those in which an import is tried."""
    yield body
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _blocks(statement.body)
            yield from _blocks(statement.orelse)
        elif isinstance(statement, ast.ClassDef):
            yield from _blocks(statement.body)
        elif isinstance(statement, ast.Try):
            if not any(map(_catches, statement.handlers)):
                yield from _blocks(statement.body)
            for inner in (*(handler.body for handler in statement.handlers), statement.orelse, statement.finalbody):
                yield from _blocks(inner)


def _catches(handler: ast.ExceptHandler) -> bool:
    """True if a handler may catch an import that fails; what is no plain name is believed to."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(not isinstance(kind, ast.Name) or kind.id in _CATCH for kind in kinds)


def _imported(statement: ast.stmt) -> list[str]:
    """The full names of the modules that a statement imports; none where it is no import, or a relative one."""
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        return [statement.module]
    return []


def _stand_ins(statement: ast.stmt) -> ast.stmt:
    """A statement that binds the names of an import: what is there as imported, what is missing to stand-ins."""
    lines = []
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            whole, bound = f"{statement.module}.{alias.name}", alias.asname or alias.name
        else:
            whole, bound = alias.name, alias.asname or alias.name.partition(".")[0]
        if not is_missing(whole.partition(".")[0]):
            lines.append(f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else ""))
        elif alias.name != "*":
            shown = whole if alias.asname or isinstance(statement, ast.ImportFrom) else bound
            lines.append(f"{bound} = {STAND_IN}({shown!r})")
    block = ast.parse("if True:\n" + "".join(f"    {line}\n" for line in lines or ["pass"])).body[0]
    for node in ast.walk(block):
        ast.copy_location(node, statement)
    return block


class StandIn:
    """A package that is not at hand, or something in it: it may be named, and fails where it is used."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: object) -> None:
        _fail(self)

    def __or__(self, other: object) -> StandIn:
        return self  # in an annotation: `torch.Tensor | None`

    __ror__ = __or__


def _fail(used: StandIn, *_: Any, **__: Any) -> NoReturn:
    name: str = object.__getattribute__(used, "_name")
    package = name.partition(".")[0]
    raise ModuleNotFoundError(
        f"No module named '{package}': {name} is used here, and where this is graded only NumPy and Python's own "
        "library are at hand; do it with those",
        name=package,
    )


for _use in _USES:
    setattr(StandIn, f"__{_use}__", _fail)
