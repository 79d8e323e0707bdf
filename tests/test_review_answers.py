"""Answers to a module's questions are found where students write them, and nowhere else."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.review.answers import Answer, find_answers
from autograder.review.tasks import Level, Question

LEVELS = (
    Level("right", "Right", Fraction(10), Fraction(10)),
    Level("not-answered", "Not answered", Fraction(0), Fraction(0)),
)
QUESTIONS = tuple(
    Question(id, f"r/{id}", id, asks, LEVELS)
    for id, asks in (
        ("what-a-product-costs", "How many bytes do $A$, B and A @ B hold, and how many FLOPs does the product take?"),
        ("views-strides-copies", "What are its strides in bytes, and those of its transpose?"),
        ("loops-against-numpy", "How long does your loop take, and how long does NumPy?"),
    )
)
BOOK = list[tuple[str, str] | tuple[str, str, str]]


def notebook(cells: BOOK) -> bytes:
    """The bytes of a notebook with these cells: kind, source, and nbgrader's id where there is one."""
    made = []
    for kind, source, *grade_id in cells:
        metadata = {"nbgrader": {"grade_id": grade_id[0], "grade": True, "solution": True}} if grade_id else {}
        made.append({"cell_type": kind, "source": source.splitlines(keepends=True), "metadata": metadata})
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}).encode()


def texts(data: bytes, path: str = "work/tensor.ipynb") -> list[str]:
    """The three answers in a file; what is missing as `?`."""
    found = find_answers(path, data, QUESTIONS)
    return ["?" if found[one.id].missing else found[one.id].text for one in QUESTIONS]


ASKED = [one.asks for one in QUESTIONS]
IDS = [one.id for one in QUESTIONS]
CASES: dict[str, tuple[BOOK, list[str]]] = {
    "nbgrader's ids": ([("markdown", "44 MB", IDS[0]), ("markdown", "a view", IDS[1]), ("raw", "0.1 s", IDS[2])], ["44 MB", "a view", "0.1 s"]),
    "headings with numbers": (
        [("markdown", "## Question 1\n44 MB\n\nin all"), ("code", "x = 1"), ("markdown", "## Question 2: strides"), ("markdown", "a view"), ("markdown", "**Q3.** 0.1 s")],
        ["44 MB\n\nin all", "a view", "0.1 s"],
    ),
    "the questions copied, an answer below each": (
        [("markdown", f"**1.** {ASKED[0]}"), ("markdown", "44 MB"), ("markdown", f"> {ASKED[1]}\n\na view"), ("markdown", ASKED[2] + "\n\n**Answer:** 0.1 s")],
        ["44 MB", "a view", "0.1 s"],
    ),
    "the questions in one cell, the answers numbered in another": (
        [("markdown", "\n".join(f"{n}. {text}" for n, text in enumerate(ASKED, 1))), ("code", "pass"), ("markdown", "### Answer 1\n44 MB\n### Answer 2\na view\n### Answer 3\n0.1 s")],
        ["44 MB", "a view", "0.1 s"],
    ),
    "a list": ([("markdown", "My answers\n\n1. 44 MB\n   in all\n2. a view\n3. 0.1 s")], ["44 MB\nin all", "a view", "0.1 s"]),
    "ids as headings": ([("markdown", f"### {one}\n\nso: {one}") for one in IDS], [f"so: {one}" for one in IDS]),
    "comments and strings in cells of code": (
        [("code", "# Question 1\n# 44 MB"), ("code", '"""\nQuestion 2\na view\n"""'), ("code", "# Question 3\n# 0.1 s\n#\n# on this machine")],
        ["44 MB", "a view", "0.1 s\n\non this machine"],
    ),
    "a heading of its own ends an answer": (
        [("markdown", "## Question 1\n44 MB\n### Working\n24 + 12 + 8\n# Tests\nnot mine"), ("code", "assert True")],
        ["44 MB\n### Working\n24 + 12 + 8", "?", "?"],
    ),
    "words that are no heading": (
        [("markdown", "## Question 1\nThe answer:\nAnswer 2 bytes short\nq 12 and Question 17"), ("markdown", "Answer 3: 0.1 s")],
        ["The answer:\nAnswer 2 bytes short\nq 12 and Question 17", "?", "0.1 s"],
    ),
    "left as it was handed out": (
        [("markdown", "## Question 1\n\nYOUR ANSWER HERE"), ("markdown", "## Question 2\n*Double-click to write your answer*"), ("markdown", "## Question 3\n<!-- write below -->")],
        ["", "", ""],
    ),
    "nothing about the questions": ([("markdown", "# Tensor"), ("code", "class Tensor: ...")], ["?", "?", "?"]),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), CASES.values(), ids=CASES)
def test_an_answer_is_found_however_it_is_marked(cells: BOOK, expected: list[str]) -> None:
    """By nbgrader's id, the question's id, its text or its number; what was left as handed out is blank, not missing."""
    assert texts(notebook(cells)) == expected


def test_a_script_has_answers_too() -> None:
    """Cells of prose in a percent script are read like those of a notebook."""
    script = (
        '# %% [markdown]\n# ## Question 1\n# 44 MB\n# %%\nx = 1\n# %% [markdown]\n"""\n## Question 2\na view\n"""\n'
    )
    assert texts(script.encode(), "tensor.py") == ["44 MB", "a view", "?"]


def test_an_answer_tells_its_cell() -> None:
    """The grader can look at the place in the notebook, also where nothing stands there."""
    found = find_answers(
        "modules/01/tensor.ipynb", notebook([("code", "pass"), ("markdown", "## Question 1\n44 MB")]), QUESTIONS
    )
    assert found[IDS[0]] == Answer("44 MB", "tensor.ipynb, cell 2")
    assert "`tensor.ipynb` names this question" in found[IDS[1]].missing


@pytest.mark.parametrize("data", [b"", b"{", b"[[[" * 200, b"\xff\xfe", b'{"cells": 3}', b'{"cells": [3, null, {}]}'])
def test_what_is_no_notebook_says_so(data: bytes) -> None:
    """A broken file costs no one else anything: each of its answers is missing, with a reason."""
    assert texts(data) == ["?", "?", "?"]


@given(st.lists(st.tuples(st.sampled_from(["markdown", "code", "raw"]), st.text(max_size=60)), max_size=6))
def test_any_cells_give_an_answer_or_a_reason(cells: list[tuple[str, str]]) -> None:
    """Whatever students write, each question has text from their own cells, or a reason why there is none."""
    for answer in find_answers("a.ipynb", notebook(list(cells)), QUESTIONS).values():
        assert answer.missing == "" or answer.text == ""


def test_text_made_to_be_slow_is_read() -> None:
    """Long lines of signs that patterns look for, and comments that do not end, keep no other question from being looked for."""
    slow = "q" * 50_000 + "\n" + "# " * 20_000 + "\n" + "*" * 50_000
    cells: BOOK = [
        ("markdown", slow),
        ("markdown", "## Question 1\n" + "<!--" * 30_000),
        ("markdown", "## Question 2\na view"),
    ]
    assert texts(notebook(cells))[1:] == ["a view", "?"]
