"""Program text as pieces with a meaning, for coloring."""

from __future__ import annotations

from functools import lru_cache

Piece = tuple[str, str]
"""Text, and what it is: `keyword`, `string`, `comment`, or empty."""


@lru_cache(maxsize=256)
def highlighted(text: str, language: str) -> tuple[tuple[Piece, ...], ...]:
    """The lines of a program, each in pieces; plain lines where the language is not known."""
    from pygments import lex
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    text = text.rstrip()
    try:
        lexer = get_lexer_by_name(language, stripnl=False, stripall=False)
    except ClassNotFound:
        return tuple(((line, ""),) if line else () for line in text.split("\n"))
    lines: list[list[Piece]] = [[]]
    for token, value in lex(text, lexer):
        kind = _kind(str(token))
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if piece:
                last = lines[-1][-1] if lines[-1] else None
                if last is not None and last[1] == kind:
                    lines[-1][-1] = (last[0] + piece, kind)
                else:
                    lines[-1].append((piece, kind))
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return tuple(tuple(line) for line in lines)


def _kind(token: str) -> str:
    for name, kind in (("Comment", "comment"), ("Keyword", "keyword"), ("String", "string")):
        if f".{name}" in token:
            return kind
    return "keyword" if token == "Token.Operator.Word" else ""
