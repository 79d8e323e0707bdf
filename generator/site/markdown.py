"""Markdown as HTML inside a page of the site.

A title or another text on one line is written at once, from its styled runs. Blocks (a task, a policy, the levels of a
rubric) are pandoc's work, which many small texts share. So a template leaves a *placeholder* in their place, and
all placeholders of a build are filled by one run of pandoc; a page whose text is unchanged needs none. A placeholder names its text
by hash, so the page with placeholders says as much as the finished page about whether anything has changed.
"""

from __future__ import annotations

import re
from html import escape
from threading import Lock

from blueprint.build_folder import digest
from generator.documents import document
from generator.text import pandoc
from generator.text.inline import INDEX, LINE_END, POWER, Run, runs

_READER = f"{pandoc.READER}-auto_identifiers"
"""Several texts share a page: two headings that are called alike must not have one id."""
_PLACEHOLDER = re.compile("\x02([0-9a-f]{64})\x03")
_BETWEEN = "x2f9c41d7x"
"""The paragraph between two texts; nobody writes this word."""
_REACHES_OUT = re.compile(r"^\s*(?:```|~~~|:::|\[[^\]]+\]:)|\[\^", re.MULTILINE)
"""Marks by which a text may change the one after it: an open fence, a link or a note that is defined for all."""

_kept: dict[str, str] = {}
"""Hash of a text -> its HTML, for as long as the program runs: `serve` builds the same texts again and again."""


def line(markdown: str) -> str:
    """A text on one line as HTML.

    >>> line("**Half** of $R_{peak}$ < 1")
    '<strong>Half</strong> of R<sub>peak</sub> &lt; 1'
    """
    return "".join(map(_run, runs(markdown)))


def _run(run: Run) -> str:
    if run == LINE_END:
        return "<br>"
    text = escape(run.text, quote=False)
    for wanted, tag in (
        (run.script == INDEX, "sub"),
        (run.script == POWER, "sup"),
        (run.code, "code"),
        (run.struck, "del"),
        (run.italic, "em"),
        (run.bold, "strong"),
    ):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    return f'<a href="{escape(run.link)}">{text}</a>' if run.link else text


class Blocks:
    """The block texts of the pages of one build."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._documents: dict[str, tuple[str, str]] = {}
        self._lock = Lock()

    def placeholder(self, markdown: str) -> str:
        """What stands in a page for this text until `filled`."""
        sha = digest(markdown)
        self._texts[sha] = markdown
        return f"\x02{sha}\x03"

    def document_placeholder(self, markdown: str, contents: str) -> str:
        """The same for the text of a whole document, with tables as `templating` writes them, and contents of that name to link."""
        sha = digest(f"document\n{contents}\n{markdown}")
        self._documents[sha] = (markdown, contents)
        return f"\x02{sha}\x03"

    def filled(self, page: str) -> str:
        """A page with its placeholders filled; `TaskError` for a text that pandoc refuses."""
        with self._lock:  # pages are made side by side
            missing = {sha for sha in _PLACEHOLDER.findall(page) if sha not in _kept}
            for sha in missing & self._documents.keys():
                _kept[sha] = document.body(*self._documents[sha])
            if missing & self._texts.keys():
                self._convert()
        return _PLACEHOLDER.sub(lambda match: _kept[match[1]], page)

    def _convert(self) -> None:
        """Convert all texts that were not yet: together those that cannot change each other, alone the others."""
        missing = {sha: text for sha, text in self._texts.items() if sha not in _kept}
        apart = {sha for sha, text in missing.items() if _REACHES_OUT.search(text)}
        together = [sha for sha in missing if sha not in apart]
        _kept.update(zip(together, _html([missing[sha] for sha in together]), strict=True))
        _kept.update((sha, _html([missing[sha]])[0]) for sha in apart)


def _html(texts: list[str]) -> list[str]:
    """The HTML of each text, all by one run of pandoc."""
    if not texts:
        return []
    joined = "".join(f"{text}\n\n{_BETWEEN}\n\n" for text in texts)
    made = pandoc.convert(joined, source=_READER, target="html5", options=pandoc.MATHML, lower=2, plain_code=True)
    html = document.for_readers(made).decode()
    found = html.split(f"<p>{_BETWEEN}</p>")
    if len(found) == len(texts) + 1:
        return [part.strip() for part in found[:-1]]
    if len(texts) == 1:  # the mark stands inside the text: in a block of code that was never closed, say
        return [html.replace(_BETWEEN, "").strip()]
    return [part for text in texts for part in _html([text])]
