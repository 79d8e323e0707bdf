"""Probes keep nothing alive: their code is compiled so that what they read from a student's objects is a copy.

A probe notes a gradient, steps again, and returns its notes. If the student's code adds to its array in place, as it may,
the note would have changed. So in a probe, and in the functions of its file that it uses, every array that comes from
outside is copied where it comes in: an attribute (`tensor.grad`), an item (`dataset[0]`), the result of a call, what a loop
is given; also inside of lists, tuples and dicts. What a probe makes itself, by `np` and `inputs`, is left alone, so that it
can see whether somebody writes into it.

Only the last step of a chain is copied: of `layer.weight.data.T` one array, of `loss.data.shape` none. What stands left
of `=` is not, so `tensor.data[0] = 9` writes into the student's array; nor is what stands in `live(...)`.

The text of the file is compiled once more with calls of `kept` and `each` (`inputs`) in these places; no line moves.
"""

from __future__ import annotations

import ast
import builtins
import linecache
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FunctionType

from autograder.authoring.case import SuiteError

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


def keeping(function: FunctionType) -> CodeType:
    """The code of a function of a file of cases, in which all that is read from a student's objects is copied.

    Raises SuiteError where its text is not to be found.
    """
    code = function.__code__
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    found = _compiled(text, code.co_filename).get((code.co_name, code.co_firstlineno), [])
    alike = [one for one in found if one.co_varnames == code.co_varnames]
    if len(alike) != 1:
        why = "two functions of one name begin in this line" if alike else "the text of this function cannot be read"
        place = f"{code.co_filename}:{code.co_firstlineno}"
        raise SuiteError([f"{place}: {why}; a probe stands in a file, and begins on a line of its own"])
    return alike[0]


@lru_cache(maxsize=32)
def _compiled(text: str, file: str) -> dict[tuple[str, int], list[CodeType]]:
    """The code of every function in a text, however deep, by name and first line."""
    tree = ast.parse(text)
    own = frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    changed = ast.fix_missing_locations(_Copying(own).visit(tree))
    codes: dict[tuple[str, int], list[CodeType]] = {}
    for code in _inside(compile(changed, file, "exec", dont_inherit=True)):
        codes.setdefault((code.co_name, code.co_firstlineno), []).append(code)
    return codes


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)


class _Copying(ast.NodeTransformer):
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
