"""The answers to a module's questions, found in the cells of a student's notebook.

Nobody tells students how to mark an answer beyond "in its cell", so a question is looked for in several ways, the surest
first: nbgrader's `grade_id`, the question's id, its own text, and last its number (`## Question 2`). What stands below it,
to the next question, heading or cell of code, is the answer. What is not found is said to be not found, and is never blank.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from autograder.intake.file_names import is_notebook
from autograder.intake.names import squeezed
from autograder.review.tasks import Question, answer_hash
from autograder.worker.cells import NoSource, notebook_cells, text_of

LONGEST = 20_000
"""Characters of one answer that are shown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its text, where it stands, and `missing`, why there is no text to read (empty where there is)."""

    text: str = ""
    place: str = ""
    missing: str = ""

    @property
    def hash(self) -> str:
        """What tells this answer from another one, also where only its file is known."""
        return answer_hash(self.text if not self.missing else f"{self.missing}\0{self.place}")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell: its number, nbgrader's id for it, and the prose in it; None where it is code."""

    number: int
    prose: str | None
    grade_id: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of prose and the number of its cell; `text` is None for a cell of code, which ends what stands above it."""

    cell: int
    text: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """The lines, from first to last, that name a question; `rest` is what stands on the last one behind the name."""

    first: int
    last: int
    rest: str = ""


def find_answers(path: str, data: bytes, questions: Sequence[Question]) -> dict[str, Answer]:
    """The answer to each question in a notebook or script, by the question's id; one that is not there says why."""
    name = path.rpartition("/")[2]
    try:
        cells = list(_cells(path, data))
    except NoSource as error:
        return {one.id: Answer(place=name, missing=f"`{name}` cannot be read: {error}") for one in questions}
    lines = [_Line(cell.number, text) for cell in cells for text in _lines_of(cell)]
    named = [way(lines, questions) for way in (_by_id, _by_text, _by_number)]
    graded = {squeezed(cell.grade_id): cell for cell in cells if cell.grade_id and cell.prose is not None}
    ends = {place.first for places in named for place in places.values()}
    answers = {}
    for question in questions:
        if (cell := graded.get(squeezed(question.id))) is not None:
            answers[question.id] = Answer(_cut(_stripped(cell.prose or "")), f"{name}, cell {cell.number}")
            continue
        found = [(place, _below(lines, place, ends)) for places in named if (place := places.get(question.id))]
        if not found:
            why = f"no cell of `{name}` names this question: look through the file"
            answers[question.id] = Answer(place=name, missing=why)
            continue
        place, text = next((one for one in found if one[1]), found[0])
        answers[question.id] = Answer(_cut(text), f"{name}, cell {lines[place.last].cell}")
    return answers


def _lines_of(cell: _Cell) -> list[str | None]:
    return [None] if cell.prose is None else [*cell.prose.split("\n"), ""]


# ---------------------------------------------------------------------------------------------------- cells


def _cells(path: str, data: bytes) -> Iterator[_Cell]:
    """The cells of a file in their order; raises NoSource where it cannot be read."""
    text = text_of(data, [])
    if not is_notebook(path):
        yield from _script_cells(text)
        return
    notebook_cells(text, [])  # refuses what would cost much more than its size to read
    book: Any = json.loads(text)
    cells = book.get("cells") or [cell for sheet in book.get("worksheets", ()) for cell in sheet.get("cells", ())]
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            continue
        source = cell.get("source", cell.get("input", ""))
        plain = "".join(map(str, source)) if isinstance(source, list) else str(source)
        prose = _prose(plain) if cell.get("cell_type") == "code" else plain
        yield _Cell(number, prose, _grade_id(cell))


def _grade_id(cell: Mapping[str, Any]) -> str:
    """The id nbgrader gave a cell; empty where it gave none."""
    metadata = cell.get("metadata")
    told = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return str(told.get("grade_id", "")) if isinstance(told, dict) else ""


_PROSE_CELL = re.compile(r"# ?%%[^\n]*\[(?:markdown|md|raw)\][^\n]*\n?")
_ONE_STRING = re.compile(r'\s*[rR]?("""|\'\'\')(.*?)\1\s*', re.DOTALL)


def _script_cells(text: str) -> Iterator[_Cell]:
    """The cells of a percent script; lines of prose stand there as comments, or in one string."""
    for number, part in enumerate(re.split(r"^(?=# ?%%)", text, flags=re.MULTILINE)):
        match = _PROSE_CELL.match(part)
        body = part[match.end() :] if match else part.partition("\n")[2] if part.startswith(("# %%", "#%%")) else part
        yield _Cell(number, _prose(body) if match is None else _uncommented(body))


def _uncommented(text: str) -> str:
    if match := _ONE_STRING.fullmatch(text):
        return match[2]
    return "\n".join(re.sub(r"^# ?", "", line) for line in text.split("\n"))


def _prose(code: str) -> str | None:
    """The prose in a cell of code: its one string, or its comments where it holds nothing else; None where it is code."""
    if match := _ONE_STRING.fullmatch(re.sub(r"^#[^\n]*\n", "", code)):
        return match[2]
    lines = [line.strip() for line in code.strip().split("\n")]
    only_comments = lines[0].startswith("#") and all(not line or line[0] == "#" for line in lines)
    return _uncommented("\n".join(lines)) if only_comments else None


# ---------------------------------------------------------------------------------------------------- where questions stand

_NUMBERED = re.compile(
    r"[\s#*_>`]{0,12}(?:(?:systems[- ]thinking )?(?:question|frage|q)[ #]{0,3}(?P<number>\d)(?!\d)"
    r"|(?:answer|antwort)[ #]{0,3}(?P<answer>\d)(?=[ *_]{0,3}(?:[.:)–-]|$)))(?P<rest>.*)",
    re.IGNORECASE,
)
_LISTED = re.compile(r" {0,3}(?P<number>\d)[.)]\s+(?P<rest>\S.*)")


def _by_id(lines: Sequence[_Line], questions: Sequence[Question]) -> dict[str, _Place]:
    """Lines that hold the id of a question and no more than that."""
    ids = {f"{word}{squeezed(one.id)}": one.id for one in questions for word in ("", "question", "answer")}
    plain = [(place, squeezed(line.text or "")) for place, line in enumerate(lines)]
    return {ids[text]: _Place(place, place) for place, text in reversed(plain) if text in ids}


def _by_text(lines: Sequence[_Line], questions: Sequence[Question]) -> dict[str, _Place]:
    """Where the text of a question stands, however its lines are broken; what follows it on the last one is its answer's."""
    plain = [squeezed(line.text or "") for line in lines]
    whole = "".join(plain)
    found = {}
    for question in questions:
        asked = squeezed(question.asks)
        start = whole.find(asked) if len(asked) >= _SHORTEST else -1
        if start >= 0:
            found[question.id] = _Place(_line_at(plain, start), _line_at(plain, start + len(asked) - 1))
    return found


_SHORTEST = 12
"""Letters of a question's text by which it is known."""


def _line_at(plain: Sequence[str], position: int) -> int:
    """The line on which a letter of the whole text stands."""
    for place, line in enumerate(plain):
        position -= len(line)
        if position < 0:
            return place
    return len(plain) - 1


def _by_number(lines: Sequence[_Line], questions: Sequence[Question]) -> dict[str, _Place]:
    """Lines such as `## Question 2`, the last of each: what is handed out comes before what is written. Else a list `1.` `2.` `3.`"""
    matches = [(place, _NUMBERED.match((line.text or "")[:_LONGEST_LINE])) for place, line in enumerate(lines)]
    listed = [(place, _LISTED.match((line.text or "")[:_LONGEST_LINE])) for place, line in enumerate(lines)]
    found = {int(match["number"] or match["answer"]): (place, match["rest"]) for place, match in matches if match}
    if not found:
        items = [(int(match["number"]), place, match["rest"]) for place, match in listed if match]
        one_cell = len({lines[place].cell for _, place, _ in items}) == 1
        if one_cell and [number for number, _, _ in items] == list(range(1, len(questions) + 1)):
            found = {number: (place, rest) for number, place, rest in items}
    return {
        question.id: _Place(
            found[number][0], found[number][0], _behind(lines[found[number][0]].text or "", found[number][1])
        )
        for number, question in enumerate(questions, 1)
        if number in found
    }


_LONGEST_LINE = 20_000


def _behind(line: str, rest: str) -> str:
    """What stands behind a question's number on its line and may be its answer: nothing of a heading."""
    return "" if _HEADING.match(line) else re.sub(r"^[\s.:)*_–-]+", "", rest).strip()


# ---------------------------------------------------------------------------------------------------- the answer

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s|$)")


def _below(lines: Sequence[_Line], place: _Place, ends: Set[int]) -> str:
    """The text below a question, to the next one, a heading that is no deeper, or a cell of code; else what stands beside it."""
    level = _level(lines[place.last].text) or _level(lines[place.first].text)
    parts: list[str] = []
    for position in range(place.last + 1, len(lines)):
        text = lines[position].text
        if text is None or position in ends:
            break
        here = _level(text)
        if here and (here <= level or (not level and any(part.strip() for part in parts))):
            break
        parts.append(text)
    below = _stripped("\n".join(parts))
    listed = _LISTED.match(lines[place.last].text or "")
    return f"{place.rest}\n{below}".strip() if listed else below or place.rest


def _level(line: str | None) -> int:
    """The level of a heading; 0 where a line is none."""
    match = _HEADING.match(line or "")
    return len(match[1]) if match else 0


_INVITATION = re.compile(
    r"^[\s*_>#`]*(?:your answer here|type your answer here|double[- ]click to (?:edit|write)[^\n]{0,60}|your answer|answer|antwort|response|todo)"
    r"[\s*_:.`…]*(?:\n|$)|^[\s*_>`]*(?:answer|antwort|response)[*_`]*:[*_`]*[ \t]*",
    re.IGNORECASE,
)


def _stripped(text: str) -> str:
    """An answer without the words that invite to write it: `YOUR ANSWER HERE`, `**Answer:**`."""
    plain = _without_comments(text).strip()
    for _ in range(3):
        shorter = _INVITATION.sub("", plain, count=1).strip()
        if shorter == plain:
            break
        plain = shorter
    return plain


def _without_comments(text: str) -> str:
    """The text without HTML comments; by hand, because a pattern takes quadratic time on comments that do not end."""
    kept, rest = [], text
    while (start := rest.find("<!--")) >= 0 and (end := rest.find("-->", start)) >= 0:
        kept.append(rest[:start])
        rest = rest[end + 3 :]
    return "".join([*kept, rest])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… ({len(text) - LONGEST} more characters)"
