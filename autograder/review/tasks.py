"""What people mark in one piece of work: its questions, each with the levels of its scale.

A piece is an assignment of a course. Of a module, the questions are those its students were asked; of a log or a report,
each criterion of its rubric is a question about the whole text. What is here is plain data; the tables and the page are
made of it, and a hash of it tells whether a table that comes back was marked by the same scale.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from autograder.authoring import questions as suites
from autograder.intake.names import squeezed
from autograder.judging.points import number
from blueprint.model.rubric import Criterion, Rubric

NOT_ANSWERED = "not-answered"
"""The level of work that is not there: a state, for which a rubric has no level of its own."""


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a scale: the points it earns, a range where `low` is not `high`, and what work that earns them shows."""

    id: str
    title: str
    low: Fraction
    high: Fraction
    text: str = ""

    @property
    def is_range(self) -> bool:
        """True where the level leaves the points to the grader."""
        return self.low != self.high

    @property
    def points(self) -> str:
        """Its points in words: `7`, or `6 to 8`."""
        return f"{number(self.low)} to {number(self.high)}" if self.is_range else number(self.high)


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of work with the points that graders have agreed on, to mark before the first student's."""

    title: str
    text: str
    points: Fraction
    why: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to mark: what is asked of the work, and its levels, the best first and `not-answered` last.

    `guide` is what a right answer holds, for the grader alone. `criterion` is `rubric-id/criterion-id`.
    """

    id: str
    criterion: str
    title: str
    asks: str
    levels: tuple[Level, ...]
    guide: tuple[str, ...] = ()
    step: Fraction = Fraction(1)
    samples: tuple[Sample, ...] = ()

    @property
    def possible(self) -> Fraction:
        """The points of the best level."""
        return max(level.high for level in self.levels)

    def level(self, id: str) -> Level | None:
        """The level with this id; None where there is none."""
        return next((level for level in self.levels if level.id == id), None)

    def level_of(self, points: Fraction) -> Level | None:
        """The level these points are of; None where no level gives them. A level of the rubric comes before `not-answered`."""
        return next((level for level in self.levels if self.gives(level, points)), None)

    def gives(self, level: Level, points: Fraction) -> bool:
        """True if a level may earn these points: a number of steps in its range."""
        return level.low <= points <= level.high and (not level.is_range or (points % self.step) == 0)

    def place(self, id: str) -> int:
        """How far down the scale a level stands, 0 for the best."""
        return [level.id for level in self.levels].index(id)


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that is marked in one piece of work; `batch` is the assignment's id, `module` its module's number or 0."""

    batch: str
    title: str
    rubric: str
    questions: tuple[Question, ...]
    module: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_one_text(self) -> bool:
        """True where all questions are asked of the same text, as the criteria of a rubric are."""
        return not self.module

    @property
    def hash(self) -> str:
        """What tells this scale from another: `r-` and 12 hex digits."""
        told = [
            (
                q.id,
                q.criterion,
                q.asks,
                str(q.step),
                [(x.id, x.title, str(x.low), str(x.high), x.text) for x in q.levels],
            )
            for q in self.questions
        ]
        return f"r-{_digest(json.dumps([self.batch, told, list(self.reasons)], ensure_ascii=False))}"

    def question(self, criterion: str) -> Question | None:
        """The question of a criterion, `rubric-id/criterion-id`; None where there is none."""
        return next((question for question in self.questions if question.criterion == criterion), None)


def answer_hash(text: str) -> str:
    """What tells one answer from another: `t-` and 12 hex digits."""
    return f"t-{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


# ---------------------------------------------------------------------------------------------------- making


def rubric_task(batch: str, title: str, rubric_id: str, rubric: Rubric) -> Task:
    """The task of a piece that is marked by a rubric: each criterion is a question about the whole work."""
    made = tuple(
        Question(
            key,
            f"{rubric_id}/{key}",
            str(criterion.title),
            str(criterion.asks),
            _levels(criterion, "Not handed in"),
            step=Fraction(rubric.step),
            samples=tuple(_samples(rubric, key)),
        )
        for key, criterion in rubric.criteria.items()
    )
    return Task(batch, title, str(rubric.title), made, reasons=_reasons(rubric))


def module_task(
    batch: str,
    title: str,
    module: int,
    asked: Sequence[str],
    of_suite: Sequence[suites.Question],
    rubric_id: str = "",
    rubric: Rubric | None = None,
) -> Task:
    """The task of a module: the questions that its students were `asked`, those of the suite where nothing else is known.

    A question of the suite brings its model answer and its own words for the levels. The rubric says how many points a
    level earns, where it has a criterion for each question; else the suite does. `ValueError` where neither has levels.
    """
    texts = list(asked) or [question.ask for question in of_suite]
    by_text = {squeezed(question.ask): question for question in of_suite}
    criteria = list(rubric.criteria.items()) if rubric is not None and len(rubric.criteria) == len(texts) else []
    made = []
    for position, text in enumerate(texts, 1):
        known = by_text.get(squeezed(text))
        key, criterion = criteria[position - 1] if criteria else ("", None)
        if known is None and criterion is None:
            raise ValueError(f"question {position} of {batch} has no levels: no rubric has a criterion for it")
        id = known.id if known else f"question-{position}"
        made.append(
            Question(
                id,
                f"{rubric_id}/{key}" if criterion else f"questions/{id}",
                _capital(known.topic) if known else f"Question {position}",
                known.ask if known else text,
                _merged_levels(known, criterion),
                guide=(known.answer,) if known else (),
                step=Fraction(rubric.step) if rubric is not None and criterion else Fraction(1),
                samples=tuple(_samples(rubric, key)) if rubric is not None and criterion else (),
            )
        )
    name = str(rubric.title) if rubric is not None else "Questions of the module"
    return Task(batch, title, name, tuple(made), module, _reasons(rubric) if rubric is not None else {})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _merged_levels(known: suites.Question | None, criterion: Criterion | None) -> tuple[Level, ...]:
    """The levels of a question: the rubric's, in the suite's own words for this question where it has some; else the suite's."""
    says = {Fraction(level.points): level.says for level in known.levels} if known else {}
    if criterion is None:
        own = [Level(f"level-{points}", f"{points} points", points, points, text) for points, text in says.items()]
        return (*own, _not_answered("Not answered"))
    levels = _levels(criterion, "Not answered")
    return tuple(
        Level(one.id, one.title, one.low, one.high, says.get(one.high, one.text))
        if not one.is_range and one.id != NOT_ANSWERED
        else one
        for one in levels
    )


def _levels(criterion: Criterion, nothing: str) -> tuple[Level, ...]:
    """The levels of a criterion, and the state of work that is not there."""
    ids = _ids(str(level.title) for level in criterion.levels)
    levels = [
        Level(id, str(one.title), Fraction(one.points.low), Fraction(one.points.high), " ".join(one.text.split()))
        for id, one in zip(ids, criterion.levels, strict=True)
    ]
    return (*levels, _not_answered(nothing))


def _not_answered(title: str) -> Level:
    return Level(NOT_ANSWERED, title, Fraction(0), Fraction(0), "There is nothing to read.")


def _ids(titles: Iterable[str]) -> list[str]:
    """Ids of levels by their titles: small letters, digits and dashes, a letter first, none twice."""
    ids: list[str] = []
    for title in titles:
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "level"
        slug = slug if slug[0].isalpha() else f"level-{slug}"
        ids.append(slug if slug not in (*ids, NOT_ANSWERED) else f"{slug}-{len(ids) + 1}")
    return ids


def _samples(rubric: Rubric, criterion: str) -> Iterator[Sample]:
    """The samples that have an agreed mark for a criterion, in their order."""
    for sample in rubric.samples.values():
        if criterion in sample.marks:
            yield Sample(
                str(sample.title), _unwrapped(sample.text), Fraction(sample.marks[criterion]), _unwrapped(sample.why)
            )


def _unwrapped(text: str) -> str:
    """A text of a course file with its paragraphs on one line each, as it is shown where lines break by themselves."""
    return "\n\n".join(re.sub(r"\s*\n\s*(?![-*\d])", " ", paragraph) for paragraph in text.strip().split("\n\n"))


def _reasons(rubric: Rubric) -> dict[str, str]:
    return {key: str(text) for key, text in rubric.reasons.items()}
