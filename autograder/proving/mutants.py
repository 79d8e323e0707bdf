"""Small changes of a right text, each of which should cost points: what can be changed, and the texts that come of it.

Only what functions compute is changed: operators, constants, comparisons, axes, conditions, arguments, statements, what is
returned. How a value is shown, checked by the text's own tests, documented or complained about stays as it is.
"""

from __future__ import annotations

import ast
import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

from autograder.proving.known import DIGITS

_LEFT_ALONE = re.compile(r"__(repr|str|format|doc)__|(test|demo|example|explore|analyze|plot)(_.*|)|main")
"""The names of functions that show or try something."""
_WIDTH = 110
_OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.MatMult: ast.Mult,
}
_ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_WRITTEN: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%"},
    **{ast.MatMult: "@", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="},
    **{ast.And: "and", ast.Or: "or"},
}
_ORDERED = frozenset(
    ["isinstance", "issubclass", "getattr", "hasattr", "setattr", "super", "max", "min", "maximum", "minimum"]
)
"""Functions whose arguments are not exchanged: it would be an error at once, or change nothing."""
_DROPPED = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Delete, ast.Raise, ast.Assert, ast.Break)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Mutant:
    """A text with one small change: in which function, at which line, the lines before and after, and the hash of the change.

    The hash is of the function as it was and as it is, without comments: it is the same in whoever's file.
    """

    function: str
    line: int
    before: str
    after: str
    content: str
    text: str


class _Place(NamedTuple):
    """Where a node stands: the field of its parent, and the place in there if that is a list."""

    parent: ast.AST
    field: str
    at: int | None = None

    def put(self, node: ast.AST) -> None:
        """Puts a node there."""
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


class _Between(NamedTuple):
    """An operator as it is written between two nodes, and the one to write instead."""

    left: ast.AST
    right: ast.AST
    old: str
    new: str


class _Change(NamedTuple):
    """One small change: a node that takes another's place, in a function."""

    function: str
    inside: Function
    place: _Place
    old: ast.AST
    new: ast.AST
    between: _Between | None = None


class Changeable:
    """A text with everything in it that can be changed. Raises SyntaxError, ValueError or RecursionError if it is no Python."""

    def __init__(self, text: str) -> None:
        # What `extract` has read is read once more: of comments, only marks of cells could mean something to it.
        self._text = re.sub(r"(?m)^([ \t]*)#.*$", r"\1#", text)
        self._tree = ast.parse(self._text)
        self._lines = [line.encode() for line in re.split(r"(?<=\n)", self._text)]
        self._changes = list(_in_node(self._tree, "", None, ""))

    def functions(self) -> list[str]:
        """The function that each possible change is in."""
        return [change.function for change in self._changes]

    def shares(self) -> dict[str, float]:
        """The part of all functions' lines that each function has, without the functions in it."""
        lines = Counter[str]()
        for name, node in _functions(self._tree, ""):
            inner = sum(_length(one) for one in ast.walk(node) if one is not node and isinstance(one, Function))
            lines[name] += max(_length(node) - inner, 1)
        return {name: count / lines.total() for name, count in lines.items()}

    def order(self, seed: str) -> list[int]:
        """The numbers of all changes in the order that a seed gives."""
        numbers = list(range(len(self._changes)))
        random.Random(seed).shuffle(numbers)
        return numbers

    def mutant(self, number: int) -> Mutant | None:
        """The text with one change made; None where it cannot be written so that it means that."""
        change = self._changes[number]
        before = ast.unparse(change.inside)
        change.place.put(change.new)
        try:
            after, wanted = ast.unparse(ast.fix_missing_locations(change.inside)), ast.dump(self._tree)
        finally:
            change.place.put(change.old)
        text = next((text for text in self._written(change) if _means(text, wanted)), None)
        if text is None or before == after:
            return None
        content = hashlib.sha256(f"{before}\0{after}".encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
        line = change.old.lineno  # type: ignore[attr-defined]
        return Mutant(change.function, line, *_differing(self._text, text), content, text)

    def without(self, function: str) -> str:
        """The text in which this function raises an error whenever it is called."""
        tree = deepcopy(self._tree)
        for name, node in _functions(tree, ""):
            if name == function:
                node.body = ast.parse("raise RuntimeError").body
        return ast.unparse(tree)

    def _written(self, change: _Change) -> Iterator[str]:
        """Ways to write a change into the text, the plainest first."""
        if change.between is not None:
            left, right, old, new = change.between
            start, end = self._offset(left, "end_"), self._offset(right)
            piece = self._bytes[start:end].decode()
            yield self._with(start, end, piece.replace(old, new, 1))
        start, end = self._offset(change.old), self._offset(change.old, "end_")
        written = ast.unparse(change.new)
        yield self._with(start, end, written)
        yield self._with(start, end, f"({written})")

    @property
    def _bytes(self) -> bytes:
        return b"".join(self._lines)

    def _with(self, start: int, end: int, piece: str) -> str:
        return (self._bytes[:start] + piece.encode() + self._bytes[end:]).decode()

    def _offset(self, node: ast.AST, which: str = "") -> int:
        """The place of a node's first byte in the text, or behind its last."""
        line, column = getattr(node, f"{which}lineno"), getattr(node, f"{which}col_offset")
        return sum(map(len, self._lines[: line - 1])) + int(column)


def _means(text: str, wanted: str) -> bool:
    """True if a text is read as the wanted tree."""
    try:
        return ast.dump(ast.parse(text)) == wanted
    except (SyntaxError, ValueError):
        return False


def _differing(old: str, new: str) -> tuple[str, str]:
    """The lines that differ of two texts, each on one line, cut around the difference."""
    ours, theirs = old.split("\n"), new.split("\n")
    pairs = zip(ours, theirs, strict=False)
    start = next((number for number, (mine, other) in enumerate(pairs) if mine != other), 0)
    pairs = zip(reversed(ours), reversed(theirs), strict=False)
    rest = next((number for number, (mine, other) in enumerate(pairs) if mine != other), 0)
    before, after = (" ".join(" ".join(lines[start : len(lines) - rest]).split()) for lines in (ours, theirs))
    equal = next((place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    cut = max(0, equal - _WIDTH // 2) if max(len(before), len(after)) > _WIDTH else 0
    return _cut(before, cut), _cut(after, cut)


def _cut(text: str, start: int) -> str:
    return ("…" if start else "") + text[start : start + _WIDTH] + ("…" if len(text) > start + _WIDTH else "")


def _length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _functions(node: ast.AST, names: str) -> Iterator[tuple[str, Function]]:
    """Every function below a node with its dotted name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            name = f"{names}{child.name}"
            if not isinstance(child, ast.ClassDef):
                yield name, child
            yield from _functions(child, f"{name}.")
        else:
            yield from _functions(child, names)


# ---------------------------------------------------------------------------------------------------- what can be changed


def _in_node(node: ast.AST, names: str, inside: Function | None, function: str) -> Iterator[_Change]:
    """Every change below a node; `names` is what stands before the names of functions here."""
    for place, child in _children(node):
        if _is_left_alone(child):
            continue
        if isinstance(child, Function | ast.ClassDef):
            name = f"{names}{child.name}"
            if isinstance(child, ast.ClassDef):
                yield from _in_node(child, f"{name}.", inside, function)
            else:
                yield from _in_node(child, f"{name}.", child, name)
            continue
        if inside is not None:
            for old_place, old, new, between in _changes(place, child):
                yield _Change(function, inside, old_place, old, new, between)
        yield from _in_node(child, names, inside, function)


def _children(node: ast.AST) -> Iterator[tuple[_Place, ast.AST]]:
    """The nodes below a node that compute something, with their places: no annotations, decorators, messages."""
    left_out = {"annotation", "returns", "decorator_list", "type_params", "msg", "bases", "keywords"}
    if isinstance(node, ast.Call):
        left_out -= {"keywords"}
    if isinstance(node, ast.Raise):
        return
    for field, value in ast.iter_fields(node):
        if field in left_out:
            continue
        if isinstance(value, ast.AST):
            yield _Place(node, field), value
        elif isinstance(value, list):
            yield from ((_Place(node, field, i), item) for i, item in enumerate(value) if isinstance(item, ast.AST))


def _is_left_alone(node: ast.AST) -> bool:
    """True for what shows, tries or documents something."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return bool(_LEFT_ALONE.fullmatch(name))
        case ast.Expr(value=ast.Constant()) | ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
    return False


_Made = tuple[_Place, ast.AST, ast.AST, _Between | None]


def _changes(place: _Place, node: ast.AST) -> Iterator[_Made]:
    """The changes of one node: its place, it, what takes its place, and the operator if it is only that."""
    if isinstance(node, ast.stmt):
        yield from _of_statement(place, node)
    if isinstance(node, (ast.If, ast.While, ast.IfExp)) and not isinstance(node.test, ast.Constant):
        forced = (False,) if isinstance(node, ast.While) else (True, False)
        yield from ((_Place(node, "test"), node.test, ast.Constant(value), None) for value in forced)
    if isinstance(node, ast.comprehension):
        yield from ((_Place(node, "ifs", i), old, ast.Constant(True), None) for i, old in enumerate(node.ifs))
    if isinstance(node, ast.keyword) and node.arg in ("axis", "dim") and not _is_none(node.value):
        yield _Place(node, "value"), node.value, ast.Constant(None), None
    if isinstance(node, ast.expr):
        yield from ((place, node, new, between) for new, between in _of_expression(node))


def _of_statement(place: _Place, node: ast.stmt) -> Iterator[_Made]:
    if isinstance(node, _DROPPED):
        yield place, node, ast.Pass(), None
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield place, node, ast.Return(ast.Constant(None)), None
    if isinstance(node, ast.AugAssign):
        if other := _OTHER.get(type(node.op)):
            written = _Between(node.target, node.value, f"{_WRITTEN[type(node.op)]}=", f"{_WRITTEN[other]}=")
            yield place, node, ast.AugAssign(node.target, other(), node.value), written
        yield place, node, ast.Assign([node.target], node.value), None


def _of_expression(node: ast.expr) -> Iterator[tuple[ast.AST, _Between | None]]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            if other := _OTHER.get(type(op)):
                yield ast.BinOp(left, other(), right), _Between(left, right, _WRITTEN[type(op)], _WRITTEN[other])
            if isinstance(op, _ONE_WAY) and ast.dump(left) != ast.dump(right):
                yield ast.BinOp(right, op, left), None
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for new in _COMPARED[type(op)]:
                signs = _WRITTEN.get(type(op)), _WRITTEN.get(new)
                between = _Between(left, right, signs[0], signs[1]) if signs[0] and signs[1] else None
                yield ast.Compare(left, [new()], [right]), between
        case ast.BoolOp(op=op, values=values):
            other_op = ast.Or() if isinstance(op, ast.And) else ast.And()
            written = _Between(values[0], values[1], _WRITTEN[type(op)], _WRITTEN[type(other_op)])
            yield ast.BoolOp(other_op, values), written if len(values) == 2 else None
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield operand, None
        case ast.Call(func=function, args=[first, second, *rest]):
            named = getattr(function, "attr", getattr(function, "id", "")) in _ORDERED
            starred = any(isinstance(one, ast.Starred) for one in node.args)
            if not named and not starred and ast.dump(first) != ast.dump(second):
                yield ast.Call(function, [second, first, *rest], node.keywords), None
        case ast.Constant(value=bool() | int() | float() as value):
            yield from ((_number(other), None) for other in _other_values(value))


def _other_values(value: float) -> Sequence[float]:
    """The values that take a constant's place: the other truth, the numbers beside it, the double.

    Not -1 for 0: the last of one thing is the first.
    """
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1) if value else (1,)
    return (value + 1.0, value * 2) if abs(value) >= 1e-3 else (value + 1.0,)


def _number(value: float) -> ast.expr:
    """A number as it is written: a negative one is a minus and a number."""
    if isinstance(value, bool) or value >= 0:
        return ast.Constant(value)
    return ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
