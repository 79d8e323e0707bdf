"""Lines only Jupyter understands, `%`, `%%`, `!` and `?`, made into lines that do nothing. Nothing is executed.

One does something: `%run 01_tensor.ipynb`, with which a notebook takes the names of an earlier one, becomes an import of them.

This file runs in the sandbox and imports nothing else of the project.
"""

from __future__ import annotations

import re

_CELL_MAGIC = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*%%[ \t]*(\w*)")
_BODY_IS_PYTHON = ("time", "timeit", "capture", "prun")
_PYTHON = re.compile(
    r"#[^\n]*|\"\"\"|'''|\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"?|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?|[\[({]|[\])}]|\\\n|\n",
    re.S,
)
_LONG = {
    quote: re.compile(rf"[^{quote}\\]*+(?:(?:\\.|{quote}(?!{quote * 2}))[^{quote}\\]*+)*+", re.S) for quote in "\"'"
}
_MAGIC = re.compile(
    r"([ \t]*+)(?:([\w.,\[\] \t]+=)[ \t]*+(?=[%!])|)"
    r"(?:[%!?](?:[^\n\\]|\\.|\\\n)*|get_ipython\(\)\.(?:run_\w+|system|getoutput)\([^\n]*|\*?[A-Za-z_][\w.*\[\]]*+[ \t]*+\?{1,2}[ \t]*+(?=\n|$))"
)
_RUN = "%run "
RUN_PACKAGE = "__run__"
"""The package from which a module is imported that a notebook runs: one of the course's by its last part, or nothing."""
_SUSPECT = re.compile(rf"^(?:[ \t]*+%%|{_MAGIC.pattern})", re.M)


def neutralised(text: str) -> str:
    """A cell with its magics, shell lines and questions made into `pass`; strings and operators stay as they are.

    Where a statement begins, no Python begins with `%`, `!` or `?`, so the scan has to know only where statements
    begin: outside of strings and brackets, after a line end without a backslash. Lines keep their numbers.
    """
    if not _SUSPECT.search(text):
        return text
    if magic := _CELL_MAGIC.match(text):
        if magic[1] not in _BODY_IS_PYTHON:
            return "\n".join(line if line.startswith("#") else f"# {line}" for line in text.split("\n"))
        start = text.rindex("%%", 0, magic.end())
        end = text.find("\n", start)
        text = text[:start] + "pass" + (text[end:] if end >= 0 else "")
    pieces: list[str] = []
    at = depth = 0
    begins = True
    while at < len(text):
        if begins and (match := _MAGIC.match(text, at)):
            assigned = match[2] or ""
            lost = match[0].count("\n")
            pieces.append(match[1] + (f"{assigned} None" if assigned else _statement(match[0])) + "\n" * lost)
            at = match.end()
        begins = False
        token = _PYTHON.search(text, at)
        if not token:
            break
        pieces.append(text[at : token.end()])
        at = token.end()
        if token[0] in ('"""', "'''"):
            inner = _LONG[token[0][0]].match(text, at)
            stop = min(len(text), inner.end() + 3) if inner else len(text)
            pieces.append(text[at:stop])
            at = stop
        elif token[0] in "[({":
            depth += 1
        elif token[0] in "])}":
            depth = max(0, depth - 1)
        elif token[0] == "\n":
            begins = depth == 0
    pieces.append(text[at:])
    return "".join(pieces)


def _statement(line: str) -> str:
    """What a line for Jupyter becomes: an import where it runs a file, at the margin alone, as Python allows; else `pass`."""
    stem, dot, suffix = line.removeprefix(_RUN).strip().strip("\"'").rpartition(".")
    name = stem.rpartition("/")[2].lstrip("0123456789_")
    if line.startswith(_RUN) and suffix in ("ipynb", "py") and dot and name.isidentifier():
        return f"from {RUN_PACKAGE}.{name} import *"
    return "pass"
