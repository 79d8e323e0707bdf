"""The page for graders, in a real browser: by keyboard alone, through a reload, out of it and back in."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import reviewing

from autograder.intake.roster import Student
from autograder.review.answers import Answer
from autograder.review.batch import Item, read_batch
from autograder.review.marks import Marks
from autograder.review.page import page
from autograder.review.sheet import assigned
from autograder.review.table import COLUMNS
from autograder.review.tasks import Level, Question, Sample, Task, rubric_task
from autograder.review.works import Work
from blueprint.cli import run
from blueprint.exits import Exit
from blueprint.load import load_offering
from blueprint.paths import CoursePaths, shipped_content

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab of a fresh browser in which nothing is stored; every request and every error in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    tab.on(
        "request", lambda request: wrong.append(request.url) if not request.url.startswith(("file:", "blob:")) else None
    )
    yield tab
    context.close()
    assert wrong == []


def opened(tab: Page, folder: Path, text: str) -> Page:
    """The tab with a page from a file."""
    file = folder / "review.html"
    file.write_text(text, "utf-8")
    tab.goto(file.as_uri())
    return tab


def press(tab: Page, *keys: str) -> None:
    for key in keys:
        tab.keyboard.press(key)


def exported(tab: Page, folder: Path) -> Path:
    """The table that the key `e` gives."""
    with tab.expect_download() as download:
        press(tab, "e")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of an exported table."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


# --- a task of two questions, one with samples ----------------------------------------------------------------------

NOTHING = Level("not-answered", "Not answered", Fraction(0), Fraction(0))
RIGHT = Level("right", "Right", Fraction(10), Fraction(10), "All of it")
PARTLY = Level("partly", "Partly right", Fraction(4), Fraction(4), "Some of it")
GOOD = Level("good", "Good", Fraction(6), Fraction(8))
WEAK = Level("weak", "Weak", Fraction(0), Fraction("5.5"))
TASK = Task(
    "log-05",
    "Decision Log 5",
    "Decision Log",
    (
        Question("cost", "log/cost", "Cost", "What does it cost?", (RIGHT, PARTLY, NOTHING), ("44 MB",),
                 samples=(Sample("Log A", "44 MB", Fraction(10), "It is right."), Sample("Log B", "much", Fraction(4), "No number."))),
        Question("quality", "log/quality", "Quality", "How good is it?", (GOOD, WEAK, NOTHING), step=Fraction(1, 2)),
    ),
    reasons={"no-unit": "There is no unit.", "no-cause": "The cause is missing."},
)  # fmt: skip
AWKWARD = '</script><script>document.title = "run"</script> \u202eturned\u202c <b>bold</b> =1+1 ' + "long" * 3000


def review(texts: tuple[str, ...] = ("44 MB", "", AWKWARD), task: Task = TASK, folder: Path = Path("none")) -> str:
    """A page with these answers, of Plover, Dunlin, Heron and so on."""
    items = {}
    for number, (who, text) in enumerate(zip(("Plover", "Dunlin", "Heron", "Kestrel", "Siskin"), texts, strict=False)):
        id = f"i-0000000{number}"
        answers = dict.fromkeys((one.id for one in task.questions), Answer(text, "log.txt"))
        work = Work((Student(who.lower()),), answers)
        items[id] = (Item(id, who, {who.lower(): ""}, ("maja",), {}), work)
    return page(assigned(task, "maja", "Maja Lindgren", items, Marks.read(folder)), "review-log-05-maja.csv")


# --- rules ---------------------------------------------------------------------------------------------------------


def test_thirty_answers_by_keyboard_alone(tab: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten students' answers to three questions are marked without a mouse, with a reload in the middle; the merge has every one."""
    monkeypatch.chdir(tmp_path)
    reviewing.classroom(
        tmp_path,
        dict.fromkeys(["ada", "bob", "cyn", "dan", "eve", "fay", "gus", "hal", "ivy", "jon"], reviewing.ANSWERS),
    )
    options = ["--suite", "tinytorch", "--out", "grades"]
    chosen = [*options, "--roster", "roster.csv", "--grader", "maja", "--pseudonyms"]
    assert run(["review", "page", "module-01", *chosen]) == Exit.FINE
    tab.goto((tmp_path / "grades/review/module-01/review-module-01-maja.html").as_uri())
    expected: dict[tuple[str, int], tuple[Fraction, str]] = {}
    points = {key: Fraction(earned) for key, earned in {"1": 10, "2": 7, "3": 4, "4": 0, "0": 0}.items()}
    for place in range(30):
        if place and place % 10 == 0:
            press(tab, "]")
        elif place:
            press(tab, "n" if place % 3 else "j")
        key = "12340"[place % 5]
        press(tab, key)
        comment = ""
        if place % 4 == 0:
            comment = f'No. {place}: jkn 1 2 "quoted", ü;=x\nand more'
            press(tab, "c")
            tab.keyboard.type(comment)
            press(tab, "Escape")
        expected[tab.inner_text("#who"), place // 10] = points[key], comment
        if place == 14:
            tab.reload()
            assert tab.inner_text("#saved") == "Your marks are back"
    assert tab.inner_text("#total") == "30 of 30 marked"
    table = exported(tab, tmp_path)
    assert run(["review", "merge", str(table), *options]) == Exit.FINE
    batch = read_batch(tmp_path / "grades", "module-01")
    assert batch is not None
    student_of = {item.who: next(iter(item.students)) for item in batch.items.values()}
    marks = Marks.read(tmp_path / "grades")
    assert len(expected) == 30
    for (who, question), told in expected.items():
        mark = marks.of(student_of[who], "module-01")[question]
        assert (mark.points, mark.comment) == told
    totals = {student: marks.points(student, "module-01") for student in student_of.values()}
    assert sum(total for total in totals.values() if total is not None) == sum(got for got, _ in expected.values())


def test_a_sample_is_marked_once_and_then_told(tab: Page, tmp_path: Path) -> None:
    """The agreed mark shows only after the grader's own, which cannot be changed or taken back; then marking begins."""
    opened(tab, tmp_path, review())
    assert "agreed are" not in tab.inner_text("#samplebox")
    press(tab, "2")
    assert "You gave 4; agreed are 10." in tab.inner_text("#samplebox")
    press(tab, "1", "u", "x")
    assert tab.inner_text("#list [aria-current] .got") == "4"
    press(tab, "j", "2", "n")
    assert "Answers" in tab.inner_text("#listhead")
    given = [(row["item"], row["level"]) for row in rows(exported(tab, tmp_path)) if row["kind"] == "calibration"]
    assert given == [("cal-1-1", "partly"), ("cal-1-2", "partly")]


def begun(tab: Page, tmp_path: Path, *texts: str) -> None:
    """Opens a page, and the first question's answers."""
    opened(tab, tmp_path, review(texts or ("a", "b", "c")))
    press(tab, "1", "j", "2", "n")


def test_undo_goes_to_the_answer_it_changes(tab: Page, tmp_path: Path) -> None:
    """What is taken back is seen; it can be done again."""
    begun(tab, tmp_path)
    first = tab.inner_text("#who")
    press(tab, "1", "j", "2", "]", "1")
    press(tab, "u", "u", "u")
    assert (tab.inner_text("#who"), tab.inner_text("#total")) == (first, "0 of 6 marked")
    press(tab, "U", "Control+Shift+Z")
    assert tab.inner_text("#total") == "2 of 6 marked"


def test_points_within_a_level(tab: Page, tmp_path: Path) -> None:
    """A level with a range begins in its middle; keys and the field move by the rubric's step and never off the scale."""
    begun(tab, tmp_path)
    press(tab, "]", "1")
    assert tab.input_value("#points") == "7"
    press(tab, "+", "+", "+")
    assert tab.input_value("#points") == "8"
    tab.fill("#points", "5,5")
    press(tab, "Enter")
    level, points = next(
        (row["level"], row["points"])
        for row in rows(exported(tab, tmp_path))
        if row["level"] and row["question"] == "quality"
    )
    assert (level, points) == ("weak", "5.5")
    tab.fill("#points", "5.7")
    press(tab, "Enter")
    assert tab.input_value("#points") == "5.5"


def test_a_comment_is_reused(tab: Page, tmp_path: Path) -> None:
    """What was written to one student is one key away for the next, and typing it triggers no other key."""
    begun(tab, tmp_path)
    press(tab, "c")
    tab.keyboard.type("Say in which unit, 1 jk")
    press(tab, "Control+Enter", "v")
    assert tab.input_value("#comment") == "Say in which unit, 1 jk"
    comments = [row["comment"] for row in rows(exported(tab, tmp_path)) if row["kind"] == "answer" and row["comment"]]
    assert comments == ["Say in which unit, 1 jk"] * 2
    assert tab.inner_text("#total") == "0 of 6 marked"


def test_what_was_exported_is_loaded_elsewhere(tab: Page, browser: Browser, tmp_path: Path) -> None:
    """Another browser goes on where the table left off: the export of the two is the same, flags without a level included."""
    begun(tab, tmp_path, "a", "b", AWKWARD)
    press(tab, "1", "5", "j", "f", "]", "2", "c")
    tab.keyboard.type("=no formula\n- and a list; +1")
    press(tab, "Escape")
    before = rows(exported(tab, tmp_path))
    other = browser.new_page()
    opened(other, tmp_path, review(("a", "b", AWKWARD)))
    other.set_input_files("#load", tmp_path / "review-log-05-maja.csv")
    other.wait_for_function("document.querySelector('#say').textContent.includes('loaded')")
    (tmp_path / "again").mkdir()
    assert rows(exported(other, tmp_path / "again")) == before
    other.close()
    assert {row["second"] for row in before if row["kind"] == "answer"} == {"yes", ""}
    assert [row["reasons"] for row in before if row["reasons"]] == ["no-unit"]


def test_the_export_is_the_table_of_the_merge(tab: Page, tmp_path: Path) -> None:
    """Every column, in order, every row, and no cell that is a formula."""
    begun(tab, tmp_path, "a", "b", "c")
    press(tab, "c")
    tab.keyboard.type('=HYPERLINK("x"),1')
    press(tab, "Escape")
    text = exported(tab, tmp_path).read_bytes().decode()
    assert text.startswith(",".join(COLUMNS) + "\r\n")
    assert text.count("\r\n") == 1 + 2 + 6
    assert '"\'=HYPERLINK(""x""),1"' in text


def test_what_students_wrote_is_text(tab: Page, tmp_path: Path) -> None:
    """Markup in an answer is shown as it was typed, and a blank one says so."""
    begun(tab, tmp_path, AWKWARD, "")
    seen = {tab.inner_text("#text")}
    press(tab, "j")
    seen.add(tab.inner_text("#text"))
    assert any("</script><script>" in text for text in seen)
    assert "The field is blank. Press 0 for “not answered”." in seen
    assert tab.title() == "Review: Decision Log 5"
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_browser_that_keeps_nothing_says_so(tab: Page, tmp_path: Path) -> None:
    """Where storage is refused the header tells to export, and marking goes on."""
    tab.add_init_script("Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new Error('refused'); }")
    begun(tab, tmp_path)
    press(tab, "1")
    assert tab.inner_text("#saved") == "Not saved: this browser keeps nothing. Export before you close."
    assert tab.inner_text("#total") == "1 of 6 marked"
    exported(tab, tmp_path)


def test_two_tabs_warn(tab: Page, tmp_path: Path) -> None:
    """Who has the page open twice is told before one overwrites the other."""
    begun(tab, tmp_path)
    second = tab.context.new_page()
    second.goto(tab.url)
    press(second, "1")
    tab.wait_for_function("document.querySelector('#saved').textContent.startsWith('Open in another tab')")


def test_single_keys_can_be_turned_off(tab: Page, tmp_path: Path) -> None:
    """For who speaks to the computer a letter is no command; `?` still leads to the choice."""
    begun(tab, tmp_path)
    press(tab, "?")
    tab.uncheck("#single")
    tab.click("#close")
    press(tab, "1")
    assert tab.inner_text("#total") == "0 of 6 marked"


def test_without_scripts_the_page_names_the_table(browser: Browser, tmp_path: Path) -> None:
    """Who allows no script is told which file to mark in."""
    context = browser.new_context(java_script_enabled=False)
    tab = opened(context.new_page(), tmp_path, review())
    assert "review-log-05-maja.csv" in tab.inner_text("main.plain")
    context.close()


SHIPPED = ("decision-log", "design-challenge")


@pytest.mark.node
@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_violation(browser: Browser, tmp_path: Path, width: int, scheme: Any) -> None:
    """axe-core finds nothing in any state of the page, wide and narrow, light and dark; nothing scrolls sideways."""
    loaded = load_offering(shipped_content() / "syllabi" / "fall26.yaml", CoursePaths.find(shipped_content()))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    found: list[tuple[str, Any]] = []

    def look(state: str) -> None:
        tab.evaluate(AXE.read_text("utf-8"))
        violations = tab.evaluate("axe.run().then(result => result.violations)")
        found.extend((state, (one["id"], [node["html"][:120] for node in one["nodes"][:3]])) for one in violations)
        if tab.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append((state, "scrolls sideways"))

    opened(tab, tmp_path, review(("44 MB", "", AWKWARD)))
    look("samples")
    press(tab, "2", "j", "1", "n", "1", "5", "f", "c")
    tab.keyboard.type("a comment")
    press(tab, "Escape", "j")
    look("marking")
    press(tab, "]", "1")
    look("points")
    press(tab, "?")
    look("keys")
    for rubric in SHIPPED:
        task = rubric_task("x", "Shipped", rubric, loaded.course.rubrics[rubric])
        opened(tab, tmp_path, review(("words " * 400, "b"), task))
        press(tab, "1")
        look(rubric)
    context.close()
    assert json.dumps(found, indent=1) == "[]"
