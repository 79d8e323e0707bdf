"""Regrade requests: from a table to decisions, over the run that graded the work."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judging.grade import Grade, Result, Status
from autograder.regrades.decisions import decide, words
from autograder.regrades.log import COLUMNS, Log, asked
from autograder.regrades.requests import Limits, Request, read_requests
from autograder.reports.gradebook import Gradebook
from autograder.run.attempts import Rule
from autograder.run.journal import Journal
from autograder.suites import find
from blueprint.problems import CourseError

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

SUITE = find("micrograd")
CASES = {case.id: case for case in SUITE.cases(1)}
FIRST, SECOND = list(CASES)[:2]


def grade(*statuses: Status, outcome: Any = "graded", student: str = "ana") -> Grade:
    """A grade of module 1 whose cases ended so; the others were passed."""
    passed: Status = "passed"
    ended = [*statuses, *[passed] * (len(CASES) - len(statuses))]
    results = [
        Result(id, status, Fraction(case.points if status == "passed" else 0), Fraction(case.points))
        for (id, case), status in zip(CASES.items(), ended, strict=True)
    ]
    return Grade(student, "micrograd", 1, "an attempt", outcome, results=tuple(results), scale=Fraction(70))


@pytest.fixture
def gradebook(tmp_path: Path) -> Any:
    """Ana, who has lost the first case of module 1; bo, who has lost none."""
    with Journal(tmp_path / "grades", "micrograd") as journal:
        journal.add(grade("failed"))
        journal.add(grade(student="bo"))
        yield Gradebook(journal, SUITE, Rule())


NONE = Limits({})


def read(path: Path, text: str, gradebook: Gradebook, limits: Limits = NONE) -> list[Request]:
    """The requests in a table with this text below its headings."""
    file = path / "requests.csv"
    file.write_text(text, "utf-8")
    return read_requests(file, gradebook, lambda who: who if who in ("ana", "bo") else None, limits)


HEADINGS = "student,module,cases,reason\n"
SHORT = FIRST.rpartition("/")[2]


@pytest.mark.parametrize("module", ["1", "01", "module-01", "Module 1", SUITE.module(1).name])
@pytest.mark.parametrize(
    ("cases", "named"), [(FIRST, (FIRST,)), (SHORT, (FIRST,)), (f"{SHORT}; {FIRST}", (FIRST,)), ("", ())]
)
def test_a_request_is_read_as_the_feedback_writes_it(
    module: str, cases: str, named: tuple[str, ...], tmp_path: Path, gradebook: Gradebook
) -> None:
    """A module by number, id or name; cases by the id that stands in the feedback, with or without the module's; none for all."""
    found = read(tmp_path, f"{HEADINGS}ana,{module},{cases},it is right\n", gradebook)
    assert [one.same() for one in found] == [("ana", 1, named, "it is right")]


REFUSED = {
    "nobody": ("zoe,1,,it is right", "`zoe` is no one student here", 1),
    "no module": ("ana,log-04,,it is right", "is no module that tests grade", 5),
    "no reason": ("ana,1,,", "no reason is given", 8),
    "another module": ("ana,2,,it is right", "nothing of module 02 is graded", 5),
    "no case": ("ana,1,shapez,it is right", "module 01 has no case `shapez`", 7),
    "a case that was passed": (f"ana,1,{SECOND},it is right", "was passed", 7),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_bad_row_is_refused_at_its_cell_with_the_next_step(kind: str, tmp_path: Path, gradebook: Gradebook) -> None:
    """Whatever is wrong is told at line and column, with what to do, and nothing is read beside it."""
    row, message, column = REFUSED[kind]
    with pytest.raises(CourseError) as caught:
        read(tmp_path, f"{HEADINGS}ana,1,,fine\n{row}\n", gradebook)
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.hint
    assert (problem.mark.line, problem.mark.column) == (3, column)


def test_everything_wrong_is_told_at_once(tmp_path: Path, gradebook: Gradebook) -> None:
    """A table with several mistakes names each, a row that stands twice among them."""
    with pytest.raises(CourseError) as caught:
        read(tmp_path, f"{HEADINGS}zoe,1,,x\nana,9,,x\nana,1,,x\nana,1,,x\n", gradebook)
    assert [problem.mark.line for problem in caught.value.problems] == [2, 3, 5]


def test_who_asks_too_late_is_refused_unless_a_person_lets_it_pass(tmp_path: Path, gradebook: Gradebook) -> None:
    """With a last moment in the offering, a later `asked` is refused at its cell; an empty one is taken."""
    limits = Limits({1: datetime(2026, 10, 25, 23, 59, tzinfo=ZoneInfo("America/Chicago"))}, "America/Chicago")
    text = "student,module,cases,reason,asked\nana,1,,x,{}\n"
    for asked_at in ("2026-10-25", "2026-10-25 23:59", ""):
        assert read(tmp_path, text.format(asked_at), gradebook, limits)
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text.format("2026-10-26 00:00"), gradebook, limits)
    assert "until when module 01 could be contested" in caught.value.problems[0].message
    assert read(tmp_path, text.format("2027-01-01"), gradebook)


# ---------------------------------------------------------------------------------------------------- decisions

STATUS = st.sampled_from(["passed", "failed", "timeout", "memory"])
STATUSES = st.lists(STATUS, min_size=len(CASES), max_size=len(CASES))
ASKED = Request("ana", 1, (FIRST,), "it is right")


@given(STATUSES, STATUSES, st.booleans(), st.booleans())
def test_nobody_loses_by_asking(old: list[Status], new: list[Status], faulty: bool, was_faulty: bool) -> None:
    """Whatever a new run finds, what counts is never less than before, and a fault of ours never takes its place."""
    before = grade(*old, outcome="grader fault" if was_faulty else "graded")
    found = grade(*new, outcome="grader fault" if faulty else "graded")
    decision = decide(ASKED, before, found)
    if before.points is not None:
        assert decision.counts.points is not None
        assert decision.counts.points >= before.points
    assert (decision.outcome == "fault") == faulty
    if not faulty and (before.points is None or (found.points or 0) > before.points):
        assert decision.counts is found
    told = words(decision, CASES)
    assert CASES[FIRST].name in told or faulty
    assert "0 of" not in told if faulty else True


@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30))
def test_a_decision_is_known_again_by_what_was_asked(reason: str) -> None:
    """The log is only added to, and what was decided is found in it again, whatever the reason's letters; a fault stays open."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder, "regrades.csv"))
        one = replace(ASKED, reason=" ".join(reason.split()) or "-")
        other = replace(ASKED, reason="a fault")
        before = grade("failed")
        log.append([decide(one, before, grade())], {1: CASES}, "2026-10-20T10:00:00-05:00")
        first = log.path.read_bytes()
        log.append([decide(other, before, grade(outcome="grader fault"))], {1: CASES}, "2026-10-21T10:00:00-05:00")
        assert log.path.read_bytes().startswith(first)
        assert log.path.stat().st_mode & 0o077 == 0
        decided = log.decided()
        assert asked(one) in decided
        assert asked(other) not in decided


def test_a_log_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    """A file with other headings is no log, and is not written to."""
    log = Log(tmp_path / "regrades.csv")
    log.path.write_text("student,points\n", "utf-8")
    with pytest.raises(CourseError) as caught:
        log.decided()
    assert "no log of regrades" in caught.value.problems[0].message


# ---------------------------------------------------------------------------------------------------- the command


def rows(classroom: Any) -> list[dict[str, str]]:
    """The lines of the log."""
    text = (classroom.folder / "grades" / "regrades.csv").read_text("utf-8")
    found = list(csv.DictReader(io.StringIO(text)))
    assert all(tuple(row) == COLUMNS for row in found)
    return found


def earned(classroom: Any) -> dict[str, str]:
    """The points of module 1 in gradebook.csv, by student."""
    text = (classroom.folder / "grades" / "gradebook.csv").read_text("utf-8")
    return {row["student"]: row["module-01"] for row in csv.DictReader(io.StringIO(text))}


def request(classroom: Any, *lines: str) -> None:
    (classroom.folder / "requests.csv").write_text(HEADINGS + "".join(f"{line}\n" for line in lines), "utf-8")


WRONG_ONCE = "{}\nValue.__add__ = lambda self, other: Value(0.0)\n"


@pytest.fixture
def class_of_two(classroom: Any) -> Any:
    """Ana, right; bo, whose sums are wrong. Both are graded."""
    classroom.hand_in("class/ana", nn=None)
    classroom.hand_in("class/bo", engine=WRONG_ONCE.format(classroom.engine), nn=None)
    assert classroom.run("grade", "class").code == 0
    return classroom


def lost(classroom: Any, student: str) -> list[str]:
    text = (classroom.folder / "grades" / "results.csv").read_text("utf-8")
    found = csv.DictReader(io.StringIO(text))
    return [row["case"] for row in found if row["student"] == student and row["status"] != "passed"]


def test_what_is_contested_runs_again_and_is_decided(class_of_two: Any) -> None:
    """A request is run again with fresh results, decided in a line of the log, and not run twice."""
    case = lost(class_of_two, "bo")[0]
    before = earned(class_of_two)
    request(class_of_two, f"bo,1,{case},I add as the sheet says")
    ran = class_of_two.run("regrade", "requests.csv")
    assert ran.code == 0, ran.err
    assert "bo/1: " in ran.out
    assert "as before" in ran.out
    assert earned(class_of_two) == before
    (row,) = rows(class_of_two)
    assert (row["student"], row["cases"], row["decision"], row["before"]) == ("bo", case, "unchanged", before["bo"])
    assert "not passed, as before" in row["words"]
    again = class_of_two.run("regrade", "requests.csv")
    assert "1 decided before" in again.err
    assert "no request is open" in again.out
    assert len(rows(class_of_two)) == 1


def test_a_grade_that_was_wrong_is_mended_and_another_one_is_kept(class_of_two: Any) -> None:
    """A result that an old run got wrong is found by the new one; a lower one than counted before does not count."""
    with Journal(class_of_two.folder / "grades", "micrograd") as journal:
        gradebook = Gradebook(journal, SUITE, Rule())
        ana, bo = (gradebook.counting_grade(who, 1) for who in ("ana", "bo"))
        wrong = [replace(one, status="failed", points=Fraction(0)) for one in ana.results[:1]]
        journal.add(replace(ana, results=(*wrong, *ana.results[1:])))
        journal.add(replace(bo, results=tuple(one.priced(one.worth) for one in ana.results)))
    case = ana.results[0].case
    request(class_of_two, f"ana,1,{case},it is right", "bo,1,,everything was right")
    ran = class_of_two.run("regrade", "requests.csv")
    assert ran.code == 0, ran.err
    assert earned(class_of_two) == {"ana": "20", "bo": "20"}
    told = {row["student"]: row for row in rows(class_of_two)}
    assert told["ana"]["decision"] == "higher"
    assert f"{case}: failed -> passed" in told["ana"]["changes"]
    assert "passed now" in told["ana"]["words"]
    assert told["bo"]["decision"] == "kept"
    assert "costs you nothing" in told["bo"]["words"]
    assert "you keep 20 of 20" in told["bo"]["words"]


def test_a_fault_of_ours_takes_nothing_and_stays_open(class_of_two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where our grader fails, what counted before counts on, the command says so, and the request is run at the next time."""
    from autograder.judging.judge import Fault, Judge

    before = earned(class_of_two)

    def fails(*_: Any) -> None:
        raise Fault("the disk is full")

    request(class_of_two, "bo,1,,everything was right")
    with monkeypatch.context() as patched:
        patched.setattr(Judge, "_graded", fails)
        ran = class_of_two.run("regrade", "requests.csv")
    assert ran.code == 1
    assert "a fault of ours" in ran.out
    assert earned(class_of_two) == before
    assert rows(class_of_two)[0]["decision"] == "fault"
    assert class_of_two.run("regrade", "requests.csv").code == 0
    assert [row["decision"] for row in rows(class_of_two)] == ["fault", "unchanged"]


def test_nothing_is_done_half(class_of_two: Any) -> None:
    """With one bad row, or where the file that was graded has gone, nothing runs and nothing is written."""
    written = class_of_two.written()
    journal = (class_of_two.folder / "grades/journal.jsonl").read_bytes()
    request(class_of_two, "bo,1,,everything was right", "zoe,1,,everything was right")
    ran = class_of_two.run("regrade", "requests.csv")
    assert ran.code == 1
    assert "requests.csv:3:1: error: `zoe` is no one student here" in ran.err
    (class_of_two.folder / "class/bo/engine.py").write_text("another = 1\n", "utf-8")
    request(class_of_two, "bo,1,,everything was right")
    ran = class_of_two.run("regrade", "requests.csv")
    assert ran.code == 2
    assert "is not in" in ran.err
    assert class_of_two.written() == written
    assert (class_of_two.folder / "grades/journal.jsonl").read_bytes() == journal
    assert not (class_of_two.folder / "grades/regrades.csv").exists()


def test_the_case_id_in_the_feedback_is_the_one_the_command_takes(class_of_two: Any) -> None:
    """What a student copies from the page of feedback is a request that is taken as it stands."""
    import re

    page = (class_of_two.folder / "grades/feedback/bo/module-01.md").read_text("utf-8")
    ids = [id.replace("\\", "") for id in re.findall(r"- Case id: (\S+)", page)]
    assert ids == lost(class_of_two, "bo") or set(ids) == set(lost(class_of_two, "bo"))
    request(class_of_two, *(f"bo,module-01,{id},it is right" for id in ids))
    assert class_of_two.run("regrade", "requests.csv").code == 0
    assert len(rows(class_of_two)) == len(ids)


def test_a_student_is_named_as_the_class_list_knows_them(class_of_two: Any) -> None:
    """With a class list a request may name a student by name or login; what runs is the hand-in that is theirs."""
    (class_of_two.folder / "roster.csv").write_text(
        "id,login,name\n00417,ana,Ana Ruiz\n00418,bo,Bo Lindqvist\n", "utf-8"
    )
    request(class_of_two, "Bo Lindqvist,1,,everything was right", "ana,1,,everything was right")
    ran = class_of_two.run("regrade", "requests.csv", "--roster", "roster.csv")
    assert ran.code == 0, ran.err
    assert [(row["student"], row["decision"]) for row in rows(class_of_two)] == [
        ("00418", "unchanged"),
        ("00417", "unchanged"),
    ]
    assert set(earned(class_of_two)) == {"00417", "00418"}


def test_the_download_may_be_named_where_it_has_moved(class_of_two: Any) -> None:
    """What was graded and lies elsewhere by now runs again from there; other files there are refused."""
    (class_of_two.folder / "class").rename(class_of_two.folder / "archive-of-october")
    request(class_of_two, "bo,1,,everything was right")
    assert class_of_two.run("regrade", "requests.csv").code == 2
    assert class_of_two.run("regrade", "requests.csv", "archive-of-october").code == 0
    assert [row["decision"] for row in rows(class_of_two)] == ["unchanged"]


def test_where_nothing_could_be_graded_nothing_has_gone(classroom: Any) -> None:
    """A request about a hand-in that held no file says so, and not that its file is not there any more."""
    classroom.hand_in("class/ana", nn=None)
    (classroom.folder / "class/cy").mkdir()
    classroom.run("grade", "class", "--module", "1")
    request(classroom, "cy,1,,everything was right")
    ran = classroom.run("regrade", "requests.csv")
    assert ran.code == 2
    assert "no file of it was graded (nothing is in it)" in ran.err
    assert "any more" not in ran.err
