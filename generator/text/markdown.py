"""Markdown read once for every writer: a line as a tree of what stands in it, a text as its paragraphs and items.

What is a mark is decided by markdown-it (CommonMark), with what pandoc, which makes the documents, reads besides: `$math$`,
`~~struck~~`, and quotes, dashes and dots as a printer sets them. HTML is text like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    Rule = Callable[[StateBlock, int, int, bool], bool]


@dataclass(frozen=True, slots=True)
class Words:
    """Letters to be shown as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Part of a program, within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Math:
    """A formula within a line, as LaTeX without its dollar signs."""

    tex: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line that its author asked for."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What stands between marks of emphasis or of words struck out."""

    style: Literal["italic", "bold", "struck"]
    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """What leads to an address."""

    address: str
    inside: tuple[Inline, ...]


Inline = Words | Code | Math | Break | Marked | Link
"""A node of the tree of a line."""


# --- lines -----------------------------------------------------------------------------------------------------

BLANK = re.compile(r"(?:[^\S\xa0]|[\x00-\x1f\x7f-\x9f])+")
HARD_BREAK = re.compile(r"(?:\\| {2,})\r?\n[^\S\xa0]*")
_MARKS = re.compile(r"[*_`\\$<&\[~\n]")
"""The characters that plain words lack; a line without them needs no parsing."""
_MATH = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?!\s)(?P<math>(?:\\.|[^\\$])+?)(?<!\s)\$(?!\d)", re.DOTALL)
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>")
_STYLES: dict[str, Literal["italic", "bold", "struck"]] = {"em": "italic", "strong": "bold", "s": "struck"}


@lru_cache(maxsize=8192)
def line(markdown: str, *, typeset: bool = True) -> tuple[Inline, ...]:
    """The tree of a line of Markdown; line ends are blanks, but for those that are asked for.

    Quotes, dashes and dots become a printer's, unless they are to stay as they were typed.

    >>> line("see *[it](x.html)*")
    (Words(text='see '), Marked(style='italic', inside=(Link(address='x.html', inside=(Words(text='it'),)),)))
    """
    text = _on_one_line(markdown.strip())
    if typeset and not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not _MARKS.search(text):
        return (Words(typographic(text) if typeset else text),) if text else ()
    tokens: list[Token] = []
    reader = _reader()
    reader.inline.parse(text, reader, {}, tokens)
    return tuple(_nodes(iter(_typeset(tokens) if typeset else tokens)))


def _on_one_line(markdown: str) -> str:
    """A line without the line ends that nobody asked for."""
    rows, end = [], 0
    for match in HARD_BREAK.finditer(markdown):
        rows += [BLANK.sub(" ", markdown[end : match.start()]), "\\\n" if match[0][0] == "\\" else "  \n"]
        end = match.end()
    return "".join((*rows, BLANK.sub(" ", markdown[end:]))).strip()


def leaves(nodes: Sequence[Inline]) -> Iterator[Inline]:
    """The nodes of a line that hold no others, in order."""
    for node in nodes:
        if isinstance(node, Marked | Link):
            yield from leaves(node.inside)
        else:
            yield node


def _nodes(tokens: Iterator[Token]) -> Iterator[Inline]:
    """The nodes up to the end of what is open."""
    for token in tokens:
        kind = token.type
        if token.nesting < 0:
            return
        if kind == "link_open":
            yield Link(str(token.attrs["href"]), tuple(_nodes(tokens)))
        elif token.nesting > 0:
            yield Marked(_STYLES[kind.removesuffix("_open")], tuple(_nodes(tokens)))
        elif kind == "code_inline":
            yield Code(token.content.strip())
        elif kind == "math":
            yield Math(token.content)
        elif kind == "hardbreak":
            yield Break()
        elif kind == "image":
            yield from _nodes(iter(token.children or ()))
        elif token.content:
            yield Words(token.content)


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt, rules_block

    reader = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
    reader.inline.ruler.before("escape", "math", _read_math)
    reader.inline.ruler.at("autolink", _read_address)
    for name, rule in (
        ("list", rules_block.list_block),
        ("blockquote", rules_block.blockquote),
        ("heading", rules_block.heading),
    ):
        beside = next(found.alt for found in reader.block.ruler.__rules__ if found.name == name)
        reader.block.ruler.at(name, partial(_behind_a_blank_line, rule), {"alt": beside})
    for kept in ("validateLink", "normalizeLink", "normalizeLinkText"):  # an address stays as it is written
        setattr(reader, kept, (lambda _: True) if kept == "validateLink" else str)
    return reader


def _behind_a_blank_line(rule: Rule, state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A rule that ends no paragraph, but for a list within a list: as pandoc reads it, `a\\n- 5` is a sum."""
    return not (silent and state.parentType == "paragraph" and state.level == 0) and rule(state, first, last, silent)


def _read_math(state: StateInline, silent: bool) -> bool:
    match = _MATH.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.content = match["display"] or match["math"]
    state.pos = match.end()
    return True


def _read_address(state: StateInline, silent: bool) -> bool:
    match = _ADDRESS.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        address = match[1] if ":" in match[1] else f"mailto:{match[1]}"
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text_special", "", 0).content = match[1]
        state.push("link_close", "a", -1)
    state.pos = match.end()
    return True


# --- quotes, dashes, dots --------------------------------------------------------------------------------------

_OPENING_QUOTE = re.compile(r'(?<![^\s(\[—–])"(?=[^\s.,;:!?)\]])')
_OPENING_SINGLE = re.compile(r"(?<![^\s(\[—–“])'(?=[^\s.,;:!?)\]\d])")
_OTHER = "\0"
"""Stands for what is not typeset: code, math, a letter that was escaped."""


def typographic(text: str) -> str:
    """Text with quotes, dashes and dots as a printer sets them."""
    return _with_quotes(_with_dashes(text))


def _with_dashes(text: str) -> str:
    return text.replace("---", "—").replace("--", "–").replace("...", "…")


def _with_quotes(text: str) -> str:
    """Text with curly quotes, each letter in its place."""
    if '"' in text:
        text = _OPENING_QUOTE.sub("“", text).replace('"', "”")
    if "'" in text:
        text = _OPENING_SINGLE.sub("‘", text).replace("'", "’")
    return text


def _typeset(tokens: Sequence[Token]) -> Sequence[Token]:
    """Tokens with the text of each typeset, a quote by its neighbors in the line, whatever marks stand between."""
    leaves = list(_leaves(tokens))
    for token in leaves:
        if token.type == "text":
            token.content = _with_dashes(token.content)
    seen = (t.content if t.type == "text" else " " if t.type == "hardbreak" else _OTHER for t in leaves)
    letters = iter(_with_quotes("".join(seen)))
    for token in leaves:
        if token.type == "text":
            token.content = "".join(islice(letters, len(token.content)))
        else:
            next(letters)
    return tokens


def _leaves(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "image":
            yield from _leaves(token.children or ())
        elif not token.nesting:
            yield token


# --- texts -----------------------------------------------------------------------------------------------------

_MARK = r"(?:[-*+]|\d{1,9}[.)])[ ]"
_LIST = re.compile(rf"^(?!{_MARK})(\S.*)\n(?={_MARK})", re.MULTILINE)
BLOCKS = re.compile(r"\n|^\s*(?:[-*+>#|`~=_]|\d{1,9}[.)])|^(?: {4}|\t)")
"""What a text has that may be more than a paragraph on one line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph (depth 0) or an item of a list (depth 1 and deeper), its text a line of Markdown."""

    text: str
    depth: int = 0
    number: int = 0
    """The number of a list's item; 0 for a bullet or a paragraph."""


def lists_apart(text: str) -> str:
    """A text in which a list that begins right after a line begins after a blank one, as pandoc wants it."""
    return _LIST.sub(r"\1\n\n", text)


@lru_cache(maxsize=4096)
def parts(text: str) -> tuple[Part, ...]:
    """Paragraphs and items of Markdown, in order; wrapped lines are joined.

    >>> [p.text for p in parts("First\\nline.\\n\\n- one\\n- two")]
    ['First line.', 'one', 'two']
    """
    if not BLOCKS.search(text):
        return (Part(text.strip()),) if text.strip() else ()
    found: list[Part] = []
    numbers: list[int] = []
    begins = False
    for token in block_tokens(lists_apart(text)):
        if token.type.endswith("_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else 0)
        elif token.type.endswith("_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            found.append(Part("", len(numbers), numbers[-1]))
            numbers[-1] += bool(numbers[-1])
            begins = True
        elif token.type in ("inline", "fence", "code_block"):
            lines = [re.sub(r"\s*\n\s*", " ", piece).strip() for piece in HARD_BREAK.split(token.content)]
            if numbers:  # an item has one text: what follows in a paragraph of its own is part of it
                last = found[-1]
                words = "\\\n".join(lines)
                found[-1] = Part(words if begins else f"{last.text} {words}".strip(), last.depth, last.number)
                begins = False
            elif sum(isinstance(node, Break) for node in line(token.content)) == len(lines) - 1:
                found += [Part(words) for words in lines]  # a line end that is asked for begins a paragraph of its own
            else:  # it stands between marks, which would fall apart
                found.append(Part("\\\n".join(lines)))
    return tuple(found)


def block_tokens(text: str) -> list[Token]:
    """The blocks of a text as markdown-it gives them, each line of words as one `inline`."""
    tokens: list[Token] = []
    reader = _reader()
    reader.block.parse(re.sub(r"\r\n?|[\u2028\u2029]", "\n", text), reader, {}, tokens)
    return tokens


# --- what a slide has no place for -----------------------------------------------------------------------------

Stranger = Literal["program", "table", "quote", "heading", "rule", "picture", "break", "footnote", "definition"]
_STRANGE_BLOCKS: dict[str, Stranger] = {
    "fence": "program",
    "code_block": "program",
    "table_open": "table",
    "blockquote_open": "quote",
    "heading_open": "heading",
    "hr": "rule",
}
_STRANGE_WORDS: tuple[tuple[Stranger, re.Pattern[str]], ...] = (
    ("break", re.compile(r"<br */?>", re.IGNORECASE)),
    ("footnote", re.compile(r"\[\^[^\]\s]+\]|\^\[")),
    ("picture", re.compile(r"(?<!\\)!\[")),
)
_CODE = re.compile(r"(`+).+?\1", re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]^]+\]:\s*\S+", re.MULTILINE)
_MAYBE_STRANGE = re.compile(
    r"^\s*(?:```|~~~|>|\#|\||\[)|^[ >]*[-=*_:| ]{2,}$|^(?: {4}|\t)|!\[|<br|\[\^|\^\[", re.MULTILINE | re.IGNORECASE
)


def strangers(text: str, *, one_line: bool = False) -> Iterator[tuple[Stranger, str]]:
    """What slides cannot show of a text, or of a line: its kind, and the words it begins with."""
    if not _MAYBE_STRANGE.search(text):
        return
    if one_line:
        yield from _strange_words(text)
        return
    rows = text.splitlines()
    for token in block_tokens(text):
        if token.type in _STRANGE_BLOCKS and token.map:
            yield _STRANGE_BLOCKS[token.type], rows[token.map[0]].strip()
        elif token.type == "inline":
            yield from _strange_words(token.content)
    yield from (("definition", match[0].strip()) for match in _DEFINITION.finditer(text))


def _strange_words(markdown: str) -> Iterator[tuple[Stranger, str]]:
    words = "".join(node.text if isinstance(node, Words) else _OTHER for node in leaves(line(markdown)))
    for kind, pattern in _STRANGE_WORDS:
        if match := pattern.search(_CODE.sub("", markdown) if kind == "picture" else words):
            yield kind, match[0]
