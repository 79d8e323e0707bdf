"""Formulas in a course's texts that cannot be read: told where they are written, before a document fails for one."""

from __future__ import annotations

import re
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
    """A problem for each formula of some bound files that pandoc cannot read; it is asked once, and only of those that are not plain."""
    found = [
        (at, path, tex)
        for value, at in bound
        for path, text in texts(value)
        if not at.is_broken(*path)
        for tex in _formulas(path, text)
    ]
    doubtful = [tex for tex in dict.fromkeys(tex for _, _, tex in found) if not is_plain(tex)]
    reasons = unreadable(doubtful) if doubtful else {}
    for at, path, tex in found:
        if tex in reasons:
            message = f"the formula {quoted(tex)} cannot be read: {reasons[tex]}"
            yield Problem(place_of(tex, at.value(*path)), message, "write it as LaTeX math")


_SIGN = re.compile(
    r"\\(?:(?:(?:var)?(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega)"
    r"|Delta|Sigma|Omega|cdot|times|div|pm|approx|leq?|geq?|neq?|ll|gg|to|in|infty|min|max|log|ln|exp|sum|prod|[lr]ceil|[lr]floor"
    r"|q?quad|l?dots)(?![A-Za-z])|[,;: ])|\{,\}"
)
_GROUP = re.compile(
    r"\\[td]?frac\s*(?:\d\d|\{[^{}\\]+\}\s*\{[^{}\\]+\})"
    r"|\\(?:mathrm|mathbf|text|hat|bar|vec|tilde|sqrt)(?:\s*\{[^{}\\]+\}|\s+[A-Za-z])"
    r"|\\left[(\[|][^{}\\]*\\right[)\]|]|(?<=[_^])\{[^{}\\]+\}"
)
_STRANGE = re.compile(r"[\\{}&#%$~]|[_^]\s*(?:[_^]|$)")


def is_plain(tex: str) -> bool:
    r"""True for a formula of common signs and fractions, whole as it stands; of others pandoc must be asked.

    >>> is_plain(r"\frac{a}{b_{\mathrm{max}}} \cdot 2"), is_plain(r"\frac{a}{b"), is_plain(r"\fraction{a}{b}")
    (True, False, False)
    """
    rest = _SIGN.sub("x", tex)
    while (shorter := _GROUP.sub("x", rest)) != rest:
        rest = shorter
    return bool(rest.strip()) and not _STRANGE.search(rest)


def _formulas(path: Path, text: str) -> Iterator[str]:
    """The TeX of the formulas in a text, or the text itself where it is nothing else."""
    if isinstance(text, Markdown):
        # Most texts have no formula, and most formulas are plain: only the rest is read as Markdown.
        if text.count("$") > 1 and not all(map(is_plain, text.replace("$$", "$").split("$")[1::2])):
            yield from (tex for part in parts(text) for tex in inline.formulas(part.text))
    elif path[-1:] == ("tex",):
        yield text
