"""The hours a week asks of a student: no hour is lost, none is counted twice, and the promise is kept to the hour."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.check.weeks import load_is_bearable, student_hours
from blueprint.load import load
from blueprint.model import Course, Load
from blueprint.paths import CoursePaths

PATHS = CoursePaths.find(Path(__file__).parent)
FALL = load(PATHS.root / "syllabi" / "fall26.yaml", PATHS).course
TINY_PATHS = CoursePaths.find(Path(__file__).parent / "cases" / "tiny")
TINY = load(TINY_PATHS.root / "syllabi" / "tiny.yaml", TINY_PATHS)


def hours(course: Course, kind: str) -> dict[int, Decimal]:
    """What each week asks for, of one kind of work."""
    return {number: student_hours(course, number, week)[kind] for number, week in course.file.weeks.items()}


def same(one: Decimal, other: Decimal) -> bool:
    """Whether two sums agree; thirds of an hour do not add up exactly."""
    return abs(one - other) < Decimal("1e-9")


def test_every_page_and_drill_takes_its_minutes() -> None:
    """A week's reading is the minutes of its chapters and papers, its drills those of its drills, and nothing else."""
    registry = FALL.registry
    for number, week in FALL.file.weeks.items():
        read = sum(registry.chapters[key].minutes for key in week.read)
        read += sum(registry.papers[key].minutes for key in week.papers)
        drilled = sum(registry.drills[key].minutes for key in week.drills)
        found = student_hours(FALL, number, week)
        assert same(found["reading"] * 60, Decimal(read))
        assert same(found["drills"] * 60, Decimal(drilled))
    assert all(any(hours(FALL, kind).values()) for kind in ("reading", "drills"))


@settings(max_examples=20)
@given(
    st.lists(st.lists(st.sampled_from(list(FALL.registry.modules)), max_size=3, unique=True), min_size=16, max_size=16)
)
def test_modules_take_the_middle_of_their_hours_in_all(plan: list[list[str]]) -> None:
    """However modules are spread over weeks, a term's hours are theirs, and a week without modules has none of them."""
    weeks = {
        number: replace(week, modules=tuple(modules))
        for (number, week), modules in zip(FALL.file.weeks.items(), plan, strict=True)
    }
    course = replace(FALL, file=replace(FALL.file, weeks=weeks))
    spans = [FALL.registry.modules[key].hours for key in {key for modules in plan for key in modules}]
    found = hours(course, "modules")
    assert same(sum(found.values(), Decimal(0)), sum(((span.low + span.high) / 2 for span in spans), Decimal(0)))
    assert all((found[number] > 0) == bool(week.modules) for number, week in weeks.items())


@settings(max_examples=40)
@given(st.integers(1, 16), st.integers(0, 15), st.one_of(st.none(), st.integers(0, 600)))
def test_an_assignment_is_shared_by_its_weeks(due: int, earlier: int, minutes: int | None) -> None:
    """From its release to its due week each week has an equal share of an assignment; its own minutes come before its component's."""
    key, assignment = next(iter(FALL.file.assignments.items()))
    component = replace(FALL.file.grading.components[assignment.component], minutes=90)
    released = max(due - earlier, 1)
    only = replace(assignment, week=due, released=released if earlier else None, minutes=minutes)
    grading = replace(FALL.file.grading, components={assignment.component: component})
    course = replace(FALL, file=replace(FALL.file, assignments={key: only}, grading=grading))
    found = hours(course, "assignments")
    asked = Decimal(90 if minutes is None else minutes) / 60
    shares = {found[number] for number in range(released, due + 1)}
    assert len(shares) == 1
    assert same(shares.pop() * (due - released + 1), asked)
    assert not any(share for number, share in found.items() if not released <= number <= due)


@pytest.mark.parametrize(("minutes", "hours"), [(0, "3.5"), (60, "4"), (30, "3.75")])
def test_a_promise_is_broken_beyond_it(minutes: int, hours: str) -> None:
    """A week that asks for just what is promised is fine; one that asks for a little more is told with the sum of all."""
    course = TINY.course
    code = replace(course.file.assignments["code-1"], minutes=minutes)
    assignments = {**course.file.assignments, "code-1": code}

    def told(promise: Decimal) -> list[str]:
        file = replace(course.file, assignments=assignments, load=Load(hours_per_week=promise))
        return [one.message for one in load_is_bearable(replace(TINY, course=replace(course, file=file)))]

    assert told(Decimal(hours)) == []
    (message,) = told(Decimal(hours) - Decimal("0.01"))
    assert message.startswith("week 1 (Bytes) asks for ")
