"""`blueprint suite check --against` and `suite mutate`: right work keeps its points, and wrong versions of it lose some."""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

SUITE = """
from autograder.authoring.case import Module, Suite

SUITE = Suite(
    name="parts",
    folder="parts",
    package="parts",
    points=10,
    least=2,
    modules=(Module(1, "one", target="one", exports=("double", "total")),),
)
"""
REFERENCE = '''def double(x):
    """Twice as much."""
    return 2 * x


def total(xs):
    """All of them."""
    result = 0
    for x in xs:
        result += x
    return result
'''
CASES = """from autograder.authoring.case import case

@case("doubles", points=4, skill="doubling", hint="Twice as much.")
def _(tt, given):
    return [tt.double(given.integer(10, 99)) for _ in range(3)]

@case("totals", points=6, skill="totals", hint="All of them.", visible=False)
def _(tt, given):
    return [tt.total([given.integer(10, 99) for _ in range(count)]) for count in (2, 3)]
"""
OTHER_WAY = "def double(x):\n    return x + x\n\n\ndef total(xs):\n    return sum(xs)\n"
ROUNDS = OTHER_WAY.replace("x + x", "round(2.0 * x, -1)")
"""Says what it means, and means something else."""


@dataclass(frozen=True)
class Said:
    """The exit code of a command, what it printed, and its remarks."""

    code: int
    out: str
    err: str

    @property
    def entries(self) -> str:
        """The YAML it printed to be copied."""
        found = re.search(r"^(defects|mutants):\n(?:  .*\n)+", self.out, re.MULTILINE)
        assert found
        return found[0]


@dataclass
class Author:
    """A suite of two cases, and folders of work beside it."""

    root: Path
    capfd: pytest.CaptureFixture[str]

    def write(self, place: str, text: str) -> None:
        """Writes a file of the suite, which Python is to read again."""
        path = self.root / "parts" / place
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text, "utf-8")
        for name in [name for name in sys.modules if name.partition(".")[0] == "parts"]:
            del sys.modules[name]
        importlib.invalidate_caches()

    def hand_in(self, text: str, who: str = "ada", folder: str = "works") -> None:
        """Writes one work."""
        path = self.root / folder / who / "one.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def run(self, *arguments: str) -> Said:
        """Runs a command of `suite` on this suite."""
        from blueprint.cli import run

        self.capfd.readouterr()
        code = run(["suite", arguments[0], "--suite", "parts", "--jobs", "1", *arguments[1:]])
        said = self.capfd.readouterr()
        return Said(code, said.out, said.err)

    def check(self, *arguments: str) -> Said:
        """Holds the suite against the work in `works`, on one draw if nothing else is said."""
        draws = () if "--seeds" in arguments else ("--seeds", "1")
        return self.run("check", "--against", "works", *draws, *arguments)


@pytest.fixture
def author(sandbox: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Author:
    """The suite, and in `works` two right works."""
    made = Author(tmp_path, capfd)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)
    made.write("suite.py", SUITE)
    made.write("reference/one.py", REFERENCE)
    made.write("cases/m01_one.py", CASES)
    made.hand_in(OTHER_WAY)
    made.hand_in(REFERENCE, "ben")
    return made


# ---------------------------------------------------------------------------------------------------- right work


def test_right_work_has_all_points(author: Author) -> None:
    """Where nothing is lost the table says so, and the exit code is 0."""
    said = author.run("check", "--against", "works")
    assert said.code == 0
    assert re.search(r"^points +01\nada +10\nben +10\nof 10 .* 3 draws .*: sound$", said.out, re.MULTILINE)


def test_a_lost_point_is_listed_with_what_differed(author: Author) -> None:
    """A loss is told once a case, with each work that has it, the inputs drawn and both values; the exit code is 1."""
    author.hand_in(ROUNDS, "cay")
    said = author.check("--seeds", "2")
    assert said.code == 1
    assert said.out.count("module-01/doubles: doubles (visible, 4 points, doubling)\n  cay [") == 1
    assert re.search(r"cay \[\w{16}\] on 2 of 2 draws: result\[0\]: expected", said.out)
    assert re.search(r"inputs\n +integer 1: \d+\n(.*\n)+ +expected\n +result: \[\d+, .*\n +came back\n", said.out)
    assert re.search(r"^cay +6$", said.out, re.MULTILINE)
    assert "totals:" not in said.out


def test_a_defect_needs_a_reason_and_then_stands(author: Author) -> None:
    """The entry that is printed can be copied; without a reason it is an error at its place, with one the exit code is 0."""
    author.hand_in(ROUNDS, "cay")
    entries = author.check().entries
    author.write("known_defects.yaml", entries)
    said = author.check()
    assert said.code == 1
    assert "known_defects.yaml:5:12: error: an entry needs a reason" in said.err
    author.write("known_defects.yaml", entries.rstrip() + " it rounds\n")
    said = author.check()
    assert said.code == 0
    assert "cay loses module-01/doubles, a known defect: it rounds" in said.out


def test_a_defect_is_known_by_what_the_work_says(author: Author) -> None:
    """The same text under another name has the same defect; another text, under the same name, has none."""
    author.hand_in(ROUNDS, "cay")
    author.write("known_defects.yaml", author.check().entries.rstrip() + " it rounds\n")
    author.hand_in(ROUNDS, "dee")
    author.hand_in(OTHER_WAY, "cay")
    assert author.check().code == 0
    author.hand_in(f"{ROUNDS}\n", "dee")
    assert author.check().code == 1


def test_a_defect_that_is_lost_no_more_is_told(author: Author) -> None:
    """A reason that outlives its loss is named at its place; work that is not there says nothing about its reasons."""
    author.hand_in(ROUNDS, "cay")
    entry = author.check().entries
    author.write("known_defects.yaml", entry.replace("    reason:", "      - module-01/totals\n    reason: it rounds"))
    said = author.check()
    assert said.code == 0
    assert re.search(r"known_defects.yaml:2:11: \w{16} no longer loses module-01/totals: remove it", said.out)
    author.hand_in(OTHER_WAY, "cay")
    assert "no longer" not in author.check().out


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("works: []\n", "1:1: error: `works` is not known here"),
        ("defects: many\n", "1:10: error: `defects` must be a list"),
        ("defects:\n  - work: 0123456789abcdef\n", "2:5: error: an entry needs `cases`"),
        (
            "defects:\n  - {work: me, cases: [module-01/doubles], reason: x}\n",
            "2:12: error: `work` must be a hash of 16 digits 0 to f, not `me`",
        ),
        (
            "defects:\n  - {work: 0123456789abcdef, cases: [module-01/double], reason: x}\n",
            "2:38: error: there is no case `module-01/double`",
        ),
        (
            "defects:\n  - {work: 0123456789abcdef, cases: [module-01/doubles, module-01/doubles], reason: x}\n",
            "2:12: error: this is named twice",
        ),
        ("defects: [\n", "1:10: error:"),
    ],
    ids=["key", "list", "field", "hash", "case", "twice", "syntax"],
)
def test_a_faulty_list_of_defects_is_told(author: Author, written: str, told: str) -> None:
    """What is wrong with the file is named at its line and column before anything is graded."""
    author.write("known_defects.yaml", written)
    said = author.check()
    assert said.code == 1
    assert f"known_defects.yaml:{told}" in said.err
    assert not said.out


@pytest.mark.parametrize(
    ("text", "told"),
    [("raise ValueError\n", "could not be run: importing the module failed"), (None, "no file in it")],
    ids=["not importable", "no module"],
)
def test_work_that_cannot_be_graded_is_a_finding(author: Author, text: str | None, told: str) -> None:
    """Right work that gives no grade is named once with the reason, and the exit code is 1."""
    if text is None:
        (author.root / "works" / "cay").mkdir()
        (author.root / "works" / "cay" / "poem.py").write_text("rose = 'rose'\n", "utf-8")
    else:
        author.hand_in(text, "cay")
    said = author.check("--seeds", "1")
    assert said.code == 1
    assert len(re.findall(rf"^cay.*{told}", said.out, re.MULTILINE)) == 1


def test_works_of_the_same_name_are_told_apart(author: Author) -> None:
    """Of two folders, each work is named with its folder."""
    author.hand_in(ROUNDS, "ada", "more")
    said = author.check("--against", "more", "--seeds", "1")
    assert said.code == 1
    assert "more/ada [" in said.out
    assert re.search(r"^works/ada +10$", said.out, re.MULTILINE)


# ---------------------------------------------------------------------------------------------------- wrong versions


def test_every_small_change_is_caught_by_a_good_suite(author: Author) -> None:
    """The reference is changed when no work is named; what is left alone are docstrings."""
    said = author.run("mutate", "--count", "99", "--at-least", "100")
    assert said.code == 0
    caught = re.search(r"caught (\d+) of (\d+) \(100.0 %\)", said.out)
    assert caught
    assert int(caught[1]) > 8
    assert "survives" not in said.out


def test_a_hole_in_a_suite_is_shown(author: Author) -> None:
    """A change that no case notices is named with work, line, function and both lines; `--at-least` decides the exit code."""
    author.write("cases/m01_one.py", CASES.replace("for count in (2, 3)", "for count in (1, 1)"))
    said = author.run("mutate", "--against", "works", "--count", "99")
    assert said.code == 0
    found = re.search(
        r"survives: ben, one.py, line 10, in total \[(\w{16})\]\n +- result \+= x\n +\+ result = x\n", said.out
    )
    assert found
    assert "2 works, seed 1" in said.out
    assert author.run("mutate", "--against", "works", "--count", "99", "--at-least", "100").code == 1


def test_a_change_that_changes_nothing_can_be_listed(author: Author) -> None:
    """With a reason in the suite's list it counts no more; one that is listed and caught is to be removed."""
    same = "def total(xs):\n    result = 0\n    result += 0\n    for x in xs:\n        result += x\n    return result\n"
    author.write("reference/one.py", f"def double(x):\n    return 2 * x\n\n\n{same}")
    said = author.run("mutate", "--count", "99", "--at-least", "100")
    assert said.code == 1
    author.write("equivalent_mutants.yaml", said.entries.replace("reason:", "reason: nothing is added"))
    said = author.run("mutate", "--count", "99", "--at-least", "100")
    assert said.code == 0
    assert re.search(r"total \[\w{16}\] changes nothing: nothing is added", said.out)
    (author.root / "parts" / "equivalent_mutants.yaml").unlink()
    author.write("cases/m01_one.py", CASES.replace("return [tt.total(", "return [1 + 0 * tt.total("))
    author.write(
        "equivalent_mutants.yaml", author.run("mutate", "--count", "99").entries.replace("reason:", "reason: x")
    )
    author.write("cases/m01_one.py", CASES)
    assert re.search(
        r"equivalent_mutants.yaml:\d+:\d+: mutant \w{16} is caught: remove it",
        author.run("mutate", "--count", "99").out,
    )


def test_what_no_case_runs_is_named_apart(author: Author) -> None:
    """Changes of a function that could as well raise an error say nothing about the cases and are not counted."""
    author.write("reference/one.py", f"{REFERENCE}\n\ndef shown(x):\n    return 3 * x + 1\n")
    said = author.run("mutate", "--count", "99", "--at-least", "100")
    assert said.code == 0
    assert re.search(
        r"no case that is passed runs these functions, and their mutants are left out: shown \(\d+\)", said.out
    )


def test_a_case_that_right_work_loses_tells_nothing(author: Author) -> None:
    """Such a case catches no mutant, and it is said which work loses how many."""
    author.hand_in(ROUNDS)
    (author.root / "works" / "ben" / "one.py").unlink()
    said = author.run("mutate", "--against", "works", "--count", "99")
    assert "cases that right work loses itself tell nothing of its mutants: ada (1 of 2)" in said.out
    assert "left out: double (" in said.out
    author.hand_in("def double(x):\n    return 0 + 0\n", "cay")
    said = author.run("mutate", "--against", "works", "--count", "9")
    assert "  cay cannot be used: it passes no case, so nothing can be lost\n" in said.out


def test_the_same_seed_makes_the_same_changes(author: Author) -> None:
    """What is changed depends on the seed and on the texts, not on names or on how many run at once."""
    few = ("mutate", "--against", "works", "--count", "5")
    first = author.run(*few)
    assert author.run(*few, "--jobs", "2").out == first.out
    assert author.run(*few, "--seed", "2").out != first.out
    (author.root / "works" / "ada").rename(author.root / "works" / "zoe")
    assert author.run(*few).out.replace("zoe", "ada") == first.out


def test_what_a_small_change_costs_is_told(author: Author) -> None:
    """The spread of costs is given, and by function what costs more than two fifths of the module."""
    said = author.run("mutate", "--count", "99")
    assert re.search(
        r"a caught mutant costs: 0 up to 10%, 0 up to 20%, \d+ up to 40%, \d+ more; half of them", said.out
    )
    assert re.search(r"^  total \(67% of the lines\): \d+ cost more than 40%, at most 60%$", said.out, re.MULTILINE)
    assert not re.search(r"^  double .*cost more", said.out, re.MULTILINE)


def test_a_change_that_never_ends_is_caught(author: Author) -> None:
    """A loop that is made endless costs its case, and nothing waits for it long."""
    loop = "def total(xs):\n    at, result = 0, 0\n    while at < len(xs):\n        result += xs[at]\n        at += 1\n    return result\n"
    author.write("reference/one.py", f"def double(x):\n    return 2 * x\n\n\n{loop}")
    assert author.run("mutate", "--count", "99", "--at-least", "100").code == 0


def test_nothing_of_a_work_runs_outside(author: Author) -> None:
    """What a work does when it is imported leaves no trace, and a work that cannot be changed is named."""
    trace = author.root / "trace"
    author.hand_in(f"try:\n    open({str(trace)!r}, 'w').close()\nexcept OSError:\n    pass\n\n{REFERENCE}", "cay")
    author.hand_in("def double(x):\n    return (\n", "dee")
    said = author.run("mutate", "--against", "works", "--count", "9")
    assert said.code == 0
    assert "3 works" in said.out
    assert re.search(r"^  dee cannot be used: not Python", said.out, re.MULTILINE)
    author.check("--seeds", "1")
    assert not trace.exists()
