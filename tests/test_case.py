"""Cases, their inputs, and how a suite is read."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.case import (
    Inputs,
    Liar,
    Module,
    Suite,
    SuiteError,
    Variant,
    case,
    central_difference,
    load_suite,
    mount,
    pack,
    probe_names,
    raises,
    unpack,
)

SEEDS = st.binary(min_size=1, max_size=32)
DRAWS = st.lists(
    st.sampled_from(["array", "integers", "integer", "number", "choice", "shuffled", "labels"]), max_size=8
)


def _drawn(source: Inputs, kinds: list[str]) -> list[Any]:
    calls: dict[str, Callable[[], Any]] = {
        "array": lambda: source.array(2, 3),
        "integers": lambda: source.integers(-3, 9, (2, 2)),
        "integer": lambda: source.integer(0, 5),
        "number": lambda: source.number(),
        "choice": lambda: source.choice("abc"),
        "shuffled": lambda: source.shuffled(["x", "y", "z", print]),
        "labels": lambda: source.labels(4, 3),
    }
    return [calls[kind]() for kind in kinds]


def _same(left: Any, right: Any) -> bool:
    return all(np.array_equal(a, b) and type(a) is type(b) for a, b in zip(left, right, strict=True))


# ---------------------------------------------------------------------------------------------------- inputs


@given(seed=SEEDS, kinds=DRAWS)
def test_inputs_follow_from_seed_and_case(seed: bytes, kinds: list[str]) -> None:
    """The same seed and case draw the same, and a replay of the record gives the same without the seed."""
    first, second = Inputs(seed, "module-01/x"), Inputs(seed, "module-01/x")
    drawn = _drawn(first, kinds)
    assert _same(drawn, _drawn(second, kinds))
    assert _same(drawn, _drawn(Inputs.replay(first.record), kinds))


def test_inputs_are_the_same_on_every_machine() -> None:
    """The first draws under a fixed seed have the bytes they had when this was written."""
    source = Inputs(b"seed", "module-01/pinned")
    drawn = [source.array(3, 4), source.array(2, dtype="float64"), source.integers(-5, 5, 9), source.labels(7, 3)]
    text = b"".join(one.tobytes() for one in drawn) + repr([source.number(), source.shuffled("abcdef")]).encode()
    assert hashlib.sha256(text).hexdigest()[:16] == "234f8610d2ef7d5d"


def test_seeds_cases_and_draws_differ() -> None:
    """Another seed, another case, or the next draw gives other values."""
    source = Inputs(b"a", "x")
    arrays = [source.array(4), source.array(4), Inputs(b"b", "x").array(4), Inputs(b"a", "y").array(4)]
    assert len({one.tobytes() for one in arrays}) == 4


def test_a_probe_cannot_spoil_the_record() -> None:
    """Writing into a drawn array leaves the record, and so the student's inputs, as they were drawn."""
    source = Inputs(b"a", "x")
    array, numbers = source.array(3), source.integers(0, 9, 3)
    array[:], numbers[:] = 99, 99
    assert not any((value == 99).any() for _, value in source.record)


def test_a_replay_notices_another_order_of_draws() -> None:
    """A probe that draws something else than was recorded is told, and gets no input."""
    source = Inputs(b"a", "x")
    source.array(3)
    with pytest.raises(LookupError, match="`array 1` where the probe draws `number 1`"):
        Inputs.replay(source.record).number()
    with pytest.raises(LookupError, match="nothing more"):
        Inputs.replay([]).number()


@given(seed=SEEDS)
def test_draws_stay_in_their_bounds(seed: bytes) -> None:
    """Arrays lie in [low, high), integers in low ... high - 1, a shuffle keeps every item."""
    source = Inputs(seed, "x")
    array, whole = source.array(50, low=1, high=3, dtype="float64"), source.integers(-2, 2, 50)
    assert ((array >= 1) & (array < 3)).all()
    assert ((whole >= -2) & (whole < 2)).all()
    assert whole.dtype == np.int64
    assert 4 <= source.integer(4, 6) < 6
    assert sorted(source.shuffled(range(20))) == list(range(20))


def test_draws_use_their_whole_range() -> None:
    """Ten thousand uniform numbers have the mean and spread of a uniform distribution."""
    drawn = Inputs(b"a", "x").array(10_000, low=0, high=1, dtype="float64")
    assert abs(drawn.mean() - 0.5) < 0.02
    assert abs(drawn.std() - 12**-0.5) < 0.01


# ---------------------------------------------------------------------------------------------------- help for probes


def test_raises_tells_a_value_or_the_nearest_builtin_exception() -> None:
    """A student's own subclass of ValueError counts as ValueError; what ends the process is not caught."""

    class Own(ValueError):
        pass

    def fail(error: BaseException) -> None:
        raise error

    assert raises(lambda a, b: a + b, 1, b=2) == 3
    assert raises(fail, Own()) == "ValueError"
    assert raises(np.sum, np.zeros(2), axis=5) == "ValueError"
    assert raises(fail, KeyError()) == "KeyError"
    with pytest.raises(KeyboardInterrupt):
        raises(fail, KeyboardInterrupt())


def test_central_difference_is_the_gradient() -> None:
    """Of a cubic in float32 it is right to a thousandth, and the point stays where it was."""
    x = Inputs(b"a", "x").array(3, 2)
    before = x.copy()
    assert np.allclose(central_difference(lambda at: np.sum(at.astype(float) ** 3), x), 3 * x**2, atol=1e-3)
    assert np.array_equal(x, before)


# ---------------------------------------------------------------------------------------------------- probes that travel

FACTOR = 3
THINGS = [1, 2]


def _tripled(x: Any, factor: int = FACTOR) -> Any:
    return np.sum(x) * factor + (0 if factor < 0 else len(_nothing()))


def _nothing() -> str:
    return raises(int, "x")[:0]  # type: ignore[no-any-return]


def _uses_much(tt: Any, source: Inputs) -> Any:
    return [_tripled(source.array(4)), [FACTOR * n for n in range(3)], raises(lambda: tt.gone), str(np.ones(1).dtype)]


def _uses_a_list(tt: Any, source: Inputs) -> Any:
    return THINGS


def test_a_probe_travels_with_what_it_uses() -> None:
    """Packed and unpacked, a probe does the same, with functions, constants and helpers of its file."""
    packed = pack(_uses_much)
    source = Inputs(b"a", "x")
    assert unpack(packed)(None, Inputs(b"a", "x")) == _uses_much(None, source)
    assert b"test_a_probe" not in packed


def test_a_probe_uses_only_what_can_travel() -> None:
    """A list of its file or a name of an enclosing function is refused, with the place of the probe."""
    outside = 5

    def closed(tt: Any, source: Inputs) -> Any:
        return outside

    with pytest.raises(SuiteError, match=r"test_case\.py:\d+: a probe cannot use `THINGS`"):
        pack(_uses_a_list)
    with pytest.raises(SuiteError, match="names of a function around it"):
        pack(closed)


# ---------------------------------------------------------------------------------------------------- suites

CASES = """
from autograder.authoring.case import case

@case("first thing", points={points}, skill="{skill}", hint="do it", since="{since}", until="{until}")
def _(tt, inputs):
    return inputs.number()

@case("{second}", points="1/2", skill="b", hint="{hint}")
def _(tt, inputs):
    return tt.Thing
"""
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "points": ({"points": 3}, "module-01: its cases are worth 7/2 points, they should be worth 2"),
    "skill": ({"skill": ""}, "module-01/first-thing: name, skill and hint must say something"),
    "hint": ({"hint": ""}, "module-01/second-thing: name, skill and hint must say something"),
    "edition": ({"since": "C"}, "module-01/first-thing: edition `C`, one of 2026-02, 2026-05 is needed"),
    "no edition": (
        {"since": "2026-05", "until": "2026-02"},
        "module-01/first-thing: no edition is both since 2026-05 and until 2026-02",
    ),
    "twice": ({"second": "First: thing!"}, "module-01/first-thing: two cases have this name"),
}


def _suite(folder: Path, monkeypatch: pytest.MonkeyPatch, least: int = 2, **changes: Any) -> Suite:
    """A suite of one module with two cases, in a package of its own."""
    name = f"tiny_{folder.name.replace('-', '_')}"
    root = folder / name
    for part in ("cases", "reference"):
        (root / part).mkdir(parents=True)
    values = {
        "points": "3/2",
        "skill": "a",
        "since": "",
        "until": "",
        "second": "second thing",
        "hint": "do that",
    } | changes
    values["points"] = repr(values["points"])
    (root / "cases" / "m01_thing.py").write_text(CASES.format(**values))
    (root / "reference" / "__init__.py").write_text("")
    (root / "reference" / "thing.py").write_text("Thing = 3\nOther = None\n")
    (root / "suite.py").write_text(
        textwrap.dedent(f"""
        from autograder.authoring.case import Module, Suite
        from autograder.authoring.editions import Edition
        EDITIONS = (Edition("2026-02"), Edition("2026-05"))
        MODULES = (Module(1, "thing", "core.thing", ("Thing", "Other", "Absent")),)
        SUITE = Suite("tiny", "{name}", "tinything", MODULES, points=2, least={least}, editions=EDITIONS)
        """)
    )
    monkeypatch.syspath_prepend(folder)
    return load_suite(name)


def test_cases_are_read_in_order_with_their_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every function may be called `_`; the id is made of module and name, points may be fractions."""
    suite = _suite(tmp_path, monkeypatch)
    first, second = suite.cases(1)
    assert (first.id, second.id) == ("module-01/first-thing", "module-01/second-thing")
    assert (first.points, second.points) == (Fraction(3, 2), Fraction(1, 2))
    assert second.probe(suite.reference(1), second.inputs(b"a")) == 3
    assert second.slug == "second-thing"
    with pytest.raises(LookupError, match="no module 9; it has 1"):
        suite.module(9)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_suite_is_refused(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points that do not add up, an empty skill, an unknown edition, a name used twice: each is told."""
    changes, told = FAULTS[fault]
    with pytest.raises(SuiteError) as caught:
        _suite(tmp_path, monkeypatch, **changes).cases(1)
    assert told in caught.value.reasons


def test_too_few_cases_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module with fewer cases than its suite promises is refused."""
    with pytest.raises(SuiteError, match="module-01: 2 cases, at least 12 are needed"):
        _suite(tmp_path, monkeypatch, least=12).cases(1)


def test_missing_names_stay_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a module does not define, or set to None, is not in the probe's namespace."""
    suite = _suite(tmp_path, monkeypatch)
    assert vars(suite.reference(1)) == {"Thing": 3}
    loaded = mount("_tiny", {"core.thing": "Thing = 1\nAbsent = 2\nSecret = 3\n"})
    assert vars(probe_names(suite, 1, loaded)) == {"Thing": 1, "Absent": 2}


def test_each_reference_is_fresh() -> None:
    """What one use of the reference does to its classes, the next does not see."""
    suite = load_suite("autograder.suites.tinytorch")
    suite.reference(1).Tensor.spoiled = True
    assert not hasattr(suite.reference(1).Tensor, "spoiled")


def test_modules_find_each_other_by_both_names() -> None:
    """A mounted module imports its neighbour by the package's name or relatively."""
    texts = {
        "core.a": "X = 1",
        "core.b": "from mounted.core.a import X\nfrom .a import X as Y",
        "perf.c": "from ..core.b import Y",
    }
    assert mount("mounted", texts)["perf.c"].Y == 1


def test_a_package_is_mounted_whole() -> None:
    """A second package of the same name has nothing of the first."""
    mount("mounted", {"core.a": "X = 1"})
    with pytest.raises(ImportError):
        mount("mounted", {"core.b": "from .a import X"})


def test_a_checker_that_stumbles_finds_the_reply_wrong() -> None:
    """A malformed reply is the student's mistake and never a crash of the grader."""

    def checker(expected: Any, reply: Any) -> str | None:
        return None if reply["x"] == expected else "not the same"

    space: dict[str, Any] = {"case": case, "checker": checker}
    exec("@case('n', points=1, skill='s', hint='h', checker=checker)\ndef _(tt, inputs): return 1\n", space)
    (made,) = space["__cases__"]
    assert made.check(3, {"x": 3}) is None
    assert made.check(3, {"x": 4}) == "not the same"
    assert "form" in made.check(3, [1])


# ---------------------------------------------------------------------------------------------------- variants


def test_a_variant_changes_exactly_one_place() -> None:
    """A piece that is not there, or twice, is refused: a patch that does nothing proves nothing."""
    assert Variant("n", "s", (("a", "b"),), added="c").source("xay") == "xby\n\nc"
    assert Variant("n", whole="w").source("xay") == "w"
    for reference in ("xyz", "aa"):
        with pytest.raises(SuiteError, match="times the piece"):
            Variant("n", "s", (("a", "b"),)).source(reference)


def test_a_liar_knows_what_to_pretend() -> None:
    """Its text begins with the names of the module's exports."""
    text = Liar("x", "Y = NAMES").source(Module(1, "thing", "core.thing", ("A", "B")))
    assert mount("_liar", {"x": text})["x"].Y == ("A", "B")


def test_a_broken_suite_is_its_writers_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever wrote a suite that cannot be used reads every reason, and no traceback."""
    from blueprint.cli import run

    for name in ("", "cases/", "reference/"):
        (tmp_path / "halfdone" / name).mkdir(exist_ok=True)
        (tmp_path / "halfdone" / name / "__init__.py").touch()
    made = 'Suite("halfdone", "halfdone", "halfdone", (Module(1, "one", "one", ("x",)),))'
    (tmp_path / "halfdone/suite.py").write_text(
        f"from autograder.authoring.case import Module, Suite\nSUITE = {made}\n"
    )
    (tmp_path / "halfdone/cases/m01_one.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert run(["suite", "list", "--suite", "halfdone"]) == 2
    told = capsys.readouterr().err
    assert "module-01: 0 cases, at least 12 are needed" in told
    assert "they should be worth 70" in told
    assert "Traceback" not in told
