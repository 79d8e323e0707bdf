"""What several lost cases have in common is told once, and a student is sent to the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.case import Case, Module
from autograder.judging.grade import Grade, Result
from autograder.reports import feedback
from autograder.reports.causes import Told, about_the_same, causes, changed_input

MODULE = Module(2, "activations", "core.activations", ("GELU", "Softmax", "Sigmoid"))


def untouched(tt: object, inputs: object) -> object:
    return tt.Dataset().rows  # type: ignore[attr-defined]


def batches(tt: object, inputs: object) -> object:
    return list(tt.DataLoader())  # type: ignore[attr-defined]


CASES = {
    f"module-02/{n}": Case(f"module-02/{n}", f"case {n}", Fraction(4), "s", "h", True, untouched) for n in range(3)
}
GRADE = Grade(
    *("ada", "tinytorch", 2, "a", "graded"),
    results=tuple(Result(id, "failed", Fraction(0), Fraction(4), "expected 1, got 2") for id in list(CASES)[:1]),
)


def told(*texts: str) -> list[Told]:
    return [Told(f"m/{place}", text, Fraction(4)) for place, text in enumerate(texts)]


def page(*texts: str, notes: Sequence[str] = (), hidden: Sequence[int] = (), file: str = "") -> feedback.Feedback:
    """The feedback on a work that lost one case with each of these texts, of four points each."""
    cases = {
        f"module-02/{place}": Case(
            f"module-02/{place}", f"case {place}", Fraction(4), "s", "h", place not in hidden, untouched
        )
        for place in range(len(texts))
    }
    results = [
        Result(id, "failed", Fraction(0), Fraction(4), text, text, example="failed")
        for id, text in zip(cases, texts, strict=True)
    ]
    grade = Grade("ada", "tinytorch", 2, "a", "graded", results=tuple(results), notes=tuple(notes), file=file)
    return feedback.compose(grade, MODULE, cases)


def test_a_line_that_stops_many_cases_is_one_cause_with_its_cost() -> None:
    """The same exception at the same line is told once, whatever its text; what it costs is the sum of its cases."""
    texts = [
        f"the code raised IndexError: index {n} (cell 7, line 3); the case had asked for `a[{n}]`" for n in range(3)
    ]
    (cause,) = causes(told("expected 1, got 2", *texts, "the code raised IndexError: index 1 (cell 8, line 3)"))
    found: tuple[tuple[str, ...], str, Fraction] = (cause.cases, cause.place, cause.points)
    assert found == (("m/1", "m/2", "m/3"), "cell 7, line 3", Fraction(12))
    text = feedback.markdown(page(*texts, "expected 1, got 2"))
    assert "One line stops 3 cases, 52.5 of 70 points: The code raised IndexError: index 0 (cell 7, line 3)." in text
    for number in range(3):
        assert f"Stopped at the same line, cell 7, line 3. The case had asked for `a[{number}]`." in text


@pytest.mark.parametrize(
    "raised", ["AttributeError: the module has no `GELU`", "NameError: name 'GELU' is not defined"]
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_name_that_is_missing_is_sought_in_exported_cells_of_notebooks_alone(raised: str, times: int) -> None:
    """Who handed in a script is asked of no cell, whether one case wants the name or several; who wrote a notebook is."""
    for file, asked in (("work/activations.py", False), ("work/activations.ipynb", True)):
        told = page(*[f"the code raised {raised}"] * times, file=file)
        words = " ".join([*told.causes, *(one.happened for one in told.lost)])
        assert "`GELU`" in words
        assert ("exported cell" in words, "cell" in words) == (asked, asked)


def test_the_most_expensive_cause_comes_first() -> None:
    """Who mends the first thing named gets the most for it."""
    found = causes(told(*["the code raised KeyError: 1 (line 9)"] * 2, *["expected None, got 1"] * 3))
    assert [len(cause.cases) for cause in found] == [3, 2]


def test_a_case_about_the_same_function_leads_to_the_first() -> None:
    """A wrong GELU loses cases about shapes and inputs, too: those say where it was met first, and accuse of nothing."""
    same = about_the_same(
        told(
            "`GELU()(Tensor(random(3))).data`: 3 of 3 values differ",
            "`softmax(x, dim=0).data`, where `softmax = Softmax()`: 3 of 3 values differ",
            "`GELU()(x).data`, where `x = Tensor(random(2))`: 2 of 2 values differ",
            "3 of 3 values differ",
        ),
        MODULE.exports,
    )
    assert same == {"m/2": ("m/0", "`GELU`")}


def test_an_input_is_not_what_a_case_is_about() -> None:
    """Nearly every case holds a Tensor; what it is about is what is done with it."""
    texts = (
        "`a + b`, where `a = Tensor(random(3))`, `b = Tensor(…)`: 3 of 3 values differ",
        "`a + 2`: 1 of 1 value differs",
    )
    assert about_the_same(told(*texts), ("Tensor",)) == {"m/1": ("m/0", "`+`")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("`x.data` after `ReLU()(x)`, where `x = Tensor(random(3, 4))`: 4 of 12 values differ; at (2, 0)", "`x.data` after `ReLU()(x)`"),
        ("`a`, where `a = random(3)`: 1 of 3 values differs; at (2,)", "`a`"),
        ("`GELU()(x).data`, where `x = Tensor(random(3, 4))`: 4 of 12 values differ; at (2, 0)", ""),
        ("`made`, where `made = Tensor(source)`: 4 of 12 values differ; at (2, 0)", ""),
        ("`x.data`, where `x = Tensor(random(3, 4))`: expected shape (3, 4), got (4,)", ""),
    ],
)  # fmt: skip
def test_only_an_input_that_changed_is_called_changed(text: str, words: str) -> None:
    """A wrong result in a case about inputs that stay is no writing into an input."""
    assert changed_input(text) == words
    assert ("An input was written into" in feedback.markdown(page("expected 1, got 2", text))) == bool(words)


def test_a_changed_input_comes_before_what_it_spoils() -> None:
    """What is computed from an input afterwards is wrong for that alone, so no other case is given as its reason."""
    wrong = "`GELU()(x).data`: 3 of 3 values differ"
    changed = "`x.data` after `f(x)`, where `x = random(3)`: 1 of 3 values differs; at (2,)"
    assert [(one.name, one.related != "") for one in page(wrong, wrong).lost] == [("case 0", False), ("case 1", True)]
    lost = page(wrong, wrong, changed).lost
    assert [(one.name, one.related) for one in lost] == [("case 2", ""), ("case 0", ""), ("case 1", "")]


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        ("the code raised AttributeError: 'NoneType' object has no attribute 'data'", "is a `return` missing"),
        ("the code raised AttributeError: 'numpy.ndarray' object has no attribute 'backward'", "wrap it, `Tensor(...)`"),
        ("the code raised AttributeError: 'numpy.float32' object has no attribute 'data'; the case had asked for `a.sum()`", "The case had asked for `a.sum()`."),
        ("the code raised TypeError: a Tensor holds an array, and is none", "your code gave an array, not a Tensor: wrap the result, `Tensor(...)`."),
        ("`a + 2`: the code raised TypeError: an array came back where a Tensor is asked for; wrap the result: Tensor(...); the case had asked for `a`",
         "`a + 2` gave an array, not a Tensor: wrap the result, `Tensor(...)`. The case had asked for `a`."),
        ("the code raised NameError: name 'np' is not defined (cell 5 (In [4]), line 4)", "`np` is not known (cell 5 (In [4]), line 4): is it imported"),
        ("the code raised NotImplementedError (cell 5 (In [4]), line 4)", "still to be written (cell 5 (In [4]), line 4)."),
        ("the code raised NotImplementedError: later (line 4)", "The code raised NotImplementedError: later (line 4)."),
        ("`x.shape`: expected a list of 2 items, but ValueError was raised", "`x.shape`: expected a result, but ValueError was raised."),
        ("`x.sum()`: expected an array of shape (1, 1), got a number of dtype float32", "got a single number."),
        ("the code raised ValueError: setting an array element with a sequence. The shape was (3, 4) + inhomogeneous part.; the case had asked for `crop(x)`",
         "Results of different shapes came back, where all should have one shape. The case had asked for `crop(x)`."),
        ("the code raised AttributeError: the module has no `Softmax`", "our module has no `Softmax`"),
        ("`x.max()`: expected an array of shape (3,), got None", "got nothing (None)"),
    ],
)  # fmt: skip
def test_types_are_told_in_a_students_words(raised: str, words: str) -> None:
    """What Python or a probe says of an object is told as what to look for."""
    assert words.casefold() in page(raised).lost[0].happened.casefold()


def test_untouched_functions_are_named_where_a_lost_case_came_upon_one() -> None:
    """What nobody asks for, and what other cases were lost for, was meant to stay as handed out."""
    note = ["still as handed out: Dataset.rows, Dataset.backward, Base.__len__"]
    assert page("the code raised NotImplementedError", notes=note).causes == ("Still as handed out: Dataset.rows.",)
    for other in (
        page("expected 1, got 2", notes=note),
        page("the code raised NotImplementedError", notes=note, hidden=[0]),
    ):
        assert not other.causes + other.notes


def test_a_line_of_a_notebook_that_was_run_is_one_line() -> None:
    """The count that Jupyter shows beside a cell is part of the place, and keeps no cases apart."""
    texts = [
        f"the code raised KeyError: {n} (cell 7 (In [12]), line 3); the case had asked for `a[{n}]`" for n in range(2)
    ]
    (cause,) = causes(told(*texts))
    assert cause.place == "cell 7 (In [12]), line 3"


@pytest.mark.parametrize(
    "text",
    ["the code raised NameError: name 'np' is not defined (cell {0}, line 3)", "the code raised AttributeError: the module has no `GELU`"],
)  # fmt: skip
def test_a_name_that_is_missing_is_one_cause_wherever_it_is_met(text: str) -> None:
    """Who forgot an import, or to export a class, reads that once and first, not as many mistakes at many lines."""
    texts = [f"{text.format(n)}; the case had asked for `f({n})`" for n in (4, 5)]
    alike = ["fewer than half give a result"] * 3
    assert [(cause.name, cause.cases) for cause in causes(told(*texts))] == [(True, ("m/0", "m/1"))]
    assert "One name that is missing stops 2 cases" in page(*texts, "expected 1, got 2").causes[0]
    assert len(page(*texts, *alike).causes) == 2


def test_what_is_not_exported_and_was_asked_for_comes_first() -> None:
    """Half a class in a cell without a directive is the cause of what is lost; a note that no lost case meets stays a note."""
    half = "class Dataset: method rows lies in cell 6 (In [5]), which has no `#| export`, so not graded"
    other = "not exported, so not graded: plot_it; mark the cell `#| export`"
    told_of = page("expected 1, got 2", notes=[half, other])
    assert [one.partition(":")[0] for one in told_of.causes] == ["Class Dataset"]
    assert [one.partition(":")[0] for one in told_of.notes] == ["Not exported, so not graded"]
    named = page("the code raised NameError: name 'plot_it' is not defined (line 3)", notes=[other])
    assert [one.partition(":")[0] for one in named.causes] == ["Not exported, so not graded"]


@pytest.mark.parametrize(("own", "first"), [(Fraction(70), True), (Fraction(0), False)])
def test_another_edition_comes_first_where_it_would_earn_more(own: Fraction, first: bool) -> None:
    """Work of older starter code loses what that never asked for; of no use to tell first where it earns no more by it."""
    grade = replace(GRADE, own_editions=("2026-05",), own_points=own)
    told_of = feedback.compose(grade, MODULE, CASES)
    words = "Your files look like edition 2026-05."
    assert any(one.startswith(words) for one in told_of.causes) == first
    assert any(one.startswith(words) for one in told_of.notes) != first


def test_cases_that_ran_out_of_time_are_told_as_one_with_what_they_share() -> None:
    """A loop without an end costs many cases: what all of them ask for is where to look."""
    asked = {id: replace(one, probe=batches) for id, one in CASES.items()}
    results = [
        replace(GRADE.results[0], case=id, status="timeout", told="it ran longer than 10 seconds", example="timeout")
        for id in asked
    ]
    module = replace(MODULE, exports=("Dataset", "DataLoader"))
    (cause,) = feedback.compose(replace(GRADE, results=tuple(results)), module, asked).causes
    assert cause.startswith("3 cases ended alike, 70 of 70 points: Ran longer than 10 seconds: does every loop")
    assert "All of them use `DataLoader`." in cause


@given(st.lists(st.text("`a.()=: ,;whre…1<>\n", max_size=60), max_size=6))
def test_whatever_was_told_there_is_feedback(texts: list[str]) -> None:
    """No text breaks the search for causes, and of hidden cases nothing is told whatever they say."""
    feedback.page(page(*texts))
    hidden = feedback.page(page(*(f"SECRET {text}" for text in texts), hidden=range(len(texts))))
    assert "SECRET" not in hidden
