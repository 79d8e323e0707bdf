"""Rosters: read as they really look, and a hand-in is found or belongs to nobody, never to the wrong person."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.groups import with_groups
from autograder.intake.roster import Roster, Student, read_roster
from blueprint.problems import CourseError

ROSTERS = Path(__file__).resolve().parent / "cases" / "class-lists"
FILES = sorted(path.name for path in ROSTERS.iterdir())


def made(folder: Path, text: str | bytes) -> Roster:
    """The roster that a file with this text holds."""
    path = folder / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path)


def who(student: Student | None) -> str | None:
    return student.id if student else None


# --- files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_platforms_file_holds_the_same_class(name: str) -> None:
    """Ids keep their zeros, names are said first name first, and staff, test students and points rows are no students."""
    students = read_roster(ROSTERS / name).students
    assert [(one.id, one.name) for one in students] == [
        ("00417", "Ada Okoye"),
        ("00418", "Bo Lindqvist"),
        ("00419", "María José García-López"),
    ]


def test_address_and_section_are_kept() -> None:
    """Where the file tells a student's address and section, they stand on the student."""
    ada, bo, _ = read_roster(ROSTERS / "gradescope.csv").students
    assert (ada.email, ada.section) == ("ada@example.edu", "NN-01")
    assert read_roster(ROSTERS / "canvas-gradebook.csv").students[1].section == "NN-01 and NN-02"
    assert bo == Student("00418", "Bo Lindqvist", "bo@example.edu", "NN-02")


def test_a_name_holds_what_names_hold(tmp_path: Path) -> None:
    """Comma, quotes, a line break, another script, an emoji and a formula sign are parts of a name like others."""
    text = 'id,name\n1,"O\'Neil ""Ed"", Jo"\n2,"Two\nLines"\n3,محمد عبد الله\n4,=Ann 🦊\n'
    assert [one.name for one in made(tmp_path, text).students] == [
        'Jo O\'Neil "Ed"',
        "Two Lines",
        "محمد عبد الله",
        "=Ann 🦊",
    ]


@pytest.mark.parametrize(
    "text", ["id,name\r1,Ann\r2,Bob", "id;name\n1;Ann\n\n2;Bob\n", "\ufeffid\tname\r\n1\tAnn\r\n2\tBob\r\n\r\n"]
)
def test_line_ends_delimiters_and_blank_lines_do_not_matter(tmp_path: Path, text: str) -> None:
    """CR alone, no last line end, a mark at the start, `;` and tab: the same two students."""
    assert [(one.id, one.name) for one in made(tmp_path, text).students] == [("1", "Ann"), ("2", "Bob")]


def test_an_identifier_of_several_words_is_a_name(tmp_path: Path) -> None:
    """Classroom's roster may hold nothing but names, or nothing but ids, in one column."""
    students = made(tmp_path, "identifier,github_username\nAda Okoye,ada-ok\n00418,bol\n").students
    assert [one.name for one in students] == ["Ada Okoye", ""]


BROKEN = {
    "": [(1, "is empty")],
    "\n \n": [(1, "is empty")],
    "id,name\n": [(1, "holds no student")],
    "Ada Okoye,ada\nBo,bo\n": [(1, "no heading of the first line names a student's id; it holds `Ada Okoye`, `ada`")],
    "id,name\n1,Ann\n2,Bob,extra\n3\n": [(3, "3 cells, where the first line has 2"), (4, "1 cells, where the first line has 2")],
    "id,name\n1,Ann\n2,Bob\n1,Cid\n2,Dan\n": [(4, "the id `1` stands on line 2 already"), (5, "the id `2` stands on line 3 already")],
    "id,name,ID\n1,Ann,2\n": [(1, "two columns have the heading `ID`")],
    "id,name\n,Ann\n": [(2, "this student has no id")],
    "id,name\n9.00417E+11,Ann\n": [(2, "a spreadsheet has shortened the id to `9.00417E+11`")],
    'id,name\n1,"Two\nLines"\n2,"Ann\n': [(4, "cannot be read as a table: unexpected end of data")],
    b"id,name\n1,Ann\n2,Jos\xe9\n": [(3, "is not UTF-8; as Windows-1252 this cell would be `José`")],
    b"PK\x03\x04rest": [(1, "is a workbook or an archive, not a CSV file")],
}  # fmt: skip


@pytest.mark.parametrize(("text", "problems"), BROKEN.items())
def test_what_is_wrong_is_told_by_line_with_a_next_step(
    tmp_path: Path, text: str | bytes, problems: list[tuple[int, str]]
) -> None:
    """Every fault of a file is told at once, at its line, and each with what to do about it."""
    with pytest.raises(CourseError) as caught:
        made(tmp_path, text)
    assert [(one.mark.line, one.message) for one in caught.value.problems] == problems
    assert all(one.hint for one in caught.value.problems)


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """A missing file is told like any other fault."""
    with pytest.raises(CourseError) as caught:
        read_roster(tmp_path / "nobody.csv")
    assert "no such file" in caught.value.problems[0].message


CASES = Path(__file__).resolve().parent / "cases" / "class-list-forms"


def told(path: Path) -> str:
    """What is read in a roster, a line a student, or what is wrong with it, a line a problem."""
    try:
        students = read_roster(path).students
    except CourseError as error:
        marks = [(f"{one.mark.line}:{one.mark.column}", one.message, one.hint) for one in error.problems]
        return "".join(f"{place}: {message}\n    {hint}\n" for place, message, hint in marks)
    return "".join(
        " | ".join((one.id, one.name, one.email, one.section, ", ".join(one.teams))).rstrip(" |") + "\n"
        for one in students
    )


@pytest.mark.parametrize("name", sorted(folder.name for folder in CASES.iterdir()))
def test_a_roster_is_read_right_or_refused_at_the_cell(name: str, rewrite_cases: bool) -> None:
    """Each folder in `cases/class-list-forms` is a file as somebody has it; `expect.txt` says in a sentence what it shows, and what is read.

    Students are told by id, name, address, section and teams; problems by line and column, each with a next step.
    """
    expect = CASES / name / "expect.txt"
    sentence, _, wanted = expect.read_text("utf-8").partition("\n")
    assert sentence.endswith(".")
    found = told(CASES / name / "class-list.csv")
    if rewrite_cases:
        expect.write_text(f"{sentence}\n{found}", "utf-8", newline="\n")
    assert found == (found if rewrite_cases else wanted)


# --- whose is it -------------------------------------------------------------------------------------------------

# file, key, kind, name, email -> the student found
FOUND = [
    ("canvas-gradebook.csv", "9001", "canvas", "okoyeada", "", "00417"),
    ("canvas-gradebook.csv", "9001", "canvas", "lindqvistbo", "", "00417"),
    ("plain.csv", "00417", "canvas", "a nickname", "", "00417"),
    ("canvas-gradebook.csv", "9002", "canvas", "a nickname", "", "00418"),
    ("canvas-gradebook.csv", "9003", "canvas", "garcíalópezmaríajosé", "", "00419"),
    ("canvas-gradebook.csv", "777", "canvas", "lindqvistbo", "", "00418"),
    ("canvas-gradebook.csv", "00417", "canvas", "", "", None),
    ("canvas-gradebook.csv", "7hQ2z", "canvas-anonymous", "", "", None),
    ("canvas-gradebook.csv", "aokoye", "name", "", "", "00417"),
    ("canvas-gradebook.csv", "AOkoye", "nbgrader", "", "", "00417"),
    ("canvas-gradebook.csv", "00418", "", "", "", "00418"),
    ("canvas-gradebook.csv", "417", "name", "", "", None),
    ("canvas-people.csv", "9001", "canvas", "okoyeada", "", "00417"),
    ("nbgrader.csv", "9001", "canvas", "okoyeada", "", "00417"),
    ("plain.csv", "55", "canvas", "garcíalópezmaríajosé", "", "00419"),
    ("plain.csv", "00417", "canvas", "lindqvistbo", "", None),
    ("moodle-worksheet.csv", "31007", "moodle", "Somebody Else", "", "00417"),
    ("moodle-participants.csv", "31007", "moodle", "Ada Okoye", "", "00417"),
    ("moodle-participants.csv", "00417", "moodle", "", "", None),
    ("moodle-participants.csv", "31007", "moodle", "Lindqvist, BO", "", "00418"),
    ("moodle-participants.csv", "31007", "moodle", "Grace Teacher", "", None),
    ("gradescope.csv", "880001", "gradescope", "", "ADA@example.edu", "00417"),
    ("gradescope.csv", "00417", "gradescope", "Bo Lindqvist", "", "00418"),
    ("gradescope.csv", "00417", "", "Ada Okoye", "ada@example.edu", "00417"),
    ("gradescope.csv", "00417", "", "", "bo@example.edu", None),
    ("github-classroom.csv", "bol", "name", "", "", "00418"),
    ("github-classroom.csv", "ada-ok", "name", "", "", "00417"),
    ("github-classroom.csv", "BOL", "github", "", "", "00418"),
    ("github-classroom.csv", "00417", "github", "", "", None),
    ("github-classroom.csv", "adaokoye", "github", "", "", None),
    ("github-classroom.csv", "00417", "github", "00418", "", "00418"),
    ("github-classroom.csv", "ada-ok", "github", "00418", "", None),
    ("canvas-gradebook.csv", "ada-ok", "github", "00417", "", "00417"),
    ("canvas-gradebook.csv", "aokoye", "github", "", "", "00417"),
    ("canvas-gradebook.csv", "blind", "blackboard", "", "", "00418"),
    ("plain.csv", "mjgl@example.edu", "name", "", "", "00419"),
    ("plain.csv", "mjgl", "name", "", "", "00419"),
    ("plain.csv", "Okoye, Ada", "name", "", "", "00417"),
    ("plain.csv", "okoye_ada", "name", "", "", "00417"),
    ("plain.csv", "AdaOkoye", "name", "", "", "00417"),
    ("plain.csv", unicodedata.normalize("NFD", "maría josé  GARCÍA-LÓPEZ"), "name", "", "", "00419"),
    ("plain.csv", "nobody", "name", "", "", None),
    ("plain.csv", "", "", "", "", None),
]


@pytest.mark.parametrize(("file", "key", "kind", "name", "email", "student"), FOUND)
def test_a_hand_in_is_found_by_what_stands_on_it(
    file: str, key: str, kind: str, name: str, email: str, student: str | None
) -> None:
    """A platform's number and a GitHub name count only where they can stand; other keys in every column, then as a name."""
    assert who(read_roster(ROSTERS / file).find(key, kind, name, email)) == student


def test_who_fits_twice_fits_nobody(tmp_path: Path) -> None:
    """Two students of one name, or one address before two `@`, are told apart by id only."""
    roster = made(tmp_path, "id,name,email\n1,Ann Lee,ann@a.edu\n2,Ann Lee,ann@b.edu\n3,Cid,cid@a.edu\n")
    assert [who(roster.find(key)) for key in ("1", "2", "Ann Lee", "Lee, Ann", "ann", "cid")] == [
        "1",
        "2",
        None,
        None,
        None,
        "3",
    ]
    assert who(roster.find("ann", name="Ann Lee", email="ann@b.edu")) == "2"


def test_one_students_login_may_be_anothers_id(tmp_path: Path) -> None:
    """A key that is two students' in different columns needs a name to decide."""
    roster = made(tmp_path, "id,name,login\n100,Ann,200\n200,Bob,300\n")
    assert who(roster.find("200")) is None
    assert who(roster.find("200", name="Bob")) == "200"
    assert who(roster.find("300")) == "200"


def test_ids_that_differ_in_case_are_two(tmp_path: Path) -> None:
    """The key as it is written comes before the key in any case of letters."""
    roster = made(tmp_path, "id,name\nA1,Ann\na1,Bob\n")
    assert [who(roster.find(key)) for key in ("A1", "a1")] == ["A1", "a1"]


def test_a_name_in_the_other_order_is_another_name(tmp_path: Path) -> None:
    """Thomas James is not James Thomas, squeezed or not."""
    roster = made(tmp_path, 'id,name\n1,"Thomas, James"\n')
    assert who(roster.find("9", "canvas", "thomasjames")) == "1"
    assert roster.find("9", "canvas", "jamesthomas") is None
    assert roster.find("9", "moodle", "Thomas James") is None


# --- teams -------------------------------------------------------------------------------------------------------

TEAMS = """Student,ID,SIS User ID,Section,Group Name
"Okoye, Ada",9001,1,A,Team 4
"Lind, Bo",9002,2,A,Team 4
"Kaya, Cem",9003,3,A,
"Rocket, Eva",9004,4,A,Rocket
"""
# key, kind, name -> the students, and the team
OWNERS = [
    ("9001", "canvas", "Team 4", "1 2", "Team 4"),
    ("9001", "canvas", "team4", "1 2", "team4"),  # as Canvas would write it into a file's name
    ("777", "canvas", "Team 4", "1 2", "Team 4"),
    ("9003", "canvas", "team4", "", ""),  # a student who calls themself like a team
    ("777", "canvas", "team4 (777)", "", ""),  # one of two who are called so
    ("9003", "canvas", "Team 9", "", ""),  # a team whose members nobody told
    ("9003", "canvas", "kayacem", "3", ""),
    ("9001", "canvas", "okoyeada (9001)", "1", ""),
    ("77", "moodle", "Team 4", "1 2", "Team 4"),
    ("team-4", "github", "", "1 2", "team-4"),
    ("Team_4", "name", "", "1 2", "Team_4"),
    ("Team 4", "brightspace", "Team 4", "1 2", "Team 4"),
    ("Team 4 77", "brightspace", "Team 4", "", ""),  # two are called so
    ("Eva Rocket", "name", "", "4", ""),
    ("Cem Kaya", "brightspace", "Cem Kaya", "3", ""),
    ("Cem Kaya 5", "brightspace", "Cem Kaya", "", ""),
]


@pytest.mark.parametrize(("key", "kind", "name", "ids", "team"), OWNERS)
def test_a_teams_work_is_all_its_members(tmp_path: Path, key: str, kind: str, name: str, ids: str, team: str) -> None:
    """A team is found by its name, on Canvas only if who handed in is in it; a name that several have finds nobody."""
    found = made(tmp_path, TEAMS).owners(key, kind, name)
    assert (" ".join(student.id for student in found.students), found.team) == (ids, team)


def teams(folder: Path, text: str, roster: Roster | None) -> dict[str, str]:
    """The ids of each team's members, as a file with this text tells them."""
    path = folder / "groups.csv"
    path.write_text(text, "utf-8")
    whole = with_groups(roster, path)
    return {team: " ".join(sorted(whole.students[at].id for at in places)) for team, places in whole.teams.items()}


@pytest.mark.parametrize(
    "text",
    [
        "group,student\nRed,1\nRed,Bo Lind\nBlue,3\n",
        "Gruppe;Matrikelnummer\nRed;1\nRed;2\nBlue;3\n",
        'name,canvas_user_id,group_name\n"Okoye, Ada",9001,Red\nBo Lind,9002,Red\nCem Kaya,9003,Blue\nEva Rocket,9004,\n',
        'team,member 1,member 2\nRed,1,"Lind, Bo"\nBlue,3,\n'.replace('"Lind, Bo"', "Bo Lind"),
        "team,members\nRed,1;2\nBlue,3\n",
    ],
)
def test_a_file_says_who_is_in_which_team(tmp_path: Path, text: str) -> None:
    """A line a member or a line a team, by whatever leads to a student; teams of the class list that it does not name stay."""
    roster = made(tmp_path, TEAMS.replace("Team 4", "Red"))
    assert teams(tmp_path, text, roster) == {"red": "1 2", "blue": "3", "rocket": "4"}


def test_without_a_class_list_a_file_of_teams_is_one(tmp_path: Path) -> None:
    """The members are who there is, and nobody else is missed in it."""
    for text in ("group,student\nRed,ada\nRed,bo\n", "group,member 1,member 2\nRed,ada,bo\n"):
        assert teams(tmp_path, text, None) == {"red": "ada bo"}
        assert not with_groups(None, tmp_path / "groups.csv").whole


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("group,student\nRed,1\nRed,aokoy\n", "3:5", "`aokoy` is no one student of the class list"),
        ("group,member 1,member 2\nRed,1,x\n", "2:7", "`x` is no one student of the class list"),
        (
            "team,team mate\nRed,1\n",
            "1:1",
            "no heading names the members of a team; they are `team`, `team mate`",
        ),
        ("id,name\n1,Ada\n", "1:1", "no heading of the first line names a team; it holds `id`, `name`"),
    ],
)
def test_a_member_whom_nobody_knows_is_told_at_the_cell(tmp_path: Path, text: str, place: str, message: str) -> None:
    """So is a file without teams or without members; each with a next step."""
    with pytest.raises(CourseError) as caught:
        teams(tmp_path, text, made(tmp_path, TEAMS))
    (problem,) = caught.value.problems
    assert (f"{problem.mark.line}:{problem.mark.column}", problem.message) == (place, message)
    assert problem.hint


KINDS = ("", "name", "canvas", "canvas-anonymous", "moodle", "gradescope", "nbgrader", "another")
TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)


@given(TEXTS, st.sampled_from(KINDS), TEXTS, TEXTS)
def test_no_key_is_too_odd_to_look_for(key: str, kind: str, name: str, email: str) -> None:
    """Whatever stands on a hand-in, looking for its student ends with a student of the roster or none."""
    assert CANVAS.find(key, kind, name, email) in (None, *CANVAS.students)
    assert set(CANVAS.owners(key, kind, name, email).students) <= set(CANVAS.students)


CANVAS = read_roster(ROSTERS / "canvas-gradebook.csv")
