"""The syllabus: what a university asks of one is said, and said only where it is so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from blueprint.load import load
from blueprint.model import Assignment, Course, DueRule, Exam, Markdown, Material, Outcome
from blueprint.paths import CoursePaths
from blueprint.public import published_course
from blueprint.schedule import make_schedule
from generator.documents import templating
from generator.documents.template_context import TemplateContext

TINY = Path(__file__).resolve().parent / "cases" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Course:
    return load(TINY / "syllabi" / "tiny.yaml", CoursePaths.find(TINY)).course


def with_facts(course: Course, offering: dict[str, Any] | None = None, **facts: Any) -> Course:
    """A course with other facts in its file, and in its offering."""
    return replace(course, file=replace(course.file, offering=replace(course.offering, **(offering or {})), **facts))


def syllabus(course: Course) -> str:
    """The Markdown of the syllabus that students get, each table cell on one line."""
    public = published_course(course)
    text = templating.render("syllabus.md.j2", view=TemplateContext(public, make_schedule(public)))
    return " ".join(text.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ").split())


def test_it_says_what_the_course_counts_for_and_for_whom(tiny: Course) -> None:
    """Credits, who may come, and the hours of a week: in class, in a section, and beside them."""
    text = syllabus(with_facts(tiny, {"credits": "6 ECTS"}, audience=Markdown("Second-year students.")))
    for words in ("6 ECTS", "Second-year students.", "2.5 hours in class, 50 minutes in a section, at most 8 hours"):
        assert words in text


def test_it_says_what_work_shows_an_outcome(tiny: Course) -> None:
    """Beside an outcome stand the parts of the grade that assess it; without any, outcomes are a list."""
    outcome = Outcome(text=Markdown("Count bytes."), assessed_by=("logs", "code"))
    assert ":::: cell Count bytes. :::: :::: cell Logs; Code ::::" in syllabus(with_facts(tiny, outcomes=(outcome,)))
    assert "- Count bytes." in syllabus(with_facts(tiny, outcomes=(replace(outcome, assessed_by=()),)))


def test_it_says_what_materials_cost_and_where_they_are(tiny: Course) -> None:
    """A material has its cost beside it and its address in words that can be typed; without costs, materials are a list."""
    book = Material(text=Markdown("*Bytes*."), cost="USD 40", link="https://books.example.org/bytes/")
    linked = "*Bytes*. [books.example.org/bytes](<https://books.example.org/bytes/>)"
    assert f":::: cell {linked} :::: :::: cell USD 40 ::::" in syllabus(with_facts(tiny, textbook=book))
    assert f"- {linked}" in syllabus(with_facts(tiny, materials=(replace(book, cost=""),)))


def test_it_says_when_the_pieces_of_a_component_are_due_and_where_they_go(tiny: Course) -> None:
    """Dates of one weekday and time stand together, exams with theirs; beside them what is handed in, as its rubric says, and how."""
    grading, assignments = tiny.file.grading, tiny.file.assignments
    logs = replace(grading.components["logs"], hand_in=Markdown("In the box."))
    exam = Exam(title=Markdown("Test"), date=date(2026, 9, 24), start=time(9), end=time(10), component="logs")
    text = syllabus(
        with_facts(
            tiny,
            {"exams": {"test": exam}},
            grading=replace(grading, components={**grading.components, "logs": logs}),
            assignments={**assignments, "log-0": replace(assignments["log-1"], week=1)},
        )
    )
    dates = "Thu, 11:59 PM: Sep 10, Sep 17; Test, Thu, Sep 24, 9:00–10:00 AM"
    assert f":::: cell Logs :::: :::: cell {dates} :::: :::: cell A page of text. In the box. ::::" in text


def due_at(course: Course, *hours: int) -> Course:
    """A course with a piece of work in week 2 due at each of these hours."""
    pieces = {
        f"w{n}": Assignment(component="code", title=Markdown(f"Piece {n}"), week=2, due=DueRule(time=time(hour)))
        for n, hour in enumerate(hours)
    }
    return with_facts(course, assignments=pieces)


def test_a_time_is_usual_where_most_work_is_due_then(tiny: Course) -> None:
    """The time that more than half of the work has is said once; where there is none, a time stands beside each piece."""
    said = "Work is due at 5:00 PM on its day unless a time stands beside it."
    assert said in syllabus(due_at(tiny, 17, 17, 9))
    text = syllabus(due_at(tiny, 17, 9))
    assert "unless a time stands beside it" not in text
    assert "Piece 0, Thu, Sep 17 5:00 PM" in text
    assert "Piece 1, Thu, Sep 17 9:00 AM" in text


def test_what_is_due_outside_the_weeks_is_said(tiny: Course) -> None:
    """Work that is due after the last week has no row of the schedule, and stands above it."""
    late = Assignment(component="code", title=Markdown("Portfolio"), week=2, due=DueRule(date=date(2026, 9, 24)))
    assert "**Portfolio:** due Thursday, September 24, 11:59 PM." in syllabus(with_facts(tiny, assignments={"p": late}))


def test_what_is_not_marked_has_no_rubric(tiny: Course) -> None:
    """A draft that is required and carries no points is not said to be graded."""
    draft = Assignment(component="logs", title=Markdown("Draft"), week=2, text=Markdown("One page."), points=Decimal(0))
    assert "One page." in (text := syllabus(with_facts(tiny, assignments={"d": draft})))
    assert "Graded with the rubric" not in text
