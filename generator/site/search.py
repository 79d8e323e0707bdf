"""What the search of the site knows: a line for each page and each rule, with the words by which it is found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.text.plain import plain_text

_LABEL = re.compile(r'\[((?:\\.|\[[^\]]*\]|[^\[\]\\])*)\]\{lang="[^"]*" dir="[^"]*"\}')
"""A label of a document that says which language it is in."""
_WORD = re.compile(r"[^\W_]+(?:[-.'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found."""

    title: str
    kind: str
    """What it is, and when: `Assignment, due Sun, Oct 11`."""
    page: str
    words: str = ""

    @classmethod
    def of(cls, title: str, kind: str, page: str, *texts: str) -> Entry:
        """An entry that is found by every word of some Markdown texts."""
        return cls(plain_text(title), kind, page, _words(texts))


def sections(title: str, markdown: str, page: str) -> Iterator[Entry]:
    """An entry for each section of a titled document, down to the parts of its chapters, under the id that pandoc gives it."""
    chapter, taken = "", set[str]()
    for marks, heading, text in _SECTION.findall(_LABEL.sub(r"\1", markdown)):
        place = _anchor(heading)
        if len(marks) == 1:
            chapter = heading
        if place not in taken:
            taken.add(place)
            yield Entry.of(heading, title if len(marks) == 1 else f"{title}, {chapter}", f"{page}#{place}", text)


_SECTION = re.compile(r"^(#{1,2}) (.+)\n((?:(?!#{1,2} ).*\n?)*)", re.MULTILINE)


def _anchor(heading: str) -> str:
    """The id of a heading, by pandoc's rule: its letters, digits and `_-.` from the first letter on, in lower case."""
    text = re.sub(r"[^\w\s.-]", "", plain_text(heading)).lower()
    return re.sub(r"\s+", "-", re.sub(r"^[\W\d_]+", "", text))


def _words(texts: Iterable[str]) -> str:
    """The different words of some texts, in lower case, in the order of the alphabet."""
    found = {word.lower() for text in texts for word in _WORD.findall(plain_text(text))}
    return " ".join(sorted(word for word in found if len(word) > 1))


def index_json(entries: Iterable[Entry]) -> str:
    """The index as JSON that may stand inside a page: no `<` of a course's text can end its element."""
    rows = [[entry.title, entry.kind, entry.page, entry.words] for entry in entries]
    return page_json(rows)


def page_json(value: object) -> str:
    """A value as JSON that may stand inside a page."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
