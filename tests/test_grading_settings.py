"""What an offering says about grading."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from blueprint.cli import run
from blueprint.grading_settings import GradingSettings, grading_settings, offering_note, require_tests
from blueprint.load import load
from blueprint.paths import CoursePaths, shipped_content
from blueprint.problems import CourseError, UsageError, render
from blueprint.schedule import make_schedule

FALL = (shipped_content() / "syllabi" / "fall26.yaml").read_text("utf-8")


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CoursePaths:
    """A course root with the offering of Fall 2026."""
    (tmp_path / "syllabi").mkdir()
    (tmp_path / "syllabi" / "fall26.yaml").write_text(FALL, "utf-8")
    monkeypatch.chdir(tmp_path)
    return CoursePaths.find()


def offering(paths: CoursePaths, options: str = "") -> Path:
    """The offering, with these lines as its `autograder:`."""
    file = paths.root / "syllabi" / "fall26.yaml"
    text, count = re.subn(r"(?m)^  autograder:.*\n(    .*\n)*", "", FALL)
    text = re.sub(r"(?m)^offering:\n", f"offering:\n  autograder: {{{options}}}\n", text if count else FALL)
    file.write_text(text, "utf-8")
    return file


def test_a_course_of_ones_own_names_its_tests(paths: CoursePaths) -> None:
    """Work about no module is never graded by the tests of another course; naming a suite, there or in the command, is enough."""
    assert run(["new", "os27", "--blank", "--title", "Operating Systems", "--start", "2027-01-11", "--yes"]) == 0
    file = paths.root / "syllabi" / "os27.yaml"
    with pytest.raises(UsageError, match=r"suite: my_tests"):
        require_tests(grading_settings(file, paths))
    require_tests(grading_settings(file, paths, "micrograd"))
    file.write_text(file.read_text("utf-8") + "  autograder: {suite: micrograd}\n", "utf-8")
    require_tests(grading_settings(file, paths))


def test_without_an_offering(paths: CoursePaths) -> None:
    """Without an offering the suite gives its name to everything, and no module has a deadline."""
    assert grading_settings(None, paths) == GradingSettings(name="tinytorch")
    assert grading_settings(None, paths, "micrograd") == GradingSettings(name="micrograd", suite="micrograd")


def test_what_the_offering_says(paths: CoursePaths) -> None:
    """Each option of an offering holds; the class list is named as seen from the offering."""
    file = offering(paths, "counts: best, prerequisites: own, edition: 2026-02, roster: lists/roster.csv, suite: ours")
    settings = grading_settings(file, paths)
    assert (settings.name, settings.suite, settings.counts) == ("fall26", "ours", "best")
    assert (settings.prerequisites, settings.edition) == ("own", "2026-02")
    assert settings.roster == file.parent / "lists" / "roster.csv"
    assert file in settings.files
    assert grading_settings(file, paths, "micrograd").suite == "micrograd"


def test_the_older_word_for_an_edition_holds_and_is_told(paths: CoursePaths) -> None:
    """`era:` does what `edition:` does, with a warning at its place; of both, `edition` counts."""
    settings = grading_settings(offering(paths, "era: C"), paths)
    assert settings.edition == "C"
    assert re.fullmatch(
        r".*fall26\.yaml:\d+:\d+: warning: `era` is an older word.*", render(settings.warnings).splitlines()[0]
    )
    both = grading_settings(offering(paths, "era: C, edition: 2026-02"), paths)
    assert (both.edition, [one.hint for one in both.warnings]) == ("2026-02", ["leave it out"])
    assert not grading_settings(offering(paths, "edition: 2026-02"), paths).warnings


def test_points_may_be_contested_to_the_end_of_the_last_day(paths: CoursePaths) -> None:
    """`regrade_days` counts from the day a module is due, in the course's time also where clocks change; without it there is no last day."""
    assert not grading_settings(offering(paths), paths).contest_until
    settings = grading_settings(offering(paths, "regrade_days: 14"), paths)
    due = {number: datetime.fromisoformat(text) for number, text in settings.due.items()}
    until = settings.contest_until
    assert {number: moment.date() - due[number].date() for number, moment in until.items()} == dict.fromkeys(
        due, timedelta(days=14)
    )
    assert {f"{moment:%H:%M}" for moment in until.values()} == {"23:59"}
    assert len({moment.utcoffset() for moment in until.values()}) == 2  # summer and winter


def test_modules_are_due_with_their_assignments(paths: CoursePaths) -> None:
    """A module is due when its assignment is due in the calendar, with the offset of that day."""
    file = offering(paths)
    course = load(file, paths).course
    dated = {
        course.registry.modules[d.assignment.module].number: d.due
        for d in make_schedule(course).deadlines
        if d.assignment.module
    }
    due = {number: datetime.fromisoformat(text) for number, text in grading_settings(file, paths).due.items()}
    assert len(due) > 5
    assert due == dated
    assert len({moment.utcoffset() for moment in due.values()}) == 2  # summer and winter


def test_a_course_that_cannot_tell(paths: CoursePaths) -> None:
    """A syllabus without dates, and a course with errors, give no settings."""
    with pytest.raises(UsageError, match="without dates"):
        grading_settings(shipped_content() / "syllabi" / "foundations.yaml", paths)
    with pytest.raises(CourseError):
        grading_settings(offering(paths, "counts: worst"), paths)


def test_what_is_said_of_the_choice(paths: CoursePaths) -> None:
    """An offering that was named needs no remark; one that was guessed, or none, does."""
    file = offering(paths)
    assert offering_note((file, "")) == ""
    assert offering_note((file, "the only offering here")) == "course: syllabi/fall26.yaml (the only offering here)"
    assert offering_note(None).startswith("no offering here")
