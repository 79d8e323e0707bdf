"""The classes, functions and names a Python source defines, told from its syntax tree. Nothing is executed.

This file runs in the sandbox and imports nothing else of the project.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Sequence


def parse(source: str) -> ast.Module:
    """The syntax tree of a source, without Python's warnings about it; raises SyntaxError, ValueError, OverflowError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def parse_or_none(text: str) -> ast.Module | None:
    """The syntax tree of a text, None if it is no Python."""
    try:
        return parse(text)
    except (SyntaxError, ValueError, OverflowError):
        return None


def differences(first: str, second: str) -> tuple[str, ...]:
    """The classes, methods and functions two sources do not define alike, comments and docstrings apart.

    Empty also where one of them is no Python or too deeply nested to compare.
    """
    try:
        trees = [parse_or_none(first), parse_or_none(second)]
        ours, theirs = [_definitions(tree) for tree in trees if tree] if all(trees) else ({}, {})
    except (RecursionError, MemoryError):
        return ()
    return tuple(sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(body: Iterable[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    """The functions and methods that statements define, each with its name: `Tensor.sum` for a method."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from functions_of(statement.body, f"{prefix}{statement.name}.")
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + statement.name, statement


def bound_names(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names of classes, functions and variables that statements bind."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield statement.name
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            # As in nbdev, a decorated `patch` defines a method and no name of the module.
            if not any(
                root_name(d.func if isinstance(d, ast.Call) else d).startswith("patch")
                for d in statement.decorator_list
            ):
                yield statement.name
        elif isinstance(statement, ast.Assign):
            yield from (t.id for t in statement.targets if isinstance(t, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            yield statement.target.id


def root_name(node: ast.expr) -> str:
    """The first name of a dotted expression: `np` of `np.random.rand`; empty if it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _definitions(tree: ast.Module) -> dict[str, str]:
    """The syntax of each function and method as text, by name, docstrings apart."""
    bodies: dict[str, str] = {}
    for name, function in functions_of(tree.body):
        if (
            function.body
            and isinstance(function.body[0], ast.Expr)
            and isinstance(function.body[0].value, ast.Constant)
        ):
            function.body = function.body[1:]
        bodies[name] = bodies.get(name, "") + ast.dump(function)
    return bodies
