"""The cells of a student's notebook as HTML: a program of its own, so that a cell that never ends costs only itself.

`python -m autograder.reports.notebook_cells FIRST < BOOK` prints, from cell FIRST on, two lines of JSON for each cell:
first its source as plain text, then what nbconvert makes of it, cleaned. A cell that takes too long ends the program;
whoever reads the lines (`notebook_html`) keeps the plain text and starts it again at the next cell.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from html import escape
from html.parser import HTMLParser
from typing import Any

_MEMORY = 4 << 30
"""Bytes of address space, nbconvert and all its libraries included."""
_READING, _EACH = 20.0, 4.0
"""Processor seconds until the first cell, loading nbconvert included, and for each cell."""
_OUTPUTS = ("text/html", "text/markdown", "image/png", "image/jpeg", "image/gif", "text/latex", "text/plain")

_KEPT = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption cite code col colgroup dd del details div dl dt em figcaption figure "
        "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup "
        "table tbody td tfoot th thead tr u ul var",
    )
)
_EMPTY = frozenset(["br", "col", "hr", "img"])
_GONE = frozenset(["script", "style", "title", "template", "noscript", "iframe", "object", "textarea", "svg", "math"])
"""Left out with all that is in them."""
_ATTRIBUTES: Mapping[str, re.Pattern[str]] = {
    "class": re.compile(r"[\w -]{1,200}"),
    "colspan": re.compile(r"\d{1,3}"),
    "rowspan": re.compile(r"\d{1,3}"),
    "alt": re.compile(r".{0,1000}", re.DOTALL),
    "title": re.compile(r".{0,1000}", re.DOTALL),
}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/\s]+={0,2}\s*")
_DEEPEST = 100
"""Tags that may be open at once; those further in are left out, their text stays."""


def sections(data: bytes, first: int) -> Iterator[str]:
    """The cells of a notebook from number `first` (counted from 1) on, each twice: as plain text, then rendered.

    Raises ValueError, or what nbformat raises, where the bytes are no notebook.
    """
    import nbformat

    book = nbformat.reads(data.decode("utf-8"), as_version=4, capture_validation_error={})  # type: ignore[no-untyped-call]
    cells = list(book["cells"])
    render = _renderer()
    for number, cell in enumerate(cells[first - 1 :], first):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        word = str(kind) if kind in ("code", "markdown", "raw") else "unknown"
        plain = f"<pre>{escape(_text(cell.get('source') if isinstance(cell, dict) else cell))}</pre>"
        yield _section(number, word, plain)
        signal.setitimer(signal.ITIMER_PROF, _EACH)  # the signal is not handled: it ends the process
        try:
            body = clean(render(_plain(cell)))
        except Exception:  # whatever a notebook holds, the other cells are shown
            body = plain
        yield _section(number, word, body)


def _section(number: int, word: str, body: str) -> str:
    label = f"cell {number}"
    return f'<section aria-label="{label}">\n<p class="number">{label}, {word}</p>\n{body}\n</section>'


def clean(html: str) -> str:
    """The HTML with nothing in it that acts, loads or leaves the page; every tag that is opened is closed."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return writer.text()


def _renderer() -> Callable[[Any], str]:
    """A function that makes HTML of one cell."""
    from nbconvert import HTMLExporter
    from nbformat.v4 import new_notebook

    exporter = HTMLExporter(template_name="basic")  # type: ignore[no-untyped-call]

    def render(cell: Any) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a notebook of a student lacks is no news
            body, _ = exporter.from_notebook_node(new_notebook(cells=[cell]))  # type: ignore[no-untyped-call]
        return str(body)

    return render


def _plain(cell: Any) -> Any:
    """The cell with nothing but its source and outputs of known kinds."""
    from nbformat.v4 import new_code_cell, new_markdown_cell

    source = _text(cell.get("source"))
    if cell.get("cell_type") == "markdown":
        return new_markdown_cell(source, attachments=_attached(cell.get("attachments")))  # type: ignore[no-untyped-call]
    outputs = cell.get("outputs")
    cleaned = [_output(output) for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []
    return new_code_cell(source, outputs=cleaned)  # type: ignore[no-untyped-call]


def _attached(attachments: Any) -> dict[str, dict[str, str]]:
    """The pictures that a text shows and that lie beside it in the notebook."""
    items = attachments.items() if isinstance(attachments, dict) else ()
    return {
        str(name): {mime: _text(text) for mime, text in data.items() if mime in _OUTPUTS}
        for name, data in items
        if isinstance(data, dict)
    }


def _output(output: Mapping[str, Any]) -> Any:
    """The output with only its text, its traceback or data of known kinds; others are named."""
    from nbformat.v4 import new_output

    kind = output.get("output_type")
    if kind == "stream":
        return new_output("stream", name="stdout", text=_text(output.get("text")))  # type: ignore[no-untyped-call]
    if kind == "error":
        trace = output.get("traceback")
        lines = [_text(line) for line in trace] if isinstance(trace, list) else []
        return new_output("error", ename="", evalue="", traceback=lines or [_text(output.get("evalue"))])  # type: ignore[no-untyped-call]
    data = output.get("data")
    kept = {mime: _text(data[mime]) for mime in _OUTPUTS if mime in data} if isinstance(data, dict) else {}
    kinds = ", ".join(sorted(map(str, data))) if isinstance(data, dict) else "nothing"
    return new_output("display_data", kept or {"text/plain": f"[left out: {kinds}]"})  # type: ignore[no-untyped-call]


def _text(value: Any) -> str:
    """The text that a notebook holds, as one string or as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


# ---------------------------------------------------------------------------------------------------- writing anew


class _Writer(HTMLParser):
    """Reads HTML as forgivingly as a browser and writes what is on the lists: `_KEPT` tags with `_ATTRIBUTES`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._gone: list[str] = []

    def text(self) -> str:
        """The text that was written, with everything closed."""
        return "".join([*self._out, *(f"</{tag}>" for tag in reversed(self._open))])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Writes a tag of the list with the attributes of the list."""
        if tag in _GONE:
            if not self._gone:
                self._out.append(f"[left out: {tag}]")
            self._gone.append(tag)
        if self._gone or tag not in _KEPT or len(self._open) >= _DEEPEST:
            return
        values = {name: value or "" for name, value in attrs}
        if tag == "img" and not _PICTURE.fullmatch(values.get("src", "")):
            self._out.append(
                escape(f"[picture that is not in the notebook: {values.get('alt') or values.get('src', '')}]")
            )
            return
        kept = [
            (name, values[name]) for name, form in _ATTRIBUTES.items() if form.fullmatch(values.get(name, "\0" * 2000))
        ]
        kept += [("src", values["src"])] if tag == "img" else []
        self._out.append(f"<{tag}{''.join(f' {name}={chr(34)}{escape(value)}{chr(34)}' for name, value in kept)}>")
        if tag == "a" and re.match(r"\s*https?:", values.get("href", ""), re.IGNORECASE):
            self._out.append(f"[{escape(values['href'])}] ")
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A slash at the end means nothing in HTML, except that what is left out ends there."""
        self.handle_starttag(tag, attrs)
        if tag in _GONE or tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Closes a tag that is open, and those that were opened in it."""
        if tag in self._gone:
            del self._gone[self._gone.index(tag) :]
        elif not self._gone and tag in self._open:
            while (last := self._open.pop()) != tag:
                self._out.append(f"</{last}>")
            self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Writes text as text."""
        if not self._gone:
            self._out.append(escape(data, quote=False))


def main() -> None:
    """Prints the cells of the notebook on the standard input; ends with 1 and the reason where it is none."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.setitimer(signal.ITIMER_PROF, _READING)
    try:
        for section in sections(sys.stdin.buffer.read(), int(sys.argv[1])):
            print(json.dumps(section), flush=True)
    except Exception as error:
        sys.exit(type(error).__name__)


if __name__ == "__main__":
    main()
