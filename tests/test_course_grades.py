"""From points and marks to a course grade: against formulas written down by themselves, in exact fractions."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.gradebook.course_grades import Person, Sources, course_grade, course_grades
from autograder.gradebook.explanation import explain_course_grade
from autograder.gradebook.lateness import HandedIn, lateness
from autograder.gradebook.policy import Component, Condition, CoursePolicy, LateRule, LateStep, Piece, rounded
from autograder.gradebook.scores import ClassWork, GradedWork
from autograder.gradebook.students import HandInTimes, StudentFacts
from autograder.gradebook.totals import Total

T = TypeVar("T")
ZONE = ZoneInfo("America/Chicago")
DUE = datetime(2026, 10, 18, 23, 59, tzinfo=ZONE)
LATER = DUE + timedelta(days=30)
ANA = Person("ana", "Ana")
TENTH_A_DAY = LateRule((LateStep(24, Fraction(10)), LateStep(48, Fraction(20))))


class Marks(dict[tuple[str, str], Fraction]):
    """Marks by student and piece."""

    def points(self, student: str, piece: str) -> Fraction | None:
        return self.get((student, piece))


def logs(count: int, **rules: object) -> CoursePolicy:
    """A course of so many logs of 30 points, marked by a person, and nothing else."""
    component = replace(Component("logs", "Logs", Fraction(100)), **rules)  # type: ignore[arg-type]
    pieces = (Piece(f"log-{n}", "", "logs", Fraction(30), DUE, manual=Fraction(30)) for n in range(count))
    return CoursePolicy({"logs": component}, tuple(pieces), {"A": Fraction(90), "B": Fraction(80), "F": Fraction(0)})


def marked(points: Sequence[Fraction | None]) -> Marks:
    """Ana's marks, log by log; None for one that nobody has marked."""
    return Marks({("ana", f"log-{n}"): value for n, value in enumerate(points) if value is not None})


def of_logs(policy: CoursePolicy, points: Sequence[Fraction | None], **sources: object) -> tuple[Total, Total]:
    """Ana's two totals for these marks."""
    grade = course_grade(policy, ANA, Sources(marks=marked(points), **sources), LATER)  # type: ignore[arg-type]
    return grade.current, grade.final


points = st.fractions(0, 30, max_denominator=60)
several = st.lists(points, min_size=1, max_size=8)


# --- sums ------------------------------------------------------------------------------------------------------


@given(several)
def test_a_component_is_the_mean_of_its_pieces(earned: list[Fraction]) -> None:
    """Each piece counts the same, and nothing is rounded on the way."""
    current, _ = of_logs(logs(len(earned)), earned)
    assert current.percent == sum(earned, Fraction(0)) * 100 / (30 * len(earned))


@given(several, st.integers(0, 9))
def test_the_lowest_are_dropped(earned: list[Fraction], number: int) -> None:
    """The lowest n do not count; one is always left."""
    kept = sorted(earned)[min(number, len(earned) - 1) :]
    current, _ = of_logs(logs(len(earned), drop_lowest=number), earned)
    assert current.percent == sum(kept, Fraction(0)) * 100 / (30 * len(kept))


@given(several, st.integers(0, 4))
def test_dropping_one_more_never_lowers_a_total(earned: list[Fraction], number: int) -> None:
    """Whoever drops one more result is better off, or as well."""
    fewer, more = (of_logs(logs(len(earned), drop_lowest=n), earned)[0] for n in (number, number + 1))
    assert fewer.percent is not None
    assert more.percent is not None
    assert more.percent >= fewer.percent


@given(several, st.fractions(1, 120))
def test_a_cap_is_the_most_that_counts(earned: list[Fraction], cap: Fraction) -> None:
    """A component, and a course, come to what they come to, or to their cap."""
    free = of_logs(logs(len(earned)), earned)[0].percent
    assert free is not None
    assert of_logs(logs(len(earned), cap=cap), earned)[0].percent == min(free, cap)
    assert of_logs(replace(logs(len(earned)), cap=cap), earned)[0].percent == min(free, cap)


@given(st.lists(st.tuples(st.integers(1, 100), st.one_of(st.none(), points)), min_size=1, max_size=6))
def test_weights_of_what_counts_are_the_whole(parts: list[tuple[int, Fraction | None]]) -> None:
    """A component of which nothing counts yet takes no weight from the others."""
    components = {f"c{n}": Component(f"c{n}", "", Fraction(weight)) for n, (weight, _) in enumerate(parts)}
    pieces = tuple(Piece(f"log-{n}", "", f"c{n}", Fraction(30), DUE, manual=Fraction(30)) for n in range(len(parts)))
    current, _ = of_logs(CoursePolicy(components, pieces), [value for _, value in parts])
    known = [(weight, value) for weight, value in parts if value is not None]
    expected = sum(w * v / 30 for w, v in known) * 100 / sum(w for w, _ in known) if known else None
    assert current.percent == expected


@given(several, st.fractions(0, 10, max_denominator=4))
def test_extra_credit_only_raises(earned: list[Fraction], extra: Fraction) -> None:
    """A piece of extra credit adds its points to the component's, divides by none, and is missing nowhere."""
    policy = replace(logs(len(earned)), missing=Fraction(50))
    bonus = Piece("bonus", "", "logs", Fraction(10), DUE, manual=Fraction(10), extra=True)
    with_bonus = replace(policy, pieces=(*policy.pieces, bonus))
    marks = marked(earned)
    without = course_grade(
        with_bonus, ANA, Sources(marks=marks, times=HandInTimes(nothing=frozenset([("ana", "bonus")]))), LATER
    )
    assert without.final.percent == of_logs(policy, earned)[1].percent
    marks[("ana", "bonus")] = extra
    both = course_grade(with_bonus, ANA, Sources(marks=marks), LATER)
    assert both.current.percent == (sum(earned, Fraction(0)) + extra) * 100 / (30 * len(earned))


def test_an_extra_component_comes_on_top() -> None:
    """Its weight is no part of the hundred."""
    components = {
        "logs": Component("logs", "", Fraction(100)),
        "bonus": Component("bonus", "", Fraction(5), extra=True),
    }
    pieces = tuple(Piece(f"log-{n}", "", c, Fraction(30), DUE, manual=Fraction(30)) for n, c in enumerate(components))
    policy = CoursePolicy(components, pieces)
    assert of_logs(policy, [Fraction(27), None])[0].percent == 90
    assert of_logs(policy, [Fraction(27), Fraction(15)])[0].percent == Fraction(185, 2)


# --- six things that are not the same -----------------------------------------------------------------------------


def module(**rules: object) -> CoursePolicy:
    """A course of one module of 100 points: 70 by tests, 30 by a person."""
    piece = Piece("module-01", "", "modules", Fraction(100), DUE, 1, Fraction(70), Fraction(30))
    component = Component("modules", "Modules", Fraction(100), late=TENTH_A_DAY)
    return replace(CoursePolicy({"modules": component}, (piece,)), **rules)  # type: ignore[arg-type]


def graded(value: int | None, at: datetime | None = None, late: bool = False, nothing: bool = False) -> ClassWork:
    """The class's work: Ana's module with so many of 70 points."""
    earned = None if value is None else Fraction(value)
    work = GradedWork(earned, Fraction(70), HandedIn(at, late), nothing)
    return ClassWork({("ana", 1): [work]}, frozenset([1]))


HALF_MARKED = Marks({("ana", "module-01"): Fraction(15)})
NOTHING = HandInTimes(nothing=frozenset([("ana", "module-01")]))
EXCUSED = StudentFacts(excused=frozenset([("ana", "module-01")]))


@pytest.mark.parametrize(
    ("sources", "state", "current", "final"),
    [
        (Sources(graded(70), HALF_MARKED), "graded", 85, 85),
        (Sources(graded(0), Marks({("ana", "module-01"): Fraction(0)})), "graded", 0, 0),
        (Sources(graded(63)), "pending", 90, 90),
        (Sources(ClassWork()), "pending", None, None),
        (Sources(ClassWork({}, frozenset([1]))), "missing", None, 0),
        (Sources(ClassWork({}, frozenset([1]), {1: 1})), "pending", None, None),
        (Sources(graded(0, nothing=True)), "missing", None, 0),
        (Sources(times=NOTHING), "missing", None, 0),
        (Sources(graded(None), HALF_MARKED), "fault", None, None),
        (Sources(graded(0), facts=EXCUSED), "excused", None, None),
        (Sources(ClassWork({}, frozenset([1])), HALF_MARKED), "graded", 15, 15),
    ],
    ids=[
        "graded by both",
        "a zero",
        "not marked yet: what is graded of it counts",
        "not graded by tests yet",
        "nobody's hand-in, the class graded",
        "not found, and a hand-in that is nobody's",
        "files without work",
        "said to be missing",
        "our fault",
        "excused",
        "marked, and nothing for the tests",
    ],
)
def test_six_things_are_kept_apart(sources: Sources, state: str, current: int | None, final: int | None) -> None:
    """Graded, missing, excused, pending and a fault of ours are five things, and only missing work differs in the totals."""
    grade = course_grade(module(), ANA, sources, LATER)
    assert grade.scores["module-01"].state == state
    assert (grade.current.percent, grade.final.percent) == (current, final)


def test_what_is_not_due_is_in_no_total() -> None:
    """Before its deadline, the student's own, work that is not there is not missing."""
    absent = Sources(ClassWork({}, frozenset([1])))
    before = course_grade(module(), ANA, absent, DUE - timedelta(seconds=1))
    assert (before.scores["module-01"].state, before.final.percent) == ("open", None)
    assert course_grade(module(), ANA, absent, DUE).scores["module-01"].state == "missing"
    extended = replace(absent, facts=StudentFacts(extensions={("ana", "module-01"): LATER + timedelta(days=1)}))
    assert course_grade(module(), ANA, extended, LATER).scores["module-01"].state == "open"


def test_missing_work_counts_as_the_policy_says() -> None:
    """A course may give something for work that was never handed in; `current` never looks at it."""
    grade = course_grade(module(missing=Fraction(50)), ANA, Sources(ClassWork({}, frozenset([1]))), LATER)
    assert (grade.current.percent, grade.final.percent) == (None, Fraction(50))


# --- letters, conditions, rounding --------------------------------------------------------------------------------


@given(st.fractions(0, 200), st.integers(0, 6))
def test_rounding_is_half_up(value: Fraction, decimals: int) -> None:
    """Nothing is further than half a unit away, and what is halfway goes up."""
    unit = Fraction(1, 10**decimals)
    distance = rounded(value, decimals) - value
    assert rounded(value, decimals) % unit == 0
    assert -unit / 2 < distance <= unit / 2


def test_the_letter_is_that_of_the_rounded_percentage() -> None:
    """89.95 is 90.0 where a course rounds to one decimal, and an A; to two decimals it is none."""
    earned = [Fraction("26.985")]
    assert of_logs(replace(logs(1), decimals=1), earned)[0].letter == "A"
    assert of_logs(logs(1), earned)[0].letter == "B"


@pytest.mark.parametrize(("at_least", "letter", "given"), [(70, "", "F"), (70, "B", "B"), (50, "", "A")])
def test_a_condition_that_is_not_met_decides_the_letter(at_least: int, letter: str, given: str) -> None:
    """Who has less than a condition asks for has the letter it leaves, or the last, whatever the sum is."""
    components = {"logs": Component("logs", "", Fraction(90)), "exams": Component("exams", "", Fraction(10))}
    pieces = tuple(Piece(f"log-{n}", "", c, Fraction(30), DUE, manual=Fraction(30)) for n, c in enumerate(components))
    letters = {"A": Fraction(90), "B": Fraction(80), "F": Fraction(0)}
    conditions = (Condition("exams", Fraction(at_least), letter),)
    policy = CoursePolicy(components, pieces, letters, conditions=conditions)
    current, _ = of_logs(policy, [Fraction(30), Fraction(15)])
    assert current.percent == 95
    assert (current.letter, bool(current.unmet)) == (given, given != "A")
    assert of_logs(policy, [Fraction(30), None])[0].letter == "A", "nothing of the exams counts yet"


# --- lateness -------------------------------------------------------------------------------------------------------


def test_late_work_costs_what_the_course_says() -> None:
    """80 points that come 30 hours late are 64, as the syllabus says; two days and a second are not accepted."""
    marks = Marks({("ana", "module-01"): Fraction(10)})
    late = course_grade(module(), ANA, Sources(graded(70, DUE + timedelta(hours=30)), marks), LATER)
    assert late.scores["module-01"].points == 64
    too_late = course_grade(module(), ANA, Sources(graded(70, DUE + timedelta(hours=48, seconds=1)), marks), LATER)
    assert too_late.scores["module-01"].state == "graded"
    assert too_late.scores["module-01"].points == 0


def test_late_by_an_unknown_amount_costs_nothing() -> None:
    """Where a platform says only that work is late, nothing is guessed until a time is there; then it is priced."""
    sources = Sources(graded(70, late=True), HALF_MARKED)
    score = course_grade(module(), ANA, sources, LATER).scores["module-01"]
    assert score.lateness.unknown
    assert score.points == 85
    times = HandInTimes({("ana", "module-01"): HandedIn(DUE + timedelta(hours=1))})
    told = course_grade(module(), ANA, replace(sources, times=times), LATER).scores["module-01"]
    assert (told.lateness.unknown, told.points) == (False, Fraction("76.5"))


def late_log(rule: LateRule, after: timedelta, earned: int = 30, due: datetime = DUE) -> Fraction | None:
    """The points of a log of 30 that came so long after it was due."""
    policy = logs(1, late=rule)
    policy = replace(policy, pieces=(replace(policy.pieces[0], due=due),))
    times = HandInTimes({("ana", "log-0"): HandedIn((due.astimezone(UTC) + after).astimezone(ZONE))})
    marks = marked([Fraction(earned)])
    return course_grade(policy, ANA, Sources(marks=marks, times=times), LATER).scores["log-0"].points


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "worth"),
    [
        (-SECOND, 30),
        (0 * SECOND, 30),
        (SECOND, 27),
        (timedelta(hours=24), 27),
        (timedelta(hours=24) + SECOND, 24),
        (timedelta(hours=48), 24),
        (timedelta(hours=48) + SECOND, 0),
    ],
)
def test_a_day_begins_with_its_first_second(after: timedelta, worth: int) -> None:
    """Each day that has begun costs its tenth, from the second after the deadline; beyond the last nothing is accepted."""
    assert late_log(TENTH_A_DAY, after) == worth


def test_grace_moves_the_deadline_and_nothing_else() -> None:
    """Within it nothing is late; a second later the whole time since the deadline counts."""
    rule = replace(TENTH_A_DAY, grace=timedelta(minutes=15))
    assert late_log(rule, timedelta(minutes=15)) == 30
    assert late_log(rule, timedelta(minutes=15, seconds=1)) == 27
    assert late_log(rule, timedelta(hours=24, minutes=1)) == 24
    came = HandedIn(DUE + timedelta(minutes=15))
    assert not lateness(DUE, came, rule).late
    assert lateness(DUE, came, TENTH_A_DAY).days == 1


def test_a_late_day_brings_work_back_into_grace() -> None:
    """A day and a minute late, with one late day, is a minute late, and within the grace costs nothing."""
    rule = replace(TENTH_A_DAY, grace=timedelta(minutes=15))
    policy = replace(logs(1, late=rule), late_bank=3)
    times = HandInTimes({("ana", "log-0"): HandedIn(DUE + timedelta(hours=24, minutes=1))})
    score = course_grade(policy, ANA, Sources(marks=marked([Fraction(30)]), times=times), LATER).scores["log-0"]
    assert (score.lateness.days, score.lateness.spent) == (2, 1)
    assert score.points == 30


def test_lateness_may_cost_points() -> None:
    """Points are taken off after percent, and never more than there are."""
    points = LateRule((LateStep(24, Fraction(0), Fraction(5)),))
    assert late_log(points, SECOND) == 25
    assert late_log(points, SECOND, earned=3) == 0
    assert late_log(LateRule((LateStep(24, Fraction(10), Fraction(5)),)), SECOND) == 22


def test_a_day_has_24_hours_when_clocks_are_moved() -> None:
    """On the night on which clocks go back, a day late ends an hour earlier by the clock."""
    due = datetime(2026, 10, 31, 23, 59, tzinfo=ZONE)
    assert late_log(TENTH_A_DAY, timedelta(hours=24), due=due) == 27
    assert late_log(TENTH_A_DAY, timedelta(hours=24) + SECOND, due=due) == 24


def test_where_the_course_says_nothing_lateness_costs_nothing() -> None:
    """Without a rule late work counts whole, and is told to be late; where no late work is accepted it is worth nothing."""
    assert late_log(LateRule(), timedelta(days=9)) == 30
    assert late_log(LateRule(()), SECOND) == 0


@pytest.mark.parametrize(("counts", "worth"), [("latest", 56), ("best", 65), ("latest-on-time", 60)])
def test_which_attempt_counts_is_decided_after_lateness(counts: str, worth: int) -> None:
    """The best is what is worth most after lateness, and in time is what came before the student's own deadline."""
    came = [(70, DUE + timedelta(hours=30)), (65, DUE), (60, DUE - timedelta(days=1))]
    attempts = [GradedWork(Fraction(points), Fraction(70), HandedIn(at)) for points, at in came]
    policy = module(counts=counts)
    tests_alone = replace(policy, pieces=(replace(policy.pieces[0], points=Fraction(70), manual=Fraction(0)),))
    if counts == "latest-on-time":
        attempts[1] = replace(attempts[1], handed_in=HandedIn(DUE + timedelta(seconds=1)))
    sources = Sources(ClassWork({("ana", 1): attempts}, frozenset([1])))
    assert course_grade(tests_alone, ANA, sources, LATER).scores["module-01"].points == worth
    facts = StudentFacts(extensions={("ana", "module-01"): DUE + timedelta(days=2)})
    extended = course_grade(tests_alone, ANA, replace(sources, facts=facts), LATER)
    assert extended.scores["module-01"].points == 70


def bank(days: int, per_piece: int | None = None, count: int = 3) -> CoursePolicy:
    """A course of logs a week apart, with late days."""
    policy = logs(count, late=replace(TENTH_A_DAY, bank_per_piece=per_piece))
    dated = tuple(replace(piece, due=DUE + timedelta(days=7 * n)) for n, piece in enumerate(policy.pieces))
    return replace(policy, pieces=dated, late_bank=days)


def spent(policy: CoursePolicy, hours_late: Sequence[int], earned: int = 30) -> list[int]:
    """The late days that each log took, given the hours it was late."""
    times = {
        ("ana", piece.id): HandedIn((piece.due or DUE) + timedelta(hours=hours))
        for piece, hours in zip(policy.pieces, hours_late, strict=True)
    }
    marks = marked([Fraction(earned)] * len(policy.pieces))
    grade = course_grade(policy, ANA, Sources(marks=marks, times=HandInTimes(times)), LATER)
    return [score.lateness.spent for score in grade.scores.values()]


def test_late_days_go_to_what_is_due_first() -> None:
    """They are spent in the order of deadlines, as many as help, and no more than there are."""
    assert spent(bank(3), [30, 5, 30]) == [2, 1, 0]
    assert spent(bank(3, per_piece=1), [30, 5, 30]) == [1, 1, 1]
    assert spent(bank(3), [0, 0, 30]) == [0, 0, 2]


def test_no_late_day_is_wasted() -> None:
    """None is spent on work that earned nothing, or that stays too late all the same."""
    assert spent(bank(3), [30, 5, 30], earned=0) == [0, 0, 0]
    assert spent(bank(1), [24 * 4, 0, 5]) == [0, 0, 1]
    assert spent(bank(2), [24 * 4, 0, 5]) == [2, 0, 0], "two days less, and it is accepted"


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3), st.integers(0, 5))
def test_late_days_never_lower_a_grade(hours_late: list[int], days: int) -> None:
    """Nobody has less with late days than without, and nobody spends more than there are."""
    assert sum(spent(bank(days), hours_late)) <= days
    times = HandInTimes(
        {
            ("ana", piece.id): HandedIn((piece.due or DUE) + timedelta(hours=hours))
            for piece, hours in zip(bank(0).pieces, hours_late, strict=True)
        }
    )
    sources = Sources(marks=marked([Fraction(30)] * 3), times=times)
    none, some = (course_grade(bank(n), ANA, sources, LATER).current.percent for n in (0, days))
    assert none is not None
    assert some is not None
    assert some >= none


# --- order ----------------------------------------------------------------------------------------------------------


@given(st.randoms(use_true_random=False))
def test_no_order_changes_a_grade(chance: random.Random) -> None:
    """Neither the order of students nor that of marks, times, facts and pieces' grades changes anybody's grade."""
    policy = bank(2)
    names = [f"s{n}" for n in range(5)]
    keys = [(name, piece.id) for name in names for piece in policy.pieces]
    marks = {key: Fraction(chance.randint(0, 60), 2) for key in keys if chance.random() < 0.8}
    times = {key: HandedIn(DUE + timedelta(hours=chance.randint(-24, 24 * 20))) for key in keys}

    def made(turn: int) -> dict[str, tuple[object, ...]]:
        order = random.Random(turn)
        people = order.sample([Person(name) for name in names], len(names))
        sources = Sources(marks=Marks(shuffled(order, marks)), times=HandInTimes(shuffled(order, times)))
        grades = course_grades(policy, people, sources, LATER)
        return {g.person.id: (g.current.percent, g.final.percent, *g.scores.values()) for g in grades}

    assert made(1) == made(2) == made(3)


def shuffled(order: random.Random, table: Mapping[tuple[str, str], T]) -> dict[tuple[str, str], T]:
    return dict(order.sample(list(table.items()), len(table)))


# --- in words -------------------------------------------------------------------------------------------------------


def test_a_grade_is_explained_line_by_line() -> None:
    """Parts, deadline, time, cost, the sum of a component and that of the course stand there, to be added up by hand."""
    sources = Sources(graded(60, DUE + timedelta(hours=30)), Marks({("ana", "module-01"): Fraction(20)}))
    policy = module(letters={"A": Fraction(90), "F": Fraction(0)}, zone="America/Chicago")
    grade = course_grade(policy, ANA, sources, LATER)
    assert list(explain_course_grade(grade, policy, LATER)) == [
        "ana (Ana), as of 2026-11-17 23:59:00, times in America/Chicago",
        "",
        "Modules: 100% of the course",
        "  module-01        64 of 100",
        "      automatic tests: 60 of 70",
        "      marked by a person: 20 of 30",
        "      due 2026-10-18 23:59:00",
        "      handed in 2026-10-20 05:59:00, 1 day 6:00:00 late",
        "      20% of the points earned taken off",
        "  current and final: 64 = 64%",
        "",
        "current, graded work only: 100 × 64% = 64%, F",
        "final, missing work that was due counts 0%: 100 × 64% = 64%, F",
        "numbers are shown with two decimals and added exactly; only a total is rounded, half up, to 2",
    ]
