"""The questions that a TA grades by hand, and the scale of each: read from `questions.yaml` in a suite's folder."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.authoring.case import Suite, SuiteError

FILE = "questions.yaml"
SCHEMA = 1
POINTS = 30  # of a module's 100; the other 70 are earned by its cases
EACH = 3  # questions of a module


@dataclass(frozen=True, slots=True)
class Level:
    """So many points, and what an answer that earns them says."""

    points: int
    says: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its scale, the highest level first, and a model answer that only the TA sees."""

    id: str
    topic: str
    ask: str
    answer: str
    levels: tuple[Level, ...]

    @property
    def points(self) -> int:
        """The points of the best answer."""
        return self.levels[0].points


def questions(suite: Suite) -> dict[int, tuple[Question, ...]]:
    """The questions of a suite by module number, none where it has no file; `SuiteError` names all that is wrong."""
    file = importlib.resources.files(suite.folder).joinpath(FILE)
    return read(file.read_text(encoding="utf-8"), suite) if file.is_file() else {}


def read(text: str, suite: Suite) -> dict[int, tuple[Question, ...]]:
    """The questions a text holds, checked against the suite's modules."""
    import yaml

    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SuiteError([f"{FILE}: this is no YAML: {error}"]) from None
    questions_by_module: dict[int, tuple[Question, ...]] = {}
    if reasons := list(_faults(data, suite, questions_by_module)):
        raise SuiteError([f"{FILE}: {reason}" for reason in reasons])
    return questions_by_module


def _faults(data: Any, suite: Suite, questions_by_module: dict[int, tuple[Question, ...]]) -> Iterator[str]:
    """A sentence for each thing that is wrong with a file; questions that are right go into `questions_by_module`."""
    if wrong := list(_shape(data, "the file", {"schema": int, "modules": list})):
        yield from wrong
        return
    if data["schema"] != SCHEMA:
        yield f"schema {data['schema']} is not known; this version reads schema {SCHEMA}"
    numbers, ids = {module.number for module in suite.modules}, set()
    for place, part in enumerate(data["modules"], start=1):
        if wrong := list(_shape(part, f"entry {place} of modules", {"module": int, "questions": list})):
            yield from wrong
            continue
        number, where = part["module"], f"module {part['module']}"
        if number not in numbers or number in questions_by_module:
            yield f"{where}: " + (
                "it is there twice" if number in questions_by_module else f"suite {suite.name} has no such module"
            )
        right = []
        for position, entry in enumerate(part["questions"], start=1):
            wrong = list(_question_faults(entry, f"{where}, question {position}"))
            yield from wrong
            if not wrong:
                right.append(_question(entry))
        questions_by_module[number] = tuple(right)
        if len(part["questions"]) != EACH:
            yield f"{where}: {len(part['questions'])} questions, {EACH} are needed"
        if len(right) == len(part["questions"]) and (total := sum(question.points for question in right)) != POINTS:
            yield f"{where}: its questions are worth {total} points, they should be worth {POINTS}"
        for question in right:
            if question.id in ids:
                yield f"{where}: two questions have the id {question.id}"
            ids.add(question.id)


TEXTS = ("id", "topic", "ask", "answer")


def _question_faults(data: Any, where: str) -> Iterator[str]:
    """A sentence for each thing that is wrong with one question; `where` says which it is."""
    if wrong := list(_shape(data, where, {**dict.fromkeys(TEXTS, str), "levels": list})):
        yield from wrong
        return
    levels = data["levels"]
    wrong = [
        fault
        for position, level in enumerate(levels, 1)
        for fault in _shape(level, f"{where}, level {position}", _LEVEL)
    ]
    yield from wrong
    if wrong:
        return
    points = [level["points"] for level in levels]
    if len(points) < 3 or points != sorted(set(points), reverse=True) or points[-1] != 0:
        yield f"{where}: its levels have the points {points}; at least three are needed, falling, and the last is 0"


_LEVEL: Mapping[str, type] = {"points": int, "says": str}
_NAMES: Mapping[type, str] = {int: "a whole number", str: "a text", list: "a list"}


def _shape(data: Any, where: str, fields: Mapping[str, type]) -> Iterator[str]:
    """A sentence for each thing that keeps a mapping from having exactly these fields, each filled."""
    if not isinstance(data, dict):
        yield f"{where}: fields {', '.join(fields)} are needed"
        return
    for name, kind in fields.items():
        value = data.get(name)
        if type(value) is not kind or value in ("", []):
            yield f"{where}: `{name}` must be {_NAMES[kind]}" + (" and is missing" if name not in data else "")
    for name in data:
        if name not in fields:
            yield f"{where}: `{name}` is not known; there are {', '.join(fields)}"


def _question(data: Mapping[str, Any]) -> Question:
    levels = tuple(Level(level["points"], level["says"]) for level in data["levels"])
    return Question(**{name: data[name] for name in TEXTS}, levels=levels)
