"""What one grader is given to mark: the samples of each question first, then the answers in an order of the question's own.

The table for a spreadsheet is written from it, and so is the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.judging.points import number
from autograder.review.answers import Answer
from autograder.review.batch import Batch, Item
from autograder.review.marks import Mark, Marks
from autograder.review.split import shuffled
from autograder.review.table import SCHEMA, csv_line, levels_in_words
from autograder.review.tasks import Question, Task, answer_hash
from autograder.review.works import Work

SHEET = (
    *("who", "asks", "text", "place", "levels", "level", "points", "possible", "reasons", "comment", "second", "state"),
    *("kind", "question", "criterion", "item", "answer", "rubric", "schema", "batch", "grader", "marked_at"),
)
"""The columns of a sheet: what is read, what is filled in, and last what only the merge needs."""
DECISIONS = ("who", "given", *SHEET[1:])
"""Those of a table of decisions, in which what the graders gave stands first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to mark: an item's answer or a sample, and what its grader has given for it before."""

    kind: str
    item: str
    who: str
    answer: Answer
    hash: str
    given: Mark | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """What one grader marks of a task, by question: samples, then answers."""

    task: Task
    grader: str
    name: str
    entries: Mapping[str, Sequence[Entry]]

    @property
    def students(self) -> int:
        """How many works are among it."""
        return len({one.item for entries in self.entries.values() for one in entries if one.kind == "answer"})


def assigned(task: Task, grader: str, name: str, items: Mapping[str, tuple[Item, Work]], marks: Marks) -> Assigned:
    """What a grader marks: the samples, and the items that the grader reads."""
    mine = [id for id, (item, _) in items.items() if grader in item.readers]
    entries = {}
    for place, question in enumerate(task.questions, 1):
        order = shuffled(mine, f"{task.batch}\0{question.id}")
        answers = [_entry(task, question, grader, *items[id], marks) for id in order]
        entries[question.id] = [*_samples(question, place), *answers]
    return Assigned(task, grader, name, entries)


def _samples(question: Question, place: int) -> Iterator[Entry]:
    for number_, sample in enumerate(question.samples, 1):
        answer = Answer(sample.text, sample.title)
        yield Entry("calibration", f"cal-{place}-{number_}", f"Sample {number_}", answer, answer_hash(sample.text))


def _entry(task: Task, question: Question, grader: str, item: Item, work: Work, marks: Marks) -> Entry:
    """An answer, with what this grader gave for the very same text before."""
    answer = work.answers[question.id]
    given = marks.of_grader(task.batch, next(iter(item.students)), question.criterion, grader)
    return Entry(
        "answer", item.id, item.who, answer, answer.hash, given if given and given.answer == answer.hash else None
    )


def sheet(work: Assigned) -> Iterator[str]:
    """The lines of a sheet for a spreadsheet, headings first."""
    yield csv_line(SHEET)
    for question in work.task.questions:
        for entry in work.entries[question.id]:
            cells = cells_of(work, question, entry)
            yield csv_line(cells[name] for name in SHEET)


def decisions(task: Task, batch: Batch, waiting: Iterable[tuple[Item, Question, str]], grader: str) -> Iterator[str]:
    """The lines of a table in which `grader` decides: each answer with what was given for it in words."""
    yield csv_line(DECISIONS)
    work = Assigned(task, grader, grader, {})
    for item, question, given in waiting:
        hash = item.answers[question.id]
        entry = Entry("answer", item.id, item.who, Answer(batch.texts.get(hash, "")), hash)
        cells = cells_of(work, question, entry) | {"given": given}
        yield csv_line(cells[name] for name in DECISIONS)


def cells_of(work: Assigned, question: Question, entry: Entry) -> dict[str, str]:
    """The cells of a row by column."""
    given = entry.given
    return {
        "schema": SCHEMA,
        "batch": work.task.batch,
        "grader": work.grader,
        "kind": entry.kind,
        "question": question.id,
        "criterion": question.criterion,
        "item": entry.item,
        "answer": entry.hash,
        "rubric": work.task.hash,
        "level": given.level if given else "",
        "points": _points(question, given),
        "possible": number(question.possible),
        "reasons": " ".join(_reason_ids(work.task, given)),
        "comment": given.comment if given else "",
        "second": "yes" if given and given.second else "",
        "state": "marked" if given else "open",
        "marked_at": given.marked_at if given else "",
        "who": entry.who,
        "asks": question.asks,
        "text": entry.answer.text or (f"[{entry.answer.missing}]" if entry.answer.missing else "[blank]"),
        "place": entry.answer.place,
        "levels": levels_in_words(question),
    }


def _points(question: Question, given: Mark | None) -> str:
    """The points of a mark where its level does not tell them: beside any other, they would contradict a level that is changed."""
    level = question.level(given.level) if given else None
    return number(given.points) if given and level and level.is_range else ""


def _reason_ids(task: Task, given: Mark | None) -> list[str]:
    """The ids of the reasons that a mark gives; what the rubric does not know any more is left out."""
    return [id for id, text in task.reasons.items() if given and text in given.reasons]
