"""How long grading takes, against other graders, against bare Python, and against itself; and what a kill leaves.

Each figure is the median of several runs that take turns, start-up included on both sides. All of it takes about a
quarter of an hour; `python tests/bench_grading.py class kill` measures only what is named.
"""

from __future__ import annotations

import ast
import csv
import ctypes
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench import BLUEPRINT, PROJECT, PYTHON, medians, tell

from autograder.authoring.case import Case, Suite
from autograder.judging.policy import Policy
from autograder.run.pool import usable_processors
from autograder.suites import find
from autograder.worker import wire

BATCH = 20
SLOPE = (20, 220)
"""Hand-ins of a small batch and of a large one: what lies between them is the price of one more."""
OTHERS_SLOPE = (4, 20)
"""The same for nbgrader, which would need ten minutes for the large batch."""
CLASS = 200
BEST_CLASS = 60
ATTACKED_CLASS = 100
TEN_MODULE = 2
CLASS_MODULE = 3
KILLS = 100
FRAMES = 1_000_000
TINY_CLASSES = (500, 5000)
SLOW_MILLISECONDS = 65
"""What a slow probe is made to take on an idle machine; at least 50 are asked for."""
SLOW_CASES = 5
SLOW_CLASS = 24
PATIENCE = 5.0
"""Seconds within which the processes of a killed run must be gone."""
ENVIRONMENT = PROJECT / "build" / "bench" / "graders"
REQUIREMENTS = PROJECT / "tests" / "bench-requirements.txt"
ASSIGNMENT = "ps1"
SUBREAPER = 36
"""`prctl`: orphans below this process become its children."""


def main(asked: Sequence[str] = ()) -> None:
    """Measures all parts, or those that are named."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)  # the sandbox's own user looks into it
        place = Place(root)
        place.suites()
        load = os.getloadavg()[0]
        print(f"{os.cpu_count()} cores, {usable_processors()} slots, load {load:.1f} before the first run")
        print(f"{'measured':<40}{'against':<32}{'ratio':>8}  {'target':<14}")
        for name in asked or PARTS:
            PARTS[name](place)


# ---------------------------------------------------------------------------------------------------- the place


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with suites of our own in `lib`, and everything that is graded."""

    root: Path

    @property
    def lib(self) -> Path:
        """What is importable beside the project: the suites `ten` and `slow` and `tiny`, and the package `tinytorch`."""
        return self.root / "lib"

    def suites(self) -> None:
        """Writes the suites and, for graders that run in one process, the students' package."""
        make_suite(self.lib, "ten", "tinytorch", TEN_MODULE, TEN)
        make_suite(self.lib, "slow", "tinytorch", CLASS_MODULE, SLOW.format(loops=loops(), cases=SLOW_CASES))
        make_suite(self.lib, "tiny", "micrograd", 1, TINY)
        package = self.lib / "tinytorch" / "core"
        reference = PROJECT / "autograder" / "suites" / "tinytorch" / "reference"
        shutil.copytree(reference, package, ignore=shutil.ignore_patterns("__pycache__"))
        (package.parent / "__init__.py").touch()

    @property
    def environment(self) -> dict[str, str]:
        """What every command here runs under; the secret is of this run, so that nothing outside is touched."""
        return {
            **os.environ,
            "PYTHONPATH": f"{PROJECT}:{self.lib}",
            "BLUEPRINT_SECRET": str(self.secret()),
            "PATH": f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}",  # nbgrader looks for a tool of its environment
        }

    def secret(self) -> Path:
        """A secret that is the same in every run of the bench."""
        place = self.root / "secret"
        if not place.exists():
            place.touch(mode=0o600)
            place.write_bytes(bytes(range(32)))
        return place

    def command(self, hand_ins: Path, out: Path, *options: str) -> list[str]:
        """The command line that grades a folder."""
        return [*BLUEPRINT, "grade", str(hand_ins), "--out", str(out), *options]

    def grade(self, hand_ins: Path, *options: str, fresh: bool = True, out: str = "grades") -> float:
        """Seconds that grading a folder takes, into an empty folder of grades or into one that is full."""
        folder = self.root / out
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        return self.timed(self.command(hand_ins, folder, *options))

    def timed(self, command: Sequence[str], cwd: Path | None = None) -> float:
        """Seconds of a command, start-up included; what it prints is shown if it fails."""
        start = perf_counter()
        done = subprocess.run(command, cwd=cwd or self.root, env=self.environment, capture_output=True, text=True)
        seconds = perf_counter() - start
        if done.returncode:
            sys.exit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
        return seconds

    def points(self, out: str = "grades") -> dict[str, list[tuple[str, str]]]:
        """Of every student the cases that were graded, each with its status."""
        found: dict[str, list[tuple[str, str]]] = {}
        with (self.root / out / "results.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found.setdefault(row["student"], []).append((row["case"], row["status"]))
        return found


TEN = """
from dataclasses import replace
from fractions import Fraction

from autograder.suites.tinytorch.cases import m02_activations

__cases__ = [replace(one, points=Fraction(7)) for one in m02_activations.__cases__[:10]]
"""

TINY = """
from dataclasses import replace
from fractions import Fraction

from autograder.suites.micrograd.cases import m01_engine

__cases__ = [replace(one, points=Fraction(35)) for one in m01_engine.__cases__[:2]]
"""

SLOW = """
import numpy as np

from autograder.authoring.case import case

LOOPS = {loops}


def _busy(tt, inputs):
    x = inputs.array(200, 200)
    for _ in range(LOOPS):
        x = np.sin(x)
    layer = tt.Linear(200, 3)
    layer.weight.data = inputs.array(200, 3)
    return [layer(tt.Tensor(x)).data]


for number in range({cases}):
    case(f"slow {{number}}", points="{cases}", skill="patience", hint="It takes its time.")(_busy)
for one in __cases__:
    object.__setattr__(one, "points", one.points * 70 / {cases} / {cases})
"""

SUITE = """
from dataclasses import replace

from autograder.suites.{of}.suite import SUITE as WHOLE

SUITE = replace(WHOLE, name="{name}", folder="{name}", points=70, least=1)
"""


def make_suite(lib: Path, name: str, of: str, number: int, cases: str) -> None:
    """A suite like a shipped one, with its own cases for one module."""
    shipped = find(of)
    folder = lib / name
    source = PROJECT / "autograder" / "suites" / of
    (folder / "cases").mkdir(parents=True)
    shutil.copytree(source / "reference", folder / "reference", ignore=shutil.ignore_patterns("__pycache__"))
    for package in (folder, folder / "cases"):
        (package / "__init__.py").touch()
    module = shipped.module(number)
    (folder / "cases" / f"{module.stem}_{module.name}.py").write_text(cases, "utf-8")
    (folder / "suite.py").write_text(SUITE.format(of=of, name=name), "utf-8")
    if (source / "conventions.py").exists():
        text = f'from autograder.suites.{of}.conventions import CONVENTIONS\n\n__all__ = ["CONVENTIONS"]\n'
        (folder / "conventions.py").write_text(text, "utf-8")


def loops() -> int:
    """How many rounds of the slow probe's work take as long as they should; the best of several, for a busy machine."""
    import numpy as np

    x = np.ones((200, 200), "float32") / 3
    best = 1.0
    for _ in range(5):
        start = time.process_time()
        for _ in range(20):
            np.sin(x)
        best = min(best, (time.process_time() - start) / 20)
    return int(SLOW_MILLISECONDS / 1000 / best) + 1


# ---------------------------------------------------------------------------------------------------- hand-ins


def solutions(suite: Suite, number: int) -> list[str]:
    """The reference's text of a module, and the right and wrong ones, as they stand in a student's package."""
    reference = suite.source(number)
    texts = [reference, *(v.source(reference) for kind in ("right", "wrong") for v in suite.variants(kind, number))]
    folder = f"{suite.package}.{suite.module(number).target}".rpartition(".")[0]
    return [text.replace("from .", f"from {folder}.") for text in texts]


def pieces(text: str) -> list[str]:
    """A module cut into cells: what stands before the first class or function, then each of them."""
    lines = text.splitlines(keepends=True)
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    starts = [0, *(min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1 for node in nodes), len(lines)]
    return ["".join(lines[a:b]).strip() for a, b in pairwise(starts) if b > a]


def student(number: int) -> str:
    """A student's name."""
    return f"student{number:04}"


def hand_in(target: str, text: str, author: str, known: int, extra: Sequence[dict[str, Any]] = ()) -> str:
    """A notebook as a student hands it in: prose, cells of code with remarks of the student's own, and `extra`.

    The first `known` cells of code were there when it was handed out, the others are the student's.
    """
    cells = [markdown(f"# {target}\n\nHanded in by {author}.")]
    for place, piece in enumerate(pieces(text)):
        directive = f"#| default_exp {target}\n#| export" if place == 0 else "#| export"
        cells += [
            markdown(f"## Part {place}\n\nRead the text above again before you write part {place}."),
            code(
                f"{directive}\n# {author} on part {place}: tried {len(author) + place} times\n{piece}",
                f"part{place}" * (place < known),
            ),
        ]
    return notebook([*cells, *extra])


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": text.splitlines(keepends=True)}


def code(text: str, name: str, points: int = 0) -> dict[str, Any]:
    """A code cell that nbgrader knows by its name, if it has one: a test if it has points, else a solution."""
    own = {"grade_id": name, "schema_version": 3, "task": False, "grade": bool(points), "locked": bool(points)}
    own |= {"solution": not points, **({"points": points} if points else {})}
    return {
        "cell_type": "code",
        "id": "",
        "metadata": {"nbgrader": own} if name else {},
        "execution_count": None,
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }


def notebook(cells: Sequence[dict[str, Any]]) -> str:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    numbered = [{**cell, "id": f"cell{number}"} for number, cell in enumerate(cells)]
    return json.dumps({"cells": numbered, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def class_of(place: Place, name: str, suite: Suite, number: int, count: int, tests: bool = False) -> Path:
    """A folder of `count` hand-ins for one module, no two alike; with `tests` they hold the test cells, too."""
    folder = place.root / name
    texts, module = solutions(suite, number), suite.module(number)
    known, extra = len(pieces(texts[0])), test_cells() if tests else []
    for one in range(count):
        file = folder / student(one) / f"{number:02}_{module.name}.ipynb"
        file.parent.mkdir(parents=True)
        file.write_text(hand_in(module.target, texts[one % len(texts)], student(one), known, extra), "utf-8")
    return folder


# ---------------------------------------------------------------------------------------------------- the ten tests


def ten() -> list[Case]:
    """The cases of the suite `ten`."""
    cases = find("tinytorch").cases(TEN_MODULE)[:10]
    assert not any(case.checker for case in cases)
    return list(cases)


def test_cells() -> list[dict[str, Any]]:
    """The ten tests as cells of nbgrader."""
    return [code(test, f"test{place}", points=7) for place, test in enumerate(tests("globals()"))]


def _used(probe: ast.FunctionDef, helpers: Sequence[ast.FunctionDef]) -> list[ast.FunctionDef]:
    """The functions of its file that a probe uses, and those that they use, in the order of the file."""
    names, found = {n.id for n in ast.walk(probe) if isinstance(n, ast.Name)}, list[ast.FunctionDef]()
    for one in reversed(helpers):  # a helper stands above who uses it
        if one.name in names:
            found.insert(0, one)
            names |= {n.id for n in ast.walk(one) if isinstance(n, ast.Name)}
    return found


def tests(space: str) -> list[str]:
    """The ten cases as tests that run beside the student's code: same probe, same kind of inputs, same comparison.

    Inputs and what is expected are written into each test, so that nothing of the reference is run there.
    """
    suite = find("tinytorch")
    reference = suite.reference(TEN_MODULE)
    file = PROJECT / "autograder" / "suites" / "tinytorch" / "cases" / f"m{TEN_MODULE:02}_activations.py"
    tree = ast.parse(file.read_text("utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    helpers = [node for node in functions if not node.decorator_list]
    probes = [node for node in functions if node.decorator_list]
    found = []
    for case, probe in zip(ten(), probes, strict=False):
        inputs = case.inputs(bytes(32))
        expected = wire.decode(wire.encode(case.probe(reference, inputs)))
        probe.decorator_list = []
        used = _used(probe, helpers)
        found.append(
            TEST.format(
                name=case.name,
                functions="\n\n".join(ast.unparse(one) for one in (*used, probe)),
                record=literal([list(pair) for pair in inputs.record]),
                expected=literal(expected),
                space=space,
            )
        )
    return found


TEST = """# {name}
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.authoring.case import Inputs
from autograder.judging.compare import agree
from autograder.worker.wire import decode, encode

nan, inf = np.nan, np.inf

{functions}

reply = decode(encode(_(SimpleNamespace(**{space}), Inputs.replay({record}))))
wrong = agree({expected}, reply)
assert wrong is None, wrong.words(hidden=False)
"""


def literal(value: Any) -> str:
    """Plain data as Python text."""
    if hasattr(value, "tolist"):
        return f"np.array({value.tolist()!r}, '{value.dtype}').reshape({value.shape})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {literal(one)}' for key, one in value.items())}}}"
    return repr(value)


def others() -> Path:
    """The programs of an environment with nbgrader and Otter, made when it is missing or asks for other versions."""
    stamp = ENVIRONMENT / "made-of.txt"
    if not stamp.exists() or stamp.read_bytes() != REQUIREMENTS.read_bytes():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        subprocess.run([PYTHON, "-m", "venv", str(ENVIRONMENT)], check=True)
        pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", str(REQUIREMENTS)], check=True)
        shutil.copyfile(REQUIREMENTS, stamp)
    return ENVIRONMENT / "bin"


# ---------------------------------------------------------------------------------------------------- nbgrader


def bench_nbgrader(place: Place) -> None:
    """The same notebooks and ten tests: a batch, and the price of one more.

    nbgrader has no way to grade several at once, so it runs as it does for an instructor: one command for the whole
    assignment, the database filled with assignment and students before the clock starts.
    """
    suite = find("tinytorch")
    small, large = (class_of(place, f"ten{n}", suite, TEN_MODULE, n, tests=True) for n in SLOPE)
    few, batch = (course(place, n, small) for n in OTHERS_SLOPE)
    options = ("--suite", "ten")
    theirs, theirs_few, ours, ours_large, ours_one = medians(
        [
            lambda: autograde(place, batch),
            lambda: autograde(place, few),
            lambda: place.grade(small, *options),
            lambda: place.grade(large, *options, out="grades-large"),
            lambda: place.grade(small, *options, "--jobs", "1", out="grades-one"),
        ],
        3,
    )
    slope = (ours_large - ours) / (SLOPE[1] - SLOPE[0])
    their_slope = (theirs - theirs_few) / (OTHERS_SLOPE[1] - OTHERS_SLOPE[0])
    tell(f"grade, {BATCH} notebooks x 10 tests", "nbgrader autograde, one by one", ours / theirs, 1 / 30)
    say(f"{ours:.2f} s against {theirs:.1f} s, {theirs / ours:.0f} times as fast, {usable_processors()} slots")
    tell("the same, --jobs 1", "the same", ours_one / theirs, note=f"{theirs / ours_one:.0f} times")
    tell(f"one more notebook, {SLOPE[0]} to {SLOPE[1]}", "one more in nbgrader", slope / their_slope, 1 / 50)
    lower, upper = OTHERS_SLOPE
    say(
        f"{slope * 1000:.1f} ms against {their_slope * 1000:.0f} ms (nbgrader from {lower} to {upper}), "
        f"{their_slope / slope:.0f} times"
    )
    with (batch / "grades.csv").open("w"):
        place.timed([str(others() / "nbgrader"), "export"], cwd=batch)
    with (batch / "grades.csv").open(newline="", encoding="utf-8") as file:
        scores = {row["student_id"]: Fraction(row["score"]) for row in csv.DictReader(file)}
    differ("nbgrader", scores, place.points())


def course(place: Place, count: int, hand_ins: Path) -> Path:
    """A course of nbgrader with `count` students' hand-ins, and everything in its database that can be beforehand."""
    folder = place.root / f"course{count}"
    suite = find("tinytorch")
    module = suite.module(TEN_MODULE)
    name = f"{TEN_MODULE:02}_{module.name}.ipynb"
    source = folder / "source" / ASSIGNMENT / name
    source.parent.mkdir(parents=True)
    text = solutions(suite, TEN_MODULE)[0]
    made = json.loads(hand_in(module.target, text, "the course", len(pieces(text)), test_cells()))
    for cell in made["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = ["### BEGIN SOLUTION\n", *cell["source"], "\n### END SOLUTION"]
    source.write_text(json.dumps(made), "utf-8")
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'course'\nc.Exchange.root = 'exchange'\n", "utf-8"
    )
    (folder / "students.csv").write_text("id\n" + "".join(f"{student(one)}\n" for one in range(count)), "utf-8")
    nbgrader = str(others() / "nbgrader")
    place.timed([nbgrader, "generate_assignment", ASSIGNMENT], cwd=folder)
    place.timed([nbgrader, "db", "student", "import", "students.csv"], cwd=folder)
    for one in range(count):
        there = folder / "submitted" / student(one) / ASSIGNMENT / name
        there.parent.mkdir(parents=True)
        shutil.copyfile(hand_ins / student(one) / name, there)
    shutil.copyfile(folder / "gradebook.db", folder / "before.db")
    return folder


def autograde(place: Place, folder: Path) -> float:
    """Seconds that nbgrader takes for all hand-ins of a course, none of which it has graded before."""
    shutil.rmtree(folder / "autograded", ignore_errors=True)
    shutil.copyfile(folder / "before.db", folder / "gradebook.db")
    return place.timed([str(others() / "nbgrader"), "autograde", ASSIGNMENT], cwd=folder)


def differ(grader: str, theirs: Mapping[str, Fraction], ours: Mapping[str, list[tuple[str, str]]]) -> None:
    """Says of how many students two graders think otherwise; tests of equal work should give equal points."""
    points = {name: Fraction(7) * sum(status == "passed" for _, status in cases) for name, cases in ours.items()}
    other = [name for name, score in theirs.items() if points.get(name) != score]
    note = f": {', '.join(f'{name} {theirs[name]}, ours {points.get(name)}' for name in other[:5])}" if other else ""
    say(f"{len(other)} of {len(theirs)} students have other points in {grader}{note}")


# ---------------------------------------------------------------------------------------------------- Otter


def bench_otter(place: Place) -> None:
    """The same notebooks and ten tests with `otter run`, a process for each hand-in, as it is used on Gradescope."""
    hand_ins = place.root / f"ten{BATCH}"
    if not hand_ins.exists():
        class_of(place, hand_ins.name, find("tinytorch"), TEN_MODULE, BATCH, tests=True)
    archive = otter_archive(place)
    names = iter([student(one) for one in range(BATCH)] * 2)
    scores: dict[str, Fraction] = {}

    def theirs() -> float:
        total = 0.0
        for _ in range(3):
            name = next(names)
            out = place.root / "otter" / name
            out.mkdir(parents=True, exist_ok=True)
            (notebook,) = (hand_ins / name).glob("*.ipynb")
            command = [str(others() / "otter"), "run", "--no-logo", "-a", str(archive), "-o", str(out), str(notebook)]
            total += place.timed(command, cwd=out)
            results = json.loads((out / "results.json").read_text("utf-8"))
            scores[name] = sum((Fraction(one.get("score", 0)) for one in results["tests"]), Fraction(0))
        return total / 3

    otter, ours, ours_one = medians(
        [
            theirs,
            lambda: place.grade(hand_ins, "--suite", "ten") / BATCH,
            lambda: place.grade(hand_ins, "--suite", "ten", "--jobs", "1", out="grades-one") / BATCH,
        ],
        3,
    )
    tell(f"a hand-in of grade, {BATCH} x 10 tests", "otter run", ours / otter, 1 / 100)
    say(f"{ours * 1000:.0f} ms against {otter:.2f} s, {otter / ours:.0f} times as fast, {usable_processors()} slots")
    tell("the same, --jobs 1", "the same", ours_one / otter, note=f"{otter / ours_one:.0f} times")
    differ("Otter", scores, place.points())


def otter_archive(place: Place) -> Path:
    """The ten tests as Otter wants them."""
    archive = place.root / "autograder.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for number, test in enumerate(tests("env")):
            text = f"from otter.test_files import test_case\n\nOK_FORMAT = False\nname = 'q{number}'\npoints = 7\n\n\n"
            text += f"@test_case(points=7)\ndef test_{number}(env):\n{textwrap.indent(test, '    ')}"
            file.writestr(f"tests/q{number}.py", text)
        file.writestr("otter_config.json", json.dumps({"show_stdout": True}))
    return archive


# ---------------------------------------------------------------------------------------------------- a class


BARE = """
import json, sys
from pathlib import Path
from types import ModuleType
from autograder.worker import wire
from autograder.authoring.case import Inputs, mount, probe_names
from autograder.worker.extract import extract
from autograder.suites import find

suite, number, work = find(sys.argv[1]), int(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text())
module = suite.module(number)
loaded = mount(suite.package, {suite.module(n).target: suite.source(n) for n in module.needs})
target = f"{suite.package}.{module.target}"
reference = suite.reference(number)
asked = {}
for case in suite.cases(number):
    inputs = case.inputs(bytes(32))
    case.probe(reference, inputs)
    asked[case.id] = case.probe, inputs.record
for path, cases in work:
    code = compile(extract(Path(path).read_bytes(), path).source, path, "exec")
    for one in cases:
        probe, record = asked[one]
        student = sys.modules[target] = ModuleType(target)
        student.__package__ = target.rpartition(".")[0]
        try:
            exec(code, student.__dict__)
            wire.encode({"reply": probe(probe_names(suite, number, {**loaded, module.target: student}), Inputs.replay(record))})
        except Exception:
            pass
"""
"""The same extraction, import and probes in one process without protection, and nothing judged or written."""


def bench_class(place: Place) -> None:
    """A class of 200 in one module against the same work without protection, and one whose probes take their time."""
    hand_ins = class_of(place, "class", find("tinytorch"), CLASS_MODULE, CLASS)
    options = ("--suite", "tinytorch")
    cases = bare_work(place, "class", hand_ins, *options)
    slots = usable_processors()
    wall, bare = medians(
        [lambda: place.grade(hand_ins, *options), lambda: run_bare(place, "class", "tinytorch")],
        3,
    )
    allowed = (0.005 * cases + 0.010 * CLASS) / slots
    tell(f"grade, {CLASS} in a module, {cases} cases", "bare + 5 ms, 10 ms / slots", wall / (bare + allowed), 1)
    say(f"{wall:.2f} s against {bare:.2f} s bare + {allowed:.2f} s allowed, {slots} slots")
    bench_slow(place)


def bench_slow(place: Place) -> None:
    """Where a probe takes 50 ms or more, protection must vanish beside it: in one slot against one process."""
    hand_ins = class_of(place, "slow-class", find("tinytorch"), CLASS_MODULE, SLOW_CLASS)
    options = ("--suite", "slow")
    cases = bare_work(place, "slow", hand_ins, *options)
    slots = usable_processors()
    one, bare, all_slots = medians(
        [
            lambda: place.grade(hand_ins, *options, "--jobs", "1"),
            lambda: run_bare(place, "slow", "slow"),
            lambda: place.grade(hand_ins, *options, out="grades-all"),
        ],
        3,
    )
    tell(f"grade --jobs 1, {cases} slow cases", "bare", one / bare, 1.2)
    say(f"{one:.2f} s against {bare:.2f} s, {bare / cases * 1000:.0f} ms a case")
    tell(f"grade, {slots} slots, {cases} slow cases", "bare", all_slots / bare, 1.2)
    if slots > 1:
        tell("the same", f"bare / {slots}", all_slots / (bare / slots), note=f"{all_slots:.2f} s")


def bench_best(place: Place) -> None:
    """A class of which a tenth lose points: their work is asked once more, upon their own earlier modules."""
    suite = find("tinytorch")
    module, texts = suite.module(CLASS_MODULE), solutions(suite, CLASS_MODULE)
    right, mistake = texts[: 1 + len(suite.variants("right", CLASS_MODULE))], texts[-1]
    hand_ins = place.root / "best"
    for one in range(BEST_CLASS):
        folder = hand_ins / student(one)
        folder.mkdir(parents=True)
        for number in module.needs:
            (folder / f"{suite.module(number).name}.py").write_text(solutions(suite, number)[0], "utf-8")
        text = right[one % len(right)] if one % 10 else mistake
        (folder / f"{module.name}.ipynb").write_text(hand_in(module.target, text, student(one), 0), "utf-8")
    options = ("--suite", "tinytorch", "--module", str(CLASS_MODULE), "--prerequisites")
    best, reference = medians(
        [lambda: place.grade(hand_ins, *options, "best"), lambda: place.grade(hand_ins, *options, "reference")], 3
    )
    tell(f"grade --prerequisites best, {BEST_CLASS}", "--prerequisites reference", best / reference, 1.1)
    say(f"{best:.2f} s against {reference:.2f} s, a tenth of the class lose points")


ATTACKS = {
    "spins in every case": """

def _endless(self, *args, **named):
    while True:
        pass

Linear.forward = Linear.__call__ = Dropout.forward = Dropout.__call__ = _endless
""",
    "sleeps in every case": """

def _endless(self, *args, **named):
    import time
    time.sleep(10_000)

Linear.forward = Linear.__call__ = Dropout.forward = Dropout.__call__ = _endless
""",
    "sleeps at import": """

import time
time.sleep(10_000)
""",
}


def bench_attacker(place: Place) -> None:
    """A class of 100 in a module with one student who uses up time, against the class alone: at most one budget longer."""
    suite = find("tinytorch")
    hand_ins = class_of(place, "attacked", suite, CLASS_MODULE, ATTACKED_CLASS)
    mallory = hand_ins / "mallory" / f"{suite.module(CLASS_MODULE).name}.py"
    options, budget = ("--suite", "tinytorch"), Policy().budget
    alone = place.grade(hand_ins, *options)
    mallory.parent.mkdir()
    for what, text in ATTACKS.items():
        mallory.write_text(solutions(suite, CLASS_MODULE)[0] + text, "utf-8")
        together = place.grade(hand_ins, *options)
        tell(f"grade, {ATTACKED_CLASS} and one who {what}", "alone + one budget", (together - alone) / budget, 1)
        say(f"{together:.1f} s against {alone:.1f} s; a budget has {budget:g} s")


def bare_work(place: Place, name: str, hand_ins: Path, *options: str) -> int:
    """Grades once, and writes down which cases were asked of which notebook, for the bare run; gives their number."""
    place.grade(hand_ins, *options)
    asked = place.points()
    files = sorted(hand_ins.glob("*/*.ipynb"))
    work = [(str(file), [case for case, _ in asked[file.parent.name]]) for file in files]
    (place.root / f"{name}.json").write_text(json.dumps(work))
    return sum(len(cases) for _, cases in work)


def run_bare(place: Place, name: str, suite: str) -> float:
    work = str(place.root / f"{name}.json")
    return place.timed([PYTHON, "-W", "ignore", "-c", BARE, suite, str(CLASS_MODULE), work])


def bench_regrade(place: Place) -> None:
    """A class that was graded before, with nothing changed."""
    hand_ins = place.root / "class"
    if not hand_ins.exists():
        class_of(place, "class", find("tinytorch"), CLASS_MODULE, CLASS)
    first, again = medians(
        [
            lambda: place.grade(hand_ins),
            lambda: median(place.grade(hand_ins, fresh=False) for _ in range(5)),
        ],
        3,
    )
    tell(f"grade, {CLASS} unchanged", "the first run", again / first, 1 / 100)
    say(f"{again * 1000:.0f} ms against {first:.2f} s, {first / again:.0f} times as fast")


# ---------------------------------------------------------------------------------------------------- memory


def bench_memory(place: Place) -> None:
    """Ten times the class in about the same memory: of the largest process, and of all together as they were seen."""
    peaks = []
    for count in TINY_CLASSES:
        hand_ins = class_of(place, f"tiny{count}", find("micrograd"), 1, count)
        out = place.root / f"grades{count}"
        start = perf_counter()
        peaks.append(watched(place, place.command(hand_ins, out, "--suite", "tiny")))
        say(
            f"{count} hand-ins x 2 cases: {peaks[-1][0] >> 20} MB in the first process, {peaks[-1][1] >> 20} MB in all, "
            f"{perf_counter() - start:.0f} s"
        )
    (few, few_all), (many, many_all) = peaks
    tell(f"peak memory, {TINY_CLASSES[1]} hand-ins", f"{TINY_CLASSES[0]} hand-ins", many / few, 1.2)
    tell("the same, all processes", "the same", many_all / few_all, 1.2)


def watched(place: Place, command: Sequence[str]) -> tuple[int, int]:
    """The peak memory in bytes of a command's own process, and of it with all below it (shared pages counted often)."""
    process = subprocess.Popen(
        command, cwd=place.root, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    seen = [0, 0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            held = [resident(pid) for pid in below(process.pid)]
            seen[0] = max(seen[0], resident(process.pid))
            seen[1] = max(seen[1], sum(held) + resident(process.pid))

    thread = threading.Thread(target=watch)
    thread.start()
    code = process.wait()
    ended.set()
    thread.join()
    assert code == 0, command
    return seen[0], seen[1]


def resident(pid: int) -> int:
    """The memory a process holds, in bytes; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def below(pid: int) -> Iterator[int]:
    """The processes below one."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = list(children.get(pid, ()))
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, ())
        yield one


# ---------------------------------------------------------------------------------------------------- killed


def bench_kill(place: Place) -> None:
    """A run killed at random moments and started again until it is complete, against one that nobody disturbed."""
    hand_ins = class_of(place, "killed", find("tinytorch"), CLASS_MODULE, 12)
    whole = place.root / "whole"
    length = place.grade(hand_ins, out=whole.name)
    wanted, journal = published(whole), graded(whole)
    moments = random.Random(4)
    kills = complete = other = other_journal = left = 0
    out = place.root / "resumed"
    while kills < KILLS:
        shutil.rmtree(out, ignore_errors=True)
        while not killed(place, place.command(hand_ins, out), moments.uniform(0, 1.1 * length)):
            kills += 1
            left += not all_gone()
        complete += 1
        other += published(out) != wanted
        other_journal += graded(out) != journal
    tell(f"other bytes after {kills} kills", f"{complete} runs complete at last", other / complete, 0)
    tell("journals with other grades", "the same", other_journal / complete, 0)
    tell(f"kills that left a process for {PATIENCE:g} s", "all kills", left / kills, 0)


def killed(place: Place, command: Sequence[str], moment: float) -> bool:
    """Whether a run was complete before it was to be killed."""
    process = subprocess.Popen(
        command, cwd=place.root, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        code = process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return False
    assert code == 0, f"a run that was gone on with ended with {code}"
    return True


def all_gone() -> bool:
    """Whether every process a killed run had started ends soon; those that do not are ended here."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
        except ChildProcessError:
            return True
    for pid in list(below(os.getpid())):
        os.kill(pid, signal.SIGKILL)
    return False


def published(folder: Path) -> dict[str, bytes]:
    """What people read: every file of a folder of grades but the journal and the stamp of a complete run."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    hidden = ("journal.jsonl", ".unchanged")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.name not in hidden}


def graded(folder: Path) -> list[bytes]:
    """The grades of a journal; slots end in any order."""
    return sorted(line for line in (folder / "journal.jsonl").read_bytes().splitlines() if b'{"grade"' in line)


# ---------------------------------------------------------------------------------------------------- fuzzed


FUZZ = "import sys; from fuzz_wire import fuzz; fuzz(int(sys.argv[1]), int(sys.argv[2]))"


def bench_fuzz(place: Place) -> None:
    """Replies with random damage, a share of them in each slot: none may crash the judge or earn a point."""
    slots = usable_processors()
    environment = {**place.environment, "PYTHONPATH": f"{PROJECT}:{PROJECT / 'tests'}"}
    start = perf_counter()
    running = [
        subprocess.Popen([PYTHON, "-c", FUZZ, str(FRAMES // slots), str(seed)], cwd=place.root, env=environment)
        for seed in range(slots)
    ]
    stopped = sum(process.wait() != 0 for process in running)
    tell(f"{FRAMES:,} fuzzed frames, slots stopped", f"{slots} slots", stopped, 0)
    say(f"{perf_counter() - start:.0f} s; a crash or a point stops a slot, and is told above")


def say(text: str) -> None:
    print(f"    {text}", flush=True)


PARTS: Mapping[str, Callable[[Place], None]] = {
    "nbgrader": bench_nbgrader,
    "otter": bench_otter,
    "class": bench_class,
    "best": bench_best,
    "attacker": bench_attacker,
    "regrade": bench_regrade,
    "memory": bench_memory,
    "kill": bench_kill,
    "fuzz": bench_fuzz,
}

if __name__ == "__main__":
    main(sys.argv[1:])
