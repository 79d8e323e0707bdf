"""One grader's page: question by question across students, in one HTML file that works from a disk and without a network.

What students wrote sits in the page as data, and its script puts it there as text. The page may run this one script, load
nothing and send nothing; what was marked is kept in the browser, and leaves it as a table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from autograder.review.sheet import Assigned, Entry
from autograder.review.table import COLUMNS, SCHEMA
from autograder.review.tasks import Level, Question, Task
from blueprint import pages

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = files("autograder.review") / "templates"


def page(work: Assigned, file: str) -> str:
    """The page as HTML; `file` is the name of the table that it exports."""
    from markupsafe import Markup, escape

    script = _TEMPLATES.joinpath("review.js").read_text("utf-8")
    style = pages.style(_TEMPLATES.joinpath("review.css").read_text("utf-8"), dark=True)
    title = f"Review: {work.task.title}"
    count = work.students
    return _template().render(
        head=Markup(pages.head(str(escape(title)), style, policy=pages.policy(script=script))),
        title=work.task.title,
        grader=work.name,
        works=f"{count} piece{'s' * (count != 1)} of work",
        rubric=work.task.rubric,
        csv=file,
        data=Markup(_as_data(_data(work, file))),
        script=Markup(script),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("autograder.review", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("review.html.jinja")


def _as_data(data: Mapping[str, Any]) -> str:
    """JSON that no text in it can end: what could begin a tag is written as its number."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").encode("utf-8", "replace").decode()


def _data(work: Assigned, file: str) -> dict[str, Any]:
    texts = {one.hash: one.answer.text for entries in work.entries.values() for one in entries if one.answer.text}
    return {
        "schema": SCHEMA,
        "batch": work.task.batch,
        "grader": work.grader,
        "rubric": work.task.hash,
        "file": file,
        "columns": COLUMNS,
        "reasons": [{"id": id, "text": text} for id, text in work.task.reasons.items()],
        "questions": [_question(work, question) for question in work.task.questions],
        "texts": texts,
    }


def _question(work: Assigned, question: Question) -> dict[str, Any]:
    entries = work.entries[question.id]
    agreed = {f"Sample {n}": sample for n, sample in enumerate(question.samples, 1)}
    return {
        "id": question.id,
        "criterion": question.criterion,
        "title": question.title,
        "asks": question.asks,
        "guide": question.guide,
        "step": float(question.step),
        "possible": float(question.possible),
        "levels": [_level(level) for level in question.levels],
        "samples": [
            {**_entry(work.task, one), "agreed": float(agreed[one.who].points), "why": agreed[one.who].why}
            for one in entries
            if one.kind == "calibration"
        ],
        "answers": [_entry(work.task, one) for one in entries if one.kind == "answer"],
    }


def _level(level: Level) -> dict[str, Any]:
    numbers = {"low": float(level.low), "high": float(level.high), "points": level.points}
    return {"id": level.id, "title": level.title, "text": level.text, **numbers}


def _entry(task: Task, entry: Entry) -> dict[str, Any]:
    """An entry as the page's script knows it, with what was given before where there is something."""
    plain: dict[str, Any] = {"item": entry.item, "who": entry.who, "hash": entry.hash}
    plain |= {
        name: value for name, value in (("place", entry.answer.place), ("missing", entry.answer.missing)) if value
    }
    if (mark := entry.given) is not None:
        reasons = [id for id, text in task.reasons.items() if text in mark.reasons]
        told = {"level": mark.level, "points": float(mark.points), "reasons": reasons, "comment": mark.comment}
        plain["given"] = {**told, "second": mark.second, "at": mark.marked_at}
    return plain
