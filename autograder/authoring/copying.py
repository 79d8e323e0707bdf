"""Where a probe reads what may be a student's array: found in its syntax tree, and exchanged for a copy.

Calls of `__kept__` (a value, of an array a copy) and `__each__` (what to go through, each item kept) are put there; `keepers` in
`inputs` gives both. This text travels: the file of visible cases that students get holds all of it below the imports, so
that a case asks the same at home.
"""

from __future__ import annotations

import ast
import builtins

_OURS = ("np", "inputs")
"""What they give is fresh."""
_FACTS = frozenset(("shape", "dtype", "ndim", "size", "itemsize", "nbytes", "strides", "flags", "name", "kind"))
"""Attributes of arrays that are no arrays."""
_TAKES_ITEMS = frozenset(("list", "tuple", "set", "zip", "enumerate", "iter", "next", "map", "filter", "sorted"))
"""Built-ins that hand on the items of what they are given."""
_HANDS_ON = frozenset(("getattr", "vars", "next", "min", "max", "dict"))
"""Built-ins that may give what belongs to somebody else."""
_LOOKS_ONLY = frozenset(("float", "int", "bool", "len", "str", "isinstance", "type", "hasattr", "id", "callable"))
"""Built-ins that keep nothing of what they are given."""
_OF_NUMPY = frozenset(("array", "shares_memory"))
"""Functions of NumPy that copy anyway, or are asked whether two arrays are one."""


class Copying(ast.NodeTransformer):
    """Puts `__kept__(...)` around what may be a student's array, and `__each__(...)` around what may give some."""

    def __init__(self, own_functions: frozenset[str]) -> None:
        self._own = own_functions

    # -------------------------------------------------------------------------------------------- what comes in

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """`tensor.grad`, where it is read."""
        inner = self._base(node)
        if not isinstance(node.ctx, ast.Load) or node.attr in _FACTS or _root(node) == "np":
            return inner
        return _call("__kept__", inner)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """`dataset[0]`, where it is read; an item of the probe's own list or array is the probe's own."""
        holder = node.value
        inner = self._base(node)
        if not isinstance(node.ctx, ast.Load):
            return inner
        if isinstance(holder, ast.Name):
            return _call("__kept__", inner, ast.Name(holder.id, ast.Load()))
        return _call("__kept__", inner)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """What a call gives, unless it is a function that only ever gives something new."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "live":
            node.args = [self._bare(one) for one in node.args]
            return node
        builtin = name if hasattr(builtins, name) and name not in self._own else ""
        fresh = _root(node.func) in _OURS or name in self._own or (builtin and builtin not in _HANDS_ON)
        inner = self._called(node, builtin)
        return inner if fresh else _call("__kept__", inner)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """A statement whose value nobody takes: `told.append(x)`."""
        if isinstance(node.value, ast.Call):
            node.value = self._called(node.value, "")
        else:
            self.generic_visit(node)
        return node

    def _called(self, node: ast.Call, builtin: str) -> ast.Call:
        node.func = self._base(node.func) if isinstance(node.func, ast.Attribute) else self._visited(node.func)
        # `np.array(t.data)` is a copy already; who asks whether memory is shared means the arrays themselves.
        looks_only = builtin in _LOOKS_ONLY or (_root(node.func) == "np" and _last(node.func) in _OF_NUMPY)
        items = builtin in _TAKES_ITEMS
        node.args = [self._argument(one, looks_only=looks_only, items=items) for one in node.args]
        node.keywords = [self.visit(one) for one in node.keywords]
        return node

    def _argument(self, node: ast.expr, *, looks_only: bool, items: bool) -> ast.expr:
        if looks_only and isinstance(node, (ast.Attribute, ast.Subscript)):
            return self._base(node)
        new = self._visited(node)
        return _each(new) if items and not isinstance(node, (ast.Starred, ast.Lambda)) else new

    # -------------------------------------------------------------------------------------------- what gives items

    def visit_For(self, node: ast.For) -> ast.stmt:
        """`for batch in loader:`."""
        self.generic_visit(node)
        node.iter = _each(node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        """`... for batch in loader`."""
        self.generic_visit(node)
        node.iter = _each(node.iter)
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        """`[*loader]`; on the left of `=` it is a name."""
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            node.value = _each(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """`first, second = loader`."""
        self.generic_visit(node)
        if any(isinstance(target, (ast.Tuple, ast.List)) for target in node.targets):
            node.value = _each(node.value)
        return node

    # -------------------------------------------------------------------------------------------- what is only looked at

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """`a.grad is None`, `a.data is b.data`: of two sides nothing stays."""
        node.left = self._bare(node.left)
        node.comparators = [self._bare(one) for one in node.comparators]
        return node

    def _bare(self, node: ast.expr) -> ast.expr:
        """An expression whose value is not kept, only what it is made of."""
        if isinstance(node, ast.Call):
            return self._called(node, "")
        return self._base(node) if isinstance(node, (ast.Attribute, ast.Subscript)) else self._visited(node)

    def _base(self, node: ast.Attribute | ast.Subscript) -> ast.expr:
        """An attribute or item as it is; what it is read from is not kept, for only this step of it is."""
        if isinstance(node, ast.Subscript):
            node.slice = self._visited(node.slice)
        holder = node.value
        if isinstance(holder, (ast.Attribute, ast.Subscript)):
            node.value = self._base(holder)
        elif isinstance(holder, ast.Call):
            node.value = self._called(holder, "")
        else:
            node.value = self._visited(holder)
        return node

    def _visited(self, node: ast.expr) -> ast.expr:
        new: ast.expr = self.visit(node)
        return new


def _each(node: ast.expr) -> ast.expr:
    """The expression with its items kept, unless they have been: what is written out, and `zip` of what was kept."""
    done = isinstance(node, (ast.List, ast.Tuple, ast.ListComp, ast.Constant))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        done = node.func.id in ("range", "zip", "enumerate", "__each__")
    return node if done else _call("__each__", node)


def _root(node: ast.expr) -> str:
    """The name at the beginning of a chain: `np` of `np.random.normal`; nothing if it begins otherwise."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    made = ast.Call(ast.Name(function, ast.Load()), list(arguments), [])
    return ast.copy_location(made, arguments[0])
