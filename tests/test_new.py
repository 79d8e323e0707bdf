"""`blueprint new`: a starter that checks clean, and a term that moves without losing a comment."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from blueprint.check import check
from blueprint.cli import cli, run
from blueprint.load import Loaded, load
from blueprint.next_term import next_term
from blueprint.paths import CoursePaths, shipped_content
from blueprint.problems import CourseError, Problem, UsageError
from blueprint.schedule import make_schedule
from blueprint.starter import SESSION_MINUTES, WEEKS, monday_of, read_text, scalar, term_of, usual_name, usual_start
from blueprint.yamltree import Mapping, Scalar, parse

SHIPPED = shipped_content() / "syllabi"
FALL = (SHIPPED / "fall26.yaml").read_bytes()
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, in no particular time zone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "America/Denver")
    return tmp_path


def checked(course_id: str) -> tuple[Loaded, list[Problem]]:
    loaded = load(Path("syllabi") / f"{course_id}.yaml", CoursePaths.find())
    return loaded, check(loaded)


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# --- the starter -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [
        "2027-01-18",
        "2027-08-31",
        "2028-01-12",
        "2028-02-29",
        "2026-12-31",
        "2029-06-01",
        "2030-09-07",
        "2031-03-09",
    ],
)
@pytest.mark.parametrize(
    "flags", [[], ["--days", "tue,thu", "--time", "14:00", "--students", "24"], ["--days", "mon/wed/fri"]], ids=str
)
def test_starter_checks_clean(start: str, flags: list[str]) -> None:
    """A starter has no error, on whatever day its term starts, and one warning: of what it made up. Week 1 is that day's week."""
    assert run(["new", "x", "--yes", "--start", start, *flags]) == 0
    loaded, problems = checked("x")
    assert [problem.severity for problem in problems] == ["warning"]
    assert "stands for something that is not known yet" in problems[0].message
    offering = loaded.course.offering
    assert offering.start == monday_of(date.fromisoformat(start))
    assert not offering.breaks


@pytest.mark.parametrize(
    ("flags", "weeks", "sessions"),
    [
        (["--weeks", "10", "--days", "tue,thu", "--time", "14:00-14:50"], 10, 20),
        (["--weeks", "14", "--days", "fri", "--time", "18:00-21:00"], 14, 28),
        (["--weeks", "5"], 5, 10),
        (["--weeks", "16", "--days", "mon"], 16, 16),
        (["--days", "wed", "--time", "9:00-10:30"], 16, 16),
    ],
    ids=str,
)
def test_starter_of_a_shorter_course(flags: list[str], weeks: int, sessions: int) -> None:
    """Fewer weeks, one class a week or classes of another length make no error, and each session has a class.

    That the same capstone in fewer weeks asks for more hours is told. A long evening holds both sessions of its week; where there is room for one, the syllabus says that it drops the other.
    """
    assert run(["new", "x", "--yes", *flags]) == 0
    loaded, problems = checked("x")
    assert [p.message for p in problems if not re.search("not known yet|asks for .* hours", p.message)] == []
    assert {p.severity for p in problems} == {"warning"}
    schedule = make_schedule(loaded.course)
    assert (len(loaded.course.file.weeks), len(schedule.classes), schedule.not_held) == (weeks, sessions, ())
    assert all(c.end - c.start == timedelta(minutes=loaded.course.file.session_minutes) for c in schedule.classes)
    assert loaded.course.offering.end == monday_of(loaded.course.offering.start) + timedelta(weeks=weeks, days=4)


def test_starter_fits_the_syllabus() -> None:
    """The weeks and minutes a starter plans for are those of the syllabus it extends."""
    assert run(["new", "x", "--yes"]) == 0
    file = checked("x")[0].course.file
    assert (len(file.weeks), file.session_minutes) == (WEEKS, SESSION_MINUTES)


def test_commented_examples_work() -> None:
    """Every commented example in a starter is right: with all of them switched on the course has no error."""
    assert run(["new", "x", "--yes", "--start", "2027-01-18"]) == 0
    path = Path("syllabi/x.yaml")
    text = path.read_text("utf-8")
    on, count = re.subn(r"(?m)^( *)# ( *(?:- \{|(?!yaml-)[\w-]+: ?))", r"\1\2", text)
    assert count >= 12
    end = checked("x")[0].course.offering.end
    path.write_text(
        on.replace(f"end: {end}", f"end: {end + timedelta(weeks=1)}"), "utf-8"
    )  # as the comment on breaks asks
    loaded, problems = checked("x")
    assert [p for p in problems if p.severity == "error"] == []
    offering = loaded.course.offering
    assert [
        bool(x)
        for x in (
            offering.breaks,
            offering.exams,
            offering.links,
            offering.department,
            offering.instructor.office_hours,
        )
    ] == [True] * 5


@pytest.mark.parametrize(("students", "sections"), [(1, [1]), (24, [24]), (25, [13, 12]), (66, [33, 33])])
def test_students_make_sections(students: int, sections: list[int]) -> None:
    """Fewer than 25 students make one section, more make two; nobody is lost, and sections avoid days of class."""
    assert run(["new", "x", "--yes", "--students", str(students), "--days", "tue,thu"]) == 0
    offering = checked("x")[0].course.offering
    assert [s.students for s in offering.sections.values()] == sections
    assert not {m.day for s in offering.sections.values() for m in s.times} & {"tue", "thu"}


def test_answers_reach_the_offering() -> None:
    """What the flags say stands in the file."""
    assert (
        run(
            [
                "new",
                "cs-7",
                "--yes",
                "--institution",
                "Aarhus: A & B",
                "--code",
                "CS 7",
                "--instructor",
                "Zoë O'Neil #2",
                "--email",
                "zoe@uni.dk",
                "--start",
                "2027-01-20",
                "--days",
                "Wednesday,mon",
                "--time",
                "9:05–10:20",
                "--zone",
                "europe/copenhagen",
                "--term",
                "Vår 2027",
            ]
        )
        == 0
    )
    offering = checked("cs-7")[0].course.offering
    assert (offering.institution, offering.code, offering.term) == ("Aarhus: A & B", "CS 7", "Vår 2027")
    assert (offering.instructor.name, offering.instructor.email) == ("Zoë O'Neil #2", "zoe@uni.dk")
    assert [(m.day, f"{m.start:%H:%M}", f"{m.end:%H:%M}") for m in offering.meetings] == [
        ("mon", "09:05", "10:20"),
        ("wed", "09:05", "10:20"),
    ]
    assert (offering.time_zone, offering.domain) == ("Europe/Copenhagen", "cs7.uni.dk")


def test_what_nobody_said_is_marked() -> None:
    """A value nobody gave ends in `# change`; one that a flag gave does not."""
    assert run(["new", "x", "--yes", "--code", "CS 7", "--email", "zoe@uni.dk"]) == 0
    marked = {
        line.split(":")[0].strip(" -{")
        for line in Path("syllabi/x.yaml").read_text("utf-8").splitlines()
        if line.endswith("  # change")
    }
    assert {"institution", "start", "end", "time_zone", "name", "day", "counseling"} <= marked
    assert not {"code", "domain", "term"} & marked


def test_answers_are_asked_for() -> None:
    """Without flags each question is asked, a bad answer again, and the usual answer is offered."""
    typed = ["Uni", "", "Ada Lovelace", "ada", "ada@uni.edu", "2027-02-30", "2027-01-19", "", "", "", "60"]
    result = CliRunner().invoke(cli, ["new", "spring27"], input="\n".join(typed) + "\n")
    assert "Instructor's name [Your Name]: Ada Lovelace" in result.output
    assert "`ada` is no e-mail address" in result.output
    assert "there is no such day in the calendar" in result.output
    assert "Time zone [America/Denver]" in result.output
    loaded, problems = checked("spring27")
    offering = loaded.course.offering
    assert [problem.severity for problem in problems] == ["warning"]
    assert (offering.institution, offering.instructor.name, offering.start, offering.students) == (
        "Uni",
        "Ada Lovelace",
        date(2027, 1, 18),
        60,
    )


def test_output_tells_what_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    """The command says what it wrote, what the check found, and what to do next."""
    assert run(["new", "spring27", "--yes", "--start", "2027-01-19"]) == 0
    out = capsys.readouterr().out
    assert (
        re.sub(r"in \d+ files", "in N files", out)
        == """\
Spring 2027: the first week is that of Mon 2027-01-18, the last day is Fri 2027-05-14
wrote syllabi/spring27.yaml
wrote syllabi/schema/ (your editor completes keys from it)
added to .gitignore: build/ grades/ rosters/ *roster*.csv
syllabi/spring27.yaml:27:54: warning: `to be announced` stands for something that is not known yet, and would be printed; so do lines 28, 40, 45, 47, 54, 59, …
   27 |     - {day: mon, start: "10:30", end: "11:45", room: to be announced}  # change
      |                                                      ^
        write what is so, or leave the line out

syllabi/spring27.yaml: 1 warning in N files

Next: change the lines marked `# change`, then
  blueprint build-course spring27
"""
    )


def test_a_workflow_publishes_the_site(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--github-pages` GitHub is told to publish this offering's site by `blueprint site`; a file that is there stays."""
    assert run(["new", "spring27", "--yes", "--github-pages"]) == 0
    place = folder / ".github/workflows/course-site.yml"
    assert "blueprint site spring27 --publish public" in place.read_text("utf-8")
    assert "wrote .github/workflows/course-site.yml" in capsys.readouterr().out
    place.write_text("mine", "utf-8")
    assert run(["new", "fall27", "--yes", "--github-pages"]) == 0
    assert place.read_text("utf-8") == "mine"
    assert "kept .github/workflows/course-site.yml" in capsys.readouterr().out


def test_editor_finds_the_schema(folder: Path) -> None:
    """A starter begins with the line that leads an editor to its schema, which lies beside it."""
    assert run(["new", "x", "--yes"]) == 0
    first = (folder / "syllabi" / "x.yaml").read_text("utf-8").splitlines()[0]
    assert (folder / "syllabi" / first.removeprefix("# yaml-language-server: $schema=")).is_file()


def test_nothing_is_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An offering that is there stays as it is, and the message names it."""
    (folder / "syllabi").mkdir()
    for name in ("a.yaml", "b.yml"):
        (folder / "syllabi" / name).write_text("mine\n")
        assert run(["new", name[0], "--yes"]) == 2
        assert f"syllabi/{name} is there already" in capsys.readouterr().err
        assert run(["new", name[0], "--from", "fall26", "--yes"]) == 2
    assert files(folder) == ["syllabi/a.yaml", "syllabi/b.yml"]
    assert {p.read_text() for p in (folder / "syllabi").iterdir()} == {"mine\n"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x", "--start", "2027-02-30"], "--start: `2027-02-30` cannot be read; there is no such day in the calendar"),
        (["x", "--start", "1/18/2027"], "year-month-day"),
        (["x", "--start", "0202-01-18"], "the year 202 cannot be meant"),
        (["x", "--time", "10.30"], "--time: `10.30` cannot be read; write hours and minutes of a 24-hour clock"),
        (["x", "--time", "11:30-10:30"], "ends before it begins"),
        (["x", "--time", "23:30"], "ends before it begins"),
        (["x", "--days", "mon,wendy"], "--days: `wendy` cannot be read; write days such as mon,wed"),
        (["x", "--days", "mon,Monday"], "a day stands twice"),
        (["x", "--zone", "America/Chicgo"], "did you mean `America/Chicago`?"),
        (["x", "--zone", "Chicago"], "did you mean `America/Chicago`?"),
        (["x", "--zone", "CST"], "did you mean `America/Chicago`?"),
        (["x", "--zone", "EST"], "did you mean `America/New_York`?"),
        (["x", "--zone", "qqq"], "write a name such as America/Chicago"),
        (["x", "--email", "ada.uni.edu"], "--email: `ada.uni.edu` is no e-mail address; write name@domain"),
        (["x", "--students", "0"], "is no number of students"),
        (["x", "--weeks", "17"], "--weeks: `17` is no number of weeks from 5 to 16"),
        (["x", "--weeks", "ten"], "--weeks: `ten` is no number of weeks from 5 to 16"),
        (["x", "--institution", " "], "--institution: write some text"),
        (["a/b"], "cannot name an offering"),
        (["foundations"], "is the syllabus an offering is built on"),
        (["x", "--from", "fall62"], "there is no course file `fall62`"),
        (["x", "--from", "foundations"], "has no `offering: start:` of its own"),
        (["x", "--from", "fall26", "--days", "mon"], "--days goes with a starter"),
        (["x", "--from", "fall26", "--start", "soon"], "--start: `soon` cannot be read"),
        (["x", "--from", "fall26", "--blank"], "--blank begins an empty course and --from copies one"),
        (["x", "--title", "Operating Systems"], "--title goes with --blank"),
    ],
)
def test_bad_arguments_write_nothing(
    arguments: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong flag is told in words, with exit code 2, before anything is asked or written."""
    assert run(["new", *arguments, "--yes"]) == 2
    assert said in capsys.readouterr().err
    assert files(folder) == []


def test_gitignore_only_grows(folder: Path) -> None:
    """What a `.gitignore` holds stays; missing lines come after it, and only once."""
    mine = "# mine\n*.pyc\n/build"
    (folder / ".gitignore").write_text(mine)
    assert run(["new", "a", "--yes"]) == 0
    once = (folder / ".gitignore").read_text()
    assert once.startswith(mine + "\n")
    assert once.splitlines()[3:] == ["grades/", "rosters/", "*roster*.csv"]
    assert run(["new", "b", "--yes"]) == 0
    assert (folder / ".gitignore").read_text() == once


@given(st.text(min_size=1, max_size=40))
@example("no")
@example("null")
@example("~")
@example("A: B")
@example("it's # not")
@example('"quoted"')
@example("010")
@example("- x")
@example("{a}")
def test_any_text_survives(text: str) -> None:
    """Whatever somebody types as a name is read back from the file as the same text, by us and by any other reader."""
    import yaml

    try:
        wanted = read_text(text)
    except ValueError:
        return
    node, problems = parse(f"key: {scalar(wanted)}  # change\n".encode(), "x")
    assert problems == []
    assert isinstance(node, Mapping)
    value = node.get("key")
    assert isinstance(value, Scalar)
    assert not value.is_null
    assert value.text == wanted
    assert yaml.safe_load(f"key: {scalar(wanted)}  # change\n") == {"key": wanted}


@given(st.dates(date(2024, 1, 1), date(2090, 1, 1)))
def test_usual_names_lead_to_usual_starts(today: date) -> None:
    """The term proposed on any day begins on a Monday, in the term its name tells, within eight months."""
    name = usual_name(today)
    start = usual_start(name, today)
    assert start.weekday() == 0
    assert term_of(start).lower().replace(" 20", "") == name
    assert timedelta(days=-21) < start - today < timedelta(days=250)


# --- a course of one's own -------------------------------------------------------------------------------------

BLANK = ["new", "os27", "--blank", "--title", "Operating Systems", "--students", "60", "--yes"]
OF_THE_SHIPPED_COURSE = re.compile(
    r"(?i)tinytorch|tensor|framework|machine.learning|\bml\b|mlsys|staffml|iron law|olympics|capstone"
)


@pytest.mark.parametrize("start", ["2027-01-11", "2027-08-30", "2028-02-29", "2026-12-31"])
@pytest.mark.parametrize("days", ["mon,wed", "fri", "mon,tue,thu"])
def test_a_blank_course_checks_clean(start: str, days: str) -> None:
    """Whatever its days, it holds no mistake; the one warning lists what is to be filled in."""
    assert run([*BLANK, "--start", start, "--days", days, "--time", "9:00-9:50"]) == 0
    loaded, problems = checked("os27")
    assert [(p.severity, "not known yet" in p.message) for p in problems] == [("warning", True)]
    assert loaded.course.file.session_minutes == 50
    assert all(len(week.sessions) == len(days.split(",")) for week in loaded.course.file.weeks.values())


@pytest.mark.parametrize("weeks", ["9", "12", "20"])
def test_a_blank_course_of_any_length_checks_clean(weeks: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its work is given out and due within its weeks, however many these are, and its texts repeat no fact."""
    assert run([*BLANK, "--start", "2027-01-11", "--weeks", weeks]) == 0
    assert capsys.readouterr().out.count(": warning: ") == 1
    loaded, _ = checked("os27")
    assert max(work.week for work in loaded.course.file.assignments.values()) == int(weeks)


def test_a_blank_course_speaks_of_nothing_that_ships(folder: Path) -> None:
    """Every page of it is its own: no word of the shipped course, and no lane for what it does not have."""
    assert run([*BLANK, "--start", "2027-01-11"]) == 0
    assert run(["build-course", "os27", "--only", "*.html,announcements,*.csv"]) == 0
    made = [path for path in (folder / "build" / "os27").rglob("*") if path.suffix in (".html", ".md", ".csv")]
    assert len(made) > 40
    for path in made:
        text = re.sub(r"<(style|script)\b.*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert OF_THE_SHIPPED_COURSE.findall(text) == [], path
        assert not re.search(r"<th[^>]*>(Build|Deploy|Practice|Paper)<", text), path
        assert "Part 1:" not in text, path


def test_a_blank_course_overwrites_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A registry or a rubric that is there already is kept, and nothing else is written."""
    kept = folder / "rubrics" / "os27-project.yaml"
    kept.parent.mkdir()
    kept.write_text("mine", "utf-8")
    assert run(BLANK) == 2
    assert "rubrics/os27-project.yaml is there already" in capsys.readouterr().err
    assert files(folder) == ["rubrics/os27-project.yaml"]
    assert kept.read_text("utf-8") == "mine"


# --- the next term ---------------------------------------------------------------------------------------------


def test_next_term_checks_and_reports(capsys: pytest.CaptureFixture[str]) -> None:
    """`--from` prints every date with its old and new day, says what it dropped and why, and checks the result."""
    assert run(["new", "spring28", "--from", "fall26", "--start", "2028-01-10", "--yes"]) == 0
    out = capsys.readouterr().out
    assert out.count(" -> ") == len(ISO.findall(Path("syllabi/spring28.yaml").read_text("utf-8")))
    assert re.search(r"break `labor-day` +dropped: ask your registrar when Labor Day is", out)
    assert re.search(r"week 3, `sessions` +dropped: Labor Day took a class of that week", out)
    assert re.search(r"assignment `log-13`, `due` +dropped: Thanksgiving was on its usual day", out)
    assert re.search(r"exam `olympics` +dropped: ask your registrar for its day", out)
    assert re.search(r"assignment `capstone-final`, `text` +dropped: it names `exams.olympics`", out)
    assert "blueprint build-course spring28" in out
    loaded, problems = checked("spring28")
    assert (loaded.course.offering.term, loaded.course.offering.start) == ("Spring 2028", date(2028, 1, 10))
    assert problems == []


def test_next_term_has_no_day_of_the_old_one() -> None:
    """Nothing in the new file or in its course is of the old term: no day, no holiday, no week planned around one."""
    assert run(["new", "spring28", "--from", "fall26", "--start", "2028-01-10", "--yes"]) == 0
    text = Path("syllabi/spring28.yaml").read_text("utf-8")
    assert not re.search(r"2026|Labor|Thanksgiving|Fall|December", text)
    course, syllabus = checked("spring28")[0].course, load(SHIPPED / "foundations.yaml", CoursePaths.find()).course
    assert (dict(course.offering.breaks), dict(course.offering.exams)) == ({}, {})
    assert {n: w for n, w in course.file.weeks.items() if n > 1} == {
        n: w for n, w in syllabus.file.weeks.items() if n > 1
    }
    assert course.file.assignments == syllabus.file.assignments


def test_next_term_changes_dates_and_exceptions_and_nothing_else() -> None:
    """Every date moves by the same whole weeks and the term is renamed; what else stays does so to the letter, in its order."""
    assert run(["new", "spring28", "--from", "fall26", "--start", "2028-01-10", "--yes"]) == 0
    old, new = FALL.decode().splitlines(), Path("syllabi/spring28.yaml").read_text("utf-8").splitlines()
    left = iter([ISO.sub("DATE", line).replace("Fall 2026", "Spring 2028") for line in old])
    assert [line for line in (ISO.sub("DATE", line) for line in new) if line not in left] == []
    shifts = {
        date.fromisoformat(b) - date.fromisoformat(a)
        for key in ("start", "end", "published")
        for a, b in [(_value(FALL.decode(), key), _value("\n".join(new), key))]
    }
    assert shifts == {date(2028, 1, 10) - date(2026, 8, 24)}


def _value(text: str, key: str) -> str:
    match = re.search(rf"^  {key}: (\S+)$", text, re.MULTILINE)
    assert match
    return match[1]


@pytest.mark.parametrize(
    ("kept", "line"),
    [
        ("a class left out for no holiday", "weeks: {5: {sessions: {2: null}}}"),
        ("a week of a holiday that plans every class", "weeks: {3: {sessions: {1: {title: Mine}}}}"),
        ("a deadline moved for no holiday", "assignments: {log-03: {due: {date: 2026-09-18}}}"),
        ("a text without a day", "policies: {collaboration: Talk.}"),
    ],
)
def test_what_has_another_cause_stays(kept: str, line: str, folder: Path) -> None:
    """What an offering changes for reasons of its own is no exception of the term."""
    (folder / "syllabi").mkdir()
    head = re.sub(r"    thanksgiving: .*\n", "", FALL.decode().partition("\n# Where and how")[0])
    (folder / "syllabi" / "fall.yaml").write_text(f"{head}\n{line}\n", "utf-8")
    assert run(["new", "x", "--from", "fall", "--start", "2028-01-10", "--yes"]) in (0, 1), kept
    text = (folder / "syllabi" / "x.yaml").read_text("utf-8")
    assert ISO.sub("DATE", line) in ISO.sub("DATE", text)
    assert "breaks" not in text


def test_an_offering_with_errors_is_moved_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the old term cannot be read rightly, nothing of it is dropped, and that is said."""
    (folder / "syllabi").mkdir()
    (folder / "syllabi" / "fall.yaml").write_bytes(
        FALL.replace(b"time_zone: America/Chicago", b"time_zone: Mars/North")
    )
    assert run(["new", "x", "--from", "fall", "--start", "2028-01-10", "--yes"]) == 1
    assert "holidays and other exceptions of the term were not looked for" in capsys.readouterr().out
    assert "labor-day" in (folder / "syllabi" / "x.yaml").read_text("utf-8")


def test_next_term_is_asked_for() -> None:
    """Without flags the start and the term are asked for, the term guessed from the start."""
    result = CliRunner().invoke(cli, ["new", "fall27", "--from", "fall26"], input="2027-08-23\nAutumn 2027\n")
    assert "Term [Fall 2027]" in result.output
    offering = checked("fall27")[0].course.offering
    assert (offering.term, offering.start) == ("Autumn 2027", date(2027, 8, 23))


ODD = """\
# Dates in comments stay: 2026-08-24
offering: &all
  term: 'Fall 2026'   # of 2026-08-24
  start: "2026-08-24"
  end: &last '2026-12-18'
  published: 2026-08-10
  breaks: {é: {title: "Ö 2026-09-07", first: 2026-09-07}, ü: {first: *last, last: 2026-12-18}}
  2026-09-09: 2026-09-09
  year: 20260-09-09
  not-a-day: 2026-02-30
"""


def test_dates_are_found_however_written() -> None:
    """Plain and quoted dates move, also after an anchor or letters beyond ASCII; comments, texts, keys and impossible dates stay and are named."""
    moved = next_term(ODD.encode(), "x.yaml", date(2027, 8, 23), "Fall 2027")
    assert moved.text == (
        ODD.replace("'Fall 2026'", "Fall 2027")
        .replace('"2026-08-24"', '"2027-08-23"')
        .replace("2026-12-18", "2027-12-17")
        .replace("2026-08-10", "2027-08-09")
        .replace("first: 2026-09-07", "first: 2027-09-06")
        .replace(": 2026-09-09", ": 2027-09-08")
    )
    assert moved.left == (
        (1, "2026-08-24"),
        (3, "2026-08-24"),
        (7, "2026-09-07"),
        (8, "2026-09-09"),
        (10, "2026-02-30"),
    )
    assert [m.line for m in moved.moved] == [4, 5, 6, 7, 7, 8]


def test_line_ends_of_every_kind() -> None:
    """A line ends where YAML says so, so that what follows is found in its place."""
    odd = "# one\u2028# two\x85# three\r# four\noffering:\r\n  term: Fall\n  start: 2026-08-24\n"
    assert next_term(odd.encode(), "x.yaml", date(2027, 1, 18), "Spring").text == odd.replace("Fall", "Spring").replace(
        "2026-08-24", "2027-01-18"
    )


def test_line_ends_and_byte_order_mark() -> None:
    """A file from Windows keeps its line ends; a byte-order mark does not shift the places of dates."""
    there = "\ufeff" + FALL.decode().replace("\n", "\r\n")
    moved = next_term(there.encode(), "x.yaml", date(2027, 8, 23), "Fall 2027").text
    assert moved == next_term(FALL, "x.yaml", date(2027, 8, 23), "Fall 2027").text.replace("\n", "\r\n")
    (Path("win.yaml")).write_bytes(there.encode())
    assert run(["new", "x", "--from", "win.yaml", "--yes"]) == 0
    written = Path("syllabi/x.yaml").read_bytes()
    assert written.count(b"\r\n") == written.count(b"\n") > 100


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_there_and_back(start: date) -> None:
    """Moved to any start and back, an offering is what it was; days of the week never change, but for the start itself."""
    there = next_term(FALL, "x", start, "Elsewhen")
    assert next_term(there.text.encode(), "x", date(2026, 8, 24), "Fall 2026").text == FALL.decode()
    for move in there.moved:
        if move.what == "`offering`, `start`":
            assert move.new == start
        else:
            assert move.new.weekday() == move.old.weekday()


@pytest.mark.parametrize(
    "text",
    [
        "offering: [",
        "offering: {start: 2026-08-24, start: 2026-08-25, term: x}",
        "offering: {start: soon, term: x}",
        "offering:\n  start: 2026-08-24\n  term: >-\n    Fall\n    2026\n",
    ],
)
def test_unreadable_offerings_are_refused(text: str) -> None:
    """An offering that cannot be read, or tells no date to move from, is a problem with a place."""
    with pytest.raises(CourseError) as raised:
        next_term(text.encode(), "x.yaml", date(2027, 1, 18), "x")
    assert raised.value.problems[0].mark.file == "x.yaml"


@pytest.mark.parametrize(
    "text", ["extends: fall26.yaml", "offering: {term: Fall}", "offering: {start: 2026-08-24, term: null}", "[1]", ""]
)
def test_an_offering_of_its_own_is_needed(text: str) -> None:
    """Only a file that itself says its start and term can be moved."""
    with pytest.raises(UsageError, match="of its own to move"):
        next_term(text.encode(), "x.yaml", date(2027, 1, 18), "x")
