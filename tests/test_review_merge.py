"""What graders send back is read right or refused at the cell, and lands in a log that nothing is lost from."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.review.agreement import weighted_kappa
from autograder.review.answers import Answer
from autograder.review.batch import Batch, Item
from autograder.review.marks import Marks
from autograder.review.merge import Merged, Piece, in_words, merge
from autograder.review.sheet import SHEET
from autograder.review.split import split
from autograder.review.table import COLUMNS, SCHEMA, csv_line
from autograder.review.tasks import NOT_ANSWERED, Level, Question, Sample, Task, answer_hash
from blueprint.problems import CourseError, render

CASES = Path(__file__).parent / "cases" / "review"


def level(id: str, low: str, high: str = "") -> Level:
    return Level(id, id.capitalize().replace("-", " "), Fraction(low), Fraction(high or low))


NOTHING = level(NOT_ANSWERED, "0")
TASK = Task(
    "log-05",
    "Decision Log 5",
    "Decision Log",
    (
        Question(
            "evidence",
            "decision-log/evidence",
            "Evidence",
            "How many readings?",
            (level("excellent", "10"), level("adequate", "6"), level("insufficient", "2"), NOTHING),
            samples=(Sample("Log A", "nine readings", Fraction(10)),),
        ),
        Question(
            "quality",
            "decision-log/quality",
            "Quality",
            "How good?",
            (level("excellent", "11", "12.5"), level("adequate", "6", "10.5"), level("insufficient", "0", "5.5"), NOTHING),
            step=Fraction(1, 2),
        ),
    ),
    reasons={"no-unit": "There is no unit.", "no-cause": "The cause is missing."},
)  # fmt: skip
TEXTS = {"i-00000417": "46 ms and 14.0 MB", "i-1818e811": "faster"}
NAMES = {
    "i-00000417": ("Plover", {"00417": "Ada Okoye"}),
    "i-1818e811": ("Dunlin", {"bob": "Bob Tan", "cyn": "Cyn Lee"}),
}
ITEMS = {
    id: Item(id, *NAMES[id], ("maja", "chidi"), dict.fromkeys(("evidence", "quality"), answer_hash(text)))
    for id, text in TEXTS.items()
}
PIECES = {"log-05": Piece(TASK, Batch("log-05", TASK.hash, ITEMS))}
NOW = "2026-11-30T12:00:00Z"


def row(item: str = "i-00000417", question: str = "evidence", grader: str = "maja", **cells: str) -> dict[str, str]:
    """A row of a table as it was handed out, with these cells filled in."""
    asked = TASK.question(f"decision-log/{question}")
    assert asked is not None
    plain = {"schema": SCHEMA, "batch": "log-05", "grader": grader, "kind": "answer", "question": question}
    plain |= {"criterion": asked.criterion, "item": item, "answer": answer_hash(TEXTS.get(item, "nine readings"))}
    return dict.fromkeys(COLUMNS, "") | plain | {"rubric": TASK.hash, "possible": "10", "state": "open"} | cells


def write(path: Path, *rows: Mapping[str, str]) -> Path:
    """A table in a file as the page exports it."""
    text = csv_line(COLUMNS) + "".join(csv_line(one[name] for name in COLUMNS) for one in rows)
    path.write_text(text, "utf-8", newline="")
    return path


def merged(tmp_path: Path, *tables: Sequence[Mapping[str, str]], decide: bool = False, now: str = NOW) -> Merged:
    """What these tables say, each in a file of its own, after it went into the log in `tmp_path`."""
    paths = [write(tmp_path / f"table-{number}.csv", *rows) for number, rows in enumerate(tables)]
    marks = Marks.read(tmp_path)
    found = merge(paths, PIECES, marks, now, decide=decide)
    assert not found.problems, render(found.problems)
    marks.append(found.marks, found.criteria)
    return found


def told(path: Path, where: Path) -> str:
    """What is read from a table, a line a mark, and what is refused, with the cell."""
    found = merge([path], PIECES, Marks(where / "marks.jsonl"), NOW)
    lines = [f"{one.student} {one.question} by {one.grader}: {in_words(one)}" for one in found.marks]
    lines += [f"{found.open} open"] if found.open else []
    lines += found.notes
    lines += [f"{path.name}:{one.mark.line}:{one.mark.column}: {one.message}; {one.hint}" for one in found.problems]
    return "\n".join(lines).replace(str(path), path.name) + "\n"


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_a_table_is_read_right_or_refused_at_the_cell(name: str, rewrite_cases: bool, tmp_path: Path) -> None:
    """Each folder in `cases/review` is a table as it came back; `expect.txt` says in a sentence what it shows, and what is read.

    What is refused is told by line and column, and by what a spreadsheet calls the cell, with a next step.
    """
    expect = CASES / name / "expect.txt"
    sentence, _, wanted = expect.read_text("utf-8").partition("\n")
    assert sentence.endswith(".")
    found = told(CASES / name / "table.csv", tmp_path)
    if rewrite_cases:
        expect.write_text(f"{sentence}\n{found}", "utf-8", newline="\n")
    assert found == (found if rewrite_cases else wanted)


# --- the log ---------------------------------------------------------------------------------------------------------


def test_a_change_says_what_it_was(tmp_path: Path) -> None:
    """A mark that replaces another is a line of its own with the old one in words; the line before stays."""
    merged(tmp_path, [row(level="adequate", comment="no unit")])
    before = (tmp_path / "marks.jsonl").read_text("utf-8")
    found = merged(tmp_path, [row(level="excellent")])
    (changed,) = found.changed
    assert changed.old == "6, Adequate “no unit”"
    after = (tmp_path / "marks.jsonl").read_text("utf-8")
    assert after.startswith(before)
    assert json.loads(after.splitlines()[-1])["mark"]["old"] == changed.old
    assert Marks.read(tmp_path).counting("log-05", "00417", "decision-log/evidence") == changed


def test_the_same_table_again_changes_nothing(tmp_path: Path) -> None:
    """A file may be merged twice, and an open row takes no mark away."""
    merged(tmp_path, [row(level="adequate")])
    before = (tmp_path / "marks.jsonl").read_bytes()
    assert merged(tmp_path, [row(level="adequate")], now="2026-12-01T12:00:00Z").same == 1
    assert merged(tmp_path, [row()]).open == 1
    assert (tmp_path / "marks.jsonl").read_bytes() == before


def test_the_log_is_for_its_owner_only_and_survives_a_cut(tmp_path: Path) -> None:
    """Nobody else may read it; a last line that was cut short is dropped by the next merge."""
    merged(tmp_path, [row(level="adequate")])
    log = tmp_path / "marks.jsonl"
    assert log.stat().st_mode & 0o777 == 0o600
    log.write_text(log.read_text("utf-8") + '{"mark": {"piece": "lo', "utf-8")
    merged(tmp_path, [row(question="quality", points="8")])
    assert [one.points for one in Marks.read(tmp_path).of("00417", "log-05")] == [6, 8]


def test_a_broken_line_of_the_log_is_named(tmp_path: Path) -> None:
    """A log that somebody wrote into is not guessed at."""
    merged(tmp_path, [row(level="adequate")])
    log = tmp_path / "marks.jsonl"
    log.write_text(log.read_text("utf-8") + '{"mark": {"piece": 3}}\n', "utf-8")
    with pytest.raises(CourseError) as caught:
        Marks.read(tmp_path)
    assert caught.value.problems[0].mark.line == 4


def test_points_are_known_when_every_criterion_is_marked(tmp_path: Path) -> None:
    """Half a rubric is no grade; a team's mark is each member's."""
    merged(tmp_path, [row("i-1818e811", level="adequate")])
    assert Marks.read(tmp_path).points("bob", "log-05") is None
    merged(tmp_path, [row("i-1818e811", "quality", points="7.5")])
    marks = Marks.read(tmp_path)
    assert marks.points("bob", "log-05") == marks.points("cyn", "log-05") == Fraction(27, 2)
    assert marks.points("00417", "log-05") is None
    assert marks.students("log-05") == ["bob", "cyn"]


def test_a_row_that_is_refused_keeps_everything_from_being_read_in_doubt(tmp_path: Path) -> None:
    """The same grader cannot give one answer two marks in one merge, in whatever files they stand."""
    paths = [write(tmp_path / "a.csv", row(level="adequate")), write(tmp_path / "b.csv", row(level="excellent"))]
    (problem,) = merge(paths, PIECES, Marks.read(tmp_path), NOW).problems
    assert "maja gave this answer another mark at" in problem.message
    assert problem.mark.file.endswith("b.csv")


# --- graders together --------------------------------------------------------------------------------------------


def test_graders_who_agree_join_and_others_wait(tmp_path: Path) -> None:
    """Equal levels make one mark with the mean of their points; unequal ones wait, told by how far they are apart."""
    found = merged(
        tmp_path,
        [row(level="excellent", comment="good"), row(question="quality", points="8"), row("i-1818e811", level="excellent")],
        [row(level="excellent", grader="chidi"), row(question="quality", points="9.5", grader="chidi"), row("i-1818e811", level="insufficient", grader="chidi")],
    )  # fmt: skip
    marks = Marks.read(tmp_path)
    assert marks.points("00417", "log-05") == 10 + Fraction(35, 4)
    assert marks.of("00417", "log-05")[0].comment == "good"
    (waiting,) = found.waiting
    assert (waiting.item.who, waiting.question.id, waiting.far) == ("Dunlin", "evidence", True)
    assert found.agreement == [
        "log-05: chidi and maja read 3 answers both: 2 alike, 1 more than a level apart; weighted kappa 0.25"
    ]


def test_a_decision_counts_before_all_others(tmp_path: Path) -> None:
    """Who decides may be one of the graders; what was given before stays in the log."""
    merged(tmp_path, [row(level="excellent")], [row(level="insufficient", grader="chidi")])
    assert not merged(tmp_path, [row(level="adequate", grader="chidi")], decide=True).waiting
    marks = Marks.read(tmp_path)
    assert [one.points for one in marks.of("00417", "log-05")] == [6]
    assert len(marks.given("log-05", "00417", "decision-log/evidence")) == 3


def test_what_asks_for_a_second_reader_waits_for_one(tmp_path: Path) -> None:
    """One grader's doubt is settled by another who gives the same level, not by time."""
    assert merged(tmp_path, [row(level="adequate", second="yes")]).waiting
    assert not merged(tmp_path, [row(level="adequate", grader="chidi")]).waiting
    assert [one.points for one in Marks.read(tmp_path).of("00417", "log-05")] == [6]


def test_samples_tell_how_a_grader_marks(tmp_path: Path) -> None:
    """Calibration rows are no marks; they are held against what was agreed."""
    found = merged(tmp_path, [row("cal-1-1", kind="calibration", level="adequate"), row(level="excellent")])
    assert found.calibration == ["log-05: maja marked 1 samples: 0 as agreed, 4 points below on average"]
    assert len(found.new) == 1


GIVEN = st.sampled_from(["excellent", "adequate", "insufficient", NOT_ANSWERED, ""])


@given(st.lists(st.tuples(GIVEN, GIVEN), min_size=3, max_size=3))
def test_no_order_of_files_changes_a_mark(
    tmp_path_factory: pytest.TempPathFactory, levels: list[tuple[str, str]]
) -> None:
    """Graders' files give the same marks, the same points and the same log in any order."""
    seen = set()
    for order in itertools.permutations(range(3)):
        where = tmp_path_factory.mktemp("order")
        for name, place in zip("abc", order, strict=True):
            first, second = levels[place]
            rows = [
                row(grader=f"grader-{place}", level=first),
                row("i-1818e811", grader=f"grader-{place}", level=second),
            ]
            write(where / f"{name}.csv", *rows)
        marks = Marks.read(where)
        found = merge([where / f"{name}.csv" for name in "cab"], PIECES, marks, NOW)
        marks.append(found.marks, found.criteria)
        log = (where / "marks.jsonl").read_text("utf-8") if found.criteria else ""
        seen.add((log, tuple(found.agreement), len(found.waiting)))
    assert len(seen) == 1


def test_kappa_is_what_can_be_worked_by_hand() -> None:
    """Five answers, one level apart in all; chance would give 2·1 + 2·2·2 + 2·2 + 2·2 + 1·2·2 + 1·1 = 23 in 5 · 5 pairs."""
    assert weighted_kappa([(0, 0), (1, 1), (2, 2), (1, 2), (0, 0)]) == 1 - Fraction(5, 23)
    assert weighted_kappa([(0, 0), (1, 1)]) == 1
    assert weighted_kappa([(0, 1), (1, 0)]) == -1
    assert weighted_kappa([(1, 1), (1, 1)]) is None
    assert weighted_kappa([]) is None


PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


@given(PAIRS)
def test_kappa_knows_no_first_grader_and_no_direction(pairs: list[tuple[int, int]]) -> None:
    """Exchanging the graders, or turning the scale around, changes nothing; no agreement is more than complete."""
    kappa = weighted_kappa(pairs)
    assert weighted_kappa([(b, a) for a, b in pairs]) == kappa
    assert weighted_kappa([(4 - a, 4 - b) for a, b in pairs]) == kappa
    assert kappa is None or kappa <= 1


@given(st.integers(1, 80), st.integers(1, 6), st.integers(0, 100))
def test_a_split_is_fair(items: int, graders: int, overlap: int) -> None:
    """No grader has two answers more than another, first or in all; the overlap is reached, and nobody reads one answer twice."""
    names = [f"g{n}" for n in range(graders)]
    readers = split([f"i-{n:08x}" for n in range(items)], names, "log-05", overlap=overlap)
    firsts = [sum(one[0] == name for one in readers.values()) for name in names]
    seconds = [sum(one[1:] == (name,) for one in readers.values()) for name in names]
    assert max(firsts) - min(firsts) <= 1
    assert all(len(set(one)) == len(one) for one in readers.values())
    both = sum(len(one) == 2 for one in readers.values())
    assert both == (0 if graders == 1 else -(-overlap * items // 100))
    assert max(seconds) - min(seconds) <= 2


def test_who_reads_stays(tmp_path: Path) -> None:
    """Late hand-ins change no grader of those before them; a section's grader reads the section."""
    items = [f"i-{n:08x}" for n in range(20)]
    before = split(items, ["a", "b"], "x", overlap=20)
    after = split([*items, "i-late"], ["a", "b"], "x", overlap=20, settled=before)
    assert {item: after[item][0] for item in items} == {item: before[item][0] for item in items}
    assert split(items, ["a", "b"], "x", wanted={"i-00000003": "b"})["i-00000003"] == ("b",)


def test_an_answer_without_text_has_a_hash_of_its_own() -> None:
    """A blank answer and one that was not found are not the same answer."""
    assert len({Answer().hash, Answer(missing="not found").hash, Answer(" ").hash}) == 3


# --- a real spreadsheet --------------------------------------------------------------------------------------------

COMMENTS = ['=HYPERLINK("x")', "+1, –2", 'Ünïcode 日本語, "quoted";\nand a new line', "'a", "@home", "- no cause"]


@pytest.mark.office
@pytest.mark.skipif(shutil.which("localc") is None, reason="needs LibreOffice Calc")
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_libreoffice_gives_back_what_was_marked(separator: str, tmp_path: Path) -> None:
    """A sheet that was opened, saved as a workbook and exported with any separator holds the marks that were in it."""
    read = {
        "who": "Plover",
        "text": '=44 MB\n\nin all; "quoted"',
        "levels": "a = 1\nb = 2",
        "place": "tensor.ipynb, cell 2",
    }
    rows = [row(level="adequate", points="6", comment="so", reasons="no-unit no-cause", second="yes")]
    rows += [row(grader=f"g{n}", level="excellent", comment=comment) for n, comment in enumerate(COMMENTS)]
    rows += [row("i-1818e811", "quality", points="7.5", marked_at="2026-11-30T05:59:08Z"), row("i-1818e811")]
    text = csv_line(SHEET) + "".join(csv_line((read | {"asks": ""} | one)[name] for name in SHEET) for one in rows)
    table = tmp_path / "table.csv"
    table.write_text(text, "utf-8", newline="")
    expected = merge([table], PIECES, Marks(tmp_path / "none"), NOW)
    assert (len(expected.marks), expected.open) == (1 + len(COMMENTS) + 2, 1)
    _convert(table, "ods:calc8", "Text - txt - csv (StarCalc):44,34,76,1")
    exported = f"csv:Text - txt - csv (StarCalc):{ord(separator)},34,76,1"
    _convert(table.with_suffix(".ods"), exported, out=tmp_path / "back")
    assert separator in (tmp_path / "back" / "table.csv").read_text("utf-8").splitlines()[0]
    found = merge([tmp_path / "back" / "table.csv"], PIECES, Marks(tmp_path / "none"), NOW)
    assert not found.problems, render(found.problems)
    assert found.marks == expected.marks


def _convert(path: Path, to: str, infilter: str = "", out: Path | None = None) -> None:
    """Has LibreOffice save a file in another form, beside it or in `out`, with a profile of its own."""
    command = ["soffice", f"-env:UserInstallation=file://{path.parent}/profile", "--headless"]
    command += [f"--infilter={infilter}"] if infilter else []
    command += ["--convert-to", to, "--outdir", str(out or path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
