"""A whole run: what stays the same whatever the order, what a regrade runs again, and that a fault of ours is no zero."""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from processes import descendants, gone, started, until

from autograder.judging.grade import Grade
from autograder.judging.judge import Judge
from autograder.judging.policy import Policy
from autograder.reports import staff_report, summary
from autograder.reports.class_overview import ClassOverview
from autograder.reports.gradebook import Gradebook
from autograder.run.attempts import Rule
from autograder.run.grading import RunOptions, RunResult, grade_all
from autograder.run.journal import Journal
from autograder.sandbox import bubblewrap
from autograder.sandbox.fault import SandboxError
from autograder.sandbox.jail import Jail, Outcome
from autograder.sandbox.limits import Limits
from autograder.suites import find
from autograder.worker import protocol
from blueprint import freshness

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

SEED = b"the same draws for every machine"
MARK = "do you see this jail die"
BRIEF = Policy(limits=Limits(cpu=1))
"""Ends who spins by the kernel's count of processor time, which is the same however busy the machine is."""


def wrong(module: int, name: str) -> str:
    """A wrong solution of the suite's own, by its name."""
    suite = find("micrograd")
    variant = next(one for one in suite.variants("wrong", module) if one.name == name)
    return variant.source(suite.source(module))


def with_relu(classroom: Any, body: str) -> str:
    """The right engine with another `relu`; the case named for it alone is lost, and networks."""
    return f"{classroom.engine}\n\ndef _relu(self):\n    {body}\n\n\nValue.relu = _relu\n"


def table(classroom: Any, name: str, folder: str = "grades") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((classroom.folder / folder / name).read_text("utf-8"), newline="")))


def points(classroom: Any, module: int = 1) -> dict[str, str]:
    """A module's column of the gradebook."""
    return {row["student"]: row[f"module-{module:02}"] for row in table(classroom, "gradebook.csv")}


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Counter[str]]:
    """What was asked of workers, and how many jails were started, since it was asked last; in all processes."""
    log = tmp_path / "log"
    run, begin = Jail.run, Jail.start.__func__  # type: ignore[attr-defined]

    def note(word: str) -> None:
        with log.open("a") as file:
            file.write(f"{word}\n")

    def counted(self: Jail, payload: bytes, seconds: float) -> Outcome:
        note(protocol.read_request(payload)[0])
        return run(self, payload, seconds)

    def started(cls: type[Jail], *given: Any, **named: Any) -> Jail:
        note("start")
        return begin(cls, *given, **named)  # type: ignore[no-any-return]

    monkeypatch.setattr(Jail, "run", counted)
    monkeypatch.setattr(Jail, "start", classmethod(started))

    def asked() -> Counter[str]:
        found = Counter(log.read_text().split()) if log.exists() else Counter()
        log.unlink(missing_ok=True)
        return found

    return asked


# ------------------------------------------------------------------------------------------------ the same bytes


def a_class(classroom: Any, place: str = "class") -> None:
    """Seven students, and every way out but those that take time."""
    classroom.hand_in(f"{place}/ada")
    classroom.hand_in(f"{place}/bob", engine=wrong(1, "factors exchanged"))
    classroom.hand_in(f"{place}/cyd", nn=None)
    classroom.hand_in(f"{place}/dee", engine="import nothing_of_this_name as n\nn.begin()")
    classroom.hand_in(
        f"{place}/Eve", engine="class Value:\n    pass", nn=wrong(2, find("micrograd").variants("wrong", 2)[0].name)
    )
    classroom.hand_in(f"{place}/fay", engine="def (", nn="import os\nos._exit(0)")
    (classroom.folder / place / "gus").mkdir()
    (classroom.folder / place / "gus" / "notes.txt").write_text("I was ill")


def zipped(folder: Path, names: Sequence[str], place: Path) -> None:
    """A zip of students' folders, listed in this order."""
    with zipfile.ZipFile(place, "w") as archive:
        for name in names:
            for path in sorted((folder / name).rglob("*")):
                archive.write(path, str(path.relative_to(folder)))


def test_the_same_bytes_whatever_the_order(classroom: Any) -> None:
    """Tables, report and feedback are the same for one slot and three, in any order of students, in one download or two."""
    a_class(classroom)
    names = sorted(path.name for path in (classroom.folder / "class").iterdir())
    downloads = {"one": [names], "reversed": [names[::-1]], "two": [names[3:], names[:3]]}
    written = {}
    for jobs, (name, parts) in zip(("1", "3", "2"), downloads.items(), strict=True):
        places = [f"{name}-{number}.zip" for number in range(len(parts))]
        for place, part in zip(places, parts, strict=True):
            zipped(classroom.folder / "class", part, classroom.folder / place)
        assert classroom.run("grade", *places, "--jobs", jobs, "--out", name).code == 1
        written[name] = classroom.written(name)
    assert len(written["one"]) == 4 + 2 * 13  # a page and a text for each module of each student
    assert written["reversed"] == written["one"]
    assert written["two"] == written["one"]
    for name, data in written["one"].items():
        assert str(classroom.folder).encode() not in data, f"{name} names a place of this machine"
        assert time.strftime("%Y-").encode() not in data, f"{name} holds a date"


def test_all_of_it_is_its_owners(classroom: Any) -> None:
    """Whatever the umask, every file and folder of grades, also a student's notebook as a page, is for its owner only."""
    classroom.hand_in("class/ada", nn=None)
    cell = {"cell_type": "code", "metadata": {}, "source": classroom.engine, "outputs": [], "execution_count": None}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (classroom.folder / "class" / "bob").mkdir()
    (classroom.folder / "class" / "bob" / "engine.ipynb").write_text(json.dumps(book))
    before = os.umask(0)
    try:
        classroom.run("grade", "class", "--out", "all/grades")
        assert classroom.run("explain", "bob", "--notebook", "--out", "all/grades").code == 0
    finally:
        os.umask(before)
    found = [classroom.folder / "all", *(classroom.folder / "all").rglob("*")]
    assert any(path.match("notebooks/bob/module-01.html") for path in found)
    wanted = {path: 0o700 if path.is_dir() else 0o600 for path in found}
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in found} == wanted


# ------------------------------------------------------------------------------------------------ killed and resumed


def test_killed_and_gone_on_with(classroom: Any) -> None:
    """Killed at any moment, a run leaves no process behind, and the next ones end with the bytes of an unbroken one."""
    a_class(classroom)
    classroom.run("grade", "class", "--jobs", "2", "--out", "whole")
    journal = classroom.folder / "killed" / "journal.jsonl"
    command = [
        sys.executable,
        "-m",
        "blueprint",
        "grade",
        "class",
        "--suite",
        "micrograd",
        "--jobs",
        "2",
        "--out",
        "killed",
    ]

    def graded() -> int:
        return journal.read_bytes().count(b'{"grade"') if journal.exists() else -1

    for more in (0, 1, 4):  # in the first, before anything was graded
        wanted = max(graded(), 0) + more
        with started(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=classroom.folder) as run:
            assert until(lambda: (graded() >= wanted and len(descendants(run.pid)) > 2) or run.poll() is not None)  # noqa: B023
            family = descendants(run.pid)
            run.kill()
        assert gone(family)
    with journal.open("ab") as file:
        file.write(b'{"grade":{"student":"ada","modu')
    classroom.run("grade", "class", "--out", "killed")
    assert classroom.written("killed") == classroom.written("whole")
    assert not [path.name for path in (classroom.folder / "killed").rglob(".*") if path.name != ".unchanged"]


def test_an_interrupted_run_says_so(classroom: Any) -> None:
    """Ctrl-C ends the run and all it started, keeps what was graded, and leaves no stamp of a complete run."""
    a_class(classroom)
    command = [sys.executable, "-m", "blueprint", "grade", "class", "--suite", "micrograd", "--out", "grades"]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=classroom.folder) as run:
        journal = classroom.folder / "grades" / "journal.jsonl"
        assert until(lambda: journal.exists() and b'{"grade"' in journal.read_bytes())
        family = descendants(run.pid)
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to everybody
        _, err = run.communicate(timeout=60)
    assert (run.returncode, err.decode().splitlines()[-1]) == (
        130,
        "interrupted; what was finished is kept, nothing is half written",
    )
    assert b"Traceback" not in err
    assert gone(family)
    assert not (classroom.folder / "grades" / ".unchanged").exists()


def test_nobody_listens(classroom: Any) -> None:
    """Where what is said beside the work goes nowhere, all is graded all the same."""
    for student in ("ada", "bob", "cyd"):
        classroom.hand_in(f"class/{student}", nn=None)
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "blueprint", "grade", "class", "--suite", "micrograd", "--out", "grades"]
    done = subprocess.run(command, cwd=classroom.folder, stdout=subprocess.PIPE, stderr=write, check=False)
    os.close(write)
    assert done.returncode == 0
    assert points(classroom) == {"ada": "20", "bob": "20", "cyd": "20"}


def test_a_broken_journal_is_named_and_kept(classroom: Any) -> None:
    """A line that is no JSON stops the run with file and line, and nothing in the folder is touched."""
    classroom.hand_in("class/ada")
    classroom.run("grade", "class")
    journal = classroom.folder / "grades" / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join([*lines[:2], "<<<<<<< HEAD\n", *lines[2:]]))
    before = {**classroom.written(), "journal": journal.read_bytes()}
    ran = classroom.run("grade", "class")
    assert ran.code == 2
    assert f"{journal.relative_to(classroom.folder)}:3: this is no line of a grading journal" in ran.err
    assert {**classroom.written(), "journal": journal.read_bytes()} == before


# ------------------------------------------------------------------------------------------------ attempts


def test_another_modules_download_blanks_nothing(classroom: Any) -> None:
    """Grading the next module keeps every grade of the last one, also of those who hand in nothing any more."""
    for name in ("ada", "bob"):
        classroom.hand_in(f"first/{name}", nn=None)
    classroom.hand_in("second/ada", engine=None)
    classroom.run("grade", "first")
    assert points(classroom) == {"ada": "20", "bob": "20"}
    classroom.run("grade", "second")
    assert points(classroom) == {"ada": "20", "bob": "20"}
    assert points(classroom, 2) == {"ada": "20", "bob": ""}


def test_the_last_files_handed_in_count(classroom: Any) -> None:
    """Without an offering the latest attempt counts, also when it is one that was handed in before."""
    good, bad = classroom.engine, wrong(1, "factors exchanged")
    seen = []
    for text in (good, bad, good):
        classroom.hand_in("class/ada", engine=text, nn=None)
        classroom.run("grade", "class")
        seen.append(points(classroom)["ada"])
    assert (seen[0], seen[2]) == ("20", "20")
    assert float(seen[1]) < 20
    with Journal(classroom.folder / "grades", "micrograd", writing=False) as journal:
        assert [len(entries) for entries in journal.entries.values()] == [2]


def test_of_two_attempts_in_one_run_the_last_counts(classroom: Any) -> None:
    """Of two attempts in one run the later one counts, in the first run and in every regrade, with any number of slots."""
    classroom.hand_in("second/ada", nn=None)
    classroom.hand_in("first/ada", engine=wrong(1, "factors exchanged") + "\n" * 500_000, nn=None)  # takes longer
    for _ in range(2):
        classroom.run("grade", "first", "second", "--as", "class", "--jobs", "2")
        assert points(classroom) == {"ada": "20"}
        (classroom.folder / "grades" / ".unchanged").unlink(missing_ok=True)


def kept_attempts(classroom: Any, out: str = "grades") -> int:
    """How many attempts at module 1 the journal holds."""
    with Journal(classroom.folder / out, "micrograd", writing=False) as journal:
        return sum(len(entries) for key, entries in journal.entries.items() if key.module == 1)


def test_attempts_that_cannot_count_are_not_graded(classroom: Any) -> None:
    """Where the latest counts, the others of a run wait until they are asked for; the gradebook is the same."""
    for place, text in zip(("a/ada", "b/ada", "c/ada"), reversed(attempts(classroom)), strict=True):
        classroom.hand_in(place, engine=text, nn=None)
    everything = ("grade", "a", "b", "c", "--as", "class")
    classroom.run(*everything)
    assert (kept_attempts(classroom), points(classroom)) == (1, {"ada": "20"})
    classroom.run(*everything, "--all-attempts")
    assert (kept_attempts(classroom), points(classroom)) == (3, {"ada": "20"})


def test_all_attempts_of_a_student_share_one_budget(classroom: Any) -> None:
    """Whoever hands in many programs without an end has one budget for all of them: the newest is graded, the rest is not begun."""
    for number in range(6):
        classroom.hand_in(f"{number}/ada", engine=f"class Value:\n    number = {number}\nwhile True: pass\n", nn=None)
        classroom.hand_in(f"{number}/bob", nn=None)
    report = graded(
        classroom,
        *map(str, range(6)),
        policy=Policy(seconds=1.0, budget=1.5, import_seconds=1.0),
        rule=Rule("best"),
        said=dict.fromkeys(map(str, range(6)), "class"),
    )
    assert not report.faults
    with Journal(classroom.folder / "grades", "micrograd", writing=False) as journal:
        entries = {key.student: entries for key, entries in journal.entries.items() if key.module == 1}
        (newest,) = entries["ada"]
        assert newest.order[1] >= 10
        assert journal.grade(entries["bob"][-1]).points == 20
    (waiting,) = (one for one in report.account.not_begun if one.who == "ada")
    assert (waiting.who, waiting.why.partition(",")[0]) == ("ada", "module 01: 5 older attempts were not begun")
    assert f"ada: {waiting.why}" in "\n".join(summary.lines(report, [], "grades"))
    assert {"student": "ada", "why": waiting.why} in summary.data(report, [])["not begun"]
    page = staff_report.page([], [], ClassOverview(lambda _: {}), account=report.account)
    assert waiting.why in page


def graded(classroom: Any, *paths: str, out: str = "grades", policy: Policy | None = None, **options: Any) -> RunResult:
    """A run without the command line."""
    suite = options.pop("suite", None) or find("micrograd")
    with Journal(classroom.folder / out, suite.name) as journal:
        places = tuple(classroom.folder / path for path in paths)
        return grade_all(RunOptions(suite, places, policy or Policy(), SEED, **options), journal)


def counting(classroom: Any, rule: Rule, student: str) -> Grade:
    suite = find("micrograd")
    with Journal(classroom.folder / "grades", suite.name, writing=False) as journal:
        return Gradebook(journal, suite, rule).counting_grade(student, 1)


def attempts(classroom: Any) -> list[str]:
    """Three attempts at module 1, worth 20, 16 and 0 points."""
    return [classroom.engine, wrong(1, "number on the left forgotten"), "class Value:\n    pass\n"]


def test_which_attempt_counts_by_canvas_marks(classroom: Any) -> None:
    """Latest is the last; best the one with most points; latest-on-time the last that Canvas does not call late."""
    good, worse, bad = attempts(classroom)
    handed_in = {
        "ada_9001_55010_engine.py": good,
        "ada_9001_55011_engine-1.py": worse,
        "ada_LATE_9001_55012_engine-2.py": bad,
    }
    for number, (name, text) in enumerate(handed_in.items()):
        with zipfile.ZipFile(classroom.folder / f"{number}.zip", "w") as archive:
            archive.writestr(name, text)
            archive.writestr("bob_9002_55013_engine.py", good)
        assert not graded(classroom, f"{number}.zip", jobs=1).refused
    kept = {counts: counting(classroom, Rule(counts), "9001").points for counts in ("latest", "best", "latest-on-time")}
    assert kept == {"latest": 0, "best": 20, "latest-on-time": 16}


@pytest.mark.parametrize("zone", [" UTC", "", " America/Chicago"])
def test_which_attempt_counts_by_nbgrader_times(classroom: Any, zone: str) -> None:
    """A time in nbgrader's own record is held against the deadline; without a zone it is the course's."""
    good, worse, _ = attempts(classroom)
    for when, text in (("2026-03-02 10:00:00", worse), ("2026-03-20 10:00:00", good)):
        classroom.hand_in("submitted/ada/engine", engine=text, nn=None)
        (classroom.folder / "submitted/ada/engine/timestamp.txt").write_text(f"{when}{zone}")
        graded(classroom, "submitted", jobs=1)
    due = {1: "2026-03-10T23:59:00-05:00"}
    assert counting(classroom, Rule("latest-on-time", due), "ada").points == 16
    assert counting(classroom, Rule("latest", due), "ada").points == 20
    assert (
        counting(classroom, Rule("latest-on-time", {1: "2026-03-01T00:00:00-06:00"}), "ada").points == 20
    )  # none in time
    assert counting(classroom, Rule("latest-on-time"), "ada").points == 20


# ------------------------------------------------------------------------------------------------ regrades


@pytest.fixture
def own_suite(classroom: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """A copy of the micrograd suite as a package of its own, `mysuite`; call it to change a file of it."""
    monkeypatch.setattr(freshness, "CLOCK_STEP", -10_000_000_000)  # as if the files were ten seconds old
    source = Path(find("micrograd").folder.replace(".", "/"))
    place = classroom.folder / "packages" / "mysuite"
    shutil.copytree(Path(__file__).parent.parent / source, place, ignore=shutil.ignore_patterns("__pycache__"))
    for path in place.rglob("*.py"):
        path.write_text(path.read_text("utf-8").replace("autograder.suites.micrograd", "mysuite"), "utf-8")
    monkeypatch.syspath_prepend(place.parent)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def forget() -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] == "mysuite"]:
            del sys.modules[name]
        importlib.invalidate_caches()

    def change(name: str, old: str, new: str) -> None:
        text = (place / name).read_text("utf-8")
        assert text.count(old) == 1, old
        (place / name).write_text(text.replace(old, new), "utf-8")
        forget()

    forget()
    yield change
    forget()


CASES = "cases/m01_engine.py"
REGRADES = {
    "a case": (CASES, "exponent = inputs.choice([2, 3, -1.5, 0.5])", "exponent = inputs.choice([2, 3])", 1),
    "what a case calls": (CASES, "    result.backward()\n", "    result.backward()\n    str(result)\n", 5),
    "a tolerance": (CASES, 'skill="powers",', 'skill="powers",\n    tolerance=1e-3,', 1),
    "the reference": ("reference/engine.py", 'return f"Value(data=', 'return f"Number(data=', 5),
    "points alone": (CASES, 'points=4,\n    skill="arithmetic"', 'points=6,\n    skill="arithmetic"', 0),
    "a hint": (CASES, "a / b is a · b⁻¹", "a / b is a times b⁻¹", 0),
    "another module": ("cases/m02_nn.py", "range(4):", "range(3):", 0),
}


@pytest.mark.parametrize("what", REGRADES)
def test_a_regrade_runs_what_changed(
    classroom: Any, own_suite: Callable[..., None], tasks: Callable[[], Counter[str]], what: str
) -> None:
    """After a change of the suite only cases whose status could change are run again, for each student once."""
    name, old, new, count = REGRADES[what]
    for student in ("ada", "bob"):
        classroom.hand_in(f"class/{student}", nn=None)
    run = ("grade", "class", "--suite", "mysuite", "--jobs", "1")
    assert classroom.run(*run).code == 0
    assert tasks()["case"] == 10
    own_suite(name, old, new)
    if what == "points alone":
        own_suite(CASES, 'points=4,\n    skill="powers"', 'points=2,\n    skill="powers"')
    ran = classroom.run(*run)
    assert ran.code == 0, ran.err
    assert tasks()["case"] == 2 * count
    assert points(classroom) == {"ada": "20", "bob": "20"}


def test_a_regrade_tells_old_and_new(classroom: Any, own_suite: Callable[..., None], tasks: Any) -> None:
    """Each grade that is another than it was is told, per student, with the cases that flipped."""
    classroom.hand_in("class/ada", nn=None)
    classroom.hand_in("class/bob", engine=with_relu(classroom, "return self * (self.data >= 0)"), nn=None)
    run = ("grade", "class", "--suite", "mysuite")
    classroom.run(*run)
    before = points(classroom)
    assert before["ada"] == "20"
    own_suite(
        CASES,
        "    for low, high in inputs.shuffled([(-2, -0.5), (0.5, 2), (-2, 2), (-2, 2)]):",
        "    for low, high in [(0.5, 2)]:",
    )
    own_suite("reference/engine.py", "Value(max(self.data, 0.0), (self,))", "Value(max(self.data, 0.0) + 1, (self,))")
    ran = classroom.run(*run)
    assert "changed: ada, module 01: 20 -> 16 (relu passed -> failed)" in ran.out
    own_suite("reference/engine.py", "max(self.data, 0.0) + 1", "max(self.data, 0.0)")
    ran = classroom.run(*run)
    assert "changed: ada, module 01: 16 -> 20 (relu failed -> passed)" in ran.out
    assert points(classroom)["ada"] == "20"


def test_a_regrade_prices_anew(
    classroom: Any, own_suite: Callable[..., None], tasks: Callable[[], Counter[str]]
) -> None:
    """When only points change nothing is run, and every grade is what it would have been."""
    classroom.hand_in("class/ada", nn=None)
    classroom.hand_in("class/bob", engine=wrong(1, "negative values pass their gradient"), nn=None)
    run = ("grade", "class", "--suite", "mysuite")
    classroom.run(*run)
    assert points(classroom) == {"ada": "20", "bob": "16"}
    own_suite(CASES, 'points=4,\n    skill="relu"', 'points=7,\n    skill="relu"')
    own_suite(CASES, 'points=4,\n    skill="powers"', 'points=1,\n    skill="powers"')
    tasks()
    ran = classroom.run(*run)
    assert tasks()["case"] == 0
    assert points(classroom) == {"ada": "20", "bob": "13"}
    assert "changed: bob, module 01: 16 -> 13" in ran.out
    assert "ada, module" not in ran.out


def test_a_second_run_starts_nothing(
    classroom: Any, tasks: Callable[[], Counter[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing changed: no jail is started, the answer is the same each time, and so is its exit code."""
    monkeypatch.setattr(freshness, "CLOCK_STEP", -10_000_000_000)  # as if the files were ten seconds old
    a_class(classroom)
    first = classroom.run("grade", "class")
    assert tasks()["case"] > 0
    written = classroom.written()
    again = [classroom.run("grade", "class") for _ in range(2)]
    assert tasks() == {}
    assert {ran.code for ran in (first, *again)} == {1}
    assert again[0].out == again[1].out
    assert "0 modules graded" in again[0].out
    assert again[0].out.splitlines()[-1] == first.out.splitlines()[-1]
    assert classroom.written() == written
    assert json.loads(classroom.run("grade", "class", "--json").out)["known"] > 0


def test_looking_at_everything_runs_nothing_either(classroom: Any, tasks: Callable[[], Counter[str]]) -> None:
    """Without the stamp all files are read again, no student's code is run, and the journal stays as it was."""
    a_class(classroom)
    classroom.run("grade", "class")
    journal = classroom.folder / "grades" / "journal.jsonl"
    grades = [line for line in journal.read_text().splitlines() if "grade" in line]
    (classroom.folder / "grades" / ".unchanged").unlink(missing_ok=True)
    tasks()
    written = classroom.written()
    ran = classroom.run("grade", "class")
    assert tasks()["case"] == 0
    assert "0 modules graded" in ran.out
    assert [line for line in journal.read_text().splitlines() if "grade" in line] == grades
    assert classroom.written() == written


# ------------------------------------------------------------------------------------------------ three ways out


def grades_of(classroom: Any) -> dict[str, Grade]:
    """The last grade of every student at module 1."""
    with Journal(classroom.folder / "grades", "micrograd", writing=False) as journal:
        return {
            key.student: journal.grade(journal.attempts(key)[-1]) for key in sorted(journal.entries) if key.module == 1
        }


@pytest.mark.parametrize(("begin", "earned"), [("globals().update(Value=_Value)", "20"), ("raise OSError", "0")])
def test_what_the_package_starts_is_started(
    classroom: Any, own_suite: Callable[..., None], begin: str, earned: str
) -> None:
    """What a course's package does when it has imported a module is done here, too; what fails there is not an import error."""
    own_suite("suite.py", 'exports=("Value",))', 'exports=("Value",), starts="module.begin()")')
    engine = classroom.engine.replace("class Value", "class _Value").replace("Value(", "_Value(")
    classroom.hand_in("class/ada", engine=f"{engine}\n\ndef begin():\n    {begin}\n", nn=None)
    classroom.hand_in("class/bob", nn=None)
    assert classroom.run("grade", "class", "--suite", "mysuite").code == 0
    assert points(classroom) == {"ada": earned, "bob": "20"}
    assert "import error" not in {row["status"] for row in table(classroom, "results.csv")}


def test_what_cannot_be_run_says_why(classroom: Any) -> None:
    """Work that cannot be run earns 0 with the reason; everybody else is graded as if it were not there."""
    classroom.hand_in("class/ada", nn=None)
    texts = {
        "imports": "import nothing_of_this_name as n\nn.begin()",
        "raises": "raise SystemExit('no')",
        "leaves": "import os\nos._exit(0)",
        "no-python": "def (",
        "memory": "held = []\nwhile True:\n    held.append(bytes(1 << 24))",
    }
    for name, text in texts.items():
        classroom.hand_in(f"class/{name}", engine=text, nn=None)
    (classroom.folder / "class/notes").mkdir()
    (classroom.folder / "class/notes/notes.txt").write_text("nothing")
    with zipfile.ZipFile(classroom.folder / "class" / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("engine.py", bytes(300_000_000))
    report = graded(classroom, "class", jobs=2)
    found = grades_of(classroom)
    assert found.pop("ada").points == 20
    assert set(found) == {*texts, "bomb", "notes"}
    assert {(grade.outcome, grade.points) for grade in found.values()} == {("could not be run", Fraction(0))}
    reasons = {name: grade.reason for name, grade in found.items()}
    assert "No module named 'nothing_of_this_name'" in reasons["imports"]
    assert reasons["leaves"].startswith("importing the module failed: it ended without an answer")
    assert reasons["no-python"].startswith("not Python: ")
    assert reasons["memory"].startswith("importing the module failed: the code raised MemoryError")
    assert reasons["notes"] == "no file in it is recognized as a module"
    assert reasons["bomb"]
    assert report.faults == []
    assert {who for who, _ in report.refused} >= {"notes"}


IMPORTS = """
import nothing_of_this_name
import os, nothing_below.linear as linear
from nothing_else import solve, lu as factors
if True:
    from scarcely import *
try:
    import nothing_either
except ImportError:
    nothing_either = None
assert nothing_either is None
def unused(x: linear.Array | None, y: "solve") -> nothing_of_this_name.Thing:
    return factors(os.getcwd())
"""


def test_a_missing_import_fails_where_it_is_used(classroom: Any) -> None:
    """An import that the sandbox lacks costs what uses it, and nothing else; a module of the course is never stood in for."""
    future, line, rest = classroom.engine.partition("import annotations\n")
    relu = "\ndef _relu(self):\n    return n.relu(self)\nValue.relu = _relu\n"
    used = f"{future}{line}import nothing_of_this_name as n\n{rest}{relu}"
    classroom.hand_in("class/unused", engine=f"{future}{line}{IMPORTS}{rest}", nn=None)
    classroom.hand_in("class/used", engine=used, nn=None)
    classroom.hand_in("class/course", engine=f"{future}{line}from micrograd.later import Layer\n{rest}", nn=None)
    graded(classroom, "class")
    found = grades_of(classroom)
    assert found["unused"].points == 20
    for name in ("nothing_of_this_name", "nothing_below", "nothing_else", "scarcely"):
        assert any(note.startswith(f"`{name}` is not at hand") for note in found["unused"].notes)
    lost = [result for result in found["used"].results if result.status != "passed"]
    assert 0 < len(lost) < len(found["used"].results)
    assert any(
        "No module named 'nothing_of_this_name': nothing_of_this_name.relu is used here" in one.shown for one in lost
    )
    assert found["course"].notes == ()  # the course's own finder answers for its later modules, as it always did


USES_HELPER = """
from parts.own import same
_right = Value.relu
def _relu(self):
    return same(_right(self))
Value.relu = _relu
"""
HELPERS = {
    "right": "from .deeper import same",
    "wrong": "def same(x):\n    return None",
    "failing": "def other(x): pass\nraise OSError",
    "no Python": "def (",
}


def test_a_helper_of_ones_own_is_used(classroom: Any) -> None:
    """A file that a module imports is run with it; one that fails costs what uses it, and one that changes is graded anew."""
    for student, text in {**HELPERS, "changed": HELPERS["right"]}.items():
        classroom.hand_in(f"class/{student}", engine=classroom.engine + USES_HELPER, nn=None)
        parts = classroom.folder / "class" / student / "parts"
        parts.mkdir()
        (parts / "own.py").write_text(text)
        (parts / "deeper.py").write_text("import nothing_of_this_name\ndef same(x):\n    return x\n")
    (classroom.folder / "class" / "none" / "engine.py").parent.mkdir()
    (classroom.folder / "class" / "none" / "engine.py").write_text(classroom.engine + USES_HELPER)
    graded(classroom, "class")
    grades = grades_of(classroom)
    assert {student: grades[student].points for student in ("right", "changed")} == {"right": 20, "changed": 20}
    for student in ("wrong", "failing", "no Python", "none"):
        assert 0 < (grades[student].points or 0) < 20
    assert any("could not be imported: OSError" in one.shown for one in grades["failing"].results)
    assert any(
        note.startswith("`own`, which it imports, cannot be used: not Python") for note in grades["no Python"].notes
    )
    (classroom.folder / "class" / "changed" / "parts" / "own.py").write_text(HELPERS["wrong"])
    graded(classroom, "class")
    assert grades_of(classroom)["changed"].points == grades["wrong"].points


def with_sources(classroom: Any, place: str, engine: str | None) -> None:
    """A hand-in in which module 2 lies only where the course's own sources do."""
    classroom.hand_in(place, engine=engine, nn=None)
    source = classroom.folder / place / "src" / "02_nn" / "nn.py"
    source.parent.mkdir(parents=True)
    source.write_text(classroom.nn)


def test_the_courses_own_sources_are_nobodys_work(classroom: Any) -> None:
    """A module that is there only in the course's `src/` earns nothing: run, gradebook, report and feedback say so."""
    classroom.hand_in("class/ada")
    with_sources(classroom, "class/bo", engine=classroom.engine)
    with_sources(classroom, "class/cy", engine=None)
    report = graded(classroom, "class")
    classroom.run("grade", "class")
    assert (report.faults, report.refused) == ([], [])
    assert {note.partition(": ")[0] for note in report.notes} == {"bo", "cy"}
    assert points(classroom, 2) == {"ada": "20", "bo": "0", "cy": "0"}
    remarks = {row["student"]: row["remarks"] for row in table(classroom, "gradebook.csv")}
    assert remarks == {"ada": "", "bo": "module 02: nothing handed in", "cy": "module 02: nothing handed in"}
    folder = classroom.folder / "grades"
    assert "nothing handed in: only the course" in (folder / "report.html").read_text("utf-8").replace(
        "Nothing", "nothing"
    )
    assert "No work of yours came in" in (folder / "feedback" / "bo" / "module-02.md").read_text("utf-8")


def test_sources_of_later_modules_are_no_zero(classroom: Any) -> None:
    """A clone holds the source of modules that nobody has come to yet, and of those a student handed in before."""
    with_sources(classroom, "first/bo", engine=classroom.engine)
    assert graded(classroom, "first").notes == []
    classroom.hand_in("second/bo")
    graded(classroom, "second")
    classroom.hand_in("third/ada")
    with_sources(classroom, "third/bo", engine=classroom.engine)
    assert graded(classroom, "third").notes == []
    classroom.run("grade", "third")
    assert points(classroom, 2) == {"ada": "20", "bo": "20"}


def test_a_case_that_ends_badly_is_lost_alone(classroom: Any) -> None:
    """What goes wrong in one case costs that case, and says how it ended."""
    bodies = {
        "leaves": "import os; os._exit(0)",
        "memory": "return [bytearray(1 << 40)]",
        "raises": "raise KeyboardInterrupt",
        "loops": "while True: pass",
    }
    for name, body in bodies.items():
        classroom.hand_in(f"class/{name}", engine=with_relu(classroom, body), nn=None)
    graded(classroom, "class", policy=BRIEF, jobs=2)
    ended = {name: grade.counted() for name, grade in grades_of(classroom).items()}
    words = {"leaves": "no answer", "memory": "memory", "raises": "failed", "loops": "timeout"}
    assert ended == {name: {"passed": 4, word: 1} for name, word in words.items()}
    assert {grade.points for grade in grades_of(classroom).values()} == {Fraction(16)}


def test_a_timeout_is_confirmed_once_alone(classroom: Any, tasks: Callable[[], Counter[str]]) -> None:
    """A case that ran out of time is run once more, alone, and then it stands, also in the next run."""
    classroom.hand_in("class/ada", engine=with_relu(classroom, "while True: pass"), nn=None)
    graded(classroom, "class", policy=BRIEF)
    first = tasks()
    # Once more, after each of the two upon the example, and an honest one beside each of these.
    assert first["case"] - 5 in range(3, 7)
    assert grades_of(classroom)["ada"].doubtful == ()
    graded(classroom, "class", policy=BRIEF)
    assert tasks()["case"] == 0


def test_nobody_waits_long_for_what_is_run_once_more(classroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ran out of memory and takes nearly all of its seconds when alone has those of two cases, not a second budget."""
    classroom.hand_in("class/ada", nn=None)
    real, asked = Jail.run, classroom.folder / "asked"  # a file, for slots are processes

    def slow(self: Jail, payload: bytes, seconds: float) -> Outcome:
        outcome = real(self, payload, seconds)
        if protocol.read_request(payload)[0] != "case":
            return outcome
        with asked.open("a") as file:
            file.write("x")
        first = asked.stat().st_size <= 5
        return replace(outcome, kind="memory", wall=0.0) if first else replace(outcome, wall=9.9)

    monkeypatch.setattr(Jail, "run", slow)
    monkeypatch.setattr(Judge, "check_jail", lambda self: None)
    monkeypatch.setattr("autograder.judging.judge._AttemptRun.explained", lambda self, grade: grade)
    graded(classroom, "class", policy=Policy(seconds=10.0, budget=60.0))
    assert asked.stat().st_size == 5 + 3


@pytest.mark.parametrize("kind", ["timeout", "memory", "killed"])
def test_an_end_that_the_machine_caused_is_none(classroom: Any, monkeypatch: pytest.MonkeyPatch, kind: Any) -> None:
    """A case that ran out of time in company, or was killed for the machine's memory, and not when alone passes."""
    classroom.hand_in("class/ada", nn=None)
    real, flag = Jail.run, classroom.folder / "was slow"

    def slow(self: Jail, payload: bytes, seconds: float) -> Outcome:
        outcome = real(self, payload, seconds)
        if protocol.read_request(payload)[0] == "case" and not flag.exists():
            flag.touch()
            return Outcome(kind, None, outcome.cpu, outcome.peak, 9, seconds)
        return outcome

    monkeypatch.setattr(Jail, "run", slow)
    graded(classroom, "class")
    assert flag.exists()
    assert grades_of(classroom)["ada"].counted() == {"passed": 5}


def test_a_budget_ends_a_hostile_student(classroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student whose every case runs out of time is stopped by the budget; the others are graded."""
    real = Jail.run

    def run(self: Jail, payload: bytes, seconds: float) -> Outcome:
        late = MARK.encode() in payload and protocol.read_request(payload)[0] == "case"
        return Outcome("timeout", None, 0.0, 0, 0, seconds) if late else real(self, payload, seconds)

    monkeypatch.setattr(Jail, "run", run)
    classroom.hand_in("class/ada", nn=None)
    classroom.hand_in("class/zoe", engine=marked(classroom), nn=None)
    graded(classroom, "class", policy=Policy(seconds=25, budget=60), jobs=2)
    found = grades_of(classroom)
    assert found["ada"].points == 20
    assert found["zoe"].points == 0
    ended = found["zoe"].counted()
    assert set(ended) == {"timeout", "budget"}
    assert ended["budget"] >= 2


def dying(monkeypatch: pytest.MonkeyPatch, when: Callable[[], bool]) -> None:
    """From now on the zygote of a jail is killed whenever it is given marked work, if `when` says so."""
    real = Jail.run

    def run(self: Jail, payload: bytes, seconds: float) -> Outcome:
        if MARK.encode() in payload and when():
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
        return real(self, payload, seconds)

    monkeypatch.setattr(Jail, "run", run)


def marked(classroom: Any) -> str:
    return f"{classroom.engine}\nNOTE = {MARK!r}\n"


def test_a_jail_that_dies_once_is_started_again(classroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the sandbox breaks under an honest student the work is graded in a fresh one, and nobody notices."""
    classroom.hand_in("class/ada", engine=marked(classroom), nn=None)
    flag = classroom.folder / "died"
    dying(monkeypatch, lambda: not flag.exists() and not flag.touch())
    assert classroom.run("grade", "class").code == 0
    assert flag.exists()
    assert points(classroom) == {"ada": "20"}


def test_a_broken_jail_is_never_a_zero(classroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox that keeps breaking is a fault of ours: blank, exit code 1, others graded, graded on the next run."""
    classroom.hand_in("class/ada", engine=marked(classroom), nn=None)
    classroom.hand_in("class/bob", nn=None)
    with monkeypatch.context() as patch:
        dying(patch, lambda: True)
        ran = classroom.run("grade", "class")
        assert (ran.code, points(classroom)) == (1, {"ada": "", "bob": "20"})
        assert "NOT GRADED, a fault of ours: ada" in ran.out
        assert [row["outcome"] for row in table(classroom, "results.csv") if row["student"] == "ada"] == [
            "grader fault"
        ]
        assert not (classroom.folder / "grades" / ".unchanged").exists()
    ran = classroom.run("grade", "class")
    assert (ran.code, points(classroom)) == (0, {"ada": "20", "bob": "20"})


def test_a_fault_leaves_an_earlier_grade_of_other_work(classroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault with module 2 takes nothing of module 1."""
    classroom.hand_in("class/ada", nn=f"{classroom.nn}\nNOTE = {MARK!r}\n")
    dying(monkeypatch, lambda: True)
    assert classroom.run("grade", "class").code == 1
    assert (points(classroom), points(classroom, 2)) == ({"ada": "20"}, {"ada": ""})


def test_without_a_sandbox_nothing_is_graded(classroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no jail can be started the run is refused, with the reason and the next step, and no grade is written."""
    classroom.hand_in("class/ada")

    def missing() -> Path:
        raise SandboxError("bubblewrap", "no bwrap here", "install bubblewrap")

    monkeypatch.setattr(bubblewrap, "find", missing)
    ran = classroom.run("grade", "class")
    assert ran.code == 2
    assert "the sandbox does not work here, so nothing is graded" in ran.err
    assert "no bwrap here" in ran.err
    assert "blueprint doctor" in ran.err
    assert not (classroom.folder / "grades" / "gradebook.csv").exists()


# ------------------------------------------------------------------------------------------------ prerequisites


def test_own_prerequisites_carry_their_mistakes_on(classroom: Any) -> None:
    """On the reference's module 1 a mistake in one's own costs module 1 alone; on one's own it costs module 2 too."""
    classroom.hand_in("class/ada")
    classroom.hand_in("class/bob", engine=wrong(1, "factors exchanged"))
    classroom.hand_in("class/cyd", engine=None)
    classroom.run("grade", "class")
    assert points(classroom, 2) == {"ada": "20", "bob": "20", "cyd": "20"}
    classroom.run("grade", "class", "--prerequisites", "own")
    found = points(classroom, 2)
    assert found["ada"] == "20"
    assert float(found["bob"]) < 20
    assert found["cyd"] == "0"
    with Journal(classroom.folder / "grades", "micrograd", writing=False) as journal:
        reasons = {
            key.student: journal.grade(entries[-1]).reason
            for key, entries in journal.entries.items()
            if key.module == 2
        }
    assert reasons["cyd"] == "its own module 01, engine, was not handed in"


SEARCH = """
import gc, sys
from micrograd import engine

names = ("Neuron", "Layer", "MLP")
for found in [*gc.get_objects(), *list(sys.modules.values())]:
    space = getattr(found, "__dict__", None) or (found if isinstance(found, dict) else {})
    for name in names:
        if isinstance(space, dict) and callable(space.get(name)):
            globals()[name] = space[name]
frame = sys._getframe()
while frame is not None:
    for name in names:
        globals().setdefault(name, frame.f_globals.get(name) or frame.f_locals.get(name))
    frame = frame.f_back
for name in names:
    globals()[name] = globals().get(name) or engine.Value
"""


@pytest.mark.parametrize("mode", ["reference", "own"])
def test_no_work_earns_nothing(classroom: Any, mode: str) -> None:
    """An empty module, and one that searches its prerequisites, the modules and the frames for answers, earn nothing."""
    for name, text in (("empty", "\n"), ("search", SEARCH), ("pass", "from micrograd.engine import *\n")):
        classroom.hand_in(f"class/{name}", nn=text)
    classroom.run("grade", "class", "--prerequisites", mode)
    assert points(classroom) == {"empty": "20", "search": "20", "pass": "20"}
    assert points(classroom, 2) == {"empty": "0", "search": "0", "pass": "0"}


def test_an_edition_that_no_suite_knows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever names an edition that there is none of learns which there are, and nothing is graded."""
    from blueprint.cli import run

    asked = ["grade", str(tmp_path), "--suite", "tinytorch", "--out", str(tmp_path / "grades"), "--edition", "X"]
    assert run(asked) == 2
    assert "the suite tinytorch knows 2025-11, 2025-12, 2026-02, 2026-05, 2026-09" in capsys.readouterr().err
    assert not (tmp_path / "grades").exists()
