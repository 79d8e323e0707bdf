"""Each folder in `cases/cheats` is a hand-in that tries to get points without work, or does work in a hostile setting.

A folder holds `work.py`, the student's file, in which a line `# the reference follows` stands for an honest solution;
or `make.py`, whose `made(honest)` gives the text of a notebook (of the file `NAME`, if it has one); and `before.py`
where another student is graded first. `expect.txt` says what must come of it:

    It ends Python while it is imported.      what it tries, in a sentence
    module: 2
    why: No answer, no points.                why that is what it gets
    outcome: could not be run
    cases: 16 import error                    how many cases ended how, as asked of this edition
    points: 0
    earns: relu                               which cases, where it is not all of them
    reason: importing the module failed ...   what is told, where it could not be run

All go through one jail for each module, and after each one an honest solution must pass what it is asked there: three
cases, others each time, and after the last one all.
`pytest --rewrite-cases` writes what lies below `why` anew; read the difference before keeping it. As a program, this
file prints a table of them all.
"""

from __future__ import annotations

import csv
import io
import json
import re
import runpy
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pypandoc
import pytest

from autograder.authoring.case import Case, Module, Suite, load_suite
from autograder.authoring.conventions import conventions_of
from autograder.intake.contents import Member
from autograder.intake.selection import Submission, Work, select_modules
from autograder.judging.compare import formed, outlined, size
from autograder.judging.extracted import ExtractedSource
from autograder.judging.grade import Grade, Result, from_json, to_json
from autograder.judging.judge import Judge
from autograder.judging.module_jail import ModuleJail
from autograder.judging.policy import Policy
from autograder.judging.prepared import PreparedCase, PreparedModule, import_names, prepare
from autograder.judging.replay import Replay
from autograder.judging.verdict import verdict
from autograder.reports import feedback, notebook_html, summary
from autograder.reports.explain import lines
from autograder.reports.gradebook import Gradebook
from autograder.reports.publish import publish
from autograder.run.attempts import Rule
from autograder.run.grading import RunResult
from autograder.run.journal import Journal
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail, Outcome
from autograder.sandbox.limits import Limits
from autograder.worker import wire

CASES = Path(__file__).with_name("cases") / "cheats"
NAMES = sorted(folder.name for folder in CASES.iterdir())
SUITE: Suite = load_suite("autograder.suites.tinytorch")
CONVENTIONS = conventions_of(SUITE)
SEED = b"cheats"
POLICY = Policy(seconds=2.0, budget=3.0, import_seconds=0.9, limits=Limits(memory=1 << 30, cpu=1))
FUTURE = "from __future__ import annotations\n"
HONEST = "# the reference follows\n"
ACTS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202e\u2028\ud800-\udfff]")


@cache
def _without_sandbox() -> str:
    """Why nothing can be run on this machine, empty if it can."""
    if sys.platform != "linux":
        return "grading needs Linux"
    try:
        Jail.start([], {"echo": b"def answer(payload):\n    return payload\n"}, answer="echo:answer").close()
    except SandboxError as error:
        return f"no sandbox here: {error}"
    return ""


@pytest.fixture(autouse=True)
def _sandbox() -> None:
    if why := _without_sandbox():
        pytest.skip(why)


@cache
def prepared(module: int) -> PreparedModule:
    """A module prepared under the seed of these tests."""
    return prepare(SUITE, module, SEED, POLICY.limits)


def judge_of(module: int, policy: Policy = POLICY) -> Judge:
    """A judge with a jail of its own."""
    return Judge(prepared(module), policy, import_names(SUITE, CONVENTIONS.words))


@pytest.fixture(scope="module")
def judges() -> Iterator[dict[int, Judge]]:
    """One jail for each module, for all folders."""
    made = {module: judge_of(module) for module in (2, 3)}
    yield made
    for one in made.values():
        one.close()


# ---------------------------------------------------------------------------------------------------- folders


@dataclass(frozen=True)
class Cheat:
    """A folder: what is handed in, and what its `expect.txt` says."""

    name: str
    title: str
    said: dict[str, str]
    file: str
    text: str
    before: str = ""

    @property
    def module(self) -> int:
        return int(self.said["module"])

    @property
    def expected(self) -> dict[str, str]:
        return {key: self.said[key] for key in ("outcome", "cases", "points", "earns", "reason") if key in self.said}


def read(name: str) -> Cheat:
    """What a folder holds."""
    folder = CASES / name
    title, *lines = (folder / "expect.txt").read_text("utf-8").strip().splitlines()
    said = dict(line.split(": ", 1) for line in lines)
    honest = SUITE.source(int(said["module"]))
    before = _filled(_text(folder / "before.py"), honest)
    if (folder / "make.py").exists():
        made = runpy.run_path(str(folder / "make.py"))
        return Cheat(
            name, title, said, made.get("NAME", "work.ipynb"), made["made"](honest.replace(FUTURE, "")), before
        )
    return Cheat(name, title, said, "work.py", _filled(_text(folder / "work.py"), honest), before)


def _filled(text: str, honest: str) -> str:
    """A text with the honest solution where it is wanted; what must stand first in a file then stands first."""
    return FUTURE + text.replace(HONEST, honest.replace(FUTURE, "")) if HONEST in text else text


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def handed_in(module: int, text: str, file: str = "work.py", student: str = "eve") -> Submission:
    """A hand-in of one file, put where that module lies in the course's package."""
    data = text.encode("utf-8", "surrogatepass")
    name = SUITE.module(module).name
    path = f"{name}.ipynb" if file.endswith(".ipynb") else f"tinytorch/core/{name}.py"
    return select_modules(student, [Member(path, len(data), partial(io.BytesIO, data))], CONVENTIONS)


def graded(judge: Judge, text: str, file: str = "work.py", student: str = "eve") -> Grade:
    """The grade of one text."""
    found, _ = judge.grade(handed_in(judge.prepared.module.number, text, file, student))
    return found


def result_of(grade: Grade) -> dict[str, str]:
    """What an `expect.txt` says of a grade."""
    counted = {str(status): count for status, count in grade.counted().items()}
    if "budget" in counted:  # how many ended, and how, before the budget did is the machine's
        lost = [counted.pop(status, 0) for status in ("failed", "timeout", "budget")]
        counted["failed, timeout or budget"] = sum(lost)
    cases = ", ".join(f"{count} {status}" for status, count in counted.items())
    found = {"outcome": grade.outcome, "cases": cases, "points": str(grade.points)}
    passed = [one.case.rpartition("/")[2] for one in grade.results if one.status == "passed"]
    if passed and len(passed) < len(grade.results):
        found["earns"] = ", ".join(passed)
    if grade.outcome != "graded":
        found["reason"] = grade.reason
    return found


HONEST_CASES = 3


_ASKED: dict[int, list[str]] = {}


def _told(judge: Judge, module: int) -> list[str]:
    """The cases that an honest solution is told the end of; graded once a module."""
    if module not in _ASKED:
        _ASKED[module] = [result.case for result in graded(judge, SUITE.source(module), student="ada").results]
    return _ASKED[module]


def run(cheat: Cheat, judge: Judge) -> tuple[Grade, Grade]:
    """A folder's grade, and that of an honest solution after it, on some of the cases: in turn all of them."""
    if cheat.before:
        assert graded(judge, cheat.before, student="ada").points == SUITE.points
    found = graded(judge, cheat.text, cheat.file)
    if result_of(found) != cheat.expected and "budget" not in cheat.expected.get("cases", ""):
        # A machine that is busy uses up a budget of three seconds by itself.
        judge.policy = replace(POLICY, seconds=10 * POLICY.seconds, budget=20 * POLICY.budget)
        found = graded(judge, cheat.text, cheat.file)
        judge.policy = POLICY
    every = judge.prepared
    told = set(_told(judge, cheat.module))
    asked = [one for one in every.cases if one.case.id in told]
    first = NAMES.index(cheat.name) * HONEST_CASES
    some = [asked[(first + turn) % len(asked)] for turn in range(HONEST_CASES)]
    judge.prepared = replace(every, cases=tuple(some))
    try:
        return found, graded(judge, SUITE.source(cheat.module), student="ada")
    finally:
        judge.prepared = every


def _statuses(grade: Grade) -> list[str]:
    """How each case ended, whether it counts for points in that edition or not."""
    return [result.status for result in grade.results]


@pytest.mark.parametrize("name", NAMES)
def test_cheat(name: str, judges: dict[int, Judge], rewrite_cases: bool) -> None:
    """A cheat ends as its folder says, earns what it worked for, and the honest one after it passes what it is asked."""
    cheat = read(name)
    assert cheat.title.endswith("."), "the first line says in a sentence what it tries"
    found, honest = run(cheat, judges[cheat.module])
    if rewrite_cases:
        said = {"module": cheat.said["module"], "why": cheat.said["why"]} | result_of(found)
        lines = [cheat.title, *(f"{key}: {value}" for key, value in said.items())]
        (CASES / name / "expect.txt").write_text("\n".join(lines) + "\n", "utf-8")
    assert result_of(found) == read(name).expected
    assert not any(ACTS.search(text) for one in found.results for text in (one.told, one.shown))
    assert (honest.outcome, _statuses(honest)) == ("graded", ["passed"] * HONEST_CASES)
    assert from_json(json.loads(json.dumps(to_json(found)))) == found


def test_an_honest_solution_gets_everything_after_all_cheats(judges: dict[int, Judge]) -> None:
    """In the jails in which all cheats were, an honest solution has all points."""
    for module, judge in judges.items():
        honest = result_of(graded(judge, SUITE.source(module), student="ada"))
        assert honest == {"outcome": "graded", "cases": honest["cases"], "points": "70"}


def test_the_search_finds(judges: dict[int, Judge]) -> None:
    """The search for another student's work would find it if it were there: in one hand-in with it, it does."""
    cheat = read("another-students-work")
    found = graded(judges[2], cheat.before + cheat.text)
    assert "found: another student's work" in found.reason


SEARCH = """
import sys


def found(name):
    known = {}
    for module in list(sys.modules.values()):
        for word, value in list(vars(module).items()):
            if callable(value) and getattr(value, "__module__", "") != __name__ and not word.startswith("_"):
                known.setdefault(word.lower(), value)
    low = name.lower()
    for end in (low, low.removesuffix("loss"), low.removesuffix("function"), low.replace("_", "")):
        if end in known:
            return known[end]
    return None


globals().update({name: found(name) for name in NAMES if found(name) is not None})
"""


@pytest.mark.parametrize("module", SUITE.modules, ids=[module.id for module in SUITE.modules])
def test_prerequisites(module: Module) -> None:
    """An empty module, and one that takes its names from NumPy and the modules before it, earn nothing."""
    judge = judge_of(module.number)
    try:
        assert graded(judge, "EMPTY = True\n").points == 0
        assert graded(judge, f"NAMES = {module.exports!r}\n{SEARCH}").points == 0
    finally:
        judge.close()


def test_own_prerequisites() -> None:
    """On a student's own prerequisites a cheat in one of them, or in the module itself, earns no more than elsewhere."""
    judge = judge_of(2, replace(POLICY, prerequisites="own"))
    honest, forged = SUITE.source(2), read("forged-answer").text
    loud = "import builtins\nbuiltins.type = lambda *args: dict\n"
    hands = {"honest": (SUITE.source(1), honest), "forged": (SUITE.source(1), forged), "before": (forged, honest)}
    hands |= {"empty": ("A = 1\n", honest), "patched": (f"{SUITE.source(1)}\n{loud}", forged)}
    try:
        found = {}
        for name, (first, second) in hands.items():
            one, two = handed_in(1, first), handed_in(2, second)
            both = replace(two, modules={**one.modules, **two.modules})
            found[name], _ = judge.grade(both)
        assert {name: grade.points for name, grade in found.items()} == dict.fromkeys(hands, 0) | {"honest": 70}
        assert "grader fault" not in {grade.outcome for grade in found.values()}
    finally:
        judge.close()


def test_collusion(judges: dict[int, Judge]) -> None:
    """Two hand-ins that run at once find nothing of each other; in one process they would."""
    text = read("collusion").text
    other = text.replace('ME, OTHER = "eve", "mallory"', 'ME, OTHER = "mallory", "eve"')
    assert other != text
    ends: dict[str, Any] = {}

    def partner() -> None:
        judge = judge_of(2)  # a jail dies with the thread that started it
        try:
            for turn in range(2):
                ends[f"mallory {turn}"] = graded(judge, other, student="mallory").points
        finally:
            judge.close()

    beside = threading.Thread(target=partner)
    beside.start()
    while beside.is_alive():
        ends["eve"] = graded(judges[2], text).points
    assert ends == {"eve": 70, "mallory 0": 70, "mallory 1": 70}


# ---------------------------------------------------------------------------------------------------- what is told

SOURCE = ExtractedSource(cells=(1, 1, 2, 2))
CLAIMS: tuple[dict[str, Any], ...] = (
    {"raised": "ValueError"},
    {"raised": "ValueError", "message": "input 1.25, 0.5", "line": 3},
    {"raised": "ValueError", "message": "<b>" * 1000, "line": 2**62, "during": "probe"},
    {"raised": "ValueError", "message": ["a list"], "line": "a text", "during": np.ones(3), "more": "1.25"},
)


@pytest.mark.parametrize("module", [2, 3, 6])
def test_hidden(module: int) -> None:
    """Whatever text, line or note an exception carries, of a hidden case a student reads the same."""
    judge = judge_of(module)
    for prepared_case in (one for one in judge.prepared.cases if not one.case.visible):
        told = set()
        for claim in CLAIMS:
            outcome = Outcome("replied", wire.encode(claim), 0.0, 0, 0, 0.0)
            difference, status = verdict(prepared_case, outcome, SOURCE, judge.policy)
            assert difference is not None
            told.add((difference.words(hidden=True), status))
        assert told == {("the code raised ValueError", "failed")}


def test_hidden_in_the_jail(judges: dict[int, Judge]) -> None:
    """What a student is told of a hidden case does not depend on the text, the class or the notes of its exception."""
    text = read("hidden-inputs-told").text
    silent = text.replace("type(text[:200], (Exception,), {})(text)", "Exception()").replace("error.add_note(text)", "")
    assert silent.count("text") < text.count("text")
    first, second = graded(judges[2], text), graded(judges[2], silent)
    hidden = {one.case.id for one in judges[2].prepared.cases if not one.case.visible}
    told = [{one.case: one.told for one in grade.results if one.case in hidden} for grade in (first, second)]
    assert told[0] == told[1]


TELLING = (
    "ends-as-its-inputs-say",
    "hidden-inputs-told",
    "answers-with-the-inputs",
    "forged-exceptions",
    "searches-memory",
    "tells-the-reference",
)


@pytest.mark.parametrize("name", TELLING)
def test_what_a_student_reads_holds_nothing_of_the_secret(name: str, judges: dict[int, Judge]) -> None:
    """Whatever a program does with the inputs that pay, its student reads the same under any secret, on page and in Markdown."""
    cheat = read(name)
    assert cheat.module == 2
    cases = {case.id: case for case in SUITE.cases(2)}
    other = Judge(prepare(SUITE, 2, b"another secret", POLICY.limits), POLICY, import_names(SUITE, CONVENTIONS.words))
    try:
        grades = [graded(judge, cheat.text) for judge in (judges[2], other)]
    finally:
        other.close()
    assert any(one.shown != two.shown for one, two in zip(*(grade.results for grade in grades), strict=True)) or (
        name not in TELLING[:3]  # these do tell the staff
    )
    read_by_students = [feedback.compose(grade, SUITE.module(2), cases) for grade in grades]
    assert len({feedback.page(one) + feedback.markdown(one) for one in read_by_students}) == 1


class _Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}


def tags(text: str) -> _Tags:
    """A page that was read."""
    read = _Tags()
    read.feed(text)
    read.close()
    return read


OWN_ONLY = """
import sys
import zlib

_own = hasattr(sys.modules[Tensor.__module__], "OWN")


def _on_ones_own(forward):
    def tell(self, x, *args, **named):
        if not _own and zlib.crc32(x.data.tobytes()) & 1:
            raise ValueError
        return forward(self, x, *args, **named)

    return tell


for _one in (ReLU, Sigmoid, Tanh, GELU, Softmax):
    _one.forward = _one.__call__ = _on_ones_own(_one.forward)
"""


def test_what_is_lost_upon_the_courses_modules_is_no_message() -> None:
    """Who loses cases only upon the reference's earlier modules, as the inputs say, reads the same under any secret."""
    cases = {case.id: case for case in SUITE.cases(2)}
    pages, lost = set(), set()
    policy = replace(POLICY, seconds=20.0, budget=200.0)
    for secret in (SEED, b"another secret"):
        judge = Judge(prepare(SUITE, 2, secret, policy.limits), policy, import_names(SUITE, CONVENTIONS.words))
        try:
            one, two = handed_in(1, SUITE.source(1) + "\nOWN = True\n"), handed_in(2, SUITE.source(2) + OWN_ONLY)
            grade, _ = judge.grade(replace(two, modules={**one.modules, **two.modules}))
        finally:
            judge.close()
        assert grade.own_tried == "more"
        assert grade.points == SUITE.points
        lost.add(grade.elsewhere)
        composed = feedback.compose(grade, SUITE.module(2), cases)
        pages.add(feedback.page(composed) + feedback.markdown(composed))
    assert len(lost) == 2, "the search for it would find it"
    assert len(pages) == 1


ACTING = (
    "texts-that-act",
    "texts-that-act-at-import",
    "forged-exceptions",
    "forged-not-plain",
    "hidden-inputs-told",
    "honest-and-renames-itself",
)
PEOPLE = ("=1+1", "@SUM(A1)", "<script>alert(1)</script>", "a|b\n|-|-|", "../../etc/passwd", "\x1b[2J\u202e")


def test_published(judges: dict[int, Judge], tmp_path: Path) -> None:
    """Nothing that a hand-in says or is called acts in a table, a page or a terminal that shows its grade."""
    with Journal(tmp_path, SUITE.name) as journal:
        for turn, (name, who) in enumerate(zip(ACTING, PEOPLE, strict=True)):
            grade = graded(judges[2], read(name).text, student=who)
            bad = replace(grade, name=who, file=f"{who}.py", notes=(*grade.notes, who), order=(1, turn))
            journal.add(bad)
        publish(Gradebook(journal, SUITE, Rule()), tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.suffix in (".html", ".md", ".csv")]
    pages = [path for path in files if path.suffix != ".csv"]
    assert len(pages) == 2 * len(ACTING) + 1  # two forms of each student's feedback, and the report
    assert {"gradebook.csv", "results.csv"} < {path.name for path in files}
    assert not [path for path in files if CONTROLS.search(path.read_bytes().decode("utf-8"))]
    harmless = _harmless(tmp_path / "harmless", judges[2])
    for path in tmp_path.glob("*.csv"):
        cells = [cell for row in csv.reader(io.StringIO(path.read_bytes().decode())) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for page in _pages(files):
        assert page.found <= harmless
        assert not [link for link in page.links if re.match(r"\s*\w+:", link)]


CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e]")


def _pages(files: Sequence[Path]) -> list[_Tags]:
    """Pages as a browser reads them, those in Markdown as a forge would render them."""
    markdown = "\n\n".join(path.read_text("utf-8") for path in files if path.suffix == ".md")
    rendered = pypandoc.convert_text(markdown, "html", format="gfm")
    return [tags(rendered), *(tags(path.read_text("utf-8")) for path in files if path.suffix == ".html")]


def _harmless(folder: Path, judge: Judge) -> set[tuple[str, str]]:
    """Tags and attributes of pages about hand-ins that mean no harm: one right, two wrong alike, one that does not run."""
    wrong = "class ReLU:\n    pass\n"
    with Journal(folder, SUITE.name) as journal:
        for turn, text in enumerate((SUITE.source(2), wrong, wrong, "raise ValueError\n")):
            journal.add(replace(graded(judge, text, student=f"s{turn}"), notes=("a note",), order=(1, turn)))
        publish(Gradebook(journal, SUITE, Rule()), folder)
    files = [path for path in folder.rglob("*") if path.suffix in (".html", ".md")]
    return {one for page in _pages(files) for one in page.found}


def test_hidden_cases_are_asked_last(judges: dict[int, Judge], monkeypatch: pytest.MonkeyPatch) -> None:
    """A hidden case is run when the module is known to be importable. Results keep the order of the suite."""
    real, asked = ModuleJail.run, list[Case]()

    def run(self: ModuleJail, prepared_case: PreparedCase, *rest: Any) -> Outcome:
        asked.append(prepared_case.case)
        return real(self, prepared_case, *rest)

    monkeypatch.setattr(ModuleJail, "run", run)
    cases = SUITE.cases(2)
    assert [case.visible for case in cases] != sorted((case.visible for case in cases), reverse=True)
    grade = graded(judges[2], SUITE.source(2))
    assert [case.visible for case in asked] == sorted((case.visible for case in cases), reverse=True)
    supplied = SUITE.editions[-1].supplied
    assert [result.case for result in grade.results] == [case.id for case in cases if case.id not in supplied]


def test_replayed() -> None:
    """A reply that is shown to an assistant in a terminal moves no cursor and opens no link."""
    prepared_case = prepared(2).cases[0]
    reply = {"\x1b[2J\n": [{"\u202e": np.ones(3)}], "text": "\x1b]0;owned\x07"}
    shown = Replay(prepared_case, Result(prepared_case.case.id, "failed", Fraction(0), Fraction(5)), True, reply)
    assert not [line for line in lines(shown) if not line.isprintable()]


def test_told_in_a_terminal() -> None:
    """What a run says in a terminal, whoever's name is in it, is printable."""
    said = [f"{who}: a file is not recognized" for who in PEOPLE]
    found = RunResult(notes=said, refused=[(who, who) for who in PEOPLE], faults=[(who, who) for who in PEOPLE])
    assert not [line for line in summary.lines(found, [], "grades") if not line.isprintable()]


def test_notebook_shown() -> None:
    """A notebook shown to an assistant holds nothing that runs, loads or leads anywhere."""
    markup = (
        "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>a</a>"
        "<iframe src='http://example.org'></iframe><svg onload=alert(1)><script>1</script></svg><style>@import 'x'</style>"
    )
    kinds = ("text/html", "image/svg+xml", "text/markdown", "application/javascript", "text/latex", "text/plain")
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {kind: markup}} for kind in kinds]
    stream = {"output_type": "stream", "name": "stdout", "text": markup + "\x1b[31m"}
    code = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": markup, "outputs": [*outputs, stream]}
    text = {"cell_type": "markdown", "metadata": {"tags": [markup]}, "source": markup}
    raw = {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": markup}
    book = {"cells": [code, text, raw], "metadata": {"title": markup}, "nbformat": 4, "nbformat_minor": 4}
    data = json.dumps(book).encode()
    work = Work(2, Member(f"{markup[:40]}.ipynb", len(data), partial(io.BytesIO, data)), "notebook")
    page = tags(notebook_html.page(work))
    names = {name for _, name in page.found} | {tag for tag, _ in page.found}
    assert not names & {"script", "iframe", "object", "embed", "form", "base", "link"}
    assert not [name for name in names if name.startswith("on")]
    assert not [link for link in page.links if re.match(r"\s*(?!data:image)\w+:", link)]


# ---------------------------------------------------------------------------------------------------- checkers and frames


def test_checkers() -> None:
    """A checker sees a small reply whatever its form, and a large one only if it has the form of the reference's."""
    prepared_case = next(one for one in prepared(3).cases if one.case.checker is not None)
    seen: list[Any] = []
    spied = replace(prepared_case, case=replace(prepared_case.case, checker=lambda expected, reply: seen.append(reply)))
    large = [np.zeros((1 << 20, 1), "uint8"), np.zeros((1, 1 << 20), "uint8")]
    assert spied.difference(large) is not None
    assert not seen
    spied.difference([1, "small"])
    assert spied.difference(prepared_case.expected) is None
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ([1.5, [np.ones((2, 3), "f4"), "text"], {"a": None}], None),
        ((2, (np.zeros((2, 3), "i8"), 5), {"a": True}), None),
        ([np.float64(2), [np.full((2, 3), np.nan), None], {"a": np.zeros(())}], None),
        ([1.5, [np.ones((3, 2), "f4"), "text"], {"a": None}], "result[1][0]"),
        ([1.5, [np.ones((2, 3), "f4")], {"a": None}], "result[1]"),
        ([1.5, [np.ones((2, 3), "f4"), []], {"a": None}], "result[1][1]"),
        ([np.ones(1), [np.ones((2, 3), "f4"), "text"], {"a": None}], "result[0]"),
        ([1.5, [np.ones((2, 3), "f4"), "text"], {"b": None}], "result[2].a"),
        ([1.5, [[[1.0] * 3] * 2, "text"], {"a": None}], "result[1][0]"),
    ],
)
def test_form(reply: Any, place: str | None) -> None:
    """The form of a reply is its containers, lengths, keys and shapes; its numbers and texts are not."""
    reference = [0.5, [np.zeros((2, 3), "f4"), "ours"], {"a": None}]
    found = formed(reference, reply)
    assert (found.path if found else None) == place
    assert size(reference) == 1 + 1 + 1 + 6 + 1 + 1 + 1


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ([-1.0, (True, None), {"a": [1]}, "list"], None),
        ([np.ones(9), [np.bool_(False), 3], {"a": [np.ones(2)]}, [[], []]], None),
        (["ValueError", "ValueError", {"a": "ValueError"}, 5], None),
        ([[], [True, None], {"a": [1]}, "list"], "result[0]"),
        ([0.5, [True], {"a": [1]}, "list"], "result[1]"),
        ([0.5, np.ones(2), {"a": [1]}, "list"], "result[1]"),
        ([0.5, [1, None], {"a": [1]}, "list"], "result[1][0]"),
        ([0.5, [np.ones(1) > 0, None], {"a": [1]}, "list"], "result[1][0]"),
        ([0.5, [True, None], {"a": [1, 1]}, "list"], "result[2].a"),
        ([0.5, [True, None], {"b": [1]}, "list"], "result[2].a"),
    ],
)
def test_what_a_checker_does_not_read_is_at_least_there(reply: Any, place: str | None) -> None:
    """A reply in which a checker finds nothing wrong is paid if containers, lengths, keys and bools are where they must be."""
    blind = next(one for one in prepared(3).cases if one.case.checker is not None)
    blind = replace(blind, case=replace(blind.case, checker=lambda expected, reply: None))
    blind = replace(blind, expected=[0.5, [True, None], {"a": [1]}, "text"])
    found = outlined(blind.expected, reply)
    assert (found.path if found else None) == place
    assert (blind.difference(reply) is None) == (place is None)


def test_checkers_are_quiet() -> None:
    """What a checker divides by zero warns nobody."""
    prepared_case = next(one for one in prepared(3).cases if one.case.checker is not None)
    loud = replace(
        prepared_case, case=replace(prepared_case.case, checker=lambda expected, reply: str(np.ones(2) / reply))
    )
    assert loud.difference(np.zeros(2)) is not None


def test_frames() -> None:
    """No frame that a worker could write stops the judge, and none but an honest reply gets a point."""
    fuzz = runpy.run_path(str(Path(__file__).with_name("fuzz_wire.py")))["fuzz"]
    assert sum(fuzz(6000, seed=5).values()) == 6000


def test_names_of_files(judges: dict[int, Judge]) -> None:
    """A file's name that no frame can hold, or that is very long, keeps nobody from a grade."""
    data = SUITE.source(2).encode()
    found = handed_in(2, SUITE.source(2))
    for name in ("activations\udcff.py", "a" * 70_000 + ".py", "\n.py"):
        work = replace(found.modules[2], member=Member(name, len(data), partial(io.BytesIO, data)))
        grade, _ = judges[2].grade(replace(found, modules={2: work}))
        assert grade.points == SUITE.points


# ---------------------------------------------------------------------------------------------------- the table


def table() -> Iterator[str]:
    """A line for each folder: what it tries, how it ended, what it earned, and what it should have."""
    made = {module: judge_of(module) for module in (2, 3)}
    try:
        for name in NAMES:
            cheat = read(name)
            found, honest = run(cheat, made[cheat.module])
            told = result_of(found)
            well = told == cheat.expected and _statuses(honest) == ["passed"] * HONEST_CASES
            points = " ".join(
                [f"{float(found.points or 0):5.1f}", "of", f"{float(Fraction(cheat.said['points'])):5.1f}"]
            )
            yield f"{'ok' if well else 'WRONG':5}  {name:32}  {points}  {told['cases']:40}  {cheat.title}"
    finally:
        for one in made.values():
            one.close()


if __name__ == "__main__":
    if why := _without_sandbox():
        sys.exit(why)
    wrong = 0
    for told in table():
        sys.stdout.write(f"{told}\n")
        wrong += told.startswith("WRONG")
    sys.exit(f"{wrong} of {len(NAMES)} did not end as their folders say" if wrong else 0)
