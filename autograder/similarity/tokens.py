"""The tokens of a Python text in which nothing is left that is changed without a thought: names, comments, white space.

No parser is asked, so text that is no Python has tokens, too, and none of it can be too deep.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

_PATTERN = re.compile(
    r"""(?P<skip>[^\S\n]++|\#[^\n]*+|\\\n)
    |(?P<string>(?:[rRbBuUfFtT]{1,2}(?=["']))?(?:
        \"{3}[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:\"{3}|\Z)
        |'{3}[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'{3}|\Z)
        |"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?+
        |'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?+))
    |(?P<name>[^\W\d]\w*+)
    |(?P<number>\.?\d(?:[eE][+-]|[\w.])*+)
    |(?P<end>\n)
    |(?P<sign>\*\*=?|//=?|>>=?|<<=?|->|:=|[=!<>+\-*/%&|^@]=|.)""",
    re.X | re.S,
)
_CHOSEN, _STRING, _NUMBER = "v", '"', "0"
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_PYTHON = frozenset(keyword.kwlist) | frozenset(name for name in dir(builtins) if not name.startswith("_"))


class Token(NamedTuple):
    """A token: what is compared of it, and the line it begins in, counted from 0."""

    symbol: str
    line: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that are not a student's to choose: those of the interface, and attributes that the reference uses."""

    names: Collection[str] = frozenset()
    attributes: Collection[str] = frozenset()


_ATTRIBUTE = re.compile(r"\.[^\S\n]*([^\W\d]\w*)")


def attributes_in(text: str) -> set[str]:
    """The names that stand behind a dot in a text of ours."""
    return set(_ATTRIBUTE.findall(text))


def tokens(text: str, vocabulary: Vocabulary) -> Iterator[Token]:
    """The tokens of a text; a name that a student chose is the same token whatever it is, and so is every string and number.

    Comments, line ends and strings that stand alone, as docstrings do, are no tokens.
    """
    line = depth = 0
    begins, alone, behind_dot = True, None, False
    for match in _PATTERN.finditer(text):
        kind, found = match.lastgroup, match[0]
        if kind == "end":
            begins, alone = begins or not depth, None
        elif kind != "skip":
            if alone is not None:
                yield alone
            token = Token(_symbol(kind, found, vocabulary, behind_dot), line)
            alone = token if begins and kind == "string" else None
            if alone is None:
                yield token
            depth = max(0, depth + (found in _OPEN) - (found in _CLOSE))
            begins, behind_dot = False, found == "."
        line += found.count("\n")


def _symbol(kind: str | None, found: str, vocabulary: Vocabulary, behind_dot: bool) -> str:
    """What is compared of a token."""
    if kind == "name":
        known = vocabulary.attributes if behind_dot else _PYTHON
        return found if found in known or found in vocabulary.names else _CHOSEN
    return {"string": _STRING, "number": _NUMBER}.get(str(kind), found)
