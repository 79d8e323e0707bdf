"""What an author has looked at and lets stand, each with a reason: two YAML files in a suite's folder.

`known_defects.yaml` names cases that work held to be right loses for a mistake of its own; `equivalent_mutants.yaml` names
changes that change nothing. Both know what they name by a hash of its content alone, never by whose it is.
"""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.case import Suite
from blueprint.problems import CourseError, Mark, Problem, quoted, suggestion
from blueprint.yamltree import Mapping as Table
from blueprint.yamltree import Node, Scalar, Sequence, parse

DIGITS = 16
"""Of a hash, in these files and where they are made."""
_HASH = re.compile(rf"[0-9a-f]{{{DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that stands: the hash of a work or of a change, a case's id where it is about one, and the reason."""

    content: str
    case: str
    reason: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class _Form:
    """How a file of known things is written: its name, its one list, and what the entries of that call their hash."""

    file: str
    top: str
    content: str
    cases: bool

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.content, *(["cases"] if self.cases else []), "reason")


_DEFECTS = _Form("known_defects.yaml", "defects", "work", cases=True)
_EQUIVALENTS = _Form("equivalent_mutants.yaml", "mutants", "mutant", cases=False)


def known_defects(suite: Suite) -> dict[tuple[str, str], Known]:
    """The losses that stand, by a work's hash and a case's id; raises CourseError with all that is wrong with the file."""
    return {(one.content, one.case): one for one in _read(suite, _DEFECTS)}


def equivalent_mutants(suite: Suite) -> dict[str, Known]:
    """The changes that change nothing, by their hash; raises CourseError with all that is wrong with the file."""
    return {one.content: one for one in _read(suite, _EQUIVALENTS)}


def defects_file(suite: Suite) -> Path:
    """Where the file of known defects is, or would be."""
    return _place(suite, _DEFECTS)


def equivalents_file(suite: Suite) -> Path:
    """Where the file of equivalent mutants is, or would be."""
    return _place(suite, _EQUIVALENTS)


def defect_entry(content: str, cases: list[str]) -> list[str]:
    """The lines to copy into the file of known defects, which lack the reason."""
    return [f"  - work: {content}", "    cases:", *(f"      - {case}" for case in cases), "    reason:"]


def equivalent_entry(content: str) -> list[str]:
    """The lines to copy into the file of equivalent mutants, which lack the reason."""
    return [f"  - mutant: {content}", "    reason:"]


def _place(suite: Suite, form: _Form) -> Path:
    return Path(str(importlib.resources.files(suite.folder).joinpath(form.file)))


# ---------------------------------------------------------------------------------------------------- reading


def _read(suite: Suite, form: _Form) -> list[Known]:
    """What one file says; nothing where there is none."""
    place = _place(suite, form)
    if not place.is_file():
        return []
    node, problems = parse(place.read_bytes(), str(place))
    cases = [case.id for module in suite.modules for case in suite.cases(module.number)] if form.cases else []
    reader = _Reader(form, cases, problems)
    found = [] if node is None else list(reader.entries(node))
    if reader.problems:
        raise CourseError(reader.problems)
    return found


class _Reader:
    """Reads one file; what is wrong with it is added to `problems`, and reading goes on."""

    def __init__(self, form: _Form, cases: list[str], problems: list[Problem]) -> None:
        self.form, self.cases, self.problems = form, cases, problems
        self._seen: set[tuple[str, str]] = set()

    def entries(self, node: Node) -> Iterator[Known]:
        """Everything the file names."""
        if not self._has(node, (self.form.top,), "the file"):
            return
        rows = node.get(self.form.top) if isinstance(node, Table) else None
        if not isinstance(rows, Sequence):
            self._wrong(rows or node, f"`{self.form.top}` must be a list", f"begin each entry with `- {self._first}:`")
            return
        for row in rows.items:
            if self._has(row, self.form.fields, "an entry") and isinstance(row, Table):
                yield from self._entry(row)

    @property
    def _first(self) -> str:
        return self.form.content

    def _entry(self, row: Table) -> Iterator[Known]:
        content = self._text(row, self._first)
        reason = self._text(row, "reason")
        if reason is not None and not reason.text.strip():
            self._wrong(reason, "an entry needs a reason", "write why this is no mistake of the suite")
        if content is not None and not _HASH.fullmatch(content.text):
            self._wrong(
                content,
                f"`{self._first}` must be a hash of {DIGITS} digits 0 to f, not {quoted(content.text)}",
                "copy it from what the command printed",
            )
        if content is None or reason is None:
            return
        for case in self._cases(row):
            key = (content.text, case)
            if key in self._seen:
                self._wrong(content, "this is named twice", "remove one of the two")
            self._seen.add(key)
            yield Known(*key, reason.text, content.mark)

    def _cases(self, row: Table) -> Iterator[str]:
        """The cases of an entry; one without a name where the file is not about cases."""
        if not self.form.cases:
            yield ""
            return
        listed = row.get("cases")
        if not isinstance(listed, Sequence) or not listed.items:
            self._wrong(listed or row, "`cases` must be a list of cases", "name each as `- module-01/its-name`")
            return
        for item in listed.items:
            if isinstance(item, Scalar) and item.text in self.cases:
                yield item.text
            else:
                word = item.text if isinstance(item, Scalar) else ""
                self._wrong(item, f"there is no case {quoted(word)}", suggestion(word, self.cases, "cases"))

    def _text(self, row: Table, name: str) -> Scalar | None:
        value = row.get(name)
        if isinstance(value, Scalar):
            return Scalar("", value.plain, value.mark) if value.is_null else value
        self._wrong(value or row, f"`{name}` must be a text", "")
        return None

    def _has(self, node: Node, fields: tuple[str, ...], what: str) -> bool:
        """True if a node is a mapping with exactly these keys; what keeps it from that is told."""
        if not isinstance(node, Table):
            self._wrong(node, f"{what} must be a mapping", f"its keys are {', '.join(fields)}")
            return False
        missing = [name for name in fields if name not in node.entries]
        extra = [key for key, _ in node if key.text not in fields]
        for key in extra:
            self._wrong(key, f"{quoted(key.text)} is not known here", suggestion(key.text, fields, "keys"))
        if missing:
            self._wrong(node, f"{what} needs `{missing[0]}`", f"its keys are {', '.join(fields)}")
        return not missing and not extra

    def _wrong(self, node: Node, message: str, hint: str) -> None:
        self.problems.append(Problem(node.mark, message, hint))


def unused(
    known: Mapping[tuple[str, str], Known], graded: set[tuple[str, str]], lost: set[tuple[str, str]]
) -> list[Known]:
    """The known defects of cases that were asked of a work and not lost."""
    return [one for key, one in known.items() if key in graded and key not in lost]
