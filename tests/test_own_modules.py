"""Whose earlier modules a module runs on: what loses points on the reference's is asked once more on the student's own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from autograder.intake.contents import Member
from autograder.intake.selection import Submission, Work
from autograder.judging.grade import Grade
from autograder.judging.judge import Judge
from autograder.judging.policy import Policy
from autograder.judging.prepared import prepare
from autograder.sandbox.limits import Limits
from autograder.suites import find
from autograder.worker import protocol

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

SUITE = find("micrograd")
QUICK = Policy(import_seconds=2.0, limits=Limits(cpu=5))
ENGINE, NN = SUITE.source(1), SUITE.source(2)
EXTENDED = f"{ENGINE}\n\ndef _times(self, other):\n    return self * other\n\n\nValue.times = _times\n"
LEANING = NN.replace("weight * entry", "weight.times(entry)")
"""A right module 2 that needs what its author has added to module 1."""
LINEAR = NN.replace("total.relu() if self.nonlin else total", "total")
"""A wrong module 2, wherever it runs."""
EARLY = NN.replace("import random\n", "import random\n\nfrom .engine import times_of\n")
"""Cannot be imported on the reference's module 1."""
SHY = (
    NN.replace("total = self.b\n", "total = self.b + 1.0 if hasattr(Value, 'times') and self.alone else self.b\n")
    .replace("self.nonlin = nonlin\n", "self.nonlin, self.alone = nonlin, True\n")
    .replace(
        "for _ in range(nout)]\n",
        "for _ in range(nout)]\n        for one in self.neurons:\n            one.alone = False\n",
    )
    .replace("for one in self.parameters():\n", "self.parameters()[0].times\n        for one in self.parameters():\n")
)
"""Loses the hidden case on the reference's module 1, and on the student's own the one on a neuron that is in no layer."""
assert len({NN, LEANING, LINEAR, EARLY}) == 4


def _graded(
    first: str | None,
    second: str,
    policy: Policy | None = None,
    old: Grade | None = None,
    longer: float = 0.0,
) -> tuple[Grade, list[tuple[str, str]]]:
    """The grade of module 2, and what was asked: cases by the last word of their id, and upon whose module 1.

    Each case is taken to have lasted `longer` seconds more than it did.
    """
    policy = policy or QUICK
    judge = Judge(prepare(SUITE, 2, b"x" * 32, policy.limits), policy, {"engine": "micrograd.engine"})
    asked: list[tuple[str, str]] = []
    run = judge.jail.run

    def noted(prepared: Any, code: Any, seconds: float) -> Any:
        names = [name for name, _ in protocol.unpack_student(code.packed)[1]]
        asked.append((prepared.case.slug, "own" if "micrograd.engine" in names else "reference"))
        outcome = run(prepared, code, seconds)
        return replace(outcome, wall=outcome.wall + longer)

    judge.jail.run = noted  # type: ignore[method-assign, assignment]
    try:
        return judge.grade(_handed_in(first, second), lambda attempt: old)[0], asked
    finally:
        judge.close()


def _handed_in(first: str | None, second: str) -> Submission:
    texts = {1: first, 2: second}
    works = {number: _work(number, text) for number, text in texts.items() if text is not None}
    return Submission("ada", works)


def _work(number: int, text: str) -> Work:
    data = text.encode()
    return Work(number, Member(f"{SUITE.module(number).name}.py", len(data), lambda: io.BytesIO(data)), "script")


def _upon(asked: list[tuple[str, str]], whose: str) -> list[str]:
    return [case for case, upon in asked if upon == whose]


# ------------------------------------------------------------------------------------------------ which one counts


@pytest.mark.usefixtures("sandbox")
def test_the_higher_of_two_whole_runs_counts() -> None:
    """What needs the author's own module 1 has all points there; the grade says so, and what it has on the reference's."""
    grade, _ = _graded(EXTENDED, LEANING)
    assert (grade.points, grade.prerequisites, grade.own_tried, grade.elsewhere) == (
        Fraction(20),
        "own",
        "more",
        Fraction(0),
    )
    assert {result.status for result in grade.results} == {"passed"}
    cannot_be_imported = _graded(f"{EXTENDED}times_of = 1\n", EARLY)[0]
    assert (cannot_be_imported.points, cannot_be_imported.outcome) == (Fraction(20), "graded")


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("longer", "whose"), [(100.0, {"reference"}), (15.0, {"reference", "own"}), (0.0, {"reference", "own"})]
)
def test_both_runs_share_one_budget(longer: float, whose: set[str]) -> None:
    """Who uses up a module's budget on the reference's modules has no second one on their own."""
    _, asked = _graded(EXTENDED, LEANING, replace(QUICK, budget=50.0), longer=longer)
    assert {upon for _, upon in asked} == whose
    examples = 1  # the first that lasts so long ends those, which are asked of what was lost
    assert (len(asked) - examples - 1) * longer < 50.0


@pytest.mark.usefixtures("sandbox")
def test_a_grade_is_never_a_mix() -> None:
    """A case won on one's own modules and another won on the reference's do not add up: one run counts, whole."""
    grade, _ = _graded(EXTENDED, SHY)
    apart = [_graded(EXTENDED, SHY, replace(QUICK, prerequisites=upon))[0] for upon in ("reference", "own")]
    won = [{result.case for result in one.results if result.points} for one in apart]
    assert len(won[0] | won[1]) == 3
    assert [grade.points, *(one.points for one in apart)] == [Fraction(14), Fraction(13), Fraction(14)]
    assert {result.case for result in grade.results if result.points} == won[1]


@pytest.mark.usefixtures("sandbox")
def test_the_reference_stands_where_ones_own_earn_no_more() -> None:
    """Equal points are the reference's, and the grade says that the student's own were tried."""
    grade, asked = _graded(ENGINE, LINEAR)
    assert (grade.prerequisites, grade.own_tried, grade.elsewhere) == ("reference", "no more", None)
    assert 0 <= (grade.points or 0) < 20
    lost = [result.case.rpartition("/")[2] for result in grade.results if result.status != "passed"]
    assert set(_upon(asked, "own")) <= set(lost)  # once all that is lost here is lost there, no more needs to be asked


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("first", ["def (", "import nothing_of_this_name", "raise ValueError('a secret word')"])
def test_own_modules_that_cannot_be_run_change_nothing(first: str) -> None:
    """Then the result on the reference's stands, with a word on it, and without the exception's text."""
    grade, _ = _graded(first, LINEAR)
    alone, _ = _graded(None, LINEAR)
    assert (grade.prerequisites, grade.own_tried) == ("reference", "not possible")
    assert grade.results == alone.results
    assert "secret word" not in repr(grade)


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("first", "second"),
    [(ENGINE, NN), (None, LINEAR), (ENGINE, "def ("), (ENGINE, "while True: pass")],
    ids=["all points", "none there", "no Python", "no end"],
)
def test_it_is_not_tried_where_it_cannot_help(first: str | None, second: str) -> None:
    """Nothing is asked twice where nothing is lost, where no earlier module was handed in, of what is no Python, and of what
    used up the time for importing."""
    grade, asked = _graded(first, second)
    assert (grade.prerequisites, grade.own_tried) == ("reference", "")
    assert not _upon(asked, "own")


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("second", [LEANING, LINEAR])
def test_what_is_asked_for_is_what_is_done(second: str) -> None:
    """`reference` and `own` ask on one set of modules alone."""
    for wanted in ("reference", "own"):
        grade, asked = _graded(EXTENDED, second, replace(QUICK, prerequisites=wanted))
        assert (grade.prerequisites, grade.own_tried) == (wanted, "")
        assert {upon for _, upon in asked} == {wanted}


# ------------------------------------------------------------------------------------------------ what is told


@pytest.mark.usefixtures("sandbox")
def test_what_is_lost_on_ones_own_modules_is_told() -> None:
    """Where more is won on the student's own modules, the example is tried upon those, and says what differed."""
    # A neuron alone is right on the reference's module 1 and wrong on the student's own; one in a layer needs the latter.
    off = NN.replace("weight * entry", "(weight * entry if self.alone else weight.times(entry))")
    off = off.replace(
        "total = self.b\n", "total = self.b + 1.0 if self.alone and hasattr(Value, 'times') else self.b\n"
    )
    off = off.replace("self.nonlin = nonlin\n", "self.nonlin, self.alone = nonlin, True\n")
    off = off.replace(
        "range(nout)]\n", "range(nout)]\n        for one in self.neurons:\n            one.alone = False\n"
    )
    grade, _ = _graded(EXTENDED, off)
    assert (grade.points, grade.elsewhere) == (Fraction(14), Fraction(6))
    assert ["expected" in result.told for result in grade.results if result.told] == [True]


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("second", [LEANING, LINEAR, EARLY])
def test_examples_come_last_and_upon_the_modules_that_count(second: str) -> None:
    """Lost visible cases are tried on public inputs when all that pays has been asked, on the modules of the grade that stands."""
    grade, asked = _graded(EXTENDED, second)
    lost = [one.case.rpartition("/")[2] for one in grade.results if one.example is not None]
    paying = len(asked) - len(lost)
    assert asked[paying:] == [(case, grade.prerequisites) for case in lost]
    assert len(set(asked[:paying])) == paying


# ------------------------------------------------------------------------------------------------ keys


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("second", [LEANING, LINEAR])
def test_a_grade_that_own_modules_had_a_say_in_follows_them(second: str) -> None:
    """Unchanged it is taken over and nothing is asked; when the student's module 1 changes, it is asked again."""
    before, _ = _graded(EXTENDED, second)
    same, asked = _graded(EXTENDED, second, old=before)
    assert (same, asked) == (before, [])
    other, asked = _graded(EXTENDED + "\n# a word more\n", second, old=before)
    assert _upon(asked, "own")
    assert other.key != before.key


@pytest.mark.usefixtures("sandbox")
def test_a_grade_with_all_points_does_not_follow_them() -> None:
    """What lost nothing on the reference's modules has nothing to do with the student's own, whatever was asked for."""
    before, _ = _graded(EXTENDED, NN)
    for wanted in ("best", "reference"):
        same, asked = _graded("def (", NN, replace(QUICK, prerequisites=wanted), old=before)
        assert (same, asked) == (before, [])


@pytest.mark.usefixtures("sandbox")
def test_a_grade_of_the_reference_alone_is_not_taken_for_the_best() -> None:
    """Who graded with `reference` and asks for `best` has the student's modules tried; the cases known are not run again."""
    before, _ = _graded(EXTENDED, LEANING, replace(QUICK, prerequisites="reference"))
    after, asked = _graded(EXTENDED, LEANING, old=before)
    assert (before.points, after.points) == (Fraction(0), Fraction(20))
    assert not _upon(asked, "reference")


# ------------------------------------------------------------------------------------------------ end to end


def _hand_in(classroom: Any, place: str = "class") -> None:
    classroom.hand_in(f"{place}/ada")
    classroom.hand_in(f"{place}/bob", engine=EXTENDED, nn=LEANING)
    classroom.hand_in(f"{place}/cyd", nn=LINEAR)
    classroom.hand_in(f"{place}/dee", engine="import nothing_of_this_name", nn=LINEAR)
    classroom.hand_in(f"{place}/eve", engine=None, nn=LINEAR)


def _rows(classroom: Any, name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO((classroom.folder / "grades" / name).read_text("utf-8"), newline=""))


def test_everything_that_is_read_says_on_whose_modules_it_ran(classroom: Any) -> None:
    """Gradebook, table of results, feedback, report and `explain` say it; nothing is said where nothing was tried."""
    _hand_in(classroom)
    assert classroom.run("grade", "class").code == 0
    books = {row["student"]: row for row in _rows(classroom, "gradebook.csv")}
    assert {name: row["module-02"] for name, row in books.items() if name in ("ada", "bob")} == {
        "ada": "20",
        "bob": "20",
    }
    remark = "module 02: on the student's own earlier modules (0 on the reference's)"
    assert [name for name, row in books.items() if remark in row["remarks"]] == ["bob"]
    upon = {
        row["student"]: row["prerequisites"] for row in _rows(classroom, "results.csv") if row["module"] == "module-02"
    }
    assert upon == {
        "ada": "reference",
        "bob": "own (the reference's: 0)",
        "cyd": "reference (own: no more)",
        "dee": "reference (own: cannot be run)",
        "eve": "reference",
    }
    pages = {name: (classroom.folder / f"grades/feedback/{name}/module-02.md").read_text() for name in books}
    said = {name: [line for line in page.splitlines() if "own earlier modules" in line] for name, page in pages.items()}
    assert [len(said[name]) for name in ("ada", "bob", "cyd", "dee", "eve")] == [0, 1, 1, 1, 0]
    assert "because it earns more there than on the course's" in said["bob"][0]
    assert "earns no more there" in said["cyd"][0]
    assert "it cannot be imported" in said["dee"][0]
    assert remark.replace("'", "&#39;") in (classroom.folder / "grades/report.html").read_text()
    assert "on own (the reference's: 0) prerequisites" in classroom.run("explain", "bob/2").out
    assert "passed" in classroom.run("explain", "bob/2/one-neuron").out


@pytest.mark.parametrize("wanted", ["best", "reference", "own"])
def test_what_is_written_does_not_depend_on_jobs(classroom: Any, wanted: str) -> None:
    """One slot or three: the same bytes, and a second run has nothing to do."""
    _hand_in(classroom)
    classroom.run("grade", "class", "--jobs", "1", "--prerequisites", wanted)
    first = classroom.written()
    ran = classroom.run("grade", "class", "--jobs", "3", "--prerequisites", wanted, "--out", "more")
    assert classroom.written("more") == first
    assert json.dumps(sorted(first)) == json.dumps(sorted(classroom.written("more")))
    assert ran.code == 0
    again = classroom.run("grade", "class", "--jobs", "2", "--prerequisites", wanted)
    assert "0 modules graded, 9 known already" in again.out
    assert classroom.written() == first


def test_a_missing_module_is_the_references_for_the_best(classroom: Any) -> None:
    """With `own` it is a reason for nothing; with `best` the reference's takes its place, as it did without asking."""
    classroom.hand_in("class/eve", engine=None)
    classroom.run("grade", "class", "--prerequisites", "best")
    assert [row["points"] for row in _rows(classroom, "results.csv")] == ["6", "7", "7"]


def test_points_upon_the_other_survive_the_journal() -> None:
    """A grade read back from the journal says the same."""
    from autograder.judging.grade import from_json, to_json

    grade = Grade(
        "ada", "micrograd", 2, "a", "graded", prerequisites="own", own_tried="more", elsewhere=Fraction(20, 3)
    )
    assert from_json(json.loads(json.dumps(to_json(grade)))) == grade
    assert grade.upon == "own (the reference's: 6.67)"
    assert replace(grade, elsewhere=Fraction(0)).upon == "own (the reference's: 0)"
