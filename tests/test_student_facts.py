"""What holds for single students, as people and spreadsheets write it: read right, or refused at its cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.gradebook.lateness import HandedIn
from autograder.gradebook.moments import duration, moment
from autograder.gradebook.policy import Component, CoursePolicy, Piece
from autograder.gradebook.students import HandInTimes, StudentFacts, read_students, read_times
from blueprint.problems import CourseError

ZONE = ZoneInfo("America/Chicago")
DUE = datetime(2026, 10, 18, 23, 59, tzinfo=ZONE)
PIECES = tuple(Piece(id, id, "work", Fraction(10), DUE) for id in ("module-01", "log-04"))
POLICY = CoursePolicy({"work": Component("work", "Work", Fraction(100))}, PIECES, zone="America/Chicago")
FIND = {"00417": "00417", "bo": "bo", "Ada Okoye": "00417"}.get


def students(folder: Path, text: str | bytes) -> StudentFacts:
    path = folder / "students.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_students(path, POLICY, FIND)


def times(folder: Path, text: str) -> HandInTimes:
    path = folder / "times.csv"
    path.write_text(text, "utf-8")
    return read_times(path, POLICY, FIND)


def test_no_file_no_facts(tmp_path: Path) -> None:
    """Neither file need be there."""
    assert read_students(tmp_path / "students.csv", POLICY, FIND) == StudentFacts()
    assert read_times(tmp_path / "times.csv", POLICY, FIND) == HandInTimes()


FACTS = (
    "student,assignment,what,value,note\n"
    "00417,module-01,extension,2026-10-20 12:00,was ill\n"
    "Ada Okoye,log-04,excused,,\n"
    "bo,,extra time,2 days,letter of the office\n"
    "bo,,late days,5,\n"
)


@pytest.mark.parametrize(
    "text",
    [
        FACTS,
        FACTS.replace(",", ";"),
        FACTS.replace("\n", "\r\n").encode("utf-8-sig"),
        FACTS.replace(",", "\t").encode("utf-16"),
        FACTS.replace("2026-10-20 12:00", "20.10.2026 12:00"),
        FACTS.replace("2026-10-20 12:00", "10/20/2026 12:00 PM"),
        FACTS.replace("extension", "Extension").replace("student,", "Student ,"),
        "\n".join([FACTS.splitlines()[0], *reversed(FACTS.splitlines()[1:])]),
    ],
    ids=["plain", "semicolons", "mark", "utf-16", "German date", "American date", "capitals", "another order"],
)
def test_facts_are_read_as_they_are_saved(tmp_path: Path, text: str | bytes) -> None:
    """Whatever program saved the file, and in whatever order its lines stand, it says the same."""
    assert students(tmp_path, text) == StudentFacts(
        {("00417", "module-01"): datetime(2026, 10, 20, 12, tzinfo=ZONE)},
        frozenset([("00417", "log-04")]),
        {("bo", ""): timedelta(days=2)},
        {"bo": 5},
    )


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("cy,module-01,excused,", 1, "`cy` is no one student here"),
        (",module-01,excused,", 1, "no student is named"),
        ("bo,module-1,excused,", 4, "the course has no assignment `module-1`"),
        ("bo,,excused,", 4, "no assignment is named"),
        ("bo,,extension,2026-10-20", 4, "no assignment is named"),
        ("bo,log-04,excuse,", 11, "`excuse` is no fact of a student"),
        ("bo,log-04,,2", 11, "nothing says what this is"),
        ("bo,log-04,extension,10/11/2026", 21, "`10/11/2026` can be two days"),
        ("bo,log-04,extension,next week", 21, "`next week` is no date"),
        ("bo,log-04,extension,2026-02-30", 21, "`2026-02-30` is no day of the calendar"),
        ("bo,log-04,extension,2026-10-20 25:00", 21, "`2026-10-20 25:00` names a time that no clock shows"),
        ("bo,log-04,extension,2026-10-01", 21, "an extension until 2026-10-01 23:59 ends before the work is due"),
        ("bo,,extra time,two days", 16, "`two days` is no length of time"),
        ("bo,,late days,-1", 15, "`-1` is no number of days"),
        ("bo,log-04,late days,2", 4, "late days are for the whole term"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path: Path, line: str, column: int, says: str) -> None:
    """Each is refused at its line and column, with what to write instead."""
    with pytest.raises(CourseError) as caught:
        students(tmp_path, f"student,assignment,what,value\nbo,,late days,3\n{line}\n")
    (problem,) = caught.value.problems
    assert (problem.mark.line, problem.mark.column) == (3, column)
    assert problem.message.startswith(says)
    assert problem.hint


def test_the_same_fact_twice_is_refused(tmp_path: Path) -> None:
    """Two lines about one thing may say two things, so a person must remove one."""
    line = "bo,log-04,extension,2026-10-20\n"
    with pytest.raises(CourseError) as caught:
        students(tmp_path, f"student,assignment,what,value\n{line}{line}")
    assert caught.value.problems[0].message == "the same stands in line 2 already"


def test_columns_that_lack_are_named(tmp_path: Path) -> None:
    """Each column is needed by name."""
    with pytest.raises(CourseError) as caught:
        students(tmp_path, "student,piece,what\nbo,log-04,excused\n")
    assert [one.message for one in caught.value.problems] == ["no heading is `assignment`", "no heading is `value`"]


def test_a_deadline_moves_for_whom_it_is_extended() -> None:
    """The later of an extension and extra time holds, and says which it is."""
    facts = StudentFacts({("bo", "log-04"): DUE + timedelta(days=3)}, extra_time={("bo", ""): timedelta(days=1)})
    assert facts.deadline("bo", PIECES[1]) == (DUE + timedelta(days=3), "an extension")
    shorter = StudentFacts({("bo", "log-04"): DUE + timedelta(hours=1)}, extra_time={("bo", ""): timedelta(days=1)})
    assert shorter.deadline("bo", PIECES[1]) == (DUE + timedelta(days=1), "extra time")
    assert facts.deadline("bo", PIECES[0]) == (DUE + timedelta(days=1), "extra time")
    assert facts.deadline("00417", PIECES[0]) == (DUE, "")


def test_times_of_hand_ins(tmp_path: Path) -> None:
    """A time is the course's unless it names its zone; a line without one is to be filled in; nothing may be said of work."""
    text = (
        "student,assignment,handed in\n"
        "bo,log-04,2026-10-19T05:00:30Z\n"
        "bo,module-01,\n"
        "00417,module-01,nothing\n"
        "00417,log-04,2026-10-18 23:58\n"
    )
    read = times(tmp_path, text)
    assert read.times == {
        ("bo", "log-04"): HandedIn(datetime(2026, 10, 19, 5, 0, 30, tzinfo=UTC)),
        ("00417", "log-04"): HandedIn(datetime(2026, 10, 18, 23, 58, tzinfo=ZONE)),
    }
    assert read.nothing == {("00417", "module-01")}


def test_a_time_needs_its_hour(tmp_path: Path) -> None:
    """Of a day alone nobody can tell whether work was in time."""
    with pytest.raises(CourseError) as caught:
        times(tmp_path, "student,assignment,handed in\nbo,log-04,2026-10-18\n")
    (problem,) = caught.value.problems
    assert (str(problem.mark.line), problem.message) == ("2", "`2026-10-18` has no time of day")


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S"]),
)
def test_what_is_written_is_read(when: datetime, form: str) -> None:
    """A moment comes back from its text, to the second, whatever the form."""
    when = when.replace(microsecond=0)
    assert moment(when.strftime(form), ZONE) == when.replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-07 05:05:33 UTC",
        "2026-09-07T05:05:33Z",
        "2026-09-07 00:05:33 -0500",
        "Monday, 7 September 2026, 12:05:33 AM",
        "Sep 7, 2026 at 12:05:33am",
        "Mon Sep. 7, 2026 0:05:33",
        "07-Sep-2026 00:05:33",
        "7 sept 2026, 00:05:33",
    ],
)
def test_as_platforms_write_times(text: str) -> None:
    """What is copied from a platform's page or table is the moment it tells there."""
    assert moment(text, ZONE) == datetime(2026, 9, 7, 0, 5, 33, tzinfo=ZONE)


@pytest.mark.parametrize(
    "text", ["7 Septober 2026 00:05", "Sep 31, 2026 00:05", "Sep 7 at 12:05am", "7 Mai 2026 00:05", "9/7/2026 0:05"]
)
def test_what_is_no_one_time_is_refused(text: str) -> None:
    """A month that is none, a day that is none, a year that is missing, another language, and what can be two days."""
    with pytest.raises(ValueError, match=r"is no date|is no day|two days"):
        moment(text, ZONE)


@pytest.mark.parametrize(("text", "length"), [("2 days", 48), ("36 hours", 36), ("90 min", 1.5), ("1.5 d", 36)])
def test_lengths_of_time(text: str, length: float) -> None:
    """Days, hours and minutes, whole or not."""
    assert duration(text) == timedelta(hours=length)
