"""The file of visible cases that students run without the grader."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.case import Suite, load_suite
from autograder.authoring.visible_cases import visible_cases_file
from autograder.judging.prepared import Examples, prepare
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

ALIKE = {
    "module-03/dropout-leads-back-to-its-input",
    "module-07/parameters-from-anything-that-can-be-gone-through",
    "module-08/gradients-gathered-over-batches",
    "module-08/evaluation-changes-nothing",
}
"""Cases whose replies hardly depend on what is drawn: nine points that nobody has to work for. To be mended."""


def _run(folder: Path, suite: Suite, number: int, source: str, *args: str) -> subprocess.CompletedProcess[str]:
    """The file, run where a package stands whose module has this source."""
    for wanted in (*suite.module(number).needs, number):
        place = folder.joinpath(suite.package, *suite.module(wanted).target.split(".")).with_suffix(".py")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(source if wanted == number else suite.source(wanted), encoding="utf-8")
    check = folder / "check.py"
    check.write_text(text(suite.name, number), encoding="utf-8")
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
    """Whoever hands in the values that the file holds, and computes nothing, loses every case but those known to be alike."""
    examples = Examples(suite, number)
    visible = [one for one in prepare(suite, number, secret, Limits()).cases if one.case.visible]
    earned = {one.case.id for one in visible if one.difference(examples.of(one.case).expected) is None}
    assert earned == {one for one in ALIKE if suite.name == "tinytorch" and one.startswith(suite.module(number).id)}


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
def test_the_file_is_formatted(suite: Suite, number: int, tmp_path: Path) -> None:
    """Formatter and linter find nothing to change."""
    (tmp_path / "check.py").write_text(text(suite.name, number), encoding="utf-8")
    for command in (["format", "--check"], ["check", "--select", "E,F,W,I,B,UP", "--ignore", "E501"]):
        asked = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "--line-length", "120", "check.py"]
        done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
