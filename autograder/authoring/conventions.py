"""The conventions by which a suite's students name and place their files, as data.

The engine that reads hand-ins knows no course. What it asks, a `Conventions` answers: which words name which module, which
folders are the package, which are nobody's work, and how the edition of the starter code is told. A sign narrows editions
down: it says of which ones a name or a text can be. What no sign tells stays open.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from autograder.authoring.editions import Editions, common

if TYPE_CHECKING:
    from autograder.authoring.case import Suite

NOT_WORK = frozenset(["test", "tests", "docs", "examples", "release", "autograded", "feedback"])


@dataclass(frozen=True, slots=True)
class NameSign:
    """Paths in which the pattern is found are of these editions; a target counts as the path `package/core/tensor.py`."""

    editions: Editions
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class TextSign:
    """A module's text in which `pattern` is found, and `without` is not, is of these editions."""

    module: int
    editions: Editions
    pattern: re.Pattern[bytes]
    without: re.Pattern[bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """The names that files and folders have in the hand-ins of one suite."""

    package: str
    words: Mapping[str, int]
    """The module that a file's name, or the last part of its target, stands for; small letters."""
    symbols: Mapping[str, int] = field(default_factory=dict)
    """Classes and functions that only this module defines."""
    parts: frozenset[str] = frozenset()
    """Folders inside the package that also stand alone: a `core/` beside the notebooks."""
    edited: frozenset[str] = frozenset()
    """Folders that students work in; of several files for a module, one that lies there is meant."""
    sources: frozenset[str] = frozenset()
    """Folders of the instructor's sources, which a clone of the course brings along."""
    not_work: frozenset[str] = NOT_WORK
    """Folders whose files are nobody's work."""
    editions: Editions = ()
    """Ids of all editions of the starter code, oldest first; empty for a suite that has none."""
    renumbered: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """For an edition whose folders had other numbers: these to the current ones."""
    names: tuple[NameSign, ...] = ()
    texts: tuple[TextSign, ...] = ()

    @property
    def trees(self) -> frozenset[str]:
        """Folders that stand at the top of one student's work, never of a class."""
        return frozenset({self.package, "notebooks", "assignments"}) | self.parts | self.edited | self.sources

    def editions_by_names(self, paths: Iterable[str]) -> Editions:
        """The editions that most of the paths with a sign in them are of; all if none has one, or on a tie."""
        counts: Counter[Editions] = Counter()
        for path in paths:
            counts.update({sign.editions for sign in self.names if sign.pattern.search(path)})
        (first, most), (_, next_most) = (counts.most_common(2) + [((), 0)] * 2)[:2]
        return first if most > next_most else self.editions

    def editions_by_text(self, module: int, text: bytes) -> Editions:
        """The editions a module's text can be of; none where its signs contradict each other."""
        return self.common(
            sign.editions
            for sign in self.texts
            if sign.module == module and sign.pattern.search(text) and not (sign.without and sign.without.search(text))
        )

    def common(self, candidates: Iterable[Editions]) -> Editions:
        """The editions that are in all of these, oldest first."""
        return common(self.editions, candidates)

    def renumbering(self, editions: Editions) -> Mapping[int, int]:
        """The numbers that changed, to the current ones, where all of these editions had the same other ones."""
        tables = [self.renumbered.get(edition, {}) for edition in editions]
        return tables[0] if tables and all(table == tables[0] for table in tables) else {}


def text_sign(module: int, editions: Editions, pattern: str, without: str = "") -> TextSign:
    """A sign from patterns as text; in them `^` is the start of a line of code, and `\\b` before a word that of the word.

    A line starts after a line end, in the JSON of a notebook after a quote, or after the two letters that stand there for
    a line end.
    """
    present, absent = (
        re.compile(_WORD.sub(lambda _: _WORD_START, text.replace("^", _LINE_START)).encode())
        for text in (pattern, without)
    )
    return TextSign(module, editions, present, absent if without else None)


_LINE_START = r'(?:\A|["\n\r]|\\n)'
_WORD = re.compile(r"\\b(?=[\w(])")
_WORD_START = r"(?:\b|(?<=\\n))"


def conventions_of(suite: Suite) -> Conventions:
    """The conventions a suite states in `<folder>.conventions.CONVENTIONS`, else one made of its modules."""
    name = f"{suite.folder}.conventions"
    if find_spec(name) is not None:
        return importlib.import_module(name).CONVENTIONS  # type: ignore[no-any-return]
    return plain_conventions(suite)


def plain_conventions(suite: Suite) -> Conventions:
    """The conventions of a suite that states none: files are named like modules or their targets, and there are no editions."""
    words = {module.target.rsplit(".", 1)[-1].lower(): module.number for module in suite.modules}
    words |= {module.name.lower(): module.number for module in suite.modules}
    owners = Counter(name for module in suite.modules for name in module.exports)
    symbols = {name: m.number for m in suite.modules for name in m.exports if owners[name] == 1}
    parts = frozenset(module.target.split(".")[0] for module in suite.modules if "." in module.target)
    return Conventions(
        package=suite.package,
        words=words,
        symbols=symbols,
        parts=parts,
        edited=frozenset({"modules"}),
        sources=frozenset({"src"}),
    )
