"""Of several attempts one counts: the latest, the best, or the latest on time, whatever order they were graded in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.roster import Roster, read_roster
from autograder.judging.grade import Grade, GradeOutcome, Result
from autograder.reports.gradebook import Gradebook
from autograder.reports.other_editions import _modules
from autograder.reports.publish import publish
from autograder.run.attempts import Rule
from autograder.run.journal import Journal
from autograder.suites import find
from blueprint.choices import CountingAttempt

SUITE = find("micrograd")
CASES = SUITE.cases(1)
DUE = "2026-03-04T23:59:00-06:00"


@dataclass(frozen=True)
class Attempt:
    """One attempt: its place among the others, how many cases it passes, and what the platform says of its time."""

    order: int
    passed: int = 0
    late: bool = False
    handed_in: str = ""
    outcome: GradeOutcome = "graded"
    student: str = "ada"
    name: str = ""
    module: int = 1

    @property
    def points(self) -> Fraction:
        """What it earns; a fault of ours earns less than nothing."""
        return Fraction(-1) if self.outcome == "grader fault" else Fraction(4 * self.passed)

    @property
    def grade(self) -> Grade:
        results = tuple(
            Result(case.id, "passed", Fraction(4), Fraction(4))
            if place < self.passed
            else Result(case.id, "failed", Fraction(0), Fraction(4), "wrong", "wrong")
            for place, case in enumerate(CASES)
        )
        return Grade(
            self.student,
            SUITE.name,
            self.module,
            f"{self.order:064x}",
            self.outcome,
            results=() if self.outcome == "grader fault" else results,
            name=self.name,
            kind="name",
            late=self.late,
            handed_in=self.handed_in,
            order=(1, self.order),
            scale=Fraction(20),
        )


@contextmanager
def gradebook_of(attempts: Sequence[Attempt], rule: Rule, roster: Roster | None = None) -> Iterator[Gradebook]:
    """A ledger over attempts that were graded in this order."""
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder), SUITE.name) as journal:
        for one in attempts:
            journal.add(one.grade)
        yield Gradebook(journal, SUITE, rule, roster)


def test_what_is_handed_in_again_is_the_latest_again(tmp_path: Path) -> None:
    """An attempt graded anew in a later run takes its place there, also when the journal is read again; never an earlier one."""
    first, second = Attempt(1, passed=5), Attempt(2, passed=1)
    anew = replace(first.grade, results=second.grade.results, order=(2, 1))
    with Journal(tmp_path, SUITE.name) as journal:
        for grade in (first.grade, second.grade, anew):
            journal.add(grade)
        assert Gradebook(journal, SUITE, Rule()).counting_grade("ada", 1) == anew
        journal.add(replace(second.grade, order=(1, 1)))
    with Journal(tmp_path, SUITE.name) as journal:
        book = Gradebook(journal, SUITE, Rule())
        assert book.counting_grade("ada", 1) == anew
        assert [entry.order for entry in book.attempts("ada", 1)] == [(1, 2), (2, 1)]


def test_feedback_is_of_the_grade_that_counts(tmp_path: Path) -> None:
    """A page is written anew when its grade has changed, and is not touched when it has not."""
    with Journal(tmp_path, SUITE.name) as journal:
        for student in ("ada", "bo"):
            journal.add(Attempt(1, passed=5, student=student).grade)
        book = Gradebook(journal, SUITE, Rule())
        publish(book, tmp_path)
        pages = {path: path.read_bytes() for path in (tmp_path / "feedback").rglob("*.*")}
        assert {path.parent.name for path in pages} == {"ada", "bo"}
        for path in pages:
            os.utime(path, (1, 1))
        journal.add(Attempt(2, passed=2, student="ada").grade)
        publish(Gradebook(journal, SUITE, Rule()), tmp_path)
    for path, before in pages.items():
        written = path.stat().st_mtime > 1
        assert written == (path.parent.name == "ada")
        assert (path.read_bytes() != before) == written


TIMES = ["", "2026-03-04T12:00:00-06:00", "2026-03-05T12:00:00-06:00"]
ATTEMPTS = st.lists(
    st.builds(
        Attempt,
        order=st.integers(1, 40),
        passed=st.integers(0, 5),
        late=st.booleans(),
        handed_in=st.sampled_from(TIMES),
        outcome=st.sampled_from(["graded", "graded", "grader fault"]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.order,
)


@settings(max_examples=40)
@given(ATTEMPTS, st.sampled_from(["latest", "best", "latest-on-time"]))
def test_the_rule_chooses(attempts: list[Attempt], counts: CountingAttempt) -> None:
    """Latest is the last; best the one with most points, of equals the last; on time the last on time, if any is.

    So of the latest alone it is known before grading that no other can count.
    """
    by_time = sorted(attempts, key=lambda one: one.order)
    on_time = [one for one in by_time if not one.late and one.handed_in != TIMES[-1]]
    wanted = {
        "latest": by_time[-1],
        "best": max(by_time, key=lambda one: (one.points, one.order)),
        "latest-on-time": (on_time or by_time)[-1],
    }[counts]
    rule = Rule(counts, {1: DUE})
    can_count = rule.can_count(by_time[::-1], [one in on_time for one in reversed(by_time)])
    assert list(can_count) == (by_time[::-1] if counts == "best" else [wanted])
    with gradebook_of(attempts, rule) as book:
        assert book.counting_grade("ada", 1) == wanted.grade
        assert [entry.order for entry in book.attempts("ada", 1)] == [(1, one.order) for one in by_time]
        assert [grade.points for grade in book.grades()] == [wanted.grade.points]


@pytest.mark.parametrize(
    ("handed_in", "late", "on_time"),
    [
        ("2026-03-04T23:59:00-06:00", False, True),
        ("2026-03-04T23:59:00", False, True),  # no zone is the course's
        ("2026-03-05T05:59:00+00:00", False, True),
        ("2026-03-04T23:59:01-06:00", False, False),
        ("2026-03-05T00:00:00", False, False),
        ("2026-03-05T05:59:01+00:00", False, False),
        ("2026-03-01T00:00:00", True, False),  # a platform may have a deadline of its own
        ("", True, False),
        ("", False, True),  # nobody says when
    ],
)
def test_on_time_is_up_to_the_deadline(handed_in: str, late: bool, on_time: bool) -> None:
    """What comes in the very second is on time; a platform's mark comes before all times."""
    assert Rule("latest-on-time", {1: DUE}).on_time(1, late, handed_in) is on_time
    assert Rule("latest-on-time", {2: DUE}).on_time(1, late, handed_in) is not late


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    """Ada and Bo, whom people call by login or by name, and two students of one name."""
    file = tmp_path / "class.csv"
    file.write_text("id,name,login\n1,Ada Okoye,aokoye\n2,Bo Roy,broy\n3,Ann Lee,alee\n4,Ann Lee,anlee\n", "utf-8")
    return read_roster(file)


def test_attempts_of_one_student_are_chosen_among_together(roster: Roster) -> None:
    """Whether handed in under a login or a name, attempts are one student's, in the order they were handed in."""
    attempts = [
        Attempt(3, passed=2, student="Ada Okoye"),
        Attempt(1, passed=5, student="aokoye"),
        Attempt(2, passed=1, student="broy"),
    ]
    for counts, points in (("latest", Fraction(8)), ("best", Fraction(20))):
        with gradebook_of(attempts, Rule(counts), roster) as book:  # type: ignore[arg-type]
            assert book.keys() == [("1", 1), ("2", 1)]
            assert [(grade.student, grade.name, grade.points) for grade in book.grades()] == [
                ("1", "Ada Okoye", points),
                ("2", "Bo Roy", Fraction(4)),
            ]
            assert [entry.order for entry in book.attempts("1", 1)] == [(1, 1), (1, 3)]


def test_a_name_leads_to_whoever_alone_has_it(roster: Roster) -> None:
    """The roster's name and a hand-in's lead to their student, and one that two students have to nobody."""
    attempts = [
        Attempt(1, student="aokoye", name="Ada O."),
        Attempt(2, student="alee"),
        Attempt(3, student="anlee", name="Annie"),
        Attempt(4, student="visitor", name="Vera"),
        Attempt(5, student="another", name="Vera", module=2),
    ]
    with gradebook_of(attempts, Rule(), roster) as book:
        assert book.students_by_name() == {"Ada Okoye": "1", "Ada O.": "1", "Annie": "4"}
        assert book.students() == ["1", "3", "4"]
        assert sorted(work.key for work in book.unmatched.values()) == ["another", "visitor"]
        assert {work.name for work in book.unmatched.values()} == {"Vera"}


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([3], "module 03"),
        ([1, 2], "modules 01, 02"),
        ([1, 2, 3], "modules 01 to 03"),
        ([4, 5, 6, 7, 8], "modules 04 to 08"),
        ([1, 2, 4], "modules 01, 02, 04"),
        ([1, 3], "modules 01, 03"),
        ([9, 10, 12], "modules 09, 10, 12"),
    ],
)
def test_modules_in_a_row_are_a_span(numbers: list[int], words: str) -> None:
    """Three or more without a gap are named by the first and the last; no module is named that is not meant."""
    assert _modules(numbers) == words
