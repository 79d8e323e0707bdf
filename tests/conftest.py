"""Options and fixtures that several test files share."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from autograder.run.pool import usable_processors

ROOT = Path(__file__).resolve().parent.parent

# Machines are shared and noisy: how long an example takes, to run or to draw, says nothing about the rule it tests. Where
# a change is judged, its examples are the same every time, so that what fails is the change's doing; at people's desks
# they are new ones.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.register_profile("quick", settings.get_profile("untimed"), max_examples=20)  # for `make test-fast`
settings.load_profile("untimed")


SLOW = frozenset(
    [
        "account",
        "beamer",
        "build",
        "build_course",
        "cheats",
        "class_edition",
        "course_decks",
        "coursework",
        "documents",
        "explain",
        "feedback",
        "formula",
        "gradebook_command",
        "grading",
        "gradescope",
        "language",
        "load",
        "new",
        "own_modules",
        "packages",
        "pattern_growth",
        "pool",
        "powerpoint",
        "powerpoint_chart",
        "readme",
        "review",
        "review_merge",
        "review_page",
        "right_work",
        "roster_to_gradebook",
        "sandbox",
        "site",
        "slides",
        "submission",
        "suite_proofs",
        "verify",
        "visible_cases",
        "wheel",
    ]
)
"""Files of tests that take TeX, an office, a browser, the sandbox or many examples: `make test-fast` leaves them out.

In other files it leaves out what is marked `slow`, and tries fewer examples of each property.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of slow files, and puts these first: where files run side by side, none of them is left for the end."""
    for item in items:
        if item.path.stem.removeprefix("test_") in SLOW:
            item.add_marker("slow")
    items.sort(key=lambda item: "slow" not in item.keywords)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many test processes as processors; two more for slow tests, which half of their time wait for what they started."""
    return usable_processors() + (0 if config.option.markexpr == "not slow" else 2)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-cases",
        action="store_true",
        help="write what is printed now into the expect files of tests/cases; read the diff before keeping it",
    )
    parser.addoption("--environment", help="for tests/newest/checks.py: the environment to hold against this one")


@pytest.fixture
def rewrite_cases(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are written instead of compared."""
    return bool(request.config.getoption("--rewrite-cases"))


@pytest.fixture(scope="session")
def sandbox() -> None:
    """For tests that grade: skips them, and says why, where students' code cannot be shut in."""
    if sys.platform != "linux":
        pytest.skip("grading needs Linux")
    from autograder.sandbox.layers import capabilities

    for layer in capabilities():
        if layer.needed and not layer.works:
            pytest.skip(f"no sandbox here: {layer.name}: {layer.why}")


@pytest.fixture(scope="session")
def built_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root in which Fall 2026 was built by several jobs, once for all processes of a test run. Nobody may change it."""
    import fcntl

    from blueprint.cli import run

    side_by_side = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    root, done = (base.parent if side_by_side else base) / "built", "complete"
    with (root.parent / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / done).exists():
            for kind in ("syllabi", "rubrics", "slides"):
                shutil.copytree(ROOT / kind, root / kind)
            time.sleep(0.05)  # files that change while a build begins get no stamp
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(root)
                assert run(["build-course", "fall26", "--jobs", "4"]) == 0
            (root / done).touch()
    return root


@dataclass(frozen=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Classroom:
    """A folder in which students hand in micrograd, and `blueprint` is run as from a shell there.

    `engine` is the text of module 1 and `nn` of module 2 that a student hands in when nothing else is said: right ones.
    """

    folder: Path
    capfd: pytest.CaptureFixture[str]
    engine: str
    nn: str

    def hand_in(self, place: str, engine: str | None = "", nn: str | None = "") -> None:
        """Writes a student's folder; None leaves a module out."""
        for name, text, right in (("engine.py", engine, self.engine), ("nn.py", nn, self.nn)):
            if text is not None:
                path = self.folder / place / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text or right, "utf-8")

    def run(self, *arguments: str) -> Ran:
        """Runs a command line; one that grades or explains is told suite and folder unless it names them."""
        from blueprint.cli import run

        command = list(arguments)
        if "--suite" not in command:
            command += ["--suite", "micrograd"]
        if "--out" not in command:
            command += ["--out", "grades"]
        self.capfd.readouterr()
        code = run(command)
        said = self.capfd.readouterr()
        return Ran(code, said.out, said.err)

    def written(self, folder: str = "grades") -> dict[str, bytes]:
        """Every file of a folder of grades that people read, by its path in there."""
        root = self.folder / folder
        found = [root / name for name in ("results.csv", "gradebook.csv", "unmatched.csv", "report.html")]
        found += [path for path in (root / "feedback").rglob("*") if path.is_file()]
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(found)}


@pytest.fixture
def classroom(
    sandbox: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Classroom:
    """An empty folder to hand in to and grade in, with a secret that is always the same."""
    from autograder.suites import find

    secret = tmp_path / "secret"
    secret.write_bytes(b"a secret of thirty-two bytes, or more")
    secret.chmod(0o600)
    monkeypatch.setenv("BLUEPRINT_SECRET", str(secret))
    monkeypatch.delenv("BLUEPRINT_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    suite = find("micrograd")
    return Classroom(tmp_path, capfd, suite.source(1), suite.source(2))
