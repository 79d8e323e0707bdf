"""Platforms' names, written and read: whatever person, time and path stand in one, they are read back."""

from __future__ import annotations

import string
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.intake.platforms import OwnedFile, is_extra, platform_reader
from autograder.intake.records import Records, blackboard_people, classroom_records, gradescope_people
from autograder.intake.stamps import parse_time
from autograder.intake.structure import plain_reader
from autograder.suites.tinytorch.conventions import CONVENTIONS

PEOPLE = st.sampled_from(["Ada Okoye", "Bo Lind-Qvist", "María José García-López", "王小明", "D.J. O'Neil"])
SQUEEZED = st.sampled_from(["okoyeada", "lindqvistbo", "garcíalópezmaríajosé", "王小明"])
LOGINS = st.text(string.ascii_lowercase + string.digits + "-.", min_size=1, max_size=8)
NUMBERS = st.integers(1, 10**9)
FILES = st.sampled_from(["tensor.ipynb", "my_work_2_3_final.py", "lab-3.ipynb", "a b (1).py"])
PATHS = st.one_of(FILES, FILES.map("modules/01_tensor/{}".format))
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda t: t.replace(microsecond=0))
FEW = settings(max_examples=40)


def read(path: str) -> OwnedFile:
    """What is read in a name of a download that holds nothing else."""
    tell = platform_reader([path])
    who = tell(path) if tell else None
    assert who is not None
    return who


@FEW
@given(SQUEEZED, st.sampled_from(["", "_LATE", "_late"]), NUMBERS, NUMBERS, FILES)
def test_canvas(name: str, late: str, user: int, order: int, file: str) -> None:
    """`okoyeada_LATE_9001_55010_tensor.ipynb`: the name, the mark, the user's number, a number that grows, the file."""
    wanted = OwnedFile(str(user), "canvas", file, name, late=bool(late), order=order)
    assert read(f"{name}{late}_{user}_{order}_{file}") == wanted


@FEW
@given(st.booleans(), LOGINS, NUMBERS, FILES)
def test_canvas_without_names(late: bool, user: str, order: int, file: str) -> None:
    """`LATE_anon_7hQ2z_55020_tensor.py`: nobody's name, and a key of its own kind."""
    wanted = OwnedFile(user, "canvas-anonymous", file, late=late, order=order)
    assert read(f"{'LATE_' * late}anon_{user}_{order}_{file}") == wanted


@FEW
@given(PEOPLE, NUMBERS, PATHS)
def test_moodle(name: str, user: int, path: str) -> None:
    """`Ada Okoye_31007_assignsubmission_file/...`: the name and the participant's number; `Participant` is no name."""
    assert read(f"{name}_{user}_assignsubmission_file/{path}") == OwnedFile(str(user), "moodle", path, name)
    assert read(f"{name}_{user}_assignsubmission_file_{path}") == OwnedFile(str(user), "moodle", path, name)
    assert read(f"Participant_{user}_assignsubmission_file/{path}") == OwnedFile(str(user), "moodle", path)


@FEW
@given(NUMBERS, PATHS)
def test_gradescope(number: int, path: str) -> None:
    """`submission_880009/...`: the submission's number, which grows with each attempt."""
    for folder in ("", "assignment_77_export/"):
        wanted = OwnedFile(str(number), "gradescope", path, attempt=number)
        assert read(f"{folder}submission_{number}/{path}") == wanted


@FEW
@given(LOGINS, PATHS)
def test_nbgrader(user: str, path: str) -> None:
    """`submitted/aokoye/...`, below `assignments` or not: the student's id."""
    for folder in ("", "assignments/"):
        assert read(f"{folder}submitted/{user}/{path}") == OwnedFile(user, "nbgrader", path)


@FEW
@given(PEOPLE, TIMES, TIMES, FILES)
@example("Ada Okoye", datetime(2026, 3, 2, 0, 5), datetime(2026, 3, 2, 12, 5), "tensor.ipynb")
def test_brightspace(name: str, first: datetime, second: datetime, file: str) -> None:
    """`40112-91340 - Ada Okoye - Mar 2, 2026 1205 PM - ...`: name, time to the minute, file; later is a later attempt."""

    def path(when: datetime, between: str) -> str:
        clock = f"{when.hour % 12 or 12}{when:%M} {'AM' if when.hour < 12 else 'PM'}"
        return f"40112-91340 - {name} - {when:%b} {when.day}, {when.year} {clock}{between}{file}"

    one, other = (read(path(when, between)) for when, between in ((first, " - "), (second, "/")))
    assert (one.student, one.name, one.kind, one.path) == (name, name, "brightspace", file)
    assert (one.handed_in, other.handed_in) == (first.replace(second=0), second.replace(second=0))
    assert (one.attempt < other.attempt) == (one.handed_in < other.handed_in)  # type: ignore[operator]


def test_one_name_with_two_numbers_is_two_people() -> None:
    """In Brightspace's download people of one name are told apart by the number before it, and others are not touched."""
    paths = [f"{number}-9 - {name} - Mar 3, 2026 1010 AM - x.py" for number, name in ((1, "A B"), (2, "A B"), (3, "C"))]
    tell = platform_reader([*paths, paths[2].replace("1010", "1011")])
    assert tell is not None
    assert [(who.student, who.name) for who in map(tell, paths) if who] == [
        ("A B 1", "A B"),
        ("A B 2", "A B"),
        ("C", "C"),
    ]


@FEW
@given(LOGINS, TIMES, TIMES, FILES)
def test_blackboard(user: str, first: datetime, second: datetime, file: str) -> None:
    """`Lab_1_aokoye_attempt_2026-03-02-21-14-05_...`: assignment and user, the time to the second, the file."""
    one, other = (read(f"Lab_1_{user}_attempt_{when:%Y}-{when:%m-%d-%H-%M-%S}_{file}") for when in (first, second))
    assert (one.student, one.kind, one.path) == (f"Lab_1_{user}", "blackboard", file)
    assert (one.handed_in, other.handed_in) == (first, second)
    assert (one.attempt < other.attempt) == (first < second)


@FEW
@given(st.integers(0, 12), st.integers(0, 12))
def test_half_of_a_download_tells_the_platform(named: int, strays: int) -> None:
    """Half of the files must be named so, not counting the platform's own; fewer are strays among students' folders."""
    paths = [f"okoyeada_{n}_{n}_x.py" for n in range(named)] + [f"stray-{n}.txt" for n in range(strays)]
    found = platform_reader([*paths, "index.html", "grades.csv"])
    assert (found is not None) == (named > 0 and named >= strays)


@pytest.mark.parametrize(
    ("path", "extra"),
    [
        ("index.html", True),
        ("ada/timestamp.txt", True),
        ("autograded/ada/x.ipynb", True),
        ("course/feedback/ada.html", True),
        ("ada/work/feedback/x.ipynb", False),
        ("ada/index.htm", False),
        ("release.py", False),
    ],
)
def test_a_platforms_own_files_are_nobodys(path: str, extra: bool) -> None:
    """So are nbgrader's folders beside what is submitted, at the top or one below, and no others of that name."""
    assert is_extra(path) is extra


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("aokoye/tensor.ipynb", "aokoye"),
        ("aokoye.zip", "aokoye"),
        ("aokoye.tar.gz", "aokoye"),
        ("aokoye_tensor.ipynb", "aokoye"),
        ("aokoye-01_tensor.ipynb", "aokoye"),
        ("tensor_aokoye.py", "aokoye"),
        ("01_tensor_aokoye.py", "aokoye"),
        ("aokoye_hw3.ipynb", "aokoye"),
        ("aokoye module 3.py", "aokoye"),
        ("ada_b_c.py", "ada_b_c"),
        ("tensor_3.py", "tensor_3"),  # a number is nobody
        ("1234567_tensor.py", "1234567"),  # but one that is long
        ("20260302_tensor.py", None),  # and no day
        ("tensor.ipynb", None),
        ("01_tensor.py", None),
        ("hw3.py", None),
    ],
)
def test_a_file_is_named_for_its_student(path: str, student: str | None) -> None:
    """What names a module or a piece of homework is left out of a student's name; where nothing is left, it is nobody's."""
    who = plain_reader(CONVENTIONS.words)(path)
    assert (who and who.student) == student


@FEW
@given(TIMES, st.sampled_from(["", "Z", " UTC", "+00:00", "-06:00", " America/Chicago", " Europe/Berlin"]))
def test_times_are_read_back(when: datetime, zone: str) -> None:
    """With a T or a blank, with or without fractions of a second, and in the zone that is stated, if one is."""
    from zoneinfo import ZoneInfo

    zones = {"": None, "Z": UTC, "UTC": UTC, "+00:00": UTC, "-06:00": datetime.fromisoformat(f"{when}-06:00").tzinfo}
    name = zone.strip()
    wanted = when.replace(tzinfo=zones[name] if name in zones else ZoneInfo(name))
    for between in "T ":
        text = f"{when:%Y-%m-%d}{between}{when:%H:%M:%S}"
        found = parse_time(text + zone)
        assert found == wanted
        assert found is not None
        assert (found.tzinfo is None) == (not zone)
        assert parse_time(f" {text}.250000000{zone} ") == wanted.replace(microsecond=250_000)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30 10:00:00", "2026-03-02", "2026-03-02 10:00:00 Mars/Olympus"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    """A time that no calendar has, or of no place that is known, is no time."""
    assert parse_time(text) is None


def test_a_group_of_any_size_is_read() -> None:
    """Each submitter of Gradescope's metadata is a person, also the twentieth, with what the file says of each."""
    lines = [f"  - :name: P{n}\n    :sid: '{n:03}'\n    :email: p{n}@example.edu\n" for n in range(20)]
    record = "---\nsubmission_7:\n  :submitters:\n" + "".join(lines) + "  :created_at: 2026-03-02 21:14:05 Z\n"
    (people,) = gradescope_people(record.encode()).values()
    assert [(one.student, one.name, one.email) for one in people] == [
        (f"{n:03}", f"P{n}", f"p{n}@example.edu") for n in range(20)
    ]
    assert {one.handed_in for one in people} == {datetime(2026, 3, 2, 21, 14, 5, tzinfo=UTC)}


@pytest.mark.parametrize(
    "record", [b"", b"github_username\n\xff\xfe\xfa\n", b"a,b\n1,2\n", b"\x00\x01\r\x00", b'github_username\n"ada']
)
def test_a_record_that_cannot_be_read_says_nothing(record: bytes) -> None:
    """Neither a broken table nor one of something else names anybody, or ends a run."""
    assert classroom_records(record) == Records()
    assert gradescope_people(record) == {}


def test_two_assignments_in_one_record_have_no_slug() -> None:
    """Where repositories begin with different words, the record still says who is who."""
    lines = [f"{user},{who},{slug}-{user}," for user, who, slug in (("ada", "a@x.edu", "one"), ("bo", "Bo R", "two"))]
    record = "\n".join(["github_username,roster_identifier,student_repository_name,submission_timestamp", *lines])
    found = classroom_records(record.encode("utf-8-sig"))
    assert found.slug == ""
    assert {key: (one.name, one.email) for key, (one,) in found.people.items()} == {
        "ada": ("", "a@x.edu"),
        "bo": ("Bo R", ""),
    }
    assert classroom_records(record.replace("two-bo", "one-bo").encode()).slug == "one"


@pytest.mark.parametrize(
    ("heads", "told", "users"),
    [
        (["Lab_1_ada"], {}, ["ada"]),  # alone, it is the last part
        (["Lab_1_bo", "Lab_1_stud_ada"], {}, ["bo", "stud_ada"]),  # what all begin with is the assignment
        (["Lab_1_stud_ada", "Lab_1_stud_bo"], {"Lab_1_stud_bo": "stud_bo"}, ["stud_ada", "stud_bo"]),
        (["Lab_1_ada"], {"Lab_1_ada": "1_ada"}, ["1_ada"]),
        (["A_x_ada", "B_bo", "C_d_cem"], {"A_x_ada": "ada", "B_bo": "bo"}, ["ada", "bo", "cem"]),  # of two assignments
        (["Lab_1_ada"], {"Lab_1_ada": "somebody else"}, ["ada"]),
        (["Lab_ada", "Lab_adam"], {}, ["ada", "adam"]),
        (["plain"], {}, ["plain"]),
    ],
)
def test_blackboards_user_is_told_from_the_assignment(heads: list[str], told: dict[str, str], users: list[str]) -> None:
    """A text file beside an attempt names the user; else the assignment is what the others show, or all but the last part."""
    records = {head: f"Assignment: x\nName: Somebody ({user})\r\nDate: today\n".encode() for head, user in told.items()}
    found = blackboard_people(heads, records)
    assert {head: one.student for head, (one,) in found.items()} == dict(zip(heads, users, strict=True))
    assert {one.name for (one,) in found.values()} <= {"", "Somebody"}
