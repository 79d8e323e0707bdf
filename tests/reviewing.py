"""A class whose answers are to be marked: notebooks, a class list and a journal, made without running anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from autograder.authoring.conventions import conventions_of
from autograder.intake.listing import list_download
from autograder.intake.selection import read_submission
from autograder.judging.attempt import identity
from autograder.judging.grade import Grade
from autograder.run.journal import Journal
from autograder.suites import find

ANSWERS = ("44 MB in all.", "A view moves no data.", "0.1 s against 0.2 ms.")


def notebook(answers: Sequence[str]) -> str:
    """A notebook of module 1 with an answer below each of three headings."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "#| default_exp core.tensor\n#| export\nclass Tensor: ..."},
        *({"cell_type": "markdown", "metadata": {}, "source": f"## Question {n}\n\n{text}"} for n, text in enumerate(answers, 1)),
    ]  # fmt: skip
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def classroom(
    root: Path, answers: Mapping[str, Sequence[str]], sections: Sequence[str] = ("Section 1", "Section 2")
) -> None:
    """Writes work/, roster.csv and grades/, in which everybody has a grade of module 1; run `blueprint` from `root`."""
    rows = ["id,name,email,section"]
    for place, (student, texts) in enumerate(answers.items()):
        folder = root / "work" / student
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tensor.ipynb").write_text(notebook(texts), "utf-8")
        rows.append(f"{student},{student.capitalize()} Tester,{student}@example.edu,{sections[place % len(sections)]}")
    (root / "roster.csv").write_text("\n".join(rows) + "\n", "utf-8")
    conventions = conventions_of(find("tinytorch"))
    with Journal(root / "grades", "tinytorch") as journal:
        journal.begin("class")
        for place, hand_in in enumerate(list_download(root / "work", conventions).hand_ins):
            work = read_submission(hand_in, conventions).modules[1]
            grade = Grade(hand_in.student, "tinytorch", 1, identity(work), "graded", scale=Fraction(70))
            told = {"kind": hand_in.kind, "origin": str(root / "work"), "file": work.member.path, "order": (1, place)}
            journal.add(Grade(**{name: getattr(grade, name) for name in grade.__dataclass_fields__} | told))
        journal.done()
