"""Names for the parts of a probe's reply, read from the probe's own text: `result[1]` is `b - a`.

A probe says what it returns: `return _all([a - b, b - a])`. So the second part of its reply is `b - a`, and a student reads
that instead of a number between brackets. Nothing is run; what cannot be followed (shuffled lists, branches) has no name
and is counted: "the 2nd part". A probe that returns a dict names its parts itself, by the keys.

Only for cases that students may see.
"""

from __future__ import annotations

import ast
import copy
import inspect
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

_DRAWN = "…"
"""Stands for what a probe draws."""
_LONGEST = 72
"""Characters of a name: what is longer is counted instead."""
_WHERE, _NAMES = 64, 3
"""Characters of what a name stands for, and how many names are told."""
_MANY = 64
"""Turns of a loop, and parts of a list, that are followed."""
_DEPTH = 6
_WRAPPERS = {"_value", "list", "float", "int", "tuple", "np.array", "np.asarray"}
"""Functions that only make plain data of what they are given: `list(x.shape)` is told as `x.shape`."""
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\[\"((?:[^\"\\]|\\.)*)\"\]")


@dataclass
class _One:
    """A value that is not taken apart, by the expression it comes from, and what the names in it stand for."""

    node: ast.expr
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Many:
    """A list whose parts are known from the first on.

    `each` is what every part is like where they are not known one by one, `called` the call of a helper that made it, `node`
    the expression that stands for the whole of it.
    """

    parts: list[_Part] = field(default_factory=list)
    complete: bool = True
    each: _Part | None = None
    called: ast.expr | None = None
    node: ast.expr | None = None

    def add(self, other: _Part) -> None:
        """Puts the parts of another list at the end, as far as all that stands before is known."""
        if isinstance(other, _Many):
            if self.complete:
                self.each = _within(other.each, other.called) if other.each is not None and not self.parts else None
                self.parts = [*self.parts, *(_within(part, other.called) for part in other.parts)]
            self.complete &= other.complete
        else:
            self.complete = False


@dataclass
class _Inside:
    """A part of what a helper was called for: the gradient of `a` in `_back(a * b, a, b)`."""

    part: _Part
    called: ast.expr


_Part = _One | _Many | _Inside
_Scope = dict[str, "_Part | None"]


def place(probe: Any, path: str, record: Sequence[tuple[str, Any]] = ()) -> str:
    """The words for a place in a probe's reply, to stand before a colon; empty for the whole reply.

    Code in it stands in backticks: "`b - a`", "the 2nd part of `b - a`". `record` is what was drawn for the probe: if it
    shuffles once, the parts have that order.
    """
    orders = [value for _, value in record if isinstance(value, list)]
    whole = _reply(probe, tuple(orders[0]) if len(orders) == 1 else None)
    steps = [_step(match) for match in _STEP.finditer(path.removeprefix("result"))]
    found = _followed(whole, steps)
    if isinstance(whole, _Many) and not steps:
        found.called = whole.called
    name = _text_of(found.part) if found.part is not None else ""
    if found.part is whole and (
        steps or not isinstance(whole, _One) or not isinstance(whole.node, ast.Call | ast.Attribute)
    ):
        name = ""  # the whole of a list says nothing about its parts
    outer = _text(found.called) if found.called is not None else ""
    if name and found.called is not None and _says_all(name, found.called):
        outer = ""
    words = " ".join(
        filter(None, [f"`{name}`" if name else "", "in" if name and outer else "", f"`{outer}`" if outer else ""])
    )
    if name and (before := _before(name, found)):
        words = f"{words} after `{before}`"
    if not words:
        return _rest(steps, "")
    if found.counted:
        words = f"{words} ({found.counted})"
    where = list(found.part.where.items())[:_NAMES] if isinstance(found.part, _One) and name else []
    told = ", ".join(f"`{one} = {text}`" for one, text in where)
    return _rest(found.left, words) + (f", where {told}" if told else "")


@dataclass
class _Found:
    """Where the steps of a path lead: the part, the helper's call that made it, and the steps that could not be taken.

    `counted` tells which one it is of several that are alike.
    """

    part: _Part | None
    called: ast.expr | None
    left: Sequence[int | str]
    counted: str
    earlier: Sequence[_Part] = ()  # what stands before it in its list


def _before(name: str, found: _Found) -> str:
    """What was done before a part that may have changed it: for a plain variable the call before, for the same part the one before."""
    for part in reversed(found.earlier):
        if isinstance(part, _Inside):
            inner, called = _text_of(part.part), _text(part.called)
            if inner == name and found.called is not None and called not in ("", _text(found.called)):
                return called
        elif re.fullmatch(r"\w+(\.data)?", name) and (text := _text_of(part)) and "(" in text:
            return text.removesuffix(".data")
    return ""


def _followed(part: _Part | None, steps: Sequence[int | str]) -> _Found:
    """The part of a reply that a path leads to, as far as the probe's text tells."""
    called: ast.expr | None = None
    counted = ""
    earlier: Sequence[_Part] = ()
    for taken, step in enumerate((*steps, None)):
        while isinstance(part, _Inside):
            called, part = part.called, part.part
        if not isinstance(part, _Many) or not isinstance(step, int):
            return _Found(part, called, steps[taken:], counted, earlier)
        called = part.called or called
        if step < len(part.parts):
            earlier, part = part.parts[:step], part.parts[step]
        elif part.each is not None:
            earlier, part = (), part.each
            counted = f"the {_ordinal(step + 1)}{' of ' * bool(counted)}{counted}"
        else:
            return _Found(None, called, steps[taken:], counted)
    return _Found(part, called, (), counted)


def _text_of(part: _Part) -> str:
    """The expression that a part comes from, empty if there is none to show."""
    node = None if isinstance(part, _Inside) else part.node
    return _text(node) if node is not None else ""


def _says_all(name: str, called: ast.expr) -> bool:
    """True if the name holds all arguments that a helper was called with, so that the call says nothing more."""
    plain = _Plain().visit(copy.deepcopy(called))
    arguments = plain.args if isinstance(plain, ast.Call) else []
    return all(isinstance(one, ast.Constant) or ast.unparse(one).replace("tt.", "") in name for one in arguments)


@lru_cache(maxsize=1024)
def names_of(probe: Any) -> frozenset[str]:
    """The names that a probe, and the functions of its file that it uses, ask for: of functions, classes and attributes."""
    found: set[str] = set()
    waiting: list[Any] = [probe]
    while waiting:
        function = waiting.pop()
        codes = [function.__code__]
        while codes:
            code = codes.pop()
            codes += [part for part in code.co_consts if isinstance(part, CodeType)]
            fresh = set(code.co_names) - found
            found |= fresh
            values = (function.__globals__.get(name) for name in fresh)
            waiting += [
                value for value in values if isinstance(value, FunctionType) and value.__module__ == probe.__module__
            ]
    return frozenset(found)


def called(probe: Any, span: Any) -> str:
    """The text of a probe between two places (line, last line, column, last column), on one line; empty if there is none.

    The places may be anything a worker claims: of what stands outside of the probe nothing is told.
    """
    try:
        first, last, start, end = (int(number) for number in span)
    except (TypeError, ValueError, OverflowError):
        return ""
    return _called(probe, first, last, start, end)


@lru_cache(maxsize=4096)  # most of a class stumbles in the same few places
def _called(probe: Any, first: int, last: int, start: int, end: int) -> str:
    try:
        lines, begin = inspect.getsourcelines(probe)
    except (OSError, TypeError):
        return ""
    if not begin < first <= last < begin + len(lines):
        return ""
    chosen = [line.encode() for line in lines[first - begin : last - begin + 1]]
    chosen[-1] = chosen[-1][: max(0, end)]
    chosen[0] = chosen[0][max(0, start) :]
    try:
        node = ast.parse(b" ".join(line.strip() for line in chosen).decode(), mode="eval").body
        (function,) = ast.parse(textwrap.dedent("".join(lines))).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if isinstance(node, ast.Tuple):  # what was given too many or too few values: told by where those came from
        assigned = (
            one for one in ast.walk(function) if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Tuple)
        )
        return next((_text(one.value) for one in assigned if one.lineno == first - begin + 1), "")
    return _text(node)


def _rest(steps: Sequence[int | str], named: str) -> str:
    """The words for the steps that have no name in the probe's text, after the name they begin at."""
    for step in steps:
        if isinstance(step, str):
            named = f"{step} ({named})" if named else step
        else:
            named = f"the {_ordinal(step + 1)} part of {named}" if named else f"the {_ordinal(step + 1)} result"
    return named


def _step(match: re.Match[str]) -> int | str:
    key, index, single, double = match.groups()
    if index is not None:
        return int(index[:6])
    return next(text for text in (key, single, double) if text is not None).replace("_", " ")


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


# ---------------------------------------------------------------------------------------------------- following the text


@lru_cache(maxsize=1024)
def _reply(probe: Any, order: tuple[int, ...] | None) -> _Part | None:
    """What a probe returns, as far as its text tells; None if it tells nothing. `order` is that of its one shuffle."""
    return _returned(probe, {}, order, 0)


def _returned(function: Any, scope: _Scope, order: tuple[int, ...] | None, depth: int) -> _Part | None:
    """What a function returns when its parameters are those of `scope`."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    if not isinstance(tree, ast.FunctionDef) or depth > _DEPTH:
        return None
    return _Body(function.__globals__, scope, order, depth).run(tree.body)


class _Body:
    """The statements of one function, followed one after the other."""

    def __init__(self, space: Mapping[str, Any], scope: _Scope, order: tuple[int, ...] | None, depth: int) -> None:
        self.space, self.scope, self.order, self.depth = space, scope, order, depth
        self.made: dict[str, ast.expr | None] = {}
        """What its names stand for."""
        self.hidden: set[str] = set()
        """Names that helpers use for things of their own, too."""

    def run(self, statements: Sequence[ast.stmt]) -> _Part | None:
        """The value of the `return` at their end; None where there is a branch that may return before."""
        for statement in statements:
            if isinstance(statement, ast.Return):
                return self.explained(self.value(statement.value)) if statement.value is not None else None
            if isinstance(statement, ast.With):
                return self.run(statement.body) or self.run(statements[statements.index(statement) + 1 :])
            if any(isinstance(node, ast.Return) for node in _statements(statement)):
                return None
            self.follow(statement)
        return None

    def follow(self, statement: ast.stmt) -> None:
        """Keeps what a statement does to the lists that are known; forgets those that it may change otherwise."""
        match statement:
            case ast.Assign(targets=[target], value=value):
                self.assign(target, value)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                self.assign(target, value)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                known = self.scope.get(name)
                if isinstance(known, _Many):
                    known.add(self.explained(self.value(value)))
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value])):
                known = self.scope.get(name)
                if isinstance(known, _Many):
                    known.add(_Many([self.explained(self.value(value))]))
            case ast.For(target=target, iter=several, body=body):
                self.loop(target, self.value(several), body)
            case ast.With(body=body) | ast.Try(body=body):
                for inner in body:
                    self.follow(inner)
            case ast.Pass() | ast.FunctionDef() | ast.ClassDef():
                pass
            case _:
                self.forget(statement)

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        """A list is known by its parts, everything else by its own name."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, other in zip(target.elts, value.elts, strict=True):
                self.assign(one, other)
        elif isinstance(target, ast.Name):
            found = self.value(value)
            self.scope[target.id] = replace(found, node=target) if isinstance(found, _Many) else None
            if isinstance(found, _One):
                before = self.made.get(target.id, found.node)
                same = before is not None and ast.dump(before) == ast.dump(found.node)
                self.made[target.id] = found.node if same else None  # of two meanings neither is told
        else:
            self.forget(target)

    def forget(self, node: ast.AST) -> None:
        """The names that stand in a statement that is not followed are known by themselves alone."""
        for inner in ast.walk(node):
            if not isinstance(inner, ast.Name):
                continue
            if isinstance(inner.ctx, ast.Store) or isinstance(self.scope.get(inner.id), _Many):
                self.scope[inner.id] = None

    def explained(self, part: _Part, called: ast.expr | None = None) -> _Part:
        """A part with what its names stand for: of `stack.transpose()` that `stack` is `Tensor(random(2, 3, 4))`."""
        if isinstance(part, _Inside):
            return _Inside(self.explained(part.part, part.called), part.called)
        if isinstance(part, _Many):
            called = part.called or called
            each = None if part.each is None else self.explained(part.each, called)
            return replace(part, parts=[self.explained(one, called) for one in part.parts], each=each)
        nodes = [node for root in (part.node, called) if root is not None for node in ast.walk(root)]
        names = dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name))
        made = {name: self.made.get(name) for name in names if name not in self.hidden}
        texts = {name: _text(node) for name, node in made.items() if node is not None}
        told = {
            name: text
            for name, text in texts.items()
            if text not in ("", _DRAWN) and len(text) <= _WHERE and not text.startswith(f"{name}(")
        }
        return replace(part, where=told | dict(part.where))

    def loop(self, target: ast.expr, several: _Part, body: Sequence[ast.stmt]) -> None:
        """The body once for each item; if the items are not known, once for any of them."""
        if isinstance(several, _Many) and several.complete and len(several.parts) <= _MANY:
            for item in several.parts:
                self.turn(target, item, body)
        else:
            self.any_turn(target, several, body)
        self.made |= dict.fromkeys(self.stored(body))

    def turn(self, target: ast.expr, item: _Part, body: Sequence[ast.stmt]) -> None:
        """The body once, for one item; what its names stand for holds for this turn alone."""
        self.made = {name: node for name, node in self.made.items() if name not in self.stored(body)}
        self.bind(target, item)
        for statement in body:
            self.follow(statement)

    def any_turn(self, target: ast.expr, several: _Part, body: Sequence[ast.stmt]) -> None:
        """The body once for all turns: what a list that was empty gets is what each of its parts is like."""
        lists = {name: copy.copy(known) for name, known in self.scope.items() if isinstance(known, _Many)}
        self.scope.update({name: _Many() for name, known in lists.items() if not known.parts and known.complete})
        each = several.each if isinstance(several, _Many) else None
        if each is None:
            self.forget(target)
            self.turn(ast.Tuple([], ast.Store()), _Many(), body)
        else:
            self.turn(target, each, body)
        for name, before in lists.items():
            after = self.scope.get(name)
            if not isinstance(after, _Many) or (len(after.parts), after.complete) == (
                len(before.parts),
                before.complete,
            ):
                continue
            like = after.parts[0] if after.complete and len(after.parts) == 1 and not before.parts else None
            self.scope[name] = replace(before, complete=False, each=like)

    @staticmethod
    def stored(body: Sequence[ast.stmt]) -> set[str]:
        """The names that statements give a value."""
        nodes = [node for statement in body for node in ast.walk(statement)]
        return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}

    def bind(self, target: ast.expr, item: _Part) -> None:
        """Gives the names of a loop's target one item."""
        if isinstance(target, ast.Name):
            self.scope[target.id] = item
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(item, _Many):
            for one, part in zip(target.elts, item.parts, strict=False):
                self.bind(one, part)
        else:
            self.forget(target)

    def value(self, node: ast.expr) -> _Part:
        """What an expression gives: a list with its parts, or one value by its text."""
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return replace(self.many(elements), node=self.filled(node))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="inputs"), attr="shuffled"), args=[items]):
                return self.shuffled(self.value(items))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = self.value(left), self.value(right)
                if isinstance(first, _Many) or isinstance(second, _Many):
                    both = _Many()
                    both.add(first)
                    both.add(second)
                    return both
            case ast.ListComp(elt=element, generators=[ast.comprehension(target=target, iter=several, ifs=[])]):
                return self.comprehension(element, target, self.value(several))
            case ast.Name(id=name):
                return self.named(node, name)
            case ast.Call(func=ast.Name(id="enumerate"), args=[several]):
                return self.enumerated(self.value(several))
            case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(number))]) if number <= _MANY:
                return _Many([_One(ast.Constant(place)) for place in range(number)])
            case ast.Call(func=ast.Name(id=name)):
                found = self.space.get(name)
                if isinstance(found, FunctionType) and found.__module__ == self.space.get("__name__"):
                    return self.call(node, found)
        return _One(self.filled(node))

    def named(self, node: ast.expr, name: str) -> _Part:
        """A name: what is known of it, or a constant of the file, or the name itself."""
        known = self.scope.get(name)
        if known is not None:
            return copy.copy(known)
        constant = self.space.get(name) if name not in self.scope else None
        if isinstance(constant, (tuple, list)) and len(constant) <= _MANY:
            return self.value(ast.parse(repr(constant), mode="eval").body)
        return _One(node)

    def many(self, elements: Sequence[ast.expr]) -> _Many:
        """The parts of a list that is written out."""
        made = _Many()
        for element in elements:
            if isinstance(element, ast.Starred):
                made.add(self.value(element.value))
            else:
                made.add(_Many([self.value(element)]))
        return made

    def comprehension(self, element: ast.expr, target: ast.expr, several: _Part) -> _Many:
        """The parts of a list that is made of another one's."""
        before = dict(self.scope)
        if not isinstance(several, _Many) or not (several.complete or several.parts):
            self.bind(target, several.each) if isinstance(several, _Many) and several.each else self.forget(target)
            each = self.value(element)
            self.scope = before
            return _Many(complete=False, each=each)
        made = _Many(complete=several.complete)
        for place, item in enumerate(several.parts[:_MANY]):
            inner = item.part if isinstance(item, _Inside) else item
            self.bind(target, _numbered(inner, several, place))
            made.parts.append(self.value(element))
        made.complete &= len(several.parts) <= _MANY
        self.scope = before
        return made

    def enumerated(self, items: _Part) -> _Many:
        """The pairs of a place and a part."""
        if not isinstance(items, _Many):
            return _Many(complete=False)
        pairs: list[_Part] = [_Many([_One(ast.Constant(place)), one]) for place, one in enumerate(items.parts)]
        return _Many(pairs, items.complete)

    def shuffled(self, items: _Part) -> _Many:
        """The parts of a list in the order that was drawn, if it is known."""
        if not isinstance(items, _Many) or not items.complete or len(items.parts) != len(self.order or ()):
            return _Many(complete=False)
        return _Many([items.parts[place] for place in self.order or ()])

    def call(self, node: ast.Call, function: FunctionType) -> _Part:
        """What a helper of the probe's file returns: its list, part by part, else the call itself."""
        called = self.filled(node)
        code = function.__code__
        names = code.co_varnames[: code.co_argcount]
        given = self.many(node.args)
        scope: _Scope = dict.fromkeys(code.co_varnames)
        scope.update(zip(names, given.parts, strict=False))
        if code.co_flags & inspect.CO_VARARGS:
            rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
            scope[rest] = _Many(given.parts[len(names) :], given.complete)
        for keyword in node.keywords:
            if keyword.arg in scope:
                scope[keyword.arg] = self.value(keyword.value)
        found = _returned(function, scope, self.order, self.depth + 1)
        if not isinstance(found, _Many):
            return _One(called)
        # A helper that only takes a list apart adds nothing to the names of its parts.
        self.hidden |= {name for name in code.co_varnames if not isinstance(scope.get(name), _One)}
        plain = len(node.args) == 1 and isinstance(given.parts[0] if given.parts else None, _Many)
        return replace(found, called=None if plain else called, node=called)

    def filled(self, node: ast.expr) -> ast.expr:
        """The expression with the items of loops and the arguments of helpers in place of their names."""
        scope = self.scope

        class Fill(ast.NodeTransformer):
            def visit_Name(self, name: ast.Name) -> ast.AST:
                known = scope.get(name.id)
                node = known.node if isinstance(known, (_One, _Many)) else None
                return name if node is None else node

        filled: ast.expr = Fill().visit(copy.deepcopy(node))
        return filled


def _numbered(item: _Part, several: _Many, place: int) -> _Part:
    """An item of a list that a helper made, as `params[0]`, where its own text only says that it was drawn."""
    text = _text(item.node) if isinstance(item, _One) else ""
    drawn = _DRAWN in text or ("random(" in text and not text.startswith("random("))
    if not drawn or several.called is None or not isinstance(several.node, ast.Name):
        return item
    return _One(ast.Subscript(several.node, ast.Constant(place), ast.Load()))


def _within(part: _Part, called: ast.expr | None) -> _Part:
    return part if called is None or isinstance(part, _Inside) else _Inside(part, called)


def _statements(statement: ast.stmt) -> list[ast.AST]:
    """A statement and those inside it, without those of functions and classes that it defines."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return []
    inner = [step for block in ("body", "orelse", "finalbody") for step in getattr(statement, block, ())]
    return [statement, *(node for step in inner for node in _statements(step))]


# ---------------------------------------------------------------------------------------------------- words


def _text(node: ast.expr) -> str:
    """An expression as a student reads it, empty if it is too long: without `tt`, `inputs` and what only makes plain data."""
    text = ast.unparse(ast.fix_missing_locations(_Plain().visit(copy.deepcopy(node))))
    text = re.sub(r"\btt\.", "", text)
    return text if len(text) <= _LONGEST and "`" not in text and "\n" not in text else ""


class _Plain(ast.NodeTransformer):
    """Takes out of an expression what is the probe's own business."""

    def visit_Call(self, call: ast.Call) -> ast.AST:
        """Calls of helpers without `tt` and `inputs`, drawn values as dots, and nothing of calls that only make plain data."""
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="inputs"), attr="array"), args=sizes):
                sizes = [part for one in sizes for part in _opened(one)]
                known = all(isinstance(one, ast.Constant) for one in sizes)
                return ast.Call(ast.Name("random"), sizes, []) if known else ast.Name(_DRAWN)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="inputs"))):
                return ast.Name(_DRAWN, ast.Load())
            case ast.Call(func=ast.Name(id="raises"), args=[ast.Lambda(body=body)]):
                return self.visit(body)  # type: ignore[no-any-return]
            case ast.Call(func=ast.Name(id="raises"), args=[function, *arguments], keywords=keywords):
                return self.visit(ast.Call(function, arguments, keywords))  # type: ignore[no-any-return]
            case ast.Call(func=ast.Name(id=str(id)), args=[*_, ast.Lambda(body=body)]) if id.startswith("_"):
                return self.visit(body)  # type: ignore[no-any-return]
            case ast.Call(func=ast.Name(id="getattr"), args=[thing, ast.Constant(value=str(name))]):
                return self.visit(ast.Attribute(thing, name, ast.Load()))  # type: ignore[no-any-return]
        self.generic_visit(call)
        name = ast.unparse(call.func)
        if name in _WRAPPERS and call.args:
            return call.args[0]
        private = isinstance(call.func, ast.Name) and call.func.id.startswith("_")
        drawn = any(isinstance(one, ast.Name) and one.id == "inputs" for one in call.args)
        call.args = [one for one in call.args if not (isinstance(one, ast.Name) and one.id in ("tt", "inputs"))]
        if private and drawn and all(isinstance(one, ast.Constant) for one in call.args):
            return ast.Name(_DRAWN, ast.Load())
        call.args = [part for one in call.args for part in _opened(one)]
        call.keywords = [part for one in call.keywords for part in _opened_keyword(one)]
        if isinstance(call.func, ast.Name):
            call.func = ast.Name(call.func.id.lstrip("_") or call.func.id, ast.Load())
        return call


def _opened(argument: ast.expr) -> list[ast.expr]:
    """The arguments that `*(2, 3)` stands for."""
    opened = isinstance(argument, ast.Starred) and isinstance(argument.value, (ast.Tuple, ast.List))
    return argument.value.elts if opened else [argument]  # type: ignore[attr-defined]


def _opened_keyword(keyword: ast.keyword) -> list[ast.keyword]:
    """The keywords that `**{"axis": 0}` stands for."""
    if keyword.arg is not None or not isinstance(keyword.value, ast.Dict):
        return [keyword]
    pairs = zip(keyword.value.keys, keyword.value.values, strict=True)
    return [ast.keyword(str(key.value), value) for key, value in pairs if isinstance(key, ast.Constant)]
