"""`blueprint suite check`: what it finds, what it asks again, and what it believes of earlier proofs."""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from autograder.proving import prover
from autograder.proving.proof_cache import ProofCache
from autograder.proving.prover import ProofTask, draw_seed, turns
from autograder.proving.solutions import solutions
from autograder.proving.verify import Progress, prove
from autograder.sandbox.limits import Limits
from autograder.suites import find

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

SUITE = """
from autograder.authoring.case import Module, Suite

SUITE = Suite(
    name="sums",
    folder="sums",
    package="sums",
    points=10,
    least=2,
    modules=(
        Module(1, "one", target="one", exports=("double", "total")),
        Module(2, "two", target="two", exports=("double", "total"), needs=(1,)),
    ),
)
"""
REFERENCE = "def double(x):\n    return 2 * x\n\n\ndef total(xs):\n    return sum(xs)\n"
DOUBLES = """
@case("doubles", points=4, skill="doubling", hint="Twice as much.")
def _(tt, inputs):
    return [tt.double(inputs.integer(10, 99)) for _ in range(3)]
"""
TOTALS = """
@case("totals", points=6, skill="totals", hint="All of them.")
def _(tt, inputs):
    return [tt.total([inputs.integer(10, 99) for _ in range(count)]) for count in (2, 3)]
"""
TRIPLED = 'Variant("tripled", "doubling", (("2 * x", "3 * x"),))'
LEFT_OUT = 'Variant("the last left out", "totals", (("sum(xs)", "sum(xs[:-1])"),))'
ADDED = 'Variant("added to itself", changes=(("2 * x", "x + x"),))'
NONE = 'Liar("is None", "def nothing(*args):\\n    return None\\n\\nglobals().update(dict.fromkeys(NAMES, nothing))")'
ITSELF = 'Liar("gives back", "def same(*args):\\n    return args\\n\\nglobals().update(dict.fromkeys(NAMES, same))")'
ENDLESS = 'Liar("never ends", "def loop(*args):\\n    while True:\\n        pass\\n\\nglobals().update(dict.fromkeys(NAMES, loop))")'
ASKED_ALL = 5  # the reference, one right, two liars, nothing at all: each is asked both cases
ANSWERS = 2 * ASKED_ALL + 2  # of two wrong ones, each is asked the case of its skill


@dataclass
class Tried:
    """What `suite check` said: its exit code, its words, and how many answers it had proven now, of how many."""

    code: int
    said: str

    @property
    def prove(self) -> list[tuple[int, int]]:
        return [(int(now), int(every)) for now, every in re.findall(r"(\d+) of (\d+) answers", self.said)]


@dataclass
class Sums:
    """A suite of two cases, and the command that proves it."""

    folder: Path
    cache: Path
    capfd: pytest.CaptureFixture[str]

    def write(self, **texts: str) -> None:
        """Files of module 1: `cases`, `reference`, `right`, `wrong`, `liars`, the last three as lists of what stands there."""
        for name, text in texts.items():
            self._write(name, 1, "one", text)

    def _write(self, name: str, number: int, module: str, text: str) -> None:
        kind = "LIARS" if name == "liars" else name.upper()
        head = "from autograder.authoring.case import Liar, Variant, case, raises\n"
        place, text = {
            "cases": (f"cases/m{number:02}_{module}.py", head + text),
            "reference": (f"reference/{module}.py", text),
            "right": (f"right/m{number:02}.py", f"{head}{kind} = [{text}]\n"),
            "wrong": (f"wrong/m{number:02}.py", f"{head}{kind} = [{text}]\n"),
            "liars": ("wrong/liars.py", f"{head}{kind} = [{text}]\n"),
        }[name]
        path = self.folder / place
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text, "utf-8")
        self.forget()

    def forget(self) -> None:
        """Python is to read the suite's files again."""
        for name in [name for name in sys.modules if name.partition(".")[0] == "sums"]:
            del sys.modules[name]
        importlib.invalidate_caches()

    def check(self, *arguments: str, module: str = "1") -> Tried:
        """Proves a module, on six draws if nothing else is said."""
        from blueprint.cli import run

        command = ["suite", "check", "--suite", "sums", "--module", module, "--jobs", "1", *arguments]
        self.capfd.readouterr()
        code = run(command if "--seeds" in command else [*command, "--seeds", "6"])
        return Tried(code, "".join(self.capfd.readouterr()))

    def proven(self) -> None:
        """Leaves what a proof of the suite as it is sound has kept; it is run once for all tests."""
        if not _kept:
            self.check()
            _kept.append(self.cache.read_bytes())
        self.cache.parent.mkdir(mode=0o700, exist_ok=True)
        self.cache.touch(0o600)
        self.cache.write_bytes(_kept[0])


_kept: list[bytes] = []


@pytest.fixture
def sums(sandbox: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Sums:
    """The suite as it is sound, with nothing kept."""
    made = Sums(tmp_path / "sums", tmp_path / "cache" / "blueprint" / "proof-sums", capfd)
    made.folder.mkdir()
    (tmp_path / "cache").mkdir(mode=0o700)
    (made.folder / "__init__.py").touch()
    (made.folder / "suite.py").write_text(SUITE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for number, module in ((1, "one"), (2, "two")):
        made._write("cases", number, module, DOUBLES + TOTALS)
        made._write("reference", number, module, REFERENCE)
        made._write("right", number, module, ADDED)
        made._write("wrong", number, module, f"{TRIPLED}, {LEFT_OUT}")
    made.write(liars=f"{NONE}, {ITSELF}")
    return made


# ---------------------------------------------------------------------------------------------------- what is asked


@pytest.mark.parametrize("draws", [1, 2, 9, 16, 17, 50, 200])
def test_on_many_draws_solutions_take_turns(sums: Sums, draws: int) -> None:
    """Each solution is asked on every draw where they are few, else on a share of them that is never less than eight."""
    asked = {place: ["module-01/doubles"] for place in range(11)}
    task = ProofTask(find("sums"), 1, [], asked, turns(draws))
    on = [task.others_on(draw) for draw in range(1, draws)]
    counts = [sum(place in solutions for solutions in on) for place in asked]
    assert min(counts) >= min(draws - 1, 8)
    assert draws < 50 or max(counts) <= draws // 6 + 1


OLDER = """
@case("halves", points=6, skill="totals", hint="Each half on its own.", until="2025-01")
def _(tt, inputs):
    xs = [inputs.integer(10, 99) for _ in range(4)]
    return [tt.total(xs[:2]), tt.total(xs[2:])]
"""


@pytest.fixture
def dated(sums: Sums) -> Sums:
    """The suite with two editions: of the two cases the older one alone is asked for halves."""
    text = SUITE.replace(
        "import Module, Suite", "import Module, Suite\nfrom autograder.authoring.editions import Edition"
    )
    text = text.replace("points=10,", 'points=10, editions=(Edition("2025-01"), Edition("2026-01")),')
    (sums.folder / "suite.py").write_text(text, "utf-8")
    sums.write(cases=DOUBLES + OLDER)
    return sums


def test_a_case_of_older_editions_needs_a_right_solution_of_theirs(dated: Sums) -> None:
    """The suite cannot be proven while no right solution is of an edition that is asked the case."""
    tried = dated.check()
    assert tried.code != 0
    assert 'module-01/halves: no right solution is asked this; add one to right/ with edition="2025-01"' in tried.said


def test_a_solution_is_asked_what_its_edition_is_asked(dated: Sums) -> None:
    """Right and wrong solutions of an older edition are proven with its cases, those of the newest without them."""
    halves = 'Variant("halves at once", changes=(("sum(xs)", "xs[0] + xs[1]"),), edition="2025-01")'
    slip = 'Variant("the first left out", "totals", (("sum(xs)", "sum(xs[1:])"),), edition="2025-01")'
    dated.write(right=f"{ADDED}, {halves}", wrong=f"{TRIPLED}, {slip}")
    tried = dated.check()
    assert tried.code == 0, tried.said
    assert re.search(r"right +10 +halves at once, edition 2025-01", tried.said)
    assert re.search(r"right +4 +added to itself\n", tried.said)
    dated.write(wrong=f"{TRIPLED}, {LEFT_OUT}")
    tried = dated.check()
    assert tried.code == 1
    assert "no case of edition 2026-01 has the skill totals" in tried.said


def test_a_solution_of_an_unknown_edition_is_told(dated: Sums) -> None:
    """An edition that the suite does not have is named, with those it has."""
    dated.write(right=ADDED.replace("changes", 'edition="2024-01", changes'))
    tried = dated.check()
    assert tried.code != 0
    assert "added to itself: edition `2024-01`, one of 2025-01, 2026-01 is needed" in tried.said


# ---------------------------------------------------------------------------------------------------- what is found


def test_a_sound_suite_is_sound(sums: Sums) -> None:
    """All solutions are listed with what they earned, what was run is told, and the exit code is 0."""
    sums.write(liars=f"{NONE}, {ENDLESS}")
    tried = sums.check()
    assert tried.code == 0
    assert tried.prove == [(ANSWERS, ANSWERS)]
    assert "6 draws of inputs" in tried.said
    for line in (
        "reference +10 +the reference itself",
        "right +10 +added to itself",
        "wrong +tripled .doubling.",
        "wrong +the last left out .totals.",
        "liar +0 +never ends",
        "empty +0 +nothing is defined",
        "sound",
    ):
        assert re.search(rf"^ +(ok +)?{line}$", tried.said, re.MULTILINE), line


FEW = (
    DOUBLES.replace("10, 99", "0, 3").replace("range(3)", "range(1)") + TOTALS
)  # 0, 1 or 2, which one draw does not tell


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"right": 'Variant("wrong for 2", changes=(("2 * x", "x % 2 * 2"),))'}, "loses doubles"),
        ({"wrong": f'Variant("squared", "doubling", (("2 * x", "x * x"),)), {LEFT_OUT}'}, "loses nothing on doubling"),
        ({"liars": NONE.replace("return None", "return 2")}, "earns doubles"),
        (
            {"cases": DOUBLES.replace("return [", "return bool([").replace("]\n", "])\n") + TOTALS},
            "loses nothing on doubling",
        ),
        (
            {"wrong": f'{TRIPLED}, {LEFT_OUT}, Variant("halved", "halving", (("2 * x", "x / 2"),))'},
            "no case has the skill halving",
        ),
    ],
    ids=["right solution", "mistake", "liar", "verdict", "skill"],
)
def test_what_is_wrong_on_any_draw_is_told(sums: Sums, changed: dict[str, str], told: str) -> None:
    """A solution that is not as it must be on one of the draws is named with the reason; the exit code is 1, each time."""
    sums.write(**{"cases": FEW} | changed)
    for _ in range(2):
        tried = sums.check("--seeds", "20")
        assert tried.code == 1
        assert told in tried.said
        assert "NOT SOUND" in tried.said
        assert tried.said.count("WRONG") >= 1


RARE = """
@case("doubles", points=4, skill="doubling", hint="Twice as much.")
def _(tt, inputs):
    return [tt.double(inputs.integer(0, 10))]
"""


def _constant(value: int) -> str:
    text = f"def told(*args):\\n    return {2 * value}\\n\\nglobals().update(dict.fromkeys(NAMES, told))"
    return f'Liar("says {value}", "{text}")'


def test_what_is_wrong_on_one_draw_in_ten_is_told_by_who_is_asked_there(sums: Sums) -> None:
    """Of solutions that are as they must not be for one value in ten, those are told that are asked on a draw that has it."""
    values, draws = range(10), 20
    liars = [_constant(value) for value in values]
    right = [f'Variant("wrong for {n}", changes=(("2 * x", "2 * x + (x == {n})"),))' for n in values]
    wrong = [f'Variant("right for {n}", "doubling", (("2 * x", "2 * x + (x != {n})"),))' for n in values]
    sums.write(
        cases=RARE + TOTALS,
        liars=", ".join(liars),
        right=", ".join(right),
        wrong=", ".join([*wrong, LEFT_OUT]),
    )
    suite = find("sums")
    doubles, every = suite.cases(1)[0], solutions(suite, 1)
    drawn = [doubles.inputs(draw_seed(draw)).integer(0, 10) for draw in range(draws)]
    task = ProofTask(suite, 1, every, {place: [doubles.id] for place in range(len(every))}, turns(draws))
    asked = [task.cases, *(task.others_on(draw) for draw in range(1, draws))]
    expected = {
        one.name
        for place, one in enumerate(every)
        for draw in range(draws)
        if place in asked[draw] and one.name.endswith(f" {drawn[draw]}")
    }
    (found,) = prove(suite, [1], draws, 1)
    assert {row.solution.name for row in found.rows if row.wrong} == expected
    assert len(expected) > len(values)


def test_a_liar_that_ends_its_process_stays_in_the_sandbox(sums: Sums) -> None:
    """What does not reply on the first draw is never let into the proof's own process: it has nothing, and the proof goes on."""
    sums.write(liars=NONE.replace("return None", "import os; os._exit(1)").replace("is None", "ends") + f", {NONE}")
    tried = sums.check("--seeds", "3")
    assert tried.code == 0
    assert re.search(r"liar +0 +ends\n", tried.said)


def test_what_goes_wrong_only_in_company_is_right(sums: Sums) -> None:
    """A right solution that could not answer two cases in one process has all points: students' cases have one each."""
    once = 'Variant("answers once", added="calls = []\\ndef total(xs):\\n    calls.append(xs)\\n    assert len(calls) < 4\\n    return sum(xs)")'
    sums.write(right=once, cases=TOTALS.replace("points=6", "points=4") + TOTALS.replace('"totals", ', '"sums", '))
    sums.write(wrong=LEFT_OUT)
    assert sums.check().code == 0


@pytest.mark.parametrize("end", ["import os; os._exit(1)", "raise SystemExit", "while True: pass"])
def test_a_mistake_that_ends_or_does_not_is_a_loss(sums: Sums, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong solution may end its process or never end: it has lost, and the proof goes on."""
    monkeypatch.setattr(prover, "POLICY", replace(prover.POLICY, seconds=0.25, limits=Limits(cpu=1, memory=1 << 30)))
    sums.write(wrong=f'Variant("ends", "doubling", (("return 2 * x", "{end}"),)), {LEFT_OUT}')
    tried = sums.check("--seeds", "2")
    assert tried.code == 0
    assert "ends [doubling]" in tried.said


def test_a_reference_that_fails_is_the_suites_mistake(sums: Sums) -> None:
    """A case that the reference itself cannot answer is named, with exit code 2 and no traceback."""
    sums.write(reference=REFERENCE.replace("sum(xs)", "sum(xs) / 0"), wrong=TRIPLED)
    tried = sums.check()
    assert tried.code == 2
    assert "module-01/totals: the reference fails with ZeroDivisionError" in tried.said


# ---------------------------------------------------------------------------------------------------- what is asked again


def test_what_has_not_changed_is_not_asked_again(sums: Sums) -> None:
    """A second proof asks nothing and says the same; `--all` asks everything."""
    sums.write(liars=f"{NONE}, {ENDLESS}")
    first = sums.check()
    second = sums.check()
    assert second.code == 0
    assert second.prove == [(0, ANSWERS)]
    assert [line for line in second.said.splitlines() if " ok " in line] == [
        line for line in first.said.splitlines() if " ok " in line
    ]
    assert sums.check("--all").prove == first.prove


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({"cases": DOUBLES.replace("10, 99", "10, 98") + TOTALS}, ASKED_ALL + 1),
        ({"cases": DOUBLES.replace("points=4", "points=5") + TOTALS.replace("points=6", "points=5")}, 0),
        ({"cases": "\n# moved down\n" + DOUBLES + TOTALS}, 0),
        ({"wrong": f"{TRIPLED.replace('3 * x', '4 * x')}, {LEFT_OUT}"}, 1),
        ({"wrong": f"{TRIPLED.replace('tripled', 'three times')}, {LEFT_OUT}"}, 0),
        ({"right": ADDED.replace("x + x", "x - -x")}, 2),
        ({"liars": f"{NONE.replace('return None', 'return ()')}, {ITSELF}"}, 2),
        ({"reference": REFERENCE.replace("sum(xs)", "sum(xs, 0)"), "wrong": TRIPLED}, ANSWERS - 1),
        # The mistake in doubling must lose on its skill on every draw, and which cases decide that has changed.
        (
            {"cases": DOUBLES + TOTALS.replace("6", "3") + DOUBLES.replace("4", "3").replace('"doubles"', '"more"')},
            ASKED_ALL + 2,
        ),
    ],
    ids=[
        "a case",
        "points",
        "a line",
        "a mistake",
        "a name",
        "a right solution",
        "a liar",
        "the reference",
        "a new case",
    ],
)
def test_only_what_changed_is_asked_again(sums: Sums, changed: dict[str, str], asked: int) -> None:
    """A changed case is asked of every solution that must answer it, a changed solution all its cases, and nothing else is."""
    sums.proven()
    sums.write(**changed)
    tried = sums.check()
    assert tried.code == 0
    assert [now for now, _ in tried.prove] == [asked]


def test_the_reference_before_it_has_a_say(sums: Sums) -> None:
    """When a module changes on which another builds, that other is proven again."""
    sums.check(module="2")
    sums.write(reference=REFERENCE + "\n# changed\n")
    assert sums.check(module="2").prove == [(ANSWERS, ANSWERS)]


def test_another_number_of_draws_is_another_proof(sums: Sums) -> None:
    """What was proven on six draws is not taken for proven on seven."""
    sums.proven()
    assert sums.check("--seeds", "7").prove == [(ANSWERS, ANSWERS)]


def test_an_interrupted_proof_keeps_the_modules_it_has_finished(sums: Sums) -> None:
    """After an interruption in module 2, module 1 is not asked again and module 2 is."""

    def tell(progress: Progress) -> None:
        if progress.module == "two" and progress.done:
            raise KeyboardInterrupt

    suite = find("sums")
    with pytest.raises(KeyboardInterrupt):
        list(prove(suite, [1, 2], 6, 1, ProofCache(suite.name), tell))
    assert sums.check("--module", "2").prove == [(0, ANSWERS), (ANSWERS, ANSWERS)]


# ---------------------------------------------------------------------------------------------------- what is believed


@pytest.mark.parametrize("text", [b"", b"\0" * 5000, b"x 1\n" * 9, b"\xff\xfe no words \n" * 40])
def test_a_broken_file_counts_for_nothing(sums: Sums, text: bytes) -> None:
    """What is no fact is not believed, everything is proven again, and then the file is of use again."""
    sums.proven()
    sums.cache.write_bytes(text)
    assert sums.check().prove == [(ANSWERS, ANSWERS)]
    assert sums.check().prove == [(0, ANSWERS)]


def test_a_line_that_was_cut_short_costs_itself(sums: Sums) -> None:
    """Of a file whose end is missing, the rest is believed, and what is added stands on lines of its own."""
    sums.proven()
    sums.cache.write_bytes(sums.cache.read_bytes()[:-20])
    assert sums.check().prove == [(1, ANSWERS)]
    assert sums.check().prove == [(0, ANSWERS)]


def test_a_file_that_others_may_write_is_not_believed(sums: Sums) -> None:
    """Whoever could write facts could make a suite sound; so such a file is neither read nor written."""
    sums.proven()
    sums.cache.chmod(0o666)
    before = sums.cache.read_bytes()
    assert sums.check().prove == [(ANSWERS, ANSWERS)]
    assert sums.cache.read_bytes() == before


def test_a_link_is_not_followed(sums: Sums) -> None:
    """What is kept lies in the folder itself; a link there leads nowhere."""
    sums.proven()
    elsewhere = sums.cache.with_name("elsewhere")
    sums.cache.rename(elsewhere)
    sums.cache.symlink_to(elsewhere)
    assert sums.check().prove == [(ANSWERS, ANSWERS)]


def test_what_turns_out_wrong_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact that a later proof does not find again is kept no more; facts survive in the order of what was said last."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first, second = "a" * 64, "b" * 64
    cache = ProofCache("sums")
    cache.add({first: True, second: False})
    cache.add({first: None})
    assert [ProofCache("sums").get(key) for key in (first, second)] == [None, False]
    cache.add({first: False})
    assert ProofCache("sums").get(first) is False
