"""What several lost cases have in common: a line that stops them, a name that is missing, the same end, or the same function.

All of it is read from what visible cases told; of hidden cases nothing is looked at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.reports.html import pieces

_FAMILY = 2  # so many cases stopped by one line, or for one name, are worth a word
_ALIKE = 3  # so many that end alike
_STOPPED = re.compile(
    r"the code raised (?P<what>.*) \((?P<place>(?:cell \d+(?: \(In \[\d+\]\))?, )?line \d+)\)"
    r"(?:; the case had asked for `[^`]*`)?"
)
_UNKNOWN = re.compile(r"NameError: name '\w+' is not defined")
_NOT_THERE = re.compile(r"the code raised AttributeError: the module has no `\w+`")
ASIDE = re.compile(r"; the case had asked for (`[^`]*`)$")
_CHANGED = re.compile(
    r"(?P<what>`(?P<name>\w+)(?:\.data)?`(?: after `[^`]*`)?), where (?:`\w+ = [^`]*`, )*"
    r"`(?P=name) = (?:Tensor\()?(?:random\([\d, ]*\)|…)\)?`(?:, `\w+ = [^`]*`)*: \d+ of \d+ values? differs?;"
)
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"}
_PLAIN = {"copy", "numpy", "append", "tolist", "astype", "item"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a visible case that was lost told, as the judge wrote it, with the points it would have earned."""

    case: str
    text: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Cause:
    """What stopped several cases: their ids in order, what they told, and the points they cost together.

    `place` is the student's line, empty where there are several; `name` is true if a name is missing there. Without either
    they only ended alike.
    """

    cases: tuple[str, ...]
    text: str
    place: str
    points: Fraction
    name: bool = False


def causes(told: Sequence[Told]) -> list[Cause]:
    """The causes that several cases share, the most expensive first; each case belongs to one at most."""
    groups: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        groups.setdefault(_shared(one.text), []).append(one)
    found = [
        Cause(
            tuple(one.case for one in group),
            ASIDE.sub("", group[0].text),
            text if kind == "line" else "",
            sum((one.points for one in group), Fraction(0)),
            kind == "name",
        )
        for (kind, text), group in (((key[0].split(" ")[0], key[1]), group) for key, group in groups.items())
        if len(group) >= (_ALIKE if kind == "end" else _FAMILY)
    ]
    return sorted(found, key=lambda cause: -cause.points)


def _shared(text: str) -> tuple[str, str]:
    """What others must share with a lost case to be lost for the same reason: its kind, and a line, a name or an end."""
    plain, stopped = ASIDE.sub("", text), _STOPPED.fullmatch(text)
    if stopped and _UNKNOWN.match(stopped["what"]):
        return "name", stopped["what"]
    if stopped:  # of one line, exceptions of one kind
        return f"line {stopped['what'].partition(':')[0]}", stopped["place"]
    return "name" if _NOT_THERE.fullmatch(plain) else "end", plain


def about_the_same(told: Sequence[Told], exports: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For cases that are about the same functions as one before them: that one's id, and the functions in words."""
    first: dict[frozenset[str], str] = {}
    same: dict[str, tuple[str, str]] = {}
    for one in told:
        functions = frozenset(_functions(one.text, exports))
        if functions and functions in first:
            same[one.case] = first[functions], " and ".join(f"`{name}`" for name in sorted(functions))
        elif functions:
            first[functions] = one.case
    return same


def changed_input(text: str) -> str:
    """The words for an input that is not what it was any more, if that is what a case told; empty if not.

    That is: what differs is a variable that was only drawn, after something was called with it.
    """
    match = _CHANGED.match(text)
    return match["what"] if match else ""


def _functions(text: str, exports: Sequence[str]) -> Iterator[str]:
    """The module's functions and classes, methods and operators that stand in the code at the beginning of what was told."""
    code, where = _code(text)
    for piece in code:
        for node in _nodes(piece):
            if isinstance(node, ast.Name) and node.id in where:
                yield from (
                    inner.id for inner in _nodes(where[node.id]) if isinstance(inner, ast.Name) and inner.id in exports
                )
            elif isinstance(node, ast.Name) and node.id in exports:
                yield node.id
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr not in _PLAIN:
                yield node.func.attr
            elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
                yield _OPERATORS[type(node.op)]


def _code(text: str) -> tuple[list[str], dict[str, str]]:
    """The pieces of code that name the place, and what the names in them stand for."""
    code: list[str] = []
    where: dict[str, str] = {}
    for piece, is_code in pieces(text):
        if is_code and (stands := re.fullmatch(r"(\w+) = (.*)", piece)):
            # What only holds drawn numbers is an input, and not what a case is about.
            where[stands[1]] = "" if "random(" in piece or piece.endswith("(…)") else stands[2]
        elif is_code:
            code.append(piece)
        elif ": " in piece:
            return code, where
    return [], {}


def _nodes(code: str) -> list[ast.AST]:
    """The nodes of an expression; none of what is no expression."""
    try:
        return list(ast.walk(ast.parse(code.replace("…", "_"), mode="eval")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
