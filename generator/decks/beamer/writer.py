"""A deck as readable LaTeX (Beamer) that pdflatex, lualatex and xelatex compile.

TeX shrinks nothing by itself, so the writer estimates how high every block will be in each of four sizes and takes the
largest in which the slide fits; charts and diagrams then get the height that is left. Lengths are TeX points.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from typing import Any

from blueprint.deck import (
    Axis,
    Block,
    Callout,
    Chart,
    Code,
    Column,
    Deck,
    Diagram,
    Equation,
    Figure,
    Series,
    Table,
)
from blueprint.model import ENGLISH, Language, Markdown
from generator.decks.highlight import highlighted
from generator.decks.layout.diagram import INSET, Arranged, Point, Rect, Routed, Side, arranged, least_height
from generator.decks.layout.measure import measured
from generator.decks.layout.slide import (
    LETTERED,
    OWN,
    Page,
    callout_text,
    column_widths,
    laid_out,
    meaning,
    places,
    program,
)
from generator.decks.plan import Answers, Planned, planned
from generator.decks.theme import Theme, colors, theme
from generator.decks.timing import Version
from generator.text.inline import parts
from generator.text.latex import latex_text
from generator.text.plain import plain_text

_WIDTH, _PAGE = 410.0, 256.0
"""The width of the text and the height of the page, 16:9."""
_SIZES: tuple[tuple[str, float], ...] = (
    (r"\large", 12.0),
    (r"\normalsize", 10.95),
    (r"\small", 10.0),
    (r"\footnotesize", 9.0),
    (r"\scriptsize", 8.0),
    (r"\fontsize{7}{8.4}\selectfont", 7.0),
)
_LINE = 1.22
"""The height of a line, in font sizes."""
_REGULAR, _BOLD = 1.09, 1.13
"""How much wider Latin Modern Sans is than the typeface that `measure` knows."""
_SERIF = 1.2
"""The same of Latin Modern Roman, bold."""
_TOGETHER = 8.0
"""The smallest type in which a task and its answer share a frame."""
_SMALL = 9.0
"""Type smaller than this is avoided by setting an answer elsewhere than PowerPoint has it."""
_TITLE = (12.0, 14.0)
"""The size of a frame's title and the height of its lines."""
_BESIDE_PICTURES = 1
"""The number of the largest size of text on a slide with something to look at."""
_CELL = 4.0
"""What is left free at each side of a cell."""
_ABOVE = 6.0
"""What Beamer leaves above columns."""
_GAP = 14.0
"""Between columns."""
_OPEN = 1.1
"""The most that is added between paragraphs where a slide has room, in font sizes."""
_SCALE = _PAGE / OWN.height
"""A point of a PowerPoint slide, on ours."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """What all frames of a deck share."""

    deck: Deck
    page: Page
    answers: Answers
    on_accent: bool
    """Whether the first slide stands on the accent color."""
    heading: float
    """How much wider its headings are than what `measure` knows."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A frame to write: a slide or a part of it."""

    planned: Planned
    counted: bool = True
    """Whether it takes a number; what PowerPoint does not set apart has that of the frame before."""
    beside: bool = False
    """Whether PowerPoint has the answer beside the task."""


def beamer(
    deck: Deck,
    shown: Version,
    theme_name: str,
    *,
    answers: Answers = "click",
    notes: bool = False,
    language: Language = ENGLISH,
) -> dict[str, str]:
    """The files of a deck, name -> text: `<deck>.tex`, `blueprint.sty` and the palette of the theme.

    The speaker notes travel in the source, and `notes` prints them on pages of their own; a deck for students (answers
    hidden) holds neither notes nor answers. With answers shown it is a handout: every slide is one page.
    Raises `ValueError` for an SVG figure, which TeX cannot read, and for a block of no known kind.
    """
    words = unicodedata.normalize("NFKD", plain_text(deck.title).lower()).encode("ascii", "ignore").decode()
    name = deck.chapter or re.sub(r"[^a-z0-9]+", "-", words).strip("-") or "deck"
    look = theme(theme_name)
    page = replace(OWN, heading_font=look.heading_font, body_font=look.body_font)
    setting = _Setting(deck, page, answers, look.cover == "accent", _SERIF if _has_serifs(look) else _BOLD)
    frames = (_frame(setting, sheet) for slide in planned(deck, shown) for sheet in _sheets(setting, slide))
    head = preamble(theme_name, answers, notes)
    # Not in the preamble, which decks of all languages share.
    about = [rf"\hypersetup{{pdflang={{{language}}}}}", rf"\title{{{latex_text(deck.title)}}}"]
    body = "\n".join([*about, "", r"\begin{document}", "", *frames, r"\end{document}", ""])
    return {f"{name}.tex": head + body, **style_files(theme_name)}


def preamble(theme_name: str, answers: Answers, notes: bool) -> str:
    """The first lines of a deck, the same for all decks of a theme."""
    # Without sections there are no bookmarks, and their file would cost another pass.
    options = ["aspectratio=169", "11pt", "hyperref={bookmarks=false}", *(["handout"] if answers == "shown" else [])]
    return "\n".join(
        [
            rf"\documentclass[{','.join(options)}]{{beamer}}",
            *([r"\setbeameroption{show notes}"] if notes and answers != "hidden" else []),
            rf"\input{{{_palette_name(theme_name)}}}",
            r"\usepackage{blueprint}",
            "",
        ]
    )


def style_files(theme_name: str) -> dict[str, str]:
    """What the decks of a theme share, name -> text: the style file and the theme's palette."""
    return {
        "blueprint.sty": files("generator.decks.beamer").joinpath("blueprint.sty").read_text(encoding="utf-8"),
        f"{_palette_name(theme_name)}.tex": _palette(theme_name),
    }


def _palette_name(theme_name: str) -> str:
    return f"palette-{theme_name}"


def _palette(name: str) -> str:
    """The theme's colors; each name begins with `bp-`, so that none hides a color of another package."""
    lines = [rf"\definecolor{{bp-{key.replace('_', '-')}}}{{HTML}}{{{color}}}" for key, color in colors(theme(name))]
    family = r"\rmfamily" if _has_serifs(theme(name)) else ""
    lines.append(rf"\newcommand\headingfamily{{{family}}}")
    return "\n".join([f"% Colors of the theme {theme(name).title}, and the family of its headings", *lines, ""])


def _has_serifs(look: Theme) -> bool:
    return look.heading_font in ("Cambria", "Caladea", "Georgia", "Times", "Times New Roman", "Liberation Serif")


# --- frames -----------------------------------------------------------------------------------------------------


def _sheets(setting: _Setting, slide: Planned) -> Iterator[_Sheet]:
    """A slide as one frame, or as more: its answer, or the rest of its sources, may need another.

    What PowerPoint gives a slide of its own has a frame of its own, so that both count the same slides.
    """
    if slide.slide.kind == "references":
        yield from _references(setting, slide)
        return
    if not slide.answer or setting.answers == "hidden" or slide.arrangement not in ("content", "activity"):
        yield _Sheet(slide)
        return
    first, *more = laid_out(slide, setting.page)
    together = _Sheet(slide, beside=any(box.rect.x > setting.page.width / 2 for box in first.answer[:1]))
    if not more and _fits_together(setting, together):
        yield together
        return
    yield _Sheet(replace(slide, answer=()))
    title = Markdown(f"Answer: {slide.slide.title}")
    yield _Sheet(_continued(slide, title, label="", blocks=slide.answer, answer=()), counted=bool(more))


def _continued(slide: Planned, title: Markdown, **changed: Any) -> Planned:
    """What goes on from a slide, under a title of its own."""
    notes = (("Clock", "goes on from the slide before"),)
    return replace(slide, slide=replace(slide.slide, title=title), notes=notes, **changed)


def _references(setting: _Setting, slide: Planned) -> Iterator[_Sheet]:
    """As many frames as the list of sources needs to be readable."""
    *before, listed = slide.blocks
    items = str(listed.text or "").split("\n")
    numbered = len(laid_out(slide, setting.page))
    pages: list[Planned] = []
    for count in range(numbered, len(items) + 1):
        cut = [items[len(items) * n // count : len(items) * (n + 1) // count] for n in range(count)]
        texts = [Block(text=Markdown("\n".join(lines))) for lines in cut]
        titles = [
            Markdown(slide.slide.title + (f" ({n} of {count})" if count > 1 else "")) for n in range(1, count + 1)
        ]
        pages = [_continued(slide, title, blocks=(text,)) for title, text in zip(titles, texts, strict=True)]
        pages[0] = replace(pages[0], blocks=(*before, texts[0]), notes=slide.notes)
        if all(_largest(page.blocks, _WIDTH, _room(setting, page)) < len(_SIZES) for page in pages):
            break
    yield from (_Sheet(page, counted=number < numbered) for number, page in enumerate(pages))


def _fits_together(setting: _Setting, sheet: _Sheet) -> bool:
    """Whether task and answer fit on one frame in type that is large enough."""
    slide = sheet.planned
    room = _room(setting, slide)
    found = (_first(way, slide.blocks, slide.answer, setting.answers, room, 0) for way in (_stacked, _beside))
    return any(way is not None and _SIZES[way[0]][1] >= _TOGETHER for way in found)


def _frame(setting: _Setting, sheet: _Sheet) -> str:
    slide, answers = sheet.planned, setting.answers
    answer = () if answers == "hidden" else slide.answer
    every = [inner for block in (*slide.blocks, *answer) for inner in block.walk()]
    options = ["t", *(["fragile"] if any(block.code for block in every) else [])]
    if slide.arrangement in ("title", "section", "focus"):
        before, body = _opening(setting, slide, answer)
    else:
        before = rf"\activity{{{latex_text(slide.label)}}}" if slide.label else ""
        body = _content(setting, sheet, answer)
    options += [] if sheet.counted else ["noframenumbering"]
    lines = [
        rf"\begin{{frame}}[{','.join(options)}]",
        *body,
        *([rf"\sources{{{_sources(slide)}}}"] if slide.footnotes else []),
        r"\end{frame}",
    ]
    grouped = [f"{{{before}", *lines, "}"] if before else lines
    if answers != "hidden":
        grouped += [r"\note{", *_notes(slide), "}"]
    return "\n".join([f"% {slide.number}. {slide.slide.id or slide.slide.kind}", *grouped, ""])


def _sources(slide: Planned) -> str:
    *others, last = slide.footnotes
    return " · ".join(map(inline, [*(note.rstrip(".") for note in others), last]))


def _notes(slide: Planned) -> Iterator[str]:
    for label, text in slide.notes:
        yield rf"  \said{{{latex_text(label)}}}{{{inline(text)}}}"


_EDGE = 22.8
"""The margins at the sides."""


def _opening(setting: _Setting, slide: Planned, answer: tuple[Block, ...]) -> tuple[str, list[str]]:
    """A title, a section, or a sentence alone: large, ending where PowerPoint's ends."""
    deck, page, kind = setting.deck, setting.page, slide.arrangement
    place, _ = {"title": page.title_slide, "section": page.section}.get(kind, page.focus)
    indent = place.x * _SCALE - _EDGE
    width = _WIDTH - indent
    sizes = (44.0 if kind == "title" else 40.0, 36.0, 32.0, 28.0)
    lead = 1.2 * _SCALE
    counted = [(points, _lines(slide.slide.title, width, points * _SCALE, setting.heading)) for points in sizes]
    points, count = next(((p, n) for p, n in counted if n * p * 1.2 <= place.height), counted[-1])
    first = min(_largest((*slide.blocks, *answer), width, _PAGE - 24 - count * points * lead - 30), len(_SIZES) - 1)
    first = max(first, 1)
    subtitle = 16.0 if kind == "title" and deck.subtitle else 0.0
    solved = _need(answer, width - 8, first) + _frame_of_answer(first) if answer else 0.0
    needed = _need(slide.blocks, width, first) + subtitle + solved
    foot = 12.0 if slide.footnotes else 0.0
    end = max(min((place.y + place.height) * _SCALE, _PAGE - 30 - foot - needed), count * points * lead + 6)
    left = _PAGE - 30 - foot - end - subtitle - solved
    name, texts = "", []
    if kind == "title":
        name = "" if plain_text(deck.title) == plain_text(slide.slide.title) else inline(deck.title)
        texts = [rf"{{\small {inline(deck.subtitle)}\par}}\vspace{{2mm}}"] if deck.subtitle else []
        texts += _cover(slide.blocks, width, left)
    else:
        texts = _blocks(slide.blocks, width, left, first)
    size = rf"\fontsize{{{points * _SCALE:.1f}}}{{{points * lead:.1f}}}\selectfont"
    lines = [
        rf"\begin{{opening}}{{{indent:.1f}pt}}{{{end:.1f}pt}}{{{name}}}{{{size} {inline(slide.slide.title)}}}",
        _SIZES[first][0],
        *texts,
        *_answer(answer, setting.answers, width, solved, first),
        r"\end{opening}",
    ]
    start = {"title": r"\ontitle" if setting.on_accent else r"\ontitle[bp-accent]", "section": r"\onsection"}
    return start.get(kind, ""), lines


def _cover(blocks: Sequence[Block], width: float, height: float) -> list[str]:
    """A title slide's texts, and below them whatever else it shows, on a ground of its own."""
    texts = [block for block in blocks if block.text is not None]
    others = [block for block in blocks if block.text is None]
    lines = _blocks(texts, width, height, 1)
    if others:
        left = height - _need(texts, width, 1) - 10
        size = min(_largest(others, width - 8, left), len(_SIZES) - 1)
        lines += [r"\begin{card}", _SIZES[size][0], *_blocks(others, width - 8, left, size), r"\end{card}"]
    return lines


def _content(setting: _Setting, sheet: _Sheet, answer: tuple[Block, ...]) -> list[str]:
    """A slide's content in the largest size that fits; what fits in none is too high, and TeX's log will say so."""
    slide, answers = sheet.planned, setting.answers
    title = [rf"\frametitle{{{inline(slide.slide.title)}}}"]
    height = _room(setting, slide)
    if len(slide.blocks) == 1 and not answer and not slide.blocks[0].columns and _stretches(slide.blocks[0]):
        lines = _blocks(slide.blocks, _WIDTH, height, _BESIDE_PICTURES)
        return [*title, r"\begin{lonepicture}", *lines, r"\end{lonepicture}"]
    first = _BESIDE_PICTURES if any(map(_stretches, (*slide.blocks, *answer))) else 0
    below = _first(_stacked, slide.blocks, answer, answers, height, first)
    beside = _first(_beside, slide.blocks, answer, answers, height, first) if answer else None
    wanted, other = (beside, below) if sheet.beside else (below, beside)
    if wanted is None or (other is not None and _SIZES[wanted[0]][1] < min(_SMALL, _SIZES[other[0]][1])):
        wanted = other
    if wanted is not None:
        return [*title, *wanted[1]]
    return [*title, *_set(slide.blocks, answer, answers, height, len(_SIZES) - 1)]


_Way = Callable[[Sequence[Block], Sequence[Block], Answers, float, int], list[str] | None]


def _first(
    way: _Way, body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, first: int
) -> tuple[int, list[str]] | None:
    """The number of the largest size in which a way of setting a slide fits, and its lines."""
    for size in range(first, len(_SIZES)):
        if (lines := way(body, answer, answers, height, size)) is not None:
            return size, lines
    return None


def _room(setting: _Setting, slide: Planned) -> float:
    """The height below a slide's title and above its sources."""
    points, line = _TITLE
    title = _lines(slide.slide.title, _WIDTH, points, setting.heading)
    foot = _lines(" · ".join(slide.footnotes), _WIDTH, 6.0) * 7 + 6 if slide.footnotes else 0
    return _PAGE - 32 - line * title - (15 if slide.label else 0) - foot


def _stacked(
    body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int
) -> list[str] | None:
    needed = _need(body, _WIDTH, size) + (_need(answer, _WIDTH - 8, size) + _frame_of_answer(size) if answer else 0)
    return _set(body, answer, answers, height, size) if needed <= height else None


def _set(body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int) -> list[str]:
    below = _need(answer, _WIDTH - 8, size) + _frame_of_answer(size) if answer else 0
    if answer and any(map(_stretches, answer)) and not any(map(_stretches, body)):
        below = height - _need(body, _WIDTH, size)
    return [
        _SIZES[size][0],
        *_spread(body, _WIDTH, height - below, size),
        *_blocks(body, _WIDTH, height - below, size),
        *_answer(answer, answers, _WIDTH, below, size),
    ]


def _spread(blocks: Sequence[Block], width: float, height: float, size: int) -> Iterator[str]:
    """More space between paragraphs, items and rows, where nothing else would take the room that is left."""
    if blocks and not any(map(_stretches, blocks)):
        spare = (height - _need(blocks, width, size)) * 0.85
        more = min(spare / max(sum(map(_gaps, blocks)), 1), _OPEN * _SIZES[size][1])
        if more >= 1:
            yield rf"\spread{{{more:.1f}pt}}"


def _gaps(block: Block) -> int:
    """How many spaces a block has that could be wider."""
    if block.text is not None:
        return len(parts(block.text)) + any(part.depth for part in parts(block.text))
    if block.equation is not None:
        return len(block.equation.legend) + 2
    if block.table is not None:
        return len(block.table.rows) + 1
    return max((sum(map(_gaps, column.body)) for column in block.columns), default=1)


def _beside(
    body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int
) -> list[str] | None:
    width = (_WIDTH - _GAP) / 2
    wide = any(
        block.columns or block.table or block.diagram or (block.code and _code_points(block.code, width, 0) < 8)
        for block in (*body, *answer)
    )
    needed = max(_need(body, width, size), _need(answer, width - 8, size) + _frame_of_answer(size))
    if wide or needed > height:
        return None
    return [
        _SIZES[size][0],
        r"\begin{columns}[T,onlytextwidth]",
        r"\begin{column}{0.482\textwidth}",
        *_spread(body, width, height, size),
        *_blocks(body, width, height, size),
        r"\end{column}",
        r"\begin{column}{0.482\textwidth}",
        *_answer(answer, answers, width, height, size),
        r"\end{column}",
        r"\end{columns}",
    ]


def _largest(blocks: Sequence[Block], width: float, height: float) -> int:
    """The number of the largest size in which blocks fit; one past the last if they fit in none."""
    return next((i for i in range(len(_SIZES)) if _need(blocks, width, i) <= height), len(_SIZES))


def _answer(answer: Sequence[Block], answers: Answers, width: float, height: float, size: int) -> list[str]:
    if not answer:
        return []
    height -= _frame_of_answer(size)
    spread = [*_spread(answer, width - 8, height, size)] or [r"\spread{0pt}"]  # not what the task has
    inner = [*spread, *_blocks(answer, width - 8, height, size)]
    lines = [r"\begin{answer}", *inner, r"\end{answer}"]
    return [r"\begin{uncoverenv}<2->", *lines, r"\end{uncoverenv}"] if answers == "click" else lines


def _frame_of_answer(size: int) -> float:
    return 13 + _SIZES[size][1] * _LINE


# --- how high things are ----------------------------------------------------------------------------------------


def _lines(text: str, width: float, points: float, wider: float = 0.0) -> int:
    """How many lines a text takes."""
    # Latin Modern is drawn wider the smaller it is.
    scale = wider or next((by for size, by in ((12.0, 1.03), (10.0, 1.055), (9.0, 1.085)) if points >= size), 1.12)
    return measured(text, bold=wider >= _BOLD).lines(max(width, 1) / (points * scale))


def _need(blocks: Sequence[Block], width: float, size: int) -> float:
    return sum(_height(block, width, size) + 4 for block in blocks)


def _height(block: Block, width: float, size: int) -> float:
    """How high a block is at least, at a size."""
    points = _SIZES[size][1]
    line = points * _LINE
    if block.text is not None:
        listed = 4 * any(part.depth for part in parts(block.text))
        return listed + sum(_lines(p.text, width - 18 * p.depth, points) * line + 4 for p in parts(block.text))
    if block.callout is not None:
        found = parts(callout_text(block.callout))
        listed = 4 * any(part.depth for part in found)
        return listed + 12 + sum(_lines(p.text, width - 10 - 18 * p.depth, points) * line + 3 for p in found)
    if block.table is not None:
        return _table_height(block.table, width, points)
    if block.code is not None:
        return (
            (program(block.code).count("\n") + 1) * _code_points(block.code, width, size) * _LINE
            + 8
            + _caption_height(block.code.caption, width)
        )
    if block.equation is not None:
        tall = 2.6 if re.search(r"\\(?:d?frac|sum|int)|\\\\", block.equation.tex) else 1.6
        return (
            line * tall
            + 8
            + sum(_lines(m, _legend(block.equation, width), 9) for m in _meanings(block.equation)) * 12.6
        )
    if block.chart is not None:
        least = 120.0 if size < len(_SIZES) - 1 else 90.0
        return min(least, width * 0.6) + _caption_height(_chart_caption(block.chart), width)
    if block.diagram is not None:
        return least_height(block.diagram, width - 0.5, lines=_label_lines) + _caption_height(
            block.diagram.caption, width
        )
    if block.figure is not None:
        return 110 + _caption_height(block.figure.caption, width)
    if block.columns:
        return _ABOVE + max(
            _need(column.body, inner, size) + (line + 6 if column.heading else 0)
            for column, inner in zip(block.columns, _widths(block.columns, width), strict=True)
        )
    raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")


def _caption_height(caption: str, width: float) -> float:
    return _lines(caption, width, 8) * 10.0 if caption else 0


def _table_height(table: Table, width: float, points: float) -> float:
    points, widths = _cells(table, width, points)
    rows = [table.columns, *table.rows]
    lines = sum(max(_lines(c, w, points) for c, w in zip(row, widths, strict=True)) for row in rows)
    return lines * points * 1.2 + len(rows) * points * 0.2 + 11 + _caption_height(table.caption, width)


def _stretches(block: Block) -> bool:
    return any(inner.chart or inner.figure or inner.diagram for inner in block.walk())


def _widths(columns: Sequence[Column], width: float) -> list[float]:
    total = float(sum(column.width for column in columns))
    return [(width - _GAP * (len(columns) - 1)) * float(column.width) / total for column in columns]


# --- blocks -----------------------------------------------------------------------------------------------------


def _blocks(blocks: Sequence[Block], width: float, height: float, size: int, code: float = math.inf) -> list[str]:
    """Blocks one below the other, programs no larger than `code`; what can stretch shares the height that is left."""
    takes = [_stretches(block) for block in blocks]
    if not any(takes):
        takes = [bool(block.columns) for block in blocks]
    spare = max(0.0, height - _need(blocks, width, size)) / max(sum(takes), 1)
    lines: list[str] = []
    for block, more in zip(blocks, takes, strict=True):
        lines += _block(block, width, _height(block, width, size) + (spare if more else 0), size, code)
    return lines


def _block(block: Block, width: float, height: float, size: int, code: float) -> Iterator[str]:
    if block.text is not None:
        yield from _text(block.text, width, _SIZES[size][1])
    elif block.callout is not None:
        yield from _callout(block.callout, width, _SIZES[size][1])
    elif block.table is not None:
        yield from _table(block.table, width, _SIZES[size][1])
    elif block.code is not None:
        yield from _code(block.code, width, size, code)
    elif block.equation is not None:
        yield from _equation(block.equation, width)
    elif block.chart is not None:
        yield from _chart(block.chart, width, height)
    elif block.diagram is not None:
        yield from _diagram(block.diagram, width, height)
    elif block.figure is not None:
        yield from _figure(block.figure, height)
    elif block.columns:
        yield from _columns(block.columns, width, height, size)
    else:
        raise ValueError(f"a block of no known kind: {', '.join(block.names) or 'it is empty'}")


_LINK = re.compile(
    r"(?P<kept>`+.+?`+|\$[^$]+\$)|(?<!!)\[(?P<text>(?:[^\[\]])+)\]\((?:<(?P<far>[^>]+)>|(?P<url>(?:[^\s()]|\([^\s()]*\))+))\)"
    r"|<(?P<bare>(?:https?://|mailto:)[^\s<>]+)>"
)


def inline(markdown: str) -> str:
    """A line of Markdown as LaTeX, its links alive.

    >>> inline("see [the page](https://example.org/a_b#c)")
    'see \\\\href{https://example.org/a_b\\\\#c}{the page}'
    """
    pieces, end = [], 0
    for match in _LINK.finditer(markdown):
        if match["kept"] is not None:
            continue
        address = re.sub(r"([%#&\\])", r"\\\1", match["far"] or match["url"] or match["bare"]).replace(_SEAM, "")
        words = latex_text(match["text"] if match["bare"] is None else match[0])
        pieces += [_spaced(markdown[end : match.start()]), rf"\href{{{address}}}{{{words}}}"]
        end = match.end()
    return "".join([*pieces, _spaced(markdown[end:])]).strip()


def _spaced(text: str) -> str:
    """LaTeX with the blanks at its ends kept."""
    return f"{' ' if text[:1].isspace() else ''}{latex_text(text)}{' ' if text[-1:].isspace() else ''}"


_SEAM = "\ue000"
"""Stands where a word may be broken."""
_AFTER = re.compile(r"(?<=[._/:])(?=[^\W_])")
_BETWEEN = re.compile(r"(?<=[^\W_])(?=[^\W_])|(?<=[._/:])(?=[^\W_])")
_UNBREAKABLE = re.compile(r"\$|\]\(|&#?\w+;")


def _within(markdown: str, room: float, wider: float = _REGULAR) -> str:
    """A line as LaTeX, in which words wider than the room, in em, can be broken."""
    if measured(markdown, bold=wider == _BOLD).longest_word() * wider <= room:
        return inline(markdown)
    words = (
        _seamed(word, room / wider) if measured(word).width * wider > room and not _UNBREAKABLE.search(word) else word
        for word in re.split(r"(\s+)", markdown)
    )
    return inline("".join(words)).replace(f"[U+{ord(_SEAM):04X}]", r"\allowbreak{}")


def _seamed(word: str, room: float) -> str:
    """A word with seams behind its marks, or, where a part between them is still too wide, between all letters."""
    tick = "`" if word.startswith("`") else ""
    fine = all(measured(f"{tick}{part.strip('`')}{tick}").width <= room for part in _AFTER.split(word))
    return (_AFTER if fine else _BETWEEN).sub(_SEAM, word)


_DEEPEST = 3
"""Levels of lists that Beamer has styles for."""


def _text(text: str, width: float, points: float) -> Iterator[str]:
    opened: list[str] = []
    for part in parts(text):
        letter = LETTERED.match(part.text) if part.depth and not part.number else None
        words = part.text[letter.end() :] if letter else part.text
        latex = _within(words, (width - 18 * part.depth) / points)
        kind = "deeper" if part.depth > _DEEPEST else "enumerate" if part.number else "itemize"
        while len(opened) > part.depth or (opened and len(opened) == part.depth and opened[-1] != kind):
            yield rf"{'  ' * (len(opened) - 1)}\end{{{opened.pop()}}}"
        while len(opened) < part.depth:
            level = "deeper" if len(opened) >= _DEEPEST else kind if kind != "deeper" else "itemize"
            yield rf"{'  ' * len(opened)}\begin{{{level}}}"
            opened.append(level)
            if part.number > 1 and len(opened) == part.depth and level == "enumerate":
                counter = "i" * opened.count("enumerate")
                yield rf"{'  ' * part.depth}\setcounter{{enum{counter}}}{{{part.number - 1}}}"
        mark = letter[1] if letter else part.number if kind == "deeper" and part.number else ""
        item = rf"\item[{mark}.] " if mark else r"\item "
        yield rf"{'  ' * part.depth}{item}{latex}" if part.depth else rf"{latex}\par"
    while opened:
        yield rf"{'  ' * (len(opened) - 1)}\end{{{opened.pop()}}}"


def _callout(callout: Callout, width: float, points: float) -> Iterator[str]:
    found = parts(callout.text)
    label = f"{inline(callout.label)}:" if callout.label else ""
    yield rf"\begin{{callout}}{{{callout.role}}}{{{label}}}" + (r"\par" if label and found and found[0].depth else "")
    yield from _text(callout.text, width - 10, points)
    yield r"\end{callout}"


_SMALLEST_CELL = 6.5


def _cells(table: Table, width: float, points: float) -> tuple[float, tuple[float, ...]]:
    """The largest type size in which no word of a table is broken (its own, if there is none), and its columns."""
    header, *rows = (
        [measured(cell, bold=not n).longest_word() * (_REGULAR if n else _BOLD) for cell in row]
        for n, row in enumerate((table.columns, *table.rows))
    )
    longest = [max(words) for words in zip(header, *rows, strict=True)]
    room = width - 2 * _CELL * len(longest)
    sizes = (points, *(size for _, size in _SIZES), _SMALLEST_CELL)
    chosen = next((size for size in sizes if size <= points and sum(longest) * size <= room), points)
    return chosen, column_widths(table, room, [em * chosen + 0.5 for em in longest])


def _table(table: Table, width: float, points: float) -> Iterator[str]:
    size, widths = _cells(table, width, points)
    form = "".join(
        f"{'R' if number in table.numbers else 'L'}{{{cell:.1f}pt}}" for number, cell in enumerate(widths, 1)
    )
    if size != points:
        yield rf"{{\fontsize{{{size:g}}}{{{size * 1.2:.1f}}}\selectfont"
    yield rf"\begin{{tabular}}{{{form}}}"
    yield r"\hline"
    header = (_within(cell, w / size, _BOLD) for cell, w in zip(table.columns, widths, strict=True))
    yield " & ".join(rf"\textbf{{{cell}}}" for cell in header) + r" \\ \hline"
    for number, row in enumerate(table.rows, 1):
        mark = r"\rowcolor{bp-accent-fill}" if number in table.highlight else ""
        cells = (_within(cell, w / size) for cell, w in zip(row, widths, strict=True))
        yield mark + "{}" + " & ".join(cells) + r" \\"  # a star would belong to the row before
    yield r"\hline"
    yield r"\end{tabular}\par\smallskip" + ("}" if size != points else "")
    yield from _caption(table.caption)


def _caption(caption: str) -> Iterator[str]:
    if caption:
        yield rf"\figurecaption{{{inline(' '.join(caption.split()))}}}"


def _code_points(code: Code, width: float, size: int) -> float:
    """The size in which the longest line of a program fits; none is broken."""
    longest = max(map(places, program(code).splitlines()), default=1)
    return min(_SIZES[size][1], (width - 26) / (0.53 * max(longest, 1)))


def _code(code: Code, width: float, size: int, most: float) -> Iterator[str]:
    points = min(_code_points(code, width, size), most)
    options = [*_colored(code)]
    if points < _SIZES[size][1]:
        options.append(rf"basicstyle=\ttfamily\fontsize{{{points:.1f}}}{{{points * 1.2:.1f}}}\selectfont")
    if code.highlight:
        options.append(f"numberstyle=\\pointedlines{{{','.join(map(str, code.highlight))}}}")
    text = _ENDS.sub(rf"\\{_JOINER}end", program(code))
    if foreign := sorted({letter for letter in text if not letter.isascii()}):
        letters = {c: "" if c == _JOINER else _within_code(c) for c in foreign}
        options.append("literate=" + "".join(f"{{{c}}}{{{{{tex}}}}}{int(c != _JOINER)}" for c, tex in letters.items()))
    yield rf"\begin{{lstlisting}}[{','.join(options)}]"
    yield text
    yield r"\end{lstlisting}"
    yield from _caption(code.caption)


_JOINER = "¦"
_ENDS = re.compile(r"\\end(?=\{(?:lstlisting|frame)\})")
"""What would end a program or its frame; a sign within it that prints nothing keeps TeX from seeing it."""
_COMMENTS: Mapping[str, str] = {
    "/*": r"[s]{/*}{*/}",
    "<!--": r"[s]{<!--}{-->}",
    "//": "[l]//",
    "--": "[l]{--}",
    "#": r"[l]\#",
    "%": r"[l]\%",
    ";": "[l];",
}
_STRINGS: Mapping[str, str] = {
    '"""': '[s]{"""}{"""}',
    "'''": "[s]{'''}{'''}",
    '"': '[b]"',
    "'": "[b]'",
    "`": "[b]`",
}


def _colored(code: Code) -> Iterator[str]:
    """The words and marks that PowerPoint colors in a program, as options of its listing."""
    pieces = [piece for line in highlighted(program(code), code.language) for piece in line]
    words = sorted({text for text, kind in pieces if kind == "keyword" and re.fullmatch(r"[^\W\d]\w*", text)})
    yield f"keywords={{{','.join(words)}}}"
    comments = {text.lstrip() for text, kind in pieces if kind == "comment"}
    found = (next((mark for mark in _COMMENTS if text.startswith(mark)), None) for text in comments)
    yield from (f"morecomment={{{_COMMENTS[mark]}}}" for mark in sorted({mark for mark in found if mark}))
    strings = {text.lstrip("rbfuRBFU") for text, kind in pieces if kind == "string"}
    openings = {next((mark for mark in _STRINGS if text.startswith(mark)), None) for text in strings}
    yield from (f"morestring={{{form}}}" for mark, form in _STRINGS.items() if mark in openings)


def _within_code(letter: str) -> str:
    """A letter as LaTeX that stands for it in a program, where the letter itself stands for this LaTeX."""
    return re.sub(r"[^\x00-\x7f]", r"\\letter{\g<0>}", latex_text(letter))


def _meanings(equation: Equation) -> list[str]:
    return [meaning(term.meaning, term.unit) for term in equation.legend]


def _legend(equation: Equation, width: float) -> float:
    """The width of what a legend's symbols mean: no more than its longest line needs."""
    widest = max((measured(words).width for words in _meanings(equation)), default=0.0)
    symbol = max((measured(f"${term.tex}$").width for term in equation.legend), default=0.0)
    return min(width - symbol * 9 * _REGULAR - 4 * _CELL - 2, widest * 9 * _REGULAR + 4)


def _equation(equation: Equation, width: float) -> Iterator[str]:
    tex = " ".join(equation.tex.split())
    yield r"{\abovedisplayskip=3pt\belowdisplayskip=3pt"
    yield rf"\[ {tex} \]\par}}"
    if equation.legend:
        wide = _legend(equation, width)
        yield rf"{{\centering\footnotesize\begin{{tabular}}{{lL{{{wide:.0f}pt}}}}"
        for term, words in zip(equation.legend, _meanings(equation), strict=True):
            yield rf"${term.tex}$ & {_within(words, wide / 9)} \\"
        yield r"\end{tabular}\par}"


def _figure(figure: Figure, height: float) -> Iterator[str]:
    if figure.file.lower().endswith((".svg", ".svgz")):
        raise ValueError(f"LaTeX cannot read `{figure.file}`; export it as PDF or PNG")
    high = height - _caption_height(figure.caption, _WIDTH)
    yield f"% {_one_line(figure.alt)}"
    yield rf"{{\centering\includegraphics[width=\textwidth,height={high:.0f}pt,keepaspectratio]{{{figure.file}}}\par}}"
    yield from _caption(figure.caption)


def _columns(columns: Sequence[Column], width: float, height: float, size: int) -> Iterator[str]:
    widths = _widths(columns, width)
    programs = [
        _code_points(block.code, inner, size)
        for column, inner in zip(columns, widths, strict=True)
        for block in column.body
        if block.code is not None
    ]
    yield r"\begin{columns}[T,onlytextwidth]"
    for column, inner in zip(columns, widths, strict=True):
        yield rf"\begin{{column}}{{{inner / width:.3f}\textwidth}}"
        left = height - _ABOVE - (_SIZES[size][1] * _LINE + 6 if column.heading else 0)
        if column.heading:
            yield rf"\heading{{{inline(column.heading)}}}"
        yield from _spread(column.body, inner, left, size)
        yield from _blocks(column.body, inner, left, size, min(programs, default=math.inf))
        yield r"\end{column}"
    yield r"\end{columns}\vspace{3pt}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


# --- charts -----------------------------------------------------------------------------------------------------


def _chart_caption(chart: Chart) -> str:
    told = "illustrative" in chart.caption.lower() or not chart.illustrative
    return chart.caption if told else f"{chart.caption} (illustrative numbers)".strip()


def _chart(chart: Chart, width: float, height: float) -> Iterator[str]:
    """A chart that fills a width and a height, caption included."""
    caption = _chart_caption(chart)
    yield f"% {_one_line(chart.alt)}"
    yield r"{\centering\begin{tikzpicture}"
    kind = {"scatter": _points, "line": _points, "roofline": _points, "bar": _bars, "stacked": _bars}[chart.kind]
    if chart.horizontal and not (chart.x.title or chart.x.unit):
        chart = replace(chart, x=chart.y, y=chart.x)  # a bar's value may be given as y whichever way it lies
    yield from kind(chart, width, min(height - _caption_height(caption, width) - 4, width * 0.95))
    yield r"\end{tikzpicture}\par}"
    yield from _caption(caption)


def _axis_title(axis: Axis) -> str:
    unit = f" ({axis.unit})" if axis.unit and axis.title else axis.unit
    return inline(axis.title) + (" " if unit.startswith(" ") else "") + inline(unit)


def _axis(chart: Chart, width: float, height: float, left: float, below: float, *more: str) -> Iterator[str]:
    """The beginning of an axis whose labels take some room at the left and below."""
    names = [series.title for series in chart.series]
    per_row = _legend_columns(names, width) if len(names) > 1 else 0
    wide, high = _plot(chart, width, height, left, below)
    options = [
        "blueprint",
        f"width={wide:.0f}pt",
        f"height={high:.0f}pt",
        *more,
    ]
    for letter, axis in (("x", chart.x), ("y", chart.y)):
        if axis.title or axis.unit:
            options.append(f"{letter}label={{{_axis_title(axis)}}}")
    if per_row:
        options.append(f"legend columns={per_row}")
        if _legend_width(names, per_row) > width - left - 14:  # above the labels too, not beyond the edge
            options.append("legend style={at={(1,1.03)}, anchor=south east}")
    yield rf"\begin{{axis}}[{', '.join(options)}]"


def _plot(chart: Chart, width: float, height: float, left: float, below: float) -> tuple[float, float]:
    """Width and height between the axes of a chart, whose labels take some room at the left and below."""
    names = [series.title for series in chart.series]
    above = math.ceil(len(names) / _legend_columns(names, width)) * 11 + 4 if len(names) > 1 else 4
    above += 8 if chart.values else 0
    ticks = _log_ticks(chart.x, width - left, upright=False) if chart.x.log else ()
    right = max(14.0, _tick_width(ticks[-1]) / 2 + 5) if ticks else 14.0
    return max(width - left - right, 40.0), max(height - below - above, 30.0)


def _legend_columns(names: Sequence[str], width: float) -> int:
    return next((count for count in range(len(names), 1, -1) if _legend_width(names, count) <= width), 1)


def _legend_width(names: Sequence[str], count: int) -> float:
    """The width of so many entries of a legend in a row."""
    return sum(sorted((len(plain_text(name)) * 3.85 + 30 for name in names), reverse=True)[:count])


def _limits(letter: str, axis: Axis, length: float) -> Iterator[str]:
    if axis.low is not None:
        yield f"{letter}min={_number(axis.low)}"
    if axis.high is not None:
        yield f"{letter}max={_number(axis.high)}"
    if axis.log:
        ticks = _log_ticks(axis, length, upright=letter == "y")
        yield f"{letter}mode=log"
        yield f"{letter}tick={{{','.join(f'{tick:f}' for tick in ticks)}}}"
        yield f"{letter}ticklabels={{{','.join(map(_tick, ticks))}}}"


def _ended(axis: Axis, values: Sequence[Decimal], *, bars: bool = False) -> Axis:
    """An axis with both ends, those not given round; a logarithmic one for bars begins below the shortest."""
    if axis.log:
        above = [float(value) for value in values if value > 0] or [1.0]
        least, most = math.log10(min(above)), math.log10(max(above))
        low, high = axis.low, axis.high
        if low is None or low <= 0:
            low = Decimal(1).scaleb(math.floor(least - (0.1 * (most - least) + 0.05 if bars else 0)))
        if high is None or high <= low:
            high = max(Decimal(1).scaleb(math.ceil(most - 1e-9)), low * 10)
        return replace(axis, low=low, high=high)
    least, most = (float(end(values, default=default)) for end, default in ((min, 0), (max, 1)))
    low = axis.low
    if low is None and least >= 0 and (bars or least < 0.5 * most):
        low, least = Decimal(0), 0.0
    step = _step(most - least)
    low = Decimal(f"{math.floor(least / step + 1e-9) * step:.6g}") if low is None else low
    high = Decimal(f"{math.ceil(most / step - 1e-9) * step:.6g}") if axis.high is None else axis.high
    return replace(axis, low=low, high=high if high > low else low + 1)


def _step(span: float) -> float:
    """A round fifth of a span."""
    raw = span / 5 if span > 0 else 1.0
    base = 10.0 ** math.floor(math.log10(raw))
    return next(base * by for by in (1, 2, 2.5, 5, 10) if base * by >= raw * 0.999)


def _log_ticks(axis: Axis, length: float, *, upright: bool) -> list[Decimal]:
    """Round numbers along a logarithmic axis: its decades, as many as have room; 1, 2, 5 where there are few of them."""
    low, high = axis.low or Decimal(1), axis.high or Decimal(10)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    few = high / low < 30
    every = [Decimal(digit).scaleb(power) for power in powers for digit in ((1, 2, 5) if few else (1,))]
    ticks = [tick for tick in every if low <= tick <= high]
    wide = 11.0 if upright else max((_tick_width(tick) for tick in ticks), default=0.0) + 5
    step = math.ceil((len(ticks) - 1) * wide / max(length, 1)) or 1
    return ticks[::step]


def _tick(value: Decimal) -> str:
    """A tick as people write it; a power of ten where that would be long."""
    if Decimal("0.001") <= value <= 1_000_000:
        return "{" + f"{value.normalize():,f}" + "}"
    digits, _, power = f"{value:.0e}".partition("e")
    return rf"{{${'' if digits == '1' else digits + chr(92) + 'cdot '}10^{{{int(power)}}}$}}"


def _tick_width(value: Decimal) -> float:
    return len(f"{value.normalize():,f}") * 3.9 if Decimal("0.001") <= value <= 1_000_000 else 14.0


def _number(value: Decimal | float) -> str:
    return f"{Decimal(str(value)):f}"


def _shades(chart: Chart) -> Iterator[tuple[Series, str]]:
    """Each series with its color; a role that comes again is paler."""
    seen: dict[str, int] = {}
    for series in chart.series:
        again = seen.get(series.role, 0)
        seen[series.role] = again + 1
        paler = f"!{max(100 - 40 * again, 20)}!bp-background" if again else ""
        yield series, f"bp-{series.role}-stroke{paler}"


def _bars(chart: Chart, width: float, height: float) -> Iterator[str]:
    across, along = ("y", "x") if chart.horizontal else ("x", "y")
    value_axis = chart.x if chart.horizontal else chart.y
    if value_axis.log or chart.kind == "stacked":
        reached, given = list(_ends(chart)), value_axis.high
        value_axis = _ended(value_axis, reached, bars=True)
        if value_axis.log and chart.values and given is None and value_axis.low:  # room for a number at the end
            most = float(max(reached))
            more = most * max(most / float(value_axis.low), 1.0) ** 0.18
            value_axis = replace(value_axis, high=Decimal(f"{more:.3g}"))
        chart = replace(chart, x=value_axis) if chart.horizontal else replace(chart, y=value_axis)
    count = len(chart.categories)
    longest = max((len(plain_text(c)) for c in chart.categories), default=0)
    if chart.horizontal:
        label = min(longest * 3.5 + 4, width * 0.36)
        left, below = label + (22 if chart.y.title else 9), 28.0 if chart.x.title or chart.x.unit else 14.0
        wrap = f"yticklabel style={{align=right, text width={label:.0f}pt}}"
        slot = (height - below - 16) / max(count, 1)
    else:
        slot = (width - 46) / max(count, 1)
        rows = max((_lines(c, slot - 3, 7.5) for c in chart.categories), default=1)
        left, below = _beside_axis(chart), rows * 8.4 + (26.0 if chart.x.title else 12.0)
        wrap = f"xticklabel style={{align=center, text width={slot - 3:.0f}pt}}" if longest > 3 else ""
    bars = len(chart.series) if chart.kind == "bar" else 1
    plot = _plot(chart, width, height, left, below)
    thin = list(_thin(chart, value_axis, plot))
    thick = max(2.0, min(26.0, slot * (0.5 if thin and chart.horizontal else 0.72) / bars))
    ticks = ", ".join(f"{{{inline(c)}}}" for c in chart.categories)
    options = [
        f"{along}bar stacked" if chart.kind == "stacked" else f"{along}bar=0pt",
        f"bar width={thick:.1f}pt",
        f"{across}min=0.4, {across}max={count + 0.6}",
        f"{across}tick={{{','.join(str(i) for i in range(1, count + 1))}}}",
        f"{across}ticklabels={{{ticks}}}",
        *([wrap] if wrap else []),
        f"{across} tick style={{draw=none}}",
        *(["y dir=reverse, ymajorgrids=false, xmajorgrids"] if chart.horizontal else []),
        *(["reverse legend=false"] if chart.horizontal else []),
        *_limits(along, value_axis, plot[0 if chart.horizontal else 1]),
        *(
            ["log origin=infty"]
            if value_axis.log
            else [f"{along}min=0"]
            if value_axis.low is None and _positive(chart)
            else [f"{along}max=0"]
            if value_axis.high is None and all(v <= 0 for s in chart.series for v in s.values)
            else []
        ),
    ]
    if chart.values:
        options.append(
            r"nodes near coords, point meta=explicit symbolic, every node near coord/.append style={font=\plotsize, text=bp-text}"
        )
        if chart.kind == "stacked":  # the values stand within their bars
            options.append("every node near coord/.append style={text=bp-background}")
        if chart.horizontal:
            options.append("every node near coord/.append style={anchor=west}")
        if value_axis.high is None and chart.kind != "stacked":
            every = [v for series in chart.series for v in series.values]
            ends = (
                "upper, value=0.15"
                if min(every, default=0) >= 0
                else "lower, value=0.15"
                if max(every) <= 0
                else "0.12"
            )
            options.append(f"enlarge {along} limits={{{ends}}}")
    yield from _axis(chart, width, height, left, below, *options)
    for number, (series, color) in enumerate(_shades(chart)):
        points = (
            (f"({_number(v)},{i})" if chart.horizontal else f"({i},{_number(v)})")
            + (f" [{'{}' if (i, number) in thin else _beside_bar(v, chart)}]" if chart.values else "")
            for i, v in enumerate(series.values, 1)
        )
        yield rf"  \addplot[fill={color}, draw=bp-background, area legend] coordinates {{{' '.join(points)}}};"
        if len(chart.series) > 1:
            yield rf"  \addlegendentry{{{inline(series.title)}}}"
    yield from _aside(chart, value_axis, plot, thin, thick)
    yield r"\end{axis}"


def _ends(chart: Chart) -> Iterator[Decimal]:
    """Where bars end."""
    if chart.kind == "bar":
        yield from (value for series in chart.series for value in series.values)
        return
    for index in range(len(chart.categories)):
        values = [series.values[index] for series in chart.series if index < len(series.values)]
        yield sum((v for v in values if v > 0), Decimal(0))
        yield sum((v for v in values if v < 0), Decimal(0))


def _thin(chart: Chart, axis: Axis, plot: tuple[float, float]) -> Iterator[tuple[int, int]]:
    """The parts of stacked bars too thin for their number: the bar, from 1, and the series, from 0."""
    if chart.kind != "stacked" or not chart.values:
        return
    for number, series in enumerate(chart.series):
        for bar, value in enumerate(series.values, 1):
            if value and abs(_length(value, axis, chart, plot)) < _number_size(value, chart):
                yield bar, number


def _length(value: Decimal, axis: Axis, chart: Chart, plot: tuple[float, float]) -> float:
    low, high = axis.low or Decimal(0), axis.high or Decimal(1)
    return float(value / (high - low)) * plot[0 if chart.horizontal else 1]


def _number_size(value: Decimal, chart: Chart) -> float:
    """What a number takes along its bar."""
    return len(f"{value:,f}") * 3.9 + 2 if chart.horizontal else 8.5


def _aside(
    chart: Chart, axis: Axis, plot: tuple[float, float], thin: Sequence[tuple[int, int]], thick: float
) -> Iterator[str]:
    """The numbers of the thin parts of bars, beside them, none over the one before."""
    for bar in sorted({bar for bar, _ in thin}):
        before = -math.inf
        for number, series in enumerate(chart.series):
            if (bar, number) not in thin:
                continue
            value = series.values[bar - 1]
            same = (s.values[bar - 1] for s in chart.series[:number] if (s.values[bar - 1] < 0) == (value < 0))
            middle = sum(same, Decimal(0)) + value / 2
            size, place = _number_size(value, chart), _length(middle, axis, chart, plot)
            shift = max(before + size - place, 0.0)
            before = place + shift
            along, off = f"{shift:.1f}pt", f"{thick / 2:.1f}pt"
            spot = f"{_number(middle)},{bar}" if chart.horizontal else f"{bar},{_number(middle)}"
            moved = f"xshift={along}, yshift={off}" if chart.horizontal else f"xshift={off}, yshift={along}"
            side = "south" if chart.horizontal else "west"
            yield (
                rf"  \node[anchor={side}, font=\plotsize, text=bp-text, inner sep=1pt] "
                rf"at ([{moved}]axis cs:{spot}) {{{_grouped(value)}}};"
            )


def _beside_axis(chart: Chart) -> float:
    """The width of the numbers beside an upright axis, and of its title."""
    values = [v for s in chart.series for v in s.values] + [p[1] for s in chart.series for p in s.points]
    if chart.y.log:
        wide = max(map(_tick_width, _log_ticks(chart.y, 150.0, upright=True)), default=0.0)
        return (14 if chart.y.title or chart.y.unit else 2) + max(wide + 3, 14) + 6
    longest = max((len(f"{int(v):,}") for v in values), default=1) + 1
    return (14 if chart.y.title or chart.y.unit else 2) + max(min(longest, 8) * 4.0, 14) + 6


def _positive(chart: Chart) -> bool:
    return all(value >= 0 for series in chart.series for value in series.values)


def _grouped(value: Decimal) -> str:
    """`12,000`; braces keep the comma from ending something."""
    return "{" + f"{value:,f}" + "}"


def _beside_bar(value: Decimal, chart: Chart) -> str:
    """A bar's value; where the bar grows down or to the left, at that end."""
    shown = _grouped(value)
    if len(shown) > _LONGEST_VALUE:
        digits, _, power = f"{value:.2e}".partition("e")
        shown = rf"{{${Decimal(digits).normalize():f}\cdot10^{{{int(power)}}}$}}"
    if value >= 0 or chart.kind == "stacked":
        return shown
    return rf"{{\{'leftward' if chart.horizontal else 'downward'}{shown}}}"


_LONGEST_VALUE = 13
_MARKS = ("*", "square*", "triangle*", "diamond*", "o", "square")


def _points(chart: Chart, width: float, height: float) -> Iterator[str]:
    """Lines, points, and the roof above points."""
    chart = _with_ends(chart)
    left = _beside_axis(chart)
    plot = _plot(chart, width, height, left, 30)
    options = [*_limits("x", chart.x, plot[0]), *_limits("y", chart.y, plot[1])]
    categories = chart.categories if not any(s.points for s in chart.series) else ()
    if categories:
        options += [
            f"xtick={{{','.join(str(i) for i in range(1, len(categories) + 1))}}}",
            f"xticklabels={{{', '.join(f'{{{inline(c)}}}' for c in categories)}}}",
        ]
    yield from _axis(chart, width, height, left, 30, *options, "clip mode=individual")
    if chart.kind == "roofline" and chart.peak is not None and chart.bandwidth is not None:
        yield from _roof(chart, float(chart.peak), float(chart.bandwidth))
    labels = _Labels(chart, *plot)
    for index, (series, color) in enumerate(_shades(chart)):
        points = [(x, y) for x, y in series.points] or [(Decimal(i), v) for i, v in enumerate(series.values, 1)]
        way = "thick" if chart.kind == "line" else "only marks"
        mark = _MARKS[index % len(_MARKS)] if len(points) <= 24 or chart.kind != "line" else "none"
        form = f"{way}, color={color}, mark={mark}, mark size=1.6pt"
        yield rf"  \addplot[{form}] coordinates {{{' '.join(f'({_number(x)},{_number(y)})' for x, y in points)}}};"
        if len(chart.series) > 1:
            yield rf"  \addlegendentry{{{inline(series.title)}}}"
        for (x, y), label in zip(points, series.labels, strict=False):
            place = f"(axis cs:{_number(x)},{_number(y)})"
            anchor, off = labels.anchor(x, y, label)
            form = rf"anchor={anchor}, font=\plotsize, inner sep={off:g}pt"
            yield rf"  \node[{form}] at {place} {{{inline(label)}}};"
    yield r"\end{axis}"


def _with_ends(chart: Chart) -> Chart:
    """A chart of points whose axes have both ends."""
    every = [point for series in chart.series for point in series.points]
    xs = [x for x, _ in every]
    ys = [y for _, y in every] or [value for series in chart.series for value in series.values]
    if chart.kind == "roofline" and chart.peak is not None and chart.bandwidth:
        ridge = chart.peak / chart.bandwidth
        x = _ended(chart.x, [ridge / 10, ridge * 10, *xs])
        foot = (x.low or Decimal(0)) * chart.bandwidth
        return replace(chart, x=x, y=_ended(chart.y, [foot, chart.peak, *ys]))
    return replace(chart, x=_ended(chart.x, xs) if xs else chart.x, y=_ended(chart.y, ys))


class _Labels:
    """Words beside points: each where it covers no line, no mark and no word before it, and stays within the axes."""

    def __init__(self, chart: Chart, width: float, height: float) -> None:
        self.chart, self.width, self.height = chart, width, height
        self.marks = [self._place(x, y) for series in chart.series for x, y in series.points]
        self.lines: list[tuple[float, float]] = []
        for series in chart.series if chart.kind == "line" else ():
            self._draw([self._place(x, y) for x, y in series.points])
        if chart.kind == "roofline" and chart.peak and chart.bandwidth and chart.x.low and chart.x.high:
            corners = (chart.x.low, chart.peak / chart.bandwidth, chart.x.high)
            self._draw([self._place(x, min(x * chart.bandwidth, chart.peak)) for x in corners])
        self.taken: list[tuple[float, float, float, float]] = []
        if chart.kind == "roofline" and chart.peak:  # its word stands on the roof's right end
            roof = _share(chart.y, chart.peak) * height
            self.taken.append((width - 14 - 3.9 * len(f"peak {chart.peak:,g}"), roof, width, roof + 10))

    def _draw(self, corners: Sequence[tuple[float, float]]) -> None:
        """A line as many points."""
        for (ax, ay), (bx, by) in pairwise(corners):
            count = max(int(math.hypot(bx - ax, by - ay) / 2), 1)
            self.lines += [(ax + (bx - ax) * i / count, ay + (by - ay) * i / count) for i in range(count + 1)]

    def _place(self, x: Decimal, y: Decimal) -> tuple[float, float]:
        return _share(self.chart.x, x) * self.width, _share(self.chart.y, y) * self.height

    def anchor(self, x: Decimal, y: Decimal, label: str) -> tuple[str, float]:
        """The corner of a word that is at its point, and how far off it is."""
        right, up = self._place(x, y)
        wide, high = measured(label).width * 7.5 * _SMALLER, 6.5
        ways = [
            (name, off, right - (wide + 2 * off) * left + off, up - (high + 2 * off) * low + off)
            for off in (2.5, 4.0, 6.0)
            for name, (left, low) in _CORNERS.items()
        ]
        name, off, left, low = min(ways, key=lambda way: self._covered(way[2], way[3], way[2] + wide, way[3] + high))
        self.taken.append((left, low, left + wide, low + high))
        return name, off

    def _covered(self, left: float, low: float, right: float, high: float) -> int:
        outside = left < 1 or low < 1 or right > self.width + 10 or high > self.height + 8
        on_words = sum(left - 1 < r and a < right + 1 and low < h and b < high for a, b, r, h in self.taken)
        on_marks = sum(left - 1.8 < x < right + 1.8 and low - 1.8 < y < high + 1.8 for x, y in self.marks)
        on_lines = sum(left - 1 < x < right + 1 and low - 1 < y < high + 1 for x, y in self.lines)
        return 300 * outside + 100 * on_words + 30 * on_marks + on_lines


_CORNERS: Mapping[str, tuple[float, float]] = {
    "south west": (0, 0),
    "south east": (1, 0),
    "north west": (0, 1),
    "north east": (1, 1),
    "west": (0, 0.5),
    "east": (1, 0.5),
    "south": (0.5, 0),
    "north": (0.5, 1),
}
"""Where on a word its point can be, as shares of its width and height from the lower left."""


def _share(axis: Axis, value: Decimal) -> float:
    """Where a value is along an axis, 0 to 1."""
    low, high, here = float(axis.low or 0), float(axis.high or 1), float(value)
    if axis.log and min(low, high, here) > 0:
        low, high, here = math.log10(low), math.log10(high), math.log10(here)
    return (here - low) / (high - low) if high > low else 0.5


def _roof(chart: Chart, peak: float, bandwidth: float) -> Iterator[str]:
    ridge = peak / bandwidth
    low, high = float(chart.x.low or 0), float(chart.x.high or 1)
    corners = [(low, low * bandwidth), (ridge, peak), (high, peak)]
    yield (
        r"  \addplot[very thick, color=bp-text, forget plot] coordinates {"
        + " ".join(f"({x:.6g},{y:.6g})" for x, y in corners)
        + "};"
    )
    yield rf"  \node[anchor=south east, font=\plotsize, inner sep=2pt] at (axis cs:{high:.6g},{peak:.6g}) {{peak {peak:,g}}};"
    yield rf"  \draw[densely dotted, bp-soft] (axis cs:{ridge:.6g},{peak:.6g}) -- (axis cs:{ridge:.6g},{low * bandwidth:.6g}) node[anchor=south west, font=\plotsize, text=bp-soft, inner sep=5pt] {{ridge {ridge:.3g}}};"


# --- diagrams ---------------------------------------------------------------------------------------------------

_SMALLER = 1.14
"""How much wider Latin Modern Sans is at 7 points, where it runs widest; the words of a diagram must not break anew."""


def _label_lines(text: str, width: float, points: float) -> int:
    return measured(text).lines(width / (points * _SMALLER))


def _diagram(diagram: Diagram, width: float, height: float) -> Iterator[str]:
    left = height - _caption_height(diagram.caption, width)
    made = arranged(diagram, width - 0.5, left, lines=_label_lines)
    names = {name: f"box-{number}" for number, name in enumerate(diagram.boxes, 1)}
    yield f"% {_one_line(diagram.alt)}"
    yield rf"{{\centering\begin{{tikzpicture}}[{_font(made.points)}, every node/.append style={{outer sep=0pt}}]"
    yield rf"  \useasboundingbox (0pt,0pt) rectangle {_coordinate((made.width, made.height))};"
    for name, rect in made.boxes.items():
        box = diagram.boxes[name]
        form = (
            f"inner xsep={INSET:.0f}pt, text width={rect.width - 2 * INSET:.1f}pt, minimum height={rect.height:.1f}pt"
        )
        yield rf"  \node[box={box.role}, {form}] ({names[name]}) at {_coordinate(rect.middle)} {{{inline(box.text)}}};"
    for routed in made.arrows:
        yield _arrow(routed, made, names)
    for routed in made.arrows:
        if (place := routed.label) is not None:
            form = f"{_font(made.label_points)}, text width={place.width:.1f}pt"
            yield rf"  \node[said, {form}] at {_coordinate(place.middle)} {{{inline(routed.arrow.text)}}};"
    yield r"\end{tikzpicture}\par}"
    yield from _caption(diagram.caption)


def _font(points: float) -> str:
    return rf"font=\fontsize{{{points:g}}}{{{points * 1.2:g}}}\selectfont"


def _coordinate(point: Point) -> str:
    return f"({point[0]:.1f}pt,{-point[1]:.1f}pt)"


def _arrow(routed: Routed, made: Arranged, names: Mapping[str, str]) -> str:
    """An arrow from anchor to anchor; `-|` and `|-` are level and upright, or upright and level."""
    arrow, inner = routed.arrow, routed.points[1:-1]
    start = _anchor(names[arrow.start], made.boxes[arrow.start], routed.start_side, routed.points[0])
    end = _anchor(names[arrow.end], made.boxes[arrow.end], routed.end_side, routed.points[-1])
    level = routed.start_side in ("east", "west")
    way, last = start, len(inner) - len(inner) % 2
    for corner in inner[1:last:2]:
        way += f" {'-|' if level else '|-'} {_coordinate(corner)}"
    joint = "--" if len(inner) % 2 == 0 else "-|" if level else "|-"
    style = f"flow={arrow.role}" + (", dashed" if arrow.dashed else "")
    return rf"  \draw[{style}] {way} {joint} {end};"


def _anchor(name: str, rect: Rect, side: Side, point: Point) -> str:
    """A side of a box, or a place a little off its middle."""
    x, y = rect.side(side)
    shifts = [(f"{axis}shift", by) for axis, by in (("x", point[0] - x), ("y", y - point[1])) if abs(by) > 0.05]
    shift = ", ".join(f"{axis}={by:.1f}pt" for axis, by in shifts)
    return f"([{shift}]{name}.{side})" if shift else f"({name}.{side})"
