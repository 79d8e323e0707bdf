"""What is wrong with a course, as data: where it stands, what was expected, and the next step.

Everything that reads or checks a course collects `Problem`s and goes on, so that a person sees all of them at
once. One place, `render`, turns them into text.
"""

from __future__ import annotations

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
    """A command was called in a way that cannot work; the message says what to do (exit code 2)."""


def close_match(word: str, known: Iterable[str]) -> str | None:
    """The known word a person probably meant, if one is near."""
    matches = get_close_matches(word.lower(), {name.lower(): name for name in known} or {}, n=1, cutoff=0.6)
    return next((name for name in known if matches and name.lower() == matches[0]), None)


def suggestion(word: str, known: Sequence[str], what: str) -> str:
    """A hint for an unknown word: the near match, or the choice."""
    if match := close_match(word, known):
        return f"did you mean `{match}`?"
    if not known:
        return f"no {what} is defined yet"
    shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"{what} known here: {shown}"


def in_file_order(problems: Iterable[Problem], files: Sequence[str] = ()) -> list[Problem]:
    """Problems sorted by file (in the order given, then by name), line and column; repeats dropped."""
    rank = {name: index for index, name in enumerate(files)}
    key: Callable[[Problem], tuple[int, str, int, int, str]] = lambda p: (  # noqa: E731 -- a name for the key only
        rank.get(p.mark.file, len(rank)), p.mark.file, p.mark.line, p.mark.column, p.message)
    return sorted(dict.fromkeys(problems), key=key)


def render(problems: Iterable[Problem], read: Callable[[str], str | None] | None = None) -> str:
    """Problems as a person reads them: place, message, the line with a caret, the hint."""
    read = read or _read
    sources: dict[str, list[str]] = {}
    blocks = []
    for problem in problems:
        if problem.mark.file not in sources:
            sources[problem.mark.file] = (read(problem.mark.file) or "").splitlines()
        blocks.append(_render_one(problem, sources[problem.mark.file]))
    return "\n".join(blocks)


def _render_one(problem: Problem, lines: Sequence[str]) -> str:
    mark = problem.mark
    parts = [f"{mark}: {problem.severity}: {problem.message}"]
    if 1 <= mark.line <= len(lines):
        text, column = _window(_visible(lines[mark.line - 1]), mark.column)
        gutter = f"{mark.line:>5} | "
        parts.append(gutter + text)
        parts.append(" " * (len(gutter) - 2) + "| " + " " * (column - 1) + "^")
    if problem.hint:
        parts.append(f"        {problem.hint}")
    return "\n".join(parts)


def _visible(line: str) -> str:
    """A line with every control character made harmless; a tab stays one column wide, as in its mark."""
    return "".join("→" if c == "\t" else c if c.isprintable() else "·" for c in line)


def _window(line: str, column: int, width: int = 110) -> tuple[str, int]:
    """The part of a long line around a column, and the column within it."""
    if len(line) <= width:
        return line, min(column, len(line) + 1)
    start = max(0, min(column - width // 2, len(line) - width))
    text = ("…" if start else "") + line[start : start + width] + ("…" if start + width < len(line) else "")
    return text, column - start + (1 if start else 0)


def _read(file: str) -> str | None:
    try:
        return Path(file).read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    except OSError:
        return None


def summary(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`."""
    errors = sum(p.severity == "error" for p in problems)
    warnings = len(problems) - errors
    counted = [f"{n} {word}{'s' * (n != 1)}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(counted) or "no problems"
