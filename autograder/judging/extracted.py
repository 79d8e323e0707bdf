"""The source of a hand-in as a worker read it: a claim, of which only text for people is made outside of workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.judging.compare import EXCEPTIONS, Difference, raised
from autograder.judging.grade import AS_HANDED_OUT
from autograder.worker.cells import cell_name

_LONGEST = 1 << 12
_SHOWN = 400
_MANY = 50
_LISTS = ("notes", "untouched", "left_out", "exported", "packages", "imports")


@dataclass(frozen=True, slots=True)
class ExtractedSource:
    """One file's source. `cells` tells the notebook cell of each line, `counts` the
    number of its `In [12]` by cell, `code` is marshalled and for workers only, `imports` are modules it may load."""

    text: bytes = b""
    code: bytes = b""
    cells: tuple[int, ...] = ()
    in_file: bool = False
    notes: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    exported: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    problem: str = ""

    def place(self, line: int) -> str:
        """The place of a line for the student: `cell 7 (In [12]), line 3` or `line 120`; empty for none."""
        if line <= 0:
            return ""
        if self.in_file or line > len(self.cells) or not self.cells[line - 1]:
            return f"line {line}"
        cell = self.cells[line - 1]
        count = self.counts[cell - 1] if 0 < cell <= len(self.counts) else 0
        return f"{cell_name(cell, count)}, line {line - self.cells.index(cell)}"

    def told(self, exported: str) -> tuple[str, ...]:
        """Notes for the student and the report; `exported` is the path of the exported file, empty if there is none."""
        notes = list(self.notes)
        if self.untouched:
            notes.append(f"{AS_HANDED_OUT}: {', '.join(self.untouched[:12])}")
        if self.left_out:
            notes.append(f"not exported, so not graded: {', '.join(self.left_out[:12])}; mark the cell `#| export`")
        if self.exported and exported:
            names = ", ".join(self.exported[:8])
            notes.append(f"the notebook and `{exported}` differ in {names}; the notebook counts")
        return tuple(notes)


def claimed(reply: Any) -> ExtractedSource | None:
    """The source in a worker's reply, every part made what it must be; None if it is none."""
    try:
        lists = {name: tuple(line(item) for item in reply[name][:_MANY]) for name in _LISTS}
        cells = tuple(int(cell) for cell in reply["cells"].ravel().tolist())
        counts = tuple(int(count) for count in reply["counts"].ravel().tolist())
        code = reply["code"]
        if code.dtype != "uint8" or code.ndim != 1:
            return None
        text, in_file = reply["source"].tobytes(), bool(reply["in_file"])
        return ExtractedSource(
            text, code.tobytes(), cells, in_file, counts=counts, problem=line(reply["problem"]), **lists
        )
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError):
        return None


def exception(reply: Mapping[str, Any], source: ExtractedSource, called: str = "") -> Difference:
    """The difference for an exception that a worker claims was raised, with its place where a student may see it.

    `called` is what the probe did when it was raised.
    """
    name, message, number = (reply.get(key) for key in ("raised", "message", "line"))
    name = name if isinstance(name, str) else ""
    place = source.place(number) if isinstance(number, int) else ""
    message = line(message) if isinstance(message, str) else ""
    kind = name if name in EXCEPTIONS else "an exception of its own"
    shown = f"the code raised {kind}" + (f": {message}" if message else "") + (f" ({place})" if place else "")
    shown += f"; the case had asked for `{called}`" if called else ""
    return replace(raised(name), path="", shown=shown)


def line(text: object) -> str:
    """A worker's text on one line, cut, with what cannot be printed spelled out; raises TypeError if it is no text."""
    if not isinstance(text, str):
        raise TypeError
    text = " ".join(text[:_LONGEST].split())
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)[:_SHOWN]
