"""What the judge makes of how workers end: told by a jail that does as it is told, so that every end is at hand."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from autograder.intake.contents import Member
from autograder.intake.selection import Submission, Work
from autograder.judging.grade import Grade
from autograder.judging.judge import Judge
from autograder.judging.module_jail import ModuleJail
from autograder.judging.policy import Policy
from autograder.judging.prepared import Examples, PreparedModule, prepare
from autograder.sandbox.jail import Outcome
from autograder.sandbox.limits import Limits
from autograder.suites import find
from autograder.worker import protocol, wire

SUITE = find("micrograd")
EXAM = prepare(SUITE, 1, b"the same draws for every machine", Limits())
IDS = [one.case.id for one in EXAM.cases]
FIRST, SECOND, THIRD, FOURTH, HIDDEN = IDS
EXAMPLES = [Examples(SUITE, 1).of(one.case) for one in EXAM.cases if one.case.visible]

STOOD = b"""Stack (most recent call first):
  File "<submission>", line 2 in fit
  File "<submission>", line 7 in <module>
  File "<autograder.worker.entry>", line 290 in _imported
"""
"""What Python writes of where a program stands."""
Ends = Mapping[str, str]
"""How the worker of a case ends; `right` where nothing is said. With a number behind it, after so many seconds."""


class ToldJail:
    """Answers as a worker might; `asked` holds what it was asked, `seconds` how long each case was allowed.

    `examples` are the ends of cases on public inputs, as elsewhere where nothing is said, and noted in `tried`. `loads` says
    how an import ends: "", or with an exception, or with a timeout after so much processor time.
    """

    layers = ("told",)

    def __init__(self, ends: Ends, *, examples: Ends | None = None, honest: str = "right", loads: str = "") -> None:
        self.ends, self.honest, self.loads = ends, honest, loads
        self.examples = ends if examples is None else examples
        self.tried: list[str] = []
        self.asked: list[str] = []
        self.seconds: list[float] = []
        self.load_seconds: list[float] = []

    def await_start(self) -> None:
        pass

    def close(self) -> None:
        pass

    def run(self, payload: bytes, seconds: float) -> Outcome:
        task, parts = protocol.read_request(payload)
        if task == "extract":
            nothing: dict[str, Any] = {
                name: [] for name in ("notes", "untouched", "left_out", "exported", "packages", "imports")
            }
            text = np.frombuffer(b"work", "uint8")
            cells = np.zeros(1, int)
            return replied(
                {
                    **nothing,
                    "source": text,
                    "code": text,
                    "cells": cells,
                    "counts": cells,
                    "in_file": True,
                    "problem": "",
                }
            )
        if task == "load":
            self.asked.append("load")
            self.load_seconds.append(parts[1])
            if self.loads.startswith("timeout"):
                return Outcome("timeout", None, float(self.loads.split()[1]), 0, 0, seconds, stack=STOOD)
            return replied({"raised": self.loads, "message": "no", "line": 1} if self.loads else {"loaded": True})
        prepared_case = next(one for one in (*EXAM.cases, *EXAMPLES) if one.packed == parts[1])
        if prepared_case in EXAMPLES:
            self.tried.append(prepared_case.case.id)
            end, _, wall = self.examples.get(prepared_case.case.id, "right").partition(" ")
            return self.ended(end, prepared_case.expected, float(wall or 0))
        if b"work" not in parts[0]:
            self.asked.append("honest")
            return self.ended(self.honest, prepared_case.expected, 0.0)
        self.asked.append(prepared_case.case.id)
        self.seconds.append(seconds)
        end, _, wall = self.ends.get(prepared_case.case.id, "right").partition(" ")
        if float(wall or 0) > seconds:
            return self.ended("timeout", None, seconds)
        return self.ended(end, prepared_case.expected, float(wall or 0))

    @staticmethod
    def ended(end: str, expected: Any, wall: float) -> Outcome:
        if end == "right":
            return replied({"reply": expected}, wall)
        if end == "wrong":
            return replied({"reply": "something else"}, wall)
        if end == "raises":
            return replied({"raised": "ValueError", "message": "no", "line": 1, "during": "probe"}, wall)
        if end == "raises-again":
            return replied({"raised": "ValueError", "message": "no", "line": 1, "during": "import"}, wall)
        if end == "unplain":
            return replied({"unplain": "a set"}, wall)
        if end == "a-list":
            return replied([expected], wall)
        if end == "right-but-late":
            return replace(replied({"reply": expected}, wall), kind="timeout")
        if end == "no-frame":
            return Outcome("replied", b"\xff\xff", 0, 0, 0, wall)
        kinds: Any = {"crashed": "killed", "gone": "killed", "broken": "broken frame"}
        return Outcome(kinds.get(end, end), None, 0, 0, {"crashed": 11, "gone": 9}.get(end, 0), wall)


def replied(reply: Any, wall: float = 0.0) -> Outcome:
    return Outcome("replied", wire.encode(reply), 0, 0, 0, wall)


def submission(text: bytes = b"work") -> Submission:
    member = Member("engine.py", len(text), lambda: io.BytesIO(text))
    return Submission("ada", {1: Work(1, member, "script")})


def graded(
    jail: ToldJail,
    old: Grade | None = None,
    *,
    policy: Policy | None = None,
    prepared: PreparedModule = EXAM,
    confirming: bool = False,
    again: bool = False,
    handed_in: Submission | None = None,
    seconds: float | None = None,
) -> Grade:
    """The grade of ada's attempt in a jail; `old` is what is known of the same files, `seconds` are left of the budget."""

    class AtHand(ModuleJail):
        def begin(self) -> Any:
            self._jail = jail  # type: ignore[assignment]
            return jail

    judge = Judge(prepared, policy or Policy(), {})
    judge.jail = AtHand(prepared.suite, prepared.module, judge.policy, {})
    grade, _ = judge.grade(
        handed_in or submission(), lambda attempt: old, confirming=confirming, again=again, seconds=seconds
    )
    return grade


def test_a_grade_says_whose_it_is_and_of_what() -> None:
    """Student, suite, module, the file and its hash, the layers of the jail; another text is another attempt."""
    grade = graded(ToldJail({}))
    assert (grade.student, grade.suite, grade.module, grade.file) == ("ada", "micrograd", 1, "engine.py")
    assert (grade.sandbox, grade.prerequisites, grade.scale) == (("told",), "reference", Fraction(20))
    assert grade.attempt == hashlib.sha256(b"work").hexdigest()
    other = graded(ToldJail({}), handed_in=submission(b"other work"))
    assert other.attempt == hashlib.sha256(b"other work").hexdigest()
    assert other.key != grade.key


def test_what_cannot_be_read_is_not_run() -> None:
    """A file that its archive does not give earns nothing in any case, with the reason, and no worker is asked."""

    def refuses() -> io.BytesIO:
        raise zipfile.BadZipFile("the archive is cut short")

    work = Work(1, Member("engine.py", 4, refuses), "script")
    jail = ToldJail({})
    grade = graded(jail, handed_in=replace(submission(), modules={1: work}))
    assert (grade.outcome, grade.points, grade.counted()) == ("could not be run", Fraction(0), {"import error": 5})
    assert "`engine.py` cannot be read" in grade.reason
    assert {(one.shown, one.worth) for one in grade.results} == {(grade.reason, Fraction(4))}
    assert jail.asked == []


@pytest.mark.parametrize(
    ("work", "handed_in", "policy", "asked", "own"),
    [
        ("ab", "bc", "", "b", ""),
        ("ab", "c", "", "ab", ""),
        ("", "bc", "", "bc", ""),
        ("", "", "", "", ""),
        ("ab", "bc", "b", "b", ""),
        ("ab", "bc", "bc", "bc", ""),
        ("ab", "bc", "c", "c", "b"),
    ],
)
def test_the_editions_of_work(work: str, handed_in: str, policy: str, asked: str, own: str) -> None:
    """What the class has, before what its own text and the whole hand-in allow; where these exclude each other, it is told."""
    one = submission()
    one = replace(one, editions=tuple(handed_in), modules={1: replace(one.modules[1], editions=tuple(work))})
    grade = graded(ToldJail({}), policy=Policy(editions=tuple(policy)), handed_in=one)
    assert (grade.editions, grade.own_editions) == (tuple(asked), tuple(own))


def statuses(grade: Grade) -> dict[str, str]:
    return {result.case: result.status for result in grade.results}


def test_results_stand_in_the_order_of_the_suite() -> None:
    """Hidden cases are asked last, whatever the order of the suite, in which all results stand."""
    prepared = replace(EXAM, cases=EXAM.cases[::-1])
    jail = ToldJail({})
    grade = graded(jail, prepared=prepared)
    assert jail.asked == [FOURTH, THIRD, SECOND, FIRST, HIDDEN]
    assert [result.case for result in grade.results] == IDS[::-1]
    assert grade.outcome == "graded"
    assert grade.points == 20


@pytest.mark.parametrize(
    ("end", "status", "words"),
    [
        ("wrong", "failed", ""),
        ("raises", "failed", "ValueError"),
        ("raises-again", "import error", "ValueError"),
        ("unplain", "failed", "not made of numbers and arrays"),
        ("a-list", "unreadable", "cannot be read"),
        ("timeout", "timeout", "10 seconds"),
        ("right-but-late", "timeout", "10 seconds"),  # an answer is one only where the worker is said to have replied
        ("memory", "memory", f"{Limits().memory >> 20} MB"),
        ("crashed", "killed", "signal 11"),
        ("silent", "no answer", "without an answer"),
        ("broken", "unreadable", "cannot be read"),
        ("no-frame", "unreadable", "cannot be read"),
    ],
)
def test_an_end_costs_its_case(end: str, status: str, words: str) -> None:
    """However a case ends, the others keep their points, and the staff read why."""
    grade = graded(ToldJail({SECOND: end}, examples={}))
    assert statuses(grade) == {**dict.fromkeys(IDS, "passed"), SECOND: status}
    assert grade.points == 16
    lost = grade.results[1]
    assert words in lost.shown
    assert (lost.points, lost.worth) == (Fraction(0), Fraction(4))
    assert all((one.told, one.shown, one.points) == ("", "", one.worth) for one in grade.results if one is not lost)


# --- what a student is told --------------------------------------------------------------------------------------

ENDS = ("wrong", "raises", "unplain", "a-list", "timeout", "memory", "crashed", "silent", "broken", "no-frame")


@pytest.mark.parametrize("end", ENDS)
def test_a_student_is_told_what_came_of_the_example_alone(end: str) -> None:
    """However a lost case ended on the inputs that pay, its student is told the same: what became of it on public ones."""
    lost = [graded(ToldJail({SECOND: paying}, examples={SECOND: end})).results[1] for paying in ENDS]
    assert all(one.points == 0 for one in lost)
    ((words, example),) = {(one.told, one.example) for one in lost}
    assert words
    assert example == graded(ToldJail({SECOND: end})).results[1].status


def test_only_lost_visible_cases_are_tried_on_the_example() -> None:
    """After all that pays has been asked; of a hidden case, of one that passed, and of one never run, nothing is tried."""
    jail = ToldJail({SECOND: "wrong", FOURTH: "wrong", HIDDEN: "wrong"}, examples={FOURTH: "wrong"})
    grade = graded(jail)
    assert (jail.asked, jail.tried) == ([*IDS[:4], HIDDEN], [SECOND, FOURTH])
    assert [one.example for one in grade.results] == [None, "passed", None, "failed", None]
    assert [one.told != "" for one in grade.results] == [False, False, False, True, False]
    jail = ToldJail({FIRST: "timeout 3"}, examples={})
    assert statuses(graded(jail, policy=Policy(seconds=3, budget=3)))[SECOND] == "budget"
    assert jail.tried == [FIRST]


def test_examples_share_the_time_of_one_case() -> None:
    """What takes longer there is not told of, for no other student waits for it; nor is one that had less time called slow."""
    jail = ToldJail(dict.fromkeys(IDS, "wrong"), examples={FIRST: "wrong 2", SECOND: "timeout 1", THIRD: "wrong"})
    grade = graded(jail, policy=Policy(seconds=3))
    assert jail.tried == [FIRST, SECOND]
    assert [one.example for one in grade.results] == ["failed", None, None, None, None]


def test_what_was_told_is_kept_with_its_result() -> None:
    """A result that is taken over brings its words along, and nothing is tried again."""
    old = graded(ToldJail({SECOND: "wrong", THIRD: "timeout"}))
    jail = ToldJail({})
    new = graded(jail, old, confirming=True)
    assert (jail.asked, jail.tried) == ([THIRD], [])
    assert new.results[1] == old.results[1]
    assert (new.results[2].told, new.results[2].example) == ("", None)


@pytest.mark.parametrize("end", ["timeout", "memory", "crashed", "silent", "broken"])
def test_an_end_that_honest_work_has_too_is_no_grade(end: str) -> None:
    """Where an honest solution fails in the same place, twice, the fault is ours: no points, no results, no zero."""
    grade = graded(ToldJail({SECOND: end}, honest=end))
    assert (grade.outcome, grade.points, grade.results) == ("grader fault", None, ())
    assert "an honest solution ended with" in grade.reason


def test_what_cannot_be_imported_is_the_students() -> None:
    """When the first case does not answer, it is found out whether the module can be imported; once."""
    jail = ToldJail({FIRST: "raises"}, loads="ImportError")
    grade = graded(jail)
    assert (grade.outcome, grade.points) == ("could not be run", Fraction(0))
    assert set(statuses(grade).values()) == {"import error"}
    assert jail.asked == [FIRST, "load"]
    jail = ToldJail({FIRST: "raises", SECOND: "raises"})
    assert graded(jail).counted() == {"passed": 3, "failed": 2}
    assert jail.asked == [FIRST, "load", *IDS[1:]]
    jail = ToldJail({SECOND: "raises"}, loads="ImportError")
    assert graded(jail).counted() == {"passed": 4, "failed": 1}
    assert "load" not in jail.asked


@pytest.mark.parametrize("end", ["timeout 99", "raises", "silent"])
def test_an_import_without_end_costs_its_own_time_once(end: str) -> None:
    """However the first case ends, no more is asked, in no more than the time for importing; the line it began at is told."""
    jail = ToldJail(dict.fromkeys(IDS, end), loads="timeout 9")
    grade = graded(jail)
    assert (grade.outcome, grade.points) == ("could not be run", Fraction(0))
    assert grade.reason == "importing the module did not end within 10 seconds (line 7)"
    assert [one for one in jail.asked if one != "honest"] == [FIRST, "load"]
    assert sum(jail.load_seconds) + (jail.seconds[0] if end.startswith("timeout") else 0) == Policy().import_seconds


@pytest.mark.parametrize(("busy", "doubtful"), [("9", ()), ("0.1", ("importing",))])
def test_an_import_that_had_a_processor_all_the_time_is_not_tried_again(busy: str, doubtful: tuple[str, ...]) -> None:
    """Alone on the machine it would not end either; one that slept, or had to wait, is tried once more."""
    jail = ToldJail({FIRST: "timeout 99"}, loads=f"timeout {busy}")
    assert graded(jail).doubtful == doubtful


def test_a_slow_first_case_has_all_its_time() -> None:
    """It is asked again when the import is known to end, and the try before costs nothing of the module's budget."""
    jail = ToldJail({FIRST: "right 9"})
    grade = graded(jail, policy=Policy(budget=10))
    assert [one for one in jail.asked if one != "honest"] == [FIRST, "load", *IDS]
    assert jail.seconds == [2, 10, *(1,) * 4]
    assert grade.counted() == {"passed": 5}


# --- the budget --------------------------------------------------------------------------------------------------


def test_a_budget_is_used_up() -> None:
    """Each case may take its seconds, but no longer than what is left; when nothing is, the others are not run."""
    jail = ToldJail(dict.fromkeys(IDS, "right 2"))
    grade = graded(jail, policy=Policy(seconds=3, budget=6))
    assert jail.seconds == [2, 3, 2]  # the first less, as long as it may be the import that takes its time
    assert statuses(grade) == {**dict.fromkeys(IDS[:3], "passed"), FOURTH: "budget", HIDDEN: "budget"}
    assert grade.points == 12
    assert grade.doubtful == ()
    assert "6 seconds" in grade.results[3].shown


def test_to_ask_again_belongs_to_the_budget() -> None:
    """Who runs out of time costs no more than the budget, with what is asked alone at the end and on public inputs."""
    policy, ends = Policy(seconds=3, budget=18, import_seconds=15), dict.fromkeys(IDS, "timeout 3")
    paying, alone = ToldJail(ends), ToldJail(ends)
    first = graded(paying, policy=policy)
    assert first.counted() == {"timeout": 4, "budget": 1}
    graded(alone, policy=policy, old=first, confirming=True, seconds=6)
    assert alone.seconds == [3]
    assert 3 * len([*paying.seconds, *paying.tried, *alone.seconds]) == policy.budget


def test_a_case_cut_short_by_the_budget_is_no_timeout() -> None:
    """One that had less than its seconds was not run; one that had them all ran out of time."""
    whole = graded(ToldJail({FIRST: "timeout 3"}), policy=Policy(seconds=3, budget=60))
    assert statuses(whole)[FIRST] == "timeout"
    just = graded(ToldJail({FIRST: "timeout 3"}), policy=Policy(seconds=3, budget=3))
    assert statuses(just) == {FIRST: "timeout", **dict.fromkeys(IDS[1:], "budget")}
    short = graded(ToldJail({FIRST: "right 2", SECOND: "timeout 2"}), policy=Policy(seconds=3, budget=4))
    assert statuses(short) == {FIRST: "passed", **dict.fromkeys(IDS[1:], "budget")}


@pytest.mark.parametrize("prerequisites", ["reference", "best"])
def test_what_only_the_rest_of_a_budget_was_left_for_does_not_stand(prerequisites: Any) -> None:
    """With a whole budget the cases that were not run are asked, and no others; what came to its end in the rest stands."""
    slow, policy = dict.fromkeys(IDS, "right 2"), Policy(budget=60, prerequisites=prerequisites)
    cut = graded(ToldJail(slow), policy=policy, seconds=5)
    assert cut.counted() == {"passed": 2, "budget": 3}
    jail = ToldJail(slow)
    whole = graded(jail, cut, policy=policy, seconds=60)
    assert [one for one in jail.asked if one in IDS] == IDS[2:]
    assert whole.counted() == {"passed": 5}
    enough = graded(ToldJail(slow), policy=policy, seconds=11)
    jail = ToldJail({})
    assert graded(jail, enough, policy=policy) == enough == whole
    assert jail.asked == []


# --- what is known already ---------------------------------------------------------------------------------------


def test_what_is_known_is_not_asked_again() -> None:
    """A grade of the same files under the same conditions stands, at today's prices; nothing is run for it."""
    old = graded(ToldJail({SECOND: "wrong"}))
    jail = ToldJail({})
    assert graded(jail, old) == old
    assert jail.asked == []
    dearer = tuple(replace(one, case=replace(one.case, points=Fraction(8))) for one in EXAM.cases[:2])
    priced = graded(jail, old, prepared=replace(EXAM, cases=(*dearer, *EXAM.cases[2:])))
    assert jail.asked == []
    assert [int(one.points) for one in priced.results] == [8, 0, 4, 4, 4]
    assert [int(one.worth) for one in priced.results] == [8, 8, 4, 4, 4]
    assert priced.points == Fraction(20 * 20, 28)


def test_only_a_changed_case_is_asked_again() -> None:
    """The others keep their results, also lost ones, and the changed one has a new one."""
    old = graded(ToldJail({SECOND: "wrong", THIRD: "wrong"}))
    changed = replace(EXAM.cases[1], key="another")
    jail = ToldJail({})
    new = graded(jail, old, prepared=replace(EXAM, cases=(EXAM.cases[0], changed, *EXAM.cases[2:])))
    assert jail.asked == [SECOND]
    assert statuses(new) == {**dict.fromkeys(IDS, "passed"), THIRD: "failed"}


def test_another_policy_is_another_grade() -> None:
    """Other seconds, another budget for cases or for the import: all is asked again."""
    old = graded(ToldJail({}))
    for policy in (Policy(seconds=11), Policy(budget=61), Policy(import_seconds=11)):
        jail = ToldJail({})
        graded(jail, old, policy=policy)
        assert Counter(jail.asked) == Counter(IDS)


def test_again_finds_what_flips() -> None:
    """All is run a second time, and only a case whose status is another is called flaky."""
    old = graded(ToldJail({SECOND: "wrong", THIRD: "wrong"}))
    jail = ToldJail({THIRD: "wrong"})
    new = graded(jail, old, again=True)
    assert Counter(jail.asked) == Counter(IDS)
    assert {one.case for one in new.results if one.flaky} == {SECOND}
    assert not any(one.flaky for one in graded(ToldJail({}), again=True).results)


# --- time and memory, once more ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "doubtful"),
    [("timeout", True), ("memory", True), ("gone", True), ("crashed", False), ("silent", False), ("wrong", False)],
)
def test_what_the_machine_may_have_caused_is_doubtful(end: str, doubtful: bool) -> None:
    """Time, memory and the kernel's own signal, and nothing else."""
    assert graded(ToldJail({SECOND: end})).doubtful == ((SECOND,) if doubtful else ())


def test_alone_only_the_doubtful_is_run_and_stands() -> None:
    """A case that passes alone has passed; one that ends so again has ended so, and nothing is in doubt any more."""
    old = graded(ToldJail({SECOND: "timeout"}))
    assert old.doubtful == (SECOND,)
    for end, status in (("right", "passed"), ("timeout", "timeout"), ("wrong", "failed")):
        jail = ToldJail({SECOND: end})
        new = graded(jail, old, confirming=True)
        assert [one for one in jail.asked if one in IDS] == [SECOND]
        assert (statuses(new)[SECOND], new.doubtful) == (status, ())
        assert graded(ToldJail({}), new) == new


def test_one_end_alone_settles_the_others() -> None:
    """The first doubtful case that ends so again speaks for the rest; one that passes speaks for itself only."""
    old = graded(ToldJail({FIRST: "timeout", SECOND: "timeout", THIRD: "timeout"}))
    jail = ToldJail({SECOND: "timeout"})
    new = graded(jail, old, confirming=True)
    assert [one for one in jail.asked if one in IDS] == [FIRST, SECOND]
    assert [statuses(new)[one] for one in IDS[:4]] == ["passed", "timeout", "timeout", "passed"]
    assert new.doubtful == ()


def test_in_company_the_doubtful_stays_so() -> None:
    """A run that was cut short before the doubtful could be run alone asks it again, and still says so."""
    old = graded(ToldJail({SECOND: "timeout"}))
    jail = ToldJail({SECOND: "timeout"})
    new = graded(jail, old)
    assert [one for one in jail.asked if one in IDS] == [SECOND]
    assert new.doubtful == (SECOND,)
