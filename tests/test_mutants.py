"""Small changes of a text: which are made, what is left alone, and that each is what it says."""

from __future__ import annotations

import ast
from itertools import islice

import pytest

from autograder.proving.mutants import Changeable, Mutant
from autograder.suites import find, names

REFERENCES = [(name, module.number) for name in names() for module in find(name).modules]


def mutants(text: str) -> list[Mutant]:
    """All changes of a text."""
    changeable = Changeable(text)
    made = [changeable.mutant(number) for number in range(len(changeable.functions()))]
    return [one for one in made if one is not None]


def after(line: str) -> set[str]:
    """What becomes of one line of a function."""
    return {one.after for one in mutants(f"def f(a, b, c):\n    {line}\n")}


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("return a + b", {"return a - b", "return None"}),
        ("return a - b * c", {"return a + b * c", "return a - b / c", "return b * c - a", "return None"}),
        ("return a * (b - c)", {"return a / (b - c)", "return a * (b + c)", "return a * (c - b)", "return None"}),
        ("a += b", {"a -= b", "a = b", "pass"}),
        ("a = b < c", {"a = b <= c", "a = b > c", "pass"}),
        ("a = b is None", {"a = b is not None", "pass"}),
        ("a = b and c", {"a = b or c", "pass"}),
        ("a = -b", {"a = b", "pass"}),
        ("a = not b", {"a = b", "pass"}),
        ("a = 2", {"a = 3", "a = 1", "pass"}),
        ("a = b[0]", {"a = b[1]", "pass"}),
        ("a = 0.5", {"a = 1.5", "a = 1.0", "pass"}),
        ("a = True", {"a = False", "pass"}),
        ("a = b.sum(axis=c)", {"a = b.sum(axis=None)", "pass"}),
        ("a = b.sum(keepdims=True)", {"a = b.sum(keepdims=False)", "pass"}),
        ("a = b(a, c)", {"a = b(c, a)", "pass"}),
        ("a = isinstance(b, c)", {"pass"}),
        ("a = np.maximum(b, c)", {"pass"}),
        ("a = b if c else a", {"a = b if True else a", "a = b if False else a", "pass"}),
        ("raise ValueError('1' + b[0])", {"pass"}),
        ("print(a + b)", set()),
        ("'about 2'", set()),
        ("a: Shape[2] = b", {"pass"}),
        ("return f'{a + b}'", {"return None"}),
    ],
)
def test_what_becomes_of_a_line(line: str, made: set[str]) -> None:
    """Each kind of change is made of what it is for, and of nothing else."""
    assert after(line) == made


@pytest.mark.parametrize(
    "text",
    [
        "LIMIT = 2 + 3\n",
        "class Tensor:\n    size = 2\n\n    def __repr__(self):\n        return 'a' * 2\n",
        "def test_it():\n    return 1 + 1\n",
        "if __name__ == '__main__':\n\n    def f():\n        return 1 + 1\n",
        "def f(a: Shape[2]) -> Shape[2]:\n    '''Gives 2.'''\n",
        "@times(3)\ndef f():\n    import this\n",
    ],
    ids=["outside functions", "shown", "test", "main", "annotation", "decorator"],
)
def test_what_is_left_alone(text: str) -> None:
    """What a text shows, tries, documents or does outside functions is not changed."""
    assert mutants(text) == []


def test_the_innermost_function_is_named() -> None:
    """A change is that of the function it stands in, by its dotted name; defaults are its own."""
    text = "class A:\n    def f(self, n=2):\n        def g():\n            return n\n        return g\n"
    assert {one.function for one in mutants(text)} == {"A.f", "A.f.g"}
    assert "def f(self, n=3):" in {one.after for one in mutants(text)}


@pytest.mark.slow
@pytest.mark.parametrize(("suite", "number"), REFERENCES)
def test_each_mutant_is_one_small_change(suite: str, number: int) -> None:
    """The text is Python, differs in one statement, and the line told is where; the same seed gives the same order."""
    text = find(suite).source(number)
    changeable = Changeable(text)
    order = changeable.order("a seed")
    assert order == Changeable(text).order("a seed") != changeable.order("another")
    before = ast.unparse(ast.parse(text)).split("\n")
    made = [one for one in (changeable.mutant(at) for at in islice(order, 40)) if one is not None]
    assert len(made) > 35
    for one in made:
        lines = ast.unparse(ast.parse(one.text)).split("\n")
        assert lines != before
        assert sum(line not in before for line in lines) <= 1
        assert one.before != one.after
        assert one.before.strip("…")[:20] in " ".join(" ".join(text.split("\n")[one.line - 3 :]).split())


def test_a_change_is_known_whatever_stands_around_it() -> None:
    """The hash of a change is the same with other comments, and at another place of the file."""
    text = "def f(a):\n    return a + 2\n"
    moved = f"X = 1\n\n\n{text.replace('return', '# note' + chr(10) + '    return')}"
    assert [one.content for one in mutants(text)] == [one.content for one in mutants(moved)]


def test_a_function_can_be_taken_out() -> None:
    """`without` leaves a text in which that function raises, and no other."""
    space: dict[str, object] = {}
    exec(Changeable("def f():\n    return 1\n\n\ndef g():\n    return 2\n").without("f"), space)
    f, g = space["f"], space["g"]
    assert callable(f)
    assert callable(g)
    assert g() == 2
    with pytest.raises(RuntimeError):
        f()


def test_lines_are_shared_out() -> None:
    """The shares of all functions are one; a function has those of its lines that are not an inner function's."""
    shares = Changeable("def f():\n    def g():\n        return 1\n\n    return g\n\n\ndef h(): pass\n").shares()
    assert shares == {"f": 0.5, "f.g": 1 / 3, "h": 1 / 6}
