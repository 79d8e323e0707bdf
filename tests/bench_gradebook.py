"""How long a term's course grades take, against pandas reading the same journal; start-up is included on both sides."""

from __future__ import annotations

import json
import random
import resource
import shutil
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
EVERYTHING = f"""
    import resource, sys
    from dataclasses import replace
    from datetime import datetime, timedelta
    from fractions import Fraction
    from pathlib import Path
    from zoneinfo import ZoneInfo
    from autograder.authoring.case import Module, Suite
    from autograder.exchange import blackboard, nbgrader
    from autograder.exchange.delimited import parse
    from autograder.exchange.filling import fill
    from autograder.exchange.products import FILLED, TABLES
    from autograder.exchange.table import GradeTable
    from autograder.gradebook.course_grades import Sources, course_grades
    from autograder.gradebook.policy import Component, CoursePolicy, LateRule, LateStep, Piece
    from autograder.intake.roster import read_roster
    from autograder.reports.class_work import class_work, people
    from autograder.reports.course_table import course_table
    from autograder.reports.grade_table import course_grade_table
    from autograder.reports.gradebook import Gradebook
    from autograder.reports.publish import write_tables_of
    from autograder.run.attempts import Rule
    from autograder.run.journal import Journal
    from autograder.suites import find
    from blueprint.files import write_whole
    SOME = find("tinytorch").cases(1)[:{CASES}]

    class Twenty(Suite):
        def cases(self, number):
            return tuple(replace(case, id=f"module-{{number:02}}/what-the-case-number-{{n}}-is-called") for n, case in enumerate(SOME))

    zone = ZoneInfo("America/Chicago")
    due = datetime(2026, 10, 1, 23, 59, tzinfo=zone)
    full, part = Fraction(100), Fraction(70)
    component = Component("modules", "Modules", full, drop_lowest=2, late=LateRule((LateStep(24, Fraction(10)),)))
    pieces = tuple(Piece(f"module-{{n:02}}", f"Module {{n}}", "modules", part, due, n, part) for n in range(1, {MODULES} + 1))
    policy = CoursePolicy({{"modules": component}}, pieces, late_bank=3)
    modules = tuple(Module(n, f"part{{n}}", f"core.part{{n}}", ()) for n in range(1, {MODULES} + 1))
    folder = Path(sys.argv[1])
    with Journal(folder, "{SUITE}", writing=False) as journal:
        gradebook = Gradebook(journal, Twenty("{SUITE}", "", "", modules), Rule(), read_roster(folder / "roster.csv"))
        write_tables_of(gradebook, folder)
        grades = course_grades(policy, people(gradebook), Sources(class_work(gradebook, zone)), due + timedelta(days=9))
        write_whole(folder / "course_grades.csv", course_table(grades, policy), owner_only=True)
        table = course_grade_table(grades, policy, gradebook)
        for key, product in TABLES.items():
            write_whole(folder / "exports" / f"{{key}}.csv", product.written(table).encode())
        write_whole(folder / "exports" / "nbgrader.csv", nbgrader.written(table).encode())
        write_whole(folder / "exports" / "blackboard.xls", blackboard.xls(table))
        blank = GradeTable(table.people, table.items)
        for key, product in FILLED.items():
            filled = fill(product, parse("grades.csv", product.written(blank).encode()), table, {{}})
            write_whole(folder / "exports" / f"{{key}}-filled.csv", filled.file.data())
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
THEIRS = """
    import sys, pandas
    pandas.read_json(sys.argv[1] + "/journal.jsonl", lines=True)
"""


def bench_gradebook(pandas: str) -> None:
    """1,000 students with 20 modules each, and how that grows; `pandas` is a Python that has it.

    Course grades alone, then everything that is made of a journal: the gradebook's tables, the report, course grades, and
    every file for a platform, new and filled.
    """
    with tempfile.TemporaryDirectory() as folder:
        peaks: list[float] = []
        small, large = Path(folder, "small"), Path(folder, "large")
        write_journal(small, STUDENTS)
        write_journal(large, 2 * STUDENTS)
        whole, whole_theirs = medians(
            [lambda: seconds(PYTHON, EVERYTHING, small, peaks), lambda: seconds(pandas, THEIRS, small)], ROUNDS
        )
        everything_peak = peaks[-1]
        ours, theirs, twice = medians(
            [
                lambda: seconds(PYTHON, OURS, small),
                lambda: seconds(pandas, THEIRS, small),
                lambda: seconds(PYTHON, OURS, large, peaks),
            ],
            ROUNDS,
        )
        shutil.rmtree(large)
        write_journal(large, 10 * STUDENTS)
        tenfold = seconds(PYTHON, EVERYTHING, large)
    tell(
        f"tables, report, exports, {STUDENTS} x {MODULES}", "pandas.read_json of the journal", whole / whole_theirs, 10
    )
    tell("the same, MB", f"{MOST_MEGABYTES} MB", everything_peak, MOST_MEGABYTES)
    tell("the same, ten times the students", "10 x 1,000 students", tenfold / whole / 10, 1.2)
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
    with (folder / "roster.csv").open("w", encoding="utf-8") as file:
        print("Student,ID,SIS User ID,SIS Login ID,Section", file=file)
        for number in range(students):
            print(f'"Okoye, Ada {number}",{9000 + number},student{number:05},a{number},NN-{number % 6}', file=file)


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
