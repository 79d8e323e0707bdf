"""Lints, one function each: the mistakes in a lecture whose file reads without an error.

A lint can be accepted where it is wrong, with a reason (`accept: [{lint: headline, reason: …}]`). An accepted lint
that finds nothing is itself a problem, so that reasons do not outlive their cause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal, InvalidOperation

from blueprint.deck import Block, Equation, Slide, Term
from blueprint.model import Markdown, plain
from blueprint.problems import Mark, Problem, Severity, quoted
from generator.decks.draft import is_draft
from generator.decks.figure import pictures
from generator.decks.layout.page import SMALLEST, SlideBox, SlideLayout
from generator.decks.layout.slide import lay_out_slide
from generator.decks.plan import Answers, PlannedSlide, plan_slides
from generator.decks.powerpoint.theme_template import page_of
from generator.decks.read import ReadDeck
from generator.decks.theme import THEMES, theme
from generator.decks.timing import timed_deck
from generator.text import inline
from generator.text.formula import unreadable
from generator.text.formula_size import size_of
from generator.text.markdown import parts

LONGEST_WAIT = 15
"""Minutes a room may sit without doing something."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake that a lint found: the slide's index (None: the deck), and the path below it."""

    slide: int | None
    path: tuple[object, ...]
    message: str
    hint: str


Lint = Callable[[ReadDeck, int], Iterator[Finding]]


def headline(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """A headline claims something or asks; a topic does neither."""
    for index, slide in enumerate(read.deck.slides):
        if slide.kind not in _FREE_HEADLINES and not _is_sentence(slide.title):
            yield Finding(
                index, ("title",), f"“{slide.title}” is a topic, not a sentence", "say what the slide claims, or ask"
            )


_FREE_HEADLINES = ("title", "objectives", "section", "takeaways", "references", "muddiest")
_VERB = re.compile(
    r"\b(is|are|was|were|am|be|has|have|had|do|does|did|can|could|will|would|may|might|must|should|cannot|need|let|"
    r"\w{2,}(?:s|ed|n't))\b(?!['’])|\?",
    re.IGNORECASE,
)


def _is_sentence(title: str) -> bool:
    """True if a title has at least four words and one that may be a verb; imperatives begin with one."""
    words = re.findall(r"[\w$'’-]+", title)
    return len(words) >= 4 and bool(
        _VERB.search(title)
        or re.match(r"[A-Z][a-z]+ (the|a|an|about|your|what|how|why|which|where|it|one|every|each|no)\b", title)
    )


def duplicate(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """No two slides share a title or an id."""
    for field in ("title", "id"):
        first: dict[str, int] = {}
        for index, slide in enumerate(read.deck.slides):
            value = str(getattr(slide, field)).strip()
            if value and value in first:
                yield Finding(
                    index,
                    (field,),
                    f"slide {index + 1} has the {field} “{value}” of slide {first[value] + 1}",
                    f"give it a {field} of its own",
                )
            first.setdefault(value, index)


def time(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """The version for the session fits it, and the full deck takes as long as it says."""
    full = sum((s.minutes for s in read.deck.slides), Decimal(0))
    if full != read.deck.minutes:
        yield Finding(
            None,
            ("minutes",),
            f"the slides take {plain(full)} minutes, the deck says {read.deck.minutes}",
            "change the minutes of slides, or of the deck",
        )
    for session in sorted({minutes, read.deck.short}):
        shown = timed_deck(read.deck, session)
        if shown.minutes > session:
            yield Finding(
                None,
                ("short",) if session == read.deck.short else ("minutes",),
                f"the core slides take {plain(shown.minutes)} minutes, the session has {session}",
                "make slides optional (`core: false`) or shorter",
            )


def activity(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """The room never sits longer than a quarter of an hour without doing something."""
    for session in sorted({minutes, read.deck.short}):
        waited, last = timed_deck(read.deck, session).longest_wait
        if waited > LONGEST_WAIT and last is not None:
            yield Finding(
                last.index,
                ("kind",),
                f"in {session} minutes, the room has done nothing for {plain(waited)} minutes here",
                "put a question before it",
            )


def answer(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """An activity has an answer, and does not show it beforehand."""
    for index, slide in enumerate(read.deck.slides):
        if not slide.is_activity:
            continue
        if slide.kind != "muddiest" and not slide.answer and not any(choice.right for choice in slide.choices):
            yield Finding(
                index, ("kind",), f"this {slide.kind} has no answer", "add `answer:`, or mark a choice `right: true`"
            )
    for layout in _layouts(read, THEMES[0], answers="hidden"):
        slide, index = layout.planned.slide, layout.planned.number - 1
        shown = _visible(layout)
        for path, text in _answers(slide):
            if len(text) >= 20 and text in shown:
                message = "the answer stands on the slide, where students see it"
                yield Finding(index, path, message, "keep it in `answer:` only")
        for place, block in enumerate(slide.answer):
            if block.text is None and any(block == box.block for box in layout.boxes):
                what = block.names[0]
                message = f"the {what} of the answer stands on the slide, too, where students see it"
                yield Finding(index, ("answer", place), message, "keep it in `answer:` only")


def _visible(layout: SlideLayout) -> str:
    """All that can be read on a slide, as plain text."""
    texts = [
        layout.title,
        *layout.planned.footnotes,
        *(text for box in layout.boxes for text in (box.text, _read(box))),
    ]
    return _flat(" ".join(texts))


def _read(box: SlideBox) -> str:
    block = box.block
    if block is None:
        return ""
    callout, table = block.callout, block.table
    cells = (cell for row in (table.columns, *table.rows) for cell in row) if table else ()
    return " ".join([block.text or "", callout.text if callout else "", *cells])


def _answers(slide: Slide) -> Iterator[tuple[tuple[object, ...], str]]:
    """Paragraphs and items of an answer, and reasons of choices, as plain text with their path below the slide."""
    for path, block in placed(slide.answer, ("answer",)):
        text = block.text or (block.callout.text if block.callout else "")
        yield from ((path, _flat(part.text)) for part in parts(text))
    yield from ((("choices", n, "why"), _flat(choice.why)) for n, choice in enumerate(slide.choices))


def _flat(markdown: str) -> str:
    """A text without marks of lists and styles, on one line."""
    return " ".join(inline.plain(part.text) for part in parts(markdown))


def alt(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """Whoever cannot see a picture is told what it shows."""
    for index, slide in enumerate(read.deck.slides):
        for path, block in (*placed(slide.body, ("body",)), *placed(slide.answer, ("answer",))):
            picture = block.figure or block.chart or block.diagram
            if picture is not None and len(picture.alt.split()) < 4:
                message = "the alternative text is missing or too short to help"
                yield Finding(index, path, message, "say in a sentence what the picture shows")


def color(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """A colored box says in a word what its color means."""
    for index, slide in enumerate(read.deck.slides):
        for block in (*slide.shown(), *slide.hidden()):
            if block.callout and not block.callout.label and block.callout.role not in ("neutral", "accent"):
                yield Finding(
                    index, ("body",), f"a callout means “{block.callout.role}” by its color alone", "give it a `label`"
                )


def source(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """A number has a source, is worked out on the slide, or is said to be assumed."""
    for index, slide in enumerate(read.deck.slides):
        text = " ".join(_words(slide.shown()))
        if (
            slide.kind != "title"
            and _NUMBER.search(text)
            and "=" not in text
            and not slide.sources
            and not slide.given
            and not _own_sources(slide)
        ):
            number = _NUMBER.search(text)
            assert number is not None
            yield Finding(
                index,
                ("body",),
                f"`{number[0].strip()}` has no source",
                "list it in `sources`, or say in `given` that it is assumed",
            )


_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d(?:\s?[%A-Za-z/]+)?")


def _own_sources(slide: Slide) -> bool:
    """True if a picture or table of the slide names its source itself."""
    return any(
        getattr(part, "source", None) or getattr(part, "illustrative", False)
        for block in slide.shown()
        for part in (block.figure, block.table, block.chart)
        if part
    )


def arithmetic(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """The results a slide computes add up, to the digits it shows."""
    for index, slide in enumerate(read.deck.slides):
        for part, blocks in (("body", slide.body), ("answer", slide.answer)):
            for path, block in placed(blocks, (part,)):
                for text in _words(iter((block,))):
                    for left, right, value in sums(text):
                        message = f"`{left} = {right}` does not add up: it is {value}"
                        yield Finding(index, path, message, "correct one side")


_TERM = r"\d[\d,]*(?:\.\d+)?"
_SUM = re.compile(
    rf"(?<![\w.,^/*×·+−-])(?<![/*×·+−-] )({_TERM}(?:[ \t]*[-−+×*·/][ \t]*{_TERM})+)[ \t]*[=≈][ \t]*({_TERM})(?![\w,]*\d|\s*[-−+×*·/^]\s*\d)"
)


_MARKER = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+", re.MULTILINE)
"""The beginning of a list item; its dash is no minus."""


def sums(text: str) -> Iterator[tuple[str, str, str]]:
    """Each `a op b = c` of a text that is wrong: left side, right side, what it should be.

    >>> list(sums("400 + 167 + 5 = 572 and 2 × 3 = 7"))
    [('2 × 3', '7', '6')]
    """
    for match in _SUM.finditer(_MARKER.sub("", text)):
        left, right = match[1].strip(), match[2].replace(",", "")
        try:
            value = _value(left)
        except (InvalidOperation, ZeroDivisionError):
            continue
        step = Decimal(1).scaleb(-len(right.partition(".")[2]))
        if abs(value - Decimal(right)) > max(step * Decimal("0.51"), abs(value) * Decimal("0.005")):
            yield left, right, plain(round(value, 4))


def _value(left: str) -> Decimal:
    """The value of a row of numbers and operators, products before sums."""
    tokens = re.findall(rf"{_TERM}|[-−+×*·/]", left)
    numbers, operators = [Decimal(t.replace(",", "")) for t in tokens[::2]], tokens[1::2]
    terms = [numbers[0]]
    for operator, number in zip(operators, numbers[1:], strict=True):
        if operator in "×*·":
            terms[-1] *= number
        elif operator == "/":
            terms[-1] /= number
        else:
            terms.append(number if operator == "+" else -number)
    return sum(terms, Decimal(0))


def placed(blocks: tuple[Block, ...], path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], Block]]:
    """Each block with its path below the slide, columns included."""
    for index, block in enumerate(blocks):
        yield (*path, index), block
        for number, column in enumerate(block.columns):
            yield from placed(column.body, (*path, index, "columns", number, "body"))


def _words(blocks: Iterator[Block]) -> Iterator[str]:
    """The running text of blocks."""
    for block in blocks:
        if block.text:
            yield block.text
        if block.callout:
            yield block.callout.text


def draft(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """A draft is not yet a lecture."""
    if is_draft(read.deck):
        message = "this deck is a draft: its slides still say what to write on them"
        yield Finding(None, ("subtitle",), message, "follow the notes, then take the word DRAFT out of the subtitle")


def overflow(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """All a slide shows fits on it, in the fonts of every theme."""
    by_slide: dict[int, dict[str, Finding]] = {}
    for name in _fonts():
        for layout in _layouts(read, name):
            index = layout.planned.number - 1
            for path, what in _ends_below(layout):
                message = f"slide {index + 1} is too full: in the smallest type, {what}"
                finding = Finding(
                    index, _source_path(layout.planned, path), message, "say less, or make two slides of it"
                )
                by_slide.setdefault(index, {}).setdefault(name, finding)
    for themes in by_slide.values():
        name, finding = next(iter(themes.items()))
        where = f", in the theme {name}" if len(themes) < len(_fonts()) else ""
        yield Finding(finding.slide, finding.path, finding.message + where, finding.hint)


def overfull(read: ReadDeck, slides: Iterable[SlideLayout]) -> Iterator[Problem]:
    """The problems of slides that are about to be written and do not fit, unless that is accepted."""
    places = {id(slide): index for index, slide in enumerate(read.deck.slides)}
    for layout in slides:
        if any(accepted.lint == "overflow" for accepted in layout.planned.slide.accept):
            continue
        index = places[id(layout.planned.slide)]
        for path, what in _ends_below(layout):
            place = read.at.value("slides", index, *_source_path(layout.planned, path))
            yield Problem(place, f"slide {index + 1} is too full: in the smallest type, {what}")


def _ends_below(layout: SlideLayout) -> Iterator[tuple[tuple[object, ...], str]]:
    """The boxes of a slide that stand below or beside their place: the path where each was written, and by how much, in words."""
    if layout.overflows:
        first, most = layout.overflows[0], max(over.lines for over in layout.overflows)
        several = len({over.path for over in layout.overflows}) > 1 and first.path != ("title",)
        what = f"{first.what} and what follows it end" if several else f"{first.what} ends"
        yield first.path, f"{what} {most} line{'s' * (most != 1)} below its place"
    for box in (*layout.boxes, *layout.answer):
        equation = box.block.equation if box.kind == "equation" and box.block else None
        if equation is not None and (wide := size_of(equation.tex)[0] * box.points) > box.rect.width + 1:
            yield box.path, f"the formula is {wide / box.rect.width:.1f} times as wide as its place"


def small(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """Everything can be read from the last row; only programs, whose lines never break, come out smaller."""
    for layout in _layouts(read, THEMES[0]):
        for box in (*layout.boxes, *layout.answer):
            if box.block is not None and box.block.code is not None and 0 < box.points < SMALLEST:
                longest = max(map(len, box.block.code.text.splitlines()))
                message = f"a line of {longest} characters puts this program into {box.points:g} points"
                hint = (
                    f"letters below {SMALLEST:g} points cannot be read: break the line, or give the program more width"
                )
                path = _source_path(layout.planned, box.path)
                yield Finding(layout.planned.number - 1, path, message, hint)


def _fonts() -> list[str]:
    """The themes, one for each pair of typefaces."""
    pairs = {(theme(name).heading_font, theme(name).body_font): name for name in reversed(THEMES)}
    return sorted(pairs.values(), key=THEMES.index)


def _layouts(read: ReadDeck, name: str, answers: Answers = "click") -> Iterator[SlideLayout]:
    """Every slide of a deck as a theme lays it out, optional ones too."""
    page = page_of(theme(name))
    sizes = {file: (p.width, p.height) for file, p in pictures(read.deck, read.path.parent).items()}
    everything = timed_deck(read.deck, sum((s.minutes for s in read.deck.slides), Decimal(0)))
    for slide in plan_slides(read.deck, everything):
        yield from lay_out_slide(slide, page, answers=answers, pictures=sizes)


def _source_path(slide: PlannedSlide, path: tuple[object, ...]) -> tuple[object, ...]:
    """The path at which a box of a slide was written: lists and letters were made of items and choices."""
    part, *below = path
    if part == "body" and below and isinstance(below[0], int) and below[0] >= len(slide.slide.body):
        return ("items",) if slide.slide.items and below[0] == len(slide.slide.body) else ("choices",)
    if part == "answer" and below and isinstance(below[0], int):
        generated = len(slide.answer) - len(slide.slide.answer)
        return ("answer", below[0] - generated, *below[1:]) if below[0] >= generated else ("choices",)
    return path


# --- formulas ---------------------------------------------------------------------------------------------------


def formula_problems(decks: Sequence[ReadDeck]) -> Iterator[Problem]:
    """Formulas that cannot be read, displayed or within a line, each where it was written; all in one go of pandoc."""
    places: dict[str, list[Mark]] = {}
    for read in decks:
        for path, tex in _formulas(read.deck, ()):
            places.setdefault(tex, []).append(read.at.value(*path))
    for tex, why in unreadable(list(places)).items() if places else ():
        for place in dict.fromkeys(places[tex]):
            yield Problem(place, f"the formula {quoted(tex)} cannot be read: {why}", "write it as LaTeX math")


def _formulas(value: object, path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], str]]:
    """The TeX in a part of a deck, with its path."""
    if isinstance(value, Equation | Term):
        yield (*path, "tex"), value.tex
    if isinstance(value, Markdown):
        yield from ((path, tex) for part in parts(value) for tex in inline.formulas(part.text))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _formulas(item, (*path, number))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _formulas(item, (*path, key))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _formulas(getattr(value, field.name), (*path, field.name))


LINTS: dict[str, tuple[Severity, Lint]] = {
    "headline": ("warning", headline),
    "duplicate": ("error", duplicate),
    "time": ("error", time),
    "activity": ("warning", activity),
    "answer": ("error", answer),
    "alt": ("error", alt),
    "color": ("error", color),
    "source": ("warning", source),
    "arithmetic": ("error", arithmetic),
    "overflow": ("error", overflow),
    "small": ("warning", small),
    "draft": ("warning", draft),
}


def lint(read: ReadDeck, minutes: int) -> list[Problem]:
    """Every finding that is not accepted, for a lecture of so many minutes; and acceptances that accept nothing."""
    problems: list[Problem] = []
    used: set[tuple[int, str]] = set()
    for name, (severity, find) in LINTS.items():
        for finding in find(read, minutes):
            slide = read.deck.slides[finding.slide] if finding.slide is not None else None
            if slide is not None and finding.slide is not None and any(a.lint == name for a in slide.accept):
                used.add((finding.slide, name))
                continue
            path = ("slides", finding.slide, *finding.path) if slide is not None else finding.path
            problems.append(Problem(read.at.value(*path), f"{finding.message} ({name})", finding.hint, severity))
    for index, slide in enumerate(read.deck.slides):
        for place, accepted in enumerate(slide.accept):
            at = read.at.value("slides", index, "accept", place, "lint")
            if accepted.lint not in LINTS:
                problems.append(Problem(at, f"there is no lint `{accepted.lint}`", f"lints: {', '.join(LINTS)}"))
            elif (index, accepted.lint) not in used:
                problems.append(
                    Problem(
                        at,
                        f"nothing to accept: `{accepted.lint}` finds nothing on this slide",
                        "remove this entry",
                        "warning",
                    )
                )
    return problems
