"""A deck as readable LaTeX (Beamer) that pdflatex, lualatex and xelatex compile.

TeX shrinks nothing by itself, so the writer estimates how high every block will be in each of four sizes and takes the
largest in which the slide fits; charts and diagrams then get the height that is left. Lengths are TeX points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from blueprint.deck import Block, Deck
from blueprint.model import ENGLISH, Language, Markdown
from generator.decks.beamer.blocks import blocks_latex, spacing, text_latex
from generator.decks.beamer.heights import code_points, needed_height, stretches
from generator.decks.beamer.sizes import (
    BESIDE_PICTURES,
    BOLD,
    GAP,
    LINE,
    PAGE,
    SCALE,
    SERIF,
    SIZES,
    SMALL,
    TITLE,
    TOGETHER,
    WIDTH,
)
from generator.decks.beamer.text import inline, line_count
from generator.decks.layout.page import OWN, Page
from generator.decks.layout.slide import counted_title, lay_out_slide
from generator.decks.plan import Answers, PlannedSlide, plan_slides
from generator.decks.theme import Theme, colors, theme
from generator.decks.timing import TimedDeck
from generator.text.latex import latex_text
from generator.text.locale import AMERICAN, Locale
from generator.text.markdown import Part, parts
from generator.text.plain import plain_text


@dataclass(frozen=True, slots=True)
class _Setting:
    """The settings that all frames of a deck share."""

    deck: Deck
    page: Page
    answers: Answers
    on_accent: bool
    """True if the first slide stands on the accent color."""
    heading: float
    """The factor by which its headings are wider than the typeface that `measure` knows."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A frame to write: a slide or a part of it."""

    planned: PlannedSlide
    counted: bool = True
    """True if it takes a number; a frame that PowerPoint does not set apart has the number of the one before."""
    beside: bool = False
    """True if the answer stands beside the task in PowerPoint."""


def beamer(
    deck: Deck,
    shown: TimedDeck,
    theme_name: str,
    *,
    answers: Answers = "click",
    notes: bool = False,
    language: Language = ENGLISH,
    words: Locale = AMERICAN,
) -> dict[str, str]:
    """The files of a deck, name -> text: `<deck>.tex`, `blueprint.sty` and the palette of the theme.

    The speaker notes travel in the source, and `notes` prints them on pages of their own; a deck for students (answers
    hidden) holds neither notes nor answers. With answers shown it is a handout: every slide is one page.
    Raises `ValueError` for an SVG figure, which TeX cannot read, and for a block of no known kind.
    """
    letters = unicodedata.normalize("NFKD", plain_text(deck.title).lower()).encode("ascii", "ignore").decode()
    name = deck.chapter or re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "deck"
    chosen = theme(theme_name)
    page = replace(OWN, heading_font=chosen.heading_font, body_font=chosen.body_font)
    setting = _Setting(deck, page, answers, chosen.cover == "accent", SERIF if _has_serifs(chosen) else BOLD)
    frames = (_frame(setting, sheet) for slide in plan_slides(deck, shown, words) for sheet in _sheets(setting, slide))
    head = preamble(theme_name, answers, notes)
    # Not in the preamble, which decks of all languages share.
    about = [rf"\hypersetup{{pdflang={{{language}}}}}", rf"\title{{{latex_text(deck.title)}}}"]
    if (answer := words.label("Answer")) != "Answer":
        about.append(rf"\renewcommand\bpanswerlabel{{{latex_text(Markdown(answer))}}}")
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
    """The files that the decks of a theme share, name -> text: the style file and the theme's palette."""
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


def _has_serifs(chosen: Theme) -> bool:
    return chosen.heading_font in ("Cambria", "Caladea", "Georgia", "Times", "Times New Roman", "Liberation Serif")


def _sheets(setting: _Setting, slide: PlannedSlide) -> Iterator[_Sheet]:
    """A slide as one frame, or as more: its answer, or the rest of its sources, may need another.

    What PowerPoint gives a slide of its own has a frame of its own, so that both count the same slides.
    """
    if slide.slide.kind == "references":
        yield from _references(setting, slide)
        return
    if not slide.answer or setting.answers == "hidden" or slide.arrangement not in ("content", "activity"):
        yield _Sheet(slide)
        return
    first, *more = lay_out_slide(slide, setting.page)
    together = _Sheet(slide, beside=any(box.rect.x > setting.page.width / 2 for box in first.answer[:1]))
    if not more and _fits_together(setting, together):
        yield together
        return
    yield _Sheet(replace(slide, answer=()))
    title = Markdown(slide.words.label("Answer: {title}", title=slide.slide.title))
    yield _Sheet(_continued(slide, title, label="", blocks=slide.answer, answer=()), counted=bool(more))


def _continued(slide: PlannedSlide, title: Markdown, **changed: Any) -> PlannedSlide:
    """A slide that goes on from another, under a title of its own."""
    notes = ((slide.words.label("Clock"), slide.words.label("goes on from the slide before")),)
    return replace(slide, slide=replace(slide.slide, title=title), notes=notes, **changed)


def _references(setting: _Setting, slide: PlannedSlide) -> Iterator[_Sheet]:
    """The frames of a list of sources: as many as it needs to be readable."""
    *before, listed = slide.blocks
    items = str(listed.text or "").split("\n")
    numbered = len(lay_out_slide(slide, setting.page))
    pages: list[PlannedSlide] = []
    for count in range(numbered, len(items) + 1):
        cut = [items[len(items) * n // count : len(items) * (n + 1) // count] for n in range(count)]
        texts = [Block(text=Markdown("\n".join(lines))) for lines in cut]
        titles = [Markdown(counted_title(slide, n, count)) for n in range(1, count + 1)]
        pages = [_continued(slide, title, blocks=(text,)) for title, text in zip(titles, texts, strict=True)]
        pages[0] = replace(pages[0], blocks=(*before, texts[0]), notes=slide.notes)
        if all(_largest(page.blocks, WIDTH, _room(setting, page)) < len(SIZES) for page in pages):
            break
    yield from (_Sheet(page, counted=number < numbered) for number, page in enumerate(pages))


def _fits_together(setting: _Setting, sheet: _Sheet) -> bool:
    """True if task and answer fit on one frame in type that is large enough."""
    slide = sheet.planned
    room = _room(setting, slide)
    fits = (_first(way, slide.blocks, slide.answer, setting.answers, room, 0) for way in (_stacked, _beside))
    return any(way is not None and SIZES[way[0]][1] >= TOGETHER for way in fits)


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


def _sources(slide: PlannedSlide) -> str:
    *others, last = slide.footnotes
    return " · ".join(map(inline, [*(note.rstrip(".") for note in others), last]))


def _notes(slide: PlannedSlide) -> Iterator[str]:
    for label, text in slide.notes:
        first, *others = parts(text) or (Part(""),)
        begins = "" if first.depth else inline(first.text)
        yield rf"  \said{{{latex_text(label)}}}{{{begins}}}"
        below = (first, *others) if first.depth else others
        yield from (f"  {line}" for line in text_latex(below, WIDTH, SIZES[-1][1]))


_EDGE = 22.8
"""The margins at the sides."""


def _opening(setting: _Setting, slide: PlannedSlide, answer: tuple[Block, ...]) -> tuple[str, list[str]]:
    """A title, a section, or a sentence alone: large, ending where PowerPoint's ends."""
    deck, page, kind = setting.deck, setting.page, slide.arrangement
    place, _ = {"title": page.title_slide, "section": page.section}.get(kind, page.focus)
    indent = place.x * SCALE - _EDGE
    width = WIDTH - indent
    sizes = (44.0 if kind == "title" else 40.0, 36.0, 32.0, 28.0)
    lead = 1.2 * SCALE
    counted = [(points, line_count(slide.slide.title, width, points * SCALE, setting.heading)) for points in sizes]
    points, count = next(((p, n) for p, n in counted if n * p * 1.2 <= place.height), counted[-1])
    first = min(_largest((*slide.blocks, *answer), width, PAGE - 24 - count * points * lead - 30), len(SIZES) - 1)
    first = max(first, 1)
    subtitle = 16.0 if kind == "title" and deck.subtitle else 0.0
    solved = needed_height(answer, width - 8, first) + _frame_of_answer(first) if answer else 0.0
    needed = needed_height(slide.blocks, width, first) + subtitle + solved
    foot = 12.0 if slide.footnotes else 0.0
    end = max(min((place.y + place.height) * SCALE, PAGE - 30 - foot - needed), count * points * lead + 6)
    left = PAGE - 30 - foot - end - subtitle - solved
    name, texts = "", []
    if kind == "title":
        name = "" if plain_text(deck.title) == plain_text(slide.slide.title) else inline(deck.title)
        texts = [rf"{{\small {inline(deck.subtitle)}\par}}\vspace{{2mm}}"] if deck.subtitle else []
        texts += _cover(slide.blocks, width, left)
    else:
        texts = blocks_latex(slide.blocks, width, left, first)
    size = rf"\fontsize{{{points * SCALE:.1f}}}{{{points * lead:.1f}}}\selectfont"
    lines = [
        rf"\begin{{opening}}{{{indent:.1f}pt}}{{{end:.1f}pt}}{{{name}}}{{{size} {inline(slide.slide.title)}}}",
        SIZES[first][0],
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
    lines = blocks_latex(texts, width, height, 1)
    if others:
        left = height - needed_height(texts, width, 1) - 10
        size = min(_largest(others, width - 8, left), len(SIZES) - 1)
        lines += [r"\begin{card}", SIZES[size][0], *blocks_latex(others, width - 8, left, size), r"\end{card}"]
    return lines


def _content(setting: _Setting, sheet: _Sheet, answer: tuple[Block, ...]) -> list[str]:
    """A slide's content in the largest size that fits; what fits in none is too high, and TeX's log will say so."""
    slide, answers = sheet.planned, setting.answers
    title = [rf"\frametitle{{{inline(slide.slide.title)}}}"]
    height = _room(setting, slide)
    if len(slide.blocks) == 1 and not answer and not slide.blocks[0].columns and stretches(slide.blocks[0]):
        lines = blocks_latex(slide.blocks, WIDTH, height, BESIDE_PICTURES)
        return [*title, r"\begin{lonepicture}", *lines, r"\end{lonepicture}"]
    first = BESIDE_PICTURES if any(map(stretches, (*slide.blocks, *answer))) else 0
    below = _first(_stacked, slide.blocks, answer, answers, height, first)
    beside = _first(_beside, slide.blocks, answer, answers, height, first) if answer else None
    wanted, other = (beside, below) if sheet.beside else (below, beside)
    if wanted is None or (other is not None and SIZES[wanted[0]][1] < min(SMALL, SIZES[other[0]][1])):
        wanted = other
    if wanted is not None:
        return [*title, *wanted[1]]
    return [*title, *_set(slide.blocks, answer, answers, height, len(SIZES) - 1)]


_Way = Callable[[Sequence[Block], Sequence[Block], Answers, float, int], list[str] | None]


def _first(
    way: _Way, body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, first: int
) -> tuple[int, list[str]] | None:
    """The number of the largest size in which a way of setting a slide fits, and its lines."""
    for size in range(first, len(SIZES)):
        if (lines := way(body, answer, answers, height, size)) is not None:
            return size, lines
    return None


def _room(setting: _Setting, slide: PlannedSlide) -> float:
    """The height below a slide's title and above its sources."""
    points, line = TITLE
    title = line_count(slide.slide.title, WIDTH, points, setting.heading)
    foot = line_count(" · ".join(slide.footnotes), WIDTH, 6.0) * 7 + 6 if slide.footnotes else 0
    return PAGE - 32 - line * title - (15 if slide.label else 0) - foot


def _stacked(
    body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int
) -> list[str] | None:
    needed = needed_height(body, WIDTH, size) + (
        needed_height(answer, WIDTH - 8, size) + _frame_of_answer(size) if answer else 0
    )
    return _set(body, answer, answers, height, size) if needed <= height else None


def _set(body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int) -> list[str]:
    below = needed_height(answer, WIDTH - 8, size) + _frame_of_answer(size) if answer else 0
    if answer and any(map(stretches, answer)) and not any(map(stretches, body)):
        below = height - needed_height(body, WIDTH, size)
    return [
        SIZES[size][0],
        *spacing(body, WIDTH, height - below, size),
        *blocks_latex(body, WIDTH, height - below, size),
        *_answer(answer, answers, WIDTH, below, size),
    ]


def _beside(
    body: Sequence[Block], answer: Sequence[Block], answers: Answers, height: float, size: int
) -> list[str] | None:
    width = (WIDTH - GAP) / 2
    wide = any(
        block.columns or block.table or block.diagram or (block.code and code_points(block.code, width, 0) < 8)
        for block in (*body, *answer)
    )
    needed = max(needed_height(body, width, size), needed_height(answer, width - 8, size) + _frame_of_answer(size))
    if wide or needed > height:
        return None
    return [
        SIZES[size][0],
        r"\begin{columns}[T,onlytextwidth]",
        r"\begin{column}{0.482\textwidth}",
        *spacing(body, width, height, size),
        *blocks_latex(body, width, height, size),
        r"\end{column}",
        r"\begin{column}{0.482\textwidth}",
        *_answer(answer, answers, width, height, size),
        r"\end{column}",
        r"\end{columns}",
    ]


def _largest(blocks: Sequence[Block], width: float, height: float) -> int:
    """The number of the largest size in which blocks fit; one past the last if they fit in none."""
    return next((i for i in range(len(SIZES)) if needed_height(blocks, width, i) <= height), len(SIZES))


def _answer(answer: Sequence[Block], answers: Answers, width: float, height: float, size: int) -> list[str]:
    if not answer:
        return []
    height -= _frame_of_answer(size)
    spread = [*spacing(answer, width - 8, height, size)] or [r"\spread{0pt}"]  # not what the task has
    inner = [*spread, *blocks_latex(answer, width - 8, height, size)]
    lines = [r"\begin{answer}", *inner, r"\end{answer}"]
    return [r"\begin{uncoverenv}<2->", *lines, r"\end{uncoverenv}"] if answers == "click" else lines


def _frame_of_answer(size: int) -> float:
    return 13 + SIZES[size][1] * LINE
