"""`blueprint review` from the graded notebooks to marks: who reads what, under which names, and what the merge tells."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
import reviewing

from autograder.authoring.questions import questions
from autograder.review.marks import Marks
from autograder.suites import find
from blueprint.cli import run
from blueprint.exits import Exit
from blueprint.paths import shipped_content

STUDENTS = ("ada", "bob", "cyn", "dan", "eve", "fay")


class Desk:
    """A folder with an offering in it, where `blueprint review` is run as from a shell."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capfd, self.out, self.err = folder, capfd, "", ""

    def review(self, *words: str) -> int:
        """Runs `blueprint review` with this class's folder of grades; keeps what it said."""
        self.capfd.readouterr()
        code = run(["review", *words, "--out", "grades"])
        self.out, self.err = self.capfd.readouterr()
        return code

    def path(self, piece: str, grader: str) -> Path:
        return self.folder / "grades" / "review" / piece / f"review-{piece}-{grader}.csv"

    def rows(self, piece: str, grader: str) -> list[dict[str, str]]:
        with self.path(piece, grader).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def fill(self, piece: str, grader: str, level: str, where: str = "back.csv") -> Path:
        """Gives every row of a sheet one level, and writes it as a grader would send it."""
        rows = [row | {"level": level} for row in self.rows(piece, grader)]
        path = self.folder / where
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Desk:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "syllabi").mkdir()
    shutil.copy(shipped_content() / "syllabi" / "fall26.yaml", tmp_path / "syllabi" / "term.yaml")
    reviewing.classroom(tmp_path, dict.fromkeys(STUDENTS, reviewing.ANSWERS) | {"fay": ("", "A view.", "none")})
    return Desk(tmp_path, capfd)


MODULE = ("module-01", "--roster", "roster.csv")


def test_a_sheet_for_each_grader(desk: Desk) -> None:
    """The staff who lead sections share the answers evenly; a row has the question, the answer and where it stands."""
    assert desk.review("sheet", *MODULE) == Exit.FINE
    okafor, lindgren = desk.rows("module-01", "okafor"), desk.rows("module-01", "lindgren")
    assert len(okafor) == len(lindgren) == 9
    assert {row["who"] for row in okafor + lindgren} == {f"{name.capitalize()} Tester" for name in STUDENTS}
    fay = [row for row in okafor + lindgren if row["who"] == "Fay Tester"]
    assert sorted(row["text"] for row in fay) == ["A view.", "[blank]", "none"]
    assert {row["place"] for row in fay} == {f"tensor.ipynb, cell {n}" for n in (2, 3, 4)}
    assert all("right-with-numbers = 10, Right, with numbers: " in row["levels"] for row in fay)
    asked = {one.id: one.ask for one in questions(find("tinytorch"))[1]}
    assert {row["question"]: row["asks"] for row in fay} == asked


def test_by_section(desk: Desk) -> None:
    """Each answer goes to whoever leads the student's section, also where it was shared out otherwise and nobody has begun."""
    desk.review("sheet", *MODULE)
    desk.review("sheet", *MODULE, "--by-section")
    assert {row["who"].split()[0].lower() for row in desk.rows("module-01", "okafor")} == set(STUDENTS[::2])


def test_pseudonyms_stay_and_the_key_is_the_owners(desk: Desk) -> None:
    """A student is the same bird in each question and each time; only the owner can read who that is; a name in an answer is told."""
    (desk.folder / "work" / "bob" / "tensor.ipynb").write_text(reviewing.notebook(("By Bob: 44 MB", "", "")), "utf-8")
    shutil.rmtree(desk.folder / "grades")
    reviewing.classroom(desk.folder, {"bob": ("By Bob: 44 MB", "", ""), "ada": reviewing.ANSWERS})
    desk.review("sheet", *MODULE, "--pseudonyms", "--overlap", "50")
    assert ": the answer holds a name of its student, bob" in desk.err
    text = desk.path("module-01", "okafor").read_text("utf-8") + desk.path("module-01", "lindgren").read_text("utf-8")
    assert not [word for word in ("Tester", "ada", "example.edu") if word in text]
    key = desk.folder / "grades" / "review" / "module-01" / "key.json"
    assert key.stat().st_mode & 0o777 == desk.path("module-01", "okafor").stat().st_mode & 0o777 == 0o600
    birds = {one["item"]: one["who"] for one in json.loads(key.read_text("utf-8"))["items"]}
    reviewing.classroom(desk.folder, dict.fromkeys(STUDENTS, reviewing.ANSWERS))
    desk.review("sheet", *MODULE, "--pseudonyms")
    later = {one["item"]: one["who"] for one in json.loads(key.read_text("utf-8"))["items"]}
    assert birds.items() < later.items()
    assert len(set(later.values())) == len(later) == 6


def test_marks_go_into_the_log_and_into_the_next_sheet(desk: Desk) -> None:
    """What was merged counts, stands in a sheet that is written again, and is told when its level is changed there."""
    desk.review("sheet", *MODULE, "--grader", "okafor")
    assert desk.review("merge", str(desk.fill("module-01", "okafor", "partly-right"))) == Exit.FINE
    assert desk.out == "18 new\n"
    assert Marks.read(desk.folder / "grades").points("ada", "module-01") == 12
    desk.review("sheet", *MODULE, "--grader", "okafor")
    assert {row["level"] for row in desk.rows("module-01", "okafor")} == {"partly-right"}
    desk.review("merge", str(desk.fill("module-01", "okafor", "attempted")))
    assert "module-01: ada, what-a-product-costs, by okafor: 4, Partly right -> 1, Attempted\n" in desk.out
    assert desk.out.endswith("18 changed\n")


def test_nothing_is_written_unless_all_can_be_read(desk: Desk) -> None:
    """One wrong cell in one of the files keeps all of them out; `--partial` takes the rest and names it."""
    desk.review("sheet", *MODULE)
    good, bad = (
        desk.fill("module-01", "okafor", "attempted", "good.csv"),
        desk.fill("module-01", "lindgren", "attempted", "bad.csv"),
    )
    bad.write_text(bad.read_text("utf-8").replace("attempted,", "05-Mar,", 1), "utf-8")
    assert desk.review("merge", "good.csv", "bad.csv") == Exit.TO_MEND
    assert "(`level`): a spreadsheet took this for a date, `05-Mar`" in desk.err
    assert not (desk.folder / "grades" / "marks.jsonl").exists()
    assert desk.review("merge", str(good), str(bad), "--partial") == Exit.TO_MEND
    assert desk.out.startswith("17 new")


def test_graders_who_differ_wait_for_the_head(desk: Desk) -> None:
    """What two graders see differently is in a table for the head TA, with what each gave; the decision counts."""
    desk.review("sheet", *MODULE, "--overlap", "100")
    files = [
        desk.fill("module-01", "okafor", "attempted", "1.csv"),
        desk.fill("module-01", "lindgren", "right-direction", "2.csv"),
    ]
    assert desk.review("merge", *map(str, files)) == Exit.TO_MEND
    assert (
        "lindgren and okafor read 18 answers both: 0 alike, 18 more than a level apart; weighted kappa 0.00" in desk.out
    )
    table = desk.folder / "grades" / "review" / "module-01" / "decide-module-01.csv"
    text = table.read_text("utf-8")
    assert "lindgren: 7, Right direction\nokafor: 1, Attempted" in text
    assert "44 MB in all." in text
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row | {"level": "4"} for row in csv.DictReader(file)]
    assert {row["grader"] for row in rows} == {"okafor"}
    with (desk.folder / "decided.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    assert desk.review("merge", "--decide", "decided.csv") == Exit.FINE
    assert Marks.read(desk.folder / "grades").points("ada", "module-01") == 12


def test_marks_survive_grading_again(desk: Desk) -> None:
    """A new hand-in and a new run of the grader change no mark; the old table is refused where the answer is another one."""
    desk.review("sheet", *MODULE, "--grader", "okafor")
    back = desk.fill("module-01", "okafor", "partly-right")
    desk.review("merge", str(back))
    reviewing.classroom(desk.folder, dict.fromkeys(STUDENTS, ("48 MB", "A view moves no data.", "0.1 s")))
    assert Marks.read(desk.folder / "grades").points("ada", "module-01") == Fraction(12)
    desk.review("sheet", *MODULE, "--grader", "okafor")
    rows = {(row["who"], row["question"]): row["level"] for row in desk.rows("module-01", "okafor")}
    assert (rows["Ada Tester", "what-a-product-costs"], rows["Ada Tester", "views-strides-copies"]) == (
        "",
        "partly-right",
    )
    assert desk.review("merge", str(back)) == Exit.TO_MEND
    assert "Ada Tester has handed in something else since this table was made" in desk.err


def test_a_log_from_a_download(desk: Desk) -> None:
    """Text that was typed or uploaded is in the row; of a PDF the name; who fits nobody and who is missing is told. Samples come first."""
    with zipfile.ZipFile(desk.folder / "logs.zip", "w") as archive:
        archive.writestr(
            "testerada_901_1_text.html",
            "<html><body><p>19 ms &amp; 3.5 MB</p><script>x()</script><p>so INT8</p></body></html>",
        )
        archive.writestr("testerbob_902_2_log.pdf", b"%PDF-1.7")
        archive.writestr("nobody_999_3_log.txt", "whose?")
    roster = "Student,ID,SIS User ID,SIS Login ID,Section\n" + "".join(
        f'"Tester, {name}",{number},00{number},{name.lower()},Section 1\n'
        for name, number in (("Ada", 901), ("Bob", 902), ("Cyn", 903))
    )
    desk.folder.joinpath("roster.csv").write_text(roster, "utf-8")
    assert desk.review("sheet", "log-05", "logs.zip", "--roster", "roster.csv", "--grader", "okafor") == Exit.FINE
    assert "nobody fits no one student of the class list" in desk.err
    assert "1 of the class list has not a hand-in of this assignment: 00903" in desk.err
    rows = desk.rows("log-05", "okafor")
    assert [row["kind"] for row in rows[:6]] == ["calibration"] * 5 + ["answer"]
    told = {row["who"]: row["text"] for row in rows if row["kind"] == "answer"}
    assert told == {"Ada Tester": "19 ms & 3.5 MB\n\nso INT8", "Bob Tester": "[this is no text: open `log.pdf`]"}


def test_marks_reach_the_feedback(desk: Desk, sandbox: None) -> None:
    """After a merge the next run of the grader puts level, reasons and comment onto the student's page, and changes no mark."""
    shutil.rmtree(desk.folder / "grades")
    graded = ["grade", "work", "--student", "ada", "--module", "1", "--roster", "roster.csv", "--out", "grades"]
    assert run(graded) == Exit.FINE
    desk.review("sheet", *MODULE, "--grader", "okafor")
    desk.review("merge", str(desk.fill("module-01", "okafor", "right-direction")))
    log = (desk.folder / "grades" / "marks.jsonl").read_bytes()
    assert run(graded) == Exit.FINE
    page = (desk.folder / "grades" / "feedback" / "ada" / "module-01.html").read_text("utf-8")
    assert page.count("7 of 10 points · Right direction") == 3
    assert (desk.folder / "grades" / "marks.jsonl").read_bytes() == log


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sheet", "module-1"], "there is no assignment `module-1` that people mark; did you mean `module-01`?"),
        (["sheet", "module-01", "--grader", "okaf"], "--grader: `okaf` is not on the staff; did you mean `okafor`?"),
        (["page", "module-02"], "there is no work of module-02 to mark: no grade of module 02; `blueprint grade` makes them"),
        (["sheet", "log-05"], "there is no work of log-05 to mark: name the download it was handed in with, or a class list with `--roster`"),
        (["merge", "roster.csv"], "nothing was handed out to be marked from grades; `blueprint review sheet` does it"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_the_next_step(words: list[str], told: str, desk: Desk) -> None:
    """A name that is not there, a grader who is not on the staff, a piece without work: each with what to do."""
    assert desk.review(*words) == Exit.CANNOT
    assert told in desk.err


def test_the_files_of_a_page_and_a_sheet_are_the_same_share(desk: Desk) -> None:
    """The page has the items of the sheet in the same order, so either may be used."""
    desk.review("sheet", *MODULE, "--overlap", "40")
    desk.review("page", *MODULE, "--overlap", "40")
    for grader in ("okafor", "lindgren"):
        page = desk.path("module-01", grader).with_suffix(".html").read_text("utf-8")
        data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
        items = [(question["id"], entry["item"]) for question in data["questions"] for entry in question["answers"]]
        assert items == [(row["question"], row["item"]) for row in desk.rows("module-01", grader)]


def test_marks_are_in_the_course_grade(desk: Desk) -> None:
    """A module is pending until people have marked its questions; then their points stand beside those of the tests."""

    def results() -> dict[str, str]:
        assert run(["gradebook", "--roster", "roster.csv", "--out", "grades", "--as-of", "2026-09-10"]) == Exit.FINE
        with (desk.folder / "grades" / "course_grades.csv").open(encoding="utf-8", newline="") as file:
            return {row["student"]: row["module-01"] for row in csv.DictReader(file)}

    desk.review("sheet", *MODULE)
    assert results() == dict.fromkeys(STUDENTS, "pending")
    back = [
        str(desk.fill("module-01", grader, "right-with-numbers", f"{grader}.csv")) for grader in ("okafor", "lindgren")
    ]
    assert desk.review("merge", *back) == Exit.FINE, desk.err
    assert results() == dict.fromkeys(STUDENTS, "30")
