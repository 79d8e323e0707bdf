"""The class list, teams and aliases: named once, kept beside the grades, and a wrong cell is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.aliases import alias_lines, with_aliases
from autograder.intake.class_list import ClassFiles, class_files, read_class_list
from autograder.intake.roster import NOT_IN_CLASS, Alias, Aliases, Roster, read_roster
from autograder.reports.csv_files import line
from blueprint.problems import CourseError

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

CLASS = "id,name,email,login\n00417,Wei Zhang,wz@x.edu,wzhang\n00418,Wei Zhang,wz2@x.edu,wz2\n00419,Ada Okoye,ao@x.edu,aok\n"


def roster(folder: Path) -> Roster:
    path = folder / "class.csv"
    path.write_text(CLASS, "utf-8")
    return read_roster(path)


def with_lines(folder: Path, *lines: str, first: str = "hand-in,platform,student") -> Roster:
    """The class with a file of these aliases."""
    path = folder / "aliases.csv"
    path.write_text("\n".join([first, *lines, ""]), "utf-8")
    return with_aliases(roster(folder), path)


def who(known: Roster, key: str, kind: str = "", name: str = "", email: str = "") -> list[str]:
    return [student.id for student in known.owners(key, kind, name, email).students]


# --- files -----------------------------------------------------------------------------------------------------


def test_an_alias_says_whose_a_hand_in_is(tmp_path: Path) -> None:
    """By its key or address, on the platform that is named or on any; of a name beside the key nothing is said."""
    known = with_lines(tmp_path, "31007,moodle,00418", "me@home.org,,Ada Okoye", "Kitten,,aok")
    assert who(known, "31007", "moodle", "Wei Zhang") == ["00418"]
    assert who(known, "31007", "canvas", "zhangwei") == []
    assert who(known, "4711", "gradescope", "A. O.", "me@home.org") == ["00419"]
    assert who(known, "kitten", "name") == ["00419"]
    assert who(known, "4712", "moodle", "Kitten") == []
    assert who(known, "00417", "name") == ["00417"], "whom no line is about is found as before"


def test_of_nobody_in_the_class(tmp_path: Path) -> None:
    """Work of which a person says so is nobody's, and nothing is left to be said of it."""
    known = with_lines(tmp_path, "77001,canvas,nobody")
    assert known.is_nobodys("77001", "canvas")
    assert not known.is_nobodys("77001", "moodle")
    assert who(known, "77001", "canvas", "okoyeada") == []


def test_a_file_of_what_is_nobodys_is_one_of_aliases(tmp_path: Path) -> None:
    """unmatched.csv with its column filled in is read as it is; the line that nobody has filled in says nothing."""
    known = with_lines(
        tmp_path,
        "'=x,name,00419,,,fits no one student of the class list,70",
        "annlee,canvas,,annlee,,fits no one student of the class list,",
        first="hand-in,platform,student,name,email,why,module-01",
    )
    assert who(known, "=x", "name") == ["00419"]
    assert len(known.aliases.known) == 1


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("x,,417", 4, "`417` is no one student here"),
        ("x,,Wei Zhang", 4, "`Wei Zhang` is no one student here"),
        (",,00417", 1, "no hand-in is named"),
        ("00418,,00417", 1, "`00418` is 00418 Wei Zhang in the class list"),
        ("aok,name,00417", 1, "`aok` is 00419 Ada Okoye in the class list"),
        ("00418,,nobody", 1, "`00418` is 00418 Wei Zhang in the class list"),
        ("Wei Zhang,,00417", 1, "several students are called `Wei Zhang`"),
        ("1-Mar,,00417", 1, "a spreadsheet took the id for a date, `1-Mar`"),
        ("9.00E+11,,00417", 1, "a spreadsheet has shortened the id to `9.00E+11`"),
        ("b,,00419", 1, "the same stands in line 2 already"),
        ("b,,00417,00418", 10, "4 cells, where the first line has 3"),
    ],
)
def test_a_bad_alias_is_refused_at_its_cell(tmp_path: Path, text: str, column: int, says: str) -> None:
    """An alias contradicts no class list, leads to one student and was not spoiled; each cell that fails is named."""
    with pytest.raises(CourseError) as caught:
        with_lines(tmp_path, "B,,00417", text)
    (problem,) = caught.value.problems
    assert (problem.mark.line, problem.mark.column) == (3, column)
    assert problem.message.startswith(says)
    assert problem.hint


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("alias,student", "no heading is `hand-in`"),
        ("hand-in,who", "no heading of the first line names a student's id; it holds `hand-in`, `who`"),
        ("hand-in,student,hand-in", "two columns have the heading `hand-in`"),
    ],
)
def test_headings_that_lack_are_named(tmp_path: Path, first: str, says: str) -> None:
    """The message offers the first line that a file of aliases begins with."""
    with pytest.raises(CourseError) as caught:
        with_lines(tmp_path, first=first)
    assert says in [problem.message for problem in caught.value.problems]
    assert "id,name,email" not in str([problem.hint for problem in caught.value.problems])


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=12)


@given(NAMES, st.sampled_from(["", "name", "github"]), st.sampled_from(["00417", "00419", NOT_IN_CLASS]))
def test_what_is_kept_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, name: str, platform: str, student: str
) -> None:
    """Whatever a hand-in is called, an alias that is written leads to the same student when it is read, or is refused."""
    folder = tmp_path_factory.mktemp("aliases")
    known = Aliases({(platform, name.casefold()): Alias(name, platform, student)})
    (folder / "aliases.csv").write_text("".join(line(cells) for cells in alias_lines(known)), "utf-8", newline="")
    try:
        read = with_aliases(roster(folder), folder / "aliases.csv").aliases
    except CourseError:
        return
    assert read.owner(platform, name) == student


# --- where they lie --------------------------------------------------------------------------------------------


def test_what_is_named_takes_the_place_of_what_is_kept(tmp_path: Path) -> None:
    """A class list or teams on the command line are read in place of those in the folder; aliases are read always."""
    assert read_class_list(class_files(tmp_path)) is None
    for name in ("roster.csv", "aliases.csv"):
        (tmp_path / name).touch()
    other = tmp_path / "other.csv"
    assert class_files(tmp_path, other) == ClassFiles(other, None, tmp_path / "aliases.csv")
    assert class_files(tmp_path).roster == tmp_path / "roster.csv"


def test_aliases_need_the_class_list(tmp_path: Path) -> None:
    """Without a class list nobody knows whom an alias leads to, and the message says how to name one."""
    (tmp_path / "aliases.csv").write_text("hand-in,student\nx,00417\n")
    with pytest.raises(CourseError) as caught:
        read_class_list(class_files(tmp_path))
    assert caught.value.problems[0].hint == "name it with `--roster`, or keep it with `blueprint roster FILE`"


# --- the command -----------------------------------------------------------------------------------------------


@pytest.fixture
def graded(classroom: Any) -> Any:
    """Ada and a kitten have handed in; the class list is beside them."""
    classroom.hand_in("class/aok", nn=None)
    classroom.hand_in("class/kitten", nn=None)
    (classroom.folder / "class.csv").write_text(CLASS, "utf-8")
    return classroom


def test_the_class_list_is_named_once(graded: Any) -> None:
    """Once it is kept, other commands know it; what is nobody's then needs one line, and afterwards nothing is left."""
    kept = told(graded, "class.csv")
    assert kept[0] == "grades/roster.csv: 3 students"
    assert kept[1:] == [
        "2 students are called Wei Zhang: 00417, 00418; work with this name alone is nobody's",
        "next: blueprint grade SUBMISSIONS",
    ]
    assert (graded.folder / "grades" / "roster.csv").stat().st_mode & 0o077 == 0, "it is for its owner only"
    ran = graded.run("grade", "class", "--module", "1", "--jobs", "1")
    assert "unmatched: kitten: fits no one student of the class list" in ran.out
    unmatched = graded.folder / "grades" / "unmatched.csv"
    text = unmatched.read_text("utf-8").replace("kitten,name,,", "kitten,name,00417,")
    unmatched.write_text(text, "utf-8")
    assert "grades/aliases.csv: 1 alias" in told(graded, "--aliases", "grades/unmatched.csv")
    ran = graded.run("grade", "class", "--module", "1", "--jobs", "1")
    assert (ran.code, "0 unmatched" in ran.out) == (0, True)
    rows = csv.DictReader(io.StringIO((graded.folder / "grades" / "gradebook.csv").read_text("utf-8")))
    assert {row["student"]: row["module-01"] for row in rows} == {"00417": "20", "00418": "", "00419": "20"}


def test_aliases_are_added_to_those_there_are(graded: Any) -> None:
    """A second file takes nothing away; what it says anew of a hand-in is told as old -> new."""
    told(graded, "class.csv")
    for text in ("kitten,00417\nstray,nobody\n", "Kitten,00419\n"):
        (graded.folder / "more.csv").write_text(f"hand-in,student\n{text}")
        said = told(graded, "--aliases", "more.csv")
    assert said[0] == "Kitten: 00417 -> 00419"
    kept = (graded.folder / "grades" / "aliases.csv").read_bytes()
    assert kept == b"hand-in,platform,student\r\nKitten,,00419\r\nstray,,nobody\r\n"


def test_who_has_joined_and_left_is_told(graded: Any) -> None:
    """A new class list is compared with the one that was kept."""
    told(graded, "class.csv")
    (graded.folder / "class.csv").write_text("id,name\n00418,Wei Zhang\n00419,Ada Okoye\n00420,Bo Lee\n")
    assert told(graded, "class.csv")[1:3] == [
        "joined since the last one: 1: 00420 Bo Lee",
        "left since the last one: 1: 00417 Wei Zhang",
    ]


def test_ids_that_lost_their_zeros_are_refused(graded: Any) -> None:
    """What a spreadsheet has saved without them would make another class of the same people."""
    from blueprint.cli import run

    told(graded, "class.csv")
    (graded.folder / "class.csv").write_text("id,name\n417,Wei Zhang\n418,Wei Zhang\n00419,Ada Okoye\n")
    assert run(["roster", "class.csv", "--out", "grades"]) == 2
    said = graded.capfd.readouterr().err
    assert "a spreadsheet took the zeros in front of 2 ids, `00417` is `417` there" in said
    assert (graded.folder / "grades" / "roster.csv").read_text("utf-8") == CLASS


def test_a_wrong_file_leaves_what_is_kept(graded: Any) -> None:
    """Nothing is kept of files of which one cannot be read right."""
    from blueprint.cli import run

    (graded.folder / "aliases.csv").write_text("hand-in,student\nx,00999\n")
    assert run(["roster", "class.csv", "--aliases", "aliases.csv", "--out", "grades"]) == 1
    assert "aliases.csv:2:3: error: `00999` is no one student here" in graded.capfd.readouterr().err
    assert not (graded.folder / "grades" / "roster.csv").exists()
    assert run(["roster", "--out", "grades"]) == 2
    assert "there is no class list yet" in graded.capfd.readouterr().err


def told(graded: Any, *arguments: str) -> list[str]:
    """The lines that `blueprint roster` says."""
    from blueprint.cli import run

    graded.capfd.readouterr()
    code = run(["roster", *arguments, "--out", "grades"])
    said = graded.capfd.readouterr()
    assert code == 0, said.err
    return str(said.out).splitlines()
