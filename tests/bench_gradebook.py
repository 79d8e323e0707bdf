"""How long a term's course grades take, against pandas reading the same journal; start-up is included on both sides."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from bench import PYTHON, medians, tell

from autograder.judging.grade import Grade, Result, to_json
from autograder.run.journal import Journal

STUDENTS, MODULES, CASES = 1000, 20, 18
ROUNDS = 3
SUITE = "bench"
MOST_MEGABYTES = 500

OURS = f"""
    import resource, sys
    from datetime import datetime, timedelta
    from fractions import Fraction
    from pathlib import Path
    from zoneinfo import ZoneInfo
    from autograder.gradebook.course_grades import Sources, course_grades
    from autograder.gradebook.policy import Component, CoursePolicy, LateRule, LateStep, Piece
    from autograder.reports.class_work import class_work, people
    from autograder.reports.course_table import course_table
    from autograder.reports.gradebook import Gradebook
    from autograder.run.attempts import Rule
    from autograder.run.journal import Journal
    from autograder.suites import find
    from blueprint.files import write_whole
    zone = ZoneInfo("America/Chicago")
    due = datetime(2026, 10, 1, 23, 59, tzinfo=zone)
    full, part = Fraction(100), Fraction(70)
    component = Component("modules", "Modules", full, drop_lowest=2, late=LateRule((LateStep(24, Fraction(10)),)))
    pieces = tuple(Piece(f"m{{n}}", "", "modules", full, due, n, part) for n in range(1, {MODULES} + 1))
    policy = CoursePolicy({{"modules": component}}, pieces, late_bank=3)
    folder = Path(sys.argv[1])
    with Journal(folder, "{SUITE}", writing=False) as journal:
        gradebook = Gradebook(journal, find("micrograd"), Rule())
        sources = Sources(class_work(gradebook, zone))
        grades = course_grades(policy, people(gradebook), sources, due + timedelta(days=9))
        write_whole(folder / "course_grades.csv", course_table(grades, policy), owner_only=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
THEIRS = """
    import sys, pandas
    pandas.read_json(sys.argv[1] + "/journal.jsonl", lines=True)
"""


def bench_gradebook(pandas: str) -> None:
    """1,000 students with 20 modules each, and what twice as many take; `pandas` is a Python that has it."""
    with tempfile.TemporaryDirectory() as folder:
        peaks: list[float] = []
        small, large = Path(folder, "small"), Path(folder, "large")
        write_journal(small, STUDENTS)
        write_journal(large, 2 * STUDENTS)
        ours, theirs, twice = medians(
            [
                lambda: seconds(PYTHON, OURS, small),
                lambda: seconds(pandas, THEIRS, small),
                lambda: seconds(PYTHON, OURS, large, peaks),
            ],
            ROUNDS,
        )
    tell(f"course grades, {STUDENTS} x {MODULES}", "pandas.read_json of the journal", ours / theirs, 10)
    tell("course grades, twice the students", "half as many", twice / ours, 2.4)
    tell("course grades, twice the students, MB", f"{MOST_MEGABYTES} MB", peaks[-1], MOST_MEGABYTES)


def seconds(python: str, program: str, folder: Path, printed: list[float] | None = None) -> float:
    """Processor seconds of a program over a folder, as others may be at work on this machine; `printed` gets what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [python, "-c", textwrap.dedent(program), str(folder)], check=True, capture_output=True, text=True
    )
    if printed is not None:
        printed.append(float(done.stdout))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_journal(folder: Path, students: int) -> None:
    """A journal as grading leaves it: a line a module of each student, every sixth case lost, every fifth piece late."""
    chance = random.Random(1)
    lines = [
        json.dumps({"grade": to_json(grade(module, chance))}) for module in range(1, MODULES + 1) for _ in range(10)
    ]
    with Journal(folder, SUITE) as journal, journal.path.open("a", encoding="utf-8") as file:
        for number in range(students):
            for module in range(MODULES):
                line = lines[module * 10 + chance.randrange(10)]
                print(line.replace("STUDENT", f"student{number:05}"), file=file)


def grade(module: int, chance: random.Random) -> Grade:
    """The grade of somebody at a module."""
    late = chance.random() < 0.2
    return Grade(
        "STUDENT",
        SUITE,
        module,
        f"{chance.getrandbits(256):064x}",
        "graded",
        results=results(module, chance),
        name="Name of STUDENT",
        late=late,
        handed_in="2026-10-02T12:00:00-05:00" if late else "",
        order=(1, module),
        sandbox=("bubblewrap", "seccomp", "limits", "Landlock 7"),
    )


def results(module: int, chance: random.Random) -> tuple[Result, ...]:
    """The results of one attempt; what is lost says why."""
    why = "result[0]: expected 0.3351 at [2, 1], got 0.3349; the case had asked for 'Tensor(x).relu().data'"
    made = []
    for case in range(CASES):
        worth, passed = Fraction(2 + case % 4), chance.random() < 5 / 6
        name = f"module-{module:02}/what-the-case-number-{case}-is-called"
        key = f"{module:016x}{case:016x}"
        if passed:
            made.append(Result(name, "passed", worth, worth, key=key))
        else:
            made.append(Result(name, "failed", Fraction(0), worth, why, why, key))
    return tuple(made)


def main(arguments: Sequence[str] = ()) -> None:
    """Measures with the Python that is named, or with that of the bench's own environment."""
    from bench_grading import others

    bench_gradebook(arguments[0] if arguments else str(others() / "python"))


if __name__ == "__main__":
    main(sys.argv[1:])
