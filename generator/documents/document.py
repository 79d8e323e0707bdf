"""A document: Markdown -> pandoc's syntax tree -> HTML, PDF, DOCX.

The Markdown is parsed once. What the three formats need beyond pandoc happens here on its JSON tree: fenced divs
become tables, formulas get the words a screen reader says, and boxes and columns get their Typst form. Pandoc and
Typst do the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, TypeAlias

from blueprint import pages
from blueprint.model import PAPER, Language, PaperSize
from generator.text import pandoc
from generator.text.locale import AMERICAN, Locale, direction
from generator.text.speech import spoken

Node = dict[str, Any]
Blocks = list[Node]


Menu: TypeAlias = tuple[tuple[str, str], ...]
"""Pages beside a page: (address, words)."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text and what its formats need to know."""

    title: str
    subtitle: str
    language: Language
    date: date
    markdown: str
    style: str = "article"
    """`article` with a table of contents, `page` without one, or `sheet`: one printed page."""
    paper: PaperSize = PAPER
    author: str = ""
    locale: Locale = AMERICAN
    """The words that the frame of a page adds: contents, version."""
    course: str = ""
    """The course and its term, which a title alone does not tell."""
    website: str = ""
    """The address at which the course's pages are published, empty if they are not."""
    menu: Menu = ()
    """The pages of the site that it stands in; only its own page links them, what travels does not."""

    @property
    def full_title(self) -> str:
        """The title as a browser's tab or a list of files shows it: with the course."""
        return self.title if not self.course or self.course in self.title else f"{self.title} · {self.course}"

    @property
    def has_contents(self) -> bool:
        """True if the text is long enough for a list of its parts at its head."""
        return self.style == "article" and self.markdown.count("\n# ") > 7


def template(name: str) -> str:
    """A file of `generator/documents/templates`."""
    return files("generator.documents").joinpath("templates", name).read_text("utf-8")


def page_template() -> str:
    """Pandoc's template of a page."""
    head = pages.head("$pagetitle$", "$css$", language="$lang$", direction='$if(dir)$ dir="$dir$"$endif$')
    return f"{head}\n{template('document.html')}"


def page_style() -> str:
    """The style of a page."""
    return pages.style(template("document.css"))


# --- the tree --------------------------------------------------------------------------------------------------


def parse(markdown: str) -> Node:
    """Pandoc's tree of a Markdown text, tables built and formulas given their spoken form."""
    tree: Node = json.loads(pandoc.convert(markdown, source=pandoc.READER, target="json"))
    tree["blocks"] = _without_empty_parts(_with_tables(tree["blocks"]))
    return _with_spoken_math(tree)


def tree_bytes(markdown: str) -> bytes:
    """Pandoc's tree of a Markdown text (see `parse`) as the bytes a build keeps."""
    return json.dumps(parse(markdown), ensure_ascii=False, sort_keys=True).encode()


def walk(node: Any, change: Callable[[Node], Any]) -> Any:
    """A copy of a tree in which each element was given to `change`, innermost first."""
    if isinstance(node, list):
        result: list[Any] = []
        for item in node:
            changed = walk(item, change)
            result.extend(changed) if isinstance(changed, list) and isinstance(item, dict) else result.append(changed)
        return result
    if isinstance(node, dict):
        copy = {key: walk(value, change) for key, value in node.items()}
        return change(copy) if "t" in copy else copy
    return node


def _is_div(node: Node, name: str) -> bool:
    return node["t"] == "Div" and name in node["c"][0][1]


def _with_tables(blocks: Blocks) -> Blocks:
    return walk(blocks, lambda node: _table(node) if _is_div(node, "table") else node)  # type: ignore[no-any-return]


def _without_empty_parts(blocks: Blocks) -> Blocks:
    """Blocks without the headings below which nothing stands, and without tables that have no row.

    A template says what a part is called; what a course has in it is the course's own affair.
    """
    kept: Blocks = []
    for block in reversed(blocks):
        if block["t"] == "Table" and not any(body[3] for body in block["c"][4]):
            continue
        if block["t"] == "Div":
            inside = _without_empty_parts(block["c"][1])
            if block["c"][1] and not inside:
                continue
            block = {"t": "Div", "c": [block["c"][0], inside]}
        following = kept[-1] if kept else None
        if block["t"] == "Header" and (
            following is None or (following["t"] == "Header" and following["c"][0] <= block["c"][0])
        ):
            continue
        kept.append(block)
    return kept[::-1]


def _table(node: Node) -> Node:
    """A `.table` div of `.row` divs of `.cell` divs as pandoc's Table."""
    (identifier, classes, attributes), blocks = node["c"]
    options = dict(attributes)
    rows = [_cells(block) for block in blocks if _is_div(block, "row")]
    heads = [block for block in blocks if _is_div(block, "row") and "head" in block["c"][0][1]]
    head, body = rows[: len(heads)], rows[len(heads) :]
    labels = [_text(cell) for cell in head[0]] if head else []
    shares = [Decimal(w) for w in options.get("widths", "").split()] or [Decimal(1)] * len(rows[0])
    widths = [float(round(w / sum(shares) * Decimal(options.get("share", "1")), 4)) for w in shares]
    labelled = [[["data-label", label]] for label in labels] or [[]] * len(widths)
    body_rows = [_row(cells, labelled) for cells in body]
    return {
        "t": "Table",
        "c": [
            [identifier, [c for c in classes if c != "table"], []],
            [None, []],
            [[{"t": "AlignDefault"}, {"t": "ColWidth", "c": w}] for w in widths],
            [["", [], []], [_row(cells, [[["scope", "col"]]] * len(cells)) for cells in head]],
            [[["", [], []], int(options.get("rowheads", "0")), [], body_rows]],
            [["", [], []], []],
        ],
    }


def _row(cells: list[Blocks], attributes: list[list[list[str]]]) -> list[Any]:
    return [["", [], []], [_cell(c, a) for c, a in zip(cells, attributes, strict=True)]]


def _cells(row: Node) -> list[Blocks]:
    return [cell["c"][1] for cell in row["c"][1] if _is_div(cell, "cell")]


def _cell(blocks: Blocks, attributes: list[list[str]]) -> list[Any]:
    if len(blocks) == 1 and blocks[0]["t"] == "Para":
        blocks = [{"t": "Plain", "c": blocks[0]["c"]}]
    return [["", [], attributes], {"t": "AlignDefault"}, 1, 1, blocks]


def _text(node: Any) -> str:
    """The plain words of a piece of tree."""
    if isinstance(node, list):
        return "".join(_text(item) for item in node)
    if isinstance(node, dict):
        kind = node.get("t")
        if kind in ("Space", "SoftBreak", "LineBreak"):
            return " "
        if kind == "Str":
            return str(node["c"])
        if kind in ("Code", "Math"):
            return str(node["c"][1])
        return _text(node.get("c", ""))
    return ""


def formulas(tree: Any) -> Iterator[Node]:
    """Every formula of a tree."""
    if isinstance(tree, list):
        for item in tree:
            yield from formulas(item)
    elif isinstance(tree, dict):
        if tree.get("t") == "Math":
            yield tree
        else:
            for value in tree.values():
                yield from formulas(value)


def _with_spoken_math(tree: Node) -> Node:
    """A tree with each formula in a span that carries its spoken form; one pandoc call converts them all."""
    wanted = list(dict.fromkeys(node["c"][1] for node in formulas(tree["blocks"])))
    if not wanted:
        return tree
    paragraphs = [{"t": "Para", "c": [{"t": "Math", "c": [{"t": "InlineMath"}, tex]}]} for tex in wanted]
    lines = pandoc.convert(
        json.dumps({**tree, "meta": {}, "blocks": paragraphs}),
        source="json",
        target="html5",
        options=pandoc.MATHML,
    )
    formulas_as_mathml = [
        line.removeprefix("<p>").removesuffix("</p>") for line in lines.decode().splitlines() if "<math" in line
    ]
    words = {tex: spoken(mathml) for tex, mathml in zip(wanted, formulas_as_mathml, strict=True)}

    def wrap(node: Node) -> Node:
        return (
            {"t": "Span", "c": [["", ["formula"], [["spoken", words[node["c"][1]]]]], [node]]}
            if node["t"] == "Math"
            else node
        )

    return {**tree, "blocks": walk(tree["blocks"], wrap)}


# --- formats ---------------------------------------------------------------------------------------------------


def _silent_math(tree: bytes) -> Node:
    """The tree with formulas as they were written, for formats in which they speak for themselves."""
    return walk(json.loads(tree), lambda n: n["c"][1] if n["t"] == "Span" and n["c"][0][1] == ["formula"] else n)  # type: ignore[no-any-return]


def html(document: Document, tree: bytes, figures: Mapping[str, str]) -> bytes:
    """One self-contained page; `figures` holds the markup of its pictures by name."""

    def drawn(node: Node) -> Node:
        name = dict(node["c"][0][2]).get("raw") if _is_div(node, "figure") else None
        return {"t": "RawBlock", "c": ["html", figures[name]]} if name else node

    plain_math = walk(_silent_math(tree), drawn)
    options: dict[str, object] = {
        "template": page_template(),
        "variables": {**_variables(document), "css": page_style()},
        **(_contents(3) if document.style == "article" else {}),
    }
    page = _html(_with_meta(plain_math, document), options)
    return with_menu(page, document.menu, document.language, document.locale)


def with_menu(page: bytes, menu: Menu, language: Language, locale: Locale) -> bytes:
    """A document's page in a language with links to other pages at its head, which a locale has written."""
    if not menu:
        return page
    spoken = "" if locale.spoken.alone == language.alone else f' lang="{locale.spoken}" dir="{locale.direction}"'
    links = "".join(f'<li><a href="{escape(url)}">{escape(words)}</a></li>' for url, words in menu)
    nav = f'<nav class="menu" aria-label="{escape(locale.label("Course"))}"{spoken}><ul>{links}</ul></nav>'
    return page.replace(b"<header>", f"<header>\n{nav}".encode(), 1)


def body(markdown: str, contents: str) -> str:
    """The HTML of a text with its contents, which are called so, for a page that brings its own frame."""
    options = {"template": _BODY, "variables": {"contents": escape(contents)}, **_contents(2)}
    return _html(_silent_math(tree_bytes(markdown)), options).decode()


_BODY = '<nav class="toc" aria-label="$contents$">\n$toc$\n</nav>\n$body$\n'
"""Pandoc's template of a page without its frame."""


def _html(tree: Node, options: Mapping[str, object]) -> bytes:
    made = pandoc.convert(
        json.dumps(tree),
        source="json",
        target="html5",
        options={**pandoc.MATHML, "section_divs": True, **options},
        lower=1,
    )
    return for_readers(made)


def _contents(depth: int) -> dict[str, object]:
    """The options by which pandoc writes contents of so many levels."""
    return {"table_of_contents": True, "toc_depth": depth}


def for_readers(html: bytes) -> bytes:
    """HTML whose wide formulas scroll, also by key, and whose tables say that they are tables."""
    html = html.replace(b'<math display="block"', b'<math display="block" tabindex="0"')
    return _ROLES.sub(lambda m: b"<" + m[1] + b' role="' + _ROLE[m[1]] + b'"', html)


_ROLE = {
    b"table": b"table",
    b"thead": b"rowgroup",
    b"tbody": b"rowgroup",
    b"tr": b"row",
    b"th": b"columnheader",
    b"td": b"cell",
}
"""Said explicitly, because browsers drop the roles of a table that a narrow screen shows as cards."""
_ROLES = re.compile(rb"<(table|thead|tbody|tr|th|td)\b")


def gfm(tree: bytes) -> bytes:
    """Plain Markdown, as a learning platform takes it."""
    return pandoc.convert(json.dumps(_silent_math(tree)), source="json", target="gfm-raw_html", options=pandoc.ONE_LINE)


def docx(document: Document, tree: bytes, reference: bytes) -> bytes:
    """A Word document in the styles of `reference`."""
    import tempfile
    from pathlib import Path

    from generator.documents.docx import WordFrame, finish

    with tempfile.TemporaryDirectory() as folder:
        styles = Path(folder, "reference.docx")
        styles.write_bytes(reference)
        data = pandoc.convert(
            json.dumps(_with_word_contents(_travelling(_silent_math(tree), document), document)),
            source="json",
            target="docx",
            options={"reference_doc": str(styles), **(_contents(1) if document.has_contents else {})},
        )
    frame = WordFrame(
        document.language,
        document.paper,
        document.full_title,
        document.full_title,
        document.author,
        direction(document.language),
    )
    return finish(data, frame)


def _with_word_contents(tree: Node, document: Document) -> Node:
    """A tree that says who wrote it, and how its contents are called if it has any."""
    tree = _with_meta(tree, document)
    heading = {"t": "MetaString", "c": document.locale.label("Contents")}
    return {**tree, "meta": {**tree["meta"], "toc-title": heading}} if document.has_contents else tree


_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)


def _travelling(tree: Node, document: Document) -> Node:
    """The tree of a file that leaves its folder: a link to a page beside it leads to where the course is published, if anywhere."""

    published = document.website.rstrip("/")

    def change(node: Node) -> Any:
        if node["t"] != "Link" or _ADDRESS.match(node["c"][2][0]):
            return node
        attributes, words, (address, title) = node["c"]
        return {"t": "Link", "c": [attributes, words, [f"{published}/{address}", title]]} if published else words

    return walk(tree, change)  # type: ignore[no-any-return]


def typst_source(document: Document, tree: bytes) -> bytes:
    """The Typst source of the PDF."""
    blocks = walk(_travelling(json.loads(tree), document), _typst_node)
    return pandoc.convert(
        json.dumps(_with_meta(blocks, document)),
        source="json",
        target="typst",
        options={"template": template("document.typ"), "variables": _variables(document)},
    )


def pdf(document: Document, source: bytes) -> bytes:
    """A tagged PDF (PDF/UA-1); a sheet is made smaller, down to 8.2 points, until it fits one page."""
    from generator.documents.typst import compile_pdf

    stamp = int(datetime(document.date.year, document.date.month, document.date.day, tzinfo=UTC).timestamp())
    return compile_pdf(source, one_page=document.style == "sheet", name=document.title, stamp=stamp)


def _variables(document: Document) -> dict[str, str]:
    """What a template asks of a document besides its text."""
    values = {
        "language": document.language.alone,
        "country": document.language.country,
        "dir": "rtl" if direction(document.language) == "rtl" else "",
        "paper": document.paper,
        document.style: "true",
        "contents": "true" if document.has_contents else "",
    }
    return {key: value for key, value in values.items() if value}


def _with_meta(tree: Node, document: Document) -> Node:
    meta = {
        "title": document.title,
        "pagetitle": document.full_title,
        "subtitle": document.subtitle,
        "lang": document.language,
        "author": document.author,
        "date": document.locale.dated(document.date),
    }
    labels = {key: _inlines(value) for key, value in _labels(document).items()}
    written = {key: _inlines(value) for key, value in meta.items() if value}
    return {**tree, "meta": {**written, "labels": {"t": "MetaMap", "c": labels}}}


def _inlines(text: str) -> Node:
    return {"t": "MetaInlines", "c": [{"t": "Str", "c": text}]}


def _labels(document: Document) -> dict[str, str]:
    """What the frame of a page says."""
    locale = document.locale
    return {
        "skip": locale.label("Skip to the content"),
        "contents": locale.label("Contents"),
        "version": locale.label("Version of {date}.", date=locale.dated(document.date)),
    }


def _raw(code: str) -> Node:
    return {"t": "RawBlock", "c": ["typst", code]}


_BOXES = {"callout": "callout", "say": "say", "meta": "metabox"}


def _typst_node(node: Node) -> Any:
    """A node of a tree as Typst needs it, where pandoc does not do it: boxes, columns, spoken formulas, bold headings of columns."""
    if node["t"] == "Span" and node["c"][0][1] == ["formula"]:
        words = dict(node["c"][0][2])["spoken"]
        inner = [
            {"t": "RawInline", "c": ["typst", f"#formula({_quoted(words)})["]},
            node["c"][1][0],
            {"t": "RawInline", "c": ["typst", "]"]},
        ]
        return inner
    if node["t"] != "Div":
        return node
    classes, blocks = node["c"][0][1], node["c"][1]
    for name, function in _BOXES.items():
        if name in classes:
            return [_raw(f"#{function}["), *blocks, _raw("]")]
    if "columns" in classes:
        parts = [block for block in blocks if _is_div(block, "column")]
        shares = ", ".join("1.8fr" if "wide" in p["c"][0][1] else "1fr" for p in parts)
        inside = [piece for part in parts for piece in (_raw("["), *part["c"][1], _raw("],"))]
        return [_raw(f"#grid(columns: ({shares}), column-gutter: 1.6em,"), *inside, _raw(")")]
    if "newpage" in classes:
        return _raw("#pagebreak(weak: true)")
    return node


def _quoted(text: str) -> str:
    """A text as a string of Typst, in quotation marks.

    >>> _quoted('a "b"')
    '"a \\\\"b\\\\""'
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def default_reference() -> bytes:
    """Our own Word template."""
    from generator.documents.docx import reference

    return reference(pandoc.default_data("reference.docx"))
