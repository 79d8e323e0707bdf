"""A notebook in which no cell is marked `#| export`: its definitions, without its prints and tests.

This file runs in the sandbox, with `worker.cells` and `worker.definitions`.
"""

from __future__ import annotations

import ast
import builtins

from autograder.worker.cells import Cell, cell_name
from autograder.worker.definitions import parse_or_none, root_name


def definitions(cells: list[Cell], notes: list[str]) -> dict[int, str]:
    """Of each cell that defines something the text, by the number of the cell; lines that it only runs are blank."""
    harmless = set(dir(builtins)) - {"print", "input", "open", "exec", "eval", "exit", "quit", "breakpoint", "help"}
    keeper = _Keeper(harmless)
    chosen = {}
    for cell in cells:
        tree = parse_or_none(cell.text)
        if tree is None:
            notes.append(f"{cell_name(cell.number, cell.count)} is not Python and was left out")
            continue
        lines = cell.text.split("\n")
        kept: set[int] = set()
        for statement in tree.body:
            if keeper.keeps(statement):
                first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
                kept.update(range(first, (statement.end_lineno or first) + 1))
        if kept:
            chosen[cell.number] = "\n".join(line if n in kept else "" for n, line in enumerate(lines, 1))
    return chosen


class _Keeper:
    """Tells definitions from demonstrations, knowing what names the statements kept so far have bound."""

    def __init__(self, builtin: set[str]) -> None:
        self.known = set(builtin) | {"__name__", "__file__"}
        self.callable = set(builtin)
        self.extensible: set[str] = set()

    def keeps(self, statement: ast.stmt) -> bool:
        """True if a statement stays: imports, definitions but tests, and assignments of values that run none of it."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names = {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
            self.known |= names
            if isinstance(statement, ast.ImportFrom) and (statement.level or _is_course(statement.module or "")):
                self.extensible |= names  # what belongs to the course may be completed: `Function.apply = ...`
            else:
                self.callable |= names
            return True
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if statement.name.lower().startswith("test"):
                return False
            self.known.add(statement.name)
            self.extensible.add(statement.name)
            return True
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            return self._keeps_assignment(statement)
        if isinstance(statement, ast.If | ast.Try):
            inner = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt)]
            inner += [step for handler in getattr(statement, "handlers", ()) for step in handler.body]
            needed = _names(statement.test) if isinstance(statement, ast.If) else set()
            return (
                "__name__" not in needed
                and needed <= self.known
                and all(isinstance(step, ast.Pass) or self.keeps(step) for step in inner)
            )
        return False

    def _keeps_assignment(self, statement: ast.Assign | ast.AnnAssign) -> bool:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        value = statement.value
        attached = all(isinstance(t, ast.Attribute) and root_name(t) in self.extensible for t in targets)
        plain = all(isinstance(n, ast.Name | ast.Tuple) for n in targets)
        if value is None or not (attached or plain) or not _names(value) <= self.known:
            return False
        calls = [root_name(node.func) for node in ast.walk(value) if isinstance(node, ast.Call)]
        if not attached and not all(root in self.callable for root in calls):
            return False
        self.known |= {node.id for t in targets for node in ast.walk(t) if isinstance(node, ast.Name)}
        return True


def _is_course(module: str) -> bool:
    """True for the import name of a module of the course."""
    return module.split(".")[0] in ("tinytorch", "core")


def _names(node: ast.AST) -> set[str]:
    """The names an expression needs from outside itself."""
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - bound
