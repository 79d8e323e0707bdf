"""The pages for students and assistants: what they tell, what they never tell, and how a browser sees them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from autograder.authoring.case import Case, Module
from autograder.judging.grade import STATUSES, Grade, GradeOutcome, Result, Status, from_json, to_json
from autograder.reports import feedback, staff_report
from autograder.reports.class_overview import ClassOverview
from autograder.reports.class_report import ClassReport
from autograder.reports.csv_files import Row
from autograder.reports.html import message, ticked
from blueprint import pages

HERE = Path(__file__).resolve().parent
GRADED = HERE / "cases" / "graded"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    not (CHROMIUM and shutil.which("node") and (HERE / "node_modules" / "axe-core").is_dir()),
    reason="needs Chromium, node and axe-core",
)
HOSTILE = (
    "</title><script>alert(1)</script><img src=http://evil.example/x.png onerror=x> ![a](b) [c](d) | *e* `f` & \x1b[31m"
)


class Class:
    """Twelve students in three modules, with every outcome and every status among their grades."""

    def __init__(self) -> None:
        modules: list[dict[str, Any]] = json.loads((GRADED / "cases.json").read_text(encoding="utf-8"))
        self.modules = [Module(one["number"], one["name"], one["target"], ()) for one in modules]
        self._cases = {one["number"]: {case["id"]: _case(case) for case in one["cases"]} for one in modules}
        lines = (GRADED / "class.jsonl").read_text(encoding="utf-8").splitlines()
        self.grades = [from_json(json.loads(line)) for line in lines]
        points = {(grade.student, grade.module): grade.points for grade in self.grades}
        students: list[dict[str, str]] = json.loads((GRADED / "students.json").read_text(encoding="utf-8"))
        self.rows = [
            Row(
                one["student"],
                one["name"],
                one["section"],
                {module.number: points.get((one["student"], module.number)) for module in self.modules},
            )
            for one in students
        ]

    def cases(self, number: int) -> Mapping[str, Case]:
        return self._cases[number]

    def grade(self, student: str, module: int) -> Grade:
        return next(one for one in self.grades if (one.student, one.module) == (student, module))

    def page(self, grade: Grade) -> str:
        return feedback.page(self.told(grade))

    def markdown(self, grade: Grade) -> str:
        return feedback.markdown(self.told(grade))

    def told(self, grade: Grade) -> feedback.Feedback:
        return feedback.compose(grade, self.module(grade), self.cases(grade.module))

    def module(self, grade: Grade) -> Module:
        return next(module for module in self.modules if module.number == grade.module)

    def report(self) -> str:
        return staff_report.page(self.rows, self.modules, ClassOverview.of(self.grades, self.cases))


def _case(told: dict[str, Any]) -> Case:
    return Case(**{**told, "points": Fraction(told["points"])}, probe=lambda tt, inputs: None)


@pytest.fixture(scope="module")
def class_() -> Class:
    return Class()


class Seen(HTMLParser):
    """The text of a page as a person reads it, and the tags it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


# --- what a student reads --------------------------------------------------------------------------------------


def test_earnings_come_first_by_skill(class_: Class) -> None:
    """Points and cases come before what was lost, that before the skills, those with a loss first, and the notes are last."""
    text = Seen(class_.page(class_.grade("00418", 1))).text
    assert "62 of 70 points 25 of 28 cases passed. What works in every case: creation, arithmetic" in text
    assert "broadcasting0 of 20 of 6" in text
    places = [text.index(words) for words in ("What you earned", "What to look at next", "By skill", "Notes")]
    assert places == sorted(places)


def test_a_lost_case_has_its_points_what_happened_and_the_next_step(class_: Class) -> None:
    """A visible case says how it ended, and its hint is the next step."""
    text = Seen(class_.page(class_.grade("00418", 1))).text
    assert (
        "shapes are broadcast 0 of 4 points · broadcasting What happened: result[2]: expected shape (3, 4), got (4,) "
        "Hint: A row, a column or a scalar is stretched over the other operand, as NumPy does it." in text
    )


def test_what_to_mend_first_has_its_price(class_: Class) -> None:
    """One thing stands first: what several cases share, or the first case with its points; a long list is folded after it."""
    alone = Seen(class_.page(class_.grade("00418", 1))).text
    assert "Fix this first, worth 4 points shapes are broadcast" in alone
    for grade in class_.grades:
        told = class_.told(grade)
        page = Seen(feedback.page(told)).text
        assert ("more lost cases" in page) == (len(told.lost) > 4)
        assert page.count("Fix this first") == (1 if told.lost else 0)


def test_nobody_begins_with_what_cannot_be_run(class_: Class) -> None:
    """Lost cases that are visible stand before hidden ones, each in the order of the module, but for what writes into inputs."""
    seen = set()
    for grade in class_.grades:
        told = class_.told(grade)
        order = [one.visible for one in told.lost]
        assert order == sorted(order, reverse=True)
        asked = [one.case for one in grade.results]
        visible = [one.id for one in told.lost if one.visible]
        if not any("written into" in cause for cause in told.causes):
            assert visible == sorted(visible, key=asked.index)
        seen.add(len(set(order)))
    assert 2 in seen


def test_what_may_follow_has_its_price(class_: Class) -> None:
    """Where cases below are about the same as the first, the heading says what they may be worth, too."""
    told = next(one for grade in class_.grades if len((one := class_.told(grade)).lost) >= 3 and not one.causes)
    first, second, *rest = (replace(one, related_to="") for one in told.lost)
    second = replace(second, related_to=first.id, points=Fraction(2))
    heading = replace(told, lost=(replace(first, points=Fraction(1)), second, *rest)).first
    assert heading == "Fix this first, worth 1 point, and maybe 2 more below"


@pytest.mark.parametrize("write", ["page", "markdown"])
def test_how_to_contest_is_told_with_the_ids_of_lost_cases(class_: Class, write: str) -> None:
    """Every lost case has its id, and whom to write to is told where the course says so; a fault of ours needs no letter."""
    grade = class_.grade("00418", 1)
    told = replace(class_.told(grade), contact="Elena Rivera", until="Sun, Oct 25, 23:59")
    text = getattr(feedback, write)(told)
    ids = [one.case for one in grade.results if one.status != "passed"]
    assert all(id in text.replace("\\", "") for id in ids)
    assert "Write to Elena Rivera by Sun, Oct 25, 23:59. Name the module and the case by its id" in text
    fault = next(one for one in class_.grades if one.outcome == "grader fault")
    assert "think this is wrong" not in getattr(class_, write)(fault)


@pytest.mark.parametrize("write", [feedback.page, feedback.markdown])
def test_attempts_are_listed_and_the_one_that_counts_is_marked(class_: Class, write: Any) -> None:
    """Every hand-in stands with its time and points in the order given."""
    attempts = (
        feedback.Attempt("Sun, Oct 11, 21:14", "46 of 70", True),
        feedback.Attempt("attempt 1", "not run", False),
    )
    text = write(replace(class_.told(class_.grade("00418", 1)), attempts=attempts))
    told = " ".join(re.sub("<[^>]*>", " ", text[text.index("Your attempts") :]).split())
    assert re.search(r"Oct 11, 21:14:?.* counts\W.*46 of 70|Oct 11, 21:14: 46 of 70 \(counts\)", told)
    assert told.index("46 of 70") < told.index("not run")
    assert told.count("counts") == 1


def test_code_is_given_for_visible_cases_alone(class_: Class) -> None:
    """Five lines run a visible case from the students' file; for a hidden one there is nothing to run."""
    for grade in class_.grades:
        for lost in class_.told(grade).lost:
            assert not lost.snippet or (lost.visible and len(lost.snippet.splitlines()) == 5)
            assert lost.visible or not lost.snippet


@pytest.mark.parametrize("write", ["page", "markdown"])
def test_of_a_hidden_case_name_and_hint_alone_are_told(class_: Class, write: str) -> None:
    """Neither what came back nor how a hidden case ended can be told from its feedback, and `shown` is nobody's here."""
    base = class_.grade("00418", 1)
    hidden = "module-01/matrix-product-of-an-empty-batch"
    written = set()
    for status in (one for one in STATUSES if one not in ("passed", "import error")):
        lost = replace(base.results[12], status=status, points=Fraction(0), told=f"secret {status}", shown="secret")
        assert lost.case == hidden
        results = (*base.results[:12], replace(lost, flaky=status == "failed"), *base.results[13:])
        written.add(getattr(class_, write)(replace(base, results=results, doubtful=(hidden,) * (status == "timeout"))))
    (only,) = written
    assert "secret" not in only
    assert "matrix product of an empty batch" in only
    assert "No rows in, no rows out" in only


@pytest.mark.parametrize("write", ["page", "markdown"])
def test_what_is_shown_to_assistants_is_not_told_to_students(class_: Class, write: str) -> None:
    """Of a visible case a student reads `told`, never `shown`."""
    for grade in class_.grades:
        text = getattr(class_, write)(
            replace(grade, results=tuple(replace(one, shown="FOR-ASSISTANTS") for one in grade.results))
        )
        assert "FOR-ASSISTANTS" not in text


@pytest.mark.parametrize("write", [feedback.page, feedback.markdown])
def test_the_line_of_a_visible_case_in_the_students_file_is_told(class_: Class, write: Any) -> None:
    """Who has the file of visible cases finds the case by its line; of a hidden one nothing is told."""
    grade = class_.grade("00420", 1)
    lost = [one for one in grade.results if one.status != "passed"]
    lines = {one.case: 1000 + place for place, one in enumerate(lost)}
    text = write(feedback.compose(grade, class_.module(grade), class_.cases(1), lines))
    told = [re.search(rf"py:{lines[one.case]}\b", text) is not None for one in lost]
    assert told == [class_.cases(1)[one.case].visible for one in lost]
    assert any(told)


@pytest.mark.parametrize("write", ["page", "markdown"])
def test_how_a_paying_run_ended_is_not_told(class_: Class, write: str) -> None:
    """Whatever a lost case did on the inputs that pay, the page is the same: it tells of the example and of nothing else."""
    base = class_.grade("00418", 1)
    lost = next(one for one in base.results if one.told)
    ends: tuple[tuple[str, Status | None], ...] = (
        ("result[2]: expected 1, got 2", "failed"),
        ("", "passed"),
        ("", None),
    )
    for told, example in ends:
        written = {
            getattr(class_, write)(
                replace(
                    base,
                    results=tuple(
                        replace(one, status=status, told=told, example=example) if one is lost else one
                        for one in base.results
                    ),
                    doubtful=(lost.case,) * (status == "timeout"),
                )
            )
            for status in STATUSES
            if status not in ("passed", "budget")
        }
        (only,) = written
        assert ("Right on the example" in only) == (example == "passed")
        assert ("not tried on the example" in only) == (example is None)


def test_limits_are_told_in_words(class_: Class) -> None:
    """Time, memory and crashes are sentences, not the words of the records."""
    text = Seen(class_.page(class_.grade("00420", 1))).text
    assert "What happened: Ran longer than 10 seconds: does every loop come to its end?" in text
    assert "What happened: Needed more than 512 MB of memory." in text
    assert "ran out of time or memory and will be run once more, alone" in text
    bare = replace(class_.grade("00420", 1).results[10], told="", shown="")
    assert "Ran longer than a case may run." in class_.page(replace(class_.grade("00420", 1), results=(bare,)))


def test_what_many_cases_share_is_said_once(class_: Class) -> None:
    """Ten cases that end alike are told as one thing to mend first, with what it costs."""
    text = Seen(class_.page(class_.grade("00427", 1))).text
    assert "10 cases ended alike, 29 of 70 points: What was called is still to be written." in text
    assert text.count("still to be written") == 1
    assert text.count("The same as above.") == 10


@pytest.mark.parametrize(
    ("student", "module", "stopped", "step"),
    [
        ("00422", 1, "No module named 'torch' (cell 2, line 1)", "Import only NumPy"),
        ("00422", 3, "Not Python: '(' was never closed, cell 11, line 6.", "Go to that place and mend the line."),
        ("00423", 1, "okay.zip: an archive in an archive; pack the files once.", "Pack your files once"),
    ],
)
def test_work_that_cannot_be_run_says_why_and_what_to_do(
    class_: Class, student: str, module: int, stopped: str, step: str
) -> None:
    """The reason comes first and plainly, with the next step, and no case is listed as if it had been tried."""
    text = Seen(class_.page(class_.grade(student, module))).text
    assert text.index("Nothing could be run") < text.index(stopped) < text.index(step)
    assert "0 of 70 points as it stands" in text
    assert "What to look at next" not in text


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        ("who knows", "Restart the kernel"),
        ("importing the module did not end within 10 seconds (cell 7 (In [12]), line 3)", "Keep training runs"),
        ("importing the module failed: it needed more than 512 MB of memory", "Keep training runs"),
        ("importing the module failed: the code raised NotImplementedError (cell 4, line 2)", "still to be written"),
        ("importing the module failed: the code raised NameError: name 'x' is not defined", "Cells marked"),
        ("its own module 01, tensor, was not handed in", "Mend or add that one"),
        ("`a.ipynb` is larger than 50 MB", "Clear the outputs"),
        ("the file could not be read within its limits of time and memory", "Clear the outputs"),
        ("the notebook is not JSON: line 1, column 1", "Open the notebook in Jupyter"),
        ("the file is empty", "The file holds nothing"),
    ],
)
def test_every_reason_has_a_next_step(reason: str, step: str) -> None:
    """What the grader gives as a reason leads to advice of its own, and one nobody thought of to the general."""
    told = feedback.compose(Grade("1", "s", 1, "", "could not be run", reason), Module(1, "tensor", "t", ()), {})
    assert step in told.remedy


@pytest.mark.parametrize(
    "reason",
    [
        "who knows",
        "importing the module failed: it ran longer than 10 seconds",
        "importing the module failed: AssertionError (line 4)",
        "importing the module failed: the code raised NotImplementedError (line 4)",
        "importing the module failed: the code raised NameError: name 'x' is not defined",
        "Not Python: '(' was never closed, line 6.",
        "`a.py` is larger than 50 MB",
        "its format is not known",
    ],
)
def test_who_handed_in_a_script_is_told_of_no_notebook(reason: str) -> None:
    """A next step names what the student has in hand: there are no cells, kernel or outputs in a script."""
    module = Module(1, "tensor", "t", ())
    script = Grade("1", "s", 1, "", "could not be run", reason, file="work/tensor.py")
    told = feedback.compose(script, module, {}).remedy
    assert not re.search(r"cell|kernel|notebook|Jupyter|outputs", told, re.IGNORECASE)
    assert told != feedback.compose(replace(script, file="work/tensor.ipynb"), module, {}).remedy


@pytest.mark.parametrize("write", ["page", "markdown"])
def test_a_fault_of_ours_is_ours(class_: Class, write: str) -> None:
    """A student reads that it is not their fault and no zero, and nothing of how our side failed."""
    text = getattr(class_, write)(class_.grade("00424", 1))
    assert "No zero was given" in text
    assert "through a fault of ours" in text
    assert not re.search(r"template|jail|/var|70 points", text)


@pytest.mark.parametrize("write", [feedback.page, feedback.markdown])
def test_what_people_gave_is_told_with_reasons_and_comment(class_: Class, write: Any) -> None:
    """Level, points, reasons and every line of a comment stand below the question's name, and nothing of it is markup."""
    given = (
        feedback.HandMark("Memory and FLOPs", Fraction(7), Fraction(10), "Right direction", ("There is no unit.",), f"Which?\n{HOSTILE}"),
        feedback.HandMark("Memory layout", Fraction(0), Fraction(10), "Not answered"),
    )  # fmt: skip
    grade = class_.grades[0]
    text = write(feedback.compose(grade, class_.module(grade), class_.cases(grade.module), marks=given))
    told = text[text.index("Your answers, read by a person") :]
    for words in (
        "Memory and FLOPs",
        "7 of 10 points",
        "Right direction",
        "There is no unit.",
        "Which?",
        "0 of 10 points",
        "Not answered",
    ):
        assert words in told
    assert "<script>" not in text
    assert "\n![a](b)" not in text
    assert "read by a person" not in write(feedback.compose(grade, class_.module(grade), class_.cases(grade.module)))


@pytest.mark.parametrize("write", ["page", "markdown"])
def test_work_of_which_no_case_can_be_asked_has_no_score(class_: Class, write: str) -> None:
    """Where no case applies there is nothing to count, and the page says so instead of `0 of 0`."""
    text = getattr(class_, write)(replace(class_.grade("00425", 1), results=()))
    assert "None of its cases can be asked of your version of the starter code" in text
    assert not re.search("of 70|0 of 0", text)


def test_where_to_begin(class_: Class) -> None:
    """Who lost several cases that do not end alike is told to begin at the top; who lost one or two is not."""
    seen = set()
    for grade in class_.grades:
        told = feedback.compose(grade, class_.module(grade), class_.cases(grade.module))
        several = grade.outcome == "graded" and len(told.lost) >= 3 and not told.causes
        seen.add(several)
        assert (feedback.ORDER in feedback.markdown(told)) == several
        assert (feedback.ORDER in Seen(feedback.page(told)).text) == several
    assert seen == {True, False}


def test_cases_of_another_era_are_named_and_cost_nothing(class_: Class) -> None:
    """Older starter code is asked fewer cases, which share all points; the page says which were left out."""
    grade = class_.grade("00425", 1)
    told = feedback.compose(grade, class_.module(grade), class_.cases(1))
    assert sum(skill.worth for skill in told.skills) == 70
    assert sum(skill.points for skill in told.skills) == grade.points
    text = Seen(class_.page(grade)).text
    assert "graded as work from edition A2" in text
    assert "7 cases did not count: “a list of tensors is stacked”" in text


def test_flaky_late_and_own_prerequisites_are_noted(class_: Class) -> None:
    """What else a student should know stands in the notes."""
    assert "ended differently in two runs" in class_.page(class_.grade("00421", 3))
    assert "says that it came late" in class_.page(class_.grade("00418", 1))
    assert "on your own earlier modules" in class_.page(class_.grade("00427", 6))
    assert "differ in Linear, Dropout" in class_.page(class_.grade("00418", 3))


def test_no_time_and_no_path_of_the_machine_is_told(class_: Class) -> None:
    """The hour of handing in, the download's place and absolute paths stay with the grader."""
    for grade in class_.grades:
        for text in (class_.page(grade), class_.markdown(grade)):
            assert not re.search(r"2026-\d\d-\d\d|21:14|/srv|/var|site-packages/numpy/__init__|submissions\.zip", text)
    assert message("at /srv/grader/.venv/numpy/__init__.py, line 3") == "at …/numpy/__init__.py, line 3"
    assert message("modules/01/tensor.ipynb and 3/4 of a/b/c/d") == "modules/01/tensor.ipynb and 3/4 of a/b/c/d"


def test_same_input_same_bytes(class_: Class) -> None:
    """Pages hold nothing of the run that made them."""
    for grade in class_.grades[:3]:
        assert class_.page(grade) == class_.page(from_json(json.loads(json.dumps(to_json(grade)))))
    assert class_.report() == Class().report()


# --- nothing of a hand-in becomes markup -------------------------------------------------------------------------


def hostile(class_: Class) -> Iterator[Grade]:
    """Grades in which every text of a hand-in is hostile, with each outcome."""
    base = class_.grade("00418", 1)
    lost = tuple(
        Result(one.case, "failed", Fraction(0), one.worth, HOSTILE, HOSTILE, example="failed") for one in base.results
    )
    odd = replace(base, student=HOSTILE, name=HOSTILE, notes=(HOSTILE,), file=HOSTILE, reason=HOSTILE, attempt=HOSTILE)
    for outcome in get_args(GradeOutcome):
        yield replace(odd, outcome=outcome, results=lost)
    yield replace(odd, results=lost[:2], student="\ud800\n\x00", name="\u202eevil")


def test_a_page_holds_no_tag_of_a_hand_in(class_: Class) -> None:
    """Whatever names and messages hold, a page has no script, image, link or frame, and can be written as UTF-8."""
    for grade in hostile(class_):
        page = class_.page(grade)
        page.encode()
        tags = {tag for tag, _ in Seen(page).tags}
        assert tags.isdisjoint({"script", "img", "iframe", "object", "link", "base", "form", "svg"})
        assert not [values for tag, values in Seen(page).tags if tag == "a" and not str(values["href"]).startswith("#")]
        assert "\x1b" not in page


def test_the_class_page_holds_no_tag_of_a_hand_in(class_: Class) -> None:
    """The same of the page for assistants: its links are to feedback below it, and one script, the page's own, may run."""
    grades = [replace(grade, student=f"{HOSTILE}{place}") for place, grade in enumerate(hostile(class_))]
    rows = [Row(grade.student, HOSTILE, HOSTILE, {1: Fraction(1)}, (HOSTILE,)) for grade in grades]
    page = staff_report.page(rows, class_.modules, ClassOverview.of(grades, class_.cases), HOSTILE)
    page.encode()
    seen = Seen(page)
    assert {tag for tag, _ in seen.tags}.isdisjoint({"img", "iframe", "object", "link", "base", "form"})
    assert [values for tag, values in seen.tags if tag == "script"] == [{}]
    script = page[page.rindex("<script>") + len("<script>") : page.rindex("</script>")]
    assert f"script-src '{pages.script_hash(script)}'" in page
    links = [str(values["href"]) for tag, values in seen.tags if tag == "a"]
    assert all(re.fullmatch(r"#\w+|#alike-[A-Z]+|feedback/[\w.%-]+/module-\d\d\.html", link) for link in links)


PLAIN_MARKDOWN = {"paragraph", "heading", "bullet_list", "list_item", "inline"}


def kinds(tokens: list[Token]) -> set[str]:
    """What a Markdown text is made of."""
    inner = {child.type for token in tokens for child in token.children or ()}
    return {re.sub(r"_(open|close)$", "", token.type) for token in tokens} | {
        re.sub(r"_(open|close)$", "", one) for one in inner
    }


def test_markdown_holds_no_markup_of_a_hand_in(class_: Class) -> None:
    """Headings, lists, bold and code are all that a Markdown reader sees, whatever a hand-in says."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for grade in (*hostile(class_), *class_.grades):
        found = kinds(reader.parse(class_.markdown(grade)))
        assert found <= {*PLAIN_MARKDOWN, "text", "text_special", "strong", "code_inline", "softbreak"}
        class_.markdown(grade).encode()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])))
def test_escaped_text_reads_back(text: str) -> None:
    """Any text, escaped for Markdown, is one paragraph of that very text."""
    plain = " ".join(text.split())
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = reader.parse(feedback.escaped(text))
    assert len(tokens) == (3 if plain else 0)
    assert kinds(tokens) <= {"paragraph", "inline", "text", "text_special"}
    assert "".join(child.content for token in tokens for child in token.children or ()) == plain


@pytest.mark.parametrize("text", ["http://a.bc", "www.a.bc", "x@a.bc", "mailto:x@a.bc", "https://a.bc/d", "a.bc"])
def test_an_address_does_not_become_a_link(text: str) -> None:
    """Pandoc's reader of GitHub's dialect makes links of bare addresses; of ours it makes none."""
    import pypandoc

    assert "<a " not in pypandoc.convert_text(f"- {feedback.escaped(text)}", "html", format="gfm")


def test_escaped_text_stays_in_its_cell() -> None:
    """A bar in a name ends no cell of a table, not even where somebody copies the text into one."""
    rows = MarkdownIt("commonmark").enable("table").render(f"|a|b|\n|-|-|\n|{feedback.escaped('x | y')}|z|\n")
    assert "<td>x | y</td>\n<td>z</td>" in rows


def test_backticks_mark_code_and_are_escaped() -> None:
    """What the grader puts into backticks is code; a lone backtick stays one; tags in either are text."""
    assert str(ticked("`<a>` is `b")) == "<code>&lt;a&gt;</code> is `b"


# --- folders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["00417", "aokoye", "ada@example.edu", "ada-ok", "a.b_c+d", "josé", "张伟"])
def test_a_plain_key_is_its_own_folder(key: str) -> None:
    """Ids, logins and addresses in small letters are folder names as they are."""
    assert feedback.folder(key) == key


ODD = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "a\nb",
    "a\0b",
    ".hidden",
    "a.",
    "a ",
    " a",
    "-rf",
    "CON",
    "con",
    "nul.txt",
    "Ada",
    "ada ",
]
ODD += ["x" * 300, "é" * 60, "e\u0301", "ß", "C:x", "a:b", "a*", 'a"b', "~", "\ud800", "a\u202eb", "ada-0123456789"]


@pytest.mark.parametrize("key", ODD)
def test_any_other_key_gets_a_safe_folder(key: str) -> None:
    """No separator, no dot in front or at the end, no device's name, no length a file system refuses."""
    name = feedback.folder(key)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*-[0-9a-f]{10}", name)
    assert len(name) <= 80


@given(
    st.lists(
        st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(ODD), max_size=30, unique=True
    )
)
def test_two_students_never_share_a_folder(keys: list[str]) -> None:
    """Different keys have different folders, also where capital letters and spellings of accents do not count."""
    names = {unicodedata.normalize("NFC", feedback.folder(key)).casefold() for key in keys}
    assert len(names) == len(keys)


# --- the class -------------------------------------------------------------------------------------------------


def test_what_needs_a_person_comes_first(class_: Class) -> None:
    """Reasons to look stand above how the class did, and that above whom to reach out to, the table and the cases."""
    text = Seen(class_.report()).text
    heads = (
        "Graded without a sandbox 1 grade",
        "Needs a person 2not graded, through a fault of ours",
        "Faults of ours: not graded, and no zero (2)",
        "Could not be run (3)",
        "Flaky or doubtful (2)",
        "Missing, by module (15)",
        "Points of the tests Raw",
        "Skills, what most lack first Students",
        "To reach out to A change",
        "The class Raw points",
        "Case by case, what most",
    )
    places = [text.index(head) for head in heads]
    assert places == sorted(places)


def test_without_such_things_their_sections_are_absent(class_: Class) -> None:
    """A class without trouble has no banner and no empty table."""
    grades = [class_.grade("00417", 1)]
    text = staff_report.page(class_.rows[:1], class_.modules[:1], ClassOverview.of(grades, class_.cases))
    assert not re.search("Graded without|Faults of ours|Could not be run|Flaky or", text)


def test_a_row_links_points_to_feedback_and_says_the_state_in_words(class_: Class) -> None:
    """Points lead to the student's page, and state stands beside them in words; nothing handed in is missing, not zero."""
    page = class_.report()
    assert '<a href="feedback/00418/module-01.html">62</a><p>25 of 28 passed; 3 wrong; late</p>' in page
    assert '<a href="feedback/00418/module-06.html">feedback</a><p class="look">our fault, not graded</p>' in page
    assert '<a href="feedback/00422/module-01.html">0</a><p class="look">could not be run</p>' in page
    row = page[page.index('class="who"><bdi>00426') :]
    assert row[: row.index("</tr>")].count('<td class="n"><p>missing</p></td>') == 3
    assert '<td class="n"></td>' in row[: row.index("</tr>")]


def test_the_case_most_often_failed_comes_first(class_: Class) -> None:
    """Cases stand by how many students lost them, of work that could be run."""
    overview = ClassOverview.of(class_.grades, class_.cases)
    text = class_.report()
    counts = re.findall(r">(\d+) of (\d+)</td><td class=\"n\">\d+%<", text)
    lost = [int(asked) - int(passed) for passed, asked in counts]
    assert lost == sorted(lost, reverse=True)
    assert len(lost) == len(overview.tallies)
    assert (overview.tallies[1, "module-01/matrix-product-of-an-empty-batch"].asked) == 8


def test_two_grades_of_one_module_are_refused(class_: Class) -> None:
    """Only the grade that counts is in an overview; a second one is a mistake of the caller."""
    with pytest.raises(ValueError, match="only one can count"):
        ClassOverview.of([class_.grades[0], class_.grades[0]], class_.cases)


def test_a_class_of_thousands_comes_in_pieces(class_: Class) -> None:
    """The page is made row by row, so that it can be written without lying in memory."""
    rows = [Row(f"{number:05}", points={1: Fraction(1)}) for number in range(5000)]
    grade = class_.grade("00417", 1)
    overview = ClassOverview.of((replace(grade, student=row.student) for row in rows), class_.cases)
    parts = list(staff_report.pieces(ClassReport(rows, class_.modules[:1], overview)))
    assert max(map(len, parts)) < sum(map(len, parts)) / 50
    assert [overview.tallies[1, result.case].asked for result in grade.results] == [5000] * len(grade.results)


# --- in a browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seen(class_: Class, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a real browser says of the pages, wide and on a phone."""
    folder = tmp_path_factory.mktemp("grades")
    wanted = {"report.html": class_.report()}
    wanted |= {f"{place:02}.html": class_.page(grade) for place, grade in enumerate([*class_.grades, *hostile(class_)])}
    for name, page in wanted.items():
        (folder / name).write_text(page, encoding="utf-8")
    command = ["node", str(HERE / "pages.mjs"), str(CHROMIUM), *(str(folder / name) for name in wanted)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=600)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(found) == 2 * len(wanted)
    return found


@pytest.mark.node
@pytest.mark.chromium
@needs_browser
@pytest.mark.parametrize("what", ["violations", "requests"])
def test_no_page_breaks_an_accessibility_rule_or_asks_the_network(seen: list[dict[str, Any]], what: str) -> None:
    """axe-core finds no violation, wide or narrow, and nothing is loaded from outside."""
    assert [(Path(one["page"]).name, one["width"], one[what]) for one in seen if one[what]] == []


@pytest.mark.node
@pytest.mark.chromium
@needs_browser
def test_no_page_scrolls_sideways(seen: list[dict[str, Any]]) -> None:
    """A page fits the width of a phone; what is wider scrolls within itself."""
    assert [(Path(one["page"]).name, one["overflow"]) for one in seen if one["overflow"] > 0] == []
