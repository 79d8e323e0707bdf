"""The journal of grades: only ever appended to, read again after any end, and certain which attempt came last."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging.grade import Grade, Result, from_json, points_of, to_json
from autograder.run.journal import NAME, Journal, StudentModule, latest
from blueprint.problems import UsageError

ADA = StudentModule("ada", 1)


def grade(attempt: str, order: tuple[int, int] = (1, 0), student: str = "ada", suite: str = "micrograd") -> Grade:
    results = (Result("module-01/relu", "passed", Fraction(1, 3), Fraction(1, 3), key="k"),)
    return Grade(student, suite, 1, attempt, "graded", results=results, order=order, scale=Fraction(20))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "grades", "micrograd") as opened:
        yield opened


def again(journal: Journal) -> Journal:
    """The same journal as the next run reads it."""
    journal.close()
    return Journal(journal.path.parent, "micrograd")


def last(journal: Journal) -> str:
    return latest(journal.entries[ADA]).attempt


def test_a_grade_is_read_as_it_was_written(journal: Journal) -> None:
    """What was appended comes back equal to the fraction of a point, in this run and in the next."""
    journal.add(grade("one"))
    assert journal.grade(journal.entries[ADA][0]) == grade("one")
    read = again(journal)
    assert read.grade(read.entries[ADA][0]) == grade("one")


def test_a_last_line_cut_short_is_dropped(tmp_path: Path) -> None:
    """Whatever is left of a line that a killed run was writing, the lines before it stand and new ones follow them."""
    with Journal(tmp_path, "micrograd") as journal:
        journal.add(grade("one"))
        kept = journal.path.read_bytes()
        journal.add(grade("two", (1, 1)))
        whole = journal.path.read_bytes()
    for cut in range(len(kept), len(whole)):
        (tmp_path / NAME).write_bytes(whole[:cut])
        with Journal(tmp_path, "micrograd") as journal:
            assert [entry.attempt for entry in journal.entries[ADA]] == ["one"], cut
            journal.add(grade("two", (1, 1)))
        assert (tmp_path / NAME).read_bytes() == whole, cut


@pytest.mark.parametrize("text", ["{", "no JSON at all", "[1]", "7", '{"grade":{}}', '{"version":9}', '{"again":[1]}'])
def test_a_line_that_is_none_of_ours_is_named(tmp_path: Path, text: str) -> None:
    """A line in the middle that is no line of a journal is an error with file and line, and nothing is lost."""
    with Journal(tmp_path, "micrograd") as journal:
        journal.add(grade("one"))
        journal.add(grade("two", (1, 1)))
    lines = (tmp_path / NAME).read_text("utf-8").splitlines(keepends=True)
    broken = "".join([*lines[:2], f"{text}\n", *lines[2:]])
    (tmp_path / NAME).write_text(broken, "utf-8")
    for _ in range(2):  # the first error gives up the lock
        with pytest.raises(UsageError, match=r"journal\.jsonl:3: this is no line of a grading journal"):
            Journal(tmp_path, "micrograd")
    assert (tmp_path / NAME).read_text("utf-8") == broken


def test_one_run_at_a_time(journal: Journal) -> None:
    """A second run into the same folder is refused while the first is at work, and may look."""
    with pytest.raises(UsageError, match="another run is grading into this folder"):
        Journal(journal.path.parent, "micrograd")
    with Journal(journal.path.parent, "micrograd", writing=False) as looking:
        assert looking.entries == {}


def test_no_journal_no_grades(tmp_path: Path) -> None:
    """Looking where nothing was graded says how grades are made, and makes nothing."""
    with pytest.raises(UsageError, match="holds no grades yet; `blueprint grade` makes them"):
        Journal(tmp_path / "none", "micrograd", writing=False)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file in the way of the folder is the user's mistake, not ours."""
    (tmp_path / "grades").write_text("")
    with pytest.raises(UsageError, match=r"grades"):
        Journal(tmp_path / "grades", "micrograd")


def test_grades_of_another_suite_stay_in_the_file(journal: Journal) -> None:
    """One folder may hold the grades of several suites; each sees its own."""
    journal.add(grade("one", suite="tinytorch"))
    journal.add(grade("two"))
    assert [entry.attempt for entry in journal.entries[ADA]] == ["two"]
    journal.close()
    with Journal(journal.path.parent, "tinytorch") as other:
        assert [entry.attempt for entry in other.entries[ADA]] == ["one"]


def test_a_run_cut_short_is_gone_on_with(journal: Journal) -> None:
    """The same run begun again after it was cut short keeps its number; a new one, or one over other files, does not."""
    journal.begin("class")
    assert journal.run == 1
    read = again(journal)
    read.begin("class")
    assert read.run == 1
    read.done()
    read = again(read)
    read.begin("class")
    assert read.run == 2
    read.begin("others")
    assert read.run == 3


def test_attempts_are_kept(journal: Journal) -> None:
    """A new grade of the same files takes the old one's place; a grade of other files stands beside it."""
    journal.add(grade("one"))
    journal.add(grade("two", (2, 0)))
    journal.add(grade("one"))
    for one in (journal, again(journal)):
        assert [entry.attempt for entry in one.attempts(ADA)] == ["one", "two"]


def test_files_handed_in_again_become_the_latest(journal: Journal) -> None:
    """An attempt that comes back after others is the latest from then on, in every later run."""
    journal.add(grade("one", (1, 0)))
    journal.add(grade("two", (2, 0)))
    journal.again(ADA, journal.entries[ADA][0], (3, 0))
    assert last(journal) == "one"
    assert last(again(journal)) == "one"


def test_the_latest_handed_in_again_needs_no_line(journal: Journal) -> None:
    """A regrade in which nothing changed writes nothing into the journal."""
    journal.add(grade("one", (1, 0)))
    journal.add(grade("two", (2, 0)))
    before = journal.path.read_bytes()
    journal.again(ADA, journal.entries[ADA][1], (3, 0))
    assert journal.path.read_bytes() == before


@pytest.mark.parametrize("heard", list(permutations(range(3))))
def test_the_order_of_attempts_is_not_the_order_of_work(journal: Journal, heard: Sequence[int]) -> None:
    """Of several attempts in one run the last of the download is the latest, whichever was graded first."""
    names = ["one", "two", "three"]
    for place in (2, 0, 1):
        journal.add(grade(names[place], (1, place)))
    entries = {entry.attempt: entry for entry in journal.entries[ADA]}
    for place in heard:
        journal.again(ADA, entries[names[place]], (2, place))
    for one in (journal, again(journal)):
        assert [entry.attempt for entry in one.attempts(ADA)] == names


@pytest.mark.parametrize("known_first", [True, False])
def test_a_new_attempt_before_a_known_one(journal: Journal, known_first: bool) -> None:
    """A new attempt that stands before the latest one in a download is not the latest, whichever was graded first."""
    journal.add(grade("old", (1, 0)))
    entry = journal.entries[ADA][0]
    if known_first:
        journal.again(ADA, entry, (2, 1))
    journal.add(grade("new", (2, 0)))
    if not known_first:
        journal.again(ADA, entry, (2, 1))
    assert last(journal) == "old"
    assert last(again(journal)) == "old"


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """Journal and folders on the way to it are for their owner alone."""
    with Journal(tmp_path / "a" / "grades", "micrograd") as journal:
        places = [journal.path, journal.path.parent, journal.path.parent.parent]
        assert [oct(stat.S_IMODE(place.stat().st_mode)) for place in places] == ["0o600", "0o700", "0o700"]


def test_a_line_for_each_grade(journal: Journal) -> None:
    """The journal is plain JSON, a line an event, so that any program can read it."""
    journal.begin("class")
    journal.add(grade("one"))
    journal.done()
    kinds = [next(iter(json.loads(line))) for line in journal.path.read_text("ascii").splitlines()]
    assert kinds == ["blueprint", "run", "grade", "done"]


NUMBERS = st.fractions(0, 20, max_denominator=30)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=8), NUMBERS)
def test_points_stay_exact(results: list[tuple[Fraction, Fraction]], scale: Fraction) -> None:
    """Points are the exact sum on the scale of the module, from the grade, from its line, and from that line read again."""
    cases = tuple(Result(str(n), "failed", min(pair), max(pair)) for n, pair in enumerate(results))
    grade = Grade("ada", "suite", 1, "a", "graded", results=cases, scale=scale)
    earned = sum((min(pair) for pair in results), Fraction(0))
    worth = sum((max(pair) for pair in results), Fraction(0))
    line = json.loads(json.dumps(to_json(grade)))
    assert grade.points == points_of(line) == (earned * scale / worth if worth else 0)
    assert from_json(line) == grade
