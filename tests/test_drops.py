"""Versions of a course: what is dropped is gone from all of it, with what depends on it, and the reason is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.check import check
from blueprint.load import Loaded, load
from blueprint.paths import CoursePaths, shipped_content
from blueprint.public import published_course
from blueprint.schedule import make_schedule
from generator.documents import templating
from generator.documents.template_context import TemplateContext
from generator.text.locale import AMERICAN
from generator.text.placeholders import with_facts

SHIPPED = shipped_content() / "syllabi"


def version(folder: Path, drops: str, more: str = "") -> Loaded:
    """The shipped syllabus with what it drops: lines below `drops:`, one drop a line."""
    file = folder / "mine.yaml"
    lines = "".join(
        f"  d{number}: {{why: Because of {number}., {line}}}\n" for number, line in enumerate(drops.split("; "))
    )
    file.write_text(f"schema: 1\nextends: foundations.yaml\ndrops:\n{lines}{more}", "utf-8")
    return load(file, CoursePaths.find(folder))


def errors(loaded: Loaded) -> list[str]:
    return [problem.message for problem in check(loaded) if problem.severity == "error"]


def test_later_weeks_move_up(tmp_path: Path) -> None:
    """Weeks are counted on, and everything that names a week with them: work, milestones, the handbook."""
    whole = load(SHIPPED / "foundations.yaml", CoursePaths.find(tmp_path)).course
    course = version(tmp_path, "weeks: [12, 13]").course
    assert list(course.file.weeks) == list(range(1, 15))
    assert course.file.weeks[14].title == whole.file.weeks[16].title
    assert course.file.assignments["capstone-final"].week == whole.file.assignments["capstone-final"].week - 2
    assert course.handbook is not None
    assert whole.handbook is not None
    assert course.handbook.weeks[14] == whole.handbook.weeks[16]
    assert list(course.handbook.weeks) == list(course.file.weeks)


def test_a_page_of_the_handbook_goes_with_its_lab(tmp_path: Path) -> None:
    """A section does the lab of its week: where a lab moves on, its page does; without its lab a page is gone."""
    whole = load(SHIPPED / "foundations.yaml", CoursePaths.find(tmp_path)).course.handbook
    moved = version(tmp_path, "weeks: [12, 13]").course
    assert whole is not None
    assert moved.handbook is not None
    assert moved.file.weeks[12].labs == ("lab-11",)
    assert moved.handbook.weeks[12] == whole.weeks[12]
    without = version(tmp_path, "labs: [lab-07]").course.handbook
    assert without is not None
    assert whole.weeks.keys() - without.weeks.keys() == {8}


def test_a_lab_goes_with_its_chapter_and_else_moves_on(tmp_path: Path) -> None:
    """Labs come a week after their chapters: of a dropped week the chapter's lab goes, the lab held in it stays."""
    course = version(tmp_path, "weeks: [5]").course
    assert {"lab-04", "lab-05"} & {lab for week in course.file.weeks.values() for lab in week.labs} == {"lab-04"}
    assert course.file.weeks[5].labs == ("lab-04",)
    assert ("log-04" in course.file.assignments, "log-05" in course.file.assignments) == (True, False)
    assert course.file.assignments["log-04"].week == 5
    assert course.file.grading.components["logs"].count == 14


def test_modules_that_others_build_on_move_on(tmp_path: Path) -> None:
    """A module of a dropped week is worked on in the next; the last ones go, for nothing builds on them."""
    course = version(tmp_path, "weeks: [7]").course
    assert course.file.weeks[7].modules == ("m05", "m06")
    assert course.file.assignments["module-05"].week >= 7
    assert errors(version(tmp_path, "weeks: [7]")) == []
    shorter = version(tmp_path, "weeks: [10, 11, 12, 13, 14, 15]").course
    assert "m08" not in {module for week in shorter.file.weeks.values() for module in week.modules}
    assert "module-08" not in shorter.file.assignments
    assert "mlp-revival" not in shorter.file.milestones


def test_a_component_goes_with_its_last_piece(tmp_path: Path) -> None:
    """Without modules there are no such pieces, no rubric for them, no milestones; weights are the instructor's to say."""
    modules = f"modules: [{', '.join(f'm{number:02}' for number in range(1, 9))}]"
    loaded = version(tmp_path, modules)
    assert "modules" not in loaded.course.file.grading.components
    assert "systems-thinking" not in loaded.course.rubrics
    assert loaded.course.file.milestones == {}
    assert errors(loaded) == ["the weights sum to 65, not 100: 25 + 20 + 20"]
    weights = "grading: {components: {logs: {weight: 60}}}\n"
    assert errors(version(tmp_path, modules, weights)) == []


def test_work_is_given_out_as_long_before_it_is_due(tmp_path: Path) -> None:
    """Where the week in which work was given out is dropped, students keep their time."""
    course = version(tmp_path, "weeks: [10, 11, 12, 13, 14, 15]").course
    final = course.file.assignments["capstone-final"]
    assert (final.released, final.week) == (7, 10)


@pytest.mark.parametrize("weeks", [[9], [3, 4], [2, 16], [12, 13, 14, 15, 16], list(range(6, 16))])
def test_a_version_has_no_error(tmp_path: Path, weeks: list[int]) -> None:
    """Whatever weeks are dropped, dates, references and counts of what is left fit, as long as each kind of work is there."""
    loaded = version(tmp_path, f"weeks: {weeks}")
    lost = 100 - sum(c.weight for c in loaded.course.file.grading.components.values())
    first = next(iter(loaded.course.file.grading.components))
    weight = loaded.course.file.grading.components[first].weight + lost
    more = f"grading: {{components: {{{first}: {{weight: {weight}}}}}}}\n"
    assert errors(version(tmp_path, f"weeks: {weeks}", more)) == []


def test_sessions_and_plans(tmp_path: Path) -> None:
    """A drop takes one session of each week, or the plans of all."""
    course = version(tmp_path, "sessions: [2]; plans: true").course
    sessions = [session for week in course.file.weeks.values() for session in week.sessions.values()]
    assert len(sessions) == len(course.file.weeks)
    assert [session for session in sessions if session.plan] == []


def test_drops_of_a_file_and_of_one_it_extends_add_up(tmp_path: Path) -> None:
    """A version of a version drops what both name, and `null` takes a drop back."""
    version(tmp_path, "weeks: [12]; weeks: [13]").files[0].rename(tmp_path / "shorter.yaml")
    offering = tmp_path / "mine.yaml"
    offering.write_text(
        "schema: 1\nextends: shorter.yaml\ndrops:\n  d0: null\n  more: {why: Less., weeks: [2]}\n", "utf-8"
    )
    course = load(offering, CoursePaths.find(tmp_path)).course
    assert set(course.version.renumbered) == set(range(1, 17)) - {2, 13}


def test_the_syllabus_says_what_is_left_out_and_why(tmp_path: Path) -> None:
    """Each reason stands in the students' syllabus, with the chapters that go; a course that drops nothing says nothing."""
    offering = (SHIPPED / "fall26.yaml").read_text("utf-8").partition("\noffering:")[2].partition("\n# Where")[0]
    loaded = version(tmp_path, "weeks: [12, 13]", f"offering:{offering}")
    course = with_facts(loaded.course, make_schedule(loaded.course), AMERICAN)
    view = TemplateContext(published_course(course), make_schedule(course))
    text = templating.render("syllabus.md.j2", view=view).replace("\\", "")
    registry = course.registry.chapters
    assert "## What this version leaves out" in text
    assert f"- Because of 0. Left out: {registry['vol1-12'].title}; {registry['vol1-13'].title}." in text
    whole = load(SHIPPED / "fall26.yaml", CoursePaths.find(tmp_path)).course
    assert "leaves out" not in templating.render("syllabus.md.j2", view=TemplateContext(whole, make_schedule(whole)))


def test_texts_name_weeks_by_their_number_in_the_file(tmp_path: Path) -> None:
    """A placeholder that names week 16 says the number that this week has now."""
    loaded = version(tmp_path, "weeks: [12, 13]", "description: 'See week {{ weeks.16 }}.'\n")
    assert errors(loaded) == []
    from blueprint.facts import facts

    known = facts(loaded.course, None)
    assert known["weeks.16"] == 14
    assert "weeks.12" not in known
