"""The file of visible cases that students run without the grader."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
import warnings
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.case import PUBLIC_SEED, Suite, load_suite
from autograder.authoring.visible_cases import case_lines, visible_cases_file, visible_cases_name
from autograder.judging.grade import Grade, Result
from autograder.judging.prepared import Examples, prepare
from autograder.proving import in_process
from autograder.reports.feedback import compose
from autograder.sandbox.limits import Limits

SUITES: dict[str, Suite] = {name: load_suite(f"autograder.suites.{name}") for name in ("tinytorch", "micrograd")}
MODULES = [
    pytest.param(suite, one.number, id=f"{name} {one.id}") for name, suite in SUITES.items() for one in suite.modules
]
text = cache(lambda suite, number: visible_cases_file(SUITES[suite], number))
# A mistake of one place each, and the case that shows it.
MISTAKES = {
    ("tinytorch", 3): ("x.matmul(self.weight)", "x.matmul(self.weight) * 2", "linear without a bias"),
    ("tinytorch", 7): ("np.sqrt(v) + self.eps)", "v + self.eps)", "Steps of Adam"),
    ("micrograd", 1): ("max(self.data, 0.0)", "abs(self.data)", "ReLU"),
}


def _run(
    folder: Path, suite: Suite, number: int, source: str, *args: str, told: str = ""
) -> subprocess.CompletedProcess[str]:
    """The file, run where a package stands whose module has this source."""
    for wanted in (*suite.module(number).needs, number):
        place = folder.joinpath(suite.package, *suite.module(wanted).target.split(".")).with_suffix(".py")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(source if wanted == number else suite.source(wanted), encoding="utf-8")
    check = folder / "check.py"
    check.write_text(told or text(suite.name, number), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(check), *args], cwd=folder, capture_output=True, text=True, timeout=100
    )


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_a_right_solution_passes_every_visible_case(suite: Suite, number: int, tmp_path: Path) -> None:
    """On the reference as a student's package each visible case passes, and nothing else is printed."""
    done = _run(tmp_path, suite, number, suite.source(number))
    visible = [case for case in suite.cases(number) if case.visible]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"{len(visible)} of {len(visible)} cases pass"
    assert all(case.name in done.stdout for case in visible)


def test_the_code_in_feedback_runs_its_case(tmp_path: Path) -> None:
    """The lines that feedback gives for a lost case say of right work that it passes, and of a mistake what is wrong."""
    suite = SUITES["micrograd"]
    case = next(case for case in suite.cases(1) if case.visible and case.name == "ReLU")
    lost = Result(case.id, "failed", Fraction(0), case.points, "wrong", example="failed")
    grade = Grade("ada", suite.name, 1, "a", "graded", results=(lost,))
    (told,) = compose(grade, suite.module(1), {case.id: case}).lost
    code = tmp_path / "try.py"
    code.write_text(told.snippet, "utf-8")
    (tmp_path / visible_cases_name(suite.name, 1)).write_text(text(suite.name, 1), "utf-8")
    said = []
    for source in (suite.source(1), suite.source(1).replace("max(self.data, 0.0)", "abs(self.data)")):
        _run(tmp_path, suite, 1, source)
        done = subprocess.run([sys.executable, str(code)], cwd=tmp_path, capture_output=True, text=True, timeout=100)
        said.append(done.stdout.strip() or done.stderr)
    assert said[0] == "it passes"
    assert "expected" in said[1]


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_an_empty_module_fails_every_case(suite: Suite, number: int, tmp_path: Path) -> None:
    """Without a definition every case fails with its hint and no traceback."""
    done = _run(tmp_path, suite, number, "")
    visible = [case for case in suite.cases(number) if case.visible]
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1] == f"0 of {len(visible)} cases pass"
    assert all(case.hint in done.stdout for case in visible)


@pytest.mark.parametrize(("name", "number"), MISTAKES)
def test_a_mistake_fails_its_case(name: str, number: int, tmp_path: Path) -> None:
    """The case about a mistake fails, others pass."""
    suite, (old, new, case) = SUITES[name], MISTAKES[name, number]
    source = suite.source(number)
    assert old in source
    done = _run(tmp_path, suite, number, source.replace(old, new))
    lines = {line.split("points  ")[1]: line[:4] for line in done.stdout.splitlines() if "points  " in line}
    assert lines[case] == "FAIL"
    assert set(lines.values()) == {"FAIL", "ok  "}


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_the_file_says_what_the_grader_says(suite: Suite, number: int, tmp_path: Path) -> None:
    """Under the file's seed a solution passes at home what it passes in the grader; every right one, and some wrong, asked."""
    check = _imported(tmp_path / "check.py", text(suite.name, number))
    wanted = {one.id for one in check.CASES}
    prepared = {one.case.id: one for one in prepare(suite, number, PUBLIC_SEED, Limits(), only=wanted).cases}
    right, wrong = suite.variants("right", number), suite.variants("wrong", number)[::20]
    for variant in (*right, *wrong):
        source = variant.source(suite.source(number))
        home, grader = (in_process.mounted(suite, number, source) for _ in range(2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            told = {one.id: check.fault(one, check.Offered(**vars(home))) for one in check.CASES}
        earned = {
            id for id, one in prepared.items() if in_process.earns(one, check.Offered(**vars(grader)), seconds=10)
        }
        assert {id for id, wrong in told.items() if not wrong} == earned, variant.name
        asked = {id for id, one in prepared.items() if not variant.edition or variant.edition in one.case.editions}
        assert variant.skill or earned >= asked, variant.name


def _imported(file: Path, told: str) -> Any:
    """A file of visible cases as a module of this process, ready to ask."""
    file.write_text(told, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("check_imported", file)
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.keep_copies()
    return module


NOTES_A_GRADIENT = """@case("a gradient noted before another is added to it", id="noted", points="1", since="", hint="")
def _(tt: Any, inputs: Inputs) -> Any:
    x, told = tt.Tensor(np.ones(2), requires_grad=True), []
    for _ in range(2):
        (x * 1).backward(np.ones(2))
        told.append(x.grad)
    return told


# fmt: off
EXPECTED: dict[str, Any] = {
    "noted": [array([1, 1], "float32"), array([2, 2], "float32")],
"""


def test_what_a_case_has_noted_stays_as_it_was(tmp_path: Path) -> None:
    """Right code may add to its own gradients in place: a case that has noted one before has a copy, as in the grader."""
    suite = SUITES["tinytorch"]
    (in_place,) = [one for one in suite.variants("right", 6) if one.name == "adds to gradients in place"]
    told = text("tinytorch", 6).replace("# fmt: off\nEXPECTED: dict[str, Any] = {\n", NOTES_A_GRADIENT)
    done = _run(tmp_path, suite, 6, in_place.source(suite.source(6)), told=told)
    assert (done.returncode, done.stderr) == (0, "")
    assert "a gradient noted before another is added to it" in done.stdout


def test_a_loop_without_an_end_is_told_with_its_line(tmp_path: Path) -> None:
    """A case that does not come to its end is stopped, and the line of the student's file that it was at is told.

    Also in the background, where shells have interrupts ignored.
    """
    suite = SUITES["tinytorch"]
    old = "    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))\n"
    source = suite.source(2)
    assert old in source
    source = source.replace(old, "    while True:\n        pass\n")
    line = source.splitlines().index("    while True:") + 1
    check = text("tinytorch", 2).replace("SECONDS = 10 ", "SECONDS = 0.2 ")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a child inherits what is ignored
    try:
        done = _run(tmp_path, suite, 2, source, told=check)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (done.returncode, done.stderr) == (1, "")
    at = done.stdout.split("it ran longer than 0.2 seconds (activations.py, line ")[1].partition(")")[0]
    assert int(at) in (line, line + 1)
    assert "FAIL" in done.stdout
    assert "ok  " in done.stdout  # the others are asked


def test_a_file_of_one_module_is_checked_upon_the_package(tmp_path: Path) -> None:
    """Given a Python file, that file is the module, whatever the package holds."""
    suite = SUITES["tinytorch"]
    (tmp_path / "mine.py").write_text(suite.source(2).replace("from .", "from tinytorch.core."), encoding="utf-8")
    done = _run(tmp_path, suite, 2, "raise RuntimeError('not this one')", "mine.py")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A wrong path gives one sentence and exit code 2."""
    done = _run(tmp_path, SUITES["micrograd"], 1, "", "nowhere")
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout == "nowhere is not there; give a folder with your package, or one Python file\n"


@pytest.mark.parametrize("secret", [b"one", b"another"])
@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_its_values_earn_nothing(suite: Suite, number: int, secret: bytes) -> None:
    """Whoever hands in the values that the file holds, and computes nothing, loses every case."""
    examples = Examples(suite, number)
    visible = [one for one in prepare(suite, number, secret, Limits()).cases if one.case.visible]
    assert [one.case.id for one in visible if one.difference(examples.of(one.case).expected) is None] == []


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_nothing_hidden_and_no_reference_is_told(suite: Suite, number: int) -> None:
    """Hidden cases leave no word in the file, the reference none of its lines, and it is the same each time."""
    told = text(suite.name, number)
    assert told == visible_cases_file(suite, number)
    for case in suite.cases(number):
        assert (case.id in told) == (case.hint in told) == case.visible
    assert "autograder" not in told
    own: list[Any] = [line.strip() for line in suite.source(number).splitlines() if line.strip().startswith("self.")]
    assert not [line for line in own if len(line) > 25 and line in told]


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_the_line_of_a_case_is_known_without_its_values(suite: Suite, number: int) -> None:
    """Feedback tells the line at which a case begins in the file, and asks nothing of the reference for it."""
    lines = text(suite.name, number).splitlines()
    begins = case_lines(suite, number)
    assert list(begins) == [case.id for case in suite.cases(number) if case.visible]
    for id, line in begins.items():
        assert lines[line - 1] == "@case("
        assert f'    id="{id}",' in lines[line : line + 4]


@pytest.mark.parametrize(("suite", "number"), MODULES)
def test_the_file_is_formatted(suite: Suite, number: int, tmp_path: Path) -> None:
    """Formatter and linter find nothing to change."""
    (tmp_path / "check.py").write_text(text(suite.name, number), encoding="utf-8")
    for command in (["format", "--check"], ["check", "--select", "E,F,W,I,B,UP", "--ignore", "E501"]):
        asked = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "--line-length", "120", "check.py"]
        done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
