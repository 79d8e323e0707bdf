"""The glossary: a line a term, in order, each a word of the project."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"
ENTRY = re.compile(r"- \*\*([a-z][a-z -]*)\*\*: (.*)")
LINES = [line for line in GLOSSARY.read_text("utf-8").splitlines()[4:] if line]
TERMS = [match[1] for line in LINES if (match := ENTRY.fullmatch(line))]


@cache
def words_of_the_project() -> str:
    """The text of the code and of all other pages in small letters, with a blank for whatever stands between words."""
    files = [path for folder in ("blueprint", "generator", "autograder") for path in (ROOT / folder).rglob("*.py")]
    files += [path for path in (ROOT / "docs").glob("*.md") if path != GLOSSARY] + [ROOT / "README.md"]
    text = "\n".join(path.read_text("utf-8") for path in files)
    return " ".join(re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()))


def test_every_line_is_a_term_with_its_meaning() -> None:
    """Below the title there is nothing but terms, one a line, each with a sentence on what it means."""
    for line in LINES:
        match = ENTRY.fullmatch(line)
        assert match, line
        assert re.fullmatch(r"[^ ].{20,}[.]", match[2]), line


def test_terms_are_in_alphabetical_order() -> None:
    """A reader finds a term by its first letters, and no term stands there twice."""
    assert [(first, second) for first, second in pairwise(TERMS) if first >= second] == []


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_in_use(term: str) -> None:
    """Code or docs use the term, in the singular or the plural; what nobody says any more leaves the glossary."""
    assert re.search(rf"\b{re.sub('[ -]', ' ', term)}s?\b", words_of_the_project())
