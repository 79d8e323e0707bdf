"""The calendar file and the schedule table of an offering."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]  # a second reader of VTIMEZONE, which icalendar brings along
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.load import load
from blueprint.model import Break, Course, DueRule, Markdown, Offering
from blueprint.paths import CoursePaths
from blueprint.schedule import make_schedule
from generator.documents.calendar import COLUMNS, ics, schedule_csv

if TYPE_CHECKING:
    import icalendar

PATHS = CoursePaths.find(Path(__file__).parent)
FALL = load(PATHS.root / "syllabi" / "fall26.yaml", PATHS).course
CHICAGO = ZoneInfo("America/Chicago")


# --- helpers: courses, and a reader that shares nothing with the writer ----------------------------------------


def with_offering(course: Course = FALL, **changes: object) -> Course:
    offering: Offering = replace(course.offering, **changes)  # type: ignore[arg-type]
    return replace(course, file=replace(course.file, offering=offering))


def with_assignment(key: str, **changes: object) -> Course:
    assignment = replace(FALL.file.assignments[key], **changes)  # type: ignore[arg-type]
    return replace(FALL, file=replace(FALL.file, assignments={**FALL.file.assignments, key: assignment}))


def with_title(title: str, week: int = 2, session: int = 1) -> Course:
    planned = FALL.file.weeks[week]
    renamed = replace(planned.sessions[session], title=Markdown(title))
    changed = replace(planned, sessions={**planned.sessions, session: renamed})
    return replace(FALL, file=replace(FALL.file, weeks={**FALL.file.weeks, week: changed}))


def file_of(course: Course) -> bytes:
    return ics(course, make_schedule(course))


def events_in(data: bytes) -> list[dict[str, str]]:
    """The events of a calendar file, read by unfolding its lines; keys are names without parameters."""
    found: list[dict[str, str]] = []
    current: dict[str, str] | None = None
    for line in data.decode().replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            current = {}
        elif line == "END:VEVENT":
            assert current is not None
            found.append(current)
            current = None
        elif current is not None:
            assert name.split(";")[0] not in current, f"{name} is given twice"
            current[name.split(";")[0]] = "".join(unescaped(value))
    return found


def unescaped(value: str) -> Iterator[str]:
    characters = iter(value)
    for character in characters:
        if character == "\\":
            following = next(characters)
            yield "\n" if following in "nN" else following
        else:
            assert character not in ";," or value.startswith("http"), f"a bare `{character}` in {value}"
            yield character


def local(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S")


def of_kind(events: list[dict[str, str]], kind: str) -> list[dict[str, str]]:
    return [event for event in events if event["CATEGORIES"] == kind]


def vevents(data: bytes) -> list[icalendar.Event]:
    from icalendar import Calendar

    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    return list(calendar.events)


def times(event: icalendar.Event) -> tuple[datetime, datetime]:
    """When an event begins and ends; both are moments, not days."""
    start, end = event.start, event.end
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    return start, end


def rows_of(course: Course) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(schedule_csv(course, make_schedule(course)), newline="")))


# --- iCalendar: what is in it ----------------------------------------------------------------------------------


def test_every_meeting_deadline_and_exam_stands_once() -> None:
    """Each class, held section, deadline and exam is one event at its own time, and there are no others."""
    schedule = make_schedule(FALL)
    expected = Counter(
        [("class", c.start.replace(tzinfo=None), c.end.replace(tzinfo=None)) for c in schedule.classes]
        + [
            ("section", s.start.replace(tzinfo=None), s.end.replace(tzinfo=None))
            for s in schedule.sections
            if not s.break_
        ]
        + [
            ("due", d.due.replace(tzinfo=None) - timedelta(minutes=30), d.due.replace(tzinfo=None))
            for d in schedule.deadlines
        ]
        + [("exam", e.start.replace(tzinfo=None), e.end.replace(tzinfo=None)) for e in schedule.exams]
    )
    assert min(Counter(kind for kind, _, _ in expected).values()) >= 1
    assert (
        Counter((e["CATEGORIES"], local(e["DTSTART"]), local(e["DTEND"])) for e in events_in(file_of(FALL))) == expected
    )


def test_two_readers_agree() -> None:
    """The icalendar library reads the same ids, titles, places and times as a reader that only unfolds lines."""
    data = file_of(FALL)
    by_hand = {
        e["UID"]: (e["SUMMARY"], e.get("LOCATION", ""), e.get("DESCRIPTION", ""), local(e["DTSTART"]))
        for e in events_in(data)
    }
    by_library = {
        str(e["UID"]): (
            str(e["SUMMARY"]),
            str(e.get("LOCATION", "")),
            str(e.get("DESCRIPTION", "")),
            times(e)[0].replace(tzinfo=None),
        )
        for e in vevents(data)
    }
    assert by_hand == by_library


def test_titles_name_the_course_and_the_week() -> None:
    """A class's title says course, week and session; a deadline's begins with "Due:"."""
    events = {e["UID"]: e["SUMMARY"] for e in events_in(file_of(with_title("Why *bytes* cost $2\\times 3$")))}
    domain = FALL.offering.domain
    assert events[f"fall26-class-2-1@{domain}"] == "CS 4290, week 2: Why bytes cost 2 × 3"
    assert events[f"fall26-due-module-01@{domain}"] == f"Due: {FALL.file.assignments['module-01'].title}"


def test_a_class_lists_what_to_read_and_where() -> None:
    """A class's description holds the title and the link of each chapter and lab of its week; a section's, of each lab."""
    events = {e["UID"].split("@")[0]: e.get("DESCRIPTION", "") for e in events_in(file_of(FALL))}
    for number, week in FALL.file.weeks.items():
        chapters = [FALL.registry.chapters[key] for key in week.read]
        labs = [FALL.registry.labs[key] for key in week.labs]
        for chapter in chapters:
            assert {chapter.title, FALL.link("chapter", chapter)} <= lines_and_tails(events[f"fall26-class-{number}-1"])
        for lab in labs:
            assert {lab.title, FALL.link("lab", lab)} <= lines_and_tails(events[f"fall26-class-{number}-1"])
            held = [text for key, text in events.items() if key.startswith(f"fall26-section-{number}-")]
            assert all({lab.title, FALL.link("lab", lab)} <= lines_and_tails(text) for text in held)


def lines_and_tails(text: str) -> set[str]:
    """Each line, and what follows the first colon of it: `Lab 02: The Iron Law` gives `The Iron Law` too."""
    return {*text.split("\n"), *(line.partition(": ")[2] for line in text.split("\n"))}


def test_nothing_happens_on_a_break_day() -> None:
    """No event touches a day of a break; a section that a break takes away is left out."""
    events = events_in(file_of(FALL))
    for event in events:
        assert not any(
            b.covers(local(event[end]).date()) for b in FALL.offering.breaks.values() for end in ("DTSTART", "DTEND")
        ), event
    cancelled = [s for s in make_schedule(FALL).sections if s.break_]
    assert cancelled
    assert not {e["UID"].split("@")[0] for e in events} & {f"fall26-section-{s.week}-{s.section_id}" for s in cancelled}


def test_calendar_properties() -> None:
    """The file says its version, maker, method, name and zone, and each event its stamp and revision."""
    data = file_of(with_offering(revision=4, published=date(2026, 9, 1)))
    head = data.decode().replace("\r\n ", "").split("BEGIN:VTIMEZONE")[0].split("\r\n")
    assert head[0] == "BEGIN:VCALENDAR"
    assert {
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "X-WR-TIMEZONE:America/Chicago",
        "X-WR-CALNAME:CS 4290 AI Systems Foundations\\, Fall 2026",
    } < set(head)
    assert any(line.startswith("PRODID:-//") for line in head)
    assert {(e["DTSTAMP"], e["SEQUENCE"]) for e in events_in(data)} == {("20260901T000000Z", "4")}


def test_a_deadline_leaves_its_half_hour_free() -> None:
    """Deadlines do not mark a person as busy; meetings do."""
    events = events_in(file_of(FALL))
    assert {e.get("TRANSP", "OPAQUE") for e in of_kind(events, "due")} == {"TRANSPARENT"}
    assert {e.get("TRANSP", "OPAQUE") for e in events if e["CATEGORIES"] != "due"} == {"OPAQUE"}


def test_a_syllabus_has_no_calendar() -> None:
    """A course file without an offering has no dates to write."""
    bare = replace(FALL, file=replace(FALL.file, offering=None))
    schedule = make_schedule(FALL)
    with pytest.raises(ValueError, match="without an offering"):
        ics(bare, schedule)
    with pytest.raises(ValueError, match="without an offering"):
        schedule_csv(bare, schedule)


# --- iCalendar: time -------------------------------------------------------------------------------------------


def test_weekly_classes_keep_their_hour_across_the_clock_change() -> None:
    """Monday's class is at 10:30 in August and in November, while its distance from UTC changes."""
    data = file_of(FALL)
    mondays = [
        start for e in vevents(data) for start, _ in [times(e)] if "class" in e.categories and start.weekday() == 0
    ]
    assert {start.time() for start in mondays} == {time(10, 30)}
    assert {start.utcoffset() for start in mondays} == {timedelta(hours=-5), timedelta(hours=-6)}
    assert b"DTSTART;TZID=America/Chicago:20261102T103000\r\n" in data


ZONES = pytest.mark.parametrize(
    "name", ["America/Chicago", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"]
)


@ZONES
def test_a_clock_change_is_written_in_the_time_it_ends(name: str) -> None:
    """A rule's DTSTART, read with the offset before it as RFC 5545 asks, is the very second at which the offset changes."""
    zone = ZoneInfo(name)
    text = file_of(with_offering(time_zone=name)).decode()
    rules = [
        dict(line.split(":", 1) for line in rule.split())
        for rule in re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT)(.*?)END:", text, re.DOTALL)
    ]
    changes = [rule for rule in rules if rule["TZOFFSETFROM"] != rule["TZOFFSETTO"]]
    assert len(changes) == len(rules) - 1  # the first says how the year begins
    for rule in changes:
        moment = datetime.strptime(rule["DTSTART"] + rule["TZOFFSETFROM"], "%Y%m%dT%H%M%S%z").astimezone(UTC)
        assert f"{(moment - timedelta(seconds=1)).astimezone(zone):%z}" == rule["TZOFFSETFROM"]
        assert f"{moment.astimezone(zone):%z}" == rule["TZOFFSETTO"]


@ZONES
def test_the_zone_rules_in_the_file_are_the_zone(name: str) -> None:
    """A reader that knows only the file's VTIMEZONE finds the same offset as the time-zone database, hour by hour at each change."""
    zone = ZoneInfo(name)
    described = tzical(StringIO(file_of(with_offering(time_zone=name)).decode())).get(name)
    year = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours) for hours in range(14, 365 * 24 - 14)]
    changes = [
        later
        for earlier, later in pairwise(year)
        if earlier.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset()
    ]
    near = [change + timedelta(minutes=30 * steps) for change in changes for steps in range(-8, 9)]
    for moment in [*year[::240], *near]:
        clock = moment.astimezone(zone)
        if (
            clock.replace(fold=0).utcoffset() == clock.replace(fold=1).utcoffset()
        ):  # the hour that comes twice is anyone's guess
            assert described.utcoffset(clock.replace(tzinfo=None)) == clock.utcoffset(), clock


def test_the_file_holds_the_offsets_of_the_term_only() -> None:
    """A term within a year needs that year's clock changes, not a century's."""
    text = file_of(FALL).decode()
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert text.count("BEGIN:DAYLIGHT") + text.count("BEGIN:STANDARD") == 3


def test_a_term_over_new_year_has_both_years_offsets() -> None:
    """An exam in the next spring is still described by the file's own zone."""
    exam = replace(FALL.offering.exams["olympics"], date=date(2027, 4, 5))
    data = file_of(with_offering(exams={"olympics": exam}))
    described = tzical(StringIO(data.decode())).get("America/Chicago")
    assert described.utcoffset(datetime(2027, 4, 5, 10)) == timedelta(hours=-5)
    assert described.utcoffset(datetime(2027, 2, 1, 10)) == timedelta(hours=-6)


def test_utc_needs_no_zone() -> None:
    """An offering in UTC writes its times with Z and no VTIMEZONE."""
    data = file_of(with_offering(time_zone="UTC"))
    assert b"VTIMEZONE" not in data
    assert all(e["DTSTART"].endswith("Z") and e["DTEND"].endswith("Z") for e in events_in(data))


@pytest.mark.parametrize("clock", [time(23, 59), time(0, 0), time(2, 30), time(3, 15)])
def test_a_deadline_ends_when_work_is_due(clock: time) -> None:
    """The half hour before a deadline is half an hour, also on the night that has no hour from two to three."""
    course = with_assignment("log-01", due=DueRule(date=date(2026, 3, 8), time=clock))
    [event] = [e for e in vevents(file_of(course)) if str(e["UID"]).startswith("fall26-due-log-01@")]
    due = datetime.combine(date(2026, 3, 8), clock, CHICAGO)
    start, end = (moment.replace(tzinfo=CHICAGO) for moment in times(event))
    assert end.astimezone(UTC) == due.astimezone(UTC)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(minutes=30)
    assert start.replace(tzinfo=None) < end.replace(tzinfo=None)


# --- iCalendar: ids and bytes ----------------------------------------------------------------------------------


def test_same_course_same_bytes() -> None:
    """Loading the course again and writing it again gives the same file."""
    again = load(PATHS.root / "syllabi" / "fall26.yaml", PATHS).course
    assert file_of(FALL) == file_of(FALL) == file_of(again)


@settings(max_examples=20)
@given(
    weeks_later=st.integers(0, 20), closed_from=st.integers(0, 110), days=st.integers(0, 6), skips_week=st.booleans()
)
def test_ids_outlive_a_change_of_dates(weeks_later: int, closed_from: int, days: int, skips_week: bool) -> None:
    """However the term and a break move, ids stay unique, an event of the same name keeps its id, and no class falls in the break."""
    shift = timedelta(weeks=weeks_later)
    first = FALL.offering.start + shift + timedelta(days=closed_from)
    closed = Break(title="Storm", first=first, last=first + timedelta(days=days), skips_week=skips_week)
    moved = events_in(
        file_of(
            with_offering(start=FALL.offering.start + shift, end=FALL.offering.end + shift, breaks={"storm": closed})
        )
    )
    before = {e["SUMMARY"]: e for e in events_in(file_of(FALL))}
    assert len({e["UID"] for e in moved}) == len(moved)
    common = [e for e in moved if e["SUMMARY"] in before]
    assert len(common) > len(before) / 2
    assert all(e["UID"] == before[e["SUMMARY"]]["UID"] for e in common)
    meetings = of_kind(moved, "class") + of_kind(moved, "section")
    assert not any(closed.covers(local(e["DTSTART"]).date()) for e in meetings)


def test_a_skipped_week_moves_events_and_keeps_every_id() -> None:
    """A break that pushes the later weeks on gives the same ids at other times."""
    closed = Break(title="Storm", first=date(2026, 9, 14), last=date(2026, 9, 18), skips_week=True)
    before = {e["UID"]: e["DTSTART"] for e in events_in(file_of(with_offering(breaks={})))}
    after = {e["UID"]: e["DTSTART"] for e in events_in(file_of(with_offering(breaks={"storm": closed})))}
    assert before.keys() == after.keys()
    assert before != after


def test_lines_are_short_and_end_in_crlf() -> None:
    """Every line has at most 75 octets and is whole UTF-8, whatever the letters."""
    data = file_of(with_title("Größe und Maß — " + "日本語のとても長い題名 " * 12 + "🦉" * 40))
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert all(line.decode() is not None for line in lines)


def test_awkward_text_comes_back() -> None:
    """Commas, semicolons, backslashes, quotes and line ends in titles and rooms read back as they were meant."""
    course = with_title('A; b, "c"\\\\d: `x\\y`\n\nand on')
    meetings = tuple(replace(m, room='Hall; "A", 3\\4\r\nBEGIN:VEVENT\a') for m in FALL.offering.meetings)
    course = with_offering(course, meetings=meetings)
    [event] = [e for e in vevents(file_of(course)) if str(e["UID"]).startswith("fall26-class-2-1@")]
    assert str(event["SUMMARY"]) == 'CS 4290, week 2: A; b, "c"\\d: x\\y and on'
    assert str(event["LOCATION"]) == 'Hall; "A", 3\\4 BEGIN:VEVENT'


# --- CSV -------------------------------------------------------------------------------------------------------


def test_table_has_every_date_in_order() -> None:
    """Each class, section, release, deadline, exam and break is one row, and rows are in time order."""
    rows, schedule = rows_of(FALL), make_schedule(FALL)
    assert Counter(row["kind"] for row in rows) == {
        "class": len(schedule.classes),
        "section": sum(not s.break_ for s in schedule.sections),
        "no section": sum(bool(s.break_) for s in schedule.sections),
        "release": len(schedule.deadlines),
        "due": len(schedule.deadlines),
        "exam": len(schedule.exams),
        "break": len(FALL.offering.breaks),
    }
    order = [(row["date"], row["start"] or row["end"]) for row in rows]
    assert order == sorted(order)
    assert all(row["weekday"] == f"{date.fromisoformat(row['date']):%A}" for row in rows)


def test_rows_say_when_where_and_who() -> None:
    """A class has its hours, week, room and instructor; a deadline ends at its time and has no start; a release is a whole day."""
    rows = rows_of(FALL)
    [first] = [r for r in rows if r["kind"] == "class" and r["date"] == "2026-08-24"]
    assert (first["start"], first["end"], first["week"], first["where"], first["who"]) == (
        "10:30",
        "11:45",
        "1",
        "Whitaker Hall 120",
        "Elena Rivera",
    )
    module = FALL.file.assignments["module-01"].title
    [due] = [r for r in rows if r["kind"] == "due" and r["title"] == module]
    assert (due["date"], due["start"], due["end"], due["week"]) == ("2026-09-06", "", "23:59", "2")
    [given_out] = [r for r in rows if r["kind"] == "release" and r["title"] == module]
    assert (given_out["date"], given_out["start"], given_out["end"], given_out["week"]) == ("2026-08-24", "", "", "1")
    assert "2026-09-06 23:59" in given_out["details"]


def test_a_cancelled_section_is_shown_with_its_reason() -> None:
    """A section on a break day is a row of kind "no section" that names the break."""
    cancelled = {(r["date"], r["details"]) for r in rows_of(FALL) if r["kind"] == "no section"}
    assert ("2026-10-13", "Fall Break") in cancelled
    assert {day for day, _ in cancelled} == {
        s.start.date().isoformat() for s in make_schedule(FALL).sections if s.break_
    }


def test_a_break_of_several_days_says_how_long() -> None:
    """A break is one row on its first day that names its last."""
    [row] = [r for r in rows_of(FALL) if r["title"] == "Thanksgiving" and r["kind"] == "break"]
    assert row["date"] == "2026-11-25"
    assert "2026-11-29" in row["details"]


def test_table_is_rfc_4180() -> None:
    """Rows end in CRLF, all have the same cells, and a cell with a comma or quote reads back."""
    course = with_title('Bytes, "moved"\n\nand why')
    text = schedule_csv(course, make_schedule(course))
    table = list(csv.reader(StringIO(text, newline="")))
    assert tuple(table[0]) == COLUMNS
    assert {len(row) for row in table} == {len(COLUMNS)}
    assert text.count("\r\n") == len(table) == text.count("\n")
    assert 'Bytes, "moved" and why' in {row[COLUMNS.index("title")] for row in table}


@pytest.mark.parametrize("start", ["=", "+", "@", "-"])
def test_a_title_is_never_a_formula(start: str) -> None:
    """A cell that a spreadsheet would calculate is written with an apostrophe before it."""
    title = f'{start}SUM(A1,"x")'
    assert f"'{title}" in {row["title"] for row in rows_of(with_title(title))}


@settings(max_examples=60)
@given(text=st.text(alphabet="=+-@\t\r\n ,\"'a;|1\x00\u2028é", min_size=1, max_size=12))
def test_any_text_keeps_the_table_whole(text: str) -> None:
    """Whatever a title or a room holds, rows keep their number and width and no text cell begins like a formula."""
    meetings = tuple(replace(m, room=text) for m in FALL.offering.meetings)
    rows = rows_of(with_offering(with_title(text), meetings=meetings))
    assert len(rows) == len(rows_of(FALL))
    for row in rows:
        assert set(row) == set(COLUMNS)
        assert not any(
            row[column].startswith(("=", "+", "-", "@", "\t", "\r")) for column in ("title", "where", "who", "details")
        )


def test_another_library_reads_the_calendar() -> None:
    """vobject, which shares no code with icalendar, finds every entry at the same instant."""
    import icalendar
    import vobject

    data = file_of(FALL)
    theirs = {e.uid.value: e.dtstart.value for e in vobject.readOne(data.decode()).vevent_list}
    ours = {str(e["UID"]): e.start for e in icalendar.Calendar.from_ical(data).events}
    assert len(theirs) > 80
    assert theirs.keys() == ours.keys()
    assert all(theirs[uid] == start for uid, start in ours.items())
