"""From the tables that graders send back to marks in the log.

Every file is read whole before anything is written. A row is held against the key of its batch and against the scale as it
is now, so a mark never lands on an answer that nobody read, nor on a level that has other points by now. Of two graders on
one answer equal levels join; others wait for somebody who decides, and so does what a grader asks a second reader for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path

from autograder.judging.points import number
from autograder.review.agreement import weighted_kappa
from autograder.review.batch import Batch, Item
from autograder.review.marks import Mark, Marks
from autograder.review.table import Given, ReviewFile, read_row
from autograder.review.tasks import Question, Task, answer_hash
from blueprint.problems import CourseError, Problem, quoted, suggestion

MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for a decision: what each grader gave, and whether they are more than a level apart."""

    task: Task
    question: Question
    item: Item
    given: Sequence[Mark]
    far: bool


@dataclass
class Merged:
    """What a merge would write, and all that is to be said about it."""

    new: list[Mark] = field(default_factory=list)
    changed: list[Mark] = field(default_factory=list)
    same: int = 0
    open: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    calibration: list[str] = field(default_factory=list)
    agreement: list[str] = field(default_factory=list)
    criteria: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def marks(self) -> list[Mark]:
        """What is to be added to the log, in an order that no order of files decides."""
        return sorted(
            [*self.new, *self.changed], key=lambda mark: (mark.piece, mark.student, mark.criterion, mark.grader)
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that marks may be of: its scale, and who is behind its items."""

    task: Task
    batch: Batch


def merge(
    paths: Sequence[Path], pieces: Mapping[str, Piece], marks: Marks, now: str, *, decide: bool = False
) -> Merged:
    """What these files say, held against what is known; nothing is written. `now` is when it is merged, in UTC.

    `pieces` are those that have been handed out, by batch. With `decide` each mark counts whatever other graders gave.
    """
    merged = Merged()
    rows: dict[tuple[str, str, str, str], tuple[ReviewFile, Given]] = {}
    samples: dict[tuple[str, str], dict[tuple[str, str], Given]] = {}
    for path in sorted(paths):
        for file, given in _rows_of(path, pieces, merged):
            if given.level is None:
                merged.open += given.kind == "answer"
                merged.notes += _left_open(file, given)
            elif given.kind == "calibration":
                samples.setdefault((given.batch, given.grader), {})[given.question.id, given.item] = given
            else:
                _take(rows, file, given, merged)
    for (batch, grader, _, _), (_, given) in sorted(rows.items()):
        piece = pieces[batch]
        for mark in _marks_of(piece, given, grader, now, decide):
            _hold_against(marks, mark, merged)
        merged.criteria[batch] = tuple(question.criterion for question in piece.task.questions)
    after = _with(marks, merged)
    for batch in sorted(merged.criteria):
        merged.waiting += _waiting(pieces[batch], after)
        merged.agreement += _agreement(pieces[batch], after)
    merged.calibration = [
        _calibration(pieces[batch].task, grader, list(given.values()))
        for (batch, grader), given in sorted(samples.items())
    ]
    return merged


def _with(marks: Marks, merged: Merged) -> Marks:
    """What will be known when the new marks are in the log."""
    after = Marks(
        marks.path, {key: dict(given) for key, given in marks.by_key.items()}, {**marks.criteria, **merged.criteria}
    )
    for mark in merged.marks:
        after.add(mark)
    return after


# ---------------------------------------------------------------------------------------------------- rows


def _rows_of(path: Path, pieces: Mapping[str, Piece], merged: Merged) -> Iterator[tuple[ReviewFile, Given]]:
    """The rows of a file that can be taken; problems of the others go into `merged`."""
    try:
        file = ReviewFile(path)
    except CourseError as error:
        merged.problems += error.problems
        return
    if file.extra:
        merged.notes.append(f"{path}: columns of no meaning here: {', '.join(file.extra)}")
    for row in file.rows:
        try:
            batch = file.cell(row, "batch")
            if batch and batch not in pieces:
                message = f"no piece of work {quoted(batch)} has been handed out to be marked"
                raise CourseError([file.problem(row, "batch", message, suggestion(batch, list(pieces), "pieces"))])
            piece = pieces[batch] if batch else next(iter(pieces.values()))  # a blank one is told with the other cells
            given = read_row(file, row, piece.task)
            _check_answer(file, given, piece)
        except CourseError as error:
            merged.problems += error.problems
        else:
            yield file, given


def _left_open(file: ReviewFile, given: Given) -> list[str]:
    """A note on a row without a level in which something else stands: it is no mark yet, and must not be thought one."""
    if not (given.comment or given.reasons or given.second):
        return []
    what = "a comment" if given.comment else "a reason" if given.reasons else "a wish for a second reader"
    place = file.problem(given.row, "level", "", "").mark
    return [f"{place}: {given.item} has {what} and no level, so it is still open"]


def _check_answer(file: ReviewFile, given: Given, piece: Piece) -> None:
    """Raises CourseError for a row whose item is not known, or whose answer is another one by now."""
    if given.kind == "calibration":
        place, sample = [*given.item.split("-"), "", ""][1:3]
        question = given.question
        known = place.isdecimal() and sample.isdecimal() and 0 < int(sample) <= len(question.samples)
        if not known or answer_hash(question.samples[int(sample) - 1].text) != given.answer:
            raise CourseError(
                [
                    file.problem(
                        given.row,
                        "item",
                        f"{quoted(given.item)} is no sample of {question.id} any more",
                        "write the sheet again",
                    )
                ]
            )
        return
    item = piece.batch.items.get(given.item)
    if item is None:
        message = f"there is no item {quoted(given.item)} in {given.batch}"
        raise CourseError([file.problem(given.row, "item", message, "write the sheet again, and carry the mark over")])
    if item.answers.get(given.question.id) != given.answer:
        message = f"{item.who} has handed in something else since this table was made"
        raise CourseError(
            [file.problem(given.row, "answer", message, "write the sheet again, and read the new answer")]
        )


def _take(
    rows: dict[tuple[str, str, str, str], tuple[ReviewFile, Given]], file: ReviewFile, given: Given, merged: Merged
) -> None:
    """Keeps a row; what the same grader says of the same answer in another row must be the same."""
    key = (given.batch, given.grader, given.question.criterion, given.item)
    if key not in rows:
        rows[key] = (file, given)
        return
    other, before = rows[key]
    told = ("level", "points", "reasons", "comment", "second")
    if any(getattr(before, name) != getattr(given, name) for name in told):
        place = other.problem(before.row, "item", "", "").mark
        message = f"{given.grader} gave this answer another mark at {place}"
        merged.problems.append(file.problem(given.row, "item", message, "keep one of the two rows"))


def _marks_of(piece: Piece, given: Given, grader: str, now: str, decide: bool) -> Iterator[Mark]:
    """The marks that a row gives: one for each student of the item."""
    assert given.level is not None
    for student in piece.batch.items[given.item].students:
        yield Mark(
            piece=given.batch,
            student=student,
            criterion=given.question.criterion,
            question=given.question.id,
            level=given.level.id,
            title=given.level.title,
            points=given.points,
            possible=given.question.possible,
            grader=grader,
            answer=given.answer,
            name=given.question.title,
            reasons=tuple(piece.task.reasons[id] for id in given.reasons),
            comment=given.comment,
            second=given.second,
            decides=decide,
            marked_at=given.marked_at,
            merged_at=now,
        )


def _hold_against(marks: Marks, mark: Mark, merged: Merged) -> None:
    """Sorts a mark among those that are new, that change one of before, and that say the same."""
    old = marks.of_grader(mark.piece, mark.student, mark.criterion, mark.grader, mark.decides)
    if old is None:
        merged.new.append(mark)
    elif mark.same(old):
        merged.same += 1
    else:
        merged.changed.append(replace(mark, old=in_words(old)))


def in_words(mark: Mark) -> str:
    """A mark in a few words: `7, Right direction; for a second reader`."""
    words = f"{number(mark.points)}, {mark.title}"
    words += f" ({'; '.join(mark.reasons)})" if mark.reasons else ""
    words += f" “{mark.comment}”" if mark.comment else ""
    return words + ("; for a second reader" if mark.second else "") + ("; decided" if mark.decides else "")


# ---------------------------------------------------------------------------------------------------- graders together


def _waiting(piece: Piece, marks: Marks) -> Iterator[Waiting]:
    """The answers of a piece that have marks and no mark that counts."""
    for _, item in sorted(piece.batch.items.items()):
        student = next(iter(item.students))
        for question in piece.task.questions:
            given = marks.given(piece.task.batch, student, question.criterion)
            if given and marks.counting(piece.task.batch, student, question.criterion) is None:
                places = [question.place(mark.level) for mark in given if question.level(mark.level)]
                yield Waiting(piece.task, question, item, given, max(places, default=0) - min(places, default=0) > 1)


def _agreement(piece: Piece, marks: Marks) -> Iterator[str]:
    """For every two graders who have read the same answers, how far they agree, in words."""
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for item in piece.batch.items.values():
        student = next(iter(item.students))
        for question in piece.task.questions:
            given = [
                mark
                for mark in marks.given(piece.task.batch, student, question.criterion)
                if question.level(mark.level)
            ]
            for first, second in combinations([mark for mark in given if not mark.decides], 2):
                places = question.place(first.level), question.place(second.level)
                pairs.setdefault((first.grader, second.grader), []).append(places)
    for (one, other), both in sorted(pairs.items()):
        alike = sum(a == b for a, b in both)
        far = sum(abs(a - b) > 1 for a, b in both)
        kappa = weighted_kappa(both)
        told = "not defined, for there is one level only" if kappa is None else f"{float(kappa):.2f}"
        apart = f", {far} more than a level apart" if far else ""
        yield f"{piece.task.batch}: {one} and {other} read {len(both)} answers both: {alike} alike{apart}; weighted kappa {told}"


def _calibration(task: Task, grader: str, marks: Sequence[Given]) -> str:
    """How far a grader is from the agreed marks of the samples, in words."""
    differences = []
    for one in marks:
        sample = one.question.samples[int(one.item.split("-")[2]) - 1]
        differences.append(one.points - sample.points)
    counts = Counter(difference == 0 for difference in differences)
    mean = sum(differences, Fraction(0)) / len(differences)
    lean = (
        f"{number(abs(mean))} points {'above' if mean > 0 else 'below'} on average"
        if mean
        else "no points off on average"
    )
    return f"{task.batch}: {grader} marked {len(marks)} samples: {counts[True]} as agreed, {lean}"
