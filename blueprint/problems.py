"""Problems of a course, as data: where each stands, what was expected, and the next step.

Everything that reads or checks a course collects `Problem`s and goes on, so that a person sees all of them at
once. One place, `render`, turns them into text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; line and column count from 1, column in characters."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend."""

    mark: Mark
    message: str
    hint: str = ""
    severity: Severity = "error"


class CourseError(Exception):
    """A course could not be used; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problem{'s' * (len(problems) != 1)}")
        self.problems = tuple(problems)


class UsageError(Exception):
    """Raised when something cannot be done as asked; the message says why, and what to do (`Exit.CANNOT`)."""


def close_match(word: str, known: Iterable[str], nearness: float = 0.6) -> str | None:
    """The known word a person probably meant, if one is near (1 is the same word, 0 has no letter in common)."""
    lowered = {name.lower(): name for name in known}
    for name, written in lowered.items():
        if _without_zeros(name) == _without_zeros(word.lower()):  # `vol1-5` is `vol1-05`, not `vol1-15`
            return written
    matches = get_close_matches(word.lower(), lowered, n=1, cutoff=nearness)
    return lowered[matches[0]] if matches else None


def _without_zeros(word: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", word)


def quoted(text: str) -> str:
    """Text that somebody wrote, in backticks: on one line, and cut where it is long."""
    line = " ".join(text.split())
    return f"`{line if len(line) <= 40 else line[:39] + '…'}`"


def suggestion(word: str, known: Sequence[str], what: str) -> str:
    """A hint for an unknown word: the near match, or the choice."""
    if match := close_match(word, known):
        return f"did you mean `{match}`?"
    if not known:
        return f"there are no {what} yet"
    shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"{what} known here: {shown}"


def in_file_order(problems: Iterable[Problem], files: Sequence[str] = ()) -> list[Problem]:
    """Problems sorted by file (in the order given, then by name), line and column; repeats dropped."""
    rank = {name: index for index, name in enumerate(files)}
    key: Callable[[Problem], tuple[int, str, int, int, str]] = lambda p: (  # noqa: E731 -- a name for the key only
        rank.get(p.mark.file, len(rank)),
        p.mark.file,
        p.mark.line,
        p.mark.column,
        p.message,
    )
    return sorted(dict.fromkeys(problems), key=key)


def render(problems: Iterable[Problem], read: Callable[[str], str | None] | None = None) -> str:
    """Problems as a person reads them: place, message, the line with a caret, the hint."""
    read = read or _read
    sources: dict[str, list[str]] = {}
    blocks = []
    for problem in problems:
        if problem.mark.file not in sources:
            sources[problem.mark.file] = split_lines(read(problem.mark.file) or "")
        blocks.append(_render_one(problem, sources[problem.mark.file]))
    return "\n".join(blocks)


def _render_one(problem: Problem, lines: Sequence[str]) -> str:
    mark = problem.mark
    parts = [f"{mark}: {problem.severity}: {_visible(' '.join(problem.message.split()))}"]
    if 1 <= mark.line <= len(lines) and lines != [""]:
        text, column = _window(_visible(lines[mark.line - 1]), mark.column)
        gutter = f"{mark.line:>5} | "
        parts.append((gutter + text).rstrip())
        parts.append(" " * (len(gutter) - 2) + "| " + " " * _width(text[: column - 1]) + "^")
    if problem.hint:
        parts.append(f"        {_visible(' '.join(problem.hint.split()))}")
    return "\n".join(parts)


def _visible(line: str) -> str:
    """A line with every control character made harmless; a tab stays one column wide, as in its mark."""
    return "".join("→" if c == "\t" else c if c.isprintable() else "·" for c in line)


def _width(text: str) -> int:
    """Columns a text takes on a terminal: Chinese characters take two, combining accents none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _window(line: str, column: int, width: int = 110) -> tuple[str, int]:
    """The part of a long line around a column, and the column within it."""
    if len(line) <= width:
        return line, min(column, len(line) + 1)
    start = max(0, min(column - width // 2, len(line) - width))
    text = ("…" if start else "") + line[start : start + width] + ("…" if start + width < len(line) else "")
    return text, column - start + (1 if start else 0)


def split_lines(text: str) -> list[str]:
    """The lines of a text as YAML counts them; `str.splitlines` would also end a line at a form feed."""
    return re.split("\r\n|[\r\n\x85\u2028\u2029]", text)


def source_lines(file: str) -> list[str]:
    """The lines of a file that a mark names; none where it cannot be read."""
    return split_lines(_read(file) or "")


def _read(file: str) -> str | None:
    try:
        data = Path(file).read_bytes()
    except OSError:
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or 0 in data[:2]:
        return None  # UTF-16, of which no line can be shown
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def summary(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`."""
    errors = sum(p.severity == "error" for p in problems)
    warnings = len(problems) - errors
    counted = [f"{n} {word}{'s' * (n != 1)}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(counted) or "no problems"
