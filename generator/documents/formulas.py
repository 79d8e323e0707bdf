"""Formulas in a course's texts that cannot be read: told where they are written, before a document fails for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.bind import Path, Positions
from blueprint.check.leaves import texts
from blueprint.model import Markdown
from blueprint.places import place_of
from blueprint.problems import Problem, quoted
from generator.text import inline
from generator.text.formula import unreadable
from generator.text.markdown import parts


def unreadable_formulas(bound: Iterable[tuple[object, Positions]]) -> Iterator[Problem]:
    """A problem for each formula of some bound files that pandoc cannot read; it is asked once for all of them."""
    found = [
        (at, path, tex)
        for value, at in bound
        for path, text in texts(value)
        if not at.is_broken(*path)
        for tex in _formulas(path, text)
    ]
    reasons = unreadable(list(dict.fromkeys(tex for _, _, tex in found))) if found else {}
    for at, path, tex in found:
        if tex in reasons:
            message = f"the formula {quoted(tex)} cannot be read: {reasons[tex]}"
            yield Problem(place_of(tex, at.value(*path)), message, "write it as LaTeX math")


def _formulas(path: Path, text: str) -> Iterator[str]:
    """The TeX of the formulas in a text, or the text itself where it is nothing else."""
    if isinstance(text, Markdown):
        if text.count("$") > 1:
            yield from (tex for part in parts(text) for tex in inline.formulas(part.text))
    elif path[-1:] == ("tex",):
        yield text
