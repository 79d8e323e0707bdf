"""The report's table in a real browser, by keyboard alone, at a thousand students; and both pages under axe-core."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.judging.grade import Grade, Result
from autograder.reports import feedback, staff_report
from autograder.reports.class_overview import ClassOverview
from autograder.reports.csv_files import Row
from autograder.suites import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]

SUITE = find("micrograd")
MODULE = SUITE.module(1)
CASES = {case.id: case for case in SUITE.cases(1)}
NAMES = ("Åsa Öhman", "Bo Dahl", "Carla Díaz", "Dmitri Orlov")
STUDENTS = 1000


def grade(place: int) -> Grade:
    """The grade of one student: each seventh lost a case, each hundredth came late, each two hundredth could not be run."""
    lost = {next(iter(CASES))} if place % 7 == 0 else set()
    results = tuple(
        Result(id, "failed", Fraction(0), Fraction(4), told="expected 1, got 2", example="failed")
        if id in lost
        else Result(id, "passed", Fraction(4), Fraction(4))
        for id in CASES
    )
    points = sum((one.points for one in results), Fraction(0))
    made = Grade(f"s{place}", SUITE.name, 1, "a", "graded", results=results, scale=points + 4 * len(lost))
    made = replace(made, late=place % 100 == 0)
    return replace(made, outcome="could not be run", results=(), reason="not Python") if place % 200 == 1 else made


def report(students: int = STUDENTS) -> str:
    """The page of a class of two sections."""
    grades = [grade(place) for place in range(students)]
    rows = [
        Row(one.student, NAMES[place % 4], f"Section {1 + place % 2}", {1: one.points})
        for place, one in enumerate(grades)
    ]
    return staff_report.page(rows, [MODULE], ClassOverview.of(grades, lambda _: CASES))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a thousand students, as a file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report(), "utf-8")
    return path


@pytest.fixture
def tab(browser: Browser, file: Path) -> Iterator[Page]:
    """The report in a tab; every error in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    tab.goto(file.as_uri())
    yield tab
    context.close()
    assert wrong == []


def shown(tab: Page) -> list[str]:
    """The ids of the students in sight, from the top."""
    found: list[str] = tab.evaluate(
        "[...document.querySelectorAll('#students tbody tr')].filter(row => !row.hidden)"
        ".map(row => row.querySelector('.who bdi').textContent)"
    )
    return found


def tab_to(tab: Page, what: str) -> None:
    """Moves the focus on by the Tab key until it is on what a selector names."""
    for _ in range(80):
        tab.keyboard.press("Tab")
        if tab.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"no way by Tab to {what}")


def test_the_table_is_sorted_by_keyboard(tab: Page) -> None:
    """Enter on a head sorts: numbers the largest first and then the smallest, texts by name, s2 before s10; the head says which way."""
    tab_to(tab, "#find")
    tab_to(tab, "#students thead button")
    tab.keyboard.press("Enter")
    assert shown(tab)[:3] == ["s0", "s1", "s2"]
    tab.keyboard.press("Enter")
    assert shown(tab)[:2] == ["s999", "s998"]
    assert tab.get_attribute("#students thead th >> nth=0", "aria-sort") == "descending"
    tab_to(tab, "#students thead th:nth-child(3) button")
    tab.keyboard.press("Enter")
    best = sorted(f"s{place}" for place in range(STUDENTS) if place % 7 and place % 200 != 1)
    assert shown(tab)[: len(best)] == best  # of equals, the order of the page stays
    tab.keyboard.press("Enter")
    assert shown(tab)[-len(best) :] == best
    assert tab.get_attribute("#students thead th >> nth=0", "aria-sort") == "none"


def test_the_table_is_filtered_by_keyboard(tab: Page) -> None:
    """Words without accents find names with them, a section and a reason narrow further, Clear brings everybody back."""
    tab_to(tab, "#find")
    tab.keyboard.type("ohman")
    assert len(shown(tab)) == STUDENTS // 4
    assert tab.inner_text("#said") == f"{STUDENTS // 4} of {STUDENTS} students"
    tab_to(tab, "#section")
    tab.keyboard.type("Section 2")
    assert shown(tab) == []
    assert tab.is_visible("#nobody")
    tab_to(tab, "#clear")
    tab.keyboard.press("Enter")
    assert len(shown(tab)) == STUDENTS
    tab_to(tab, "#show")
    tab.keyboard.type("late")
    assert shown(tab) == [f"s{place}" for place in range(0, STUDENTS, 100)]


def test_a_reason_to_look_shows_its_students(tab: Page) -> None:
    """Enter on the button beside a reason leaves those students in the table, and the focus where the choice can be undone."""
    tab_to(tab, "[data-show='not-run']")
    tab.keyboard.press("Enter")
    assert shown(tab) == [f"s{place}" for place in range(1, STUDENTS, 200)]
    assert tab.evaluate("document.activeElement.id") == "show"


def test_without_scripts_everybody_is_there(browser: Browser, file: Path) -> None:
    """Who allows no script sees the whole table, and no control that does nothing."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert tab.locator("#students tbody tr:visible").count() == STUDENTS
    assert tab.locator("button:visible, #filter:visible").count() == 0
    context.close()


@pytest.mark.node
@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_violation(browser: Browser, tmp_path: Path, width: int, scheme: Any) -> None:
    """axe-core finds nothing on report and feedback with every fold open, wide and narrow, light and dark; nothing scrolls sideways."""
    told = [feedback.compose(grade(place), MODULE, CASES) for place in (0, 1, 2)]
    pages = {"report": report(40), **{f"feedback-{place}": feedback.page(one) for place, one in enumerate(told)}}
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    found = []
    for name, text in pages.items():
        (tmp_path / f"{name}.html").write_text(text, "utf-8")
        tab.goto((tmp_path / f"{name}.html").as_uri())
        tab.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        tab.evaluate(AXE.read_text("utf-8"))
        violations = tab.evaluate("axe.run().then(result => result.violations)")
        found += [(name, one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in violations]
        if tab.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append((name, "scrolls sideways", []))
    context.close()
    assert found == []
