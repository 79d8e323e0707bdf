"""Probes keep nothing alive: their code is compiled so that what they read from a student's objects is a copy.

A probe notes a gradient, steps again, and returns its notes. If the student's code adds to its array in place, as it may,
the note would have changed. So in a probe, and in the functions of its file that it uses, every array that comes from
outside is copied where it comes in: an attribute (`tensor.grad`), an item (`dataset[0]`), the result of a call, what a loop
is given; also inside of lists, tuples and dicts. What a probe makes itself, by `np` and `inputs`, is left alone, so that it
can see whether somebody writes into it.

Only the last step of a chain is copied: of `layer.weight.data.T` one array, of `loss.data.shape` none. What stands left
of `=` is not, so `tensor.data[0] = 9` writes into the student's array; nor is what stands in `live(...)`.

The text of the file is compiled once more with calls of `kept` and `each` (`inputs`) in these places (`copying`); no line
moves.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FunctionType

from autograder.authoring.case import SuiteError
from autograder.authoring.copying import Copying


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
    changed = ast.fix_missing_locations(Copying(own).visit(tree))
    codes: dict[tuple[str, int], list[CodeType]] = {}
    for code in _inside(compile(changed, file, "exec", dont_inherit=True)):
        codes.setdefault((code.co_name, code.co_firstlineno), []).append(code)
    return codes


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)
