"""A notebook in which no cell is marked `#| export`: its definitions, without its prints and tests.

This file runs in the sandbox, with `worker.cells` and `worker.definitions`.
"""

from __future__ import annotations

import ast
import builtins
import sys

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
        self.starred = False
        """True after `import *` from a module of the course: from then on names of classes and constants may be its."""

    def keeps(self, statement: ast.stmt) -> bool:
        """True if a statement stays: imports, definitions but tests, and assignments of values that run none of it."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names = {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
            self.known |= names
            if isinstance(statement, ast.ImportFrom) and (statement.level or _may_be_course(statement.module or "")):
                self.extensible |= names  # what belongs to the course may be completed: `Function.apply = ...`
                self.starred = self.starred or "*" in names
                self.callable |= set() if _is_course(statement) else {name for name in names if name[:1].islower()}
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
        if isinstance(statement, ast.Expr):
            return self._attaches(statement.value)
        if isinstance(statement, ast.For):
            return self._keeps_loop(statement)
        if isinstance(statement, ast.If | ast.Try):
            inner = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt)]
            inner += [step for handler in getattr(statement, "handlers", ()) for step in handler.body]
            needed = _names(statement.test) if isinstance(statement, ast.If) else set()
            return (
                "__name__" not in needed
                and self._knows(needed)
                and all(isinstance(step, ast.Pass) or self.keeps(step) for step in inner)
            )
        return False

    def _keeps_assignment(self, statement: ast.Assign | ast.AnnAssign) -> bool:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        value = statement.value
        attached = all(isinstance(t, ast.Attribute) and self._extends(root_name(t)) for t in targets)
        plain = all(isinstance(n, ast.Name | ast.Tuple) for n in targets)
        if value is None or not (attached or plain) or not self._knows(_names(value)):
            return False
        calls = [root_name(node.func) for node in ast.walk(value) if isinstance(node, ast.Call)]
        if not attached and not all(root in self.callable for root in calls):
            return False
        self.known |= {node.id for t in targets for node in ast.walk(t) if isinstance(node, ast.Name)}
        return True

    def _attaches(self, call: ast.expr) -> bool:
        """True for `setattr(Trainer, name, function)`, which completes a class as an assignment does."""
        if not (isinstance(call, ast.Call) and root_name(call.func) == "setattr" and call.args):
            return False
        return self._extends(root_name(call.args[0])) and self._knows(_names(call))

    def _keeps_loop(self, loop: ast.For) -> bool:
        """True for a loop over what is known that does nothing but complete classes."""
        targets = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        before = set(self.known)
        self.known |= targets
        completes = all(isinstance(step, ast.Expr | ast.Assign) and self.keeps(step) for step in loop.body)
        if completes and not loop.orelse and self._knows(_names(loop.iter)):
            return True
        self.known = before
        return False

    def _knows(self, names: set[str]) -> bool:
        """True if all names are bound, as far as one can tell after `import *`."""
        return names <= self.known or (self.starred and all(map(_like_a_class, names - self.known)))

    def _extends(self, name: str) -> bool:
        """True for a class that may be completed: one of this module's, or one of the course's."""
        return name in self.extensible or (self.starred and _like_a_class(name))


def _like_a_class(name: str) -> bool:
    """True for a name like those of the course's classes and constants, `MSELoss`, `MAX_LR`, and not `X`, `W1` or `X_train`."""
    return len(name) > 2 and name[0].isupper() and (name.isalpha() or name.isupper())


def _is_course(statement: ast.ImportFrom) -> bool:
    """True for an import from the course's package as it is handed out."""
    return (statement.module or "").partition(".")[0] in ("tinytorch", "core") or statement.level > 0


def _may_be_course(module: str) -> bool:
    """True for an import name that may be one of the course, whatever its package is called: neither Python's own nor NumPy's."""
    first = module.partition(".")[0]
    return first != "numpy" and first not in sys.stdlib_module_names


def _names(node: ast.AST) -> set[str]:
    """The names an expression needs from outside itself."""
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - bound
