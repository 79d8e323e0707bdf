"""A course in its own words: kinds, roles, rules, teams, sittings and dates that no other course has, as they come out."""

from __future__ import annotations

import shutil
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from blueprint.check import check
from blueprint.load import load
from blueprint.model import Span, plain
from blueprint.paths import CoursePaths
from blueprint.schedule import make_schedule
from generator.documents import templating
from generator.documents.calendar import ics, schedule_csv
from generator.documents.template_context import TemplateContext

TINY = Path(__file__).parent / "cases" / "tiny"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(TINY / kind, tmp_path / kind)
    return tmp_path


def taught(root: Path, text: str) -> TemplateContext:
    """The small course with what an offering says otherwise; it must check without error."""
    file = root / "syllabi" / "mine.yaml"
    file.write_text("schema: 1\nextends: tiny.yaml\n" + text, "utf-8")
    loaded = load(file, CoursePaths.find(root))
    assert [p for p in check(loaded) if p.severity == "error"] == []
    return TemplateContext(loaded.course, make_schedule(loaded.course))


def syllabus(view: TemplateContext) -> str:
    return templating.render("syllabus.md.j2", view=view)


def weeks(view: TemplateContext) -> str:
    return templating.render("weeks.md.j2", view=view)


def test_policies_stand_in_the_course_s_order(root: Path) -> None:
    """Each policy is a section with its title, known ones by their usual one, in the order of the file; `null` removes."""
    text = "policies:\n  accessibility: {title: For everyone, text: Tell us.}\n  attendance: Come.\n"
    text += "  recordings: {title: Recordings, text: None are made.}\n"
    printed = syllabus(taught(root, text))
    rules = printed.partition("# Rules we keep")[2]
    assert [line for line in rules.splitlines() if line.startswith("## ")] == [
        "## Late work",
        "## Working together",
        "## Using AI tools",
        "## For everyone",
        "## Attendance",
        "## Recordings",
    ]
    assert "None are made." in rules


def test_kinds_and_roles_are_called_as_the_course_calls_them(root: Path) -> None:
    """Documents and calendar say the label of a kind or a role, whatever word the file uses for it."""
    view = taught(
        root,
        "session_kinds: {studio: {label: Übung}}\n"
        "offering: {roles: {TA: {label: Demonstrator}}, staff: {ada: {role: lecturer}}}\n",
    )
    assert "Übung: Counting" in weeks(view)
    assert "studio" not in weeks(view)
    assert "Übung" in schedule_csv(view.course, view.schedule)
    assert [view.role(person) for person in view.offering.staff.values()] == ["lecturer", "Demonstrator"]
    assert view.offering.instructor.name == "Ada Stone"


def test_who_leads_together_is_named_together(root: Path) -> None:
    """Two people who lead a course are both named at a glance, in files and in the calendar."""
    view = taught(root, "offering: {staff: {ben: {role: instructor}}}\n")
    assert view.offering.instructor_names == "Ada Stone, Ben Ito"
    glance = syllabus(view).partition("# What this course is about")[0]
    assert "Ada Stone" in glance
    assert "Ben Ito" in glance
    assert "Ada Stone, Ben Ito" in schedule_csv(view.course, view.schedule)


def test_a_session_on_its_own_date_takes_no_meeting(root: Path) -> None:
    """A make-up class is held on its day, as long as a class is, in its room; the others keep the class's meetings."""
    view = taught(
        root,
        "weeks: {1: {sessions: {2: {date: 2026-09-12, room: Hall 1}, 3: {kind: review, title: Again}}}}\n",
    )
    held = [(c.session.title, c.start.date(), c.start.time(), c.end.time(), c.room) for c in view.classes(1)]
    assert held == [
        ("What a byte costs", date(2026, 9, 7), time(10, 30), time(11, 45), ""),
        ("Again", date(2026, 9, 9), time(10, 30), time(11, 45), ""),
        ("Counting", date(2026, 9, 12), time(10, 30), time(11, 45), "Hall 1"),
    ]
    assert "Hall 1" in weeks(view)


def test_a_session_without_meeting_leaves_it_to_the_next(root: Path) -> None:
    """A recording has no date, is listed in its week, and the session behind it takes the meeting."""
    view = taught(
        root,
        "session_kinds: {recording: {meets: false}}\n"
        "weeks: {1: {sessions: {1: {kind: recording}, 3: {kind: review, title: Again}}}}\n",
    )
    assert [c.session.title for c in view.classes(1)] == ["Counting", "Again"]
    assert "**Without a class meeting**, recording: What a byte costs" in weeks(view)


def test_a_section_that_meets_twice_has_two_entries(root: Path) -> None:
    """Each meeting of a section is an entry of the calendar with an id of its own; the first keeps the id it had."""
    before = ics(taught(root, "").course, taught(root, "").schedule).decode()
    twice = 'meetings: [{day: tue, start: "14:00", end: "14:50"}, {day: wed, start: "14:00", end: "14:50"}]'
    view = taught(root, f"offering: {{sections: {{s1: {{meeting: null, {twice}}}}}}}\n")
    after = ics(view.course, view.schedule).decode()
    ids = [line for line in after.splitlines() if "section-2-s1" in line]
    assert len(ids) == 2
    assert [line in before for line in ids] == [True, False]
    assert syllabus(view).partition("# What this course")[0].count("2:00–2:50") == 2


@pytest.mark.parametrize(("size", "pieces"), [(1, 12), (3, 4), (5, 3), (20, 1)])
def test_a_team_is_graded_once(size: int, pieces: int, root: Path) -> None:
    """Hours of grading count the teams of a section; a last team that is not full is one, too."""
    view = taught(root, f"grading: {{components: {{code: {{team: {size}, grading_minutes: [30, 60]}}}}}}\n")
    graded = view.grading_hours(2, 12)["Code"]
    assert (graded.low * 2, graded.high) == (Decimal(pieces), Decimal(pieces))


def test_a_team_of_one_assignment_counts_before_its_component(root: Path) -> None:
    """An assignment may have teams of another size than its component."""
    view = taught(
        root, "grading: {components: {code: {team: 3, grading_minutes: 60}}}\nassignments: {code-1: {team: 4}}\n"
    )
    assert view.grading_hours(2, 12)["Code"] == Span(3, 3)  # type: ignore[arg-type]


def test_an_exam_is_a_piece_of_the_grade(root: Path) -> None:
    """The syllabus says what a sitting is worth, and its grading counts in the week it is held."""
    view = taught(
        root,
        "grading: {components: {code: {weight: 30}, exams: {title: Exams, weight: 30, count: 2, grading_minutes: 5}}}\n"
        "weeks: {2: {sessions: {2: {kind: exam, title: Midterm, component: exams}}}}\n"
        'offering: {exams: {final: {title: Final, date: 2026-09-18, start: "09:00", end: "11:00", component: exams}}}\n',
    )
    assert "**Final:** Friday, September 18, 9:00–11:00 AM, 15% of the course." in syllabus(view).replace(
        "\\", ""
    ).replace("\N{NO-BREAK SPACE}", " ")
    assert plain(view.grading_hours(2, 12)["Exams"].low) == "2"


def test_only_an_unusual_time_stands_beside_its_work(root: Path) -> None:
    """The time at which most work is due is said once; every other one stands beside its work, half past eleven, too."""
    usual = syllabus(taught(root, ""))
    assert "Work is due at 11:59\N{NO-BREAK SPACE}PM on its day" in usual
    late = syllabus(
        taught(
            root,
            'assignments: {log-1: {due: {time: "23:30"}}, code-2: {component: code, title: B, week: 1, points: 0}}\n',
        )
    )
    assert "Work is due at 11:59\N{NO-BREAK SPACE}PM on its day" in late
    table = late[late.index("# Schedule") : late.index("# Rules we keep")]
    assert "11:30" in table.partition("Work is due")[2]


def test_whom_to_call_stands_at_a_glance(root: Path) -> None:
    """The person or office to call in an emergency stands with its phone on the first page; a person's phone among people."""
    view = taught(root, "offering: {emergency: ben, staff: {ben: {phone: 555-0100}}}\n")
    printed = syllabus(view)
    glance = printed.partition("# What this course is about")[0]
    assert glance.count("555\\-0100") == 2


def test_nouns_agree_with_their_numbers(root: Path) -> None:
    """One hour is an hour and two are hours, in what lateness costs and in how long a module takes."""
    things = root / "syllabi" / "things.yaml"
    things.write_text(things.read_text("utf-8").replace("hours: [1, 2]", "hours: 1"), "utf-8")
    view = taught(root, "policies: {late: {text: Hurry., steps: [{hours: 1, penalty: 10}]}}\n")
    assert "Up to 1 hour late" in syllabus(view)
    assert "More than 1 hour late" in syllabus(view)
    assert "(1 hour)" in weeks(view).replace("\\", "")
