"""A document's files as tasks: one parses its text, one more makes each format.

Both a course and its decks publish documents; here is the one place that knows what such a file is made from.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from blueprint import __version__
from blueprint.build import Made, Task
from blueprint.build_folder import digest
from generator.documents import document, typst
from generator.documents.document import Document, page_style, page_template, template
from generator.text import pandoc


@functools.cache
def program() -> str:
    """A digest of this package: its version, and its code, which changes while it is being worked on."""
    code = sha256(__version__.encode())
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in (".py", ".lua"):
            code.update(path.read_bytes())
    return code.hexdigest()


def publication(
    doc: Document,
    name: str,
    group: str,
    formats: tuple[str, ...],
    sources: tuple[str, ...],
    *,
    figures: Mapping[str, str] | None = None,
    reference: bytes = b"",
    reference_source: tuple[str, ...] = (),
) -> Iterator[Task]:
    """The tasks of a document in the formats asked for (`html`, `pdf`, `docx`, `md`).

    `figures` are a page's pictures by name; `reference` is the university's Word template, empty for ours.
    """
    tree = f"{name}.tree"
    text = {"text": digest(doc.markdown), "pandoc": pandoc.version(), "program": program()}
    parse = functools.partial(_parse, doc.markdown, tree)
    yield Task(tree, group, (tree,), text, parse, sources=sources, intermediate=True)
    shown = (
        doc.title,
        doc.subtitle,
        doc.language,
        doc.date,
        doc.style,
        doc.paper,
        doc.author,
        doc.locale.tag,
        doc.locale.spoken,
        doc.course,
        doc.website,
    )
    frame = {"title and date": digest(repr(shown)), "program": program(), "pandoc": pandoc.version()}
    inputs: Mapping[str, Mapping[str, str]] = {
        "html": {
            **({"menu": digest(repr(doc.menu))} if doc.menu else {}),
            "page template": digest(page_template() + page_style()),
            "picture": digest(repr(figures)),
        },
        "pdf": {"page template": digest(template("document.typ")), "typst": typst.version()},
        "docx": {"Word template": sha256(reference).hexdigest()},
        "md": {},
    }
    writers: Mapping[str, Callable[[bytes], bytes]] = {
        "html": functools.partial(document.html, doc, figures=figures or {}),
        "pdf": functools.partial(_pdf, doc),
        "docx": functools.partial(_docx, doc, reference),
        "md": document.gfm,
    }
    for ending in formats:
        output = f"{name}.{ending}"
        write = functools.partial(_write, output, tree, writers[ending])
        used = (*sources, *reference_source) if ending == "docx" else sources
        yield Task(output, group, (output,), {**frame, **inputs[ending]}, write, (tree,), used)


def _parse(text: str, output: str, _: Made) -> Made:
    return {output: document.tree_bytes(text)}


def _write(output: str, tree: str, write: Callable[[bytes], bytes], made: Made) -> Made:
    return {output: write(made[tree])}


def _docx(made: Document, reference: bytes, tree: bytes) -> bytes:
    return document.docx(made, tree, reference or document.default_reference())


def _pdf(made: Document, tree: bytes) -> bytes:
    return document.pdf(made, document.typst_source(made, tree))
