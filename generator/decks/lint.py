"""What is wrong with a lecture that reads well: the lints, one function each.

A lint can be accepted where it is wrong, with a reason (`accept: [{lint: headline, reason: …}]`). An accepted lint
that finds nothing is itself a problem, so that reasons do not outlive their cause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from blueprint.deck import Block, Slide
from blueprint.model import plain
from blueprint.problems import Problem, Severity
from generator.decks.read import ReadDeck
from generator.decks.version import version

LONGEST_WAIT = 15
"""Minutes a room may sit without doing something."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a lint found: on which slide (None: the deck), at which path below it."""

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
    """Whether a title has at least four words and one that may be a verb; imperatives begin with one."""
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
    """The version for the slot fits it, and the full deck takes as long as it says."""
    full = sum((s.minutes for s in read.deck.slides), Decimal(0))
    if full != read.deck.minutes:
        yield Finding(
            None,
            ("minutes",),
            f"the slides take {plain(full)} minutes, the deck says {read.deck.minutes}",
            "change the minutes of slides, or of the deck",
        )
    for slot in sorted({minutes, read.deck.short}):
        shown = version(read.deck, slot)
        if shown.minutes > slot:
            yield Finding(
                None,
                ("short",) if slot == read.deck.short else ("minutes",),
                f"the core slides take {plain(shown.minutes)} minutes, the slot has {slot}",
                "make slides optional (`core: false`) or shorter",
            )


def activity(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """The room never sits longer than a quarter of an hour without doing something."""
    for slot in sorted({minutes, read.deck.short}):
        waited, last = version(read.deck, slot).longest_wait
        if waited > LONGEST_WAIT and last is not None:
            yield Finding(
                last.index,
                ("kind",),
                f"in {slot} minutes, the room has done nothing for {plain(waited)} minutes here",
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
        visible = " ".join(_words(slide.shown()))
        for place, block in enumerate(slide.answer):
            text = " ".join((block.text or "").split())
            if len(text) >= 20 and text in visible:
                yield Finding(
                    index,
                    ("answer", place),
                    "the answer stands in the body, where students see it",
                    "keep it in `answer:` only",
                )


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
            _NUMBER.search(text)
            and "=" not in text
            and not slide.sources
            and not slide.given
            and not _own_sources(slide)
        ):
            found = _NUMBER.search(text)
            assert found is not None
            yield Finding(
                index,
                ("body",),
                f"`{found[0].strip()}` has no source",
                "list it in `sources`, or say in `given` that it is assumed",
            )


_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d(?:\s?[%A-Za-z/]+)?")


def _own_sources(slide: Slide) -> bool:
    """Whether a picture or table of the slide names its source itself."""
    return any(
        getattr(part, "source", None) or getattr(part, "illustrative", False)
        for block in slide.shown()
        for part in (block.figure, block.table, block.chart)
        if part
    )


def arithmetic(read: ReadDeck, minutes: int) -> Iterator[Finding]:
    """What a slide computes adds up, to the digits it shows."""
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
"""What begins a list item; its dash is no minus."""


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
}


def lint(read: ReadDeck, minutes: int) -> list[Problem]:
    """Every finding that is not accepted, for a lecture of so many minutes; and acceptances that accept nothing."""
    problems: list[Problem] = []
    used: set[tuple[int, str]] = set()
    for name, (severity, find) in LINTS.items():
        for found in find(read, minutes):
            slide = read.deck.slides[found.slide] if found.slide is not None else None
            if slide is not None and found.slide is not None and any(a.lint == name for a in slide.accept):
                used.add((found.slide, name))
                continue
            path = ("slides", found.slide, *found.path) if slide is not None else found.path
            problems.append(Problem(read.at.value(*path), f"{found.message} ({name})", found.hint, severity))
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
